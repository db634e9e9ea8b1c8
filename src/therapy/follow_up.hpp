#pragma once
// After the end: when a follow-up is due, and what scores say then about what was reached. Classes of change
// are those of Jacobson & Truax (1991) between readings: none says that therapy caused or failed to cause it.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "stats/change.hpp"
#include "therapy/ending.hpp"

namespace securebase::therapy {

inline constexpr std::array follow_up_months = {3, 6, 12, 24};
inline constexpr int follow_up_window_days = 28;  ///< before the day, and after it

struct FollowUpWindow {
  int months = 3;
  Date day;  ///< so many months after the end; the last day of a shorter month
  Date opens;
  Date closes;  ///< the last day on which it counts

  bool operator==(const FollowUpWindow&) const = default;
};

/// The same day of the month so many months later, or the last one of a shorter month. `months` from 0 on.
[[nodiscard]] Date months_after(Date date, int months);
/// Day by day; days may be below 0.
[[nodiscard]] Date days_after(Date date, int days);

[[nodiscard]] std::array<FollowUpWindow, follow_up_months.size()> follow_up_windows(Date ended_on);
/// The window that a day lies in; nothing between windows.
[[nodiscard]] std::optional<FollowUpWindow> window_of(Date ended_on, Date day);

/// Scores of one person on one scale.
struct Readings {
  std::optional<double> intake;
  std::optional<double> end;
  std::vector<double> after;              ///< of follow-ups, oldest first
  std::optional<double> reliable_change;  ///< points beyond which a difference exceeds error
  std::optional<double> cutoff;           ///< the clinical boundary; nothing: none is known
  stats::BetterWhen better = stats::BetterWhen::lower;
};

enum class AfterKind {
  maintained,    ///< better beyond error at the end, and the last follow-up is not worse beyond error
  relapse,       ///< worse than at the end beyond error and past the cut-off, on 2 of the last 3 readings
  late_response  ///< not better beyond error at the end, better than at the beginning at the last follow-up
};

struct AfterAnswer {
  AfterKind kind = AfterKind::maintained;
  Answer answer = Answer::unknown;
  std::string basis;
};

/// All three, in their order. Relapse needs two readings: one is told as one, and asks to be repeated.
[[nodiscard]] std::vector<AfterAnswer> after_answers(const Readings& readings);

}  // namespace securebase::therapy
