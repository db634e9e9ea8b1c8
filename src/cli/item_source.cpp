#include "cli/item_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/printable.hpp"
#include "cli/replicates.hpp"
#include "wire/table.hpp"

namespace securebase::cli {
namespace {

Error usage(const char* code, std::string detail) {
  return {ErrorKind::usage, std::string("usage.") + code, std::move(detail), {}};
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const auto end = text.find(at, begin);
    parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

/// --groups "US,GB+CA,*": which values make which group. Without it, each value is one.
class Groups {
 public:
  /// Error "usage.groups": a value without a name, or in two groups.
  static Result<Groups> parse(const std::string& wanted) {
    Groups groups;
    if (wanted.empty()) return groups;
    groups.closed_ = true;
    for (const std::string& group : split(wanted, ',')) {
      const std::size_t number = groups.names_.size();
      for (const std::string& value : group == "*" ? std::vector<std::string>{"*"} : split(group, '+'))
        if (auto added = groups.add(value, number); !added) return tl::unexpected(added.error());
      groups.names_.push_back(group == "*" ? "all others" : group);
    }
    return groups;
  }

  /// Nothing: in no group.
  std::optional<std::uint32_t> of(const std::string& value) {
    if (value.empty()) return std::nullopt;
    if (const auto known = of_value_.find(value); known != of_value_.end()) {
      seen_.insert(value);
      return static_cast<std::uint32_t>(known->second);
    }
    if (others_.size() <= most_named) others_.insert(value);
    if (closed_) return rest_ ? std::optional(static_cast<std::uint32_t>(*rest_)) : std::nullopt;
    of_value_[value] = names_.size();
    names_.push_back(value);
    return static_cast<std::uint32_t>(names_.size() - 1);
  }

  /// Whether everybody who was named is there. Error "usage.groups" names the values there are instead,
  /// unless they are many, or might be people's own words.
  [[nodiscard]] Result<void> check(const std::string& column) const {
    if (!closed_) return {};
    for (const auto& [value, number] : of_value_) {
      if (seen_.contains(value)) continue;
      std::set<std::string> there = others_;
      there.insert(seen_.begin(), seen_.end());
      const bool short_ones = std::all_of(there.begin(), there.end(), [](const std::string& one) {
        constexpr std::size_t longest = 20;
        return one.size() <= longest;
      });
      const bool shown = short_ones && there.size() <= most_named && !there.empty();
      return tl::unexpected(usage(
          "groups", fmt::format("--groups: nobody has '{}' in {}: {}", printable(value), printable(column),
                                shown ? "there is " + listed(there) : "name values that are there")));
    }
    return {};
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  static constexpr std::size_t most_named = 12;

  Result<void> add(const std::string& value, std::size_t group) {
    const auto refuse = [](std::string detail) {
      return tl::unexpected(usage("groups", "--groups: " + std::move(detail)));
    };
    if (value.empty()) return refuse("a value is missing: values with , between groups and + within one");
    if (value == "*") {
      if (rest_) return refuse("* is all others, and stands once");
      rest_ = group;
      return {};
    }
    if (!of_value_.emplace(value, group).second)
      return refuse(fmt::format("'{}' stands there twice: each value is in one group", printable(value)));
    return {};
  }

  static std::string listed(const std::set<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += (text.empty() ? "" : ", ") + printable(value);
    return text;
  }

  std::map<std::string, std::size_t> of_value_;
  std::vector<std::string> names_;
  std::set<std::string> seen_;
  std::set<std::string> others_;  ///< that are not named, as far as they are few
  std::optional<std::size_t> rest_;
  bool closed_ = false;
};

/// Takes the people of a group, and says how many are in none.
class Intake {
 public:
  Intake(models::ItemAnswers& answers, bool grouped, Groups groups)
      : answers_(answers), grouped_(grouped), groups_(std::move(groups)) {}

  /// Whether the row is used.
  bool add(const std::vector<std::uint8_t>& row, const std::string& group) {
    ++answers_.account.rows;
    std::optional<std::uint32_t> number = 0;
    if (grouped_) number = groups_.of(group);
    if (!number) {
      ++outside_;
      return false;
    }
    if (std::all_of(row.begin(), row.end(), [](auto a) { return a >= stats::no_answer; })) {
      ++empty_;
      return false;
    }
    ++answers_.account.used;
    answers_.responses.answers.insert(answers_.responses.answers.end(), row.begin(), row.end());
    if (grouped_) answers_.responses.group.push_back(*number);
    return true;
  }

  /// Error "usage.groups": somebody was named who is not in `column`.
  Result<void> finish(const std::string& column) {
    if (auto there = groups_.check(column); !there) return there;
    if (grouped_) answers_.groups = groups_.names();
    if (outside_ > 0) answers_.account.left_out.push_back({"in none of the groups", outside_});
    if (empty_ > 0) answers_.account.left_out.push_back({"no answer to any of the items", empty_});
    return {};
  }

 private:
  models::ItemAnswers& answers_;
  bool grouped_;
  Groups groups_;
  std::size_t outside_ = 0;
  std::size_t empty_ = 0;
};

std::string group_of(const measures::PersonGroup& person, const std::string& kind,
                     const std::vector<int>& bands) {
  if (kind == "gender") return person.gender.value_or("");
  return person.age ? age_band(bands, *person.age) : "";
}

}  // namespace

void CalibrationChoice::add_to(CLI::App& app) {
  app.add_option("--calibration", paths,
                 "Item parameters from this file instead of the definition's own; once for each scale")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Result<catalog::Instrument> CalibrationChoice::of(const catalog::Instrument& instrument) const {
  constexpr std::size_t longest = std::size_t{4} << 20U;
  catalog::Instrument result = instrument;
  if (!paths.empty()) result.calibrations.clear();
  for (const std::string& path : paths) {
    auto bytes = read_text(path, longest, "calibration.too_large");
    if (!bytes) return tl::unexpected(bytes.error());
    auto loaded = catalog::with_calibration(instrument, {path, std::move(*bytes)});
    if (!loaded) return tl::unexpected(loaded.error().front());
    for (auto& calibration : loaded->calibrations) {
      if (find_calibration(result, calibration.scale, calibration.order) != nullptr)
        return fail(ErrorKind::usage, "usage.calibration",
                    "two files of --calibration are about the same scale in the same order");
      result.calibrations.push_back(std::move(calibration));
    }
  }
  return result;
}

std::string age_band(const std::vector<int>& bands, int age) {
  if (bands.empty()) return "any age";
  if (age < bands.front()) return fmt::format("to {}", bands.front() - 1);
  const auto above = std::upper_bound(bands.begin(), bands.end(), age);
  if (above == bands.end()) return fmt::format("{} and over", bands.back());
  return fmt::format("{} to {}", *(above - 1), *above - 1);
}

Result<const catalog::Scale*> scale_named(const catalog::Instrument& instrument, const std::string& id) {
  if (id.empty() && instrument.scales.size() == 1) return &instrument.scales.front();
  if (const auto* found = find_scale(instrument, id); found != nullptr) return found;
  std::vector<std::string> known;
  for (const auto& scale : instrument.scales) known.push_back(scale.id);
  return tl::unexpected(usage("scale", fmt::format("--scale takes a scale of {}: {}", instrument.abbreviation,
                                                   fmt::join(known, ", "))));
}

void ItemSource::add_to(CLI::App& app) {
  choice.add_to(app);
  app.get_option("--instrument")->required(false);
  app.add_option("--scale", scale, "Which scale of the instrument, where it has several")->type_name("ID");
  file.add_to(app);
  file.add_people_to(app);
  app.add_option("--items", items,
                 "Without an instrument: columns of one scale by name, whole numbers from low to high")
      ->delimiter(',')
      ->type_name("NAME,...");
  app.add_option("--reversed", reversed, "Those of --items in which a high answer says less")
      ->delimiter(',')
      ->type_name("NAME,...");
  app.add_option("--group", group, "People by groups: gender, age (in bands), or a column")
      ->type_name("NAME");
  app.add_option("--groups", groups,
                 "Which values make a group: + joins values, * is all others, such as US,GB+CA,*; others are "
                 "left out")
      ->type_name("VALUES,...");
  app.add_option("--bands", bands, "First age of each band but the lowest [18,25,35,45,55,65]")
      ->delimiter(',')
      ->type_name("YEARS,...");
}

Result<ItemSource::Read> ItemSource::read(Desk& desk) const {
  for (std::size_t i = 1; i < bands.size(); ++i)
    if (bands[i] <= bands[i - 1])
      return tl::unexpected(usage("bands", "--bands takes rising ages, such as 18,30,50"));
  if (choice.instrument.empty() == items.empty())
    return tl::unexpected(
        usage("items", "give --instrument with a definition, or --items with names of columns"));
  for (std::size_t i = 1; i < items.size(); ++i)
    if (std::find(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(i), items[i]) !=
        items.begin() + static_cast<std::ptrdiff_t>(i))
      return tl::unexpected(usage("items", "--items names a column twice"));
  if (!groups.empty() && group.empty()) return tl::unexpected(usage("group", "--groups needs --group"));
  return items.empty() ? read_defined(desk) : read_columns(desk);
}

Result<ItemSource::Read> ItemSource::read_defined(Desk& desk) const {
  const auto found = choice.find(desk);
  if (!found) return tl::unexpected(found.error());
  const auto wanted = scale_named(*found->instrument, scale);
  if (!wanted) return tl::unexpected(wanted.error());
  auto opened = file.open(desk, *found);
  if (!opened) return tl::unexpected(opened.error());
  const bool of_person = group == "gender" || group == "age";
  std::optional<std::size_t> column;
  if (!group.empty() && !of_person) {
    const auto at = opened->reader->find_column(group);
    if (!at) return tl::unexpected(at.error());
    if (!*at) return tl::unexpected(usage("group", "--group takes gender, age, or a column of the file"));
    column = *at;
  }
  Read read;
  read.found = *found;
  read.scale = *wanted;
  const catalog::Key& key = key_in_order(**wanted, *found->order);
  if (!key.recodes.empty() || (*wanted)->verb == catalog::Verb::count)
    return tl::unexpected(
        usage("scale", "a scale whose answers are recoded or counted has no item parameters"));
  std::vector<bool> turned;
  read.answers.what = fmt::format("{}, {}", found->instrument->abbreviation, (*wanted)->name);
  read.answers.responses.items = key.items.size();
  for (const int position : key.items) {
    const auto range = range_in_order(*found->instrument, *found->order, position);
    read.positions.push_back(position);
    read.answers.items.push_back(fmt::format("item {}", position));
    read.answers.answers.push_back(static_cast<std::size_t>(range.max - range.min + 1));
    turned.push_back(std::find(key.reversed.begin(), key.reversed.end(), position) != key.reversed.end());
  }
  const auto& ages = bands.empty() ? usual_bands : bands;
  auto grouping = Groups::parse(groups);
  if (!grouping) return tl::unexpected(grouping.error());
  Intake intake(read.answers, !group.empty(), std::move(*grouping));
  std::vector<std::uint8_t> row(key.items.size());
  const auto done =
      file.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& given) -> Result<bool> {
        for (std::size_t i = 0; i < row.size(); ++i) {
          const auto byte = (*given.answers.answers)[static_cast<std::size_t>(read.positions[i] - 1)];
          row[i] = byte >= stats::no_answer ? stats::no_answer
                   : turned[i]              ? static_cast<std::uint8_t>(read.answers.answers[i] - 1 - byte)
                                            : byte;
        }
        std::string in;
        if (of_person)
          in = group_of(given.person, group, ages);
        else if (column)
          in = std::string(given.answers.fields[*column]);
        if (intake.add(row, in)) read.people.push_back(given.person);
        return true;
      });
  if (!done) return tl::unexpected(done.error());
  AnswerFile::say_people(*opened, desk.surroundings);
  if (auto whole = intake.finish(group); !whole) return tl::unexpected(whole.error());
  read.answers.account.file = file.path;
  read.answers.account.rows += opened->account.left_out;
  if (opened->account.left_out > 0)
    read.answers.account.left_out.push_back({"malformed", opened->account.left_out});
  return read;
}

Result<ItemSource::Read> ItemSource::read_columns(Desk& desk) const {
  if (group == "gender" || group == "age")
    return tl::unexpected(usage("group", "gender and age are understood beside a definition; name a column"));
  std::vector<models::WantedColumn> wanted;
  for (const std::string& item : items) wanted.push_back({item, models::ColumnUse::number});
  if (!group.empty()) wanted.push_back({group, models::ColumnUse::label});
  for (const std::string& item : reversed)
    if (std::find(items.begin(), items.end(), item) == items.end())
      return tl::unexpected(usage("items", "--reversed names an item that --items does not have"));
  FitFiles files;
  files.in = file.path;
  const auto table = files.read(desk, wanted);
  if (!table) return tl::unexpected(table.error());
  Read read;
  read.answers.what = fmt::format("{} columns", items.size());
  read.answers.items = items;
  read.answers.responses.items = items.size();
  read.answers.account.file = table->name;
  std::vector<const models::Column*> columns;
  std::vector<double> lowest;
  constexpr double most_answers = 50;
  for (const std::string& item : items) {
    const auto column = table->numeric_column(item);
    if (!column) return tl::unexpected(column.error());
    double low = 0;
    double high = 0;
    bool any = false;
    for (std::size_t r = 0; r < table->rows; ++r) {
      if ((*column)->missing[r]) continue;
      const double value = (*column)->numbers[r];
      if (value != std::floor(value))
        return fail(ErrorKind::bad_data, "items.whole", "answers are whole numbers, such as 0, 1, 2",
                    Place{table->name, table->line[r], 0, item});
      low = any ? std::min(low, value) : value;
      high = any ? std::max(high, value) : value;
      any = true;
    }
    if (!any || high - low < 1 || high - low >= most_answers)
      return fail(ErrorKind::bad_data, "items.answers",
                  any ? "an item needs 2 to 50 different answers" : "no row has an answer",
                  Place{table->name, 0, 0, item});
    columns.push_back(*column);
    lowest.push_back(low);
    read.answers.answers.push_back(static_cast<std::size_t>(high - low) + 1);
  }
  const models::Column* labels = nullptr;
  if (!group.empty()) {
    const auto column = table->labels_of(group);
    if (!column) return tl::unexpected(column.error());
    labels = *column;
  }
  auto grouping = Groups::parse(groups);
  if (!grouping) return tl::unexpected(grouping.error());
  Intake intake(read.answers, labels != nullptr, std::move(*grouping));
  std::vector<std::uint8_t> row(items.size());
  for (std::size_t r = 0; r < table->rows; ++r) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      row[i] = stats::no_answer;
      if (columns[i]->missing[r]) continue;
      const double step = columns[i]->numbers[r] - lowest[i];
      const bool turn = std::find(reversed.begin(), reversed.end(), items[i]) != reversed.end();
      row[i] =
          static_cast<std::uint8_t>(turn ? static_cast<double>(read.answers.answers[i]) - 1 - step : step);
    }
    intake.add(row, labels == nullptr || labels->missing[r] ? "" : labels->labels[labels->label[r]]);
  }
  if (auto whole = intake.finish(group); !whole) return tl::unexpected(whole.error());
  return read;
}

}  // namespace securebase::cli
