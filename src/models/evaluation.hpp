#pragma once
// Expressions computed over the rows of a table; for the sources of this room only.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/design.hpp"

namespace securebase::models {

/// A number for each row of the table; 0 where missing.
struct Values {
  std::vector<double> numbers;
  std::vector<bool> missing;
};

/// Which of the distinct values of some columns, taken together, each row has; 0 where missing.
struct Levels {
  std::vector<std::uint32_t> level;
  std::vector<bool> missing;
  std::vector<std::string> names;
};

/// A factor among the columns of a design: codes from 0, of the used rows those below levels.size().
struct Codes {
  std::vector<std::uint32_t> code;
  std::vector<std::string> levels;
};

class Evaluation {
 public:
  explicit Evaluation(const Table& table) : table_(table) {}

  /// Whether a variable of a term is a factor: factor(x), or a column of text.
  [[nodiscard]] Result<bool> is_factor(const Expression& expression) const;

  /// Which rows lack something for it. Needs no means, so that rows can be chosen by it.
  [[nodiscard]] Result<std::vector<bool>> missing(const Expression& expression);

  /// The expression over all rows. Means of centre() are taken over `used` rows and noted in `coding`, or
  /// where `used` is null, read from there.
  [[nodiscard]] Result<Values> values(const Expression& expression, const std::vector<bool>* used,
                                      Coding& coding);

  /// A factor, its levels those of `used` rows in order; where `used` is null, those in `coding`.
  [[nodiscard]] Result<Codes> codes(const Expression& expression, const std::vector<bool>* used,
                                    Coding& coding);

  /// The combinations of some columns' labels. Kept for the next time.
  [[nodiscard]] Result<const Levels*> levels(const std::vector<std::string>& columns);

 private:
  [[nodiscard]] Result<Values> call(const Expression& e, const std::vector<bool>* used, Coding& coding);
  [[nodiscard]] Result<Values> centred(const Expression& e, Values x, const std::vector<bool>* used,
                                       Coding& coding);
  [[nodiscard]] Result<Values> grouped(const Expression& e, Values x);
  [[nodiscard]] Result<Values> lagged(const Expression& e, const Values& x);
  [[nodiscard]] Result<const std::vector<std::uint32_t>*> before(const Expression& lag);
  [[nodiscard]] Result<Values> operation(const Expression& e, const std::vector<bool>* used, Coding& coding);
  [[nodiscard]] Result<Values> defined(const Expression& e, Values x) const;
  [[nodiscard]] Result<Levels> single_levels(const std::string& name) const;

  const Table& table_;
  std::map<std::string, Levels> levels_;
  std::map<std::string, std::vector<std::uint32_t>> before_;  ///< the row one t earlier, by group and time
};

}  // namespace securebase::models
