#include "stats/structural_comparison.hpp"

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

/// df c
std::optional<double> scaled_df(const StructuralFit& fit) {
  if (fit.df == 0) return 0.0;
  if (!fit.measures || !fit.measures->scaling) return std::nullopt;
  return static_cast<double>(fit.df) * *fit.measures->scaling;
}

}  // namespace

std::optional<ModelComparison> compare_scaled(const StructuralFit& nested, const StructuralFit& wider) {
  auto comparison = compare_models(nested, wider);
  const auto of_nested = scaled_df(nested), of_wider = scaled_df(wider);
  if (!comparison || !of_nested || !of_wider) return std::nullopt;
  const double scaling = (*of_nested - *of_wider) / static_cast<double>(comparison->df);
  if (!(scaling > 0)) return std::nullopt;
  comparison->chi_square /= scaling;
  comparison->p = chi_square_upper_p(comparison->chi_square, static_cast<double>(comparison->df));
  return comparison;
}

}  // namespace securebase::stats
