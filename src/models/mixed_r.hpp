#pragma once
// A mixed model as an R script that fits the same.

#include <string>

#include "models/linear_mixed.hpp"

namespace securebase::models {

/// Reads `file`, computes centre(), within(), between() and lag() as columns of those names, leaves out rows
/// with anything missing, and fits with lme4 and lmerTest; with nlme where residuals are correlated or their
/// variances differ; with nlme's gls where there is no random part. What was asked for besides (joint test,
/// comparison, profiles, random effects, robust errors by clubSandwich) follows.
/// Error usage models.as_r: nlme has no crossed factors, nor several terms of one factor but uncorrelated
/// ones.
[[nodiscard]] Result<std::string> r_script(const MixedRequest& request, const std::string& file);

}  // namespace securebase::models
