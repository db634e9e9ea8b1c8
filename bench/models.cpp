// The measuring half of bench/models.sh, which sets it beside R.
//
//   models data CASE N FILE     made-up data as CSV, for R
//   models fit CASE N RUNS      the same data, fitted: median seconds, peak memory, answers
//   models growth               time and memory by clients, visits, random effects and missing patterns, as
//   CSV
//
// CASES: slope (a random intercept and slope, 8 visits), gaps (the same with unequal and missing visits),
// tests (slope with Satterthwaite's degrees of freedom), profile (slope with profile intervals), ar1 (the
// same with AR(1) residuals), panel (RI-CLPM, four waves), panel_missing (10 % missing). Results are lines
// "name value". A fit begins at columns in memory, as R's does.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "stats/mixed_inference.hpp"
#include "stats/mixed_simulate.hpp"
#include "stats/simulate_models.hpp"
#include "stats/structural_designs.hpp"
#include "timing.hpp"

namespace {

using namespace securebase::bench;  // NOLINT(google-build-using-namespace): this file is about them alone
using namespace securebase::stats;  // NOLINT(google-build-using-namespace): this file is about them alone

struct Growth {
  std::size_t clients = 0;
  std::size_t visits = 8;
  std::size_t random = 2;      ///< columns: intercept, time, and products of time
  double kept = 1;             ///< of visits after the first
  bool unequal_times = false;  ///< each client's own
};

/// Columns as a file has them.
struct Columns {
  std::vector<double> y, time, arm;
  std::vector<std::uint32_t> id;
};

Columns columns_of(const Growth& growth) {
  Columns c;
  for (std::size_t who = 0; who < growth.clients; ++who)
    for (std::size_t v = 0; v < growth.visits; ++v) {
      const std::size_t cell = who * growth.visits + v;
      if (v > 0 && growth.kept < 1 && random_uniform({11, 1}, cell) >= growth.kept) continue;
      const double late =
          growth.unequal_times ? 0.25 * static_cast<double>(random_below({11, 2}, cell, 4)) : 0;
      c.id.push_back(static_cast<std::uint32_t>(who));
      c.time.push_back(static_cast<double>(v) + late);
      c.arm.push_back(static_cast<double>(who % 2));
    }
  return c;
}

MixedDesign design_of(const Columns& c, std::size_t random) {
  MixedDesign d;
  const std::size_t n = c.time.size();
  d.response = c.y;
  d.fixed = Matrix(n, 4);
  d.fixed_names = {"(Intercept)", "time", "arm", "time:arm"};
  Matrix z(n, random);
  for (std::size_t i = 0; i < n; ++i) {
    const double row[] = {1, c.time[i], c.arm[i], c.time[i] * c.arm[i]};
    for (std::size_t j = 0; j < 4; ++j) d.fixed(i, j) = row[j];
    double power = 1;
    for (std::size_t j = 0; j < random; ++j, power *= c.time[i] / 4) z(i, j) = j == 1 ? c.time[i] : power;
  }
  d.groupings.push_back({"id", c.id});
  std::vector<std::string> names{"(Intercept)", "time", "time2", "time3"};
  names.resize(random);
  d.terms.push_back({0, std::move(z), names, CovarianceShape::full});
  return d;
}

MixedTruth truth_of(std::size_t random, double correlation) {
  Matrix g(random, random);
  for (std::size_t j = 0; j < random; ++j) g(j, j) = j == 0 ? 9 : 0.25;
  if (random > 1) g(0, 1) = g(1, 0) = -0.6;
  return {{20, -0.6, 0.5, -0.4}, {g}, {2}, correlation};
}

void add_series(MixedDesign& d, const Columns& c) {
  d.residual.correlation = ResidualCorrelation::autoregressive;
  d.residual.within = 0;
  d.residual.position = c.time;
}

Columns simulated(const Growth& growth, double correlation = 0) {
  Columns c = columns_of(growth);
  c.y.assign(c.time.size(), 0);
  auto d = design_of(c, growth.random);
  if (correlation > 0) add_series(d, c);
  c.y = simulate_mixed(d, truth_of(growth.random, correlation), {12, growth.clients});
  return c;
}

struct Panel {
  StructuralModel model;
  std::vector<DataRow> rows;
};

Panel panel_of(std::size_t n, double missing) {
  const std::vector<std::string> x{"x1", "x2", "x3", "x4"};
  const std::vector<std::string> y{"y1", "y2", "y3", "y4"};
  Panel panel{random_intercept_cross_lagged(x, y), {}};
  auto planted = panel.model;
  for (Term& term : planted.terms) {
    if (term.fixed) continue;
    const bool variance = term.relation == Relation::covaries && term.left == term.right;
    term.fixed = term.relation == Relation::mean ? 3
                 : term.relation == Relation::predicts
                     ? (term.label[0] == 'a' || term.label[0] == 'd' ? 0.4 : 0.15)
                 : variance ? 1
                            : 0.3;
  }
  panel.rows = lose_values(simulate_rows(planted, n, {13, n}), missing, 0, {14, n});
  return panel;
}

Growth growth_of(const std::string& name, std::size_t clients) {
  if (name == "gaps") return {clients, 8, 2, 0.85, true};
  return {clients, 8, 2, 1, false};
}

bool is_panel(const std::string& name) {
  return name.starts_with("panel");
}

double correlation_of(const std::string& name) {
  return name == "ar1" ? 0.4 : 0;
}

void write_data(const std::string& name, std::size_t n, const std::string& file) {
  std::ofstream out(file);
  out.precision(17);
  if (is_panel(name)) {
    const auto panel = panel_of(n, name == "panel" ? 0 : 0.1);
    for (std::size_t j = 0; j < 8; ++j) out << (j > 0 ? "," : "") << panel.model.observed[j];
    out << '\n';
    for (const DataRow& row : panel.rows)
      for (std::size_t j = 0; j < row.size(); ++j) {
        if (row[j]) out << *row[j];
        out << (j + 1 < row.size() ? ',' : '\n');
      }
    return;
  }
  const auto c = simulated(growth_of(name, n), correlation_of(name));
  out << "id,time,arm,y\n";
  for (std::size_t i = 0; i < c.y.size(); ++i)
    out << c.id[i] << ',' << c.time[i] << ',' << c.arm[i] << ',' << c.y[i] << '\n';
}

void tell_mixed(const MixedFit& fit) {
  tell("log_likelihood", fit.log_likelihood);
  for (std::size_t j = 0; j < fit.fixed.size(); ++j) {
    tell("estimate_" + std::to_string(j), fit.fixed[j].estimate);
    tell("error_" + std::to_string(j), fit.fixed[j].std_error);
  }
  tell("sigma", fit.sigma);
  tell("gradient", fit.convergence.gradient);
}

template <class Work>
void timed(std::size_t runs, const Work& work) {
  std::vector<double> times;
  for (std::size_t r = 0; r < runs; ++r) times.push_back(seconds_of(work));
  tell("seconds", median(times));
  tell("peak_bytes", peak_bytes());
}

void fit_mixed_case(const std::string& name, std::size_t n, std::size_t runs) {
  const auto c = simulated(growth_of(name, n), correlation_of(name));
  const double before = peak_bytes();
  MixedFit fit;
  std::vector<ContrastTest> tests;
  std::vector<securebase::Interval> profiles;
  timed(runs, [&] {
    auto design = design_of(c, 2);
    if (name == "ar1") add_series(design, c);
    const auto model = make_mixed_model(design).value();
    fit = fit_mixed_model(model, name == "profile" ? MixedLikelihood::maximum : MixedLikelihood::restricted)
              .value();
    if (name == "tests") tests = satterthwaite(model, fit, each_effect(fit)).value();
    profiles.clear();
    if (name == "profile")
      for (std::size_t j = 0; j < 4; ++j) profiles.push_back(profile_interval(model, fit, j, 0.95).value());
  });
  tell("data_bytes", before);
  tell_mixed(fit);
  for (std::size_t j = 0; j < tests.size(); ++j) tell("df_" + std::to_string(j), tests[j].df);
  for (std::size_t j = 0; j < profiles.size(); ++j) {
    tell("lower_" + std::to_string(j), profiles[j].lower);
    tell("upper_" + std::to_string(j), profiles[j].upper);
  }
}

void fit_panel_case(const std::string& name, std::size_t n, std::size_t runs) {
  const auto panel = panel_of(n, name == "panel" ? 0 : 0.1);
  StructuralFit fit;
  timed(runs, [&] {
    const std::vector<StructuralGroup> groups{{panel.model, panel.rows, ""}};
    fit = fit_structural(groups).value();
  });
  tell("log_likelihood", fit.log_likelihood);
  tell("chi_square", fit.measures->chi_square);
  for (const auto& estimate : fit.estimates)
    if (!estimate.term.label.empty()) {
      tell("estimate_" + estimate.term.label, estimate.estimate);
      tell("error_" + estimate.term.label, estimate.std_error.value());
    }
}

/// A child process would be needed for its own peak: what the fit adds to what stood before is told instead.
void tell_growth_row(const char* by, std::size_t value, const Growth& growth) {
  const auto c = simulated(growth);
  std::vector<double> times;
  std::size_t cells = 0;
  for (int r = 0; r < 3; ++r)
    times.push_back(seconds_of([&] {
      const auto model = make_mixed_model(design_of(c, growth.random)).value();
      cells = model.cells();
      (void)fit_mixed_model(model, MixedLikelihood::restricted).value();
    }));
  std::printf("%s,%zu,%.6g,%zu,%.4g\n", by, value, median(times), cells, peak_bytes());
  std::fflush(stdout);
}

void tell_panel_row(std::size_t value, double missing) {
  const auto panel = panel_of(5000, missing);
  const std::vector<StructuralGroup> groups{{panel.model, panel.rows, ""}};
  std::vector<double> times;
  for (int r = 0; r < 3; ++r) times.push_back(seconds_of([&] { (void)fit_structural(groups).value(); }));
  std::printf("missing,%zu,%.6g,,%.4g\n", value, median(times), peak_bytes());
}

/// One row of the table: the peak is this process's, so that each row is a process of its own.
void growth_row(const std::string& by, std::size_t value) {
  if (by == "clients") tell_growth_row("clients", value, {value, 8, 2, 1, false});
  if (by == "clients_unequal") tell_growth_row("clients_unequal", value, {value, 8, 2, 0.85, true});
  if (by == "visits") tell_growth_row("visits", value, {2000, value, 2, 0.85, true});
  if (by == "random_effects") tell_growth_row("random_effects", value, {2000, 8, value, 0.85, true});
  if (by == "missing") tell_panel_row(value, static_cast<double>(value) / 100);
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[0] == "data") {
    write_data(words[1], std::stoul(words[2]), words[3]);
    return 0;
  }
  if (words.size() == 4 && words[0] == "fit") {
    const auto fit = is_panel(words[1]) ? fit_panel_case : fit_mixed_case;
    fit(words[1], std::stoul(words[2]), std::stoul(words[3]));
    return 0;
  }
  if (words.size() == 3 && words[0] == "growth") {
    growth_row(words[1], std::stoul(words[2]));
    return 0;
  }
  std::cerr << "usage: models data CASE N FILE | fit CASE N RUNS | growth BY VALUE\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "models: " << error.what() << '\n';
    return 1;
  }
}
