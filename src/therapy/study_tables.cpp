#include "therapy/study_tables.hpp"

#include <fmt/format.h>

#include <array>

namespace securebase::therapy {
namespace {

using Value = std::function<std::optional<double>(std::string_view)>;

/// A value as the program's own table holds it.
std::string kept(double value) {
  return fmt::format("{:.6g}", value);
}

/// Rounded once more from there, so that the document says what the program says.
std::string cell(const Value& value, const std::string& key, const char* format = "{:.2f}") {
  const auto found = value(key);
  return found ? fmt::format(fmt::runtime(format), std::stod(kept(*found))) : "-";
}

std::string worlds_table(const Value& value) {
  std::string text =
      "| world | got worse | alarm | flagged | sensitivity | specificity | predictive value | the same, seen "
      "| sessions before the end |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const World world : all_worlds)
    for (const char* alarm : {"off_track", "watch", "limits80", "rational"}) {
      const std::string at = fmt::format("feedback.{}.", to_text(world));
      const std::string of = at + alarm + ".";
      text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", to_text(world),
                          cell(value, at + "worse", "{:.3f}"), alarm, cell(value, of + "flagged"),
                          cell(value, of + "sensitivity"), cell(value, of + "specificity"),
                          cell(value, of + "predictive_value"), cell(value, of + "seen_predictive_value"),
                          cell(value, of + "lead", "{:.0f}"));
    }
  return text;
}

std::string equal_table(const Value& value) {
  std::string text =
      "| world | first half: ours | rational | all sessions: ours | rational |\n|---|---|---|---|---|\n";
  for (const World world : all_worlds) {
    const std::string at = fmt::format("feedback.{}.", to_text(world));
    text += fmt::format("| {} | {} | {} | {} | {} |\n", to_text(world), cell(value, at + "half"),
                        cell(value, at + "half_rational"), cell(value, at + "any"),
                        cell(value, at + "any_rational"));
  }
  return text;
}

std::string sessions_table(const Value& value) {
  std::string text =
      "| world | session | AUC | oracle | last score alone | change since intake | rational: specificity | "
      "sensitivity | ours there |\n|---|---|---|---|---|---|---|---|---|\n";
  for (const World world : all_worlds)
    for (const int session : {3, 5, 8, 12}) {
      const std::string at = fmt::format("feedback.{}.session_{}.", to_text(world), session);
      text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", to_text(world), session,
                          cell(value, at + "auc", "{:.3f}"), cell(value, at + "auc_oracle", "{:.3f}"),
                          cell(value, at + "auc_standing", "{:.3f}"),
                          cell(value, at + "auc_change", "{:.3f}"), cell(value, at + "rational_specificity"),
                          cell(value, at + "rational_sensitivity"), cell(value, at + "sensitivity_there"));
    }
  return text;
}

std::string alliance_table(const Value& value) {
  constexpr std::array rules{"dip",           "soft",
                             "drop_one_sd",   "drop_two_sd",
                             "drop_reliable", "own_line_pooled",
                             "own_line_own",  "individuals_chart",
                             "running_mean"};
  std::string text =
      "| rule | nothing | rise .04 | fall .04 | errors correlate .3 | dip of 2 SDs | dip of 4 SDs |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const char* rule : rules) {
    text += fmt::format("| {} |", rule);
    for (const char* scenario : {"null", "rise", "fall", "autocorrelated", "dip2", "dip4"})
      text += fmt::format(" {} |", cell(value, fmt::format("alliance.{}.{}", scenario, rule), "{:.3f}"));
    text += '\n';
  }
  return text;
}

std::string ruptures_table(const Value& value) {
  struct Line {
    const char* what;
    const char* key;
  };
  constexpr std::array lines{
      Line{"dips of 4 SDs flagged in their session", "alliance.dip4.found"},
      Line{"dips of 2 SDs flagged in their session", "alliance.dip2.found"},
      Line{"ruptures a course, planted", "alliance.practice.ruptures_a_course"},
      Line{"of them met by a dip within three sessions", "alliance.practice.met_by_dip"},
      Line{"by any flag", "alliance.practice.met_by_any_flag"},
      Line{"dips a course", "alliance.practice.dips_a_course"},
      Line{"soft flags a course", "alliance.practice.softs_a_course"},
      Line{"dips with a rupture open", "alliance.practice.dip_predictive_value"},
      Line{"soft flags with a rupture open", "alliance.practice.soft_predictive_value"},
      Line{"asked and confirmed: with a rupture open", "alliance.practice.confirmed_predictive_value"},
      Line{"confirmed a course", "alliance.practice.confirmed_a_course"},
      Line{"confirmed wrongly a course", "alliance.practice.confirmed_wrongly_a_course"}};
  std::string text = "| | |\n|---|---|\n";
  for (const Line& line : lines) text += fmt::format("| {} | {} |\n", line.what, cell(value, line.key));
  return text;
}

}  // namespace

std::string study_include(const std::vector<NamedValue>& values, std::string_view fingerprint) {
  std::string text =
      "// Written by `securebase feedback study --write`; not by hand.\n"
      "// clang-format off\n";
  text += fmt::format("constexpr std::string_view fingerprint_of_table = \"{}\";\n", fingerprint);
  text += "constexpr StudyValue table[] = {\n";
  for (const NamedValue& v : values) text += fmt::format("    {{\"{}\", {}}},\n", v.key, kept(v.value));
  return text + "};\n// clang-format on\n";
}

std::string study_markdown(const Value& value) {
  return fmt::format(
      "### Alarms\n\n{} courses a world, the expected course learned from {} others; courses flagged at any "
      "session.\n\n{}\n### At equal specificity\n\nSensitivity at specificity .90, the cut or all of the "
      "rational rule's thresholds moved until that is reached. A flag in "
      "the first half of therapy leaves time to do something; what the rational rule finds more over all "
      "sessions, it finds "
      "in the second half.\n\n{}\n### By session\n\n{}\n### Ratings of the alliance\n\n{} courses of twelve "
      "sessions a "
      "column; share flagged.\n\n{}\n### Dips and ruptures\n\nAsked about every flag, a client says yes in "
      "{} of "
      "cases with a rupture open and in {} without (our assumption).\n\n{}",
      cell(value, "feedback.courses", "{:.0f}"), cell(value, "feedback.learned", "{:.0f}"),
      worlds_table(value), equal_table(value), sessions_table(value),
      cell(value, "alliance.courses", "{:.0f}"), alliance_table(value),
      cell(value, "alliance.yes_after_rupture"), cell(value, "alliance.yes_without"), ruptures_table(value));
}

}  // namespace securebase::therapy
