// Definitions: any bytes give faults that can be read, or a definition for which all that is proven holds and
// whose golden cases can be scored. Lines "#golden" and "#text" part the input into the files of a folder.

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "catalog/load.hpp"
#include "demand.hpp"
#include "measures/scoring.hpp"

namespace {

using namespace securebase;
using namespace securebase::catalog;

std::vector<Document> files_in(std::string_view bytes) {
  std::vector<Document> files{{"instrument.toml", ""}};
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
    if (line == "#golden")
      files.push_back({"golden.toml", ""});
    else if (line == "#text")
      files.push_back({"text.en-GB.toml", ""});
    else
      files.back().bytes.append(line).append("\n");
  }
  return files;
}

void check_faults(const Faults& faults) {
  DEMAND(!faults.empty());
  for (const Error& fault : faults) {
    DEMAND(fault.kind == ErrorKind::definition);
    DEMAND(fault.code.starts_with("definition."));
    DEMAND(!fault.detail.empty() && is_plain_text(to_text(fault)));
  }
}

void check_scale(const Instrument& instrument, const Scale& scale, const Order& order) {
  const auto [low, high] = score_range(instrument, scale, order);
  DEMAND(std::isfinite(low) && std::isfinite(high) && low <= high);
  double least = 0;
  double most = 0;
  for (const int position : key_in_order(scale, order).items) {
    const AnswerRange range = range_in_order(instrument, order, position);
    double smallest = keyed_value(instrument, scale, order, position, range.min);
    double largest = smallest;
    for (int answer = range.min; answer <= range.max; ++answer) {
      const double value = keyed_value(instrument, scale, order, position, answer);
      DEMAND(std::isfinite(value));
      smallest = std::min(smallest, value);
      largest = std::max(largest, value);
    }
    least += smallest;
    most += largest;
  }
  if (scale.verb == Verb::mean) return;
  DEMAND(std::abs(least * scale.multiply - low) <= 1e-9 * (1 + std::abs(low)));
  DEMAND(std::abs(most * scale.multiply - high) <= 1e-9 * (1 + std::abs(high)));
}

void check(const Instrument& instrument) {
  DEMAND(!instrument.items.empty() && !instrument.orders.empty() && !instrument.scales.empty());
  DEMAND(!instrument.golden_cases.empty() && instrument.fingerprint.size() == 16);
  DEMAND((instrument.licence.wording == Wording::shipped) == !instrument.texts.empty());
  for (const Scale& scale : instrument.scales)
    for (const Order& order : instrument.orders) check_scale(instrument, scale, order);
  for (const auto& text : instrument.texts) DEMAND(text.items.size() == instrument.items.size());
  for (const auto& golden : instrument.golden_cases)
    DEMAND(find_order(instrument, golden.order) != nullptr &&
           golden.answers.size() == instrument.items.size());
  for (const Error& fault : measures::prove_golden(instrument)) DEMAND(is_plain_text(to_text(fault)));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto files = files_in({reinterpret_cast<const char*>(data), size});
  const auto loaded = load_instrument(files);
  if (loaded)
    check(*loaded);
  else
    check_faults(loaded.error());
  return 0;
}
