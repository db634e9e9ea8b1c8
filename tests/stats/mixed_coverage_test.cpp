// Bias and coverage over many samples. A few by default; as many as SECUREBASE_SAMPLES says where it is set.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "mixed_planted.hpp"
#include "stats/mixed_inference.hpp"

namespace securebase::stats {
namespace {

std::size_t samples() {
  const char* asked = std::getenv("SECUREBASE_SAMPLES");
  return asked != nullptr ? std::strtoul(asked, nullptr, 10) : 60;
}

struct Tally {
  double bias = 0;     // mean of (estimate - planted) / standard error
  double covered = 0;  // share of 95 % intervals
};

// 24 clients, 5 visits with gaps, a random slope: few enough for degrees of freedom to matter.
std::array<Tally, 4> satterthwaite_over(std::size_t count) {
  std::array<Tally, 4> tallies{};
  for (std::size_t s = 0; s < count; ++s) {
    const auto model = *make_mixed_model(with_gaps(planted_growth(24, 5, 1000 + s), 0.85, 1000 + s));
    const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
    const auto tests = *satterthwaite(model, fit, each_effect(fit));
    const auto intervals = t_intervals(tests, 0.95);
    for (std::size_t j = 0; j < 4; ++j) {
      const double planted = growth_truth().fixed[j];
      tallies[j].bias += (tests[j].estimate - planted) / tests[j].std_error / static_cast<double>(count);
      if (intervals[j].lower <= planted && planted <= intervals[j].upper)
        tallies[j].covered += 1 / static_cast<double>(count);
    }
  }
  return tallies;
}

TEST(MixedCoverage, intervals_hold_what_was_planted_as_often_as_they_say) {
  const std::size_t count = samples();
  const auto tallies = satterthwaite_over(count);
  const double of_one = std::sqrt(0.95 * 0.05 / static_cast<double>(count));
  double mean = 0;
  for (std::size_t j = 0; j < 4; ++j) {
    RecordProperty("covered_" + std::to_string(j), std::to_string(tallies[j].covered));
    EXPECT_NEAR(tallies[j].bias, 0, 5 / std::sqrt(static_cast<double>(count))) << j;
    EXPECT_NEAR(tallies[j].covered, 0.95, 0.01 + 4 * of_one) << j;
    mean += tallies[j].covered / 4;
  }
  EXPECT_NEAR(mean, 0.95, 0.005 + 4 * of_one);
}

}  // namespace
}  // namespace securebase::stats
