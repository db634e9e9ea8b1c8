#include "therapy/follow_up.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "therapy/deterioration.hpp"

namespace securebase::therapy {
namespace {

constexpr std::size_t readings_for_relapse = 3;

int last_day_of(int year, int month) {
  const Date next = month == 12 ? Date{year + 1, 1, 1} : Date{year, month + 1, 1};
  return date_of(begin_of(next) + -day_ms).day;
}

/// What is missing for any of the answers; empty: nothing.
std::string missing(const Readings& readings) {
  if (!readings.reliable_change) return "the error of this scale is not known";
  if (!readings.intake) return "no score from the beginning";
  if (!readings.end) return "no score from the end";
  if (readings.after.empty()) return "no score from after the end";
  return "";
}

bool better_beyond_error(const Readings& readings, double from, double to) {
  return worsening(from, to, readings.better) < -*readings.reliable_change;
}
bool worse_beyond_error(const Readings& readings, double from, double to) {
  return worsening(from, to, readings.better) > *readings.reliable_change;
}

/// The cut-off itself counts as the clinical side.
bool is_clinical(const Readings& readings, double score) {
  return worsening(*readings.cutoff, score, readings.better) >= 0;
}

AfterAnswer maintained(const Readings& readings) {
  if (!better_beyond_error(readings, *readings.intake, *readings.end))
    return {AfterKind::maintained, Answer::no,
            "at the end it was not better beyond error: there is no gain to keep"};
  const bool kept = !worse_beyond_error(readings, *readings.end, readings.after.back());
  return {AfterKind::maintained, kept ? Answer::yes : Answer::no,
          kept ? "better beyond error at the end, and since then not worse beyond error"
               : "better beyond error at the end, and worse beyond error since then"};
}

AfterAnswer relapse(const Readings& readings) {
  AfterAnswer answer{AfterKind::relapse, Answer::unknown, "no clinical boundary of this scale is known"};
  if (!readings.cutoff) return answer;
  if (is_clinical(readings, *readings.end))
    return {AfterKind::relapse, Answer::no,
            "at the end the score was on the clinical side: nothing was crossed back"};
  const std::size_t looked = std::min(readings.after.size(), readings_for_relapse);
  const auto worse = static_cast<std::size_t>(std::count_if(
      readings.after.end() - static_cast<std::ptrdiff_t>(looked), readings.after.end(), [&](double score) {
        return worse_beyond_error(readings, *readings.end, score) && is_clinical(readings, score);
      }));
  answer.basis =
      fmt::format("{} of the last {} readings worse beyond error and past the boundary", worse, looked);
  if (worse >= 2)
    answer.answer = Answer::yes;
  else if (worse == 0 || looked >= readings_for_relapse)
    answer.answer = Answer::no;
  else
    answer.basis += ": ask again, one reading is not enough";
  return answer;
}

AfterAnswer late_response(const Readings& readings) {
  if (better_beyond_error(readings, *readings.intake, *readings.end))
    return {AfterKind::late_response, Answer::no, "already better beyond error at the end"};
  const bool late = better_beyond_error(readings, *readings.intake, readings.after.back());
  return {AfterKind::late_response, late ? Answer::yes : Answer::no,
          late ? "not better beyond error at the end, better at the last follow-up"
               : "not better beyond error at the end nor at the last follow-up"};
}

}  // namespace

Date days_after(Date date, int days) {
  return date_of(begin_of(date) + days * day_ms);
}

Date months_after(Date date, int months) {
  const int from_zero = date.year * 12 + (date.month - 1) + months;
  const int year = from_zero / 12;
  const int month = from_zero % 12 + 1;
  return {year, month, std::min(date.day, last_day_of(year, month))};
}

std::array<FollowUpWindow, follow_up_months.size()> follow_up_windows(Date ended_on) {
  std::array<FollowUpWindow, follow_up_months.size()> windows;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Date day = months_after(ended_on, follow_up_months.at(i));
    windows.at(i) = {follow_up_months.at(i), day, days_after(day, -follow_up_window_days),
                     days_after(day, follow_up_window_days)};
  }
  return windows;
}

std::optional<FollowUpWindow> window_of(Date ended_on, Date day) {
  for (const FollowUpWindow& window : follow_up_windows(ended_on))
    if (window.opens <= day && day <= window.closes) return window;
  return std::nullopt;
}

std::vector<AfterAnswer> after_answers(const Readings& readings) {
  const std::string lacks = missing(readings);
  if (!lacks.empty())
    return {{AfterKind::maintained, Answer::unknown, lacks},
            {AfterKind::relapse, Answer::unknown, lacks},
            {AfterKind::late_response, Answer::unknown, lacks}};
  return {maintained(readings), relapse(readings), late_response(readings)};
}

}  // namespace securebase::therapy
