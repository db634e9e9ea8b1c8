// A laboratory's own discriminant.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "coding/classes.hpp"
#include "coding/not_for_custody.hpp"

namespace securebase::coding {
namespace {

using stats::Matrix;

tl::unexpected<Error> bad(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

bool distinct_names(const std::vector<std::string>& names) {
  const std::set<std::string> different(names.begin(), names.end());
  return different.size() == names.size() && !different.contains("") && !names.empty();
}

Result<void> check_names(const LaboratoryDiscriminant& model) {
  if (model.training_set.empty())
    return bad("coding.sample_name", "the training set has a name: coefficients mean nothing without it");
  if (!distinct_names(model.measurements) || !distinct_names(model.classes))
    return bad("coding.names", "measurements and classes each have a name of their own");
  return {};
}

/// Far enough from where squares overflow.
bool all_finite(const Matrix& m) {
  constexpr double largest = 1e100;
  return std::all_of(m.data(), m.data() + m.rows() * m.cols(),
                     [](double v) { return std::abs(v) <= largest; });
}

bool is_symmetric(const Matrix& m) {
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::abs(m(i, j) - m(j, i)) > 1e-9 * (std::abs(m(i, j)) + std::abs(m(j, i)))) return false;
  return true;
}

/// Counts of cases that are whole and those of the classes.
bool counts_fit(const LaboratoryDiscriminant& model) {
  std::size_t cases = 0;
  for (std::size_t k = 0; k < model.classes.size(); ++k) {
    double row = 0;
    for (std::size_t j = 0; j < model.classes.size(); ++j) {
      const double n = model.confusion(k, j);
      if (!(n >= 0) || n != std::floor(n)) return false;
      row += n;
    }
    if (row != static_cast<double>(model.counts[k]) || model.counts[k] < 2) return false;
    cases += model.counts[k];
  }
  return cases == model.cases;
}

bool parts_fit(const LaboratoryDiscriminant& model) {
  const std::size_t g = model.classes.size(), p = model.measurements.size();
  const auto& d = model.discriminant;
  constexpr std::size_t most = 1000;
  if (g < 2 || g > most || p > most || d.priors.size() != g || model.counts.size() != g) return false;
  if (d.means.rows() != g || d.means.cols() != p || d.within.rows() != p || d.within.cols() != p)
    return false;
  if (model.confusion.rows() != g || model.confusion.cols() != g) return false;
  const auto& c = model.canonical;
  const std::size_t r = c.singular.size();
  if (c.share.size() != r || c.scaling.cols() != r || (r > 0 && c.scaling.rows() != p)) return false;
  double sum = 0;
  for (const double prior : d.priors) {
    if (!(prior > 0 && prior <= 1)) return false;
    sum += prior;
  }
  return std::abs(sum - 1) < 1e-6 && all_finite(d.means) && all_finite(d.within) && all_finite(c.scaling) &&
         is_symmetric(d.within) && counts_fit(model);
}

}  // namespace

Result<LaboratoryDiscriminant> fit_laboratory(std::string training_set, std::vector<std::string> measurements,
                                              std::span<const std::string> labels, const Matrix& x,
                                              std::span<const double> priors, double level) {
  LaboratoryDiscriminant model;
  model.training_set = std::move(training_set);
  model.measurements = std::move(measurements);
  const std::set<std::string> different(labels.begin(), labels.end());
  model.classes.assign(different.begin(), different.end());
  if (auto fine = check_names(model); !fine) return tl::unexpected(fine.error());
  if (model.measurements.size() != x.cols()) return bad("coding.names", "every measurement has a name");
  std::vector<std::size_t> classes;
  classes.reserve(labels.size());
  for (const std::string& label : labels)
    classes.push_back(static_cast<std::size_t>(
        std::lower_bound(model.classes.begin(), model.classes.end(), label) - model.classes.begin()));
  auto fit = stats::fit_discriminant(x, classes, model.classes.size(), priors);
  if (!fit) return tl::unexpected(fit.error());
  auto loo = stats::leave_one_out(x, classes, model.classes.size(), priors, level);
  if (!loo) return tl::unexpected(loo.error());
  model.cases = x.rows();
  model.counts = std::move(fit->counts);
  model.discriminant = std::move(fit->discriminant);
  model.canonical = std::move(fit->canonical);
  model.confusion = std::move(loo->confusion);
  model.accuracy = std::move(loo->accuracy);
  return model;
}

Result<LaboratoryDiscriminant> checked(LaboratoryDiscriminant model, double level) {
  if (auto fine = check_names(model); !fine) return tl::unexpected(fine.error());
  const auto faulty = [] {
    return bad("coding.model",
               "the parts of a discriminant fit together: as many means, priors and counts as classes, "
               "a covariance for the measurements, whole numbers of cases");
  };
  if (!parts_fit(model)) return faulty();
  // Whether the covariance can be inverted shows in using it.
  if (!stats::allocate(model.discriminant, Matrix(1, model.measurements.size()))) return faulty();
  auto accuracy = stats::classification_accuracy(model.confusion, level);
  if (!accuracy) return tl::unexpected(accuracy.error());
  model.accuracy = std::move(*accuracy);
  return model;
}

Result<std::vector<Placed>> place(const LaboratoryDiscriminant& model, const Matrix& x) {
  if (x.cols() != model.measurements.size() || !all_finite(x))
    return bad("coding.measurements", "every case has a number for each measurement of the model");
  const auto allocated = stats::allocate(model.discriminant, x);
  if (!allocated) return tl::unexpected(allocated.error());
  std::vector<Placed> placed;
  placed.reserve(allocated->size());
  for (const stats::Allocation& one : *allocated)
    placed.push_back({model.classes[one.chosen], one.posterior, one.typicality});
  return placed;
}

std::vector<Finding> laboratory_findings(const LaboratoryDiscriminant& model) {
  const auto& accuracy = model.accuracy;
  std::vector<Finding> findings{not_for_custody()};
  findings.push_back(
      {"coding.discriminant",
       fmt::format("Fitted on the training set {}: {} cases; leaving out each in turn, {:.1f} % fall into "
                   "the experts' "
                   "class ({:.1f} to {:.1f}).",
                   model.training_set, model.cases, 100 * accuracy.accuracy, 100 * accuracy.interval.lower,
                   100 * accuracy.interval.upper),
       "linear discriminant, one covariance for all classes; no coefficient was published anywhere",
       "It repeats how these experts coded these cases. It holds for cases like them, coded on the same "
       "scales by "
       "people who agree with them."});
  constexpr std::size_t few_cases = 20;
  std::vector<std::string> few;
  for (std::size_t k = 0; k < model.classes.size(); ++k)
    if (model.counts[k] < few_cases) few.push_back(fmt::format("{} ({})", model.classes[k], model.counts[k]));
  if (!few.empty())
    findings.push_back({"coding.few_of_class",
                        fmt::format("Classes with fewer than {} cases: {}.", few_cases, fmt::join(few, ", ")),
                        "our own rule of thumb [D]",
                        "Their sensitivity is hardly known, and the fit may depend on single cases."});
  constexpr std::size_t cases_a_measurement = 10;
  if (model.cases < cases_a_measurement * model.measurements.size())
    findings.push_back(
        {"coding.many_measurements", "Fewer than ten cases for each measurement.",
         "our own rule of thumb [D]",
         "The fit follows chance in these cases; leaving out one at a time shows only part of it."});
  return findings;
}

}  // namespace securebase::coding
