#pragma once
// What commands on wordings print as JSON: see documents.hpp.

#include <string>

#include "catalog/ask.hpp"
#include "catalog/pack.hpp"

namespace securebase::wire {

/// "securebase.wording_match/1": a file held against a definition, and whether it was imported.
[[nodiscard]] std::string pack_match_document(const catalog::Pack& pack, const catalog::PackReview& review,
                                              const catalog::Instrument& instrument,
                                              const catalog::Order& order, bool imported);

/// "securebase.wording_guide/1"
[[nodiscard]] std::string wording_guide_document(const catalog::Instrument& instrument,
                                                 const catalog::WordingGuide& guide);

}  // namespace securebase::wire
