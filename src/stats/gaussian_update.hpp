#pragma once
// A normal vector as its components become known one after another, and how well one order predicts another.
//   seeing x_k = v:  mean += S_k (v - mean_k) / S_kk,  S -= S_k S_k' / S_kk

#include <optional>
#include <span>
#include <vector>

#include "stats/matrix.hpp"

namespace securebase::stats {

class GaussianBelief {
 public:
  /// `covariance` is square, of the mean's length; otherwise a bug of the caller (std::domain_error).
  GaussianBelief(std::vector<double> mean, Matrix covariance);

  /// Takes in that component k is `value`; the log density it had. Its variance is above 0:
  /// std::domain_error.
  double see(std::size_t k, double value);

  [[nodiscard]] double mean(std::size_t k) const { return mean_[k]; }
  [[nodiscard]] double variance(std::size_t k) const { return covariance_(k, k); }
  [[nodiscard]] double covariance(std::size_t i, std::size_t k) const { return covariance_(i, k); }

 private:
  std::vector<double> mean_;
  Matrix covariance_;
};

/// Area under the receiver operating characteristic: the chance that one who has it scores above one who has
/// not, ties half (Hanley & McNeil 1982, Radiology 143, 29). Nothing where nobody or everybody has it.
[[nodiscard]] std::optional<double> area_under_roc(std::span<const double> scores,
                                                   const std::vector<bool>& has);

/// Sensitivity at the specificity asked for: the line between the two nearest points of the curve (chance
/// decides between them). Nothing as above.
[[nodiscard]] std::optional<double> sensitivity_at(std::span<const double> scores,
                                                   const std::vector<bool>& has, double specificity);

}  // namespace securebase::stats
