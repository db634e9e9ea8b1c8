#pragma once
// How a course ended, and how its people are months later. Whether an ending was a drop-out is answered by
// five definitions side by side (therapy/ending.hpp); what follow-ups say about each measure by
// therapy/follow_up.hpp. Nothing here says what caused anything, and nobody is ranked.

#include <optional>
#include <string>
#include <vector>

#include "service/course.hpp"
#include "service/measure.hpp"
#include "service/safety_record.hpp"
#include "therapy/follow_up.hpp"

namespace securebase::service {

enum class Known { yes, no, unknown };
template <>
inline constexpr std::array names_of<Known> = {"yes"sv, "no"sv, "unknown"sv};

struct DropoutView {
  std::string definition;  ///< "therapist_judgement", "missed_last", "below_planned", ...
  std::string name;
  Known answer = Known::unknown;
  std::string basis;

  static constexpr auto fields(const auto& use) {
    return use(Field{"definition", &DropoutView::definition}, Field{"name", &DropoutView::name},
               Field{"answer", &DropoutView::answer}, Field{"basis", &DropoutView::basis});
  }
};

enum class FollowUpState { coming, open, done, not_reached, declined, missed };
template <>
inline constexpr std::array names_of<FollowUpState> = {"coming"sv,      "open"sv,     "done"sv,
                                                       "not_reached"sv, "declined"sv, "missed"sv};

/// One follow-up of one person.
struct FollowUpPlace {
  Id<Person> person;
  int months = 3;
  Date day;
  Date opens;
  Date closes;
  FollowUpState state = FollowUpState::coming;
  std::vector<FollowUp> attempts;          ///< newest first
  std::vector<Id<Administration>> sheets;  ///< sent in its window

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &FollowUpPlace::person}, Field{"months", &FollowUpPlace::months},
               Field{"day", &FollowUpPlace::day}, Field{"opens", &FollowUpPlace::opens},
               Field{"closes", &FollowUpPlace::closes}, Field{"state", &FollowUpPlace::state},
               Field{"attempts", &FollowUpPlace::attempts}, Field{"sheets", &FollowUpPlace::sheets});
  }
};

struct AfterView {
  std::string kind;  ///< maintained, relapse, late_response
  Known answer = Known::unknown;
  std::string basis;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &AfterView::kind}, Field{"answer", &AfterView::answer},
               Field{"basis", &AfterView::basis});
  }
};

/// Scores of one person on one scale, from the beginning to the last follow-up.
struct AfterScale {
  Id<Person> person;
  std::string instrument;
  std::string scale;
  std::string name;
  std::optional<double> intake;
  std::optional<double> end;
  std::vector<double> after;              ///< oldest first
  std::optional<double> reliable_change;  ///< points
  std::string change;                     ///< class from the first to the last answer of therapy
  std::string basis;                      ///< of the error
  bool verified = false;
  std::vector<AfterView> answers;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &AfterScale::person}, Field{"instrument", &AfterScale::instrument},
               Field{"scale", &AfterScale::scale}, Field{"name", &AfterScale::name},
               Field{"intake", &AfterScale::intake}, Field{"end", &AfterScale::end},
               Field{"after", &AfterScale::after}, Field{"reliable_change", &AfterScale::reliable_change},
               Field{"change", &AfterScale::change}, Field{"basis", &AfterScale::basis},
               Field{"verified", &AfterScale::verified}, Field{"answers", &AfterScale::answers});
  }
};

struct EndingPage {
  std::optional<Date> ended_on;
  std::optional<CourseEnding> ending;
  std::vector<DropoutView> dropout;  ///< five, where the course has ended
  std::vector<FollowUpPlace> follow_ups;
  std::vector<AfterScale> scales;
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"ended_on", &EndingPage::ended_on}, Field{"ending", &EndingPage::ending},
               Field{"dropout", &EndingPage::dropout}, Field{"follow_ups", &EndingPage::follow_ups},
               Field{"scales", &EndingPage::scales}, Field{"findings", &EndingPage::findings});
  }
};
[[nodiscard]] Result<EndingPage> read_ending(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course);

struct NewEnding {
  Date ended_on;
  EndingReason reason = EndingReason::goals_reached;
  bool planned = true;
  EndedBy ended_by = EndedBy::both;
  std::optional<bool> judged_dropout;
  std::optional<bool> missed_last;
  std::optional<int> attended;
  std::optional<int> planned_sessions;
  std::optional<Private<std::string>> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"ended_on", &NewEnding::ended_on}, Field{"reason", &NewEnding::reason},
               Field{"planned", &NewEnding::planned}, Field{"ended_by", &NewEnding::ended_by},
               Field{"judged_dropout", &NewEnding::judged_dropout},
               Field{"missed_last", &NewEnding::missed_last}, Field{"attended", &NewEnding::attended},
               Field{"planned_sessions", &NewEnding::planned_sessions}, Field{"words", &NewEnding::words});
  }
};
inline constexpr int most_sessions = 2'000;
/// Says how the course ended, and ends it where it goes on; written anew, it takes the place of what was
/// there. Errors: "course.dates", "ending.sessions", "ending.day" (in the future), "person.erased" (conflict:
/// everybody was), "words.missing", "words.too_long".
[[nodiscard]] Result<EndingPage> write_ending(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const NewEnding& input);

struct NewFollowUp {
  int months = 3;
  Date on;
  FollowUpContact contact = FollowUpContact::reached;
  std::optional<bool> treatment_since;
  std::optional<Private<std::string>> treatment;
  std::optional<Private<std::string>> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"months", &NewFollowUp::months}, Field{"on", &NewFollowUp::on},
               Field{"contact", &NewFollowUp::contact},
               Field{"treatment_since", &NewFollowUp::treatment_since},
               Field{"treatment", &NewFollowUp::treatment}, Field{"words", &NewFollowUp::words});
  }
};
/// Errors: "member.not_found", "person.erased", "follow_up.not_ended" (conflict), "follow_up.months" (3, 6,
/// 12 or 24), "follow_up.day" (before the end or in the future), "words.missing", "words.too_long".
[[nodiscard]] Result<EndingPage> note_follow_up(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const Id<Person>& person,
                                                const NewFollowUp& input);

/// Of one's own courses: whose follow-up is open now, the one that closes first before the others.
struct DueFollowUp {
  Id<Course> course;
  std::string code;
  FollowUpPlace place;

  static constexpr auto fields(const auto& use) {
    return use(Field{"course", &DueFollowUp::course}, Field{"code", &DueFollowUp::code},
               Field{"place", &DueFollowUp::place});
  }
};
[[nodiscard]] Result<std::vector<DueFollowUp>> due_follow_ups(const Practice& practice, const Actor& actor);

}  // namespace securebase::service
