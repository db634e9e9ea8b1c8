#include "stats/mixed_box.hpp"

#include <algorithm>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

constexpr double margin = 1e-6;

double least_correlation(const MixedShape& shape) {
  switch (shape.correlation) {
    case ResidualCorrelation::none:
    case ResidualCorrelation::continuous_autoregressive:
      return 0;
    case ResidualCorrelation::autoregressive:
      return -1;
    case ResidualCorrelation::compound_symmetry:
      return -1 / static_cast<double>(std::max<std::size_t>(shape.longest_series, 2) - 1);
  }
  return 0;
}

}  // namespace

Box box_of(const CovarianceLayout& layout) {
  constexpr double largest_factor = 1e6;
  constexpr double largest_delta = 12;
  Box box{Eigen::VectorXd::Constant(layout.size(), -largest_factor),
          Eigen::VectorXd::Constant(layout.size(), largest_factor)};
  for (Eigen::Index i = eigen_index(layout.entries().size()); i < layout.size(); ++i) {
    box.lower[i] = layout.z() == i ? least_correlation(layout.shape()) + margin : -largest_delta;
    box.upper[i] = layout.z() == i ? 1 - margin : largest_delta;
  }
  return box;
}

bool at_edge(const CovarianceLayout& layout, const Eigen::VectorXd& theta) {
  if (!layout.z()) return false;
  const Box box = box_of(layout);
  const Eigen::Index z = *layout.z();
  return theta[z] < box.lower[z] + margin || theta[z] > box.upper[z] - margin;
}

}  // namespace securebase::stats
