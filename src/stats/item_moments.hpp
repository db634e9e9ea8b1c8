#pragma once
// What reliability needs to know about the answers to k items, gathered row by row in memory that depends on
// k alone.
//
// Everything kept is a plain sum, so two accumulators merge by addition. While answers are whole numbers (or
// whole multiples of a power of two, such as halves) every sum is exact up to 2^53: order, chunks and merging
// then change nothing at all, and 10^7 rows of answers from 0 to 100 lose nothing. The subtraction of means
// is done with the exact product and the exact remainder of the division. With other fractions rounding is
// relative to the distance of the answers from `origin`: give one near their mean.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

enum class Missing {
  complete_cases,  ///< only rows in which every item is answered
  pairwise         ///< every quantity from the rows that have what it needs
};

struct Moments {
  std::size_t n = 0;
  std::optional<double> mean;      ///< nothing for n = 0
  std::optional<double> variance;  ///< divisor n - 1; nothing for n < 2; 0 where the values do not differ
};

class ItemMoments {
 public:
  /// `items` at least 1. Accumulators that are to be merged must have the same origin.
  explicit ItemMoments(std::size_t items, double origin = 0);

  /// One person's answers: `present[i]` other than 0 says that `values[i]` is one; what stands in the place
  /// of an absent answer is not read. A length other than items() is a bug of the caller
  /// (std::invalid_argument).
  void add_row(std::span<const double> values, std::span<const std::uint8_t> present);

  /// As if the rows of `other` had been added here.
  void merge(const ItemMoments& other);

  [[nodiscard]] std::size_t items() const { return items_; }

  /// Rows added: under pairwise all of them, also those without any answer.
  [[nodiscard]] std::size_t rows(Missing missing) const;

  [[nodiscard]] Moments item(std::size_t i, Missing missing) const;

  /// Mean of a person's answered items, over persons with at least one answer.
  [[nodiscard]] Moments person_means(Missing missing) const;

  /// Correlation of item i with the person mean (the item included), over the rows that answered it.
  /// Nothing where fewer than two rows did or a variance is zero.
  [[nodiscard]] std::optional<double> person_mean_correlation(std::size_t i, Missing missing) const;

  /// k x k covariance matrix, divisor n - 1; pairwise: each entry from the rows that answered both items,
  /// about their means in those rows. Error "moments.too_few_rows" where an entry rests on fewer than two
  /// rows.
  [[nodiscard]] Result<Matrix> covariance(Missing missing) const;

 private:
  struct Sums;  // n, sums, squares and cross product of two variables

  void gather(std::span<const double> values, std::span<const std::uint8_t> present);
  void add_complete();
  void add_incomplete();
  [[nodiscard]] Sums pair_sums(std::size_t i, std::size_t j, Missing missing) const;
  [[nodiscard]] Sums complete_item_and_mean(std::size_t i) const;
  [[nodiscard]] Sums item_and_mean(std::size_t i, Missing missing) const;
  [[nodiscard]] Sums means(Missing missing) const;

  // Sums over all rows that fall in each part; x stands for answer - origin, t for a row's sum of x.
  enum Part : std::size_t {
    complete_sum,      // [i]     x_i          complete rows
    complete_product,  // [i][j]  x_i x_j      complete rows, j <= i
    pair_n,            // [i][j]  1            incomplete rows that answered i and j
    pair_sum,          // [i][j]  x_i          the same rows
    pair_product,      // [i][j]  x_i x_j      the same rows, j <= i
    count_n,           // [c]     1            rows that answered c < k items
    count_total,       // [c]     t            the same rows
    count_square,      // [c]     t^2
    item_total,        // [c][i]  t            rows that answered c items, i among them
    item_square,       // [c][i]  t^2
    item_cross,        // [c][i]  x_i t
    parts
  };
  [[nodiscard]] double at(Part part, std::size_t i, std::size_t j) const {
    return sums_[part][i * items_ + j];
  }

  std::size_t items_;
  double origin_;
  std::size_t rows_ = 0;
  std::size_t complete_rows_ = 0;
  std::array<std::vector<double>, parts> sums_;
  std::vector<double> shifted_;        // the row at hand: answers - origin, those present only
  std::vector<std::size_t> answered_;  // and which items they are
};

}  // namespace securebase::stats
