#pragma once
// A file of what was answered about figures over time, as courses that a working model follows from.
//
//   course      whose row it is; without this column all rows are of one
//   month       number; or: date, a day such as 2026-11-25 (months of 30.4375 days from the course's first)
//   figure      who it is about; empty for a form about partners, or close people, in general
//   kind        who that is: mother, father, caregiver, sibling, child, partner, former_partner, friend,
//               therapist, other; or: domain, family, romance, friends, therapist, other
//   instrument  id; then scores are in its points, and error follows from its reliability. Without: standard
//               units, and what it is about: figure, romance or overall (column about; figure)
//   order       id of the instrument's order; needed where it has several
//   anxiety, avoidance               one may be missing: empty or NA
//   anxiety_error, avoidance_error   standard errors, in the unit of the scores; without, by the reliability,
//               or with .10 of the variance as error
//
// A measure that still needs calibration gives directions only.

#include <string>
#include <vector>

#include "attachment/working_model.hpp"
#include "catalog/load.hpp"
#include "wire/csv.hpp"

namespace securebase::wire {

struct NamedCourse {
  std::string name;
  attachment::Course course;
};

/// In the order in which they come in the file. Errors (bad_data), at line and column: those of the CSV
/// reader, "courses.column" (needed and not there, or there twice), "courses.fields" (a row of another
/// length), "courses.value" (says what would be valid), "courses.rows" (none), those of reference_of.
[[nodiscard]] Result<std::vector<NamedCourse>> read_courses(CsvReader& reader,
                                                            const catalog::Library& library);

}  // namespace securebase::wire
