#include "measures/adaptive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace securebase::measures {
namespace {

stats::AdaptivePlan plan_of(const AdaptiveRule& rule) {
  stats::AdaptivePlan plan;
  plan.selection = rule.selection;
  plan.stop_error = rule.stop_error;
  plan.least_items = rule.least_items;
  plan.most_items = rule.most_items;
  plan.least_gain = rule.least_gain;
  plan.drawn_among = rule.drawn_among;
  return plan;
}

bool sensible(const AdaptiveRule& rule) {
  return rule.most_items > 0 && rule.least_items <= rule.most_items && rule.drawn_among > 0 &&
         rule.stop_error >= 0 && rule.least_gain >= 0 && rule.least_gain < 1;
}

}  // namespace

Result<AdaptiveMeasure> AdaptiveMeasure::open(const catalog::Instrument& instrument,
                                              const catalog::Order& order, const AdaptiveRule& rule,
                                              AnswersOf of) {
  if (!sensible(rule))
    return fail(ErrorKind::usage, "adaptive.rule",
                "a scale needs at least one item, no more at least than at most, an error of 0 or more, a "
                "gain from 0 "
                "to below 1");
  AdaptiveMeasure measure;
  measure.rule_ = rule;
  for (const std::string& id : calibrated_scales(instrument, order, of)) {
    auto scale = CalibratedScale::open(instrument, order, id, of);
    if (!scale) return tl::unexpected(scale.error());
    measure.tests_.emplace_back(scale->items(), plan_of(rule), scale->dependence());
    measure.scales_.push_back(std::move(*scale));
  }
  if (measure.scales_.empty())
    return fail(
        ErrorKind::not_found, "adaptive.none",
        fmt::format("no scale of {} has item parameters from real answers in the order '{}': it is asked in "
                    "full",
                    instrument.abbreviation, order.id));
  return measure;
}

Result<AdaptiveProgress> AdaptiveMeasure::next(std::span<const AdaptiveAnswer> asked,
                                               const stats::RandomKey& key) const {
  std::vector<std::vector<stats::AskedItem>> of_scale(scales_.size());
  const auto wrong = [](int position) {
    return fail(
        ErrorKind::bad_data, "adaptive.answer",
        fmt::format("item {} was answered twice, has no such answer, or is none of this measure", position));
  };
  for (const AdaptiveAnswer& answer : asked) {
    bool found = false;
    for (std::size_t s = 0; s < scales_.size(); ++s) {
      const auto& positions = scales_[s].positions();
      const auto at = std::find(positions.begin(), positions.end(), answer.position);
      if (at == positions.end()) continue;
      const auto item = static_cast<std::uint32_t>(at - positions.begin());
      const bool twice =
          std::any_of(of_scale[s].begin(), of_scale[s].end(), [&](const auto& a) { return a.item == item; });
      if (twice || (answer.answer < stats::no_answer && answer.answer >= scales_[s].items()[item].answers()))
        return wrong(answer.position);
      of_scale[s].push_back({item, scales_[s].keyed(item, answer.answer)});
      found = true;
    }
    if (!found) return wrong(answer.position);
  }
  AdaptiveProgress progress;
  const bool enough = rule_.most_in_all > 0 && asked.size() >= rule_.most_in_all;
  std::optional<std::tuple<std::size_t, double>> first;
  for (std::size_t s = 0; s < scales_.size(); ++s) {
    const auto step = tests_[s].next(of_scale[s], key.part(s));
    const bool done = step.stop != stats::AdaptiveStop::going_on;
    progress.scales.push_back({scales_[s].scale().id,
                               {step.estimate.theta, step.estimate.sd},
                               of_scale[s].size(),
                               enough && !done ? stats::AdaptiveStop::most_items : step.stop});
    if (done || enough) continue;
    progress.most_left += std::min(rule_.most_items, scales_[s].items().size()) - of_scale[s].size();
    const std::tuple turn{of_scale[s].size(), -step.estimate.sd};
    if (first && *first <= turn) continue;
    first = turn;
    progress.next = scales_[s].positions()[step.item];
  }
  if (rule_.most_in_all > 0 && !enough)
    progress.most_left = std::min(progress.most_left, rule_.most_in_all - asked.size());
  return progress;
}

}  // namespace securebase::measures
