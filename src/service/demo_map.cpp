#include "service/demo_map.hpp"

#include <algorithm>
#include <cmath>

namespace securebase::service {
namespace {

using stats::RandomKey;

/// Where somebody stands with a figure, as the ECR-RS counts (1 to 7), at first and at last.
struct Stand {
  FigureKind kind;
  const char* name;  ///< of a figure that has to be added
  double anxiety_from;
  double anxiety_to;
  double avoidance_from;
  double avoidance_to;
};
constexpr Stand rich[] = {{FigureKind::partner, "Sorrel", 5.6, 2.7, 4.8, 2.2},
                          {FigureKind::mother, "Mama", 4.6, 4.4, 4.9, 4.7},
                          {FigureKind::father, "Papa", 2.8, 2.9, 6.0, 5.8},
                          {FigureKind::friend_, "Kim", 2.0, 1.8, 2.2, 2.0}};
constexpr Stand few[] = {{FigureKind::mother, "Mama", 3.4, 3.2, 3.0, 2.8},
                         {FigureKind::partner, "Myrtle", 5.2, 4.9, 2.4, 2.2},
                         {FigureKind::friend_, "Kim", 2.2, 2.2, 5.0, 2.6}};
constexpr const char* the_therapist = "Rowan Demo";

std::size_t place_of(const DemoPerson& person, FigureKind kind) {
  const auto found = std::find_if(person.figures.begin(), person.figures.end(),
                                  [&](const DemoFigure& figure) { return figure.kind == kind; });
  return static_cast<std::size_t>(found - person.figures.begin());
}

void add_figure(DemoPerson& person, FigureKind kind, const char* name) {
  if (place_of(person, kind) == person.figures.size()) person.figures.push_back({kind, name, {}, {}});
}

/// A whole answer near a value, now and then one beside it.
std::string near(double value, int lowest, int highest, const RandomKey& key, std::uint64_t n) {
  const double off = 0.45 * stats::random_normal(key, n);
  return std::to_string(std::clamp(static_cast<int>(std::lround(value + off)), lowest, highest));
}

/// Avoidance 1 to 6, the first four the other way round; anxiety 7 to 9.
std::vector<std::string> ecr_rs(double anxiety, double avoidance, const RandomKey& key) {
  std::vector<std::string> answers;
  for (std::uint64_t item = 0; item < 9; ++item)
    answers.push_back(near(item < 4 ? 8 - avoidance : item < 6 ? avoidance : anxiety, 1, 7, key, item));
  return answers;
}

/// Avoidance and anxiety in turn, from 0 to 4: the first, the fifth and the last the other way round.
std::vector<std::string> closeness(double anxiety, double avoidance, const RandomKey& key) {
  const auto to_four = [](double seven) { return (seven - 1) * 4 / 6; };
  const double away = to_four(avoidance);
  const double worry = to_four(anxiety);
  const double items[] = {4 - away, worry, away, worry, 4 - away, worry, away, 4 - worry};
  std::vector<std::string> answers;
  for (std::uint64_t item = 0; item < std::size(items); ++item)
    answers.push_back(near(items[item], 0, 4, key, item));
  return answers;
}

double between(double from, double to, double share) {
  return from + share * (to - from);
}

}  // namespace

void add_map_figures(DemoMap map, DemoPerson& person) {
  if (map == DemoMap::none) return;
  if (map == DemoMap::rich) {
    for (const Stand& stand : rich) add_figure(person, stand.kind, stand.name);
    add_figure(person, FigureKind::therapist, the_therapist);
  } else {
    for (const Stand& stand : few) add_figure(person, stand.kind, stand.name);
  }
}

std::vector<DemoAsked> asked_for_map(DemoMap map, const DemoPerson& person, std::size_t session,
                                     std::size_t sessions, const RandomKey& key) {
  const bool is_first = session == 0;
  const bool is_last = session + 1 == sessions;
  const bool is_middle = session == sessions / 2;
  const bool asks_now = map == DemoMap::rich          ? is_first || is_middle || is_last
                        : map == DemoMap::new_measure ? is_first || is_last
                                                      : map != DemoMap::none && is_first;
  if (!asks_now) return {};
  const double share = sessions < 2 ? 0 : static_cast<double>(session) / static_cast<double>(sessions - 1);
  const bool is_new = map == DemoMap::new_measure || map == DemoMap::new_once;
  std::vector<DemoAsked> asked;
  const auto ask = [&](const Stand& stand) {
    const auto place = place_of(person, stand.kind);
    const RandomKey own = key.part(1000 + session).part(place);
    const double anxiety = between(stand.anxiety_from, stand.anxiety_to, share);
    const double avoidance = between(stand.avoidance_from, stand.avoidance_to, share);
    asked.push_back({place, is_new ? "closeness" : "ecr-rs",
                     is_new ? closeness(anxiety, avoidance, own) : ecr_rs(anxiety, avoidance, own)});
  };
  if (map != DemoMap::rich) {
    for (const Stand& stand : few) ask(stand);
    return asked;
  }
  for (const Stand& stand : rich) ask(stand);
  const auto therapist = place_of(person, FigureKind::therapist);
  asked.push_back({therapist, "closeness",
                   closeness(between(3.6, 2.4, share), between(5.4, 2.6, share),
                             key.part(1000 + session).part(therapist))});
  return asked;
}

}  // namespace securebase::service
