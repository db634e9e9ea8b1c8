#include "stats/state_design_start.hpp"

#include <algorithm>
#include <cmath>

#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

// Candidates for one parameter. Shares of the variance; of what walks, per unit of time.
std::vector<double> candidates(const DesignParameter& parameter, const SeriesShape& shape) {
  if (parameter.name == "mean" || parameter.name == "level_mean") return {shape.mean};
  if (parameter.name == "phi" || parameter.name == "stability")
    return {std::pow(0.3, 1 / shape.gap), std::pow(0.8, 1 / shape.gap)};
  if (parameter.name == "level_variance")
    return {0.03 * shape.roughness / shape.gap, shape.roughness / shape.gap};
  if (parameter.name == "slope_variance") {
    const double per_time = shape.roughness / (shape.gap * shape.gap * shape.gap);
    return {1e-4 * per_time, 0.05 * per_time};
  }
  if (parameter.name == "level_between_variance") return {0.5 * shape.variance};
  if (parameter.name == "noise_variance") return {0.15 * shape.roughness, 0.7 * shape.roughness};
  return {0.2 * shape.variance, 0.6 * shape.variance};  // of a deviation or its innovations
}

}  // namespace

void SeriesShapeSums::add(double time, double value) {
  values_.push_back(value);
  if (before_) {
    squares_ += (value - before_->value) * (value - before_->value) / 2;
    time_ += time - before_->time;
    ++pairs_;
  }
  before_ = Point{time, value};
}

SeriesShape SeriesShapeSums::shape() const {
  SeriesShape shape;
  const auto summary = summarise(values_);
  if (!summary) return shape;
  shape.mean = summary->mean;
  const double sd = summary->sd.value_or(0);
  shape.variance = sd * sd;
  if (pairs_ == 0) return shape;
  shape.roughness = squares_ / static_cast<double>(pairs_);
  shape.gap = time_ / static_cast<double>(pairs_);
  return shape;
}

std::vector<double> units(std::span<const DesignParameter> parameters, const SeriesShape& shape) {
  std::vector<double> result;
  for (const DesignParameter& parameter : parameters) {
    if (parameter.kind == ParameterKind::mean)
      result.push_back(std::sqrt(shape.variance));
    else if (parameter.kind == ParameterKind::correlation)
      result.push_back(1);
    else
      result.push_back(candidates(parameter, shape).back());
  }
  return result;
}

std::vector<std::vector<double>> starts(std::span<const DesignParameter> parameters,
                                        const SeriesShape& shape) {
  std::vector<std::vector<double>> grid(1);
  for (const DesignParameter& parameter : parameters) {
    std::vector<std::vector<double>> longer;
    for (const auto& begun : grid)
      for (const double value : candidates(parameter, shape)) {
        longer.push_back(begun);
        longer.back().push_back(std::clamp(value, parameter.lower, parameter.upper));
      }
    grid = std::move(longer);
  }
  return grid;
}

}  // namespace securebase::stats
