#include "stats/structural_model.hpp"

namespace securebase::stats {

std::string to_text(const Term& term) {
  switch (term.relation) {
    case Relation::loads:
      return term.left + " =~ " + term.right;
    case Relation::predicts:
      return term.left + " ~ " + term.right;
    case Relation::covaries:
      return term.left + " ~~ " + term.right;
    case Relation::mean:
      break;
  }
  return term.left + " ~1";
}

}  // namespace securebase::stats
