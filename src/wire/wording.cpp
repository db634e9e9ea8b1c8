#include "wire/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "wire/csv.hpp"

namespace securebase::wire {
namespace {

using service::WordingFile;
using service::WordingText;

constexpr std::array<std::string_view, 3> names = {"item", "text", "locale"};
enum Column : std::size_t { item, text, locale };

std::string_view trim(std::string_view field) {
  const auto begin = field.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(" \t") - begin + 1);
}

std::string lower(std::string_view field) {
  std::string word(trim(field));
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

std::optional<int> parse_number(std::string_view field) {
  constexpr int most = 9999;
  int number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  const bool whole = error == std::errc() && end == field.data() + field.size();
  return whole && number >= -most && number <= most ? std::optional(number) : std::nullopt;
}

/// Which text a row is.
struct What {
  enum class Kind { title, instruction, item } kind = Kind::item;
  int item = 0;
  std::optional<int> answer;
};

/// "answer 3", "10 answer 3", "10".
std::optional<What> parse_item(std::string_view word) {
  if (word == "title") return What{What::Kind::title, 0, {}};
  if (word == "instruction") return What{What::Kind::instruction, 0, {}};
  constexpr std::string_view answer = "answer ";
  const auto at = word.find(answer);
  What what;
  if (at != 0) {
    const auto number = parse_number(trim(word.substr(0, at)));
    if (!number || *number < 1) return std::nullopt;
    what.item = *number;
  }
  if (at == std::string_view::npos) return what;
  what.answer = parse_number(trim(word.substr(at + answer.size())));
  return what.answer ? std::optional(what) : std::nullopt;
}

class Reader {
 public:
  Reader(std::string name, std::string_view csv)
      : csv_(name, from_memory(csv), CsvLimits{std::size_t{1} << 16U, 64}), file_{std::move(name), {}} {}

  Result<WordingFile> read() {
    CsvRecord record;
    auto more = csv_.next(record);
    if (more && *more)
      if (auto known = take_header(record); !known) return tl::unexpected(known.error());
    while (more && *more) {
      more = csv_.next(record);
      if (!more || !*more) break;
      if (auto taken = take_row(record); !taken) return tl::unexpected(taken.error());
    }
    if (!more) return tl::unexpected(more.error());
    if (file_.texts.empty())
      return fail(ErrorKind::bad_data, "wording.empty", "a header (item,text,locale) and a row for each text",
                  Place{file_.name, 1, 0, {}});
    return std::move(file_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(std::string code, std::string detail, std::size_t line,
                                             std::string_view column) const {
    return fail(ErrorKind::bad_data, std::move(code), std::move(detail),
                Place{file_.name, line, 0, std::string(column)});
  }

  Result<bool> take_header(const CsvRecord& record) {
    std::array<int, names.size()> seen{};
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      const auto at = std::find(names.begin(), names.end(), lower(record.fields[i]));
      if (at == names.end())
        return refuse("wording.columns",
                      fmt::format("the columns item, text and locale: column {} is another", i + 1),
                      record.line, "");
      const auto column = static_cast<std::size_t>(at - names.begin());
      columns_[column] = i;
      ++seen[column];
    }
    for (std::size_t column = 0; column < names.size(); ++column)
      if (seen[column] != 1)
        return refuse("wording.columns", "the columns item, text and locale, each once", record.line,
                      names[column]);
    return true;
  }

  Result<bool> take_row(const CsvRecord& record) {
    if (std::all_of(record.fields.begin(), record.fields.end(),
                    [](std::string_view field) { return trim(field).empty(); }))
      return true;
    if (record.fields.size() != names.size())
      return refuse("wording.row", fmt::format("{} fields, as in the header", names.size()), record.line, "");
    const auto field = [&](Column column) { return trim(record.fields[columns_[column]]); };
    const auto what = parse_item(lower(field(Column::item)));
    if (!what)
      return refuse("wording.item", "title, instruction, an item's number, 'answer N' or '10 answer N'",
                    record.line, names[Column::item]);
    if (field(Column::locale).empty())
      return refuse("wording.locale", "a language such as en or de-CH", record.line, names[Column::locale]);
    if (++rows_ > most_wording_rows || file_.texts.size() > most_wording_languages)
      return refuse("wording.too_many",
                    fmt::format("{} languages and {} rows at most in a file", most_wording_languages,
                                most_wording_rows),
                    record.line, "");
    return put(*what, std::string(field(Column::text)), text_in(field(Column::locale)), record.line);
  }

  Result<bool> put(const What& what, std::string words, WordingText& into, std::size_t line) {
    if (what.kind == What::Kind::item) {
      into.rows.push_back({what.item, what.answer, std::move(words), line});
      return true;
    }
    std::string& whole = what.kind == What::Kind::title ? into.title : into.instruction;
    if (!whole.empty())
      return refuse("wording.twice", "one title and one instruction in a language", line,
                    names[Column::item]);
    whole = std::move(words);
    return true;
  }

  WordingText& text_in(std::string_view language) {
    const auto known = std::find_if(file_.texts.begin(), file_.texts.end(),
                                    [&](const WordingText& one) { return one.locale == language; });
    if (known != file_.texts.end()) return *known;
    file_.texts.push_back({std::string(language), {}, {}, {}});
    return file_.texts.back();
  }

  CsvReader csv_;
  WordingFile file_;
  std::array<std::size_t, names.size()> columns_{};
  std::size_t rows_ = 0;
};

}  // namespace

Result<WordingFile> parse_wording(const std::string& name, std::string_view csv) {
  return Reader(name, csv).read();
}

}  // namespace securebase::wire
