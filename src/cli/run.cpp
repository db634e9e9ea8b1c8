#include "cli/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <sstream>

#include "base/printable.hpp"
#include "base/version.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"

namespace securebase::cli {
namespace {

constexpr const char* examples = R"(
Examples
  Score one person's answers and have the result explained:
    securebase score --instrument phq-9 --answers 1,2,1,0,1,2,0,1,0
  Score a file, one row a person, into another:
    securebase score --instrument ecr --order published \
      --in answers.csv.gz --out scores.csv
  Reliability, item statistics and norms of a file:
    securebase describe --instrument ecr --order online-5pt \
      --in answers.csv.gz --json
  Did a person change beyond error?
    securebase change --instrument phq-9 \
      --before 3,3,2,2,2,1,2,2,1 --after 1,1,1,0,1,0,1,0,0
  Where is someone on anxiety and avoidance, and with whom did that change?
    securebase locate --instrument ecr-r --order author --anxiety 4.8 \
      --avoidance 4.2
    securebase working-model --in figures.csv --plot map.svg
  A model of a file, and how large an effect is:
    securebase fit sem --in answers.csv --model model.lav
    securebase effect d --in scores.csv --value distress --group arm
  Do raters agree, and does a scale tell one score?
    securebase agreement --in codes.csv --raters a,b --measured ordinal
    securebase reliability --in answers.csv --items q1,q2,q3,q4
  Do observers of the same clips agree, and what follows what?
    securebase code agreement events.csv --tolerance 2
    securebase sequence codes.csv --stream couple --position pos --code code
  Which instruments are there, and what is known about one?
    securebase instruments list
    securebase instruments show ecr
  Look for faults in definitions of your own before using them:
    securebase instruments check my-instruments/
)";

/// Help no wider than 80 columns, without what options need or exclude: a message says so where it matters.
class Help : public CLI::Formatter {
 public:
  [[nodiscard]] std::string make_option_desc(const CLI::Option* option) const override {
    return narrow(option->get_description());
  }
  [[nodiscard]] std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    const std::string preset = option->get_default_str();
    return fmt::format(" {}{}{}", option->get_type_name(), option->get_required() ? " (needed)" : "",
                       preset.empty() ? "" : fmt::format(" [{}]", preset));
  }
  [[nodiscard]] std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_name(), narrow(command->get_description()),
                             get_column_width());
    return out.str();
  }
  [[nodiscard]] std::string make_description(const CLI::App* command) const override {
    return wrap(command->get_description(), width, 0) + "\n";
  }

 private:
  static constexpr int width = 80;

  [[nodiscard]] std::string narrow(std::string_view text) const {
    return wrap(text, width - static_cast<int>(get_column_width()), 0);
  }
};

/// The command that the user named last.
const CLI::App& last_named(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : last_named(*commands.front());
}

/// "securebase instruments show"
std::string path_to(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : path_to(*parent) + " " + command.get_name();
}

/// What the parser says, in plain words.
std::string plain(std::string text, const CLI::App& command) {
  if (text.ends_with("subcommand is required")) {
    std::vector<std::string> names;
    for (const CLI::App* known : command.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(known->get_name());
    return fmt::format("say what to do: {}", fmt::join(names, ", "));
  }
  constexpr std::string_view missing = ": 1 required ";
  if (const auto at = text.find(missing); at != std::string::npos && text.ends_with(" missing"))
    return fmt::format("{} needs a value", text.substr(0, at));
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"The following argument was not expected: ", "not understood: "},
      {"The following arguments were not expected: ", "not understood: "},
      {" is required", " is needed"},
      {" excludes ", " does not go with "},
      {" requires ", " needs "},
      {"Could not convert: ", "not understood: "},
  };
  for (const auto& [theirs, ours] : words)
    if (const auto at = text.find(theirs); at != std::string::npos) {
      text.replace(at, theirs.size(), ours);
      break;
    }
  return printable(text, 400);
}

/// "set-up is no command: ", where the first word is none.
std::string no_command(const std::vector<std::string>& words, const CLI::App& app) {
  if (words.empty() || words[0].starts_with('-')) return "";
  for (const CLI::App* known : app.get_subcommands([](const CLI::App*) { return true; }))
    if (known->check_name(words[0])) return "";
  return printable(words[0], 40) + " is no command: ";
}

int report(const Error& error, const Surroundings& surroundings) {
  say(surroundings, to_text(error));
  return static_cast<int>(exit_code(error.kind));
}

int act(const Action& chosen, const Surroundings& surroundings) {
  const Outcome outcome = chosen();
  surroundings.out.flush();
  if (!outcome) return report(outcome.error(), surroundings);
  if (!surroundings.out)
    return report({ErrorKind::io, "output.write", "the output could not be written", {}}, surroundings);
  return static_cast<int>(*outcome);
}

}  // namespace

ExitCode exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return ExitCode::usage;
    case ErrorKind::bad_data:
      return ExitCode::bad_data;
    case ErrorKind::definition:
      return ExitCode::definition;
    case ErrorKind::not_found:
      return ExitCode::not_found;
    case ErrorKind::unauthenticated:
    case ErrorKind::forbidden:
    case ErrorKind::conflict:
    case ErrorKind::too_many:
      return ExitCode::refused;
    case ErrorKind::io:
      return ExitCode::io;
    case ErrorKind::internal:
      return ExitCode::internal;
  }
  return ExitCode::internal;
}

int run(const std::vector<std::string>& words, const Surroundings& surroundings) {
  Desk desk(surroundings);
  Action chosen;
  CLI::App app(
      "Securebase scores questionnaires used in attachment-based therapy and says what each number rests on.",
      "securebase");
  app.set_version_flag("--version", fmt::format("securebase {}", engine_version()));
  app.set_help_flag("-h,--help", "This help; 'securebase COMMAND --help' for a command's");
  app.formatter(std::make_shared<Help>());
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(std::string(examples) + std::string(exit_code_help));
  app.add_option("--definitions", desk.folders,
                 "Folder with instrument definitions of your own, used besides those in the program")
      ->type_name("FOLDER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_score(app, desk, chosen);
  add_describe(app, desk, chosen);
  add_change(app, desk, chosen);
  add_locate(app, desk, chosen);
  add_working_model(app, desk, chosen);
  add_calibrate(app, desk, chosen);
  add_irt(app, desk, chosen);
  add_cat(app, desk, chosen);
  add_fit(app, desk, chosen);
  add_effect(app, desk, chosen);
  add_agreement(app, desk, chosen);
  add_reliability(app, desk, chosen);
  add_code(app, desk, chosen);
  add_sequence(app, desk, chosen);
  add_feedback(app, desk, chosen);
  add_alliance(app, desk, chosen);
  add_export(app, desk, chosen);
  add_instruments(app, desk, chosen);
  add_batteries(app, desk, chosen);
  add_protocols(app, desk, chosen);
  add_practice(app, desk, chosen);
  add_norms(app, desk, chosen);
  add_reminders(app, desk, chosen);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    const int code = error.get_exit_code();
    if (code != 0) {
      const CLI::App& command = last_named(app);
      return report({ErrorKind::usage,
                     "usage.options",
                     fmt::format("{}{}; see {} --help", no_command(words, app), plain(error.what(), command),
                                 path_to(command)),
                     {}},
                    surroundings);
    }
    app.exit(error, surroundings.out, surroundings.err);
    if (!surroundings.out.flush())
      return report({ErrorKind::io, "output.write", "the output could not be written", {}}, surroundings);
    return 0;
  }
  return act(chosen, surroundings);
}

}  // namespace securebase::cli
