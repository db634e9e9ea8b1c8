#include "store/one_time_codes.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "store/entropy.hpp"
#include "store/passwords.hpp"

namespace securebase::store {
namespace {

constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view crockford_alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t secret_bytes = 20;
constexpr std::size_t recovery_bytes = 10;
constexpr std::size_t recovery_group = 4;

char capital(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

/// Five bits a character, most significant first.
std::string in_base32(std::string_view bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  unsigned held = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    held = (held << 8U) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(held >> (bits - 5)) & 31U];
    held &= (1U << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31U];
  return text;
}

std::array<unsigned char, 20> hmac_sha1(std::string_view key, std::string_view message) {
  std::array<unsigned char, 20> hash{};
  unsigned size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), octets(message), message.size(), hash.data(),
           &size) == nullptr ||
      size != hash.size())
    throw std::runtime_error("OpenSSL does not compute HMAC-SHA-1");
  return hash;
}

/// HOTP, RFC 4226 section 5.3.
std::uint32_t truncated(const std::array<unsigned char, 20>& hash) {
  const std::size_t at = hash[19] & 15U;
  std::uint32_t code = hash[at] & 0x7fU;
  for (std::size_t i = 1; i < 4; ++i) code = (code << 8U) | hash[at + i];
  return code;
}

std::string counter_bytes(std::int64_t step) {
  std::string bytes;
  for (unsigned shift = 64; shift > 0; shift -= 8)
    bytes += static_cast<char>((static_cast<std::uint64_t>(step) >> (shift - 8)) & 0xffU);
  return bytes;
}

std::string code_of(std::string_view key, std::int64_t step, std::size_t digits) {
  std::uint32_t modulus = 1;
  for (std::size_t i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", truncated(hmac_sha1(key, counter_bytes(step))) % modulus, digits);
}

/// RFC 3986: all but the unreserved characters.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            c == '-' || c == '.' || c == '_' || c == '~';
    encoded += unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace

std::string to_base32(std::string_view bytes) {
  return in_base32(bytes, base32_alphabet);
}

std::optional<std::string> from_base32(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size());
  unsigned held = 0;
  unsigned bits = 0;
  for (const char character : text) {
    if (character == ' ') continue;
    const std::size_t digit = base32_alphabet.find(capital(character));
    if (digit == std::string_view::npos) return std::nullopt;
    held = (held << 5U) | static_cast<unsigned>(digit);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((held >> bits) & 0xffU);
    }
    held &= (1U << bits) - 1;
  }
  if (bits >= 5 || held != 0) return std::nullopt;  // characters, or bits, that mean nothing
  return bytes;
}

Private<std::string> new_code_secret() {
  const Private<std::string> bytes(random_bytes(secret_bytes));
  return Private<std::string>(to_base32(bytes.reveal()));
}

std::int64_t code_step_of(Instant instant) {
  return std::max<std::int64_t>(instant.ms, 0) / code_step_ms;
}

std::optional<Private<std::string>> one_time_code(const Private<std::string>& secret, std::int64_t step,
                                                  std::size_t digits) {
  auto decoded = from_base32(secret.reveal());
  if (!decoded || decoded->empty() || digits < 1 || digits > 9) return std::nullopt;
  const Private<std::string> key(std::move(*decoded));
  return Private<std::string>(code_of(key.reveal(), step, digits));
}

std::optional<std::int64_t> code_step(const Private<std::string>& secret, std::string_view code, Instant now,
                                      std::int64_t last_step) {
  std::optional<std::int64_t> found;
  const std::int64_t middle = code_step_of(now);
  // All steps are compared, the latest first, so that the time taken does not tell which it was.
  for (std::int64_t step = middle + code_window; step >= middle - code_window; --step) {
    if (step < 0) continue;
    const auto right = one_time_code(secret, step);
    if (right && equal_in_constant_time(right->reveal(), code) && step > last_step && !found) found = step;
  }
  return found;
}

Private<std::string> code_uri(const Private<std::string>& secret, std::string_view issuer,
                              std::string_view account) {
  const std::string name = percent_encoded(issuer);
  return Private<std::string>(
      fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}", name,
                  percent_encoded(account), secret.reveal(), name, code_digits, code_step_ms / second_ms));
}

std::vector<Private<std::string>> new_recovery_codes(std::size_t count) {
  std::vector<Private<std::string>> codes;
  for (std::size_t i = 0; i < count; ++i) {
    const Private<std::string> characters(in_base32(random_bytes(recovery_bytes), crockford_alphabet));
    std::string code;
    for (std::size_t at = 0; at < characters.reveal().size(); at += recovery_group) {
      if (at > 0) code += '-';
      code += characters.reveal().substr(at, recovery_group);
    }
    codes.emplace_back(std::move(code));
  }
  return codes;
}

std::string hash_recovery_code(const Private<std::string>& code) {
  std::string characters;
  characters.reserve(code.reveal().size());
  for (char character : code.reveal()) {
    if (character == ' ' || character == '-') continue;
    character = capital(character);
    if (character == 'O') character = '0';
    if (character == 'I' || character == 'L') character = '1';
    characters += character;
  }
  return hash_token(Private<std::string>(std::move(characters)));
}

}  // namespace securebase::store
