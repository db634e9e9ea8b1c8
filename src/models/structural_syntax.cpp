#include "models/structural_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "base/printable.hpp"

namespace securebase::models {
namespace {

using stats::Relation;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

enum class TokenKind { name, number, text, sign, line_end, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  std::size_t line = 1;
  std::size_t column = 1;

  [[nodiscard]] bool is(std::string_view sign) const { return kind == TokenKind::sign && text == sign; }
};

using Tokens = std::vector<Token>;

constexpr std::string_view relations[] = {"=~", "~~", "~", ":="};

bool is_relation(const Token& token) {
  return std::any_of(std::begin(relations), std::end(relations),
                     [&](std::string_view sign) { return token.is(sign); });
}

tl::unexpected<Error> fault(const char* code, std::string detail, std::string_view name, const Token& at) {
  return fail(ErrorKind::bad_data, std::string("structural.syntax") + code, std::move(detail),
              Place{std::string(name), at.line, at.column, {}});
}

/// Cuts a text into tokens. Line ends within parentheses, after an operator and before one are left out.
class Lexer {
 public:
  Lexer(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  Result<Tokens> read() {
    while (at_ < text_.size())
      if (auto next = token(); !next) return tl::unexpected(next.error());
    add(TokenKind::line_end, 0);
    add(TokenKind::end, 0);
    join_lines();
    return std::move(tokens_);
  }

 private:
  Result<void> token() {
    const char c = text_[at_];
    if (c == '#' || c == '!') return comment();
    if (c == '\n' || c == ';') return line_end();
    if (c == ' ' || c == '\t' || c == '\r') return skip();
    if (c == '"' || c == '\'') return quoted(c);
    if (is_letter(c) || (c == '.' && at_ + 1 < text_.size() && is_letter(text_[at_ + 1]))) return word();
    if (is_digit(c) || c == '.') return number();
    return sign();
  }

  Result<void> skip() {
    ++at_;
    return {};
  }

  Result<void> comment() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    return {};
  }

  Result<void> line_end() {
    const bool new_line = text_[at_] == '\n';
    add(TokenKind::line_end, 1);
    if (new_line) {
      ++line_;
      line_begin_ = at_;
    }
    return {};
  }

  Result<void> quoted(char mark) {
    const auto close = text_.find_first_of(std::string{mark, '\n'}, at_ + 1);
    if (close == std::string_view::npos || text_[close] != mark)
      return fault("", "this quotation mark is not closed on its line", name_, here());
    ++at_;
    add(TokenKind::text, close - at_);
    ++at_;
    return {};
  }

  Result<void> word() {
    std::size_t length = 1;
    while (at_ + length < text_.size() &&
           (is_letter(text_[at_ + length]) || is_digit(text_[at_ + length]) || text_[at_ + length] == '.'))
      ++length;
    if (length > longest_name)
      return fault("_name", fmt::format("a name has at most {} bytes", longest_name), name_, here());
    if (!is_plain_text(text_.substr(at_, length)))
      return fault("_name", "a name is made of letters, digits, _ and ., as UTF-8", name_, here());
    add(TokenKind::name, length);
    return {};
  }

  Result<void> number() {
    double value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc() || !std::isfinite(value))
      return fault("_number", "a number such as 1, 0.5 or 1e-3 is needed", name_, here());
    add(TokenKind::number, static_cast<std::size_t>(end - text_.data()) - at_);
    return {};
  }

  Result<void> sign() {
    constexpr std::string_view foreign[] = {"~*~", "<~", "==", "|", "<", ">", "%"};
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view other : foreign)
      if (rest.starts_with(other))
        return fault(
            "_unsupported",
            fmt::format("{} is not understood here; what is: =~ ~ ~~ := and equal labels for what is equal",
                        other),
            name_, here());
    constexpr std::string_view known[] = {"=~", "~~", ":=", "~", "+", "-", "*", "/", "(", ")", ",", "^"};
    for (const std::string_view one : known)
      if (rest.starts_with(one)) {
        if (one == "(") ++depth_;
        if (one == ")" && depth_ > 0) --depth_;
        add(TokenKind::sign, one.size());
        return {};
      }
    if (rest.starts_with(":"))
      return fault("_unsupported", "models of several levels are not understood here; := defines a parameter",
                   name_, here());
    return fault("", "this sign has no meaning here; what has: =~ ~ ~~ := + - * / ( ) , # and names", name_,
                 here());
  }

  [[nodiscard]] Token here() const { return {TokenKind::sign, {}, line_, at_ - line_begin_ + 1}; }

  void add(TokenKind kind, std::size_t length) {
    Token token = here();
    token.kind = kind;
    token.text = text_.substr(at_, length);
    at_ += length;
    if (kind == TokenKind::line_end && depth_ > 0 && token.text == "\n") return;
    if (kind == TokenKind::line_end) depth_ = 0;
    tokens_.push_back(token);
  }

  static bool goes_on(const Token& token) {
    return is_relation(token) || token.is("+") || token.is("*") || token.is("/") || token.is("-") ||
           token.is(",");
  }

  void join_lines() {
    Tokens joined;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool soft = tokens_[i].kind == TokenKind::line_end && tokens_[i].text == "\n";
      if (soft && !joined.empty() && goes_on(joined.back())) continue;
      std::size_t next = i;
      while (soft && next < tokens_.size() && tokens_[next].kind == TokenKind::line_end &&
             tokens_[next].text == "\n")
        ++next;
      if (soft && next < tokens_.size() && !joined.empty() && joined.back().kind != TokenKind::line_end &&
          goes_on(tokens_[next])) {
        i = next - 1;
        continue;
      }
      joined.push_back(tokens_[i]);
    }
    tokens_ = std::move(joined);
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  int depth_ = 0;
  Tokens tokens_;
};

/// One sign of a modifier at a time: what has been said already must not be said otherwise.
enum class Said { fixed, label, start };

class Parser {
 public:
  Parser(Tokens tokens, std::string_view name) : tokens_(std::move(tokens)), name_(name) {}

  Result<StructuralSyntax> read() {
    while (peek().kind != TokenKind::end) {
      if (peek().kind == TokenKind::line_end) {
        ++at_;
        continue;
      }
      if (auto statement = read_statement(); !statement) return tl::unexpected(statement.error());
    }
    if (syntax_.terms.empty())
      return fault("_empty",
                   "there is no model: a line such as 'y ~ x' or 'factor =~ x1 + x2 + x3' is needed", name_,
                   tokens_.front());
    return std::move(syntax_);
  }

 private:
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  Token take() {
    const Token token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }

  Result<void> read_statement() {
    std::vector<Token> left;
    for (;;) {
      if (peek().kind != TokenKind::name)
        return fault("", "a statement begins with the name of a variable, as in 'y ~ x'", name_, peek());
      left.push_back(take());
      if (!peek().is("+")) break;
      take();
    }
    const Token relation = take();
    if (!is_relation(relation))
      return fault("", "after the names on the left one of =~ ~ ~~ := is needed", name_, relation);
    if (relation.is(":=")) return read_defined(left);
    return read_right(left, relation);
  }

  Result<void> read_defined(const std::vector<Token>& left) {
    if (left.size() != 1) return fault("", ":= defines one name", name_, left[1]);
    const std::string name(left[0].text);
    if ((static_cast<unsigned char>(name[0]) & 0x80U) != 0 || name[0] == '.')
      return fault("_name", "what is defined begins with a letter from a to z or _", name_, left[0]);
    for (const auto& known : syntax_.defined)
      if (known.name == name) return fault("_twice", "this name is defined twice", name_, left[0]);
    std::string formula;
    while (peek().kind != TokenKind::line_end && peek().kind != TokenKind::end) {
      const Token token = take();
      if (token.is("^") || token.kind == TokenKind::text || is_relation(token) || token.is(","))
        return fault("_unsupported",
                     "a formula has numbers, labels, + - * / and parentheses; a square is a*a", name_, token);
      formula += std::string(formula.empty() ? "" : " ") + std::string(token.text);
    }
    if (formula.empty())
      return fault("", "after := a formula of labels is needed, such as a*b", name_, peek());
    syntax_.defined.push_back({name, formula});
    if (syntax_.defined.size() > most_terms) return too_long(left[0]);
    return {};
  }

  Result<void> read_right(const std::vector<Token>& left, const Token& relation) {
    for (;;) {
      std::vector<TermModifier> modifiers(1);
      if (auto read = read_modifiers(modifiers); !read) return read;
      const Token right = take();
      if (auto added = add_terms(left, relation, right, modifiers); !added) return added;
      if (!peek().is("+")) break;
      take();
    }
    if (peek().kind != TokenKind::line_end && peek().kind != TokenKind::end)
      return fault("", "after a variable + and the next one are needed, or the end of the line", name_,
                   peek());
    return {};
  }

  static bool is_one(const Token& token) { return token.kind == TokenKind::number && token.text == "1"; }

  Result<void> add_terms(const std::vector<Token>& left, const Token& relation, const Token& right,
                         const std::vector<TermModifier>& modifiers) {
    const bool mean = relation.is("~") && is_one(right);
    if (!mean && right.kind != TokenKind::name)
      return fault("_name",
                   relation.is("~") ? "the name of a variable is needed here, or 1 for a mean"
                                    : "the name of a variable is needed here",
                   name_, right);
    for (const Token& name : left) {
      SyntaxTerm term;
      term.relation = mean                ? Relation::mean
                      : relation.is("=~") ? Relation::loads
                      : relation.is("~")  ? Relation::predicts
                                          : Relation::covaries;
      term.left = name.text;
      if (!mean) term.right = right.text;
      term.modifiers = modifiers;
      term.line = right.line;
      term.column = right.column;
      if (term.left == term.right && term.relation != Relation::covaries)
        return fault("", "a variable cannot act on itself; its variance is written with ~~", name_, right);
      if (auto added = add_term(std::move(term), right); !added) return added;
    }
    return {};
  }

  Result<void> add_term(SyntaxTerm term, const Token& at) {
    const bool symmetric = term.relation == Relation::covaries;
    const auto ends = symmetric ? std::minmax(term.left, term.right)
                                : std::pair<const std::string&, const std::string&>(term.left, term.right);
    const auto key = std::tuple(term.relation, ends.first, ends.second);
    const auto [found, is_new] = cells_.try_emplace(key, syntax_.terms.size());
    if (!is_new) return merge(syntax_.terms[found->second], term, at);
    if (auto counted = count_names(term, at); !counted) return counted;
    syntax_.terms.push_back(std::move(term));
    if (syntax_.terms.size() > most_terms) return too_long(at);
    return {};
  }

  Result<void> count_names(const SyntaxTerm& term, const Token& at) {
    names_.insert(term.left);
    if (!term.right.empty()) names_.insert(term.right);
    if (names_.size() > most_variables)
      return fault("_long", fmt::format("at most {} variables can be worked with", most_variables), name_,
                   at);
    return {};
  }

  [[nodiscard]] Result<void> too_long(const Token& at) const {
    return fault("_long", fmt::format("at most {} terms are read", most_terms), name_, at);
  }

  /// "f =~ x + start(2)*x" says one term in two places.
  Result<void> merge(SyntaxTerm& term, const SyntaxTerm& more, const Token& at) {
    std::vector<TermModifier> merged = term.modifiers;
    for (std::size_t g = 0; g < more.modifiers.size(); ++g) {
      if (merged.size() == 1 && more.modifiers.size() > 1)
        merged.resize(more.modifiers.size(), merged.front());
      for (auto& own :
           merged.size() == more.modifiers.size() ? std::span(merged).subspan(g, 1) : std::span(merged)) {
        const TermModifier& other = more.modifiers[g];
        const bool both = (is_fixed(own) && is_fixed(other)) ||
                          (!own.label.empty() && !other.label.empty()) || (own.start && other.start);
        const bool neither = other == TermModifier{};
        if (both || neither)
          return fault("_twice", "this stands in the model already; each term has one place", name_, at);
        if (is_fixed(other)) own.fixed = other.fixed, own.free = other.free;
        if (!other.label.empty()) own.label = other.label;
        if (other.start) own.start = other.start;
      }
    }
    term.modifiers = std::move(merged);
    return {};
  }

  static bool is_fixed(const TermModifier& modifier) { return modifier.fixed || modifier.free; }

  /// Whether a modifier begins here: something before a `*`, or a call.
  [[nodiscard]] bool at_modifier() const {
    const std::size_t sign = peek().is("-") || peek().is("+") ? 1 : 0;
    if (sign == 1) return peek(1).kind == TokenKind::number;
    if (peek().kind == TokenKind::name && peek(1).is("(")) return true;
    const bool value =
        peek().kind == TokenKind::name || peek().kind == TokenKind::number || peek().kind == TokenKind::text;
    return value && peek(1).is("*");
  }

  Result<void> read_modifiers(std::vector<TermModifier>& modifiers) {
    while (at_modifier()) {
      const Token begin = peek();
      auto more = read_modifier();
      if (!more) return tl::unexpected(more.error());
      if (!peek().is("*")) return fault("", "after this, * and a variable are needed", name_, peek());
      take();
      if (auto added = add_modifier(modifiers, *more, begin); !added) return added;
    }
    return {};
  }

  Result<void> add_modifier(std::vector<TermModifier>& modifiers, const std::vector<TermModifier>& more,
                            const Token& at) {
    if (more.size() > 1 && modifiers.size() == 1) modifiers.resize(more.size(), modifiers.front());
    if (more.size() > 1 && more.size() != modifiers.size()) return wrong_groups(at);
    for (std::size_t g = 0; g < modifiers.size(); ++g) {
      const TermModifier& other = more.size() == 1 ? more[0] : more[g];
      TermModifier& own = modifiers[g];
      if ((is_fixed(own) && is_fixed(other)) || (!own.label.empty() && !other.label.empty()) ||
          (own.start && other.start))
        return fault("_modifier", "before one variable stands one value, one label and one start at most",
                     name_, at);
      if (is_fixed(other)) own.fixed = other.fixed, own.free = other.free;
      if (!other.label.empty()) own.label = other.label;
      if (other.start) own.start = other.start;
    }
    return {};
  }

  [[nodiscard]] Result<void> wrong_groups(const Token& at) const {
    return fault("_groups", "every c(...) of a model has as many parts as there are groups", name_, at);
  }

  Result<std::vector<TermModifier>> read_modifier() {
    if (peek().kind == TokenKind::name && peek(1).is("(")) return read_call();
    const auto one = read_value();
    if (!one) return tl::unexpected(one.error());
    return std::vector{*one};
  }

  Result<std::vector<TermModifier>> read_call() {
    const Token word = take();
    take();
    const bool each = word.text == "c";
    if (!each && word.text != "start" && word.text != "equal" && word.text != "label")
      return fault(
          "_modifier",
          "what can stand before a variable: a number, NA, a label, start(0.5), label(\"a\"), c(...)", name_,
          word);
    std::vector<TermModifier> values;
    for (;;) {
      auto value = read_part(word);
      if (!value) return tl::unexpected(value.error());
      values.insert(values.end(), value->begin(), value->end());
      if (values.size() > most_groups)
        return fault("_groups", fmt::format("at most {} groups", most_groups), name_, word);
      const Token next = take();
      if (next.is(")")) break;
      if (!next.is(",")) return fault("", "here , and the next value, or ) are needed", name_, next);
    }
    if (values.size() > 1 || each) {
      if (syntax_.groups != 0 && syntax_.groups != values.size())
        return tl::unexpected(wrong_groups(word).error());
      syntax_.groups = values.size();
    }
    return values;
  }

  /// One part of a call: start(1), start(c(1, 2)), c(start(1), a).
  Result<std::vector<TermModifier>> read_part(const Token& word) {
    const bool each = word.text == "c";
    if (peek().kind == TokenKind::name && peek(1).is("(")) {
      const bool inner_each = peek().text == "c";
      if (inner_each == each || depth_ > 0)
        return fault("_modifier", "c(...) holds numbers, NA and labels; start(...) numbers", name_, peek());
      ++depth_;
      auto inner = read_call();
      --depth_;
      if (!inner || each) return inner;
      for (auto& value : *inner)
        if (auto kept = as_said(value, word); !kept) return tl::unexpected(kept.error());
      return inner;
    }
    auto value = read_value();
    if (!value) return tl::unexpected(value.error());
    if (!each)
      if (auto kept = as_said(*value, word); !kept) return tl::unexpected(kept.error());
    return std::vector{*value};
  }

  /// What start(...), label(...) and equal(...) make of a value.
  Result<void> as_said(TermModifier& value, const Token& word) const {
    if (word.text == "start") {
      if (!value.fixed) return fault("_modifier", "start() takes a number, such as start(0.5)", name_, word);
      value.start = std::exchange(value.fixed, std::nullopt);
      return {};
    }
    if (value.label.empty())
      return fault("_modifier", "a label is needed, such as label(\"a\")", name_, word);
    return {};
  }

  Result<TermModifier> read_value() {
    TermModifier value;
    const bool negative = peek().is("-");
    if (negative || peek().is("+")) take();
    const Token token = take();
    if (token.kind == TokenKind::number) {
      double number = 0;
      std::from_chars(token.text.data(), token.text.data() + token.text.size(), number);
      value.fixed = negative ? -number : number;
      return value;
    }
    if (token.kind == TokenKind::name && token.text == "NA") {
      value.free = true;
      return value;
    }
    if (token.kind == TokenKind::name || token.kind == TokenKind::text) {
      if (!is_label(token.text))
        return fault("_name",
                     "a label begins with a letter from a to z or _ and has letters, digits, _ and . only",
                     name_, token);
      value.label = token.text;
      return value;
    }
    return fault("_modifier", "a number, NA or a label is needed here", name_, token);
  }

  static bool is_label(std::string_view text) {
    const auto fits = [](char c) {
      return (is_letter(c) || is_digit(c) || c == '.') && static_cast<unsigned char>(c) < 0x80;
    };
    return !text.empty() && text.size() <= longest_name && is_letter(text[0]) &&
           std::all_of(text.begin(), text.end(), fits);
  }

  static constexpr std::size_t most_groups = 100;

  Tokens tokens_;
  std::string_view name_;
  std::size_t at_ = 0;
  int depth_ = 0;
  StructuralSyntax syntax_;
  std::map<std::tuple<Relation, std::string, std::string>, std::size_t> cells_;
  std::set<std::string> names_;
};

void add_new(std::vector<std::string>& names, const std::string& name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::string modifier_text(const stats::Term& term) {
  std::string text;
  if (term.fixed) text += fmt::format("{}*", *term.fixed);
  if (!term.label.empty()) text += term.label + "*";
  if (term.start) text += fmt::format("start({})*", *term.start);
  return text;
}

}  // namespace

std::vector<std::string> StructuralSyntax::latent() const {
  std::vector<std::string> names;
  for (const SyntaxTerm& term : terms)
    if (term.relation == Relation::loads) add_new(names, term.left);
  return names;
}

std::vector<std::string> StructuralSyntax::observed() const {
  const auto factors = latent();
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(factors.begin(), factors.end(), name) == factors.end()) add_new(names, name);
  };
  for (const SyntaxTerm& term : terms)
    if (term.relation == Relation::loads) add(term.right);
  for (const SyntaxTerm& term : terms)
    if (term.relation == Relation::predicts) add(term.left);
  for (const SyntaxTerm& term : terms) {
    add(term.left);
    add(term.right);
  }
  return names;
}

Result<StructuralSyntax> parse_structural(std::string_view text, std::string_view name) {
  if (text.size() > longest_syntax)
    return fail(ErrorKind::bad_data, "structural.syntax_long",
                fmt::format("a model has at most {} bytes", longest_syntax),
                Place{std::string(name), 0, 0, {}});
  auto tokens = Lexer(text, name).read();
  if (!tokens) return tl::unexpected(tokens.error());
  return Parser(std::move(*tokens), name).read();
}

std::string syntax_of(const stats::StructuralModel& model,
                      const std::vector<stats::DefinedParameter>& defined) {
  std::string text;
  for (const stats::Term& term : model.terms) {
    const char* sign = term.relation == Relation::loads      ? "=~"
                       : term.relation == Relation::covaries ? "~~"
                                                             : "~";
    text += fmt::format("{} {} {}{}\n", term.left, sign, modifier_text(term),
                        term.relation == Relation::mean ? "1" : term.right);
  }
  for (const auto& one : defined) text += fmt::format("{} := {}\n", one.name, one.formula);
  return text;
}

}  // namespace securebase::models
