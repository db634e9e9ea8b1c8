#pragma once
// Internal to catalog: the proofs a definition must pass before use.

#include "catalog/instrument.hpp"
#include "catalog/structure.hpp"

namespace securebase::catalog {

// Far above any questionnaire; they keep the proofs of a hostile file short.
inline constexpr int most_items = 500;
inline constexpr std::size_t most_orders = 50;
inline constexpr std::size_t most_rows = 200;  ///< of sources, scales, criteria, rules ...
inline constexpr int lowest_answer = -100;
inline constexpr int highest_answer = 200;
inline constexpr int widest_range = 200;  ///< answers are coded in one byte

[[nodiscard]] Faults prove_instrument(const Instrument& instrument, const std::string& file,
                                      const Structure& structure);
[[nodiscard]] Faults prove_text(const Instrument& instrument, const Text& text, const std::string& file,
                                const Structure& structure);
/// Whether there is wording exactly where the licence says it is shipped.
[[nodiscard]] std::optional<Error> prove_wording(const Instrument& instrument, bool any_text,
                                                 const std::string& file, const Structure& structure);
/// `instrument` with the calibrations and sources of the file in it.
[[nodiscard]] Faults prove_calibrations(const Instrument& instrument, const std::string& file,
                                        const Structure& structure);
[[nodiscard]] Faults prove_golden_cases(const Instrument& instrument, const std::string& file,
                                        const Structure& structure);

}  // namespace securebase::catalog
