#include "attachment/position.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attachment/place.hpp"
#include "stats/change.hpp"
#include "stats/distributions.hpp"
#include "stats/position.hpp"

namespace securebase::attachment {
namespace {

constexpr double level = 0.95;

constexpr const char* not_a_type =
    "A position on two scales about those who were asked about, not a kind of person. No clinical cut-off of "
    "these scales has been published.";

AxisScale axis_scale(const catalog::PositionNumbers& numbers, const catalog::Instrument& instrument,
                     const catalog::Order& order, const std::string& scale) {
  const auto range = catalog::score_range(instrument, *catalog::find_scale(instrument, scale), order);
  return {numbers.origin, numbers.unit, range.first, range.second, numbers.reliability};
}

std::string basis_of(const catalog::PositionRule& rule, const catalog::PositionNumbers& anxiety,
                     const catalog::PositionNumbers& avoidance) {
  std::string text = fmt::format("Anxiety: {}. Avoidance: {}. Correlation of the two {:.2f} ({}).",
                                 anxiety.basis, avoidance.basis, rule.correlation, rule.citation);
  if (!rule.provenance.note.empty()) text += " " + rule.provenance.note;
  if (!anxiety.verified || !avoidance.verified)
    text += " Unverified: not all of these numbers have been seen.";
  return text;
}

std::string known_instruments(const catalog::Library& library) {
  std::vector<std::string> ids;
  ids.reserve(library.positions.size());
  for (const catalog::PositionRule& rule : library.positions)
    if (!rule.direction_only)
      ids.push_back(fmt::format("{} ({})", rule.instrument, fmt::join(rule.orders, ", ")));
  return fmt::format("{}", fmt::join(ids, "; "));
}

stats::ScorePair standard_scores(const Reference& reference) {
  return {{0, 0},
          {1, 1},
          {reference.anxiety.reliability, reference.avoidance.reliability},
          reference.correlation};
}

double least_reliable(const AxisScale& axis) {
  return stats::reliable_change_threshold(
      stats::standard_error_of_difference(stats::standard_error_of_measurement(axis.unit, axis.reliability)));
}

bool within(double score, const AxisScale& axis) {
  constexpr double rounding = 1e-9;
  return std::isfinite(score) && score >= axis.lowest - rounding && score <= axis.highest + rounding;
}

std::string about_whom(const Reference& reference) {
  switch (reference.feeds) {
    case catalog::PositionLevel::figure:
      return "the person who was asked about";
    case catalog::PositionLevel::romance:
      return "partners";
    case catalog::PositionLevel::overall:
      return "close people";
  }
  return "";
}

std::string range_text(const Interval& interval) {
  return fmt::format("{:.2f} to {:.2f}", interval.lower, interval.upper);
}

std::vector<Finding> located_findings(const Located& located) {
  const Reference& reference = located.reference;
  std::vector<Finding> findings;
  const Place& points = located.shrunken_points ? *located.shrunken_points : located.raw_points;
  findings.push_back(
      {"position.place",
       fmt::format(
           "With {}: worry about being left {:.2f} ({}), keeping one's distance {:.2f} ({}), each on a "
           "scale from {:g} to {:g}.",
           about_whom(reference), points.at.anxiety, range_text(points.anxiety_interval()),
           points.at.avoidance, range_text(points.avoidance_interval()), reference.anxiety.lowest,
           reference.anxiety.highest),
       reference.basis, not_a_type});
  if (located.shrunken_points)
    findings.push_back(
        {"position.drawn_in",
         fmt::format(
             "The scores as they are: {:.2f} and {:.2f}. The place is drawn from there towards the mean "
             "of {}, as far as scores are off by chance.",
             located.raw_points.at.anxiety, located.raw_points.at.avoidance, reference.group),
         "Regression of true on observed scores, both scales together.",
         "People in treatment are less secure on average than the people of a community norm: drawn towards "
         "it, they may look too secure. See the scores as they are beside it."});
  else
    findings.push_back(
        {"position.stand_in",
         "No norm of this form is known: the place is the scores as they are, and it is not held "
         "against any group.",
         fmt::format("For drawing, origin and unit are {}.", reference.group),
         "What is high or low for other people cannot be said."});
  findings.push_back(
      {"position.least_reliable",
       fmt::format("A change is beyond error from {:.2f} points of worry and {:.2f} points of distance on.",
                   located.least_reliable_anxiety, located.least_reliable_avoidance),
       "1.96 times the standard error of a difference of two scores.",
       "A smaller change may be real; two filling-ins cannot show it."});
  if (!reference.verified)
    findings.push_back({"position.unverified", "Some of the numbers behind this are from memory.",
                        reference.basis, "Look them up before a decision rests on them."});
  return findings;
}

// ---- For therapists and researchers ---------------------------------------------------------------------

QuadrantProbabilities quadrant_row(std::string cut, const Position& from, const Position& to,
                                   const stats::Quadrants& q, std::string limits) {
  return {std::move(cut), from, to, q.low_low, q.high_low, q.low_high, q.high_high, std::move(limits)};
}

constexpr const char* no_cut_off =
    "No cut-off has been published. With reliable scores these are near 0 or 1 away from the line: where the "
    "line is, is the larger doubt. Regions, not types.";

QuadrantProbabilities about_one(const char* name, const Place& place, const Position& cut,
                                const std::string& limits) {
  return quadrant_row(name, cut, cut, stats::quadrants(belief_of(place), {cut.anxiety, cut.avoidance}),
                      limits);
}

}  // namespace

stats::Belief2 belief_of(const Place& place) {
  return {{place.at.anxiety, place.at.avoidance},
          {place.anxiety_error * place.anxiety_error,
           place.correlation * place.anxiety_error * place.avoidance_error,
           place.avoidance_error * place.avoidance_error}};
}

Place place_of(const stats::Belief2& belief) {
  const auto axes = stats::ellipse_of(belief.covariance, level);
  return {{belief.mean[0], belief.mean[1]},
          std::sqrt(std::max(0.0, belief.covariance.first)),
          std::sqrt(std::max(0.0, belief.covariance.second)),
          stats::correlation_of(belief.covariance),
          {level, axes.semi_major, axes.semi_minor, axes.angle}};
}

namespace {

Interval about(double value, double error) {
  const double reach = stats::normal_reach(level) * error;
  return {value - reach, value + reach, level};
}

}  // namespace

Interval Place::anxiety_interval() const {
  return about(at.anxiety, anxiety_error);
}

Interval Place::avoidance_interval() const {
  return about(at.avoidance, avoidance_error);
}

std::vector<Position> outline(const Place& place, std::size_t corners) {
  std::vector<Position> points;
  points.reserve(corners);
  const double c = std::cos(place.ellipse.angle);
  const double s = std::sin(place.ellipse.angle);
  for (std::size_t i = 0; i < corners; ++i) {
    const double turn = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
    const double x = place.ellipse.semi_major * std::cos(turn);
    const double y = place.ellipse.semi_minor * std::sin(turn);
    points.push_back({place.at.anxiety + x * c - y * s, place.at.avoidance + x * s + y * c});
  }
  return points;
}

Position Reference::midpoint() const {
  return standard({(anxiety.lowest + anxiety.highest) / 2, (avoidance.lowest + avoidance.highest) / 2});
}

Position Reference::standard(const Position& points) const {
  return {(points.anxiety - anxiety.origin) / anxiety.unit,
          (points.avoidance - avoidance.origin) / avoidance.unit};
}

Position Reference::points(const Position& standard) const {
  return {anxiety.origin + anxiety.unit * standard.anxiety,
          avoidance.origin + avoidance.unit * standard.avoidance};
}

Place Reference::points(const Place& standard) const {
  auto belief = belief_of(standard);
  const Position at = points(standard.at);
  belief.mean = {at.anxiety, at.avoidance};
  belief.covariance.first *= anxiety.unit * anxiety.unit;
  belief.covariance.cross *= anxiety.unit * avoidance.unit;
  belief.covariance.second *= avoidance.unit * avoidance.unit;
  return place_of(belief);
}

Result<Reference> reference_of(const catalog::Library& library, const catalog::Instrument& instrument,
                               const catalog::Order& order) {
  const auto* rule = catalog::find_position_rule(library, instrument.id, order.id);
  if (rule == nullptr)
    return fail(
        ErrorKind::not_found, "position.no_rule",
        "no position is known to follow from this form; from these it does: " + known_instruments(library));
  if (rule->direction_only || instrument.calibration_needed > 0)
    return fail(
        ErrorKind::usage, "position.uncalibrated",
        fmt::format("{} is new: until {} people's real answers have been analysed it shows raw answers "
                    "and their direction, and no position",
                    instrument.abbreviation, instrument.calibration_needed));
  using enum catalog::PositionAxisName;
  const auto first = catalog::position_numbers(*rule, anxiety, instrument, order);
  const auto second = catalog::position_numbers(*rule, avoidance, instrument, order);
  if (!first || !second)
    return fail(ErrorKind::definition, "position.no_numbers",
                "the definition lacks the norm or the reliability that positions.toml names", rule->where);
  Reference reference;
  reference.instrument = instrument.id;
  reference.name = instrument.name;
  reference.order = order.id;
  reference.feeds = rule->level;
  reference.anxiety = axis_scale(*first, instrument, order, rule->anxiety.scale);
  reference.avoidance = axis_scale(*second, instrument, order, rule->avoidance.scale);
  reference.correlation = rule->correlation;
  reference.stand_in = first->stand_in || second->stand_in;
  reference.group = first->group;
  reference.basis = basis_of(*rule, *first, *second);
  reference.verified = first->verified && second->verified;
  return reference;
}

Result<Located> locate(const Reference& reference, const Position& scores) {
  if (!within(scores.anxiety, reference.anxiety) || !within(scores.avoidance, reference.avoidance))
    return fail(ErrorKind::bad_data, "position.score",
                fmt::format("scores lie from {:g} to {:g} for anxiety and from {:g} to {:g} for avoidance",
                            reference.anxiety.lowest, reference.anxiety.highest, reference.avoidance.lowest,
                            reference.avoidance.highest));
  const auto standard = standard_scores(reference);
  const Position z = reference.standard(scores);
  Located located;
  located.reference = reference;
  located.raw = place_of({{z.anxiety, z.avoidance}, stats::error_covariance(standard)});
  located.raw_points = reference.points(located.raw);
  const auto regressed = stats::regress_position(standard, {z.anxiety, z.avoidance});
  if (regressed && !reference.stand_in) {
    located.shrunken = place_of(regressed->position);
    located.shrunken_points = reference.points(*located.shrunken);
    // Of scores in points, row and column carry the units.
    const double ratio = reference.anxiety.unit / reference.avoidance.unit;
    const auto& k = regressed->gain;
    located.pull[0][0] = k[0][0];
    located.pull[0][1] = k[0][1] * ratio;
    located.pull[1][0] = k[1][0] / ratio;
    located.pull[1][1] = k[1][1];
  }
  const Position& best = located.best().at;
  located.security = -(best.anxiety + best.avoidance) / std::numbers::sqrt2;
  located.hyperactivating = (best.anxiety - best.avoidance) / std::numbers::sqrt2;
  located.least_reliable_anxiety = least_reliable(reference.anxiety);
  located.least_reliable_avoidance = least_reliable(reference.avoidance);
  located.findings = located_findings(located);
  return located;
}

ProfessionalReading professional_reading(const Place& place, const std::optional<Reference>& reference) {
  ProfessionalReading reading;
  const Position norm{0, 0};
  if (!reference || !reference->stand_in)
    reading.quadrants.push_back(about_one("norm mean", place, norm, no_cut_off));
  if (reference) {
    const Position middle = reference->midpoint();
    reading.quadrants.push_back(about_one("scale midpoint", place, middle, no_cut_off));
    if (!reference->stand_in)
      reading.quadrants.push_back(quadrant_row(
          "between the two", norm, middle,
          stats::quadrants_over(belief_of(place), {0, 0}, {middle.anxiety, middle.avoidance}),
          "Averaged over lines from the norm mean to the scale midpoint, each as likely: a proposal "
          "of ours, not published. Regions, not types."));
  }
  const LandmarkMembership tau;
  const auto near = stats::landmark_memberships({place.at.anxiety, place.at.avoidance}, tau.tau);
  reading.landmarks = {tau.tau, near.low_low, near.high_low, near.low_high, near.high_high};
  reading.findings.push_back(
      {"position.landmarks", "How near the place is to four landmarks; it adds up to 1.",
       "exp(-distance^2 / 2) from (-1 or 1, -1 or 1) in standard units: a proposal of ours, not published.",
       "A similarity, not the probability of a type. Attachment is dimensional: nobody is one of the four."});
  if (reference && reference->stand_in)
    reading.findings.push_back({"position.stand_in",
                                "No norm of this form is known; distances to landmarks are "
                                "reckoned from a borrowed origin.",
                                reference->basis, "They do not say what is high or low for other people."});
  return reading;
}

}  // namespace securebase::attachment
