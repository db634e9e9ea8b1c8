#include "stats/discriminant.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/numbers_needed.hpp"

namespace securebase::stats {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_groups = 50;
constexpr double hardly_varies = 1e-10;

tl::unexpected<Error> bad_discriminant(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

tl::unexpected<Error> singular() {
  return bad_discriminant("discriminant.singular",
                          "a measurement does not vary within classes, or follows from the others");
}

Result<void> check_cases(const Matrix& x, std::span<const std::size_t> classes, std::size_t groups) {
  if (x.rows() != classes.size() || x.cols() == 0 || !eigen_view(x).allFinite())
    return bad_discriminant("discriminant.shape",
                            "every case has a class and as many numbers as there are measurements");
  if (groups < 2 || groups > most_groups)
    return bad_discriminant("discriminant.classes", "2 to 50 classes are told apart");
  for (const std::size_t c : classes)
    if (c >= groups)
      return bad_discriminant("discriminant.classes", "the class of a case is one of the classes");
  if (x.rows() <= groups + x.cols())
    return bad_discriminant("discriminant.few_cases",
                            "there are more cases than classes and measurements together");
  return {};
}

Result<std::vector<double>> priors_of(std::span<const double> given, const std::vector<std::size_t>& counts,
                                      std::size_t n) {
  std::vector<double> priors(given.begin(), given.end());
  if (priors.empty()) {
    priors.reserve(counts.size());
    for (const std::size_t count : counts)
      priors.push_back(static_cast<double>(count) / static_cast<double>(n));
    return priors;
  }
  double sum = 0;
  bool fine = priors.size() == counts.size();
  for (const double prior : priors) {
    fine = fine && prior > 0 && prior < 1;
    sum += prior;
  }
  constexpr double rounding = 1e-6;
  if (!fine || std::abs(sum - 1) > rounding)
    return bad_discriminant("discriminant.priors", "a prior for each class, above 0, that add up to 1");
  for (double& prior : priors) prior /= sum;
  return priors;
}

/// Sums over cases: what a fit with or without one of them is made of.
struct Sums {
  std::vector<std::size_t> counts;
  MatrixXd means;   // g x p
  MatrixXd within;  // sums of squares and products about the means
};

Sums sums_of(const MatrixXd& x, std::span<const std::size_t> classes, std::size_t groups) {
  Sums sums{std::vector<std::size_t>(groups, 0), MatrixXd::Zero(eigen_index(groups), x.cols()),
            MatrixXd::Zero(x.cols(), x.cols())};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    ++sums.counts[classes[i]];
    sums.means.row(eigen_index(classes[i])) += x.row(eigen_index(i));
  }
  for (std::size_t k = 0; k < groups; ++k)
    if (sums.counts[k] > 0) sums.means.row(eigen_index(k)) /= static_cast<double>(sums.counts[k]);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const VectorXd d = (x.row(eigen_index(i)) - sums.means.row(eigen_index(classes[i]))).transpose();
    sums.within += d * d.transpose();
  }
  return sums;
}

/// Without one case, whose class has two or more: means and products by their updates.
Sums without(const Sums& all, const MatrixXd& x, std::size_t i, std::size_t group) {
  Sums left = all;
  const auto n = static_cast<double>(all.counts[group]);
  const VectorXd d = (x.row(eigen_index(i)) - all.means.row(eigen_index(group))).transpose();
  left.counts[group] -= 1;
  left.means.row(eigen_index(group)) -= (d / (n - 1)).transpose();
  left.within -= n / (n - 1) * d * d.transpose();
  return left;
}

/// Whether S can be inverted, on the scale of correlations.
bool invertible(const MatrixXd& within) {
  const VectorXd diagonal = within.diagonal();
  if (!(diagonal.minCoeff() > 0) || !within.allFinite()) return false;
  const VectorXd scale = diagonal.cwiseSqrt().cwiseInverse();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(scale.asDiagonal() * within * scale.asDiagonal());
  return eigen.eigenvalues().minCoeff() > hardly_varies;
}

CanonicalFunctions canonical_of(const Discriminant& d, std::size_t n) {
  const MatrixXd means = eigen_view(d.means);
  const Eigen::Map<const VectorXd> priors(d.priors.data(), eigen_index(d.priors.size()));
  const MatrixXd centred = means.rowwise() - (priors.transpose() * means).eval().row(0);
  const double factor = static_cast<double>(n) / static_cast<double>(d.priors.size() - 1);
  const MatrixXd between = factor * centred.transpose() * priors.asDiagonal() * centred;
  const Eigen::GeneralizedSelfAdjointEigenSolver<MatrixXd> eigen(between, MatrixXd(eigen_view(d.within)));
  const Eigen::Index p = means.cols();
  const Eigen::Index most = std::min<Eigen::Index>(p, means.rows() - 1);
  const double largest = eigen.eigenvalues()[p - 1];
  CanonicalFunctions functions;
  double sum = 0;
  std::vector<VectorXd> columns;
  for (Eigen::Index k = 0; k < most; ++k) {
    const double value = eigen.eigenvalues()[p - 1 - k];
    if (!(value > 1e-10 * largest) || !(value > 0)) break;
    VectorXd column = eigen.eigenvectors().col(p - 1 - k);
    Eigen::Index at = 0;
    (void)column.cwiseAbs().maxCoeff(&at);
    if (column[at] < 0) column = -column;
    columns.push_back(std::move(column));
    functions.singular.push_back(std::sqrt(value));
    sum += value;
  }
  functions.scaling = Matrix(plain_index(p), columns.size());
  for (std::size_t k = 0; k < columns.size(); ++k) {
    for (Eigen::Index i = 0; i < p; ++i) functions.scaling(plain_index(i), k) = columns[k][i];
    functions.share.push_back(functions.singular[k] * functions.singular[k] / sum);
  }
  return functions;
}

Allocation allocate_one(const Discriminant& d, const Eigen::LDLT<MatrixXd>& within, const VectorXd& x) {
  const auto means = eigen_view(d.means);
  Allocation result;
  std::vector<double> scores;
  scores.reserve(d.priors.size());
  for (std::size_t k = 0; k < d.priors.size(); ++k) {
    const VectorXd from = x - means.row(eigen_index(k)).transpose();
    // Beyond any distance that could be told apart; numbers that overflow end there, too.
    constexpr double endless = 1e300;
    double distance = from.dot(within.solve(from));
    if (!(distance < endless)) distance = endless;
    if (k == 0 || distance < result.distance) result.distance = distance;
    scores.push_back(std::log(d.priors[k]) - distance / 2);
  }
  const double best = *std::max_element(scores.begin(), scores.end());
  result.chosen = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  double sum = 0;
  for (double& score : scores) {
    score = std::exp(score - best);
    sum += score;
  }
  for (double& score : scores) score /= sum;
  result.posterior = std::move(scores);
  result.distance = std::max(result.distance, 0.0);
  result.typicality = chi_square_upper_p(result.distance, static_cast<double>(x.size()));
  return result;
}

}  // namespace

Result<DiscriminantFit> fit_discriminant(const Matrix& x, std::span<const std::size_t> classes,
                                         std::size_t groups, std::span<const double> priors) {
  if (auto fine = check_cases(x, classes, groups); !fine) return tl::unexpected(fine.error());
  const Sums sums = sums_of(eigen_view(x), classes, groups);
  if (*std::min_element(sums.counts.begin(), sums.counts.end()) < 2)
    return bad_discriminant("discriminant.classes", "every class has two cases or more");
  auto shares = priors_of(priors, sums.counts, x.rows());
  if (!shares) return tl::unexpected(shares.error());
  const MatrixXd within = sums.within / static_cast<double>(x.rows() - groups);
  if (!invertible(within)) return singular();
  DiscriminantFit fit{{std::move(*shares), to_matrix(sums.means), to_matrix(within)}, sums.counts, {}};
  fit.canonical = canonical_of(fit.discriminant, x.rows());
  return fit;
}

Result<std::vector<Allocation>> allocate(const Discriminant& discriminant, const Matrix& x) {
  const std::size_t p = discriminant.within.rows(), g = discriminant.priors.size();
  if (p == 0 || g == 0 || !discriminant.within.is_square() || discriminant.means.rows() != g ||
      discriminant.means.cols() != p || x.cols() != p || !eigen_view(x).allFinite())
    throw std::invalid_argument("allocate: parts that do not fit");
  const MatrixXd within = eigen_view(discriminant.within);
  if (!invertible(within)) return singular();
  const Eigen::LDLT<MatrixXd> decomposed(within);
  std::vector<Allocation> all;
  all.reserve(x.rows());
  for (std::size_t i = 0; i < x.rows(); ++i)
    all.push_back(allocate_one(discriminant, decomposed, eigen_view(x).row(eigen_index(i)).transpose()));
  return all;
}

Result<ClassificationAccuracy> classification_accuracy(const Matrix& confusion, double level) {
  auto kappa = cohen_kappa(
      confusion, agreement_weights(std::max<std::size_t>(confusion.rows(), 2), AgreementWeights::unweighted),
      level);
  if (!kappa) return tl::unexpected(kappa.error());
  ClassificationAccuracy result;
  std::size_t right = 0;
  for (std::size_t k = 0; k < confusion.rows(); ++k) {
    ClassSensitivity one;
    for (std::size_t j = 0; j < confusion.cols(); ++j) one.cases += static_cast<std::size_t>(confusion(k, j));
    one.right = static_cast<std::size_t>(confusion(k, k));
    if (one.cases > 0) {
      one.sensitivity = static_cast<double>(one.right) / static_cast<double>(one.cases);
      one.interval = wilson_interval({one.right, one.cases}, level);
    }
    right += one.right;
    result.cases += one.cases;
    result.classes.push_back(one);
  }
  if (result.cases == 0) return bad_discriminant("discriminant.shape", "there is one case at least");
  result.accuracy = static_cast<double>(right) / static_cast<double>(result.cases);
  result.interval = wilson_interval({right, result.cases}, level);
  result.kappa = std::move(*kappa);
  return result;
}

Result<LeaveOneOut> leave_one_out(const Matrix& x, std::span<const std::size_t> classes, std::size_t groups,
                                  std::span<const double> priors, double level) {
  const auto fit = fit_discriminant(x, classes, groups, priors);
  if (!fit) return tl::unexpected(fit.error());
  const MatrixXd cases = eigen_view(x);
  const Sums all = sums_of(cases, classes, groups);
  LeaveOneOut result;
  result.confusion = Matrix(groups, groups);
  result.chosen.reserve(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const Sums left = without(all, cases, i, classes[i]);
    const MatrixXd within = left.within / static_cast<double>(x.rows() - 1 - groups);
    if (!invertible(within)) return singular();
    const Discriminant others{fit->discriminant.priors, to_matrix(left.means), to_matrix(within)};
    const auto one =
        allocate_one(others, Eigen::LDLT<MatrixXd>(within), cases.row(eigen_index(i)).transpose());
    result.chosen.push_back(one.chosen);
    result.confusion(classes[i], one.chosen) += 1;
  }
  auto accuracy = classification_accuracy(result.confusion, level);
  if (!accuracy) return tl::unexpected(accuracy.error());
  result.accuracy = std::move(*accuracy);
  return result;
}

}  // namespace securebase::stats
