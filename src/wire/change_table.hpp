#pragma once
// Changes of many people, as CSV and as JSON.

#include <string>
#include <vector>

#include "catalog/instrument.hpp"
#include "measures/change.hpp"

namespace securebase::wire {

struct PersonChange {
  std::string person;
  measures::ChangeReport report;
};

/// A row per person and scale; empty where not known. The category never stands without the risk items of
/// both occasions beside it.
[[nodiscard]] std::string change_table(const std::vector<PersonChange>& changes);

/// "securebase.changes/1": every person's changes and risk items, and per scale how many fell into each
/// category, and how many of these with a risk item raised or unanswered.
[[nodiscard]] std::string changes_document(const catalog::Instrument& instrument,
                                           const std::vector<PersonChange>& changes);

}  // namespace securebase::wire
