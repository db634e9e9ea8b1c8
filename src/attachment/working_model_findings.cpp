// What a working model says in words that a client may read.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "attachment/working_model_tree.hpp"

namespace securebase::attachment {
namespace {

constexpr const char* joint =
    "Both moments together, with the error of their difference, on two scales; 95 %. Whether the ellipses of "
    "then and now overlap does not matter.";
constexpr double hardly = 0.1;  // standard units, of one scale

}  // namespace

std::string in_words(const Change& change) {
  std::vector<std::string> ways;
  const auto say = [&](double by, const char* more, const char* less) {
    if (by > hardly) ways.emplace_back(more);
    if (by < -hardly) ways.emplace_back(less);
  };
  say(change.by.at.anxiety, "more worry about being left", "less worry about being left");
  say(change.by.at.avoidance, "more distance", "less distance");
  return ways.empty() ? "hardly any difference" : fmt::format("{}", fmt::join(ways, " and "));
}

namespace {

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string months_text(double months) {
  return months >= 1.5 ? fmt::format("{:.0f} months", months) : "about a month";
}

void tell_change(Node& node) {
  if (!node.change) {
    if (node.kind == NodeKind::figure && node.asked)
      node.findings.push_back(
          {"working_model.asked_once",
           fmt::format("{}: asked about once, so nothing can be said about change.", capital(node.label)),
           "One occasion.", "That nothing has changed does not follow."});
    return;
  }
  const Change& change = *node.change;
  const bool little = std::abs(change.by.at.anxiety) <= hardly && std::abs(change.by.at.avoidance) <= hardly;
  if (change.exceeds)
    node.findings.push_back(
        {"working_model.changed",
         little ? fmt::format("{}: hardly any difference to the beginning, though more than error.",
                              capital(node.label))
                : fmt::format("{}: {} than at first, by more than error.", capital(node.label),
                              in_words(change)),
         joint, "It says that answers moved, not why, and not that therapy did it."});
  else
    node.findings.push_back({"working_model.unchanged",
                             fmt::format("{}: {} compared with the beginning, which may be chance.",
                                         capital(node.label), in_words(change)),
                             joint, "A change that cannot be told from error may still be there."});
}

void tell_asked(const WorkingModel& model, Node& node) {
  if (node.kind != NodeKind::figure) return;
  if (!node.asked) {
    const bool direction = std::any_of(model.directions.begin(), model.directions.end(),
                                       [&](const Direction& d) { return d.figure == node.key; });
    node.findings.push_back(
        {"working_model.not_asked",
         fmt::format("{}: {}. The place follows from the other relationships alone.", capital(node.label),
                     direction ? "nothing was answered that gives a place" : "nothing was asked"),
         "Partial pooling: what relationships of one person and of one domain usually share.",
         "It is a guess with a wide error, and says nothing this person told about it."});
    return;
  }
  const double silent = model.now - *node.last_asked;
  constexpr double long_ago = 3;
  if (silent >= long_ago)
    node.findings.push_back({"working_model.long_ago",
                             fmt::format("{}: last asked about {} ago; where it stands now is less sure.",
                                         capital(node.label), months_text(silent)),
                             "Positions move between questions; the error grows with the time.",
                             "Nothing has been seen of it since."});
}

/// The last answers lie outside the range beside them: that wants a reason.
void tell_drawn(Node& node) {
  if (node.kind != NodeKind::figure || node.raw.empty()) return;
  const RawScore& last = node.raw.back();
  const auto outside = [](const std::optional<double>& value, const Interval& range) {
    return value && (*value < range.lower || *value > range.upper);
  };
  const bool anxiety = outside(last.anxiety, node.now.place.anxiety_interval());
  const bool avoidance = outside(last.avoidance, node.now.place.avoidance_interval());
  if (!anxiety && !avoidance) return;
  node.findings.push_back(
      {"working_model.drawn",
       fmt::format("{}: the last answers about {} lie outside the range shown. The place is drawn from them "
                   "towards earlier answers and towards the other relationships.",
                   capital(node.label),
                   anxiety && avoidance ? "worry and distance"
                   : anxiety            ? "worry"
                                        : "distance"),
       "A single sheet has an error; what relationships of one person share, and how slowly they usually "
       "move, "
       "counts beside it.",
       "Which of the two is nearer the truth cannot be known yet. If the answers stay, the place will follow "
       "them."});
}

void tell_gain(Node& node) {
  if (!node.gain || !node.gain->reported) return;
  node.findings.push_back(
      {"working_model.security_gain",
       fmt::format(
           "{}: reported security gain. The scores moved towards security by {:.1f} standard units, more "
           "than error, and across the mean of the norm.",
           capital(node.label), node.gain->gain),
       fmt::format("First and last score of one form; beyond {:.1f} the difference is more than error.",
                   node.gain->threshold),
       "What was reported in a questionnaire. It is not what interviews call earned security."});
}

std::string label_of(const WorkingModel& model, const std::string& key) {
  const Node* node = model.find(key);
  return node == nullptr ? key : node->label;
}

void tell_most(WorkingModel& model) {
  if (!model.changed_most) return;
  const Node& node = *model.find(*model.changed_most);
  std::size_t looked_at = 0;
  for (const Node& other : model.nodes)
    if (other.kind == NodeKind::figure && other.change) ++looked_at;
  std::string statement =
      fmt::format("The relationship that changed most: {} ({}). {}", node.label, in_words(*node.change),
                  model.changed_most_exceeds ? "That is more than error." : "That may be chance.");
  if (model.changed_most_exceeds && !model.changed_most_exceeds_among_all)
    statement += fmt::format(" Among {} relationships, one may come out like this by chance.", looked_at);
  std::vector<std::string> others;
  for (const std::string& key : model.changed)
    if (key != *model.changed_most) others.push_back(label_of(model, key));
  if (!others.empty()) statement += fmt::format(" Beyond error changed also: {}.", fmt::join(others, ", "));
  model.findings.push_back({"working_model.changed_most", std::move(statement), joint,
                            "The one that moved farthest on the map; answers moved, not why."});
}

void tell_shares(WorkingModel& model) {
  if (!model.person) return;
  const auto percent = [](double share) { return std::round(100 * share); };
  model.findings.push_back(
      {"working_model.shares",
       fmt::format(
           "Of what stands out in these places, about {:.0f} % is common to all relationships, {:.0f} % "
           "belongs to kinds of relationships, {:.0f} % to single ones.",
           percent(model.person->overall), percent(model.person->domain), percent(model.person->relation)),
       fmt::format(
           "Expected squares of the three parts now. Of people in general: {:.0f}, {:.0f} and {:.0f} %.",
           percent(model.expected.overall), percent(model.expected.domain), percent(model.expected.relation)),
       "From few relationships this is rough."});
}

void tell_origin(const Course& course, WorkingModel& model) {
  if (!model.stand_in) return;
  const bool mixed = std::any_of(course.observations.begin(), course.observations.end(),
                                 [](const Observation& o) { return !o.stand_in; });
  model.findings.push_back(
      {"working_model.stand_in",
       "No norm is known of a form that was used. Places can be held against each other and against the "
       "beginning, not against other people.",
       mixed ? "Forms with and without a norm stand on one map; their zero points may differ."
             : "Origin and unit are borrowed; the person is drawn towards their own mean only.",
       "What is high or low for other people cannot be said."});
}

void tell_basis(WorkingModel& model) {
  const Hyperparameters& h = model.hyperparameters;
  const std::string how =
      h.dynamics == Dynamics::random_walk
          ? "Between questions each part of a place wanders: what has changed stays until it changes again."
          : "Each part of a place has a level that stays, and deviations that return to it.";
  if (h.origin == Origin::sheet)
    model.findings.push_back(
        {"working_model.defaults",
         "How much relationships of one person have in common, and how fast they move, is assumed.",
         "A proposal of ours, not published and not fitted: shares .25 general, .20 domain, .45 single "
         "relationship, .10 error; gains a month .03, .10, .30. The correlation of the two scales is from "
         "memory (unverified). " +
             how,
         "Errors are right as far as these assumptions are."});
  else
    model.findings.push_back(
        {"working_model.hyperparameters",
         h.origin == Origin::fitted
             ? fmt::format(
                   "How much relationships have in common, and how fast they move, was learned from {} "
                   "courses.",
                   h.courses)
             : "How much relationships have in common, and how fast they move, was given.",
         how, "Errors take these numbers as known."});
}

void tell_directions(WorkingModel& model) {
  if (model.directions.empty()) return;
  std::vector<std::string> names;
  for (const Direction& direction : model.directions)
    if (std::find(names.begin(), names.end(), direction.name) == names.end()) names.push_back(direction.name);
  model.findings.push_back({"working_model.direction_only",
                            fmt::format("{} shows raw answers and which way they went, no place on the map.",
                                        fmt::join(names, ", ")),
                            "A new measure, not yet calibrated on real answers.",
                            "Whether such a difference is more than error is not known."});
}

}  // namespace

void tell_node(const WorkingModel& model, Node& node) {
  tell_asked(model, node);
  tell_change(node);
  tell_drawn(node);
  tell_gain(node);
}

void tell_model(const Course& course, WorkingModel& model) {
  tell_most(model);
  tell_shares(model);
  tell_origin(course, model);
  tell_directions(model);
  tell_basis(model);
  model.findings.push_back(
      {"working_model.what_it_is",
       "Each mark is a place with someone, as it was reported; the ellipse holds it with 95 % probability.",
       "Questionnaires, each with its own error, joined over relationships and time.",
       "Not a kind of person and not a diagnosis. Keeping one's distance from someone who is not safe can be "
       "the sensible thing to do."});
}

}  // namespace securebase::attachment
