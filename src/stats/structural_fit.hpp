#pragma once
// Full-information maximum likelihood of structural models: normal theory, values missing at random, one
// group or several whose parameters are equal where their labels are.
//
// Conventions are those of lavaan 0.6 (likelihood "normal", meanstructure): divisor n, chi-square = 2 (log L
// of the unrestricted moments - log L), standard errors from the expected information where all values are
// present and from the observed otherwise. Estimates are not bounded: a negative variance is reported as it
// comes, named in `improper`, with the verdict at_boundary. The search is Fisher scoring followed by Newton's
// method with the exact Hessian. Sources: Bollen 1989, Structural Equations with Latent Variables; McArdle &
// McDonald 1984, Brit. J. Math. Stat. Psychol. 37, 234; Arbuckle 1996, in Marcoulides & Schumacker, p. 243.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"
#include "stats/structural_model.hpp"

namespace securebase::stats {

/// One row: a value for each observed variable, nothing where it is missing.
using DataRow = std::vector<std::optional<double>>;

struct StructuralGroup {
  StructuralModel model;
  std::vector<DataRow> rows;
  std::string name;  ///< added to names of parameters without label where there are several groups
};

enum class StandardErrors {
  automatic,  ///< expected where all values are present, otherwise observed
  expected,
  observed,
  robust  ///< observed information around the rows' own scores (Huber 1967; White 1982; lavaan's MLR)
};

struct StructuralOptions {
  StandardErrors errors = StandardErrors::automatic;
  double level = 0.95;
  std::vector<DefinedParameter> defined = {};
};

struct StructuralEstimate {
  std::size_t group = 0;
  Term term;
  double estimate = 0;
  std::optional<double> std_error;  ///< nothing for what is fixed; for all where some is unidentified
  std::optional<double> z;
  std::optional<double> p;
  Interval interval;  ///< normal; both ends the estimate where there is no error
  std::optional<double>
      standardised;  ///< all variables of variance 1, covariances of residuals as correlations
};

struct DefinedEstimate {
  std::string name;
  double estimate = 0;
  std::optional<double> std_error;  ///< delta method
  std::optional<double> z;
  std::optional<double> p;
  Interval interval;
};

/// How the model fits; against the unrestricted moments and against a baseline without covariances.
struct FitMeasures {
  double unrestricted_log_likelihood = 0;
  double chi_square = 0;
  std::optional<double> p;        ///< nothing for df = 0
  std::optional<double> scaling;  ///< for robust errors: chi_square / scaling is Yuan & Bentler's (2000)
  double baseline_chi_square = 0;
  std::size_t baseline_df = 0;
  std::optional<double> cfi;               ///< Bentler 1990, 0 to 1
  std::optional<double> tli;               ///< Tucker & Lewis 1973
  std::optional<double> rmsea;             ///< Steiger & Lind 1980, times sqrt(groups)
  std::optional<Interval> rmsea_interval;  ///< 90 %
  std::optional<double> rmsea_close_p;     ///< of an RMSEA of at most 0.05
  double srmr = 0;                         ///< Bentler 1995, means among the residuals
};

struct StructuralFit {
  std::vector<StructuralEstimate> estimates;  ///< terms as given, group by group, then what is given
  std::vector<DefinedEstimate> defined;
  std::vector<std::string> parameters;  ///< names of the free parameters: label, or the term
  std::vector<double> theta;            ///< their estimates
  std::optional<Matrix> covariance;     ///< of theta
  double log_likelihood = 0;            ///< of what is not given, given what is
  std::size_t rows = 0;                 ///< with any value
  std::size_t df = 0;
  double aic = 0;
  double bic = 0;
  double bic_adjusted = 0;              ///< with (rows + 2) / 24 for rows
  std::optional<FitMeasures> measures;  ///< nothing where the unrestricted moments have no best values
  std::vector<std::string> improper;    ///< negative variances, correlations beyond 1
  std::vector<std::string> unidentified;
  Convergence convergence;  ///< gradient of -log L / rows, by parameters scaled to information 1
};

/// Errors (bad_data), each naming what it is about: "structural.names", "structural.term",
/// "structural.term_twice", "structural.given", "structural.shape", "structural.not_finite",
/// "structural.no_rows", "structural.no_values" (a variable without any), "structural.constant",
/// "structural.collinear" (complete data whose covariance has no inverse), "structural.too_many_parameters"
/// (more than moments), "structural.no_parameters", "structural.start" (no likelihood where the search
/// begins), "structural.formula". Levels outside 0 to 1: std::domain_error.
[[nodiscard]] Result<StructuralFit> fit_structural(std::span<const StructuralGroup> groups,
                                                   const StructuralOptions& options = {});

struct ModelComparison {
  double chi_square = 0;
  std::size_t df = 0;
  double p = 1;
};

/// Likelihood ratio of a model and one nested in it, on the same data. Nothing where the nested one does not
/// have more df.
[[nodiscard]] std::optional<ModelComparison> compare_models(const StructuralFit& nested,
                                                            const StructuralFit& wider);

}  // namespace securebase::stats
