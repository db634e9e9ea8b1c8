// A connection: any bytes, in any pieces, give whole answers and nothing else, the same ones however the
// bytes come; a handler sees only what Request promises. The first byte chooses the size of the pieces.

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "demand.hpp"
#include "http/memory.hpp"

namespace {

using namespace securebase;

constexpr std::size_t most_head_bytes = 512;
constexpr std::size_t most_body_bytes = 256;

void demand_names_once(const http::Fields& fields) {
  std::set<std::string> names;
  for (const auto& [name, value] : fields) DEMAND(names.insert(name).second);
}

void demand_what_is_promised(const http::Request& request) {
  DEMAND(request.path.starts_with('/') && is_plain_text(request.path));
  const std::string closed = request.path + '/';
  for (const char* part : {"/./", "/../", "\n", "\\"}) DEMAND(closed.find(part) == std::string::npos);
  DEMAND(request.path.find("//") == std::string::npos);
  demand_names_once(request.query);
  demand_names_once(request.headers);
  for (const auto& [name, value] : request.query) DEMAND(is_plain_text(name) && is_plain_text(value));
  for (const auto& [name, value] : request.headers) {
    DEMAND(http::is_token(name) && http::lower(name) == name);
    DEMAND(
        std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }));
  }
  DEMAND(http::lower(request.header("host").value_or("")).starts_with("localhost"));
  DEMAND(!(request.header("content-length") && request.header("transfer-encoding")));
  DEMAND(request.body.size() <= most_body_bytes);
  const auto length = request.header("content-length");
  if (length) DEMAND(std::stoul(std::string(*length)) == request.body.size());
  if (!length && !request.header("transfer-encoding")) DEMAND(request.body.empty());
}

/// What came is said back, so that a difference is seen.
http::Response answer(http::Request& request) {
  demand_what_is_promised(request);
  std::string said(http::name(request.method));
  said += ' ' + request.path + '\n';
  for (const auto& fields : {request.query, request.headers})
    for (const auto& [name, value] : fields) said += name + '=' + value + '\n';
  said += std::string(request.cookie("session").value_or("")) + '\n' + request.body;
  http::Response response;
  if (request.path == "/stream") {
    response.stream = [n = 0]() mutable { return http::StreamPart{"x", ++n == 3, {}}; };
    return response;
  }
  response = http::json(std::move(said));
  response.etag = "\"tag\"";
  if (request.path == "/kept") response.cache = http::Cache::revalidate;
  return response;
}

std::vector<std::string> cut(std::string_view bytes, std::size_t size) {
  std::vector<std::string> pieces;
  for (; bytes.size() > size; bytes.remove_prefix(size)) pieces.emplace_back(bytes.substr(0, size));
  pieces.emplace_back(bytes);
  return pieces;
}

http::ServerOptions options() {
  http::ServerOptions made;
  made.nonce = [] { return std::string("bm9uY2U"); };
  made.listeners.resize(1);
  http::Listener& listener = made.listeners[0];
  listener.hosts = {"localhost"};
  listener.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
  listener.limits.head_bytes = most_head_bytes;
  listener.limits.body_bytes = most_body_bytes;
  listener.limits.head_fields = 12;
  listener.limits.requests_per_connection = 8;
  listener.handler = answer;
  return made;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  static const http::ServerOptions settings = options();
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = http::converse(settings, cut(bytes, size));
  DEMAND(whole.empty() || whole.starts_with("HTTP/1.1 "));
  DEMAND(whole.empty() || whole.find("\r\n\r\n") != std::string::npos);
  // Whether a client that says "Expect" is invited depends on whether its body has come already.
  if (whole.find("100 Continue") != std::string::npos) return 0;
  std::string pieces = http::converse(settings, cut(bytes, data[0] % 64U + 1U));
  const std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
  for (auto at = pieces.find(invitation); at != std::string::npos; at = pieces.find(invitation, at))
    pieces.erase(at, invitation.size());
  DEMAND(pieces == whole);
  return 0;
}
