#include "wire/people.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace securebase::wire {
namespace {

constexpr std::size_t doubts_kept = 5;

std::string word_of(std::string_view field) {
  std::string word;
  for (const char c : field)
    if (c != ' ' && c != '\t') word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return word;
}

const std::map<std::string_view, std::string_view> gender_words = {
    {"female", "female"},    {"f", "female"},        {"woman", "female"},  {"w", "female"},
    {"male", "male"},        {"m", "male"},          {"man", "male"},      {"other", "other"},
    {"non-binary", "other"}, {"nonbinary", "other"}, {"diverse", "other"}, {"d", "other"},
    {"x", "other"},          {"unknown", ""},        {"notgiven", ""},
};

void doubt(ColumnAccount& account, std::string_view field, std::size_t line) {
  ++account.impossible;
  if (account.doubts.size() < doubts_kept) account.doubts.push_back({line, std::string(field.substr(0, 40))});
}

bool says_nothing(std::string_view field) {
  return parse_no_answer(field).has_value();
}

}  // namespace

Result<PersonReader> PersonReader::open(const AnswerReader& reader, PersonColumns columns) {
  PersonReader people(std::move(columns));
  people.age_ = reader.find_column(people.columns_.age);
  people.gender_ = reader.find_column(people.columns_.gender);
  const auto absent = [&](const std::string& name) {
    return fail(ErrorKind::bad_data, "people.column", fmt::format("no column '{}' in the header", name),
                Place{reader.name(), 1, 0, {}});
  };
  if (people.columns_.required_age && !people.age_) return absent(people.columns_.age);
  if (people.columns_.required_gender && !people.gender_) return absent(people.columns_.gender);
  if (people.age_) people.ages_.column = reader.header()[*people.age_];
  if (people.gender_) people.genders_.column = reader.header()[*people.gender_];
  return people;
}

measures::PersonGroup PersonReader::read(const AnswerRow& row) {
  measures::PersonGroup person;
  if (age_) person.age = read_age(row.fields[*age_], row.line);
  if (gender_) person.gender = read_gender(row.fields[*gender_], row.line);
  return person;
}

std::optional<int> PersonReader::read_age(std::string_view field, std::size_t line) {
  const auto years = parse_whole_number(field);
  if (years && *years >= columns_.youngest && *years <= columns_.oldest) {
    ++ages_.used;
    return static_cast<int>(*years);
  }
  if (!years && says_nothing(field))
    ++ages_.empty;
  else
    doubt(ages_, field, line);
  return std::nullopt;
}

std::optional<std::string> PersonReader::read_gender(std::string_view field, std::size_t line) {
  const std::string word = word_of(field);
  std::optional<std::string> gender;
  if (const auto code = columns_.gender_codes.find(word); code != columns_.gender_codes.end())
    gender = code->second;
  else if (const auto known = gender_words.find(word); known != gender_words.end())
    gender = known->second;
  else if (says_nothing(field))
    gender = "";
  if (!gender) {
    doubt(genders_, field, line);
    return std::nullopt;
  }
  ++(gender->empty() ? genders_.empty : genders_.used);
  return gender->empty() ? std::nullopt : gender;
}

}  // namespace securebase::wire
