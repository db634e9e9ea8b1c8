// Output that appears only when it is whole: written to a file without a name, which a program that is
// stopped leaves nowhere, and given its name at the end.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <system_error>
#include <utility>

#include "cli/command.hpp"

namespace securebase::cli {
namespace {

constexpr mode_t everyone_by_mask = 0666;
constexpr int most_names = 100;

/// Which file a path leads to, by device and inode; nothing for what is no plain file.
std::optional<std::pair<dev_t, ino_t>> file_at(const std::string& path) {
  struct stat found {};
  const int failed = path == "-" ? fstat(STDIN_FILENO, &found) : stat(path.c_str(), &found);
  if (failed != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return std::pair(found.st_dev, found.st_ino);
}

tl::unexpected<Error> cannot(const char* code, const std::string& path, std::string detail) {
  return fail(ErrorKind::io, code, std::move(detail), Place{path, 0, 0, {}});
}

mode_t mode_of_new_files() {
  const mode_t mask = umask(0);
  umask(mask);
  return everyone_by_mask & ~mask;
}

std::string through_descriptor(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

/// A name beside the target that is nobody's: `take` gives 0 where it got the name.
template <class Take>
std::optional<std::string> free_name(const std::string& target, Take take) {
  for (int i = 0; i < most_names; ++i) {
    std::string name = fmt::format("{}.{}-{}.part", target, getpid(), i);
    if (take(name) == 0) return name;
    if (errno != EEXIST) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

struct Output::State {
  std::ostream* to = nullptr;
  std::ofstream file;
  std::string path;     ///< as it was asked for
  std::string target;   ///< the plain file that is replaced; empty: there is none
  std::string partial;  ///< its name until it is whole, where it has one
  int descriptor = -1;

  /// A file without a name, or, where the file system has none such, with one that nobody had.
  [[nodiscard]] bool create() {
    const std::string folder = std::filesystem::path(target).parent_path().string();
    descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor >= 0) return true;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) return false;
    const auto name = free_name(target, [this](const std::string& free) {
      descriptor =
          ::open(free.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
      return descriptor < 0 ? -1 : 0;
    });
    partial = name.value_or("");
    return name.has_value();
  }

  /// Gives the whole file its name, in place of the one that has it.
  [[nodiscard]] bool publish() {
    if (partial.empty()) {
      const std::string unnamed = through_descriptor(descriptor);
      const auto name = free_name(target, [&](const std::string& free) {
        return linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, free.c_str(), AT_SYMLINK_FOLLOW);
      });
      if (!name) return false;
      partial = *name;
    }
    if (std::rename(partial.c_str(), target.c_str()) != 0) return false;
    partial.clear();
    return true;
  }

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    file.close();
    if (descriptor >= 0) close(descriptor);
    if (!partial.empty()) unlink(partial.c_str());
  }
};

Output::Output(std::unique_ptr<State> state) : state_(std::move(state)) {}
Output::Output(Output&&) noexcept = default;
Output& Output::operator=(Output&&) noexcept = default;
Output::~Output() = default;

Result<Output> Output::open(const std::string& path, const Surroundings& surroundings,
                            const std::vector<std::string>& inputs) {
  auto state = std::make_unique<State>();
  state->to = &surroundings.out;
  if (path.empty() || path == "-") return Output(std::move(state));
  if (const auto target = file_at(path))
    for (const std::string& input : inputs)
      if (!input.empty() && file_at(input) == target)
        return fail(ErrorKind::usage, "usage.output_is_input",
                    fmt::format("--out would replace {}, which is read; name another file",
                                input == "-" ? "standard input" : input));
  state->path = path;
  state->to = &state->file;
  struct stat found {};
  const bool exists = stat(path.c_str(), &found) == 0;
  if (exists && S_ISDIR(found.st_mode)) return cannot("output.open", path, "this is a folder");
  if (exists && !S_ISREG(found.st_mode)) {  // a device or pipe is written as it is
    state->file.open(path, std::ios::binary);
    if (!state->file) return cannot("output.open", path, std::strerror(errno));
    return Output(std::move(state));
  }
  if (exists && (found.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0)
    return cannot("output.open", path, "this file is read-only");
  std::error_code error;
  state->target = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error).string();
  if (error) return cannot("output.open", path, error.message());
  const mode_t mode = exists ? found.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO) : mode_of_new_files();
  if (!state->create() || fchmod(state->descriptor, mode) != 0)
    return cannot("output.open", path, std::strerror(errno));
  state->file.open(through_descriptor(state->descriptor), std::ios::binary);
  if (!state->file) return cannot("output.open", path, std::strerror(errno));
  return Output(std::move(state));
}

Result<bool> Output::write(std::string_view text) {
  state_->to->write(text.data(), static_cast<std::streamsize>(text.size()));
  if (state_->to->good()) return true;
  return cannot("output.write", state_->path, std::strerror(errno));
}

Result<bool> Output::finish() {
  state_->to->flush();
  if (state_->file.is_open()) state_->file.close();
  if (!state_->to->good() || state_->file.fail())
    return cannot("output.write", state_->path, std::strerror(errno));
  if (state_->target.empty() || state_->publish()) return true;
  return cannot("output.rename", state_->path, std::strerror(errno));
}

}  // namespace securebase::cli
