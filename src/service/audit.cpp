#include "service/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace securebase::service {
namespace {

constexpr std::int64_t part = 5000;  // entries read at a time

/// Goes along the chain and remembers where it stands.
class Walk {
 public:
  Walk(Secrets& secrets, const std::vector<AuditHead>& known) : secrets_(secrets) {
    for (const AuditHead& head : known) known_.emplace(head.number, head.hash);
    verdict_.held_heads = static_cast<std::int64_t>(known.size());
  }

  void step(const AuditEntry& entry) {
    ++verdict_.entries;
    const std::string hash = secrets_.chain_hash(verdict_.head.hash, audit_bytes(entry));
    if (!verdict_.first_fault && entry.number != verdict_.head.number + 1)
      fault(verdict_.head.number + 1, "an entry is missing");
    else if (!verdict_.first_fault && hash != entry.hash)
      fault(entry.number, "an entry was changed");
    verdict_.head = {entry.number, entry.hash};
    const auto [from, to] = known_.equal_range(entry.number);
    for (auto at = from; at != to && !written_anew_; ++at)
      if (at->second != entry.hash) written_anew_ = entry.number;
  }

  /// The next entry cannot be read.
  void unreadable() {
    if (!verdict_.first_fault) fault(verdict_.head.number + 1, "an entry was changed");
  }

  AuditVerdict verdict(bool has_users) {
    if (!verdict_.first_fault && verdict_.entries == 0 && has_users)
      fault(1, "the audit was emptied: the practice has users");
    if (!verdict_.first_fault && written_anew_) fault(*written_anew_, "the chain was written anew");
    if (!verdict_.first_fault && !known_.empty() && known_.rbegin()->first > verdict_.head.number)
      fault(verdict_.head.number + 1, "the end was cut off");
    verdict_.intact = !verdict_.first_fault;
    if (verdict_.intact)
      verdict_.words =
          known_.empty() ? "Each entry follows from the one before. Whether the chain as a whole was written "
                           "anew, or its end cut off, was not checked: that needs a head kept elsewhere."
          : known_.size() == 1
              ? "The chain is whole and holds the known head."
              : fmt::format("The chain is whole and holds all {} known heads.", known_.size());
    return std::move(verdict_);
  }

 private:
  void fault(std::int64_t number, std::string_view what) {
    verdict_.first_fault = number;
    verdict_.words = fmt::format("At entry {} {}.", number, what);
  }

  Secrets& secrets_;
  std::multimap<std::int64_t, std::string> known_;
  std::optional<std::int64_t> written_anew_;
  AuditVerdict verdict_;
};

}  // namespace

Result<AuditHead> audit_head(Transaction& transaction) {
  const auto last = list<AuditEntry>(transaction, {{}, {by(&AuditEntry::number, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  if (last->empty()) return AuditHead{};
  return AuditHead{last->front().number, last->front().hash};
}

Result<AuditVerdict> verify_audit(const Practice& practice, const std::vector<AuditHead>& known) {
  std::optional<AuditVerdict> verdict;
  auto done = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    Walk walk(practice.secrets, known);
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    for (std::int64_t most = part;;) {
      const auto entries = list<AuditEntry>(
          transaction, {{where(&AuditEntry::number, from, Is::at_least)}, {by(&AuditEntry::number)}, most});
      if (!entries && entries.error().code != "record.value") return tl::unexpected(entries.error());
      if (!entries && most == 1) {
        walk.unreadable();
        break;
      }
      if (!entries) {
        most = 1;  // one of them holds what was never written: which?
        continue;
      }
      for (const AuditEntry& entry : *entries) walk.step(entry);
      if (static_cast<std::int64_t>(entries->size()) < most) break;
      from = entries->back().number + 1;
    }
    const auto users = list<User>(transaction, {{}, {}, 1});
    if (!users) return tl::unexpected(users.error());
    verdict = walk.verdict(!users->empty());
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return std::move(*verdict);
}

Result<std::vector<AuditEntry>> seen_by(Transaction& transaction, const Id<Person>& person,
                                        const std::optional<std::int64_t>& most) {
  auto entries = list<AuditEntry>(
      transaction,
      {{where(&AuditEntry::person, std::optional(person))}, {by(&AuditEntry::number, true)}, most});
  if (!entries) return entries;
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  for (const Member& member : *memberships) {
    // An entry that names another person of the course is about them.
    auto about_course = list<AuditEntry>(
        transaction,
        {{where(&AuditEntry::course, std::optional(member.course)), where(&AuditEntry::person, Is::absent)},
         {by(&AuditEntry::number, true)},
         most});
    if (!about_course) return about_course;
    entries->insert(entries->end(), about_course->begin(), about_course->end());
  }
  std::sort(entries->begin(), entries->end(),
            [](const AuditEntry& a, const AuditEntry& b) { return a.number > b.number; });
  if (most && static_cast<std::int64_t>(entries->size()) > *most)
    entries->resize(static_cast<std::size_t>(*most));
  return entries;
}

Result<std::vector<AuditEntry>> who_has_seen(const Practice& practice, const Actor& actor,
                                             const Id<Person>& person, std::int64_t most) {
  return look<std::vector<AuditEntry>>(
      practice, actor, {"audit.read", Permission::read_person, {}, person, ""},
      [&](Transaction& transaction) { return seen_by(transaction, person, most); });
}

}  // namespace securebase::service
