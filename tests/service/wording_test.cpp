#include "service/wording.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/form.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Seven items of the GAD-7 and its four answers, in words of a test.
WordingText gad(const std::string& locale = "en") {
  WordingText text{locale, "Title", "", {}};
  for (int answer = 0; answer <= 3; ++answer)
    text.rows.push_back({0, answer, "A" + std::to_string(answer), 0});
  for (int item = 1; item <= 7; ++item)
    text.rows.push_back({item, {}, "Q" + std::to_string(item), static_cast<std::size_t>(item) + 5});
  return text;
}

class Wordings : public EachPractice {
 protected:
  Actor eve_;

  void SetUp() override {
    EachPractice::SetUp();
    if (!IsSkipped()) eve_ = user("eve", {.admin = true});
  }
  Result<std::vector<WordingReview>> import(const WordingText& text, const std::string& instrument = "gad-7",
                                            bool keep = true) {
    return import_wording(practice(), eve_, {instrument, {}, "Free for clinical use, says its owner", keep},
                          {"words.csv", {text}});
  }
};

TEST_P(Wordings, are_shown_item_by_item_and_only_then_kept) {
  const auto reviews = must(import(gad(), "gad-7", false));
  ASSERT_THAT(reviews, SizeIs(1));
  const WordingReview& review = reviews[0];
  EXPECT_EQ(review.version, "2006");
  ASSERT_THAT(review.items, SizeIs(7));
  EXPECT_EQ(review.items[6].text, "Q7");
  EXPECT_NE(review.items[6].gist, "");
  EXPECT_THAT(review.items[6].options, ElementsAre("A0", "A1", "A2", "A3"));
  EXPECT_FALSE(review.kept);
  EXPECT_THAT(must(list_wordings(practice(), eve_)), IsEmpty());
  EXPECT_TRUE(must(import(gad()))[0].kept);
  const auto packs = must(list_wordings(practice(), eve_));
  ASSERT_THAT(packs, SizeIs(1));
  EXPECT_EQ(packs[0].licence, "Free for clinical use, says its owner");
  EXPECT_EQ(packs[0].source, "words.csv");
  EXPECT_EQ(packs[0].imported_by, eve_.user);
}

TEST_P(Wordings, keep_where_they_came_from) {
  const WordingOrigin origin{"FHIR R4 Questionnaire", std::string(64, 'a'), "Anybody may use it.", "0.1.0"};
  must(import_wording(practice(), eve_, {"gad-7", {}, "Free", true}, {"form.json", {gad()}, origin}));
  const auto packs = must(list_wordings(practice(), eve_));
  ASSERT_THAT(packs, SizeIs(1));
  EXPECT_EQ(packs[0].source_format, origin.format);
  EXPECT_EQ(packs[0].source_sha256, origin.sha256);
  EXPECT_EQ(packs[0].source_statement, origin.statement);
  EXPECT_EQ(packs[0].importer, origin.importer);
  must(import(gad("de")));
  for (const WordingPack& pack : must(list_wordings(practice(), eve_)))
    EXPECT_EQ(pack.source_format.has_value(), pack.locale == "en");
}

TEST_P(Wordings, of_a_definition_come_back_as_they_were) {
  const auto definition = must(choose_definition(practice(), "gad-7", {}));
  catalog::Text text{"en", "Title", "Words before", {"A0", "A1", "A2", "A3"}, {}};
  for (int item = 1; item <= 7; ++item) text.items.push_back({"Q" + std::to_string(item), {}});
  text.items[2].options = {"B0", "B1", "B2", "B3"};
  const auto words = wording_of(text, *definition.instrument, *definition.order);
  must(import_wording(practice(), eve_, {"gad-7", {}, "Free", true}, {"form.json", {words}}));
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    const auto pack = must(current_wording(transaction, definition, "en"));
    const auto again = must(text_of(transaction, definition, pack->id));
    EXPECT_EQ(again->title, text.title);
    EXPECT_EQ(again->instruction, text.instruction);
    EXPECT_EQ(again->options, text.options);
    for (std::size_t i = 0; i < text.items.size(); ++i) {
      EXPECT_EQ(again->items[i].text, text.items[i].text);
      EXPECT_EQ(again->items[i].options, text.items[i].options);
    }
    return true;
  }));
}

TEST_P(Wordings, of_the_same_language_replace_each_other) {
  must(import(gad()));
  must(import(gad("de")));
  EXPECT_TRUE(must(import(gad(), "gad-7", false))[0].replaces);
  clock().pass(1);
  must(import(gad()));
  const auto packs = must(list_wordings(practice(), eve_));
  ASSERT_THAT(packs, SizeIs(2));
  EXPECT_EQ(packs[0].locale, "en");
  EXPECT_EQ(code_of(retire_wording(practice(), eve_, packs[0].id)), "done");
  EXPECT_EQ(code_of(retire_wording(practice(), eve_, packs[0].id)), "wording_pack.not_found");
  EXPECT_THAT(must(list_wordings(practice(), eve_)), SizeIs(1));
}

TEST_P(Wordings, are_refused_where_they_are_not_the_instruments) {
  const auto refused = [&](WordingText text, const std::string& code, const std::string& detail) {
    const auto result = import(text);
    EXPECT_EQ(code_of(result), code);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().detail, HasSubstr(detail));
    EXPECT_THAT(must(list_wordings(practice(), eve_)), IsEmpty());
  };
  WordingText text = gad();
  text.rows.pop_back();
  refused(text, "wording.items", "item 7");
  text = gad();
  text.rows.push_back({8, {}, "Q8", 14});
  refused(text, "wording.items", "1 to 7");
  text = gad();
  text.rows.push_back({7, {}, "Q7", 14});
  refused(text, "wording.items", "twice");
  text = gad();
  text.rows.erase(text.rows.begin());
  refused(text, "wording.answers", "0 to 3");
  text = gad();
  text.rows.push_back({0, 4, "A4", 14});
  refused(text, "wording.answers", "0 to 3");
  text = gad();
  text.rows.push_back({2, 1, "only one", 14});
  refused(text, "wording.answers", "item 2");
  text = gad();
  text.rows[4].text = " \n";
  refused(text, "wording.text", "bytes");
  text = gad();
  text.rows[4].text.assign(longest_wording + 1, 'x');
  refused(text, "wording.text", "bytes");
  refused(gad("English, please"), "wording.locale", "de-CH");
  text = gad();
  text.rows.clear();
  refused(text, "wording.items", "1, 2, 3, 4, 5, 6, 7");
}

TEST_P(Wordings, name_a_sign_that_cannot_be_seen) {
  WordingText text = gad();
  text.rows[6].text = "Q\u200B3";
  const auto refused = import(text);
  EXPECT_EQ(code_of(refused), "wording.text");
  EXPECT_THAT(refused.error().detail, HasSubstr("item 3"));
  EXPECT_THAT(refused.error().detail, HasSubstr("U+200B, character 2"));
  for (const char* licence : {"Free\x1B[2J", "Fr\u00ADee"})
    EXPECT_EQ(code_of(import_wording(practice(), eve_, {"gad-7", {}, licence, true}, {"w", {gad()}})),
              "wording.licence");
  EXPECT_THAT(must(list_wordings(practice(), eve_)), IsEmpty());
}

TEST_P(Wordings, of_a_language_in_another_case_replace_each_other) {
  must(import(gad("de-CH")));
  EXPECT_TRUE(must(import(gad("DE-ch"), "gad-7", false))[0].replaces);
  must(import(gad("DE-ch")));
  const auto packs = must(list_wordings(practice(), eve_));
  ASSERT_THAT(packs, SizeIs(1));
  EXPECT_EQ(packs[0].locale, "de-CH");
  const auto twice =
      import_wording(practice(), eve_, {"gad-7", {}, "Free", true}, {"w", {gad("en"), gad("EN")}});
  EXPECT_EQ(code_of(twice), "wording.locale");
  for (const char* none : {"xx", "en-", "x-ours", "eng-"})
    EXPECT_EQ(code_of(import(gad(none))), "wording.locale") << none;
}

/// A form for the GAD-7 of another format, in words of a test.
PackFile gad_pack() {
  PackFile file{"form.json", {}, std::string(64, 'b'), {}};
  file.pack.file = file.name;
  file.pack.language = "en";
  file.pack.title = "A form";
  file.pack.copyright = "Anybody may use it.";
  file.pack.version = "2";
  for (int item = 1; item <= 7; ++item) {
    catalog::PackItem one;
    one.link = "q" + std::to_string(item);
    one.text = "Q" + std::to_string(item);
    for (int value = 0; value <= 3; ++value) one.answers.push_back({value, "A" + std::to_string(value)});
    file.pack.items.push_back(std::move(one));
  }
  return file;
}

TEST_P(Wordings, of_another_format_are_shown_and_then_kept_with_their_origin) {
  const WordingTerms look{"gad-7", {}, "Free", false};
  const auto review = must(import_pack(practice(), eve_, look, gad_pack()));
  ASSERT_THAT(review.items, SizeIs(7));
  EXPECT_EQ(review.items[6].link, "q7");
  EXPECT_NE(review.items[6].gist, "");
  EXPECT_THAT(review.items[6].options, ElementsAre("A0", "A1", "A2", "A3"));
  EXPECT_EQ(review.format, "FHIR R4 Questionnaire");
  EXPECT_EQ(review.statement, "Anybody may use it.\nVersion: 2");
  EXPECT_THAT(must(list_wordings(practice(), eve_)), IsEmpty());
  EXPECT_TRUE(must(import_pack(practice(), eve_, {"gad-7", {}, "Free", true}, gad_pack())).kept);
  const auto packs = must(list_wordings(practice(), eve_));
  ASSERT_THAT(packs, SizeIs(1));
  EXPECT_EQ(packs[0].source, "form.json");
  EXPECT_EQ(packs[0].source_format, "FHIR R4 Questionnaire");
  EXPECT_EQ(packs[0].source_sha256, std::string(64, 'b'));
  EXPECT_EQ(packs[0].source_statement, review.statement);
  EXPECT_TRUE(must(import_pack(practice(), eve_, look, gad_pack())).replaces);
}

TEST_P(Wordings, of_another_format_name_every_difference_and_keep_nothing) {
  PackFile file = gad_pack();
  file.pack.items[1].answers[3].value = 7;
  file.pack.items[4].text = "Q\u200B";
  const auto review = must(import_pack(practice(), eve_, {"gad-7", {}, "Free", false}, file));
  std::vector<std::string> said;
  for (const WordingDifference& one : review.differences) said.push_back(one.item + " " + one.code);
  EXPECT_THAT(said, ElementsAre("q2 pack.value", "q2 pack.answer_missing", "q5 pack.text"));
  EXPECT_EQ(code_of(import_pack(practice(), eve_, {"gad-7", {}, "Free", true}, file)), "pack.differs");
  const Actor therapist = user("ada", {.therapist = true});
  EXPECT_EQ(code_of(import_pack(practice(), therapist, {"gad-7", {}, "Free", false}, file)),
            "access.forbidden");
  EXPECT_EQ(code_of(import_pack(practice(), therapist, {"gad-7", {}, "Free", true}, gad_pack())),
            "access.forbidden");
  file = gad_pack();
  file.pack.language = "";
  EXPECT_EQ(code_of(import_pack(practice(), eve_, {"gad-7", {}, "Free", true}, file)), "wording.locale");
  EXPECT_EQ(code_of(import_pack(practice(), eve_, {"gad-7", {}, "", true}, gad_pack())), "wording.licence");
  EXPECT_EQ(code_of(import_pack(practice(), eve_, {"ors", {}, "Free", true}, gad_pack())),
            "wording.not_allowed");
  EXPECT_THAT(must(list_wordings(practice(), eve_)), IsEmpty());
}

TEST_P(Wordings, need_leave_a_licence_and_an_admin) {
  EXPECT_EQ(code_of(import(gad(), "bond")), "wording.shipped");
  EXPECT_EQ(code_of(import(gad(), "none")), "instrument.unknown");
  const auto without = import_wording(practice(), eve_, {"gad-7", {}, " ", true}, {"words.csv", {gad()}});
  EXPECT_EQ(code_of(without), "wording.licence");
  const Actor therapist = user("ada", {.therapist = true});
  EXPECT_EQ(code_of(import_wording(practice(), therapist, {"gad-7", {}, "Free", true}, {"w", {gad()}})),
            "access.forbidden");
  EXPECT_EQ(code_of(list_wordings(practice(), therapist)), "done");
}

TEST_P(Wordings, stay_with_the_sheets_they_were_shown_on) {
  const Actor ada = user("ada", {.therapist = true});
  const CourseView course = course_of(ada, "Mia Weber");
  agree_to_measures(ada, course.members[0].person, course.id);
  must(import(gad()));
  GiveMeasure measure;
  measure.instrument = "gad-7";
  measure.respondent = course.members[0].person;
  const auto sheet = must(give_measure(practice(), ada, course.id, measure));
  must(retire_wording(practice(), eve_, *sheet.wording));
  const Form form = must(read_sheet_form(practice(), ada, course.id, sheet.id));
  EXPECT_EQ(form.items[0].text, "Q1");
  EXPECT_TRUE(form.items[0].gist);
  EXPECT_EQ(form.locale, "en");
  EXPECT_FALSE(must(give_measure(practice(), ada, course.id, measure)).wording);
}

INSTANTIATE_TEST_SUITE_P(Service, Wordings, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
