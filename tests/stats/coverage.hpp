#pragma once
// How often intervals hold what was planted. SECUREBASE_SAMPLES says how many samples are drawn: few by
// default; a release asks for many (ctest -L slow). What is printed are rows of docs/measurements.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include "base/finding.hpp"

namespace securebase::stats {

inline std::size_t samples(std::size_t otherwise) {
  const char* asked = std::getenv("SECUREBASE_SAMPLES");
  return asked == nullptr ? otherwise : std::strtoul(asked, nullptr, 10);
}

/// For each parameter: in how many samples its 95 % interval held the planted value, and the sum of
/// estimates.
class Coverage {
 public:
  void add(const std::string& name, double planted, double estimate,
           const std::optional<Interval>& interval) {
    if (!interval) return;
    Count& count = counts_[name];
    ++count.n;
    if (interval->lower <= planted && planted <= interval->upper) ++count.held;
    count.sum += estimate - planted;
    count.squares += std::pow(estimate - planted, 2);
  }

  /// Each share is 95 % within four Monte-Carlo errors and what large samples leave; so is their mean. Bias
  /// is held to `bias_errors` Monte-Carlo errors.
  void expect(const std::string& model, double slack, double bias_errors = 5) const {
    double mean = 0;
    double smallest = 1;
    double largest = 0;
    double worst_bias = 0;
    std::size_t least = counts_.begin()->second.n;
    for (const auto& [name, count] : counts_) {
      const auto n = static_cast<double>(count.n);
      const double share = static_cast<double>(count.held) / n;
      mean += share / static_cast<double>(counts_.size());
      smallest = std::min(smallest, share);
      largest = std::max(largest, share);
      least = std::min(least, count.n);
      EXPECT_NEAR(share, 0.95, 4 * std::sqrt(0.95 * 0.05 / n) + slack) << name;
      const double bias_error = std::sqrt(count.squares) / n;
      worst_bias = std::max(worst_bias, std::abs(count.sum / n) / bias_error);
      EXPECT_LT(std::abs(count.sum / n), bias_errors * bias_error) << name;
      std::printf("[ COVERAGE ]   %-32s %.4f of %zu, bias %10.6f, Monte-Carlo error %9.6f\n", name.c_str(),
                  share, count.n, count.sum / n, bias_error);
    }
    std::printf("[ COVERAGE ] | %s | %zu | %.4f | %.3f | %.3f | %.1f |\n", model.c_str(), least, mean,
                smallest, largest, worst_bias);
    const auto n = static_cast<double>(least);
    EXPECT_NEAR(mean, 0.95, 0.005 + 3 * std::sqrt(0.95 * 0.05 / n));
  }

 private:
  struct Count {
    std::size_t n = 0, held = 0;
    double sum = 0, squares = 0;
  };
  std::map<std::string, Count> counts_;
};

}  // namespace securebase::stats
