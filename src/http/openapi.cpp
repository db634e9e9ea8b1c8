#include "http/openapi.hpp"

#include <algorithm>
#include <array>

#include "http/portal.hpp"
#include "http/workbench.hpp"

namespace securebase::http {
namespace {

using service::Permission;
using wire::Node;
using wire::Schemas;

struct Table {
  std::string_view name;
  std::string_view cookie;
  std::span<const Route> routes;
};

Node of_type(std::string_view type) {
  return Node::Object{{"type", type}};
}

Node reference(const std::string& what) {
  return Node::Object{{"$ref", "#/components/" + what}};
}

Node content(std::string_view type, Node schema) {
  return Node::Object{{std::string(type), Node::Object{{"schema", std::move(schema)}}}};
}

Node::Array parameters_of(const Route& route) {
  Node::Array parameters;
  for (auto left = route.pattern; left.find('{') != std::string_view::npos;) {
    left.remove_prefix(left.find('{') + 1);
    parameters.push_back(Node::Object{{"name", left.substr(0, left.find('}'))},
                                      {"in", "path"},
                                      {"required", true},
                                      {"schema", reference("schemas/Id")}});
  }
  return parameters;
}

Node responses_of(const Route& route, Schemas& schemas) {
  Node::Object responses;
  if (route.what.output == nullptr) {
    responses.push_back({"204", Node::Object{{"description", "Done"}}});
  } else {
    responses.push_back(
        {"200", Node::Object{{"description", "Done"},
                             {"content", content("application/json", route.what.output(schemas))}}});
  }
  responses.push_back({"4XX", reference("responses/Problem")});
  responses.push_back({"5XX", reference("responses/Problem")});
  return responses;
}

Node operation_of(const Table& table, const Route& route, Schemas& schemas) {
  Node::Object operation{{"operationId", route.what.name},
                         {"summary", route.summary},
                         {"tags", Node::Array{table.name}},
                         {"x-permission", service::to_text(route.permission)}};
  if (route.permission != Permission::anyone) {
    Node::Object needed{{std::string(table.name), Node::Array{}}};
    if (!is_safe(route.method)) needed.push_back({"csrf", Node::Array{}});
    operation.push_back({"security", Node::Array{std::move(needed)}});
  }
  if (auto parameters = parameters_of(route); !parameters.empty())
    operation.push_back({"parameters", std::move(parameters)});
  if (route.what.input != nullptr)
    operation.push_back(
        {"requestBody", Node::Object{{"required", true},
                                     {"content", content("application/json", route.what.input(schemas))}}});
  operation.push_back({"responses", responses_of(route, schemas)});
  return operation;
}

Node::Object& member(Node::Object& object, std::string_view name) {
  for (auto& [known, value] : object)
    if (known == name) return std::get<Node::Object>(value.value);
  object.push_back({std::string(name), Node::Object{}});
  return std::get<Node::Object>(object.back().value.value);
}

/// A path that both tables have is told once.
Node::Object paths_of(std::span<const Table> tables, Schemas& schemas) {
  Node::Object paths;
  for (const Table& table : tables)
    for (const Route& route : table.routes) {
      Node::Object& path = member(paths, route.pattern);
      const std::string method = lower(name(route.method));
      const bool known =
          std::any_of(path.begin(), path.end(), [&](const auto& m) { return m.name == method; });
      if (!known) path.push_back({method, operation_of(table, route, schemas)});
    }
  return paths;
}

Node problem_schema() {
  return Node::Object{{"type", "object"},
                      {"description", "RFC 9457. The code is stable; no value repeats what was sent."},
                      {"properties", Node::Object{{"type", of_type("string")},
                                                  {"status", of_type("integer")},
                                                  {"title", of_type("string")},
                                                  {"code", of_type("string")},
                                                  {"detail", of_type("string")},
                                                  {"field", of_type("string")}}},
                      {"required", Node::Array{"type", "status", "title", "code"}}};
}

Node components_of(std::span<const Table> tables, const Schemas& schemas) {
  Node::Object all = schemas.all();
  all.push_back({"Id", Node::Object{{"type", "string"}, {"pattern", "^[0-9a-f]{32}$"}}});
  all.push_back({"Problem", problem_schema()});
  Node::Object keys;
  for (const Table& table : tables)
    keys.push_back({std::string(table.name), Node::Object{{"type", "apiKey"},
                                                          {"in", "cookie"},
                                                          {"name", "__Host-" + std::string(table.cookie)}}});
  keys.push_back({"csrf", Node::Object{{"type", "apiKey"},
                                       {"in", "header"},
                                       {"name", "X-CSRF-Token"},
                                       {"description", "What the session's answer calls csrf."}}});
  const Node problem =
      Node::Object{{"description", "What is wrong"},
                   {"content", content("application/problem+json", reference("schemas/Problem"))}};
  return Node::Object{{"securitySchemes", std::move(keys)},
                      {"responses", Node::Object{{"Problem", problem}}},
                      {"schemas", std::move(all)}};
}

Node document() {
  const std::array tables{Table{"workbench", workbench_cookie, workbench_routes()},
                          Table{"portal", portal_cookie, portal_routes()}};
  Schemas schemas;
  Node::Object paths = paths_of(tables, schemas);
  return Node::Object{
      {"openapi", "3.1.0"},
      {"info",
       Node::Object{{"title", "Securebase"},
                    {"version", "1"},
                    {"description",
                     "Additive: a path, a member or a word that is there stays there. Written from the "
                     "tables of routes and fields."}}},
      {"paths", std::move(paths)},
      {"components", components_of(tables, schemas)}};
}

// YAML: what needs no quotes has none, everything else is a JSON string, which YAML takes.

bool is_plain(std::string_view text) {
  constexpr std::array words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || std::find(words.begin(), words.end(), text) != words.end()) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return (letter(text.front()) || text.front() == '/') && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') ||
                  std::string_view(" _-./").find(c) != std::string_view::npos;
         });
}

std::string scalar(const Node& node) {
  const auto* text = node.as<Private<std::string>>();
  return text != nullptr && is_plain(text->reveal()) ? text->reveal() : wire::to_json(node);
}

bool is_block(const Node& node) {
  const auto* object = node.as<Node::Object>();
  const auto* array = node.as<Node::Array>();
  return (object != nullptr && !object->empty()) || (array != nullptr && !array->empty());
}

void append_yaml(std::string& out, const Node& node, std::size_t indent) {
  const auto append = [&](const std::string& label, const Node& value) {
    out += std::string(indent, ' ') + label;
    if (is_block(value)) {
      out += '\n';
      append_yaml(out, value, indent + 2);
    } else {
      out += ' ' + scalar(value) + '\n';
    }
  };
  if (const auto* object = node.as<Node::Object>())
    for (const auto& [label, value] : *object) append(scalar(label) + ":", value);
  if (const auto* array = node.as<Node::Array>())
    for (const Node& element : *array) append("-", element);
}

}  // namespace

std::string openapi_yaml() {
  std::string out;
  append_yaml(out, document(), 0);
  return out;
}

}  // namespace securebase::http
