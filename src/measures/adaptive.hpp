#pragma once
// A questionnaire that asks what tells most: all calibrated scales of an instrument in one sitting, whose
// turn it is in balance, each until it is known well enough. Only for what was calibrated on real answers;
// what is simulated is for simulations (AnswersOf::nobody). Which item: stats/adaptive_test.hpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "measures/calibrated.hpp"
#include "stats/adaptive_test.hpp"

namespace securebase::measures {

struct AdaptiveRule {
  stats::ItemSelection selection = stats::ItemSelection::maximum_information;
  double stop_error = 0.36;     ///< of the state of each scale, in SDs of the people it was calibrated on
  std::size_t least_items = 4;  ///< of each scale
  std::size_t most_items = 10;  ///< of each scale
  std::size_t most_in_all = 0;  ///< what the client wants at most; 0: no wish
  double least_gain = 0.02;     ///< a scale ends when no item is expected to take this share off its variance
  std::size_t drawn_among = 1;  ///< exposure: drawn among so many best
};

/// A question that was put, by its position in the order.
struct AdaptiveAnswer {
  int position = 0;
  AnswerByte answer = skipped_byte;
};

struct ScaleProgress {
  std::string scale;
  stats::StateScore state;
  std::size_t asked = 0;
  stats::AdaptiveStop stop = stats::AdaptiveStop::going_on;
};

struct AdaptiveProgress {
  std::optional<int> next;  ///< position to be asked; nothing: done
  std::vector<ScaleProgress> scales;
  std::size_t most_left = 0;  ///< questions that may still come
};

class AdaptiveMeasure {
 public:
  /// The instrument must outlive it. Errors: "adaptive.none" (not_found): no scale of it is calibrated in
  /// this order for these answers; "adaptive.rule" (usage).
  [[nodiscard]] static Result<AdaptiveMeasure> open(const catalog::Instrument& instrument,
                                                    const catalog::Order& order, const AdaptiveRule& rule,
                                                    AnswersOf of);

  /// The turn goes to the scale, of those not done, that was asked least; then to the one known least well.
  /// An answer to what no scale has, or twice, is an error: "adaptive.answer" (bad_data).
  [[nodiscard]] Result<AdaptiveProgress> next(std::span<const AdaptiveAnswer> asked,
                                              const stats::RandomKey& key = {}) const;

  [[nodiscard]] const std::vector<CalibratedScale>& scales() const { return scales_; }
  [[nodiscard]] const AdaptiveRule& rule() const { return rule_; }

 private:
  AdaptiveMeasure() = default;
  AdaptiveRule rule_;
  std::vector<CalibratedScale> scales_;
  std::vector<stats::AdaptiveTest> tests_;  ///< one for each scale
};

}  // namespace securebase::measures
