#include "stats/composite.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// One item as the definition says it: what each code is worth and what a missing answer is.
struct Item {
  std::size_t column = 0;
  std::vector<Worth> worth;
  Worth missing;
};

CompositeKey key_of(const std::vector<Item>& items) {
  CompositeKey key;
  for (const Item& item : items) key.add_item(item.column, item.worth, item.missing);
  return key;
}

Tally by_definition(const std::vector<Item>& items, const std::vector<std::uint8_t>& row) {
  Tally tally;
  for (const Item& item : items) {
    const std::uint8_t byte = row[item.column];
    const bool answered = byte < no_answer && byte < item.worth.size();
    const Worth& worth = answered ? item.worth[byte] : item.missing;
    tally.value += worth.value;
    tally.weight += worth.weight;
    if (answered) ++tally.answered;
  }
  return tally;
}

void expect_equal(const Tally& a, const Tally& b) {
  RC_ASSERT(a.value == b.value);
  RC_ASSERT(a.weight == b.weight);
  RC_ASSERT(a.answered == b.answered);
}

// Numbers whose sums are exact: whole for plain keys, eighths for others.
std::vector<Item> gen_items(bool plain, std::size_t columns) {
  const int largest = *rc::gen::element(3, 100, 32767);
  std::vector<Item> items(*rc::gen::inRange<std::size_t>(0, 40));
  for (Item& item : items) {
    item.column = *rc::gen::inRange<std::size_t>(0, columns);
    const double weight = plain ? 1 : *rc::gen::inRange(1, 20) / 8.0;
    item.worth.resize(*rc::gen::inRange<std::size_t>(2, 12));
    for (Worth& w : item.worth) w = {weight * *rc::gen::inRange(-largest, largest + 1), weight};
    item.missing = {static_cast<double>(*rc::gen::inRange(-5, 5)), 0};
  }
  return items;
}

std::vector<std::uint8_t> gen_bytes(std::size_t n) {
  const auto byte = rc::gen::oneOf(rc::gen::inRange<int>(0, 12), rc::gen::inRange<int>(249, 256));
  std::vector<std::uint8_t> bytes(n);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(*byte);
  return bytes;
}

RC_GTEST_PROP(Composite, tallies_are_the_sums_of_the_definition, (bool plain)) {
  constexpr std::size_t columns = 7;
  const auto items = gen_items(plain, columns);
  const auto row = gen_bytes(columns);
  expect_equal(key_of(items).tally(row.data()), by_definition(items, row));
}

RC_GTEST_PROP(Composite, many_rows_are_each_of_them, (bool plain)) {
  constexpr std::size_t columns = 5;
  const auto key = key_of(gen_items(plain, columns));
  std::vector<Tally> tallies(*rc::gen::inRange<std::size_t>(0, 12));
  const auto rows = gen_bytes(tallies.size() * columns);
  key.tally_rows(rows.data(), columns, tallies);
  for (std::size_t r = 0; r < tallies.size(); ++r) expect_equal(tallies[r], key.tally(&rows[r * columns]));
}

TEST(Composite, large_fractional_and_mixed_worths_are_kept_exactly) {
  for (const double odd : {32768.0, -40000.0, 1e15, 0.5, -0.25}) {
    const std::vector<Item> items{{0, {{1, 1}, {2, 1}}, {}}, {1, {{odd, 1}, {2, 1}}, {}}, {2, {{4, 1}}, {}}};
    const std::vector<std::uint8_t> row{1, 0, 0};
    const Tally tally = key_of(items).tally(row.data());
    EXPECT_EQ(tally.value, 6 + odd);
    EXPECT_EQ(tally.weight, 3);
    EXPECT_EQ(tally.answered, 3U);
  }
}

TEST(Composite, negative_sums_do_not_touch_the_count) {
  const std::vector<Item> items(100, Item{0, {{-32767, 1}, {0, 1}}, {-1, 0}});
  const std::vector<std::uint8_t> low{0};
  const std::vector<std::uint8_t> missing{no_answer};
  EXPECT_EQ(key_of(items).tally(low.data()).value, -3276700);
  EXPECT_EQ(key_of(items).tally(low.data()).answered, 100U);
  EXPECT_EQ(key_of(items).tally(missing.data()).value, -100);
  EXPECT_EQ(key_of(items).tally(missing.data()).answered, 0U);
  EXPECT_EQ(key_of(items).tally(missing.data()).weight, 0);
}

TEST(Composite, a_code_the_item_does_not_have_is_no_answer) {
  for (const double weight : {1.0, 2.0}) {
    const std::vector<Item> items{{0, {{weight, weight}, {2 * weight, weight}}, {}}};
    for (const int byte : {2, 100, 250, 251, 252, 255}) {
      const std::vector<std::uint8_t> row{static_cast<std::uint8_t>(byte)};
      EXPECT_EQ(key_of(items).tally(row.data()).answered, 0U) << byte;
      EXPECT_EQ(key_of(items).tally(row.data()).value, 0) << byte;
    }
  }
}

TEST(Composite, an_answer_of_no_weight_still_counts_as_answered) {
  const std::vector<Item> items{{0, {{0, 0}, {0, 0}}, {}}, {1, {{3, 1}}, {}}};
  const std::vector<std::uint8_t> row{1, 0};
  EXPECT_EQ(key_of(items).tally(row.data()).answered, 2U);
  EXPECT_EQ(key_of(items).tally(row.data()).weight, 1);
}

TEST(Composite, no_items_no_sum) {
  EXPECT_EQ(CompositeKey().tally(nullptr).value, 0);
  EXPECT_EQ(CompositeKey().tally(nullptr).answered, 0U);
}

TEST(Composite, scores_by_the_formula) {
  const Tally tally{24, 6, 6};  // six of eight answered
  EXPECT_EQ(composite_score(tally, {Composite::sum, 1, 8}, Fill::as_tallied), 24);
  EXPECT_EQ(composite_score(tally, {Composite::sum, 2.5, 8}, Fill::as_tallied), 60);
  EXPECT_EQ(composite_score(tally, {Composite::sum, 1, 8}, Fill::prorated), 32);
  EXPECT_EQ(composite_score(tally, {Composite::sum, 0.5, 8}, Fill::prorated), 16);
  EXPECT_EQ(composite_score(tally, {Composite::mean, 1, 8}, Fill::as_tallied), 3);
  EXPECT_EQ(composite_score(tally, {Composite::mean, 10, 8}, Fill::prorated), 40);
}

TEST(Composite, nothing_answered_is_no_score_and_never_zero) {
  const Tally none{0, 0, 0};
  EXPECT_FALSE(composite_score(none, {Composite::mean, 1, 8}, Fill::prorated).has_value());
  EXPECT_FALSE(composite_score(none, {Composite::sum, 1, 8}, Fill::prorated).has_value());
  EXPECT_FALSE(composite_score({3, 1, 1}, {Composite::mean, 1, 0}, Fill::as_tallied).has_value());
}

RC_GTEST_PROP(Composite, prorating_a_complete_row_changes_nothing, (bool mean)) {
  const double weight = *rc::gen::inRange(1, 50) / 4.0;
  const Tally tally{*rc::gen::inRange(-500, 500) / 8.0, weight, 3};
  const CompositeRule rule{mean ? Composite::mean : Composite::sum, 1, weight};
  const double plain = *composite_score(tally, rule, Fill::as_tallied);
  RC_ASSERT(std::abs(*composite_score(tally, rule, Fill::prorated) - plain) <= 1e-13 * (1 + std::abs(plain)));
}

TEST(Composite, counts_missing_bytes) {
  EXPECT_EQ(count_missing({}), 0U);
  EXPECT_EQ(count_missing(std::vector<std::uint8_t>{0, 250, 251, 252, 253, 255}), 4U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
