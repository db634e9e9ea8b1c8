#include "wire/answers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace securebase::wire {
namespace {

using measures::AnswerByte;
using measures::Response;

constexpr AnswerByte not_simple = 255;  ///< in one_character: read the field the long way

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

using Columns = std::map<int, std::size_t>;  // item number -> column

std::map<std::string, Columns> columns_by_prefix(const std::vector<std::string>& header) {
  std::map<std::string, Columns> prefixes;
  for (std::size_t i = 0; i < header.size(); ++i)
    if (const auto split = split_number(trimmed(header[i])))
      prefixes[split->first].try_emplace(split->second, i);
  return prefixes;
}

std::vector<int> missing_items(const Columns& columns, const catalog::Instrument& instrument) {
  std::vector<int> missing;
  for (const auto& item : instrument.items)
    if (!item.optional && !columns.contains(item.number)) missing.push_back(item.number);
  return missing;
}

std::string some(const std::vector<std::string>& names) {
  const std::size_t shown = std::min<std::size_t>(names.size(), 12);
  return fmt::format("{}{}",
                     fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "");
}

Result<Columns> choose_prefix(const std::vector<std::string>& header, const catalog::Instrument& instrument,
                              const ItemColumns& wanted, const std::string& file) {
  const auto prefixes = columns_by_prefix(header);
  std::vector<std::string> fitting;
  std::string best;
  std::size_t fewest = instrument.items.size() + 1;
  for (const auto& [prefix, columns] : prefixes) {
    if (!wanted.prefix.empty() && prefix != lower(wanted.prefix)) continue;
    const std::size_t missing = missing_items(columns, instrument).size();
    if (missing == 0) fitting.push_back(prefix);
    if (missing < fewest) {
      fewest = missing;
      best = prefix;
    }
  }
  const Place where{file, 1, 0, {}};
  if (fitting.size() == 1) return prefixes.at(fitting.front());
  if (fitting.size() > 1)
    return fail(ErrorKind::bad_data, "answers.columns",
                fmt::format("the columns of {} could be {}1.. or {}1..; say which with --prefix",
                            instrument.abbreviation, fitting[0], fitting[1]),
                where);
  if (prefixes.contains(best))
    return fail(
        ErrorKind::bad_data, "answers.columns",
        fmt::format("no column for item {} of {}: with the prefix '{}' there are {} of {}",
                    fmt::join(missing_items(prefixes.at(best), instrument), ", "), instrument.abbreviation,
                    best, instrument.items.size() - fewest, instrument.items.size()),
        where);
  return fail(
      ErrorKind::bad_data, "answers.columns",
      fmt::format("no columns for the {} items of {}: expected names such as Q1, Q2 ...; the file has {}",
                  instrument.items.size(), instrument.abbreviation, some(header)),
      where);
}

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
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('+')) return std::nullopt;
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
    if (const auto number = parse_whole_number(field); number && std::abs(*number) < 1'000'000)
      responses.push_back(Response::answered(static_cast<int>(*number)));
    else if (const auto none = parse_no_answer(field))
      responses.push_back(*none);
    else
      return fail(
          ErrorKind::bad_data, "answers.value",
          fmt::format("'{}' is no answer: a whole number, or skipped, not_applicable, not_asked", field),
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
  Columns found;
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    const auto column = find_column(columns.names[i]);
    if (!column)
      return fail(ErrorKind::bad_data, "answers.columns",
                  fmt::format("no column '{}'; the file has {}", columns.names[i], some(header_)),
                  Place{csv_.name(), 1, 0, {}});
    found[static_cast<int>(i + 1)] = *column;
  }
  if (columns.names.empty()) {
    auto chosen = choose_prefix(header_, instrument, columns, csv_.name());
    if (!chosen) return tl::unexpected(chosen.error());
    found = *chosen;
  } else if (columns.names.size() != instrument.items.size()) {
    return fail(ErrorKind::usage, "answers.columns",
                fmt::format("{} columns named for the {} items of {}", columns.names.size(),
                            instrument.items.size(), instrument.abbreviation));
  }
  for (const auto& item : instrument.items) {
    ItemColumn column;
    if (const auto at = found.find(item.number); at != found.end()) column.column = at->second;
    column.range = range_in_order(instrument, order, item.number);
    column.one_character = one_character_table(column.range, missing_codes_);
    items_.push_back(column);
  }
  answers_.resize(items_.size());
  return true;
}

Result<bool> AnswerReader::next(AnswerRow& row) {
  CsvRecord record;
  auto read = csv_.next(record);
  if (!read || !*read) return read;
  if (record.fields.size() != header_.size())
    return fail(ErrorKind::bad_data, "csv.field_count",
                fmt::format("{} fields, but the header names {}", record.fields.size(), header_.size()),
                Place{csv_.name(), record.line, 0, {}});
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const ItemColumn& item = items_[i];
    if (!item.column) {
      answers_[i] = measures::not_asked_byte;
      continue;
    }
    const std::string_view field = record.fields[*item.column];
    const AnswerByte simple =
        field.size() == 1 ? item.one_character[static_cast<unsigned char>(field.front())] : not_simple;
    if (simple != not_simple) {
      answers_[i] = simple;
      continue;
    }
    const auto answer = read_answer(field, item, record.line);
    if (!answer) return tl::unexpected(answer.error());
    answers_[i] = *answer;
  }
  row = {record.line, &answers_, record.fields};
  return true;
}

Result<AnswerByte> AnswerReader::read_answer(std::string_view field, const ItemColumn& item,
                                             std::size_t line) const {
  const auto number = parse_whole_number(field);
  if (number && *number >= item.range.min && *number <= item.range.max)
    return static_cast<AnswerByte>(*number - item.range.min);
  if (number && std::find(missing_codes_.begin(), missing_codes_.end(), *number) != missing_codes_.end())
    return measures::skipped_byte;
  if (const auto none = parse_no_answer(field)) return to_byte(*none, item.range);
  return fail(
      ErrorKind::bad_data, "answers.value",
      fmt::format("'{}' is not an answer: {} to {}, or empty where there is none", field.substr(0, 40),
                  item.range.min, item.range.max),
      Place{csv_.name(), line, 0, fmt::format("column {} ({})", *item.column + 1, header_[*item.column])});
}

std::optional<std::size_t> AnswerReader::find_column(std::string_view name) const {
  const std::string wanted = lower(trimmed(name));
  for (std::size_t i = 0; i < header_.size(); ++i)
    if (lower(header_[i]) == wanted) return i;
  return std::nullopt;
}

}  // namespace securebase::wire
