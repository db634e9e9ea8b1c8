#pragma once
// What is learned from the practice's own courses: how scores are expected to go, and how far ratings of one
// person lie apart. Both are about a group; who learned them sees how many courses there were, and no score.

#include <optional>
#include <string>
#include <vector>

#include "service/alert_record.hpp"
#include "service/answer_series.hpp"
#include "therapy/expected_course.hpp"
#include "therapy/rupture.hpp"

namespace securebase::service {

struct LearnedView {
  LearnedKind kind = LearnedKind::expected_course;
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string title;
  std::int64_t courses = 0;  ///< that it could be learned from, now
  std::int64_t needed = 0;
  std::optional<Instant> computed_at;
  std::int64_t learned_from = 0;  ///< courses
  bool is_used = false;           ///< false: never learned, or with another definition

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &LearnedView::kind}, Field{"instrument", &LearnedView::instrument},
               Field{"version", &LearnedView::version}, Field{"item_order", &LearnedView::item_order},
               Field{"title", &LearnedView::title}, Field{"courses", &LearnedView::courses},
               Field{"needed", &LearnedView::needed}, Field{"computed_at", &LearnedView::computed_at},
               Field{"learned_from", &LearnedView::learned_from}, Field{"is_used", &LearnedView::is_used});
  }
};

/// Of every measure that somebody has answered. For admins.
[[nodiscard]] Result<std::vector<LearnedView>> list_learned(const Practice& practice, const Actor& actor);
/// Learns anew what there are courses enough for, and reckons the status of every course anew. No alert is
/// raised by it. For admins. Error "learned.too_few" (conflict): nothing has courses enough.
[[nodiscard]] Result<std::vector<LearnedView>> learn_courses(const Practice& practice, const Actor& actor);
/// Takes back what was learned. For admins.
[[nodiscard]] Result<std::vector<LearnedView>> forget_learned(const Practice& practice, const Actor& actor);

// For other use cases of this room

/// What was learned of this form with this definition, and when.
struct LearnedExpected {
  therapy::ExpectedCourse course;
  Instant computed_at;
};
[[nodiscard]] Result<std::optional<LearnedExpected>> learned_expected(Transaction& transaction,
                                                                      const AnswerSeries& series);
/// Learned, otherwise the fallback of the room therapy.
[[nodiscard]] Result<therapy::WithinError> rating_error(Transaction& transaction, const AnswerSeries& series);

/// How numbers are kept: each as exactly as it is.
[[nodiscard]] std::string kept_form(const therapy::ExpectedCourse& course);
[[nodiscard]] std::optional<therapy::ExpectedCourse> expected_from(std::string_view numbers);

}  // namespace securebase::service
