#pragma once
// The commands on a practice's record, with real files, databases and sockets.

#include "cli/host.hpp"
#include "store/practice_data.hpp"

namespace securebase::apps {

class RealHost : public cli::Host {
 public:
  [[nodiscard]] std::string folder_of(const cli::PracticeChoice& choice) override;
  [[nodiscard]] Result<Private<std::string>> create(const cli::PracticeChoice& choice) override;
  [[nodiscard]] Result<std::optional<service::DemoMade>> make_demo(const cli::PracticeChoice& choice,
                                                                   std::uint64_t seed) override;
  [[nodiscard]] Result<bool> with_practice(const cli::PracticeChoice& choice, const Use& use) override;
  [[nodiscard]] Result<bool> serve(const cli::PracticeChoice& choice, const cli::ServeChoice& serve,
                                   const std::function<void(const std::string&)>& said) override;
  [[nodiscard]] Result<cli::BackupMade> back_up(const cli::PracticeChoice& choice,
                                                const std::string& folder) override;
  [[nodiscard]] Result<cli::KnownHeads> known_heads(const cli::PracticeChoice& choice,
                                                    const std::string& path) override;
  [[nodiscard]] Result<cli::RestoreDone> restore(const cli::PracticeChoice& choice,
                                                 const cli::RestoreChoice& restore) override;
  [[nodiscard]] Result<std::int64_t> copy(const cli::PracticeChoice& choice, const std::string& to) override;
  [[nodiscard]] Result<bool> reopen(const cli::PracticeChoice& choice) override;
  [[nodiscard]] Result<cli::KeyRotated> rotate_key(const cli::PracticeChoice& choice,
                                                   const std::string& backups) override;
  [[nodiscard]] Result<cli::RemindersSent> send_reminders(const cli::PracticeChoice& choice,
                                                          const std::string& public_url) override;
  [[nodiscard]] std::vector<cli::HealthCheck> examine(const cli::PracticeChoice& choice,
                                                      const std::string& backups,
                                                      const std::string& public_url) override;
};

/// Errors: "file.read" where the passphrase file cannot be read, "key.passphrase_empty".
[[nodiscard]] Result<store::PracticePlace> place_of(const cli::PracticeChoice& choice);
[[nodiscard]] std::string backups_of(const store::PracticePlace& place, const std::string& chosen);
/// The definitions inside the program.
[[nodiscard]] Result<catalog::Library> own_library();
/// A small text file. Error "file.read".
[[nodiscard]] Result<std::string> read_text(const std::string& path);

}  // namespace securebase::apps
