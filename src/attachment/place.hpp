#pragma once
// Internal to attachment: between a place as it is told and a normal distribution as it is reckoned with.

#include "attachment/position.hpp"
#include "stats/position.hpp"

namespace securebase::attachment {

[[nodiscard]] stats::Belief2 belief_of(const Place& place);
/// With its ellipse of 95 %.
[[nodiscard]] Place place_of(const stats::Belief2& belief);

}  // namespace securebase::attachment
