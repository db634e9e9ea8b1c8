#pragma once
// From a use case to a row of a table:
//
//   endpoint<&service::read_course>(Method::get, "/api/v1/courses/{course}", Permission::read_course,
//                                   "One course with its members")
//
// A use case is Result<Out> f(const Practice&, const Actor&, const Id<A>&..., const Input&), or takes a
// Visit& first where it needs the request itself. The ids come from the pattern's names in their order, the
// input (which may be absent) from the body. Out is a struct, a list (said as
// {"items": [...]}, so that more can be said beside it one day), or a bool: nothing to say, 204. A row
// whose pattern has more or fewer names than the use case has ids does not compile.

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "http/router.hpp"

namespace securebase::http {

/// The body, read by `read` into what `value` points to. Errors of parse_json and from_node.
[[nodiscard]] Result<bool> read_body(const Request& request, void* value,
                                     Result<bool> (*read)(const wire::Node&, void*, const std::string&));

template <class T>
inline constexpr bool is_id = false;
template <class Kind>
inline constexpr bool is_id<Id<Kind>> = true;

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class Out>
[[nodiscard]] Route::Answer say(const Result<Out>& result) {
  if (!result) return tl::unexpected(result.error());
  if constexpr (std::is_same_v<Out, bool>)
    return std::optional<wire::Node>();
  else if constexpr (is_list<Out>)
    return std::optional(wire::Node(wire::Node::Object{{"items", wire::to_node(*result)}}));
  else
    return std::optional(wire::to_node(*result));
}

template <class Out>
constexpr Route::Schema output_schema() {
  if constexpr (std::is_same_v<Out, bool>)
    return nullptr;
  else if constexpr (is_list<Out>)
    return [](wire::Schemas& schemas) {
      return wire::schema_of_object({{"items", wire::schema_of<Out>(schemas, wire::Way::out)}}, {"items"},
                                    wire::Way::out);
    };
  else
    return [](wire::Schemas& schemas) { return wire::schema_of<Out>(schemas, wire::Way::out); };
}

/// A use case that takes ids, and then one input at most, after who asks; Ask calls it.
template <class Ask, class Out, class... Parts>
struct Called {
  using Output = Out;
  static constexpr std::size_t ids = (std::size_t{0} + ... + is_id<std::remove_cvref_t<Parts>>);
  static constexpr bool has_input = sizeof...(Parts) > ids;
  static_assert(sizeof...(Parts) <= ids + 1, "a use case has one input");

  template <auto function>
  static Route::Answer act(Visit& visit) {
    if constexpr (has_input) {
      Input input{};
      if (auto done = read_body(visit.request, &input, &wire::read_member<Input>); !done)
        return tl::unexpected(done.error());
      return call<function>(visit, input, std::index_sequence_for<Parts...>());
    } else {
      return call<function>(visit, nullptr, std::index_sequence_for<Parts...>());
    }
  }

  static constexpr Route::Schema input_schema() {
    if constexpr (has_input)
      return [](wire::Schemas& schemas) { return wire::schema_of<Input>(schemas, wire::Way::in); };
    else
      return nullptr;
  }

 private:
  template <bool, class...>
  struct Last {
    using Type = void;
  };
  template <class... All>
  struct Last<true, All...> {
    using Type = std::remove_cvref_t<std::tuple_element_t<sizeof...(All) - 1, std::tuple<All...>>>;
  };
  using Input = typename Last<has_input, Parts...>::Type;

  /// An id is made here and goes by value.
  template <class Part, class Given>
  static std::conditional_t<is_id<Part>, Part, const Part&> part(const Request& request, std::size_t at,
                                                                 const Given& input) {
    if constexpr (is_id<Part>)
      return *Part::parse(request.parameters.at(at).second);
    else
      return input;
  }

  template <auto function, class Given, std::size_t... at>
  static Route::Answer call(Visit& visit, const Given& input, std::index_sequence<at...> /*parts*/) {
    return say(
        Ask::template ask<function>(visit, part<std::remove_cvref_t<Parts>>(visit.request, at, input)...));
  }
};

/// How a use case is called, by the type of its pointer.
template <class Function>
struct UseCase;

struct ByActor {
  template <auto function>
  static auto ask(Visit& visit, const auto&... part) {
    return function(visit.desk.practice, visit.actor, part...);
  }
};
template <class Out, class... Parts>
struct UseCase<Result<Out> (*)(const service::Practice&, const service::Actor&, Parts...)>
    : Called<ByActor, Out, Parts...> {};

struct ByVisit {
  template <auto function>
  static auto ask(Visit& visit, const auto&... part) {
    return function(visit, part...);
  }
};
template <class Out, class... Parts>
struct UseCase<Result<Out> (*)(Visit&, Parts...)> : Called<ByVisit, Out, Parts...> {};

/// What the function is called, without its namespaces.
template <auto function>
[[nodiscard]] consteval std::string_view function_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name = name.substr(name.find("function = ") + 11);
  name = name.substr(0, name.find_first_of(";]"));
  name = name.substr(name.rfind(':') + 1);
  return name.substr(0, name.find_first_of(")("));
}

template <auto function>
[[nodiscard]] consteval Route endpoint(Method method, std::string_view pattern,
                                       service::Permission permission, std::string_view summary) {
  using Case = UseCase<decltype(function)>;
  const auto names = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '{'));
  if (names != Case::ids || pattern.find(':') != std::string_view::npos)
    throw "the pattern has as many names of ids as the use case has ids";
  return {method,
          pattern,
          permission,
          summary,
          {function_name<function>(), Case::input_schema(), output_schema<typename Case::Output>(),
           &Case::template act<function>}};
}

}  // namespace securebase::http
