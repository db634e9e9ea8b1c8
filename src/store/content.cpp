#include "store/content.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace securebase::store {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_definition = std::uintmax_t{4} << 20U;

Result<std::string> read_whole(const fs::path& path) {
  const auto trouble = [&](std::string code, std::string detail) {
    return fail(ErrorKind::io, std::move(code), std::move(detail), Place{path.string(), 0, 0, {}});
  };
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return trouble("file.read", error.message());
  if (size > largest_definition) return trouble("file.too_large", "over 4 MiB: this is not a definition");
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return trouble("file.read", "cannot be read");
  return bytes;
}

Result<std::vector<fs::path>> definition_paths(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  fs::path looked_at = folder;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    looked_at = at->path();
    if (at->is_regular_file(error) && looked_at.extension() == ".toml") paths.push_back(looked_at);
  }
  if (error) {
    const bool absent = error == std::errc::no_such_file_or_directory;
    return fail(absent ? ErrorKind::not_found : ErrorKind::io, absent ? "file.not_found" : "file.read",
                error.message(), Place{looked_at.string(), 0, 0, {}});
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  const std::vector<unsigned char> copy(bytes.begin(), bytes.end());
  crypto_hash_sha256(hash.data(), copy.data(), copy.size());
  std::string text;
  for (const unsigned char byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

Result<std::vector<catalog::Document>> embedded_documents() {
  return verify(embedded_files());
}

Result<std::vector<catalog::Document>> verify(std::span<const EmbeddedFile> files) {
  std::vector<catalog::Document> documents;
  for (const EmbeddedFile& file : files) {
    std::string bytes(file.begin, file.end);
    if (sha256(bytes) != file.sha256)
      return fail(ErrorKind::internal, "content.damaged",
                  "the definition inside the program is not the one it was built with: reinstall the program",
                  Place{file.path, 0, 0, {}});
    documents.push_back({file.path, std::move(bytes)});
  }
  return documents;
}

Result<std::vector<catalog::Document>> documents_below(const std::string& folder) {
  const auto paths = definition_paths(folder);
  if (!paths) return tl::unexpected(paths.error());
  std::vector<catalog::Document> documents;
  for (const fs::path& path : *paths) {
    auto bytes = read_whole(path);
    if (!bytes) return tl::unexpected(bytes.error());
    documents.push_back({path.string(), std::move(*bytes)});
  }
  return documents;
}

}  // namespace securebase::store
