#pragma once
// A client that says exactly the bytes it is told to, and a server to say them to.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "http/server.hpp"

namespace securebase::http {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int family = AF_INET) : socket_(::socket(family, SOCK_STREAM, 0)) {
    // So that a server that says nothing fails the test instead of holding it up.
    const timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    to6.sin6_port = htons(port);
    to6.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    connected_ =
        (family == AF_INET ? ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to)
                           : ::connect(socket_, reinterpret_cast<const sockaddr*>(&to6), sizeof to6)) == 0;
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        connected_(other.connected_),
        came_(std::move(other.came_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return socket_; }

  /// False: the server has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void half_close() const { ::shutdown(socket_, SHUT_WR); }

  /// All until the server closes.
  std::string read_all() {
    while (fill()) {
    }
    return std::exchange(came_, "");
  }
  /// Whether the server closes without another byte.
  bool is_closed() { return came_.empty() && !fill() && !timed_out_; }

  /// One answer with Content-Length, or without a body.
  std::string read_answer(bool body = true) {
    std::size_t end = 0;
    while ((end = came_.find("\r\n\r\n")) == std::string::npos)
      if (!fill()) return std::exchange(came_, "");
    end += 4;
    const auto length = came_.find("Content-Length: ");
    if (body && length < end) end += std::stoul(came_.substr(length + 16));
    while (came_.size() < end)
      if (!fill()) break;
    std::string answer = came_.substr(0, end);
    came_.erase(0, end);
    return answer;
  }
  /// Reads until `text` has come.
  bool wait_for(std::string_view text) {
    while (came_.find(text) == std::string::npos)
      if (!fill()) return false;
    return true;
  }

 private:
  bool fill() {
    std::array<char, 16384> buffer{};
    const auto came = ::recv(socket_, buffer.data(), buffer.size(), 0);
    timed_out_ = came < 0 && errno == EAGAIN;
    if (came <= 0) return false;
    came_.append(buffer.data(), static_cast<std::size_t>(came));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string came_;
};

/// A gate that handlers wait at.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Until so many have come to it.
  void await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

/// A server on loopback. Change `options` before start().
class OnLoopback : public testing::Test {
 protected:
  OnLoopback() {
    options.nonce = [this] { return "nonce" + std::to_string(++nonces); };
    options.listeners.resize(1);
    options.listeners[0].name = "test";
    options.listeners[0].handler = [this](Request& request) { return answer(request); };
  }
  ~OnLoopback() override { gate.open(); }

  virtual Response answer(Request& request) {
    if (request.path == "/ping") return json("pong");
    if (request.path == "/wait") gate.pass();
    if (request.path == "/throw") throw std::runtime_error("secret detail");
    std::string said = std::string(name(request.method)) + ' ' + request.path + ' ' + request.body;
    return json(std::move(said));
  }
  void start() {
    server = std::make_unique<Server>(options);
    const auto started = server->start();
    ASSERT_TRUE(started) << to_text(started.error());
  }
  [[nodiscard]] Limits& limits() { return options.listeners[0].limits; }
  [[nodiscard]] RawClient connect() const { return RawClient(server->port("test")); }
  /// What is said to these bytes by a server that then closes, or to whom the client half-closes.
  [[nodiscard]] std::string say(std::string_view bytes) const {
    RawClient client = connect();
    client.send(bytes);
    client.half_close();
    return client.read_all();
  }

  ServerOptions options;
  Gate gate;
  std::atomic<int> nonces{0};
  std::unique_ptr<Server> server;
};

inline unsigned status(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
  return static_cast<unsigned>(std::stoul(std::string(answer.substr(9, 3))));
}

/// How many answers there are in `bytes`.
inline std::size_t answers(std::string_view bytes) {
  std::size_t count = 0;
  for (auto at = bytes.find("HTTP/1.1 "); at != std::string_view::npos; at = bytes.find("HTTP/1.1 ", at + 1))
    ++count;
  return count;
}

}  // namespace securebase::http
