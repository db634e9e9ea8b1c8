#pragma once
// From a formula and a table to the numbers that a mixed model is made of.
//
// A column of text is a factor, coded as R codes it: treatment contrasts against the first level in the order
// of its bytes (of numbers, for factor(x)), and one column for each level where a term's margin is not in the
// model (Statistical Models in S, Chambers & Hastie 1992, page 38). Names of columns are R's: "armB",
// "log(session):armB". Numbers are numbers, 0 and 1 too.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/fit_report.hpp"
#include "models/formula.hpp"
#include "models/table.hpp"
#include "stats/mixed_design.hpp"
#include "stats/mixed_prediction.hpp"

namespace securebase::models {

/// All that says what a model is, without data.
struct ModelPlan {
  Formula formula;
  std::optional<ResidualTerm> residual = {};
  std::string variance_by = {};  ///< column whose groups have residual variances of their own; empty: none
  std::string weights = {};      ///< column; a row's residual variance is divided by it; empty: 1
};

/// The columns of a file that it needs, so that only those are read. Each once.
[[nodiscard]] std::vector<WantedColumn> wanted_columns(const ModelPlan& plan);

/// What was learnt from the rows: needed to code other rows the same way.
struct Coding {
  std::map<std::string, double> means;  ///< taken away by each centre(...), by its text
  std::map<std::string, std::vector<std::string>>
      levels;  ///< of each factor, by its text, the first is the base
  std::vector<std::string> variance_groups;

  bool operator==(const Coding&) const = default;
};

/// A term of the fixed part and its columns [begin, end) of the design.
struct TermColumns {
  std::string name;
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct ModelDesign {
  stats::MixedDesign design;
  Coding coding;
  DataAccount account;                           ///< units: levels of each grouping factor
  std::vector<std::uint32_t> rows;               ///< of the table, those that are used
  std::vector<std::vector<std::string>> levels;  ///< names of each grouping's levels
  std::vector<TermColumns> terms;                ///< of the fixed part; the intercept is none of them
};

/// Which rows of the table have everything that all the plans need, and why the others do not.
struct RowChoice {
  std::vector<bool> used;
  DataAccount account;
};

/// Errors: those of Table::column, numeric_column; models.lag_time (lag: a time that is not whole, or twice
/// in a group), and those of make_design.
[[nodiscard]] Result<RowChoice> choose_rows(const std::vector<const ModelPlan*>& plans, const Table& table);

/// Rows with anything missing are left out and counted by what is missing. Errors, kind bad_data:
///   models.no_rows_left     every row lacks something
///   models.undefined        a logarithm, root or quotient of what has none: which, and in which line
///   models.one_level        a factor of one level only
///   models.too_many_levels  a text with more than 1000 different values among the fixed or random columns
///   models.too_many_columns more than 2000 columns
[[nodiscard]] Result<ModelDesign> make_design(const ModelPlan& plan, const Table& table);
/// Of rows chosen before.
[[nodiscard]] Result<ModelDesign> make_design(const ModelPlan& plan, const Table& table, RowChoice rows);

/// Rows of people who are not in the model's data.
struct NewClients {
  struct Client {
    std::string name;                 ///< label of the first random term's factor; empty where there is none
    std::vector<std::uint32_t> rows;  ///< of the table, as they stand in it
    stats::NewClient numbers;
  };
  std::vector<Client> clients;
  DataAccount account;
};

/// Rows coded as those of the design were. A row whose outcome is missing is one to forecast, one that lacks
/// another column is left out. Rows of one client are those that share the label of the first random term's
/// factor; where the table has no such column, each row is a client of its own. Errors: those of make_design;
/// models.unknown_level: a text that a factor did not have.
[[nodiscard]] Result<NewClients> new_clients(const ModelPlan& plan, const Coding& coding, const Table& table);

/// The columns that new_clients reads: the outcome, weights, and the clients' own column only where `header`
/// has them.
[[nodiscard]] std::vector<WantedColumn> wanted_of_new(const ModelPlan& plan,
                                                      const std::vector<std::string>& header);

}  // namespace securebase::models
