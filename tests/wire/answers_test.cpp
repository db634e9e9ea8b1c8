#include "wire/answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/printable.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

using measures::not_applicable_byte;
using measures::not_asked_byte;
using measures::Response;
using measures::skipped_byte;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using wire::AnswerReader;
using wire::AnswerRow;
using wire::CsvReader;
using wire::ItemColumns;
using wire::parse_no_answer;
using wire::parse_whole_number;

/// Items 1..count with answers 1..5, in orders "first" and "wide" (0..10, -9 for no answer).
catalog::Instrument form_of(int count) {
  catalog::Instrument form;
  form.abbreviation = "TF";
  for (int i = 1; i <= count; ++i) form.items.push_back({i, {1, 5}, false, false, ""});
  form.orders = {{"first", "First", {1, 5}, {}, true, "", {}},
                 {"wide", "Wide", {0, 10}, {-9}, false, "", {}}};
  return form;
}

Result<AnswerReader> open(std::string_view text, const catalog::Instrument& form,
                          const ItemColumns& columns = {}, std::size_t order = 0) {
  return AnswerReader::open(CsvReader("t.csv", wire::from_memory(text)), form, form.orders[order], columns);
}

using Bytes = std::vector<measures::AnswerByte>;

/// Every row's answers; errors as to_text gives them.
struct All {
  std::vector<Bytes> rows;
  std::vector<std::string> errors;
};

All read_all(std::string_view text, const catalog::Instrument& form, const ItemColumns& columns = {},
             std::size_t order = 0) {
  All all;
  auto reader = open(text, form, columns, order);
  if (!reader) {
    all.errors.push_back(to_text(reader.error()));
    return all;
  }
  for (;;) {
    AnswerRow row;
    const auto more = reader->next(row);
    if (!more)
      all.errors.push_back(to_text(more.error()));
    else if (*more)
      all.rows.push_back(*row.answers);
    else
      return all;
  }
}

std::string refusal(std::string_view header, const catalog::Instrument& form,
                    const ItemColumns& columns = {}) {
  const auto reader = open(std::string(header) + "\n", form, columns);
  if (reader) return "";
  EXPECT_EQ(reader.error().code, "answers.columns");
  return reader.error().detail;
}

// Which columns hold which items.

TEST(AnswerColumns, AreFoundByAPrefixWithNumbers) {
  EXPECT_THAT(read_all("id,Q1,Q2,Q3,age\nx,1,2,3,44\n", form_of(3)).rows, ElementsAre(Bytes{0, 1, 2}));
  EXPECT_THAT(read_all("1,2,3\n5,4,3\n", form_of(3)).rows, ElementsAre(Bytes{4, 3, 2}));
}

TEST(AnswerColumns, MayStandInAnyOrderPaddedAndInAnyCase) {
  EXPECT_THAT(read_all("PHQ_03,phq_01, Phq_2 \n3,1,2\n", form_of(3)).rows, ElementsAre(Bytes{0, 1, 2}));
}

TEST(AnswerColumns, MayHaveMoreNumbersThanItemsOnlyWhereTheyAreNamed) {
  const std::string_view text = "q1,q2,q3,q4\n1,2,3,9\n";
  const auto reader = open(text, form_of(3));
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, "answers.other_instrument");
  EXPECT_THAT(reader.error().detail,
              AllOf(HasSubstr("4 columns are named q1, q2"), HasSubstr("TF has 3 items"),
                    HasSubstr("--prefix q"), HasSubstr("--columns")));
  EXPECT_THAT(read_all(text, form_of(3), {"q", {}}).rows, ElementsAre(Bytes{0, 1, 2}));
  EXPECT_THAT(read_all(text, form_of(3), {"", {"q1", "q2", "q3"}}).rows, ElementsAre(Bytes{0, 1, 2}));
}

TEST(AnswerColumns, OfAnotherQuestionnaireAreRefused) {
  auto form = form_of(2);
  form.id = "gad-7";
  const std::vector<ItemColumns::OtherInstrument> others = {{"phq-9", 9}, {"ecr-rs", 9}, {"core-10", 10}};
  for (const char* header : {"phq_1,phq_2", "PHQ-9_1,PHQ-9_2", "ecr_rs_1,ecr_rs_2", "core1,core2"}) {
    const auto reader = open(std::string(header) + "\n", form, {"", {}, others});
    ASSERT_FALSE(reader) << header;
    EXPECT_EQ(reader.error().code, "answers.other_instrument") << header;
  }
  for (const char* header : {"gad_1,gad_2", "q1,q2", "1,2", "GAD7_1,GAD7_2"})
    EXPECT_TRUE(open(std::string(header) + "\n", form, {"", {}, others})) << header;
  EXPECT_TRUE(open("phq_1,phq_2\n", form, {"phq_", {}, others}));
  EXPECT_TRUE(open("phq_1,phq_2\n", form, {"", {"phq_1", "phq_2"}, others}));
}

TEST(AnswerColumns, OfAnotherQuestionnaireStandInNobodysWay) {
  auto form = form_of(2);
  form.id = "gad-7";
  EXPECT_THAT(read_all("phq_1,phq_2,gad_1,gad_2\n1,2,3,4\n", form, {"", {}, {{"phq-9", 9}}}).rows,
              ElementsAre(Bytes{2, 3}));
}

TEST(AnswerColumns, AreChosenByPrefixWhereSeveralFit) {
  EXPECT_THAT(refusal("a1,a2,b1,b2", form_of(2)), AllOf(HasSubstr("a1.. or b1.."), HasSubstr("--prefix")));
  EXPECT_THAT(read_all("a1,a2,b1,b2\n1,2,3,4\n", form_of(2), {"B", {}}).rows, ElementsAre(Bytes{2, 3}));
}

TEST(AnswerColumns, AreRefusedWhereTwoCouldHoldOneItem) {
  EXPECT_THAT(refusal("Q1,Q2,q01", form_of(2)),
              AllOf(HasSubstr("'Q1' and 'q01'"), HasSubstr("columns 1 and 3"), HasSubstr("--columns")));
}

TEST(AnswerColumns, AreReportedWhereTheyAreMissing) {
  EXPECT_THAT(refusal("Q1,Q3,age", form_of(4)),
              AllOf(HasSubstr("items 2 and 4 of TF"), HasSubstr("of q1, q2 ... there are 2 of 4"),
                    HasSubstr("--columns A,B,...")));
  EXPECT_THAT(refusal("Q1,Q3", form_of(3)), HasSubstr("no column for item 2 of TF"));
  EXPECT_THAT(refusal("id,age", form_of(3)),
              AllOf(HasSubstr("the file has id, age"), HasSubstr("Q1, Q2"), HasSubstr("--columns A,B,...")));
  EXPECT_THAT(refusal("Q1,Q2,Q3", form_of(3), {"phq", {}}), HasSubstr("no columns for the 3 items"));
  EXPECT_THAT(refusal("v1", form_of(40)), HasSubstr("and 27 more"));
}

TEST(AnswerColumns, MayBeSeparatedBySemicolonsOrTabs) {
  EXPECT_THAT(read_all("Q1;Q2;alter\n1;5;34,5\n2;4;20\n", form_of(2)).rows,
              ElementsAre(Bytes{0, 4}, Bytes{1, 3}));
  EXPECT_THAT(read_all("Q1\tQ2\n1\t5\n", form_of(2)).rows, ElementsAre(Bytes{0, 4}));
}

TEST(AnswerColumns, AreNotMistakenForAnswers) {
  for (const char* header : {"1,2,1", "1,1,1", "3,4,5", "x17,1,1,2"})
    EXPECT_THAT(refusal(header, form_of(3)), HasSubstr("looks like answers, not names")) << header;
}

TEST(AnswerColumns, CanBeNamedOneByOne) {
  EXPECT_THAT(read_all("calm,x,close\n1,2,3\n", form_of(2), {"", {"close", "CALM"}}).rows,
              ElementsAre(Bytes{2, 0}));
  EXPECT_THAT(refusal("calm,close", form_of(2), {"", {"calm", "near"}}),
              AllOf(HasSubstr("no column 'near'"), HasSubstr("calm, close")));
  EXPECT_THAT(refusal("calm,close", form_of(2), {"", {"calm", "Calm"}}), HasSubstr("for two items"));
  EXPECT_THAT(refusal("calm,close", form_of(2), {"", {"calm"}}),
              HasSubstr("1 columns named for the 2 items"));
}

TEST(AnswerColumns, OfOptionalItemsMayBeAbsent) {
  auto form = form_of(3);
  form.items[1].optional = true;
  EXPECT_THAT(read_all("Q1,Q3\n1,2\n3,4\n", form).rows,
              ElementsAre(Bytes{0, not_asked_byte, 1}, Bytes{2, not_asked_byte, 3}));
  EXPECT_THAT(read_all("Q1,Q2,Q3\n1,5,2\n", form).rows, ElementsAre(Bytes{0, 4, 1}));
}

TEST(AnswerColumns, NamesThatAreNotUtf8AreReportedReadably) {
  const std::string detail = refusal(
      "\xFC"
      "ber\x1b[31m,b",
      form_of(3));
  EXPECT_TRUE(is_plain_text(detail));
  EXPECT_THAT(detail, HasSubstr("?ber?[31m"));
}

TEST(AnswerReader, WantsAHeader) {
  const auto reader = open("", form_of(2));
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, "csv.empty");
  EXPECT_THAT(read_all("Q1,Q2\n", form_of(2)).rows, ElementsAre());
  EXPECT_THAT(read_all("Q1,Q2", form_of(2)).errors, ElementsAre());
}

TEST(AnswerReader, KnowsItsColumns) {
  const auto reader = open("Id, Q1 ,Q2\n", form_of(2));
  ASSERT_TRUE(reader);
  EXPECT_THAT(reader->header(), ElementsAre("Id", "Q1", "Q2"));
  EXPECT_EQ(*reader->find_column("ID"), 0U);
  EXPECT_EQ(*reader->find_column("q2 "), 2U);
  EXPECT_EQ(*reader->find_column("age"), std::nullopt);
  EXPECT_EQ(reader->name(), "t.csv");
}

TEST(AnswerReader, TakesTheExactNameAndNeverOneOfSeveral) {
  const auto reader = open("ID,id,Q1,Q2,x,x,Y,y\n", form_of(2));
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->find_column("id"), 1U);
  EXPECT_EQ(*reader->find_column("ID"), 0U);
  for (const char* name : {"Id", "x"}) {
    const auto found = reader->find_column(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, "answers.columns");
    EXPECT_THAT(found.error().detail, HasSubstr("are both named"));
  }
  const auto twice = open("a,b,a\n", form_of(2), {"", {"a", "b"}});
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().detail, HasSubstr("columns 1 and 3 are both named 'a'"));
}

TEST(AnswerReader, GivesEveryFieldOfTheRow) {
  auto reader = open("name,Q1,Q2\n\"a\nb\",1,2\nc,3,4\n", form_of(2));
  ASSERT_TRUE(reader);
  AnswerRow row;
  ASSERT_TRUE(reader->next(row).value());
  EXPECT_EQ(row.line, 2U);
  EXPECT_THAT(row.fields, ElementsAre("a\nb", "1", "2"));
  ASSERT_TRUE(reader->next(row).value());
  EXPECT_EQ(row.line, 4U);
  EXPECT_EQ(row.fields[0], "c");
}

// What a field means.

TEST(Answers, AreCountedFromTheLowestCode) {
  EXPECT_THAT(read_all("Q1,Q2,Q3\n1,5,3\n", form_of(3)).rows, ElementsAre(Bytes{0, 4, 2}));
  EXPECT_THAT(read_all("Q1,Q2,Q3\n0,10,7\n", form_of(3), {}, 1).rows, ElementsAre(Bytes{0, 10, 7}));
}

TEST(Answers, MayBeWrittenAsWholeDecimals) {
  EXPECT_THAT(read_all("Q1,Q2,Q3\n3.0, 4 ,+5\n03,2.00,\"1\"\n", form_of(3)).rows,
              ElementsAre(Bytes{2, 3, 4}, Bytes{2, 1, 0}));
}

TEST(Answers, KeepTheReasonWhyThereIsNone) {
  EXPECT_THAT(read_all("Q1,Q2,Q3\n,NA,.\nn/a,Not_Asked,skipped\n\"\",na,Not Applicable\n", form_of(3)).rows,
              ElementsAre(Bytes{skipped_byte, skipped_byte, skipped_byte},
                          Bytes{not_applicable_byte, not_asked_byte, skipped_byte},
                          Bytes{skipped_byte, skipped_byte, not_applicable_byte}));
}

TEST(Answers, MissingCodesAreNoAnswers) {
  auto form = form_of(2);
  form.orders[0].missing_codes = {0, 99, -9};
  EXPECT_THAT(read_all("Q1,Q2\n0,99\n-9,1\n", form).rows,
              ElementsAre(Bytes{skipped_byte, skipped_byte}, Bytes{skipped_byte, 0}));
  EXPECT_THAT(read_all("Q1,Q2\n0,1\n", form_of(2)).errors,
              ElementsAre(HasSubstr("t.csv:2: column 1 (Q1): an answer is 1 to 5")));
}

TEST(Answers, OfAnItemWithItsOwnRangeAreHeldAgainstIt) {
  auto form = form_of(2);
  form.items[1].range = {-3, 3};
  const All all = read_all("Q1,Q2\n1,-3\n2,3\n3,4\n", form);
  EXPECT_THAT(all.rows, ElementsAre(Bytes{0, 0}, Bytes{1, 6}));
  EXPECT_THAT(all.errors, ElementsAre(HasSubstr("an answer is -3 to 3")));
}

TEST(Answers, ThatAreImpossibleAreNamedAndNotBelieved) {
  for (const char* impossible : {"3546789",
                                 "NaN",
                                 "nan",
                                 "1e3",
                                 "-1",
                                 "6",
                                 "1.5",
                                 "\xEF\xBC\x95",
                                 "0x3",
                                 "1,5",
                                 "--1",
                                 "+-1",
                                 "-+1",
                                 "++1",
                                 "1.",
                                 ".0",
                                 "1.0.0",
                                 "99999999999999999999",
                                 "-9223372036854775808",
                                 "inf",
                                 "1 2",
                                 "true",
                                 "?",
                                 "-"}) {
    std::string text = "id,Q1,Q2\nx,1,1\ny,2,";
    wire::append_csv_field(text, impossible);
    const All all = read_all(text + "\nz,3,3\n", form_of(2));
    EXPECT_THAT(all.rows, ElementsAre(Bytes{0, 0}, Bytes{2, 2})) << impossible;
    ASSERT_EQ(all.errors.size(), 1U) << impossible;
    EXPECT_EQ(all.errors[0],
              "t.csv:3: column 3 (Q2): an answer is 1 to 5, or empty where there is none [answers.value]");
  }
}

TEST(Answers, ThatAreImpossibleAreNotRepeated) {
  const All all = read_all("Q1,Q2\n\x1b[31mAda Weber,1\n", form_of(2));
  ASSERT_EQ(all.errors.size(), 1U);
  EXPECT_THAT(all.errors[0], Not(HasSubstr("Weber")));
  EXPECT_THAT(all.errors[0], HasSubstr("t.csv:2: column 1 (Q1)"));
}

TEST(Answers, InARowOfAnotherWidthAreNotRead) {
  const All all = read_all("Q1,Q2\n1,2,3\n4\n5,5\n", form_of(2));
  EXPECT_THAT(all.rows, ElementsAre(Bytes{4, 4}));
  EXPECT_THAT(all.errors, ElementsAre("t.csv:2: 3 fields, but the header names 2 [csv.field_count]",
                                      "t.csv:3: 1 fields, but the header names 2 [csv.field_count]"));
}

TEST(Answers, InABlankRowAreNobodys) {
  auto reader = open("id,Q1,Q2\na,1,2\n,,\n , ,\n,,,,,\nb,,\n,,3\n", form_of(2));
  ASSERT_TRUE(reader);
  std::vector<std::size_t> lines;
  AnswerRow row;
  for (auto more = reader->next(row); more && *more; more = reader->next(row)) lines.push_back(row.line);
  EXPECT_THAT(lines, ElementsAre(2U, 6U, 7U));
  EXPECT_EQ(reader->blank_rows(), 3U);
}

TEST(Answers, BehindAMalformedRowAreRead) {
  const All all = read_all("Q1,Q2\n1,\"2\"x\n3,4\n", form_of(2));
  EXPECT_THAT(all.rows, ElementsAre(Bytes{2, 3}));
  EXPECT_THAT(all.errors, ElementsAre(HasSubstr("t.csv:2:6: text after a closing quote")));
}

RC_GTEST_PROP(Answers, ComeBackAsTheyWereWritten, ()) {
  const auto form = form_of(*rc::gen::inRange(1, 12));
  const auto order = *rc::gen::inRange<std::size_t>(0, 2);
  const auto range = form.orders[order].range;
  const auto table = *rc::gen::container<std::vector<Bytes>>(rc::gen::container<Bytes>(
      form.items.size(), rc::gen::map(rc::gen::inRange(0, range.max - range.min + 2), [range](int value) {
        return value > range.max - range.min ? skipped_byte : static_cast<measures::AnswerByte>(value);
      })));
  std::string text = "id";
  for (const auto& item : form.items) text += ",i" + std::to_string(item.number);
  for (const Bytes& row : table) {
    text += "\n\"x\"";
    for (const auto byte : row) text += "," + (byte == skipped_byte ? "" : std::to_string(byte + range.min));
  }
  RC_ASSERT(read_all(text, form, {}, order).rows == table);
}

// The parts.

TEST(ParseWholeNumber, TakesWholeNumbersOnly) {
  EXPECT_EQ(parse_whole_number("42"), 42);
  EXPECT_EQ(parse_whole_number("-42"), -42);
  EXPECT_EQ(parse_whole_number("+42"), 42);
  EXPECT_EQ(parse_whole_number(" 007 "), 7);
  EXPECT_EQ(parse_whole_number("-3.00"), -3);
  EXPECT_EQ(parse_whole_number("-9223372036854775808"), std::numeric_limits<long long>::min());
  for (const char* text : {"", " ", "-", "+", "+-1", "++1", "1.", ".", ".0", "-.0", "1.5", "1e3", "1 2",
                           "0x1", "a", "9223372036854775808", "1.0.0", "1,5"})
    EXPECT_EQ(parse_whole_number(text), std::nullopt) << text;
}

TEST(ParseNoAnswer, KnowsItsWords) {
  EXPECT_EQ(parse_no_answer(""), Response::skipped());
  EXPECT_EQ(parse_no_answer(" "), Response::skipped());
  EXPECT_EQ(parse_no_answer("Na"), Response::skipped());
  EXPECT_EQ(parse_no_answer("N/A"), Response::not_applicable());
  EXPECT_EQ(parse_no_answer("not asked"), Response::not_asked());
  for (const char* text : {"nan", "null", "-", "0", "none", "NULL", "skip"})
    EXPECT_EQ(parse_no_answer(text), std::nullopt) << text;
}

TEST(ParseAnswers, ReadsAListAsTyped) {
  const auto answers = wire::parse_answers("1, 4,,NA,n/a,2.0");
  ASSERT_TRUE(answers);
  EXPECT_THAT(*answers, ElementsAre(Response::answered(1), Response::answered(4), Response::skipped(),
                                    Response::skipped(), Response::not_applicable(), Response::answered(2)));
  EXPECT_THAT(*wire::parse_answers(""), ElementsAre(Response::skipped()));
}

TEST(ParseAnswers, NamesWhatIsNoAnswer) {
  for (const char* bad : {"1,x,3", "1,1000000,3", "1,-9223372036854775808,3", "1,\x1b,3"}) {
    const auto answers = wire::parse_answers(bad);
    ASSERT_FALSE(answers) << bad;
    EXPECT_EQ(answers.error().code, "answers.value");
    EXPECT_EQ(answers.error().where.field, "answer 2");
    EXPECT_TRUE(is_plain_text(answers.error().detail));
  }
}

TEST(ParseAnswers, AsksForCommas) {
  for (const char* text : {"1 2 3", "1;2;3", "0,1 2"})
    EXPECT_THAT(wire::parse_answers(text).error().detail, HasSubstr("separate answers with commas")) << text;
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
