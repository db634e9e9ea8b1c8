#pragma once
// The shape of definition files: which tables there are, which fields each has, of which type, and what they
// mean. One table drives the loader's structural check and the JSON Schema that editors use.

#include <cstdint>
#include <span>
#include <string_view>

namespace securebase::catalog {

// What a field may hold at most, in either direction: far above any score, so that sums stay finite.
inline constexpr std::int64_t largest_integer = 1'000'000;
inline constexpr double largest_number = 1e9;

// Words that stand where a number could.
inline constexpr std::string_view no_answer_words[] = {"skipped", "not_applicable", "not_asked"};
inline constexpr std::string_view no_score_word = "none";

enum class FieldType {
  text,
  integer,
  number,
  boolean,
  integers,      ///< array of integers
  numbers,       ///< array of numbers
  texts,         ///< array of texts
  number_pairs,  ///< array of [number, number]
  answers,       ///< array of integers and of the words skipped, not_applicable, not_asked
  number_map,    ///< integer written as text -> number
  text_map,      ///< text -> text
  item_texts,    ///< item number written as text -> text
  answer_map,    ///< item number written as text -> answer
  score_map,     ///< text -> number, or "none"
  table,
  tables
};

enum class Need { required, optional };

struct Shape;

struct Field {
  std::string_view key;
  FieldType type;
  Need need;
  std::string_view help;
  std::span<const std::string_view> allowed = {};  ///< for text: the only valid values; empty: any
  const Shape* shape = nullptr;                    ///< for table and tables
};

struct Shape {
  std::string_view name;
  std::string_view help;
  std::span<const Field> fields;
};

/// Shapes of the files of a version's folder, of batteries and of codings of episodes.
[[nodiscard]] const Shape& instrument_shape();   ///< instrument.toml
[[nodiscard]] const Shape& golden_shape();       ///< golden.toml
[[nodiscard]] const Shape& text_shape();         ///< text.<locale>.toml
[[nodiscard]] const Shape& calibration_shape();  ///< calibration.toml
[[nodiscard]] const Shape& battery_shape();      ///< battery.<id>.toml
[[nodiscard]] const Shape& positions_shape();    ///< positions.toml
[[nodiscard]] const Shape& coding_shape();       ///< codings/<id>/<version>.toml
[[nodiscard]] const Shape& episodes_shape();     ///< episodes.<id>.toml
[[nodiscard]] const Shape& holds_shape();        ///< holds.toml
[[nodiscard]] const Shape& techniques_shape();   ///< techniques.toml
[[nodiscard]] const Shape& exercises_shape();    ///< exercises.toml
[[nodiscard]] const Shape& protocol_shape();     ///< protocols/<id>/<version>.toml

}  // namespace securebase::catalog
