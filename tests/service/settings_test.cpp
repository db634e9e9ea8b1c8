#include "service/settings.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

class SettlingThings : public EachPractice {};

ChangeSettings named(const std::string& name) {
  ChangeSettings settings;
  settings.practice_name = name;
  return settings;
}

TEST_P(SettlingThings, is_for_admins_and_leaves_the_rest) {
  const Actor admin = user("ada", {.admin = true});
  EXPECT_EQ(must(read_settings(practice(), admin)).risk_path.contact(), "");
  ChangeSettings first = named("Elm Street");
  first.risk_person = "Ada";
  first.risk_hours = "weekdays 9 to 17";
  first.retention_years = 10;
  must(change_settings(practice(), admin, first));
  must(change_settings(practice(), admin, named("Oak Street")));
  const Settings now = must(change_settings(practice(), admin, {}));
  EXPECT_EQ(now.practice_name, "Oak Street");
  EXPECT_EQ(now.risk_path.contact(), "Ada, weekdays 9 to 17");
  EXPECT_EQ(now.retention_years, 10);
  ChangeSettings none;
  none.no_retention = true;
  EXPECT_EQ(must(change_settings(practice(), admin, none)).retention_years, std::nullopt);
  const Actor therapist = user("ben", {.therapist = true});
  EXPECT_EQ(code_of(read_settings(practice(), therapist)), "access.forbidden");
  EXPECT_EQ(code_of(change_settings(practice(), therapist, named("Mine"))), "access.forbidden");
}

TEST_P(SettlingThings, has_bounds) {
  const Actor admin = user("ada", {.admin = true});
  EXPECT_EQ(code_of(change_settings(practice(), admin, named(""))), "settings.value");
  ChangeSettings long_person;
  long_person.risk_person = std::string(longest_setting + 1, 'a');
  const auto refused = change_settings(practice(), admin, long_person);
  EXPECT_EQ(code_of(refused), "settings.value");
  EXPECT_EQ(refused.error().where.field, "risk_person");
  ChangeSettings years;
  years.retention_years = -1;
  EXPECT_EQ(code_of(change_settings(practice(), admin, years)), "settings.value");
  years.retention_years = 10;
  years.no_retention = true;
  EXPECT_EQ(code_of(change_settings(practice(), admin, years)), "settings.value");
}

TEST_P(SettlingThings, calls_a_path_ready_when_it_was_tested_as_it_is) {
  const Actor admin = user("ada", {.admin = true});
  EXPECT_EQ(code_of(note_tested_path(practice(), admin, {"Called it; Ada answered."})), "settings.risk_path");
  ChangeSettings path;
  path.risk_person = "Ada";
  path.risk_phone = "030 1234";
  path.risk_hours = "weekdays 9 to 17";
  EXPECT_FALSE(must(change_settings(practice(), admin, path)).risk_path.is_ready());
  EXPECT_EQ(code_of(note_tested_path(practice(), admin, {"ok"})), "settings.value");
  EXPECT_TRUE(must(note_tested_path(practice(), admin, {"Called it; Ada answered."})).risk_path.is_ready());
  EXPECT_TRUE(must(change_settings(practice(), admin, path)).risk_path.is_ready());
  path.risk_hours = "at night";
  EXPECT_FALSE(must(change_settings(practice(), admin, path)).risk_path.is_ready());
  const Actor therapist = user("ben", {.therapist = true});
  EXPECT_EQ(code_of(note_tested_path(practice(), therapist, {"Called it; Ada answered."})),
            "access.forbidden");
  EXPECT_FALSE(must(phone_state(practice(), therapist)).offered);
}

INSTANTIATE_TEST_SUITE_P(Service, SettlingThings, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
