#include "stats/krippendorff.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "coverage.hpp"
#include "fixed_random.hpp"
#include "ratings.hpp"
#include "stats/kappa.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

constexpr Measurement all_levels[] = {Measurement::nominal, Measurement::ordinal, Measurement::interval,
                                      Measurement::ratio};

Json json_of(const KrippendorffAlpha& k) {
  return {{"alpha", to_json(k.alpha)},
          {"observed_disagreement", k.observed},
          {"expected_disagreement", k.expected}};
}

TEST(KrippendorffReference, four_metrics_with_ratings_missing) {
  auto reference = reference::find_case("agreement/krippendorff_4x12");
  if (!reference) GTEST_SKIP() << reference::absent("agreement/krippendorff_4x12");
  const auto coders = reference->model().at("coders").get<std::vector<std::string>>();
  const auto table = table_of(reference->table(), coders);
  const auto nominal = *krippendorff_alpha(table, Measurement::nominal);
  reference->expect({{"units", table.units()},
                     {"coders", table.raters()},
                     {"pairable_values", nominal.pairable},
                     {"values", nominal.values},
                     {"value_counts", nominal.counts},
                     {"nominal", json_of(nominal)},
                     {"ordinal", json_of(*krippendorff_alpha(table, Measurement::ordinal))},
                     {"interval", json_of(*krippendorff_alpha(table, Measurement::interval))},
                     {"ratio", json_of(*krippendorff_alpha(table, Measurement::ratio))}});
}

TEST(Krippendorff, the_example_as_printed) {
  const double printed[] = {.743, .815, .849, .797};
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(*krippendorff_alpha(krippendorff_units(), all_levels[i])->alpha, printed[i], 0.0005) << i;
  EXPECT_EQ(krippendorff_alpha(krippendorff_units(), Measurement::nominal)->units, 11U);
}

// The ordinal metric as it is printed, by its sum over the ranks between.
double printed_ordinal(const KrippendorffAlpha& k, const RatingTable& table) {
  const auto place = [&](double value) {
    return static_cast<std::size_t>(std::find(k.values.begin(), k.values.end(), value) - k.values.begin());
  };
  const auto metric = [&](std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t g = std::min(a, b); g <= std::max(a, b); ++g) sum += k.counts[g];
    sum -= (k.counts[a] + k.counts[b]) / 2;
    return a == b ? 0 : sum * sum;
  };
  const double n = static_cast<double>(k.pairable);
  double observed = 0, expected = 0;
  for (std::size_t u = 0; u < table.units(); ++u) {
    const auto own = table.of_unit(u);
    for (std::size_t i = 0; i < own.size(); ++i)
      for (std::size_t j = 0; j < own.size(); ++j)
        if (i != j)
          observed += metric(place(own[i]), place(own[j])) / static_cast<double>(own.size() - 1) / n;
  }
  for (std::size_t a = 0; a < k.values.size(); ++a)
    for (std::size_t b = 0; b < k.values.size(); ++b)
      expected += k.counts[a] * k.counts[b] * metric(a, b) / (n * (n - 1));
  return 1 - observed / expected;
}

Ratings some_units() {
  const auto units = *rc::gen::inRange<std::size_t>(2, 10);
  const auto raters = *rc::gen::inRange<std::size_t>(2, 5);
  Ratings rows(units);
  for (auto& row : rows)
    for (std::size_t r = 0; r < raters; ++r) {
      const int rating = *rc::gen::inRange(-2, 6);
      row.push_back(rating < 0 ? std::nullopt : std::optional<double>(rating));
    }
  rows[0][0] = rows[0][1] = 3;
  return rows;
}

RC_GTEST_PROP(Krippendorff, the_ordinal_metric_is_that_of_ranks, ()) {
  const RatingTable table = table_of(some_units());
  const auto k = *krippendorff_alpha(table, Measurement::ordinal);
  if (k.alpha) RC_ASSERT(std::abs(*k.alpha - printed_ordinal(k, table)) < 1e-10);
}

void same(const std::optional<double>& a, const std::optional<double>& b) {
  RC_ASSERT(a.has_value() == b.has_value());
  if (a) RC_ASSERT(std::isfinite(*a) && *a <= 1 && std::abs(*a - *b) < 1e-9);
}

RC_GTEST_PROP(Krippendorff, the_order_of_units_and_raters_is_of_no_account, ()) {
  Ratings rows = some_units();
  const RatingTable before = table_of(rows);
  std::reverse(rows.begin(), rows.end());
  for (auto& row : rows) std::rotate(row.begin(), row.begin() + 1, row.end());
  for (const auto level : all_levels)
    same(krippendorff_alpha(before, level)->alpha, krippendorff_alpha(table_of(rows), level)->alpha);
}

// What each level leaves as it is: other names, other distances in the same order, another origin and unit,
// another unit.
RC_GTEST_PROP(Krippendorff, each_level_sees_no_more_than_it_should, ()) {
  Ratings rows = some_units();
  const auto with = [&](double (*f)(double)) {
    Ratings other = rows;
    for (auto& row : other)
      for (auto& rating : row)
        if (rating) rating = f(*rating);
    return table_of(other);
  };
  const RatingTable table = table_of(rows);
  const auto alpha = [](const RatingTable& t, Measurement m) { return krippendorff_alpha(t, m)->alpha; };
  same(alpha(table, Measurement::nominal),
       alpha(with([](double x) { return std::fmod(x * 5, 7); }), Measurement::nominal));
  same(alpha(table, Measurement::ordinal),
       alpha(with([](double x) { return x * x * x; }), Measurement::ordinal));
  same(alpha(table, Measurement::interval),
       alpha(with([](double x) { return 40 - 2.5 * x; }), Measurement::interval));
  same(alpha(table, Measurement::ratio), alpha(with([](double x) { return 8 * x; }), Measurement::ratio));
}

// Scott's pi of two raters, corrected for small samples: alpha = 1 - (1 - pi)(n - 1)/n, n ratings.
RC_GTEST_PROP(Krippendorff, nominal_of_two_raters_is_nearly_scotts_pi, ()) {
  const auto units = *rc::gen::inRange<std::size_t>(2, 20);
  Ratings rows;
  for (std::size_t u = 0; u < units; ++u) rows.push_back({*rc::gen::inRange(0, 3), *rc::gen::inRange(0, 3)});
  const auto alpha = krippendorff_alpha(table_of(rows), Measurement::nominal)->alpha;
  const auto pi =
      fleiss_kappa(*ratings_by_category(table_of(rows), std::vector<double>{0, 1, 2}))->kappa.value;
  RC_ASSERT(alpha.has_value() == pi.has_value());
  const double n = 2 * static_cast<double>(units);
  if (alpha) RC_ASSERT(std::abs(*alpha - (1 - (1 - *pi) * (n - 1) / n)) < 1e-12);
}

TEST(Krippendorff, ratings_that_do_not_differ_leave_it_undefined) {
  const std::optional<double> none;
  // The 7 has nobody to differ from.
  const RatingTable table = table_of({{0.1, 0.1, 0.1}, {0.1, 0.1, none}, {7, none, none}});
  for (const auto level : all_levels) {
    const auto k = *krippendorff_alpha(table, level);
    EXPECT_FALSE(k.alpha.has_value());
    EXPECT_EQ(k.expected, 0);
  }
}

TEST(Krippendorff, perfect_agreement_is_one) {
  const RatingTable table = table_of({{0, 0}, {2, 2}, {5, 5}});
  for (const auto level : all_levels) EXPECT_EQ(krippendorff_alpha(table, level)->alpha, 1);
}

TEST(Krippendorff, errors) {
  const std::optional<double> none;
  const RatingTable alone = table_of({{1, none}, {none, 2}});
  EXPECT_EQ(krippendorff_alpha(alone, Measurement::nominal).error().code, "ratings.too_few_raters");
  EXPECT_EQ(pairable_units(alone, Measurement::nominal).error().code, "ratings.too_few_raters");
  EXPECT_EQ(krippendorff_alpha(RatingTable(), Measurement::nominal).error().code, "ratings.too_few_raters");
  EXPECT_EQ(krippendorff_alpha(table_of({{-1, 2}}), Measurement::ratio).error().code,
            "krippendorff.below_zero");
  const auto units = krippendorff_units();
  EXPECT_EQ(krippendorff_interval(units, Measurement::nominal, 100, {1, 0}, 1).error().code,
            "krippendorff.level");
  EXPECT_EQ(krippendorff_interval(units, Measurement::nominal, 10, {1, 0}).error().code, "bootstrap.too_few");
}

TEST(Krippendorff, the_same_key_gives_the_same_interval) {
  const auto units = krippendorff_units();
  const auto a = *krippendorff_interval(units, Measurement::ordinal, 400, {7, 0});
  const auto b = *krippendorff_interval(units, Measurement::ordinal, 400, {7, 0});
  const auto other = *krippendorff_interval(units, Measurement::ordinal, 400, {8, 0});
  EXPECT_EQ(a.interval, b.interval);
  EXPECT_NE(a.interval, other.interval);
  EXPECT_LT(a.interval.lower, 0.815);
  EXPECT_GT(a.interval.upper, 0.815);
}

// Two raters see a truth of variance 3 with errors of variance 1: interval alpha is 3/4.
TEST(Krippendorff, finds_what_was_planted_and_its_intervals_hold_it) {
  Coverage coverage;
  const std::size_t n = samples(60);
  for (std::uint64_t sample = 1; sample <= n; ++sample) {
    FixedRandom random(sample);
    Ratings rows;
    for (int unit = 0; unit < 150; ++unit) {
      const double truth = std::sqrt(3.0) * random.normal();
      rows.push_back({truth + random.normal(), truth + random.normal()});
    }
    const auto table = table_of(rows);
    const auto interval = *krippendorff_interval(table, Measurement::interval, 300, {sample, 0});
    coverage.add("alpha", 0.75, *krippendorff_alpha(table, Measurement::interval)->alpha, interval.interval);
  }
  coverage.expect("Krippendorff", 0.02);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
