#include "report/svg.hpp"

#include <fmt/format.h>

namespace securebase::report {
namespace {

/// Colours follow the reader's light or dark setting.
constexpr std::string_view style = R"(<style>
svg{font:13px system-ui,sans-serif;background:#fff;--paper:#fff;--ink:#1d2430;--soft:#5b6472;--line:#c9d0da;--a:#1f6f78;--b:#b4552d;--c:#6a5acd;--d:#7a7a2e}
text{fill:var(--ink)}.soft{fill:var(--soft)}
@media (prefers-color-scheme:dark){svg{background:#14181f;--paper:#14181f;--ink:#e8ecf2;--soft:#a4afbd;--line:#3a4350;--a:#5fc1cb;--b:#f0965f;--c:#a99cff;--d:#c9c96b}}
@media print{svg{background:#fff;--paper:#fff;--ink:#000;--soft:#333;--line:#999}}
</style>)";

std::string escaped(std::string_view words) {
  std::string text;
  for (const char c : words) {
    if (c == '&')
      text += "&amp;";
    else if (c == '<')
      text += "&lt;";
    else if (c == '>')
      text += "&gt;";
    else if (c == '"')
      text += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20)
      text += c;
  }
  return text;
}

std::string attributes_text(const Attributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) text += fmt::format(" {}=\"{}\"", name, escaped(value));
  return text;
}

}  // namespace

std::string coordinate(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

Svg::Svg(int width, int height, std::string_view title, std::string_view description) {
  body_ = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "role=\"img\" "
      "aria-labelledby=\"t d\">\n<title id=\"t\">{2}</title>\n<desc id=\"d\">{3}</desc>\n{4}\n",
      width, height, escaped(title), escaped(description), style);
}

void Svg::element(std::string_view name, const Attributes& attributes) {
  body_ += fmt::format("<{}{}/>\n", name, attributes_text(attributes));
}

void Svg::text(double x, double y, std::string_view words, const Attributes& attributes) {
  body_ += fmt::format("<text x=\"{}\" y=\"{}\"{}>{}</text>\n", coordinate(x), coordinate(y),
                       attributes_text(attributes), escaped(words));
}

void Svg::open(std::string_view name, const Attributes& attributes) {
  body_ += fmt::format("<{}{}>\n", name, attributes_text(attributes));
}

void Svg::close(std::string_view name) {
  body_ += fmt::format("</{}>\n", name);
}

std::string Svg::finish() && {
  return std::move(body_) + "</svg>\n";
}

}  // namespace securebase::report
