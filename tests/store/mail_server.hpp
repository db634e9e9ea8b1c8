#pragma once
// A real mail server (Exim) on this machine alone, run as nobody in particular, which puts what it takes into
// a Maildir. It refuses whoever is called "refused", puts off "later", and takes the rest.

#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace securebase::store {

class RealMailServer {
 public:
  static constexpr const char* program = "/usr/sbin/exim4";
  static bool is_here() { return std::filesystem::exists(program); }

  struct Options {
    bool keeps_in_spool = false;  ///< nothing is delivered: what was taken lies in the spool
    std::string certificate;      ///< with its key, in one file; empty: no TLS
  };

  RealMailServer() : RealMailServer(Options()) {}
  explicit RealMailServer(const Options& options) {
    std::string name = std::filesystem::temp_directory_path().string() + "/securebase-mail-XXXXXX";
    folder_ = mkdtemp(name.data());
    user_ = getuid();
    group_ = getgid();
    const passwd* nobody = getpwnam("nobody");  // NOLINT(concurrency-mt-unsafe): before any thread
    if (user_ == 0 && nobody != nullptr) {
      user_ = nobody->pw_uid;
      group_ = nobody->pw_gid;
    }
    for (const char* inner : {"/spool", "/log", "/mail"}) std::filesystem::create_directory(folder_ + inner);
    port_ = free_port();
    write_settings(options);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) give(entry.path());
    give(folder_);
    start();
  }
  RealMailServer(const RealMailServer&) = delete;
  RealMailServer& operator=(const RealMailServer&) = delete;
  ~RealMailServer() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void start() {
    server_ = fork();
    if (server_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (getuid() == 0 && (setgid(group_) != 0 || setuid(user_) != 0)) _exit(126);
      if (freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
      const std::string settings = folder_ + "/settings";
      execl(program, "exim4", "-C", settings.c_str(), "-bdf", nullptr);
      _exit(127);
    }
    for (int tries = 0; tries < 1000; ++tries) {
      if (answers()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("the mail server does not start: " + text_of(folder_ + "/log/mainlog"));
  }
  void stop() {
    if (server_ <= 0) return;
    kill(server_, SIGTERM);
    waitpid(server_, nullptr, 0);
    server_ = -1;
  }

  /// Every message that was taken, as it lies there.
  [[nodiscard]] std::vector<std::string> messages() const {
    std::vector<std::string> all;
    for (const char* inner : {"/mail/new", "/spool/input"}) {
      std::error_code ignored;
      for (const auto& entry : std::filesystem::directory_iterator(folder_ + inner, ignored)) {
        const std::string name = entry.path().filename();
        if (inner == std::string("/mail/new") || name.ends_with("-H")) all.push_back(text_of(entry.path()));
      }
    }
    return all;
  }
  /// How often each Message-ID was taken.
  [[nodiscard]] std::map<std::string, int> taken() const {
    std::map<std::string, int> times;
    for (const std::string& message : messages()) {
      const auto at = message.find("Message-ID: <");
      if (at == std::string::npos) continue;
      const auto begin = at + 13;
      ++times[message.substr(begin, message.find('>', begin) - begin)];
    }
    return times;
  }
  /// How many were taken.
  [[nodiscard]] std::size_t count() const {
    std::size_t count = 0;
    for (const char* inner : {"/mail/new", "/spool/input"}) {
      std::error_code ignored;
      for (const auto& entry : std::filesystem::directory_iterator(folder_ + inner, ignored))
        if (inner == std::string("/mail/new") || entry.path().native().ends_with("-H")) ++count;
    }
    return count;
  }
  /// Waits until `count` have been delivered.
  [[nodiscard]] bool has_delivered(std::size_t count) const {
    for (int tries = 0; tries < 3000; ++tries) {
      std::error_code ignored;
      const auto found = std::filesystem::directory_iterator(folder_ + "/mail/new", ignored);
      if (static_cast<std::size_t>(std::distance(begin(found), end(found))) >= count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

 private:
  static std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void give(const std::filesystem::path& path) const {
    if (getuid() == 0 && chown(path.c_str(), user_, group_) != 0) throw std::runtime_error("chown");
  }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    const bool good = bind(socket, general, size) == 0 && getsockname(socket, general, &size) == 0;
    close(socket);
    if (!good) throw std::runtime_error("no port is free");
    return ntohs(address.sin_port);
  }
  [[nodiscard]] bool answers() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(port_);
    const bool good = connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    close(socket);
    return good;
  }
  void write_settings(const Options& options) const {
    std::ofstream out(folder_ + "/settings");
    out << "exim_user = " << user_ << "\nexim_group = " << group_ << "\nexim_path = " << program
        << "\nspool_directory = " << folder_ << "/spool\nlog_file_path = " << folder_ << "/log/%slog\n"
        << "pid_file_path = " << folder_
        << "/pid\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = " << port_
        << "\nprimary_hostname = mail.test\nkeep_environment =\nhost_lookup =\nrfc1413_query_timeout = 0s\n"
           "deliver_drop_privilege = true\nacl_smtp_rcpt = whom\nacl_smtp_data = accept\n"
           "smtp_accept_max_per_connection = 0\nsmtp_accept_queue_per_connection = 0\n"
        << (options.keeps_in_spool ? "queue_only = true\n" : "");
    if (options.certificate.empty())
      out << "tls_advertise_hosts =\n";
    else
      out << "tls_advertise_hosts = *\ntls_certificate = " << options.certificate
          << "\ntls_privatekey = " << options.certificate << "\nauth_advertise_hosts = *\n";
    out << "begin acl\nwhom:\n  deny local_parts = refused\n  defer local_parts = later\n  accept\n"
           "begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n"
           "  server_prompts = :\n  server_condition = ${if and{{eq{$auth2}{desk}}{eq{$auth3}{a secret}}}}\n"
           "begin routers\neverybody:\n  driver = accept\n  transport = maildir\n"
           "begin transports\nmaildir:\n  driver = appendfile\n  maildir_format\n  create_directory\n  "
           "directory = "
        << folder_ << "/mail\nbegin retry\n* * F,1h,1s\n";
  }

  std::string folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  std::uint16_t port_ = 0;
  pid_t server_ = -1;
};

}  // namespace securebase::store
