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

/// The body as the struct. Errors of parse_json and from_node.
template <class Input>
[[nodiscard]] Result<Input> input_of(const Request& request) {
  const auto node = wire::parse_json(request.body);
  if (!node) return tl::unexpected(node.error());
  return wire::from_node<Input>(*node);
}

template <class T>
inline constexpr bool is_id = false;
template <class Kind>
inline constexpr bool is_id<Id<Kind>> = true;

/// What a use case takes after who asks: ids, and then one input at most.
template <class... Parts>
struct Arguments {
  using Values = std::tuple<std::remove_cvref_t<Parts>...>;
  static constexpr std::size_t ids = (std::size_t{0} + ... + is_id<std::remove_cvref_t<Parts>>);
  static constexpr bool has_input = sizeof...(Parts) > ids;
  static_assert(sizeof...(Parts) <= ids + 1, "a use case has one input");

  static Result<Values> take(const Request& request) {
    Values values;
    Result<bool> done = true;
    std::size_t next = 0;
    const auto take_one = [&]<class T>(T& value) {
      if (!done) return;
      if constexpr (is_id<T>) {
        value = *T::parse(request.parameters.at(next++).second);
      } else {
        auto input = input_of<T>(request);
        if (input)
          value = std::move(*input);
        else
          done = tl::unexpected(input.error());
      }
    };
    std::apply([&](auto&... value) { (take_one(value), ...); }, values);
    if (!done) return tl::unexpected(done.error());
    return values;
  }

  static constexpr Route::Schema input_schema() {
    if constexpr (has_input)
      return [](wire::Schemas& schemas) {
        using Input = std::tuple_element_t<sizeof...(Parts) - 1, Values>;
        return wire::schema_of<Input>(schemas, wire::Way::in);
      };
    else
      return nullptr;
  }
};

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

/// How a use case is called, by the type of its pointer.
template <class Function>
struct UseCase;

template <class Out, class... Parts>
struct UseCase<Result<Out> (*)(const service::Practice&, const service::Actor&, Parts...)>
    : Arguments<Parts...> {
  using Output = Out;
  template <auto function>
  static Route::Answer act(Visit& visit) {
    const auto values = Arguments<Parts...>::take(visit.request);
    if (!values) return tl::unexpected(values.error());
    return std::apply(
        [&](const auto&... value) { return say(function(visit.desk.practice, visit.actor, value...)); },
        *values);
  }
};

template <class Out, class... Parts>
struct UseCase<Result<Out> (*)(Visit&, Parts...)> : Arguments<Parts...> {
  using Output = Out;
  template <auto function>
  static Route::Answer act(Visit& visit) {
    const auto values = Arguments<Parts...>::take(visit.request);
    if (!values) return tl::unexpected(values.error());
    return std::apply([&](const auto&... value) { return say(function(visit, value...)); }, *values);
  }
};

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
