#include "stats/scale_scores.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "answers.hpp"
#include "stats/change.hpp"
#include "stats/norms.hpp"
#include "stats/reliability.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

struct NamedScale {
  std::string name;
  ScaleItems items;
};

std::vector<NamedScale> scales_of(const Json& model, const std::vector<std::string>& columns) {
  std::vector<NamedScale> scales;
  for (const auto& [name, items] : model.at("scales").items()) {
    NamedScale scale{name, {}};
    for (std::string item : items.get<std::vector<std::string>>()) {
      const Keying keying = item.front() == '-' ? Keying::reversed : Keying::forward;
      if (keying == Keying::reversed) item.erase(0, 1);
      const auto found = std::find(columns.begin(), columns.end(), item);
      scale.items.push_back({static_cast<std::size_t>(found - columns.begin()), keying});
    }
    scales.push_back(scale);
  }
  return scales;
}

Row keyed_row(const Row& row, const ScaleItems& scale, double lowest_plus_highest) {
  Row keyed;
  for (const KeyedItem& i : scale) {
    keyed.values.push_back(i.keying == Keying::reversed ? lowest_plus_highest - row.values[i.item]
                                                        : row.values[i.item]);
    keyed.present.push_back(row.present[i.item]);
  }
  return keyed;
}

std::vector<std::optional<double>> scores_of(const std::vector<Row>& rows, const ScaleItems& scale,
                                             double turn) {
  std::vector<std::optional<double>> scores;
  for (const Row& row : rows) {
    const Row keyed = keyed_row(row, scale, turn);
    scores.push_back(prorated_mean(keyed.values, keyed.present, 1));
  }
  return scores;
}

std::vector<double> present_ones(const std::vector<std::optional<double>>& scores) {
  std::vector<double> result;
  for (const auto& score : scores)
    if (score) result.push_back(*score);
  return result;
}

// Above the diagonal of psych's "corrected" matrix: corrected for attenuation; in it alpha; below it the
// plain correlation.
std::optional<double> corrected_entry(const Matrix& c, const std::vector<NamedScale>& scales, std::size_t i,
                                      std::size_t j) {
  const auto alpha = [&](std::size_t s) { return *cronbach_alpha(keyed_covariance(c, scales[s].items)); };
  const auto r = scale_correlation(c, scales[i].items, scales[j].items);
  if (i == j) return alpha(i);
  return i > j ? r : corrected_for_attenuation(*r, alpha(i), alpha(j));
}

Json labelled(const Json& rows, const std::vector<NamedScale>& scales,
              std::vector<std::vector<std::optional<double>>> values) {
  Json json{{"rows", rows}, {"cols", Json::array()}, {"values", Json::array()}};
  for (const auto& scale : scales) json["cols"].push_back(scale.name);
  for (const auto& row : values) json["values"].push_back(to_json(row));
  return json;
}

Json scoring(const std::vector<Row>& rows, const std::vector<NamedScale>& scales, double turn) {
  const std::size_t k = rows.front().values.size();
  const Matrix c = *moments_of(rows, k).covariance(Missing::pairwise);
  Json json;
  Json names = Json::array();
  Json first_rows = Json::array();
  std::vector<std::vector<std::optional<double>>> r(scales.size()), corrected(scales.size()), first(20);
  for (std::size_t i = 0; i < scales.size(); ++i) {
    const auto& [name, items] = scales[i];
    names.push_back(name);
    const auto alpha = cronbach_alpha(keyed_covariance(c, items));
    json["alpha"][name] = to_json(alpha);
    json["average_r"][name] = to_json(average_correlation_from_alpha(*alpha, items.size()));
    json["lambda6"][name] = to_json(lambda6_within(c, items));
    for (std::size_t j = 0; j < scales.size(); ++j) {
      r[i].push_back(scale_correlation(c, items, scales[j].items));
      corrected[i].push_back(corrected_entry(c, scales, i, j));
    }
    const auto scores = scores_of(rows, items, turn);
    const auto summary = *summarise(present_ones(scores));
    json["score_n"][name] = summary.n;
    json["score_mean"][name] = summary.mean;
    json["score_sd"][name] = to_json(summary.sd);
    for (std::size_t p = 0; p < 20; ++p) first[p].push_back(scores[p]);
  }
  for (int p = 1; p <= 20; ++p) first_rows.push_back(p);
  json["scale_cor"] = labelled(names, scales, r);
  json["scale_cor_corrected"] = labelled(names, scales, corrected);
  json["first_20_scores"] = labelled(first_rows, scales, first);
  return json;
}

// Missing answers replaced by the item's median. Only this reference wants it: the product does not impute
// so.
std::vector<Row> median_imputed(std::vector<Row> rows) {
  for (std::size_t i = 0; i < rows.front().values.size(); ++i) {
    std::map<double, std::uint64_t> counts;
    for (const Row& row : rows)
      if (row.present[i] != 0) ++counts[row.values[i]];
    std::vector<ScoreCount> histogram;
    for (const auto& [score, count] : counts) histogram.push_back({score, count});
    const double median = *histogram_quantile(histogram, 0.5);
    for (Row& row : rows)
      if (row.present[i] == 0) row.values[i] = median, row.present[i] = 1;
  }
  return rows;
}

TEST(ScaleScores, agree_with_psych_scoreItems) {
  auto reference = reference::find_case("psychometrics/bfi_five_scales");
  if (!reference) GTEST_SKIP() << reference::absent("psychometrics/bfi_five_scales");
  const Json& model = reference->model();
  std::vector<std::string> columns;
  for (const char* letter : {"A", "C", "E", "N", "O"})
    for (int i = 1; i <= 5; ++i) columns.push_back(letter + std::to_string(i));
  const double turn = model.at("scale_min").get<double>() + model.at("scale_max").get<double>();
  const auto scales = scales_of(model, columns);
  const auto rows = rows_of(reference->table(), columns, {});
  reference->expect({{"available_items", scoring(rows, scales, turn)},
                     {"median_imputed", scoring(median_imputed(rows), scales, turn)}});
}

Json prorated_scale(const reference::Table& table, const std::vector<std::string>& items,
                    const Reversal& reversed, double max_missing) {
  const auto rows = rows_of(table, items, reversed);
  const double k = static_cast<double>(items.size());
  std::vector<std::optional<double>> scores, sums;
  for (const Row& row : rows) {
    scores.push_back(prorated_mean(row.values, row.present, max_missing));
    sums.push_back(scores.back() ? std::optional(*scores.back() * k) : std::nullopt);
  }
  const auto summary = *summarise(present_ones(scores));
  const auto complete = *reliability(moments_of(rows, items.size()), Missing::complete_cases);
  return {{"n_scored", summary.n},
          {"n_unscorable", scores.size() - summary.n},
          {"n_complete", complete.rows},
          {"mean_of_scores", summary.mean},
          {"sd_of_scores", to_json(summary.sd)},
          {"alpha_complete", to_json(complete.raw_alpha)},
          {"sem_mean_metric", standard_error_of_measurement(*summary.sd, *complete.raw_alpha)},
          {"mean_scores", to_json(scores)},
          {"prorated_sums", to_json(sums)}};
}

TEST(ScaleScores, prorated_as_in_R) {
  auto reference = reference::find_case("psychometrics/attachment36_prorated");
  ASSERT_TRUE(reference);
  const Json& model = reference->model();
  const Reversal reversed{model.at("reversed").get<std::vector<std::string>>(),
                          model.at("scale_min").get<double>() + model.at("scale_max").get<double>()};
  Json computed;
  for (const auto& [name, items] : model.at("scales").items())
    computed[name] = prorated_scale(reference->table(), items.get<std::vector<std::string>>(), reversed,
                                    model.at("max_missing_fraction").get<double>());
  reference->expect(computed);
}

TEST(ScaleScores, the_share_of_missing_items_is_inclusive) {
  const std::vector<double> values{1, 2, 3, 4, 5};
  EXPECT_EQ(prorated_mean(values, std::vector<std::uint8_t>{0, 1, 1, 1, 1}, 0.2), 3.5);
  EXPECT_FALSE(prorated_mean(values, std::vector<std::uint8_t>{0, 0, 1, 1, 1}, 0.2).has_value());
  EXPECT_FALSE(prorated_mean(values, std::vector<std::uint8_t>(5, 0), 1).has_value());
}

TEST(ScaleScores, undefined_where_nothing_varies_or_alpha_is_not_positive) {
  const ScaleItems both{{0, Keying::forward}, {1, Keying::forward}};
  const ScaleItems difference{{0, Keying::forward}, {1, Keying::reversed}};
  const Matrix ones(2, 2, 1);
  EXPECT_FALSE(scale_correlation(ones, both, difference).has_value());
  EXPECT_FALSE(lambda6_within(ones, both).has_value());
  EXPECT_FALSE(corrected_for_attenuation(0.3, 0, 0.8).has_value());
  EXPECT_FALSE(average_correlation_from_alpha(0.3, 1).has_value());
}

RC_GTEST_PROP(ScaleScores, average_correlation_undoes_spearman_brown, ()) {
  const double r = *rc::gen::inRange(-10, 100) / 100.0;
  const auto k = *rc::gen::inRange<std::size_t>(2, 9);
  const double n = static_cast<double>(k);
  RC_ASSERT(std::abs(*average_correlation_from_alpha(n * r / (1 + (n - 1) * r), k) - r) < 1e-12);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
