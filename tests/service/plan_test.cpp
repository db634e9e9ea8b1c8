// The plan of a course: protocols and those of a practice's own, gates, goals, dates of loss, suggestions.

#include "service/plan.hpp"

#include <gmock/gmock.h>

#include "service/claim.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/history.hpp"
#include "service/hold.hpp"
#include "service/measure.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Private<std::string> words(const char* text) {
  return Private<std::string>(text);
}

class Plan : public EachPractice {
 protected:
  Actor ada_;
  Actor eve_;
  Id<Course> course_;
  Id<Person> mia_;
  Id<Figure> mother_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    eve_ = user("eve", {.admin = true});
    const auto course = course_of(ada_, "Mia Weber");
    course_ = course.id;
    mia_ = course.members.at(0).person;
    mother_ = must(add_figure(practice(), ada_, mia_, {FigureKind::mother, {}, {}, {}})).figures.at(0).id;
  }

  PlanView choose(const std::string& protocol) {
    clock().pass(second_ms);
    return must(choose_protocol(practice(), ada_, course_, {protocol, "1", {2026, 9, 10}}));
  }
  std::string text_of(const std::string& protocol) {
    return must(read_protocol_text(practice(), eve_, {protocol, "1"})).content;
  }
  static std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("not there: " + from);
    return text.replace(at, from.size(), to);
  }
  Result<PlanView> answer(const std::string& condition, GateAnswerWord word) {
    clock().pass(second_ms);
    return answer_gate(practice(), ada_, course_, mia_, {"stabilisation", condition, word, {}});
  }
  Result<PlanView> enter(const std::string& stage) {
    clock().pass(second_ms);
    return enter_stage(practice(), ada_, course_, {stage, {2026, 9, 20}});
  }
  GoalWords goal(bool levels) {
    GoalWords goal;
    goal.words = words("Ask for help once a week");
    goal.figure = mother_;
    if (!levels) return goal;
    goal.much_less = words("never");
    goal.less = words("once a month");
    goal.as_expected = words("once a week");
    goal.more = words("twice a week");
    goal.much_more = words("whenever needed");
    return goal;
  }
  Id<Goal> added(const GoalWords& goal) {
    clock().pass(second_ms);
    return must(add_goal(practice(), ada_, course_, mia_, goal)).goals.at(0).goals.back().goal.id;
  }
  Result<PlanView> rate(const Id<Goal>& goal, GoalScale scale, int value, Date on = {2026, 9, 12}) {
    return rate_goal(practice(), ada_, course_, goal, {scale, value, GoalRater::together, on, {}});
  }
  const SuggestionView* suggestion(const PlanView& plan, const std::string& technique) {
    for (const SuggestionView& one : plan.suggestions)
      if (one.technique == technique) return &one;
    return nullptr;
  }
};

TEST_P(Plan, begins_with_nothing_chosen_and_every_technique) {
  const auto plan = must(read_plan(practice(), ada_, course_));
  EXPECT_FALSE(plan.plan);
  EXPECT_EQ(plan.techniques.size(), 21U);
  EXPECT_TRUE(plan.suggestions.empty());
  EXPECT_EQ(code_of(enter("one")), "plan.none");
  EXPECT_EQ(code_of(leave_protocol(practice(), ada_, course_)), "plan.none");
}

TEST_P(Plan, follows_a_protocol_with_its_fingerprint_from_its_first_stage) {
  const auto plan = choose("attachment-individual");
  EXPECT_EQ(plan.plan->fingerprint, plan.protocol->fingerprint);
  EXPECT_FALSE(plan.definition_changed);
  ASSERT_EQ(plan.stages.size(), 1U);
  EXPECT_EQ(plan.stages.front().stage, "base");
  EXPECT_EQ(must(enter("present")).stages.back().label, "Relationships now");
  EXPECT_EQ(code_of(enter("nowhere")), "plan.stage");
  EXPECT_EQ(code_of(enter_stage(practice(), ada_, course_, {"past", {2031, 1, 1}})), "plan.day");
  // Another ends it.
  const auto other = choose("aedp");
  EXPECT_EQ(other.plan->protocol, "aedp");
  EXPECT_EQ(other.stages.size(), 1U);
  EXPECT_FALSE(must(leave_protocol(practice(), ada_, course_)).plan);
}

TEST_P(Plan, a_protocol_is_for_a_kind_of_course) {
  EXPECT_EQ(code_of(choose_protocol(practice(), ada_, course_, {"eft-couples", "1", {2026, 9, 10}})),
            "plan.unit");
  EXPECT_EQ(code_of(choose_protocol(practice(), ada_, course_, {"eft-couples", "9", {2026, 9, 10}})),
            "protocol.unknown");
}

TEST_P(Plan, markers_are_ticked_once_and_taken_back) {
  choose("attachment-individual");
  const SeeMarker marker{"base", "settles", {2026, 9, 12}};
  const auto plan = must(see_marker(practice(), ada_, course_, marker));
  ASSERT_EQ(plan.markers.size(), 1U);
  EXPECT_EQ(code_of(see_marker(practice(), ada_, course_, marker)), "plan.marker_seen");
  EXPECT_EQ(code_of(see_marker(practice(), ada_, course_, {"base", "tested", {2026, 9, 12}})), "plan.marker");
  EXPECT_TRUE(must(withdraw_marker(practice(), ada_, course_, plan.markers.front().id)).markers.empty());
  EXPECT_EQ(code_of(withdraw_marker(practice(), ada_, course_, plan.markers.front().id)),
            "plan_marker.not_found");
}

TEST_P(Plan, the_stabilisation_gate_opens_by_answers_alone_and_a_hold_closes_it) {
  const auto plan = choose("trauma");
  ASSERT_EQ(plan.gates.size(), 1U);
  EXPECT_FALSE(plan.gates.front().open);
  EXPECT_EQ(plan.gates.front().conditions.size(), 6U);
  EXPECT_EQ(code_of(enter("memory")), "plan.gate");
  for (const std::string condition : {"safety", "dissociation", "substances", "housing", "skills"})
    must(answer(condition, GateAnswerWord::met));
  EXPECT_EQ(code_of(enter("memory")), "plan.gate") << "one is not answered";
  must(answer("agreement", GateAnswerWord::unsure));
  EXPECT_EQ(code_of(enter("memory")), "plan.gate") << "unsure is not met";
  EXPECT_TRUE(must(answer("agreement", GateAnswerWord::met)).gates.front().open);

  must(set_hold(practice(), ada_, course_, mia_, {"dissociation_high", words("Lost the room twice.")}));
  const auto held = must(read_plan(practice(), ada_, course_));
  EXPECT_FALSE(held.gates.front().open) << "all met, and a hold in force";
  EXPECT_EQ(held.gates.front().conditions.at(1).held.size(), 1U);
  EXPECT_EQ(code_of(enter("memory")), "plan.gate");
  const auto hold = must(read_holds(practice(), ada_, course_)).in_force.front().hold.id;
  must(lift_hold(practice(), ada_, course_, hold, {words("Stays in contact for weeks now.")}));
  EXPECT_EQ(must(enter("memory")).stages.back().stage, "memory");
  EXPECT_EQ(code_of(answer("weather", GateAnswerWord::met)), "plan.condition");
}

TEST_P(Plan, a_later_answer_closes_the_gate_again) {
  choose("trauma");
  for (const std::string condition :
       {"safety", "dissociation", "substances", "housing", "skills", "agreement"})
    must(answer(condition, GateAnswerWord::met));
  clock().pass(minute_ms);
  EXPECT_FALSE(must(answer("housing", GateAnswerWord::not_met)).gates.front().open);
  EXPECT_EQ(code_of(enter("memory")), "plan.gate");
}

TEST_P(Plan, a_score_of_zero_opens_no_gate) {
  choose("trauma");
  agree_to_measures(ada_, mia_, course_);
  GiveMeasure give;
  give.instrument = "itq";
  give.respondent = mia_;
  const auto sheet = must(give_measure(practice(), ada_, course_, give));
  const auto items = must(definition_of(practice(), sheet)).instrument->items.size();
  must(record_answers(practice(), ada_, course_, sheet.id, {std::vector<std::string>(items, "0")}));
  EXPECT_FALSE(must(read_plan(practice(), ada_, course_)).gates.front().open);
}

TEST_P(Plan, techniques_are_planned_and_wait_where_something_holds) {
  const auto plan = must(plan_technique(practice(), ada_, course_, {"W1", PlanReason::chosen}));
  EXPECT_EQ(code_of(plan_technique(practice(), ada_, course_, {"W1", PlanReason::chosen})), "plan.planned");
  EXPECT_EQ(code_of(plan_technique(practice(), ada_, course_, {"Z9", PlanReason::chosen})), "plan.technique");
  must(set_hold(practice(), ada_, course_, mia_, {"psychosis_active", words("Hears voices.")}));
  const auto held = must(read_plan(practice(), ada_, course_));
  EXPECT_EQ(held.planned.size(), 1U);
  for (const TechniqueView& technique : held.techniques)
    if (technique.id == "W1") {
      ASSERT_EQ(technique.held.size(), 1U);
      EXPECT_EQ(technique.held.front().hold, "psychosis_active");
      EXPECT_FALSE(technique.held.front().instead.empty());
    }
  EXPECT_TRUE(must(drop_technique(practice(), ada_, course_, plan.planned.front().id)).planned.empty());
}

TEST_P(Plan, suggests_with_reasons_and_puts_what_is_held_last) {
  choose("trauma");
  const auto plan = must(read_plan(practice(), ada_, course_));
  ASSERT_NE(suggestion(plan, "R2"), nullptr);
  const auto& because = suggestion(plan, "R2")->because.front();
  EXPECT_EQ(because.reason, PlanReason::protocol);
  EXPECT_FALSE(because.finding.limits.empty());
  EXPECT_EQ(suggestion(plan, "W1"), nullptr) << "nothing speaks for it in the first stage";
  must(set_hold(practice(), ada_, course_, mia_, {"breath_focus_raises_panic", words("Panics.")}));
  EXPECT_EQ(must(read_plan(practice(), ada_, course_)).suggestions.back().technique, "R2");
}

TEST_P(Plan, a_goal_that_stands_low_is_a_reason) {
  const auto id = added(goal(false));
  EXPECT_EQ(suggestion(must(read_plan(practice(), ada_, course_)), "I3"), nullptr);
  const auto plan = must(rate(id, GoalScale::progress, 2));
  const auto* one = suggestion(plan, "I3");
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->because.front().person, mia_);
  EXPECT_THAT(one->because.front().finding.statement, HasSubstr("2 of 10"));
}

TEST_P(Plan, less_than_was_expected_is_a_reason) {
  const auto id = added(goal(true));
  EXPECT_EQ(suggestion(must(rate(id, GoalScale::attainment, 0)), "I3"), nullptr);
  const auto plan = must(rate(id, GoalScale::attainment, -1, {2026, 9, 13}));
  const auto* one = suggestion(plan, "I3");
  ASSERT_NE(one, nullptr);
  EXPECT_THAT(one->because.front().finding.statement, HasSubstr("−1 of goal attainment"));
}

TEST_P(Plan, a_score_far_from_its_group_is_a_reason) {
  agree_to_measures(ada_, mia_, course_);
  GiveMeasure input;
  input.instrument = "ecr";
  input.item_order = "online-5pt";
  input.respondent = mia_;
  const auto sheet = must(give_measure(practice(), ada_, course_, input));
  // As avoidant as can be, in the middle on anxiety: the odd items are of avoidance.
  std::vector<std::string> answers(36, "3");
  for (const int item : {1, 5, 7, 9, 11, 13, 17, 21, 23}) answers[static_cast<std::size_t>(item - 1)] = "5";
  for (const int item : {3, 15, 19, 25, 27, 29, 31, 33, 35})
    answers[static_cast<std::size_t>(item - 1)] = "1";
  must(record_answers(practice(), ada_, course_, sheet.id, {answers}));
  const auto plan = must(read_plan(practice(), ada_, course_));
  const auto* trust = suggestion(plan, "T1");
  ASSERT_NE(trust, nullptr);
  EXPECT_EQ(trust->because.front().reason, PlanReason::deficit);
  EXPECT_THAT(trust->because.front().finding.statement, HasSubstr("avoidance"));
  EXPECT_EQ(suggestion(plan, "R2"), nullptr) << "nothing says that feelings are hard to regulate";
}

TEST_P(Plan, goals_are_tied_and_rated_on_two_scales) {
  const auto id = added(goal(true));
  EXPECT_EQ(code_of(rate(id, GoalScale::attainment, 3)), "goal.value");
  EXPECT_EQ(code_of(rate(id, GoalScale::progress, 11)), "goal.value");
  must(rate(id, GoalScale::attainment, -1, {2026, 9, 1}));
  must(rate(id, GoalScale::progress, 4, {2026, 9, 1}));
  const auto plan = must(rate(id, GoalScale::attainment, 1, {2026, 9, 12}));
  const auto& book = plan.goals.at(0);
  EXPECT_EQ(book.goals.at(0).attainment, 1);
  EXPECT_EQ(book.goals.at(0).progress, 4);
  ASSERT_EQ(book.attainment.size(), 2U);
  EXPECT_DOUBLE_EQ(book.attainment.front().t, 40);
  EXPECT_DOUBLE_EQ(book.attainment.back().t, 60);
  EXPECT_THAT(book.finding->limits, HasSubstr("cannot be compared"));
  // Without levels there is one scale.
  EXPECT_EQ(code_of(rate(added(goal(false)), GoalScale::attainment, 0)), "goal.levels");
}

TEST_P(Plan, goals_weigh_as_agreed) {
  auto heavy = goal(true);
  heavy.weight = 3;
  const auto first = added(goal(true));
  const auto second = added(heavy);
  must(rate(first, GoalScale::attainment, 1));
  const auto plan = must(rate(second, GoalScale::attainment, -1));
  // (1 - 3) 10 / sqrt(.7 (1 + 9) + .3 16)
  EXPECT_NEAR(plan.goals.at(0).attainment.back().t, 50 - 20 / std::sqrt(11.8), 1e-9);
}

TEST_P(Plan, a_goal_needs_a_tie_whole_levels_and_a_weight) {
  const auto refused = [&](const GoalWords& goal) {
    return code_of(add_goal(practice(), ada_, course_, mia_, goal));
  };
  auto loose = goal(false);
  loose.figure.reset();
  EXPECT_EQ(refused(loose), "goal.tie");
  auto half = goal(true);
  half.more.reset();
  EXPECT_EQ(refused(half), "goal.levels");
  auto light = goal(false);
  light.weight = 0;
  EXPECT_EQ(refused(light), "goal.weight");
  auto blank = goal(false);
  blank.words = words("  ");
  EXPECT_EQ(refused(blank), "words.missing");
  const auto other = course_of(ada_, "Ben Koch");
  auto foreign = goal(false);
  foreign.figure =
      must(add_figure(practice(), ada_, other.members.at(0).person, {FigureKind::father, {}, {}, {}}))
          .figures.at(0)
          .id;
  EXPECT_EQ(refused(foreign), "goal.tie");
}

TEST_P(Plan, what_a_level_means_stays_once_it_was_rated) {
  const auto id = added(goal(true));
  auto changed = goal(true);
  changed.more = words("three times a week");
  must(change_goal(practice(), ada_, course_, id, changed));
  const auto rated = must(rate(id, GoalScale::attainment, 0));
  EXPECT_EQ(code_of(change_goal(practice(), ada_, course_, id, goal(true))), "goal.rated");
  changed.words = words("Ask");
  must(change_goal(practice(), ada_, course_, id, changed));
  must(withdraw_rating(practice(), ada_, course_, rated.goals.at(0).goals.at(0).ratings.at(0).id));
  must(change_goal(practice(), ada_, course_, id, goal(true)));
  must(end_goal(practice(), ada_, course_, id, {true}));
  EXPECT_EQ(code_of(rate(id, GoalScale::progress, 5)), "goal.ended");
}

TEST_P(Plan, what_a_goal_is_tied_to_is_not_removed_under_it) {
  added(goal(false));
  EXPECT_EQ(code_of(remove_figure(practice(), ada_, mia_, mother_)), "figure.in_use");
  const auto claim =
      must(add_claim(practice(), ada_, course_, mia_,
                     {{ClaimAbout::self, {}, words("I ask"), words("Nobody comes"), words("One does")}, 50}))
          .claims.at(0)
          .claim.id;
  auto tied = goal(false);
  tied.figure.reset();
  tied.claim = claim;
  added(tied);
  EXPECT_EQ(code_of(remove_claim(practice(), ada_, course_, mia_, claim)), "claim.in_use");
}

TEST_P(Plan, days_of_loss_come_back_every_year) {
  const auto plan =
      must(add_loss_day(practice(), ada_, course_, mia_, {{2019, 10, 2}, words("Her grandmother died"), {}}));
  must(add_loss_day(practice(), ada_, course_, mia_, {{2020, 2, 29}, words("Her father died"), mother_}));
  const auto both = must(read_plan(practice(), ada_, course_)).anniversaries;
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both.front().next, (Date{2026, 10, 2}));
  EXPECT_EQ(both.front().years, 7);
  EXPECT_TRUE(both.front().soon);
  EXPECT_EQ(both.back().next, (Date{2027, 2, 28}));
  EXPECT_FALSE(both.back().soon);
  EXPECT_EQ(code_of(add_loss_day(practice(), ada_, course_, mia_, {{2019, 1, 1}, words("  "), {}})),
            "words.missing");
  EXPECT_EQ(code_of(add_loss_day(practice(), ada_, course_, mia_, {{2040, 1, 1}, words("Somebody"), {}})),
            "loss.day");
  EXPECT_EQ(
      must(remove_loss_day(practice(), ada_, course_, plan.anniversaries.front().id)).anniversaries.size(),
      1U);
}

TEST(NextTime, of_a_day_is_this_year_or_next) {
  EXPECT_EQ(next_time({2000, 5, 1}, {2026, 5, 1}), (Date{2026, 5, 1}));
  EXPECT_EQ(next_time({2000, 5, 1}, {2026, 5, 2}), (Date{2027, 5, 1}));
  EXPECT_EQ(next_time({2020, 2, 29}, {2026, 1, 1}), (Date{2026, 2, 28}));
  EXPECT_EQ(next_time({2020, 2, 29}, {2027, 3, 1}), (Date{2028, 2, 29}));
}

// Definitions of the practice's own

TEST_P(Plan, a_practices_own_protocol_has_a_parent_and_shows_where_it_differs) {
  const auto text = with(with(text_of("abft"), "version = \"1\"", "version = \"1.1\""),
                         "label = \"Relational reframe\"", "label = \"What came between us\"");
  const auto all = must(write_definition(practice(), eve_, {text, "abft@1"}));
  const ProtocolView& own = all.back();
  ASSERT_TRUE(own.own);
  EXPECT_EQ(own.own->parent, "abft@1");
  EXPECT_FALSE(own.own->parent_changed);
  EXPECT_EQ(own.own->written_by, "eve");
  ASSERT_EQ(own.own->differences.size(), 1U);
  EXPECT_EQ(own.own->differences.front().where, "stages.t1.label");
  EXPECT_EQ(own.own->differences.front().after, "What came between us");
  EXPECT_EQ(code_of(write_definition(practice(), eve_, {text, "abft@1"})), "definition.version");
  EXPECT_EQ(code_of(write_definition(practice(), eve_, {text_of("abft"), {}})), "definition.version");
  EXPECT_EQ(code_of(write_definition(practice(), ada_, {text, "abft@1"})), "access.forbidden");
}

TEST_P(Plan, a_definition_goes_through_the_same_loader) {
  const auto text = with(text_of("efit"), "version = \"1\"", "version = \"1.1\"");
  const auto broken = with(text, "trust = 0.15", "trust = 0.25");
  EXPECT_EQ(code_of(write_definition(practice(), eve_, {broken, {}})), "definition.faults");
  const auto check = must(check_definition(practice(), eve_, {broken, "efit@1"}));
  ASSERT_EQ(check.faults.size(), 1U);
  EXPECT_EQ(check.faults.front().field, "shares");
  EXPECT_EQ(code_of(write_definition(practice(), eve_, {text, "efit@7"})), "definition.parent");
  EXPECT_FALSE(must(check_definition(practice(), eve_, {"not = [ toml", {}})).faults.empty());
  EXPECT_EQ(code_of(write_definition(practice(), eve_, {std::string(longest_definition + 1, '#'), {}})),
            "definition.too_long");
}

TEST_P(Plan, coercion_is_warned_of_when_written_and_wherever_it_is_shown) {
  const auto text =
      with(with(text_of("attachment-individual"), "version = \"1\"", "version = \"1.1\""),
           "about = \"Reliable, warm, with limits; the pace fits how the person protects themselves.\"",
           "about = \"The client is held tightly until calm, and has to keep eye contact.\"");
  const auto check = must(check_definition(practice(), eve_, {text, "attachment-individual@1"}));
  ASSERT_FALSE(check.warnings.empty());
  EXPECT_EQ(check.warnings.front().rule, "holding");
  const auto all = must(write_definition(practice(), eve_, {text, "attachment-individual@1"}));
  EXPECT_FALSE(all.back().warnings.empty());
  const auto plan =
      must(choose_protocol(practice(), ada_, course_, {"attachment-individual", "1.1", {2026, 9, 10}}));
  EXPECT_EQ(plan.protocol->warnings.size(), check.warnings.size());
}

TEST_P(Plan, a_retired_definition_is_kept_where_it_is_followed) {
  const auto text = with(text_of("efit"), "version = \"1\"", "version = \"1.1\"");
  const auto id = must(write_definition(practice(), eve_, {text, "efit@1"})).back().own->id;
  must(choose_protocol(practice(), ada_, course_, {"efit", "1.1", {2026, 9, 10}}));
  EXPECT_TRUE(must(retire_definition(practice(), eve_, id)).back().own->retired_at);
  EXPECT_EQ(code_of(retire_definition(practice(), eve_, id)), "definition.retired");
  EXPECT_EQ(must(read_plan(practice(), ada_, course_)).protocol->version, "1.1");
  EXPECT_EQ(code_of(choose_protocol(practice(), ada_, course_, {"efit", "1.1", {2026, 9, 10}})),
            "plan.retired");
}

// Who, and what stays

TEST_P(Plan, is_its_therapists_and_supervisors_alone) {
  const Actor ben = user("ben", {.therapist = true});
  EXPECT_EQ(code_of(read_plan(practice(), ben, course_)), "access.not_found");
  EXPECT_EQ(code_of(read_plan(practice(), eve_, course_)), "access.not_found");
  const Actor cleo = user("cleo", {.supervisor = true});
  must(assign_supervisor(practice(), ada_, course_, {cleo.user}));
  EXPECT_EQ(code_of(read_plan(practice(), cleo, course_)), "done");
  EXPECT_EQ(code_of(choose_protocol(practice(), cleo, course_, {"efit", "1", {2026, 9, 10}})),
            "access.forbidden");
}

TEST_P(Plan, every_change_is_in_the_audit) {
  const auto before = audit_entries();
  choose("trauma");
  must(answer("housing", GateAnswerWord::met));
  added(goal(true));
  EXPECT_EQ(audit_entries(), before + 3);
}

TEST_P(Plan, goes_into_the_copy_and_is_erased_with_the_person) {
  choose("trauma");
  must(answer("housing", GateAnswerWord::met));
  must(rate(added(goal(true)), GoalScale::attainment, 1));
  must(
      add_loss_day(practice(), ada_, course_, mia_, {{2019, 10, 2}, words("Her grandmother died"), mother_}));
  const auto copy = must(copy_person(practice(), ada_, mia_));
  EXPECT_EQ(copy.goals.size(), 1U);
  EXPECT_EQ(copy.goal_ratings.size(), 1U);
  EXPECT_EQ(copy.loss_days.size(), 1U);
  EXPECT_EQ(copy.gate_answers.size(), 1U);
  must(end_course(practice(), ada_, course_, {{2026, 9, 21}}));
  must(erase_person(practice(), ada_, mia_, {Ground::request, copy.record.person.code}));
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    for (const Table* table : {&table_of<Goal>(), &table_of<GoalRating>(), &table_of<LossDay>(),
                               &table_of<GateAnswer>(), &table_of<CoursePlan>(), &table_of<PlanStage>()})
      EXPECT_EQ(must(transaction.count(*table, {})), 0) << table->name;
    return true;
  }));
}

INSTANTIATE_TEST_SUITE_P(Service, Plan, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
