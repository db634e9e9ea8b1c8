// securebase fit sem, apim, riclpm, mediation

#include <gtest/gtest.h>

#include <cmath>

#include "fit_tree.hpp"
#include "stats/random_stream.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

Json measures_as_reference(const Json& fit) {
  const Json& m = fit.at("measures");
  return {{"npar", m.at("parameters")},
          {"logl", m.at("log_likelihood")},
          {"unrestricted.logl", m.at("unrestricted_log_likelihood")},
          {"aic", m.at("aic")},
          {"bic", m.at("bic")},
          {"bic2", m.at("bic_adjusted")},
          {"chisq", m.at("chi_square")},
          {"df", m.at("df")},
          {"pvalue", m.at("p")},
          {"baseline.chisq", m.at("baseline_chi_square")},
          {"baseline.df", m.at("baseline_df")},
          {"cfi", m.at("cfi")},
          {"tli", m.at("tli")},
          {"rmsea", m.at("rmsea")},
          {"rmsea.ci.lower", m.at("rmsea_lower")},
          {"rmsea.ci.upper", m.at("rmsea_upper")},
          {"rmsea.pvalue", m.at("rmsea_close_p")},
          {"srmr", m.at("srmr")},
          {"ntotal", m.at("rows")}};
}

Json parameter_as_reference(const Json& rows, const Json& expected) {
  Json found;
  for (const Json& row : rows) {
    const bool same = row.at("left") == expected.at("lhs") && row.at("right") == expected.at("rhs");
    const bool turned = expected.at("op") == "~~" && row.at("left") == expected.at("rhs") &&
                        row.at("right") == expected.at("lhs");
    if (row.at("operator") == expected.at("op") && (same || turned)) found = row;
  }
  Json json{{"lhs", expected.at("lhs")}, {"op", expected.at("op")}, {"rhs", expected.at("rhs")}};
  if (found.is_null()) {  // what no term names is 0
    json.update({{"label", ""},
                 {"est", 0},
                 {"se", 0},
                 {"z", nullptr},
                 {"p", nullptr},
                 {"ci_lower", 0},
                 {"ci_upper", 0},
                 {"std_all", 0}});
    return json;
  }
  const Json& se = found.at("std_error");  // fixed parameters have error 0 there
  json.update({{"label", found.at("label")},
               {"est", found.at("estimate")},
               {"se", se.is_null() ? Json(0) : se},
               {"z", found.at("z")},
               {"p", found.at("p")},
               {"ci_lower", found.at("lower")},
               {"ci_upper", found.at("upper")},
               {"std_all", found.at("standardised")}});
  return json;
}

void holds(const std::string& id, const std::string& rules) {
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  const Json fit = fitted(
      {"fit", "sem", "--in", case_file(id), "--syntax", reference->model().at("syntax"), "--auto", rules});
  EXPECT_EQ(fit.at("convergence").at("verdict"), "converged");
  Json parameters = Json::array();
  for (const Json& expected : reference->results().at("parameters"))
    parameters.push_back(parameter_as_reference(fit.at("frames").at("parameters"), expected));
  reference->expect({{"parameters", parameters}, {"fit", measures_as_reference(fit)}});
}

TEST(FitSem, three_factors_as_reference) {
  holds("sem/cfa_three_factors", "cfa");
}

TEST(FitSem, latent_growth_with_missing_waves_as_reference) {
  holds("sem/growth_fiml", "growth");
}

TEST(FitSem, random_intercept_cross_lagged_panel_as_reference) {
  holds("sem/riclpm_four_waves", "none");
}

TEST(FitRiclpm, is_the_panel_of_the_reference) {
  const auto reference = reference::find_case("sem/riclpm_four_waves");
  ASSERT_TRUE(reference);
  const Json fit = fitted({"fit", "riclpm", "--in", case_file("sem/riclpm_four_waves"), "--x", "x1,x2,x3,x4",
                           "--y", "y1, y2,y3,y4"});
  const Json ours = measures_as_reference(fit);
  for (const auto& [key, value] : reference->results().at("fit").items())
    EXPECT_NEAR(ours.at(key).get<double>(), value.get<double>(), 1e-5 * (1 + std::abs(value.get<double>())))
        << key;
  std::size_t compared = 0;
  for (const Json& expected : reference->results().at("parameters")) {
    if (expected.at("label") == "") continue;
    const Json found = row_with(fit.at("frames").at("parameters"), "label", expected.at("label"));
    ASSERT_FALSE(found.is_null());
    EXPECT_NEAR(found.at("estimate").get<double>(), expected.at("est").get<double>(), 1e-5);
    EXPECT_NEAR(found.at("std_error").get<double>(), expected.at("se").get<double>(), 1e-5);
    ++compared;
  }
  EXPECT_EQ(compared, 12U);
  const Json& comparison = fit.at("frames").at("comparison");
  EXPECT_EQ(comparison[1].at("df").get<double>() - comparison[0].at("df").get<double>(), 8);
  EXPECT_TRUE(says(fit, "riclpm.not_causal"));
}

double number(const Json& row, const char* key) {
  return row.at(key).get<double>();
}

void expect_close(double computed, const Json& expected, double relative = 1e-6) {
  EXPECT_NEAR(computed, expected.get<double>(), relative * std::abs(expected.get<double>()));
}

// What maximum likelihood of the case says; the restricted likelihood belongs to mixed models.
TEST(FitApim, couples_as_reference) {
  const auto reference = reference::find_case("dyadic/apim_couples");
  ASSERT_TRUE(reference);
  const std::vector<std::string> words = {"fit",    "apim",    "--in",   case_file("dyadic/apim_couples"),
                                          "--dyad", "dyad",    "--role", "role",
                                          "--x",    "x_actor", "--y",    "y"};
  const Json fit = fitted(words);
  const auto& effects = reference->results().at("role_effects_reml");
  const auto labelled = [](const Json& of, const char* label) {
    return row_with(of.at("frames").at("parameters"), "label", label);
  };
  for (const auto& [label, effect] :
       {std::pair("actor_1", "actor role0"), std::pair("actor_2", "actor role1"),
        std::pair("partner_1", "partner role0"), std::pair("partner_2", "partner role1")})
    expect_close(number(labelled(fit, label), "estimate"),
                 row_with(effects, "effect", effect).at("estimate"));
  const auto& ml = reference->results().at("distinguishable").at("ML");
  expect_close(fit.at("measures").at("log_likelihood"), ml.at("logLik"), 1e-9);
  expect_close(number(labelled(fit, "actor_1"), "std_error"),
               row_with(ml.at("fixed"), "term", "x_actor").at("se"));
  const Json& test = fit.at("frames").at("steps")[0];
  const auto& expected = reference->results().at("distinguishability_test");
  expect_close(number(test, "chi_square"), expected.at("chisq"));
  expect_close(number(test, "df"), expected.at("df"));
  expect_close(number(test, "p"), expected.at("p"), 1e-5);
  const Json k = row_with(fit.at("tables").at("defined"), "term", "k_1");
  EXPECT_NEAR(number(k, "estimate"),
              number(labelled(fit, "partner_1"), "estimate") / number(labelled(fit, "actor_1"), "estimate"),
              1e-12);

  auto equal_words = words;
  equal_words.emplace_back("--indistinguishable");
  const Json equal = fitted(equal_words);
  const auto& same = reference->results().at("indistinguishable").at("ML");
  expect_close(equal.at("measures").at("log_likelihood"), same.at("logLik"), 1e-9);
  for (const auto& [label, term] : {std::pair("intercept", "(Intercept)"), std::pair("actor", "x_actor"),
                                    std::pair("partner", "x_partner")}) {
    expect_close(number(labelled(equal, label), "estimate"),
                 row_with(same.at("fixed"), "term", term).at("estimate"));
    expect_close(number(labelled(equal, label), "std_error"),
                 row_with(same.at("fixed"), "term", term).at("se"));
  }
}

TEST(FitApim, wide_is_long) {
  const Folder folder;
  std::string wide = "x1,x2,y1,y2\n", members = "couple,role,x,y\n";
  for (std::uint64_t i = 0; i < 60; ++i) {
    const auto draw = [&](std::uint64_t k) { return stats::random_normal({5, 1}, 4 * i + k); };
    const double x1 = draw(0), x2 = draw(1), y1 = 0.4 * x1 + 0.2 * x2 + draw(2), y2 = 0.3 * x2 + draw(3);
    wide += std::to_string(x1) + "," + std::to_string(x2) + "," + std::to_string(y1) + "," +
            std::to_string(y2) + "\n";
    members += std::to_string(i) + ",w," + std::to_string(x1) + "," + std::to_string(y1) + "\n";
    members += std::to_string(i) + ",h," + std::to_string(x2) + "," + std::to_string(y2) + "\n";
  }
  const Json a =
      fitted({"fit", "apim", "--in", folder.put("wide.csv", wide), "--actor", "x1,x2", "--outcome", "y1,y2"});
  const std::vector<std::string> by_member = {"fit",    "apim",   "--in",   folder.put("long.csv", members),
                                              "--dyad", "couple", "--x",    "x",
                                              "--y",    "y",      "--role", "role"};
  const Json b = fitted(by_member);
  ASSERT_EQ(a.at("estimates").size(), b.at("estimates").size());
  for (std::size_t i = 0; i < a.at("estimates").size(); ++i)
    EXPECT_EQ(a.at("estimates")[i].at("estimate"), b.at("estimates")[i].at("estimate"));
  EXPECT_EQ(b.at("data").at("units").at("dyads"), 60);
  refuses({"fit", "apim", "--in", folder.put("twice.csv", members + "0,w,1,1\n"), "--dyad", "couple",
           "--role", "role", "--x", "x", "--y", "y"},
          3, "dyads.twice");
  refuses({"fit", "apim", "--in", folder.put("three.csv", members + "99,child,1,1\n"), "--dyad", "couple",
           "--role", "role", "--x", "x", "--y", "y"},
          3, "dyads.roles");
  refuses({"fit", "apim", "--in", folder.path("long.csv"), "--dyad", "couple", "--x", "x", "--y", "y"}, 2,
          "usage.fit");
}

TEST(FitMediation, x_by_m_on_y_as_reference) {
  auto reference = reference::find_case("mediation/simple_bootstrap");
  ASSERT_TRUE(reference);
  const std::string id = "mediation/simple_bootstrap";
  const std::vector<std::string> words = {"fit", "mediation", "--in", case_file(id), "--x",
                                          "x",   "--m",       "m",    "--y",         "y"};
  auto given_words = words;
  given_words.insert(given_words.end(), {"--resamples", case_file(id, "boot_indices.csv")});
  const Json fit = fitted(given_words);
  const Json& m = fit.at("measures");
  const auto interval = [&](const Json& of, const char* term) {
    const Json row = row_with(of.at("tables").at("bootstrap"), "term", term);
    return Json::array({row.at("lower"), row.at("upper")});
  };
  const auto accelerated = [&](const std::string& kind) {
    return Json{{"acceleration", m.at("bca_acceleration_" + kind)},
                {"alpha_adjusted", {m.at("bca_lower_" + kind), m.at("bca_upper_" + kind)}},
                {"ci", interval(fit, ("bca_" + kind).c_str())}};
  };
  const Json sobel = row_with(fit.at("tables").at("product"), "term", "sobel");
  Json first = Json::array();
  for (std::size_t i = 0; i < 10; ++i) first.push_back(fit.at("frames").at("replicates")[i].at("estimate"));
  auto drawn_words = words;
  drawn_words.insert(drawn_words.end(), {"--bootstrap", "20000", "--seed", "8"});
  const Json drawn = fitted(drawn_words);
  // other random numbers, as many: five Monte-Carlo errors of the difference
  const auto& large = reference->results().at("bootstrap_large");
  const Json ends = interval(drawn, "percentile");
  for (const std::size_t end : {0U, 1U})
    EXPECT_NEAR(ends[end].get<double>(), large.at("percentile")[end].get<double>(),
                5 * std::sqrt(2.0) * large.at("monte_carlo_se")[end].get<double>());
  reference->expect(
      {{"n", m.at("n")},
       {"a", number(term_of(fit, "a"), "estimate")},
       {"se_a", number(term_of(fit, "a"), "std_error")},
       {"b", number(term_of(fit, "b"), "estimate")},
       {"se_b", number(term_of(fit, "b"), "std_error")},
       {"direct", number(term_of(fit, "direct"), "estimate")},
       {"se_direct", number(term_of(fit, "direct"), "std_error")},
       {"total", number(term_of(fit, "total"), "estimate")},
       {"se_total", number(term_of(fit, "total"), "std_error")},
       {"indirect", number(term_of(fit, "indirect"), "estimate")},
       {"sobel", {{"se", sobel.at("std_error")}, {"z", m.at("sobel_z")}, {"p", sobel.at("p")}}},
       {"aroian_se", row_with(fit.at("tables").at("product"), "term", "aroian").at("std_error")},
       {"goodman_se", row_with(fit.at("tables").at("product"), "term", "goodman").at("std_error")},
       {"bootstrap_fixed_indices",
        {{"t0", row_with(fit.at("tables").at("bootstrap"), "term", "percentile").at("estimate")},
         {"R", m.at("resamples")},
         {"boot_mean", m.at("bootstrap_mean")},
         {"boot_sd", m.at("bootstrap_sd")},
         {"bias", m.at("bootstrap_bias")},
         {"percentile", interval(fit, "percentile")},
         {"basic", interval(fit, "basic")},
         {"normal", interval(fit, "normal")},
         {"quantile_type6", interval(fit, "linear")},
         {"bca_z0", m.at("bca_z0")},
         {"bca_regression", accelerated("regression")},
         {"bca_jackknife", accelerated("jackknife")}}},
       {"first_10_replicates", first},
       // the percentiles are compared above, by Monte-Carlo errors
       {"bootstrap_large",
        {{"R", drawn.at("measures").at("resamples")},
         {"percentile", large.at("percentile")},
         {"monte_carlo_se", large.at("monte_carlo_se")},
         {"boot_sd", drawn.at("measures").at("bootstrap_sd")}}}});
}

/// Two groups whose first factor differs in mean, six items of two factors.
std::string two_groups(std::size_t rows) {
  std::string text = "who,a,b,c,d,e,f\n";
  for (std::uint64_t i = 0; i < rows; ++i) {
    std::uint64_t k = 0;
    const auto draw = [&] { return stats::random_normal({11, 1}, 20 * i + k++); };
    const double one = draw() + (i % 2 == 0 ? 0 : 0.7), two = 0.5 * one + draw();
    text += i % 2 == 0 ? "left" : "right";
    for (const double factor : {one, one, one, two, two, two})
      text += "," + std::to_string(factor + 0.7 * draw());
    text += "\n";
  }
  return text;
}

constexpr const char* two_factors = "one =~ a + b + c; two =~ d + e + f";

TEST(FitSem, steps_of_invariance_are_compared) {
  const Folder folder;
  const auto data = folder.put("data.csv", two_groups(600));
  const Json fit = fitted({"fit", "sem", "--in", data, "--syntax", two_factors, "--group", "who", "--steps"});
  const Json& comparison = fit.at("frames").at("comparison");
  EXPECT_EQ(column_of(comparison, "model"), Json({"configural", "metric", "scalar", "strict"}));
  EXPECT_EQ(column_of(comparison, "df"), Json({16.0, 20.0, 24.0, 30.0}));
  const Json& steps = fit.at("frames").at("steps");
  ASSERT_EQ(steps.size(), 3U);
  for (const Json& step : steps) EXPECT_GT(number(step, "p"), 1e-3);
  EXPECT_EQ(fit.at("data").at("units").at("left"), 300);
  const Json scalar = fitted(
      {"fit", "sem", "--in", data, "--syntax", two_factors, "--group", "who", "--invariance", "scalar"});
  EXPECT_EQ(scalar.at("measures").at("df"), 24);
  const Json mean = term_of(scalar, "one ~1 [right]");
  EXPECT_NEAR(number(mean, "estimate"), 0.7, 4 * number(mean, "std_error"));
  EXPECT_EQ(term_of(scalar, "one =~ b [left]").at("estimate"),
            term_of(scalar, "one =~ b [right]").at("estimate"));
}

TEST(FitSem, two_models_are_compared_and_robust_errors_scale) {
  const Folder folder;
  const auto data = folder.put("data.csv", two_groups(300));
  const auto narrow = folder.put("narrow.lav", "one =~ a + b + c\ntwo =~ d + e + f\none ~~ 0*two\n");
  const Json fit = fitted(
      {"fit", "sem", "--in", data, "--syntax", two_factors, "--compare", narrow, "--errors", "robust"});
  const Json& step = fit.at("frames").at("steps")[0];
  EXPECT_EQ(number(step, "df"), 1);
  EXPECT_LT(number(step, "p"), 1e-6);
  EXPECT_TRUE(says(fit, "structural.step_rejected"));
  const Json& m = fit.at("measures");
  EXPECT_NEAR(number(m, "chi_square_scaled") * number(m, "scaling"), number(m, "chi_square"), 1e-9);
  refuses({"fit", "sem", "--in", data, "--syntax", two_factors, "--compare",
           folder.put("other.lav", "one =~ a + b + c")},
          3, "structural.other_variables");
}

TEST(FitSem, bootstrap_is_the_same_for_the_same_seed) {
  const Folder folder;
  const auto data = folder.put("data.csv", two_groups(120));
  const std::vector<std::string> words = {
      "fit",         "sem", "--in",   data, "--syntax", "b ~ p*a; c ~ q*b; pq := p*q",
      "--bootstrap", "250", "--seed", "4"};
  const Json one = fitted(words), two = fitted(words);
  EXPECT_EQ(one.at("tables").at("bootstrap"), two.at("tables").at("bootstrap"));
  const Json product = row_with(one.at("tables").at("bootstrap"), "term", "pq");
  const Json defined = row_with(one.at("tables").at("defined"), "term", "pq");
  EXPECT_EQ(product.at("estimate"), defined.at("estimate"));
  EXPECT_NEAR(number(product, "std_error") / number(defined, "std_error"), 1, 0.35);
  auto other = words;
  other.back() = "5";
  EXPECT_NE(fitted(other).at("tables").at("bootstrap"), one.at("tables").at("bootstrap"));
  refuses({"fit", "sem", "--in", data, "--syntax", "b ~ a", "--bootstrap", "3"}, 2, "usage.bootstrap");
}

TEST(FitSem, the_label_of_a_marker_is_a_number_in_formulas) {
  const Folder folder;
  const auto data = folder.put("data.csv", two_groups(120));
  const Json fit = fitted({"fit", "sem", "--in", data, "--syntax", "one =~ l1*a + l2*b + c; gap := l2 - l1"});
  const Json gap = row_with(fit.at("tables").at("defined"), "term", "gap");
  EXPECT_NEAR(number(gap, "estimate"), number(term_of(fit, "one =~ b"), "estimate") - 1, 1e-12);
  EXPECT_EQ(fit.at("tables").at("defined").size(), 1U);
}

TEST(FitSem, pictures_and_scripts_go_where_they_should) {
  const Folder folder;
  const auto data = folder.put("data.csv", two_groups(120));
  const Ran ran = securebase({"fit", "sem", "--in", data, "--syntax", two_factors, "--plot",
                              folder.path("p.svg"), "--out", folder.path("o.txt")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(Folder::read(folder.path("p.svg")).find("<ellipse"), std::string::npos);
  EXPECT_NE(Folder::read(folder.path("o.txt")).find("Estimates"), std::string::npos);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"data.csv", "o.txt", "p.svg"}));
  const Ran script = securebase({"fit", "sem", "--in", data, "--syntax", two_factors, "--as-r", "--group",
                                 "who", "--invariance", "scalar"});
  EXPECT_EQ(script.code, 0);
  EXPECT_NE(script.out.find("group.equal = c(\"loadings\", \"intercepts\")"), std::string::npos);
  EXPECT_NE(
      securebase({"fit", "riclpm", "--x", "a,b,c", "--y", "d,e,f", "--as-r"}).out.find("within_x1 =~ 1*a"),
      std::string::npos);
}

TEST(FitSem, hostile_files_get_a_sentence) {
  const Folder folder;
  const auto fit = [&](const std::string& text, const std::string& syntax = "y ~ x + z") {
    return std::vector<std::string>{"fit", "sem", "--in", folder.put("d.csv", text), "--syntax", syntax};
  };
  std::string collinear = "x,z,y\n", constant = "x,z,y\n", zero = "x,z,y\n";
  for (int i = 0; i < 30; ++i) {
    const double y = stats::random_normal({2, 2}, static_cast<std::uint64_t>(i));
    collinear += std::to_string(i) + "," + std::to_string(2 * i) + "," + std::to_string(y) + "\n";
    constant += std::to_string(i) + ",1," + std::to_string(y) + "\n";
    zero += std::to_string(i) + "," + std::to_string(i % 7) + ",3\n";
  }
  refuses(fit(collinear), 3, "structural.collinear");
  refuses(fit(constant), 3, "structural.constant");
  refuses(fit(zero), 3, "structural.constant");
  refuses(fit("x,z,y\n1,2,3\n"), 3, "structural.constant");
  refuses(fit("x,z,y\nNA,NA,NA\n,,\n1,,\n"), 3, "structural.no_rows");
  refuses(fit("x,z,y\n1,2,NaN\n2,3,4\n"), 3, "table.not_finite");
  refuses(fit("x,z,y\n1,2,inf\n2,3,4\n"), 3, "table.not_finite");
  refuses(fit("x,z,y\n1,2,many\n2,3,4\n"), 3, "models.not_a_number");
  refuses(fit("x,z,y\n"), 3, "table.no_rows");
  refuses(fit("x,y\n1,2\n"), 3, "models.column");
  refuses(fit("x,z,y\n1,2\n"), 3, "table.fields");
  refuses(fit(collinear, "f =~ x + z"), 3, "structural.collinear");
  refuses(fit(collinear, "y ~ 0*x; y ~~ 1*y; y ~ 0*1"), 3, "structural.no_parameters");
  refuses(fit(collinear, "y ~~ NA*start(-1)*y; y ~ 1"), 3, "structural.start");
  refuses({"fit", "sem", "--in", folder.path("none.csv"), "--syntax", "y ~ x"}, 5, "file.not_found");
  refuses({"fit", "sem", "--in", folder.path("d.csv")}, 2, "usage.fit");
  refuses({"fit", "sem", "--in", folder.path("d.csv"), "--syntax", "y ~ x", "--level", "95"}, 2,
          "usage.level");
  refuses({"fit", "sem", "--in", folder.path("d.csv"), "--syntax", "y ~ x +"}, 3, "structural.syntax_name");
  refuses({"fit", "sem", "--in", folder.path("d.csv"), "--syntax", "y ~ x", "--group", "x"}, 2, "usage.fit");
}

TEST(FitSem, what_cannot_be_told_apart_is_said) {
  const Folder folder;
  const Json fit = fitted({"fit", "sem", "--in", folder.put("d.csv", two_groups(100)), "--syntax",
                           "one =~ NA*a + b + c; one ~~ one; d ~ a"});
  EXPECT_TRUE(says(fit, "structural.unidentified"));
  EXPECT_TRUE(term_of(fit, "one =~ a").at("std_error").is_null());
}

TEST(FitRiclpm, waves_have_to_fit) {
  refuses({"fit", "riclpm", "--in", "d.csv", "--x", "a,b", "--y", "c,d"}, 2, "usage.waves");
  refuses({"fit", "riclpm", "--in", "d.csv", "--x", "a,b,e", "--y", "c,d"}, 2, "usage.waves");
  refuses({"fit", "riclpm", "--in", "d.csv", "--x", "a,b,a", "--y", "c,d,e"}, 2, "usage.waves");
  refuses({"fit", "riclpm", "--in", "d.csv", "--x", "a,,b", "--y", "c,d,e"}, 2, "usage.list");
  refuses({"fit", "riclpm", "--in", "d.csv"}, 2, "usage.fit");
}

TEST(FitMediation, hostile_files_get_a_sentence) {
  const Folder folder;
  const auto fit = [&](const std::string& text) {
    return std::vector<std::string>{"fit", "mediation", "--in", folder.put("d.csv", text), "--x", "x", "--m",
                                    "m",   "--y",       "y"};
  };
  refuses(fit("x,m,y\n1,2,3\n"), 3, "mediation.too_few");
  refuses(fit("x,m,y\n1,2,3\n2,4,1\n3,6,2\n4,8,9\n5,10,3\n"), 3, "mediation.collinear");
  refuses(fit("x,m,y\n1,2,3\n1,4,1\n1,6,2\n1,8,9\n1,1,3\n"), 3, "mediation.collinear");
  refuses(fit("x,m,y\nNA,2,3\n1,,3\n"), 3, "mediation.too_few");
  refuses({"fit", "mediation", "--in", folder.path("d.csv"), "--x", "x", "--m", "x", "--y", "y"}, 2,
          "usage.fit");
  auto with = fit("x,m,y\n1,2,3\n2,3,1\n3,5,2\n4,1,9\n5,2,3\n");
  with.insert(with.end(), {"--resamples", folder.put("r.csv", "i1,i2,i3,i4,i5\n1,2,3,4,6\n")});
  refuses(with, 3, "resamples.row");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
