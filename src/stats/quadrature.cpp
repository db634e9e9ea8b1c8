#include "stats/quadrature.hpp"

#include <cmath>

namespace securebase::stats {

std::vector<double> quadrature_nodes(const Quadrature& quadrature) {
  std::vector<double> nodes(quadrature.nodes);
  const double step = (quadrature.to - quadrature.from) / static_cast<double>(quadrature.nodes - 1);
  for (std::size_t q = 0; q < nodes.size(); ++q) nodes[q] = quadrature.from + step * static_cast<double>(q);
  return nodes;
}

std::vector<double> normal_on(std::span<const double> nodes, double mean, double sd) {
  std::vector<double> weights;
  weights.reserve(nodes.size());
  double sum = 0;
  for (const double node : nodes) {
    const double z = (node - mean) / sd;
    weights.push_back(std::exp(-z * z / 2));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace securebase::stats
