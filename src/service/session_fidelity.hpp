#pragma once
// Checklists of a protocol, for a sample of meetings: two of each stage, drawn by the ids of course and
// stage, so that neither the therapist nor the day chooses them. That a meeting was drawn is told when it is
// over. The lines are our own words, not a published scale; they say what was seen, not how good it was.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/practice.hpp"
#include "service/session_record.hpp"

namespace securebase::service {

inline constexpr int sampled_of_stage = 2;
inline constexpr int usual_stage_sessions = 6;  ///< where a protocol does not say

/// Which of a stage's first `window` meetings are drawn, counted from 1, in ascending order: two, or all
/// where there are no more than two. The same for the same ids, always.
[[nodiscard]] std::vector<int> drawn_meetings(std::string_view course, std::string_view stage, int window);

struct FidelityLine {
  std::string id;
  std::string text;
  bool prohibited = false;  ///< what is not to be seen
  bool due = true;          ///< in this stage

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &FidelityLine::id}, Field{"text", &FidelityLine::text},
               Field{"prohibited", &FidelityLine::prohibited}, Field{"due", &FidelityLine::due});
  }
};

struct FidelityView {
  std::string protocol;
  std::string name;
  std::string version;
  std::string fingerprint;
  std::string stage;
  std::string stage_name;
  std::string basis;  ///< where the lines come from
  std::vector<FidelityLine> lines;
  std::vector<FidelityRating> ratings;  ///< those that hold

  static constexpr auto fields(const auto& use) {
    return use(Field{"protocol", &FidelityView::protocol}, Field{"name", &FidelityView::name},
               Field{"version", &FidelityView::version}, Field{"fingerprint", &FidelityView::fingerprint},
               Field{"stage", &FidelityView::stage}, Field{"stage_name", &FidelityView::stage_name},
               Field{"basis", &FidelityView::basis}, Field{"lines", &FidelityView::lines},
               Field{"ratings", &FidelityView::ratings});
  }
};

struct RateFidelity {
  std::string line;
  int value = 0;  ///< 0 absent, 1 partial, 2 clear

  static constexpr auto fields(const auto& use) {
    return use(Field{"line", &RateFidelity::line}, Field{"value", &RateFidelity::value});
  }
};

/// Rated again, the value before stays as replaced. Errors: "therapy_session.not_found", "fidelity.not_drawn"
/// (conflict: no checklist is asked for of this meeting), "fidelity.line", "fidelity.value" (0, 1 or 2).
[[nodiscard]] Result<FidelityView> rate_fidelity(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<TherapySession>& session,
                                                 const RateFidelity& input);

// For other use cases of this room

/// Nothing where the course followed no protocol that day, the meeting is not over or was not drawn, or the
/// definitions lack the protocol.
[[nodiscard]] Result<std::optional<FidelityView>> fidelity_of(Transaction& transaction,
                                                              const Practice& practice,
                                                              const TherapySession& session);

}  // namespace securebase::service
