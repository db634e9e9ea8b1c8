#include "stats/simulate_models.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include "stats/eigen_view.hpp"
#include "stats/reticular_action.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void need(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(std::string("simulate: ") + what);
}

// A symmetric root, also of a covariance without an inverse.
MatrixXd root_of(const MatrixXd& covariance) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(covariance);
  const double rounding = 1e-10 * std::max(1.0, covariance.cwiseAbs().maxCoeff());
  need(pairs.eigenvalues().minCoeff() >= -rounding, "a covariance matrix has a negative variance");
  return pairs.eigenvectors() * pairs.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal() *
         pairs.eigenvectors().transpose();
}

VectorXd normals(const RandomKey& key, Index count) {
  VectorXd z(count);
  for (Index i = 0; i < count; ++i) z[i] = random_normal(key, plain_index(i));
  return z;
}

VectorXd as_vector(const std::vector<double>& v) {
  return Eigen::Map<const VectorXd>(v.data(), eigen_index(v.size()));
}

VectorXd first_state(const StateStart& start, const RandomKey& key) {
  MatrixXd covariance = eigen_view(start.covariance);
  for (std::size_t i = 0; i < start.diffuse.size(); ++i) {
    if (!start.diffuse[i]) continue;
    covariance.row(eigen_index(i)).setZero();
    covariance.col(eigen_index(i)).setZero();
  }
  return as_vector(start.mean) + root_of(covariance) * normals(key, covariance.rows());
}

VectorXd next_state(const StateStep& step, const VectorXd& state, const RandomKey& key) {
  return eigen_view(step.transition) * state + as_vector(step.shift) +
         root_of(eigen_view(step.disturbance)) * normals(key, state.size());
}

RamModel ram_of(const StructuralModel& model) {
  std::map<std::string, Index> places;
  for (const auto* names : {&model.observed, &model.latent})
    for (const std::string& name : *names) places.emplace(name, eigen_index(places.size()));
  RamModel ram{eigen_index(model.observed.size()), eigen_index(places.size()), {}};
  for (const Term& term : model.terms) {
    need(term.fixed || term.start, "every term needs a value");
    RamCell cell{RamMatrix::A, 0, 0, {}, term.fixed ? *term.fixed : *term.start};
    const bool loads = term.relation == Relation::loads;
    cell.i = places.at(loads ? term.right : term.left);
    if (term.relation == Relation::mean) cell.matrix = RamMatrix::m;
    if (term.relation == Relation::covaries) cell.matrix = RamMatrix::S;
    if (term.relation != Relation::mean) cell.j = places.at(loads ? term.left : term.right);
    ram.cells.push_back(cell);
  }
  for (const std::string& name : model.given)
    ram.cells.push_back({RamMatrix::S, places.at(name), places.at(name), {}, 1});
  return ram;
}

}  // namespace

SimulatedStates simulate_state_space(const StateSpaceModel& model, std::size_t n, const RandomKey& key) {
  need(n <= 1 || model.steps.size() == 1 || model.steps.size() + 1 == n, "one step between two occasions");
  const MatrixXd noise = root_of(eigen_view(model.noise));
  SimulatedStates simulated;
  VectorXd state;
  for (std::size_t t = 0; t < n; ++t) {
    const RandomKey moves = key.part(2 * t), sees = key.part(2 * t + 1);
    state = t == 0 ? first_state(model.start, moves)
                   : next_state(model.steps[model.steps.size() == 1 ? 0 : t - 1], state, moves);
    const VectorXd seen =
        as_vector(model.intercept) + eigen_view(model.loading) * state + noise * normals(sees, noise.rows());
    simulated.states.push_back(to_vector(state));
    simulated.occasions.emplace_back(seen.begin(), seen.end());
  }
  return simulated;
}

std::vector<DataRow> simulate_rows(const StructuralModel& model, std::size_t n, const RandomKey& key) {
  const RamModel ram = ram_of(model);
  const auto at = ram_at(ram, VectorXd());
  need(at.has_value(), "variables act on each other without end");
  const MatrixXd spread = at->B * root_of(at->S);
  std::vector<DataRow> rows;
  for (std::size_t r = 0; r < n; ++r) {
    const VectorXd all = at->c + spread * normals(key.part(r), ram.all);
    rows.emplace_back(all.begin(), all.begin() + ram.observed);
  }
  return rows;
}

std::vector<DataRow> lose_values(std::vector<DataRow> rows, double probability, std::size_t kept,
                                 const RandomKey& key) {
  need(probability >= 0 && probability <= 1, "a probability lies between 0 and 1");
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RandomKey own = key.part(r);
    for (std::size_t j = kept; j < rows[r].size(); ++j)
      if (random_uniform(own, j) < probability) rows[r][j].reset();
  }
  return rows;
}

PrePostScores simulate_pre_post(const PrePostSummary& group, const RandomKey& key) {
  need(group.sd_pre >= 0 && group.sd_post >= 0 && group.r >= -1 && group.r <= 1, "SDs and a correlation");
  PrePostScores scores;
  for (std::size_t i = 0; i < group.n; ++i) {
    const RandomKey own = key.part(i);
    const double z = random_normal(own, 0);
    const double next = group.r * z + std::sqrt((1 - group.r) * (1 + group.r)) * random_normal(own, 1);
    scores.pre.push_back(group.mean_pre + group.sd_pre * z);
    scores.post.push_back(group.mean_post + group.sd_post * next);
  }
  return scores;
}

}  // namespace securebase::stats
