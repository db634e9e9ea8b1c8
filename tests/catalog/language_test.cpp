#include "catalog/language.hpp"

#include <gtest/gtest.h>

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

TEST(LanguageTag, is_written_in_one_way_whatever_its_case) {
  EXPECT_EQ(language_tag("EN"), "en");
  EXPECT_EQ(language_tag("de-ch"), "de-CH");
  EXPECT_EQ(language_tag("zh-HANT-tw"), "zh-Hant-TW");
  EXPECT_EQ(language_tag("es-419"), "es-419");
  EXPECT_EQ(language_tag("ca-es-VALENCIA"), "ca-ES-valencia");
  EXPECT_EQ(language_tag("kmr"), "kmr");
}

TEST(LanguageTag, has_the_short_code_where_there_is_one) {
  EXPECT_EQ(language_tag("eng"), "en");
  EXPECT_EQ(language_tag("ger-AT"), "de-AT");
  EXPECT_EQ(language_tag("deu"), "de");
}

TEST(LanguageTag, is_none_where_it_is_ill_formed_or_not_known) {
  for (const char* text : {"",
                           "e",
                           "-",
                           "en-",
                           "-en",
                           "en--GB",
                           "English",
                           "English, please",
                           "en_GB",
                           "xx",
                           "qqq",
                           "und",
                           "mul",
                           "zxx",
                           "en-XX",
                           "en-Zzzz",
                           "x-ours",
                           "en-x-ours",
                           "en-u-ca",
                           "sl-rozaj-rozaj",
                           "de-1901-1901",
                           "en GB",
                           "e1",
                           "en-GB-GB",
                           "de-abcde-abcdf-abcdg-abcdh-abcdi-abcdj"})
    EXPECT_EQ(language_tag(text), std::nullopt) << text;
}

TEST(LanguageTag, written_anew_stays_as_it_is) {
  for (const char* text : {"en", "DE-at", "sr-latn-rs", "ENG", "sl-ROZAJ", "pt-br"}) {
    const auto once = language_tag(text);
    ASSERT_TRUE(once) << text;
    EXPECT_EQ(language_tag(*once), once) << text;
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
