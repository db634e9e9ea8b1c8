#include "measures/change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/change.hpp"

namespace securebase::measures {
namespace {

using catalog::Direction;
using catalog::Instrument;
using catalog::Order;
using catalog::Scale;

constexpr double level = 0.95;

const catalog::PublishedChange* published(const Scale& scale, const Order& order) {
  const auto found = std::find_if(scale.changes.begin(), scale.changes.end(),
                                  [&](const auto& change) { return holds_in_order(change.orders, order); });
  return found == scale.changes.end() ? nullptr : &*found;
}

const catalog::Cutoff* clinical_boundary(const Scale& scale, const Order& order) {
  const auto found = std::find_if(scale.cutoffs.begin(), scale.cutoffs.end(), [&](const auto& cutoff) {
    return cutoff.clinical_boundary && holds_in_order(cutoff.orders, order);
  });
  return found == scale.cutoffs.end() ? nullptr : &*found;
}

bool on_clinical_side(const catalog::Cutoff& boundary, double value) {
  return boundary.side == catalog::Side::at_or_above ? value >= boundary.value : value < boundary.value;
}

ChangeDirection direction_of(double difference) {
  if (difference == 0) return ChangeDirection::same;
  return difference > 0 ? ChangeDirection::higher : ChangeDirection::lower;
}

ChangeCategory category_of(const Scale& scale, const Order& order, const Change& change, bool reliable) {
  if (!reliable) return ChangeCategory::unchanged;
  if (scale.direction == Direction::contested) return ChangeCategory::reliable;
  const bool better = (*change.difference > 0) == (scale.direction == Direction::higher_better);
  if (!better) return ChangeCategory::deteriorated;
  const auto* boundary = clinical_boundary(scale, order);
  const bool crossed = boundary != nullptr && on_clinical_side(*boundary, *change.before) &&
                       !on_clinical_side(*boundary, *change.after);
  return crossed ? ChangeCategory::recovered : ChangeCategory::improved;
}

void weigh_against_error(const Scale& scale, const Order& order, Change& change) {
  const auto basis = error_basis(scale, order, ErrorUse::change);
  if (!basis) return;
  const double measurement = stats::standard_error_of_measurement(basis->sd, basis->reliability);
  const double error = stats::standard_error_of_difference(measurement);
  const double reach = stats::normal_reach(level) * error;
  change.standard_error = error;
  change.interval = Interval{*change.difference - reach, *change.difference + reach, level};
  change.reliable_change_index = *change.difference / error;
  change.threshold = reach;
  change.basis = "reliable change index (Jacobson & Truax 1991) from " + basis->text;
  change.verified = basis->verified;
  change.category = category_of(scale, order, change, std::abs(*change.difference) > reach);
}

void weigh_against_published(const Scale& scale, const Order& order, Change& change) {
  const auto* rule = published(scale, order);
  if (rule == nullptr) return;
  change.published_threshold = rule->points;
  change.beyond_published = std::abs(*change.difference) >= rule->points;
  if (change.threshold) return;
  change.category = category_of(scale, order, change, *change.beyond_published);
  change.basis =
      fmt::format("published size of reliable change, {:g} points: {}{}", rule->points, rule->basis,
                  rule->provenance.verified ? "" : "; not verified against its source");
  change.verified = rule->provenance.verified;
}

Result<const Order*> shared_order(const Instrument& instrument, const Scores& before, const Scores& after) {
  const auto refuse = [](std::string_view code, std::string detail) {
    return fail(ErrorKind::bad_data, fmt::format("change.{}", code), std::move(detail));
  };
  if (before.instrument != after.instrument || before.instrument != instrument.id)
    return refuse("instrument",
                  fmt::format("scores of {} and of {} cannot be compared: another instrument has another "
                              "scale, even under the same name",
                              before.instrument, after.instrument));
  if (before.version != after.version)
    return refuse("version", fmt::format("scores of versions {} and {} cannot be compared", before.version,
                                         after.version));
  const Order* first = find_order(instrument, before.order);
  const Order* second = find_order(instrument, after.order);
  if (first == nullptr || second == nullptr)
    return refuse("order", fmt::format("no order '{}'", first == nullptr ? before.order : after.order));
  if (first->id != second->id && !(first->default_range && second->default_range))
    return refuse(
        "range",
        fmt::format("the orders '{}' and '{}' have other answer codes: their scores are in other units",
                    first->id, second->id));
  return second;
}

void say_category(ChangeReport& report) {
  for (const Change& change : report.changes) {
    if (change.category == ChangeCategory::undetermined) continue;
    report.findings.push_back(
        {fmt::format("change.{}", to_text(change.category)),
         fmt::format("{}: {:+.3g} points, {}.", change.name, *change.difference,
                     change.category == ChangeCategory::unchanged ? "within what error alone can produce"
                                                                  : "more than error alone would produce"),
         change.basis, "It does not say what brought the change about."});
  }
}

}  // namespace

std::string_view to_text(ChangeCategory category) {
  switch (category) {
    case ChangeCategory::recovered:
      return "recovered";
    case ChangeCategory::improved:
      return "improved";
    case ChangeCategory::unchanged:
      return "unchanged";
    case ChangeCategory::deteriorated:
      return "deteriorated";
    case ChangeCategory::reliable:
      return "reliable";
    case ChangeCategory::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

Change change_on_scale(const Instrument& instrument, const Scale& scale, const Order& order,
                       std::optional<double> before, std::optional<double> after) {
  Change change;
  change.scale = scale.id;
  change.name = scale.name;
  change.before = before;
  change.after = after;
  if (!before || !after) {
    change.basis = "no score on one of the occasions";
    return change;
  }
  change.difference = *after - *before;
  change.direction = direction_of(*change.difference);
  change.basis = "nothing known about this scale's error: direction only";
  if (instrument.calibration_needed > 0) {
    change.basis = "a new measure without known reliability: direction only";
    return change;
  }
  weigh_against_error(scale, order, change);
  weigh_against_published(scale, order, change);
  return change;
}

Result<ChangeReport> change(const Instrument& instrument, const Scores& before, const Scores& after) {
  const auto order = shared_order(instrument, before, after);
  if (!order) return tl::unexpected(order.error());
  ChangeReport report{instrument.id,
                      instrument.version,
                      before.order,
                      after.order,
                      instrument.calibration_needed == 0,
                      {},
                      {}};
  for (std::size_t s = 0; s < instrument.scales.size(); ++s)
    report.changes.push_back(change_on_scale(instrument, instrument.scales[s], **order,
                                             before.scores[s].value, after.scores[s].value));
  say_category(report);
  return report;
}

}  // namespace securebase::measures
