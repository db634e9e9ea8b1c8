#pragma once
// One pass over people for models whose state is integrated over nodes: the marginal likelihood, and how
// often each answer is expected at each node given all that a person answered. For the sources of this room
// only.
//
// A table has a row of `padded` doubles for each answer of each item, and after an item's answers one for a
// missing one, which is 1 everywhere. People with the same answers are one pattern. Patterns are worked on in
// chunks whose number and order depend on the patterns alone, and chunks are added in order: threads do not
// change a bit.

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "stats/item_calibration.hpp"

namespace securebase::stats {

/// Rows of all items, and nodes.
class AnswerLayout {
 public:
  AnswerLayout(std::span<const std::size_t> answers, const Quadrature& quadrature);

  [[nodiscard]] std::size_t items() const { return first_.size(); }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t first(std::size_t item) const { return first_[item]; }
  [[nodiscard]] std::size_t row(std::size_t item, std::uint8_t answer) const {
    return first_[item] + (answer >= no_answer ? answers_[item] : answer);
  }
  [[nodiscard]] std::size_t answers(std::size_t item) const { return answers_[item]; }
  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  [[nodiscard]] std::size_t padded() const { return padded_; }
  [[nodiscard]] double node(std::size_t q) const { return nodes_[q]; }
  [[nodiscard]] std::span<const double> node_list() const { return nodes_; }

 private:
  std::vector<std::size_t> answers_;
  std::vector<std::size_t> first_;
  std::size_t rows_ = 0;
  std::vector<double> nodes_;
  std::size_t padded_ = 0;
};

/// padded x rows, one column for each answer.
using AnswerTable = Eigen::ArrayXXd;
/// `padded` long, 0 beyond the nodes.
using NodeWeights = Eigen::ArrayXd;

/// People of one group, each pattern once.
struct Patterns {
  std::vector<std::uint32_t> rows;                 ///< patterns x items: rows of the table
  std::vector<double> count;                       ///< people with it
  std::vector<std::vector<std::uint32_t>> people;  ///< who; empty where nobody asked
};

[[nodiscard]] std::vector<Patterns> patterns_of(const ResponseMatrix& responses, const AnswerLayout& layout,
                                                std::size_t groups, bool with_people);

/// What people of one group say under a table.
struct Expected {
  double log_likelihood = 0;
  AnswerTable counts;  ///< expected answers at each node
  NodeWeights mass;    ///< expected people at each node
};

[[nodiscard]] Expected expect_answers(const Patterns& patterns, const AnswerLayout& layout,
                                      const AnswerTable& table, const NodeWeights& weights, unsigned threads);

/// Calls `use(first pattern, posteriors)` for pieces of the patterns in order; a column of posteriors is a
/// pattern's distribution over the nodes.
void each_posterior(const Patterns& patterns, const AnswerLayout& layout, const AnswerTable& table,
                    const NodeWeights& weights,
                    const std::function<void(std::size_t, const AnswerTable&)>& use);

/// exp(-(x - mean)^2 / (2 sd^2)) at the nodes, sum 1.
[[nodiscard]] NodeWeights normal_weights(const AnswerLayout& layout, double mean, double sd);

}  // namespace securebase::stats
