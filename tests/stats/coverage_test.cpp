// How often intervals hold what was planted. SECUREBASE_SAMPLES says how many samples are drawn (24): a
// release asks for many (ctest -L slow).

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include "stats/distributions.hpp"
#include "stats/simulate_models.hpp"
#include "stats/state_space_fit.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::stats {
namespace {

std::size_t samples() {
  const char* asked = std::getenv("SECUREBASE_SAMPLES");
  return asked == nullptr ? 24 : std::strtoul(asked, nullptr, 10);
}

// For each parameter: in how many samples its 95 % interval held the planted value, and the sum of estimates.
class Coverage {
 public:
  void add(const std::string& name, double planted, double estimate, std::optional<double> std_error) {
    if (!std_error) return;
    Count& count = counts_[name];
    ++count.n;
    if (std::abs(estimate - planted) <= normal_reach(0.95) * *std_error) ++count.held;
    count.sum += estimate - planted;
    count.squares += std::pow(estimate - planted, 2);
  }

  // Each share is 95 % within four Monte-Carlo errors and what large samples leave; so is their mean.
  void expect(double slack) const {
    double mean = 0;
    for (const auto& [name, count] : counts_) {
      const auto n = static_cast<double>(count.n);
      const double share = static_cast<double>(count.held) / n;
      mean += share / static_cast<double>(counts_.size());
      EXPECT_NEAR(share, 0.95, 4 * std::sqrt(0.95 * 0.05 / n) + slack) << name;
      const double bias_error = std::sqrt(count.squares) / n;
      std::printf("[ COVERAGE ] %-28s %.4f of %zu, bias %9.5f, 4 Monte-Carlo errors %8.5f\n", name.c_str(),
                  share, count.n, count.sum / n, 4 * bias_error);
    }
    std::printf("[ COVERAGE ] mean %.4f\n", mean);
    const auto n = static_cast<double>(counts_.begin()->second.n);
    EXPECT_NEAR(mean, 0.95, 0.005 + 3 * std::sqrt(0.95 * 0.05 / n));
  }

 private:
  struct Count {
    std::size_t n = 0, held = 0;
    double sum = 0, squares = 0;
  };
  std::map<std::string, Count> counts_;
};

void cover(Coverage& coverage, const StructuralModel& planted, const StructuralFit& fit) {
  if (fit.convergence.verdict != Verdict::converged) return;
  for (std::size_t i = 0; i < planted.terms.size(); ++i)
    coverage.add(to_text(planted.terms[i]), *planted.terms[i].fixed, fit.estimates[i].estimate,
                 fit.estimates[i].std_error);
}

TEST(CoverageOf, latent_growth_with_missing_waves) {
  const std::vector<GrowthWave> waves{{"y0", 0}, {"y1", 1}, {"y2", 2}, {"y3", 3}};
  const auto model = latent_growth(waves);
  auto planted = model;
  for (Term& term : planted.terms) {
    if (term.fixed) continue;
    const bool variance = term.relation == Relation::covaries && term.left == term.right;
    term.fixed = term.relation == Relation::mean ? 2 : !variance ? 0.2 : term.left == "slope" ? 0.5 : 1.5;
  }
  Coverage coverage;
  for (std::size_t s = 0; s < samples(); ++s) {
    const RandomKey key = RandomKey{101, 0}.part(s);
    const auto rows = lose_values(simulate_rows(planted, 400, key.part(0)), 0.15, 0, key.part(1));
    cover(coverage, planted, *fit_structural(std::vector<StructuralGroup>{{model, rows, ""}}));
  }
  coverage.expect(0.01);
}

TEST(CoverageOf, actor_and_partner_effects) {
  const auto design = actor_partner({"x1", "x2", "y1", "y2"}, Partners::distinguishable);
  auto planted = design.model;
  for (Term& term : planted.terms) {
    const bool variance = term.relation == Relation::covaries && term.left == term.right;
    term.fixed = term.relation == Relation::mean       ? 1
                 : term.relation == Relation::predicts ? 0.3
                 : variance                            ? 1
                                                       : 0.3;
  }
  Coverage coverage;
  for (std::size_t s = 0; s < samples(); ++s) {
    const auto rows = simulate_rows(planted, 1000, RandomKey{102, 0}.part(s));
    cover(coverage, planted, *fit_structural(std::vector<StructuralGroup>{{design.model, rows, ""}}));
  }
  coverage.expect(0.01);
}

TEST(CoverageOf, a_prototype_of_many_people) {
  const StateDesign design{StateDesignKind::prototype, PrototypeLevel::varying, {}, {}};
  const std::vector<NamedValue> planted{{"stability", 0.6},
                                        {"deviation_variance", 1.5},
                                        {"level_mean", 4},
                                        {"level_between_variance", 2},
                                        {"noise_variance", 0.5}};
  const std::vector<double> times{0, 0.5, 1, 2, 2.5, 3.5, 4, 5, 6, 6.5, 7, 8, 9, 9.5, 10};
  const auto model = *make_state_space(design, planted, times);
  Coverage coverage;
  for (std::size_t s = 0; s < samples() / 8; ++s) {
    std::vector<TimeSeries> people;
    for (std::size_t i = 0; i < 60; ++i) {
      people.push_back({times, {}});
      for (const auto& seen : simulate_state_space(model, times.size(), RandomKey{103, s}.part(i)).occasions)
        people.back().values.push_back(seen[0]);
    }
    const auto fit = *fit_state_space(design, people);
    if (fit.convergence.verdict != Verdict::converged) continue;
    for (std::size_t k = 0; k < planted.size(); ++k)
      coverage.add(planted[k].name, planted[k].value, fit.parameters[k].estimate,
                   fit.parameters[k].std_error);
  }
  coverage.expect(0.02);
}

}  // namespace
}  // namespace securebase::stats
