#pragma once
// The marginal likelihood of items as a function of one vector: slope and intercepts of each distinct item,
// then mean and SD of each group but the first. For the sources of this room only.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "stats/item_expectation.hpp"

namespace securebase::stats {

/// Where an item's parameters stand.
struct ItemSlot {
  std::size_t first = 0;    ///< slope; intercepts follow
  std::size_t answers = 0;  ///< as many parameters as answers
  std::size_t item = 0;
  ItemModel model = ItemModel::graded_response;
};

/// The log-likelihood, its gradient, and the information of the complete data, which is block by block: an
/// item, or a group.
struct ItemPoint {
  Eigen::VectorXd x;
  double log_likelihood = 0;
  Eigen::VectorXd gradient;
  std::vector<Eigen::MatrixXd> blocks;
};

class ItemProblem {
 public:
  ItemProblem(const ResponseMatrix& responses, const CalibrationPlan& plan, std::size_t groups);

  [[nodiscard]] std::size_t items() const { return layout_.items(); }
  [[nodiscard]] std::size_t groups() const { return patterns_.size(); }
  [[nodiscard]] std::size_t people() const { return people_; }
  [[nodiscard]] const ItemSlot& slot(std::size_t group, std::size_t item) const {
    return slots_[slot_of_[group][item]];
  }
  [[nodiscard]] std::size_t group_first(std::size_t group) const { return first_group_ + 2 * (group - 1); }

  /// Slopes from correlations of an item with the rest, intercepts from how often answers are given.
  [[nodiscard]] Eigen::VectorXd start(const ResponseMatrix& responses) const;
  /// Nothing where thresholds are out of order, an SD is not above 0, or a number overflows.
  [[nodiscard]] std::optional<ItemPoint> at(const Eigen::VectorXd& x) const;
  /// Of -lnL, exact: -sum over people of E[h + s s'] - E[s] E[s]', s and h the derivatives with the state
  /// known.
  [[nodiscard]] Eigen::MatrixXd observed_information(const ItemPoint& point) const;

 private:
  [[nodiscard]] std::optional<AnswerTable> table(const Eigen::VectorXd& x, std::size_t group) const;
  [[nodiscard]] NodeWeights weights(const Eigen::VectorXd& x, std::size_t group) const;
  void add_item(ItemPoint& point, std::size_t slot, const std::vector<Expected>& expected) const;
  void add_group(ItemPoint& point, std::size_t group, const Expected& expected) const;
  [[nodiscard]] Eigen::ArrayXXd scores(const Eigen::VectorXd& x, std::size_t group) const;
  void add_products(Eigen::MatrixXd& information, const Eigen::VectorXd& x, std::size_t group) const;
  void add_curvature(Eigen::MatrixXd& information, const ItemPoint& point, std::size_t group,
                     const Expected& expected) const;

  AnswerLayout layout_;
  unsigned threads_;
  std::vector<Patterns> patterns_;
  std::vector<ItemSlot> slots_;
  std::vector<std::vector<std::size_t>> slot_of_;  ///< [group][item]
  std::size_t first_group_ = 0;
  std::size_t parameters_ = 0;
  std::size_t people_ = 0;
};

}  // namespace securebase::stats
