#include "wire/people.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"

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

enum class Why { impossible, not_understood };

void doubt(ColumnAccount& account, std::string_view field, std::size_t line, Why why) {
  ++account.impossible;
  if (why == Why::not_understood) ++account.not_understood;
  if (account.doubts.size() < doubts_kept)
    account.doubts.push_back({line, std::string(field.substr(0, 40)), why == Why::impossible});
}

bool says_nothing(std::string_view field) {
  return parse_no_answer(field).has_value();
}

}  // namespace

std::optional<long long> parse_age(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  const auto cut = text.find_first_of(".,");
  if (cut == std::string_view::npos) return parse_whole_number(text);
  const auto fraction = text.substr(cut + 1);
  if (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto whole = parse_whole_number(text.substr(0, cut));
  return whole && *whole >= 0 ? whole : std::nullopt;
}

Result<PersonReader> PersonReader::open(const AnswerReader& reader, PersonColumns columns) {
  PersonReader people(std::move(columns));
  const auto age = reader.find_column(people.columns_.age);
  if (!age) return tl::unexpected(age.error());
  const auto gender = reader.find_column(people.columns_.gender);
  if (!gender) return tl::unexpected(gender.error());
  people.age_ = *age;
  people.gender_ = *gender;
  const auto absent = [&](const std::string& name) {
    return fail(ErrorKind::bad_data, "people.column",
                fmt::format("no column '{}' in the header", printable(name)), Place{reader.name(), 1, 0, {}});
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
  const auto years = parse_age(field);
  if (years && *years >= columns_.youngest && *years <= columns_.oldest) {
    ++ages_.used;
    return static_cast<int>(*years);
  }
  if (!years && says_nothing(field))
    ++ages_.empty;
  else
    doubt(ages_, field, line, years ? Why::impossible : Why::not_understood);
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
    doubt(genders_, field, line, Why::not_understood);
    return std::nullopt;
  }
  ++(gender->empty() ? genders_.empty : genders_.used);
  return gender->empty() ? std::nullopt : gender;
}

}  // namespace securebase::wire
