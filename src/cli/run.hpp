#pragma once
// The command line: words in, an exit code out. Everything outside the rooms it may use comes in through
// Surroundings.

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/load.hpp"

namespace securebase::cli {

class Host;

struct Surroundings {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;  ///< progress is shown only to a person
  int width = 80;                ///< columns of the terminal that `out` goes to
  std::function<Result<std::vector<catalog::Document>>()> embedded_definitions;
  std::function<Result<std::vector<catalog::Document>>(const std::string& folder)> definitions_below;
  Host* host = nullptr;        ///< of commands on a practice's record
  std::istream* in = nullptr;  ///< where a person types; nullptr: nobody can be asked
  std::function<std::string(std::string_view bytes)> sha256 = {};  ///< in hexadecimal
};

/// What the exit codes mean, for scripts. `man securebase` lists them.
enum class ExitCode : int {
  done = 0,
  rows_left_out = 1,  ///< done, but --keep-going passed over malformed rows
  usage = 2,
  bad_data = 3,
  definition = 4,
  not_found = 5,
  io = 6,
  refused = 7,
  not_all_checked = 8,  ///< nothing wrong was found, and not everything could be looked at
  internal = 70
};

/// `words` without the program's name.
[[nodiscard]] int run(const std::vector<std::string>& words, const Surroundings& surroundings);

}  // namespace securebase::cli
