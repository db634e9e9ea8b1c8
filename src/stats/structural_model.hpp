#pragma once
// A linear structural model as one would say it: what is observed, what is latent, and terms between them.
//
//   loads     left (latent) is measured by right       y = ... + lambda left
//   predicts  right acts on left                       left = ... + beta right
//   covaries  left and right (residuals, where something acts on them) covary; left with itself: a variance
//   mean      the mean of left, or its intercept       right is empty
//
// What no term names is 0, variances and intercepts too. Terms with the same label share one parameter, also
// over groups. A defined parameter is a formula of labels, such as "a*b" or "p/a".

#include <optional>
#include <string>
#include <vector>

namespace securebase::stats {

enum class Relation { loads, predicts, covaries, mean };

struct Term {
  Relation relation = Relation::predicts;
  std::string left;
  std::string right;
  std::optional<double> fixed;  ///< the value; nothing: free
  std::string label;            ///< may be empty
  std::optional<double> start;  ///< where the search begins; nothing: a guess from the data
};

struct DefinedParameter {
  std::string name;
  std::string formula;  ///< numbers, labels, names defined before, + - * / and parentheses
};

struct StructuralModel {
  std::vector<std::string> observed;  ///< in the order of the columns of the data
  std::vector<std::string> latent;
  std::vector<Term> terms;
  /// Observed variables that are taken as given: their means and covariances are those of the data, are not
  /// estimated, and the likelihood is that of the others given them. Nothing acts on them, no term names
  /// their mean, variance or covariance, and none of their values is missing.
  std::vector<std::string> given;
};

/// "left =~ right", "left ~ right", "left ~~ right", "left ~1"
[[nodiscard]] std::string to_text(const Term& term);

}  // namespace securebase::stats
