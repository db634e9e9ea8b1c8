#pragma once
// Supervision: what a supervisor sees of the courses they supervise, and what a therapist brings. By course,
// never by therapist: nothing here counts, compares or orders therapists, and how the work together was rated
// is not part of it. Every look a supervisor takes is in the audit that the therapist reads.

#include <optional>
#include <string>
#include <vector>

#include "service/course.hpp"
#include "service/note.hpp"
#include "service/safety_record.hpp"

namespace securebase::service {

struct BroughtCase {
  SupervisionCase kept;
  std::string code;            ///< of the client
  std::string therapist_name;  ///< who brought it

  static constexpr auto fields(const auto& use) {
    return use(Field{"case", &BroughtCase::kept}, Field{"code", &BroughtCase::code},
               Field{"therapist_name", &BroughtCase::therapist_name});
  }
};

/// A risk answer of a supervised course, without the answer: that is read in the course.
struct SupervisedRisk {
  Id<RiskEntry> risk;
  std::string code;
  Instant since;
  std::optional<Instant> acknowledged_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"risk", &SupervisedRisk::risk}, Field{"code", &SupervisedRisk::code},
               Field{"since", &SupervisedRisk::since},
               Field{"acknowledged_at", &SupervisedRisk::acknowledged_at});
  }
};

/// How far one line of a checklist was seen: only where every member agreed to supervision.
struct SupervisedFidelity {
  int session = 0;
  std::string protocol;
  std::string stage;
  std::string line;
  int value = 0;  ///< 0 absent, 1 partial, 2 clear

  static constexpr auto fields(const auto& use) {
    return use(Field{"session", &SupervisedFidelity::session},
               Field{"protocol", &SupervisedFidelity::protocol}, Field{"stage", &SupervisedFidelity::stage},
               Field{"line", &SupervisedFidelity::line}, Field{"value", &SupervisedFidelity::value});
  }
};

struct SupervisedCourse {
  Id<Course> course;
  std::vector<std::string> codes;
  std::string therapist_name;
  std::vector<SupervisedRisk> open_risks;    ///< longest open first
  std::vector<UnsignedNote> unsigned_notes;  ///< sessions held without a signed note
  bool fidelity_agreed = false;              ///< every member agreed to supervision
  std::vector<SupervisedFidelity> fidelity;

  static constexpr auto fields(const auto& use) {
    return use(Field{"course", &SupervisedCourse::course}, Field{"codes", &SupervisedCourse::codes},
               Field{"therapist_name", &SupervisedCourse::therapist_name},
               Field{"open_risks", &SupervisedCourse::open_risks},
               Field{"unsigned_notes", &SupervisedCourse::unsigned_notes},
               Field{"fidelity_agreed", &SupervisedCourse::fidelity_agreed},
               Field{"fidelity", &SupervisedCourse::fidelity});
  }
};

struct SupervisionPage {
  std::vector<BroughtCase> cases;  ///< not discussed yet first, then the newest
  std::vector<SupervisedCourse>
      courses;  ///< that go on or have an open risk answer; open ones first, then by code

  static constexpr auto fields(const auto& use) {
    return use(Field{"cases", &SupervisionPage::cases}, Field{"courses", &SupervisionPage::courses});
  }
};
/// By a supervisor, of their own supervised courses.
[[nodiscard]] Result<SupervisionPage> read_supervision(const Practice& practice, const Actor& actor);

struct BringCase {
  Private<std::string> question;

  static constexpr auto fields(const auto& use) { return use(Field{"question", &BringCase::question}); }
};
/// By the therapist. Errors: "supervision.nobody" (conflict: the course has no supervisor), "person.erased",
/// "words.missing", "words.too_long". Gives the cases of the course, newest first.
[[nodiscard]] Result<std::vector<SupervisionCase>> bring_case(const Practice& practice, const Actor& actor,
                                                              const Id<Course>& course,
                                                              const BringCase& input);
/// Of a course, newest first.
[[nodiscard]] Result<std::vector<SupervisionCase>> read_cases(const Practice& practice, const Actor& actor,
                                                              const Id<Course>& course);

struct DiscussCase {
  Private<std::string> outcome;

  static constexpr auto fields(const auto& use) { return use(Field{"outcome", &DiscussCase::outcome}); }
};
/// By the therapist or the supervisor of the course. Errors: "supervision_case.not_found",
/// "supervision.discussed" (conflict), "words.missing", "words.too_long".
[[nodiscard]] Result<std::vector<SupervisionCase>> discuss_case(const Practice& practice, const Actor& actor,
                                                                const Id<Course>& course,
                                                                const Id<SupervisionCase>& id,
                                                                const DiscussCase& input);
/// By the therapist. Errors: "supervision_case.not_found", "supervision.discussed" (conflict).
[[nodiscard]] Result<std::vector<SupervisionCase>> withdraw_case(const Practice& practice, const Actor& actor,
                                                                 const Id<Course>& course,
                                                                 const Id<SupervisionCase>& id);

/// A look somebody took at a course of one's own who is not its therapist.
struct TakenLook {
  Instant at;
  std::string who;  ///< display name
  std::string action;
  std::optional<Id<Course>> course;  ///< nothing: at the person's record
  std::string code;

  static constexpr auto fields(const auto& use) {
    return use(Field{"at", &TakenLook::at}, Field{"who", &TakenLook::who},
               Field{"action", &TakenLook::action}, Field{"course", &TakenLook::course},
               Field{"code", &TakenLook::code});
  }
};
inline constexpr std::int64_t most_looks = 200;
/// Who else has looked at or changed one's own courses, newest first: supervisors, those told of a risk
/// answer, and whoever broke the glass.
[[nodiscard]] Result<std::vector<TakenLook>> looks_at_own_courses(const Practice& practice,
                                                                  const Actor& actor);

}  // namespace securebase::service
