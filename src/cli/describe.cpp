// securebase describe

#include <fmt/format.h>

#include <ostream>

#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "measures/describe.hpp"
#include "wire/description_table.hpp"

namespace securebase::cli {
namespace {

struct DescribeCommand {
  InstrumentChoice choice;
  AnswerFile file;
  std::string out;
  std::vector<int> bands;
  std::string smallest_cell = std::to_string(measures::DescribeOptions{}.smallest_cell);
  bool json = false;
  bool csv = false;

  void add_to(CLI::App& app) {
    choice.add_to(app);
    file.add_to(app);
    file.add_people_to(app);
    app.add_option("--bands", bands, "First age of each band but the lowest [18,25,35,45,55,65]")
        ->delimiter(',')
        ->type_name("YEARS,...");
    app.add_option("--smallest-cell", smallest_cell, "Nothing is said about fewer people than this [10]")
        ->type_name("N");
    app.add_option("--out", out, "Where the description goes; without it, to the terminal")
        ->type_name("FILE");
    auto* as_json = app.add_flag("--json", json, "One JSON document");
    app.add_flag("--csv", csv, "Every figure as a row of CSV")->excludes(as_json);
  }

  [[nodiscard]] Result<measures::DescribeOptions> options() const {
    measures::DescribeOptions options;
    constexpr int most_people = 1'000'000;
    const auto people = wire::parse_whole_number(smallest_cell);
    if (!people || *people < 1 || *people > most_people)
      return fail(ErrorKind::usage, "usage.smallest_cell",
                  "--smallest-cell takes a number of people from 1 to 1,000,000, such as 10");
    options.smallest_cell = static_cast<std::size_t>(*people);
    if (bands.empty()) return options;
    options.age_bands = bands;
    for (std::size_t i = 0; i < bands.size(); ++i)
      if (bands[i] < 1 || bands[i] > 150 || (i > 0 && bands[i] <= bands[i - 1]))
        return fail(ErrorKind::usage, "usage.bands",
                    "--bands takes rising ages between 1 and 150, such as 18,30,50");
    return options;
  }

  Outcome act(Desk& desk) const {
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    const auto wanted = options();
    if (!wanted) return tl::unexpected(wanted.error());
    auto opened = file.open(desk, *found);
    if (!opened) return tl::unexpected(opened.error());
    std::vector<std::string> inputs = desk.definition_files();
    inputs.push_back(file.path);
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    measures::Describer describer(*found->instrument, *found->order, *wanted);
    const auto read =
        file.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          describer.add_row(row.answers.answers->data(), row.person);
          return true;
        });
    if (!read) return tl::unexpected(read.error());
    const auto description = describer.report();
    warn(desk, description);
    const auto written = output->write(tell(desk, *found, *opened, description));
    if (!written) return tl::unexpected(written.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return opened->account.left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }

  void warn(const Desk& desk, const measures::Description& description) const {
    constexpr long long recognisable = 5;
    const bool told = out.empty() && !json && !csv;  // on the same terminal, in words
    for (const Finding& finding : description.findings)
      if (!told && finding.code == "describe.item_against_scale")
        say(desk.surroundings, "warning: " + finding.statement);
    if (wire::parse_whole_number(smallest_cell).value_or(0) < recognisable)
      say(desk.surroundings,
          fmt::format("warning: with --smallest-cell {} single people can be recognised in "
                      "what is printed",
                      smallest_cell));
  }

  [[nodiscard]] std::string tell(const Desk& desk, const InstrumentChoice::Found& found,
                                 const AnswerFile::Opened& opened,
                                 const measures::Description& description) const {
    if (json) return wire::description_document(description, opened.account, *opened.people);
    if (csv) return wire::description_table(description);
    return explain_description(*found.instrument, description, opened.account, *opened.people,
                               desk.surroundings.width);
  }
};

}  // namespace

void add_describe(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<DescribeCommand>();
  CLI::App* sub =
      app.add_subcommand("describe", "Reliability, item statistics and norms of a file of answers");
  sub->footer(R"(
Reliability rests on people who answered every item of a scale; spread and norms
on everyone with a score.
  securebase describe --instrument ecr --order online-5pt \
    --in answers.csv.gz --json
  securebase describe --instrument phq-9 --in clinic.csv --age years \
    --bands 18,30,50 --csv --out figures.csv)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
