// securebase protocols: the honest size of the evidence, and warnings.

#include <gmock/gmock.h>

#include "cli/terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Protocols, are_listed_with_how_well_they_are_known_to_help) {
  const Ran said = securebase({"protocols", "list"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("abft"), HasSubstr("Unproven"), HasSubstr("trauma"),
                              Not(HasSubstr("WARNING"))));
}

TEST(Protocols, are_told_with_intervals_and_marks) {
  const Ran said = securebase({"protocols", "show", "abft"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out, AllOf(HasSubstr("g 0.40 [-0.12, 0.93], 287 people"), HasSubstr("(proposed here)"),
                              HasSubstr("NOT: ")));
  EXPECT_THAT(securebase({"protocols", "show", "efit"}).out, HasSubstr("(from memory)"));
}

TEST(Protocols, that_are_not_there_are_named) {
  const Ran said = securebase({"protocols", "show", "holding"});
  EXPECT_NE(said.code, 0);
  EXPECT_THAT(said.err, HasSubstr("abft@1"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
