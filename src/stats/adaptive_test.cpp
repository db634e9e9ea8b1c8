#include "stats/adaptive_test.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace securebase::stats {

/// The distribution of theta over the nodes.
struct AdaptiveTest::Belief {
  std::vector<double> weight;
  ExpectedState estimate;
};

namespace {

ExpectedState moments(std::span<const double> weight, std::span<const double> nodes) {
  double total = 0;
  double first = 0;
  double second = 0;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    total += weight[q];
    first += weight[q] * nodes[q];
    second += weight[q] * nodes[q] * nodes[q];
  }
  const double mean = first / total;
  return {mean, std::sqrt(std::max(0.0, second / total - mean * mean)), std::log(total)};
}

bool was_asked(std::span<const AskedItem> asked, std::size_t item) {
  return std::any_of(asked.begin(), asked.end(), [item](const AskedItem& a) { return a.item == item; });
}

}  // namespace

AdaptiveTest::AdaptiveTest(std::vector<PolytomousItem> bank, const AdaptivePlan& plan,
                           std::vector<double> dependence)
    : bank_(std::move(bank)), plan_(plan), dependence_(std::move(dependence)) {
  if (!dependence_.empty() && dependence_.size() != bank_.size() * bank_.size())
    throw std::invalid_argument("dependence is not items times items");
  if (bank_.empty() || plan.most_items == 0 || plan.most_items < plan.least_items ||
      !(plan.dependence_weight >= 0) || plan.quadrature.nodes < 2 || plan.drawn_among == 0)
    throw std::invalid_argument("an adaptive plan that asks for nothing");
  nodes_ = quadrature_nodes(plan.quadrature);
  prior_ = normal_on(nodes_, plan.prior.mean, plan.prior.sd);
  for (const PolytomousItem& item : bank_) {
    first_row_.push_back(table_.size());
    const std::size_t first = table_.size();
    table_.resize(first + item.answers() * nodes_.size());
    std::vector<double> p(item.answers());
    for (std::size_t q = 0; q < nodes_.size(); ++q) {
      answer_probabilities(item, nodes_[q], p);
      for (std::size_t k = 0; k < p.size(); ++k) table_[first + k * nodes_.size() + q] = p[k];
    }
  }
}

AdaptiveTest::Belief AdaptiveTest::belief(std::span<const AskedItem> asked) const {
  Belief result{prior_, {}};
  for (std::size_t a = 0; a < asked.size(); ++a) {
    const auto [item, answer] = asked[a];
    if (item >= bank_.size() || was_asked(asked.first(a), item))
      throw std::out_of_range("an item that the bank does not have, or twice");
    if (answer >= no_answer) continue;
    if (answer >= bank_[item].answers()) throw std::out_of_range("an answer that its item does not have");
    const double* row = table_.data() + first_row_[item] + answer * nodes_.size();
    for (std::size_t q = 0; q < nodes_.size(); ++q) result.weight[q] *= row[q];
  }
  result.estimate = moments(result.weight, nodes_);
  return result;
}

ExpectedState AdaptiveTest::estimate(std::span<const AskedItem> asked) const {
  return belief(asked).estimate;
}

// sum_k P(k) Var(theta | k) = E[theta^2] - sum_k (sum_q w P_k theta)^2 / sum_q w P_k
double AdaptiveTest::expected_variance(const Belief& belief, std::size_t item) const {
  double total = 0;
  double explained = 0;
  double square = 0;
  for (std::size_t k = 0; k < bank_[item].answers(); ++k) {
    const double* row = table_.data() + first_row_[item] + k * nodes_.size();
    double mass = 0;
    double first = 0;
    for (std::size_t q = 0; q < nodes_.size(); ++q) {
      const double w = belief.weight[q] * row[q];
      const double d = nodes_[q] - belief.estimate.theta;
      mass += w;
      first += w * d;
      square += w * d * d;
    }
    total += mass;
    if (mass > 0) explained += first * first / mass;
  }
  return (square - explained) / total;
}

double AdaptiveTest::shared_with(std::span<const AskedItem> asked, std::size_t item) const {
  constexpr double least = 0.1;  // pairs that go against each other make an item worth more, not endlessly
  if (dependence_.empty() || asked.empty()) return 1;
  double sum = 0;
  for (const AskedItem& other : asked) sum += dependence_[item * bank_.size() + other.item];
  return std::max(least, 1 + plan_.dependence_weight * sum / static_cast<double>(asked.size()));
}

std::vector<AdaptiveTest::Candidate> AdaptiveTest::ranked(const Belief& belief,
                                                          std::span<const AskedItem> asked) const {
  std::vector<Candidate> candidates;
  candidates.reserve(bank_.size());
  const double variance = belief.estimate.sd * belief.estimate.sd;
  for (std::uint32_t i = 0; i < bank_.size(); ++i) {
    if (was_asked(asked, i)) continue;
    const bool by_information = plan_.selection == ItemSelection::maximum_information;
    const double worth = by_information ? item_information(bank_[i], belief.estimate.theta)
                                        : variance - expected_variance(belief, i);
    candidates.push_back({i, worth / shared_with(asked, i)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.worth > b.worth; });
  return candidates;
}

AdaptiveStep AdaptiveTest::next(std::span<const AskedItem> asked, const RandomKey& key) const {
  const Belief now = belief(asked);
  const auto stopped = [&](AdaptiveStop why) { return AdaptiveStep{why, 0, 0, now.estimate}; };
  if (asked.size() >= bank_.size()) return stopped(AdaptiveStop::all_asked);
  if (asked.size() >= plan_.most_items) return stopped(AdaptiveStop::most_items);
  const bool may_stop = asked.size() >= plan_.least_items;
  if (may_stop && now.estimate.sd < plan_.stop_error) return stopped(AdaptiveStop::error_reached);
  const auto best = ranked(now, asked);
  if (may_stop && plan_.least_gain > 0) {
    const double variance = now.estimate.sd * now.estimate.sd;
    const bool tells = std::any_of(best.begin(), best.end(), [&](const Candidate& c) {
      return expected_variance(now, c.item) < variance * (1 - plan_.least_gain);
    });
    if (!tells) return stopped(AdaptiveStop::nothing_informative);
  }
  const std::size_t among = std::min(plan_.drawn_among, best.size());
  const std::uint32_t item = best[among == 1 ? 0 : random_below(key, asked.size(), among)].item;
  return {AdaptiveStop::going_on, item, item_information(bank_[item], now.estimate.theta), now.estimate};
}

}  // namespace securebase::stats
