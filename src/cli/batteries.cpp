// securebase batteries list | show

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/explain.hpp"
#include "cli/fit.hpp"

namespace securebase::cli {
namespace {

using catalog::Battery;
using catalog::BatteryMeasure;
using catalog::Burden;
using catalog::Timing;

std::string times_of(const BatteryMeasure& measure) {
  std::string words;
  for (const Timing timing : measure.when) {
    if (!words.empty()) words += ", ";
    if (timing == Timing::every_weeks)
      words += fmt::format("every {} weeks", measure.weeks);
    else
      words += timing == Timing::every_session ? "every session"
               : timing == Timing::follow_up   ? "follow-up"
               : timing == Timing::when_needed ? "when needed"
                                               : to_text(timing);
  }
  return words;
}

std::string list_of(const catalog::Library& library, int width) {
  constexpr int before_name = 52;
  std::string text;
  for (const Battery& battery : library.batteries) {
    double most = 0;
    for (const Burden& burden : burden(battery, library)) most = std::max(most, burden.minutes_a_week);
    text +=
        fmt::format("{:<18} {:>2} measures, {:.1f} minutes a week  {}\n", battery.id, battery.measures.size(),
                    most, wrap(battery.name, std::max(20, width - before_name), before_name));
  }
  return text;
}

std::string told(const Battery& battery, const catalog::Library& library, int width) {
  std::string text = fmt::format("{}\n{}\n\nReckoned over {} weeks with {} sessions.\n\n", battery.name,
                                 wrap(battery.summary, width, 0), battery.weeks, battery.sessions);
  for (const BatteryMeasure& measure : battery.measures) {
    const auto instrument = find_instrument(library, measure.instrument);
    const std::size_t items = instrument ? (*instrument)->items.size() : 0;
    std::string words =
        fmt::format("{}: {}{}. {} items.", measure.who, times_of(measure),
                    measure.figures > 1 ? fmt::format(", of {} figures each", measure.figures) : "", items);
    if (!measure.note.empty()) words += " " + measure.note;
    text += fmt::format("  {:<12} {}\n", measure.instrument, wrap(words, width - 15, 15));
  }
  text += '\n';
  for (const Burden& burden : burden(battery, library)) {
    std::string words = fmt::format(
        "{}: {:.1f} minutes a week on average, {:.0f} at the start, {:.0f} in the heaviest week "
        "after it.",
        burden.who, burden.minutes_a_week, burden.minutes_at_start, burden.longest_week);
    if (burden.heavy)
      words += fmt::format(" That is more than the {:g} that people can be asked for week after week.",
                           catalog::light_minutes);
    text += "- " + wrap(words, width - 2, 2) + "\n";
  }
  text +=
      "- " +
      wrap(fmt::format(
               "Minutes are our estimate, {:g} items a minute; follow-up, and what is asked when needed, is "
               "not in them.",
               catalog::items_a_minute),
           width - 2, 2) +
      "\n";
  return text;
}

/// A practice's own battery may have the id of one that comes with the program: that is said, every time.
void say_replaced(const Desk& desk) {
  for (const std::string& name : desk.inventory().replaced)
    if (name.starts_with("battery "))
      say(desk.surroundings, fmt::format("the {} of the program is replaced by that of --definitions", name));
}

struct BatteriesList {
  void add_to(CLI::App& /*app*/) {}

  Outcome act(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    say_replaced(desk);
    desk.surroundings.out << list_of(**library, desk.surroundings.width);
    return ExitCode::done;
  }
};

struct BatteriesShow {
  std::string id;
  bool json = false;

  void add_to(CLI::App& app) {
    app.add_option("ID", id, "An id such as adult")->required();
    app.add_flag("--json", json, "One JSON document");
  }

  Outcome act(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    const auto battery = find_battery(**library, id);
    if (!battery) return tl::unexpected(battery.error());
    say_replaced(desk);
    desk.surroundings.out << (json ? wire::battery_document(**battery, **library)
                                   : told(**battery, **library, desk.surroundings.width));
    return ExitCode::done;
  }
};

}  // namespace

void add_batteries(CLI::App& app, Desk& desk, Action& chosen) {
  CLI::App* sub = app.add_subcommand(
      "batteries", "Which measures go together for a kind of work, and what they ask of people");
  sub->require_subcommand(1);
  add_command<BatteriesList>(*sub, desk, chosen, "list", "A line on each", "");
  add_command<BatteriesShow>(*sub, desk, chosen, "show",
                             "Who answers what when, and how many minutes that takes", "");
}

}  // namespace securebase::cli
