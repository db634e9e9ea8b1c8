#pragma once
// What the measuring programs share: times, memory, and lines "name value".

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace securebase::bench {

inline double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

inline double median_seconds(int runs, const std::function<void()>& work) {
  std::vector<double> all;
  for (int run = 0; run < runs; ++run) all.push_back(seconds_of(work));
  return median(all);
}

/// Of the process so far.
inline double peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

inline void tell(const std::string& name, double value) {
  std::printf("%s %.12g\n", name.c_str(), value);
}

}  // namespace securebase::bench
