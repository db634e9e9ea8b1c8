#include "catalog/ask.hpp"

#include <gmock/gmock.h>

#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(WordingGuide, asks_by_what_the_owner_allows) {
  const auto imported = make_wording_guide(testing::shipped("ecr-r"));
  EXPECT_THAT(imported.letter, HasSubstr("We ask you to confirm"));
  EXPECT_THAT(imported.letter, HasSubstr("[name of the practice]"));
  EXPECT_THAT(imported.steps.back(), HasSubstr("nothing is kept before you confirm"));
  const auto entry_only = make_wording_guide(testing::shipped("ors"));
  EXPECT_THAT(entry_only.letter, HasSubstr("whether you would license an electronic form"));
  EXPECT_THAT(make_wording_guide(testing::shipped("bond")).letter, IsEmpty());
}

TEST(WordingGuide, fills_in_what_is_known) {
  const auto guide = make_wording_guide(testing::shipped("csi-4"),
                                        {"Harbour House", "follow-up", "120", "English and German"});
  for (const char* words : {"Harbour House", "follow-up", "about 120 clients", "in English and German"})
    EXPECT_THAT(guide.letter, HasSubstr(words));
  EXPECT_THAT(guide.letter, Not(HasSubstr("[purpose]")));
}

TEST(WordingGuide, writes_to_the_owner_about_terms_and_not_about_this_program) {
  for (const Instrument& instrument : testing::shipped().instruments)
    EXPECT_THAT(make_wording_guide(instrument).letter, Not(HasSubstr("This program"))) << instrument.id;
  EXPECT_THAT(make_wording_guide(testing::shipped("phq-9")).terms, HasSubstr("so import it"));
}

TEST(WordingGuide, names_where_the_terms_stand_first) {
  const auto instrument = testing::shipped("phq-9");
  const auto guide = make_wording_guide(instrument);
  EXPECT_EQ(guide.sources.front().id, instrument.licence.provenance.source);
  EXPECT_TRUE(guide.verified);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
