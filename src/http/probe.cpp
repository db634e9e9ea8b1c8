#include "http/probe.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <fmt/core.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace securebase::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

constexpr std::chrono::seconds patience{10};
constexpr std::size_t longest_answer = 16384;

struct Target {
  std::string host;
  std::string port = "443";
};

tl::unexpected<Error> trouble(std::string code, std::string detail) {
  return fail(ErrorKind::io, std::move(code), std::move(detail));
}

Result<Target> target_of(const std::string& url) {
  constexpr std::string_view scheme = "https://";
  std::string rest = url.starts_with(scheme) ? url.substr(scheme.size()) : std::string();
  if (rest.ends_with('/')) rest.pop_back();
  const auto colon = rest.rfind(':');
  Target target{rest.substr(0, colon)};
  if (colon != std::string::npos) target.port = rest.substr(colon + 1);
  const bool fits = !target.host.empty() && target.host.find_first_of("/?#@ []") == std::string::npos &&
                    !target.port.empty() && target.port.find_first_not_of("0123456789") == std::string::npos;
  if (fits) return target;
  return fail(ErrorKind::usage, "probe.url", "https://, a name and perhaps a port");
}

/// One question over a connection of its own. Each step waits for what is left of the patience.
class Conversation {
 public:
  explicit Conversation(Target target) : target_(std::move(target)) {
    Failure ignored;
    context_.set_default_verify_paths(ignored);
    stream_.set_verify_mode(asio::ssl::verify_peer, ignored);
    stream_.set_verify_callback(asio::ssl::host_name_verification(target_.host), ignored);
    SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             target_.host.data());
  }

  /// The answer as it came.
  Result<std::string> ask(const std::string& path) {
    tcp::resolver resolver(io_);
    tcp::resolver::results_type ends;
    Failure failure;
    resolver.async_resolve(target_.host, target_.port, [&](Failure f, tcp::resolver::results_type found) {
      failure = f;
      ends = std::move(found);
    });
    if (!finish() || failure) return trouble("probe.name", "the name is not known: " + failure.message());
    asio::async_connect(stream_.next_layer(), ends, [&](Failure f, const tcp::endpoint&) { failure = f; });
    if (!finish() || failure)
      return trouble("probe.connect",
                     "nobody answers there: is a port forwarded, does a firewall let it in?");
    stream_.async_handshake(asio::ssl::stream_base::client, [&](Failure f) { failure = f; });
    if (!finish() || failure) return trouble("probe.certificate", "no safe connection: " + failure.message());
    return converse(path);
  }

 private:
  Result<std::string> converse(const std::string& path) {
    const std::string question =
        fmt::format("GET {} HTTP/1.1\r\nHost: {}{}\r\nConnection: close\r\n\r\n", path, target_.host,
                    target_.port == "443" ? "" : ":" + target_.port);
    std::string answer(longest_answer, '\0');
    std::size_t count = 0;
    Failure failure;
    asio::async_write(stream_, asio::buffer(question), [&](Failure f, std::size_t) { failure = f; });
    if (!finish() || failure) return trouble("probe.answer", "the connection broke: " + failure.message());
    asio::async_read(stream_, asio::buffer(answer), [&](Failure, std::size_t read) { count = read; });
    if (!finish()) return trouble("probe.answer", "no whole answer came in time");
    answer.resize(count);
    return answer;
  }

  /// Whether what was begun has come to its end.
  bool finish() {
    io_.restart();
    io_.run_until(until_);
    const bool ended = io_.stopped();
    if (!ended) stream_.next_layer().close();
    return ended;
  }

  Target target_;
  std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now() + patience;
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_{io_, context_};
};

bool has_status(std::string_view answer, std::string_view status) {
  return answer.starts_with("HTTP/1.1 ") && answer.substr(9, 3) == status;
}

}  // namespace

Result<bool> probe_portal(const std::string& url) {
  const auto target = target_of(url);
  if (!target) return tl::unexpected(target.error());
  const auto health = Conversation(*target).ask("/api/v1/health");
  if (!health) return tl::unexpected(health.error());
  if (!has_status(*health, "200") || health->find(R"("status":"ok")") == std::string::npos)
    return trouble("probe.answer", "something else answers there: /api/v1/health does not say ok");
  const auto workbench = Conversation(*target).ask("/api/v1/courses");
  if (!workbench) return tl::unexpected(workbench.error());
  if (has_status(*workbench, "404")) return true;
  return trouble("probe.workbench",
                 "the workbench is reachable there: put the portal's port behind the public name, not the "
                 "workbench's");
}

}  // namespace securebase::http
