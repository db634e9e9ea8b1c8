#pragma once
// Any JSON value, for properties.

#include <rapidcheck.h>

#include <cmath>
#include <set>

#include "wire/node.hpp"

namespace securebase::wire {

inline rc::Gen<std::string> any_text() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "a", "Z", "0", " ", "\"", "\\", "\n", "\t", "\x01", "\x7f", "é", "߿", "字", "😀", "\u2028", "/")),
      [](const std::vector<std::string>& parts) {
        std::string text;
        for (const auto& part : parts) text += part;
        return text;
      });
}

inline rc::Gen<Node> any_node(int depth) {
  const auto plain = rc::gen::oneOf(
      rc::gen::just(Node()), rc::gen::map<bool>([](bool truth) { return Node(truth); }),
      rc::gen::map<std::int64_t>([](std::int64_t number) { return Node(number); }),
      rc::gen::map(rc::gen::suchThat<double>([](double number) { return std::isfinite(number); }),
                   [](double number) { return Node(number); }),
      rc::gen::map(any_text(), [](const std::string& text) { return Node(text); }));
  if (depth == 0) return plain;
  constexpr double smaller = 0.1;  // at each level, or the trees grow without end
  const auto inner = any_node(depth - 1);
  const auto list = rc::gen::scale(smaller, rc::gen::container<std::vector<Node>>(inner));
  const auto object =
      rc::gen::map(rc::gen::scale(smaller, rc::gen::container<std::vector<std::pair<std::string, Node>>>(
                                               rc::gen::pair(any_text(), inner))),
                   [](const std::vector<std::pair<std::string, Node>>& members) {
                     Node::Object once;
                     std::set<std::string> names;
                     for (const auto& [name, value] : members)
                       if (names.insert(name).second) once.push_back({name, value});
                     return Node(once);
                   });
  return rc::gen::oneOf(plain, rc::gen::map(list, [](const Node::Array& array) { return Node(array); }),
                        object);
}

}  // namespace securebase::wire
