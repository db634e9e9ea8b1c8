// Summaries of sites: any bytes give a summary or an error that repeats none of them; a summary is written
// and read as the same; and merging or fitting it is calm, whatever its numbers are.

#include "wire/mixed_summary.hpp"

#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto summary = wire::read_mixed_summary(bytes, "input");
  if (!summary) {
    DEMAND(summary.error().kind == ErrorKind::bad_data);
    DEMAND(is_plain_text(to_text(summary.error())));
    return 0;
  }
  const std::string text = wire::mixed_summary_document(*summary);
  const auto again = wire::read_mixed_summary(text, "input");
  DEMAND(again.has_value());
  DEMAND(wire::mixed_summary_document(*again) == text);
  const auto merged = stats::merge({summary->sums, summary->sums});
  if (merged) (void)stats::make_mixed_model(*merged);
  return 0;
}
