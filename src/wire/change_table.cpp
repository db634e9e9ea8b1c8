#include "wire/change_table.hpp"

#include <fmt/format.h>

#include "wire/csv.hpp"
#include "wire/csv_number.hpp"

namespace securebase::wire {
namespace {

std::string number(const std::optional<double>& value) {
  std::string text;
  if (value) append_csv_number(text, *value);
  return text;
}

/// Which risk items of one occasion are raised, and which unanswered.
struct RiskItems {
  std::string raised;
  std::string unanswered;

  void add(const std::optional<measures::RiskAnswer>& risk) {
    if (!risk || !needs_attention(*risk)) return;
    std::string& items = risk->code ? raised : unanswered;
    items += (items.empty() ? "" : " ") + std::to_string(risk->item);
  }
};

std::string risk_fields(const std::vector<measures::RiskChange>& risks) {
  RiskItems before;
  RiskItems after;
  for (const auto& risk : risks) {
    before.add(risk.before);
    after.add(risk.after);
  }
  return fmt::format("{},{},{},{}", before.raised, before.unanswered, after.raised, after.unanswered);
}

std::string boundary_fields(const std::optional<measures::Boundary>& boundary) {
  if (!boundary) return ",,";
  return fmt::format("{},{},{}", number(boundary->value), boundary->crossed(), boundary->verified);
}

std::string published_fields(const std::optional<measures::PublishedSize>& published) {
  if (!published) return ",,";
  return fmt::format("{},{},{}", number(published->points), to_text(published->kind), published->reached);
}

constexpr std::string_view header =
    "person,scale,before,after,difference,lower,upper,reliable_change_index,threshold,category,"
    "risk_items_before,risk_unanswered_before,risk_items_after,risk_unanswered_after,boundary,"
    "boundary_crossed,boundary_verified,published_threshold,published_kind,published_reached,verified\n";

std::string row(const measures::Change& change, std::string_view risks) {
  const auto interval = change.interval.value_or(Interval{});
  return fmt::format(",{},{},{},{},{},{},{},{},{},{},{},{},{}\n", change.scale, number(change.before),
                     number(change.after), number(change.difference),
                     change.interval ? number(interval.lower) : "",
                     change.interval ? number(interval.upper) : "", number(change.reliable_change_index),
                     number(change.threshold), to_text(change.category), risks,
                     boundary_fields(change.boundary), published_fields(change.published), change.verified);
}

}  // namespace

std::string change_table(const std::vector<PersonChange>& changes) {
  std::string text(header);
  for (const PersonChange& person : changes)
    for (const measures::Change& change : person.report.changes) {
      append_csv_field(text, person.person);
      text += row(change, risk_fields(person.report.risks));
    }
  return text;
}

}  // namespace securebase::wire
