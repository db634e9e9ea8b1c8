#pragma once
// How each course goes by what its people answer: held against what is expected of such courses where that is
// known, otherwise by a plain rule; change against the error of the measure, sudden gains and losses, a
// plateau, what was not answered. Off track raises an alert in the transaction of the answers. Nothing here
// is a prognosis, and feedback of this kind changes outcomes a little (d about .15).

#include <optional>
#include <string>
#include <vector>

#include "service/alert.hpp"
#include "service/alliance.hpp"
#include "therapy/feedback.hpp"

namespace securebase::service {

enum class SuddenWay { gain, loss };
template <>
inline constexpr std::array names_of<SuddenWay> = {"gain"sv, "loss"sv};

struct SuddenView {
  SuddenWay way = SuddenWay::gain;
  int before = 0;  ///< numbers of the answers
  int after = 0;
  double change = 0;  ///< points; above 0: better
  std::optional<int> reversed_at;
  std::string reason;

  static constexpr auto fields(const auto& use) {
    return use(Field{"way", &SuddenView::way}, Field{"before", &SuddenView::before},
               Field{"after", &SuddenView::after}, Field{"change", &SuddenView::change},
               Field{"reversed_at", &SuddenView::reversed_at}, Field{"reason", &SuddenView::reason});
  }
};

/// What is expected of clients who began as this one did. Outer: 80 of 100 of them, inner: 68 of 100.
struct ExpectedPoint {
  int number = 1;
  double expected = 0;
  double inner_lower = 0;
  double inner_upper = 0;
  double outer_lower = 0;
  double outer_upper = 0;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"number", &ExpectedPoint::number}, Field{"expected", &ExpectedPoint::expected},
        Field{"inner_lower", &ExpectedPoint::inner_lower}, Field{"inner_upper", &ExpectedPoint::inner_upper},
        Field{"outer_lower", &ExpectedPoint::outer_lower}, Field{"outer_upper", &ExpectedPoint::outer_upper});
  }
};

struct AnswerView {
  int number = 1;  ///< of the times it was asked, from 1
  std::optional<Instant> at;
  std::optional<Id<Administration>> sheet;
  std::optional<double> score;  ///< nothing: asked and not answered, or too much left out

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &AnswerView::number}, Field{"at", &AnswerView::at},
               Field{"sheet", &AnswerView::sheet}, Field{"score", &AnswerView::score});
  }
};

/// What this client's own answers lead one to expect.
struct OutlookView {
  int number = 1;
  double mean = 0;
  double lower = 0;  ///< 80 of 100
  double upper = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &OutlookView::number}, Field{"mean", &OutlookView::mean},
               Field{"lower", &OutlookView::lower}, Field{"upper", &OutlookView::upper});
  }
};

/// One measure, answered by one person about themselves or somebody else.
struct MeasureFeedback {
  Id<Person> person;
  Id<Person> subject;
  std::string instrument;
  std::string title;
  std::string scale;
  double min = 0;
  double max = 0;
  ChartDirection direction = ChartDirection::lower_is_better;
  /// Nothing while a risk answer of the person is open: no sentence then says that anything is well.
  std::optional<TrackStatus> status;
  bool by_expected_course = false;    ///< false: by the plain rule
  std::vector<FindingView> findings;  ///< first that of the status
  std::vector<AnswerView> answers;    ///< oldest first
  std::vector<ExpectedPoint> band;    ///< empty: none is known
  FindingView about_band;             ///< whose courses and how many, or why there is none
  std::optional<OutlookView> outlook;
  std::vector<SuddenView> sudden;
  std::int64_t open = 0;  ///< asked for and not answered
  std::optional<Instant> open_since;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &MeasureFeedback::person}, Field{"subject", &MeasureFeedback::subject},
               Field{"instrument", &MeasureFeedback::instrument}, Field{"title", &MeasureFeedback::title},
               Field{"scale", &MeasureFeedback::scale}, Field{"min", &MeasureFeedback::min},
               Field{"max", &MeasureFeedback::max}, Field{"direction", &MeasureFeedback::direction},
               Field{"status", &MeasureFeedback::status},
               Field{"by_expected_course", &MeasureFeedback::by_expected_course},
               Field{"findings", &MeasureFeedback::findings}, Field{"answers", &MeasureFeedback::answers},
               Field{"band", &MeasureFeedback::band}, Field{"about_band", &MeasureFeedback::about_band},
               Field{"outlook", &MeasureFeedback::outlook}, Field{"sudden", &MeasureFeedback::sudden},
               Field{"open", &MeasureFeedback::open}, Field{"open_since", &MeasureFeedback::open_since});
  }
};

struct FeedbackPage {
  std::vector<AlertView> alerts;  ///< open ones first
  std::vector<MeasureFeedback> measures;
  std::vector<AllianceView> alliance;
  std::vector<WhatNow> reasons;  ///< to consider
  std::vector<WhatNow> moves;    ///< of repair, in their order
  FindingView promise;           ///< how much feedback can be expected to change

  static constexpr auto fields(const auto& use) {
    return use(Field{"alerts", &FeedbackPage::alerts}, Field{"measures", &FeedbackPage::measures},
               Field{"alliance", &FeedbackPage::alliance}, Field{"reasons", &FeedbackPage::reasons},
               Field{"moves", &FeedbackPage::moves}, Field{"promise", &FeedbackPage::promise});
  }
};
[[nodiscard]] Result<FeedbackPage> read_feedback(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course);

// For other use cases of this room

/// Answers that were just sent: keeps the status of their series and raises what they raise.
[[nodiscard]] Result<bool> take_feedback(Transaction& transaction, const Practice& practice,
                                         const Administration& sheet);
/// Answers were moved away: what they raised is closed, and the status of what is left is reckoned anew.
[[nodiscard]] Result<bool> feedback_moved_away(Transaction& transaction, const Practice& practice,
                                               const Administration& before);
/// The status of every series of outcome answers, reckoned anew.
[[nodiscard]] Result<bool> reckon_statuses(Transaction& transaction, const Practice& practice);

/// How a course stands, for a list: the least favourable of its series, and what is open.
struct CourseStatus {
  std::optional<TrackStatus> status;
  std::vector<AlertKind> open_alerts;
};
[[nodiscard]] Result<std::map<Id<Course>, CourseStatus>> course_statuses(
    Transaction& transaction, const std::vector<Id<Course>>& courses);

}  // namespace securebase::service
