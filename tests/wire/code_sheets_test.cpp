#include "wire/code_sheets.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

Result<std::vector<coding::CodedSheet>> read(const std::string& text, const SheetColumns& columns = {}) {
  CsvReader reader("codes.csv", from_memory(text));
  std::vector<coding::CodedSheet> sheets;
  if (auto done = read_code_sheets(reader, columns, sheets); !done) return tl::unexpected(done.error());
  return sheets;
}

std::string error_of(const std::string& text, const SheetColumns& columns = {}) {
  const auto sheets = read(text, columns);
  return sheets ? "none" : sheets.error().code;
}

TEST(CodeSheets, events_one_row_each) {
  const auto sheets = *read(
      "clip,coder,code,start,end,track,length\n"
      "c1,a,bid,1:02.5,,mother,300\n"
      "c1,a, cry ,10,12.25,infant,\n"
      "c1,b,,,,,300\n");
  ASSERT_EQ(sheets.size(), 2U);
  EXPECT_EQ(sheets[0].events[0], (coding::CodedEvent{"bid", 62'500, std::nullopt, "mother"}));
  EXPECT_EQ(sheets[0].events[1], (coding::CodedEvent{"cry", 10'000, 12'250, "infant"}));
  EXPECT_EQ(sheets[0].length_ms, 300'000);
  EXPECT_TRUE(sheets[1].events.empty());
  EXPECT_EQ(sheets[1].length_ms, 300'000);
}

TEST(CodeSheets, ratings_and_judgements_by_column) {
  const auto sheets = *read(
      "coder,clip,window,kind,class,av,note\n"
      "a,c1,r1,gold,B,2.5,x\n"
      "a,c1,r2,gold,,3,\n"
      "b,c1,r1,,A,,\n",
      {{"av"}, {"class"}});
  ASSERT_EQ(sheets.size(), 2U);
  EXPECT_EQ(sheets[0].kind, coding::SheetKind::gold);
  EXPECT_EQ(sheets[0].ratings, (std::vector<coding::ScaleRating>{{"av", "r1", 2.5}, {"av", "r2", 3}}));
  EXPECT_EQ(sheets[0].judgements, (std::vector<coding::Judgement>{{"class", "r1", "B"}}));
  EXPECT_TRUE(sheets[1].ratings.empty());
}

TEST(CodeSheets, a_second_file_goes_on_with_the_sheets_there_are) {
  std::vector<coding::CodedSheet> sheets;
  CsvReader first("a.csv", from_memory("coder,clip,code,start\na,c1,x,1\n"));
  ASSERT_TRUE(read_code_sheets(first, {}, sheets));
  CsvReader second("b.csv", from_memory("coder,clip,av\na,c1,3\n"));
  ASSERT_TRUE(read_code_sheets(second, {{"av"}, {}}, sheets));
  ASSERT_EQ(sheets.size(), 1U);
  EXPECT_EQ(sheets[0].events.size(), 1U);
  EXPECT_EQ(sheets[0].ratings.size(), 1U);
}

TEST(CodeSheets, times) {
  EXPECT_EQ(parse_clip_time("0"), 0);
  EXPECT_EQ(parse_clip_time("62.5"), 62'500);
  EXPECT_EQ(parse_clip_time("1:02.5"), 62'500);
  EXPECT_EQ(parse_clip_time("1:00:02"), 3'602'000);
  EXPECT_EQ(parse_clip_time("600"), 600'000);
  for (const char* wrong :
       {"", ":", "1:", "-1", "1e3", "nan", "1:60", "1:2:3:4", "90000", "1.2.3", "1,5", "0x10"})
    EXPECT_FALSE(parse_clip_time(wrong)) << wrong;
}

RC_GTEST_PROP(CodeSheets, a_time_reads_as_it_was_written, ()) {
  const auto ms = *rc::gen::inRange<std::int64_t>(0, 86'400'000);
  const auto seconds = ms / 1000;
  RC_ASSERT(parse_clip_time(fmt::format("{}.{:03}", seconds, ms % 1000)) == ms);
  RC_ASSERT(parse_clip_time(fmt::format("{}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60,
                                        seconds % 60, ms % 1000)) == ms);
}

TEST(CodeSheets, errors_say_where) {
  EXPECT_EQ(error_of(""), "sheets.no_rows");
  EXPECT_EQ(error_of("coder,clip,code,start\n"), "sheets.no_rows");
  EXPECT_EQ(error_of("clip,code,start\nc,x,1\n"), "sheets.column");
  EXPECT_EQ(error_of("coder,clip,code\na,c,x\n"), "sheets.column");
  EXPECT_EQ(error_of("coder,clip\na,c\n"), "sheets.column");
  EXPECT_EQ(error_of("coder,clip,av\na,c,1\n", {{"res"}, {}}), "sheets.column");
  EXPECT_EQ(error_of("coder,clip,code,start\na,c,x\n"), "sheets.fields");
  EXPECT_EQ(error_of("coder,clip,code,start\na,c,x,soon\n"), "sheets.time");
  EXPECT_EQ(error_of("coder,clip,code,start\na,c,x,\n"), "sheets.time");
  EXPECT_EQ(error_of("coder,clip,code,start\n,c,x,1\n"), "sheets.name");
  EXPECT_EQ(error_of("coder,clip,kind,code,start\na,c,best,x,1\n"), "sheets.kind");
  EXPECT_EQ(error_of("coder,clip,av\na,c,much\n", {{"av"}, {}}), "sheets.number");
  const auto where = read("coder,clip,code,start\na,c,x,1\na,c,x,secret\n").error();
  EXPECT_EQ(where.where.line, 3U);
  EXPECT_EQ(where.where.field, "start");
  EXPECT_EQ(to_text(where).find("secret"), std::string::npos);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
