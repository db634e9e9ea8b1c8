#pragma once
// The invented clip of a demonstration, and what two observers put down of it, each alone.

#include <cstddef>

#include "service/coding.hpp"

namespace securebase::service {

/// A clip to train on: twelve minutes of a session that never was.
[[nodiscard]] Result<Id<CodingTarget>> make_demo_clip(const Practice& practice, const Actor& actor);

/// Codes, rates and finishes it as the first (0) or second (1) observer would.
[[nodiscard]] Result<bool> code_demo_clip(const Practice& practice, const Actor& actor,
                                          const Id<CodingTarget>& clip, std::size_t observer);

}  // namespace securebase::service
