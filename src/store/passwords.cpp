#include "store/passwords.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <semaphore>

#include "store/entropy.hpp"

namespace securebase::store {
namespace {

std::counting_semaphore<password_slots>& slots() {
  static std::counting_semaphore<password_slots> semaphore(password_slots);
  return semaphore;
}

/// Waits for a slot, and gives it back.
class Slot {
 public:
  Slot() { slots().acquire(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { slots().release(); }
};

// In small letters. A long list belongs to a service that is asked; these are what people type when told
// "twelve".
constexpr std::array<std::string_view, 20> obvious = {
    "password1234", "password12345", "passwordpassword", "passwort1234",  "passwort12345",
    "123456789012", "1234567890123", "12345678901234",   "012345678901",  "123123123123",
    "qwertyuiop12", "qwertyuiop123", "qwertzuiop12",     "qwertyqwerty",  "1q2w3e4r5t6y",
    "abcdefghijkl", "iloveyou1234",  "letmein12345",     "securebase123", "correcthorsebatterystaple"};

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
  }));
}

bool is_obvious(const std::string& password) {
  const auto small = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  const auto same = [&](char typed, char listed) { return small(typed) == listed; };
  return std::any_of(obvious.begin(), obvious.end(), [&](std::string_view listed) {
    return std::equal(password.begin(), password.end(), listed.begin(), listed.end(), same);
  });
}

}  // namespace

Result<bool> check_password(const Private<std::string>& password) {
  const std::string& text = password.reveal();
  const auto weak = [](std::string detail) {
    return fail(ErrorKind::bad_data, "password.weak", std::move(detail));
  };
  if (count_characters(text) < least_password_characters)
    return weak(fmt::format("a password has at least {} characters; several words are a good one",
                            least_password_characters));
  if (text.size() > most_password_bytes)
    return weak(fmt::format("a password has at most {} bytes", most_password_bytes));
  if (is_obvious(text) || std::all_of(text.begin(), text.end(), [&](char c) { return c == text[0]; }))
    return weak("this password is among the first that are tried: choose another");
  return true;
}

Result<std::string> hash_password(const Private<std::string>& password) {
  start_cryptography();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  const Slot slot;
  if (crypto_pwhash_str(hash.data(), password.reveal().data(), password.reveal().size(), password_passes,
                        password_memory_bytes) != 0)
    return fail(ErrorKind::internal, "password.memory",
                fmt::format("hashing a password takes {} MiB, which the system does not give",
                            password_memory_bytes >> 20U));
  hash.resize(hash.find('\0'));
  return hash;
}

bool needs_rehash(const std::string& hash) {
  start_cryptography();
  return hash.size() >= crypto_pwhash_STRBYTES ||
         crypto_pwhash_str_needs_rehash(hash.c_str(), password_passes, password_memory_bytes) != 0;
}

const std::string& hash_of_nobody() {
  static const std::string hash =
      "$argon2id$v=19$m=65536,t=2,p=1$jF+p1M7cqvPBdbFWPKFMhQ$ZnkHbblN98c5Z+9NHhyfCtGfh5YT/a4VCc1UaXtcT4Q";
  return hash;
}

bool is_password(const std::string& hash, const Private<std::string>& password) {
  start_cryptography();
  // -1 where the text is no hash at all.
  const bool hashed =
      !hash.empty() && hash.size() < crypto_pwhash_STRBYTES &&
      crypto_pwhash_str_needs_rehash(hash.c_str(), password_passes, password_memory_bytes) >= 0;
  const std::string& against = hashed ? hash : hash_of_nobody();
  const std::string& text = password.reveal();
  const Slot slot;
  const bool same = crypto_pwhash_str_verify(against.c_str(), text.data(), text.size()) == 0;
  return same && hashed;
}

std::string to_base64url(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), octets(bytes), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the zero at the end
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(octets(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(size);
  // libsodium 1.0.18 takes some bytes above 0x7f for digits.
  if (to_base64url(bytes) != text) return std::nullopt;
  return bytes;
}

Private<std::string> new_token() {
  std::string bytes = random_bytes(16);
  Private<std::string> token(to_base64url(bytes));
  sodium_memzero(bytes.data(), bytes.size());
  return token;
}

std::string hash_token(const Private<std::string>& token) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), octets(token.reveal()), token.reveal().size(), nullptr, 0);
  return hex(as_text(hash));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace securebase::store
