#include "stats/convergence.hpp"

namespace securebase::stats {

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::converged:
      return "The fit converged.";
    case Verdict::at_boundary:
      return "The best solution lies on the edge of what is admissible, or beyond it.";
    case Verdict::not_converged:
      return "The fit did not converge: its numbers are not estimates.";
  }
  return "The fit did not converge: its numbers are not estimates.";
}

}  // namespace securebase::stats
