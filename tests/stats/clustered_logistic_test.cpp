#include "stats/clustered_logistic.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "coverage.hpp"
#include "stats/actor_partner_sequence.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

struct Rows {
  Matrix x;
  std::vector<double> y;
  std::vector<std::size_t> cluster;
};

Rows rows_of(std::size_t clusters, std::size_t size, const RandomKey& key) {
  Rows rows{Matrix(clusters * size, 2, 1), {}, {}};
  for (std::size_t i = 0; i < clusters * size; ++i) {
    rows.x(i, 1) = random_normal(key.part(0), i);
    const double p = 1 / (1 + std::exp(-(0.3 + 0.8 * rows.x(i, 1))));
    rows.y.push_back(random_uniform(key.part(1), i) < p ? 1 : 0);
    rows.cluster.push_back(i / size);
  }
  return rows;
}

TEST(ClusteredLogistic, what_was_planted_comes_back) {
  const Rows rows = rows_of(200, 40, {41, 0});
  const auto fit = *clustered_logistic(rows.x, rows.y, rows.cluster);
  EXPECT_NEAR(fit.coefficients[0].estimate, 0.3, 0.08);
  EXPECT_NEAR(fit.coefficients[1].estimate, 0.8, 0.1);
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  EXPECT_EQ(fit.df, 199);
  // Independent rows: both errors say the same.
  EXPECT_NEAR(fit.coefficients[1].std_error / std::sqrt(fit.naive(1, 1)), 1, 0.2);
}

TEST(ClusteredLogistic, every_row_twice_in_its_cluster_changes_nothing) {
  const Rows rows = rows_of(15, 10, {42, 0});
  Rows twice{Matrix(300, 2), {}, {}};
  for (std::size_t i = 0; i < 300; ++i) {
    for (std::size_t j = 0; j < 2; ++j) twice.x(i, j) = rows.x(i / 2, j);
    twice.y.push_back(rows.y[i / 2]);
    twice.cluster.push_back(rows.cluster[i / 2]);
  }
  const auto one = *clustered_logistic(rows.x, rows.y, rows.cluster);
  const auto two = *clustered_logistic(twice.x, twice.y, twice.cluster);
  EXPECT_NEAR(one.coefficients[1].std_error, two.coefficients[1].std_error, 1e-9);
  EXPECT_NEAR(one.naive(1, 1), 2 * two.naive(1, 1), 1e-9);
}

TEST(ClusteredLogistic, errors) {
  Rows rows = rows_of(10, 5, {43, 0});
  EXPECT_EQ(clustered_logistic(rows.x, std::vector<double>(50, 1), rows.cluster).error().code,
            "logistic.outcome");
  EXPECT_EQ(clustered_logistic(rows.x, std::vector<double>(50, 0.5), rows.cluster).error().code,
            "logistic.outcome");
  EXPECT_EQ(clustered_logistic(rows.x, std::vector<double>(3), rows.cluster).error().code, "logistic.shape");
  EXPECT_EQ(clustered_logistic(rows.x, rows.y, std::vector<std::size_t>(50, 1)).error().code,
            "logistic.clusters");
  EXPECT_EQ(clustered_logistic(rows.x, rows.y, rows.cluster, 1).error().code, "logistic.level");
  for (std::size_t i = 0; i < 50; ++i) rows.x(i, 1) = rows.y[i];
  EXPECT_EQ(clustered_logistic(rows.x, rows.y, rows.cluster).error().code, "logistic.separated");
  for (std::size_t i = 0; i < 50; ++i) rows.x(i, 1) = 2;
  EXPECT_EQ(clustered_logistic(rows.x, rows.y, rows.cluster).error().code, "logistic.rank");
}

// Couples -------------------------------------------------------------------------------------------------

struct Couples {
  std::vector<CodeStream> first, second;
};

/// logit P(next) = constant + actor own + partner other, the same in every couple.
Couples couples(std::size_t n, const RandomKey& key) {
  Couples all;
  for (std::uint64_t c = 0; c < n; ++c) {
    CodeStream a{1}, b{0};
    for (std::uint64_t t = 1; t < 48; ++t) {
      const double p = 1 / (1 + std::exp(1.0 - 1.5 * a.back() - 0.6 * b.back()));
      const double q = 1 / (1 + std::exp(1.2 - 1.2 * b.back() - 1.0 * a.back()));
      a.push_back(random_uniform(key.part(c), 2 * t) < p ? 1 : 0);
      b.push_back(random_uniform(key.part(c), 2 * t + 1) < q ? 1 : 0);
    }
    all.first.push_back(std::move(a));
    all.second.push_back(std::move(b));
  }
  return all;
}

TEST(ActorPartnerSequence, planted_effects_come_back) {
  const Couples c = couples(400, {44, 0});
  const auto fit = *actor_partner_sequence(c.first, c.second);
  const std::vector<double> first{-1.0, 1.5, 0.6}, second{-1.2, 1.2, 1.0};
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(fit.first.coefficients[j].estimate, first[j], 0.12) << j;
    EXPECT_NEAR(fit.second.coefficients[j].estimate, second[j], 0.12) << j;
  }
}

TEST(ActorPartnerSequence, missing_places_are_left_out_and_the_roles_can_be_exchanged) {
  Couples c = couples(30, {45, 0});
  c.first[3][10] = no_code;
  const auto fit = *actor_partner_sequence(c.first, c.second);
  EXPECT_EQ(fit.first.rows, 30U * 47 - 2);
  EXPECT_EQ(fit.second.rows, 30U * 47 - 1);
  const auto other = *actor_partner_sequence(c.second, c.first);
  EXPECT_EQ(other.first.coefficients[2].estimate, fit.second.coefficients[2].estimate);
  c.first[3].pop_back();
  EXPECT_EQ(actor_partner_sequence(c.first, c.second).error().code, "sequence.pairs");
  c.second[3].back() = 7;
  c.first[3].push_back(1);
  EXPECT_EQ(actor_partner_sequence(c.first, c.second).error().code, "sequence.code");
}

TEST(CoverageOf, actor_and_partner_in_sequences) {
  for (const std::size_t n : {20U, 64U}) {
    Coverage coverage;
    for (std::size_t s = 0; s < samples(40); ++s) {
      const Couples c = couples(n, RandomKey{46, n}.part(s));
      const auto fit = actor_partner_sequence(c.first, c.second);
      if (!fit) continue;
      const auto add = [&](const char* name, double planted, const LogisticCoefficient& k) {
        coverage.add(name, planted, k.estimate, k.interval);
      };
      add("first actor", 1.5, fit->first.coefficients[1]);
      add("first partner", 0.6, fit->first.coefficients[2]);
      add("second actor", 1.2, fit->second.coefficients[1]);
      add("second partner", 1.0, fit->second.coefficients[2]);
    }
    // Of maximum likelihood: up to a few hundredths of itself at 20 couples.
    coverage.expect("actor and partner in " + std::to_string(n) + " couples of 48 intervals", 0.01, 12);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
