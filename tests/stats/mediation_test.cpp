#include "stats/mediation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "given_resamples.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

TEST(MediationOf, x_by_m_on_y_as_reference) {
  auto reference = reference::find_case("mediation/simple_bootstrap");
  ASSERT_TRUE(reference);
  const auto table = reference->table();
  const MediationData data{table.complete("x"), table.complete("m"), table.complete("y"), {}};
  const auto resamples = given_resamples(*reference, data.x.size());
  const auto m = *mediate(data);
  // Other random numbers, a quarter as many: the Monte-Carlo error is twice that of the reference.
  const auto large =
      *bootstrap(data.x.size(), indirect_effect(data), draw_resamples(data.x.size(), 5000, {8, 1}));
  const auto summary = summarise_bootstrap(large);
  const auto& expected = reference->results().at("bootstrap_large");
  for (const std::size_t end : {0U, 1U}) {
    const double ours = end == 0 ? summary.percentile.lower : summary.percentile.upper;
    EXPECT_NEAR(ours, expected.at("percentile")[end].get<double>(),
                10 * expected.at("monte_carlo_se")[end].get<double>());
  }
  EXPECT_NEAR(summary.sd, expected.at("boot_sd").get<double>(), 0.05 * summary.sd);
  reference->expect(
      {{"n", m.n},
       {"a", m.a.estimate},
       {"se_a", m.a.std_error},
       {"b", m.b.estimate},
       {"se_b", m.b.std_error},
       {"direct", m.direct.estimate},
       {"se_direct", m.direct.std_error},
       {"total", m.total.estimate},
       {"se_total", m.total.std_error},
       {"indirect", m.indirect},
       {"sobel", {{"se", m.sobel.std_error}, {"z", m.sobel.z.value()}, {"p", m.sobel.p.value()}}},
       {"aroian_se", m.aroian_error},
       {"goodman_se", m.goodman_error.value()},
       {"bootstrap_fixed_indices", json_of_bootstrap(data.x.size(), indirect_effect(data), resamples)},
       {"first_10_replicates", first_ten(data.x.size(), indirect_effect(data), resamples)},
       // compared above, by Monte-Carlo errors
       {"bootstrap_large", expected}});
}

MediationData planted(std::size_t n, std::uint64_t seed) {
  MediationData data;
  data.covariates.resize(1);
  for (std::size_t i = 0; i < n; ++i) {
    const RandomKey key = RandomKey{seed, 0}.part(i);
    const double w = random_normal(key, 0), x = 0.5 * w + random_normal(key, 1);
    const double m = 0.4 * x + 0.3 * w + random_normal(key, 2);
    data.covariates[0].push_back(w);
    data.x.push_back(x);
    data.m.push_back(m);
    data.y.push_back(0.2 * x + 0.5 * m - 0.6 * w + random_normal(key, 3));
  }
  return data;
}

TEST(MediationOf, what_was_planted_comes_back_and_effects_add_up) {
  const auto m = *mediate(planted(4000, 3));
  EXPECT_NEAR(m.a.estimate, 0.4, 4 * m.a.std_error);
  EXPECT_NEAR(m.b.estimate, 0.5, 4 * m.b.std_error);
  EXPECT_NEAR(m.direct.estimate, 0.2, 4 * m.direct.std_error);
  EXPECT_NEAR(m.total.estimate, m.indirect + m.direct.estimate, 1e-10);
}

TEST(MediationOf, does_not_depend_on_the_order_of_rows) {
  MediationData data = planted(100, 4);
  const auto m = *mediate(data);
  for (auto* column : {&data.x, &data.m, &data.y, &data.covariates[0]})
    std::reverse(column->begin(), column->end());
  EXPECT_NEAR(mediate(data)->indirect, m.indirect, 1e-12);
  EXPECT_NEAR(mediate(data)->sobel.std_error, m.sobel.std_error, 1e-12);
}

TEST(MediationOf, names_what_is_wrong) {
  const auto code = [](const MediationData& data) {
    const auto m = mediate(data);
    return m ? "" : m.error().code;
  };
  EXPECT_EQ(code({}), "mediation.too_few");
  EXPECT_EQ(code({{1, 2, 3}, {1, 2, 4}, {1, 0, 1}}), "mediation.too_few");
  EXPECT_EQ(code({{1, 2, 3, 4}, {1, 2, 4}, {1, 0, 1, 2}}), "mediation.shape");
  EXPECT_EQ(code({{1, 2, 3, 4}, {1, 2, 4, std::nan("")}, {1, 0, 1, 2}}), "mediation.not_finite");
  EXPECT_EQ(code({{1, 1, 1, 1, 1}, {1, 2, 4, 3, 1}, {1, 0, 1, 2, 2}}), "mediation.collinear");
  EXPECT_EQ(code({{1, 2, 3, 4, 5}, {2, 4, 6, 8, 10}, {1, 0, 1, 2, 2}}), "mediation.collinear");
  const MediationData nothing{{1, 2, 3, 4, 5}, {1, -1, 1, -1, 1}, {0, 0, 0, 0, 0}};
  const auto m = *mediate(nothing);
  EXPECT_EQ(m.b.estimate, 0);
  EXPECT_FALSE(sobel_error({0, 0}, {0, 0}).z);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
