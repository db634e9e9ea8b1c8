#pragma once
// Codes of authenticator programs (TOTP, RFC 6238 with HMAC-SHA-1, 30 seconds, six digits: what all of them
// read), and recovery codes for when the device is lost.
//
// HMAC-SHA-1 is what the standard and the programs have. That collisions of SHA-1 can be found does not
// weaken HMAC.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/private.hpp"

namespace securebase::store {

inline constexpr std::int64_t code_step_ms = 30 * second_ms;
inline constexpr std::size_t code_digits = 6;
/// Steps before and after now that are accepted: clocks differ, and typing takes time (RFC 6238 section 5.2).
inline constexpr std::int64_t code_window = 1;

/// 160 random bits (RFC 4226 section 4) in 32 characters of Base32 (RFC 4648 section 6): what is stored,
/// sealed, and shown once.
[[nodiscard]] Private<std::string> new_code_secret();

/// Counts from 1970. Instants before it have step 0.
[[nodiscard]] std::int64_t code_step_of(Instant instant);

/// The code of a step, 1 to 9 digits. Nothing where the secret is not Base32 or empty.
[[nodiscard]] std::optional<Private<std::string>> one_time_code(const Private<std::string>& secret,
                                                                std::int64_t step,
                                                                std::size_t digits = code_digits);

/// The step a code belongs to: now, or one before or after. Nothing where the code is wrong, or its step is
/// not later than `last_step`, the last one that was accepted from this user (-1: none): a code works once.
/// The caller stores the step in the same transaction, and limits how often someone may try: one guess in
/// 333,333 is right.
[[nodiscard]] std::optional<std::int64_t> code_step(const Private<std::string>& secret, std::string_view code,
                                                    Instant now, std::int64_t last_step);

/// "otpauth://totp/Issuer:account?secret=...&issuer=Issuer&algorithm=SHA1&digits=6&period=30", as
/// authenticator programs read it from a QR code. Issuer and account are percent-encoded; a colon in them is,
/// too.
[[nodiscard]] Private<std::string> code_uri(const Private<std::string>& secret, std::string_view issuer,
                                            std::string_view account);

/// Recovery codes: 80 random bits each, as "XXXX-XXXX-XXXX-XXXX" in Crockford's Base32. So many bits, because
/// what is stored is one fast hash of each.
[[nodiscard]] std::vector<Private<std::string>> new_recovery_codes(std::size_t count = 8);
/// What is stored of one, and what it is looked up by: hash_token (passwords.hpp) of the 16 characters,
/// however they were typed: small letters, O for 0, I or L for 1, spaces and hyphens. The caller removes it
/// when it is used.
[[nodiscard]] std::string hash_recovery_code(const Private<std::string>& code);

/// Base32 without padding, RFC 4648 section 6.
[[nodiscard]] std::string to_base32(std::string_view bytes);
/// Small letters, spaces and padding at the end are accepted; nothing where anything else is there.
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

}  // namespace securebase::store
