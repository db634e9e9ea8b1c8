#include "stats/item_expectation.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

/// Nodes that are worked on at once: they stay in registers.
constexpr std::size_t lane = 8;
constexpr std::size_t most_chunks = 64;
constexpr std::size_t least_chunk = 128;
using Lane = Eigen::Array<double, static_cast<int>(lane), 1>;
using LaneView = Eigen::Map<const Lane, Eigen::Aligned16>;
using LaneSlot = Eigen::Map<Lane, Eigen::Aligned16>;

struct Chunk {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Chunk> chunks_of(std::size_t patterns) {
  const std::size_t size = std::max(least_chunk, (patterns + most_chunks - 1) / most_chunks);
  std::vector<Chunk> chunks;
  for (std::size_t begin = 0; begin < patterns; begin += size)
    chunks.push_back({begin, std::min(patterns, begin + size)});
  return chunks;
}

/// A pattern's likelihood times weight at each node, into `into`; returns its sum.
double joint(std::span<const std::uint32_t> rows, const AnswerTable& table, const NodeWeights& weights,
             double* into) {
  const auto padded = static_cast<std::size_t>(table.rows());
  Lane total = Lane::Zero();
  for (std::size_t b = 0; b < padded; b += lane) {
    Lane product = LaneView(weights.data() + b);
    for (const std::uint32_t row : rows) product *= LaneView(table.data() + row * padded + b);
    LaneSlot(into + b) = product;
    total += product;
  }
  return total.sum();
}

void add_posterior(std::span<const std::uint32_t> rows, double factor, const double* joint_values,
                   Expected& into) {
  const auto padded = static_cast<std::size_t>(into.counts.rows());
  for (std::size_t b = 0; b < padded; b += lane) {
    const Lane posterior = LaneView(joint_values + b) * factor;
    LaneSlot(into.mass.data() + b) += posterior;
    for (const std::uint32_t row : rows) LaneSlot(into.counts.data() + row * padded + b) += posterior;
  }
}

Expected nothing_expected(const AnswerTable& table) {
  return {0, AnswerTable::Zero(table.rows(), table.cols()), NodeWeights::Zero(table.rows())};
}

std::span<const std::uint32_t> rows_of(const Patterns& patterns, const AnswerLayout& layout, std::size_t p) {
  return std::span(patterns.rows).subspan(p * layout.items(), layout.items());
}

Expected expect_chunk(const Patterns& patterns, const AnswerLayout& layout, const AnswerTable& table,
                      const NodeWeights& weights, const Chunk& chunk) {
  Expected sum = nothing_expected(table);
  NodeWeights joint_values(table.rows());
  for (std::size_t p = chunk.begin; p < chunk.end; ++p) {
    const auto rows = rows_of(patterns, layout, p);
    const double total = joint(rows, table, weights, joint_values.data());
    sum.log_likelihood += patterns.count[p] * std::log(total);
    add_posterior(rows, patterns.count[p] / total, joint_values.data(), sum);
  }
  return sum;
}

}  // namespace

AnswerLayout::AnswerLayout(std::span<const std::size_t> answers, const Quadrature& quadrature)
    : answers_(answers.begin(), answers.end()) {
  for (const std::size_t n : answers) {
    first_.push_back(rows_);
    rows_ += n + 1;
  }
  nodes_ = quadrature_nodes(quadrature);
  padded_ = (nodes_.size() + lane - 1) / lane * lane;
}

std::vector<Patterns> patterns_of(const ResponseMatrix& responses, const AnswerLayout& layout,
                                  std::size_t groups, bool with_people) {
  std::vector<Patterns> result(groups);
  std::vector<std::unordered_map<std::string_view, std::size_t>> known(groups);
  const std::size_t items = responses.items;
  for (std::size_t person = 0; person < responses.people(); ++person) {
    const std::uint8_t* answers = responses.answers.data() + person * items;
    if (std::all_of(answers, answers + items, [](std::uint8_t a) { return a >= no_answer; })) continue;
    const std::size_t g = responses.group.empty() ? 0 : responses.group[person];
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as text, for the map alone
    const std::string_view text(reinterpret_cast<const char*>(answers), items);
    const auto [at, fresh] = known[g].try_emplace(text, result[g].count.size());
    if (fresh) {
      for (std::size_t i = 0; i < items; ++i)
        result[g].rows.push_back(static_cast<std::uint32_t>(layout.row(i, answers[i])));
      result[g].count.push_back(0);
      if (with_people) result[g].people.emplace_back();
    }
    result[g].count[at->second] += 1;
    if (with_people) result[g].people[at->second].push_back(static_cast<std::uint32_t>(person));
  }
  return result;
}

Expected expect_answers(const Patterns& patterns, const AnswerLayout& layout, const AnswerTable& table,
                        const NodeWeights& weights, unsigned threads) {
  const auto chunks = chunks_of(patterns.count.size());
  std::vector<Expected> parts(chunks.size());
  const auto every = [&](std::size_t first, std::size_t step) {
    for (std::size_t c = first; c < chunks.size(); c += step)
      parts[c] = expect_chunk(patterns, layout, table, weights, chunks[c]);
  };
  const std::size_t workers = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(chunks.size(), 1));
  std::vector<std::thread> others;
  for (std::size_t t = 1; t < workers; ++t) others.emplace_back(every, t, workers);
  every(0, workers);
  for (std::thread& other : others) other.join();
  Expected sum = nothing_expected(table);
  for (const Expected& part : parts) {
    sum.log_likelihood += part.log_likelihood;
    sum.counts += part.counts;
    sum.mass += part.mass;
  }
  return sum;
}

void each_posterior(const Patterns& patterns, const AnswerLayout& layout, const AnswerTable& table,
                    const NodeWeights& weights,
                    const std::function<void(std::size_t, const AnswerTable&)>& use) {
  constexpr std::size_t piece = 8192;
  for (std::size_t begin = 0; begin < patterns.count.size(); begin += piece) {
    const std::size_t n = std::min(piece, patterns.count.size() - begin);
    AnswerTable posteriors(table.rows(), eigen_index(n));
    for (std::size_t p = 0; p < n; ++p) {
      double* column = posteriors.data() + p * layout.padded();
      const double total = joint(rows_of(patterns, layout, begin + p), table, weights, column);
      posteriors.col(eigen_index(p)) /= total;
    }
    use(begin, posteriors);
  }
}

NodeWeights normal_weights(const AnswerLayout& layout, double mean, double sd) {
  const auto on_nodes = normal_on(layout.node_list(), mean, sd);
  NodeWeights weights = NodeWeights::Zero(eigen_index(layout.padded()));
  std::copy(on_nodes.begin(), on_nodes.end(), weights.data());
  return weights;
}

}  // namespace securebase::stats
