// Wording from a browser: files of every format, and the letter to whoever owns one.

#include "http/wording.hpp"

#include <gmock/gmock.h>

#include "front.hpp"
#include "service/wording.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string item_word(int item) {
  return "Invented question " + std::to_string(item);
}

/// Forms with the items and values of the GAD-7, in words of a test.
std::string fhir_form(int items = 7, int highest = 3) {
  std::string all;
  for (int item = 1; item <= items; ++item) {
    std::string options;
    for (int value = 0; value <= highest; ++value)
      options +=
          std::string(value == 0 ? "" : ",") +
          R"({"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":)" +
          std::to_string(value) + R"(}],"valueCoding":{"code":"a)" + std::to_string(value) +
          R"(","display":"Answer )" + std::to_string(value) + R"("}})";
    all += std::string(item == 1 ? "" : ",") + R"({"linkId":"q)" + std::to_string(item) +
           R"(","type":"choice","text":")" + item_word(item) + R"(","answerOption":[)" + options + "]}";
  }
  return R"({"resourceType":"Questionnaire","language":"en","title":"An invented form",)"
         R"("copyright":"Anybody may use it.","item":[)" +
         all + "]}";
}

std::string redcap_form(const std::string& word = "Invented question ") {
  std::string csv =
      "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,\"Choices, Calculations, OR "
      "Slider "
      "Labels\"\n";
  for (int item = 1; item <= 7; ++item)
    csv += "q" + std::to_string(item) + ",invented,,radio," + word + std::to_string(item) +
           ",\"0, Never | 1, Seldom | 2, Often | 3, Always\"\n";
  return csv;
}

std::string osd_form() {
  std::string items;
  std::string words = R"("a0":"Never","a1":"Seldom","a2":"Often","a3":"Always")";
  for (int item = 1; item <= 7; ++item) {
    const std::string n = std::to_string(item);
    items += std::string(item == 1 ? "" : ",") + R"({"id":"q)" + n + R"(","type":"likert","text_key":"t)" +
             n + "\"}";
    words += ",\"t" + n + R"(":")" + item_word(item) + "\"";
  }
  return R"({"osd_version":"1.0","definition":{"scale_info":{"name":"Invented","license":"CC0"},)"
         R"("likert_options":{"points":4,"min":0,"max":3,"labels":["a0","a1","a2","a3"]},"items":[)" +
         items + R"(]},"translations":{"en":{)" + words + R"(},"de":{)" + words + "}}}";
}

class WordingFiles : public Front {
 protected:
  service::Actor admin_;
  Badge eve_;

  void SetUp() override {
    Front::SetUp();
    if (IsSkipped()) return;
    admin_ = user("eve", {.admin = true});
    eve_ = badge(admin_);
  }

  using More = std::vector<std::pair<std::string, std::string>>;

  Said say(const std::string& path, const More& texts, const Badge& badge, std::optional<bool> keep = {}) {
    wire::Node::Object body;
    for (const auto& [name, text] : texts)
      body.push_back({name, wire::Node{Private<std::string>(std::string(text))}});
    if (keep) body.push_back({"keep", wire::Node{*keep}});
    return ask(badge,
               {.method = Method::post, .path = path, .body = wire::to_json(wire::Node{std::move(body)})});
  }
  Said send(const std::string& content, bool keep, const More& more = {}) {
    More texts = {{"instrument", "gad-7"},
                  {"licence", "Invented for a test"},
                  {"file_name", "form.txt"},
                  {"content", content}};
    texts.insert(texts.end(), more.begin(), more.end());
    return say("/api/v1/wordings", texts, eve_, keep);
  }

  std::vector<service::WordingPack> packs() {
    return must(service::list_wordings(practice(), service::the_program()));
  }
};

TEST_P(WordingFiles, of_every_format_are_shown_item_by_item_and_then_kept) {
  const More english{{"language", "en"}};
  const std::tuple<std::string, More, std::string> forms[] = {
      {fhir_form(), {}, "FHIR R4 Questionnaire"},
      {redcap_form(), english, "REDCap data dictionary"},
      {osd_form(), english, "OpenScales definition"}};
  for (const auto& [content, more, format] : forms) {
    const Said look = send(content, false, more);
    ASSERT_EQ(look.status, 200U) << look.body;
    EXPECT_THAT(look.body, HasSubstr(R"("format":")" + format));
    EXPECT_THAT(look.body, HasSubstr(R"("text":"Invented question 7")"));
    EXPECT_THAT(look.body, HasSubstr(R"("link":"q7")"));
    EXPECT_THAT(look.body, HasSubstr(R"("differences":[])"));
    EXPECT_THAT(look.body, HasSubstr(R"("kept":false)"));
  }
  EXPECT_THAT(packs(), IsEmpty());
  for (const auto& [content, more, format] : forms) {
    const Said done = send(content, true, more);
    ASSERT_EQ(done.status, 200U) << done.body;
    ASSERT_THAT(packs(), SizeIs(1)) << "a later one takes the place";
    EXPECT_EQ(packs()[0].source_format, format);
    EXPECT_EQ(packs()[0].source, "form.txt");
    EXPECT_EQ(packs()[0].source_sha256, store::sha256(content));
    EXPECT_EQ(packs()[0].licence, "Invented for a test");
    EXPECT_EQ(packs()[0].imported_by, admin_.user);
  }
}

TEST_P(WordingFiles, that_differ_are_refused_item_by_item_and_leave_nothing) {
  const Said look = send(fhir_form(7, 4), false);
  ASSERT_EQ(look.status, 200U) << look.body;
  EXPECT_THAT(look.body, HasSubstr(R"("item":"q7","code":"pack.value")"));
  EXPECT_EQ(send(fhir_form(7, 4), true).code(), "pack.differs");
  EXPECT_THAT(send(fhir_form(6), false).body, HasSubstr("pack.count"));
  EXPECT_THAT(send(redcap_form("Since [last_visit] question "), false, {{"language", "en"}}).body,
              HasSubstr(R"("item":"q1","code":"pack.piping")"));
  EXPECT_THAT(send(redcap_form("Quest\u200Bion "), false).body, HasSubstr("U+200B"));
  EXPECT_THAT(packs(), IsEmpty());
}

TEST_P(WordingFiles, say_what_is_missing_beside_the_field_that_takes_it) {
  const auto refused = [&](const Said& said, const std::string& code, const std::string& field) {
    EXPECT_EQ(said.code(), code) << said.body;
    EXPECT_EQ(said.text("field"), field);
  };
  const More english{{"language", "en"}};
  refused(send(redcap_form(), false), "wording.locale", "language");
  refused(send(osd_form(), false), "pack.language", "language");
  refused(send(redcap_form(), false, {{"language", "no such"}}), "pack.language", "language");
  refused(send(fhir_form(), false, {{"form", "other"}}), "pack.form", "form");
  refused(send(fhir_form(), false, {{"answers", "0, No | 1, Yes"}}), "pack.given_answers", "answers");
  refused(send("item,text,locale\n1,One,en\n", false, {{"language", "en"}}), "wording.table_only",
          "language");
  const Said neither = send("a,b\n1,2\n", false);
  EXPECT_EQ(neither.code(), "pack.format");
  EXPECT_THAT(neither.body, HasSubstr("item,text,locale"));
  Said said = send("item,text,locale\n1,One,en\n9,Nine,en\n", false);
  refused(said, "wording.items", "content");
  EXPECT_THAT(said.text("detail"), HasSubstr("line 3, item: "));
  std::string damaged = redcap_form();
  damaged.replace(damaged.find("\"0, Never"), 9, "\"Never");
  said = send(damaged, false, english);
  refused(said, "redcap.choices", "content");
  EXPECT_THAT(said.text("detail"), HasSubstr("line 2, q1: choice 1"));
  refused(send(std::string(largest_upload + 1, ' '), false), "wording.too_large", "content");
  EXPECT_EQ(send(std::string(std::size_t{1} << 20U, ' '), false).status, 413U);
  EXPECT_THAT(packs(), IsEmpty());
}

TEST_P(WordingFiles, cut_short_anywhere_import_nothing) {
  const std::string whole = fhir_form();
  for (std::size_t end = 0; end < whole.size(); end += 97)
    EXPECT_NE(send(whole.substr(0, end), true).status, 200U) << end;
  EXPECT_THAT(packs(), IsEmpty());
}

TEST_P(WordingFiles, a_guide_says_whose_the_wording_is_and_writes_the_letter) {
  const Badge ben = badge(user("ben", {.therapist = true}));
  const auto guide = [&](const std::string& instrument, const std::string& practice) {
    return say("/api/v1/wordings/guide",
               {{"instrument", instrument},
                {"practice", practice},
                {"purpose", ""},
                {"clients", ""},
                {"languages", ""}},
               ben);
  };
  const Said said = guide("ecr-r", "Harbour House");
  ASSERT_EQ(said.status, 200U) << said.body;
  EXPECT_THAT(said.text("letter"), HasSubstr("Harbour House"));
  EXPECT_THAT(said.text("letter"), HasSubstr("[purpose]"));
  EXPECT_THAT(said.body, Not(HasSubstr("securebase instruments")));
  EXPECT_EQ(guide("bond", "").text("letter"), "");
  EXPECT_EQ(guide("none", "").code(), "instrument.unknown");
  EXPECT_EQ(guide("ecr", std::string(201, 'x')).text("field"), "practice");
  EXPECT_EQ(guide("ecr", "a\u200Bb").code(), "letter.words");
  for (const auto& instrument : service::all_instruments().instruments)
    EXPECT_EQ(guide(instrument.id, "").status, 200U) << instrument.id;
}

INSTANTIATE_TEST_SUITE_P(Http, WordingFiles, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
