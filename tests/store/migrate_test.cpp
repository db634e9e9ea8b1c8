#include "store/migrate.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <thread>

#include "store/content.hpp"
#include "store/each_engine.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::Not;

Migration step(int version, const std::string& sql) {
  return {version, "step", sql, sha256(sql)};
}

const std::string first_sql =
    "CREATE TABLE a (id {{integer}} PRIMARY KEY, t {{text}} NOT NULL, r {{real}}, b {{blob}}) "
    "{{strict}};\nINSERT INTO a VALUES (1, 'one', 0.5, NULL);\n";

class Migrate : public EachEngine {
 protected:
  MigrationOptions options() {
    return {Instant{1234}, [this](const Migration& migration) {
              asked_.push_back(migration.version);
              return Result<bool>(true);
            }};
  }
  static std::string to(const Result<MigrationReport>& report) {
    return report ? std::to_string(report->from) + " to " + std::to_string(report->to)
                  : to_text(report.error());
  }

  const std::vector<Migration> one_ = {step(1, first_sql)};
  const std::vector<Migration> two_ = {step(1, first_sql),
                                       step(2, "CREATE TABLE c (k {{text}} PRIMARY KEY) {{keyed}}")};
  std::vector<int> asked_;
};

TEST_P(Migrate, takes_each_step_once) {
  const auto connection = open();
  EXPECT_EQ(schema_version(*connection).value(), 0);
  EXPECT_EQ(to(migrate(*connection, two_, options())), "0 to 2");
  EXPECT_EQ(schema_version(*connection).value(), 2);
  EXPECT_EQ(to(migrate(*connection, two_, options())), "2 to 2");
  EXPECT_THAT(asked_, testing::IsEmpty());  // it was empty: nothing to lose
  const auto rows =
      connection->query("SELECT version, name, sha256, at FROM schema_migration ORDER BY version");
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(1, 0), Value(std::int64_t{2}));
  EXPECT_EQ(rows->at(1, 1), Value("step"));
  EXPECT_EQ(rows->at(1, 2), Value(two_[1].sha256));
  EXPECT_EQ(rows->at(1, 3), Value(std::int64_t{1234}));
  EXPECT_EQ(connection->query("SELECT r FROM a")->get<double>(0, 0).value(), 0.5);
}

TEST_P(Migrate, a_step_that_fails_leaves_the_old_version) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, one_, options()));
  auto bad = two_;
  bad[1] = step(
      2,
      "CREATE TABLE c (k {{integer}}); UPDATE a SET t = 'changed'; INSERT INTO a VALUES (1, 'x', 0, NULL)");
  const auto failed = migrate(*connection, bad, options());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "migration.step");
  EXPECT_EQ(failed.error().where.name, "0002_step.sql");
  EXPECT_THAT(failed.error().detail, HasSubstr("database.unique"));
  EXPECT_FALSE(connection->in_transaction());
  EXPECT_EQ(schema_version(*connection).value(), 1);
  EXPECT_EQ(connection->query("SELECT t FROM a")->get<std::string>(0, 0).value(), "one");
  EXPECT_FALSE(connection->query("SELECT 1 FROM c"));
  EXPECT_EQ(to(migrate(*connection, two_, options())), "1 to 2");
}

TEST_P(Migrate, refuses_a_step_that_was_another) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, two_, options()));
  auto other = two_;
  other[0] = step(1, first_sql + " ");
  const auto refused = migrate(*connection, other, options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "migration.differs");
  EXPECT_EQ(refused.error().where.name, "0001_step.sql");
}

TEST_P(Migrate, refuses_a_database_of_a_newer_program) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, two_, options()));
  const auto refused = migrate(*connection, one_, options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "migration.newer");
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_EQ(schema_version(*connection).value(), 2);
}

TEST_P(Migrate, there_is_a_way_back_before_content_changes) {
  const auto connection = open();
  ASSERT_TRUE(migrate(*connection, one_, options()));
  if (!on_sqlite()) {
    EXPECT_EQ(migrate(*connection, two_, {Instant{1}, {}}).error().code, "migration.no_backup");
    EXPECT_EQ(schema_version(*connection).value(), 1);
  }
  const auto refused = migrate(*connection, two_, {Instant{1}, [](const Migration&) -> Result<bool> {
                                                     return fail(ErrorKind::io, "test.no", "no backup today");
                                                   }});
  EXPECT_EQ(refused.error().code, "test.no");
  EXPECT_EQ(schema_version(*connection).value(), 1);
  const auto report = migrate(*connection, two_, options());
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_THAT(asked_, testing::ElementsAre(2));
  if (!on_sqlite()) return;
  EXPECT_EQ(report->backup, file() + ".before-0002");
  struct stat status {};
  ASSERT_EQ(stat(report->backup.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto copy = *open_sqlite(report->backup);
  EXPECT_EQ(schema_version(*copy).value(), 1);
  EXPECT_EQ(copy->query("SELECT t FROM a")->get<std::string>(0, 0).value(), "one");
}

TEST_P(Migrate, of_two_at_once_one_waits) {
  const auto left = open();
  const auto right = open();
  std::atomic<bool> waiting = false;
  const std::vector<Migration> slow = {step(1, first_sql), step(2, "INSERT INTO a SELECT 2, 'two', 0, NULL"),
                                       step(3, "UPDATE a SET t = t || '+'")};
  std::string other;
  std::thread thread([&] {
    waiting = true;
    other = to(migrate(*right, slow, options()));
  });
  while (!waiting) std::this_thread::yield();
  const auto mine =
      to(migrate(*left, slow, {Instant{1}, [](const Migration&) { return Result<bool>(true); }}));
  thread.join();
  EXPECT_THAT(mine, testing::EndsWith(" to 3"));
  EXPECT_THAT(other, testing::EndsWith(" to 3"));
  EXPECT_EQ(left->query("SELECT t FROM a ORDER BY id")->get<std::string>(1, 0).value(), "two+");
  EXPECT_EQ(left->query("SELECT count(*) FROM schema_migration")->get<std::int64_t>(0, 0).value(), 3);
}

TEST_P(Migrate, who_comes_while_a_step_is_taken_waits_and_finds_it_done) {
  const auto left = open();
  const auto right = open();
  ASSERT_TRUE(migrate(*left, one_, options()));
  // The second begins when the first is inside its step, and cannot end before it.
  std::thread thread;
  std::atomic<bool> first_done = false;
  std::string other;
  const auto mine = migrate(*left, two_, {Instant{1}, [&](const Migration&) {
                                            thread = std::thread([&] {
                                              other = to(migrate(*right, two_, options()));
                                              EXPECT_TRUE(first_done);
                                            });
                                            std::this_thread::sleep_for(std::chrono::milliseconds(50));
                                            first_done = true;
                                            return Result<bool>(true);
                                          }});
  thread.join();
  EXPECT_EQ(to(mine), "1 to 2");
  EXPECT_EQ(other, "2 to 2");
  EXPECT_THAT(asked_, testing::IsEmpty());
}

TEST_P(Migrate, a_step_cannot_end_its_transaction) {
  const auto connection = open();
  for (const std::string word : {"COMMIT", "end", "ROLLBACK", "/* x */ Commit", "-- x\nBEGIN",
                                 "PRAGMA foreign_keys = 0", "VACUUM", "SET search_path = x", "SAVEPOINT s"}) {
    const std::vector<Migration> bad = {step(1, "CREATE TABLE a (i {{integer}});\n" + word + ";")};
    const auto refused = migrate(*connection, bad, options());
    ASSERT_FALSE(refused) << word;
    EXPECT_EQ(refused.error().code, "migration.statement") << word;
    EXPECT_GE(refused.error().where.line, 2U);
    EXPECT_EQ(schema_version(*connection).value(), 0);
    EXPECT_FALSE(connection->query("SELECT * FROM a"));
  }
}

TEST_P(Migrate, triggers_and_functions_of_one_engine) {
  const auto connection = open();
  const std::string sql =
      "CREATE TABLE log (id {{integer}} PRIMARY KEY, t {{text}}) {{strict}};\n"
      "{{if sqlite}}CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'stays'); "
      "END;{{end}}\n"
      "{{if postgres}}CREATE FUNCTION log_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
      "EXCEPTION "
      "'stays'; END $$;\nCREATE TRIGGER log_stays BEFORE DELETE ON log FOR EACH ROW EXECUTE FUNCTION "
      "log_stays();{{end}}\nINSERT INTO log VALUES (1, 'a;''b; COMMIT');\n";
  EXPECT_EQ(to(migrate(*connection, {step(1, sql)}, options())), "0 to 1");
  EXPECT_EQ(connection->query("DELETE FROM log").error().code, "database.check");
}

TEST_P(Migrate, all_steps_of_the_program_are_taken) {
  const auto migrations = program_migrations();
  ASSERT_TRUE(migrations) << to_text(migrations.error());
  const auto connection = open();
  const auto report = migrate(*connection, *migrations, options());
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(report->to, static_cast<int>(migrations->size()));
}

INSTANTIATE_TEST_SUITE_P(Store, Migrate, each_engine, engine_name);

TEST(Migration, is_named_by_number_and_words) {
  const auto migration = parse_migration("0012_two_words.sql", "SELECT 1");
  ASSERT_TRUE(migration);
  EXPECT_EQ(migration->version, 12);
  EXPECT_EQ(migration->name, "two_words");
  EXPECT_EQ(migration->sha256, sha256("SELECT 1"));
  for (const char* name :
       {"1_a.sql", "0000_a.sql", "0001_.sql", "0001-a.sql", "0001_A.sql", "0001_a.txt", "0001_a/b.sql"})
    EXPECT_EQ(parse_migration(name, "").error().code, "migration.name") << name;
  EXPECT_FALSE(parse_migration("0001_a.sql", std::string_view("a\0b", 3)));
}

TEST(Migration, tokens_become_what_an_engine_reads) {
  const auto render = [](const std::string& sql, Engine engine) {
    const auto text = render_migration(step(1, sql), engine);
    return text ? *text : text.error().code + " " + std::to_string(text.error().where.line);
  };
  const std::string sql = "a {{integer}} {{real}} {{text}} {{blob}} {{strict}}|{{keyed}}";
  EXPECT_EQ(render(sql, Engine::sqlite), "a INTEGER REAL TEXT BLOB STRICT|STRICT, WITHOUT ROWID");
  EXPECT_EQ(render(sql, Engine::postgres), "a bigint double precision text COLLATE \"C\" bytea |");
  const std::string both = "x{{if sqlite}} s\n{{integer}}\n{{end}}{{if postgres}} p{{end}} y";
  EXPECT_EQ(render(both, Engine::sqlite), "x s\nINTEGER\n y");
  EXPECT_EQ(render(both, Engine::postgres), "x\n\n p y");  // lines keep their numbers
  for (const char* wrong :
       {"a\n{{int}}", "a\n{{if sqlite}}\n{{if postgres}}", "a\nb{{end}}", "\n{{integer", "\n{{}}"})
    EXPECT_THAT(render(wrong, Engine::sqlite), HasSubstr("migration.token")) << wrong;
  EXPECT_EQ(render("a\nb\n{{int}}", Engine::sqlite), "migration.token 3");
  EXPECT_THAT(render("{{if sqlite}}", Engine::sqlite), HasSubstr("migration.token"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
