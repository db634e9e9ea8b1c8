#include "store/passkeys.hpp"

#include <fido.h>
#include <fido/es256.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "store/entropy.hpp"
#include "store/passwords.hpp"

namespace securebase::store {

using service::ClientData;
using service::NewPasskey;
using service::PasskeyKey;
using service::PasskeyUse;
using service::RelyingParty;

namespace {

// WebAuthn Level 2 section 6.1: hash of the relying party's id (32), flags (1), counter (4), the rest.
constexpr std::size_t hash_bytes = crypto_hash_sha256_BYTES;
constexpr std::size_t flags_at = hash_bytes;
constexpr std::size_t counter_at = flags_at + 1;
constexpr std::size_t least_data_bytes = counter_at + 4;
constexpr std::size_t most_data_bytes = 4096;
constexpr std::size_t most_id_bytes = 1023;
constexpr std::size_t public_key_bytes = 64;
constexpr std::size_t least_challenge = 22;  // 16 bytes

constexpr unsigned user_present = 1U << 0U;
constexpr unsigned user_verified = 1U << 2U;
constexpr unsigned may_be_backed_up = 1U << 3U;
constexpr unsigned is_backed_up = 1U << 4U;
constexpr unsigned has_key = 1U << 6U;

struct Free {
  void operator()(fido_cred_t* credential) const { fido_cred_free(&credential); }
  void operator()(fido_assert_t* assertion) const { fido_assert_free(&assertion); }
  void operator()(es256_pk_t* key) const { es256_pk_free(&key); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

template <class T>
std::unique_ptr<T, Free> owned(T* made) {
  if (made == nullptr) throw std::bad_alloc();
  return std::unique_ptr<T, Free>(made);
}

tl::unexpected<Error> refuse(std::string code, std::string detail) {
  return fail(ErrorKind::unauthenticated, std::move(code), std::move(detail));
}

std::array<unsigned char, hash_bytes> sha256_of(std::string_view bytes) {
  std::array<unsigned char, hash_bytes> hash{};
  crypto_hash_sha256(hash.data(), octets(bytes), bytes.size());
  return hash;
}

std::optional<Error> fault_of_client(const RelyingParty& party, std::string_view challenge,
                                     const ClientData& client, std::string_view type) {
  if (client.type != type) return refuse("passkey.type", "this answers another kind of request").value();
  if (challenge.size() < least_challenge || !equal_in_constant_time(client.challenge, challenge))
    return refuse("passkey.challenge", "this answers another request: start again").value();
  const bool known =
      std::find(party.origins.begin(), party.origins.end(), client.origin) != party.origins.end();
  if (!known || client.cross_origin)
    return refuse("passkey.origin", "this was made for another page than this practice's").value();
  return std::nullopt;
}

struct AuthenticatorData {
  std::string bytes;
  unsigned flags = 0;
  std::uint32_t counter = 0;
};

Result<AuthenticatorData> read_data(const RelyingParty& party, std::string_view text) {
  auto bytes = from_base64url(text);
  if (!bytes || bytes->size() < least_data_bytes || bytes->size() > most_data_bytes)
    return refuse("passkey.data", "the authenticator data are cut off or malformed");
  const auto hash = sha256_of(party.id);
  if (!equal_in_constant_time(as_text(hash), std::string_view(*bytes).substr(0, hash_bytes)))
    return refuse("passkey.relying_party", "this passkey belongs to another host name");
  AuthenticatorData data;
  const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>((*bytes)[at])}; };
  data.flags = byte(flags_at);
  for (std::size_t i = 0; i < 4; ++i) data.counter = (data.counter << 8U) | byte(counter_at + i);
  if ((data.flags & user_present) == 0) return refuse("passkey.presence", "nobody touched the device");
  if ((data.flags & user_verified) == 0)
    return refuse("passkey.verification", "the device did not ask for its PIN, finger or face");
  // WebAuthn Level 3 section 6.1.3: one without the other does not occur.
  if ((data.flags & is_backed_up) != 0 && (data.flags & may_be_backed_up) == 0)
    return refuse("passkey.data", "the authenticator data contradict themselves");
  data.bytes = std::move(*bytes);
  return data;
}

/// Nothing where the 64 bytes are no point of P-256.
std::unique_ptr<es256_pk_t, Free> public_key(std::string_view bytes) {
  if (bytes.size() != public_key_bytes) return nullptr;
  auto key = owned(es256_pk_new());
  if (es256_pk_from_ptr(key.get(), bytes.data(), bytes.size()) != FIDO_OK) return nullptr;
  const std::unique_ptr<EVP_PKEY, Free> point(es256_pk_to_EVP_PKEY(key.get()));
  return point ? std::move(key) : nullptr;
}

void start_fido() {
  start_cryptography();
  fido_init(FIDO_DISABLE_U2F_FALLBACK);  // per thread, and cheap
}

bool set_use(fido_assert_t* assertion, const RelyingParty& party, std::string_view json,
             std::string_view data, std::string_view signature) {
  const auto hash = sha256_of(json);
  return fido_assert_set_rp(assertion, party.id.c_str()) == FIDO_OK &&
         fido_assert_set_count(assertion, 1) == FIDO_OK &&
         fido_assert_set_clientdata_hash(assertion, hash.data(), hash.size()) == FIDO_OK &&
         fido_assert_set_authdata_raw(assertion, 0, octets(data), data.size()) == FIDO_OK &&
         fido_assert_set_sig(assertion, 0, octets(signature), signature.size()) == FIDO_OK &&
         fido_assert_set_up(assertion, FIDO_OPT_TRUE) == FIDO_OK &&
         fido_assert_set_uv(assertion, FIDO_OPT_TRUE) == FIDO_OK;
}

}  // namespace

Result<PasskeyKey> accept_passkey(const RelyingParty& party, std::string_view challenge,
                                  const NewPasskey& made) {
  start_fido();
  if (auto fault = fault_of_client(party, challenge, made.client, "webauthn.create"))
    return tl::unexpected(std::move(*fault));
  const auto data = read_data(party, made.authenticator_data);
  if (!data) return tl::unexpected(data.error());
  if ((data->flags & has_key) == 0) return refuse("passkey.data", "there is no public key in the data");

  const auto credential = owned(fido_cred_new());
  if (fido_cred_set_type(credential.get(), COSE_ES256) != FIDO_OK ||
      fido_cred_set_authdata_raw(credential.get(), octets(data->bytes), data->bytes.size()) != FIDO_OK)
    return refuse("passkey.data",
                  "the data are cut off, malformed, or hold a key of another kind than ES256");
  const std::size_t id_size = fido_cred_id_len(credential.get());
  const std::string_view key =
      as_text({fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get())});
  if (id_size == 0 || id_size > most_id_bytes)
    return refuse("passkey.data", "a credential id has 1 to 1023 bytes");
  if (!public_key(key)) return refuse("passkey.key", "the public key is no point of P-256");
  return PasskeyKey{to_base64url(as_text({fido_cred_id_ptr(credential.get()), id_size})), to_base64url(key),
                    data->counter, (data->flags & is_backed_up) != 0};
}

Result<PasskeyKey> check_passkey(const RelyingParty& party, std::string_view challenge,
                                 const PasskeyKey& stored, const PasskeyUse& use) {
  start_fido();
  if (use.credential_id != stored.credential_id)
    return refuse("passkey.unknown", "this is another passkey than the one asked for");
  if (auto fault = fault_of_client(party, challenge, use.client, "webauthn.get"))
    return tl::unexpected(std::move(*fault));
  const auto data = read_data(party, use.authenticator_data);
  if (!data) return tl::unexpected(data.error());
  const auto signature = from_base64url(use.signature);
  const auto key_text = from_base64url(stored.public_key);
  const auto key = key_text ? public_key(*key_text) : nullptr;
  const auto assertion = owned(fido_assert_new());
  if (!signature || signature->empty() || !key ||
      !set_use(assertion.get(), party, use.client.json, data->bytes, *signature) ||
      fido_assert_verify(assertion.get(), 0, COSE_ES256, key.get()) != FIDO_OK)
    return refuse("passkey.signature", "the signature is not that of the stored passkey");
  if ((data->counter != 0 || stored.counter != 0) && data->counter <= stored.counter)
    return refuse("passkey.counter", "the counter of the device has not gone up: there may be a copy of it");
  return PasskeyKey{stored.credential_id, stored.public_key, data->counter,
                    (data->flags & is_backed_up) != 0};
}

}  // namespace securebase::store
