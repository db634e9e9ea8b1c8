#pragma once
// One chart: a person's scores on one scale over the course, as every face draws it (the page, later the
// PDF). All numbers, bands and sentences are made here. Which parts are there depends on how much is known:
//
//   one score              its range in words; no lines, no word about change
//   two                    the difference against the error of the measure; "too early for a direction"
//   three and more         lines of reliable change as well
//   an answer missed       a gap where more than four weeks lie between two answers
//
// A sentence says what was followed by what, never why. While a risk answer of the person is open no sentence
// says that anything is better.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "measures/scoring.hpp"
#include "service/practice.hpp"

namespace securebase::service {

enum class ChartDirection { lower_is_better, higher_is_better, neither };
template <>
inline constexpr std::array names_of<ChartDirection> = {"lower_is_better"sv, "higher_is_better"sv,
                                                        "neither"sv};

struct ChartScale {
  double min = 0;
  double max = 0;
  std::string low_end;  ///< words for the two ends; empty where a definition has none
  std::string high_end;
  ChartDirection direction = ChartDirection::neither;

  static constexpr auto fields(const auto& use) {
    return use(Field{"min", &ChartScale::min}, Field{"max", &ChartScale::max},
               Field{"low_end", &ChartScale::low_end}, Field{"high_end", &ChartScale::high_end},
               Field{"direction", &ChartScale::direction});
  }
};

struct ChartPoint {
  Instant at;  ///< when the answers were sent
  std::string label;
  std::optional<double> value;  ///< nothing: too much was left out
  std::optional<double> lower;  ///< of the 95 % interval
  std::optional<double> upper;
  Id<Administration> sheet;
  std::string words;  ///< the point as it is spoken

  static constexpr auto fields(const auto& use) {
    return use(Field{"at", &ChartPoint::at}, Field{"label", &ChartPoint::label},
               Field{"value", &ChartPoint::value}, Field{"lower", &ChartPoint::lower},
               Field{"upper", &ChartPoint::upper}, Field{"sheet", &ChartPoint::sheet},
               Field{"words", &ChartPoint::words});
  }
};

struct ChartGap {
  Instant from;
  Instant to;
  std::string words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"from", &ChartGap::from}, Field{"to", &ChartGap::to}, Field{"words", &ChartGap::words});
  }
};

struct ChartBand {
  double from = 0;
  double to = 0;
  std::string name;
  std::string basis;
  bool verified = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"from", &ChartBand::from}, Field{"to", &ChartBand::to}, Field{"name", &ChartBand::name},
               Field{"basis", &ChartBand::basis}, Field{"verified", &ChartBand::verified});
  }
};

enum class ChartLineKind { threshold, reliable_better, reliable_worse };
template <>
inline constexpr std::array names_of<ChartLineKind> = {"threshold"sv, "reliable_better"sv,
                                                       "reliable_worse"sv};

struct ChartLine {
  ChartLineKind kind = ChartLineKind::threshold;
  double value = 0;
  std::string label;
  std::string basis;
  bool verified = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &ChartLine::kind}, Field{"value", &ChartLine::value},
               Field{"label", &ChartLine::label}, Field{"basis", &ChartLine::basis},
               Field{"verified", &ChartLine::verified});
  }
};

struct ChartEvent {
  Instant at;
  std::string kind;
  std::string label;

  static constexpr auto fields(const auto& use) {
    return use(Field{"at", &ChartEvent::at}, Field{"kind", &ChartEvent::kind},
               Field{"label", &ChartEvent::label});
  }
};

struct ChartTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  static constexpr auto fields(const auto& use) {
    return use(Field{"columns", &ChartTable::columns}, Field{"rows", &ChartTable::rows});
  }
};

struct ChartModel {
  std::string id;
  std::string title;         ///< the measure; in a course of several people followed by ": " and the person
  std::string headline;      ///< what the numbers mean, in one sentence or two
  std::string reason;        ///< what that rests on
  std::string since_before;  ///< from the answers before to the latest; empty with fewer than three scores
  ChartScale scale;
  std::vector<ChartPoint> points;  ///< oldest first
  std::vector<ChartGap> gaps;
  std::vector<ChartBand> bands;
  std::vector<ChartLine> lines;
  std::vector<ChartEvent> events;
  std::vector<std::string> limits;  ///< what the numbers do not say
  ChartTable table;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ChartModel::id}, Field{"title", &ChartModel::title},
               Field{"headline", &ChartModel::headline}, Field{"reason", &ChartModel::reason},
               Field{"since_before", &ChartModel::since_before}, Field{"scale", &ChartModel::scale},
               Field{"points", &ChartModel::points}, Field{"gaps", &ChartModel::gaps},
               Field{"bands", &ChartModel::bands}, Field{"lines", &ChartModel::lines},
               Field{"events", &ChartModel::events}, Field{"limits", &ChartModel::limits},
               Field{"table", &ChartModel::table});
  }
};

/// A sheet that was sent, with its scores.
struct ScoredSheet {
  Administration administration;
  const catalog::Instrument* instrument = nullptr;
  const catalog::Order* order = nullptr;
  measures::Scores scores;
};

/// What the charts of a course say beside the numbers.
struct ChartCourse {
  Course course;
  std::map<Id<Person>, std::string> names;  ///< empty where only one person answers
  std::set<Id<Person>> open_risks;          ///< people of whom a risk answer is open
};

inline constexpr std::int64_t gap_ms = 28 * day_ms;

/// One for each respondent, subject, figure, instrument with version and order, and scale, in the order of
/// the first answers. `sheets`: oldest first, each sent.
[[nodiscard]] std::vector<ChartModel> charts_of(const ChartCourse& course,
                                                const std::vector<ScoredSheet>& sheets);

}  // namespace securebase::service
