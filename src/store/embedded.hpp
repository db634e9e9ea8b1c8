#pragma once
// The files the program carries inside it, written by cmake/embed.cmake.

#include <span>

namespace securebase::store {

struct EmbeddedFile {
  const char* path;  ///< such as "instruments/ecr/1998/instrument.toml"
  const char* begin;
  const char* end;
  const char* sha256;  ///< of the bytes, in hexadecimal, as the build saw them
};

/// Definitions, by their path below content/.
[[nodiscard]] std::span<const EmbeddedFile> embedded_files();
/// Steps of the database's schema, by the names of their files.
[[nodiscard]] std::span<const EmbeddedFile> embedded_migrations();

/// The pages of web/, by their path below web/dist; none where they were not built. Defined by the program
/// alone.
[[nodiscard]] std::span<const EmbeddedFile> embedded_pages();

}  // namespace securebase::store
