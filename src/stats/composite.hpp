#pragma once
// Composite scores: weighted sums and means of keyed items, with what happens to missing answers.
//
//   sum    S = m * sum_i w_i x_i
//   mean   S = m * sum_i w_i x_i / sum_i w_i
//   count  S = m * sum_i w_i [x_i >= t]        (the comparison is in the keyed values)
//
// Prorating puts the mean of the answered items in the place of the missing ones (Downey & King 1998):
//   S = m * (sum over answered w_i x_i) * (sum_i w_i) / (sum over answered w_i)   for a sum, and without
//   the factor sum_i w_i for a mean.
//
// Answers come as bytes: 0..250 for the answer codes of an item counted from its lowest, and `no_answer` and
// above for anything else. A table per item says what each byte is worth, so every key, however odd, costs
// the same.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace securebase::stats {

inline constexpr std::uint8_t no_answer = 251;  ///< this byte and those above it hold no answer

/// What one answer adds: weight times keyed value, and its weight (0 where there is no answer).
struct Worth {
  double value = 0;
  double weight = 0;
};

/// Sums over one scale's items in one row.
struct Tally {
  double value = 0;   ///< sum of weight times keyed value
  double weight = 0;  ///< sum of the weights of answered items
};

/// One scale's items, compiled: which column of a row, and what each byte there is worth.
class CompositeKey {
 public:
  /// `column` counts from 0 in the rows to be scored. `worth[b]` is what byte b is worth; bytes beyond it and
  /// bytes from `no_answer` on are worth `missing`.
  void add_item(std::size_t column, std::span<const Worth> worth, Worth missing);

  [[nodiscard]] std::size_t items() const { return columns_.size(); }

  /// How many of the scale's items hold an answer.
  [[nodiscard]] std::size_t answered(const std::uint8_t* row) const;

  /// Sums of the scale's items in one row of answer bytes.
  [[nodiscard]] Tally tally(const std::uint8_t* row) const;

 private:
  static constexpr std::size_t bytes = 256;
  std::vector<std::size_t> columns_;
  std::vector<Worth> worth_;  ///< items() blocks of 256
};

enum class Composite { sum, mean };

/// How many answers may be missing and what then happens.
struct CompositeRule {
  Composite composite = Composite::sum;
  double multiply = 1;
  double full_weight = 0;  ///< sum of all weights of the scale
  bool prorate = false;    ///< false: the tally stands as it is
};

/// The score of a tally; the caller has decided that enough was answered. Nothing where nothing was answered.
[[nodiscard]] std::optional<double> composite_score(const Tally& tally, const CompositeRule& rule);

/// How many of the bytes of a row hold no answer.
[[nodiscard]] std::size_t count_missing(std::span<const std::uint8_t> row);

}  // namespace securebase::stats
