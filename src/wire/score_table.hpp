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

class ScoreTable {
 public:
  /// The instrument and the order must outlive the table.
  ScoreTable(const catalog::Instrument& instrument, const catalog::Order& order,
             std::vector<std::string> kept);
  ~ScoreTable();
  ScoreTable(ScoreTable&&) noexcept;
  ScoreTable& operator=(ScoreTable&&) noexcept;

  /// line, the kept columns, then for a scale `s` those that its definition can fill: s, s_se, s_lower,
  /// s_upper, s_percentile_<group> (s_z_<group> where no percentile can be had), s_band, s_state; the ids of
  /// criteria; risk_items.
  [[nodiscard]] std::string header() const;

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
