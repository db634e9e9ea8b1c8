#pragma once
// The attachment map of a person in a course: where they are with each figure, then and now, with error, from
// what they answered about themselves. Everything that is reckoned is attachment/working_model.hpp; here it
// is gathered, dated, named and put into sentences. Two faces: the therapist's, and the one that is shown in
// the room or printed, which has no professional words and no landmarks: not hidden there, not made.
//
// While a risk answer of the person is open, no sentence of the therapist's map says that something is better
// without saying so first.

#include <optional>
#include <string>
#include <vector>

#include "attachment/working_model.hpp"
#include "service/chart.hpp"
#include "service/measure.hpp"
#include "service/practice.hpp"

namespace securebase::service {

template <>
inline constexpr std::array names_of<attachment::NodeKind> = {"overall"sv, "domain"sv, "figure"sv};
template <>
inline constexpr std::array names_of<attachment::Axis> = {"anxiety"sv, "avoidance"sv};
template <>
inline constexpr std::array names_of<attachment::Heading> = {"higher"sv, "lower"sv, "same"sv};
template <>
inline constexpr std::array names_of<attachment::Origin> = {"sheet"sv, "given"sv, "fitted"sv};

/// How much there is to be seen.
enum class MapState {
  nothing,     ///< nothing was answered that tells a place or a direction
  directions,  ///< raw answers of measures that are not calibrated, and no place
  places
};
template <>
inline constexpr std::array names_of<MapState> = {"nothing"sv, "directions"sv, "places"sv};

/// What the axes count in: the points of the one form that was used, or SDs of a form's people.
enum class MapUnit { points, standard };
template <>
inline constexpr std::array names_of<MapUnit> = {"points"sv, "standard"sv};

/// Standard error, in standard units, above which a mark gets no arrow (WEB.md, few data; ours).
inline constexpr double most_error_for_arrow = 0.6;
inline constexpr int weeks_to_change = 8;  ///< until it is worth asking again

struct MapPoint {
  double anxiety = 0;
  double avoidance = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"anxiety", &MapPoint::anxiety}, Field{"avoidance", &MapPoint::avoidance});
  }
};

/// All in MapUnit; intervals of 95 %.
struct MapPlace {
  double anxiety = 0;
  double anxiety_lower = 0;
  double anxiety_upper = 0;
  double avoidance = 0;
  double avoidance_lower = 0;
  double avoidance_upper = 0;
  std::vector<MapPoint> outline;  ///< of the 95 % ellipse, a polygon; empty along a path

  static constexpr auto fields(const auto& use) {
    return use(Field{"anxiety", &MapPlace::anxiety}, Field{"anxiety_lower", &MapPlace::anxiety_lower},
               Field{"anxiety_upper", &MapPlace::anxiety_upper}, Field{"avoidance", &MapPlace::avoidance},
               Field{"avoidance_lower", &MapPlace::avoidance_lower},
               Field{"avoidance_upper", &MapPlace::avoidance_upper}, Field{"outline", &MapPlace::outline});
  }
};

struct MapMoment {
  Date on;
  bool asked = false;  ///< something was answered about this itself on this day
  MapPlace place;

  static constexpr auto fields(const auto& use) {
    return use(Field{"on", &MapMoment::on}, Field{"asked", &MapMoment::asked},
               Field{"place", &MapMoment::place});
  }
};

/// What was answered, as it is: not pooled, not smoothed.
struct MapRaw {
  Date on;
  std::optional<double> anxiety;
  std::optional<double> avoidance;
  std::string form;  ///< short name of the measure

  static constexpr auto fields(const auto& use) {
    return use(Field{"on", &MapRaw::on}, Field{"anxiety", &MapRaw::anxiety},
               Field{"avoidance", &MapRaw::avoidance}, Field{"form", &MapRaw::form});
  }
};

/// From then to now, tested on its own.
struct MapChange {
  double anxiety = 0;
  double avoidance = 0;
  double p = 1;  ///< of a difference at least as large were nothing changed
  bool exceeds = false;
  bool anxiety_exceeds = false;
  bool avoidance_exceeds = false;
  double security = 0;  ///< standard units; above 0: more
  bool security_exceeds = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"anxiety", &MapChange::anxiety}, Field{"avoidance", &MapChange::avoidance},
               Field{"p", &MapChange::p}, Field{"exceeds", &MapChange::exceeds},
               Field{"anxiety_exceeds", &MapChange::anxiety_exceeds},
               Field{"avoidance_exceeds", &MapChange::avoidance_exceeds},
               Field{"security", &MapChange::security},
               Field{"security_exceeds", &MapChange::security_exceeds});
  }
};

/// Reported security gain, from raw scores in standard units; not "earned security".
struct MapGain {
  double gain = 0;
  double threshold = 0;
  bool beyond_error = false;
  bool crossed = false;   ///< the mean of the norm
  bool reported = false;  ///< both

  static constexpr auto fields(const auto& use) {
    return use(Field{"gain", &MapGain::gain}, Field{"threshold", &MapGain::threshold},
               Field{"beyond_error", &MapGain::beyond_error}, Field{"crossed", &MapGain::crossed},
               Field{"reported", &MapGain::reported});
  }
};

/// A finding that may hold the name of a figure.
struct MapFinding {
  std::string code;
  Private<std::string> statement;
  std::string basis;
  std::string limits;

  static constexpr auto fields(const auto& use) {
    return use(Field{"code", &MapFinding::code}, Field{"statement", &MapFinding::statement},
               Field{"basis", &MapFinding::basis}, Field{"limits", &MapFinding::limits});
  }
};

struct MapNode {
  attachment::NodeKind kind = attachment::NodeKind::figure;
  std::string key;             ///< id of the figure; "family", "romance", ...; "overall"
  std::string relation;        ///< "mother", "friend", ... of a figure; otherwise as the key
  Private<std::string> label;  ///< "with Daniel", "with father", "with people close to me"
  bool asked = false;          ///< anything was answered about it itself
  std::int64_t occasions = 0;
  std::optional<Date> last_asked;
  MapMoment then;
  MapMoment now;
  bool arrow = false;               ///< from then to now: few data draw none
  std::vector<MapMoment> path;      ///< then and now included; asked or not
  std::vector<MapRaw> raw;          ///< by time
  std::optional<MapChange> change;  ///< nothing: asked about once
  std::optional<MapGain> gain;
  Private<std::string> reading;  ///< the mark as it is spoken
  std::vector<MapFinding> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &MapNode::kind}, Field{"key", &MapNode::key},
               Field{"relation", &MapNode::relation}, Field{"label", &MapNode::label},
               Field{"asked", &MapNode::asked}, Field{"occasions", &MapNode::occasions},
               Field{"last_asked", &MapNode::last_asked}, Field{"then", &MapNode::then},
               Field{"now", &MapNode::now}, Field{"arrow", &MapNode::arrow}, Field{"path", &MapNode::path},
               Field{"raw", &MapNode::raw}, Field{"change", &MapNode::change}, Field{"gain", &MapNode::gain},
               Field{"reading", &MapNode::reading}, Field{"findings", &MapNode::findings});
  }
};

struct MapStep {
  Date on;
  double value = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"on", &MapStep::on}, Field{"value", &MapStep::value});
  }
};

/// Raw answers of a measure that is not calibrated: an arrow on a strip of its own, never a place.
struct MapDirection {
  std::string key;
  std::string relation;
  Private<std::string> label;
  std::string form;  ///< short name of the measure
  attachment::Axis axis = attachment::Axis::anxiety;
  double lowest = 0;
  double highest = 0;
  std::vector<MapStep> steps;  ///< by time; start and end are its first and its last
  std::int64_t middle = 0;     ///< index of the step nearest to half-way
  attachment::Heading heading = attachment::Heading::same;
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"key", &MapDirection::key}, Field{"relation", &MapDirection::relation},
               Field{"label", &MapDirection::label}, Field{"form", &MapDirection::form},
               Field{"axis", &MapDirection::axis}, Field{"lowest", &MapDirection::lowest},
               Field{"highest", &MapDirection::highest}, Field{"steps", &MapDirection::steps},
               Field{"middle", &MapDirection::middle}, Field{"heading", &MapDirection::heading},
               Field{"words", &MapDirection::words});
  }
};

/// A form that places rest on.
struct MapForm {
  std::string form;
  std::string title;
  std::string about;  ///< "figure", "romance", "overall"
  std::int64_t sheets = 0;
  bool stand_in = false;   ///< no norm is known: origin and unit are borrowed
  bool estimated = false;  ///< its places come from the items' calibration, each with an error of its own
  std::string group;
  std::string basis;
  bool verified = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"form", &MapForm::form}, Field{"title", &MapForm::title},
               Field{"about", &MapForm::about}, Field{"sheets", &MapForm::sheets},
               Field{"stand_in", &MapForm::stand_in}, Field{"estimated", &MapForm::estimated},
               Field{"group", &MapForm::group}, Field{"basis", &MapForm::basis},
               Field{"verified", &MapForm::verified});
  }
};

/// Sheets about attachment that the map leaves out, and why.
struct MapIgnored {
  std::string form;
  std::int64_t sheets = 0;
  std::string why;

  static constexpr auto fields(const auto& use) {
    return use(Field{"form", &MapIgnored::form}, Field{"sheets", &MapIgnored::sheets},
               Field{"why", &MapIgnored::why});
  }
};

struct MapAxis {
  double min = 0;
  double max = 0;
  std::optional<double> norm;  ///< mean of the norm's people; nothing where origins are borrowed

  static constexpr auto fields(const auto& use) {
    return use(Field{"min", &MapAxis::min}, Field{"max", &MapAxis::max}, Field{"norm", &MapAxis::norm});
  }
};

/// How much is common to all relationships, belongs to a kind of them, to a single one; adds up to 1.
struct MapShares {
  double overall = 0;
  double domain = 0;
  double relation = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"overall", &MapShares::overall}, Field{"domain", &MapShares::domain},
               Field{"relation", &MapShares::relation});
  }
};

/// Which numbers say what relationships have in common, and what these rest on.
struct MapModel {
  attachment::Origin origin = attachment::Origin::sheet;
  std::int64_t courses = 0;            ///< fitted on
  std::optional<Instant> computed_at;  ///< of those that were fitted
  std::string statement;
  std::string basis;
  std::string limits;

  static constexpr auto fields(const auto& use) {
    return use(Field{"origin", &MapModel::origin}, Field{"courses", &MapModel::courses},
               Field{"computed_at", &MapModel::computed_at}, Field{"statement", &MapModel::statement},
               Field{"basis", &MapModel::basis}, Field{"limits", &MapModel::limits});
  }
};

// ---- For therapists and researchers only ----------------------------------------------------------------

struct MapLandmark {
  std::string name;
  double anxiety = 0;  ///< MapUnit
  double avoidance = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"name", &MapLandmark::name}, Field{"anxiety", &MapLandmark::anxiety},
               Field{"avoidance", &MapLandmark::avoidance});
  }
};

/// The four add up to 1: probabilities of regions under a cut, or nearness to landmarks.
struct MapFour {
  std::string by;  ///< the cut; of nearness "nearness"
  double secure = 0;
  double preoccupied = 0;
  double dismissing = 0;
  double fearful = 0;
  std::string limits;

  static constexpr auto fields(const auto& use) {
    return use(Field{"by", &MapFour::by}, Field{"secure", &MapFour::secure},
               Field{"preoccupied", &MapFour::preoccupied}, Field{"dismissing", &MapFour::dismissing},
               Field{"fearful", &MapFour::fearful}, Field{"limits", &MapFour::limits});
  }
};

struct MapReading {
  std::string key;  ///< of the node
  std::vector<MapFour> then;
  std::vector<MapFour> now;

  static constexpr auto fields(const auto& use) {
    return use(Field{"key", &MapReading::key}, Field{"then", &MapReading::then},
               Field{"now", &MapReading::now});
  }
};

struct MapProfessional {
  std::vector<MapLandmark> landmarks;
  std::vector<MapReading> readings;
  std::vector<MapFinding> findings;  ///< that these are regions and similarities, never a type

  static constexpr auto fields(const auto& use) {
    return use(Field{"landmarks", &MapProfessional::landmarks}, Field{"readings", &MapProfessional::readings},
               Field{"findings", &MapProfessional::findings});
  }
};

struct AttachmentMap {
  MapState state = MapState::nothing;
  bool risk_is_open = false;  ///< a risk answer of this person: contact comes first
  Private<std::string> headline;
  std::string reason;     ///< what the headline rests on
  std::string next_step;  ///< what would tell more; may be empty
  std::optional<Date> from;
  std::optional<Date> to;  ///< what "now" stands for
  std::int64_t occasions = 0;
  MapUnit unit = MapUnit::points;
  MapAxis anxiety;
  MapAxis avoidance;
  std::vector<MapNode> nodes;               ///< overall, kinds of relationships, then figures
  std::optional<std::string> changed_most;  ///< key of the figure that moved farthest
  bool changed_most_exceeds = false;
  bool changed_most_exceeds_among_all = false;  ///< the level shared among all that were looked at
  std::vector<std::string> changed;             ///< keys of all figures that moved beyond error
  std::optional<MapShares> shares;           ///< of this person, where two figures or more were asked about
  std::optional<MapShares> shares_expected;  ///< what the model says of people in general
  std::vector<MapDirection> directions;
  std::vector<MapForm> forms;
  std::vector<MapIgnored> ignored;
  std::optional<MapModel> model;     ///< nothing without a place
  std::vector<MapFinding> findings;  ///< about the whole
  ChartTable table;                  ///< a row for each node, in their order
  std::optional<MapProfessional> professional;

  static constexpr auto fields(const auto& use) {
    return use(Field{"state", &AttachmentMap::state}, Field{"risk_is_open", &AttachmentMap::risk_is_open},
               Field{"headline", &AttachmentMap::headline}, Field{"reason", &AttachmentMap::reason},
               Field{"next_step", &AttachmentMap::next_step}, Field{"from", &AttachmentMap::from},
               Field{"to", &AttachmentMap::to}, Field{"occasions", &AttachmentMap::occasions},
               Field{"unit", &AttachmentMap::unit}, Field{"anxiety", &AttachmentMap::anxiety},
               Field{"avoidance", &AttachmentMap::avoidance}, Field{"nodes", &AttachmentMap::nodes},
               Field{"changed_most", &AttachmentMap::changed_most},
               Field{"changed_most_exceeds", &AttachmentMap::changed_most_exceeds},
               Field{"changed_most_exceeds_among_all", &AttachmentMap::changed_most_exceeds_among_all},
               Field{"changed", &AttachmentMap::changed}, Field{"shares", &AttachmentMap::shares},
               Field{"shares_expected", &AttachmentMap::shares_expected},
               Field{"directions", &AttachmentMap::directions}, Field{"forms", &AttachmentMap::forms},
               Field{"ignored", &AttachmentMap::ignored}, Field{"model", &AttachmentMap::model},
               Field{"findings", &AttachmentMap::findings}, Field{"table", &AttachmentMap::table},
               Field{"professional", &AttachmentMap::professional});
  }
};

// ---- The map as it is shown to the person ---------------------------------------------------------------

struct ShownPoint {
  double worry = 0;
  double distance = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"worry", &ShownPoint::worry}, Field{"distance", &ShownPoint::distance});
  }
};

struct ShownScale {
  double min = 0;
  double max = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"min", &ShownScale::min}, Field{"max", &ShownScale::max});
  }
};

struct ShownMark {
  bool general = false;  ///< people close to oneself on the whole, or all of a kind
  std::string key;       ///< as in MapNode
  std::string relation;
  Private<std::string> label;
  ShownPoint now;
  std::vector<ShownPoint> around;  ///< of the 95 % ellipse, a polygon
  std::optional<ShownPoint> then;  ///< nothing: no arrow
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"general", &ShownMark::general}, Field{"key", &ShownMark::key},
               Field{"relation", &ShownMark::relation}, Field{"label", &ShownMark::label},
               Field{"now", &ShownMark::now}, Field{"around", &ShownMark::around},
               Field{"then", &ShownMark::then}, Field{"words", &ShownMark::words});
  }
};

enum class ShownAxis { worry, distance };
template <>
inline constexpr std::array names_of<ShownAxis> = {"worry"sv, "distance"sv};

struct ShownDirection {
  std::string key;
  std::string relation;
  Private<std::string> label;
  ShownAxis axis = ShownAxis::worry;
  double lowest = 0;
  double highest = 0;
  std::vector<MapStep> steps;
  std::int64_t middle = 0;
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"key", &ShownDirection::key}, Field{"relation", &ShownDirection::relation},
               Field{"label", &ShownDirection::label}, Field{"axis", &ShownDirection::axis},
               Field{"lowest", &ShownDirection::lowest}, Field{"highest", &ShownDirection::highest},
               Field{"steps", &ShownDirection::steps}, Field{"middle", &ShownDirection::middle},
               Field{"words", &ShownDirection::words});
  }
};

/// Plain words, "you"; no landmark, no probability, no professional word.
struct ShownMap {
  MapState state = MapState::nothing;
  Private<std::string> headline;
  std::string reason;
  std::optional<Date> from;
  std::optional<Date> to;
  ShownScale worry;
  ShownScale distance;
  std::vector<ShownMark> marks;
  std::vector<ShownDirection> directions;
  std::vector<std::string> limits;  ///< what it does not say

  static constexpr auto fields(const auto& use) {
    return use(Field{"state", &ShownMap::state}, Field{"headline", &ShownMap::headline},
               Field{"reason", &ShownMap::reason}, Field{"from", &ShownMap::from}, Field{"to", &ShownMap::to},
               Field{"worry", &ShownMap::worry}, Field{"distance", &ShownMap::distance},
               Field{"marks", &ShownMap::marks}, Field{"directions", &ShownMap::directions},
               Field{"limits", &ShownMap::limits});
  }
};

/// Of one member, from their own sheets about themselves in this course. Error "member.not_found".
[[nodiscard]] Result<AttachmentMap> read_map(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person);
/// The same as it is shown in the room, printed, and put on the page that the person is given. Error
/// "member.not_found".
[[nodiscard]] Result<ShownMap> read_shown_map(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Person>& person);

// ---- What relationships have in common, learned from a practice -----------------------------------------

/// The numbers behind every map: those in use, and whether there are enough courses to learn them.
struct MapLaws {
  std::int64_t needed = 0;   ///< courses with two figures or more on two occasions or more
  std::int64_t courses = 0;  ///< of these there are
  attachment::Origin origin = attachment::Origin::sheet;
  std::optional<Instant> computed_at;
  std::int64_t fitted_on = 0;
  MapShares shares;
  double correlation = 0;
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"needed", &MapLaws::needed}, Field{"courses", &MapLaws::courses},
               Field{"origin", &MapLaws::origin}, Field{"computed_at", &MapLaws::computed_at},
               Field{"fitted_on", &MapLaws::fitted_on}, Field{"shares", &MapLaws::shares},
               Field{"correlation", &MapLaws::correlation}, Field{"findings", &MapLaws::findings});
  }
};

/// For admins: counts and numbers, nobody's answers.
[[nodiscard]] Result<MapLaws> read_map_laws(const Practice& practice, const Actor& actor);
/// Learns them anew from every course of the practice, in the place of those that were learned before. For
/// admins. Errors (conflict): "map.too_few" says how many courses there are and how many are needed;
/// "map.not_converged": the numbers in use stay.
[[nodiscard]] Result<MapLaws> fit_map_laws(const Practice& practice, const Actor& actor);
/// Back to the proposals that come with the program. For admins.
[[nodiscard]] Result<MapLaws> forget_map_laws(const Practice& practice, const Actor& actor);

}  // namespace securebase::service
