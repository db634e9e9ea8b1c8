#pragma once
// Invented answers of invented people: a state that goes up or down (stats/simulate.hpp), and what it makes
// somebody answer to an instrument as it is defined.

#include <map>
#include <string>
#include <vector>

#include "catalog/load.hpp"
#include "stats/simulate.hpp"

namespace securebase::service {

enum class DemoPath { improving, unchanged, deteriorating };

/// One person's trouble at each of their sessions, in SDs of people: higher is worse.
struct DemoStates {
  DemoStates(DemoPath path, const std::vector<double>& weeks, const stats::RandomKey& key);

  std::vector<double> trouble;
  std::vector<double> bond;  ///< trouble with the therapist
  stats::RandomKey key;
};

class DemoAnswers {
 public:
  /// `library` outlives it.
  explicit DemoAnswers(const catalog::Library& library) : library_(&library) {}

  /// Words for record_answers. `order` empty: the first. `raised`: what is added to the lowest answer of risk
  /// items; those that may be left out are not asked. Error "instrument.unknown".
  [[nodiscard]] Result<std::vector<std::string>> of(const DemoStates& states, std::size_t session,
                                                    const std::string& instrument, const std::string& order,
                                                    int raised);

  /// Whether its wording comes with the program, so that a phone can show it.
  [[nodiscard]] bool has_wording(const std::string& instrument) const;

 private:
  /// An instrument in an order: how its items answer to trouble.
  struct Form {
    const catalog::Instrument* instrument = nullptr;
    const catalog::Order* order = nullptr;
    std::vector<stats::GradedItem> items;
    std::vector<std::size_t> scale;  ///< of each item, by place
    std::vector<bool> is_good;       ///< a higher answer is less trouble
    std::vector<bool> is_risk;
  };
  [[nodiscard]] Result<const Form*> form_of(const std::string& instrument, const std::string& order);
  static void take_keys(Form& form);

  const catalog::Library* library_;
  std::map<std::string, Form> forms_;
};

}  // namespace securebase::service
