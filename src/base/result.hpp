#pragma once
// The one road for errors: a Result that cannot be ignored, carrying an Error with a stable code.
// `detail` never holds what a client said.

#include <cstddef>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace securebase {

/// What went wrong, coarsely: one table turns it into an exit code, another into an HTTP status.
enum class ErrorKind {
  usage,            ///< the request itself is malformed
  bad_data,         ///< the input was read and is wrong
  definition,       ///< a definition is faulty
  not_found,        ///< what was named does not exist
  unauthenticated,  ///< who asks is not known
  forbidden,        ///< who asks may not
  conflict,         ///< it has changed, or exists already
  too_many,         ///< asked too often: later
  io,               ///< a file or device failed
  internal          ///< a bug
};

/// Where it went wrong. Lines and columns count from 1; 0 means "not known".
struct Place {
  std::string name;  ///< file, or what was being read
  std::size_t line = 0;
  std::size_t column = 0;
  std::string field;  ///< dotted path of a field, or the name of a column

  bool operator==(const Place&) const = default;
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;    ///< stable and dotted, such as "csv.unclosed_quote"
  std::string detail;  ///< what is wrong and what would be valid
  Place where;

  bool operator==(const Error&) const = default;
};

/// All that is wrong, in the order in which it stands in the file.
using Faults = std::vector<Error>;

/// "name:line:column: field: detail [code]", leaving out what is not known. Names may come from outside: the
/// text is printable.
[[nodiscard]] std::string to_text(const Error& error);

template <class T, class E = Error>
class [[nodiscard]] Result : public tl::expected<T, E> {
 public:
  using tl::expected<T, E>::expected;
};

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string code, std::string detail,
                                                Place where = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(code), std::move(detail), std::move(where)});
}

}  // namespace securebase
