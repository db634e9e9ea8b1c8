// securebase feedback study, securebase alliance study: how good alerts are where the truth is known.

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "cli/feedback.hpp"
#include "therapy/alliance_study.hpp"
#include "therapy/feedback_study.hpp"
#include "therapy/study.hpp"
#include "therapy/study_tables.hpp"

namespace securebase::cli {
namespace {

constexpr std::size_t least_courses = 100;
constexpr std::size_t most_courses = 1'000'000;

using therapy::NamedValue;

std::function<std::optional<double>(std::string_view)> looked_up(const std::vector<NamedValue>& values) {
  return [&values](std::string_view key) -> std::optional<double> {
    for (const NamedValue& v : values)
      if (v.key == key) return v.value;
    return std::nullopt;
  };
}

Result<bool> put(const std::string& path, const std::string& text, const Surroundings& surroundings) {
  auto output = Output::open(path, surroundings);
  if (!output) return tl::unexpected(output.error());
  if (auto written = output->write(text); !written) return written;
  return output->finish();
}

/// The part of a document between the two marks, replaced.
Result<std::string> with_tables(const std::string& path, const std::string& tables) {
  constexpr std::size_t most = std::size_t{1} << 22U;
  const auto text = bytes_of(path, most);
  if (!text) return tl::unexpected(text.error());
  const auto begin = text->find(therapy::tables_begin);
  const auto end = text->find(therapy::tables_end);
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    return fail(ErrorKind::bad_data, "study.no_marks",
                "the document has no place for tables, between its two marks", Place{path, 0, 0, {}});
  const std::size_t from = begin + therapy::tables_begin.size();
  return text->substr(0, from) + "\n" + tables + "\n" + text->substr(end);
}

models::FitReport report_of(const std::vector<NamedValue>& values, std::string command, std::size_t courses) {
  models::FitReport report;
  report.command = std::move(command);
  report.data = {"simulated courses", courses, courses, {}, {}};
  report.tables.push_back({"estimates", "", "", {}});
  models::Frame rows{"values", "How good alerts are", {"what", "value"}, {}, true};
  for (const NamedValue& v : values) rows.rows.push_back({v.key, v.value});
  report.frames.push_back(std::move(rows));
  report.findings.push_back({"study.simulated", "Courses are invented; what was planted is known.",
                             "docs/feedback.md says by which parameters, and where each comes from.",
                             "Clients differ from simulated ones in ways nobody has put in."});
  return report;
}

struct FeedbackStudyCommand {
  std::size_t courses = 20000;
  std::size_t learned = 2000;
  std::string write, tables;
  CourseOutput output;

  void add_to(CLI::App& app) {
    app.add_option("--courses", courses, "In each world [20000]")->type_name("N");
    app.add_option("--learned", learned, "Others that the expected course is learned from [2000]")
        ->type_name("N");
    app.add_option("--write", write, "The program's own table, made anew")->type_name("FILE");
    app.add_option("--tables", tables, "The document whose tables are made anew")->type_name("FILE");
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    if (courses < least_courses || courses > most_courses || learned < least_courses ||
        learned > most_courses)
      return fail(ErrorKind::usage, "usage.study", "--courses and --learned take 100 to 1000000");
    therapy::FeedbackStudyPlan plan;
    plan.courses = courses;
    plan.learned = learned;
    const Surroundings& s = desk.surroundings;
    plan.progress = [&s](std::size_t done, std::size_t total) {
      if (s.err_is_terminal) say(s, fmt::format("world {} of {}", done, total));
    };
    const auto study = therapy::study_feedback(plan);
    if (!study) return tl::unexpected(study.error());
    auto values = values_of(*study);
    therapy::AllianceStudyPlan alliance;
    alliance.courses = courses;
    const auto more = therapy::study_alliance(alliance);
    if (!more) return tl::unexpected(more.error());
    values.insert(values.end(), more->begin(), more->end());
    if (const auto done = publish(desk, values, study->fingerprint); !done)
      return tl::unexpected(done.error());
    auto report = report_of(values, "feedback study", courses);
    add_roc(report, *study);
    return output.tell(desk, report, report.frames.front(), {});
  }

 private:
  [[nodiscard]] Result<bool> publish(const Desk& desk, const std::vector<NamedValue>& values,
                                     const std::string& fingerprint) const {
    if (!write.empty())
      if (auto done = put(write, therapy::study_include(values, fingerprint), desk.surroundings); !done)
        return done;
    if (tables.empty()) return true;
    const auto text = with_tables(tables, therapy::study_markdown(looked_up(values)));
    if (!text) return tl::unexpected(text.error());
    return put(tables, *text, desk.surroundings);
  }

  static void add_roc(models::FitReport& report, const therapy::FeedbackStudy& study) {
    models::Frame roc{"roc",
                      "Courses flagged at any session, by the cut",
                      {"world", "cut", "sensitivity", "specificity"},
                      {},
                      false};
    models::Frame worlds{"worlds", "Worlds", {"world", "parameters"}, {}, false};
    for (const auto& w : study.worlds) {
      worlds.rows.push_back({std::string(to_text(w.world)), w.parameters});
      for (const auto& p : w.roc)
        roc.rows.push_back({std::string(to_text(w.world)), p.cut, p.sensitivity, p.specificity});
    }
    models::Frame parameters{
        "parameters", "Parameters of the practice", {"name", "value", "mark", "source"}, {}, false};
    for (const auto& p : therapy::practice_parameters({}))
      parameters.rows.push_back({p.name, p.value, p.mark, p.source});
    report.frames.push_back(std::move(roc));
    report.frames.push_back(std::move(worlds));
    report.frames.push_back(std::move(parameters));
  }
};

struct AllianceStudyCommand {
  therapy::AllianceStudyPlan plan;
  CourseOutput output;

  void add_to(CLI::App& app) {
    app.add_option("--courses", plan.courses, "In each scenario [20000]")->type_name("N");
    app.add_option("--yes-after-rupture", plan.yes_after_rupture,
                   "Chance that a client asked about a rupture says so [0.8]")
        ->type_name("SHARE");
    app.add_option("--yes-without", plan.yes_without, "The same without one [0.1]")->type_name("SHARE");
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    const auto share = [](double p) { return p >= 0 && p <= 1; };
    if (plan.courses < least_courses || plan.courses > most_courses || !share(plan.yes_after_rupture) ||
        !share(plan.yes_without))
      return fail(ErrorKind::usage, "usage.study",
                  "--courses takes 100 to 1000000, chances lie between 0 and 1");
    const auto values = therapy::study_alliance(plan);
    if (!values) return tl::unexpected(values.error());
    const auto report = report_of(*values, "alliance study", plan.courses);
    return output.tell(desk, report, report.frames.front(), {});
  }
};

}  // namespace

void add_feedback_study(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<FeedbackStudyCommand>(app, desk, chosen, "study", "How good alerts are in simulated courses",
                                    R"(
Examples
  securebase feedback study --courses 2000 --json
  securebase feedback study --write src/therapy/study_table.inc --tables docs/feedback.md
)");
}

void add_alliance_study(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<AllianceStudyCommand>(app, desk, chosen, "study",
                                    "How good rules about ratings are in simulated courses", R"(
Examples
  securebase alliance study --courses 4000 --csv
)");
}

}  // namespace securebase::cli
