#include "store/erasures.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <sstream>
#include <utility>

#include "service/erase.hpp"
#include "store/proven_file.hpp"
#include "store/scratch.hpp"

namespace securebase::store {
namespace {

using service::Tombstone;

constexpr std::string_view kind = "erasures";

std::string path_in(const std::string& folder) {
  return folder + "/erasures.txt";
}

Result<Tombstone> parse_line(const std::string& line, const Place& place) {
  std::istringstream words(line);
  std::string id;
  std::int64_t ms = 0;
  std::string ground;
  words >> id >> ms >> ground;
  const auto person = Id<service::Person>::parse(id);
  if (!words || !person || !service::parse_word<service::Ground>(ground))
    return fail(ErrorKind::bad_data, "erasures.line",
                "an id, a moment in milliseconds, and request or retention", place);
  return Tombstone{*person, Instant{ms}, ground};
}

Result<Erased> parse(const std::string& lines, const std::string& path) {
  Erased erased;
  std::istringstream in(lines);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    auto tombstone = parse_line(line, {path, ++number, 0, {}});
    if (!tombstone) return tl::unexpected(tombstone.error());
    erased.emplace(tombstone->id.text(), *tombstone);
  }
  return erased;
}

std::string text_of(const Erased& erased, const SecretKey& practice_key) {
  std::string lines;
  for (const auto& [id, tombstone] : erased)
    lines += fmt::format("{} {} {}\n", id, tombstone.erased_at.ms, tombstone.ground);
  return with_proof(practice_key, kind, lines);
}

/// Two that bring the list up to date at once must not undo each other. A file system without locks does
/// without.
class Turn {
 public:
  explicit Turn(const std::string& folder)
      : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ >= 0) (void)flock(descriptor_, LOCK_EX);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  int descriptor_;
};

}  // namespace

Result<std::optional<Erased>> read_erasures(const KeyRing& keys, const std::string& folder) {
  const std::string path = path_in(folder);
  const auto text = read_small_file(path);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return std::optional<Erased>();
  const auto lines = without_proof(keys, kind, **text, path);
  if (!lines) return tl::unexpected(lines.error());
  auto erased = parse(*lines, path);
  if (!erased) return tl::unexpected(erased.error());
  return std::optional(std::move(*erased));
}

Result<bool> add_erasures(service::Store& store, Erased& erased) {
  return store.read([&](service::Transaction& transaction) -> Result<bool> {
    const auto tombstones = service::list<Tombstone>(transaction);
    if (!tombstones) return tl::unexpected(tombstones.error());
    for (const Tombstone& tombstone : *tombstones) erased.emplace(tombstone.id.text(), tombstone);
    return true;
  });
}

Result<bool> note_erasures(PracticeData& data, const std::string& folder) {
  if (auto made = make_private_folder(folder); !made) return made;
  const Turn turn(folder);
  auto known = read_erasures(data.keys(), folder);
  if (!known) {
    Error error = known.error();
    error.detail += ". Move it away; the next backup writes it anew from the record";
    return tl::unexpected(std::move(error));
  }
  Erased erased = known->value_or(Erased());
  if (auto added = add_erasures(data.record(), erased); !added) return added;
  const std::string text = text_of(erased, data.keys().current().key);
  const auto there = read_small_file(path_in(folder));
  if (there && *there == text) return true;
  return replace_small_file(path_in(folder), text);
}

}  // namespace securebase::store
