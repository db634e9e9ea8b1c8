#include "stats/structural_bootstrap.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "given_resamples.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

struct MediationCase {
  std::vector<StructuralGroup> groups;
  StructuralOptions options;
  std::vector<std::vector<Resample>> resamples;
};

MediationCase mediation_case(const reference::Case& reference) {
  const auto table = reference.table();
  const auto x = table.complete("x"), m = table.complete("m"), y = table.complete("y");
  const auto design = mediation_design("x", "m", "y");
  MediationCase result{{{design.model, {}, ""}}, {StandardErrors::automatic, 0.95, design.defined}, {}};
  for (std::size_t i = 0; i < x.size(); ++i) result.groups[0].rows.push_back({m[i], y[i], x[i]});
  for (const Resample& resample : given_resamples(reference, x.size()))
    result.resamples.push_back({resample});
  return result;
}

const Bootstrap& named(const StructuralBootstrap& b, const std::string& name) {
  return b.replicates[static_cast<std::size_t>(std::find(b.names.begin(), b.names.end(), name) -
                                               b.names.begin())];
}

// A path model is least squares: the same resamples give the same indirect effects.
TEST(StructuralBootstrapOf, an_indirect_effect_as_reference) {
  const auto reference = reference::find_case("mediation/simple_bootstrap");
  ASSERT_TRUE(reference);
  auto c = mediation_case(*reference);
  c.resamples.resize(200);
  const auto& first = reference->results().at("first_10_replicates");
  const auto b = *bootstrap_structural(c.groups, c.options, c.resamples);
  const auto& indirect = named(b, "indirect");
  EXPECT_EQ(indirect.undefined, 0U);
  EXPECT_NEAR(indirect.estimate, reference->results().at("indirect").get<double>(), 1e-9);
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_NEAR(indirect.replicates[i], first[i].get<double>(), 1e-8);
}

TEST(StructuralBootstrapOf, threads_change_nothing) {
  const auto reference = reference::find_case("mediation/simple_bootstrap");
  ASSERT_TRUE(reference);
  const auto c = mediation_case(*reference);
  const auto resamples = draw_structural_resamples(c.groups, 60, {4, 4});
  const auto one = *bootstrap_structural(c.groups, c.options, resamples, 1);
  const auto three = *bootstrap_structural(c.groups, c.options, resamples, 3);
  for (std::size_t k = 0; k < one.names.size(); ++k)
    EXPECT_EQ(one.replicates[k].replicates, three.replicates[k].replicates);
}

TEST(StructuralBootstrapOf, rows_that_cannot_be_fitted_are_an_error) {
  const auto design = mediation_design("x", "m", "y");
  const std::vector<StructuralGroup> groups{{design.model, {{1, 1, 1}, {2, 2, 2}}, ""}};
  EXPECT_EQ(bootstrap_structural(groups, {}, {}).error().code, "structural.collinear");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
