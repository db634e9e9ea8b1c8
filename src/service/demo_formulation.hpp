#pragma once
// What two invented people write together in a demonstration: claims with what speaks for and against them,
// corrective moments, relationship episodes, versions of a formulation.

#include <functional>
#include <vector>

#include "service/practice.hpp"

namespace securebase::service {

/// Whose: where it is written, and who writes it.
struct DemoWriter {
  const Practice& practice;
  const Actor& therapist;
  Id<Course> course;
  Id<Person> person;
  Date today;  ///< of the clock
};

/// Something that is written down on a day of the course.
struct DemoEntry {
  int days_ago = 0;
  std::function<Result<bool>(const DemoWriter&)> write;
};

/// Of the whole life (demo_plan.hpp), over a course that began so many days ago. In the order of time.
[[nodiscard]] std::vector<DemoEntry> rich_formulation(int begun);
/// One claim and four episodes: what little looks like.
[[nodiscard]] std::vector<DemoEntry> begun_formulation(int begun);

}  // namespace securebase::service
