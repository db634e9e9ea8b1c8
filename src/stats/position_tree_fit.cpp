#include "stats/position_tree_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "stats/bounded_newton.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// A person's log-likelihood and what it gains by each parameter.
struct PersonScore {
  bool defined = false;
  double value = 0;
  VectorXd gradient;
};

/// Work for each of 0 .. n - 1, shared among threads; what is done for one does not depend on who does it.
void for_each(std::size_t n, unsigned threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto take = [&] {
    for (std::size_t i = next++; i < n; i = next++) work(i);
  };
  std::vector<std::thread> helpers;
  const std::size_t wanted = std::min<std::size_t>(std::max(1U, threads), std::max<std::size_t>(1, n));
  helpers.reserve(wanted);
  for (std::size_t t = 1; t < wanted; ++t) helpers.emplace_back(take);
  take();
  for (std::thread& helper : helpers) helper.join();
}

class LawFitter {
 public:
  LawFitter(std::span<const TreeLikelihood> trees, const TreeLawSpace& space, unsigned threads)
      : trees_(trees), space_(space), threads_(threads) {}

  /// Minus the mean log-likelihood of a person, prior included.
  std::optional<Expansion> expand(const VectorXd& x) const {
    std::vector<TreeLaws> moved;
    const Index p = x.size();
    moved.reserve(plain_index(2 * p));
    for (Index i = 0; i < p; ++i) {
      moved.push_back(laws_at(x, i, step));
      moved.push_back(laws_at(x, i, -step));
    }
    const TreeLaws here = laws_at(x, 0, 0);
    std::vector<PersonScore> scores(trees_.size());
    for_each(trees_.size(), threads_, [&](std::size_t i) { scores[i] = score(trees_[i], here, moved); });
    Expansion sum{0, VectorXd::Zero(p), MatrixXd::Zero(p, p)};
    const double share = 1 / static_cast<double>(trees_.size());
    for (const PersonScore& person : scores) {
      if (!person.defined) return std::nullopt;
      sum.value -= share * person.value;
      sum.gradient -= share * person.gradient;
      sum.curvature += share * person.gradient * person.gradient.transpose();
    }
    for (Index i = 0; i < p; ++i) {
      const double spread = space_.spread[plain_index(i)];
      if (!(spread > 0)) continue;
      const double off = (x[i] - space_.start[plain_index(i)]) / spread;
      sum.value += share * off * off / 2;
      sum.gradient[i] += share * off / spread;
      sum.curvature(i, i) += share / (spread * spread);
    }
    return sum;
  }

  /// What the prior takes from the log-likelihood.
  [[nodiscard]] double penalty(const VectorXd& x) const {
    double sum = 0;
    for (Index i = 0; i < x.size(); ++i)
      if (const double spread = space_.spread[plain_index(i)]; spread > 0)
        sum += std::pow((x[i] - space_.start[plain_index(i)]) / spread, 2) / 2;
    return sum;
  }

 private:
  static constexpr double step = 1e-4;

  [[nodiscard]] TreeLaws laws_at(const VectorXd& x, Index which, double by) const {
    std::vector<double> at = to_vector(x);
    at[plain_index(which)] += by;
    return space_.laws(at);
  }

  static PersonScore score(const TreeLikelihood& tree, const TreeLaws& here,
                           const std::vector<TreeLaws>& moved) {
    PersonScore result;
    const auto value = tree.log_likelihood(here);
    if (!value) return result;
    result.value = *value;
    result.gradient.resize(eigen_index(moved.size() / 2));
    for (std::size_t i = 0; i < moved.size() / 2; ++i) {
      const auto above = tree.log_likelihood(moved[2 * i]);
      const auto below = tree.log_likelihood(moved[2 * i + 1]);
      if (!above || !below) return result;
      result.gradient[eigen_index(i)] = (*above - *below) / (2 * step);
    }
    result.defined = true;
    return result;
  }

  std::span<const TreeLikelihood> trees_;
  const TreeLawSpace& space_;
  unsigned threads_;
};

VectorXd vector_of(const std::vector<double>& v) {
  return Eigen::Map<const VectorXd>(v.data(), eigen_index(v.size()));
}

/// Inverse of the information of all people, for what is not held at a bound.
Matrix covariance_of(const Minimum& minimum, std::size_t people) {
  std::vector<Index> free;
  for (std::size_t i = 0; i < minimum.held.size(); ++i)
    if (!minimum.held[i]) free.push_back(eigen_index(i));
  const Index p = eigen_index(minimum.held.size());
  MatrixXd covariance = MatrixXd::Zero(p, p);
  const MatrixXd information = minimum.expansion.curvature(free, free) * static_cast<double>(people);
  const Eigen::LLT<MatrixXd> llt(information);
  if (!free.empty() && llt.info() == Eigen::Success) {
    const MatrixXd inverse = llt.solve(MatrixXd::Identity(information.rows(), information.cols()));
    covariance(free, free) = inverse;
  }
  return to_matrix(covariance);
}

}  // namespace

Result<TreeLawFit> fit_tree_laws(std::span<const TreeLikelihood> trees, const TreeLawSpace& space,
                                 unsigned threads) {
  if (trees.empty())
    return fail(ErrorKind::bad_data, "position_tree.nothing", "at least one person is needed");
  const LawFitter fitter(trees, space, threads);
  const VectorXd start = vector_of(space.start);
  const auto first = fitter.expand(start);
  const auto minimum = first ? minimise([&](const VectorXd& x) { return fitter.expand(x); }, start,
                                        {vector_of(space.lower), vector_of(space.upper)}, {100, 1e-7, 1e-4})
                             : std::nullopt;
  if (!minimum)
    return fail(ErrorKind::bad_data, "position_tree.start", "where the fit begins there is no likelihood");
  const auto people = static_cast<double>(trees.size());
  TreeLawFit fit;
  fit.at = to_vector(minimum->at);
  fit.laws = space.laws(fit.at);
  fit.log_likelihood = -people * minimum->expansion.value + fitter.penalty(minimum->at);
  fit.log_likelihood_at_start = -people * first->value;
  fit.covariance = covariance_of(*minimum, trees.size());
  fit.convergence = minimum->convergence;
  return fit;
}

}  // namespace securebase::stats
