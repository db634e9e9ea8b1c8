#include "models/structural_auto.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace securebase::models {
namespace SECUREBASE_THIS_FILE {

using stats::Invariance;
using stats::Relation;
using stats::Term;

StructuralPlan planned(std::string_view text, const PlanOptions& options = {}) {
  const auto syntax = parse_structural(text, "model");
  EXPECT_TRUE(syntax) << to_text(syntax.error());
  const auto plan = plan_structural(*syntax, options);
  EXPECT_TRUE(plan) << to_text(plan.error());
  return plan ? *plan : StructuralPlan{{{}}, {}, 0};
}

std::string refused(std::string_view text, const PlanOptions& options = {}) {
  const auto plan = plan_structural(*parse_structural(text, "model"), options);
  return plan ? "" : plan.error().code;
}

/// "x ~~ x" with what it is fixed at, "" where it is free, "-" where there is none.
std::string found(const StructuralPlan& plan, Relation relation, const std::string& left,
                  const std::string& right, std::size_t group = 0) {
  for (const Term& term : plan.models[group].terms)
    if (term.relation == relation &&
        ((term.left == left && term.right == right) ||
         (relation == Relation::covaries && term.left == right && term.right == left)))
      return term.fixed ? std::to_string(*term.fixed).substr(0, 3) : "free";
  return "-";
}

// The table that lavaan 0.6-14 makes of the same text: lavaanify(model, auto = TRUE, fixed.x = TRUE,
// meanstructure = TRUE).
TEST(StructuralAuto, adds_what_lavaan_adds) {
  const auto plan = planned("f =~ y1 + y2 + y3\nf ~ x\ny1 ~ x\nz ~ x + f\nw ~ x");
  EXPECT_EQ(plan.models[0].terms.size(), 8U + 6U + 1U + 5U);
  EXPECT_EQ(found(plan, Relation::loads, "f", "y1"), "1.0");
  EXPECT_EQ(found(plan, Relation::loads, "f", "y2"), "free");
  EXPECT_EQ(found(plan, Relation::covaries, "z", "w"), "free");
  EXPECT_EQ(found(plan, Relation::covaries, "y1", "w"), "-");
  EXPECT_EQ(found(plan, Relation::covaries, "f", "f"), "free");
  EXPECT_EQ(found(plan, Relation::mean, "y1", ""), "free");
  EXPECT_EQ(found(plan, Relation::mean, "f", ""), "-");
  EXPECT_EQ(plan.models[0].given, std::vector<std::string>{"x"});
}

TEST(StructuralAuto, a_lone_indicator_a_factor_of_factors_and_what_is_described) {
  const auto plan = planned("f =~ a*y1 + y2 + y3\ng =~ z1\nh =~ f + g\nh ~~ x");
  EXPECT_EQ(found(plan, Relation::covaries, "z1", "z1"), "0.0");
  EXPECT_EQ(found(plan, Relation::loads, "h", "f"), "1.0");
  EXPECT_EQ(found(plan, Relation::covaries, "f", "g"), "-");
  EXPECT_EQ(found(plan, Relation::covaries, "x", "x"), "free");
  EXPECT_EQ(found(plan, Relation::mean, "x", ""), "free");
  EXPECT_TRUE(plan.models[0].given.empty());
  // the label of a marker is a constant
  ASSERT_EQ(plan.constants, 1U);
  EXPECT_EQ(plan.defined[0].name, "a");
  EXPECT_EQ(plan.defined[0].formula, "1");
}

TEST(StructuralAuto, growth_has_the_means_in_the_factors) {
  const auto plan =
      planned("i =~ 1*a + 1*b + 1*c\ns =~ 0*a + 1*b + 2*c\ni + s ~ x", {AutoRules::growth, 1, {}, {}});
  EXPECT_EQ(found(plan, Relation::mean, "i", ""), "free");
  EXPECT_EQ(found(plan, Relation::mean, "a", ""), "-");
  EXPECT_EQ(found(plan, Relation::covaries, "i", "s"), "free");
  EXPECT_EQ(found(plan, Relation::loads, "s", "a"), "0.0");
}

TEST(StructuralAuto, none_adds_nothing_but_what_is_given) {
  const auto plan = planned("y ~ x\ny ~~ y", {AutoRules::none, 1, {}, {}});
  EXPECT_EQ(plan.models[0].terms.size(), 2U);
  EXPECT_EQ(plan.models[0].given, std::vector<std::string>{"x"});
  EXPECT_EQ(plan.models[0].observed, (std::vector<std::string>{"y", "x"}));
}

std::size_t shared(const StructuralPlan& plan) {
  return static_cast<std::size_t>(std::count_if(plan.models[1].terms.begin(), plan.models[1].terms.end(),
                                                [](const Term& term) { return !term.label.empty(); }));
}

TEST(StructuralAuto, steps_of_invariance) {
  const auto text = "f =~ a + b + c";
  const auto plan = [&](Invariance step) { return planned(text, {AutoRules::cfa, 2, step, {}}); };
  EXPECT_EQ(shared(plan(Invariance::configural)), 0U);
  EXPECT_EQ(shared(plan(Invariance::metric)), 2U);
  EXPECT_EQ(found(plan(Invariance::metric), Relation::mean, "f", "", 1), "-");
  const auto scalar = plan(Invariance::scalar);
  EXPECT_EQ(shared(scalar), 5U);
  EXPECT_EQ(found(scalar, Relation::mean, "f", "", 1), "free");
  EXPECT_EQ(found(scalar, Relation::mean, "f", "", 0), "-");
  EXPECT_EQ(shared(plan(Invariance::strict)), 8U);
}

TEST(StructuralAuto, faults) {
  EXPECT_EQ(refused("f =~ c(1,1)*a + b + d"), "structural.groups");
  EXPECT_EQ(refused("f =~ a + b", {AutoRules::cfa, 1, {}, {"q"}}), "structural.given");
  EXPECT_EQ(refused("y ~ x", {AutoRules::cfa, 1, {}, {"y"}}), "structural.given");
  EXPECT_EQ(refused("f =~ start(2)*a + b"), "structural.marker");
  EXPECT_EQ(refused("f =~ NA*start(2)*a + b"), "");
  EXPECT_EQ(refused("f =~ l*a + l*b"), "structural.label_twice");
  EXPECT_EQ(refused("y ~ l*1*x + l*2*z"), "structural.label_twice");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::models
