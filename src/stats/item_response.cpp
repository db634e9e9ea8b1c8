#include "stats/item_response.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "stats/item_curve.hpp"

namespace securebase::stats {
namespace {

double logistic(double z) {
  if (z >= 0) return 1 / (1 + std::exp(-z));
  const double e = std::exp(z);
  return e / (1 + e);
}

ItemCurve curve_at(const PolytomousItem& item, double theta) {
  ItemCurve curve(item.answers());
  if (!curve.at(item.model, slope_and_intercepts(item), theta))
    throw std::domain_error("an item's thresholds are not in order, or theta is not finite");
  return curve;
}

}  // namespace

bool ItemCurve::at(ItemModel model, std::span<const double> x, double theta) {
  for (std::size_t k = 1; k < answers_; ++k) z_[k] = x[0] * theta + x[k];
  std::fill(w_.begin(), w_.end(), 0);
  return model == ItemModel::graded_response ? graded() : partial_credit();
}

bool ItemCurve::graded() {
  for (std::size_t k = 0; k < answers_; ++k) {
    const bool first = k == 0;
    const bool last = k + 1 == answers_;
    const double above = first ? 1 : logistic(z_[k]);
    const double below = last ? 1 : logistic(-z_[k + 1]);
    p_[k] = first || last ? above * below : -std::expm1(z_[k + 1] - z_[k]) * above * below;
    if (!(p_[k] > 0)) return false;
    if (!first) w_[k * answers_ + k] = above * logistic(-z_[k]) / p_[k];
    if (!last) w_[k * answers_ + k + 1] = -below * logistic(z_[k + 1]) / p_[k];
  }
  return true;
}

bool ItemCurve::partial_credit() {
  double largest = 0;
  double sum = 0;
  p_[0] = 0;
  for (std::size_t k = 1; k < answers_; ++k) {
    p_[k] = p_[k - 1] + z_[k];
    largest = std::max(largest, p_[k]);
  }
  for (double& p : p_) sum += p = std::exp(p - largest);
  for (double& p : p_) p /= sum;
  double at_least = 0;
  for (std::size_t j = answers_ - 1; j > 0; --j) {
    at_least += p_[j];
    for (std::size_t k = 0; k < answers_; ++k) w_[k * answers_ + j] = (k >= j ? 1 : 0) - at_least;
  }
  return std::all_of(p_.begin(), p_.end(), [](double p) { return p > 0; });
}

double ItemCurve::at_least(std::size_t k) const {
  double sum = 0;
  for (std::size_t l = answers_; l-- > k;) sum += p_[l];
  return sum;
}

double ItemCurve::second_ratio(ItemModel model, std::size_t k, std::size_t j, std::size_t l) const {
  if (model == ItemModel::graded_response) return j == l ? derivative(k, j) * (1 - 2 * logistic(z_[j])) : 0;
  return derivative(k, j) * derivative(k, l) - (at_least(std::max(j, l)) - at_least(j) * at_least(l));
}

void answer_probabilities(const PolytomousItem& item, double theta, std::span<double> probabilities) {
  const auto curve = curve_at(item, theta);
  std::copy(curve.probabilities().begin(), curve.probabilities().end(), probabilities.begin());
}

std::uint8_t answer_at(const PolytomousItem& item, double theta, double uniform) {
  std::vector<double> p(item.answers());
  answer_probabilities(item, theta, p);
  std::uint8_t answer = 0;
  double below = p[0];
  while (uniform > below && answer + 1U < p.size()) below += p[++answer];
  return answer;
}

double expected_answer(const PolytomousItem& item, double theta) {
  const auto curve = curve_at(item, theta);
  double sum = 0;
  for (std::size_t k = 1; k < item.answers(); ++k) sum += static_cast<double>(k) * curve.probabilities()[k];
  return sum;
}

// P' / P = a sum_j d ln P / d z_j
double item_information(const PolytomousItem& item, double theta) {
  const auto curve = curve_at(item, theta);
  double sum = 0;
  for (std::size_t k = 0; k < item.answers(); ++k) {
    double slope = 0;
    for (std::size_t j = 1; j < item.answers(); ++j) slope += curve.derivative(k, j);
    sum += curve.probabilities()[k] * slope * slope;
  }
  return item.discrimination * item.discrimination * sum;
}

double test_information(std::span<const PolytomousItem> items, double theta) {
  double sum = 0;
  for (const PolytomousItem& item : items) sum += item_information(item, theta);
  return sum;
}

}  // namespace securebase::stats
