// Time zones: any bytes give a zone or an error; what a zone shows at a moment is a time of a day, and the
// moment of that time shows it again or is moved by what the clocks skip.

#include "base/time_zone.hpp"

#include <cstdint>
#include <string_view>

#include "demand.hpp"

namespace {

using namespace securebase;

void check_zone(const TimeZone& zone) {
  for (const std::int64_t seconds :
       {std::int64_t{0}, std::int64_t{1'774'746'000}, std::int64_t{4'102'444'800}}) {
    const Instant moment{seconds * second_ms};
    const WallTime shown = zone.wall_time(moment);
    DEMAND(shown.hour >= 0 && shown.hour < 24 && shown.minute >= 0 && shown.minute < 60);
    DEMAND(zone.wall_time(zone.instant_of(shown)).hour < 24);
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto zone = TimeZone::parse("zone", bytes))
    check_zone(*zone);
  else
    DEMAND(zone.error().code == "time_zone.file");
  if (const auto zone = TimeZone::of_rule("zone", bytes)) check_zone(*zone);
  return 0;
}
