#pragma once
// What must not be seen by chance: identity and narrative. It cannot be printed, logged or formatted, and its
// memory is cleared when it goes.

#include <fmt/core.h>

#include <ostream>
#include <string>
#include <utility>

namespace securebase {

/// Overwrites bytes in a way the compiler does not leave out.
void clear_memory(void* bytes, std::size_t count) noexcept;

template <class T>
class Private {
 public:
  Private() = default;
  explicit Private(T value) : value_(std::move(value)) {}
  Private(const Private&) = default;
  Private(Private&& other) noexcept : value_(std::exchange(other.value_, T())) {}
  Private& operator=(const Private& other) {
    if (this != &other) *this = Private(other);
    return *this;
  }
  Private& operator=(Private&& other) noexcept {
    if (this == &other) return *this;
    clear();
    value_ = std::exchange(other.value_, T());
    return *this;
  }
  ~Private() { clear(); }

  /// The only way in. Each call is a decision: who sees it?
  [[nodiscard]] const T& reveal() const { return value_; }

  bool operator==(const Private&) const = default;
  friend std::ostream& operator<<(std::ostream&, const Private&) = delete;

 private:
  void clear() noexcept {
    if constexpr (requires {
                    value_.capacity();
                    value_.data();
                  })
      clear_memory(value_.data(), value_.size() * sizeof(*value_.data()));
  }

  T value_{};
};

}  // namespace securebase

template <class T, class Char>
struct fmt::formatter<securebase::Private<T>, Char> {
  formatter() = delete;
};
