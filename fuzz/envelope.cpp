// Whatever is read back or comes from outside and goes through cryptography: envelopes, wrapped keys, sealed
// files, key files, the recovery key, passkeys. Any bytes give a value or an error with a code; what opens is
// what was sealed. The first byte chooses.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"
#include "store/entropy.hpp"
#include "store/one_time_codes.hpp"
#include "store/passkeys.hpp"
#include "store/passwords.hpp"
#include "store/practice_key.hpp"
#include "store/sealed_file.hpp"
#include "store/vault.hpp"

namespace {

using namespace securebase;
using namespace securebase::store;

const SecretKey& key() {
  static const SecretKey fixed = [] {
    std::array<unsigned char, key_bytes> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i);
    return SecretKey::from_bytes(bytes);
  }();
  return fixed;
}

constexpr SealPlace place{"person", "name", "1", "2"};

template <class T>
void demand_code(const Result<T>& result, std::string_view area) {
  DEMAND(result || result.error().code.starts_with(area));
  DEMAND(result || is_plain_text(to_text(result.error())));
}

void envelope(std::string_view bytes) {
  const auto opened = open(key(), place, bytes);
  demand_code(opened, "vault.");
  if (opened) DEMAND(seal(key(), place, opened->reveal()).size() == bytes.size());
  demand_code(unwrap(key(), {"2", 1}, bytes), "vault.");
  demand_code(key_id_of(bytes), "vault.");
}

/// Bits of a good envelope flipped: it opens only where none was.
void flipped(std::string_view mask) {
  static const std::string good = seal(key(), place, "Anna");
  std::string changed = good;
  for (std::size_t i = 0; i < std::min(mask.size(), changed.size()); ++i)
    changed[i] = static_cast<char>(changed[i] ^ mask[i]);
  const auto opened = open(key(), place, changed);
  demand_code(opened, "vault.");
  DEMAND(opened.has_value() == (changed == good));
}

void text(std::string_view bytes) {
  const auto once = look_up_text(bytes);
  demand_code(once, "vault.not_utf8");
  if (!once) return;
  const auto twice = look_up_text(once->reveal());
  DEMAND(twice && twice->reveal() == once->reveal());
}

void typed(std::string_view bytes) {
  const auto parsed = parse_recovery_text(bytes);
  demand_code(parsed, "recovery.");
  if (parsed) {
    const auto again = parse_recovery_text(recovery_text(*parsed).reveal());
    DEMAND(again && again->generation == parsed->generation && again->key.id() == parsed->key.id());
  }
  if (const auto decoded = from_base64url(bytes)) DEMAND(to_base64url(*decoded) == bytes);
  if (const auto decoded = from_base32(bytes)) DEMAND(*from_base32(to_base32(*decoded)) == *decoded);
}

/// A file of this process, open to its owner only.
std::string file_of(std::string_view bytes) {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("securebase-fuzz-" + std::to_string(getpid()))).string();
  std::filesystem::remove(path);
  auto file = NewFile::create(path);
  DEMAND(file && file->write(bytes) && file->commit());
  return path;
}

void sealed_file(std::string_view bytes) {
  const std::string path = file_of(bytes);
  auto reader = SealedReader::open(key(), SealedKind::backup, path);
  demand_code(reader, "sealed.");
  std::size_t count = 0;
  while (reader) {
    const auto chunk = reader->read();
    demand_code(chunk, "sealed.damaged");
    if (!chunk || chunk->empty()) break;
    count += chunk->size();
    DEMAND(count <= bytes.size());
  }
  std::filesystem::remove(path);
}

void key_file(std::string_view bytes) {
  const std::string path = file_of(bytes);
  demand_code(load_key_file(path, std::nullopt), "key.");
  std::filesystem::remove(path);
}

using service::ClientData;
using service::PasskeyKey;
using service::RelyingParty;

const RelyingParty party{"practice.example", {"https://practice.example"}};
constexpr std::string_view challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

ClientData client(const char* type) {
  return {"{}", type, std::string(challenge), "https://practice.example", false};
}

void passkey(std::string_view bytes) {
  // SHA-256 of the host name first: beyond it the bytes decide.
  static const std::string host = [] {
    constexpr std::array<unsigned char, 32> hash = {
        0x1d, 0xca, 0x76, 0x75, 0x8d, 0x2b, 0x5a, 0x83, 0x50, 0x95, 0x68, 0xb9, 0xed, 0x7d, 0xcb, 0x4a,
        0xae, 0xed, 0x28, 0x32, 0x95, 0xa6, 0x86, 0xc3, 0x8e, 0x4b, 0xf3, 0xa2, 0xeb, 0xb8, 0xce, 0xda};
    return std::string(as_text(hash));
  }();
  const std::string data = to_base64url(host + std::string(bytes));
  const auto accepted = accept_passkey(party, challenge, {client("webauthn.create"), data});
  demand_code(accepted, "passkey.");
  const PasskeyKey stored = accepted ? *accepted : PasskeyKey{"AAAA", data, 0, false};
  const auto used = check_passkey(party, challenge, stored,
                                  {client("webauthn.get"), stored.credential_id, data, to_base64url(bytes)});
  demand_code(used, "passkey.");
  DEMAND(!used);  // nobody signed
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::array targets = {envelope, flipped, text, typed, sealed_file, key_file, passkey};
  targets[data[0] % targets.size()](bytes);
  return 0;
}
