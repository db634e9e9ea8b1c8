// The life of an alert: raised with the answers that raise it, asked about, worked on, closed with a reason.

#include "service/alert.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/measure.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Alerts : public EachPractice {
 protected:
  Actor ada_;
  CourseView course_;
  Id<Person> mia_;
  Administration sheet_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    agree_to_measures(ada_, mia_, course_.id);
    sheet_ = given();
  }
  Administration given() {
    GiveMeasure input;
    input.instrument = "gad-7";
    input.respondent = mia_;
    return must(give_measure(practice(), ada_, course_.id, input));
  }
  [[nodiscard]] Raising raising(AlertKind kind = AlertKind::off_track) {
    Raising raising;
    raising.kind = kind;
    raising.scale = "total";
    raising.answer = 4;
    raising.observed = 17;
    raising.expected = 11;
    raising.limit = 15.5;
    raising.finding = {"feedback.off_track", "Worse than expected.", "A band.", "It says nothing about why."};
    raising.episode_from = clock().now();
    return raising;
  }
  void raise(const Raising& raising) {
    clock().pass(second_ms);
    must(record().write(
        [&](Transaction& transaction) { return raise_alert(transaction, practice(), sheet_, raising); }));
  }
  std::vector<AlertView> alerts() { return must(read_alerts(practice(), ada_, course_.id)); }
  AlertView only() {
    const auto all = alerts();
    EXPECT_THAT(all, SizeIs(1));
    return all.at(0);
  }
  Result<AlertView> step(const NewAlertStep& input) {
    clock().pass(second_ms);
    return add_alert_step(practice(), ada_, course_.id, alerts().at(0).id, input);
  }
  Result<AlertView> close(AlertClosing closing, const char* words = "We spoke about it.") {
    clock().pass(second_ms);
    return close_alert(practice(), ada_, course_.id, alerts().at(0).id,
                       {closing, Private<std::string>(words)});
  }
  static std::optional<Private<std::string>> words(const char* text) { return Private<std::string>(text); }
};

TEST_P(Alerts, freeze_what_was_said_and_its_numbers) {
  raise(raising());
  const AlertView alert = only();
  EXPECT_EQ(alert.stage, AlertStage::raised);
  EXPECT_EQ(alert.statement.reveal(), "Worse than expected.");
  EXPECT_EQ(alert.basis.reveal(), "A band.");
  EXPECT_EQ(alert.limits.reveal(), "It says nothing about why.");
  EXPECT_EQ(alert.answer, 4);
  EXPECT_EQ(alert.limit, 15.5);
  EXPECT_EQ(alert.sheet, sheet_.id);
  EXPECT_THAT(alert.steps, IsEmpty());
}

TEST_P(Alerts, one_episode_has_one_alert) {
  const Raising first = raising();
  raise(first);
  raise(first);
  only();
  must(close(AlertClosing::settled));
  raise(first);  // the same episode, closed
  only();
  Raising next = first;
  clock().pass(day_ms);
  next.episode_from = clock().now();
  raise(next);
  EXPECT_THAT(alerts(), SizeIs(2));
  EXPECT_FALSE(alerts().at(0).closed_at) << "open ones first";
}

TEST_P(Alerts, one_that_was_closed_is_raised_again_where_it_goes_on) {
  Raising raising = this->raising();
  raise(raising);
  must(close(AlertClosing::settled));
  raising.again_from = clock().now();  // closed at this very moment: not before it
  raise(raising);
  only();
  clock().pass(day_ms);
  raising.again_from = clock().now();
  raise(raising);
  EXPECT_THAT(alerts(), SizeIs(2));
}

TEST_P(Alerts, a_dip_after_a_soft_flag_is_the_same_one_and_deeper) {
  raise(raising(AlertKind::alliance_soft));
  raise(raising(AlertKind::alliance_dip));
  const AlertView alert = only();
  EXPECT_EQ(alert.kind, AlertKind::alliance_dip);
  ASSERT_THAT(alert.steps, SizeIs(1));
  EXPECT_EQ(alert.steps[0].kind, AlertStepKind::raised_again);
  EXPECT_FALSE(alert.steps[0].by);
  raise(raising(AlertKind::alliance_soft));  // less than what stands
  EXPECT_THAT(only().steps, SizeIs(1));
  raise(raising(AlertKind::sudden_loss));  // another thing
  EXPECT_THAT(alerts(), SizeIs(2));
}

TEST_P(Alerts, are_asked_about_worked_on_followed_and_closed) {
  raise(raising());
  EXPECT_EQ(must(step({AlertStepKind::asked_and_so, {}, words("She said so.")})).stage,
            AlertStage::confirmed);
  EXPECT_EQ(must(step({AlertStepKind::considered, {"alliance", "too_fast"}, {}})).stage,
            AlertStage::confirmed);
  EXPECT_EQ(code_of(step({AlertStepKind::followed, {}, words("Better.")})), "alert.not_done");
  EXPECT_EQ(code_of(close(AlertClosing::worked_through)), "alert.not_done");
  EXPECT_EQ(must(step({AlertStepKind::done, {"validate"}, words("Slowed down.")})).stage,
            AlertStage::worked_on);
  EXPECT_EQ(must(step({AlertStepKind::followed, {}, words("She told more.")})).stage, AlertStage::worked_on);
  const AlertView closed = must(close(AlertClosing::worked_through));
  EXPECT_EQ(closed.stage, AlertStage::closed);
  EXPECT_EQ(closed.closing, AlertClosing::worked_through);
  ASSERT_THAT(closed.steps, SizeIs(5));
  EXPECT_THAT(closed.steps[1].choices, ElementsAre("alliance", "too_fast"));
  EXPECT_EQ(closed.steps[4].words->reveal(), "We spoke about it.");
  EXPECT_EQ(closed.steps[4].by, ada_.user);
  EXPECT_EQ(code_of(step({AlertStepKind::asked_and_so, {}, {}})), "alert.closed");
  EXPECT_EQ(code_of(close(AlertClosing::settled)), "alert.closed");
}

TEST_P(Alerts, refuse_what_says_nothing) {
  raise(raising());
  EXPECT_EQ(code_of(step({AlertStepKind::raised_again, {}, {}})), "alert.step");
  EXPECT_EQ(code_of(step({AlertStepKind::closed, {}, words("Done.")})), "alert.step");
  EXPECT_EQ(code_of(step({AlertStepKind::done, {}, {}})), "alert.words");
  EXPECT_EQ(code_of(step({AlertStepKind::noted, {}, words(" a ")})), "alert.words");
  EXPECT_EQ(code_of(step({AlertStepKind::considered, {}, {}})), "alert.choice");
  const auto wrong = step({AlertStepKind::considered, {"avoidant"}, {}});
  EXPECT_EQ(code_of(wrong), "alert.choice");
  EXPECT_THAT(wrong.error().detail, HasSubstr("too_fast"));
  EXPECT_EQ(code_of(step({AlertStepKind::considered, {"plan", "plan"}, {}})), "alert.choice");
  EXPECT_EQ(code_of(step({AlertStepKind::not_so, {"plan"}, {}})), "alert.choice");
  EXPECT_EQ(code_of(close(AlertClosing::moved)), "alert.closing");
  EXPECT_EQ(code_of(close(AlertClosing::settled, "ok")), "alert.words");
  EXPECT_THAT(only().steps, IsEmpty());
}

TEST_P(Alerts, every_change_is_in_the_audit) {
  raise(raising());
  const auto id = only().id;
  must(step({AlertStepKind::done, {}, words("Slowed down.")}));
  must(close(AlertClosing::settled));
  const auto seen = must(who_has_seen(practice(), ada_, mia_, 100));
  for (const char* action : {"alert.raise", "alert.step", "alert.close"})
    EXPECT_THAT(seen, Contains(testing::AllOf(Field(&AuditEntry::action, action),
                                              Field(&AuditEntry::object, id.text()))));
}

TEST_P(Alerts, are_the_therapists_and_are_read_by_the_supervisor_of_the_course_alone) {
  raise(raising());
  const auto id = only().id;
  const Actor cleo = user("cleo", {.supervisor = true});
  const NewAlertStep did{AlertStepKind::done, {}, words("Slowed down.")};
  for (const Actor& other : {cleo, user("ben", {.therapist = true})}) {
    EXPECT_EQ(code_of(read_alerts(practice(), other, course_.id)), "access.not_found");
    EXPECT_EQ(code_of(add_alert_step(practice(), other, course_.id, id, did)), "access.not_found");
    EXPECT_THAT(must(open_alerts(practice(), other)), IsEmpty());
  }
  for (const Actor& management : {user("eve", {.admin = true}), user("fay", {.researcher = true})}) {
    EXPECT_EQ(code_of(read_alerts(practice(), management, course_.id)), "access.not_found");
    EXPECT_THAT(must(open_alerts(practice(), management)), IsEmpty());
  }
  must(assign_supervisor(practice(), ada_, course_.id, {cleo.user}));
  EXPECT_THAT(must(read_alerts(practice(), cleo, course_.id)), SizeIs(1));
  EXPECT_THAT(must(open_alerts(practice(), cleo)), SizeIs(1));
  EXPECT_EQ(code_of(add_alert_step(practice(), cleo, course_.id, id, did)), "access.forbidden");
  EXPECT_EQ(code_of(close_alert(practice(), cleo, course_.id, id,
                                {AlertClosing::settled, Private<std::string>("Seen.")})),
            "access.forbidden");
}

TEST_P(Alerts, of_another_course_are_not_there) {
  raise(raising());
  const auto other = course_of(ada_, "Jo Berg");
  EXPECT_EQ(code_of(add_alert_step(practice(), ada_, other.id, only().id,
                                   {AlertStepKind::done, {}, words("Slowed down.")})),
            "alert.not_found");
}

TEST_P(Alerts, are_in_the_copy_of_a_person_and_go_with_them) {
  raise(raising());
  must(step({AlertStepKind::done, {}, words("Slowed down.")}));
  const auto copy = must(copy_person(practice(), ada_, mia_));
  ASSERT_THAT(copy.alerts, SizeIs(1));
  ASSERT_THAT(copy.alert_steps, SizeIs(1));
  EXPECT_EQ(copy.alert_steps[0].words->reveal(), "Slowed down.");
  must(end_course(practice(), ada_, course_.id, {Date{2026, 9, 22}}));
  must(erase_person(practice(), ada_, mia_, {Ground::request, course_.members[0].code}));
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    EXPECT_EQ(must(transaction.count(table_of<Alert>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<AlertStep>(), {})), 0);
    return true;
  }));
}

INSTANTIATE_TEST_SUITE_P(Service, Alerts, store::each_engine, store::engine_name);

RC_GTEST_PROP(AlertStages, only_what_was_done_is_worked_on_and_only_closing_closes, ()) {
  const auto kinds = *rc::gen::container<std::vector<AlertStepKind>>(
      rc::gen::map(rc::gen::inRange(0, 8), [](int kind) { return static_cast<AlertStepKind>(kind); }));
  AlertStage stage = AlertStage::raised;
  bool is_done = false;
  for (const AlertStepKind kind : kinds) {
    stage = stage_after(stage, kind);
    is_done = is_done || kind == AlertStepKind::done;
    RC_ASSERT(stage != AlertStage::closed);
    RC_ASSERT((stage == AlertStage::worked_on) == is_done);
  }
}

TEST(WhatNowLists, ask_with_a_reason_and_name_no_type) {
  for (const auto* list : {&reasons_to_consider(), &repair_moves()})
    for (const WhatNow& one : *list) {
      EXPECT_FALSE(one.why.empty()) << one.id;
      for (const char* type : {"avoidant", "anxious", "insecure", "secure", "disorgani", "style", "type"})
        EXPECT_EQ((one.question + one.why + one.first).find(type), std::string::npos) << one.id << type;
    }
  for (const WhatNow& one : reasons_to_consider()) {
    EXPECT_EQ(one.question.back(), '?') << one.id;
    EXPECT_FALSE(one.first.empty()) << one.id;
  }
  bool expressive = false;
  for (const WhatNow& one : repair_moves()) {
    expressive = expressive || one.group == "expressive";
    EXPECT_EQ(one.group == "expressive", expressive) << "immediate before expressive: " << one.id;
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
