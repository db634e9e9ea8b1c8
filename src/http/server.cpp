#include "http/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include "http/session.hpp"

namespace securebase::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds linger_time{2000};
constexpr std::chrono::milliseconds last_linger_time{200};  // where the server stops
constexpr std::chrono::milliseconds accept_pause{50};
constexpr std::size_t linger_bytes = std::size_t{16} << 20;

/// Reads and writes of a plain socket and a TLS stream are the same.
template <class Channel>
asio::awaitable<std::size_t> read_some(Channel& channel, asio::mutable_buffer into) {
  const auto result = co_await channel.async_read_some(into, as_result);
  co_return std::get<0>(result) ? 0 : std::get<1>(result);
}

template <class Channel>
asio::awaitable<bool> write_all(Channel& channel, std::string_view first, std::string_view second) {
  const std::array<asio::const_buffer, 2> both = {asio::buffer(first), asio::buffer(second)};
  const auto result = co_await asio::async_write(channel, both, as_result);
  co_return !std::get<0>(result);
}

/// Everything on the socket's strand.
class SocketConnection : public Connection, public std::enable_shared_from_this<SocketConnection> {
 public:
  explicit SocketConnection(tcp::socket taken)
      : socket(std::move(taken)), deadline_(socket.get_executor()), pause_(socket.get_executor()) {}

  /// The TLS handshake, where there is one.
  virtual asio::awaitable<bool> open() = 0;
  /// Says that no more will come.
  virtual asio::awaitable<void> say_goodbye() = 0;

  void expire_after(std::chrono::milliseconds time) final {
    deadline_.expires_after(time);
    deadline_.async_wait([weak = weak_from_this()](const Failure& failure) {
      const auto self = weak.lock();
      // The time may have been moved after this was queued.
      if (!failure && self && self->deadline_.expiry() <= asio::steady_timer::clock_type::now()) self->cut();
    });
  }
  void expire_never() final { deadline_.expires_at(asio::steady_timer::time_point::max()); }
  void set_idle(bool idle) final { idle_ = idle; }

  asio::awaitable<void> pause(std::chrono::milliseconds time) final {
    if (stopping_) co_return;
    pause_.expires_after(time);
    co_await pause_.async_wait(as_result);
  }

  void cut() {
    Failure ignored;
    socket.close(ignored);
  }

  void stop() {
    stopping_ = true;
    pause_.cancel();
    // Not closed: what has just come is still answered.
    Failure ignored;
    if (idle_) socket.cancel(ignored);
    if (lingering_) expire_after(last_linger_time);
  }

  /// Closing a socket whose bytes were not read resets it, and the client may lose the answer (RFC
  /// 9112, 9.6).
  asio::awaitable<void> close() {
    lingering_ = true;
    expire_after(stopping_ ? last_linger_time : linger_time);
    co_await say_goodbye();
    Failure ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4096> rest{};
    std::size_t came = 1;
    for (std::size_t all = 0; came > 0 && all < linger_bytes; all += came)
      came = co_await read_some(socket, asio::buffer(rest));
    cut();
    deadline_.cancel();
  }

  tcp::socket socket;

 private:
  asio::steady_timer deadline_;
  asio::steady_timer pause_;
  bool idle_ = false;
  bool lingering_ = false;
  bool stopping_ = false;
};

class PlainConnection final : public SocketConnection {
 public:
  using SocketConnection::SocketConnection;

  asio::awaitable<std::size_t> read(asio::mutable_buffer into) override { return read_some(socket, into); }
  asio::awaitable<bool> write(std::string_view first, std::string_view second) override {
    return write_all(socket, first, second);
  }
  asio::awaitable<bool> open() override { co_return true; }
  asio::awaitable<void> say_goodbye() override { co_return; }
};

class TlsConnection final : public SocketConnection {
 public:
  TlsConnection(tcp::socket taken, asio::ssl::context& context)
      : SocketConnection(std::move(taken)), stream_(socket, context) {}

  asio::awaitable<std::size_t> read(asio::mutable_buffer into) override { return read_some(stream_, into); }
  asio::awaitable<bool> write(std::string_view first, std::string_view second) override {
    return write_all(stream_, first, second);
  }
  asio::awaitable<bool> open() override {
    const auto result = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
    co_return !std::get<0>(result);
  }
  asio::awaitable<void> say_goodbye() override { co_await stream_.async_shutdown(as_result); }

 private:
  asio::ssl::stream<tcp::socket&> stream_;
};

std::string address_of(const tcp::socket& socket) {
  Failure failure;
  const auto end = socket.remote_endpoint(failure);
  if (failure) return "";
  const auto address = end.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

Result<bool> load(asio::ssl::context& context, const Tls& tls, const std::string& listener) {
  Failure failure;
  context.set_options(asio::ssl::context::no_compression | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                          SSL_OP_CIPHER_SERVER_PREFERENCE,
                      failure);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context.native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
  context.use_certificate_chain(asio::buffer(tls.certificate_chain), failure);
  if (failure)
    return fail(
        ErrorKind::bad_data, "http.certificate",
        fmt::format("listener {}: the certificate chain must be PEM, the server's own first", listener));
  context.use_private_key(asio::buffer(tls.key.reveal()), asio::ssl::context::pem, failure);
  if (failure || SSL_CTX_check_private_key(context.native_handle()) != 1)
    return fail(ErrorKind::bad_data, "http.key",
                fmt::format("listener {}: the key must be PEM without passphrase, and the certificate's own",
                            listener));
  return true;
}

}  // namespace

class Server::Engine {
 public:
  explicit Engine(ServerOptions options)
      : options_(std::move(options)),
        io_(static_cast<int>(std::max(1U, options_.io_threads))),
        workers_(std::max(1U, options_.workers)) {}

  Result<bool> start();
  [[nodiscard]] std::uint16_t port(std::string_view listener) const;
  [[nodiscard]] std::size_t open_connections() const;
  bool stop(std::chrono::milliseconds deadline);

 private:
  /// A listener that listens.
  struct Door {
    Door(const Listener& taken, Policy kept, tcp::acceptor opened)
        : listener(taken), policy(std::move(kept)), acceptor(std::move(opened)) {}
    const Listener& listener;
    Policy policy;
    tcp::acceptor acceptor;
    std::unique_ptr<asio::ssl::context> tls;
    std::uint16_t port = 0;
    Service service;
    std::size_t connections = 0;                    ///< under mutex_
    std::map<std::string, std::size_t> neighbours;  ///< under mutex_
  };

  /// A connection's place in the counts, given back when it goes.
  class Place {
   public:
    Place(Engine& engine, Door& door, std::string neighbour)
        : engine_(engine), door_(door), neighbour_(std::move(neighbour)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { engine_.give_back(door_, neighbour_, connection); }
    SocketConnection* connection = nullptr;

   private:
    Engine& engine_;
    Door& door_;
    std::string neighbour_;
  };

  Result<bool> open(const Listener& listener);
  asio::awaitable<void> accept(Door& door);
  void admit(Door& door, tcp::socket socket);
  std::unique_ptr<Place> find_place(Door& door, const std::string& address);
  void give_back(Door& door, const std::string& neighbour, SocketConnection* connection);
  asio::awaitable<void> serve(std::shared_ptr<SocketConnection> connection, Door& door, std::string address,
                              std::unique_ptr<Place> place);
  asio::awaitable<bool> offload(std::function<void()> job);
  template <class Act>
  void for_each_connection(Act act);

  ServerOptions options_;
  asio::io_context io_;
  asio::thread_pool workers_;
  std::vector<std::thread> threads_;
  std::vector<std::unique_ptr<Door>> doors_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> jobs_{0};
  bool running_ = false;

  mutable std::mutex mutex_;
  std::condition_variable gone_;
  std::size_t places_ = 0;
  std::unordered_map<SocketConnection*, std::weak_ptr<SocketConnection>> connections_;
};

Result<bool> Server::Engine::open(const Listener& listener) {
  auto policy = Policy::make(listener);
  if (!policy) return tl::unexpected(policy.error());
  Failure failure;
  const auto address = asio::ip::make_address(listener.address, failure);
  const auto refused = [&](std::string_view why) {
    return fail(ErrorKind::io, "http.listen",
                fmt::format("listener {}: cannot listen on {} port {}: {}", listener.name, listener.address,
                            listener.port, why));
  };
  if (failure) return refused("the address must be numeric");
  tcp::acceptor acceptor(asio::make_strand(io_));
  const tcp::endpoint end(address, listener.port);
  acceptor.open(end.protocol(), failure);
  if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor.bind(end, failure);
  if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) return refused(failure.message());
  auto door = std::make_unique<Door>(listener, std::move(*policy), std::move(acceptor));
  if (listener.tls) {
    door->tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    auto loaded = load(*door->tls, *listener.tls, listener.name);
    if (!loaded) return loaded;
  }
  door->port = door->acceptor.local_endpoint().port();
  door->service = {&listener, &door->policy, &options_,
                   [this](std::function<void()> job) { return offload(std::move(job)); }, &stopping_};
  doors_.push_back(std::move(door));
  return true;
}

Result<bool> Server::Engine::start() {
  for (const Listener& listener : options_.listeners) {
    auto opened = open(listener);
    if (!opened) {
      doors_.clear();
      return opened;
    }
  }
  for (const auto& door : doors_)
    asio::co_spawn(door->acceptor.get_executor(), accept(*door), asio::detached);
  for (unsigned i = 0; i < std::max(1U, options_.io_threads); ++i)
    threads_.emplace_back([this] { io_.run(); });
  running_ = true;
  if (options_.ready) options_.ready();
  return true;
}

std::uint16_t Server::Engine::port(std::string_view listener) const {
  for (const auto& door : doors_)
    if (door->listener.name == listener) return door->port;
  return 0;
}

std::size_t Server::Engine::open_connections() const {
  const std::lock_guard lock(mutex_);
  return places_;
}

asio::awaitable<void> Server::Engine::accept(Door& door) {
  asio::steady_timer timer(door.acceptor.get_executor());
  while (!stopping_) {
    auto result = co_await door.acceptor.async_accept(asio::make_strand(io_), as_result);
    if (stopping_ || std::get<0>(result) == asio::error::operation_aborted) co_return;
    if (!std::get<0>(result)) {
      admit(door, tcp::socket(std::move(std::get<1>(result))));
      continue;
    }
    // No descriptor is free, or the client has left: a moment later there may be one.
    timer.expires_after(accept_pause);
    co_await timer.async_wait(as_result);
  }
}

std::unique_ptr<Server::Engine::Place> Server::Engine::find_place(Door& door, const std::string& address) {
  const Limits& limits = door.listener.limits;
  const std::string neighbour = door.policy.trusts(address) ? "" : neighbourhood(address);
  const std::lock_guard lock(mutex_);
  if (door.connections >= limits.connections) return nullptr;
  if (!neighbour.empty()) {
    auto& count = door.neighbours[neighbour];
    if (count >= limits.connections_per_address) return nullptr;
    ++count;
  }
  ++door.connections;
  ++places_;
  return std::make_unique<Place>(*this, door, neighbour);
}

void Server::Engine::give_back(Door& door, const std::string& neighbour, SocketConnection* connection) {
  const std::lock_guard lock(mutex_);
  connections_.erase(connection);
  --door.connections;
  const auto count = door.neighbours.find(neighbour);
  if (count != door.neighbours.end() && --count->second == 0) door.neighbours.erase(count);
  if (--places_ == 0) gone_.notify_all();
}

void Server::Engine::admit(Door& door, tcp::socket socket) {
  Failure ignored;
  std::string address = address_of(socket);
  if (door.listener.proxies_only && !door.policy.trusts(address)) {
    socket.close(ignored);
    return;
  }
  auto place = find_place(door, address);
  if (!place) {
    // Nobody waits for this client: what does not go out at once does not go out.
    socket.non_blocking(true, ignored);
    constexpr std::string_view full =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: "
        "close\r\n\r\n";
    if (!door.tls) socket.write_some(asio::buffer(full), ignored);
    return;
  }
  socket.set_option(tcp::no_delay(true), ignored);
  const auto strand = socket.get_executor();
  std::shared_ptr<SocketConnection> connection;
  if (door.tls) {
    connection = std::make_shared<TlsConnection>(std::move(socket), *door.tls);
  } else {
    connection = std::make_shared<PlainConnection>(std::move(socket));
  }
  place->connection = connection.get();
  {
    const std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
  }
  asio::co_spawn(strand, serve(std::move(connection), door, std::move(address), std::move(place)),
                 asio::detached);
}

asio::awaitable<void> Server::Engine::serve(std::shared_ptr<SocketConnection> connection, Door& door,
                                            std::string address, std::unique_ptr<Place> place) {
  // A place outlives what happens on it, and no exception may reach the thread that moves everybody's bytes.
  try {
    connection->expire_after(door.listener.limits.head);
    connection->set_idle(true);
    const bool opened = co_await connection->open();
    connection->set_idle(false);
    if (opened) {
      Session session(*connection, door.service, std::move(address), door.listener.tls.has_value());
      co_await session.run();
      if (stopping_) connection->stop();  // it may have come after the others were told
      co_await connection->close();
    }
  } catch (const std::exception&) {
    connection->cut();
  }
  connection->cut();
  connection.reset();
  place.reset();
}

/// Type-erased and on the pool, so that there is one instantiation and no waiting on an io thread.
asio::awaitable<bool> Server::Engine::offload(std::function<void()> job) {
  if (jobs_.fetch_add(1) >= std::max(1U, options_.workers) + options_.queue) {
    --jobs_;
    co_return false;
  }
  const auto run = [](std::function<void()> taken) -> asio::awaitable<void> {
    taken();
    co_return;
  };
  co_await asio::co_spawn(workers_, run(std::move(job)), asio::use_awaitable);
  --jobs_;
  co_return true;
}

template <class Act>
void Server::Engine::for_each_connection(Act act) {
  const std::lock_guard lock(mutex_);
  for (const auto& [address, weak] : connections_) {
    const auto connection = weak.lock();
    if (connection) asio::post(connection->socket.get_executor(), [connection, act] { act(*connection); });
  }
}

bool Server::Engine::stop(std::chrono::milliseconds deadline) {
  if (!running_) return true;
  running_ = false;
  stopping_ = true;
  for (const auto& door : doors_) {
    asio::post(door->acceptor.get_executor(), [&acceptor = door->acceptor] {
      Failure ignored;
      acceptor.close(ignored);
    });
  }
  for_each_connection([](SocketConnection& connection) { connection.stop(); });
  const auto nobody = [this] { return places_ == 0; };
  std::unique_lock lock(mutex_);
  const bool finished = gone_.wait_for(lock, deadline, nobody);
  if (!finished) {
    lock.unlock();
    for_each_connection([](SocketConnection& connection) { connection.cut(); });
    lock.lock();
    gone_.wait(lock, nobody);  // handlers that run come to their end
  }
  lock.unlock();
  for (std::thread& thread : threads_) thread.join();
  workers_.join();
  return finished;
}

Server::Server(ServerOptions options) {
  std::set<std::string> names;
  for (const Listener& listener : options.listeners)
    if (!listener.handler || !names.insert(listener.name).second)
      throw std::invalid_argument("every listener needs a handler and a name of its own");
  if (names.empty() || !options.nonce) throw std::invalid_argument("a server needs a listener and a nonce");
  engine_ = std::make_unique<Engine>(std::move(options));
}

Server::~Server() {
  engine_->stop(std::chrono::milliseconds(0));
}

Result<bool> Server::start() {
  return engine_->start();
}

std::uint16_t Server::port(std::string_view listener) const {
  return engine_->port(listener);
}

std::size_t Server::open_connections() const {
  return engine_->open_connections();
}

bool Server::stop(std::chrono::milliseconds deadline) {
  return engine_->stop(deadline);
}

}  // namespace securebase::http
