// The measuring half of bench/items.sh: item response models.
//
//   items fit PEOPLE ITEMS NODES RUNS   calibration of made-up answers with five codes: median seconds,
//   passes over the
//                                       people, seconds of one such pass (the kernel), peak memory; then EAP
//                                       of everyone, and a step of an adaptive test
//   items data PEOPLE ITEMS FILE        the same answers as CSV, for R
//   items growth BY VALUE               one row: by, value, seconds, kernel seconds, peak bytes
//
// Results are lines "name value". A fit begins at answers in memory, as R's does.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "stats/adaptive_test.hpp"
#include "stats/item_expectation.hpp"
#include "stats/random_stream.hpp"
#include "timing.hpp"

namespace {

using namespace securebase::bench;  // NOLINT(google-build-using-namespace): this file is about them alone
using namespace securebase::stats;  // NOLINT(google-build-using-namespace): this file is about them alone

unsigned threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

std::vector<PolytomousItem> bank(std::size_t items) {
  std::vector<PolytomousItem> all;
  for (std::size_t i = 0; i < items; ++i) {
    const double at = -1 + 2 * static_cast<double>(i) / static_cast<double>(items);
    all.push_back({ItemModel::graded_response,
                   1.3 + random_uniform({5, 0}, i),
                   {at - 1.2, at - 0.3, at + 0.4, at + 1.5}});
  }
  return all;
}

ResponseMatrix answers(std::size_t people, std::size_t items) {
  const auto parameters = bank(items);
  ResponseMatrix made{items, {}, {}};
  made.answers.resize(people * items);
  for (std::size_t person = 0; person < people; ++person) {
    const RandomKey key{9, person};
    const double theta = random_normal(key, 0);
    for (std::size_t i = 0; i < items; ++i)
      made.answers[person * items + i] = answer_at(parameters[i], theta, random_uniform(key, i + 1));
  }
  return made;
}

struct Measured {
  double fit = 0;
  double kernel = 0;
  std::size_t passes = 0;
};

Measured measure(const ResponseMatrix& responses, std::size_t nodes, int runs) {
  CalibrationPlan plan;
  plan.answers.assign(responses.items, 5);
  plan.quadrature.nodes = nodes;
  plan.threads = threads();
  Measured result;
  result.fit = median_seconds(runs, [&] {
    const auto fit = calibrate_items(responses, plan);
    if (!fit || fit->convergence.verdict != Verdict::converged) throw std::runtime_error("no fit");
    result.passes = fit->expectations;
  });
  const AnswerLayout layout(plan.answers, plan.quadrature);
  const auto patterns = patterns_of(responses, layout, 1, false);
  AnswerTable table = AnswerTable::Constant(static_cast<Eigen::Index>(layout.padded()),
                                            static_cast<Eigen::Index>(layout.rows()), 1);
  const auto parameters = bank(responses.items);
  std::vector<double> p(5);
  for (std::size_t i = 0; i < responses.items; ++i)
    for (std::size_t q = 0; q < layout.nodes(); ++q) {
      answer_probabilities(parameters[i], layout.node(q), p);
      for (std::size_t k = 0; k < 5; ++k)
        table(static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(layout.first(i) + k)) = p[k];
    }
  const NodeWeights weights = normal_weights(layout, 0, 1);
  result.kernel = median_seconds(runs, [&] {
    if (!(expect_answers(patterns.front(), layout, table, weights, plan.threads).log_likelihood < 0))
      throw std::runtime_error("no likelihood");
  });
  return result;
}

void fit(std::size_t people, std::size_t items, std::size_t nodes, int runs) {
  const ResponseMatrix responses = answers(people, items);
  const Measured measured = measure(responses, nodes, runs);
  tell("seconds", measured.fit);
  tell("passes", static_cast<double>(measured.passes));
  tell("kernel_seconds", measured.kernel);
  tell("kernels", measured.fit / measured.kernel);
  tell("peak_bytes", peak_bytes());
  const auto parameters = bank(items);
  tell("eap_seconds", median_seconds(runs, [&] {
         const StateScorer scorer(parameters, {}, Quadrature{nodes, -6, 6});
         if (scorer.score_all(responses, threads()).size() != people) throw std::runtime_error("no scores");
       }));
  AdaptivePlan plan;
  plan.least_items = plan.most_items = items;
  const AdaptiveTest test(parameters, plan, std::vector<double>(items * items, 0.05));
  constexpr std::size_t tests = 2000;
  const double all = seconds_of([&] {
    for (std::size_t person = 0; person < tests; ++person) {
      std::vector<AskedItem> asked;
      for (auto step = test.next(asked); step.stop == AdaptiveStop::going_on; step = test.next(asked))
        asked.push_back({step.item, responses.answers[(person % people) * items + step.item]});
    }
  });
  tell("step_seconds", all / static_cast<double>(tests * (items + 1)));
}

void growth(const std::string& by, std::size_t value) {
  const std::size_t people = by == "people" ? value : 20'000;
  const std::size_t items = by == "items" ? value : 18;
  const std::size_t nodes = by == "nodes" ? value : 61;
  const Measured measured = measure(answers(people, items), nodes, 3);
  std::printf("%s,%zu,%.6g,%.6g,%.0f\n", by.c_str(), value, measured.fit, measured.kernel, peak_bytes());
}

void data(std::size_t people, std::size_t items, const std::string& file) {
  const ResponseMatrix responses = answers(people, items);
  std::ofstream out(file);
  for (std::size_t i = 0; i < items; ++i) out << (i == 0 ? "" : ",") << "q" << i + 1;
  for (std::size_t a = 0; a < responses.answers.size(); ++a)
    out << (a % items == 0 ? "\n" : ",") << int{responses.answers[a]};
  out << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() == 5 && words[0] == "fit")
      fit(std::stoul(words[1]), std::stoul(words[2]), std::stoul(words[3]), std::stoi(words[4]));
    else if (words.size() == 4 && words[0] == "data")
      data(std::stoul(words[1]), std::stoul(words[2]), words[3]);
    else if (words.size() == 3 && words[0] == "growth")
      growth(words[1], std::stoul(words[2]));
    else
      throw std::invalid_argument("fit PEOPLE ITEMS NODES RUNS | data PEOPLE ITEMS FILE | growth BY VALUE");
  } catch (const std::exception& error) {
    std::cerr << "items: " << error.what() << "\n";
    return 2;
  }
  return 0;
}
