// securebase effect change: every person of a file between two occasions.

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/printable.hpp"
#include "cli/effect.hpp"
#include "report/change_plot.hpp"
#include "stats/change.hpp"
#include "stats/regression_change.hpp"

namespace securebase::cli {
namespace {

using stats::BetterWhen;
using stats::ChangeClass;

const char* word_of(ChangeClass change) {
  switch (change) {
    case ChangeClass::recovered:
      return "recovered";
    case ChangeClass::improved:
      return "improved";
    case ChangeClass::deteriorated:
      return "deteriorated";
    case ChangeClass::unchanged:
      break;
  }
  return "unchanged";
}

report::ChangePoint point_of(ChangeClass change) {
  switch (change) {
    case ChangeClass::recovered:
      return report::ChangePoint::recovered;
    case ChangeClass::improved:
      return report::ChangePoint::improved;
    case ChangeClass::deteriorated:
      return report::ChangePoint::deteriorated;
    case ChangeClass::unchanged:
      break;
  }
  return report::ChangePoint::unchanged;
}

models::Cell cell(const std::optional<double>& value) {
  return value ? models::Cell(*value) : models::Cell();
}

/// What every person is held against.
struct Yardstick {
  stats::ScoreSource source;
  double sem = 0;
  double s_diff = 0;
  stats::ChangeRule rule;
  std::optional<double> cutoff_a, cutoff_b, cutoff_c, cutoff;
  std::optional<stats::ReferenceChange> reference;
};

struct ChangeEffectCommand {
  FitFiles files;
  std::string pre, post, id;
  double reliability = -1;
  double reliability_post = -1;
  std::string source, clinical, norm, cutoff = "c", better = "lower", reference;
  double errors = 2;

  void add_to(CLI::App& app) {
    files.add_to(app);
    app.add_option("--pre", pre, "Column of the scores before")->type_name("NAME")->required();
    app.add_option("--post", post, "Column of the scores after")->type_name("NAME")->required();
    app.add_option("--id", id, "Column that says who a row is about, for the result")->type_name("NAME");
    app.add_option("--reliability", reliability, "Of the scores, 0 to 1")->type_name("R")->required();
    app.add_option(
           "--source", source,
           "Mean and SD of the sample that reliability belongs to; without it, those of the scores before")
        ->type_name("MEAN,SD");
    app.add_option("--better", better, "Which scores are better: lower or higher [lower]")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"lower", "higher"}));
    auto* one =
        app.add_option("--clinical", clinical, "Mean and SD of people in need of help")->type_name("MEAN,SD");
    auto* two = app.add_option("--norm", norm, "Mean and SD of people who are not")->type_name("MEAN,SD");
    two->needs(one);
    app.add_option("--cutoff", cutoff,
                   "a (needs --clinical), b or c (need --norm too) of Jacobson and Truax, or a score [c]")
        ->type_name("WHICH");
    app.add_option("--errors", errors, "Edwards and Nunnally's interval, in standard errors [2]")
        ->type_name("N");
    app.add_option("--reference", reference,
                   "What people did without help, for change that is adjusted for regression and practice")
        ->type_name("N,M1,SD1,M2,SD2,R");
    app.add_option("--reliability-after", reliability_post, "Of the scores after, where it is another")
        ->type_name("R");
  }

  static bool is_share(double value) { return value >= 0 && value <= 1; }

  [[nodiscard]] Result<void> check() const {
    if (!is_share(reliability) || (reliability_post != -1 && !is_share(reliability_post)))
      return fail(ErrorKind::usage, "usage.number", "a reliability lies between 0 and 1");
    if (!(errors > 0 && errors < 100))
      return fail(ErrorKind::usage, "usage.number", "--errors takes a number above 0, such as 2");
    return check_level(files.level);
  }

  [[nodiscard]] Result<void> add_cutoffs(Yardstick& yardstick) const {
    const auto which = better == "higher" ? BetterWhen::higher : BetterWhen::lower;
    yardstick.rule.better = which;
    if (!clinical.empty()) {
      const auto a = numbers_of("--clinical", clinical, 2, "23.5,7.2");
      if (!a) return tl::unexpected(a.error());
      if (norm.empty() && cutoff == "a") {
        if ((*a)[1] < 0) return fail(ErrorKind::usage, "usage.number", "an SD is not negative");
        yardstick.cutoff_a = stats::cutoff_a({(*a)[0], (*a)[1], 0, 0}, which);
        yardstick.cutoff = yardstick.cutoff_a;
        yardstick.rule.cutoff = *yardstick.cutoff;
        return {};
      }
      const auto b = numbers_of("--norm", norm, 2, "7.1,5.4");
      if (!b) return tl::unexpected(b.error());
      if ((*a)[1] < 0 || (*b)[1] < 0) return fail(ErrorKind::usage, "usage.number", "an SD is not negative");
      const stats::TwoPopulations populations{(*a)[0], (*a)[1], (*b)[0], (*b)[1]};
      yardstick.cutoff_a = stats::cutoff_a(populations, which);
      yardstick.cutoff_b = stats::cutoff_b(populations, which);
      yardstick.cutoff_c = stats::cutoff_c(populations);
      yardstick.cutoff = cutoff == "a"   ? yardstick.cutoff_a
                         : cutoff == "b" ? yardstick.cutoff_b
                                         : yardstick.cutoff_c;
    }
    if (cutoff != "a" && cutoff != "b" && cutoff != "c") {
      const auto score = numbers_of("--cutoff", cutoff, 1, "14.1, or a, b or c");
      if (!score) return tl::unexpected(score.error());
      yardstick.cutoff = (*score)[0];
    }
    // Without a cut-off nobody has passed it.
    const double never = std::numeric_limits<double>::infinity();
    yardstick.rule.cutoff = yardstick.cutoff.value_or(which == BetterWhen::lower ? -never : never);
    return {};
  }

  [[nodiscard]] Result<Yardstick> yardstick_of(const stats::PairedSummary& paired) const {
    Yardstick yardstick;
    yardstick.source = {paired.mean_pre, paired.sd_pre, reliability};
    if (!source.empty()) {
      const auto numbers = numbers_of("--source", source, 2, "23.5,7.2");
      if (!numbers) return tl::unexpected(numbers.error());
      if (!((*numbers)[1] >= 0)) return fail(ErrorKind::usage, "usage.number", "an SD is not negative");
      yardstick.source.mean = (*numbers)[0];
      yardstick.source.sd = (*numbers)[1];
    }
    yardstick.sem = stats::standard_error_of_measurement(yardstick.source.sd, reliability);
    yardstick.s_diff = stats::standard_error_of_difference(yardstick.sem);
    yardstick.rule.threshold = stats::reliable_change_threshold(yardstick.s_diff, files.level);
    if (auto added = add_cutoffs(yardstick); !added) return tl::unexpected(added.error());
    if (reference.empty()) return yardstick;
    const auto group = pre_post_of("--reference", reference);
    if (!group) return tl::unexpected(group.error());
    const auto change = stats::reference_change(group->n, group->mean_pre, group->sd_pre, group->mean_post,
                                                group->sd_post, group->r);
    if (!change) return tl::unexpected(change.error());
    yardstick.reference = *change;
    return yardstick;
  }

  struct People {
    std::vector<double> pre, post;
    std::vector<std::string> names;
    models::DataAccount account;
  };

  [[nodiscard]] Result<People> read_people(Desk& desk) const {
    std::vector<models::WantedColumn> wanted = {{pre}, {post}};
    if (!id.empty()) wanted.push_back({id, models::ColumnUse::label});
    const auto table = files.read(desk, wanted);
    if (!table) return tl::unexpected(table.error());
    const auto before = table->numeric_column(pre), after = table->numeric_column(post);
    if (!before) return tl::unexpected(before.error());
    if (!after) return tl::unexpected(after.error());
    const models::Column* ids = nullptr;
    if (!id.empty()) {
      const auto column = table->labels_of(id);
      if (!column) return tl::unexpected(column.error());
      ids = *column;
    }
    People people;
    for (std::size_t row = 0; row < table->rows; ++row) {
      if ((*before)->missing[row] || (*after)->missing[row]) continue;
      people.pre.push_back((*before)->numbers[row]);
      people.post.push_back((*after)->numbers[row]);
      people.names.push_back(ids == nullptr || ids->missing[row] ? std::to_string(row + 1)
                                                                 : ids->labels[ids->label[row]]);
    }
    people.account = {table->name, table->rows, people.pre.size(), {}, {}};
    if (people.pre.size() < table->rows)
      people.account.left_out.push_back({"before or after is missing", table->rows - people.pre.size()});
    return people;
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check(); !fine) return tl::unexpected(fine.error());
    if (files.as_r) return tell_r(desk);
    const auto people = read_people(desk);
    if (!people) return tl::unexpected(people.error());
    const auto paired = stats::paired_summary(people->pre, people->post, files.level);
    if (!paired) return tl::unexpected(in_named(paired.error(), people->account.file));
    const auto yardstick = yardstick_of(*paired);
    if (!yardstick) return tl::unexpected(yardstick.error());
    auto report = effect_report("effect change", fmt::format("{} to {}, person by person", pre, post), files);
    report.data = people->account;
    add_group_table(report, *paired);
    report::ChangePlot plot{fmt::format("{} to {}", pre, post),
                            "",
                            pre + " (before)",
                            post + " (after)",
                            yardstick->rule.threshold,
                            yardstick->cutoff,
                            {}};
    add_people(report, *people, *yardstick, plot);
    add_findings(report, *yardstick);
    return files.tell(desk, report, [&]() -> Result<std::string> {
      plot.description = report.findings.front().statement;
      return report::change_plot(plot);
    });
  }

  static Error in_named(Error error, const std::string& file) {
    if (error.where.name.empty()) error.where.name = file;
    return error;
  }

  static void add_group_table(models::FitReport& report, const stats::PairedSummary& paired) {
    auto row = effect_row("change", paired.mean_change,
                          paired.sd_change / std::sqrt(static_cast<double>(paired.n)), paired.interval);
    row.df = paired.df;
    row.p = paired.p;
    report.tables.push_back({"estimates", "Mean change", "Student's t of the differences", {row}});
    report.measures = {{"n", "People", static_cast<double>(paired.n)},
                       {"mean_pre", "Mean before", paired.mean_pre},
                       {"sd_pre", "SD before", paired.sd_pre},
                       {"mean_post", "Mean after", paired.mean_post},
                       {"sd_post", "SD after", paired.sd_post},
                       {"sd_change", "SD of changes", paired.sd_change},
                       {"r_pre_post", "Correlation before and after", paired.r_pre_post},
                       {"t", "t", paired.t},
                       {"d_z", "d of changes, as observed", paired.d_z},
                       {"d_pre_sd", "d in SDs before, as observed", paired.d_pre_sd},
                       {"d_av", "d in the mean SD, as observed", paired.d_av}};
  }

  /// Counts of what the indices say.
  struct Counts {
    std::size_t classes[4] = {0, 0, 0, 0};
    std::size_t en_below = 0, en_above = 0, gln_below = 0, gln_above = 0;
  };

  static std::vector<std::string> columns_of(const Yardstick& yardstick) {
    std::vector<std::string> columns = {"person",
                                        "before",
                                        "after",
                                        "change",
                                        "index",
                                        "class",
                                        "lower",
                                        "upper",
                                        "edwards_nunnally_lower",
                                        "edwards_nunnally_upper",
                                        "gulliksen_lord_novick"};
    if (yardstick.reference)
      for (const char* name : {"expected", "regression_based", "usual_lower", "usual_upper", "predicted",
                               "predicted_p", "practice_adjusted", "hageman_arrindell"})
        columns.emplace_back(name);
    return columns;
  }

  void add_people(models::FitReport& report, const People& people, const Yardstick& yardstick,
                  report::ChangePlot& plot) const {
    models::Frame frame{"people", "People", columns_of(yardstick), {}, false};
    Counts counts;
    for (std::size_t i = 0; i < people.pre.size(); ++i) {
      const double before = people.pre[i], after = people.post[i];
      const auto change = stats::classify_change(before, after, yardstick.rule);
      ++counts.classes[static_cast<std::size_t>(change)];
      frame.rows.push_back(person_row(people.names[i], before, after, change, yardstick, counts));
      plot.people.push_back({before, after, point_of(change)});
    }
    report.frames.push_back(std::move(frame));
    add_counts(report, yardstick, counts);
  }

  [[nodiscard]] std::vector<models::Cell> person_row(const std::string& name, double before, double after,
                                                     ChangeClass change, const Yardstick& yardstick,
                                                     Counts& counts) const {
    const Interval interval = stats::change_interval(before, after, yardstick.s_diff, files.level);
    const Interval usual = stats::edwards_nunnally_interval(before, yardstick.source, errors);
    const auto gln = stats::gulliksen_lord_novick_index(before, after, yardstick.source);
    const double reach = stats::normal_reach(files.level);
    if (after < usual.lower) ++counts.en_below;
    if (after > usual.upper) ++counts.en_above;
    if (gln && *gln < -reach) ++counts.gln_below;
    if (gln && *gln > reach) ++counts.gln_above;
    std::vector<models::Cell> row = {name,
                                     before,
                                     after,
                                     after - before,
                                     cell(stats::reliable_change_index(before, after, yardstick.s_diff)),
                                     std::string(word_of(change)),
                                     interval.lower,
                                     interval.upper,
                                     usual.lower,
                                     usual.upper,
                                     cell(gln)};
    if (yardstick.reference) add_adjusted(row, before, after, *yardstick.reference);
    return row;
  }

  void add_adjusted(std::vector<models::Cell>& row, double before, double after,
                    const stats::ReferenceChange& change) const {
    const auto based = stats::regression_based_change(before, after, change, files.level);
    const auto predicted = stats::predicted_change(before, after, change, files.level);
    const auto practice = stats::practice_adjusted_change(before, after, change, files.level);
    const auto hageman = stats::hageman_arrindell_index(
        before, after, change, {reliability, reliability_post == -1 ? reliability : reliability_post});
    row.insert(row.end(),
               {based.expected, based.index, based.usual.lower, based.usual.upper, predicted.index,
                predicted.p, practice ? models::Cell(practice->index) : models::Cell(), cell(hageman)});
  }

  static void add_counts(models::FitReport& report, const Yardstick& yardstick, const Counts& counts) {
    auto& to = report.measures;
    to.push_back({"sem", "Standard error of measurement", yardstick.sem});
    to.push_back({"s_diff", "Standard error of a difference", yardstick.s_diff});
    to.push_back({"threshold", "Points beyond which change is reliable", yardstick.rule.threshold});
    to.push_back({"cutoff_a", "Cut-off a", yardstick.cutoff_a});
    to.push_back({"cutoff_b", "Cut-off b", yardstick.cutoff_b});
    to.push_back({"cutoff_c", "Cut-off c", yardstick.cutoff_c});
    to.push_back({"cutoff", "Cut-off used", yardstick.cutoff});
    for (const ChangeClass change :
         {ChangeClass::recovered, ChangeClass::improved, ChangeClass::unchanged, ChangeClass::deteriorated})
      to.push_back({word_of(change), std::string("People ") + word_of(change),
                    static_cast<double>(counts.classes[static_cast<std::size_t>(change)])});
    to.push_back(
        {"edwards_nunnally_below", "below by Edwards and Nunnally", static_cast<double>(counts.en_below)});
    to.push_back(
        {"edwards_nunnally_above", "above by Edwards and Nunnally", static_cast<double>(counts.en_above)});
    to.push_back({"gulliksen_lord_novick_below", "below by Gulliksen, Lord and Novick",
                  static_cast<double>(counts.gln_below)});
    to.push_back({"gulliksen_lord_novick_above", "above by Gulliksen, Lord and Novick",
                  static_cast<double>(counts.gln_above)});
    report.findings.push_back(
        {"change.counts",
         fmt::format("{} recovered, {} improved, {} unchanged, {} deteriorated.", counts.classes[0],
                     counts.classes[1], counts.classes[2], counts.classes[3]),
         "reliable change (Jacobson and Truax 1991) with the reliability given",
         "By chance alone about one person in 20 who did not change would pass at a level of 0.95, half of "
         "them each way."});
  }

  void add_findings(models::FitReport& report, const Yardstick& yardstick) const {
    if (!yardstick.cutoff)
      report.findings.push_back({"change.no_cutoff", "Nobody is called recovered: there is no cut-off.",
                                 "no --clinical and --norm, no --cutoff",
                                 "Improved says more than error, not that someone is well."});
    if (!yardstick.reference)
      report.findings.push_back(
          {"change.regression", "Extreme scores move to the mean by themselves.", "scores with error",
           "Give --reference, what people did without help, for change that is adjusted for it."});
    if (yardstick.sem == 0)
      report.findings.push_back({"change.no_error", "The error is 0: every difference counts as reliable.",
                                 "a reliability of 1, or scores that do not differ",
                                 "No questionnaire measures without error."});
    report.findings.push_back({"change.one_error", "One error is used for everyone.",
                               source.empty() ? "the SD of these scores before" : "the SD of --source",
                               "At the ends of a scale it is often another."});
  }

  Outcome tell_r(Desk& desk) const {
    std::string text = r_read(files.in);
    text +=
        fmt::format("d <- na.omit(d[{}])\npre <- d[[1]]; post <- d[[2]]\n", r_texts(std::vector{pre, post}));
    text += source.empty() ? "m <- mean(pre); s <- sd(pre)\n"
                           : fmt::format("v <- c({}); m <- v[1]; s <- v[2]\n", source);
    text += fmt::format(
        "r <- {}; sem <- s * sqrt(1 - r); s_diff <- sqrt(2) * sem\nrci <- (post - pre) / s_diff\n"
        "better <- {}\nlimit <- qnorm({})\n",
        reliability, better == "lower" ? "-rci" : "rci", (1 + files.level) / 2);
    if (!clinical.empty())
      text += fmt::format(
          "cl <- c({}); no <- c({})\ncutoff <- (cl[2] * no[1] + no[2] * cl[1]) / (cl[2] + no[2])\n", clinical,
          norm);
    else
      text += "cutoff <- NA\n";
    text += fmt::format("passed <- !is.na(cutoff) & {0} & {1}\n",
                        better == "lower" ? "post < cutoff" : "post > cutoff",
                        better == "lower" ? "pre >= cutoff" : "pre <= cutoff");
    text +=
        "class <- ifelse(better > limit, ifelse(passed, \"recovered\", \"improved\"),\n"
        "                ifelse(better < -limit, \"deteriorated\", \"unchanged\"))\nprint(table(class))\n"
        "true <- r * (pre - m) + m\n";
    text += fmt::format(
        "print(data.frame(pre, post, rci, class, en_lower = true - {0} * sem, en_upper = true + {0} * sem,\n"
        "  gln = (post - true) / (s * sqrt(1 - r^2))), digits = 10)\n"
        "print(t.test(post, pre, paired = TRUE, conf.level = {1}))\n",
        errors, files.level);
    return files.tell_script(desk, text);
  }
};

}  // namespace

void add_effect_change(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ChangeEffectCommand>();
  CLI::App* sub =
      app.add_subcommand("change", "Each person before and after: reliable and clinically significant");
  sub->footer(R"(
  securebase effect change --in scores.csv --pre start --post end \
    --reliability 0.88 --clinical 23.5,7.2 --norm 7.1,5.4 --plot change.svg
  securebase effect change --in scores.csv --pre start --post end \
    --reliability 0.88 --reference 60,23,7,21.5,7.4,0.8)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
