#pragma once
// The conversation on one connection, whatever carries its bytes. Private to the room (Asio is in it).

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "http/parser.hpp"
#include "http/policy.hpp"
#include "http/server.hpp"

namespace securebase::http {

/// Carries the bytes of one client. All of it happens on one strand.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// How many bytes came. 0: closed or failed.
  virtual boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into) = 0;
  /// All of both, or false.
  virtual boost::asio::awaitable<bool> write(std::string_view first, std::string_view second) = 0;
  /// When the time is up the connection is cut: reading and writing fail. Replaces the time set before.
  virtual void expire_after(std::chrono::milliseconds time) = 0;
  virtual void expire_never() = 0;
  /// An idle connection is cut when the server stops.
  virtual void set_idle(bool idle) = 0;
  /// Shorter where the server stops.
  virtual boost::asio::awaitable<void> pause(std::chrono::milliseconds time) = 0;
};

/// What the sessions of a listener share.
struct Service {
  const Listener* listener = nullptr;
  const Policy* policy = nullptr;
  const ServerOptions* options = nullptr;
  /// Runs a job on a worker. False: there are too many, it was not run.
  std::function<boost::asio::awaitable<bool>(std::function<void()>)> offload;
  const std::atomic<bool>* stopping = nullptr;
};

class Session {
 public:
  /// `remote` is the client's address, `tls` whether the connection itself is encrypted.
  Session(Connection& connection, const Service& service, std::string remote, bool tls);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Until the client, a limit or the server's end.
  boost::asio::awaitable<void> run();

 private:
  enum class Outcome { ready, refused, gone };

  /// One request and its answer. Whether another may follow.
  boost::asio::awaitable<bool> exchange();
  boost::asio::awaitable<Outcome> receive(RequestParser& parser);
  boost::asio::awaitable<Outcome> receive_head(RequestParser& parser);
  boost::asio::awaitable<Outcome> receive_body(RequestParser& parser);
  boost::asio::awaitable<bool> fill();
  boost::asio::awaitable<void> handle();
  boost::asio::awaitable<bool> send();
  boost::asio::awaitable<bool> send_stream();
  boost::asio::awaitable<bool> send_part(const StreamPart& part);

  Outcome refuse(const Problem& problem);
  void call_handler() noexcept;
  [[nodiscard]] StreamPart next_part() noexcept;
  void use(std::size_t count);
  void begin_request();
  void end_request(bool sent);
  void prepare_answer();
  [[nodiscard]] std::string head() const;
  [[nodiscard]] bool stopping() const { return service_.stopping->load(); }
  [[nodiscard]] const Limits& limits() const { return service_.listener->limits; }

  Connection& connection_;
  const Service& service_;
  std::string remote_;
  bool tls_;

  std::string bytes_;  ///< came, not yet used
  std::size_t served_ = 0;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point last_part_;
  Request request_;
  Response response_;
  std::string_view method_;  ///< empty: not known
  std::string fault_;
  bool keep_ = false;     ///< another request may follow
  bool chunked_ = false;  ///< the client speaks HTTP/1.1
};

}  // namespace securebase::http
