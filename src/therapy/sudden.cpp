#include "therapy/sudden.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "stats/session_series.hpp"

namespace securebase::therapy {
namespace {

constexpr int side = 3;  // sessions either side
constexpr double lost = 0.5;

/// Scores by visit, turned so that lower is better.
class Series {
 public:
  Series(std::span<const Visit> visits, stats::BetterWhen better)
      : sign_(better == stats::BetterWhen::lower ? 1 : -1) {
    for (const Visit& v : visits) at_[v.number] = v.score;
  }

  [[nodiscard]] std::optional<double> at(int visit) const {
    const auto found = at_.find(visit);
    return found == at_.end() ? std::nullopt : found->second;
  }
  [[nodiscard]] std::vector<double> between(int first, int last) const {
    std::vector<double> values;
    for (int v = first; v <= last; ++v)
      if (const auto score = at(v)) values.push_back(*score);
    return values;
  }
  [[nodiscard]] bool has_room(int before) const {
    return !at_.empty() && before - side + 1 >= at_.begin()->first && before + side <= at_.rbegin()->first;
  }
  [[nodiscard]] int last() const { return at_.rbegin()->first; }
  [[nodiscard]] double for_the_better(double from, double to) const { return sign_ * (from - to); }

 private:
  double sign_;
  std::map<int, std::optional<double>> at_;
};

std::optional<int> reversed(const Series& series, const SuddenChange& change) {
  const double from = *series.at(change.after);
  for (int v = change.after + 1; v <= series.last(); ++v) {
    const auto score = series.at(v);
    if (!score) continue;
    const double back = series.for_the_better(from, *score) * (change.kind == SuddenKind::gain ? -1 : 1);
    if (back >= lost * std::abs(change.change)) return v;
  }
  return std::nullopt;
}

std::optional<SuddenChange> change_after(const Series& series, int before, const SuddenRule& rule) {
  const auto y = series.at(before);
  const auto next = series.at(before + 1);
  if (!y || !next || !series.has_room(before)) return std::nullopt;
  SuddenChange c;
  c.before = before;
  c.after = before + 1;
  c.change = series.for_the_better(*y, *next);
  c.kind = c.change > 0 ? SuddenKind::gain : SuddenKind::loss;
  const double size = std::abs(c.change);
  if (!(size >= rule.cut) || !(size >= rule.share * std::abs(*y))) return std::nullopt;
  const auto shift = stats::level_shift(series.between(before - side + 1, before),
                                        series.between(before + 1, before + side));
  if (!shift) return std::nullopt;
  const double moved = series.for_the_better(shift->mean_before, shift->mean_after) * (c.change > 0 ? 1 : -1);
  if (!(moved > shift->needed)) return std::nullopt;
  c.share = *y == 0 ? 1 : size / std::abs(*y);
  c.mean_before = shift->mean_before;
  c.mean_after = shift->mean_after;
  c.needed = shift->needed;
  c.reversed_at = reversed(series, c);
  c.reason = fmt::format(
      "{:.4g} to {:.4g}: {:.4g} points >= {:.4g}; {:.0f} % >= {:.0f} %; means {:.4g} and {:.4g} differ by "
      "{:.4g} "
      "> {:.4g}",
      *y, *next, size, rule.cut, 100 * c.share, 100 * rule.share, c.mean_before, c.mean_after, moved,
      c.needed);
  return c;
}

}  // namespace

bool could_be_seen(std::span<const Visit> visits, int before) {
  const Series series(visits, stats::BetterWhen::lower);
  return series.at(before) && series.at(before + 1) && series.has_room(before) &&
         series.between(before - side + 1, before).size() >= 2 &&
         series.between(before + 1, before + side).size() >= 2;
}

std::vector<SuddenChange> sudden_changes(std::span<const Visit> visits, const SuddenRule& rule) {
  const Series series(visits, rule.better);
  std::vector<SuddenChange> found;
  for (const Visit& v : visits)
    if (auto change = change_after(series, v.number, rule)) found.push_back(std::move(*change));
  return found;
}

std::vector<SuddenChange> sudden_changes_of(const ScoredCourse& course, const SuddenRule& rule) {
  std::vector<Visit> all;
  if (course.intake && !course.visits.empty())
    all.push_back({course.visits.front().number - 1, course.intake});
  all.insert(all.end(), course.visits.begin(), course.visits.end());
  return sudden_changes(all, rule);
}

}  // namespace securebase::therapy
