#include "stats/polychoric.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "stats/bounded_newton.hpp"
#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest_rho = 0.9999;

// F(a, b, rho) = P(X <= a, Y <= b) and its derivatives.
struct Corner {
  double f = 0;
  double a = 0, b = 0, r = 0;
  double aa = 0, bb = 0, ab = 0, ar = 0, br = 0, rr = 0;
};

// Where b is infinite F = Phi(a), and the other way round.
Corner edge(double a, double b) {
  Corner c;
  c.f = bivariate_normal_cdf(a, b, 0);
  if (b == infinity && std::isfinite(a)) {
    c.a = normal_density(a);
    c.aa = -a * c.a;
  } else if (a == infinity && std::isfinite(b)) {
    c.b = normal_density(b);
    c.bb = -b * c.b;
  }
  return c;
}

// With q = sqrt(1 - rho^2) and d the bivariate density:
//   F_a = phi(a) Phi((b - rho a) / q)      F_r = d  (Plackett 1954)
//   F_aa = -a F_a - rho d                  F_ab = d
//   F_ar = -d (a - rho b) / q^2            F_rr = d (rho / q^2 + (a b (1 + rho^2) - rho (a^2 + b^2)) / q^4)
Corner corner(double a, double b, double rho) {
  if (!std::isfinite(a) || !std::isfinite(b)) return edge(a, b);
  const double q2 = (1 - rho) * (1 + rho);
  const double q = std::sqrt(q2);
  const double d = bivariate_normal_density(a, b, rho);
  Corner c;
  c.f = bivariate_normal_cdf(a, b, rho);
  c.a = normal_density(a) * normal_cdf((b - rho * a) / q);
  c.b = normal_density(b) * normal_cdf((a - rho * b) / q);
  c.r = d;
  c.aa = -a * c.a - rho * d;
  c.bb = -b * c.b - rho * d;
  c.ab = d;
  c.ar = -d * (a - rho * b) / q2;
  c.br = -d * (b - rho * a) / q2;
  c.rr = d * (rho / q2 + (a * b * (1 + rho * rho) - rho * (a * a + b * b)) / (q2 * q2));
  return c;
}

// p_ij and its derivatives by theta = (rho, a_1 .. a_{r-1}, b_1 .. b_{c-1}).
struct Cell {
  double p = 0;
  VectorXd gradient;
  MatrixXd hessian;
};

class Model {
 public:
  explicit Model(const Matrix& counts) : counts_(eigen_view(counts)), total_(counts_.sum()) {}

  [[nodiscard]] Index rows() const { return counts_.rows(); }
  [[nodiscard]] Index cols() const { return counts_.cols(); }
  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] Index parameters() const { return rows() + cols() - 1; }

  /// -log-likelihood / n; nothing where an observed cell has no probability (thresholds out of order).
  [[nodiscard]] std::optional<Expansion> expand(const VectorXd& theta) const {
    if (!theta.allFinite()) return std::nullopt;
    const auto corners = corners_at(theta);
    Expansion e{0, VectorXd::Zero(parameters()), MatrixXd::Zero(parameters(), parameters())};
    for (Index i = 0; i < rows(); ++i) {
      for (Index j = 0; j < cols(); ++j) {
        if (counts_(i, j) == 0) continue;
        const Cell cell = cell_at(corners, i, j);
        if (!(cell.p > 0)) return std::nullopt;
        add_cell(e, cell, counts_(i, j) / total_);
      }
    }
    return e;
  }

  [[nodiscard]] VectorXd margins(double rho) const {
    VectorXd theta(parameters());
    theta << rho, cuts(counts_.rowwise().sum()), cuts(counts_.colwise().sum().transpose());
    return theta;
  }

 private:
  [[nodiscard]] VectorXd cuts(const VectorXd& margin) const {
    VectorXd result(margin.size() - 1);
    double below = 0;
    for (Index i = 0; i + 1 < margin.size(); ++i) {
      below += margin[i];
      result[i] = normal_quantile(below / total_);
    }
    return result;
  }

  // Where threshold i (0 .. r) of the rows stands in theta; nothing for the infinite ones.
  [[nodiscard]] std::optional<Index> row_parameter(Index i) const {
    return i > 0 && i < rows() ? std::optional<Index>(i) : std::nullopt;
  }
  [[nodiscard]] std::optional<Index> col_parameter(Index j) const {
    return j > 0 && j < cols() ? std::optional<Index>(rows() - 1 + j) : std::nullopt;
  }
  [[nodiscard]] static double threshold(const VectorXd& theta, std::optional<Index> parameter, Index i) {
    if (parameter) return theta[*parameter];
    return i == 0 ? -infinity : infinity;
  }

  [[nodiscard]] std::vector<Corner> corners_at(const VectorXd& theta) const {
    std::vector<Corner> corners;
    for (Index i = 0; i <= rows(); ++i)
      for (Index j = 0; j <= cols(); ++j)
        corners.push_back(
            corner(threshold(theta, row_parameter(i), i), threshold(theta, col_parameter(j), j), theta[0]));
    return corners;
  }

  [[nodiscard]] Cell cell_at(const std::vector<Corner>& corners, Index i, Index j) const {
    Cell cell{0, VectorXd::Zero(parameters()), MatrixXd::Zero(parameters(), parameters())};
    for (Index down = 0; down <= 1; ++down)
      for (Index right = 0; right <= 1; ++right)
        add_corner(cell, corners[plain_index((i + down) * (cols() + 1) + j + right)], i + down, j + right,
                   down == right ? 1 : -1);
    return cell;
  }

  void add_corner(Cell& cell, const Corner& c, Index i, Index j, double sign) const {
    const auto add = [&](std::optional<Index> x, std::optional<Index> y, double value) {
      if (!x || !y) return;
      cell.hessian(*x, *y) += sign * value;
      if (*x != *y) cell.hessian(*y, *x) += sign * value;
    };
    const std::optional<Index> rho = 0;
    const auto a = row_parameter(i);
    const auto b = col_parameter(j);
    cell.p += sign * c.f;
    cell.gradient[0] += sign * c.r;
    if (a) cell.gradient[*a] += sign * c.a;
    if (b) cell.gradient[*b] += sign * c.b;
    add(rho, rho, c.rr);
    add(a, a, c.aa);
    add(b, b, c.bb);
    add(a, b, c.ab);
    add(rho, a, c.ar);
    add(rho, b, c.br);
  }

  // d2 log p = d2p / p - dp dp' / p^2
  static void add_cell(Expansion& e, const Cell& cell, double weight) {
    const VectorXd score = cell.gradient / cell.p;
    e.value -= weight * std::log(cell.p);
    e.gradient -= weight * score;
    e.curvature -= weight * (cell.hessian / cell.p - score * score.transpose());
  }

  Eigen::Map<const EigenRowMajor> counts_;
  double total_;
};

Box box_of(Index parameters) {
  Box box{VectorXd::Constant(parameters, -infinity), VectorXd::Constant(parameters, infinity)};
  box.lower[0] = -largest_rho;
  box.upper[0] = largest_rho;
  return box;
}

VectorXd with_rho(VectorXd theta, double rho) {
  theta[0] = rho;
  return theta;
}

std::optional<Minimum> minimise_rho(const Model& model, const VectorXd& margins) {
  const auto objective = [&](const VectorXd& rho) -> std::optional<Expansion> {
    auto e = model.expand(with_rho(margins, rho[0]));
    if (!e) return std::nullopt;
    return Expansion{e->value, e->gradient.head(1), e->curvature.topLeftCorner(1, 1)};
  };
  return minimise(objective, VectorXd::Zero(1), box_of(1));
}

std::optional<Minimum> minimise_all(const Model& model, const VectorXd& start) {
  return minimise([&](const VectorXd& theta) { return model.expand(theta); }, start,
                  box_of(model.parameters()));
}

// sqrt of the first diagonal element of the inverse of n times the observed information per person.
std::optional<double> standard_error_of_rho(const Minimum& m, double n) {
  if (m.convergence.verdict != Verdict::converged) return std::nullopt;
  const Eigen::LLT<MatrixXd> llt(m.expansion.curvature);
  if (llt.info() != Eigen::Success) return std::nullopt;
  const VectorXd first = llt.solve(VectorXd::Unit(m.at.size(), 0));
  return std::sqrt(first[0] / n);
}

PolychoricFit fit_of(const Model& model, const VectorXd& theta, const Minimum& m) {
  PolychoricFit fit;
  fit.rho = theta[0];
  fit.row_cuts = to_vector(theta.segment(1, model.rows() - 1));
  fit.col_cuts = to_vector(theta.tail(model.cols() - 1));
  fit.log_likelihood = -m.expansion.value * model.total();
  fit.convergence = m.convergence;
  return fit;
}

Error fault(const std::string& code, std::string detail) {
  return {ErrorKind::bad_data, "polychoric." + code, std::move(detail), {}};
}

std::optional<Error> fault_of(const Matrix& counts) {
  const auto view = eigen_view(counts);
  if (counts.rows() < 2 || counts.cols() < 2)
    return fault("too_few_categories", "at least two rows and two columns");
  if (!view.allFinite() || view.minCoeff() < 0)
    return fault("bad_count", "counts are finite and not negative");
  if (!(view.rowwise().sum().minCoeff() > 0) || !(view.colwise().sum().minCoeff() > 0))
    return fault("empty_category", "a row or a column has nobody in it: leave it out");
  return std::nullopt;
}

}  // namespace

Result<PolychoricFit> fit_polychoric(const Matrix& counts, PolychoricMethod method) {
  if (auto wrong = fault_of(counts)) return tl::unexpected(std::move(*wrong));
  const Model model(counts);
  const VectorXd margins = model.margins(0);
  const auto two_step = minimise_rho(model, margins);
  if (!two_step) return fail(ErrorKind::internal, "polychoric.start", "no likelihood at independence");
  const VectorXd start = with_rho(margins, two_step->at[0]);
  if (method == PolychoricMethod::two_step) return fit_of(model, start, *two_step);
  const auto joint = minimise_all(model, start);
  if (!joint) return fail(ErrorKind::internal, "polychoric.start", "no likelihood at the two-step estimate");
  PolychoricFit fit = fit_of(model, joint->at, *joint);
  fit.se_rho = standard_error_of_rho(*joint, model.total());
  return fit;
}

}  // namespace securebase::stats
