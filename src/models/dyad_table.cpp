#include "models/dyad_table.hpp"

#include <fmt/format.h>

#include <array>

#include "base/printable.hpp"

namespace securebase::models {
namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);
using Pair = std::array<std::size_t, 2>;  // rows of the members

Result<const Column*> role_column(const Table& members, const std::string& role) {
  if (role.empty()) return nullptr;
  auto column = members.labels_of(role);
  if (!column) return column;
  if ((*column)->labels.size() == 2) return column;
  return fail(ErrorKind::bad_data, "dyads.roles",
              fmt::format("two roles make a dyad; this column has {}", (*column)->labels.size()),
              Place{members.name, 0, 0, role});
}

Result<std::vector<Pair>> pairs_of(const Table& members, const Column& dyads, const Column* roles,
                                   DyadTable& result) {
  std::vector<Pair> pairs(dyads.labels.size(), Pair{nobody, nobody});
  for (std::size_t row = 0; row < members.rows; ++row) {
    if (dyads.missing[row] || (roles != nullptr && roles->missing[row])) {
      ++result.without_dyad;
      continue;
    }
    Pair& pair = pairs[dyads.label[row]];
    const std::size_t member = roles != nullptr ? roles->label[row] : pair[0] == nobody ? 0 : 1;
    if (pair[member] != nobody)
      return fail(ErrorKind::bad_data, "dyads.twice",
                  roles != nullptr ? "this dyad has a member of this role already"
                                   : "this dyad has two members already",
                  Place{members.name, members.line[row], 0, dyads.name});
    pair[member] = row;
  }
  return pairs;
}

void add_column(DyadTable& result, const Column& from, const std::vector<Pair>& pairs, std::size_t member,
                const std::string& name) {
  Column column;
  column.name = name;
  for (const Pair& pair : pairs) {
    if (pair[0] == nobody && pair[1] == nobody) continue;
    const std::size_t row = pair[member];
    const bool missing = row == nobody || from.missing[row];
    column.missing.push_back(missing);
    column.numbers.push_back(missing ? 0 : from.numbers[row]);
  }
  result.table.header.push_back(name);
  result.table.columns.push_back(std::move(column));
}

}  // namespace

Result<DyadTable> dyads_of(const Table& members, const MemberColumns& columns) {
  const auto dyads = members.labels_of(columns.dyad);
  if (!dyads) return tl::unexpected(dyads.error());
  const auto roles = role_column(members, columns.role);
  if (!roles) return tl::unexpected(roles.error());
  const auto x = members.numeric_column(columns.x);
  if (!x) return tl::unexpected(x.error());
  const auto y = members.numeric_column(columns.y);
  if (!y) return tl::unexpected(y.error());
  DyadTable result;
  const auto pairs = pairs_of(members, **dyads, *roles, result);
  if (!pairs) return tl::unexpected(pairs.error());
  result.table.name = members.name;
  for (const Pair& pair : *pairs) {
    const bool first = pair[0] != nobody, second = pair[1] != nobody;
    if (!first && !second) continue;
    if (first != second) ++result.single_members;
    result.table.line.push_back(members.line[first ? pair[0] : pair[1]]);
    ++result.table.rows;
  }
  std::size_t at = 0;
  for (const Column* column : {*x, *y})
    for (const std::size_t member : {0U, 1U}) {
      const std::string who =
          *roles != nullptr ? printable((*roles)->labels[member], 40) : std::to_string(member + 1);
      result.names[at] = column->name + "_" + who;
      add_column(result, *column, *pairs, member, result.names[at]);
      ++at;
    }
  return result;
}

}  // namespace securebase::models
