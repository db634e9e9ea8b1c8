#pragma once
// The plan of a course: the protocol it follows and how far it has come, techniques that are planned, goals
// and how they stand, dates of loss; and definitions that a practice wrote itself. Facts and words: no step
// is taken by the program, and no gate opens by itself.

#include "service/attachment_record.hpp"

namespace securebase::service {

enum class DefinitionKind { protocol };
template <>
inline constexpr std::array names_of<DefinitionKind> = {"protocol"sv};

/// A definition that a practice wrote, mostly from one that is there. Never changed: a correction is a new
/// version. Read by the same loader as those in the program.
struct PracticeDefinition {
  static constexpr std::string_view table = "practice_definition";
  static constexpr std::string_view sealed_by{};

  Id<PracticeDefinition> id;
  DefinitionKind kind = DefinitionKind::protocol;
  std::string definition;             ///< its id, such as "eft-couples"
  std::string version;                ///< no other definition has both
  std::optional<std::string> parent;  ///< what it was made from, "eft-couples@1"
  std::string parent_fingerprint;     ///< of the parent's bytes then; empty without a parent
  std::string content;                ///< TOML, as it was written
  std::string fingerprint;
  Id<User> written_by;
  Instant written_at;
  std::optional<Id<User>> retired_by;
  std::optional<Instant> retired_at;  ///< offered no longer; courses that follow it keep it

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &PracticeDefinition::id}, Field{"kind", &PracticeDefinition::kind},
               Field{"definition", &PracticeDefinition::definition},
               Field{"version", &PracticeDefinition::version}, Field{"parent", &PracticeDefinition::parent},
               Field{"parent_fingerprint", &PracticeDefinition::parent_fingerprint},
               Field{"content", &PracticeDefinition::content},
               Field{"fingerprint", &PracticeDefinition::fingerprint},
               Field{"written_by", &PracticeDefinition::written_by},
               Field{"written_at", &PracticeDefinition::written_at},
               Field{"retired_by", &PracticeDefinition::retired_by},
               Field{"retired_at", &PracticeDefinition::retired_at});
  }
};

/// A course follows a protocol from a day on; the newest that has not ended is the one that holds.
struct CoursePlan {
  static constexpr std::string_view table = "course_plan";
  static constexpr std::string_view sealed_by{};

  Id<CoursePlan> id;
  Id<Course> course;
  std::string protocol;
  std::string version;
  std::string fingerprint;  ///< of the definition when it was chosen
  Date begun_on;
  Id<User> chosen_by;
  Instant chosen_at;
  std::optional<Instant> ended_at;  ///< another was chosen, or none

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CoursePlan::id}, Field{"course", &CoursePlan::course},
               Field{"protocol", &CoursePlan::protocol}, Field{"version", &CoursePlan::version},
               Field{"fingerprint", &CoursePlan::fingerprint}, Field{"begun_on", &CoursePlan::begun_on},
               Field{"chosen_by", &CoursePlan::chosen_by}, Field{"chosen_at", &CoursePlan::chosen_at},
               Field{"ended_at", &CoursePlan::ended_at});
  }
};

/// A stage was entered. The one entered last is where the course stands; going back is another entry.
struct PlanStage {
  static constexpr std::string_view table = "plan_stage";
  static constexpr std::string_view sealed_by{};

  Id<PlanStage> id;
  Id<Course> course;
  Id<CoursePlan> plan;
  std::string stage;  ///< id in the protocol
  Date entered_on;
  Id<User> entered_by;
  Instant entered_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &PlanStage::id}, Field{"course", &PlanStage::course},
               Field{"plan", &PlanStage::plan}, Field{"stage", &PlanStage::stage},
               Field{"entered_on", &PlanStage::entered_on}, Field{"entered_by", &PlanStage::entered_by},
               Field{"entered_at", &PlanStage::entered_at});
  }
};

/// An exit marker of a stage was seen, as the therapist judges.
struct MarkerSeen {
  static constexpr std::string_view table = "plan_marker";
  static constexpr std::string_view sealed_by{};

  Id<MarkerSeen> id;
  Id<Course> course;
  Id<CoursePlan> plan;
  std::string stage;
  std::string marker;
  Date seen_on;
  Id<User> seen_by;
  Instant noted_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &MarkerSeen::id}, Field{"course", &MarkerSeen::course},
               Field{"plan", &MarkerSeen::plan}, Field{"stage", &MarkerSeen::stage},
               Field{"marker", &MarkerSeen::marker}, Field{"seen_on", &MarkerSeen::seen_on},
               Field{"seen_by", &MarkerSeen::seen_by}, Field{"noted_at", &MarkerSeen::noted_at},
               Field{"withdrawn_at", &MarkerSeen::withdrawn_at});
  }
};

/// What a clinician answered to a question of a gate. Every answer stays; the newest holds.
enum class GateAnswerWord { met, not_met, unsure };
template <>
inline constexpr std::array names_of<GateAnswerWord> = {"met"sv, "not_met"sv, "unsure"sv};

struct GateAnswer {
  static constexpr std::string_view table = "plan_gate_answer";
  static constexpr std::string_view sealed_by = "person";

  Id<GateAnswer> id;
  Id<Person> person;
  Id<Course> course;
  Id<CoursePlan> plan;
  std::string gate;
  std::string condition;
  GateAnswerWord answer = GateAnswerWord::unsure;
  std::optional<Private<std::string>> words;
  Id<User> answered_by;
  Instant answered_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &GateAnswer::id}, Field{"person", &GateAnswer::person},
               Field{"course", &GateAnswer::course}, Field{"plan", &GateAnswer::plan},
               Field{"gate", &GateAnswer::gate}, Field{"condition", &GateAnswer::condition},
               Field{"answer", &GateAnswer::answer}, Field{"words", &GateAnswer::words},
               Field{"answered_by", &GateAnswer::answered_by},
               Field{"answered_at", &GateAnswer::answered_at});
  }
};

/// Why a technique was planned.
enum class PlanReason { protocol, deficit, followed_by_improvement, chosen };
template <>
inline constexpr std::array names_of<PlanReason> = {"protocol"sv, "deficit"sv, "followed_by_improvement"sv,
                                                    "chosen"sv};

struct PlannedTechnique {
  static constexpr std::string_view table = "planned_technique";
  static constexpr std::string_view sealed_by{};

  Id<PlannedTechnique> id;
  Id<Course> course;
  std::string technique;  ///< such as "W1"
  PlanReason reason = PlanReason::chosen;
  Id<User> planned_by;
  Instant planned_at;
  std::optional<Instant> dropped_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &PlannedTechnique::id}, Field{"course", &PlannedTechnique::course},
               Field{"technique", &PlannedTechnique::technique}, Field{"reason", &PlannedTechnique::reason},
               Field{"planned_by", &PlannedTechnique::planned_by},
               Field{"planned_at", &PlannedTechnique::planned_at},
               Field{"dropped_at", &PlannedTechnique::dropped_at});
  }
};

/// What a person wants to reach, in their words. With five levels it is rated by goal attainment scaling
/// (Kiresuk & Sherman 1968), always by a goal-based outcome from 0 to 10.
struct Goal {
  static constexpr std::string_view table = "goal";
  static constexpr std::string_view sealed_by = "person";

  Id<Goal> id;
  Id<Person> person;
  Id<Course> course;
  Private<std::string> words;
  std::optional<Id<Claim>> claim;    ///< that it is tied to: one of the two at least
  std::optional<Id<Figure>> figure;  ///< the relationship it is tied to
  double weight = 1;                 ///< beside the person's other goals
  // What each level looks like: all five or none
  std::optional<Private<std::string>> much_less;    ///< -2
  std::optional<Private<std::string>> less;         ///< -1
  std::optional<Private<std::string>> as_expected;  ///< 0
  std::optional<Private<std::string>> more;         ///< +1
  std::optional<Private<std::string>> much_more;    ///< +2
  bool shared_with_client = true;                   ///< stands on the client's own page
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> ended_at;  ///< worked on no longer

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Goal::id}, Field{"person", &Goal::person}, Field{"course", &Goal::course},
               Field{"words", &Goal::words}, Field{"claim", &Goal::claim}, Field{"figure", &Goal::figure},
               Field{"weight", &Goal::weight}, Field{"much_less", &Goal::much_less},
               Field{"less", &Goal::less}, Field{"as_expected", &Goal::as_expected},
               Field{"more", &Goal::more}, Field{"much_more", &Goal::much_more},
               Field{"shared_with_client", &Goal::shared_with_client}, Field{"written_by", &Goal::written_by},
               Field{"written_at", &Goal::written_at}, Field{"ended_at", &Goal::ended_at});
  }
};

enum class GoalScale { attainment, progress };
template <>
inline constexpr std::array names_of<GoalScale> = {"attainment"sv, "progress"sv};

enum class GoalRater { client, therapist, together };
template <>
inline constexpr std::array names_of<GoalRater> = {"client"sv, "therapist"sv, "together"sv};

/// How a goal stood on a day: -2 to 2 (attainment), or 0 to 10 (progress).
struct GoalRating {
  static constexpr std::string_view table = "goal_rating";
  static constexpr std::string_view sealed_by = "person";

  Id<GoalRating> id;
  Id<Person> person;
  Id<Goal> goal;
  GoalScale scale = GoalScale::progress;
  int value = 0;
  GoalRater rater = GoalRater::together;
  Date rated_on;
  std::optional<Private<std::string>> words;
  Id<User> noted_by;
  Instant noted_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &GoalRating::id}, Field{"person", &GoalRating::person},
               Field{"goal", &GoalRating::goal}, Field{"scale", &GoalRating::scale},
               Field{"value", &GoalRating::value}, Field{"rater", &GoalRating::rater},
               Field{"rated_on", &GoalRating::rated_on}, Field{"words", &GoalRating::words},
               Field{"noted_by", &GoalRating::noted_by}, Field{"noted_at", &GoalRating::noted_at},
               Field{"withdrawn_at", &GoalRating::withdrawn_at});
  }
};

/// A day that comes back every year: of a death, or a birthday of somebody who has died.
struct LossDay {
  static constexpr std::string_view table = "loss_day";
  static constexpr std::string_view sealed_by = "person";

  Id<LossDay> id;
  Id<Person> person;
  std::optional<Id<Figure>> figure;
  Private<std::string> day;  ///< "2019-03-02"; sealed, for a date can tell who it was
  Private<std::string> words;
  Id<User> noted_by;
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &LossDay::id}, Field{"person", &LossDay::person},
               Field{"figure", &LossDay::figure}, Field{"day", &LossDay::day},
               Field{"words", &LossDay::words}, Field{"noted_by", &LossDay::noted_by},
               Field{"noted_at", &LossDay::noted_at});
  }
};

}  // namespace securebase::service
