#pragma once
// From scales to classes, honestly. Published scoring functions of the Strange Situation exist (Richters,
// Waters & Vaughn 1988; van IJzendoorn & Kroonenberg 1990), but their coefficients were not found: none are
// here, and none are invented. What there is: composites with unit weights, our own design, standardised on a
// sample of the user's; a rule for training clips, unvalidated; and the discriminant that a laboratory fits
// on its own expert-coded cases. Every result carries not_for_custody.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/discriminant.hpp"
#include "stats/matrix.hpp"

namespace securebase::coding {

/// Interactive scales of both reunions (episodes 5 and 8), 1 to 7, crying in the user's own unit,
/// disorganization 1 to 9.
struct StrangeSituationScales {
  std::optional<double> ps5, cm5, av5,
      res5;  ///< proximity seeking, contact maintaining, avoidance, resistance
  std::optional<double> ps8, cm8, av8, res8;
  std::optional<double> cry5, cry8;
  std::optional<double> disorganization;
};

// Composites --------------------------------------------------------------------------------------------

inline constexpr std::string_view composite_name = "two-dimension composite (unit weights)";
inline constexpr std::size_t least_reference_cases = 30;  // our own choice

enum class Crying { left_out, included };

/// Means and SDs that composites are standardised on.
struct ReferenceSample {
  struct Part {
    double mean = 0;
    double sd = 0;
  };
  std::string id;
  std::size_t cases = 0;
  Crying crying = Crying::left_out;
  std::vector<Part> scales;             ///< ps5 ps8 cm5 cm8 av5 av8 res5 res8, then cry5 cry8 where included
  Part seeking, avoidance, resistance;  ///< of PS + CM, AV and RES, each over both reunions
};

/// Of the cases that have all of the scales. Errors (bad_data): "coding.sample_name" (no id),
/// "coding.scale_range" (an interactive scale beyond 1 to 7, crying not finite), "coding.few_cases" (fewer
/// than 30 complete), "coding.constant" (a scale on which nobody differs).
[[nodiscard]] Result<ReferenceSample> reference_sample(std::string id,
                                                       std::span<const StrangeSituationScales> cases,
                                                       Crying crying = Crying::left_out);

/// In SDs of the reference sample; nothing where a scale is missing.
struct Composites {
  std::string sample;                ///< whose SDs these are
  std::optional<double> seeking;     ///< D1 = mean z(PS5, PS8, CM5, CM8, -AV5, -AV8)
  std::optional<double> resistance;  ///< D2 = mean z(RES5, RES8 [, crying])
  std::optional<double> security;    ///< (z(PS + CM) - z(AV)) / 2 - z(RES)
};
/// Error "coding.scale_range".
[[nodiscard]] Result<Composites> composites(const StrangeSituationScales& scales,
                                            const ReferenceSample& sample);

/// b less a. Error (bad_data) "coding.other_sample": composites of different samples are never compared.
[[nodiscard]] Result<Composites> difference(const Composites& a, const Composites& b);

[[nodiscard]] std::vector<Finding> composite_findings(const ReferenceSample& sample);

// The rule for training clips ---------------------------------------------------------------------------

/// What a class is wanted for. There is no default: who asks says it.
enum class Purpose {
  training_clip,    ///< a clip that teaches coding
  person_in_record  ///< anybody whom somebody cares for
};

struct Screened {
  std::optional<std::string> suggestion;  ///< A, B, C or D; nothing where disorganization is exactly 5
  std::string reason;                     ///< the branch taken
  std::vector<Finding> findings;          ///< "screening rule, unvalidated" comes first
};

/// Our own proposal, unvalidated: D above 5: D; otherwise AV8 >= 4.5, RES8 <= 3 and (PS8 + CM8) / 2 < 4: A;
/// otherwise RES8 >= 4: C; otherwise B. D of exactly 5 is a coder's decision: no suggestion. Errors:
/// forbidden "coding.never_a_person"; bad_data "coding.incomplete" (a scale it needs is missing),
/// "coding.scale_range".
[[nodiscard]] Result<Screened> screening_rule(const StrangeSituationScales& scales, Purpose purpose);

// A laboratory's own discriminant ------------------------------------------------------------------------

struct LaboratoryDiscriminant {
  std::string training_set;  ///< its id: which cases, coded by whom
  std::size_t cases = 0;
  std::vector<std::string> measurements;
  std::vector<std::string> classes;
  std::vector<std::size_t> counts;  ///< cases of each class
  stats::Discriminant discriminant;
  stats::CanonicalFunctions canonical;
  stats::Matrix confusion;                 ///< leaving out each case in turn, experts' classes in rows
  stats::ClassificationAccuracy accuracy;  ///< of it
};

/// `x` cases x measurements, `labels` the experts' classes. Errors (bad_data): "coding.sample_name" (no id of
/// the training set), "coding.names" (measurements or classes without a name or twice), those of
/// stats::leave_one_out.
[[nodiscard]] Result<LaboratoryDiscriminant> fit_laboratory(
    std::string training_set, std::vector<std::string> measurements, std::span<const std::string> labels,
    const stats::Matrix& x, std::span<const double> priors = {}, double level = 0.95);

/// Whether its parts fit together, as when it was read from a file; accuracy is computed anew from
/// `confusion`. Errors (bad_data): "coding.names", "coding.sample_name", "coding.model".
[[nodiscard]] Result<LaboratoryDiscriminant> checked(LaboratoryDiscriminant model, double level = 0.95);

struct Placed {
  std::string nearest;              ///< class with the largest probability
  std::vector<double> probability;  ///< of each class, were the case of one of them
  double typicality = 0;  ///< share of the nearest class at least as unlike its mean, were it normal
};
/// Error (bad_data) "coding.measurements": another number of columns than the model's, or beyond 1e100.
[[nodiscard]] Result<std::vector<Placed>> place(const LaboratoryDiscriminant& model, const stats::Matrix& x);

/// Below this typicality a case is like none of the classes.
inline constexpr double unlike_any = 0.01;  // our own choice

[[nodiscard]] std::vector<Finding> laboratory_findings(const LaboratoryDiscriminant& model);

}  // namespace securebase::coding
