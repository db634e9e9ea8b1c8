#pragma once
// Whether codes follow each other more often than their own frequencies would bring about: codes are
// shuffled, many times, and the tables compared with the one observed. No large-sample theory, and it holds
// for small counts and for streams that differ in what they are made of.

#include <cstddef>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "stats/lag_sequential.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

struct PermutedTable {
  std::size_t lag = 1;
  std::size_t replicates = 0;
  Matrix counts;    ///< observed
  Matrix mean;      ///< over replicates
  OptionalTable z;  ///< (count - mean) / SD; nothing where no replicate differs
  Matrix p;  ///< two-sided: twice the smaller share at least as extreme, at most 1; with the one observed
  Matrix p_adjusted;  ///< share with a largest |z| of the table at least as large (Westfall & Young 1993)
  double p_any = 0;   ///< of the largest |z|: whether anything follows anything
};

/// Codes are shuffled within each stream, so that every stream keeps what it is made of. Where repeats are
/// impossible by exchanges that make none, ten a place between replicates, beginning with the observed order
/// (Besag & Clifford 1989, Biometrika 76, 633, without their backward run). The r-th replicate follows from
/// key.part(r) (and, without repeats, from those before it). `replicates` 99 or more. Errors: those of
/// lag_table, "sequence.replicates".
[[nodiscard]] Result<PermutedTable> permute_within(std::span<const CodeStream> streams, std::size_t codes,
                                                   std::size_t lag, Repeats repeats, std::size_t replicates,
                                                   const RandomKey& key);

/// For two members: each given stream meets the target stream of somebody else's partner, drawn anew for each
/// replicate. Whole streams stay as they are, with their own memory and with what time alone does to all of
/// them; what is left is what partners have to do with each other. Streams are of one length, and there are
/// five pairs or more, else "sequence.pairs". Errors: those of cross_lag_table.
[[nodiscard]] Result<PermutedTable> permute_partners(std::span<const CodeStream> given,
                                                     std::span<const CodeStream> target, std::size_t codes,
                                                     std::size_t lag, std::size_t replicates,
                                                     const RandomKey& key);

}  // namespace securebase::stats
