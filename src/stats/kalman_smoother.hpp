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

/// What later values say about a state, by powers of 1/kappa.
// NOLINTBEGIN(readability-identifier-naming): called as in the formula
struct Later {
  Eigen::VectorXd r0, r1;
  Eigen::MatrixXd N0, N1, N2;
};
// NOLINTEND(readability-identifier-naming)

[[nodiscard]] Later nothing_later(Index m);

/// Back over a value that was not used up to settle a diffuse state, L = I - K z'/F:
///   r = z v/F + L'r,   N = z z'/F + L'N L,   columns = L'columns
/// in a number of operations that grows with the square of the states. `columns` are what a caller carries
/// along: with (I - N P) at a later occasion, P times them is the covariance of the smoothed states then and
/// now (Durbin & Koopman 2012, section 4.7).
void back_over_value(Later& later, const Eigen::VectorXd& z, const Eigen::VectorXd& K, double v, double F,
                     Eigen::MatrixXd* columns = nullptr);

[[nodiscard]] std::vector<SmoothedState> smooth(const Model<double>& model, const Passages& passages);

}  // namespace securebase::stats::kalman
