#include "http/router.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "base/id.hpp"

namespace securebase::http {
namespace {

constexpr std::size_t most_word = 64;

bool is_word(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= most_word && letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || c == '_' || c == '.' || c == '-'; });
}

[[noreturn]] void faulty(std::string_view pattern, std::string_view why) {
  throw std::logic_error(fmt::format("route {}: {}", pattern, why));
}

/// The first segment of a path without its leading slash.
std::string_view first_segment(std::string_view path) {
  return path.substr(0, path.find('/'));
}

/// What follows the first segment; empty at the end. A slash at the end is a segment of its own.
std::string_view after_segment(std::string_view path) {
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash);
}

std::string_view parameter_name(std::string_view segment) {
  const auto inner = segment.substr(1, segment.size() - 2);
  return inner.substr(0, inner.find(':'));
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// As PathTree numbers the kinds.
std::size_t kind_of(std::string_view parameter) {
  const auto colon = parameter.find(':');
  if (colon == std::string_view::npos) return 0;
  const auto kind = parameter.substr(colon + 1, parameter.size() - colon - 2);
  if (kind != "id" && kind != "word" && kind != "rest")
    faulty(parameter, "a parameter is an id, word or rest");
  return kind == "id" ? 0 : kind == "word" ? 1 : 2;
}

}  // namespace

bool PathTree::Node::ends_route() const {
  return std::any_of(routes.begin(), routes.end(), [](std::size_t route) { return route != none; });
}

std::size_t PathTree::child(std::size_t node, std::string_view segment) {
  std::size_t& next = is_parameter(segment)
                          ? nodes_[node].children[kind_of(segment)]
                          : nodes_[node].words.try_emplace(std::string(segment), none).first->second;
  if (next != none) return next;
  const std::size_t fresh = next = nodes_.size();
  nodes_.emplace_back();
  return fresh;
}

void PathTree::add(Method method, std::string_view pattern, std::size_t route) {
  if (pattern.empty() || pattern.front() != '/') faulty(pattern, "a pattern begins with a slash");
  if (method == Method::head || method == Method::options)
    faulty(pattern, "HEAD and OPTIONS follow from the others");
  std::size_t node = 0;
  for (auto left = pattern; !left.empty(); left = after_segment(left.substr(1))) {
    const auto segment = first_segment(left.substr(1));
    const bool last = after_segment(left.substr(1)).empty();
    if (segment.empty() && pattern != "/") faulty(pattern, "a segment is empty");
    if (segment.ends_with(":rest}") && !last) faulty(pattern, "the rest comes last");
    node = child(node, segment);
  }
  auto& place = nodes_[node].routes[static_cast<std::size_t>(method)];
  if (place != none) faulty(pattern, "is there twice");
  place = route;
  nodes_[node].patterns[static_cast<std::size_t>(method)] = pattern;
}

bool PathTree::walk_child(std::size_t node, std::size_t kind, std::string_view path, Found& found) const {
  const std::size_t next = nodes_[node].children[kind];
  if (next == none) return false;
  const auto rest = path.substr(1);
  const auto segment = first_segment(rest);
  const bool takes_all = static_cast<Kind>(kind) == Kind::rest;
  if (static_cast<Kind>(kind) == Kind::id && !is_id(segment)) return false;
  if (static_cast<Kind>(kind) == Kind::word && !is_word(segment)) return false;
  if (takes_all && rest.empty()) return false;
  found.values.push_back(takes_all ? rest : segment);
  if (walk(next, takes_all ? std::string_view() : after_segment(rest), found)) return true;
  found.values.pop_back();
  return false;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the deepest pattern
bool PathTree::walk(std::size_t node, std::string_view path, Found& found) const {
  if (path.empty()) {
    found.node = node;
    return nodes_[node].ends_route();
  }
  const auto segment = first_segment(path.substr(1));
  const auto word = nodes_[node].words.find(segment);
  if (word != nodes_[node].words.end() && walk(word->second, after_segment(path.substr(1)), found))
    return true;
  for (std::size_t kind = 0; kind < nodes_[node].children.size(); ++kind)
    if (walk_child(node, kind, path, found)) return true;
  return false;
}

PathTree::Match PathTree::find(Method method, std::string_view path) const {
  Match match;
  Found found;
  if (path.empty() || path.front() != '/' || !walk(0, path, found)) return match;
  const Node& node = nodes_[found.node];
  for (std::size_t i = 0; i < method_count; ++i) {
    if (node.routes[i] == none) continue;
    match.allow += name(static_cast<Method>(i));
    match.allow += static_cast<Method>(i) == Method::get ? ", HEAD, " : ", ";
  }
  match.allow += "OPTIONS";
  const auto wanted = static_cast<std::size_t>(method == Method::head ? Method::get : method);
  if (node.routes[wanted] == none) return match;
  match.found = true;
  match.route = node.routes[wanted];
  match.pattern = node.patterns[wanted];
  auto value = found.values.begin();
  for (auto left = match.pattern; !left.empty(); left = after_segment(left.substr(1))) {
    const auto segment = first_segment(left.substr(1));
    if (is_parameter(segment)) match.parameters.emplace_back(parameter_name(segment), *value++);
  }
  return match;
}

namespace {

bool is_json(const Request& request) {
  const std::string type = lower(request.header("content-type").value_or(""));
  return type == "application/json" || type == "application/json; charset=utf-8" ||
         type == "application/json;charset=utf-8";
}

Response nothing_to_say() {
  Response response;
  response.status = 204;
  return response;
}

}  // namespace

Response unanswered(const Request& request, const PathTree::Match& match) {
  if (match.allow.empty())
    return to_response(Problem{404, "http.no_such_path", "There is nothing here.", ""});
  Response response;
  if (request.method == Method::options) {
    response.status = 204;
  } else {
    response = to_response(Problem{405, "http.method_not_allowed", "Allowed: " + match.allow, ""});
  }
  response.headers.emplace_back("Allow", match.allow);
  return response;
}

Router::Router(std::span<const Route> routes, const Desk& desk, std::string_view cookie)
    : routes_(routes), desk_(desk), cookie_(cookie) {
  for (std::size_t i = 0; i < routes.size(); ++i) tree_.add(routes[i].method, routes[i].pattern, i);
}

Response Router::operator()(Request& request) const {
  PathTree::Match match = tree_.find(request.method, request.path);
  if (!match.found) return unanswered(request, match);
  request.route = match.pattern;
  request.parameters = std::move(match.parameters);
  return answer(routes_[match.route], request);
}

Response Router::answer(const Route& route, const Request& request) const {
  const Token token = token_of(request, cookie_);
  const auto actor = admit(desk_, route.permission, request, token);
  if (!actor) return to_response(actor.error());
  if (route.what.input != nullptr && !is_json(request))
    return to_response(Problem{415, "http.not_json", "The body is application/json.", ""});
  Visit visit{desk_, request, *actor, token, cookie_, {}};
  const Route::Answer said = route.what.act(visit);
  if (!said) return to_response(said.error());
  Response response = *said ? json(wire::to_json(**said)) : nothing_to_say();
  for (const Cookie& cookie : visit.given) response.set_cookie(cookie, request);
  return response;
}

}  // namespace securebase::http
