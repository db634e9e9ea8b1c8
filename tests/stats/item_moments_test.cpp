#include "stats/item_moments.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "answers.hpp"
#include "fixed_random.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr Missing both[] = {Missing::complete_cases, Missing::pairwise};

// Rows of k answers from 0 to 100, about one in eight missing.
rc::Gen<std::vector<Row>> gen_rows(std::size_t k) {
  const auto answer = rc::gen::map(rc::gen::inRange(0, 116), [](int code) {
    return code > 100 ? std::optional<double>() : std::optional<double>(code);
  });
  const auto row = rc::gen::map(rc::gen::container<std::vector<std::optional<double>>>(k, answer), row_of);
  return rc::gen::container<std::vector<Row>>(row);
}

void expect_same(const ItemMoments& a, const ItemMoments& b) {
  for (Missing missing : both) {
    RC_ASSERT(a.rows(missing) == b.rows(missing));
    const auto ca = a.covariance(missing);
    const auto cb = b.covariance(missing);
    RC_ASSERT(ca.has_value() == cb.has_value());
    if (ca) RC_ASSERT(*ca == *cb);
    RC_ASSERT(a.person_means(missing).mean == b.person_means(missing).mean);
    RC_ASSERT(a.person_means(missing).variance == b.person_means(missing).variance);
    for (std::size_t i = 0; i < a.items(); ++i) {
      RC_ASSERT(a.item(i, missing).mean == b.item(i, missing).mean);
      RC_ASSERT(a.person_mean_correlation(i, missing) == b.person_mean_correlation(i, missing));
    }
  }
}

RC_GTEST_PROP(ItemMoments, merging_parts_is_one_pass_to_the_last_bit, ()) {
  const auto rows = *gen_rows(4);
  const auto cut = *rc::gen::inRange<std::size_t>(0, rows.size() + 1);
  const std::vector<Row> first(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(cut));
  const std::vector<Row> second(rows.begin() + static_cast<std::ptrdiff_t>(cut), rows.end());
  ItemMoments merged = moments_of(second, 4);  // the other way round, too
  merged.merge(moments_of(first, 4));
  expect_same(merged, moments_of(rows, 4));
}

RC_GTEST_PROP(ItemMoments, the_order_of_rows_changes_nothing, ()) {
  const auto rows = *gen_rows(3);
  expect_same(moments_of(rows, 3), moments_of({rows.rbegin(), rows.rend()}, 3));
}

RC_GTEST_PROP(ItemMoments, the_origin_changes_nothing_that_matters, ()) {
  const auto rows = *gen_rows(3);
  const auto a = moments_of(rows, 3, 0).covariance(Missing::pairwise);
  const auto b = moments_of(rows, 3, 50).covariance(Missing::pairwise);
  RC_ASSERT(a.has_value() == b.has_value());
  if (!a) return;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) RC_ASSERT(std::abs((*a)(i, j) - (*b)(i, j)) < 1e-10);
}

// By definition: from the rows that have both items, and from the list of person means.
RC_GTEST_PROP(ItemMoments, agrees_with_the_definition, ()) {
  const auto rows = *gen_rows(3);
  const auto moments = moments_of(rows, 3);
  std::vector<double> x, y, means, item, means_of_item;
  for (const Row& row : rows) {
    if (row.present[0] != 0 && row.present[2] != 0) {
      x.push_back(row.values[0]);
      y.push_back(row.values[2]);
    }
    double sum = 0, n = 0;
    for (std::size_t i = 0; i < 3; ++i)
      if (row.present[i] != 0) sum += row.values[i], n += 1;
    if (n == 0) continue;
    means.push_back(sum / n);
    if (row.present[1] == 0) continue;
    item.push_back(row.values[1]);
    means_of_item.push_back(sum / n);
  }
  const auto c = moments.covariance(Missing::pairwise);
  if (c) {
    double product = 0;
    const auto sx = *summarise(x), sy = *summarise(y);
    for (std::size_t i = 0; i < x.size(); ++i) product += (x[i] - sx.mean) * (y[i] - sy.mean);
    RC_ASSERT(std::abs((*c)(0, 2) - product / static_cast<double>(x.size() - 1)) < 1e-9);
  }
  const auto person = moments.person_means(Missing::pairwise);
  RC_ASSERT(person.n == means.size());
  if (means.size() > 1) RC_ASSERT(std::abs(*person.variance - std::pow(*summarise(means)->sd, 2)) < 1e-8);
  const auto r = moments.person_mean_correlation(1, Missing::pairwise);
  const auto expected = pearson_r(item, means_of_item);
  if (r && expected) RC_ASSERT(std::abs(*r - *expected) < 1e-9);
}

TEST(ItemMoments, loses_nothing_over_many_rows_of_large_answers) {
  // 10^6 rows of answers 99 and 100 alternating: variance n/4 / (n - 1), whatever the size of the sums.
  ItemMoments moments(2);
  const std::vector<std::uint8_t> present{1, 1};
  constexpr int n = 1'000'000;
  for (int i = 0; i < n; ++i) moments.add_row(std::vector<double>{99.0 + i % 2, 100.0 - i % 2}, present);
  const auto c = *moments.covariance(Missing::complete_cases);
  EXPECT_DOUBLE_EQ(c(0, 0), 0.25 * n / (n - 1.0));
  EXPECT_DOUBLE_EQ(c(0, 1), -0.25 * n / (n - 1.0));
  EXPECT_EQ(moments.person_means(Missing::complete_cases).variance, 0);
}

TEST(ItemMoments, equal_fractions_have_no_variance) {
  ItemMoments moments(2);
  const std::vector<std::uint8_t> present{1, 1};
  for (int i = 0; i < 1000; ++i) moments.add_row(std::vector<double>{0.1, 0.1 * i}, present);
  EXPECT_EQ(moments.item(0, Missing::pairwise).variance, 0);
  EXPECT_GT(moments.item(1, Missing::pairwise).variance.value(), 0);
}

TEST(ItemMoments, counts_what_each_kind_of_missing_rests_on) {
  ItemMoments moments(2);
  moments.add_row(std::vector<double>{1, 2}, std::vector<std::uint8_t>{1, 1});
  moments.add_row(std::vector<double>{3, 0}, std::vector<std::uint8_t>{1, 0});
  moments.add_row(std::vector<double>{0, 0}, std::vector<std::uint8_t>{0, 0});
  EXPECT_EQ(moments.rows(Missing::pairwise), 3U);
  EXPECT_EQ(moments.rows(Missing::complete_cases), 1U);
  EXPECT_EQ(moments.item(0, Missing::pairwise).n, 2U);
  EXPECT_EQ(moments.item(1, Missing::pairwise).n, 1U);
  EXPECT_EQ(moments.person_means(Missing::pairwise).n, 2U);
  EXPECT_EQ(moments.person_means(Missing::pairwise).mean, 2.25);
}

TEST(ItemMoments, what_rests_on_too_little_is_undefined) {
  ItemMoments moments(2);
  EXPECT_FALSE(moments.item(0, Missing::pairwise).mean.has_value());
  EXPECT_FALSE(moments.person_means(Missing::pairwise).variance.has_value());
  moments.add_row(std::vector<double>{1, 2}, std::vector<std::uint8_t>{1, 1});
  EXPECT_FALSE(moments.item(0, Missing::pairwise).variance.has_value());
  EXPECT_FALSE(moments.person_mean_correlation(0, Missing::pairwise).has_value());
  const auto c = moments.covariance(Missing::pairwise);
  ASSERT_FALSE(c.has_value());
  EXPECT_EQ(c.error().code, "moments.too_few_rows");
}

TEST(ItemMoments, refuses_other_shapes) {
  ItemMoments moments(2);
  EXPECT_THROW(moments.add_row(std::vector<double>{1}, std::vector<std::uint8_t>{1}), std::invalid_argument);
  EXPECT_THROW(moments.merge(ItemMoments(3)), std::invalid_argument);
  EXPECT_THROW(moments.merge(ItemMoments(2, 50)), std::invalid_argument);
  EXPECT_THROW(ItemMoments(0), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
