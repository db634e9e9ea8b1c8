#pragma once
// A file of wording, as CSV with the columns item, text and locale in any order:
//
//   item,text,locale
//   title,How the last week was,en
//   instruction,Think of the last seven days.,en
//   1,...,en            an item, by its number in the order of the form
//   answer 0,...,en     the text of an answer, for every item with the usual answers
//   10 answer 0,...,en  the same for one item only
//
// A locale of every row; a file may hold several, one behind the other or mixed. Rows in which nothing stands
// are passed over.

#include <string>
#include <string_view>

#include "service/wording.hpp"

namespace securebase::wire {

inline constexpr std::size_t most_wording_languages = 20;
inline constexpr std::size_t most_wording_rows = 20'000;

/// The texts by language, in the order in which languages first stand. Errors name file, line and column:
/// those of CsvReader; "wording.columns" (one is missing, there twice or not known), "wording.row" (not three
/// fields), "wording.item" (none of the forms above), "wording.locale" (it is not said), "wording.twice" (a
/// title or instruction), "wording.empty" (there is no row), "wording.too_many" (more languages or rows than
/// a practice would have).
[[nodiscard]] Result<service::WordingFile> parse_wording(const std::string& name, std::string_view csv);

}  // namespace securebase::wire
