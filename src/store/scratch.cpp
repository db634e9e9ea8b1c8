#include "store/scratch.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/entropy.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_part = "scratch-";

tl::unexpected<Error> cannot_be_made(const std::string& folder, const std::string& why) {
  return fail(ErrorKind::io, "file.write", "the folder cannot be made: " + why, Place{folder, 0, 0, {}});
}

void remove_left_behind(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with(first_part)) fs::remove(entry.path(), ignored);
}

}  // namespace

Result<ScratchRoom> ScratchRoom::enter(const std::string& folder) {
  const std::string lock = folder + "/scratch.lock";
  const int descriptor = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(ErrorKind::io, "file.write", "the lock file cannot be opened", Place{lock, 0, 0, {}});
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) remove_left_behind(folder);
  (void)flock(descriptor, LOCK_SH);
  return ScratchRoom(folder, descriptor);
}

ScratchRoom::ScratchRoom(ScratchRoom&& other) noexcept
    : folder_(std::move(other.folder_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

ScratchRoom::~ScratchRoom() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string ScratchRoom::name() const {
  return folder_ + "/" + std::string(first_part) + random_id_text().substr(0, 16);
}

Scratch::~Scratch() {
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + end, ignored);
}

Result<bool> make_private_folder(const std::string& folder) {
  std::error_code trouble;
  if (const fs::path above = fs::path(folder).parent_path(); !above.empty())
    fs::create_directories(above, trouble);
  if (mkdir(folder.c_str(), 0700) == 0) return true;
  const int why = errno;
  if (why == EEXIST && fs::is_directory(folder, trouble)) return true;
  return cannot_be_made(folder, std::error_code(why, std::generic_category()).message());
}

}  // namespace securebase::store
