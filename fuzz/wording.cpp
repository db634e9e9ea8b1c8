// A file of wording: any bytes give texts or an error that names a place, the same each time.

#include "wire/wording.hpp"

#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securebase;
  const auto file = wire::parse_wording("input", std::string_view(reinterpret_cast<const char*>(data), size));
  if (!file) {
    DEMAND(is_plain_text(to_text(file.error())));
    DEMAND(file.error().where.name == "input" && file.error().where.line >= 1);
    return 0;
  }
  DEMAND(!file->texts.empty());
  for (const service::WordingText& text : file->texts) {
    DEMAND(!text.locale.empty());
    for (const service::WordingRow& row : text.rows) {
      DEMAND(row.item >= 0 && row.line >= 2);
      DEMAND(row.item > 0 || row.answer);
    }
  }
  return 0;
}
