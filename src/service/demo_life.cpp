// One invented life in some detail, so that the demonstration shows what a history over three generations
// looks like.

#include <algorithm>
#include <array>

#include "service/demo_plan.hpp"

namespace securebase::service {
namespace {

/// Those of a whole life, in the order in which they are looked for.
enum Who : std::size_t {
  mother,
  father,
  sibling,
  partner,
  grandmother,
  grandfather,
  aunt,
  teacher,
  schoolfriend,
  first_love,
  daughter
};

struct Kin {
  FigureKind kind;
  const char* name;
  int generation;
};
constexpr std::array<Kin, 11> kin = {{{FigureKind::mother, "Mama", 1},
                                      {FigureKind::father, "Papa", 1},
                                      {FigureKind::sibling, "Jory", 0},
                                      {FigureKind::partner, "Sorrel", 0},
                                      {FigureKind::caregiver, "Grandmother Alma", 2},
                                      {FigureKind::other, "Grandfather Emil", 2},
                                      {FigureKind::caregiver, "Aunt Vera", 1},
                                      {FigureKind::other, "Mr Brook, teacher", 1},
                                      {FigureKind::friend_, "Kim", 0},
                                      {FigureKind::former_partner, "Robin", 0},
                                      {FigureKind::child, "Nia", -1}}};

/// Where each of them stands among the figures; who is missing is added.
std::array<std::size_t, kin.size()> places_of(std::vector<DemoFigure>& figures) {
  std::array<std::size_t, kin.size()> places{};
  const std::size_t known = figures.size();
  for (std::size_t who = 0; who < kin.size(); ++who) {
    const auto end = figures.begin() + static_cast<std::ptrdiff_t>(known);
    const auto found = std::find_if(figures.begin(), end, [&](const DemoFigure& figure) {
      return who <= partner && figure.kind == kin.at(who).kind;
    });
    places.at(who) = found != end ? static_cast<std::size_t>(found - figures.begin()) : figures.size();
    if (found == end) figures.push_back({kin.at(who).kind, kin.at(who).name, {}, kin.at(who).generation});
  }
  return places;
}

struct Happened {
  EventKind kind;
  int from;
  int to;
  Dating dating;
  EventSource source;
  std::optional<Who> with;
  const char* account;
};

constexpr int undated = -1;
constexpr Happened whole_life[] = {
    {EventKind::birth, 0, 0, Dating::exact, EventSource::document, mother,
     "Six weeks early; two weeks in an incubator."},
    {EventKind::carer, 0, 4, Dating::about, EventSource::told, grandmother,
     "By day with the grandmother: both parents worked shifts."},
    {EventKind::culture,
     undated,
     undated,
     Dating::unknown,
     EventSource::remembered,
     {},
     "Two languages: one for the village, one for outside. “I was somebody else in each.”"},
    {EventKind::faith, 5, 14, Dating::about, EventSource::remembered, grandfather,
     "His prayers by telephone on Sundays, until one Sunday they stopped."},
    {EventKind::migration,
     4,
     4,
     Dating::exact,
     EventSource::told,
     {},
     "From the village by the sea to a city inland. The grandparents stayed behind."},
    {EventKind::separation, 4, 5, Dating::about, EventSource::remembered, mother,
     "Half a year without the parents, until they had found work and a flat."},
    {EventKind::kin_care, 4, 5, Dating::exact, EventSource::document, aunt, "Lived with the aunt meanwhile."},
    {EventKind::move,
     7,
     7,
     Dating::exact,
     EventSource::document,
     {},
     "To another part of the city; a new school."},
    {EventKind::illness,
     8,
     8,
     Dating::about,
     EventSource::remembered,
     {},
     "Three weeks in hospital. Visits were on Sundays."},
    {EventKind::discrimination,
     8,
     11,
     Dating::unknown,
     EventSource::remembered,
     {},
     "Called names on the way to school. “I told nobody; they had enough.”"},
    {EventKind::trauma, 11, 11, Dating::exact, EventSource::remembered, sibling,
     "A fire in the house at night. Everybody got out. Nobody spoke of it afterwards."},
    {EventKind::loss, 12, 12, Dating::exact, EventSource::told, grandmother,
     "She died in spring. There was no money to travel to the funeral."},
    {EventKind::good_figure, 13, 16, Dating::about, EventSource::remembered, teacher,
     "Kept the music room open after school, and asked nothing."},
    {EventKind::turning_point,
     19,
     19,
     Dating::exact,
     EventSource::remembered,
     {},
     "Left home to study. “Nobody waved. I was glad and not glad.”"},
    {EventKind::separation, 27, 28, Dating::about, EventSource::remembered, first_love,
     "Four years together; it ended by a letter."},
    {EventKind::birth, 31, 31, Dating::exact, EventSource::document, daughter, "A daughter."},
    {EventKind::loss, 33, 35, Dating::unknown, EventSource::told, grandfather,
     "Heard of his death long after; the year is not certain."},
    {EventKind::turning_point, 37, 37, Dating::exact, EventSource::remembered, partner,
     "Spoke about the fire for the first time. “They stayed in the room.”"}};

struct Comforted {
  std::optional<Who> giver;
  std::optional<Who> receiver;
  ComfortAnswer answer;
  EventSource source;
  const char* how;
};

constexpr Comforted comforted[] = {
    {grandmother, {}, ComfortAnswer::came, EventSource::remembered, "Sat on the edge of the bed and hummed."},
    {mother,
     {},
     ComfortAnswer::mixed,
     EventSource::remembered,
     "When they were ill, always; when they were sad, rarely."},
    {father,
     {},
     ComfortAnswer::did_not_come,
     EventSource::remembered,
     "Left the room; it would pass, he said."},
    {aunt, {}, ComfortAnswer::came, EventSource::told, "Let them sleep in her bed that half year."},
    {teacher, {}, ComfortAnswer::came, EventSource::remembered, "Played on, and left the door open."},
    {partner,
     {},
     ComfortAnswer::mixed,
     EventSource::remembered,
     "Stays, when asked. Asking is the hard part."},
    {grandmother, mother, ComfortAnswer::came, EventSource::told, "Letters every week after they had moved."},
    {grandfather, father, ComfortAnswer::did_not_come, EventSource::told, "Nobody cried in that house."},
    {father, mother, ComfortAnswer::mixed, EventSource::remembered, "With work, not with words."},
    {{}, sibling, ComfortAnswer::came, EventSource::remembered, "Took the younger one into their own bed."},
    {{}, daughter, ComfortAnswer::mixed, EventSource::remembered, "“I hold her, and I want to run.”"}};

}  // namespace

void tell_whole_life(DemoPerson& person) {
  person.age = age_of_whole_life;
  const auto places = places_of(person.figures);
  const auto place = [&](const std::optional<Who>& who) {
    return who ? std::optional(places.at(*who)) : std::nullopt;
  };
  const auto age = [](int years) { return years == undated ? std::nullopt : std::optional(years); };
  person.history.clear();
  for (const Happened& event : whole_life)
    person.history.push_back({event.kind, age(event.from), age(event.to), event.dating, event.source,
                              place(event.with), std::string(event.account) + " (invented)"});
  person.comforting.clear();
  for (const Comforted& line : comforted)
    person.comforting.push_back({place(line.giver), place(line.receiver), line.answer, line.source,
                                 std::string(line.how) + " (invented)"});
}

}  // namespace securebase::service
