#include "measures/describe.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>
#include <tuple>

#include "catalog/load.hpp"
#include "store/content.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

const catalog::Instrument& instrument(const std::string& id) {
  static const catalog::Library library = *catalog::load_library(*store::embedded_documents());
  return **catalog::find_instrument(library, id);
}

using Rows = std::vector<std::vector<AnswerByte>>;

/// Answers that share a cause: reliability somewhere in the middle. Some are missing.
Rows simulated(std::size_t people, const catalog::Instrument& of, unsigned seed, double missing) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Rows rows;
  for (std::size_t person = 0; person < people; ++person) {
    const double trait = normal(random);
    std::vector<AnswerByte> row;
    for (const auto& item : of.items) {
      const int top = item.range.max - item.range.min;
      const double level = (trait + normal(random)) / 4 + 0.5;
      const auto answer = static_cast<AnswerByte>(std::clamp(static_cast<int>(level * (top + 1)), 0, top));
      row.push_back(uniform(random) < missing ? skipped_byte : answer);
    }
    rows.push_back(row);
  }
  return rows;
}

Description describe(const catalog::Instrument& of, const Rows& rows,
                     const std::vector<PersonGroup>& people = {}, std::size_t smallest_cell = 10) {
  DescribeOptions options;
  options.smallest_cell = smallest_cell;
  Describer describer(of, of.orders.front(), options);
  for (std::size_t r = 0; r < rows.size(); ++r)
    describer.add_row(rows[r].data(), people.empty() ? PersonGroup{} : people[r]);
  return describer.report();
}

double mean(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}

double covariance(const std::vector<double>& x, const std::vector<double>& y) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean(x)) * (y[i] - mean(y));
  return sum / static_cast<double>(x.size() - 1);
}

// Alpha, item-rest correlation and spread by their textbook formulas, in two passes over complete rows.
TEST(Describer, agrees_with_the_textbook_in_two_passes) {
  const auto& gad = instrument("gad-7");
  const Rows rows = simulated(300, gad, 5, 0.02);
  const ScaleDescription scale = describe(gad, rows).scales.at(0);
  std::vector<std::vector<double>> items(7);
  std::vector<double> totals;
  for (const auto& row : rows) {
    if (std::any_of(row.begin(), row.end(), [](AnswerByte b) { return b >= skipped_byte; })) continue;
    double total = 0;
    for (std::size_t i = 0; i < 7; ++i) {
      items[i].push_back(row[i]);
      total += row[i];
    }
    totals.push_back(total);
  }
  ASSERT_GT(totals.size(), 200U);
  ASSERT_LT(totals.size(), 300U);
  EXPECT_EQ(scale.complete, totals.size());
  double item_variances = 0;
  for (const auto& item : items) item_variances += covariance(item, item);
  EXPECT_NEAR(*scale.alpha, 7.0 / 6.0 * (1 - item_variances / covariance(totals, totals)), 1e-12);
  for (std::size_t i = 0; i < 7; ++i) {
    std::vector<double> rest;
    for (std::size_t r = 0; r < totals.size(); ++r) rest.push_back(totals[r] - items[i][r]);
    const double r =
        covariance(items[i], rest) / std::sqrt(covariance(items[i], items[i]) * covariance(rest, rest));
    EXPECT_NEAR(*scale.item_statistics[i].item_rest, r, 1e-12);
    EXPECT_NEAR(*scale.item_statistics[i].mean, mean(items[i]), 1e-12);
  }
}

TEST(Describer, finds_no_fault_with_a_right_key_and_names_a_turned_one) {
  catalog::Instrument gad = instrument("gad-7");
  const Rows rows = simulated(400, gad, 6, 0);
  EXPECT_TRUE(describe(gad, rows).findings.empty());
  gad.scales.at(0).key.reversed = {4};
  const auto findings = describe(gad, rows).findings;
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "describe.item_against_scale");
  EXPECT_TRUE(findings[0].statement.starts_with("Item 4 "));
}

RC_GTEST_PROP(Describer, groups_partition_the_people_who_can_be_placed,
              (const std::vector<std::uint8_t>& draws)) {
  const auto& gad = instrument("gad-7");
  const Rows rows = simulated(draws.size(), gad, 7, 0.05);
  std::vector<PersonGroup> people;
  std::size_t placed_age = 0;
  std::size_t placed_gender = 0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    PersonGroup person;
    const char* genders[] = {"female", "male", "other"};
    if (draws[i] % 4 != 3) person.gender = genders[draws[i] % 4];
    if (draws[i] % 5 != 0) person.age = 6 + draws[i] % 100;
    people.push_back(person);
    const auto missing =
        std::count_if(rows[i].begin(), rows[i].end(), [](AnswerByte b) { return b >= skipped_byte; });
    const bool scored = missing <= gad.scales.at(0).missing.max_missing;
    placed_age += person.age && scored ? 1U : 0U;
    placed_gender += person.gender && scored ? 1U : 0U;
  }
  const auto shown = [&](std::size_t smallest_cell) {
    std::size_t by_age = 0;
    std::size_t by_gender = 0;
    const auto scale = describe(gad, rows, people, smallest_cell).scales.at(0);
    for (const ScoreSpread& norm : scale.norms) {
      const bool aged = norm.group.age_from || norm.group.age_to;
      if (aged && !norm.group.gender) by_age += norm.n.value_or(0);
      if (!aged && norm.group.gender) by_gender += norm.n.value_or(0);
      if (!norm.n) RC_ASSERT(!norm.mean && norm.quantiles.empty());
    }
    return std::tuple(by_age, by_gender, scale.scored);
  };
  RC_ASSERT(shown(1) == std::tuple(placed_age, placed_gender, std::get<2>(shown(1))));
  // What is not shown of a total that is cannot be had by subtraction, unless it is about enough people.
  const auto [by_age, by_gender, scored] = shown(10);
  for (const std::size_t part : {by_age, by_gender})
    RC_ASSERT(scored < 10 || scored == part || scored - part >= 10);
}

TEST(Describer, counts_every_answer_and_every_reason_for_none) {
  const auto& gad = instrument("gad-7");
  const Rows rows = {{0, 1, 2, 3, 0, 1, 2}, {skipped_byte, not_applicable_byte, not_asked_byte, 3, 3, 3, 3}};
  const Description description = describe(gad, rows);
  EXPECT_EQ(description.rows, 2U);
  EXPECT_EQ(description.items[0].skipped, 1U);
  EXPECT_EQ(description.items[1].not_applicable, 1U);
  EXPECT_EQ(description.items[2].not_asked, 1U);
  EXPECT_TRUE(description.items[3].counts.empty()) << "of two people";
  EXPECT_EQ(describe(gad, rows, {}, 1).items[3].counts, (std::vector<std::uint64_t>{0, 0, 0, 2}));
}

TEST(Describer, correlates_scales_by_their_scores) {
  const auto& ders = instrument("ders-16");
  const Rows rows = simulated(200, ders, 8, 0);
  const Description description = describe(ders, rows);
  std::vector<double> total;
  std::vector<double> clarity;
  for (const auto& row : rows) {
    double sum = 16;
    for (const AnswerByte b : row) sum += b;
    total.push_back(sum);
    clarity.push_back(2.0 + row[0] + row[1]);
  }
  ASSERT_EQ(description.correlations.at(0).second, "clarity");
  EXPECT_NEAR(*description.correlations[0].r,
              covariance(total, clarity) / std::sqrt(covariance(total, total) * covariance(clarity, clarity)),
              1e-9);
}

TEST(Describer, a_new_measure_is_said_to_be_new) {
  const auto& bond = instrument("bond");
  const auto findings = describe(bond, simulated(50, bond, 9, 0)).findings;
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                          [](const Finding& f) { return f.code == "describe.uncalibrated"; }));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures

#undef NEEDS_ECR_FILE
