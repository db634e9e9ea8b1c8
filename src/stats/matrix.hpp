#pragma once
// A small dense matrix, row by row: what covariances, correlations, loadings and tables travel in.
// A value type without arithmetic; the sources do their algebra with Eigen.

#include <cstddef>
#include <span>
#include <vector>

namespace securebase::stats {

class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols, double fill = 0)
      : rows_(rows), cols_(cols), values_(rows * cols, fill) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t cols() const { return cols_; }
  [[nodiscard]] bool is_square() const { return rows_ == cols_; }

  [[nodiscard]] double operator()(std::size_t i, std::size_t j) const { return values_[i * cols_ + j]; }
  [[nodiscard]] double& operator()(std::size_t i, std::size_t j) { return values_[i * cols_ + j]; }

  [[nodiscard]] std::span<const double> row(std::size_t i) const { return {data() + i * cols_, cols_}; }
  [[nodiscard]] const double* data() const { return values_.data(); }
  [[nodiscard]] double* data() { return values_.data(); }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::vector<double> values_;
};

}  // namespace securebase::stats
