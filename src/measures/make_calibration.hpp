#pragma once
// From fitted item parameters to a calibration that scores others: what is kept of a fit, with who the people
// were, how items depend on each other, and norms of the state.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "measures/scoring.hpp"
#include "stats/item_calibration.hpp"
#include "stats/quadrature.hpp"

namespace securebase::measures {

/// Fewer say too little about items with several answers (Reise & Yu 1990, J. Educ. Meas. 27, 133).
inline constexpr std::size_t fewest_calibrated = 500;
/// People; a mean of fewer is too rough to be a norm.
inline constexpr std::size_t smallest_state_norm = 100;

/// What was calibrated, and how.
struct CalibratedSample {
  std::string scale;
  std::string order;
  std::vector<int> positions;  ///< of the items in the order, as in the fit
  stats::ItemModel model = stats::ItemModel::graded_response;
  stats::Quadrature quadrature;
  std::string sample;                 ///< who these people are
  std::string norm_group = "local";   ///< what they are called
  std::string source = "local";       ///< id
  std::vector<int> bands;             ///< first age of each band but the lowest, rising
  std::vector<std::uint8_t> answers;  ///< keyed, people times items; stats::no_answer where there is none
  std::vector<PersonGroup> people;    ///< of each row
  unsigned threads = 1;               ///< changes nothing in the result
};

/// `fitted` comes from everyone together (one group), `reliability` is its marginal one. Parameters have six
/// decimals: far below their errors. Norms are those of everyone, of each gender, of each age band, and of
/// both, wherever `smallest_state_norm` people are. Errors, all bad_data: "calibration.unusable" (the search
/// did not end at a best fit, an item that measures the other way round, errors that cannot be told),
/// "calibration.too_few"; those of stats::local_dependence and stats::latent_distribution.
[[nodiscard]] Result<catalog::Calibration> make_calibration(const CalibratedSample& of,
                                                            const stats::Calibration& fitted,
                                                            double reliability);

}  // namespace securebase::measures
