#pragma once
// How many people need to be treated for one more to do well, from proportions or from a standardised effect.

#include <cstddef>
#include <optional>

#include "base/finding.hpp"
#include "base/result.hpp"

namespace securebase::stats {

struct Proportion {
  std::size_t with = 0;  ///< of `of`
  std::size_t of = 0;
};

/// Wilson's score interval (Wilson 1927, JASA 22, 209). of = 0 or with > of: std::invalid_argument.
[[nodiscard]] Interval wilson_interval(const Proportion& proportion, double level = 0.95);

struct NumberNeeded {
  double risk_difference = 0;    ///< second - first
  Interval risk_interval;        ///< Newcombe's hybrid score interval
  std::optional<double> number;  ///< 1 / risk difference, negative for harm; nothing where there is none
  /// The ends 1 / those of the risk difference. Where its interval holds 0, the numbers run from
  /// number_to_harm through infinity to number_to_benefit (Altman 1998, BMJ 317, 1309), and this holds
  /// nothing.
  std::optional<Interval> interval;
};

/// Of two groups of people (Newcombe 1998, Stat. Med. 17, 873, method 10). Errors (bad_data):
/// "numbers_needed.empty" (nobody in a group, or more with than there are).
[[nodiscard]] Result<NumberNeeded> number_needed(const Proportion& first, const Proportion& second,
                                                 double level = 0.95);

/// 1 / (2 Phi(d / sqrt 2) - 1): treated against control in pairs (Kraemer & Kupfer 2006, Biol. Psychiatry 59,
/// 990). Nothing for d = 0.
[[nodiscard]] std::optional<double> number_needed_in_pairs(double d);

/// 1 / (Phi(d + Phi^-1(rate)) - rate): where `rate` of the control group do well, 0 < rate < 1, otherwise
/// std::domain_error (Furukawa & Leucht 2011, PLoS ONE 6, e19070). Nothing for d = 0.
[[nodiscard]] std::optional<double> number_needed_at_rate(double d, double rate);

}  // namespace securebase::stats
