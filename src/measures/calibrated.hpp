#pragma once
// Scales whose items have been calibrated on real answers: any of the items tell the state, and how well they
// tell it (item response theory). Formulas: stats/state_scores.hpp.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "measures/responses.hpp"
#include "stats/item_response.hpp"
#include "stats/state_scores.hpp"

namespace securebase::measures {

/// Parameters from simulated answers are for simulations alone.
enum class AnswersOf { people, nobody };

struct StateEstimate {
  stats::StateScore state;  ///< EAP: 0 and 1 are mean and SD of the people it was calibrated on
  /// What the scale's score is expected to be were every item answered without error, in the unit of the
  /// score, and its SD: both from the distribution of the state given the answers.
  stats::StateScore score;
  int answered = 0;
};

class CalibratedScale {
 public:
  /// The instrument must outlive it. Errors: "calibration.none" (not_found) names what is calibrated;
  /// "calibration.simulated" (usage): a person's answers are never scored by simulated parameters.
  [[nodiscard]] static Result<CalibratedScale> open(const catalog::Instrument& instrument,
                                                    const catalog::Order& order, const std::string& scale,
                                                    AnswersOf of);

  [[nodiscard]] const catalog::Scale& scale() const { return *scale_; }
  [[nodiscard]] const catalog::Calibration& calibration() const { return *calibration_; }
  [[nodiscard]] const std::vector<int>& positions() const { return positions_; }  ///< in the order, from 1
  [[nodiscard]] const std::vector<stats::PolytomousItem>& items() const { return items_; }

  /// Of each pair of items, row by row; empty: not known.
  [[nodiscard]] std::vector<double> dependence() const;

  /// The answer of the i-th item as the calibration counts it, from 0; what is no answer stays as it is.
  [[nodiscard]] std::uint8_t keyed(std::size_t i, AnswerByte byte) const;
  /// Of a row of the order.
  [[nodiscard]] std::vector<std::uint8_t> keyed_row(const AnswerByte* row) const;

  [[nodiscard]] StateEstimate estimate(const AnswerByte* row) const;
  /// What full score each state goes with on average.
  [[nodiscard]] double expected_score(double theta) const;

 private:
  CalibratedScale() = default;
  const catalog::Scale* scale_ = nullptr;
  const catalog::Calibration* calibration_ = nullptr;
  std::vector<int> positions_;
  std::vector<bool> reversed_;
  std::vector<double> weights_;
  std::vector<int> lowest_;
  std::vector<stats::PolytomousItem> items_;
  std::vector<double> score_at_node_;
  std::vector<stats::StateScorer> scorer_;  ///< one
};

/// The scales of an instrument that are calibrated in an order, for these answers.
[[nodiscard]] std::vector<std::string> calibrated_scales(const catalog::Instrument& instrument,
                                                         const catalog::Order& order, AnswersOf of);

/// The most specific norm of the state that holds for a person; nullptr: none.
[[nodiscard]] const catalog::StateNorm* state_norm(const catalog::Calibration& calibration,
                                                   const std::optional<std::string>& gender,
                                                   std::optional<int> age);

}  // namespace securebase::measures
