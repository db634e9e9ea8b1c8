#pragma once
// The Kalman smoother on the updates of a filter, through an exactly diffuse start; for the sources of this
// room only. r and N are kept as r0 + r1/kappa and N0 + N1/kappa + N2/kappa^2, kappa towards infinity (Durbin
// & Koopman 2012, section 5.3; Koopman & Durbin 2003, J. Time Series Analysis 24, 85).

#include <vector>

#include "stats/kalman_filter.hpp"

namespace securebase::stats::kalman {

/// All that a smoother and a report need of one occasion.
struct Passage {
  Belief<double> before;
  std::vector<Update<double>> updates;
  Belief<double> after;
};

/// A recorder for filter().
struct Passages {
  std::vector<Passage> all;

  void before(const Belief<double>& belief) { all.push_back({belief, {}, {}}); }
  void update(const Update<double>& update) { all.back().updates.push_back(update); }
  void after(const Belief<double>& belief) { all.back().after = belief; }
};

struct SmoothedState {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

[[nodiscard]] std::vector<SmoothedState> smooth(const Model<double>& model, const Passages& passages);

}  // namespace securebase::stats::kalman
