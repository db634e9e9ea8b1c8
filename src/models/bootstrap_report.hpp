#pragma once
// A bootstrap of rows told in intervals.

#include <optional>
#include <string>
#include <vector>

#include "models/fit_report.hpp"
#include "stats/bootstrap.hpp"

namespace securebase::models {

/// Influences of rows, where they could be had.
struct Influences {
  std::optional<std::vector<double>> jackknife;
  std::optional<std::vector<double>> regression;
};

/// Adds table "bootstrap" (rows percentile, basic, normal, linear, bca_jackknife, bca_regression: each the
/// estimate with an interval), measures of the replicates, frame "replicates" where there are 20000 at most,
/// and a finding. `what` is what was estimated: "the indirect effect".
void add_row_bootstrap(FitReport& report, const stats::Bootstrap& bootstrap, const Influences& influences,
                       const std::string& what);

}  // namespace securebase::models
