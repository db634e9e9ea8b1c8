#pragma once
// A safety plan: what a person does, step by step, when a crisis comes near, written together (Stanley &
// Brown 2012, six sections; clinical.md 7.3 [V:S76]). In the emergency departments where it was studied with
// follow-up calls, 45 % fewer had suicidal behaviour over six months; that was a cohort, not a trial. It is
// no promise not to die: such contracts do not work. Versions are never changed; it belongs to the person,
// whichever of their courses it was written in, since whoever sees them next needs it.

#include <optional>
#include <string>
#include <vector>

#include "service/course.hpp"
#include "service/safety_record.hpp"

namespace securebase::service {

enum class PlanSection {
  warning_signs,
  own_coping,
  distraction,    ///< people and places
  people,         ///< to ask for help
  professionals,  ///< and services
  surroundings    ///< making them safe: each line names a person and a day
};
template <>
inline constexpr std::array names_of<PlanSection> = {"warning_signs"sv, "own_coping"sv,    "distraction"sv,
                                                     "people"sv,        "professionals"sv, "surroundings"sv};

struct SafetyPlanLine {
  PlanSection section = PlanSection::warning_signs;
  Private<std::string> words;
  std::optional<Private<std::string>> phone;
  std::optional<Private<std::string>> who;  ///< does it: of surroundings
  std::optional<Date> by;                   ///< until when: of surroundings
  bool done = false;                        ///< of surroundings

  static constexpr auto fields(const auto& use) {
    return use(Field{"section", &SafetyPlanLine::section}, Field{"words", &SafetyPlanLine::words},
               Field{"phone", &SafetyPlanLine::phone}, Field{"who", &SafetyPlanLine::who},
               Field{"by", &SafetyPlanLine::by}, Field{"done", &SafetyPlanLine::done});
  }
};

struct SafetyPlanLineView : SafetyPlanLine {
  static constexpr auto fields(const auto& use) { return SafetyPlanLine::fields(use); }
};

struct NewSafetyPlan {
  int after = 0;  ///< the version it was written from; 0: from none
  std::vector<SafetyPlanLine> lines;
  Date review_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"after", &NewSafetyPlan::after}, Field{"lines", &NewSafetyPlan::lines},
               Field{"review_on", &NewSafetyPlan::review_on});
  }
};

struct SafetyPlanView {
  Id<SafetyPlan> id;
  int number = 1;
  std::vector<SafetyPlanLineView> lines;  ///< by section, in their order
  Date review_on;
  bool review_is_due = false;  ///< the day has come
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> shared_at;
  std::optional<Instant> unshared_at;
  std::optional<Instant> reviewed_at;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"id", &SafetyPlanView::id}, Field{"number", &SafetyPlanView::number},
        Field{"lines", &SafetyPlanView::lines}, Field{"review_on", &SafetyPlanView::review_on},
        Field{"review_is_due", &SafetyPlanView::review_is_due},
        Field{"written_by", &SafetyPlanView::written_by}, Field{"written_at", &SafetyPlanView::written_at},
        Field{"shared_at", &SafetyPlanView::shared_at}, Field{"unshared_at", &SafetyPlanView::unshared_at},
        Field{"reviewed_at", &SafetyPlanView::reviewed_at});
  }
};
inline constexpr std::size_t most_plan_lines = 60;
inline constexpr int longest_until_review = 366;  ///< days

/// Every version of a person's plan, newest first. Error "member.not_found".
[[nodiscard]] Result<std::vector<SafetyPlanView>> read_safety_plans(const Practice& practice,
                                                                    const Actor& actor,
                                                                    const Id<Course>& course,
                                                                    const Id<Person>& person);
/// The next version; where the last one was shared, this one is shared in its place. Errors:
/// "member.not_found", "person.erased", "plan.empty", "plan.lines" (too many), "plan.means": a line of
/// surroundings without who and by when, or another line with them; "plan.review": not in the future or more
/// than a year away; "plan.newer" (conflict), "words.missing", "words.too_long".
[[nodiscard]] Result<SafetyPlanView> write_safety_plan(const Practice& practice, const Actor& actor,
                                                       const Id<Course>& course, const Id<Person>& person,
                                                       const NewSafetyPlan& input);

struct ReviewPlan {
  Date review_on;  ///< next

  static constexpr auto fields(const auto& use) { return use(Field{"review_on", &ReviewPlan::review_on}); }
};
/// It was looked at together and stays as it is. Errors: "safety_plan.not_found", "plan.review", "plan.newer"
/// (conflict: not the newest).
[[nodiscard]] Result<SafetyPlanView> review_safety_plan(const Practice& practice, const Actor& actor,
                                                        const Id<Course>& course, const Id<Person>& person,
                                                        const Id<SafetyPlan>& id, const ReviewPlan& input);
/// The person finds it on their own page. One version at a time. Errors: "safety_plan.not_found",
/// "plan.shared" (conflict).
[[nodiscard]] Result<SafetyPlanView> share_safety_plan(const Practice& practice, const Actor& actor,
                                                       const Id<Course>& course, const Id<Person>& person,
                                                       const Id<SafetyPlan>& id);
/// Errors: "safety_plan.not_found", "plan.not_shared" (conflict).
[[nodiscard]] Result<SafetyPlanView> unshare_safety_plan(const Practice& practice, const Actor& actor,
                                                         const Id<Course>& course, const Id<Person>& person,
                                                         const Id<SafetyPlan>& id);

/// As the person reads it.
struct SharedSafetyPlan {
  std::vector<SafetyPlanLineView> lines;
  Instant written_at;
  std::string contact;  ///< of the practice: who, number, hours; empty: nobody is named

  static constexpr auto fields(const auto& use) {
    return use(Field{"lines", &SharedSafetyPlan::lines}, Field{"written_at", &SharedSafetyPlan::written_at},
               Field{"contact", &SharedSafetyPlan::contact});
  }
};

// For other use cases of this room

/// The one that is shared with a person now; nothing: none is.
[[nodiscard]] Result<std::optional<SharedSafetyPlan>> read_shared_safety_plan(Transaction& transaction,
                                                                              const Id<Person>& person);
/// Every version, newest first.
[[nodiscard]] Result<std::vector<SafetyPlanView>> safety_plans_of(Transaction& transaction,
                                                                  const Id<Person>& person, Date today);

}  // namespace securebase::service
