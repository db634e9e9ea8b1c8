#pragma once
// What the program says about numbers: an Estimate is a number that never stands alone, a Finding a sentence
// that carries its basis and what it does not mean.

#include <cstddef>
#include <optional>
#include <string>

namespace securebase {

/// A closed interval at a stated level, both ends in the unit of what it belongs to.
struct Interval {
  double lower = 0;
  double upper = 0;
  double level = 0.95;  ///< between 0 and 1

  bool operator==(const Interval&) const = default;
};

/// A value with its interval, the number of people behind it, the method and the source.
struct Estimate {
  double value = 0;
  std::optional<Interval> interval;
  std::size_t n = 0;
  std::string method;
  std::string source;
};

/// A statement the program makes.
struct Finding {
  std::string code;  ///< stable and dotted, such as "change.reliable"
  std::string statement;
  std::string basis;   ///< what it rests on
  std::string limits;  ///< what it does not mean

  bool operator==(const Finding&) const = default;
};

}  // namespace securebase
