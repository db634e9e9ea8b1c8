#pragma once
// How the work together is rated, session after session: each rating against the client's own level, with the
// error that ratings have within a person; dips, and whether a question, a marker or a note confirmed them;
// what followed. Ratings are the course's own: no list, no norm and no page of management holds one.

#include <optional>
#include <string>
#include <vector>

#include "service/answer_series.hpp"
#include "therapy/rupture.hpp"

namespace securebase::service {

enum class RatingFlag { none, soft, dip };
template <>
inline constexpr std::array names_of<RatingFlag> = {"none"sv, "soft"sv, "dip"sv};

enum class DipStage { numeric, confirmed, declined };
template <>
inline constexpr std::array names_of<DipStage> = {"numeric"sv, "confirmed"sv, "declined"sv};

enum class DipCourse { open, repaired, unresolved };
template <>
inline constexpr std::array names_of<DipCourse> = {"open"sv, "repaired"sv, "unresolved"sv};

struct RatingView {
  int number = 1;  ///< of the times it was asked, from 1
  std::optional<Instant> at;
  std::optional<Id<Administration>> sheet;
  std::optional<double> rating;  ///< nothing: asked and not answered
  std::optional<double> level;   ///< the client's own, from what came before
  RatingFlag flag = RatingFlag::none;
  bool by_item = false;  ///< an answer about bond or goal at its lowest

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &RatingView::number}, Field{"at", &RatingView::at},
               Field{"sheet", &RatingView::sheet}, Field{"rating", &RatingView::rating},
               Field{"level", &RatingView::level}, Field{"flag", &RatingView::flag},
               Field{"by_item", &RatingView::by_item});
  }
};

struct DipView {
  int number = 1;
  std::optional<Instant> at;
  RatingFlag flag = RatingFlag::soft;
  DipStage stage = DipStage::numeric;
  std::optional<double> level_before;  ///< nothing: by an answer at its lowest, before there was a level
  DipCourse course = DipCourse::open;
  std::optional<int> repaired_at;  ///< number of the rating

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &DipView::number}, Field{"at", &DipView::at}, Field{"flag", &DipView::flag},
               Field{"stage", &DipView::stage}, Field{"level_before", &DipView::level_before},
               Field{"course", &DipView::course}, Field{"repaired_at", &DipView::repaired_at});
  }
};

struct AllianceView {
  Id<Person> person;
  std::string instrument;
  std::string title;
  std::string how;  ///< the answers become one number
  double min = 0;
  double max = 0;
  double error = 0;  ///< SD of a rating within a person
  FindingView error_basis;
  std::vector<RatingView> ratings;  ///< oldest first
  std::vector<DipView> dips;
  std::vector<FindingView> findings;  ///< what it says now, and what it does not mean

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &AllianceView::person}, Field{"instrument", &AllianceView::instrument},
               Field{"title", &AllianceView::title}, Field{"how", &AllianceView::how},
               Field{"min", &AllianceView::min}, Field{"max", &AllianceView::max},
               Field{"error", &AllianceView::error}, Field{"error_basis", &AllianceView::error_basis},
               Field{"ratings", &AllianceView::ratings}, Field{"dips", &AllianceView::dips},
               Field{"findings", &AllianceView::findings});
  }
};

// For other use cases of this room

/// Of a course, each respondent and form.
[[nodiscard]] Result<std::vector<AllianceView>> alliance_of(Transaction& transaction,
                                                            const Practice& practice,
                                                            const Id<Course>& course);
/// Ratings that were just sent: raises what they raise.
[[nodiscard]] Result<bool> take_rating(Transaction& transaction, const Practice& practice,
                                       const Administration& sheet);
/// Ratings as the room therapy takes them, numbered by the times they were asked.
[[nodiscard]] std::vector<therapy::AllianceRating> ratings_of(const AnswerSeries& series);

}  // namespace securebase::service
