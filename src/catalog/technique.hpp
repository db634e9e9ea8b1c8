#pragma once
// What a therapist does (techniques), what a client does between sessions (exercises), and the conditions
// under which either is held back (holds). Plain values, read from techniques.toml, exercises.toml and
// holds.toml; a practice's own replace those of the same id.
//
// A hold says "not now, and this instead". That no hold is set does not mean that a technique is safe.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/coding.hpp"

namespace securebase::catalog {

struct Document;
struct Library;

/// The five families of techniques.
enum class TechniqueFamily {
  early_wounds,
  emotion_regulation,
  trust,
  interpersonal_repair,
  reflective_functioning
};
inline constexpr std::array technique_families = {
    TechniqueFamily::early_wounds, TechniqueFamily::emotion_regulation, TechniqueFamily::trust,
    TechniqueFamily::interpersonal_repair, TechniqueFamily::reflective_functioning};
[[nodiscard]] std::string_view to_text(TechniqueFamily family);  ///< "early_wounds"

/// Where an entry comes from, in words that reach a user.
struct Origin {
  SourceStatus status = SourceStatus::unverified;
  std::string citation;
  std::string note;
};

/// Whom a condition holds for.
enum class HoldScope {
  person,  ///< one person
  couple,  ///< a course of two; looks the same to both
  moment   ///< how somebody is right now: looked at in the room, never stored as a hold
};
[[nodiscard]] std::string_view to_text(HoldScope scope);

/// A condition under which techniques and exercises are held back. The vocabulary is closed: what is held
/// back names ids of this list.
struct Hold {
  std::string id;  ///< such as "dissociation_high"
  std::string label;
  std::string meaning;  ///< when it is set
  std::string instead;  ///< what to do instead
  HoldScope scope = HoldScope::person;
  Origin origin;
};

/// Why a technique or an exercise may have to wait, and what to do instead of it.
struct HeldBack {
  std::string hold;     ///< id of a Hold
  std::string instead;  ///< in this case; where it is empty, what the hold says
};

struct Minutes {
  int from = 0;
  int to = 0;
};

/// What a therapist does in a session.
struct Technique {
  std::string id;  ///< such as "W1"; logged with a session
  std::string name;
  std::string purpose;
  std::vector<TechniqueFamily> families;  ///< the first is the one it is listed under
  std::optional<Minutes> minutes;         ///< nothing: woven into the session
  int protocols = 0;                      ///< of twelve, how many have it or something close: our estimate
  std::vector<HeldBack> held_back;
  std::string avoid;  ///< what to take care of; may be empty
  Origin origin;
};

/// What a client does between sessions.
struct Exercise {
  std::string id;  ///< such as "P1"
  std::string name;
  std::string purpose;
  std::vector<TechniqueFamily> families;
  std::optional<Minutes> minutes;  ///< nothing: as agreed
  bool activating = false;         ///< may stir up distress: never at bedtime
  bool session_first = false;      ///< done in a session before it is done alone
  std::vector<HeldBack> held_back;
  std::string avoid;
  Origin origin;
};

/// What holds for every exercise.
struct ExerciseRules {
  bool optional = true;  ///< may be left out without a reason
  int stop_at = 0;       ///< arousal, 0 to 10: stop at it or above
  int stop_rise = 0;     ///< and where it has risen by so much and stays
  int most_a_week = 0;   ///< exercises agreed on at a time
  int most_minutes_a_day = 0;
  bool activating_at_bedtime = false;
  std::string words;  ///< as people are told
  Origin origin;
};

struct ExerciseSet {
  ExerciseRules rules;
  std::vector<Exercise> exercises;
};

// Nothing where there is none of this id.
[[nodiscard]] const Hold* find_hold(const Library& library, std::string_view id);
[[nodiscard]] const Technique* find_technique(const Library& library, std::string_view id);
[[nodiscard]] const Exercise* find_exercise(const Library& library, std::string_view id);

/// By the names of their files: "holds.toml", "techniques.toml", "exercises.toml".
[[nodiscard]] bool is_holds_file(std::string_view name);
[[nodiscard]] bool is_techniques_file(std::string_view name);
[[nodiscard]] bool is_exercises_file(std::string_view name);

// Held against themselves; whether holds are there, by prove_techniques. Faults have the code
// "definition.technique".
[[nodiscard]] std::vector<Hold> read_holds(const Document& file, Faults& faults);
[[nodiscard]] std::vector<Technique> read_techniques(const Document& file, Faults& faults);
[[nodiscard]] ExerciseSet read_exercises(const Document& file, Faults& faults);

/// Every hold that is named is there.
[[nodiscard]] Faults prove_techniques(const Library& library);

}  // namespace securebase::catalog
