#pragma once
// The history of a person's attachment: those they are attached to, what happened, and who comforted whom
// ("genogram of comforting", Dallos; from memory). Written by the therapist, from what was remembered, told
// or read; the portal has no part in it.

#include <optional>
#include <string>

#include "service/attachment_record.hpp"
#include "service/course.hpp"

namespace securebase::service {

// Figures

inline constexpr int oldest_generation = 2;     ///< of the grandparents
inline constexpr int youngest_generation = -1;  ///< of the children

/// The generation somebody of this kind is taken to be of where nothing else was said.
[[nodiscard]] int generation_of(FigureKind kind);

struct NewFigure {
  FigureKind kind = FigureKind::other;
  std::optional<Private<std::string>> name;
  std::optional<Id<Person>> is_person;
  std::optional<int> generation;  ///< 2 to -1 as in Figure; nothing: generation_of(kind)

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewFigure::kind}, Field{"name", &NewFigure::name},
               Field{"is_person", &NewFigure::is_person}, Field{"generation", &NewFigure::generation});
  }
};
/// Errors: "person.name" (too long), "figure.generation", "access.not_found" (is_person is not theirs to
/// read).
[[nodiscard]] Result<PersonView> add_figure(const Practice& practice, const Actor& actor,
                                            const Id<Person>& person, const NewFigure& input);
/// Writes all of it anew; what refers to the figure stays. Errors of add_figure and "figure.not_found".
[[nodiscard]] Result<PersonView> change_figure(const Practice& practice, const Actor& actor,
                                               const Id<Person>& person, const Id<Figure>& figure,
                                               const NewFigure& input);
/// Takes back one that was written by mistake. Errors: "figure.not_found"; "figure.in_use" (conflict) names
/// what refers to it: answers, history, comforting, claims, corrective moments, relationship episodes.
[[nodiscard]] Result<PersonView> remove_figure(const Practice& practice, const Actor& actor,
                                               const Id<Person>& person, const Id<Figure>& figure);

// What happened

/// What an entry of the history is about. Kept as a word in the sealed HistoryEvent::kind; entries from
/// before this list was closed hold words of their own there.
enum class EventKind {
  birth,  ///< of the person, of siblings, of children
  carer,  ///< who cared for the person, and when that changed
  separation,
  loss,
  move,
  illness,
  good_figure,  ///< somebody who was there
  turning_point,
  culture,
  faith,
  migration,
  kin_care,
  discrimination,
  trauma,  ///< written in session only; needs ConsentKind::limits_explained
  other
};
template <>
inline constexpr std::array names_of<EventKind> = {
    "birth"sv,     "carer"sv,       "separation"sv,     "loss"sv,    "move"sv,
    "illness"sv,   "good_figure"sv, "turning_point"sv,  "culture"sv, "faith"sv,
    "migration"sv, "kin_care"sv,    "discrimination"sv, "trauma"sv,  "other"sv};

inline constexpr int oldest_age = 120;  ///< years

/// Ages are whole years. With a dating of exact or about it lasted from the first to the last; with unknown
/// it lay some time between them.
struct NewHistoryEvent {
  EventKind kind = EventKind::other;
  std::optional<int> age_from;
  std::optional<int> age_to;          ///< nothing: the same as age_from
  std::optional<Dating> dating;       ///< nothing: about where there is an age, otherwise unknown
  std::optional<EventSource> source;  ///< nothing: remembered
  std::optional<Id<Figure>> figure;
  std::optional<Private<std::string>> account;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewHistoryEvent::kind}, Field{"age_from", &NewHistoryEvent::age_from},
               Field{"age_to", &NewHistoryEvent::age_to}, Field{"dating", &NewHistoryEvent::dating},
               Field{"source", &NewHistoryEvent::source}, Field{"figure", &NewHistoryEvent::figure},
               Field{"account", &NewHistoryEvent::account});
  }
};
/// Errors: "history.ages"; "history.dating" (exact and about need an age, one alone is no span of unknown);
/// "history.figure" (not one of theirs); "history.limits_not_explained" (conflict): of trauma, while this
/// therapist has not noted that the person knows what cannot stay between the two of them.
[[nodiscard]] Result<PersonView> add_history_event(const Practice& practice, const Actor& actor,
                                                   const Id<Person>& person, const NewHistoryEvent& input);
/// Writes all of it anew, but for the moment it was first written down. Errors of add_history_event (of
/// trauma: what it is or what it becomes) and "history_event.not_found".
[[nodiscard]] Result<PersonView> change_history_event(const Practice& practice, const Actor& actor,
                                                      const Id<Person>& person, const Id<HistoryEvent>& event,
                                                      const NewHistoryEvent& input);
/// Takes back one that was written by mistake. Errors "history_event.not_found", "history.in_use" (conflict):
/// evidence for or against a claim names it.
[[nodiscard]] Result<PersonView> remove_history_event(const Practice& practice, const Actor& actor,
                                                      const Id<Person>& person,
                                                      const Id<HistoryEvent>& event);

// Who comforted whom

struct NewComforting {
  std::optional<Id<Figure>> giver;     ///< nothing: the person
  std::optional<Id<Figure>> receiver;  ///< nothing: the person
  ComfortAnswer answer = ComfortAnswer::came;
  std::optional<Private<std::string>> how;
  std::optional<EventSource> source;  ///< nothing: remembered

  static constexpr auto fields(const auto& use) {
    return use(Field{"giver", &NewComforting::giver}, Field{"receiver", &NewComforting::receiver},
               Field{"answer", &NewComforting::answer}, Field{"how", &NewComforting::how},
               Field{"source", &NewComforting::source});
  }
};
/// Errors: "comforting.same" (giver and receiver are one), "comforting.figure" (not one of theirs),
/// "comforting.known" (conflict; it is written down already who comforted whom here: take that back first).
[[nodiscard]] Result<PersonView> add_comforting(const Practice& practice, const Actor& actor,
                                                const Id<Person>& person, const NewComforting& input);
/// Error "comforting.not_found".
[[nodiscard]] Result<PersonView> remove_comforting(const Practice& practice, const Actor& actor,
                                                   const Id<Person>& person,
                                                   const Id<Comforting>& comforting);

}  // namespace securebase::service
