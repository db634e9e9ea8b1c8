#pragma once
// What comes in and what goes out over HTTP, after the bytes have been judged: a Request is well-formed
// UTF-8, its path has no dot segment, and no header, query name or cookie means two things. Problems are
// application/problem+json (RFC 9457), made from base::Error by one table.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace securebase::http {

/// Other methods are refused before a handler sees them.
// NOLINTNEXTLINE(readability-identifier-naming): delete is reserved
enum class Method { get, head, post, put, patch, delete_, options };
inline constexpr std::size_t method_count = 7;

/// "GET"
[[nodiscard]] std::string_view name(Method method);
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);
/// Whether it only reads: GET, HEAD, OPTIONS (RFC 9110, 9.2.1).
[[nodiscard]] bool is_safe(Method method);

/// Names and values in the order in which they came. Each name once.
using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::get;
  std::string
      path;        ///< decoded; begins with "/", has no empty segment (but "/" may end it) and no "." or ".."
  Fields query;    ///< decoded
  Fields headers;  ///< names in lower case; a list that came in several headers is joined
  std::string body;       ///< as long as the listener allows
  std::string remote;     ///< address of who asks; from X-Forwarded-For where a trusted proxy says so
  bool tls = false;       ///< between the browser and us, or the browser and a trusted proxy
  std::string listener;   ///< its name
  std::string csp_nonce;  ///< what a script or style element in the answer must carry

  std::string_view route;  ///< set by the router: the pattern that matched, which is fit for a log
  Fields parameters;       ///< set by the router: what the pattern's {names} stood for

  /// `name` in lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
  /// Empty where the pattern has no such name.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  /// The cookie that Response::set_cookie set under this name. Nothing where there are two of that name: one
  /// of them was planted.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
};

struct Cookie {
  std::string name;   ///< a token, without prefix
  std::string value;  ///< printable ASCII without space, quote, comma, semicolon and backslash
  /// Unset: until the browser closes. 0: forget it.
  std::optional<std::chrono::seconds> max_age;
};

/// One piece of an answer that has no end yet.
struct StreamPart {
  std::string bytes;  ///< may be empty: nothing new
  bool last = false;
  /// How long to wait before the next piece is asked for. No worker is held meanwhile.
  std::chrono::milliseconds pause{0};
};
/// Called on a worker, never twice at once. Not called again once the server stops or the client is gone.
using Stream = std::function<StreamPart()>;

/// Who may keep an answer.
enum class Cache {
  no_store,    ///< nobody
  revalidate,  ///< the browser, if it asks each time (ETag)
  immutable    ///< anybody, for a year: the name changes with the content
};

struct Response {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  /// Instead of `body`: bytes that live as long as the program, sent without a copy.
  std::string_view constant_body;
  /// Neither names nor values may hold control characters: such an answer is replaced by a 500.
  Fields headers;
  Stream stream;
  Cache cache = Cache::no_store;
  std::string etag;  ///< quoted, as RFC 9110 8.8.3 has it; needs a `cache` other than no_store

  /// HttpOnly, SameSite=Strict, Path=/; under TLS Secure and with the prefix __Host-. Throws invalid_argument
  /// on a name or value that no cookie can have.
  void set_cookie(const Cookie& cookie, const Request& request);
  [[nodiscard]] std::string_view bytes() const { return constant_body.empty() ? body : constant_body; }
};

/// On a worker. Exceptions are bugs: they become a 500 that says nothing.
using Handler = std::function<Response(Request&)>;

/// RFC 9457, with a stable dotted code. `type` is about:blank, `title` the status in words.
struct Problem {
  unsigned status = 500;
  std::string code;
  std::string detail;  ///< what would be valid; never what a client wrote
  std::string field;   ///< dotted path, where one field is at fault
};

/// The one table of kinds and statuses. The detail of a 5xx stays here: it may name files of the server.
[[nodiscard]] Problem to_problem(const Error& error);
[[nodiscard]] unsigned status_of(ErrorKind kind);
[[nodiscard]] std::string to_json(const Problem& problem);
[[nodiscard]] Response to_response(const Problem& problem);
[[nodiscard]] Response to_response(const Error& error);
[[nodiscard]] Response json(std::string body, unsigned status = 200);
/// "Not Found"; empty where the status is none of those we send.
[[nodiscard]] std::string_view reason(unsigned status);

/// One event of a text/event-stream; line feeds in `data` are kept, other control characters must not be
/// there.
[[nodiscard]] std::string server_sent_event(std::string_view event, std::string_view data);

/// Nothing where a percent sign is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

struct Target {
  std::string path;
  Fields query;
};
/// Of the origin form (RFC 9112, 3.2.1). Refused: an encoded slash or backslash, NUL and other control
/// characters, what is not UTF-8, empty, "." and ".." segments, a name twice in the query.
[[nodiscard]] Result<Target> parse_target(std::string_view text);

/// Whether all characters are tchar (RFC 9110, 5.6.2) and there is one.
[[nodiscard]] bool is_token(std::string_view text);
[[nodiscard]] std::string lower(std::string_view ascii);

}  // namespace securebase::http
