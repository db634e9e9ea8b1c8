#pragma once
// What commands on a practice's record need from outside, where files, databases and sockets are. `apps`
// implements it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/private.hpp"
#include "base/result.hpp"
#include "service/audit.hpp"
#include "service/demo.hpp"
#include "service/practice.hpp"

namespace securebase::cli {

/// Where a practice is. Empty: as the host chooses.
struct PracticeChoice {
  std::string data;      ///< folder
  std::string keys;      ///< folder of the practice key
  std::string database;  ///< of PostgreSQL
  std::string passphrase_file;
};

struct ServeChoice {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> hosts;  ///< names under which the workbench may be asked for
  std::string portal_address;      ///< empty: no portal
  std::uint16_t portal_port = 8443;
  std::string public_url;  ///< of the portal, as clients see it
  std::string tls_certificate;
  std::string tls_key;
  std::vector<std::string> trusted_proxies;
  std::string backups;   ///< folder
  int backup_hours = 0;  ///< 0: not by itself
};

struct BackupMade {
  std::string file;
  std::uintmax_t bytes = 0;
  std::int64_t audit_number = 0;
};

struct RestoreChoice {
  std::string file;
  std::string recovery_file;  ///< holds the recovery key as it was printed
  bool replace = false;
  bool without_erasures = false;  ///< do not ask for erasures.txt beside the backup
  std::string backups;            ///< folder of the practice's backups
};
struct RestoreDone {
  std::int64_t audit_number = 0;
  std::int64_t erased_again = 0;
  std::string kept;
  bool old_was_unreadable = false;
  std::vector<std::string> users;       ///< logins that can sign in
  std::int64_t heads_left = 0;          ///< of the branch of the audit that was left
  std::optional<std::string> open_key;  ///< the key file that was made, where no passphrase protects it
};

/// Heads of the audit kept elsewhere, and what is to be said of those that say nothing of this chain.
struct KnownHeads {
  std::vector<service::AuditHead> heads;
  std::vector<std::string> notes;
};

struct KeyRotated {
  Private<std::string> recovery;
  std::string backup;                 ///< made under the new key
  std::optional<Error> backup_error;  ///< why there is none
};

struct RemindersSent {
  std::int64_t queued = 0;    ///< new in the queue
  std::int64_t taken_up = 0;  ///< were being sent when the program ended
  std::int64_t sent = 0;
  std::int64_t refused = 0;
  std::int64_t put_off = 0;
};

/// One thing `doctor` looked at.
struct HealthCheck {
  enum class State { good, warning, bad };
  State state = State::good;
  std::string name;
  std::string words;
};

class Host {
 public:
  using Use = std::function<Result<bool>(const service::Practice&)>;

  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  Host(Host&&) = delete;
  Host& operator=(Host&&) = delete;
  virtual ~Host() = default;

  /// Where the practice is, as chosen or by default.
  [[nodiscard]] virtual std::string folder_of(const PracticeChoice& choice) = 0;
  /// A new practice. Gives its recovery key.
  [[nodiscard]] virtual Result<Private<std::string>> create(const PracticeChoice& choice) = 0;
  /// A demonstration in the folder: what was made, or nothing where one was there already. Error "demo.other"
  /// (conflict): the practice that is there is none.
  [[nodiscard]] virtual Result<std::optional<service::DemoMade>> make_demo(const PracticeChoice& choice,
                                                                           std::uint64_t seed) = 0;
  [[nodiscard]] virtual Result<bool> with_practice(const PracticeChoice& choice, const Use& use) = 0;
  /// Until it is told to stop. `said` gets what the one who started it must read, before anybody is answered.
  [[nodiscard]] virtual Result<bool> serve(const PracticeChoice& choice, const ServeChoice& serve,
                                           const std::function<void(const std::string&)>& said) = 0;
  /// `folder` empty: backups/ in the practice's folder.
  [[nodiscard]] virtual Result<BackupMade> back_up(const PracticeChoice& choice,
                                                   const std::string& folder) = 0;
  /// `path`: a file or a folder; empty: the practice's backups.
  [[nodiscard]] virtual Result<KnownHeads> known_heads(const PracticeChoice& choice,
                                                       const std::string& path) = 0;
  [[nodiscard]] virtual Result<RestoreDone> restore(const PracticeChoice& choice,
                                                    const RestoreChoice& restore) = 0;
  /// `to`: "postgresql://..." or a folder. The number of rows. The record they come from is marked as moved.
  [[nodiscard]] virtual Result<std::int64_t> copy(const PracticeChoice& choice, const std::string& to) = 0;
  /// Takes away the mark of a record that was copied elsewhere. False: there was none.
  [[nodiscard]] virtual Result<bool> reopen(const PracticeChoice& choice) = 0;
  /// Gives the recovery key of the new practice key, and makes a backup under it.
  [[nodiscard]] virtual Result<KeyRotated> rotate_key(const PracticeChoice& choice,
                                                      const std::string& backups) = 0;
  /// Once, what is due. Error "practice.in_use" (conflict): a server runs, and does it by itself.
  [[nodiscard]] virtual Result<RemindersSent> send_reminders(const PracticeChoice& choice,
                                                             const std::string& public_url) = 0;
  /// `public_url` of the portal; empty: not looked at.
  [[nodiscard]] virtual std::vector<HealthCheck> examine(const PracticeChoice& choice,
                                                         const std::string& backups,
                                                         const std::string& public_url) = 0;
};

}  // namespace securebase::cli
