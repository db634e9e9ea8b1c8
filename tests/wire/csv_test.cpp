#include "wire/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace securebase {
namespace SECUREBASE_THIS_FILE {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wire::CsvLimits;
using wire::CsvReader;
using wire::CsvRecord;

using Row = std::vector<std::string>;

/// A record, or an error in its place.
struct Read {
  std::size_t line = 0;
  Row fields;
  std::string error;  ///< "code line:column"

  bool operator==(const Read&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Read& read) {
  out << read.line << ":";
  for (const auto& field : read.fields) out << " [" << field << "]";
  return out << (read.error.empty() ? "" : " " + read.error);
}

/// Gives at most `chunk` bytes at a time.
wire::ByteSource in_chunks(std::string_view bytes, std::size_t chunk) {
  return [inner = wire::from_memory(bytes), chunk](std::span<char> buffer) mutable {
    return inner(buffer.subspan(0, std::min(chunk, buffer.size())));
  };
}

std::vector<Read> read_all(wire::ByteSource source, CsvLimits limits = {}) {
  CsvReader reader("test.csv", std::move(source), limits);
  std::vector<Read> all;
  for (;;) {
    CsvRecord record;
    const auto more = reader.next(record);
    if (!more) {
      const Error& error = more.error();
      all.push_back(
          {0,
           {},
           error.code + " " + std::to_string(error.where.line) + ":" + std::to_string(error.where.column)});
      EXPECT_EQ(error.where.name, "test.csv");
      if (all.size() > 10'000) throw std::logic_error("reading does not end");
      continue;
    }
    if (!*more) return all;
    Read read{record.line, {}, ""};
    for (const auto field : record.fields) read.fields.emplace_back(field);
    all.push_back(read);
  }
}

std::vector<Read> read_text(std::string_view text, CsvLimits limits = {}) {
  return read_all(wire::from_memory(text), limits);
}

std::vector<Row> rows(std::string_view text) {
  std::vector<Row> result;
  for (const Read& read : read_text(text)) {
    EXPECT_EQ(read.error, "");
    result.push_back(read.fields);
  }
  return result;
}

std::vector<std::string> errors(std::string_view text, CsvLimits limits = {}) {
  std::vector<std::string> result;
  for (const Read& read : read_text(text, limits))
    if (!read.error.empty()) result.push_back(read.error);
  return result;
}

// What RFC 4180 says.

TEST(Csv, ReadsPlainFields) {
  EXPECT_THAT(rows("a,bc,\n1,,3\n"), ElementsAre(Row{"a", "bc", ""}, Row{"1", "", "3"}));
}

TEST(Csv, KeepsSpacesAndUtf8) {
  EXPECT_THAT(rows(" a , \t\nM\xC3\xBCnchen,\xF0\x9F\x90\xA3\n"),
              ElementsAre(Row{" a ", " \t"}, Row{"M\xC3\xBCnchen", "\xF0\x9F\x90\xA3"}));
}

TEST(Csv, NeedsNoLineBreakAtTheEnd) {
  EXPECT_THAT(rows("a,b\n1,2"), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
  EXPECT_THAT(rows("a,b\n1,"), ElementsAre(Row{"a", "b"}, Row{"1", ""}));
  EXPECT_THAT(rows("a,b\n1,\"2\""), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
  EXPECT_THAT(rows(","), ElementsAre(Row{"", ""}));
  EXPECT_THAT(rows("x"), ElementsAre(Row{"x"}));
}

TEST(Csv, TakesBothLineBreaksInOneFile) {
  EXPECT_THAT(rows("a,b\r\n1,2\n3,4\r\n\"5\",6\r\n"),
              ElementsAre(Row{"a", "b"}, Row{"1", "2"}, Row{"3", "4"}, Row{"5", "6"}));
}

TEST(Csv, UnderstandsQuotedFields) {
  EXPECT_THAT(rows("\"a,b\",\"c\"\"d\",\"\"\n"), ElementsAre(Row{"a,b", "c\"d", ""}));
  EXPECT_THAT(rows("\"\"\"\",\"\"\"\"\"\"\n"), ElementsAre(Row{"\"", "\"\""}));
  EXPECT_THAT(rows("\"a\nb\r\nc\",2\n3,4\n"), ElementsAre(Row{"a\nb\r\nc", "2"}, Row{"3", "4"}));
  EXPECT_THAT(rows("\"a\rb\"\n"), ElementsAre(Row{"a\rb"}));
}

TEST(Csv, CountsLinesInsideQuotes) {
  const auto read = read_text("h\n\"a\nb\nc\"\nd\n");
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[1].line, 2U);
  EXPECT_EQ(read[2].line, 5U);
}

TEST(Csv, SkipsBlankLinesAndCountsThem) {
  const auto read = read_text("\n\r\na,b\n\n\n1,2\n\r\n");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0], (Read{3, {"a", "b"}, ""}));
  EXPECT_EQ(read[1], (Read{6, {"1", "2"}, ""}));
}

TEST(Csv, SkipsTheByteOrderMarkOnceAtTheBeginning) {
  EXPECT_THAT(rows("\xEF\xBB\xBF"
                   "a,b\n"),
              ElementsAre(Row{"a", "b"}));
  EXPECT_THAT(rows("\xEF\xBB\xBF\"a\",b\n"), ElementsAre(Row{"a", "b"}));
  EXPECT_THAT(rows("\xEF\xBB\xBF\xEF\xBB\xBF"
                   "a\n"),
              ElementsAre(Row{"\xEF\xBB\xBF"
                              "a"}));
  EXPECT_THAT(rows("\n\xEF\xBB\xBF"
                   "a\n"),
              ElementsAre(Row{"\xEF\xBB\xBF"
                              "a"}));
  EXPECT_THAT(rows("\xEF\xBB"), ElementsAre(Row{"\xEF\xBB"}));
}

TEST(Csv, ReadsFieldsBetweenSemicolonsOrTabsAsItsHeaderHasThem) {
  EXPECT_THAT(
      rows("a;b;c;d;e\n1;2;3;4;5\r\n1;;3;4;\n3,5;\"x;y\";1,2;-;9\n;;;;\n"),
      ElementsAre(Row{"a", "b", "c", "d", "e"}, Row{"1", "2", "3", "4", "5"}, Row{"1", "", "3", "4", ""},
                  Row{"3,5", "x;y", "1,2", "-", "9"}, Row{"", "", "", "", ""}));
  EXPECT_THAT(
      rows("a\tb\tc\td\te\n1\t2\t3\t4\t5\n1\t;\t,\t4\t5\n"),
      ElementsAre(Row{"a", "b", "c", "d", "e"}, Row{"1", "2", "3", "4", "5"}, Row{"1", ";", ",", "4", "5"}));
  EXPECT_THAT(rows("\xEF\xBB\xBF\n\"a, b\";\"c\"\"\nd\"\n1;2\n"),
              ElementsAre(Row{"a, b", "c\"\nd"}, Row{"1", "2"}));
}

TEST(Csv, TakesAnyCommaOfTheHeaderForTheSeparator) {
  EXPECT_THAT(rows("a;b,c\n1;2,3\n"), ElementsAre(Row{"a;b", "c"}, Row{"1;2", "3"}));
  EXPECT_THAT(rows("\"a;b\"\nc;d\n"), ElementsAre(Row{"a;b"}, Row{"c;d"}));
}

TEST(Csv, SaysThatAWorkbookIsNone) {
  CsvReader reader("a.xlsx", wire::from_memory("PK\x03\x04\x14\x00"));
  CsvRecord record;
  const auto read = reader.next(record);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "csv.workbook");
  EXPECT_THAT(read.error().detail, HasSubstr("save it as CSV"));
  EXPECT_TRUE(reader.ended());
}

TEST(Csv, ReadsNothingFromNothing) {
  for (const char* text : {"", "\n", "\r\n\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"})
    EXPECT_THAT(read_text(text), IsEmpty());
}

// Records of single characters take a way of their own.

TEST(Csv, ReadsRowsOfSingleCharacters) {
  EXPECT_THAT(rows("a,b,c,d,e\n1,2,3,4,5\n6,7,8,9,0\r\n1,1,1,1,1"),
              ElementsAre(Row{"a", "b", "c", "d", "e"}, Row{"1", "2", "3", "4", "5"},
                          Row{"6", "7", "8", "9", "0"}, Row{"1", "1", "1", "1", "1"}));
}

TEST(Csv, SeesWhatIsNoRowOfSingleCharacters) {
  const std::string header = "a,b,c,d\n";
  EXPECT_THAT(rows(header + "1,2,,,4\n"), ElementsAre(Row{"a", "b", "c", "d"}, Row{"1", "2", "", "", "4"}));
  EXPECT_THAT(rows(header + ",,,,,,,\n"),
              ElementsAre(Row{"a", "b", "c", "d"}, Row{"", "", "", "", "", "", "", ""}));
  EXPECT_THAT(rows(header + "12,,3,4\n"), ElementsAre(Row{"a", "b", "c", "d"}, Row{"12", "", "3", "4"}));
  EXPECT_THAT(rows(header + "1,2,3\n4,5,6,7\n"),
              ElementsAre(Row{"a", "b", "c", "d"}, Row{"1", "2", "3"}, Row{"4", "5", "6", "7"}));
  EXPECT_THAT(rows(header + "1,2,3,\n"), ElementsAre(Row{"a", "b", "c", "d"}, Row{"1", "2", "3", ""}));
  EXPECT_THAT(rows(header + "1,2,3,\xC3\xBC\n"),
              ElementsAre(Row{"a", "b", "c", "d"}, Row{"1", "2", "3", "\xC3\xBC"}));
  EXPECT_THAT(rows(header + "1, ,+,#\n"), ElementsAre(Row{"a", "b", "c", "d"}, Row{"1", " ", "+", "#"}));
  EXPECT_THAT(errors(header + "1,2,3,\"\n"), ElementsAre("csv.unclosed_quote 2:7"));
  EXPECT_THAT(errors(header + "1,\",3,4\n"), ElementsAre("csv.unclosed_quote 2:3"));
  EXPECT_THAT(errors(header + "1,2,3,4\r"), ElementsAre("csv.stray_carriage_return 2:8"));
}

// What is wrong, where, and how reading goes on.

TEST(Csv, NamesAStrayQuoteAndGoesOn) {
  EXPECT_THAT(
      read_text("a,b\n1,2\"3\n4,5\n"),
      ElementsAre(Read{1, {"a", "b"}, ""}, Read{0, {}, "csv.stray_quote 2:4"}, Read{3, {"4", "5"}, ""}));
  EXPECT_THAT(errors("a \"b\"\n"), ElementsAre("csv.stray_quote 1:3"));
}

TEST(Csv, NamesTextAfterAClosingQuote) {
  EXPECT_THAT(read_text("\"a\"b,c\nd\n"),
              ElementsAre(Read{0, {}, "csv.text_after_quote 1:4"}, Read{2, {"d"}, ""}));
  EXPECT_THAT(errors("\"a\" ,c\n"), ElementsAre("csv.text_after_quote 1:4"));
  EXPECT_THAT(read_text("1,\"x\ny\"z\nd\n"),
              ElementsAre(Read{0, {}, "csv.text_after_quote 2:3"}, Read{3, {"d"}, ""}));
}

TEST(Csv, NamesANulByte) {
  EXPECT_THAT(read_text(std::string_view("a,b\n1\0,2\n3,4\n", 13)),
              ElementsAre(Read{1, {"a", "b"}, ""}, Read{0, {}, "csv.nul 2:2"}, Read{3, {"3", "4"}, ""}));
  EXPECT_THAT(errors(std::string_view("\"a\0b\"\n", 6)), ElementsAre("csv.nul 1:3"));
  EXPECT_THAT(errors(std::string_view("\xFF\xFE"
                                      "a\0,\0",
                                      6)),
              ElementsAre("csv.nul 1:4"));
}

TEST(Csv, NamesACarriageReturnWithoutALineFeed) {
  EXPECT_THAT(errors("a\rb\n"), ElementsAre("csv.stray_carriage_return 1:2"));
  EXPECT_THAT(errors("a\r"), ElementsAre("csv.stray_carriage_return 1:2"));
  EXPECT_THAT(errors("\"a\"\rb\n"), ElementsAre("csv.stray_carriage_return 1:4"));
  EXPECT_THAT(errors("\"a\"\r"), ElementsAre("csv.stray_carriage_return 1:4"));
}

TEST(Csv, NamesTheOpeningQuoteThatIsNeverClosedAndStops) {
  EXPECT_THAT(read_text("a,b\n1,\"2\n3,4\n5,6\n"),
              ElementsAre(Read{1, {"a", "b"}, ""}, Read{0, {}, "csv.unclosed_quote 2:3"}));
  EXPECT_THAT(errors("\""), ElementsAre("csv.unclosed_quote 1:1"));
  EXPECT_THAT(errors("\"a\nb\",\"\"\""), ElementsAre("csv.unclosed_quote 2:4"));
}

TEST(Csv, KeepsToTheLongestRecord) {
  const CsvLimits limits{10, 100};
  EXPECT_THAT(read_text("1234567890\r\n12345,7890\n", limits),
              ElementsAre(Read{1, {"1234567890"}, ""}, Read{2, {"12345", "7890"}, ""}));
  EXPECT_THAT(errors("a\n12345678901\n1\n", limits), ElementsAre("csv.record_too_long 2:1"));
  EXPECT_THAT(errors("a\n\"2345678901\n1\n", limits), ElementsAre("csv.record_too_long 2:1"));
  EXPECT_THAT(errors("1,2,3,4,5\n1,2,3,4,5,6\n", limits), ElementsAre("csv.record_too_long 2:1"));
}

TEST(Csv, ReadsARecordLongerThanItsBuffer) {
  const std::string big(std::size_t{3} << 20U, 'x');
  EXPECT_THAT(rows("a,b\n" + big + ",\"" + big + "\"\"\"\n1,2\n"),
              ElementsAre(Row{"a", "b"}, Row{big, big + "\""}, Row{"1", "2"}));
  const std::string too_big(std::size_t{17} << 20U, 'x');
  EXPECT_THAT(errors(too_big), ElementsAre("csv.record_too_long 1:1"));
}

TEST(Csv, KeepsToTheMostFields) {
  const CsvLimits limits{1000, 4};
  EXPECT_THAT(read_text("1,2,3,4\n1,2,3,4\n", limits),
              ElementsAre(Read{1, {"1", "2", "3", "4"}, ""}, Read{2, {"1", "2", "3", "4"}, ""}));
  EXPECT_THAT(errors("1,2,3,4\n1,2,3,4,5\n", limits), ElementsAre("csv.too_many_fields 2:8"));
  EXPECT_THAT(errors(",,,,\n", limits), ElementsAre("csv.too_many_fields 1:4"));
}

TEST(Csv, PassesTheErrorOfItsSourceOnAndStops) {
  int calls = 0;
  CsvReader reader("x", [&calls](std::span<char> buffer) -> Result<std::size_t> {
    if (++calls > 1) return fail(ErrorKind::io, "file.read", "the disk is gone", {"x", 0, 0, {}});
    buffer[0] = 'a';
    return std::size_t{1};
  });
  CsvRecord record;
  const auto read = reader.next(record);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "file.read");
  const auto after = reader.next(record);
  ASSERT_TRUE(after);
  EXPECT_FALSE(*after);
}

// The same, however the bytes come.

const char* const hostile_texts[] = {"",
                                     "\r",
                                     "\n\n\r\n",
                                     "a,b\r\n1,2\r\n",
                                     "\"a\r\n\"\"b\",c\r\n\r\nd",
                                     "1,2\"3\n4,5\n6,\"7\"8\n9,\"",
                                     "\xEF\xBB\xBF\"a\"\n",
                                     "\n\n\xEF\xBB\xBF"
                                     "a",
                                     "a\r\rb\nc",
                                     "\n\r\na;\"b\"\"\n,\";c\r\n1;2;3\r\n;;\n4;5,5;\"6\n7\"\n1;2;3",
                                     "\r\n\"a\tb\"\tc\n1\t2\n\t\n",
                                     "a;\"b\"c;d,e\n1;2",
                                     "PK\x03\x04,",
                                     "1,2,3,4\n1,2,3,4\r\n5,6,7,8\n1,2,3,\r\n9,9,9,9"};

TEST(Csv, ReadsTheSameInChunksOfAnySize) {
  for (const char* text : hostile_texts)
    for (const std::size_t chunk : {1U, 2U, 3U, 7U})
      EXPECT_EQ(read_all(in_chunks(text, chunk)), read_text(text)) << text << " by " << chunk;
}

rc::Gen<std::string> any_text() {
  return rc::gen::container<std::string>(rc::gen::weightedElement<char>({{4, ','},
                                                                         {1, ';'},
                                                                         {1, '\t'},
                                                                         {3, '"'},
                                                                         {3, '\n'},
                                                                         {2, '\r'},
                                                                         {1, '\0'},
                                                                         {6, '1'},
                                                                         {3, 'a'},
                                                                         {1, '\xEF'},
                                                                         {1, '\xBB'},
                                                                         {1, '\xBF'}}));
}

RC_GTEST_PROP(Csv, ReadsTheSameHoweverTheBytesCome, ()) {
  const std::string text = *any_text();
  const auto chunk = *rc::gen::inRange<std::size_t>(1, 9);
  const CsvLimits limits{*rc::gen::inRange<std::size_t>(1, 60), *rc::gen::inRange<std::size_t>(1, 10)};
  RC_ASSERT(read_all(in_chunks(text, chunk)) == read_text(text));
  RC_ASSERT(read_all(in_chunks(text, chunk), limits) == read_text(text, limits));
}

RC_GTEST_PROP(Csv, ReadsBackWhatWasWritten, ()) {
  // A record of one empty field is a blank line, which is no record.
  const auto width = *rc::gen::inRange<std::size_t>(2, 6);
  const auto field = rc::gen::map(any_text(), [](std::string text) {
    std::erase(text, '\0');
    return text;
  });
  const auto table = *rc::gen::container<std::vector<Row>>(rc::gen::container<Row>(width, field));
  const std::string line_break = *rc::gen::element<std::string>("\n", "\r\n");
  std::string text;
  for (const Row& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      wire::append_csv_field(text, row[i]);
    }
    text += line_break;
  }
  std::vector<Row> read;
  for (const Read& record : read_text("\xEF\xBB\xBF" + text)) {
    RC_ASSERT(record.error.empty());
    read.push_back(record.fields);
  }
  RC_ASSERT(read == table);
}

TEST(AppendCsvField, QuotesOnlyWhatNeedsIt) {
  const auto written = [](std::string_view field) {
    std::string line;
    wire::append_csv_field(line, field);
    return line;
  };
  EXPECT_EQ(written("plain text; 3.5"), "plain text; 3.5");
  EXPECT_EQ(written(""), "");
  EXPECT_EQ(written("a,b"), "\"a,b\"");
  EXPECT_EQ(written("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(written("a\nb"), "\"a\nb\"");
  EXPECT_EQ(written("a\rb"), "\"a\rb\"");
}

// Files.

/// A file of the test's own, removed when it is over.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes) {
    const int descriptor = mkstemp(name_.data());
    if (descriptor < 0) throw std::runtime_error("no temporary file");
    close(descriptor);
    std::ofstream(name_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::remove(name_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_ = ::testing::TempDir() + "securebase-XXXXXX";
};

std::string packed(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("no gzip");
  std::string input(text);
  std::string output(deflateBound(&stream, input.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return output;
}

TEST(CsvReader, ReportsAMalformedRecordBeforeItsEndHasCome) {
  int asked = 0;
  CsvReader reader("endless", [&](std::span<char> buffer) -> Result<std::size_t> {
    if (++asked > 3) throw std::runtime_error("read on and on");
    std::fill(buffer.begin(), buffer.end(), '\0');
    return buffer.size();
  });
  CsvRecord record;
  const auto read = reader.next(record);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "csv.nul");
  EXPECT_FALSE(reader.ended());
}

TEST(CsvReader, SaysWhetherAnErrorHasEndedTheReading) {
  CsvLimits narrow;
  narrow.most_fields = 3;
  narrow.longest_record = 20;
  for (const std::string text :
       {"a,b\n1,\"2\n3,4\n", "a,b\n1,2,3,4\n5,6\n", "a,b\n1,2345678901234567890\n5,6\n"}) {
    CsvReader reader("file", wire::from_memory(text), narrow);
    CsvRecord record;
    ASSERT_TRUE(reader.next(record));
    EXPECT_FALSE(reader.next(record));
    EXPECT_TRUE(reader.ended()) << text;
  }
  CsvReader reader("file", wire::from_memory("a,b\n1,2\"\n3,4\n"));
  CsvRecord record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_FALSE(reader.next(record));
  EXPECT_FALSE(reader.ended());
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.line, 3U);
}

/// The records of a file, and after them the detail of an error, if there was one.
std::pair<std::vector<Row>, std::string> read_file(std::string_view bytes) {
  const TemporaryFile file(bytes);
  auto source = wire::open_file(file.name());
  if (!source) return {{}, source.error().detail};
  CsvReader reader(file.name(), *source);
  std::vector<Row> result;
  for (;;) {
    CsvRecord record;
    const auto more = reader.next(record);
    if (!more) {
      EXPECT_EQ(more.error().kind, ErrorKind::io);
      EXPECT_EQ(more.error().where.name, file.name());
      return {result, more.error().detail};
    }
    if (!*more) return {result, ""};
    result.emplace_back(record.fields.begin(), record.fields.end());
  }
}

TEST(OpenFile, ReadsPlainAndPackedFilesAlike) {
  const std::string text = "a,b\n1,\"x\ny\"\n";
  const std::vector<Row> expected{{"a", "b"}, {"1", "x\ny"}};
  EXPECT_EQ(read_file(text), std::pair(expected, std::string()));
  EXPECT_EQ(read_file(packed(text)), std::pair(expected, std::string()));
}

TEST(OpenFile, ReadsPackedFilesPutBehindOneAnother) {
  EXPECT_EQ(read_file(packed("a,b\n1,") + packed("2\n3,4\n")),
            std::pair(std::vector<Row>({{"a", "b"}, {"1", "2"}, {"3", "4"}}), std::string()));
}

std::string many_rows() {
  std::string text = "id,value\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + "," + std::to_string(i * 7919 % 10'007) + "\n";
  return text;
}

TEST(OpenFile, ReportsBytesBehindThePackedData) {
  for (const std::string& rest :
       {std::string("5,6\n"), std::string("x"), std::string("\x1f"), std::string(1, '\0')})
    EXPECT_THAT(read_file(packed("a,b\n1,2\n") + rest).second, HasSubstr("behind the end of the gzip data"));
}

TEST(OpenFile, ReadsAPlainFileThatBeginsLikeAPackedOne) {
  EXPECT_EQ(read_file("\x1f"), std::pair(std::vector<Row>({{"\x1f"}}), std::string()));
  EXPECT_EQ(read_file("\x1f,b\n"), std::pair(std::vector<Row>({{"\x1f", "b"}}), std::string()));
}

TEST(OpenFile, ReportsAPackedFileThatIsCutOff) {
  const std::string whole = packed(many_rows());
  for (const std::size_t length : {whole.size() - 1, whole.size() - 8, whole.size() / 2, std::size_t{12}}) {
    const auto [read, trouble] = read_file(whole.substr(0, length));
    EXPECT_THAT(trouble, HasSubstr("cut off")) << length;
    EXPECT_LE(read.size(), 20'001U);
  }
}

TEST(OpenFile, ReportsADamagedPackedFile) {
  const std::string whole = packed(many_rows());
  std::string wrong_sum = whole;
  wrong_sum[wrong_sum.size() - 8] = static_cast<char>(wrong_sum[wrong_sum.size() - 8] ^ 1);
  EXPECT_THAT(read_file(wrong_sum).second, HasSubstr("damaged gzip"));
  std::string wrong_middle = whole;
  for (std::size_t i = 0; i < 64; ++i) wrong_middle[whole.size() / 2 + i] = '\xFF';
  EXPECT_THAT(read_file(wrong_middle).second, HasSubstr("gzip"));
}

TEST(OpenFile, ReadsAnEmptyFile) {
  EXPECT_EQ(read_file(""), std::pair(std::vector<Row>(), std::string()));
  EXPECT_EQ(read_file(packed("")), std::pair(std::vector<Row>(), std::string()));
}

TEST(OpenFile, CountsTheBytesOfTheFile) {
  const std::string bytes = packed(many_rows());
  const TemporaryFile file(bytes);
  std::size_t count = 0;
  auto source = wire::open_file(file.name(), &count);
  ASSERT_TRUE(source);
  std::vector<char> buffer(1U << 20U);
  for (;;) {
    const auto got = (*source)(buffer);
    ASSERT_TRUE(got);
    if (*got == 0) break;
  }
  EXPECT_EQ(count, bytes.size());
}

TEST(OpenFile, SaysWhatCannotBeOpened) {
  const auto absent = wire::open_file("/nowhere/at/all.csv");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
  EXPECT_EQ(absent.error().code, "file.not_found");
  EXPECT_EQ(absent.error().where.name, "/nowhere/at/all.csv");
  auto folder = wire::open_file(::testing::TempDir());
  ASSERT_TRUE(folder);
  char buffer[16];
  const auto read = (*folder)(buffer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::io);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
