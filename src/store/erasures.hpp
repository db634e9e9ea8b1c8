#pragma once
// erasures.txt beside the backups: "id moment ground" of everyone who was erased, and a proof that this
// practice wrote it (proven_file.hpp). A backup made before is restored without them.

#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "service/record.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {

/// By the person's id.
using Erased = std::map<std::string, service::Tombstone>;

/// Nothing where the folder has no list. Errors: "erasures.line", "file.read", "proof.*".
[[nodiscard]] Result<std::optional<Erased>> read_erasures(const KeyRing& keys, const std::string& folder);

/// Adds those a record knows of.
[[nodiscard]] Result<bool> add_erasures(service::Store& store, Erased& erased);

/// Brings `folder`/erasures.txt up to date, under the newest practice key; it is made where it is not there.
/// Errors: those of read_erasures, and "file.write".
[[nodiscard]] Result<bool> note_erasures(PracticeData& data, const std::string& folder);

}  // namespace securebase::store
