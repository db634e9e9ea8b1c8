// The program: builds what the commands need and runs one.

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iostream>

#include "cli/run.hpp"
#include "store/content.hpp"

namespace {

int columns_of_terminal() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return 80;
  return std::min<int>(size.ws_col, 100);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace securebase;
  std::ios::sync_with_stdio(false);
  try {
    return cli::run({argv + 1, argv + argc},
                    {std::cout, std::cerr, isatty(STDERR_FILENO) == 1, columns_of_terminal(),
                     store::embedded_documents, store::documents_below});
  } catch (const std::exception& error) {
    std::cerr << "securebase: a bug: " << error.what() << '\n';
    return static_cast<int>(cli::ExitCode::internal);
  }
}
