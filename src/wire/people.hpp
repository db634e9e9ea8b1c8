#pragma once
// Who a row of a data file is about: age in years and gender, from the columns that hold them. What cannot be
// an age is counted and left out, never believed.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "measures/scoring.hpp"
#include "wire/answers.hpp"

namespace securebase::wire {

struct PersonColumns {
  std::string age = "age";        ///< column names, case ignored; a column the file lacks is no fault
  std::string gender = "gender";  ///< unless it was asked for by name (`required`)
  bool required_age = false;
  bool required_gender = false;
  int youngest = 5;  ///< ages outside youngest..oldest count as impossible
  int oldest = 110;
  /// Code in the file -> female, male or other; an empty text: not given. Words (female, f, woman, ...) need
  /// no entry. Numbers by default as ISO/IEC 5218 has them (1 male, 2 female), and 3 other, 0 and 9 not
  /// given.
  std::map<std::string, std::string> gender_codes = {
      {"1", "male"}, {"2", "female"}, {"3", "other"}, {"0", ""}, {"9", ""}};
};

/// A value that could not be believed, where it stood.
struct Doubt {
  std::size_t line = 0;
  std::string value;        ///< at most 40 characters
  bool understood = false;  ///< an age that cannot be; else: not an age, or no known gender
};

/// A column's account: how many values were used, how many rows had none, how many could not be.
struct ColumnAccount {
  std::string column;  ///< empty: the file has no such column
  std::size_t used = 0;
  std::size_t empty = 0;
  std::size_t impossible = 0;      ///< not used, for whatever reason
  std::size_t not_understood = 0;  ///< of these: neither an age nor a known gender
  std::vector<Doubt> doubts;       ///< the first of those not used
};

/// An age as people write it: a whole number, or a decimal one with a point or comma, rounded down.
[[nodiscard]] std::optional<long long> parse_age(std::string_view text);

class PersonReader {
 public:
  /// Error "people.column" (kind bad_data) where a column asked for by name is not in the file.
  [[nodiscard]] static Result<PersonReader> open(const AnswerReader& reader, PersonColumns columns = {});

  [[nodiscard]] measures::PersonGroup read(const AnswerRow& row);

  [[nodiscard]] const ColumnAccount& ages() const { return ages_; }
  [[nodiscard]] const ColumnAccount& genders() const { return genders_; }
  [[nodiscard]] const PersonColumns& columns() const { return columns_; }

 private:
  explicit PersonReader(PersonColumns columns) : columns_(std::move(columns)) {}
  [[nodiscard]] std::optional<int> read_age(std::string_view field, std::size_t line);
  [[nodiscard]] std::optional<std::string> read_gender(std::string_view field, std::size_t line);

  PersonColumns columns_;
  std::optional<std::size_t> age_;
  std::optional<std::size_t> gender_;
  ColumnAccount ages_;
  ColumnAccount genders_;
};

}  // namespace securebase::wire
