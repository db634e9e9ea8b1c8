#pragma once
// Structural models as the field writes them, in the language of lavaan (Rosseel 2012, J. Stat. Softw.
// 48(2)):
//
//   factor =~ x1 + x2        measured by        y ~ x + z      regressed on
//   a ~~ b                   covary; a ~~ a: its variance      y ~ 1   its mean or intercept
//   total := a*b + c         defined by labels
//
// Before a variable, with `*`: a number (fixed), NA (free), a label (equal where labels are equal),
// start(0.5), equal("label"), label("a"), c(...) with one of these for each group; several of them in a row.
// Names joined by + on the left share what follows. A statement ends with its line or `;`, and goes on where
// the line ends in an operator or the next begins with one. # and ! begin a comment. Text in, terms out: what
// a program adds by itself is structural_auto.hpp's part.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stats/structural_model.hpp"

namespace securebase::models {

/// What stands before a variable, for one group.
struct TermModifier {
  std::optional<double> fixed;
  bool free = false;  ///< NA: free whatever would fix it
  std::string label;
  std::optional<double> start;

  bool operator==(const TermModifier&) const = default;
};

struct SyntaxTerm {
  stats::Relation relation = stats::Relation::predicts;
  std::string left;
  std::string right;                    ///< empty for a mean
  std::vector<TermModifier> modifiers;  ///< one for all groups, or one for each
  std::size_t line = 0;                 ///< where `right` stands, from 1
  std::size_t column = 0;               ///< in bytes, from 1

  /// That of group g.
  [[nodiscard]] const TermModifier& modifier(std::size_t g) const {
    return modifiers.size() == 1 ? modifiers.front() : modifiers.at(g);
  }
};

struct StructuralSyntax {
  std::vector<SyntaxTerm> terms;  ///< in the order of the text, every cell of the model once
  std::vector<stats::DefinedParameter> defined;
  std::size_t groups = 0;  ///< as many as every c(...) names; 0: none does

  /// Left of =~, in order.
  [[nodiscard]] std::vector<std::string> latent() const;
  /// All others: indicators, outcomes, then the rest, each in order.
  [[nodiscard]] std::vector<std::string> observed() const;
};

/// Limits of what is read.
inline constexpr std::size_t longest_syntax = 1U << 18U;  ///< bytes
inline constexpr std::size_t most_terms = 5000;
inline constexpr std::size_t most_variables = 300;
inline constexpr std::size_t longest_name = 100;  ///< bytes

/// `name` is that of the file. Errors (bad_data), with line and column and what would be valid:
/// "structural.syntax" (a sign where it cannot stand), "structural.syntax_name" (no name, or too long),
/// "structural.syntax_number", "structural.syntax_modifier", "structural.syntax_groups" (c() of different
/// lengths), "structural.syntax_twice" (a cell with two values), "structural.syntax_unsupported" (==, <, >,
/// |,
/// <~, ~*~ and levels), "structural.syntax_empty", "structural.syntax_long".
[[nodiscard]] Result<StructuralSyntax> parse_structural(std::string_view text, std::string_view name);

/// A model of one group in this language, nothing left to add: parse_structural gives its terms back.
[[nodiscard]] std::string syntax_of(const stats::StructuralModel& model,
                                    const std::vector<stats::DefinedParameter>& defined);

}  // namespace securebase::models
