#include "store/entropy.hpp"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>
#include <stdexcept>

namespace securebase::store {
namespace {

bool forbid_core_dumps() {
  const rlimit none{0, 0};
  return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

bool allow_locked_memory() {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_MEMLOCK, &limit);
  }
  alignas(16) static std::array<unsigned char, 64> probe{};
  if (sodium_mlock(probe.data(), probe.size()) != 0) return false;
  sodium_munlock(probe.data(), probe.size());
  return true;
}

}  // namespace

void start_cryptography() {
  if (sodium_init() < 0) throw std::runtime_error("the system gives no random numbers");
}

void fill_random(std::span<unsigned char> bytes) {
  start_cryptography();
  randombytes_buf(bytes.data(), bytes.size());
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  fill_random({octets(bytes), bytes.size()});
  return bytes;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value >> 4U];
    text += digits[value & 15U];
  }
  return text;
}

std::string random_id_text() {
  return hex(random_bytes(16));
}

ProcessProtection protect_process() {
  start_cryptography();
  return {forbid_core_dumps(), allow_locked_memory()};
}

}  // namespace securebase::store
