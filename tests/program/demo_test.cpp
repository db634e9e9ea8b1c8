// The demonstration as it is started, looked at and started again.

#include <gmock/gmock.h>

#include "program/real_program.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::Not;

/// The word after the login, in the table that is printed once.
std::string password_of(const std::string& login, const std::string& said) {
  const auto at = said.find("\n    " + login);
  if (at == std::string::npos) return "";
  const auto begin = said.find_first_not_of(' ', at + 5 + login.size());
  return said.substr(begin, said.find(' ', begin) - begin);
}

TEST(ProgramDemonstrates, shows_invented_people_and_takes_in_nobody) {
  RealProgram program;
  program.serve({}, "demo");
  const std::string said = program.said();
  EXPECT_THAT(said, HasSubstr("INVENTED"));
  EXPECT_THAT(said, Not(HasSubstr("Recovery key")));
  EXPECT_THAT(said, Not(HasSubstr("token")));
  for (const std::string login : {"demo-colleague", "demo-supervisor", "demo-therapist"}) {
    Browser browser(program.port());
    ASSERT_TRUE(browser.sign_in(login, password_of(login, said))) << login << '\n' << said;
    EXPECT_THAT(browser.say("GET", "/api/v1/session").body, HasSubstr(R"("demo":true)"));
    EXPECT_THAT(browser.say("GET", "/api/v1/courses").body, HasSubstr(R"("unit":"individual")"));
    const auto opened = browser.say(
        "POST", "/api/v1/courses",
        R"({"unit":"individual","begun_on":"2026-09-01","members":[{"role":"client","age_group":"adult"}]})");
    EXPECT_EQ(opened.status, login == "demo-supervisor" ? 403U : 409U) << opened.body;
    EXPECT_THAT(opened.body, HasSubstr(login == "demo-supervisor" ? "access.forbidden" : "demo.closed"));
  }
  EXPECT_EQ(program.stop(SIGTERM), 0);
  program.serve({}, "demo");
  EXPECT_THAT(program.said(), HasSubstr("is served again"));
  EXPECT_THAT(program.said(), Not(HasSubstr(password_of("demo-therapist", said))));
  Browser again(program.port());
  EXPECT_TRUE(again.sign_in("demo-therapist", password_of("demo-therapist", said)));
}

TEST(ProgramDemonstrates, leaves_another_practice_alone) {
  RealProgram program;
  ASSERT_EQ(program.run({"setup", "--data", program.data()}), 0) << program.said();
  EXPECT_EQ(program.run({"demo", "--data", program.data(), "--port", "0"}), 7);
  EXPECT_THAT(program.said(), HasSubstr("not a demonstration"));
  EXPECT_EQ(program.run({"user", "list", "--data", program.data()}), 0);
  EXPECT_THAT(program.said(), HasSubstr("there is no user yet"));
  EXPECT_EQ(program.run({"demo"}), 2);
  EXPECT_THAT(program.said(), HasSubstr("--data"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
