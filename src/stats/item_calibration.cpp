#include "stats/item_calibration.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <deque>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/item_curve.hpp"
#include "stats/item_parameters.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_steps = 500;
constexpr int most_halvings = 25;
constexpr std::size_t remembered = 12;
constexpr double aim = 1e-6;        ///< gradient in complete-data standard errors
constexpr double tolerance = 1e-3;  ///< that still counts as converged

tl::unexpected<Error> refuse(ErrorKind kind, const char* code, std::string detail) {
  return fail(kind, code, std::move(detail));
}

Result<void> check_plan(const ResponseMatrix& responses, const CalibrationPlan& plan) {
  const auto bad_plan = [](const char* detail) { return refuse(ErrorKind::usage, "irt.plan", detail); };
  constexpr std::size_t most_items = 200;
  constexpr std::size_t most_answers = 50;
  if (plan.answers.empty() || plan.answers.size() > most_items)
    return bad_plan("1 to 200 items can be calibrated together");
  if (std::any_of(plan.answers.begin(), plan.answers.end(),
                  [](std::size_t n) { return n < 2 || n > most_answers; }))
    return bad_plan("an item has 2 to 50 answers");
  const auto fits = [&](const auto& list) { return list.empty() || list.size() == plan.answers.size(); };
  if (!fits(plan.models) || !fits(plan.own_in_group))
    return bad_plan("models and own_in_group have an entry for each item");
  const Quadrature& quadrature = plan.quadrature;
  if (quadrature.nodes < 11 || quadrature.nodes > 401 || !(quadrature.from < quadrature.to) ||
      !std::isfinite(quadrature.from) || !std::isfinite(quadrature.to))
    return refuse(ErrorKind::usage, "irt.quadrature", "11 to 401 nodes from a number to a larger one");
  if (responses.items != plan.answers.size() ||
      responses.answers.size() != responses.people() * responses.items ||
      (!responses.group.empty() && responses.group.size() != responses.people()))
    return refuse(ErrorKind::bad_data, "irt.shape",
                  "answers are not people times items, or groups not one for each person");
  return {};
}

std::size_t groups_of(const ResponseMatrix& responses) {
  if (responses.group.empty()) return 1;
  return std::size_t{*std::max_element(responses.group.begin(), responses.group.end())} + 1;
}

/// How often each answer of each item was given.
Result<std::vector<std::vector<double>>> count_answers(const ResponseMatrix& responses,
                                                       const CalibrationPlan& plan,
                                                       std::optional<std::size_t> group) {
  std::vector<std::vector<double>> counts;
  for (const std::size_t n : plan.answers) counts.emplace_back(n, 0);
  for (std::size_t person = 0; person < responses.people(); ++person) {
    if (group && responses.group[person] != *group) continue;
    for (std::size_t i = 0; i < responses.items; ++i) {
      const std::uint8_t answer = responses.answers[person * responses.items + i];
      if (answer >= no_answer) continue;
      if (answer >= plan.answers[i])
        return refuse(ErrorKind::bad_data, "irt.answer",
                      fmt::format("item {} has {} answers, counted from 0", i + 1, plan.answers[i]));
      counts[i][answer] += 1;
    }
  }
  return counts;
}

Result<void> check_counts(const std::vector<std::vector<double>>& counts, const std::string& where) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto given = std::count_if(counts[i].begin(), counts[i].end(), [](double n) { return n > 0; });
    if (given < 2)
      return refuse(ErrorKind::bad_data, "irt.constant",
                    fmt::format("item {}: everybody{} gave the same answer, or none", i + 1, where));
    for (std::size_t k = 0; k < counts[i].size(); ++k)
      if (counts[i][k] == 0)
        return refuse(
            ErrorKind::bad_data, "irt.empty_answer",
            fmt::format("item {}: nobody{} gave answer {} of {}; put it together with its neighbour", i + 1,
                        where, k + 1, counts[i].size()));
  }
  return {};
}

Result<void> check_responses(const ResponseMatrix& responses, const CalibrationPlan& plan,
                             std::size_t groups) {
  const auto all = count_answers(responses, plan, {});
  if (!all) return tl::unexpected(all.error());
  if (auto checked = check_counts(*all, ""); !checked) return checked;
  if (groups == 1) return {};
  const bool own = std::any_of(plan.own_in_group.begin(), plan.own_in_group.end(), [](bool b) { return b; });
  if (own && std::all_of(plan.own_in_group.begin(), plan.own_in_group.end(), [](bool b) { return b; }))
    return refuse(ErrorKind::bad_data, "irt.not_tied",
                  "some item must have the same parameters in all groups, to tie them together");
  for (std::size_t g = 0; g < groups; ++g) {
    if (std::find(responses.group.begin(), responses.group.end(), g) == responses.group.end())
      return refuse(ErrorKind::bad_data, "irt.group", fmt::format("group {} has nobody", g + 1));
    if (!own) continue;
    auto counts = *count_answers(responses, plan, g);
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (!plan.own_in_group[i]) counts[i].assign(2, 1);
    if (auto checked = check_counts(counts, fmt::format(" of group {}", g + 1)); !checked) return checked;
  }
  return {};
}

/// -H0 g with H0 the inverse of the complete data's information, block by block.
class Preconditioner {
 public:
  explicit Preconditioner(const ItemPoint& point) {
    for (const MatrixXd& block : point.blocks)
      inverses_.push_back(block.ldlt().solve(MatrixXd::Identity(block.rows(), block.rows())));
  }
  [[nodiscard]] VectorXd operator()(const VectorXd& v) const {
    VectorXd result(v.size());
    Index at = 0;
    for (const MatrixXd& inverse : inverses_) {
      result.segment(at, inverse.rows()) = inverse * v.segment(at, inverse.rows());
      at += inverse.rows();
    }
    return result;
  }

 private:
  std::vector<MatrixXd> inverses_;
};

struct Memory {
  std::deque<std::pair<VectorXd, VectorXd>> pairs;  ///< steps, and how the gradient changed

  void add(const VectorXd& step, const VectorXd& change) {
    if (!(step.dot(change) > 1e-14 * step.norm() * change.norm())) return;
    pairs.emplace_back(step, change);
    if (pairs.size() > remembered) pairs.pop_front();
  }

  /// Limited-memory BFGS (Nocedal 1980, Math. Comput. 35, 773): the two-loop recursion.
  [[nodiscard]] VectorXd direction(VectorXd gradient, const Preconditioner& precondition) const {
    std::vector<double> alphas;
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
      alphas.push_back(pair->first.dot(gradient) / pair->first.dot(pair->second));
      gradient -= alphas.back() * pair->second;
    }
    VectorXd direction = precondition(gradient);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const double beta = pairs[i].second.dot(direction) / pairs[i].first.dot(pairs[i].second);
      direction += (alphas[pairs.size() - 1 - i] - beta) * pairs[i].first;
    }
    return direction;
  }
};

/// Largest component of the gradient in standard errors that complete data would have.
double size_of(const ItemPoint& point) {
  double largest = 0;
  Index at = 0;
  for (const MatrixXd& block : point.blocks)
    for (Index j = 0; j < block.rows(); ++j, ++at)
      largest = std::max(largest, std::abs(point.gradient[at]) / std::sqrt(block(j, j)));
  return largest;
}

struct Search {
  ItemPoint point;
  Convergence convergence;
  std::size_t expectations = 0;
};

/// The next point uphill, or nothing where there is none beyond rounding.
std::optional<ItemPoint> step_up(const ItemProblem& problem, const ItemPoint& from, const VectorXd& direction,
                                 std::size_t& expectations) {
  const double rounding = 1e-13 * std::abs(from.log_likelihood);
  for (int halving = 0; halving < most_halvings; ++halving) {
    ++expectations;
    auto to = problem.at(from.x + std::ldexp(1.0, -halving) * direction);
    if (!to) continue;
    if (to->log_likelihood > from.log_likelihood + rounding) return to;
    if (to->log_likelihood > from.log_likelihood - rounding && size_of(*to) < size_of(from)) return to;
  }
  return std::nullopt;
}

Search climb(const ItemProblem& problem, ItemPoint point) {
  Search search{std::move(point), {}, 1};
  Memory memory;
  for (int i = 0; i < most_steps; ++i) {
    search.convergence.iterations = i;
    search.convergence.gradient = size_of(search.point);
    if (search.convergence.gradient < aim) break;
    const Preconditioner precondition(search.point);
    const VectorXd direction = memory.direction(search.point.gradient, precondition);
    auto next = step_up(problem, search.point, direction, search.expectations);
    if (!next && !memory.pairs.empty()) {
      memory.pairs.clear();
      next = step_up(problem, search.point, precondition(search.point.gradient), search.expectations);
    }
    if (!next) break;
    memory.add(next->x - search.point.x, search.point.gradient - next->gradient);
    search.point = std::move(*next);
  }
  search.convergence.gradient = size_of(search.point);
  search.convergence.verdict =
      search.convergence.gradient < tolerance ? Verdict::converged : Verdict::not_converged;
  return search;
}

void tell_item(CalibratedItem& told, const ItemSlot& slot, const VectorXd& x,
               const std::optional<MatrixXd>& covariance) {
  const auto n = eigen_index(slot.answers);
  const auto at = eigen_index(slot.first);
  const std::vector<double> values(x.data() + at, x.data() + at + n);
  told.item = item_of(slot.model, values);
  told.intercepts.assign(values.begin() + 1, values.end());
  told.location_errors.resize(slot.answers - 1);
  told.intercept_errors.resize(slot.answers - 1);
  if (!covariance) return;
  const MatrixXd block = covariance->block(at, at, n, n);
  told.discrimination_error = std::sqrt(block(0, 0));
  const double a = values[0];
  for (Index k = 1; k < n; ++k) {
    // b = -c / a: db/dc = -1 / a, db/da = c / a^2
    const double by_a = values[plain_index(k)] / (a * a);
    const double variance = block(k, k) / (a * a) + by_a * by_a * block(0, 0) - 2 * by_a / a * block(0, k);
    told.intercept_errors[plain_index(k - 1)] = std::sqrt(block(k, k));
    told.location_errors[plain_index(k - 1)] = std::sqrt(variance);
  }
}

void tell_groups(Calibration& told, const ItemProblem& problem, const VectorXd& x,
                 const std::optional<MatrixXd>& covariance) {
  told.groups.resize(problem.groups());
  for (std::size_t g = 1; g < problem.groups(); ++g) {
    const auto at = eigen_index(problem.group_first(g));
    told.groups[g] = {x[at], x[at + 1], {}, {}};
    if (!covariance) continue;
    told.groups[g].mean_error = std::sqrt((*covariance)(at, at));
    told.groups[g].sd_error = std::sqrt((*covariance)(at + 1, at + 1));
  }
}

std::optional<MatrixXd> covariance_at(const ItemProblem& problem, const ItemPoint& point) {
  const MatrixXd information = problem.observed_information(point);
  const Eigen::LLT<MatrixXd> factor(information);
  if (factor.info() != Eigen::Success) return std::nullopt;
  return factor.solve(MatrixXd::Identity(information.rows(), information.rows()));
}

Calibration report(const ItemProblem& problem, const Search& search, ErrorsOf errors) {
  Calibration told;
  std::optional<MatrixXd> covariance;
  if (errors == ErrorsOf::parameters) covariance = covariance_at(problem, search.point);
  told.items.resize(problem.groups());
  for (std::size_t g = 0; g < problem.groups(); ++g) {
    told.items[g].resize(problem.items());
    for (std::size_t i = 0; i < problem.items(); ++i)
      tell_item(told.items[g][i], problem.slot(g, i), search.point.x, covariance);
  }
  tell_groups(told, problem, search.point.x, covariance);
  if (covariance) told.covariance = to_matrix(*covariance);
  told.log_likelihood = search.point.log_likelihood;
  told.people = problem.people();
  told.parameters = plain_index(search.point.x.size());
  told.aic = -2 * told.log_likelihood + 2 * static_cast<double>(told.parameters);
  told.bic = -2 * told.log_likelihood +
             std::log(static_cast<double>(told.people)) * static_cast<double>(told.parameters);
  told.convergence = search.convergence;
  told.expectations = search.expectations;
  return told;
}

}  // namespace

Result<Calibration> calibrate_items(const ResponseMatrix& responses, const CalibrationPlan& plan) {
  if (auto checked = check_plan(responses, plan); !checked) return tl::unexpected(checked.error());
  const std::size_t groups = groups_of(responses);
  if (auto checked = check_responses(responses, plan, groups); !checked)
    return tl::unexpected(checked.error());
  const ItemProblem problem(responses, plan, groups);
  auto start = problem.at(problem.start(responses));
  if (!start)
    return refuse(ErrorKind::internal, "irt.start", "the likelihood is not defined where the search begins");
  return report(problem, climb(problem, std::move(*start)), plan.errors);
}

std::optional<CalibrationComparison> compare_calibrations(const Calibration& nested,
                                                          const Calibration& wider) {
  if (wider.parameters <= nested.parameters) return std::nullopt;
  CalibrationComparison result;
  result.chi_square = std::max(0.0, 2 * (wider.log_likelihood - nested.log_likelihood));
  result.df = wider.parameters - nested.parameters;
  result.p = chi_square_upper_p(result.chi_square, static_cast<double>(result.df));
  return result;
}

}  // namespace securebase::stats
