#pragma once
// Ratings of the alliance by people who do not exist: level, independent error, and at most one dip
// (../shared clinical.md 5.2). To hold rules against; a practice with everything at once is in
// practice_simulation.hpp.

#include <cstdint>
#include <limits>
#include <vector>

#include "stats/random_stream.hpp"

namespace securebase::therapy {

struct AllianceScenario {
  int sessions = 12;
  double mean = 5.5;
  double between_sd = 0.9;
  double within_sd = 0.5;
  double rise = 0;             ///< a session
  double autocorrelation = 0;  ///< of errors
  double dip_sds = 0;          ///< within-person SDs
  double after_dip = 0;        ///< share of the dip that is left in the session after it
  int first_dip = 4;           ///< the dip's session is uniform from here
  int last_dip = 12;           ///< to here
  double lowest = -std::numeric_limits<double>::infinity();  ///< ratings end here
  double highest = std::numeric_limits<double>::infinity();
};

struct SimulatedRatings {
  std::vector<double> ratings;
  int dip_at = 0;  ///< 0: none
};
[[nodiscard]] SimulatedRatings simulate_ratings(const AllianceScenario& scenario, std::uint64_t number,
                                                const stats::RandomKey& key);

}  // namespace securebase::therapy
