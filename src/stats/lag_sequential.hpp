#pragma once
// Lag sequential analysis: what follows what, more or less often than chance would have it. Codes are 0 ..
// c-1 in streams (a couple, a session); a pair never crosses from one stream to another, and all are pooled.
// "Nothing" means undefined. Tables are c x c, the given code in rows and the target `lag` places later in
// columns; margins are those of the pairs, not of all events. Sources: Bakeman & Gottman 1997, Observing
// Interaction, 2nd ed., ch. 7; Bakeman & Quera 2011, Sequential Analysis and Observational Methods, ch. 9-11;
// Haberman 1973, Biometrics 29, 205 (adjusted residuals).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

using CodeStream = std::vector<std::uint16_t>;
/// In a stream: nothing was coded at this place. Pairs with it are left out.
inline constexpr std::uint16_t no_code = 0xFFFF;

/// Cells that may be undefined, row by row.
using OptionalTable = std::vector<std::vector<std::optional<double>>>;

/// What can stand next to what.
enum class Repeats {
  allowed,
  impossible  ///< a code cannot follow itself: the diagonal at lag 1 is empty by construction
};

struct Likelihood2 {
  double statistic = 0;  ///< G^2
  double df = 0;
  std::optional<double> p;  ///< nothing without degrees of freedom
};

/// A given code and its target against all others:  a b / c d.
struct TargetTable {
  double a = 0;                      ///< given, then target
  double b = 0;                      ///< given, then another
  double c = 0;                      ///< another, then target
  double d = 0;                      ///< neither
  std::optional<double> odds_ratio;  ///< ad / bc; nothing where bc is 0
  std::optional<double> log_or;      ///< nothing where a cell is empty
  std::optional<double> se_log_or;   ///< of independent pairs
  std::optional<double> yules_q;     ///< (ad - bc) / (ad + bc)
  std::optional<double> phi;         ///< (ad - bc) / sqrt of the four margins
  std::optional<double>
      kappa_transform;  ///< (p(target | given) - p(target)) / (1 - p(target)) (Wampold 1989)
};

struct LagTable {
  std::size_t lag = 1;
  double n = 0;  ///< pairs
  Matrix counts;
  Matrix expected;  ///< of independence; where repeats are impossible, of quasi-independence off the diagonal
  OptionalTable transition;  ///< share of each given code
  OptionalTable pearson;     ///< (n - e) / sqrt e; nothing where e is 0
  OptionalTable adjusted;    ///< the same over its error: about standard normal by chance, for e of 5 or more
  double chisq = 0;
  double df = 0;  ///< of codes that occur
  std::optional<double> p;
  double g2 = 0;
  std::optional<double> g2_p;
  std::vector<std::vector<TargetTable>> targets;  ///< for each cell; empty where repeats are impossible
};

/// Streams hold codes below `codes` (2 to 200) or no_code; lag 1 or more. With repeats impossible and lag 1
/// expected counts are fitted by proportions (Bishop, Fienberg & Holland 1975, section 5.2) and residuals
/// standardised by the leverage of the Poisson model without the diagonal. Errors (bad_data):
/// "sequence.code", "sequence.codes", "sequence.lag", "sequence.no_pairs" (no stream is longer than the lag),
/// "sequence.repeats" (a code follows itself although it cannot), "sequence.not_fitted" (quasi-independence
/// has no fit: too few kinds of pairs).
[[nodiscard]] Result<LagTable> lag_table(std::span<const CodeStream> streams, std::size_t codes,
                                         std::size_t lag, Repeats repeats = Repeats::allowed);

/// From one member's code to the other's `lag` places later (0: at the same place). Streams in pairs of the
/// same length, else "sequence.pairs".
[[nodiscard]] Result<LagTable> cross_lag_table(std::span<const CodeStream> given,
                                               std::span<const CodeStream> target, std::size_t codes,
                                               std::size_t lag);

/// Whether streams share their lag-1 transitions: G^2 of each stream's own shares against the pooled ones;
/// df: for each given code (streams with it - 1)(targets it ever has - 1) (Anderson & Goodman 1957, Ann.
/// Math. Stat. 28, 89).
[[nodiscard]] Result<Likelihood2> transition_homogeneity(std::span<const CodeStream> streams,
                                                         std::size_t codes);

/// Whether the code before the last says more than the last one does: G^2 of second order against first on
/// triples; df: for each middle code (kinds before it - 1)(kinds after it - 1), c (c - 1)^2 where all occur.
/// The codes that cannot repeat are counted as they come: with them it is no test. "sequence.no_pairs"
/// without a triple.
[[nodiscard]] Result<Likelihood2> second_order(std::span<const CodeStream> streams, std::size_t codes);

}  // namespace securebase::stats
