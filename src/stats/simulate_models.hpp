#pragma once
// Data that follow a model exactly: state space, structural, and scores before and after. What is drawn
// follows from the parameters and the key alone: person r of a sample is the same however many there are. A
// parameter outside its range is a bug of the caller: std::invalid_argument.

#include <cstddef>
#include <vector>

#include "stats/effect_size.hpp"
#include "stats/random_stream.hpp"
#include "stats/state_space.hpp"
#include "stats/structural_fit.hpp"

namespace securebase::stats {

struct SimulatedStates {
  std::vector<std::vector<double>> states;  ///< n x m
  std::vector<Occasion> occasions;          ///< n x k, nothing missing
};

/// n occasions; the model has n - 1 steps, or one for all. A diffuse state begins at its mean.
[[nodiscard]] SimulatedStates simulate_state_space(const StateSpaceModel& model, std::size_t n,
                                                   const RandomKey& key);

/// n rows. Each term has the value it is fixed at, otherwise its start; one without either is a bug. Given
/// variables are independent and standard normal.
[[nodiscard]] std::vector<DataRow> simulate_rows(const StructuralModel& model, std::size_t n,
                                                 const RandomKey& key);

/// Each value is lost with the same probability, 0 to 1, but for the first `kept` columns of a row.
[[nodiscard]] std::vector<DataRow> lose_values(std::vector<DataRow> rows, double probability,
                                               std::size_t kept, const RandomKey& key);

struct PrePostScores {
  std::vector<double> pre;
  std::vector<double> post;
};

/// Of group.n people, bivariate normal.
[[nodiscard]] PrePostScores simulate_pre_post(const PrePostSummary& group, const RandomKey& key);

}  // namespace securebase::stats
