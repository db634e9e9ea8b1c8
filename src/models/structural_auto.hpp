#pragma once
// From what is written to what is fitted: the terms that programs of the field add by themselves, one model
// for each group. The rules are those of lavaan 0.6 (cfa, sem and growth are one set but for means):
//
//   marker       the first loading of a factor is 1, unless a number or NA stands before it
//   variances    every variable that is not given has one, free; that of the only indicator of a factor is 0
//   covariances  factors on which nothing acts covary; so do residuals of outcomes that predict nothing
//   means        cfa: free for what is observed, 0 for factors; growth: the other way round
//   given        what only predicts, is observed, and has no variance or mean in the text, is given: rows
//   where
//                it is missing are left out. This rule holds without the others, too
//
// What is written goes before any rule. A label stands for one parameter, in all groups. Steps of invariance
// share loadings (metric), intercepts (scalar; then means of factors are free in all groups but the first)
// and residual variances (strict) of what has no label and is not fixed.

#include <optional>
#include <string>
#include <vector>

#include "models/structural_syntax.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::models {

enum class AutoRules { cfa, growth, none };

struct PlanOptions {
  AutoRules rules = AutoRules::cfa;
  std::size_t groups = 1;
  std::optional<stats::Invariance> step = {};
  std::vector<std::string> given = {};  ///< further observed variables to take as given
};

/// What is fitted.
struct StructuralPlan {
  std::vector<stats::StructuralModel> models;  ///< one for each group, of the same variables
  std::vector<stats::DefinedParameter> defined;
  std::size_t constants = 0;  ///< the first of `defined`: labels of what is fixed, not to be told
};

/// Errors (bad_data): "structural.groups" (c(...) for another number of groups), "structural.given" (not
/// observed, or something acts on it), "structural.marker" (a start for what a rule fixes),
/// "structural.label_twice" (a label of something fixed at different values, or also of something free).
[[nodiscard]] Result<StructuralPlan> plan_structural(const StructuralSyntax& syntax,
                                                     const PlanOptions& options);

}  // namespace securebase::models
