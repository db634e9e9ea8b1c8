#pragma once
// The plan of a course: which protocol it follows and where it stands, what is planned, what the people in it
// want to reach and how that stands, and days that come back. The therapist decides; what is suggested comes
// with its reasons and with what it does not show.
//
// A gate before a stage opens only by a clinician's answers, and only while no hold that it names is in
// force; no score opens it. Goals are in the person's own words; a couple's goals are each partner's own.

#include <optional>
#include <string>
#include <vector>

#include "service/measure.hpp"
#include "service/plan_protocol.hpp"

namespace securebase::service {

inline constexpr int anniversary_days = 42;         ///< a day that comes within so many is told
inline constexpr std::size_t longest_goal = 2'000;  ///< bytes of one text of a goal
inline constexpr double lightest_goal = 0.1;
inline constexpr double heaviest_goal = 10;

// What is shown

struct StageEntered {
  std::string stage;
  std::string label;
  Date entered_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"stage", &StageEntered::stage}, Field{"label", &StageEntered::label},
               Field{"entered_on", &StageEntered::entered_on});
  }
};

struct HeldNowView {
  std::string hold;
  std::string label;
  std::string instead;

  static constexpr auto fields(const auto& use) {
    return use(Field{"hold", &HeldNowView::hold}, Field{"label", &HeldNowView::label},
               Field{"instead", &HeldNowView::instead});
  }
};

struct GateConditionState {
  std::string condition;
  std::string question;
  std::optional<GateAnswerWord> answer;  ///< nothing: not asked yet
  std::optional<Private<std::string>> words;
  std::optional<Instant> answered_at;
  std::vector<HeldNowView> held;  ///< holds in force that close the gate

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"condition", &GateConditionState::condition}, Field{"question", &GateConditionState::question},
        Field{"answer", &GateConditionState::answer}, Field{"words", &GateConditionState::words},
        Field{"answered_at", &GateConditionState::answered_at}, Field{"held", &GateConditionState::held});
  }
};

/// One gate for one person. `open`: all of it is met, by answers, and nothing holds.
struct GateState {
  std::string gate;
  std::string label;
  std::string words;
  Id<Person> person;
  bool open = false;
  std::vector<GateConditionState> conditions;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"gate", &GateState::gate}, Field{"label", &GateState::label},
               Field{"words", &GateState::words}, Field{"person", &GateState::person},
               Field{"open", &GateState::open}, Field{"conditions", &GateState::conditions},
               Field{"origin", &GateState::origin});
  }
};

struct TechniqueView {
  std::string id;
  std::string name;
  std::string purpose;
  std::vector<catalog::TechniqueFamily> families;
  std::optional<int> minutes_from;
  std::optional<int> minutes_to;
  int protocols = 0;  ///< of twelve; our estimate
  std::string avoid;
  std::vector<HeldNowView> held;  ///< in force: it waits
  std::vector<HeldNowView> ask;   ///< to be looked at in the room
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &TechniqueView::id}, Field{"name", &TechniqueView::name},
               Field{"purpose", &TechniqueView::purpose}, Field{"families", &TechniqueView::families},
               Field{"minutes_from", &TechniqueView::minutes_from},
               Field{"minutes_to", &TechniqueView::minutes_to}, Field{"protocols", &TechniqueView::protocols},
               Field{"avoid", &TechniqueView::avoid}, Field{"held", &TechniqueView::held},
               Field{"ask", &TechniqueView::ask}, Field{"origin", &TechniqueView::origin});
  }
};

struct SuggestionReasonView {
  PlanReason reason = PlanReason::protocol;
  std::optional<Id<Person>> person;  ///< whose measure or goal it rests on
  FindingView finding;

  static constexpr auto fields(const auto& use) {
    return use(Field{"reason", &SuggestionReasonView::reason}, Field{"person", &SuggestionReasonView::person},
               Field{"finding", &SuggestionReasonView::finding});
  }
};
struct SuggestionView {
  std::string technique;
  std::vector<SuggestionReasonView> because;

  static constexpr auto fields(const auto& use) {
    return use(Field{"technique", &SuggestionView::technique}, Field{"because", &SuggestionView::because});
  }
};

struct GoalView {
  Goal goal;
  std::vector<GoalRating> ratings;  ///< that hold, oldest first
  std::optional<int> attainment;    ///< the newest
  std::optional<int> progress;      ///< the newest

  static constexpr auto fields(const auto& use) {
    return use(Field{"goal", &GoalView::goal}, Field{"ratings", &GoalView::ratings},
               Field{"attainment", &GoalView::attainment}, Field{"progress", &GoalView::progress});
  }
};

/// All goals with levels together, on a day on which one was rated.
struct AttainmentPoint {
  Date on;
  double t = 50;
  int goals = 0;  ///< rated by then

  static constexpr auto fields(const auto& use) {
    return use(Field{"on", &AttainmentPoint::on}, Field{"t", &AttainmentPoint::t},
               Field{"goals", &AttainmentPoint::goals});
  }
};

struct GoalBook {
  Id<Person> person;
  std::vector<GoalView> goals;              ///< worked on, oldest first, then those that have ended
  std::vector<AttainmentPoint> attainment;  ///< goal attainment T over time
  std::optional<FindingView> finding;       ///< what the newest says and does not

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &GoalBook::person}, Field{"goals", &GoalBook::goals},
               Field{"attainment", &GoalBook::attainment}, Field{"finding", &GoalBook::finding});
  }
};

struct Anniversary {
  Id<LossDay> id;
  Id<Person> person;
  std::optional<Id<Figure>> figure;
  Private<std::string> words;
  Private<std::string> day;
  Date next;               ///< when it comes back
  std::int64_t days = 0;   ///< until then
  std::int64_t years = 0;  ///< how many it will be
  bool soon = false;       ///< within anniversary_days

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Anniversary::id}, Field{"person", &Anniversary::person},
               Field{"figure", &Anniversary::figure}, Field{"words", &Anniversary::words},
               Field{"day", &Anniversary::day}, Field{"next", &Anniversary::next},
               Field{"days", &Anniversary::days}, Field{"years", &Anniversary::years},
               Field{"soon", &Anniversary::soon});
  }
};

struct PlanView {
  std::optional<CoursePlan> plan;  ///< that holds; nothing: no protocol was chosen
  std::optional<ProtocolView> protocol;
  bool definition_changed = false;   ///< the definition is another than when it was chosen, or is not there
  std::vector<StageEntered> stages;  ///< as they were entered; the last is where the course stands
  std::vector<MarkerSeen> markers;   ///< seen and not withdrawn
  std::vector<GateState> gates;
  std::vector<TechniqueView> techniques;  ///< all of them
  std::vector<PlannedTechnique> planned;
  std::vector<SuggestionView> suggestions;
  std::vector<GoalBook> goals;             ///< of each member who has not been erased
  std::vector<Anniversary> anniversaries;  ///< the next first

  static constexpr auto fields(const auto& use) {
    return use(Field{"plan", &PlanView::plan}, Field{"protocol", &PlanView::protocol},
               Field{"definition_changed", &PlanView::definition_changed}, Field{"stages", &PlanView::stages},
               Field{"markers", &PlanView::markers}, Field{"gates", &PlanView::gates},
               Field{"techniques", &PlanView::techniques}, Field{"planned", &PlanView::planned},
               Field{"suggestions", &PlanView::suggestions}, Field{"goals", &PlanView::goals},
               Field{"anniversaries", &PlanView::anniversaries});
  }
};

[[nodiscard]] Result<PlanView> read_plan(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course);

// Protocol and stage

struct ChooseProtocol {
  std::string protocol;
  std::string version;
  Date begun_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"protocol", &ChooseProtocol::protocol}, Field{"version", &ChooseProtocol::version},
               Field{"begun_on", &ChooseProtocol::begun_on});
  }
};
/// The one before ends. It begins with its first stage where that has no gate. Errors: "protocol.unknown",
/// "plan.retired" (conflict: offered no longer), "plan.unit" (not for a course of this kind), "plan.day" (not
/// a day that has been).
[[nodiscard]] Result<PlanView> choose_protocol(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const ChooseProtocol& input);
/// The course follows none any more. Error "plan.none" (conflict).
[[nodiscard]] Result<PlanView> leave_protocol(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course);

struct EnterStage {
  std::string stage;
  Date entered_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"stage", &EnterStage::stage}, Field{"entered_on", &EnterStage::entered_on});
  }
};
/// Errors: "plan.none" (conflict), "plan.stage", "plan.day", "plan.gate" (conflict: the gate before it is
/// closed).
[[nodiscard]] Result<PlanView> enter_stage(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const EnterStage& input);

struct SeeMarker {
  std::string stage;
  std::string marker;
  Date seen_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"stage", &SeeMarker::stage}, Field{"marker", &SeeMarker::marker},
               Field{"seen_on", &SeeMarker::seen_on});
  }
};
/// Errors: "plan.none", "plan.marker", "plan.day", "plan.marker_seen" (conflict).
[[nodiscard]] Result<PlanView> see_marker(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const SeeMarker& input);
/// Error "plan_marker.not_found".
[[nodiscard]] Result<PlanView> withdraw_marker(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const Id<MarkerSeen>& marker);

struct AnswerGate {
  std::string gate;
  std::string condition;
  GateAnswerWord answer = GateAnswerWord::unsure;
  std::optional<Private<std::string>> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"gate", &AnswerGate::gate}, Field{"condition", &AnswerGate::condition},
               Field{"answer", &AnswerGate::answer}, Field{"words", &AnswerGate::words});
  }
};
/// Errors: "member.not_found", "person.erased", "plan.none", "plan.condition", "words.too_long".
[[nodiscard]] Result<PlanView> answer_gate(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Person>& person,
                                           const AnswerGate& input);

// Techniques

struct PlanTechnique {
  std::string technique;
  PlanReason reason = PlanReason::chosen;

  static constexpr auto fields(const auto& use) {
    return use(Field{"technique", &PlanTechnique::technique}, Field{"reason", &PlanTechnique::reason});
  }
};
/// One that is held back can be planned, and is shown as waiting. Errors: "plan.technique" (not one there
/// is), "plan.planned" (conflict).
[[nodiscard]] Result<PlanView> plan_technique(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const PlanTechnique& input);
/// Error "planned_technique.not_found".
[[nodiscard]] Result<PlanView> drop_technique(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<PlannedTechnique>& planned);

// Goals

struct GoalWords {
  Private<std::string> words;
  std::optional<Id<Claim>> claim;
  std::optional<Id<Figure>> figure;
  double weight = 1;
  std::optional<Private<std::string>> much_less;
  std::optional<Private<std::string>> less;
  std::optional<Private<std::string>> as_expected;
  std::optional<Private<std::string>> more;
  std::optional<Private<std::string>> much_more;
  bool shared_with_client = true;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &GoalWords::words}, Field{"claim", &GoalWords::claim},
               Field{"figure", &GoalWords::figure}, Field{"weight", &GoalWords::weight},
               Field{"much_less", &GoalWords::much_less}, Field{"less", &GoalWords::less},
               Field{"as_expected", &GoalWords::as_expected}, Field{"more", &GoalWords::more},
               Field{"much_more", &GoalWords::much_more},
               Field{"shared_with_client", &GoalWords::shared_with_client});
  }
};
/// Errors: "member.not_found", "person.erased", "words.missing", "words.too_long", "goal.tie" (to a claim or
/// a relationship of theirs, one of the two at least), "goal.weight" (above 0, 10 at most), "goal.levels"
/// (all five or none).
[[nodiscard]] Result<PlanView> add_goal(const Practice& practice, const Actor& actor,
                                        const Id<Course>& course, const Id<Person>& person,
                                        const GoalWords& input);
/// Errors of add_goal; "goal.not_found"; "goal.rated" (conflict): what a level means stays once it was rated.
[[nodiscard]] Result<PlanView> change_goal(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Goal>& goal,
                                           const GoalWords& input);
struct EndGoal {
  bool ended = true;  ///< false: it is worked on again

  static constexpr auto fields(const auto& use) { return use(Field{"ended", &EndGoal::ended}); }
};
/// It stays to be read. Error "goal.not_found".
[[nodiscard]] Result<PlanView> end_goal(const Practice& practice, const Actor& actor,
                                        const Id<Course>& course, const Id<Goal>& goal, const EndGoal& input);

struct RateGoal {
  GoalScale scale = GoalScale::progress;
  int value = 0;
  GoalRater rater = GoalRater::together;
  Date rated_on;
  std::optional<Private<std::string>> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &RateGoal::scale}, Field{"value", &RateGoal::value},
               Field{"rater", &RateGoal::rater}, Field{"rated_on", &RateGoal::rated_on},
               Field{"words", &RateGoal::words});
  }
};
/// Errors: "goal.not_found", "goal.value" (-2 to 2, or 0 to 10), "goal.levels" (attainment needs them),
/// "plan.day", "goal.ended" (conflict), "words.too_long".
[[nodiscard]] Result<PlanView> rate_goal(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course, const Id<Goal>& goal,
                                         const RateGoal& input);
/// Error "goal_rating.not_found".
[[nodiscard]] Result<PlanView> withdraw_rating(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const Id<GoalRating>& rating);

// Days that come back

struct NewLossDay {
  Date day;
  Private<std::string> words;
  std::optional<Id<Figure>> figure;

  static constexpr auto fields(const auto& use) {
    return use(Field{"day", &NewLossDay::day}, Field{"words", &NewLossDay::words},
               Field{"figure", &NewLossDay::figure});
  }
};
/// Errors: "member.not_found", "person.erased", "words.missing", "words.too_long", "loss.day" (in the
/// future), "loss.figure" (not one of theirs).
[[nodiscard]] Result<PlanView> add_loss_day(const Practice& practice, const Actor& actor,
                                            const Id<Course>& course, const Id<Person>& person,
                                            const NewLossDay& input);
/// Error "loss_day.not_found".
[[nodiscard]] Result<PlanView> remove_loss_day(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const Id<LossDay>& day);

// For other use cases of this room

/// The plan that holds; nothing: none.
[[nodiscard]] Result<std::optional<CoursePlan>> plan_of(Transaction& transaction, const Id<Course>& course);
/// Where the course stands; empty: nowhere yet.
[[nodiscard]] Result<std::string> stage_of(Transaction& transaction, const CoursePlan& plan);
/// What a person wants to reach in a course, with ratings that hold.
[[nodiscard]] Result<GoalBook> goals_of(Transaction& transaction, const Id<Course>& course,
                                        const Id<Person>& person);
/// When a day comes back, from a day on: 29 February on the 28th where there is none.
[[nodiscard]] Date next_time(Date day, Date from);

}  // namespace securebase::service
