#pragma once
// Holds: conditions under which techniques and exercises wait, set and lifted by the therapist, who says why;
// and the safety gate of a couple, which looks the same to both. A hold is of one course: courses are held
// apart. That none is in force does not mean that anything is safe.
//
// Every couple starts held ("partners_not_seen_alone"). It is opened by its therapist, after each was seen
// alone and asked what only somebody alone can answer (clinical.md 7.4; Väestöliitto on emotionally focused
// therapy and violence; Clinical Handbook of Couples Therapy, 5th ed., as quoted in training material). The
// program opens nothing and sets nothing by an answer.

#include <optional>
#include <string>
#include <vector>

#include "service/course.hpp"
#include "service/safety_record.hpp"

namespace securebase::service {

/// A condition that may be set, as the definition has it.
struct HoldChoice {
  std::string condition;
  std::string label;
  std::string meaning;
  std::string instead;
  bool for_course = false;  ///< of what both do together; otherwise of one person
  std::string source;       ///< where the condition comes from, and whether that was seen

  static constexpr auto fields(const auto& use) {
    return use(Field{"condition", &HoldChoice::condition}, Field{"label", &HoldChoice::label},
               Field{"meaning", &HoldChoice::meaning}, Field{"instead", &HoldChoice::instead},
               Field{"for_course", &HoldChoice::for_course}, Field{"source", &HoldChoice::source});
  }
};

struct HoldView {
  Hold hold;
  std::string label;  ///< the condition's own word where it is not defined any more
  std::string meaning;
  std::string instead;

  static constexpr auto fields(const auto& use) {
    return use(Field{"hold", &HoldView::hold}, Field{"label", &HoldView::label},
               Field{"meaning", &HoldView::meaning}, Field{"instead", &HoldView::instead});
  }
};

enum class GateQuestion {
  fear,     ///< of the other
  control,  ///< of money, contacts, movements
  injury,
  forced_sex,
  weapon,
  strangulation,
  stalking,
  watched,                 ///< by phone or other devices
  punished_after_talking,  ///< for what was said here or elsewhere
  responsibility,          ///< is not taken by whoever hurt
  secret_affair,
  substance_untreated
};
template <>
inline constexpr std::array names_of<GateQuestion> = {
    "fear"sv,           "control"sv,       "injury"sv,
    "forced_sex"sv,     "weapon"sv,        "strangulation"sv,
    "stalking"sv,       "watched"sv,       "punished_after_talking"sv,
    "responsibility"sv, "secret_affair"sv, "substance_untreated"sv};

/// Unanswered is never no.
enum class AskedAnswer { yes, no, not_answered };
template <>
inline constexpr std::array names_of<AskedAnswer> = {"yes"sv, "no"sv, "not_answered"sv};

struct GateItem {
  GateQuestion question = GateQuestion::fear;
  AskedAnswer answer = AskedAnswer::not_answered;

  static constexpr auto fields(const auto& use) {
    return use(Field{"question", &GateItem::question}, Field{"answer", &GateItem::answer});
  }
};

struct GateItemView : GateItem {
  static constexpr auto fields(const auto& use) { return GateItem::fields(use); }
};

struct GateInterviewView {
  Id<GateInterview> id;
  Id<Person> person;
  Date held_on;
  std::vector<GateItemView> answers;  ///< every question, in its order
  std::optional<Private<std::string>> words;
  Id<User> asked_by;
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &GateInterviewView::id}, Field{"person", &GateInterviewView::person},
               Field{"held_on", &GateInterviewView::held_on}, Field{"answers", &GateInterviewView::answers},
               Field{"words", &GateInterviewView::words}, Field{"asked_by", &GateInterviewView::asked_by},
               Field{"noted_at", &GateInterviewView::noted_at});
  }
};

/// As its therapist sees it.
struct CoupleGate {
  bool open = false;
  std::vector<Id<Person>> not_seen_alone;     ///< partners
  std::vector<GateInterviewView> interviews;  ///< newest first
  std::vector<GateDecision> decisions;        ///< newest first

  static constexpr auto fields(const auto& use) {
    return use(Field{"open", &CoupleGate::open}, Field{"not_seen_alone", &CoupleGate::not_seen_alone},
               Field{"interviews", &CoupleGate::interviews}, Field{"decisions", &CoupleGate::decisions});
  }
};

struct HoldBook {
  std::vector<HoldView> in_force;  ///< newest first
  std::vector<HoldView> lifted;    ///< newest first
  std::vector<HoldChoice> choices;
  std::optional<CoupleGate> gate;  ///< of a couple

  static constexpr auto fields(const auto& use) {
    return use(Field{"in_force", &HoldBook::in_force}, Field{"lifted", &HoldBook::lifted},
               Field{"choices", &HoldBook::choices}, Field{"gate", &HoldBook::gate});
  }
};

[[nodiscard]] Result<HoldBook> read_holds(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course);

struct NewHold {
  std::string condition;
  Private<std::string> why;

  static constexpr auto fields(const auto& use) {
    return use(Field{"condition", &NewHold::condition}, Field{"why", &NewHold::why});
  }
};
/// Errors: "member.not_found", "person.erased", "hold.condition" (not one that may be set: of another
/// course's kind, of the moment, or the gate's own), "hold.in_force" (conflict), "words.missing",
/// "words.too_long".
[[nodiscard]] Result<HoldBook> set_hold(const Practice& practice, const Actor& actor,
                                        const Id<Course>& course, const Id<Person>& person,
                                        const NewHold& input);

struct LiftHold {
  Private<std::string> why;

  static constexpr auto fields(const auto& use) { return use(Field{"why", &LiftHold::why}); }
};
/// Errors: "hold.not_found", "hold.lifted" (conflict), "words.missing", "words.too_long".
[[nodiscard]] Result<HoldBook> lift_hold(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course, const Id<Hold>& id, const LiftHold& input);

struct NewGateInterview {
  Date held_on;
  bool alone = false;             ///< nobody else was there or could listen
  std::vector<GateItem> answers;  ///< what is not among them was not answered
  std::optional<Private<std::string>> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"held_on", &NewGateInterview::held_on}, Field{"alone", &NewGateInterview::alone},
               Field{"answers", &NewGateInterview::answers}, Field{"words", &NewGateInterview::words});
  }
};
/// Errors: "member.not_found", "person.erased", "gate.unit" (conflict: not a couple), "gate.alone",
/// "gate.day" (in the future), "gate.answers" (a question twice), "words.too_long".
[[nodiscard]] Result<HoldBook> note_gate_interview(const Practice& practice, const Actor& actor,
                                                   const Id<Course>& course, const Id<Person>& person,
                                                   const NewGateInterview& input);

struct DecideGate {
  bool opens = false;
  Private<std::string> why;

  static constexpr auto fields(const auto& use) {
    return use(Field{"opens", &DecideGate::opens}, Field{"why", &DecideGate::why});
  }
};
/// Errors: "gate.unit" (conflict), "gate.not_seen_alone" (conflict: opening comes after each was),
/// "gate.hold" (conflict: a hold on joint work is in force), "gate.same" (conflict: so it is already),
/// "words.missing", "words.too_long".
[[nodiscard]] Result<HoldBook> decide_gate(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const DecideGate& input);

// For other use cases of this room

/// The gate's own condition, which a couple has from its beginning.
inline constexpr std::string_view gate_condition = "partners_not_seen_alone";

/// What is held back from techniques and exercises for one member: their own conditions, those of joint work,
/// and the gate's. Ids of catalog::Hold, each once, in order.
[[nodiscard]] Result<std::vector<std::string>> holds_in_force(Transaction& transaction,
                                                              const Id<Course>& course,
                                                              const Id<Person>& person);
/// Of every member of a course together.
[[nodiscard]] Result<std::vector<std::string>> holds_in_force(Transaction& transaction,
                                                              const Id<Course>& course);
/// Every one of a person, oldest first.
[[nodiscard]] Result<std::vector<GateInterviewView>> gate_interviews_of(Transaction& transaction,
                                                                        const Id<Person>& person);
/// Whether there may be joint work: true for whoever is not a couple. What a client may be told is this and
/// nothing else, and it is the same for both.
[[nodiscard]] Result<bool> is_joint_work_open(Transaction& transaction, const Id<Course>& id);

}  // namespace securebase::service
