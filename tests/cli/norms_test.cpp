#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "one_practice.hpp"
#include "service/record.hpp"
#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using service::Transaction;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

/// One course whose people all answered the GAD-7, and agreed to research.
class Answered {
 public:
  Answered(const service::Practice& practice, Transaction& transaction)
      : practice_(practice), transaction_(transaction) {
    service::User user;
    user.id = service::new_id<service::User>(practice.entropy);
    user.login = "ada";
    course_.id = service::new_id<service::Course>(practice.entropy);
    course_.therapist = user.id;
    course_.begun_on = {2026, 1, 1};
    occasion_ = service::new_id<service::Occasion>(practice.entropy);
    keep(user);
    keep(course_);
    keep(service::Occasion{occasion_, course_.id, service::OccasionKind::intake, now()});
  }

  void add(int number) {
    service::Person person;
    person.id = service::new_id<service::Person>(practice_.entropy);
    person.code = fmt::format("CANARY-{}", number);
    person.birth_year = 1970 + number % 30;
    person.gender = number % 3 == 0 ? "male" : "female";
    person.created_at = now();
    keep(person);
    keep(service::Consent{service::new_id<service::Consent>(practice_.entropy),
                          person.id,
                          {},
                          service::ConsentKind::research,
                          "1",
                          {},
                          now(),
                          {}});
    service::Administration sheet;
    sheet.id = service::new_id<service::Administration>(practice_.entropy);
    sheet.course = course_.id;
    sheet.occasion = occasion_;
    sheet.instrument = "gad-7";
    const auto& gad = **catalog::find_instrument(practice_.library, "gad-7");
    sheet.version = gad.version;
    sheet.fingerprint = gad.fingerprint;
    sheet.item_order = gad.orders.front().id;
    sheet.respondent = sheet.subject = person.id;
    sheet.progress = service::Progress::sent;
    sheet.given_at = now();
    sheet.sent_at = now();
    keep(sheet);
    keep(service::ResponseSheet{service::new_id<service::ResponseSheet>(practice_.entropy),
                                sheet.id,
                                person.id,
                                answers(number % 10 == 9),
                                {},
                                now()});
  }

 private:
  template <class Record>
  void keep(const Record& record) {
    EXPECT_TRUE(service::insert(transaction_, record));
  }
  [[nodiscard]] Instant now() const { return practice_.clock.now(); }
  /// Seven that share a cause; the first may be left out.
  std::string answers(bool skips_one) {
    const double worry = normal_(random_);
    std::string text;
    for (int item = 0; item < 7; ++item) {
      const double level = 1.2 * worry + normal_(random_) + 1.5;
      text += item == 0 ? "" : ",";
      text += skips_one && item == 0 ? "skipped" : std::to_string(std::clamp(static_cast<int>(level), 0, 3));
    }
    return text;
  }

  const service::Practice& practice_;
  Transaction& transaction_;
  service::Course course_;
  Id<service::Occasion> occasion_;
  std::mt19937 random_{7};
  std::normal_distribution<double> normal_;
};

class NormsCommandTest : public ::testing::Test {
 protected:
  Folder folder_;
  OnePractice host_{folder_.path("practice")};

  Ran norms(std::vector<std::string> words) {
    words.insert(words.begin(), "norms");
    words.insert(words.end(), {"--data", "somewhere"});
    std::ostringstream out;
    std::ostringstream err;
    const int code =
        run(words, {out, err, false, 80, store::embedded_documents, store::documents_below, &host_});
    return {code, out.str(), err.str()};
  }
  void add_people(int people) {
    ASSERT_TRUE(host_.with_practice({"somewhere", "", "", ""}, [&](const service::Practice& practice) {
      return practice.store.write([&](Transaction& transaction) -> Result<bool> {
        Answered answered(practice, transaction);
        for (int i = 0; i < people; ++i) answered.add(i);
        return true;
      });
    }));
  }
};

TEST_F(NormsCommandTest, says_how_many_people_are_needed) {
  EXPECT_THAT(norms({"list"}).err, HasSubstr("100"));
  add_people(99);
  const Ran refused = norms({"compute", "--instrument", "gad-7"});
  EXPECT_EQ(refused.code, 7);
  EXPECT_THAT(refused.err, HasSubstr("norms.too_few"));
  EXPECT_THAT(norms({"list"}).out, HasSubstr("none yet; respondents: 99"));
  const auto file = folder_.path("out.csv");
  EXPECT_EQ(norms({"export", "--instrument", "gad-7", "--out", file}).code, 7);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(norms({"compute"}).code, 2);
}

TEST_F(NormsCommandTest, tells_what_was_computed) {
  add_people(300);
  const Ran computed = norms({"compute", "--instrument", "gad-7"});
  ASSERT_EQ(computed.code, 0) << computed.err;
  // One in ten has no score, and of 90 men nothing is said.
  for (const char* words : {"respondents now: 300", "everybody            270", "female               180"})
    EXPECT_THAT(computed.out, HasSubstr(words));
  EXPECT_THAT(computed.out, Not(HasSubstr("  male")));
  EXPECT_EQ(norms({"list"}).out, computed.out);
}

TEST_F(NormsCommandTest, writes_answers_without_names_that_a_calibration_reads) {
  add_people(300);
  const auto file = folder_.path("out.csv");
  const Ran written = norms({"export", "--instrument", "gad-7", "--out", file});
  ASSERT_EQ(written.code, 0) << written.err;
  EXPECT_THAT(unwrapped(written.err), HasSubstr("300 people who agreed to research"));
  const auto lines = lines_of(Folder::read(file));
  ASSERT_EQ(lines.size(), 301U);
  EXPECT_EQ(lines[0], "row,age,gender,Q1,Q2,Q3,Q4,Q5,Q6,Q7");
  for (std::size_t i = 1; i < lines.size(); ++i)
    EXPECT_THAT(lines[i], MatchesRegex(std::to_string(i) + ",[0-9][0-9],(fe)?male(,[0-3]?)+"));
  EXPECT_THAT(Folder::read(file), Not(HasSubstr("CANARY")));
  const Ran calibrated = securebase({"calibrate", "--in", file, "--instrument", "gad-7", "--json"});
  EXPECT_EQ(calibrated.code, 0) << calibrated.err;
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
