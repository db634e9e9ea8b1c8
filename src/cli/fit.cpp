#include "cli/fit.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "base/printable.hpp"
#include "wire/fit_document.hpp"
#include "wire/table.hpp"

namespace securebase::cli {
bool same_place(const std::string& a, const std::string& b) {
  std::error_code unknown;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(a, unknown), unknown) ==
         std::filesystem::weakly_canonical(std::filesystem::absolute(b, unknown), unknown);
}

void FitFiles::add_to(CLI::App& app) {
  app.add_option("--in", in, "CSV file with a header; '-' is standard input; gzip is unpacked")
      ->type_name("FILE");
  app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
  app.add_option("--plot", plot, "Where a picture of the result goes, as SVG")->type_name("FILE");
  auto* as_json = app.add_flag("--json", json, "One JSON document");
  app.add_flag("--as-r", as_r, "Print an R script that fits the same model, and fit nothing")
      ->excludes(as_json);
  app.add_option("--level", level, "Of intervals [0.95]")->type_name("SHARE");
}

Result<models::Table> FitFiles::read(Desk& desk, std::span<const models::WantedColumn> wanted) const {
  if (in.empty()) return fail(ErrorKind::usage, "usage.fit", "--in is needed: the file with the data");
  if (auto fine = check_level(level); !fine) return tl::unexpected(fine.error());
  std::size_t read_bytes = 0;
  auto source = wire::open_file(in, &read_bytes);
  if (!source) return tl::unexpected(source.error());
  wire::CsvReader reader(in == "-" ? "standard input" : in, std::move(*source));
  std::error_code unknown;
  const auto size = std::filesystem::file_size(in, unknown);
  Progress progress(desk.surroundings, unknown ? 0 : size);
  return wire::read_table(reader, wanted, [&](std::size_t rows) { progress.at(rows, read_bytes); });
}

std::vector<std::string> FitFiles::inputs() const {
  std::vector<std::string> all{in};
  for (const std::string* path : paths_read_) all.push_back(*path);
  for (const auto* paths : lists_read_) all.insert(all.end(), paths->begin(), paths->end());
  return all;
}

Outcome FitFiles::tell(Desk& desk, const models::FitReport& report,
                       const std::function<Result<std::string>()>& svg) const {
  if (plot == "-")
    return fail(ErrorKind::usage, "usage.fit", "--plot names a file: the terminal is for the result");
  if (!out.empty() && !plot.empty() && same_place(out, plot))
    return fail(ErrorKind::usage, "usage.fit", "--out and --plot name the same file");
  auto output = Output::open(out, desk.surroundings, inputs());
  if (!output) return tl::unexpected(output.error());
  const bool usable = !report.convergence || report.convergence->verdict != stats::Verdict::not_converged;
  if (!usable)
    say(desk.surroundings,
        fmt::format("warning: the search did not end at a best fit: its numbers are no estimates{}",
                    plot.empty() ? "" : ", and no picture is drawn"));
  std::optional<Output> picture;
  if (!plot.empty() && usable) {
    auto opened = Output::open(plot, desk.surroundings, inputs());
    if (!opened) return tl::unexpected(opened.error());
    picture = std::move(*opened);
    const auto drawn = svg();
    if (!drawn) return tl::unexpected(drawn.error());
    if (auto written = picture->write(*drawn); !written) return tl::unexpected(written.error());
  }
  const auto written =
      output->write(json ? wire::fit_document(report) : explain_fit(report, desk.surroundings.width));
  if (!written) return tl::unexpected(written.error());
  if (picture)
    if (auto finished = picture->finish(); !finished) return tl::unexpected(finished.error());
  if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
  return ExitCode::done;
}

Result<void> check_level(double level) {
  if (level > 0 && level < 1) return {};
  return fail(ErrorKind::usage, "usage.level", "--level takes a share between 0 and 1, such as 0.95");
}

Outcome FitFiles::tell_script(Desk& desk, const std::string& script) const {
  auto output = Output::open(out, desk.surroundings, inputs());
  if (!output) return tl::unexpected(output.error());
  if (auto written = output->write(script); !written) return tl::unexpected(written.error());
  if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
  return ExitCode::done;
}

namespace {

/// Which computation was asked for what it cannot do, in the words of its contract. Boost's also hold the
/// number, which may be one of the data: of those only the function is named.
std::string what_failed(std::string_view words) {
  constexpr std::string_view of_boost = "Error in function ";
  if (words.starts_with(of_boost)) {
    words.remove_prefix(of_boost.size());
    words = words.substr(0, words.find_first_of("<(:", words.rfind("::", words.find_first_of("<(")) + 2));
  }
  constexpr std::size_t longest = 120;
  return printable(words, longest);
}

}  // namespace

void guard_numbers(CLI::App& app, const std::shared_ptr<Action>& inner, Action& chosen) {
  app.callback([inner, &chosen] {
    chosen = [inner]() -> Outcome {
      const auto beyond = [](const std::exception& thrown) {
        return fail(
            ErrorKind::bad_data, "models.range",
            fmt::format("numbers too large, too small or too alike to compute with, or a level next to "
                        "0 or 1: put the columns into other units, such as thousands. What could not "
                        "be computed: {}",
                        what_failed(thrown.what())));
      };
      try {
        return (*inner)();
      } catch (const std::domain_error& thrown) {
        return beyond(thrown);
      } catch (const std::overflow_error& thrown) {
        return beyond(thrown);
      }
    };
  });
}

void add_fit(CLI::App& app, Desk& desk, Action& outer) {
  auto inner = std::make_shared<Action>();
  Action& chosen = *inner;
  CLI::App* sub = app.add_subcommand("fit", "Fit a model to a file of data");
  sub->require_subcommand(1);
  sub->footer(std::string(exit_code_help));
  add_fit_lmm(*sub, desk, chosen);
  add_fit_growth(*sub, desk, chosen);
  add_fit_sem(*sub, desk, chosen);
  add_fit_apim(*sub, desk, chosen);
  add_fit_riclpm(*sub, desk, chosen);
  add_fit_mediation(*sub, desk, chosen);
  add_fit_statespace(*sub, desk, chosen);
  guard_numbers(*sub, inner, outer);
}

}  // namespace securebase::cli
