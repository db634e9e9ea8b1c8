#pragma once
// The formula language in which the field writes mixed models (R, lme4):
//
//   score ~ log(session) * arm + centre(intake, client) + (log(session) | client)
//
//   fixed part     + - : * ^n and parentheses; 1, and 0 or -1 for no intercept
//   functions      log log2 log10 log1p exp sqrt abs, I(arithmetic), factor(x), and of a column x in groups
//   g:
//     centre(x)      minus its mean over the rows that are used
//     centre(x, g)   minus the mean over groups of the group means, each group once
//     within(x, g)   minus its group's mean, over all rows that have x
//     between(x, g)  its group's mean
//     lag(x, g, t)   its value at t - 1 in the same group, t whole; missing where there is none
//   random part    (x | g), (x || g), (1 | site/therapist/client), (1 | a:b); several, nested or crossed
//   names          as they are; in backticks where they have blanks or signs
//
// Functions may be nested. Arithmetic stands inside functions. Wilkinson & Rogers 1973, Appl. Stat. 22, 392;
// Bates, Maechler, Bolker & Walker 2015, J. Stat. Softw. 67(1), section 2.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "models/table.hpp"
#include "stats/mixed_design.hpp"

namespace securebase::models {

/// A number for each row: a column, or what is computed from columns.
struct Expression {
  enum class Kind {
    number,
    column,    ///< `name` is the column's
    call,      ///< `name` is the function's
    operation  ///< `name` is + - * / or ^; - with one argument is the sign
  };
  Kind kind = Kind::column;
  double number = 0;
  std::string name;
  std::vector<Expression> arguments;

  bool operator==(const Expression&) const = default;
};

/// As R writes it: "I(x^2)", "lag(within(alliance, id), id, time)".
[[nodiscard]] std::string to_text(const Expression& expression);

/// With fifteen digits, or as many as it takes to read back as the same number.
[[nodiscard]] std::string number_text(double value);

/// A column's name, in backticks where it would not be read as one.
[[nodiscard]] std::string quoted_name(const std::string& name);

/// Terms of a linear combination. A term is a product of variables, by their indices in rising order; lower
/// products come first.
struct TermList {
  bool intercept = true;
  std::vector<Expression> variables;  ///< each once, in the order in which they appear
  std::vector<std::vector<std::size_t>> terms;

  bool operator==(const TermList&) const = default;
};

/// "session:arm"
[[nodiscard]] std::string term_text(const TermList& list, const std::vector<std::size_t>& term);

/// A term such as (session | client). `x || g` has become several, `a/b` two.
struct RandomPart {
  TermList columns;
  std::vector<std::string> factor;  ///< columns whose combinations are the levels

  bool operator==(const RandomPart&) const = default;
};

/// "therapist:site"
[[nodiscard]] std::string factor_text(const std::vector<std::string>& factor);

struct Formula {
  Expression response;
  TermList fixed;
  std::vector<RandomPart> random;

  bool operator==(const Formula&) const = default;
};

/// On one line, with everything multiplied out; it means the same.
[[nodiscard]] std::string to_text(const Formula& formula);

/// Errors, kind usage, the place's column counting characters of `text` from 1:
///   formula.empty, formula.too_long (20,000 bytes), formula.too_deep (100 parentheses within each other)
///   formula.character, formula.name    a sign that means nothing here; a name in backticks that is not
///   closed formula.syntax                     something else is needed here: the detail says what
///   formula.function                   no such function, or other arguments
///   formula.intercept, formula.number  0 or 1 where it means nothing; another number outside functions
///   formula.power                      an exponent that is not a whole number from 1 to 10
///   formula.too_many_terms             more than 1000
///   formula.random                     a random part that is not a summand of its own
///   formula.no_response, formula.nothing   no outcome; neither intercept nor term
[[nodiscard]] Result<Formula> parse_formula(std::string_view text);

/// How residuals hang together: "ar1(visit | client)", "car1(time | client)", "cs(couple)".
struct ResidualTerm {
  stats::ResidualCorrelation correlation = stats::ResidualCorrelation::none;
  std::string position;             ///< column; empty for compound symmetry
  std::vector<std::string> within;  ///< columns whose combinations are the series

  bool operator==(const ResidualTerm&) const = default;
};

/// Errors as of a formula; formula.residual: none of the three.
[[nodiscard]] Result<ResidualTerm> parse_residual(std::string_view text);
[[nodiscard]] std::string to_text(const ResidualTerm& term);

/// Every column of an expression, and how it is wanted.
void add_columns(const Expression& expression, std::vector<WantedColumn>& wanted);

/// Adds a column; one that is wanted in two ways is wanted so that both work.
void want(std::vector<WantedColumn>& wanted, const std::string& name, ColumnUse use);

}  // namespace securebase::models
