// Coded sheets: any bytes give sheets or an error that names a place and repeats nothing, the same each time;
// and comparing them is calm.

#include "wire/code_sheets.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "coding/agreement.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;

Result<std::vector<coding::CodedSheet>> read(std::string_view bytes) {
  wire::CsvReader reader("input", wire::from_memory(bytes));
  std::vector<coding::CodedSheet> sheets;
  if (auto done = wire::read_code_sheets(reader, {{"av"}, {"class"}}, sheets); !done)
    return tl::unexpected(done.error());
  return sheets;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto sheets = read(bytes);
  if (!sheets) {
    DEMAND(is_plain_text(to_text(sheets.error())));
    DEMAND(sheets.error().where.name == "input");
    return 0;
  }
  DEMAND(*read(bytes) == *sheets);
  for (const auto& sheet : *sheets) DEMAND(!sheet.clip.empty() && !sheet.coder.empty());
  constexpr std::size_t most = 64;  // of what is compared: time grows with pairs of sheets
  if (sheets->size() > most) return 0;
  const auto agreement = coding::agreement(*sheets, {60'000, 60'000, 0.95});
  if (!agreement) {
    DEMAND(agreement.error().kind == ErrorKind::bad_data);
    return 0;
  }
  for (const auto& track : agreement->tracks) {
    if (track.matched_share.value) DEMAND(*track.matched_share.value >= 0 && *track.matched_share.value <= 1);
    if (track.time_kappa.value)
      DEMAND(std::isfinite(*track.time_kappa.value) && *track.time_kappa.value <= 1);
  }
  return 0;
}
