#include "service/course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "service/feedback.hpp"
#include "service/form.hpp"
#include "service/history.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t most_members = 20;

Place field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

/// The words of a name as they are looked up.
std::vector<Private<std::string>> words_of(const Private<std::string>& name) {
  std::vector<Private<std::string>> words;
  std::string word;
  for (const char c : name.reveal() + " ") {
    if (c != ' ' && c != '\t' && c != '-' && c != ',') {
      word += c;
    } else if (!word.empty()) {
      words.emplace_back(std::exchange(word, {}));
    }
  }
  return words;
}

Result<bool> index_name(Transaction& transaction, const Practice& practice, const Person& person) {
  const Condition old[] = {where(&PersonIndex::person, person.id)};
  if (auto removed = transaction.remove(table_of<PersonIndex>(), old); !removed)
    return tl::unexpected(removed.error());
  if (!person.name) return true;
  std::set<std::string> hidden;
  for (const auto& word : words_of(*person.name)) hidden.insert(practice.secrets.blind_index("name", word));
  for (const std::string& word : hidden)
    if (auto added = insert(transaction, PersonIndex{new_id<PersonIndex>(practice.entropy), person.id, word});
        !added)
      return added;
  return true;
}

void take(Person& person, const Particulars& given) {
  if (given.name) person.name = given.name;
  if (given.contact) person.contact = given.contact;
  if (given.safe_contact) person.safe_contact = given.safe_contact;
  if (given.emergency_contact) person.emergency_contact = given.emergency_contact;
  if (given.birth_year) person.birth_year = given.birth_year;
  if (given.gender) person.gender = given.gender;
}

Result<bool> check_name(const std::optional<Private<std::string>>& name) {
  if (!name || name->reveal().size() <= longest_name) return true;
  return fail(ErrorKind::bad_data, "person.name", fmt::format("{} bytes at most", longest_name),
              field("name"));
}

Result<bool> check(const Particulars& given, Instant now) {
  if (auto fits = check_name(given.name); !fits) return fits;
  const int year = date_of(now).year;
  if (given.birth_year && (*given.birth_year < year - 120 || *given.birth_year > year))
    return fail(ErrorKind::bad_data, "person.birth_year",
                fmt::format("a year from {} to {}", year - 120, year), field("birth_year"));
  const auto& gender = given.gender;
  if (gender && *gender != "female" && *gender != "male" && *gender != "other")
    return fail(ErrorKind::bad_data, "person.gender", "female, male or other", field("gender"));
  return true;
}

Result<Person> add_person(Transaction& transaction, const Practice& practice, const NewMember& member) {
  const Particulars particulars = member.particulars.value_or(Particulars{});
  if (auto fits = check(particulars, practice.clock.now()); !fits) return tl::unexpected(fits.error());
  const auto known = transaction.count(table_of<Person>(), {});
  if (!known) return tl::unexpected(known.error());
  Person person;
  person.id = new_id<Person>(practice.entropy);
  person.code = fmt::format("P-{:04}", *known + 1);
  person.age_group = member.age_group.value_or(AgeGroup::adult);
  person.created_at = practice.clock.now();
  take(person, particulars);
  if (auto keyed = transaction.create_key(person.id.text()); !keyed) return tl::unexpected(keyed.error());
  if (auto added = insert(transaction, person); !added) return tl::unexpected(added.error());
  if (auto indexed = index_name(transaction, practice, person); !indexed)
    return tl::unexpected(indexed.error());
  return person;
}

Result<bool> fits_unit(const NewCourse& input) {
  std::size_t counts[4] = {};
  for (const NewMember& member : input.members) ++counts[static_cast<std::size_t>(member.role)];
  const auto [clients, partners, caregivers, children] = counts;
  switch (input.unit) {
    case UnitKind::individual:
      if (input.members.size() == 1 && clients == 1) return true;
      return fail(ErrorKind::bad_data, "course.members", "an individual course has one client",
                  field("members"));
    case UnitKind::couple:
      if (input.members.size() == 2 && clients + partners == 2) return true;
      return fail(ErrorKind::bad_data, "course.members", "a couple course has two partners",
                  field("members"));
    case UnitKind::family:
      if (input.members.size() <= most_members && children >= 1 && caregivers >= 1) return true;
      return fail(
          ErrorKind::bad_data, "course.members",
          fmt::format("a family course has a child, a caregiver, and {} members at most", most_members),
          field("members"));
  }
  return true;
}

/// The person who joins: a new one, or a known one whom this therapist treats already.
Result<Id<Person>> joining(Transaction& transaction, const Practice& practice, const Actor& actor,
                           const NewMember& member) {
  if (member.person) {
    const Action action{"person.join", Permission::write_person, {}, member.person, ""};
    if (auto may = check_access(transaction, practice, actor, action); !may)
      return tl::unexpected(may.error());
    return *member.person;
  }
  const auto person = add_person(transaction, practice, member);
  if (!person) return tl::unexpected(person.error());
  return person->id;
}

/// A demonstration has the people it was made with. What the program itself opens there is part of it.
Result<bool> takes_clients(Transaction& transaction, const Actor& actor) {
  if (actor.kind == Actor::Kind::program) return true;
  const auto demo = is_demo(transaction);
  if (!demo || !*demo) return demo ? Result<bool>(true) : demo;
  return fail(ErrorKind::conflict, "demo.closed",
              "this is a demonstration with invented people: make a practice of your own with 'securebase "
              "setup'");
}

Result<CourseView> change_course(const Practice& practice, const Actor& actor, const Id<Course>& id,
                                 std::string_view name,
                                 const std::function<Result<bool>(Transaction&, Course&)>& use) {
  return carry_out<CourseView>(practice, actor, {name, Permission::write_course, id, {}, ""},
                               [&](Transaction& transaction) -> Result<CourseView> {
                                 auto course = get<Course>(transaction, id);
                                 if (!course) return tl::unexpected(course.error());
                                 if (auto changed = use(transaction, *course); !changed)
                                   return tl::unexpected(changed.error());
                                 if (auto kept = replace(transaction, *course); !kept)
                                   return tl::unexpected(kept.error());
                                 return view_of_course(transaction, *course);
                               });
}

MemberView view_of_member(const Person& person, MemberRole role) {
  return {person.id, person.code, person.name, person.age_group, role};
}

/// How many risk entries of a course nobody has acknowledged.
Result<std::int64_t> open_risks(Transaction& transaction, const Id<Course>& course) {
  const Condition open[] = {where(&RiskEntry::course, course), where(&RiskEntry::closed_at, Is::absent)};
  return transaction.count(table_of<RiskEntry>(), open);
}

/// How many sheets of a course may still be answered.
Result<std::int64_t> open_sheets(Transaction& transaction, const Id<Course>& course) {
  const Condition open[] = {
      where(&Administration::course, course),
      where_one_of(&Administration::progress, std::vector{Progress::given, Progress::begun})};
  return transaction.count(table_of<Administration>(), open);
}

}  // namespace

Result<std::vector<Course>> own_courses(Transaction& transaction, const Actor& actor) {
  std::vector<Course> courses;
  if (actor.is_therapist) {
    auto own = list<Course>(transaction,
                            {{where(&Course::therapist, actor.user)}, {by(&Course::created_at, true)}, {}});
    if (!own) return own;
    courses = std::move(*own);
  }
  if (actor.is_supervisor) {
    auto supervised = list<Course>(transaction, {{where(&Course::supervisor, actor.user),
                                                  where(&Course::therapist, actor.user, Is::not_equal)},
                                                 {by(&Course::created_at, true)},
                                                 {}});
    if (!supervised) return supervised;
    courses.insert(courses.end(), supervised->begin(), supervised->end());
  }
  return courses;
}

namespace {

/// Courses whose glass the actor has broken, to those that are there.
Result<bool> add_broken(Transaction& transaction, const Practice& practice, const Actor& actor,
                        std::vector<Course>& courses) {
  const auto broken = list<BreakGlass>(
      transaction,
      {{where(&BreakGlass::user, actor.user), where(&BreakGlass::until, practice.clock.now(), Is::greater)},
       {},
       {}});
  if (!broken) return tl::unexpected(broken.error());
  for (const BreakGlass& glass : *broken) {
    const bool known = std::any_of(courses.begin(), courses.end(),
                                   [&](const Course& course) { return course.id == glass.course; });
    if (known) continue;
    auto course = get<Course>(transaction, glass.course);
    if (!course) return tl::unexpected(course.error());
    courses.push_back(std::move(*course));
  }
  return true;
}

}  // namespace

Result<std::vector<Id<Course>>> readable_courses(Transaction& transaction, const Practice& practice,
                                                 const Actor& actor) {
  auto courses = own_courses(transaction, actor);
  if (!courses) return tl::unexpected(courses.error());
  if (auto added = add_broken(transaction, practice, actor, *courses); !added)
    return tl::unexpected(added.error());
  std::vector<Id<Course>> ids;
  for (const Course& course : *courses) ids.push_back(course.id);
  return ids;
}

Result<CourseView> view_of_course(Transaction& transaction, const Course& course) {
  CourseView view{course.id,       course.unit,     {}, course.therapist,  course.supervisor,
                  course.begun_on, course.ended_on, 0,  course.answered_at};
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course.id)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  for (const Member& member : *members) {
    const auto person = get<Person>(transaction, member.person);
    if (!person) return tl::unexpected(person.error());
    view.members.push_back(view_of_member(*person, member.role));
  }
  std::sort(view.members.begin(), view.members.end(), [](const MemberView& a, const MemberView& b) {
    return std::pair(a.role, a.code) < std::pair(b.role, b.code);
  });
  const auto risks = open_risks(transaction, course.id);
  if (!risks) return tl::unexpected(risks.error());
  view.open_risk_entries = *risks;
  return view;
}

Result<bool> is_member(Transaction& transaction, const Id<Course>& course, const Id<Person>& person) {
  const Condition both[] = {where(&Member::course, course), where(&Member::person, person)};
  const auto found = transaction.count(table_of<Member>(), both);
  if (!found) return tl::unexpected(found.error());
  return *found > 0;
}

Result<PersonView> view_of_person(Transaction& transaction, const Id<Person>& id) {
  auto person = get<Person>(transaction, id);
  if (!person) return tl::unexpected(person.error());
  auto figures = list<Figure>(transaction, {{where(&Figure::person, id)}, {by(&Figure::created_at)}, {}});
  if (!figures) return tl::unexpected(figures.error());
  auto history = list<HistoryEvent>(
      transaction, {{where(&HistoryEvent::person, id)}, {by(&HistoryEvent::created_at)}, {}});
  if (!history) return tl::unexpected(history.error());
  auto comforting =
      list<Comforting>(transaction, {{where(&Comforting::person, id)}, {by(&Comforting::created_at)}, {}});
  if (!comforting) return tl::unexpected(comforting.error());
  auto agreed = list<Consent>(transaction, {{where(&Consent::person, id)}, {by(&Consent::given_at)}, {}});
  if (!agreed) return tl::unexpected(agreed.error());
  for (Figure& figure : *figures)
    if (!figure.generation) figure.generation = generation_of(figure.kind);
  return PersonView{std::move(*person), std::move(*figures), std::move(*history), std::move(*comforting),
                    std::move(*agreed)};
}

Result<PersonView> change_record(const Practice& practice, const Actor& actor, const Id<Person>& id,
                                 std::string_view name, const ChangePerson& use) {
  return carry_out<PersonView>(practice, actor, {name, Permission::write_person, {}, id, ""},
                               [&](Transaction& transaction) -> Result<PersonView> {
                                 if (auto changed = use(transaction); !changed)
                                   return tl::unexpected(changed.error());
                                 return view_of_person(transaction, id);
                               });
}

Result<CourseView> open_course(const Practice& practice, const Actor& actor, const NewCourse& input) {
  if (auto fits = fits_unit(input); !fits) return tl::unexpected(fits.error());
  const auto id = new_id<Course>(practice.entropy);
  return carry_out<CourseView>(practice, actor, {"course.open", Permission::treat, id, {}, ""},
                               [&](Transaction& transaction) -> Result<CourseView> {
                                 if (auto takes = takes_clients(transaction, actor); !takes)
                                   return tl::unexpected(takes.error());
                                 Course course;
                                 course.id = id;
                                 course.unit = input.unit;
                                 course.therapist = actor.user;
                                 course.begun_on = input.begun_on;
                                 course.created_at = practice.clock.now();
                                 if (auto added = insert(transaction, course); !added)
                                   return tl::unexpected(added.error());
                                 std::set<std::string> seen;
                                 for (const NewMember& joins : input.members) {
                                   const auto person = joining(transaction, practice, actor, joins);
                                   if (!person) return tl::unexpected(person.error());
                                   if (!seen.insert(person->text()).second)
                                     return fail(ErrorKind::bad_data, "course.members",
                                                 "everyone is a member once", field("members"));
                                   const Member member{new_id<Member>(practice.entropy), id, *person,
                                                       joins.role, practice.clock.now()};
                                   if (auto added = insert(transaction, member); !added)
                                     return tl::unexpected(added.error());
                                 }
                                 return view_of_course(transaction, course);
                               });
}

namespace {

/// How each stands. While a risk answer is open nothing says that a course is well.
Result<bool> add_statuses(Transaction& transaction, std::vector<CourseView>& views) {
  std::vector<Id<Course>> ids;
  ids.reserve(views.size());
  for (const CourseView& view : views) ids.push_back(view.id);
  auto statuses = course_statuses(transaction, ids);
  if (!statuses) return tl::unexpected(statuses.error());
  for (CourseView& view : views) {
    const auto found = statuses->find(view.id);
    if (found == statuses->end()) continue;
    view.open_alerts = std::move(found->second.open_alerts);
    if (view.open_risk_entries == 0 || found->second.status != TrackStatus::on_track)
      view.track = found->second.status;
  }
  return true;
}

}  // namespace

Result<std::vector<CourseView>> caseload(const Practice& practice, const Actor& actor) {
  return look<std::vector<CourseView>>(
      practice, actor, {"course.list", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<std::vector<CourseView>> {
        auto courses = own_courses(transaction, actor);
        if (!courses) return tl::unexpected(courses.error());
        if (auto added = add_broken(transaction, practice, actor, *courses); !added)
          return tl::unexpected(added.error());
        std::vector<CourseView> views;
        for (const Course& course : *courses) {
          trail.also.push_back({"course.listed", Permission::read_course, course.id, {}, ""});
          auto view = view_of_course(transaction, course);
          if (!view) return tl::unexpected(view.error());
          views.push_back(std::move(*view));
        }
        if (auto added = add_statuses(transaction, views); !added) return tl::unexpected(added.error());
        std::stable_sort(views.begin(), views.end(), [](const CourseView& a, const CourseView& b) {
          return (a.open_risk_entries > 0) > (b.open_risk_entries > 0);
        });
        return views;
      });
}

Result<CourseView> read_course(const Practice& practice, const Actor& actor, const Id<Course>& id) {
  return look<CourseView>(practice, actor, {"course.read", Permission::read_course, id, {}, ""},
                          [&](Transaction& transaction) -> Result<CourseView> {
                            const auto course = get<Course>(transaction, id);
                            if (!course) return tl::unexpected(course.error());
                            auto view = view_of_course(transaction, *course);
                            if (!view) return view;
                            std::vector<CourseView> one{std::move(*view)};
                            if (auto added = add_statuses(transaction, one); !added)
                              return tl::unexpected(added.error());
                            return std::move(one.front());
                          });
}

Result<CourseView> end_course(const Practice& practice, const Actor& actor, const Id<Course>& id,
                              const EndCourse& input) {
  return change_course(
      practice, actor, id, "course.end", [&](Transaction& transaction, Course& course) -> Result<bool> {
        if (input.ended_on < course.begun_on)
          return fail(ErrorKind::bad_data, "course.dates",
                      fmt::format("not before it began, {}", to_text(course.begun_on)), field("ended_on"));
        course.ended_on = input.ended_on;
        return stop_open_sheets(transaction, practice, id);
      });
}

Result<CourseView> reopen_course(const Practice& practice, const Actor& actor, const Id<Course>& id) {
  return change_course(practice, actor, id, "course.reopen",
                       [&](Transaction&, Course& course) -> Result<bool> {
                         if (!course.ended_on)
                           return fail(ErrorKind::conflict, "course.open", "this course goes on already");
                         course.ended_on.reset();
                         return true;
                       });
}

Result<std::vector<Course>> courses_in_hand(Transaction& transaction, const Id<User>& therapist) {
  auto courses = list<Course>(transaction, {{where(&Course::therapist, therapist)}, {}, {}});
  if (!courses) return courses;
  std::vector<Course> in_hand;
  for (Course& course : *courses) {
    const auto risks = open_risks(transaction, course.id);
    if (!risks) return tl::unexpected(risks.error());
    const auto open = open_sheets(transaction, course.id);
    if (!open) return tl::unexpected(open.error());
    if (!course.ended_on || *risks > 0 || *open > 0) in_hand.push_back(std::move(course));
  }
  return in_hand;
}

Result<HandedOver> hand_over(const Practice& practice, const Actor& actor, const Id<User>& from,
                             const HandOver& input) {
  return carry_out<HandedOver>(
      practice, actor, {"course.hand_over", Permission::manage_practice, {}, {}, from.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<HandedOver> {
        const auto next = find<User>(transaction, where(&User::id, input.to));
        if (!next) return tl::unexpected(next.error());
        if (!*next || !(*next)->is_therapist || (*next)->disabled_at || input.to == from)
          return fail(ErrorKind::bad_data, "course.therapist", "another therapist of this practice",
                      field("to"));
        auto courses = courses_in_hand(transaction, from);
        if (!courses) return tl::unexpected(courses.error());
        for (Course& course : *courses) {
          course.therapist = input.to;
          if (course.supervisor == input.to) course.supervisor.reset();
          if (auto kept = replace(transaction, course); !kept) return tl::unexpected(kept.error());
          trail.also.push_back(
              {"course.handed_over", Permission::manage_practice, course.id, {}, input.to.text()});
        }
        return HandedOver{static_cast<std::int64_t>(courses->size())};
      });
}

namespace {

Result<CourseOutline> outline_of(Transaction& transaction, const Course& course) {
  const auto therapist = get<User>(transaction, course.therapist);
  if (!therapist) return tl::unexpected(therapist.error());
  const auto view = view_of_course(transaction, course);
  if (!view) return tl::unexpected(view.error());
  CourseOutline outline{course.id,
                        course.unit,
                        {},
                        course.therapist,
                        therapist->display_name,
                        course.begun_on,
                        course.ended_on,
                        view->open_risk_entries};
  for (const MemberView& member : view->members) outline.codes.push_back(member.code);
  return outline;
}

}  // namespace

Result<std::vector<CourseOutline>> outline_courses(const Practice& practice, const Actor& actor) {
  return look<std::vector<CourseOutline>>(
      practice, actor, {"course.outline", Permission::supervise, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<CourseOutline>> {
        const auto courses = list<Course>(transaction, {{}, {by(&Course::created_at, true)}, {}});
        if (!courses) return tl::unexpected(courses.error());
        std::vector<CourseOutline> outlines;
        for (const Course& course : *courses) {
          auto outline = outline_of(transaction, course);
          if (!outline) return tl::unexpected(outline.error());
          outlines.push_back(std::move(*outline));
        }
        std::stable_sort(outlines.begin(), outlines.end(),
                         [](const CourseOutline& a, const CourseOutline& b) {
                           return (a.open_risk_entries > 0) > (b.open_risk_entries > 0);
                         });
        return outlines;
      });
}

Result<CourseView> assign_supervisor(const Practice& practice, const Actor& actor, const Id<Course>& id,
                                     const Supervision& input) {
  return change_course(
      practice, actor, id, "course.supervisor",
      [&](Transaction& transaction, Course& course) -> Result<bool> {
        course.supervisor = input.supervisor;
        if (!input.supervisor) return true;
        const auto user = find<User>(transaction, where(&User::id, *input.supervisor));
        if (!user) return tl::unexpected(user.error());
        if (*user && (*user)->is_supervisor && !(*user)->disabled_at && *input.supervisor != course.therapist)
          return true;
        return fail(ErrorKind::bad_data, "course.supervisor",
                    "a supervisor of this practice who is not its therapist", field("supervisor"));
      });
}

Result<PersonView> read_person(const Practice& practice, const Actor& actor, const Id<Person>& id) {
  return look<PersonView>(practice, actor, {"person.read", Permission::read_person, {}, id, ""},
                          [&](Transaction& transaction) { return view_of_person(transaction, id); });
}

Result<PersonView> change_person(const Practice& practice, const Actor& actor, const Id<Person>& id,
                                 const Particulars& input) {
  if (auto fits = check(input, practice.clock.now()); !fits) return tl::unexpected(fits.error());
  return change_record(practice, actor, id, "person.change", [&](Transaction& transaction) -> Result<bool> {
    auto person = get<Person>(transaction, id);
    if (!person) return tl::unexpected(person.error());
    take(*person, input);
    if (auto kept = replace(transaction, *person); !kept) return kept;
    return index_name(transaction, practice, *person);
  });
}

namespace {

/// People who have every word, by their hidden words.
Result<std::vector<Id<Person>>> people_with(Transaction& transaction, const Practice& practice,
                                            const Private<std::string>& name) {
  std::vector<Id<Person>> found;
  bool first = true;
  for (const auto& word : words_of(name)) {
    const auto matches = list<PersonIndex>(
        transaction, {{where(&PersonIndex::word, practice.secrets.blind_index("name", word))}, {}, {}});
    if (!matches) return tl::unexpected(matches.error());
    std::set<Id<Person>> people;
    for (const PersonIndex& match : *matches) people.insert(match.person);
    if (std::exchange(first, false))
      found.assign(people.begin(), people.end());
    else
      std::erase_if(found, [&](const Id<Person>& id) { return !people.contains(id); });
  }
  return found;
}

}  // namespace

Result<std::vector<MemberView>> find_people(const Practice& practice, const Actor& actor,
                                            const NameSearch& input) {
  if (auto fits = check_name(input.name); !fits) return tl::unexpected(fits.error());
  return carry_out<std::vector<MemberView>>(
      practice, actor, {"person.find", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<MemberView>> {
        const auto ids = people_with(transaction, practice, input.name);
        if (!ids) return tl::unexpected(ids.error());
        std::vector<MemberView> views;
        for (const Id<Person>& id : *ids) {
          const Action seen{"person.found", Permission::read_person, {}, id, ""};
          const auto may = check_access(transaction, practice, actor, seen);
          if (!may && may.error().code == "access.not_found") continue;
          if (!may) return tl::unexpected(may.error());
          const auto person = get<Person>(transaction, id);
          if (!person) return tl::unexpected(person.error());
          views.push_back(view_of_member(*person, MemberRole::client));
          if (auto noted = append_audit(transaction, practice, actor, seen); !noted)
            return tl::unexpected(noted.error());
        }
        return views;
      });
}

Result<std::int64_t> reindex_names(const Practice& practice) {
  return carry_out<std::int64_t>(
      practice, the_program(), {"person.reindex", Permission::anyone, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::int64_t> {
        const auto people = list<Person>(transaction, {{where(&Person::erased_at, Is::absent)}, {}, {}});
        if (!people) return tl::unexpected(people.error());
        for (const Person& person : *people)
          if (auto indexed = index_name(transaction, practice, person); !indexed)
            return tl::unexpected(indexed.error());
        return static_cast<std::int64_t>(people->size());
      });
}

Result<PersonView> give_consent(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                const NewConsent& input) {
  return change_record(
      practice, actor, person, "consent.give", [&](Transaction& transaction) -> Result<bool> {
        if (input.course) {
          auto member = is_member(transaction, *input.course, person);
          if (!member) return member;
          if (!*member)
            return fail(ErrorKind::bad_data, "consent.course", "a course this person is in", field("course"));
        }
        return insert(transaction, Consent{new_id<Consent>(practice.entropy),
                                           person,
                                           input.course,
                                           input.kind,
                                           input.form_version,
                                           input.note,
                                           practice.clock.now(),
                                           {}});
      });
}

namespace {

/// Nothing on a phone goes on by itself when a consent that was withdrawn is given again.
Result<bool> end_links_of(Transaction& transaction, const Practice& practice, const Id<Person>& person) {
  const auto revoked =
      change<Ticket>(transaction, {to(&Ticket::revoked_at, std::optional(practice.clock.now()))},
                     {where(&Ticket::person, std::optional(person)), where(&Ticket::revoked_at, Is::absent)});
  if (!revoked) return tl::unexpected(revoked.error());
  const Condition theirs[] = {where(&Session::person, std::optional(person))};
  const auto ended = transaction.remove(table_of<Session>(), theirs);
  if (!ended) return tl::unexpected(ended.error());
  return true;
}

}  // namespace

Result<PersonView> withdraw_consent(const Practice& practice, const Actor& actor, const Id<Person>& person,
                                    const Id<Consent>& consent) {
  return change_record(
      practice, actor, person, "consent.withdraw", [&](Transaction& transaction) -> Result<bool> {
        const auto changed =
            change<Consent>(transaction, {to(&Consent::withdrawn_at, std::optional(practice.clock.now()))},
                            {where(&Consent::id, consent), where(&Consent::person, person),
                             where(&Consent::withdrawn_at, Is::absent)});
        if (!changed) return tl::unexpected(changed.error());
        if (*changed != 1)
          return fail(ErrorKind::not_found, "consent.not_found",
                      "no such consent, or it was withdrawn before");
        return end_links_of(transaction, practice, person);
      });
}

Result<bool> consents(Transaction& transaction, const Id<Person>& person, const Id<Course>& course,
                      ConsentKind kind) {
  const auto given =
      list<Consent>(transaction, {{where(&Consent::person, person), where(&Consent::kind, kind),
                                   where(&Consent::withdrawn_at, Is::absent)},
                                  {},
                                  {}});
  if (!given) return tl::unexpected(given.error());
  return std::any_of(given->begin(), given->end(),
                     [&](const Consent& consent) { return !consent.course || consent.course == course; });
}

namespace {

/// The first member who was not erased.
Result<Id<Person>> whose_key(Transaction& transaction, const CourseView& course) {
  Result<bool> there = true;
  for (const MemberView& member : course.members) {
    there = still_there(transaction, member.person);
    if (there) return member.person;
  }
  return tl::unexpected(there.error());
}

}  // namespace

Result<CourseView> break_glass(const Practice& practice, const Actor& actor, const Id<Course>& id,
                               const GlassReason& input) {
  if (letters_in(input.reason.reveal()) < shortest_reason)
    return fail(ErrorKind::bad_data, "break_glass.reason",
                fmt::format("why, in {} letters at least; the therapist will read it", shortest_reason),
                field("reason"));
  return carry_out<CourseView>(practice, actor, {"course.break_glass", Permission::supervise, id, {}, ""},
                               [&](Transaction& transaction) -> Result<CourseView> {
                                 const auto course = get<Course>(transaction, id);
                                 if (!course) return tl::unexpected(course.error());
                                 auto view = view_of_course(transaction, *course);
                                 if (!view) return view;
                                 const auto whose = whose_key(transaction, *view);
                                 if (!whose) return tl::unexpected(whose.error());
                                 const BreakGlass broken{new_id<BreakGlass>(practice.entropy),
                                                         id,
                                                         *whose,
                                                         actor.user,
                                                         input.reason,
                                                         practice.clock.now(),
                                                         practice.clock.now() + broken_glass_ms,
                                                         {}};
                                 if (auto added = insert(transaction, broken); !added)
                                   return tl::unexpected(added.error());
                                 return view;
                               });
}

Result<std::vector<BreakGlass>> broken_glass(const Practice& practice, const Actor& actor,
                                             const Id<Course>& id) {
  return carry_out<std::vector<BreakGlass>>(
      practice, actor, {"course.broken_glass", Permission::read_course, id, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<BreakGlass>> {
        auto broken = list<BreakGlass>(
            transaction, {{where(&BreakGlass::course, id)}, {by(&BreakGlass::opened_at, true)}, {}});
        const auto course = get<Course>(transaction, id);
        if (!course) return tl::unexpected(course.error());
        if (!broken || course->therapist != actor.user) return broken;
        const auto seen =
            change<BreakGlass>(transaction, {to(&BreakGlass::seen_at, std::optional(practice.clock.now()))},
                               {where(&BreakGlass::course, id), where(&BreakGlass::seen_at, Is::absent)});
        if (!seen) return tl::unexpected(seen.error());
        return broken;
      });
}

}  // namespace securebase::service
