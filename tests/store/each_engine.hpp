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

  /// Instead of SetUp: with the tables that `make` makes once for each engine, and nothing in them; making
  /// them takes longer than most tests.
  void begin_with_tables(const std::function<void()>& make) {
    static const TemporaryFolder kept;
    static std::string made_on_postgres;
    if (!on_sqlite()) {
      if (made_on_postgres.empty())
        EachEngine::SetUp();
      else
        PostgresCluster::empty_tables(made_on_postgres);
      if (IsSkipped()) return;
      if (made_on_postgres.empty()) {
        make();
        made_on_postgres = conninfo_;
      }
      conninfo_ = made_on_postgres;
      return;
    }
    const std::string made = kept / "record.db";
    const bool is_there = std::filesystem::exists(made);
    if (!is_there) make();
    std::filesystem::copy_file(is_there ? made : file(), is_there ? file() : made);
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
};

inline const auto each_engine = testing::Values(Engine::sqlite, Engine::postgres);
inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::sqlite ? "sqlite" : "postgres";
}

}  // namespace securebase::store
