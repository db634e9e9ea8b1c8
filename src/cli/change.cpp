// securebase change

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "measures/change.hpp"
#include "wire/change_table.hpp"

namespace securebase::cli {
namespace {

using measures::Scores;

struct ChangeCommand {
  InstrumentChoice choice;
  AnswerFile file;
  std::string before;
  std::string after;
  std::string order_after;
  std::string after_file;
  std::string id;
  std::string out;
  bool json = false;

  void add_to(CLI::App& app) {
    choice.add_to(app);
    auto* first = app.add_option("--before", before, "One person's answers on the first occasion")
                      ->type_name("A,B,...");
    app.add_option("--after", after, "The same person's answers on the second occasion")
        ->type_name("A,B,...")
        ->needs(first);
    app.add_option("--order-after", order_after, "Order of the second occasion, where it is another")
        ->type_name("ID");
    for (auto* option : file.add_to(app)) first->excludes(option);
    auto* in =
        app.get_option("--in")->description("CSV file of the first occasion; --in-after has the second");
    app.add_option("--in-after", after_file, "CSV file of the second occasion")->type_name("FILE")->needs(in);
    app.add_option("--id", id, "Column that says who a row is about, in both files")
        ->type_name("NAME")
        ->excludes(first);
    app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
    app.add_flag("--json", json, "One JSON document");
  }

  Outcome act(Desk& desk) const {
    const bool answers = !before.empty() && !after.empty();
    const bool files = !file.path.empty() && !after_file.empty() && !id.empty();
    if (!answers && !files)
      return fail(ErrorKind::usage, "usage.change",
                  "give --before and --after for one person, or --in, --in-after and --id for many");
    if (file.path == "-" && after_file == "-")
      return fail(ErrorKind::usage, "usage.change",
                  "standard input can be read once: give a file for --in or for --in-after");
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    const auto second =
        InstrumentChoice{choice.instrument, order_after.empty() ? choice.order : order_after}.find(desk);
    if (!second) return tl::unexpected(second.error());
    std::vector<std::string> inputs = desk.definition_files();
    inputs.insert(inputs.end(), {file.path, after_file});
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    auto done = answers ? one(desk, *found, *second, *output) : many(desk, *found, *second, *output);
    if (!done) return done;
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return done;
  }

  Outcome one(Desk& desk, const InstrumentChoice::Found& found, const InstrumentChoice::Found& second,
              Output& output) const {
    const auto first_scores = score_typed(found, before);
    if (!first_scores) return tl::unexpected(first_scores.error());
    const auto second_scores = score_typed(second, after);
    if (!second_scores) return tl::unexpected(second_scores.error());
    const auto report = measures::change(*found.instrument, *first_scores, *second_scores);
    if (!report) return tl::unexpected(report.error());
    const auto written =
        output.write(json ? wire::change_document(*report)
                          : explain_change(*found.instrument, *report, desk.surroundings.width));
    if (!written) return tl::unexpected(written.error());
    return ExitCode::done;
  }

  struct Filled {
    std::size_t line = 0;
    measures::Responses responses;
  };
  using People = std::map<std::string, Filled>;

  static std::string trimmed(std::string_view field) {
    const auto begin = field.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return "";
    return std::string(field.substr(begin, field.find_last_not_of(" \t") + 1 - begin));
  }

  static Result<bool> put(People& people, const std::string& who, const Filled& filled, const Place& where) {
    if (who.empty()) return fail(ErrorKind::bad_data, "change.nobody", "nobody is named in this row", where);
    const auto [at, is_new] = people.try_emplace(who, filled);
    if (is_new) return true;
    return fail(ErrorKind::bad_data, "change.twice",
                fmt::format("this person has a row already (line {}): which one is meant cannot be known",
                            at->second.line),
                where);
  }

  /// Answers by person; a person twice in one file is a fault.
  Result<People> read(Desk& desk, const AnswerFile& source, const InstrumentChoice::Found& found,
                      std::size_t& left_out) const {
    auto opened = source.open(desk, found);
    if (!opened) return tl::unexpected(opened.error());
    const auto column = opened->reader->find_column(id);
    if (!column) return tl::unexpected(column.error());
    if (!*column)
      return fail(ErrorKind::bad_data, "answers.columns",
                  fmt::format("no column '{}'; the file has {}", printable(id),
                              printable(fmt::format("{}", fmt::join(opened->reader->header(), ", ")), 200)),
                  Place{source.path, 1, 0, {}});
    People people;
    const auto done =
        source.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          return put(people, trimmed(row.answers.fields[**column]),
                     {row.answers.line, AnswerFile::responses_of(found, row)},
                     Place{source.path, row.answers.line, 0, id});
        });
    left_out += opened->account.left_out;
    if (!done) return tl::unexpected(done.error());
    return people;
  }

  using Found = InstrumentChoice::Found;

  static Result<measures::ChangeReport> report_on(const Found& found, const Found& second,
                                                  const Filled* before, const Filled* after) {
    const auto scored = [](const Found& order, const Filled* filled) -> Result<Scores> {
      if (filled == nullptr) return Scores{};
      return measures::score(*order.instrument, *order.order, filled->responses);
    };
    const auto first_scores = scored(found, before);
    if (!first_scores) return tl::unexpected(first_scores.error());
    const auto second_scores = scored(second, after);
    if (!second_scores) return tl::unexpected(second_scores.error());
    if (after == nullptr)
      return measures::one_occasion(*found.instrument, *first_scores, measures::Occasion::before);
    if (before == nullptr)
      return measures::one_occasion(*found.instrument, *second_scores, measures::Occasion::after);
    return measures::change(*found.instrument, *first_scores, *second_scores);
  }

  /// "Ada" and "ada" are two people, as far as the program knows.
  void say_alike(const Desk& desk, const People& firsts, const People& seconds) const {
    std::map<std::string, std::map<std::string, std::string>> alike;  // id in lower case -> id -> where
    for (const auto& [people, name] : {std::pair(&firsts, &file.path), std::pair(&seconds, &after_file)})
      for (const auto& [who, filled] : *people) {
        std::string lower = who;
        for (char& c : lower)
          if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        alike[lower].try_emplace(who, fmt::format("line {} of {}", filled.line, printable(*name, 4096)));
      }
    std::erase_if(alike, [](const auto& entry) { return entry.second.size() < 2; });
    if (alike.empty()) return;
    std::vector<std::string> places;
    for (const auto& [who, place] : alike.begin()->second) places.push_back(place);
    say(desk.surroundings,
        fmt::format(
            "warning: ids that differ only in upper and lower case are taken for different people: {}{}",
            fmt::join(places, ", "),
            alike.size() == 1 ? "" : fmt::format(", and {} more", alike.size() - 1)));
  }

  void say_alone(const Desk& desk, std::size_t only_first, std::size_t only_second) const {
    for (const auto& [n, name] : {std::pair(only_first, file.path), std::pair(only_second, after_file)})
      if (n > 0)
        say(desk.surroundings,
            fmt::format("{} only in {}: no change can be told",
                        n == 1 ? "1 person is" : fmt::format("{} people are", n), printable(name, 4096)));
  }

  Outcome many(Desk& desk, const Found& found, const Found& second, Output& output) const {
    std::size_t left_out = 0;
    const auto firsts = read(desk, file, found, left_out);
    if (!firsts) return tl::unexpected(firsts.error());
    AnswerFile later = file;
    later.path = after_file;
    const auto seconds = read(desk, later, second, left_out);
    if (!seconds) return tl::unexpected(seconds.error());
    const auto changes = all_changes(desk, {found, second}, *firsts, *seconds);
    if (!changes) return tl::unexpected(changes.error());
    const auto written = output.write(json ? wire::changes_document(*found.instrument, *changes)
                                           : wire::change_table(*changes));
    if (!written) return tl::unexpected(written.error());
    return left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }

  Result<std::vector<wire::PersonChange>> all_changes(const Desk& desk, const std::pair<Found, Found>& orders,
                                                      const People& firsts, const People& seconds) const {
    std::set<std::string> ids;
    for (const auto* people : {&firsts, &seconds})
      for (const auto& [who, filled] : *people) ids.insert(who);
    std::vector<wire::PersonChange> changes;
    std::size_t at_risk = 0;
    std::size_t only_first = 0;
    std::size_t only_second = 0;
    for (const std::string& who : ids) {
      const auto first = firsts.find(who);
      const auto second = seconds.find(who);
      if (second == seconds.end()) ++only_first;
      if (first == firsts.end()) ++only_second;
      auto report = report_on(orders.first, orders.second, first == firsts.end() ? nullptr : &first->second,
                              second == seconds.end() ? nullptr : &second->second);
      if (!report) return tl::unexpected(report.error());
      if (needs_attention(report->risks)) ++at_risk;
      changes.push_back({who, std::move(*report)});
    }
    if (at_risk > 0)
      say(desk.surroundings,
          fmt::format("{}: a risk item was answered above the lowest, or left empty, on either occasion: see "
                      "the columns risk_items_... and risk_unanswered_...",
                      at_risk == 1 ? "1 person" : fmt::format("{} people", at_risk)));
    say_alone(desk, only_first, only_second);
    say_alike(desk, firsts, seconds);
    return changes;
  }
};

}  // namespace

void add_change(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ChangeCommand>();
  CLI::App* sub = app.add_subcommand("change", "Between two occasions: how much, and whether beyond error");
  sub->footer(R"(
  securebase change --instrument gad-7 \
    --before 3,2,2,2,1,2,2 --after 1,1,0,1,0,1,1
  securebase change --instrument phq-9 --in start.csv --in-after end.csv \
    --id person --out change.csv)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
