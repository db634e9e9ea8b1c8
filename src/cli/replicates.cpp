#include "cli/replicates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <ostream>
#include <thread>

#include "base/printable.hpp"
#include "wire/byte_source.hpp"
#include "wire/csv.hpp"

namespace securebase::cli {

void ResampleChoice::add_to(CLI::App& app) {
  app.add_option("--bootstrap", replicates, "Intervals by drawing rows anew this many times, such as 5000")
      ->type_name("N");
  app.add_option("--seed", seed, "Of the draws: the same number, the same draws [1]")->type_name("N");
}

Result<void> ResampleChoice::check() const {
  constexpr std::size_t least = 100, most = 1'000'000;
  if (replicates && (*replicates < least || *replicates > most))
    return fail(ErrorKind::usage, "usage.bootstrap",
                fmt::format("--bootstrap takes {} to {} resamples; 5000 are usual", least, most));
  return {};
}

std::vector<std::size_t> ResampleChoice::batches() const {
  std::vector<std::size_t> sizes;
  const std::size_t all = replicates.value_or(0);
  for (std::size_t done = 0; done < all; done += sizes.back())
    sizes.push_back(all - done < 2 * resamples_in_batch ? all - done : resamples_in_batch);
  return sizes;
}

ReplicateProgress::ReplicateProgress(const Surroundings& surroundings, std::size_t all)
    : surroundings_(surroundings), all_(all) {}

ReplicateProgress::~ReplicateProgress() {
  if (any_) surroundings_.err << "\r\033[K" << std::flush;
}

void ReplicateProgress::at(std::size_t done) {
  if (!surroundings_.err_is_terminal || done == 0) return;
  const auto now = Clock::now();
  if (now - shown_ < std::chrono::milliseconds(200)) return;
  shown_ = now;
  any_ = true;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const auto part = static_cast<double>(done) / static_cast<double>(all_);
  surroundings_.err << fmt::format("\r\033[K{} of {} resamples  {:.0f} %  about {:.0f} s left", done, all_,
                                   100 * part, seconds * (1 - part) / part)
                    << std::flush;
}

void append(stats::Bootstrap& sum, const stats::Bootstrap& more, std::size_t before) {
  sum.estimate = more.estimate;
  sum.replicates.insert(sum.replicates.end(), more.replicates.begin(), more.replicates.end());
  for (const std::size_t r : more.used) sum.used.push_back(before + r);
  sum.undefined += more.undefined;
}

Result<stats::Bootstrap> bootstrap_rows(Desk& desk, std::size_t rows, const stats::RowEstimator& estimator,
                                        const ResampleChoice& choice,
                                        std::span<const stats::Resample> given) {
  if (!given.empty()) return stats::bootstrap(rows, estimator, given, threads_here());
  const auto sizes = choice.batches();
  ReplicateProgress progress(desk.surroundings, *choice.replicates);
  stats::Bootstrap sum;
  std::size_t done = 0;
  for (std::size_t batch = 0; batch < sizes.size(); ++batch) {
    const auto drawn = stats::draw_resamples(rows, sizes[batch], choice.key(batch));
    auto more = stats::bootstrap(rows, estimator, drawn, threads_here());
    if (!more) return more;
    append(sum, *more, done);
    done += sizes[batch];
    progress.at(done);
  }
  return sum;
}

Result<std::vector<stats::Resample>> read_resamples(const std::string& path, std::size_t n) {
  auto source = wire::open_file(path);
  if (!source) return tl::unexpected(source.error());
  wire::CsvReader reader(path, std::move(*source));
  wire::CsvRecord record;
  std::vector<stats::Resample> resamples;
  for (bool header = true;; header = false) {
    const auto more = reader.next(record);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (header) continue;
    const auto fault = [&](std::string detail) {
      return fail(ErrorKind::bad_data, "resamples.row", std::move(detail), Place{path, record.line, 0, {}});
    };
    if (record.fields.size() != n)
      return fault(fmt::format("a resample names {} rows, one in each field", n));
    stats::Resample rows;
    for (const std::string_view field : record.fields) {
      std::size_t row = 0;
      const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), row);
      if (error != std::errc() || end != field.data() + field.size() || row < 1 || row > n)
        return fault(fmt::format("numbers of rows run from 1 to {}", n));
      rows.push_back(row - 1);
    }
    resamples.push_back(std::move(rows));
  }
  if (resamples.empty())
    return fail(ErrorKind::bad_data, "resamples.row", "there is no resample below the header",
                Place{path, 0, 0, {}});
  return resamples;
}

unsigned threads_here() {
  constexpr unsigned most = 16;
  return std::clamp(std::thread::hardware_concurrency(), 1U, most);
}

Result<std::string> read_text(const std::string& path, std::size_t longest, const char* code) {
  auto source = wire::open_file(path);
  if (!source) return tl::unexpected(source.error());
  std::string text;
  std::vector<char> buffer(1U << 16U);
  for (;;) {
    const auto read = (*source)(buffer);
    if (!read) return tl::unexpected(read.error());
    if (*read == 0) return text;
    text.append(buffer.data(), *read);
    if (text.size() > longest)
      return fail(ErrorKind::bad_data, code, fmt::format("at most {} bytes are read here", longest),
                  Place{path, 0, 0, {}});
  }
}

std::string r_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20)
      quoted += c;
  }
  return quoted + "\"";
}

std::string r_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines += (lines.empty() ? "" : ",\n  ") + r_text(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return "paste(\n  " + lines + ",\n  sep = \"\\n\")";
}

std::string r_name(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) {
    if (c == '\\' || c == '`') quoted += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) quoted += c;
  }
  return quoted + "`";
}

std::string r_texts(std::span<const std::string> texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(r_text(text));
  return fmt::format("c({})", fmt::join(quoted, ", "));
}

std::string r_read(const std::string& in) {
  return fmt::format("d <- read.csv({}, check.names = FALSE)\n", in.empty()  ? "\"data.csv\""
                                                                 : in == "-" ? "file(\"stdin\")"
                                                                             : r_text(in));
}

Result<std::vector<std::string>> names_in(const std::string& option, const std::string& text) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const auto from = text.find_first_not_of(" \t", begin);
    const auto to = comma == 0 ? std::string::npos : text.find_last_not_of(" \t", comma - 1);
    if (from == std::string::npos || from >= comma || to == std::string::npos)
      return fail(ErrorKind::usage, "usage.list",
                  fmt::format("{} takes names between commas, such as a,b,c; one of them is empty", option));
    names.push_back(text.substr(from, to + 1 - from));
    if (comma == text.size()) return names;
    begin = comma + 1;
  }
}

}  // namespace securebase::cli
