// REDCap data dictionaries as wording packs: any bytes keep to fuzz/pack.hpp.

#include "pack.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return securebase::try_pack(data, size, {});
}
