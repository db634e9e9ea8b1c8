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

std::optional<Boundary> boundary_of(const Scale& scale, const Order& order, double before, double after) {
  const auto* line = clinical_boundary(scale, order);
  if (line == nullptr) return std::nullopt;
  return Boundary{line->value,
                  line->side,
                  line->label,
                  line->provenance.verified,
                  on_clinical_side(*line, before),
                  on_clinical_side(*line, after)};
}

/// The distance between neighbouring scores; nothing for means.
std::optional<double> step_of(const Scale& scale, const Order& order) {
  if (scale.verb == catalog::Verb::mean) return std::nullopt;
  const catalog::Key& key = key_in_order(scale, order);
  std::vector<double> summed = key.weights;
  for (const auto& recode : key.recodes)
    for (const auto& [answer, worth] : recode.table) summed.push_back(worth);
  return stats::score_step(summed, scale.multiply);
}

ChangeDirection direction_of(double difference) {
  if (difference == 0) return ChangeDirection::same;
  return difference > 0 ? ChangeDirection::higher : ChangeDirection::lower;
}

ChangeCategory category_of(const Scale& scale, const Change& change, bool reliable) {
  if (!reliable) return ChangeCategory::unchanged;
  if (scale.direction == Direction::contested) return ChangeCategory::reliable;
  const bool better = (*change.difference > 0) == (scale.direction == Direction::higher_better);
  if (!better) return ChangeCategory::deteriorated;
  const bool crossed =
      change.boundary && change.boundary->clinical_before && !change.boundary->clinical_after;
  return crossed ? ChangeCategory::recovered : ChangeCategory::improved;
}

void weigh_against_error(const Scale& scale, const Order& order, Change& change) {
  const auto basis = error_basis(scale, order, ErrorUse::change);
  if (!basis) {
    change.basis = why_no_error(scale, order, ErrorUse::change);
    return;
  }
  const double measurement = stats::standard_error_of_measurement(basis->sd, basis->reliability);
  const double error = stats::standard_error_of_difference(measurement);
  const double reach = stats::normal_reach(level) * error;
  change.standard_error = error;
  change.interval = Interval{*change.difference - reach, *change.difference + reach, level};
  change.reliable_change_index = *change.difference / error;
  change.threshold = reach;
  if (const auto step = step_of(scale, order)) change.least_reliable = stats::least_beyond(reach, *step);
  change.basis = "reliable change index (Jacobson & Truax 1991) from " + basis->text;
  change.verified = basis->verified;
  change.one_sitting = basis->one_sitting;
  change.category = category_of(scale, change, std::abs(*change.difference) > reach);
}

/// Where a score is estimated from some of the items it has an error of its own, and so has the difference.
void weigh_against_own_errors(const Scale& scale, const Score& before, const Score& after, Change& change) {
  if (before.state != ScoreState::estimated && after.state != ScoreState::estimated) return;
  if (!change.difference || !before.error || !after.error) return;
  const double error = std::hypot(before.error->value, after.error->value);
  const double reach = stats::normal_reach(level) * error;
  change.standard_error = error;
  change.interval = Interval{*change.difference - reach, *change.difference + reach, level};
  change.reliable_change_index = *change.difference / error;
  change.threshold = reach;
  change.least_reliable.reset();
  change.basis = "the errors of both scores: " + before.error->basis + "; " + after.error->basis;
  change.verified = before.error->verified && after.error->verified;
  change.one_sitting = true;
  change.category = category_of(scale, change, std::abs(*change.difference) > reach);
}

/// A published size decides only where error is not known and the size is one of reliable change: one that
/// is called important says nothing about error.
void weigh_against_published(const Scale& scale, const Order& order, Change& change) {
  const auto* rule = published(scale, order);
  if (rule == nullptr) return;
  change.published = PublishedSize{rule->kind, rule->points, rule->basis,
                                   std::abs(*change.difference) >= rule->points, rule->provenance.verified};
  if (change.threshold || rule->kind != catalog::ChangeKind::reliable) return;
  change.category = category_of(scale, change, change.published->reached);
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

std::optional<RiskAnswer> answer_to(const std::vector<RiskAnswer>& risks, int item) {
  const auto found =
      std::find_if(risks.begin(), risks.end(), [&](const RiskAnswer& risk) { return risk.item == item; });
  return found == risks.end() ? std::nullopt : std::optional(*found);
}

std::vector<RiskChange> risk_changes(const Instrument& instrument, const Scores& before,
                                     const Scores& after) {
  std::vector<RiskChange> result;
  for (const auto& risk : instrument.risks)
    for (const int item : risk.items) {
      RiskChange change{item, risk.topic, answer_to(before.risks, item), answer_to(after.risks, item)};
      if (change.before || change.after) result.push_back(std::move(change));
    }
  return result;
}

std::string words_for(const std::optional<RiskAnswer>& risk) {
  if (!risk) return "not asked";
  return risk->code ? fmt::format("{}", *risk->code) : "unanswered";
}

void say_risks(ChangeReport& report) {
  for (const RiskChange& risk : report.risks) {
    if (!needs_attention(risk)) continue;
    const bool now = risk.after && needs_attention(*risk.after);
    std::string statement = fmt::format("Item {} ({}): {} before, {} after.", risk.item, risk.topic,
                                        words_for(risk.before), words_for(risk.after));
    if (risk.after && !risk.after->code) statement += " An empty answer is not a no.";
    statement +=
        now ? " Talk with the person about it before they leave, or today; follow your safety procedure."
            : " It was raised or empty on the first occasion. The lowest answer now does not mean that the "
              "danger is over: ask.";
    const char* code = !now ? "risk.before" : risk.after->code ? "risk.answered" : "risk.unanswered";
    report.findings.push_back({code, statement, "the answers themselves",
                               "It is not a prediction, and not a measure of how great the risk is."});
  }
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

void say_one_sitting(ChangeReport& report) {
  const auto rests_on_one = [](const Change& change) { return change.one_sitting; };
  if (std::any_of(report.changes.begin(), report.changes.end(), rests_on_one))
    report.findings.push_back(
        {"change.one_sitting",
         "This error rests on one sitting: ups and downs from day to day are not in it.",
         "internal consistency, where no test-retest reliability is known",
         "A change just beyond it may be no more than such ups and downs."});
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
    case ChangeCategory::one_occasion:
      return "one_occasion";
    case ChangeCategory::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

bool needs_attention(const RiskChange& risk) {
  return (risk.before && needs_attention(*risk.before)) || (risk.after && needs_attention(*risk.after));
}

bool needs_attention(const std::vector<RiskChange>& risks) {
  return std::any_of(risks.begin(), risks.end(),
                     [](const RiskChange& risk) { return needs_attention(risk); });
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
  if (instrument.calibration_needed > 0) {
    change.basis = "a new measure without known reliability: direction only";
    return change;
  }
  change.boundary = boundary_of(scale, order, *before, *after);
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
                      risk_changes(instrument, before, after),
                      {}};
  for (std::size_t s = 0; s < instrument.scales.size(); ++s) {
    const Scale& scale = instrument.scales[s];
    Change change =
        change_on_scale(instrument, scale, **order, before.scores[s].value, after.scores[s].value);
    weigh_against_own_errors(scale, before.scores[s], after.scores[s], change);
    report.changes.push_back(std::move(change));
  }
  say_risks(report);
  say_category(report);
  say_one_sitting(report);
  return report;
}

ChangeReport one_occasion(const Instrument& instrument, const Scores& scores, Occasion occasion) {
  const bool first = occasion == Occasion::before;
  ChangeReport report;
  report.instrument = instrument.id;
  report.version = instrument.version;
  (first ? report.order_before : report.order_after) = scores.order;
  report.calibrated = instrument.calibration_needed == 0;
  for (const Score& score : scores.scores) {
    Change change;
    change.scale = score.scale;
    change.name = score.name;
    (first ? change.before : change.after) = score.value;
    change.category = ChangeCategory::one_occasion;
    change.basis = "no answers on the other occasion";
    report.changes.push_back(std::move(change));
  }
  const Scores none;
  report.risks = risk_changes(instrument, first ? scores : none, first ? none : scores);
  say_risks(report);
  return report;
}

}  // namespace securebase::measures
