#pragma once
// A demonstration practice: invented people with the course of many weeks, to look at the program with. It
// says of itself that it is one (the setting is_demo), and takes in nobody else.

#include <cstdint>
#include <vector>

#include "service/practice.hpp"
#include "service/sign_in.hpp"

namespace securebase::service {

struct MakeDemo {
  std::uint64_t seed = 1;
  Date today;  ///< everything lies before it
};

struct DemoUser {
  UserView user;
  Private<std::string> password;  ///< by chance, whatever the seed
};

struct DemoMade {
  std::vector<DemoUser> users;  ///< a therapist who is the admin, another therapist, a supervisor
  std::int64_t courses = 0;
  std::int64_t people = 0;
  std::int64_t sheets = 0;
};

/// Fills an empty practice and marks it, in one transaction. The same seed and day give the same people,
/// answers and dates; ids and passwords differ. Errors: "demo.not_empty" (conflict): somebody is there
/// already; those of plan_demo.
[[nodiscard]] Result<DemoMade> make_demo(const Practice& practice, const MakeDemo& input);

}  // namespace securebase::service
