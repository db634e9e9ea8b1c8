#pragma once
// A PostgreSQL of the test program's own: started at first need, reached by a socket in a folder of its own
// (no network), gone when the program ends, however it ends. What initdb makes is kept in the temporary
// folder for the next program, because making it takes longer than most tests.

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace securebase::store {

class PostgresCluster {
 public:
  static PostgresCluster& instance() {
    static PostgresCluster cluster;
    return cluster;
  }

  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;
  ~PostgresCluster() {
    if (getpid() != owner_) return;  // a forked child does not end what its parent uses
    stop(SIGQUIT);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  /// Why there is none; empty where there is one.
  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }

  /// Where an empty schema of its own is found, a new one each time.
  [[nodiscard]] std::string new_database() {
    const std::string schema = "t" + std::to_string(++schemas_);
    run(conninfo(), "CREATE SCHEMA " + schema);
    return conninfo() + " options='-c search_path=" + schema + "'";
  }
  /// Takes out what is in the tables where conninfo leads, but not which migrations they have had.
  static void empty_tables(const std::string& conninfo) {
    run(conninfo,
        "DO $$ DECLARE one text; BEGIN SET LOCAL session_replication_role = replica; FOR one IN SELECT "
        "tablename FROM "
        "pg_tables WHERE schemaname = current_schema() AND tablename <> 'schema_migration' LOOP EXECUTE "
        "'DELETE FROM ' "
        "|| quote_ident(one); END LOOP; END $$");
  }
  [[nodiscard]] std::string conninfo() const { return "host=" + folder_ + " user=postgres dbname=postgres"; }

  /// SIGINT: orderly, without waiting for anybody. SIGQUIT: as if the power failed, but what was written is
  /// there.
  void stop(int signal) {
    if (server_ <= 0) return;
    kill(server_, signal);
    waitpid(server_, nullptr, 0);
    server_ = -1;
  }
  bool start() {
    server_ = spawn({"postgres", "-D", folder_ + "/data", "-k", folder_, "-c", "listen_addresses=", "-c",
                     "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=40", "-c",
                     "autovacuum=off", "-c", "log_min_messages=fatal"});
    for (int tries = 0; tries < 3000; ++tries) {
      if (PQping(conninfo().c_str()) == PQPING_OK) return true;
      if (waitpid(server_, nullptr, WNOHANG) == server_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

 private:
  PostgresCluster() {
    if (access((programs_ + "/postgres").c_str(), X_OK) != 0) {
      unavailable_ = "PostgreSQL 15 is not installed (" + programs_ + ")";
      return;
    }
    if (geteuid() == 0) user_ = getpwnam("postgres");
    if (geteuid() == 0 && user_ == nullptr) {
      unavailable_ = "PostgreSQL does not run as root, and there is no user postgres";
      return;
    }
    remove_left_over();
    if (!make_folder() || !start()) unavailable_ = "the temporary PostgreSQL does not start; see " + folder_;
    // What is needed for finding out why stays.
    if (!unavailable_.empty()) folder_.clear();
  }

  static std::string temporary() { return std::filesystem::temp_directory_path().string(); }

  /// Of programs that were killed. Their server went with them.
  static void remove_left_over() {
    const std::string name = "securebase-postgres-of-";
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(temporary(), ignored)) {
      const std::string file = entry.path().filename().string();
      pid_t owner = 0;
      if (file.rfind(name, 0) != 0) continue;
      std::from_chars(file.data() + name.size(), file.data() + file.size(), owner);
      if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH)
        std::filesystem::remove_all(entry.path(), ignored);
    }
  }

  bool make_folder() {
    folder_ = temporary() + "/securebase-postgres-of-" + std::to_string(getpid()) + "-XXXXXX";
    if (mkdtemp(folder_.data()) == nullptr || !give(folder_)) return false;
    const std::string kept = temporary() + "/securebase-postgres-15-made-by-" + std::to_string(geteuid());
    if (!is_ours(kept)) {
      const std::string made = folder_ + "/made";
      if (!wait_for(spawn(
              {"initdb", "-D", made, "-N", "-A", "trust", "-E", "UTF8", "--locale=C", "-U", "postgres"})))
        return false;
      // Another program may have been faster, or somebody else may have taken the name.
      if (std::rename(made.c_str(), kept.c_str()) != 0 && !is_ours(kept))
        return std::rename(made.c_str(), (folder_ + "/data").c_str()) == 0;
    }
    return wait_for(spawn({"/bin/cp", "-a", kept, folder_ + "/data"}));
  }
  [[nodiscard]] bool is_ours(const std::string& path) const {
    struct stat status {};
    const uid_t owner = user_ == nullptr ? geteuid() : user_->pw_uid;
    return stat((path + "/PG_VERSION").c_str(), &status) == 0 && status.st_uid == owner;
  }
  [[nodiscard]] bool give(const std::string& path) const {
    return user_ == nullptr || chown(path.c_str(), user_->pw_uid, user_->pw_gid) == 0;
  }

  /// Runs as postgres where we are root, and ends when we do.
  [[nodiscard]] pid_t spawn(const std::vector<std::string>& words) const {
    std::vector<char*> pointers;
    std::string program = words[0][0] == '/' ? words[0] : programs_ + "/" + words[0];
    pointers.push_back(program.data());
    for (std::size_t i = 1; i < words.size(); ++i) pointers.push_back(const_cast<char*>(words[i].c_str()));
    pointers.push_back(nullptr);
    const std::string log = folder_ + "/log";
    const pid_t child = fork();
    if (child != 0) return child;
    if (user_ != nullptr && (setgid(user_->pw_gid) != 0 || initgroups("postgres", user_->pw_gid) != 0 ||
                             setuid(user_->pw_uid) != 0))
      _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int output = ::open(log.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (chdir("/") != 0) _exit(126);
    execv(program.c_str(), pointers.data());
    _exit(127);
  }
  static bool wait_for(pid_t child) {
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
  }
  static void run(const std::string& conninfo, const std::string& sql) {
    PGconn* connection = PQconnectdb(conninfo.c_str());
    PGresult* result = PQexec(connection, sql.c_str());
    const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    const std::string trouble = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    if (!done) throw std::runtime_error(trouble);
  }

  const std::string programs_ = "/usr/lib/postgresql/15/bin";
  const pid_t owner_ = getpid();
  const passwd* user_ = nullptr;
  std::string unavailable_;
  std::string folder_;
  pid_t server_ = -1;
  int schemas_ = 0;
};

}  // namespace securebase::store
