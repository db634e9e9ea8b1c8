#pragma once
// What a fitted model says, whatever the model: estimates with their errors, what they were computed from,
// whether they may be read. One shape for the terminal, for JSON and for plots.

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/finding.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"

namespace securebase::models {

/// One line of a table of estimates. What does not exist (the error of a fixed parameter, df of a z test) is
/// nothing.
struct EstimateRow {
  std::string term;
  double estimate = 0;
  std::optional<double> std_error = {};
  std::optional<double> df = {};
  std::optional<double> lower = {};
  std::optional<double> upper = {};
  std::optional<double> p = {};
};

struct EstimateTable {
  std::string id;     ///< its name in JSON: "estimates" for the first
  std::string title;  ///< for people
  std::string basis;  ///< what errors, intervals and p rest on: "Satterthwaite's degrees of freedom"
  std::vector<EstimateRow> rows;
};

/// A number about the whole fit.
struct Measure {
  std::string id;     ///< its name in JSON
  std::string title;  ///< for people
  std::optional<double> value;
};

/// A matrix with names, for JSON only.
struct NamedMatrix {
  std::string id;
  std::vector<std::string> rows;
  std::vector<std::string> cols;
  stats::Matrix values;
};

/// Rows about persons, times or groups: random effects, expected curves, forecasts.
using Cell = std::variant<std::monostate, double, std::string>;
struct Frame {
  std::string id;
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
  bool shown = false;  ///< on the terminal too; otherwise in JSON only
};

/// Rows that were not used, and why.
struct LeftOut {
  std::string reason;  ///< "score is missing"
  std::size_t rows = 0;
};

/// What the fit rests on.
struct DataAccount {
  std::string file;
  std::size_t rows = 0;  ///< in the file
  std::size_t used = 0;
  std::vector<LeftOut> left_out = {};
  std::vector<std::pair<std::string, std::size_t>> units = {};  ///< "client", 120
};

struct FitReport {
  std::string command;  ///< "fit lmm"
  std::string model;    ///< as one line of its language
  std::string method;   ///< "restricted maximum likelihood"
  double level = 0.95;  ///< of every interval
  DataAccount data;
  std::vector<EstimateTable> tables;  ///< the first is "estimates"
  std::vector<Measure> measures;
  std::vector<Frame> frames;
  std::vector<NamedMatrix> matrices;
  std::optional<stats::Convergence> convergence;  ///< nothing for what has a closed form
  std::vector<Finding> findings;                  ///< what may be read and what not
};

}  // namespace securebase::models
