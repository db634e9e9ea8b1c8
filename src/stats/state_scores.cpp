#include "stats/state_scores.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <thread>

#include "stats/item_curve.hpp"

namespace securebase::stats {
namespace {

constexpr std::size_t lane = 4;
constexpr double likelihood_reach = 12;
constexpr double posterior_reach = 9;

ItemCurve curve_at(const PolytomousItem& item, double theta) {
  ItemCurve curve(item.answers());
  if (!curve.at(item.model, slope_and_intercepts(item), theta))
    throw std::domain_error("an item's thresholds are not in order");
  return curve;
}

/// What the answers say at one theta.
struct Slope {
  double score = 0;        ///< d ln L / d theta
  double information = 0;  ///< Fisher's
  double warm = 0;         ///< J
};

/// Where probabilities underflow an item says nothing more.
void add_item(Slope& sum, const PolytomousItem& item, std::uint8_t answer, double theta) {
  ItemCurve curve(item.answers());
  if (!curve.at(item.model, slope_and_intercepts(item), theta)) return;
  const double a = item.discrimination;
  for (std::size_t k = 0; k < item.answers(); ++k) {
    double first = 0;
    double second = 0;
    for (std::size_t j = 1; j < item.answers(); ++j) {
      first += curve.derivative(k, j);
      for (std::size_t l = 1; l < item.answers(); ++l) second += curve.second_ratio(item.model, k, j, l);
    }
    if (k == answer) sum.score += a * first;
    sum.information += curve.probabilities()[k] * a * a * first * first;
    sum.warm += curve.probabilities()[k] * a * a * a * first * second;
  }
}

Slope slope_at(std::span<const PolytomousItem> items, std::span<const std::uint8_t> answers, double theta) {
  Slope sum;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (answers[i] < no_answer) add_item(sum, items[i], answers[i], theta);
  return sum;
}

void check_answers(std::span<const PolytomousItem> items, std::span<const std::uint8_t> answers) {
  if (answers.size() != items.size()) throw std::out_of_range("not one answer for each item");
  for (std::size_t i = 0; i < items.size(); ++i)
    if (answers[i] < no_answer && answers[i] >= items[i].answers())
      throw std::out_of_range("an answer that its item does not have");
}

/// Where a function that falls crosses zero.
std::optional<double> root(const std::function<double(double)>& f, double from, double to) {
  const double at_from = f(from);
  const double at_to = f(to);
  if (at_from == 0) return from;
  if (at_to == 0) return to;
  if ((at_from > 0) == (at_to > 0)) return std::nullopt;
  std::uintmax_t steps = 200;
  const boost::math::tools::eps_tolerance<double> close(std::numeric_limits<double>::digits - 2);
  const auto [low, high] = boost::math::tools::toms748_solve(f, from, to, at_from, at_to, close, steps);
  return low + (high - low) / 2;
}

bool nothing_answered(std::span<const std::uint8_t> answers) {
  return std::all_of(answers.begin(), answers.end(), [](std::uint8_t a) { return a >= no_answer; });
}

/// All at the end where theta is lowest, or highest.
bool all_at_an_end(std::span<const PolytomousItem> items, std::span<const std::uint8_t> answers) {
  bool low = true;
  bool high = true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (answers[i] >= no_answer) continue;
    const bool forwards = items[i].discrimination > 0;
    low = low && answers[i] == (forwards ? 0 : items[i].answers() - 1);
    high = high && answers[i] == (forwards ? items[i].answers() - 1 : 0);
  }
  return low || high;
}

}  // namespace

StateScorer::StateScorer(std::span<const PolytomousItem> items, const StatePrior& prior,
                         const Quadrature& quadrature)
    : items_(items.size()),
      padded_((quadrature.nodes + lane - 1) / lane * lane),
      nodes_(quadrature_nodes(quadrature)) {
  weights_ = normal_on(nodes_, prior.mean, prior.sd);
  weights_.resize(padded_, 0);
  std::size_t rows = 0;
  for (const PolytomousItem& item : items) {
    first_row_.push_back(rows);
    answers_.push_back(item.answers());
    rows += item.answers() + 1;
  }
  table_.assign(rows * padded_, 1);
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t q = 0; q < nodes_.size(); ++q) {
      const auto curve = curve_at(items[i], nodes_[q]);
      for (std::size_t k = 0; k < items[i].answers(); ++k)
        table_[(first_row_[i] + k) * padded_ + q] = curve.probabilities()[k];
    }
  nodes_.resize(padded_, 0);
}

std::vector<double> StateScorer::joint(std::span<const std::uint8_t> answers) const {
  if (answers.size() != items_) throw std::out_of_range("not one answer for each item");
  std::vector<double> joint = weights_;
  for (std::size_t i = 0; i < items_; ++i) {
    if (answers[i] >= no_answer) continue;
    if (answers[i] >= answers_[i]) throw std::out_of_range("an answer that its item does not have");
    const double* row = table_.data() + (first_row_[i] + answers[i]) * padded_;
    for (std::size_t q = 0; q < padded_; ++q) joint[q] *= row[q];
  }
  return joint;
}

StateScore StateScorer::expected(std::span<const std::uint8_t> answers,
                                 std::span<const double> values) const {
  const std::vector<double> weights = joint(answers);
  double total = 0;
  double first = 0;
  for (std::size_t q = 0; q < values.size(); ++q) {
    total += weights[q];
    first += weights[q] * values[q];
  }
  const double mean = first / total;
  double second = 0;
  for (std::size_t q = 0; q < values.size(); ++q)
    second += weights[q] * (values[q] - mean) * (values[q] - mean);
  return {mean, std::sqrt(second / total)};
}

ExpectedState StateScorer::score(std::span<const std::uint8_t> answers) const {
  const std::vector<double> joint = this->joint(answers);
  double total = 0;
  double first = 0;
  for (std::size_t q = 0; q < padded_; ++q) {
    total += joint[q];
    first += joint[q] * nodes_[q];
  }
  const double mean = first / total;
  double second = 0;
  for (std::size_t q = 0; q < padded_; ++q) second += joint[q] * (nodes_[q] - mean) * (nodes_[q] - mean);
  return {mean, std::sqrt(second / total), std::log(total)};
}

std::vector<ExpectedState> StateScorer::score_all(const ResponseMatrix& responses, unsigned threads) const {
  std::vector<ExpectedState> all(responses.people());
  const std::span<const std::uint8_t> answers(responses.answers);
  const std::size_t workers = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(all.size(), 1));
  const auto part = [&](std::size_t t) {
    for (std::size_t p = all.size() * t / workers; p < all.size() * (t + 1) / workers; ++p)
      all[p] = score(answers.subspan(p * items_, items_));
  };
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < workers; ++t) others.emplace_back(part, t);
  part(0);
  for (std::thread& other : others) other.join();
  return all;
}

StateScore maximum_a_posteriori(std::span<const PolytomousItem> items, std::span<const std::uint8_t> answers,
                                const StatePrior& prior) {
  check_answers(items, answers);
  const double precision = 1 / (prior.sd * prior.sd);
  const auto at = root(
      [&](double theta) { return slope_at(items, answers, theta).score - (theta - prior.mean) * precision; },
      prior.mean - posterior_reach * prior.sd, prior.mean + posterior_reach * prior.sd);
  const double theta = at.value_or(prior.mean);
  return {theta, 1 / std::sqrt(slope_at(items, answers, theta).information + precision)};
}

std::optional<StateScore> maximum_likelihood(std::span<const PolytomousItem> items,
                                             std::span<const std::uint8_t> answers) {
  check_answers(items, answers);
  if (nothing_answered(answers) || all_at_an_end(items, answers)) return std::nullopt;
  const auto theta =
      root([&](double t) { return slope_at(items, answers, t).score; }, -likelihood_reach, likelihood_reach);
  if (!theta) return std::nullopt;
  return StateScore{*theta, 1 / std::sqrt(slope_at(items, answers, *theta).information)};
}

std::optional<StateScore> weighted_likelihood(std::span<const PolytomousItem> items,
                                              std::span<const std::uint8_t> answers) {
  check_answers(items, answers);
  if (nothing_answered(answers)) return std::nullopt;
  const auto weighted = [&](double t) {
    const Slope s = slope_at(items, answers, t);
    return s.information > 0 ? s.score + s.warm / (2 * s.information) : s.score;
  };
  const auto theta = root(weighted, -likelihood_reach, likelihood_reach);
  if (!theta) return std::nullopt;
  return StateScore{*theta, 1 / std::sqrt(slope_at(items, answers, *theta).information)};
}

std::vector<SumScoreState> sum_score_states(std::span<const PolytomousItem> items, const StatePrior& prior,
                                            const Quadrature& quadrature) {
  const auto nodes = quadrature_nodes(quadrature);
  const auto weights = normal_on(nodes, prior.mean, prior.sd);
  std::size_t highest = 0;
  for (const PolytomousItem& item : items) highest += item.answers() - 1;
  std::vector<SumScoreState> states(highest + 1);
  std::vector<double> squares(highest + 1, 0);
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    std::vector<double> sums{weights[q]};
    for (const PolytomousItem& item : items) {
      const auto curve = curve_at(item, nodes[q]);
      std::vector<double> next(sums.size() + item.answers() - 1, 0);
      for (std::size_t s = 0; s < sums.size(); ++s)
        for (std::size_t k = 0; k < item.answers(); ++k) next[s + k] += sums[s] * curve.probabilities()[k];
      sums = std::move(next);
    }
    for (std::size_t s = 0; s <= highest; ++s) {
      states[s].probability += sums[s];
      states[s].theta += sums[s] * nodes[q];
      squares[s] += sums[s] * nodes[q] * nodes[q];
    }
  }
  for (std::size_t s = 0; s <= highest; ++s) {
    states[s].theta /= states[s].probability;
    states[s].sd =
        std::sqrt(std::max(0.0, squares[s] / states[s].probability - states[s].theta * states[s].theta));
  }
  return states;
}

double marginal_reliability(std::span<const PolytomousItem> items, const StatePrior& prior,
                            const Quadrature& quadrature) {
  const auto nodes = quadrature_nodes(quadrature);
  const auto weights = normal_on(nodes, prior.mean, prior.sd);
  const double variance = prior.sd * prior.sd;
  double error = 0;
  for (std::size_t q = 0; q < nodes.size(); ++q)
    error += weights[q] / (test_information(items, nodes[q]) + 1 / variance);
  return 1 - error / variance;
}

std::optional<double> empirical_reliability(std::span<const ExpectedState> people) {
  if (people.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(people.size());
  double mean = 0;
  double error = 0;
  for (const ExpectedState& person : people) {
    mean += person.theta / n;
    error += person.sd * person.sd / n;
  }
  double variance = 0;
  for (const ExpectedState& person : people)
    variance += (person.theta - mean) * (person.theta - mean) / (n - 1);
  return variance / (variance + error);
}

}  // namespace securebase::stats
