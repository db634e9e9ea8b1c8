#include "therapy/alliance_courses.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace securebase::therapy {

SimulatedRatings simulate_ratings(const AllianceScenario& s, std::uint64_t number,
                                  const stats::RandomKey& key) {
  if (s.sessions < s.last_dip || s.last_dip < s.first_dip || s.first_dip < 1 ||
      std::abs(s.autocorrelation) >= 1)
    throw std::domain_error("alliance scenario");
  const stats::RandomKey own = key.part(number);
  SimulatedRatings course;
  const double level = s.mean + s.between_sd * stats::random_normal(own, 0);
  if (s.dip_sds > 0)
    course.dip_at = s.first_dip + static_cast<int>(stats::random_below(
                                      own, 1, static_cast<std::uint64_t>(s.last_dip - s.first_dip + 1)));
  double error = 0;
  for (int t = 1; t <= s.sessions; ++t) {
    const double keep = t == 1 ? 0 : s.autocorrelation;
    const double z = stats::random_normal(own, static_cast<std::uint64_t>(t) + 1);
    error = keep * error + s.within_sd * std::sqrt(1 - keep * keep) * z;
    const double left = t == course.dip_at ? 1 : t == course.dip_at + 1 ? s.after_dip : 0;
    const double dip = left * s.dip_sds * s.within_sd;
    course.ratings.push_back(std::clamp(level + s.rise * (t - 1) + error - dip, s.lowest, s.highest));
  }
  return course;
}

}  // namespace securebase::therapy
