#pragma once
// Items with ordered answers 0 .. K-1 and the state theta that they measure.
//
//   graded response (Samejima 1969, Psychometrika Monograph 17)
//     P(Y >= k) = 1 / (1 + exp(-a (theta - b_k))),  k = 1 .. K-1,  b ascending: thresholds
//   generalized partial credit (Muraki 1992, Appl. Psychol. Meas. 16, 159)
//     P(Y = k) ~ exp(sum_{j <= k} a (theta - b_j)),  b in any order: steps
//
// Logistic metric, without 1.702. In both, c_k = -a b_k is the intercept of threshold or step k.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace securebase::stats {

enum class ItemModel { graded_response, generalized_partial_credit };

struct PolytomousItem {
  ItemModel model = ItemModel::graded_response;
  double discrimination = 1;      ///< a, not 0; below 0 for an item that measures the other way round
  std::vector<double> locations;  ///< b, one fewer than there are answers, at least one

  [[nodiscard]] std::size_t answers() const { return locations.size() + 1; }
  bool operator==(const PolytomousItem&) const = default;
};

/// Of each answer; `probabilities` has item.answers() places. Never 0 for finite arguments short of
/// underflow.
void answer_probabilities(const PolytomousItem& item, double theta, std::span<double> probabilities);

/// The answer that a number between 0 and 1 falls on, answers laid side by side by their probabilities: for
/// drawing.
[[nodiscard]] std::uint8_t answer_at(const PolytomousItem& item, double theta, double uniform);

/// sum over answers k of k P(k)
[[nodiscard]] double expected_answer(const PolytomousItem& item, double theta);

/// Fisher's information about theta: sum over answers of P'^2 / P.
[[nodiscard]] double item_information(const PolytomousItem& item, double theta);

/// The sum over items.
[[nodiscard]] double test_information(std::span<const PolytomousItem> items, double theta);

}  // namespace securebase::stats
