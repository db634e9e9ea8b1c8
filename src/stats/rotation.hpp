#pragma once
// Rotation of factor loadings towards simple structure. A: k x m unrotated loadings, k and m at least 1,
// finite; anything else is a bug of the caller (std::invalid_argument). One factor is left as it is.

#include "stats/convergence.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// Orthogonal, raw varimax (Kaiser 1958, Psychometrika 23, 187): pairs of factors turned by the angle that
/// maximises the variance of squared loadings, until no pair moves.
[[nodiscard]] Matrix rotate_varimax(const Matrix& loadings);

struct ObliqueRotation {
  Matrix loadings;          ///< k x m pattern L = A T'^-1; no column's sum is negative
  Matrix correlation;       ///< m x m of the factors, Phi = T'T
  double criterion = 0;     ///< f
  Convergence convergence;  ///< norm of the projected gradient of f by T
};

/// Direct quartimin, which is oblimin with gamma = 0: minimises f = 1/4 sum_i sum_{j != l} L_ij^2 L_il^2 over
/// T with columns of length 1 (Jennrich & Sampson 1966), without Kaiser normalisation, by gradient projection
/// (Jennrich 2002, Psychometrika 67, 7; the algorithm of Bernaards & Jennrich 2005, Educ. Psychol. Meas. 65,
/// 676, eq. 1-11). Starts from `loadings` as they are: give varimax loadings. Like any such criterion f may
/// have several minima; this is the one below the start.
[[nodiscard]] ObliqueRotation rotate_oblimin(const Matrix& loadings);

}  // namespace securebase::stats
