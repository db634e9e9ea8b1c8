#include "wire/answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/printable.hpp"

namespace securebase::wire {
namespace {

using measures::AnswerByte;
using measures::Response;

constexpr AnswerByte not_simple = 255;  ///< in one_character: read the field the long way
static_assert(measures::not_asked_byte < not_simple);

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// "Q07" -> ("q", 7); nothing where the name does not end in a number.
std::optional<std::pair<std::string, int>> split_number(std::string_view name) {
  std::size_t digits = 0;
  while (digits < name.size() && name[name.size() - 1 - digits] >= '0' &&
         name[name.size() - 1 - digits] <= '9')
    ++digits;
  if (digits == 0 || digits > 4) return std::nullopt;
  int number = 0;
  std::from_chars(name.data() + name.size() - digits, name.data() + name.size(), number);
  return std::pair(lower(name.substr(0, name.size() - digits)), number);
}

/// Columns of one prefix. A number that stands there twice, as in Q1 and Q01, makes the prefix unusable.
struct Columns {
  std::map<int, std::size_t> of_item;
  std::optional<std::pair<std::size_t, std::size_t>> twice;
};

std::map<std::string, Columns> columns_by_prefix(const std::vector<std::string>& header) {
  std::map<std::string, Columns> prefixes;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto split = split_number(header[i]);
    if (!split) continue;
    Columns& columns = prefixes[split->first];
    const auto [known, is_new] = columns.of_item.try_emplace(split->second, i);
    if (!is_new && !columns.twice) columns.twice = std::pair(known->second, i);
  }
  return prefixes;
}

std::vector<int> missing_items(const Columns& columns, const catalog::Instrument& instrument) {
  std::vector<int> missing;
  for (const auto& item : instrument.items)
    if (!item.optional && !columns.of_item.contains(item.number)) missing.push_back(item.number);
  return missing;
}

constexpr std::size_t most_shown = 12;

/// At most twelve of them.
template <class Value>
std::string some(const std::vector<Value>& values) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(values.size(), most_shown); ++i)
    if constexpr (std::is_arithmetic_v<Value>)
      shown.push_back(fmt::format("{}", values[i]));
    else
      shown.push_back(printable(values[i]));
  return fmt::format(
      "{}{}", fmt::join(shown, ", "),
      values.size() > most_shown ? fmt::format(" and {} more", values.size() - most_shown) : "");
}

/// "item 8", "items 8 and 9", "items 1, 2 and 3"
std::string these_items(const std::vector<int>& items) {
  if (items.size() == 1) return fmt::format("item {}", items[0]);
  if (items.size() > most_shown) return "items " + some(items);
  return fmt::format("items {} and {}", fmt::join(items.begin(), items.end() - 1, ", "), items.back());
}

/// Whether most fields are bare numbers, as in a row of answers.
bool looks_like_answers(const std::vector<std::string>& header) {
  const auto numbers = std::count_if(header.begin(), header.end(), [](const std::string& name) {
    return parse_whole_number(name).has_value();
  });
  return static_cast<std::size_t>(numbers) > header.size() / 2;
}

bool is_blank(std::span<const std::string_view> fields) {
  return std::all_of(fields.begin(), fields.end(),
                     [](std::string_view field) { return trimmed(field).empty(); });
}

/// The letters of a name: "phq_" -> "phq".
std::string letters(std::string_view name) {
  std::string result;
  for (const char c : lower(name))
    if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80) result += c;
  return result;
}

/// Whether a word is an instrument's id without its punctuation and digits ("ecrrs", "phq"), or its first
/// letters ("core", "check").
bool names_instrument(std::string_view word, std::string_view id) {
  const auto first = id.substr(0, id.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
  return word == letters(id) || word == first;
}

using Candidate = std::pair<const std::string, Columns>;

/// The column of a name; one that is the same letter by letter goes before those that differ in case.
Result<std::optional<std::size_t>> column_named(std::string_view name, const std::vector<std::string>& header,
                                                const Place& where) {
  std::vector<std::size_t> exact;
  std::vector<std::size_t> in_any_case;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == trimmed(name)) exact.push_back(i);
    if (lower(header[i]) == lower(trimmed(name))) in_any_case.push_back(i);
  }
  const auto& found = exact.empty() ? in_any_case : exact;
  if (found.size() > 1)
    return fail(ErrorKind::bad_data, "answers.columns",
                fmt::format("columns {} and {} are both named '{}': rename one", found[0] + 1, found[1] + 1,
                            printable(header[found[0]])),
                where);
  return found.empty() ? std::nullopt : std::optional(found[0]);
}

/// Finds the item columns by their names.
class Search {
 public:
  Search(const std::vector<std::string>& header, const catalog::Instrument& instrument, std::string file)
      : header_(header), instrument_(instrument), where_{std::move(file), 1, 0, {}} {}

  [[nodiscard]] Result<std::map<int, std::size_t>> with_prefix(
      const std::string& wanted, const std::vector<ItemColumns::OtherInstrument>& others) const {
    const auto prefixes = columns_by_prefix(header_);
    std::vector<const Candidate*> fitting;
    const Candidate* best = nullptr;
    for (const auto& candidate : prefixes) {
      if (!wanted.empty() && candidate.first != lower(wanted)) continue;
      if (missing(candidate.second).empty()) fitting.push_back(&candidate);
      if (best == nullptr || missing(candidate.second).size() < missing(best->second).size())
        best = &candidate;
    }
    if (wanted.empty() && !fitting.empty()) {
      const Candidate* first = fitting.front();
      std::erase_if(fitting, [&](const Candidate* c) { return of_other(*c, others).has_value(); });
      if (fitting.empty()) return tl::unexpected(*of_other(*first, others));
      best = fitting.front();
    }
    if (fitting.size() > 1) return several(fitting);
    if (fitting.empty() && looks_like_answers(header_)) return answers_for_names();
    if (best == nullptr || missing(best->second).size() >= instrument_.items.size()) return none();
    if (best->second.twice) return twice(*best->second.twice);
    if (fitting.empty()) return incomplete(*best);
    return best->second.of_item;
  }

  [[nodiscard]] Result<std::map<int, std::size_t>> named(const std::vector<std::string>& names) const {
    if (names.size() != instrument_.items.size())
      return fail(ErrorKind::usage, "answers.columns",
                  fmt::format("{} columns named for the {} items of {}", names.size(),
                              instrument_.items.size(), instrument_.abbreviation));
    std::map<int, std::size_t> found;
    std::set<std::size_t> used;
    for (const std::string& name : names) {
      const auto column = column_named(name, header_, where_);
      if (!column) return tl::unexpected(column.error());
      if (!*column)
        return trouble(fmt::format("no column '{}'; the file has {}", printable(name), some(header_)));
      if (!used.insert(**column).second)
        return trouble(fmt::format("the column '{}' is named for two items", printable(name)));
      found[static_cast<int>(found.size() + 1)] = **column;
    }
    return found;
  }

 private:
  [[nodiscard]] std::vector<int> missing(const Columns& columns) const {
    return missing_items(columns, instrument_);
  }

  [[nodiscard]] tl::unexpected<Error> trouble(std::string detail) const {
    return fail(ErrorKind::bad_data, "answers.columns", std::move(detail), where_);
  }

  /// Why columns that fit may belong to another questionnaire; nothing where they need not.
  [[nodiscard]] std::optional<Error> of_other(const Candidate& candidate,
                                              const std::vector<ItemColumns::OtherInstrument>& others) const {
    const std::string prefix = printable(candidate.first);
    const auto blame = [&](std::string why) {
      return Error{ErrorKind::bad_data, "answers.other_instrument",
                   fmt::format("{}. If they do hold the answers to {}, {}name them with --columns A,B,...",
                               why, instrument_.abbreviation,
                               prefix.empty() ? "" : fmt::format("say so with --prefix {}, or ", prefix)),
                   where_};
    };
    const auto& columns = candidate.second.of_item;
    if (columns.size() > instrument_.items.size())
      return blame(
          fmt::format("{} columns are named {}1, {}2 ..., but {} has {} items: the file may be "
                      "from another questionnaire",
                      columns.size(), prefix, prefix, instrument_.abbreviation, instrument_.items.size()));
    const std::string word = letters(candidate.first);
    if (word.empty() || names_instrument(word, instrument_.id)) return std::nullopt;
    // Of several with this name rather one that has so many items.
    const ItemColumns::OtherInstrument* named = nullptr;
    for (const auto& other : others)
      if (names_instrument(word, other.id) && (named == nullptr || named->items < columns.size()))
        named = &other;
    if (named == nullptr) return std::nullopt;
    return blame(fmt::format("the columns {}1, {}2 ... bear the name of another questionnaire, {}", prefix,
                             prefix, named->id));
  }

  [[nodiscard]] tl::unexpected<Error> several(const std::vector<const Candidate*>& fitting) const {
    return trouble(fmt::format("the columns of {} could be {}1.. or {}1..; say which with --prefix",
                               instrument_.abbreviation, printable(fitting[0]->first),
                               printable(fitting[1]->first)));
  }

  [[nodiscard]] tl::unexpected<Error> twice(const std::pair<std::size_t, std::size_t>& columns) const {
    return trouble(fmt::format("both '{}' and '{}' (columns {} and {}) could hold one item: {}",
                               printable(header_[columns.first]), printable(header_[columns.second]),
                               columns.first + 1, columns.second + 1, remedy));
  }

  [[nodiscard]] tl::unexpected<Error> incomplete(const std::pair<const std::string, Columns>& best) const {
    const auto absent = missing(best.second);
    return trouble(fmt::format(
        "no column for {} of {}: of {}1, {}2 ... there are {} of {}. If they have other names, {}",
        these_items(absent), instrument_.abbreviation, printable(best.first), printable(best.first),
        instrument_.items.size() - absent.size(), instrument_.items.size(), remedy));
  }

  [[nodiscard]] tl::unexpected<Error> answers_for_names() const {
    return trouble(
        "the first line looks like answers, not names: put a line with names such as Q1, Q2 ... above it");
  }

  [[nodiscard]] tl::unexpected<Error> none() const {
    return trouble(
        fmt::format("no columns for the {} items of {}: expected names such as Q1, Q2 ...; the file has {}. "
                    "If they have other names, {}",
                    instrument_.items.size(), instrument_.abbreviation, some(header_), remedy));
  }

  static constexpr std::string_view remedy = "name one for each item, in their order: --columns A,B,...";

  const std::vector<std::string>& header_;
  const catalog::Instrument& instrument_;
  Place where_;
};

std::array<std::uint8_t, 256> one_character_table(catalog::AnswerRange range,
                                                  const std::vector<int>& missing_codes) {
  std::array<std::uint8_t, 256> table{};
  table.fill(not_simple);
  for (int digit = 0; digit <= 9; ++digit) {
    const auto c = static_cast<std::size_t>('0' + digit);
    if (digit >= range.min && digit <= range.max) table[c] = static_cast<std::uint8_t>(digit - range.min);
    if (std::find(missing_codes.begin(), missing_codes.end(), digit) != missing_codes.end())
      table[c] = measures::skipped_byte;
  }
  return table;
}

}  // namespace

std::optional<long long> parse_whole_number(std::string_view text) {
  text = trimmed(text);
  const auto point = text.find('.');
  if (point != std::string_view::npos) {
    const auto fraction = text.substr(point + 1);
    if (fraction.empty() || fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    text = text.substr(0, point);
  }
  if (text.starts_with("+-")) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Response> parse_no_answer(std::string_view text) {
  const std::string word = lower(trimmed(text));
  if (word.empty() || word == "na" || word == "." || word == "skipped") return Response::skipped();
  if (word == "n/a" || word == "not_applicable" || word == "not applicable")
    return Response::not_applicable();
  if (word == "not_asked" || word == "not asked") return Response::not_asked();
  return std::nullopt;
}

Result<measures::Responses> parse_answers(std::string_view text) {
  measures::Responses responses;
  for (;;) {
    const auto comma = text.find(',');
    const auto field = text.substr(0, comma);
    if (const auto number = parse_whole_number(field); number && *number > -1'000'000 && *number < 1'000'000)
      responses.push_back(Response::answered(static_cast<int>(*number)));
    else if (const auto none = parse_no_answer(field))
      responses.push_back(*none);
    else
      return fail(ErrorKind::bad_data, "answers.value",
                  fmt::format("'{}' is no answer: {}", printable(field),
                              trimmed(field).find_first_of(" \t;") == std::string_view::npos
                                  ? "a whole number, or skipped, not_applicable, not_asked"
                                  : "separate answers with commas, as in 1,2,,0"),
                  Place{"--answers", 0, 0, fmt::format("answer {}", responses.size() + 1)});
    if (comma == std::string_view::npos) return responses;
    text.remove_prefix(comma + 1);
  }
}

Result<AnswerReader> AnswerReader::open(CsvReader csv, const catalog::Instrument& instrument,
                                        const catalog::Order& order, const ItemColumns& columns) {
  AnswerReader reader(std::move(csv));
  reader.missing_codes_ = order.missing_codes;
  if (auto read = reader.read_header(); !read) return tl::unexpected(read.error());
  if (auto found = reader.find_items(instrument, order, columns); !found)
    return tl::unexpected(found.error());
  return reader;
}

Result<bool> AnswerReader::read_header() {
  CsvRecord record;
  auto read = csv_.next(record);
  if (!read) return read;
  if (!*read)
    return fail(ErrorKind::bad_data, "csv.empty", "the file is empty; its first line should name the columns",
                Place{csv_.name(), 1, 0, {}});
  for (const auto field : record.fields) header_.emplace_back(trimmed(field));
  return true;
}

Result<bool> AnswerReader::find_items(const catalog::Instrument& instrument, const catalog::Order& order,
                                      const ItemColumns& columns) {
  const Search search(header_, instrument, csv_.name());
  const auto found = columns.names.empty() ? search.with_prefix(columns.prefix, columns.other_instruments)
                                           : search.named(columns.names);
  if (!found) return tl::unexpected(found.error());
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    const auto at = found->find(instrument.items[i].number);
    if (at == found->end()) continue;
    const auto range = range_in_order(instrument, order, instrument.items[i].number);
    asked_.push_back({i, at->second, range, one_character_table(range, missing_codes_)});
  }
  answers_.assign(instrument.items.size(), measures::not_asked_byte);
  return true;
}

Result<bool> AnswerReader::next(AnswerRow& row) {
  for (;;) {
    CsvRecord record;
    auto read = csv_.next(record);
    if (!read || !*read) return read;
    read = read_row(record, row);
    if (!read || *read) return read;
    ++blank_rows_;
  }
}

/// False where every field is blank.
Result<bool> AnswerReader::read_row(const CsvRecord& record, AnswerRow& row) {
  if (record.fields.size() != header_.size()) {
    if (is_blank(record.fields)) return false;
    return fail(ErrorKind::bad_data, "csv.field_count",
                fmt::format("{} fields, but the header names {}", record.fields.size(), header_.size()),
                Place{csv_.name(), record.line, 0, {}});
  }
  const std::string_view* fields = record.fields.data();
  AnswerByte* answers = answers_.data();
  for (const ItemColumn& item : asked_) {
    const std::string_view field = fields[item.column];
    AnswerByte byte = not_simple;
    if (field.size() == 1) byte = item.one_character[static_cast<unsigned char>(field.front())];
    if (byte == not_simple) {
      const auto answer = read_answer(field, item);
      if (!answer) return tl::unexpected(no_answer(item, record.line));
      byte = *answer;
    }
    answers[item.item] = byte;
  }
  // Few rows begin with an empty answer: only these are looked at as a whole.
  if (!asked_.empty() && answers[asked_.front().item] == measures::skipped_byte && is_blank(record.fields))
    return false;
  row = {record.line, &answers_, record.fields};
  return true;
}

std::optional<AnswerByte> AnswerReader::read_answer(std::string_view field, const ItemColumn& item) const {
  if (field.empty()) return measures::skipped_byte;
  if (const auto number = parse_whole_number(field)) {
    if (*number >= item.range.min && *number <= item.range.max)
      return static_cast<AnswerByte>(*number - item.range.min);
    if (std::find(missing_codes_.begin(), missing_codes_.end(), *number) != missing_codes_.end())
      return measures::skipped_byte;
    return std::nullopt;
  }
  if (const auto none = parse_no_answer(field)) return to_byte(*none, item.range);
  return std::nullopt;
}

Error AnswerReader::no_answer(const ItemColumn& item, std::size_t line) const {
  return {ErrorKind::bad_data, "answers.value",
          fmt::format("an answer is {} to {}, or empty where there is none", item.range.min, item.range.max),
          Place{csv_.name(), line, 0,
                fmt::format("column {} ({})", item.column + 1, printable(header_[item.column]))}};
}

Result<std::optional<std::size_t>> AnswerReader::find_column(std::string_view name) const {
  return column_named(name, header_, Place{csv_.name(), 1, 0, {}});
}

}  // namespace securebase::wire
