#pragma once
// How a person is with each figure, then and now: figure -> domain -> overall, each a position with its
// error, from everything that was answered, whenever it was. What is known of one relationship tells a little
// about the others (partial pooling); what is not known stays wide.
//
//   position with a figure = overall + what is particular to its domain + what is particular to this relation
//
// each part two numbers (anxiety, avoidance) that move over months. A score that asks about one person
// belongs to that figure, one about partners in general to the domain romance, one about close people to
// overall. Formulas: stats/position_tree.hpp. The order of what is given does not matter. Pure: no clock, no
// chance.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "attachment/position.hpp"
#include "base/finding.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "stats/convergence.hpp"

namespace securebase::attachment {

enum class Domain { family, romance, friends, therapist, other };
inline constexpr Domain all_domains[] = {Domain::family, Domain::romance, Domain::friends, Domain::therapist,
                                         Domain::other};

[[nodiscard]] std::string_view to_text(Domain domain);  ///< "family", "romance", ...
[[nodiscard]] std::optional<Domain> parse_domain(std::string_view word);
/// Of a word for who it is: mother, father, caregiver, sibling, child: family; partner, former_partner:
/// romance; friend; therapist; everything else: other.
[[nodiscard]] Domain domain_of_kind(std::string_view kind);

/// Time is told in months of so many days, from any day the caller chooses.
inline constexpr double days_a_month = 30.4375;
[[nodiscard]] double months_between(Date from, Date to);

// ---- What goes in ---------------------------------------------------------------------------------------

struct CourseFigure {
  std::string key;    ///< the caller's own, unique in a course: an id, or a name
  std::string label;  ///< as in "with <label>": "father", "my partner"
  Domain domain = Domain::other;
};

/// One form filled in on one day, in standard units. One axis may be missing.
struct Observation {
  double month = 0;
  catalog::PositionLevel about = catalog::PositionLevel::figure;
  std::string figure;  ///< key; for PositionLevel::figure only
  std::optional<double> anxiety;
  std::optional<double> avoidance;
  double anxiety_error = 0;      ///< standard error, above 0 where there is a value
  double avoidance_error = 0;    ///< likewise
  double error_correlation = 0;  ///< of the two errors, -1 to 1 without the ends
  std::string instrument;        ///< "ecr-rs"
  bool stand_in = false;         ///< Reference::stand_in of its form
};

/// Scores in scale points, placed by a reference: error by its reliability, or `own_errors` (scale points).
[[nodiscard]] Observation observed(const Reference& reference, double month, const std::string& figure,
                                   std::optional<double> anxiety, std::optional<double> avoidance,
                                   const std::optional<Position>& own_errors = std::nullopt);

/// A state estimated from some items (EAP, in SDs of the people of the calibration, prior N(0, 1)) holds the
/// prior already; what the answers alone say is mean / (1 - sd^2), sd / sqrt(1 - sd^2). Nothing where sd is
/// not above 0 and below 1.
struct StateEvidence {
  double value = 0;
  double error = 0;
};
[[nodiscard]] std::optional<StateEvidence> without_prior(double mean, double sd);

/// One score of a measure that still needs calibration: direction only, never a position.
struct DirectionScore {
  double month = 0;
  std::string figure;               ///< key
  std::string instrument;           ///< id
  std::string name;                 ///< of the instrument
  std::optional<double> anxiety;    ///< raw
  std::optional<double> avoidance;  ///< raw
  double lowest = 0;                ///< of the scale
  double highest = 0;               ///< of the scale
};

enum class Dynamics {
  random_walk,  ///< each part wanders: what has changed stays changed until it changes again
  prototype     ///< each part has a level that stays, and deviations that return to it (clinical.md 2.8)
};
[[nodiscard]] std::string_view to_text(Dynamics dynamics);  ///< "random-walk", "prototype"

enum class Origin {
  sheet,  ///< proposals of ours (clinical.md 2.1, 2.8): not published, not fitted
  given,  ///< by the user
  fitted  ///< on a practice's own courses
};

/// How much of what people differ by is general, of a domain, of one relation, and how fast each part moves.
/// Variances in standard units squared, alike for both axes.
struct Hyperparameters {
  Dynamics dynamics = Dynamics::random_walk;
  Origin origin = Origin::sheet;
  std::size_t courses = 0;    ///< fitted on
  Position mean;              ///< of overall, over people
  double overall = 0.25;      ///< variance over people
  double domain = 0.20;       ///< variance over domains of a person
  double relation = 0.45;     ///< variance over relations of a domain
  double correlation = 0.41;  ///< of anxiety and avoidance within each part
  /// Random walk: variance each part gains in a month. The sheet's gains .30, .10 and .03 of what is new in a
  /// month of one relation, .43 together, are those of a filter with error .15 (that of nine items) that
  /// moves by .15 x .43^2 / .57 = .0487 a month, shared out as the gains are.
  double overall_drift = 0.15 * 0.43 / 0.57 * 0.03;
  double domain_drift = 0.15 * 0.43 / 0.57 * 0.10;
  double relation_drift = 0.15 * 0.43 / 0.57 * 0.30;
  /// Prototype: the share of each part's variance that stays, and what is left of a deviation after a month
  /// (.6 after a week).
  double staying = 0.65;
  double monthly_stability = 0.1085;
  /// How far the speed is known: the standard error of its logarithm (random walk), or of the logit of
  /// `staying` (prototype). Above 0: places are averaged over three speeds, each as likely as it makes the
  /// answers.
  double speed_error = 0;
  /// Where origins are stand-ins, nobody is pulled towards them: this much is added to `overall` at the
  /// start. Of no account once `mean` is fitted.
  double origin_variance = 2.25;
};

struct Course {
  std::vector<CourseFigure> figures;
  std::vector<Observation> observations;
  std::vector<DirectionScore> directions;
  /// When the course began, not after the first observation; nothing: then. From here on parts move. Where it
  /// is given, an earlier answer that is added later never widens a place.
  std::optional<double> begin;
  /// The moment "now" stands for, not before the last observation; nothing: the last observation.
  std::optional<double> now;
  /// The one form all observations come from, where it is one: places are then told in its points too.
  std::optional<Reference> only_form;
};

// ---- What comes out -------------------------------------------------------------------------------------

enum class NodeKind { overall, domain, figure };

/// A node at one moment.
struct Moment {
  double month = 0;
  Place place;                  ///< standard units; shrunken (pooled and smoothed)
  std::optional<Place> points;  ///< the same in scale points, where there is one form only
  bool asked = false;           ///< something was answered about this node itself at this moment
};

/// What was answered about a node itself, as it is: not pooled, not smoothed.
struct RawScore {
  double month = 0;
  std::optional<double> anxiety;    ///< standard units
  std::optional<double> avoidance;  ///< standard units
  double anxiety_error = 0;
  double avoidance_error = 0;
  std::string instrument;
  bool stand_in = false;
};

/// From then to now, by the joint distribution of the two: not read off whether ellipses overlap.
struct Change {
  Place by;                        ///< now - then with the error of the difference, standard units
  double length = 0;               ///< of `by`
  double chi_square = 0;           ///< by' (covariance)^-1 by, 2 degrees of freedom
  double p = 1;                    ///< of a chi-square at least as large were nothing changed
  bool exceeds = false;            ///< p < .05: more than error
  bool anxiety_exceeds = false;    ///< |anxiety| > 1.96 error
  bool avoidance_exceeds = false;  ///< |avoidance| > 1.96 error
  double security = 0;             ///< -(anxiety + avoidance) / sqrt 2
  double security_error = 0;
  bool security_exceeds = false;
};

/// Reported security gain: more security by more than the reliable change index, and across the mean of the
/// norm (clinical.md 1.7). From the raw scores. What someone reports; not "earned security", which is judged
/// from an interview.
struct SecurityGain {
  double before = 0;     ///< security of the first score, standard units
  double after = 0;      ///< of the last score of the same form
  double gain = 0;       ///< after - before
  double threshold = 0;  ///< 1.96 errors of the difference
  bool beyond_error = false;
  bool crossed = false;   ///< from below the norm mean to above it
  bool reported = false;  ///< both
};

struct Node {
  NodeKind kind = NodeKind::figure;
  std::string key;                    ///< of the figure; "family", ...; "overall"
  std::string label;                  ///< "with father", "with family", "with people close to me"
  Domain domain = Domain::other;      ///< of no account for overall
  bool asked = false;                 ///< anything was answered about it itself
  std::size_t occasions = 0;          ///< on which something was
  std::optional<double> first_asked;  ///< month
  std::optional<double> last_asked;   ///< month; before `now`: has not been asked since
  /// When it, or a figure of it, was first asked about; of what never was, at the first occasion.
  Moment then;
  Moment now;                 ///< at Course::now
  std::vector<Moment> path;   ///< at every occasion from `then` to `now`, both included
  std::vector<RawScore> raw;  ///< by time
  /// Nothing where it, or figures of it, were asked about on one occasion only.
  std::optional<Change> change;
  std::optional<SecurityGain> gain;  ///< nothing without two scores of one form whose norm is known
  std::vector<Finding> findings;     ///< about this node, in words a client may read
};

/// How much is general and how much is particular.
struct Shares {
  double overall = 0;
  double domain = 0;
  double relation = 0;  ///< the three add up to 1
};

enum class Heading { higher, lower, same };
[[nodiscard]] std::string_view to_text(Heading heading);

enum class Axis { anxiety, avoidance };

/// A measure that is not calibrated: where the raw answers stood and where they went. Draw no position.
struct Direction {
  std::string figure;  ///< key
  std::string label;   ///< "with my therapist"
  std::string instrument;
  std::string name;
  Axis axis = Axis::anxiety;
  double lowest = 0;
  double highest = 0;
  struct At {
    double month = 0;
    double value = 0;
  };
  std::vector<At> points;  ///< by time; start, middle, end are its first, the one nearest half-way, its last
  std::size_t middle = 0;  ///< index into points
  Heading heading = Heading::same;  ///< of the last against the first; says nothing about error
};

struct WorkingModel {
  std::vector<Node> nodes;    ///< overall, then domains in the order of Domain, then figures as given
  double now = 0;             ///< month
  std::size_t occasions = 0;  ///< on which anything was answered that gives a position
  /// Key of the figure whose position moved farthest, of those that moved by more than error where there are
  /// any.
  std::optional<std::string> changed_most;
  bool changed_most_exceeds = false;  ///< by more than error
  /// The same with the level of the test shared among all figures looked at (Sidak).
  bool changed_most_exceeds_among_all = false;
  std::vector<std::string> changed;  ///< keys of all figures that moved beyond error, farthest first
  Shares expected;                   ///< what the hyper-parameters say of people in general
  std::optional<Shares> person;      ///< of this person now, where two figures or more were asked about
  std::vector<Direction> directions;
  Hyperparameters hyperparameters;
  bool stand_in = false;  ///< some origin is borrowed: places hold against each other, not against a norm
  std::vector<Finding> findings;  ///< about the whole, in words a client may read

  [[nodiscard]] const Node& overall() const { return nodes.front(); }
  [[nodiscard]] const Node* find(std::string_view key) const;  ///< nullptr: none
};

/// Errors (bad_data): "working_model.nothing" (no observation), "working_model.figure" (a key that is not
/// among the figures, twice there, or missing), "working_model.value" (not finite, an error not above 0, both
/// axes missing), "working_model.now" (begin after the first, or now before the last observation),
/// "working_model.hyperparameters" (a variance below 0, a correlation not within -1 and 1, a stability not
/// within 0 and 1).
[[nodiscard]] Result<WorkingModel> working_model(const Course& course,
                                                 const Hyperparameters& hyperparameters = {});

/// Where raw answers of measures that are not calibrated stood and went: those of working_model, also of a
/// course that has nothing else. Errors "working_model.figure", "working_model.value".
[[nodiscard]] Result<std::vector<Direction>> directions(const Course& course);

/// "less worry about being left and less distance"; of what moved by less than a tenth of a unit nothing is
/// said: "hardly any difference".
[[nodiscard]] std::string in_words(const Change& change);

// ---- Hyper-parameters of a practice -----------------------------------------------------------------------

/// Courses that tell something: two figures or more, two occasions or more. So many of them are enough (a
/// proposal of ours).
inline constexpr std::size_t courses_needed = 100;
[[nodiscard]] bool tells_hyperparameters(const Course& course);

struct FittedHyperparameters {
  Hyperparameters hyperparameters;
  Hyperparameters errors;  ///< standard errors in its members; 0: not fitted, or at the edge
  double log_likelihood = 0;
  double log_likelihood_before = 0;  ///< of the defaults, on the same courses
  stats::Convergence convergence;
  std::vector<Finding> findings;
};

/// By marginal likelihood, drawn weakly towards `start` (a normal prior of SD 1 on logarithms and the
/// like, 1.5 for the speed, so that what the courses do not tell stays): mean, the three variances, the
/// correlation, and how fast parts move (random walk: one speed for all, in the proportions given; prototype:
/// staying and monthly stability). `start` says which dynamics. Bit-identical for any number of threads.
/// Errors (bad_data): those of working_model, and "working_model.too_few" (fewer than `least` courses that
/// tell something).
[[nodiscard]] Result<FittedHyperparameters> fit_hyperparameters(std::span<const Course> courses,
                                                                const Hyperparameters& start = {},
                                                                std::size_t least = courses_needed,
                                                                unsigned threads = 1);

// ---- For therapists and researchers only: never in what a client sees. ------------------------------------

struct NodeReading {
  std::string key;
  ProfessionalReading then;
  ProfessionalReading now;
};

/// Of every node, quadrant probabilities and nearness to landmarks (position.hpp).
[[nodiscard]] std::vector<NodeReading> professional_reading(const WorkingModel& model,
                                                            const std::optional<Reference>& only_form);

}  // namespace securebase::attachment
