#pragma once
// Between Matrix and Eigen, without copies on the way in. For the sources of this room only: Eigen does not
// leave it.

#include <Eigen/Core>

#include "stats/matrix.hpp"

namespace securebase::stats {

using EigenRowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

[[nodiscard]] inline Eigen::Index eigen_index(std::size_t i) {
  return static_cast<Eigen::Index>(i);
}
[[nodiscard]] inline std::size_t plain_index(Eigen::Index i) {
  return static_cast<std::size_t>(i);
}

[[nodiscard]] inline Eigen::Map<const EigenRowMajor> eigen_view(const Matrix& m) {
  return {m.data(), eigen_index(m.rows()), eigen_index(m.cols())};
}

template <class Derived>
[[nodiscard]] Matrix to_matrix(const Eigen::MatrixBase<Derived>& from) {
  Matrix to(plain_index(from.rows()), plain_index(from.cols()));
  Eigen::Map<EigenRowMajor>(to.data(), from.rows(), from.cols()) = from;
  return to;
}

template <class Derived>
[[nodiscard]] std::vector<double> to_vector(const Eigen::MatrixBase<Derived>& from) {
  std::vector<double> to(plain_index(from.size()));
  Eigen::Map<Eigen::VectorXd>(to.data(), from.size()) = from;
  return to;
}

}  // namespace securebase::stats
