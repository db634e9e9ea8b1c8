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

/// Columns
/// person,scale,before,after,difference,lower,upper,reliable_change_index,threshold,category,verified; empty
/// where not known. A row per person and scale.
[[nodiscard]] std::string change_table(const std::vector<PersonChange>& changes);

/// "securebase.changes/1": every person's changes, and per scale how many fell into each category.
[[nodiscard]] std::string changes_document(const catalog::Instrument& instrument,
                                           const std::vector<PersonChange>& changes);

}  // namespace securebase::wire
