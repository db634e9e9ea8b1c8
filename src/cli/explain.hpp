#pragma once
// Internal to cli: results told in plain text, for a terminal.

#include <string>

#include "base/finding.hpp"
#include "catalog/instrument.hpp"
#include "catalog/load.hpp"
#include "measures/change.hpp"
#include "measures/describe.hpp"
#include "measures/scoring.hpp"
#include "wire/documents.hpp"

namespace securebase::cli {

[[nodiscard]] std::string explain_scores(const catalog::Instrument& instrument, const catalog::Order& order,
                                         const measures::Scores& scores, int width);
[[nodiscard]] std::string explain_change(const catalog::Instrument& instrument,
                                         const measures::ChangeReport& report, int width);
[[nodiscard]] std::string explain_description(const catalog::Instrument& instrument,
                                              const measures::Description& description,
                                              const wire::FileAccount& account,
                                              const wire::PersonReader& people, int width);
/// Which ages and genders of a file were used, and which not.
[[nodiscard]] std::string explain_people(const wire::PersonReader& people, int width);
[[nodiscard]] std::string explain_instrument(const catalog::Instrument& instrument, int width);
[[nodiscard]] std::string list_instruments(const catalog::Library& library, int width);

/// Paragraphs of words, broken at `width`, every line after the first indented by `indent`.
[[nodiscard]] std::string wrap(std::string_view text, int width, int indent);

}  // namespace securebase::cli
