#include "stats/krippendorff.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

using Unit = std::vector<double>;

/// Different values, rising, and how often each is there.
struct RatingTally {
  std::vector<double> values;
  std::vector<double> counts;
};

RatingTally tally_of(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  RatingTally tally;
  for (const double value : all) {
    if (tally.values.empty() || tally.values.back() != value) {
      tally.values.push_back(value);
      tally.counts.push_back(0);
    }
    tally.counts.back() += 1;
  }
  return tally;
}

double nominal_sum(const RatingTally& tally) {
  const double n = std::accumulate(tally.counts.begin(), tally.counts.end(), 0.0);
  double same = 0;
  for (const double count : tally.counts) same += count * count;
  return n * n - same;
}

double ratio_sum(const RatingTally& tally) {
  double sum = 0;
  for (std::size_t i = 0; i < tally.values.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double d = (tally.values[i] - tally.values[j]) / (tally.values[i] + tally.values[j]);
      sum += 2 * tally.counts[i] * tally.counts[j] * d * d;
    }
  return sum;
}

/// sum over ordered pairs of (a - b)^2 = 2 m sum (a - mean)^2, counted from the first so that equal values
/// give exactly 0.
double interval_sum(const std::vector<double>& values) {
  const double m = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += (value - values.front()) / m;
  double squares = 0;
  for (const double value : values) {
    const double d = value - values.front() - mean;
    squares += d * d;
  }
  return 2 * m * squares;
}

double disagreement(const std::vector<double>& values, Measurement measurement) {
  switch (measurement) {
    case Measurement::nominal:
      return nominal_sum(tally_of(values));
    case Measurement::ratio:
      return ratio_sum(tally_of(values));
    case Measurement::ordinal:
    case Measurement::interval:
      break;
  }
  return interval_sum(values);
}

std::vector<double> joined(const std::vector<Unit>& units) {
  std::vector<double> all;
  for (const Unit& unit : units) all.insert(all.end(), unit.begin(), unit.end());
  return all;
}

/// Every rating by its rank in the middle of its ties.
std::vector<Unit> ranked(std::vector<Unit> units, const RatingTally& tally) {
  std::vector<double> rank(tally.values.size());
  double before = 0;
  for (std::size_t i = 0; i < rank.size(); ++i) {
    rank[i] = before + tally.counts[i] / 2;
    before += tally.counts[i];
  }
  for (Unit& unit : units)
    for (double& value : unit) {
      const auto at = std::lower_bound(tally.values.begin(), tally.values.end(), value);
      value = rank[static_cast<std::size_t>(at - tally.values.begin())];
    }
  return units;
}

KrippendorffAlpha alpha_of(std::vector<Unit> units, Measurement measurement) {
  KrippendorffAlpha result;
  result.units = units.size();
  RatingTally tally = tally_of(joined(units));
  if (measurement == Measurement::ordinal) units = ranked(std::move(units), tally);
  const auto all = joined(units);
  result.pairable = all.size();
  const double n = static_cast<double>(all.size());
  std::vector<double> of_unit;
  of_unit.reserve(units.size());
  for (const Unit& unit : units)
    of_unit.push_back(disagreement(unit, measurement) / static_cast<double>(unit.size() - 1));
  result.observed = pairwise_sum(of_unit) / n;
  result.expected = disagreement(all, measurement) / (n * (n - 1));
  if (tally.values.size() > 1 && result.expected > 0) result.alpha = 1 - result.observed / result.expected;
  result.values = std::move(tally.values);
  result.counts = std::move(tally.counts);
  return result;
}

Result<std::vector<Unit>> units_with_pairs(const RatingTable& ratings, Measurement measurement) {
  std::vector<Unit> units;
  for (std::size_t i = 0; i < ratings.units(); ++i) {
    Unit unit = ratings.of_unit(i);
    if (unit.size() < 2) continue;
    if (measurement == Measurement::ratio && *std::min_element(unit.begin(), unit.end()) < 0)
      return fail(ErrorKind::bad_data, "krippendorff.below_zero",
                  "a ratio scale begins at 0: a rating is below it");
    units.push_back(std::move(unit));
  }
  if (units.empty())
    return fail(ErrorKind::bad_data, "ratings.too_few_raters", "no unit was rated by two raters");
  return units;
}

}  // namespace

Result<KrippendorffAlpha> krippendorff_alpha(const RatingTable& ratings, Measurement measurement) {
  auto units = units_with_pairs(ratings, measurement);
  if (!units) return tl::unexpected(units.error());
  return alpha_of(std::move(*units), measurement);
}

Result<PairableUnits> pairable_units(const RatingTable& ratings, Measurement measurement) {
  auto units = units_with_pairs(ratings, measurement);
  if (!units) return tl::unexpected(units.error());
  const auto kept = std::make_shared<const std::vector<Unit>>(std::move(*units));
  return PairableUnits{kept->size(), [kept, measurement](std::span<const std::size_t> rows) {
                         std::vector<Unit> drawn;
                         drawn.reserve(rows.size());
                         for (const std::size_t row : rows) drawn.push_back((*kept)[row]);
                         return alpha_of(std::move(drawn), measurement).alpha;
                       }};
}

Result<KrippendorffInterval> krippendorff_interval(const RatingTable& ratings, Measurement measurement,
                                                   std::size_t replicates, const RandomKey& key,
                                                   double level) {
  if (!(level > 0 && level < 1))
    return fail(ErrorKind::bad_data, "krippendorff.level", "the level of an interval lies between 0 and 1");
  const auto units = pairable_units(ratings, measurement);
  if (!units) return tl::unexpected(units.error());
  const auto resampled = bootstrap(units->units, units->alpha, draw_resamples(units->units, replicates, key));
  if (!resampled) return tl::unexpected(resampled.error());
  const auto summary = summarise_bootstrap(*resampled, level);
  return KrippendorffInterval{summary.percentile, summary.sd, resampled->undefined};
}

}  // namespace securebase::stats
