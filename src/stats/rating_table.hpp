#pragma once
// Ratings: who or what was rated in rows (units), who rated in columns (raters), nothing where a rater gave
// no rating. What every coefficient of agreement starts from.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// Ratings lie within this of 0, so that no square overflows.
inline constexpr double largest_rating = 1e14;  // beyond it differences of ratings lose their digits

class RatingTable {
 public:
  RatingTable() = default;
  RatingTable(std::size_t units, std::size_t raters);

  [[nodiscard]] std::size_t units() const { return units_; }
  [[nodiscard]] std::size_t raters() const { return raters_; }
  [[nodiscard]] std::optional<double> at(std::size_t unit, std::size_t rater) const;
  /// A number within largest_rating; anything else is a bug of the caller (std::invalid_argument).
  void set(std::size_t unit, std::size_t rater, double value);

  /// Those there are, in the order of the raters.
  [[nodiscard]] std::vector<double> of_unit(std::size_t unit) const;

 private:
  std::size_t units_ = 0;
  std::size_t raters_ = 0;
  std::vector<double> values_;
  std::vector<std::uint8_t> present_;
};

/// The units that every rater rated.
[[nodiscard]] RatingTable complete_units(const RatingTable& ratings);
/// The raters of `columns`, each below raters(), in that order.
[[nodiscard]] RatingTable only_raters(const RatingTable& ratings, std::span<const std::size_t> columns);

/// The different ratings there are, rising.
[[nodiscard]] std::vector<double> categories_of(const RatingTable& ratings);

/// units x q: how many raters put a unit into each of q rising categories. Error "ratings.category"
/// (bad_data): a rating is none of them.
[[nodiscard]] Result<Matrix> ratings_by_category(const RatingTable& ratings,
                                                 std::span<const double> categories);

/// q x q: units by category of the first rater (rows) and of the second, those with both. The same error.
[[nodiscard]] Result<Matrix> cross_table(const RatingTable& ratings, std::size_t first, std::size_t second,
                                         std::span<const double> categories);

}  // namespace securebase::stats
