#include "wire/people.hpp"

#include <gtest/gtest.h>

#include "catalog/load.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

catalog::Instrument one_item() {
  catalog::Instrument instrument;
  instrument.abbreviation = "One";
  instrument.items.push_back({1, {0, 3}, false, false, ""});
  instrument.orders.push_back({"standard", "Standard", {0, 3}, {}, true, "", {}});
  return instrument;
}

struct Read {
  std::vector<measures::PersonGroup> people;
  ColumnAccount ages;
  ColumnAccount genders;
};

Read read(const std::string& text, PersonColumns columns = {}) {
  const catalog::Instrument instrument = one_item();
  auto reader =
      AnswerReader::open(CsvReader("test.csv", from_memory(text)), instrument, instrument.orders[0]);
  EXPECT_TRUE(reader) << to_text(reader.error());
  auto people = PersonReader::open(*reader, std::move(columns));
  EXPECT_TRUE(people);
  Read result;
  AnswerRow row;
  while (reader->next(row).value_or(false)) result.people.push_back(people->read(row));
  result.ages = people->ages();
  result.genders = people->genders();
  return result;
}

TEST(People, what_cannot_be_an_age_is_counted_and_not_believed) {
  const Read r = read("q1,Age\n1,34\n1,3546789\n1,\n1,-2\n1,12.5\n1,34.0\n1,NA\n1,old\n1,4\n1,110\n1,111\n");
  EXPECT_EQ(r.ages.used, 4U);
  EXPECT_EQ(r.ages.empty, 2U);
  EXPECT_EQ(r.ages.impossible, 5U);
  EXPECT_EQ(r.ages.not_understood, 1U);
  ASSERT_EQ(r.ages.doubts.size(), 5U);
  EXPECT_EQ(r.ages.doubts[0].line, 3U);
  EXPECT_EQ(r.ages.doubts[0].value, "3546789");
  EXPECT_EQ(r.people[0].age, 34);
  EXPECT_EQ(r.people[1].age, std::nullopt);
}

TEST(People, decimal_ages_are_rounded_down) {
  const Read r = read("q1,age\n1,34.9\n1,\"34,5\"\n1, 34.0 \n1,34.\n1,34.x\n1,.5\n1,-34.5\n1,1.2.3\n");
  for (const std::size_t row : {0U, 1U, 2U}) EXPECT_EQ(r.people[row].age, 34) << row;
  for (const std::size_t row : {3U, 4U, 5U, 6U, 7U}) EXPECT_EQ(r.people[row].age, std::nullopt) << row;
}

TEST(People, genders_by_code_and_by_word) {
  const Read r = read("q1,gender\n1,1\n1,2\n1,3\n1,0\n1,Female\n1, m \n1,Non-binary\n1,7\n1,\n");
  EXPECT_EQ(r.people[0].gender, "male");
  EXPECT_EQ(r.people[1].gender, "female");
  EXPECT_EQ(r.people[2].gender, "other");
  EXPECT_EQ(r.people[3].gender, std::nullopt);
  EXPECT_EQ(r.people[4].gender, "female");
  EXPECT_EQ(r.people[5].gender, "male");
  EXPECT_EQ(r.people[6].gender, "other");
  EXPECT_EQ(r.people[7].gender, std::nullopt);
  EXPECT_EQ(r.genders.impossible, 1U);
  EXPECT_EQ(r.genders.empty, 2U);
}

TEST(People, a_files_own_codes_take_the_place_of_the_usual_ones) {
  PersonColumns columns;
  columns.gender_codes = {{"1", "female"}, {"2", "male"}};
  const Read r = read("q1,gender\n1,1\n1,2\n1,3\n", columns);
  EXPECT_EQ(r.people[0].gender, "female");
  EXPECT_EQ(r.people[1].gender, "male");
  EXPECT_EQ(r.genders.impossible, 1U);
}

TEST(People, columns_may_be_absent_unless_asked_for) {
  const Read r = read("q1\n1\n");
  EXPECT_EQ(r.ages.column, "");
  EXPECT_EQ(r.people[0].age, std::nullopt);
  const catalog::Instrument instrument = one_item();
  auto reader =
      AnswerReader::open(CsvReader("test.csv", from_memory("q1\n1\n")), instrument, instrument.orders[0]);
  PersonColumns columns;
  columns.age = "years";
  columns.required_age = true;
  EXPECT_EQ(PersonReader::open(*reader, columns).error().code, "people.column");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
