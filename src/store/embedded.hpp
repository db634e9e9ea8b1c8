#pragma once
// The definitions the program carries inside it, written by cmake/embed.cmake.

#include <span>

namespace securebase::store {

struct EmbeddedFile {
  const char* path;  ///< below content/, such as "instruments/ecr/1998/instrument.toml"
  const char* begin;
  const char* end;
  const char* sha256;  ///< of the bytes, in hexadecimal, as the build saw them
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_files();

}  // namespace securebase::store
