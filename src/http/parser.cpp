#include "http/parser.hpp"

#include <algorithm>
#include <array>

namespace securebase::http {
namespace {

namespace beast = boost::beast;

// What may come once: two of them are two meanings.
constexpr std::array<std::string_view, 20> single = {"authorization",  "content-encoding",
                                                     "content-length", "content-type",
                                                     "expect",         "from",
                                                     "host",           "if-modified-since",
                                                     "if-range",       "if-unmodified-since",
                                                     "max-forwards",   "origin",
                                                     "range",          "referer",
                                                     "sec-fetch-dest", "sec-fetch-mode",
                                                     "sec-fetch-site", "user-agent",
                                                     "x-csrf-token",   "x-forwarded-proto"};

Problem bad_request(std::string code, std::string detail) {
  return {400, std::move(code), std::move(detail), ""};
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Problem problem_of(const beast::error_code& failure) {
  using Fault = beast::http::error;
  if (failure == Fault::body_limit)
    return {413, "http.body_too_large", "The body is larger than is taken.", ""};
  if (failure == Fault::header_limit)
    return {431, "http.head_too_large", "The headers are larger than is taken.", ""};
  if (failure == Fault::bad_version) return {505, "http.version", "This server speaks HTTP/1.1.", ""};
  return bad_request("http.malformed", "This is not HTTP/1.1: " + failure.message() + ".");
}

/// Lower case, each name once.
std::optional<Problem> collect_headers(const Fields& fields, Fields& headers) {
  for (const auto& [raw_name, value] : fields) {
    const std::string name = lower(raw_name);
    const auto known =
        std::find_if(headers.begin(), headers.end(), [&](const auto& f) { return f.first == name; });
    if (known == headers.end()) {
      headers.emplace_back(name, value);
    } else if (std::find(single.begin(), single.end(), name) != single.end()) {
      return bad_request("http.header_twice", "The header " + name + " may come once.");
    } else {
      known->second += (name == "cookie" ? "; " : ", ") + value;
    }
  }
  return std::nullopt;
}

std::optional<Problem> judge_framing(const RequestParser& parser, const Request& request) {
  const auto coding = request.header("transfer-encoding");
  if (coding && request.header("content-length"))
    return bad_request("http.framing", "Content-Length and Transfer-Encoding exclude each other.");
  const auto length = request.header("content-length");
  if (length && length->find_first_not_of("0123456789") != std::string_view::npos)
    return bad_request("http.framing", "Content-Length is one whole number.");
  if (coding && parser.version < 11)
    return bad_request("http.framing", "HTTP/1.0 knows no Transfer-Encoding.");
  if (coding && lower(*coding) != "chunked")
    return Problem{501, "http.framing", "The only transfer coding taken is chunked.", ""};
  const auto expect = request.header("expect");
  if (expect && lower(*expect) != "100-continue")
    return Problem{417, "http.expect", "The only expectation met is 100-continue.", ""};
  return std::nullopt;
}

/// The origin form of the target: an absolute one must name the host that Host names (RFC 9112, 3.2.2).
Result<std::string_view> origin_form(std::string_view target, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (lower(target.substr(0, scheme.size())) != scheme) continue;
    target.remove_prefix(scheme.size());
    const auto slash = std::min(target.find_first_of("/?"), target.size());
    if (lower(target.substr(0, slash)) != lower(host))
      return fail(ErrorKind::usage, "http.host", "the target and Host must name the same host");
    target.remove_prefix(slash);
    if (target.empty()) return std::string_view("/");
    break;
  }
  return target;
}

std::optional<Problem> judge_host(const Policy& policy, const Request& request) {
  const auto host = request.header("host");
  if (!host || !is_host(*host))
    return bad_request("http.host", "One Host header is needed: a name and a port.");
  if (!policy.allows_host(*host))
    return Problem{421, "http.host", "This server does not answer under that name.", ""};
  return std::nullopt;
}

}  // namespace

HeadScanner::State HeadScanner::refuse(unsigned status, std::string code, std::string detail) {
  problem_ = {status, std::move(code), std::move(detail), ""};
  return State::refused;
}

std::optional<HeadScanner::State> HeadScanner::take(char c, char before) {
  const auto byte = static_cast<unsigned char>(c);
  const bool control = (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7f;
  if (control || (c == '\n') != (before == '\r') || (c == '\t' && lines_ == 0))
    return refuse(400, "http.malformed", "Lines of a head end in CR LF and hold no other control character.");
  if (line_bytes_ == 0 && (c == ' ' || c == '\t'))
    return refuse(400, "http.malformed", "A line of a head may not begin with a space.");
  if (c == '\r') return std::nullopt;
  if (c != '\n') {
    ++line_bytes_;
    return std::nullopt;
  }
  if (line_bytes_ == 0) {
    if (lines_ == 0) return refuse(400, "http.malformed", "A request begins with its method.");
    return State::whole;
  }
  line_bytes_ = 0;
  if (++lines_ > limits_.head_fields + 1)
    return refuse(431, "http.head_too_large", "There are too many headers.");
  return std::nullopt;
}

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  for (; scanned_ < bytes.size() && scanned_ < limits_.head_bytes; ++scanned_) {
    const auto state = take(bytes[scanned_], scanned_ == 0 ? '\0' : bytes[scanned_ - 1]);
    if (state == State::whole) ++scanned_;
    if (state) return *state;
  }
  if (scanned_ < limits_.head_bytes) return State::more;
  if (lines_ == 0) return refuse(414, "http.target_too_long", "The request line is longer than is taken.");
  return refuse(431, "http.head_too_large", "The headers are larger than is taken.");
}

RequestParser::RequestParser(const Limits& limits) : chunks_(limits) {
  body_limit(limits.body_bytes);
  header_limit(static_cast<std::uint32_t>(limits.head_bytes));
}

std::optional<Problem> RequestParser::take_head(std::string_view head) {
  beast::error_code failure;
  const std::size_t taken = put(boost::asio::const_buffer(head.data(), head.size()), failure);
  if (failure) return problem_of(failure);
  if (!is_header_done() || taken != head.size()) return bad_request("http.malformed", "The head has no end.");
  // Below the limit. A body that grows would leave copies of itself in memory.
  body_left_ = content_length().value_or(0);
  body.reserve(body_left_);
  return std::nullopt;
}

std::size_t RequestParser::take_body(std::string_view bytes, std::optional<Problem>& problem) {
  if (chunked()) {
    const std::size_t taken = chunks_.take(bytes, body);
    problem = chunks_.problem();
    return taken;
  }
  const std::size_t taken = std::min(body_left_, bytes.size());
  body += bytes.substr(0, taken);
  body_left_ -= taken;
  return taken;
}

bool RequestParser::is_whole() const {
  return is_header_done() && (chunked() ? chunks_.is_done() : body_left_ == 0);
}

void RequestParser::on_request_impl(beast::http::verb /*verb*/, Text name, Text path, int number,
                                    Failure& /*failure*/) {
  method = view(name);
  target = view(path);
  version = number;
}

void RequestParser::on_field_impl(beast::http::field /*field*/, Text name, Text value, Failure& /*failure*/) {
  fields.emplace_back(view(name), view(value));
}

void RequestParser::on_header_impl(Failure& /*failure*/) {}

// Beast is given heads only: none of these is called.
void RequestParser::on_response_impl(int /*status*/, Text /*words*/, int /*number*/, Failure& /*failure*/) {}
void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                                      Failure& /*failure*/) {}
std::size_t RequestParser::on_body_impl(Text bytes, Failure& /*failure*/) {
  return bytes.size();
}
void RequestParser::on_chunk_header_impl(std::uint64_t /*size*/, Text /*extensions*/, Failure& /*failure*/) {}
std::size_t RequestParser::on_chunk_body_impl(std::uint64_t /*left*/, Text bytes, Failure& /*failure*/) {
  return bytes.size();
}
void RequestParser::on_finish_impl(Failure& /*failure*/) {}

std::optional<Problem> judge(const RequestParser& parser, const Policy& policy, Request& request) {
  const auto method = parse_method(parser.method);
  const bool refused_by_choice = parser.method == "CONNECT" || parser.method == "TRACE";
  if (refused_by_choice)
    return Problem{405, "http.method_not_allowed", "CONNECT and TRACE are not answered.", ""};
  if (!method) return Problem{501, "http.method", "This method is not known.", ""};
  request.method = *method;
  if (auto problem = collect_headers(parser.fields, request.headers)) return problem;
  if (auto problem = judge_framing(parser, request)) return problem;
  if (auto problem = judge_host(policy, request)) return problem;
  const auto form = origin_form(parser.target, *request.header("host"));
  if (!form) return to_problem(form.error());
  auto target = parse_target(*form);
  if (!target) return to_problem(target.error());
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  policy.take_forwarded(request);
  if (!is_safe(*method) && !policy.allows_origin(request, *request.header("host")))
    return Problem{403, "http.foreign_origin", "This comes from a page of another origin.", ""};
  return std::nullopt;
}

}  // namespace securebase::http
