#include "store/one_time_codes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <utility>

#include "store/entropy.hpp"
#include "store/passwords.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using testing::StartsWith;

Private<std::string> words(std::string text) {
  return Private<std::string>(std::move(text));
}

const Private<std::string>& rfc_secret() {
  static const Private<std::string> secret(to_base32("12345678901234567890"));
  return secret;
}

Instant at_second(std::int64_t second) {
  return {second * second_ms};
}

// RFC 6238, appendix B, SHA1
TEST(OneTimeCodes, AreThoseOfTheStandard) {
  const std::pair<std::int64_t, const char*> vectors[] = {
      {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
      {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [second, code] : vectors) {
    const std::int64_t step = code_step_of(at_second(second));
    EXPECT_EQ(one_time_code(rfc_secret(), step, 8)->reveal(), code);
    EXPECT_EQ(one_time_code(rfc_secret(), step)->reveal(), std::string(code).substr(2));
    EXPECT_EQ(code_step(rfc_secret(), std::string(code).substr(2), at_second(second), -1), step);
  }
}

// RFC 4226, appendix D
TEST(OneTimeCodes, AreThoseOfTheCounter) {
  const char* codes[] = {"755224", "287082", "359152", "969429", "338314",
                         "254676", "287922", "162583", "399871", "520489"};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(one_time_code(rfc_secret(), i)->reveal(), codes[i]);
}

TEST(OneTimeCodes, OneStepBeforeAndAfterIsAccepted) {
  const Instant now = at_second(1'000'000'010);
  const std::int64_t step = code_step_of(now);
  for (std::int64_t off = -3; off <= 3; ++off) {
    const auto code = one_time_code(rfc_secret(), step + off)->reveal();
    const auto found = code_step(rfc_secret(), code, now, -1);
    if (off >= -1 && off <= 1)
      EXPECT_EQ(found, step + off);
    else
      EXPECT_EQ(found, std::nullopt) << off;
  }
  EXPECT_EQ(code_step_of(at_second(29)), 0);
  EXPECT_EQ(code_step_of(at_second(30)), 1);
  EXPECT_EQ(code_step_of({-1}), 0);
  EXPECT_TRUE(code_step(rfc_secret(), "755224", at_second(0), -1)) << "nothing is before the first step";
}

TEST(OneTimeCodes, ACodeWorksOnce) {
  const Instant now = at_second(1'000'000'010);
  const std::int64_t step = code_step_of(now);
  const auto code = [&](std::int64_t of) { return one_time_code(rfc_secret(), of)->reveal(); };
  EXPECT_EQ(code_step(rfc_secret(), code(step), now, step - 1), step);
  EXPECT_EQ(code_step(rfc_secret(), code(step), now, step), std::nullopt);
  EXPECT_EQ(code_step(rfc_secret(), code(step - 1), now, step), std::nullopt) << "an earlier one neither";
  EXPECT_EQ(code_step(rfc_secret(), code(step + 1), now, step), step + 1);
}

TEST(OneTimeCodes, WhatIsNoCodeIsRefused) {
  const Instant now = at_second(59);
  for (const char* bad : {"", "28708", "2870822", "287083", " 287082", "287082 ", "28708a", "94287082"})
    EXPECT_EQ(code_step(rfc_secret(), bad, now, -1), std::nullopt) << bad;
  EXPECT_EQ(code_step(words("not base 32!"), "287082", now, -1), std::nullopt);
  EXPECT_EQ(code_step(words(""), "287082", now, -1), std::nullopt);
  EXPECT_FALSE(one_time_code(rfc_secret(), 1, 0));
  EXPECT_FALSE(one_time_code(rfc_secret(), 1, 10));
  EXPECT_TRUE(one_time_code(rfc_secret(), 1, 9));
}

TEST(OneTimeCodes, SecretsAreNew) {
  EXPECT_EQ(new_code_secret().reveal().size(), 32U);
  EXPECT_EQ(from_base32(new_code_secret().reveal())->size(), 20U);
  EXPECT_NE(new_code_secret().reveal(), new_code_secret().reveal());
}

TEST(OneTimeCodes, TheUriIsOneThatProgramsRead) {
  EXPECT_EQ(code_uri(words("JBSWY3DPEHPK3PXP"), "Praxis Müller", "anna:x@example.org").reveal(),
            "otpauth://totp/Praxis%20M%C3%BCller:anna%3Ax%40example.org?secret=JBSWY3DPEHPK3PXP"
            "&issuer=Praxis%20M%C3%BCller&algorithm=SHA1&digits=6&period=30");
}

TEST(RecoveryCodes, AreNewAndFoundHoweverTheyAreTyped) {
  const auto codes = new_recovery_codes(200);
  std::set<std::string> seen;
  for (const auto& code : codes) {
    EXPECT_EQ(code.reveal().size(), 19U);
    seen.insert(hash_recovery_code(code));
  }
  EXPECT_EQ(seen.size(), 200U);
  const std::string hash = hash_recovery_code(words("01AB-CDEF-GHJK-MNPQ"));
  EXPECT_EQ(hash, hash_token(words("01ABCDEFGHJKMNPQ")));
  EXPECT_EQ(hash, hash_recovery_code(words(" oiab cdef ghjkmnpq")));
  EXPECT_EQ(hash, hash_recovery_code(words("OLABCDEFGHJKMNPQ")));
  EXPECT_NE(hash, hash_recovery_code(words("01AB-CDEF-GHJK-MNPR")));
}

TEST(Base32, ComesBackAndIsStrict) {
  ASSERT_TRUE(rc::check("any bytes", [](const std::string& bytes) {
    const auto back = from_base32(to_base32(bytes));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == bytes);
  }));
  // RFC 4648 section 10
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "MY"},
                                                         {"fo", "MZXQ"},
                                                         {"foo", "MZXW6"},
                                                         {"foob", "MZXW6YQ"},
                                                         {"fooba", "MZXW6YTB"},
                                                         {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : vectors) EXPECT_EQ(to_base32(bytes), text);
  EXPECT_EQ(from_base32("mzxw 6ytb oi======"), "foobar");
  for (const char* bad : {"M", "MZX", "MZXW6Y", "MZ1Q", "MZ=Q", "MR", "MZXW6YTBO!"})
    EXPECT_FALSE(from_base32(bad)) << bad;
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
