#pragma once
// Internal to cli: which practice a command is about.

#include "cli/command.hpp"
#include "cli/host.hpp"

namespace securebase::cli {

/// --data, --keys, --database, --passphrase-file
void add_place(CLI::App& app, PracticeChoice& choice);
/// Error "host.none": this program cannot open a practice.
[[nodiscard]] Result<Host*> host_of(const Desk& desk);

}  // namespace securebase::cli
