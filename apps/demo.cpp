// A demonstration practice in a folder of its own.

#include <filesystem>

#include "host.hpp"
#include "service/settings.hpp"
#include "store/entropy.hpp"

namespace securebase::apps {
namespace {

namespace fs = std::filesystem;
using Made = std::optional<service::DemoMade>;

/// What is there is a demonstration too: nothing is to be made.
Result<Made> check_demo(store::PracticeData& data, const service::Practice& practice) {
  const auto demo = service::is_demo(practice);
  if (!demo) return tl::unexpected(demo.error());
  if (*demo) return Made();
  return fail(ErrorKind::conflict, "demo.other",
              "the practice in this folder is not a demonstration, and nothing was changed: choose a folder "
              "that is not there yet",
              Place{data.place().folder, 0, 0, {}});
}

}  // namespace

Result<std::optional<service::DemoMade>> RealHost::make_demo(const cli::PracticeChoice& choice,
                                                             std::uint64_t seed) {
  (void)store::protect_process();
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  std::error_code trouble;
  const bool is_there = fs::exists(store::record_file(*place), trouble);
  const store::SystemClock clock;
  // Nobody needs the recovery key of what can be made again.
  if (!is_there)
    if (const auto key = store::create_practice(*place, clock.now()); !key)
      return tl::unexpected(key.error());
  auto data = store::PracticeData::open(*place, clock.now());
  if (!data) return tl::unexpected(data.error());
  const auto library = own_library();
  if (!library) return tl::unexpected(library.error());
  const service::Practice practice = (*data)->practice(clock, *library);
  if (is_there) return check_demo(**data, practice);
  auto made = service::make_demo(practice, {seed, date_of(clock.now())});
  if (!made) return tl::unexpected(made.error());
  return Made(std::move(*made));
}

}  // namespace securebase::apps
