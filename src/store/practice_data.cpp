#include "store/practice_data.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "store/migrate.hpp"
#include "store/moved.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t readers = 4;

Place at(const std::string& path) {
  return {path, 0, 0, {}};
}

Result<bool> make_folder(const std::string& folder) {
  std::error_code trouble;
  fs::create_directories(fs::path(folder).parent_path(), trouble);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return fail(ErrorKind::io, "file.write", "the folder cannot be made", at(folder));
  if (chmod(folder.c_str(), 0700) != 0)
    return fail(ErrorKind::io, "file.write", "the folder is not this user's", at(folder));
  return true;
}

Result<MigrationReport> bring_up_to_date(Connection& connection, Instant now) {
  const auto steps = program_migrations();
  if (!steps) return tl::unexpected(steps.error());
  MigrationOptions options{now, {}};
  return migrate(connection, *steps, options);
}

}  // namespace

std::string keys_of(const PracticePlace& place) {
  return place.keys.empty() ? place.folder + "/keys" : place.keys;
}

std::string record_file(const PracticePlace& place) {
  return place.folder + "/record.db";
}

bool is_postgres(const PracticePlace& place) {
  return !place.database.empty();
}

Result<std::unique_ptr<Connection>> connect(const PracticePlace& place) {
  return is_postgres(place) ? open_postgres(place.database) : open_sqlite(record_file(place));
}

Result<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  const int descriptor = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return fail(ErrorKind::io, "file.write", "the lock file cannot be opened", at(path));
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return FolderLock(descriptor);
  ::close(descriptor);
  return fail(ErrorKind::conflict, "practice.in_use",
              "another program uses this practice; stop the server first", at(folder));
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

namespace {

Result<bool> make_record(const PracticePlace& place, Instant now) {
  const auto connection = connect(place);
  if (!connection) return tl::unexpected(connection.error());
  if (const auto report = bring_up_to_date(**connection, now); !report) return tl::unexpected(report.error());
  return true;
}

}  // namespace

Result<Private<std::string>> create_practice(const PracticePlace& place, Instant now) {
  std::error_code trouble;
  if (fs::exists(record_file(place), trouble))
    return fail(ErrorKind::conflict, "practice.exists", "there is a record here already", at(place.folder));
  if (auto made = make_folder(place.folder); !made) return tl::unexpected(made.error());
  const auto keys = KeyRing::create(keys_of(place), {place.passphrase, {}});
  if (!keys) return tl::unexpected(keys.error());
  if (auto made = make_record(place, now); !made) {
    keys->forget();  // nothing is under it, and nobody has its recovery key
    return tl::unexpected(made.error());
  }
  return recovery_text(keys->current());
}

PracticeData::PracticeData(PracticePlace place, KeyRing keys)
    : place_(std::move(place)), keys_(std::move(keys)), secrets_(keys_) {}

Result<std::unique_ptr<PracticeData>> PracticeData::open(const PracticePlace& place, Instant now) {
  std::error_code trouble;
  if (!is_postgres(place) && !fs::exists(record_file(place), trouble))
    return fail(ErrorKind::not_found, "practice.not_found",
                "there is no record in this folder: securebase setup makes one", at(place.folder));
  auto keys = KeyRing::load(keys_of(place), place.passphrase);
  if (!keys) return tl::unexpected(keys.error());
  auto connection = connect(place);
  if (!connection) return tl::unexpected(connection.error());
  if (const auto report = bring_up_to_date(**connection, now); !report) return tl::unexpected(report.error());
  if (auto here = check_not_moved(**connection, place.folder); !here) return tl::unexpected(here.error());
  std::unique_ptr<PracticeData> data(new PracticeData(place, std::move(*keys)));
  auto record = RecordStore::start([place] { return connect(place); }, data->keys_, readers);
  if (!record) return tl::unexpected(record.error());
  data->record_ = std::move(*record);
  return data;
}

}  // namespace securebase::store
