#pragma once
// Chance, and a process that does not spill what it knows. All randomness of the program comes from the
// kernel by way of libsodium (getrandom); nothing here can be seeded. Tests that need the same numbers twice
// give their own.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace securebase::store {

/// `count` bytes nobody can foresee.
[[nodiscard]] std::string random_bytes(std::size_t count);
void fill_random(std::span<unsigned char> bytes);

/// 128 random bits as 32 digits 0-9 a-f: fit for Id (base/id.hpp). Not ordered by time.
[[nodiscard]] std::string random_id_text();

/// What the operating system granted.
struct ProcessProtection {
  bool no_core_dump = false;   ///< no core file, and no other process of this user may read this one's memory
  bool locked_memory = false;  ///< keys stay out of the swap area
};

/// Once, early in main: no core dumps (PR_SET_DUMPABLE 0, RLIMIT_CORE 0), and as much lockable memory as the
/// hard limit allows. A key takes one page of it (4 KiB). Nothing fails: what was not granted is for `doctor`
/// to tell.
[[nodiscard]] ProcessProtection protect_process();

/// Before the first use of the cryptographic library. Every function of this room does it by itself; it costs
/// nothing the second time, and may be called from any thread.
void start_cryptography();

/// The same bytes as C libraries take them.
[[nodiscard]] inline const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
[[nodiscard]] inline unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
[[nodiscard]] inline std::string_view as_text(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string hex(std::string_view bytes);

}  // namespace securebase::store
