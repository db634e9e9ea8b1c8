#pragma once
// The document of the API, from the tables of routes and fields: nothing in it is written by hand.

#include <string>

namespace securebase::http {

/// OpenAPI 3.1 as YAML; api/openapi.yaml holds it, and a test compares. Throws logic_error where a struct
/// goes both in and out.
[[nodiscard]] std::string openapi_yaml();

}  // namespace securebase::http
