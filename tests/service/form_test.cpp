#include "service/form.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/sign_in.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Each;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Room : public EachPractice {
 protected:
  Actor ada_;
  CourseView course_;
  Private<std::string> token_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    agree_to_measures(ada_, course_.members[0].person, course_.id);
    Session session;
    session.user = ada_.user;
    must(record().write([&](Transaction& transaction) -> Result<bool> {
      token_ = must(add_session(transaction, practice(), session)).token;
      return true;
    }));
    ada_ = must(authenticate(practice(), token_));
  }
  Administration given(Mode mode = Mode::in_room) {
    GiveMeasure measure;
    measure.instrument = "phq-9";
    measure.respondent = course_.members[0].person;
    measure.mode = mode;
    return must(give_measure(practice(), ada_, course_.id, measure));
  }
};

const std::vector<std::string> nine = {"0", "1", "0", "1", "0", "1", "0", "1", "2"};

TEST_P(Room, opens_one_sheet_and_nothing_else_until_the_password) {
  const Administration sheet = given();
  must(enter_room(practice(), ada_, course_.id, sheet.id));
  const Actor locked = must(authenticate(practice(), token_));
  EXPECT_EQ(locked.kind, Actor::Kind::room);
  EXPECT_EQ(code_of(read_course(practice(), locked, course_.id)), "session.room");
  EXPECT_EQ(code_of(caseload(practice(), locked)), "session.room");
  EXPECT_EQ(code_of(enter_room(practice(), locked, course_.id, sheet.id)), "session.room");
  EXPECT_EQ(code_of(read_sheet(practice(), locked, course_.id, sheet.id)), "session.room");
  const Form form = must(read_room_form(practice(), locked));
  EXPECT_THAT(form.items, SizeIs(9));
  EXPECT_THAT(form.items, Each(testing::Field(&FormItem::gist, std::nullopt)));
  EXPECT_EQ(code_of(send_room_form(practice(), locked, {sheet.id, nine})), "done");
  EXPECT_EQ(code_of(send_room_form(practice(), locked, {sheet.id, nine})), "measure.sent");
  EXPECT_EQ(code_of(read_room_form(practice(), locked)), "measure.sent");
  EXPECT_EQ(code_of(read_course(practice(), locked, course_.id)), "session.room");
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), Not(IsEmpty()));
}

TEST_P(Room, goes_on_to_the_sheets_that_were_given_beside_it_and_stays_locked) {
  GiveMeasure measure;
  measure.instrument = "closeness";
  measure.respondent = course_.members[0].person;
  const auto give = [&](std::optional<Id<Administration>> beside) {
    measure.beside = std::move(beside);
    clock().pass(1000);
    return must(give_measure(practice(), ada_, course_.id, measure));
  };
  const auto first = give({});
  const auto second = give(first.id);
  const auto third = give(first.id);
  EXPECT_EQ(second.occasion, first.occasion);
  const auto other = given();  // another occasion: not for this screen
  EXPECT_NE(other.occasion, first.occasion);
  must(enter_room(practice(), ada_, course_.id, first.id));
  const std::vector<std::string> eight(8, "2");
  for (const auto& sheet : {first, second, third}) {
    const Actor locked = must(authenticate(practice(), token_));
    EXPECT_EQ(locked.kind, Actor::Kind::room);
    EXPECT_EQ(must(read_room_form(practice(), locked)).sheet, sheet.id);
    must(send_room_form(practice(), locked, {sheet.id, eight}));
    EXPECT_NE(code_of(send_room_form(practice(), must(authenticate(practice(), token_)), {sheet.id, eight})),
              "done");
  }
  EXPECT_EQ(code_of(read_room_form(practice(), must(authenticate(practice(), token_)))), "measure.sent");
  measure.beside = first.id;
  EXPECT_EQ(code_of(give_measure(practice(), ada_, course_.id, measure)), "measure.beside") << "it is sent";
  measure.beside = other.id;
  const auto noa = course_of(ada_, "Noa Stein");
  agree_to_measures(ada_, noa.members[0].person, noa.id);
  measure.respondent = noa.members[0].person;
  EXPECT_EQ(code_of(give_measure(practice(), ada_, noa.id, measure)), "measure.beside") << "somebody else's";
}

TEST_P(Room, asks_a_risk_item_that_may_be_left_out_only_when_risk_is_asked_for) {
  GiveMeasure measure;
  measure.instrument = "check-in";
  measure.respondent = course_.members[0].person;
  for (const bool asked : {true, false}) {
    measure.ask_risk = asked;
    const auto sheet = must(give_measure(practice(), ada_, course_.id, measure));
    const Form form = must(read_sheet_form(practice(), ada_, course_.id, sheet.id));
    EXPECT_TRUE(form.items.at(0).asked);
    EXPECT_EQ(form.items.at(8).asked, asked);
    EXPECT_EQ(form.items.at(8).text.has_value(), asked);
  }
}

TEST_P(Room, takes_no_answers_of_a_page_that_shows_another_sheet) {
  const Administration first = given();
  const Administration second = given();
  must(enter_room(practice(), ada_, course_.id, second.id));
  const Actor locked = must(authenticate(practice(), token_));
  EXPECT_EQ(must(read_room_form(practice(), locked)).sheet, second.id);
  EXPECT_EQ(code_of(send_room_form(practice(), locked, {first.id, nine})), "measure.other_sheet");
}

TEST_P(Room, and_paper_end_with_the_consent) {
  const Administration sheet = given();
  const Administration paper = given(Mode::from_paper);
  must(enter_room(practice(), ada_, course_.id, sheet.id));
  const Actor locked = must(authenticate(practice(), token_));
  Actor therapist = locked;
  therapist.kind = Actor::Kind::user;
  therapist.only.reset();
  for (const Consent& consent : must(read_person(practice(), therapist, sheet.respondent)).consents)
    if (consent.kind == ConsentKind::measures)
      must(withdraw_consent(practice(), therapist, sheet.respondent, consent.id));
  EXPECT_EQ(code_of(read_room_form(practice(), locked)), "consent.missing");
  EXPECT_EQ(code_of(send_room_form(practice(), locked, {sheet.id, nine})), "consent.missing");
  EXPECT_EQ(code_of(record_answers(practice(), therapist, course_.id, paper.id, {nine})), "consent.missing");
}

TEST_P(Room, is_left_for_good_when_the_person_is_erased) {
  const Administration sheet = given();
  must(enter_room(practice(), ada_, course_.id, sheet.id));
  must(end_course(practice(), ada_, course_.id, {Date{2026, 12, 1}}));
  must(erase_person(practice(), ada_, sheet.respondent, {Ground::request, course_.members[0].code}));
  EXPECT_EQ(code_of(authenticate(practice(), token_)), "session.unknown");
}

TEST_P(Room, is_not_locked_for_being_slow) {
  must(enter_room(practice(), ada_, course_.id, given().id));
  clock().pass(idle_lock_ms + 1);
  EXPECT_EQ(code_of(authenticate(practice(), token_)), "done");
}

TEST_P(Room, is_for_open_sheets_of_the_room_and_for_their_therapist) {
  EXPECT_EQ(code_of(enter_room(practice(), ada_, course_.id, given(Mode::from_paper).id)), "measure.mode");
  const Administration sent = given();
  must(record_answers(practice(), ada_, course_.id, sent.id, {nine}));
  EXPECT_EQ(code_of(enter_room(practice(), ada_, course_.id, sent.id)), "measure.sent");
  const Actor ben = user("ben", {.therapist = true});
  const Administration sheet = given();
  EXPECT_EQ(code_of(enter_room(practice(), ben, course_.id, sheet.id)), "access.not_found");
  EXPECT_EQ(code_of(read_room_form(practice(), ada_)), "access.forbidden");
  // Handed over meanwhile: the screen is another's no more.
  must(enter_room(practice(), ada_, course_.id, sheet.id));
  const Actor locked = must(authenticate(practice(), token_));
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    must(change<Course>(transaction, {to(&Course::therapist, ben.user)}, {where(&Course::id, course_.id)}));
    return true;
  }));
  EXPECT_EQ(code_of(send_room_form(practice(), locked, {sheet.id, nine})), "administration.not_found");
}

INSTANTIATE_TEST_SUITE_P(Service, Room, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
