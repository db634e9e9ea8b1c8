#pragma once
// Where a person is on attachment anxiety and avoidance, with honest error: what a score, or a pair of
// scores, says by itself. A position belongs to what was asked about ("with father", "with partners"), never
// to a kind of person.
//
// Two units. Standard units: 0 is the origin and 1 the unit of the measure's reference, for a norm its mean
// and SD. Scale points: what the form counts in. Both axes rise with insecurity: where they are drawn, more
// avoidance to the right and more anxiety upward. Formulas: stats/position.hpp.

#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "catalog/load.hpp"
#include "catalog/position_rule.hpp"

namespace securebase::attachment {

struct Position {
  double anxiety = 0;
  double avoidance = 0;

  bool operator==(const Position&) const = default;
};

/// The region that holds the position with the stated probability: where the two axes are drawn alike,
/// `semi_major` long along `angle` and `semi_minor` across it, about the position it belongs to.
struct Ellipse {
  double level = 0.95;
  double semi_major = 0;
  double semi_minor = 0;
  double angle = 0;  ///< radians from the anxiety axis towards the avoidance axis, above -pi/2, at most pi/2
};

/// A position and how far it may be off, all in one unit.
struct Place {
  Position at;
  double anxiety_error = 0;    ///< standard error
  double avoidance_error = 0;  ///< standard error
  double correlation = 0;      ///< of the two errors, -1 to 1
  Ellipse ellipse;

  /// at -+ 1.96 error, 95 %.
  [[nodiscard]] Interval anxiety_interval() const;
  [[nodiscard]] Interval avoidance_interval() const;
};

/// `corners` points on the ellipse, counted from its major axis: a polygon to draw.
[[nodiscard]] std::vector<Position> outline(const Place& place, std::size_t corners = 48);

/// What one axis of a form counts in.
struct AxisScale {
  double origin = 0;       ///< in points; 0 of the standard units: a norm's mean, or what stands in for it
  double unit = 1;         ///< points; 1 of the standard units: a norm's SD, or what stands in for it
  double lowest = 0;       ///< of the scale, points
  double highest = 0;      ///< of the scale, points
  double reliability = 0;  ///< of the score, 0 to 1
};

/// How a form's scores become positions.
struct Reference {
  std::string instrument;                                         ///< id
  std::string name;                                               ///< of the instrument
  std::string order;                                              ///< id
  catalog::PositionLevel feeds = catalog::PositionLevel::figure;  ///< what its questions are about
  AxisScale anxiety;
  AxisScale avoidance;
  double correlation = 0;  ///< of the two scores over people
  bool stand_in = false;   ///< no norm is known: origin and unit are borrowed, nobody is pulled towards them
  std::string group;       ///< whose norm it is; of a stand-in, what it was borrowed from
  std::string basis;       ///< norm, reliability and correlation with where they come from, in words
  bool verified = false;   ///< all of these numbers have been seen

  [[nodiscard]] Position midpoint() const;  ///< of the two scales, in standard units
  [[nodiscard]] Position standard(const Position& points) const;
  [[nodiscard]] Position points(const Position& standard) const;
  [[nodiscard]] Place points(const Place& standard) const;  ///< of an ellipse too
};

/// How scores of an instrument become positions. Errors: "position.no_rule" (not_found; says which
/// instruments give one), "position.uncalibrated" (usage; a new measure: raw answers and direction only).
[[nodiscard]] Result<Reference> reference_of(const catalog::Library& library,
                                             const catalog::Instrument& instrument,
                                             const catalog::Order& order);

/// A pair of scores of one form on one day, placed (clinical.md 1.4).
struct Located {
  Reference reference;
  Place raw;  ///< the scores as they are, with their own error; standard units
  /// Drawn towards the mean of the norm's people as far as the scores may be off (Kelley); standard units.
  /// Nothing where the norm is a stand-in: there is nobody to be drawn towards.
  std::optional<Place> shrunken;
  Place raw_points;                      ///< the same in scale points
  std::optional<Place> shrunken_points;  ///< the same in scale points
  /// K in scale points: shrunken = mean + K (raw - mean); rows and columns anxiety, avoidance.
  double pull[2][2] = {{1, 0}, {0, 1}};
  double security = 0;  ///< -(anxiety + avoidance) / sqrt 2 of the best place, standard units
  /// (anxiety - avoidance) / sqrt 2: above 0 more worry and protest, below 0 more distance.
  double hyperactivating = 0;
  double least_reliable_anxiety = 0;    ///< change beyond error: 1.96 sqrt 2 SEM, scale points
  double least_reliable_avoidance = 0;  ///< likewise
  std::vector<Finding> findings;        ///< in words a client may read

  /// Shrunken where there is one.
  [[nodiscard]] const Place& best() const { return shrunken ? *shrunken : raw; }
};

/// Scores in scale points. Errors (bad_data): "position.score" (not finite, or outside the scale).
[[nodiscard]] Result<Located> locate(const Reference& reference, const Position& scores);

// ---- For therapists and researchers only: never in what a client sees. --------------------------------

/// A line between lower and higher on each axis, and how much of the place lies in each quadrant about it.
/// The words are those of the four prototypes (Bartholomew & Horowitz 1991); they name regions.
struct QuadrantProbabilities {
  std::string cut;         ///< "norm mean", "scale midpoint", "between the two"
  Position from;           ///< of the cut, standard units
  Position to;             ///< the same as `from` but for a cut that is averaged over
  double secure = 0;       ///< both lower
  double preoccupied = 0;  ///< anxiety higher
  double dismissing = 0;   ///< avoidance higher
  double fearful = 0;      ///< both higher
  std::string limits;      ///< what it rests on and does not mean; [M] and [D] are told here
};

/// How near the place is to each landmark at (-1 or 1, -1 or 1): a similarity that adds up to 1, not the
/// probability of a type.
struct LandmarkMembership {
  double tau = 1;  ///< how fast nearness fades, standard units; a proposal of ours
  double secure = 0;
  double preoccupied = 0;
  double dismissing = 0;
  double fearful = 0;
};

struct ProfessionalReading {
  std::vector<QuadrantProbabilities> quadrants;  ///< under each cut that can be had
  LandmarkMembership landmarks;                  ///< of the position itself
  std::vector<Finding> findings;                 ///< that these are regions and similarities, never a type
};

/// Of a place in standard units. A stand-in reference gives the scale midpoint only. `reference` empty: no
/// one form, so the norm mean (0, 0) only.
[[nodiscard]] ProfessionalReading professional_reading(const Place& place,
                                                       const std::optional<Reference>& reference);

// ---------------------------------------------------------------------------------------------------------

}  // namespace securebase::attachment
