#pragma once
// The server: listeners, io threads that only move bytes, and a bounded pool of workers that run handlers, so
// that a handler that waits for a disk holds up nobody's bytes. No third-party type is seen here.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/listener.hpp"
#include "http/message.hpp"

namespace securebase::http {

/// What a log may know of a request: never its path, query, headers or body.
struct LogEntry {
  std::string_view listener;
  std::string_view method;  ///< empty: none that we know
  std::string_view route;   ///< the pattern; empty: refused before a route was found
  unsigned status = 0;
  std::int64_t microseconds = 0;  ///< from the first byte of the request to the last of the answer
  bool sent = true;               ///< false: the client was gone before the answer was out
  std::string_view fault;  ///< where a handler threw: the type of what it threw, as the compiler names it
};

struct ServerOptions {
  std::vector<Listener> listeners;
  unsigned io_threads = 1;
  unsigned workers = 4;
  std::size_t queue = 256;  ///< requests that wait for a worker; more: 503 with Retry-After
  /// Base64 of at least 128 random bits, new each time. Called from io threads.
  std::function<std::string()> nonce;
  std::function<void(const LogEntry&)> log;  ///< called from io threads
  std::function<void()> ready;               ///< called by start() once every listener accepts
};

class Server {
 public:
  /// Throws invalid_argument where there is no nonce, no listener or no handler, or a name is there twice.
  explicit Server(ServerOptions options);
  /// Stops at once, but lets handlers that run come to their end.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Once. Errors: usage (a listener's settings), io (an address cannot be had), bad_data (certificate or
  /// key).
  [[nodiscard]] Result<bool> start();
  /// The port of a listener that was started; 0 for a name that is none.
  [[nodiscard]] std::uint16_t port(std::string_view listener) const;
  [[nodiscard]] std::size_t open_connections() const;

  /// Accepts nobody new, closes idle connections, lets requests that have begun be answered, ends streams,
  /// and after `deadline` cuts what is left. Handlers are never cut. Returns whether nothing had to be. Not
  /// to be called from a handler or callback.
  bool stop(std::chrono::milliseconds deadline);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace securebase::http
