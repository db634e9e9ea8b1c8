#include "measures/calibrated.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "stats/quadrature.hpp"

namespace securebase::measures {
namespace {

constexpr stats::Quadrature nodes{};  // those of the calibration

stats::PolytomousItem parameters(const catalog::Calibration& calibration,
                                 const catalog::ItemCalibration& item) {
  return {calibration.model == catalog::ItemResponseModel::graded_response
              ? stats::ItemModel::graded_response
              : stats::ItemModel::generalized_partial_credit,
          item.discrimination, item.locations};
}

bool usable(const catalog::Calibration& calibration, AnswersOf of) {
  return of == AnswersOf::nobody || !calibration.simulated;
}

Error none(const catalog::Instrument& instrument, const catalog::Order& order, const std::string& scale) {
  std::vector<std::string> known;
  for (const auto& calibration : instrument.calibrations)
    known.push_back(fmt::format("{} in the order {}", calibration.scale, calibration.order));
  return {ErrorKind::not_found,
          "calibration.none",
          fmt::format("{} has no item parameters for '{}' in the order '{}'; calibrated: {}",
                      instrument.abbreviation, scale, order.id,
                      known.empty() ? "nothing" : fmt::format("{}", fmt::join(known, ", "))),
          {}};
}

}  // namespace

Result<CalibratedScale> CalibratedScale::open(const catalog::Instrument& instrument,
                                              const catalog::Order& order, const std::string& scale,
                                              AnswersOf of) {
  const catalog::Calibration* calibration = find_calibration(instrument, scale, order.id);
  if (calibration == nullptr) return tl::unexpected(none(instrument, order, scale));
  if (!usable(*calibration, of))
    return fail(ErrorKind::usage, "calibration.simulated",
                fmt::format("the item parameters of {} are from simulated answers: they never score a person",
                            instrument.abbreviation));
  CalibratedScale result;
  result.scale_ = find_scale(instrument, scale);
  result.calibration_ = calibration;
  const catalog::Key& key = key_in_order(*result.scale_, order);
  for (const catalog::ItemCalibration& item : calibration->items) {
    const auto at = static_cast<std::size_t>(std::find(key.items.begin(), key.items.end(), item.item) -
                                             key.items.begin());
    result.positions_.push_back(item.item);
    result.reversed_.push_back(std::find(key.reversed.begin(), key.reversed.end(), item.item) !=
                               key.reversed.end());
    result.weights_.push_back(key.weights.empty() ? 1 : key.weights[at]);
    result.lowest_.push_back(range_in_order(instrument, order, item.item).min);
    result.items_.push_back(parameters(*calibration, item));
  }
  result.scorer_.emplace_back(result.items_, stats::StatePrior{}, nodes);
  for (const double theta : stats::quadrature_nodes(nodes))
    result.score_at_node_.push_back(result.expected_score(theta));
  return result;
}

std::vector<double> CalibratedScale::dependence() const {
  std::vector<double> pairs;
  for (const catalog::ItemCalibration& item : calibration_->items) {
    if (item.dependence.empty()) return {};
    pairs.insert(pairs.end(), item.dependence.begin(), item.dependence.end());
  }
  return pairs;
}

std::uint8_t CalibratedScale::keyed(std::size_t i, AnswerByte byte) const {
  if (byte >= stats::no_answer || !reversed_[i]) return byte;
  return static_cast<std::uint8_t>(items_[i].answers() - 1 - byte);
}

std::vector<std::uint8_t> CalibratedScale::keyed_row(const AnswerByte* row) const {
  std::vector<std::uint8_t> answers(items_.size());
  for (std::size_t i = 0; i < items_.size(); ++i) answers[i] = keyed(i, row[positions_[i] - 1]);
  return answers;
}

double CalibratedScale::expected_score(double theta) const {
  double sum = 0;
  double weight = 0;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    sum += weights_[i] * (lowest_[i] + stats::expected_answer(items_[i], theta));
    weight += weights_[i];
  }
  return scale_->multiply * (scale_->verb == catalog::Verb::mean ? sum / weight : sum);
}

StateEstimate CalibratedScale::estimate(const AnswerByte* row) const {
  const auto answers = keyed_row(row);
  const auto state = scorer_.front().score(answers);
  const auto answered =
      std::count_if(answers.begin(), answers.end(), [](auto a) { return a < stats::no_answer; });
  return {
      {state.theta, state.sd}, scorer_.front().expected(answers, score_at_node_), static_cast<int>(answered)};
}

std::vector<std::string> calibrated_scales(const catalog::Instrument& instrument, const catalog::Order& order,
                                           AnswersOf of) {
  std::vector<std::string> ids;
  for (const catalog::Scale& scale : instrument.scales)
    if (const auto* found = find_calibration(instrument, scale.id, order.id);
        found != nullptr && usable(*found, of))
      ids.push_back(scale.id);
  return ids;
}

const catalog::StateNorm* state_norm(const catalog::Calibration& calibration,
                                     const std::optional<std::string>& gender, std::optional<int> age) {
  const auto fits = [&](const catalog::StateNorm& norm) {
    if (norm.gender && norm.gender != gender) return false;
    if (norm.age_from && (!age || *age < *norm.age_from)) return false;
    return !norm.age_to || (age && *age <= *norm.age_to);
  };
  const auto specific = [](const catalog::StateNorm& norm) {
    return (norm.gender ? 1 : 0) + (norm.age_from || norm.age_to ? 1 : 0);
  };
  const catalog::StateNorm* best = nullptr;
  for (const auto& norm : calibration.norms)
    if (fits(norm) && (best == nullptr || specific(norm) > specific(*best))) best = &norm;
  return best;
}

}  // namespace securebase::measures
