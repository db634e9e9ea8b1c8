#pragma once
// Tests that hold on SQLite and on PostgreSQL.
//
//   using Thing = EachEngine;
//   TEST_P(Thing, does_something) { auto connection = open(); ... }
//   INSTANTIATE_TEST_SUITE_P(Store, Thing, each_engine, engine_name);

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "store/database.hpp"
#include "store/postgres_cluster.hpp"

namespace securebase::store {

/// What it holds; a test that went on without it would say less.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_text(result.error()));
  return *std::move(result);
}

/// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path().string() + "/securebase-test-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class EachEngine : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (GetParam() == Engine::sqlite) return;
    auto& cluster = PostgresCluster::instance();
    if (!cluster.unavailable().empty()) GTEST_SKIP() << cluster.unavailable();
    conninfo_ = cluster.new_database();
  }

  /// Instead of SetUp: with a copy of the database that `make` fills once for each engine; making one takes
  /// longer than most tests.
  void begin_with_a_copy(const std::function<void()>& make) {
    static const TemporaryFolder kept;
    static std::string made_on_postgres;
    if (on_sqlite()) {
      const std::string made = kept / "record.db";
      if (!std::filesystem::exists(made)) {
        make();
        std::filesystem::copy_file(file(), made);
      } else {
        std::filesystem::copy_file(made, file());
      }
      return;
    }
    auto& cluster = PostgresCluster::instance();
    if (!cluster.unavailable().empty()) GTEST_SKIP() << cluster.unavailable();
    if (made_on_postgres.empty()) {
      made_on_postgres = cluster.new_database_like("template0");
      conninfo_ = cluster.conninfo(made_on_postgres);
      make();
    }
    copied_ = cluster.new_database_like(made_on_postgres);
    conninfo_ = cluster.conninfo(copied_);
  }
  void TearDown() override {
    if (!copied_.empty()) PostgresCluster::instance().drop_database(copied_);
  }

  /// A connection to this test's database, the same one each time.
  [[nodiscard]] Result<std::unique_ptr<Connection>> try_open() const {
    return GetParam() == Engine::sqlite ? open_sqlite(file()) : open_postgres(conninfo_);
  }
  [[nodiscard]] std::unique_ptr<Connection> open() const {
    auto opened = try_open();
    if (!opened) throw std::runtime_error(to_text(opened.error()));
    return *std::move(opened);
  }
  [[nodiscard]] std::string file() const { return folder_ / "record.db"; }
  [[nodiscard]] const std::string& conninfo() const { return conninfo_; }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
  [[nodiscard]] bool on_sqlite() const { return GetParam() == Engine::sqlite; }

  /// Tokens as in a migration, for tables of tests.
  [[nodiscard]] std::string ddl(std::string text) const {
    const bool sqlite = on_sqlite();
    const std::pair<const char*, const char*> tokens[] = {{"{{integer}}", sqlite ? "INTEGER" : "bigint"},
                                                          {"{{real}}", sqlite ? "REAL" : "double precision"},
                                                          {"{{text}}", "text"},
                                                          {"{{blob}}", sqlite ? "BLOB" : "bytea"},
                                                          {"{{strict}}", sqlite ? "STRICT" : ""}};
    for (const auto& [token, type] : tokens)
      for (auto at = text.find(token); at != std::string::npos; at = text.find(token))
        text.replace(at, std::string(token).size(), type);
    return text;
  }

 private:
  TemporaryFolder folder_;
  std::string conninfo_;
  std::string copied_;  ///< the database's name; empty: none
};

inline const auto each_engine = testing::Values(Engine::sqlite, Engine::postgres);
inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::sqlite ? "sqlite" : "postgres";
}

}  // namespace securebase::store
