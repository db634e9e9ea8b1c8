#include "base/private.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace securebase {
namespace SECUREBASE_THIS_FILE {

template <class T>
concept Streams = requires(std::ostream& out, const T& value) {
  out << value;
};

// What must not compile.
static_assert(Streams<std::string>);
static_assert(!Streams<Private<std::string>>);
static_assert(!Streams<Private<int>>);
static_assert(fmt::is_formattable<std::string>::value);
static_assert(!std::is_default_constructible_v<fmt::formatter<Private<std::string>>>);
static_assert(!std::is_convertible_v<Private<std::string>, std::string>);
static_assert(!std::is_convertible_v<std::string, Private<std::string>>);

TEST(Private, RevealsWhatItHolds) {
  const Private<std::string> name(std::string("Ada"));
  EXPECT_EQ(name.reveal(), "Ada");
  const Private<std::string> copy =
      name;  // NOLINT(performance-unnecessary-copy-initialization): that it can be copied
  EXPECT_EQ(copy, name);
}

TEST(Private, LeavesNothingBehindWhenMovedFrom) {
  Private<std::string> from(std::string("short"));
  const Private<std::string> to = std::move(from);
  EXPECT_EQ(to.reveal(), "short");
  EXPECT_EQ(from.reveal(), "");  // NOLINT(bugprone-use-after-move): that it is empty
}

TEST(ClearMemory, Overwrites) {
  std::string bytes = "canary";
  clear_memory(bytes.data(), bytes.size());
  EXPECT_EQ(bytes, std::string(6, '\0'));
  clear_memory(nullptr, 0);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
