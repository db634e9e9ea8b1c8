#include "models/formula.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "base/printable.hpp"

namespace securebase::models {
namespace {

constexpr std::size_t most_bytes = 20'000;
constexpr std::size_t most_depth = 100;
constexpr std::size_t most_terms = 1000;
constexpr std::size_t most_products = 1'000'000;  ///< of terms, in one formula
constexpr double most_power = 10;

struct Token {
  enum class Kind { name, number, sign, end };
  Kind kind = Kind::end;
  std::string text;  ///< a name without its backticks; a sign
  double number = 0;
  std::size_t column = 0;
  bool quoted = false;
};

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

tl::unexpected<Error> refuse(std::string_view code, std::string detail, std::size_t column) {
  return fail(ErrorKind::usage, "formula." + std::string(code), std::move(detail),
              Place{"formula", 1, column, {}});
}

/// Text to tokens; a column is a character.
class Tokens {
 public:
  static Result<std::vector<Token>> of(std::string_view text) {
    if (text.size() > most_bytes)
      return refuse("too_long", fmt::format("a formula has {} bytes at most", most_bytes), 1);
    Tokens reader(text);
    std::vector<Token> tokens;
    do {
      auto token = reader.next();
      if (!token) return tl::unexpected(token.error());
      tokens.push_back(std::move(*token));
    } while (tokens.back().kind != Token::Kind::end);
    return tokens;
  }

 private:
  explicit Tokens(std::string_view text) : rest_(text) {}

  void take(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
      if ((static_cast<unsigned char>(rest_[i]) & 0xC0U) != 0x80U) ++column_;
    rest_.remove_prefix(bytes);
  }

  Result<Token> next() {
    const auto blank = rest_.find_first_not_of(" \t\r\n");
    take(blank == std::string_view::npos ? rest_.size() : blank);
    Token token{Token::Kind::end, "", 0, column_, false};
    if (rest_.empty()) return token;
    if (rest_[0] == '`') return quoted(std::move(token));
    if (is_digit(rest_[0]) || (rest_[0] == '.' && rest_.size() > 1 && is_digit(rest_[1])))
      return number(std::move(token));
    if (begins_name(rest_[0])) return name(std::move(token));
    return sign(std::move(token));
  }

  Result<Token> quoted(Token token) {
    const auto end = rest_.find('`', 1);
    if (end == std::string_view::npos || end == 1)
      return refuse("name", "a name in backticks ends in a backtick: `days since intake`", token.column);
    token.kind = Token::Kind::name;
    token.text = rest_.substr(1, end - 1);
    token.quoted = true;
    take(end + 1);
    return token;
  }

  Result<Token> number(Token token) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), token.number);
    if (error != std::errc{}) return refuse("number", "beyond what a number can hold", token.column);
    token.kind = Token::Kind::number;
    const auto size = static_cast<std::size_t>(end - rest_.data());
    token.text = rest_.substr(0, size);
    take(size);
    return token;
  }

  Result<Token> name(Token token) {
    std::size_t size = 1;
    while (size < rest_.size() && (begins_name(rest_[size]) || is_digit(rest_[size]))) ++size;
    token.kind = Token::Kind::name;
    token.text = rest_.substr(0, size);
    take(size);
    return token;
  }

  Result<Token> sign(Token token) {
    token.kind = Token::Kind::sign;
    const std::size_t size = rest_.starts_with("||") ? 2 : 1;
    token.text = rest_.substr(0, size);
    if (std::string_view("~+-:*^/|(),").find(rest_[0]) == std::string_view::npos)
      return refuse("character",
                    fmt::format("'{}' means nothing in a formula; a column with signs in its name is written "
                                "in backticks: `{}`",
                                printable(token.text), "name of the column"),
                    token.column);
    take(size);
    return token;
  }

  std::string_view rest_;
  std::size_t column_ = 1;
};

struct Function {
  std::string_view name;
  std::size_t fewest;
  std::size_t most;
  std::string_view shape;
};
constexpr std::array functions = {
    Function{"log", 1, 1, "log(x)"},
    Function{"log2", 1, 1, "log2(x)"},
    Function{"log10", 1, 1, "log10(x)"},
    Function{"log1p", 1, 1, "log1p(x)"},
    Function{"exp", 1, 1, "exp(x)"},
    Function{"sqrt", 1, 1, "sqrt(x)"},
    Function{"abs", 1, 1, "abs(x)"},
    Function{"I", 1, 1, "I(arithmetic)"},
    Function{"factor", 1, 1, "factor(column)"},
    Function{"centre", 1, 2, "centre(x) or centre(x, group)"},
    Function{"within", 2, 2, "within(x, group)"},
    Function{"between", 2, 2, "between(x, group)"},
    Function{"lag", 3, 3, "lag(x, group, time)"},
};

const Function* find_function(std::string_view name) {
  const auto* at =
      std::find_if(functions.begin(), functions.end(), [&](const Function& f) { return f.name == name; });
  return at == functions.end() ? nullptr : at;
}

std::string known_functions() {
  std::string names;
  for (const Function& f : functions) names += (names.empty() ? "" : ", ") + std::string(f.shape);
  return names;
}

using Term = std::vector<std::size_t>;
using Terms = std::vector<Term>;  ///< each once; the empty one is the intercept

/// Reads terms of one linear combination: its variables get their numbers as they come.
struct Combination {
  std::vector<Expression> variables;

  std::size_t number_of(Expression variable) {
    const auto at = std::find(variables.begin(), variables.end(), variable);
    if (at != variables.end()) return static_cast<std::size_t>(at - variables.begin());
    variables.push_back(std::move(variable));
    return variables.size() - 1;
  }
};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Formula> formula() {
    if (now().kind == Token::Kind::end)
      return refuse("empty", "a formula looks like score ~ session * arm + (session | client)", 1);
    Formula formula;
    if (is_sign("~"))
      return refuse("no_response", "the outcome stands before the ~: score ~ session", now().column);
    auto response = variable();
    if (!response) return tl::unexpected(response.error());
    formula.response = std::move(*response);
    if (formula.response.name == "factor" && formula.response.kind == Expression::Kind::call)
      return refuse("no_response", "an outcome is a number: factor() has none", 1);
    if (!take_sign("~")) return wanted("~ after the outcome");
    if (auto right = right_side(formula); !right) return tl::unexpected(right.error());
    return formula;
  }

  Result<ResidualTerm> residual() {
    const std::string name = now().kind == Token::Kind::name ? now().text : "";
    if (name != "ar1" && name != "car1" && name != "cs")
      return refuse("residual", "ar1(visit | client), car1(time | client) or cs(couple)", now().column);
    ++at_;
    ResidualTerm term;
    term.correlation = name == "ar1"    ? stats::ResidualCorrelation::autoregressive
                       : name == "car1" ? stats::ResidualCorrelation::continuous_autoregressive
                                        : stats::ResidualCorrelation::compound_symmetry;
    if (!take_sign("(")) return wanted("( after " + name);
    if (name != "cs") {
      auto position = column_name();
      if (!position) return tl::unexpected(position.error());
      term.position = std::move(*position);
      if (!take_sign("|")) return wanted("| and whose residuals they are");
    }
    auto within = crossing();
    if (!within) return tl::unexpected(within.error());
    term.within = std::move(*within);
    if (!take_sign(")")) return wanted(")");
    if (now().kind != Token::Kind::end) return wanted("nothing more");
    return term;
  }

 private:
  /// One level deeper for as long as it lives.
  struct Deeper {
    explicit Deeper(std::size_t& depth) : depth(depth) { ++depth; }
    ~Deeper() { --depth; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    std::size_t& depth;
  };

  [[nodiscard]] const Token& now() const { return tokens_[at_]; }
  [[nodiscard]] bool is_sign(std::string_view sign) const {
    return now().kind == Token::Kind::sign && now().text == sign;
  }
  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] tl::unexpected<Error> wanted(const std::string& what) const {
    const std::string found = now().kind == Token::Kind::end ? "the end" : "'" + printable(now().text) + "'";
    return refuse("syntax", fmt::format("{} is needed here, not {}", what, found), now().column);
  }
  [[nodiscard]] tl::unexpected<Error> too_deep() const {
    return refuse("too_deep", fmt::format("{} parentheses within each other at most", most_depth),
                  now().column);
  }

  // The fixed part and the random terms among its summands

  Result<void> right_side(Formula& formula) {
    Combination combination;
    Terms terms{{}};
    bool first = true;
    while (now().kind != Token::Kind::end || first) {
      const auto minus_sign = take_signs();
      if (!minus_sign && !first) return wanted("+ or the end");
      const bool minus = minus_sign.value_or(false);
      first = false;
      if (is_sign("(") && holds_bar()) {
        if (minus) return refuse("random", "a random part can be added only", now().column);
        if (auto added = random_part(formula); !added) return added;
        continue;
      }
      if (auto added = summand(combination, terms, minus, true); !added) return added;
    }
    return settle(std::move(terms), std::move(combination), formula.fixed);
  }

  /// Whether the parenthesis that opens here has a bar directly in it.
  [[nodiscard]] bool holds_bar() const {
    std::size_t depth = 0;
    for (std::size_t i = at_; tokens_[i].kind != Token::Kind::end; ++i) {
      if (tokens_[i].kind != Token::Kind::sign) continue;
      if (tokens_[i].text == "(") ++depth;
      if (tokens_[i].text == ")" && --depth == 0) return false;
      if (depth == 1 && (tokens_[i].text == "|" || tokens_[i].text == "||")) return true;
    }
    return false;
  }

  Result<void> random_part(Formula& formula) {
    const std::size_t column = now().column;
    take_sign("(");
    Combination combination;
    Terms terms{{}};
    if (auto read = sum(combination, terms, true); !read) return read;
    const bool apart = is_sign("||");
    if (!take_sign("|") && !take_sign("||")) return wanted("| and what the effects vary between");
    auto factors = grouping();
    if (!factors) return tl::unexpected(factors.error());
    if (!take_sign(")")) return wanted(")");
    TermList list;
    if (auto settled = settle(std::move(terms), std::move(combination), list); !settled) return settled;
    for (const auto& factor : *factors)
      for (TermList& part : apart ? split(list) : std::vector{list})
        formula.random.push_back({std::move(part), factor});
    if (formula.random.size() > most_terms) return too_many(column);
    return {};
  }

  /// (1 + x || g) is (1 | g) + (0 + x | g).
  static std::vector<TermList> split(const TermList& list) {
    std::vector<TermList> parts;
    if (list.intercept) parts.push_back({true, {}, {}});
    for (const Term& term : list.terms) {
      TermList part{false, {}, {{}}};
      for (const std::size_t v : term) {
        part.terms[0].push_back(part.variables.size());
        part.variables.push_back(list.variables[v]);
      }
      parts.push_back(std::move(part));
    }
    return parts;
  }

  /// a/b/c: a, then b in a, then c in them; as lme4, the finest first.
  Result<std::vector<std::vector<std::string>>> grouping() {
    std::vector<std::vector<std::string>> factors;
    do {
      auto factor = crossing();
      if (!factor) return tl::unexpected(factor.error());
      if (!factors.empty()) factor->insert(factor->end(), factors.front().begin(), factors.front().end());
      factors.insert(factors.begin(), std::move(*factor));
      if (factors.front().size() > most_depth) return too_many(now().column);
    } while (take_sign("/"));
    return factors;
  }

  /// a:b
  Result<std::vector<std::string>> crossing() {
    std::vector<std::string> factor;
    do {
      auto name = column_name();
      if (!name) return tl::unexpected(name.error());
      factor.push_back(std::move(*name));
    } while (take_sign(":"));
    return factor;
  }

  Result<std::string> column_name() {
    if (now().kind != Token::Kind::name) return wanted("a column's name");
    const Token& token = tokens_[at_++];
    if (!is_sign("(") || token.quoted) return token.text;
    if (token.text != "factor") {
      --at_;
      return refuse("syntax", "a column by its name is needed here, not a function", now().column);
    }
    ++at_;
    auto name = column_name();
    if (name && !take_sign(")")) return wanted(")");
    return name;
  }

  Result<void> settle(Terms terms, Combination combination, TermList& list) {
    std::stable_sort(terms.begin(), terms.end(),
                     [](const Term& a, const Term& b) { return a.size() < b.size(); });
    list.intercept = !terms.empty() && terms.front().empty();
    if (list.intercept) terms.erase(terms.begin());
    if (!list.intercept && terms.empty())
      return refuse("nothing", "neither an intercept nor a column is left", now().column);
    // Variables that were taken away again are none.
    std::vector<std::size_t> number(combination.variables.size());
    for (std::size_t v = 0; v < number.size(); ++v) {
      const bool used = std::any_of(terms.begin(), terms.end(), [&](const Term& term) {
        return std::binary_search(term.begin(), term.end(), v);
      });
      number[v] = list.variables.size();
      if (used) list.variables.push_back(std::move(combination.variables[v]));
    }
    for (Term& term : terms)
      for (std::size_t& v : term) v = number[v];
    list.terms = std::move(terms);
    return {};
  }

  // Sums and products of terms

  Result<void> sum(Combination& combination, Terms& terms, bool top) {
    auto minus = take_signs();
    do {
      if (auto added = summand(combination, terms, minus.value_or(false), top); !added) return added;
      minus = take_signs();
    } while (minus);
    return {};
  }

  /// Whether + and - before a term come to a minus; nothing where there is no sign.
  std::optional<bool> take_signs() {
    std::optional<bool> minus;
    while (is_sign("+") || is_sign("-")) {
      minus = minus.value_or(false) != is_sign("-");
      ++at_;
    }
    return minus;
  }

  /// `top`: where a 0 takes the intercept away.
  Result<void> summand(Combination& combination, Terms& terms, bool minus, bool top) {
    if (now().kind == Token::Kind::number && now().number == 0) {
      if (!top)
        return refuse("intercept", "0 stands beside the other terms, not in parentheses", now().column);
      ++at_;
      if (minus)
        add(terms, {});
      else
        std::erase(terms, Term{});
      return {};
    }
    const std::size_t column = now().column;
    auto more = product(combination);
    if (!more) return tl::unexpected(more.error());
    for (Term& term : *more) {
      if (minus)
        std::erase(terms, term);
      else
        add(terms, std::move(term));
    }
    if (terms.size() > most_terms) return too_many(column);
    return {};
  }

  static void add(Terms& terms, Term term) {
    if (std::find(terms.begin(), terms.end(), term) == terms.end()) terms.push_back(std::move(term));
  }

  /// a * b is a + b + a:b
  Result<Terms> product(Combination& combination) {
    auto left = interaction(combination);
    while (left && is_sign("*")) {
      const std::size_t column = now().column;
      ++at_;
      auto right = interaction(combination);
      if (!right) return right;
      auto both = times(*left, *right, column);
      if (!both) return both;
      left = join(join(std::move(*left), *right), *both);
      if (left->size() > most_terms) return too_many(column);
    }
    return left;
  }

  Result<Terms> interaction(Combination& combination) {
    auto left = power(combination);
    while (left && is_sign(":")) {
      const std::size_t column = now().column;
      ++at_;
      auto right = power(combination);
      if (!right) return right;
      left = times(*left, *right, column);
    }
    return left;
  }

  /// (a + b)^2 is a + b + a:b
  Result<Terms> power(Combination& combination) {
    auto base = atom(combination);
    while (base && is_sign("^")) {
      const std::size_t column = now().column;
      ++at_;
      const double n = now().kind == Token::Kind::number ? now().number : 0;
      if (!(n >= 1 && n <= most_power && n == std::floor(n)))
        return refuse("power", "a whole number from 1 to 10; the square of a column is I(x^2)", now().column);
      ++at_;
      const Terms once = *base;
      for (int k = 1; k < static_cast<int>(n); ++k) {
        auto more = times(*base, once, column);
        if (!more) return more;
        base = join(std::move(*base), *more);
        if (base->size() > most_terms) return too_many(column);
      }
    }
    return base;
  }

  static Terms join(Terms left, const Terms& right) {
    std::set<Term> known(left.begin(), left.end());
    for (const Term& term : right)
      if (known.insert(term).second) left.push_back(term);
    return left;
  }

  Result<Terms> times(const Terms& left, const Terms& right, std::size_t column) {
    products_ += left.size() * right.size();
    if (products_ > most_products) return too_many(column);
    std::set<Term> known;
    Terms terms;
    for (const Term& a : left)
      for (const Term& b : right) {
        Term both;
        std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
        if (known.insert(both).second) terms.push_back(std::move(both));
        if (terms.size() > most_terms) return too_many(column);
      }
    return terms;
  }

  static tl::unexpected<Error> too_many(std::size_t column) {
    return refuse("too_many_terms", fmt::format("this makes more than {} terms", most_terms), column);
  }

  Result<Terms> atom(Combination& combination) {
    if (depth_ >= most_depth) return too_deep();
    const Deeper deeper(depth_);
    if (now().kind == Token::Kind::number) {
      if (now().number != 1)
        return refuse("number", "only 0 and 1 stand beside terms; arithmetic is written in I()",
                      now().column);
      ++at_;
      return Terms{{}};
    }
    if (is_sign("(")) {
      const std::size_t column = now().column;
      ++at_;
      Terms terms;
      if (auto read = sum(combination, terms, false); !read) return tl::unexpected(read.error());
      if (is_sign("|") || is_sign("||"))
        return refuse("random", "a random part is a summand of its own: ... + (session | client)", column);
      if (!take_sign(")")) return wanted("+, -, :, * or )");
      return terms;
    }
    auto one = variable();
    if (!one) return tl::unexpected(one.error());
    return Terms{{combination.number_of(std::move(*one))}};
  }

  // Columns and functions of them

  Result<Expression> variable() {
    if (now().kind != Token::Kind::name) return wanted("a column or a function of columns");
    if (tokens_[at_ + 1].kind == Token::Kind::sign && tokens_[at_ + 1].text == "(" && !now().quoted)
      return call();
    return Expression{Expression::Kind::column, 0, tokens_[at_++].text, {}};
  }

  Result<Expression> call() {
    if (depth_ >= most_depth) return too_deep();
    const Deeper deeper(depth_);
    const Token name = tokens_[at_];
    const Function* function = find_function(name.text);
    if (function == nullptr)
      return refuse("function",
                    fmt::format("no function '{}'; there are {}", printable(name.text), known_functions()),
                    name.column);
    at_ += 2;
    Expression expression{Expression::Kind::call, 0, name.text, {}};
    do {
      auto argument = expression.arguments.empty() ? first_argument(*function) : column_argument();
      if (!argument) return argument;
      expression.arguments.push_back(std::move(*argument));
    } while (expression.arguments.size() < function->most && take_sign(","));
    const std::size_t n = expression.arguments.size();
    if (n < function->fewest || is_sign(","))
      return refuse("function", fmt::format("it is written {}", function->shape), name.column);
    if (!take_sign(")")) return wanted(n < function->most ? ", or )" : ")");
    return expression;
  }

  Result<Expression> first_argument(const Function& function) {
    if (function.name == "factor") return column_argument();
    return arithmetic();
  }

  Result<Expression> column_argument() {
    if (now().kind != Token::Kind::name || (!now().quoted && tokens_[at_ + 1].text == "("))
      return wanted("a column's name");
    return Expression{Expression::Kind::column, 0, tokens_[at_++].text, {}};
  }

  static Expression operation(std::string sign, std::vector<Expression> arguments) {
    return {Expression::Kind::operation, 0, std::move(sign), std::move(arguments)};
  }

  Result<Expression> arithmetic() {
    return left_to_right("+-", [this] { return left_to_right("*/", [this] { return signed_value(); }); });
  }

  template <class Operand>
  Result<Expression> left_to_right(std::string_view signs, const Operand& operand) {
    auto left = operand();
    std::size_t length = 0;
    while (left && now().kind == Token::Kind::sign && now().text.size() == 1 &&
           signs.find(now().text[0]) != std::string_view::npos) {
      if (++length + depth_ > most_depth) return too_deep();
      const std::string sign = tokens_[at_++].text;
      auto right = operand();
      if (!right) return right;
      left = operation(sign, {std::move(*left), std::move(*right)});
    }
    return left;
  }

  Result<Expression> signed_value() {
    if (depth_ >= most_depth) return too_deep();
    const Deeper deeper(depth_);
    if (take_sign("+")) return signed_value();
    if (take_sign("-")) {
      auto value = signed_value();
      if (!value) return value;
      return operation("-", {std::move(*value)});
    }
    auto base = value();
    if (!base || !take_sign("^")) return base;
    auto exponent = signed_value();
    if (!exponent) return exponent;
    return operation("^", {std::move(*base), std::move(*exponent)});
  }

  Result<Expression> value() {
    if (now().kind == Token::Kind::number)
      return Expression{Expression::Kind::number, tokens_[at_++].number, "", {}};
    if (is_sign("(")) {
      ++at_;
      auto inner = arithmetic();
      if (inner && !take_sign(")")) return wanted("an operator or )");
      return inner;
    }
    const std::size_t column = now().column;
    auto one = variable();
    if (one && one->kind == Expression::Kind::call && one->name == "factor")
      return refuse("function", "factor() stands for itself, not inside another function", column);
    return one;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t products_ = 0;
};

// As R writes it

int binding(const Expression& e) {
  if (e.kind != Expression::Kind::operation) return 5;
  if (e.name == "^") return 4;
  if (e.arguments.size() == 1) return 3;
  return e.name == "*" || e.name == "/" ? 2 : 1;
}

std::string within_parentheses(const Expression& e, bool needed) {
  return needed ? "(" + to_text(e) + ")" : to_text(e);
}

std::string operation_text(const Expression& e) {
  const int own = binding(e);
  if (e.arguments.size() == 1) return "-" + within_parentheses(e.arguments[0], binding(e.arguments[0]) < 3);
  const bool right_first = e.name == "^";
  const bool left = binding(e.arguments[0]) < own + (right_first ? 1 : 0);
  // A sign may follow ^ as it is.
  const bool right = right_first ? binding(e.arguments[1]) < 3 : binding(e.arguments[1]) <= own;
  const std::string sign = e.name == "^" || e.name == "/" ? e.name : " " + e.name + " ";
  return within_parentheses(e.arguments[0], left) + sign + within_parentheses(e.arguments[1], right);
}

}  // namespace

std::string number_text(double value) {
  const std::string fifteen = fmt::format("{:.15g}", value);
  double back = 0;
  std::from_chars(fifteen.data(), fifteen.data() + fifteen.size(), back);
  return back == value ? fifteen : fmt::format("{}", value);
}

std::string quoted_name(const std::string& name) {
  const bool plain =
      !name.empty() && begins_name(name[0]) && name[0] != '_' &&
      !(name[0] == '.' && name.size() > 1 && is_digit(name[1])) &&
      std::all_of(name.begin(), name.end(), [](char c) { return begins_name(c) || is_digit(c); });
  // What R keeps for itself.
  constexpr std::string_view kept[] = {"if", "else", "repeat", "while", "function", "for", "next", "break",
                                       "in", "TRUE", "FALSE",  "NULL",  "Inf",      "NaN", "NA"};
  const bool reserved = std::find(std::begin(kept), std::end(kept), name) != std::end(kept);
  return plain && !reserved ? name : "`" + name + "`";
}

std::string to_text(const Expression& e) {
  switch (e.kind) {
    case Expression::Kind::number:
      return number_text(e.number);
    case Expression::Kind::column:
      return quoted_name(e.name);
    case Expression::Kind::operation:
      return operation_text(e);
    case Expression::Kind::call:
      break;
  }
  std::string arguments;
  for (const Expression& argument : e.arguments)
    arguments += (arguments.empty() ? "" : ", ") + to_text(argument);
  return e.name + "(" + arguments + ")";
}

std::string term_text(const TermList& list, const std::vector<std::size_t>& term) {
  std::string text;
  for (const std::size_t v : term) text += (text.empty() ? "" : ":") + to_text(list.variables[v]);
  return text;
}

std::string factor_text(const std::vector<std::string>& factor) {
  std::string text;
  for (const std::string& name : factor) text += (text.empty() ? "" : ":") + quoted_name(name);
  return text;
}

namespace {

std::string list_text(const TermList& list) {
  std::string text = list.intercept ? "" : "0";
  for (const auto& term : list.terms) text += (text.empty() ? "" : " + ") + term_text(list, term);
  return text.empty() ? "1" : text;
}

}  // namespace

std::string to_text(const Formula& formula) {
  std::string text = to_text(formula.response) + " ~ " + list_text(formula.fixed);
  for (const RandomPart& part : formula.random)
    text += fmt::format(" + ({} | {})", list_text(part.columns), factor_text(part.factor));
  return text;
}

Result<Formula> parse_formula(std::string_view text) {
  auto tokens = Tokens::of(text);
  if (!tokens) return tl::unexpected(tokens.error());
  return Parser(std::move(*tokens)).formula();
}

Result<ResidualTerm> parse_residual(std::string_view text) {
  auto tokens = Tokens::of(text);
  if (!tokens) return tl::unexpected(tokens.error());
  auto term = Parser(std::move(*tokens)).residual();
  if (term) return term;
  Error error = term.error();
  error.where.name = "residual";
  return tl::unexpected(std::move(error));
}

std::string to_text(const ResidualTerm& term) {
  const std::string within = factor_text(term.within);
  switch (term.correlation) {
    case stats::ResidualCorrelation::autoregressive:
      return fmt::format("ar1({} | {})", quoted_name(term.position), within);
    case stats::ResidualCorrelation::continuous_autoregressive:
      return fmt::format("car1({} | {})", quoted_name(term.position), within);
    case stats::ResidualCorrelation::compound_symmetry:
      return fmt::format("cs({})", within);
    case stats::ResidualCorrelation::none:
      break;
  }
  return "";
}

void want(std::vector<WantedColumn>& wanted, const std::string& name, ColumnUse use) {
  const auto at = std::find_if(wanted.begin(), wanted.end(),
                               [&](const WantedColumn& column) { return column.name == name; });
  if (at == wanted.end())
    wanted.push_back({name, use});
  else if (at->use != use)
    at->use = ColumnUse::number_or_label;
}

void add_columns(const Expression& e, std::vector<WantedColumn>& wanted) {
  if (e.kind == Expression::Kind::column) return want(wanted, e.name, ColumnUse::number);
  const bool grouped = e.name == "centre" || e.name == "within" || e.name == "between" || e.name == "lag";
  for (std::size_t i = 0; i < e.arguments.size(); ++i) {
    if (e.kind == Expression::Kind::call && e.name == "factor")
      want(wanted, e.arguments[i].name, ColumnUse::number_or_label);
    else if (e.kind == Expression::Kind::call && grouped && i == 1)
      want(wanted, e.arguments[i].name, ColumnUse::label);
    else
      add_columns(e.arguments[i], wanted);
  }
}

}  // namespace securebase::models
