// A program that is killed while it writes, and a PostgreSQL that goes down under it: nothing that was
// acknowledged is lost, and what is there is whole. SECUREBASE_KILLS: how often, 100 by default.

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "service/audit.hpp"
#include "service/record.hpp"
#include "store/adapters.hpp"
#include "store/each_engine.hpp"
#include "store/migrate.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

int kills() {
  const char* wanted =
      std::getenv("SECUREBASE_KILLS");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
  return wanted == nullptr ? 100 : std::atoi(wanted);
}

/// The program that writes, and what it has acknowledged.
class Writer {
 public:
  Writer(const std::string& keys, const std::string& database) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      execl(SECUREBASE_RECORD_WRITER, "record_writer", keys.c_str(), database.c_str(), nullptr);
      _exit(127);
    }
    ::close(ends[1]);
    out_ = ends[0];
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { ::close(out_); }

  /// Waits for the first answer, and then a little more, before the kill.
  std::set<std::string> kill_after(std::chrono::microseconds time) {
    read_some();
    std::this_thread::sleep_for(time);
    kill(child_, SIGKILL);
    while (read_some()) continue;
    waitpid(child_, nullptr, 0);
    std::set<std::string> lines;
    for (std::size_t begin = 0, end = 0; (end = bytes_.find('\n', begin)) != std::string::npos;
         begin = end + 1)
      lines.insert(bytes_.substr(begin, end - begin));
    return lines;
  }

 private:
  bool read_some() {
    char piece[4096];
    const auto count = ::read(out_, piece, sizeof piece);
    if (count > 0) bytes_.append(piece, static_cast<std::size_t>(count));
    return count > 0;
  }

  pid_t child_ = -1;
  int out_ = -1;
  std::string bytes_;
};

class Crash : public EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    if (IsSkipped()) return;
    keys_ = std::make_unique<KeyRing>(must(KeyRing::create(folder() / "keys", {})));
    must(migrate(*open(), must(program_migrations()), {Instant{1}, {}}));
  }
  [[nodiscard]] std::string database() const { return on_sqlite() ? file() : conninfo(); }

  void expect_all(const std::set<std::string>& acknowledged) {
    auto record = must(RecordStore::start([this] { return try_open(); }, *keys_, 2));
    std::set<std::string> found;
    must(record->read([&](service::Transaction& transaction) -> Result<bool> {
      for (const auto& person : must(service::list<service::Person>(transaction))) {
        EXPECT_TRUE(person.name->reveal().starts_with(person.code));
        found.insert(person.code);
      }
      return true;
    }));
    EXPECT_TRUE(std::includes(found.begin(), found.end(), acknowledged.begin(), acknowledged.end()));
    const SystemClock clock;
    KernelEntropy entropy;
    VaultSecrets secrets(*keys_);
    const catalog::Library library;
    const auto verdict = must(service::verify_audit({*record, clock, entropy, secrets, library}, {}));
    EXPECT_TRUE(verdict.intact) << verdict.words;
    EXPECT_EQ(verdict.entries, static_cast<std::int64_t>(found.size()));
    if (!on_sqlite()) return;
    EXPECT_EQ(must(must(open()->query("PRAGMA integrity_check")).get<std::string>(0, 0)), "ok");
  }

  std::mt19937_64 chance_{20261125};
  std::unique_ptr<KeyRing> keys_;
};

TEST_P(Crash, of_the_program_loses_nothing_that_was_acknowledged) {
  const int rounds = on_sqlite() ? kills() : kills() / 10;
  std::set<std::string> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    Writer writer(folder() / "keys", database());
    const auto more = writer.kill_after(std::chrono::microseconds(chance_() % 60'000));
    ASSERT_FALSE(more.empty()) << "the writer wrote nothing";
    acknowledged.insert(more.begin(), more.end());
    if (round % 10 == 9 || round + 1 == rounds) expect_all(acknowledged);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
}

class CrashOfServer : public Crash {};

TEST_P(CrashOfServer, loses_nothing_that_was_acknowledged) {
  auto& cluster = PostgresCluster::instance();
  std::set<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    Writer writer(folder() / "keys", database());
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    cluster.stop(SIGQUIT);
    ASSERT_TRUE(cluster.start());  // from this thread: the server ends with the thread that started it
    const auto more = writer.kill_after(std::chrono::milliseconds(300));
    acknowledged.insert(more.begin(), more.end());
  }
  EXPECT_FALSE(acknowledged.empty());
  expect_all(acknowledged);
}

INSTANTIATE_TEST_SUITE_P(Store, Crash, each_engine, engine_name);
INSTANTIATE_TEST_SUITE_P(Store, CrashOfServer, testing::Values(Engine::postgres), engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
