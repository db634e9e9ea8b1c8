#include "stats/structural_problem.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

class Variables {
 public:
  explicit Variables(const StructuralModel& model) {
    for (const std::string& name : model.observed) add(name);
    for (const std::string& name : model.latent) add(name);
  }
  [[nodiscard]] Index at(const std::string& name) const { return places_.at(name); }
  [[nodiscard]] Index count() const { return eigen_index(places_.size()); }

 private:
  void add(const std::string& name) { places_.emplace(name, eigen_index(places_.size())); }
  std::map<std::string, Index> places_;
};

RamCell cell_of(const Term& term, const Variables& variables) {
  RamCell cell;
  cell.value = term.fixed.value_or(0);
  cell.i = variables.at(term.relation == Relation::loads ? term.right : term.left);
  if (term.relation == Relation::mean) {
    cell.matrix = RamMatrix::m;
    return cell;
  }
  cell.j = variables.at(term.relation == Relation::loads ? term.left : term.right);
  if (term.relation == Relation::covaries) cell.matrix = RamMatrix::S;
  return cell;
}

// Numbers free parameters as they come; a label met before is the same parameter.
class Numbering {
 public:
  Index of(const Term& term, const std::string& group, double guess) {
    const std::string name = term.label.empty() ? to_text(term) + group : term.label;
    if (!term.label.empty()) {
      const auto known = labels_.find(name);
      if (known != labels_.end()) return known->second;
      labels_.emplace(name, eigen_index(names.size()));
    }
    names.push_back(name);
    start.push_back(term.start.value_or(guess));
    return eigen_index(names.size()) - 1;
  }

  std::vector<std::string> names;
  std::vector<double> start;

 private:
  std::map<std::string, Index> labels_;
};

std::vector<Index> given_of(const StructuralModel& model, const Variables& variables) {
  std::vector<Index> given;
  given.reserve(model.given.size());
  for (const std::string& name : model.given) given.push_back(variables.at(name));
  return given;
}

// Moments of the given variables, of which none is missing.
Moments given_moments(std::span<const DataRow> rows, const std::vector<Index>& given) {
  std::vector<DataRow> own;
  for (const DataRow& row : rows) {
    own.emplace_back();
    for (const Index at : given) own.back().push_back(row[plain_index(at)]);
  }
  const auto patterns = collapse(own, eigen_index(given.size()));
  return {patterns.front().covariance, patterns.front().mean};
}

double given_log_likelihood(const Moments& moments, double n) {
  const auto k = static_cast<double>(moments.mean.size());
  const double log_det =
      2 * Eigen::LLT<MatrixXd>(moments.covariance).matrixLLT().diagonal().array().log().sum();
  return -n / 2 * (k * std::log(2 * std::numbers::pi) + log_det + k);
}

void place_given(StructuralProblem& problem, const StructuralGroup& group, std::size_t number,
                 const Variables& variables) {
  const auto& given = problem.given[number];
  if (given.empty()) return;
  const Moments moments = given_moments(group.rows, given);
  problem.given_log_likelihood += given_log_likelihood(moments, static_cast<double>(group.rows.size()));
  const auto place = [&](Term term, double value) {
    term.fixed = value;
    problem.terms.push_back({number, term, cell_of(term, variables)});
  };
  for (Index a = 0; a < moments.mean.size(); ++a) {
    const std::string& name = group.model.given[plain_index(a)];
    place({Relation::mean, name, "", {}, "", {}}, moments.mean[a]);
    for (Index b = 0; b <= a; ++b)
      place({Relation::covaries, name, group.model.given[plain_index(b)], {}, "", {}},
            moments.covariance(a, b));
  }
}

void place_terms(StructuralProblem& problem, Numbering& numbering, const StructuralGroup& group,
                 std::size_t number, const Variables& variables, bool several) {
  const auto& patterns = problem.fit.groups[number].patterns;
  for (const Term& term : group.model.terms) {
    PlacedTerm placed{number, term, cell_of(term, variables)};
    if (!term.fixed)
      placed.cell.parameter = numbering.of(term, several ? " (" + group.name + ")" : "",
                                           first_guess(term, group.model, patterns));
    problem.terms.push_back(placed);
  }
}

std::size_t moments_of(std::size_t variables) {
  return variables * (variables + 3) / 2;
}

bool has_inverse(const MatrixXd& covariance) {
  const VectorXd scale = covariance.diagonal().cwiseSqrt().cwiseInverse();
  const MatrixXd correlation = scale.asDiagonal() * covariance * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(correlation, Eigen::EigenvaluesOnly);
  return pairs.eigenvalues()[0] > 1e-10;
}

bool collinear(const StructuralGroup& group, const std::vector<MomentPattern>& patterns,
               const std::vector<Index>& given) {
  const bool complete =
      patterns.size() == 1 && patterns[0].mean.size() == eigen_index(group.model.observed.size());
  if (complete) return !has_inverse(patterns[0].covariance);
  return !given.empty() && !has_inverse(given_moments(group.rows, given).covariance);
}

void add_rows(StructuralProblem& problem, const StructuralGroup& group, const Variables& variables) {
  const Index p = eigen_index(group.model.observed.size());
  problem.fit.groups.push_back({{p, variables.count(), {}}, collapse(group.rows, p)});
  problem.given.push_back(given_of(group.model, variables));
  problem.fit.rows += count_rows(problem.fit.groups.back().patterns);
  problem.fit.values += count_values(problem.fit.groups.back().patterns);
  problem.moments += moments_of(plain_index(p)) - moments_of(group.model.given.size());
}

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

}  // namespace

Result<StructuralProblem> make_structural_problem(std::span<const StructuralGroup> groups) {
  if (groups.empty()) return refuse("structural.no_rows", "there are no rows");
  StructuralProblem problem;
  Numbering numbering;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (auto fault = fault_of(groups[g])) return tl::unexpected<Error>(*fault);
    const Variables variables(groups[g].model);
    add_rows(problem, groups[g], variables);
    if (collinear(groups[g], problem.fit.groups.back().patterns, problem.given.back()))
      return refuse("structural.collinear",
                    "a variable is a combination of others, or there are too few rows");
    place_terms(problem, numbering, groups[g], g, variables, groups.size() > 1);
  }
  for (std::size_t g = 0; g < groups.size(); ++g)
    place_given(problem, groups[g], g, Variables(groups[g].model));
  for (const PlacedTerm& placed : problem.terms)
    problem.fit.groups[placed.group].model.cells.push_back(placed.cell);
  problem.parameters = numbering.names;
  problem.fit.parameters = eigen_index(numbering.names.size());
  problem.start = Eigen::Map<const VectorXd>(numbering.start.data(), problem.fit.parameters);
  if (numbering.names.empty()) return refuse("structural.no_parameters", "nothing is free");
  if (numbering.names.size() > problem.moments)
    return refuse("structural.too_many_parameters", "more parameters than means, variances and covariances");
  return problem;
}

}  // namespace securebase::stats
