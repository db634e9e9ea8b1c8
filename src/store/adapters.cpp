#include "store/adapters.hpp"

#include <chrono>

#include "store/entropy.hpp"
#include "store/one_time_codes.hpp"
#include "store/passkeys.hpp"
#include "store/passwords.hpp"

namespace securebase::store {

Instant SystemClock::now() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count()};
}

std::string KernelEntropy::id_digits() {
  return random_id_text();
}

Private<std::string> KernelEntropy::token() {
  return new_token();
}

Result<std::string> VaultSecrets::hash_password(const Private<std::string>& password) {
  if (auto fits = check_password(password); !fits) return tl::unexpected(fits.error());
  return store::hash_password(password);
}

bool VaultSecrets::is_password(const std::string& hash, const Private<std::string>& password) {
  return store::is_password(hash, password);
}

std::string VaultSecrets::hash_token(const Private<std::string>& token) {
  return store::hash_token(token);
}

std::optional<std::int64_t> VaultSecrets::code_step(const Private<std::string>& secret, std::string_view code,
                                                    Instant now, std::int64_t last_step) {
  return store::code_step(secret, code, now, last_step);
}

Private<std::string> VaultSecrets::new_code_secret() {
  return store::new_code_secret();
}

Result<service::PasskeyKey> VaultSecrets::accept_passkey(const service::RelyingParty& party,
                                                         std::string_view challenge,
                                                         const service::NewPasskey& made) {
  return store::accept_passkey(party, challenge, made);
}

Result<service::PasskeyKey> VaultSecrets::check_passkey(const service::RelyingParty& party,
                                                        std::string_view challenge,
                                                        const service::PasskeyKey& stored,
                                                        const service::PasskeyUse& use) {
  return store::check_passkey(party, challenge, stored, use);
}

std::string VaultSecrets::chain_hash(std::string_view previous, std::string_view bytes) {
  return store::chain_hash(previous, bytes);
}

std::string VaultSecrets::blind_index(std::string_view purpose, const Private<std::string>& word) {
  const BlindIndex index(keys_->current().key, std::string(purpose));
  const auto hidden = index.of(word.reveal());
  return hidden ? hex(*hidden) : std::string();
}

}  // namespace securebase::store
