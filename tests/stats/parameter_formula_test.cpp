#include "stats/parameter_formula.hpp"

#include <gtest/gtest.h>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::VectorXd;

const std::map<std::string, Differentiated> known{{"a", {3, VectorXd::Unit(2, 0)}},
                                                  {"b_1", {4, VectorXd::Unit(2, 1)}}};

TEST(ParameterFormula, has_its_value_and_gradient) {
  const auto value = *evaluate_formula("2*(a - b_1)/ b_1 + -a*b_1 + 1e1", known, 2);
  EXPECT_DOUBLE_EQ(value.value, -0.5 - 12 + 10);
  EXPECT_DOUBLE_EQ(value.gradient[0], 2 / 4.0 - 4);
  EXPECT_DOUBLE_EQ(value.gradient[1], -2 * 3 / 16.0 - 3);
  EXPECT_DOUBLE_EQ(evaluate_formula("a - 1 - 1", known, 2)->value, 1);
  EXPECT_DOUBLE_EQ(evaluate_formula("a / b_1 / 2", known, 2)->value, 0.375);
}

TEST(ParameterFormula, refuses_what_it_cannot_read) {
  for (const char* text :
       {"", " ", "a +", "* a", "(a", "a)", "c", "a b_1", "a ^ 2", "1e999", "nan", "a,b_1", "+"})
    EXPECT_EQ(evaluate_formula(text, known, 2).error().code, "structural.formula") << text;
  EXPECT_EQ(evaluate_formula(std::string(100000, '('), known, 2).error().code, "structural.formula");
  EXPECT_EQ(evaluate_formula(std::string(100000, '-') + "a", known, 2).error().code, "structural.formula");
  EXPECT_EQ(evaluate_formula("1 / (a - 3)", known, 2).error().code, "structural.formula_undefined");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
