#include "stats/state_space.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/kalman_smoother.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

VectorXd as_vector(const std::vector<double>& v) {
  return Eigen::Map<const VectorXd>(v.data(), eigen_index(v.size()));
}

bool has_shape(const Matrix& m, std::size_t rows, std::size_t cols) {
  return m.rows() == rows && m.cols() == cols;
}

bool is_square_of(const Matrix& m, std::size_t size) {
  return has_shape(m, size, size);
}

bool shapes_fit(const StateSpaceModel& model, std::span<const Occasion> occasions) {
  const std::size_t k = model.loading.rows(), m = model.loading.cols();
  const auto step_fits = [m](const StateStep& step) {
    return is_square_of(step.transition, m) && step.shift.size() == m && is_square_of(step.disturbance, m);
  };
  return k > 0 && m > 0 && model.intercept.size() == k && is_square_of(model.noise, k) &&
         model.start.mean.size() == m && is_square_of(model.start.covariance, m) &&
         model.start.diffuse.size() == m && std::all_of(model.steps.begin(), model.steps.end(), step_fits) &&
         (model.steps.size() + 1 == occasions.size() || model.steps.size() == 1) &&
         std::all_of(occasions.begin(), occasions.end(), [k](const Occasion& o) { return o.size() == k; });
}

bool is_finite(const Matrix& m) {
  return eigen_view(m).allFinite();
}
bool is_finite(const std::vector<double>& v) {
  return as_vector(v).allFinite();
}

bool all_finite(const StateSpaceModel& model, std::span<const Occasion> occasions) {
  const auto step_finite = [](const StateStep& step) {
    return is_finite(step.transition) && is_finite(step.shift) && is_finite(step.disturbance);
  };
  const auto finite_or_missing = [](const Occasion& occasion) {
    return std::all_of(occasion.begin(), occasion.end(),
                       [](const auto& value) { return !value || std::isfinite(*value); });
  };
  return is_finite(model.loading) && is_finite(model.intercept) && is_finite(model.noise) &&
         is_finite(model.start.mean) && is_finite(model.start.covariance) &&
         std::all_of(model.steps.begin(), model.steps.end(), step_finite) &&
         std::all_of(occasions.begin(), occasions.end(), finite_or_missing);
}

// Symmetric, and no negative eigenvalue beyond rounding.
bool is_covariance(const Matrix& matrix) {
  const MatrixXd m = eigen_view(matrix);
  const double rounding = 1e-10 * m.cwiseAbs().maxCoeff();
  if ((m - m.transpose()).cwiseAbs().maxCoeff() > rounding) return false;
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(m, Eigen::EigenvaluesOnly).eigenvalues()[0] >= -rounding;
}

bool all_covariances(const StateSpaceModel& model) {
  return is_covariance(model.noise) && is_covariance(model.start.covariance) &&
         std::all_of(model.steps.begin(), model.steps.end(),
                     [](const StateStep& step) { return is_covariance(step.disturbance); });
}

kalman::Belief<double> belief_at(const StateStart& start) {
  kalman::Belief<double> belief{
      as_vector(start.mean), eigen_view(start.covariance),
      MatrixXd::Zero(eigen_index(start.mean.size()), eigen_index(start.mean.size())), 0};
  for (std::size_t i = 0; i < start.diffuse.size(); ++i) {
    if (!start.diffuse[i]) continue;
    const Index at = eigen_index(i);
    belief.a[at] = 0;
    belief.P.row(at).setZero();
    belief.P.col(at).setZero();
    belief.Pinf(at, at) = 1;
    ++belief.diffuse;
  }
  return belief;
}

kalman::Model<double> filter_model(const StateSpaceModel& model, std::size_t occasions) {
  kalman::Model<double> result{eigen_view(model.loading),
                               as_vector(model.intercept),
                               eigen_view(model.noise),
                               belief_at(model.start),
                               {},
                               {}};
  for (const StateStep& step : model.steps)
    result.steps.push_back(
        {eigen_view(step.transition), as_vector(step.shift), eigen_view(step.disturbance)});
  for (std::size_t t = 0; t + 1 < occasions; ++t) result.step_of.push_back(model.steps.size() == 1 ? 0 : t);
  return result;
}

StateBelief to_belief(const VectorXd& mean, const MatrixXd& covariance) {
  return {to_vector(mean), to_matrix(covariance)};
}

Prediction prediction_of(const kalman::Update<double>& u, double value) {
  return {value - u.v, u.F, u.v / std::sqrt(u.F)};
}

std::vector<std::optional<Prediction>> predictions(const kalman::Model<double>& model,
                                                   const kalman::Passage& passage, const Occasion& occasion) {
  std::vector<std::optional<Prediction>> result(occasion.size());
  if (passage.before.diffuse == 0) {
    const VectorXd mean = model.Z * passage.before.a + model.d;
    const MatrixXd covariance = model.Z * passage.before.P * model.Z.transpose() + model.H;
    for (std::size_t i = 0; i < occasion.size(); ++i)
      if (!occasion[i])
        result[i] = Prediction{mean[eigen_index(i)], covariance(eigen_index(i), eigen_index(i)), {}};
  }
  for (const auto& u : passage.updates)
    if (!kalman::is_diffuse(u))
      result[plain_index(u.series)] = prediction_of(u, *occasion[plain_index(u.series)]);
  return result;
}

void tell_passage(StateSpaceRun& run, const kalman::Model<double>& model, const kalman::Passage& passage,
                  const Occasion& occasion) {
  run.values += passage.updates.size();
  run.diffuse_values +=
      plain_index(std::count_if(passage.updates.begin(), passage.updates.end(), kalman::is_diffuse<double>));
  run.predicted.push_back(predictions(model, passage, occasion));
  run.filtered.emplace_back();
  if (passage.after.diffuse == 0) run.filtered.back() = to_belief(passage.after.a, passage.after.P);
}

}  // namespace

Result<StateSpaceRun> run_state_space(const StateSpaceModel& model, std::span<const Occasion> occasions) {
  if (occasions.empty()) return refuse("state_space.no_occasions", "at least one occasion is needed");
  if (!shapes_fit(model, occasions))
    return refuse("state_space.shape", "matrices and occasions must fit the numbers of series and states");
  if (!all_finite(model, occasions))
    return refuse("state_space.not_finite", "numbers of the model and values must be finite");
  if (!all_covariances(model))
    return refuse("state_space.not_a_covariance",
                  "noise, disturbances and start need symmetric matrices without negative variance");
  const kalman::Model<double> filter_of = filter_model(model, occasions.size());
  const std::vector<Occasion> values(occasions.begin(), occasions.end());
  kalman::Passages passages;
  const auto log_likelihood = kalman::filter(filter_of, values, passages);
  if (!log_likelihood || !std::isfinite(*log_likelihood))
    return refuse("state_space.no_variance", "under the model a value could only be one number");
  if (passages.all.back().after.diffuse > 0)
    return refuse("state_space.unsettled", "too few values to settle where the state begins");
  StateSpaceRun run;
  run.log_likelihood = *log_likelihood;
  for (std::size_t t = 0; t < values.size(); ++t) tell_passage(run, filter_of, passages.all[t], values[t]);
  for (const auto& state : kalman::smooth(filter_of, passages)) {
    run.smoothed.push_back(to_belief(state.mean, state.covariance));
    run.signal.push_back(to_belief(filter_of.Z * state.mean + filter_of.d,
                                   filter_of.Z * state.covariance * filter_of.Z.transpose()));
  }
  return run;
}

Interval prediction_interval(const Prediction& prediction, double level) {
  const double reach = normal_reach(level) * std::sqrt(prediction.variance);
  return {prediction.mean - reach, prediction.mean + reach, level};
}

}  // namespace securebase::stats
