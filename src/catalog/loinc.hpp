#pragma once
// Codes of LOINC for forms, their items and their totals, as far as they have been seen in public forms
// (LHNCBC lforms, uwcirg/fhir-questionnaires, jmandel/fhir-questionnaires-from-the-web). Codes only: a code
// says which item is meant, whatever the language.
//
// LOINC is copyright of Regenstrief Institute, Inc. and the LOINC Committee, and available at no cost under
// the licence at https://loinc.org/license.

#include <span>
#include <string_view>

#include "catalog/instrument.hpp"

namespace securebase::catalog {

inline constexpr std::string_view loinc_system = "http://loinc.org";

struct LoincCodes {
  std::string_view instrument;
  std::string_view form;
  std::string_view total_scale;  ///< id of the scale that `total` is the code of
  std::string_view total;
  std::span<const std::string_view> items;  ///< by position in the first order; empty where none was seen
};

/// nullptr where none are known.
[[nodiscard]] const LoincCodes* find_loinc(const Instrument& instrument);
/// Which instrument a form's code belongs to; nullptr where it is not known.
[[nodiscard]] const LoincCodes* find_loinc_form(std::string_view code);
/// Position (from 1) of an item's code; 0 where it is none of them.
[[nodiscard]] int position_of(const LoincCodes& codes, std::string_view item);

}  // namespace securebase::catalog
