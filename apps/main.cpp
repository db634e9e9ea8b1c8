// The program: builds what the commands need and runs one.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <utility>

#include "cli/run.hpp"
#include "host.hpp"
#include "store/content.hpp"
#include "store/entropy.hpp"

namespace {

int columns_of_terminal() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return 80;
  return std::min<int>(size.ws_col, 100);
}

/// A file opened later must not take the place of a stream that came closed: messages would go into it. What
/// is opened instead fails when it is used, except for messages, which are lost.
void fill_closed_descriptors() {
  for (const auto& [descriptor, mode] :
       {std::pair(STDIN_FILENO, O_WRONLY), std::pair(STDOUT_FILENO, O_RDONLY),
        std::pair(STDERR_FILENO, O_WRONLY)})
    if (fcntl(descriptor, F_GETFD) == -1) (void)open("/dev/null", mode);  // the lowest that is free: this one
}

}  // namespace

int main(int argc, char** argv) {
  using namespace securebase;
  fill_closed_descriptors();
  std::ios::sync_with_stdio(false);
  std::cerr.tie(nullptr);  // a message of one thread must not write out what another is putting into cout
  try {
    apps::RealHost host;
    return cli::run(
        {argv + 1, argv + argc},
        {std::cout, std::cerr, isatty(STDERR_FILENO) == 1, columns_of_terminal(), store::embedded_documents,
         store::documents_below, &host, isatty(STDIN_FILENO) == 1 ? &std::cin : nullptr, store::sha256});
  } catch (const std::exception& error) {
    std::cerr << "securebase: a bug: " << error.what() << '\n';
    return static_cast<int>(cli::ExitCode::internal);
  }
}
