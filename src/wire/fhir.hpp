#pragma once
// What goes out as FHIR: a definition as Questionnaire, answers as QuestionnaireResponse, scores as
// Observation. R4 (4.0.1) and R5 (5.0.0); expressions are FHIRPath N1, as SDC's calculatedExpression has
// them. Addresses that nobody else owns are urn:securebase:...

#include <optional>
#include <string>
#include <string_view>

#include "catalog/instrument.hpp"
#include "measures/scoring.hpp"

namespace securebase::wire {

enum class FhirRelease { r4, r5 };

/// A definition in one order. Values of answers stand on each option, as ordinalValue (R4) or itemWeight
/// (R5); each scale is a read-only item behind the items, with calculated_expression(). `text` is the
/// wording; nullptr: structure alone, with answers and without words, for an instrument whose wording is not
/// ours. Its language is that of the text. On several lines, ends in a line feed.
[[nodiscard]] std::string questionnaire_document(const catalog::Instrument& instrument,
                                                 const catalog::Order& order, FhirRelease release,
                                                 const catalog::Text* text);

/// The score of a scale from the answers of a QuestionnaireResponse, with the definition's key and its rule
/// for missing answers. Nothing where there is none: a scale with weights whose answers are prorated.
[[nodiscard]] std::optional<std::string> calculated_expression(const catalog::Instrument& instrument,
                                                               const catalog::Order& order,
                                                               const catalog::Scale& scale);

/// One filling-in by one person.
struct FhirSubject {
  std::string pseudonym;  ///< is_fhir_id
  std::string id;         ///< of the QuestionnaireResponse; is_fhir_id; ids of Observations begin with it
};

/// 1 to 64 letters of A to z, digits, hyphens and points: what FHIR takes as an id, and no name with a blank.
[[nodiscard]] bool is_fhir_id(std::string_view text);

/// On one line, without a line feed. Answers that were not given are left out.
[[nodiscard]] std::string questionnaire_response(const catalog::Instrument& instrument,
                                                 const catalog::Order& order, const FhirSubject& subject,
                                                 const measures::Responses& responses);

/// On one line, without a line feed. A score that is missing has a dataAbsentReason, one that is prorated or
/// filled up a note.
[[nodiscard]] std::string score_observation(const catalog::Instrument& instrument, const FhirSubject& subject,
                                            const measures::Score& score);

}  // namespace securebase::wire
