#pragma once
// Techniques that may come next, each with its reasons: the stage of the protocol, what has been little of so
// far, what measures and goals point to, what was followed by improvement in this person; and what holds it
// back. Reasons are shown, never a number for a technique: nobody knows how to weigh them. Pure.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/instant.hpp"
#include "catalog/protocol.hpp"

namespace securebase::therapy {

/// A technique as it was logged with a session.
struct TechniqueLogged {
  std::string technique;
  std::optional<int> minutes;  ///< nothing: woven in
};
struct LoggedSession {
  Instant at;
  std::vector<TechniqueLogged> techniques;
};

/// A score of one measure of one person, in the order of time.
struct DatedScore {
  Instant at;
  double value = 0;
};

// What there has been little of

inline constexpr int fewest_logged_minutes = 60;  ///< before shares are compared
inline constexpr double clear_gap = 0.10;         ///< below the protocol's share

/// Minutes a technique that was woven in counts for.
inline constexpr int woven_minutes = 5;

/// A family that calls for more, and why.
struct FamilyNeed {
  catalog::TechniqueFamily family = catalog::TechniqueFamily::trust;
  Finding finding;
};

/// Families whose share of the minutes so far lies clearly below what the protocol usually spends. A
/// technique of two families counts half for each. Empty before there is an hour to compare.
[[nodiscard]] std::vector<FamilyNeed> gaps(std::span<const LoggedSession> sessions,
                                           const catalog::Protocol& protocol,
                                           std::span<const catalog::Technique> techniques);

// What was followed by improvement

inline constexpr int fewest_sessions_with = 3;  ///< and as many without
inline constexpr std::int64_t longest_until_next = 21 * day_ms;

/// From the last score up to a session to the first one after it, at most three weeks later. Above 0: better.
struct FollowedBy {
  std::string technique;
  int sessions = 0;  ///< with it, that have a score before and after
  int better = 0;    ///< of those
  double mean_change = 0;
  int others = 0;  ///< sessions without it
  int others_better = 0;
  double others_mean_change = 0;
};

/// Techniques after which scores were more often better than not, and better on average than after the other
/// sessions. Scores in the order of time; of equal times the first counts as before.
[[nodiscard]] std::vector<FollowedBy> followed_by_improvement(std::span<const LoggedSession> sessions,
                                                              std::span<const DatedScore> scores,
                                                              bool higher_is_worse);

/// What it says, and that it cannot show cause.
[[nodiscard]] Finding finding_of(const FollowedBy& followed, std::string_view measure);

// Suggestions

enum class SuggestionReason { stage, need, followed };

struct SuggestedBecause {
  SuggestionReason reason = SuggestionReason::stage;
  Finding finding;
};

struct HeldNow {
  std::string hold;
  std::string label;
  std::string instead;
};

struct Suggestion {
  std::string technique;
  std::vector<SuggestedBecause> because;
  std::vector<HeldNow> held;  ///< holds in force that name it: it waits
  std::vector<HeldNow> ask;   ///< conditions of the moment, to be looked at in the room
};

struct FollowedFinding {
  std::string technique;
  Finding finding;
};

struct SuggestionInput {
  std::span<const catalog::Technique> techniques;
  std::span<const catalog::Hold> holds;
  std::vector<std::string> in_force;              ///< ids of holds
  const catalog::ProtocolStage* stage = nullptr;  ///< where the course stands; nothing without a protocol
  std::vector<FamilyNeed> needs;
  std::vector<FollowedFinding> followed;
};

/// Every technique with a reason: those not held back first, then by how many kinds of reason, then in the
/// order of the definitions.
[[nodiscard]] std::vector<Suggestion> suggest(const SuggestionInput& input);

/// What holds a technique back now; conditions of the moment in `ask`.
[[nodiscard]] Suggestion held_back(const catalog::Technique& technique, std::span<const catalog::Hold> holds,
                                   std::span<const std::string> in_force);

}  // namespace securebase::therapy
