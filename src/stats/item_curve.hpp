#pragma once
// An item in slope and intercepts, with the derivatives of its answers' probabilities; for the sources of
// this room only.
//
//   z_k = a theta + c_k, k = 1 .. K-1
//   graded:          P_k = S(z_k) - S(z_{k+1}), S(z) = 1 / (1 + exp(-z)), S(z_0) = 1, S(z_K) = 0
//                          = -expm1(z_{k+1} - z_k) S(z_k) S(-z_{k+1})       without cancellation
//                    d ln P_k / d z_k = S(z_k) (1 - S(z_k)) / P_k, - the same of k+1
//   partial credit:  ln P_k = sum_{j <= k} z_j - ln sum
//                    d ln P_k / d z_j = [j <= k] - P(Y >= j)
//   second derivatives, by P_k: graded S'' / P_k with S'' = S' (1 - 2 S), of z_k and, with the other sign,
//   z_{k+1};
//                    partial credit: product of the first ones - (P(Y >= max(j, l)) - P(Y >= j) P(Y >= l))

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "stats/item_response.hpp"

namespace securebase::stats {

/// Slope first, then the intercepts.
[[nodiscard]] inline std::vector<double> slope_and_intercepts(const PolytomousItem& item) {
  std::vector<double> x{item.discrimination};
  for (const double b : item.locations) x.push_back(-item.discrimination * b);
  return x;
}

[[nodiscard]] inline PolytomousItem item_of(ItemModel model, std::span<const double> x) {
  PolytomousItem item{model, x[0], {}};
  for (std::size_t k = 1; k < x.size(); ++k) item.locations.push_back(-x[k] / x[0]);
  return item;
}

/// An item's curve at one theta. All spans: answers() long; weights(k, j) = d ln P_k / d z_j.
class ItemCurve {
 public:
  explicit ItemCurve(std::size_t answers)
      : answers_(answers), p_(answers), z_(answers), w_(answers * answers) {}

  /// `x` as slope_and_intercepts gives it. False where a probability is not above 0 (thresholds out of
  /// order).
  [[nodiscard]] bool at(ItemModel model, std::span<const double> x, double theta);

  [[nodiscard]] std::span<const double> probabilities() const { return p_; }
  /// P(Y >= k).
  [[nodiscard]] double at_least(std::size_t k) const;
  /// Second derivative of P_k by z_j and z_l, by P_k; j and l from 1.
  [[nodiscard]] double second_ratio(ItemModel model, std::size_t k, std::size_t j, std::size_t l) const;
  /// j from 1.
  [[nodiscard]] double derivative(std::size_t k, std::size_t j) const { return w_[k * answers_ + j]; }

 private:
  [[nodiscard]] bool graded();
  [[nodiscard]] bool partial_credit();

  std::size_t answers_;
  std::vector<double> p_;
  std::vector<double> z_;  ///< from 1
  std::vector<double> w_;
};

}  // namespace securebase::stats
