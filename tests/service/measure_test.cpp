#include "service/measure.hpp"

#include <gmock/gmock.h>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/history.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Answers answers(std::vector<std::string> words) {
  return {std::move(words)};
}

class Measures : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  CourseView course_;
  Id<Person> mia_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
  }
  void agree(ConsentKind kind) {
    must(give_consent(practice(), ada_, mia_, {course_.id, kind, "2026-1", {}}));
  }
  GiveMeasure measure(const std::string& instrument) {
    GiveMeasure given;
    given.instrument = instrument;
    given.respondent = mia_;
    return given;
  }
  Result<Administration> give(const GiveMeasure& input) {
    return give_measure(practice(), ada_, course_.id, input);
  }
  Sheet answered(const std::string& instrument, std::vector<std::string> words) {
    const auto given = must(give(measure(instrument)));
    return must(record_answers(practice(), ada_, course_.id, given.id, answers(std::move(words))));
  }
};

const std::vector<std::string> low_phq = {"0", "1", "0", "1", "0", "1", "0", "1", "0"};

TEST_P(Measures, need_the_respondents_consent) {
  ready_for_phones();
  import_words("gad-7");
  EXPECT_EQ(code_of(give(measure("phq-9"))), "consent.missing");
  agree(ConsentKind::measures);
  EXPECT_EQ(code_of(give(measure("phq-9"))), "consent.missing");
  agree(ConsentKind::limits_explained);
  EXPECT_EQ(code_of(give(measure("phq-9"))), "done");
  GiveMeasure on_phone = measure("gad-7");
  on_phone.mode = Mode::on_phone;
  EXPECT_EQ(code_of(give(on_phone)), "consent.missing");
  agree(ConsentKind::portal);
  EXPECT_EQ(code_of(give(on_phone)), "done");
}

TEST_P(Measures, go_to_a_phone_only_when_one_has_reached_the_portal_and_there_are_words_to_show) {
  agree_to_measures(ada_, mia_, course_.id);
  agree(ConsentKind::portal);
  GiveMeasure on_phone = measure("gad-7");
  on_phone.mode = Mode::on_phone;
  EXPECT_EQ(code_of(give(on_phone)), "portal.unproven");
  ready_for_phones();
  EXPECT_EQ(code_of(give(on_phone)), "measure.no_wording");
  import_words("gad-7");
  EXPECT_EQ(code_of(give(on_phone)), "done");
  on_phone.locale = "de";
  EXPECT_EQ(code_of(give(on_phone)), "measure.locale");
  import_words("gad-7", "de");
  EXPECT_EQ(code_of(give(on_phone)), "done");
  GiveMeasure ours = measure("check-in");
  ours.mode = Mode::on_phone;
  ours.ask_risk = false;
  EXPECT_EQ(code_of(give(ours)), "done");
}

TEST_P(Measures, ask_a_risk_item_on_a_phone_only_where_a_tested_path_leads_to_somebody) {
  agree_to_measures(ada_, mia_, course_.id);
  agree(ConsentKind::portal);
  ready_for_phones();
  import_words("phq-9");
  GiveMeasure on_phone = measure("phq-9");
  on_phone.mode = Mode::on_phone;
  EXPECT_EQ(code_of(give(on_phone)), "done");
  ChangeSettings another;
  another.risk_phone = "030 9999";
  EXPECT_FALSE(must(change_settings(practice(), the_program(), another)).risk_path.tested_at);
  EXPECT_EQ(code_of(give(on_phone)), "measure.risk_on_phone");
  on_phone.ask_risk = false;
  EXPECT_EQ(code_of(give(on_phone)), "done");
  on_phone.ask_risk = true;
  must(note_tested_path(practice(), the_program(), {"Called it; Ada answered."}));
  EXPECT_EQ(code_of(give(on_phone)), "done");
}

TEST_P(Measures, tell_a_course_when_answers_last_came) {
  agree_to_measures(ada_, mia_, course_.id);
  EXPECT_FALSE(must(read_course(practice(), ada_, course_.id)).answered_at);
  clock().pass(day_ms);
  answered("phq-9", low_phq);
  EXPECT_EQ(must(read_course(practice(), ada_, course_.id)).answered_at, clock().now());
}

TEST_P(Measures, are_refused_by_name) {
  agree_to_measures(ada_, mia_, course_.id);
  EXPECT_EQ(code_of(give(measure("phq-99"))), "instrument.unknown");
  EXPECT_EQ(code_of(give(measure("ecr"))), "measure.order_needed");
  GiveMeasure ordered = measure("ecr");
  ordered.item_order = "backwards";
  EXPECT_EQ(code_of(give(ordered)), "order.unknown");
  GiveMeasure about_a_stranger = measure("phq-9");
  about_a_stranger.subject = course_of(ada_, "Somebody Else").members[0].person;
  EXPECT_EQ(code_of(give(about_a_stranger)), "measure.member");
  EXPECT_EQ(code_of(give_measure(practice(), ben_, course_.id, measure("phq-9"))), "access.not_found");
}

TEST_P(Measures, are_scored_from_what_was_answered) {
  agree_to_measures(ada_, mia_, course_.id);
  const Sheet sheet = answered("phq-9", low_phq);
  ASSERT_THAT(sheet.scales, SizeIs(1));
  EXPECT_EQ(sheet.scales[0].value, 4);
  EXPECT_THAT(sheet.answers, testing::ElementsAreArray(low_phq));
  ASSERT_THAT(sheet.risks, SizeIs(1));
  EXPECT_FALSE(sheet.risks[0].raised);
  EXPECT_EQ(sheet.risks[0].answer, 0);
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), IsEmpty());
  const Sheet again = must(read_sheet(practice(), ada_, course_.id, sheet.administration.id));
  EXPECT_EQ(again.scales[0].value, sheet.scales[0].value);
  EXPECT_EQ(code_of(record_answers(practice(), ada_, course_.id, sheet.administration.id, answers(low_phq))),
            "measure.sent");
  EXPECT_EQ(code_of(read_sheet(practice(), ben_, course_.id, sheet.administration.id)), "access.not_found");
  const CourseView other = course_of(ada_, "Somebody Else");
  EXPECT_EQ(code_of(read_sheet(practice(), ada_, other.id, sheet.administration.id)),
            "administration.not_found");
}

TEST_P(Measures, name_the_answer_that_is_wrong_and_keep_none) {
  agree_to_measures(ada_, mia_, course_.id);
  const auto given = must(give(measure("phq-9")));
  const auto code = [&](const std::vector<std::string>& words) {
    return code_of(record_answers(practice(), ada_, course_.id, given.id, {words}));
  };
  auto wrong = low_phq;
  wrong[2] = "often";
  const auto refused = record_answers(practice(), ada_, course_.id, given.id, {wrong});
  EXPECT_EQ(refused.error().code, "answers.value");
  EXPECT_EQ(refused.error().where.field, "answers[3]");
  wrong[2] = "4";
  EXPECT_NE(code(wrong), "done");
  EXPECT_NE(code({"0", "1"}), "done");
  EXPECT_THAT(must(read_sheet(practice(), ada_, course_.id, given.id)).answers, IsEmpty());
  EXPECT_EQ(code(low_phq), "done");
}

TEST_P(Measures, never_let_a_risk_answer_pass_in_silence) {
  agree_to_measures(ada_, mia_, course_.id);
  auto words = low_phq;
  words[8] = "2";
  const Sheet sheet = answered("phq-9", words);
  EXPECT_TRUE(sheet.risks.at(0).raised);
  const auto open = must(open_risk_entries(practice(), ada_));
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].person, mia_);
  EXPECT_EQ(must(caseload(practice(), ada_)).at(0).open_risk_entries, 1);
  EXPECT_EQ(must(read_course_page(practice(), ada_, course_.id, 10)).open_risk_entries.size(), 1U);
  EXPECT_THAT(must(open_risk_entries(practice(), ben_)), IsEmpty());
  EXPECT_EQ(
      code_of(acknowledge_risk(practice(), ben_, course_.id, open[0].id, {Private<std::string>("seen")})),
      "access.not_found");
  must(acknowledge_risk(practice(), ada_, course_.id, open[0].id, {Private<std::string>("talked with Mia")}));
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), SizeIs(1)) << "seen is not closed";
  EXPECT_EQ(
      code_of(acknowledge_risk(practice(), ada_, course_.id, open[0].id, {Private<std::string>("again")})),
      "risk.done");
}

TEST_P(Measures, take_a_risk_item_without_an_answer_for_no_answer_and_not_for_zero) {
  agree_to_measures(ada_, mia_, course_.id);
  auto words = low_phq;
  words[8] = "skipped";
  const Sheet sheet = answered("phq-9", words);
  ASSERT_THAT(sheet.risks, SizeIs(1));
  EXPECT_FALSE(sheet.risks[0].answer);
  EXPECT_EQ(sheet.answers[8], "skipped");
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), IsEmpty());
}

TEST_P(Measures, take_a_risk_answer_that_was_not_asked_for) {
  agree_to_measures(ada_, mia_, course_.id);
  GiveMeasure input = measure("phq-9");
  input.ask_risk = false;
  const auto given = must(give(input));
  const auto sheet = must(record_answers(practice(), ada_, course_.id, given.id,
                                         answers({"3", "3", "3", "3", "3", "3", "3", "3", "3"})));
  EXPECT_EQ(sheet.answers.back(), "3");
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), SizeIs(1));
}

TEST_P(Measures, have_a_risk_answer_acknowledged_in_words_by_those_of_the_course) {
  agree_to_measures(ada_, mia_, course_.id);
  (void)answered("phq-9", {"0", "1", "0", "1", "0", "1", "0", "1", "3"});
  const auto entry = must(open_risk_entries(practice(), ada_)).at(0);
  const auto acknowledge = [&](const Actor& actor, const std::string& words) {
    return code_of(acknowledge_risk(practice(), actor, course_.id, entry.id, {Private<std::string>(words)}));
  };
  EXPECT_EQ(acknowledge(ada_, ""), "risk.what_was_done");
  EXPECT_EQ(acknowledge(ada_, " \n\t  "), "risk.what_was_done");
  const Actor cleo = user("cleo", {.supervisor = true});
  must(break_glass(practice(), cleo, course_.id, {Private<std::string>("The therapist is ill.")}));
  EXPECT_THAT(must(open_risk_entries(practice(), cleo)), SizeIs(1));
  EXPECT_THAT(must(caseload(practice(), cleo)), SizeIs(1));
  EXPECT_EQ(acknowledge(cleo, "We talked."), "access.forbidden");
  must(assign_supervisor(practice(), ada_, course_.id, {cleo.user}));
  EXPECT_EQ(acknowledge(cleo, "We talked."), "done");
  std::vector<std::string> seen;
  for (const AuditEntry& seen_entry : must(who_has_seen(practice(), ada_, mia_, 100)))
    seen.push_back(seen_entry.action);
  EXPECT_THAT(seen, testing::IsSupersetOf({"risk.read", "course.listed", "risk.acknowledge"}));
}

TEST_P(Measures, are_about_a_figure_of_their_own_people) {
  agree_to_measures(ada_, mia_, course_.id);
  const CourseView other = course_of(ben_, "Tom Berg");
  const auto figure =
      must(add_figure(practice(), ben_, other.members[0].person, {FigureKind::mother, {}, {}, {}}))
          .figures.at(0);
  GiveMeasure input = measure("gad-7");
  input.figure = figure.id;
  EXPECT_EQ(code_of(give(input)), "measure.figure");
  input.figure = new_id<Figure>(practice().entropy);
  EXPECT_EQ(code_of(give(input)), "measure.figure") << "an id tells nothing";
  input.figure = must(add_figure(practice(), ada_, mia_, {FigureKind::mother, {}, {}, {}})).figures.at(0).id;
  EXPECT_EQ(code_of(give(input)), "done");
}

TEST_P(Measures, are_moved_to_whom_they_belong) {
  agree_to_measures(ada_, mia_, course_.id);
  const CourseView other = course_of(ada_, "Tom Berg");
  const auto tom = other.members[0].person;
  (void)answered("phq-9", {"0", "1", "0", "1", "0", "1", "0", "1", "3"});
  const auto id = must(read_course_page(practice(), ada_, course_.id, 10)).sheets.at(0).administration.id;
  const auto move = [&](const MoveSheet& input) {
    return move_sheet(practice(), ada_, course_.id, id, input);
  };
  EXPECT_EQ(code_of(move({other.id, tom, " "})), "measure.reason");
  EXPECT_EQ(code_of(move({other.id, mia_, "It was Tom."})), "measure.member");
  EXPECT_EQ(code_of(move({other.id, tom, "It was Tom."})), "consent.missing");
  agree_to_measures(ada_, tom, other.id);
  EXPECT_EQ(must(move({other.id, tom, "It was Tom."})).answers.back(), "3");
  EXPECT_THAT(must(read_course_page(practice(), ada_, course_.id, 10)).sheets, IsEmpty());
  const auto page = must(read_course_page(practice(), ada_, other.id, 10));
  ASSERT_THAT(page.sheets, SizeIs(1));
  EXPECT_EQ(page.sheets[0].administration.subject, tom);
  ASSERT_THAT(page.open_risk_entries, SizeIs(1));
  EXPECT_EQ(page.open_risk_entries[0].person, tom);
  for (const auto& [person, action] : {std::pair(mia_, "sheet.move_from"), {tom, "sheet.move_to"}}) {
    std::vector<std::string> seen;
    for (const AuditEntry& entry : must(who_has_seen(practice(), ada_, person, 100)))
      seen.push_back(entry.action);
    EXPECT_THAT(seen, testing::Contains(action));
  }
}

TEST_P(Measures, list_the_course_with_open_risk_entries_first) {
  agree_to_measures(ada_, mia_, course_.id);
  auto words = low_phq;
  words[8] = "1";
  (void)answered("phq-9", words);
  clock().pass(day_ms);
  (void)course_of(ada_, "Newer Course");
  const auto listed = must(caseload(practice(), ada_));
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].id, course_.id);
}

TEST_P(Measures, seal_risk_answers_in_the_database) {
  agree_to_measures(ada_, mia_, course_.id);
  auto words = low_phq;
  words[8] = "3";
  (void)answered("phq-9", words);
  const auto rows = open()->query("SELECT answers FROM response_sheet");
  EXPECT_EQ(must(rows->get<std::string>(0, 0)), "0,1,0,1,0,1,0,1,sealed");
}

INSTANTIATE_TEST_SUITE_P(Service, Measures, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
