#pragma once
// How an iterative fit ended. A fit that did not converge is a value with this verdict, not an exception and
// not silence.

#include <string_view>

namespace securebase::stats {

enum class Verdict {
  converged,     ///< the gradient vanished
  at_boundary,   ///< the best admissible solution lies on the edge of what is admissible
  not_converged  ///< the numbers are where the iterations stopped; do not use them as estimates
};

/// One sentence in plain words.
[[nodiscard]] std::string_view to_text(Verdict verdict);

struct Convergence {
  Verdict verdict = Verdict::not_converged;
  int iterations = 0;
  /// Largest component over the parameters not held at a bound; each fit states its scale.
  double gradient = 0;
};

}  // namespace securebase::stats
