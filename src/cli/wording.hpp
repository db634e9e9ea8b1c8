#pragma once
// Internal to cli: commands below `instruments` that are about wording.

#include "cli/command.hpp"

namespace securebase::cli {

void add_instruments_import(CLI::App& app, Desk& desk, Action& chosen);
void add_instruments_ask(CLI::App& app, Desk& desk, Action& chosen);
void add_instruments_export(CLI::App& app, Desk& desk, Action& chosen);

}  // namespace securebase::cli
