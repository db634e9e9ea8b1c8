// What commands share: definitions, files of answers, progress.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "measures/scoring.hpp"
#include "wire/csv.hpp"

namespace securebase::cli {
namespace {

Error usage(std::string code, std::string detail) {
  return {ErrorKind::usage, "usage." + std::move(code), std::move(detail), {}};
}

template <class Value>
void append(std::vector<Value>& to, const std::vector<Value>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Faults prove_golden(const catalog::Library& library) {
  Faults faults;
  for (const auto& instrument : library.instruments) append(faults, measures::prove_golden(instrument));
  return faults;
}

std::optional<std::pair<int, int>> parse_years(const std::string& text) {
  const auto dash = text.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const auto from = wire::parse_whole_number(text.substr(0, dash));
  const auto to = wire::parse_whole_number(text.substr(dash + 1));
  if (!from || !to || *from < 0 || *from > *to || *to > 150) return std::nullopt;
  return std::pair(static_cast<int>(*from), static_cast<int>(*to));
}

/// Leaving out one row does not help where nothing behind it can be read.
Error rest_unread(Error error) {
  error.detail += fmt::format("; reading ended at line {}: everything after it is unread", error.where.line);
  return error;
}

Error order_needed(const catalog::Instrument& instrument) {
  std::vector<std::string> orders;
  for (const auto& order : instrument.orders)
    orders.push_back(
        fmt::format("{} ({}; answers {} to {})", order.id, order.name, order.range.min, order.range.max));
  return usage("order", fmt::format("{} has {} orders, and the wrong one gives a score that looks right. Say "
                                    "with --order which one the answers are in: {}",
                                    instrument.abbreviation, orders.size(), fmt::join(orders, ", ")));
}

void say_rows(const wire::FileAccount& account, const Surroundings& surroundings) {
  const std::string file = printable(account.file, 4096);
  if (account.blank > 0)
    say(surroundings, fmt::format("{}: {} with every field empty, passed over", file,
                                  account.blank == 1 ? "1 row" : fmt::format("{} rows", account.blank)));
  if (account.rows + account.left_out == 0)
    say(surroundings, fmt::format("{}: no rows below the line that names the columns", file));
}

void say_unused(const Surroundings& surroundings, const wire::ColumnAccount& account,
                const std::string& impossible) {
  if (account.impossible == 0) return;
  const std::size_t beyond = account.impossible - account.not_understood;
  std::vector<std::string> reasons;
  if (beyond > 0) reasons.push_back(fmt::format("{} cannot be {}", beyond, impossible));
  if (account.not_understood > 0)
    reasons.push_back(fmt::format("{} cannot be understood", account.not_understood));
  wire::NotedLines lines{account.impossible, {}};
  for (const auto& doubt : account.doubts) lines.first.push_back(doubt.line);
  say(surroundings, fmt::format("{} value{} in the column '{}' not used: {} {}", account.impossible,
                                account.impossible == 1 ? "" : "s", printable(account.column),
                                fmt::join(reasons, ", "), where(lines)));
}

}  // namespace

void say(const Surroundings& surroundings, std::string_view message) {
  const std::string text = fmt::format("securebase: {}", message);
  surroundings.err << (surroundings.err_is_terminal ? wrap(text, surroundings.width, 2) : text) << '\n';
}

std::string where(const wire::NotedLines& lines) {
  const std::size_t more = lines.count - lines.first.size();
  return fmt::format("({} {}{})", lines.count == 1 ? "line" : "lines", fmt::join(lines.first, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

void say_risk_lines(const Surroundings& surroundings, const wire::NotedLines& lines) {
  if (lines.count == 0) return;
  say(surroundings,
      fmt::format("{}: a risk item was answered above the lowest, or left empty {}",
                  lines.count == 1 ? "1 person" : fmt::format("{} people", lines.count), where(lines)));
}

Result<std::vector<catalog::Document>> Desk::own_documents(const std::string& folder) {
  auto own = surroundings.definitions_below(folder);
  if (!own) return own;
  const auto is_definition = [](const catalog::Document& d) {
    return d.name.ends_with("/instrument.toml") || d.name.find("/battery.") != std::string::npos ||
           catalog::is_coding_file(d.name) || d.name.ends_with("/positions.toml");
  };
  if (std::none_of(own->begin(), own->end(), is_definition))
    return fail(ErrorKind::not_found, "definitions.none",
                "no instrument.toml below this folder; expected FOLDER/<id>/<version>/instrument.toml",
                Place{folder, 0, 0, {}});
  for (const auto& document : *own) definition_files_.push_back(document.name);
  return own;
}

Result<const catalog::Library*> Desk::library() {
  if (library_) return &*library_;
  const Faults faults = load(GoldenCases::of_folders);
  for (std::size_t i = 1; i < faults.size(); ++i) say(surroundings, to_text(faults[i]));
  if (!faults.empty()) return tl::unexpected(faults.front());
  return &*library_;
}

Faults Desk::prove_all() {
  return load(GoldenCases::all);
}

Faults Desk::load(GoldenCases golden) {
  const auto files = surroundings.embedded_definitions();
  if (!files) return {files.error()};
  auto loaded = catalog::load_library(
      *files, golden == GoldenCases::all ? catalog::GoldenFiles::needed : catalog::GoldenFiles::passed_over);
  if (!loaded) return loaded.error();
  inventory_.built_in = loaded->instruments.size();
  Faults faults = golden == GoldenCases::all ? prove_golden(*loaded) : Faults{};
  for (const std::string& folder : folders) append(faults, add_folder(folder, *loaded));
  append(faults, prove_batteries(*loaded));
  append(faults, prove_positions(*loaded));
  append(faults, prove_techniques(*loaded));
  append(faults, prove_protocols(*loaded));
  if (faults.empty()) library_ = std::move(*loaded);
  return faults;
}

Faults Desk::add_folder(const std::string& folder, catalog::Library& library) {
  const auto own = own_documents(folder);
  if (!own) return {own.error()};
  append(inventory_.ignored, catalog::ignored_files(*own));
  auto loaded = catalog::load_library(*own);
  if (!loaded) return loaded.error();
  if (Faults faults = prove_golden(*loaded); !faults.empty()) return faults;
  inventory_.of_folders.emplace_back(folder, loaded->instruments.size());
  append(inventory_.replaced, add_to(library, std::move(*loaded)));
  return {};
}

void InstrumentChoice::add_to(CLI::App& app) {
  app.add_option("-i,--instrument", instrument, "Which instrument: an id such as phq-9, or id@version")
      ->type_name("ID")
      ->required();
  app.add_option("--order", order,
                 "In which order of items the answers are; needed where an instrument has several")
      ->type_name("ID");
}

Result<InstrumentChoice::Found> InstrumentChoice::find(Desk& desk) const {
  const auto library = desk.library();
  if (!library) return tl::unexpected(library.error());
  const auto found = find_instrument(**library, instrument);
  if (!found) return tl::unexpected(found.error());
  if (order.empty() && (*found)->orders.size() > 1) return tl::unexpected(order_needed(**found));
  const catalog::Order* chosen = order.empty() ? &(*found)->orders.front() : find_order(**found, order);
  if (chosen != nullptr) return Found{*found, chosen};
  std::vector<std::string> ids;
  for (const auto& known : (*found)->orders) ids.push_back(known.id);
  return fail(
      ErrorKind::not_found, "order.unknown",
      fmt::format("{} has no order '{}'; it has {}", (*found)->abbreviation, order, fmt::join(ids, ", ")));
}

std::vector<CLI::Option*> AnswerFile::add_to(CLI::App& app) {
  auto* in = app.add_option("--in", path,
                            "CSV file with a header, a row a person; gzip is unpacked; - is standard input")
                 ->type_name("FILE");
  auto* prefix =
      app.add_option("--prefix", items.prefix, "Item columns begin with this, as Q does in Q1, Q2 ...")
          ->type_name("TEXT");
  auto* columns = app.add_option("--columns", items.names, "Item columns by name, in the order of the items")
                      ->delimiter(',')
                      ->type_name("NAME,...")
                      ->excludes(prefix);
  auto* going =
      app.add_flag("--keep-going", keep_going, "Report malformed rows and go on without them (exit code 1)");
  return {in, prefix, columns, going};
}

std::vector<CLI::Option*> AnswerFile::add_people_to(CLI::App& app) {
  return {app.add_option("--age", age, "Column with the age in years [age]")->type_name("NAME"),
          app.add_option("--gender", gender, "Column with the gender [gender]")->type_name("NAME"),
          app.add_option("--ages", ages, "Ages outside these years count as impossible [5-110]")
              ->type_name("FROM-TO"),
          app.add_option("--gender-codes", gender_codes,
                         "Codes of the gender column [1=male,2=female,3=other,0=,9=]")
              ->delimiter(',')
              ->type_name("CODE=GENDER,...")};
}

Result<wire::PersonColumns> AnswerFile::person_columns() const {
  wire::PersonColumns columns;
  if (!age.empty()) columns.age = age;
  if (!gender.empty()) columns.gender = gender;
  columns.required_age = !age.empty();
  columns.required_gender = !gender.empty();
  if (!ages.empty()) {
    const auto years = parse_years(ages);
    if (!years)
      return tl::unexpected(
          usage("ages", fmt::format("--ages takes two years such as 18-90, not '{}'", ages)));
    std::tie(columns.youngest, columns.oldest) = *years;
  }
  if (!gender_codes.empty()) columns.gender_codes.clear();
  for (const std::string& pair : gender_codes) {
    const auto cut = pair.find('=');
    const std::string gender_name = cut == std::string::npos ? "?" : pair.substr(cut + 1);
    if (gender_name != "male" && gender_name != "female" && gender_name != "other" && !gender_name.empty())
      return tl::unexpected(usage(
          "gender_codes",
          fmt::format("'{}': expected CODE=female, CODE=male, CODE=other, or CODE= for not given", pair)));
    columns.gender_codes[pair.substr(0, cut)] = gender_name;
  }
  return columns;
}

Result<AnswerFile::Opened> AnswerFile::open(Desk& desk, const InstrumentChoice::Found& found) const {
  if (path.empty())
    return tl::unexpected(usage("in", "--in FILE is needed: a CSV file, or - for standard input"));
  auto columns = person_columns();
  if (!columns) return tl::unexpected(columns.error());
  const auto library = desk.library();
  if (!library) return tl::unexpected(library.error());
  wire::ItemColumns wanted = items;
  for (const auto& other : (*library)->instruments)
    if (other.id != found.instrument->id) wanted.other_instruments.push_back({other.id, other.items.size()});
  Opened opened;
  auto source = wire::open_file(path, opened.read_bytes.get());
  if (!source) return tl::unexpected(source.error());
  auto reader = wire::AnswerReader::open(wire::CsvReader(path, std::move(*source)), *found.instrument,
                                         *found.order, wanted);
  if (!reader) return tl::unexpected(reader.error());
  auto people = wire::PersonReader::open(*reader, std::move(*columns));
  if (!people) return tl::unexpected(people.error());
  opened.reader = std::move(*reader);
  opened.people = std::move(*people);
  opened.account.file = path;
  return opened;
}

Result<measures::Scores> score_typed(const InstrumentChoice::Found& found, const std::string& answers,
                                     measures::ScoringOptions options) {
  auto responses = wire::parse_answers(answers);
  if (!responses) return tl::unexpected(responses.error());
  return measures::score(*found.instrument, *found.order,
                         measures::with_optional_items(std::move(*responses), *found.instrument), {},
                         options);
}

void AnswerFile::leave_out(Opened& opened, const Surroundings& surroundings, const Error& error) {
  constexpr std::size_t faults_shown = 20;
  if (++opened.account.left_out > faults_shown) return;
  opened.account.faults.push_back(error);
  say(surroundings, "left out: " + to_text(error));
}

Result<bool> AnswerFile::each_row(Opened& opened, const Surroundings& surroundings,
                                  const std::function<Result<bool>(const Row&)>& use) const {
  std::error_code ignored;
  const auto total = path == "-" ? 0 : std::filesystem::file_size(path, ignored);
  Progress progress(surroundings, ignored ? 0 : static_cast<std::size_t>(total));
  wire::AnswerRow row;
  for (;;) {
    const auto read = opened.reader->next(row);
    if (read && !*read) {
      opened.account.blank = opened.reader->blank_rows();
      say_rows(opened.account, surroundings);
      return true;
    }
    if (read) {
      const measures::PersonGroup person = opened.people->read(row);
      ++opened.account.rows;
      if (auto used = use({row, person}); !used) {
        if (!keep_going || used.error().kind != ErrorKind::bad_data) return used;
        --opened.account.rows;
        leave_out(opened, surroundings, used.error());
      }
      if (opened.account.rows % 4096 == 0) progress.at(opened.account.rows, *opened.read_bytes);
      continue;
    }
    if (!keep_going || read.error().kind != ErrorKind::bad_data) return tl::unexpected(read.error());
    if (opened.reader->ended()) return tl::unexpected(rest_unread(read.error()));
    leave_out(opened, surroundings, read.error());
  }
}

measures::Responses AnswerFile::responses_of(const InstrumentChoice::Found& found, const Row& row) {
  measures::Responses responses;
  for (std::size_t i = 0; i < row.answers.answers->size(); ++i)
    responses.push_back(measures::from_byte(
        (*row.answers.answers)[i], range_in_order(*found.instrument, *found.order, static_cast<int>(i) + 1)));
  return responses;
}

void AnswerFile::say_people(const Opened& opened, const Surroundings& surroundings) {
  const auto& columns = opened.people->columns();
  say_unused(surroundings, opened.people->ages(),
             fmt::format("an age from {} to {}", columns.youngest, columns.oldest));
  say_unused(surroundings, opened.people->genders(), "a gender");
}

// Progress

struct Progress::State {
  using Clock = std::chrono::steady_clock;
  std::ostream& err;
  std::size_t total;
  Clock::time_point begin = Clock::now();
  Clock::time_point shown = begin;
  bool any = false;
};

Progress::Progress(const Surroundings& surroundings, std::size_t total_bytes) {
  if (surroundings.err_is_terminal) state_.reset(new State{surroundings.err, total_bytes});
}

Progress::~Progress() {
  if (state_ != nullptr && state_->any) state_->err << "\r\033[K" << std::flush;
}

void Progress::at(std::size_t rows, std::size_t bytes) {
  if (state_ == nullptr) return;
  const auto now = State::Clock::now();
  if (now - state_->shown < std::chrono::milliseconds(200)) return;
  state_->shown = now;
  state_->any = true;
  const double seconds = std::chrono::duration<double>(now - state_->begin).count();
  std::string share;
  if (state_->total > 0)
    share =
        fmt::format(" {:3.0f} %", 100.0 * static_cast<double>(bytes) / static_cast<double>(state_->total));
  state_->err << fmt::format("\r\033[K{} rows{}  {:.0f} thousand a second", rows, share,
                             static_cast<double>(rows) / seconds / 1000)
              << std::flush;
}

}  // namespace securebase::cli
