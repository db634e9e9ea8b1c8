// securebase score

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "cli/relay.hpp"
#include "measures/scoring.hpp"
#include "wire/score_table.hpp"

namespace securebase::cli {
namespace {

using measures::RowScore;

constexpr std::size_t batch_rows = 4096;

/// Rows on their way from the reader to the scorer.
struct RowBatch {
  std::vector<std::size_t> lines;
  std::vector<measures::AnswerByte> answers;  ///< as many a row as there are items
  std::vector<measures::PersonGroup> people;
  std::string kept;                    ///< the columns passed through, one behind the other
  std::vector<std::size_t> kept_ends;  ///< where each ends

  void add(const AnswerFile::Row& row, const std::vector<std::size_t>& columns) {
    lines.push_back(row.answers.line);
    answers.insert(answers.end(), row.answers.answers->begin(), row.answers.answers->end());
    people.push_back(row.person);
    for (const std::size_t column : columns) {
      kept += row.answers.fields[column];
      kept_ends.push_back(kept.size());
    }
  }

  void append_to(std::string& text, wire::ScoreTable& table, std::span<const RowScore> scores,
                 std::size_t columns) const {
    if (lines.empty()) return;
    const std::size_t items = answers.size() / lines.size();
    const std::size_t scales = scores.size() / lines.size();
    std::vector<std::string_view> fields(columns);
    std::size_t begin = 0;
    for (std::size_t row = 0; row < lines.size(); ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t end = kept_ends[row * columns + column];
        fields[column] = std::string_view(kept).substr(begin, end - begin);
        begin = end;
      }
      table.append_row(text, lines[row], fields, std::span(answers).subspan(row * items, items),
                       scores.subspan(row * scales, scales), people[row]);
    }
  }

  void clear() {
    lines.clear();
    answers.clear();
    people.clear();
    kept.clear();
    kept_ends.clear();
  }
};

struct ScoreCommand {
  InstrumentChoice choice;
  AnswerFile file;
  std::string answers;
  std::string out;
  std::vector<std::string> kept;
  double practice_missing = 0;
  bool json = false;
  bool explain = false;

  void add_to(CLI::App& app) {
    choice.add_to(app);
    auto* given = app.add_option("--answers", answers,
                                 "One person's answers, such as 1,2,,0; leave a skipped one empty")
                      ->type_name("A,B,...");
    for (auto* option : file.add_to(app)) given->excludes(option);
    for (auto* option : file.add_people_to(app)) given->excludes(option);
    app.add_option("--out", out, "Where the scores go; without it, to the terminal")->type_name("FILE");
    auto* keep = app.add_option("--keep", kept, "Columns to pass through to the output")
                     ->delimiter(',')
                     ->type_name("NAME,...")
                     ->excludes(given);
    app.add_option("--practice-missing", practice_missing,
                   "Your own rule: prorate where at most this share of a scale is missing, marked as yours")
        ->type_name("SHARE");
    auto* as_json = app.add_flag("--json", json, "One JSON document instead of CSV");
    app.add_flag("--explain", explain, "Every result told in words")->excludes(as_json)->excludes(keep);
  }

  [[nodiscard]] measures::ScoringOptions options() const { return {practice_missing}; }

  Outcome act(Desk& desk) const {
    if (answers.empty() && file.path.empty())
      return fail(ErrorKind::usage, "usage.answers",
                  "give --answers 1,2,... for one person, or --in FILE for many");
    if (!(practice_missing >= 0 && practice_missing <= 0.5))  // also NaN
      return fail(ErrorKind::usage, "usage.practice_missing",
                  "--practice-missing takes a share from 0 to 0.5, such as 0.2");
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    std::vector<std::string> inputs = desk.definition_files();
    inputs.push_back(file.path);
    // What is read is opened before anything is written.
    auto opened =
        answers.empty() ? file.open(desk, *found) : Result<AnswerFile::Opened>(AnswerFile::Opened{});
    if (!opened) return tl::unexpected(opened.error());
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    auto done =
        answers.empty() ? score_file(desk, *found, *opened, *output) : score_one(desk, *found, *output);
    if (!done) return done;
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return done;
  }

  Outcome score_one(Desk& desk, const InstrumentChoice::Found& found, Output& output) const {
    const auto scores = score_typed(found, answers, options());
    if (!scores) return tl::unexpected(scores.error());
    const auto written = output.write(
        json ? wire::scores_document(*scores)
             : explain_scores(*found.instrument, *found.order, *scores, desk.surroundings.width));
    if (!written) return tl::unexpected(written.error());
    return ExitCode::done;
  }

  Outcome score_file(Desk& desk, const InstrumentChoice::Found& found, AnswerFile::Opened& opened,
                     Output& output) const {
    const auto columns = kept_columns(*opened.reader);
    if (!columns) return tl::unexpected(columns.error());
    const auto written = json      ? write_json(desk, found, opened, *columns, output)
                         : explain ? write_words(desk, found, opened, output)
                                   : write_csv(desk, found, opened, *columns, output);
    if (!written) return tl::unexpected(written.error());
    if (opened.account.left_out > 0)
      say(desk.surroundings,
          fmt::format("{} rows scored, {} left out", opened.account.rows, opened.account.left_out));
    AnswerFile::say_people(opened, desk.surroundings);
    return opened.account.left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }

  [[nodiscard]] Result<std::vector<std::size_t>> kept_columns(const wire::AnswerReader& reader) const {
    std::vector<std::size_t> columns;
    for (const std::string& name : kept) {
      const auto column = reader.find_column(name);
      if (!column) return tl::unexpected(column.error());
      if (!*column)
        return fail(ErrorKind::bad_data, "answers.columns",
                    fmt::format("no column '{}' to keep", printable(name)), Place{file.path, 1, 0, {}});
      columns.push_back(**column);
    }
    return columns;
  }

  /// This thread reads, another scores and writes.
  Result<bool> write_csv(Desk& desk, const InstrumentChoice::Found& found, AnswerFile::Opened& opened,
                         const std::vector<std::size_t>& columns, Output& output) const {
    const measures::Scorer scorer(*found.instrument, *found.order, options());
    wire::ScoreTable table(*found.instrument, *found.order, kept);
    if (auto free = kept_names_are_free(table); !free) return free;
    std::vector<RowScore> scores;
    std::string text = table.header();  // nothing is written where the first rows are faulty
    Relay<RowBatch> relay([&](RowBatch& batch) {
      scores.resize(batch.lines.size() * scorer.scales());
      scorer.score_rows(batch.answers, scores);
      batch.append_to(text, table, scores, columns.size());
      batch.clear();
      auto written = output.write(text);
      text.clear();
      return written;
    });
    const auto read =
        file.each_row(opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          relay.filling().add(row, columns);
          return relay.filling().lines.size() < batch_rows ? Result<bool>(true) : relay.hand_over();
        });
    if (!read) return tl::unexpected(read.error());
    if (auto finished = relay.finish(); !finished) return finished;
    say_risk_lines(desk.surroundings, table.risk_lines());
    if (const auto names = table.unverified_columns(); !names.empty())
      say(desk.surroundings, fmt::format("figures not verified at their source are in {}: see securebase "
                                         "instruments show {}",
                                         fmt::join(names, ", "), found.instrument->id));
    return true;
  }

  Result<bool> kept_names_are_free(const wire::ScoreTable& table) const {
    const auto own = table.own_columns();
    for (const std::string& name : kept)
      if (std::find(own.begin(), own.end(), name) != own.end())
        return fail(ErrorKind::usage, "usage.keep",
                    fmt::format("--keep {}: the output has a column of this name already; rename the one in "
                                "the file first",
                                name));
    return true;
  }

  Result<bool> write_json(Desk& desk, const InstrumentChoice::Found& found, AnswerFile::Opened& opened,
                          const std::vector<std::size_t>& columns, Output& output) const {
    wire::ScoreRowsDocument document;
    wire::NotedLines risks;
    if (auto begun = output.write(document.begin(*found.instrument, *found.order)); !begun) return begun;
    const auto read =
        file.each_row(opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          const auto scores = measures::score(*found.instrument, *found.order,
                                              AnswerFile::responses_of(found, row), row.person, options());
          if (!scores) return tl::unexpected(scores.error());
          if (needs_attention(scores->risks)) risks.add(row.answers.line);
          std::vector<std::pair<std::string, std::string>> passed;
          for (std::size_t i = 0; i < columns.size(); ++i)
            passed.emplace_back(kept[i], row.answers.fields[columns[i]]);
          return output.write(
              document.row(row.answers.line, passed, scores->scores, scores->criteria, scores->risks));
        });
    if (!read) return tl::unexpected(read.error());
    say_risk_lines(desk.surroundings, risks);
    return output.write(document.end(opened.account, *opened.people));
  }

  Result<bool> write_words(Desk& desk, const InstrumentChoice::Found& found, AnswerFile::Opened& opened,
                           Output& output) const {
    wire::NotedLines risks;
    const auto read =
        file.each_row(opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          const auto scores = measures::score(*found.instrument, *found.order,
                                              AnswerFile::responses_of(found, row), row.person, options());
          if (!scores) return tl::unexpected(scores.error());
          if (needs_attention(scores->risks)) risks.add(row.answers.line);
          return output.write(
              fmt::format("{}{}\n\n{}", opened.account.rows > 1 ? "\n" : "",
                          wrap(fmt::format("Line {} of {}", row.answers.line, printable(file.path, 4096)),
                               desk.surroundings.width, 0),
                          explain_scores(*found.instrument, *found.order, *scores, desk.surroundings.width)));
        });
    if (!read) return tl::unexpected(read.error());
    say_risk_lines(desk.surroundings, risks);
    return output.write(explain_people(*opened.people, desk.surroundings.width));
  }
};

}  // namespace

void add_score(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ScoreCommand>();
  CLI::App* sub = app.add_subcommand("score", "Answers in, scores out, with what they rest on");
  sub->footer(R"(
One person's answers (--answers) are explained in words; a file (--in) gives
CSV, a row a person.
  securebase score --instrument ecr-rs --answers 2,3,1,2,5,6,4,3,4
  securebase score --instrument ecr --order online-5pt --in answers.csv \
    --keep id --out scores.csv)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
