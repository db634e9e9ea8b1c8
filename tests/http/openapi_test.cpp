#include "http/openapi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "http/portal.hpp"
#include "http/workbench.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

const std::string file = SECUREBASE_SOURCE_DIR "/api/openapi.yaml";

TEST(OpenApi, IsWhatTheTablesSay) {
  const std::string now = openapi_yaml();
  if (std::getenv("SECUREBASE_WRITE_API") != nullptr) std::ofstream(file) << now;
  std::ostringstream kept;
  kept << std::ifstream(file).rdbuf();
  EXPECT_EQ(kept.str() == now, true)
      << "The tables of routes or fields have changed. Write api/openapi.yaml anew with\n"
         "  SECUREBASE_WRITE_API=1 build/dev/tests/test_http --gtest_filter=OpenApi.*\n"
         "and see by git diff that nothing has gone: the API only grows.";
}

TEST(OpenApi, NamesEachOperationOnce) {
  std::set<std::string_view> names;
  for (const auto& table : {workbench_routes(), portal_routes()})
    for (const Route& route : table)
      EXPECT_TRUE(names.insert(route.what.name).second || route.what.name == "health") << route.what.name;
}

TEST(OpenApi, TellsPermissionsAndProblems) {
  const std::string yaml = openapi_yaml();
  EXPECT_THAT(yaml, testing::HasSubstr("openapi: \"3.1.0\"\n"));
  EXPECT_THAT(yaml, testing::HasSubstr("      operationId: read_course\n"
                                       "      summary: One course with its members\n"
                                       "      tags:\n"
                                       "        - workbench\n"
                                       "      x-permission: read_course\n"));
  EXPECT_THAT(yaml, testing::HasSubstr("application/problem+json"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
