#include "therapy/rupture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/session_series.hpp"
#include "stats/state_space.hpp"
#include "therapy/study.hpp"

namespace securebase::therapy {
namespace {

constexpr double fallback_share = 0.5 / 6;  // of the range: .5 points of 1 to 7
constexpr int asked_within = 2;             // sessions after a dip in which an answer is about it
constexpr std::size_t usual_of = 3;         // sessions that make what is usual

Result<void> check(const AllianceInput& input) {
  if (!(input.error.sd > 0) || !std::isfinite(input.error.sd))
    return fail(ErrorKind::bad_data, "alliance.error", "the within-person error must be above 0");
  int before = 0;
  for (const AllianceRating& r : input.ratings) {
    if (r.session <= before) return fail(ErrorKind::bad_data, "alliance.order", "sessions must rise, from 1");
    before = r.session;
    if (r.rating && !std::isfinite(*r.rating))
      return fail(ErrorKind::bad_data, "alliance.not_finite", "a rating must be a finite number");
  }
  return {};
}

// q = lambda^2 / (1 - lambda): the steady gain of a local level is then lambda.
stats::StateSpaceModel local_level(double sd, double lambda) {
  const double noise = sd * sd;
  const stats::Matrix one(1, 1, 1);
  return {one,
          {0},
          stats::Matrix(1, 1, noise),
          {{0}, stats::Matrix(1, 1, 0), {true}},
          {{one, {0}, stats::Matrix(1, 1, noise * lambda * lambda / (1 - lambda))}}};
}

DipFlag flag_of(const RatingRead& read, const DipRule& rule, std::size_t before) {
  if (!read.z) return read.by_item ? DipFlag::dip : DipFlag::none;
  if (read.by_item || (*read.z <= rule.dip_z && before >= rule.ratings_before)) return DipFlag::dip;
  return *read.z <= rule.soft_z ? DipFlag::soft : DipFlag::none;
}

// z = (a - level) / sqrt(sd^2 + v), v the variance of the level's estimate where the level has not moved:
//   v = (1 - K)^2 v + K^2 sd^2,  K = (F - sd^2) / F  with F the filter's variance of the rating
Result<std::vector<RatingRead>> read_ratings(const AllianceInput& input) {
  std::vector<RatingRead> reads;
  if (input.ratings.empty()) return reads;
  std::vector<stats::Occasion> occasions;
  for (const AllianceRating& r : input.ratings) occasions.push_back({r.rating});
  const bool any =
      std::any_of(input.ratings.begin(), input.ratings.end(), [](const auto& r) { return r.rating; });
  const auto run = stats::run_state_space(local_level(input.error.sd, input.rule.lambda), occasions);
  if (any && !run) return tl::unexpected(run.error());
  const double noise = input.error.sd * input.error.sd;
  double v = noise;
  std::size_t before = 0;
  for (std::size_t t = 0; t < input.ratings.size(); ++t) {
    const AllianceRating& rating = input.ratings[t];
    RatingRead read;
    read.session = rating.session;
    read.rating = rating.rating;
    read.by_item = rating.lowest_item && *rating.lowest_item <= input.rule.item_floor;
    if (before > 0) {
      const stats::Prediction& predicted = *run->predicted[t][0];
      read.level = predicted.mean;
      if (rating.rating) {
        read.z = (*rating.rating - predicted.mean) / std::sqrt(noise + v);
        const double gain = (predicted.variance - noise) / predicted.variance;
        v = (1 - gain) * (1 - gain) * v + gain * gain * noise;
      }
    }
    read.flag = flag_of(read, input.rule, before);
    if (rating.rating) ++before;
    reads.push_back(read);
  }
  return reads;
}

/// Goes on from its first flag until ratings are back, or too many have passed.
class Episodes {
 public:
  Episodes(const DipRule& rule, double sd) : rule_(rule), sd_(sd) {}

  void see(const RatingRead& read) {
    if (running_) {
      dips_.back().flag = std::max(dips_.back().flag, read.flag);
      if (read.rating) follow(read);
      return;
    }
    if (read.flag == DipFlag::none) return;
    Dip dip;
    dip.session = read.session;
    dip.flag = read.flag;
    dip.level_before = read.level;
    dip.z = read.z;
    dips_.push_back(dip);
    running_ = true;
    followed_ = 0;
  }

  std::vector<Dip> dips() && { return std::move(dips_); }

 private:
  DipRule rule_;
  double sd_;
  std::vector<Dip> dips_;
  bool running_ = false;
  std::size_t followed_ = 0;

  void follow(const RatingRead& read) {
    Dip& dip = dips_.back();
    ++followed_;
    if (dip.level_before && *read.rating > *dip.level_before - rule_.repaired_within * sd_) {
      dip.course = DipCourse::repaired;
      dip.repaired_at = read.session;
      running_ = false;
    } else if (followed_ >= rule_.repair_ratings) {
      dip.course = DipCourse::unresolved;
      running_ = false;
    }
  }
};

void confirm(std::vector<Dip>& dips, std::span<const Confirmed> confirmed) {
  for (const Confirmed& c : confirmed) {
    const auto about = std::find_if(dips.begin(), dips.end(), [&](const Dip& dip) {
      return c.session >= dip.session && c.session <= dip.repaired_at.value_or(dip.session + asked_within);
    });
    if (about != dips.end()) {
      if (about->stage != DipStage::confirmed)
        about->stage = c.was_rupture ? DipStage::confirmed : DipStage::declined;
      about->by = c.by;
    } else if (c.was_rupture) {
      Dip dip;
      dip.session = c.session;
      dip.flag = DipFlag::none;
      dip.stage = DipStage::confirmed;
      dip.by = c.by;
      dips.push_back(dip);
    }
  }
  std::stable_sort(dips.begin(), dips.end(),
                   [](const Dip& a, const Dip& b) { return a.session < b.session; });
}

bool flagged(const std::vector<RatingRead>& reads, int session) {
  return std::any_of(reads.begin(), reads.end(),
                     [&](const RatingRead& r) { return r.session == session && r.flag != DipFlag::none; });
}

void withdrawals(const AllianceInput& input, const std::vector<RatingRead>& reads, std::string_view what,
                 std::optional<double> Engagement::*value, std::vector<WithdrawalRead>& found) {
  std::vector<double> seen;
  for (const Engagement& e : input.engagement) {
    const auto& now = e.*value;
    if (!now) continue;
    if (seen.size() >= usual_of) {
      double usual = 0;
      for (std::size_t i = seen.size() - usual_of; i < seen.size(); ++i) usual += seen[i] / usual_of;
      const bool fell = usual > 0 && *now <= (1 - input.rule.withdrawal) * usual * (1 + 1e-12);
      if (fell && !flagged(reads, e.session)) found.push_back({e.session, std::string(what), usual, *now});
    }
    seen.push_back(*now);
  }
}

std::string rests_on(const WithinError& error) {
  const std::string from = error.stated ? error.source
                                        : fmt::format("{} courses with {} ratings, {}", error.courses,
                                                      error.readings, error.source);
  return fmt::format("Ratings vary within a person by {:.2f} (SD; {}). Rule and limits are our proposal.",
                     error.sd, from);
}

Finding about_dip(const Dip& dip, const AllianceInput& input) {
  const auto false_alarms = study_value("alliance.null.dip");
  const std::string often =
      false_alarms ? fmt::format(
                         " In simulated courses of twelve sessions without any dip {:.0f} in a hundred were "
                         "flagged once or more.",
                         100 * *false_alarms)
                   : "";
  const std::string below = dip.z && *dip.z <= input.rule.soft_z
                                ? fmt::format("{:.1f} SDs below what was usual before", -*dip.z)
                                : "as usual, with an item on bond or goals at its floor";
  if (dip.flag == DipFlag::none)
    return {"alliance.noted",
            fmt::format("{} {}: a rupture was noted; ratings did not dip.", input.unit, dip.session),
            "By a direct question, a marker or a note.", "Clients often hide ruptures in ratings."};
  const bool soft = dip.flag == DipFlag::soft;
  return {soft ? "alliance.soft" : "alliance.dip",
          fmt::format("{} {}: {}.{}", input.unit, dip.session, below,
                      soft ? " Ratings vary as much without a cause; worth a question."
                           : " Ask directly what happened."),
          rests_on(input.error) + (soft ? "" : often),
          "A dip is not yet a rupture, and says nothing about who brought it about."};
}

std::vector<Finding> findings_of(const AllianceRead& read, const AllianceInput& input) {
  std::vector<Finding> findings;
  for (const Dip& dip : read.dips) findings.push_back(about_dip(dip, input));
  for (const WithdrawalRead& w : read.withdrawal)
    findings.push_back({"alliance.withdrawal",
                        fmt::format("{} {}: {} fell from {:.2g} to {:.2g} while ratings did not.", input.unit,
                                    w.session, w.what, w.usual, w.now),
                        "A fall by two fifths or more from the three sessions before: our proposal.",
                        "It has many reasons. Some clients draw back without saying so in ratings."});
  if (!read.dips.empty()) return findings;
  const auto rated =
      std::count_if(read.ratings.begin(), read.ratings.end(), [](const auto& r) { return r.rating; });
  const bool judged = static_cast<std::size_t>(rated) > input.rule.ratings_before;
  findings.push_back(
      {judged ? "alliance.no_dip" : "alliance.too_few",
       judged ? "No dip in ratings. Clients often hide ruptures: ask."
              : fmt::format("{} ratings are too few to see a dip. Clients often hide ruptures: ask.", rated),
       "Clients report ruptures in 19 to 42 of a hundred sessions, observers see them in 41 to 100 "
       "(a secondary source).",
       "That ratings are even does not mean that all is well between the two."});
  return findings;
}

bool below_own_line(std::span<const double> ratings, std::optional<double> pooled) {
  std::vector<double> x;
  for (std::size_t i = 0; i < ratings.size(); ++i) x.push_back(static_cast<double>(i));
  const auto line = stats::about_own_line(x, ratings);
  if (!line) return false;
  const double sd =
      pooled.value_or(std::sqrt(line->sum_of_squares / (static_cast<double>(ratings.size()) - 2)));
  for (std::size_t i = 0; i < ratings.size(); ++i)
    if (ratings[i] - line->intercept - line->slope * x[i] < -2 * sd) return true;
  return false;
}

bool drops_by(std::span<const double> ratings, double points) {
  for (std::size_t i = 1; i < ratings.size(); ++i)
    if (ratings[i - 1] - ratings[i] >= points) return true;
  return false;
}

bool below_running_mean(std::span<const double> ratings, double sd) {
  double sum = 0;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const auto n = static_cast<double>(i);
    if (i >= 3 && (ratings[i] - sum / n) / (sd * std::sqrt(1 + 1 / n)) < -2) return true;
    sum += ratings[i];
  }
  return false;
}

}  // namespace

Result<WithinError> pooled_within_error(std::span<const std::vector<AllianceRating>> courses,
                                        std::string source) {
  WithinError error;
  double squares = 0;
  for (const auto& course : courses) {
    std::vector<double> x, y;
    for (const AllianceRating& r : course)
      if (r.rating) {
        x.push_back(r.session);
        y.push_back(*r.rating);
      }
    const auto line = y.size() >= 4 ? stats::about_own_line(x, y) : std::nullopt;
    if (!line) continue;
    squares += line->sum_of_squares;
    error.readings += y.size();
    ++error.courses;
  }
  if (error.courses < courses_for_pooling)
    return fail(ErrorKind::bad_data, "alliance.too_few_courses",
                fmt::format("{} courses have four ratings or more; {} are needed", error.courses,
                            courses_for_pooling));
  error.sd = std::sqrt(squares / static_cast<double>(error.readings - 2 * error.courses));
  error.source = std::move(source);
  return error;
}

WithinError fallback_within_error(double lowest, double highest) {
  WithinError error;
  error.sd = fallback_share * (highest - lowest);
  error.source =
      "not from clients: the figure of our simulations, a twelfth of the scale; too few courses here";
  error.stated = true;
  return error;
}

Result<AllianceRead> read_alliance(const AllianceInput& input) {
  if (const auto ok = check(input); !ok) return tl::unexpected(ok.error());
  auto reads = read_ratings(input);
  if (!reads) return tl::unexpected(reads.error());
  AllianceRead read;
  read.ratings = std::move(*reads);
  Episodes episodes(input.rule, input.error.sd);
  for (const RatingRead& r : read.ratings) episodes.see(r);
  read.dips = std::move(episodes).dips();
  confirm(read.dips, input.confirmed);
  withdrawals(input, read.ratings, "homework", &Engagement::homework, read.withdrawal);
  withdrawals(input, read.ratings, "disclosure", &Engagement::disclosure, read.withdrawal);
  withdrawals(input, read.ratings, "turn_ratio", &Engagement::turn_ratio, read.withdrawal);
  read.findings = findings_of(read, input);
  return read;
}

bool flags(OtherRule rule, std::span<const double> ratings, const OtherRuleScale& scale) {
  switch (rule) {
    case OtherRule::drop_one_sd:
      return drops_by(ratings, scale.within_sd);
    case OtherRule::drop_two_sd:
      return drops_by(ratings, 2 * scale.within_sd);
    case OtherRule::drop_reliable:
      return drops_by(ratings, 1.96 * std::sqrt(2 * 0.1) * std::hypot(scale.within_sd, scale.between_sd));
    case OtherRule::own_line_pooled:
      return below_own_line(ratings, scale.within_sd);
    case OtherRule::own_line_own:
      return below_own_line(ratings, std::nullopt);
    case OtherRule::individuals_chart: {
      const auto chart = stats::individuals_chart(ratings, stats::ChartBy::mean);
      return chart && std::any_of(ratings.begin(), ratings.end(), [&](double a) { return a < chart->lower; });
    }
    case OtherRule::running_mean:
      return below_running_mean(ratings, scale.within_sd);
  }
  return false;
}

std::string_view to_text(OtherRule rule) {
  switch (rule) {
    case OtherRule::drop_one_sd:
      return "drop_one_sd";
    case OtherRule::drop_two_sd:
      return "drop_two_sd";
    case OtherRule::drop_reliable:
      return "drop_reliable";
    case OtherRule::own_line_pooled:
      return "own_line_pooled";
    case OtherRule::own_line_own:
      return "own_line_own";
    case OtherRule::individuals_chart:
      return "individuals_chart";
    case OtherRule::running_mean:
      return "running_mean";
  }
  return "";
}

}  // namespace securebase::therapy
