// What SQLite promises, on a disk that forgets and fills up (fault_vfs.hpp).

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "service/audit.hpp"
#include "service/record.hpp"
#include "store/adapters.hpp"
#include "store/database.hpp"
#include "store/each_engine.hpp"
#include "store/fault_vfs.hpp"
#include "store/migrate.hpp"
#include "store/practice_data.hpp"
#include "store/record_store.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

/// The rows of the table: key and version.
using State = std::map<std::int64_t, std::int64_t>;

class Fault : public testing::Test {
 protected:
  void SetUp() override { disk_.reset(); }
  void TearDown() override { disk_.reset(); }

  [[nodiscard]] std::unique_ptr<Connection> open() const {
    SqliteOptions options;
    options.vfs = FaultyDisk::vfs_name;
    auto opened = open_sqlite(file_, options);
    if (!opened) return nullptr;
    // Of pages: often, so that the power also fails while the log is brought into the file.
    (void)(*opened)->script("PRAGMA wal_autocheckpoint = 8");
    return *std::move(opened);
  }
  std::unique_ptr<Connection> make() {
    std::filesystem::remove(file_);
    auto connection = open();
    const auto made = connection->script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, filling BLOB NOT NULL) STRICT;"
        "CREATE INDEX t_version ON t (version)");
    if (!made) throw std::runtime_error(to_text(made.error()));
    return connection;
  }

  /// One transaction of some changes; `state` is what the table holds if it is kept.
  bool change(Connection& connection, State& state, std::int64_t version) {
    auto transaction = DatabaseTransaction::begin(connection);
    if (!transaction) return false;
    for (auto changes = 1 + chance_() % 6; changes > 0; --changes) {
      const auto id = static_cast<std::int64_t>(chance_() % 40);
      const bool remove = chance_() % 5 == 0;
      const Blob filling(chance_() % 3000, std::byte{1});
      const auto done =
          remove ? connection.query("DELETE FROM t WHERE id = $1", {id})
                 : connection.query(
                       "INSERT INTO t VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET version = $2, "
                       "filling = $3",
                       {id, version, filling});
      if (!done) return false;
      if (remove)
        state.erase(id);
      else
        state[id] = version;
    }
    return transaction->commit().has_value();
  }

  static State read(Connection& connection) {
    State state;
    const auto rows = connection.query("SELECT id, version FROM t");
    for (std::size_t i = 0; rows && i < rows->size(); ++i)
      state[rows->get<std::int64_t>(i, 0).value()] = rows->get<std::int64_t>(i, 1).value();
    return state;
  }
  static void expect_whole(Connection& connection) {
    const auto rows = connection.query("PRAGMA integrity_check");
    ASSERT_TRUE(rows) << to_text(rows.error());
    EXPECT_EQ(rows->at(0, 0), Value("ok"));
  }

  /// Writes until the power fails; what was acknowledged, and what the last, unanswered transaction would
  /// have made.
  struct Outcome {
    State acknowledged;
    State in_flight;
    int commits = 0;
  };
  Outcome write_until_dark(std::unique_ptr<Connection> connection) {
    Outcome outcome;
    outcome.acknowledged = outcome.in_flight = read(*connection);
    disk_.cut_power_after(chance_() % 120);
    // A damaged database refuses before anything is written.
    for (int tries = 0; !disk_.power_is_cut() && tries < 1000; ++tries) {
      outcome.in_flight = outcome.acknowledged;
      if (!change(*connection, outcome.in_flight, ++version_)) continue;
      outcome.acknowledged = outcome.in_flight;
      ++outcome.commits;
    }
    return outcome;
  }

  TemporaryFolder folder_;
  std::string file_ = folder_ / "record.db";
  FaultyDisk& disk_ = FaultyDisk::instance();
  std::mt19937_64 chance_{20261125};
  std::int64_t version_ = 0;
};

TEST_F(Fault, after_a_power_cut_every_acknowledged_commit_is_there) {
  auto connection = make();
  int commits = 0;
  int unanswered_and_kept = 0;
  for (int round = 0; round < 300; ++round) {
    const Outcome outcome = write_until_dark(std::move(connection));
    disk_.come_back(chance_);
    connection = open();
    ASSERT_TRUE(connection) << "round " << round;
    expect_whole(*connection);
    const State found = read(*connection);
    ASSERT_TRUE(found == outcome.acknowledged || found == outcome.in_flight) << "round " << round;
    commits += outcome.commits;
    unanswered_and_kept += found != outcome.acknowledged ? 1 : 0;
  }
  EXPECT_GT(commits, 500);
  EXPECT_GT(unanswered_and_kept, 0);  // the power also failed between the sync and the answer
}

TEST_F(Fault, the_layer_loses_what_is_not_synced) {
  // Without this the test above could not fail.
  auto connection = make();
  int lost = 0;
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(connection->script("PRAGMA synchronous = OFF"));
    const Outcome outcome = write_until_dark(std::move(connection));
    disk_.come_back(chance_);
    connection = open();
    const bool whole = connection && read(*connection) == outcome.acknowledged;
    lost += whole ? 0 : 1;
    if (!whole) {
      connection.reset();
      disk_.reset();
      for (const char* ending : {"", "-wal", "-shm"}) std::filesystem::remove(file_ + ending);
      connection = make();
    }
  }
  EXPECT_GT(lost, 5);
}

TEST_F(Fault, on_a_full_disk_nothing_is_lost_and_nothing_half_kept) {
  auto connection = make();
  State state;
  int full = 0;
  for (int round = 0; round < 200; ++round) {
    disk_.set_room(chance_() % 30000);
    for (int n = 0; n < 8; ++n) {
      State next = state;
      if (change(*connection, next, ++version_))
        state = next;
      else
        ++full;
      ASSERT_FALSE(connection->in_transaction());
      ASSERT_EQ(read(*connection), state) << "round " << round;
    }
    disk_.set_room(std::nullopt);
    State next = state;
    ASSERT_TRUE(change(*connection, next, ++version_)) << "goes on when there is room again";
    state = next;
    expect_whole(*connection);
    if (round % 10 == 0) {
      // Now and then the log is emptied, so that it grows again.
      ASSERT_TRUE(connection->query("PRAGMA wal_checkpoint(TRUNCATE)"));
      connection.reset();
      connection = open();
      ASSERT_TRUE(connection);
      EXPECT_EQ(read(*connection), state);
    }
  }
  EXPECT_GT(full, 20);
}

TEST_F(Fault, a_full_disk_has_a_code_and_ends_the_transaction) {
  const auto connection = make();
  ASSERT_TRUE(connection->query("PRAGMA wal_checkpoint(TRUNCATE)"));
  disk_.set_room(0);
  auto transaction = DatabaseTransaction::begin(*connection);
  ASSERT_TRUE(transaction);
  const auto done = connection->query("INSERT INTO t VALUES (1, 1, $1)", {Blob(100, std::byte{1})});
  const auto kept = transaction->commit();
  ASSERT_FALSE(kept);
  EXPECT_EQ(done ? kept.error().code : done.error().code, "database.full");
  EXPECT_EQ(done ? kept.error().kind : done.error().kind, ErrorKind::io);
  disk_.set_room(std::nullopt);
  EXPECT_TRUE(read(*connection).empty());
  EXPECT_TRUE(connection->query("INSERT INTO t VALUES (1, 1, x'00')"));
}

/// The whole record on such a disk: its writer, its keys, its audit.
class FaultOfTheRecord : public Fault {
 protected:
  void SetUp() override {
    Fault::SetUp();
    keys_ = std::make_unique<KeyRing>(must(KeyRing::create(folder_ / "keys", {})));
    secrets_ = std::make_unique<VaultSecrets>(*keys_);
    must(migrate(*must(open_sqlite(file_)), must(program_migrations()), {Instant{1}, {}}));
  }
  void TearDown() override {
    record_.reset();
    Fault::TearDown();
  }

  void start() {
    record_ = must(RecordStore::start(
        [this]() -> Result<std::unique_ptr<Connection>> {
          auto opened = open();
          if (opened) return opened;
          return fail(ErrorKind::io, "database.open", "the disk is dark");
        },
        *keys_, 1));
    practice_.emplace(service::Practice{*record_, clock_, entropy_, *secrets_, library_});
  }
  /// One person with a sealed name, and the audit's entry.
  bool add_person() {
    service::Person person;
    person.id = service::new_id<service::Person>(entropy_);
    person.code = person.id.text();
    person.name = Private<std::string>(person.code + std::string(chance_() % 2000, 'x'));
    const auto written = record_->write([&](service::Transaction& transaction) -> Result<bool> {
      if (auto keyed = transaction.create_key(person.id.text()); !keyed) return keyed;
      if (auto added = service::insert(transaction, person); !added) return added;
      return service::append_audit(transaction, *practice_, service::the_program(),
                                   {"person.add", service::Permission::anyone, {}, person.id, ""});
    });
    if (written) acknowledged_.insert(person.code);
    return written.has_value();
  }
  void expect_all() {
    std::set<std::string> found;
    must(record_->read([&](service::Transaction& transaction) -> Result<bool> {
      for (const auto& person : must(service::list<service::Person>(transaction))) {
        EXPECT_TRUE(person.name->reveal().starts_with(person.code));
        found.insert(person.code);
      }
      return true;
    }));
    EXPECT_TRUE(std::includes(found.begin(), found.end(), acknowledged_.begin(), acknowledged_.end()));
    const auto verdict = must(service::verify_audit(*practice_, {}));
    EXPECT_TRUE(verdict.intact) << verdict.words;
    EXPECT_EQ(verdict.entries, static_cast<std::int64_t>(found.size()));
    acknowledged_ = std::move(found);  // the one that was in flight may be there too
    expect_whole(*open());
  }

  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<VaultSecrets> secrets_;
  SystemClock clock_;
  KernelEntropy entropy_;
  catalog::Library library_;
  std::unique_ptr<RecordStore> record_;
  std::optional<service::Practice> practice_;
  std::set<std::string> acknowledged_;
};

TEST_F(FaultOfTheRecord, a_power_cut_loses_nothing_that_was_acknowledged) {
  for (int round = 0; round < 60; ++round) {
    start();
    disk_.cut_power_after(chance_() % 250);
    for (int tries = 0; !disk_.power_is_cut() && tries < 1000; ++tries) (void)add_person();
    record_.reset();
    disk_.come_back(chance_);
    start();
    expect_all();
    record_.reset();
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GT(acknowledged_.size(), 60U);
}

TEST_F(FaultOfTheRecord, a_full_disk_loses_nothing_and_is_said) {
  start();
  int refused = 0;
  for (int round = 0; round < 60; ++round) {
    disk_.set_room(chance_() % 60000);
    for (int n = 0; n < 8; ++n) refused += add_person() ? 0 : 1;
    disk_.set_room(std::nullopt);
    ASSERT_TRUE(add_person()) << "goes on when there is room again";
  }
  expect_all();
  EXPECT_GT(refused, 20);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
