#pragma once
// What must hold of any bytes read as a wording pack: a pack or an error that names the file; held against an
// instrument, differences or a wording that is whole; and nothing that cannot be printed.

#include <cstdint>
#include <string_view>

#include "base/printable.hpp"
#include "demand.hpp"
#include "wire/pack.hpp"

namespace securebase {

/// Three items with the answers 0 to 2, the last asked only where a practice wants it.
inline const catalog::Instrument& instrument_of_three() {
  static const catalog::Instrument instrument = [] {
    catalog::Instrument made;
    made.id = "three";
    for (int number = 1; number <= 3; ++number)
      made.items.push_back({number, {0, 2}, false, number == 3, "gist"});
    catalog::Order order;
    order.id = "written";
    order.range = {0, 2};
    made.orders = {order};
    return made;
  }();
  return instrument;
}

inline void demand_of_match(const catalog::Pack& pack) {
  const catalog::Instrument& instrument = instrument_of_three();
  const auto review = catalog::match_pack(pack, instrument, instrument.orders.front());
  for (const Error& difference : review.differences) {
    DEMAND(difference.kind == ErrorKind::bad_data && difference.where.name == "input");
    DEMAND(is_plain_text(to_text(difference)));
  }
  for (const std::string& note : review.notes) DEMAND(is_plain_text(note));
  if (!review.fits()) return;
  DEMAND(review.items.size() == 2 || review.items.size() == 3);
  const auto text = catalog::text_of(pack, review, instrument, instrument.orders.front());
  DEMAND(text.items.size() == 3 && text.options.size() % 3 == 0);
  for (const auto& match : review.items) {
    DEMAND(!match.text.empty() && is_plain_text(match.text));
    DEMAND(match.answers.empty() || match.answers.size() == 3);
  }
}

inline int try_pack(const std::uint8_t* data, std::size_t size, const wire::PackChoice& choice) {
  const auto pack = wire::parse_pack("input", {reinterpret_cast<const char*>(data), size}, choice);
  if (!pack) {
    DEMAND(pack.error().kind == ErrorKind::bad_data && pack.error().where.name == "input");
    DEMAND(is_plain_text(to_text(pack.error())));
    return 0;
  }
  DEMAND(!pack->items.empty());
  DEMAND(!pack->before_result || *pack->before_result <= pack->items.size());
  for (const auto& item : pack->items) DEMAND(!item.link.empty());
  demand_of_match(*pack);
  return 0;
}

}  // namespace securebase
