// The server: opens the practice, says what has to be said, and answers until it is told to stop.

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>

#include "host.hpp"
#include "http/pages.hpp"
#include "http/portal.hpp"
#include "http/server.hpp"
#include "http/workbench.hpp"
#include "service/reminder_queue.hpp"
#include "service/sign_in.hpp"
#include "store/backup.hpp"
#include "store/embedded.hpp"
#include "store/entropy.hpp"
#include "store/passwords.hpp"
#include "store/scratch.hpp"
#include "store/smtp.hpp"

namespace securebase::apps {
namespace {

using Said = std::function<void(const std::string&)>;

constexpr unsigned workers = 64;              // most of them wait for the disk, together (group commit)
constexpr std::chrono::seconds patience{20};  // with requests that have begun, when the server stops

/// The signals that end the server, kept from every thread: one waits for them.
class Ending {
 public:
  Ending() {
    sigemptyset(&signals_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;
  ~Ending() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  void wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

/// Makes backups while the server runs: one at once where the newest is too old.
class Schedule {
 public:
  Schedule(store::PracticeData& data, std::string folder, int hours)
      : data_(&data), folder_(std::move(folder)) {
    if (hours > 0) thread_ = std::thread([this, hours] { run(std::chrono::hours(hours)); });
  }
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  ~Schedule() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    end_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  /// How long until the next is due: none, where the newest is older than that.
  [[nodiscard]] std::chrono::milliseconds pause(std::chrono::hours hours) const {
    const auto newest = store::newest_backup(folder_);
    const Instant now = store::SystemClock().now();
    if (!newest || newest->made > now) return {};
    const std::chrono::milliseconds age(now.ms - newest->made.ms);
    return std::max<std::chrono::milliseconds>(hours - age, {});
  }
  void run(std::chrono::hours hours) {
    std::unique_lock lock(mutex_);
    std::chrono::milliseconds next = pause(hours);
    while (!end_.wait_for(lock, next, [this] { return ending_; })) {
      lock.unlock();
      const auto made = store::back_up(*data_, folder_, store::SystemClock().now());
      std::cerr << (made ? "backup: " + made->file : "backup failed: " + to_text(made.error())) << std::endl;
      next = made ? hours : std::min(hours, std::chrono::hours(1));
      lock.lock();
    }
  }

  store::PracticeData* data_;
  std::string folder_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ending_ = false;
  std::thread thread_;
};

/// Sends reminders while the server runs, over a few connections.
class Reminders {
 public:
  explicit Reminders(const service::Practice& practice) : practice_(&practice) {
    const auto open = service::take_up_reminders(practice);
    if (!open)
      std::cerr << "reminders: " << to_text(open.error()) << std::endl;
    else if (*open > 0)
      std::cerr << fmt::format("reminders: of {} it is uncertain whether they were sent: they go again\n",
                               *open)
                << std::flush;
    threads_.emplace_back([this] { plan(); });
    for (int i = 0; i < connections; ++i) threads_.emplace_back([this] { send(); });
  }
  Reminders(const Reminders&) = delete;
  Reminders& operator=(const Reminders&) = delete;
  ~Reminders() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    end_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  static constexpr int connections = 2;
  static constexpr std::chrono::seconds plan_pause{60};
  static constexpr std::chrono::seconds send_pause{5};

  /// False: the server ends.
  bool wait(std::chrono::seconds pause) {
    std::unique_lock lock(mutex_);
    return !end_.wait_for(lock, pause, [this] { return ending_; });
  }
  bool goes_on() {
    const std::lock_guard lock(mutex_);
    return !ending_;
  }
  void plan() {
    do {
      if (const auto queued = service::queue_reminders(*practice_); !queued)
        std::cerr << "reminders: " << to_text(queued.error()) << std::endl;
    } while (wait(plan_pause));
  }
  void send() {
    do {
      store::SmtpMailer mailer;
      if (const auto sent = service::send_reminders(*practice_, mailer, [this] { return goes_on(); }); !sent)
        std::cerr << "reminders: " << to_text(sent.error()) << std::endl;
    } while (wait(send_pause));
  }

  const service::Practice* practice_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

/// "https://practice.example:8443/x" to "practice.example:8443".
Result<std::string> host_of_url(const std::string& url) {
  constexpr std::string_view scheme = "https://";
  const bool fits = url.starts_with(scheme) && url.size() > scheme.size() &&
                    url.find_first_of(" /?#@", scheme.size()) == std::string::npos;
  if (fits) return url.substr(scheme.size());
  return fail(ErrorKind::usage, "usage.public_url",
              "--public-url is https://, a name and perhaps a port, no more");
}

Result<std::optional<http::Tls>> tls_of(const cli::ServeChoice& serve) {
  if (serve.tls_certificate.empty() && serve.tls_key.empty()) return std::optional<http::Tls>();
  if (serve.tls_certificate.empty() || serve.tls_key.empty())
    return fail(ErrorKind::usage, "usage.tls", "--tls-certificate and --tls-key go together");
  auto chain = read_text(serve.tls_certificate);
  if (!chain) return tl::unexpected(chain.error());
  auto key = read_text(serve.tls_key);
  if (!key) return tl::unexpected(key.error());
  return std::optional(http::Tls{*std::move(chain), Private<std::string>(*std::move(key))});
}

tl::unexpected<Error> needs_tls(std::string_view which) {
  return fail(ErrorKind::usage, "usage.tls",
              fmt::format("{} is not on this machine alone: it needs --tls-certificate and --tls-key{}",
                          which, which == "the portal" ? ", or --trusted-proxy where a proxy does TLS" : ""));
}

/// Where a client's link leads.
std::string portal_address(const cli::ServeChoice& serve) {
  if (serve.portal_address.empty()) return "";
  if (serve.public_url.empty()) return fmt::format("http://{}:{}/", serve.portal_address, serve.portal_port);
  return serve.public_url + (serve.public_url.ends_with('/') ? "" : "/");
}

std::vector<http::PageFile> page_files() {
  std::vector<http::PageFile> files;
  for (const store::EmbeddedFile& file : store::embedded_pages())
    files.push_back({file.path, {file.begin, file.end}, file.sha256});
  return files;
}

Result<std::vector<http::Listener>> listeners_of(const cli::ServeChoice& serve, const http::Desk& desk) {
  const auto tls = tls_of(serve);
  if (!tls) return tl::unexpected(tls.error());
  const auto pages = page_files();
  http::Listener workbench;
  workbench.name = "workbench";
  workbench.address = serve.address;
  workbench.port = serve.port;
  workbench.hosts = serve.hosts;
  workbench.plays_local_media = true;
  workbench.handler = http::Pages(pages, "workbench.html", http::workbench(desk));
  if (!is_loopback(serve.address)) {
    if (!*tls) return needs_tls("the workbench");
    workbench.tls = *tls;
  }
  std::vector<http::Listener> listeners{std::move(workbench)};
  if (serve.portal_address.empty()) return listeners;
  http::Listener portal;
  portal.name = "portal";
  portal.address = serve.portal_address;
  portal.port = serve.portal_port;
  portal.tls = *tls;
  portal.trusted_proxies = serve.trusted_proxies;
  portal.proxies_only = !portal.tls && !is_loopback(serve.portal_address);
  portal.handler = http::Pages(pages, "portal.html", http::portal(desk));
  if (!serve.public_url.empty()) {
    const auto host = host_of_url(serve.public_url);
    if (!host) return tl::unexpected(host.error());
    portal.hosts = {*host};
    portal.origins = {serve.public_url};
  } else if (!is_loopback(serve.portal_address)) {
    return fail(ErrorKind::usage, "usage.public_url",
                "the portal needs --public-url: what clients type to reach it");
  }
  if (!is_loopback(serve.portal_address) && !portal.tls && serve.trusted_proxies.empty())
    return needs_tls("the portal");
  listeners.push_back(std::move(portal));
  return listeners;
}

/// What programs that were killed have left.
Result<bool> remove_left_behind(const store::PracticePlace& place, const std::string& backups) {
  store::remove_unfinished_backups(backups);
  const auto room = store::ScratchRoom::enter(place.folder);
  if (!room) return tl::unexpected(room.error());
  return true;
}

/// Until somebody can sign in, each start gives a token for that.
Result<bool> say_how_to_begin(const service::Practice& practice, const Said& said) {
  auto is_set_up = service::is_set_up(practice);
  if (!is_set_up || *is_set_up) return is_set_up;
  const auto token = service::new_set_up_token(practice);
  if (!token) return tl::unexpected(token.error());
  said(fmt::format("Nobody can sign in yet. Set-up token, good for one day and one use:\n\n    {}\n\n",
                   token->reveal()));
  return true;
}

void log_faults(const http::LogEntry& entry) {
  if (entry.status < 500) return;
  std::cerr << fmt::format("{} {} {} {}{}{}\n", entry.listener, entry.method, entry.route, entry.status,
                           entry.fault.empty() ? "" : " ", entry.fault)
            << std::flush;
}

}  // namespace

Result<bool> RealHost::serve(const cli::PracticeChoice& choice, const cli::ServeChoice& serve,
                             const Said& said) {
  (void)store::protect_process();
  const Ending ending;
  const auto place = place_of(choice);
  if (!place) return tl::unexpected(place.error());
  const auto lock = store::FolderLock::take(place->folder);
  if (!lock) return tl::unexpected(lock.error());
  auto data = store::PracticeData::open(*place, store::SystemClock().now());
  if (!data) return tl::unexpected(data.error());
  const std::string backups = backups_of(*place, serve.backups);
  if (auto tidy = remove_left_behind(*place, backups); !tidy) return tidy;
  const auto library = own_library();
  if (!library) return tl::unexpected(library.error());
  const store::SystemClock clock;
  const service::Practice practice = (*data)->practice(clock, *library, portal_address(serve));
  service::Attempts attempts;
  service::Challenges challenges;
  const http::Desk desk{practice, attempts, challenges};
  auto listeners = listeners_of(serve, desk);
  if (!listeners) return tl::unexpected(listeners.error());
  const auto note = [&data, backups] {
    if (auto noted = store::note_erasures(**data, backups); !noted)
      std::cerr << "erasures: " << to_text(noted.error()) << std::endl;
  };
  note();  // what was erased before, and could not be noted then
  (*data)->record().after_erasure(note);
  http::ServerOptions options;
  options.listeners = std::move(*listeners);
  options.nonce = [] { return store::to_base64url(store::random_bytes(18)); };
  options.log = log_faults;
  options.workers = workers;
  http::Server server(std::move(options));
  if (auto started = server.start(); !started) return started;
  if (auto begun = say_how_to_begin(practice, said); !begun) return begun;
  said(fmt::format("Securebase listens on http{}://{}:{}/\n",
                   serve.tls_certificate.empty() || is_loopback(serve.address) ? "" : "s", serve.address,
                   server.port("workbench")));
  if (!serve.portal_address.empty())
    said(fmt::format("The portal listens on {}:{}\n", serve.portal_address, server.port("portal")));
  const Schedule schedule(**data, backups, serve.backup_hours);
  const Reminders reminders(practice);
  ending.wait();
  said("Stopping\n");
  server.stop(patience);
  return true;
}

}  // namespace securebase::apps
