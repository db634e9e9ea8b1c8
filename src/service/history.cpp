#include "service/history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "service/plan_record.hpp"

namespace securebase::service {
namespace {

Place field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

/// Error "<table>.not_found".
template <class Record>
Result<bool> remove_one(Transaction& transaction, const Id<Record>& id, const Id<Person>& person) {
  const Condition which[] = {where(&Record::id, id), where(&Record::person, person)};
  const auto removed = transaction.remove(table_of<Record>(), which);
  if (!removed) return tl::unexpected(removed.error());
  if (*removed > 0) return true;
  return fail(ErrorKind::not_found, std::string(Record::table) + ".not_found", "there is no such record");
}

/// One of a person's records. Error "<table>.not_found": also where it is somebody else's.
template <class Record>
Result<Record> get_one(Transaction& transaction, const Id<Record>& id, const Id<Person>& person) {
  auto found = find<Record>(transaction, where(&Record::id, id));
  if (!found) return tl::unexpected(found.error());
  if (*found && (*found)->person == person) return std::move(**found);
  return fail(ErrorKind::not_found, std::string(Record::table) + ".not_found", "there is no such record");
}

Result<bool> is_theirs(Transaction& transaction, const std::optional<Id<Figure>>& figure,
                       const Id<Person>& person) {
  if (!figure) return true;
  const Condition theirs[] = {where(&Figure::id, *figure), where(&Figure::person, person)};
  const auto there = transaction.count(table_of<Figure>(), theirs);
  if (!there) return tl::unexpected(there.error());
  return *there > 0;
}

// Figures

Result<bool> check(const NewFigure& input) {
  if (input.name && input.name->reveal().size() > longest_name)
    return fail(ErrorKind::bad_data, "person.name", fmt::format("{} bytes at most", longest_name),
                field("name"));
  if (input.generation.value_or(0) >= youngest_generation &&
      input.generation.value_or(0) <= oldest_generation)
    return true;
  return fail(ErrorKind::bad_data, "figure.generation",
              "2 (of the grandparents), 1 (of the parents), 0 (one's own) or -1 (of the children)",
              field("generation"));
}

Result<bool> check_readable(Transaction& transaction, const Practice& practice, const Actor& actor,
                            std::string_view name, const std::optional<Id<Person>>& is_person) {
  if (!is_person) return true;
  return check_access(transaction, practice, actor, {name, Permission::read_person, {}, is_person, ""});
}

Figure figure_of(const Id<Figure>& id, const Id<Person>& person, const NewFigure& input, Instant created_at) {
  return {id, person, input.kind, input.name, input.is_person, created_at, input.generation};
}

/// Adds the words where any record of this kind names the figure.
template <class Record>
Result<bool> note_use(Transaction& transaction, std::optional<Id<Figure>> Record::*member,
                      const Id<Figure>& figure, std::string_view words, std::vector<std::string_view>& uses) {
  const Condition about[] = {where(member, std::optional(figure))};
  const auto used = transaction.count(table_of<Record>(), about);
  if (!used) return tl::unexpected(used.error());
  if (*used > 0 && (uses.empty() || uses.back() != words)) uses.push_back(words);
  return true;
}

/// What refers to a figure, in words.
Result<std::vector<std::string_view>> uses_of(Transaction& transaction, const Id<Figure>& figure) {
  std::vector<std::string_view> uses;
  const auto note = [&]<class Record>(std::optional<Id<Figure>> Record::*member, std::string_view words) {
    return note_use(transaction, member, figure, words, uses);
  };
  for (const auto& noted :
       {note(&Administration::figure, "answers about them"),
        note(&HistoryEvent::figure, "entries of the history"), note(&Comforting::giver, "who comforted whom"),
        note(&Comforting::receiver, "who comforted whom"), note(&Claim::figure, "claims"),
        note(&CorrectiveMoment::figure, "corrective moments"),
        note(&RelationshipEpisode::figure, "relationship episodes"), note(&Goal::figure, "goals"),
        note(&LossDay::figure, "dates of loss")})
    if (!noted) return tl::unexpected(noted.error());
  return uses;
}

// What happened

/// Error "history.ages".
Result<bool> check_ages(const NewHistoryEvent& input) {
  const int from = input.age_from.value_or(0);
  const bool has_only_the_last = input.age_to && !input.age_from;
  if (!has_only_the_last && from >= 0 && input.age_to.value_or(from) >= from &&
      input.age_to.value_or(from) <= oldest_age)
    return true;
  return fail(ErrorKind::bad_data, "history.ages",
              fmt::format("ages in years from 0 to {}, the first not above the last", oldest_age),
              field("age_from"));
}

Dating dating_of(const NewHistoryEvent& input) {
  return input.dating.value_or(input.age_from ? Dating::about : Dating::unknown);
}

/// Error "history.dating".
Result<bool> check_dating(const NewHistoryEvent& input) {
  const bool is_span = input.age_to && input.age_to != input.age_from;
  if (dating_of(input) == Dating::unknown ? !input.age_from || is_span : input.age_from.has_value())
    return true;
  return fail(ErrorKind::bad_data, "history.dating",
              "exact or about with an age; unknown without one, or with the two ages it lay between",
              field("dating"));
}

/// Whether this therapist has noted that the person knows what cannot stay between the two of them.
Result<bool> knows_the_limits(Transaction& transaction, const Actor& actor, const Id<Person>& person) {
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  std::vector<Id<Course>> ids;
  for (const Member& member : *memberships) ids.push_back(member.course);
  const auto courses = list<Course>(
      transaction, {{where_one_of(&Course::id, ids), where(&Course::therapist, actor.user)}, {}, {}});
  if (!courses) return tl::unexpected(courses.error());
  for (const Course& course : *courses) {
    auto knows = consents(transaction, person, course.id, ConsentKind::limits_explained);
    if (!knows || *knows) return knows;
  }
  return false;
}

/// Error "history.limits_not_explained".
Result<bool> check_limits(Transaction& transaction, const Actor& actor, const Id<Person>& person) {
  auto knows = knows_the_limits(transaction, actor, person);
  if (!knows || *knows) return knows;
  return fail(ErrorKind::conflict, "history.limits_not_explained",
              "explain first what cannot stay between the two of you, and note the consent limits_explained");
}

Result<bool> check_figure(Transaction& transaction, const NewHistoryEvent& input, const Id<Person>& person) {
  auto theirs = is_theirs(transaction, input.figure, person);
  if (!theirs || *theirs) return theirs;
  return fail(ErrorKind::bad_data, "history.figure", "one of this person's figures", field("figure"));
}

HistoryEvent event_of(const Id<HistoryEvent>& id, const Id<Person>& person, const NewHistoryEvent& input,
                      Instant created_at) {
  HistoryEvent event;
  event.id = id;
  event.person = person;
  event.age_from = input.age_from;
  event.age_to = input.age_to ? input.age_to : input.age_from;
  event.kind = Private<std::string>(std::string(to_text(input.kind)));
  event.account = input.account;
  event.created_at = created_at;
  event.source = input.source.value_or(EventSource::remembered);
  event.dating = dating_of(input);
  event.figure = input.figure;
  return event;
}

bool is_trauma(const HistoryEvent& event) {
  return event.kind.reveal() == to_text(EventKind::trauma);
}

// Who comforted whom

Result<bool> check_pair(Transaction& transaction, const Id<Person>& person, const NewComforting& input) {
  if (input.giver == input.receiver)
    return fail(ErrorKind::bad_data, "comforting.same", "two people: a figure and another, or the person",
                field("receiver"));
  for (const auto& [figure, name] :
       {std::pair(input.giver, "giver"), std::pair(input.receiver, "receiver")}) {
    auto theirs = is_theirs(transaction, figure, person);
    if (!theirs) return theirs;
    if (!*theirs)
      return fail(ErrorKind::bad_data, "comforting.figure", "one of this person's figures", field(name));
  }
  const auto known = list<Comforting>(transaction, {{where(&Comforting::person, person)}, {}, {}});
  if (!known) return tl::unexpected(known.error());
  if (std::none_of(known->begin(), known->end(), [&](const Comforting& one) {
        return one.giver == input.giver && one.receiver == input.receiver;
      }))
    return true;
  return fail(ErrorKind::conflict, "comforting.known",
              "it is written down already how this one comforted that one: take that back first");
}

}  // namespace

int generation_of(FigureKind kind) {
  switch (kind) {
    case FigureKind::mother:
    case FigureKind::father:
    case FigureKind::caregiver:
      return 1;
    case FigureKind::child:
      return -1;
    default:
      return 0;
  }
}

Result<PersonView> add_figure(const Practice& practice, const Actor& actor, const Id<Person>& person,
                              const NewFigure& input) {
  if (auto fits = check(input); !fits) return tl::unexpected(fits.error());
  return change_record(practice, actor, person, "figure.add", [&](Transaction& transaction) -> Result<bool> {
    if (auto may = check_readable(transaction, practice, actor, "figure.add", input.is_person); !may)
      return may;
    return insert(transaction,
                  figure_of(new_id<Figure>(practice.entropy), person, input, practice.clock.now()));
  });
}

Result<PersonView> change_figure(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                 const Id<Figure>& figure, const NewFigure& input) {
  if (auto fits = check(input); !fits) return tl::unexpected(fits.error());
  return change_record(
      practice, actor, person, "figure.change", [&](Transaction& transaction) -> Result<bool> {
        const auto there = get_one(transaction, figure, person);
        if (!there) return tl::unexpected(there.error());
        if (input.is_person != there->is_person)
          if (auto may = check_readable(transaction, practice, actor, "figure.change", input.is_person); !may)
            return may;
        return replace(transaction, figure_of(figure, person, input, there->created_at));
      });
}

Result<PersonView> remove_figure(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                 const Id<Figure>& figure) {
  return change_record(
      practice, actor, person, "figure.remove", [&](Transaction& transaction) -> Result<bool> {
        if (const auto there = get_one(transaction, figure, person); !there)
          return tl::unexpected(there.error());
        const auto uses = uses_of(transaction, figure);
        if (!uses) return tl::unexpected(uses.error());
        if (uses->empty()) return remove_one(transaction, figure, person);
        return fail(ErrorKind::conflict, "figure.in_use",
                    fmt::format("the record refers to this figure: {}", fmt::join(*uses, ", ")));
      });
}

Result<PersonView> add_history_event(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                     const NewHistoryEvent& input) {
  if (auto fits = check_ages(input); !fits) return tl::unexpected(fits.error());
  if (auto fits = check_dating(input); !fits) return tl::unexpected(fits.error());
  return change_record(practice, actor, person, "history.add", [&](Transaction& transaction) -> Result<bool> {
    if (auto fits = check_figure(transaction, input, person); !fits) return fits;
    if (input.kind == EventKind::trauma)
      if (auto knows = check_limits(transaction, actor, person); !knows) return knows;
    return insert(transaction,
                  event_of(new_id<HistoryEvent>(practice.entropy), person, input, practice.clock.now()));
  });
}

Result<PersonView> change_history_event(const Practice& practice, const Actor& actor,
                                        const Id<Person>& person, const Id<HistoryEvent>& event,
                                        const NewHistoryEvent& input) {
  if (auto fits = check_ages(input); !fits) return tl::unexpected(fits.error());
  if (auto fits = check_dating(input); !fits) return tl::unexpected(fits.error());
  return change_record(practice, actor, person, "history.change",
                       [&](Transaction& transaction) -> Result<bool> {
                         const auto there = get_one(transaction, event, person);
                         if (!there) return tl::unexpected(there.error());
                         if (auto fits = check_figure(transaction, input, person); !fits) return fits;
                         if (input.kind == EventKind::trauma || is_trauma(*there))
                           if (auto knows = check_limits(transaction, actor, person); !knows) return knows;
                         return replace(transaction, event_of(event, person, input, there->created_at));
                       });
}

Result<PersonView> remove_history_event(const Practice& practice, const Actor& actor,
                                        const Id<Person>& person, const Id<HistoryEvent>& event) {
  return change_record(
      practice, actor, person, "history.remove", [&](Transaction& transaction) -> Result<bool> {
        const Condition named[] = {where(&ClaimEvidence::person, person),
                                   where(&ClaimEvidence::source, EvidenceSource::history),
                                   where(&ClaimEvidence::source_id, std::optional(event.text()))};
        const auto used = transaction.count(table_of<ClaimEvidence>(), named);
        if (!used) return tl::unexpected(used.error());
        if (*used > 0)
          return fail(ErrorKind::conflict, "history.in_use",
                      "evidence for or against a claim names this entry: take that back first");
        return remove_one(transaction, event, person);
      });
}

Result<PersonView> add_comforting(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                  const NewComforting& input) {
  return change_record(
      practice, actor, person, "comforting.add", [&](Transaction& transaction) -> Result<bool> {
        if (auto fits = check_pair(transaction, person, input); !fits) return fits;
        return insert(transaction,
                      Comforting{new_id<Comforting>(practice.entropy), person, input.giver, input.receiver,
                                 input.answer, input.how, input.source.value_or(EventSource::remembered),
                                 practice.clock.now()});
      });
}

Result<PersonView> remove_comforting(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                     const Id<Comforting>& comforting) {
  return change_record(practice, actor, person, "comforting.remove",
                       [&](Transaction& transaction) { return remove_one(transaction, comforting, person); });
}

}  // namespace securebase::service
