#pragma once
// Internal to cli: what `fit lmm` and `fit growth` share.

#include <string>
#include <vector>

#include "cli/fit.hpp"
#include "models/linear_mixed.hpp"

namespace securebase::cli {

/// --ml, --df, --robust, --profile, --random-effects, --rows, --new, --limits.
struct MixedOptions {
  bool ml = false;
  std::string df = "satterthwaite";
  bool robust = false;
  bool profile = false;
  bool random_effects = false;
  bool rows = false;
  std::string new_file;
  double limits = 0;  ///< 0: as --level

  void add_to(CLI::App& app);

  /// Into a request, its plan aside. Error usage.fit.
  [[nodiscard]] Result<void> fill(models::MixedRequest& request, double level) const;

  /// The forecasts of --new, where there is one.
  [[nodiscard]] Result<void> add_forecasts(Desk& desk, models::MixedResult& result,
                                           const models::ModelPlan& plan, double level) const;
};

}  // namespace securebase::cli
