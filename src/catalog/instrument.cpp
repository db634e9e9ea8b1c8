#include "catalog/instrument.hpp"

#include <algorithm>

namespace securebase::catalog {
namespace {

template <class T>
const T* find_id(const std::vector<T>& rows, const std::string& id) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const T& row) { return row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

bool contains(const std::vector<int>& values, int value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

double weight_of(const Key& key, int position) {
  if (key.weights.empty()) return 1;
  const auto found = std::find(key.items.begin(), key.items.end(), position);
  return key.weights[static_cast<std::size_t>(found - key.items.begin())];
}

double unweighted_value(const Key& key, AnswerRange range, int position, int answer) {
  for (const Recode& recode : key.recodes)
    if (contains(recode.items, position)) return recode.table.at(answer);
  return contains(key.reversed, position) ? range.min + range.max - answer : answer;
}

/// Least and most that the item at a position adds. Unless it is recoded, they lie at the ends of its range.
std::pair<double, double> worth_range(const Instrument& instrument, const Scale& scale, const Order& order,
                                      int position) {
  const AnswerRange range = range_in_order(instrument, order, position);
  const auto worth = [&](int answer) { return keyed_value(instrument, scale, order, position, answer); };
  auto [low, high] = std::minmax({worth(range.min), worth(range.max)});
  for (const Recode& recode : key_in_order(scale, order).recodes) {
    if (!contains(recode.items, position)) continue;
    for (int answer = range.min + 1; answer < range.max; ++answer) {
      low = std::min(low, worth(answer));
      high = std::max(high, worth(answer));
    }
  }
  return {low, high};
}

}  // namespace

std::string_view to_text(ChangeKind kind) {
  return kind == ChangeKind::reliable ? "reliable" : "important";
}

std::string group_column(const Scale& scale, std::string_view figure, std::string_view group) {
  std::string column = scale.id;
  column.append("_").append(figure).append("_");
  for (const char c : group) column += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  return column;
}

const Calibration* find_calibration(const Instrument& instrument, const std::string& scale,
                                    const std::string& order) {
  const auto found = std::find_if(instrument.calibrations.begin(), instrument.calibrations.end(),
                                  [&](const Calibration& c) { return c.scale == scale && c.order == order; });
  return found == instrument.calibrations.end() ? nullptr : &*found;
}

const Order* find_order(const Instrument& instrument, const std::string& id) {
  return find_id(instrument.orders, id);
}
const Scale* find_scale(const Instrument& instrument, const std::string& id) {
  return find_id(instrument.scales, id);
}

const Key& key_in_order(const Scale& scale, const Order& order) {
  const auto own = scale.order_keys.find(order.id);
  return own == scale.order_keys.end() ? scale.key : own->second;
}

AnswerRange range_in_order(const Instrument& instrument, const Order& order, int position) {
  return order.default_range ? instrument.items[static_cast<std::size_t>(position - 1)].range : order.range;
}

bool holds_in_order(const std::vector<std::string>& orders, const Order& order) {
  if (orders.empty()) return order.default_range;
  return std::find(orders.begin(), orders.end(), order.id) != orders.end();
}

double keyed_value(const Instrument& instrument, const Scale& scale, const Order& order, int position,
                   int answer) {
  const Key& key = key_in_order(scale, order);
  const double value = unweighted_value(key, range_in_order(instrument, order, position), position, answer);
  if (scale.verb == Verb::count) return value >= scale.threshold.value_or(0) ? weight_of(key, position) : 0;
  return weight_of(key, position) * value;
}

std::pair<double, double> score_range(const Instrument& instrument, const Scale& scale, const Order& order) {
  const Key& key = key_in_order(scale, order);
  double lowest = 0;
  double highest = 0;
  double divisor = 0;
  for (const int position : key.items) {
    const auto [low, high] = worth_range(instrument, scale, order, position);
    lowest += low;
    highest += high;
    divisor += weight_of(key, position);
  }
  if (scale.verb != Verb::mean) divisor = 1;
  const double factor = scale.multiply / divisor;
  return {lowest * factor, highest * factor};
}

}  // namespace securebase::catalog
