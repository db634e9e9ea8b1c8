#pragma once
// The course that a mixed model expects over time: of an average client of each group and intake, and how
// single clients lie about it.

#include <optional>
#include <string>
#include <vector>

#include "models/linear_mixed.hpp"

namespace securebase::models {

/// Where the course is looked at.
struct GrowthAxes {
  std::string time;                 ///< column
  std::vector<double> times;        ///< rising
  std::string group;                ///< column; empty: none
  std::vector<std::string> groups;  ///< its values as text
  std::string intake;               ///< column; empty: none
  std::vector<double> intakes;
};

struct GrowthPoint {
  double time = 0;
  double expected = 0;
  double std_error = 0;             ///< of expected
  Interval mean;                    ///< of the mean of such clients
  double sd = 0;                    ///< of single outcomes about expected
  Interval limits;                  ///< where a new client's outcome falls
  std::vector<double> percentiles;  ///< of single outcomes, at GrowthCurves::shares
};

struct GrowthCurve {
  std::string group;  ///< empty: none
  std::optional<double> intake;
  std::vector<GrowthPoint> points;
};

struct GrowthCurves {
  std::string outcome;
  std::string time;
  std::string group;   ///< column; empty: none
  std::string intake;  ///< column; empty: none
  double level = 0.95;
  std::vector<double> shares;
  std::vector<GrowthCurve> curves;
};

/// Time is the column that the first random slope is of; a group the first factor of the fixed part, or
/// column of two values. Nothing where there is no such slope, or where lag() asks for a row before.
[[nodiscard]] std::optional<GrowthAxes> growth_axes(const ModelPlan& plan, const ModelDesign& data,
                                                    const Table& table);

/// Distinct values of a column in the used rows, 30 even steps where there are more.
[[nodiscard]] std::vector<double> times_of(const ModelDesign& data, const Table& table,
                                           const std::string& time);

/// The same axes with times so close that a course looks smooth; as they are where time is a factor too.
[[nodiscard]] GrowthAxes smooth(GrowthAxes axes, const ModelPlan& plan);

/// Expected outcomes; columns that are on no axis stay at their mean, text at its first level. Errors: of
/// new_clients and stats::forecast.
[[nodiscard]] Result<GrowthCurves> growth_curves(const ModelPlan& plan, const MixedResult& result,
                                                 const Table& table, const GrowthAxes& axes);

/// The common growth model: outcome ~ time [* group] [+ time * centre(intake, client)] + (time | client).
struct GrowthRequest {
  std::string outcome;
  std::string time;
  std::string client;
  std::string group;          ///< column; empty: none
  std::string intake;         ///< column; empty: none
  std::string scale;          ///< of time: "", log, log2, log10, log1p or sqrt
  std::vector<double> times;  ///< where the course is told; empty: as times_of
};

/// Error usage models.growth: a needed column is not named.
[[nodiscard]] Result<Formula> growth_formula(const GrowthRequest& request);

/// Before anything is fitted: outcome, time and intake are numbers, and a group is text or two numbers.
/// Errors models.column, models.not_a_number; usage models.growth.
[[nodiscard]] Result<void> check_growth(const GrowthRequest& request, const Table& table);

/// Adds the frames "expected" (courses), and with an intake "intake_grid", "intake_bands" and "observed":
/// quantiles of the outcomes of clients who began in the lower, middle and upper third, where 5 rows at least
/// have one. Returns where it looked.
[[nodiscard]] Result<GrowthAxes> add_growth(MixedResult& result, const ModelPlan& plan,
                                            const GrowthRequest& request, const Table& table);

}  // namespace securebase::models
