#include "http/endpoint.hpp"

namespace securebase::http {

Result<bool> read_body(const Request& request, void* value,
                       Result<bool> (*read)(const wire::Node&, void*, const std::string&)) {
  const auto node = wire::parse_json(request.body);
  if (!node) return tl::unexpected(node.error());
  return read(*node, value, "");
}

}  // namespace securebase::http
