#include "http/portal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "http/workbench.hpp"
#include "wire/node.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

std::string said_by(const Route& route, wire::Schemas& schemas) {
  std::string said =
      std::string(route.pattern) + ' ' + std::string(route.what.name) + ' ' + std::string(route.summary);
  for (const auto schema : {route.what.input, route.what.output})
    if (schema != nullptr) said += ' ' + wire::to_json(schema(schemas));
  return said;
}

/// All that the routes of a table say, with the schemas of what goes in and out.
std::string said_by(std::span<const Route> routes) {
  wire::Schemas schemas;
  std::string said;
  for (const Route& route : routes) said += said_by(route, schemas) + '\n';
  return said + wire::to_json(wire::Node(schemas.all()));
}

TEST(Portal, asks_nothing_of_a_history_and_names_neither_trauma_nor_abuse) {
  const std::regex never("histor|trauma|abus|violen|assault|neglect|comfort|event", std::regex::icase);
  std::smatch found;
  const std::string said = said_by(portal_routes());
  EXPECT_FALSE(std::regex_search(said, found, never)) << found.str();
  // The same words are found where they are: on the side of the therapist.
  EXPECT_TRUE(std::regex_search(said_by(workbench_routes()), never));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
