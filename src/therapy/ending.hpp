#pragma once
// Whether a course that has ended was a drop-out, by five definitions side by side. Which one is used moves
// the rate (Swift & Greenberg 2012, J. Consult. Clin. Psychol. 80, 547: 19.7 % over 669 studies, and it
// depends on the definition; clinical.md 6.4 [V:S66]), so none of them is "the" answer, and none says why
// somebody left or that therapy failed: some who leave early are well.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace securebase::therapy {

/// What is known of a course that has ended; nothing where it is not.
struct EndingFacts {
  std::optional<bool> judged_dropout;     ///< by the therapist
  std::optional<bool> missed_last;        ///< the last appointment, and made no other
  std::optional<int> attended;            ///< sessions
  std::optional<int> planned_sessions;    ///< by the protocol or as agreed
  std::optional<double> median_attended;  ///< of the courses of this practice that have ended
  int courses_behind_median = 0;
  std::optional<bool> unilateral;       ///< the client's own decision, not agreed on
  std::optional<bool> reliably_better;  ///< from the first to the last answer, on any measure of outcome
};

/// Fewer courses make no median.
inline constexpr int least_courses_for_median = 10;

enum class DropoutDefinition {
  therapist_judgement,   ///< D1
  missed_last,           ///< D2
  below_planned,         ///< D3
  below_median,          ///< D4
  unilateral_unimproved  ///< D5
};

enum class Answer { yes, no, unknown };

struct DropoutAnswer {
  DropoutDefinition definition = DropoutDefinition::therapist_judgement;
  std::string_view name;  ///< the definition in words
  Answer answer = Answer::unknown;
  std::string basis;  ///< the numbers behind it, or what is missing
};

/// All five, in their order.
[[nodiscard]] std::vector<DropoutAnswer> dropout_answers(const EndingFacts& facts);

}  // namespace securebase::therapy
