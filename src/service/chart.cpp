#include "service/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "measures/change.hpp"

namespace securebase::service {
namespace {

using measures::Change;
using measures::ChangeCategory;
using measures::Score;

constexpr std::size_t scores_for_lines = 3;

// Numbers that belong together stay on one line.
constexpr std::string_view to_with_spaces = "\u00a0to\u00a0";

std::string number(double value) {
  std::string text = fmt::format("{:.2f}", value == 0 ? 0.0 : value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// As exact as the scale is fine: whole points where it has twenty or more.
std::string range(const Score& score) {
  const double width = score.range_max - score.range_min;
  const int digits = width >= 20 ? 0 : width >= 10 ? 1 : 2;
  const auto& [lower, upper] = std::pair(score.error->interval.lower, score.error->interval.upper);
  return fmt::format("{:.{}f}{}{:.{}f}", lower, digits, to_with_spaces, upper, digits);
}

std::string day(Instant at) {
  constexpr std::array months = {"January", "February", "March",     "April",   "May",      "June",
                                 "July",    "August",   "September", "October", "November", "December"};
  const Date date = date_of(at);
  return fmt::format("{}\u00a0{}\u00a0{}", date.day, months.at(static_cast<std::size_t>(date.month - 1)),
                     date.year);
}

bool is_estimated(const Score& score) {
  return score.state == measures::ScoreState::estimated;
}

/// The score as it is shown: an estimated one says so.
std::string shown(const Score& score) {
  return number(*score.value) + (is_estimated(score) ? " (estimated)" : "");
}

Instant sent(const ScoredSheet& sheet) {
  return sheet.administration.sent_at.value_or(sheet.administration.given_at);
}

/// What belongs on one chart, oldest first.
struct Series {
  const catalog::Instrument* instrument = nullptr;
  const catalog::Order* order = nullptr;
  const catalog::Scale* scale = nullptr;
  Id<Person> respondent;
  std::vector<const ScoredSheet*> sheets;
  std::vector<const Score*> scores;  ///< of the sheets

  /// Those with a value.
  [[nodiscard]] std::vector<std::size_t> known() const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (scores[i]->value) places.push_back(i);
    return places;
  }
  [[nodiscard]] bool is_calibrated() const { return instrument->calibration_needed == 0; }
};

const Score* score_of(const ScoredSheet& sheet, const catalog::Scale& scale) {
  for (const Score& score : sheet.scores.scores)
    if (score.scale == scale.id) return &score;
  return nullptr;
}

std::string key_of(const ScoredSheet& sheet, const catalog::Scale& scale) {
  const Administration& given = sheet.administration;
  return fmt::format("{}@{}.{}.{}.{}.{}.{}", given.instrument, given.version, given.item_order, scale.id,
                     given.respondent.text(), given.subject.text(),
                     given.figure ? given.figure->text() : std::string());
}

std::vector<std::pair<std::string, Series>> series_of(const std::vector<ScoredSheet>& sheets) {
  std::vector<std::pair<std::string, Series>> all;
  for (const ScoredSheet& sheet : sheets)
    for (const catalog::Scale& scale : sheet.instrument->scales) {
      const Score* const score = score_of(sheet, scale);
      if (score == nullptr) continue;
      const std::string key = key_of(sheet, scale);
      auto known = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == key; });
      if (known == all.end()) {
        all.push_back(
            {key, {sheet.instrument, sheet.order, &scale, sheet.administration.respondent, {}, {}}});
        known = all.end() - 1;
      }
      known->second.sheets.push_back(&sheet);
      known->second.scores.push_back(score);
    }
  return all;
}

ChartDirection direction_of(catalog::Direction direction) {
  switch (direction) {
    case catalog::Direction::higher_worse:
      return ChartDirection::lower_is_better;
    case catalog::Direction::higher_better:
      return ChartDirection::higher_is_better;
    case catalog::Direction::contested:
      break;
  }
  return ChartDirection::neither;
}

std::string likely(const Score& score) {
  if (!score.error) return "";
  return "likely " + range(score);
}

ChartPoint point_of(const ScoredSheet& sheet, const Score& score) {
  ChartPoint point;
  point.at = sent(sheet);
  point.label = day(point.at);
  point.sheet = sheet.administration.id;
  point.value = score.value;
  if (!score.value) {
    point.words = fmt::format("{}: no score, too much was left out.", point.label);
    return point;
  }
  point.words = fmt::format("{}: {}", point.label, shown(score));
  if (score.error) {
    point.lower = score.error->interval.lower;
    point.upper = score.error->interval.upper;
    point.words += ", " + likely(score);
  }
  if (score.band) point.words += ", in the range named '" + score.band->label + "'";
  point.words += ".";
  return point;
}

std::vector<ChartGap> gaps_of(const std::vector<ChartPoint>& points) {
  std::vector<ChartGap> gaps;
  const ChartPoint* last = nullptr;
  for (const ChartPoint& point : points) {
    if (!point.value) continue;
    if (last != nullptr && point.at.ms - last->at.ms > gap_ms)
      gaps.push_back(
          {last->at, point.at, fmt::format("No answers from {} to {}.", last->label, point.label)});
    last = &point;
  }
  return gaps;
}

std::vector<ChartBand> bands_of(const Series& series) {
  // Beside an open or unanswered risk item no range is named: "mild" could reassure.
  if (measures::needs_attention(series.sheets.back()->scores.risks)) return {};
  std::vector<ChartBand> bands;
  for (const catalog::Bands& all : series.scale->bands) {
    if (!catalog::holds_in_order(all.orders, *series.order)) continue;
    for (std::size_t i = 0; i < all.bands.size(); ++i) {
      const double to = i + 1 < all.bands.size() ? all.bands[i + 1].from : series.scores.front()->range_max;
      bands.push_back({all.bands[i].from, to, all.bands[i].label, all.meaning, all.provenance.verified});
    }
    break;
  }
  return bands;
}

const catalog::Cutoff* cutoff_of(const Series& series) {
  const catalog::Cutoff* first = nullptr;
  for (const catalog::Cutoff& cutoff : series.scale->cutoffs) {
    if (!catalog::holds_in_order(cutoff.orders, *series.order)) continue;
    if (cutoff.clinical_boundary) return &cutoff;
    if (first == nullptr) first = &cutoff;
  }
  return first;
}

std::optional<Change> change_between(const Series& series, std::size_t from, std::size_t to) {
  const auto report =
      measures::change(*series.instrument, series.sheets[from]->scores, series.sheets[to]->scores);
  if (!report) return std::nullopt;
  for (const Change& change : report->changes)
    if (change.scale == series.scale->id) return change;
  return std::nullopt;
}

/// From the first score to the last one.
std::optional<Change> change_of(const Series& series) {
  const auto known = series.known();
  if (known.size() < 2) return std::nullopt;
  return change_between(series, known.front(), known.back());
}

void add_reliable_lines(const Series& series, const Change& change, std::vector<ChartLine>& lines) {
  const Score& score = *series.scores.front();
  if (!change.threshold || score.direction == catalog::Direction::contested) return;
  const double by = change.least_reliable.value_or(*change.threshold);
  const double better = score.direction == catalog::Direction::higher_better ? by : -by;
  for (const auto& [kind, value, word] :
       {std::tuple(ChartLineKind::reliable_better, *change.before + better, "better"),
        std::tuple(ChartLineKind::reliable_worse, *change.before - better, "worse")})
    if (value >= score.range_min && value <= score.range_max)
      lines.push_back({kind, value, fmt::format("{} by more than error: {}", word, number(value)),
                       change.basis, change.verified});
}

std::vector<ChartLine> lines_of(const Series& series, const std::optional<Change>& change) {
  std::vector<ChartLine> lines;
  if (const auto* cutoff = cutoff_of(series))
    lines.push_back({ChartLineKind::threshold, cutoff->value,
                     fmt::format("threshold {}", number(cutoff->value)), cutoff->label,
                     cutoff->provenance.verified});
  if (change && series.known().size() >= scores_for_lines) add_reliable_lines(series, *change, lines);
  return lines;
}

std::vector<ChartEvent> events_of(const Course& course) {
  const auto at = [](Date date) { return parse_instant(to_text(date) + "T00:00:00.000Z"); };
  std::vector<ChartEvent> events;
  if (const auto begun = at(course.begun_on)) events.push_back({*begun, "begin", "Course began"});
  if (const auto ended = course.ended_on ? at(*course.ended_on) : std::nullopt)
    events.push_back({*ended, "end", "Course ended"});
  return events;
}

// Sentences

std::string from_to(const Series& series) {
  const auto known = series.known();
  return fmt::format("{} at first, {} now", shown(*series.scores[known.front()]),
                     shown(*series.scores[known.back()]));
}

std::string change_in_words(const Series& series, const Change& change, bool risk_is_open) {
  const std::string numbers = from_to(series);
  switch (change.category) {
    case ChangeCategory::recovered:
    case ChangeCategory::improved:
      if (risk_is_open) return "A risk answer is open: contact first. " + numbers + ".";
      return "Better than at first by more than the error of the measure: " + numbers + ".";
    case ChangeCategory::deteriorated:
      return "Worse than at first by more than the error of the measure: " + numbers + ".";
    case ChangeCategory::reliable:
      return "Different from the first by more than the error of the measure: " + numbers + ".";
    case ChangeCategory::unchanged:
      return "No change beyond the error of the measure: " + numbers + ".";
    case ChangeCategory::one_occasion:
    case ChangeCategory::undetermined:
      break;
  }
  return numbers + (series.is_calibrated()
                        ? ". How large the error of this measure is, is not known."
                        : ". This measure is new: how much of a difference is error is not known yet.");
}

std::string headline_of(const Series& series, const std::optional<Change>& change, bool risk_is_open) {
  const auto known = series.known();
  if (known.empty()) return "No score: too much was left out.";
  std::string words;
  if (change) {
    words = change_in_words(series, *change, risk_is_open);
    if (known.size() == 2) words += " Too early for a direction.";
  } else {
    const Score& score = *series.scores[known.front()];
    words = fmt::format("{} on {}{}{}.", shown(score), day(sent(*series.sheets[known.front()])),
                        score.error ? ": " : "", likely(score));
  }
  const auto& risks = series.sheets.back()->scores.risks;
  if (std::any_of(risks.begin(), risks.end(), [](const auto& risk) { return !risk.code; }))
    words += " A risk question was left unanswered.";
  return words;
}

/// How the latest differs from the one before it, where that is not the first.
std::string since_before(const Series& series, bool risk_is_open) {
  const auto known = series.known();
  if (known.size() < 3) return "";
  const std::size_t before = known[known.size() - 2];
  const auto change = change_between(series, before, known.back());
  const std::string numbers =
      fmt::format("{} on {}, {} now", shown(*series.scores[before]), day(sent(*series.sheets[before])),
                  shown(*series.scores[known.back()]));
  if (!change) return numbers + ".";
  switch (change->category) {
    case ChangeCategory::recovered:
    case ChangeCategory::improved:
      if (risk_is_open) return numbers + ".";
      return numbers + ": better by more than the error of the measure.";
    case ChangeCategory::deteriorated:
      return numbers + ": worse by more than the error of the measure.";
    case ChangeCategory::reliable:
      return numbers + ": different by more than the error of the measure.";
    case ChangeCategory::unchanged:
      return numbers + ": no more than error may bring about.";
    case ChangeCategory::one_occasion:
    case ChangeCategory::undetermined:
      break;
  }
  return numbers + ". How much of that is error is not known.";
}

/// Where the latest score is near the threshold, and its error reaches across.
std::string threshold_in_words(const Series& series) {
  const auto known = series.known();
  const auto* cutoff = cutoff_of(series);
  if (known.empty() || cutoff == nullptr) return "";
  const Score& score = *series.scores[known.back()];
  if (!score.error) return "";
  const auto& [lower, upper] = std::pair(score.error->interval.lower, score.error->interval.upper);
  if (upper < cutoff->value || lower >= cutoff->value) return "";
  const bool below = *score.value < cutoff->value;
  return fmt::format(" The latest, {}, is {} the threshold of {} and may be {} it: {}.", number(*score.value),
                     below ? "below" : "at or above", number(cutoff->value), below ? "at or above" : "below",
                     likely(score));
}

std::string reason_of(const Series& series, const std::optional<Change>& change) {
  const auto known = series.known();
  if (known.empty()) return "The definition asks for more answers.";
  std::string words;
  if (known.size() == 1) {
    words = "One answer.";
  } else {
    words = fmt::format("{} answers from {} to {}.", known.size(), day(sent(*series.sheets[known.front()])),
                        day(sent(*series.sheets[known.back()])));
  }
  if (change && change->threshold)
    words += fmt::format(" {} points or more are beyond error.",
                         number(change->least_reliable.value_or(*change->threshold)));
  return words + threshold_in_words(series);
}

std::string basis_of(const Series& series, const std::optional<Change>& change) {
  const Score& last = *series.scores.back();
  const std::string& basis = change ? change->basis : last.error ? last.error->basis : last.no_error;
  return basis.empty() ? "How large the error is, is not known." : "The error rests on: " + basis + ".";
}

std::vector<std::string> limits_of(const Series& series, const ChartModel& chart,
                                   const std::optional<Change>& change) {
  std::vector<std::string> limits = {basis_of(series, change),
                                     "A score is one measurement, with error. It is not a diagnosis.",
                                     "The chart says what followed what, not why."};
  if (change && change->one_sitting)
    limits.emplace_back(
        "The error rests on answers from one sitting: how much a person varies from day to day is not in "
        "it.");
  if (std::any_of(series.scores.begin(), series.scores.end(), [](const auto* s) { return is_estimated(*s); }))
    limits.emplace_back(
        "An estimated score is what all questions would likely have given; only some were asked, and its "
        "range says how well they tell it.");
  if (!series.is_calibrated())
    limits.emplace_back("This measure is new. Raw answers and their direction are all there is.");
  const bool any_unverified =
      std::any_of(chart.bands.begin(), chart.bands.end(), [](const auto& band) { return !band.verified; }) ||
      std::any_of(chart.lines.begin(), chart.lines.end(), [](const auto& line) { return !line.verified; }) ||
      (change && change->threshold && !change->verified);
  if (any_unverified)
    limits.emplace_back("Figures marked as unverified have not been checked at their source.");
  if (!series.instrument->caution.empty()) limits.push_back(series.instrument->caution);
  return limits;
}

ChartTable table_of(const Series& series, const std::vector<ChartPoint>& points) {
  const bool has_band = std::any_of(series.scores.begin(), series.scores.end(),
                                    [](const Score* score) { return score->band.has_value(); });
  ChartTable table{{"When", "Score", "Likely"}, {}};
  if (has_band) table.columns.emplace_back("Range");
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Score& score = *series.scores[i];
    std::vector<std::string> row = {points[i].label, score.value ? shown(score) : "none",
                                    score.error ? range(score) : ""};
    if (has_band) row.push_back(score.band ? score.band->label : "");
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string title_of(const Series& series, const ChartCourse& course) {
  const catalog::Instrument& instrument = *series.instrument;
  std::string title = instrument.abbreviation.empty() ? instrument.name : instrument.abbreviation;
  if (instrument.scales.size() > 1 || series.scale->name != title) title += ", " + series.scale->name;
  const auto name = course.names.find(series.respondent);
  return name == course.names.end() ? title : title + ": " + name->second;
}

}  // namespace

std::vector<ChartModel> charts_of(const ChartCourse& course, const std::vector<ScoredSheet>& sheets) {
  std::vector<ChartModel> charts;
  for (const auto& [key, series] : series_of(sheets)) {
    const auto change = change_of(series);
    const bool risk_is_open = course.open_risks.contains(series.respondent);
    ChartModel chart;
    chart.id = key;
    chart.title = title_of(series, course);
    chart.headline = headline_of(series, change, risk_is_open);
    chart.reason = reason_of(series, change);
    chart.since_before = since_before(series, risk_is_open);
    const Score& first = *series.scores.front();
    chart.scale = {first.range_min, first.range_max, "", "", direction_of(first.direction)};
    for (std::size_t i = 0; i < series.sheets.size(); ++i)
      chart.points.push_back(point_of(*series.sheets[i], *series.scores[i]));
    chart.gaps = gaps_of(chart.points);
    chart.bands = bands_of(series);
    chart.lines = lines_of(series, change);
    chart.events = events_of(course.course);
    chart.limits = limits_of(series, chart, change);
    chart.table = table_of(series, chart.points);
    charts.push_back(std::move(chart));
  }
  return charts;
}

}  // namespace securebase::service
