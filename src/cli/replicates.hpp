#pragma once
// Internal to cli: what bootstraps share: their options, batches and progress.

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "stats/bootstrap.hpp"

namespace securebase::cli {

/// Drawn at a time: the same draws whatever the number of threads, and little in memory.
inline constexpr std::size_t resamples_in_batch = 100;

/// --bootstrap, --seed.
struct ResampleChoice {
  std::optional<std::size_t> replicates;
  std::uint64_t seed = 1;

  void add_to(CLI::App& app);
  /// Error "usage.bootstrap": fewer than 100 or more than a million.
  [[nodiscard]] Result<void> check() const;
  /// The key of a batch.
  [[nodiscard]] stats::RandomKey key(std::size_t batch) const {
    return stats::RandomKey{seed, 0}.part(batch);
  }
  /// How many each batch holds.
  [[nodiscard]] std::vector<std::size_t> batches() const;
};

/// "1200 of 5000 resamples  24 %  about 12 s left", on a terminal, a few times a second; nothing elsewhere.
class ReplicateProgress {
 public:
  ReplicateProgress(const Surroundings& surroundings, std::size_t all);
  ~ReplicateProgress();
  ReplicateProgress(const ReplicateProgress&) = delete;
  ReplicateProgress& operator=(const ReplicateProgress&) = delete;
  void at(std::size_t done);

 private:
  using Clock = std::chrono::steady_clock;
  const Surroundings& surroundings_;
  std::size_t all_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point shown_ = begin_;
  bool any_ = false;
};

/// Further replicates of what `sum` has; `before` is the number of resamples so far.
void append(stats::Bootstrap& sum, const stats::Bootstrap& more, std::size_t before);

/// Bootstraps rows in batches, or on the resamples given. Errors: those of stats::bootstrap.
[[nodiscard]] Result<stats::Bootstrap> bootstrap_rows(Desk& desk, std::size_t rows,
                                                      const stats::RowEstimator& estimator,
                                                      const ResampleChoice& choice,
                                                      std::span<const stats::Resample> given);

/// A CSV file of resamples: in each row the numbers of n rows, from 1; the header is passed over. Errors
/// (bad_data): those of the CSV reader, "resamples.row" (another number of fields, or no row number of 1 to
/// n).
[[nodiscard]] Result<std::vector<stats::Resample>> read_resamples(const std::string& path, std::size_t n);

/// How many threads are of use here.
[[nodiscard]] unsigned threads_here();

/// All of a small file. Errors: "io...", `code` (bad_data) where it is longer.
[[nodiscard]] Result<std::string> read_text(const std::string& path, std::size_t longest, const char* code);

/// A text as R writes it, between quotation marks.
[[nodiscard]] std::string r_text(std::string_view text);
/// The same line by line: paste(..., sep = "\n").
[[nodiscard]] std::string r_lines(std::string_view text);
/// A name as R reads it, in backticks, with what would end them escaped.
[[nodiscard]] std::string r_name(std::string_view name);
/// c("a", "b")
[[nodiscard]] std::string r_texts(std::span<const std::string> texts);
/// How a script reads --in.
[[nodiscard]] std::string r_read(const std::string& in);

/// "a, b" as {"a", "b"}: values of one option between commas. Error "usage.list": one of them is empty.
[[nodiscard]] Result<std::vector<std::string>> names_in(const std::string& option, const std::string& text);

}  // namespace securebase::cli
