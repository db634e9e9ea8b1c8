#include "cli/run.hpp"

#include <fmt/format.h>

#include <ostream>

#include "base/version.hpp"
#include "cli/command.hpp"

namespace securebase::cli {
namespace {

constexpr const char* examples = R"(
Examples
  Score one person's answers and have the result explained:
    securebase score --instrument phq-9 --answers 1,2,1,0,1,2,0,1,0
  Score a file, one row a person, into another:
    securebase score --instrument ecr --order published --in answers.csv.gz --out scores.csv
  Reliability, item statistics and norms of a file:
    securebase describe --instrument ecr --order online-5pt --in answers.csv.gz --json
  Did a person change beyond error?
    securebase change --instrument phq-9 --before 3,3,2,2,2,1,2,2,1 --after 1,1,1,0,1,0,1,0,0
  Which instruments are there, and what is known about one?
    securebase instruments list
    securebase instruments show ecr
  Prove definitions of your own before using them:
    securebase instruments check my-instruments/

Exit codes
  0 done   1 done, malformed rows left out   2 usage   3 bad data   4 faulty definition
  5 not found   6 input or output failed   7 refused   70 a bug

man securebase tells more.)";

int report(const Error& error, const Surroundings& surroundings) {
  surroundings.err << "securebase: " << to_text(error) << '\n';
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
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(examples);
  app.add_option("--definitions", desk.folders,
                 "Folder with instrument definitions of your own, used besides those in the program")
      ->type_name("FOLDER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_score(app, desk, chosen);
  add_describe(app, desk, chosen);
  add_change(app, desk, chosen);
  add_instruments(app, desk, chosen);
  add_practice(app, desk, chosen);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, surroundings.out, surroundings.err);
    if (code == 0 && !surroundings.out.flush())
      return report({ErrorKind::io, "output.write", "the output could not be written", {}}, surroundings);
    return code == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  return act(chosen, surroundings);
}

}  // namespace securebase::cli
