#pragma once
// Rows of scores as CSV: the line in the input, columns passed through, and for every scale its score, its
// error, where it stands, its band and its state. What is not known of any row has no column.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/instrument.hpp"
#include "measures/scoring.hpp"

namespace securebase::wire {

/// How many rows something holds for, and the lines of the first of them.
struct NotedLines {
  std::size_t count = 0;
  std::vector<std::size_t> first;

  void add(std::size_t line);
};

class ScoreTable {
 public:
  /// The instrument and the order must outlive the table.
  ScoreTable(const catalog::Instrument& instrument, const catalog::Order& order,
             std::vector<std::string> kept);
  ~ScoreTable();
  ScoreTable(ScoreTable&&) noexcept;
  ScoreTable& operator=(ScoreTable&&) noexcept;

  /// instrument, version, order, line, the kept columns, risk_items and risk_unanswered where there are such
  /// items; then for a scale `s` those that its definition can fill: s, s_se, s_lower, s_upper,
  /// s_percentile_<group> (s_z_<group> where no percentile can be had), s_band, s_state; the ids of criteria.
  [[nodiscard]] std::string header() const;

  /// All of these but the kept ones.
  [[nodiscard]] std::vector<std::string> own_columns() const;

  /// Those that rest on figures not seen at their source.
  [[nodiscard]] std::vector<std::string> unverified_columns() const;

  /// Rows in which a risk item was answered above the lowest, or left empty.
  [[nodiscard]] const NotedLines& risk_lines() const;

  /// Appends one row. `answers` are the row's bytes, `scores` one per scale, `kept` as many fields as were
  /// named.
  void append_row(std::string& out, std::size_t line, std::span<const std::string_view> kept,
                  std::span<const measures::AnswerByte> answers, std::span<const measures::RowScore> scores,
                  const measures::PersonGroup& person);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace securebase::wire
