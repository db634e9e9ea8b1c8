#pragma once
// Composite scores: weighted sums and means of keyed items, with what happens to missing answers.
//
//   sum    S = m * sum_i w_i x_i
//   mean   S = m * sum_i w_i x_i / sum_i w_i
//   count  S = m * sum_i w_i [x_i >= t]        (the comparison is in the keyed values)
//
// Prorating puts the mean of the answered items in the place of the missing ones (Downey & King 1998, J. Gen.
// Psychol. 125, 175, "person mean substitution"):
//   S = m * (sum over answered w_i x_i) * (sum_i w_i) / (sum over answered w_i)   for a sum, and without
//   the factor sum_i w_i for a mean.
//
// Answers come as bytes: 0..250 for the answer codes of an item counted from its lowest, and `no_answer` and
// above for anything else. A table per item says what each byte is worth, so every key, however odd, costs
// the same. Values and scores are in the unit of the answers, weights are plain numbers; all finite.

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
  double value = 0;          ///< sum of weight times keyed value
  double weight = 0;         ///< sum of the weights of answered items
  std::size_t answered = 0;  ///< items that hold one of their answers
};

/// One scale's items, compiled: which column of a row, and what each byte there is worth.
class CompositeKey {
 public:
  /// `column` counts from 0 in the rows to be scored. `worth[b]` is what byte b is worth (at most `no_answer`
  /// entries count); a byte beyond `worth`, and any from `no_answer` on, is no answer and worth `missing`.
  void add_item(std::size_t column, std::span<const Worth> worth, Worth missing);

  [[nodiscard]] std::size_t items() const { return columns_.size(); }

  /// Sums of the scale's items in one row of answer bytes, which reaches at least to the last column added.
  /// Exact while every value and weight is a whole number and the sums stay below 2^53.
  [[nodiscard]] Tally tally(const std::uint8_t* row) const;

  /// The same for out.size() rows, each beginning `stride` bytes after the one before.
  void tally_rows(const std::uint8_t* rows, std::size_t stride, std::span<Tally> out) const;

 private:
  struct Entry {
    Worth worth;
    bool is_answer = false;
  };

  void pack(const Entry& entry);
  [[nodiscard]] Tally tally_weighted(const std::uint8_t* row) const;
  [[nodiscard]] Tally tally_packed(const std::uint8_t* row) const;
  void tally_four(const std::uint8_t* rows, std::size_t stride, Tally* out) const;

  std::vector<std::size_t> columns_;
  std::vector<Entry> entries_;  ///< items() times 256
  // The same in one number, count * 2^32 + value, so that one load and one addition serve an answer. Only
  // while every value is a small whole number and every answer weighs 1, as in nearly every published key.
  std::vector<std::int64_t> packed_;
  bool is_packed_ = true;
};

enum class Composite { sum, mean };

/// What stands in the place of missing answers.
enum class Fill {
  as_tallied,  ///< what CompositeKey::add_item was told
  prorated     ///< the mean of the answered items
};

/// How a tally becomes a score.
struct CompositeRule {
  Composite composite = Composite::sum;
  double multiply = 1;
  double full_weight = 0;  ///< sum of all weights of the scale
};

/// The score of a tally; the caller has decided that enough was answered. Nothing where the divisor, the
/// weight of the answered items or of all of them, is not above zero.
[[nodiscard]] inline std::optional<double> composite_score(const Tally& tally, const CompositeRule& rule,
                                                           Fill fill) {
  if (rule.composite == Composite::sum && fill == Fill::as_tallied) return rule.multiply * tally.value;
  const double divisor = fill == Fill::prorated ? tally.weight : rule.full_weight;
  if (!(divisor > 0)) return std::nullopt;
  const double mean = tally.value / divisor;
  return rule.multiply * (rule.composite == Composite::mean ? mean : mean * rule.full_weight);
}

/// How many of the bytes of a row hold no answer.
[[nodiscard]] std::size_t count_missing(std::span<const std::uint8_t> row);

}  // namespace securebase::stats
