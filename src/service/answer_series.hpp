#pragma once
// Internal to service: answers to one measure over a course, as numbers: scores of an outcome measure, or how
// the work together was rated. One series is one respondent about one subject on one form.

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "service/measure.hpp"

namespace securebase::service {

struct SeriesKey {
  Id<Course> course;
  Id<Person> person;  ///< who answers
  Id<Person> subject;
  std::string instrument;
  std::string version;
  std::string item_order;

  auto operator<=>(const SeriesKey&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy's own
};
[[nodiscard]] SeriesKey series_key(const Administration& sheet);

struct SeriesAnswer {
  Id<Administration> sheet;
  Instant at;           ///< when it was sent; of one that never was: given
  bool is_sent = true;  ///< false: asked and not answered, and something was answered later
  std::optional<double> value;
  bool at_floor = false;  ///< of a rating: an answer about bond or goal is at its lowest
};

struct AnswerSeries {
  SeriesKey key;
  Definition definition;
  const catalog::Scale* scale = nullptr;  ///< nothing: a rating made of several answers
  std::string scale_id;
  std::string fingerprint;
  std::vector<SeriesAnswer> answers;  ///< oldest first
  std::int64_t open = 0;              ///< asked for and not answered
  std::optional<Instant> open_since;  ///< when the oldest of these was given
  std::int64_t stopped = 0;           ///< asked for, and taken back without an answer
};

enum class SeriesUse { outcome, rating };

/// The scale by which a course is followed: the first with an agreed direction and a known error of change;
/// nothing for what is no outcome, or is new and has no known error.
[[nodiscard]] const catalog::Scale* outcome_scale(const catalog::Instrument& instrument,
                                                  const catalog::Order& order);
/// Whether the work together is rated by it: Bond and WAI-SR.
[[nodiscard]] bool is_rating(const catalog::Instrument& instrument);
/// What its rating is called, and its range in this order.
struct RatingForm {
  std::string_view scale;
  std::string_view words;  ///< how the answers become one number
  double min = 0;
  double max = 0;
};
[[nodiscard]] std::optional<RatingForm> rating_form(const catalog::Instrument& instrument);

/// Series of the sheets that fit; those of no use are left out.
[[nodiscard]] Result<std::vector<AnswerSeries>> answer_series(Transaction& transaction,
                                                              const Practice& practice,
                                                              std::vector<Condition> which, SeriesUse use);

}  // namespace securebase::service
