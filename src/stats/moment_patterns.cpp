#include "stats/moment_patterns.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <map>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MomentPattern pattern_of(const std::vector<Index>& present, std::span<const DataRow> rows,
                         const std::vector<std::size_t>& members) {
  const Index k = eigen_index(present.size());
  MatrixXd values(eigen_index(members.size()), k);
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < k; ++j)
      values(i, j) = *rows[members[plain_index(i)]][plain_index(present[plain_index(j)])];
  const auto n = static_cast<double>(members.size());
  MomentPattern pattern{present, n, values.colwise().sum().transpose() / n, {}};
  values.rowwise() -= pattern.mean.transpose();
  pattern.covariance = values.transpose() * values / n;
  return pattern;
}

// What one pattern brings, in its own variables.
struct Part {
  double share = 0;  // n / N
  // NOLINTBEGIN(readability-identifier-naming): matrices are called as in the formula
  MatrixXd W, U;  // U = W T W
  // NOLINTEND(readability-identifier-naming)
  VectorXd w;  // W d
  double value = 0;
};

std::optional<Part> part_of(const MomentPattern& pattern, const Moments& at, double rows) {
  const MatrixXd sigma = at.covariance(pattern.present, pattern.present);
  const Eigen::LLT<MatrixXd> llt(sigma);
  const VectorXd diagonal = llt.matrixLLT().diagonal();
  if (llt.info() != Eigen::Success || !(diagonal.minCoeff() > 1e-8 * std::sqrt(sigma.diagonal().minCoeff())))
    return std::nullopt;
  const VectorXd d = pattern.mean - at.mean(pattern.present);
  const MatrixXd T = pattern.covariance + d * d.transpose();
  Part part;
  part.share = pattern.n / rows;
  part.W = llt.solve(MatrixXd::Identity(sigma.rows(), sigma.cols()));
  part.U = part.W * T * part.W;
  part.w = part.W * d;
  part.value = part.share / 2 * (2 * diagonal.array().log().sum() + part.W.cwiseProduct(T).sum());
  return part;
}

double half_on_diagonal(Index a, Index b) {
  return a == b ? 0.5 : 1;
}

// tr(X E_ab Y E_cd), E_ab the symmetric unit matrix.
double form(const MatrixXd& X, const MatrixXd& Y, Index a, Index b, Index c, Index d) {
  return X(d, a) * Y(b, c) + X(c, a) * Y(b, d) + X(d, b) * Y(a, c) + X(c, b) * Y(a, d);
}

// 1/2 tr(W E W E'), expected; and of what is observed -1/2 tr(W E W E') + tr(U E W E').
double covariance_form(const Part& part, Information information, Index a, Index b, Index c, Index d) {
  const double plain = form(part.W, part.W, a, b, c, d) / 2;
  return information == Information::expected ? plain : form(part.U, part.W, a, b, c, d) - plain;
}

void add_covariance_rows(MatrixXd& Q, const Part& part, const std::vector<Index>& at, Information information,
                         Index a, Index b) {
  const Index p = eigen_index(at.size());
  const Index row = triangle(at[plain_index(a)], at[plain_index(b)]);
  const double scale = part.share * half_on_diagonal(a, b);
  for (Index c = 0; c < p; ++c)
    for (Index d = 0; d <= c; ++d)
      Q(row, triangle(at[plain_index(c)], at[plain_index(d)])) +=
          scale * half_on_diagonal(c, d) * covariance_form(part, information, a, b, c, d);
}

// d^2F / dSigma dmu = W E W d, observed only.
void add_cross(MatrixXd& Q, const Part& part, const std::vector<Index>& at, Index a, Index b, Index means) {
  const Index row = triangle(at[plain_index(a)], at[plain_index(b)]);
  const double scale = part.share * half_on_diagonal(a, b);
  for (Index c = 0; c < eigen_index(at.size()); ++c) {
    const Index column = means + at[plain_index(c)];
    const double value = scale * (part.W(c, a) * part.w[b] + part.W(c, b) * part.w[a]);
    Q(row, column) += value;
    Q(column, row) += value;
  }
}

void add_form(MatrixXd& Q, const Part& part, const std::vector<Index>& at, Information information,
              Index means) {
  const Index p = eigen_index(at.size());
  for (Index a = 0; a < p; ++a) {
    for (Index b = 0; b <= a; ++b) {
      add_covariance_rows(Q, part, at, information, a, b);
      if (information == Information::observed) add_cross(Q, part, at, a, b, means);
    }
    for (Index b = 0; b < p; ++b)
      Q(means + at[plain_index(a)], means + at[plain_index(b)]) += part.share * part.W(a, b);
  }
}

}  // namespace

std::vector<MomentPattern> collapse(std::span<const DataRow> rows, Index variables) {
  std::map<std::vector<Index>, std::vector<std::size_t>> members;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::vector<Index> present;
    for (Index j = 0; j < variables; ++j)
      if (rows[r][plain_index(j)]) present.push_back(j);
    if (!present.empty()) members[present].push_back(r);
  }
  std::vector<MomentPattern> patterns;
  patterns.reserve(members.size());
  for (const auto& [present, who] : members) patterns.push_back(pattern_of(present, rows, who));
  return patterns;
}

std::optional<MomentExpansion> expand_moments(std::span<const MomentPattern> patterns, const Moments& at,
                                              double rows, Information information) {
  const Index p = at.mean.size(), means = p * (p + 1) / 2;
  MomentExpansion e{0, MatrixXd::Zero(p, p), VectorXd::Zero(p), MatrixXd::Zero(means + p, means + p)};
  for (const MomentPattern& pattern : patterns) {
    const auto part = part_of(pattern, at, rows);
    if (!part) return std::nullopt;
    e.value += part->value;
    e.G(pattern.present, pattern.present) += part->share / 2 * (part->W - part->U);
    e.g(pattern.present) -= part->share * part->w;
    add_form(e.Q, *part, pattern.present, information, means);
  }
  return e;
}

std::optional<double> moment_value(std::span<const MomentPattern> patterns, const Moments& at, double rows) {
  double sum = 0;
  for (const MomentPattern& pattern : patterns) {
    const auto part = part_of(pattern, at, rows);
    if (!part) return std::nullopt;
    sum += part->value;
  }
  return sum;
}

double count_rows(std::span<const MomentPattern> patterns) {
  double sum = 0;
  for (const MomentPattern& pattern : patterns) sum += pattern.n;
  return sum;
}

double count_values(std::span<const MomentPattern> patterns) {
  double sum = 0;
  for (const MomentPattern& pattern : patterns)
    sum += pattern.n * static_cast<double>(pattern.present.size());
  return sum;
}

}  // namespace securebase::stats
