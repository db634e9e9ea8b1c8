#pragma once
// An SVG document written element by element: what every picture of this room is made of.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace securebase::report {

using Attributes = std::vector<std::pair<std::string_view, std::string>>;

class Svg {
 public:
  /// `title` and `description` are what a screen reader says. Sizes in pixels.
  Svg(int width, int height, std::string_view title, std::string_view description);

  void element(std::string_view name, const Attributes& attributes);
  void text(double x, double y, std::string_view words, const Attributes& attributes = {});
  void open(std::string_view name, const Attributes& attributes);
  void close(std::string_view name);

  /// The document, ending in a line feed.
  [[nodiscard]] std::string finish() &&;

 private:
  std::string body_;
};

/// At most two decimals, no exponent, no trailing zeros: coordinates.
[[nodiscard]] std::string coordinate(double value);

}  // namespace securebase::report
