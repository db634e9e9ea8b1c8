#pragma once
// Internal to attachment: a course as a tree of positions.

#include <vector>

#include "attachment/working_model.hpp"
#include "stats/position_tree.hpp"

namespace securebase::attachment {

/// Overall is node 0, domains follow in the order of Domain, then figures in the order of their keys, so that
/// nothing depends on the order in which they were given.
struct CourseTree {
  stats::PositionTree tree;
  std::vector<Domain> domains;               ///< those there are
  std::vector<std::size_t> figure_nodes;     ///< of Course::figures, as given
  std::vector<stats::TreeObservation> seen;  ///< of Course::observations, as given
  bool stand_in = true;                      ///< every observation is of a stand-in

  [[nodiscard]] std::size_t domain_node(Domain domain) const;
};

/// Errors: those of working_model, but for "working_model.now" and the hyper-parameters.
[[nodiscard]] Result<CourseTree> tree_of(const Course& course);

/// The laws that hyper-parameters say; `stand_in` as above.
[[nodiscard]] stats::TreeLaws laws_of(const Hyperparameters& hyperparameters, bool stand_in);

/// The same, over what is not known of the speed.
[[nodiscard]] std::vector<stats::WeightedLaws> all_laws_of(const Hyperparameters& hyperparameters,
                                                           bool stand_in);

[[nodiscard]] bool are_hyperparameters(const Hyperparameters& hyperparameters);

/// Findings about a node and about the whole, once everything else is there.
void tell_node(const WorkingModel& model, Node& node);
void tell_model(const Course& course, WorkingModel& model);

}  // namespace securebase::attachment
