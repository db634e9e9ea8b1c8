#pragma once
// Passkeys (WebAuthn Level 2): what a browser sends when one is made and when one is used, checked in the
// order of the standard (sections 7.1 and 7.2). ES256 only, attestation "none": who made the device is not
// asked. User presence and user verification (a PIN, a finger, a face) are both required, so a passkey alone
// is a whole sign-in.
//
// All texts of bytes are base64url without padding, as the browser's JSON has them. The three members of the
// client data come parsed, from `wire`, which alone reads JSON: they must have been read from the very bytes
// in `json`, by a reader that refuses a member that stands twice.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace securebase::store {

/// Who asks for the passkey.
struct RelyingParty {
  std::string id;                    ///< host name, such as "practice.example"
  std::vector<std::string> origins;  ///< exact, such as "https://practice.example"; a port belongs to it
};

/// response.clientDataJSON and what stands in it.
struct ClientData {
  std::string json;       ///< the bytes as they came, decoded from base64url
  std::string type;       ///< "webauthn.create" or "webauthn.get"
  std::string challenge;  ///< base64url
  std::string origin;
  bool cross_origin = false;  ///< true is refused: the page was inside another's
};

/// 32 random bytes, 43 characters. The caller keeps it for a few minutes, gives it out once, and forgets it
/// when it comes back, whatever the outcome.
[[nodiscard]] std::string new_challenge();

/// What navigator.credentials.create() gives.
struct NewPasskey {
  ClientData client;
  /// response.getAuthenticatorData(). With attestation "none" the attestation object holds nothing more.
  std::string authenticator_data;
};

/// What is stored. None of it is secret.
struct Passkey {
  std::string
      credential_id;       ///< base64url of 1 to 1023 bytes; unique among all users, which the caller checks
  std::string public_key;  ///< base64url of 64 bytes: x and y on P-256
  std::uint32_t counter = 0;  ///< of the last use
  bool backed_up = false;     ///< held by more than one device

  bool operator==(const Passkey&) const = default;
};

/// Errors of both functions (unauthenticated): "passkey.type", "passkey.challenge", "passkey.origin",
/// "passkey.relying_party", "passkey.presence", "passkey.verification",
/// "passkey.data" (the authenticator data are cut off, malformed or of another kind).
/// Of this one also: "passkey.key" (not ES256, or no point of P-256).
[[nodiscard]] Result<Passkey> accept_passkey(const RelyingParty& party, std::string_view challenge,
                                             const NewPasskey& made);

/// What navigator.credentials.get() gives.
struct PasskeyUse {
  ClientData client;
  std::string credential_id;
  std::string authenticator_data;
  std::string signature;  ///< ASN.1 DER, base64url
};

/// The passkey with its new counter, which the caller stores in the same transaction as the session.
/// Also: "passkey.unknown" (another credential id), "passkey.signature", and "passkey.counter": the counter
/// has not gone up, so there may be a copy of the device. Counters that are and stay 0 are not used by the
/// device.
[[nodiscard]] Result<Passkey> check_passkey(const RelyingParty& party, std::string_view challenge,
                                            const Passkey& stored, const PasskeyUse& use);

}  // namespace securebase::store
