#pragma once
// What `securebase doctor` looks at on a machine: what keeps a record from being lost or read by others.

#include <string>
#include <vector>

#include "base/instant.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {

enum class Health { good, warning, bad };

struct HealthFinding {
  Health health = Health::good;
  std::string name;
  std::string words;
};

/// Disk, clock, key, permissions, record, backups, memory. Changes nothing.
[[nodiscard]] std::vector<HealthFinding> examine(const PracticePlace& place, const std::string& backups,
                                                 Instant now);

}  // namespace securebase::store
