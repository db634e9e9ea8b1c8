#include "therapy/alliance_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "therapy/alliance_courses.hpp"

namespace securebase::therapy {
namespace {

constexpr std::array other_rules{OtherRule::drop_one_sd,   OtherRule::drop_two_sd,
                                 OtherRule::drop_reliable, OtherRule::own_line_pooled,
                                 OtherRule::own_line_own,  OtherRule::individuals_chart,
                                 OtherRule::running_mean};

struct NamedScenario {
  const char* name;
  AllianceScenario scenario;
};

// Ratings of 1 to 7 about 5.3, as in clinical.md 5.2.
std::vector<NamedScenario> scenarios() {
  const AllianceScenario usual{.mean = 5.3, .lowest = 1, .highest = 7};
  std::vector<NamedScenario> all(6, {"", usual});
  all[0].name = "null";
  all[1].name = "rise";
  all[1].scenario.rise = 0.04;
  all[2].name = "fall";
  all[2].scenario.rise = -0.04;
  all[3].name = "autocorrelated";
  all[3].scenario.autocorrelation = 0.3;
  all[4].name = "dip2";
  all[4].scenario.dip_sds = 2;
  all[5].name = "dip4";
  all[5].scenario.dip_sds = 4;
  return all;
}

std::vector<AllianceRating> rated(const std::vector<double>& values) {
  std::vector<AllianceRating> ratings;
  for (std::size_t i = 0; i < values.size(); ++i) ratings.push_back({static_cast<int>(i + 1), values[i], {}});
  return ratings;
}

WithinError known_error(double sd) {
  WithinError error;
  error.sd = sd;
  error.source = "simulated";
  error.stated = true;
  return error;
}

Result<void> study_scenario(const AllianceStudyPlan& plan, const NamedScenario& named,
                            std::vector<NamedValue>& values) {
  const auto n = static_cast<double>(plan.courses);
  double soft = 0, dip = 0, found = 0;
  std::array<double, other_rules.size()> others{};
  for (std::size_t i = 0; i < plan.courses; ++i) {
    const SimulatedRatings course = simulate_ratings(named.scenario, i, plan.key);
    const auto ratings = rated(course.ratings);
    const auto read = read_alliance({ratings, known_error(named.scenario.within_sd), {}, {}, {}});
    if (!read) return tl::unexpected(read.error());
    const auto flagged = [&](DipFlag least) {
      return std::any_of(read->ratings.begin(), read->ratings.end(),
                         [&](const auto& r) { return r.flag >= least; });
    };
    soft += flagged(DipFlag::soft) ? 1 / n : 0;
    dip += flagged(DipFlag::dip) ? 1 / n : 0;
    if (course.dip_at > 0 && read->ratings[static_cast<std::size_t>(course.dip_at - 1)].flag == DipFlag::dip)
      found += 1 / n;
    for (std::size_t r = 0; r < other_rules.size(); ++r)
      others[r] += flags(other_rules[r], course.ratings, {}) ? 1 / n : 0;
  }
  const std::string at = fmt::format("alliance.{}.", named.name);
  values.push_back({at + "dip", dip});
  values.push_back({at + "soft", soft});
  if (named.scenario.dip_sds > 0) values.push_back({at + "found", found});
  for (std::size_t r = 0; r < other_rules.size(); ++r)
    values.push_back({at + std::string(to_text(other_rules[r])), others[r]});
  return {};
}

/// Flags of a simulated practice, each asked about.
struct Asked {
  double flags = 0, right = 0, yes = 0, yes_right = 0;
};

Result<void> study_practice(const AllianceStudyPlan& plan, std::vector<NamedValue>& values) {
  const PracticeParameters p = parameters_of(World::practice);
  const double within = std::hypot(p.alliance_state_sd, p.alliance_error_sd);
  const stats::RandomKey answers = plan.key.part(2);
  double ruptures = 0, met = 0, dip_met = 0, courses = 0;
  Asked soft, dip;
  for (std::size_t i = 0; i < plan.courses; ++i) {
    const SimulatedCourse course = simulate_course(p, i, plan.key.part(1));
    std::vector<AllianceRating> ratings;
    for (const SimulatedSession& s : course.sessions)
      if (s.attended) ratings.push_back({s.number, s.alliance, {}});
    const auto read = read_alliance({ratings, known_error(within), {}, {}, {}});
    if (!read) return tl::unexpected(read.error());
    courses += 1;
    for (const Dip& d : read->dips) {
      const bool open = course.sessions[static_cast<std::size_t>(d.session - 1)].rupture_open;
      Asked& asked = d.flag == DipFlag::dip ? dip : soft;
      const double chance = open ? plan.yes_after_rupture : plan.yes_without;
      const bool yes = stats::random_uniform(answers.part(i), static_cast<std::uint64_t>(d.session)) < chance;
      asked.flags += 1;
      asked.right += open ? 1 : 0;
      asked.yes += yes ? 1 : 0;
      asked.yes_right += yes && open ? 1 : 0;
    }
    for (const SimulatedSession& s : course.sessions) {
      if (!s.attended || !s.rupture_begins) continue;
      ruptures += 1;
      const auto within_it = [&](const Dip& d) { return d.session >= s.number && d.session <= s.number + 2; };
      met += std::any_of(read->dips.begin(), read->dips.end(), within_it) ? 1 : 0;
      dip_met += std::any_of(read->dips.begin(), read->dips.end(),
                             [&](const Dip& d) { return within_it(d) && d.flag == DipFlag::dip; })
                     ? 1
                     : 0;
    }
  }
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
  values.push_back({"alliance.practice.ruptures_a_course", ruptures / courses});
  values.push_back({"alliance.practice.met_by_any_flag", share(met, ruptures)});
  values.push_back({"alliance.practice.met_by_dip", share(dip_met, ruptures)});
  values.push_back({"alliance.practice.dips_a_course", dip.flags / courses});
  values.push_back({"alliance.practice.softs_a_course", soft.flags / courses});
  values.push_back({"alliance.practice.dip_predictive_value", share(dip.right, dip.flags)});
  values.push_back({"alliance.practice.soft_predictive_value", share(soft.right, soft.flags)});
  values.push_back({"alliance.practice.confirmed_predictive_value",
                    share(dip.yes_right + soft.yes_right, dip.yes + soft.yes)});
  values.push_back({"alliance.practice.confirmed_a_course", (dip.yes + soft.yes) / courses});
  values.push_back({"alliance.practice.confirmed_wrongly_a_course",
                    (dip.yes + soft.yes - dip.yes_right - soft.yes_right) / courses});
  return {};
}

}  // namespace

Result<std::vector<NamedValue>> study_alliance(const AllianceStudyPlan& plan) {
  std::vector<NamedValue> values{{"alliance.courses", static_cast<double>(plan.courses)},
                                 {"alliance.yes_after_rupture", plan.yes_after_rupture},
                                 {"alliance.yes_without", plan.yes_without}};
  for (const NamedScenario& named : scenarios())
    if (const auto done = study_scenario(plan, named, values); !done) return tl::unexpected(done.error());
  if (const auto done = study_practice(plan, values); !done) return tl::unexpected(done.error());
  return values;
}

}  // namespace securebase::therapy
