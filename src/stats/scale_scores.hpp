#pragma once
// Several scales of one questionnaire: how they hang together according to the covariances of their items,
// and scores from incomplete answers. (Scoring a definition's scales is stats/composite.hpp.)
//
// `items` is the k x k covariance matrix of all items of the questionnaire, in the unit of the answers
// squared; every KeyedItem::item is below k. Items are weighted 1.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/matrix.hpp"

namespace securebase::stats {

enum class Keying { forward, reversed };

struct KeyedItem {
  std::size_t item = 0;  ///< row and column in the items' covariance matrix, from 0
  Keying keying = Keying::forward;
};

using ScaleItems = std::vector<KeyedItem>;

/// Covariance matrix of a scale's items, keyed: reversing an item changes the sign of its covariances.
[[nodiscard]] Matrix keyed_covariance(const Matrix& items, const ScaleItems& scale);

/// Covariance of the sums of two scales: sum_ij s_i s_j c_ij, s = -1 for a reversed item and 1 otherwise.
[[nodiscard]] double scale_covariance(const Matrix& items, const ScaleItems& a, const ScaleItems& b);

/// Correlation of the sums of two scales, from the items' covariances. With pairwise covariances it is not
/// the correlation of the scores and may lie outside -1 to 1. Nothing where a sum has no variance.
[[nodiscard]] std::optional<double> scale_correlation(const Matrix& items, const ScaleItems& a,
                                                      const ScaleItems& b);

/// r / sqrt(alpha_a alpha_b) (Spearman 1904, Am. J. Psychol. 15, 72); may lie outside -1 to 1. Nothing where
/// an alpha is not above zero.
[[nodiscard]] std::optional<double> corrected_for_attenuation(double r, double alpha_a, double alpha_b);

/// The average correlation that k parallel items with this alpha would have: alpha / (k - (k - 1) alpha)
/// (Spearman 1910, Br. J. Psychol. 3, 271; Brown 1910, same volume, 296; inverted). Nothing for fewer than
/// two items.
[[nodiscard]] std::optional<double> average_correlation_from_alpha(double alpha, std::size_t items);

/// lambda6 of a scale whose items' errors are judged from ALL items of the questionnaire:
/// 1 - sum_i c_ii (1 - smc_i) / variance of the sum, smc_i with every other item (what psych::scoreItems
/// calls G6*; Guttman 1945, Psychometrika 10, 255). Nothing where an item has no variance, the correlations
/// are singular or the sum has no variance.
[[nodiscard]] std::optional<double> lambda6_within(const Matrix& items, const ScaleItems& scale);

/// Mean of the answered items where the share of missing ones is at most `max_missing_fraction` (0 to 1,
/// inclusive) and at least one is answered, otherwise nothing; times the number of items it is the prorated
/// sum. `present[i]` other than 0 says that `values[i]` is an answer; another length than that of `values` is
/// a bug of the caller (std::invalid_argument).
[[nodiscard]] std::optional<double> prorated_mean(std::span<const double> values,
                                                  std::span<const std::uint8_t> present,
                                                  double max_missing_fraction);

}  // namespace securebase::stats
