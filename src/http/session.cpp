#include "http/session.hpp"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <ctime>
#include <typeinfo>

#include "base/private.hpp"

namespace securebase::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t read_bytes = std::size_t{16} << 10;
constexpr std::size_t slowest_bytes_per_second = std::size_t{16} << 10;
constexpr std::chrono::milliseconds least_pause{100};  // between two looks for something new

void clear(std::string& text) {
  clear_memory(text.data(), text.size());
  text.clear();
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool has_faulty_header(const Response& response) {
  return has_control(response.content_type) || has_control(response.etag) ||
         std::any_of(response.headers.begin(), response.headers.end(),
                     [](const auto& field) { return !is_token(field.first) || has_control(field.second); });
}

bool has_no_body(unsigned status) {
  return status == 204 || status == 304;
}

/// Whether If-None-Match names the tag (RFC 9110, 13.1.2). Our tags hold no comma.
bool matches(std::string_view wanted, std::string_view etag) {
  while (!wanted.empty()) {
    const auto comma = wanted.find(',');
    auto one = wanted.substr(0, comma);
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    if (one.starts_with("W/")) one.remove_prefix(2);
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (one == "*" || one == etag) return true;
    wanted = comma == std::string_view::npos ? std::string_view() : wanted.substr(comma + 1);
  }
  return false;
}

Response internal_fault() {
  return to_response(Problem{500, "http.internal", "The server could not do this. Its log says more.", ""});
}

}  // namespace

Session::Session(Connection& connection, const Service& service, std::string remote, bool tls)
    : connection_(connection), service_(service), remote_(std::move(remote)), tls_(tls) {}

Session::~Session() {
  clear(bytes_);
}

asio::awaitable<void> Session::run() {
  bool more = true;
  while (more && !stopping()) more = co_await exchange();
}

void Session::begin_request() {
  request_ = Request();
  request_.remote = remote_;
  request_.tls = tls_;
  request_.listener = service_.listener->name;
  request_.csp_nonce = service_.options->nonce();
  response_ = Response();
  method_ = {};
  fault_.clear();
  keep_ = false;
  chunked_ = false;
}

asio::awaitable<bool> Session::exchange() {
  begin_request();
  RequestParser parser(limits());
  const Outcome outcome = co_await receive(parser);
  if (outcome == Outcome::gone) {
    clear(parser.body);
    co_return false;
  }
  ++served_;
  if (outcome == Outcome::ready) co_await handle();
  prepare_answer();
  bool sent = false;
  if (response_.stream) {
    sent = co_await send_stream();
  } else {
    sent = co_await send();
  }
  end_request(sent);
  co_return sent&& keep_;
}

/// The answer is written: says so in the log and leaves nothing of it in memory.
void Session::end_request(bool sent) {
  const auto took = std::chrono::steady_clock::now() - began_;
  if (service_.options->log) {
    service_.options->log({service_.listener->name, method_, request_.route, response_.status,
                           std::chrono::duration_cast<std::chrono::microseconds>(took).count(), sent,
                           fault_});
  }
  clear(request_.body);
  clear(response_.body);
}

Session::Outcome Session::refuse(const Problem& problem) {
  response_ = to_response(problem);
  if (problem.status == 405)
    response_.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  keep_ = false;
  return Outcome::refused;
}

asio::awaitable<bool> Session::fill() {
  const std::size_t before = bytes_.size();
  bytes_.resize(before + read_bytes);
  const std::size_t came = co_await connection_.read(asio::buffer(bytes_.data() + before, read_bytes));
  bytes_.resize(before + came);
  co_return came > 0;
}

/// The first bytes are done with, and are not to stay in memory.
void Session::use(std::size_t count) {
  const std::size_t left = bytes_.size() - count;
  std::copy(bytes_.end() - static_cast<std::ptrdiff_t>(left), bytes_.end(), bytes_.begin());
  clear_memory(bytes_.data() + left, count);
  bytes_.resize(left);
}

asio::awaitable<Session::Outcome> Session::receive(RequestParser& parser) {
  Outcome outcome = co_await receive_head(parser);
  if (outcome == Outcome::ready && !parser.is_whole()) outcome = co_await receive_body(parser);
  connection_.expire_never();
  co_return outcome;
}

asio::awaitable<Session::Outcome> Session::receive_head(RequestParser& parser) {
  if (bytes_.empty()) {
    connection_.expire_after(limits().idle);
    connection_.set_idle(true);
    if (stopping()) co_return Outcome::gone;
    const bool came = co_await fill();
    connection_.set_idle(false);
    if (!came) co_return Outcome::gone;
  }
  began_ = std::chrono::steady_clock::now();
  connection_.expire_after(limits().head);
  HeadScanner scanner(limits());
  HeadScanner::State state = scanner.scan(bytes_);
  while (state == HeadScanner::State::more) {
    const bool came = co_await fill();
    if (!came) co_return Outcome::gone;
    state = scanner.scan(bytes_);
  }
  if (state == HeadScanner::State::refused) co_return refuse(scanner.problem());
  auto problem = parser.take_head(std::string_view(bytes_).substr(0, scanner.size()));
  use(scanner.size());
  if (!problem) problem = judge(parser, *service_.policy, request_);
  if (parse_method(parser.method)) method_ = name(request_.method);
  if (problem) co_return refuse(*problem);
  chunked_ = parser.version == 11;
  keep_ = chunked_ && parser.keep_alive();
  co_return Outcome::ready;
}

asio::awaitable<Session::Outcome> Session::receive_body(RequestParser& parser) {
  connection_.expire_after(limits().body);
  if (request_.header("expect") && chunked_ && bytes_.empty()) {
    const bool invited = co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n", {});
    if (!invited) co_return Outcome::gone;
  }
  while (!parser.is_whole()) {
    std::optional<Problem> problem;
    const std::size_t taken = bytes_.empty() ? 0 : parser.take_body(bytes_, problem);
    use(taken);
    if (problem) co_return refuse(*problem);
    if (parser.is_whole()) break;
    const bool came = co_await fill();
    if (!came) co_return Outcome::gone;
  }
  request_.body = std::move(parser.body);
  co_return Outcome::ready;
}

asio::awaitable<void> Session::handle() {
  const bool taken = co_await service_.offload([this] { call_handler(); });
  if (taken) co_return;
  response_ = to_response(Problem{503, "http.busy", "There is too much to do. Try again in a moment.", ""});
  response_.headers.emplace_back("Retry-After", "1");
}

void Session::call_handler() noexcept {
  try {
    response_ = service_.listener->handler(request_);
  } catch (const std::exception& bug) {
    fault_ = typeid(bug).name();
    response_ = internal_fault();
  } catch (...) {
    fault_ = "unknown";
    response_ = internal_fault();
  }
}

/// What every answer obeys, whoever made it.
void Session::prepare_answer() {
  if (response_.status < 200 || response_.status > 599 || has_faulty_header(response_)) {
    fault_ = "answer with faulty status or header";
    response_ = internal_fault();
  }
  const bool reads = request_.method == Method::get || request_.method == Method::head;
  if (response_.status == 200 && reads && !response_.etag.empty() && response_.cache != Cache::no_store) {
    const auto wanted = request_.header("if-none-match");
    if (wanted && matches(*wanted, response_.etag)) response_.status = 304;
  }
  if (request_.method == Method::head) response_.stream = nullptr;
  if (stopping() || served_ >= limits().requests_per_connection) keep_ = false;
  if (response_.stream) keep_ = false;
}

std::string Session::head() const {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response_.status, reason(response_.status));
  // RFC 9110, 6.6.1 and 5.6.7. fmt's names of days and months do not follow the locale.
  out += fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(std::time(nullptr)));
  if (!response_.content_type.empty()) out += fmt::format("Content-Type: {}\r\n", response_.content_type);
  for (const auto& [field, value] : response_.headers) out += fmt::format("{}: {}\r\n", field, value);
  service_.policy->append_security_headers(out, request_, response_);
  if (response_.stream) {
    if (chunked_) out += "Transfer-Encoding: chunked\r\n";
  } else if (!has_no_body(response_.status)) {
    out += fmt::format("Content-Length: {}\r\n", response_.bytes().size());
  }
  if (!keep_) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

asio::awaitable<bool> Session::send() {
  const std::string first = head();
  const bool bare = request_.method == Method::head || has_no_body(response_.status);
  const std::string_view second = bare ? std::string_view() : response_.bytes();
  connection_.expire_after(limits().write + std::chrono::seconds(second.size() / slowest_bytes_per_second));
  const bool sent = co_await connection_.write(first, second);
  connection_.expire_never();
  co_return sent;
}

StreamPart Session::next_part() noexcept {
  try {
    StreamPart part = response_.stream();
    if (part.bytes.empty()) part.pause = std::max(part.pause, least_pause);
    return part;
  } catch (const std::exception& bug) {
    fault_ = typeid(bug).name();
  } catch (...) {
    fault_ = "unknown";
  }
  return {{}, true, {}};
}

asio::awaitable<bool> Session::send_part(const StreamPart& part) {
  std::string framed = part.bytes;
  // A client that has left is noticed only by writing to it.
  const auto now = std::chrono::steady_clock::now();
  if (framed.empty() && !part.last && now - last_part_ > limits().idle / 2 &&
      response_.content_type.starts_with("text/event-stream"))
    framed = ":\n\n";
  if (chunked_) {
    if (!framed.empty()) framed = fmt::format("{:x}\r\n{}\r\n", framed.size(), framed);
    if (part.last) framed += "0\r\n\r\n";
  }
  if (framed.empty()) co_return true;
  last_part_ = now;
  connection_.expire_after(limits().write + std::chrono::seconds(framed.size() / slowest_bytes_per_second));
  const bool sent = co_await connection_.write(framed, {});
  connection_.expire_never();
  clear(framed);
  co_return sent;
}

asio::awaitable<bool> Session::send_stream() {
  const std::string first = head();
  connection_.expire_after(limits().write);
  bool sent = co_await connection_.write(first, {});
  connection_.expire_never();
  last_part_ = std::chrono::steady_clock::now();
  StreamPart part;
  while (sent && !part.last) {
    const bool taken = co_await service_.offload([this, &part] { part = next_part(); });
    if (!taken) part = StreamPart{{}, false, least_pause};
    part.last = part.last || stopping();
    sent = co_await send_part(part);
    if (sent && !part.last && part.pause.count() > 0) co_await connection_.pause(part.pause);
  }
  co_return sent;
}

}  // namespace securebase::http
