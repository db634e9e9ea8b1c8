// The two faces of the map: what the engine reckoned, dated, named, and in sentences.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "service/working_model_parts.hpp"

namespace securebase::service {
namespace {

using attachment::Node;
using attachment::NodeKind;
using attachment::WorkingModel;

// Words --------------------------------------------------------------------------------------------------

/// Numbers that belong together stay on one line.
std::string day(Date date) {
  constexpr std::array months = {"January", "February", "March",     "April",   "May",      "June",
                                 "July",    "August",   "September", "October", "November", "December"};
  return fmt::format("{}\u00a0{}\u00a0{}", date.day, months.at(static_cast<std::size_t>(date.month - 1)),
                     date.year);
}

std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  return text == "-0.0" ? "0.0" : text;
}
/// Raw answers are means of few: a second digit where there is one.
std::string raw_number(double value) {
  std::string text = fmt::format("{:.2f}", value == 0 ? 0.0 : value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}
std::string signed_number(double value) {
  const std::string text = number(std::abs(value));
  return text == "0.0" ? text : (value < 0 ? "\u2212" : "+") + text;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Private<std::string> kept(std::string text) {
  return Private<std::string>(std::move(text));
}

std::string days_text(std::int64_t days) {
  return days == 1 ? "one day" : fmt::format("{} days", days);
}

// Units --------------------------------------------------------------------------------------------------

/// The engine's standard units as the map counts.
class Unit {
 public:
  explicit Unit(const std::optional<attachment::Reference>& form) : form_(form) {}

  [[nodiscard]] MapUnit unit() const { return form_ ? MapUnit::points : MapUnit::standard; }
  [[nodiscard]] attachment::Place place(const attachment::Place& standard) const {
    return form_ ? form_->points(standard) : standard;
  }
  [[nodiscard]] attachment::Position position(const attachment::Position& standard) const {
    return form_ ? form_->points(standard) : standard;
  }
  [[nodiscard]] attachment::Position difference(const attachment::Position& standard) const {
    const auto to = position(standard);
    const auto from = position({0, 0});
    return {to.anxiety - from.anxiety, to.avoidance - from.avoidance};
  }
  [[nodiscard]] const std::optional<attachment::Reference>& form() const { return form_; }

 private:
  const std::optional<attachment::Reference>& form_;
};

/// The whole scale of the one form; of several as much as is needed, three SDs at least.
std::pair<MapAxis, MapAxis> axes_of(const Unit& unit, const WorkingModel& model) {
  MapAxis anxiety;
  MapAxis avoidance;
  if (unit.form()) {
    anxiety.min = unit.form()->anxiety.lowest;
    anxiety.max = unit.form()->anxiety.highest;
    avoidance.min = unit.form()->avoidance.lowest;
    avoidance.max = unit.form()->avoidance.highest;
  } else {
    double reach = 3;
    for (const Node& node : model.nodes)
      for (const auto* moment : {&node.then, &node.now})
        reach = std::max(
            {reach, std::abs(moment->place.at.anxiety) + 1, std::abs(moment->place.at.avoidance) + 1});
    anxiety.max = avoidance.max = std::ceil(reach);
    anxiety.min = avoidance.min = -std::ceil(reach);
  }
  if (!model.stand_in) {
    const auto norm = unit.position({0, 0});
    anxiety.norm = norm.anxiety;
    avoidance.norm = norm.avoidance;
  }
  return {anxiety, avoidance};
}

// What is there -------------------------------------------------------------------------------------------

/// Which of the engine's nodes somebody was asked about. What follows from others alone is left out: of a
/// kind of relationships with one figure it says the same again, of everything with one relation too.
std::vector<const Node*> shown_nodes(const WorkingModel& model) {
  const auto asked_below = [&](const Node& above) {
    return std::count_if(model.nodes.begin(), model.nodes.end(), [&](const Node& node) {
      if (!node.asked || node.kind == NodeKind::overall || &node == &above) return false;
      return above.kind == NodeKind::overall ||
             (node.kind == NodeKind::figure && node.domain == above.domain);
    });
  };
  std::vector<const Node*> shown;
  for (const Node& node : model.nodes)
    if (node.asked || (node.kind != NodeKind::figure && asked_below(node) > 1)) shown.push_back(&node);
  return shown;
}

double largest_error(const attachment::Place& place) {
  return std::max(place.anxiety_error, place.avoidance_error);
}

bool has_arrow(const Node& node) {
  return node.change && largest_error(node.then.place) <= most_error_for_arrow &&
         largest_error(node.now.place) <= most_error_for_arrow;
}

std::string relation_of(const MapSheets& sheets, const Node& node) {
  const auto kind = sheets.kinds.find(node.key);
  return kind == sheets.kinds.end() ? node.key : std::string(to_text(kind->second));
}

std::string kind_in_words(std::string relation) {
  std::replace(relation.begin(), relation.end(), '_', ' ');
  return relation;
}

/// "with Daniel (partner)": the name, and who it is where the name does not say so.
std::string full_label(const MapSheets& sheets, const Node& node) {
  if (node.kind != NodeKind::figure) return node.label;
  const std::string kind = kind_in_words(relation_of(sheets, node));
  const bool says_so = node.label.find(kind) != std::string::npos || kind == "other";
  return says_so ? node.label : fmt::format("{} ({})", node.label, kind);
}

// A node --------------------------------------------------------------------------------------------------

/// Cut at the ends of the form's scale: further off nobody can score.
MapPlace place_of(const Unit& unit, const attachment::Place& standard, bool with_outline) {
  const attachment::Place place = unit.place(standard);
  Interval anxiety = place.anxiety_interval();
  Interval avoidance = place.avoidance_interval();
  if (unit.form()) {
    const auto cut = [](Interval& interval, const attachment::AxisScale& scale) {
      interval.lower = std::clamp(interval.lower, scale.lowest, scale.highest);
      interval.upper = std::clamp(interval.upper, scale.lowest, scale.highest);
    };
    cut(anxiety, unit.form()->anxiety);
    cut(avoidance, unit.form()->avoidance);
  }
  MapPlace result{place.at.anxiety,
                  anxiety.lower,
                  anxiety.upper,
                  place.at.avoidance,
                  avoidance.lower,
                  avoidance.upper,
                  {}};
  if (!with_outline) return result;
  for (const attachment::Position& point : attachment::outline(place))
    result.outline.push_back({point.anxiety, point.avoidance});
  return result;
}

MapMoment moment_of(const MapSheets& sheets, const Unit& unit, const attachment::Moment& moment,
                    bool with_outline) {
  return {sheets.day_of(moment.month), moment.asked, place_of(unit, moment.place, with_outline)};
}

MapRaw raw_of(const MapSheets& sheets, const Unit& unit, const attachment::RawScore& score) {
  const auto at = unit.position({score.anxiety.value_or(0), score.avoidance.value_or(0)});
  MapRaw raw;
  raw.on = sheets.day_of(score.month);
  if (score.anxiety) raw.anxiety = at.anxiety;
  if (score.avoidance) raw.avoidance = at.avoidance;
  raw.form = score.instrument;
  return raw;
}

MapChange change_of(const Unit& unit, const attachment::Change& change) {
  const auto by = unit.difference(change.by.at);
  MapChange result;
  result.anxiety = by.anxiety;
  result.avoidance = by.avoidance;
  result.p = change.p;
  result.exceeds = change.exceeds;
  result.anxiety_exceeds = change.anxiety_exceeds;
  result.avoidance_exceeds = change.avoidance_exceeds;
  result.security = change.security;
  result.security_exceeds = change.security_exceeds;
  return result;
}

MapFinding finding_of(const Finding& finding) {
  return {finding.code, kept(finding.statement), finding.basis, finding.limits};
}

std::string change_in_words(const MapSheets& sheets, const Node& node) {
  if (!node.change) return "Asked about once: nothing can be said about change.";
  return fmt::format("Since {}: {}, {}.", day(sheets.day_of(node.then.month)), in_words(*node.change),
                     node.change->exceeds ? "more than error" : "which may be chance");
}

std::string reading_of(const MapSheets& sheets, const Unit& unit, const Node& node) {
  const MapPlace now = place_of(unit, node.now.place, false);
  std::string text = fmt::format(
      "{}: worry about being left {}, likely {}\u00a0to\u00a0{}; distance {}, likely {}\u00a0to\u00a0{}",
      capital(full_label(sheets, node)), number(now.anxiety), number(now.anxiety_lower),
      number(now.anxiety_upper), number(now.avoidance), number(now.avoidance_lower),
      number(now.avoidance_upper));
  text += unit.form() ? fmt::format(", on scales from {:g} to {:g}. ", unit.form()->anxiety.lowest,
                                    unit.form()->anxiety.highest)
                      : ", in standard deviations of a form's people. ";
  return text + change_in_words(sheets, node);
}

MapNode node_of(const MapSheets& sheets, const Unit& unit, const Node& node) {
  MapNode result;
  result.kind = node.kind;
  result.key = node.key;
  result.relation = relation_of(sheets, node);
  result.label = kept(node.label);
  result.asked = node.asked;
  result.occasions = static_cast<std::int64_t>(node.occasions);
  if (node.last_asked) result.last_asked = sheets.day_of(*node.last_asked);
  result.then = moment_of(sheets, unit, node.then, true);
  result.now = moment_of(sheets, unit, node.now, true);
  result.arrow = has_arrow(node);
  for (const auto& moment : node.path) result.path.push_back(moment_of(sheets, unit, moment, false));
  for (const auto& score : node.raw) result.raw.push_back(raw_of(sheets, unit, score));
  if (node.change) result.change = change_of(unit, *node.change);
  if (node.gain)
    result.gain = MapGain{node.gain->gain, node.gain->threshold, node.gain->beyond_error, node.gain->crossed,
                          node.gain->reported};
  result.reading = kept(reading_of(sheets, unit, node));
  for (const Finding& finding : node.findings) result.findings.push_back(finding_of(finding));
  return result;
}

// The table -----------------------------------------------------------------------------------------------

std::string range_text(double at, double lower, double upper) {
  return fmt::format("{} ({}\u00a0to\u00a0{})", number(at), number(lower), number(upper));
}

std::string raw_text(const MapNode& node) {
  if (node.raw.empty()) return "not asked by itself";
  const auto one = [](const std::optional<double>& value) { return value ? number(*value) : "none"; };
  const MapRaw& last = node.raw.back();
  std::string text = fmt::format("{} and {}", one(last.anxiety), one(last.avoidance));
  const MapPlace& now = node.now.place;
  const auto outside = [](const std::optional<double>& value, double lower, double upper) {
    return value && (*value < lower || *value > upper);
  };
  if (node.kind == NodeKind::figure && (outside(last.anxiety, now.anxiety_lower, now.anxiety_upper) ||
                                        outside(last.avoidance, now.avoidance_lower, now.avoidance_upper)))
    text += " (outside the range: see below)";
  return text;
}

std::string change_text(const MapNode& node) {
  if (!node.change) return "asked once";
  return fmt::format("{} and {}: {}", signed_number(node.change->anxiety),
                     signed_number(node.change->avoidance),
                     node.change->exceeds ? "more than error" : "may be chance");
}

ChartTable table_of(const MapSheets& sheets, const std::vector<const Node*>& nodes,
                    const std::vector<MapNode>& shown) {
  ChartTable table{
      {"Relationship", "Anxiety (95\u00a0%)", "Avoidance (95\u00a0%)", "Last answers as they are", "Change"},
      {}};
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const MapNode& node = shown[i];
    const MapPlace& now = node.now.place;
    table.rows.push_back({full_label(sheets, *nodes[i]),
                          range_text(now.anxiety, now.anxiety_lower, now.anxiety_upper),
                          range_text(now.avoidance, now.avoidance_lower, now.avoidance_upper), raw_text(node),
                          change_text(node)});
  }
  return table;
}

// Directions ----------------------------------------------------------------------------------------------

std::string steps_text(const MapSheets& sheets, const attachment::Direction& direction) {
  const auto at = [&](std::size_t i) {
    return fmt::format("{} on {}", raw_number(direction.points[i].value),
                       day(sheets.day_of(direction.points[i].month)));
  };
  const std::size_t last = direction.points.size() - 1;
  if (last == 0) return at(0);
  if (direction.middle == 0 || direction.middle == last) return at(0) + ", " + at(last);
  return at(0) + ", " + at(direction.middle) + ", " + at(last);
}

std::string heading_text(const attachment::Direction& direction) {
  if (direction.points.size() < 2) return "asked once";
  switch (direction.heading) {
    case attachment::Heading::higher:
      return "higher";
    case attachment::Heading::lower:
      return "lower";
    case attachment::Heading::same:
      break;
  }
  return "the same";
}

std::string direction_in_words(const MapSheets& sheets, const attachment::Direction& direction) {
  return fmt::format("{}, {} ({}): {}, of {:g} to {:g}: {}.{}", capital(direction.label),
                     direction.axis == attachment::Axis::anxiety ? "worry" : "distance", direction.name,
                     steps_text(sheets, direction), direction.lowest, direction.highest,
                     heading_text(direction),
                     direction.points.size() < 2 ? "" : " Whether that is more than error is not known.");
}

MapDirection direction_of(const MapSheets& sheets, const attachment::Direction& direction) {
  MapDirection result;
  result.key = direction.figure;
  result.relation = to_text(sheets.kinds.at(direction.figure));
  result.label = kept(direction.label);
  result.form = direction.name;
  result.axis = direction.axis;
  result.lowest = direction.lowest;
  result.highest = direction.highest;
  for (const auto& point : direction.points)
    result.steps.push_back({sheets.day_of(point.month), point.value});
  result.middle = static_cast<std::int64_t>(direction.middle);
  result.heading = direction.heading;
  result.words = kept(direction_in_words(sheets, direction));
  return result;
}

double moved(const attachment::Direction& direction) {
  return std::abs(direction.points.back().value - direction.points.front().value);
}

/// Of raw answers, the one that moved farthest; nullptr: none was asked twice, or none moved.
const attachment::Direction* moved_most(const std::vector<attachment::Direction>& directions) {
  const attachment::Direction* most = nullptr;
  for (const auto& direction : directions)
    if (direction.heading != attachment::Heading::same &&
        (most == nullptr || moved(direction) > moved(*most)))
      most = &direction;
  return most;
}

bool asked_twice(const std::vector<attachment::Direction>& directions) {
  return std::any_of(directions.begin(), directions.end(),
                     [](const auto& direction) { return direction.points.size() > 1; });
}

std::pair<double, double> span_of(const std::vector<attachment::Direction>& directions) {
  std::pair span(directions.front().points.front().month, directions.front().points.front().month);
  for (const auto& direction : directions) {
    span.first = std::min(span.first, direction.points.front().month);
    span.second = std::max(span.second, direction.points.back().month);
  }
  return span;
}

std::int64_t occasions_of(const std::vector<attachment::Direction>& directions) {
  std::vector<double> months;
  for (const auto& direction : directions)
    for (const auto& point : direction.points) months.push_back(point.month);
  std::sort(months.begin(), months.end());
  return std::unique(months.begin(), months.end()) - months.begin();
}

// Sentences about the whole -------------------------------------------------------------------------------

constexpr const char* what_brings_a_map =
    "Closeness, eight short questions about one person, shows raw answers and a direction. ECR-RS, nine "
    "questions about one person, gives a place with its error; asked twice, it says whether a change is more "
    "than error.";
constexpr const char* what_can =
    "ECR-RS can say it: nine questions about each person, asked twice. It gives a place with its error.";
constexpr const char* ask_again = "Answer again in 8 weeks to see change.";
static_assert(weeks_to_change == 8);

std::string headline_of_directions(const std::vector<attachment::Direction>& directions) {
  if (!asked_twice(directions)) return "Raw answers, asked once: no direction and no place yet.";
  const auto* most = moved_most(directions);
  const char* unknown = "Whether that is more than error cannot be said yet.";
  if (most == nullptr) return fmt::format("The answers stand where they stood. {}", unknown);
  return fmt::format("The answers moved farthest {}: {} went from {} to {}, of {:g} to {:g}. {}", most->label,
                     most->axis == attachment::Axis::anxiety ? "worry about being left" : "distance",
                     raw_number(most->points.front().value), raw_number(most->points.back().value),
                     most->lowest, most->highest, unknown);
}

/// The one that the headline is about: the figure that changed most, otherwise what was asked about itself.
const Node* told_first(const WorkingModel& model) {
  if (model.changed_most) return model.find(*model.changed_most);
  for (const Node& node : model.nodes)
    if (node.asked && node.change) return &node;
  return nullptr;
}

std::string headline_of_places(const MapSheets& sheets, const WorkingModel& model) {
  const Node* node = told_first(model);
  if (node == nullptr) return "Where things stand. How they change can be said when they are asked again.";
  if (node->change->exceeds)
    return fmt::format("{}, most has changed: {}. That is more than error.",
                       capital(full_label(sheets, *node)), in_words(*node->change));
  return fmt::format("No change beyond error. {}, it moved farthest: {}, which may be chance.",
                     capital(full_label(sheets, *node)), in_words(*node->change));
}

std::string forms_text(const MapSheets& sheets) {
  std::vector<std::string> names;
  for (const MapForm& form : sheets.forms) names.push_back(form.form);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string reason_of_places(const MapSheets& sheets, const WorkingModel& model) {
  const auto first = model.overall().path.front().month;
  std::string text =
      fmt::format("{} on {}", forms_text(sheets), days_text(static_cast<std::int64_t>(model.occasions)));
  text += model.occasions == 1
              ? fmt::format(", {}.", day(sheets.day_of(model.now)))
              : fmt::format(" from {} to {}.", day(sheets.day_of(first)), day(sheets.day_of(model.now)));
  const auto looked_at = std::count_if(model.nodes.begin(), model.nodes.end(), [](const Node& node) {
    return node.kind == NodeKind::figure && node.change;
  });
  if (told_first(model) != nullptr) {
    text += " Then and now were compared together, with the errors of both.";
    if (!sheets.direction_forms.empty())
      text +=
          fmt::format(" {}, which is new, takes no part in this.", fmt::join(sheets.direction_forms, ", "));
  }
  if (model.changed_most_exceeds && !model.changed_most_exceeds_among_all)
    text += fmt::format(" Among {} relationships one may come out like this by chance.", looked_at);
  std::vector<std::string> others;
  for (const std::string& key : model.changed)
    if (key != *model.changed_most) others.push_back(model.find(key)->label);
  if (!others.empty()) text += fmt::format(" Beyond error moved also: {}.", fmt::join(others, ", "));
  return text;
}

std::string reason_of_directions(const MapSheets& sheets,
                                 const std::vector<attachment::Direction>& directions) {
  const auto [first, last] = span_of(directions);
  const std::string names = fmt::format("{}", fmt::join(sheets.direction_forms, ", "));
  const std::string when = first == last
                               ? day(sheets.day_of(last))
                               : fmt::format("{} to {}", day(sheets.day_of(first)), day(sheets.day_of(last)));
  return fmt::format(
      "{}, {}. It is new: how far its answers move by chance has not been worked out on real people.", names,
      when);
}

std::string next_step_of(const std::vector<MapNode>& nodes) {
  const auto figures = std::count_if(nodes.begin(), nodes.end(),
                                     [](const MapNode& node) { return node.kind == NodeKind::figure; });
  const bool any_arrow =
      std::any_of(nodes.begin(), nodes.end(), [](const MapNode& node) { return node.arrow; });
  std::string text = any_arrow ? "" : ask_again;
  if (figures < 2)
    text += std::string(text.empty() ? "" : " ") +
            "Ask about two or three people: places say most beside each other.";
  return text;
}

/// What the reader learns from the headline or from the model is not said twice.
bool is_said_elsewhere(const Finding& finding) {
  return finding.code == "working_model.changed_most" || finding.code == "working_model.defaults" ||
         finding.code == "working_model.hyperparameters";
}

MapModel model_of(const WorkingModel& model, const UsedLaws& laws) {
  MapModel result;
  result.origin = model.hyperparameters.origin;
  result.courses = static_cast<std::int64_t>(model.hyperparameters.courses);
  result.computed_at = laws.computed_at;
  for (const Finding& finding : model.findings)
    if (is_said_elsewhere(finding) && finding.code != "working_model.changed_most") {
      result.statement = finding.statement;
      result.basis = finding.basis;
      result.limits = finding.limits;
    }
  return result;
}

std::vector<MapFinding> findings_of(const MapSheets& sheets, const WorkingModel& model) {
  std::vector<MapFinding> findings;
  for (const Finding& finding : model.findings)
    if (!is_said_elsewhere(finding)) findings.push_back(finding_of(finding));
  if (sheets.prorated > 0)
    findings.push_back(
        {"map.prorated",
         kept(fmt::format("On {} of the sheets some questions were left out.", sheets.prorated)),
         "The mean of those that were answered stands in, by the form's own rule.",
         "The error is that of the whole form, so it is a little too small there."});
  return findings;
}

// For therapists and researchers --------------------------------------------------------------------------

MapFour four_of(const attachment::QuadrantProbabilities& q) {
  return {q.cut, q.secure, q.preoccupied, q.dismissing, q.fearful, q.limits};
}

std::vector<MapFour> fours_of(const attachment::ProfessionalReading& reading) {
  std::vector<MapFour> fours;
  for (const auto& quadrants : reading.quadrants) fours.push_back(four_of(quadrants));
  const auto& near = reading.landmarks;
  fours.push_back({"nearness", near.secure, near.preoccupied, near.dismissing, near.fearful,
                   "A similarity to four points, not the probability of a type; how fast it fades is a "
                   "proposal of ours, not published."});
  return fours;
}

MapProfessional professional_of(const Unit& unit, const WorkingModel& model,
                                const std::vector<const Node*>& shown) {
  MapProfessional result;
  const std::pair<const char*, attachment::Position> landmarks[] = {
      {"secure", {-1, -1}}, {"preoccupied", {1, -1}}, {"dismissing", {-1, 1}}, {"fearful", {1, 1}}};
  for (const auto& [name, standard] : landmarks) {
    const auto at = unit.position(standard);
    result.landmarks.push_back({name, at.anxiety, at.avoidance});
  }
  for (const auto& reading : attachment::professional_reading(model, unit.form())) {
    const bool is_shown =
        std::any_of(shown.begin(), shown.end(), [&](const Node* node) { return node->key == reading.key; });
    if (!is_shown) continue;
    result.readings.push_back({reading.key, fours_of(reading.then), fours_of(reading.now)});
    if (result.findings.empty())
      for (const Finding& finding : reading.now.findings) result.findings.push_back(finding_of(finding));
  }
  return result;
}

// Building ------------------------------------------------------------------------------------------------

void add_places(const MapSheets& sheets, const WorkingModel& model, const UsedLaws& laws,
                AttachmentMap& map) {
  const Unit unit(sheets.course.only_form);
  const auto shown = shown_nodes(model);
  map.state = MapState::places;
  map.headline = kept(headline_of_places(sheets, model));
  map.reason = reason_of_places(sheets, model);
  map.from = sheets.day_of(model.overall().path.front().month);
  map.to = sheets.day_of(model.now);
  map.occasions = static_cast<std::int64_t>(model.occasions);
  map.unit = unit.unit();
  std::tie(map.anxiety, map.avoidance) = axes_of(unit, model);
  for (const Node* node : shown) map.nodes.push_back(node_of(sheets, unit, *node));
  map.next_step = next_step_of(map.nodes);
  map.changed_most = model.changed_most;
  map.changed_most_exceeds = model.changed_most_exceeds;
  map.changed_most_exceeds_among_all = model.changed_most_exceeds_among_all;
  map.changed = model.changed;
  map.shares_expected = MapShares{model.expected.overall, model.expected.domain, model.expected.relation};
  if (model.person)
    map.shares = MapShares{model.person->overall, model.person->domain, model.person->relation};
  map.model = model_of(model, laws);
  map.findings = findings_of(sheets, model);
  map.table = table_of(sheets, shown, map.nodes);
  map.professional = professional_of(unit, model, shown);
}

void add_directions(const MapSheets& sheets, const std::vector<attachment::Direction>& directions,
                    AttachmentMap& map) {
  const auto [first, last] = span_of(directions);
  map.state = MapState::directions;
  map.headline = kept(headline_of_directions(directions));
  map.reason = reason_of_directions(sheets, directions);
  map.next_step = asked_twice(directions) ? what_can : std::string(ask_again) + " " + what_can;
  map.from = sheets.day_of(first);
  map.to = sheets.day_of(last);
  map.occasions = occasions_of(directions);
}

}  // namespace

Result<AttachmentMap> map_of(const MapSheets& sheets, const UsedLaws& laws, bool risk_is_open) {
  AttachmentMap map;
  map.risk_is_open = risk_is_open;
  map.forms = sheets.forms;
  map.ignored = sheets.ignored;
  const auto directions = attachment::directions(sheets.course);
  if (!directions) return tl::unexpected(directions.error());
  for (const auto& direction : *directions) map.directions.push_back(direction_of(sheets, direction));
  if (!sheets.course.observations.empty()) {
    const auto model = attachment::working_model(sheets.course, laws.hyperparameters);
    if (!model) return tl::unexpected(model.error());
    add_places(sheets, *model, laws, map);
  } else if (!directions->empty()) {
    add_directions(sheets, *directions, map);
  } else {
    map.headline = kept("No place on the map yet.");
    map.reason = "Nothing was answered here that tells how this person is with somebody.";
    map.next_step = what_brings_a_map;
  }
  if (risk_is_open && map.state != MapState::nothing)
    map.headline = kept("A risk answer is open: contact first. " + map.headline.reveal());
  return map;
}

// What the person is shown --------------------------------------------------------------------------------

namespace {

ShownPoint shown_point(const attachment::Position& at) {
  return {at.anxiety, at.avoidance};
}

std::string chance_in_words(const Node& node) {
  return node.change->exceeds ? "That is more than chance would do." : "That may be chance.";
}

std::string words_for_person(const MapSheets& sheets, const Unit& unit, const Node& node) {
  std::string text = capital(node.label) + ": ";
  if (unit.form()) {
    const MapPlace now = place_of(unit, node.now.place, false);
    text +=
        fmt::format("worry about being left {}, distance {}, each from {:g} to {:g}. ", number(now.anxiety),
                    number(now.avoidance), unit.form()->anxiety.lowest, unit.form()->anxiety.highest);
  }
  if (!node.change) return text + "asked once.";
  return text + fmt::format("Since {}: {}. {}", day(sheets.day_of(node.then.month)), in_words(*node.change),
                            chance_in_words(node));
}

ShownMark mark_of(const MapSheets& sheets, const Unit& unit, const Node& node) {
  ShownMark mark;
  mark.general = node.kind != NodeKind::figure;
  mark.key = node.key;
  mark.relation = relation_of(sheets, node);
  mark.label = kept(node.label);
  const attachment::Place now = unit.place(node.now.place);
  mark.now = shown_point(now.at);
  for (const auto& point : attachment::outline(now)) mark.around.push_back(shown_point(point));
  if (has_arrow(node)) mark.then = shown_point(unit.position(node.then.place.at));
  mark.words = kept(words_for_person(sheets, unit, node));
  return mark;
}

std::string headline_for_person(const WorkingModel& model) {
  const Node* node = told_first(model);
  if (node == nullptr) return "This is how near people feel to you now.";
  if (!node->change->exceeds) return "Nothing has clearly changed yet.";
  std::string text = fmt::format("{}, most has changed: {}. {}", capital(node->label),
                                 in_words(*node->change), chance_in_words(*node));
  if (model.changed_most && !model.changed_most_exceeds_among_all)
    text += " Among several people, one may come out like this by chance.";
  return text;
}

std::string reason_for_person(const MapSheets& sheets, std::int64_t occasions, double first, double last) {
  if (occasions == 1) return fmt::format("From what you answered on {}.", day(sheets.day_of(last)));
  return fmt::format("From what you answered on {} between {} and {}.", days_text(occasions),
                     day(sheets.day_of(first)), day(sheets.day_of(last)));
}

void show_places(const MapSheets& sheets, const WorkingModel& model, ShownMap& map) {
  const Unit unit(sheets.course.only_form);
  const auto first = model.overall().path.front().month;
  map.state = MapState::places;
  map.headline = kept(headline_for_person(model));
  map.reason = reason_for_person(sheets, static_cast<std::int64_t>(model.occasions), first, model.now);
  map.from = sheets.day_of(first);
  map.to = sheets.day_of(model.now);
  const auto [anxiety, avoidance] = axes_of(unit, model);
  map.worry = {anxiety.min, anxiety.max};
  map.distance = {avoidance.min, avoidance.max};
  bool any_arrow = false;
  for (const Node* node : shown_nodes(model)) {
    // A kind of relationships stands for itself only where it was asked about.
    if (node->kind == NodeKind::domain && !node->asked) continue;
    map.marks.push_back(mark_of(sheets, unit, *node));
    any_arrow = any_arrow || map.marks.back().then.has_value();
  }
  map.limits = {"The shape around a mark shows where it may really be: answers can be a little off."};
  if (any_arrow) map.limits.emplace_back("An arrow begins where you were at first.");
  map.limits.emplace_back(
      "A mark is about you with one person. It does not say what kind of person you are.");
}

void show_directions(const MapSheets& sheets, const std::vector<attachment::Direction>& directions,
                     ShownMap& map) {
  const auto [first, last] = span_of(directions);
  map.state = MapState::directions;
  const auto* most = moved_most(directions);
  map.headline = kept(most == nullptr ? std::string("This is what you answered.")
                                      : fmt::format("Your answers moved most {}.", most->label));
  map.reason = reason_for_person(sheets, occasions_of(directions), first, last) +
               (asked_twice(directions) ? " Whether that is more than chance cannot be said yet." : "");
  map.from = sheets.day_of(first);
  map.to = sheets.day_of(last);
}

ShownDirection shown_direction(const MapSheets& sheets, const attachment::Direction& direction) {
  ShownDirection result;
  result.key = direction.figure;
  result.relation = to_text(sheets.kinds.at(direction.figure));
  result.label = kept(direction.label);
  result.axis = direction.axis == attachment::Axis::anxiety ? ShownAxis::worry : ShownAxis::distance;
  result.lowest = direction.lowest;
  result.highest = direction.highest;
  for (const auto& point : direction.points)
    result.steps.push_back({sheets.day_of(point.month), point.value});
  result.middle = static_cast<std::int64_t>(direction.middle);
  result.words = kept(fmt::format(
      "{}, {}: {}, from {:g} to {:g}.", capital(direction.label),
      direction.axis == attachment::Axis::anxiety ? "worry about how much you matter" : "keeping things away",
      steps_text(sheets, direction), direction.lowest, direction.highest));
  return result;
}

}  // namespace

Result<ShownMap> shown_map_of(const MapSheets& sheets, const UsedLaws& laws) {
  ShownMap map;
  const auto directions = attachment::directions(sheets.course);
  if (!directions) return tl::unexpected(directions.error());
  for (const auto& direction : *directions) map.directions.push_back(shown_direction(sheets, direction));
  if (!sheets.course.observations.empty()) {
    const auto model = attachment::working_model(sheets.course, laws.hyperparameters);
    if (!model) return tl::unexpected(model.error());
    show_places(sheets, *model, map);
  } else if (!directions->empty()) {
    show_directions(sheets, *directions, map);
  } else {
    map.headline = kept("There is no picture yet.");
    map.reason = "It comes from questions about people who matter to you.";
    return map;
  }
  map.limits.emplace_back(
      "Keeping away from somebody who is not safe, or worrying about somebody who has left before, can be "
      "the "
      "sensible thing to do.");
  map.limits.emplace_back("The picture says what moved, not why.");
  return map;
}

}  // namespace securebase::service
