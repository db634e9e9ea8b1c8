#include "service/portal.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

const std::string here = "127.0.0.1";

class Portal : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  CourseView course_;
  Id<Person> mia_;
  Attempts attempts_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true, .admin = true});
    ben_ = user("ben", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    for (const ConsentKind kind : {ConsentKind::measures, ConsentKind::portal})
      must(give_consent(practice(), ada_, mia_, {course_.id, kind, "2026-1", {}}));
    must(change_settings(practice(), ada_, {{}, "Ada, weekdays 9 to 17", {}}));
  }
  Administration given(const std::string& instrument, Mode mode = Mode::on_phone, bool ask_risk = true) {
    GiveMeasure input;
    input.instrument = instrument;
    input.respondent = mia_;
    input.mode = mode;
    input.ask_risk = ask_risk;
    return must(give_measure(practice(), ada_, course_.id, input));
  }
  Private<std::string> link(const Administration& sheet) {
    return must(make_portal_link(practice(), ada_, course_.id, sheet.id)).token;
  }
  Result<SignedIn> exchange(const Private<std::string>& token) {
    return open_portal_link(practice(), attempts_, token, here);
  }
  Actor arrive(const Administration& sheet) {
    return must(authenticate(practice(), must(exchange(link(sheet))).token));
  }
  std::vector<std::string> audited(const std::string& actor) {
    std::vector<std::string> actions;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      actions.clear();
      for (const auto& entry : must(list<AuditEntry>(transaction, {{}, {by(&AuditEntry::number)}, {}})))
        if (entry.actor == actor) actions.push_back(entry.action);
      return true;
    }));
    return actions;
  }
};

const Answers with_risk{{"0", "1", "0", "1", "0", "1", "0", "1", "2"}};

TEST_P(Portal, opens_one_sheet_and_takes_it_once) {
  const Administration sheet = given("phq-9");
  const auto token = link(sheet);
  const Actor mia = must(authenticate(practice(), must(exchange(token)).token));
  EXPECT_EQ(mia.kind, Actor::Kind::portal);
  EXPECT_EQ(mia.only, sheet.id);
  EXPECT_THAT(must(read_form(practice(), mia)).items, SizeIs(9));
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk)), "done");
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk)), "measure.sent");
  EXPECT_EQ(code_of(read_form(practice(), mia)), "measure.sent");
  EXPECT_EQ(code_of(stop_form(practice(), mia)), "measure.sent");
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
  EXPECT_EQ(code_of(make_portal_link(practice(), ada_, course_.id, sheet.id)), "measure.sent");
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), SizeIs(1));
  EXPECT_THAT(audited("portal:" + mia_.text()), ElementsAre("portal.open", "portal.read", "portal.send"));
}

TEST_P(Portal, comes_back_to_the_same_sheet_until_it_is_sent) {
  const auto token = link(given("gad-7"));
  const SignedIn first = must(exchange(token));
  const SignedIn second = must(exchange(token));
  EXPECT_EQ(code_of(authenticate(practice(), first.token)), "session.unknown");
  clock().pass(portal_idle_ms + 1);
  EXPECT_EQ(code_of(authenticate(practice(), second.token)), "session.unknown");
  EXPECT_EQ(code_of(exchange(token)), "done");
}

TEST_P(Portal, ends_a_link_by_time_by_word_and_by_a_newer_one) {
  const Administration sheet = given("gad-7");
  const auto old = link(sheet);
  const auto token = link(sheet);
  EXPECT_EQ(code_of(exchange(old)), "ticket.unknown");
  const SignedIn session = must(exchange(token));
  must(revoke_portal_link(practice(), ada_, course_.id, sheet.id));
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
  const auto late = link(sheet);
  clock().pass(portal_link_ms + 1);
  EXPECT_EQ(code_of(exchange(late)), "ticket.unknown");
  for (int i = 0; i < address_brake.free; ++i) static_cast<void>(exchange(late));
  EXPECT_EQ(code_of(exchange(late)), "sign_in.later");
}

TEST_P(Portal, does_not_go_on_by_itself_when_a_consent_is_given_again) {
  const Administration sheet = given("gad-7");
  const auto token = link(sheet);
  const SignedIn session = must(exchange(token));
  for (const Consent& consent : must(read_person(practice(), ada_, mia_)).consents)
    if (consent.kind == ConsentKind::portal) must(withdraw_consent(practice(), ada_, mia_, consent.id));
  must(give_consent(practice(), ada_, mia_, {course_.id, ConsentKind::portal, "2026-1", {}}));
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
}

TEST_P(Portal, says_who_reads_it_and_until_when) {
  const Administration sheet = given("gad-7");
  const Actor mia = arrive(sheet);
  const Form form = must(read_form(practice(), mia));
  EXPECT_EQ(form.therapist_name, "ada");
  EXPECT_EQ(form.help_contact, "Ada, weekdays 9 to 17");
  EXPECT_EQ(form.expires_at, clock().now() + portal_link_ms);
}

TEST_P(Portal, lets_a_therapist_take_a_sheet_back) {
  const Administration sheet = given("gad-7");
  const auto token = link(sheet);
  const SignedIn session = must(exchange(token));
  EXPECT_EQ(must(stop_sheet(practice(), ada_, course_.id, sheet.id)).progress, Progress::stopped);
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
  EXPECT_EQ(code_of(stop_sheet(practice(), ada_, course_.id, sheet.id)), "measure.sent");
}

TEST_P(Portal, keeps_nothing_of_a_sheet_that_was_stopped) {
  const Administration sheet = given("phq-9");
  const Actor mia = arrive(sheet);
  EXPECT_EQ(code_of(read_form(practice(), mia)), "done");
  EXPECT_EQ(code_of(stop_form(practice(), mia)), "done");
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk)), "measure.sent");
  const Sheet seen = must(read_sheet(practice(), ada_, course_.id, sheet.id));
  EXPECT_EQ(seen.administration.progress, Progress::stopped);
  EXPECT_THAT(seen.answers, IsEmpty());
  EXPECT_THAT(seen.scales, IsEmpty());
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), IsEmpty());
}

TEST_P(Portal, counts_a_risk_item_that_was_left_out_as_not_answered) {
  const Administration sheet = given("phq-9");
  const Actor mia = arrive(sheet);
  must(send_form(practice(), mia, {{"0", "1", "0", "1", "0", "1", "0", "1", "skipped"}}));
  const Sheet seen = must(read_sheet(practice(), ada_, course_.id, sheet.id));
  ASSERT_THAT(seen.risks, SizeIs(1));
  EXPECT_FALSE(seen.risks[0].answer);
  EXPECT_EQ(seen.answers[8], "skipped");
}

TEST_P(Portal, shows_no_published_wording_and_no_risk_item_that_nobody_reads) {
  const Form form = must(read_form(practice(), arrive(given("phq-9"))));
  EXPECT_THAT(form.items, Each(Field(&FormItem::text, std::nullopt)));
  EXPECT_THAT(form.items, Each(Field(&FormItem::asked, true)));
  EXPECT_EQ(form.risk_contact, "Ada, weekdays 9 to 17");
  EXPECT_EQ(form.items[8].highest, 3);
  const Form without = must(read_form(practice(), arrive(given("phq-9", Mode::on_phone, false))));
  EXPECT_FALSE(without.items[8].asked);
  EXPECT_FALSE(without.risk_contact);
  const Administration later = given("phq-9");
  must(change_settings(practice(), ada_, {{}, "", {}}));
  EXPECT_FALSE(must(read_form(practice(), arrive(later))).items[8].asked);
}

TEST_P(Portal, shows_wording_that_is_ours) {
  const Form form = must(read_form(practice(), arrive(given("check-in"))));
  EXPECT_TRUE(form.locale);
  ASSERT_FALSE(form.items.empty());
  EXPECT_TRUE(form.items[0].text);
  for (const FormItem& item : form.items) {
    const auto options = static_cast<int>(item.options.size());
    EXPECT_TRUE(options == 0 || options == item.highest - item.lowest + 1) << item.position;
  }
}

TEST_P(Portal, needs_a_sheet_for_a_phone_and_consent_that_holds) {
  EXPECT_EQ(code_of(make_portal_link(practice(), ada_, course_.id, given("gad-7", Mode::in_room).id)),
            "portal.mode");
  const Administration sheet = given("gad-7");
  EXPECT_EQ(code_of(make_portal_link(practice(), ben_, course_.id, sheet.id)), "access.not_found");
  EXPECT_EQ(code_of(make_portal_link(practice(), ada_, course_of(ada_, "Other").id, sheet.id)),
            "administration.not_found");
  const auto token = link(sheet);
  const Actor mia = must(authenticate(practice(), must(exchange(token)).token));
  for (const Consent& consent : must(read_person(practice(), ada_, mia_)).consents)
    must(withdraw_consent(practice(), ada_, mia_, consent.id));
  EXPECT_EQ(code_of(read_form(practice(), mia)), "consent.missing");
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk)), "consent.missing");
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
}

TEST_P(Portal, is_not_for_users_and_users_rooms_are_not_for_it) {
  const Administration sheet = given("gad-7");
  EXPECT_EQ(code_of(read_form(practice(), ada_)), "access.unauthenticated");
  const Actor mia = arrive(sheet);
  EXPECT_EQ(code_of(read_course(practice(), mia, course_.id)), "access.unauthenticated");
  EXPECT_EQ(code_of(open_risk_entries(practice(), mia)), "access.unauthenticated");
  Actor other = mia;
  other.person = course_of(ada_, "Other").members[0].person;
  EXPECT_EQ(code_of(read_form(practice(), other)), "administration.not_found");
}

INSTANTIATE_TEST_SUITE_P(Service, Portal, store::each_engine, store::engine_name);

}  // namespace
}  // namespace securebase::service
