#pragma once
// What a person's answers say about the state theta, the items' parameters being known.
//
//   EAP  mean and SD of theta given the answers (Bock & Mislevy 1982, Appl. Psychol. Meas. 6, 431)
//   MAP  its mode;  ML  where the likelihood is largest
//   WLE  where the score plus J / (2 I) is 0, J = sum of P' P'' / P: the bias of ML taken away (Warm 1989,
//        Psychometrika 54, 427)
//   sum-score EAP  theta given nothing but the sum of the answers (Lord & Wingersky 1984, Appl. Psychol.
//   Meas. 8, 453;
//        Thissen, Pommerich, Billeaud & Williams 1995, ibid. 19, 39)
//
// Answers count from 0; no_answer is left out. An answer the item does not have, or a number of answers other
// than of items, is a bug of the caller: std::out_of_range.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/item_calibration.hpp"
#include "stats/item_response.hpp"

namespace securebase::stats {

/// Normal.
struct StatePrior {
  double mean = 0;
  double sd = 1;
};

struct StateScore {
  double theta = 0;
  double error = 0;  ///< EAP: SD given the answers; MAP: 1 / sqrt(I + 1 / sd^2); ML, WLE: 1 / sqrt(I)
};

struct ExpectedState {
  double theta = 0;
  double sd = 0;
  double log_marginal = 0;  ///< ln of the probability of the answers
};

/// EAP of many people: what does not depend on them is computed once.
class StateScorer {
 public:
  StateScorer(std::span<const PolytomousItem> items, const StatePrior& prior, const Quadrature& quadrature);
  [[nodiscard]] ExpectedState score(std::span<const std::uint8_t> answers) const;
  /// Of something that follows from theta, given the answers: mean and SD. `values` at the nodes of the
  /// quadrature.
  [[nodiscard]] StateScore expected(std::span<const std::uint8_t> answers,
                                    std::span<const double> values) const;
  /// Of each person; threads do not change a bit.
  [[nodiscard]] std::vector<ExpectedState> score_all(const ResponseMatrix& responses, unsigned threads) const;

 private:
  /// Of the answers and each node together.
  [[nodiscard]] std::vector<double> joint(std::span<const std::uint8_t> answers) const;

  std::size_t items_;
  std::size_t padded_;
  std::vector<std::size_t> first_row_;
  std::vector<std::size_t> answers_;
  std::vector<double> table_;    ///< rows of probabilities by node, one more for a missing answer
  std::vector<double> weights_;  ///< of the prior
  std::vector<double> nodes_;
};

/// Sought between -9 and 9 SDs of the prior.
[[nodiscard]] StateScore maximum_a_posteriori(std::span<const PolytomousItem> items,
                                              std::span<const std::uint8_t> answers, const StatePrior& prior);
/// Nothing without an answer, where all answers are the lowest or all the highest, or without a maximum
/// between -12 and 12.
[[nodiscard]] std::optional<StateScore> maximum_likelihood(std::span<const PolytomousItem> items,
                                                           std::span<const std::uint8_t> answers);
/// Nothing without an answer, or without a root between -12 and 12.
[[nodiscard]] std::optional<StateScore> weighted_likelihood(std::span<const PolytomousItem> items,
                                                            std::span<const std::uint8_t> answers);

struct SumScoreState {
  double probability = 0;  ///< of the sum
  double theta = 0;
  double sd = 0;
};

/// Of each sum from 0 (all lowest) to all highest, every item answered.
[[nodiscard]] std::vector<SumScoreState> sum_score_states(std::span<const PolytomousItem> items,
                                                          const StatePrior& prior,
                                                          const Quadrature& quadrature);

/// 1 - mean error variance / variance of theta: of a test in people of the prior, error variance of EAP as 1
/// / (I + 1 / sd^2) (Green, Bock, Humphreys, Linn & Reckase 1984, J. Educ. Meas. 21, 347).
[[nodiscard]] double marginal_reliability(std::span<const PolytomousItem> items, const StatePrior& prior,
                                          const Quadrature& quadrature);

/// Variance of EAPs / (that + mean of squared SDs); nothing for fewer than two people.
[[nodiscard]] std::optional<double> empirical_reliability(std::span<const ExpectedState> people);

}  // namespace securebase::stats
