// Reminders through a real mail server while the program is killed three times: none is lost, of each
// connection that was open one at most comes twice and has the same Message-ID, and the record says that it
// was uncertain. SECUREBASE_REMINDERS: how many, 500 by default.

#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "program/real_program.hpp"
#include "service/reminder_record.hpp"
#include "service/session_record.hpp"
#include "store/mail_server.hpp"
#include "store/practice_data.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

using service::Transaction;

constexpr int kills = 3;
constexpr int connections = 2;  // of the program
constexpr int people = 20;

int reminders() {
  const char* wanted = std::getenv("SECUREBASE_REMINDERS");  // NOLINT(concurrency-mt-unsafe): one thread
  return wanted == nullptr ? 500 : std::atoi(wanted);
}

/// The practice's record, beside the program or without it.
class Record {
 public:
  explicit Record(const std::string& folder)
      : data_(store::PracticeData::open({folder, "", "", {}}, store::SystemClock().now()).value()) {}

  void write(const service::Store::Use& use) { (void)data_->record().write(use).value(); }
  template <class T>
  std::vector<T> all() {
    std::vector<T> found;
    (void)data_->record()
        .read([&](Transaction& transaction) -> Result<bool> {
          found = service::list<T>(transaction).value();
          return true;
        })
        .value();
    return found;
  }
  template <class T>
  Id<T> id() {
    return service::new_id<T>(entropy_);
  }

 private:
  std::unique_ptr<store::PracticeData> data_;
  store::KernelEntropy entropy_;
};

class ReminderCrash : public testing::Test {
 protected:
  void SetUp() override {
    if (!store::RealMailServer::is_here()) GTEST_SKIP() << "no Exim here: tools/provide test installs it";
    mail_ = std::make_unique<store::RealMailServer>(store::RealMailServer::Options{true, ""});
    ASSERT_EQ(program_.run({"setup", "--data", program_.data()}), 0) << program_.said();
    fill();
  }

  /// People who agreed, and as many sessions tomorrow as there are to be reminders.
  void fill() {
    Record record(program_.data());
    const Instant now = store::SystemClock().now();
    record.write([&](Transaction& transaction) -> Result<bool> {
      service::User user;
      user.id = record.id<service::User>();
      user.login = "ada";
      user.display_name = "Ada";
      user.is_therapist = true;
      user.created_at = now;
      if (auto kept = insert(transaction, user); !kept) return kept;
      service::MailAccount account;
      account.id = record.id<service::MailAccount>();
      account.is_on = true;
      account.host = "127.0.0.1";
      account.port = mail_->port();
      account.security = service::MailSecurity::none;
      account.password = Private<std::string>("a secret");
      account.sender_name = "D. Reyes";
      account.sender_address = "desk@mail.example";
      account.quiet_from = account.quiet_until = 0;
      account.changed_at = now;
      if (auto kept = insert(transaction, account); !kept) return kept;
      for (int person = 0; person < people; ++person)
        if (auto kept = add_person(transaction, record, user.id, person, now); !kept) return kept;
      return true;
    });
  }
  static Result<bool> add_person(Transaction& transaction, Record& record, const Id<service::User>& user,
                                 int number, Instant now) {
    service::Person person;
    person.id = record.id<service::Person>();
    person.code = "C-" + std::to_string(number);
    person.created_at = now;
    if (auto keyed = transaction.create_key(person.id.text()); !keyed) return keyed;
    if (auto kept = insert(transaction, person); !kept) return kept;
    service::Course course;
    course.id = record.id<service::Course>();
    course.therapist = user;
    course.begun_on = {2026, 1, 1};
    course.created_at = now;
    if (auto kept = insert(transaction, course); !kept) return kept;
    if (auto kept = insert(transaction, service::Member{record.id<service::Member>(), course.id, person.id,
                                                        service::MemberRole::client, now});
        !kept)
      return kept;
    service::ReminderChoice choice;
    choice.id = record.id<service::ReminderChoice>();
    choice.person = person.id;
    choice.address = Private<std::string>("client" + std::to_string(number) + "@post.example");
    choice.agreed = Private<std::string>("Nobody else reads it.");
    choice.stop_token = Private<std::string>(choice.id.text());
    choice.stop_hash = choice.id.text();
    choice.written_by = user;
    choice.agreed_at = now;
    if (auto kept = insert(transaction, choice); !kept) return kept;
    for (int one = 0; one < reminders() / people; ++one) {
      service::TherapySession session;
      session.id = record.id<service::TherapySession>();
      session.course = course.id;
      session.number = one + 1;
      session.sealed_for = person.id;
      session.scheduled_at = now + (20 * hour_ms + one * second_ms);
      session.made_by = user;
      session.made_at = now;
      if (auto kept = insert(transaction, session); !kept) return kept;
    }
    return true;
  }

  void serve() { program_.serve({"--portal", "127.0.0.1", "--portal-port", "0"}); }
  void wait_for(std::size_t messages) {
    for (int tries = 0; tries < 100'000 && mail_->count() < messages; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_GE(mail_->count(), messages);
  }

  RealProgram program_;
  std::unique_ptr<store::RealMailServer> mail_;
};

TEST_F(ReminderCrash, loses_none_and_doubles_no_more_than_was_open) {
  const auto all = static_cast<std::size_t>(reminders() / people * people);
  for (int kill = 1; kill <= kills; ++kill) {
    serve();
    wait_for(all * static_cast<std::size_t>(kill) / (kills + 1));
    program_.stop(SIGKILL);
  }
  serve();
  wait_for(all);
  // What is taken twice may come after that.
  for (int tries = 0; tries < 1000; ++tries) {
    Record record(program_.data());
    const auto rows = record.all<service::Reminder>();
    const auto sent = std::count_if(rows.begin(), rows.end(), [](const service::Reminder& one) {
      return one.state == service::ReminderState::sent;
    });
    if (static_cast<std::size_t>(sent) == all) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  program_.stop(SIGTERM);

  Record record(program_.data());
  std::set<std::string> uncertain;
  for (const auto& entry : record.all<service::AuditEntry>())
    if (entry.action == "reminder.uncertain") uncertain.insert(entry.object);
  const auto taken = mail_->taken();
  std::set<std::string> known;
  int twice = 0;
  for (const auto& one : record.all<service::Reminder>()) {
    EXPECT_EQ(one.state, service::ReminderState::sent) << one.why;
    known.insert(one.message_id);
    const auto found = taken.find(one.message_id);
    ASSERT_NE(found, taken.end()) << "lost: " << one.message_id;
    EXPECT_LE(found->second, 2);
    if (found->second < 2) continue;
    ++twice;
    EXPECT_TRUE(uncertain.contains(one.id.text())) << "twice, and the record does not say so";
  }
  EXPECT_EQ(known.size(), all);
  EXPECT_EQ(taken.size(), all) << "a Message-ID that the record does not know";
  EXPECT_LE(twice, kills * connections);
  EXPECT_LE(uncertain.size(), static_cast<std::size_t>(kills * connections));
  RecordProperty("reminders", static_cast<int>(all));
  RecordProperty("twice", twice);
  RecordProperty("uncertain", static_cast<int>(uncertain.size()));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
