#include "host.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/probe.hpp"
#include "service/course.hpp"
#include "service/reminder_queue.hpp"
#include "store/backup.hpp"
#include "store/content.hpp"
#include "store/entropy.hpp"
#include "store/health.hpp"
#include "store/moved.hpp"
#include "store/restore.hpp"
#include "store/smtp.hpp"

namespace securebase::apps {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
  return value == nullptr ? std::string() : value;
}

/// Where systemd says, or where the user's programs keep their data.
std::string default_folder() {
  if (std::string folder = variable("STATE_DIRECTORY"); !folder.empty()) return folder;
  if (std::string folder = variable("XDG_DATA_HOME"); !folder.empty()) return folder + "/securebase";
  if (const std::string home = variable("HOME"); !home.empty()) return home + "/.local/share/securebase";
  return "/var/lib/securebase";
}

Instant now() {
  return store::SystemClock().now();
}

cli::HealthCheck::State state_of(store::Health health) {
  switch (health) {
    case store::Health::good:
      return cli::HealthCheck::State::good;
    case store::Health::warning:
      return cli::HealthCheck::State::warning;
    case store::Health::bad:
      break;
  }
  return cli::HealthCheck::State::bad;
}

Result<std::unique_ptr<store::PracticeData>> open(const cli::PracticeChoice& choice) {
  (void)store::protect_process();
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  return store::PracticeData::open(*place, now());
}

}  // namespace

Result<std::string> read_text(const std::string& path) {
  std::error_code trouble;
  std::ifstream in(path, std::ios::binary);
  if (in && !fs::is_directory(path, trouble))
    return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return fail(ErrorKind::io, "file.read", "the file cannot be read", Place{path, 0, 0, {}});
}

Result<store::PracticePlace> place_of(const cli::PracticeChoice& choice) {
  store::PracticePlace place;
  place.folder = choice.data.empty() ? default_folder() : choice.data;
  place.keys = choice.keys;
  place.database = choice.database;
  if (choice.passphrase_file.empty()) return place;
  auto text = read_text(choice.passphrase_file);
  if (!text) return tl::unexpected(text.error());
  text->resize(std::min(text->size(), text->find_first_of("\r\n")));
  if (text->find_first_not_of(" \t") == std::string::npos)
    return fail(ErrorKind::usage, "key.passphrase_empty",
                "its first line is empty: write the passphrase there, several words long",
                Place{choice.passphrase_file, 1, 0, {}});
  place.passphrase = Private<std::string>(*std::move(text));
  return place;
}

std::string backups_of(const store::PracticePlace& place, const std::string& chosen) {
  return chosen.empty() ? place.folder + "/backups" : chosen;
}

Result<catalog::Library> own_library() {
  const auto documents = store::embedded_documents();
  if (!documents) return tl::unexpected(documents.error());
  auto library = catalog::load_library(*documents, catalog::GoldenFiles::passed_over);
  if (!library) return tl::unexpected(library.error().front());
  return *std::move(library);
}

std::string RealHost::folder_of(const cli::PracticeChoice& choice) {
  return choice.data.empty() ? default_folder() : choice.data;
}

Result<Private<std::string>> RealHost::create(const cli::PracticeChoice& choice) {
  (void)store::protect_process();
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  return store::create_practice(*place, now());
}

Result<bool> RealHost::with_practice(const cli::PracticeChoice& choice, const Use& use) {
  auto data = open(choice);
  if (!data) return tl::unexpected(data.error());
  const auto library = own_library();
  if (!library) return tl::unexpected(library.error());
  const store::SystemClock clock;
  return use((*data)->practice(clock, *library));
}

Result<cli::RemindersSent> RealHost::send_reminders(const cli::PracticeChoice& choice,
                                                    const std::string& public_url) {
  if (!public_url.starts_with("https://"))
    return fail(ErrorKind::usage, "usage.public_url", "--public-url is https:// and a name");
  auto data = open(choice);
  if (!data) return tl::unexpected(data.error());
  const auto lock = store::FolderLock::take((*data)->place().folder);
  if (!lock) return tl::unexpected(lock.error());
  const catalog::Library no_library;
  const store::SystemClock clock;
  const auto practice =
      (*data)->practice(clock, no_library, public_url + (public_url.ends_with('/') ? "" : "/"));
  const auto taken_up = service::take_up_reminders(practice);
  if (!taken_up) return tl::unexpected(taken_up.error());
  const auto queued = service::queue_reminders(practice);
  if (!queued) return tl::unexpected(queued.error());
  store::SmtpMailer mailer;
  const auto sent = service::send_reminders(practice, mailer, [] { return true; });
  if (!sent) return tl::unexpected(sent.error());
  return cli::RemindersSent{*queued, *taken_up, sent->taken, sent->refused, sent->put_off};
}

Result<cli::BackupMade> RealHost::back_up(const cli::PracticeChoice& choice, const std::string& folder) {
  auto data = open(choice);
  if (!data) return tl::unexpected(data.error());
  const auto made = store::back_up(**data, backups_of((*data)->place(), folder), now());
  if (!made) return tl::unexpected(made.error());
  return cli::BackupMade{made->file, made->bytes, made->head.number};
}

Result<cli::KnownHeads> RealHost::known_heads(const cli::PracticeChoice& choice, const std::string& path) {
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  const auto keys = store::KeyRing::load(store::keys_of(*place), place->passphrase);
  if (!keys) return tl::unexpected(keys.error());
  std::error_code trouble;
  if (!path.empty() && !fs::is_directory(path, trouble)) {
    const auto head = store::read_head(*keys, path);
    if (!head) return tl::unexpected(head.error());
    return cli::KnownHeads{{*head}, {}};
  }
  auto known = store::known_heads(*keys, backups_of(*place, path));
  if (!known) return tl::unexpected(known.error());
  return cli::KnownHeads{std::move(known->heads), std::move(known->notes)};
}

Result<cli::RestoreDone> RealHost::restore(const cli::PracticeChoice& choice,
                                           const cli::RestoreChoice& restore) {
  (void)store::protect_process();
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  store::Restore what{restore.file,
                      *place,
                      {},
                      restore.replace,
                      restore.without_erasures,
                      backups_of(*place, restore.backups)};
  if (!restore.recovery_file.empty()) {
    auto text = read_text(restore.recovery_file);
    if (!text) return tl::unexpected(text.error());
    what.recovery = Private<std::string>(*std::move(text));
  }
  const auto done = store::restore(what, now());
  if (!done) return tl::unexpected(done.error());
  return cli::RestoreDone{done->head.number, done->erased_again, done->kept,    done->old_was_unreadable,
                          done->users,       done->heads_left,   done->open_key};
}

Result<std::int64_t> RealHost::copy(const cli::PracticeChoice& choice, const std::string& to) {
  const auto from = place_of(choice);
  if (!from) return tl::unexpected(from.error());
  const bool is_database = to.find("://") != std::string::npos || to.find('=') != std::string::npos;
  const store::PracticePlace target{is_database ? from->folder : to, "", is_database ? to : "", {}};
  if (!is_database) {
    std::error_code trouble;
    fs::create_directories(to, trouble);
    fs::permissions(to, fs::perms::owner_all, trouble);
  }
  return store::move_record(*from, target, now());
}

Result<bool> RealHost::reopen(const cli::PracticeChoice& choice) {
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  return store::reopen_record(*place);
}

namespace {

/// Everything under a new key. Who was erased is noted while the old key can still say that the list is
/// right.
Result<bool> rotate(store::PracticeData& data, const store::KeyProtection& protection,
                    const std::string& backups) {
  auto& keys = data.keys();
  const auto steps = data.record().rewrap_steps();
  if (auto begun = store::begin_rotation(keys, protection); !begun) return begun;
  if (const auto rewrapped = store::rewrap(keys, steps); !rewrapped) return tl::unexpected(rewrapped.error());
  const store::SystemClock clock;
  const catalog::Library no_library;
  if (const auto indexed = service::reindex_names(data.practice(clock, no_library)); !indexed)
    return tl::unexpected(indexed.error());
  if (auto noted = store::note_erasures(data, backups); !noted) return noted;
  return store::finish_rotation(keys, steps);
}

}  // namespace

Result<cli::KeyRotated> RealHost::rotate_key(const cli::PracticeChoice& choice, const std::string& backups) {
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  const auto lock = store::FolderLock::take(place->folder);
  if (!lock) return tl::unexpected(lock.error());
  auto data = open(choice);
  if (!data) return tl::unexpected(data.error());
  const std::string folder = backups_of(*place, backups);
  if (auto rotated = rotate(**data, {place->passphrase, {}}, folder); !rotated)
    return tl::unexpected(rotated.error());
  cli::KeyRotated done{store::recovery_text((*data)->keys().current()), {}, {}};
  const auto backup = store::back_up(**data, folder, now());
  if (backup)
    done.backup = backup->file;
  else
    done.backup_error = backup.error();
  return done;
}

namespace {

cli::HealthCheck portal_check(const std::string& url) {
  if (url.empty()) return {cli::HealthCheck::State::good, "portal", "off, or not named by --public-url"};
  const auto reached = http::probe_portal(url);
  if (!reached) return {cli::HealthCheck::State::bad, "portal", url + ": " + reached.error().detail};
  return {
      cli::HealthCheck::State::good, "portal",
      url + " answers from this machine; from a phone outside your network /api/v1/health must say ok too"};
}

}  // namespace

std::vector<cli::HealthCheck> RealHost::examine(const cli::PracticeChoice& choice, const std::string& backups,
                                                const std::string& public_url) {
  const auto place = place_of(choice);
  if (!place) return {{cli::HealthCheck::State::bad, "key", to_text(place.error())}};
  std::vector<cli::HealthCheck> checks;
  for (auto& finding : store::examine(*place, backups_of(*place, backups), now()))
    checks.push_back({state_of(finding.health), std::move(finding.name), std::move(finding.words)});
  checks.push_back(portal_check(public_url));
  return checks;
}

}  // namespace securebase::apps
