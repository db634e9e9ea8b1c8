// JSON of the API: any bytes give a tree or an error with its place; a tree is written and read again as the
// same, and whatever it says to a request's shape, that is calm too and never repeats what it read.

#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"
#include "service/course.hpp"
#include "service/measure.hpp"
#include "wire/fields.hpp"

namespace {

using namespace securebase;

template <class T>
void read_as(const wire::Node& node) {
  const auto value = wire::from_node<T>(node);
  if (!value) {
    DEMAND(value.error().code == "json.field" || value.error().code == "json.unknown_field");
    DEMAND(is_plain_text(to_text(value.error())));
    return;
  }
  const wire::Node said = wire::to_node(*value);
  const auto again = wire::from_node<T>(said);
  DEMAND(again.has_value());
  DEMAND(wire::to_node(*again) == said);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto node = wire::parse_json(bytes);
  if (!node) {
    DEMAND(node.error().code == "json.malformed");
    DEMAND(node.error().where.line >= 1 && node.error().where.column >= 1);
    return 0;
  }
  const auto again = wire::parse_json(wire::to_json(*node));
  DEMAND(again.has_value());
  DEMAND(*again == *node);
  read_as<service::NewCourse>(*node);
  read_as<service::GiveMeasure>(*node);
  read_as<service::Answers>(*node);
  read_as<service::Person>(*node);
  return 0;
}
