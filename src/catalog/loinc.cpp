#include "catalog/loinc.hpp"

#include <algorithm>
#include <array>

namespace securebase::catalog {
namespace {

using std::string_view;

constexpr string_view phq_9[] = {"44250-9", "44255-8", "44259-0", "44254-1", "44251-7",
                                 "44258-2", "44252-5", "44253-3", "44260-8"};
constexpr string_view gad_7[] = {"69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "", "69736-7"};
constexpr string_view phq_4[] = {"69725-0", "68509-9", "44250-9", "44255-8"};

constexpr std::array<LoincCodes, 3> known = {{{"phq-9", "44249-1", "total", "44261-6", phq_9},
                                              {"gad-7", "69737-5", "total", "70274-6", gad_7},
                                              {"phq-4", "69724-3", "total", "70272-0", phq_4}}};

template <class Is>
const LoincCodes* find(Is is) {
  const auto* at = std::find_if(known.begin(), known.end(), is);
  return at == known.end() ? nullptr : at;
}

}  // namespace

const LoincCodes* find_loinc(const Instrument& instrument) {
  return find([&](const LoincCodes& codes) {
    return codes.instrument == instrument.id && codes.items.size() == instrument.items.size();
  });
}

const LoincCodes* find_loinc_form(std::string_view code) {
  return find([&](const LoincCodes& codes) { return codes.form == code; });
}

int position_of(const LoincCodes& codes, std::string_view item) {
  const auto at = std::find(codes.items.begin(), codes.items.end(), item);
  return item.empty() || at == codes.items.end() ? 0 : static_cast<int>(at - codes.items.begin()) + 1;
}

}  // namespace securebase::catalog
