#include "models/structural_auto.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/printable.hpp"

namespace securebase::models {
namespace {

using stats::Invariance;
using stats::Relation;
using stats::StructuralModel;
using stats::Term;
using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Who does what in a model as it is written.
struct Roles {
  Names latent;
  Names observed;
  std::set<std::string> outcomes;    // left of ~
  std::set<std::string> predictors;  // right of ~
  std::set<std::string> indicators;  // right of =~
  std::set<std::string> described;   // in ~~ or ~1
  std::map<std::string, std::size_t> indicators_of;
  std::map<std::string, std::size_t> factors_of;

  explicit Roles(const StructuralSyntax& syntax) : latent(syntax.latent()), observed(syntax.observed()) {
    for (const SyntaxTerm& term : syntax.terms) {
      if (term.relation == Relation::predicts) {
        outcomes.insert(term.left);
        predictors.insert(term.right);
      } else if (term.relation == Relation::loads) {
        indicators.insert(term.right);
        ++indicators_of[term.left];
        ++factors_of[term.right];
      } else {
        described.insert(term.left);
        described.insert(term.right);
      }
    }
  }

  [[nodiscard]] bool only_predicts(const std::string& name) const {
    return predictors.contains(name) && !outcomes.contains(name) && !indicators.contains(name) &&
           !described.contains(name);
  }
};

Result<Names> given_of(const Roles& roles, const Names& asked) {
  Names given;
  for (const std::string& name : roles.observed)
    if (roles.only_predicts(name)) given.push_back(name);
  for (const std::string& name : asked) {
    if (!contains(roles.observed, name))
      return fail(
          ErrorKind::bad_data, "structural.given",
          fmt::format("{} cannot be given: it is no observed variable of the model", printable(name)));
    if (roles.outcomes.contains(name) || roles.indicators.contains(name) || roles.described.contains(name))
      return fail(ErrorKind::bad_data, "structural.given",
                  fmt::format("{} cannot be given: the model says something of it", printable(name)));
    if (!contains(given, name)) given.push_back(name);
  }
  return given;
}

/// The terms of one group, and the rules.
class Builder {
 public:
  Builder(const StructuralSyntax& syntax, const Roles& roles, const Names& given, const PlanOptions& options,
          std::size_t group)
      : syntax_(syntax), roles_(roles), options_(options), group_(group) {
    model_.latent = roles.latent;
    model_.given = given;
    for (const std::string& name : roles.observed)
      if (!contains(given, name)) model_.observed.push_back(name);
    model_.observed.insert(model_.observed.end(), given.begin(), given.end());
  }

  Result<StructuralModel> build() {
    for (const SyntaxTerm& written : syntax_.terms)
      if (auto added = add_written(written); !added) return tl::unexpected(added.error());
    if (options_.rules != AutoRules::none) {
      add_variances();
      add_covariances();
      add_means();
    }
    if (options_.step) share();
    return std::move(model_);
  }

 private:
  Result<void> add_written(const SyntaxTerm& written) {
    const TermModifier& modifier = written.modifier(group_);
    Term term{written.relation, written.left, written.right, modifier.fixed, modifier.label, modifier.start};
    const bool marker = options_.rules != AutoRules::none && term.relation == Relation::loads &&
                        marked_.insert(term.left).second;
    if (marker && !term.fixed && !modifier.free) {
      if (term.start)
        return fail(ErrorKind::bad_data, "structural.marker",
                    "the first loading of a factor is 1, and so it has no start; NA before it makes it free",
                    Place{{}, written.line, written.column, {}});
      term.fixed = 1;
    }
    said_.insert(cell_of(term));
    model_.terms.push_back(std::move(term));
    return {};
  }

  static std::string cell_of(const Term& term) {
    if (term.relation != Relation::covaries) return stats::to_text(term);
    Term ordered = term;
    if (ordered.right < ordered.left) std::swap(ordered.left, ordered.right);
    return stats::to_text(ordered);
  }

  void add(Relation relation, const std::string& left, const std::string& right,
           std::optional<double> fixed = {}) {
    Term term{relation, left, right, fixed, "", {}};
    if (said_.insert(cell_of(term)).second) model_.terms.push_back(std::move(term));
  }

  [[nodiscard]] bool is_given(const std::string& name) const { return contains(model_.given, name); }

  /// The only indicator of a factor has no error of its own that could be told from it.
  [[nodiscard]] bool is_lone_indicator(const std::string& name) const {
    for (const Term& term : model_.terms)
      if (term.relation == Relation::loads && term.right == name && roles_.indicators_of.at(term.left) == 1)
        return true;
    return false;
  }

  void add_variances() {
    for (const std::string& name : model_.observed)
      if (!is_given(name))
        add(Relation::covaries, name, name,
            is_lone_indicator(name) ? std::optional<double>(0) : std::nullopt);
    for (const std::string& name : model_.latent) add(Relation::covaries, name, name);
  }

  void add_pairs(const Names& names) {
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = i + 1; j < names.size(); ++j) add(Relation::covaries, names[i], names[j]);
  }

  void add_covariances() {
    Names free_factors, last;
    for (const std::string& name : model_.latent)
      if (!roles_.outcomes.contains(name) && !roles_.indicators.contains(name)) free_factors.push_back(name);
    add_pairs(free_factors);
    for (const Names* names : {&model_.latent, &model_.observed})
      for (const std::string& name : *names)
        if (roles_.outcomes.contains(name) && !roles_.predictors.contains(name) &&
            !roles_.indicators.contains(name))
          last.push_back(name);
    add_pairs(last);
  }

  void add_means() {
    if (options_.rules == AutoRules::growth) {
      for (const std::string& name : model_.latent) add(Relation::mean, name, "");
      return;
    }
    for (const std::string& name : model_.observed)
      if (!is_given(name)) add(Relation::mean, name, "");
  }

  [[nodiscard]] bool is_shared(const Term& term) const {
    const bool observed = contains(model_.observed, term.left);
    switch (term.relation) {
      case Relation::loads:
        return *options_.step >= Invariance::metric;
      case Relation::mean:
        return observed && *options_.step >= Invariance::scalar;
      case Relation::covaries:
        return observed && term.left == term.right && *options_.step >= Invariance::strict;
      case Relation::predicts:
        break;
    }
    return false;
  }

  void share() {
    for (Term& term : model_.terms)
      if (!term.fixed && term.label.empty() && is_shared(term)) term.label = stats::to_text(term);
    if (*options_.step < Invariance::scalar || group_ == 0 || options_.rules == AutoRules::none) return;
    for (const std::string& name : model_.latent) add(Relation::mean, name, "");
  }

  const StructuralSyntax& syntax_;
  const Roles& roles_;
  const PlanOptions& options_;
  std::size_t group_;
  StructuralModel model_;
  std::set<std::string> marked_;
  std::set<std::string> said_;
};

/// Labels of what is fixed become constants, so that formulas may name them.
Result<void> take_constants(StructuralPlan& plan) {
  std::map<std::string, double> constants;
  std::set<std::string> free;
  for (StructuralModel& model : plan.models)
    for (Term& term : model.terms) {
      if (term.label.empty()) continue;
      if (!term.fixed) {
        free.insert(term.label);
        continue;
      }
      const auto [at, is_new] = constants.try_emplace(term.label, *term.fixed);
      if (!is_new && at->second != *term.fixed)
        return fail(ErrorKind::bad_data, "structural.label_twice",
                    fmt::format("{}: one label cannot stand for two fixed values", printable(term.label)));
      term.label.clear();
    }
  for (const auto& [label, value] : constants) {
    if (free.contains(label))
      return fail(
          ErrorKind::bad_data, "structural.label_twice",
          fmt::format("{}: one label cannot stand for what is free and what is fixed (the first loading of a "
                      "factor is fixed at 1, unless NA stands before it)",
                      printable(label)));
    plan.defined.push_back({label, fmt::format("{}", value)});
  }
  plan.constants = plan.defined.size();
  return {};
}

}  // namespace

Result<StructuralPlan> plan_structural(const StructuralSyntax& syntax, const PlanOptions& options) {
  if (syntax.groups != 0 && syntax.groups != options.groups)
    return fail(ErrorKind::bad_data, "structural.groups",
                fmt::format("c(...) in the model has {} parts, and there {}", syntax.groups,
                            options.groups == 1 ? std::string("is one group")
                                                : fmt::format("are {} groups", options.groups)));
  const Roles roles(syntax);
  const auto given = given_of(roles, options.given);
  if (!given) return tl::unexpected(given.error());
  StructuralPlan plan;
  for (std::size_t g = 0; g < options.groups; ++g) {
    auto model = Builder(syntax, roles, *given, options, g).build();
    if (!model) return tl::unexpected(model.error());
    plan.models.push_back(std::move(*model));
  }
  if (auto taken = take_constants(plan); !taken) return tl::unexpected(taken.error());
  plan.defined.insert(plan.defined.end(), syntax.defined.begin(), syntax.defined.end());
  return plan;
}

}  // namespace securebase::models
