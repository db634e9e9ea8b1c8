#pragma once
// From groups, their models and rows to what is optimised: parameters numbered, cells placed, a start; for
// the sources of this room only.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stats/full_information.hpp"
#include "stats/structural_fit.hpp"

namespace securebase::stats {

/// A term where it stands: its cell, and the group it belongs to.
struct PlacedTerm {
  std::size_t group = 0;
  Term term;
  RamCell cell;
};

struct StructuralProblem {
  FullInformation fit;
  std::vector<PlacedTerm> terms;
  std::vector<std::string> parameters;  // names
  Eigen::VectorXd start;
  std::vector<std::vector<Eigen::Index>> given;  // of each group
  double given_log_likelihood = 0;
  std::size_t moments = 0;  // that can be fitted
};

[[nodiscard]] Result<StructuralProblem> make_structural_problem(std::span<const StructuralGroup> groups);

/// Nothing where names, terms and rows can be worked with.
[[nodiscard]] std::optional<Error> fault_of(const StructuralGroup& group);

/// For a free parameter of this term: where to look first.
[[nodiscard]] double first_guess(const Term& term, const StructuralModel& model,
                                 const std::vector<MomentPattern>& patterns);

}  // namespace securebase::stats
