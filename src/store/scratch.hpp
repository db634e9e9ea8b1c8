#pragma once
// Files of a work in between that may hold the record unsealed: always in the practice's own folder, under
// names that begin with "scratch-", gone when the work is over. What a killed program left is removed by the
// next that needs room.

#include <string>

#include "base/result.hpp"

namespace securebase::store {

/// Held while scratch files are in use, so that nobody takes them for left behind.
class ScratchRoom {
 public:
  /// Removes what was left behind where nobody else is at work. Error "file.write".
  [[nodiscard]] static Result<ScratchRoom> enter(const std::string& folder);
  ScratchRoom(ScratchRoom&& other) noexcept;
  ScratchRoom& operator=(ScratchRoom&&) = delete;
  ScratchRoom(const ScratchRoom&) = delete;
  ScratchRoom& operator=(const ScratchRoom&) = delete;
  ~ScratchRoom();

  /// A name nobody else has.
  [[nodiscard]] std::string name() const;

 private:
  ScratchRoom(std::string folder, int descriptor) : folder_(std::move(folder)), descriptor_(descriptor) {}
  std::string folder_;
  int descriptor_;
};

/// One file, and what SQLite keeps beside it.
class Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Made with mode 0700 where it is not there. Error "file.write".
[[nodiscard]] Result<bool> make_private_folder(const std::string& folder);

}  // namespace securebase::store
