#include "therapy/plan_suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace securebase::therapy {
namespace {

constexpr std::size_t families = catalog::technique_families.size();

const catalog::Technique* technique_of(std::span<const catalog::Technique> techniques, std::string_view id) {
  for (const catalog::Technique& technique : techniques)
    if (technique.id == id) return &technique;
  return nullptr;
}

std::string_view family_name(catalog::TechniqueFamily family) {
  static constexpr std::array<std::string_view, families> names = {
      "early wounds", "emotion regulation", "trust", "interpersonal repair", "reflective functioning"};
  return names[static_cast<std::size_t>(family)];
}

/// Minutes for each family.
std::array<double, families> minutes_of(std::span<const LoggedSession> sessions,
                                        std::span<const catalog::Technique> techniques) {
  std::array<double, families> minutes{};
  for (const LoggedSession& session : sessions)
    for (const TechniqueLogged& logged : session.techniques) {
      const catalog::Technique* technique = technique_of(techniques, logged.technique);
      if (technique == nullptr || technique->families.empty()) continue;
      const double each = static_cast<double>(logged.minutes.value_or(woven_minutes)) /
                          static_cast<double>(technique->families.size());
      for (const catalog::TechniqueFamily family : technique->families)
        minutes[static_cast<std::size_t>(family)] += each;
    }
  return minutes;
}

/// How a score went over a session; nothing where there is none before or none soon after.
std::optional<double> change_over(Instant session, std::span<const DatedScore> scores, bool higher_is_worse) {
  const DatedScore* before = nullptr;
  for (const DatedScore& score : scores) {
    if (score.at <= session) {
      before = &score;
      continue;
    }
    if (before == nullptr || score.at.ms - session.ms > longest_until_next) return std::nullopt;
    const double change = score.value - before->value;
    return higher_is_worse ? -change : change;
  }
  return std::nullopt;
}

struct Tally {
  int sessions = 0;
  int better = 0;
  double sum = 0;

  void add(double change) {
    ++sessions;
    if (change > 0) ++better;
    sum += change;
  }
  [[nodiscard]] double mean() const { return sessions == 0 ? 0 : sum / sessions; }
};

bool uses(const LoggedSession& session, const std::string& technique) {
  return std::any_of(session.techniques.begin(), session.techniques.end(),
                     [&](const TechniqueLogged& logged) { return logged.technique == technique; });
}

void because(Suggestion& suggestion, SuggestionReason reason, Finding finding) {
  suggestion.because.push_back({reason, std::move(finding)});
}

Finding stage_finding(const catalog::ProtocolStage& stage) {
  return {"plan.stage", fmt::format("Belongs to the stage \"{}\" of this protocol.", stage.label),
          "The protocol's list, put together by us.", "Not that it is needed now."};
}

std::size_t kinds(const Suggestion& suggestion) {
  std::set<SuggestionReason> different;
  for (const SuggestedBecause& one : suggestion.because) different.insert(one.reason);
  return different.size();
}

}  // namespace

std::vector<FamilyNeed> gaps(std::span<const LoggedSession> sessions, const catalog::Protocol& protocol,
                             std::span<const catalog::Technique> techniques) {
  const auto minutes = minutes_of(sessions, techniques);
  double total = 0;
  for (const double of_family : minutes) total += of_family;
  std::vector<FamilyNeed> needs;
  if (total < fewest_logged_minutes) return needs;
  for (const catalog::TechniqueFamily family : catalog::technique_families) {
    const auto at = static_cast<std::size_t>(family);
    const double share = minutes[at] / total;
    if (protocol.shares[at] - share < clear_gap) continue;
    needs.push_back(
        {family,
         {"plan.gap",
          fmt::format(
              "{:.0f} % of the minutes so far went to {}; this protocol usually spends about {:.0f} %.",
              100 * share, family_name(family), 100 * protocol.shares[at]),
          fmt::format("{:.0f} logged minutes; the protocol's shares are a proposal of ours.", total),
          "Not that less was wrong for this person."}});
  }
  return needs;
}

std::vector<FollowedBy> followed_by_improvement(std::span<const LoggedSession> sessions,
                                                std::span<const DatedScore> scores, bool higher_is_worse) {
  std::set<std::string> techniques;
  std::vector<std::pair<const LoggedSession*, double>> changes;
  for (const LoggedSession& session : sessions) {
    const auto change = change_over(session.at, scores, higher_is_worse);
    if (!change) continue;
    changes.emplace_back(&session, *change);
    for (const TechniqueLogged& logged : session.techniques) techniques.insert(logged.technique);
  }
  std::vector<FollowedBy> found;
  for (const std::string& technique : techniques) {
    Tally with;
    Tally without;
    for (const auto& [session, change] : changes) (uses(*session, technique) ? with : without).add(change);
    if (with.sessions < fewest_sessions_with || without.sessions < fewest_sessions_with) continue;
    if (2 * with.better <= with.sessions || with.mean() <= without.mean()) continue;
    found.push_back({technique, with.sessions, with.better, with.mean(), without.sessions, without.better,
                     without.mean()});
  }
  return found;
}

Finding finding_of(const FollowedBy& followed, std::string_view measure) {
  return {
      "plan.followed",
      fmt::format(
          "After {} of {} sessions with it the next {} was better, by {:.1f} points on average; after {} of "
          "{} other sessions, by {:.1f}.",
          followed.better, followed.sessions, measure, followed.mean_change, followed.others_better,
          followed.others, followed.others_mean_change),
      "Scores of this person before and after sessions, at most three weeks apart.",
      "Cannot show that it was the cause: other things went on in the same sessions and weeks, and among "
      "many "
      "techniques some look good by chance."};
}

Suggestion held_back(const catalog::Technique& technique, std::span<const catalog::Hold> holds,
                     std::span<const std::string> in_force) {
  Suggestion result;
  result.technique = technique.id;
  for (const catalog::HeldBack& held : technique.held_back) {
    const auto hold = std::find_if(holds.begin(), holds.end(),
                                   [&](const catalog::Hold& one) { return one.id == held.hold; });
    if (hold == holds.end()) continue;
    const HeldNow now{hold->id, hold->label, held.instead.empty() ? hold->instead : held.instead};
    if (hold->scope == catalog::HoldScope::moment)
      result.ask.push_back(now);
    else if (std::find(in_force.begin(), in_force.end(), hold->id) != in_force.end())
      result.held.push_back(now);
  }
  return result;
}

std::vector<Suggestion> suggest(const SuggestionInput& input) {
  std::vector<Suggestion> suggestions;
  for (const catalog::Technique& technique : input.techniques) {
    Suggestion one = held_back(technique, input.holds, input.in_force);
    if (input.stage != nullptr && std::find(input.stage->techniques.begin(), input.stage->techniques.end(),
                                            technique.id) != input.stage->techniques.end())
      because(one, SuggestionReason::stage, stage_finding(*input.stage));
    // Only the family it is listed under: what belongs to two would always come first.
    for (const FamilyNeed& need : input.needs)
      if (!technique.families.empty() && need.family == technique.families.front())
        because(one, SuggestionReason::need, need.finding);
    for (const FollowedFinding& followed : input.followed)
      if (followed.technique == technique.id) because(one, SuggestionReason::followed, followed.finding);
    if (!one.because.empty()) suggestions.push_back(std::move(one));
  }
  std::stable_sort(suggestions.begin(), suggestions.end(), [](const Suggestion& a, const Suggestion& b) {
    if (a.held.empty() != b.held.empty()) return a.held.empty();
    return kinds(a) > kinds(b);
  });
  return suggestions;
}

}  // namespace securebase::therapy
