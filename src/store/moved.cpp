#include "store/moved.hpp"

#include <fmt/format.h>

#include "store/backup.hpp"
#include "store/copy.hpp"
#include "store/entropy.hpp"

namespace securebase::store {
namespace {

constexpr std::string_view mark = "moved";

Result<bool> mark_moved(Connection& record, const PracticePlace& to, Instant now) {
  // The address of a database may hold a password: it is not written down.
  const std::string where = fmt::format("{} on {}", is_postgres(to) ? "a PostgreSQL database" : to.folder,
                                        to_text(now).substr(0, 10));
  const auto marked = record.query("INSERT INTO setting (id, name, value) VALUES ($1, $2, $3)",
                                   {random_id_text(), std::string(mark), where});
  if (!marked) return tl::unexpected(marked.error());
  return true;
}

}  // namespace

Result<std::optional<std::string>> where_moved(Connection& record) {
  const auto rows = record.query("SELECT value FROM setting WHERE name = $1", {std::string(mark)});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<std::string>();
  auto where = rows->get<std::string>(0, 0);
  if (!where) return tl::unexpected(where.error());
  return std::optional(*std::move(where));
}

Result<bool> check_not_moved(Connection& record, const std::string& folder) {
  const auto where = where_moved(record);
  if (!where) return tl::unexpected(where.error());
  if (!*where) return true;
  return fail(
      ErrorKind::conflict, "practice.moved",
      fmt::format("this record was copied to {}, and is used there; to use this one again, without what "
                  "was written there: securebase store reopen",
                  **where),
      Place{folder, 0, 0, {}});
}

Result<std::int64_t> move_record(const PracticePlace& from, const PracticePlace& to, Instant now) {
  const auto lock = FolderLock::take(from.folder);
  if (!lock) return tl::unexpected(lock.error());
  auto source = connect(from);
  if (!source) return tl::unexpected(source.error());
  if (auto ready = bring_up_to_date(**source, now); !ready) return tl::unexpected(ready.error());
  if (auto here = check_not_moved(**source, from.folder); !here) return tl::unexpected(here.error());
  auto target = connect(to);
  if (!target) return tl::unexpected(target.error());
  if (auto ready = bring_up_to_date(**target, now); !ready) return tl::unexpected(ready.error());
  auto copied = copy_database(**source, **target, record_tables());
  if (!copied) return copied;
  if (auto marked = mark_moved(**source, to, now); !marked) return tl::unexpected(marked.error());
  return copied;
}

Result<bool> reopen_record(const PracticePlace& place) {
  const auto lock = FolderLock::take(place.folder);
  if (!lock) return tl::unexpected(lock.error());
  auto record = connect(place);
  if (!record) return tl::unexpected(record.error());
  const auto where = where_moved(**record);
  if (!where) return tl::unexpected(where.error());
  const auto removed = (*record)->query("DELETE FROM setting WHERE name = $1", {std::string(mark)});
  if (!removed) return tl::unexpected(removed.error());
  return where->has_value();
}

}  // namespace securebase::store
