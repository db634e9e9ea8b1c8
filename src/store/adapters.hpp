#pragma once
// The smaller ports of the use cases, as the program has them: the machine's clock, the kernel's chance, and
// the cryptography of this room.

#include "service/ports.hpp"
#include "store/practice_key.hpp"

namespace securebase::store {

class SystemClock : public service::Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

class KernelEntropy : public service::Entropy {
 public:
  [[nodiscard]] std::string id_digits() override;
  [[nodiscard]] Private<std::string> token() override;
};

/// Safe to use from several threads.
class VaultSecrets : public service::Secrets {
 public:
  /// `keys` outlives it.
  explicit VaultSecrets(const KeyRing& keys) : keys_(&keys) {}

  [[nodiscard]] Result<std::string> hash_password(const Private<std::string>& password) override;
  [[nodiscard]] bool is_password(const std::string& hash, const Private<std::string>& password) override;
  [[nodiscard]] std::string hash_token(const Private<std::string>& token) override;
  [[nodiscard]] std::optional<std::int64_t> code_step(const Private<std::string>& secret,
                                                      std::string_view code, Instant now,
                                                      std::int64_t last_step) override;
  [[nodiscard]] Private<std::string> new_code_secret() override;
  [[nodiscard]] Result<service::PasskeyKey> accept_passkey(const service::RelyingParty& party,
                                                           std::string_view challenge,
                                                           const service::NewPasskey& made) override;
  [[nodiscard]] Result<service::PasskeyKey> check_passkey(const service::RelyingParty& party,
                                                          std::string_view challenge,
                                                          const service::PasskeyKey& stored,
                                                          const service::PasskeyUse& use) override;
  [[nodiscard]] std::string chain_hash(std::string_view previous, std::string_view bytes) override;
  [[nodiscard]] std::string blind_index(std::string_view purpose, const Private<std::string>& word) override;

 private:
  const KeyRing* keys_;
};

}  // namespace securebase::store
