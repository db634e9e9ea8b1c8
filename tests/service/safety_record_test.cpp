// Holds and gates, safety plans, worries about a child, endings, supervision: what is written about safety.

#include "service/safety_record.hpp"

#include <gmock/gmock.h>

#include "service/audit.hpp"
#include "service/child_protection.hpp"
#include "service/each_practice.hpp"
#include "service/ending.hpp"
#include "service/erase.hpp"
#include "service/hold.hpp"
#include "service/measure.hpp"
#include "service/safety_plan.hpp"
#include "service/supervision.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Private<std::string> words(const std::string& text) {
  return Private<std::string>(text);
}

class SafetyRecord : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  Actor cleo_;
  Actor boss_;
  CourseView course_;
  CourseView couple_;
  Id<Person> mia_;
  Id<Person> eva_;
  Id<Person> tom_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    cleo_ = user("cleo", {.supervisor = true});
    boss_ = user("boss", {.admin = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    NewMember client;
    client.particulars = Particulars{};
    NewMember partner = client;
    partner.role = MemberRole::partner;
    couple_ = must(open_course(practice(), ada_, {UnitKind::couple, {client, partner}, Date{2026, 9, 1}}));
    eva_ = couple_.members[0].person;
    tom_ = couple_.members[1].person;
  }
  template <class Record, class Id>
  static Record one(std::vector<Record> records, const Id& id) {
    for (Record& record : records)
      if (record.id == id) return record;
    return {};
  }
  std::vector<std::string> in_force(const Id<Course>& course, const Id<Person>& person) {
    std::vector<std::string> conditions;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      conditions = must(holds_in_force(transaction, course, person));
      return true;
    }));
    return conditions;
  }
  bool joint_work() {
    bool open = false;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      open = must(is_joint_work_open(transaction, couple_.id));
      return true;
    }));
    return open;
  }
  Result<HoldBook> see_alone(const Id<Person>& person, AskedAnswer fear = AskedAnswer::no) {
    return note_gate_interview(practice(), ada_, couple_.id, person,
                               {Date{2026, 9, 20}, true, {{GateQuestion::fear, fear}}, {}});
  }
  Result<HoldBook> open_gate() {
    return decide_gate(practice(), ada_, couple_.id, {true, words("No fear.")});
  }

  NewSafetyPlan plan(int after = 0) {
    NewSafetyPlan input;
    input.after = after;
    input.review_on = Date{2026, 10, 21};
    SafetyPlanLine means;
    means.section = PlanSection::surroundings;
    means.words = words("The tablets go to her sister");
    means.who = words("Her sister");
    means.by = Date{2026, 9, 22};
    SafetyPlanLine sign;
    sign.words = words("Walks at night\nand does not answer");
    SafetyPlanLine call;
    call.section = PlanSection::people;
    call.words = words("Her sister");
    call.phone = words("030 55");
    input.lines = {means, sign, call};
    return input;
  }
  Result<SafetyPlanView> write(const NewSafetyPlan& input) {
    return write_safety_plan(practice(), ada_, course_.id, mia_, input);
  }
  std::optional<SharedSafetyPlan> shared() {
    std::optional<SharedSafetyPlan> found;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      found = must(read_shared_safety_plan(transaction, mia_));
      return true;
    }));
    return found;
  }
  Result<ChildProtection> worry(const Actor& actor) {
    return add_child_note(practice(), actor, course_.id, mia_,
                          {ChildTrigger::disclosure, words("She said: he hits me."), Date{2026, 9, 20}, {}});
  }
  void end_with(const NewEnding& input) { must(write_ending(practice(), ada_, course_.id, input)); }
  static NewEnding ending() {
    NewEnding input;
    input.ended_on = Date{2026, 9, 20};
    return input;
  }
  std::vector<Known> dropout() {
    std::vector<Known> answers;
    for (const DropoutView& view : must(read_ending(practice(), ada_, course_.id)).dropout)
      answers.push_back(view.answer);
    return answers;
  }
  std::vector<FollowUpState> states() {
    std::vector<FollowUpState> all;
    for (const FollowUpPlace& place : must(read_ending(practice(), ada_, course_.id)).follow_ups)
      all.push_back(place.state);
    return all;
  }
};

TEST_P(SafetyRecord, sets_and_lifts_a_hold_with_who_and_why) {
  EXPECT_EQ(code_of(set_hold(practice(), ada_, course_.id, mia_, {"no_such", words("x")})), "hold.condition");
  EXPECT_EQ(code_of(set_hold(practice(), ada_, course_.id, mia_, {"hyperarousal", words("x")})),
            "hold.condition")
      << "of the moment: looked at in the room";
  EXPECT_EQ(code_of(set_hold(practice(), ada_, course_.id, mia_, {"secret_affair", words("x")})),
            "hold.condition")
      << "of couples";
  EXPECT_EQ(code_of(set_hold(practice(), ada_, course_.id, mia_, {"flooding", words(" ")})), "words.missing");
  const auto book = must(set_hold(practice(), ada_, course_.id, mia_, {"flooding", words("Lost contact")}));
  ASSERT_THAT(book.in_force, SizeIs(1));
  EXPECT_EQ(book.in_force[0].label, "Flooded by memories");
  EXPECT_FALSE(book.in_force[0].instead.empty());
  EXPECT_EQ(book.in_force[0].hold.set_by, ada_.user);
  EXPECT_THAT(in_force(course_.id, mia_), ElementsAre("flooding"));
  EXPECT_EQ(code_of(set_hold(practice(), ada_, course_.id, mia_, {"flooding", words("x")})), "hold.in_force");
  const auto id = book.in_force[0].hold.id;
  EXPECT_EQ(code_of(lift_hold(practice(), ben_, course_.id, id, {words("x")})), "access.not_found");
  EXPECT_EQ(code_of(lift_hold(practice(), ada_, course_.id, id, {words("")})), "words.missing");
  const auto lifted = must(lift_hold(practice(), ada_, course_.id, id, {words("Settles within minutes")}));
  EXPECT_THAT(lifted.in_force, IsEmpty());
  EXPECT_EQ(lifted.lifted.at(0).hold.lifted_why->reveal(), "Settles within minutes");
  EXPECT_THAT(in_force(course_.id, mia_), IsEmpty());
  EXPECT_EQ(code_of(lift_hold(practice(), ada_, course_.id, id, {words("x")})), "hold.lifted");
}

TEST_P(SafetyRecord, holds_every_couple_until_each_was_seen_alone) {
  EXPECT_FALSE(joint_work());
  EXPECT_THAT(in_force(couple_.id, eva_), ElementsAre(gate_condition));
  EXPECT_EQ(in_force(couple_.id, eva_), in_force(couple_.id, tom_)) << "it looks the same to both";
  EXPECT_EQ(code_of(open_gate()), "gate.not_seen_alone");
  EXPECT_EQ(
      code_of(note_gate_interview(practice(), ada_, couple_.id, eva_, {Date{2026, 9, 20}, false, {}, {}})),
      "gate.alone");
  must(see_alone(eva_, AskedAnswer::yes));
  EXPECT_EQ(code_of(open_gate()), "gate.not_seen_alone");
  const auto seen = must(see_alone(tom_));
  EXPECT_FALSE(seen.gate->open) << "an answer opens nothing";
  EXPECT_EQ(seen.gate->interviews.at(1).answers.at(1).answer, AskedAnswer::not_answered);
  must(set_hold(practice(), ada_, couple_.id, eva_, {"intimate_partner_violence", words("She is afraid.")}));
  EXPECT_EQ(code_of(open_gate()), "gate.hold");
  EXPECT_THAT(in_force(couple_.id, tom_), Contains("intimate_partner_violence")) << "of what both do";
  const auto book = must(read_holds(practice(), ada_, couple_.id));
  must(lift_hold(practice(), ada_, couple_.id, book.in_force.at(0).hold.id, {words("Asked again.")}));
  must(open_gate());
  EXPECT_TRUE(joint_work());
  EXPECT_EQ(code_of(open_gate()), "gate.same");
  EXPECT_THAT(in_force(couple_.id, eva_), IsEmpty());
  clock().pass(minute_ms);
  must(set_hold(practice(), ada_, couple_.id, tom_, {"secret_affair", words("Told alone.")}));
  EXPECT_FALSE(joint_work());
  EXPECT_EQ(in_force(couple_.id, eva_), in_force(couple_.id, tom_));
  must(decide_gate(practice(), ada_, couple_.id, {false, words("Look again.")}));
  clock().pass(minute_ms);
  EXPECT_EQ(code_of(open_gate()), "gate.not_seen_alone") << "what was said before opens nothing any more";
  must(see_alone(eva_));
  EXPECT_THAT(must(read_holds(practice(), ada_, couple_.id)).gate->not_seen_alone, ElementsAre(tom_));
  EXPECT_EQ(code_of(decide_gate(practice(), ada_, course_.id, {true, words("x")})), "gate.unit");
}

TEST_P(SafetyRecord, keeps_what_one_partner_said_out_of_the_others_copy) {
  must(see_alone(eva_, AskedAnswer::yes));
  must(set_hold(practice(), ada_, couple_.id, eva_, {"intimate_partner_violence", words("She is afraid.")}));
  const auto his = must(copy_person(practice(), ada_, tom_));
  EXPECT_THAT(his.safety.holds, IsEmpty());
  EXPECT_THAT(his.safety.gate_interviews, IsEmpty());
  for (const AuditEntry& entry : his.seen_by)
    EXPECT_TRUE(entry.action != "hold.set" && entry.action != "gate.interview") << entry.action;
  EXPECT_THAT(must(copy_person(practice(), ada_, eva_)).safety.gate_interviews, SizeIs(1));
}

TEST_P(SafetyRecord, keeps_what_rests_on_one_partner_out_of_the_others_copy) {
  must(see_alone(eva_));
  must(see_alone(tom_));
  must(open_gate());
  clock().pass(minute_ms);
  must(see_alone(tom_, AskedAnswer::yes));
  must(set_hold(practice(), ada_, couple_.id, eva_,
                {"intimate_partner_violence", words("He told me that he hits.")}));
  must(decide_gate(practice(), ada_, couple_.id, {false, words("Not now.")}));
  const auto hers = must(copy_person(practice(), ada_, eva_));
  EXPECT_THAT(hers.safety.holds, IsEmpty());
  for (const AuditEntry& entry : hers.seen_by)
    EXPECT_TRUE(entry.person == eva_ || !entry.course || *entry.course != couple_.id) << entry.action;
  EXPECT_FALSE(hers.seen_by.empty());
}

TEST_P(SafetyRecord, counts_nobody_as_seen_alone_who_was_asked_nothing) {
  const auto ask = [&](Date day, std::vector<GateItem> answers, std::optional<Private<std::string>> said) {
    return note_gate_interview(practice(), ada_, couple_.id, eva_,
                               {day, true, std::move(answers), std::move(said)});
  };
  EXPECT_EQ(code_of(ask(Date{2026, 9, 20}, {}, {})), "gate.nothing");
  EXPECT_EQ(
      code_of(ask(Date{2026, 9, 20}, {{GateQuestion::fear, AskedAnswer::not_answered}}, words("\u200b"))),
      "gate.nothing");
  EXPECT_EQ(code_of(ask(Date{1900, 1, 1}, {{GateQuestion::fear, AskedAnswer::no}}, {})), "gate.day");
  EXPECT_TRUE(ask(Date{2026, 9, 20}, {}, words("She would rather not say.")));
}

TEST(Letters, are_signs_that_show_something) {
  EXPECT_EQ(letters_in("a b"), 2U);
  EXPECT_EQ(letters_in("\u00e9\u00e9\u00e9"), 3U);
  EXPECT_EQ(letters_in("\u200b\u200b \t\u00a0\ufeff\u3000\u2066"), 0U);
  EXPECT_EQ(letters_in("\xe2"), 0U) << "a sign cut off is none, and nothing is read beyond its end";
}

TEST_P(SafetyRecord, keeps_safety_plans_as_versions) {
  const auto first = must(write(plan()));
  EXPECT_EQ(first.number, 1);
  ASSERT_THAT(first.lines, SizeIs(3));
  EXPECT_EQ(first.lines[0].section, PlanSection::warning_signs) << "in the order of the sections";
  EXPECT_EQ(first.lines[0].words.reveal(), "Walks at night\nand does not answer");
  EXPECT_EQ(first.lines[1].phone->reveal(), "030 55");
  EXPECT_EQ(first.lines[2].by, (Date{2026, 9, 22}));
  EXPECT_EQ(code_of(write(plan())), "plan.newer");
  EXPECT_EQ(must(write(plan(1))).number, 2);
  EXPECT_THAT(must(read_safety_plans(practice(), ada_, course_.id, mia_)), SizeIs(2));
  clock().pass(31 * day_ms);
  EXPECT_TRUE(must(read_safety_plans(practice(), ada_, course_.id, mia_)).at(0).review_is_due);
  const auto newest = must(read_safety_plans(practice(), ada_, course_.id, mia_)).at(0);
  EXPECT_EQ(code_of(review_safety_plan(practice(), ada_, course_.id, mia_, first.id, {Date{2026, 12, 1}})),
            "plan.newer");
  const auto reviewed =
      must(review_safety_plan(practice(), ada_, course_.id, mia_, newest.id, {Date{2026, 12, 1}}));
  EXPECT_FALSE(reviewed.review_is_due);
  EXPECT_TRUE(reviewed.reviewed_at);
}

TEST_P(SafetyRecord, asks_who_and_until_when_of_what_makes_surroundings_safer) {
  for (const auto& spoil : std::vector<std::function<void(NewSafetyPlan&)>>{
           [](NewSafetyPlan& input) { input.lines[0].who.reset(); },
           [](NewSafetyPlan& input) { input.lines[0].by.reset(); },
           [](NewSafetyPlan& input) { input.lines[1].who = words("Somebody"); }}) {
    NewSafetyPlan input = plan();
    spoil(input);
    EXPECT_EQ(code_of(write(input)), "plan.means");
  }
  NewSafetyPlan input = plan();
  input.review_on = Date{2026, 9, 21};
  EXPECT_EQ(code_of(write(input)), "plan.review");
  input = plan();
  input.lines.clear();
  EXPECT_EQ(code_of(write(input)), "plan.empty");
}

TEST_P(SafetyRecord, shares_one_version_of_a_safety_plan) {
  EXPECT_FALSE(shared());
  const auto first = must(write(plan()));
  EXPECT_FALSE(shared()) << "written is not shared";
  must(share_safety_plan(practice(), ada_, course_.id, mia_, first.id));
  ready_for_phones();
  ASSERT_TRUE(shared());
  EXPECT_THAT(shared()->contact, HasSubstr("030 1234"));
  EXPECT_EQ(code_of(share_safety_plan(practice(), ada_, course_.id, mia_, first.id)), "plan.shared");
  NewSafetyPlan next = plan(1);
  next.lines.resize(1);
  const auto second = must(write(next));
  EXPECT_THAT(shared()->lines, SizeIs(1)) << "the next one takes its place";
  must(unshare_safety_plan(practice(), ada_, course_.id, mia_, second.id));
  EXPECT_FALSE(shared());
  EXPECT_EQ(code_of(unshare_safety_plan(practice(), ada_, course_.id, mia_, second.id)), "plan.not_shared");
  EXPECT_EQ(code_of(share_safety_plan(practice(), ada_, couple_.id, eva_, second.id)),
            "safety_plan.not_found");
}

TEST_P(SafetyRecord, keeps_a_worry_about_a_child_and_what_was_decided) {
  const auto page = must(worry(ada_));
  EXPECT_THAT(page.jurisdictions, IsEmpty()) << "nothing is filled in";
  EXPECT_FALSE(page.notes.at(0).decision);
  const auto note = page.notes.at(0).id;
  EXPECT_EQ(code_of(worry(ben_)), "access.not_found");
  EXPECT_EQ(code_of(decide_child_note(practice(), ada_, course_.id, note,
                                      {ChildDecision::reported, words("He hits her."), {}})),
            "child_note.reported");
  const auto decided = must(decide_child_note(
      practice(), ada_, course_.id, note,
      {ChildDecision::reported, words("She is hit."), words("Youth office, by telephone, number 12")}));
  EXPECT_EQ(decided.notes.at(0).decision, ChildDecision::reported);
  EXPECT_EQ(code_of(decide_child_note(practice(), ada_, course_.id, note,
                                      {ChildDecision::not_reported, words("x"), {}})),
            "child_note.decided");
}

TEST_P(SafetyRecord, shows_no_worry_about_a_child_in_a_copy) {
  must(worry(ada_));
  must(read_child_protection(practice(), ada_, course_.id));
  (void)worry(ben_);
  const auto copy = must(copy_person(practice(), ada_, mia_));
  for (const AuditEntry& entry : copy.seen_by)
    EXPECT_FALSE(is_about_child_protection(entry.action) || is_about_child_protection(entry.object))
        << entry.action;
  std::vector<std::string> seen;
  for (const AuditEntry& entry : must(who_has_seen(practice(), ada_, mia_, 100)))
    seen.push_back(entry.action);
  EXPECT_THAT(seen, Contains("child_note.read")) << "its therapist sees who looked";
}

TEST_P(SafetyRecord, erases_nobody_while_a_worry_has_no_decision) {
  const auto note = must(worry(ada_)).notes.at(0).id;
  must(end_course(practice(), ada_, course_.id, {Date{2026, 9, 20}}));
  const Erasure erasure{Ground::request, course_.members[0].code};
  EXPECT_EQ(code_of(erase_person(practice(), ada_, mia_, erasure)), "person.open_child_note");
  must(decide_child_note(practice(), ada_, course_.id, note,
                         {ChildDecision::not_reported, words("A bruise from football."), {}}));
  EXPECT_EQ(code_of(erase_person(practice(), ada_, mia_, erasure)), "done");
}

TEST_P(SafetyRecord, erases_all_of_it) {
  must(write(plan()));
  must(set_hold(practice(), ada_, course_.id, mia_, {"crisis", words("x")}));
  must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
  must(bring_case(practice(), ada_, course_.id, {words("What do I miss?")}));
  end_with(ending());
  must(note_follow_up(practice(), ada_, course_.id, mia_,
                      {3, Date{2026, 9, 21}, FollowUpContact::declined, {}, {}, {}}));
  must(erase_person(practice(), ada_, mia_, {Ground::request, course_.members[0].code}));
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    EXPECT_EQ(must(transaction.count(table_of<SafetyPlan>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<Hold>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<SupervisionCase>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<CourseEnding>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<FollowUp>(), {})), 0);
    return true;
  }));
}

TEST_P(SafetyRecord, keeps_what_a_practice_found_out_about_reporting) {
  NewJurisdiction input;
  input.name = "Here";
  input.mandated = "as invented";
  input.threshold = "reasonable suspicion, as invented";
  input.hotline = "030 0";
  input.checked_on = Date{2026, 9, 1};
  EXPECT_EQ(code_of(write_jurisdiction(practice(), boss_, input)), "jurisdiction.words") << "no source";
  input.source = "an invented act";
  EXPECT_EQ(code_of(write_jurisdiction(practice(), ada_, input)), "access.forbidden");
  must(write_jurisdiction(practice(), boss_, input));
  input.hotline = "030 1";
  const auto all = must(write_jurisdiction(practice(), boss_, input));
  ASSERT_THAT(all, SizeIs(1)) << "one of a name holds";
  EXPECT_EQ(all[0].hotline, "030 1");
  EXPECT_THAT(must(retire_jurisdiction(practice(), boss_, all[0].id)), IsEmpty());
}

TEST_P(SafetyRecord, tells_an_ending_by_five_definitions) {
  NewEnding input = ending();
  input.reason = EndingReason::stopped_coming;
  input.planned = false;
  input.ended_by = EndedBy::client;
  input.judged_dropout = false;
  input.missed_last = true;
  input.attended = 5;
  input.planned_sessions = 12;
  end_with(input);
  EXPECT_THAT(dropout(), ElementsAre(Known::no, Known::yes, Known::yes, Known::unknown, Known::unknown));
  input.judged_dropout = true;
  end_with(input);
  EXPECT_EQ(dropout().front(), Known::yes) << "written anew";
  EXPECT_EQ(must(read_course(practice(), ada_, course_.id)).ended_on, input.ended_on);
  input.attended = -1;
  EXPECT_EQ(code_of(write_ending(practice(), ada_, course_.id, input)), "ending.sessions");
  input = ending();
  input.ended_on = Date{2026, 8, 31};
  EXPECT_EQ(code_of(write_ending(practice(), ada_, course_.id, input)), "course.dates");
}

TEST_P(SafetyRecord, has_follow_ups_that_open_and_close) {
  end_with(ending());
  EXPECT_THAT(states(), ElementsAre(FollowUpState::coming, FollowUpState::coming, FollowUpState::coming,
                                    FollowUpState::coming));
  EXPECT_THAT(must(due_follow_ups(practice(), ada_)), IsEmpty());
  clock().pass(90 * day_ms);
  EXPECT_EQ(states().at(0), FollowUpState::open);
  EXPECT_THAT(must(due_follow_ups(practice(), ada_)), SizeIs(1));
  must(note_follow_up(practice(), ada_, course_.id, mia_,
                      {3, date_of(clock().now()), FollowUpContact::not_reached, {}, {}, {}}));
  EXPECT_EQ(states().at(0), FollowUpState::open) << "try again while it is open";
  must(note_follow_up(practice(), ada_, course_.id, mia_,
                      {3, date_of(clock().now()), FollowUpContact::reached, true, words("A group"), {}}));
  EXPECT_EQ(states().at(0), FollowUpState::done);
  EXPECT_THAT(must(due_follow_ups(practice(), ada_)), IsEmpty());
  clock().pass(150 * day_ms);
  EXPECT_EQ(states().at(1), FollowUpState::missed);
  EXPECT_EQ(code_of(note_follow_up(practice(), ada_, course_.id, mia_,
                                   {4, date_of(clock().now()), FollowUpContact::reached, {}, {}, {}})),
            "follow_up.months");
  EXPECT_EQ(code_of(note_follow_up(practice(), ada_, couple_.id, eva_,
                                   {3, date_of(clock().now()), FollowUpContact::reached, {}, {}, {}})),
            "follow_up.not_ended");
}

TEST_P(SafetyRecord, tells_what_follow_ups_say_of_each_measure) {
  agree_to_measures(ada_, mia_, course_.id);
  const auto answer = [&](const std::string& each) {
    GiveMeasure input;
    input.instrument = "gad-7";
    input.respondent = mia_;
    const auto sheet = must(give_measure(practice(), ada_, course_.id, input));
    must(record_answers(practice(), ada_, course_.id, sheet.id, {std::vector<std::string>(7, each)}));
    clock().pass(day_ms);
  };
  answer("3");
  answer("1");
  NewEnding input = ending();
  input.ended_on = date_of(clock().now());
  input.ended_by = EndedBy::client;
  input.planned = false;
  end_with(input);
  EXPECT_EQ(dropout().back(), Known::no) << "left, and better beyond error";
  clock().pass(90 * day_ms);
  must(reopen_course(practice(), ada_, course_.id));  // to ask again; the end stays what it was
  answer("1");
  end_with(input);
  const auto page = must(read_ending(practice(), ada_, course_.id));
  ASSERT_THAT(page.scales, SizeIs(1));
  EXPECT_EQ(page.scales[0].intake, 21);
  EXPECT_EQ(page.scales[0].end, 7);
  EXPECT_THAT(page.scales[0].after, ElementsAre(7));
  EXPECT_EQ(page.scales[0].answers.at(0).answer, Known::yes) << "maintained";
  EXPECT_EQ(page.follow_ups.at(0).state, FollowUpState::done) << "a sheet in the window";
}

TEST_P(SafetyRecord, brings_a_case_to_supervision) {
  EXPECT_EQ(code_of(bring_case(practice(), ada_, course_.id, {words("What do I miss?")})),
            "supervision.nobody");
  must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
  const auto brought = must(bring_case(practice(), ada_, course_.id, {words("What do I miss?")})).at(0);
  const auto page = must(read_supervision(practice(), cleo_));
  ASSERT_THAT(page.cases, SizeIs(1));
  EXPECT_EQ(page.cases[0].kept.question.reveal(), "What do I miss?");
  ASSERT_THAT(page.courses, SizeIs(1));
  EXPECT_EQ(page.courses[0].course, course_.id);
  EXPECT_THAT(must(read_supervision(practice(), user("dan", {.supervisor = true}))).courses, IsEmpty());
  EXPECT_EQ(code_of(read_supervision(practice(), ada_)), "access.forbidden");
  must(discuss_case(practice(), cleo_, course_.id, brought.id, {words("Ask about the brother.")}));
  EXPECT_EQ(code_of(withdraw_case(practice(), ada_, course_.id, brought.id)), "supervision.discussed");
  EXPECT_EQ(must(read_cases(practice(), ada_, course_.id)).at(0).outcome->reveal(), "Ask about the brother.");
}

TEST_P(SafetyRecord, shows_fidelity_only_where_every_member_agreed) {
  must(assign_supervisor(practice(), ada_, couple_.id, {cleo_.user}));
  const auto agreed = [&] { return must(read_supervision(practice(), cleo_)).courses.at(0).fidelity_agreed; };
  EXPECT_FALSE(agreed());
  must(give_consent(practice(), ada_, eva_, {couple_.id, ConsentKind::supervision, "1", {}}));
  EXPECT_FALSE(agreed()) << "one of two";
  must(give_consent(practice(), ada_, tom_, {couple_.id, ConsentKind::supervision, "1", {}}));
  EXPECT_TRUE(agreed());
}

TEST_P(SafetyRecord, shows_a_therapist_every_look_of_somebody_else) {
  must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
  must(read_course(practice(), ada_, course_.id));
  EXPECT_THAT(must(looks_at_own_courses(practice(), ada_)), IsEmpty()) << "one's own are none";
  must(read_supervision(practice(), cleo_));
  must(read_course(practice(), cleo_, course_.id));
  must(read_person(practice(), cleo_, mia_));
  std::vector<std::string> actions;
  for (const TakenLook& look : must(looks_at_own_courses(practice(), ada_))) {
    EXPECT_EQ(look.who, "cleo");
    EXPECT_EQ(look.code, course_.members[0].code);
    actions.push_back(look.action);
  }
  EXPECT_THAT(actions, ElementsAre("person.read", "course.read", "supervision.course"));
  EXPECT_THAT(must(looks_at_own_courses(practice(), ben_)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Service, SafetyRecord, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
