#pragma once
// Wording packs: files from elsewhere that hold an instrument's wording. Three formats, one value
// (catalog/pack.hpp); catalog::match_pack then holds it against a definition.
//
//   FHIR R4 and R5 Questionnaire (hl7.org/fhir/questionnaire.html). Values of answers from the extension
//     ordinalValue or itemWeight, on the option or on its coding; else valueInteger, or a code that is a
//     whole number. Groups, contained value sets, LOINC codes.
//   REDCap data dictionary: CSV with the 18 columns of its export, under any of the headers in use.
//   OpenScales definition (github.com/stmueller/OpenScales, documentation/SPECIFICATION.md, OSD 1.0): one
//     file with definition and translations, .osd.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/pack.hpp"

namespace securebase::wire {

inline constexpr std::size_t largest_pack = std::size_t{4} << 20U;  ///< bytes

/// What the file does not say, or says more than once.
struct PackChoice {
  std::string language;  ///< of the wording: "en", "de-CH"; empty: as the file says
  std::string form;      ///< of a data dictionary with several
  /// For items whose answers are not in the file; empty: they have no words.
  std::vector<catalog::PackAnswer> answers;
};

/// The format is told from the bytes. Errors, all bad_data with file and line, or file and path:
/// "pack.format" (none of the three), "pack.too_large", "pack.language" (ill-formed or not known, another
/// than the file's, one that the file does not have, or none chosen of several), "pack.form" (as
/// pack.language, or of a format without forms), "pack.given_answers" (there is no item without answers),
/// "pack.empty" (no item); "json.malformed"; those of CsvReader; "fhir.resource" (no Questionnaire),
/// "fhir.shape" (a member of another kind), "fhir.link" (none), "fhir.link_twice", "fhir.type" (none, or not
/// one of FHIR's), "fhir.answers" (listed and in a value set), "fhir.weight" (no number, or two that differ),
/// "fhir.value_set" (one that is not contained); "redcap.columns" (one is missing, there twice or not known),
/// "redcap.row" (fields), "redcap.variable" (none), "redcap.variable_twice", "redcap.type" (not known),
/// "redcap.choices", "redcap.text" (not UTF-8); "osd.shape", "osd.id_twice", "osd.type" (not known),
/// "osd.translation" (a text that the language lacks), "osd.points" (points, lowest, highest and labels that
/// do not go together).
[[nodiscard]] Result<catalog::Pack> parse_pack(const std::string& name, std::string_view bytes,
                                               const PackChoice& choice = {});

/// "0, Never | 1, Often": answers as REDCap writes them. Error "redcap.choices".
[[nodiscard]] Result<std::vector<catalog::PackAnswer>> parse_choices(std::string_view text,
                                                                     const Place& where = {});

/// Words without HTML: tags taken away, ends of paragraphs as line breaks, entities as characters.
[[nodiscard]] std::string plain_words(std::string_view markup);

}  // namespace securebase::wire
