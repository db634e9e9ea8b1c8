#pragma once
// Which question to ask next, so that few answers say much: polytomous adaptive testing with a bank of
// calibrated items.
//
//   maximum information        the item whose Fisher information is largest at the current EAP (Lord 1980,
//   Applications of
//                              Item Response Theory, chapter 10; polytomous: Dodd, De Ayala & Koch 1995,
//                              Appl. Psychol. Meas. 19, 5)
//   minimum expected variance  the item after whose answer the variance of theta is expected to be smallest
//   (van der Linden
//                              1998, Psychometrika 63, 201)
//
// An item that shares more than the state with those already asked tells less than its information says (Yen
// 1993, J. Educ. Meas. 30, 187). Where the bank says how much pairs share, what an item is worth is divided
// by 1 + weight x the mean of Cramer's V (stats/item_fit.hpp, signed) with the items asked. The weight is
// ours: it was chosen on answers to the ECR (docs/studies), where it brings scores closer to those from all
// items.
//
// The estimate is EAP on the nodes of the plan. Exposure is controlled by drawing among the best few
// (Kingsbury & Zara 1989, Appl. Meas. Educ. 2, 359).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/random_stream.hpp"
#include "stats/state_scores.hpp"

namespace securebase::stats {

enum class ItemSelection { maximum_information, minimum_expected_variance };

struct AdaptivePlan {
  ItemSelection selection = ItemSelection::maximum_information;
  StatePrior prior;
  Quadrature quadrature{161, -8, 8};
  std::size_t least_items = 1;
  std::size_t most_items = 12;
  double stop_error = 0;           ///< stop when the SD of theta is below; 0: never for that
  double least_gain = 0;           ///< stop when no item is expected to bring the variance down by this share
  std::size_t drawn_among = 1;     ///< of how many best items one is drawn
  double dependence_weight = 1.5;  ///< 0 or more; 0: what pairs share is not looked at
};

enum class AdaptiveStop {
  going_on,
  error_reached,        ///< the SD is below the plan's
  most_items,           ///< as many as the plan allows
  nothing_informative,  ///< no item is expected to tell enough more
  all_asked
};

/// A question that was asked. Skipped: no_answer; it is not asked again.
struct AskedItem {
  std::uint32_t item = 0;
  std::uint8_t answer = no_answer;

  bool operator==(const AskedItem&) const = default;
};

struct AdaptiveStep {
  AdaptiveStop stop = AdaptiveStop::going_on;
  std::uint32_t item = 0;  ///< to be asked next, where it goes on
  double information = 0;  ///< of that item at the current estimate
  ExpectedState estimate;  ///< from the answers so far
};

class AdaptiveTest {
 public:
  /// A plan that asks for nothing (no items, most below least, no node) is a bug of the caller:
  /// std::invalid_argument.
  /// `dependence`: items x items, signed Cramer's V of each pair, from -1 to 1; empty: not known.
  AdaptiveTest(std::vector<PolytomousItem> bank, const AdaptivePlan& plan,
               std::vector<double> dependence = {});

  /// What follows from the answers so far; the draw among the best from `key` and how many were asked. An
  /// item twice, or one the bank or item does not have: std::out_of_range.
  [[nodiscard]] AdaptiveStep next(std::span<const AskedItem> asked, const RandomKey& key = {}) const;
  [[nodiscard]] ExpectedState estimate(std::span<const AskedItem> asked) const;

  [[nodiscard]] const std::vector<PolytomousItem>& bank() const { return bank_; }
  [[nodiscard]] const AdaptivePlan& plan() const { return plan_; }

 private:
  struct Belief;
  struct Candidate {
    std::uint32_t item = 0;
    double worth = 0;  ///< more is better
  };
  [[nodiscard]] Belief belief(std::span<const AskedItem> asked) const;
  [[nodiscard]] double expected_variance(const Belief& belief, std::size_t item) const;
  /// By what an item's worth is divided.
  [[nodiscard]] double shared_with(std::span<const AskedItem> asked, std::size_t item) const;
  [[nodiscard]] std::vector<Candidate> ranked(const Belief& belief, std::span<const AskedItem> asked) const;

  std::vector<PolytomousItem> bank_;
  AdaptivePlan plan_;
  std::vector<double> dependence_;
  std::vector<double> nodes_;
  std::vector<double> prior_;
  std::vector<std::size_t> first_row_;
  std::vector<double> table_;  ///< rows of answers by node
};

}  // namespace securebase::stats
