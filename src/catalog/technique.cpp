#include "catalog/technique.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/printable.hpp"
#include "catalog/load.hpp"
#include "catalog/origin_reader.hpp"

namespace securebase::catalog {
namespace {

constexpr std::string_view family_words[] = {"early_wounds", "emotion_regulation", "trust",
                                             "interpersonal_repair", "reflective_functioning"};
constexpr std::string_view scope_words[] = {"person", "couple", "moment"};
constexpr int most_minutes = 240;
constexpr int most_arousal = 10;
constexpr int protocols_looked_at = 12;

/// One file of rows with an id each.
class Rows : public OriginReader {
 public:
  Rows(const Document& file, const Shape& shape, Faults& faults)
      : OriginReader(file, shape, "definition.technique", faults) {}

  template <class Entry, class Read>
  std::vector<Entry> all(std::string_view key, Read read) {
    std::vector<Entry> entries;
    if (!complete()) return entries;
    std::set<std::string> ids;
    for (const toml::table* row : tables(table(), key)) {
      const std::string path = fmt::format("{}[{}]", key, entries.size() + 1);
      Entry entry = read(*row, path);
      if (!is_short_name(entry.id)) fault(path + ".id", short_name_words);
      if (!ids.insert(entry.id).second) fault(path + ".id", "stands twice: each has an id of its own");
      entries.push_back(std::move(entry));
    }
    return entries;
  }

  std::vector<TechniqueFamily> families(const toml::table& row, const std::string& path) {
    std::vector<TechniqueFamily> result;
    for (const std::string& word : texts_of(row, "families")) {
      const auto* const found = std::find(std::begin(family_words), std::end(family_words), word);
      if (found == std::end(family_words))
        fault(path + ".families",
              "one of early_wounds, emotion_regulation, trust, interpersonal_repair, reflective_functioning");
      else
        result.push_back(technique_families[static_cast<std::size_t>(found - std::begin(family_words))]);
    }
    const std::set<TechniqueFamily> once(result.begin(), result.end());
    if (result.empty() || once.size() != result.size())
      fault(path + ".families", "one at least, and none twice");
    return result;
  }

  std::optional<Minutes> minutes(const toml::table& row, const std::string& path) {
    if (!row.contains("minutes")) return std::nullopt;
    const auto ends = integers(row, "minutes");
    if (ends.size() == 2 && ends[0] >= 1 && ends[0] <= ends[1] && ends[1] <= most_minutes)
      return Minutes{ends[0], ends[1]};
    fault(path + ".minutes", "[from, to], from 1 to 240");
    return std::nullopt;
  }

  std::vector<HeldBack> held_back(const toml::table& row, const std::string& path) {
    std::vector<HeldBack> result;
    std::set<std::string> holds;
    for (const toml::table* one : tables(row, "held_back")) {
      result.push_back({text(*one, "hold"), text(*one, "instead")});
      if (!holds.insert(result.back().hold).second)
        fault(fmt::format("{}.held_back[{}]", path, result.size()), "names a hold that stands there already");
    }
    return result;
  }

  int whole(const toml::table& row, const std::string& path, std::string_view key, int most) {
    const int value = whole_of(row, key);
    if (value < 1 || value > most) fault(fmt::format("{}.{}", path, key), fmt::format("from 1 to {}", most));
    return value;
  }
};

template <class Entry>
const Entry* find_in(const std::vector<Entry>& entries, std::string_view id) {
  for (const Entry& entry : entries)
    if (entry.id == id) return &entry;
  return nullptr;
}

template <class Entry>
void prove_holds(const Library& library, const std::vector<Entry>& entries, std::string_view kind,
                 Faults& faults) {
  for (const Entry& entry : entries)
    for (const HeldBack& held : entry.held_back)
      if (find_hold(library, held.hold) == nullptr)
        faults.push_back({ErrorKind::definition, "definition.technique",
                          fmt::format("'{}' is no hold of holds.toml", printable(held.hold)),
                          Place{fmt::format("{} {}", kind, entry.id), 0, 0, "held_back"}});
}

}  // namespace

std::string_view to_text(TechniqueFamily family) {
  return family_words[static_cast<std::size_t>(family)];
}
std::string_view to_text(HoldScope scope) {
  return scope_words[static_cast<std::size_t>(scope)];
}

const Hold* find_hold(const Library& library, std::string_view id) {
  return find_in(library.holds, id);
}
const Technique* find_technique(const Library& library, std::string_view id) {
  return find_in(library.techniques, id);
}
const Exercise* find_exercise(const Library& library, std::string_view id) {
  return find_in(library.exercises, id);
}

bool is_holds_file(std::string_view name) {
  return name == "holds.toml";
}
bool is_techniques_file(std::string_view name) {
  return name == "techniques.toml";
}
bool is_exercises_file(std::string_view name) {
  return name == "exercises.toml";
}

std::vector<Hold> read_holds(const Document& file, Faults& faults) {
  Rows rows(file, holds_shape(), faults);
  return rows.all<Hold>("holds", [&](const toml::table& row, const std::string& path) {
    Hold hold{text(row, "id"),       text(row, "label"), text(row, "meaning"), text(row, "instead"), {},
              rows.origin(row, path)};
    hold.scope = word_of<HoldScope>(scope_words, text(row, "scope"));
    return hold;
  });
}

std::vector<Technique> read_techniques(const Document& file, Faults& faults) {
  Rows rows(file, techniques_shape(), faults);
  return rows.all<Technique>("techniques", [&](const toml::table& row, const std::string& path) {
    return Technique{text(row, "id"),           text(row, "name"),
                     text(row, "purpose"),      rows.families(row, path),
                     rows.minutes(row, path),   rows.whole(row, path, "protocols", protocols_looked_at),
                     rows.held_back(row, path), text(row, "avoid"),
                     rows.origin(row, path)};
  });
}

ExerciseSet read_exercises(const Document& file, Faults& faults) {
  Rows rows(file, exercises_shape(), faults);
  ExerciseSet set;
  if (!rows.complete()) return set;
  const toml::table& rules = *rows.table()["rules"].as_table();
  constexpr int most_a_week = 7;
  set.rules = {flag_of(rules, "optional"),
               rows.whole(rules, "rules", "stop_at", most_arousal),
               rows.whole(rules, "rules", "stop_rise", most_arousal),
               rows.whole(rules, "rules", "most_a_week", most_a_week),
               rows.whole(rules, "rules", "most_minutes_a_day", most_minutes),
               flag_of(rules, "activating_at_bedtime"),
               text(rules, "words"),
               rows.origin(rules, "rules")};
  if (!set.rules.optional) rows.fault("rules.optional", "every exercise may be left out: true");
  if (set.rules.activating_at_bedtime)
    rows.fault("rules.activating_at_bedtime", "nothing that stirs up distress at bedtime: false");
  set.exercises = rows.all<Exercise>("exercises", [&](const toml::table& row, const std::string& path) {
    return Exercise{text(row, "id"),
                    text(row, "name"),
                    text(row, "purpose"),
                    rows.families(row, path),
                    rows.minutes(row, path),
                    flag_of(row, "activating"),
                    flag_of(row, "session_first"),
                    rows.held_back(row, path),
                    text(row, "avoid"),
                    rows.origin(row, path)};
  });
  return set;
}

Faults prove_techniques(const Library& library) {
  Faults faults;
  prove_holds(library, library.techniques, "technique", faults);
  prove_holds(library, library.exercises, "exercise", faults);
  return faults;
}

}  // namespace securebase::catalog
