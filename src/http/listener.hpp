#pragma once
// Where the server listens, for whom, and how much it puts up with.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/private.hpp"
#include "http/message.hpp"

namespace securebase::http {

struct Limits {
  std::size_t head_bytes = std::size_t{16}
                           << 10;  ///< request line and headers; more: 431, or 414 within the line
  std::size_t head_fields = 100;   ///< more: 431
  std::size_t body_bytes = std::size_t{1} << 20;  ///< more: 413

  std::chrono::milliseconds idle{60'000};   ///< between two requests, and before the first
  std::chrono::milliseconds head{10'000};   ///< from its first byte to its last; also the TLS handshake
  std::chrono::milliseconds body{30'000};   ///< from its first byte to its last
  std::chrono::milliseconds write{30'000};  ///< for an answer, and a second more for every 16 KiB of it

  std::size_t connections = 1024;
  /// An address is one IPv4 address or the first 64 bits of an IPv6 address. Trusted proxies are not counted.
  std::size_t connections_per_address = 128;
  std::size_t requests_per_connection = 10'000;
};

/// PEM texts, as OpenSSL reads them. TLS 1.2 with forward secrecy or 1.3.
struct Tls {
  std::string certificate_chain;
  Private<std::string> key;
};

struct Listener {
  std::string name;
  std::string address = "127.0.0.1";  ///< numeric
  std::uint16_t port = 0;             ///< 0: any that is free
  std::optional<Tls> tls;
  /// What Host may say: "practice.example", "[::1]", "practice.example:8443". Without a port: with any. None
  /// given: the loopback names. Everything else is answered with 421: a foreign name that leads here is an
  /// attack (DNS rebinding).
  std::vector<std::string> hosts;
  /// "https://practice.example": who else than the host itself may send what changes something.
  std::vector<std::string> origins;
  /// "10.0.0.1", "10.0.0.0/8", "fd00::/8": whose X-Forwarded-For and X-Forwarded-Proto are believed.
  std::vector<std::string> trusted_proxies;
  /// Nobody but a trusted proxy is let in: what comes without TLS has had it as far as there.
  bool proxies_only = false;
  std::string trusted_types = "app-sw";  ///< Trusted Types policies that pages may create, parted by spaces
  /// Pages may play a recording that was chosen on the machine itself (media-src blob:). It is not sent.
  bool plays_local_media = false;
  Limits limits;
  Handler handler;
};

}  // namespace securebase::http
