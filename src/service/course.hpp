#pragma once
// People and their courses: opening one, the caseload, a person's particulars, consents, supervision and
// breaking the glass. Figures and history: history.hpp.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/alert_record.hpp"
#include "service/attachment_record.hpp"
#include "service/practice.hpp"

namespace securebase::service {

/// Particulars of a person; what is absent stays as it is.
inline constexpr std::size_t longest_name = 200;  ///< bytes

struct Particulars {
  std::optional<Private<std::string>> name;
  std::optional<Private<std::string>> contact;
  std::optional<Private<std::string>> safe_contact;
  std::optional<Private<std::string>> emergency_contact;
  std::optional<int> birth_year;
  std::optional<std::string> gender;

  static constexpr auto fields(const auto& use) {
    return use(Field{"name", &Particulars::name}, Field{"contact", &Particulars::contact},
               Field{"safe_contact", &Particulars::safe_contact},
               Field{"emergency_contact", &Particulars::emergency_contact},
               Field{"birth_year", &Particulars::birth_year}, Field{"gender", &Particulars::gender});
  }
};

/// Someone who joins a course: known already, or new with their particulars.
struct NewMember {
  std::optional<Id<Person>> person;
  std::optional<AgeGroup> age_group;  ///< of a new person; an adult where it is not said
  std::optional<Particulars> particulars;
  MemberRole role = MemberRole::client;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &NewMember::person}, Field{"age_group", &NewMember::age_group},
               Field{"particulars", &NewMember::particulars}, Field{"role", &NewMember::role});
  }
};

struct NewCourse {
  UnitKind unit = UnitKind::individual;
  std::vector<NewMember> members;
  Date begun_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"unit", &NewCourse::unit}, Field{"members", &NewCourse::members},
               Field{"begun_on", &NewCourse::begun_on});
  }
};

struct MemberView {
  Id<Person> person;
  std::string code;
  std::optional<Private<std::string>> name;
  AgeGroup age_group = AgeGroup::adult;
  MemberRole role = MemberRole::client;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &MemberView::person}, Field{"code", &MemberView::code},
               Field{"name", &MemberView::name}, Field{"age_group", &MemberView::age_group},
               Field{"role", &MemberView::role});
  }
};

struct CourseView {
  Id<Course> id;
  UnitKind unit = UnitKind::individual;
  std::vector<MemberView> members;  ///< clients first, then as roles are listed
  Id<User> therapist;
  std::optional<Id<User>> supervisor;
  Date begun_on;
  std::optional<Date> ended_on;
  std::int64_t open_risk_entries = 0;  ///< not closed
  std::optional<Instant> answered_at;  ///< when answers last came
  // Where one's courses are listed, and where one is read
  std::optional<TrackStatus> track = {};  ///< the least favourable of its measures (feedback.hpp)
  std::vector<AlertKind> open_alerts = {};

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CourseView::id}, Field{"unit", &CourseView::unit},
               Field{"members", &CourseView::members}, Field{"therapist", &CourseView::therapist},
               Field{"supervisor", &CourseView::supervisor}, Field{"begun_on", &CourseView::begun_on},
               Field{"ended_on", &CourseView::ended_on},
               Field{"open_risk_entries", &CourseView::open_risk_entries},
               Field{"answered_at", &CourseView::answered_at}, Field{"track", &CourseView::track},
               Field{"open_alerts", &CourseView::open_alerts});
  }
};

/// Errors: "course.members" says what a unit needs: an individual one client; a couple a client and a
/// partner; a family a child and a caregiver at least. A known person must be in a course of this therapist.
/// "demo.closed" (conflict): a demonstration takes in nobody.
[[nodiscard]] Result<CourseView> open_course(const Practice& practice, const Actor& actor,
                                             const NewCourse& input);

/// The therapist's own courses and those they supervise: with open risk entries first, then the newest.
[[nodiscard]] Result<std::vector<CourseView>> caseload(const Practice& practice, const Actor& actor);
[[nodiscard]] Result<CourseView> read_course(const Practice& practice, const Actor& actor,
                                             const Id<Course>& id);

struct EndCourse {
  Date ended_on;

  static constexpr auto fields(const auto& use) { return use(Field{"ended_on", &EndCourse::ended_on}); }
};
/// Sheets that are not sent are stopped. Error "course.dates": it cannot end before it began.
[[nodiscard]] Result<CourseView> end_course(const Practice& practice, const Actor& actor,
                                            const Id<Course>& id, const EndCourse& input);
/// It goes on: it was ended by mistake, or the work is taken up again. Error "course.open" (conflict).
[[nodiscard]] Result<CourseView> reopen_course(const Practice& practice, const Actor& actor,
                                               const Id<Course>& id);

struct HandOver {
  Id<User> to;

  static constexpr auto fields(const auto& use) { return use(Field{"to", &HandOver::to}); }
};
struct HandedOver {
  std::int64_t courses = 0;

  static constexpr auto fields(const auto& use) { return use(Field{"courses", &HandedOver::courses}); }
};
/// All that a therapist has in hand goes to another, as when one is ill or leaves. For admins, who see none
/// of it. Error "course.therapist": not another therapist of this practice.
[[nodiscard]] Result<HandedOver> hand_over(const Practice& practice, const Actor& actor, const Id<User>& from,
                                           const HandOver& input);

/// A course without anybody's name: what a supervisor may know of every one, to find whose glass to break.
struct CourseOutline {
  Id<Course> id;
  UnitKind unit = UnitKind::individual;
  std::vector<std::string> codes;  ///< of its members
  Id<User> therapist;
  std::string therapist_name;
  Date begun_on;
  std::optional<Date> ended_on;
  std::int64_t open_risk_entries = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CourseOutline::id}, Field{"unit", &CourseOutline::unit},
               Field{"codes", &CourseOutline::codes}, Field{"therapist", &CourseOutline::therapist},
               Field{"therapist_name", &CourseOutline::therapist_name},
               Field{"begun_on", &CourseOutline::begun_on}, Field{"ended_on", &CourseOutline::ended_on},
               Field{"open_risk_entries", &CourseOutline::open_risk_entries});
  }
};
/// Courses with open risk entries first, then the newest.
[[nodiscard]] Result<std::vector<CourseOutline>> outline_courses(const Practice& practice,
                                                                 const Actor& actor);

struct Supervision {
  std::optional<Id<User>> supervisor;  ///< nobody any more

  static constexpr auto fields(const auto& use) { return use(Field{"supervisor", &Supervision::supervisor}); }
};
/// Error "course.supervisor": not a supervisor of this practice.
[[nodiscard]] Result<CourseView> assign_supervisor(const Practice& practice, const Actor& actor,
                                                   const Id<Course>& id, const Supervision& input);

struct PersonView {
  Person person;
  std::vector<Figure> figures;  ///< each with its generation
  std::vector<HistoryEvent> history;
  std::vector<Comforting> comforting;
  std::vector<Consent> consents;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &PersonView::person}, Field{"figures", &PersonView::figures},
               Field{"history", &PersonView::history}, Field{"comforting", &PersonView::comforting},
               Field{"consents", &PersonView::consents});
  }
};
[[nodiscard]] Result<PersonView> read_person(const Practice& practice, const Actor& actor,
                                             const Id<Person>& id);
[[nodiscard]] Result<PersonView> change_person(const Practice& practice, const Actor& actor,
                                               const Id<Person>& id, const Particulars& input);

struct NameSearch {
  Private<std::string> name;

  static constexpr auto fields(const auto& use) { return use(Field{"name", &NameSearch::name}); }
};
/// People of one's own courses whose name has every word that is asked for, whole words only.
[[nodiscard]] Result<std::vector<MemberView>> find_people(const Practice& practice, const Actor& actor,
                                                          const NameSearch& input);

/// Writes the hidden words of all names anew, under the practice key of now: a step of replacing that key.
/// How many people.
[[nodiscard]] Result<std::int64_t> reindex_names(const Practice& practice);

struct NewConsent {
  std::optional<Id<Course>> course;
  ConsentKind kind = ConsentKind::treatment;
  std::string form_version;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"course", &NewConsent::course}, Field{"kind", &NewConsent::kind},
               Field{"form_version", &NewConsent::form_version}, Field{"note", &NewConsent::note});
  }
};
[[nodiscard]] Result<PersonView> give_consent(const Practice& practice, const Actor& actor,
                                              const Id<Person>& person, const NewConsent& input);
[[nodiscard]] Result<PersonView> withdraw_consent(const Practice& practice, const Actor& actor,
                                                  const Id<Person>& person, const Id<Consent>& consent);
/// Whether someone agrees at this moment.
[[nodiscard]] Result<bool> consents(Transaction& transaction, const Id<Person>& person,
                                    const Id<Course>& course, ConsentKind kind);

inline constexpr std::int64_t broken_glass_ms = day_ms;
inline constexpr std::size_t shortest_reason = 10;  ///< letters

struct GlassReason {
  Private<std::string> reason;

  static constexpr auto fields(const auto& use) { return use(Field{"reason", &GlassReason::reason}); }
};
/// A supervisor reads a course that is not theirs, for a day; its therapist sees it and the reason. Error
/// "break_glass.reason": it has to say why.
[[nodiscard]] Result<CourseView> break_glass(const Practice& practice, const Actor& actor,
                                             const Id<Course>& id, const GlassReason& input);
/// Who broke the glass of a course, newest first; marks them as seen when its therapist asks.
[[nodiscard]] Result<std::vector<BreakGlass>> broken_glass(const Practice& practice, const Actor& actor,
                                                           const Id<Course>& id);

// For other use cases of this room
[[nodiscard]] Result<PersonView> view_of_person(Transaction& transaction, const Id<Person>& id);

using ChangePerson = std::function<Result<bool>(Transaction&)>;
/// A change of a person's record by their therapist, and the record after it.
[[nodiscard]] Result<PersonView> change_record(const Practice& practice, const Actor& actor,
                                               const Id<Person>& id, std::string_view name,
                                               const ChangePerson& use);
[[nodiscard]] Result<CourseView> view_of_course(Transaction& transaction, const Course& course);
/// A therapist's courses that go on, or that have a sheet which may still be answered, or a risk answer which
/// nobody has acknowledged.
[[nodiscard]] Result<std::vector<Course>> courses_in_hand(Transaction& transaction,
                                                          const Id<User>& therapist);

/// A therapist's own courses and those a supervisor has, newest first.
[[nodiscard]] Result<std::vector<Course>> own_courses(Transaction& transaction, const Actor& actor);
/// Those too whose glass they have broken.
[[nodiscard]] Result<std::vector<Id<Course>>> readable_courses(Transaction& transaction,
                                                               const Practice& practice, const Actor& actor);

[[nodiscard]] Result<bool> is_member(Transaction& transaction, const Id<Course>& course,
                                     const Id<Person>& person);

}  // namespace securebase::service
