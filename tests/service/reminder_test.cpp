#include "service/reminder.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/portal.hpp"
#include "service/reminder_queue.hpp"
#include "service/session_record.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// A mail server that answers as it is told to.
class ToldMailer : public Mailer {
 public:
  std::vector<Mail> taken;
  std::vector<MailReply> answers;  ///< in turn; then all is taken
  int connections = 0;
  MailServer server;

  std::unique_ptr<MailConnection> connect(const MailServer& to) override {
    ++connections;
    server = to;
    return std::make_unique<One>(*this);
  }

 private:
  class One : public MailConnection {
   public:
    explicit One(ToldMailer& mailer) : mailer_(&mailer) {}
    MailReply send(const Mail& mail) override {
      MailReply reply{MailFate::taken, 250, ""};
      if (!mailer_->answers.empty()) {
        reply = mailer_->answers.front();
        mailer_->answers.erase(mailer_->answers.begin());
      }
      if (reply.fate == MailFate::taken || reply.fate == MailFate::uncertain) mailer_->taken.push_back(mail);
      return reply;
    }

   private:
    ToldMailer* mailer_;
  };
};

std::string message_id(const Mail& mail) {
  const std::string& text = mail.message.reveal();
  const auto begin = text.find("Message-ID: <") + 13;
  return text.substr(begin, text.find('>', begin) - begin);
}

class Reminders : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  Actor eve_;
  CourseView course_;
  Id<Person> mia_;
  ToldMailer mailer_;
  Attempts attempts_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    eve_ = user("eve", {.admin = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    Particulars particulars;
    particulars.safe_contact = Private<std::string>("Mobile only; no voicemail.");
    must(change_person(practice(), ada_, mia_, particulars));
    switch_on();
    must(choose_reminders(practice(), ada_, mia_, choice()));
    clock().pass(8 * hour_ms);  // 22:13 UTC on Monday, 21 September 2026
  }
  void switch_on() {
    ChangeMailAccount account;
    account.is_on = true;
    account.host = "localhost";
    account.port = 2525;
    account.security = MailSecurity::none;
    account.login = "desk";
    account.password = Private<std::string>("a secret");
    account.sender_name = "D. Reyes";
    account.sender_address = "desk@mail.example";
    account.time_zone = "UTC";
    must(change_mail_account(practice(), eve_, account));
  }
  static ChooseReminders choice() {
    ChooseReminders choice;
    choice.address = Private<std::string>("mia@post.example");
    choice.agreed = Private<std::string>("Only she reads that mailbox.");
    return choice;
  }
  Id<TherapySession> arrange(std::int64_t in_ms, std::optional<Id<Person>> alone_with = {}) {
    static int number = 0;
    TherapySession session;
    session.id = new_id<TherapySession>(practice().entropy);
    session.course = course_.id;
    session.number = ++number;
    session.alone_with = alone_with;
    session.sealed_for = mia_;
    session.scheduled_at = clock().now() + in_ms;
    session.made_by = ada_.user;
    session.made_at = clock().now();
    must(record().write([&](Transaction& transaction) { return insert(transaction, session); }));
    return session.id;
  }
  void move_session(const Id<TherapySession>& id, std::int64_t by_ms) {
    must(record().write([&](Transaction& transaction) -> Result<bool> {
      auto session = must(get<TherapySession>(transaction, id));
      session.scheduled_at = session.scheduled_at + by_ms;
      return replace(transaction, session);
    }));
  }
  std::int64_t queue() { return must(queue_reminders(practice())); }
  SendCounts send() {
    return must(send_reminders(practice(), mailer_, [] { return true; }));
  }
  std::vector<Reminder> queued() {
    std::vector<Reminder> all;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      all = must(list<Reminder>(transaction, {{}, {by(&Reminder::due_at)}, {}}));
      return true;
    }));
    return all;
  }
  std::vector<std::string> audited(std::string_view beginning) {
    std::vector<std::string> actions;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      actions.clear();
      for (const auto& entry : must(list<AuditEntry>(transaction, {{}, {by(&AuditEntry::number)}, {}})))
        if (entry.action.starts_with(beginning)) actions.push_back(entry.action);
      return true;
    }));
    return actions;
  }
};

TEST_P(Reminders, are_sent_a_day_before_and_once) {
  arrange(35 * hour_ms);  // 09:13 the day after next
  EXPECT_EQ(queue(), 1);
  EXPECT_EQ(queue(), 0) << "each once";
  EXPECT_EQ(send().taken, 0) << "not yet";
  clock().pass(11 * hour_ms);
  EXPECT_EQ(send().taken, 1);
  EXPECT_EQ(send().taken, 0);
  ASSERT_THAT(mailer_.taken, SizeIs(1));
  const Mail& mail = mailer_.taken.front();
  EXPECT_EQ(mail.recipient.reveal(), "mia@post.example");
  EXPECT_EQ(mail.sender, "desk@mail.example");
  EXPECT_EQ(mailer_.server.password.reveal(), "a secret");
  EXPECT_THAT(mail.message.reveal(),
              AllOf(HasSubstr("Wednesday, 23 September 2026, 09:13"), HasSubstr("VEVENT"),
                    Not(HasSubstr("Mia")), Not(HasSubstr("Weber"))));
  EXPECT_THAT(audited("reminder.sent"), SizeIs(1));
  EXPECT_EQ(queued().front().state, ReminderState::sent);
}

TEST_P(Reminders, wait_for_the_end_of_quiet_hours_or_come_before_them) {
  arrange(34 * hour_ms);  // 08:13: a day before is 08:13, when it is no longer quiet
  arrange(24 * hour_ms);  // 22:13: a day before is quiet
  EXPECT_EQ(queue(), 2);
  EXPECT_EQ(send().taken, 0) << "it is 22:13";
  clock().pass(10 * hour_ms);
  EXPECT_EQ(send().taken, 2);
  arrange(2 * hour_ms + 23 * hour_ms);  // 09:13 tomorrow; due at 09:13 today
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    auto account = must(mail_account(transaction));
    account->hours_before = 2;  // 07:13 is quiet, and its end is too late for nobody
    return replace(transaction, *account);
  }));
  EXPECT_EQ(queue(), 1);
  EXPECT_EQ(queued().back().due_at, *parse_instant("2026-09-23T08:00:00.000Z"));
}

TEST_P(Reminders, keep_to_the_persons_own_hours_and_zone) {
  ChooseReminders input = choice();
  input.time_zone = "America/New_York";
  input.quiet_from = 20 * 60;
  input.quiet_until = 9 * 60;
  must(choose_reminders(practice(), ada_, mia_, input));
  arrange(40 * hour_ms);  // 14:13 UTC, 10:13 there
  EXPECT_EQ(queue(), 1);
  clock().pass(14 * hour_ms);  // 12:13 UTC, 08:13 there
  EXPECT_EQ(send().taken, 0);
  clock().pass(2 * hour_ms);
  EXPECT_EQ(send().taken, 1);
  EXPECT_THAT(mailer_.taken.at(0).message.reveal(), HasSubstr("10:13 (America/New_York time)"));
}

TEST_P(Reminders, go_again_with_the_same_id_when_nobody_knows) {
  arrange(35 * hour_ms);
  queue();
  clock().pass(11 * hour_ms);
  mailer_.answers = {{MailFate::uncertain, 0, "no_reply"}};
  EXPECT_EQ(send().put_off, 1);
  EXPECT_EQ(queued().front().state, ReminderState::uncertain);
  clock().pass(first_wait_ms);
  EXPECT_EQ(send().taken, 1);
  ASSERT_THAT(mailer_.taken, SizeIs(2));
  EXPECT_EQ(message_id(mailer_.taken[0]), message_id(mailer_.taken[1]));
  EXPECT_THAT(audited("reminder.uncertain"), SizeIs(1));
}

TEST_P(Reminders, are_taken_up_where_the_program_ended) {
  for (int i = 0; i < 5; ++i) arrange(35 * hour_ms + i * minute_ms);
  EXPECT_EQ(queue(), 5);
  clock().pass(12 * hour_ms);
  const auto one = must(next_delivery(practice(), {}, Then::go_on));
  const auto other = must(next_delivery(practice(), {}, Then::go_on));
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->reminder, other->reminder);
  // Here the program is killed. At the next start:
  EXPECT_EQ(must(take_up_reminders(practice())), 2);
  EXPECT_EQ(must(take_up_reminders(practice())), 0);
  EXPECT_THAT(audited("reminder.uncertain"), SizeIs(2));
  EXPECT_EQ(send().taken, 5);
  std::set<std::string> ids;
  for (const Mail& mail : mailer_.taken) ids.insert(message_id(mail));
  EXPECT_THAT(ids, SizeIs(5));
  EXPECT_TRUE(ids.contains(message_id(one->mail)) && ids.contains(message_id(other->mail)));
}

TEST_P(Reminders, tell_the_therapist_of_what_is_refused_for_good) {
  arrange(35 * hour_ms);
  queue();
  clock().pass(11 * hour_ms);
  mailer_.answers = {{MailFate::refused, 550, "recipient"}};
  EXPECT_EQ(send().refused, 1);
  EXPECT_EQ(send().taken, 0) << "never again";
  const auto failed = must(failed_reminders(practice(), ada_));
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].reply, 550);
  EXPECT_EQ(failed[0].why, "recipient");
  EXPECT_THAT(must(failed_reminders(practice(), ben_)), IsEmpty());
  EXPECT_THAT(must(failed_reminders(practice(), eve_)), IsEmpty());
  EXPECT_EQ(must(read_mail_account(practice(), eve_)).refused, 1);
}

TEST_P(Reminders, wait_longer_after_each_failure_and_give_up_when_it_is_too_late) {
  arrange(35 * hour_ms);
  queue();
  clock().pass(11 * hour_ms);
  mailer_.answers.assign(1000, {MailFate::later, 451, "recipient"});
  std::vector<std::int64_t> waits;
  Instant last = clock().now();
  for (int minutes = 0; minutes < 25 * 60; ++minutes) {
    if (send().put_off > 0) {
      waits.push_back((clock().now().ms - last.ms) / minute_ms);
      last = clock().now();
    }
    clock().pass(minute_ms);
  }
  ASSERT_GE(waits.size(), 9U);
  EXPECT_THAT((std::vector(waits.begin(), waits.begin() + 9)), ElementsAre(0, 1, 2, 4, 8, 16, 32, 60, 60));
  EXPECT_EQ(queued().front().state, ReminderState::withdrawn);
  const auto failed = must(failed_reminders(practice(), ada_));
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_EQ(failed[0].why, too_late);
}

TEST_P(Reminders, rest_while_the_account_does_not_work_and_lose_nothing) {
  arrange(35 * hour_ms);
  arrange(35 * hour_ms + 1);
  queue();
  clock().pass(12 * hour_ms);
  mailer_.answers = {{MailFate::not_admitted, 535, "login"}};
  EXPECT_EQ(send().put_off, 1) << "and no second try";
  EXPECT_EQ(must(read_mail_account(practice(), eve_)).trouble, "login");
  EXPECT_EQ(must(read_mail_account(practice(), eve_)).waiting, 2);
  EXPECT_EQ(send().taken, 0);
  clock().pass(account_wait_ms);
  EXPECT_EQ(send().taken, 2);
  EXPECT_EQ(must(read_mail_account(practice(), eve_)).trouble, std::nullopt);
}

TEST_P(Reminders, are_withdrawn_when_what_they_are_about_changes) {
  const auto moved = arrange(35 * hour_ms);
  queue();
  move_session(moved, 2 * hour_ms);
  EXPECT_EQ(queue(), 1) << "of the new time";
  clock().pass(14 * hour_ms);
  EXPECT_EQ(send().taken, 1);
  EXPECT_THAT(mailer_.taken.at(0).message.reveal(), HasSubstr("11:13"));
  EXPECT_EQ(queued().front().state, ReminderState::withdrawn);
  EXPECT_EQ(queued().front().why, "changed");
}

TEST_P(Reminders, stop_by_the_link_in_each_of_them_without_signing_in) {
  arrange(35 * hour_ms);
  arrange(70 * hour_ms);
  queue();
  clock().pass(11 * hour_ms);
  EXPECT_EQ(send().taken, 1);
  const std::string& text = mailer_.taken.at(0).message.reveal();
  const std::string before = "List-Unsubscribe: <https://help.example/api/v1/portal/reminders/";
  const auto at = text.find(before);
  ASSERT_NE(at, std::string::npos);
  const auto link = *Id<StopLink>::parse(text.substr(at + before.size(), 32));
  queue();
  must(stop_reminders_by_link(practice(), attempts_, link, "127.0.0.1"));
  EXPECT_EQ(code_of(stop_reminders_by_link(practice(), attempts_, link, "127.0.0.1")), "done") << "again";
  clock().pass(48 * hour_ms);
  EXPECT_EQ(queue(), 0);
  EXPECT_EQ(send().taken, 0);
  const auto seen = must(read_reminders(practice(), ada_, mia_));
  EXPECT_TRUE(seen.choice->stopped_at && seen.choice->stopped_by_client);
  const auto none = *Id<StopLink>::parse(std::string(32, '0'));
  EXPECT_EQ(code_of(stop_reminders_by_link(practice(), attempts_, none, "127.0.0.1")), "ticket.unknown");
}

TEST_P(Reminders, of_a_session_alone_with_one_go_to_nobody_else) {
  NewMember first;
  first.person = mia_;
  NewMember second;
  second.role = MemberRole::partner;
  second.particulars = Particulars{};
  second.particulars->name = Private<std::string>("Jon Weber");
  second.particulars->safe_contact = Private<std::string>("By mail.");
  const auto couple =
      must(open_course(practice(), ada_, {UnitKind::couple, {first, second}, Date{2026, 9, 1}}));
  const auto jon = couple.members.at(couple.members[0].person == mia_ ? 1 : 0).person;
  ChooseReminders input = choice();
  input.address = Private<std::string>("jon@post.example");
  must(choose_reminders(practice(), ada_, jon, input));
  course_ = couple;
  arrange(35 * hour_ms, mia_);
  queue();
  clock().pass(12 * hour_ms);
  EXPECT_EQ(send().taken, 1);
  EXPECT_EQ(mailer_.taken.at(0).recipient.reveal(), "mia@post.example");
  arrange(26 * hour_ms);
  queue();
  clock().pass(2 * hour_ms);
  EXPECT_EQ(send().taken, 2) << "each of both";
}

TEST_P(Reminders, tell_of_a_sheet_that_waits_while_its_link_opens_it) {
  agree_to_measures(ada_, mia_, course_.id);
  must(give_consent(practice(), ada_, mia_, {course_.id, ConsentKind::portal, "2026-1", {}}));
  ready_for_phones();
  import_words("gad-7");
  GiveMeasure give;
  give.instrument = "gad-7";
  give.respondent = mia_;
  give.mode = Mode::on_phone;
  const auto sheet = must(give_measure(practice(), ada_, course_.id, give));
  ChooseReminders input = choice();
  input.sessions = false;
  input.measures = true;
  must(choose_reminders(practice(), ada_, mia_, input));
  clock().pass(36 * hour_ms);
  EXPECT_EQ(queue(), 0) << "there is no link";
  must(make_portal_link(practice(), ada_, course_.id, sheet.id));
  EXPECT_EQ(queue(), 1);
  clock().pass(24 * hour_ms);
  EXPECT_EQ(send().taken, 1);
  const std::string& text = mailer_.taken.at(0).message.reveal();
  EXPECT_THAT(text,
              AllOf(HasSubstr("Subject: A reminder\r\n"), Not(HasSubstr("gad")), Not(HasSubstr("VEVENT"))));
  clock().pass(48 * hour_ms);
  EXPECT_EQ(queue(), 0) << "one is enough";
}

TEST_P(Reminders, need_a_safe_contact_an_address_and_words_of_what_was_agreed) {
  const auto other = course_of(ada_, "Lea Adler");
  const auto lea = other.members[0].person;
  EXPECT_EQ(code_of(choose_reminders(practice(), ada_, lea, choice())), "reminder.safe_contact");
  ChooseReminders input = choice();
  input.address = Private<std::string>("mia");
  EXPECT_EQ(code_of(choose_reminders(practice(), ada_, mia_, input)), "reminder.address");
  input = choice();
  input.agreed = Private<std::string>("yes");
  EXPECT_EQ(code_of(choose_reminders(practice(), ada_, mia_, input)), "reminder.agreed");
  input = choice();
  input.sessions = false;
  EXPECT_EQ(code_of(choose_reminders(practice(), ada_, mia_, input)), "reminder.nothing");
  input = choice();
  input.time_zone = "Europe/Nowhere";
  EXPECT_EQ(code_of(choose_reminders(practice(), ada_, mia_, input)), "time_zone.unknown");
  input.time_zone = "../../etc/passwd";
  EXPECT_EQ(code_of(choose_reminders(practice(), ada_, mia_, input)), "time_zone.unknown");
  EXPECT_EQ(code_of(choose_reminders(practice(), ben_, mia_, choice())), "access.not_found");
}

TEST_P(Reminders, have_a_sender_that_tells_nothing_and_a_connection_that_hides_it) {
  const auto change = [&](const std::function<void(ChangeMailAccount&)>& set) {
    ChangeMailAccount input;
    set(input);
    return code_of(change_mail_account(practice(), eve_, input));
  };
  for (const char* name :
       {"Elm Street Therapy", "Praxis Reyes", "D. Reyes, psychologist", "Couples counselling"})
    EXPECT_EQ(change([&](ChangeMailAccount& in) { in.sender_name = name; }), "mail.tells") << name;
  EXPECT_EQ(change([](ChangeMailAccount& in) { in.sender_address = "desk@psychotherapy.example"; }),
            "mail.tells");
  EXPECT_EQ(change([](ChangeMailAccount& in) { in.sender_address = "desk"; }), "mail.value");
  EXPECT_EQ(change([](ChangeMailAccount& in) { in.host = "smtp.mail.example"; }), "mail.tls");
  EXPECT_EQ(change([](ChangeMailAccount& in) { in.port = 0; }), "mail.value");
  EXPECT_EQ(change([](ChangeMailAccount& in) { in.time_zone = "Mars"; }), "time_zone.unknown");
  EXPECT_EQ(change([](ChangeMailAccount& in) { in.host = ""; }), "mail.tls");
  EXPECT_EQ(change([](ChangeMailAccount& in) {
              in.host = "smtp.mail.example";
              in.security = MailSecurity::starttls;
            }),
            "done");
  const auto seen = must(read_mail_account(practice(), eve_));
  EXPECT_TRUE(seen.has_password && seen.is_on);
  EXPECT_EQ(code_of(read_mail_account(practice(), ada_)), "access.forbidden");
}

TEST_P(Reminders, are_not_sent_from_a_demonstration) {
  must(record().write([&](Transaction& transaction) { return mark_demo(transaction, practice()); }));
  ChangeMailAccount input;
  input.is_on = true;
  EXPECT_EQ(code_of(change_mail_account(practice(), eve_, input)), "demo.closed");
}

TEST_P(Reminders, go_with_the_person_and_stand_in_their_copy) {
  arrange(35 * hour_ms);
  queue();
  const auto copy = must(copy_person(practice(), ada_, mia_));
  EXPECT_THAT(copy.reminder_choices, SizeIs(1));
  EXPECT_THAT(copy.reminders, SizeIs(1));
  must(end_course(practice(), ada_, course_.id, {Date{2026, 9, 21}}));
  must(erase_person(practice(), ada_, mia_, {Ground::request, course_.members[0].code}));
  EXPECT_THAT(queued(), IsEmpty());
  clock().pass(11 * hour_ms);
  EXPECT_EQ(send().taken, 0);
}

INSTANTIATE_TEST_SUITE_P(Service, Reminders, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
