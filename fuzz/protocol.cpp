// Protocols: any bytes give faults that can be read, or a protocol for which all that is proven holds, that
// differs from itself in nothing, and whose warnings name a place.

#include "catalog/protocol.hpp"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <string_view>

#include "base/printable.hpp"
#include "catalog/load.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;
using namespace securebase::catalog;

void check_sound(const Protocol& protocol) {
  DEMAND(std::abs(std::accumulate(protocol.shares.begin(), protocol.shares.end(), 0.0) - 1) < 1e-6);
  DEMAND(!protocol.stages.empty() && !protocol.evidence.empty() && !protocol.units.empty());
  for (const ProtocolStage& stage : protocol.stages) {
    DEMAND(find_stage(protocol, stage.id) != nullptr && !stage.exits.empty());
    DEMAND(stage.gate.empty() || find_gate(protocol, stage.gate) != nullptr);
  }
  for (const EvidenceLine& line : protocol.evidence)
    DEMAND(!line.low || (*line.low <= *line.estimate && *line.estimate <= *line.high));
  for (const ProtocolWarning& warning : protocol.warnings)
    DEMAND(!warning.where.empty() && !warning.rule.empty() && is_plain_text(warning.words));
  DEMAND(differences(protocol, protocol).empty());
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Faults faults;
  const Protocol protocol = read_protocol({"protocols/own/1.toml", bytes}, faults);
  for (const Error& fault : faults) {
    DEMAND(fault.kind == ErrorKind::definition && fault.code.starts_with("definition."));
    DEMAND(!fault.detail.empty() && is_plain_text(to_text(fault)));
  }
  if (faults.empty()) check_sound(protocol);
  const Library empty;
  for (const Error& fault : prove_protocol(protocol, empty)) DEMAND(is_plain_text(fault.detail));
  return 0;
}
