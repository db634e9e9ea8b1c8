#include "stats/state_space_designs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/state_design_model.hpp"

namespace securebase::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double almost_one = 1 - 1e-9;

constexpr DesignParameter variance(std::string_view name) {
  return {name, ParameterKind::variance, 0, infinity};
}
constexpr DesignParameter mean(std::string_view name) {
  return {name, ParameterKind::mean, -infinity, infinity};
}

tl::unexpected<Error> refuse(const char* code, std::string detail) {
  return fail(ErrorKind::bad_data, code, std::move(detail));
}

bool ascend(std::span<const double> times) {
  for (std::size_t i = 0; i < times.size(); ++i)
    if (!std::isfinite(times[i]) || (i > 0 && !(times[i] > times[i - 1]))) return false;
  return true;
}

bool fits(const KnownStart& start, DesignStates states) {
  const auto known = [](double v) { return std::isfinite(v); };
  const auto is_variance = [](double v) { return std::isfinite(v) && v >= 0; };
  return states.diffuse == states.all && start.mean.size() == plain_index(states.all) &&
         start.variance.size() == start.mean.size() &&
         std::all_of(start.mean.begin(), start.mean.end(), known) &&
         std::all_of(start.variance.begin(), start.variance.end(), is_variance);
}

const NamedValue* find_value(std::span<const NamedValue> values, std::string_view name) {
  const auto found =
      std::find_if(values.begin(), values.end(), [&](const NamedValue& v) { return v.name == name; });
  return found == values.end() ? nullptr : &*found;
}

Result<std::vector<double>> in_order(const StateDesign& design, std::span<const NamedValue> values,
                                     bool whole) {
  std::vector<double> ordered;
  const auto parameters = design_parameters(design, whole);
  for (const DesignParameter& parameter : parameters) {
    const NamedValue* value = find_value(values, parameter.name);
    if (value == nullptr || !std::isfinite(value->value) || value->value < parameter.lower ||
        value->value > parameter.upper)
      return refuse("state_space.parameters",
                    std::string(parameter.name) + ": a value within its range is needed");
    ordered.push_back(value->value);
  }
  if (values.size() != parameters.size())
    return refuse("state_space.parameters", "a parameter the design does not have, or one twice");
  return ordered;
}

StateStart start_of(const kalman::Belief<double>& belief) {
  StateStart start{to_vector(belief.a), to_matrix(belief.P), {}};
  for (Eigen::Index i = 0; i < belief.a.size(); ++i) start.diffuse.push_back(belief.Pinf(i, i) > 0);
  return start;
}

StateSpaceModel public_model(const kalman::Model<double>& model) {
  StateSpaceModel result{
      to_matrix(model.Z), to_vector(model.d), to_matrix(model.H), start_of(model.start), {}};
  for (const std::size_t step : model.step_of) {
    const auto& from = model.steps[step];
    result.steps.push_back({to_matrix(from.T), to_vector(from.c), to_matrix(from.Q)});
  }
  return result;
}

}  // namespace

std::vector<DesignParameter> design_parameters(const StateDesign& design, bool whole) {
  const DesignParameter noise = variance("noise_variance");
  const DesignParameter level = variance("level_variance");
  const DesignParameter stability{"stability", ParameterKind::correlation, 1e-9, almost_one};
  switch (design.kind) {
    case StateDesignKind::local_level:
      return {level, noise};
    case StateDesignKind::local_linear_trend:
    case StateDesignKind::continuous_trend:
      return {level, variance("slope_variance"), noise};
    case StateDesignKind::autoregression:
      return {mean("mean"),
              {"phi", ParameterKind::correlation, whole ? -almost_one : 1e-9, almost_one},
              variance("innovation_variance"),
              noise};
    case StateDesignKind::prototype:
      break;
  }
  std::vector<DesignParameter> parameters{stability, variance("deviation_variance")};
  if (design.level != PrototypeLevel::own) parameters.push_back(mean("level_mean"));
  if (design.level == PrototypeLevel::varying) parameters.push_back(variance("level_between_variance"));
  parameters.push_back(noise);
  return parameters;
}

bool gaps_are_whole(std::span<const double> times) {
  for (std::size_t t = 1; t < times.size(); ++t)
    if (times[t] - times[t - 1] != std::round(times[t] - times[t - 1])) return false;
  return true;
}

std::optional<Error> fault_of(const StateDesign& design, std::span<const double> times) {
  if (!ascend(times)) return refuse("state_space.times", "times must be finite and ascend").value();
  if (design.kind == StateDesignKind::local_linear_trend && !gaps_are_whole(times))
    return refuse("state_space.whole_steps", "gaps must be whole numbers; continuous_trend takes others")
        .value();
  if (design.start && !fits(*design.start, states_of(design)))
    return refuse("state_space.start", "a known start has a mean and a variance for every diffuse state")
        .value();
  return std::nullopt;
}

DesignStates states_of(const StateDesign& design) {
  switch (design.kind) {
    case StateDesignKind::local_level:
      return {1, 1};
    case StateDesignKind::local_linear_trend:
    case StateDesignKind::continuous_trend:
      return {2, 2};
    case StateDesignKind::autoregression:
      return {1, 0};
    case StateDesignKind::prototype:
      break;
  }
  if (design.level == PrototypeLevel::shared) return {1, 0};
  return {2, design.level == PrototypeLevel::own ? 1 : 0};
}

std::vector<std::string> parameter_names(const StateDesign& design) {
  std::vector<std::string> names;
  for (const DesignParameter& parameter : design_parameters(design, true)) names.emplace_back(parameter.name);
  return names;
}

Result<StateSpaceModel> make_state_space(const StateDesign& design, std::span<const NamedValue> parameters,
                                         std::span<const double> times) {
  if (auto fault = fault_of(design, times)) return tl::unexpected<Error>(*fault);
  const auto ordered = in_order(design, parameters, gaps_are_whole(times));
  if (!ordered) return tl::unexpected<Error>(ordered.error());
  return public_model(design_model<double>(design, *ordered, times));
}

Result<StateSpaceRun> run_state_design(const StateDesign& design, std::span<const NamedValue> parameters,
                                       const TimeSeries& series, std::span<const double> ahead) {
  if (series.times.size() != series.values.size())
    return refuse("state_space.shape", "every time needs a value, which may be missing");
  std::vector<double> times = series.times;
  times.insert(times.end(), ahead.begin(), ahead.end());
  const auto model = make_state_space(design, parameters, times);
  if (!model) return tl::unexpected<Error>(model.error());
  std::vector<Occasion> occasions;
  for (const auto& value : series.values) occasions.push_back({value});
  occasions.resize(times.size(), Occasion(1));
  return run_state_space(*model, occasions);
}

}  // namespace securebase::stats
