#include "store/time_zones.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace securebase::store {
namespace {

constexpr std::size_t longest_name = 64;
constexpr std::uintmax_t largest_file = 65536;

/// Words parted by slashes: no way out of the folder.
bool is_zone_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '/';
  };
  return !name.empty() && name.size() <= longest_name && name.front() != '/' && name.back() != '/' &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

Result<TimeZone> SystemTimeZones::find(const std::string& name) const {
  if (name == "UTC") return TimeZone();
  const auto unknown = [] {
    return fail(ErrorKind::bad_data, "time_zone.unknown", "a time zone such as Europe/Berlin",
                Place{"", 0, 0, "time_zone"});
  };
  if (!is_zone_name(name)) return unknown();
  const std::string path = folder_ + "/" + name;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored) ||
      std::filesystem::file_size(path, ignored) > largest_file)
    return unknown();
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto zone = TimeZone::parse(name, bytes);
  return zone ? zone : unknown();
}

}  // namespace securebase::store
