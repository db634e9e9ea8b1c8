// securebase instruments export, and securebase export: what goes out as FHIR

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "cli/wording.hpp"
#include "wire/fhir.hpp"

namespace securebase::cli {
namespace {

using catalog::Wording;

wire::FhirRelease release_of(const std::string& name) {
  return name == "r5" ? wire::FhirRelease::r5 : wire::FhirRelease::r4;
}

struct ExportCommand {
  std::string reference;
  std::string order;
  std::string language;
  std::string release = "r4";
  std::string out;

  Outcome act(Desk& desk) const {
    const auto found = InstrumentChoice{reference, order}.find(desk);
    if (!found) return tl::unexpected(found.error());
    const catalog::Instrument& instrument = *found->instrument;
    if (instrument.licence.wording == Wording::score_entry_only)
      return fail(ErrorKind::conflict, "export.not_allowed",
                  fmt::format("the owner of {} allows no electronic form: {}", instrument.abbreviation,
                              instrument.licence.terms));
    const auto text = choose_text(*found);
    if (!text) return tl::unexpected(text.error());
    if (*text == nullptr)
      say(desk.surroundings,
          fmt::format("the wording of {} is not in the program: items and answers are written without words",
                      instrument.abbreviation));
    auto output = Output::open(out, desk.surroundings, desk.definition_files());
    if (!output) return tl::unexpected(output.error());
    const auto written =
        output->write(wire::questionnaire_document(instrument, *found->order, release_of(release), *text));
    if (!written) return tl::unexpected(written.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return ExitCode::done;
  }

  /// nullptr where the wording is not in the program.
  [[nodiscard]] Result<const catalog::Text*> choose_text(const InstrumentChoice::Found& found) const {
    const auto& texts = found.instrument->texts;
    const bool has_text = !texts.empty() && found.order == &found.instrument->orders.front();
    if (!has_text) return nullptr;
    if (language.empty()) return &texts.front();
    const auto at = std::find_if(texts.begin(), texts.end(),
                                 [&](const catalog::Text& text) { return text.locale == language; });
    if (at != texts.end()) return &*at;
    return fail(ErrorKind::not_found, "export.language",
                fmt::format("no wording in '{}'; there is {}", printable(language), texts.front().locale));
  }
};

struct AnswersCommand {
  InstrumentChoice choice;
  AnswerFile file;
  std::string id;
  std::string out;

  Outcome act(Desk& desk) const {
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    std::vector<std::string> inputs = desk.definition_files();
    inputs.push_back(file.path);
    auto opened = file.open(desk, *found);
    if (!opened) return tl::unexpected(opened.error());
    const auto column = opened->reader->find_column(id);
    if (!column) return tl::unexpected(column.error());
    if (!*column)
      return fail(ErrorKind::bad_data, "answers.columns", fmt::format("no column '{}'", printable(id)),
                  Place{file.path, 1, 0, {}});
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    wire::NotedLines risks;
    const auto read = file.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) {
      return write_row(*found, row, row.answers.fields[**column], *output, risks);
    });
    if (!read) return tl::unexpected(read.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    say_risk_lines(desk.surroundings, risks);
    return opened->account.left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }

  Result<bool> write_row(const InstrumentChoice::Found& found, const AnswerFile::Row& row,
                         std::string_view pseudonym, Output& output, wire::NotedLines& risks) const {
    if (!wire::is_fhir_id(pseudonym))
      return fail(ErrorKind::bad_data, "export.pseudonym",
                  "a pseudonym is 1 to 64 letters of A to z, digits, hyphens and points: no name",
                  Place{file.path, row.answers.line, 0, printable(id)});
    const wire::FhirSubject subject{std::string(pseudonym),
                                    fmt::format("{}-r{}", found.instrument->id, row.answers.line)};
    const auto responses = AnswerFile::responses_of(found, row);
    const auto scores = measures::score(*found.instrument, *found.order, responses);
    if (!scores) return tl::unexpected(scores.error());
    if (measures::needs_attention(scores->risks)) risks.add(row.answers.line);
    std::string lines =
        wire::questionnaire_response(*found.instrument, *found.order, subject, responses) + "\n";
    for (const measures::Score& score : scores->scores)
      lines += wire::score_observation(*found.instrument, subject, score) + "\n";
    return output.write(lines);
  }
};

}  // namespace

void add_instruments_export(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ExportCommand>();
  CLI::App* sub = app.add_subcommand(
      "export",
      "Write one as a FHIR Questionnaire that calculates its scores; wording only where it is ours");
  sub->add_option("ID", command->reference, "An id such as check-in, or id@version")->required();
  sub->add_option("--order", command->order, "Which order of items; needed where there are several")
      ->type_name("ID");
  sub->add_option("--language", command->language, "Of the wording, where there are several")
      ->type_name("CODE");
  sub->add_option("--fhir", command->release, "Release of FHIR: r4 or r5")
      ->type_name("RELEASE")
      ->check(CLI::IsMember({"r4", "r5"}))
      ->capture_default_str();
  sub->add_option("--out", command->out, "Where it goes; without it, to the terminal")->type_name("FILE");
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

void add_export(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<AnswersCommand>();
  CLI::App* sub = app.add_subcommand(
      "export", "Answers as FHIR QuestionnaireResponses and their scores as Observations, one on a line");
  command->choice.add_to(*sub);
  command->file.add_to(*sub);
  sub->add_option("--id", command->id, "Column with a pseudonym for who a row is about: no names")
      ->type_name("NAME")
      ->required();
  sub->add_option("--out", command->out, "Where it goes; without it, to the terminal")->type_name("FILE");
  sub->footer(std::string(exit_code_help));
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
