#pragma once
// A sheet that asks only what tells most: one question after another, each chosen from the answers so far,
// until every scale is known well enough (measures/adaptive.hpp). Only for what was calibrated on real
// answers, is worded here, and leaves no question out that somebody has to see. What chose the questions is
// kept nowhere: the same sheet with the same answers gives the same next question.

#include <optional>

#include "measures/responses.hpp"
#include "service/wording.hpp"

namespace securebase::service {

struct QuestionCount {
  int least = 0;  ///< before it may be sent with what is there
  int most = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"least", &QuestionCount::least}, Field{"most", &QuestionCount::most});
  }
};

struct NextQuestion {
  std::optional<int> next;  ///< position in the order; nothing: no further question tells enough
  int least_left = 0;       ///< so many more before it may be sent with what is there
  int most_left = 0;        ///< so many more at most, the next one among them

  static constexpr auto fields(const auto& use) {
    return use(Field{"next", &NextQuestion::next}, Field{"least_left", &NextQuestion::least_left},
               Field{"most_left", &NextQuestion::most_left});
  }
};

/// How many questions an adaptive sheet has; nothing: in this order it is asked in full. That is so where no
/// scale is calibrated on real answers, where a question asks for risk or depends on another, and where a
/// calibrated one need not be asked at all.
[[nodiscard]] std::optional<QuestionCount> adaptive_count(const catalog::Instrument& instrument,
                                                          const catalog::Order& order);

/// What follows from the answers so far: "not_asked" is what was not put, and "skipped" is not put again.
/// Error "measure.not_adaptive" (conflict): the sheet is asked in full.
[[nodiscard]] Result<NextQuestion> next_of(const Definition& definition, const Administration& sheet,
                                           const measures::Responses& responses);

}  // namespace securebase::service
