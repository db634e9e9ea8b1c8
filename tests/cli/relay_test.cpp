#include "cli/relay.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

namespace securebase::cli {
namespace {

using Numbers = std::vector<int>;

TEST(Relay, uses_every_batch_in_order) {
  Numbers used;
  Relay<Numbers> relay([&](Numbers& batch) -> Result<bool> {
    used.insert(used.end(), batch.begin(), batch.end());
    batch.clear();
    return true;
  });
  for (int i = 0; i < 10'000; ++i) {
    relay.filling().push_back(i);
    if (i % 7 == 6) {
      ASSERT_TRUE(relay.hand_over());
    }
  }
  ASSERT_TRUE(relay.finish());
  Numbers expected(10'000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(used, expected);
}

TEST(Relay, says_what_went_wrong_and_uses_no_more) {
  int used = 0;
  Relay<Numbers> relay([&](Numbers&) -> Result<bool> {
    ++used;
    return fail(ErrorKind::io, "output.write", "no space left");
  });
  ASSERT_TRUE(relay.hand_over());
  const auto second = relay.hand_over();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "output.write");
  EXPECT_FALSE(relay.finish());
  EXPECT_EQ(used, 1);
}

TEST(Relay, a_bug_goes_on_in_the_thread_that_hands_over) {
  Relay<Numbers> relay([](Numbers&) -> Result<bool> { throw std::logic_error("a bug"); });
  ASSERT_TRUE(relay.hand_over());
  EXPECT_THROW((void)relay.hand_over(), std::logic_error);
}

TEST(Relay, left_without_a_word_it_stops) {
  bool used = false;
  {
    Relay<Numbers> relay([&](Numbers&) -> Result<bool> { return used = true; });
    relay.filling().push_back(1);
  }
  EXPECT_FALSE(used);
}

}  // namespace
}  // namespace securebase::cli
