#include "service/supervision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "service/claim.hpp"
#include "service/session_record.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t courses_of_one_question = 500;

// Cases

Result<std::vector<SupervisionCase>> cases_of(Transaction& transaction, const Id<Course>& course) {
  return list<SupervisionCase>(
      transaction, {{where(&SupervisionCase::course, course)}, {by(&SupervisionCase::brought_at, true)}, {}});
}

/// Whose key seals the words: the client who is still there.
Result<Id<Person>> person_of_case(Transaction& transaction, const Id<Course>& course) {
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  std::optional<Id<Person>> found;
  for (const Member& member : *members) {
    if (const auto there = still_there(transaction, member.person); !there) continue;
    if (!found || member.role == MemberRole::client) found = member.person;
  }
  if (found) return *found;
  return fail(ErrorKind::conflict, "person.erased", "everybody of this course was erased");
}

/// One that is neither discussed nor withdrawn.
Result<SupervisionCase> waiting_case(Transaction& transaction, const Id<Course>& course,
                                     const Id<SupervisionCase>& id) {
  auto brought = get<SupervisionCase>(transaction, id);
  if (!brought) return brought;
  if (brought->course != course)
    return fail(ErrorKind::not_found, "supervision_case.not_found", "there is no such record");
  if (!brought->discussed_at && !brought->withdrawn_at) return brought;
  return fail(ErrorKind::conflict, "supervision.discussed", "it was discussed or withdrawn before");
}

Result<bool> may_discuss(Transaction& transaction, const Actor& actor, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (actor.kind != Actor::Kind::user || course->therapist == actor.user || course->supervisor == actor.user)
    return true;
  return fail(ErrorKind::forbidden, "access.forbidden",
              "this needs the therapist or the supervisor of the course");
}

// What a supervisor sees of a course

std::vector<std::string> codes_of(const CourseView& view) {
  std::vector<std::string> codes;
  for (const MemberView& member : view.members) codes.push_back(member.code);
  return codes;
}

std::string code_in(const CourseView& view, const Id<Person>& person) {
  for (const MemberView& member : view.members)
    if (member.person == person) return member.code;
  return "";
}

Result<std::vector<SupervisedRisk>> risks_of(Transaction& transaction, const CourseView& view) {
  const auto entries = list<RiskEntry>(
      transaction, {{where(&RiskEntry::course, view.id), where(&RiskEntry::closed_at, Is::absent)},
                    {by(&RiskEntry::created_at)},
                    {}});
  if (!entries) return tl::unexpected(entries.error());
  std::vector<SupervisedRisk> risks;
  for (const RiskEntry& entry : *entries)
    risks.push_back({entry.id, code_in(view, entry.person), entry.created_at, entry.acknowledged_at});
  return risks;
}

Result<bool> all_agreed(Transaction& transaction, const CourseView& view) {
  for (const MemberView& member : view.members) {
    auto agreed = consents(transaction, member.person, view.id, ConsentKind::supervision);
    if (!agreed || !*agreed) return agreed;
  }
  return !view.members.empty();
}

Result<std::vector<SupervisedFidelity>> supervised_fidelity(Transaction& transaction,
                                                            const Id<Course>& course) {
  const auto sessions = list<TherapySession>(transaction, {{where(&TherapySession::course, course),
                                                            where(&TherapySession::withdrawn_at, Is::absent)},
                                                           {by(&TherapySession::scheduled_at, true)},
                                                           {}});
  if (!sessions) return tl::unexpected(sessions.error());
  std::vector<SupervisedFidelity> lines;
  for (const TherapySession& session : *sessions) {
    const auto ratings = list<FidelityRating>(transaction, {{where(&FidelityRating::session, session.id),
                                                             where(&FidelityRating::replaced_at, Is::absent)},
                                                            {by(&FidelityRating::rated_at)},
                                                            {}});
    if (!ratings) return tl::unexpected(ratings.error());
    for (const FidelityRating& rating : *ratings)
      lines.push_back({session.number, rating.protocol, rating.stage, rating.line, rating.value});
  }
  return lines;
}

Result<std::string> name_of_user(Transaction& transaction, const Id<User>& id) {
  const auto user = find<User>(transaction, where(&User::id, id));
  if (!user) return tl::unexpected(user.error());
  return *user ? (*user)->display_name : std::string();
}

Result<SupervisedCourse> supervised(Transaction& transaction, const Practice& practice,
                                    const Course& course) {
  const auto view = view_of_course(transaction, course);
  if (!view) return tl::unexpected(view.error());
  SupervisedCourse seen;
  seen.course = course.id;
  seen.codes = codes_of(*view);
  auto name = name_of_user(transaction, course.therapist);
  if (!name) return tl::unexpected(name.error());
  seen.therapist_name = std::move(*name);
  auto risks = risks_of(transaction, *view);
  if (!risks) return tl::unexpected(risks.error());
  seen.open_risks = std::move(*risks);
  auto notes = unsigned_notes(transaction, practice.clock.now(), {course.id});
  if (!notes) return tl::unexpected(notes.error());
  seen.unsigned_notes = std::move(*notes);
  const auto agreed = all_agreed(transaction, *view);
  if (!agreed) return tl::unexpected(agreed.error());
  seen.fidelity_agreed = *agreed;
  if (!*agreed) return seen;
  auto fidelity = supervised_fidelity(transaction, course.id);
  if (!fidelity) return tl::unexpected(fidelity.error());
  seen.fidelity = std::move(*fidelity);
  return seen;
}

Result<std::vector<BroughtCase>> brought_of(Transaction& transaction, const Course& course) {
  const auto cases = cases_of(transaction, course.id);
  if (!cases) return tl::unexpected(cases.error());
  std::vector<BroughtCase> brought;
  for (const SupervisionCase& one : *cases) {
    if (one.withdrawn_at) continue;
    const auto person = get<Person>(transaction, one.person);
    if (!person) return tl::unexpected(person.error());
    auto name = name_of_user(transaction, one.brought_by);
    if (!name) return tl::unexpected(name.error());
    brought.push_back({one, person->code, std::move(*name)});
  }
  return brought;
}

void put_in_order(SupervisionPage& page) {
  std::stable_sort(page.cases.begin(), page.cases.end(), [](const BroughtCase& a, const BroughtCase& b) {
    const bool waits_a = !a.kept.discussed_at;
    const bool waits_b = !b.kept.discussed_at;
    if (waits_a != waits_b) return waits_a;
    return a.kept.brought_at > b.kept.brought_at;
  });
  // By code, never by who the therapist is.
  std::stable_sort(page.courses.begin(), page.courses.end(),
                   [](const SupervisedCourse& a, const SupervisedCourse& b) {
                     if (a.open_risks.empty() != b.open_risks.empty()) return b.open_risks.empty();
                     return a.codes < b.codes;
                   });
}

// Looks

struct OwnCourses {
  std::vector<std::optional<Id<Course>>> ids;
  std::vector<std::optional<Id<Person>>> people;
  std::map<Id<Course>, std::string> codes;
  std::map<Id<Person>, std::string> codes_of_people;
};

Result<OwnCourses> courses_to_watch(Transaction& transaction, const Id<User>& therapist) {
  const auto courses = list<Course>(transaction, {{where(&Course::therapist, therapist)}, {}, {}});
  if (!courses) return tl::unexpected(courses.error());
  OwnCourses own;
  for (const Course& course : *courses) {
    own.ids.emplace_back(course.id);
    const auto view = view_of_course(transaction, course);
    if (!view) return tl::unexpected(view.error());
    for (const MemberView& member : view->members) {
      own.people.emplace_back(member.person);
      own.codes_of_people.emplace(member.person, member.code);
      std::string& code = own.codes[course.id];
      code += (code.empty() ? "" : ", ") + member.code;
    }
  }
  return own;
}

/// Entries by others, the newest ones of each question.
template <class T>
Result<bool> add_entries(Transaction& transaction, const Actor& actor,
                         std::optional<Id<T>> AuditEntry::*member,
                         const std::vector<std::optional<Id<T>>>& ids, std::vector<Condition> also,
                         std::vector<AuditEntry>& entries) {
  also.push_back(where(&AuditEntry::actor, actor.user.text(), Is::not_equal));
  for (std::size_t begin = 0; begin < ids.size(); begin += courses_of_one_question) {
    const auto end = std::min(ids.size(), begin + courses_of_one_question);
    const std::vector<std::optional<Id<T>>> some(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                                 ids.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<Condition> which = also;
    which.push_back(where_one_of(member, some));
    auto found = list<AuditEntry>(transaction, {which, {by(&AuditEntry::number, true)}, most_looks});
    if (!found) return tl::unexpected(found.error());
    std::move(found->begin(), found->end(), std::back_inserter(entries));
  }
  return true;
}

Result<std::vector<TakenLook>> looks_of(Transaction& transaction, const OwnCourses& own,
                                        std::vector<AuditEntry> entries) {
  std::sort(entries.begin(), entries.end(),
            [](const AuditEntry& a, const AuditEntry& b) { return a.number > b.number; });
  std::map<std::string, std::string> names;
  std::vector<TakenLook> looks;
  for (const AuditEntry& entry : entries) {
    const auto user = Id<User>::parse(entry.actor);
    if (!user || looks.size() == most_looks) continue;
    if (!names.contains(entry.actor)) {
      auto name = name_of_user(transaction, *user);
      if (!name) return tl::unexpected(name.error());
      names.emplace(entry.actor, std::move(*name));
    }
    TakenLook look{entry.at, names.at(entry.actor), entry.action, {}, ""};
    if (entry.course) {
      look.course = entry.course;
      if (const auto code = own.codes.find(*entry.course); code != own.codes.end()) look.code = code->second;
    } else if (const auto code = own.codes_of_people.find(*entry.person); code != own.codes_of_people.end()) {
      look.code = code->second;
    }
    looks.push_back(std::move(look));
  }
  return looks;
}

}  // namespace

Result<SupervisionPage> read_supervision(const Practice& practice, const Actor& actor) {
  return look<SupervisionPage>(
      practice, actor, {"supervision.read", Permission::supervise, {}, {}, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<SupervisionPage> {
        const auto courses = list<Course>(
            transaction,
            {{where(&Course::supervisor, std::optional(actor.user))}, {by(&Course::created_at)}, {}});
        if (!courses) return tl::unexpected(courses.error());
        SupervisionPage page;
        for (const Course& course : *courses) {
          trail.also.push_back({"supervision.course", Permission::read_course, course.id, {}, ""});
          auto seen = supervised(transaction, practice, course);
          if (!seen) return tl::unexpected(seen.error());
          if (!course.ended_on || !seen->open_risks.empty()) page.courses.push_back(std::move(*seen));
          auto brought = brought_of(transaction, course);
          if (!brought) return tl::unexpected(brought.error());
          std::move(brought->begin(), brought->end(), std::back_inserter(page.cases));
        }
        put_in_order(page);
        return page;
      });
}

Result<std::vector<SupervisionCase>> bring_case(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const BringCase& input) {
  if (auto fits = check_words(input.question, "question"); !fits) return tl::unexpected(fits.error());
  return carry_out<std::vector<SupervisionCase>>(
      practice, actor, {"supervision.bring", Permission::write_course, course, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<SupervisionCase>> {
        const auto kept = get<Course>(transaction, course);
        if (!kept) return tl::unexpected(kept.error());
        if (!kept->supervisor)
          return fail(ErrorKind::conflict, "supervision.nobody", "name a supervisor of this course first");
        const auto person = person_of_case(transaction, course);
        if (!person) return tl::unexpected(person.error());
        SupervisionCase brought;
        brought.id = new_id<SupervisionCase>(practice.entropy);
        brought.person = *person;
        brought.course = course;
        brought.question = input.question;
        brought.brought_by = actor.user;
        brought.brought_at = practice.clock.now();
        if (auto added = insert(transaction, brought); !added) return tl::unexpected(added.error());
        return cases_of(transaction, course);
      });
}

Result<std::vector<SupervisionCase>> read_cases(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course) {
  return look<std::vector<SupervisionCase>>(
      practice, actor, {"supervision.cases", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) { return cases_of(transaction, course); });
}

Result<std::vector<SupervisionCase>> discuss_case(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, const Id<SupervisionCase>& id,
                                                  const DiscussCase& input) {
  if (auto fits = check_words(input.outcome, "outcome"); !fits) return tl::unexpected(fits.error());
  return carry_out<std::vector<SupervisionCase>>(
      practice, actor, {"supervision.discuss", Permission::read_course, course, {}, id.text()},
      [&](Transaction& transaction) -> Result<std::vector<SupervisionCase>> {
        if (auto may = may_discuss(transaction, actor, course); !may) return tl::unexpected(may.error());
        auto brought = waiting_case(transaction, course, id);
        if (!brought) return tl::unexpected(brought.error());
        brought->outcome = input.outcome;
        brought->discussed_by = actor.user;
        brought->discussed_at = practice.clock.now();
        if (auto kept = replace(transaction, *brought); !kept) return tl::unexpected(kept.error());
        return cases_of(transaction, course);
      });
}

Result<std::vector<SupervisionCase>> withdraw_case(const Practice& practice, const Actor& actor,
                                                   const Id<Course>& course, const Id<SupervisionCase>& id) {
  return carry_out<std::vector<SupervisionCase>>(
      practice, actor, {"supervision.withdraw", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction) -> Result<std::vector<SupervisionCase>> {
        auto brought = waiting_case(transaction, course, id);
        if (!brought) return tl::unexpected(brought.error());
        brought->withdrawn_at = practice.clock.now();
        if (auto kept = replace(transaction, *brought); !kept) return tl::unexpected(kept.error());
        return cases_of(transaction, course);
      });
}

Result<std::vector<TakenLook>> looks_at_own_courses(const Practice& practice, const Actor& actor) {
  return look<std::vector<TakenLook>>(
      practice, actor, {"audit.looks", Permission::treat, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<TakenLook>> {
        const auto own = courses_to_watch(transaction, actor.user);
        if (!own) return tl::unexpected(own.error());
        std::vector<AuditEntry> entries;
        if (auto added = add_entries(transaction, actor, &AuditEntry::course, own->ids, {}, entries); !added)
          return tl::unexpected(added.error());
        if (auto added = add_entries(transaction, actor, &AuditEntry::person, own->people,
                                     {where(&AuditEntry::course, Is::absent)}, entries);
            !added)
          return tl::unexpected(added.error());
        return looks_of(transaction, *own, std::move(entries));
      });
}

}  // namespace securebase::service
