#pragma once
// From a request to the one route that answers it. A route cannot be written without a rule, and a handler is
// not called before the rule's check has said yes. What a rule means is not known here.
//
//   constexpr Route<Desk> routes[] = {
//       {Method::get, "/api/v1/courses/{course}", {Permission::read, Relation::treats}, show_course}, ...};
//   const Router<Desk> router(routes, desk, authorise);
//
// A pattern's segments are words, or {name} for an id (32 hexadecimal digits), {name:word} for 1 to 64 of
// a-z 0-9 _ . - that begin with a letter or digit, and, as the last one, {name:rest} for all that is left.
// A word that is written out goes before a {name}.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "http/message.hpp"

namespace securebase::http {

template <class T>
concept Enumeration = std::is_enum_v<T>;

/// Who may: a permission and a relationship, which are enumerations of the one who writes the table.
class Rule {
 public:
  template <Enumeration Permission, Enumeration Relationship>
  constexpr Rule(Permission permission, Relationship relationship)
      : permission_(static_cast<std::uint32_t>(permission)),
        relationship_(static_cast<std::uint32_t>(relationship)) {}

  template <Enumeration Permission>
  [[nodiscard]] constexpr Permission permission() const {
    return static_cast<Permission>(permission_);
  }
  template <Enumeration Relationship>
  [[nodiscard]] constexpr Relationship relationship() const {
    return static_cast<Relationship>(relationship_);
  }
  bool operator==(const Rule&) const = default;

 private:
  std::uint32_t permission_;
  std::uint32_t relationship_;
};

/// Says whether the rule lets this request through; sets Request::caller. Not `true`: 403, an error: its
/// status.
using Authorise = std::function<Result<bool>(const Rule&, Request&)>;

template <class Context>
struct Route {
  Method method;  ///< not HEAD and not OPTIONS: those follow from the others
  std::string_view pattern;
  Rule rule;
  Response (*handler)(Context&, Request&);
};

/// The patterns of a table as a tree: finding one takes as many look-ups as the path has segments.
class PathTree {
 public:
  /// Throws logic_error on a pattern that is malformed or there twice.
  void add(Method method, std::string_view pattern, std::size_t route);

  struct Match {
    std::size_t route = 0;
    std::string_view pattern;
    Fields parameters;
    std::string allow;  ///< of Allow: what this path knows; empty where the path is not known
    bool found = false;
  };
  /// HEAD finds the route of GET.
  [[nodiscard]] Match find(Method method, std::string_view path) const;

 private:
  enum class Kind { id, word, rest };
  static constexpr std::size_t none = SIZE_MAX;
  struct Node {
    std::map<std::string, std::size_t, std::less<>> words;
    std::array<std::size_t, 3> children = {none, none, none};  ///< by Kind
    std::array<std::size_t, method_count> routes = {none, none, none, none, none, none, none};
    std::array<std::string_view, method_count> patterns;
    [[nodiscard]] bool ends_route() const;
  };
  struct Found {
    std::size_t node = none;
    std::vector<std::string_view> values;
  };

  std::size_t child(std::size_t node, std::string_view segment);
  [[nodiscard]] bool walk(std::size_t node, std::string_view path, Found& found) const;
  [[nodiscard]] bool walk_child(std::size_t node, std::size_t kind, std::string_view path,
                                Found& found) const;

  std::vector<Node> nodes_ = std::vector<Node>(1);
};

/// What is said where no route answers: 404, 405 with Allow, or 204 to OPTIONS.
[[nodiscard]] Response unanswered(const Request& request, const PathTree::Match& match);
/// What is said where the rule does not let a request through.
[[nodiscard]] Response refused(const Result<bool>& verdict);

template <class Context>
class Router {
 public:
  /// `routes` and `context` outlive the router. Throws logic_error on a faulty table.
  /// Without `authorise` everything is refused.
  Router(std::span<const Route<Context>> routes, Context& context, Authorise authorise)
      : routes_(routes), context_(&context), authorise_(std::move(authorise)) {
    for (std::size_t i = 0; i < routes.size(); ++i) tree_.add(routes[i].method, routes[i].pattern, i);
  }

  [[nodiscard]] Response operator()(Request& request) const {
    PathTree::Match match = tree_.find(request.method, request.path);
    if (!match.found) return unanswered(request, match);
    const Route<Context>& route = routes_[match.route];
    request.route = match.pattern;
    request.parameters = std::move(match.parameters);
    const Result<bool> verdict = authorise_ ? authorise_(route.rule, request) : Result<bool>(false);
    if (!verdict || !*verdict) return refused(verdict);
    return route.handler(*context_, request);
  }

 private:
  std::span<const Route<Context>> routes_;
  Context* context_;
  Authorise authorise_;
  PathTree tree_;
};

}  // namespace securebase::http
