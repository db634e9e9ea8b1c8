// The measuring half of bench/scoring.sh, which sets it beside R. One row is one person's 36 answers to the
// ECR.
//
//   scoring keys                      the items of every scale, as psych::scoreItems wants them
//   scoring data ROWS FILE            made-up answers 1 to 7 as CSV, one in a hundred missing
//   scoring memory ROWS               the same answers scored in memory, beside a plain read of memory
//   scoring command RUNS PROGRAM ...  a command's time and peak memory
//
// Results are lines "name value". Times are medians, in seconds.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/load.hpp"
#include "measures/scoring.hpp"
#include "store/content.hpp"
#include "timing.hpp"

namespace {

using securebase::bench::median_seconds;
using securebase::bench::seconds_of;

using securebase::catalog::Instrument;
using securebase::measures::AnswerByte;
using securebase::measures::RowScore;
using securebase::measures::Scorer;
using securebase::measures::ScoreState;

constexpr std::size_t items = 36;
constexpr int memory_runs = 15;

// SplitMix64 (Steele, Lea & Flood 2014): the same answers on every machine.
class Random {
 public:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_ = 20260101;
};

AnswerByte random_answer(Random& random) {
  const std::uint64_t bits = random.next();
  if (bits % 100 == 0) return securebase::measures::skipped_byte;
  return static_cast<AnswerByte>((bits >> 32U) % 7);
}

const Instrument& ecr() {
  static const Instrument instrument = [] {
    auto documents = securebase::store::embedded_documents();
    if (!documents) throw std::runtime_error("the embedded definitions: " + documents.error().detail);
    std::erase_if(*documents, [](const auto& d) { return d.name.find("/ecr/1998/") == std::string::npos; });
    auto loaded = securebase::catalog::load_instrument(*documents);
    if (!loaded) throw std::runtime_error("the definition of the ECR does not load");
    return std::move(*loaded);
  }();
  return instrument;
}

void print_keys() {
  for (const auto& scale : ecr().scales) {
    const auto& key = key_in_order(scale, ecr().orders.front());
    std::printf("%s", scale.id.c_str());
    for (const int item : key.items) {
      const bool reversed = std::find(key.reversed.begin(), key.reversed.end(), item) != key.reversed.end();
      std::printf(" %d", reversed ? -item : item);
    }
    std::printf("\n");
  }
}

void write_data(std::size_t rows, const char* file) {
  std::ofstream out(file, std::ios::binary);
  Random random;
  std::string line;
  for (std::size_t i = 1; i <= items; ++i) line += (i == 1 ? "Q" : ",Q") + std::to_string(i);
  for (std::size_t row = 0; row < rows; ++row) {
    out << line << '\n';
    line.clear();
    for (std::size_t i = 0; i < items; ++i) {
      if (i > 0) line += ',';
      const AnswerByte answer = random_answer(random);
      if (answer < 7) line += static_cast<char>('1' + answer);
    }
  }
  out << line << '\n';
  if (!out.flush()) throw std::runtime_error(std::string("cannot write ") + file);
}

// Bytes a second that one thread can read: the sum of 256 MB, far more than any cache holds.
double read_bandwidth() {
  const std::vector<std::uint64_t> buffer(std::size_t{32} << 20U, 1);
  volatile std::uint64_t sink = 0;
  const double seconds = median_seconds(memory_runs, [&] {
    std::uint64_t sum[4] = {0, 0, 0, 0};
    for (std::size_t i = 0; i < buffer.size(); i += 4)
      for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += buffer[i + lane];
    sink = sum[0] + sum[1] + sum[2] + sum[3];
  });
  return static_cast<double>(buffer.size() * sizeof(std::uint64_t)) / seconds;
}

// The mean of a scale's complete scores, for the script to hold against R's.
double mean_of_complete(const std::vector<RowScore>& scores, std::size_t scale, std::size_t scales) {
  double sum = 0;
  double n = 0;
  for (std::size_t i = scale; i < scores.size(); i += scales) {
    if (scores[i].state != ScoreState::complete) continue;
    sum += scores[i].value;
    n += 1;
  }
  return sum / n;
}

void measure_memory(std::size_t rows) {
  Random random;
  std::vector<AnswerByte> answers(rows * items);
  std::generate(answers.begin(), answers.end(), [&] { return random_answer(random); });
  const Scorer scorer(ecr(), ecr().orders.front());
  std::vector<RowScore> scores(rows * scorer.scales());
  const double seconds = median_seconds(memory_runs, [&] { scorer.score_rows(answers, scores); });
  const double row_bytes = items;
  const double bandwidth = read_bandwidth();
  const double rate = static_cast<double>(rows) / seconds;
  std::printf("memory_seconds %.6f\nmemory_rows_per_second %.4g\n", seconds, rate);
  std::printf("memory_read_bytes_per_second %.4g\nbandwidth_bytes_per_second %.4g\n", rate * row_bytes,
              bandwidth);
  std::printf("bandwidth_share %.3f\n", rate * row_bytes / bandwidth);
  for (std::size_t s = 0; s < scorer.scales(); ++s)
    std::printf("mean_%s %.12g\n", ecr().scales[s].id.c_str(), mean_of_complete(scores, s, scorer.scales()));
}

// Runs a command once and returns its peak resident memory in bytes. ru_maxrss is in KiB on Linux.
double peak_of(char** command) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) {
    execvp(command[0], command);
    std::perror(command[0]);
    _exit(127);
  }
  int status = 0;
  struct rusage usage {};
  if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error(std::string("it failed: ") + command[0]);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

void measure_command(int runs, char** command) {
  double peak = 0;
  const double seconds = median_seconds(runs, [&] { peak = std::max(peak, peak_of(command)); });
  std::printf("command_seconds %.4f\ncommand_peak_bytes %.4g\n", seconds, peak);
}

template <class Number>
Number number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1)
    throw std::runtime_error("not a count: " + std::string(text));
  return number;
}

bool run(int count, char** words) {
  const std::string_view mode = count > 1 ? words[1] : "";
  if (mode == "keys" && count == 2)
    print_keys();
  else if (mode == "data" && count == 4)
    write_data(number_of<std::size_t>(words[2]), words[3]);
  else if (mode == "memory" && count == 3)
    measure_memory(number_of<std::size_t>(words[2]));
  else if (mode == "command" && count > 3)
    measure_command(number_of<int>(words[2]), words + 3);
  else
    return false;
  return true;
}

}  // namespace

int main(int count, char** words) {
  try {
    if (run(count, words)) return 0;
    std::fprintf(stderr, "usage: scoring keys | data ROWS FILE | memory ROWS | command RUNS PROGRAM ...\n");
    return 2;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "scoring: %s\n", problem.what());
    return 1;
  }
}
