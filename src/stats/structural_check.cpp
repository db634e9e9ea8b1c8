#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <set>

#include "stats/eigen_view.hpp"
#include "stats/structural_problem.hpp"

namespace securebase::stats {
namespace {

using Fault = std::optional<Error>;

Error fault(const char* code, const std::string& detail) {
  return fail(ErrorKind::bad_data, code, detail).value();
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Fault names_fault(const StructuralModel& model) {
  if (model.observed.empty()) return fault("structural.names", "at least one observed variable is needed");
  std::set<std::string> seen;
  for (const auto* list : {&model.observed, &model.latent})
    for (const std::string& name : *list)
      if (name.empty() || !seen.insert(name).second)
        return fault("structural.names", "every variable has a name of its own: " + name);
  for (const std::string& name : model.given)
    if (!contains(model.observed, name))
      return fault("structural.given", name + ": only an observed variable can be given");
  return std::nullopt;
}

Fault term_fault(const StructuralModel& model, const Term& term) {
  const auto known = [&](const std::string& name) {
    return contains(model.observed, name) || contains(model.latent, name);
  };
  const std::string text = to_text(term);
  const bool two = term.relation != Relation::mean;
  if (!known(term.left) || (two && !known(term.right)) || (!two && !term.right.empty()))
    return fault("structural.term", text + ": a variable the model does not have");
  if (term.relation == Relation::loads && !contains(model.latent, term.left))
    return fault("structural.term", text + ": only a latent variable has loadings");
  if (term.relation != Relation::covaries && term.left == term.right)
    return fault("structural.term", text + ": a variable cannot act on itself");
  if ((term.fixed && !std::isfinite(*term.fixed)) || (term.start && !std::isfinite(*term.start)))
    return fault("structural.term", text + ": values must be finite");
  const bool takes =
      term.relation == Relation::loads ? contains(model.given, term.right) : contains(model.given, term.left);
  const bool covaries = term.relation == Relation::covaries && contains(model.given, term.right);
  if (takes || covaries) return fault("structural.given", text + ": what is given is not explained");
  return std::nullopt;
}

// The cell a term stands in, as text: two terms in one are a mistake.
std::string cell_name(const Term& term) {
  if (term.relation == Relation::mean) return "m " + term.left;
  if (term.relation == Relation::covaries)
    return "S " + std::min(term.left, term.right) + "\n" + std::max(term.left, term.right);
  const bool loads = term.relation == Relation::loads;
  return "A " + (loads ? term.right : term.left) + "\n" + (loads ? term.left : term.right);
}

Fault terms_fault(const StructuralModel& model) {
  std::set<std::string> cells;
  for (const Term& term : model.terms) {
    if (auto found = term_fault(model, term)) return found;
    if (!cells.insert(cell_name(term)).second)
      return fault("structural.term_twice", to_text(term) + ": stands twice");
  }
  return std::nullopt;
}

struct Spread {
  std::size_t n = 0;
  double mean = 0;
  double squares = 0;
};

Spread spread_of(const std::vector<DataRow>& rows, std::size_t column) {
  Spread spread;
  for (const DataRow& row : rows)
    if (row[column]) ++spread.n, spread.mean += *row[column];
  spread.mean /= static_cast<double>(std::max<std::size_t>(spread.n, 1));
  for (const DataRow& row : rows)
    if (row[column]) spread.squares += (*row[column] - spread.mean) * (*row[column] - spread.mean);
  return spread;
}

Fault column_fault(const StructuralGroup& group, std::size_t column) {
  const std::string& name = group.model.observed[column];
  const Spread spread = spread_of(group.rows, column);
  if (spread.n == 0) return fault("structural.no_values", name + ": no value at all");
  if (spread.squares > 0 && !(spread.squares > 1e-120 && spread.squares < 1e120))
    return fault("structural.not_finite", name + ": too small or too large for a computation");
  const double rounding = 1e-24 * spread.mean * spread.mean * static_cast<double>(spread.n);
  if (!(spread.squares > rounding)) return fault("structural.constant", name + ": does not vary");
  if (contains(group.model.given, name) && spread.n < group.rows.size())
    return fault("structural.given", name + ": what is given has no missing values");
  return std::nullopt;
}

Fault rows_fault(const StructuralGroup& group) {
  if (group.rows.empty()) return fault("structural.no_rows", "there are no rows");
  for (const DataRow& row : group.rows) {
    if (row.size() != group.model.observed.size())
      return fault("structural.shape", "every row has a place for each observed variable");
    for (const auto& value : row)
      if (value && !std::isfinite(*value)) return fault("structural.not_finite", "values must be finite");
  }
  for (std::size_t column = 0; column < group.model.observed.size(); ++column)
    if (auto found = column_fault(group, column)) return found;
  return std::nullopt;
}

}  // namespace

std::optional<Error> fault_of(const StructuralGroup& group) {
  if (auto found = names_fault(group.model)) return found;
  if (auto found = terms_fault(group.model)) return found;
  return rows_fault(group);
}

}  // namespace securebase::stats
