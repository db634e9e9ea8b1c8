#include "service/client_page.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/plan_record.hpp"
#include "service/reminder.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string here = "127.0.0.1";

class OwnPage : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  CourseView course_;
  Id<Person> mia_;
  Id<Person> jon_;
  Attempts attempts_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    NewMember mia;
    mia.particulars = Particulars{};
    mia.particulars->name = Private<std::string>("Mia Weber");
    NewMember jon = mia;
    jon.role = MemberRole::partner;
    jon.particulars->name = Private<std::string>("Jon Weber");
    course_ = must(open_course(practice(), ada_, {UnitKind::couple, {mia, jon}, Date{2026, 9, 1}}));
    mia_ = member(MemberRole::client);
    jon_ = member(MemberRole::partner);
    for (const auto& person : {mia_, jon_}) {
      agree_to_measures(ada_, person, course_.id);
      must(give_consent(practice(), ada_, person, {course_.id, ConsentKind::portal, "2026-1", {}}));
    }
    ready_for_phones();
    for (const char* instrument : {"phq-9", "gad-7", "hits"}) import_words(instrument);
  }
  Id<Person> member(MemberRole role) {
    for (const MemberView& one : course_.members)
      if (one.role == role) return one.person;
    return {};
  }
  Private<std::string> link(const Id<Person>& person, const NewClientPage& input = {}) {
    return must(make_client_page(practice(), ada_, course_.id, person, input)).token;
  }
  Result<SignedIn> exchange(const Private<std::string>& token, std::optional<std::string> word = {}) {
    OpenClientPage input{token, {}};
    if (word) input.word = Private<std::string>(*word);
    return open_client_page(practice(), attempts_, input, here);
  }
  Actor arrive(const Id<Person>& person) {
    return must(authenticate(practice(), must(exchange(link(person))).token));
  }
  ClientPageView page(const Id<Person>& person) { return must(read_client_page(practice(), arrive(person))); }

  Administration answered(const std::string& instrument, const Id<Person>& person,
                          std::vector<std::string> answers) {
    GiveMeasure input;
    input.instrument = instrument;
    input.respondent = person;
    input.mode = Mode::in_room;
    const auto sheet = must(give_measure(practice(), ada_, course_.id, input));
    must(record_answers(practice(), ada_, course_.id, sheet.id, {std::move(answers)}));
    clock().pass(minute_ms);
    return sheet;
  }
  template <class Record>
  void put(const Record& record) {
    must(this->record().write([&](Transaction& transaction) { return insert(transaction, record); }));
  }
  void agree_on(const Id<Person>& person, const std::string& words, bool shared) {
    NextStep step;
    step.id = new_id<NextStep>(practice().entropy);
    step.course = course_.id;
    step.person = person;
    step.words = Private<std::string>(words);
    step.shared_with_client = shared;
    step.agreed_at = clock().now();
    put(step);
    clock().pass(minute_ms);
  }
  void aim_at(const Id<Person>& person, const std::string& words, bool shared) {
    Goal goal;
    goal.id = new_id<Goal>(practice().entropy);
    goal.person = person;
    goal.course = course_.id;
    goal.words = Private<std::string>(words);
    goal.shared_with_client = shared;
    goal.written_by = ada_.user;
    goal.written_at = clock().now();
    put(goal);
    for (const auto& [rater, value] :
         {std::pair(GoalRater::together, 4), std::pair(GoalRater::therapist, 9)}) {
      GoalRating rating;
      rating.id = new_id<GoalRating>(practice().entropy);
      rating.person = person;
      rating.goal = goal.id;
      rating.value = value;
      rating.rater = rater;
      rating.rated_on = Date{2026, 9, 20};
      rating.noted_by = ada_.user;
      rating.noted_at = clock().now();
      put(rating);
    }
  }
  void share_words(const Id<Person>& person, const std::string& plain) {
    NewFormulation input;
    input.sections = {
        {SectionKind::strengths, Private<std::string>("A working word."), Private<std::string>(plain)},
        {SectionKind::self_worth, Private<std::string>("Not for the page."), {}}};
    const auto version = must(write_formulation(practice(), ada_, course_.id, person, input));
    must(share_formulation(practice(), ada_, course_.id, person, version.id));
  }
};

std::vector<std::string> zeros(std::size_t count) {
  return std::vector<std::string>(count, "0");
}

TEST_P(OwnPage, shows_what_was_agreed_and_shared) {
  agree_on(mia_, "Call when it gets loud.", true);
  agree_on(mia_, "A note for the therapist.", false);
  aim_at(mia_, "To ask for help.", true);
  aim_at(mia_, "Not told yet.", false);
  share_words(mia_, "You are kind.");
  answered("gad-7", mia_, zeros(7));
  const auto seen = page(mia_);
  ASSERT_THAT(seen.agreed, SizeIs(1));
  EXPECT_EQ(seen.agreed[0].words.reveal(), "Call when it gets loud.");
  ASSERT_THAT(seen.goals, SizeIs(1));
  EXPECT_EQ(seen.goals[0].progress, 4) << "as the client rated it, not the therapist";
  ASSERT_TRUE(seen.formulation);
  ASSERT_THAT(seen.formulation->sections, SizeIs(1));
  EXPECT_EQ(seen.formulation->sections[0].words.reveal(), "You are kind.");
  EXPECT_THAT(seen.sheets, SizeIs(1));
  EXPECT_EQ(seen.therapist_name, "ada");
  EXPECT_FALSE(seen.safety_plan);
}

TEST_P(OwnPage, shows_nothing_of_the_partner) {
  agree_on(jon_, "Jon's own.", true);
  aim_at(jon_, "Jon's goal.", true);
  share_words(jon_, "Jon's words.");
  const auto theirs = answered("gad-7", jon_, zeros(7));
  const auto seen = page(mia_);
  EXPECT_THAT(seen.agreed, IsEmpty());
  EXPECT_THAT(seen.goals, IsEmpty());
  EXPECT_THAT(seen.sheets, IsEmpty());
  EXPECT_FALSE(seen.formulation);
  EXPECT_EQ(code_of(read_page_answers(practice(), arrive(mia_), theirs.id)), "administration.not_found");
  must(ask_practice(practice(), arrive(jon_), {RequestKind::copy}));
  EXPECT_THAT(page(mia_).requests, IsEmpty());
}

/// PRODUCT 9: what could endanger whoever is seen reading it is not shown back and not listed.
TEST_P(OwnPage, withholds_risk_answers_and_does_not_list_a_sheet_of_nothing_else) {
  auto answers = zeros(9);
  answers[8] = "2";
  const auto sheet = answered("phq-9", mia_, answers);
  answered("hits", mia_, {"3", "3", "3", "3"});
  const auto seen = page(mia_);
  ASSERT_THAT(seen.sheets, SizeIs(1));
  EXPECT_EQ(seen.sheets[0].sheet, sheet.id);
  const auto own = must(read_page_answers(practice(), arrive(mia_), sheet.id));
  EXPECT_TRUE(own.items.at(8).withheld);
  EXPECT_FALSE(own.items.at(8).text);
  EXPECT_EQ(own.items.at(8).answer, "");
}

TEST_P(OwnPage, opens_until_it_is_revoked_replaced_or_over) {
  const auto first = link(mia_);
  const auto session = must(exchange(first));
  const Actor mia = must(authenticate(practice(), session.token));
  EXPECT_EQ(code_of(read_client_page(practice(), mia)), "done");
  const auto second = link(mia_);
  EXPECT_EQ(code_of(exchange(first)), "ticket.unknown");
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
  const Actor again = must(authenticate(practice(), must(exchange(second)).token));
  must(revoke_client_page(practice(), ada_, course_.id, mia_));
  EXPECT_EQ(code_of(read_client_page(practice(), again)), "session.unknown");
  EXPECT_EQ(code_of(exchange(second)), "ticket.unknown");
  NewClientPage short_one;
  short_one.days = 2;
  const auto third = link(mia_, short_one);
  EXPECT_TRUE(must(read_client_page_link(practice(), ada_, course_.id, mia_)).page);
  clock().pass(2 * day_ms + 1);
  EXPECT_EQ(code_of(exchange(third)), "ticket.unknown");
  EXPECT_FALSE(must(read_client_page_link(practice(), ada_, course_.id, mia_)).page);
}

TEST_P(OwnPage, asks_for_the_word_that_was_agreed_and_slows_down_guessing) {
  NewClientPage input;
  input.word = Private<std::string>("Oak Tree");
  const auto token = link(mia_, input);
  EXPECT_EQ(code_of(exchange(token)), "page.word");
  EXPECT_EQ(code_of(exchange(token, "elm tree")), "page.word");
  EXPECT_EQ(code_of(exchange(token, " oak tree ")), "done");
  for (int i = 0; i < session_brake.free + 1; ++i) static_cast<void>(exchange(token, "guess"));
  EXPECT_EQ(code_of(exchange(token, "oak tree")), "sign_in.later") << "also with the right word";
  clock().pass(session_brake.longest_ms);
  EXPECT_EQ(code_of(exchange(token, "oak tree")), "done");
  input.word = Private<std::string>("ab");
  EXPECT_EQ(code_of(make_client_page(practice(), ada_, course_.id, mia_, input)), "page.word");
}

TEST_P(OwnPage, needs_consent_and_goes_when_it_is_withdrawn) {
  const Actor mia = arrive(mia_);
  for (const Consent& consent : must(read_person(practice(), ada_, mia_)).consents)
    if (consent.kind == ConsentKind::portal) must(withdraw_consent(practice(), ada_, mia_, consent.id));
  EXPECT_EQ(code_of(read_client_page(practice(), mia)), "consent.missing");
  EXPECT_EQ(code_of(make_client_page(practice(), ada_, course_.id, mia_, {})), "consent.missing");
  EXPECT_EQ(code_of(make_client_page(practice(), ben_, course_.id, mia_, {})), "access.not_found");
}

TEST_P(OwnPage, is_not_a_sheet_and_a_sheet_is_not_it) {
  const Actor mia = arrive(mia_);
  EXPECT_EQ(code_of(read_form(practice(), mia)), "administration.not_found");
  Actor of_sheet = mia;
  of_sheet.page.reset();
  EXPECT_EQ(code_of(read_client_page(practice(), of_sheet)), "page.none");
  Actor other = mia;
  other.person = jon_;
  EXPECT_EQ(code_of(read_client_page(practice(), other)), "session.unknown");
}

TEST_P(OwnPage, takes_a_request_that_the_therapist_answers) {
  const Actor mia = arrive(mia_);
  must(ask_practice(practice(), mia, {RequestKind::erasure}));
  EXPECT_EQ(code_of(ask_practice(practice(), mia, {RequestKind::erasure})), "request.open");
  clock().pass(second_ms);
  EXPECT_EQ(code_of(ask_practice(practice(), mia, {RequestKind::copy})), "done");
  const auto open = must(open_requests(practice(), ada_));
  ASSERT_THAT(open, SizeIs(2));
  EXPECT_EQ(open[0].kind, RequestKind::erasure);
  EXPECT_THAT(must(open_requests(practice(), ben_)), IsEmpty());
  EXPECT_EQ(
      code_of(handle_request(practice(), ben_, course_.id, open[0].id, {Private<std::string>("Done.")})),
      "access.not_found");
  EXPECT_EQ(code_of(handle_request(practice(), ada_, course_.id, open[0].id, {Private<std::string>("-")})),
            "request.outcome");
  must(handle_request(practice(), ada_, course_.id, open[0].id,
                      {Private<std::string>("Kept until 2036; told her.")}));
  EXPECT_EQ(
      code_of(handle_request(practice(), ada_, course_.id, open[0].id, {Private<std::string>("Again")})),
      "request.handled");
  EXPECT_THAT(must(open_requests(practice(), ada_)), SizeIs(1));
  EXPECT_THAT(must(read_client_page(practice(), mia)).requests, SizeIs(2));
  EXPECT_THAT(must(copy_person(practice(), ada_, mia_)).client_requests, SizeIs(2));
  EXPECT_THAT(must(copy_person(practice(), ada_, jon_)).client_requests, IsEmpty());
}

TEST_P(OwnPage, goes_with_the_person) {
  const auto token = link(mia_);
  must(ask_practice(practice(), must(authenticate(practice(), must(exchange(token)).token)),
                    {RequestKind::erasure}));
  must(end_course(practice(), ada_, course_.id, {Date{2026, 9, 21}}));
  const auto code = course_.members[course_.members[0].person == mia_ ? 0 : 1].code;
  must(erase_person(practice(), ada_, mia_, {Ground::request, code}));
  EXPECT_EQ(code_of(exchange(token)), "ticket.unknown");
  EXPECT_THAT(must(open_requests(practice(), ada_)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Service, OwnPage, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
