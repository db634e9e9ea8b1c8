#pragma once
// What happened in somebody's life while a course goes on, and what was agreed to do next.

#include <optional>
#include <string>
#include <vector>

#include "service/practice.hpp"
#include "service/session_record.hpp"

namespace securebase::service {

/// What may have happened. Words of CourseEvent::kind.
enum class LifeEvent {
  bereavement,
  separation,
  new_relationship,
  conflict,
  birth,
  illness,
  moving,
  work,
  money,
  support_gained,
  support_lost,
  good_news,
  other
};
template <>
inline constexpr std::array names_of<LifeEvent> = {"bereavement"sv,    "separation"sv,   "new_relationship"sv,
                                                   "conflict"sv,       "birth"sv,        "illness"sv,
                                                   "moving"sv,         "work"sv,         "money"sv,
                                                   "support_gained"sv, "support_lost"sv, "good_news"sv,
                                                   "other"sv};

struct NewCourseEvent {
  LifeEvent kind = LifeEvent::other;
  Date happened_on;
  std::optional<Private<std::string>> words;
  std::optional<Id<TherapySession>> session;  ///< in which it was told

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewCourseEvent::kind}, Field{"happened_on", &NewCourseEvent::happened_on},
               Field{"words", &NewCourseEvent::words}, Field{"session", &NewCourseEvent::session});
  }
};

struct NewStep {
  Private<std::string> words;
  StepOwner whose = StepOwner::client;
  std::optional<Date> due;
  bool shared_with_client = false;
  std::optional<Id<TherapySession>> session;  ///< in which it was agreed

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &NewStep::words}, Field{"whose", &NewStep::whose}, Field{"due", &NewStep::due},
               Field{"shared_with_client", &NewStep::shared_with_client},
               Field{"session", &NewStep::session});
  }
};

struct StepChange {
  Private<std::string> words;
  StepOwner whose = StepOwner::client;
  std::optional<Date> due;
  bool shared_with_client = false;
  bool done = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &StepChange::words}, Field{"whose", &StepChange::whose},
               Field{"due", &StepChange::due}, Field{"shared_with_client", &StepChange::shared_with_client},
               Field{"done", &StepChange::done});
  }
};

/// Not withdrawn, the newest first.
[[nodiscard]] Result<std::vector<CourseEvent>> list_course_events(const Practice& practice,
                                                                  const Actor& actor,
                                                                  const Id<Course>& course);
/// Errors: "member.not_found", "person.erased", "event.day" (in the future), "therapy_session.not_found",
/// "words.missing", "words.too_long".
[[nodiscard]] Result<CourseEvent> add_course_event(const Practice& practice, const Actor& actor,
                                                   const Id<Course>& course, const Id<Person>& person,
                                                   const NewCourseEvent& input);
/// Error "course_event.not_found".
[[nodiscard]] Result<bool> withdraw_course_event(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<Person>& person,
                                                 const Id<CourseEvent>& event);

/// Not withdrawn: open ones first, then those done, the newest first.
[[nodiscard]] Result<std::vector<NextStep>> list_steps(const Practice& practice, const Actor& actor,
                                                       const Id<Course>& course);
/// Errors: "member.not_found", "person.erased", "therapy_session.not_found", "words.missing",
/// "words.too_long".
[[nodiscard]] Result<NextStep> add_step(const Practice& practice, const Actor& actor,
                                        const Id<Course>& course, const Id<Person>& person,
                                        const NewStep& input);
/// Error "next_step.not_found".
[[nodiscard]] Result<NextStep> change_step(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Person>& person,
                                           const Id<NextStep>& step, const StepChange& input);
[[nodiscard]] Result<bool> withdraw_step(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course, const Id<Person>& person,
                                         const Id<NextStep>& step);

// For other use cases of this room

[[nodiscard]] Result<std::vector<CourseEvent>> course_events(Transaction& transaction,
                                                             const Id<Course>& course);
[[nodiscard]] Result<std::vector<NextStep>> steps_of(Transaction& transaction, const Id<Course>& course);
/// What a person is shown of what was agreed: shared, not withdrawn; newest first, of all their courses.
[[nodiscard]] Result<std::vector<NextStep>> shared_steps(Transaction& transaction, const Id<Person>& person);

}  // namespace securebase::service
