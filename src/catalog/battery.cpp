#include "catalog/battery.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/printable.hpp"
#include "catalog/load.hpp"

namespace securebase::catalog {
namespace {

const Instrument* latest(const Library& library, const std::string& id) {
  const auto found = find_instrument(library, id);
  return found ? *found : nullptr;
}

bool holds(const BatteryMeasure& measure, Timing timing) {
  return std::find(measure.when.begin(), measure.when.end(), timing) != measure.when.end();
}

/// Whether it is answered in a week of the course, counted from 1; sessions are spread evenly.
int occasions(const Battery& battery, const BatteryMeasure& measure, int week) {
  const bool first = week == 1;
  const bool last = week == battery.weeks;
  const bool due = (first && holds(measure, Timing::start)) || (last && holds(measure, Timing::end)) ||
                   (week == (battery.weeks + 1) / 2 && holds(measure, Timing::middle)) ||
                   (holds(measure, Timing::every_weeks) && week % measure.weeks == 0 && !last);
  int times = due ? 1 : 0;
  if (holds(measure, Timing::every_session))
    times = std::max(times,
                     battery.sessions * week / battery.weeks - battery.sessions * (week - 1) / battery.weeks);
  return times;
}

double minutes(const Battery& battery, const Library& library, const std::string& who, int week) {
  double sum = 0;
  for (const BatteryMeasure& measure : battery.measures) {
    const Instrument* instrument = measure.who == who ? latest(library, measure.instrument) : nullptr;
    if (instrument == nullptr) continue;
    sum += static_cast<double>(instrument->items.size()) / items_a_minute * measure.figures *
           occasions(battery, measure, week);
  }
  return sum;
}

Burden burden_of(const Battery& battery, const Library& library, const std::string& who) {
  Burden result;
  result.who = who;
  for (int week = 1; week <= battery.weeks; ++week) {
    const double here = minutes(battery, library, who, week);
    result.minutes_a_week += here / battery.weeks;
    if (week == 1)
      result.minutes_at_start = here;
    else
      result.longest_week = std::max(result.longest_week, here);
  }
  result.heavy = result.minutes_a_week > light_minutes + 1e-9;
  return result;
}

}  // namespace

std::string_view to_text(Timing timing) {
  switch (timing) {
    case Timing::start:
      return "start";
    case Timing::every_session:
      return "every_session";
    case Timing::every_weeks:
      return "every_weeks";
    case Timing::middle:
      return "middle";
    case Timing::end:
      return "end";
    case Timing::follow_up:
      return "follow_up";
    case Timing::when_needed:
      return "when_needed";
  }
  return "when_needed";
}

std::vector<Burden> burden(const Battery& battery, const Library& library) {
  std::vector<Burden> all;
  for (const BatteryMeasure& measure : battery.measures)
    if (std::none_of(all.begin(), all.end(), [&](const Burden& known) { return known.who == measure.who; }))
      all.push_back(burden_of(battery, library, measure.who));
  return all;
}

Faults prove_batteries(const Library& library) {
  Faults faults;
  for (const Battery& battery : library.batteries)
    for (const BatteryMeasure& measure : battery.measures) {
      const auto fault = [&](std::string code, std::string detail) {
        faults.push_back(
            {ErrorKind::definition, "definition." + std::move(code), std::move(detail), measure.where});
      };
      const Instrument* instrument = latest(library, measure.instrument);
      if (instrument == nullptr) {
        fault("no_such_instrument",
              fmt::format("there is no instrument '{}'", printable(measure.instrument)));
        continue;
      }
      const auto& respondents = instrument->respondents;
      if (std::none_of(respondents.begin(), respondents.end(), [&](const Respondent& respondent) {
            return respondent.who == measure.who || respondent.who == "self";
          }))
        fault("respondent", fmt::format("'{}' is not answered by '{}'", instrument->id, measure.who));
      const bool names_figure =
          std::any_of(respondents.begin(), respondents.end(),
                      [](const Respondent& respondent) { return respondent.names_figure; });
      if (measure.figures > 1 && !names_figure)
        fault("figures", fmt::format("'{}' is not asked once for each figure", instrument->id));
    }
  return faults;
}

Result<const Battery*> find_battery(const Library& library, const std::string& id) {
  for (const Battery& battery : library.batteries)
    if (battery.id == id) return &battery;
  std::vector<std::string> known;
  for (const Battery& battery : library.batteries) known.push_back(battery.id);
  return fail(ErrorKind::not_found, "battery.unknown",
              fmt::format("no battery '{}'; there are {}", printable(id), fmt::join(known, ", ")));
}

}  // namespace securebase::catalog
