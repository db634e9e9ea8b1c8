#include "service/demo_answers.hpp"

#include <algorithm>

namespace securebase::service {
namespace {

using stats::random_normal;
using stats::RandomKey;

constexpr std::uint64_t of_trouble = 1;
constexpr std::uint64_t of_bond = 2;
constexpr std::uint64_t of_traits = 3;
constexpr std::uint64_t of_sheets = 4;
constexpr double share = 0.85;     // of the trouble in what a scale measures
constexpr double trait_sd = 0.35;  // what a scale measures besides

/// The same number for the same word, everywhere (FNV-1a).
std::uint64_t number_of(const std::string& word) {
  std::uint64_t number = 0xCBF29CE484222325;
  for (const char c : word) number = (number ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return number;
}

stats::Trajectory trajectory_of(DemoPath path, const RandomKey& key) {
  stats::Trajectory trajectory{0.7, 0, 12, 0.3, 0.6};
  const double own = random_normal(key, 1000);
  if (path == DemoPath::improving) trajectory = {1.3, -0.17, 11, 0.3, 0.6};
  if (path == DemoPath::deteriorating) trajectory = {0.1, 0.12, 12, 0.3, 0.6};
  trajectory.start += 0.3 * own;
  return trajectory;
}

double difficulty_of(const catalog::Instrument& instrument) {
  return instrument.calibration_needed > 0 ? 0.6 : 0.8;
}

}  // namespace

DemoStates::DemoStates(DemoPath path, const std::vector<double>& weeks, const RandomKey& key)
    : trouble(stats::simulate_trajectory(trajectory_of(path, key), weeks, key.part(of_trouble))),
      bond(stats::simulate_trajectory({-0.2, -0.05, 8, 0.4, 0.3}, weeks, key.part(of_bond))),
      key(key) {}

/// The scale that says most about an item is the one with the fewest items.
void DemoAnswers::take_keys(Form& form) {
  const auto& instrument = *form.instrument;
  std::vector<std::size_t> size(instrument.items.size(), instrument.items.size() + 1);
  for (std::size_t s = 0; s < instrument.scales.size(); ++s) {
    const catalog::Scale& scale = instrument.scales[s];
    const catalog::Key& key = catalog::key_in_order(scale, *form.order);
    for (const int item : key.items) {
      const auto at = static_cast<std::size_t>(item - 1);
      if (key.items.size() >= size[at]) continue;
      const bool is_reversed = std::count(key.reversed.begin(), key.reversed.end(), item) > 0;
      size[at] = key.items.size();
      form.scale[at] = s;
      form.is_good[at] = is_reversed != (scale.direction == catalog::Direction::higher_better);
    }
  }
  for (const auto& risk : instrument.risks)
    for (const int item : risk.items) form.is_risk[static_cast<std::size_t>(item - 1)] = true;
}

Result<const DemoAnswers::Form*> DemoAnswers::form_of(const std::string& instrument,
                                                      const std::string& order) {
  const std::string name = instrument + " " + order;
  if (const auto known = forms_.find(name); known != forms_.end()) return &known->second;
  const auto found = catalog::find_instrument(*library_, instrument);
  if (!found)
    return fail(ErrorKind::definition, "instrument.unknown",
                "a measure of the demonstration is missing: " + instrument);
  Form form;
  form.instrument = *found;
  form.order = order.empty() ? &(*found)->orders.front() : catalog::find_order(**found, order);
  if (form.order == nullptr)
    return fail(ErrorKind::definition, "order.unknown", "an order of the demonstration is missing: " + name);
  const std::size_t count = form.instrument->items.size();
  form.scale.resize(count);
  form.is_good.resize(count);
  form.is_risk.resize(count);
  take_keys(form);
  stats::GradedItems plan;
  plan.difficulty = difficulty_of(*form.instrument);
  for (std::size_t i = 0; i < count; ++i) {
    const auto range = catalog::range_in_order(*form.instrument, *form.order, static_cast<int>(i + 1));
    plan.answers.push_back(static_cast<std::size_t>(range.max - range.min + 1));
  }
  form.items = stats::simulate_items(plan, {number_of(instrument), 0});
  return &forms_.emplace(name, std::move(form)).first->second;
}

Result<std::vector<std::string>> DemoAnswers::of(const DemoStates& states, std::size_t session,
                                                 const std::string& instrument, const std::string& order,
                                                 int raised) {
  const auto form = form_of(instrument, order);
  if (!form) return tl::unexpected(form.error());
  const auto& [definition, in_order, items, scale, is_good, is_risk] = **form;
  const double trouble =
      definition->family == "alliance" ? states.bond.at(session) : states.trouble.at(session);
  const RandomKey traits = states.key.part(of_traits).part(number_of(instrument));
  const RandomKey sheet = states.key.part(of_sheets).part(number_of(instrument)).part(session);
  std::vector<std::vector<int>> by_scale;
  for (std::size_t s = 0; s < std::max<std::size_t>(1, definition->scales.size()); ++s)
    by_scale.push_back(
        stats::simulate_responses(items, share * trouble + trait_sd * random_normal(traits, s), sheet));
  std::vector<std::string> words;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto range = catalog::range_in_order(*definition, *in_order, static_cast<int>(i + 1));
    const int steps = by_scale[scale[i]][i];
    if (is_risk[i] && definition->items[i].optional)
      words.emplace_back("not_asked");
    else
      words.push_back(std::to_string(is_risk[i]   ? range.min + raised
                                     : is_good[i] ? range.max - steps
                                                  : range.min + steps));
  }
  return words;
}

bool DemoAnswers::has_wording(const std::string& instrument) const {
  const auto found = catalog::find_instrument(*library_, instrument);
  return found && !(*found)->texts.empty();
}

}  // namespace securebase::service
