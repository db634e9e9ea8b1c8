// A laboratory's discriminant: any bytes give a model or an error that repeats none of them; a model is
// written and read as the same; and classifying by it is calm, whatever its numbers are.

#include "wire/discriminant_file.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace securebase;
  const auto model =
      wire::read_discriminant(std::string_view(reinterpret_cast<const char*>(data), size), "input");
  if (!model) {
    DEMAND(model.error().kind == ErrorKind::bad_data);
    DEMAND(is_plain_text(to_text(model.error())));
    return 0;
  }
  const std::string text = wire::discriminant_document(*model);
  const auto again = wire::read_discriminant(text, "input");
  DEMAND(again.has_value());
  DEMAND(wire::discriminant_document(*again) == text);
  const auto placed = coding::place(*model, stats::Matrix(2, model->measurements.size(), 3.5));
  if (!placed) return 0;
  for (const auto& one : *placed) {
    DEMAND(one.typicality >= 0 && one.typicality <= 1);
    for (const double p : one.probability) DEMAND(p >= 0 && p <= 1);
  }
  return 0;
}
