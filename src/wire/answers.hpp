#pragma once
// Answers from a CSV file: which columns hold which items, and row after row of answer bytes ready to be
// scored.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "measures/responses.hpp"
#include "wire/csv.hpp"

namespace securebase::wire {

/// How the item columns are named. Empty: found by themselves, as one prefix with the item's number behind it
/// ("Q1".."Q36", "phq_01".."phq_09", case ignored), unless they look like those of another questionnaire:
/// with its name, or with more numbers than there are items.
struct ItemColumns {
  std::string prefix;              ///< "Q" for Q1, Q2 ...; empty: any prefix that fits all items
  std::vector<std::string> names;  ///< one per item, in order; takes precedence
  /// Columns that bear the name of one are taken only where `prefix` names them.
  struct OtherInstrument {
    std::string id;
    std::size_t items = 0;
  };
  std::vector<OtherInstrument> other_instruments = {};
};

struct AnswerRow {
  std::size_t line = 0;
  const std::vector<measures::AnswerByte>* answers = nullptr;  ///< one per item of the order
  std::span<const std::string_view> fields;  ///< every field of the row, valid until the next
};

class AnswerReader {
 public:
  /// Reads the header. An error says which item columns are missing and what the file has.
  [[nodiscard]] static Result<AnswerReader> open(CsvReader csv, const catalog::Instrument& instrument,
                                                 const catalog::Order& order,
                                                 const ItemColumns& columns = {});

  /// The next row; false at the end. Rows in which every field is blank are passed over and counted. A row
  /// with a wrong number of fields or an answer that is not one is an error naming line and column; reading
  /// goes on with the next row.
  [[nodiscard]] Result<bool> next(AnswerRow& row);
  /// Whether an error has ended the reading: nothing behind it is read.
  [[nodiscard]] bool ended() const { return csv_.ended(); }

  [[nodiscard]] std::size_t blank_rows() const { return blank_rows_; }

  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] const std::string& name() const { return csv_.name(); }

  /// The index of a column by name (case ignored), or nothing.
  /// An exact name goes before one that differs in case. Error "answers.columns" where several fit.
  [[nodiscard]] Result<std::optional<std::size_t>> find_column(std::string_view name) const;

 private:
  /// An item the file asks. Items without a column are optional ones: not asked in any row.
  struct ItemColumn {
    std::size_t item = 0;  ///< counted from 0
    std::size_t column = 0;
    catalog::AnswerRange range;
    std::array<measures::AnswerByte, 256> one_character{};  ///< what a field of one character means
  };

  explicit AnswerReader(CsvReader csv) : csv_(std::move(csv)) {}
  [[nodiscard]] Result<bool> read_header();
  [[nodiscard]] Result<bool> find_items(const catalog::Instrument& instrument, const catalog::Order& order,
                                        const ItemColumns& columns);
  [[nodiscard]] Result<bool> read_row(const CsvRecord& record, AnswerRow& row);
  [[nodiscard]] std::optional<measures::AnswerByte> read_answer(std::string_view field,
                                                                const ItemColumn& item) const;
  [[nodiscard]] Error no_answer(const ItemColumn& item, std::size_t line) const;

  CsvReader csv_;
  std::vector<std::string> header_;
  std::vector<ItemColumn> asked_;
  std::vector<int> missing_codes_;
  std::vector<measures::AnswerByte> answers_;
  std::size_t blank_rows_ = 0;
};

/// A whole number as people write it in data files: optional sign, digits, optionally ".0". Nothing for
/// anything else.
[[nodiscard]] std::optional<long long> parse_whole_number(std::string_view text);

/// "", NA, ".", skipped -> skipped; n/a, not_applicable; not_asked. Nothing for anything else.
[[nodiscard]] std::optional<measures::Response> parse_no_answer(std::string_view text);

/// A comma-separated list of answers as typed on a command line: "1,4,,NA,2".
[[nodiscard]] Result<measures::Responses> parse_answers(std::string_view text);

}  // namespace securebase::wire
