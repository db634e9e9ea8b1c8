#pragma once
// Wording of instruments that the program may not bring along: a practice that holds it under its owner's
// terms imports it, one file for one or more languages, matched item by item. Nothing is imported where
// count or numbers differ from the definition. A table of texts says items by number (WordingFile); a file of
// another format has a sequence and values of answers (catalog/pack.hpp), which are held against it first.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/pack.hpp"
#include "service/practice.hpp"

namespace securebase::service {

inline constexpr std::size_t longest_wording = 2000;  ///< bytes of one text
inline constexpr std::size_t longest_licence = 20'000;

/// One text of a file.
struct WordingRow {
  int item = 0;               ///< position in the order, from 1; 0: of every item
  std::optional<int> answer;  ///< the code of an answer; nothing: the item itself
  std::string text;
  std::size_t line = 0;  ///< of the file
};

/// What a file says in one language.
struct WordingText {
  std::string locale;  ///< "en", "de-CH"
  std::string title;
  std::string instruction;
  std::vector<WordingRow> rows;
};

/// Where the texts were read from, for whoever has to show it later.
struct WordingOrigin {
  std::string format;     ///< "FHIR R4 Questionnaire"
  std::string sha256;     ///< of the file's bytes, in hexadecimal
  std::string statement;  ///< what the file says of copyright, licence and version; may be empty
  std::string importer;   ///< version of the program
};

struct WordingFile {
  std::string name;
  std::vector<WordingText> texts;
  std::optional<WordingOrigin> origin = {};
};

/// A wording as a file of it would say it: one text for each item and answer.
[[nodiscard]] WordingText wording_of(const catalog::Text& text, const catalog::Instrument& instrument,
                                     const catalog::Order& order);

struct WordingTerms {
  std::string instrument;  ///< "phq-9" or "phq-9@2001"
  std::optional<std::string> item_order;
  std::string licence;  ///< who allows it, and on what terms
  bool keep = false;    ///< false: only shows what would be imported

  static constexpr auto fields(const auto& use) {
    return use(Field{"instrument", &WordingTerms::instrument}, Field{"item_order", &WordingTerms::item_order},
               Field{"licence", &WordingTerms::licence}, Field{"keep", &WordingTerms::keep});
  }
};

/// An item beside the text that was found for it.
struct WordingMatch {
  int item = 0;
  std::string gist;  ///< ours, so that a shifted numbering is seen; empty where there is none
  bool risk = false;
  std::string text;
  std::vector<std::string> options;  ///< from the lowest answer to the highest, or none
  std::string link = {};             ///< how the file names it; empty: by its number

  static constexpr auto fields(const auto& use) {
    return use(Field{"item", &WordingMatch::item}, Field{"gist", &WordingMatch::gist},
               Field{"risk", &WordingMatch::risk}, Field{"text", &WordingMatch::text},
               Field{"options", &WordingMatch::options}, Field{"link", &WordingMatch::link});
  }
};

/// Why a file cannot be imported.
struct WordingDifference {
  std::string item;  ///< as the file names it; empty: of the whole file
  std::string code;
  std::string detail;

  static constexpr auto fields(const auto& use) {
    return use(Field{"item", &WordingDifference::item}, Field{"code", &WordingDifference::code},
               Field{"detail", &WordingDifference::detail});
  }
};

/// What is in the file and not imported.
struct WordingRest {
  std::string link;
  std::string why;

  static constexpr auto fields(const auto& use) {
    return use(Field{"link", &WordingRest::link}, Field{"why", &WordingRest::why});
  }
};

struct WordingReview {
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string locale;
  std::string title;
  std::string instruction;
  std::vector<WordingMatch> items;
  std::vector<int> without_text;  ///< optional items that the file does not have
  bool replaces = false;          ///< there is one for this language already
  bool kept = false;
  std::string format = {};     ///< "table of texts", "FHIR R4 Questionnaire" ...
  std::string statement = {};  ///< what the file says of copyright, licence and version; may be empty
  std::vector<WordingDifference> differences = {};  ///< it is imported only where there is none
  std::vector<WordingRest> rest = {};
  std::vector<std::string> notes = {};  ///< what has to be known before it is confirmed

  static constexpr auto fields(const auto& use) {
    return use(Field{"instrument", &WordingReview::instrument}, Field{"version", &WordingReview::version},
               Field{"item_order", &WordingReview::item_order}, Field{"locale", &WordingReview::locale},
               Field{"title", &WordingReview::title}, Field{"instruction", &WordingReview::instruction},
               Field{"items", &WordingReview::items}, Field{"without_text", &WordingReview::without_text},
               Field{"replaces", &WordingReview::replaces}, Field{"kept", &WordingReview::kept},
               Field{"format", &WordingReview::format}, Field{"statement", &WordingReview::statement},
               Field{"differences", &WordingReview::differences}, Field{"rest", &WordingReview::rest},
               Field{"notes", &WordingReview::notes});
  }
};

/// A file of another format, read.
struct PackFile {
  std::string name;
  catalog::Pack pack;
  std::string sha256;                  ///< of the file's bytes, in hexadecimal
  std::vector<std::string> leave_out;  ///< items of it that are none of the instrument, by their names there
};

/// All languages of the file, or none. For admins. Errors: "instrument.unknown", "measure.order_needed",
/// "order.unknown", "wording.not_allowed" (the owner allows no electronic text), "wording.shipped" (it comes
/// with the program), "wording.licence" (it is not said, too long, or with a sign that cannot be seen),
/// "wording.locale" (ill-formed, not known, or there twice), "wording.items" (numbers that are missing, twice
/// or too many), "wording.answers" (not all answers of an item, or others), "wording.text" (too long, or with
/// a sign that cannot be seen, which is named).
[[nodiscard]] Result<std::vector<WordingReview>> import_wording(const Practice& practice, const Actor& actor,
                                                                const WordingTerms& terms,
                                                                const WordingFile& file);

/// The same for a file of another format, which has one language. Where it differs from the definition, the
/// review says so and nothing is kept; with terms.keep that is the error "pack.differs". Other errors are
/// those of import_wording; "wording.locale" also where the file does not say its language.
[[nodiscard]] Result<WordingReview> import_pack(const Practice& practice, const Actor& actor,
                                                const WordingTerms& terms, const PackFile& file);

/// Those that are shown to people now.
[[nodiscard]] Result<std::vector<WordingPack>> list_wordings(const Practice& practice, const Actor& actor);
/// Shown to nobody any more from now on. Error "wording_pack.not_found".
[[nodiscard]] Result<bool> retire_wording(const Practice& practice, const Actor& actor,
                                          const Id<WordingPack>& id);

// For other use cases of this room

struct Definition {
  const catalog::Instrument* instrument = nullptr;
  const catalog::Order* order = nullptr;
};
/// Errors "instrument.unknown", "measure.order_needed", "order.unknown".
[[nodiscard]] Result<Definition> choose_definition(const Practice& practice, const std::string& instrument,
                                                   const std::optional<std::string>& item_order);

/// All that is looked at of a file of another format before a practice is: what import_pack refuses apart
/// from who asks. Errors of import_pack but "pack.differs".
[[nodiscard]] Result<WordingReview> check_pack(const Definition& definition, const WordingTerms& terms,
                                               const PackFile& file);

/// Whether a wording of it is imported at all: "wording.not_allowed", "wording.shipped".
[[nodiscard]] Result<bool> may_import(const Definition& definition);

/// The pack to give an instrument with: the newest of the language, or of all; nothing where there is none.
[[nodiscard]] Result<std::optional<WordingPack>> current_wording(Transaction& transaction,
                                                                 const Definition& definition,
                                                                 const std::optional<std::string>& locale);
/// In which languages an imported wording is in use.
[[nodiscard]] Result<std::set<std::string>> wording_locales(Transaction& transaction,
                                                            const Definition& definition);
/// Wording that comes with the program, or nothing.
[[nodiscard]] const catalog::Text* shipped_text(const Definition& definition);
/// What a sheet shows: the pack it was given with, else what comes with the program, else nothing.
[[nodiscard]] Result<std::optional<catalog::Text>> text_of(Transaction& transaction,
                                                           const Definition& definition,
                                                           const std::optional<Id<WordingPack>>& pack);
[[nodiscard]] bool is_risk_item(const catalog::Instrument& instrument, int position);

}  // namespace securebase::service
