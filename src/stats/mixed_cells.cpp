#include "stats/mixed_cells.hpp"

#include <Eigen/Cholesky>
#include <cmath>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// tr(A B') for matrices of one size.
double inner(const MatrixXd& a, const MatrixXd& b) {
  return a.cwiseProduct(b).sum();
}

// d ln|V| = tr(A dV), dM = -W' A dV A W with A = V^-1;
// d2 ln|V| = tr(A d2V) - tr(A dV_i A dV_j), d2M = W' (A dV_i A dV_j A + its transpose - A d2V A) W.
class CellDerivatives {
 public:
  CellDerivatives(const Cell& cell, const VarianceExpansion& v, const MatrixXd& inverse, CoreValue& into)
      : cell_(cell),
        v_(v),
        inverse_(inverse),
        into_(into),
        turned_(v.first.size()),
        between_(v.first.size()) {}

  void add_first() {
    for (std::size_t i = 0; i < v_.first.size(); ++i) {
      if (v_.first[i].size() == 0) continue;
      turned_[i] = inverse_ * v_.first[i];
      into_.log_det_first[eigen_index(i)] += cell_.clusters * turned_[i].trace();
      between_[i] = turned_[i] * inverse_;
      into_.m_first[i] -= contract(cell_, between_[i], into_.m.rows());
    }
  }

  void add_second() {
    for (std::size_t i = 0, pair = 0; i < v_.first.size(); ++i)
      for (std::size_t j = 0; j <= i; ++j, ++pair) add_pair(i, j, pair);
  }

 private:
  void add_pair(std::size_t i, std::size_t j, std::size_t pair) {
    MatrixXd b;
    double log_det = 0;
    if (turned_[i].size() != 0 && turned_[j].size() != 0) {
      const MatrixXd half = turned_[i] * between_[j];
      b = half + half.transpose();
      log_det -= inner(turned_[i], turned_[j].transpose());
    }
    if (!v_.second.empty() && v_.second[pair].size() != 0) {
      const MatrixXd turned = inverse_ * v_.second[pair];
      log_det += turned.trace();
      if (b.size() == 0) b = MatrixXd::Zero(inverse_.rows(), inverse_.cols());
      b -= turned * inverse_;
    }
    if (b.size() == 0) return;
    into_.log_det_second[pair] += cell_.clusters * log_det;
    into_.m_second[pair] += contract(cell_, b, into_.m.rows());
  }

  const Cell& cell_;
  const VarianceExpansion& v_;
  const MatrixXd& inverse_;
  CoreValue& into_;
  std::vector<MatrixXd> turned_;   // A dV_i
  std::vector<MatrixXd> between_;  // A dV_i A
};

double scalar(const MatrixXd& m) {
  return m.size() == 0 ? 0 : m(0, 0);
}

}  // namespace

CoreValue::CoreValue(Index width, Index parameters, Order order) : m(MatrixXd::Zero(width, width)) {
  if (order == Order::value) return;
  log_det_first = Eigen::VectorXd::Zero(parameters);
  m_first.assign(plain_index(parameters), m);
  if (order == Order::first) return;
  const auto pairs = plain_index(parameters * (parameters + 1) / 2);
  log_det_second.assign(pairs, 0);
  m_second.assign(pairs, m);
}

MatrixXd contract(const Cell& cell, const MatrixXd& b, Index width) {
  const Index t = cell.design.rows;
  MatrixXd m = MatrixXd::Zero(width, width);
  if (cell.summed) {
    for (Index j = 0; j < width; ++j)
      for (Index i = 0; i <= j; ++i) {
        m(i, j) = b.cwiseProduct(cell.products.block(i * t, j * t, t, t)).sum();
        m(j, i) = m(i, j);
      }
    return m;
  }
  const MatrixXd turned = b * cell.products;
  for (Index first = 0; first < turned.cols(); first += width)
    m.noalias() += cell.products.middleCols(first, width).transpose() * turned.middleCols(first, width);
  return m;
}

bool add_cell(const Cell& cell, const VarianceExpansion& v, CoreValue& into) {
  const Eigen::LLT<MatrixXd> llt(v.value);
  if (llt.info() != Eigen::Success) return false;
  const MatrixXd inverse = llt.solve(MatrixXd::Identity(v.value.rows(), v.value.cols()));
  into.log_det += cell.clusters * 2 * llt.matrixLLT().diagonal().array().log().sum();
  into.m += contract(cell, inverse, into.m.rows());
  if (into.m_first.empty()) return true;
  CellDerivatives derivatives(cell, v, inverse, into);
  derivatives.add_first();
  if (!into.m_second.empty()) derivatives.add_second();
  return true;
}

void add_pure(const PureResidual& pure, const VarianceExpansion& v, CoreValue& into) {
  const double value = scalar(v.value);
  into.log_det += pure.rows * std::log(value);
  into.m += pure.products / value;
  for (std::size_t i = 0, pair = 0; i < into.m_first.size(); ++i) {
    const double a = scalar(v.first[i]) / value;
    into.log_det_first[eigen_index(i)] += pure.rows * a;
    into.m_first[i] -= a / value * pure.products;
    for (std::size_t j = 0; j <= i && !into.m_second.empty(); ++j, ++pair) {
      const double ab = a * scalar(v.first[j]) / value;
      const double second = v.second.empty() ? 0 : scalar(v.second[pair]) / value;
      into.log_det_second[pair] += pure.rows * (second - ab);
      into.m_second[pair] += (2 * ab - second) / value * pure.products;
    }
  }
}

}  // namespace securebase::stats
