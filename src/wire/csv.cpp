#include "wire/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace securebase::wire {
namespace {

constexpr std::array<bool, 256> bytes_of(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) table[static_cast<unsigned char>(c)] = true;
  return table;
}

using namespace std::string_view_literals;
constexpr auto ends_between_commas = bytes_of(",\"\r\n\0"sv);
constexpr auto ends_between_semicolons = bytes_of(";\"\r\n\0"sv);
constexpr auto ends_between_tabs = bytes_of("\t\"\r\n\0"sv);
constexpr auto ends_quoted = bytes_of("\"\n\0"sv);

}  // namespace

class CsvReader::State {
 public:
  State(std::string name, ByteSource source, CsvLimits limits)
      : name_(std::move(name)), source_(std::move(source)), limits_(limits) {
    limits_.longest_record = std::min(limits_.longest_record, buffer_.max_size() / 2);
    resize_buffer(std::min(std::size_t{1} << 18U, limits_.longest_record + 2));
  }

  Result<bool> next(CsvRecord& record) {
    if (ended_) return false;
    if (!started_)
      if (auto begun = start(); !begun) return begun;
    if (skipping_)
      if (auto skipped = skip_line(); !skipped) return skipped;
    for (;;) {
      skip_blank_lines();
      if (separator_ == ','   ? parse_narrow<','>()
          : separator_ == ';' ? parse_narrow<';'>()
                              : parse_narrow<'\t'>()) {
        record = {line_++, fields_};
        return true;
      }
      switch (parse()) {
        case Outcome::record:
          return finish(record);
        case Outcome::end:
          return false;
        case Outcome::malformed:
          return malformed();
        case Outcome::more:
          if (auto filled = refill(); !filled) return tl::unexpected(filled.error());
      }
    }
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  enum class Outcome { record, end, more, malformed };

  /// What the first bytes and the header line tell: whether this is text, and what separates its fields.
  Result<bool> start() {
    const std::size_t wanted = std::min<std::size_t>(4, capacity_);
    while (end_ < wanted && !at_end_of_source_)
      if (auto filled = refill(); !filled) return filled;
    const std::string_view first(at(0), end_);
    if (first.starts_with("PK\x03\x04")) {
      ended_ = true;
      return fail(ErrorKind::bad_data, "csv.workbook",
                  "this is an Excel workbook, or another packed file, and not text: save it as CSV",
                  Place{name_, 1, 1, {}});
    }
    if (first.starts_with("\xEF\xBB\xBF")) begin_ += 3;
    for (;;) {
      skip_blank_lines();
      if (find_separator()) break;
      if (auto filled = refill(); !filled) return filled;
    }
    started_ = true;
    return true;
  }

  /// The comma, unless the header has none outside quotes, and semicolons or tabs instead. False where the
  /// bytes that are here do not tell.
  bool find_separator() {
    const char* const stop = at(end_);
    const char* here = at(begin_);
    std::size_t semicolons = 0;
    std::size_t tabs = 0;
    bool inside = false;  // quotes
    for (char last = ';'; here != stop && *here != '\0'; last = *here++) {
      if (*here == '"') {
        if (!inside && last != ';' && last != '\t' && last != '"') break;  // parse() will blame it
        inside = !inside;
      } else if (!inside) {
        if (*here == ',') return true;
        if (*here == '\n' || *here == '\r') break;
        semicolons += *here == ';' ? 1U : 0U;
        tabs += *here == '\t' ? 1U : 0U;
        if (last == '"' && *here != ';' && *here != '\t') break;
      }
    }
    const bool may_go_on = here == stop || (*here == '\r' && here + 1 == stop);
    if (may_go_on && !at_end_of_source_) return false;
    if (tabs > semicolons) {
      separator_ = '\t';
      ends_plain_ = &ends_between_tabs;
    } else if (semicolons > 0) {
      separator_ = ';';
      ends_plain_ = &ends_between_semicolons;
    }
    return true;
  }

  void skip_blank_lines() {
    // Behind the end stands a line feed.
    while (begin_ < end_ &&
           (*at(begin_) == '\n' || (*at(begin_) == '\r' && begin_ + 1 < end_ && *at(begin_ + 1) == '\n'))) {
      begin_ += *at(begin_) == '\n' ? 1U : 2U;
      ++line_;
    }
  }

  /// A record of single characters and empty fields, as many as the fields of the one before:
  /// "1,5,,3,...,2". Questionnaires are little else, so this takes four fields at once where it can. False,
  /// with nothing done but to fields_, for any other record.
  template <char separator>
  bool parse_narrow() {
    const std::size_t width = fields_.size();
    const std::size_t longest = 2 * width + 1;  // with its line break
    if (width < 4 || longest > limits_.longest_record || end_ - begin_ < longest) return false;
    const char* here = at(begin_);
    std::string_view* field = fields_.data();
    std::string_view* const last = field + width - 1;
    while (field != last) {
      if (last - field >= 4 && is_narrow<separator>(here)) {
        for (std::size_t i = 0; i < 4; ++i) field[i] = {here + 2 * i, 1};
        field += 4;
        here += 8;
        continue;
      }
      const std::size_t length = *here == separator ? 0 : 1;
      if (length == 1 && !is_plain<separator>(*here)) return false;
      if (here[length] != separator) return false;
      *field++ = {here, length};
      here += length + 1;
    }
    const std::size_t length = is_plain<separator>(*here) ? 1 : 0;
    *field = {here, length};
    here += length;
    if (*here == '\r') ++here;
    if (*here != '\n') return false;
    begin_ = static_cast<std::size_t>(here - at(0)) + 1;
    return true;
  }

  /// Between the comma (0x2C) and 0x7F, or the semicolon where that separates; the others are for parse().
  template <char separator>
  static bool is_plain(char c) {
    return c > ',' && c < (separator == ';' ? ';' : '\x7F');
  }

  /// Whether eight bytes are four plain characters, each followed by the separator.
  template <char separator>
  static bool is_narrow(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t lanes = 0x0001'0001'0001'0001U;
    const bool separators = (word & (lanes * 0xFF80U)) == lanes * (unsigned{separator} << 8U);
    const std::uint64_t characters = word & (lanes * 0x7FU);
    const std::uint64_t above_comma = characters + lanes * (0x80U - 0x2DU);
    const std::uint64_t too_high = separator == ';' ? characters + lanes * (0x80U - 0x3BU) : 0;
    return separators && (above_comma & ~too_high & (lanes * 0x80U)) == lanes * 0x80U;
  }

  /// Finds the fields of the record at begin_.
  Outcome parse() {
    if (begin_ == end_) return at_end_of_source_ ? Outcome::end : Outcome::more;
    fields_.clear();
    escaped_.clear();
    lines_within_ = 0;
    cursor_ = at(begin_);
    line_start_ = cursor_;
    char* const stop = at(end_);
    for (;;) {
      const bool quoted = cursor_ != stop && *cursor_ == '"';
      const Outcome outcome = quoted ? parse_quoted(stop) : parse_plain(stop);
      if (outcome != Outcome::record) return outcome;
      // cursor_ stands on the separator, on a line break, or at the end.
      if (cursor_ == stop) return at_end_of_source_ ? Outcome::record : Outcome::more;
      if (*cursor_ != separator_) return Outcome::record;
      if (fields_.size() >= limits_.most_fields)
        return blame("csv.too_many_fields",
                     fmt::format("more than {} fields in a record", limits_.most_fields), cursor_);
      ++cursor_;
    }
  }

  /// One or more fields without quotes, up to where something else than a field without quotes begins.
  Outcome parse_plain(char* stop) {
    char* begin = cursor_;
    char* here = begin;
    const auto& ends_plain = *ends_plain_;
    const char separator = separator_;
    for (;;) {
      while (!ends_plain[static_cast<unsigned char>(*here)]) ++here;
      if (*here != separator || here[1] == '"' || fields_.size() + 1 >= limits_.most_fields) break;
      fields_.emplace_back(begin, static_cast<std::size_t>(here - begin));
      begin = ++here;
    }
    if (*here == '\r' && here != stop) {
      if (here + 1 == stop && !at_end_of_source_) return Outcome::more;
      if (here + 1 == stop || here[1] != '\n') return blame_carriage_return(here);
    } else if (*here == '"') {
      return blame(
          "csv.stray_quote",
          "a quote inside a field that does not begin with one; quote the whole field and double the quote",
          here);
    } else if (*here == '\0') {
      return blame_nul(here);
    }
    fields_.emplace_back(begin, static_cast<std::size_t>(here - begin));
    cursor_ = here;
    return Outcome::record;
  }

  Outcome parse_quoted(char* stop) {
    char* const open = cursor_;
    const std::size_t open_lines = lines_within_;
    char* const open_line_start = line_start_;
    bool escaped = false;
    for (char* here = open + 1;; ++here) {
      while (!ends_quoted[static_cast<unsigned char>(*here)]) ++here;
      if (here == stop) {
        if (!at_end_of_source_) return Outcome::more;
        lines_within_ = open_lines;
        line_start_ = open_line_start;
        unclosed_ = true;
        return blame("csv.unclosed_quote", "this quote is never closed", open);
      }
      if (*here == '\0') return blame_nul(here);
      if (*here == '\n') {
        ++lines_within_;
        line_start_ = here + 1;
        continue;
      }
      if (here + 1 == stop && !at_end_of_source_) return Outcome::more;
      if (here + 1 != stop && here[1] == '"') {
        escaped = true;
        ++here;
        continue;
      }
      if (escaped) escaped_.push_back(fields_.size());
      fields_.emplace_back(open + 1, static_cast<std::size_t>(here - open - 1));
      cursor_ = here + 1;
      return after_quoted(stop);
    }
  }

  Outcome after_quoted(char* stop) {
    if (cursor_ == stop || *cursor_ == separator_ || *cursor_ == '\n') return Outcome::record;
    if (*cursor_ == '\r') {
      if (cursor_ + 1 == stop && !at_end_of_source_) return Outcome::more;
      if (cursor_ + 1 == stop || cursor_[1] != '\n') return blame_carriage_return(cursor_);
      return Outcome::record;
    }
    return blame("csv.text_after_quote",
                 "text after a closing quote; a quote inside a quoted field is written twice", cursor_);
  }

  Outcome blame_nul(char* here) {
    return blame("csv.nul", "a NUL byte: this is not a text file, or it is UTF-16; UTF-8 is expected", here);
  }
  Outcome blame_carriage_return(char* here) {
    return blame("csv.stray_carriage_return", "a carriage return without a line feed", here);
  }

  Outcome blame(std::string code, std::string detail, char* here) {
    error_ = {ErrorKind::bad_data, std::move(code), std::move(detail),
              Place{name_, line_ + lines_within_, static_cast<std::size_t>(here - line_start_) + 1, {}}};
    cursor_ = here;
    return Outcome::malformed;
  }

  Result<bool> malformed() {
    const std::size_t length = unclosed_ ? end_ - begin_ : static_cast<std::size_t>(cursor_ - at(begin_));
    if (length > limits_.longest_record) return too_long();
    ended_ = unclosed_ || error_.code == "csv.too_many_fields";
    fields_.clear();
    if (ended_) return tl::unexpected(error_);
    // The next call goes on behind the line on which it went wrong, which may be long in coming.
    line_ += lines_within_;
    begin_ = static_cast<std::size_t>(cursor_ - at(0));
    skipping_ = true;
    return tl::unexpected(error_);
  }

  /// Behind the next line feed, or to the end.
  Result<bool> skip_line() {
    for (;;) {
      const auto* found = static_cast<const char*>(std::memchr(at(begin_), '\n', end_ - begin_));
      if (found != nullptr) {
        begin_ = static_cast<std::size_t>(found - at(0)) + 1;
        ++line_;
        break;
      }
      begin_ = end_;
      if (at_end_of_source_) break;
      if (auto filled = refill(); !filled) return filled;
    }
    skipping_ = false;
    return true;
  }

  Result<bool> finish(CsvRecord& record) {
    if (static_cast<std::size_t>(cursor_ - at(begin_)) > limits_.longest_record) return too_long();
    for (const std::size_t field : escaped_) fields_[field] = unescaped(fields_[field]);
    record = {line_, fields_};
    line_ += lines_within_;
    begin_ = static_cast<std::size_t>(cursor_ - at(0));
    if (begin_ < end_ && *at(begin_) == '\r') ++begin_;
    if (begin_ < end_ && *at(begin_) == '\n') {
      ++begin_;
      ++line_;
    }
    return true;
  }

  /// Halves doubled quotes in place.
  std::string_view unescaped(std::string_view field) {
    char* const begin = at(static_cast<std::size_t>(field.data() - at(0)));
    char* to = begin;
    for (const char* from = begin; from != field.data() + field.size(); ++from) {
      *to++ = *from;
      if (*from == '"') ++from;
    }
    return {begin, static_cast<std::size_t>(to - begin)};
  }

  Result<bool> refill() {
    if (begin_ > 0) {
      std::memmove(at(0), at(begin_), end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    // One byte more than the longest record may have to be seen to find its end.
    if (end_ > limits_.longest_record + 1) return too_long();
    if (end_ == capacity_) resize_buffer(std::min(capacity_ * 2, limits_.longest_record + 2));
    const auto got = source_({at(end_), capacity_ - end_});
    if (!got) {
      ended_ = true;
      return tl::unexpected(got.error());
    }
    end_ += *got;
    *at(end_) = '\n';
    at_end_of_source_ = *got == 0;
    return true;
  }

  Result<bool> too_long() {
    ended_ = true;
    return fail(ErrorKind::bad_data, "csv.record_too_long",
                fmt::format("a record of more than {} bytes; is a quote left open?", limits_.longest_record),
                Place{name_, line_, 1, {}});
  }

  char* at(std::size_t offset) { return buffer_.data() + offset; }

  void resize_buffer(std::size_t capacity) {
    capacity_ = capacity;
    buffer_.resize(capacity + 1);
    buffer_[end_] = '\n';
  }

  std::string name_;
  ByteSource source_;
  CsvLimits limits_;
  /// The bytes not yet handed out are at begin_..end_; behind them stands a line feed, so that every scan
  /// stops without counting.
  std::vector<char> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_of_source_ = false;
  bool started_ = false;  ///< start() is done
  char separator_ = ',';
  const std::array<bool, 256>* ends_plain_ = &ends_between_commas;
  bool ended_ = false;
  bool unclosed_ = false;
  bool skipping_ = false;  ///< begin_ stands within a malformed record
  std::size_t line_ = 1;   ///< of begin_
  std::size_t lines_within_ = 0;
  char* cursor_ = nullptr;
  char* line_start_ = nullptr;
  Error error_;
  std::vector<std::string_view> fields_;
  std::vector<std::size_t> escaped_;  ///< which of them have doubled quotes
};

CsvReader::CsvReader(std::string name, ByteSource source, CsvLimits limits)
    : state_(std::make_unique<State>(std::move(name), std::move(source), limits)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

Result<bool> CsvReader::next(CsvRecord& record) {
  return state_->next(record);
}
bool CsvReader::ended() const {
  return state_->ended();
}
const std::string& CsvReader::name() const {
  return state_->name();
}

void append_csv_field(std::string& line, std::string_view field) {
  const bool plain = field.find_first_of(",\"\r\n") == std::string_view::npos;
  if (plain) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace securebase::wire
