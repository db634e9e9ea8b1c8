// securebase agreement

#include <gtest/gtest.h>

#include <cmath>

#include "fit_tree.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using Words = std::vector<std::string>;

Words asking(const std::string& file, const Words& more) {
  Words words{"agreement", "--in", file};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Json chance_of(const Json& fit, const std::string& coefficient) {
  return row_with(fit.at("frames").at("chance"), "coefficient", coefficient);
}

Json number_in(const Json& text) {
  return std::stod(text.get<std::string>());
}

Json cohen_layout(const Json& fit, const std::string& term) {
  const Json row = term_of(fit, term);
  const Json chance = chance_of(fit, term);
  return {{"kappa", row.at("estimate")},
          {"observed", chance.at("observed")},
          {"expected", chance.at("expected")},
          {"se", row.at("std_error")},
          {"ci_lower", row.at("lower")},
          {"ci_upper", row.at("upper")},
          {"se_null", chance.at("error_by_chance")},
          {"z_null", chance.at("z")},
          {"p_null", row.at("p")}};
}

TEST(AgreementReference, cohen) {
  const std::string id = "agreement/cohen_attachment";
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit = fitted(asking(case_file(id), {"--raters", "coder1,coder2", "--measured", "ordinal",
                                                 "--categories", "1,2,3,4", "--bootstrap", "100"}));
  reference->expect({{"n", fit.at("data").at("used")},
                     {"table", fit.at("matrices").at("cross_table")},
                     {"unweighted", cohen_layout(fit, "kappa")},
                     {"linear", cohen_layout(fit, "kappa (linear)")},
                     {"quadratic", cohen_layout(fit, "kappa (quadratic)")}});
}

TEST(AgreementReference, fleiss) {
  const std::string id = "agreement/fleiss_five_raters";
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit = fitted(
      asking(case_file(id), {"--raters", "r1,r2,r3,r4,r5", "--measured", "nominal", "--bootstrap", "100"}));
  const Json row = term_of(fit, "Fleiss's kappa");
  const Json chance = chance_of(fit, "Fleiss's kappa");
  Json computed{{"subjects", fit.at("data").at("units").at("units")},
                {"raters", fit.at("data").at("units").at("raters")},
                {"kappa", row.at("estimate")},
                {"p_bar", chance.at("observed")},
                {"p_e", chance.at("expected")},
                {"se_null", chance.at("error_by_chance")},
                {"z", chance.at("z")},
                {"p", row.at("p")},
                {"se_jackknife", row.at("std_error")}};
  for (const Json& category : fit.at("frames").at("fleiss_categories"))
    computed["category"].push_back({{"level", number_in(category.at("category"))},
                                    {"share", category.at("share")},
                                    {"kappa", category.at("kappa")},
                                    {"se_null", category.at("error_by_chance")},
                                    {"z", category.at("z")}});
  reference->expect(computed);
}

TEST(AgreementReference, intraclass_correlations) {
  const std::string id = "agreement/icc_shrout_fleiss";
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  const Json fit = fitted(asking(case_file(id), {"--raters", "j1,j2,j3,j4", "--measured", "interval"}));
  const Json& m = fit.at("measures");
  Json computed{{"n_subjects", m.at("complete_units")},
                {"n_raters", fit.at("data").at("units").at("raters")},
                {"ms_between", m.at("ms_between")},
                {"ms_raters", m.at("ms_raters")},
                {"ms_error", m.at("ms_error")},
                {"ms_within", m.at("ms_within")},
                {"sem_single_agreement", m.at("sem_agreement")},
                {"sem_single_consistency", m.at("sem_consistency")}};
  const Words names{"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Json& row = fit.at("estimates")[i];
    const Json& test = fit.at("frames").at("icc")[i];
    computed["icc"].push_back({{"type", names[i]},
                               {"icc", row.at("estimate")},
                               {"F", test.at("f")},
                               {"df1", test.at("df1")},
                               {"df2", test.at("df2")},
                               {"p", row.at("p")},
                               {"ci_lower", row.at("lower")},
                               {"ci_upper", row.at("upper")}});
  }
  reference->expect(computed);
}

TEST(AgreementReference, krippendorff) {
  const std::string id = "agreement/krippendorff_4x12";
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  Json computed;
  for (const std::string level : {"nominal", "ordinal", "interval", "ratio"}) {
    const Json fit = fitted(asking(
        case_file(id), {"--raters", "A,B,C,D", "--measured", level, "--coefficients", "krippendorff"}));
    const Json row = term_of(fit, "Krippendorff's alpha (" + level + ")");
    EXPECT_LT(row.at("lower").get<double>(), row.at("estimate").get<double>());
    computed[level] = {{"alpha", row.at("estimate")},
                       {"observed_disagreement", fit.at("measures").at("observed_disagreement")},
                       {"expected_disagreement", fit.at("measures").at("expected_disagreement")}};
    if (level != "interval") continue;
    computed["units"] = fit.at("data").at("rows");
    computed["coders"] = fit.at("data").at("units").at("raters");
    computed["pairable_values"] = fit.at("measures").at("pairable_ratings");
    computed["values"] = column_of(fit.at("frames").at("values"), "value");
    computed["value_counts"] = column_of(fit.at("frames").at("values"), "n");
  }
  reference->expect(computed);
}

TEST(AgreementReference, ratings_in_groups) {
  const std::string id = "agreement/group_icc_rwg";
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  std::string items;
  for (const auto& item : reference->model().at("items"))
    items += (items.empty() ? "" : ",") + item.get<std::string>();
  const Json fit = fitted(asking(
      case_file(id), {"--unit", "COMPID", "--value", "LEAD", "--items", items, "--null-variance", "2"}));
  const Json& m = fit.at("measures");
  Json computed{{"groups", m.at("groups")},
                {"n", m.at("ratings")},
                {"ms_between", m.at("ms_between")},
                {"ms_within", m.at("ms_within")},
                {"icc1", term_of(fit, "ICC(1), mean size").at("estimate")},
                {"icc2", term_of(fit, "ICC(2)").at("estimate")},
                {"mean_group_size", m.at("mean_size")},
                {"k0", m.at("k0")},
                {"icc1_k0", term_of(fit, "ICC(1)").at("estimate")}};
  for (const Json& row : fit.at("frames").at("within")) {
    computed["rwg"].push_back({{"group", row.at("unit")}, {"rwg", row.at("rwg")}, {"size", row.at("n")}});
    computed["rwg_j"].push_back({{"group", row.at("unit")}, {"rwg_j", row.at("rwg_j")}});
  }
  reference->expect(computed);
}

TEST(AgreementReference, polychoric) {
  const std::string id = "psychometrics/polychoric_pair";
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  const Json fit = fitted(asking(
      case_file(id), {"--raters", "N1,N2", "--measured", "ordinal", "--coefficients", "cohen,polychoric"}));
  const Json& m = fit.at("measures");
  const auto cuts = [&](const std::string& frame, const std::string& rater) {
    Json of = Json::array();
    for (const Json& row : fit.at("frames").at(frame))
      if (row.at("rater") == rater) of.push_back(row.at("threshold"));
    return of;
  };
  const Json row = term_of(fit, "polychoric correlation");
  reference->expect({{"table", fit.at("matrices").at("cross_table")},
                     {"two_step",
                      {{"rho", m.at("polychoric_two_step")},
                       {"row_cuts", cuts("thresholds_two_step", "N1")},
                       {"col_cuts", cuts("thresholds_two_step", "N2")},
                       {"logLik_kernel", m.at("polychoric_two_step_log_likelihood")}}},
                     {"ml",
                      {{"rho", row.at("estimate")},
                       {"row_cuts", cuts("thresholds", "N1")},
                       {"col_cuts", cuts("thresholds", "N2")},
                       {"logLik_kernel", m.at("polychoric_log_likelihood")},
                       {"se_rho", row.at("std_error")}}},
                     {"pearson", m.at("pearson")}});
}

constexpr const char* words_of_three =
    "unit,a,b,c\n1,secure,secure,secure\n2,avoidant,secure,avoidant\n3,secure,secure,\n4,anxious,anxious,"
    "anxious\n5,avoidant,avoidant,avoidant\n6,secure,anxious,secure\n";

std::string long_form() {
  return "s,who,r\n1,a,secure\n1,b,secure\n1,c,secure\n2,a,avoidant\n2,b,secure\n2,c,avoidant\n3,a,secure\n3,"
         "b,"
         "secure\n4,a,anxious\n4,b,anxious\n4,c,anxious\n5,a,avoidant\n5,b,avoidant\n5,c,avoidant\n6,a,"
         "secure\n"
         "6,b,anxious\n6,c,secure\n";
}

TEST(Agreement, wide_and_long_files_say_the_same) {
  const Folder folder;
  const Json wide =
      fitted(asking(folder.put("wide.csv", words_of_three), {"--raters", "a,b,c", "--measured", "nominal"}));
  const Json tall =
      fitted(asking(folder.put("long.csv", long_form()),
                    {"--unit", "s", "--rater", "who", "--value", "r", "--measured", "nominal"}));
  EXPECT_EQ(wide.at("estimates"), tall.at("estimates"));
  EXPECT_EQ(wide.at("frames"), tall.at("frames"));
  EXPECT_EQ(wide.at("schema"), "securebase.fit/1");
  EXPECT_FALSE(term_of(wide, "AC1").is_null());
  EXPECT_FALSE(term_of(wide, "Krippendorff's alpha (nominal)").is_null());
  EXPECT_EQ(wide.at("frames").at("pairs").size(), 3U);
  EXPECT_TRUE(says(wide, "agreement.not_truth"));
}

TEST(Agreement, the_same_seed_gives_the_same_interval) {
  const Folder folder;
  const auto file = folder.put("r.csv", words_of_three);
  const auto with_seed = [&](const std::string& seed) {
    return term_of(fitted(asking(file, {"--raters", "a,b,c", "--measured", "nominal", "--seed", seed})),
                   "Krippendorff's alpha (nominal)");
  };
  EXPECT_EQ(with_seed("3"), with_seed("3"));
  EXPECT_NE(with_seed("3").at("std_error"), with_seed("4").at("std_error"));
}

// Weights of one's own: quadratic ones for three categories.
TEST(Agreement, weights_of_ones_own) {
  const Folder folder;
  const auto file = folder.put("r.csv", "a,b\n1,2\n2,2\n3,3\n1,1\n3,1\n2,3\n1,1\n");
  const Json fit = fitted(asking(
      file, {"--raters", "a,b", "--measured", "ordinal", "--weights", "1,0.75,0;0.75,1,0.75;0,0.75,1"}));
  EXPECT_EQ(term_of(fit, "kappa (--weights)").at("estimate"),
            term_of(fit, "kappa (quadratic)").at("estimate"));
  EXPECT_NE(term_of(fit, "kappa (--weights)").at("estimate"), term_of(fit, "kappa").at("estimate"));
  EXPECT_EQ(term_of(fit, "AC2 (--weights)").at("estimate"), term_of(fit, "AC2 (quadratic)").at("estimate"));
}

// The order of ordinal words is that of --categories.
TEST(Agreement, categories_give_words_their_order) {
  const Folder folder;
  const auto words = folder.put("w.csv", "a,b\nlow,mid\nmid,mid\nhigh,high\nlow,low\nhigh,mid\n");
  const auto codes = folder.put("c.csv", "a,b\n1,2\n2,2\n3,3\n1,1\n3,2\n");
  const Json fit =
      fitted(asking(words, {"--raters", "a,b", "--measured", "ordinal", "--categories", "low,mid,high"}));
  const Json same = fitted(asking(codes, {"--raters", "a,b", "--measured", "ordinal"}));
  EXPECT_EQ(term_of(fit, "kappa (linear)"), term_of(same, "kappa (linear)"));
  EXPECT_EQ(term_of(fit, "Krippendorff's alpha (ordinal)"), term_of(same, "Krippendorff's alpha (ordinal)"));
  EXPECT_EQ(fit.at("frames").at("categories")[0].at("category"), "low");
  EXPECT_FALSE(says(fit, "agreement.categories"));
  EXPECT_TRUE(says(same, "agreement.categories"));
}

TEST(Agreement, constant_ratings_are_undefined_not_one) {
  const Folder folder;
  const auto file = folder.put("r.csv", "a,b\n2,2\n2,2\n2,2\n");
  for (const std::string level : {"nominal", "ordinal", "interval", "ratio"}) {
    const Json fit = fitted(asking(file, {"--raters", "a,b", "--measured", level}));
    EXPECT_TRUE(says(fit, "agreement.undefined")) << level;
    EXPECT_TRUE(fit.at("estimates").empty()) << level << fit.at("estimates");
  }
}

TEST(Agreement, a_constant_rater_is_named) {
  const Folder folder;
  const Json fit = fitted(
      asking(folder.put("r.csv", "a,b\n1,1\n2,1\n1,1\n2,1\n"), {"--raters", "a,b", "--measured", "nominal"}));
  EXPECT_TRUE(says(fit, "agreement.constant_rater"));
  EXPECT_NEAR(term_of(fit, "kappa").at("estimate").get<double>(), 0, 1e-12);
}

TEST(Agreement, one_unit_is_told_as_far_as_it_goes) {
  const Folder folder;
  const Json fit =
      fitted(asking(folder.put("r.csv", "a,b\n1,4\n"), {"--raters", "a,b", "--measured", "interval"}));
  EXPECT_TRUE(says(fit, "agreement.undefined"));
  EXPECT_TRUE(term_of(fit, "Krippendorff's alpha (interval)").at("lower").is_null());
}

TEST(Agreement, limits_of_agreement_and_their_picture) {
  const Folder folder;
  const auto file = folder.put("m.csv", "x,y\n10,11\n12,13\n15,13\n17,19\n,4\n20,19\n");
  const auto picture = folder.path("p.svg");
  const Json fit = fitted(asking(file, {"--raters", "x,y", "--measured", "interval", "--plot", picture}));
  const Json& table = fit.at("tables").at("bland_altman");
  const Json bias = row_with(table, "term", "bias");
  EXPECT_NEAR(bias.at("estimate").get<double>(), 0.2, 1e-12);
  const double sd = fit.at("measures").at("sd_difference").get<double>();
  EXPECT_NEAR(row_with(table, "term", "upper limit").at("estimate").get<double>(),
              0.2 + 1.959963984540054 * sd, 1e-9);
  EXPECT_FALSE(row_with(table, "term", "change with size").is_null());
  const std::string svg = Folder::read(picture);
  EXPECT_NE(svg.find("Limits of agreement"), std::string::npos);
  EXPECT_NE(svg.find("y less x"), std::string::npos);
}

TEST(Agreement, is_told_in_words) {
  const Folder folder;
  const auto file = folder.put("r.csv", words_of_three);
  const Ran ran = securebase(asking(file, {"--raters", "a,b", "--measured", "nominal"}));
  ASSERT_EQ(ran.code, 0) << ran.err;
  for (const char* words : {"nominal ratings by a, b", "kappa", "AC1", "Each category against the others",
                            "Raters who agree can be wrong together.", "Rests on:"})
    EXPECT_NE(unwrapped(ran.out).find(words), std::string::npos) << words << "\n" << ran.out;
  const auto picture = folder.path("p.svg");
  EXPECT_EQ(securebase(asking(file, {"--raters", "a,b", "--measured", "nominal", "--plot", picture})).code,
            0);
  EXPECT_NE(Folder::read(picture).find("AC1"), std::string::npos);
}

TEST(Agreement, is_an_r_script_on_asking) {
  const auto script = [](const Words& more) {
    const Ran ran = securebase(asking("r.csv", more));
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  };
  const Words wide{"--raters", "a,b", "--as-r", "--measured"};
  const auto with = [](Words words, const std::string& last) {
    words.push_back(last);
    return words;
  };
  EXPECT_NE(script(with(wide, "interval")).find("psych::ICC"), std::string::npos);
  EXPECT_NE(script(with(wide, "ordinal")).find("quadratic = 1 - distance^2"), std::string::npos);
  EXPECT_NE(script({"--unit", "u", "--rater", "w", "--value", "v\"", "--measured", "nominal", "--as-r"})
                .find("d[[\"v\\\"\"]]"),
            std::string::npos);
  EXPECT_NE(script({"--unit", "u", "--value", "v", "--null-variance", "2", "--as-r"}).find("anova"),
            std::string::npos);
}

TEST(Agreement, what_is_asked_wrongly) {
  const Folder folder;
  const auto file = folder.put("r.csv", words_of_three);
  const auto usage = [&](const Words& more) { refuses(asking(file, more), 2, "usage.agreement"); };
  usage({});
  usage({"--raters", "a,b"});
  usage({"--raters", "a", "--measured", "nominal"});
  usage({"--raters", "a,a", "--measured", "nominal"});
  usage({"--raters", "a,b", "--measured", "interval", "--categories", "1,2"});
  usage({"--raters", "a,b", "--measured", "nominal", "--categories", "secure,secure"});
  usage({"--raters", "a,b", "--measured", "nominal", "--coefficients", "icc"});
  usage({"--raters", "a,b", "--measured", "nominal", "--weights", "1,2;2,1"});
  usage({"--raters", "a,b", "--measured", "nominal", "--weights", "1,0;0,1"});
  usage({"--raters", "a,b", "--measured", "nominal", "--share", "1"});
  usage({"--unit", "unit", "--rater", "b", "--value", "a", "--measured", "nominal", "--items", "c"});
  usage({"--unit", "unit", "--rater", "unit", "--value", "a", "--measured", "nominal"});
  usage({"--unit", "unit", "--value", "a"});
  usage({"--unit", "unit", "--value", "a", "--null-variance", "2", "--measured", "nominal"});
  usage({"--unit", "unit", "--value", "a", "--null-variance", "2", "--items", "b,b"});
  usage({"--unit", "unit", "--value", "unit", "--null-variance", "2"});
  refuses(asking(file, {"--raters", "a,b", "--measured", "nominal", "--weights", "1,x;0,1"}), 2,
          "usage.number");
  refuses(asking(file, {"--raters", "a,b", "--measured", "nominal", "--level", "2"}), 2, "usage.level");
  refuses(asking(file, {"--raters", "a,,b", "--measured", "nominal"}), 2, "usage.list");
  refuses(asking(file, {"--raters", "a,b", "--measured", "nominal", "--bootstrap", "5"}), 2,
          "usage.bootstrap");
  EXPECT_EQ(securebase(asking(file, {"--raters", "a,b", "--measured", "great"})).code, 2);
}

// A sentence with file, line and column, and nothing of what the file holds.
TEST(Agreement, what_a_file_has_wrong) {
  const Folder folder;
  const auto refused = [&](const std::string& csv, const Words& more, const std::string& code,
                           const std::string& place) {
    const auto file = folder.put("r.csv", csv);
    refuses(asking(file, more), 3, code);
    const auto said = unwrapped(securebase(asking(file, more)).err);
    EXPECT_NE(said.find("r.csv" + place), std::string::npos) << said;
    EXPECT_EQ(said.find("secret"), std::string::npos) << said;
  };
  const Words numbers{"--raters", "a,b", "--measured", "interval"};
  const Words names{"--raters", "a,b", "--measured", "nominal"};
  refused("a,b\n1,2\n1,secret\n", numbers, "models.not_a_number", ":3");
  refused("a,c\n1,2\n", numbers, "models.column", "");
  refused("a,b\n,\n,\n", numbers, "table.no_rows", "");
  refused("u,a,b\n1,,\n2,,\n", numbers, "ratings.too_few_raters", "");
  refused("a,b\n1,\n,2\n", names, "ratings.too_few_raters", "");
  refused("a,b\n1,1e101\n", numbers, "agreement.range", ":2");
  refused("a,b\n-1,1\n2,3\n", {"--raters", "a,b", "--measured", "ratio"}, "krippendorff.below_zero", "");
  refused("a,b\nx,y\nx,secret\n", {"--raters", "a,b", "--measured", "nominal", "--categories", "x,y"},
          "agreement.category", ":3");
  const Words tall{"--unit", "u", "--rater", "w", "--value", "v", "--measured", "nominal"};
  refused("u,w,v\n1,a,x\n1,b,y\n1,a,secret\n", tall, "agreement.twice", ":4");
  refused("u,w,v\n1,a,x\n2,a,y\n", tall, "ratings.too_few_raters", "");
  refused("u,v\n1,2\n1,3\n", {"--unit", "u", "--value", "v", "--null-variance", "2"}, "ratings.too_few_units",
          "");
  std::string many = "a,b\n";
  for (int i = 0; i < 201; ++i) many += std::to_string(i) + "," + std::to_string(i) + "\n";
  refused(many, names, "agreement.categories", "");
}

TEST(Agreement, no_output_replaces_a_file_that_was_read) {
  const Folder folder;
  const auto file = folder.put("r.csv", words_of_three);
  EXPECT_EQ(securebase(asking(file, {"--raters", "a,b", "--measured", "nominal", "--out", file})).code, 2);
  EXPECT_EQ(Folder::read(file), words_of_three);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
