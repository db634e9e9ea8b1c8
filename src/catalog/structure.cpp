#include "catalog/structure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <charconv>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/printable.hpp"

namespace securebase::catalog {
namespace {

constexpr int most_key_parts = 8;  ///< of a dotted key; the shapes need three

std::string_view describe(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "a text without control characters";
    case FieldType::integer:
      return "a whole number between -1000000 and 1000000";
    case FieldType::number:
      return "a number between -1e9 and 1e9";
    case FieldType::boolean:
      return "true or false";
    case FieldType::integers:
      return "a list of whole numbers";
    case FieldType::numbers:
      return "a list of numbers";
    case FieldType::texts:
      return "a list of texts";
    case FieldType::number_pairs:
      return "a list of pairs of numbers";
    case FieldType::answers:
      return "a list of answer codes and of the words skipped, not_applicable, not_asked";
    case FieldType::number_map:
      return "a table from whole numbers to numbers, such as { \"1\" = 3, \"2\" = 0 }";
    case FieldType::text_map:
      return "a table from names to texts";
    case FieldType::item_texts:
      return "a table from item numbers to texts, such as { \"3\" = \"sleep\" }";
    case FieldType::answer_map:
      return "a table from item numbers to answers, such as { \"3\" = 5, \"4\" = \"skipped\" }";
    case FieldType::score_map:
      return "a table from scales to numbers, or to \"none\" where there is no score";
    case FieldType::table:
      return "a table";
    case FieldType::tables:
      return "a list of tables";
  }
  return "something else";
}

bool is_integer(const toml::node& node) {
  const auto* value = node.as_integer();
  return value != nullptr && value->get() >= -largest_integer && value->get() <= largest_integer;
}

bool is_number(const toml::node& node) {
  const auto* value = node.as_floating_point();
  return is_integer(node) || (value != nullptr && std::abs(value->get()) <= largest_number);
}

bool is_answer(const toml::node& node) {
  const auto* word = node.as_string();
  return is_integer(node) ||
         (word != nullptr && std::find(std::begin(no_answer_words), std::end(no_answer_words), word->get()) !=
                                 std::end(no_answer_words));
}

bool is_score(const toml::node& node) {
  const auto* word = node.as_string();
  return is_number(node) || (word != nullptr && word->get() == no_score_word);
}

bool is_text(const toml::node& node) {
  const auto* text = node.as_string();
  return text != nullptr && is_plain_text(text->get());
}
bool is_table(const toml::node& node) {
  return node.is_table();
}

bool is_number_pair(const toml::node& node) {
  const auto* pair = node.as_array();
  return pair != nullptr && pair->size() == 2 && std::all_of(pair->begin(), pair->end(), is_number);
}

bool every_element(const toml::node& node, const std::function<bool(const toml::node&)>& test) {
  const auto* array = node.as_array();
  return array != nullptr && std::all_of(array->begin(), array->end(), test);
}

/// In the one way of writing it, so that no two keys mean the same number.
bool is_whole_number(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 6 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool every_entry(const toml::node& node, bool numbered, const std::function<bool(const toml::node&)>& test) {
  const auto* table = node.as_table();
  if (table == nullptr) return false;
  return std::all_of(table->begin(), table->end(), [&](const auto& entry) {
    return (!numbered || is_whole_number(entry.first.str())) && test(entry.second);
  });
}

bool has_type(const toml::node& node, FieldType type) {
  switch (type) {
    case FieldType::text:
      return is_text(node);
    case FieldType::integer:
      return is_integer(node);
    case FieldType::number:
      return is_number(node);
    case FieldType::boolean:
      return node.is_boolean();
    case FieldType::integers:
      return every_element(node, is_integer);
    case FieldType::numbers:
      return every_element(node, is_number);
    case FieldType::texts:
      return every_element(node, is_text);
    case FieldType::number_pairs:
      return every_element(node, is_number_pair);
    case FieldType::answers:
      return every_element(node, is_answer);
    case FieldType::number_map:
      return every_entry(node, true, is_number);
    case FieldType::text_map:
      return every_entry(node, false, is_text);
    case FieldType::item_texts:
      return every_entry(node, true, is_text);
    case FieldType::answer_map:
      return every_entry(node, true, is_answer);
    case FieldType::score_map:
      return every_entry(node, false, is_score);
    case FieldType::table:
      return node.is_table();
    case FieldType::tables:
      return every_element(node, is_table);
  }
  return false;
}

class Checker {
 public:
  Checker(const std::string& name, Structure& structure) : name_(name), structure_(structure) {}

  void check(const toml::table& table, const Shape& shape, const std::string& path) {
    for (const auto& [key, node] : table) check_known(std::string(key.str()), node, shape, path);
    for (const Field& field : shape.fields) check_field(table, field, shape, path);
  }

 private:
  static std::string join(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }

  Place remember(const toml::node& node, const std::string& path) {
    const auto begin = node.source().begin;
    return structure_.places[path] = Place{name_, begin.line, begin.column, path};
  }

  void fault(Place where, std::string code, std::string detail) {
    add_fault(structure_.faults,
              {ErrorKind::definition, std::move(code), std::move(detail), std::move(where)});
  }

  void check_known(const std::string& key, const toml::node& node, const Shape& shape,
                   const std::string& path) {
    const auto known = [&](const Field& field) { return field.key == key; };
    if (std::any_of(shape.fields.begin(), shape.fields.end(), known)) return;
    std::vector<std::string_view> keys;
    for (const Field& field : shape.fields) keys.push_back(field.key);
    fault(remember(node, join(path, printable(key))), "definition.unknown_field",
          fmt::format("no such field in {}; the fields are {}", shape.name, fmt::join(keys, ", ")));
  }

  void check_field(const toml::table& table, const Field& field, const Shape& shape,
                   const std::string& path) {
    const toml::node* node = table.get(field.key);
    const std::string here = join(path, field.key);
    if (node == nullptr) {
      if (field.need == Need::required) missing(here, field, shape);
      return;
    }
    const Place where = remember(*node, here);
    if (!has_type(*node, field.type)) {
      structure_.complete = false;
      fault(where, "definition.wrong_type", fmt::format("must be {}: {}", describe(field.type), field.help));
      return;
    }
    check_allowed(*node, field, where);
    descend(*node, field, here);
  }

  void missing(const std::string& path, const Field& field, const Shape& shape) {
    structure_.complete = false;
    Place where = place_of(structure_, name_, path);
    where.field = path;
    fault(where, "definition.missing_field",
          fmt::format("{} needs this field: {}, {}", shape.name, describe(field.type), field.help));
  }

  void check_allowed(const toml::node& node, const Field& field, const Place& where) {
    if (field.type != FieldType::text) return;
    const std::string& value = node.as_string()->get();
    const bool allowed = field.allowed.empty() ? !value.empty()
                                               : std::find(field.allowed.begin(), field.allowed.end(),
                                                           value) != field.allowed.end();
    if (allowed) return;
    structure_.complete = false;
    fault(where, "definition.value",
          field.allowed.empty()
              ? "must not be empty; leave an optional field out instead"
              : fmt::format("'{}' is not one of {}", printable(value), fmt::join(field.allowed, ", ")));
  }

  void descend(const toml::node& node, const Field& field, const std::string& path) {
    if (field.type == FieldType::table) check(*node.as_table(), *field.shape, path);
    if (field.type != FieldType::tables) return;
    std::size_t index = 0;
    for (const auto& element : *node.as_array()) {
      const std::string here = fmt::format("{}[{}]", path, ++index);
      remember(element, here);
      check(*element.as_table(), *field.shape, here);
    }
  }

  const std::string& name_;
  Structure& structure_;
};

/// Walks over TOML outside strings and comments, as far as the parser would come.
class KeyMeter {
 public:
  explicit KeyMeter(std::string_view bytes) : rest_(bytes) {}

  /// The line of the first key of more than `most_key_parts` parts; 0: none. The parser makes a table of
  /// each part, and takes them down by recursion: it has no limit of its own here.
  std::size_t deep_line() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      if (rest_.empty()) return 0;
      if (rest_.front() == '.' && ++dots_ >= most_key_parts) return line_;
      if (std::string_view("\n=,[]{}").find(rest_.front()) != std::string_view::npos) dots_ = 0;
      advance(1);
    }
    return 0;
  }

 private:
  void advance(std::size_t count) {
    const auto passed = rest_.substr(0, count);
    line_ += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
    rest_.remove_prefix(passed.size());
  }

  void skip_string(char quote) {
    const std::string triple(3, quote);
    const bool several_lines = rest_.starts_with(triple);
    const std::string_view close = several_lines ? std::string_view(triple) : std::string_view(&quote, 1);
    std::size_t at = close.size();
    while (at < rest_.size() && !rest_.substr(at).starts_with(close)) {
      if (rest_[at] == '\n' && !several_lines) break;
      at += quote == '"' && rest_[at] == '\\' ? 2U : 1U;
    }
    advance(at + close.size());
    // Up to two quotes may stand before the closing three.
    while (several_lines && rest_.starts_with(quote)) advance(1);
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  int dots_ = 0;
};

Structure unreadable(Place where, std::string code, std::string detail) {
  Structure structure;
  structure.faults = {{ErrorKind::definition, std::move(code), std::move(detail), std::move(where)}};
  return structure;
}

}  // namespace

void add_fault(Faults& faults, Error fault) {
  if (faults.size() < most_faults)
    faults.push_back(std::move(fault));
  else if (faults.size() == most_faults)
    faults.push_back({ErrorKind::definition, "definition.more_faults",
                      "this file has more faults; mend these first", Place{fault.where.name, 0, 0, {}}});
}

Structure read_structure(const std::string& name, const std::string& bytes, const Shape& shape) {
  if (bytes.size() > most_bytes)
    return unreadable({name, 0, 0, {}}, "definition.too_large",
                      fmt::format("{} bytes: a definition has at most {}", bytes.size(), most_bytes));
  if (const std::size_t line = KeyMeter(bytes).deep_line(); line > 0)
    return unreadable({name, line, 0, {}}, "definition.syntax",
                      fmt::format("a key has at most {} parts", most_key_parts));
  Structure structure;
  try {
    structure.table = toml::parse(std::string_view(bytes), std::string_view(name));
  } catch (const toml::parse_error& error) {
    const auto begin = error.source().begin;
    return unreadable({name, begin.line, begin.column, {}}, "definition.syntax",
                      printable(error.description(), 300));
  }
  structure.complete = true;
  Checker(name, structure).check(structure.table, shape, "");
  return structure;
}

std::string text(const toml::table& table, std::string_view key) {
  return table[key].value<std::string>().value_or("");
}

std::vector<int> integers(const toml::table& table, std::string_view key) {
  std::vector<int> values;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) values.push_back(static_cast<int>(*node.value<std::int64_t>()));
  return values;
}

int item_number(const toml::key& key) {
  const std::string_view text = key.str();
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::uint64_t fnv1a(std::uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

std::vector<const toml::table*> tables(const toml::table& table, std::string_view key) {
  std::vector<const toml::table*> rows;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) rows.push_back(node.as_table());
  return rows;
}

Place place_of(const Structure& structure, const std::string& name, const std::string& path) {
  for (std::string near = path; !near.empty();) {
    const auto found = structure.places.find(near);
    if (found != structure.places.end()) {
      Place place = found->second;
      place.field = path;
      return place;
    }
    const auto cut = near.find_last_of(".[");
    near = cut == std::string::npos ? "" : near.substr(0, cut);
  }
  return Place{name, 0, 0, path};
}

}  // namespace securebase::catalog
