#include "store/practice_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "store/entropy.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const std::optional<Private<std::string>> no_passphrase;
constexpr PassphraseCost cheap{1, 8 * 1024};

std::optional<Private<std::string>> passphrase(const std::string& text) {
  return Private<std::string>(text);
}

class PracticeKeyFile : public testing::Test {
 protected:
  PracticeKeyFile() { fs::create_directories(folder_); }
  ~PracticeKeyFile() override { fs::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string keys() const { return at("keys"); }
  std::string get(const std::string& name) const {
    std::ifstream in(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
    fs::permissions(at(name), fs::perms::owner_read | fs::perms::owner_write);
    return at(name);
  }
  std::string code_of(const std::string& bytes, const std::optional<Private<std::string>>& with) const {
    const auto loaded = load_key_file(put("input", bytes), with);
    return loaded ? "none" : loaded.error().code;
  }

  fs::path folder_ = fs::temp_directory_path() / ("securebase-keys-" + random_id_text());
};

TEST_F(PracticeKeyFile, ComesBackWithItsGeneration) {
  const PracticeKey key{SecretKey::random(), 70000};
  ASSERT_TRUE(save_key_file(at("key"), key, {}));
  const auto loaded = load_key_file(at("key"), no_passphrase);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(as_text(loaded->key.reveal()), as_text(key.key.reveal()));
  EXPECT_EQ(loaded->generation, 70000U);
  struct stat about {};
  ASSERT_EQ(stat(at("key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0600U);
}

TEST_F(PracticeKeyFile, IsNeverReplaced) {
  ASSERT_TRUE(save_key_file(at("key"), {SecretKey::random(), 1}, {}));
  const std::string before = get("key");
  EXPECT_EQ(save_key_file(at("key"), {SecretKey::random(), 1}, {}).error().code, "file.exists");
  EXPECT_EQ(get("key"), before);
}

TEST_F(PracticeKeyFile, IsNotReadWhereOthersMay) {
  ASSERT_TRUE(save_key_file(at("key"), {SecretKey::random(), 1}, {}));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0660U, 0666U}) {
    ASSERT_EQ(chmod(at("key").c_str(), mode), 0);
    const auto loaded = load_key_file(at("key"), no_passphrase);
    ASSERT_FALSE(loaded) << mode;
    EXPECT_EQ(loaded.error().code, "key.open_to_others");
    EXPECT_EQ(loaded.error().kind, ErrorKind::forbidden);
    EXPECT_EQ(loaded.error().where.name, at("key"));
  }
  ASSERT_EQ(chmod(at("key").c_str(), 0400), 0);
  EXPECT_TRUE(load_key_file(at("key"), no_passphrase));
}

TEST_F(PracticeKeyFile, IsAPlainFileThatIsThere) {
  EXPECT_EQ(load_key_file(at("absent"), no_passphrase).error().code, "key.not_found");
  EXPECT_EQ(load_key_file(folder_.string(), no_passphrase).error().code, "key.open_to_others");
  ASSERT_TRUE(save_key_file(at("key"), {SecretKey::random(), 1}, {}));
  fs::create_symlink(at("key"), at("link"));
  EXPECT_EQ(load_key_file(at("link"), no_passphrase).error().code, "key.open_to_others");
  ASSERT_EQ(mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_EQ(load_key_file(at("pipe"), no_passphrase).error().code, "key.open_to_others");
}

TEST_F(PracticeKeyFile, AnyChangedByteIsFound) {
  ASSERT_TRUE(save_key_file(at("key"), {SecretKey::random(), 1}, {}));
  const std::string bytes = get("key");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 2);
    EXPECT_EQ(code_of(changed, no_passphrase), i == 5 ? "key.version" : "key.damaged") << i;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(code_of(bytes.substr(0, size), no_passphrase), "key.damaged") << size;
  EXPECT_EQ(code_of(bytes + "x", no_passphrase), "key.damaged");
  EXPECT_EQ(code_of(bytes + std::string(5000, 'x'), no_passphrase), "key.damaged");
}

TEST_F(PracticeKeyFile, OpensWithItsPassphraseOnly) {
  const PracticeKey key{SecretKey::random(), 3};
  ASSERT_TRUE(save_key_file(at("key"), key, {passphrase("three blue boats"), cheap}));
  EXPECT_EQ(get("key").find(std::string(as_text(key.key.reveal()))), std::string::npos);
  const auto loaded = load_key_file(at("key"), passphrase("three blue boats"));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(as_text(loaded->key.reveal()), as_text(key.key.reveal()));
  EXPECT_EQ(loaded->generation, 3U);
  EXPECT_EQ(load_key_file(at("key"), no_passphrase).error().code, "key.passphrase_needed");
  const auto wrong = load_key_file(at("key"), passphrase("three blue boat"));
  EXPECT_EQ(wrong.error().code, "key.passphrase");
  EXPECT_EQ(wrong.error().kind, ErrorKind::unauthenticated);
  EXPECT_THAT(to_text(wrong.error()), Not(HasSubstr("boat")));
}

TEST_F(PracticeKeyFile, ASealedFileThatWasChangedDoesNotOpen) {
  ASSERT_TRUE(save_key_file(at("key"), {SecretKey::random(), 1}, {passphrase("words"), cheap}));
  const std::string bytes = get("key");
  ASSERT_TRUE(load_key_file(at("key"), passphrase("words")));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(code_of(changed, passphrase("words")), "none") << i;
  }
  std::string greedy = bytes;
  greedy[22] = '\x7f';  // 2 TiB of memory
  EXPECT_EQ(code_of(greedy, passphrase("words")), "key.damaged");
}

TEST_F(PracticeKeyFile, RefusesACostThatProtectsNothing) {
  EXPECT_EQ(save_key_file(at("key"), {SecretKey::random(), 1}, {passphrase("words"), {1, 1024}}).error().code,
            "key.cost");
  EXPECT_EQ(
      save_key_file(at("key"), {SecretKey::random(), 1}, {passphrase("words"), {0, 65536}}).error().code,
      "key.cost");
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(PracticeKeyFile, AFolderHasOneFirstKey) {
  const auto made = KeyRing::create(keys(), {});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->current().generation, 1U);
  EXPECT_FALSE(made->is_rotating());
  EXPECT_EQ(fs::status(keys()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(KeyRing::create(keys(), {}).error().code, "key.exists");
  const auto loaded = KeyRing::load(keys(), no_passphrase);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->current().key.id(), made->current().key.id());
  EXPECT_EQ(KeyRing::load(at("other"), no_passphrase).error().code, "key.not_found");
}

TEST_F(PracticeKeyFile, AFileUnderTheNameOfAnotherGenerationIsRefused) {
  ASSERT_TRUE(KeyRing::create(keys(), {}));
  fs::rename(at("keys/practice-1.key"), at("keys/practice-2.key"));
  EXPECT_EQ(KeyRing::load(keys(), no_passphrase).error().code, "key.damaged");
}

TEST_F(PracticeKeyFile, WhatIsNoKeyFileIsPassedOver) {
  ASSERT_TRUE(KeyRing::create(keys(), {}));
  for (const char* name :
       {"practice-2.key.1234.part", "practice-.key", "practice-x.key", "practice-3.keys", "notes"})
    put(std::string("keys/") + name, "x");
  EXPECT_EQ(KeyRing::load(keys(), no_passphrase)->all().size(), 1U);
}

TEST_F(PracticeKeyFile, TheRecoveryKeyRestoresOnAnotherMachine) {
  const auto made = KeyRing::create(keys(), {});
  const auto person = new_person_key();
  const std::string wrapped = wrap(made->current().key, {"4567", 1}, person);
  auto parsed = parse_recovery_text(recovery_text(made->current()).reveal());
  ASSERT_TRUE(parsed);
  ASSERT_TRUE(
      KeyRing::holding(std::move(*parsed)).save_current(at("elsewhere"), {passphrase("words"), cheap}));
  const auto ring = KeyRing::load(at("elsewhere"), passphrase("words"));
  ASSERT_TRUE(ring);
  EXPECT_EQ(as_text(ring->unwrap_person_key({"4567", 1}, wrapped)->reveal()), as_text(person.reveal()));
}

/// Wrapped keys as a database would have them, which fails when told to.
struct Database {
  std::map<std::string, std::string> rows;
  int replacements_left = 1000;

  RewrapSteps steps() {
    return {[this](const KeyId& current, std::size_t most) -> Result<std::vector<WrappedKey>> {
              std::vector<WrappedKey> found;
              for (const auto& [person, wrapped] : rows)
                if (found.size() < most && *key_id_of(wrapped) != current)
                  found.push_back({person, 1, wrapped});
              return found;
            },
            [this](const std::vector<WrappedKey>& keys) -> Result<bool> {
              if (replacements_left-- == 0) return fail(ErrorKind::io, "test.stopped", "as if killed");
              for (const WrappedKey& key : keys) rows.at(key.person) = key.wrapped;
              return true;
            }};
  }
};

class Rotation : public PracticeKeyFile {
 protected:
  Rotation() {
    const auto ring = KeyRing::create(keys(), {});
    for (std::size_t i = 0; i < 2 * rewrap_portion + 9; ++i) {
      const std::string person = std::to_string(i);
      auto key = new_person_key();
      database_.rows[person] = wrap(ring->current().key, {person, 1}, key);
      ids_[person] = key.id();
    }
  }
  KeyRing loaded() const { return std::move(*KeyRing::load(keys(), no_passphrase)); }
  void expect_all_open() const {
    const KeyRing ring = loaded();
    for (const auto& [person, wrapped] : database_.rows) {
      const auto key = ring.unwrap_person_key({person, 1}, wrapped);
      ASSERT_TRUE(key) << to_text(key.error());
      EXPECT_EQ(key->id(), ids_.at(person));
    }
  }

  Database database_;
  std::map<std::string, KeyId> ids_;
};

TEST_F(Rotation, RewrapsEverythingAndRemovesTheOldKey) {
  KeyRing ring = loaded();
  const KeyId old = ring.current().key.id();
  ASSERT_TRUE(begin_rotation(ring, {}));
  EXPECT_TRUE(ring.is_rotating());
  EXPECT_EQ(ring.current().generation, 2U);
  EXPECT_NE(ring.find(old), nullptr);
  EXPECT_EQ(finish_rotation(ring, database_.steps()).error().code, "key.still_needed");
  EXPECT_EQ(*rewrap(ring, database_.steps()), database_.rows.size());
  EXPECT_EQ(*rewrap(ring, database_.steps()), 0U);
  ASSERT_TRUE(finish_rotation(ring, database_.steps()));
  EXPECT_FALSE(fs::exists(at("keys/practice-1.key")));
  EXPECT_EQ(ring.find(old), nullptr);
  expect_all_open();
  EXPECT_EQ(loaded().all().size(), 1U);
}

// Every step is done in a process of its own, so to say: the ring is loaded anew.
TEST_F(Rotation, GoesOnWhereverItWasStopped) {
  for (int stop = 0; stop < 4; ++stop) {
    KeyRing ring = loaded();
    ASSERT_TRUE(begin_rotation(ring, {}));
    EXPECT_EQ(ring.current().generation, 2U) << "begun once, however often it is stopped";
    database_.replacements_left = stop % 2;
    const auto rewrapped = rewrap(ring, database_.steps());
    ASSERT_FALSE(rewrapped) << stop;
    EXPECT_EQ(rewrapped.error().code, "test.stopped");
    expect_all_open();
  }
  database_.replacements_left = 1000;
  KeyRing ring = loaded();
  ASSERT_TRUE(rewrap(ring, database_.steps()));
  expect_all_open();
  ASSERT_TRUE(finish_rotation(ring, database_.steps()));
  expect_all_open();
  KeyRing again = loaded();
  ASSERT_TRUE(finish_rotation(again, database_.steps()))
      << "stopped after the removal, it may be asked for again";
}

TEST_F(Rotation, TwoWhoBeginAtOnceDoNotBothWin) {
  KeyRing first = loaded();
  KeyRing second = loaded();
  ASSERT_TRUE(begin_rotation(first, {}));
  EXPECT_EQ(begin_rotation(second, {}).error().code, "file.exists");
  EXPECT_FALSE(second.is_rotating());
}

TEST_F(Rotation, ADatabaseThatForgetsIsNoticed) {
  KeyRing ring = loaded();
  ASSERT_TRUE(begin_rotation(ring, {}));
  RewrapSteps steps = database_.steps();
  const auto all = steps.left;
  ASSERT_TRUE(rewrap(ring, steps));
  const std::string current = database_.rows.at("1");
  steps.left = [&](const KeyId&, std::size_t) -> Result<std::vector<WrappedKey>> {
    return std::vector<WrappedKey>{{"1", 1, current}};
  };
  EXPECT_EQ(rewrap(ring, steps).error().code, "key.no_progress");
}

TEST_F(Rotation, AKeyThatDoesNotUnwrapStopsIt) {
  KeyRing ring = loaded();
  ASSERT_TRUE(begin_rotation(ring, {}));
  database_.rows["0"].back() = static_cast<char>(database_.rows["0"].back() ^ 1);
  EXPECT_EQ(rewrap(ring, database_.steps()).error().code, "vault.damaged");
  EXPECT_EQ(finish_rotation(ring, database_.steps()).error().code, "key.still_needed");
  EXPECT_TRUE(fs::exists(at("keys/practice-1.key")));
}

PracticeKey some_key() {
  std::array<unsigned char, key_bytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(11 * i + 5);
  return {SecretKey::from_bytes(bytes), 2};
}

TEST(RecoveryText, ComesBackHoweverItIsTyped) {
  ASSERT_TRUE(rc::check("any key and generation", [] {
    const PracticeKey key{SecretKey::random(), *rc::gen::inRange<std::uint32_t>(1, latest_generation + 1)};
    const auto parsed = parse_recovery_text(recovery_text(key).reveal());
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(as_text(parsed->key.reveal()) == as_text(key.key.reveal()));
    RC_ASSERT(parsed->generation == key.generation);
  }));
  const std::string text = recovery_text(some_key()).reveal();
  ASSERT_EQ(text.size(), 90U);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  std::string together;
  std::string loose;
  for (const char c : text) {
    if (c != '-' && c != '\n') together += c;
    loose += c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : static_cast<char>(std::tolower(c));
  }
  EXPECT_EQ(parse_recovery_text(together)->key.id(), some_key().key.id());
  EXPECT_EQ(parse_recovery_text("\n  " + loose + " \r\n")->key.id(), some_key().key.id());
}

// The print on paper must be read for ever.
TEST(RecoveryText, IsTheSameForEver) {
  EXPECT_EQ(parse_recovery_text(recovery_text(some_key()).reveal())->generation, 2U);
  EXPECT_EQ(recovery_text(some_key()).reveal(),
            "00025-218GF-3CK3Y-2F27W-A9EPQ\n"
            "GWVY9-H6A9X-ZANNS-R35X7-DRFCB\n"
            "YW10R-T613C-5RWMR-8KTTJ-MJEQ8\n");
}

TEST(RecoveryText, EveryWrongCharacterIsFoundAndItsGroupNamed) {
  const std::string text = recovery_text(some_key()).reveal();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 6 == 5) continue;
    for (const char other : std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZU?")) {
      if (other == text[i]) continue;
      std::string typed = text;
      typed[i] = other;
      const auto parsed = parse_recovery_text(typed);
      ASSERT_FALSE(parsed) << i << other;
      EXPECT_EQ(parsed.error().code, "recovery.group");
      EXPECT_EQ(parsed.error().where.line, i / 30 + 1);
      EXPECT_EQ(parsed.error().where.column, i % 30 / 6 + 1);
      EXPECT_THAT(parsed.error().detail, Not(HasSubstr(typed.substr(i / 6 * 6, 5))));
    }
  }
}

TEST(RecoveryText, ExchangedCharactersAndGroupsAreFound) {
  const std::string text = recovery_text(some_key()).reveal();
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (i % 6 >= 4 || text[i] == text[i + 1]) continue;
    std::string typed = text;
    std::swap(typed[i], typed[i + 1]);
    EXPECT_EQ(parse_recovery_text(typed).error().code, "recovery.group") << i;
  }
  for (std::size_t a = 0; a < 15; ++a)
    for (std::size_t b = a + 1; b < 15; ++b) {
      std::string typed = text;
      for (std::size_t i = 0; i < 5; ++i) std::swap(typed[6 * a + i], typed[6 * b + i]);
      ASSERT_NE(typed, text);
      const auto parsed = parse_recovery_text(typed);
      EXPECT_EQ(parsed.error().code, "recovery.group");
      EXPECT_EQ(parsed.error().where.column, a % 5 + 1);
    }
}

TEST(RecoveryText, NamesAGroupThatIsTooShortAndAllThatAreWrong) {
  std::string text = recovery_text(some_key()).reveal();
  std::string missing = text;
  missing.erase(6 * 7 + 2, 1);
  EXPECT_EQ(parse_recovery_text(missing).error().where.line, 2U);
  EXPECT_EQ(parse_recovery_text(missing).error().where.column, 3U);
  text[0] = '?';
  text[6 * 12] = '?';
  EXPECT_THAT(parse_recovery_text(text).error().detail,
              HasSubstr("1 (line 1, group 1), 13 (line 3, group 3)"));
}

TEST(RecoveryText, OtherLengthsAreRefused) {
  const std::string text = recovery_text(some_key()).reveal();
  EXPECT_EQ(parse_recovery_text("").error().code, "recovery.length");
  EXPECT_EQ(parse_recovery_text(text.substr(0, 60)).error().code, "recovery.length");
  EXPECT_EQ(parse_recovery_text(text + "ABCDE").error().code, "recovery.length");
}

TEST(RecoveryText, GroupsOfTwoKeysDoNotMakeOne) {
  const std::string one = recovery_text(some_key()).reveal();
  const std::string two = recovery_text({SecretKey::random(), 2}).reveal();
  EXPECT_EQ(parse_recovery_text(one.substr(0, 30) + two.substr(30)).error().code, "recovery.checksum");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
