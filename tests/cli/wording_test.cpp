#include <gmock/gmock.h>

#include <memory>

#include "base/version.hpp"
#include "one_practice.hpp"
#include "service/wording.hpp"
#include "terminal.hpp"
#include "wire/pack_examples.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// What is in use.
std::vector<service::WordingPack> wordings_of(OnePractice& host) {
  std::vector<service::WordingPack> packs;
  EXPECT_TRUE(
      host.with_practice({"somewhere", "", "", ""}, [&](const service::Practice& practice) -> Result<bool> {
        packs = service::list_wordings(practice, service::the_program()).value();
        return true;
      }));
  return packs;
}

/// A form for the GAD-7 in words of a test.
std::string gad_form(const std::string& language = "en", const std::string& more = "") {
  std::string items;
  for (int item = 1; item <= 7; ++item) {
    std::string options;
    for (int value = 0; value <= 3; ++value)
      options += (value == 0 ? "{" : ",{") + wire::weight("ordinalValue", std::to_string(value)) +
                 R"(,"valueCoding":{"code":"c","display":"Answer )" + std::to_string(value) + "\"}}";
    items += (item == 1 ? "" : ",") + wire::item_of("q" + std::to_string(item), options);
  }
  return R"({"resourceType":"Questionnaire","language":")" + language + R"(","title":"A form",)" + more +
         R"("item":[)" + items + "]}";
}

class ImportCommandTest : public ::testing::Test {
 protected:
  Folder folder_;
  OnePractice host_{folder_.path("practice")};

  Ran run_with(std::vector<std::string> words, std::istream* in = nullptr) {
    words.insert(words.begin(), {"instruments", "import"});
    std::ostringstream out;
    std::ostringstream err;
    const int code = run(words, {out, err, false, 80, store::embedded_documents, store::documents_below,
                                 &host_, in, store::sha256});
    return {code, out.str(), err.str()};
  }
  Ran import(const std::string& path, const std::vector<std::string>& more = {}, std::istream* in = nullptr) {
    std::vector<std::string> words = {path, "-i", "gad-7", "--data", "somewhere"};
    words.insert(words.end(), more.begin(), more.end());
    return run_with(words, in);
  }
};

TEST_F(ImportCommandTest, shows_the_match_and_keeps_wording_terms_and_origin) {
  const auto path = folder_.put("form.json", gad_form());
  const Ran dry = import(path, {"--dry-run", "--licence-text", "Free"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("     2  stopping the worry"));
  EXPECT_THAT(dry.out, HasSubstr("0 Answer 0 | 1 Answer 1"));
  EXPECT_THAT(dry.out, HasSubstr("Nothing was imported"));
  EXPECT_THAT(wordings_of(host_), IsEmpty());

  const Ran done = import(path, {"--yes", "--licence-text", "Free for all, says its owner"});
  EXPECT_EQ(done.code, 0) << done.err;
  const auto packs = wordings_of(host_);
  ASSERT_THAT(packs, SizeIs(1));
  EXPECT_EQ(packs[0].instrument, "gad-7");
  EXPECT_EQ(packs[0].locale, "en");
  EXPECT_EQ(packs[0].licence, "Free for all, says its owner");
  EXPECT_EQ(packs[0].source, "form.json");
  EXPECT_EQ(packs[0].source_format, "FHIR R4 Questionnaire");
  EXPECT_EQ(packs[0].source_sha256, store::sha256(gad_form()));
  EXPECT_EQ(packs[0].importer, std::string(engine_version()));
}

TEST_F(ImportCommandTest, keeps_several_languages_side_by_side_and_replaces_one) {
  const std::vector<std::string> how = {"--yes", "--licence-text", "Free"};
  EXPECT_EQ(import(folder_.put("en.json", gad_form("en")), how).code, 0);
  EXPECT_EQ(import(folder_.put("de.json", gad_form("de")), how).code, 0);
  EXPECT_THAT(wordings_of(host_), SizeIs(2));
  const Ran again = import(folder_.path("de.json"), how);
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("is shown to nobody any more"));
  EXPECT_THAT(wordings_of(host_), SizeIs(2));
}

TEST_F(ImportCommandTest, asks_before_it_imports) {
  const auto path = folder_.put("form.json", gad_form("en", R"("copyright":"Anybody may use it.",)"));
  EXPECT_THAT(import(path).err, HasSubstr("usage.yes"));
  std::istringstream no("no\n");
  const Ran refused = import(path, {}, &no);
  EXPECT_EQ(refused.code, 7);
  EXPECT_THAT(refused.err, HasSubstr("pack.not_confirmed"));
  EXPECT_THAT(wordings_of(host_), IsEmpty());
  std::istringstream yes("yes\n");
  EXPECT_EQ(import(path, {}, &yes).code, 0);
  ASSERT_THAT(wordings_of(host_), SizeIs(1));
  EXPECT_EQ(wordings_of(host_)[0].licence, "Anybody may use it.");
}

TEST_F(ImportCommandTest, needs_language_and_terms) {
  std::string silent = gad_form();
  silent.erase(silent.find(R"("language":"en",)"), 16);
  const auto path = folder_.put("form.json", silent);
  EXPECT_THAT(import(path, {"--yes"}).err, HasSubstr("usage.language"));
  EXPECT_THAT(import(path, {"--yes", "--language", "en"}).err, HasSubstr("usage.licence"));
  const auto terms = folder_.put("terms.txt", "Free");
  EXPECT_EQ(import(path, {"--yes", "--language", "en", "--licence-file", terms}).code, 0);
  EXPECT_THAT(import(path, {"--yes", "--language", "not one", "--licence-text", "Free"}).err,
              HasSubstr("pack.language"));
  EXPECT_THAT(wordings_of(host_), SizeIs(1));
}

TEST_F(ImportCommandTest, leaves_everything_as_it_was_where_a_form_is_refused) {
  const auto names = folder_.names();
  std::string damaged = gad_form();
  damaged.replace(damaged.find(R"("valueDecimal":2)"), 16, R"("valueDecimal":7)");
  const Ran ran = import(folder_.put("form.json", damaged), {"--yes", "--licence-text", "Free"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(unwrapped(ran.err),
              HasSubstr("q1: item 1, answer 3: the value is 7; 0 to 3 are wanted [pack.value]"));
  EXPECT_THAT(ran.err, HasSubstr("pack.differs"));
  EXPECT_THAT(ran.err, Not(HasSubstr("Words")));
  EXPECT_THAT(wordings_of(host_), IsEmpty());
  EXPECT_THAT(folder_.names(), ElementsAre("form.json", "practice"));
  EXPECT_THAT(names, ElementsAre("practice"));
  const Ran broken = import(folder_.put("form.json", gad_form().substr(0, 500)), {"--yes"});
  EXPECT_EQ(broken.code, 3);
  EXPECT_THAT(broken.err, HasSubstr("json.malformed"));
}

TEST_F(ImportCommandTest, tells_the_same_as_json) {
  const auto path = folder_.put("form.json", gad_form());
  const Json json = import(path, {"--dry-run", "--json", "--licence-text", "Free"}).json();
  EXPECT_EQ(json.at("schema"), "securebase.wording_match/1");
  EXPECT_EQ(json.at("fits"), true);
  EXPECT_EQ(json.at("imported"), false);
  EXPECT_EQ(json.at("items").at(6).at("link"), "q7");
  EXPECT_EQ(json.at("items").at(6).at("answers").at(3), "Answer 3");
  const Ran other = run_with({path, "-i", "phq-9", "--dry-run", "--json"});
  EXPECT_EQ(other.code, 3);
  EXPECT_EQ(other.json().at("differences").at(0).at("code"), "pack.count");
  EXPECT_THAT(other.err, Not(HasSubstr("--leave-out"))) << "nothing is too many";
}

TEST_F(ImportCommandTest, takes_nothing_that_its_owner_does_not_allow) {
  const auto path = folder_.put("form.json", gad_form());
  EXPECT_THAT(run_with({path, "-i", "ors", "--dry-run"}).err, HasSubstr("wording.not_allowed"));
  EXPECT_THAT(run_with({path, "-i", "check-in", "--dry-run"}).err, HasSubstr("wording.shipped"));
}

TEST_F(ImportCommandTest, takes_answers_and_leaves_out_items_as_told) {
  std::string items;
  for (int item = 1; item <= 8; ++item)
    items += (item == 1 ? "" : ",") + (R"({"linkId":"i)" + std::string(static_cast<std::size_t>(item), 'x')) +
             R"(","type":"choice","text":"Words","answerValueSet":"http://elsewhere"})";
  const auto path = folder_.put(
      "form.json",
      R"({"resourceType":"Questionnaire","language":"en","copyright":"Free","item":[)" + items + "]}");
  EXPECT_EQ(import(path, {"--dry-run"}).code, 3);
  const Ran ran =
      import(path, {"--dry-run", "--leave-out", "ixxxxxxxx", "--answers", "0, No | 1, A | 2, B | 3, C"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("0 No | 1 A | 2 B | 3 C"));
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("Not imported: ixxxxxxxx (left out, as asked)"));
  EXPECT_THAT(import(path, {"--dry-run", "--answers", "nothing"}).err, HasSubstr("redcap.choices"));
}

TEST_F(ImportCommandTest, a_dry_run_is_refused_for_what_the_run_is_refused_for) {
  std::string silent = gad_form();
  silent.erase(silent.find(R"("language":"en",)"), 16);
  const auto no_language = folder_.put("silent.json", silent);
  const auto form = folder_.put("form.json", gad_form());
  const auto strange = folder_.put("strange.json", gad_form("English"));
  const std::string terms = "--licence-text";
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {no_language, {terms, "Free"}},
      {form, {}},
      {form, {terms, "Free\x1B[2J"}},
      {form, {terms, " "}},
      {form, {terms, std::string(service::longest_licence + 1, 'x')}},
      {form, {terms, "Free", "--language", "de"}},
      {form, {terms, "Free", "--language", "xx"}},
      {strange, {terms, "Free"}},
      {form, {terms, "Free", "--answers", "0, No | 1, Yes"}},
      {form, {terms, "Free", "--answers", "0, No | 1, Yes", "--form", "days"}},
      {form, {terms, "Free", "--form", "days"}}};
  for (const auto& [path, options] : cases) {
    auto dry = options;
    dry.emplace_back("--dry-run");
    auto real = options;
    real.emplace_back("--yes");
    const Ran first = import(path, dry);
    const Ran second = import(path, real);
    EXPECT_NE(first.code, 0) << first.out;
    EXPECT_EQ(first.code, second.code);
    EXPECT_EQ(first.err, second.err);
    EXPECT_THAT(first.err, Not(HasSubstr("\x1B")));
  }
  EXPECT_THAT(wordings_of(host_), IsEmpty());
}

TEST_F(ImportCommandTest, takes_a_language_in_any_case_as_one) {
  const std::vector<std::string> how = {"--yes", "--licence-text", "Free"};
  EXPECT_EQ(import(folder_.put("form.json", gad_form("de-CH")), how).code, 0);
  EXPECT_EQ(import(folder_.put("form.json", gad_form("DE-ch")), how).code, 0);
  ASSERT_THAT(wordings_of(host_), SizeIs(1));
  EXPECT_EQ(wordings_of(host_)[0].locale, "de-CH");
}

TEST(AskCommandTest, says_whose_a_wording_is_and_writes_a_letter) {
  const Ran ran = securebase({"instruments", "ask", "ecr-r", "--practice", "Harbour House"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("A letter"));
  EXPECT_THAT(ran.out, HasSubstr("Harbour House"));
  EXPECT_THAT(ran.out, HasSubstr("[purpose]"));
  const Json json = securebase({"instruments", "list", "--json"}).json();
  for (const Json& instrument : json.at("instruments")) {
    const std::string id = instrument.at("id");
    const Json guide = securebase({"instruments", "ask", id, "--json"}).json();
    EXPECT_EQ(guide.at("schema"), "securebase.wording_guide/1");
    EXPECT_NE(guide.at("terms"), "") << id;
    EXPECT_FALSE(guide.at("steps").empty()) << id;
    EXPECT_FALSE(guide.at("sources").empty()) << id;
    EXPECT_EQ(guide.at("letter") == "", instrument.at("wording") == "shipped") << id;
  }
}

TEST(ExportCommandTest, writes_our_own_with_words_and_others_without) {
  const Ran ours = securebase({"instruments", "export", "check-in", "--fhir", "r5"});
  EXPECT_EQ(ours.code, 0) << ours.err;
  EXPECT_EQ(ours.json().at("language"), "en-GB");
  const Ran theirs = securebase({"instruments", "export", "phq-9"});
  EXPECT_EQ(theirs.code, 0);
  EXPECT_FALSE(theirs.json().contains("language"));
  EXPECT_THAT(unwrapped(theirs.err), HasSubstr("written without words"));
  EXPECT_THAT(securebase({"instruments", "export", "sdq"}).err, HasSubstr("export.not_allowed"));
  EXPECT_THAT(securebase({"instruments", "export", "check-in", "--language", "fr"}).err,
              HasSubstr("export.language"));
  EXPECT_EQ(securebase({"instruments", "export", "check-in", "--fhir", "r3"}).code, 2);
}

TEST(ExportAnswers, writes_a_response_and_its_scores_on_lines_of_their_own) {
  const Folder folder;
  const auto in = folder.put("in.csv", "who,Q1,Q2,Q3,Q4\nP1,0,1,2,3\nP2,1,,1,1\n");
  const Ran ran = securebase({"export", "-i", "phq-4", "--in", in, "--id", "who"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_THAT(lines, SizeIs(8));
  EXPECT_EQ(Json::parse(lines[0]).at("resourceType"), "QuestionnaireResponse");
  EXPECT_EQ(Json::parse(lines[1]).at("valueQuantity").at("value"), 6);
  EXPECT_EQ(Json::parse(lines[4]).at("subject").at("identifier").at("value"), "P2");
  EXPECT_TRUE(Json::parse(lines[5]).contains("dataAbsentReason"));
  const auto risk = folder.put("risk.csv", "who,Q1,Q2,Q3,Q4,Q5,Q6,Q7,Q8,Q9\nP1,0,0,0,0,0,0,0,0,1\n");
  EXPECT_THAT(securebase({"export", "-i", "phq-9", "--in", risk, "--id", "who"}).err, HasSubstr("(line 2)"));
  const auto names = folder.put("names.csv", "who,Q1,Q2,Q3,Q4\nAda Weber,0,1,2,3\n");
  const Ran refused = securebase({"export", "-i", "phq-4", "--in", names, "--id", "who"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("export.pseudonym"));
  EXPECT_THAT(refused.err, Not(HasSubstr("Weber")));
  EXPECT_THAT(securebase({"export", "-i", "phq-4", "--in", in, "--id", "nobody"}).err,
              HasSubstr("answers.columns"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
