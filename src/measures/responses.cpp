#include "measures/responses.hpp"

#include <fmt/format.h>

namespace securebase::measures {

AnswerByte to_byte(const Response& response, catalog::AnswerRange range) {
  switch (response.status) {
    case ResponseStatus::answered:
      return static_cast<AnswerByte>(response.code - range.min);
    case ResponseStatus::skipped:
      return skipped_byte;
    case ResponseStatus::not_applicable:
      return not_applicable_byte;
    case ResponseStatus::not_asked:
      return not_asked_byte;
  }
  return not_asked_byte;
}

Response from_byte(AnswerByte byte, catalog::AnswerRange range) {
  if (byte < stats::no_answer) return Response::answered(range.min + byte);
  if (byte == skipped_byte) return Response::skipped();
  return byte == not_applicable_byte ? Response::not_applicable() : Response::not_asked();
}

Responses with_optional_items(Responses responses, const catalog::Instrument& instrument) {
  const auto& items = instrument.items;
  std::size_t needed = items.size();
  while (needed > 0 && items[needed - 1].optional) --needed;
  if (responses.size() >= needed && responses.size() < items.size())
    responses.resize(items.size(), Response::not_asked());
  return responses;
}

Result<std::vector<AnswerByte>> encode(const catalog::Instrument& instrument, const catalog::Order& order,
                                       const Responses& responses) {
  if (responses.size() != instrument.items.size())
    return fail(ErrorKind::bad_data, "responses.count",
                fmt::format("{} answers for the {} items of {}", responses.size(), instrument.items.size(),
                            instrument.abbreviation));
  std::vector<AnswerByte> bytes;
  bytes.reserve(responses.size());
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const auto range = catalog::range_in_order(instrument, order, static_cast<int>(i + 1));
    const Response& response = responses[i];
    if (response.status == ResponseStatus::answered &&
        (response.code < range.min || response.code > range.max))
      return fail(ErrorKind::bad_data, "responses.range",
                  fmt::format("{} is not an answer to item {}: {} to {} are", response.code, i + 1, range.min,
                              range.max),
                  Place{"", 0, 0, fmt::format("item {}", i + 1)});
    bytes.push_back(to_byte(response, range));
  }
  return bytes;
}

std::string_view to_text(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::answered:
      return "answered";
    case ResponseStatus::skipped:
      return "skipped";
    case ResponseStatus::not_applicable:
      return "not_applicable";
    case ResponseStatus::not_asked:
      return "not_asked";
  }
  return "not_asked";
}

}  // namespace securebase::measures
