#pragma once
// The record of a practice as the use cases see it (service/ports.hpp), on either engine, with the vault on
// the way in and out.
//
// Writing is one at a time, in a thread of its own: what is asked for while the disk is being waited for is
// committed together with the next wait (group commit), each in a savepoint of its own, and nobody is
// answered before the disk has it. Reading happens in the thread that asks, from one state of everything.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "service/ports.hpp"
#include "store/database.hpp"
#include "store/practice_key.hpp"

namespace securebase::store {

class RecordStore : public service::Store {
 public:
  /// `open` gives connections to a database that has been migrated; it is called now and whenever one was
  /// lost. `keys` outlives the store. At most `readers` read at a time.
  /// Errors: those of `open`.
  [[nodiscard]] static Result<std::unique_ptr<RecordStore>> start(ConnectionPool::Open open,
                                                                  const KeyRing& keys, std::size_t readers);
  RecordStore(const RecordStore&) = delete;
  RecordStore& operator=(const RecordStore&) = delete;
  RecordStore(RecordStore&&) = delete;
  RecordStore& operator=(RecordStore&&) = delete;
  /// Finishes what was asked for.
  ~RecordStore() override;

  [[nodiscard]] Result<bool> read(const Use& use) override;
  /// What `use` throws is thrown here, and nothing of it remains.
  [[nodiscard]] Result<bool> write(const Use& use) override;

  /// Called after the commit of a transaction that destroyed a key, in the thread that writes. It may read
  /// and must not write. To be set before anybody writes.
  void after_erasure(std::function<void()> call) { after_erasure_ = std::move(call); }

  /// For a rotation of the practice key.
  [[nodiscard]] RewrapSteps rewrap_steps();

 private:
  struct Job {
    const Use* use = nullptr;
    Result<bool> outcome = false;
    std::exception_ptr thrown;
    bool done = false;
    std::condition_variable answered;  ///< its own: a commit wakes those it answers and nobody else
  };

  RecordStore(ConnectionPool::Open open, const KeyRing& keys, std::size_t readers);
  void run();
  void carry_out(std::span<Job* const> jobs);
  Result<bool> attempt(std::span<Job* const> jobs);
  void run_job(Connection& connection, Job& job);
  void sweep() noexcept;
  bool overwrite_log() noexcept;

  ConnectionPool::Open open_;
  const KeyRing* keys_;
  ConnectionPool readers_;

  std::mutex mutex_;
  std::condition_variable asked_;
  std::vector<Job*> waiting_;
  bool ending_ = false;

  std::unique_ptr<Connection> writer_;  ///< of the thread alone
  bool destroyed_a_key_ = false;        ///< in this transaction
  bool must_sweep_ = false;             ///< a key that was destroyed may still be in the log
  std::chrono::steady_clock::time_point next_sweep_;
  std::function<void()> after_erasure_;
  std::thread thread_;
};

/// Every table of the record, each behind those it points to: for copying a database as a whole.
[[nodiscard]] std::span<const std::string_view> record_tables();

}  // namespace securebase::store
