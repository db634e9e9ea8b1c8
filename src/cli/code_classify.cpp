// securebase code classify: composites, a laboratory's own discriminant, the rule for training clips.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cli/code.hpp"
#include "cli/replicates.hpp"
#include "coding/classes.hpp"
#include "coding/distributions.hpp"
#include "coding/not_for_custody.hpp"
#include "wire/discriminant_file.hpp"
#include "wire/table.hpp"

namespace securebase::cli {
namespace {

using coding::StrangeSituationScales;
using models::ColumnUse;
using models::FitReport;
using models::Frame;
using models::Table;

tl::unexpected<Error> misuse_of_classify(std::string detail) {
  return fail(ErrorKind::usage, "usage.code", std::move(detail));
}

/// Scales by the names of their columns.
struct ScaleColumn {
  const char* name;
  std::optional<double> StrangeSituationScales::*member;
};
using Scales = StrangeSituationScales;
constexpr std::array<ScaleColumn, 11> scale_columns{{{"ps5", &Scales::ps5},
                                                     {"cm5", &Scales::cm5},
                                                     {"av5", &Scales::av5},
                                                     {"res5", &Scales::res5},
                                                     {"ps8", &Scales::ps8},
                                                     {"cm8", &Scales::cm8},
                                                     {"av8", &Scales::av8},
                                                     {"res8", &Scales::res8},
                                                     {"cry5", &Scales::cry5},
                                                     {"cry8", &Scales::cry8},
                                                     {"disorganization", &Scales::disorganization}}};
constexpr std::size_t interactive_scales = 8, with_crying = 10;

Result<Table> read_file(const std::string& file, const std::vector<models::WantedColumn>& wanted) {
  auto source = wire::open_file(file);
  if (!source) return tl::unexpected(source.error());
  wire::CsvReader reader(file == "-" ? "standard input" : file, std::move(*source));
  return wire::read_table(reader, wanted);
}

struct ClassifyCommand {
  std::string file;
  std::string id;
  std::string reference;
  std::string sample;
  bool crying = false;
  bool training = false;
  bool fit = false;
  std::string classes;
  std::string measurements;
  std::string training_set;
  bool equal_priors = false;
  std::string model;
  CodeOutput output;

  void add_to(CLI::App& app) {
    app.add_option("file", file, "CSV, one case a row")->type_name("FILE")->required();
    app.add_option("--id", id, "Column that names the case; without it, the row's number")->type_name("NAME");
    auto* composites = app.add_option("--reference", reference,
                                      "Composites: file of the reference sample that they are standardised "
                                      "on (30 cases or more); columns "
                                      "ps5, cm5, av5, res5, ps8, cm8, av8, res8")
                           ->type_name("FILE");
    app.add_option("--sample", sample, "What the reference sample is called; needed with --reference")
        ->type_name("NAME")
        ->needs(composites);
    app.add_flag("--crying", crying, "Composites with crying in reunions too: columns cry5, cry8")
        ->needs(composites);
    auto* rule = app.add_flag(
        "--training", training,
        "The unvalidated screening rule: these are clips to train on, and nobody in a record; columns "
        "ps8, cm8, av8, res8, disorganization");
    auto* fitting =
        app.add_flag("--fit", fit, "Fit a discriminant of your own on expert-coded cases, into --model");
    auto* of_class = app.add_option("--class", classes, "Column with the experts' class")->type_name("NAME");
    auto* columns =
        app.add_option("--measurements", measurements, "Columns to classify by")->type_name("NAMES");
    auto* set =
        app.add_option("--training-set", training_set, "What these cases are called: it stays with the model")
            ->type_name("NAME");
    for (auto* option : {of_class, columns, set}) option->needs(fitting);
    app.add_flag("--equal-priors", equal_priors,
                 "Classes as likely as each other, not as in the training set")
        ->needs(fitting);
    app.add_option("--model", model, "File of a discriminant: written with --fit, otherwise read")
        ->type_name("FILE");
    composites->excludes(rule);
    composites->excludes(fitting);
    rule->excludes(fitting);
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(output.level); !fine) return tl::unexpected(fine.error());
    if (!reference.empty()) return act_composites(desk);
    if (training) return act_rule(desk);
    if (fit) return act_fit(desk);
    if (!model.empty()) return act_model(desk);
    return misuse_of_classify(
        "say by what: --reference for composites, --fit or --model for a laboratory's own discriminant, "
        "--training for "
        "the unvalidated rule on training clips");
  }

 private:
  [[nodiscard]] FitReport begun(std::string question) const {
    FitReport report;
    report.command = "code classify";
    report.model = std::move(question);
    report.level = output.level;
    report.tables.push_back({"estimates", "", "", {}});
    return report;
  }

  /// Every export says so, row by row.
  static void close(Frame& frame) {
    frame.columns.emplace_back("not_for");
    for (auto& row : frame.rows) row.emplace_back(std::string(coding::not_for_custody_text));
  }

  [[nodiscard]] Outcome tell(Desk& desk, FitReport report, Frame frame,
                             const std::vector<std::string>& inputs) const {
    report.frames.insert(report.frames.begin(), frame);
    close(frame);
    return output.tell(desk, report, frame, inputs);
  }

  [[nodiscard]] std::vector<models::WantedColumn> scales_wanted(std::size_t from, std::size_t until) const {
    std::vector<models::WantedColumn> wanted;
    if (!id.empty()) wanted.push_back({id, ColumnUse::label});
    for (std::size_t k = from; k < until; ++k) wanted.push_back({scale_columns[k].name, ColumnUse::number});
    return wanted;
  }

  static Result<std::vector<Scales>> scales_of(const Table& table) {
    std::vector<Scales> cases(table.rows);
    for (const ScaleColumn& column : scale_columns) {
      const auto found = table.column(column.name);
      if (!found) continue;
      for (std::size_t row = 0; row < table.rows; ++row)
        if (!(*found)->missing[row]) cases[row].*column.member = (*found)->numbers[row];
    }
    return cases;
  }

  [[nodiscard]] std::string name_of(const Table& table, std::size_t row) const {
    if (!id.empty())
      if (const auto column = table.labels_of(id); column && !(*column)->missing[row])
        return (*column)->labels[(*column)->label[row]];
    return fmt::format("row {}", row + 1);
  }

  static Error in_row(Error error, const Table& table, std::size_t row) {
    error.where = Place{table.name, table.line[row], 0, {}};
    return error;
  }

  Outcome act_composites(Desk& desk) const {
    if (sample.empty()) return misuse_of_classify("--sample is needed: what the reference sample is called");
    const std::size_t until = crying ? with_crying : interactive_scales;
    auto wanted = scales_wanted(0, until);
    const auto cases = read_file(file, wanted);
    if (!cases) return tl::unexpected(cases.error());
    if (!id.empty()) wanted.erase(wanted.begin());
    const auto others = read_file(reference, wanted);
    if (!others) return tl::unexpected(others.error());
    const auto of_reference = scales_of(*others), of_cases = scales_of(*cases);
    const auto norm = coding::reference_sample(sample, *of_reference,
                                               crying ? coding::Crying::included : coding::Crying::left_out);
    if (!norm) return tl::unexpected(in_file(norm.error(), reference));
    FitReport report = begun(fmt::format("{}, in SDs of {}", coding::composite_name, sample));
    report.data = {cases->name, cases->rows, cases->rows, {}, {{"reference sample", norm->cases}}};
    Frame frame{
        "composites", "Composites", {"case", "seeking", "resistance", "security", "sample"}, {}, true};
    for (std::size_t row = 0; row < of_cases->size(); ++row) {
      const auto c = coding::composites((*of_cases)[row], *norm);
      if (!c) return tl::unexpected(in_row(c.error(), *cases, row));
      frame.rows.push_back({name_of(*cases, row), maybe_cell(c->seeking), maybe_cell(c->resistance),
                            maybe_cell(c->security), sample});
    }
    report.findings = coding::composite_findings(*norm);
    return tell(desk, std::move(report), std::move(frame), {file, reference});
  }

  static Error in_file(Error error, const std::string& name) {
    if (error.where.name.empty()) error.where.name = name;
    return error;
  }

  Outcome act_rule(Desk& desk) const {
    constexpr std::size_t second_reunion = 4;
    auto wanted = scales_wanted(second_reunion, interactive_scales);
    wanted.push_back({"disorganization", ColumnUse::number});
    const auto cases = read_file(file, wanted);
    if (!cases) return tl::unexpected(cases.error());
    const auto scales = scales_of(*cases);
    FitReport report = begun("screening rule, unvalidated: training clips only");
    report.data = {cases->name, cases->rows, cases->rows, {}, {}};
    Frame frame{"suggestions", "Screening rule, unvalidated", {"case", "suggestion", "reason"}, {}, true};
    for (std::size_t row = 0; row < scales->size(); ++row) {
      const auto screened = coding::screening_rule((*scales)[row], coding::Purpose::training_clip);
      if (!screened) return tl::unexpected(in_row(screened.error(), *cases, row));
      frame.rows.push_back(
          {name_of(*cases, row), screened->suggestion.value_or("a coder decides"), screened->reason});
      report.findings = screened->findings;
    }
    add_distributions(report);
    return tell(desk, std::move(report), std::move(frame), {file});
  }

  /// Numbers of some columns, every row whole.
  static Result<stats::Matrix> numbers_of(const Table& table, const std::vector<std::string>& names) {
    stats::Matrix x(table.rows, names.size());
    for (std::size_t j = 0; j < names.size(); ++j) {
      const auto column = table.numeric_column(names[j]);
      if (!column) return tl::unexpected(column.error());
      for (std::size_t row = 0; row < table.rows; ++row) {
        if ((*column)->missing[row])
          return fail(ErrorKind::bad_data, "coding.measurements",
                      "every case needs a number for each measurement",
                      Place{table.name, table.line[row], 0, names[j]});
        x(row, j) = (*column)->numbers[row];
      }
    }
    return x;
  }

  Outcome act_fit(Desk& desk) const {
    if (classes.empty() || measurements.empty() || training_set.empty() || model.empty())
      return misuse_of_classify(
          "--fit needs --class, --measurements, --training-set and --model, the file it goes into");
    if (same_place(model, file) || (!output.out.empty() && same_place(model, output.out)))
      return misuse_of_classify("--model names a file of its own");
    const auto names = names_in("--measurements", measurements);
    if (!names) return tl::unexpected(names.error());
    std::vector<models::WantedColumn> wanted{{classes, ColumnUse::label}};
    for (const std::string& name : *names) wanted.push_back({name, ColumnUse::number});
    const auto cases = read_file(file, wanted);
    if (!cases) return tl::unexpected(cases.error());
    const auto labels = labels_in(*cases);
    if (!labels) return tl::unexpected(labels.error());
    const auto x = numbers_of(*cases, *names);
    if (!x) return tl::unexpected(x.error());
    std::vector<double> priors;
    if (equal_priors) {
      const std::size_t n = (*cases->labels_of(classes))->labels.size();
      priors.assign(n, 1 / static_cast<double>(n));
    }
    const auto fitted = coding::fit_laboratory(training_set, *names, *labels, *x, priors, output.level);
    if (!fitted) return tl::unexpected(in_file(fitted.error(), file));
    auto to = Output::open(model, desk.surroundings, {file});
    if (!to) return tl::unexpected(to.error());
    if (auto written = to->write(wire::discriminant_document(*fitted)); !written)
      return tl::unexpected(written.error());
    if (auto finished = to->finish(); !finished) return tl::unexpected(finished.error());
    return tell_fit(desk, *fitted, *cases);
  }

  [[nodiscard]] Result<std::vector<std::string>> labels_in(const Table& table) const {
    const auto column = table.labels_of(classes);
    if (!column) return tl::unexpected(column.error());
    std::vector<std::string> labels;
    labels.reserve(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      if ((*column)->missing[row])
        return fail(ErrorKind::bad_data, "coding.measurements", "every case has a class",
                    Place{table.name, table.line[row], 0, classes});
      labels.push_back((*column)->labels[(*column)->label[row]]);
    }
    return labels;
  }

  [[nodiscard]] Outcome tell_fit(Desk& desk, const coding::LaboratoryDiscriminant& fitted,
                                 const Table& cases) const {
    FitReport report =
        begun(fmt::format("{} from {}, training set {}", classes, measurements, fitted.training_set));
    report.data = {cases.name, cases.rows, cases.rows, {}, {{"classes", fitted.classes.size()}}};
    report.tables.front() = accuracy_table(fitted);
    Frame confusion{"left_out", "Experts' class in rows, leaving out each case in turn", {"class"}, {}, true};
    Frame functions{"canonical", "Canonical functions", {"measurement"}, {}, true};
    for (std::size_t k = 0; k < fitted.classes.size(); ++k) {
      confusion.columns.push_back(fitted.classes[k]);
      std::vector<models::Cell> row{fitted.classes[k]};
      for (std::size_t j = 0; j < fitted.classes.size(); ++j) row.emplace_back(fitted.confusion(k, j));
      confusion.rows.push_back(std::move(row));
    }
    for (std::size_t k = 0; k < fitted.canonical.singular.size(); ++k)
      functions.columns.push_back(
          fmt::format("function {} ({:.0f} %)", k + 1, 100 * fitted.canonical.share[k]));
    for (std::size_t j = 0; j < fitted.measurements.size(); ++j) {
      std::vector<models::Cell> row{fitted.measurements[j]};
      for (std::size_t k = 0; k < fitted.canonical.singular.size(); ++k)
        row.emplace_back(fitted.canonical.scaling(j, k));
      functions.rows.push_back(std::move(row));
    }
    report.frames = {confusion, functions};
    report.matrices.push_back({"left_out", fitted.classes, fitted.classes, fitted.confusion});
    report.findings = coding::laboratory_findings(fitted);
    Frame rows = estimate_rows(report);
    close(rows);
    return output.tell(desk, report, rows, {file, model});
  }

  static models::EstimateTable accuracy_table(const coding::LaboratoryDiscriminant& fitted) {
    models::EstimateTable table{
        "estimates", "Leaving out each case in turn", "Wilson's intervals; of kappa large-sample", {}};
    const auto& a = fitted.accuracy;
    table.rows.push_back({"right", a.accuracy, {}, {}, a.interval.lower, a.interval.upper, {}});
    if (const auto& kappa = a.kappa.kappa; kappa.value) {
      models::EstimateRow row{"kappa", *kappa.value, kappa.std_error, {}, {}, {}, {}};
      if (kappa.interval) {
        row.lower = kappa.interval->lower;
        row.upper = kappa.interval->upper;
      }
      table.rows.push_back(row);
    }
    for (std::size_t k = 0; k < fitted.classes.size(); ++k)
      if (const auto& one = a.classes[k]; one.sensitivity)
        table.rows.push_back({"sensitivity " + fitted.classes[k],
                              *one.sensitivity,
                              {},
                              {},
                              one.interval->lower,
                              one.interval->upper,
                              {}});
    return table;
  }

  Outcome act_model(Desk& desk) const {
    constexpr std::size_t most = 9'000'000;
    const auto bytes = bytes_of(model, most);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto stored = wire::read_discriminant(*bytes, model);
    if (!stored) return tl::unexpected(stored.error());
    const auto read = coding::checked(*stored, output.level);
    if (!read) return tl::unexpected(read.error());
    std::vector<models::WantedColumn> wanted;
    if (!id.empty()) wanted.push_back({id, ColumnUse::label});
    for (const std::string& name : read->measurements) wanted.push_back({name, ColumnUse::number});
    const auto cases = read_file(file, wanted);
    if (!cases) return tl::unexpected(cases.error());
    const auto x = numbers_of(*cases, read->measurements);
    if (!x) return tl::unexpected(x.error());
    const auto placed = coding::place(*read, *x);
    if (!placed) return tl::unexpected(in_file(placed.error(), file));
    FitReport report = begun(fmt::format("discriminant of the training set {}", read->training_set));
    report.data = {cases->name, cases->rows, cases->rows, {}, {}};
    Frame frame{"cases", "Nearest class", {"case", "nearest"}, {}, true};
    for (const std::string& name : read->classes) frame.columns.push_back("p " + name);
    frame.columns.insert(frame.columns.end(), {"typicality", "training_set"});
    std::size_t unlike = 0;
    for (std::size_t row = 0; row < placed->size(); ++row) {
      const auto& one = (*placed)[row];
      std::vector<models::Cell> cells{name_of(*cases, row), one.nearest};
      cells.insert(cells.end(), one.probability.begin(), one.probability.end());
      cells.emplace_back(one.typicality);
      cells.emplace_back(read->training_set);
      frame.rows.push_back(std::move(cells));
      unlike += one.typicality < coding::unlike_any ? 1U : 0U;
    }
    report.tables.front() = accuracy_table(*read);
    report.findings = coding::laboratory_findings(*read);
    report.findings.push_back(
        {"coding.typicality",
         fmt::format("{} of {} cases are like none of the classes (typicality below {:g}).", unlike,
                     placed->size(), coding::unlike_any),
         "distance from the nearest class's mean, were the class normal [D]",
         "Probabilities compare the classes with each other: one of them is nearest even where none is "
         "near."});
    return tell(desk, std::move(report), std::move(frame), {file, model});
  }

  static void add_distributions(FitReport& report) {
    Frame frame{"distributions",
                "How often classes were found",
                {"id", "class", "percent", "source", "seen"},
                {},
                false};
    for (const auto& one : coding::class_distributions())
      for (const auto& share : one.shares)
        frame.rows.push_back({std::string(one.id), std::string(share.category), share.percent,
                              std::string(one.source), one.verified ? "yes" : "no: from memory [M]"});
    report.frames.push_back(std::move(frame));
  }
};

}  // namespace

void add_code_classify(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<ClassifyCommand>(
      app, desk, chosen, "classify",
      "From scales to classes: composites, or a discriminant of your own. Not for custody. Not "
      "evidence of maltreatment. Not a diagnosis",
      R"(
Examples
  securebase code classify cases.csv --reference lab.csv --sample lab-2026
  securebase code classify coded.csv --fit --class class \
    --measurements ps8,cm8,av8,res8 --training-set lab-2026 --model lab.json
  securebase code classify new.csv --model lab.json
  securebase code classify clips.csv --training
)");
}

}  // namespace securebase::cli
