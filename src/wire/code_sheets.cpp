#include "wire/code_sheets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace securebase::wire {
namespace {

using coding::CodedSheet;
using coding::SheetKind;

std::string_view without_blanks(std::string_view field) {
  const auto begin = field.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(" \t") + 1 - begin);
}

/// A plain decimal number with nothing after it.
std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The columns of a file by name; -1 where there is none.
class Header {
 public:
  explicit Header(const CsvRecord& record) {
    for (const std::string_view field : record.fields) names_.emplace_back(without_blanks(field));
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
    const auto at = std::find(names_.begin(), names_.end(), name);
    return at == names_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - names_.begin()));
  }
  [[nodiscard]] const std::string& name(std::size_t column) const { return names_[column]; }

 private:
  std::vector<std::string> names_;
};

class SheetReader {
 public:
  SheetReader(CsvReader& reader, const SheetColumns& columns, std::vector<CodedSheet>& sheets)
      : reader_(reader), columns_(columns), sheets_(sheets) {
    for (std::size_t s = 0; s < sheets.size(); ++s) place_[{sheets[s].clip, sheets[s].coder}] = s;
  }

  Result<bool> read() {
    CsvRecord record;
    const auto first = reader_.next(record);
    if (!first) return tl::unexpected(first.error());
    if (!*first)
      return fail(ErrorKind::bad_data, "sheets.no_rows", "the file is empty",
                  Place{reader_.name(), 0, 0, {}});
    const Header header(record);
    if (auto found = find_columns(header); !found) return tl::unexpected(found.error());
    std::size_t rows = 0;
    while (true) {
      const auto more = reader_.next(record);
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      if (record.fields.size() == 1 && without_blanks(record.fields[0]).empty()) continue;
      if (record.fields.size() != header.size())
        return fail(ErrorKind::bad_data, "sheets.fields",
                    fmt::format("{} fields are needed here, as many as in the header", header.size()),
                    Place{reader_.name(), record.line, 0, {}});
      if (auto row = read_row(record); !row) return row;
      ++rows;
    }
    if (rows == 0)
      return fail(ErrorKind::bad_data, "sheets.no_rows", "the file has a header and no row",
                  Place{reader_.name(), 0, 0, {}});
    return true;
  }

 private:
  enum Known : std::size_t { coder, clip, kind, code, start, end, track, length, window, known };
  static constexpr std::array<std::string_view, known> names = {"coder", "clip",  "kind",   "code",  "start",
                                                                "end",   "track", "length", "window"};

  [[nodiscard]] Result<bool> find_columns(const Header& header) {
    for (std::size_t k = 0; k < known; ++k) at_[k] = header.find(names[k]);
    const auto missing = [&](const std::string& name) {
      return fail(ErrorKind::bad_data, "sheets.column", fmt::format("there is no column {}", name),
                  Place{reader_.name(), 1, 0, {}});
    };
    for (const Known needed : {coder, clip})
      if (!at_[needed]) return missing(std::string(names[needed]));
    events_ = at_[code].has_value();
    if (events_ && !at_[start]) return missing("start");
    if (events_) return true;
    if (columns_.scales.empty() && columns_.judgements.empty())
      return missing("code, and no other columns were named");
    const auto wanted = [&](const std::vector<std::string>& from,
                            std::vector<std::size_t>& to) -> Result<bool> {
      for (const std::string& name : from) {
        const auto found = header.find(name);
        if (!found) return missing(name);
        to.push_back(*found);
      }
      return true;
    };
    if (auto found = wanted(columns_.scales, scale_columns_); !found) return found;
    return wanted(columns_.judgements, judgement_columns_);
  }

  [[nodiscard]] std::string_view field(const CsvRecord& record, Known which) const {
    return at_[which] ? without_blanks(record.fields[*at_[which]]) : std::string_view();
  }

  [[nodiscard]] tl::unexpected<Error> fault(const CsvRecord& record, const char* error, const char* detail,
                                            std::string column) const {
    return fail(ErrorKind::bad_data, error, detail, Place{reader_.name(), record.line, 0, std::move(column)});
  }

  Result<std::optional<std::int64_t>> time(const CsvRecord& record, Known which) const {
    const std::string_view text = field(record, which);
    if (text.empty()) return std::optional<std::int64_t>();
    const auto read = parse_clip_time(text);
    if (!read)
      return fault(
          record, "sheets.time",
          "a time is in seconds, such as 62.5, or minutes and seconds, such as 1:02.5, and below a day",
          std::string(names[which]));
    return read;
  }

  Result<CodedSheet*> sheet_of(const CsvRecord& record) {
    const std::string name(field(record, coder)), of_clip(field(record, clip));
    if (name.empty() || of_clip.empty())
      return fault(record, "sheets.name", "every row names its coder and its clip",
                   name.empty() ? "coder" : "clip");
    const auto [place, fresh] = place_.try_emplace({of_clip, name}, sheets_.size());
    if (fresh) {
      sheets_.push_back({});
      sheets_.back().id = fmt::format("{} by {}", of_clip, name);
      sheets_.back().clip = of_clip;
      sheets_.back().coder = name;
    }
    CodedSheet& sheet = sheets_[place->second];
    const std::string_view word = field(record, kind);
    if (word == "consensus")
      sheet.kind = SheetKind::consensus;
    else if (word == "gold")
      sheet.kind = SheetKind::gold;
    else if (!word.empty() && word != "independent")
      return fault(record, "sheets.kind", "a sheet is independent, consensus or gold", "kind");
    return &sheet;
  }

  Result<bool> read_row(const CsvRecord& record) {
    const auto sheet = sheet_of(record);
    if (!sheet) return tl::unexpected(sheet.error());
    return events_ ? read_event(record, **sheet) : read_values(record, **sheet);
  }

  Result<bool> read_event(const CsvRecord& record, CodedSheet& sheet) {
    const auto from = time(record, start), to = time(record, end), whole = time(record, length);
    for (const auto* read : {&from, &to, &whole})
      if (!*read) return tl::unexpected(read->error());
    if (*whole) sheet.length_ms = std::max(sheet.length_ms.value_or(0), **whole);
    if (field(record, code).empty()) return true;
    if (!*from) return fault(record, "sheets.time", "every event has a start", "start");
    sheet.events.push_back(
        {std::string(field(record, code)), **from, *to, std::string(field(record, track))});
    return true;
  }

  Result<bool> read_values(const CsvRecord& record, CodedSheet& sheet) const {
    const std::string of(field(record, window));
    for (std::size_t k = 0; k < scale_columns_.size(); ++k) {
      const std::string_view text = without_blanks(record.fields[scale_columns_[k]]);
      if (text.empty() || text == "NA") continue;
      const auto value = plain_number(text);
      if (!value)
        return fault(record, "sheets.number",
                     "a number is needed here, with a point for decimals; nothing where there is no rating",
                     columns_.scales[k]);
      sheet.ratings.push_back({columns_.scales[k], of, *value});
    }
    for (std::size_t k = 0; k < judgement_columns_.size(); ++k) {
      const std::string_view text = without_blanks(record.fields[judgement_columns_[k]]);
      if (!text.empty() && text != "NA")
        sheet.judgements.push_back({columns_.judgements[k], of, std::string(text)});
    }
    return true;
  }

  CsvReader& reader_;
  const SheetColumns& columns_;
  std::vector<CodedSheet>& sheets_;
  std::map<std::pair<std::string, std::string>, std::size_t> place_;
  std::array<std::optional<std::size_t>, known> at_;
  std::vector<std::size_t> scale_columns_, judgement_columns_;
  bool events_ = false;
};

}  // namespace

std::optional<std::int64_t> parse_clip_time(std::string_view text) {
  constexpr double day = 24 * 3600;
  double seconds = 0;
  std::size_t parts = 0;
  while (true) {
    const std::size_t colon = text.find(':');
    const bool last = colon == std::string_view::npos;
    const std::string_view part = text.substr(0, colon);
    const bool digits = !part.empty() &&
                        part.find_first_not_of(last ? "0123456789." : "0123456789") == std::string_view::npos;
    const auto value = digits ? plain_number(part) : std::nullopt;
    constexpr double sixty = 60;
    if (!value || ++parts > 3 || (parts > 1 && *value >= sixty)) return std::nullopt;
    seconds = seconds * sixty + *value;
    if (!(seconds <= day)) return std::nullopt;
    if (last) break;
    text.remove_prefix(colon + 1);
  }
  constexpr double milliseconds = 1000;
  return std::llround(seconds * milliseconds);
}

Result<bool> read_code_sheets(CsvReader& reader, const SheetColumns& columns,
                              std::vector<CodedSheet>& sheets) {
  return SheetReader(reader, columns, sheets).read();
}

}  // namespace securebase::wire
