#pragma once
// What reliability needs to know about the answers to k items, gathered row by row in memory that depends on
// k alone.
//
// Everything kept is a sum, so two accumulators merge by addition. While answers are whole numbers (or whole
// multiples of a power of two, such as halves) every sum is exact up to 2^53: order, chunks and merging then
// change nothing at all, and 10^7 rows of answers from 0 to 100 lose nothing. The subtraction of means is
// done with the exact product and the exact remainder of the division. With other fractions every sum keeps
// what rounding took from it, so that however many the rows, a variance is off by less than 1e-15 of the mean
// square of (answer - origin); one below 1e-14 of that square is rounding and counts as none. Where answers
// lie far from 0 compared with their spread give an `origin` near their mean.

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

/// A sum that keeps what rounding takes from it (Knuth 1969, The Art of Computer Programming 2, 4.2.2,
/// theorem B; Neumaier 1974, ZAMM 54, 39): as if added up with twice the digits.
class CompensatedSum {
 public:
  void add(double term) {
    const double next = sum_ + term;
    const double added = next - sum_;
    rest_ += (sum_ - (next - added)) + (term - added);
    sum_ = next;
  }
  void add(const CompensatedSum& other) {
    add(other.sum_);
    rest_ += other.rest_;
  }
  [[nodiscard]] double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0;
  double rest_ = 0;
};

class ItemMoments {
 public:
  /// `items` at least 1. Accumulators that are to be merged must have the same origin.
  explicit ItemMoments(std::size_t items, double origin = 0);

  /// One person's answers: `present[i]` other than 0 says that `values[i]` is one; what stands in the place
  /// of an absent answer is not read. A length other than items(), or an answer that is not a finite number,
  /// is a bug of the caller (std::invalid_argument), and the row is then not added.
  void add_row(std::span<const double> values, std::span<const std::uint8_t> present);

  /// As if the rows of `other` had been added here. Other items or another origin are a bug of the caller
  /// (std::invalid_argument).
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
    return sums_[part][i * items_ + j].value();
  }

  std::size_t items_;
  double origin_;
  std::size_t rows_ = 0;
  std::size_t complete_rows_ = 0;
  std::array<std::vector<CompensatedSum>, parts> sums_;
  std::vector<double> shifted_;        // the row at hand: answers - origin, those present only
  std::vector<std::size_t> answered_;  // and which items they are
};

}  // namespace securebase::stats
