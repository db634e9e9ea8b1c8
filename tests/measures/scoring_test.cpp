#include "measures/scoring.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "catalog/load.hpp"
#include "stats/change.hpp"
#include "store/content.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

using catalog::Instrument;

const catalog::Library& library() {
  static const catalog::Library loaded = *catalog::load_library(*store::embedded_documents());
  return loaded;
}

const Instrument& instrument(const std::string& id) {
  return **catalog::find_instrument(library(), id);
}

/// A score as the definition says it, item by item, without tables: what the compiled scorer must agree with.
std::optional<double> by_definition(const Instrument& of, const catalog::Scale& scale,
                                    const catalog::Order& order, const Responses& responses) {
  const catalog::Key& key = key_in_order(scale, order);
  double sum = 0;
  double weight = 0;
  double full = 0;
  int missing = 0;
  int form_missing = 0;
  for (const Response& response : responses)
    form_missing += response.status != ResponseStatus::answered ? 1 : 0;
  for (std::size_t i = 0; i < key.items.size(); ++i) {
    const double w = key.weights.empty() ? 1 : key.weights[i];
    full += w;
    const Response& response = responses[static_cast<std::size_t>(key.items[i] - 1)];
    if (response.status != ResponseStatus::answered) {
      ++missing;
      continue;
    }
    sum += keyed_value(of, scale, order, key.items[i], response.code);
    weight += w;
  }
  const auto& rule = scale.missing;
  const int counted = rule.counted_over_form ? form_missing : missing;
  if ((rule.rule == catalog::MissingRule::complete && missing > 0) ||
      (rule.rule != catalog::MissingRule::complete && (missing > 0 || rule.counted_over_form) &&
       counted > rule.max_missing) ||
      weight == 0)
    return std::nullopt;
  if (rule.rule == catalog::MissingRule::prorate) sum *= full / weight;
  if (scale.verb == catalog::Verb::mean) sum /= full;
  return scale.multiply * sum;
}

RC_GTEST_PROP(Scorer, agrees_with_the_definition_item_by_item, (const std::vector<std::uint16_t>& draws)) {
  RC_PRE(draws.size() >= 2);
  const Instrument& of = library().instruments[draws[0] % library().instruments.size()];
  const catalog::Order& order = of.orders[draws[1] % of.orders.size()];
  Responses responses;
  for (std::size_t i = 0; i < of.items.size(); ++i) {
    const std::uint16_t draw = draws[(i + 2) % draws.size()];
    const auto range = range_in_order(of, order, static_cast<int>(i) + 1);
    const bool missing = draw % 23 == 7;
    responses.push_back(
        missing ? Response::skipped()
                : Response::answered(range.min + (draw + static_cast<int>(i)) % (range.max - range.min + 1)));
  }
  const auto scores = score(of, order, responses);
  RC_ASSERT(scores.has_value());
  for (std::size_t s = 0; s < of.scales.size(); ++s) {
    const auto expected = by_definition(of, of.scales[s], order, responses);
    RC_ASSERT(scores->scores[s].value.has_value() == expected.has_value());
    if (!expected) continue;
    RC_ASSERT(std::abs(*scores->scores[s].value - *expected) <= 1e-12 * std::max(1.0, std::abs(*expected)));
  }
}

TEST(Scorer, rows_give_what_one_row_gives) {
  const Instrument& phq = instrument("phq-9");
  const Scorer scorer(phq, phq.orders[0]);
  std::vector<AnswerByte> rows;
  for (std::size_t i = 0; i < 20 * scorer.items(); ++i)
    rows.push_back(i % 31 == 0 ? skipped_byte : static_cast<AnswerByte>(i * 7 % 4));
  std::vector<RowScore> together(20 * scorer.scales());
  scorer.score_rows(rows, together);
  for (std::size_t r = 0; r < 20; ++r) {
    std::vector<RowScore> one(scorer.scales());
    scorer.score_row(rows.data() + r * scorer.items(), one.data());
    for (std::size_t s = 0; s < one.size(); ++s) {
      EXPECT_EQ(one[s].state, together[r * one.size() + s].state);
      EXPECT_EQ(one[s].answered, together[r * one.size() + s].answered);
      if (one[s].state == ScoreState::no_score) continue;
      EXPECT_EQ(one[s].value, together[r * one.size() + s].value);
    }
  }
}

TEST(Score, error_and_standing_come_from_the_definition) {
  const Instrument& ecr = instrument("ecr");
  const auto& order = *find_order(ecr, "online-5pt");
  const auto scores = score(ecr, order, Responses(36, Response::answered(3)), {"female", 30});
  const Score& avoidance = scores->scores[0];
  const auto basis = error_basis(ecr.scales[0], order, ErrorUse::score);
  ASSERT_TRUE(basis);
  EXPECT_EQ(basis->kind, "alpha");
  EXPECT_DOUBLE_EQ(avoidance.error->value,
                   stats::standard_error_of_measurement(basis->sd, basis->reliability));
  EXPECT_NEAR(avoidance.error->interval.upper - *avoidance.value, 1.959963985 * avoidance.error->value, 1e-8);
  ASSERT_EQ(avoidance.standings.size(), 1U) << "one norm a group of people";
  EXPECT_NE(avoidance.standings[0].basis.find("female"), std::string::npos);
  const auto unknown = score(ecr, order, Responses(36, Response::answered(3)));
  EXPECT_EQ(unknown->scores[0].standings[0].basis.find("female,"), std::string::npos);
}

TEST(Score, an_interval_never_leaves_the_range) {
  const Instrument& ecr = instrument("ecr");
  const auto& order = *find_order(ecr, "online-5pt");
  Responses lowest(36, Response::answered(1));
  for (const int item : ecr.scales[0].key.reversed)
    lowest[static_cast<std::size_t>(item - 1)] = Response::answered(5);
  const auto scores = score(ecr, order, lowest);
  EXPECT_EQ(*scores->scores[0].value, 1);
  EXPECT_EQ(scores->scores[0].error->interval.lower, 1);
}

TEST(Score, a_cutoff_within_reach_of_error_is_said_to_be_uncertain) {
  const Instrument& phq = instrument("phq-9");
  const auto cutoff_near = [&](int answers_of_one) {
    Responses responses(9, Response::answered(0));
    for (int i = 0; i < answers_of_one; ++i) responses[static_cast<std::size_t>(i) % 9].code += 1;
    return score(phq, phq.orders[0], responses)->scores[0];
  };
  const Score near = cutoff_near(9);
  ASSERT_FALSE(near.cutoffs.empty());
  const auto ten =
      std::find_if(near.cutoffs.begin(), near.cutoffs.end(), [](const auto& c) { return c.value == 10; });
  ASSERT_NE(ten, near.cutoffs.end());
  EXPECT_FALSE(ten->reached);
  EXPECT_EQ(ten->within_error, true);
  const Score far = cutoff_near(27);
  EXPECT_EQ(far.cutoffs[static_cast<std::size_t>(ten - near.cutoffs.begin())].within_error, false);
}

TEST(Responses, an_answer_survives_its_byte) {
  for (const catalog::AnswerRange range : {catalog::AnswerRange{-3, 3}, {0, 1}, {1, 7}, {0, 200}}) {
    for (int code = range.min; code <= range.max; ++code)
      EXPECT_EQ(from_byte(to_byte(Response::answered(code), range), range), Response::answered(code));
    for (const Response& none : {Response::skipped(), Response::not_applicable(), Response::not_asked()})
      EXPECT_EQ(from_byte(to_byte(none, range), range), none);
  }
}

TEST(Responses, the_wrong_number_and_the_wrong_code_are_named) {
  const Instrument& phq = instrument("phq-9");
  EXPECT_EQ(encode(phq, phq.orders[0], Responses(8, Response::answered(0))).error().code, "responses.count");
  Responses responses(9, Response::answered(0));
  responses[6] = Response::answered(4);
  const auto error = encode(phq, phq.orders[0], responses).error();
  EXPECT_EQ(error.code, "responses.range");
  EXPECT_EQ(error.where.field, "item 7");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures
