#pragma once
// Series of persons from a table, fitted by a named state space design and told in estimates and states.

#include <optional>
#include <string>
#include <vector>

#include "models/fit_report.hpp"
#include "models/table.hpp"
#include "stats/state_space_fit.hpp"

namespace securebase::models {

struct SeriesColumns {
  std::string value;
  std::string time;
  std::string person;  ///< empty: all rows are one person's
};

struct SeriesOfPersons {
  std::vector<std::string> names;  ///< one for each, empty for one person without a name
  std::vector<stats::TimeSeries> series;
  DataAccount account;
};

/// Rows as they come; those without a time or a person, and persons with too few values for the design to
/// begin, are left out and counted. Errors: those of Table; "series.times" (times of a person that do not
/// ascend, with the line), "series.no_values" (nothing is left).
[[nodiscard]] Result<SeriesOfPersons> series_of(const Table& table, const SeriesColumns& columns,
                                                const stats::StateDesign& design);

/// What is asked of a design.
struct StateSpaceQuestion {
  stats::StateDesign design;
  SeriesColumns columns;
  double level = 0.95;
  std::size_t ahead = 0;  ///< occasions after the last, one median gap of all persons apart
};

struct StateSpaceAnswer {
  stats::StateSpaceFit fit;
  std::vector<stats::StateSpaceRun> runs;        ///< of each person, `ahead` included at the end
  std::vector<std::vector<double>> ahead_times;  ///< of each person
};

/// Fits what is not fixed (all may be), and smooths. Errors: those of stats::fit_state_space and
/// stats::run_state_design.
[[nodiscard]] Result<StateSpaceAnswer> answer_state_space(const SeriesOfPersons& persons,
                                                          const StateSpaceQuestion& question);

/// Tables, and frames "occasions" (each time: value, prediction, signal, states as smoothed and as filtered)
/// and "ahead".
[[nodiscard]] FitReport report_state_space(const SeriesOfPersons& persons, const StateSpaceQuestion& question,
                                           const StateSpaceAnswer& answer);

/// "local-level" and so on, as options name it.
[[nodiscard]] std::string design_word(stats::StateDesignKind kind);
/// What the states of a design are called.
[[nodiscard]] std::vector<std::string> state_names(const stats::StateDesign& design);

}  // namespace securebase::models
