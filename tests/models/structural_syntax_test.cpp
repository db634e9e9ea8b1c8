#include "models/structural_syntax.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/printable.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::models {
namespace SECUREBASE_THIS_FILE {

using stats::Relation;

StructuralSyntax parsed(std::string_view text) {
  auto syntax = parse_structural(text, "model");
  EXPECT_TRUE(syntax) << to_text(syntax.error());
  return syntax ? *syntax : StructuralSyntax{};
}

Error refused(std::string_view text) {
  const auto syntax = parse_structural(text, "model");
  EXPECT_FALSE(syntax) << text;
  return syntax ? Error{} : syntax.error();
}

TEST(StructuralSyntaxOf, relations_several_names_and_means) {
  const auto syntax = parsed("f =~ a + b\n f + g ~ x\na ~~ b; a ~~ a\ny ~ 1");
  ASSERT_EQ(syntax.terms.size(), 7U);
  EXPECT_EQ(syntax.terms[0].relation, Relation::loads);
  EXPECT_EQ(syntax.terms[2].left, "f");
  EXPECT_EQ(syntax.terms[3].left, "g");
  EXPECT_EQ(syntax.terms[3].right, "x");
  EXPECT_EQ(syntax.terms[5].relation, Relation::covaries);
  EXPECT_EQ(syntax.terms[6].relation, Relation::mean);
  EXPECT_EQ(syntax.terms[6].right, "");
  EXPECT_EQ(syntax.latent(), std::vector<std::string>{"f"});
  EXPECT_EQ(syntax.observed(), (std::vector<std::string>{"a", "b", "g", "x", "y"}));
}

TEST(StructuralSyntaxOf, what_stands_before_a_variable) {
  const auto syntax = parsed(
      "f =~ 1*a + NA*b + l*c + start(0.5)*d + -0.5*e + \"q\"*g + equal(\"q\")*h + label('r')*i + "
      "l2*start(2)*j + 1e-3*k");
  const auto& t = syntax.terms;
  ASSERT_EQ(t.size(), 10U);
  EXPECT_EQ(t[0].modifier(0).fixed, 1);
  EXPECT_TRUE(t[1].modifier(0).free);
  EXPECT_FALSE(t[1].modifier(0).fixed);
  EXPECT_EQ(t[2].modifier(0).label, "l");
  EXPECT_EQ(t[3].modifier(0).start, 0.5);
  EXPECT_FALSE(t[3].modifier(0).fixed);
  EXPECT_EQ(t[4].modifier(0).fixed, -0.5);
  EXPECT_EQ(t[5].modifier(0).label, "q");
  EXPECT_EQ(t[6].modifier(0).label, "q");
  EXPECT_EQ(t[7].modifier(0).label, "r");
  EXPECT_EQ(t[8].modifier(0).label, "l2");
  EXPECT_EQ(t[8].modifier(0).start, 2);
  EXPECT_EQ(t[9].modifier(0).fixed, 0.001);
}

TEST(StructuralSyntaxOf, groups) {
  const auto syntax = parsed("f =~ c(1, NA)*a + c(l, l)*b + start(c(1, 2))*d + e\ny ~ c(0, m)*1");
  EXPECT_EQ(syntax.groups, 2U);
  EXPECT_EQ(syntax.terms[0].modifier(0).fixed, 1);
  EXPECT_TRUE(syntax.terms[0].modifier(1).free);
  EXPECT_EQ(syntax.terms[1].modifier(1).label, "l");
  EXPECT_EQ(syntax.terms[2].modifier(1).start, 2);
  EXPECT_EQ(syntax.terms[3].modifiers.size(), 1U);
  EXPECT_EQ(syntax.terms[4].modifier(1).label, "m");
  EXPECT_EQ(refused("f =~ c(1,1)*a + c(1,1,1)*b").code, "structural.syntax_groups");
}

TEST(StructuralSyntaxOf, comments_and_lines_that_go_on) {
  const auto syntax = parsed("# a model\nf =~ a +  ! the first\n\n   b\n  + c*\n d\n y\n~ f # end\n;;z ~ f");
  ASSERT_EQ(syntax.terms.size(), 5U);
  EXPECT_EQ(syntax.terms[2].right, "d");
  EXPECT_EQ(syntax.terms[2].modifier(0).label, "c");
  EXPECT_EQ(syntax.terms[3].left, "y");
  EXPECT_EQ(syntax.terms[4].left, "z");
}

TEST(StructuralSyntaxOf, one_term_in_two_places) {
  const auto syntax = parsed("f =~ a + l*b + start(3)*b; a ~~ b\nb ~~ v*a");
  ASSERT_EQ(syntax.terms.size(), 3U);
  EXPECT_EQ(syntax.terms[1].modifier(0).label, "l");
  EXPECT_EQ(syntax.terms[1].modifier(0).start, 3);
  EXPECT_EQ(syntax.terms[2].modifier(0).label, "v");
  EXPECT_EQ(refused("y ~ x + x").code, "structural.syntax_twice");
  EXPECT_EQ(refused("y ~ a*x + b*x").code, "structural.syntax_twice");
  EXPECT_EQ(refused("a ~~ b\nb ~~ a").code, "structural.syntax_twice");
}

TEST(StructuralSyntaxOf, defined_parameters) {
  const auto syntax = parsed("m ~ a*x\ny ~ b*m\nab := a*b\nshare := ab / (ab + 2)");
  ASSERT_EQ(syntax.defined.size(), 2U);
  EXPECT_EQ(syntax.defined[0].name, "ab");
  EXPECT_EQ(syntax.defined[0].formula, "a * b");
  EXPECT_EQ(syntax.defined[1].formula, "ab / ( ab + 2 )");
  EXPECT_EQ(refused("y ~ a*x; q := a^2").code, "structural.syntax_unsupported");
  EXPECT_EQ(refused("y ~ a*x; q := a; q := a").code, "structural.syntax_twice");
  EXPECT_EQ(refused("y ~ a*x; q :=").code, "structural.syntax");
}

TEST(StructuralSyntaxOf, faults_say_where) {
  const auto error = refused("f =~ a + b\ny ~ x $ z");
  EXPECT_EQ(error.where.line, 2U);
  EXPECT_EQ(error.where.column, 7U);
  EXPECT_EQ(error.where.name, "model");
  const std::pair<const char*, const char*> cases[] = {
      {"", "structural.syntax_empty"},
      {"# nothing", "structural.syntax_empty"},
      {"q := 1", "structural.syntax_empty"},
      {"y x", "structural.syntax"},
      {"~ x", "structural.syntax"},
      {"y ~", "structural.syntax_name"},
      {"y ~ x +", "structural.syntax_name"},
      {"y ~ x z", "structural.syntax"},
      {"y ~ 2", "structural.syntax_name"},
      {"f =~ 1", "structural.syntax_name"},
      {"y ~ foo(1)*x", "structural.syntax_modifier"},
      {"y ~ start(a)*x", "structural.syntax_modifier"},
      {"y ~ c(c(1))*x", "structural.syntax_modifier"},
      {"y ~ start(start(1))*x", "structural.syntax_modifier"},
      {"y ~ label(1)*x", "structural.syntax_modifier"},
      {"y ~ 1*2*x", "structural.syntax_modifier"},
      {"y ~ 'a b'*x", "structural.syntax_name"},
      {"y ~ 'a*x", "structural.syntax"},
      {"y ~ start(1 x", "structural.syntax"},
      {"a == b", "structural.syntax_unsupported"},
      {"a < 1", "structural.syntax_unsupported"},
      {"level: 1", "structural.syntax_unsupported"},
      {"f <~ a", "structural.syntax_unsupported"},
      {"x | t1", "structural.syntax_unsupported"},
      {"y ~ y", "structural.syntax"},
      {"y ~ 1e999*x", "structural.syntax_number"},
      {"y ~ \xff", "structural.syntax_name"},
  };
  for (const auto& [text, code] : cases) {
    const auto found = refused(text);
    EXPECT_EQ(found.code, code) << text;
    EXPECT_GE(found.where.line, 1U) << text;
    EXPECT_FALSE(found.detail.empty());
  }
}

TEST(StructuralSyntaxOf, limits) {
  EXPECT_EQ(refused("y ~ " + std::string(longest_name + 1, 'x')).code, "structural.syntax_name");
  EXPECT_EQ(refused(std::string(longest_syntax + 1, ' ')).code, "structural.syntax_long");
  std::string many = "y ~ x0";
  for (std::size_t i = 1; i <= most_variables; ++i) many += " + x" + std::to_string(i);
  EXPECT_EQ(refused(many).code, "structural.syntax_long");
  EXPECT_EQ(refused("y ~ " + std::string(50'000, '(')).code, "structural.syntax_name");
  std::string left = "a0", right = "b0";
  for (int i = 1; i < 120; ++i) left += " + a" + std::to_string(i), right += " + b" + std::to_string(i);
  EXPECT_EQ(refused(left + " ~~ " + right).code, "structural.syntax_long");
}

TEST(StructuralSyntaxOf, what_is_written_is_read_back) {
  const std::vector<std::string> x{"x1", "x2", "x3"}, y{"y1", "y2", "y3"};
  const auto model = stats::random_intercept_cross_lagged(x, y);
  const auto syntax = parsed(syntax_of(model, {{"k", "b2 / a2"}}));
  ASSERT_EQ(syntax.terms.size(), model.terms.size());
  for (std::size_t i = 0; i < model.terms.size(); ++i) {
    EXPECT_EQ(syntax.terms[i].relation, model.terms[i].relation);
    EXPECT_EQ(syntax.terms[i].left, model.terms[i].left);
    EXPECT_EQ(syntax.terms[i].right, model.terms[i].right);
    EXPECT_EQ(syntax.terms[i].modifier(0).fixed, model.terms[i].fixed);
    EXPECT_EQ(syntax.terms[i].modifier(0).label, model.terms[i].label);
  }
  EXPECT_EQ(syntax.defined.size(), 1U);
}

RC_GTEST_PROP(StructuralSyntaxOf, any_text_gives_terms_or_a_place, ()) {
  const auto words =
      *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
          "f", "y",     "x1", "=~", "~", "~~", ":=", "+", "*",  "(",   ")",        ",", "1", "NA",
          "c", "start", "\n", ";",  "#", "'",  "-",  " ", "\"", "0.5", "\xc3\xa4", "^", "=="}));
  std::string text;
  for (const auto& word : words) text += word;
  const auto syntax = parse_structural(text, "model");
  if (syntax) {
    RC_ASSERT(!syntax->terms.empty());
  } else {
    RC_ASSERT(is_plain_text(to_text(syntax.error())));
    RC_ASSERT(syntax.error().where.line >= 1U);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::models
