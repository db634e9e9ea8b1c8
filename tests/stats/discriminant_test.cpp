#include "stats/discriminant.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "coverage.hpp"
#include "reference/reference_case.hpp"
#include "stats/distributions.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

Json json_of(const std::vector<std::string>& rows, const std::vector<std::string>& cols, const Matrix& m) {
  Json values = Json::array();
  for (std::size_t i = 0; i < m.rows(); ++i)
    values.push_back(std::vector<double>(m.row(i).begin(), m.row(i).end()));
  return {{"rows", rows}, {"cols", cols}, {"values", values}};
}

TEST(DiscriminantReference, four_classes) {
  auto reference = reference::find_case("discriminant/four_classes");
  ASSERT_TRUE(reference);
  const auto names = reference->model().at("classes").get<std::vector<std::string>>();
  const auto measured = reference->model().at("measurements").get<std::vector<std::string>>();
  const auto table = reference->table();
  Matrix x(table.rows(), measured.size());
  std::vector<std::size_t> classes;
  for (std::size_t j = 0; j < measured.size(); ++j) {
    const auto column = table.complete(measured[j]);
    for (std::size_t i = 0; i < column.size(); ++i) x(i, j) = column[i];
  }
  for (const auto& name : table.text("class"))
    classes.push_back(static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
  const auto fit = *fit_discriminant(x, classes, 4);
  const auto given = *allocate(fit.discriminant, x);
  const auto loo = *leave_one_out(x, classes, 4);
  const auto equal = *fit_discriminant(x, classes, 4, std::vector<double>(4, 0.25));
  const auto by_equal = *allocate(equal.discriminant, x);
  const auto chosen_of = [&](const std::vector<Allocation>& all) {
    Json chosen = Json::array();
    for (const auto& a : all) chosen.push_back(names[a.chosen]);
    return chosen;
  };
  const auto posterior_of = [](const std::vector<Allocation>& all) {
    Json posterior = Json::array();
    for (std::size_t i = 0; i < 12; ++i) posterior.push_back(all[i].posterior);
    return posterior;
  };
  Json distance = Json::array(), typicality = Json::array(), loo_chosen = Json::array(),
       sensitivity = Json::array();
  for (const auto& a : given) {
    distance.push_back(a.distance);
    typicality.push_back(a.typicality);
  }
  for (const std::size_t c : loo.chosen) loo_chosen.push_back(names[c]);
  for (const auto& c : loo.accuracy.classes) sensitivity.push_back(*c.sensitivity);
  Json scaling = json_of(measured, {"LD1", "LD2", "LD3"}, fit.canonical.scaling);
  reference->expect({{"priors", fit.discriminant.priors},
                     {"means", json_of(names, measured, fit.discriminant.means)},
                     {"within", json_of(measured, measured, fit.discriminant.within)},
                     {"scaling", scaling},
                     {"svd", fit.canonical.singular},
                     {"trace", fit.canonical.share},
                     {"chosen", chosen_of(given)},
                     {"posterior", posterior_of(given)},
                     {"distance", distance},
                     {"typicality", typicality},
                     {"loo_chosen", loo_chosen},
                     {"loo_confusion", json_of(names, names, loo.confusion)},
                     {"loo_accuracy", loo.accuracy.accuracy},
                     {"loo_kappa", *loo.accuracy.kappa.kappa.value},
                     {"loo_sensitivity", sensitivity},
                     {"equal_priors",
                      {{"chosen", chosen_of(by_equal)},
                       {"svd", equal.canonical.singular},
                       {"posterior", posterior_of(by_equal)}}}});
}

struct Cases {
  Matrix x;
  std::vector<std::size_t> classes;
};

/// Two classes, normal with covariance 1 and correlation 0, their means `apart` in the first of `p`
/// measurements.
Cases two_classes(std::size_t n, std::size_t p, double apart, const RandomKey& key) {
  Cases cases{Matrix(n, p), {}};
  for (std::size_t i = 0; i < n; ++i) {
    cases.classes.push_back(i % 2);
    for (std::size_t j = 0; j < p; ++j)
      cases.x(i, j) = random_normal(key, i * p + j) + (j == 0 && i % 2 == 1 ? apart : 0);
  }
  return cases;
}

TEST(Discriminant, two_classes_are_told_apart_as_often_as_can_be) {
  const Cases cases = two_classes(4000, 3, 2, {51, 0});
  const auto loo = *leave_one_out(cases.x, cases.classes, 2);
  EXPECT_NEAR(loo.accuracy.accuracy, normal_cdf(1), 0.02);
  const auto fit = *fit_discriminant(cases.x, cases.classes, 2);
  EXPECT_NEAR(fit.canonical.scaling(0, 0), 1, 0.05);
  EXPECT_NEAR(fit.canonical.scaling(1, 0), 0, 0.05);
}

// The cases a rule was made from flatter it; those left out do not.
TEST(Discriminant, leaving_out_does_not_flatter) {
  double on_itself = 0, left_out = 0;
  constexpr std::size_t samples = 60;
  for (std::uint64_t s = 0; s < samples; ++s) {
    const Cases cases = two_classes(40, 8, 0, RandomKey{52, 0}.part(s));
    const auto fit = *fit_discriminant(cases.x, cases.classes, 2);
    const auto given = *allocate(fit.discriminant, cases.x);
    double right = 0;
    for (std::size_t i = 0; i < given.size(); ++i) right += given[i].chosen == cases.classes[i] ? 1 : 0;
    on_itself += right / 40 / samples;
    left_out += leave_one_out(cases.x, cases.classes, 2)->accuracy.accuracy / samples;
  }
  EXPECT_GT(on_itself, 0.62);
  EXPECT_NEAR(left_out, 0.5, 0.06);
}

RC_GTEST_PROP(Discriminant, units_of_measurement_do_not_matter, ()) {
  const Cases cases = two_classes(30, 2, 1, {static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000)), 5});
  Cases other = cases;
  for (std::size_t i = 0; i < 30; ++i) {
    other.x(i, 0) = 100 * cases.x(i, 0) + 7;
    other.x(i, 1) = 3 - cases.x(i, 1) / 50 + cases.x(i, 0);
  }
  const auto a = allocate(fit_discriminant(cases.x, cases.classes, 2)->discriminant, cases.x);
  const auto b = allocate(fit_discriminant(other.x, cases.classes, 2)->discriminant, other.x);
  for (std::size_t i = 0; i < 30; ++i) {
    RC_ASSERT(std::abs((*a)[i].posterior[0] - (*b)[i].posterior[0]) < 1e-8);
    RC_ASSERT(std::abs((*a)[i].typicality - (*b)[i].typicality) < 1e-8);
  }
}

RC_GTEST_PROP(Discriminant, leaving_out_is_fitting_without, ()) {
  const Cases cases = two_classes(16, 2, 1, {static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000)), 6});
  const auto loo = *leave_one_out(cases.x, cases.classes, 2);
  for (std::size_t left = 0; left < 16; ++left) {
    Matrix others(15, 2), one(1, 2);
    std::vector<std::size_t> classes;
    for (std::size_t i = 0, k = 0; i < 16; ++i)
      for (std::size_t j = 0; j < 2; ++j) {
        if (i == left)
          one(0, j) = cases.x(i, j);
        else
          others(k, j) = cases.x(i, j);
        if (j == 1 && i != left) {
          classes.push_back(cases.classes[i]);
          ++k;
        }
      }
    const auto fit = *fit_discriminant(others, classes, 2, std::vector<double>{0.5, 0.5});
    const auto again = (*allocate(fit.discriminant, one))[0];
    // A case on the very edge may fall either way.
    if (std::abs(again.posterior[0] - 0.5) > 1e-9) RC_ASSERT(again.chosen == loo.chosen[left]);
  }
}

TEST(Discriminant, somebody_unlike_any_class_is_told_so) {
  const Cases cases = two_classes(200, 2, 1, {53, 0});
  const auto fit = *fit_discriminant(cases.x, cases.classes, 2);
  Matrix far(1, 2);
  far(0, 1) = 12;
  const auto a = (*allocate(fit.discriminant, far))[0];
  EXPECT_LT(a.typicality, 1e-6);
  EXPECT_NEAR(a.posterior[0] + a.posterior[1], 1, 1e-12);
}

TEST(CoverageOf, sensitivity_of_a_class) {
  Coverage coverage;
  for (std::size_t s = 0; s < samples(100); ++s) {
    Matrix confusion(2, 2);
    for (std::uint64_t i = 0; i < 60; ++i) {
      const std::size_t right = i % 2;
      const bool hit = random_uniform(RandomKey{54, 0}.part(s), i) < (right == 0 ? 0.7 : 0.85);
      confusion(right, hit ? right : 1 - right) += 1;
    }
    const auto accuracy = *classification_accuracy(confusion);
    coverage.add("sensitivity .70 of 30", 0.7, *accuracy.classes[0].sensitivity,
                 accuracy.classes[0].interval);
    coverage.add("sensitivity .85 of 30", 0.85, *accuracy.classes[1].sensitivity,
                 accuracy.classes[1].interval);
    coverage.add("accuracy of 60", 0.775, accuracy.accuracy, accuracy.interval);
  }
  coverage.expect("Wilson's intervals of sensitivity", 0.02);  // whole numbers of 30
}

TEST(Discriminant, errors) {
  Cases cases = two_classes(20, 2, 1, {55, 0});
  EXPECT_EQ(fit_discriminant(cases.x, std::vector<std::size_t>(3), 2).error().code, "discriminant.shape");
  EXPECT_EQ(fit_discriminant(cases.x, cases.classes, 1).error().code, "discriminant.classes");
  EXPECT_EQ(fit_discriminant(cases.x, cases.classes, 3).error().code, "discriminant.classes");
  EXPECT_EQ(fit_discriminant(cases.x, cases.classes, 2, std::vector<double>{0.5, 0.6}).error().code,
            "discriminant.priors");
  EXPECT_EQ(fit_discriminant(Matrix(4, 2), std::vector<std::size_t>{0, 1, 0, 1}, 2).error().code,
            "discriminant.few_cases");
  for (std::size_t i = 0; i < 20; ++i) cases.x(i, 1) = 2 * cases.x(i, 0);
  EXPECT_EQ(fit_discriminant(cases.x, cases.classes, 2).error().code, "discriminant.singular");
  EXPECT_EQ(classification_accuracy(Matrix(2, 2)).error().code, "kappa.counts");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
