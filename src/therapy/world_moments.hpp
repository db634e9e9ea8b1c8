#pragma once
// What somebody would expect who knows a simulated world: the best prediction there is from the scores seen,
// to hold detectors against. Only for worlds without jumps, ruptures, techniques and effects of the alliance.

#include <vector>

#include "stats/gaussian_update.hpp"
#include "therapy/expected_course.hpp"
#include "therapy/practice_simulation.hpp"

namespace securebase::therapy {

/// Knows the parameters and sees one client's scores.
class Oracle {
 public:
  explicit Oracle(const PracticeParameters& parameters);

  /// Probability that the client will truly have got worse, after each of the rising `sessions`, given first
  /// score, scores up to then, what was missing, and that the client still comes.
  [[nodiscard]] std::vector<double> worse_after(const SimulatedCourse& course,
                                                const std::vector<int>& sessions) const;

 private:
  /// States 1 .. T, then scores 1 .. T.
  struct Component {
    double weight = 1;
    std::vector<double> mean;
    stats::Matrix covariance;
  };
  PracticeParameters parameters_;
  WorseRule rule_;
  std::vector<Component> components_;
  stats::Matrix draws_;  ///< standard normal, the same for all clients, so that their order is not chance's

  [[nodiscard]] double plain(const stats::GaussianBelief& belief) const;
  [[nodiscard]] double weighed(const stats::GaussianBelief& belief, const SimulatedCourse& course,
                               int session) const;
};

}  // namespace securebase::therapy
