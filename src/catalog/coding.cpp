#include "catalog/coding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/printable.hpp"
#include "catalog/load.hpp"
#include "catalog/structure.hpp"

namespace securebase::catalog {
namespace {

constexpr std::string_view status_words[] = {"seen", "unverified", "proposed"};
constexpr std::string_view family_words[] = {"infant",  "interview", "play", "script",
                                             "session", "couple",    "other"};
constexpr std::string_view kind_words[] = {"play", "separation", "reunion", "other"};
constexpr std::string_view span_words[] = {"moment", "duration"};
constexpr std::string_view part_words[] = {"whole", "episode", "window", "part"};

constexpr int most_parts = 100;
constexpr int longest_window = 3600;
constexpr int longest_episode = 3600;
constexpr std::size_t most_entries = 200;  // of a kind
constexpr double most_values = 200;        // of a range

/// The word has been held against the shape.
template <class Enum, std::size_t count>
Enum word_of(const std::string_view (&words)[count], const std::string& word) {
  const auto* const found = std::find(std::begin(words), std::end(words), word);
  return found == std::end(words) ? Enum{} : static_cast<Enum>(found - std::begin(words));
}

std::vector<double> numbers_of(const toml::table& table, std::string_view key) {
  std::vector<double> values;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) values.push_back(node.value<double>().value_or(0));
  return values;
}

std::vector<std::string> texts_of(const toml::table& table, std::string_view key) {
  std::vector<std::string> values;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) values.push_back(node.value<std::string>().value_or(""));
  return values;
}

int whole(const toml::table& table, std::string_view key) {
  return static_cast<int>(table[key].value<std::int64_t>().value_or(0));
}

bool is_short_name(std::string_view id) {
  return !id.empty() && id.size() <= 40 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
}

/// One file while it is read.
class Reader {
 public:
  Reader(const Document& file, Faults& faults)
      : file_(file), faults_(faults), structure_(read_structure(file.name, file.bytes, coding_shape())) {}

  CodingSystem read() {
    for (const Error& found : structure_.faults) add_fault(faults_, found);
    if (!structure_.complete) return std::move(system_);
    read_head();
    each("episodes", system_.episodes, &Reader::episode);
    each("codes", system_.codes, &Reader::code);
    each("scales", system_.scales, &Reader::scale);
    each("classes", system_.classes, &Reader::one_class);
    read_thresholds();
    read_sums();
    prove();
    return std::move(system_);
  }

 private:
  void fault(const std::string& path, std::string detail) {
    add_fault(faults_, {ErrorKind::definition, "definition.coding", std::move(detail),
                        place_of(structure_, file_.name, path)});
  }

  void read_head() {
    const toml::table& table = structure_.table;
    for (const toml::table* row : tables(table, "sources"))
      system_.sources.push_back({text(*row, "id"), text(*row, "citation"), text(*row, "url")});
    system_.id = text(table, "id");
    system_.version = text(table, "version");
    system_.name = text(table, "name");
    system_.abbreviation = text(table, "abbreviation");
    system_.family = word_of<CodingFamily>(family_words, text(table, "family"));
    system_.summary = text(table, "summary");
    system_.caution = text(table, "caution");
    system_.terms = text(table, "terms");
    system_.ages = text(table, "ages");
    system_.certified = table["certified"].value<bool>().value_or(false);
    system_.window_seconds = whole(table, "window_seconds");
    system_.part_name = text(table, "part_name");
    system_.most_parts = whole(table, "most_parts");
    system_.origin = {text(table, "source"), word_of<SourceStatus>(status_words, text(table, "status")),
                      text(table, "note")};
    known_source(system_.origin.source, "source");
    system_.fingerprint = fmt::format("{:016x}", fnv1a(fnv1a_begin, file_.bytes));
  }

  void known_source(const std::string& id, const std::string& path) {
    const auto same = [&](const Source& source) { return source.id == id; };
    if (std::none_of(system_.sources.begin(), system_.sources.end(), same))
      fault(path, "must be the id of a row of [[sources]]");
  }

  CodingOrigin origin(const toml::table& row, const std::string& path) {
    CodingOrigin result = system_.origin;
    result.note = text(row, "note");
    if (row.contains("source")) {
      result.source = text(row, "source");
      known_source(result.source, path + ".source");
    }
    if (row.contains("status")) result.status = word_of<SourceStatus>(status_words, text(row, "status"));
    return result;
  }

  template <class Entry>
  void each(const std::string& key, std::vector<Entry>& into,
            Entry (Reader::*read_one)(const toml::table&, const std::string&)) {
    std::set<std::string> ids;
    const auto rows = tables(structure_.table, key);
    if (rows.size() > most_entries) return fault(key, fmt::format("at most {} of a kind", most_entries));
    for (const toml::table* row : rows) {
      const std::string path = fmt::format("{}[{}]", key, into.size() + 1);
      Entry entry = (this->*read_one)(*row, path);
      if (!is_short_name(entry.id))
        fault(path + ".id", "1 to 40 of the signs a-z, A-Z, 0-9, hyphen, underscore, dot and slash");
      if (!ids.insert(entry.id).second) fault(path + ".id", "stands twice: each has an id of its own");
      into.push_back(std::move(entry));
    }
  }

  CodingEpisode episode(const toml::table& row, const std::string& path) {
    CodingEpisode result;
    result.id = text(row, "id");
    result.label = text(row, "label");
    result.kind = word_of<EpisodeKind>(kind_words, text(row, "kind"));
    result.present = text(row, "present");
    result.usual_seconds = whole(row, "usual_seconds");
    if (row.contains("curtail_seconds")) result.curtail_seconds = whole(row, "curtail_seconds");
    result.guidance = text(row, "guidance");
    result.origin = origin(row, path);
    for (const auto& [key, seconds] :
         {std::pair("usual_seconds", result.usual_seconds),
          std::pair("curtail_seconds", result.curtail_seconds.value_or(longest_episode))})
      if (seconds < 1 || seconds > longest_episode) fault(path + "." + key, "from 1 to 3600 seconds");
    return result;
  }

  std::optional<CodingRange> range(const toml::table& row, const char* key, double step,
                                   const std::string& path) {
    const auto ends = numbers_of(row, key);
    const bool sound = ends.size() == 2 && ends[0] < ends[1] && step > 0 &&
                       (ends[1] - ends[0]) / step <= most_values &&
                       is_value({ends[0], ends[1], step}, ends[1]);
    if (sound) return CodingRange{ends[0], ends[1], step};
    fault(path + "." + key, "[lowest, highest], a whole number of steps apart, at most 200 of them");
    return std::nullopt;
  }

  CodingCode code(const toml::table& row, const std::string& path) {
    CodingCode result;
    result.id = text(row, "id");
    result.label = text(row, "label");
    result.group = text(row, "group");
    result.track = text(row, "track");
    const std::string key = text(row, "key");
    const bool plain =
        key.size() == 1 && ((key[0] >= 'a' && key[0] <= 'z') || (key[0] >= '0' && key[0] <= '9'));
    if (!plain)
      fault(path + ".key", "one of a to z, 0 to 9");
    else if (!keys_.insert(key[0]).second)
      fault(path + ".key", "stands twice: each code has a key of its own");
    result.key = plain ? key[0] : char{0};
    result.span = word_of<CodeSpan>(span_words, text(row, "span"));
    if (row.contains("values")) result.value = range(row, "values", 1, path);
    result.value_label = text(row, "value_label");
    result.help = text(row, "help");
    result.origin = origin(row, path);
    return result;
  }

  CodingScale scale(const toml::table& row, const std::string& path) {
    CodingScale result;
    result.id = text(row, "id");
    result.label = text(row, "label");
    result.group = text(row, "group");
    const double step = row["step"].value<double>().value_or(1);
    result.range = range(row, "range", step, path).value_or(CodingRange{});
    result.low = text(row, "low");
    result.high = text(row, "high");
    result.per = word_of<RatedPart>(part_words, text(row, "per"));
    result.episodes = texts_of(row, "episodes");
    result.averaged = row["averaged"].value<bool>().value_or(false);
    result.help = text(row, "help");
    result.origin = origin(row, path);
    prove_per(result, path);
    return result;
  }

  void prove_per(const CodingScale& scale, const std::string& path) {
    if ((scale.per == RatedPart::episode) == scale.episodes.empty())
      fault(path + ".episodes", "goes with per = \"episode\", and names one at least");
    for (const std::string& id : scale.episodes)
      if (find_episode(system_, id) == nullptr)
        fault(path + ".episodes", "names an episode that is not there");
    if (scale.per == RatedPart::window && system_.window_seconds == 0)
      fault(path + ".per", "windows need window_seconds");
    if (scale.per == RatedPart::part && system_.most_parts == 0)
      fault(path + ".per", "parts need part_name and most_parts");
    if (scale.averaged && scale.per == RatedPart::whole)
      fault(path + ".averaged", "there is one rating of the whole: nothing to average");
  }

  CodingClass one_class(const toml::table& row, const std::string& path) {
    CodingClass result;
    result.id = text(row, "id");
    result.label = text(row, "label");
    result.group = text(row, "group");
    if (result.group.empty()) result.group = result.id;
    result.needs_alternative = row["needs_alternative"].value<bool>().value_or(false);
    result.origin = origin(row, path);
    return result;
  }

  /// Faults where a scale is not there or is not one of the whole.
  void whole_scales(const std::vector<std::string>& ids, const std::string& path) {
    if (ids.empty()) fault(path, "names one scale at least");
    for (const std::string& id : ids) {
      const CodingScale* scale = find_scale(system_, id);
      if (scale == nullptr || scale->per != RatedPart::whole)
        fault(path, "names a scale that is not there, or is not of the whole");
    }
  }

  void read_thresholds() {
    for (const toml::table* row : tables(structure_.table, "thresholds")) {
      const std::string path = fmt::format("thresholds[{}]", system_.thresholds.size() + 1);
      CodingThreshold result{texts_of(*row, "scales"), text(*row, "group"), texts_of(*row, "also"),
                             (*row)["above"].value<double>().value_or(0), origin(*row, path)};
      whole_scales(result.scales, path + ".scales");
      for (const std::string& id : result.scales) {
        const CodingScale* scale = find_scale(system_, id);
        if (scale != nullptr && !is_value(scale->range, result.above))
          fault(path + ".above", "must be a value of its scales");
      }
      known_group(result.group, path + ".group");
      for (const std::string& group : result.also) known_group(group, path + ".also");
      system_.thresholds.push_back(std::move(result));
    }
  }

  void known_group(const std::string& group, const std::string& path) {
    const auto of_group = [&](const CodingClass& one) { return one.group == group; };
    if (std::none_of(system_.classes.begin(), system_.classes.end(), of_group))
      fault(path, "no class is of this group");
  }

  void read_sums() {
    for (const toml::table* row : tables(structure_.table, "sums")) {
      const std::string path = fmt::format("sums[{}]", system_.sums.size() + 1);
      system_.sums.push_back({texts_of(*row, "scales"), (*row)["total"].value<double>().value_or(0)});
      whole_scales(system_.sums.back().scales, path + ".scales");
    }
  }

  void prove() {
    const std::string ending = fmt::format("codings/{}/{}.toml", system_.id, system_.version);
    if (!file_.name.ends_with(ending))
      fault("id", "id and version must be as in codings/<id>/<version>.toml");
    if (!is_short_name(system_.id) || !is_short_name(system_.version))
      fault("id", "1 to 40 of the signs a-z, A-Z, 0-9 and hyphen");
    if (system_.codes.empty() && system_.scales.empty())
      fault("codes", "a system has a code or a scale at least");
    if (system_.window_seconds < 0 || system_.window_seconds > longest_window)
      fault("window_seconds", "from 1 to 3600");
    if (system_.most_parts < 0 || system_.most_parts > most_parts) fault("most_parts", "from 1 to 100");
    if (system_.part_name.empty() != (system_.most_parts == 0))
      fault(system_.part_name.empty() ? "most_parts" : "part_name", "part_name and most_parts go together");
  }

  const Document& file_;
  Faults& faults_;
  Structure structure_;
  CodingSystem system_;
  std::set<char> keys_;
};

template <class Entry>
const Entry* find_in(const std::vector<Entry>& entries, std::string_view id) {
  for (const Entry& entry : entries)
    if (entry.id == id) return &entry;
  return nullptr;
}

/// "w12" -> 12 for the letter w; nothing where it is written in any other way.
std::optional<int> counted(std::string_view segment, char letter) {
  if (segment.size() < 2 || segment.front() != letter || segment[1] < '1' || segment[1] > '9')
    return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(segment.data() + 1, segment.data() + segment.size(), number);
  if (error != std::errc() || end != segment.data() + segment.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string_view to_text(SourceStatus status) {
  return status_words[static_cast<std::size_t>(status)];
}
std::string_view to_text(CodingFamily family) {
  return family_words[static_cast<std::size_t>(family)];
}
std::string_view to_text(EpisodeKind kind) {
  return kind_words[static_cast<std::size_t>(kind)];
}
std::string_view to_text(CodeSpan span) {
  return span_words[static_cast<std::size_t>(span)];
}
std::string_view to_text(RatedPart part) {
  return part_words[static_cast<std::size_t>(part)];
}

bool is_value(const CodingRange& range, double value) {
  constexpr double slack = 1e-9;
  if (!(value >= range.min - slack && value <= range.max + slack)) return false;
  const double steps = (value - range.min) / range.step;
  return std::abs(steps - std::round(steps)) < slack;
}

bool is_coding_file(std::string_view path) {
  if (!path.ends_with(".toml")) return false;
  const auto version = path.find_last_of('/');
  if (version == std::string_view::npos || version == 0) return false;
  const auto id = path.find_last_of('/', version - 1);
  if (id == std::string_view::npos) return false;
  const auto folder = path.substr(0, id);
  return folder == "codings" || folder.ends_with("/codings");
}

CodingSystem read_coding(const Document& file, Faults& faults) {
  return Reader(file, faults).read();
}

Result<const CodingSystem*> find_coding(const Library& library, std::string_view reference) {
  const auto at = reference.find('@');
  const auto id = reference.substr(0, at);
  const CodingSystem* found = nullptr;
  for (const CodingSystem& system : library.codings) {
    if (system.id != id) continue;
    if (at != std::string_view::npos) {
      if (system.version == reference.substr(at + 1)) return &system;
    } else if (found == nullptr || std::pair(found->version.size(), found->version) <
                                       std::pair(system.version.size(), system.version)) {
      found = &system;
    }
  }
  if (found != nullptr) return found;
  std::set<std::string> known;
  for (const CodingSystem& system : library.codings)
    known.insert(fmt::format("{}@{}", system.id, system.version));
  return fail(ErrorKind::not_found, "coding.unknown",
              fmt::format("a coding system that is there: {}", fmt::join(known, ", ")));
}

const CodingCode* find_code(const CodingSystem& system, std::string_view id) {
  return find_in(system.codes, id);
}
const CodingScale* find_scale(const CodingSystem& system, std::string_view id) {
  return find_in(system.scales, id);
}
const CodingClass* find_class(const CodingSystem& system, std::string_view id) {
  return find_in(system.classes, id);
}
const CodingEpisode* find_episode(const CodingSystem& system, std::string_view id) {
  return find_in(system.episodes, id);
}

bool is_segment(const CodingSystem& system, const CodingScale& scale, std::string_view segment) {
  constexpr int most_windows = 1000;
  switch (scale.per) {
    case RatedPart::whole:
      return segment.empty();
    case RatedPart::episode:
      return std::find(scale.episodes.begin(), scale.episodes.end(), segment) != scale.episodes.end();
    case RatedPart::window:
      return counted(segment, 'w').value_or(most_windows + 1) <= most_windows;
    case RatedPart::part:
      return counted(segment, 'p').value_or(system.most_parts + 1) <= system.most_parts;
  }
  return false;
}

}  // namespace securebase::catalog
