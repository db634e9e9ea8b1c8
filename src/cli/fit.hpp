#pragma once
// Internal to cli: what the commands below `fit` and `effect` share.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "models/fit_report.hpp"
#include "models/table.hpp"

namespace securebase::cli {

/// --in, --out, --json, --plot, --as-r, --level.
struct FitFiles {
  std::string in;
  std::string out;
  std::string plot;
  bool json = false;
  bool as_r = false;
  double level = 0.95;

  void add_to(CLI::App& app);
  /// What is read besides --in, by the option's place: no output replaces it.
  void reads(const std::string& path) { paths_read_.push_back(&path); }
  void reads(const std::vector<std::string>& paths) { lists_read_.push_back(&paths); }
  [[nodiscard]] std::vector<std::string> inputs() const;

  /// The columns wanted of --in, with progress on a terminal. Errors: those of wire::read_table, "io...".
  [[nodiscard]] Result<models::Table> read(Desk& desk, std::span<const models::WantedColumn> wanted) const;

  /// Writes the report as words or JSON to --out or the terminal, and the picture to --plot: both or neither.
  /// `svg` is called where there is a --plot.
  [[nodiscard]] Outcome tell(Desk& desk, const models::FitReport& report,
                             const std::function<Result<std::string>()>& svg) const;

  /// Writes a script (--as-r) to --out or the terminal.
  [[nodiscard]] Outcome tell_script(Desk& desk, const std::string& script) const;

 private:
  std::vector<const std::string*> paths_read_;
  std::vector<const std::vector<std::string>*> lists_read_;
};

/// Whether two paths lead to the same file.
[[nodiscard]] bool same_place(const std::string& a, const std::string& b);

/// --level as a share. Error "usage.level".
[[nodiscard]] Result<void> check_level(double level);

/// Each adds its subcommand of `fit`.
void add_fit_lmm(CLI::App& app, Desk& desk, Action& chosen);
void add_fit_growth(CLI::App& app, Desk& desk, Action& chosen);
void add_fit_sem(CLI::App& app, Desk& desk, Action& chosen);
void add_fit_apim(CLI::App& app, Desk& desk, Action& chosen);
void add_fit_riclpm(CLI::App& app, Desk& desk, Action& chosen);
void add_fit_mediation(CLI::App& app, Desk& desk, Action& chosen);
void add_fit_statespace(CLI::App& app, Desk& desk, Action& chosen);

/// What the commands below `app` have chosen, with numbers that nothing can be computed from told as bad
/// data.
void guard_numbers(CLI::App& app, const std::shared_ptr<Action>& inner, Action& chosen);

/// A command of its own below `app`: Command has add_to(CLI::App&) and act(Desk&).
template <class Command>
void add_command(CLI::App& app, Desk& desk, Action& chosen, const char* name, const char* what,
                 const char* footer) {
  auto command = std::make_shared<Command>();
  CLI::App* sub = app.add_subcommand(name, what);
  sub->footer(footer);
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

/// The same for a command that is not below another, guarded as by guard_numbers.
template <class Command>
void add_guarded_command(CLI::App& app, Desk& desk, Action& chosen, const char* name, const char* what,
                         const std::string& footer) {
  auto command = std::make_shared<Command>();
  CLI::App* sub = app.add_subcommand(name, what);
  sub->footer(footer);
  command->add_to(*sub);
  guard_numbers(*sub, std::make_shared<Action>([command, &desk] { return command->act(desk); }), chosen);
}

/// A report in words and tables, `width` columns wide.
[[nodiscard]] std::string explain_fit(const models::FitReport& report, int width);

}  // namespace securebase::cli
