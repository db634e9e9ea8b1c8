#include "coding/not_for_custody.hpp"

#include <string>

namespace securebase::coding {

Finding not_for_custody() {
  return {"coding.not_for_custody", std::string(not_for_custody_text),
          "classes and scales were made to describe groups in research; more than forty researchers have "
          "warned against "
          "their use in court (Granqvist et al. 2017; read as an abstract, its wording from memory)",
          "What a child or adult needs is decided by people who know them, not from a class."};
}

}  // namespace securebase::coding
