#include "wire/wording.hpp"

#include <gmock/gmock.h>

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

using testing::SizeIs;

std::string refusal(std::string_view csv) {
  const auto file = parse_wording("words.csv", csv);
  if (file) return "done";
  const auto& where = file.error().where;
  return file.error().code + " " + where.name + ":" + std::to_string(where.line) + " " + where.field;
}

TEST(Wording, is_read_by_language) {
  const auto file = parse_wording("words.csv",
                                  "\xEF\xBB\xBFText,Item,Locale\r\n"
                                  "How it was,title,en\r\n"
                                  "\"One, two\",1,en\r\n"
                                  "Eins,1,de-CH\r\n"
                                  ",,\r\n"
                                  "Never,answer 0,en\r\n"
                                  "Always, 10 Answer 3 ,en\r\n"
                                  "Think.,Instruction,en\r\n");
  ASSERT_TRUE(file) << file.error().detail;
  ASSERT_THAT(file->texts, SizeIs(2));
  const auto& english = file->texts[0];
  EXPECT_EQ(english.locale, "en");
  EXPECT_EQ(english.title, "How it was");
  EXPECT_EQ(english.instruction, "Think.");
  ASSERT_THAT(english.rows, SizeIs(3));
  EXPECT_EQ(english.rows[0].text, "One, two");
  EXPECT_EQ(english.rows[0].item, 1);
  EXPECT_EQ(english.rows[0].line, 3U);
  EXPECT_FALSE(english.rows[0].answer);
  EXPECT_EQ(english.rows[1].item, 0);
  EXPECT_EQ(english.rows[1].answer, 0);
  EXPECT_EQ(english.rows[2].item, 10);
  EXPECT_EQ(english.rows[2].answer, 3);
  EXPECT_EQ(file->texts[1].rows[0].text, "Eins");
}

TEST(Wording, is_refused_at_its_line_and_column) {
  EXPECT_EQ(refusal(""), "wording.empty words.csv:1 ");
  EXPECT_EQ(refusal("item,text,locale\n"), "wording.empty words.csv:1 ");
  EXPECT_EQ(refusal("item,text\n1,a\n"), "wording.columns words.csv:1 locale");
  EXPECT_EQ(refusal("item,text,locale,item\n1,a,en,1\n"), "wording.columns words.csv:1 item");
  EXPECT_EQ(refusal("item,text,locale,score\n1,a,en,1\n"), "wording.columns words.csv:1 ");
  EXPECT_EQ(refusal("item,text,locale\n1,a\n"), "wording.row words.csv:2 ");
  EXPECT_EQ(refusal("item,text,locale\nQ1,a,en\n"), "wording.item words.csv:2 item");
  EXPECT_EQ(refusal("item,text,locale\n0,a,en\n"), "wording.item words.csv:2 item");
  EXPECT_EQ(refusal("item,text,locale\nanswer,a,en\n"), "wording.item words.csv:2 item");
  EXPECT_EQ(refusal("item,text,locale\n1 answer x,a,en\n"), "wording.item words.csv:2 item");
  EXPECT_EQ(refusal("item,text,locale\n1,a,\n"), "wording.locale words.csv:2 locale");
  EXPECT_EQ(refusal("item,text,locale\ntitle,a,en\ntitle,b,en\n"), "wording.twice words.csv:3 item");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
