#include "store/database.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <limits>
#include <thread>

#include "store/copy.hpp"
#include "store/each_engine.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::Not;

Blob bytes(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

/// What must not be found in an error.
const std::string canary = "canary-7341";

class Database : public EachEngine {
 protected:
  std::unique_ptr<Connection> open_with_table() {
    auto connection = open();
    const auto made = connection->script(ddl(
        "CREATE TABLE parent (id {{integer}} PRIMARY KEY, code {{text}} NOT NULL UNIQUE) {{strict}};"
        "CREATE TABLE thing (id {{integer}} PRIMARY KEY, code {{text}} CONSTRAINT thing_code CHECK (code <> "
        "'no'), number {{real}}, payload {{blob}}, parent {{integer}} REFERENCES parent (id)) {{strict}};"));
    if (!made) throw std::runtime_error(to_text(made.error()));
    return connection;
  }

  static std::int64_t count(Connection& connection, const std::string& table = "thing") {
    const auto rows = connection.query("SELECT count(*) FROM " + table);
    return rows ? rows->get<std::int64_t>(0, 0).value_or(-1) : -1;
  }
  static Result<Rows> add(Connection& connection, std::int64_t id, Value code = "x") {
    return connection.query("INSERT INTO thing (id, code) VALUES ($1, $2)", {id, std::move(code)});
  }
};

TEST_P(Database, values_come_back_as_they_went_in) {
  const auto connection = open_with_table();
  const std::vector<std::vector<Value>> rows = {
      {std::int64_t{1}, std::string("Ψυχή 日本"), 0.1, bytes(std::string_view("\0\1\377\200z", 5)), {}},
      {std::numeric_limits<std::int64_t>::min(), std::string(), -1e308, Blob{}, {}},
      {std::numeric_limits<std::int64_t>::max(), {}, 5e-324, {}, {}},
      {std::int64_t{9007199254740993},
       std::string("it's \"q\" \\x41 $1"),
       2.0,
       Blob(70000, std::byte{7}),
       {}},
  };
  for (const auto& row : rows) {
    const auto done = connection->query("INSERT INTO thing VALUES ($1, $2, $3, $4, $5)", row);
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->affected(), 1);
    const auto back = connection->query("SELECT * FROM thing WHERE id = $1", std::span(row).first(1));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->affected(), 0);
    EXPECT_THAT(back->cells(), testing::ElementsAreArray(row));
  }
}

TEST_P(Database, many_rows_at_once_are_the_same_rows) {
  const auto connection = open_with_table();
  constexpr std::array<std::string_view, 5> columns{"id", "code", "number", "payload", "parent"};
  std::vector<Value> cells;
  for (std::int64_t i = 0; i < 2500; ++i) {
    // A whole number goes into a column of double.
    Value number = i % 3 == 0 ? Value(i) : i % 3 == 1 ? Value(0.5) : Value();
    for (Value& value : std::vector<Value>{i, std::to_string(i), number, Blob(40, std::byte{1}), {}})
      cells.push_back(value);
  }
  ASSERT_TRUE(connection->bulk("thing", columns, cells));
  EXPECT_EQ(count(*connection), 2500);
  std::vector<Value> read;
  std::size_t parts = 0;
  ASSERT_TRUE(connection->read_in_parts("SELECT * FROM thing WHERE id >= $1 ORDER BY id",
                                        std::vector<Value>{std::int64_t{0}}, 1000, [&](const Rows& rows) {
                                          ++parts;
                                          EXPECT_LE(rows.size(), 1000U);
                                          read.insert(read.end(), rows.cells().begin(), rows.cells().end());
                                          return Result<bool>(true);
                                        }));
  EXPECT_EQ(parts, 3U);
  for (std::size_t i = 2; i < cells.size(); i += 5)
    if (const auto* whole = std::get_if<std::int64_t>(&cells[i])) cells[i] = static_cast<double>(*whole);
  EXPECT_TRUE(read == cells);
}

TEST_P(Database, of_many_rows_all_or_none) {
  const auto connection = open_with_table();
  constexpr std::array<std::string_view, 2> columns{"id", "code"};
  const std::vector<Value> twice{std::int64_t{1}, "a", std::int64_t{2}, "b", std::int64_t{1}, "c"};
  EXPECT_EQ(connection->bulk("thing", columns, twice).error().code, "database.unique");
  EXPECT_EQ(count(*connection), 0);
  EXPECT_FALSE(connection->in_transaction());
  const std::vector<Value> wrong{std::int64_t{1}, "a", std::int64_t{2}, bytes("b")};
  EXPECT_EQ(connection->bulk("thing", columns, wrong).error().code, "database.check");
  EXPECT_EQ(count(*connection), 0);
  EXPECT_EQ(connection->bulk("thing", columns, std::span(wrong).first(3)).error().code, "database.statement");
  constexpr std::array<std::string_view, 2> hostile{"id", "code\") VALUES (1); --"};
  EXPECT_EQ(connection->bulk("thing", hostile, wrong).error().code, "database.statement");
}

TEST_P(Database, a_sink_that_fails_ends_the_reading) {
  const auto connection = open();
  int parts = 0;
  const auto read = connection->read_in_parts(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n", {},
      10, [&](const Rows&) -> Result<bool> {
        ++parts;
        return fail(ErrorKind::io, "test.enough", "enough");
      });
  EXPECT_EQ(read.error().code, "test.enough");
  EXPECT_EQ(parts, 1);
  EXPECT_TRUE(connection->query("SELECT 1"));
}

TEST_P(Database, parameters_are_told_apart_by_number) {
  const auto connection = open();
  const std::string sql =
      "SELECT cast($2 AS text) || cast($2 AS text), cast($1 AS " + ddl("{{integer}}") + ") + 1";
  for (int run = 0; run < 3; ++run) {
    const auto rows = connection->query(sql, {std::int64_t{run}, "x"});
    ASSERT_TRUE(rows) << to_text(rows.error());
    EXPECT_EQ(rows->get<std::string>(0, 0), "xx");
    EXPECT_EQ(rows->get<std::int64_t>(0, 1), run + 1);
  }
  EXPECT_EQ(connection->query(sql, {std::int64_t{1}}).error().code, "database.statement");
  EXPECT_EQ(connection->query(sql, {std::int64_t{1}, "x", "y"}).error().code, "database.statement");
}

TEST_P(Database, more_statements_than_are_kept) {
  const auto connection = open();
  for (int i = 0; i < 600; ++i) {
    const auto rows = connection->query("SELECT " + std::to_string(i));
    ASSERT_TRUE(rows) << to_text(rows.error());
    ASSERT_EQ(rows->get<std::int64_t>(0, 0), i);
  }
}

TEST_P(Database, returning_gives_rows_and_a_count) {
  const auto connection = open_with_table();
  ASSERT_TRUE(add(*connection, 1));
  const auto rows =
      connection->query("UPDATE thing SET number = 2 WHERE id = $1 RETURNING number", {std::int64_t{1}});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->affected(), 1);
  EXPECT_EQ(rows->get<double>(0, 0), 2.0);  // SQLite says it is a whole number
  EXPECT_EQ(connection->query("UPDATE thing SET number = 3 WHERE id = 99")->affected(), 0);
  EXPECT_EQ(connection->query("DELETE FROM thing")->affected(), 1);
}

TEST_P(Database, an_absent_cell_and_one_of_another_type) {
  const auto connection = open();
  const auto rows = connection->query("SELECT 'text', NULL, 1");
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->get<std::int64_t>(0, 0).error().code, "database.value");
  EXPECT_THAT(rows->get<std::int64_t>(0, 0).error().detail, Not(HasSubstr("text'")));
  EXPECT_FALSE(rows->get<std::string>(0, 1));
  EXPECT_EQ(rows->find<std::string>(0, 1).value(), std::nullopt);
  EXPECT_EQ(rows->find<std::int64_t>(0, 2).value(), 1);
  EXPECT_THROW((void)rows->at(0, 3), std::out_of_range);
  EXPECT_THROW((void)rows->at(1, 0), std::out_of_range);
}

TEST_P(Database, what_no_column_takes_is_refused_before_it_reaches_the_engine) {
  const auto connection = open_with_table();
  const Value wrong[] = {std::string("a\0b", 3), std::string("\xff"), std::string("\xed\xa0\x80"),
                         std::string("\xc0\x80"), std::numeric_limits<double>::quiet_NaN()};
  for (const Value& value : wrong) {
    const auto done = connection->query("INSERT INTO thing (id, code) VALUES (1, $1)", {value});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "database.value");
    EXPECT_EQ(done.error().kind, ErrorKind::bad_data);
  }
  EXPECT_EQ(count(*connection), 0);
}

TEST_P(Database, text_is_no_blob_and_a_blob_is_no_text) {
  const auto connection = open_with_table();
  EXPECT_EQ(connection->query("INSERT INTO thing (id, payload) VALUES (1, $1)", {"\\x41"}).error().code,
            "database.check");
  EXPECT_EQ(connection->query("INSERT INTO thing (id, code) VALUES (1, $1)", {bytes("A")}).error().code,
            "database.check");
  EXPECT_EQ(count(*connection), 0);
}

TEST_P(Database, errors_have_codes_and_no_content) {
  const auto connection = open_with_table();
  ASSERT_TRUE(connection->query("INSERT INTO parent VALUES (1, $1)", {canary}));
  const auto expect = [&](std::string_view sql, std::vector<Value> values, std::string_view code,
                          ErrorKind kind) {
    const auto done = connection->query(sql, values);
    ASSERT_FALSE(done) << sql;
    EXPECT_EQ(done.error().code, code) << sql << to_text(done.error());
    EXPECT_EQ(done.error().kind, kind) << sql;
    EXPECT_THAT(to_text(done.error()), Not(HasSubstr(canary))) << sql;
  };
  expect("INSERT INTO parent VALUES (2, $1)", {canary}, "database.unique", ErrorKind::conflict);
  expect("INSERT INTO parent VALUES (1, $1)", {canary + "2"}, "database.unique", ErrorKind::conflict);
  expect("INSERT INTO thing (id, code, parent) VALUES (1, $1, 7)", {canary}, "database.foreign_key",
         ErrorKind::conflict);
  expect("INSERT INTO thing (id, code, number) VALUES (1, 'no', $1)", {7341.5}, "database.check",
         ErrorKind::bad_data);
  expect("INSERT INTO parent (id, code) VALUES (3, $1)", {{}}, "database.check", ErrorKind::bad_data);
  expect("INSERT INTO thing (id) VALUES ($1)", {canary}, "database.check", ErrorKind::bad_data);
  expect("SELECT '" + canary + "' FROM nowhere", {}, "database.statement", ErrorKind::internal);
  expect("SELECT 1; SELECT 2", {}, "database.statement", ErrorKind::internal);
  const auto unique = connection->query("INSERT INTO parent VALUES (2, $1)", {canary});
  EXPECT_THAT(unique.error().detail, HasSubstr("parent"));
  EXPECT_THAT(unique.error().detail, HasSubstr("code"));
  const auto check = connection->query("INSERT INTO thing (id, code) VALUES (1, 'no')");
  EXPECT_THAT(check.error().detail, HasSubstr("thing_code"));
  constexpr std::array<std::string_view, 2> columns{"id", "code"};
  const auto many = connection->bulk("parent", columns, std::vector<Value>{std::int64_t{9}, canary});
  EXPECT_THAT(to_text(many.error()), Not(HasSubstr(canary)));
}

TEST_P(Database, a_transaction_is_kept_only_when_committed) {
  const auto connection = open_with_table();
  {
    auto transaction = DatabaseTransaction::begin(*connection);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(add(*connection, 1));
    EXPECT_TRUE(connection->in_transaction());
    EXPECT_FALSE(DatabaseTransaction::begin(*connection));
  }
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_EQ(count(*connection), 0);
  auto transaction = DatabaseTransaction::begin(*connection, Access::serializable);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(add(*connection, 1));
  ASSERT_TRUE(transaction->commit());
  EXPECT_FALSE(transaction->commit());
  EXPECT_EQ(count(*open()), 1);
}

TEST_P(Database, a_failed_statement_fails_the_transaction) {
  const auto connection = open_with_table();
  auto transaction = DatabaseTransaction::begin(*connection);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(add(*connection, 1));
  EXPECT_EQ(add(*connection, 1).error().code, "database.unique");
  EXPECT_EQ(add(*connection, 2).error().code, "database.rolled_back");
  EXPECT_EQ(connection->script("SELECT 1").error().code, "database.rolled_back");
  const auto committed = transaction->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, "database.rolled_back");
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_EQ(count(*connection), 0);
}

TEST_P(Database, what_is_refused_before_the_engine_also_fails_the_transaction) {
  const auto connection = open_with_table();
  auto transaction = DatabaseTransaction::begin(*connection);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(add(*connection, 1));
  EXPECT_FALSE(add(*connection, 2, std::string("\xff")));
  EXPECT_EQ(transaction->commit().error().code, "database.rolled_back");
  EXPECT_EQ(count(*connection), 0);
}

TEST_P(Database, a_savepoint_confines_a_failure) {
  const auto connection = open_with_table();
  auto transaction = DatabaseTransaction::begin(*connection);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(add(*connection, 1));
  {
    auto outer = Savepoint::begin(*connection);
    ASSERT_TRUE(outer);
    ASSERT_TRUE(add(*connection, 2));
    {
      const auto inner = Savepoint::begin(*connection);
      ASSERT_TRUE(inner);
      ASSERT_TRUE(add(*connection, 3));
      EXPECT_FALSE(add(*connection, 1));
    }
    ASSERT_TRUE(outer->keep());
  }
  {
    auto undone = Savepoint::begin(*connection);
    ASSERT_TRUE(undone);
    EXPECT_FALSE(add(*connection, 1));
    EXPECT_EQ(undone->keep().error().code, "database.rolled_back");
  }
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(count(*connection), 2);
  EXPECT_FALSE(Savepoint::begin(*connection));
}

TEST_P(Database, a_reader_sees_one_state) {
  const auto reader = open_with_table();
  const auto writer = open();
  auto reading = DatabaseTransaction::begin(*reader, Access::read);
  ASSERT_TRUE(reading);
  EXPECT_EQ(count(*reader), 0);
  ASSERT_TRUE(add(*writer, 1));
  EXPECT_EQ(count(*reader), 0);
  ASSERT_TRUE(reading->commit());
  EXPECT_EQ(count(*reader), 1);
}

TEST_P(Database, serializable_writers_cannot_both_decide_on_what_they_saw) {
  const auto first = open_with_table();
  const auto second = open();
  // Each adds a row unless there is one. On SQLite the second waits for the first; on PostgreSQL one is busy.
  std::atomic<int> kept = 0;
  const auto decide = [&](Connection& connection) {
    for (int tries = 0; tries < 50; ++tries) {
      auto transaction = DatabaseTransaction::begin(connection, Access::serializable);
      if (!transaction) continue;
      const bool none = count(connection) == 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      const std::int64_t id = &connection == first.get() ? 1 : 2;
      if (none && !add(connection, id)) continue;
      if (!transaction->commit()) continue;
      kept += none ? 1 : 0;
      return;
    }
  };
  std::thread other([&] { decide(*second); });
  decide(*first);
  other.join();
  EXPECT_EQ(kept, 1);
  EXPECT_EQ(count(*first), 1);
}

TEST_P(Database, a_schema_that_changes_under_a_prepared_statement) {
  const auto connection = open_with_table();
  const auto other = open();
  ASSERT_TRUE(add(*connection, 1));
  EXPECT_EQ(connection->query("SELECT * FROM thing")->columns(), 5U);
  ASSERT_TRUE(other->script("ALTER TABLE thing ADD COLUMN more text"));
  const auto rows = connection->query("SELECT * FROM thing");
  ASSERT_TRUE(rows) << to_text(rows.error());
  EXPECT_EQ(rows->columns(), 6U);
  // Inside a transaction the whole of it may have to be repeated.
  ASSERT_TRUE(other->script("ALTER TABLE thing ADD COLUMN still_more text"));
  for (int tries = 0; tries < 2; ++tries) {
    auto transaction = DatabaseTransaction::begin(*connection);
    ASSERT_TRUE(transaction);
    const auto again = connection->query("SELECT * FROM thing");
    if (!again && tries == 0) {
      EXPECT_EQ(again.error().code, "database.busy");
      continue;
    }
    ASSERT_TRUE(again);
    EXPECT_EQ(again->columns(), 7U);
  }
}

TEST_P(Database, a_pool_lends_each_connection_to_one_at_a_time) {
  open_with_table();
  std::atomic<int> opened = 0;
  ConnectionPool pool(2, [&] {
    ++opened;
    return try_open();
  });
  {
    const auto first = pool.lease();
    ASSERT_TRUE(first);
    const auto second = pool.lease();
    ASSERT_TRUE(second);
    const auto third = pool.lease(std::chrono::milliseconds(1));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, "database.busy");
    ASSERT_TRUE((*first)->script("BEGIN"));  // left open by mistake
    ASSERT_TRUE(add(**first, 1));
  }
  EXPECT_EQ(opened, 2);
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int n = 0; n < 10; ++n) {
        const auto lease = pool.lease();
        if (lease && add(**lease, 10 + i * 100 + n)) ++done;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(done, 40);
  EXPECT_EQ(opened, 2);
  EXPECT_EQ(count(*open()), 40);
}

TEST_P(Database, a_pool_passes_on_why_it_cannot_open) {
  ConnectionPool pool(1, []() -> Result<std::unique_ptr<Connection>> {
    return fail(ErrorKind::io, "database.connection", "not there");
  });
  EXPECT_EQ(pool.lease().error().code, "database.connection");
  EXPECT_EQ(pool.lease(std::chrono::milliseconds(1)).error().code, "database.connection");
}

TEST_P(Database, copies_all_rows_to_either_engine) {
  const auto from = open_with_table();
  ASSERT_TRUE(from->script("BEGIN; INSERT INTO parent VALUES (1, 'p')"));
  for (std::int64_t i = 0; i < 2100; ++i)
    ASSERT_TRUE(from->query("INSERT INTO thing VALUES ($1, $2, $3, $4, 1)",
                            {i, std::to_string(i), static_cast<double>(i) / 4, Blob(3, std::byte{9})}));
  ASSERT_TRUE(from->script("COMMIT"));
  if (!PostgresCluster::instance().unavailable().empty())
    GTEST_SKIP() << PostgresCluster::instance().unavailable();
  const std::string other_way =
      "CREATE TABLE parent (code text NOT NULL UNIQUE, id bigint PRIMARY KEY);"
      "CREATE TABLE thing (id bigint PRIMARY KEY, code text, number double precision, "
      "payload bytea, parent bigint REFERENCES parent (id))";
  const std::string strict =
      "CREATE TABLE parent (code TEXT NOT NULL UNIQUE, id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE thing (id INTEGER PRIMARY KEY, code TEXT, number REAL, payload BLOB, "
      "parent INTEGER REFERENCES parent (id)) STRICT";
  auto to = on_sqlite() ? open_postgres(PostgresCluster::instance().new_database())
                        : open_sqlite(folder() / "copy.db");
  ASSERT_TRUE(to);
  constexpr std::array<std::string_view, 2> tables{"parent", "thing"};
  EXPECT_EQ(copy_database(*from, **to, tables).error().code, "copy.columns");
  ASSERT_TRUE((*to)->script(on_sqlite() ? other_way : strict));
  const auto copied = copy_database(*from, **to, tables);
  ASSERT_TRUE(copied) << to_text(copied.error());
  EXPECT_EQ(*copied, 2101);
  const std::string all = "SELECT id, code, number, payload, parent FROM thing ORDER BY id";
  EXPECT_TRUE(std::ranges::equal(from->query(all)->cells(), (*to)->query(all)->cells()));
  EXPECT_EQ(copy_database(*from, **to, tables).error().code, "copy.not_empty");
  EXPECT_FALSE((*to)->in_transaction());
  EXPECT_FALSE(from->in_transaction());
}

TEST_P(Database, a_copy_that_fails_leaves_nothing) {
  const auto from = open_with_table();
  ASSERT_TRUE(from->query("INSERT INTO parent VALUES (1, 'p')"));
  ASSERT_TRUE(add(*from, 1, "no longer allowed"));
  const auto to = open_sqlite(folder() / "copy.db");
  ASSERT_TRUE(to);
  ASSERT_TRUE(
      (*to)->script("CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT);"
                    "CREATE TABLE thing (id INTEGER PRIMARY KEY, code TEXT CHECK (code = 'x'), number REAL, "
                    "payload BLOB, parent INTEGER)"));
  constexpr std::array<std::string_view, 2> tables{"parent", "thing"};
  EXPECT_EQ(copy_database(*from, **to, tables).error().code, "database.check");
  EXPECT_EQ(count(**to, "parent"), 0);
}

INSTANTIATE_TEST_SUITE_P(Store, Database, each_engine, engine_name);

// SQLite alone

class SqliteFile : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string file_ = folder_ / "record.db";
};

TEST_F(SqliteFile, settings) {
  const auto connection = *open_sqlite(file_);
  const auto value = [&](const std::string& name) { return connection->query("PRAGMA " + name)->at(0, 0); };
  EXPECT_EQ(value("journal_mode"), Value("wal"));
  EXPECT_EQ(value("synchronous"), Value(std::int64_t{2}));
  EXPECT_EQ(value("foreign_keys"), Value(std::int64_t{1}));
  EXPECT_EQ(value("secure_delete"), Value(std::int64_t{1}));
  EXPECT_EQ(value("trusted_schema"), Value(std::int64_t{0}));
  EXPECT_EQ(value("busy_timeout"), Value(std::int64_t{5000}));
  EXPECT_EQ(value("temp_store"), Value(std::int64_t{2}));
  EXPECT_FALSE(connection->query("SELECT \"no such column\""));  // is not a text here
  ASSERT_TRUE(connection->script("CREATE TABLE t (a)"));
  ASSERT_TRUE(connection->script("PRAGMA writable_schema = ON"));
  EXPECT_FALSE(connection->query("DELETE FROM sqlite_schema"));
}

TEST_F(SqliteFile, only_its_owner_may_read_it) {
  const mode_t before = umask(0);
  const auto connection = open_sqlite(file_);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->script("CREATE TABLE t (a)"));
  for (const char* ending : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(stat((file_ + ending).c_str(), &status), 0) << ending;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << ending;
  }
  umask(before);
}

TEST_F(SqliteFile, what_cannot_be_opened) {
  EXPECT_EQ(open_sqlite(folder_ / "none/record.db").error().code, "database.connection");
  EXPECT_EQ(open_sqlite(file_, {.create = false}).error().code, "database.connection");
  EXPECT_EQ(open_sqlite(file_, {.read_only = true}).error().code, "database.connection");
  EXPECT_FALSE(std::filesystem::exists(file_));
  std::ofstream(file_) << std::string(5000, 'x');
  EXPECT_EQ(open_sqlite(file_).error().code, "database.corrupt");
}

TEST_F(SqliteFile, opened_for_reading_it_is_not_changed) {
  ASSERT_TRUE((*open_sqlite(file_))->script("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  const auto reader = open_sqlite(file_, {.read_only = true});
  ASSERT_TRUE(reader) << to_text(reader.error());
  EXPECT_EQ((*reader)->query("SELECT a FROM t")->get<std::int64_t>(0, 0), 1);
  EXPECT_EQ((*reader)->query("INSERT INTO t VALUES (2)").error().code, "database.read_only");
}

TEST_F(SqliteFile, a_second_writer_waits_and_then_is_told) {
  const auto first = *open_sqlite(file_);
  ASSERT_TRUE(first->script("CREATE TABLE t (a)"));
  const auto second = *open_sqlite(file_, {.patience = std::chrono::milliseconds(10)});
  const auto writing = DatabaseTransaction::begin(*first);
  ASSERT_TRUE(writing);
  const auto refused = DatabaseTransaction::begin(*second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "database.busy");
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(DatabaseTransaction::begin(*second, Access::read));
}

TEST_F(SqliteFile, is_copied_while_others_write) {
  const auto connection = *open_sqlite(file_);
  ASSERT_TRUE(connection->script("CREATE TABLE t (a INTEGER, b INTEGER, filling BLOB) STRICT"));
  const std::string add = "INSERT INTO t VALUES ($1, $1, randomblob(2000))";
  for (std::int64_t i = 0; i < 2000; ++i) {
    if (i % 200 == 0) {
      ASSERT_TRUE(connection->script(i > 0 ? "COMMIT; BEGIN" : "BEGIN"));
    }
    ASSERT_TRUE(connection->query(add, {i}));
  }
  ASSERT_TRUE(connection->script("COMMIT"));
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    const auto other = *open_sqlite(file_);
    for (std::int64_t i = 10000; !stop; ++i)
      if (other->query(add, {i})) ++written;
  });
  while (written == 0) std::this_thread::yield();
  const auto copied = backup_sqlite(*connection, folder_ / "copy.db");
  stop = true;
  writer.join();
  ASSERT_TRUE(copied) << to_text(copied.error());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db.part"));
  struct stat status {};
  ASSERT_EQ(stat((folder_ / "copy.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto copy = *open_sqlite(folder_ / "copy.db");
  const auto rows = copy->query("SELECT count(*), sum(a = b) FROM t");
  EXPECT_GE(*rows->get<std::int64_t>(0, 0), 2001);
  EXPECT_EQ(rows->at(0, 0), rows->at(0, 1));
  EXPECT_EQ(backup_sqlite(*connection, folder_ / "copy.db").error().code, "file.exists");
  EXPECT_TRUE(backup_sqlite(*connection, folder_ / "copy.db", IfExists::replace));
}

TEST_F(SqliteFile, a_copy_of_a_damaged_file_is_refused) {
  {
    const auto connection = *open_sqlite(file_);
    ASSERT_TRUE(
        connection->script("CREATE TABLE t (a TEXT); CREATE INDEX ta ON t (a);"
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                           "INSERT INTO t SELECT printf('%0100d', i) FROM n"));
  }
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40 * 4096 + 100);
    file << std::string(3000, '\x55');
  }
  const auto connection = open_sqlite(file_);
  ASSERT_TRUE(connection);
  EXPECT_EQ(backup_sqlite(**connection, folder_ / "copy.db").error().code, "database.corrupt");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db.part"));
}

// PostgreSQL alone

class PostgresServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!cluster_.unavailable().empty()) GTEST_SKIP() << cluster_.unavailable();
    conninfo_ = cluster_.new_database();
  }
  PostgresCluster& cluster_ = PostgresCluster::instance();
  std::string conninfo_;
};

TEST_F(PostgresServer, settings) {
  const auto connection = *open_postgres(conninfo_);
  const auto value = [&](const std::string& name) { return connection->query("SHOW " + name)->at(0, 0); };
  EXPECT_EQ(value("timezone"), Value("UTC"));
  EXPECT_EQ(value("statement_timeout"), Value("30s"));
  EXPECT_EQ(value("lock_timeout"), Value("5s"));
  EXPECT_EQ(value("idle_in_transaction_session_timeout"), Value("1min"));
  EXPECT_EQ(value("client_encoding"), Value("UTF8"));
}

TEST_F(PostgresServer, says_nothing_by_itself) {
  testing::internal::CaptureStderr();
  const auto connection = *open_postgres(conninfo_);
  EXPECT_TRUE(
      connection->script("CREATE TABLE IF NOT EXISTS t (a text); CREATE TABLE IF NOT EXISTS t (a text);"
                         "DO $$ BEGIN RAISE WARNING 'loud'; END $$"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(PostgresServer, what_cannot_be_reached) {
  EXPECT_EQ(open_postgres("host=/nowhere").error().code, "database.connection");
  EXPECT_EQ(open_postgres(cluster_.conninfo() + " user=nobody_here").error().kind, ErrorKind::io);
  const auto malformed = open_postgres("password=" + canary + " '");
  ASSERT_FALSE(malformed);
  EXPECT_THAT(to_text(malformed.error()), Not(HasSubstr(canary)));
}

TEST_F(PostgresServer, types_that_are_none_of_ours) {
  const auto connection = *open_postgres(conninfo_);
  EXPECT_EQ(connection->query("SELECT now()").error().code, "database.statement");
  const auto rows = connection->query("SELECT true, 1::smallint, 2::int, 0.5::real, 'v'::varchar, 'n'::name");
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->cells(),
              testing::ElementsAre(Value(std::int64_t{1}), Value(std::int64_t{1}), Value(std::int64_t{2}),
                                   Value(0.5), Value("v"), Value("n")));
}

TEST_F(PostgresServer, a_lost_connection_is_an_error_of_that_call_and_the_pool_replaces_it) {
  ConnectionPool pool(1, [&] { return open_postgres(conninfo_); });
  const auto killer = *open_postgres(conninfo_);
  {
    const auto lease = pool.lease();
    ASSERT_TRUE(lease);
    const auto process = (*lease)->query("SELECT pg_backend_pid()")->get<std::int64_t>(0, 0);
    auto transaction = DatabaseTransaction::begin(**lease);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(killer->query("SELECT pg_terminate_backend($1)", {*process}));
    // The server may take a moment.
    Result<Rows> lost = Rows();
    while (lost) lost = (*lease)->query("SELECT 1");
    EXPECT_EQ(lost.error().code, "database.connection");
    EXPECT_EQ(lost.error().kind, ErrorKind::io);
    EXPECT_FALSE((*lease)->usable());
    EXPECT_FALSE(transaction->commit());
  }
  const auto lease = pool.lease();
  ASSERT_TRUE(lease);
  EXPECT_TRUE((*lease)->query("SELECT 1"));
}

TEST_F(PostgresServer, a_restart_while_connections_are_idle_goes_unnoticed) {
  ConnectionPool pool(2, [&] { return open_postgres(conninfo_); });
  {
    const auto first = pool.lease();
    const auto second = pool.lease();
    ASSERT_TRUE(first && second);
    ASSERT_TRUE((*first)->script("CREATE TABLE kept (a bigint); INSERT INTO kept VALUES (1)"));
  }
  cluster_.stop(SIGQUIT);
  EXPECT_EQ(open_postgres(conninfo_).error().code, "database.connection");
  ASSERT_TRUE(cluster_.start());
  const auto first = pool.lease();
  const auto second = pool.lease();
  ASSERT_TRUE(first && second);
  EXPECT_EQ((*first)->query("SELECT a FROM kept")->get<std::int64_t>(0, 0), 1);
  EXPECT_EQ((*second)->query("SELECT a FROM kept")->get<std::int64_t>(0, 0), 1);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
