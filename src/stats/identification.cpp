#include "stats/identification.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double no_information = 1e-9;
constexpr double takes_part = 0.1;  // of the largest component

std::vector<bool> in_flat_directions(const MatrixXd& scaled) {
  std::vector<bool> flat(static_cast<std::size_t>(scaled.rows()));
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(scaled);
  for (Index e = 0; e < scaled.rows(); ++e) {
    if (pairs.eigenvalues()[e] > no_information) continue;
    const VectorXd direction = pairs.eigenvectors().col(e).cwiseAbs();
    for (Index i = 0; i < direction.size(); ++i)
      if (direction[i] > takes_part * direction.maxCoeff()) flat[static_cast<std::size_t>(i)] = true;
  }
  return flat;
}

}  // namespace

std::vector<Index> unidentified(const MatrixXd& information, double negligible) {
  std::vector<Index> result;
  if (information.rows() == 0) return result;
  VectorXd scale = VectorXd::Ones(information.rows());
  for (Index i = 0; i < scale.size(); ++i)
    if (information(i, i) > negligible) scale[i] = 1 / std::sqrt(information(i, i));
  const auto flat = in_flat_directions(scale.asDiagonal() * information * scale.asDiagonal());
  for (Index i = 0; i < scale.size(); ++i)
    if (flat[static_cast<std::size_t>(i)] || !(information(i, i) > negligible)) result.push_back(i);
  return result;
}

}  // namespace securebase::stats
