#include "stats/category_spread.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

double entropy_of(const std::vector<std::size_t>& counts) {
  double all = 0;
  for (const std::size_t count : counts) all += static_cast<double>(count);
  double entropy = 0;
  for (const std::size_t count : counts) {
    const double share = static_cast<double>(count) / all;
    if (count > 0) entropy -= share * std::log(share);
  }
  return std::max(0.0, entropy);
}

/// SD of the entropies of resampled occasions; resamples without any code are left out.
std::optional<double> resampled_error(std::span<const std::vector<std::size_t>> occasions,
                                      std::size_t categories, const RandomKey& key) {
  double sum = 0;
  double squares = 0;
  double used = 0;
  for (std::size_t b = 0; b < spread_resamples; ++b) {
    const RandomKey here = key.part(b);
    std::vector<std::size_t> counts(categories);
    std::size_t codes = 0;
    for (std::size_t i = 0; i < occasions.size(); ++i)
      for (const std::size_t category : occasions[random_below(here, i, occasions.size())]) {
        ++counts[category];
        ++codes;
      }
    if (codes == 0) continue;
    const double entropy = entropy_of(counts);
    used += 1;
    sum += entropy;
    squares += entropy * entropy;
  }
  if (used < 2) return std::nullopt;
  const double variance = (squares - sum * sum / used) / (used - 1);
  constexpr double nothing = 1e-12;
  return variance > nothing ? std::optional(std::sqrt(variance)) : std::nullopt;
}

}  // namespace

Result<CategorySpread> category_spread(std::span<const std::vector<std::size_t>> occasions,
                                       std::size_t categories, const RandomKey& key, double level) {
  if (categories < 2) return fail(ErrorKind::bad_data, "spread.category", "two categories at least");
  CategorySpread spread;
  std::vector<std::size_t> counts(categories);
  for (const auto& occasion : occasions)
    for (const std::size_t category : occasion) {
      if (category >= categories)
        return fail(ErrorKind::bad_data, "spread.category", "a category below the number of categories");
      ++counts[category];
      ++spread.observed;
    }
  if (spread.observed == 0) return fail(ErrorKind::bad_data, "spread.empty", "one code at least");
  const double most = std::log(static_cast<double>(categories));
  spread.entropy = entropy_of(counts);
  spread.evenness = spread.entropy / most;
  spread.effective = std::exp(spread.entropy);
  if (const auto error = resampled_error(occasions, categories, key)) {
    spread.std_error = *error / most;
    const double reach = normal_quantile(0.5 + level / 2) * *spread.std_error;
    spread.interval =
        Interval{std::max(0.0, spread.evenness - reach), std::min(1.0, spread.evenness + reach), level};
  }
  return spread;
}

}  // namespace securebase::stats
