#include "catalog/prove.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>

#include "base/printable.hpp"

namespace securebase::catalog {
namespace {

constexpr int oldest_age = 130;

bool contains(const std::vector<int>& values, int value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool is_slug(const std::string& id) {
  return !id.empty() && id.size() <= 64 && id.find_first_of("-_.") != 0 &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
         });
}

std::string at(std::string_view path, std::size_t index) {
  return fmt::format("{}[{}]", path, index + 1);
}
std::string in(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

/// Collects faults of one file, each with the place of the field it is about.
class Court {
 public:
  Court(const Instrument& instrument, const std::string& file, const Structure& structure)
      : instrument_(instrument), file_(file), structure_(structure) {}

  [[nodiscard]] Faults verdict() { return std::move(faults_); }

 protected:
  void fault(const std::string& path, std::string code, std::string detail) {
    add_fault(faults_, {ErrorKind::definition, "definition." + std::move(code), std::move(detail),
                        place_of(structure_, file_, path)});
  }

  bool demand(bool holds, const std::string& path, std::string code, std::string detail) {
    if (!holds) fault(path, std::move(code), std::move(detail));
    return holds;
  }

  [[nodiscard]] int count() const { return static_cast<int>(instrument_.items.size()); }
  [[nodiscard]] bool is_item(int number) const { return number >= 1 && number <= count(); }

  /// Items exist, and none is named twice.
  bool items(const std::vector<int>& numbers, const std::string& path, bool may_be_empty = false) {
    if (static_cast<int>(numbers.size()) > count()) {
      fault(path, "item_twice", fmt::format("names {} items: the form has {}", numbers.size(), count()));
      return false;
    }
    bool good = demand(may_be_empty || !numbers.empty(), path, "empty", "names no item");
    std::set<int> seen;
    for (const int number : numbers) {
      good &= demand(is_item(number), path, "no_such_item",
                     fmt::format("item {} does not exist: the form has items 1 to {}", number, count()));
      good &= demand(seen.insert(number).second, path, "item_twice",
                     fmt::format("item {} is named twice", number));
    }
    return good;
  }

  /// Keys of a table that are item numbers; the structure is known to hold whole numbers.
  void item_keys(const toml::table* table, const std::string& path) {
    if (table == nullptr) return;
    for (const auto& [key, node] : *table)
      demand(is_item(item_number(key)), path, "no_such_item",
             fmt::format("item {} does not exist: the form has items 1 to {}", key.str(), count()));
  }

  /// score_range(), computed once.
  std::pair<double, double> score_limits(const Scale& scale, const Order& order) {
    const auto [known, is_new] = limits_.try_emplace(std::pair(&scale, &order));
    if (is_new) known->second = score_range(instrument_, scale, order);
    return known->second;
  }

  void provenance(const Provenance& provenance, const std::string& path) {
    const auto named = [&](const Source& source) { return source.id == provenance.source; };
    demand(std::any_of(instrument_.sources.begin(), instrument_.sources.end(), named), in(path, "source"),
           "no_such_source",
           fmt::format("no row of [[sources]] has the id '{}'", printable(provenance.source)));
  }

  [[nodiscard]] const toml::table& file_table() const { return structure_.table; }
  [[nodiscard]] const std::string& file() const { return file_; }

  const Instrument& instrument_;

 private:
  const std::string& file_;
  const Structure& structure_;
  std::map<std::pair<const Scale*, const Order*>, std::pair<double, double>> limits_;
  Faults faults_;
};

class InstrumentCourt : public Court {
 public:
  using Court::Court;

  void hear() {
    head();
    if (!few_rows() || !form() || !orders())
      return;  // what follows looks answers up by item, range and order
    unique_ids();
    unique_columns();
    positions_shared();
    criteria();
    risks();
    rules();
    bool keys_good = true;
    for (std::size_t s = 0; s < instrument_.scales.size(); ++s) {
      const bool good = scale(instrument_.scales[s], s);
      if (good) knowledge(instrument_.scales[s], at("scales", s));
      keys_good &= good;
    }
    if (keys_good) coverage();
  }

 private:
  void slug(const std::string& id, const std::string& path) {
    demand(
        is_slug(id), path, "id",
        "must be at most 64 lower-case letters, digits, '-', '_' or '.', and begin with a letter or digit");
  }

  void head() {
    slug(instrument_.id, "id");
    slug(instrument_.version, "version");
    folder();
    demand(instrument_.calibration_needed >= 0, "calibration_needed", "value", "must not be negative");
    demand(!instrument_.scales.empty(), "scales", "empty", "an instrument needs at least one scale");
    demand(!instrument_.respondents.empty(), "respondents", "empty", "an instrument needs a respondent");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < instrument_.sources.size(); ++i)
      demand(seen.insert(instrument_.sources[i].id).second, in(at("sources", i), "id"), "id_twice",
             fmt::format("the source '{}' is there twice", printable(instrument_.sources[i].id)));
    provenance(instrument_.licence.provenance, "licence");
    provenance({text(*file_table()["responses"].as_table(), "source"), false, ""}, "responses");
  }

  /// The folder is <id>/<version>, as far as the file's name says; a copied folder must not keep its id.
  void folder() {
    std::string_view path = file();
    for (const auto& [expected, field] :
         {std::pair(instrument_.version, "version"), std::pair(instrument_.id, "id")}) {
      const auto cut = path.find_last_of('/');
      if (cut == std::string_view::npos) return;
      path = path.substr(0, cut);
      const auto name = path.substr(path.find_last_of('/') + 1);
      if (name.empty() || name == "." || name == "..") return;
      demand(name == expected, field, "folder",
             fmt::format("says '{}', but the folder is named '{}'", printable(expected), printable(name)));
    }
  }

  bool few_rows() {
    bool good = few(instrument_.orders.size(), most_orders, "orders");
    good &= few(instrument_.sources.size(), most_rows, "sources");
    good &= few(instrument_.scales.size(), most_rows, "scales");
    good &= few(instrument_.criteria.size(), most_rows, "criteria");
    good &= few(instrument_.risks.size(), most_rows, "risks");
    return few(instrument_.rules.size(), most_rows, "rules") && good;
  }

  bool few(std::size_t rows, std::size_t most, const std::string& path) {
    return demand(rows <= most, path, "too_many", fmt::format("{} rows: at most {}", rows, most));
  }

  bool range(AnswerRange range, const std::string& path) {
    return demand(
        range.min < range.max && range.min >= lowest_answer && range.max <= highest_answer &&
            range.max - range.min <= widest_range,
        path, "range",
        fmt::format("answer codes {} to {}: min must be below max, both within {} to {} and at most {} apart",
                    range.min, range.max, lowest_answer, highest_answer, widest_range));
  }

  static AnswerRange range_of(const toml::table& table) {
    return {static_cast<int>(table["min"].value_or(std::int64_t{0})),
            static_cast<int>(table["max"].value_or(std::int64_t{0}))};
  }

  /// Whether the form has items and usable ranges.
  bool form() {
    if (!demand(count() > 0 && count() < most_items, "items.count", "value",
                fmt::format("a form has 1 to {} items", most_items - 1)))
      return false;
    const toml::table& form = *file_table()["items"].as_table();
    items(integers(form, "filler"), "items.filler", true);
    items(integers(form, "optional"), "items.optional", true);
    item_keys(form["gists"].as_table(), "items.gists");
    bool good = range(range_of(*file_table()["responses"].as_table()), "responses");
    std::set<int> seen;
    const auto rows = tables(form, "ranges");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string path = at("items.ranges", i);
      good &= range(range_of(*rows[i]), path);
      if (!items(integers(*rows[i], "items"), in(path, "items"))) continue;
      for (const int item : integers(*rows[i], "items"))
        demand(seen.insert(item).second, in(path, "items"), "item_twice",
               fmt::format("item {} has its answer codes in an earlier row", item));
    }
    return good;
  }

  /// Whether there are orders with usable ranges.
  bool orders() {
    bool good =
        demand(!instrument_.orders.empty(), "orders", "empty", "an instrument needs at least one order");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < instrument_.orders.size(); ++i) {
      const Order& order = instrument_.orders[i];
      good &= range(order.range, at("orders", i));
      if (good) this->order(order, at("orders", i), i, seen);
    }
    return good;
  }

  void order(const Order& order, const std::string& path, std::size_t index, std::set<std::string>& seen) {
    slug(order.id, in(path, "id"));
    demand(seen.insert(order.id).second, in(path, "id"), "id_twice",
           fmt::format("the order '{}' is there twice", printable(order.id)));
    demand(index > 0 || order.default_range, path, "value",
           "the first order has the answer codes of [responses]: it takes no min and max");
    provenance(order.provenance, path);
    for (const int code : order.missing_codes) {
      const auto valid = [&](const Item& item) {
        const AnswerRange own = range_in_order(instrument_, order, item.number);
        return code >= own.min && code <= own.max;
      };
      demand(std::none_of(instrument_.items.begin(), instrument_.items.end(), valid),
             in(path, "missing_codes"), "value",
             fmt::format("{} is a valid answer and cannot mean no answer", code));
    }
  }

  /// Whether the keys can be used to compute scores.
  bool scale(const Scale& scale, std::size_t index) {
    const std::string path = at("scales", index);
    provenance(scale.provenance, path);
    slug(scale.id, in(path, "id"));
    bool good = demand((scale.verb == Verb::count) == scale.threshold.has_value(), in(path, "threshold"),
                       "value", "count needs a threshold; sum and mean take none");
    good &= demand(scale.multiply > 0, in(path, "multiply"), "value", "must be above 0");
    good &= key(scale.key, instrument_.orders.front(), path);
    const auto rows = tables(*(*file_table()["scales"].as_array())[index].as_table(), "orders");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string id = text(*rows[i], "order");
      const std::string here = at(in(path, "orders"), i);
      if (demand(seen.insert(id).second, in(here, "order"), "id_twice",
                 fmt::format("the order '{}' has a key above", printable(id))))
        good &= order_key(scale, id, here);
    }
    return good && recodes_hold_everywhere(scale, path);
  }

  bool order_key(const Scale& scale, const std::string& id, const std::string& path) {
    const Order* order = find_order(instrument_, id);
    if (!demand(order != nullptr, in(path, "order"), "no_such_order",
                fmt::format("no row of [[orders]] has the id '{}'", printable(id))))
      return false;
    const Key& own = scale.order_keys.at(id);
    bool good = demand(order != &instrument_.orders.front(), in(path, "order"), "value",
                       "the first order's key is that of the scale");
    good &= key(own, *order, path);
    good &= same_number(own.items.size(), scale.key.items.size(), "items", path);
    good &= same_number(own.reversed.size(), scale.key.reversed.size(), "reversed", path);
    good &= same_number(recoded_count(own), recoded_count(scale.key), "recodes", path);
    good &= demand(sorted(own.weights) == sorted(scale.key.weights), in(path, "weights"), "key_differs",
                   "other weights than in the default order: the same items have the same weights");
    return good;
  }

  bool same_number(std::size_t here, std::size_t first, const std::string& field, const std::string& path) {
    return demand(here == first, in(path, field), "key_differs",
                  fmt::format("{} items in {} here, {} in the default order: they are the same items, in "
                              "another order",
                              here, field, first));
  }

  static std::size_t recoded_count(const Key& key) {
    std::size_t count = 0;
    for (const Recode& recode : key.recodes) count += recode.items.size();
    return count;
  }

  static std::vector<double> sorted(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values;
  }

  /// An order with answer codes of its own and without a key of its own uses the scale's recode tables.
  bool recodes_hold_everywhere(const Scale& scale, const std::string& path) {
    bool good = true;
    for (const Order& order : instrument_.orders) {
      if (order.default_range || scale.order_keys.contains(order.id)) continue;
      for (std::size_t i = 0; i < scale.key.recodes.size(); ++i)
        for (const int item : scale.key.recodes[i].items)
          good &= covers(scale.key.recodes[i], order.range, item, in(at(in(path, "recodes"), i), "table"));
    }
    return good;
  }

  bool key(const Key& key, const Order& order, const std::string& path) {
    bool good = items(key.items, in(path, "items"));
    good &= items(key.reversed, in(path, "reversed"), true);
    if (!good) return false;
    for (const int item : key.reversed)
      good &= demand(contains(key.items, item), in(path, "reversed"), "not_in_scale",
                     fmt::format("item {} is reversed but not in the scale", item));
    for (const int item : key.items)
      demand(!instrument_.items[static_cast<std::size_t>(item - 1)].filler, in(path, "items"),
             "filler_scored", fmt::format("item {} is declared filler", item));
    good &= demand(key.weights.empty() || key.weights.size() == key.items.size(), in(path, "weights"),
                   "value", fmt::format("{} weights for {} items", key.weights.size(), key.items.size()));
    good &= demand(std::all_of(key.weights.begin(), key.weights.end(), [](double w) { return w > 0; }),
                   in(path, "weights"), "value",
                   "a weight must be above 0; reverse an item by naming it in reversed");
    std::set<int> recoded;
    for (std::size_t i = 0; i < key.recodes.size(); ++i)
      good &= recode(key, key.recodes[i], order, at(in(path, "recodes"), i), recoded);
    return good;
  }

  bool recode(const Key& key, const Recode& recode, const Order& order, const std::string& path,
              std::set<int>& seen) {
    bool good = items(recode.items, in(path, "items"));
    if (!good) return false;
    for (const int item : recode.items) {
      good &= demand(contains(key.items, item), in(path, "items"), "not_in_scale",
                     fmt::format("item {} is recoded but not in the scale", item));
      good &= demand(!contains(key.reversed, item) && seen.insert(item).second, in(path, "items"),
                     "recoded_twice", fmt::format("item {} is recoded twice, or reversed as well", item));
      good &= covers(recode, range_in_order(instrument_, order, item), item, in(path, "table"));
    }
    return good;
  }

  bool covers(const Recode& recode, AnswerRange range, int item, const std::string& path) {
    bool good = true;
    for (int answer = range.min; answer <= range.max; ++answer)
      good &= demand(recode.table.contains(answer), path, "recode_gap",
                     fmt::format("no value for answer {} of item {}", answer, item));
    for (const auto& [answer, value] : recode.table)
      good &= demand(answer >= range.min && answer <= range.max, path, "recode_extra",
                     fmt::format("item {} has no answer {}: its codes are {} to {}", item, answer, range.min,
                                 range.max));
    return good;
  }

  void unique_ids() {
    std::set<std::string> scales;
    for (std::size_t i = 0; i < instrument_.scales.size(); ++i)
      demand(scales.insert(instrument_.scales[i].id).second, in(at("scales", i), "id"), "id_twice",
             fmt::format("the scale '{}' is there twice", printable(instrument_.scales[i].id)));
    std::set<std::string> criteria;
    for (std::size_t i = 0; i < instrument_.criteria.size(); ++i)
      demand(criteria.insert(instrument_.criteria[i].id).second, in(at("criteria", i), "id"), "id_twice",
             fmt::format("the criterion '{}' is there twice", printable(instrument_.criteria[i].id)));
  }

  /// In a file of scores every column has a name of its own: fixed ones, and those that follow from the ids
  /// of scales, groups and criteria.
  void unique_columns() {
    std::map<std::string, std::string> taken;
    for (const char* fixed : {"instrument", "version", "order", "line", "risk_items", "risk_unanswered"})
      taken[fixed] = "every file of scores";
    std::set<std::string> scales;
    for (std::size_t i = 0; i < instrument_.scales.size(); ++i) {
      const Scale& scale = instrument_.scales[i];
      if (!scales.insert(scale.id).second) continue;
      for (const std::string& column : columns_of(scale))
        take_column(taken, column, fmt::format("the scale '{}'", scale.id), in(at("scales", i), "id"));
    }
    std::set<std::string> criteria;
    for (std::size_t i = 0; i < instrument_.criteria.size(); ++i)
      if (const std::string& id = instrument_.criteria[i].id; criteria.insert(id).second)
        take_column(taken, id, fmt::format("the criterion '{}'", id), in(at("criteria", i), "id"));
  }

  static std::vector<std::string> columns_of(const Scale& scale) {
    std::vector<std::string> columns = {scale.id};
    for (const char* figure : {"_se", "_lower", "_upper", "_band", "_state"})
      columns.push_back(scale.id + figure);
    std::set<std::string> groups;
    for (const Norm& norm : scale.norms)
      if (groups.insert(norm.group).second)
        for (const char* figure : {"percentile", "z"})
          columns.push_back(group_column(scale, figure, norm.group));
    return columns;
  }

  void take_column(std::map<std::string, std::string>& taken, const std::string& column,
                   const std::string& owner, const std::string& path) {
    const auto [first, is_new] = taken.try_emplace(column, owner);
    demand(is_new, path, "column_twice",
           fmt::format("would give files of scores a second column '{}': {} has one", printable(column),
                       printable(first->second)));
  }

  /// What names items outside a key must mean the same item in every order.
  void positions_shared() {
    const bool own_keys = std::any_of(instrument_.scales.begin(), instrument_.scales.end(),
                                      [](const Scale& scale) { return !scale.order_keys.empty(); });
    if (!own_keys) return;
    demand(instrument_.criteria.empty() && instrument_.risks.empty() && instrument_.rules.empty(), "orders",
           "positions_differ",
           "criteria, risks and rules name items by position, which differ between these orders");
  }

  void conditions_name_items(const Condition& condition, const std::string& path) {
    if (!items(condition.items, in(path, "items"))) return;
    demand(condition.count >= 1 && condition.count <= static_cast<int>(condition.items.size()),
           in(path, "count"), "value", fmt::format("must be 1 to {}", condition.items.size()));
    reachable(condition.items, condition.at_least, in(path, "at_least"));
  }

  void reachable(const std::vector<int>& items, int at_least, const std::string& path) {
    for (const Order& order : instrument_.orders)
      for (const int item : items) {
        const AnswerRange own = range_in_order(instrument_, order, item);
        demand(at_least > own.min && at_least <= own.max, path, "value",
               fmt::format("item {} takes {} to {} in the order '{}': the answer that counts must lie above "
                           "the lowest",
                           item, own.min, own.max, order.id));
      }
  }

  void criteria() {
    for (std::size_t i = 0; i < instrument_.criteria.size(); ++i) {
      const Criterion& criterion = instrument_.criteria[i];
      const std::string path = at("criteria", i);
      slug(criterion.id, in(path, "id"));
      provenance(criterion.provenance, path);
      demand(!criterion.conditions.empty() || !criterion.requires_.empty(), path, "empty",
             "asks for nothing");
      for (std::size_t c = 0; c < criterion.conditions.size(); ++c)
        conditions_name_items(criterion.conditions[c], at(in(path, "conditions"), c));
      earlier_criteria(criterion.requires_, i, in(path, "requires"));
      earlier_criteria(criterion.excludes, i, in(path, "excludes"));
    }
  }

  /// A criterion may build on those before it, so there are no circles.
  void earlier_criteria(const std::vector<std::string>& ids, std::size_t before, const std::string& path) {
    for (const std::string& id : ids) {
      const auto end = instrument_.criteria.begin() + static_cast<std::ptrdiff_t>(before);
      demand(std::any_of(instrument_.criteria.begin(), end, [&](const Criterion& c) { return c.id == id; }),
             path, "no_such_criterion",
             fmt::format("no criterion before this one has the id '{}'", printable(id)));
    }
  }

  void risks() {
    for (std::size_t i = 0; i < instrument_.risks.size(); ++i) {
      const std::string path = at("risks", i);
      provenance(instrument_.risks[i].provenance, path);
      if (items(instrument_.risks[i].items, in(path, "items")))
        reachable(instrument_.risks[i].items, instrument_.risks[i].at_least, in(path, "at_least"));
    }
  }

  void rules() {
    for (std::size_t i = 0; i < instrument_.rules.size(); ++i) {
      const Rule& rule = instrument_.rules[i];
      const std::string path = at("rules", i);
      if (items({rule.item}, in(path, "item"))) reachable({rule.item}, rule.at_least, in(path, "at_least"));
      if (rule.action == Action::show_help) {
        demand(rule.target_items.empty(), in(path, "target_items"), "value", "show_help_if shows no items");
        continue;
      }
      if (!items(rule.target_items, in(path, "target_items"))) continue;
      for (const int target : rule.target_items)
        demand(target > rule.item, in(path, "target_items"), "value",
               fmt::format("item {} comes before the answer that decides about it", target));
    }
  }

  void holds_for(const std::vector<std::string>& orders, const std::string& path) {
    for (const std::string& id : orders)
      demand(find_order(instrument_, id) != nullptr, in(path, "orders"), "no_such_order",
             fmt::format("no row of [[orders]] has the id '{}'", printable(id)));
  }

  /// Calls `check` with the score range of every order that `orders` holds for.
  void in_orders(const Scale& scale, const std::vector<std::string>& orders, const std::string& path,
                 const std::function<void(double, double, const Order&)>& check) {
    holds_for(orders, path);
    for (const Order& order : instrument_.orders) {
      if (!holds_in_order(orders, order)) continue;
      const auto [low, high] = score_limits(scale, order);
      check(low, high, order);
    }
  }

  void knowledge(const Scale& scale, const std::string& path) {
    range_stated(scale, path);
    missing(scale, in(path, "missing"));
    for (std::size_t i = 0; i < scale.reliabilities.size(); ++i)
      reliability(scale.reliabilities[i], at(in(path, "reliabilities"), i));
    for (std::size_t i = 0; i < scale.norms.size(); ++i)
      norm(scale, scale.norms[i], at(in(path, "norms"), i));
    for (std::size_t i = 0; i < scale.bands.size(); ++i)
      bands(scale, scale.bands[i], at(in(path, "bands"), i));
    cutoffs(scale, path);
    for (std::size_t i = 0; i < scale.changes.size(); ++i)
      change(scale, scale.changes[i], at(in(path, "changes"), i));
    demand(
        instrument_.calibration_needed == 0 ||
            (scale.norms.empty() && scale.bands.empty() && scale.reliabilities.empty() &&
             scale.cutoffs.empty() && scale.changes.empty()),
        path, "uncalibrated",
        "an instrument that still needs calibration has no norms, bands, cut-offs, changes or reliabilities");
  }

  void range_stated(const Scale& scale, const std::string& path) {
    const auto [low, high] = score_limits(scale, instrument_.orders.front());
    const toml::table& row = *(*file_table()["scales"].as_array())[index_of(scale)].as_table();
    if (!demand(row["range"].as_array()->size() == 2, in(path, "range"), "range_differs",
                "must be [lowest, highest]"))
      return;
    demand(std::abs(low - scale.range_min) < 1e-9 && std::abs(high - scale.range_max) < 1e-9,
           in(path, "range"), "range_differs",
           fmt::format("says {} to {}, but the key gives {} to {}", scale.range_min, scale.range_max, low,
                       high));
  }

  [[nodiscard]] std::size_t index_of(const Scale& scale) const {
    return static_cast<std::size_t>(&scale - instrument_.scales.data());
  }

  void missing(const Scale& scale, const std::string& path) {
    const Missing& missing = scale.missing;
    provenance(missing.provenance, path);
    const int most = missing.counted_over_form ? count() : static_cast<int>(scale.key.items.size());
    if (missing.rule == MissingRule::complete)
      demand(missing.max_missing == 0, in(path, "max_missing"), "value", "complete allows no missing answer");
    else
      demand(missing.max_missing >= 1 && missing.max_missing < most, in(path, "max_missing"), "value",
             fmt::format("must be 1 to {}", most - 1));
  }

  void reliability(const Reliability& reliability, const std::string& path) {
    provenance(reliability.provenance, path);
    holds_for(reliability.orders, path);
    demand(reliability.value > 0 && reliability.value < 1, in(path, "value"), "value",
           "must be between 0 and 1");
    demand(
        !reliability.interval_days || (*reliability.interval_days > 0 && reliability.kind == "test_retest"),
        in(path, "interval_days"), "value", "days between the two occasions of a test_retest, above 0");
  }

  void norm(const Scale& scale, const Norm& norm, const std::string& path) {
    provenance(norm.provenance, path);
    in_orders(scale, norm.orders, path, [&](double low, double high, const Order& order) {
      demand(
          norm.mean >= low && norm.mean <= high, in(path, "mean"), "norm_unit",
          fmt::format(
              "{} lies outside the scores {} to {} of the order '{}': is it in another unit (sum or mean)?",
              norm.mean, low, high, order.id));
      // Popoviciu (1935): no distribution on [low, high] has a larger SD than half the width.
      const double least = (high - low) * 1e-6;  // a score divided by less is no standing
      demand(norm.sd >= least && norm.sd <= (high - low) / 2, in(path, "sd"), "norm_unit",
             fmt::format("must be at least {} and at most {}, half the width of the range", least,
                         (high - low) / 2));
      for (const auto& [score, percent] : norm.percentiles)
        demand(
            score >= low && score <= high, in(path, "percentiles"), "norm_unit",
            fmt::format("{} lies outside the scores {} to {} of the order '{}'", score, low, high, order.id));
    });
    demand(!norm.n || *norm.n > 0, in(path, "n"), "value", "must be above 0");
    const int from = norm.age_from.value_or(0);
    demand(from >= 0 && from <= norm.age_to.value_or(oldest_age), in(path, "age_from"), "value",
           "must be in years, 0 or above, and not above age_to");
    demand(norm.age_to.value_or(0) >= 0 && norm.age_to.value_or(0) <= oldest_age, in(path, "age_to"), "value",
           fmt::format("must be in years, at most {}", oldest_age));
    demand((norm.basis == PercentileBasis::table) == !norm.percentiles.empty(), in(path, "percentiles"),
           "value", "percentile = \"table\" needs [[score, percent], ...]; other bases take none");
    demand(norm.percentiles.size() != 1, in(path, "percentiles"), "value", "a table needs two rows at least");
    for (std::size_t i = 0; i < norm.percentiles.size(); ++i) {
      const auto& [score, percent] = norm.percentiles[i];
      const bool ascending =
          i == 0 || (score > norm.percentiles[i - 1].first && percent >= norm.percentiles[i - 1].second);
      demand(percent >= 0 && percent <= 100 && ascending, in(path, "percentiles"), "value",
             "scores must ascend, percents lie between 0 and 100 and not descend");
    }
  }

  void bands(const Scale& scale, const Bands& bands, const std::string& path) {
    provenance(bands.provenance, path);
    if (!demand(!bands.bands.empty(), in(path, "levels"), "empty", "needs at least one level")) return;
    in_orders(scale, bands.orders, path, [&](double low, double high, const Order&) {
      demand(std::abs(bands.bands.front().from - low) < 1e-9, in(path, "levels"), "band_gap",
             fmt::format("the first band must begin at the lowest score, {}", low));
      for (std::size_t i = 1; i < bands.bands.size(); ++i)
        demand(bands.bands[i].from > bands.bands[i - 1].from && bands.bands[i].from <= high,
               in(at(in(path, "levels"), i), "from"), "band_order",
               fmt::format("bands must ascend and begin at or below the highest score, {}", high));
    });
  }

  void cutoffs(const Scale& scale, const std::string& path) {
    std::map<std::string, int> boundaries;
    for (std::size_t i = 0; i < scale.cutoffs.size(); ++i) {
      const Cutoff& cutoff = scale.cutoffs[i];
      const std::string here = at(in(path, "cutoffs"), i);
      provenance(cutoff.provenance, here);
      in_orders(scale, cutoff.orders, here, [&](double low, double high, const Order& order) {
        demand(cutoff.value > low && cutoff.value <= high, in(here, "value"), "norm_unit",
               fmt::format("{} lies outside the scores {} to {}", cutoff.value, low, high));
        if (cutoff.clinical_boundary)
          demand(++boundaries[order.id] == 1, in(here, "clinical_boundary"), "value",
                 "a scale has at most one clinical boundary in an order");
      });
    }
  }

  void change(const Scale& scale, const PublishedChange& change, const std::string& path) {
    provenance(change.provenance, path);
    in_orders(scale, change.orders, path, [&](double low, double high, const Order&) {
      demand(change.points > 0 && change.points <= high - low, in(path, "points"), "norm_unit",
             fmt::format("must be above 0 and at most {}", high - low));
    });
  }

  void coverage() {
    for (const Order& order : instrument_.orders) {
      std::set<int> used;
      for (const Scale& scale : instrument_.scales) {
        const Key& key = key_in_order(scale, order);
        used.insert(key.items.begin(), key.items.end());
      }
      for (const Criterion& criterion : instrument_.criteria)
        for (const Condition& condition : criterion.conditions)
          used.insert(condition.items.begin(), condition.items.end());
      for (const Item& item : instrument_.items)
        demand(
            item.filler || used.contains(item.number), "items", "item_unused",
            fmt::format("item {} is in no scale and no criterion in the order '{}', and not declared filler",
                        item.number, order.id));
    }
  }
};

class TextCourt : public Court {
 public:
  using Court::Court;

  void hear(const Text& text) {
    const std::string_view name = std::string_view(file()).substr(file().find_last_of('/') + 1);
    demand(name == fmt::format("text.{}.toml", text.locale), "locale", "locale",
           fmt::format("says '{}', but the file is named '{}'", printable(text.locale), printable(name)));
    std::set<int> seen;
    const auto rows = tables(file_table(), "items");
    for (std::size_t i = 0; i < rows.size(); ++i) row(text, *rows[i], at("items", i), seen);
    for (int item = 1; item <= count(); ++item)
      demand(seen.contains(item), "items", "wording_gap", fmt::format("no wording for item {}", item));
  }

 private:
  void row(const Text& text, const toml::table& row, const std::string& path, std::set<int>& seen) {
    const int number = static_cast<int>(row["number"].value_or(std::int64_t{0}));
    if (!demand(is_item(number), in(path, "number"), "no_such_item",
                fmt::format("item {} does not exist: the form has items 1 to {}", number, count())))
      return;
    if (!demand(seen.insert(number).second, in(path, "number"), "item_twice",
                fmt::format("item {} is worded twice", number)))
      return;
    const AnswerRange range = instrument_.items[static_cast<std::size_t>(number - 1)].range;
    const auto& own = text.items[static_cast<std::size_t>(number - 1)].options;
    const auto& options = own.empty() ? text.options : own;
    demand(static_cast<int>(options.size()) == range.max - range.min + 1,
           own.empty() ? "options" : in(path, "options"), "options",
           fmt::format("item {} has {} answers, but {} options are given", number, range.max - range.min + 1,
                       options.size()));
  }
};

class GoldenCourt : public Court {
 public:
  using Court::Court;

  void hear() {
    const auto rows = tables(file_table(), "cases");
    if (!demand(rows.size() <= most_rows, "cases", "too_many",
                fmt::format("{} rows: at most {}", rows.size(), most_rows)))
      return;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (one_way(*rows[i], at("cases", i))) hear(instrument_.golden_cases[i], at("cases", i));
    }
    enough();
  }

 private:
  /// Answers are listed, or filled in and some of them set.
  bool one_way(const toml::table& row, const std::string& path) {
    const bool filled = row.contains("fill");
    item_keys(row["set"].as_table(), in(path, "set"));
    return demand(filled != row.contains("answers"), path, "golden_answers",
                  "needs either answers or fill") &&
           demand(filled || !row.contains("set"), in(path, "set"), "golden_answers",
                  "set changes what fill filled in: it does not go with answers");
  }

  void hear(const GoldenCase& golden, const std::string& path) {
    const Order* order = find_order(instrument_, golden.order);
    if (!demand(order != nullptr, in(path, "order"), "no_such_order",
                fmt::format("no order '{}'", printable(golden.order))))
      return;
    if (demand(static_cast<int>(golden.answers.size()) == count(), in(path, "answers"), "golden_answers",
               fmt::format("{} answers for {} items", golden.answers.size(), count())))
      answers(golden, *order, path);
    for (const auto& [id, score] : golden.scores) expected_score(id, score, *order, path);
    for (const auto& [id, label] : golden.bands)
      demand(find_scale(instrument_, id) != nullptr, in(path, "bands"), "no_such_scale",
             fmt::format("no scale '{}'", printable(id)));
    if (golden.risk) items(*golden.risk, in(path, "risk"), true);
    for (const auto& [id, word] : golden.criteria) {
      demand(find_criterion(id) != nullptr, in(path, "criteria"), "no_such_criterion",
             fmt::format("no criterion '{}'", printable(id)));
      demand(word == "met" || word == "not_met" || word == "undetermined", in(path, "criteria"), "value",
             "must be met, not_met or undetermined");
    }
  }

  [[nodiscard]] const Criterion* find_criterion(const std::string& id) const {
    for (const Criterion& criterion : instrument_.criteria)
      if (criterion.id == id) return &criterion;
    return nullptr;
  }

  void answers(const GoldenCase& golden, const Order& order, const std::string& path) {
    for (int item = 1; item <= count(); ++item) {
      const auto* code = std::get_if<int>(&golden.answers[static_cast<std::size_t>(item - 1)]);
      const AnswerRange range = range_in_order(instrument_, order, item);
      demand(code == nullptr || (*code >= range.min && *code <= range.max), in(path, "answers"),
             "golden_answers",
             fmt::format("item {} cannot be answered {}: its codes are {} to {}", item,
                         code != nullptr ? *code : 0, range.min, range.max));
    }
  }

  void expected_score(const std::string& id, std::optional<double> score, const Order& order,
                      const std::string& path) {
    const Scale* scale = find_scale(instrument_, id);
    if (!demand(scale != nullptr, in(path, "scores"), "no_such_scale",
                fmt::format("no scale '{}'", printable(id))) ||
        !score)
      return;
    const auto [low, high] = score_limits(*scale, order);
    demand(*score >= low - 1e-9 && *score <= high + 1e-9, in(path, "scores"), "norm_unit",
           fmt::format("{} lies outside the scores {} to {} of '{}'", *score, low, high, id));
  }

  bool all_at(const GoldenCase& golden, bool highest) const {
    const Order* order = find_order(instrument_, golden.order);
    if (order == nullptr || static_cast<int>(golden.answers.size()) != count()) return false;
    for (int item = 1; item <= count(); ++item) {
      const AnswerRange range = range_in_order(instrument_, *order, item);
      const auto* code = std::get_if<int>(&golden.answers[static_cast<std::size_t>(item - 1)]);
      if (code == nullptr || *code != (highest ? range.max : range.min)) return false;
    }
    return true;
  }

  static bool has_missing(const GoldenCase& golden) {
    return std::any_of(golden.answers.begin(), golden.answers.end(), [](const GoldenAnswer& answer) {
      return std::holds_alternative<std::string>(answer);
    });
  }

  void enough() {
    const auto& cases = instrument_.golden_cases;
    const auto any = [&](const auto& test) { return std::any_of(cases.begin(), cases.end(), test); };
    demand(any([&](const GoldenCase& g) { return all_at(g, false); }), "cases", "golden_missing",
           "needs a case with every answer at its lowest");
    demand(any([&](const GoldenCase& g) { return all_at(g, true); }), "cases", "golden_missing",
           "needs a case with every answer at its highest");
    demand(any([&](const GoldenCase& g) { return !has_missing(g) && !all_at(g, false) && !all_at(g, true); }),
           "cases", "golden_missing", "needs a worked case");
    for (const Scale& scale : instrument_.scales) {
      demand(any([&](const GoldenCase& g) { return has_missing(g) && g.scores.contains(scale.id); }), "cases",
             "golden_missing",
             fmt::format("needs a case with a missing answer that names the scale '{}'", scale.id));
      for (const Order& order : instrument_.orders)
        demand(any([&](const GoldenCase& g) {
                 const auto score = g.scores.find(scale.id);
                 return g.order == order.id && score != g.scores.end() && score->second.has_value();
               }),
               "cases", "golden_missing",
               fmt::format("needs a case in the order '{}' with a score on '{}'", order.id, scale.id));
    }
  }
};

/// A calibration.toml held against its instrument.
class CalibrationCourt : public Court {
 public:
  using Court::Court;

  void hear() {
    demand(text(file_table(), "instrument") == instrument_.id, "instrument", "calibration",
           fmt::format("is not of the instrument '{}'", instrument_.id));
    demand(text(file_table(), "version") == instrument_.version, "version", "calibration",
           fmt::format("is not of the version '{}'", instrument_.version));
    std::set<std::string> sources;
    for (const Source& source : instrument_.sources)
      demand(sources.insert(source.id).second, "sources", "id_twice",
             fmt::format("two sources have the id '{}'", printable(source.id)));
    // Those of this file come last.
    const auto& all = instrument_.calibrations;
    const std::size_t before = all.size() - tables(file_table(), "scales").size();
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Calibration& calibration = all[i];
      const std::string path = i < before ? "scales" : at("scales", i - before);
      if (i >= before) scale(calibration, path);
      demand(seen.emplace(calibration.scale, calibration.order).second, path, "id_twice",
             "this scale and order have been calibrated above");
    }
  }

 private:
  void scale(const Calibration& calibration, const std::string& path) {
    provenance(calibration.provenance, path);
    demand(calibration.people > 0, in(path, "people"), "value", "must be above 0");
    const double reliability = calibration.reliability.value_or(0.5);
    demand(reliability > 0 && reliability < 1, in(path, "reliability"), "value", "must lie between 0 and 1");
    for (std::size_t i = 0; i < calibration.norms.size(); ++i)
      norm(calibration.norms[i], at(in(path, "norms"), i));
    const Order* order = find_order(instrument_, calibration.order);
    const Scale* scale = find_scale(instrument_, calibration.scale);
    if (!demand(order != nullptr, in(path, "order"), "no_such_order", "no order has this id") ||
        !demand(scale != nullptr, in(path, "scale"), "no_such_scale", "no scale has this id"))
      return;
    const Key& key = key_in_order(*scale, *order);
    demand(key.recodes.empty() && scale->verb != Verb::count, in(path, "scale"), "calibration",
           "a scale whose answers are recoded or counted cannot be calibrated");
    demand(calibration.items.size() == key.items.size(), in(path, "items"), "calibration",
           fmt::format("the scale has {} items, the calibration {}", key.items.size(),
                       calibration.items.size()));
    std::set<int> seen;
    for (std::size_t i = 0; i < calibration.items.size(); ++i) {
      const std::string here = at(in(path, "items"), i);
      const int number = calibration.items[i].item;
      if (demand(contains(key.items, number), in(here, "item"), "no_such_item",
                 fmt::format("the scale has no item {}", number)))
        item(calibration, calibration.items[i], range_in_order(instrument_, *order, number), here);
      demand(seen.insert(number).second, in(here, "item"), "item_twice",
             fmt::format("item {} is named twice", number));
    }
  }

  void item(const Calibration& calibration, const ItemCalibration& item, AnswerRange range,
            const std::string& path) {
    constexpr double steepest = 20, farthest = 50;
    const auto wanted = static_cast<std::size_t>(range.max - range.min);
    demand(
        item.discrimination > 0 && item.discrimination <= steepest, in(path, "discrimination"), "value",
        "must be above 0 and at most 20: an item that measures the other way round is reversed by its key");
    demand(item.discrimination_error.value_or(1) > 0, in(path, "discrimination_error"), "value",
           "must be above 0");
    demand(item.locations.size() == wanted, in(path, "locations"), "calibration",
           fmt::format("answers {} to {} have {} locations, not {}", range.min, range.max, wanted,
                       item.locations.size()));
    demand(item.location_errors.empty() || item.location_errors.size() == item.locations.size(),
           in(path, "location_errors"), "calibration", "needs one for each location");
    for (const double error : item.location_errors)
      demand(error > 0, in(path, "location_errors"), "value", "must be above 0");
    demand(item.dependence.empty() || item.dependence.size() == calibration.items.size(),
           in(path, "dependence"), "calibration", "needs one for each item of the scale");
    demand(std::all_of(item.dependence.begin(), item.dependence.end(),
                       [](double v) { return std::abs(v) <= 1; }),
           in(path, "dependence"), "value", "must lie between -1 and 1");
    for (std::size_t k = 0; k < item.locations.size(); ++k) {
      demand(std::abs(item.locations[k]) <= farthest, in(path, "locations"), "value",
             "must lie between -50 and 50");
      if (k > 0 && calibration.model == ItemResponseModel::graded_response)
        demand(item.locations[k] > item.locations[k - 1], in(path, "locations"), "value",
               "thresholds of graded responses rise");
    }
  }

  void norm(const StateNorm& norm, const std::string& path) {
    demand(norm.n > 1, in(path, "n"), "value", "must be above 1");
    demand(norm.sd > 0, in(path, "sd"), "value", "must be above 0");
    demand(norm.age_from.value_or(0) >= 0 && norm.age_from.value_or(0) <= norm.age_to.value_or(oldest_age) &&
               norm.age_to.value_or(0) <= oldest_age,
           in(path, "age_from"), "value", fmt::format("ages rise and lie within 0 to {}", oldest_age));
  }
};

}  // namespace

Faults prove_calibrations(const Instrument& instrument, const std::string& file, const Structure& structure) {
  CalibrationCourt court(instrument, file, structure);
  court.hear();
  return court.verdict();
}

Faults prove_instrument(const Instrument& instrument, const std::string& file, const Structure& structure) {
  InstrumentCourt court(instrument, file, structure);
  court.hear();
  return court.verdict();
}

Faults prove_text(const Instrument& instrument, const Text& text, const std::string& file,
                  const Structure& structure) {
  TextCourt court(instrument, file, structure);
  court.hear(text);
  return court.verdict();
}

std::optional<Error> prove_wording(const Instrument& instrument, bool any_text, const std::string& file,
                                   const Structure& structure) {
  const bool shipped = instrument.licence.wording == Wording::shipped;
  if (shipped == any_text) return std::nullopt;
  return Error{ErrorKind::definition, "definition.wording",
               shipped ? "says \"shipped\", but there is no text.<locale>.toml"
                       : "a text.<locale>.toml is there, but this is not \"shipped\": wording of a published "
                         "instrument is not ours to ship",
               place_of(structure, file, "licence.wording")};
}

Faults prove_golden_cases(const Instrument& instrument, const std::string& file, const Structure& structure) {
  GoldenCourt court(instrument, file, structure);
  court.hear();
  return court.verdict();
}

}  // namespace securebase::catalog
