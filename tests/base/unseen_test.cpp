#include "base/unseen.hpp"

#include <gtest/gtest.h>

#include "base/printable.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

TEST(UnseenSign, is_named_with_its_code_point_and_place) {
  EXPECT_EQ(unseen_sign("a\u200Bb"), "U+200B, character 2");
  EXPECT_EQ(unseen_sign("\u00FCb\u00AD"), "U+00AD, character 3");
  EXPECT_EQ(unseen_sign("\x1B[31m"), "U+001B, character 1");
  EXPECT_EQ(unseen_sign("a\u202Eb"), "U+202E, character 2");
  EXPECT_EQ(unseen_sign("\uFEFFa"), "U+FEFF, character 1");
  EXPECT_EQ(unseen_sign("a\U000E0041"), "U+E0041, character 2");
  EXPECT_EQ(unseen_sign("ab\x80"), "a byte that is not UTF-8, character 3");
}

TEST(UnseenSign, is_none_in_what_people_write) {
  for (const char* text : {"", "Plain words.\nA second line\tand more", "Fühle ich mich ruhig?",
                           "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "e\u0301", "\u263A\uFE0F"})
    EXPECT_EQ(unseen_sign(text), std::nullopt) << text;
}

TEST(UnseenSign, a_joiner_is_a_letters_own_only_behind_one_that_joins) {
  EXPECT_TRUE(unseen_sign("a\u200Db"));
  EXPECT_TRUE(unseen_sign("\u200C\u0645"));
}

TEST(UnseenSign, is_in_all_that_is_no_plain_text) {
  for (int first = 1; first < 256; ++first) {
    const std::string text(1, static_cast<char>(first));
    if (!is_plain_text(text)) {
      EXPECT_TRUE(unseen_sign(text)) << first;
    }
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
