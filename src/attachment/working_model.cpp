#include "attachment/working_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <tuple>

#include "attachment/place.hpp"
#include "attachment/working_model_tree.hpp"
#include "stats/distributions.hpp"

namespace securebase::attachment {
namespace {

using stats::Belief2;

constexpr std::size_t overall_level = 0;
constexpr std::size_t domain_level = 1;
constexpr std::size_t relation_level = 2;

tl::unexpected<Error> refuse_course(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

bool is_axis(const std::optional<double>& value, double error) {
  return !value || (std::isfinite(*value) && std::isfinite(error) && error > 0);
}

bool is_observed(const Observation& o) {
  return std::isfinite(o.month) && (o.anxiety || o.avoidance) && is_axis(o.anxiety, o.anxiety_error) &&
         is_axis(o.avoidance, o.avoidance_error) && std::abs(o.error_correlation) < 1;
}

std::optional<Domain> domain_asked(const Observation& o) {
  return o.about == catalog::PositionLevel::romance ? std::optional(Domain::romance) : std::nullopt;
}

}  // namespace

// ---- Words and time --------------------------------------------------------------------------------------

std::string_view to_text(Domain domain) {
  switch (domain) {
    case Domain::family:
      return "family";
    case Domain::romance:
      return "romance";
    case Domain::friends:
      return "friends";
    case Domain::therapist:
      return "therapist";
    case Domain::other:
      return "other";
  }
  return "";
}

std::optional<Domain> parse_domain(std::string_view word) {
  for (const Domain domain : all_domains)
    if (to_text(domain) == word) return domain;
  return std::nullopt;
}

Domain domain_of_kind(std::string_view kind) {
  for (const std::string_view of_family : {"mother", "father", "caregiver", "sibling", "child"})
    if (kind == of_family) return Domain::family;
  if (kind == "partner" || kind == "former_partner") return Domain::romance;
  if (kind == "friend") return Domain::friends;
  return kind == "therapist" ? Domain::therapist : Domain::other;
}

double months_between(Date from, Date to) {
  const auto days = (begin_of(to).ms - begin_of(from).ms) / day_ms;
  return static_cast<double>(days) / days_a_month;
}

std::string_view to_text(Dynamics dynamics) {
  return dynamics == Dynamics::random_walk ? "random-walk" : "prototype";
}

std::string_view to_text(Heading heading) {
  switch (heading) {
    case Heading::higher:
      return "higher";
    case Heading::lower:
      return "lower";
    case Heading::same:
      return "same";
  }
  return "";
}

// ---- What was seen ---------------------------------------------------------------------------------------

Observation observed(const Reference& reference, double month, const std::string& figure,
                     std::optional<double> anxiety, std::optional<double> avoidance,
                     const std::optional<Position>& own_errors) {
  Observation o;
  o.month = month;
  o.about = reference.feeds;
  if (o.about == catalog::PositionLevel::figure) o.figure = figure;
  if (anxiety) o.anxiety = (*anxiety - reference.anxiety.origin) / reference.anxiety.unit;
  if (avoidance) o.avoidance = (*avoidance - reference.avoidance.origin) / reference.avoidance.unit;
  o.anxiety_error = own_errors ? own_errors->anxiety / reference.anxiety.unit
                               : std::sqrt(1 - reference.anxiety.reliability);
  o.avoidance_error = own_errors ? own_errors->avoidance / reference.avoidance.unit
                                 : std::sqrt(1 - reference.avoidance.reliability);
  o.instrument = reference.instrument;
  o.stand_in = reference.stand_in;
  return o;
}

std::optional<StateEvidence> without_prior(double mean, double sd) {
  if (!std::isfinite(mean) || !(sd > 0 && sd < 1)) return std::nullopt;
  const double left = 1 - sd * sd;
  return StateEvidence{mean / left, sd / std::sqrt(left)};
}

// ---- The tree --------------------------------------------------------------------------------------------

std::size_t CourseTree::domain_node(Domain domain) const {
  return 1 + static_cast<std::size_t>(std::find(domains.begin(), domains.end(), domain) - domains.begin());
}

Result<CourseTree> tree_of(const Course& course) {
  if (course.observations.empty())
    return refuse_course("working_model.nothing", "at least one score that gives a position is needed");
  std::set<Domain> domains;
  std::map<std::string, std::size_t> nodes;
  for (const CourseFigure& figure : course.figures) {
    domains.insert(figure.domain);
    if (figure.key.empty() || !nodes.emplace(figure.key, 0).second)
      return refuse_course("working_model.figure", "every figure has a key of its own");
  }
  for (const Observation& o : course.observations)
    if (const auto domain = domain_asked(o)) domains.insert(*domain);
  CourseTree result;
  result.domains.assign(domains.begin(), domains.end());
  result.tree.parent = {stats::no_parent};
  result.tree.level = {overall_level};
  for (std::size_t i = 0; i < domains.size(); ++i) {
    result.tree.parent.push_back(0);
    result.tree.level.push_back(domain_level);
  }
  std::map<std::string, Domain> domain_of;
  for (const CourseFigure& figure : course.figures) domain_of[figure.key] = figure.domain;
  for (auto& [key, node] : nodes) {
    node = result.tree.parent.size();
    result.tree.parent.push_back(result.domain_node(domain_of[key]));
    result.tree.level.push_back(relation_level);
  }
  for (const CourseFigure& figure : course.figures) result.figure_nodes.push_back(nodes[figure.key]);
  result.seen.reserve(course.observations.size());
  for (const Observation& o : course.observations) {
    if (!is_observed(o))
      return refuse_course("working_model.value",
                           "months and values are finite, errors above 0, and one axis at least is there");
    std::size_t node = 0;
    if (o.about == catalog::PositionLevel::figure) {
      const auto known = nodes.find(o.figure);
      if (known == nodes.end())
        return refuse_course("working_model.figure", "a score about one person names a figure of the course");
      node = known->second;
    } else if (const auto domain = domain_asked(o)) {
      node = result.domain_node(*domain);
    }
    result.seen.push_back(
        {o.month, node, {o.anxiety, o.avoidance}, {o.anxiety_error, o.avoidance_error}, o.error_correlation});
    result.stand_in = result.stand_in && o.stand_in;
  }
  return result;
}

bool are_hyperparameters(const Hyperparameters& h) {
  const auto fine = [](double variance) { return std::isfinite(variance) && variance >= 0; };
  return fine(h.overall) && fine(h.domain) && fine(h.relation) && fine(h.overall_drift) &&
         fine(h.domain_drift) && fine(h.relation_drift) && fine(h.origin_variance) && fine(h.speed_error) &&
         std::isfinite(h.mean.anxiety) && std::isfinite(h.mean.avoidance) && std::abs(h.correlation) < 1 &&
         h.staying >= 0 && h.staying <= 1 && h.monthly_stability >= 0 && h.monthly_stability < 1;
}

stats::TreeLaws laws_of(const Hyperparameters& h, bool stand_in) {
  stats::TreeLaws laws;
  laws.correlation = h.correlation;
  laws.mean = {h.mean.anxiety, h.mean.avoidance};
  if (h.dynamics == Dynamics::random_walk)
    laws.levels = {{h.overall, h.overall_drift, 1, 0},
                   {h.domain, h.domain_drift, 1, 0},
                   {h.relation, h.relation_drift, 1, 0}};
  else
    laws.levels = {{h.overall, 0, h.staying, h.monthly_stability},
                   {h.domain, 0, h.staying, h.monthly_stability},
                   {h.relation, 0, h.staying, h.monthly_stability}};
  if (!stand_in || h.origin == Origin::fitted) return laws;
  // Where the origin is borrowed, where the person stands on the whole is not known beforehand, and stays.
  stats::PartLaw& overall = laws.levels[overall_level];
  const double widened = overall.variance + h.origin_variance;
  if (widened > 0) overall.staying = (overall.staying * overall.variance + h.origin_variance) / widened;
  overall.variance = widened;
  return laws;
}

std::vector<stats::WeightedLaws> all_laws_of(const Hyperparameters& h, bool stand_in) {
  if (h.speed_error == 0) return {{laws_of(h, stand_in), 1}};
  // Gauss-Hermite with three points: exact for the first five moments of a normal distribution.
  constexpr std::array<std::pair<double, double>, 3> points{
      {{-std::numbers::sqrt3, 1.0 / 6}, {0, 2.0 / 3}, {std::numbers::sqrt3, 1.0 / 6}}};
  std::vector<stats::WeightedLaws> all;
  all.reserve(points.size());
  for (const auto& [at, weight] : points) {
    Hyperparameters moved = h;
    const double factor = std::exp(at * h.speed_error);
    moved.overall_drift *= factor;
    moved.domain_drift *= factor;
    moved.relation_drift *= factor;
    // The odds of staying.
    moved.staying = h.staying * factor / (1 - h.staying + h.staying * factor);
    all.push_back({laws_of(moved, stand_in), weight});
  }
  return all;
}

namespace {

// ---- What comes out
// ----------------------------------------------------------------------------------------

constexpr double exceeds_below = 0.05;

double security_of(double anxiety, double avoidance) {
  return -(anxiety + avoidance) / std::numbers::sqrt2;
}

Change change_of(const Belief2& difference) {
  Change change;
  change.by = place_of(difference);
  change.length = std::hypot(change.by.at.anxiety, change.by.at.avoidance);
  change.chi_square = stats::mahalanobis_square(difference.mean, difference.covariance).value_or(0);
  change.p = std::exp(-change.chi_square / 2);  // 2 degrees of freedom
  change.exceeds = change.p < exceeds_below;
  const double z = stats::normal_reach(0.95);
  change.anxiety_exceeds = std::abs(change.by.at.anxiety) > z * change.by.anxiety_error;
  change.avoidance_exceeds = std::abs(change.by.at.avoidance) > z * change.by.avoidance_error;
  const auto& v = difference.covariance;
  change.security = security_of(change.by.at.anxiety, change.by.at.avoidance);
  change.security_error = std::sqrt(std::max(0.0, (v.first + v.second + 2 * v.cross) / 2));
  change.security_exceeds = std::abs(change.security) > z * change.security_error;
  return change;
}

/// Variance of a score's error along the security axis.
double security_variance(const RawScore& score) {
  return (score.anxiety_error * score.anxiety_error + score.avoidance_error * score.avoidance_error) / 2;
}

bool tells_security(const RawScore& score) {
  return score.anxiety && score.avoidance && !score.stand_in;
}

std::optional<SecurityGain> gain_of(const std::vector<RawScore>& raw) {
  const auto last = std::find_if(raw.rbegin(), raw.rend(), tells_security);
  if (last == raw.rend()) return std::nullopt;
  const auto first = std::find_if(raw.begin(), raw.end(), [&](const RawScore& score) {
    return tells_security(score) && score.instrument == last->instrument;
  });
  if (!(first->month < last->month)) return std::nullopt;
  SecurityGain gain;
  gain.before = security_of(*first->anxiety, *first->avoidance);
  gain.after = security_of(*last->anxiety, *last->avoidance);
  gain.gain = gain.after - gain.before;
  gain.threshold =
      stats::normal_reach(0.95) * std::sqrt(security_variance(*first) + security_variance(*last));
  gain.beyond_error = gain.gain > gain.threshold;
  gain.crossed = gain.before < 0 && gain.after > 0;
  gain.reported = gain.beyond_error && gain.crossed;
  return gain;
}

RawScore raw_of(const Observation& o) {
  return {o.month, o.anxiety, o.avoidance, o.anxiety_error, o.avoidance_error, o.instrument, o.stand_in};
}

auto raw_key(const RawScore& r) {
  return std::tie(r.month, r.instrument, r.anxiety, r.avoidance, r.anxiety_error, r.avoidance_error);
}

/// Builds the told model from a run over the tree.
class Telling {
 public:
  Telling(const Course& course, const CourseTree& tree, const Hyperparameters& hyperparameters)
      : course_(course), tree_(tree), hyperparameters_(hyperparameters), asked_(tree.tree.parent.size()) {
    for (const auto& o : tree.seen) asked_[o.node].insert(o.time);
    below_ = asked_;
    for (std::size_t v = below_.size(); v-- > 1;)
      below_[tree.tree.parent[v]].insert(below_[v].begin(), below_[v].end());
  }

  /// When each node's change is reckoned from.
  [[nodiscard]] std::vector<double> since() const {
    const double begin = *below_.front().begin();
    std::vector<double> first;
    first.reserve(below_.size());
    for (const auto& times : below_) first.push_back(times.empty() ? begin : *times.begin());
    return first;
  }

  WorkingModel tell(const stats::TreeRun& run) {
    WorkingModel model;
    model.hyperparameters = hyperparameters_;
    model.now = run.times.back();
    model.occasions = below_.front().size();
    model.stand_in = std::any_of(course_.observations.begin(), course_.observations.end(),
                                 [](const Observation& o) { return o.stand_in; });
    since_ = since();
    model.nodes.reserve(asked_.size());
    model.nodes.push_back(
        node(run, 0, NodeKind::overall, "overall", "with people close to me", Domain::other));
    for (const Domain domain : tree_.domains)
      model.nodes.push_back(node(run, tree_.domain_node(domain), NodeKind::domain,
                                 std::string(to_text(domain)), domain_label(domain), domain));
    for (std::size_t i = 0; i < course_.figures.size(); ++i) {
      const CourseFigure& figure = course_.figures[i];
      model.nodes.push_back(node(run, tree_.figure_nodes[i], NodeKind::figure, figure.key,
                                 "with " + figure.label, figure.domain));
    }
    tell_shares(model, run);
    tell_changed(model);
    return model;
  }

 private:
  static std::string domain_label(Domain domain) {
    switch (domain) {
      case Domain::family:
        return "with family";
      case Domain::romance:
        return "with partners";
      case Domain::friends:
        return "with friends";
      case Domain::therapist:
        return "with therapists";
      case Domain::other:
        break;
    }
    return "with others";
  }

  Node node(const stats::TreeRun& run, std::size_t at, NodeKind kind, std::string key, std::string label,
            Domain domain) {
    Node result;
    result.kind = kind;
    result.key = std::move(key);
    result.label = std::move(label);
    result.domain = domain;
    const auto& asked = asked_[at];
    result.asked = !asked.empty();
    result.occasions = asked.size();
    if (result.asked) {
      result.first_asked = *asked.begin();
      result.last_asked = *asked.rbegin();
    }
    const auto begin = static_cast<std::size_t>(
        std::lower_bound(run.times.begin(), run.times.end(), since_[at]) - run.times.begin());
    result.path.reserve(run.times.size() - begin);
    for (std::size_t t = begin; t < run.times.size(); ++t)
      result.path.push_back(moment(run.times[t], run.nodes[at][t], asked.contains(run.times[t])));
    result.then = result.path.front();
    result.now = result.path.back();
    if (below_[at].size() > 1) result.change = change_of(run.change[at]);
    for (std::size_t i = 0; i < tree_.seen.size(); ++i)
      if (tree_.seen[i].node == at) result.raw.push_back(raw_of(course_.observations[i]));
    std::sort(result.raw.begin(), result.raw.end(),
              [](const RawScore& a, const RawScore& b) { return raw_key(a) < raw_key(b); });
    result.gain = gain_of(result.raw);
    return result;
  }

  [[nodiscard]] Moment moment(double month, const Belief2& belief, bool asked) const {
    Moment result{month, place_of(belief), std::nullopt, asked};
    if (course_.only_form) result.points = course_.only_form->points(result.place);
    return result;
  }

  /// Expected squares of what is general, of domains and of relations of which something is known.
  void tell_shares(WorkingModel& model, const stats::TreeRun& run) const {
    const Hyperparameters& h = hyperparameters_;
    const double all = h.overall + h.domain + h.relation;
    if (all > 0) model.expected = {h.overall / all, h.domain / all, h.relation / all};
    std::size_t figures = 0;
    std::array<double, 3> sums{};
    std::array<double, 3> counts{};
    for (std::size_t v = 0; v < below_.size(); ++v) {
      if (below_[v].empty()) continue;
      const Belief2& part = run.parts[v];
      const std::size_t level = tree_.tree.level[v];
      const double first = part.mean[0] - (level == overall_level ? h.mean.anxiety : 0);
      const double second = part.mean[1] - (level == overall_level ? h.mean.avoidance : 0);
      sums[level] += first * first + second * second + part.covariance.first + part.covariance.second;
      counts[level] += 1;
      if (level == relation_level) ++figures;
    }
    if (figures < 2) return;
    for (std::size_t i = 0; i < 3; ++i) sums[i] /= std::max(1.0, counts[i]);
    const double sum = sums[0] + sums[1] + sums[2];
    if (sum > 0) model.person = Shares{sums[0] / sum, sums[1] / sum, sums[2] / sum};
  }

  static void tell_changed(WorkingModel& model) {
    std::vector<const Node*> figures;
    for (const Node& node : model.nodes)
      if (node.kind == NodeKind::figure && node.change) figures.push_back(&node);
    // What may be chance does not stand before what is more than error, however far it went.
    std::sort(figures.begin(), figures.end(), [](const Node* a, const Node* b) {
      return std::tie(b->change->exceeds, b->change->length, a->key) <
             std::tie(a->change->exceeds, a->change->length, b->key);
    });
    if (figures.empty()) return;
    const Change& most = *figures.front()->change;
    model.changed_most = figures.front()->key;
    model.changed_most_exceeds = most.exceeds;
    const double shared = 1 - std::pow(1 - exceeds_below, 1 / static_cast<double>(figures.size()));
    model.changed_most_exceeds_among_all = most.p < shared;
    for (const Node* node : figures)
      if (node->change->exceeds) model.changed.push_back(node->key);
  }

  const Course& course_;
  const CourseTree& tree_;
  const Hyperparameters& hyperparameters_;
  std::vector<std::set<double>> asked_;  // when each node itself was asked about
  std::vector<std::set<double>> below_;  // it or what is below it
  std::vector<double> since_;
};

// ---- Directions ------------------------------------------------------------------------------------------

const CourseFigure* figure_of(const Course& course, const std::string& key) {
  for (const CourseFigure& figure : course.figures)
    if (figure.key == key) return &figure;
  return nullptr;
}

std::size_t nearest_half_way(const std::vector<Direction::At>& points) {
  const double half = (points.front().month + points.back().month) / 2;
  std::size_t best = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    if (std::abs(points[i].month - half) < std::abs(points[best].month - half)) best = i;
  return best;
}

Direction finished(Direction direction) {
  auto& points = direction.points;
  std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) {
    return std::tie(a.month, a.value) < std::tie(b.month, b.value);
  });
  direction.middle = nearest_half_way(points);
  const double by = points.back().value - points.front().value;
  direction.heading = by > 0 ? Heading::higher : by < 0 ? Heading::lower : Heading::same;
  return direction;
}

}  // namespace

Result<std::vector<Direction>> directions(const Course& course) {
  std::map<std::tuple<std::string, std::string, Axis>, Direction> known;
  for (const DirectionScore& score : course.directions) {
    const CourseFigure* figure = figure_of(course, score.figure);
    if (figure == nullptr)
      return refuse_course("working_model.figure", "a score about one person names a figure of the course");
    for (const Axis axis : {Axis::anxiety, Axis::avoidance}) {
      const auto& value = axis == Axis::anxiety ? score.anxiety : score.avoidance;
      if (!value) continue;
      if (!std::isfinite(*value) || !std::isfinite(score.month))
        return refuse_course("working_model.value", "months and values are finite");
      Direction& direction = known[{score.figure, score.instrument, axis}];
      direction.figure = score.figure;
      direction.label = "with " + figure->label;
      direction.instrument = score.instrument;
      direction.name = score.name;
      direction.axis = axis;
      direction.lowest = score.lowest;
      direction.highest = score.highest;
      direction.points.push_back({score.month, *value});
    }
  }
  std::vector<Direction> all;
  all.reserve(known.size());
  for (auto& [key, direction] : known) all.push_back(finished(std::move(direction)));
  return all;
}

const Node* WorkingModel::find(std::string_view key) const {
  // Figures stand last: one whose key is also a domain's word, as a name in a file may be, is found before
  // it.
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
    if (node->key == key) return &*node;
  return nullptr;
}

Result<WorkingModel> working_model(const Course& course, const Hyperparameters& hyperparameters) {
  if (!are_hyperparameters(hyperparameters))
    return refuse_course(
        "working_model.hyperparameters",
        "variances are at least 0, the correlation within -1 and 1, shares and stability from "
        "0 to 1");
  const auto tree = tree_of(course);
  if (!tree) return tl::unexpected(tree.error());
  auto known = directions(course);
  if (!known) return tl::unexpected(known.error());
  stats::TreeRequest request;
  const auto [first, last] = std::minmax_element(
      tree->seen.begin(), tree->seen.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  if (course.begin && !(std::isfinite(*course.begin) && *course.begin <= first->time))
    return refuse_course("working_model.now", "a course does not begin after its first observation");
  if (course.now && !(std::isfinite(*course.now) && *course.now >= last->time))
    return refuse_course("working_model.now", "now is not before the last observation");
  if (course.begin) request.also_at.push_back(*course.begin);
  if (course.now) request.also_at.push_back(*course.now);
  Telling telling(course, *tree, hyperparameters);
  request.since = telling.since();
  const auto run = stats::run_position_tree_over(tree->tree, all_laws_of(hyperparameters, tree->stand_in),
                                                 tree->seen, request);
  if (!run) return tl::unexpected(run.error());
  WorkingModel model = telling.tell(*run);
  model.directions = std::move(*known);
  for (Node& node : model.nodes) tell_node(model, node);
  tell_model(course, model);
  return model;
}

std::vector<NodeReading> professional_reading(const WorkingModel& model,
                                              const std::optional<Reference>& only_form) {
  std::vector<NodeReading> readings;
  readings.reserve(model.nodes.size());
  for (const Node& node : model.nodes)
    readings.push_back({node.key, professional_reading(node.then.place, only_form),
                        professional_reading(node.now.place, only_form)});
  return readings;
}

}  // namespace securebase::attachment
