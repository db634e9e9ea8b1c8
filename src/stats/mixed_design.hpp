#pragma once
// What a linear mixed model is made of, row by row:
//   y = X beta + Z_1 b_1 + ... + Z_k b_k + e,   b_t of each level ~ N(0, G_t),   e ~ N(0, R)
// n rows, p fixed columns; term t has q_t columns and one vector b_t for each level of its grouping factor.
// Levels of different terms are independent. Factors may be nested (a client's level belongs to one
// therapist) or crossed. Rows with anything missing are left out by the caller: every number is finite.
//
// Rows that share a level, or a residual series, form clusters; different clusters are independent.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// A grouping factor: client, therapist, site.
struct Grouping {
  std::string name;
  std::vector<std::uint32_t> level;  ///< n, each from 0, below 4 n + 1000; one without rows does not count
};

enum class CovarianceShape {
  full,     ///< columns of a term are correlated
  diagonal  ///< they are not: lme4's (x || g)
};

struct RandomTerm {
  std::size_t grouping = 0;  ///< index into MixedDesign::groupings
  Matrix columns;            ///< n x q_t, q_t at least 1
  std::vector<std::string> names;
  CovarianceShape shape = CovarianceShape::full;
};

/// Correlation of two residuals of one series (rows that share a level of `within`), s and t being their
/// positions; residuals of different series are independent.
enum class ResidualCorrelation {
  none,
  autoregressive,             ///< phi^|s - t|, positions whole: visits, gaps allowed, -1 < phi < 1
  continuous_autoregressive,  ///< phi^|s - t|, positions any: time, 0 < phi < 1
  compound_symmetry           ///< rho, which may be negative: above -1 / (longest series - 1)
};

/// A row's residual variance is sd_g^2 / weight with g its group: role, arm.
struct ResidualStructure {
  ResidualCorrelation correlation = ResidualCorrelation::none;
  std::size_t within = 0;                ///< the grouping that makes the series; not read without correlation
  std::vector<double> position;          ///< n for the autoregressive ones, otherwise empty
  std::vector<std::uint32_t> group;      ///< n, from 0; empty: all equal
  std::vector<std::string> group_names;  ///< one for each group; empty where all are equal
};

struct MixedDesign {
  std::vector<double> response;  ///< n
  Matrix fixed;                  ///< n x p; the intercept is a column of ones
  std::vector<std::string> fixed_names;
  std::vector<Grouping> groupings;
  std::vector<RandomTerm> terms;  ///< none: generalised least squares
  ResidualStructure residual;
  std::vector<double> weights;  ///< n, above 0; empty: 1

  [[nodiscard]] std::size_t rows() const { return response.size(); }
};

/// What can be fitted at all. Errors, kind bad_data, the place's field naming the column or factor:
///   lmm.no_rows              nothing to fit, or not more rows than fixed columns
///   lmm.lengths              a column, name list or index of another length or out of range
///   lmm.no_fixed_columns     not even an intercept
///   lmm.not_finite           NaN or infinity in the place named
///   lmm.too_large_number     beyond 1e100
///   lmm.bad_weight           a weight that is not above 0
///   lmm.constant_response    the outcome does not vary
///   lmm.collinear            a fixed column that the ones before it already give
///   lmm.zero_column          a random column that is 0 in every row
///   lmm.one_level            a factor with a single level: one client tells nothing about clients
///   lmm.level_per_row        as many random effects of a term as rows: not distinct from the residual
///   lmm.repeated_position    two rows of one series at the same position
///   lmm.position_not_whole   a visit that is not a whole number
///   lmm.no_series            a residual correlation, but no series has two rows
///   lmm.empty_group          a residual group without rows
/// Kind usage, combinations that are refused (docs/mixed-models.md has the table):
///   lmm.intercept_and_compound_symmetry  the same correlation twice
[[nodiscard]] Result<void> check(const MixedDesign& design);

/// Of these only what one site can be asked for: lengths, numbers, residual structure.
[[nodiscard]] Result<void> check_rows(const MixedDesign& design);

}  // namespace securebase::stats
