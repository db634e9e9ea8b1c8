#include "wire/pack.hpp"

#include <gmock/gmock.h>

#include "wire/pack_examples.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

using catalog::PackFormat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Code, line and field of what is refused.
std::string refusal(const std::string& bytes, const PackChoice& choice = {}) {
  const auto pack = parse_pack("pack", bytes, choice);
  if (pack) return "done";
  EXPECT_EQ(pack.error().kind, ErrorKind::bad_data);
  EXPECT_EQ(pack.error().where.name, "pack");
  EXPECT_THAT(to_text(pack.error()), Not(HasSubstr("Words"))) << "a text is repeated";
  const auto& where = pack.error().where;
  return pack.error().code + " " + std::to_string(where.line) + " " + where.field;
}

std::vector<std::string> links(const catalog::Pack& pack) {
  std::vector<std::string> names;
  for (const auto& item : pack.items) names.push_back(item.link);
  return names;
}

std::vector<std::optional<int>> values(const catalog::PackItem& item) {
  std::vector<std::optional<int>> all;
  for (const auto& answer : item.answers) all.push_back(answer.value);
  return all;
}

// FHIR

TEST(FhirPack, is_read_with_groups_codes_and_results) {
  const auto pack = parse_pack("form.json", fhir_form());
  ASSERT_TRUE(pack) << to_text(pack.error());
  EXPECT_EQ(pack->format, PackFormat::fhir_r4);
  EXPECT_EQ(pack->language, "en");
  EXPECT_EQ(pack->title, "How it went");
  EXPECT_EQ(pack->version, "2.1");
  EXPECT_EQ(pack->copyright, "Anybody may use it.\nPublisher: Nobody");
  EXPECT_EQ(pack->instruction, "Words before");
  EXPECT_THAT(pack->codes, ElementsAre("00000-1"));
  EXPECT_THAT(links(*pack), ElementsAre("/1", "/2", "/3", "/hard"));
  EXPECT_EQ(pack->before_result, 3U);
  EXPECT_THAT(pack->items[0].codes, ElementsAre("00000-2"));
  EXPECT_EQ(pack->items[0].number, 1);
  EXPECT_EQ(pack->items[0].answers[1].text, "Words for one");
  EXPECT_THAT(values(pack->items[0]), ElementsAre(0, 1));
  EXPECT_TRUE(pack->items[3].conditional);
}

TEST(FhirPack, finds_values_on_the_option_and_on_its_coding) {
  const auto weighted = [](const std::string& option) {
    const auto pack = parse_pack("form.json", fhir_of(item_of("/1", option)));
    return pack ? values(pack->items.at(0)) : std::vector<std::optional<int>>{-1};
  };
  const std::string of_option = weight("ordinalValue", "2");
  EXPECT_THAT(weighted("{" + of_option + R"(,"valueCoding":{"code":"a"}})"), ElementsAre(2));
  EXPECT_THAT(weighted(R"({"valueCoding":{"code":"a",)" + weight("ordinalValue", "2.0") + "}}"),
              ElementsAre(2));
  EXPECT_THAT(weighted("{" + weight("itemWeight", "3") + R"(,"valueCoding":{"code":"a"}})"), ElementsAre(3));
  EXPECT_THAT(weighted(R"({"valueCoding":{"code":"a",)" + weight("itemWeight", "-1") + "}}"),
              ElementsAre(-1));
  EXPECT_THAT(weighted(R"({"valueCoding":{"code":"4"}})"), ElementsAre(4));
  EXPECT_THAT(weighted(R"({"valueInteger":5})"), ElementsAre(5));
  EXPECT_THAT(weighted(R"({"valueString":"a"})"), ElementsAre(std::nullopt));
  EXPECT_THAT(weighted("{" + weight("ordinalValue", "0.5") + R"(,"valueCoding":{"code":"4"}})"),
              ElementsAre(std::nullopt));
  // A code stands in for a value only where no answer has one.
  EXPECT_THAT(weighted("{" + of_option + R"(,"valueCoding":{"code":"2"}},{"valueCoding":{"code":"3"}})"),
              ElementsAre(2, std::nullopt));
}

TEST(FhirPack, of_release_5_is_known_by_its_words) {
  std::string form = fhir_of(item_of("/1", R"({"valueCoding":{"code":"1"}})"));
  form.replace(form.find("\"choice\""), 8, "\"coding\"");
  EXPECT_EQ(parse_pack("form.json", form)->format, PackFormat::fhir_r5);
}

TEST(FhirPack, takes_contained_value_sets) {
  const std::string item = R"({"linkId":"1","type":"choice","text":"Words","answerValueSet":"#s"})";
  const auto with = [&](const std::string& set) {
    return R"({"resourceType":"Questionnaire","contained":[{"resourceType":"ValueSet","id":"s",)" + set +
           R"(}],"item":[)" + item + "]}";
  };
  const std::string concept_ = R"({"code":"a","display":"Words a",)" + weight("ordinalValue", "7") + "}";
  const auto composed = parse_pack("f", with(R"("compose":{"include":[{"concept":[)" + concept_ + "]}]}"));
  ASSERT_TRUE(composed) << to_text(composed.error());
  EXPECT_THAT(values(composed->items[0]), ElementsAre(7));
  const auto expanded = parse_pack("f", with(R"("expansion":{"contains":[)" + concept_ + "]}"));
  ASSERT_TRUE(expanded);
  EXPECT_EQ(expanded->items[0].answers[0].text, "Words a");
  EXPECT_EQ(refusal(R"({"resourceType":"Questionnaire","item":[)" + item + "]}"),
            "fhir.value_set 0 item[1] ('1')");
}

TEST(FhirPack, takes_answers_given_beside_it) {
  const std::string form =
      fhir_of(R"({"linkId":"1","type":"choice","text":"Words","answerValueSet":"http://elsewhere"})");
  const auto without = parse_pack("f", form);
  ASSERT_TRUE(without);
  EXPECT_EQ(without->items[0].value_set, "http://elsewhere");
  PackChoice choice;
  choice.answers = *parse_choices("0, Never | 1, Often, or always");
  const auto with = parse_pack("f", form, choice);
  ASSERT_TRUE(with);
  EXPECT_EQ(with->items[0].value_set, "");
  EXPECT_EQ(with->items[0].answers[1].text, "Often, or always");
}

TEST(FhirPack, that_is_damaged_is_refused_by_item) {
  const std::string good = item_of("/1", R"({"valueCoding":{"code":"1"}})");
  EXPECT_EQ(refusal(R"({"resourceType":"Observation"})"), "fhir.resource 0 resourceType");
  EXPECT_EQ(refusal(R"({"resourceType":5})"), "fhir.resource 0 resourceType");
  EXPECT_EQ(refusal(R"({"resourceType":"Questionnaire"})"), "pack.empty 0 ");
  EXPECT_EQ(refusal(R"({"resourceType":"Questionnaire","item":{}})"), "fhir.shape 0 item");
  EXPECT_EQ(refusal(R"({"resourceType":"Questionnaire","item":[1]})"), "fhir.shape 0 item");
  EXPECT_EQ(refusal(fhir_of(good + "," + good)), "fhir.link_twice 0 item[2] ('/1')");
  EXPECT_EQ(refusal(fhir_of(R"({"linkId":"g","type":"group","item":[)" + good + "," + good + "]}")),
            "fhir.link_twice 0 item[1].item[2] ('/1')");
  EXPECT_EQ(refusal(fhir_of(good + R"(,{"type":"choice"})")), "fhir.link 0 item[2]");
  EXPECT_EQ(refusal(fhir_of(R"({"linkId":"a"})")), "fhir.type 0 item[1] ('a')");
  EXPECT_EQ(refusal(fhir_of(R"({"linkId":"a","type":"likert"})")), "fhir.type 0 item[1] ('a')");
  EXPECT_EQ(refusal(fhir_of(item_of("a", "{}"))), "fhir.shape 0 item[1] ('a'), answer 1");
  EXPECT_EQ(refusal(fhir_of(item_of("a", R"({"valueCoding":[]})"))), "fhir.shape 0 item[1] ('a'), answer 1");
  EXPECT_EQ(refusal(fhir_of(item_of("a", "{" + weight("ordinalValue", "\"1\"") + R"(,"valueInteger":1})"))),
            "fhir.weight 0 item[1] ('a'), answer 1");
  EXPECT_EQ(refusal(fhir_of(item_of("a", "{" + weight("ordinalValue", "1") + R"(,"valueCoding":{)" +
                                             weight("itemWeight", "2") + "}}"))),
            "fhir.weight 0 item[1] ('a'), answer 1");
  EXPECT_EQ(
      refusal(fhir_of(
          R"({"linkId":"a","type":"choice","answerValueSet":"#s","answerOption":[{"valueInteger":1}]})")),
      "fhir.answers 0 item[1] ('a')");
}

TEST(FhirPack, that_is_no_json_is_refused_at_its_place) {
  const std::string form = fhir_form();
  for (const std::size_t length : {form.size() - 1, form.size() / 2, std::size_t{1}})
    EXPECT_THAT(refusal(form.substr(0, length)), HasSubstr("json.malformed")) << length;
  EXPECT_THAT(refusal("{\"resourceType\":\"Questionnaire\",\"title\":\"\xff\"}"),
              HasSubstr("json.malformed 1"));
  EXPECT_THAT(refusal(R"({"resourceType":)" + std::string(100'000, '[')), HasSubstr("json.malformed 1"));
  EXPECT_THAT(refusal(R"({"resourceType":"Questionnaire","item":[],"item":[]})"),
              HasSubstr("json.malformed"));
  EXPECT_EQ(refusal("{}"), "pack.format 1 ");
  EXPECT_THAT(refusal("[]"), HasSubstr("pack.format"));
  EXPECT_EQ(refusal(std::string(largest_pack + 1, ' ')), "pack.too_large 0 ");
}

TEST(FhirPack, has_the_language_it_says) {
  EXPECT_EQ(parse_pack("f", fhir_form(), {"en-GB", "", {}})->language, "en-GB");
  EXPECT_EQ(refusal(fhir_form(), {"de", "", {}}), "pack.language 0 language");
  EXPECT_EQ(parse_pack("f", fhir_of(item_of("1", R"({"valueInteger":1})")))->language, "");
  EXPECT_EQ(parse_pack("f", fhir_form(), {"EN-gb", "", {}})->language, "en-GB");
}

TEST(FhirPack, with_a_language_that_is_none_is_refused_unless_one_is_chosen) {
  const auto in = [](const std::string& language) {
    return R"({"resourceType":"Questionnaire","language":")" + language + R"(","item":[)" +
           item_of("1", R"({"valueInteger":1})") + "]}";
  };
  EXPECT_EQ(parse_pack("f", in("DE-ch"))->language, "de-CH");
  EXPECT_EQ(parse_pack("f", in("de_CH"))->language, "de-CH");
  for (const char* language : {"English", "xx", "en-", "x-ours"}) {
    EXPECT_EQ(refusal(in(language)), "pack.language 0 language");
    EXPECT_EQ(parse_pack("f", in(language), {"en", "", {}})->language, "en");
    EXPECT_EQ(refusal(in("en"), {language, "", {}}), "pack.language 0 language");
  }
}

TEST(FhirPack, choices_that_mean_nothing_are_not_passed_over) {
  EXPECT_EQ(refusal(fhir_form(), {"", "days", {}}), "pack.form 0 form");
  EXPECT_EQ(refusal(fhir_form(), {"", "", {{0, "No"}, {1, "Yes"}}}), "pack.given_answers 0 answers");
  EXPECT_EQ(refusal(redcap_form(), {"", "", {{0, "No"}, {1, "Yes"}}}), "pack.given_answers 0 answers");
}

TEST(FhirPack, has_line_ends_of_windows_as_line_ends) {
  const auto pack = parse_pack("f", R"({"resourceType":"Questionnaire","copyright":"One\r\nTwo","item":[)" +
                                        item_of("1", R"({"valueInteger":1})") + "]}");
  EXPECT_EQ(pack->copyright, "One\nTwo");
}

TEST(FhirPack, takes_words_from_xhtml_and_from_the_only_groups_heading) {
  const std::string words =
      R"({"linkId":"i","type":"display","_text":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/)"
      R"(rendering-xhtml","valueString":"<div>Think <b>of</b> it &amp; say<br/>how</div>"}]}})";
  EXPECT_EQ(parse_pack("f", fhir_of(words + "," + item_of("1", R"({"valueInteger":1})")))->instruction,
            "Think of it & say\nhow");
  const std::string group = R"({"linkId":"g","type":"group","text":"Asked of all","item":[)" +
                            item_of("1", R"({"valueInteger":1})") + "]}";
  EXPECT_EQ(parse_pack("f", fhir_of(group))->instruction, "Asked of all");
}

TEST(PlainWords, have_no_tags) {
  EXPECT_EQ(plain_words("a < b and 3<4"), "a < b and 3<4");
  EXPECT_EQ(plain_words("<p>one</p><p>two &lt;3</p>"), "one\ntwo <3");
  EXPECT_EQ(plain_words("<b"), "<b");
  EXPECT_EQ(plain_words("  "), "");
}

// REDCap

TEST(RedcapPack, is_read_from_its_eighteen_columns) {
  const auto pack = parse_pack("dictionary.csv", redcap_form());
  ASSERT_TRUE(pack) << to_text(pack.error());
  EXPECT_EQ(pack->format, PackFormat::redcap);
  EXPECT_EQ(pack->language, "");
  EXPECT_EQ(pack->instruction, "Words above all\nWords of the week");
  EXPECT_THAT(links(*pack), ElementsAre("d1", "d2", "d3", "d4", "d5"));
  EXPECT_EQ(pack->items[0].text, "Words, one");
  EXPECT_EQ(pack->items[0].number, 1);
  EXPECT_EQ(pack->items[0].answers[1].text, "Words, often");
  EXPECT_THAT(values(pack->items[0]), ElementsAre(0, 1));
  EXPECT_THAT(values(pack->items[2]), ElementsAre(0, 1));
  EXPECT_EQ(pack->items[3].range, (catalog::AnswerRange{0, 10}));
  EXPECT_TRUE(pack->items[4].conditional);
  EXPECT_EQ(pack->before_result, 4U);
  std::vector<std::string> rest;
  for (const auto& one : pack->rest) rest.push_back(one.link);
  EXPECT_THAT(rest, ElementsAre("record_id", "d3", "total"));
}

TEST(RedcapPack, has_either_header_of_the_questions_number_and_those_of_the_api) {
  for (const char* header : {"Question Number (surveys only)", "Question Number (Survey Display)"})
    EXPECT_EQ(parse_pack("d.csv", redcap_form(header))->items.at(0).number, 1) << header;
  const auto api =
      parse_pack("d.csv",
                 "field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations\n"
                 "a,f,,radio,Words,\"1, Words | 2, Words\"\n");
  ASSERT_TRUE(api) << to_text(api.error());
  EXPECT_THAT(values(api->items[0]), ElementsAre(1, 2));
}

TEST(RedcapPack, asks_which_form) {
  const std::string two = redcap_form() + "z1,other,,radio,Words,\"0, Words\",,,,,,,,,,,,\n";
  EXPECT_EQ(refusal(two), "pack.form 0 Form Name");
  EXPECT_THAT(links(*parse_pack("d.csv", two, {"", "other", {}})), ElementsAre("z1"));
  EXPECT_EQ(refusal(two, {"", "third", {}}), "pack.form 0 Form Name");
}

TEST(RedcapPack, that_is_damaged_is_refused_at_its_line) {
  const std::string header =
      "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,\"Choices, Calculations, OR "
      "Slider Labels\"\n";
  EXPECT_EQ(refusal(""), "pack.format 1 ");
  EXPECT_EQ(refusal("a,b\n"), "pack.format 1 ");
  EXPECT_EQ(refusal("item,text,locale\n"), "pack.format 1 ");
  EXPECT_EQ(refusal("Field Name,Form Name\n"), "redcap.columns 1 ");
  EXPECT_EQ(refusal("Field Name,Form Name,Form Name\n"), "redcap.columns 1 Form Name");
  EXPECT_EQ(refusal("Field Name,Colour\n"), "redcap.columns 1 ");
  EXPECT_EQ(refusal(header), "pack.empty 0 ");
  EXPECT_EQ(refusal(header + "a,f,,radio,Words\n"), "redcap.row 2 ");
  EXPECT_EQ(refusal(header + ",f,,radio,Words,\"1, Words\"\n"), "redcap.variable 2 ");
  EXPECT_EQ(refusal(header + "a,f,,calc,,\na,f,,radio,Words,\"1, Words\"\n"), "redcap.variable_twice 3 a");
  EXPECT_EQ(refusal(header + "a,f,,wheel,Words,\n"), "redcap.type 2 a");
  EXPECT_EQ(refusal(header + "a,f,,radio,Words,\n"), "redcap.choices 2 a");
  EXPECT_EQ(refusal(header + "a,f,,radio,Words,1 Words | 2\n"), "redcap.choices 2 a");
  EXPECT_EQ(refusal(header + "a,f,,radio,\xff,\"1, Words\"\n"), "redcap.text 2 a");
  EXPECT_EQ(refusal(header + "a,f,,radio,Wor\u200Bds,\"1, Words\"\n"), "redcap.text 2 a");
  EXPECT_THAT(refusal(header + "a,f,,radio,\"Words\n"), HasSubstr("csv.unclosed_quote"));
}

// OpenScales

TEST(OsdPack, is_read_in_the_language_chosen) {
  const auto english = parse_pack("f.osd", osd_form(), {"en", "", {}});
  ASSERT_TRUE(english) << to_text(english.error());
  EXPECT_EQ(english->format, PackFormat::osd);
  EXPECT_EQ(english->title, "How it went");
  EXPECT_EQ(english->copyright, "CC0\nAnybody may use it.");
  EXPECT_EQ(english->instruction, "Words before\nWords above");
  EXPECT_THAT(links(*english), ElementsAre("o1", "o2", "o3", "o4_1", "o4_2"));
  EXPECT_EQ(english->items[0].text, "Words one");
  EXPECT_THAT(values(english->items[0]), ElementsAre(0, 1, 2));
  EXPECT_EQ(english->items[0].answers[2].text, "Words high");
  EXPECT_THAT(values(english->items[1]), ElementsAre(4, 5));
  EXPECT_EQ(english->items[2].range, (catalog::AnswerRange{0, 10}));
  EXPECT_THAT(values(english->items[4]), ElementsAre(1, 2));
  const auto german = parse_pack("f.osd", osd_form(), {"de", "", {}});
  ASSERT_TRUE(german) << to_text(german.error());
  EXPECT_EQ(german->items[0].text, "Worte eins");
  EXPECT_EQ(parse_pack("f.osd", osd_form(), {"DE", "", {}})->language, "de");
  EXPECT_EQ(refusal(osd_form()), "pack.language 0 translations");
  EXPECT_EQ(refusal(osd_form(), {"fr", "", {}}), "pack.language 0 translations");
}

TEST(OsdPack, that_is_damaged_is_refused_by_item) {
  const auto with = [](const std::string& options, const std::string& item) {
    return R"({"definition":{"likert_options":)" + options + R"(,"items":[)" + item +
           R"(]},"translations":{"en":{"a":"Words","b":"Words b"}}})";
  };
  const std::string two = R"({"points":2,"labels":["a","b"]})";
  EXPECT_EQ(refusal(with(two, R"({"id":"q","type":"likert","text_key":"a"})")), "done");
  EXPECT_EQ(refusal(R"({"osd_version":"1.0"})"), "osd.shape 0 definition.items");
  EXPECT_EQ(refusal(R"({"definition":{"items":[]}})"), "osd.shape 0 translations");
  EXPECT_EQ(refusal(with(two, "")), "pack.empty 0 ");
  EXPECT_EQ(refusal(with(two, R"({"type":"likert"})")), "osd.shape 0 definition.items[1]");
  EXPECT_EQ(refusal(with(two, R"({"id":"q","type":"wheel","text_key":"a"})")),
            "osd.type 0 definition.items[1] ('q')");
  EXPECT_EQ(refusal(with(two, R"({"id":"q","type":"likert","text_key":"c"})")),
            "osd.translation 0 definition.items[1] ('q')");
  EXPECT_EQ(refusal(with(
                two, R"({"id":"q","type":"inst","text_key":"a"},{"id":"q","type":"likert","text_key":"a"})")),
            "osd.id_twice 0 definition.items[2] ('q')");
  for (const char* options :
       {"{}", R"({"points":1})", R"({"points":1000000000})", R"({"points":3,"labels":["a","b"]})",
        R"({"points":3,"min":0,"max":3})", R"({"points":"3"})", R"({"points":2.5})"})
    EXPECT_EQ(refusal(with(options, R"({"id":"q","type":"likert","text_key":"a"})")),
              "osd.points 0 definition.items[1] ('q')")
        << options;
  EXPECT_EQ(refusal(with(two, R"({"id":"q","type":"multi","text_key":"a"})")),
            "osd.shape 0 definition.items[1] ('q')");
  EXPECT_EQ(refusal(with(two, R"({"id":"q","type":"grid","text_key":"a","columns":["b"]})")),
            "osd.shape 0 definition.items[1] ('q')");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
