#include "store/vault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "base/id.hpp"
#include "store/entropy.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::Not;

static_assert(!std::is_copy_constructible_v<SecretKey> && !std::is_copy_assignable_v<SecretKey>);
static_assert(std::is_nothrow_move_constructible_v<SecretKey>);

SecretKey key_of(unsigned char first) {
  std::array<unsigned char, key_bytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(first + i);
  return SecretKey::from_bytes(bytes);
}

std::string unhex(std::string_view digits) {
  std::string bytes(digits.size() / 2, '\0');
  sodium_hex2bin(octets(bytes), bytes.size(), digits.data(), digits.size(), " \n", nullptr, nullptr);
  return bytes;
}

constexpr SealPlace place{"person", "name", "0123", "4567"};

std::string length(std::size_t size) {
  return std::string(1, static_cast<char>(size)) + std::string(7, '\0');
}

// draft-irtf-cfrg-xchacha-03, A.3.1
TEST(Vault, TheCipherIsTheOneOfTheDraft) {
  const std::string text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen "
      "would be it.";
  const std::string key = unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const std::string nonce = unhex("404142434445464748494a4b4c4d4e4f5051525354555657");
  const std::string data = unhex("50515253c0c1c2c3c4c5c6c7");
  std::string sealed(text.size() + 16, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      octets(sealed), nullptr, octets(std::string_view(text)), text.size(), octets(std::string_view(data)),
      data.size(), nullptr, octets(std::string_view(nonce)), octets(std::string_view(key)));
  EXPECT_EQ(hex(sealed),
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39"
            "ae64c6708c"
            "54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97"
            "637da97688"
            "12f615c68b13b52ec0875924c1c7987947deafd8780acf49");
}

// The header says how: with nothing but libsodium, what it says opens an envelope.
TEST(Vault, AnEnvelopeIsWhatTheHeaderSays) {
  const SecretKey key = key_of(7);
  const std::string sealed = seal(key, place, "Anna");
  ASSERT_EQ(sealed.size(), 1U + 4 + 24 + 32 + 16);
  EXPECT_EQ(sealed[0], 1);
  EXPECT_EQ(hex(sealed.substr(1, 4)), to_text(key.id()));
  std::string subkey(32, '\0');
  crypto_kdf_derive_from_key(octets(subkey), 32, 1, "sb.field", key.reveal().data());
  const std::string data = length(18) + "securebase.field.1" + length(5) + sealed.substr(0, 5) + length(6) +
                           "person" + length(4) + "name" + length(4) + "0123" + length(4) + "4567";
  const std::string_view body = std::string_view(sealed).substr(29);
  std::string opened(32, '\0');
  ASSERT_EQ(crypto_aead_xchacha20poly1305_ietf_decrypt(
                octets(opened), nullptr, nullptr, octets(body), body.size(), octets(std::string_view(data)),
                data.size(), octets(std::string_view(sealed)) + 5, octets(subkey)),
            0);
  EXPECT_EQ(opened, "Anna\x80" + std::string(27, '\0'));
}

// A guarded page a key would be more mappings than a process may have.
TEST(Vault, AsManyKeysAsAPracticeHasPeople) {
  std::vector<SecretKey> keys;
  for (int i = 0; i < 40'000; ++i) keys.push_back(SecretKey::random());
  std::set<std::string> different;
  for (const SecretKey& key : keys) different.insert(std::string(as_text(key.reveal())));
  EXPECT_EQ(different.size(), keys.size());
}

TEST(Vault, OpensWhatItSealed) {
  ASSERT_TRUE(
      rc::check("any bytes in any place come back", [](const std::string& bytes, const std::string& row) {
        const SecretKey key = SecretKey::random();
        const SealPlace here{"answer", "text", row, "4567"};
        const auto opened = open(key, here, seal(key, here, bytes));
        RC_ASSERT(opened.has_value());
        RC_ASSERT(opened->reveal() == bytes);
      }));
  const SecretKey key = key_of(1);
  for (const std::string& bytes :
       {std::string(), std::string(1, '\0'), std::string(32, '\0'), std::string("\x80\x80"),
        std::string(31, 'x'), std::string(1U << 20U, 'y')})
    EXPECT_EQ(open(key, place, seal(key, place, bytes))->reveal(), bytes);
}

TEST(Vault, TheLengthOfAShortValueTellsNothing) {
  const SecretKey key = key_of(1);
  const std::size_t none = seal(key, place, "").size();
  for (std::size_t size = 1; size < padding_step; ++size)
    EXPECT_EQ(seal(key, place, std::string(size, 'x')).size(), none) << size;
  EXPECT_EQ(seal(key, place, std::string(padding_step, 'x')).size(), none + padding_step);
}

TEST(Vault, TheSameValueLooksDifferentEachTime) {
  const SecretKey key = key_of(1);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(seal(key, place, "3").substr(5));
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Vault, AnyBitThatIsFlippedIsFound) {
  const SecretKey key = key_of(1);
  const std::string sealed = seal(key, place, "never on Mondays");
  for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const auto opened = open(key, place, changed);
    ASSERT_FALSE(opened) << bit;
    EXPECT_EQ(opened.error().code, bit < 8    ? "vault.version"
                                   : bit < 40 ? "vault.wrong_key"
                                              : "vault.damaged")
        << bit;
    EXPECT_EQ(opened.error().where.field, "name");
  }
}

TEST(Vault, AnEnvelopeCutOffOrAddedToIsFound) {
  const SecretKey key = key_of(1);
  const std::string sealed = seal(key, place, "x");
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_EQ(open(key, place, sealed.substr(0, size)).error().code, "vault.damaged") << size;
  EXPECT_EQ(open(key, place, sealed + '\0').error().code, "vault.damaged");
}

TEST(Vault, DoesNotOpenInAnotherPlace) {
  ASSERT_TRUE(rc::check(
      "a place with any member changed is another place", [](const std::array<std::string, 4>& members) {
        const SecretKey key = key_of(1);
        const auto as_place = [](const std::array<std::string, 4>& of) {
          return SealPlace{of[0], of[1], of[2], of[3]};
        };
        const std::string sealed = seal(key, as_place(members), "x");
        const auto which = *rc::gen::inRange<std::size_t>(0, 4);
        auto other = members;
        other[which] =
            *rc::gen::suchThat<std::string>([&](const std::string& text) { return text != members[which]; });
        const auto opened = open(key, as_place(other), sealed);
        RC_ASSERT(!opened.has_value());
        RC_ASSERT(opened.error().code == "vault.damaged");
      }));
}

TEST(Vault, PlacesThatReadTheSameAreNotTheSame) {
  const SecretKey key = key_of(1);
  const std::string sealed = seal(key, {"ab", "c", "d", "e"}, "x");
  EXPECT_EQ(open(key, {"a", "bc", "d", "e"}, sealed).error().code, "vault.damaged");
  EXPECT_EQ(open(key, {"ab", "cd", "", "e"}, sealed).error().code, "vault.damaged");
  EXPECT_EQ(open(key, {"ab", "c", "e", "d"}, sealed).error().code, "vault.damaged");
}

TEST(Vault, SaysWhichKeyAnEnvelopeNeeds) {
  const std::string sealed = seal(key_of(1), place, "secret words");
  const auto opened = open(key_of(2), place, sealed);
  EXPECT_EQ(opened.error().code, "vault.wrong_key");
  EXPECT_EQ(opened.error().kind, ErrorKind::io);
  EXPECT_THAT(opened.error().detail, HasSubstr(to_text(key_of(1).id())));
  EXPECT_THAT(to_text(opened.error()), Not(HasSubstr("secret")));
  EXPECT_EQ(*key_id_of(sealed), key_of(1).id());
  EXPECT_EQ(key_id_of("").error().code, "vault.damaged");
  EXPECT_EQ(key_id_of("\x02").error().code, "vault.version");
}

TEST(Vault, AKeyIsMovedAndNeverUsedAfterwards) {
  SecretKey key = SecretKey::random();
  const KeyId id = key.id();
  const SecretKey moved = std::move(key);
  EXPECT_EQ(moved.id(), id);
  // NOLINTNEXTLINE(bugprone-use-after-move): that this is refused is what is tested
  EXPECT_THROW(static_cast<void>(key.reveal()), std::logic_error);
  EXPECT_THROW(static_cast<void>(moved.derive("short")), std::logic_error);
  EXPECT_NE(SecretKey::random().id(), SecretKey::random().id());
  EXPECT_NE(hex(as_text(moved.derive("purpose1").reveal())), hex(as_text(moved.derive("purpose2").reveal())));
}

TEST(Vault, UnwrapsThePersonKeyItWrapped) {
  const SecretKey practice = key_of(9);
  const SecretKey person = new_person_key();
  const std::string wrapped = wrap(practice, {"4567", 2}, person);
  const auto unwrapped = unwrap(practice, {"4567", 2}, wrapped);
  ASSERT_TRUE(unwrapped);
  EXPECT_EQ(as_text(unwrapped->reveal()), as_text(person.reveal()));
  EXPECT_EQ(unwrap(practice, {"4567", 1}, wrapped).error().code, "vault.damaged");
  EXPECT_EQ(unwrap(practice, {"4568", 2}, wrapped).error().code, "vault.damaged");
  EXPECT_EQ(unwrap(key_of(8), {"4567", 2}, wrapped).error().code, "vault.wrong_key");
  EXPECT_EQ(unwrap(practice, {"4567", 2}, wrapped.substr(1)).error().where.name, "person key");
}

TEST(Vault, AWrappedKeyIsNoSealedValue) {
  const SecretKey practice = key_of(9);
  const std::string sealed = seal(practice, {"person key", "", "1", "4567"}, std::string(31, 'k'));
  EXPECT_EQ(sealed.size(), wrap(practice, {"4567", 1}, key_of(1)).size());
  EXPECT_EQ(unwrap(practice, {"4567", 1}, sealed).error().code, "vault.damaged");
}

std::string looked_up(std::string_view text) {
  return look_up_text(text)->reveal();
}

TEST(LookUpText, SpellingsOfANameAreOne) {
  EXPECT_EQ(looked_up("  Anna \t Müller\n"), "anna müller");
  EXPECT_EQ(looked_up("ANNA MÜLLER"), "anna müller");
  EXPECT_EQ(looked_up("Anna Mu\xcc\x88ller"), "anna müller");
  EXPECT_EQ(looked_up("A\xcc\x8aSA"), "åsa");
  EXPECT_EQ(looked_up("Anna\xc2\xa0\xe3\x80\x80Mül\xc2\xadler\xe2\x80\x8b"), "anna müller");
  EXPECT_EQ(looked_up("ŁÓDŹ ČŠŽ ĲSSEL ŸŐ ŅĶ"), "łódź čšž ĳssel ÿő ņķ");
  EXPECT_EQ(looked_up("GRÜẞE"), "grüße");
  EXPECT_EQ(looked_up("ΑΘΗΝΆ ΝΊΚΟΣ"), looked_up("αθηνά νίκος"));
  EXPECT_EQ(looked_up("ЁЛКА ЂЮЯ"), "ёлка ђюя");
  EXPECT_EQ(looked_up("NGUYỄN"), "nguyễn");
  EXPECT_EQ(looked_up("ƯƠNG ƏLİYEV"), "ương əliyev");
  EXPECT_EQ(looked_up("李 明"), "李 明");
  EXPECT_EQ(looked_up("İ I"), "i i");
  EXPECT_EQ(looked_up(" \xcc\x88 a"), "\xcc\x88 a");
  EXPECT_EQ(looked_up(" \n"), "");
  EXPECT_EQ(looked_up("😀×÷"), "😀×÷");
}

TEST(LookUpText, WhatDiffersStaysDifferent) {
  EXPECT_NE(looked_up("Muller"), looked_up("Müller"));
  EXPECT_NE(looked_up("Strasse"), looked_up("Straße"));
  EXPECT_NE(looked_up("Anna Lena"), looked_up("Annalena"));
}

TEST(LookUpText, DoingItTwiceChangesNothing) {
  ASSERT_TRUE(rc::check("idempotent over any code points", [](const std::vector<std::uint32_t>& draws) {
    std::string text;
    for (const std::uint32_t draw : draws) {
      const std::uint32_t code = 0x20 + draw % 0x560;  // Latin, accents, Greek, Cyrillic: one or two bytes
      if (code < 0x80) {
        text += static_cast<char>(code);
      } else {
        text += static_cast<char>(0xc0U | (code >> 6U));
        text += static_cast<char>(0x80U | (code & 0x3fU));
      }
    }
    RC_ASSERT(looked_up(looked_up(text)) == looked_up(text));
  }));
}

TEST(LookUpText, RefusesWhatIsNotUtf8) {
  for (const std::string_view bad :
       {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x80\x80\x80",
        "a\x80", "\xc3(", "\xf5\x80\x80\x80"})
    EXPECT_EQ(look_up_text(bad).error().code, "vault.not_utf8") << hex(bad);
  EXPECT_EQ(look_up_text("Anna\xff").error().kind, ErrorKind::bad_data);
  EXPECT_TRUE(look_up_text("\xf4\x8f\xbf\xbf"));
}

TEST(BlindIndex, IsEqualForOneNameInOneColumnUnderOneKey) {
  const SecretKey key = key_of(1);
  const BlindIndex names(key, "person.name");
  const std::string index = *names.of("Anna Müller");
  EXPECT_EQ(index.size(), BlindIndex::bytes);
  EXPECT_EQ(index, *names.of(" anna  MÜLLER "));
  EXPECT_NE(index, *names.of("Anna Muller"));
  EXPECT_NE(index, *BlindIndex(key, "person.contact").of("Anna Müller"));
  EXPECT_NE(index, *BlindIndex(key_of(2), "person.name").of("Anna Müller"));
  EXPECT_NE(*BlindIndex(key, "ab").of("c"), *BlindIndex(key, "a").of("bc"));
  EXPECT_EQ(names.of("\xff").error().code, "vault.not_utf8");
}

TEST(ChainHash, IsWhatTheHeaderSays) {
  const std::string input = length(18) + "securebase.chain.1" + length(3) + "abc" + length(2) + "de";
  std::array<unsigned char, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), octets(std::string_view(input)), input.size(), nullptr, 0);
  EXPECT_EQ(chain_hash("abc", "de"), hex(as_text(hash)));
  EXPECT_EQ(chain_hash("", "").size(), 64U);
  EXPECT_NE(chain_hash("abc", "de"), chain_hash("ab", "cde"));
  EXPECT_NE(chain_hash("abc", "de"), chain_hash("abc", "dE"));
}

TEST(Entropy, GivesNothingTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random_id_text();
    EXPECT_TRUE(is_id(id));
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(100).size(), 100U);
}

TEST(Entropy, AProtectedProcessLeavesNoCoreDump) {
  const pid_t child = fork();
  if (child == 0) {
    const ProcessProtection granted = protect_process();
    rlimit limit{1, 1};
    getrlimit(RLIMIT_CORE, &limit);
    _exit(granted.no_core_dump && limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
