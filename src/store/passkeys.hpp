#pragma once
// Passkeys (WebAuthn Level 2): what a browser sends when one is made and when one is used, checked in the
// order of the standard (sections 7.1 and 7.2). ES256 only, attestation "none": who made the device is not
// asked. User presence and user verification (a PIN, a finger, a face) are both required, so a passkey alone
// is a whole sign-in. The types are those of the port (service/ports.hpp).

#include <string_view>

#include "service/ports.hpp"

namespace securebase::store {

/// `challenge`: at least 16 random bytes, base64url. Errors of both functions (unauthenticated):
/// "passkey.type", "passkey.challenge", "passkey.origin", "passkey.relying_party", "passkey.presence",
/// "passkey.verification", "passkey.data" (the authenticator data are cut off, malformed or of another kind).
/// Of this one also: "passkey.key" (not ES256, or no point of P-256).
[[nodiscard]] Result<service::PasskeyKey> accept_passkey(const service::RelyingParty& party,
                                                         std::string_view challenge,
                                                         const service::NewPasskey& made);

/// The passkey with its new counter, which the caller stores in the same transaction as the session.
/// Also: "passkey.unknown" (another credential id), "passkey.signature", and "passkey.counter": the counter
/// has not gone up, so there may be a copy of the device. Counters that are and stay 0 are not used by the
/// device.
[[nodiscard]] Result<service::PasskeyKey> check_passkey(const service::RelyingParty& party,
                                                        std::string_view challenge,
                                                        const service::PasskeyKey& stored,
                                                        const service::PasskeyUse& use);

}  // namespace securebase::store
