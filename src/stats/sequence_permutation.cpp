#include "stats/sequence_permutation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace securebase::stats {
namespace {

constexpr std::size_t least_replicates = 99, most_replicates = 1'000'000;
constexpr std::size_t fewest_pairs = 5;

Result<void> check_replicates(std::size_t replicates) {
  if (replicates >= least_replicates && replicates <= most_replicates) return {};
  return fail(ErrorKind::bad_data, "sequence.replicates", "replicates number from 99 to 1000000");
}

/// Random numbers one after another.
class Draws {
 public:
  explicit Draws(const RandomKey& key) : key_(key) {}
  [[nodiscard]] std::size_t below(std::size_t n) { return random_below(key_, next_++, n); }

 private:
  RandomKey key_;
  std::uint64_t next_ = 0;
};

/// Fisher and Yates.
template <class T>
void shuffle(std::vector<T>& values, Draws& draws) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[draws.below(i)]);
}

/// Places where something was coded keep being those.
void shuffle_codes(CodeStream& stream, Draws& draws) {
  CodeStream codes;
  codes.reserve(stream.size());
  std::copy_if(stream.begin(), stream.end(), std::back_inserter(codes),
               [](std::uint16_t c) { return c != no_code; });
  shuffle(codes, draws);
  std::size_t next = 0;
  for (std::uint16_t& place : stream)
    if (place != no_code) place = codes[next++];
}

bool repeats_at(const CodeStream& stream, std::size_t place) {
  if (stream[place] == no_code) return false;
  return (place > 0 && stream[place - 1] == stream[place]) ||
         (place + 1 < stream.size() && stream[place + 1] == stream[place]);
}

void exchange_codes(CodeStream& stream, Draws& draws) {
  constexpr std::size_t exchanges_a_place = 10;
  if (stream.size() < 2) return;
  for (std::size_t k = 0; k < exchanges_a_place * stream.size(); ++k) {
    const std::size_t i = draws.below(stream.size()), j = draws.below(stream.size());
    if (stream[i] == no_code || stream[j] == no_code || stream[i] == stream[j]) continue;
    std::swap(stream[i], stream[j]);
    if (repeats_at(stream, i) || repeats_at(stream, j)) std::swap(stream[i], stream[j]);
  }
}

/// Tables of all replicates, cell by cell.
class Replicated {
 public:
  Replicated(const Matrix& observed, std::size_t replicates) : observed_(observed) {
    tables_.reserve(replicates);
  }
  void add(Matrix table) { tables_.push_back(std::move(table)); }

  [[nodiscard]] PermutedTable summary(std::size_t lag) const {
    const std::size_t c = observed_.rows();
    PermutedTable result{lag,
                         tables_.size(),
                         observed_,
                         Matrix(c, c),
                         OptionalTable(c, std::vector<std::optional<double>>(c)),
                         Matrix(c, c, 1),
                         Matrix(c, c, 1),
                         1};
    Spread all{Matrix(c, c), Matrix(c, c)};
    for (std::size_t i = 0; i < c; ++i)
      for (std::size_t j = 0; j < c; ++j) summarise_cell(i, j, result, all);
    adjust(result, all);
    return result;
  }

 private:
  /// Of all replicates and the one observed.
  struct Spread {
    Matrix centre, sd;
  };

  void summarise_cell(std::size_t i, std::size_t j, PermutedTable& result, Spread& all) const {
    const auto r = static_cast<double>(tables_.size());
    double sum = 0, squares = 0;
    std::size_t above = 1, below = 1;
    for (const Matrix& table : tables_) {
      sum += table(i, j);
      above += table(i, j) >= observed_(i, j) ? 1U : 0U;
      below += table(i, j) <= observed_(i, j) ? 1U : 0U;
    }
    const double mean = sum / r;
    for (const Matrix& table : tables_) squares += std::pow(table(i, j) - mean, 2);
    result.mean(i, j) = mean;
    if (squares > 0) result.z[i][j] = (observed_(i, j) - mean) / std::sqrt(squares / (r - 1));
    result.p(i, j) = std::min(1.0, 2 * static_cast<double>(std::min(above, below)) / (r + 1));
    // The largest of a table are compared as one of all: centred without it, the one observed would stand
    // out.
    const double apart = observed_(i, j) - mean;
    all.centre(i, j) = mean + apart / (r + 1);
    all.sd(i, j) = std::sqrt((squares + apart * apart * r / (r + 1)) / r);
  }

  void adjust(PermutedTable& result, const Spread& all) const {
    const std::size_t c = observed_.rows();
    std::vector<double> largest;
    largest.reserve(tables_.size());
    const auto z_of = [&](const Matrix& table, std::size_t i, std::size_t j) {
      return all.sd(i, j) > 0 ? std::abs(table(i, j) - all.centre(i, j)) / all.sd(i, j) : 0;
    };
    const auto largest_of = [&](const Matrix& table) {
      double most = 0;
      for (std::size_t i = 0; i < c; ++i)
        for (std::size_t j = 0; j < c; ++j) most = std::max(most, z_of(table, i, j));
      return most;
    };
    for (const Matrix& table : tables_) largest.push_back(largest_of(table));
    std::sort(largest.begin(), largest.end());
    const auto share_from = [&](double z) {
      constexpr double rounding = 1e-12;
      const auto from = std::lower_bound(largest.begin(), largest.end(), z - rounding);
      return static_cast<double>(1 + (largest.end() - from)) / static_cast<double>(largest.size() + 1);
    };
    for (std::size_t i = 0; i < c; ++i)
      for (std::size_t j = 0; j < c; ++j)
        if (result.z[i][j]) result.p_adjusted(i, j) = share_from(z_of(observed_, i, j));
    result.p_any = share_from(largest_of(observed_));
  }

  Matrix observed_;
  std::vector<Matrix> tables_;
};

Matrix count_again(std::span<const CodeStream> given, std::span<const CodeStream> target,
                   std::span<const std::size_t> partner, std::size_t codes, std::size_t lag) {
  Matrix counts(codes, codes);
  for (std::size_t s = 0; s < given.size(); ++s) {
    const CodeStream& a = given[s];
    const CodeStream& b = target[partner[s]];
    for (std::size_t t = 0; t + lag < a.size(); ++t)
      if (a[t] != no_code && b[t + lag] != no_code) counts(a[t], b[t + lag]) += 1;
  }
  return counts;
}

}  // namespace

Result<PermutedTable> permute_within(std::span<const CodeStream> streams, std::size_t codes, std::size_t lag,
                                     Repeats repeats, std::size_t replicates, const RandomKey& key) {
  if (auto fine = check_replicates(replicates); !fine) return tl::unexpected(fine.error());
  const auto observed = lag_table(streams, codes, lag, repeats);
  if (!observed) return tl::unexpected(observed.error());
  Replicated all(observed->counts, replicates);
  std::vector<CodeStream> shuffled(streams.begin(), streams.end());
  std::vector<std::size_t> own(streams.size());
  std::iota(own.begin(), own.end(), std::size_t{0});
  for (std::size_t r = 0; r < replicates; ++r) {
    Draws draws(key.part(r));
    for (std::size_t s = 0; s < shuffled.size(); ++s) {
      if (repeats == Repeats::impossible) {
        exchange_codes(shuffled[s], draws);
      } else {
        shuffled[s] = streams[s];
        shuffle_codes(shuffled[s], draws);
      }
    }
    all.add(count_again(shuffled, shuffled, own, codes, lag));
  }
  return all.summary(lag);
}

Result<PermutedTable> permute_partners(std::span<const CodeStream> given, std::span<const CodeStream> target,
                                       std::size_t codes, std::size_t lag, std::size_t replicates,
                                       const RandomKey& key) {
  if (auto fine = check_replicates(replicates); !fine) return tl::unexpected(fine.error());
  const auto observed = cross_lag_table(given, target, codes, lag);
  if (!observed) return tl::unexpected(observed.error());
  const bool one_length = std::all_of(given.begin(), given.end(),
                                      [&](const CodeStream& s) { return s.size() == given.front().size(); });
  if (!one_length || given.size() < fewest_pairs)
    return fail(ErrorKind::bad_data, "sequence.pairs",
                "partners are exchanged among five pairs or more whose streams are equally long");
  Replicated all(observed->counts, replicates);
  std::vector<std::size_t> partner(given.size());
  for (std::size_t r = 0; r < replicates; ++r) {
    std::iota(partner.begin(), partner.end(), std::size_t{0});
    Draws draws(key.part(r));
    shuffle(partner, draws);
    all.add(count_again(given, target, partner, codes, lag));
  }
  return all.summary(lag);
}

}  // namespace securebase::stats
