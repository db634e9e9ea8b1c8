#include "stats/state_space.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <numbers>

#include "fixed_random.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

MatrixXd random_matrix(FixedRandom& random, Index rows, Index cols) {
  MatrixXd m(rows, cols);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < cols; ++j) m(i, j) = random.normal();
  return m;
}

MatrixXd random_covariance(FixedRandom& random, Index size) {
  const MatrixXd root = random_matrix(random, size, size);
  return root * root.transpose() + 0.1 * MatrixXd::Identity(size, size);
}

struct Made {
  StateSpaceModel model;
  std::vector<Occasion> occasions;
};

// Two series, three states, of which `diffuse` begin unknown; irregular steps, missing values.
Made random_case(std::uint64_t seed, std::size_t n, std::size_t diffuse, double missing) {
  FixedRandom random(seed);
  constexpr Index k = 2, m = 3;
  Made made;
  made.model.loading = to_matrix(random_matrix(random, k, m));
  made.model.intercept = {random.normal(), random.normal()};
  made.model.noise = to_matrix(random_covariance(random, k));
  made.model.start = {{1, -1, 2}, to_matrix(random_covariance(random, m)), {false, false, false}};
  for (std::size_t i = 0; i < diffuse; ++i) made.model.start.diffuse[i] = true;
  for (std::size_t t = 0; t + 1 < n; ++t)
    made.model.steps.push_back({to_matrix(0.6 * random_matrix(random, m, m)),
                                to_vector(random_matrix(random, m, 1)),
                                to_matrix(random_covariance(random, m))});
  for (std::size_t t = 0; t < n; ++t) {
    Occasion occasion(k);
    for (auto& value : occasion)
      if (random.uniform() > missing) value = 3 * random.normal();
    made.occasions.push_back(occasion);
  }
  return made;
}

// The same by one large normal distribution: states stacked, a flat prior by generalised least squares.
struct Dense {
  double log_likelihood = 0;
  VectorXd state;
  MatrixXd covariance;
};

Dense dense(const Made& made) {
  const StateSpaceModel& model = made.model;
  const Index n = eigen_index(made.occasions.size()), m = eigen_index(model.loading.cols());
  MatrixXd start = eigen_view(model.start.covariance);
  VectorXd mean = Eigen::Map<const VectorXd>(model.start.mean.data(), m);
  MatrixXd X1 = MatrixXd::Zero(m, 0);
  for (Index i = 0; i < m; ++i) {
    if (!model.start.diffuse[plain_index(i)]) continue;
    start.row(i).setZero();
    start.col(i).setZero();
    mean[i] = 0;
    X1.conservativeResize(m, X1.cols() + 1);
    X1.col(X1.cols() - 1) = VectorXd::Unit(m, i);
  }
  const Index d = X1.cols();
  VectorXd a(n * m);
  MatrixXd X(n * m, d), V = MatrixXd::Zero(n * m, n * m);
  a.head(m) = mean;
  X.topRows(m) = X1;
  V.topLeftCorner(m, m) = start;
  for (Index t = 1; t < n; ++t) {
    const StateStep& step = model.steps[model.steps.size() == 1 ? 0 : plain_index(t - 1)];
    const MatrixXd T = eigen_view(step.transition);
    a.segment(t * m, m) = T * a.segment((t - 1) * m, m) + Eigen::Map<const VectorXd>(step.shift.data(), m);
    X.middleRows(t * m, m) = T * X.middleRows((t - 1) * m, m);
    V.block(t * m, 0, m, t * m) = T * V.block((t - 1) * m, 0, m, t * m);
    V.block(0, t * m, t * m, m) = V.block(t * m, 0, m, t * m).transpose();
    V.block(t * m, t * m, m, m) =
        T * V.block((t - 1) * m, (t - 1) * m, m, m) * T.transpose() + eigen_view(step.disturbance);
  }
  std::vector<double> y;
  MatrixXd Z = MatrixXd::Zero(0, n * m);
  VectorXd offset(0);
  std::vector<std::pair<Index, Index>> seen;
  for (Index t = 0; t < n; ++t)
    for (Index i = 0; i < eigen_index(model.intercept.size()); ++i) {
      const auto& value = made.occasions[plain_index(t)][plain_index(i)];
      if (!value) continue;
      y.push_back(*value - model.intercept[plain_index(i)]);
      seen.emplace_back(t, i);
    }
  const Index rows = eigen_index(y.size());
  Z = MatrixXd::Zero(rows, n * m);
  MatrixXd H = MatrixXd::Zero(rows, rows);
  for (Index r = 0; r < rows; ++r) {
    const auto [t, i] = seen[plain_index(r)];
    Z.block(r, t * m, 1, m) = eigen_view(model.loading).row(i);
    for (Index s = 0; s < rows; ++s)
      if (seen[plain_index(s)].first == t)
        H(r, s) = model.noise(plain_index(i), plain_index(seen[plain_index(s)].second));
  }
  const MatrixXd W = (Z * V * Z.transpose() + H).inverse();
  const VectorXd r0 = Eigen::Map<VectorXd>(y.data(), rows) - Z * a;
  const MatrixXd ZX = Z * X;
  const MatrixXd A = ZX.transpose() * W * ZX;
  const VectorXd delta = d > 0 ? VectorXd(A.ldlt().solve(ZX.transpose() * W * r0)) : VectorXd(0);
  const VectorXd r = r0 - ZX * delta;
  Dense result;
  result.log_likelihood = -0.5 * (static_cast<double>(rows - d) * std::log(2 * std::numbers::pi) -
                                  std::log(W.determinant()) + r.dot(W * r));
  if (d > 0) result.log_likelihood -= 0.5 * std::log(A.determinant());
  const MatrixXd gain = V * Z.transpose() * W;
  result.state = a + X * delta + gain * r;
  const MatrixXd left = X - gain * ZX;
  result.covariance = V - gain * Z * V;
  if (d > 0) result.covariance += left * A.inverse() * left.transpose();
  return result;
}

void expect_as_dense(const Made& made) {
  const auto run = run_state_space(made.model, made.occasions);
  ASSERT_TRUE(run) << to_text(run.error());
  const Dense expected = dense(made);
  EXPECT_NEAR(run->log_likelihood, expected.log_likelihood, 1e-8 * (1 + std::abs(expected.log_likelihood)));
  const std::size_t m = made.model.loading.cols();
  for (std::size_t t = 0; t < made.occasions.size(); ++t)
    for (std::size_t i = 0; i < m; ++i) {
      const Index at = eigen_index(t * m + i);
      EXPECT_NEAR(run->smoothed[t].mean[i], expected.state[at], 2e-6) << t;
      for (std::size_t j = 0; j < m; ++j)
        EXPECT_NEAR(run->smoothed[t].covariance(i, j), expected.covariance(at, eigen_index(t * m + j)), 2e-6)
            << t;
    }
}

TEST(StateSpace, is_one_large_normal_distribution) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    for (std::size_t diffuse = 0; diffuse <= 3; ++diffuse) {
      SCOPED_TRACE(std::to_string(seed) + " " + std::to_string(diffuse));
      expect_as_dense(random_case(seed, 8, diffuse, 0));
      expect_as_dense(random_case(seed + 100, 9, diffuse, 0.4));
    }
}

TEST(StateSpace, the_last_filtered_state_is_the_last_smoothed) {
  const Made made = random_case(5, 7, 2, 0.2);
  const auto run = *run_state_space(made.model, made.occasions);
  ASSERT_TRUE(run.filtered.back());
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(run.filtered.back()->mean[i], run.smoothed.back().mean[i], 1e-10);
  EXPECT_FALSE(random_case(5, 7, 2, 0).model.start.diffuse[2]);
}

TEST(StateSpace, log_likelihood_is_that_of_the_innovations) {
  const Made made = random_case(3, 10, 0, 0.3);
  const auto run = *run_state_space(made.model, made.occasions);
  double sum = 0;
  for (std::size_t t = 0; t < made.occasions.size(); ++t)
    for (std::size_t i = 0; i < 2; ++i) {
      ASSERT_TRUE(run.predicted[t][i]);
      const auto& e = run.predicted[t][i]->standardised_innovation;
      ASSERT_EQ(e.has_value(), made.occasions[t][i].has_value());
      if (e) sum -= 0.5 * (std::log(2 * std::numbers::pi * run.predicted[t][i]->variance) + *e * *e);
    }
  EXPECT_NEAR(sum, run.log_likelihood, 1e-10);
}

TEST(StateSpace, missing_occasions_at_the_end_predict) {
  Made made = random_case(4, 6, 1, 0);
  const auto short_run = *run_state_space(made.model, made.occasions);
  made.model.steps.push_back(made.model.steps.back());
  made.occasions.push_back(Occasion(2));
  const auto run = *run_state_space(made.model, made.occasions);
  EXPECT_EQ(run.log_likelihood, short_run.log_likelihood);
  const auto& next = *run.predicted.back()[1];
  EXPECT_FALSE(next.standardised_innovation);
  EXPECT_NEAR(next.mean, run.signal.back().mean[1], 1e-9);
  EXPECT_NEAR(next.variance, run.signal.back().covariance(1, 1) + made.model.noise(1, 1), 1e-9);
  const Interval interval = prediction_interval(next);
  EXPECT_NEAR(interval.upper - interval.lower, 2 * 1.959963984540054 * std::sqrt(next.variance), 1e-9);
}

TEST(StateSpace, names_what_is_wrong) {
  const Made good = random_case(2, 5, 1, 0);
  const auto code = [](const Made& made) {
    const auto run = run_state_space(made.model, made.occasions);
    return run ? std::string() : run.error().code;
  };
  EXPECT_EQ(code(good), "");
  EXPECT_EQ(run_state_space(good.model, {}).error().code, "state_space.no_occasions");
  Made made = good;
  made.occasions[2].pop_back();
  EXPECT_EQ(code(made), "state_space.shape");
  made = good;
  made.model.start.mean.pop_back();
  EXPECT_EQ(code(made), "state_space.shape");
  made = good;
  made.occasions[1][0] = nan;
  EXPECT_EQ(code(made), "state_space.not_finite");
  made = good;
  made.model.steps[0].transition(1, 1) = std::numeric_limits<double>::infinity();
  EXPECT_EQ(code(made), "state_space.not_finite");
  made = good;
  made.model.noise(0, 0) = -1;
  EXPECT_EQ(code(made), "state_space.not_a_covariance");
  made = good;
  made.occasions.assign(5, Occasion(2));
  EXPECT_EQ(code(made), "state_space.unsettled");
  made = good;
  made.model.noise = Matrix(2, 2);
  made.model.start = {{0, 0, 0}, Matrix(3, 3), {false, false, false}};
  EXPECT_EQ(code(made), "state_space.no_variance");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
