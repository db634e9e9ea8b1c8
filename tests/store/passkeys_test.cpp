#include "store/passkeys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "passkey_device.hpp"
#include "store/entropy.hpp"
#include "store/passwords.hpp"

namespace securebase::store {

using service::ClientData;
using service::NewPasskey;
using service::PasskeyKey;
using service::PasskeyUse;
using service::RelyingParty;

namespace SECUREBASE_THIS_FILE {

std::string new_challenge() {
  return to_base64url(random_bytes(32));
}

const RelyingParty party{"practice.example", {"https://practice.example", "https://practice.example:8443"}};

ClientData client(const std::string& type, const std::string& challenge,
                  const std::string& origin = "https://practice.example") {
  return {R"({"type":")" + type + R"(","challenge":")" + challenge + R"(","origin":")" + origin + R"("})",
          type, challenge, origin, false};
}

class Passkeys : public testing::Test {
 protected:
  NewPasskey made(const std::string& data) const {
    return {client("webauthn.create", challenge_), to_base64url(data)};
  }
  NewPasskey made() const {
    return made(PasskeyDevice::data(party.id, present | verified | with_key, 5, device_.attested()));
  }
  PasskeyUse used(std::uint32_t counter, int flags = present | verified) const {
    return used(client("webauthn.get", challenge_), PasskeyDevice::data(party.id, flags, counter));
  }
  PasskeyUse used(ClientData by, const std::string& data) const {
    const std::string signature = device_.sign(data + sha256_bytes(by.json));
    return {std::move(by), to_base64url(device_.id), to_base64url(data), to_base64url(signature)};
  }
  PasskeyKey stored() const { return *accept_passkey(party, challenge_, made()); }

  std::string code_of(const NewPasskey& passkey) const {
    const auto accepted = accept_passkey(party, challenge_, passkey);
    return accepted ? "none" : accepted.error().code;
  }
  std::string code_of(const PasskeyUse& use) const {
    const auto checked = check_passkey(party, challenge_, stored(), use);
    return checked ? "none" : checked.error().code;
  }

  PasskeyDevice device_;
  std::string challenge_ = new_challenge();
};

TEST_F(Passkeys, OneThatIsMadeIsStored) {
  const auto accepted = accept_passkey(party, challenge_, made());
  ASSERT_TRUE(accepted) << to_text(accepted.error());
  EXPECT_EQ(*accepted,
            (PasskeyKey{to_base64url(device_.id), to_base64url(device_.x() + device_.y()), 5, false}));
  EXPECT_EQ(challenge_.size(), 43U);
  EXPECT_NE(challenge_, new_challenge());
  const auto synced =
      accept_passkey(party, challenge_,
                     made(PasskeyDevice::data(party.id, present | verified | with_key | eligible | backed_up,
                                              0, device_.attested())));
  EXPECT_TRUE(synced->is_backed_up);
}

TEST_F(Passkeys, MakingOneAnswersThisRequestFromThisPage) {
  NewPasskey other = made();
  other.client.type = "webauthn.get";
  EXPECT_EQ(code_of(other), "passkey.type");
  other = made();
  other.client.challenge = new_challenge();
  EXPECT_EQ(code_of(other), "passkey.challenge");
  other.client.challenge.clear();
  EXPECT_EQ(code_of(other), "passkey.challenge");
  EXPECT_EQ(accept_passkey(party, "", other).error().code, "passkey.challenge")
      << "no challenge matches no challenge";
  for (const char* origin :
       {"https://practice.example.evil.example", "http://practice.example", "https://practice.example/",
        "https://practice.example:444", "https://PRACTICE.example", "null", ""}) {
    other = made();
    other.client.origin = origin;
    EXPECT_EQ(code_of(other), "passkey.origin") << origin;
  }
  other = made();
  other.client.cross_origin = true;
  EXPECT_EQ(code_of(other), "passkey.origin");
}

TEST_F(Passkeys, MakingOneNeedsThisHostAPersonAndAKey) {
  const auto with = [&](const std::string& id, int flags) {
    return code_of(made(PasskeyDevice::data(id, flags, 5, device_.attested())));
  };
  EXPECT_EQ(with("evil.example", present | verified | with_key), "passkey.relying_party");
  EXPECT_EQ(with(party.id, verified | with_key), "passkey.presence");
  EXPECT_EQ(with(party.id, present | with_key), "passkey.verification");
  EXPECT_EQ(with(party.id, present | verified), "passkey.data");
  EXPECT_EQ(with(party.id, present | verified | with_key | backed_up), "passkey.data");
  EXPECT_EQ(with(party.id, present | verified | with_key | eligible), "none");
}

TEST_F(Passkeys, DataCutOffAnywhereAreRefused) {
  const std::string data =
      PasskeyDevice::data(party.id, present | verified | with_key, 5, device_.attested());
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_EQ(code_of(made(data.substr(0, size))), "passkey.data") << size;
  EXPECT_EQ(code_of(made(data + std::string(5000, 'x'))), "passkey.data");
  NewPasskey other = made();
  other.authenticator_data += "=";
  EXPECT_EQ(code_of(other), "passkey.data");
}

TEST_F(Passkeys, AKeyOfAnotherKindIsRefused) {
  const auto with_cose = [&](const std::string& cose) {
    const std::string attested = std::string(16, '\0') + bytes_of({0, 16}) + device_.id + cose;
    return code_of(made(PasskeyDevice::data(party.id, present | verified | with_key, 5, attested)));
  };
  std::string es384 = device_.cose_key();
  es384[4] = '\x27';  // alg -8, EdDSA
  EXPECT_EQ(with_cose(es384), "passkey.data");
  std::string off_curve = device_.cose_key();
  off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
  EXPECT_EQ(with_cose(off_curve), "passkey.key");
  std::string nowhere = device_.cose_key();
  std::fill(nowhere.begin() + 10, nowhere.begin() + 42, '\0');
  std::fill(nowhere.begin() + 45, nowhere.end(), '\0');
  EXPECT_EQ(with_cose(nowhere), "passkey.key");
  EXPECT_EQ(with_cose(""), "passkey.data");
}

TEST_F(Passkeys, AnIdHas1To1023Bytes) {
  device_.id.clear();
  const std::string none = std::string(16, '\0') + bytes_of({0, 0}) + device_.cose_key();
  EXPECT_EQ(code_of(made(PasskeyDevice::data(party.id, present | verified | with_key, 5, none))),
            "passkey.data");
  const std::string lengthy =
      std::string(16, '\0') + bytes_of({4, 0}) + std::string(1024, 'i') + device_.cose_key();
  EXPECT_EQ(code_of(made(PasskeyDevice::data(party.id, present | verified | with_key, 5, lengthy))),
            "passkey.data");
}

TEST_F(Passkeys, OneThatIsUsedSignsIn) {
  const auto checked = check_passkey(party, challenge_, stored(), used(6));
  ASSERT_TRUE(checked) << to_text(checked.error());
  EXPECT_EQ(checked->counter, 6U);
  EXPECT_EQ(checked->credential_id, stored().credential_id);
  EXPECT_EQ(code_of(used(client("webauthn.get", challenge_, "https://practice.example:8443"),
                         PasskeyDevice::data(party.id, present | verified, 6))),
            "none");
}

TEST_F(Passkeys, UsingOneAnswersThisRequestFromThisPage) {
  const std::string data = PasskeyDevice::data(party.id, present | verified, 6);
  EXPECT_EQ(code_of(used(client("webauthn.create", challenge_), data)), "passkey.type");
  EXPECT_EQ(code_of(used(client("webauthn.get", new_challenge()), data)), "passkey.challenge");
  EXPECT_EQ(code_of(used(client("webauthn.get", challenge_, "https://evil.example"), data)),
            "passkey.origin");
  EXPECT_EQ(code_of(used(client("webauthn.get", challenge_),
                         PasskeyDevice::data("evil.example", present | verified, 6))),
            "passkey.relying_party");
  EXPECT_EQ(code_of(used(6, verified)), "passkey.presence");
  EXPECT_EQ(code_of(used(6, present)), "passkey.verification");
  PasskeyUse other = used(6);
  other.credential_id = to_base64url("another");
  EXPECT_EQ(code_of(other), "passkey.unknown");
}

TEST_F(Passkeys, ASignatureCoversEverything) {
  const PasskeyUse use = used(6);
  const std::string signature = *from_base64url(use.signature);
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string flipped = signature;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    PasskeyUse other = use;
    other.signature = to_base64url(flipped);
    EXPECT_EQ(code_of(other), "passkey.signature") << bit;
  }
  for (const std::string& bad : {std::string(), std::string("!"), to_base64url(signature.substr(0, 20)),
                                 to_base64url(signature + "x"), use.signature + "="}) {
    PasskeyUse other = use;
    other.signature = bad;
    EXPECT_EQ(code_of(other), "passkey.signature");
  }
  PasskeyUse other = use;
  other.client.json += " ";
  EXPECT_EQ(code_of(other), "passkey.signature");
  other = use;
  other.authenticator_data = to_base64url(PasskeyDevice::data(party.id, present | verified, 7));
  EXPECT_EQ(code_of(other), "passkey.signature") << "a counter that was raised";
  other.authenticator_data = to_base64url(PasskeyDevice::data(party.id, present | verified, 6) + "x");
  EXPECT_NE(code_of(other), "none");
}

TEST_F(Passkeys, AnotherDeviceDoesNotSignIn) {
  const PasskeyDevice other;
  PasskeyUse use = used(6);
  use.signature =
      to_base64url(other.sign(*from_base64url(use.authenticator_data) + sha256_bytes(use.client.json)));
  EXPECT_EQ(code_of(use), "passkey.signature");
  PasskeyKey broken = stored();
  broken.public_key = to_base64url(std::string(64, '\0'));
  EXPECT_EQ(check_passkey(party, challenge_, broken, used(6)).error().code, "passkey.signature");
  broken.public_key = "x";
  EXPECT_EQ(check_passkey(party, challenge_, broken, used(6)).error().code, "passkey.signature");
}

TEST_F(Passkeys, ACounterGoesUp) {
  EXPECT_EQ(code_of(used(5)), "passkey.counter");
  EXPECT_EQ(code_of(used(4)), "passkey.counter");
  EXPECT_EQ(code_of(used(0)), "passkey.counter");
  EXPECT_EQ(code_of(used(0xffffffffU)), "none");
  PasskeyKey without = stored();
  without.counter = 0;
  const auto checked = check_passkey(party, challenge_, without, used(0));
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->counter, 0U);
}

TEST_F(Passkeys, DataOfAUseCutOffAnywhereAreRefused) {
  const std::string data = PasskeyDevice::data(party.id, present | verified, 6);
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_EQ(code_of(used(client("webauthn.get", challenge_), data.substr(0, size))), "passkey.data")
        << size;
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
