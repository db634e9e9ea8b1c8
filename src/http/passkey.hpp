#pragma once
// Passkeys over HTTP: what a browser's navigator.credentials gave comes in as text, bytes as base64url, and
// the client data as the JSON text it is.

#include "http/door.hpp"
#include "service/passkey.hpp"

namespace securebase::http {

/// As service::ClientData, NewPasskey and PasskeyUse.
struct AddPasskey {
  std::string name;         ///< the user's word for the device
  std::string client_data;  ///< response.clientDataJSON, decoded as UTF-8
  std::string authenticator_data;

  static constexpr auto fields(const auto& use) {
    using service::Field;
    return use(Field{"name", &AddPasskey::name}, Field{"client_data", &AddPasskey::client_data},
               Field{"authenticator_data", &AddPasskey::authenticator_data});
  }
};

struct SignInByPasskey {
  std::string credential_id;
  std::string client_data;
  std::string authenticator_data;
  std::string signature;

  static constexpr auto fields(const auto& use) {
    using service::Field;
    return use(Field{"credential_id", &SignInByPasskey::credential_id},
               Field{"client_data", &SignInByPasskey::client_data},
               Field{"authenticator_data", &SignInByPasskey::authenticator_data},
               Field{"signature", &SignInByPasskey::signature});
  }
};

/// The practice under the address that was asked, which the listener has checked. Error "passkey.address"
/// (conflict): browsers know passkeys for names, not for numeric addresses.
[[nodiscard]] Result<service::RelyingParty> relying_party(const Request& request);
/// Error "passkey.client_data" (bad_data).
[[nodiscard]] Result<service::ClientData> read_client_data(const std::string& json);

[[nodiscard]] Result<service::PasskeyOffer> offer_passkey(Visit& visit, const service::PasskeyRequest& input);
[[nodiscard]] Result<service::PasskeyView> add_passkey(Visit& visit, const AddPasskey& input);
[[nodiscard]] Result<service::PasskeyChallenge> challenge_passkey(Visit& visit);
[[nodiscard]] Result<Welcome> sign_in_by_passkey(Visit& visit, const SignInByPasskey& input);

}  // namespace securebase::http
