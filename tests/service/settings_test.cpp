#include "service/settings.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"

namespace securebase::service {
namespace {

class SettlingThings : public EachPractice {};

TEST_P(SettlingThings, is_for_admins_and_leaves_the_rest) {
  const Actor admin = user("ada", {.admin = true});
  EXPECT_EQ(must(read_settings(practice(), admin)).portal_risk_contact, "");
  must(change_settings(practice(), admin, {"Elm Street", "Ada, weekdays 9 to 17", 10}));
  must(change_settings(practice(), admin, {"Oak Street", {}, {}}));
  const Settings now = must(change_settings(practice(), admin, {}));
  EXPECT_EQ(now.practice_name, "Oak Street");
  EXPECT_EQ(now.portal_risk_contact, "Ada, weekdays 9 to 17");
  EXPECT_EQ(now.retention_years, 10);
  EXPECT_EQ(must(change_settings(practice(), admin, {{}, "", {}})).portal_risk_contact, "");
  EXPECT_EQ(must(change_settings(practice(), admin, {{}, {}, {}, true})).retention_years, std::nullopt);
  const Actor therapist = user("ben", {.therapist = true});
  EXPECT_EQ(code_of(read_settings(practice(), therapist)), "access.forbidden");
  EXPECT_EQ(code_of(change_settings(practice(), therapist, {"Mine", {}, {}})), "access.forbidden");
}

TEST_P(SettlingThings, has_bounds) {
  const Actor admin = user("ada", {.admin = true});
  EXPECT_EQ(code_of(change_settings(practice(), admin, {"", {}, {}})), "settings.value");
  const auto long_contact =
      change_settings(practice(), admin, {{}, std::string(longest_setting + 1, 'a'), {}});
  EXPECT_EQ(code_of(long_contact), "settings.value");
  EXPECT_EQ(long_contact.error().where.field, "portal_risk_contact");
  EXPECT_EQ(code_of(change_settings(practice(), admin, {{}, {}, -1})), "settings.value");
  EXPECT_EQ(code_of(change_settings(practice(), admin, {{}, {}, 10, true})), "settings.value");
}

INSTANTIATE_TEST_SUITE_P(Service, SettlingThings, store::each_engine, store::engine_name);

}  // namespace
}  // namespace securebase::service
