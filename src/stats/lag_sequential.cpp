#include "stats/lag_sequential.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

constexpr std::size_t most_sequence_codes = 200;

tl::unexpected<Error> bad_sequence(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

Result<void> check_streams(std::span<const CodeStream> streams, std::size_t codes) {
  if (codes < 2 || codes > most_sequence_codes)
    return bad_sequence("sequence.codes", "sequences are of 2 to 200 different codes");
  for (const CodeStream& stream : streams)
    for (const std::uint16_t code : stream)
      if (code >= codes && code != no_code)
        return bad_sequence("sequence.code", "every place of a stream holds one of the codes, or none");
  return {};
}

struct Margins {
  std::vector<double> row, col;
  double n = 0;
  explicit Margins(const Matrix& t) : row(t.rows(), 0), col(t.cols(), 0) {
    for (std::size_t i = 0; i < t.rows(); ++i)
      for (std::size_t j = 0; j < t.cols(); ++j) {
        row[i] += t(i, j);
        col[j] += t(i, j);
        n += t(i, j);
      }
  }
  static double used(const std::vector<double>& margin) {
    return static_cast<double>(std::count_if(margin.begin(), margin.end(), [](double m) { return m > 0; }));
  }
};

std::optional<double> upper_p(double statistic, double df) {
  if (!(df > 0)) return std::nullopt;
  return chi_square_upper_p(std::max(statistic, 0.0), df);
}

OptionalTable nothing_yet(std::size_t c) {
  return OptionalTable(c, std::vector<std::optional<double>>(c));
}

TargetTable target_table(const Matrix& counts, const Margins& margins, std::size_t given,
                         std::size_t target) {
  TargetTable t;
  t.a = counts(given, target);
  t.b = margins.row[given] - t.a;
  t.c = margins.col[target] - t.a;
  t.d = margins.n - t.a - t.b - t.c;
  const double ad = t.a * t.d, bc = t.b * t.c;
  if (bc > 0) t.odds_ratio = ad / bc;
  if (ad > 0 && bc > 0) {
    t.log_or = std::log(*t.odds_ratio);
    t.se_log_or = std::sqrt(1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d);
  }
  if (ad + bc > 0) t.yules_q = (ad - bc) / (ad + bc);
  const double margin = (t.a + t.b) * (t.c + t.d) * (t.a + t.c) * (t.b + t.d);
  if (margin > 0) t.phi = (ad - bc) / std::sqrt(margin);
  const double base = (t.a + t.c) / margins.n;
  if (t.a + t.b > 0 && base < 1) t.kappa_transform = (t.a / (t.a + t.b) - base) / (1 - base);
  return t;
}

/// Chi-squares and Pearson residuals of counts and expected counts that are there.
void compare_with_expected(LagTable& table) {
  const std::size_t c = table.counts.rows();
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j) {
      const double n = table.counts(i, j), e = table.expected(i, j);
      if (!(e > 0)) continue;
      table.pearson[i][j] = (n - e) / std::sqrt(e);
      table.chisq += (n - e) * (n - e) / e;
      if (n > 0) table.g2 += 2 * n * std::log(n / e);
    }
  table.p = upper_p(table.chisq, table.df);
  table.g2_p = upper_p(table.g2, table.df);
}

void add_independence(LagTable& table, const Margins& margins) {
  const std::size_t c = table.counts.rows();
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j) table.expected(i, j) = margins.row[i] * margins.col[j] / margins.n;
  table.df = (Margins::used(margins.row) - 1) * (Margins::used(margins.col) - 1);
  compare_with_expected(table);
  table.targets.resize(c);
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j) {
      const double e = table.expected(i, j);
      const double variance = e * (1 - margins.row[i] / margins.n) * (1 - margins.col[j] / margins.n);
      if (variance > 0) table.adjusted[i][j] = (table.counts(i, j) - e) / std::sqrt(variance);
      table.targets[i].push_back(target_table(table.counts, margins, i, j));
    }
}

/// e_ij = r_i c_j off the diagonal, with the margins of the counts.
bool fit_proportions(LagTable& table, const Margins& margins) {
  const std::size_t c = table.counts.rows();
  constexpr int most_rounds = 100'000;
  constexpr double close = 1e-13;
  std::vector<double> r(c, 1), k(c, 1);
  for (int round = 0; round < most_rounds; ++round) {
    double moved = 0;
    const auto scale = [&](std::vector<double>& own, const std::vector<double>& other,
                           const std::vector<double>& margin) {
      double sum = 0;
      for (const double value : other) sum += value;
      for (std::size_t i = 0; i < c; ++i) {
        double rest = 0;
        for (std::size_t j = 0; j < c; ++j)
          if (j != i) rest += other[j];
        if (margin[i] > 0 && !(rest > 0)) return false;
        const double next = margin[i] > 0 ? margin[i] / rest : 0;
        moved = std::max(moved, std::abs(next - own[i]) / std::max(next, 1e-300));
        own[i] = next;
      }
      return sum > 0;
    };
    if (!scale(r, k, margins.row) || !scale(k, r, margins.col)) return false;
    if (moved < close) break;
    if (round + 1 == most_rounds) return false;
  }
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j) table.expected(i, j) = i == j ? 0 : r[i] * k[j];
  return true;
}

/// Leverage of each cell of the Poisson model log e = r_i + k_j: w x' (X' W X)^-1 x. X' W X has the margins
/// in its diagonal and e beside it; of rank one less than its size, so that the last used column is left out.
void add_leverage(LagTable& table, const Margins& margins) {
  const std::size_t c = table.counts.rows();
  std::vector<Eigen::Index> row_at(c, -1), col_at(c, -1);
  Eigen::Index size = 0;
  for (std::size_t i = 0; i < c; ++i)
    if (margins.row[i] > 0) row_at[i] = size++;
  std::size_t last = c;
  for (std::size_t j = 0; j < c; ++j)
    if (margins.col[j] > 0) last = j;
  for (std::size_t j = 0; j < last; ++j)
    if (margins.col[j] > 0) col_at[j] = size++;
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(size, size);
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j) {
      const double e = table.expected(i, j);
      if (!(e > 0)) continue;
      information(row_at[i], row_at[i]) += e;
      if (col_at[j] < 0) continue;
      information(col_at[j], col_at[j]) += e;
      information(row_at[i], col_at[j]) += e;
      information(col_at[j], row_at[i]) += e;
    }
  const Eigen::FullPivLU<Eigen::MatrixXd> decomposed(information);
  table.df = -static_cast<double>(decomposed.rank());
  const Eigen::MatrixXd inverse =
      decomposed.isInvertible() ? decomposed.inverse() : Eigen::MatrixXd(Eigen::MatrixXd::Zero(size, size));
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j) {
      const double e = table.expected(i, j);
      if (!(e > 0)) continue;
      table.df += 1;
      double quadratic = inverse(row_at[i], row_at[i]);
      if (col_at[j] >= 0) quadratic += 2 * inverse(row_at[i], col_at[j]) + inverse(col_at[j], col_at[j]);
      constexpr double all_of_it = 1e-9;
      const double free = 1 - e * quadratic;
      if (decomposed.isInvertible() && free > all_of_it)
        table.adjusted[i][j] = (table.counts(i, j) - e) / std::sqrt(e * free);
    }
}

Result<LagTable> finish(LagTable table, Repeats repeats) {
  const std::size_t c = table.counts.rows();
  const Margins margins(table.counts);
  table.n = margins.n;
  if (!(table.n > 0)) return bad_sequence("sequence.no_pairs", "no stream is longer than the lag");
  table.expected = Matrix(c, c);
  table.transition = table.pearson = table.adjusted = nothing_yet(c);
  for (std::size_t i = 0; i < c; ++i)
    for (std::size_t j = 0; j < c; ++j)
      if (margins.row[i] > 0) table.transition[i][j] = table.counts(i, j) / margins.row[i];
  if (repeats == Repeats::allowed) {
    add_independence(table, margins);
    return table;
  }
  for (std::size_t i = 0; i < c; ++i)
    if (table.counts(i, i) > 0)
      return bad_sequence("sequence.repeats", "a code follows itself: then repeats are not impossible");
  if (!fit_proportions(table, margins))
    return bad_sequence("sequence.not_fitted",
                        "what may be expected without repeats cannot be fitted: too few kinds of pairs");
  add_leverage(table, margins);
  compare_with_expected(table);
  return table;
}

void count_pairs(Matrix& counts, const CodeStream& given, const CodeStream& target, std::size_t lag) {
  for (std::size_t t = 0; t + lag < given.size(); ++t)
    if (given[t] != no_code && target[t + lag] != no_code) counts(given[t], target[t + lag]) += 1;
}

double log_share(double n, double ratio) {
  return n > 0 ? n * std::log(ratio) : 0;
}

}  // namespace

Result<LagTable> lag_table(std::span<const CodeStream> streams, std::size_t codes, std::size_t lag,
                           Repeats repeats) {
  if (auto fine = check_streams(streams, codes); !fine) return tl::unexpected(fine.error());
  if (lag < 1) return bad_sequence("sequence.lag", "a lag is 1 or more");
  LagTable table;
  table.lag = lag;
  table.counts = Matrix(codes, codes);
  for (const CodeStream& stream : streams) count_pairs(table.counts, stream, stream, lag);
  return finish(std::move(table), lag == 1 ? repeats : Repeats::allowed);
}

Result<LagTable> cross_lag_table(std::span<const CodeStream> given, std::span<const CodeStream> target,
                                 std::size_t codes, std::size_t lag) {
  if (auto fine = check_streams(given, codes); !fine) return tl::unexpected(fine.error());
  if (auto fine = check_streams(target, codes); !fine) return tl::unexpected(fine.error());
  if (given.size() != target.size())
    return bad_sequence("sequence.pairs", "both members have as many streams");
  LagTable table;
  table.lag = lag;
  table.counts = Matrix(codes, codes);
  for (std::size_t s = 0; s < given.size(); ++s) {
    if (given[s].size() != target[s].size())
      return bad_sequence("sequence.pairs", "both members' streams are equally long");
    count_pairs(table.counts, given[s], target[s], lag);
  }
  return finish(std::move(table), Repeats::allowed);
}

Result<Likelihood2> transition_homogeneity(std::span<const CodeStream> streams, std::size_t codes) {
  if (auto fine = check_streams(streams, codes); !fine) return tl::unexpected(fine.error());
  Matrix pooled(codes, codes);
  std::vector<Matrix> own;
  own.reserve(streams.size());
  for (const CodeStream& stream : streams) {
    Matrix counts(codes, codes);
    count_pairs(counts, stream, stream, 1);
    for (std::size_t i = 0; i < codes; ++i)
      for (std::size_t j = 0; j < codes; ++j) pooled(i, j) += counts(i, j);
    own.push_back(std::move(counts));
  }
  const Margins all(pooled);
  if (!(all.n > 0)) return bad_sequence("sequence.no_pairs", "no stream is longer than the lag");
  Likelihood2 test;
  std::vector<double> with(codes, 0);
  for (const Matrix& counts : own) {
    const Margins margins(counts);
    for (std::size_t i = 0; i < codes; ++i) {
      if (!(margins.row[i] > 0)) continue;
      with[i] += 1;
      for (std::size_t j = 0; j < codes; ++j)
        if (counts(i, j) > 0)
          test.statistic +=
              2 * log_share(counts(i, j), counts(i, j) / margins.row[i] / (pooled(i, j) / all.row[i]));
    }
  }
  for (std::size_t i = 0; i < codes; ++i) {
    double targets = 0;
    for (std::size_t j = 0; j < codes; ++j) targets += pooled(i, j) > 0 ? 1 : 0;
    if (with[i] > 0) test.df += (with[i] - 1) * (targets - 1);
  }
  test.p = upper_p(test.statistic, test.df);
  return test;
}

Result<Likelihood2> second_order(std::span<const CodeStream> streams, std::size_t codes) {
  if (auto fine = check_streams(streams, codes); !fine) return tl::unexpected(fine.error());
  std::vector<Matrix> triples(codes, Matrix(codes, codes));  // by the middle code
  for (const CodeStream& s : streams)
    for (std::size_t t = 0; t + 2 < s.size(); ++t)
      if (s[t] != no_code && s[t + 1] != no_code && s[t + 2] != no_code)
        triples[s[t + 1]](s[t], s[t + 2]) += 1;
  Likelihood2 test;
  double n = 0;
  for (const Matrix& around : triples) {
    const Margins margins(around);
    if (!(margins.n > 0)) continue;
    n += margins.n;
    for (std::size_t i = 0; i < codes; ++i)
      for (std::size_t j = 0; j < codes; ++j)
        if (around(i, j) > 0)
          test.statistic +=
              2 * log_share(around(i, j), around(i, j) * margins.n / (margins.row[i] * margins.col[j]));
    test.df += (Margins::used(margins.row) - 1) * (Margins::used(margins.col) - 1);
  }
  if (!(n > 0)) return bad_sequence("sequence.no_pairs", "no stream has three codes in a row");
  test.p = upper_p(test.statistic, test.df);
  return test;
}

}  // namespace securebase::stats
