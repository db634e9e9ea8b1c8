#include "models/formula.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace securebase::models {
namespace SECUREBASE_THIS_FILE {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Formula parsed(const std::string& text) {
  auto formula = parse_formula(text);
  EXPECT_TRUE(formula) << text << ": " << to_text(formula.error());
  return formula ? *formula : Formula{};
}

std::string canonical(const std::string& text) {
  return to_text(parsed(text));
}

Error refused(const std::string& text) {
  const auto formula = parse_formula(text);
  EXPECT_FALSE(formula) << text;
  return formula ? Error{} : formula.error();
}

TEST(Formula, is_multiplied_out_as_R_does) {
  EXPECT_EQ(canonical("y ~ a * b"), "y ~ a + b + a:b");
  EXPECT_EQ(canonical("y ~ (a + b + c)^2"), "y ~ a + b + c + a:b + a:c + b:c");
  EXPECT_EQ(canonical("y ~ a * b * c"), "y ~ a + b + c + a:b + a:c + b:c + a:b:c");
  EXPECT_EQ(canonical("y ~ a:b + a"), "y ~ a + a:b");
  EXPECT_EQ(canonical("y ~ a * b - a"), "y ~ b + a:b");
  EXPECT_EQ(canonical("y ~ a*b:c"), "y ~ a + b:c + a:b:c");
  EXPECT_EQ(canonical("y ~ (1 + a):b"), "y ~ b + a:b");
  EXPECT_EQ(canonical("y ~ a + a + a:a"), "y ~ a");
  EXPECT_EQ(canonical("y ~ 1"), "y ~ 1");
}

TEST(Formula, loses_its_intercept_by_0_or_minus_1) {
  for (const char* text : {"y ~ 0 + a", "y ~ a - 1", "y ~ -1 + a", "y ~ a + 0", "y ~ a + -1"})
    EXPECT_EQ(canonical(text), "y ~ 0 + a") << text;
  EXPECT_TRUE(parsed("y ~ 0 + a + 1").fixed.intercept);
  EXPECT_EQ(refused("y ~ 0").code, "formula.nothing");
  EXPECT_EQ(refused("y ~ a - a - 1").code, "formula.nothing");
}

TEST(Formula, takes_functions_that_hold_each_other) {
  const Formula f = parsed("log(score) ~ lag(within(alliance, id), id, time) + I((x - 2)^2 / -3)");
  EXPECT_EQ(to_text(f.response), "log(score)");
  ASSERT_EQ(f.fixed.variables.size(), 2U);
  EXPECT_EQ(to_text(f.fixed.variables[0]), "lag(within(alliance, id), id, time)");
  EXPECT_EQ(to_text(f.fixed.variables[1]), "I((x - 2)^2/-3)");
  std::vector<WantedColumn> wanted;
  for (const Expression& e : f.fixed.variables) add_columns(e, wanted);
  ASSERT_EQ(wanted.size(), 4U);
  EXPECT_EQ(wanted[1].name, "id");
  EXPECT_EQ(wanted[1].use, ColumnUse::label);
  EXPECT_EQ(wanted[2].name, "time");
  EXPECT_EQ(wanted[2].use, ColumnUse::number);
}

// Values that a reader of R would expect of the same text: unary minus binds less than ^.
TEST(Formula, arithmetic_binds_as_in_R) {
  for (const char* text : {"I(-x^2)", "I((-x)^2)", "I(a - (b - c))", "I(a - b - c)", "I(a/b/c)", "I(a/(b/c))",
                           "I(2^3^2)", "I((2^3)^2)", "I(a * (b + c))", "I(-(a + b))", "I(x^-1)"})
    EXPECT_EQ(to_text(parsed(std::string("y ~ ") + text).fixed.variables[0]), text);
}

TEST(Formula, random_parts_are_taken_apart_as_lme4_does) {
  EXPECT_EQ(canonical("y ~ t + (t | id)"), "y ~ t + (t | id)");
  EXPECT_EQ(canonical("y ~ t + (t || id)"), "y ~ t + (1 | id) + (0 + t | id)");
  EXPECT_EQ(canonical("y ~ 1 + (1 | site/therapist/client)"),
            "y ~ 1 + (1 | client:therapist:site) + (1 | therapist:site) + (1 | site)");
  EXPECT_EQ(canonical("y ~ 1 + (1 | a:b) + (1 | c)"), "y ~ 1 + (1 | a:b) + (1 | c)");
  const Formula f = parsed("y ~ (0 + t + log(t) | `the client`)");
  ASSERT_EQ(f.random.size(), 1U);
  EXPECT_FALSE(f.random[0].columns.intercept);
  EXPECT_THAT(f.random[0].factor, ElementsAre("the client"));
  EXPECT_TRUE(f.fixed.intercept);
  EXPECT_EQ(to_text(f), "y ~ 1 + (0 + t + log(t) | `the client`)");
}

TEST(Formula, names_with_signs_stand_in_backticks) {
  const Formula f = parsed("`PHQ-9 sum` ~ `2nd` + größe");
  EXPECT_EQ(f.response.name, "PHQ-9 sum");
  EXPECT_EQ(to_text(f), "`PHQ-9 sum` ~ `2nd` + größe");
}

TEST(Formula, an_error_says_where_and_what_would_be_valid) {
  struct Wrong {
    const char* text;
    const char* code;
    std::size_t column;
  };
  for (const Wrong& w : std::vector<Wrong>{
           {"", "formula.empty", 1},
           {"   ", "formula.empty", 1},
           {"~ x", "formula.no_response", 1},
           {"y", "formula.syntax", 2},
           {"y ~", "formula.syntax", 4},
           {"y ~ x +", "formula.syntax", 8},
           {"y ~ x x", "formula.syntax", 7},
           {"y ~ (x", "formula.syntax", 7},
           {"y ~ x)", "formula.syntax", 6},
           {"y ~ sin(x)", "formula.function", 5},
           {"y ~ within(x)", "formula.function", 5},
           {"y ~ log(x, 2)", "formula.function", 5},
           {"y ~ log()", "formula.syntax", 9},
           {"y ~ log(factor(x))", "formula.function", 9},
           {"y ~ lag(x, id, t + 1)", "formula.syntax", 18},
           {"y ~ 2", "formula.number", 5},
           {"y ~ a + (0 + b)", "formula.intercept", 10},
           {"y ~ a^b", "formula.power", 7},
           {"y ~ a^0.5", "formula.power", 7},
           {"y ~ a^11", "formula.power", 7},
           {"y ~ a * (1 | id)", "formula.random", 9},
           {"y ~ a - (1 | id)", "formula.random", 9},
           {"y ~ (a | b | c)", "formula.syntax", 12},
           {"y ~ (a | )", "formula.syntax", 10},
           {"y ~ (a | log(b))", "formula.syntax", 10},
           {"y ~ a $ b", "formula.character", 7},
           {"y ~ `a", "formula.name", 5},
           {"größe ~ x & z", "formula.character", 11},
           {"factor(y) ~ x", "formula.no_response", 1},
           {"y ~ 1e999", "formula.number", 5},
       }) {
    const Error error = refused(w.text);
    EXPECT_EQ(error.code, w.code) << w.text << ": " << to_text(error);
    EXPECT_EQ(error.where.column, w.column) << w.text << ": " << to_text(error);
    EXPECT_EQ(error.kind, ErrorKind::usage);
    EXPECT_FALSE(error.detail.empty());
  }
  EXPECT_THAT(refused("y ~ sin(x)").detail, HasSubstr("lag(x, group, time)"));
}

TEST(Formula, enormous_and_deep_text_is_refused) {
  EXPECT_EQ(refused("y ~ " + std::string(30'000, 'x')).code, "formula.too_long");
  EXPECT_EQ(refused("y ~ " + std::string(9'000, '(') + "x").code, "formula.too_deep");
  EXPECT_EQ(refused("y ~ I(" + std::string(9'000, '-') + "x)").code, "formula.too_deep");
  EXPECT_EQ(refused("y ~ I(" + std::string(9'000, '(') + "x)").code, "formula.too_deep");
  std::string sum = "x0";
  for (int i = 1; i < 60; ++i) sum += " + x" + std::to_string(i);
  EXPECT_EQ(refused("y ~ (" + sum + ")^5").code, "formula.too_many_terms");
  std::string powers = "y ~ (a + b + c + d + e + f + g + h + i)";
  for (int i = 0; i < 4000; ++i) powers += "^9";
  EXPECT_EQ(refused(powers).code, "formula.too_many_terms");
  std::string plus = "y ~ I(x";
  for (int i = 0; i < 9'000; ++i) plus += "+1";
  EXPECT_EQ(refused(plus + ")").code, "formula.too_deep");
}

TEST(ResidualTerm, is_one_of_three) {
  EXPECT_EQ(to_text(*parse_residual("ar1(visit | client)")), "ar1(visit | client)");
  EXPECT_EQ(to_text(*parse_residual(" car1( time|site:client )")), "car1(time | site:client)");
  EXPECT_EQ(to_text(*parse_residual("cs(couple)")), "cs(couple)");
  for (const char* text :
       {"", "ar2(visit | client)", "ar1(client)", "cs(a | b)", "cs(a) + 1", "ar1(visit | client"}) {
    const auto term = parse_residual(text);
    ASSERT_FALSE(term) << text;
    EXPECT_EQ(term.error().where.name, "residual");
  }
  EXPECT_THAT(parse_residual("x").error().detail, HasSubstr("ar1(visit | client)"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::models
