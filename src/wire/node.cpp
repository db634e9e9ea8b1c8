#include "wire/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/printable.hpp"

namespace securebase::wire {
namespace {

using Text = Private<std::string>;
using Json = nlohmann::json;

constexpr std::string_view not_json = "JSON (RFC 8259) in UTF-8 without a byte-order mark";

/// Goes through the bytes for the parser and tells others how far it has come.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Builds the tree from what the parser tells. Every function says whether to go on.
class Builder {
 public:
  explicit Builder(std::size_t most_values) : most_values_(most_values) {}

  bool null() { return add({}); }
  bool boolean(bool truth) { return add(truth); }
  bool number_integer(std::int64_t number) { return add(number); }
  bool number_unsigned(std::uint64_t number) {
    return std::in_range<std::int64_t>(number) ? add(static_cast<std::int64_t>(number))
                                               : add(static_cast<double>(number));
  }
  bool number_float(double number, const std::string& /*text*/) { return add(number); }
  bool string(std::string& text) {
    if (text.find('\0') != std::string::npos) return refuse("a text without U+0000");
    const bool go_on = add(Text(text));
    clear_memory(text.data(), text.size());
    return go_on;
  }
  bool binary(std::vector<std::uint8_t>& /*bytes*/) { return refuse(not_json); }

  bool start_object(std::size_t /*size*/) { return open(Node::Object()); }
  bool key(std::string& name) {
    if (name.find('\0') != std::string::npos) return refuse("a name without U+0000");
    std::get<Node::Object>(open_.back().value).push_back({name, {}});
    return true;
  }
  bool end_object() { return has_names_once() ? close() : refuse("an object that names each member once"); }
  bool start_array(std::size_t /*size*/) { return open(Node::Array()); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& error) {
    constexpr int number_overflow = 406;
    return refuse(error.id == number_overflow ? "a number that a double can hold" : not_json);
  }

  Node take() { return std::move(root_); }
  [[nodiscard]] std::string_view wanted() const { return wanted_; }

 private:
  bool refuse(std::string_view wanted) {
    wanted_ = wanted;
    return false;
  }
  bool open(Node container) {
    if (open_.size() == most_json_depth)
      return refuse("arrays and objects within each other 32 deep at most");
    open_.push_back(std::move(container));
    return true;
  }
  bool close() {
    Node done = std::move(open_.back());
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(Node node) {
    if (values_++ == most_values_) return refuse("fewer values in one document");
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (auto* array = std::get_if<Node::Array>(&open_.back().value)) {
      array->push_back(std::move(node));
    } else {
      std::get<Node::Object>(open_.back().value).back().value = std::move(node);
    }
    return true;
  }
  [[nodiscard]] bool has_names_once() const {
    std::vector<std::string_view> names;
    for (const Member& member : std::get<Node::Object>(open_.back().value)) names.push_back(member.name);
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) == names.end();
  }

  std::size_t most_values_;
  std::size_t values_ = 0;
  Node root_;
  std::vector<Node> open_;
  std::string_view wanted_ = not_json;
};

Place place_of(std::string_view before) {
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto line_end = before.rfind('\n');
  const auto begin = line_end == std::string_view::npos ? 0 : line_end + 1;
  return {"", line, std::max<std::size_t>(before.size() - begin, 1), ""};
}

void append_text(std::string& out, std::string_view text) {
  if (!is_plain_text(text)) {  // rare: control characters, or not UTF-8
    out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n' || c == '\t')
      out += c == '\n' ? "\\n" : "\\t";
    else
      out += c;
  }
  out += '"';
}

void append_number(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const std::string text = fmt::format("{}", number);
  out += text;
  if (text.find_first_of(".e") == std::string::npos) out += ".0";
}

void append(std::string& out, const Node& node);

struct Appending {
  std::string& out;

  void operator()(std::monostate /*null*/) const { out += "null"; }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::int64_t number) const { out += fmt::format("{}", number); }
  void operator()(double number) const { append_number(out, number); }
  void operator()(const Text& text) const { append_text(out, text.reveal()); }
  void operator()(const Node::Array& array) const {
    out += '[';
    for (const Node& element : array) {
      if (&element != array.data()) out += ',';
      append(out, element);
    }
    out += ']';
  }
  void operator()(const Node::Object& object) const {
    out += '{';
    for (const Member& member : object) {
      if (&member != object.data()) out += ',';
      append_text(out, member.name);
      out += ':';
      append(out, member.value);
    }
    out += '}';
  }
};

void append(std::string& out, const Node& node) {
  std::visit(Appending{out}, node.value);
}

}  // namespace

// Here, where Member is whole.
Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;
Node::Node(double number) : value(number) {}
Node::Node(const char* text) : value(Private<std::string>(text)) {}
Node::Node(std::string_view text) : value(Private(std::string(text))) {}
Node::Node(const std::string& text) : value(Private(text)) {}
Node::Node(Private<std::string> text) : value(std::move(text)) {}
Node::Node(Array elements) : value(std::move(elements)) {}
Node::Node(Object members) : value(std::move(members)) {}

const Node* Node::find(std::string_view name) const {
  const auto* object = as<Object>();
  if (object == nullptr) return nullptr;
  for (const Member& member : *object)
    if (member.name == name) return &member.value;
  return nullptr;
}

bool Node::operator==(const Node& other) const {
  return value == other.value;
}

Result<Node> parse_json(std::string_view bytes, std::size_t most_values) {
  const auto refuse = [&](std::size_t at, std::string_view wanted) {
    return fail(ErrorKind::usage, "json.malformed", fmt::format("expected: {}", wanted),
                place_of(bytes.substr(0, at)));
  };
  // The parser leaves out a byte-order mark and stops at a zero byte as if it were the end.
  if (bytes.starts_with("\xEF\xBB\xBF")) return refuse(1, not_json);
  if (const auto zero = bytes.find('\0'); zero != std::string_view::npos) return refuse(zero + 1, not_json);
  const char* reached = bytes.data();
  Builder builder(most_values);
  const char* const end = bytes.data() + bytes.size();
  if (Json::sax_parse(Cursor(bytes.data(), &reached), Cursor(end, &reached), &builder)) return builder.take();
  return refuse(static_cast<std::size_t>(reached - bytes.data()), builder.wanted());
}

std::string to_json(const Node& node) {
  std::string out;
  append(out, node);
  return out;
}

}  // namespace securebase::wire
