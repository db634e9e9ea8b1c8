#include "http/message.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/printable.hpp"

namespace securebase::http {
namespace {

constexpr std::array<std::string_view, method_count> method_names = {"GET",   "HEAD",   "POST",   "PUT",
                                                                     "PATCH", "DELETE", "OPTIONS"};

constexpr std::pair<ErrorKind, unsigned> statuses[] = {
    {ErrorKind::usage, 400},     {ErrorKind::bad_data, 422},        {ErrorKind::definition, 500},
    {ErrorKind::not_found, 404}, {ErrorKind::unauthenticated, 401}, {ErrorKind::forbidden, 403},
    {ErrorKind::conflict, 409},  {ErrorKind::too_many, 429},        {ErrorKind::io, 503},
    {ErrorKind::internal, 500}};

constexpr std::pair<unsigned, std::string_view> reasons[] = {{200, "OK"},
                                                             {201, "Created"},
                                                             {202, "Accepted"},
                                                             {204, "No Content"},
                                                             {303, "See Other"},
                                                             {304, "Not Modified"},
                                                             {308, "Permanent Redirect"},
                                                             {400, "Bad Request"},
                                                             {401, "Unauthorized"},
                                                             {403, "Forbidden"},
                                                             {404, "Not Found"},
                                                             {405, "Method Not Allowed"},
                                                             {408, "Request Timeout"},
                                                             {409, "Conflict"},
                                                             {410, "Gone"},
                                                             {412, "Precondition Failed"},
                                                             {413, "Content Too Large"},
                                                             {414, "URI Too Long"},
                                                             {415, "Unsupported Media Type"},
                                                             {417, "Expectation Failed"},
                                                             {421, "Misdirected Request"},
                                                             {422, "Unprocessable Content"},
                                                             {429, "Too Many Requests"},
                                                             {431, "Request Header Fields Too Large"},
                                                             {500, "Internal Server Error"},
                                                             {501, "Not Implemented"},
                                                             {503, "Service Unavailable"},
                                                             {505, "HTTP Version Not Supported"}};

std::optional<std::string_view> find(const Fields& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

bool is_cookie_octet(char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Calls use(piece) for what stands between separators.
template <class Use>
void split(std::string_view text, char separator, Use use) {
  while (true) {
    const auto end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// `text` has passed through printable(): quotes and backslashes are all there is to escape.
void append_json_member(std::string& out, std::string_view name, std::string_view text) {
  constexpr std::size_t most_bytes = 2000;
  out += fmt::format(",\"{}\":\"", name);
  for (const char c : printable(text, most_bytes)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

Result<std::string> decode_path(std::string_view text) {
  const auto path = percent_decode(text);
  const auto wrong = [](std::string detail) {
    return fail(ErrorKind::usage, "http.bad_path", std::move(detail));
  };
  if (!path) return wrong("a percent sign in the path needs two hexadecimal digits after it");
  if (std::count(path->begin(), path->end(), '/') != std::count(text.begin(), text.end(), '/'))
    return wrong("a segment of the path may not hold a slash");
  if (!is_plain_text(*path) || path->find_first_of("\n\t\\") != std::string::npos)
    return wrong("the path must be UTF-8 without control characters and backslashes");
  std::size_t empty = 0;
  bool dots = false;
  split(std::string_view(*path).substr(1), '/', [&](std::string_view segment) {
    if (segment.empty()) ++empty;
    dots = dots || segment == "." || segment == "..";
  });
  if (dots) return wrong("the path may not hold the segments . and ..");
  if (empty > (path->back() == '/' ? 1U : 0U)) return wrong("the path may not hold an empty segment");
  return *path;
}

Result<Fields> decode_query(std::string_view text) {
  Fields query;
  const char* fault = nullptr;
  split(text, '&', [&](std::string_view pair) {
    if (pair.empty()) return;
    const auto equals = pair.find('=');
    std::optional<std::string> parts[2];
    std::string_view raw[2] = {pair.substr(0, equals), equals == std::string_view::npos
                                                           ? std::string_view()
                                                           : pair.substr(equals + 1)};
    for (int i = 0; i < 2; ++i) {
      std::string spaced(raw[i]);
      std::replace(spaced.begin(), spaced.end(), '+', ' ');
      parts[i] = percent_decode(spaced);
      if (!parts[i] || !is_plain_text(*parts[i])) {
        fault = "the query must be percent-encoded UTF-8 without control characters";
        return;
      }
    }
    if (find(query, *parts[0])) fault = "a name may stand in the query once";
    query.emplace_back(std::move(*parts[0]), std::move(*parts[1]));
  });
  if (fault != nullptr) return fail(ErrorKind::usage, "http.bad_query", fault);
  return query;
}

}  // namespace

std::string_view name(Method method) {
  return method_names[static_cast<std::size_t>(method)];
}

std::optional<Method> parse_method(std::string_view text) {
  const auto* const found = std::find(method_names.begin(), method_names.end(), text);
  if (found == method_names.end()) return std::nullopt;
  return static_cast<Method>(found - method_names.begin());
}

bool is_safe(Method method) {
  return method == Method::get || method == Method::head || method == Method::options;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  return find(headers, name);
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  return find(query, name);
}

std::string_view Request::parameter(std::string_view name) const {
  return find(parameters, name).value_or("");
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  const auto all = header("cookie");
  if (!all) return std::nullopt;
  const std::string wanted = (tls ? "__Host-" : "") + std::string(name);
  std::optional<std::string_view> value;
  std::size_t times = 0;
  split(*all, ';', [&](std::string_view pair) {
    pair = trim(pair);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != wanted) return;
    value = pair.substr(equals + 1);
    ++times;
  });
  if (times != 1 || !std::all_of(value->begin(), value->end(), is_cookie_octet)) return std::nullopt;
  return value;
}

void Response::set_cookie(const Cookie& cookie, const Request& request) {
  if (!is_token(cookie.name) || !std::all_of(cookie.value.begin(), cookie.value.end(), is_cookie_octet))
    throw std::invalid_argument("a cookie needs a token as its name and plain characters in its value");
  std::string line = fmt::format("{}{}={}; Path=/; HttpOnly; SameSite=Strict", request.tls ? "__Host-" : "",
                                 cookie.name, cookie.value);
  if (request.tls) line += "; Secure";
  if (cookie.max_age) line += fmt::format("; Max-Age={}", cookie.max_age->count());
  headers.emplace_back("Set-Cookie", std::move(line));
}

unsigned status_of(ErrorKind kind) {
  for (const auto& [known, status] : statuses)
    if (known == kind) return status;
  return 500;
}

Problem to_problem(const Error& error) {
  const unsigned status = status_of(error.kind);
  if (status >= 500) return {status, error.code, "The server could not do this. Its log says more.", ""};
  return {status, error.code, error.detail, error.where.field};
}

std::string to_json(const Problem& problem) {
  std::string out = fmt::format(R"({{"type":"about:blank","status":{})", problem.status);
  append_json_member(out, "title", reason(problem.status));
  append_json_member(out, "code", problem.code);
  if (!problem.detail.empty()) append_json_member(out, "detail", problem.detail);
  if (!problem.field.empty()) append_json_member(out, "field", problem.field);
  out += '}';
  return out;
}

Response to_response(const Problem& problem) {
  Response response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  response.body = to_json(problem);
  return response;
}

Response to_response(const Error& error) {
  return to_response(to_problem(error));
}

Response json(std::string body, unsigned status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

std::string_view reason(unsigned status) {
  for (const auto& [known, words] : reasons)
    if (known == status) return words;
  return "";
}

std::string server_sent_event(std::string_view event, std::string_view data) {
  std::string out;
  if (!event.empty()) out += fmt::format("event: {}\n", event);
  split(data, '\n', [&](std::string_view line) { out += fmt::format("data: {}\n", line); });
  out += '\n';
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/' || text.find('#') != std::string_view::npos)
    return fail(ErrorKind::usage, "http.bad_path", "the path begins with a slash and has no fragment");
  const auto question = text.find('?');
  auto path = decode_path(text.substr(0, question));
  if (!path) return tl::unexpected(path.error());
  if (question == std::string_view::npos) return Target{std::move(*path), {}};
  auto query = decode_query(text.substr(question + 1));
  if (!query) return tl::unexpected(query.error());
  return Target{std::move(*path), std::move(*query)};
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view ascii) {
  std::string out(ascii);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace securebase::http
