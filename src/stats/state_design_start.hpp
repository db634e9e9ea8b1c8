#pragma once
// Where the search for the parameters of a state space design begins, and their units; for the sources of
// this room only.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/state_design_model.hpp"

namespace securebase::stats {

/// What values look like before any model.
struct SeriesShape {
  double mean = 0;
  double variance = 0;   ///< around the common mean
  double roughness = 0;  ///< half the mean squared difference of neighbours of one person
  double gap = 1;        ///< mean time between neighbours
};

/// Sums from which the shape follows, told person by person.
class SeriesShapeSums {
 public:
  void next_person() { before_.reset(); }
  void add(double time, double value);
  [[nodiscard]] SeriesShape shape() const;

 private:
  struct Point {
    double time = 0;
    double value = 0;
  };
  std::optional<Point> before_;
  std::vector<double> values_;
  double squares_ = 0;
  double time_ = 0;
  std::size_t pairs_ = 0;
};

/// Of each parameter: about its size.
[[nodiscard]] std::vector<double> units(std::span<const DesignParameter> parameters,
                                        const SeriesShape& shape);

/// Values of all parameters to begin with, a small grid of them.
[[nodiscard]] std::vector<std::vector<double>> starts(std::span<const DesignParameter> parameters,
                                                      const SeriesShape& shape);

}  // namespace securebase::stats
