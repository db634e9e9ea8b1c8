#include "service/portal.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

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
    agree_to_measures(ada_, mia_, course_.id);
    must(give_consent(practice(), ada_, mia_, {course_.id, ConsentKind::portal, "2026-1", {}}));
    ready_for_phones();
    for (const char* instrument : {"phq-9", "gad-7"}) import_words(instrument);
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

SentAnswers with_risk(const Administration& sheet) {
  return {sheet.id, {"0", "1", "0", "1", "0", "1", "0", "1", "2"}};
}

TEST_P(Portal, opens_one_sheet_and_takes_it_once) {
  const Administration sheet = given("phq-9");
  const auto token = link(sheet);
  const Actor mia = must(authenticate(practice(), must(exchange(token)).token));
  EXPECT_EQ(mia.kind, Actor::Kind::portal);
  EXPECT_EQ(mia.only, sheet.id);
  EXPECT_THAT(must(read_form(practice(), mia)).items, SizeIs(9));
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk(sheet))), "done");
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk(sheet))), "measure.sent");
  EXPECT_EQ(code_of(read_form(practice(), mia)), "measure.sent");
  EXPECT_EQ(code_of(stop_form(practice(), mia)), "measure.sent");
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
  EXPECT_EQ(form.help_contact, "Ada, 030 1234, weekdays 9 to 17");
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
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk(sheet))), "measure.sent");
  const Sheet seen = must(read_sheet(practice(), ada_, course_.id, sheet.id));
  EXPECT_EQ(seen.administration.progress, Progress::stopped);
  EXPECT_THAT(seen.answers, IsEmpty());
  EXPECT_THAT(seen.scales, IsEmpty());
  EXPECT_THAT(must(open_risk_entries(practice(), ada_)), IsEmpty());
}

TEST_P(Portal, counts_a_risk_item_that_was_left_out_as_not_answered) {
  const Administration sheet = given("phq-9");
  const Actor mia = arrive(sheet);
  must(send_form(practice(), mia, {sheet.id, {"0", "1", "0", "1", "0", "1", "0", "1", "skipped"}}));
  const Sheet seen = must(read_sheet(practice(), ada_, course_.id, sheet.id));
  ASSERT_THAT(seen.risks, SizeIs(1));
  EXPECT_FALSE(seen.risks[0].answer);
  EXPECT_EQ(seen.answers[8], "skipped");
}

TEST_P(Portal, shows_the_practices_wording_and_no_risk_item_that_nobody_reads) {
  const Form form = must(read_form(practice(), arrive(given("phq-9"))));
  EXPECT_EQ(form.items[8].text, "Invented question 9");
  EXPECT_THAT(form.items[8].options, ElementsAre("Answer 0", "Answer 1", "Answer 2", "Answer 3"));
  EXPECT_THAT(form.items, Each(Field(&FormItem::gist, std::nullopt)));
  EXPECT_THAT(form.items, Each(Field(&FormItem::asked, true)));
  EXPECT_EQ(form.risk_contact, "Ada, 030 1234, weekdays 9 to 17");
  EXPECT_EQ(form.items[8].highest, 3);
  const Form without = must(read_form(practice(), arrive(given("phq-9", Mode::on_phone, false))));
  EXPECT_FALSE(without.items[8].asked);
  EXPECT_FALSE(without.risk_contact);
  const Administration later = given("phq-9");
  ChangeSettings nobody;
  nobody.risk_person = "";
  must(change_settings(practice(), ada_, nobody));
  const Form now = must(read_form(practice(), arrive(later)));
  EXPECT_FALSE(now.items[8].asked);
  EXPECT_FALSE(now.items[8].text);
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
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk(sheet))), "consent.missing");
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

TEST_P(Portal, shows_ones_own_answers_again_but_not_those_that_could_endanger) {
  const Administration sheet = given("phq-9");
  const auto token = link(sheet);
  const Actor mia = must(authenticate(practice(), must(exchange(token)).token));
  EXPECT_EQ(code_of(read_own_answers(practice(), mia)), "measure.not_sent");
  must(send_form(practice(), mia, with_risk(sheet)));
  const OwnAnswers own = must(read_own_answers(practice(), mia));
  EXPECT_EQ(own.title, "Invented title");
  EXPECT_EQ(own.therapist_name, "ada");
  EXPECT_EQ(own.sent_at, clock().now());
  ASSERT_THAT(own.items, SizeIs(9));
  EXPECT_EQ(own.items[1].answer, "1");
  EXPECT_EQ(own.items[1].option, "Answer 1");
  EXPECT_EQ(own.items[1].text, "Invented question 2");
  EXPECT_TRUE(own.items[8].withheld);
  EXPECT_EQ(own.items[8].answer, "");
  EXPECT_FALSE(own.items[8].text);
  clock().pass(own_answers_ms - 1);
  const Actor again = must(authenticate(practice(), must(exchange(token)).token));
  EXPECT_EQ(code_of(read_own_answers(practice(), again)), "done");
  EXPECT_EQ(code_of(read_form(practice(), again)), "measure.sent");
  clock().pass(2);
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
}

TEST_P(Portal, shows_nothing_back_of_a_sheet_about_violence) {
  import_words("hits");
  const Administration sheet = given("hits");
  const Actor mia = arrive(sheet);
  must(send_form(practice(), mia, {sheet.id, {"3", "4", "3", "5"}}));
  const OwnAnswers own = must(read_own_answers(practice(), mia));
  ASSERT_THAT(own.items, SizeIs(4));
  for (const OwnAnswer& item : own.items) {
    EXPECT_TRUE(item.withheld);
    EXPECT_EQ(item.answer, "");
    EXPECT_FALSE(item.text || item.option);
  }
}

TEST_P(Portal, shows_answers_to_nobody_when_they_were_put_into_somebody_elses_record) {
  const Administration sheet = given("gad-7");
  const auto token = link(sheet);
  const Actor mia = must(authenticate(practice(), must(exchange(token)).token));
  must(send_form(practice(), mia, {sheet.id, {"0", "1", "0", "1", "0", "1", "0"}}));
  const CourseView other = course_of(ada_, "Other");
  const auto tom = other.members[0].person;
  agree_to_measures(ada_, tom, other.id);
  must(give_consent(practice(), ada_, tom, {other.id, ConsentKind::portal, "2026-1", {}}));
  must(move_sheet(practice(), ada_, course_.id, sheet.id, {other.id, tom, "The wrong client."}));
  EXPECT_EQ(code_of(read_own_answers(practice(), mia)), "administration.not_found");
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
}

TEST_P(Portal, takes_no_answers_of_a_page_that_shows_another_sheet) {
  const Administration mine = given("phq-9");
  const Administration other = given("phq-9");
  const Actor mia = arrive(mine);
  EXPECT_EQ(must(read_form(practice(), mia)).sheet, mine.id);
  EXPECT_EQ(code_of(send_form(practice(), mia, with_risk(other))), "measure.other_sheet");
  EXPECT_THAT(must(read_sheet(practice(), ada_, course_.id, mine.id)).answers, IsEmpty());
}

TEST_P(Portal, shows_help_after_a_risk_answer_and_guards_it_whatever_the_definition_says) {
  const Form form = must(read_form(practice(), arrive(given("phq-9"))));
  ASSERT_THAT(form.rules, SizeIs(1));
  EXPECT_EQ(form.rules[0].action, FormAction::show_help_if);
  EXPECT_EQ(form.rules[0].item, 9);
  EXPECT_EQ(form.rules[0].at_least, 1);
  EXPECT_TRUE(form.items[8].guarded);
  EXPECT_FALSE(form.items[7].guarded);
  EXPECT_FALSE(form.items[8].risk);
  EXPECT_EQ(form.help_phone, "030 1234");
}

TEST_P(Portal, sends_away_whoever_has_an_older_link_open) {
  const Administration sheet = given("gad-7");
  const SignedIn session = must(exchange(link(sheet)));
  static_cast<void>(link(sheet));
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
}

TEST_P(Portal, ends_with_the_link_that_opened_it) {
  const Administration sheet = given("gad-7");
  const Actor mia = arrive(sheet);
  clock().pass(portal_link_ms + 1);
  EXPECT_EQ(code_of(read_form(practice(), mia)), "session.unknown");
}

TEST_P(Portal, ends_when_its_course_ends) {
  const Administration sheet = given("phq-9");
  const auto token = link(sheet);
  const SignedIn session = must(exchange(token));
  must(end_course(practice(), ada_, course_.id, {Date{2026, 12, 1}}));
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
  EXPECT_EQ(must(read_sheet(practice(), ada_, course_.id, sheet.id)).administration.progress,
            Progress::stopped);
}

TEST_P(Portal, keeps_a_therapist_in_charge_of_sheets_that_are_open) {
  must(end_course(practice(), ada_, course_.id, {Date{2026, 12, 1}}));
  static_cast<void>(given("phq-9"));  // as at a follow-up
  EXPECT_EQ(must(hand_over(practice(), ada_, ada_.user, {ben_.user})).courses, 1);
}

TEST_P(Portal, is_proven_by_a_phone_from_elsewhere) {
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    must(change<Setting>(transaction, {to(&Setting::value, std::string())},
                         {where(&Setting::name, std::string("portal_reached_at"))}));
    return true;
  }));
  EXPECT_FALSE(must(phone_state(practice(), ada_)).offered);
  EXPECT_EQ(code_of(offer_portal_trial(practice(), ben_)), "access.forbidden");
  const auto token = must(offer_portal_trial(practice(), ada_)).token;
  const auto prove = [&](TrialSource source) {
    return code_of(prove_portal(practice(), attempts_, token, source));
  };
  EXPECT_EQ(prove({"127.0.0.1", true, true, true}), "portal.trial");
  EXPECT_EQ(prove({"203.0.113.7", false, false, true}), "portal.trial");
  EXPECT_EQ(prove({"203.0.113.7", true, false, false}), "portal.trial");
  EXPECT_FALSE(must(phone_state(practice(), ada_)).offered);
  EXPECT_EQ(prove({"203.0.113.7", true, false, true}), "done");
  EXPECT_EQ(prove({"203.0.113.7", true, false, true}), "ticket.unknown");
  const PhoneState state = must(phone_state(practice(), ada_));
  EXPECT_TRUE(state.offered);
  EXPECT_EQ(state.portal.reached_at, clock().now());
  // Another address has not been reached.
  Practice moved = practice();
  moved.portal_address = "https://new.example/";
  EXPECT_FALSE(must(phone_state(moved, ada_)).offered);
  moved.portal_address.clear();
  EXPECT_FALSE(must(phone_state(moved, ada_)).offered);
  EXPECT_EQ(code_of(offer_portal_trial(moved, ada_)), "portal.none");
}

INSTANTIATE_TEST_SUITE_P(Service, Portal, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
