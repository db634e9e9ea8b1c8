#include "service/course.hpp"

#include <gmock/gmock.h>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/history.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Courses : public EachPractice {
 protected:
  Actor ada_;   // treats
  Actor ben_;   // treats too
  Actor sara_;  // supervises

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    sara_ = user("sara", {.supervisor = true});
  }
  static Particulars named(const std::string& name) {
    Particulars particulars;
    particulars.name = Private<std::string>(name);
    return particulars;
  }
  std::vector<std::string> found_by(const Actor& actor, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& view : must(find_people(practice(), actor, {Private<std::string>(name)})))
      names.push_back(view.name->reveal());
    return names;
  }
};

TEST_P(Courses, are_their_therapists_alone) {
  const CourseView course = course_of(ada_, "Mia Weber");
  EXPECT_EQ(course.members.at(0).code, "P-0001");
  EXPECT_EQ(must(read_course(practice(), ada_, course.id)).members.at(0).name->reveal(), "Mia Weber");
  EXPECT_EQ(code_of(read_course(practice(), ben_, course.id)), "access.not_found");
  EXPECT_EQ(code_of(read_course(practice(), sara_, course.id)), "access.not_found");
  EXPECT_EQ(code_of(read_course(practice(), Actor(), course.id)), "access.unauthenticated");
  EXPECT_EQ(code_of(read_person(practice(), ben_, course.members[0].person)), "access.not_found");
  EXPECT_THAT(must(caseload(practice(), ada_)), SizeIs(1));
  EXPECT_THAT(must(caseload(practice(), ben_)), IsEmpty());
}

TEST_P(Courses, hold_what_their_unit_needs) {
  NewMember client;
  NewMember partner;
  partner.role = MemberRole::partner;
  const Date day{2026, 9, 1};
  EXPECT_EQ(code_of(open_course(practice(), ada_, {UnitKind::individual, {}, day})), "course.members");
  EXPECT_EQ(code_of(open_course(practice(), ada_, {UnitKind::couple, {client}, day})), "course.members");
  EXPECT_EQ(code_of(open_course(practice(), ada_, {UnitKind::couple, {client, partner}, day})), "done");
  EXPECT_EQ(code_of(open_course(practice(), ada_, {UnitKind::family, {client, partner}, day})),
            "course.members");
  EXPECT_EQ(code_of(open_course(practice(), sara_, {UnitKind::individual, {client}, day})),
            "access.forbidden");
}

TEST_P(Courses, of_one_person_are_held_apart) {
  const CourseView own = course_of(ada_, "Mia Weber");
  NewMember mia;
  mia.person = own.members[0].person;
  NewMember tom;
  tom.role = MemberRole::partner;
  const CourseView couple =
      must(open_course(practice(), ada_, {UnitKind::couple, {mia, tom}, Date{2026, 9, 2}}));
  must(assign_supervisor(practice(), ada_, couple.id, {sara_.user}));
  EXPECT_EQ(code_of(read_course(practice(), sara_, couple.id)), "done");
  EXPECT_EQ(code_of(read_course(practice(), sara_, own.id)), "access.not_found");
  EXPECT_EQ(code_of(end_course(practice(), sara_, couple.id, {Date{2026, 9, 3}})), "access.forbidden");
  // Somebody else's person cannot be taken into a course.
  EXPECT_EQ(code_of(open_course(practice(), ben_, {UnitKind::couple, {mia, tom}, Date{2026, 9, 2}})),
            "access.not_found");
}

TEST_P(Courses, find_people_by_whole_words_of_their_names) {
  (void)course_of(ada_, "Mia  Weber");
  (void)course_of(ada_, "MIA Çelik");
  (void)course_of(ben_, "Mia Weber");
  EXPECT_THAT(found_by(ada_, "mia"), testing::UnorderedElementsAre("Mia  Weber", "MIA Çelik"));
  EXPECT_THAT(found_by(ada_, "weber MIA"), ElementsAre("Mia  Weber"));
  EXPECT_THAT(found_by(ada_, "çelik"), ElementsAre("MIA Çelik"));
  EXPECT_THAT(found_by(ada_, "web"), IsEmpty());
  const CourseView course = course_of(ada_, "Old Name");
  must(change_person(practice(), ada_, course.members[0].person, named("New Name")));
  EXPECT_THAT(found_by(ada_, "old"), IsEmpty());
  EXPECT_THAT(found_by(ada_, "new"), ElementsAre("New Name"));
}

TEST_P(Courses, keep_particulars_figures_history_and_consents) {
  const CourseView course = course_of(ada_, "Mia Weber");
  const auto mia = course.members[0].person;
  Particulars more;
  more.contact = Private<std::string>("0170 1");
  more.birth_year = 1990;
  must(change_person(practice(), ada_, mia, more));
  must(add_figure(practice(), ada_, mia, {FigureKind::mother, Private<std::string>("Ruth"), {}, {}}));
  must(add_history_event(practice(), ada_, mia, {EventKind::separation, 6, 7, {}, {}, {}, {}}));
  PersonView view =
      must(give_consent(practice(), ada_, mia, {course.id, ConsentKind::measures, "2026-1", {}}));
  EXPECT_EQ(view.person.name->reveal(), "Mia Weber");
  EXPECT_EQ(view.person.contact->reveal(), "0170 1");
  EXPECT_EQ(view.person.birth_year, 1990);
  EXPECT_EQ(view.figures.at(0).name->reveal(), "Ruth");
  EXPECT_EQ(view.history.at(0).kind.reveal(), "separation");
  view = must(withdraw_consent(practice(), ada_, mia, view.consents.at(0).id));
  EXPECT_TRUE(view.consents.at(0).withdrawn_at);
  EXPECT_EQ(code_of(withdraw_consent(practice(), ada_, mia, view.consents[0].id)), "consent.not_found");
  more.birth_year = 1790;
  EXPECT_EQ(code_of(change_person(practice(), ada_, mia, more)), "person.birth_year");
}

TEST_P(Courses, show_their_therapist_who_broke_the_glass_and_why) {
  const CourseView course = course_of(ada_, "Mia Weber");
  const Private<std::string> reason("Ada is in hospital, Mia called in distress");
  EXPECT_EQ(code_of(break_glass(practice(), sara_, course.id, {Private<std::string>("why not")})),
            "break_glass.reason");
  EXPECT_EQ(code_of(break_glass(practice(), ben_, course.id, {reason})), "access.forbidden");
  must(break_glass(practice(), sara_, course.id, {reason}));
  EXPECT_EQ(code_of(read_course(practice(), sara_, course.id)), "done");
  EXPECT_EQ(code_of(end_course(practice(), sara_, course.id, {Date{2026, 9, 3}})), "access.forbidden");
  const auto broken = must(broken_glass(practice(), ada_, course.id));
  ASSERT_THAT(broken, SizeIs(1));
  EXPECT_EQ(broken[0].reason, reason);
  EXPECT_EQ(broken[0].user, sara_.user);
  EXPECT_FALSE(broken[0].seen_at);
  EXPECT_TRUE(must(broken_glass(practice(), ada_, course.id))[0].seen_at);
  clock().pass(broken_glass_ms + 1);
  EXPECT_EQ(code_of(read_course(practice(), sara_, course.id)), "access.not_found");
}

TEST_P(Courses, are_outlined_without_names_for_supervisors) {
  const CourseView course = course_of(ada_, "Mia Weber");
  const Actor cleo = user("cleo", {.supervisor = true});
  const auto outlines = must(outline_courses(practice(), cleo));
  ASSERT_EQ(outlines.size(), 1U);
  EXPECT_EQ(outlines[0].id, course.id);
  EXPECT_EQ(outlines[0].codes, std::vector<std::string>{"P-0001"});
  EXPECT_EQ(outlines[0].therapist_name, "ada");
  EXPECT_EQ(code_of(outline_courses(practice(), ada_)), "access.forbidden");
}

TEST_P(Courses, remember_who_asked_in_vain) {
  const CourseView course = course_of(ada_, "Mia Weber");
  EXPECT_EQ(code_of(read_course(practice(), ben_, course.id)), "access.not_found");
  EXPECT_EQ(code_of(change_person(practice(), ben_, course.members[0].person, {})), "access.not_found");
  const auto seen = must(who_has_seen(practice(), ada_, course.members[0].person, 100));
  ASSERT_GE(seen.size(), 2U);
  for (std::size_t i : {0U, 1U}) {
    EXPECT_EQ(seen[i].action, "access.refused");
    EXPECT_EQ(seen[i].actor, ben_.user.text());
  }
  EXPECT_EQ(seen[0].object, "person.change");
}

TEST_P(Courses, have_names_of_a_bounded_length) {
  const CourseView course = course_of(ada_, "Mia Weber");
  const Private<std::string> endless(std::string(longest_name + 1, 'a'));
  const auto person = course.members[0].person;
  Particulars particulars;
  particulars.name = endless;
  EXPECT_EQ(code_of(change_person(practice(), ada_, person, particulars)), "person.name");
  EXPECT_EQ(code_of(find_people(practice(), ada_, {endless})), "person.name");
  EXPECT_EQ(code_of(add_figure(practice(), ada_, person, {FigureKind::mother, endless, {}, {}})),
            "person.name");
}

TEST_P(Courses, are_read_and_changed_under_an_audit) {
  const CourseView course = course_of(ada_, "Mia Weber");
  const auto before = audit_entries();
  must(read_course(practice(), ada_, course.id));
  EXPECT_EQ(audit_entries(), before + 1);
  EXPECT_FALSE(read_course(practice(), ben_, course.id));
  EXPECT_EQ(audit_entries(), before + 2);
  must(end_course(practice(), ada_, course.id, {Date{2026, 9, 30}}));
  EXPECT_EQ(audit_entries(), before + 3);
  EXPECT_FALSE(end_course(practice(), ada_, course.id, {Date{2026, 8, 1}}));
  EXPECT_EQ(audit_entries(), before + 3);
  EXPECT_TRUE(must(verify_audit(practice(), {})).intact);
}

INSTANTIATE_TEST_SUITE_P(Service, Courses, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
