#pragma once
// What "got worse" means, once for all that follows.
//
// Observed: the last score of therapy is worse than the score at intake by more than the reliable change,
//   1.96 sqrt(2) SEm  (Jacobson & Truax 1991, J. Consult. Clin. Psychol. 59, p. 14; category "deteriorated").
// True, known of invented people only: the state behind the scores at the planned end of therapy is worse
// than the state at intake by the same number of points, whoever left before.
//
// In routine care 5 to 10 % are observed to get worse (../shared clinical.md 6.2 [V:S73]). Neither says that
// therapy was the cause.

#include "stats/change.hpp"

namespace securebase::therapy {

struct WorseRule {
  double reliable_change = 0;  ///< points, above 0
  stats::BetterWhen better = stats::BetterWhen::lower;
};

/// 1.96 sqrt(2) sd sqrt(1 - reliability); ranges as in stats/change.hpp.
[[nodiscard]] WorseRule worse_rule(double sd, double reliability,
                                   stats::BetterWhen better = stats::BetterWhen::lower);

/// Points by which `later` is worse than `earlier`; below 0: better.
[[nodiscard]] double worsening(double earlier, double later, stats::BetterWhen better);

/// Of two scores, or of two states: worse by more than the reliable change.
[[nodiscard]] bool got_worse(double at_intake, double at_end, const WorseRule& rule);

}  // namespace securebase::therapy
