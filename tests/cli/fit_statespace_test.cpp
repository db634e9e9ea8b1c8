// securebase fit statespace

#include <gmock/gmock.h>

#include <cmath>

#include "fit_tree.hpp"
#include "stats/random_stream.hpp"
#include "stats/sample.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

// The variances of the designs, as the reference calls them, in our order.
constexpr std::pair<const char*, const char*> reference_names[] = {
    {"level_variance", "level"}, {"slope_variance", "slope"}, {"noise_variance", "epsilon"}};

std::string written(const Json& number) {
  std::ostringstream out;
  out.precision(17);
  out << number.get<double>();
  return out.str();
}

struct LevelCase {
  Words words;
  Words known_start;
  std::vector<std::string> states;
};

Json values_of(const Json& fit) {
  Json values;
  for (const auto& [ours, theirs] : reference_names) {
    const Json row = term_of(fit, ours);
    if (!row.is_null()) values[theirs] = row.at("estimate");
  }
  return values;
}

Words fixed_at(const Json& values) {
  Words words;
  for (const auto& [ours, theirs] : reference_names)
    if (values.contains(theirs)) {
      words.emplace_back("--fix");
      words.push_back(std::string(ours) + "=" + written(values.at(theirs)));
    }
  return words;
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Json filtered_at(const Json& occasions, std::size_t t, const LevelCase& level) {
  Json json{{"t", t}};
  for (const std::string& state : level.states) {
    json["state"].push_back(occasions[t - 1].at("filtered_" + state));
    json["var"].push_back(occasions[t - 1].at("filtered_" + state + "_variance"));
  }
  return json;
}

/// All that the reference says of one set of parameters.
Json at_parameters(const LevelCase& level, const Json& values) {
  const Json fit = fitted(joined(level.words, fixed_at(values)));
  const Json known = fitted(joined(joined(level.words, fixed_at(values)), level.known_start));
  const Json& occasions = fit.at("frames").at("occasions");
  Json json{{"values", values},
            {"logLik_exact_diffuse", fit.at("measures").at("log_likelihood")},
            {"logLik_exact_diffuse_durbin_koopman", fit.at("measures").at("log_likelihood_durbin_koopman")},
            {"logLik_R_start", known.at("measures").at("log_likelihood")},
            {"filtered_at",
             {filtered_at(occasions, occasions.size() / 2, level),
              filtered_at(occasions, occasions.size(), level)}}};
  for (const std::string& state : level.states) {
    json["smoothed_state"].push_back(column_of(occasions, state));
    json["smoothed_var"].push_back(column_of(occasions, state + "_variance"));
  }
  return json;
}

Json kalman_like(const LevelCase& level, const Json& values) {
  const Json known = fitted(joined(joined(level.words, fixed_at(values)), level.known_start));
  const double n = known.at("measures").at("values");
  double squares = 0, logs = 0;
  for (const Json& row : known.at("frames").at("occasions")) {
    if (row.at("innovation").is_null()) continue;
    squares += std::pow(row.at("innovation").get<double>(), 2) / n;
    logs += std::log(row.at("predicted_variance").get<double>()) / n;
  }
  return {{"Lik", (std::log(squares) + logs) / 2}, {"s2", squares}};
}

void holds(const std::string& id, const std::string& time, const std::string& design) {
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  LevelCase level{
      {"fit", "statespace", "--in", case_file(id), "--design", design, "--value", "y", "--time", time},
      {},
      {"level"}};
  const bool trend = design == "trend";
  if (trend) level.states.emplace_back("slope");
  std::vector<double> present;
  const auto values = reference->table().numbers("y");
  for (const auto& value : values)
    if (value) present.push_back(*value);
  const double variance = 1e4 * std::pow(*stats::summarise(present)->sd, 2);
  const std::string more = written(Json(variance));
  level.known_start = {"--start-mean", written(Json(present[0])) + (trend ? ",0" : ""), "--start-variance",
                       more + (trend ? "," + more : "")};
  const Json& fixed = reference->results().at("fixed_parameters").at("values");
  const Json fit = fitted(level.words);
  const Json known_fit = fitted(joined(level.words, level.known_start));
  EXPECT_NE(fit.at("convergence").at("verdict"), "not_converged");
  reference->expect(
      {{"n", values.size()},
       {"n_observed", fit.at("measures").at("values")},
       {"fixed_parameters", at_parameters(level, fixed)},
       {"mle_exact_diffuse", at_parameters(level, values_of(fit))},
       {"mle_R_start",
        {{"values", values_of(known_fit)}, {"logLik", known_fit.at("measures").at("log_likelihood")}}},
       {"KalmanLike_fixed", kalman_like(level, fixed)}});
}

/// What stands in a picture, without its marks: captions break where they must.
std::string words_of(const std::string& svg) {
  std::string words;
  bool inside = false;
  for (const char c : svg) {
    if (c == '<') words += ' ';
    inside = c == '<' || (inside && c != '>');
    if (!inside && c != '>') words += c;
  }
  return unwrapped(words);
}

TEST(FitStatespace, local_level_of_a_river_as_reference) {
  holds("statespace/local_level", "year", "local-level");
}

TEST(FitStatespace, local_level_of_temperatures_as_reference) {
  holds("statespace/local_level_temperature", "year", "local-level");
}

TEST(FitStatespace, local_linear_trend_with_missing_visits_as_reference) {
  holds("statespace/local_linear_trend_missing", "visit", "trend");
}

TEST(FitStatespace, autoregression_as_reference) {
  auto reference = reference::find_case("statespace/ar1_with_noise");
  ASSERT_TRUE(reference);
  const Words words = {"fit",      "statespace", "--in",    case_file("statespace/ar1_with_noise"),
                       "--design", "ar1",        "--value", "y",
                       "--time",   "t"};
  const Json fit = fitted(words);
  const Json plain = fitted(joined(words, {"--fix", "noise_variance=0"}));
  const Json& occasions = fit.at("frames").at("occasions");
  Json computed{{"n", occasions.size()}, {"n_observed", fit.at("measures").at("values")}};
  for (const std::string name : {"mean", "phi", "innovation_variance"}) {
    computed["ar1"][name] = term_of(plain, name).at("estimate");
    computed["ar1"]["se"][name] = term_of(plain, name).at("std_error");
    computed["ar1_plus_noise"][name] = term_of(fit, name).at("estimate");
  }
  computed["ar1"]["logLik"] = plain.at("measures").at("log_likelihood");
  computed["ar1_plus_noise"]["noise_variance"] = term_of(fit, "noise_variance").at("estimate");
  computed["ar1_plus_noise"]["logLik"] = fit.at("measures").at("log_likelihood");
  computed["ar1_plus_noise"]["smoothed_state"] = column_of(occasions, "signal");
  computed["ar1_plus_noise"]["smoothed_var"] = column_of(occasions, "signal_variance");
  reference->expect(computed);
}

/// Persons whose deviations from a level of their own return.
std::string diary(std::size_t persons, std::size_t days) {
  std::string text = "client,day,security\n";
  for (std::uint64_t i = 0; i < persons; ++i) {
    const auto key = stats::RandomKey{7, 3}.part(i);
    double deviation = stats::random_normal(key, 0);
    const double level = 4 + stats::random_normal(key, 1);
    for (std::uint64_t t = 0; t < days; ++t) {
      deviation = 0.6 * deviation + 0.8 * stats::random_normal(key, 2 * t + 2);
      text += "p" + std::to_string(i) + "," + std::to_string(t + 1) + "," +
              std::to_string(level + deviation + 0.4 * stats::random_normal(key, 2 * t + 3)) + "\n";
    }
  }
  return text;
}

TEST(FitStatespace, persons_share_a_prototype_and_go_on) {
  const Folder folder;
  const auto data = folder.put("d.csv", diary(40, 25) + "alone,1,\n,2,3\np0,,4\n");
  const Words words = {"fit",     "statespace", "--in",   data,  "--design", "prototype",
                       "--value", "security",   "--time", "day", "--person", "client"};
  const Json fit = fitted(joined(words, {"--ahead", "3"}));
  EXPECT_EQ(fit.at("data").at("units").at("persons"), 40);
  EXPECT_EQ(fit.at("data").at("used"), 1000);
  EXPECT_EQ(fit.at("data").at("left_out").size(), 3U);
  const Json stability = term_of(fit, "stability");
  EXPECT_NEAR(stability.at("estimate").get<double>(), 0.6, 4 * stability.at("std_error").get<double>());
  EXPECT_LT(stability.at("lower"), stability.at("estimate"));
  EXPECT_EQ(fit.at("frames").at("ahead").size(), 120U);
  EXPECT_EQ(fit.at("frames").at("ahead")[0].at("time"), 26);
  EXPECT_EQ(fit.at("frames").at("occasions").size(), 1000U);
  const Json varying = fitted(joined(words, {"--prototype-level", "varying"}));
  EXPECT_FALSE(term_of(varying, "level_between_variance").is_null());
  const Ran plot = securebase(joined(words, {"--plot", folder.path("p.svg"), "--out", folder.path("o.txt")}));
  EXPECT_EQ(plot.code, 0) << plot.err;
  EXPECT_THAT(words_of(Folder::read(folder.path("p.svg"))), HasSubstr("The first 6 of 40"));
}

TEST(FitStatespace, any_times_and_whole_steps) {
  const Folder folder;
  const auto data = folder.put("d.csv", "t,y\n0,1\n0.5,1.2\n2,2.1\n2.25,2.0\n4,3.5\n5.5,3.9\n7,5.2\n8,5.4\n");
  const Words words = {"fit", "statespace", "--in", data, "--value", "y", "--time", "t", "--design"};
  EXPECT_EQ(fitted(joined(words, {"continuous-trend"})).at("frames").at("occasions").size(), 8U);
  refuses(joined(words, {"trend"}), 3, "state_space.whole_steps");
}

TEST(FitStatespace, hostile_files_get_a_sentence) {
  const Folder folder;
  const auto fit = [&](const std::string& text, const Words& more = {}) {
    return joined({"fit", "statespace", "--in", folder.put("d.csv", text), "--design", "local-level",
                   "--value", "y", "--time", "t"},
                  more);
  };
  const std::string fine = "t,y\n1,2\n2,3\n3,1\n4,5\n";
  refuses(fit("t,y\n1,2\n3,3\n2,1\n"), 3, "series.times");
  refuses(fit("t,y\n1,2\n1,3\n2,1\n"), 3, "series.times");
  refuses(fit("t,y\n1,2\n"), 3, "state_space.too_few_values");
  refuses(fit("t,y\n1,2\n2,2\n3,2\n4,2\n"), 3, "state_space.no_variance");
  refuses(fit("t,y\n1,\n2,NA\n"), 3, "series.no_values");
  refuses(fit("t,y\n,1\n,2\n"), 3, "series.no_values");
  refuses(fit("t,y\n1,nan\n"), 3, "table.not_finite");
  refuses(fit("t,y\n1,low\n"), 3, "models.not_a_number");
  refuses(fit("t,z\n1,2\n"), 3, "models.column");
  refuses(fit(fine, {"--fix", "speed=1"}), 2, "usage.fix");
  refuses(fit(fine, {"--fix", "noise_variance=much"}), 2, "usage.fix");
  refuses(fit(fine, {"--fix", "noise_variance=-1"}), 3, "state_space.parameters");
  refuses(fit(fine, {"--fix", "noise_variance=1", "--fix", "noise_variance=2"}), 3, "state_space.parameters");
  refuses(fit(fine, {"--ahead", "100000"}), 2, "usage.fit");
  refuses(fit(fine, {"--start-mean", "1,2", "--start-variance", "1,2"}), 3, "state_space.start");
  refuses({"fit", "statespace", "--design", "wavelet", "--value", "y", "--time", "t"}, 2, "usage.options");
}

TEST(FitStatespace, a_script_is_the_same_likelihood) {
  const Ran ran = securebase({"fit", "statespace", "--in", "d.csv", "--design", "prototype", "--value", "y",
                              "--time", "t", "--fix", "noise_variance=1", "--as-r"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_NE(ran.out.find("fixed <- c(noise_variance = 1)"), std::string::npos);
  EXPECT_NE(ran.out.find("optim("), std::string::npos);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
