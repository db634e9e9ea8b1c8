#pragma once
// Evenly spaced nodes, and a normal distribution on them.

#include <cstddef>
#include <span>
#include <vector>

namespace securebase::stats {

struct Quadrature {
  std::size_t nodes = 61;  ///< 11 to 401
  double from = -6;
  double to = 6;
};

/// From `from` to `to`, rising.
[[nodiscard]] std::vector<double> quadrature_nodes(const Quadrature& quadrature);

/// exp(-(x - mean)^2 / (2 sd^2)) at the nodes, sum 1; sd > 0.
[[nodiscard]] std::vector<double> normal_on(std::span<const double> nodes, double mean, double sd);

}  // namespace securebase::stats
