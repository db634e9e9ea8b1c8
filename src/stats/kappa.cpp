#include "stats/kappa.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

tl::unexpected<Error> bad(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

Result<void> check_level_of_kappa(double level) {
  if (level > 0 && level < 1) return {};
  return bad("kappa.level", "the level of an interval lies between 0 and 1");
}

Result<void> check_weights(const Matrix& weights, std::size_t q) {
  const auto fault = [] {
    return bad(
        "kappa.weights",
        "weights are a symmetric matrix of as many rows as categories, 1 in the diagonal and from 0 to "
        "1 elsewhere");
  };
  if (weights.rows() != q || weights.cols() != q) return fault();
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j)
      if (!(weights(i, j) >= 0 && weights(i, j) <= 1) || weights(i, j) != weights(j, i) ||
          (i == j && weights(i, j) != 1))
        return fault();
  return {};
}

std::optional<double> quotient(double n, double d) {
  return d > 0 ? std::optional(n / d) : std::nullopt;
}

/// What rounding leaves of an expected share of 1.
constexpr double certain = 1 - 1e-14;

void correct_for_chance(ChanceCorrected& c) {
  if (c.expected < certain) c.value = (c.observed - c.expected) / (1 - c.expected);
}

// Two raters --------------------------------------------------------------------------------------------

/// Shares of a cross table, and weights as a row and a column see them.
struct CrossShares {
  Matrix p;
  std::vector<double> row, col;            // p_i., p_.j
  std::vector<double> row_mean, col_mean;  // sum_j p_.j w_ij, sum_i p_i. w_ij
};

Result<CrossShares> cross_shares(const Matrix& counts, const Matrix& weights, double& n) {
  const std::size_t q = counts.rows();
  if (q < 2 || counts.cols() != q)
    return bad("kappa.counts", "two raters give a square table of two categories or more");
  for (std::size_t i = 0; i < q * q; ++i)
    if (!(counts.data()[i] >= 0 && std::isfinite(counts.data()[i])))
      return bad("kappa.counts", "counts are not negative");
  n = pairwise_sum({counts.data(), q * q});
  if (!(n > 0) || !std::isfinite(n)) return bad("kappa.counts", "no unit was rated by both raters");
  CrossShares s{counts, std::vector<double>(q), std::vector<double>(q), std::vector<double>(q),
                std::vector<double>(q)};
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      s.p(i, j) /= n;
      s.row[i] += s.p(i, j);
      s.col[j] += s.p(i, j);
    }
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      s.row_mean[i] += s.col[j] * weights(i, j);
      s.col_mean[j] += s.row[i] * weights(i, j);
    }
  return s;
}

/// n (1 - e)^2 var kappa = sum p_ij (w_ij - (row_mean_i + col_mean_j)(1 - kappa))^2 - (kappa - e (1 -
/// kappa))^2
double variance_with_agreement(const CrossShares& s, const Matrix& w, double kappa, double expected) {
  double sum = 0;
  for (std::size_t i = 0; i < w.rows(); ++i)
    for (std::size_t j = 0; j < w.rows(); ++j) {
      const double d = w(i, j) - (s.row_mean[i] + s.col_mean[j]) * (1 - kappa);
      sum += s.p(i, j) * d * d;
    }
  const double centre = kappa - expected * (1 - kappa);
  return std::max(sum - centre * centre, 0.0);
}

/// n (1 - e)^2 var_0 kappa = sum p_i. p_.j (w_ij - (row_mean_i + col_mean_j))^2 - e^2
double variance_by_chance(const CrossShares& s, const Matrix& w, double expected) {
  double sum = 0;
  for (std::size_t i = 0; i < w.rows(); ++i)
    for (std::size_t j = 0; j < w.rows(); ++j) {
      const double d = w(i, j) - (s.row_mean[i] + s.col_mean[j]);
      sum += s.row[i] * s.col[j] * d * d;
    }
  return std::max(sum - expected * expected, 0.0);
}

/// The table as one category against all others: kappa = 2 (p_cc - p_c. p_.c) / (p_c. + p_.c - 2 p_c. p_.c).
std::vector<CategoryAgreement> cross_categories(const CrossShares& s) {
  std::vector<CategoryAgreement> categories(s.row.size());
  for (std::size_t c = 0; c < categories.size(); ++c) {
    const double both = s.p(c, c), a = s.row[c], b = s.col[c];
    categories[c].share = (a + b) / 2;
    if (categories[c].share < certain) categories[c].kappa = quotient(2 * (both - a * b), a + b - 2 * a * b);
    categories[c].specific = quotient(2 * both, a + b);
  }
  return categories;
}

// Any number of raters ----------------------------------------------------------------------------------

/// What each unit adds.
struct UnitShares {
  std::vector<double> ratings;                // r of each unit with a rating
  std::vector<std::vector<double>> share;     // r_c / r
  std::vector<std::optional<double>> agreed;  // of those with two ratings
  std::vector<double> pi;
  double observed = 0;
  std::size_t pairable = 0;
};

Result<void> check_counts(const Matrix& counts) {
  if (counts.cols() < 2) return bad("kappa.counts", "agreement on categories needs two of them");
  for (std::size_t i = 0; i < counts.rows() * counts.cols(); ++i) {
    const double count = counts.data()[i];
    if (!(count >= 0 && std::isfinite(count)) || count != std::floor(count))
      return bad("kappa.counts", "counts of raters are whole and not negative");
  }
  return {};
}

/// sum_c r_c (sum_d w_cd r_d - 1) / (r (r - 1))
double agreed_of(std::span<const double> counts, const Matrix& w, double r) {
  double sum = 0;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    double like = 0;
    for (std::size_t d = 0; d < counts.size(); ++d) like += w(c, d) * counts[d];
    sum += counts[c] * (like - 1);
  }
  return sum / (r * (r - 1));
}

Result<UnitShares> unit_shares(const Matrix& counts, const Matrix& weights) {
  if (auto fine = check_counts(counts); !fine) return tl::unexpected(fine.error());
  UnitShares s;
  s.pi.assign(counts.cols(), 0);
  double sum = 0;
  for (std::size_t unit = 0; unit < counts.rows(); ++unit) {
    const double r = pairwise_sum(counts.row(unit));
    if (!(r > 0)) continue;
    std::vector<double> share(counts.cols());
    for (std::size_t c = 0; c < share.size(); ++c) s.pi[c] += share[c] = counts(unit, c) / r;
    s.ratings.push_back(r);
    s.share.push_back(std::move(share));
    s.agreed.push_back(r >= 2 ? std::optional(agreed_of(counts.row(unit), weights, r)) : std::nullopt);
    sum += s.agreed.back().value_or(0);
    if (r >= 2) ++s.pairable;
  }
  if (s.pairable == 0) return bad("ratings.too_few_raters", "no unit was rated by two raters");
  for (double& pi : s.pi) pi /= static_cast<double>(s.ratings.size());
  s.observed = sum / static_cast<double>(s.pairable);
  return s;
}

bool one_category(const std::vector<double>& pi) {
  return *std::max_element(pi.begin(), pi.end()) >= certain;
}

double sum_of_squares(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum;
}

/// sqrt((n-1)/n sum (kappa_(i) - their mean)^2), kappa_(i) without unit i.
std::optional<double> jackknife_error(const UnitShares& s) {
  const double n = static_cast<double>(s.ratings.size());
  if (n < 3) return std::nullopt;
  const double agreed = s.observed * static_cast<double>(s.pairable);
  std::vector<double> without;
  without.reserve(s.ratings.size());
  for (std::size_t i = 0; i < s.ratings.size(); ++i) {
    std::vector<double> pi(s.pi.size());
    for (std::size_t c = 0; c < pi.size(); ++c) pi[c] = (n * s.pi[c] - s.share[i][c]) / (n - 1);
    const double pairable = static_cast<double>(s.pairable) - (s.agreed[i] ? 1 : 0);
    if (pairable == 0 || one_category(pi)) return std::nullopt;
    const double observed = (agreed - s.agreed[i].value_or(0)) / pairable;
    const double expected = sum_of_squares(pi);
    without.push_back((observed - expected) / (1 - expected));
  }
  const auto spread = summarise(without);
  return *spread->sd * (n - 1) / std::sqrt(n);
}

/// Of each category: kappa = 1 - (sum over units of r_c (r - r_c) / (r (r-1))) / (n pi (1 - pi)).
CategoryAgreement category_of(const UnitShares& s, std::size_t c) {
  CategoryAgreement category;
  category.share = s.pi[c];
  double apart = 0, both = 0, any = 0;
  for (std::size_t i = 0; i < s.ratings.size(); ++i) {
    if (!s.agreed[i]) continue;
    const double r = s.ratings[i], of = s.share[i][c] * r;
    apart += of * (r - of) / (r * (r - 1));
    both += of * (of - 1) / (r - 1);
    any += of;
  }
  const double n = static_cast<double>(s.pairable), pi = s.pi[c];
  if (pi > 0 && pi < certain) category.kappa = 1 - apart / (n * pi * (1 - pi));
  category.specific = quotient(both, any);
  return category;
}

/// 2 / (N r (r-1)) ((sum pi q)^2 - sum pi q (q - pi)) / (sum pi q)^2, q = 1 - pi; of one category 2 / (N r
/// (r-1)).
void add_errors_by_chance(FleissKappa& fleiss, const UnitShares& s) {
  const double n = static_cast<double>(s.ratings.size()), r = s.ratings.front();
  if (s.pairable != s.ratings.size() ||
      std::any_of(s.ratings.begin(), s.ratings.end(), [&](double other) { return other != r; }))
    return;
  fleiss.raters = static_cast<std::size_t>(r);
  if (!fleiss.kappa.value) return;
  double pq = 0, skew = 0;
  for (const double pi : s.pi) {
    pq += pi * (1 - pi);
    skew += pi * (1 - pi) * (1 - 2 * pi);
  }
  const double unit = 2 / (n * r * (r - 1));
  fleiss.se_null = std::sqrt(unit * std::max(pq * pq - skew, 0.0)) / pq;
  if (*fleiss.se_null > 0) {
    fleiss.z = *fleiss.kappa.value / *fleiss.se_null;
    fleiss.p = 2 * normal_cdf(-std::abs(*fleiss.z));
  }
  for (CategoryAgreement& category : fleiss.categories) {
    if (!category.kappa) continue;
    category.se_null = std::sqrt(unit);
    category.z = *category.kappa / *category.se_null;
  }
}

/// Its error from what each unit says of it, its interval by t.
void add_linear_error(ChanceCorrected& c, const std::vector<double>& of_unit, double level) {
  const double n = static_cast<double>(of_unit.size());
  if (!c.value || of_unit.size() < 2) return;
  double sum = 0;
  for (const double x : of_unit) sum += (x - *c.value) * (x - *c.value);
  c.std_error = std::sqrt(sum / (n * (n - 1)));
  const double reach = student_t_quantile((1 + level) / 2, n - 1) * *c.std_error;
  c.interval = Interval{*c.value - reach, *c.value + reach, level};
}

/// What unit i says of the observed share, of AC: n / n' (a_i - e) / (1 - e) - 2 (1 - AC)(e_i - e) / (1 - e),
/// e_i = sum w / (q (q - 1)) sum_c r_c / r (1 - pi_c), and 0 for a_i - e of a unit with one rating.
void add_gwet_errors(GwetAgreement& gwet, const UnitShares& s, double factor, double level) {
  const double more = static_cast<double>(s.ratings.size()) / static_cast<double>(s.pairable);
  const double e = gwet.ac.expected;
  std::vector<double> of_ac(s.ratings.size()), of_observed(s.ratings.size());
  for (std::size_t i = 0; i < of_ac.size(); ++i) {
    of_observed[i] = s.agreed[i] ? more * *s.agreed[i] : 0;
    double chance = 0;
    for (std::size_t c = 0; c < s.pi.size(); ++c) chance += s.share[i][c] * (1 - s.pi[c]);
    if (gwet.ac.value)
      of_ac[i] =
          ((s.agreed[i] ? more * (*s.agreed[i] - e) : 0) - 2 * (1 - *gwet.ac.value) * (factor * chance - e)) /
          (1 - e);
  }
  add_linear_error(gwet.ac, of_ac, level);
  add_linear_error(gwet.agreement, of_observed, level);
  if (gwet.ac.std_error && *gwet.ac.std_error > 0)
    gwet.p =
        student_t_two_sided_p(*gwet.ac.value / *gwet.ac.std_error, static_cast<double>(s.ratings.size() - 1));
}

}  // namespace

Matrix agreement_weights(std::size_t categories, AgreementWeights weights) {
  if (categories < 2) throw std::invalid_argument("weights of fewer than two categories");
  Matrix w(categories, categories);
  const double most = static_cast<double>(categories - 1);
  for (std::size_t i = 0; i < categories; ++i)
    for (std::size_t j = 0; j < categories; ++j) {
      const double d = std::abs(static_cast<double>(i) - static_cast<double>(j)) / most;
      w(i, j) = weights == AgreementWeights::unweighted ? (i == j ? 1 : 0)
                : weights == AgreementWeights::linear   ? 1 - d
                                                        : 1 - d * d;
    }
  return w;
}

Result<CohenKappa> cohen_kappa(const Matrix& counts, const Matrix& weights, double level) {
  if (auto fine = check_level_of_kappa(level); !fine) return tl::unexpected(fine.error());
  if (auto fine = check_weights(weights, counts.rows()); !fine) return tl::unexpected(fine.error());
  CohenKappa cohen;
  const auto s = cross_shares(counts, weights, cohen.n);
  if (!s) return tl::unexpected(s.error());
  ChanceCorrected& kappa = cohen.kappa;
  for (std::size_t i = 0; i < weights.rows(); ++i)
    for (std::size_t j = 0; j < weights.rows(); ++j) {
      kappa.observed += weights(i, j) * s->p(i, j);
      kappa.expected += weights(i, j) * s->row[i] * s->col[j];
    }
  cohen.categories = cross_categories(*s);
  correct_for_chance(kappa);
  if (!kappa.value) return cohen;
  const double scale = std::sqrt(cohen.n) * (1 - kappa.expected);
  kappa.std_error = std::sqrt(variance_with_agreement(*s, weights, *kappa.value, kappa.expected)) / scale;
  const double reach = normal_reach(level) * *kappa.std_error;
  kappa.interval = Interval{*kappa.value - reach, *kappa.value + reach, level};
  cohen.se_null = std::sqrt(variance_by_chance(*s, weights, kappa.expected)) / scale;
  if (*cohen.se_null > 0) {
    cohen.z = *kappa.value / *cohen.se_null;
    cohen.p = 2 * normal_cdf(-std::abs(*cohen.z));
  }
  return cohen;
}

Result<FleissKappa> fleiss_kappa(const Matrix& counts, double level) {
  if (auto fine = check_level_of_kappa(level); !fine) return tl::unexpected(fine.error());
  if (auto fine = check_counts(counts); !fine) return tl::unexpected(fine.error());
  const auto s = unit_shares(counts, agreement_weights(counts.cols(), AgreementWeights::unweighted));
  if (!s) return tl::unexpected(s.error());
  FleissKappa fleiss;
  fleiss.units = s->pairable;
  fleiss.kappa.observed = s->observed;
  fleiss.kappa.expected = sum_of_squares(s->pi);
  if (!one_category(s->pi)) correct_for_chance(fleiss.kappa);
  if (fleiss.kappa.value) fleiss.kappa.std_error = jackknife_error(*s);
  if (fleiss.kappa.std_error) {
    const double reach = normal_reach(level) * *fleiss.kappa.std_error;
    fleiss.kappa.interval = Interval{*fleiss.kappa.value - reach, *fleiss.kappa.value + reach, level};
  }
  for (std::size_t c = 0; c < counts.cols(); ++c) fleiss.categories.push_back(category_of(*s, c));
  add_errors_by_chance(fleiss, *s);
  return fleiss;
}

Result<GwetAgreement> gwet_agreement(const Matrix& counts, const Matrix& weights, double level) {
  if (auto fine = check_level_of_kappa(level); !fine) return tl::unexpected(fine.error());
  if (auto fine = check_counts(counts); !fine) return tl::unexpected(fine.error());
  if (auto fine = check_weights(weights, counts.cols()); !fine) return tl::unexpected(fine.error());
  const auto s = unit_shares(counts, weights);
  if (!s) return tl::unexpected(s.error());
  const double q = static_cast<double>(counts.cols());
  const double factor = pairwise_sum({weights.data(), weights.rows() * weights.cols()}) / (q * (q - 1));
  GwetAgreement gwet;
  gwet.units = s->ratings.size();
  gwet.pairable = s->pairable;
  gwet.ac.observed = gwet.agreement.observed = s->observed;
  gwet.ac.expected = factor * (1 - sum_of_squares(s->pi));
  gwet.agreement.value = s->observed;
  if (!one_category(s->pi)) correct_for_chance(gwet.ac);
  add_gwet_errors(gwet, *s, factor, level);
  return gwet;
}

}  // namespace securebase::stats
