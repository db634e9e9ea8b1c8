#include "base/printable.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace securebase {
namespace SECUREBASE_THIS_FILE {

TEST(Printable, LeavesPlainTextAlone) {
  EXPECT_EQ(printable("Bindungsangst: 3,5 \xE2\x89\xA5 \xF0\x9F\x90\xA3"),
            "Bindungsangst: 3,5 \xE2\x89\xA5 \xF0\x9F\x90\xA3");
}

TEST(Printable, ShowsControlCharactersAsQuestionMarks) {
  EXPECT_EQ(printable(std::string_view("a\x1b[31m\n\t\x7f\0b", 11)), "a?[31m????b");
  EXPECT_EQ(printable("a\xC2\x9B"
                      "b"),
            "a?b");                              // CSI in one character
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0");  // a no-break space is none
}

TEST(Printable, ShowsWhatTurnsTheDirectionOfTextAsQuestionMarks) {
  for (const char* control :
       {"\u061C", "\u200E", "\u200F", "\u202A", "\u202E", "\u2066", "\u2069", "\u2028"}) {
    EXPECT_EQ(printable(std::string("a") + control + "b"), "a?b");
    EXPECT_FALSE(is_plain_text(control));
  }
  for (const char* letter : {"\u05D0", "\u200D", "\u2027", "\u202F", "\u2065", "\u206A"})
    EXPECT_EQ(printable(letter), letter);
}

TEST(Printable, ShowsBytesThatAreNotUtf8AsQuestionMarks) {
  EXPECT_EQ(printable("M\xFCnchen"), "M?nchen");     // Latin-1
  EXPECT_EQ(printable("\xC0\x80"), "??");            // overlong NUL
  EXPECT_EQ(printable("\xE0\x80\xAF"), "???");       // overlong slash
  EXPECT_EQ(printable("\xED\xA0\x80"), "???");       // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "????");  // above U+10FFFF
  EXPECT_EQ(printable("\xE2\x89"), "??");            // cut off
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_EQ(printable("ab\xE2\x89\xA5", 4), "ab...");
}

TEST(IsPlainText, AllowsLineFeedAndTab) {
  EXPECT_TRUE(is_plain_text("a\n\tb"));
  EXPECT_TRUE(is_plain_text(""));
  EXPECT_FALSE(is_plain_text("a\rb"));
  EXPECT_FALSE(is_plain_text(std::string_view("\0", 1)));
  EXPECT_FALSE(is_plain_text("\xFF"));
}

RC_GTEST_PROP(Printable, IsAlwaysPlainText, (const std::string& bytes)) {
  const std::string shown = printable(bytes, 20);
  RC_ASSERT(is_plain_text(shown));
  RC_ASSERT(shown.size() <= 23U);
  RC_ASSERT(shown.find('\n') == std::string::npos);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
