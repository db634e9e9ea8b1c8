#include "service/plan_demo.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "service/plan.hpp"

namespace securebase::service {
namespace {

Private<std::string> words(const char* text) {
  return Private<std::string>(text);
}

Result<bool> done(const Result<PlanView>& view) {
  if (!view) return tl::unexpected(view.error());
  return true;
}

/// The first figure of a kind, or the first there is.
Result<std::optional<Id<Figure>>> figure_of(const DemoWriter& writer, FigureKind kind) {
  std::optional<Id<Figure>> found;
  auto read = writer.practice.store.read([&](Transaction& transaction) -> Result<bool> {
    const auto figures =
        list<Figure>(transaction, {{where(&Figure::person, writer.person)}, {by(&Figure::created_at)}, {}});
    if (!figures) return tl::unexpected(figures.error());
    for (const Figure& figure : *figures)
      if (!found || (figure.kind == kind)) {
        found = figure.id;
        if (figure.kind == kind) break;
      }
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return found;
}

DemoEntry choose(int days_ago, const char* protocol) {
  return {days_ago, [protocol](const DemoWriter& writer) {
            return done(choose_protocol(writer.practice, writer.therapist, writer.course,
                                        {protocol, "1", writer.today}));
          }};
}

DemoEntry enter(int days_ago, const char* stage) {
  return {days_ago, [stage](const DemoWriter& writer) {
            return done(enter_stage(writer.practice, writer.therapist, writer.course, {stage, writer.today}));
          }};
}

DemoEntry see(int days_ago, const char* stage, const char* marker) {
  return {days_ago, [stage, marker](const DemoWriter& writer) {
            return done(
                see_marker(writer.practice, writer.therapist, writer.course, {stage, marker, writer.today}));
          }};
}

DemoEntry answer(int days_ago, const char* condition, GateAnswerWord word) {
  return {days_ago, [condition, word](const DemoWriter& writer) {
            return done(answer_gate(writer.practice, writer.therapist, writer.course, writer.person,
                                    {"stabilisation", condition, word, {}}));
          }};
}

DemoEntry technique(int days_ago, const char* id, PlanReason reason) {
  return {days_ago, [id, reason](const DemoWriter& writer) {
            return done(plan_technique(writer.practice, writer.therapist, writer.course, {id, reason}));
          }};
}

/// A goal with someone, with what its five levels look like where they are told.
DemoEntry goal(int days_ago, FigureKind with, const char* wish, const std::array<const char*, 5>& levels,
               double weight) {
  return {days_ago, [=](const DemoWriter& writer) -> Result<bool> {
            const auto figure = figure_of(writer, with);
            if (!figure) return tl::unexpected(figure.error());
            GoalWords input;
            input.words = words(wish);
            input.figure = *figure;
            input.weight = weight;
            if (levels[0] != nullptr) {
              input.much_less = words(levels[0]);
              input.less = words(levels[1]);
              input.as_expected = words(levels[2]);
              input.more = words(levels[3]);
              input.much_more = words(levels[4]);
            }
            return done(add_goal(writer.practice, writer.therapist, writer.course, writer.person, input));
          }};
}

/// Of the goal that was written at this place.
DemoEntry rated(int days_ago, std::size_t place, GoalScale scale, int value, GoalRater rater) {
  return {days_ago, [=](const DemoWriter& writer) -> Result<bool> {
            const auto plan = read_plan(writer.practice, writer.therapist, writer.course);
            if (!plan) return tl::unexpected(plan.error());
            for (const GoalBook& book : plan->goals)
              if (book.person == writer.person && place < book.goals.size())
                return done(rate_goal(writer.practice, writer.therapist, writer.course,
                                      book.goals[place].goal.id, {scale, value, rater, writer.today, {}}));
            return true;
          }};
}

DemoEntry loss(int days_ago, int months_from_now, int years_ago, const char* what) {
  return {days_ago, [=](const DemoWriter& writer) {
            const int month = (writer.today.month - 1 + months_from_now) % 12 + 1;
            const Date day{writer.today.year - years_ago, month, 9};
            return done(add_loss_day(writer.practice, writer.therapist, writer.course, writer.person,
                                     {day, words(what), {}}));
          }};
}

std::vector<DemoEntry> in_its_third_stage(int begun) {
  const auto at = [&](int part) { return std::max(1, begun - begun * part / 100); };
  using enum GoalScale;
  using enum GoalRater;
  return {choose(at(3), "attachment-individual"),
          technique(at(4), "T1", PlanReason::protocol),
          goal(at(12), FigureKind::partner, "Say it on the same day when something hurt",
               {"say nothing for weeks", "say it after a week", "say it within two days",
                "say it the same evening", "say it while it happens"},
               2),
          goal(at(13), FigureKind::sibling, "Ring up without a reason once a month", {}, 1),
          rated(at(14), 0, attainment, -2, together),
          rated(at(14), 0, progress, 1, client),
          rated(at(15), 1, progress, 2, client),
          see(at(20), "base", "uses_base"),
          see(at(22), "base", "settles"),
          enter(at(25), "present"),
          rated(at(40), 0, attainment, -1, together),
          rated(at(40), 0, progress, 4, client),
          rated(at(45), 1, progress, 3, client),
          see(at(50), "present", "pattern_named"),
          enter(at(55), "here"),
          technique(at(56), "T3", PlanReason::protocol),
          technique(at(60), "W1", PlanReason::chosen),
          rated(at(75), 0, attainment, 0, together),
          rated(at(75), 0, progress, 6, client),
          rated(at(80), 1, progress, 3, client),
          loss(at(82), 1, 6, "The day the grandmother died")};
}

std::vector<DemoEntry> before_the_gate(int begun) {
  const auto at = [&](int part) { return std::max(1, begun - begun * part / 100); };
  return {choose(at(10), "trauma"),
          technique(at(12), "R2", PlanReason::protocol),
          see(at(60), "stabilisation", "safe_now"),
          answer(at(70), "safety", GateAnswerWord::met),
          answer(at(70), "housing", GateAnswerWord::met),
          answer(at(71), "substances", GateAnswerWord::met),
          answer(at(72), "dissociation", GateAnswerWord::unsure)};
}

std::vector<DemoEntry> a_couple(int begun) {
  const auto at = [&](int part) { return std::max(1, begun - begun * part / 100); };
  return {choose(at(10), "eft-couples"),
          technique(at(12), "I2", PlanReason::protocol),
          goal(at(15), FigureKind::partner, "Stay in the room when it gets loud", {}, 1),
          rated(at(20), 0, GoalScale::progress, 2, GoalRater::client),
          see(at(60), "deescalation", "cycle_named"),
          rated(at(70), 0, GoalScale::progress, 5, GoalRater::client)};
}

}  // namespace

std::vector<DemoEntry> planned_course(const DemoCourse& plan) {
  if (plan.ended || plan.is_colleagues) return {};
  if (plan.unit == UnitKind::couple) return a_couple(plan.begun);
  if (plan.unit != UnitKind::individual) return {};
  if (plan.writing == DemoWriting::rich) return in_its_third_stage(plan.begun);
  if (plan.writing == DemoWriting::begun) return before_the_gate(plan.begun);
  return {};
}

}  // namespace securebase::service
