#include "store/vault.hpp"

#include <sodium.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "store/entropy.hpp"

namespace securebase::store {
namespace {

constexpr char envelope_version = 1;
constexpr std::size_t id_bytes = std::tuple_size_v<KeyId>;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t header_bytes = 1 + id_bytes;
constexpr std::size_t overhead = header_bytes + nonce_bytes + tag_bytes;

constexpr std::string_view purpose_id = "sb.keyid";
constexpr std::string_view purpose_field = "sb.field";
constexpr std::string_view purpose_wrap = "sb.wraps";
constexpr std::string_view purpose_blind = "sb.blind";

/// A derived key that lives for one call.
class Subkey {
 public:
  Subkey(const SecretKey& key, std::string_view purpose) {
    crypto_kdf_derive_from_key(bytes_.data(), bytes_.size(), 1, purpose.data(), key.reveal().data());
  }
  Subkey(const Subkey&) = delete;
  Subkey& operator=(const Subkey&) = delete;
  ~Subkey() { sodium_memzero(bytes_.data(), bytes_.size()); }
  [[nodiscard]] const unsigned char* data() const { return bytes_.data(); }

 private:
  std::array<unsigned char, key_bytes> bytes_{};
};

void append_with_length(std::string& to, std::string_view part) {
  const std::uint64_t size = part.size();
  for (unsigned shift = 0; shift < 64; shift += 8) to += static_cast<char>((size >> shift) & 0xffU);
  to += part;
}

/// Kind, header and place, each with its length.
std::string associated_data(std::string_view kind, std::string_view header, const SealPlace& place) {
  std::string data;
  for (const std::string_view part : {kind, header, place.table, place.column, place.row, place.person})
    append_with_length(data, part);
  return data;
}

struct Envelope {
  std::string_view kind;     ///< what it holds: the two kinds have nothing in common
  std::string_view purpose;  ///< of the derived key
};
constexpr Envelope field_envelope{"securebase.field.1", purpose_field};
constexpr Envelope key_envelope{"securebase.key.1", purpose_wrap};

std::string put_in(const Envelope& envelope, const SecretKey& key, const SealPlace& place,
                   std::string_view bytes) {
  std::string sealed(overhead + bytes.size(), '\0');
  sealed[0] = envelope_version;
  const KeyId id = key.id();
  std::copy(id.begin(), id.end(), octets(sealed) + 1);
  unsigned char* nonce = octets(sealed) + header_bytes;
  fill_random({nonce, nonce_bytes});
  const std::string data =
      associated_data(envelope.kind, std::string_view(sealed).substr(0, header_bytes), place);
  const Subkey subkey(key, envelope.purpose);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, nullptr, octets(bytes), bytes.size(),
                                             octets(data), data.size(), nullptr, nonce, subkey.data());
  return sealed;
}

tl::unexpected<Error> refuse(std::string code, std::string detail, const SealPlace& place) {
  return fail(ErrorKind::io, std::move(code), std::move(detail),
              Place{std::string(place.table), 0, 0, std::string(place.column)});
}

/// What can be told without a key.
std::optional<std::pair<std::string, std::string>> fault_of_shape(std::string_view sealed) {
  if (!sealed.empty() && sealed[0] != envelope_version)
    return std::pair<std::string, std::string>(
        "vault.version", "sealed by another version of the program: this one opens version 1");
  if (sealed.size() < overhead)
    return std::pair<std::string, std::string>("vault.damaged", "the sealed value is cut off");
  return std::nullopt;
}

Result<Private<std::string>> take_out(const Envelope& envelope, const SecretKey& key, const SealPlace& place,
                                      std::string_view sealed) {
  if (const auto fault = fault_of_shape(sealed)) return refuse(fault->first, fault->second, place);
  if (*key_id_of(sealed) != key.id())
    return refuse("vault.wrong_key",
                  "sealed with key " + to_text(*key_id_of(sealed)) + ", not with key " + to_text(key.id()),
                  place);
  const std::string data = associated_data(envelope.kind, sealed.substr(0, header_bytes), place);
  const std::string_view body = sealed.substr(header_bytes + nonce_bytes);
  std::string bytes(body.size() - tag_bytes, '\0');
  const Subkey subkey(key, envelope.purpose);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(octets(bytes), nullptr, nullptr, octets(body), body.size(),
                                                 octets(data), data.size(), octets(sealed) + header_bytes,
                                                 subkey.data()) != 0)
    return refuse("vault.damaged", "the sealed value was changed, or belongs to another place", place);
  return Private<std::string>(std::move(bytes));
}

std::string version_text(std::uint32_t version) {
  return std::to_string(version);
}

/// Where keys stand: 128 of them between two guard pages, locked and kept out of core dumps. Guards around
/// each single key would cost five system calls a key, and a process has about 16,000 of them to give.
class KeyMemory {
 public:
  /// Never destroyed: keys may outlive what is destroyed at the end.
  static KeyMemory& instance() {
    static auto* const memory = new KeyMemory;
    return *memory;
  }

  /// Throws bad_alloc.
  unsigned char* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) add_block();
    unsigned char* const key = free_.back();
    free_.pop_back();
    return key;
  }

  void give_back(unsigned char* key) noexcept {
    sodium_memzero(key, key_bytes);
    const std::lock_guard lock(mutex_);
    free_.push_back(key);  // there is room for every key there is
  }

 private:
  static constexpr std::size_t keys_in_block = 128;

  KeyMemory() { start_cryptography(); }

  void add_block() {
    free_.reserve((++blocks_) * keys_in_block);
    auto* const block = static_cast<unsigned char*>(sodium_malloc(keys_in_block * key_bytes));
    if (block == nullptr) throw std::bad_alloc();
    for (std::size_t i = 0; i < keys_in_block; ++i) free_.push_back(block + i * key_bytes);
  }

  std::mutex mutex_;
  std::size_t blocks_ = 0;
  std::vector<unsigned char*> free_;
};

}  // namespace

std::string to_text(const KeyId& id) {
  return hex(as_text(id));
}

void SecretKey::Release::operator()(unsigned char* bytes) const noexcept {
  KeyMemory::instance().give_back(bytes);
}

SecretKey::SecretKey() : bytes_(KeyMemory::instance().take()) {}

void SecretKey::name() {
  const Subkey subkey(*this, purpose_id);
  std::copy_n(subkey.data(), id_.size(), id_.begin());
}

SecretKey SecretKey::random() {
  SecretKey key;
  randombytes_buf(key.bytes_.get(), key_bytes);
  key.name();
  return key;
}

SecretKey SecretKey::from_bytes(std::span<const unsigned char, key_bytes> bytes) {
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.get());
  key.name();
  return key;
}

KeyId SecretKey::id() const {
  static_cast<void>(reveal());
  return id_;
}

std::span<const unsigned char, key_bytes> SecretKey::reveal() const {
  if (!bytes_) throw std::logic_error("a key was used after it was moved away");
  return std::span<const unsigned char, key_bytes>(bytes_.get(), key_bytes);
}

SecretKey SecretKey::derive(std::string_view purpose) const {
  if (purpose.size() != crypto_kdf_CONTEXTBYTES) throw std::logic_error("a purpose has eight characters");
  SecretKey key;
  crypto_kdf_derive_from_key(key.bytes_.get(), key_bytes, 1, purpose.data(), reveal().data());
  key.name();
  return key;
}

std::string seal(const SecretKey& key, const SealPlace& place, std::string_view bytes) {
  // ISO/IEC 7816-4: 0x80, then zeros. Written out, because the end of the value must be found again.
  std::string padded;
  padded.reserve(bytes.size() / padding_step * padding_step + padding_step);
  padded += bytes;
  padded += '\x80';
  padded.resize((padded.size() + padding_step - 1) / padding_step * padding_step, '\0');
  std::string sealed = put_in(field_envelope, key, place, padded);
  sodium_memzero(padded.data(), padded.size());
  return sealed;
}

Result<Private<std::string>> open(const SecretKey& key, const SealPlace& place, std::string_view envelope) {
  auto padded = take_out(field_envelope, key, place, envelope);
  if (!padded) return padded;
  const std::string& bytes = padded->reveal();
  const std::size_t end = bytes.find_last_not_of('\0');
  if (end == std::string::npos || bytes[end] != '\x80' || bytes.size() % padding_step != 0)
    return refuse("vault.damaged", "the padding of the sealed value is wrong", place);
  return Private<std::string>(bytes.substr(0, end));
}

Result<KeyId> key_id_of(std::string_view envelope) {
  if (const auto fault = fault_of_shape(envelope)) return fail(ErrorKind::io, fault->first, fault->second);
  KeyId id{};
  std::copy_n(octets(envelope) + 1, id.size(), id.begin());
  return id;
}

SecretKey new_person_key() {
  return SecretKey::random();
}

std::string wrap(const SecretKey& practice_key, const PersonKeyName& name, const SecretKey& person_key) {
  const std::string version = version_text(name.version);
  return put_in(key_envelope, practice_key, {"person key", "", version, name.person},
                as_text(person_key.reveal()));
}

Result<SecretKey> unwrap(const SecretKey& practice_key, const PersonKeyName& name, std::string_view wrapped) {
  const std::string version = version_text(name.version);
  const SealPlace place{"person key", "", version, name.person};
  const auto bytes = take_out(key_envelope, practice_key, place, wrapped);
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->reveal().size() != key_bytes) return refuse("vault.damaged", "a person key has 32 bytes", place);
  return SecretKey::from_bytes(std::span<const unsigned char, key_bytes>(octets(bytes->reveal()), key_bytes));
}

BlindIndex::BlindIndex(const SecretKey& practice_key, std::string column)
    : key_(practice_key.derive(purpose_blind)), column_(std::move(column)) {}

Result<std::string> BlindIndex::of(std::string_view text) const {
  const auto normal = look_up_text(text);
  if (!normal) return tl::unexpected(normal.error());
  std::string input;
  append_with_length(input, column_);
  append_with_length(input, normal->reveal());
  std::string index(bytes, '\0');
  crypto_generichash(octets(index), index.size(), octets(input), input.size(), key_.reveal().data(),
                     key_bytes);
  sodium_memzero(input.data(), input.size());
  return index;
}

std::string chain_hash(std::string_view previous, std::string_view bytes) {
  std::string input;
  for (const std::string_view part : {std::string_view("securebase.chain.1"), previous, bytes})
    append_with_length(input, part);
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), octets(input), input.size(), nullptr, 0);
  sodium_memzero(input.data(), input.size());
  return hex(as_text(hash));
}

// Text for looking up.
namespace {

/// The next code point, or nothing where the bytes are not UTF-8 (RFC 3629).
std::optional<char32_t> next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t code = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return std::nullopt;
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return std::nullopt;
  text.remove_prefix(length);
  return code;
}

void append_code_point(std::string& to, char32_t code) {
  const auto put = [&](char32_t byte) { to += static_cast<char>(static_cast<unsigned char>(byte)); };
  const auto rest = [&](unsigned shift) { put(0x80U | ((code >> shift) & 0x3fU)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0U | (code >> 6U));
  } else if (code < 0x10000) {
    put(0xe0U | (code >> 12U));
    rest(6);
  } else {
    put(0xf0U | (code >> 18U));
    rest(12);
    rest(6);
  }
  rest(0);
}

struct CaseRange {
  char32_t first;
  char32_t last;
  char32_t
      distance;  ///< added to each; 1 means capital and small letter take turns, beginning as `first` does
};

// UnicodeData.txt 15.0, field "simple lowercase mapping", of what the header names.
constexpr std::array case_ranges = {
    CaseRange{0x41, 0x5a, 32},   CaseRange{0xc0, 0xd6, 32},    CaseRange{0xd8, 0xde, 32},
    CaseRange{0x100, 0x12e, 1},  CaseRange{0x132, 0x136, 1},   CaseRange{0x139, 0x147, 1},
    CaseRange{0x14a, 0x176, 1},  CaseRange{0x179, 0x17d, 1},   CaseRange{0x1cd, 0x1db, 1},
    CaseRange{0x1de, 0x1ee, 1},  CaseRange{0x1f8, 0x21e, 1},   CaseRange{0x222, 0x232, 1},
    CaseRange{0x246, 0x24e, 1},  CaseRange{0x370, 0x372, 1},   CaseRange{0x388, 0x38a, 37},
    CaseRange{0x38e, 0x38f, 63}, CaseRange{0x391, 0x3a1, 32},  CaseRange{0x3a3, 0x3ab, 32},
    CaseRange{0x3d8, 0x3ee, 1},  CaseRange{0x400, 0x40f, 80},  CaseRange{0x410, 0x42f, 32},
    CaseRange{0x460, 0x480, 1},  CaseRange{0x48a, 0x4be, 1},   CaseRange{0x4c1, 0x4cd, 1},
    CaseRange{0x4d0, 0x52e, 1},  CaseRange{0x1e00, 0x1e94, 1}, CaseRange{0x1ea0, 0x1efe, 1},
};

/// Those that follow no row. The last is the small sigma at the end of a word, the same letter as any other.
constexpr std::array<std::pair<char32_t, char32_t>, 19> single_cases = {{{0x130, 0x69},
                                                                         {0x178, 0xff},
                                                                         {0x18f, 0x259},
                                                                         {0x1a0, 0x1a1},
                                                                         {0x1af, 0x1b0},
                                                                         {0x1c4, 0x1c6},
                                                                         {0x1c5, 0x1c6},
                                                                         {0x1c7, 0x1c9},
                                                                         {0x1c8, 0x1c9},
                                                                         {0x1ca, 0x1cc},
                                                                         {0x1cb, 0x1cc},
                                                                         {0x1f4, 0x1f5},
                                                                         {0x386, 0x3ac},
                                                                         {0x38c, 0x3cc},
                                                                         {0x376, 0x377},
                                                                         {0x4c0, 0x4cf},
                                                                         {0x1e9e, 0xdf},
                                                                         {0x3f4, 0x3b8},
                                                                         {0x3c2, 0x3c3}}};

char32_t lower_case(char32_t code) {
  for (const auto& [capital, small] : single_cases)
    if (code == capital) return small;
  for (const CaseRange& range : case_ranges)
    if (code >= range.first && code <= range.last) {
      if (range.distance > 1) return code + range.distance;
      return code + ((code - range.first) % 2 == 0 ? 1U : 0U);
    }
  return code;
}

struct Accent {
  char32_t mark;
  std::u32string_view letters;  ///< letter, then the letter with the mark, and so on
};

constexpr std::array accents = {
    Accent{0x300, U"aàeèiìoòuù"},
    Accent{0x301, U"aáeéiíoóuúyýcćlĺnńrŕsśzź"},
    Accent{0x302, U"aâeêiîoôuûcĉgĝhĥjĵsŝwŵyŷ"},
    Accent{0x303, U"aãnñoõiĩuũ"},
    Accent{0x304, U"aāeēiīoōuū"},
    Accent{0x306, U"aăeĕgğiĭoŏuŭ"},
    Accent{0x307, U"cċeėgġzż"},
    Accent{0x308, U"aäeëiïoöuüyÿ"},
    Accent{0x30a, U"aåuů"},
    Accent{0x30b, U"oőuű"},
    Accent{0x30c, U"cčdďeělľnňrřsštťzž"},
    Accent{0x327, U"cçgģkķlļnņrŗsştţ"},
    Accent{0x328, U"aąeęiįuų"},
};

std::optional<char32_t> with_accent(char32_t letter, char32_t mark) {
  for (const Accent& accent : accents)
    for (std::size_t i = 0; accent.mark == mark && i < accent.letters.size(); i += 2)
      if (accent.letters[i] == letter) return accent.letters[i + 1];
  return std::nullopt;
}

bool is_white_space(char32_t code) {
  return code == 0x20 || (code >= 0x9 && code <= 0xd) || code == 0x85 || code == 0xa0 || code == 0x1680 ||
         (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 || code == 0x202f ||
         code == 0x205f || code == 0x3000;
}

bool is_invisible(char32_t code) {
  return code == 0xad || (code >= 0x200b && code <= 0x200d) || code == 0x2060 || code == 0xfeff;
}

}  // namespace

Result<Private<std::string>> look_up_text(std::string_view text) {
  std::string normal;
  normal.reserve(text.size() + text.size() / 2 + 4);  // no reallocation leaves a copy behind
  std::optional<char32_t> held;                       // an accent may follow it
  bool space = false;
  const auto release = [&] {
    if (held) append_code_point(normal, *held);
    held.reset();
  };
  while (!text.empty()) {
    const auto code = next_code_point(text);
    if (!code) {
      sodium_memzero(normal.data(), normal.size());
      return fail(ErrorKind::bad_data, "vault.not_utf8", "a text to look up is well-formed UTF-8");
    }
    if (is_invisible(*code)) continue;
    if (is_white_space(*code)) {
      space = true;
      continue;
    }
    const auto joined = held && !space ? with_accent(*held, *code) : std::nullopt;
    if (joined) {
      held = joined;
      continue;
    }
    release();
    if (space && !normal.empty()) normal += ' ';
    space = false;
    held = lower_case(*code);
  }
  release();
  return Private<std::string>(std::move(normal));
}

}  // namespace securebase::store
