#pragma once
// What a file of answers says about an instrument: reliability and items of every scale, how scores are
// spread, and norms by gender and age band. Rows come one at a time; memory depends on the instrument, not on
// the number of rows.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "measures/responses.hpp"
#include "measures/scoring.hpp"
#include "stats/convergence.hpp"
#include "stats/reliability.hpp"

namespace securebase::measures {

/// People of one gender and age band; a missing bound is open, a missing gender means all.
struct Group {
  std::optional<std::string> gender;
  std::optional<int> age_from;  ///< years
  std::optional<int> age_to;    ///< years, included

  bool operator==(const Group&) const = default;
};

enum class Shown {
  all,
  fewer_than_smallest,  ///< fewer people than the smallest cell: nothing is shown, not even how many
  withheld              ///< large enough, but a smaller group could be had from it by subtraction
};

[[nodiscard]] std::string_view to_text(Shown shown);

/// Scores of a group, in the unit of the score.
struct ScoreSpread {
  Group group;
  Shown shown = Shown::all;
  std::optional<std::size_t> n;  ///< nothing where the group is not shown
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> mean_error;  ///< standard error of the mean
  std::optional<double> sd_error;    ///< standard error of the SD, whatever the shape of the distribution
  std::optional<double> lowest;
  std::optional<double> highest;
  /// Quantiles of the orders in `quantile_orders` (Hyndman & Fan type 7).
  std::vector<double> quantiles;
};
inline constexpr std::array<double, 7> quantile_orders = {0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95};

/// Coefficient omega of a one-factor model fitted by maximum likelihood to the complete cases.
struct Omega {
  double value = 0;
  stats::Verdict verdict = stats::Verdict::not_converged;
};

struct ItemDescription {
  int item = 0;  ///< position in the order, from 1
  std::size_t answered = 0;
  std::size_t skipped = 0;
  std::size_t not_applicable = 0;
  std::size_t not_asked = 0;
  /// Of each answer code, from the item's lowest; empty where fewer people answered than the smallest cell.
  std::vector<std::uint64_t> counts;
  int lowest = 0;  ///< the code counts[0] is about
};

/// One item in one scale, keyed: a reversed item is reversed before anything is computed.
struct ScaleItem {
  int item = 0;
  bool reversed = false;
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> item_rest;  ///< with the sum of the scale's other items
  std::optional<double> alpha_if_dropped;
};

struct ScaleDescription {
  std::string scale;
  std::string name;
  int items = 0;
  std::size_t complete = 0;  ///< rows with every item answered: what reliability rests on
  std::size_t scored = 0;    ///< rows with a score by the definition's rule: what spread and norms rest on
  std::optional<double> alpha;
  std::optional<Interval> alpha_interval;  ///< Feldt 1965
  std::optional<double> alpha_standard_error;
  std::optional<double> standardised_alpha;
  std::optional<double> average_correlation;
  std::optional<Omega> omega;
  std::optional<double> standard_error_of_measurement;  ///< SD of the scores times sqrt(1 - alpha)
  std::vector<ScaleItem> item_statistics;
  ScoreSpread overall;
  std::vector<ScoreSpread> norms;  ///< by gender, by age band, by both; only groups with anyone in them
  std::string trouble;             ///< why reliability could not be had; empty where it could
};

/// Pearson's correlation of two scales' scores, over the rows with both.
struct ScaleCorrelation {
  std::string first;
  std::string second;
  std::size_t n = 0;
  std::optional<double> r;  ///< nothing where fewer people have both than the smallest cell
};

struct Description {
  std::string instrument;
  std::string version;
  std::string order;
  std::string fingerprint;
  std::string engine_version;
  std::size_t rows = 0;
  std::size_t smallest_cell = 0;
  std::vector<ScaleDescription> scales;
  std::vector<ScaleCorrelation> correlations;
  std::vector<ItemDescription> items;
  std::vector<Finding> findings;
};

struct DescribeOptions {
  /// First year of each age band but the lowest, ascending; {18, 25} gives up to 17, 18 to 24, 25 and over.
  std::vector<int> age_bands = {18, 25, 35, 45, 55, 65};
  /// Nothing is said about fewer people: a mean of two is close to being about somebody. Holds for groups,
  /// for everyone together, and for the people that reliability and items rest on.
  std::size_t smallest_cell = 10;
};

class Describer {
 public:
  /// The instrument and the order must outlive the describer.
  Describer(const catalog::Instrument& instrument, const catalog::Order& order, DescribeOptions options = {});
  ~Describer();
  Describer(Describer&&) noexcept;
  Describer& operator=(Describer&&) noexcept;

  /// One person: `row` holds a byte per item of the order.
  void add_row(const AnswerByte* row, const PersonGroup& person);

  [[nodiscard]] Description report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace securebase::measures
