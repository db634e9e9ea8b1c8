// securebase reliability

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "fit_tree.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using Words = std::vector<std::string>;

Words asking(const std::string& file, const Words& more) {
  Words words{"reliability", "--in", file};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string joined(const Json& names) {
  std::string text;
  for (const Json& name : names) text += (text.empty() ? "" : ",") + name.get<std::string>();
  return text;
}

Json alpha_layout(const Json& fit) {
  const Json& s = fit.at("frames").at("scales")[0];
  Json json{{"n_rows", s.at("n")},
            {"k", s.at("items")},
            {"raw_alpha", term_of(fit, "alpha").at("estimate")},
            {"std_alpha", term_of(fit, "alpha, standardised").at("estimate")},
            {"lambda6_smc", term_of(fit, "lambda 6").at("estimate")},
            {"average_r", s.at("average_r")},
            {"median_r", s.at("median_r")},
            {"signal_noise", s.at("signal_noise")},
            {"ase", term_of(fit, "alpha").at("std_error")},
            {"mean_of_person_means", s.at("score_mean")},
            {"sd_of_person_means", s.at("score_sd")},
            {"feldt_lower", term_of(fit, "alpha").at("lower")},
            {"feldt_upper", term_of(fit, "alpha").at("upper")},
            {"psych_feldt_lower", s.at("feldt_lower")},
            {"psych_feldt_upper", s.at("feldt_upper")},
            {"sem_person_mean_metric",
             row_with(fit.at("tables").at("error"), "term", "standard error of measurement").at("estimate")}};
  for (const Json& item : fit.at("frames").at("items")) {
    json["alpha_if_dropped"].push_back({{"item", item.at("item")},
                                        {"raw_alpha", item.at("alpha_without")},
                                        {"std_alpha", item.at("std_alpha_without")},
                                        {"lambda6_smc", item.at("lambda6_without")},
                                        {"average_r", item.at("average_r_without")},
                                        {"ase", item.at("error_without")}});
    json["item_stats"].push_back({{"item", item.at("item")},
                                  {"n", item.at("n")},
                                  {"raw_r", item.at("raw_r")},
                                  {"std_r", item.at("std_r")},
                                  {"r_cor", item.at("r_cor")},
                                  {"r_drop", item.at("item_rest_r")},
                                  {"mean", item.at("mean")},
                                  {"sd", item.at("sd")}});
  }
  return json;
}

void hold_alpha(const std::string& id) {
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  const Json& model = reference->model();
  Words words{"--items", joined(model.at("items"))};
  if (!model.at("reversed").empty()) {
    const Words keys{"--reversed", joined(model.at("reversed")), "--range",
                     model.at("scale_min").dump() + "," + model.at("scale_max").dump()};
    words.insert(words.end(), keys.begin(), keys.end());
  }
  Words pairwise = words;
  pairwise.insert(pairwise.end(), {"--missing", "pairwise", "--max-missing", "0.99"});
  reference->expect({{"pairwise", alpha_layout(fitted(asking(case_file(id), pairwise)))},
                     {"complete_cases", alpha_layout(fitted(asking(case_file(id), words)))}});
}

TEST(ReliabilityCommandReference, alpha_of_complete_answers) {
  hold_alpha("psychometrics/attitude_alpha");
}

TEST(ReliabilityCommandReference, alpha_with_answers_missing) {
  hold_alpha("psychometrics/bfi_agreeableness_alpha");
}

TEST(ReliabilityCommandReference, omega) {
  const std::string id = "psychometrics/alliance12_omega";
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit =
      fitted(asking(case_file(id), {"--items", joined(reference->model().at("items")), "--factors", "3"}));
  const Json& one = fit.at("frames").at("one_factor")[0];
  const Json& loadings = fit.at("frames").at("loadings");
  const auto estimate = [&](const std::string& term) { return term_of(fit, term).at("estimate"); };
  reference->expect({{"n", fit.at("frames").at("scales")[0].at("n")},
                     {"one_factor_ml",
                      {{"loading", column_of(loadings, "loading")},
                       {"loading_se", column_of(loadings, "error")},
                       {"uniqueness", column_of(loadings, "uniqueness")},
                       {"chisq", one.at("chi_square")},
                       {"df", one.at("df")},
                       {"omega_model_implied", estimate("omega, one factor")},
                       {"omega_observed_variance", one.at("omega_observed")},
                       {"sem_sum_metric", one.at("sem_of_sum")}}},
                     {"correlation_eigenvalues", column_of(fit.at("frames").at("eigenvalues"), "value")},
                     {"schmid_leiman",
                      {{"omega_hierarchical", estimate("omega, hierarchical")},
                       {"omega_total", estimate("omega, total")},
                       {"omega_lim", estimate("omega, limit")},
                       {"alpha_std", estimate("alpha, standardised")},
                       {"lambda6", estimate("lambda 6")},
                       {"general_loadings", column_of(fit.at("frames").at("general_factor"), "general")},
                       {"ecv", estimate("explained common variance")}}}});
}

/// Scores row by row of the case's file: one in which every field is empty is no row of a table.
Json scores_by_line(const Json& fit, const std::string& name, std::size_t rows) {
  Json scores(rows, nullptr);
  for (const Json& row : fit.at("frames").at("scores"))
    scores.at(row.at("line").get<std::size_t>() - 2) = row.at(name);
  return scores;
}

TEST(ReliabilityCommandReference, prorated_scores) {
  const std::string id = "psychometrics/attachment36_prorated";
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json& model = reference->model();
  Words words{"--reversed",    joined(model.at("reversed")),           "--range", "1,7",
              "--max-missing", model.at("max_missing_fraction").dump()};
  for (const auto& [name, items] : model.at("scales").items()) {
    words.emplace_back("--scale");
    words.push_back(name + "=" + joined(items));
  }
  const Json means = fitted(asking(case_file(id), words));
  words.insert(words.end(), {"--score", "sum"});
  const Json sums = fitted(asking(case_file(id), words));
  Json computed;
  const std::size_t rows = reference->table().rows();
  for (const auto& [name, items] : model.at("scales").items()) {
    const Json s = row_with(means.at("frames").at("scales"), "scale", name);
    computed[name] = {{"n_scored", s.at("scored")},
                      {"n_unscorable", rows - s.at("scored").get<std::size_t>()},
                      {"n_complete", s.at("n")},
                      {"mean_of_scores", s.at("score_mean")},
                      {"sd_of_scores", s.at("score_sd")},
                      {"alpha_complete", term_of(means, name + ": alpha").at("estimate")},
                      {"sem_mean_metric", row_with(means.at("tables").at("error"), "term",
                                                   name + ": standard error of measurement")
                                              .at("estimate")},
                      {"mean_scores", scores_by_line(means, name, rows)},
                      {"prorated_sums", scores_by_line(sums, name, rows)}};
  }
  reference->expect(computed);
}

// psych's layout of five scales: below the diagonal r, in it alpha, above it corrected for attenuation.
Json scoring_layout(const Json& fit, const Words& names) {
  Json json;
  const auto pair = [&](const std::string& a, const std::string& b, const char* which) -> Json {
    for (const Json& row : fit.at("frames").at("scale_pairs"))
      if ((row.at("first") == a && row.at("second") == b) || (row.at("first") == b && row.at("second") == a))
        return row.at(which);
    return nullptr;
  };
  Json r = Json::array(), corrected = Json::array(), first = Json::array(), numbers = Json::array();
  for (std::size_t a = 0; a < names.size(); ++a) {
    const Json s = row_with(fit.at("frames").at("scales"), "scale", names[a]);
    json["alpha"][names[a]] = s.at("alpha");
    json["average_r"][names[a]] = s.at("average_r_from_alpha");
    json["lambda6"][names[a]] =
        row_with(fit.at("frames").at("scales_within"), "scale", names[a]).at("lambda6_within");
    json["score_n"][names[a]] = s.at("scored");
    json["score_mean"][names[a]] = s.at("score_mean");
    json["score_sd"][names[a]] = s.at("score_sd");
    r.push_back(Json::array());
    corrected.push_back(Json::array());
    for (std::size_t b = 0; b < names.size(); ++b) {
      r[a].push_back(a == b ? Json(1) : pair(names[a], names[b], "r"));
      corrected[a].push_back(a == b  ? s.at("alpha")
                             : a > b ? pair(names[a], names[b], "r")
                                     : pair(names[a], names[b], "corrected"));
    }
  }
  for (std::size_t p = 0; p < 20; ++p) {
    numbers.push_back(p + 1);
    first.push_back(Json::array());
    for (const auto& name : names) first[p].push_back(fit.at("frames").at("scores")[p].at(name));
  }
  json["scale_cor"] = {{"rows", names}, {"cols", names}, {"values", r}};
  json["scale_cor_corrected"] = {{"rows", names}, {"cols", names}, {"values", corrected}};
  json["first_20_scores"] = {{"rows", numbers}, {"cols", names}, {"values", first}};
  return json;
}

/// The file with the item's median in the place of what is missing: the program does not impute so.
std::string imputed(const reference::Table& table, const Words& columns) {
  std::ostringstream csv;
  std::vector<std::vector<double>> filled;
  for (const std::string& column : columns) {
    csv << (filled.empty() ? "" : ",") << column;
    std::vector<double> there, all;
    for (const auto& value : table.numbers(column))
      if (value) there.push_back(*value);
    std::sort(there.begin(), there.end());
    const std::size_t half = there.size() / 2;
    const double median = there.size() % 2 == 1 ? there[half] : (there[half - 1] + there[half]) / 2;
    for (const auto& value : table.numbers(column)) all.push_back(value.value_or(median));
    filled.push_back(all);
  }
  csv << '\n';
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (std::size_t c = 0; c < filled.size(); ++c)
      csv << filled[c][row] << (c + 1 < filled.size() ? ',' : '\n');
  return csv.str();
}

TEST(ReliabilityCommandReference, five_scales) {
  const std::string id = "psychometrics/bfi_five_scales";
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  Words names, columns, scales;
  std::string reversed;
  for (const char* name : {"agree", "conscientious", "extraversion", "neuroticism", "openness"}) {
    names.emplace_back(name);
    std::string items;
    for (std::string item : reference->model().at("scales").at(name).get<Words>()) {
      const bool turned = item.front() == '-';
      if (turned) item.erase(0, 1);
      if (turned) reversed += (reversed.empty() ? "" : ",") + item;
      items += (items.empty() ? "" : ",") + item;
      columns.push_back(item);
    }
    scales.insert(scales.end(), {"--scale", std::string(name) + "=" + items});
  }
  scales.insert(scales.end(),
                {"--reversed", reversed, "--range", "1,6", "--missing", "pairwise", "--max-missing", "0.99"});
  const Folder folder;
  reference->expect(
      {{"available_items", scoring_layout(fitted(asking(case_file(id), scales)), names)},
       {"median_imputed",
        scoring_layout(
            fitted(asking(folder.put("imputed.csv", imputed(reference->table(), columns)), scales)),
            names)}});
}

constexpr const char* twice =
    "id,a,b,c,d,a2,b2,c2,d2,t1,t2\n1,1,2,1,5,2,2,1,5,10,11\n2,2,2,3,4,2,3,3,4,12,13\n3,4,5,4,2,4,4,5,1,15,"
    "13\n"
    "4,5,4,5,1,5,5,4,2,17,19\n5,3,3,,3,3,3,2,3,20,19\n6,2,4,3,3,3,4,3,2,9,11\n";

TEST(ReliabilityCommand, of_two_occasions_by_hand) {
  const Folder folder;
  const auto file = folder.put("t.csv", twice);
  const auto picture = folder.path("p.svg");
  const Json fit = fitted(asking(file, {"--items", "t1", "--retest", "t2", "--plot", picture}));
  // Differences 1, 1, -2, 2, -1, 2: squares 15, mean 1/2, sd sqrt(13.5 / 5).
  const double sem = std::sqrt(13.5 / 5 / 2);
  const Json& error = fit.at("tables").at("retest_error");
  const auto told = [&](const std::string& term) {
    return row_with(error, "term", term).at("estimate").get<double>();
  };
  EXPECT_NEAR(told("standard error of measurement, consistency"), sem, 1e-12);
  EXPECT_NEAR(told("standard error of measurement, agreement"), std::sqrt(15.0 / 12), 1e-12);
  EXPECT_NEAR(told("minimal detectable change, one person, consistency"),
              1.959963984540054 * std::sqrt(2) * sem, 1e-9);
  EXPECT_NEAR(told("minimal detectable change, mean, consistency"),
              1.959963984540054 * std::sqrt(2) * sem / std::sqrt(6), 1e-9);
  EXPECT_FALSE(term_of(fit, "r").is_null());
  EXPECT_FALSE(term_of(fit, "ICC(2,1), agreement").is_null());
  EXPECT_TRUE(says(fit, "reliability.retest"));
  EXPECT_FALSE(says(fit, "reliability.alpha"));
  EXPECT_NE(Folder::read(picture).find("Test and retest"), std::string::npos);
}

// An item that is reversed is so on both occasions: turned by hand, the same comes out.
TEST(ReliabilityCommand, reversed_items_are_so_on_both_occasions) {
  const Folder folder;
  std::string turned = twice;
  const auto file = folder.put("t.csv", twice);
  const Json fit =
      fitted(asking(file, {"--items", "a,b,d", "--retest", "a2,b2,d2", "--reversed", "d", "--range", "1,5"}));
  const auto by_hand = folder.put("h.csv",
                                  "a,b,d,a2,b2,d2\n1,2,1,2,2,1\n2,2,2,2,3,2\n4,5,4,4,4,5\n5,4,5,5,5,4\n"
                                  "3,3,3,3,3,3\n2,4,3,3,4,4\n");
  const Json same = fitted(asking(by_hand, {"--items", "a,b,d", "--retest", "a2,b2,d2"}));
  EXPECT_EQ(fit.at("estimates"), same.at("estimates"));
  EXPECT_EQ(fit.at("tables").at("retest"), same.at("tables").at("retest"));
}

// Cronbach 1951: alpha is the mean of lambda 4 over every split.
TEST(ReliabilityCommand, splits) {
  const Folder folder;
  const Json fit = fitted(asking(folder.put("t.csv", twice), {"--items", "a,b,c,a2,b2,c2"}));
  const Json all = row_with(fit.at("frames").at("splits"), "coefficient", "Guttman's lambda 4");
  EXPECT_EQ(all.at("which"), "every split");
  EXPECT_EQ(all.at("splits"), 10);
  EXPECT_NEAR(all.at("mean").get<double>(), term_of(fit, "alpha").at("estimate").get<double>(), 1e-12);
  EXPECT_FALSE(term_of(fit, "split-half, odd and even").at("lower").is_null());
  EXPECT_EQ(fit.at("frames").at("split_half").size(), 2U);
}

TEST(ReliabilityCommand, constant_items_leave_it_undefined) {
  const Folder folder;
  const Json fit = fitted(asking(folder.put("c.csv", "a,b,c\n2,2,2\n2,2,2\n2,2,2\n2,2,2\n2,2,2\n"),
                                 {"--items", "a,b,c", "--factors", "2"}));
  EXPECT_TRUE(fit.at("estimates").empty()) << fit.at("estimates");
  EXPECT_TRUE(says(fit, "reliability.undefined"));
}

TEST(ReliabilityCommand, is_told_in_words_and_in_r) {
  const Folder folder;
  const auto file = folder.put("t.csv", twice);
  const Ran ran = securebase(asking(file, {"--items", "a,b,c"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const char* words : {"alpha", "split-half, odd and even", "standard error of measurement",
                            "minimal detectable change", "It does not show that items measure one thing"})
    EXPECT_NE(unwrapped(ran.out).find(words), std::string::npos) << words << "\n" << ran.out;
  const Ran script = securebase(asking(file, {"--items", "a,b,c,d", "--retest", "a2,b2,c2,d2", "--reversed",
                                              "d", "--range", "1,5", "--factors", "2", "--as-r"}));
  EXPECT_EQ(script.code, 0) << script.err;
  for (const char* words : {"psych::alpha", "psych::omega", "psych::ICC", "6 - d[[\"d2\"]]"})
    EXPECT_NE(script.out.find(words), std::string::npos) << words;
}

TEST(ReliabilityCommand, what_is_asked_wrongly) {
  const Folder folder;
  const auto file = folder.put("t.csv", twice);
  const auto usage = [&](const Words& more) { refuses(asking(file, more), 2, "usage.reliability"); };
  usage({});
  usage({"--items", "a"});
  usage({"--items", "a,a"});
  usage({"--items", "a,b", "--retest", "a2"});
  usage({"--items", "a,b", "--retest", "a2,b"});
  usage({"--items", "a,b", "--reversed", "d", "--range", "1,5"});
  usage({"--items", "a,b", "--range", "5,1"});
  usage({"--items", "a,b", "--max-missing", "1.5"});
  usage({"--items", "a,b", "--factors", "1"});
  usage({"--items", "a,b", "--splits", "0"});
  usage({"--scale", "a,b"});
  usage({"--scale", "x=a,b", "--scale", "x=c,d"});
  refuses(asking(file, {"--items", "a,b", "--range", "1"}), 2, "usage.number");
  refuses(asking(file, {"--items", "a,b", "--level", "0"}), 2, "usage.level");
  refuses(asking(file, {"--items", "a,,b"}), 2, "usage.list");
}

TEST(ReliabilityCommand, what_a_file_has_wrong) {
  const Folder folder;
  const auto refused = [&](const std::string& csv, const Words& more, const std::string& code,
                           const std::string& place) {
    const auto file = folder.put("t.csv", csv);
    refuses(asking(file, more), 3, code);
    const auto said = unwrapped(securebase(asking(file, more)).err);
    EXPECT_NE(said.find("t.csv" + place), std::string::npos) << said;
    EXPECT_EQ(said.find("secret"), std::string::npos) << said;
  };
  refused("a,b\n1,secret\n", {"--items", "a,b"}, "models.not_a_number", ":2");
  refused("a,c\n1,2\n", {"--items", "a,b"}, "models.column", "");
  refused("a,b\n1,2\n", {"--items", "a,b"}, "moments.too_few_rows", "");
  refused("a,b\n,\n,\n", {"--items", "a,b"}, "table.no_rows", "");
  refused("u,a,b\n1,,\n2,,\n", {"--items", "a,b"}, "moments.too_few_rows", "");
  refused("a,b\n1,2\n2,9\n", {"--items", "a,b", "--reversed", "b", "--range", "1,5"}, "reliability.range",
          ":3");
  refused("a,b\n1,2\n2,1e101\n", {"--items", "a,b"}, "reliability.range", ":3");
  refused("a,b\n1,\n,2\n", {"--items", "a", "--retest", "b"}, "bland_altman.too_few", "");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
