#pragma once
// Passwords and tokens: what may be chosen, what is stored of them, and how they are compared. What is stored
// is of no use to whoever reads it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/private.hpp"
#include "base/result.hpp"

namespace securebase::store {

/// Argon2id (RFC 9106), one lane. 64 MiB and two passes are libsodium's INTERACTIVE, and above the 19 MiB and
/// two passes of the OWASP Password Storage Cheat Sheet: about 0.1 s.
inline constexpr std::uint64_t password_passes = 2;
inline constexpr std::size_t password_memory_bytes = std::size_t{64} << 20U;
/// How many passwords are hashed at a time; others wait. Memory of the process grows by 64 MiB for each.
inline constexpr int password_slots = 2;

inline constexpr std::size_t least_password_characters = 12;
inline constexpr std::size_t most_password_bytes = 1024;

/// Length and a short list of obvious ones, and no rule about kinds of characters, as NIST SP 800-63B
/// section 5.1.1.2 has it (it asks for 8 at least; these open health records). Characters are code points of
/// UTF-8; nothing is normalised or cut off. Error (bad_data), says what would be accepted: "password.weak".
[[nodiscard]] Result<bool> check_password(const Private<std::string>& password);

/// "$argon2id$v=19$m=65536,t=2,p=1$salt$hash". Does not apply the rules. Error: "password.memory" (internal).
[[nodiscard]] Result<std::string> hash_password(const Private<std::string>& password);

/// Whether the hash was made of this password. With an empty or malformed hash, as for a user that does not
/// exist, it is false after the same work.
[[nodiscard]] bool is_password(const std::string& hash, const Private<std::string>& password);

/// Whether the hash was made at another cost than today's: hash again at the next sign-in.
[[nodiscard]] bool needs_rehash(const std::string& hash);

/// What is compared where there is no user: made of random bytes that nobody kept.
[[nodiscard]] const std::string& hash_of_nobody();

/// 128 random bits in 22 characters that are fit for a link (base64url, RFC 4648 section 5).
[[nodiscard]] Private<std::string> new_token();
/// BLAKE2b-256 of the text, 64 hexadecimal digits: what is stored. For random tokens only; a password needs
/// more.
[[nodiscard]] std::string hash_token(const Private<std::string>& token);
/// Takes as long wherever the first difference is. Lengths are no secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// base64url without padding, RFC 4648 section 5.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing where it is not exactly that: other characters, padding, white space, bits left over.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace securebase::store
