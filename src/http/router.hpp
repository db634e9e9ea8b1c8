#pragma once
// From a request to the one route that answers it. A row cannot be written without a permission, and its use
// case is not called, nor the body read, before the gate has let the request through.
//
// A pattern's segments are words, or {name} for an id (32 hexadecimal digits), {name:word} for 1 to 64 of
// a-z 0-9 _ . - that begin with a letter or digit, and, as the last one, {name:rest} for all that is left.
// A word that is written out goes before a {name}.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/gate.hpp"
#include "http/message.hpp"
#include "wire/fields.hpp"

namespace securebase::http {

/// One request that the gate has let through.
struct Visit {
  const Desk& desk;
  const Request& request;
  const service::Actor& actor;
  const Token& token;         ///< what the session's cookie held
  std::string_view cookie;    ///< its name
  std::vector<Cookie> given;  ///< to be set with the answer
};

/// A row of a table; endpoint.hpp makes one from a use case.
struct Route {
  using Schema = wire::Node (*)(wire::Schemas&);
  /// Nothing: there is nothing to say (204).
  using Answer = Result<std::optional<wire::Node>>;
  using Act = Answer (*)(Visit&);

  struct What {
    std::string_view name;    ///< of the use case
    Schema input = nullptr;   ///< of the body; nullptr: there is none
    Schema output = nullptr;  ///< nullptr: 204
    Act act = nullptr;
  };

  constexpr Route(Method how, std::string_view where, service::Permission who, std::string_view words,
                  What does)
      : method(how), pattern(where), permission(who), summary(words), what(does) {}

  Method method;  ///< not HEAD and not OPTIONS: those follow from the others
  std::string_view pattern;
  service::Permission permission;
  std::string_view summary;
  What what;
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

/// A table at work. A Handler: it may be called from several threads.
class Router {
 public:
  /// `routes` and what `desk` names outlive the router. `cookie` names the session's cookie. Throws
  /// logic_error on a faulty table.
  Router(std::span<const Route> routes, const Desk& desk, std::string_view cookie);

  /// A body that is needed is application/json: otherwise 415.
  [[nodiscard]] Response operator()(Request& request) const;

 private:
  [[nodiscard]] Response answer(const Route& route, const Request& request) const;

  std::span<const Route> routes_;
  Desk desk_;
  std::string_view cookie_;
  PathTree tree_;
};

}  // namespace securebase::http
