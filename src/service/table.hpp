#pragma once
// How records are described: each names its columns once, and from that a store keeps them, an answer to a
// request is written, and the API document is emitted. A record is a struct with
//
//   static constexpr std::string_view table = "person";
//   static constexpr std::string_view sealed_by = "id";   // the column that names the person whose key seals
//   static constexpr auto fields(const auto& use) {
//     return use(Field{"id", &Person::id}, Field{"name", &Person::name});
//   }
//
// `use` takes all fields at once; a std::tuple of them would cost every source that sees a record most of its
// time in the compiler. The first field is the key. A member of type Private<std::string> is kept encrypted,
// everything else in the clear.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/private.hpp"
#include "base/result.hpp"

namespace securebase::service {

enum class Storage {
  text,
  integer,  ///< also booleans and instants
  real,
  sealed  ///< text, encrypted with the key of the row's person
};

struct Column {
  std::string_view name;
  Storage storage = Storage::text;
  bool optional = false;
};

struct Table {
  std::string_view name;
  std::span<const Column> columns;  ///< the first is the key
  std::string_view sealed_by;       ///< column that names a person; empty: sealed with the practice's key
};

/// A value of a column; nothing where there is none.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string, Private<std::string>>;
/// One cell a column, in the order of the table.
using Row = std::vector<Cell>;

template <class Record, class Member>
struct Field {
  std::string_view name;
  Member Record::*member;
};
template <class Record, class Member>
Field(const char*, Member Record::*) -> Field<Record, Member>;

/// Words of an enum, in the order of its values: template <> inline constexpr std::array names_of<Role> =
/// {"..."sv};
template <class Enum>
inline constexpr std::array<std::string_view, 0> names_of = {};

template <class Enum>
[[nodiscard]] constexpr std::string_view to_text(Enum value) requires std::is_enum_v<Enum> {
  return names_of<Enum>[static_cast<std::size_t>(value)];
}

template <class Enum>
[[nodiscard]] std::optional<Enum> parse_word(std::string_view word) {
  for (std::size_t i = 0; i < names_of<Enum>.size(); ++i)
    if (names_of<Enum>[i] == word) return static_cast<Enum>(i);
  return std::nullopt;
}

/// How a C++ type is kept: storage, to_cell, from_cell (nothing where the cell holds no such value).
template <class T>
struct Kept;

template <>
struct Kept<std::string> {
  static constexpr Storage storage = Storage::text;
  static Cell to_cell(const std::string& value) { return value; }
  static std::optional<std::string> from_cell(const Cell& cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::nullopt : std::optional(*text);
  }
};

template <>
struct Kept<Private<std::string>> {
  static constexpr Storage storage = Storage::sealed;
  static Cell to_cell(const Private<std::string>& value) { return value; }
  static std::optional<Private<std::string>> from_cell(const Cell& cell) {
    const auto* text = std::get_if<Private<std::string>>(&cell);
    return text == nullptr ? std::nullopt : std::optional(*text);
  }
};

template <class T>
requires std::is_integral_v<T>
struct Kept<T> {
  static constexpr Storage storage = Storage::integer;
  static Cell to_cell(T value) { return static_cast<std::int64_t>(value); }
  static std::optional<T> from_cell(const Cell& cell) {
    const auto* number = std::get_if<std::int64_t>(&cell);
    if (number == nullptr ||
        !std::in_range<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>>(*number))
      return std::nullopt;
    return static_cast<T>(*number);
  }
};

template <>
struct Kept<double> {
  static constexpr Storage storage = Storage::real;
  static Cell to_cell(double value) { return value; }
  static std::optional<double> from_cell(const Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) return *number;
    const auto* whole = std::get_if<std::int64_t>(&cell);
    return whole == nullptr ? std::nullopt : std::optional(static_cast<double>(*whole));
  }
};

template <>
struct Kept<Instant> {
  static constexpr Storage storage = Storage::integer;
  static Cell to_cell(Instant value) { return value.ms; }
  static std::optional<Instant> from_cell(const Cell& cell) {
    const auto* ms = std::get_if<std::int64_t>(&cell);
    return ms == nullptr ? std::nullopt : std::optional(Instant{*ms});
  }
};

template <>
struct Kept<Date> {
  static constexpr Storage storage = Storage::text;
  static Cell to_cell(Date value) { return securebase::to_text(value); }
  static std::optional<Date> from_cell(const Cell& cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::nullopt : parse_date(*text);
  }
};

template <class Kind>
struct Kept<Id<Kind>> {
  static constexpr Storage storage = Storage::text;
  static Cell to_cell(const Id<Kind>& value) { return value.text(); }
  static std::optional<Id<Kind>> from_cell(const Cell& cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::nullopt : Id<Kind>::parse(*text);
  }
};

template <class Enum>
requires std::is_enum_v<Enum>
struct Kept<Enum> {
  static constexpr Storage storage = Storage::text;
  static Cell to_cell(Enum value) { return std::string(service::to_text(value)); }
  static std::optional<Enum> from_cell(const Cell& cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text == nullptr ? std::nullopt : parse_word<Enum>(*text);
  }
};

template <class T>
struct Kept<std::optional<T>> {
  static constexpr Storage storage = Kept<T>::storage;
  static Cell to_cell(const std::optional<T>& value) { return value ? Kept<T>::to_cell(*value) : Cell(); }
  static std::optional<std::optional<T>> from_cell(const Cell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return std::optional<T>();
    auto value = Kept<T>::from_cell(cell);
    if (!value) return std::nullopt;
    return std::optional<std::optional<T>>(std::in_place, std::move(*value));
  }
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// The columns of a record.
template <class Record>
[[nodiscard]] const Table& table_of() {
  static constexpr auto columns = Record::fields([](const auto&... field) {
    const auto column = []<class Member>(const Field<Record, Member>& f) {
      return Column{f.name, Kept<Member>::storage, is_optional<Member>};
    };
    return std::array{column(field)...};
  });
  static constexpr Table table{Record::table, columns, Record::sealed_by};
  return table;
}

template <class Record>
[[nodiscard]] Row row_of(const Record& record) {
  return Record::fields([&](const auto&... field) {
    Row row;
    row.reserve(sizeof...(field));
    const auto add = [&]<class Member>(const Field<Record, Member>& f) {
      row.push_back(Kept<Member>::to_cell(record.*f.member));
    };
    (add(field), ...);
    return row;
  });
}

/// Error "record.value" (internal) names table and column: a row that no version of this program wrote.
template <class Record>
[[nodiscard]] Result<Record> record_of(const Row& row) {
  Record record;
  std::size_t at = 0;
  std::string_view wrong;
  const auto take = [&]<class Member>(const Field<Record, Member>& f) {
    auto value = at < row.size() ? Kept<Member>::from_cell(row[at]) : std::nullopt;
    ++at;
    if (value)
      record.*f.member = std::move(*value);
    else if (wrong.empty())
      wrong = f.name;
  };
  Record::fields([&](const auto&... field) { (take(field), ...); });
  if (wrong.empty()) return record;
  return fail(ErrorKind::internal, "record.value", "a stored value that this version does not know",
              Place{std::string(Record::table), 0, 0, std::string(wrong)});
}

/// The name of the column that keeps a member.
template <class Record, class Member>
[[nodiscard]] constexpr std::string_view column_of(Member Record::*member) {
  std::string_view name;
  const auto look = [&]<class Other>(const Field<Record, Other>& f) {
    if constexpr (std::is_same_v<Other, Member>)
      if (f.member == member) name = f.name;
  };
  Record::fields([&](const auto&... field) { (look(field), ...); });
  return name;
}

}  // namespace securebase::service
