#include "service/passkey.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "store/passkey_device.hpp"
#include "store/passwords.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

const std::string here = "192.0.2.1";
const RelyingParty party{"localhost", {"http://localhost"}};

ClientData client(const std::string& type, const std::string& challenge) {
  return {R"({"type":")" + type + R"(","challenge":")" + challenge + R"(","origin":"http://localhost"})",
          type, challenge, "http://localhost", false};
}

class SigningInByPasskey : public EachPractice {
 protected:
  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    const auto hash = must(practice().secrets.hash_password(password_));
    must(record().write([&](Transaction& transaction) -> Result<bool> {
      auto user = must(get<User>(transaction, ada_.user));
      user.password_hash = hash;
      return replace(transaction, user);
    }));
  }

  Result<PasskeyOffer> offer(const Private<std::string>& password) {
    return offer_passkey(practice(), challenges_, attempts_, ada_, party, {password});
  }
  NewPasskey made(const std::string& challenge) const {
    const auto data = store::PasskeyDevice::data(party.id, store::present | store::verified | store::with_key,
                                                 1, device_.attested());
    return {client("webauthn.create", challenge), store::to_base64url(data)};
  }
  Result<PasskeyView> add(const std::string& challenge) {
    return add_passkey(practice(), challenges_, ada_, party, "Phone", made(challenge));
  }
  std::string challenge() { return challenge_passkey(practice(), challenges_, party).challenge; }
  PasskeyUse use(const std::string& challenge, std::uint32_t counter) const {
    const auto data = store::PasskeyDevice::data(party.id, store::present | store::verified, counter);
    const auto by = client("webauthn.get", challenge);
    return {by, store::to_base64url(device_.id), store::to_base64url(data),
            store::to_base64url(device_.sign(data + store::sha256_bytes(by.json)))};
  }
  Result<SignedIn> sign_in(const PasskeyUse& by) {
    return sign_in_by_passkey(practice(), challenges_, attempts_, party, by, here);
  }

  const Private<std::string> password_{"a long enough password"};
  Actor ada_;
  store::PasskeyDevice device_;
  Challenges challenges_;
  Attempts attempts_;
};

TEST_P(SigningInByPasskey, opens_a_session_once_a_challenge) {
  const auto offered = must(offer(password_));
  EXPECT_EQ(offered.relying_party, "localhost");
  EXPECT_EQ(offered.login, "ada");
  EXPECT_TRUE(offered.known.empty());
  EXPECT_EQ(must(add(offered.challenge)).name, "Phone");
  EXPECT_EQ(must(offer(password_)).known, std::vector{store::to_base64url(device_.id)});

  const auto by = use(challenge(), 2);
  const auto session = must(sign_in(by));
  EXPECT_EQ(session.user.login, "ada");
  EXPECT_EQ(must(authenticate(practice(), session.token)).user, ada_.user);
  EXPECT_EQ(code_of(sign_in(by)), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(use(challenge(), 2))), "sign_in.refused") << "the counter has not gone up";
  EXPECT_EQ(code_of(sign_in(use(challenge(), 3))), "done");
}

TEST_P(SigningInByPasskey, is_added_by_who_knows_the_password_and_in_time) {
  EXPECT_EQ(code_of(offer(Private<std::string>("wrong"))), "sign_in.refused");
  EXPECT_EQ(code_of(add(challenge())), "passkey.challenge") << "a challenge for signing in";
  const auto late = must(offer(password_)).challenge;
  clock().pass(challenge_ms + 1);
  EXPECT_EQ(code_of(add(late)), "passkey.challenge");
  const auto offered = must(offer(password_)).challenge;
  EXPECT_EQ(code_of(add_passkey(practice(), challenges_, ada_, party, "", made(offered))), "passkey.name");
  EXPECT_EQ(code_of(add(offered)), "done");
  EXPECT_EQ(code_of(add(offered)), "passkey.challenge");
  EXPECT_EQ(code_of(add(must(offer(password_)).challenge)), "passkey.known");
}

TEST_P(SigningInByPasskey, ends_with_its_removal_a_reset_or_the_user) {
  const Actor admin = user("eve", {.admin = true});
  const auto added = must(add(must(offer(password_)).challenge));
  EXPECT_EQ(code_of(remove_passkey(practice(), admin, added.id)), "passkey.not_found");
  EXPECT_TRUE(must(list_passkeys(practice(), admin)).empty());
  must(remove_passkey(practice(), ada_, added.id));
  EXPECT_EQ(code_of(sign_in(use(challenge(), 2))), "sign_in.refused");
  must(add(must(offer(password_)).challenge));
  EXPECT_EQ(must(list_passkeys(practice(), ada_)).size(), 1U);
  must(reset_user(practice(), admin, ada_.user));
  EXPECT_TRUE(must(list_passkeys(practice(), ada_)).empty());
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    return insert(transaction, Passkey{new_id<Passkey>(practice().entropy), ada_.user, "Phone",
                                       store::to_base64url(device_.id),
                                       store::to_base64url(device_.x() + device_.y()), 1, clock().now()});
  }));
  EXPECT_EQ(code_of(sign_in(use(challenge(), 2))), "done");
  must(disable_user(practice(), admin, ada_.user));
  EXPECT_EQ(code_of(sign_in(use(challenge(), 3))), "sign_in.refused");
}

TEST_P(SigningInByPasskey, slows_down_guessing) {
  for (int i = 0; i < address_brake.free; ++i)
    EXPECT_EQ(code_of(sign_in(use(challenge(), 2))), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(use(challenge(), 2))), "sign_in.later");
}

TEST(PasskeyChallenges, OfStrangersDoNotPushOutAUsers) {
  store::KernelEntropy entropy;
  Challenges challenges;
  const auto user = new_id<User>(entropy);
  const auto own = challenges.give(entropy, user, Instant{0});
  const auto first = challenges.give(entropy, {}, Instant{0});
  for (std::size_t i = 0; i < Challenges::most; ++i) (void)challenges.give(entropy, {}, Instant{0});
  EXPECT_FALSE(challenges.take(first, {}, Instant{0}));
  EXPECT_FALSE(challenges.take(own, {}, Instant{0})) << "it is a user's";
  EXPECT_FALSE(challenges.take(own, new_id<User>(entropy), Instant{0})) << "it is another user's";
  EXPECT_TRUE(challenges.take(own, user, Instant{0}));
}

INSTANTIATE_TEST_SUITE_P(Service, SigningInByPasskey, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
