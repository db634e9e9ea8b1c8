// securebase change

#include <fmt/format.h>

#include <map>
#include <ostream>

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
    file.add_to(app);
    app.get_option("--in")
        ->description("CSV file of the first occasion; --in-after has the second")
        ->excludes(first);
    app.add_option("--in-after", after_file, "CSV file of the second occasion")
        ->type_name("FILE")
        ->needs(app.get_option("--in"));
    app.add_option("--id", id, "Column that says who a row is about, in both files")->type_name("NAME");
    app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
    app.add_flag("--json", json, "One JSON document");
  }

  Outcome act(Desk& desk) const {
    const bool answers = !before.empty() && !after.empty();
    const bool files = !file.path.empty() && !after_file.empty() && !id.empty();
    if (!answers && !files)
      return fail(ErrorKind::usage, "usage.change",
                  "give --before and --after for one person, or --in, --in-after and --id for many");
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    const auto second =
        InstrumentChoice{choice.instrument, order_after.empty() ? choice.order : order_after}.find(desk);
    if (!second) return tl::unexpected(second.error());
    auto output = Output::open(out, desk.surroundings);
    if (!output) return tl::unexpected(output.error());
    auto done = answers ? one(desk, *found, *second, *output) : many(desk, *found, *second, *output);
    if (!done) return done;
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return done;
  }

  static Result<Scores> score_words(const InstrumentChoice::Found& found, const std::string& words) {
    const auto responses = wire::parse_answers(words);
    if (!responses) return tl::unexpected(responses.error());
    return measures::score(*found.instrument, *found.order, *responses);
  }

  Outcome one(Desk& desk, const InstrumentChoice::Found& found, const InstrumentChoice::Found& second,
              Output& output) const {
    const auto first_scores = score_words(found, before);
    if (!first_scores) return tl::unexpected(first_scores.error());
    const auto second_scores = score_words(second, after);
    if (!second_scores) return tl::unexpected(second_scores.error());
    const auto report = measures::change(*found.instrument, *first_scores, *second_scores);
    if (!report) return tl::unexpected(report.error());
    const auto written =
        output.write(json ? wire::change_document(*report)
                          : explain_change(*found.instrument, *report, desk.surroundings.width));
    if (!written) return tl::unexpected(written.error());
    return ExitCode::done;
  }

  /// Answers by person; a person twice in one file is a fault: which row is meant cannot be known.
  Result<std::map<std::string, measures::Responses>> read(Desk& desk, const AnswerFile& source,
                                                          const InstrumentChoice::Found& found,
                                                          std::size_t& left_out) const {
    auto opened = source.open(found);
    if (!opened) return tl::unexpected(opened.error());
    const auto column = opened->reader->find_column(id);
    if (!column)
      return fail(ErrorKind::bad_data, "answers.columns", fmt::format("no column '{}' in the header", id),
                  Place{source.path, 1, 0, {}});
    std::map<std::string, measures::Responses> people;
    const auto done =
        source.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          measures::Responses responses;
          for (std::size_t i = 0; i < row.answers.answers->size(); ++i)
            responses.push_back(measures::from_byte(
                (*row.answers.answers)[i],
                range_in_order(*found.instrument, *found.order, static_cast<int>(i) + 1)));
          const std::string who(row.answers.fields[*column]);
          const Place where{source.path, row.answers.line, 0, id};
          if (who.empty())
            return fail(ErrorKind::bad_data, "change.nobody", "nobody is named in this row", where);
          if (!people.emplace(who, std::move(responses)).second)
            return fail(ErrorKind::bad_data, "change.twice", "this person has a row already in this file",
                        where);
          return true;
        });
    left_out += opened->account.left_out;
    if (!done) return tl::unexpected(done.error());
    return people;
  }

  Outcome many(Desk& desk, const InstrumentChoice::Found& found, const InstrumentChoice::Found& second,
               Output& output) const {
    std::size_t left_out = 0;
    const auto firsts = read(desk, file, found, left_out);
    if (!firsts) return tl::unexpected(firsts.error());
    AnswerFile later = file;
    later.path = after_file;
    const auto seconds = read(desk, later, second, left_out);
    if (!seconds) return tl::unexpected(seconds.error());
    std::vector<wire::PersonChange> changes;
    for (const auto& [who, responses] : *firsts) {
      const auto again = seconds->find(who);
      if (again == seconds->end()) continue;
      const auto first_scores = measures::score(*found.instrument, *found.order, responses);
      if (!first_scores) return tl::unexpected(first_scores.error());
      const auto second_scores = measures::score(*found.instrument, *second.order, again->second);
      if (!second_scores) return tl::unexpected(second_scores.error());
      auto report = measures::change(*found.instrument, *first_scores, *second_scores);
      if (!report) return tl::unexpected(report.error());
      changes.push_back({who, std::move(*report)});
    }
    const std::size_t alone = firsts->size() + seconds->size() - 2 * changes.size();
    if (alone > 0)
      desk.surroundings.err << fmt::format("securebase: {} people are in one file only and have no change\n",
                                           alone);
    const auto written =
        output.write(json ? wire::changes_document(*found.instrument, changes) : wire::change_table(changes));
    if (!written) return tl::unexpected(written.error());
    return left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }
};

}  // namespace

void add_change(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ChangeCommand>();
  CLI::App* sub = app.add_subcommand("change", "Between two occasions: how much, and whether beyond error");
  sub->footer(R"(
  securebase change --instrument gad-7 --before 3,2,2,2,1,2,2 --after 1,1,0,1,0,1,1
  securebase change --instrument phq-9 --in start.csv --in-after end.csv --id person --out change.csv)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
