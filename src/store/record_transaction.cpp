#include "store/record_transaction.hpp"

#include <fmt/format.h>

#include <utility>

namespace securebase::store {
namespace {

using service::Cell;
using service::Column;
using service::Condition;
using service::Is;
using service::Row;
using service::Storage;
using service::Table;

constexpr std::string_view absent_key = "the key of a person's record is not there, and nobody erased it";

tl::unexpected<Error> misuse(const Table& table, std::string_view column, std::string_view what) {
  return fail(ErrorKind::internal, "record.statement", std::string(what),
              Place{std::string(table.name), 0, 0, std::string(column)});
}

const Column* find_column(const Table& table, std::string_view name) {
  for (const Column& column : table.columns)
    if (column.name == name) return &column;
  return nullptr;
}

std::size_t index_of(const Table& table, std::string_view name) {
  std::size_t at = 0;
  while (at < table.columns.size() && table.columns[at].name != name) ++at;
  return at;
}

/// A cell that is not sealed.
Value clear_value(const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

std::string_view text_of(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string_view() : *text;
}

std::string_view bytes_of(const Blob& blob) {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

std::string names_of(const Table& table) {
  std::string names;
  for (const Column& column : table.columns)
    fmt::format_to(std::back_inserter(names), "{}{}", names.empty() ? "" : ", ", column.name);
  return names;
}

/// A statement as it grows, with the values that stand in it as $1..$n.
struct Statement {
  std::string sql;
  std::vector<Value> values;

  void value(Value given) {
    values.push_back(std::move(given));
    fmt::format_to(std::back_inserter(sql), "${}", values.size());
  }
};

std::string_view sign_of(Is is) {
  switch (is) {
    case Is::equal:
      return " = ";
    case Is::not_equal:
      return " <> ";
    case Is::less:
      return " < ";
    case Is::at_most:
      return " <= ";
    case Is::greater:
      return " > ";
    case Is::at_least:
      return " >= ";
    case Is::absent:
      return " IS NULL";
    case Is::present:
      return " IS NOT NULL";
    case Is::one_of:
      return " IN (";
  }
  return "";
}

Result<bool> add_condition(Statement& statement, const Table& table, const Condition& condition) {
  const Column* column = find_column(table, condition.column);
  const bool has_value = condition.is != Is::absent && condition.is != Is::present;
  if (column == nullptr || (has_value && column->storage == Storage::sealed))
    return misuse(table, condition.column, "a condition on a column that has none");
  if (condition.is != Is::one_of && condition.values.size() != (has_value ? 1 : 0))
    return misuse(table, condition.column, "a condition with the wrong number of values");
  if (condition.is == Is::one_of && condition.values.empty()) {
    statement.sql += "1 = 0";
    return true;
  }
  fmt::format_to(std::back_inserter(statement.sql), "{}{}", condition.column, sign_of(condition.is));
  for (std::size_t i = 0; i < condition.values.size(); ++i) {
    if (i > 0) statement.sql += ", ";
    statement.value(clear_value(condition.values[i]));
  }
  if (condition.is == Is::one_of) statement.sql += ")";
  return true;
}

Result<bool> add_where(Statement& statement, const Table& table, std::span<const Condition> where) {
  for (std::size_t i = 0; i < where.size(); ++i) {
    statement.sql += i == 0 ? " WHERE " : " AND ";
    if (auto added = add_condition(statement, table, where[i]); !added) return added;
  }
  return true;
}

Result<bool> add_order(Statement& statement, const Table& table, const service::Selection& selection) {
  for (std::size_t i = 0; i < selection.ordering.size(); ++i) {
    const auto& [name, descending] = selection.ordering[i];
    const Column* column = find_column(table, name);
    if (column == nullptr || (column->storage != Storage::integer && column->storage != Storage::real))
      return misuse(table, name, "an order by what engines order differently");
    fmt::format_to(std::back_inserter(statement.sql), "{}{}{}", i == 0 ? " ORDER BY " : ", ", name,
                   descending ? " DESC" : "");
  }
  if (!selection.most) return true;
  statement.sql += " LIMIT ";
  statement.value(*selection.most);
  return true;
}

}  // namespace

Blob blob_of(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const std::byte*>(bytes.data());
  return {begin, begin + bytes.size()};
}

std::int64_t number_of(const KeyId& id) {
  std::int64_t number = 0;
  for (const unsigned char byte : id) number = number * 256 + byte;
  return number;
}

Result<const SecretKey*> RecordTransaction::key_of(const std::string& person) {
  const auto known = opened_keys_.find(person);
  if (known != opened_keys_.end()) return known->second ? &*known->second : nullptr;
  const auto rows = connection_->query("SELECT version, wrapped FROM person_key WHERE person = $1", {person});
  if (!rows) return tl::unexpected(rows.error());
  std::optional<SecretKey> key;
  if (rows->empty()) {
    const auto erased = connection_->query("SELECT 1 FROM tombstone WHERE id = $1", {person});
    if (!erased) return tl::unexpected(erased.error());
    if (erased->empty()) return fail(ErrorKind::io, "vault.no_key", std::string(absent_key));
  } else {
    const auto version = rows->get<std::int64_t>(0, 0);
    const auto wrapped = rows->get<Blob>(0, 1);
    if (!version || !wrapped) return tl::unexpected((version ? wrapped.error() : version.error()));
    auto opened =
        keys_->unwrap_person_key({person, static_cast<std::uint32_t>(*version)}, bytes_of(*wrapped));
    if (!opened) return tl::unexpected(opened.error());
    key = std::move(*opened);
  }
  const auto& kept = opened_keys_.emplace(person, std::move(key)).first->second;
  return kept ? &*kept : nullptr;
}

Result<bool> RecordTransaction::create_key(const std::string& person) {
  SecretKey key = new_person_key();
  const SecretKey& practice = keys_->current().key;
  const std::string wrapped = wrap(practice, {person, 1}, key);
  const auto added =
      connection_->query("INSERT INTO person_key (person, version, key_id, wrapped) VALUES ($1, $2, $3, $4)",
                         {person, std::int64_t{1}, number_of(practice.id()), blob_of(wrapped)});
  if (!added) return tl::unexpected(added.error());
  opened_keys_.insert_or_assign(person, std::move(key));
  return true;
}

Result<bool> RecordTransaction::destroy_key(const std::string& person) {
  opened_keys_.erase(person);
  destroyed_a_key_ = true;
  const auto gone = connection_->query("DELETE FROM person_key WHERE person = $1", {person});
  if (!gone) return tl::unexpected(gone.error());
  return true;
}

Result<std::vector<Value>> RecordTransaction::values_of(const Table& table, const Row& row) {
  std::vector<Value> values;
  values.reserve(row.size());
  std::string person(practice_itself);
  if (!table.sealed_by.empty()) person = text_of(row.at(index_of(table, table.sealed_by)));
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto* secret = std::get_if<Private<std::string>>(&row[i]);
    if (secret == nullptr) {
      values.push_back(clear_value(row[i]));
      continue;
    }
    auto key = key_of(person);
    if (!key && person == practice_itself && key.error().code == "vault.no_key") {
      if (auto created = create_key(person); !created) return tl::unexpected(created.error());
      key = key_of(person);
    }
    if (!key) return tl::unexpected(key.error());
    if (*key == nullptr) return fail(ErrorKind::conflict, "person.erased", "this person's record was erased");
    const SealPlace place{table.name, table.columns[i].name, text_of(row.front()), person};
    values.emplace_back(blob_of(seal(**key, place, secret->reveal())));
  }
  return values;
}

Result<bool> RecordTransaction::insert(const Table& table, const Row& row) {
  auto values = values_of(table, row);
  if (!values) return tl::unexpected(values.error());
  Statement statement{fmt::format("INSERT INTO {} ({}) VALUES (", table.name, names_of(table)), {}};
  for (Value& value : *values) {
    if (!statement.values.empty()) statement.sql += ", ";
    statement.value(std::move(value));
  }
  statement.sql += ")";
  const auto added = connection_->query(statement.sql, statement.values);
  if (!added) return tl::unexpected(added.error());
  return true;
}

Result<bool> RecordTransaction::replace(const Table& table, const Row& row) {
  auto values = values_of(table, row);
  if (!values) return tl::unexpected(values.error());
  Statement statement{fmt::format("UPDATE {} SET ", table.name), {}};
  for (std::size_t i = 1; i < values->size(); ++i) {
    fmt::format_to(std::back_inserter(statement.sql), "{}{} = ", i == 1 ? "" : ", ", table.columns[i].name);
    statement.value(std::move((*values)[i]));
  }
  fmt::format_to(std::back_inserter(statement.sql), " WHERE {} = ", table.columns.front().name);
  statement.value(std::move(values->front()));
  const auto changed = connection_->query(statement.sql, statement.values);
  if (!changed) return tl::unexpected(changed.error());
  return changed->affected() == 1;
}

Result<std::int64_t> RecordTransaction::change(const Table& table, std::span<const service::Change> changes,
                                               std::span<const Condition> where) {
  Statement statement{fmt::format("UPDATE {} SET ", table.name), {}};
  for (const auto& [name, cell] : changes) {
    const Column* column = find_column(table, name);
    if (column == nullptr || column->storage == Storage::sealed)
      return misuse(table, name, "a change of a column that is not in the clear");
    fmt::format_to(std::back_inserter(statement.sql), "{}{} = ", statement.values.empty() ? "" : ", ", name);
    statement.value(clear_value(cell));
  }
  if (auto added = add_where(statement, table, where); !added) return tl::unexpected(added.error());
  const auto changed = connection_->query(statement.sql, statement.values);
  if (!changed) return tl::unexpected(changed.error());
  return changed->affected();
}

Result<Cell> RecordTransaction::opened(const Table& table, const Column& column, std::string_view row,
                                       const std::string& person, const Value& sealed) {
  if (std::holds_alternative<std::monostate>(sealed)) return Cell();
  const auto* blob = std::get_if<Blob>(&sealed);
  if (blob == nullptr) return misuse(table, column.name, "a sealed value of another type");
  const auto key = key_of(person);
  if (!key) return tl::unexpected(key.error());
  if (*key == nullptr) return column.optional ? Cell() : Cell(Private<std::string>());
  auto text = open(**key, {table.name, column.name, row, person}, bytes_of(*blob));
  if (!text) return tl::unexpected(text.error());
  return Cell(std::move(*text));
}

Result<Row> RecordTransaction::row_at(const Table& table, const Rows& rows, std::size_t at) {
  Row row;
  row.reserve(table.columns.size());
  std::string person(practice_itself);
  if (!table.sealed_by.empty()) {
    const auto named = rows.get<std::string>(at, index_of(table, table.sealed_by));
    if (!named) return tl::unexpected(named.error());
    person = *named;
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Value& value = rows.at(at, i);
    if (table.columns[i].storage == Storage::sealed) {
      auto cell = opened(table, table.columns[i], text_of(row.front()), person, value);
      if (!cell) return tl::unexpected(cell.error());
      row.push_back(std::move(*cell));
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      row.emplace_back(*whole);
    } else if (const auto* number = std::get_if<double>(&value)) {
      row.emplace_back(*number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      row.emplace_back(*text);
    } else {
      row.emplace_back();
    }
  }
  return row;
}

Result<std::vector<Row>> RecordTransaction::select(const Table& table, const service::Selection& selection) {
  Statement statement{fmt::format("SELECT {} FROM {}", names_of(table), table.name), {}};
  if (auto added = add_where(statement, table, selection.where); !added) return tl::unexpected(added.error());
  if (auto added = add_order(statement, table, selection); !added) return tl::unexpected(added.error());
  const auto rows = connection_->query(statement.sql, statement.values);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Row> found;
  found.reserve(rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    auto row = row_at(table, *rows, i);
    if (!row) return tl::unexpected(row.error());
    found.push_back(std::move(*row));
  }
  return found;
}

Result<std::int64_t> RecordTransaction::count(const Table& table, std::span<const Condition> where) {
  Statement statement{fmt::format("SELECT count(*) FROM {}", table.name), {}};
  if (auto added = add_where(statement, table, where); !added) return tl::unexpected(added.error());
  const auto rows = connection_->query(statement.sql, statement.values);
  if (!rows) return tl::unexpected(rows.error());
  return rows->get<std::int64_t>(0, 0);
}

Result<std::int64_t> RecordTransaction::remove(const Table& table, std::span<const Condition> where) {
  if (where.empty()) return misuse(table, "", "removing everything");
  Statement statement{fmt::format("DELETE FROM {}", table.name), {}};
  if (auto added = add_where(statement, table, where); !added) return tl::unexpected(added.error());
  const auto gone = connection_->query(statement.sql, statement.values);
  if (!gone) return tl::unexpected(gone.error());
  return gone->affected();
}

}  // namespace securebase::store
