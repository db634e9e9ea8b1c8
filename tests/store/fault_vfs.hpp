#pragma once
// A layer under SQLite that forgets and fills up. It stands before SQLite's own one, in real files:
//   power cut   what was written and not synced is lost, kept, or kept in part, sector by sector, by chance
//   full disk   after a number of bytes, writing says there is no room
// For one thread.

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace securebase::store {

class FaultyDisk {
 public:
  static constexpr const char* vfs_name = "faulty";
  static constexpr std::size_t sector = 512;

  /// The one disk; registered with SQLite at first use.
  static FaultyDisk& instance() {
    static FaultyDisk disk;
    return disk;
  }
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  /// Forgets all files, and lets everything pass.
  void reset() {
    files_.clear();
    dead_ = false;
    calls_left_.reset();
    room_.reset();
  }
  /// The power fails at the n-th write, sync, truncation or deletion from now; from then on every call fails.
  void cut_power_after(std::size_t calls) { calls_left_ = calls; }
  [[nodiscard]] bool power_is_cut() const { return dead_; }
  /// How many more bytes files may grow.
  void set_room(std::optional<std::size_t> bytes) { room_ = bytes; }

  /// Leaves on the disk what the power cut left, once all connections are closed.
  void come_back(std::mt19937_64& chance) {
    for (auto& [path, file] : files_) file.settle(path, chance);
    reset();
  }

 private:
  /// Something written since the last sync; without bytes, a truncation to `offset`.
  struct Change {
    std::size_t offset;
    std::optional<std::string> bytes;
  };

  struct File {
    std::optional<std::string> durable;  ///< nothing: not there after a power cut
    std::vector<Change> changes;
    bool deleted = false;  ///< not certain yet

    static void put(std::string& content, std::size_t offset, const std::string& bytes) {
      if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
      content.replace(offset, bytes.size(), bytes);
    }
    static void apply(std::string& content, const Change& change) {
      if (change.bytes)
        put(content, change.offset, *change.bytes);
      else
        content.resize(std::min(content.size(), change.offset));
    }
    /// Each sector of a write arrives or does not.
    static void tear(std::string& content, const Change& change, std::mt19937_64& chance) {
      std::size_t at = change.offset;
      const std::size_t end = at + change.bytes->size();
      while (at < end) {
        const std::size_t next = std::min(end, (at / sector + 1) * sector);
        if (chance() % 2 == 0) put(content, at, change.bytes->substr(at - change.offset, next - at));
        at = next;
      }
    }

    void sync() {
      if (!durable) durable.emplace();
      for (const Change& change : changes) apply(*durable, change);
      changes.clear();
    }
    void settle(const std::string& path, std::mt19937_64& chance) {
      const bool gone = !durable || (deleted && chance() % 2 == 0);
      std::string content = durable.value_or("");
      const auto manner = chance() % 4;  // none arrived; all; some; some in part
      for (const Change& change : changes) {
        const auto fate = chance() % 3;
        if (manner == 1 || (manner >= 2 && fate == 0)) apply(content, change);
        if (manner == 3 && fate == 1 && change.bytes) tear(content, change, chance);
      }
      std::filesystem::remove(path);
      if (!gone) std::ofstream(path, std::ios::binary) << content;
      const std::string shared = path.substr(0, path.rfind("-wal")) + "-shm";
      std::filesystem::remove(shared);
    }
  };

  /// What SQLite holds for an open file; the real one follows it in memory.
  struct Handle {
    sqlite3_file base;
    File* file;
    sqlite3_file* real;
  };

  FaultyDisk() : real_(sqlite3_vfs_find(nullptr)) {
    vfs_ = *real_;
    vfs_.zName = vfs_name;
    vfs_.pNext = nullptr;
    vfs_.szOsFile = static_cast<int>(sizeof(Handle)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FaultyDisk() { sqlite3_vfs_unregister(&vfs_); }

  static Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
  static sqlite3_file* real(sqlite3_file* file) { return handle(file).real; }

  /// Whether the power is on for one more change.
  bool alive() {
    if (!dead_ && calls_left_ && (*calls_left_)-- == 0) dead_ = true;
    return !dead_;
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* given) {
    FaultyDisk& disk = instance();
    file->pMethods = nullptr;
    if (disk.dead_) return SQLITE_IOERR;
    Handle& ours = handle(file);
    ours.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(Handle));
    ours.file = path == nullptr ? nullptr : disk.know(path);
    const int code = disk.real_->xOpen(disk.real_, path, ours.real, flags, given);
    if (code == SQLITE_OK) file->pMethods = &methods();
    return code;
  }
  File* know(const std::string& path) {
    const auto [entry, is_new] = files_.try_emplace(path);
    if (is_new && std::filesystem::exists(path)) {
      std::ifstream in(path, std::ios::binary);
      entry->second.durable.emplace(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    if (!is_new && entry->second.deleted) entry->second = File{};  // made again
    return &entry->second;
  }
  static int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    FaultyDisk& disk = instance();
    if (!disk.alive()) return SQLITE_IOERR_DELETE;
    const int code = disk.real_->xDelete(disk.real_, path, sync_folder);
    const auto entry = disk.files_.find(path);
    if (code != SQLITE_OK || entry == disk.files_.end()) return code;
    if (sync_folder != 0)
      disk.files_.erase(entry);
    else
      entry->second.deleted = true;
    return code;
  }

  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    FaultyDisk& disk = instance();
    if (!disk.alive()) return SQLITE_IOERR_WRITE;
    if (const int code = disk.take_room(file, offset + count); code != SQLITE_OK) return code;
    const int code = real(file)->pMethods->xWrite(real(file), bytes, count, offset);
    if (code == SQLITE_OK && handle(file).file != nullptr)
      handle(file).file->changes.push_back(
          {static_cast<std::size_t>(offset),
           std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
    return code;
  }
  int take_room(sqlite3_file* file, sqlite3_int64 end) {
    if (!room_) return SQLITE_OK;
    sqlite3_int64 size = 0;
    real(file)->pMethods->xFileSize(real(file), &size);
    const auto growth = static_cast<std::size_t>(std::max<sqlite3_int64>(0, end - size));
    if (growth > *room_) return SQLITE_FULL;
    *room_ -= growth;
    return SQLITE_OK;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (!instance().alive()) return SQLITE_IOERR_TRUNCATE;
    const int code = real(file)->pMethods->xTruncate(real(file), size);
    if (code == SQLITE_OK && handle(file).file != nullptr)
      handle(file).file->changes.push_back({static_cast<std::size_t>(size), std::nullopt});
    return code;
  }
  static int sync(sqlite3_file* file, int) {
    if (!instance().alive()) return SQLITE_IOERR_FSYNC;
    if (handle(file).file != nullptr) handle(file).file->sync();  // the real disk is not what is tried
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    return instance().dead_ ? SQLITE_IOERR_READ
                            : real(file)->pMethods->xRead(real(file), bytes, count, offset);
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods ours = [] {
      sqlite3_io_methods m{};
      m.iVersion = 2;
      m.xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); };
      m.xRead = read;
      m.xWrite = write;
      m.xTruncate = truncate;
      m.xSync = sync;
      m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
        return real(f)->pMethods->xFileSize(real(f), size);
      };
      m.xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); };
      m.xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); };
      m.xCheckReservedLock = [](sqlite3_file* f, int* is) {
        return real(f)->pMethods->xCheckReservedLock(real(f), is);
      };
      m.xFileControl = [](sqlite3_file* f, int what, void* with) {
        return real(f)->pMethods->xFileControl(real(f), what, with);
      };
      m.xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); };
      m.xDeviceCharacteristics = [](sqlite3_file* f) {
        return real(f)->pMethods->xDeviceCharacteristics(real(f));
      };
      m.xShmMap = [](sqlite3_file* f, int region, int size, int extend, void volatile** at) {
        return real(f)->pMethods->xShmMap(real(f), region, size, extend, at);
      };
      m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
        return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
      };
      m.xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); };
      m.xShmUnmap = [](sqlite3_file* f, int remove_it) {
        return real(f)->pMethods->xShmUnmap(real(f), remove_it);
      };
      return m;
    }();
    return ours;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_{};
  std::map<std::string, File> files_;
  bool dead_ = false;
  std::optional<std::size_t> calls_left_;
  std::optional<std::size_t> room_;
};

}  // namespace securebase::store
