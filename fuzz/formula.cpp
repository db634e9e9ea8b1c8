// Formulas: any bytes give a formula or an error with its place; what a formula is written out as is read as
// a formula again, and that one is written the same from then on.

#include "models/formula.hpp"

#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;

void check_error(const Error& error, std::size_t size) {
  DEMAND(error.kind == ErrorKind::usage && error.code.starts_with("formula."));
  DEMAND(error.where.column >= 1 && error.where.column <= size + 1);
  DEMAND(is_plain_text(to_text(error)));
}

void check_formula(std::string_view bytes) {
  const auto formula = models::parse_formula(bytes);
  if (!formula) return check_error(formula.error(), bytes.size());
  const std::string text = models::to_text(*formula);
  const auto again = models::parse_formula(text);
  if (!again) {  // written out it may be too long, or have too many parentheses
    DEMAND(again.error().code == "formula.too_long" || again.error().code == "formula.too_deep");
    return;
  }
  const std::string second = models::to_text(*again);
  const auto third = models::parse_formula(second);
  DEMAND(third.has_value());
  DEMAND(models::to_text(*third) == second);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_formula(bytes);
  if (const auto term = models::parse_residual(bytes); term)
    DEMAND(models::parse_residual(models::to_text(*term)).has_value());
  else
    check_error(term.error(), bytes.size());
  return 0;
}
