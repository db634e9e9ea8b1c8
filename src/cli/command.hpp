#pragma once
// Internal to cli: what commands share. A command adds its options to the parser and returns what to do.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/load.hpp"
#include "cli/run.hpp"
#include "measures/responses.hpp"
#include "measures/scoring.hpp"
#include "wire/answers.hpp"
#include "wire/documents.hpp"
#include "wire/people.hpp"
#include "wire/score_table.hpp"

namespace securebase::cli {

[[nodiscard]] ExitCode exit_code(ErrorKind kind);

/// At the end of every help.
inline constexpr std::string_view exit_code_help = R"(
Exit codes
  0 done   1 done, malformed rows left out   2 usage   3 bad data
  4 faulty definition   5 not found   6 input or output failed   7 refused
  8 nothing wrong found, not all could be checked   70 a bug

man securebase tells more.)";

using Outcome = Result<ExitCode>;

/// What every command can use: the surroundings and the definitions, loaded at first need.
class Desk {
 public:
  explicit Desk(const Surroundings& surroundings) : surroundings(surroundings) {}

  const Surroundings&
      surroundings;  // NOLINT(*-non-private-member-variables-in-classes): that is what it is for
  std::vector<std::string> folders;  ///< --definitions

  /// Embedded definitions and those of --definitions, later ones replacing earlier ones of the same id and
  /// version. The golden cases of the embedded ones were proven when the program was built, and their hashes
  /// have been compared; those of the others are proven here.
  [[nodiscard]] Result<const catalog::Library*> library();
  /// Files that the definitions of --definitions were read from.
  [[nodiscard]] const std::vector<std::string>& definition_files() const { return definition_files_; }
  /// All faults of the same, golden cases of all of them included.
  [[nodiscard]] Faults prove_all();
  /// What was loaded, as far as it had no faults.
  [[nodiscard]] const wire::Inventory& inventory() const { return inventory_; }

 private:
  enum class GoldenCases { of_folders, all };
  [[nodiscard]] Faults load(GoldenCases golden);
  [[nodiscard]] Faults add_folder(const std::string& folder, catalog::Library& library);
  [[nodiscard]] Result<std::vector<catalog::Document>> own_documents(const std::string& folder);
  std::optional<catalog::Library> library_;
  wire::Inventory inventory_;
  std::vector<std::string> definition_files_;
};

/// A message to the user that is no error: "securebase: ..." on a line of its own, wrapped on a terminal.
void say(const Surroundings& surroundings, std::string_view message);

/// "(line 3)", "(lines 3, 7)", "(lines 3, 7 and 5 more)"
[[nodiscard]] std::string where(const wire::NotedLines& lines);

/// Says in how many rows a risk item needs someone's attention, and in which.
void say_risk_lines(const Surroundings& surroundings, const wire::NotedLines& lines);

/// --instrument and --order. An instrument with several orders needs to be told which: the wrong one gives a
/// score that looks right.
struct InstrumentChoice {
  std::string instrument;
  std::string order;

  void add_to(CLI::App& app);
  struct Found {
    const catalog::Instrument* instrument = nullptr;
    const catalog::Order* order = nullptr;
  };
  [[nodiscard]] Result<Found> find(Desk& desk) const;
};

/// A file of answers and how to read it: --in, --prefix, --columns, --keep-going; and who its rows are about:
/// --age, --gender, --ages, --gender-codes.
struct AnswerFile {
  std::string path;
  wire::ItemColumns items;
  std::string age;
  std::string gender;
  std::string ages;
  std::vector<std::string> gender_codes;
  bool keep_going = false;

  /// Adds the options and returns them: all of them need a file.
  std::vector<CLI::Option*> add_to(CLI::App& app);
  std::vector<CLI::Option*> add_people_to(CLI::App& app);

  /// One row as it comes.
  struct Row {
    const wire::AnswerRow& answers;
    const measures::PersonGroup& person;
  };
  struct Opened {
    std::optional<wire::AnswerReader> reader;
    std::optional<wire::PersonReader> people;
    wire::FileAccount account;
    std::unique_ptr<std::size_t> read_bytes = std::make_unique<std::size_t>(0);
  };
  [[nodiscard]] Result<Opened> open(Desk& desk, const InstrumentChoice::Found& found) const;
  /// Every row in turn; malformed ones, and those in which `use` finds bad data, end the reading, or with
  /// --keep-going are reported and counted. What ends the reading of the file is an error either way. Blank
  /// rows, and that there was none at all, are told once.
  [[nodiscard]] Result<bool> each_row(Opened& opened, const Surroundings& surroundings,
                                      const std::function<Result<bool>(const Row&)>& use) const;

  /// The answers of a row, for what is told of one person at a time.
  [[nodiscard]] static measures::Responses responses_of(const InstrumentChoice::Found& found, const Row& row);
  /// Says which ages and genders were not used, once.
  static void say_people(const Opened& opened, const Surroundings& surroundings);

 private:
  static void leave_out(Opened& opened, const Surroundings& surroundings, const Error& error);
  [[nodiscard]] Result<wire::PersonColumns> person_columns() const;
};

/// One person's answers as typed, scored.
[[nodiscard]] Result<measures::Scores> score_typed(const InstrumentChoice::Found& found,
                                                   const std::string& answers,
                                                   measures::ScoringOptions options = {});

/// Where output goes: the command's out, or a file that appears only when it is whole. A file that was there
/// keeps its permissions, a link leads on to it, and one that is read-only is left alone.
class Output {
 public:
  /// Refuses to replace one of the files that are read ("usage.output_is_input").
  [[nodiscard]] static Result<Output> open(const std::string& path, const Surroundings& surroundings,
                                           const std::vector<std::string>& inputs = {});
  [[nodiscard]] Result<bool> write(std::string_view text);
  [[nodiscard]] Result<bool> finish();
  ~Output();
  Output(Output&&) noexcept;
  Output& operator=(Output&&) noexcept;

 private:
  struct State;
  explicit Output(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Rows, rate and share done, on a terminal, a few times a second; nothing elsewhere.
class Progress {
 public:
  Progress(const Surroundings& surroundings, std::size_t total_bytes);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void at(std::size_t rows, std::size_t bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

using Action = std::function<Outcome()>;

/// Each adds its subcommand; when the user has asked for it, `chosen` is set to what to do.
void add_score(CLI::App& app, Desk& desk, Action& chosen);
void add_describe(CLI::App& app, Desk& desk, Action& chosen);
void add_change(CLI::App& app, Desk& desk, Action& chosen);
void add_locate(CLI::App& app, Desk& desk, Action& chosen);
void add_working_model(CLI::App& app, Desk& desk, Action& chosen);
void add_calibrate(CLI::App& app, Desk& desk, Action& chosen);
void add_irt(CLI::App& app, Desk& desk, Action& chosen);
void add_cat(CLI::App& app, Desk& desk, Action& chosen);
void add_fit(CLI::App& app, Desk& desk, Action& outer);
void add_effect(CLI::App& app, Desk& desk, Action& outer);
void add_agreement(CLI::App& app, Desk& desk, Action& chosen);
void add_reliability(CLI::App& app, Desk& desk, Action& chosen);
void add_code(CLI::App& app, Desk& desk, Action& outer);
void add_sequence(CLI::App& app, Desk& desk, Action& chosen);
void add_feedback(CLI::App& app, Desk& desk, Action& outer);
void add_alliance(CLI::App& app, Desk& desk, Action& outer);
void add_export(CLI::App& app, Desk& desk, Action& chosen);
void add_instruments(CLI::App& app, Desk& desk, Action& chosen);
void add_batteries(CLI::App& app, Desk& desk, Action& chosen);
void add_protocols(CLI::App& app, Desk& desk, Action& chosen);
void add_practice(CLI::App& app, Desk& desk, Action& chosen);
void add_norms(CLI::App& app, Desk& desk, Action& chosen);
void add_reminders(CLI::App& app, Desk& desk, Action& chosen);

}  // namespace securebase::cli
