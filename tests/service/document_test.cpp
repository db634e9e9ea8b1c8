#include "service/document.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

Private<std::string> freeze(const Private<std::string>& words, const Shown& shown) {
  std::string text = words.reveal();
  for (const Sheet& sheet : shown.sheets)
    text += "|" + sheet.administration.instrument + "=" + std::to_string(*sheet.scales.at(0).value);
  return Private(text + "|" + shown.program);
}

class SigningDocuments : public EachPractice {
 protected:
  CourseView couple_of(const Actor& therapist, const std::string& one, const std::string& other) {
    NewCourse input{UnitKind::couple, {}, Date{2026, 9, 1}};
    for (const auto& [name, role] : {std::pair(one, MemberRole::client), {other, MemberRole::partner}}) {
      NewMember member;
      member.role = role;
      member.particulars = Particulars{};
      member.particulars->name = Private<std::string>(name);
      input.members.push_back(member);
    }
    return must(open_course(practice(), therapist, input));
  }
  void answer(const Actor& therapist, const Id<Course>& course, const Id<Person>& person) {
    agree_to_measures(therapist, person, course);
    GiveMeasure input;
    input.instrument = "gad-7";
    input.respondent = person;
    const auto given = must(give_measure(practice(), therapist, course, input));
    must(record_answers(practice(), therapist, course, given.id, {{"1", "1", "1", "0", "0", "0", "2"}}));
  }
  Result<DocumentView> sign(const Actor& actor, const Id<Course>& course, const SignDocument& input) {
    return sign_document(practice(), actor, course, input, "0.1.0", freeze);
  }
};

TEST_P(SigningDocuments, freezes_what_it_showed_of_this_person) {
  const Actor ada = user("ada", {.therapist = true});
  const CourseView course = couple_of(ada, "Mia Weber", "Tom Weber");
  const auto mia = course.members[0].person;
  const auto tom = course.members[1].person;
  answer(ada, course.id, mia);
  const SignDocument input{mia, "report", Private<std::string>("She sleeps again.")};
  const auto signed_one = must(sign(ada, course.id, input));
  answer(ada, course.id, mia);
  answer(ada, course.id, tom);
  const auto read = must(read_document(practice(), ada, course.id, signed_one.id));
  EXPECT_EQ(read.content.reveal(), "She sleeps again.|gad-7=5.000000|0.1.0");
  EXPECT_EQ(read.signed_by, ada.user);
  clock().pass(1);
  const auto second = must(sign(ada, course.id, {tom, "letter", Private<std::string>("To your doctor.")}));
  const auto listed = must(list_documents(practice(), ada, course.id));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, second.id);
  EXPECT_EQ(must(read_document(practice(), ada, course.id, second.id)).content.reveal(),
            "To your doctor.|gad-7=5.000000|0.1.0");
}

TEST_P(SigningDocuments, belongs_to_its_course) {
  const Actor ada = user("ada", {.therapist = true});
  const CourseView one = course_of(ada, "Mia Weber");
  const CourseView other = course_of(ada, "Tom Berg");
  const SignDocument input{one.members[0].person, "report", Private<std::string>("Words.")};
  const auto document = must(sign(ada, one.id, input));
  EXPECT_EQ(code_of(read_document(practice(), ada, other.id, document.id)), "signed_document.not_found");
  EXPECT_EQ(code_of(sign(ada, other.id, input)), "document.person");
  EXPECT_EQ(code_of(sign(ada, one.id, {input.person, "A Report", input.words})), "document.kind");
  EXPECT_EQ(code_of(sign(ada, one.id, {input.person, "report", {}})), "document.words");
}

INSTANTIATE_TEST_SUITE_P(Service, SigningDocuments, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
