#pragma once
// A practice that does not exist: therapists, clients, session by session, with what was planted. Everything
// follows from the parameters and the key, whatever the order of calls. The order of what happens: therapist,
// client at intake, then for each session attendance, techniques, alliance, rupture and repair, symptoms, and
// measures with error, some missing; at last the follow-up (../shared clinical.md 8.2).
//
// Symptoms are in SDs of clients at intake, higher is worse; the alliance is on its scale of 1 to 7. With
// ln the natural logarithm, session t of T, client i, state
//   s_it = level_i + slope_i g(t) + w_it + jumps,   g(t) = ln t / ln T,   score = s_it + error
//   w_it = ar w_i,t-1 + (alliance -> symptoms) a_i,t-1 / sd(a) + u_it - techniques
// A parameter outside its range is a bug of the caller: std::domain_error.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/random_stream.hpp"
#include "therapy/deterioration.hpp"

namespace securebase::therapy {

/// The way from intake to the planned end, from 0 at session 1 to 1.
enum class Drift { logarithm, square_root, line };

/// Named after what they are; practice_parameters() says where each value comes from.
struct PracticeParameters {
  int planned_sessions = 16;
  int clients_of_therapist = 20;

  double gain = 0.8;  ///< mean of state at intake - state at the planned end
  double gain_sd = 0.7;
  double therapist_icc = 0.05;  ///< of the variance of gains
  Drift drift = Drift::logarithm;
  double wide_share = 0;           ///< of clients whose gain varies three times as much; the variance stays
  double symptom_state_sd = 0.35;  ///< w: within a person
  double symptom_ar = 0.40;
  double symptom_reliability = 0.90;  ///< of a score at intake
  double error_ar = 0;                ///< of errors of neighbouring sessions

  double anxiety_symptoms = 0.40;
  double avoidance_symptoms = 0.28;
  double anxiety_avoidance = 0.41;
  double anxiety_alliance = -0.09;
  double avoidance_alliance = -0.13;
  double alliance_gain = 0.278;  ///< correlation of a client's mean alliance with the gain

  double alliance_mean = 5.5;
  double alliance_between_sd = 0.9;
  double alliance_therapist_share = 0.08;
  double alliance_state_sd = 0.30;
  double alliance_ar = 0.30;
  double alliance_error_sd = 0.40;  ///< with the state: 0.5 within a person
  double alliance_to_symptoms = -0.15;
  double symptoms_to_alliance = -0.10;

  double rupture = 0.05;                ///< chance in a session
  double rupture_with_avoidance = 0.3;  ///< logarithm of the factor for each SD of avoidance
  double rupture_depth = 1.5;           ///< points of the alliance
  double repair = 0.55;                 ///< chance that a rupture is repaired within three sessions
  double unrepaired_symptoms = 0.05;    ///< added to the state in each session of an open rupture

  double sudden_gain = 0.37;  ///< share of courses with a jump
  double sudden_gain_size = 0.68;
  double sudden_loss = 0.04;

  std::array<double, 5> technique_effects{0.02, 0.03, 0.04, 0.05, 0.06};
  double technique_use = 0.4;  ///< chance of each in a session

  double missing = 0.25;         ///< of a session's measure
  double missing_worse = 0.3;    ///< logit for each SD of state above the mean
  double dropout = 0.197;        ///< before the planned end
  double dropout_shape = 0.7;    ///< Weibull: below 1, early
  double dropout_worse = 0.3;    ///< logarithm of the hazard's factor for each SD of state
  double dropout_rupture = 0.4;  ///< the same while a rupture is open

  double follow_up_drift = 0;  ///< SD a year
  double follow_up_sd = 0.35;  ///< of a year's change
  double follow_up_missing = 0.3;
};

/// One row for each parameter: value, mark ("V" seen, "M" from memory, "C" computed here, "D" our proposal)
/// and where it comes from.
struct ParameterNote {
  std::string name;
  double value = 0;
  std::string mark;
  std::string source;
};
[[nodiscard]] std::vector<ParameterNote> practice_parameters(const PracticeParameters& parameters);

/// 16 hexadecimal digits of all parameters: FNV-1a of names and values.
[[nodiscard]] std::string fingerprint(const PracticeParameters& parameters);

/// Worlds a detector is held against. All but `practice` are without jumps, ruptures, techniques and effects
/// of the alliance, so that what the best possible prediction is can be computed.
enum class World {
  as_modelled,            ///< log drift, normal, missing and leaving at random
  heavy_tails,            ///< one client in ten varies three times as much
  other_drift,            ///< straight, not logarithmic
  autocorrelated_error,   ///< errors of neighbouring sessions correlate .4
  informative_missing,    ///< missing more often when worse
  therapist_differences,  ///< therapists make .30 of the variance of gains
  practice                ///< everything of 8.2 at once
};
inline constexpr std::array all_worlds{
    World::as_modelled,         World::heavy_tails,           World::other_drift, World::autocorrelated_error,
    World::informative_missing, World::therapist_differences, World::practice};
[[nodiscard]] std::string_view to_text(World world);
[[nodiscard]] PracticeParameters parameters_of(World world);

struct SimulatedSession {
  int number = 1;
  bool attended = true;  ///< false after leaving: the state goes on, nothing is seen
  std::optional<double> score;
  std::optional<double> alliance;  ///< 1 to 7
  double state = 0;
  double alliance_state = 0;
  bool rupture_begins = false;
  bool rupture_open = false;
  bool repaired = false;  ///< in this session
  std::array<bool, 5> techniques{};
};

struct SimulatedFollowUp {
  int months = 3;
  double state = 0;
  std::optional<double> score;
};

struct SimulatedCourse {
  std::size_t therapist = 0;
  double anxiety = 0;
  double avoidance = 0;
  std::vector<SimulatedSession> sessions;    ///< all that were planned
  std::optional<int> left_after;             ///< last session attended of those who left early
  std::vector<SimulatedFollowUp> follow_up;  ///< 3, 6, 12, 24 months
  std::optional<int> sudden_gain_at;         ///< planted: the jump lies before this session
  std::optional<int> sudden_loss_at;

  [[nodiscard]] int last_attended() const;
};

/// Client `number` of the practice; client n has therapist n / clients_of_therapist. The first session is
/// attended and measured.
[[nodiscard]] SimulatedCourse simulate_course(const PracticeParameters& parameters, std::uint64_t number,
                                              const stats::RandomKey& key);

/// SD of a score's error, in SDs.
[[nodiscard]] double error_sd(const PracticeParameters& parameters);
/// The rule of deterioration.hpp on the simulator's scale.
[[nodiscard]] WorseRule worse_rule_of(const PracticeParameters& parameters);
/// g(t).
[[nodiscard]] double drift_at(const PracticeParameters& parameters, int session);

/// Of a session's measure after the first, given the state then: more likely the worse it is than the mean
/// course.
[[nodiscard]] double chance_of_missing(const PracticeParameters& parameters, int session, double state);
/// That this session is the last.
[[nodiscard]] double chance_of_leaving(const PracticeParameters& parameters, int session, double state,
                                       bool rupture_open);

/// True: of the states at intake and at the planned end.
[[nodiscard]] bool truly_got_worse(const SimulatedCourse& course, const WorseRule& rule);
/// Observed: of the first and the last score.
[[nodiscard]] bool seen_to_get_worse(const SimulatedCourse& course, const WorseRule& rule);

}  // namespace securebase::therapy
