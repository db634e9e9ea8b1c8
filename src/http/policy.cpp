#include "http/policy.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace securebase::http {
namespace {

constexpr unsigned v4_offset_bits = 96;

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port <= 65535;
}

/// "name:port" without ":port".
std::string_view without_port(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return host;
  return host.substr(0, colon);
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_';
  });
}

bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme)) return is_host(text.substr(scheme.size()));
  return false;
}

tl::unexpected<Error> faulty(std::string_view listener, std::string_view what) {
  return fail(ErrorKind::usage, "http.listener", fmt::format("listener {}: {}", listener, what));
}

/// The last element of a comma-separated list, which is cut off.
std::string_view pop_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  auto last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  while (!last.empty() && (last.front() == ' ' || last.front() == '\t')) last.remove_prefix(1);
  while (!last.empty() && (last.back() == ' ' || last.back() == '\t')) last.remove_suffix(1);
  return last;
}

std::string_view cache_control(Cache cache) {
  switch (cache) {
    case Cache::no_store:
      return "no-store";
    case Cache::revalidate:
      return "no-cache";
    case Cache::immutable:
      return "public, max-age=31536000, immutable";
  }
  return "no-store";
}

constexpr std::string_view content_security_policy =
    "Content-Security-Policy: default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' "
    "'nonce-{nonce}'; "
    "img-src 'self'; font-src 'self'; {media}connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri "
    "'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types "
    "{types}\r\n";

constexpr std::string_view fixed_headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "X-Frame-Options: DENY\r\n"
    "Permissions-Policy: accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()\r\n";

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  Address address{};
  const std::string terminated(text);
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

std::string neighbourhood(const std::string& address) {
  const auto parsed = parse_address(address);
  if (!parsed) return "";
  const std::size_t bytes = address.find(':') == std::string::npos ? parsed->size() : 8;
  return {reinterpret_cast<const char*>(parsed->data()), bytes};
}

bool is_host(std::string_view text) {
  const auto host = without_port(text);
  if (host.size() != text.size() && !is_port(text.substr(host.size() + 1))) return false;
  if (!host.starts_with('[')) return is_name(host);
  return host.size() > 2 && host.back() == ']' && host.find(':') != std::string_view::npos &&
         parse_address(host.substr(1, host.size() - 2)).has_value();
}

std::optional<Policy::Network> Policy::parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*address, 128};
  const unsigned offset = text.find(':') == std::string_view::npos ? v4_offset_bits : 0;
  const auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > 128 - offset)
    return std::nullopt;
  return Network{*address, bits + offset};
}

Result<Policy> Policy::make(const Listener& listener) {
  Policy policy;
  policy.hosts_ = {"localhost", "127.0.0.1", "[::1]"};
  if (!listener.hosts.empty()) policy.hosts_.clear();
  for (const std::string& host : listener.hosts) {
    if (!is_host(host))
      return faulty(listener.name, "a host is a name or address, and a port where it matters");
    policy.hosts_.push_back(lower(host));
  }
  for (const std::string& origin : listener.origins) {
    if (!is_origin(origin))
      return faulty(listener.name, "an origin is http:// or https:// and a host, no path");
    policy.origins_.push_back(lower(origin));
  }
  for (const std::string& text : listener.trusted_proxies) {
    const auto network = parse_network(text);
    if (!network)
      return faulty(listener.name, "a trusted proxy is an address, or a network such as 10.0.0.0/8");
    policy.proxies_.push_back(*network);
  }
  policy.trusted_types_ = listener.trusted_types.empty() ? "'none'" : listener.trusted_types;
  policy.plays_local_media_ = listener.plays_local_media;
  if (policy.trusted_types_.find_first_of(";,\r\n") != std::string::npos)
    return faulty(listener.name, "Trusted Types policies are names parted by spaces");
  return policy;
}

bool Policy::allows_host(std::string_view host) const {
  const std::string wanted = lower(host);
  const auto bare = without_port(wanted);
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& known) { return known == wanted || known == bare; });
}

bool Policy::allows_origin(const Request& request, std::string_view host) const {
  const auto origin = request.header("origin");
  if (origin) {
    const std::string from = lower(*origin);
    if (std::find(origins_.begin(), origins_.end(), from) != origins_.end()) return true;
    if (from != (request.tls ? "https://" : "http://") + lower(host)) return false;
  }
  const auto site = request.header("sec-fetch-site");
  return !site || *site == "same-origin" || *site == "none";
}

bool Policy::trusts(std::string_view text) const {
  if (proxies_.empty()) return false;
  const auto address = parse_address(text);
  return address && std::any_of(proxies_.begin(), proxies_.end(), [&](const Network& network) {
           for (unsigned bit = 0; bit < network.bits; bit += 8) {
             const unsigned left = std::min(8U, network.bits - bit);
             const unsigned differing = static_cast<unsigned>((*address)[bit / 8] ^ network.address[bit / 8]);
             if ((differing >> (8U - left)) != 0) return false;
           }
           return true;
         });
}

void Policy::take_forwarded(Request& request) const {
  if (!trusts(request.remote)) return;
  if (const auto scheme = request.header("x-forwarded-proto")) request.tls = *scheme == "https";
  // Each proxy adds who spoke to it at the end. The first from there that is no proxy of ours is who asks;
  // what stands before it is what that one claims.
  auto chain = request.header("x-forwarded-for").value_or("");
  while (!chain.empty() && trusts(request.remote)) {
    const auto nearest = pop_last(chain);
    if (!parse_address(nearest)) return;
    request.remote = nearest;
  }
}

void Policy::append_security_headers(std::string& head, const Request& request,
                                     const Response& response) const {
  head += fmt::format(fmt::runtime(content_security_policy), fmt::arg("nonce", request.csp_nonce),
                      fmt::arg("types", trusted_types_),
                      fmt::arg("media", plays_local_media_ ? "media-src blob:; " : ""));
  head += fixed_headers;
  if (request.tls) head += "Strict-Transport-Security: max-age=31536000\r\n";
  head += fmt::format("Cache-Control: {}\r\n", cache_control(response.cache));
  if (!response.etag.empty() && response.cache != Cache::no_store)
    head += fmt::format("ETag: {}\r\n", response.etag);
}

}  // namespace securebase::http
