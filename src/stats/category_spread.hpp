#pragma once
// How evenly observations fall into categories, where one occasion may hold several of them.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

struct CategorySpread {
  double entropy = 0;  ///< H = -sum p ln p over what was observed (Shannon 1948, Bell Syst. Tech. J. 27, 379)
  double evenness = 0;               ///< H / ln(categories), 0 to 1 (Pielou 1966, J. Theor. Biol. 13, 131)
  double effective = 1;              ///< exp(H): as many categories used equally (Hill 1973, Ecology 54, 427)
  std::size_t observed = 0;          ///< codes, of all occasions
  std::optional<double> std_error;   ///< of the evenness; nothing where all resamples agree
  std::optional<Interval> interval;  ///< of the evenness, cut at 0 and 1
};

inline constexpr std::size_t spread_resamples = 400;

/// `occasions`: the categories of each, numbered from 0. The error is that of resampled occasions (Efron
/// 1979, Ann. Stat. 7, 1), so that what one occasion holds counts together; the interval is normal. With few
/// occasions the entropy is too low on average, by about (m - 1) / (2 n) for m categories that occur (Miller
/// 1955); it is not corrected. Errors (bad_data): "spread.empty" (no code), "spread.category" (not below
/// `categories`, or fewer than 2 of these).
[[nodiscard]] Result<CategorySpread> category_spread(std::span<const std::vector<std::size_t>> occasions,
                                                     std::size_t categories, const RandomKey& key,
                                                     double level = 0.95);

}  // namespace securebase::stats
