#include "stats/rating_table.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace securebase::stats {
namespace {

Result<std::size_t> place_among(std::span<const double> categories, double rating) {
  const auto at = std::lower_bound(categories.begin(), categories.end(), rating);
  if (at != categories.end() && *at == rating) return static_cast<std::size_t>(at - categories.begin());
  return fail(ErrorKind::bad_data, "ratings.category", "a rating is none of the categories");
}

}  // namespace

RatingTable::RatingTable(std::size_t units, std::size_t raters)
    : units_(units), raters_(raters), values_(units * raters, 0), present_(units * raters, 0) {}

std::optional<double> RatingTable::at(std::size_t unit, std::size_t rater) const {
  const std::size_t cell = unit * raters_ + rater;
  return present_[cell] != 0 ? std::optional(values_[cell]) : std::nullopt;
}

void RatingTable::set(std::size_t unit, std::size_t rater, double value) {
  if (unit >= units_ || rater >= raters_ || !(std::abs(value) <= largest_rating))
    throw std::invalid_argument("no place for a rating, or a rating that is no number of a usable size");
  values_[unit * raters_ + rater] = value;
  present_[unit * raters_ + rater] = 1;
}

std::vector<double> RatingTable::of_unit(std::size_t unit) const {
  std::vector<double> given;
  for (std::size_t rater = 0; rater < raters_; ++rater)
    if (const auto rating = at(unit, rater)) given.push_back(*rating);
  return given;
}

RatingTable complete_units(const RatingTable& ratings) {
  std::vector<std::size_t> complete;
  for (std::size_t unit = 0; unit < ratings.units(); ++unit)
    if (ratings.of_unit(unit).size() == ratings.raters()) complete.push_back(unit);
  RatingTable kept(complete.size(), ratings.raters());
  for (std::size_t i = 0; i < complete.size(); ++i)
    for (std::size_t rater = 0; rater < ratings.raters(); ++rater)
      kept.set(i, rater, *ratings.at(complete[i], rater));
  return kept;
}

RatingTable only_raters(const RatingTable& ratings, std::span<const std::size_t> columns) {
  RatingTable kept(ratings.units(), columns.size());
  for (std::size_t unit = 0; unit < ratings.units(); ++unit)
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (const auto rating = ratings.at(unit, columns[i])) kept.set(unit, i, *rating);
  return kept;
}

std::vector<double> categories_of(const RatingTable& ratings) {
  std::vector<double> all;
  for (std::size_t unit = 0; unit < ratings.units(); ++unit)
    for (const double rating : ratings.of_unit(unit)) all.push_back(rating);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<Matrix> ratings_by_category(const RatingTable& ratings, std::span<const double> categories) {
  Matrix counts(ratings.units(), categories.size());
  for (std::size_t unit = 0; unit < ratings.units(); ++unit)
    for (const double rating : ratings.of_unit(unit)) {
      const auto place = place_among(categories, rating);
      if (!place) return tl::unexpected(place.error());
      counts(unit, *place) += 1;
    }
  return counts;
}

Result<Matrix> cross_table(const RatingTable& ratings, std::size_t first, std::size_t second,
                           std::span<const double> categories) {
  Matrix counts(categories.size(), categories.size());
  for (std::size_t unit = 0; unit < ratings.units(); ++unit) {
    const auto a = ratings.at(unit, first), b = ratings.at(unit, second);
    if (!a || !b) continue;
    const auto row = place_among(categories, *a), col = place_among(categories, *b);
    if (!row) return tl::unexpected(row.error());
    if (!col) return tl::unexpected(col.error());
    counts(*row, *col) += 1;
  }
  return counts;
}

}  // namespace securebase::stats
