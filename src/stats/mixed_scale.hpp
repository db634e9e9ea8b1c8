#pragma once
// Units in which a mixed model is computed; for the sources of this room only.
//
// Columns are moved to the middle of their range, where the model has an intercept, and divided by a power of
// two, so that cross products lose no digits to a year or an income. Middle and power do not depend on the
// order of rows. Results are turned back before they leave.

#include <Eigen/Core>
#include <optional>

#include "stats/mixed_design.hpp"
#include "stats/mixed_shape.hpp"

namespace securebase::stats {

[[nodiscard]] MixedScale scale_of(const MixedDesign& design);

/// One row [x y] in those units, times `factor`.
void scaled_row(const MixedDesign& design, const MixedScale& scale, std::size_t row, double factor,
                Eigen::Ref<Eigen::RowVectorXd> into);

/// Coefficients in raw units are T scaled + shift.
struct BackTransform {
  Eigen::MatrixXd t;
  Eigen::VectorXd shift;
};
[[nodiscard]] BackTransform back_transform(const MixedScale& scale);

/// The first fixed column that the ones before it give, but for 1e-13 of its square.
[[nodiscard]] std::optional<std::size_t> first_collinear_column(const MixedDesign& design);
/// The same from the cross products of [X y].
[[nodiscard]] std::optional<std::size_t> first_collinear_column(Eigen::MatrixXd left);

}  // namespace securebase::stats
