#pragma once
// Which measures go together for a kind of work: who answers what, when, and what that asks of them. Plain
// values, as for instruments; a practice's own replace those of the same id.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace securebase::catalog {

enum class Timing {
  start,
  every_session,
  every_weeks,  ///< of BatteryMeasure::weeks
  middle,
  end,
  follow_up,
  when_needed  ///< on a stated occasion; not counted as burden
};

[[nodiscard]] std::string_view to_text(Timing timing);

struct BatteryMeasure {
  std::string instrument;  ///< its id, the latest version
  std::string who;         ///< self, partner, caregiver, child ...
  std::vector<Timing> when;
  int weeks = 0;     ///< for Timing::every_weeks
  int figures = 1;   ///< how often it is asked at each occasion: once for each figure
  std::string note;  ///< why, or on what occasion
  Place where;
};

struct Battery {
  std::string id;
  std::string name;
  std::string summary;  ///< for what, and on what the choice rests
  int weeks = 0;        ///< the course it is reckoned over
  int sessions = 0;     ///< in these weeks
  std::vector<BatteryMeasure> measures;
};

struct Library;

/// What one kind of respondent is asked: minutes by six items a minute, an estimate of ours.
struct Burden {
  std::string who;
  double minutes_a_week = 0;  ///< on average over the course, start and end included, follow-up not
  double minutes_at_start = 0;
  double longest_week = 0;  ///< minutes of the heaviest week after the start
  bool heavy = false;       ///< more than `light_minutes` a week
};
inline constexpr double light_minutes = 3;
inline constexpr double items_a_minute = 6;

/// Of each kind of respondent, in the order in which they come. Measures the library lacks count nothing.
[[nodiscard]] std::vector<Burden> burden(const Battery& battery, const Library& library);

/// Every instrument a battery names is in the library, and somebody who answers it may.
[[nodiscard]] Faults prove_batteries(const Library& library);

/// Error "battery.unknown" (not_found) names those there are.
[[nodiscard]] Result<const Battery*> find_battery(const Library& library, const std::string& id);

}  // namespace securebase::catalog
