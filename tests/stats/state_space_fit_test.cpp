#include "stats/state_space_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fixed_random.hpp"
#include "reference/reference_case.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

TimeSeries series_of(const reference::Case& reference, const std::string& time, const std::string& y) {
  const auto table = reference.table();
  return {table.complete(time), table.numbers(y)};
}

Json by_state(const std::vector<StateBelief>& states, std::size_t m, bool variances) {
  Json json = Json::array();
  for (std::size_t i = 0; i < m; ++i) {
    Json one = Json::array();
    for (const StateBelief& state : states) one.push_back(variances ? state.covariance(i, i) : state.mean[i]);
    json.push_back(one);
  }
  return json;
}

Json filtered_at(const StateSpaceRun& run, std::size_t t, std::size_t m) {
  Json json{{"t", t}};
  for (std::size_t i = 0; i < m; ++i) {
    json["state"].push_back(run.filtered[t - 1]->mean[i]);
    json["var"].push_back(run.filtered[t - 1]->covariance(i, i));
  }
  return json;
}

// The names of the reference: level, slope, epsilon.
constexpr std::pair<const char*, const char*> reference_names[] = {
    {"level_variance", "level"}, {"slope_variance", "slope"}, {"noise_variance", "epsilon"}};

Json as_reference_values(const std::vector<NamedValue>& parameters) {
  Json json;
  for (const auto& p : parameters)
    for (const auto& [ours, theirs] : reference_names)
      if (p.name == ours) json[theirs] = p.value;
  return json;
}

std::vector<NamedValue> from_reference(const Json& values) {
  std::vector<NamedValue> parameters;
  for (const auto& [ours, theirs] : reference_names)
    if (values.contains(theirs)) parameters.push_back({ours, values.at(theirs)});
  return parameters;
}

struct LevelCase {
  StateDesign diffuse;
  StateDesign known;
  TimeSeries series;
  std::size_t states = 1;
};

Json at_parameters(const LevelCase& level, const std::vector<NamedValue>& parameters) {
  const auto run = *run_state_design(level.diffuse, parameters, level.series);
  const auto known = *run_state_design(level.known, parameters, level.series);
  const double two_pi = std::log(2 * std::acos(-1.0));
  return {{"values", as_reference_values(parameters)},
          {"logLik_exact_diffuse", run.log_likelihood},
          {"logLik_exact_diffuse_durbin_koopman",
           run.log_likelihood - static_cast<double>(run.diffuse_values) / 2 * two_pi},
          {"logLik_R_start", known.log_likelihood},
          {"smoothed_state", by_state(run.smoothed, level.states, false)},
          {"smoothed_var", by_state(run.smoothed, level.states, true)},
          {"filtered_at",
           {filtered_at(run, level.series.times.size() / 2, level.states),
            filtered_at(run, level.series.times.size(), level.states)}}};
}

Json kalman_like(const LevelCase& level, const std::vector<NamedValue>& parameters) {
  const auto run = *run_state_design(level.known, parameters, level.series);
  double squares = 0, logs = 0;
  const auto n = static_cast<double>(run.values);
  for (const auto& occasion : run.predicted)
    if (occasion[0]->standardised_innovation) {
      squares += std::pow(*occasion[0]->standardised_innovation, 2) / n;
      logs += std::log(occasion[0]->variance) / n;
    }
  return {{"Lik", (std::log(squares) + logs) / 2}, {"s2", squares}};
}

void holds(const std::string& id, const std::string& time, StateDesignKind kind) {
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  LevelCase level{{kind, {}, {}, {}}, {kind, {}, {}, {}}, series_of(*reference, time, "y"), 1};
  level.states = kind == StateDesignKind::local_level ? 1 : 2;
  std::vector<double> present;
  for (const auto& value : level.series.values)
    if (value) present.push_back(*value);
  const double variance = std::pow(*summarise(present)->sd, 2);
  level.known.start = KnownStart{{present[0], 0}, {1e4 * variance, 1e4 * variance}};
  level.known.start->mean.resize(level.states);
  level.known.start->variance.resize(level.states);
  const auto fixed = from_reference(reference->results().at("fixed_parameters").at("values"));
  const auto fit = *fit_state_space(level.diffuse, std::vector{level.series});
  const auto known_fit = *fit_state_space(level.known, std::vector{level.series});
  EXPECT_NE(fit.convergence.verdict, Verdict::not_converged);
  EXPECT_LT(fit.convergence.gradient, 1e-10);
  reference->expect({{"n", level.series.times.size()},
                     {"n_observed", present.size()},
                     {"fixed_parameters", at_parameters(level, fixed)},
                     {"mle_exact_diffuse", at_parameters(level, fit.values_of_parameters())},
                     {"mle_R_start",
                      {{"values", as_reference_values(known_fit.values_of_parameters())},
                       {"logLik", known_fit.log_likelihood}}},
                     {"KalmanLike_fixed", kalman_like(level, fixed)}});
}

TEST(StateSpaceFit, local_level_of_a_river_as_reference) {
  holds("statespace/local_level", "year", StateDesignKind::local_level);
}

TEST(StateSpaceFit, local_level_of_temperatures_as_reference) {
  holds("statespace/local_level_temperature", "year", StateDesignKind::local_level);
}

TEST(StateSpaceFit, local_linear_trend_with_missing_visits_as_reference) {
  holds("statespace/local_linear_trend_missing", "visit", StateDesignKind::local_linear_trend);
}

const StateParameter& named(const StateSpaceFit& fit, const std::string& name) {
  return *std::find_if(fit.parameters.begin(), fit.parameters.end(),
                       [&](const StateParameter& p) { return p.name == name; });
}

TEST(StateSpaceFit, autoregression_as_reference) {
  auto reference = reference::find_case("statespace/ar1_with_noise");
  ASSERT_TRUE(reference);
  const TimeSeries series = series_of(*reference, "t", "y");
  const StateDesign noise{StateDesignKind::autoregression, {}, {}, {}};
  StateDesign none = noise;
  none.fixed = {{"noise_variance", 0}};
  const auto plain = *fit_state_space(none, std::vector{series});
  const auto fit = *fit_state_space(noise, std::vector{series});
  EXPECT_EQ(plain.convergence.verdict, Verdict::converged);
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  const auto run = *run_state_design(noise, fit.values_of_parameters(), series);
  Json computed{{"n", series.times.size()}, {"n_observed", run.values}};
  for (const std::string name : {"mean", "phi", "innovation_variance"}) {
    computed["ar1"][name] = named(plain, name).estimate;
    computed["ar1"]["se"][name] = named(plain, name).std_error.value();
    computed["ar1_plus_noise"][name] = named(fit, name).estimate;
  }
  computed["ar1"]["logLik"] = plain.log_likelihood;
  computed["ar1_plus_noise"]["noise_variance"] = named(fit, "noise_variance").estimate;
  computed["ar1_plus_noise"]["logLik"] = fit.log_likelihood;
  for (const StateBelief& state : run.signal) {
    computed["ar1_plus_noise"]["smoothed_state"].push_back(state.mean[0]);
    computed["ar1_plus_noise"]["smoothed_var"].push_back(state.covariance(0, 0));
  }
  reference->expect(computed);
}

struct Planted {
  double stability = 0.6, deviation_variance = 1.5, level_mean = 4, level_between_variance = 2, noise = 0.5;
};

// People at irregular times, a fifth of the values missing.
std::vector<TimeSeries> people(const Planted& planted, std::size_t persons, std::size_t occasions,
                               std::uint64_t seed) {
  FixedRandom random(seed);
  std::vector<TimeSeries> result(persons);
  for (TimeSeries& series : result) {
    const double level = planted.level_mean + std::sqrt(planted.level_between_variance) * random.normal();
    double time = 0, deviation = std::sqrt(planted.deviation_variance) * random.normal();
    for (std::size_t t = 0; t < occasions; ++t) {
      const double gap = 0.3 + 1.4 * random.uniform();
      const double kept = std::pow(planted.stability, gap);
      time += gap;
      deviation =
          kept * deviation + std::sqrt(planted.deviation_variance * (1 - kept * kept)) * random.normal();
      series.times.push_back(time);
      const double value = level + deviation + std::sqrt(planted.noise) * random.normal();
      series.values.push_back(random.uniform() < 0.2 ? std::nullopt : std::optional(value));
    }
  }
  return result;
}

constexpr StateDesignKind prototype = StateDesignKind::prototype;

TEST(StateSpaceFit, a_prototype_of_several_people_gives_back_what_was_planted) {
  const Planted planted;
  const auto fit = *fit_state_space({prototype, PrototypeLevel::varying, {}, {}}, people(planted, 60, 20, 7));
  ASSERT_EQ(fit.convergence.verdict, Verdict::converged);
  EXPECT_TRUE(fit.unidentified.empty());
  const std::pair<const char*, double> expected[] = {
      {"stability", planted.stability},
      {"deviation_variance", planted.deviation_variance},
      {"level_mean", planted.level_mean},
      {"level_between_variance", planted.level_between_variance},
      {"noise_variance", planted.noise}};
  for (const auto& [name, value] : expected) {
    const auto& parameter = named(fit, name);
    EXPECT_NEAR(parameter.estimate, value, 3.5 * parameter.std_error.value()) << name;
    EXPECT_LT(*parameter.std_error, 0.5) << name;
  }
}

TEST(StateSpaceFit, order_of_people_and_units_do_not_matter) {
  const StateDesign design{prototype, PrototypeLevel::own, {}, {}};
  auto persons = people({}, 12, 12, 3);
  const auto fit = *fit_state_space(design, persons);
  std::reverse(persons.begin(), persons.end());
  const auto turned = *fit_state_space(design, persons);
  for (TimeSeries& series : persons)
    for (auto& value : series.values)
      if (value) value = 1000 * *value + 5;
  const auto scaled = *fit_state_space(design, persons);
  for (std::size_t i = 0; i < fit.parameters.size(); ++i) {
    const double estimate = fit.parameters[i].estimate;
    EXPECT_NEAR(turned.parameters[i].estimate, estimate, 1e-10 * (1 + std::abs(estimate)));
    const double unit = fit.parameters[i].name == "stability" ? 1 : 1e6;
    EXPECT_NEAR(scaled.parameters[i].estimate / unit, estimate, 1e-6 * (1 + std::abs(estimate)));
  }
}

TEST(StateSpaceFit, people_who_say_nothing_and_empty_ends_change_nothing) {
  const StateDesign design{prototype, PrototypeLevel::varying, {}, {}};
  auto persons = people({}, 8, 10, 5);
  const auto fit = *fit_state_space(design, persons);
  persons.push_back({{1, 2}, {std::nullopt, std::nullopt}});
  persons.push_back({{}, {}});
  persons[0].times.push_back(1000);
  persons[0].values.emplace_back();
  const auto same = *fit_state_space(design, persons);
  EXPECT_EQ(same.log_likelihood, fit.log_likelihood);
  EXPECT_EQ(same.persons, 8U);
}

TEST(StateSpaceFit, continuous_trend_of_a_short_gap_is_one_of_many_shorter) {
  const std::vector<NamedValue> p{{"level_variance", 0.3}, {"slope_variance", 0.2}, {"noise_variance", 1}};
  const TimeSeries sparse{{0, 1, 2.5, 3}, {1, 2, 4, 3}};
  TimeSeries filled{{0, 0.25, 0.5, 1, 1.75, 2.5, 2.75, 3}, {}};
  filled.values = {1, {}, {}, 2, {}, 4, {}, 3};
  const StateDesign design{StateDesignKind::continuous_trend, {}, {}, {}};
  EXPECT_NEAR(run_state_design(design, p, sparse)->log_likelihood,
              run_state_design(design, p, filled)->log_likelihood, 1e-10);
  const TimeSeries whole{{0, 1, 4, 5}, {1, 2, 4, 3}};
  const TimeSeries stepped{{0, 1, 2, 3, 4, 5}, {1, 2, {}, {}, 4, 3}};
  const StateDesign by_step{StateDesignKind::local_linear_trend, {}, {}, {}};
  EXPECT_NEAR(run_state_design(by_step, p, whole)->log_likelihood,
              run_state_design(by_step, p, stepped)->log_likelihood, 1e-10);
}

TEST(StateSpaceFit, a_known_noise_is_kept) {
  StateDesign design{prototype, PrototypeLevel::shared, {{"noise_variance", 0.5}}, {}};
  const auto fit = *fit_state_space(design, people({}, 3, 30, 9));
  EXPECT_EQ(named(fit, "noise_variance").estimate, 0.5);
  EXPECT_TRUE(named(fit, "noise_variance").fixed);
  EXPECT_FALSE(named(fit, "noise_variance").std_error);
  EXPECT_TRUE(named(fit, "stability").std_error);
}

std::string code(const StateDesign& design, const std::vector<TimeSeries>& persons) {
  const auto fit = fit_state_space(design, persons);
  return fit ? "" : fit.error().code;
}

TEST(StateSpaceFit, names_what_is_wrong) {
  const StateDesign level;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(code(level, {}), "state_space.no_values");
  EXPECT_EQ(code(level, {{{1, 2, 3}, {{}, {}, {}}}}), "state_space.no_values");
  EXPECT_EQ(code(level, {{{1, 2, 3, 4}, {1, 2, 3}}}), "state_space.shape");
  EXPECT_EQ(code(level, {{{1, 2, 3, 4}, {1, 2, nan, 3}}}), "state_space.not_finite");
  EXPECT_EQ(code(level, {{{1, 2, 3, 4}, {1, 2, infinity, 3}}}), "state_space.not_finite");
  EXPECT_EQ(code(level, {{{1, 2, 2, 4}, {1, 2, 1, 3}}}), "state_space.times");
  EXPECT_EQ(code(level, {{{1, 2, nan, 4}, {1, 2, 1, 3}}}), "state_space.times");
  EXPECT_EQ(code(level, {{{1, 2, 3}, {1, 2, 1}}}), "state_space.too_few_values");
  EXPECT_EQ(code(level, {{{1, 2, 3, 4, 5}, {2, 2, 2, 2, 2}}}), "state_space.no_variance");
  EXPECT_EQ(code({StateDesignKind::local_linear_trend, {}, {}, {}}, {{{1, 2, 3.5}, {1, 2, 1}}}),
            "state_space.whole_steps");
  EXPECT_EQ(code({prototype, PrototypeLevel::varying, {}, {}}, people({}, 1, 20, 1)),
            "state_space.one_person");
  EXPECT_EQ(code({{}, {}, {{"noise_variance", -1}}, {}}, people({}, 1, 20, 1)), "state_space.parameters");
  EXPECT_EQ(code({{}, {}, {{"noise", 1}}, {}}, people({}, 1, 20, 1)), "state_space.parameters");
  EXPECT_EQ(code({prototype, {}, {}, KnownStart{{1}, {1}}}, people({}, 1, 20, 1)), "state_space.start");
  EXPECT_EQ(run_state_design(level, {}, {{1}, {1}}).error().code, "state_space.parameters");
}

TEST(StateSpaceFit, hostile_series_end_in_a_verdict_or_an_error) {
  std::vector<TimeSeries> series{{{1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}},  // a straight line
                                 {{1, 2, 3, 4, 5, 6}, {0, 0, 0, 1, 0, 0}},
                                 {{1, 2, 3, 4, 5, 6}, {1e100, -1e100, 3e99, 2e100, 1e98, -4e99}},
                                 {{1, 2, 3, 4, 5, 6}, {1e-100, -1e-100, 0, 2e-100, 1e-101, 0}},
                                 {{1, 1e6, 2e6, 3e9, 3e9 + 1, 4e9}, {1, 5, 2, 4, 3, 6}},
                                 {{0, 1e-9, 2e-9, 3e-9, 4e-9, 5e-9}, {1, 5, 2, 4, 3, 6}}};
  for (const TimeSeries& one : series)
    for (const auto kind : {StateDesignKind::local_level, StateDesignKind::local_linear_trend,
                            StateDesignKind::continuous_trend, StateDesignKind::autoregression, prototype}) {
      const auto fit = fit_state_space({kind, {}, {}, {}}, std::vector{one});
      if (!fit) continue;
      for (const auto& parameter : fit->parameters) {
        EXPECT_TRUE(std::isfinite(parameter.estimate));
        EXPECT_TRUE(std::isfinite(parameter.std_error.value_or(0))) << parameter.name;
      }
    }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
