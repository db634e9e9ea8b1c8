#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "service/claim.hpp"
#include "service/course.hpp"
#include "service/plan_parts.hpp"
#include "stats/goal_attainment.hpp"

namespace securebase::service {
namespace {

constexpr int farthest_level = 2;
constexpr int most_progress = 10;

std::vector<std::pair<const std::optional<Private<std::string>>*, std::string_view>> levels_of(
    const GoalWords& words) {
  return {{&words.much_less, "much_less"},
          {&words.less, "less"},
          {&words.as_expected, "as_expected"},
          {&words.more, "more"},
          {&words.much_more, "much_more"}};
}

bool has_levels(const Goal& goal) {
  return goal.as_expected.has_value();
}

Result<bool> check_goal_words(const GoalWords& input) {
  if (auto fits = check_words(input.words, "words"); !fits) return fits;
  if (auto fits = check_length(input.words, longest_goal, "words"); !fits) return fits;
  int given = 0;
  for (const auto& [level, name] : levels_of(input)) {
    if (!*level) continue;
    ++given;
    if (auto fits = check_words(*level, name); !fits) return fits;
    if (auto fits = check_length(*level, longest_goal, name); !fits) return fits;
  }
  if (given != 0 && given != 2 * farthest_level + 1)
    return fail(ErrorKind::bad_data, "goal.levels", "all five levels, or none", plan_field("as_expected"));
  if (!(input.weight >= lightest_goal && input.weight <= heaviest_goal))
    return fail(ErrorKind::bad_data, "goal.weight", "from 0.1 to 10", plan_field("weight"));
  return true;
}

/// To what a goal is tied: a claim held in this course, or somebody they are attached to.
Result<bool> check_tie(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                       const GoalWords& input) {
  bool tied = input.claim || input.figure;
  if (input.claim) {
    const auto claim = find<Claim>(transaction, where(&Claim::id, *input.claim));
    if (!claim) return tl::unexpected(claim.error());
    tied = tied && *claim && (*claim)->person == person && (*claim)->course == course;
  }
  auto theirs = is_theirs(transaction, person, input.figure);
  if (!theirs) return theirs;
  if (tied && *theirs) return true;
  return fail(ErrorKind::bad_data, "goal.tie",
              "a claim or a relationship of this person, one of the two at least",
              plan_field(input.claim ? "claim" : "figure"));
}

void put_words(const GoalWords& input, Goal& goal) {
  goal.words = input.words;
  goal.claim = input.claim;
  goal.figure = input.figure;
  goal.weight = input.weight;
  goal.much_less = input.much_less;
  goal.less = input.less;
  goal.as_expected = input.as_expected;
  goal.more = input.more;
  goal.much_more = input.much_more;
  goal.shared_with_client = input.shared_with_client;
}

Result<Goal> goal_in(Transaction& transaction, const Id<Course>& course, const Id<Goal>& id) {
  auto goal = find<Goal>(transaction, where(&Goal::id, id));
  if (!goal) return tl::unexpected(goal.error());
  if (!*goal || (*goal)->course != course) return tl::unexpected(not_there(Goal::table));
  if (auto may = still_there(transaction, (*goal)->person); !may) return tl::unexpected(may.error());
  return std::move(**goal);
}

/// Ratings that hold, of all goals of a person, in the order of the days they are of.
Result<std::vector<GoalRating>> ratings_of(Transaction& transaction, const Id<Person>& person) {
  auto ratings = list<GoalRating>(
      transaction, {{where(&GoalRating::person, person), where(&GoalRating::withdrawn_at, Is::absent)},
                    {by(&GoalRating::noted_at)},
                    {}});
  if (!ratings) return ratings;
  std::stable_sort(ratings->begin(), ratings->end(),
                   [](const GoalRating& a, const GoalRating& b) { return a.rated_on < b.rated_on; });
  return ratings;
}

bool same_levels(const Goal& a, const GoalWords& b) {
  const auto same = [](const std::optional<Private<std::string>>& x,
                       const std::optional<Private<std::string>>& y) {
    return x.has_value() == y.has_value() && (!x || x->reveal() == y->reveal());
  };
  return same(a.much_less, b.much_less) && same(a.less, b.less) && same(a.as_expected, b.as_expected) &&
         same(a.more, b.more) && same(a.much_more, b.much_more);
}

/// What a level means is not changed under a rating.
Result<bool> may_change_levels(Transaction& transaction, const Goal& goal, const GoalWords& input) {
  if (same_levels(goal, input)) return true;
  const Condition rated[] = {where(&GoalRating::goal, goal.id),
                             where(&GoalRating::scale, GoalScale::attainment),
                             where(&GoalRating::withdrawn_at, Is::absent)};
  const auto rows = transaction.count(table_of<GoalRating>(), rated);
  if (!rows) return tl::unexpected(rows.error());
  if (*rows == 0) return true;
  return fail(ErrorKind::conflict, "goal.rated",
              "levels were rated: end this goal and write another, or withdraw the ratings");
}

Result<bool> check_rating(const Practice& practice, const Goal& goal, const RateGoal& input) {
  const bool on_levels = input.scale == GoalScale::attainment;
  if (on_levels && !has_levels(goal))
    return fail(ErrorKind::bad_data, "goal.levels", "a goal with five levels", plan_field("scale"));
  const int least = on_levels ? -farthest_level : 0;
  const int most = on_levels ? farthest_level : most_progress;
  if (input.value < least || input.value > most)
    return fail(ErrorKind::bad_data, "goal.value", fmt::format("a whole number from {} to {}", least, most),
                plan_field("value"));
  if (goal.ended_at) return fail(ErrorKind::conflict, "goal.ended", "a goal that is worked on");
  if (auto past = has_been(practice, input.rated_on, "rated_on"); !past) return past;
  return check_length(input.words, longest_goal, "words");
}

/// T on each day on which a goal was rated, from the newest rating of each goal by then.
std::vector<AttainmentPoint> attainment_over_time(const std::vector<GoalView>& goals) {
  std::set<Date> days;
  for (const GoalView& view : goals)
    for (const GoalRating& rating : view.ratings)
      if (rating.scale == GoalScale::attainment) days.insert(rating.rated_on);
  std::vector<AttainmentPoint> points;
  for (const Date day : days) {
    std::vector<stats::GoalLevel> levels;
    for (const GoalView& view : goals) {
      std::optional<int> level;
      for (const GoalRating& rating : view.ratings)
        if (rating.scale == GoalScale::attainment && rating.rated_on <= day) level = rating.value;
      if (level) levels.push_back({static_cast<double>(*level), view.goal.weight});
    }
    const auto t = stats::goal_attainment_t(levels);
    if (t) points.push_back({day, *t, static_cast<int>(levels.size())});
  }
  return points;
}

FindingView attainment_finding(const AttainmentPoint& now) {
  return {"goal.attainment",
          fmt::format("Goal attainment T = {:.0f} over {} goal{}; 50 is what was expected.", now.t, now.goals,
                      now.goals == 1 ? "" : "s"),
          "Newest rating of each goal, weighted; goals taken to correlate at .3 (Kiresuk & Sherman 1968).",
          "It measures what these two set out to reach: it cannot be compared with another person's, and "
          "levels set "
          "low are reached easily. Its error is not known."};
}

GoalView goal_view(const Goal& goal, const std::vector<GoalRating>& ratings) {
  GoalView view{goal, {}, {}, {}};
  for (const GoalRating& rating : ratings) {
    if (rating.goal != goal.id) continue;
    view.ratings.push_back(rating);
    (rating.scale == GoalScale::attainment ? view.attainment : view.progress) = rating.value;
  }
  return view;
}

using ChangeGoal = std::function<Result<bool>(Transaction&, Goal&)>;

Result<PlanView> write_goal(const Practice& practice, const Actor& actor, const Id<Course>& course,
                            const Id<Goal>& id, std::string_view name, const ChangeGoal& change) {
  return write_plan(practice, actor, {name, Permission::write_course, course, {}, id.text()},
                    [&](Transaction& transaction) -> Result<bool> {
                      auto goal = goal_in(transaction, course, id);
                      if (!goal) return tl::unexpected(goal.error());
                      if (auto changed = change(transaction, *goal); !changed) return changed;
                      return replace(transaction, *goal);
                    });
}

}  // namespace

Result<GoalBook> goals_of(Transaction& transaction, const Id<Course>& course, const Id<Person>& person) {
  const auto goals =
      list<Goal>(transaction,
                 {{where(&Goal::course, course), where(&Goal::person, person)}, {by(&Goal::written_at)}, {}});
  if (!goals) return tl::unexpected(goals.error());
  const auto ratings = ratings_of(transaction, person);
  if (!ratings) return tl::unexpected(ratings.error());
  GoalBook book;
  book.person = person;
  for (const bool ended : {false, true})
    for (const Goal& goal : *goals)
      if (goal.ended_at.has_value() == ended) book.goals.push_back(goal_view(goal, *ratings));
  book.attainment = attainment_over_time(book.goals);
  if (!book.attainment.empty()) book.finding = attainment_finding(book.attainment.back());
  return book;
}

Result<PlanView> add_goal(const Practice& practice, const Actor& actor, const Id<Course>& course,
                          const Id<Person>& person, const GoalWords& input) {
  const auto id = new_id<Goal>(practice.entropy);
  return write_plan(practice, actor, {"goal.add", Permission::write_course, course, person, id.text()},
                    [&](Transaction& transaction) -> Result<bool> {
                      if (auto may = may_be_written(transaction, course, person); !may) return may;
                      if (auto fits = check_goal_words(input); !fits) return fits;
                      if (auto tied = check_tie(transaction, course, person, input); !tied) return tied;
                      Goal goal;
                      goal.id = id;
                      goal.person = person;
                      goal.course = course;
                      put_words(input, goal);
                      goal.written_by = actor.user;
                      goal.written_at = practice.clock.now();
                      return insert(transaction, goal);
                    });
}

Result<PlanView> change_goal(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Goal>& goal, const GoalWords& input) {
  return write_goal(practice, actor, course, goal, "goal.change",
                    [&](Transaction& transaction, Goal& kept) -> Result<bool> {
                      if (auto fits = check_goal_words(input); !fits) return fits;
                      if (auto tied = check_tie(transaction, course, kept.person, input); !tied) return tied;
                      if (auto may = may_change_levels(transaction, kept, input); !may) return may;
                      put_words(input, kept);
                      return true;
                    });
}

Result<PlanView> end_goal(const Practice& practice, const Actor& actor, const Id<Course>& course,
                          const Id<Goal>& goal, const EndGoal& input) {
  return write_goal(practice, actor, course, goal, input.ended ? "goal.end" : "goal.take_up",
                    [&](Transaction&, Goal& kept) -> Result<bool> {
                      kept.ended_at = input.ended ? std::optional(practice.clock.now()) : std::nullopt;
                      return true;
                    });
}

Result<PlanView> rate_goal(const Practice& practice, const Actor& actor, const Id<Course>& course,
                           const Id<Goal>& goal, const RateGoal& input) {
  return write_plan(practice, actor, {"goal.rate", Permission::write_course, course, {}, goal.text()},
                    [&](Transaction& transaction) -> Result<bool> {
                      const auto kept = goal_in(transaction, course, goal);
                      if (!kept) return tl::unexpected(kept.error());
                      if (auto fits = check_rating(practice, *kept, input); !fits) return fits;
                      return insert(transaction, GoalRating{new_id<GoalRating>(practice.entropy),
                                                            kept->person,
                                                            goal,
                                                            input.scale,
                                                            input.value,
                                                            input.rater,
                                                            input.rated_on,
                                                            input.words,
                                                            actor.user,
                                                            practice.clock.now(),
                                                            {}});
                    });
}

Result<PlanView> withdraw_rating(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const Id<GoalRating>& rating) {
  return write_plan(practice, actor,
                    {"goal.withdraw_rating", Permission::write_course, course, {}, rating.text()},
                    [&](Transaction& transaction) -> Result<bool> {
                      auto kept = find<GoalRating>(transaction, where(&GoalRating::id, rating));
                      if (!kept) return tl::unexpected(kept.error());
                      if (!*kept || (*kept)->withdrawn_at)
                        return tl::unexpected(not_there(GoalRating::table));
                      const auto goal = find<Goal>(transaction, where(&Goal::id, (*kept)->goal));
                      if (!goal) return tl::unexpected(goal.error());
                      if (!*goal || (*goal)->course != course)
                        return tl::unexpected(not_there(GoalRating::table));
                      (*kept)->withdrawn_at = practice.clock.now();
                      return replace(transaction, **kept);
                    });
}

Result<PlanView> add_loss_day(const Practice& practice, const Actor& actor, const Id<Course>& course,
                              const Id<Person>& person, const NewLossDay& input) {
  const auto id = new_id<LossDay>(practice.entropy);
  return write_plan(
      practice, actor, {"loss_day.add", Permission::write_course, course, person, id.text()},
      [&](Transaction& transaction) -> Result<bool> {
        if (auto may = may_be_written(transaction, course, person); !may) return may;
        if (auto fits = check_words(input.words, "words"); !fits) return fits;
        if (auto fits = check_length(input.words, longest_goal, "words"); !fits) return fits;
        if (date_of(practice.clock.now() + day_ms) < input.day)
          return fail(ErrorKind::bad_data, "loss.day", "a day that has been", plan_field("day"));
        auto theirs = is_theirs(transaction, person, input.figure);
        if (!theirs) return theirs;
        if (!*theirs)
          return fail(ErrorKind::bad_data, "loss.figure", "somebody this person is attached to",
                      plan_field("figure"));
        return insert(transaction, LossDay{id, person, input.figure, Private<std::string>(to_text(input.day)),
                                           input.words, actor.user, practice.clock.now()});
      });
}

Result<PlanView> remove_loss_day(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const Id<LossDay>& day) {
  return write_plan(practice, actor, {"loss_day.remove", Permission::write_course, course, {}, day.text()},
                    [&](Transaction& transaction) -> Result<bool> {
                      const auto kept = find<LossDay>(transaction, where(&LossDay::id, day));
                      if (!kept) return tl::unexpected(kept.error());
                      if (!*kept) return tl::unexpected(not_there(LossDay::table));
                      auto member = is_member(transaction, course, (*kept)->person);
                      if (!member) return member;
                      if (!*member) return tl::unexpected(not_there(LossDay::table));
                      const Condition it[] = {where(&LossDay::id, day)};
                      const auto removed = transaction.remove(table_of<LossDay>(), it);
                      if (!removed) return tl::unexpected(removed.error());
                      return true;
                    });
}

Date next_time(Date day, Date from) {
  const auto in_year = [&](int year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return Date{year, day.month, day.month == 2 && day.day == 29 && !leap ? 28 : day.day};
  };
  const Date this_year = in_year(from.year);
  return this_year < from ? in_year(from.year + 1) : this_year;
}

}  // namespace securebase::service
