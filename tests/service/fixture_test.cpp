// A record as each released version left it, in tests/service/fixtures/<version>: opened by every later
// version. A fixture never changes; SECUREBASE_WRITE_FIXTURE=1 writes the one of this version where there is
// none yet.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/version.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/measure.hpp"
#include "store/practice_data.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

namespace fs = std::filesystem;

const std::string fixtures = SECUREBASE_SOURCE_DIR "/tests/service/fixtures";

Actor therapist_of(const store::PracticeData&, const Id<User>& user) {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = user;
  actor.is_therapist = true;
  return actor;
}

const Id<User> ada_id = *Id<User>::parse(std::string(32, 'a'));

/// One client with a scored sheet and a risk entry, one who was erased.
void write_fixture(const std::string& folder) {
  const StandingClock clock;
  const store::PracticePlace place{folder, "", "", {}};
  must(store::create_practice(place, clock.now()));
  const auto data = must(store::PracticeData::open(place, clock.now()));
  const Practice practice = data->practice(clock, all_instruments());
  User user;
  user.id = ada_id;
  user.login = "ada";
  user.is_therapist = true;
  must(data->record().write([&](Transaction& transaction) { return insert(transaction, user); }));
  const Actor ada = therapist_of(*data, ada_id);
  for (const char* name : {"Mia Weber", "Gone Person"}) {
    NewMember client;
    client.particulars = Particulars{};
    client.particulars->name = Private<std::string>(name);
    const auto course = must(open_course(practice, ada, {UnitKind::individual, {client}, Date{2026, 1, 1}}));
    const auto person = course.members.at(0).person;
    for (const ConsentKind kind : {ConsentKind::limits_explained, ConsentKind::measures})
      must(give_consent(practice, ada, person, {course.id, kind, "1", {}}));
    GiveMeasure measure;
    measure.instrument = "phq-9";
    measure.respondent = person;
    const auto given = must(give_measure(practice, ada, course.id, measure));
    must(record_answers(practice, ada, course.id, given.id,
                        {{"0", "1", "2", "3", "0", "1", "2", "skipped", "1"}}));
    if (course.members[0].code == "P-0001") continue;
    must(end_course(practice, ada, course.id, {Date{2026, 2, 1}}));
    must(erase_person(practice, ada, person, {Ground::request, "P-0002"}));
  }
}

TEST(Fixtures, of_every_release_open_and_read_as_they_did) {
  const std::string own = fixtures + "/" + std::string(engine_version());
  if (std::getenv("SECUREBASE_WRITE_FIXTURE") != nullptr && !fs::exists(own))
    write_fixture(own);  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
  int opened = 0;
  for (const auto& entry : fs::directory_iterator(fixtures)) {
    SCOPED_TRACE(entry.path().filename());
    const store::TemporaryFolder folder;
    const std::string copy = folder / "practice";
    fs::copy(entry.path(), copy, fs::copy_options::recursive);
    fs::permissions(copy + "/keys/practice-1.key", fs::perms::owner_read | fs::perms::owner_write);
    const StandingClock clock;
    const auto data = must(store::PracticeData::open({copy, "", "", {}}, clock.now()));
    const Practice practice = data->practice(clock, all_instruments());
    const Actor ada = therapist_of(*data, ada_id);
    const auto courses = must(caseload(practice, ada));
    ASSERT_EQ(courses.size(), 2U);
    EXPECT_EQ(courses[0].open_risk_entries, 1);
    EXPECT_EQ(courses[0].members.at(0).name->reveal(), "Mia Weber");
    EXPECT_FALSE(courses[1].members.at(0).name);
    const auto page = must(read_course_page(practice, ada, courses[0].id, 10));
    ASSERT_EQ(page.sheets.size(), 1U);
    EXPECT_EQ(page.sheets[0].answers.at(8), "1");
    EXPECT_EQ(page.sheets[0].answers.at(7), "skipped");
    EXPECT_TRUE(must(verify_audit(practice, {})).intact);
    ++opened;
  }
  EXPECT_GT(opened, 0);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
