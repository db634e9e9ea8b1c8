#include "stats/state_space_problem.hpp"

#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

std::optional<Error> fault_of_series(const StateDesign& design, std::span<const TimeSeries> persons) {
  for (const TimeSeries& person : persons) {
    if (person.times.size() != person.values.size())
      return refuse("state_space.shape", "every time needs a value, which may be missing").value();
    for (const auto& value : person.values)
      if (value && !std::isfinite(*value))
        return refuse("state_space.not_finite", "values must be finite").value();
    if (auto fault = fault_of(design, person.times)) return fault;
  }
  const bool varying = design.kind == StateDesignKind::prototype && design.level == PrototypeLevel::varying;
  if (varying && persons.size() < 2)
    return refuse("state_space.one_person", "how the level varies over persons needs several persons")
        .value();
  return std::nullopt;
}

// Persons without any value say nothing; occasions after the last value and before the first neither.
std::vector<SeriesOfPerson> with_values(std::span<const TimeSeries> persons) {
  std::vector<SeriesOfPerson> result;
  for (const TimeSeries& series : persons) {
    SeriesOfPerson person;
    std::size_t last = 0;
    for (std::size_t t = 0; t < series.values.size(); ++t) {
      if (!series.values[t] && person.times.empty()) continue;
      person.times.push_back(series.times[t]);
      person.occasions.push_back({series.values[t]});
      if (series.values[t]) last = person.times.size();
    }
    person.times.resize(last);
    person.occasions.resize(last);
    if (last > 0) result.push_back(std::move(person));
  }
  return result;
}

std::optional<Error> hold_fixed(StateSpaceProblem& problem) {
  problem.fixed_at.assign(problem.parameters.size(), 0);
  std::size_t known = 0;
  for (std::size_t i = 0; i < problem.parameters.size(); ++i) {
    const DesignParameter& parameter = problem.parameters[i];
    const auto at = std::find_if(problem.design.fixed.begin(), problem.design.fixed.end(),
                                 [&](const NamedValue& v) { return v.name == parameter.name; });
    if (at == problem.design.fixed.end()) {
      problem.free.push_back(i);
      continue;
    }
    ++known;
    if (!(at->value >= parameter.lower && at->value <= parameter.upper) || !std::isfinite(at->value))
      return refuse("state_space.parameters", "a fixed parameter lies outside its range").value();
    problem.fixed_at[i] = at->value;
  }
  if (known != problem.design.fixed.size())
    return refuse("state_space.parameters", "a fixed parameter the design does not have, or one twice")
        .value();
  return std::nullopt;
}

}  // namespace

std::size_t diffuse_values(const StateSpaceProblem& problem) {
  if (problem.design.start) return 0;
  return problem.persons.size() * plain_index(states_of(problem.design).diffuse);
}

Result<StateSpaceProblem> make_state_space_problem(const StateDesign& design,
                                                   std::span<const TimeSeries> persons) {
  if (auto fault = fault_of_series(design, persons)) return tl::unexpected<Error>(*fault);
  StateSpaceProblem problem{design, with_values(persons), {}, {}, {}, {}, 0};
  if (problem.persons.empty()) return refuse("state_space.no_values", "there is no value at all");
  const bool whole = std::all_of(problem.persons.begin(), problem.persons.end(),
                                 [](const SeriesOfPerson& p) { return gaps_are_whole(p.times); });
  problem.parameters = design_parameters(design, whole);
  if (auto fault = hold_fixed(problem)) return tl::unexpected<Error>(*fault);
  for (const SeriesOfPerson& person : problem.persons)
    problem.values += plain_index(std::count_if(person.occasions.begin(), person.occasions.end(),
                                                [](const Occasion& o) { return o[0].has_value(); }));
  if (problem.values <= problem.free.size() + diffuse_values(problem))
    return refuse("state_space.too_few_values", "more values than parameters and unknown starts are needed");
  return problem;
}

SeriesShape shape_of(const StateSpaceProblem& problem) {
  SeriesShapeSums sums;
  for (const SeriesOfPerson& person : problem.persons) {
    sums.next_person();
    for (std::size_t t = 0; t < person.times.size(); ++t)
      if (person.occasions[t][0]) sums.add(person.times[t], *person.occasions[t][0]);
  }
  return sums.shape();
}

}  // namespace securebase::stats
