#include "stats/item_parameters.hpp"

#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"
#include "stats/item_curve.hpp"

namespace securebase::stats {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

std::span<const double> values_of(const VectorXd& x, const ItemSlot& slot) {
  return {x.data() + slot.first, slot.answers};
}

/// Of one answer at one node, by slope and intercepts: d ln P.
VectorXd score_at(const ItemCurve& curve, std::size_t answer, std::size_t answers, double theta) {
  VectorXd u = VectorXd::Zero(eigen_index(answers));
  for (std::size_t j = 1; j < answers; ++j) {
    u[eigen_index(j)] = curve.derivative(answer, j);
    u[0] += theta * curve.derivative(answer, j);
  }
  return u;
}

/// P'' / P by slope and intercepts.
MatrixXd curvature_at(ItemModel model, const ItemCurve& curve, std::size_t k, std::size_t answers,
                      double theta) {
  MatrixXd h = MatrixXd::Zero(eigen_index(answers), eigen_index(answers));
  for (std::size_t j = 1; j < answers; ++j)
    for (std::size_t l = 1; l < answers; ++l) {
      const double d = curve.second_ratio(model, k, j, l);
      h(eigen_index(j), eigen_index(l)) = d;
      h(0, eigen_index(l)) += theta * d;
      h(eigen_index(j), 0) += theta * d;
      h(0, 0) += theta * theta * d;
    }
  return h;
}

/// ln w_q of a normal distribution on nodes: derivatives by mean and SD.
struct WeightScores {
  ArrayXd by_mean, by_sd;          ///< padded, 0 beyond the nodes
  Eigen::Matrix2d mean_curvature;  ///< what is taken from every node's second derivative
};

WeightScores weight_scores(const AnswerLayout& layout, const NodeWeights& w, double mean, double sd) {
  WeightScores s{ArrayXd::Zero(w.size()), ArrayXd::Zero(w.size()), {}};
  for (std::size_t q = 0; q < layout.nodes(); ++q) {
    const double d = layout.node(q) - mean;
    s.by_mean[eigen_index(q)] = d / (sd * sd);
    s.by_sd[eigen_index(q)] = d * d / (sd * sd * sd);
  }
  const double mean_1 = (w * s.by_mean).sum();
  const double mean_2 = (w * s.by_sd).sum();
  const auto n = eigen_index(layout.nodes());
  s.by_mean.head(n) -= mean_1;
  s.by_sd.head(n) -= mean_2;
  s.mean_curvature << -1 / (sd * sd), -2 * mean_1 / sd, -2 * mean_1 / sd, -3 * mean_2 / sd;
  s.mean_curvature(0, 0) += (w * s.by_mean.square()).sum();
  s.mean_curvature(1, 1) += (w * s.by_sd.square()).sum();
  s.mean_curvature(0, 1) += (w * s.by_mean * s.by_sd).sum();
  s.mean_curvature(1, 0) = s.mean_curvature(0, 1);
  return s;
}

/// Correlation of an item with the mean of the others, over people who answered it and another.
double item_rest_correlation(const ResponseMatrix& responses, std::size_t item,
                             std::span<const std::size_t> answers) {
  double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (std::size_t person = 0; person < responses.people(); ++person) {
    const std::uint8_t* row = responses.answers.data() + person * responses.items;
    if (row[item] >= no_answer) continue;
    double rest = 0;
    double others = 0;
    for (std::size_t i = 0; i < responses.items; ++i) {
      if (i == item || row[i] >= no_answer) continue;
      rest += static_cast<double>(row[i]) / static_cast<double>(answers[i] - 1);
      others += 1;
    }
    if (others == 0) continue;
    const double x = row[item];
    const double y = rest / others;
    n += 1, sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
  }
  const double vx = n * sxx - sx * sx;
  const double vy = n * syy - sy * sy;
  if (!(vx > 0) || !(vy > 0)) return 0;
  return (n * sxy - sx * sy) / std::sqrt(vx * vy);
}

}  // namespace

ItemProblem::ItemProblem(const ResponseMatrix& responses, const CalibrationPlan& plan, std::size_t groups)
    : layout_(plan.answers, plan.quadrature),
      threads_(plan.threads),
      patterns_(patterns_of(responses, layout_, groups, false)),
      slot_of_(groups, std::vector<std::size_t>(plan.answers.size())) {
  for (std::size_t i = 0; i < plan.answers.size(); ++i) {
    const ItemModel model = plan.models.empty() ? ItemModel::graded_response : plan.models[i];
    const bool own = !plan.own_in_group.empty() && plan.own_in_group[i];
    for (std::size_t g = 0; g < groups; ++g) {
      if (g == 0 || own) {
        slots_.push_back({parameters_, plan.answers[i], i, model});
        parameters_ += plan.answers[i];
      }
      slot_of_[g][i] = slots_.size() - 1;
    }
  }
  first_group_ = parameters_;
  parameters_ += 2 * (groups - 1);
  for (const Patterns& group : patterns_)
    for (const double n : group.count) people_ += static_cast<std::size_t>(n);
}

VectorXd ItemProblem::start(const ResponseMatrix& responses) const {
  constexpr double least_correlation = 0.15;
  constexpr double most_correlation = 0.85;
  constexpr double logistic_to_normal = 1.702;
  VectorXd x(eigen_index(parameters_));
  std::vector<std::size_t> answers;
  for (std::size_t i = 0; i < items(); ++i) answers.push_back(layout_.answers(i));
  for (const ItemSlot& slot : slots_) {
    const double r = item_rest_correlation(responses, slot.item, answers);
    const double size = std::clamp(std::abs(r), least_correlation, most_correlation);
    const double slope = std::copysign(logistic_to_normal * size / std::sqrt(1 - size * size), r);
    std::vector<double> counts(slot.answers, 1);
    for (std::size_t person = 0; person < responses.people(); ++person) {
      const std::uint8_t answer = responses.answers[person * responses.items + slot.item];
      if (answer < no_answer) counts[answer] += 1;
    }
    double all = 0;
    for (const double n : counts) all += n;
    x[eigen_index(slot.first)] = slope;
    const double stretch = 1 / std::sqrt(1 - size * size);
    double above = all;
    for (std::size_t k = 1; k < slot.answers; ++k) {
      above -= counts[k - 1];
      const bool graded = slot.model == ItemModel::graded_response;
      x[eigen_index(slot.first + k)] =
          graded ? stretch * std::log(above / (all - above)) : std::log(counts[k] / counts[k - 1]);
    }
  }
  for (std::size_t g = 1; g < groups(); ++g) {
    x[eigen_index(group_first(g))] = 0;
    x[eigen_index(group_first(g) + 1)] = 1;
  }
  return x;
}

NodeWeights ItemProblem::weights(const VectorXd& x, std::size_t group) const {
  if (group == 0) return normal_weights(layout_, 0, 1);
  const auto at = eigen_index(group_first(group));
  return normal_weights(layout_, x[at], x[at + 1]);
}

std::optional<AnswerTable> ItemProblem::table(const VectorXd& x, std::size_t group) const {
  AnswerTable table = AnswerTable::Ones(eigen_index(layout_.padded()), eigen_index(layout_.rows()));
  for (std::size_t i = 0; i < items(); ++i) {
    const ItemSlot& slot = this->slot(group, i);
    ItemCurve curve(slot.answers);
    for (std::size_t q = 0; q < layout_.nodes(); ++q) {
      if (!curve.at(slot.model, values_of(x, slot), layout_.node(q))) return std::nullopt;
      for (std::size_t k = 0; k < slot.answers; ++k)
        table(eigen_index(q), eigen_index(layout_.first(i) + k)) = curve.probabilities()[k];
    }
  }
  return table;
}

std::optional<ItemPoint> ItemProblem::at(const VectorXd& x) const {
  if (!x.allFinite()) return std::nullopt;
  for (std::size_t g = 1; g < groups(); ++g)
    if (!(x[eigen_index(group_first(g) + 1)] > 0)) return std::nullopt;
  ItemPoint point{x, 0, VectorXd::Zero(x.size()), {}};
  std::vector<Expected> expected;
  for (std::size_t g = 0; g < groups(); ++g) {
    const auto probabilities = table(x, g);
    if (!probabilities) return std::nullopt;
    expected.push_back(expect_answers(patterns_[g], layout_, *probabilities, weights(x, g), threads_));
    point.log_likelihood += expected.back().log_likelihood;
  }
  if (!std::isfinite(point.log_likelihood)) return std::nullopt;
  for (std::size_t s = 0; s < slots_.size(); ++s) add_item(point, s, expected);
  for (std::size_t g = 1; g < groups(); ++g) add_group(point, g, expected[g]);
  if (!point.gradient.allFinite()) return std::nullopt;
  return point;
}

// g = sum_q sum_k r_kq u_k,  information sum_q (sum_k r_kq) sum_k P_k u_k u_k'
void ItemProblem::add_item(ItemPoint& point, std::size_t slot_index,
                           const std::vector<Expected>& expected) const {
  const ItemSlot& slot = slots_[slot_index];
  const auto n = eigen_index(slot.answers);
  MatrixXd block = MatrixXd::Zero(n, n);
  auto gradient = point.gradient.segment(eigen_index(slot.first), n);
  ItemCurve curve(slot.answers);
  for (std::size_t q = 0; q < layout_.nodes(); ++q) {
    (void)curve.at(slot.model, values_of(point.x, slot), layout_.node(q));
    VectorXd counts = VectorXd::Zero(n);
    for (std::size_t g = 0; g < groups(); ++g)
      if (slot_of_[g][slot.item] == slot_index)
        for (Index k = 0; k < n; ++k)
          counts[k] += expected[g].counts(eigen_index(q), eigen_index(layout_.first(slot.item)) + k);
    const double all = counts.sum();
    for (std::size_t k = 0; k < slot.answers; ++k) {
      const VectorXd u = score_at(curve, k, slot.answers, layout_.node(q));
      gradient += counts[eigen_index(k)] * u;
      block += all * curve.probabilities()[k] * u * u.transpose();
    }
  }
  // Where an answer is next to never expected, the information about it vanishes before the step does.
  block.diagonal() += VectorXd::Constant(n, 1e-10 * block.diagonal().maxCoeff());
  point.blocks.push_back(std::move(block));
}

void ItemProblem::add_group(ItemPoint& point, std::size_t group, const Expected& expected) const {
  const auto at = eigen_index(group_first(group));
  const NodeWeights w = weights(point.x, group);
  const auto s = weight_scores(layout_, w, point.x[at], point.x[at + 1]);
  point.gradient[at] = (expected.mass * s.by_mean).sum();
  point.gradient[at + 1] = (expected.mass * s.by_sd).sum();
  MatrixXd block(2, 2);
  block(0, 0) = (w * s.by_mean.square()).sum();
  block(1, 1) = (w * s.by_sd.square()).sum();
  block(0, 1) = block(1, 0) = (w * s.by_mean * s.by_sd).sum();
  point.blocks.push_back(expected.mass.sum() * block);
}

// Scores of each (answer, parameter of its item) by node: columns are first_score(row) + parameter.
Eigen::ArrayXXd ItemProblem::scores(const VectorXd& x, std::size_t group) const {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < items(); ++i) columns += (layout_.answers(i) + 1) * layout_.answers(i);
  Eigen::ArrayXXd all = Eigen::ArrayXXd::Zero(eigen_index(layout_.padded()), eigen_index(columns));
  std::size_t first = 0;
  for (std::size_t i = 0; i < items(); ++i) {
    const ItemSlot& slot = this->slot(group, i);
    ItemCurve curve(slot.answers);
    for (std::size_t q = 0; q < layout_.nodes(); ++q) {
      (void)curve.at(slot.model, values_of(x, slot), layout_.node(q));
      for (std::size_t k = 0; k < slot.answers; ++k)
        all.row(eigen_index(q)).segment(eigen_index(first + k * slot.answers), eigen_index(slot.answers)) =
            score_at(curve, k, slot.answers, layout_.node(q)).transpose().array();
    }
    first += (slot.answers + 1) * slot.answers;
  }
  return all;
}

// + E[s] E[s]' - E[s_i s_j'] of different items (and an item and the group), over people of one group.
void ItemProblem::add_products(MatrixXd& information, const VectorXd& x, std::size_t group) const {
  const Eigen::ArrayXXd u = scores(x, group);
  std::vector<std::size_t> first_score(items() + 1, 0);
  for (std::size_t i = 0; i < items(); ++i)
    first_score[i + 1] = first_score[i] + (layout_.answers(i) + 1) * layout_.answers(i);
  const NodeWeights w = weights(x, group);
  const Patterns& patterns = patterns_[group];
  const auto answer_of = [&](std::size_t p, std::size_t i) {
    return patterns.rows[p * items() + i] - layout_.first(i);
  };
  std::optional<WeightScores> v;
  if (group > 0)
    v = weight_scores(layout_, w, x[eigen_index(group_first(group))], x[eigen_index(group_first(group) + 1)]);
  each_posterior(
      patterns, layout_, *table(x, group), w, [&](std::size_t begin, const AnswerTable& posteriors) {
        const auto n = plain_index(posteriors.cols());
        MatrixXd mean_scores = MatrixXd::Zero(information.rows(), posteriors.cols());
        AnswerTable weighted = posteriors;
        for (std::size_t p = 0; p < n; ++p) {
          const double count = patterns.count[begin + p];
          for (std::size_t i = 0; i < items(); ++i) {
            const ItemSlot& slot = this->slot(group, i);
            const auto from = eigen_index(first_score[i] + answer_of(begin + p, i) * slot.answers);
            mean_scores.col(eigen_index(p)).segment(eigen_index(slot.first), eigen_index(slot.answers)) =
                u.middleCols(from, eigen_index(slot.answers)).matrix().transpose() *
                posteriors.col(eigen_index(p)).matrix();
          }
          if (v) {
            mean_scores(eigen_index(group_first(group)), eigen_index(p)) =
                (v->by_mean * posteriors.col(eigen_index(p))).sum();
            mean_scores(eigen_index(group_first(group) + 1), eigen_index(p)) =
                (v->by_sd * posteriors.col(eigen_index(p))).sum();
          }
          mean_scores.col(eigen_index(p)) *= std::sqrt(count);
          weighted.col(eigen_index(p)) *= count;
        }
        information.selfadjointView<Eigen::Lower>().rankUpdate(mean_scores);
        for (std::size_t i = 0; i < items(); ++i)
          for (std::size_t j = i + 1; j < items(); ++j) {
            const ItemSlot& a = this->slot(group, i);
            const ItemSlot& b = this->slot(group, j);
            AnswerTable together =
                AnswerTable::Zero(posteriors.rows(), eigen_index((a.answers + 1) * (b.answers + 1)));
            for (std::size_t p = 0; p < n; ++p)
              together.col(eigen_index(answer_of(begin + p, i) * (b.answers + 1) +
                                       answer_of(begin + p, j))) += weighted.col(eigen_index(p));
            MatrixXd cross = MatrixXd::Zero(eigen_index(a.answers), eigen_index(b.answers));
            for (std::size_t k = 0; k < a.answers; ++k)
              for (std::size_t l = 0; l < b.answers; ++l) {
                const auto mass = together.col(eigen_index(k * (b.answers + 1) + l));
                const auto ua =
                    u.middleCols(eigen_index(first_score[i] + k * a.answers), eigen_index(a.answers));
                const auto ub =
                    u.middleCols(eigen_index(first_score[j] + l * b.answers), eigen_index(b.answers));
                cross += (ua.colwise() * mass).matrix().transpose() * ub.matrix();
              }
            // The lower triangle: the later parameter is the row.
            if (b.first > a.first)
              information.block(eigen_index(b.first), eigen_index(a.first), cross.cols(), cross.rows()) -=
                  cross.transpose();
            else
              information.block(eigen_index(a.first), eigen_index(b.first), cross.rows(), cross.cols()) -=
                  cross;
          }
      });
}

// - E[h + s s'] within an item, within the group's distribution, and between the two.
void ItemProblem::add_curvature(MatrixXd& information, const ItemPoint& point, std::size_t group,
                                const Expected& expected) const {
  std::optional<WeightScores> v;
  const auto at = eigen_index(group == 0 ? 0 : group_first(group));
  if (group > 0) v = weight_scores(layout_, weights(point.x, group), point.x[at], point.x[at + 1]);
  for (std::size_t i = 0; i < items(); ++i) {
    const ItemSlot& slot = this->slot(group, i);
    const auto n = eigen_index(slot.answers);
    const auto first = eigen_index(slot.first);
    ItemCurve curve(slot.answers);
    for (std::size_t q = 0; q < layout_.nodes(); ++q) {
      (void)curve.at(slot.model, values_of(point.x, slot), layout_.node(q));
      for (std::size_t k = 0; k < slot.answers; ++k) {
        const double count = expected.counts(eigen_index(q), eigen_index(layout_.first(i) + k));
        information.block(first, first, n, n) -=
            count * curvature_at(slot.model, curve, k, slot.answers, layout_.node(q));
        if (!v) continue;
        const VectorXd u = score_at(curve, k, slot.answers, layout_.node(q));
        information.block(at, first, 1, n) -= count * v->by_mean[eigen_index(q)] * u.transpose();
        information.block(at + 1, first, 1, n) -= count * v->by_sd[eigen_index(q)] * u.transpose();
      }
    }
  }
  if (!v) return;
  const double sd = point.x[at + 1];
  for (std::size_t q = 0; q < layout_.nodes(); ++q) {
    const double d = layout_.node(q) - point.x[at];
    Eigen::Matrix2d h;
    h << -1 / (sd * sd), -2 * d / (sd * sd * sd), -2 * d / (sd * sd * sd), -3 * d * d / (sd * sd * sd * sd);
    h -= v->mean_curvature;
    const Eigen::Vector2d s(v->by_mean[eigen_index(q)], v->by_sd[eigen_index(q)]);
    information.block(at, at, 2, 2) -= expected.mass[eigen_index(q)] * (h + s * s.transpose());
  }
}

MatrixXd ItemProblem::observed_information(const ItemPoint& point) const {
  MatrixXd information = MatrixXd::Zero(point.x.size(), point.x.size());
  for (std::size_t g = 0; g < groups(); ++g) {
    add_products(information, point.x, g);
    add_curvature(information, point, g,
                  expect_answers(patterns_[g], layout_, *table(point.x, g), weights(point.x, g), threads_));
  }
  information.triangularView<Eigen::StrictlyUpper>() = information.transpose();
  return information;
}

}  // namespace securebase::stats
