#pragma once
// The audit: who has seen or changed what, as a chain in which no single entry can be altered or left out
// unnoticed. The hash needs no key: whoever may write to the database can write the whole chain anew, or cut
// off its end. Only heads kept elsewhere show that.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/practice.hpp"

namespace securebase::service {

/// Where a chain stands. Exported with each backup: a chain that was cut off later no longer reaches it.
struct AuditHead {
  std::int64_t number = 0;
  std::string hash;

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &AuditHead::number}, Field{"hash", &AuditHead::hash});
  }
};

struct AuditVerdict {
  std::int64_t entries = 0;
  AuditHead head;
  std::int64_t held_heads = 0;  ///< known heads that the chain was held against; 0: not checked as a whole
  bool intact = false;
  std::optional<std::int64_t> first_fault;  ///< number of the first entry that is changed or missing
  std::string words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"entries", &AuditVerdict::entries}, Field{"head", &AuditVerdict::head},
               Field{"held_heads", &AuditVerdict::held_heads}, Field{"intact", &AuditVerdict::intact},
               Field{"first_fault", &AuditVerdict::first_fault}, Field{"words", &AuditVerdict::words});
  }
};

[[nodiscard]] Result<AuditHead> audit_head(Transaction& transaction);

/// Recomputes every hash; with heads known from elsewhere (backups, a note), also whether the chain still
/// holds each of them. A practice with users and without entries is a fault.
[[nodiscard]] Result<AuditVerdict> verify_audit(const Practice& practice,
                                                const std::vector<AuditHead>& known);

/// Entries about a person and about courses they are in, newest first.
[[nodiscard]] Result<std::vector<AuditEntry>> seen_by(Transaction& transaction, const Id<Person>& person,
                                                      const std::optional<std::int64_t>& most);

/// Who has seen or changed a person's record, newest first. Itself audited.
[[nodiscard]] Result<std::vector<AuditEntry>> who_has_seen(const Practice& practice, const Actor& actor,
                                                           const Id<Person>& person, std::int64_t most);

}  // namespace securebase::service
