// Answers: fields of any bytes become answer bytes of their item or a named error, whatever the header says.

#include "wire/answers.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;

/// Shaped like the ECR with its five-point order, made short: seven points, an order with codes of its own,
/// an optional item and an item whose codes differ.
catalog::Instrument form() {
  catalog::Instrument result;
  result.abbreviation = "ECR";
  for (int item = 1; item <= 6; ++item) result.items.push_back({item, {1, 7}, false, false, ""});
  result.items[4].optional = true;
  result.items[5].range = {-3, 12};
  result.orders = {{"published", "Published", {1, 7}, {99}, true, "", {}},
                   {"online-5pt", "Online", {1, 5}, {0, -9}, false, "", {}}};
  return result;
}

void check_row(const wire::AnswerRow& row, const catalog::Instrument& instrument,
               const catalog::Order& order) {
  DEMAND(row.answers->size() == instrument.items.size());
  for (std::size_t i = 0; i < instrument.items.size(); ++i) {
    const auto range = range_in_order(instrument, order, static_cast<int>(i + 1));
    const auto byte = (*row.answers)[i];
    DEMAND(byte <= range.max - range.min ||
           (byte >= measures::skipped_byte && byte <= measures::not_asked_byte));
    const auto response = measures::from_byte(byte, range);
    DEMAND(measures::to_byte(response, range) == byte);
  }
}

/// A field alone means what it means in a row.
void check_field(std::string_view field, measures::AnswerByte byte, catalog::AnswerRange range) {
  const auto response = measures::from_byte(byte, range);
  const auto number = wire::parse_whole_number(field);
  if (response.status == measures::ResponseStatus::answered)
    DEMAND(number && *number == response.code);
  else if (!number)
    DEMAND(wire::parse_no_answer(field) == response);
}

void read(std::string_view bytes, const catalog::Instrument& instrument, const catalog::Order& order,
          const wire::ItemColumns& columns) {
  const wire::CsvLimits limits{8192, 100};
  auto reader = wire::AnswerReader::open(wire::CsvReader("input", wire::from_memory(bytes), limits),
                                         instrument, order, columns);
  if (!reader) {
    DEMAND(is_plain_text(to_text(reader.error())));
    return;
  }
  const auto last = reader->find_column("q6");
  for (std::size_t calls = 0;; ++calls) {
    DEMAND(calls <= bytes.size() + 2);
    wire::AnswerRow row;
    const auto more = reader->next(row);
    if (!more) {
      DEMAND(is_plain_text(to_text(more.error())));
      continue;
    }
    if (!*more) return;
    DEMAND(row.fields.size() == reader->header().size());
    check_row(row, instrument, order);
    if (last && *last && columns.prefix == "Q" && reader->header()[**last].size() == 2)
      check_field(row.fields[**last], row.answers->back(), range_in_order(instrument, order, 6));
  }
}

void check_typed(std::string_view bytes) {
  const auto answers = wire::parse_answers(bytes);
  if (!answers) {
    DEMAND(is_plain_text(to_text(answers.error())));
    return;
  }
  DEMAND(!answers->empty());
  for (const auto& response : *answers) DEMAND(response.code > -1'000'000 && response.code < 1'000'000);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const catalog::Instrument instrument = form();
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto& order = instrument.orders[data[0] & 1U];
  if ((data[0] & 8U) != 0)
    check_typed(bytes);
  else if ((data[0] & 4U) != 0)
    // Rows under a header that is right.
    read("Q1,Q2,Q3,Q4,Q6\n" + std::string(bytes), instrument, order, {"Q", {}});
  else
    read(bytes, instrument, order, {(data[0] & 2U) != 0 ? "Q" : "", {}});
  return 0;
}
