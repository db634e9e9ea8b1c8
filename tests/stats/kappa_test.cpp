#include "stats/kappa.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

#include "coverage.hpp"
#include "fixed_random.hpp"
#include "ratings.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

Matrix matrix_of(const std::vector<std::vector<double>>& rows) {
  Matrix m(rows.size(), rows.front().size());
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j) m(i, j) = rows[i][j];
  return m;
}

CohenKappa cohen(const Matrix& counts, AgreementWeights weights = AgreementWeights::unweighted) {
  return *cohen_kappa(counts, agreement_weights(counts.rows(), weights));
}

Json json_of(const CohenKappa& c) {
  return {{"kappa", to_json(c.kappa.value)},
          {"observed", c.kappa.observed},
          {"expected", c.kappa.expected},
          {"se", to_json(c.kappa.std_error)},
          {"ci_lower", c.kappa.interval->lower},
          {"ci_upper", c.kappa.interval->upper},
          {"se_null", to_json(c.se_null)},
          {"z_null", to_json(c.z)},
          {"p_null", to_json(c.p)}};
}

TEST(KappaReference, cohen_agrees_with_vcd) {
  auto reference = reference::find_case("agreement/cohen_attachment");
  ASSERT_TRUE(reference);
  const auto table = table_of(reference->table(), {"coder1", "coder2"});
  const auto levels = reference->model().at("levels").get<std::vector<double>>();
  const Matrix counts = *cross_table(table, 0, 1, levels);
  Json values = Json::array();
  for (std::size_t i = 0; i < counts.rows(); ++i)
    values.push_back(std::vector<double>(counts.row(i).begin(), counts.row(i).end()));
  reference->expect(
      {{"n", cohen(counts).n},
       {"table", {{"rows", {"1", "2", "3", "4"}}, {"cols", {"1", "2", "3", "4"}}, {"values", values}}},
       {"unweighted", json_of(cohen(counts))},
       {"linear", json_of(cohen(counts, AgreementWeights::linear))},
       {"quadratic", json_of(cohen(counts, AgreementWeights::quadratic))}});
}

TEST(KappaReference, fleiss) {
  auto reference = reference::find_case("agreement/fleiss_five_raters");
  ASSERT_TRUE(reference);
  const auto raters = reference->model().at("raters").get<std::vector<std::string>>();
  const auto levels = reference->model().at("levels").get<std::vector<double>>();
  const auto f = *fleiss_kappa(*ratings_by_category(table_of(reference->table(), raters), levels));
  Json computed{
      {"subjects", f.units},       {"raters", *f.raters},     {"kappa", to_json(f.kappa.value)},
      {"p_bar", f.kappa.observed}, {"p_e", f.kappa.expected}, {"se_null", to_json(f.se_null)},
      {"z", to_json(f.z)},         {"p", to_json(f.p)},       {"se_jackknife", to_json(f.kappa.std_error)}};
  for (std::size_t c = 0; c < f.categories.size(); ++c)
    computed["category"].push_back({{"level", levels[c]},
                                    {"share", f.categories[c].share},
                                    {"kappa", to_json(f.categories[c].kappa)},
                                    {"se_null", to_json(f.categories[c].se_null)},
                                    {"z", to_json(f.categories[c].z)}});
  reference->expect(computed);
}

// 100 patients, three diagnoses, two abstractors (Gwet 2014): kappa 0.796, AC1 0.849 with error 0.0432 that
// divides by n; ours by n - 1.
TEST(Kappa, two_abstractors_of_gwet) {
  const Matrix counts = matrix_of({{13, 0, 0}, {0, 20, 7}, {0, 4, 56}});
  EXPECT_NEAR(*cohen(counts).kappa.value, 0.7964094, 5e-8);
  Ratings rows;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (int n = 0; n < counts(i, j); ++n) rows.push_back({i, j});
  const Matrix by_category = *ratings_by_category(table_of(rows), std::vector<double>{0, 1, 2});
  const auto gwet = *gwet_agreement(by_category, agreement_weights(3, AgreementWeights::unweighted));
  EXPECT_NEAR(*gwet.ac.value, 0.8493305, 5e-8);
  EXPECT_NEAR(*gwet.ac.std_error, 0.04321747 * std::sqrt(100.0 / 99), 5e-8);
  EXPECT_NEAR(gwet.ac.interval->lower, 0.764, 0.001);
  EXPECT_NEAR(*gwet.agreement.value, 0.89, 1e-12);
  EXPECT_NEAR(*gwet.agreement.std_error, std::sqrt(0.89 * 0.11 / 99), 1e-12);
}

// Four raters, twelve units, ratings missing: AC1 0.77544 (error 0.14295), Fleiss 0.76117 (Gwet 2014, p. 120
// ff).
TEST(Kappa, four_raters_of_gwet_with_ratings_missing) {
  const Matrix counts = *ratings_by_category(krippendorff_units(), std::vector<double>{1, 2, 3, 4, 5});
  const auto gwet = *gwet_agreement(counts, agreement_weights(5, AgreementWeights::unweighted));
  EXPECT_EQ(gwet.units, 12U);
  EXPECT_EQ(gwet.pairable, 11U);
  EXPECT_NEAR(*gwet.ac.value, 0.77544, 5e-6);
  EXPECT_NEAR(gwet.ac.observed, 0.81818, 5e-6);
  EXPECT_NEAR(gwet.ac.expected, 0.19032, 5e-6);
  EXPECT_NEAR(*gwet.ac.std_error, 0.14295, 5e-6);
  EXPECT_NEAR(gwet.ac.interval->lower, 0.461, 0.0005);
  const auto fleiss = *fleiss_kappa(counts);
  EXPECT_NEAR(*fleiss.kappa.value, 0.76117, 5e-6);
  EXPECT_NEAR(fleiss.kappa.expected, 0.23872, 5e-6);
  EXPECT_FALSE(fleiss.raters.has_value());
  EXPECT_FALSE(fleiss.se_null.has_value());
  EXPECT_TRUE(fleiss.kappa.interval.has_value());
}

// Fleiss 1971, as printed by many: ten subjects, fourteen raters, five categories: kappa 0.210.
TEST(Kappa, the_table_of_fleiss) {
  const Matrix counts = matrix_of({{0, 0, 0, 0, 14},
                                   {0, 2, 6, 4, 2},
                                   {0, 0, 3, 5, 6},
                                   {0, 3, 9, 2, 0},
                                   {2, 2, 8, 1, 1},
                                   {7, 7, 0, 0, 0},
                                   {3, 2, 6, 3, 0},
                                   {2, 5, 3, 2, 2},
                                   {6, 5, 2, 1, 0},
                                   {0, 2, 2, 3, 7}});
  const auto fleiss = *fleiss_kappa(counts);
  EXPECT_NEAR(*fleiss.kappa.value, 0.210, 0.0005);
  EXPECT_NEAR(fleiss.kappa.observed, 0.378, 0.0005);
  EXPECT_NEAR(fleiss.kappa.expected, 0.213, 0.0005);
}

// Twenty and fifteen of fifty on the diagonal: p_o = 0.7, p_e = 0.5, kappa = 0.4; yes specific 40 / 55.
TEST(Kappa, by_hand) {
  const auto c = cohen(matrix_of({{20, 5}, {10, 15}}));
  EXPECT_NEAR(*c.kappa.value, 0.4, 1e-15);
  EXPECT_NEAR(c.kappa.observed, 0.7, 1e-15);
  EXPECT_NEAR(c.kappa.expected, 0.5, 1e-15);
  EXPECT_NEAR(*c.categories[0].specific, 40.0 / 55, 1e-15);
  EXPECT_NEAR(*c.categories[0].kappa, 0.4, 1e-12);  // two categories: each against the other
  EXPECT_NEAR(c.categories[1].share, 0.45, 1e-15);
}

Matrix some_counts(std::size_t q) {
  Matrix m(q, q);
  for (std::size_t i = 0; i < q * q; ++i) m.data()[i] = *rc::gen::inRange(0, 9);
  m(0, 0) += 1;
  return m;
}

Matrix turned(const Matrix& m) {
  Matrix t(m.cols(), m.rows());
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j) t(j, i) = m(i, j);
  return t;
}

Matrix relabelled(const Matrix& m) {
  Matrix r(m.rows(), m.cols());
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j) r((i + 1) % m.rows(), (j + 1) % m.cols()) = m(i, j);
  return r;
}

void same(const CohenKappa& a, const CohenKappa& b) {
  RC_ASSERT(a.kappa.value.has_value() == b.kappa.value.has_value());
  if (!a.kappa.value) return;
  RC_ASSERT(std::abs(*a.kappa.value - *b.kappa.value) < 1e-12);
  RC_ASSERT(std::abs(*a.kappa.std_error - *b.kappa.std_error) < 1e-7);
  RC_ASSERT(std::abs(*a.se_null - *b.se_null) < 1e-7);
}

RC_GTEST_PROP(Kappa, does_not_care_which_rater_is_first, ()) {
  const Matrix counts = some_counts(4);
  for (const auto w : {AgreementWeights::unweighted, AgreementWeights::linear, AgreementWeights::quadratic})
    same(cohen(counts, w), cohen(turned(counts), w));
}

RC_GTEST_PROP(Kappa, does_not_care_for_the_names_of_categories, ()) {
  const Matrix counts = some_counts(4);
  same(cohen(counts), cohen(relabelled(counts)));
}

RC_GTEST_PROP(Kappa, weights_make_no_difference_to_two_categories, ()) {
  const Matrix counts = some_counts(2);
  same(cohen(counts), cohen(counts, AgreementWeights::linear));
  same(cohen(counts), cohen(counts, AgreementWeights::quadratic));
}

// With two raters and the pooled margins: Fleiss's kappa is Scott's pi, (p_o - sum m^2) / (1 - sum m^2).
RC_GTEST_PROP(Kappa, of_fleiss_for_two_raters_is_scotts_pi, ()) {
  const Matrix counts = some_counts(3);
  Ratings rows;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (int n = 0; n < counts(i, j); ++n) rows.push_back({i, j});
  const auto fleiss = *fleiss_kappa(*ratings_by_category(table_of(rows), std::vector<double>{0, 1, 2}));
  const auto c = cohen(counts);
  double pooled = 0;
  for (const auto& category : c.categories) pooled += category.share * category.share;
  RC_ASSERT(fleiss.kappa.value.has_value() == (pooled < 1 - 1e-12));
  if (fleiss.kappa.value)
    RC_ASSERT(std::abs(*fleiss.kappa.value - (c.kappa.observed - pooled) / (1 - pooled)) < 1e-12);
}

RC_GTEST_PROP(Kappa, everything_told_is_finite, ()) {
  const auto units = *rc::gen::inRange<std::size_t>(1, 8);
  Matrix counts(units, 3);
  for (std::size_t i = 0; i < units * 3; ++i) counts.data()[i] = *rc::gen::inRange(0, 3);
  counts(0, 0) += 2;
  const auto fleiss = *fleiss_kappa(counts);
  const auto gwet = *gwet_agreement(counts, agreement_weights(3, AgreementWeights::linear));
  for (const ChanceCorrected* c : {&fleiss.kappa, &gwet.ac, &gwet.agreement}) {
    if (c->value) RC_ASSERT(std::isfinite(*c->value) && *c->value <= 1 + 1e-12);
    if (c->std_error) RC_ASSERT(std::isfinite(*c->std_error));
    if (c->interval) RC_ASSERT(c->interval->lower <= *c->value && *c->value <= c->interval->upper);
  }
  for (const auto& category : fleiss.categories) {
    if (category.kappa) RC_ASSERT(std::isfinite(*category.kappa));
    if (category.specific) RC_ASSERT(*category.specific >= 0 && *category.specific <= 1);
  }
}

// A rater follows the truth with probability 0.7 and otherwise guesses among three categories: with both
// alike, kappa is 0.7^2.
TEST(Kappa, finds_what_was_planted_and_its_intervals_hold_it) {
  Coverage coverage;
  const std::size_t n = samples(400);
  for (std::uint64_t sample = 1; sample <= n; ++sample) {
    FixedRandom random(sample);
    const auto guess = [&] { return std::floor(3 * random.uniform()); };
    Ratings rows;
    for (int unit = 0; unit < 300; ++unit) {
      const double truth = guess();
      const auto rate = [&] { return random.uniform() < 0.7 ? truth : guess(); };
      rows.push_back({rate(), rate(), rate()});
    }
    const RatingTable table = table_of(rows);
    const std::vector<double> categories{0, 1, 2};
    const auto c = cohen(*cross_table(table, 0, 1, categories));
    const Matrix counts = *ratings_by_category(table, categories);
    const auto fleiss = *fleiss_kappa(counts);
    const auto gwet = *gwet_agreement(counts, agreement_weights(3, AgreementWeights::unweighted));
    coverage.add("Cohen", 0.49, *c.kappa.value, c.kappa.interval);
    coverage.add("Fleiss", 0.49, *fleiss.kappa.value, fleiss.kappa.interval);
    coverage.add("AC1", 0.49, *gwet.ac.value, gwet.ac.interval);
  }
  coverage.expect("kappa", 0.015);
}

TEST(Kappa, one_category_leaves_all_of_them_undefined) {
  const auto c = cohen(matrix_of({{0, 0}, {0, 9}}));
  EXPECT_FALSE(c.kappa.value.has_value());
  EXPECT_FALSE(c.kappa.interval.has_value());
  EXPECT_FALSE(c.categories[1].kappa.has_value());
  EXPECT_FALSE(c.categories[0].specific.has_value());
  EXPECT_EQ(c.kappa.observed, 1);
  const Matrix counts = matrix_of({{0, 3}, {0, 3}, {0, 2}});
  EXPECT_FALSE(fleiss_kappa(counts)->kappa.value.has_value());
  const auto gwet = *gwet_agreement(counts, agreement_weights(2, AgreementWeights::unweighted));
  EXPECT_FALSE(gwet.ac.value.has_value());
  EXPECT_EQ(gwet.agreement.value, 1);
}

TEST(Kappa, one_unit_has_no_error) {
  const Matrix counts = matrix_of({{2, 1}});
  EXPECT_FALSE(fleiss_kappa(counts)->kappa.std_error.has_value());
  EXPECT_FALSE(
      gwet_agreement(counts, agreement_weights(2, AgreementWeights::unweighted))->ac.std_error.has_value());
}

TEST(Kappa, weights_by_place) {
  const Matrix linear = agreement_weights(3, AgreementWeights::linear);
  EXPECT_EQ(linear(0, 1), 0.5);
  EXPECT_EQ(linear(0, 2), 0);
  EXPECT_EQ(agreement_weights(3, AgreementWeights::quadratic)(0, 1), 0.75);
  EXPECT_THROW((void)agreement_weights(1, AgreementWeights::linear), std::invalid_argument);
}

TEST(Kappa, errors) {
  const Matrix two = agreement_weights(2, AgreementWeights::unweighted);
  EXPECT_EQ(cohen_kappa(matrix_of({{1, 2, 3}, {1, 2, 3}}), two).error().code, "kappa.counts");
  EXPECT_EQ(cohen_kappa(matrix_of({{1, -2}, {1, 2}}), two).error().code, "kappa.counts");
  EXPECT_EQ(cohen_kappa(matrix_of({{0, 0}, {0, 0}}), two).error().code, "kappa.counts");
  EXPECT_EQ(cohen_kappa(Matrix(3, 3, 1), two).error().code, "kappa.weights");
  EXPECT_EQ(cohen_kappa(Matrix(2, 2, 1), matrix_of({{1, 2}, {2, 1}})).error().code, "kappa.weights");
  EXPECT_EQ(cohen_kappa(Matrix(2, 2, 1), matrix_of({{1, .5}, {.2, 1}})).error().code, "kappa.weights");
  EXPECT_EQ(cohen_kappa(Matrix(2, 2, 1), two, 0).error().code, "kappa.level");
  EXPECT_EQ(fleiss_kappa(matrix_of({{1.5, 1}})).error().code, "kappa.counts");
  EXPECT_EQ(fleiss_kappa(Matrix(3, 1, 2)).error().code, "kappa.counts");
  EXPECT_EQ(fleiss_kappa(matrix_of({{1, 0}, {0, 1}})).error().code, "ratings.too_few_raters");
  EXPECT_EQ(fleiss_kappa(matrix_of({{1, 1}}), 2).error().code, "kappa.level");
  EXPECT_EQ(gwet_agreement(matrix_of({{1, 1}}), Matrix(3, 3, 1)).error().code, "kappa.weights");
  EXPECT_EQ(gwet_agreement(matrix_of({{0, 1}}), two).error().code, "ratings.too_few_raters");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
