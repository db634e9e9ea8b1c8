#include "stats/latent_distribution.hpp"

#include <algorithm>
#include <cmath>

namespace securebase::stats {
namespace {

/// People with an answer.
ResponseMatrix answering(const ResponseMatrix& responses) {
  ResponseMatrix kept{responses.items, {}, {}};
  for (std::size_t p = 0; p < responses.people(); ++p) {
    const auto row = std::span(responses.answers).subspan(p * responses.items, responses.items);
    if (std::any_of(row.begin(), row.end(), [](std::uint8_t answer) { return answer < no_answer; }))
      kept.answers.insert(kept.answers.end(), row.begin(), row.end());
  }
  return kept;
}

struct Moments {
  double mean = 0;
  double sd = 0;
};

Moments moments(const std::vector<ExpectedState>& people) {
  double mean = 0;
  for (const ExpectedState& person : people) mean += person.theta;
  mean /= static_cast<double>(people.size());
  double variance = 0;
  for (const ExpectedState& person : people)
    variance += person.sd * person.sd + (person.theta - mean) * (person.theta - mean);
  return {mean, std::sqrt(variance / static_cast<double>(people.size()))};
}

void add_errors(LatentDistribution& result, const std::vector<ExpectedState>& people) {
  double mm = 0;
  double ms = 0;
  double ss = 0;
  for (const ExpectedState& person : people) {
    const double d = person.theta - result.mean;
    const double of_mean = d / (result.sd * result.sd);
    const double of_sd =
        (person.sd * person.sd + d * d) / (result.sd * result.sd * result.sd) - 1 / result.sd;
    mm += of_mean * of_mean;
    ms += of_mean * of_sd;
    ss += of_sd * of_sd;
  }
  const double determinant = mm * ss - ms * ms;
  if (!(determinant > 1e-12 * mm * ss)) return;
  result.mean_error = std::sqrt(ss / determinant);
  result.sd_error = std::sqrt(mm / determinant);
}

}  // namespace

Result<LatentDistribution> latent_distribution(const ResponseMatrix& responses,
                                               std::span<const PolytomousItem> items,
                                               const Quadrature& quadrature, unsigned threads) {
  if (responses.items != items.size() || responses.answers.size() != responses.people() * items.size())
    return fail(ErrorKind::bad_data, "irt.shape", "answers are not people times items");
  const ResponseMatrix people = answering(responses);
  if (people.people() < 2)
    return fail(ErrorKind::bad_data, "irt.people", "fewer than two people answered anything");
  constexpr int most_steps = 500;
  constexpr double close = 1e-8;
  LatentDistribution result;
  result.people = people.people();
  std::vector<ExpectedState> states;
  for (int step = 1; step <= most_steps; ++step) {
    states = StateScorer(items, {result.mean, result.sd}, quadrature).score_all(people, threads);
    const Moments next = moments(states);
    const double moved = std::max(std::abs(next.mean - result.mean), std::abs(next.sd - result.sd)) / next.sd;
    result.mean = next.mean;
    result.sd = next.sd;
    result.convergence = {moved < close ? Verdict::converged : Verdict::not_converged, step, moved};
    if (moved < close) break;
  }
  add_errors(result, states);
  return result;
}

}  // namespace securebase::stats
