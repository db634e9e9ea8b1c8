#pragma once
// Answers as they were given: answered with a code, or one of three reasons why there is none. Never NaN,
// never 0 for "no answer".

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "stats/composite.hpp"

namespace securebase::measures {

enum class ResponseStatus : std::uint8_t { answered, skipped, not_applicable, not_asked };

struct Response {
  ResponseStatus status = ResponseStatus::not_asked;
  int code = 0;  ///< meaningful only where answered

  [[nodiscard]] static Response answered(int code) { return {ResponseStatus::answered, code}; }
  [[nodiscard]] static Response skipped() { return {ResponseStatus::skipped, 0}; }
  [[nodiscard]] static Response not_applicable() { return {ResponseStatus::not_applicable, 0}; }
  [[nodiscard]] static Response not_asked() { return {ResponseStatus::not_asked, 0}; }

  bool operator==(const Response&) const = default;
};

/// One per item, in the positions of an order.
using Responses = std::vector<Response>;

/// An answer in one byte, for rows by the million: the code counted from the lowest of the item's range, or
/// why there is none. What stats::CompositeKey reads.
using AnswerByte = std::uint8_t;
inline constexpr AnswerByte skipped_byte = stats::no_answer;
inline constexpr AnswerByte not_applicable_byte = stats::no_answer + 1;
inline constexpr AnswerByte not_asked_byte = stats::no_answer + 2;

/// The range must contain the code.
[[nodiscard]] AnswerByte to_byte(const Response& response, catalog::AnswerRange range);
[[nodiscard]] Response from_byte(AnswerByte byte, catalog::AnswerRange range);

/// Optional items at the end of a form may be left out: they were not asked.
[[nodiscard]] Responses with_optional_items(Responses responses, const catalog::Instrument& instrument);

/// Checks that there is one response per item and that every code lies in its item's range; the error names
/// the item.
[[nodiscard]] Result<std::vector<AnswerByte>> encode(const catalog::Instrument& instrument,
                                                     const catalog::Order& order, const Responses& responses);

[[nodiscard]] std::string_view to_text(ResponseStatus status);

}  // namespace securebase::measures
