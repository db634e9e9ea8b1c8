#pragma once
// A mixed model without its data, and the units its sums are kept in.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "stats/mixed_design.hpp"

namespace securebase::stats {

struct MixedShape {
  struct Term {
    std::string grouping;
    std::vector<std::string> names;
    CovarianceShape shape = CovarianceShape::full;

    bool operator==(const Term&) const = default;
  };
  std::vector<std::string> fixed_names;
  std::vector<Term> terms;
  ResidualCorrelation correlation = ResidualCorrelation::none;
  std::vector<std::string> residual_groups;  ///< empty: all equal
  std::size_t longest_series = 1;

  bool operator==(const MixedShape&) const = default;
  [[nodiscard]] std::size_t groups() const { return residual_groups.empty() ? 1 : residual_groups.size(); }
};

/// scaled = (raw - origin) / unit
struct ColumnScale {
  double origin = 0;
  double unit = 1;  ///< a power of two

  [[nodiscard]] double scaled(double raw) const { return (raw - origin) / unit; }
  bool operator==(const ColumnScale&) const = default;
};

/// Origins other than 0 only where there is an intercept to take them.
struct MixedScale {
  std::vector<ColumnScale> fixed;
  ColumnScale response;
  std::vector<std::vector<double>> random;  ///< unit of each column of each term
  std::optional<std::size_t> constant;      ///< the fixed column that is the intercept
  double constant_value = 1;

  bool operator==(const MixedScale&) const = default;
};

}  // namespace securebase::stats
