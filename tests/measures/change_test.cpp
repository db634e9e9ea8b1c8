#include "measures/change.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "catalog/load.hpp"
#include "stats/change.hpp"
#include "store/content.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

using catalog::Direction;
using catalog::Instrument;
using catalog::Scale;

/// One scale whose error is known exactly: SD 10, test-retest .91, so a change is beyond error from
/// 1.96 * sqrt(2) * 10 * sqrt(.09) = 8.3155 points; clinical boundary at 30.
Instrument example(Direction direction) {
  Instrument instrument;
  instrument.id = "example";
  instrument.version = "1";
  instrument.orders.push_back({"standard", "Standard", {0, 100}, {}, true, "", {"s", true, ""}});
  instrument.items.resize(1);
  instrument.items[0].number = 1;
  instrument.items[0].range = {0, 100};
  Scale scale;
  scale.id = "total";
  scale.name = "Total";
  scale.direction = direction;
  scale.key.items = {1};
  scale.reliabilities.push_back({"alpha", 0.99, std::nullopt, "adults", {}, {"s", true, ""}});
  scale.reliabilities.push_back({"test_retest", 0.91, 14, "adults", {}, {"s", true, ""}});
  catalog::Norm norm;
  norm.group = "community";
  norm.mean = 20;
  norm.sd = 10;
  norm.provenance = {"s", true, ""};
  scale.norms.push_back(norm);
  catalog::Cutoff cutoff;
  cutoff.label = "clinical range";
  cutoff.value = 30;
  cutoff.side = direction == Direction::higher_better ? catalog::Side::below : catalog::Side::at_or_above;
  cutoff.clinical_boundary = true;
  cutoff.provenance = {"s", true, ""};
  scale.cutoffs.push_back(cutoff);
  instrument.scales.push_back(scale);
  return instrument;
}

Change between(const Instrument& instrument, std::optional<double> before, std::optional<double> after) {
  return change_on_scale(instrument, instrument.scales[0], instrument.orders[0], before, after);
}

TEST(Change, rests_on_test_retest_reliability_and_says_so) {
  const Instrument worse = example(Direction::higher_worse);
  const Change change = between(worse, 40, 31);
  EXPECT_NEAR(*change.threshold, 8.3154, 1e-3);
  EXPECT_NEAR(*change.reliable_change_index, -9 / (std::sqrt(2.0) * 10 * std::sqrt(0.09)), 1e-12);
  EXPECT_NEAR(change.interval->lower, -9 - *change.threshold, 1e-12);
  EXPECT_NE(change.basis.find("test-retest reliability over 14 days 0.91"), std::string::npos)
      << change.basis;
}

struct Case {
  Direction direction;
  double before;
  double after;
  ChangeCategory category;
};

class Categories : public ::testing::TestWithParam<Case> {};

TEST_P(Categories, after_jacobson_and_truax) {
  const Case& c = GetParam();
  EXPECT_EQ(between(example(c.direction), c.before, c.after).category, c.category)
      << c.before << " to " << c.after;
}

INSTANTIATE_TEST_SUITE_P(
    Change, Categories,
    ::testing::Values(
        Case{Direction::higher_worse, 40, 25, ChangeCategory::recovered},
        Case{Direction::higher_worse, 40, 31, ChangeCategory::improved},
        Case{Direction::higher_worse, 40, 30, ChangeCategory::improved},   // the boundary itself is clinical
        Case{Direction::higher_worse, 29, 15, ChangeCategory::improved},   // was not on the clinical side
        Case{Direction::higher_worse, 40, 32, ChangeCategory::unchanged},  // 8 points are within 8.3
        Case{Direction::higher_worse, 20, 20, ChangeCategory::unchanged},
        Case{Direction::higher_worse, 20, 29, ChangeCategory::deteriorated},
        Case{Direction::higher_better, 20, 40, ChangeCategory::recovered},
        Case{Direction::higher_better, 40, 20, ChangeCategory::deteriorated},
        Case{Direction::higher_better, 10, 20, ChangeCategory::improved},
        Case{Direction::contested, 10, 40, ChangeCategory::reliable},
        Case{Direction::contested, 10, 11, ChangeCategory::unchanged}));

TEST(Change, one_missing_score_decides_nothing) {
  const Change change = between(example(Direction::higher_worse), std::nullopt, 20);
  EXPECT_EQ(change.category, ChangeCategory::undetermined);
  EXPECT_FALSE(change.difference);
}

TEST(Change, without_known_error_there_is_direction_only) {
  Instrument instrument = example(Direction::higher_worse);
  instrument.scales[0].reliabilities.clear();
  Change change = between(instrument, 40, 10);
  EXPECT_EQ(change.category, ChangeCategory::undetermined);
  EXPECT_EQ(*change.direction, ChangeDirection::lower);
  instrument = example(Direction::higher_worse);
  instrument.calibration_needed = 300;
  change = between(instrument, 40, 10);
  EXPECT_EQ(change.category, ChangeCategory::undetermined);
  EXPECT_FALSE(change.interval);
}

TEST(Change, a_latent_stability_is_never_used_for_one_person) {
  Instrument instrument = example(Direction::higher_worse);
  for (auto& reliability : instrument.scales[0].reliabilities) reliability.kind = "latent_stability";
  EXPECT_FALSE(between(instrument, 40, 10).threshold);
}

TEST(Change, an_unverified_figure_marks_the_change) {
  Instrument instrument = example(Direction::higher_worse);
  instrument.scales[0].reliabilities[1].provenance.verified = false;
  const Change change = between(instrument, 40, 10);
  EXPECT_FALSE(change.verified);
  EXPECT_NE(change.basis.find("not verified"), std::string::npos);
}

TEST(Change, a_published_size_serves_where_error_is_not_known) {
  Instrument instrument = example(Direction::higher_worse);
  instrument.scales[0].reliabilities.clear();
  instrument.scales[0].changes.push_back(
      {catalog::ChangeKind::reliable, 6, "a service's rule", {}, {"s", true, ""}});
  EXPECT_EQ(between(instrument, 40, 34).category, ChangeCategory::improved);
  EXPECT_EQ(between(instrument, 40, 35).category, ChangeCategory::unchanged);
}

TEST(Change, an_important_size_says_nothing_about_error) {
  Instrument instrument = example(Direction::higher_worse);
  instrument.scales[0].reliabilities.clear();
  instrument.scales[0].changes.push_back({catalog::ChangeKind::important, 6, "matters", {}, {"s", true, ""}});
  const Change change = between(instrument, 40, 20);
  EXPECT_EQ(change.category, ChangeCategory::undetermined);
  EXPECT_TRUE(change.published->reached);
  EXPECT_FALSE(between(instrument, 40, 35).published->reached);
}

TEST(Change, the_line_and_both_sides_of_it_are_named) {
  const Instrument instrument = example(Direction::higher_worse);
  const Change better = between(instrument, 40, 25);
  EXPECT_EQ(better.boundary->label, "clinical range");
  EXPECT_EQ(better.boundary->value, 30);
  EXPECT_TRUE(better.boundary->clinical_before && !better.boundary->clinical_after);
  const Change worse = between(instrument, 25, 40);
  EXPECT_EQ(worse.category, ChangeCategory::deteriorated);
  EXPECT_TRUE(worse.boundary->crossed());
  EXPECT_FALSE(between(instrument, 40, 35).boundary->crossed());
}

TEST(Change, names_the_least_whole_difference_beyond_error) {
  Instrument instrument = example(Direction::higher_worse);
  EXPECT_EQ(between(instrument, 40, 31).least_reliable, 9.0);  // the threshold is 8.3
  instrument.scales[0].multiply = 4;
  EXPECT_EQ(between(instrument, 40, 31).least_reliable, 12.0);
  instrument.scales[0].verb = catalog::Verb::mean;
  EXPECT_FALSE(between(instrument, 40, 31).least_reliable);
}

TEST(Change, on_internal_consistency_alone_rests_on_one_sitting) {
  Instrument instrument = example(Direction::higher_worse);
  EXPECT_FALSE(between(instrument, 40, 31).one_sitting);
  instrument.scales[0].reliabilities.pop_back();
  EXPECT_TRUE(between(instrument, 40, 31).one_sitting);
}

TEST(Change, says_what_is_missing_for_an_error) {
  Instrument instrument = example(Direction::higher_worse);
  instrument.scales[0].norms.clear();
  EXPECT_NE(between(instrument, 40, 31).basis.find("reliability 0.91 is known, but not the spread"),
            std::string::npos);
  instrument.scales[0].reliabilities.clear();
  EXPECT_NE(between(instrument, 40, 31).basis.find("neither a reliability nor"), std::string::npos);
}

TEST(Change, figures_of_different_groups_are_said_to_be) {
  Instrument instrument = example(Direction::higher_worse);
  EXPECT_EQ(between(instrument, 40, 31).basis.find("different groups"), std::string::npos);
  instrument.scales[0].norms[0].provenance.source = "another";
  EXPECT_NE(between(instrument, 40, 31).basis.find("different groups: the error is probably larger"),
            std::string::npos);
}

TEST(Change, risk_items_of_both_occasions_come_along) {
  const auto library = catalog::load_library(*store::embedded_documents());
  ASSERT_TRUE(library);
  const Instrument& check_in = **catalog::find_instrument(*library, "check-in");
  const auto report = [&](Response before, Response after) {
    Responses first(9, Response::answered(1));
    Responses second = first;
    first[8] = before;
    second[8] = after;
    const auto& order = check_in.orders[0];
    return *change(check_in, *score(check_in, order, first), *score(check_in, order, second));
  };
  const auto code = [&](Response before, Response after) {
    const auto found = report(before, after).findings;
    return found.empty() ? "" : found[0].code;
  };
  EXPECT_EQ(code(Response::answered(0), Response::answered(3)), "risk.answered");
  EXPECT_EQ(code(Response::answered(0), Response::skipped()), "risk.unanswered");
  EXPECT_EQ(code(Response::answered(2), Response::answered(0)), "risk.before");
  EXPECT_EQ(code(Response::not_asked(), Response::answered(3)), "risk.answered");
  EXPECT_EQ(code(Response::answered(0), Response::answered(0)), "");
  EXPECT_TRUE(report(Response::not_asked(), Response::not_asked()).risks.empty());
}

TEST(Change, other_instruments_versions_and_answer_ranges_are_refused) {
  const auto library = catalog::load_library(*store::embedded_documents());
  ASSERT_TRUE(library);
  const Instrument& ecr = **catalog::find_instrument(*library, "ecr");
  const Responses answers(36, Response::answered(3));
  const Scores first = *score(ecr, ecr.orders[0], answers);
  Scores second = first;
  EXPECT_TRUE(change(ecr, first, second));
  second.instrument = "ecr-r";
  EXPECT_EQ(change(ecr, first, second).error().code, "change.instrument");
  second = first;
  second.version = "2";
  EXPECT_EQ(change(ecr, first, second).error().code, "change.version");
  second = *score(ecr, *find_order(ecr, "online-5pt"), answers);
  EXPECT_EQ(change(ecr, first, second).error().code, "change.range");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures
