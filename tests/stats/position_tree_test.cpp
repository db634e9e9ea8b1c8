// Positions in a tree over time, held against the joint normal distribution of everything at once.

#include "stats/position_tree.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/random_stream.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// overall; family and romance; two relations in the first, one in the other.
PositionTree three_figures() {
  return {{no_parent, 0, 0, 1, 1, 2}, {0, 1, 1, 2, 2, 2}};
}

TreeLaws walking() {
  return {{{0.25, 0.0001, 1, 0}, {0.2, 0.001, 1, 0}, {0.45, 0.013, 1, 0}}, 0.41, {0.2, -0.1}};
}

TreeLaws returning() {
  return {{{0.25, 0, 0.65, 0.1}, {0.2, 0, 0.65, 0.2}, {0.45, 0.01, 0.5, 0.3}}, -0.3, {0, 0}};
}

/// Observations at irregular times; errors alike but for size, or each its own, some values missing.
enum class Errors { alike, own };
std::vector<TreeObservation> drawn(std::uint64_t seed, std::size_t count, std::size_t nodes, Errors errors) {
  std::vector<TreeObservation> all;
  for (std::size_t i = 0; i < count; ++i) {
    const RandomKey key{seed, i};
    TreeObservation o;
    o.time = static_cast<double>(random_below(key, 0, 9)) * 0.7;
    o.node = random_below(key, 1, nodes);
    o.value = {random_normal(key, 2), random_normal(key, 3)};
    const double size = 0.2 + random_uniform(key, 4);
    o.error = {0.3 * size, 0.45 * size};
    o.error_correlation = 0.2;
    if (errors == Errors::own) {
      o.error = {0.2 + random_uniform(key, 5), 0.2 + random_uniform(key, 6)};
      o.error_correlation = random_uniform(key, 7) - 0.5;
      if (random_uniform(key, 8) < 0.3) o.value[random_below(key, 9, 2)].reset();
    }
    all.push_back(o);
  }
  return all;
}

/// What a filter must come to: everything jointly normal, conditioned once.
class AllAtOnce {
 public:
  AllAtOnce(const PositionTree& tree, const TreeLaws& laws, std::vector<TreeObservation> observations)
      : tree_(tree), laws_(laws) {
    for (const TreeObservation& o : observations) {
      begin_ = std::min(begin_, o.time);
      for (std::size_t k = 0; k < 2; ++k)
        if (o.value[k]) rows_.push_back({o, k});
    }
    const auto n = static_cast<Index>(rows_.size());
    MatrixXd v(n, n);
    VectorXd r(n);
    for (Index i = 0; i < n; ++i) {
      const auto& [a, ka] = rows_[static_cast<std::size_t>(i)];
      r[i] = *a.value[ka] - laws_.mean[ka];
      for (Index j = 0; j < n; ++j) {
        const auto& [b, kb] = rows_[static_cast<std::size_t>(j)];
        v(i, j) = covariance({a.node, a.time, ka}, {b.node, b.time, kb});
      }
    }
    // Errors of one observation hang together; rows of one stand beside each other.
    for (Index i = 0; i < n; ++i) {
      const auto& [a, ka] = rows_[static_cast<std::size_t>(i)];
      v(i, i) += a.error[ka] * a.error[ka];
      if (ka == 1 && a.value[0]) {
        v(i, i - 1) += a.error_correlation * a.error[0] * a.error[1];
        v(i - 1, i) = v(i, i - 1);
      }
    }
    inverse_ = v.inverse();
    weighted_ = inverse_ * r;
    log_likelihood_ = -0.5 * (static_cast<double>(n) * std::log(2 * std::numbers::pi) +
                              std::log(v.determinant()) + r.dot(weighted_));
  }

  struct Place {
    std::size_t node;
    double time;
    std::size_t axis;
    bool own_part = false;
  };

  [[nodiscard]] double mean(const Place& p) const {
    const double before = p.own_part && tree_.parent[p.node] != no_parent ? 0 : laws_.mean[p.axis];
    return before + with_seen(p).dot(weighted_);
  }
  [[nodiscard]] double covariance_given_all(const Place& p, const Place& q) const {
    return covariance(p, q) - with_seen(p).dot(inverse_ * with_seen(q));
  }
  [[nodiscard]] double log_likelihood() const { return log_likelihood_; }

 private:
  [[nodiscard]] std::vector<std::size_t> parts(const Place& p) const {
    if (p.own_part) return {p.node};
    std::vector<std::size_t> all;
    for (std::size_t v = p.node; v != no_parent; v = tree_.parent[v]) all.push_back(v);
    return all;
  }
  [[nodiscard]] double covariance(const Place& p, const Place& q) const {
    double sum = 0;
    const auto of_q = parts(q);
    for (const std::size_t v : parts(p)) {
      if (std::find(of_q.begin(), of_q.end(), v) == of_q.end()) continue;
      const PartLaw& law = laws_.levels[tree_.level[v]];
      sum += law.staying * law.variance + law.drift * (std::min(p.time, q.time) - begin_) +
             (1 - law.staying) * law.variance * std::pow(law.stability, std::abs(p.time - q.time));
    }
    return p.axis == q.axis ? sum : laws_.correlation * sum;
  }
  [[nodiscard]] VectorXd with_seen(const Place& p) const {
    VectorXd c(static_cast<Index>(rows_.size()));
    for (Index i = 0; i < c.size(); ++i) {
      const auto& [o, k] = rows_[static_cast<std::size_t>(i)];
      c[i] = covariance(p, {o.node, o.time, k});
    }
    return c;
  }

  const PositionTree& tree_;
  const TreeLaws& laws_;
  double begin_ = HUGE_VAL;
  std::vector<std::pair<TreeObservation, std::size_t>> rows_;
  MatrixXd inverse_;
  VectorXd weighted_;
  double log_likelihood_ = 0;
};

constexpr double exact = 1e-9;

void expect_same(const PositionTree& tree, const TreeLaws& laws,
                 const std::vector<TreeObservation>& observations) {
  const AllAtOnce all(tree, laws, observations);
  TreeRequest request;
  request.also_at = {9.5};
  for (std::size_t v = 0; v < tree.parent.size(); ++v)
    request.since.push_back(observations[v % observations.size()].time);
  const auto run = run_position_tree(tree, laws, observations, request);
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_NEAR(run->log_likelihood, all.log_likelihood(), 1e-8);
  const double last = run->times.back();
  EXPECT_EQ(last, 9.5);
  for (std::size_t v = 0; v < tree.parent.size(); ++v) {
    for (std::size_t t = 0; t < run->times.size(); ++t) {
      const double time = run->times[t];
      const Belief2& belief = run->nodes[v][t];
      EXPECT_NEAR(belief.mean[0], all.mean({v, time, 0}), exact);
      EXPECT_NEAR(belief.mean[1], all.mean({v, time, 1}), exact);
      EXPECT_NEAR(belief.covariance.first, all.covariance_given_all({v, time, 0}, {v, time, 0}), exact);
      EXPECT_NEAR(belief.covariance.cross, all.covariance_given_all({v, time, 0}, {v, time, 1}), exact);
      EXPECT_NEAR(belief.covariance.second, all.covariance_given_all({v, time, 1}, {v, time, 1}), exact);
    }
    const double since = request.since[v];
    const auto of_change = [&](std::size_t i, std::size_t j) {
      return all.covariance_given_all({v, last, i}, {v, last, j}) +
             all.covariance_given_all({v, since, i}, {v, since, j}) -
             all.covariance_given_all({v, last, i}, {v, since, j}) -
             all.covariance_given_all({v, since, i}, {v, last, j});
    };
    EXPECT_NEAR(run->change[v].mean[0], all.mean({v, last, 0}) - all.mean({v, since, 0}), exact);
    EXPECT_NEAR(run->change[v].mean[1], all.mean({v, last, 1}) - all.mean({v, since, 1}), exact);
    EXPECT_NEAR(run->change[v].covariance.first, of_change(0, 0), exact);
    EXPECT_NEAR(run->change[v].covariance.cross, of_change(0, 1), exact);
    EXPECT_NEAR(run->change[v].covariance.second, of_change(1, 1), exact);
    EXPECT_NEAR(run->parts[v].mean[0], all.mean({v, last, 0, true}), exact);
    EXPECT_NEAR(run->parts[v].mean[1], all.mean({v, last, 1, true}), exact);
    EXPECT_NEAR(run->parts[v].covariance.first,
                all.covariance_given_all({v, last, 0, true}, {v, last, 0, true}), exact);
    EXPECT_NEAR(run->parts[v].covariance.cross,
                all.covariance_given_all({v, last, 0, true}, {v, last, 1, true}), exact);
  }
}

TEST(PositionTree, is_the_joint_normal_distribution_where_errors_are_alike) {
  expect_same(three_figures(), walking(), drawn(1, 14, 6, Errors::alike));
  expect_same(three_figures(), returning(), drawn(2, 14, 6, Errors::alike));
}

TEST(PositionTree, is_the_joint_normal_distribution_where_errors_differ_and_values_are_missing) {
  expect_same(three_figures(), walking(), drawn(3, 16, 6, Errors::own));
  expect_same(three_figures(), returning(), drawn(4, 16, 6, Errors::own));
}

TEST(PositionTree, one_node_seen_once_is_regressed_to_the_mean) {
  const TreeLaws laws{{{0.9, 0, 1, 0}}, 0.4, {0, 0}};
  const auto run = run_position_tree({{no_parent}, {0}}, laws,
                                     std::vector<TreeObservation>{{0, 0, {1.0, 0.5}, {0.3, 0.4}, 0}});
  ASSERT_TRUE(run);
  const auto regressed = regress_position({0, 0}, {0.9, 0.36, 0.9}, {0.09, 0, 0.16}, {1.0, 0.5});
  EXPECT_NEAR(run->nodes[0][0].mean[0], regressed->position.mean[0], 1e-14);
  EXPECT_NEAR(run->nodes[0][0].mean[1], regressed->position.mean[1], 1e-14);
  EXPECT_NEAR(run->nodes[0][0].covariance.cross, regressed->position.covariance.cross, 1e-14);
  EXPECT_EQ(run->change[0], Belief2{});  // one time: nothing has changed
}

TEST(PositionTree, without_observations_says_what_the_laws_say) {
  const auto run = run_position_tree(three_figures(), walking(), {}, {{3}, {}});
  ASSERT_TRUE(run);
  EXPECT_NEAR(run->nodes[3][0].covariance.first, 0.9, 1e-15);
  EXPECT_NEAR(run->nodes[3][0].mean[0], 0.2, 1e-15);
  EXPECT_EQ(run->values, 0U);
}

TEST(PositionTree, its_likelihood_alone_is_the_same) {
  for (const auto errors : {Errors::alike, Errors::own}) {
    const auto observations = drawn(5, 20, 6, errors);
    const auto prepared = TreeLikelihood::prepare(three_figures(), observations);
    ASSERT_TRUE(prepared);
    EXPECT_EQ(prepared->levels(), 3U);
    EXPECT_EQ(*prepared->log_likelihood(walking()),
              run_position_tree(three_figures(), walking(), observations)->log_likelihood);
  }
}

bool same_bits(const TreeRun& a, const TreeRun& b) {
  return a.log_likelihood == b.log_likelihood && a.times == b.times && a.nodes == b.nodes &&
         a.change == b.change && a.parts == b.parts;
}

RC_GTEST_PROP(PositionTreeProperties, the_order_of_observations_is_of_no_account, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000000));
  auto observations = drawn(seed, 12, 6, seed % 2 == 0 ? Errors::alike : Errors::own);
  const auto run = run_position_tree(three_figures(), walking(), observations);
  for (std::size_t i = observations.size(); i > 1; --i)
    std::swap(observations[i - 1], observations[random_below({seed, 99}, i, i)]);
  RC_ASSERT(same_bits(*run, *run_position_tree(three_figures(), walking(), observations)));
}

RC_GTEST_PROP(PositionTreeProperties, more_data_never_widens, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000000));
  const auto errors = seed % 2 == 0 ? Errors::alike : Errors::own;
  const auto observations = drawn(seed, 14, 6, errors);
  const TreeLaws laws = seed % 3 == 0 ? returning() : walking();
  const TreeRequest request{{-1, 0, 2.5, 7}, std::vector<double>(6, 0)};  // times that stay
  const std::span<const TreeObservation> all(observations);
  const auto fewer = run_position_tree(three_figures(), laws, all.first(13), request);
  const auto more = run_position_tree(three_figures(), laws, all, request);
  RC_ASSERT(fewer.has_value() && more.has_value());
  // Any direction is known at least as well: the difference of covariances has no negative eigenvalue.
  const auto no_wider = [](const Covariance2& a, const Covariance2& b) {
    const Covariance2 d{b.first - a.first, b.cross - a.cross, b.second - a.second};
    return d.first >= -1e-12 && d.second >= -1e-12 && d.first * d.second - d.cross * d.cross >= -1e-12;
  };
  for (std::size_t v = 0; v < 6; ++v) {
    for (std::size_t t = 0; t < fewer->times.size(); ++t) {
      const auto at =
          std::find(more->times.begin(), more->times.end(), fewer->times[t]) - more->times.begin();
      RC_ASSERT(
          no_wider(more->nodes[v][static_cast<std::size_t>(at)].covariance, fewer->nodes[v][t].covariance));
    }
    RC_ASSERT(no_wider(more->change[v].covariance, fewer->change[v].covariance));
  }
}

std::string code_of(const Result<TreeRun>& run) {
  return run ? "" : run.error().code;
}

TEST(PositionTree, refuses_what_cannot_be_reckoned_with) {
  const std::vector<TreeObservation> one{{0, 0, {1.0, 0.5}, {0.3, 0.4}, 0}};
  const auto with = [&](auto change) {
    auto changed = one;
    change(changed.front());
    return code_of(run_position_tree(three_figures(), walking(), changed));
  };
  EXPECT_EQ(with([](auto& o) { o.node = 6; }), "position_tree.shape");
  EXPECT_EQ(with([](auto& o) { o.value = {}; }), "position_tree.value");
  EXPECT_EQ(with([](auto& o) { o.error[1] = 0; }), "position_tree.value");
  EXPECT_EQ(with([](auto& o) { o.time = NAN; }), "position_tree.value");
  EXPECT_EQ(with([](auto& o) { o.value[0] = HUGE_VAL; }), "position_tree.value");
  EXPECT_EQ(with([](auto& o) { o.error_correlation = 1; }), "position_tree.value");
  EXPECT_EQ(code_of(run_position_tree({{0}, {0}}, walking(), one)), "position_tree.shape");
  EXPECT_EQ(code_of(run_position_tree({{no_parent}, {3}}, walking(), one)), "position_tree.shape");
  TreeLaws wrong = walking();
  wrong.levels[1].drift = -1;
  EXPECT_EQ(code_of(run_position_tree(three_figures(), wrong, one)), "position_tree.laws");
  wrong = walking();
  wrong.correlation = 1;
  EXPECT_EQ(code_of(run_position_tree(three_figures(), wrong, one)), "position_tree.laws");
  EXPECT_EQ(code_of(run_position_tree(three_figures(), walking(), {})), "position_tree.times");
  EXPECT_EQ(code_of(run_position_tree(three_figures(), walking(), one, {{}, std::vector<double>(6, 3)})),
            "position_tree.times");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
