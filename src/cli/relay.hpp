#pragma once
// A second thread that uses batches in order while the first fills the next one.

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/result.hpp"

namespace securebase::cli {

/// Two batches: one is filled by the caller's thread, the other used by the relay's own. `use` leaves its
/// batch ready to be filled again. After an error of `use` nothing more is used, and the next call says so.
/// Where the system gives no second thread, the caller's uses every batch.
template <class Batch>
class Relay {
 public:
  using Use = std::function<Result<bool>(Batch&)>;
  using Start = std::function<std::thread(std::function<void()>)>;

  explicit Relay(
      Use use, const Start& start = [](auto run) { return std::thread(std::move(run)); })
      : use_(std::move(use)) {
    try {
      thread_ = start([this] { run(); });
    } catch (const std::system_error&) {
      thread_ = std::nullopt;
    }
  }
  ~Relay() { stop(); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// The batch to fill; never the one in use.
  [[nodiscard]] Batch& filling() { return batches_[filling_]; }

  /// Waits until the one before has been used, hands over the one being filled, and begins the other.
  [[nodiscard]] Result<bool> hand_over() {
    if (!thread_) return use_(filling());
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !in_use_; });
    if (auto trouble = what_went_wrong()) return tl::unexpected(*trouble);
    in_use_ = true;
    filling_ = 1 - filling_;
    changed_.notify_all();
    return true;
  }

  /// Hands over the last batch and waits until it has been used.
  [[nodiscard]] Result<bool> finish() {
    if (auto handed = hand_over(); !handed || !thread_) return handed;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !in_use_; });
    if (auto trouble = what_went_wrong()) return tl::unexpected(*trouble);
    return true;
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return in_use_ || stopping_; });
      if (stopping_ && !in_use_) return;
      Batch& batch = batches_[1 - filling_];
      lock.unlock();
      auto [error, exception] = used(batch);
      lock.lock();
      in_use_ = false;
      error_ = std::move(error);
      exception_ = exception;
      changed_.notify_all();
      if (error_ || exception_) return;
    }
  }

  std::pair<std::optional<Error>, std::exception_ptr> used(Batch& batch) {
    try {
      auto done = use_(batch);
      return {done ? std::nullopt : std::optional(done.error()), nullptr};
    } catch (...) {
      return {std::nullopt, std::current_exception()};
    }
  }

  /// A bug of `use` goes on in the caller's thread.
  [[nodiscard]] std::optional<Error> what_went_wrong() const {
    if (exception_) std::rethrow_exception(exception_);
    return error_;
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_) thread_->join();
  }

  Use use_;
  std::array<Batch, 2> batches_{};
  std::size_t filling_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool in_use_ = false;
  bool stopping_ = false;
  std::optional<Error> error_;
  std::exception_ptr exception_;
  std::optional<std::thread> thread_;  // last: it uses all the others
};

}  // namespace securebase::cli
