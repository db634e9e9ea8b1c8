// securebase code agreement: how far blind sheets of the same clips agree; a coder beside a gold set.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "cli/code.hpp"
#include "cli/replicates.hpp"
#include "coding/agreement.hpp"
#include "coding/certification.hpp"
#include "wire/code_sheets.hpp"

namespace securebase::cli {
namespace {

using coding::Coefficient;
using models::EstimateRow;
using models::FitReport;
using models::Frame;

tl::unexpected<Error> misuse_of_code(std::string detail) {
  return fail(ErrorKind::usage, "usage.code", std::move(detail));
}

std::string prefixed(const std::string& of, const char* what) {
  return of.empty() ? what : fmt::format("{}: {}", of, what);
}

void add_coefficient(FitReport& report, std::string term, const Coefficient& c,
                     std::vector<std::string>& undefined) {
  if (!c.value) {
    undefined.push_back(std::move(term));
    return;
  }
  EstimateRow row{std::move(term), *c.value, {}, {}, {}, {}, {}};
  if (c.interval) {
    row.lower = c.interval->lower;
    row.upper = c.interval->upper;
  }
  report.tables.front().rows.push_back(std::move(row));
}

void add_matrix(FitReport& report, std::string id, std::string title, const std::string& last,
                std::vector<std::string> names, const stats::Matrix& counts, const char* in_rows = "first") {
  if (!last.empty()) names.push_back(last);
  Frame frame{id, std::move(title), {in_rows}, {}, true};
  frame.columns.insert(frame.columns.end(), names.begin(), names.end());
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<models::Cell> row{names[i]};
    for (std::size_t j = 0; j < names.size(); ++j) row.emplace_back(counts(i, j));
    frame.rows.push_back(std::move(row));
  }
  report.frames.push_back(std::move(frame));
  report.matrices.push_back({std::move(id), names, names, counts});
}

void add_track(FitReport& report, const coding::TrackAgreement& track, std::vector<std::string>& undefined) {
  const std::string& of = track.track;
  add_coefficient(report, prefixed(of, "time-unit kappa"), track.time_kappa, undefined);
  add_coefficient(report, prefixed(of, "events matched"), track.matched_share, undefined);
  for (const auto& code : track.codes) {
    add_coefficient(report, prefixed(of, (code.code + ", time-unit kappa").c_str()), code.time_kappa,
                    undefined);
    if (code.share)
      add_coefficient(report, prefixed(of, (code.code + ", events matched").c_str()), {code.share, {}},
                      undefined);
  }
  const auto measure = [&](const char* id, const char* title, const std::optional<double>& value) {
    if (value) report.measures.push_back({of.empty() ? id : of + "_" + id, prefixed(of, title), value});
  };
  measure("units_agree", "share of time units that agree", track.observed);
  measure("units_by_chance", "the same, were one sheet shifted in time", track.by_chance);
  measure("median_offset_ms", "median of second less first, ms", track.median_offset_ms);
  if (track.largest_offset_ms)
    measure("largest_offset_ms", "largest distance of a pair, ms",
            static_cast<double>(*track.largest_offset_ms));
  std::vector<std::string> names;
  names.reserve(track.codes.size());
  Frame counts{prefixed(of, "codes"),
               prefixed(of, "events by code"),
               {"code", "first", "second", "matched"},
               {},
               true};
  for (const auto& code : track.codes) {
    names.push_back(code.code);
    counts.rows.push_back({code.code, static_cast<double>(code.first), static_cast<double>(code.second),
                           static_cast<double>(code.matched)});
  }
  report.frames.push_back(std::move(counts));
  add_matrix(report, prefixed(of, "paired"), prefixed(of, "pairs of events, first in rows"), "nobody", names,
             track.paired);
  if (track.units.rows() > 0)
    add_matrix(report, prefixed(of, "time units"), prefixed(of, "time units with tolerance, first in rows"),
               "no code", names, track.units);
  Frame curve{
      prefixed(of, "curve"), prefixed(of, "by tolerance"), {"tolerance_ms", "kappa", "share"}, {}, true};
  for (const auto& step : track.curve)
    curve.rows.push_back({static_cast<double>(step.tolerance_ms), maybe_cell(step.kappa), step.observed});
  report.frames.push_back(std::move(curve));
}

void add_question(FitReport& report, const coding::QuestionAgreement& q,
                  std::vector<std::string>& undefined) {
  add_coefficient(report, q.question + ": agreement", q.agreement, undefined);
  add_coefficient(report, q.question + (q.cohen ? ": kappa (Cohen)" : ": kappa (Fleiss)"), q.kappa,
                  undefined);
  add_coefficient(report, q.question + ": AC1 (Gwet)", q.ac1, undefined);
  add_coefficient(report, q.question + ": alpha (Krippendorff)", q.alpha, undefined);
  Frame specific{
      q.question + " categories", q.question + ": by category", {"category", "specific"}, {}, true};
  for (std::size_t c = 0; c < q.categories.size(); ++c)
    specific.rows.push_back({q.categories[c], maybe_cell(q.specific[c])});
  report.frames.push_back(std::move(specific));
  add_matrix(report, q.question, q.question + (q.cohen ? ": first coder in rows" : ": pairs of judgements"),
             "", q.categories, q.confusion);
}

void add_scale(FitReport& report, const coding::ScaleAgreement& scale, std::vector<std::string>& undefined) {
  add_coefficient(report, scale.scale + ": ICC(2,1)", scale.single, undefined);
  add_coefficient(report, scale.scale + fmt::format(": ICC(2,{})", scale.coders), scale.average, undefined);
  add_coefficient(report, scale.scale + ": ICC(3,1)", scale.consistency, undefined);
  add_coefficient(report, scale.scale + ": alpha (Krippendorff)", {scale.alpha, {}}, undefined);
  if (scale.sem)
    report.measures.push_back(
        {scale.scale + "_sem", scale.scale + ": standard error of one rating", scale.sem});
}

void add_targets(FitReport& report) {
  std::string aims;
  for (const auto& target : coding::agreement_targets())
    aims += fmt::format("{}{}: {} {:.2f}", aims.empty() ? "" : "; ", target.what, target.coefficient,
                        target.at_least);
  report.findings.push_back({"coding.targets", fmt::format("Laboratories often aim at least at: {}.", aims),
                             "from memory, not checked against a source [M]",
                             "What is enough depends on what the codes are for."});
}

struct CodeAgreementCommand {
  std::vector<std::string> files;
  std::string scales;
  std::string judged;
  std::vector<std::string> gold;
  double unit = 1;
  double tolerance = 2;
  CodeOutput output;

  void add_to(CLI::App& app) {
    app.add_option("files", files,
                   "CSV: coder, clip, code, start and perhaps end, track, length (seconds); or coder, clip, "
                   "window and "
                   "the columns of --scales and --judged")
        ->type_name("FILE")
        ->required();
    app.add_option("--scales", scales, "Columns of numbers")->type_name("NAMES");
    app.add_option("--judged", judged, "Columns of categories")->type_name("NAMES");
    app.add_option("--gold", gold, "Sheets of experts: each coder is held against them")->type_name("FILE");
    app.add_option("--unit", unit, "Length of a time unit in seconds [1]")->type_name("SECONDS");
    app.add_option("--tolerance", tolerance, "How far apart the same code may begin, in seconds [2]")
        ->type_name("SECONDS");
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(output.level); !fine) return tl::unexpected(fine.error());
    const auto options = asked();
    if (!options) return tl::unexpected(options.error());
    const auto columns = named();
    if (!columns) return tl::unexpected(columns.error());
    const auto sheets = read(files, *columns);
    if (!sheets) return tl::unexpected(sheets.error());
    if (gold.empty()) return tell_agreement(desk, *sheets, *options);
    const auto experts = read(gold, *columns);
    if (!experts) return tl::unexpected(experts.error());
    return tell_gold(desk, *sheets, *experts, *columns, *options);
  }

 private:
  [[nodiscard]] Result<coding::AgreementOptions> asked() const {
    constexpr double longest = 86'400, shortest = 0.01, milliseconds = 1000;
    if (!(unit >= shortest && unit <= longest))
      return misuse_of_code("--unit takes seconds, 0.01 or more, such as 1");
    if (!(tolerance >= 0 && tolerance <= longest))
      return misuse_of_code("--tolerance takes seconds, 0 or more, such as 2");
    return coding::AgreementOptions{std::llround(unit * milliseconds), std::llround(tolerance * milliseconds),
                                    output.level};
  }

  [[nodiscard]] Result<wire::SheetColumns> named() const {
    wire::SheetColumns columns;
    for (const auto& [option, text, to] : {std::tuple("--scales", &scales, &columns.scales),
                                           std::tuple("--judged", &judged, &columns.judgements)}) {
      if (text->empty()) continue;
      auto names = names_in(option, *text);
      if (!names) return tl::unexpected(names.error());
      *to = std::move(*names);
    }
    return columns;
  }

  static Result<std::vector<coding::CodedSheet>> read(const std::vector<std::string>& from,
                                                      const wire::SheetColumns& columns) {
    std::vector<coding::CodedSheet> sheets;
    for (const std::string& file : from) {
      auto source = wire::open_file(file);
      if (!source) return tl::unexpected(source.error());
      wire::CsvReader reader(file == "-" ? "standard input" : file, std::move(*source));
      if (auto read = wire::read_code_sheets(reader, columns, sheets); !read)
        return tl::unexpected(read.error());
    }
    return sheets;
  }

  [[nodiscard]] FitReport begun(std::string question, const char* title, const char* basis) const {
    FitReport report;
    report.command = "code agreement";
    report.model = std::move(question);
    report.level = output.level;
    report.tables.push_back({"estimates", title, basis, {}});
    return report;
  }

  [[nodiscard]] std::vector<std::string> inputs() const {
    std::vector<std::string> all = files;
    all.insert(all.end(), gold.begin(), gold.end());
    return all;
  }

  Outcome tell_agreement(Desk& desk, std::vector<coding::CodedSheet> sheets,
                         const coding::AgreementOptions& options) const {
    const std::size_t before = sheets.size();
    std::erase_if(sheets, [](const auto& sheet) { return sheet.kind != coding::SheetKind::independent; });
    const std::size_t left_out = before - sheets.size();
    const auto found = coding::agreement(sheets, options);
    if (!found) return tl::unexpected(found.error());
    FitReport report =
        begun(fmt::format("{} coders, {} clips", found->coders.size(), found->clips), "Agreement",
              "intervals leave out one clip at a time, ICC of one part a clip by F; none without ten clips, "
              "but of ICC");
    report.data.units = {{"clips", found->clips}, {"coders", found->coders.size()}};
    std::vector<std::string> undefined;
    for (const auto& track : found->tracks) add_track(report, track, undefined);
    for (const auto& question : found->questions) add_question(report, question, undefined);
    for (const auto& scale : found->scales) add_scale(report, scale, undefined);
    report.findings = found->findings;
    if (!undefined.empty())
      report.findings.push_back(
          {"coding.undefined", fmt::format("Not defined here: {}.", fmt::join(undefined, "; ")),
           "nothing varied, or too little was rated by all", "It is neither agreement nor its absence."});
    if (left_out > 0)
      report.findings.push_back(
          {"coding.left_out", fmt::format("{} consensus or gold sheets were left out.", left_out),
           "the column kind", "What was settled on together would look like agreement."});
    if (!found->questions.empty() || !found->scales.empty()) add_targets(report);
    return output.tell(desk, report, estimate_rows(report), inputs());
  }

  Outcome tell_gold(Desk& desk, const std::vector<coding::CodedSheet>& sheets,
                    const std::vector<coding::CodedSheet>& experts, const wire::SheetColumns& columns,
                    const coding::AgreementOptions& options) const {
    FitReport report =
        begun("each coder beside gold", "Beside the gold set",
              "share of gold that the coder has; Wilson's intervals; events without an interval");
    std::map<std::string, std::vector<coding::CodedSheet>> by_coder;
    for (const auto& sheet : sheets)
      if (sheet.kind == coding::SheetKind::independent) by_coder[sheet.coder].push_back(sheet);
    for (const auto& [coder, own] : by_coder) {
      for (const std::string& question : columns.judgements)
        if (auto added = add_certification(report, coder, question, own, experts); !added)
          return tl::unexpected(added.error());
      const auto events = coding::event_sensitivity(experts, own, options.tolerance_ms);
      if (!events) return tl::unexpected(events.error());
      for (const auto& one : *events) {
        if (one.sensitivity)
          report.tables.front().rows.push_back(
              {fmt::format("{}: {}, gold events seen", coder, one.code), *one.sensitivity});
        if (one.precision)
          report.tables.front().rows.push_back(
              {fmt::format("{}: {}, own events in gold", coder, one.code), *one.precision});
      }
    }
    if (report.tables.front().rows.empty())
      return fail(ErrorKind::bad_data, "coding.no_clips", "no clip has both a gold sheet and one of a coder",
                  Place{gold.front(), 0, 0, {}});
    return output.tell(desk, report, estimate_rows(report), inputs());
  }

  Result<void> add_certification(FitReport& report, const std::string& coder, const std::string& question,
                                 const std::vector<coding::CodedSheet>& own,
                                 const std::vector<coding::CodedSheet>& experts) const {
    const auto clips = coding::judged_clips(experts, own, question);
    if (!clips) return tl::unexpected(clips.error());
    if (clips->empty()) return {};
    const auto result = coding::certify(*clips, {}, {}, output.level);
    if (!result) return tl::unexpected(result.error());
    const std::string of = fmt::format("{}: {}", coder, question);
    auto& rows = report.tables.front().rows;
    rows.push_back({of + ", right",
                    result->accuracy.accuracy,
                    {},
                    {},
                    result->accuracy.interval.lower,
                    result->accuracy.interval.upper,
                    {}});
    for (std::size_t k = 0; k < result->classes.size(); ++k)
      if (const auto& one = result->accuracy.classes[k]; one.sensitivity)
        rows.push_back({fmt::format("{}, {}", of, result->classes[k]),
                        *one.sensitivity,
                        {},
                        {},
                        one.interval->lower,
                        one.interval->upper,
                        {}});
    add_matrix(report, of, of + ": gold in rows", "", result->classes, result->confusion, "gold");
    for (Finding finding : result->findings) {
      finding.statement = fmt::format("{}: {}", of, finding.statement);
      report.findings.push_back(std::move(finding));
    }
    return {};
  }
};

}  // namespace

void add_code_agreement(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<CodeAgreementCommand>(app, desk, chosen, "agreement",
                                    "How far blind sheets of the same clips agree", R"(
Examples
  securebase code agreement events.csv --tolerance 2
  securebase code agreement a.csv b.csv --judged class --scales ps,av
  securebase code agreement new.csv --gold gold.csv --judged class
)");
}

}  // namespace securebase::cli
