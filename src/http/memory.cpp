#include "http/memory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "http/session.hpp"

namespace securebase::http {
namespace {

namespace asio = boost::asio;

class MemoryConnection final : public Connection {
 public:
  explicit MemoryConnection(std::span<const std::string> pieces) : pieces_(pieces) {}

  asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
    while (!pieces_.empty() && used_ == pieces_.front().size()) {
      pieces_ = pieces_.subspan(1);
      used_ = 0;
    }
    if (pieces_.empty()) co_return 0;
    const std::size_t size = std::min(into.size(), pieces_.front().size() - used_);
    pieces_.front().copy(static_cast<char*>(into.data()), size, used_);
    used_ += size;
    co_return size;
  }
  asio::awaitable<bool> write(std::string_view first, std::string_view second) override {
    said += first;
    said += second;
    co_return true;
  }
  void expire_after(std::chrono::milliseconds /*time*/) override {}
  void expire_never() override {}
  void set_idle(bool /*idle*/) override {}
  asio::awaitable<void> pause(std::chrono::milliseconds /*time*/) override { co_return; }

  std::string said;

 private:
  std::span<const std::string> pieces_;
  std::size_t used_ = 0;
};

asio::awaitable<bool> run_here(std::function<void()> job) {
  job();
  co_return true;
}

}  // namespace

std::string converse(const ServerOptions& options, std::span<const std::string> pieces) {
  if (options.listeners.empty() || !options.listeners.front().handler || !options.nonce)
    throw std::invalid_argument("a conversation needs a listener with a handler, and a nonce");
  const Listener& listener = options.listeners.front();
  const auto policy = Policy::make(listener);
  if (!policy) throw std::invalid_argument(to_text(policy.error()));
  const std::atomic<bool> stopping{false};
  const Service service{&listener, &*policy, &options, run_here, &stopping};
  MemoryConnection connection(pieces);
  Session session(connection, service, "127.0.0.1", listener.tls.has_value());
  asio::io_context io(1);
  std::exception_ptr thrown;
  asio::co_spawn(io, session.run(), [&thrown](std::exception_ptr bug) { thrown = std::move(bug); });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(connection.said);
}

}  // namespace securebase::http
