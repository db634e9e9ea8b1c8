#include "service/safety.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <regex>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/escalation.hpp"
#include "service/measure.hpp"
#include "service/portal.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Private<std::string> words(const std::string& text) {
  return Private<std::string>(text);
}

class Safety : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  Actor cleo_;
  Actor boss_;
  CourseView course_;
  Id<Person> mia_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    cleo_ = user("cleo", {.supervisor = true});
    boss_ = user("boss", {.admin = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    agree_to_measures(ada_, mia_, course_.id);
  }
  Administration given(const std::string& instrument = "phq-9", bool ask_risk = true) {
    clock().pass(minute_ms);
    GiveMeasure input;
    input.instrument = instrument;
    input.respondent = mia_;
    input.ask_risk = ask_risk;
    return must(give_measure(practice(), ada_, course_.id, input));
  }
  Id<Administration> phq(const std::string& risk, bool ask_risk = true) {
    const auto sheet = given("phq-9", ask_risk).id;
    std::vector<std::string> answers(9, "0");
    answers[8] = risk;
    must(record_answers(practice(), ada_, course_.id, sheet, {answers}));
    return sheet;
  }
  RiskEntry raised() {
    phq("2");
    return must(open_risk_entries(practice(), ada_)).at(0);
  }
  CloseRisk closing() {
    return {words("Ada"), clock().now(), words("Thoughts, no plan."), words("We meet tomorrow.")};
  }
  Result<RiskEntry> close(const RiskEntry& entry, const CloseRisk& input, const Actor& actor) {
    return close_risk(practice(), actor, course_.id, entry.id, input);
  }
  SafetyPage page() { return must(read_safety(practice(), ada_, course_.id)); }
  std::vector<SilenceKind> silences() {
    std::vector<SilenceKind> kinds;
    for (const Silence& silence : page().silences) kinds.push_back(silence.kind);
    return kinds;
  }
  NewScreen screen(std::vector<AskedItem> answers) {
    return {{},
            std::move(answers),
            words("Stayed on the telephone."),
            words("Ada rings"),
            clock().now() + hour_ms};
  }
  Result<ScreenView> record_it(std::vector<AskedItem> answers) {
    clock().pass(1);  // screens stand in the order of time
    return record_screen(practice(), ada_, course_.id, mia_, screen(std::move(answers)));
  }
};

constexpr AskedAnswer yes = AskedAnswer::yes;
constexpr AskedAnswer no = AskedAnswer::no;
constexpr AskedAnswer none = AskedAnswer::not_answered;
const std::vector<AskedItem> all_yes = {{ScreenQuestion::wish, yes},
                                        {ScreenQuestion::thoughts, yes},
                                        {ScreenQuestion::method, yes},
                                        {ScreenQuestion::intent, yes},
                                        {ScreenQuestion::plan, yes},
                                        {ScreenQuestion::behaviour, yes},
                                        {ScreenQuestion::behaviour_recent, yes}};

TEST_P(Safety, raises_an_entry_whatever_the_total) {
  phq("1");
  ASSERT_THAT(page().open, SizeIs(1)) << "a total of 1";
  phq("3");
  EXPECT_THAT(page().open, SizeIs(2)) << "each its own";
}

TEST_P(Safety, lets_no_zero_lower_or_close_an_entry) {
  const RiskEntry before = raised();
  for (int i = 0; i < 3; ++i) phq("0");
  const auto open = page().open;
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].id, before.id);
  EXPECT_EQ(open[0].answer.reveal(), before.answer.reveal());
  EXPECT_EQ(must(caseload(practice(), ada_)).at(0).open_risk_entries, 1);
  const auto course = must(read_course_page(practice(), ada_, course_.id, 100));
  for (const ChartModel& chart : course.charts)
    EXPECT_THAT(chart.headline, testing::Not(HasSubstr("Better")));
}

TEST_P(Safety, closes_nothing_by_itself_however_long_it_waits) {
  const RiskEntry entry = raised();
  must(acknowledge_risk(practice(), ada_, course_.id, entry.id, {words("Rang her.")}));
  clock().pass(3 * 365 * day_ms);
  ASSERT_THAT(page().open, SizeIs(1));
  EXPECT_FALSE(page().open[0].closed_at);
}

TEST_P(Safety, closes_an_entry_only_with_who_spoke_when_what_was_found_and_the_next_step) {
  const RiskEntry entry = raised();
  for (Private<std::string> CloseRisk::*part :
       {&CloseRisk::spoke, &CloseRisk::found, &CloseRisk::next_step}) {
    CloseRisk input = closing();
    input.*part = words("  ");
    EXPECT_EQ(code_of(close(entry, input, ada_)), "risk.closing");
  }
  for (const Instant when : {entry.created_at + -60'000, clock().now() + 1}) {
    CloseRisk input = closing();
    input.spoke_at = when;
    EXPECT_EQ(code_of(close(entry, input, ada_)), "risk.spoke_at");
  }
  EXPECT_EQ(code_of(close(entry, closing(), ben_)), "access.not_found");
  must(break_glass(practice(), cleo_, course_.id, {words("The therapist is ill.")}));
  EXPECT_EQ(code_of(close(entry, closing(), cleo_)), "access.forbidden") << "reading is not answering for it";
  ASSERT_THAT(page().open, SizeIs(1));
  const RiskEntry closed = must(close(entry, closing(), ada_));
  EXPECT_EQ(closed.spoke->reveal(), "Ada");
  EXPECT_EQ(closed.next_step->reveal(), "We meet tomorrow.");
  EXPECT_EQ(closed.acknowledged_by, ada_.user) << "who closes has seen it";
  EXPECT_THAT(page().open, IsEmpty());
  ASSERT_THAT(page().closed, SizeIs(1));
  EXPECT_EQ(code_of(close(entry, closing(), ada_)), "risk.closed");
  std::vector<std::string> seen;
  for (const AuditEntry& one : must(who_has_seen(practice(), ada_, mia_, 100))) seen.push_back(one.action);
  EXPECT_THAT(seen, testing::IsSupersetOf({"risk.close", "risk.read"}));
}

TEST_P(Safety, shows_what_was_not_answered_while_an_entry_is_open) {
  const auto before = given("gad-7");
  EXPECT_THAT(silences(), IsEmpty()) << "nothing is open";
  const RiskEntry entry = raised();
  EXPECT_THAT(silences(), ElementsAre(SilenceKind::not_sent)) << "it waits since before";
  phq("skipped");
  phq("not_asked", false);
  const auto stopped = given("gad-7");
  must(stop_sheet(practice(), ada_, course_.id, stopped.id));
  EXPECT_THAT(silences(), ElementsAre(SilenceKind::stopped, SilenceKind::risk_not_asked,
                                      SilenceKind::risk_not_answered, SilenceKind::not_sent));
  EXPECT_EQ(page().silences.back().sheet, before.id);
  phq("0");
  EXPECT_THAT(silences(), SizeIs(4)) << "a zero says nothing about the others";
  must(close(entry, closing(), ada_));
  EXPECT_THAT(silences(), IsEmpty());
}

TEST_P(Safety, asks_step_by_step) {
  EXPECT_EQ(code_of(record_it({{ScreenQuestion::wish, yes}, {ScreenQuestion::thoughts, no}})),
            "screen.answers")
      << "behaviour is always asked";
  EXPECT_EQ(code_of(record_it({{ScreenQuestion::wish, no},
                               {ScreenQuestion::thoughts, no},
                               {ScreenQuestion::plan, yes},
                               {ScreenQuestion::behaviour, no}})),
            "screen.answers")
      << "a plan is asked where there are thoughts";
  EXPECT_EQ(
      code_of(record_it(
          {{ScreenQuestion::wish, no}, {ScreenQuestion::thoughts, yes}, {ScreenQuestion::behaviour, no}})),
      "screen.answers");
  const auto least = must(record_it(
      {{ScreenQuestion::wish, none}, {ScreenQuestion::thoughts, no}, {ScreenQuestion::behaviour, no}}));
  EXPECT_EQ(least.answers.at(0).answer, none) << "unanswered is not no";
  const auto kept = must(record_it(all_yes)).answers;
  EXPECT_EQ(std::vector<AskedItem>(kept.begin(), kept.end()), all_yes);
  NewScreen past = screen(all_yes);
  past.next_contact_at = clock().now();
  EXPECT_EQ(code_of(record_screen(practice(), ada_, course_.id, mia_, past)), "screen.next_contact");
  past = screen(all_yes);
  past.done = words(" ");
  EXPECT_EQ(code_of(record_screen(practice(), ada_, course_.id, mia_, past)), "words.missing");
}

TEST_P(Safety, leads_to_the_actions_of_the_practice) {
  EXPECT_EQ(code_of(add_safety_action(practice(), ada_, {ScreenFact::plan, "Stay.", {}})),
            "access.forbidden");
  must(add_safety_action(practice(), boss_, {ScreenFact::plan, "Do not leave the person alone.", 15}));
  const auto wish = must(add_safety_action(practice(), boss_, {ScreenFact::wish, "Give the numbers.", {}}));
  EXPECT_EQ(wish.front().condition, "wish") << "in the order of the questions";
  must(add_safety_action(practice(), boss_, {ScreenFact::not_answered, "Ask again.", {}}));
  const auto asked = must(record_it(
      {{ScreenQuestion::wish, yes}, {ScreenQuestion::thoughts, none}, {ScreenQuestion::behaviour, no}}));
  ASSERT_THAT(asked.actions, SizeIs(2));
  EXPECT_EQ(asked.actions[0].reveal(), "Give the numbers.");
  EXPECT_EQ(asked.actions[1].reveal(), "Ask again.");
  must(retire_safety_action(practice(), boss_, wish.front().id));
  EXPECT_THAT(must(record_it(all_yes)).actions, SizeIs(1));
  EXPECT_EQ(page().screens.back().actions.at(0).reveal(), "Give the numbers.") << "as it was shown then";
  EXPECT_EQ(code_of(add_safety_action(practice(), boss_, {ScreenFact::plan, " ", {}})),
            "safety_action.words");
  EXPECT_EQ(code_of(add_safety_action(practice(), boss_, {ScreenFact::plan, "Stay.", 0})),
            "safety_action.minutes");
}

/// Every text that is kept, opened.
std::string all_text(Transaction& transaction) {
  std::string text;
  const auto add = [&]<class Record>(const Record*) {
    const auto rows = transaction.select(table_of<Record>(), {});
    for (const Row& row : must(rows))
      for (const Cell& cell : row) {
        if (const auto* open = std::get_if<std::string>(&cell)) text += *open + "\n";
        if (const auto* sealed = std::get_if<Private<std::string>>(&cell)) text += sealed->reveal() + "\n";
      }
  };
  add(static_cast<const RiskEntry*>(nullptr));
  add(static_cast<const SafetyScreen*>(nullptr));
  add(static_cast<const Setting*>(nullptr));
  add(static_cast<const AuditEntry*>(nullptr));
  return text;
}

TEST_P(Safety, keeps_no_level_of_risk) {
  const RiskEntry entry = raised();
  NewScreen input = screen(all_yes);
  input.risk_entry = entry.id;
  must(record_screen(practice(), ada_, course_.id, mia_, input));
  must(close(entry, closing(), ada_));
  std::string kept;
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    kept = all_text(transaction);
    return true;
  }));
  EXPECT_THAT(kept, HasSubstr("plan=yes"));
  const std::regex level(R"(\b(low|moderate|medium|high|severe|safe)\b)", std::regex::icase);
  EXPECT_FALSE(std::regex_search(kept, level)) << kept;
}

TEST(SafetyNames, name_no_level_of_risk_in_the_api) {
  std::ifstream file(SECUREBASE_SOURCE_DIR "/api/openapi.yaml");
  ASSERT_TRUE(file);
  const std::regex level(
      R"((risk_(level|category|score|class|group|label)|(low|moderate|medium|high)_risk))");
  for (std::string line; std::getline(file, line);) EXPECT_FALSE(std::regex_search(line, level)) << line;
  for (const auto& names :
       {std::vector<std::string_view>(names_of<ScreenFact>.begin(), names_of<ScreenFact>.end()),
        std::vector<std::string_view>(names_of<SilenceKind>.begin(), names_of<SilenceKind>.end())})
    for (const std::string_view name : names)
      EXPECT_FALSE(std::regex_search(std::string(name), std::regex("low|moderate|medium|high"))) << name;
}

TEST_P(Safety, says_what_no_entry_does_not_mean) {
  EXPECT_THAT(page().about.limits, HasSubstr("does not mean safe"));
}

// Who is told

class Escalating : public Safety {
 protected:
  /// 2026-09-21 is a Monday, and the clock stands at 13:33 UTC.
  void office(std::vector<EscalationStep> steps) {
    Staffing staffing;
    staffing.zone = "UTC";
    for (int weekday = 1; weekday <= 5; ++weekday) staffing.week.push_back({weekday, "09:00", "17:00"});
    staffing.steps = std::move(steps);
    must(change_staffing(practice(), boss_, staffing));
  }
  std::vector<Escalation> told(const Actor& actor) { return must(read_escalations(practice(), actor)); }
};

TEST_P(Escalating, tells_the_therapist_at_once_and_others_by_staffed_time) {
  must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
  office({{60, Told::supervisor, {}}, {120, Told::user, ben_.user}});
  raised();
  EXPECT_THAT(told(ada_), SizeIs(1));
  EXPECT_THAT(told(cleo_), IsEmpty());
  clock().pass(59 * minute_ms);
  EXPECT_THAT(told(cleo_), IsEmpty());
  clock().pass(minute_ms);
  ASSERT_THAT(told(cleo_), SizeIs(1));
  EXPECT_EQ(told(cleo_)[0].staffed_minutes, 60);
  EXPECT_EQ(told(cleo_)[0].after_minutes, 60);
  EXPECT_THAT(told(ben_), IsEmpty());
  clock().pass(hour_ms);
  EXPECT_THAT(told(ben_), SizeIs(1));
}

TEST_P(Escalating, stands_still_while_nobody_is_there) {
  must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
  office({{300, Told::supervisor, {}}});
  raised();  // at 14 or so: less than three and a half hours are left of that day
  clock().pass(12 * hour_ms);
  EXPECT_THAT(told(cleo_), IsEmpty()) << "at night";
  clock().pass(12 * hour_ms);
  EXPECT_THAT(told(cleo_), SizeIs(1));
}

TEST_P(Escalating, tells_who_stands_in) {
  office({});
  const auto now = clock().now();
  must(note_absence(practice(), ada_, {{}, ben_.user, now, now + 7 * day_ms}));
  raised();
  EXPECT_THAT(told(ada_), IsEmpty());
  ASSERT_THAT(told(ben_), SizeIs(1));
  EXPECT_EQ(told(ben_)[0].instead_of, ada_.user);
  const auto opened = must(open_escalation(practice(), ben_, told(ben_)[0].risk));
  EXPECT_EQ(opened.name->reveal(), "Mia Weber");
  EXPECT_THAT(opened.answer->reveal(), HasSubstr("PHQ-9, item 9"));
  EXPECT_EQ(code_of(read_course(practice(), ben_, course_.id)), "access.not_found") << "that answer, no more";
  EXPECT_EQ(code_of(answer_escalation(practice(), ben_, told(ben_)[0].risk, {words("")})),
            "risk.what_was_done");
  must(answer_escalation(practice(), ben_, told(ben_)[0].risk, {words("Rang her, she is with her sister.")}));
  EXPECT_THAT(told(ben_), IsEmpty()) << "somebody has seen it";
  EXPECT_THAT(page().open, SizeIs(1)) << "and it stays open";
  clock().pass(8 * day_ms);
  EXPECT_EQ(must(read_staffing(practice(), ada_)).absences.size(), 0U);
}

TEST_P(Escalating, tells_every_admin_where_nobody_is_there_without_saying_who) {
  office({});
  const auto now = clock().now();
  must(note_absence(practice(), boss_, {ada_.user, ben_.user, now, now + day_ms}));
  must(note_absence(practice(), boss_, {ben_.user, ada_.user, now, now + day_ms}));
  const RiskEntry entry = raised();
  ASSERT_THAT(told(boss_), SizeIs(1)) << "they stand in for each other";
  EXPECT_EQ(told(boss_)[0].code, "");
  EXPECT_FALSE(told(boss_)[0].course);
  const auto opened = must(open_escalation(practice(), boss_, entry.id));
  EXPECT_FALSE(opened.name || opened.answer || opened.contact);
  EXPECT_EQ(code_of(answer_escalation(practice(), boss_, entry.id, {words("Seen it.")})), "risk.admin");
}

TEST_P(Escalating, is_nobody_elses) {
  office({{0, Told::supervisor, {}}});
  const RiskEntry entry = raised();
  EXPECT_EQ(code_of(open_escalation(practice(), ben_, entry.id)), "access.not_found");
  EXPECT_EQ(code_of(answer_escalation(practice(), ben_, entry.id, {words("Rang.")})), "access.not_found");
}

TEST_P(Escalating, stops_when_somebody_has_seen_it_and_survives_a_restart) {
  office({});
  const RiskEntry entry = raised();
  start_store();
  EXPECT_THAT(told(ada_), SizeIs(1));
  must(acknowledge_risk(practice(), ada_, course_.id, entry.id, {words("Rang her.")}));
  EXPECT_THAT(told(ada_), IsEmpty());
}

TEST_P(Escalating, needs_hours_and_steps_that_make_sense) {
  const auto refused = [&](const Staffing& staffing) {
    return code_of(change_staffing(practice(), boss_, staffing));
  };
  EXPECT_EQ(refused({"Nowhere/Land", {}, {}, {}}), "staffed.zone");
  EXPECT_EQ(refused({"UTC", {{1, "9:00", "17:00"}}, {}, {}}), "staffed.time");
  EXPECT_EQ(refused({"UTC", {{1, "09:00", "24:01"}}, {}, {}}), "staffed.time");
  EXPECT_EQ(refused({"UTC", {{8, "09:00", "17:00"}}, {}, {}}), "staffed.span");
  EXPECT_EQ(refused({"UTC", {}, {}, {{-1, Told::therapist, {}}}}), "escalation.steps");
  EXPECT_EQ(refused({"UTC", {}, {}, {{60, Told::user, {}}}}), "escalation.steps");
  EXPECT_EQ(refused({"UTC", {}, {}, {{60, Told::user, boss_.user}}}), "escalation.steps");
  EXPECT_EQ(code_of(change_staffing(practice(), ada_, {})), "access.forbidden");
  const auto view = must(read_staffing(practice(), ada_));
  EXPECT_THAT(view.words, HasSubstr("No staffed hours"));
  EXPECT_THAT(view.words, HasSubstr("never tested"));
  ready_for_phones();
  clock().pass(9 * day_ms);
  EXPECT_EQ(must(read_staffing(practice(), ada_)).days_since_test, 9);
  EXPECT_THAT(must(read_staffing(practice(), ada_)).words, HasSubstr("test it weekly"));
  const auto now = clock().now();
  EXPECT_EQ(code_of(note_absence(practice(), ada_, {ben_.user, ada_.user, now, now + day_ms})),
            "absence.user");
  EXPECT_EQ(code_of(note_absence(practice(), ada_, {{}, ada_.user, now, now + day_ms})), "absence.self");
  EXPECT_EQ(code_of(note_absence(practice(), ada_, {{}, boss_.user, now, now + day_ms})),
            "absence.covered_by");
  EXPECT_EQ(code_of(note_absence(practice(), ada_, {{}, ben_.user, now, now})), "absence.dates");
}

INSTANTIATE_TEST_SUITE_P(Service, Safety, store::each_engine, store::engine_name);
INSTANTIATE_TEST_SUITE_P(Service, Escalating, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
