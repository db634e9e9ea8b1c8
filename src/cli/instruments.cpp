// securebase instruments list | show | check | schema, and those of wording.hpp

#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <system_error>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "cli/wording.hpp"
#include "wire/schema.hpp"

namespace securebase::cli {
namespace {

struct InstrumentsCommand {
  std::string reference;
  std::string folder;
  bool json = false;
  bool quiet = false;

  Outcome list(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    return print(desk, json ? wire::instruments_document(**library)
                            : list_instruments(**library, desk.surroundings.width));
  }

  Outcome show(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    const auto found = find_instrument(**library, reference);
    if (!found) return tl::unexpected(found.error());
    return print(desk, json ? wire::instrument_document(**found)
                            : explain_instrument(**found, desk.surroundings.width));
  }

  Outcome check(Desk& desk) const {
    if (!folder.empty()) desk.folders.push_back(folder);
    const Faults faults = desk.prove_all();
    if (json)
      desk.surroundings.out << wire::check_document(desk.inventory(), faults);
    else
      tell(desk, faults);
    if (faults.empty()) return ExitCode::done;
    if (!json)
      desk.surroundings.err << fmt::format("{} fault{}\n", faults.size(), faults.size() == 1 ? "" : "s");
    return exit_code(faults.front().kind);
  }

  void tell(const Desk& desk, const Faults& faults) const {
    for (const Error& fault : faults) desk.surroundings.err << to_text(fault) << '\n';
    if (quiet) return;
    const wire::Inventory& inventory = desk.inventory();
    for (const std::string& name : inventory.ignored)
      say(desk.surroundings,
          fmt::format("{} is not read: the files of a definition are instrument.toml, golden.toml and "
                      "text.<locale>.toml",
                      printable(name, 4096)));
    for (const std::string& name : inventory.replaced)
      desk.surroundings.out << fmt::format("{} is replaced by a definition of yours\n", name);
    if (!faults.empty()) return;
    desk.surroundings.out << fmt::format("{} definitions, no fault: {} built in", inventory.count(),
                                         inventory.built_in);
    for (const auto& [name, definitions] : inventory.of_folders)
      desk.surroundings.out << fmt::format(", {} from {}", definitions, printable(name, 4096));
    desk.surroundings.out << '\n';
  }

  Outcome schema(Desk& desk) const {
    if (folder.empty())
      return fail(ErrorKind::usage, "usage.folder", "the folder has no name; . is the one you are in");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(ErrorKind::io, "output.open", error.message(), Place{folder, 0, 0, {}});
    for (const auto& [name, text] : wire::definition_schemas()) {
      auto output = Output::open(folder + "/" + name, desk.surroundings);
      if (!output) return tl::unexpected(output.error());
      if (auto written = output->write(text); !written) return tl::unexpected(written.error());
      if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
      desk.surroundings.out << folder << '/' << name << '\n';
    }
    return ExitCode::done;
  }

  static Outcome print(Desk& desk, const std::string& text) {
    desk.surroundings.out << text;
    return ExitCode::done;
  }
};

using Method = Outcome (InstrumentsCommand::*)(Desk&) const;

}  // namespace

void add_instruments(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<InstrumentsCommand>();
  CLI::App* sub =
      app.add_subcommand("instruments", "Which instruments there are and what is known about them");
  sub->require_subcommand(1);
  sub->fallthrough();
  const auto act = [command, &desk, &chosen](Method method) {
    return [command, &desk, &chosen, method] {
      chosen = [command, &desk, method] { return ((*command).*method)(desk); };
    };
  };
  CLI::App* list = sub->add_subcommand("list", "A line on each");
  list->add_flag("--json", command->json, "One JSON document");
  list->callback(act(&InstrumentsCommand::list));
  CLI::App* show = sub->add_subcommand(
      "show", "All that is known about one: key, norms, licence, sources, what is unverified");
  show->add_option("ID", command->reference, "An id such as ecr, or id@version")->required();
  show->add_flag("--json", command->json, "One JSON document");
  show->callback(act(&InstrumentsCommand::show));
  CLI::App* check =
      sub->add_subcommand("check", "Look for faults in every definition, built in or of a folder");
  check->add_option("FOLDER", command->folder, "Folder with definitions of your own");
  check->add_flag("--json", command->json, "One JSON document");
  check->add_flag("--quiet", command->quiet, "Say nothing where there is no fault");
  check->callback(act(&InstrumentsCommand::check));
  CLI::App* schema = sub->add_subcommand("schema", "Write JSON Schemas of the definition files, for editors");
  schema->add_option("FOLDER", command->folder, "Where to")->required();
  schema->callback(act(&InstrumentsCommand::schema));
  add_instruments_ask(*sub, desk, chosen);
  add_instruments_import(*sub, desk, chosen);
  add_instruments_export(*sub, desk, chosen);
}

}  // namespace securebase::cli
