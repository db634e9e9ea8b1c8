#pragma once
// Two members coded at the same places (intervals of a talk): what each does next, from what each has just
// done.
//   logit P(own next = 1) = b0 + actor * own now + partner * other's now (+ both * own now * other's now)
// for each role, over all places of all couples, a place with the next one after it being a row (Bakeman &
// Gottman 1997; Bodenmann et al. 2015 for couples). Errors over couples: clustered_logistic.hpp. A fixed
// model and not one with a random intercept: its coefficients describe couples on the whole, need no integral
// and no assumption about how couples differ, and its errors hold whatever hangs together within a couple.
// The price: that couples differ for good is part of "actor"; whom that matters to compares it with
// permute_within and permute_partners.

#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/clustered_logistic.hpp"
#include "stats/lag_sequential.hpp"

namespace securebase::stats {

enum class Joint { left_out, included };  ///< the product of both

struct ActorPartnerSequence {
  ClusteredLogistic first;   ///< the first member's next: constant, actor, partner, and both where included
  ClusteredLogistic second;  ///< the second member's
};

/// Streams in pairs of the same length, 0 or 1 in each place, or no_code: rows with a missing code are left
/// out, and nothing is taken across them. Errors: "sequence.pairs" (other lengths or numbers),
/// "sequence.code" (others than 0 and 1), those of clustered_logistic.
[[nodiscard]] Result<ActorPartnerSequence> actor_partner_sequence(std::span<const CodeStream> first,
                                                                  std::span<const CodeStream> second,
                                                                  Joint joint = Joint::left_out,
                                                                  double level = 0.95);

}  // namespace securebase::stats
