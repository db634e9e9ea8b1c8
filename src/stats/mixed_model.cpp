#include "stats/mixed_model.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"
#include "stats/mixed_box.hpp"
#include "stats/mixed_deviance.hpp"
#include "stats/mixed_report.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double zero_factor = 1e-5;  // a diagonal entry of L below this is tried at 0

/// Keeps what it computed last in `last`.
Objective objective_of(const MixedData& data, MixedLikelihood likelihood, std::optional<KnownCore>& last) {
  return [&data, likelihood, &last](const VectorXd& theta) -> std::optional<Expansion> {
    auto core = evaluate(data, theta, Order::second);
    if (!core) return std::nullopt;
    last = KnownCore{theta, *core};
    const auto point = point_of(std::move(*core), data.totals.rows, likelihood);
    if (!point) return std::nullopt;
    Expansion e = expand_deviance(*point, likelihood);
    e.value /= data.totals.rows;
    e.gradient /= data.totals.rows;
    e.curvature /= data.totals.rows;
    return e;
  };
}

// The same G has a factor with a diagonal of either sign.
VectorXd with_positive_diagonal(const CovarianceLayout& layout, VectorXd theta) {
  const auto& entries = layout.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].row != entries[i].col || theta[eigen_index(i)] >= 0) continue;
    for (std::size_t j = 0; j < entries.size(); ++j)
      if (entries[j].term == entries[i].term && entries[j].col == entries[i].col)
        theta[eigen_index(j)] = -theta[eigen_index(j)];
  }
  return theta;
}

class Search {
 public:
  Search(const MixedData& data, MixedLikelihood likelihood)
      : layout_(data.layout), objective_(objective_of(data, likelihood, last_)), box_(box_of(data.layout)) {}

  std::optional<Minimum> run() {
    auto best = minimise(objective_, layout_.start(), box_, options);
    if (!best) return std::nullopt;
    for (int attempt = 0; attempt < 3 && leave_saddle(*best); ++attempt) {
    }
    try_zeros(*best);
    best->at = with_positive_diagonal(layout_, best->at);
    return best;
  }

  /// What was computed last, mostly at the minimum.
  [[nodiscard]] const std::optional<KnownCore>& last() const { return last_; }

 private:
  static constexpr NewtonOptions options{200, 1e-10, 1e-7};

  // Where the curvature points down, the gradient vanishes by symmetry alone.
  bool leave_saddle(Minimum& best) {
    if (best.at.size() == 0) return false;
    const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(best.expansion.curvature);
    if (pairs.eigenvalues()[0] > -1e-6 * pairs.eigenvalues().cwiseAbs().maxCoeff()) return false;
    auto next = minimise(objective_, best.at + 0.1 * pairs.eigenvectors().col(0), box_, options);
    if (!next || !(next->expansion.value < best.expansion.value)) return false;
    next->convergence.iterations += best.convergence.iterations;
    best = std::move(*next);
    return true;
  }

  // A variance that goes to 0 is put there, where that is no worse.
  void try_zeros(Minimum& best) {
    Box box = box_;
    VectorXd start = best.at;
    bool any = false;
    const auto& entries = layout_.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Index at = eigen_index(i);
      if (entries[i].row != entries[i].col || std::abs(start[at]) >= zero_factor) continue;
      start[at] = box.lower[at] = box.upper[at] = 0;
      any = true;
    }
    if (!any) return;
    auto zero = minimise(objective_, start, box, options);
    if (!zero || zero->expansion.value > best.expansion.value + 1e-12 * (1 + std::abs(best.expansion.value)))
      return;
    zero->convergence.iterations += best.convergence.iterations;
    best = std::move(*zero);
  }

  const CovarianceLayout& layout_;
  std::optional<KnownCore> last_;
  Objective objective_;
  Box box_;
};

}  // namespace

std::size_t MixedModel::rows() const {
  return static_cast<std::size_t>(data_->totals.rows);
}
std::size_t MixedModel::clusters() const {
  return static_cast<std::size_t>(data_->totals.clusters);
}
std::size_t MixedModel::cells() const {
  return data_->cells.size();
}

Result<MixedModel> make_mixed_model(const MixedDesign& design) {
  if (auto checked = check(design); !checked) return tl::unexpected(checked.error());
  auto data = reduce(design, scale_of(design));
  if (!data) return tl::unexpected(data.error());
  return checked_model(std::move(*data));
}

Result<MixedFit> fit_mixed_model(const MixedModel& model, MixedLikelihood likelihood) {
  const MixedData& data = model.data();
  if (data.totals.rows <= static_cast<double>(data.width() - 1))
    return fail(ErrorKind::bad_data, "lmm.no_rows", "more rows than fixed columns are needed");
  Search search(data, likelihood);
  const auto minimum = search.run();
  if (!minimum)
    return fail(ErrorKind::bad_data, "lmm.not_defined",
                "the likelihood of this model does not exist for these data");
  return report_fit(data, likelihood, *minimum, search.last());
}

}  // namespace securebase::stats
