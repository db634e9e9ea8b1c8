#include "store/proven_file.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "store/entropy.hpp"
#include "store/sealed_file.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view proof_word = "proof ";

void add(crypto_generichash_state& state, std::string_view part) {
  std::array<unsigned char, 8> size{};
  for (std::size_t i = 0; i < size.size(); ++i)
    size[i] = static_cast<unsigned char>((std::uint64_t{part.size()} >> (8 * i)) & 0xffU);
  crypto_generichash_update(&state, size.data(), size.size());
  crypto_generichash_update(&state, octets(part), part.size());
}

std::string proof_of(const SecretKey& practice_key, std::string_view kind, std::string_view lines) {
  const SecretKey key = practice_key.derive("sb.proof");
  std::array<unsigned char, crypto_generichash_BYTES> proof{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.reveal().data(), key.reveal().size(), proof.size());
  add(state, kind);
  add(state, lines);
  crypto_generichash_final(&state, proof.data(), proof.size());
  return hex(as_text(proof));
}

tl::unexpected<Error> refuse(std::string code, std::string detail, const std::string& file) {
  return fail(ErrorKind::bad_data, std::move(code), std::move(detail), Place{file, 0, 0, {}});
}

const PracticeKey* find_key(const KeyRing& keys, const std::string& id) {
  for (const PracticeKey& key : keys.all())
    if (to_text(key.key.id()) == id) return &key;
  return nullptr;
}

}  // namespace

std::string with_proof(const SecretKey& practice_key, std::string_view kind, const std::string& lines) {
  return fmt::format("{}{}{} {}\n", lines, proof_word, to_text(practice_key.id()),
                     proof_of(practice_key, kind, lines));
}

Result<std::string> without_proof(const KeyRing& keys, std::string_view kind, const std::string& text,
                                  const std::string& file) {
  const auto begin = text.size() < 2 ? std::string::npos : text.rfind('\n', text.size() - 2);
  const std::size_t last = begin == std::string::npos ? 0 : begin + 1;
  if (text.compare(last, proof_word.size(), proof_word) != 0 || text.back() != '\n')
    return refuse("proof.missing", "its last line is no proof that this practice wrote it", file);
  std::istringstream words(text.substr(last + proof_word.size()));
  std::string id;
  std::string proof;
  words >> id >> proof;
  const PracticeKey* key = find_key(keys, id);
  if (key == nullptr)
    return refuse("proof.key", fmt::format("written under the practice key {}, which is not here", id), file);
  std::string lines = text.substr(0, last);
  if (text.substr(last) == with_proof(key->key, kind, lines).substr(last)) return lines;
  return refuse("proof.wrong", "lines of it were changed, added or cut off", file);
}

Result<std::optional<std::string>> read_small_file(const std::string& path) {
  std::error_code trouble;
  const auto status = fs::status(path, trouble);
  if (status.type() == fs::file_type::not_found) return std::optional<std::string>();
  std::ostringstream text;
  if (status.type() == fs::file_type::regular) {
    std::ifstream in(path, std::ios::binary);
    if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
    if (in.is_open() && !in.bad() && !text.fail()) return std::optional(std::move(text).str());
  }
  return fail(ErrorKind::io, "file.read", "the file is there and cannot be read", Place{path, 0, 0, {}});
}

Result<bool> replace_small_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + "." + random_id_text().substr(0, 8) + ".new";
  auto file = NewFile::create(fresh);
  if (!file) return tl::unexpected(file.error());
  if (auto written = file->write(text); !written) return written;
  if (auto committed = file->commit(); !committed) return committed;
  if (std::rename(fresh.c_str(), path.c_str()) == 0)
    return sync_folder(fs::path(path).has_parent_path() ? fs::path(path).parent_path().string() : ".");
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return fail(ErrorKind::io, "file.write", "the file cannot be replaced", Place{path, 0, 0, {}});
}

}  // namespace securebase::store
