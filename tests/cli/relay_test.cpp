#include "cli/relay.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>
#include <vector>

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

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

TEST(Relay, without_a_second_thread_the_callers_uses_every_batch) {
  std::vector<int> used;
  const auto none = [](const std::function<void()>&) -> std::thread {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
  };
  Relay<std::vector<int>> relay(
      [&](std::vector<int>& batch) -> Result<bool> {
        if (batch.empty()) return fail(ErrorKind::bad_data, "test.empty", "nothing in it");
        used.insert(used.end(), batch.begin(), batch.end());
        batch.clear();
        return true;
      },
      none);
  for (int number = 0; number < 3; ++number) {
    relay.filling().push_back(number);
    EXPECT_TRUE(relay.hand_over());
  }
  relay.filling().push_back(3);
  EXPECT_TRUE(relay.finish());
  EXPECT_EQ(used, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_FALSE(relay.finish());
}

TEST(Relay, left_without_a_word_it_stops) {
  bool used = false;
  {
    Relay<Numbers> relay([&](Numbers&) -> Result<bool> { return used = true; });
    relay.filling().push_back(1);
  }
  EXPECT_FALSE(used);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
