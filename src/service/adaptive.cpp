#include "service/adaptive.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "measures/adaptive.hpp"

namespace securebase::service {
namespace {

using measures::AnswersOf;
using measures::ResponseStatus;

// So that one person's sheets do not begin alike each time, and no question is worn out: of the ECR's, those
// that everybody was asked come to nine in ten, at a tenth of a question more a scale (`cat simulate
// --drawn-among`).
constexpr std::size_t drawn_among = 3;

measures::AdaptiveRule rule_of(const Administration& sheet) {
  measures::AdaptiveRule rule;
  rule.drawn_among = drawn_among;
  rule.most_in_all = static_cast<std::size_t>(std::max(0, sheet.most_items.value_or(0)));
  return rule;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

/// Of the sheet alone, so that whoever comes back is asked the same again.
stats::RandomKey key_of(const Administration& sheet) {
  const std::string& digits = sheet.id.text();
  return {number_of(std::string_view(digits).substr(0, 16)), number_of(std::string_view(digits).substr(16))};
}

std::set<int> positions_of(const std::vector<measures::CalibratedScale>& scales) {
  std::set<int> positions;
  for (const auto& scale : scales) positions.insert(scale.positions().begin(), scale.positions().end());
  return positions;
}

std::vector<measures::AdaptiveAnswer> asked_of(const Definition& definition, const std::set<int>& positions,
                                               const measures::Responses& responses) {
  std::vector<measures::AdaptiveAnswer> asked;
  for (const int position : positions) {
    const measures::Response& response = responses.at(static_cast<std::size_t>(position - 1));
    if (response.status == ResponseStatus::not_asked) continue;
    const auto range = catalog::range_in_order(*definition.instrument, *definition.order, position);
    asked.push_back({position, response.status == ResponseStatus::answered
                                   ? measures::to_byte(response, range)
                                   : measures::skipped_byte});
  }
  return asked;
}

int least_left(const measures::AdaptiveMeasure& measure, const measures::AdaptiveProgress& progress) {
  std::size_t left = 0;
  for (std::size_t s = 0; s < progress.scales.size(); ++s) {
    const std::size_t least = std::min(measure.rule().least_items, measure.scales()[s].items().size());
    if (progress.scales[s].stop == stats::AdaptiveStop::going_on)
      left += least - std::min(least, progress.scales[s].asked);
  }
  return static_cast<int>(left);
}

}  // namespace

std::optional<QuestionCount> adaptive_count(const catalog::Instrument& instrument,
                                            const catalog::Order& order) {
  // A risk item is never left out by what others say, and what depends on an answer needs that answer.
  if (instrument.calibration_needed > 0 || !instrument.risks.empty() || !instrument.rules.empty())
    return std::nullopt;
  const measures::AdaptiveRule rule;
  std::size_t least = 0;
  std::size_t most = 0;
  for (const std::string& scale : measures::calibrated_scales(instrument, order, AnswersOf::people)) {
    const auto& items = catalog::find_calibration(instrument, scale, order.id)->items;
    for (const auto& item : items)
      if (instrument.items.at(static_cast<std::size_t>(item.item - 1)).optional) return std::nullopt;
    least += std::min(rule.least_items, items.size());
    most += std::min(rule.most_items, items.size());
  }
  if (most == 0) return std::nullopt;
  return QuestionCount{static_cast<int>(least), static_cast<int>(most)};
}

Result<NextQuestion> next_of(const Definition& definition, const Administration& sheet,
                             const measures::Responses& responses) {
  if (!sheet.adaptive)
    return fail(ErrorKind::conflict, "measure.not_adaptive", "every question of this sheet is asked");
  const auto measure = measures::AdaptiveMeasure::open(*definition.instrument, *definition.order,
                                                       rule_of(sheet), AnswersOf::people);
  if (!measure) return tl::unexpected(measure.error());
  const auto asked = asked_of(definition, positions_of(measure->scales()), responses);
  const auto progress = measure->next(asked, key_of(sheet));
  if (!progress) return tl::unexpected(progress.error());
  return NextQuestion{progress->next, least_left(*measure, *progress), static_cast<int>(progress->most_left)};
}

}  // namespace securebase::service
