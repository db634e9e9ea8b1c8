// `fit lmm` and `fit growth`: what they say, what they refuse, and that rows may come in any order.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "mixed_answers.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string three_levels = "lmm/three_level_therapists";
const std::string course = "score ~ week * arm + (week | client) + (1 | therapist)";

Ran fit(const Words& words) {
  return securebase(Words{"fit", "lmm"} + words);
}

std::string file_of(const std::string& path) {
  return Folder::read(path);
}

TEST(FitLmm, tells_estimates_variances_and_what_they_rest_on) {
  const Ran ran = securebase(lmm(three_levels, course));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("score ~ week + arm + week:arm + (week | client) + (1 | therapist)"));
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("589 of 589 rows"));
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("client: 108"));
  EXPECT_THAT(ran.out, HasSubstr("Restricted maximum likelihood"));
  EXPECT_THAT(ran.out, HasSubstr("Satterthwaite's degrees of freedom"));
  EXPECT_THAT(ran.out, HasSubstr("client: (Intercept) with week"));
  EXPECT_THAT(ran.out, HasSubstr("R2 of the fixed effects"));
  for (const std::string& line : lines_of(ran.out)) EXPECT_LE(line.size(), 90U) << line;
  EXPECT_THAT(ran.out, HasSubstr("The fit converged"));
  EXPECT_THAT(ran.out, Not(HasSubstr("nan")));
}

TEST(FitLmm, every_json_has_schema_verdict_and_no_number_that_is_none) {
  const Json json = told(lmm(three_levels, course,
                             {"--rows", "--random-effects", "--profile", "--test", "arm, week:arm",
                              "--compare", "score ~ week + (week | client)"}));
  EXPECT_EQ(json.at("schema"), "securebase.fit/1");
  EXPECT_EQ(json.at("convergence").at("verdict"), "converged");
  EXPECT_EQ(json.at("frames").at("rows").size(), 589U);
  EXPECT_EQ(json.at("frames").at("rows")[0].at("line"), 2);
  EXPECT_EQ(json.at("frames").at("random_effects").size(), 108U * 2 + 16);
  EXPECT_EQ(json.at("frames").at("joint_test")[0].at("df1"), 2);
  EXPECT_EQ(json.at("frames").at("comparison")[1].at("df"), 3);
  EXPECT_EQ(json.at("tables").at("profile").size(), 4U);
  EXPECT_TRUE(json.at("measures").at("r2_marginal").is_number());
  EXPECT_EQ(json.at("findings")[0].at("code"), "lmm.converged");
}

// One variance more: half of chi-square with no degree of freedom, half with one.
TEST(FitLmm, a_variance_is_tested_at_its_edge) {
  const Json frame = told(lmm(three_levels, "score ~ week + (1 | client) + (1 | therapist)",
                              {"--compare", "score ~ week + (1 | client)"}))
                         .at("frames")
                         .at("comparison");
  const double chi_square = frame[1].at("chi_square");
  EXPECT_EQ(frame[1].at("df"), 1);
  EXPECT_NEAR(frame[1].at("p_mixture").get<double>(), stats::chi_square_upper_p(chi_square, 1) / 2, 1e-12);
  EXPECT_EQ(frame[0].at("model"), "score ~ week + (1 | client)");
}

TEST(FitLmm, robust_errors_hold_the_same_estimates) {
  const Json plain = told(lmm(three_levels, course));
  const Json robust = told(lmm(three_levels, course, {"--robust"}));
  EXPECT_THAT(robust.at("bases").at("estimates").get<std::string>(), HasSubstr("CR2"));
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_EQ(plain.at("estimates")[j].at("estimate"), robust.at("estimates")[j].at("estimate"));
    EXPECT_NE(plain.at("estimates")[j].at("std_error"), robust.at("estimates")[j].at("std_error"));
  }
}

void expect_near(const Json& a, const Json& b, double within, const std::string& at = "") {
  ASSERT_EQ(a.type(), b.type()) << at;
  if (a.is_number_float()) {
    EXPECT_NEAR(a.get<double>(), b.get<double>(), within * std::max(1.0, std::abs(a.get<double>()))) << at;
  } else if (a.is_object()) {
    for (const auto& [key, value] : a.items()) expect_near(value, b.at(key), within, at + "." + key);
  } else if (a.is_array()) {
    ASSERT_EQ(a.size(), b.size()) << at;
    for (std::size_t i = 0; i < a.size(); ++i) expect_near(a[i], b[i], within, at + "[]");
  } else {
    EXPECT_EQ(a, b) << at;
  }
}

TEST(FitLmm, rows_may_come_in_any_order) {
  auto lines = lines_of(file_of(data_of(three_levels)));
  const Folder folder;
  std::mt19937 engine(1);
  for (int time = 0; time < 3; ++time) {
    std::shuffle(lines.begin() + 1, lines.end(), engine);
    std::string shuffled;
    for (const auto& line : lines) shuffled += line + "\n";
    const std::string formula =
        "score ~ centre(week) * arm + between(score, therapist) + (week | client) + (1 | therapist)";
    const Json straight = told(lmm(three_levels, formula));
    const Json mixed =
        told({"fit", "lmm", "--in", folder.put("shuffled.csv", shuffled), "--formula", formula});
    expect_near(straight.at("estimates"), mixed.at("estimates"), 1e-10);
    expect_near(straight.at("tables"), mixed.at("tables"), 1e-8);
    EXPECT_NEAR(straight.at("measures").at("log_likelihood").get<double>(),
                mixed.at("measures").at("log_likelihood").get<double>(), 1e-8);
  }
}

TEST(FitLmm, the_same_command_gives_the_same_bytes) {
  EXPECT_EQ(securebase(lmm(three_levels, course, {"--json"})).out,
            securebase(lmm(three_levels, course, {"--json"})).out);
}

// Summaries

/// Clients of one design: so many weeks each, at three sites.
std::string site_rows(int clients, int first, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::ostringstream csv;
  csv.precision(17);
  csv << "client,arm,week,score\n";
  for (int c = 0; c < clients; ++c) {
    const double level = 20 + 4 * normal(engine);
    const double slope = -1 + 0.3 * normal(engine);
    const int weeks = 4 + c % 3;
    for (int w = 0; w < weeks; ++w)
      csv << "c" << first + c << ',' << (c % 2 == 0 ? "A" : "B") << ',' << w << ','
          << level + (slope - 0.2 * (c % 2)) * w + 2 * normal(engine) << '\n';
  }
  return csv.str();
}

TEST(FitLmm, three_sites_summaries_give_the_fit_of_all_rows) {
  const Folder folder;
  const std::string formula = "score ~ week * arm + (week | client)";
  std::string pooled;
  Words summaries{"fit", "lmm", "--summaries"};
  for (int site = 0; site < 3; ++site) {
    const std::string rows = site_rows(90 + 30 * site, 1000 * site, static_cast<unsigned>(site));
    pooled += site == 0 ? rows : rows.substr(rows.find('\n') + 1);
    const std::string name = "site" + std::to_string(site);
    const Ran ran = fit({"--in", folder.put(name + ".csv", rows), "--formula", formula, "--summarise",
                         folder.path(name + ".json"), "--site", name, "--smallest-cell", "5"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    summaries.push_back(folder.path(name + ".json"));
  }
  for (const Words& more : {Words{}, Words{"--ml"}, Words{"--df", "kenward-roger"}}) {
    const Json merged = told(summaries + more);
    const Json all =
        told(Words{"fit", "lmm", "--in", folder.put("pooled.csv", pooled), "--formula", formula} + more);
    EXPECT_EQ(merged.at("model"), all.at("model"));
    EXPECT_EQ(merged.at("data").at("used"), all.at("data").at("used"));
    expect_near(merged.at("estimates"), all.at("estimates"), 1e-8);
    expect_near(merged.at("tables"), all.at("tables"), 1e-8);
    expect_near(merged.at("measures"), all.at("measures"), 1e-8);
  }
}

TEST(FitLmm, a_summary_of_a_hundred_thousand_clients_is_below_a_megabyte) {
  const Folder folder;
  std::string rows = "client,arm,week,score\n";
  std::mt19937 engine(7);
  std::normal_distribution<double> normal;
  for (int c = 0; c < 100'000; ++c) {
    const double level = 20 + 4 * normal(engine);
    for (int w = 0; w < 3 + c % 10; ++w)
      rows += std::to_string(c) + (c % 2 == 0 ? ",A," : ",B,") + std::to_string(w) + ',' +
              std::to_string(level - w + 2 * normal(engine)) + '\n';
  }
  const std::string summary = folder.path("site.json");
  const Ran ran = fit({"--in", folder.put("rows.csv", rows), "--formula",
                       "score ~ week * arm + (week | client)", "--summarise", summary, "--site", "Leeds"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_LT(std::filesystem::file_size(summary), 1'000'000U);
  RecordProperty("bytes", static_cast<int>(std::filesystem::file_size(summary)));
  const Json json = told({"fit", "lmm", "--summaries", summary});
  EXPECT_EQ(json.at("data").at("used"), 100'000 / 10 * (3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12));
}

TEST(FitLmm, summaries_that_do_not_go_together_are_refused) {
  const Folder folder;
  const auto summarise = [&](const std::string& name, const std::string& rows, const std::string& formula) {
    return fit({"--in", folder.put(name + ".csv", rows), "--formula", formula, "--summarise",
                folder.path(name + ".json"), "--site", name, "--smallest-cell", "5"});
  };
  const std::string rows = site_rows(90, 0, 1);
  ASSERT_EQ(summarise("one", rows, "score ~ week + (1 | client)").code, 0);
  ASSERT_EQ(summarise("two", rows, "score ~ week + (week | client)").code, 0);
  const Ran differ = fit({"--summaries", folder.path("one.json"), folder.path("two.json")});
  EXPECT_EQ(differ.code, 3);
  EXPECT_THAT(differ.err, AllOf(HasSubstr("models.sites_differ"), HasSubstr("two")));

  std::string other = rows;
  for (auto at = other.find(",A,"); at != std::string::npos; at = other.find(",A,", at)) other[at + 1] = 'C';
  ASSERT_EQ(summarise("abc", rows, "score ~ week * arm + (1 | client)").code, 0);
  ASSERT_EQ(summarise("cbc", other, "score ~ week * arm + (1 | client)").code, 0);
  const Ran levels = fit({"--summaries", folder.path("abc.json"), folder.path("cbc.json")});
  EXPECT_EQ(levels.code, 3);
  EXPECT_THAT(unwrapped(levels.err), HasSubstr("levels of its factors"));

  const Ran centre = summarise("centre", rows, "score ~ centre(week) + (1 | client)");
  EXPECT_EQ(centre.code, 2);
  EXPECT_THAT(centre.err, HasSubstr("models.centre_of_site"));
  EXPECT_EQ(fit({"--summaries", folder.path("one.json"), "--robust"}).code, 2);
  EXPECT_EQ(fit({"--summaries", folder.path("one.json"), "--in", folder.path("one.csv")}).code, 2);
  EXPECT_EQ(fit({"--summaries", folder.put("broken.json", "{\"schema\":")}).code, 3);
  EXPECT_EQ(fit({"--summaries", folder.put("other.json", "{\"schema\":\"securebase.fit/1\"}")}).code, 3);
  EXPECT_EQ(fit({"--summaries", folder.path("absent.json")}).code, 5);
  const Ran small = fit({"--in", folder.path("one.csv"), "--formula", "score ~ week + (week | client)",
                         "--summarise", folder.path("x.json"), "--site", "x", "--smallest-cell", "2"});
  EXPECT_EQ(small.code, 2);
  EXPECT_THAT(small.err, HasSubstr("lmm.smallest_cell"));
}

// Hostile input

struct Refusal {
  std::string csv;
  std::string formula;
  int code;
  std::string error;
  Words more = {};
};

void expect_refused(const Refusal& r) {
  const Folder folder;
  const Ran ran = fit(Words{"--in", folder.put("data.csv", r.csv), "--formula", r.formula} + r.more);
  EXPECT_EQ(ran.code, r.code) << r.formula << "\n" << ran.err << ran.out.substr(0, 300);
  EXPECT_THAT(ran.err, HasSubstr(r.error)) << r.formula;
  EXPECT_EQ(ran.out, "");
}

std::string rows_of(int n, const std::string& header, const std::function<std::string(int)>& row) {
  std::string csv = header + "\n";
  for (int i = 0; i < n; ++i) csv += row(i) + "\n";
  return csv;
}

std::string text(double value) {
  return std::to_string(value);
}

TEST(FitLmm, hostile_data_are_refused_in_words) {
  const auto ordinary = [](int i) {
    return std::to_string(i / 4) + "," + std::to_string(i % 4) + "," + text(std::sin(i) + i % 4);
  };
  const std::string usual = rows_of(40, "id,x,y", ordinary);
  const std::string formula = "y ~ x + (1 | id)";
  // Columns that say the same
  expect_refused({rows_of(40, "id,x,z,y",
                          [&](int i) {
                            return std::to_string(i / 4) + "," + std::to_string(i % 4) + "," +
                                   std::to_string(2 * (i % 4)) + "," + text(std::sin(i));
                          }),
                  "y ~ x + z + (1 | id)", 3, "lmm.collinear"});
  // One client
  expect_refused(
      {rows_of(40, "id,x,y", [&](int i) { return "1," + std::to_string(i) + "," + text(std::sin(i)); }),
       formula, 3, "lmm.one_level"});
  // An outcome that is always the same, and one without variance within clients
  expect_refused({rows_of(40, "id,x,y",
                          [](int i) { return std::to_string(i / 4) + "," + std::to_string(i % 4) + ",5"; }),
                  formula, 3, "lmm.constant_response"});
  expect_refused({rows_of(40, "id,x,y",
                          [](int i) {
                            return std::to_string(i / 4) + "," + std::to_string(i % 4) + "," +
                                   std::to_string(i / 4);
                          }),
                  formula, 3, "lmm.no_residual_variance"});
  // All missing
  expect_refused({rows_of(40, "id,x,y", [](int i) { return std::to_string(i / 4) + ",,1"; }), formula, 3,
                  "models.no_rows_left"});
  // NaN, infinity, too large, text among numbers
  for (const char* word : {"nan", "NaN", "inf", "-Infinity", "1e999"})
    expect_refused({usual + "1,1," + word + "\n", formula, 3, "table.not_finite"});
  expect_refused({usual + "1,1,two words\n", formula, 3, "models.not_a_number"});
  expect_refused({usual + "1,1,1e200\n", formula, 3, "lmm.too_large_number"});
  // Nothing, and a header alone
  expect_refused({"", formula, 3, "models.column"});
  expect_refused({"id,x,y\n", formula, 3, "table.no_rows"});
  // Columns that are not there
  expect_refused({usual, "y ~ session + (1 | id)", 3, "no column 'session'; the file has id, x, y"});
  expect_refused({usual, "y ~ x + (1 | client)", 3, "no column 'client'"});
  expect_refused({usual, "y ~ x + (1 | id)", 3, "no column 'wave'", {"--residual", "ar1(wave | id)"}});
  // As many random effects as rows
  expect_refused({rows_of(40, "id,x,y",
                          [](int i) {
                            return std::to_string(i) + "," + std::to_string(i % 7) + "," + text(std::sin(i));
                          }),
                  formula, 3, "lmm.level_per_row"});
  // Weights that are none; visits twice
  expect_refused({usual, formula, 3, "lmm.bad_weight", {"--weights", "x"}});
  expect_refused({usual + "1,1,3\n", formula, 3, "lmm.repeated_position", {"--residual", "ar1(x | id)"}});
}

TEST(FitLmm, hostile_words_are_refused) {
  const Folder folder;
  const std::string in = folder.put("data.csv", "id,x,y\n1,1,1\n");
  const auto refused = [&](const Words& words, const std::string& error) {
    const Ran ran = fit(words);
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_THAT(unwrapped(ran.err), HasSubstr(error));
  };
  refused({"--in", in}, "--formula is needed");
  refused({"--formula", "y ~ x"}, "--in is needed");
  refused({"--in", in, "--formula", "y ~ sin(x)"}, "formula:1:5: no function 'sin'");
  refused({"--in", in, "--formula", "y ~ " + std::string(50'000, '(')}, "formula.too_long");
  refused({"--in", in, "--formula", "y ~ " + std::string(10'000, '(')}, "formula.too_deep");
  refused({"--in", in, "--formula", "y ~ x", "--residual", "arma(x | id)"}, "ar1(visit | client)");
  refused({"--in", in, "--formula", "y ~ x", "--df", "guess"}, "--df takes");
  refused({"--in", in, "--formula", "y ~ x", "--level", "95"}, "--level takes");
  refused({"--in", in, "--formula", "y ~ x", "--limits", "2"}, "--limits takes");
  refused({"--in", in, "--formula", "y ~ x", "--robust", "--df", "kenward-roger"}, "--robust");
  refused({"--in", in, "--formula", "y ~ x", "--compare", "y ~ ("}, "--compare:1:6");
  refused({"--in", in, "--formula", "y ~ x", "--summarise", folder.path("s.json")}, "needs --site");
  refused({"--in", data_of(three_levels), "--formula", course, "--test", "arms"},
          "no term 'arms' to test; there are");
  refused({"--in", data_of(three_levels), "--formula", course, "--compare", "week ~ arm"}, "same outcome");
  refused({"--in", data_of(three_levels), "--formula", course, "--df", "kenward-roger", "--ml"},
          "lmm.kenward_roger_needs_reml");
  refused({"--in", data_of(three_levels), "--formula", course, "--robust", "--test", "arm"},
          "models.robust_joint");
}

TEST(FitLmm, a_million_levels_fit) {
  const Folder folder;
  std::string csv = "id,x,y\n";
  std::mt19937 engine(3);
  std::normal_distribution<double> normal;
  constexpr int clients = 1'000'000;
  csv.reserve(30U * clients);
  for (int c = 0; c < clients; ++c) {
    const double level = normal(engine);
    for (int v = 0; v < 2; ++v)
      csv += std::to_string(c) + ',' + std::to_string(v) + ',' + text(level + v + normal(engine)) + '\n';
  }
  const Json json =
      told({"fit", "lmm", "--in", folder.put("data.csv", csv), "--formula", "y ~ x + (1 | id)"});
  EXPECT_EQ(json.at("data").at("units").at("id"), clients);
  EXPECT_NEAR(json.at("estimates")[1].at("estimate").get<double>(), 1, 0.01);
  EXPECT_NEAR(estimate_of(json, "variances", "id: (Intercept)"), 1, 0.01);
}

// New clients

TEST(FitLmm, new_clients_are_forecast_from_what_was_seen_of_them) {
  const Folder folder;
  const std::string fresh = folder.put("new.csv",
                                       "client,arm,week,score\n"
                                       "n1,0,0,30\nn1,0,1,29\nn1,0,2,\nn2,1,0,\nn2,1,4,\n");
  const std::string formula = "score ~ week * arm + (week | client)";
  const Json json = told(lmm(three_levels, formula, {"--new", fresh, "--limits", "0.8"}));
  const Json& rows = json.at("frames").at("forecasts");
  ASSERT_EQ(rows.size(), 5U);
  // Higher than usual so far: higher than usual is expected to come, with less doubt than of nobody known.
  EXPECT_GT(rows[2].at("mean").get<double>(), rows[2].at("expected").get<double>());
  EXPECT_LT(rows[2].at("conditional_sd").get<double>(), rows[2].at("sd").get<double>());
  EXPECT_EQ(rows[3].at("mean"), rows[3].at("expected"));
  const double reach = stats::normal_quantile(0.9) * rows[2].at("predictive_sd").get<double>();
  EXPECT_NEAR(rows[2].at("upper").get<double>(), rows[2].at("mean").get<double>() + reach, 1e-9);
  EXPECT_TRUE(rows[2].at("percentile").is_null());
  EXPECT_GT(rows[0].at("percentile").get<double>(), 0.5);
  // A file that has neither outcome nor client
  const Json each =
      told(lmm(three_levels, formula, {"--new", folder.put("each.csv", "arm,week\n0,1\n1,1\n")}));
  EXPECT_EQ(each.at("frames").at("forecasts").size(), 2U);
}

// R scripts and pictures

TEST(FitLmm, as_r_is_a_script_that_fits_the_same) {
  const Ran plain = fit({"--in", "sessions.csv", "--formula", course, "--as-r", "--df", "kenward-roger"});
  ASSERT_EQ(plain.code, 0) << plain.err;
  EXPECT_THAT(plain.out, AllOf(HasSubstr("library(lmerTest)"), HasSubstr("read.csv(\"sessions.csv\""),
                               HasSubstr("lmer(score ~ week + arm + week:arm + (week | client) + (1 | "
                                         "therapist), data = d, REML = TRUE)"),
                               HasSubstr("ddf = \"Kenward-Roger\"")));
  EXPECT_THAT(plain.out, Not(HasSubstr("within <-")));
  const Ran ours = fit({"--formula", "y ~ lag(within(x, id), id, t) + centre(x, id) + (1 | id)", "--as-r"});
  EXPECT_THAT(ours.out,
              AllOf(HasSubstr("within <- function(x, g)"),
                    HasSubstr("d[[\"lag(within(x, id), id, t)\"]] <- with(d, lag(within(x, id), id, t))"),
                    HasSubstr("y ~ `lag(within(x, id), id, t)` + `centre(x, id)`")));
  const Ran series = fit({"--formula", "y ~ t + (t | id)", "--residual", "ar1(visit | id)", "--variance-by",
                          "arm", "--ml", "--as-r"});
  EXPECT_THAT(series.out,
              AllOf(HasSubstr("library(nlme)"), HasSubstr("random = list(id = ~ t)"),
                    HasSubstr("correlation = corAR1(form = ~ visit | id)"),
                    HasSubstr("weights = varIdent(form = ~ 1 | arm)"), HasSubstr("method = \"ML\"")));
  EXPECT_THAT(fit({"--formula", "y ~ x", "--residual", "cs(couple)", "--as-r"}).out,
              AllOf(HasSubstr("gls(y ~ x"), HasSubstr("corCompSymm(form = ~ 1 | couple)")));
  const Ran crossed = fit({"--formula", "y ~ x + (1 | a) + (1 | b)", "--variance-by", "c", "--as-r"});
  EXPECT_EQ(crossed.code, 2);
  EXPECT_THAT(crossed.err, HasSubstr("models.as_r"));
}

TEST(FitLmm, draws_the_course_or_the_coefficients) {
  const Folder folder;
  const std::string plot = folder.path("plot.svg");
  ASSERT_EQ(securebase(lmm(three_levels, course, {"--plot", plot, "--out", folder.path("fit.txt")})).code, 0);
  EXPECT_THAT(file_of(plot), AllOf(HasSubstr("<title id=\"t\">score over week</title>"), HasSubstr("arm 1"),
                                   Not(HasSubstr("nan"))));
  ASSERT_EQ(securebase(lmm(three_levels, "score ~ week * arm + (1 | client)",
                           {"--plot", plot, "--out", folder.path("fit.txt")}))
                .code,
            0);
  EXPECT_THAT(file_of(plot), AllOf(HasSubstr("Estimates with their intervals"), HasSubstr("week:arm")));
}

// Levels are numbers here, written in two ways; columns that are on no axis stay at their first level.
TEST(FitLmm, numbers_are_levels_however_they_are_written) {
  const Folder folder;
  const std::string rows = rows_of(240, "id,site,week,score", [](int i) {
    return std::to_string(i / 4) + (i % 8 < 4 ? ",1.0," : (i % 16 < 8 ? ",2," : ",3,")) +
           std::to_string(i % 4) + "," + text(20 + 3 * std::sin(i / 4 * 7) - i % 4 + std::cos(i * 3));
  });
  const std::string plot = folder.path("plot.svg");
  const Json json = told({"fit", "lmm", "--in", folder.put("data.csv", rows), "--formula",
                          "score ~ week + factor(site) + (week | id)", "--new",
                          folder.put("new.csv", "site,week\n1,0\n3.00,4\n"), "--plot", plot});
  EXPECT_EQ(json.at("estimates")[2].at("term"), "factor(site)2");
  EXPECT_EQ(json.at("frames").at("forecasts").size(), 2U);
  EXPECT_THAT(file_of(plot), HasSubstr("site 3"));
}

TEST(FitLmm, says_where_a_factor_has_few_levels) {
  const Json json = told(lmm("lmm/singular_simulated", "y ~ x + (1 | group)"));
  EXPECT_EQ(json.at("convergence").at("verdict"), "at_boundary");
  EXPECT_THAT(json.at("findings").dump(), AllOf(HasSubstr("lmm.few_levels"), HasSubstr("lmm.boundary")));
}

TEST(FitGrowth, tells_the_expected_course_of_each_group) {
  const Folder folder;
  const std::string plot = folder.path("plot.svg");
  const Json json = told({"fit", "growth", "--in", data_of(three_levels), "--outcome", "score", "--time",
                          "week", "--client", "client", "--group", "arm", "--plot", plot});
  EXPECT_EQ(json.at("command"), "fit growth");
  EXPECT_EQ(json.at("model"), "score ~ week + arm + week:arm + (week | client)");
  const Json& rows = json.at("frames").at("expected");
  const Json& estimates = json.at("estimates");
  const auto estimate = [&](std::size_t j) { return estimates[j].at("estimate").get<double>(); };
  double last = -1;
  for (const Json& row : rows) {
    const double week = row.at("time");
    const bool treated = row.at("group") == "1";
    EXPECT_NEAR(row.at("expected").get<double>(),
                estimate(0) + week * estimate(1) + (treated ? estimate(2) + week * estimate(3) : 0), 1e-9);
    EXPECT_NEAR(row.at("p50").get<double>(), row.at("expected").get<double>(), 1e-9);
    EXPECT_LT(row.at("lower").get<double>(), row.at("expected").get<double>());
    EXPECT_LT(row.at("limit_lower").get<double>(), row.at("p10").get<double>());
    if (week > 0) {
      EXPECT_GT(week, last);
    }
    last = week;
  }
  EXPECT_THAT(file_of(plot), HasSubstr("</svg>"));
}

TEST(FitGrowth, asks_for_what_it_needs) {
  const auto refused = [](const Words& words, int code, const std::string& error) {
    const Ran ran = securebase(Words{"fit", "growth", "--in", data_of(three_levels)} + words);
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_THAT(unwrapped(ran.err), HasSubstr(error));
  };
  refused({"--time", "week", "--client", "client"}, 2, "--outcome is needed");
  refused({"--outcome", "score", "--client", "client"}, 2, "--time is needed");
  refused({"--outcome", "score", "--time", "week"}, 2, "--client is needed");
  refused({"--outcome", "score", "--time", "week", "--client", "client", "--group", "score"}, 2,
          "--group takes a column of text");
  refused({"--outcome", "score", "--time", "week", "--client", "client", "--log", "sin"}, 2, "--log takes");
  refused({"--outcome", "score", "--time", "week", "--client", "client", "--log", "log"}, 3,
          "models.undefined");
  refused({"--outcome", "score", "--time", "client", "--client", "client"}, 3, "models.not_a_number");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
