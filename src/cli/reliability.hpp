#pragma once
// Internal to cli: what the sources of `securebase reliability` share.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/fit.hpp"
#include "stats/bland_altman.hpp"
#include "stats/item_moments.hpp"
#include "stats/test_retest.hpp"

namespace securebase::cli {

/// A scale's items as they were read, keyed. `values` and `present` have a row for each of the file.
struct ReadScale {
  std::string name;
  std::vector<std::string> items;
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint8_t>> present;
  std::vector<std::optional<double>> scores;  ///< mean or sum of a row's answers
};

struct ReliabilityChoice {
  stats::Missing missing = stats::Missing::complete_cases;
  bool sums = false;  ///< scores are sums, otherwise means
  std::size_t factors = 0;
  std::size_t splits = 10000;
  std::uint64_t seed = 1;
  double level = 0.95;
};

/// Adds what one scale's items say; rows begin with `prefix`. Errors (bad_data): "moments.too_few_rows".
[[nodiscard]] Result<void> add_scale(models::FitReport& report, const ReadScale& scale,
                                     const ReliabilityChoice& choice, const std::string& prefix);
/// How several scales hang together.
void add_scale_pairs(models::FitReport& report, const std::vector<ReadScale>& scales,
                     const ReliabilityChoice& choice);
/// Scores of both occasions.
[[nodiscard]] Result<stats::TestRetest> add_retest(models::FitReport& report,
                                                   const std::vector<std::optional<double>>& first,
                                                   const std::vector<std::optional<double>>& second,
                                                   const ReliabilityChoice& choice);
/// What all of it does not mean.
void add_reliability_findings(models::FitReport& report, const ReliabilityChoice& choice, bool consistency,
                              bool retest);

}  // namespace securebase::cli
