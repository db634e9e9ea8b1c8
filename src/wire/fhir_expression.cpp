// Keys of scales as FHIRPath.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "wire/fhir.hpp"

namespace securebase::wire {
namespace {

using catalog::MissingRule;
using catalog::Verb;

/// Items whose answers are worth the same: lowest answer, and what it and each above it is worth.
struct Worths {
  int lowest = 0;
  std::vector<double> values;

  bool operator<(const Worths& other) const {
    return std::tie(lowest, values) < std::tie(other.lowest, other.values);
  }
};

std::string answers_of(const std::vector<int>& positions) {
  std::vector<std::string> links;
  links.reserve(positions.size());
  for (const int position : positions) links.push_back(fmt::format("'q{}'", position));
  const auto these = links.size() == 1 ? fmt::format("linkId = {}", links.front())
                                       : fmt::format("linkId in ({})", fmt::join(links, " | "));
  return fmt::format("%resource.item.where({}).answer", these);
}

bool is_line(const std::vector<double>& values) {
  for (std::size_t k = 2; k < values.size(); ++k)
    if (values[k] - values[k - 1] != values[1] - values[0]) return false;
  return values.size() >= 2;
}

/// What an answer adds, as FHIRPath over $this.
std::string worth_of_this(const Worths& worths) {
  const auto& values = worths.values;
  if (is_line(values)) {
    const double slope = values[1] - values[0];
    const double at_zero = values[0] - slope * worths.lowest;
    auto product = slope == 1 ? std::string("$this") : fmt::format("{} * $this", slope);
    if (slope == -1) return fmt::format("{} - $this", at_zero);
    if (at_zero == 0) return product;
    return at_zero > 0 ? fmt::format("{} + {}", product, at_zero) : fmt::format("{} - {}", product, -at_zero);
  }
  std::string choice = fmt::format("{}", values.back());
  for (std::size_t k = values.size() - 1; k-- > 0;)
    choice = fmt::format("iif($this = {}, {}, {})", worths.lowest + static_cast<int>(k), values[k], choice);
  return choice;
}

class Expression {
 public:
  Expression(const catalog::Instrument& instrument, const catalog::Order& order, const catalog::Scale& scale)
      : instrument_(instrument), order_(order), scale_(scale), key_(catalog::key_in_order(scale, order)) {
    for (const int position : key_.items) groups_[worths_of(position)].push_back(position);
  }

  [[nodiscard]] std::optional<std::string> text() const {
    if (scale_.missing.rule == MissingRule::prorate && !key_.weights.empty()) return std::nullopt;
    const std::string answered = answers_of(key_.items) + ".count()";
    const auto whole = fmt::format("iif({}, {}, {{}})", condition(answered), scaled(answered));
    return whole;
  }

 private:
  [[nodiscard]] Worths worths_of(int position) const {
    const auto range = catalog::range_in_order(instrument_, order_, position);
    Worths worths{range.min, {}};
    for (int answer = range.min; answer <= range.max; ++answer)
      worths.values.push_back(catalog::keyed_value(instrument_, scale_, order_, position, answer));
    return worths;
  }

  /// When there is a score.
  [[nodiscard]] std::string condition(const std::string& answered) const {
    const auto& missing = scale_.missing;
    const auto items = static_cast<int>(key_.items.size());
    if (missing.rule == MissingRule::complete) return fmt::format("{} = {}", answered, items);
    if (missing.counted_over_form) {
      const auto all = static_cast<int>(instrument_.items.size());
      return fmt::format("%resource.item.answer.count() >= {} and {} > 0", all - missing.max_missing,
                         answered);
    }
    const int least = std::max(items - missing.max_missing, missing.rule == MissingRule::prorate ? 1 : 0);
    return fmt::format("{} >= {}", answered, least);
  }

  [[nodiscard]] std::string sum() const {
    std::vector<std::string> parts;
    for (const auto& [worths, positions] : groups_) {
      const std::string answers = answers_of(positions);
      parts.push_back(fmt::format("{}.value.code.select(toInteger()).aggregate($total + ({}), 0)", answers,
                                  worth_of_this(worths)));
      const double lowest = *std::min_element(worths.values.begin(), worths.values.end());
      if (scale_.missing.rule == MissingRule::zero && lowest != 0)
        parts.push_back(fmt::format("{} * ({} - {}.count())", lowest, positions.size(), answers));
    }
    return fmt::format("({})", fmt::join(parts, " + "));
  }

  [[nodiscard]] std::string scaled(const std::string& answered) const {
    double full = 0;
    for (std::size_t i = 0; i < key_.items.size(); ++i) full += key_.weights.empty() ? 1 : key_.weights[i];
    std::string text = sum();
    const bool is_mean = scale_.verb == Verb::mean;
    const bool prorates = scale_.missing.rule == MissingRule::prorate;
    if (prorates && is_mean)
      text = fmt::format("{} / {}", text, answered);
    else if (prorates)
      text = fmt::format("{} * {} / {}", text, full, answered);
    else if (is_mean)
      text = fmt::format("{} / {}", text, full);
    return scale_.multiply == 1 ? text : fmt::format("{} * {}", text, scale_.multiply);
  }

  const catalog::Instrument& instrument_;
  const catalog::Order& order_;
  const catalog::Scale& scale_;
  const catalog::Key& key_;
  std::map<Worths, std::vector<int>> groups_;
};

}  // namespace

std::optional<std::string> calculated_expression(const catalog::Instrument& instrument,
                                                 const catalog::Order& order, const catalog::Scale& scale) {
  return Expression(instrument, order, scale).text();
}

}  // namespace securebase::wire
