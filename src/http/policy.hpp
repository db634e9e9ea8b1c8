#pragma once
// What a listener asks of every request before a handler sees it, and says with every answer: Host, Origin
// and Sec-Fetch-Site, what trusted proxies forward, security headers.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/listener.hpp"

namespace securebase::http {

/// An IPv4 address is written as IPv6 (::ffff:a.b.c.d).
using Address = std::array<std::uint8_t, 16>;
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// Whose connections and attempts are counted together: an IPv4 address, the first 64 bits of an IPv6 one.
/// Bytes; empty where text is no address.
[[nodiscard]] std::string neighbourhood(const std::string& address);

/// Whether text is what Host may hold (RFC 9110, 7.2): a name, IPv4 or [IPv6], and a port or none.
[[nodiscard]] bool is_host(std::string_view text);

class Policy {
 public:
  /// Errors (usage): a host, origin or network that is none.
  [[nodiscard]] static Result<Policy> make(const Listener& listener);

  [[nodiscard]] bool allows_host(std::string_view host) const;
  /// Whether a request that may change something comes from a page of ours, or from no browser at all. `host`
  /// is what Host said.
  [[nodiscard]] bool allows_origin(const Request& request, std::string_view host) const;
  /// Whether text is the address of a trusted proxy.
  [[nodiscard]] bool trusts(std::string_view text) const;
  /// Sets remote and tls from what trusted proxies say; from others nothing is taken.
  void take_forwarded(Request& request) const;
  /// Lines that end in CRLF.
  void append_security_headers(std::string& head, const Request& request, const Response& response) const;

 private:
  struct Network {
    Address address{};
    unsigned bits = 0;
  };
  static std::optional<Network> parse_network(std::string_view text);

  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
  std::vector<Network> proxies_;
  std::string trusted_types_;
  bool plays_local_media_ = false;
};

}  // namespace securebase::http
