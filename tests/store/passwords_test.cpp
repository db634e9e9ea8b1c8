#include "store/passwords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "store/entropy.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Private<std::string> words(std::string text) {
  return Private<std::string>(std::move(text));
}

std::string code_of(const std::string& password) {
  const auto checked = check_password(words(password));
  return checked ? "none" : checked.error().code;
}

TEST(PasswordRules, LengthIsAllThatIsAsked) {
  EXPECT_EQ(code_of("three blue boats"), "none");
  EXPECT_EQ(code_of("xkcdxkcdxkce"), "none");
  EXPECT_EQ(code_of("xkcdxkcdxkc"), "password.weak");
  EXPECT_EQ(code_of(""), "password.weak");
  EXPECT_EQ(code_of("äöüäöüäöüäöß"), "none") << "twelve characters, however many bytes";
  EXPECT_EQ(code_of("äöüäöüäöüäö"), "password.weak") << "eleven characters, but 22 bytes";
  EXPECT_EQ(code_of(std::string(500, 'a') + std::string(500, 'b')), "none");
  EXPECT_EQ(code_of(std::string(1024, 'a') + "b"), "password.weak");
}

TEST(PasswordRules, ObviousOnesAreRefused) {
  for (const char* obvious :
       {"password1234", "PassWord1234", "123456789012", "CorrectHorseBatteryStaple", "aaaaaaaaaaaaa"})
    EXPECT_EQ(code_of(obvious), "password.weak") << obvious;
  EXPECT_EQ(code_of("password1234 and a boat"), "none");
}

TEST(PasswordRules, TheErrorDoesNotRepeatThePassword) {
  EXPECT_THAT(check_password(words("hunter2")).error().detail, Not(HasSubstr("hunter2")));
}

TEST(Passwords, OnlyTheRightOneFits) {
  const auto hash = hash_password(words("three blue boats"));
  ASSERT_TRUE(hash);
  EXPECT_THAT(*hash, StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
  EXPECT_TRUE(is_password(*hash, words("three blue boats")));
  EXPECT_FALSE(is_password(*hash, words("three blue boat")));
  EXPECT_FALSE(is_password(*hash, words(std::string("three blue boats\0", 17))));
  EXPECT_NE(*hash, *hash_password(words("three blue boats")));
  EXPECT_FALSE(needs_rehash(*hash));
}

TEST(Passwords, ByteZeroDoesNotEndAPassword) {
  const auto hash = hash_password(words(std::string("three\0blue", 10)));
  EXPECT_FALSE(is_password(*hash, words("three")));
  EXPECT_TRUE(is_password(*hash, words(std::string("three\0blue", 10))));
}

TEST(Passwords, NobodyIsRefusedAtTheSameCost) {
  EXPECT_FALSE(needs_rehash(hash_of_nobody())) << "the dummy must cost what a real one does";
  EXPECT_FALSE(is_password("", words("three blue boats")));
  EXPECT_FALSE(is_password("not a hash", words("three blue boats")));
  EXPECT_FALSE(is_password(std::string(5000, '$'), words("three blue boats")));
  EXPECT_FALSE(is_password(hash_of_nobody(), words("")));
}

TEST(Passwords, AHashAtAnotherCostIsMadeAnew) {
  // crypto_pwhash_str("three blue boats", 1 pass, 8 MiB)
  EXPECT_TRUE(
      needs_rehash("$argon2id$v=19$m=8192,t=1,p=1$jF+p1M7cqvPBdbFWPKFMhQ$"
                   "ZnkHbblN98c5Z+9NHhyfCtGfh5YT/a4VCc1UaXtcT4Q"));
  EXPECT_TRUE(needs_rehash("not a hash"));
  EXPECT_TRUE(needs_rehash(""));
  EXPECT_TRUE(needs_rehash(std::string(1000, 'x')));
}

TEST(Passwords, ManyAtOnceWaitForEachOther) {
  const std::string hash = *hash_password(words("three blue boats"));
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back(
        [&, i] { right += is_password(hash, words(i % 2 == 0 ? "three blue boats" : "no")) ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 3);
}

TEST(Tokens, AreFitForALinkAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto token = new_token();
    EXPECT_EQ(token.reveal().size(), 22U);
    EXPECT_EQ(
        token.reveal().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    seen.insert(token.reveal());
  }
  EXPECT_EQ(seen.size(), 1000U);
}

// b2sum -l 256
TEST(Tokens, TheHashIsBlake2b256) {
  EXPECT_EQ(hash_token(words("abc")), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(hash_token(words("")), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

TEST(Tokens, AreComparedWhole) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST(Base64url, ComesBackAndIsStrict) {
  ASSERT_TRUE(rc::check("any bytes", [](const std::string& bytes) {
    const auto back = from_base64url(to_base64url(bytes));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == bytes);
  }));
  // RFC 4648 section 10, without padding
  EXPECT_EQ(to_base64url("foob"), "Zm9vYg");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  for (const char* bad :
       {"Zm9vYg==", "Zm9vY", "Zm9v Yg", "+/8", "Zm9vYh", "Z", "Zm9v\n", "=", "Zm9vYé", "\xc3tvY"})
    EXPECT_FALSE(from_base64url(bad)) << bad;
  EXPECT_EQ(from_base64url(""), "");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
