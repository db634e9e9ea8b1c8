#pragma once
// A table with one row for each member of a dyad, turned into one row for each dyad.

#include <string>

#include "models/table.hpp"

namespace securebase::models {

struct MemberColumns {
  std::string dyad;  ///< which dyad
  std::string role;  ///< which member; empty: the first row of a dyad is member 1
  std::string x;
  std::string y;
};

struct DyadTable {
  Table table;                     ///< columns x of member 1, x of member 2, y of member 1, y of member 2
  std::string names[4];            ///< of these columns: "x_wife", "x_husband", ...
  std::size_t without_dyad = 0;    ///< rows that name no dyad or no role
  std::size_t single_members = 0;  ///< dyads with one row
};

/// The role of the first row is member 1. Errors (bad_data): those of Table; "dyads.roles" (not two roles),
/// "dyads.twice" (a role twice in a dyad, or a third member), each with its line.
[[nodiscard]] Result<DyadTable> dyads_of(const Table& members, const MemberColumns& columns);

}  // namespace securebase::models
