#include "store/heads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <sstream>

#include "store/proven_file.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;
using service::AuditHead;

constexpr std::string_view kind = "head";
constexpr std::string_view last_part = ".head";
constexpr std::string_view aside = ".head.abandoned-";

Result<AuditHead> parse(const std::string& text, const std::string& file) {
  std::istringstream in(text);
  AuditHead head;
  in >> head.number >> head.hash;
  if (!in || head.number < 1 || head.hash.size() != 64)
    return fail(ErrorKind::bad_data, "backup.head",
                "a number and a hash of 64 digits, as a backup writes them", Place{file, 1, 0, {}});
  return head;
}

Result<std::string> text_of(const std::string& file) {
  auto text = read_small_file(file);
  if (!text) return tl::unexpected(text.error());
  if (*text) return **std::move(text);
  return fail(ErrorKind::not_found, "file.not_found",
              "there is no such file: a .head file, or a folder of backups", Place{file, 0, 0, {}});
}

/// Names of files in a folder, in order.
std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(folder, trouble)) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_of(const std::string& path) {
  return fs::path(path).filename().string();
}

/// "NAME was abandoned by a restore on DATE"
std::optional<std::string> note_on_abandoned(const std::string& path) {
  const std::string name = name_of(path);
  const auto begin = name.find(aside);
  if (begin == std::string::npos) return std::nullopt;
  const auto when = moment_of(name.substr(begin + aside.size()));
  return fmt::format("{}: abandoned by restore on {}", name.substr(0, begin + last_part.size()),
                     when ? to_text(*when).substr(0, 10) : "an unknown day");
}

Result<bool> add_head(const KeyRing& keys, const std::string& file, KnownHeads& known) {
  const auto text = text_of(file);
  if (!text) return tl::unexpected(text.error());
  const auto lines = without_proof(keys, kind, *text, file);
  if (!lines && lines.error().code == "proof.key") {
    known.notes.push_back(fmt::format("{}: not compared, {}", name_of(file), lines.error().detail));
    return true;
  }
  if (!lines) return tl::unexpected(lines.error());
  const auto head = parse(*lines, file);
  if (!head) return tl::unexpected(head.error());
  known.heads.push_back(*head);
  return true;
}

Result<bool> holds(Connection& record, const AuditHead& head) {
  const auto rows = record.query("SELECT 1 FROM audit WHERE number = $1 AND hash = $2",
                                 {head.number, std::string(head.hash)});
  if (!rows) return tl::unexpected(rows.error());
  return !rows->empty();
}

}  // namespace

std::string stamp(Instant now) {
  std::string digits;
  for (const char c : to_text(now)) {
    if (c == '.') break;
    if (c >= '0' && c <= '9') digits += c;
    if (c == 'T') digits += '-';
  }
  return digits;
}

std::optional<Instant> moment_of(std::string_view stamp) {
  if (stamp.size() < 15 || stamp[8] != '-') return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t count) { return stamp.substr(from, count); };
  return parse_instant(fmt::format("{}-{}-{}T{}:{}:{}.000Z", part(0, 4), part(4, 2), part(6, 2), part(9, 2),
                                   part(11, 2), part(13, 2)));
}

Result<bool> write_head(const SecretKey& practice_key, const std::string& backup, const AuditHead& head) {
  if (head.number == 0) return true;  // nothing has been written down yet: nothing to hold it against
  return replace_small_file(backup + std::string(last_part),
                            with_proof(practice_key, kind, fmt::format("{} {}\n", head.number, head.hash)));
}

Result<AuditHead> read_head(const KeyRing& keys, const std::string& file) {
  const auto text = text_of(file);
  if (!text) return tl::unexpected(text.error());
  const auto lines = without_proof(keys, kind, *text, file);
  if (!lines && lines.error().code != "proof.missing") return tl::unexpected(lines.error());
  return parse(lines ? *lines : *text, file);
}

Result<KnownHeads> known_heads(const KeyRing& keys, const std::string& folder) {
  KnownHeads known;
  for (const std::string& file : files_of(folder)) {
    if (const auto note = note_on_abandoned(file)) known.notes.push_back(*note);
    if (!file.ends_with(last_part)) continue;
    if (auto added = add_head(keys, file, known); !added) return tl::unexpected(added.error());
  }
  return known;
}

Result<std::vector<std::string>> strange_heads(Connection& record, const std::string& folder) {
  std::vector<std::string> strange;
  for (const std::string& file : files_of(folder)) {
    if (!file.ends_with(last_part)) continue;
    const auto text = text_of(file);
    const auto head = text ? parse(*text, file) : Result<AuditHead>(tl::unexpected(text.error()));
    if (!head) continue;  // the audit's verification says what is wrong with it
    const auto held = holds(record, *head);
    if (!held) return tl::unexpected(held.error());
    if (!*held) strange.push_back(file);
  }
  return strange;
}

Result<bool> abandon_heads(const std::vector<std::string>& files, Instant now) {
  for (const std::string& file : files) {
    const std::string name = file.substr(0, file.size() - last_part.size()) + std::string(aside) + stamp(now);
    if (std::rename(file.c_str(), name.c_str()) != 0)
      return fail(ErrorKind::io, "file.write", "the head of the branch that was left cannot be renamed",
                  Place{file, 0, 0, {}});
  }
  return true;
}

}  // namespace securebase::store
