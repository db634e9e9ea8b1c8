#pragma once
// A wording pack: what a file from elsewhere says of an instrument's wording, whatever its format, and that
// held against the definition, item by item. Plain values; reading formats is wire's, keeping is service's.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"

namespace securebase::catalog {

inline constexpr std::size_t longest_pack_text = 2000;  ///< bytes of one text

enum class PackFormat { fhir_r4, fhir_r5, redcap, osd };
/// "FHIR R4", "REDCap data dictionary" ...
[[nodiscard]] std::string_view to_text(PackFormat format);

/// An answer that a file offers. Values are those that are stored, before anything is reversed.
struct PackAnswer {
  std::optional<int> value;  ///< nothing: the file states none, or one that is not whole
  std::string text;          ///< may be empty
};

struct PackItem {
  std::string link;  ///< how the file names it: linkId, variable, id
  std::string text;
  std::vector<std::string> codes;  ///< of LOINC
  std::vector<PackAnswer> answers;
  std::optional<AnswerRange> range;  ///< a whole number is asked for: no answers are listed
  std::string value_set;             ///< the answers are listed there, and not in the file; mostly empty
  std::optional<int> number;         ///< the question's number, where the file shows one beside it
  bool conditional = false;          ///< the file asks it under a condition only
  Place where;
};

/// What is in the file and not imported.
struct PackRest {
  std::string link;
  std::string why;
};

struct Pack {
  PackFormat format = PackFormat::fhir_r4;
  std::string file;      ///< its name
  std::string language;  ///< as the file says; empty: it does not
  std::string title;
  std::string version;             ///< of the file, not of the instrument
  std::string copyright;           ///< licence, copyright and publisher as the file states them
  std::string instruction;         ///< what is shown before the first item
  std::vector<std::string> codes;  ///< of the whole form, of LOINC
  std::vector<PackItem> items;
  /// How many items stand before the first result (a total that is calculated); nothing: there is none.
  std::optional<std::size_t> before_result;
  std::vector<PackRest> rest;
};

/// An item of the definition beside the item of the file that was found for it.
struct PackMatch {
  int item = 0;      ///< position in the order, from 1
  std::string gist;  ///< ours; empty where there is none
  std::string link;
  AnswerRange range;
  std::string text;
  std::vector<std::string> answers;  ///< from the lowest value to the highest; empty: no words for them
};

struct PackReview {
  std::vector<PackMatch> items;
  /// Why it cannot be imported: every difference, in the order of the items. All are of kind bad_data and
  /// name the file, and the item as the file names it. None repeats a text.
  Faults differences;
  std::vector<PackRest> rest;      ///< in the file and not imported
  std::vector<std::string> notes;  ///< what has to be known before it is confirmed

  [[nodiscard]] bool fits() const { return differences.empty(); }
};

/// Holds a file against a definition. Items go with positions by their sequence. Items behind the form's own
/// result are left out where those before it are as many as the instrument has, and so are those of
/// `leave_out` (by link).
///
/// Codes of differences: "pack.instrument" (the form's LOINC code is another instrument's), "pack.leave_out"
/// (no such item), "pack.count" (too few or too many items), "pack.order" (LOINC codes or numbers of items
/// say another sequence), "pack.text" (without words, too long, or with a
/// sign that cannot be seen, which base/unseen.hpp names), "pack.piping" (REDCap would fill something in),
/// "pack.answers" (an item without answers), "pack.value_missing", "pack.value" (one that the definition does
/// not have), "pack.value_twice", "pack.answer_missing" (one that the file does not have),
/// "pack.answer_order" (neither rising nor falling), "pack.answer_text" (some answers have words and some
/// have none), "pack.reversed" (the same words have another value in another item: the file holds reversed
/// values, a definition wants raw ones).
[[nodiscard]] PackReview match_pack(const Pack& pack, const Instrument& instrument, const Order& order,
                                    const std::vector<std::string>& leave_out = {});

/// The wording of a review that fits, as a definition would hold it. Answers that all items with the order's
/// own range share are said once.
[[nodiscard]] Text text_of(const Pack& pack, const PackReview& review, const Instrument& instrument,
                           const Order& order);

}  // namespace securebase::catalog
