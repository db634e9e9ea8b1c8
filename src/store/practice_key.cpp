#include "store/practice_key.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/entropy.hpp"
#include "store/sealed_file.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "SBKEY";
constexpr char key_file_version = 1;
enum class Protection : char { none = 0, passphrase = 1 };

constexpr std::size_t head_bytes = magic.size() + 2 + 4 + std::tuple_size_v<KeyId>;
constexpr std::size_t check_bytes = 16;
constexpr std::size_t salt_bytes = crypto_pwhash_SALTBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t open_file_bytes = head_bytes + key_bytes + check_bytes;
constexpr std::size_t sealed_head_bytes = head_bytes + 8 + salt_bytes;
constexpr std::size_t sealed_file_bytes = sealed_head_bytes + nonce_bytes + key_bytes + tag_bytes;

// What a file may ask of this machine.
constexpr std::uint32_t most_passes = 64;
constexpr std::uint32_t least_memory_kib = 8 * 1024;
constexpr std::uint32_t most_memory_kib = 4 * 1024 * 1024;

/// A text that is overwritten when it goes; a Private can only be filled at once.
class Scratch {
 public:
  explicit Scratch(std::size_t size) : text(size, '\0') {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { sodium_memzero(text.data(), text.size()); }

  std::string text;
};

tl::unexpected<Error> trouble(std::string code, std::string detail, const std::string& path,
                              ErrorKind kind = ErrorKind::io) {
  return fail(kind, std::move(code), std::move(detail), Place{path, 0, 0, {}});
}

void append_number(std::string& to, std::uint32_t number) {
  for (unsigned shift = 0; shift < 32; shift += 8) to += static_cast<char>((number >> shift) & 0xffU);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (unsigned i = 0; i < 4; ++i)
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return number;
}

std::string head_of(const PracticeKey& key, Protection protection) {
  std::string head(magic);
  head += key_file_version;
  head += static_cast<char>(protection);
  append_number(head, key.generation);
  head += as_text(key.key.id());
  return head;
}

void hash_into(std::string_view bytes, unsigned char* hash, std::size_t size) {
  crypto_generichash(hash, size, octets(bytes), bytes.size(), nullptr, 0);
}

bool is_cost(PassphraseCost cost) {
  return cost.passes >= 1 && cost.passes <= most_passes && cost.memory_kib >= least_memory_kib &&
         cost.memory_kib <= most_memory_kib;
}

/// The key that a passphrase makes, or nothing where there is not enough memory.
std::optional<SecretKey> stretch(const Private<std::string>& passphrase, std::string_view salt,
                                 PassphraseCost cost) {
  Scratch key(key_bytes);
  const std::string& text = passphrase.reveal();
  if (crypto_pwhash(octets(key.text), key_bytes, text.data(), text.size(), octets(salt), cost.passes,
                    std::size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return std::nullopt;
  return SecretKey::from_bytes(std::span<const unsigned char, key_bytes>(octets(key.text), key_bytes));
}

Result<bool> save_open(NewFile& file, const PracticeKey& key) {
  Scratch bytes(0);
  bytes.text.reserve(open_file_bytes);
  bytes.text += head_of(key, Protection::none);
  bytes.text += as_text(key.key.reveal());
  std::array<unsigned char, check_bytes> check{};
  hash_into(bytes.text, check.data(), check.size());
  bytes.text += as_text(check);
  return file.write(bytes.text);
}

Result<bool> save_sealed(NewFile& file, const PracticeKey& key, const Private<std::string>& passphrase,
                         PassphraseCost cost) {
  std::string bytes = head_of(key, Protection::passphrase);
  append_number(bytes, cost.passes);
  append_number(bytes, cost.memory_kib);
  const std::string salt = random_bytes(salt_bytes);
  bytes += salt;
  const auto outer = is_cost(cost) ? stretch(passphrase, salt, cost) : std::nullopt;
  if (!outer)
    return fail(ErrorKind::usage, "key.cost",
                fmt::format("Argon2id takes 1 to {} passes and {} to {} KiB, as far as there is memory",
                            most_passes, least_memory_kib, most_memory_kib));
  const std::string nonce = random_bytes(nonce_bytes);
  std::string sealed(key_bytes + tag_bytes, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(octets(sealed), nullptr, key.key.reveal().data(), key_bytes,
                                             octets(std::string_view(bytes)), bytes.size(), nullptr,
                                             octets(std::string_view(nonce)), outer->reveal().data());
  return file.write(bytes + nonce + sealed);
}

/// Whether only the owner, this user or root, may read or write it.
bool is_closed_to_others(const struct stat& about) {
  return S_ISREG(about.st_mode) && (about.st_mode & 077U) == 0 &&
         (about.st_uid == geteuid() || about.st_uid == 0);
}

Result<bool> read_checked(const std::string& path, Scratch& bytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0 && errno == ENOENT)
    return trouble("key.not_found", "there is no key file", path, ErrorKind::not_found);
  if (file < 0 && errno != ELOOP)
    return trouble("key.read", std::error_code(errno, std::generic_category()).message(), path);
  struct stat about {};
  const bool closed = file >= 0 && fstat(file, &about) == 0 && is_closed_to_others(about);
  const ssize_t count = closed ? ::read(file, bytes.text.data(), bytes.text.size()) : 0;
  if (file >= 0) close(file);
  if (!closed)
    return trouble("key.open_to_others",
                   "a key file is a plain file of this user's with mode 0600 or 0400: chmod 600 it", path,
                   ErrorKind::forbidden);
  if (count < 0) return trouble("key.read", "cannot be read", path);
  bytes.text.resize(static_cast<std::size_t>(count));
  return true;
}

tl::unexpected<Error> damaged(const std::string& path) {
  return trouble("key.damaged", "the key file was changed or cut off: restore it, or use the recovery key",
                 path);
}

/// The key, where it is the one that the head names.
Result<PracticeKey> named_key(std::string_view bytes, std::string_view head, const std::string& path) {
  SecretKey key = SecretKey::from_bytes(std::span<const unsigned char, key_bytes>(octets(bytes), key_bytes));
  const std::uint32_t generation = number_at(head, magic.size() + 2);
  const bool same = as_text(key.id()) == head.substr(head_bytes - std::tuple_size_v<KeyId>);
  if (!same || generation < 1 || generation > latest_generation) return damaged(path);
  return PracticeKey{std::move(key), generation};
}

Result<PracticeKey> load_open(std::string_view bytes, const std::string& path) {
  if (bytes.size() != open_file_bytes) return damaged(path);
  std::array<unsigned char, check_bytes> check{};
  hash_into(bytes.substr(0, head_bytes + key_bytes), check.data(), check.size());
  if (as_text(check) != bytes.substr(head_bytes + key_bytes)) return damaged(path);
  return named_key(bytes.substr(head_bytes), bytes.substr(0, head_bytes), path);
}

Result<PracticeKey> load_sealed(std::string_view bytes, const std::string& path,
                                const std::optional<Private<std::string>>& passphrase) {
  if (bytes.size() != sealed_file_bytes) return damaged(path);
  const PassphraseCost cost{number_at(bytes, head_bytes), number_at(bytes, head_bytes + 4)};
  if (!is_cost(cost)) return damaged(path);
  if (!passphrase)
    return trouble("key.passphrase_needed",
                   "this key opens with its passphrase: give it with --passphrase-file", path,
                   ErrorKind::unauthenticated);
  const auto outer = stretch(*passphrase, bytes.substr(head_bytes + 8, salt_bytes), cost);
  if (!outer) return trouble("key.read", fmt::format("needs {} KiB of memory", cost.memory_kib), path);
  Scratch key(key_bytes);
  const std::string_view sealed = bytes.substr(sealed_head_bytes + nonce_bytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          octets(key.text), nullptr, nullptr, octets(sealed), sealed.size(), octets(bytes), sealed_head_bytes,
          octets(bytes) + sealed_head_bytes, outer->reveal().data()) != 0)
    return trouble("key.passphrase", "the passphrase is wrong, or the key file was changed", path,
                   ErrorKind::unauthenticated);
  return named_key(key.text, bytes.substr(0, head_bytes), path);
}

std::string path_of(const std::string& folder, std::uint32_t generation) {
  return (fs::path(folder) / fmt::format("practice-{}.key", generation)).string();
}

/// The generation in a file's name, or nothing.
std::optional<std::uint32_t> generation_in(const std::string& name) {
  std::uint32_t generation = 0;
  constexpr std::string_view begin = "practice-";
  if (!name.starts_with(begin)) return std::nullopt;
  const char* const last = name.data() + name.size();
  const auto read = std::from_chars(name.data() + begin.size(), last, generation);
  if (read.ec != std::errc() || std::string_view(read.ptr, last) != ".key") return std::nullopt;
  return generation;
}

Result<std::vector<std::uint32_t>> generations_in(const std::string& folder) {
  std::vector<std::uint32_t> generations;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (const auto generation = generation_in(at->path().filename().string()))
      generations.push_back(*generation);
  if (error && error != std::errc::no_such_file_or_directory)
    return trouble("key.read", error.message(), folder);
  std::sort(generations.begin(), generations.end());
  return generations;
}

}  // namespace

Result<bool> save_key_file(const std::string& path, const PracticeKey& key, const KeyProtection& protection) {
  auto file = NewFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto saved = protection.passphrase ? save_sealed(*file, key, *protection.passphrase, protection.cost)
                                     : save_open(*file, key);
  if (!saved) return saved;
  return file->commit();
}

Result<PracticeKey> load_key_file(const std::string& path,
                                  const std::optional<Private<std::string>>& passphrase) {
  start_cryptography();
  Scratch bytes(std::max(open_file_bytes, sealed_file_bytes) + 1);  // one more, to see that there is no more
  const auto read = read_checked(path, bytes);
  if (!read) return tl::unexpected(read.error());
  if (bytes.text.size() < head_bytes || !bytes.text.starts_with(magic)) return damaged(path);
  if (bytes.text[magic.size()] != key_file_version)
    return trouble("key.version", "written by another version of the program: this one reads version 1",
                   path);
  switch (Protection{bytes.text[magic.size() + 1]}) {
    case Protection::none:
      return load_open(bytes.text, path);
    case Protection::passphrase:
      return load_sealed(bytes.text, path, passphrase);
  }
  return damaged(path);
}

KeyRing::KeyRing(std::string folder, std::vector<PracticeKey> keys)
    : folder_(std::move(folder)), keys_(std::move(keys)) {}

Result<KeyRing> KeyRing::create(const std::string& folder, const KeyProtection& protection) {
  const auto there = generations_in(folder);
  if (!there) return tl::unexpected(there.error());
  if (!there->empty())
    return trouble("key.exists", "this folder has a practice key: it is not replaced", folder,
                   ErrorKind::conflict);
  KeyRing ring = holding({SecretKey::random(), 1});
  ring.folder_ = folder;
  if (const auto saved = ring.save_current(folder, protection); !saved) return tl::unexpected(saved.error());
  return ring;
}

KeyRing KeyRing::holding(PracticeKey key) {
  std::vector<PracticeKey> keys;
  keys.push_back(std::move(key));
  return KeyRing("", std::move(keys));
}

Result<bool> KeyRing::add(PracticeKey key) {
  const auto at = std::find_if(keys_.begin(), keys_.end(),
                               [&](const PracticeKey& other) { return other.generation >= key.generation; });
  if (at == keys_.end() || at->generation != key.generation) {
    keys_.insert(at, std::move(key));
    return true;
  }
  if (at->key.id() == key.key.id()) return true;
  return trouble("key.exists", "this folder has the key of another practice: choose another with --data",
                 folder_, ErrorKind::conflict);
}

Result<std::string> KeyRing::save_current(const std::string& folder, const KeyProtection& protection) const {
  std::error_code error;
  if (const fs::path above = fs::path(folder).parent_path(); !above.empty())
    fs::create_directories(above, error);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return trouble("file.write", std::error_code(errno, std::generic_category()).message(), folder);
  const std::string path = path_of(folder, current().generation);
  if (const auto saved = save_key_file(path, current(), protection); !saved)
    return tl::unexpected(saved.error());
  return path;
}

void KeyRing::forget() const {
  unlink(path_of(folder_, current().generation).c_str());
}

Result<KeyRing> KeyRing::load(const std::string& folder,
                              const std::optional<Private<std::string>>& passphrase) {
  const auto generations = generations_in(folder);
  if (!generations) return tl::unexpected(generations.error());
  std::vector<PracticeKey> keys;
  for (const std::uint32_t generation : *generations) {
    auto key = load_key_file(path_of(folder, generation), passphrase);
    if (!key) return tl::unexpected(key.error());
    if (key->generation != generation) return damaged(path_of(folder, generation));
    keys.push_back(std::move(*key));
  }
  if (keys.empty())
    return trouble("key.not_found", "there is no file practice-<generation>.key", folder,
                   ErrorKind::not_found);
  return KeyRing(folder, std::move(keys));
}

const PracticeKey* KeyRing::find(const KeyId& id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const PracticeKey& key) { return key.key.id() == id; });
  return found == keys_.end() ? nullptr : &*found;
}

Result<SecretKey> KeyRing::unwrap_person_key(const PersonKeyName& name, std::string_view wrapped) const {
  const auto id = key_id_of(wrapped);
  if (!id) return tl::unexpected(id.error());
  const PracticeKey* const key = find(*id);
  // With none that fits, the current one says which is needed.
  return unwrap(key == nullptr ? current().key : key->key, name, wrapped);
}

Result<bool> begin_rotation(KeyRing& ring, const KeyProtection& protection) {
  if (ring.is_rotating()) return true;
  const std::uint32_t generation = ring.current().generation + 1;
  if (generation > latest_generation)
    return fail(ErrorKind::conflict, "key.generations", "there is no generation after this one");
  PracticeKey next{SecretKey::random(), generation};
  auto saved = save_key_file(path_of(ring.folder_, generation), next, protection);
  if (!saved) return saved;
  ring.keys_.push_back(std::move(next));
  return true;
}

Result<std::size_t> rewrap(const KeyRing& ring, const RewrapSteps& steps) {
  const SecretKey& current = ring.current().key;
  std::size_t count = 0;
  for (;;) {
    auto keys = steps.left(current.id(), rewrap_portion);
    if (!keys) return tl::unexpected(keys.error());
    if (keys->empty()) return count;
    for (WrappedKey& key : *keys) {
      const PersonKeyName name{key.person, key.version};
      const auto person_key = ring.unwrap_person_key(name, key.wrapped);
      if (!person_key) return tl::unexpected(person_key.error());
      if (*key_id_of(key.wrapped) == current.id())
        return fail(ErrorKind::internal, "key.no_progress",
                    "the key listed is wrapped by the current generation");
      key.wrapped = wrap(current, name, *person_key);
    }
    const auto replaced = steps.replace(*keys);
    if (!replaced) return tl::unexpected(replaced.error());
    count += keys->size();
  }
}

struct RotationEnd {
  /// The oldest first: whatever is left after a stop is the newest.
  static Result<bool> remove_old(KeyRing& ring) {
    while (ring.is_rotating()) {
      const std::string path = path_of(ring.folder_, ring.keys_.front().generation);
      if (unlink(path.c_str()) != 0 && errno != ENOENT)
        return trouble("file.write", std::error_code(errno, std::generic_category()).message(), path);
      ring.keys_.erase(ring.keys_.begin());
    }
    return sync_folder(ring.folder_);
  }
};

Result<bool> finish_rotation(KeyRing& ring, const RewrapSteps& steps) {
  const auto left = steps.left(ring.current().key.id(), 1);
  if (!left) return tl::unexpected(left.error());
  if (!left->empty())
    return fail(ErrorKind::conflict, "key.still_needed",
                "an older generation still wraps keys: rewrap them first");
  return RotationEnd::remove_old(ring);
}

// The key on paper.
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t groups = 15;
constexpr std::size_t groups_in_line = 5;
constexpr std::size_t group_data = 4;
constexpr std::size_t group_size = group_data + 1;
constexpr unsigned recovery_version = 1;

/// Twice a value in GF(32), modulo x^5 + x^2 + 1: 2 generates all 31 that are not 0.
constexpr unsigned twice(unsigned value) {
  return ((value << 1U) ^ ((value & 16U) != 0 ? 0b100101U : 0U)) & 31U;
}

/// sum of 2^(4-i) d_i, plus 2^place. Weights differ, so one wrong character or two exchanged change it; so
/// does another place. The check itself has weight 1.
unsigned check_of(std::span<const unsigned char> data, std::size_t place) {
  unsigned sum = 0;
  for (const unsigned digit : data) sum = twice(sum ^ digit);
  unsigned at = 1;
  for (std::size_t i = 0; i < place; ++i) at = twice(at);
  return sum ^ at;
}

/// Generation, version and key, and a hash of both, five bits each.
using Digits = std::array<unsigned char, groups * group_data>;

/// Bits, most significant first, to and from digits.
class BitWriter {
 public:
  explicit BitWriter(Digits& digits) : digits_(digits) {}
  void put(std::uint32_t value, unsigned bits) {
    while (bits-- > 0) {
      unsigned char& digit = digits_[at_ / 5];
      digit = static_cast<unsigned char>((std::uint32_t{digit} << 1U) | ((value >> bits) & 1U));
      ++at_;
    }
  }

 private:
  Digits& digits_;
  std::size_t at_ = 0;
};

std::uint32_t bits_at(const Digits& digits, std::size_t from, unsigned bits) {
  std::uint32_t value = 0;
  for (std::size_t at = from; at < from + bits; ++at)
    value = (value << 1U) | ((static_cast<unsigned>(digits[at / 5]) >> (4 - at % 5)) & 1U);
  return value;
}

constexpr unsigned generation_bits = 20;
constexpr unsigned version_bits = 4;
constexpr std::size_t key_begins = generation_bits + version_bits;
constexpr std::size_t hash_begins = (groups - 1) * group_data * 5;
constexpr unsigned hash_bits = 20;

/// The first 20 bits of BLAKE2b-128 over all other digits.
std::uint32_t hash_of(const Digits& digits) {
  std::array<unsigned char, 16> hash{};
  hash_into(as_text(std::span(digits).first((groups - 1) * group_data)), hash.data(), hash.size());
  return (static_cast<std::uint32_t>(hash[0]) << 12U) | (static_cast<std::uint32_t>(hash[1]) << 4U) |
         (static_cast<std::uint32_t>(hash[2]) >> 4U);
}

/// The digit a character means, or nothing.
std::optional<unsigned char> digit_of(char character) {
  if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
  if (character == 'O') character = '0';
  if (character == 'I' || character == 'L') character = '1';
  const std::size_t digit = alphabet.find(character);
  if (digit == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned char>(digit);
}

bool is_between(char character) {
  return character == ' ' || character == '-' || character == '\n' || character == '\r' || character == '\t';
}

/// The groups as typed; cut in fives where they were not typed as groups.
std::vector<std::string_view> groups_of(std::string_view text, Scratch& together) {
  std::vector<std::string_view> typed;
  together.text.reserve(text.size());
  std::size_t from = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !is_between(text[i])) {
      together.text += text[i];
      continue;
    }
    if (i > from) typed.push_back(text.substr(from, i - from));
    from = i + 1;
  }
  if (typed.size() == groups) return typed;
  typed.clear();
  for (std::size_t at = 0; at < together.text.size(); at += group_size)
    typed.push_back(std::string_view(together.text).substr(at, group_size));
  return typed;
}

/// Whether the group is right; its digits where it is.
bool read_group(std::string_view group, std::size_t place, Digits& digits) {
  if (group.size() != group_size) return false;
  std::array<unsigned char, group_size> read{};
  for (std::size_t i = 0; i < group_size; ++i) {
    const auto digit = digit_of(group[i]);
    if (!digit) return false;
    read[i] = *digit;
  }
  std::copy_n(read.begin(), group_data, digits.begin() + static_cast<std::ptrdiff_t>(place * group_data));
  const bool right = check_of(std::span(read).first(group_data), place) == read[group_data];
  sodium_memzero(read.data(), read.size());
  return right;
}

tl::unexpected<Error> wrong_groups(const std::vector<std::size_t>& wrong) {
  std::string named;
  for (const std::size_t group : wrong)
    named += fmt::format("{}{} (line {}, group {})", named.empty() ? "" : ", ", group + 1,
                         group / groups_in_line + 1, group % groups_in_line + 1);
  return fail(
      ErrorKind::bad_data, "recovery.group", fmt::format("wrong: group {}. Compare it with the paper", named),
      Place{"recovery key", wrong.front() / groups_in_line + 1, wrong.front() % groups_in_line + 1, {}});
}

Result<PracticeKey> key_in(const Digits& digits) {
  const auto whole = [](std::string code, std::string detail) {
    return fail(ErrorKind::bad_data, std::move(code), std::move(detail), Place{"recovery key", 0, 0, {}});
  };
  if (bits_at(digits, hash_begins, hash_bits) != hash_of(digits))
    return whole("recovery.checksum", "the groups do not belong together, or several are wrong: compare all");
  if (bits_at(digits, generation_bits, version_bits) != recovery_version)
    return whole("recovery.version", "printed by another version of the program: this one reads version 1");
  const std::uint32_t generation = bits_at(digits, 0, generation_bits);
  if (generation == 0) return whole("recovery.checksum", "there is no generation 0");
  Scratch key(key_bytes);
  for (std::size_t i = 0; i < key_bytes; ++i)
    key.text[i] = static_cast<char>(bits_at(digits, key_begins + 8 * i, 8));
  return PracticeKey{
      SecretKey::from_bytes(std::span<const unsigned char, key_bytes>(octets(key.text), key_bytes)),
      generation};
}

}  // namespace

Private<std::string> recovery_text(const PracticeKey& key) {
  Digits digits{};
  BitWriter bits(digits);
  bits.put(key.generation, generation_bits);
  bits.put(recovery_version, version_bits);
  for (const unsigned char byte : key.key.reveal()) bits.put(byte, 8);
  bits.put(hash_of(digits), hash_bits);
  std::string text;
  text.reserve(groups * (group_size + 1));
  for (std::size_t group = 0; group < groups; ++group) {
    const auto data = std::span<const unsigned char>(digits).subspan(group * group_data, group_data);
    for (const unsigned char digit : data) text += alphabet[digit];
    text += alphabet[check_of(data, group)];
    text += group % groups_in_line == groups_in_line - 1 ? '\n' : '-';
  }
  sodium_memzero(digits.data(), digits.size());
  return Private<std::string>(std::move(text));
}

Result<PracticeKey> parse_recovery_text(std::string_view text) {
  start_cryptography();
  Scratch together(0);
  const auto typed = groups_of(text, together);
  Digits digits{};
  std::vector<std::size_t> wrong;
  for (std::size_t group = 0; group < std::min(typed.size(), groups); ++group)
    if (!read_group(typed[group], group, digits)) wrong.push_back(group);
  const bool right_length = typed.size() == groups;
  auto parsed = [&]() -> Result<PracticeKey> {
    if (!right_length)
      return fail(
          ErrorKind::bad_data, "recovery.length",
          fmt::format("a recovery key has {} groups of {} characters{}", groups, group_size,
                      wrong.empty() ? "" : fmt::format("; the first that is wrong is {}", wrong[0] + 1)),
          Place{"recovery key", 0, 0, {}});
    if (!wrong.empty()) return wrong_groups(wrong);
    return key_in(digits);
  }();
  sodium_memzero(digits.data(), digits.size());
  return parsed;
}

}  // namespace securebase::store
