// securebase working-model

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <thread>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "cli/fit.hpp"
#include "cli/locate.hpp"
#include "report/place_map.hpp"
#include "wire/course_table.hpp"
#include "wire/position_document.hpp"

namespace securebase::cli {
namespace {

using attachment::Hyperparameters;
using attachment::Node;
using attachment::NodeKind;
using attachment::WorkingModel;

/// The numbers that --set takes, by name.
constexpr std::pair<const char*, double Hyperparameters::*> settable[] = {
    {"overall", &Hyperparameters::overall},
    {"domain", &Hyperparameters::domain},
    {"relation", &Hyperparameters::relation},
    {"correlation", &Hyperparameters::correlation},
    {"overall_drift", &Hyperparameters::overall_drift},
    {"domain_drift", &Hyperparameters::domain_drift},
    {"relation_drift", &Hyperparameters::relation_drift},
    {"staying", &Hyperparameters::staying},
    {"monthly_stability", &Hyperparameters::monthly_stability},
    {"speed_error", &Hyperparameters::speed_error}};

std::string settable_names() {
  std::vector<std::string> names{"mean_anxiety", "mean_avoidance"};
  for (const auto& [name, member] : settable) names.emplace_back(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

double* place_in(Hyperparameters& h, std::string_view name) {
  if (name == "mean_anxiety") return &h.mean.anxiety;
  if (name == "mean_avoidance") return &h.mean.avoidance;
  for (const auto& [known, member] : settable)
    if (name == known) return &(h.*member);
  return nullptr;
}

std::string numbers_of(const attachment::Place& place) {
  return fmt::format("{:>6.2f} {:.2f} {:>5.2f} {:.2f}", place.at.anxiety, place.anxiety_error,
                     place.at.avoidance, place.avoidance_error);
}

std::string row_of(const Node& node) {
  const std::string change =
      node.change ? fmt::format("{:>6.2f}{}", node.change->length, node.change->exceeds ? " !" : "")
                  : "     -";
  const std::string name = std::string(node.kind == NodeKind::figure ? "  " : "") +
                           printable(node.label, 23) + (node.asked ? "" : " *");
  return fmt::format("{:<26}{}{}  {}\n", name, numbers_of(node.then.place), numbers_of(node.now.place),
                     change);
}

std::string told_directions(const WorkingModel& model) {
  std::string text;
  for (const auto& d : model.directions)
    text += fmt::format("{}, {} ({}): raw {:g} at first, {:g} half-way, {:g} at last, of {:g} to {:g}: {}\n",
                        d.label, d.axis == attachment::Axis::anxiety ? "anxiety" : "avoidance", d.name,
                        d.points.front().value, d.points[d.middle].value, d.points.back().value, d.lowest,
                        d.highest, to_text(d.heading));
  return text.empty() ? text : "\nDirections only\n" + text;
}

std::string told(const WorkingModel& model, int width) {
  std::string text = fmt::format(
      "Places on attachment anxiety and avoidance, standard units; standard errors beside\n\n"
      "{0:<26}{1:^22}{2:^22}\n{0:<26}{3}{3}  change\n",
      "", "then", "now", " anxiety    avoidance ");
  for (const Node& node : model.nodes) text += row_of(node);
  if (std::any_of(model.nodes.begin(), model.nodes.end(), [](const Node& node) { return !node.asked; }))
    text += "* not asked about itself\n";
  text += "! by more than error\n";
  text += told_directions(model) + "\n" + told_findings(model.findings, width);
  for (const Node& node : model.nodes)
    if (node.kind == NodeKind::figure) text += told_findings(node.findings, width);
  return text;
}

std::string told_fit(const attachment::FittedHyperparameters& fitted, int width) {
  const Hyperparameters& h = fitted.hyperparameters;
  const Hyperparameters& e = fitted.errors;
  std::string text = "Learned from the courses (standard errors)\n";
  const auto line = [&](const char* name, double value, double error) {
    text += fmt::format("  {:<18} {:>8.4f} ({:.4f})\n", name, value, error);
  };
  line("mean_anxiety", h.mean.anxiety, e.mean.anxiety);
  line("mean_avoidance", h.mean.avoidance, e.mean.avoidance);
  for (const auto& [name, member] : settable)
    if (e.*member > 0) line(name, h.*member, e.*member);
  return text + "\n" + told_findings(fitted.findings, width) + "\n";
}

report::MapPlace drawn(const attachment::Place& place) {
  report::MapPlace result{place.at.avoidance, place.at.anxiety, {}};
  const auto corners = outline(place);
  result.outline.reserve(corners.size());
  for (const auto& corner : corners) result.outline.emplace_back(corner.avoidance, corner.anxiety);
  return result;
}

std::string picture(const WorkingModel& model) {
  report::PlaceMap map;
  map.title = "Then, now, and the way between";
  map.x_label = "Keeping one's distance (avoidance)";
  map.y_label = "Worry about being left (anxiety)";
  map.caption =
      "Dot: now; ring: then; dashed: the way between. A region holds the place with 95 % probability. "
      "Standard "
      "units. A place with someone, not a kind of person.";
  for (const Node& node : model.nodes) {
    if (node.kind != NodeKind::figure || !node.asked) continue;  // what was not asked would cover the rest
    report::MapMark mark{printable(node.label, 40), std::nullopt, drawn(node.now.place), {}, false};
    if (node.change) {
      mark.then = drawn(node.then.place);
      for (const auto& moment : node.path)
        mark.path.emplace_back(moment.place.at.avoidance, moment.place.at.anxiety);
    }
    map.marks.push_back(std::move(mark));
    map.description +=
        fmt::format("{}{}: anxiety {:.1f}, avoidance {:.1f}", map.description.empty() ? "" : "; ",
                    printable(node.label, 40), node.now.place.at.anxiety, node.now.place.at.avoidance);
  }
  if (map.marks.empty())
    map.marks.push_back({"all together", std::nullopt, drawn(model.overall().now.place), {}, false});
  return report::place_map(map);
}

struct WorkingModelCommand {
  std::string in;
  std::string course;
  std::string fit_from;
  std::string dynamics = "random-walk";
  std::vector<std::string> set;
  std::optional<double> now;
  std::size_t least = attachment::courses_needed;
  std::string out;
  std::string plot;
  bool json = false;
  bool csv = false;
  bool professional = false;

  void add_to(CLI::App& app) {
    app.add_option("--in", in,
                   "CSV file: month or date, figure, kind or domain, anxiety, avoidance; where there are: "
                   "instrument, order, anxiety_error, avoidance_error, about, course")
        ->type_name("FILE");
    app.add_option("--course", course, "Which course of the file, where it has several")->type_name("NAME");
    app.add_option(
           "--dynamics", dynamics,
           "How places move: random-walk, or prototype (a level that stays, and deviations that return) "
           "[random-walk]")
        ->type_name("KIND")
        ->check(CLI::IsMember({"random-walk", "prototype"}));
    app.add_option("--set", set, "A hyper-parameter, such as relation=0.45; may be given more than once")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_option("--fit-from", fit_from,
                   "Learn the hyper-parameters from the courses of this file first (column course)")
        ->type_name("FILE");
    app.add_option("--least", least, "So many courses that tell something are needed for that [100]")
        ->type_name("N");
    app.add_option("--now", now, "The month that now stands for; without it, the last of the course")
        ->type_name("MONTH");
    app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
    app.add_option("--plot", plot, "Where a map of then and now goes, as SVG")->type_name("FILE");
    auto* as_json = app.add_flag("--json", json, "One JSON document");
    app.add_flag("--csv", csv, "CSV, a row for each node and moment")->excludes(as_json);
    app.add_flag(
        "--professional", professional,
        "With quadrant probabilities and nearness to landmarks: for therapists and researchers, not for "
        "clients");
  }

  Outcome act(Desk& desk) const {
    if (in.empty() && fit_from.empty())
      return fail(ErrorKind::usage, "usage.in", "give --in FILE, or --fit-from FILE, or both");
    if (plot == "-" || (!plot.empty() && !out.empty() && same_place(out, plot)))
      return fail(ErrorKind::usage, "usage.plot", "--plot names a file of its own");
    auto hyperparameters = chosen();
    if (!hyperparameters) return tl::unexpected(hyperparameters.error());
    std::string text;
    if (!fit_from.empty()) {
      const auto fitted = learn(desk, *hyperparameters);
      if (!fitted) return tl::unexpected(fitted.error());
      *hyperparameters = fitted->hyperparameters;
      if (in.empty() || (!json && !csv)) text = told_fit(*fitted, desk.surroundings.width);
      if (fitted->convergence.verdict == stats::Verdict::not_converged)
        say(desk.surroundings, "warning: the search did not end at a best fit: its numbers are no estimates");
    }
    std::optional<WorkingModel> model;
    if (!in.empty()) {
      auto made = model_of(desk, *hyperparameters, text);
      if (!made) return tl::unexpected(made.error());
      model = std::move(*made);
    }
    return write(desk, text, model);
  }

 private:
  [[nodiscard]] Result<Hyperparameters> chosen() const {
    Hyperparameters h;
    if (dynamics == "prototype") h.dynamics = attachment::Dynamics::prototype;
    for (const std::string& pair : set) {
      const auto sign = pair.find('=');
      double* place =
          sign == std::string::npos ? nullptr : place_in(h, std::string_view(pair).substr(0, sign));
      double value = 0;
      const char* begin = pair.data() + std::min(sign + 1, pair.size());
      const char* end_of_text = pair.data() + pair.size();
      const auto [end, error] = std::from_chars(begin, end_of_text, value);
      if (place == nullptr || error != std::errc() || end != end_of_text || !std::isfinite(value))
        return fail(ErrorKind::usage, "usage.set",
                    "--set takes a name and a number, such as relation=0.45; names are " + settable_names());
      *place = value;
      h.origin = attachment::Origin::given;
    }
    return h;
  }

  static Result<std::vector<wire::NamedCourse>> courses_in(Desk& desk, const std::string& path) {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    auto source = wire::open_file(path);
    if (!source) return tl::unexpected(source.error());
    wire::CsvReader reader(path == "-" ? "standard input" : path, std::move(*source));
    return wire::read_courses(reader, **library);
  }

  [[nodiscard]] Result<attachment::FittedHyperparameters> learn(Desk& desk,
                                                                const Hyperparameters& start) const {
    const auto named = courses_in(desk, fit_from);
    if (!named) return tl::unexpected(named.error());
    std::vector<attachment::Course> courses;
    courses.reserve(named->size());
    for (const auto& one : *named) courses.push_back(one.course);
    return fit_hyperparameters(courses, start, least, std::max(1U, std::thread::hardware_concurrency()));
  }

  [[nodiscard]] Result<WorkingModel> model_of(Desk& desk, const Hyperparameters& h, std::string& text) const {
    auto named = courses_in(desk, in);
    if (!named) return tl::unexpected(named.error());
    auto at = named->begin();
    if (!course.empty())
      at = std::find_if(named->begin(), named->end(), [&](const auto& one) { return one.name == course; });
    else if (named->size() > 1)
      return fail(ErrorKind::usage, "usage.course", "the file has several courses: say which with --course");
    if (at == named->end())
      return fail(ErrorKind::not_found, "courses.unknown", "--course names none of the file's courses");
    at->course.now = now;
    auto model = working_model(at->course, h);
    if (!model) return model;
    std::optional<std::vector<attachment::NodeReading>> readings;
    if (professional) readings = professional_reading(*model, at->course.only_form);
    if (json)
      text = wire::working_model_document(*model, readings);
    else if (csv)
      text = wire::working_model_csv(*model);
    else
      text +=
          told(*model, desk.surroundings.width) + told_readings(*model, readings, desk.surroundings.width);
    return model;
  }

  static std::string told_readings(const WorkingModel& model,
                                   const std::optional<std::vector<attachment::NodeReading>>& readings,
                                   int width) {
    if (!readings) return "";
    std::string text;
    for (std::size_t i = 0; i < readings->size(); ++i)
      text += fmt::format("\n{}, now\n{}", model.nodes[i].label, told_reading((*readings)[i].now, width));
    return text;
  }

  [[nodiscard]] Outcome write(Desk& desk, const std::string& text,
                              const std::optional<WorkingModel>& model) const {
    std::vector<std::string> inputs = desk.definition_files();
    inputs.push_back(in);
    inputs.push_back(fit_from);
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    std::optional<Output> map;
    if (!plot.empty() && model) {
      auto opened = Output::open(plot, desk.surroundings, inputs);
      if (!opened) return tl::unexpected(opened.error());
      map = std::move(*opened);
      if (auto written = map->write(picture(*model)); !written) return tl::unexpected(written.error());
    }
    if (auto written = output->write(text); !written) return tl::unexpected(written.error());
    if (map)
      if (auto finished = map->finish(); !finished) return tl::unexpected(finished.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return ExitCode::done;
  }
};

}  // namespace

void add_working_model(CLI::App& app, Desk& desk, Action& chosen) {
  add_guarded_command<WorkingModelCommand>(app, desk, chosen, "working-model",
                                           "How someone is with each figure, then and now, with error", R"(
Each row of the file is one form about one figure (or about partners in general)
on one day. Places are pooled over figures and smoothed over time; which changed,
and by more than error, is told.
  securebase working-model --in figures.csv --plot map.svg
  securebase working-model --in practice.csv --course c17 \
    --fit-from practice.csv --json)");
}

}  // namespace securebase::cli
