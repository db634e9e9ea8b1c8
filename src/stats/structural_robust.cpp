#include <Eigen/Cholesky>
#include <algorithm>

#include "stats/eigen_view.hpp"
#include "stats/structural_report.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// inverse = Sigma^-1 of what a row has.
struct Precision {
  std::vector<Index> present;
  MatrixXd inverse;
};

Precision precision_of(const DataRow& row, const Moments& at) {
  Precision precision;
  for (std::size_t j = 0; j < row.size(); ++j)
    if (row[j]) precision.present.push_back(eigen_index(j));
  const MatrixXd sigma = at.covariance(precision.present, precision.present);
  precision.inverse = Eigen::LLT<MatrixXd>(sigma).solve(MatrixXd::Identity(sigma.rows(), sigma.cols()));
  return precision;
}

// d log f(row) by (lower triangle of Sigma, mu): 1/2 (w w' - Sigma^-1), w, with w = Sigma^-1 d.
VectorXd moment_score(const DataRow& row, const Moments& at, const Precision& precision) {
  const Index p = at.mean.size(), k = eigen_index(precision.present.size());
  VectorXd d(k);
  for (Index i = 0; i < k; ++i) {
    const Index own = precision.present[plain_index(i)];
    d[i] = *row[plain_index(own)] - at.mean[own];
  }
  const VectorXd w = precision.inverse * d;
  VectorXd score = VectorXd::Zero(p * (p + 1) / 2 + p);
  for (Index a = 0; a < k; ++a) {
    const Index own = precision.present[plain_index(a)];
    score[p * (p + 1) / 2 + own] = w[a];
    for (Index b = 0; b <= a; ++b)
      score[triangle(own, precision.present[plain_index(b)])] =
          (a == b ? 0.5 : 1) * (w[a] * w[b] - precision.inverse(a, b));
  }
  return score;
}

bool same_present(const DataRow& a, const DataRow& b) {
  for (std::size_t j = 0; j < a.size(); ++j)
    if (a[j].has_value() != b[j].has_value()) return false;
  return true;
}

bool is_empty(const DataRow& row) {
  return std::none_of(row.begin(), row.end(), [](const auto& value) { return value.has_value(); });
}

// Sum over rows of score score'.
MatrixXd moment_score_products(const std::vector<DataRow>& rows, const Moments& at) {
  const Index p = at.mean.size(), q = p * (p + 1) / 2 + p;
  MatrixXd sum = MatrixXd::Zero(q, q);
  std::optional<Precision> precision;
  const DataRow* before = nullptr;
  for (const DataRow& row : rows) {
    if (is_empty(row)) continue;
    if (before == nullptr || !same_present(*before, row)) precision = precision_of(row, at);
    before = &row;
    const VectorXd score = moment_score(row, at, *precision);
    sum.selfadjointView<Eigen::Lower>().rankUpdate(score);
  }
  return sum.selfadjointView<Eigen::Lower>();
}

// Which moments are not those of given variables alone.
std::vector<Index> not_given(Index p, const std::vector<Index>& given) {
  const auto is_given = [&](Index i) { return std::find(given.begin(), given.end(), i) != given.end(); };
  std::vector<Index> result;
  for (Index a = 0; a < p; ++a)
    for (Index b = 0; b <= a; ++b)
      if (!is_given(a) || !is_given(b)) result.push_back(triangle(a, b));
  for (Index a = 0; a < p; ++a)
    if (!is_given(a)) result.push_back(p * (p + 1) / 2 + a);
  return result;
}

}  // namespace

MatrixXd score_products(const StructuralProblem& problem, std::span<const StructuralGroup> groups,
                        const VectorXd& theta) {
  MatrixXd sum = MatrixXd::Zero(theta.size(), theta.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const RamModel& model = problem.fit.groups[g].model;
    const RamPoint at = *ram_at(model, theta);
    const MatrixXd J = ram_jacobian(model, at, theta.size());
    sum += J.transpose() * moment_score_products(groups[g].rows, at.moments(model.observed)) * J;
  }
  return sum / problem.fit.rows;
}

std::optional<double> chi_square_scaling(const StructuralProblem& problem,
                                         std::span<const StructuralGroup> groups, const Unrestricted& best,
                                         double model, std::size_t df) {
  if (df == 0) return std::nullopt;
  double trace = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& group = problem.fit.groups[g];
    const auto e = expand_moments(group.patterns, best.moments[g], problem.fit.rows, Information::observed);
    if (!e) return std::nullopt;
    const auto moments = not_given(group.model.observed, problem.given[g]);
    const MatrixXd B = moment_score_products(groups[g].rows, best.moments[g]) / problem.fit.rows;
    const Eigen::LLT<MatrixXd> A(e->Q(moments, moments));
    if (A.info() != Eigen::Success) return std::nullopt;
    trace += A.solve(MatrixXd(B(moments, moments))).trace();
  }
  const double scaling = (trace - model) / static_cast<double>(df);
  return scaling > 0 ? std::optional(scaling) : std::nullopt;
}

}  // namespace securebase::stats
