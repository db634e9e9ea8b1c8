#include "store/record_store.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <stdexcept>
#include <thread>

#include "service/alert_record.hpp"
#include "service/attachment_record.hpp"
#include "service/client_page_record.hpp"
#include "service/coding_record.hpp"
#include "service/plan_record.hpp"
#include "service/record.hpp"
#include "service/reminder_record.hpp"
#include "service/safety_record.hpp"
#include "service/session_record.hpp"
#include "store/adapters.hpp"
#include "store/each_engine.hpp"
#include "store/migrate.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using namespace service;  // NOLINT(google-build-using-namespace): the records under test
using testing::HasSubstr;
using testing::Not;

class RecordOn : public EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    if (IsSkipped()) return;
    keys_ = std::make_unique<KeyRing>(must(KeyRing::create(folder() / "keys", {})));
    must(migrate(*open(), must(program_migrations()), {Instant{1}, {}}));
    store_ = must(RecordStore::start([this] { return try_open(); }, *keys_, 4));
  }
  void TearDown() override { store_.reset(); }

  Person person(const std::string& code, const std::string& name) {
    Person person;
    person.id = new_id<Person>(entropy_);
    person.code = code;
    person.name = Private<std::string>(name);
    person.created_at = Instant{2};
    return person;
  }
  Result<bool> add(const Person& person) {
    return store_->write([&](service::Transaction& transaction) -> Result<bool> {
      if (auto keyed = transaction.create_key(person.id.text()); !keyed) return keyed;
      return insert(transaction, person);
    });
  }
  Result<Person> read(const Id<Person>& id) {
    Person found;
    auto done = store_->read([&](service::Transaction& transaction) -> Result<bool> {
      auto person = get<Person>(transaction, id);
      if (!person) return tl::unexpected(person.error());
      found = *person;
      return true;
    });
    if (!done) return tl::unexpected(done.error());
    return found;
  }
  std::int64_t people() {
    std::int64_t count = 0;
    must(store_->read([&](service::Transaction& transaction) -> Result<bool> {
      count = must(transaction.count(table_of<Person>(), {}));
      return true;
    }));
    return count;
  }

  KernelEntropy entropy_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<RecordStore> store_;
};

/// Names of a table's columns and whether they hold bytes, as the database has them.
std::set<std::string> columns_in(Connection& connection, std::string_view table) {
  std::set<std::string> columns;
  const auto rows =
      connection.engine() == Engine::sqlite
          ? connection.query("SELECT name, type = 'BLOB', \"notnull\" FROM pragma_table_info($1)",
                             {std::string(table)})
          : connection.query(
                "SELECT column_name::text, (data_type = 'bytea')::int, (is_nullable = 'NO')::int FROM "
                "information_schema.columns WHERE table_schema = current_schema() AND table_name = $1",
                {std::string(table)});
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const auto flag = [&](std::size_t column) { return must(rows->get<std::int64_t>(i, column)) != 0; };
    columns.insert(must(rows->get<std::string>(i, 0)) + (flag(1) ? " sealed" : "") +
                   (flag(2) ? "" : " optional"));
  }
  return columns;
}

template <class Record>
void expect_same_columns(Connection& connection) {
  std::set<std::string> described;
  for (const Column& column : table_of<Record>().columns)
    described.insert(std::string(column.name) + (column.storage == Storage::sealed ? " sealed" : "") +
                     (column.optional ? " optional" : ""));
  EXPECT_EQ(columns_in(connection, Record::table), described) << Record::table;
  EXPECT_THAT(record_tables(), testing::Contains(Record::table));
}

TEST_P(RecordOn, has_the_columns_that_records_describe) {
  const auto connection = open();
  const auto each = [&]<class... Record>(std::tuple<Record...>*) {
    (expect_same_columns<Record>(*connection), ...);
  };
  using Records = std::tuple<
      Person, PersonIndex, Figure, HistoryEvent, User, service::Session, Ticket, service::Passkey, Course,
      Member, Consent, Occasion, Administration, ResponseSheet, RiskEntry, SignedDocument, Setting,
      BreakGlass, AuditEntry, Tombstone, service::WordingPack, service::WordingLine, service::LocalNorm,
      service::Comforting, service::Claim, service::ClaimEvidence, service::CorrectiveMoment,
      service::Formulation, service::RelationshipEpisode, service::ClaimReview, service::CodingTarget,
      service::CodingSheet, service::CodedEvent, service::CodedRating, service::CodedClass,
      service::ProcedureStep, service::PracticeDefinition, service::CoursePlan, service::PlanStage,
      service::MarkerSeen, service::GateAnswer, service::PlannedTechnique, service::Goal, service::GoalRating,
      service::LossDay, service::Alert, service::AlertStep, service::FeedbackStatus, service::LearnedCourse,
      service::TherapySession, service::SessionMark, service::TechniqueUse, service::SessionNote,
      service::NoteVersion, service::FidelityRating, service::CourseEvent, service::NextStep, service::Hold,
      service::GateInterview, service::GateDecision, service::SafetyScreen, service::SafetyAction,
      service::SafetyPlan, service::Absence, service::Jurisdiction, service::ChildNote, service::CourseEnding,
      service::FollowUp, service::SupervisionCase, service::MailAccount, service::ReminderChoice,
      service::Reminder, service::ClientPage, service::ClientRequest>;
  each(static_cast<Records*>(nullptr));
  EXPECT_EQ(record_tables().size(), std::tuple_size_v<Records> + 1);  // and the keys
}

/// All tables there are, as the database has them.
std::set<std::string> tables_in(Connection& connection) {
  const auto rows = connection.query(
      connection.engine() == Engine::sqlite
          ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
          : "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()");
  std::set<std::string> tables;
  for (std::size_t i = 0; i < rows->size(); ++i) tables.insert(must(rows->get<std::string>(i, 0)));
  return tables;
}

/// A table that is not named is in no backup and in no move to another database.
TEST_P(RecordOn, names_every_table_of_a_migrated_database) {
  std::set<std::string> named(record_tables().begin(), record_tables().end());
  EXPECT_EQ(named.size(), record_tables().size()) << "each once";
  named.insert("schema_migration");  // written anew where a record is copied to
  EXPECT_EQ(tables_in(*open()), named);
}

TEST_P(RecordOn, gives_back_what_was_put_in) {
  Person given = person("P-1", "Zoë O'Neill");
  given.birth_year = 1980;
  given.contact = Private<std::string>("");
  must(add(given));
  const Person found = must(read(given.id));
  EXPECT_EQ(row_of(found), row_of(given));
  given.name.reset();
  given.gender = "female";
  EXPECT_TRUE(must(store_->write([&](service::Transaction& t) { return replace(t, given); })));
  EXPECT_EQ(row_of(must(read(given.id))), row_of(given));
}

TEST_P(RecordOn, selects_by_conditions_and_order) {
  for (int i = 1; i <= 5; ++i) {
    Person given = person("P-" + std::to_string(i), "x");
    given.birth_year = i % 2 == 0 ? std::optional<int>() : 1990 + i;
    must(add(given));
  }
  const auto codes = [&](std::vector<Condition> where, std::optional<std::int64_t> most = {}) {
    std::string found;
    must(store_->read([&](service::Transaction& t) -> Result<bool> {
      found.clear();
      for (const Person& one :
           must(list<Person>(t, {std::move(where), {by(&Person::birth_year, true)}, most})))
        found += one.code + " ";
      return true;
    }));
    return found;
  };
  EXPECT_EQ(codes({where(&Person::birth_year, Is::present)}), "P-5 P-3 P-1 ");
  EXPECT_EQ(codes({where(&Person::birth_year, 1993, Is::at_least)}, 1), "P-5 ");
  EXPECT_EQ(codes({where(&Person::birth_year, 1993, Is::less)}), "P-1 ");
  EXPECT_EQ(codes({where(&Person::birth_year, 1993, Is::not_equal)}), "P-5 P-1 ");
  EXPECT_EQ(codes({where(&Person::birth_year, 1993, Is::at_most), where(&Person::code, std::string("P-3"))}),
            "P-3 ");
  EXPECT_EQ(codes({where_one_of(&Person::code, std::vector<std::string>{"P-1", "P-5"})}), "P-5 P-1 ");
  EXPECT_EQ(codes({where_one_of(&Person::code, std::vector<std::string>{})}), "");
}

TEST_P(RecordOn, refuses_what_engines_would_do_differently) {
  const auto code = [&](const service::Selection& selection) {
    const auto done = store_->read([&](service::Transaction& t) -> Result<bool> {
      const auto found = list<Person>(t, selection);
      return found ? Result<bool>(true) : tl::unexpected(found.error());
    });
    return done ? "done" : done.error().code;
  };
  EXPECT_EQ(code({{}, {by(&Person::code)}, {}}), "record.statement");
  EXPECT_EQ(code({{{"name", Is::equal, {Private<std::string>("x")}}}, {}, {}}), "record.statement");
  EXPECT_EQ(code({{{"id; DROP TABLE person", Is::absent, {}}}, {}, {}}), "record.statement");
  EXPECT_EQ(code({{{"code", Is::equal, {}}}, {}, {}}), "record.statement");
}

TEST_P(RecordOn, keeps_nothing_of_what_fails) {
  const Person twice = person("P-1", "x");
  must(add(twice));
  const auto again = store_->write([&](service::Transaction& t) -> Result<bool> {
    const Person other = person("P-2", "y");
    must(t.create_key(other.id.text()));
    must(insert(t, other));
    return insert(t, twice);
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "database.unique");
  EXPECT_EQ(people(), 1);
  EXPECT_THROW((void)store_->write([&](service::Transaction& t) -> Result<bool> {
    const Person other = person("P-3", "z");
    must(t.create_key(other.id.text()));
    must(insert(t, other));
    throw std::runtime_error("a bug");
  }),
               std::runtime_error);
  EXPECT_EQ(people(), 1);
  must(add(person("P-4", "and goes on")));
  EXPECT_EQ(people(), 2);
}

TEST_P(RecordOn, writes_for_many_at_once_and_fails_for_one_alone) {
  constexpr int writers = 8;
  constexpr int each = 20;
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      for (int i = 0; i < each; ++i) {
        const bool takes_a_taken_code = i % 4 == 3;
        const std::string code =
            takes_a_taken_code ? "P-0" : "P-" + std::to_string(w) + "-" + std::to_string(i);
        if (!add(person(code, "x"))) ++refused;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, writers * each / 4 - 1);
  EXPECT_EQ(people(), writers * each - refused);
}

TEST_P(RecordOn, seals_what_is_private) {
  const std::string canary = "canary-2b7e151628aed2a6";
  must(add(person("P-1", canary)));
  must(store_->write([&](service::Transaction& t) {
    User user;
    user.id = new_id<User>(entropy_);
    user.login = "ada";
    user.code_secret = Private<std::string>(canary);
    return insert(t, user);
  }));
  const auto connection = open();
  for (const std::string_view table : record_tables()) {
    const auto rows = connection->query("SELECT * FROM " + std::string(table));
    for (const Value& value : rows->cells()) {
      if (const auto* text = std::get_if<std::string>(&value)) {
        EXPECT_THAT(*text, Not(HasSubstr(canary)));
      }
      if (const auto* blob = std::get_if<Blob>(&value)) {
        const std::string bytes(reinterpret_cast<const char*>(blob->data()), blob->size());
        EXPECT_THAT(bytes, Not(HasSubstr(canary)));
      }
    }
  }
}

TEST_P(RecordOn, opens_nothing_that_was_moved) {
  const Person one = person("P-1", "one");
  const Person two = person("P-2", "two");
  must(add(one));
  must(add(two));
  must(open()->query("UPDATE person SET name = (SELECT name FROM person WHERE id = $1) WHERE id = $2",
                     {one.id.text(), two.id.text()}));
  EXPECT_EQ(must(read(one.id)).name->reveal(), "one");
  EXPECT_EQ(read(two.id).error().code, "vault.wrong_key");
  must(open()->query("UPDATE person SET contact = name WHERE id = $1", {one.id.text()}));
  EXPECT_EQ(read(one.id).error().code, "vault.damaged");
}

TEST_P(RecordOn, refuses_a_stored_value_that_no_version_wrote) {
  const Person one = person("P-1", "one");
  must(add(one));
  const auto column = [&](const std::string& change) {
    must(open()->query("UPDATE person SET " + change));
    return read(one.id).error().where.field;
  };
  EXPECT_EQ(column("age_group = 'old'"), "age_group");
  EXPECT_EQ(column("age_group = 'adult', birth_year = 99999999999"), "birth_year");
}

TEST_P(RecordOn, cannot_read_who_was_erased_and_knows_a_lost_key_from_that) {
  const Person gone = person("P-1", "gone");
  const Person lost = person("P-2", "lost");
  must(add(gone));
  must(add(lost));
  must(store_->write([&](service::Transaction& t) -> Result<bool> {
    must(t.destroy_key(gone.id.text()));
    return insert(t, Tombstone{gone.id, Instant{3}, "request"});
  }));
  must(open()->query("DELETE FROM person_key WHERE person = $1", {lost.id.text()}));
  EXPECT_FALSE(must(read(gone.id)).name);
  EXPECT_EQ(read(lost.id).error().code, "vault.no_key");
  const auto anew = store_->write([&](service::Transaction& t) { return replace(t, gone); });
  EXPECT_EQ(anew.error().code, "person.erased");
}

/// PostgreSQL has no log of its own here to sweep.
class RecordInFile : public RecordOn {};

TEST_P(RecordInFile, sweeps_an_erased_key_from_its_log_when_the_reader_in_the_way_is_gone) {
  const Person gone = person("P-1", "gone");
  must(add(gone));
  const auto row = must(open()->query("SELECT wrapped FROM person_key WHERE person = $1", {gone.id.text()}));
  const auto blob = must(row.get<Blob>(0, 0));
  const std::string wrapped(reinterpret_cast<const char*>(blob.data()), blob.size());
  const auto is_in_files = [&] {
    for (const std::string& path : {file(), file() + "-wal"}) {
      std::ifstream in(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      if (bytes.find(wrapped) != std::string::npos) return true;
    }
    return false;
  };
  const auto reader = open();
  {
    const auto reading = must(DatabaseTransaction::begin(*reader, Access::read));
    must(reader->query("SELECT count(*) FROM person"));
    const auto begun = std::chrono::steady_clock::now();
    must(store_->write([&](service::Transaction& t) { return t.destroy_key(gone.id.text()); }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
    EXPECT_TRUE(is_in_files());
  }
  for (int tries = 0; tries < 100 && is_in_files(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(is_in_files());
}

INSTANTIATE_TEST_SUITE_P(Store, RecordInFile, testing::Values(Engine::sqlite), engine_name);

TEST_P(RecordOn, goes_on_with_a_new_practice_key) {
  const Person before = person("P-1", "before");
  must(add(before));
  must(begin_rotation(*keys_, {}));
  const Person during = person("P-2", "during");
  must(add(during));
  EXPECT_EQ(must(rewrap(*keys_, store_->rewrap_steps())), 1U);
  must(finish_rotation(*keys_, store_->rewrap_steps()));
  EXPECT_EQ(must(read(before.id)).name->reveal(), "before");
  EXPECT_EQ(must(read(during.id)).name->reveal(), "during");
}

INSTANTIATE_TEST_SUITE_P(Store, RecordOn, each_engine, engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
