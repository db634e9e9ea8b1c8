#include "cli/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"

namespace securebase::cli {
namespace {

using catalog::Direction;
using measures::Score;

/// Text written line by line at one width.
class Page {
 public:
  explicit Page(int width) : width_(width) {}

  void line(std::string_view text = "") { (text_ += text) += '\n'; }
  /// "  label     words ..." with the words wrapped beside the label.
  void entry(std::string_view label, std::string_view words) {
    text_ += fmt::format("  {:<10}", label) + wrap(words, width_ - 12, 12) + "\n";
  }
  void paragraph(std::string_view words) { text_ += wrap(words, width_, 0) + "\n"; }
  void point(std::string_view words) { text_ += "- " + wrap(words, width_ - 2, 2) + "\n"; }
  void heading(std::string_view words) {
    text_ += fmt::format("\n{}\n{:-<{}}\n", wrap(words, width_, 0), "",
                         std::min(display_width(words), static_cast<std::size_t>(width_)));
  }
  /// Words of a table, two columns in.
  void indented(std::string_view words) { text_ += "  " + wrap(words, width_ - 2, 2) + "\n"; }

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  static std::size_t display_width(std::string_view words) {
    return static_cast<std::size_t>(std::count_if(
        words.begin(), words.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }

  int width_;
  std::string text_;
};

std::string number(double value) {
  if (value == std::round(value)) return fmt::format("{:.0f}", value);
  return fmt::format("{:.2f}", value);
}

std::string reliability_number(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}", *value) : "-";
}

/// The score on its range, its interval around it: 1 |----(===*==)-----| 5
std::string ruler(const Score& score, int cells) {
  const double span = score.range_max - score.range_min;
  const auto cell = [&](double value) {
    const double share = std::clamp((value - score.range_min) / span, 0.0, 1.0);
    return static_cast<std::size_t>(std::lround(share * (cells - 1)));
  };
  std::string bar(static_cast<std::size_t>(cells), '-');
  if (score.error) {
    const std::size_t low = cell(score.error->interval.lower);
    const std::size_t high = cell(score.error->interval.upper);
    for (std::size_t i = low; i <= high; ++i) bar[i] = '=';
    bar[low] = '(';
    bar[high] = ')';
  }
  bar[cell(*score.value)] = '*';
  return fmt::format("{} |{}| {}", number(score.range_min), bar, number(score.range_max));
}

std::string ordinal(double percentile) {
  const int n = static_cast<int>(std::lround(percentile));
  const int tens = n / 10 % 10;
  const char* ending = tens == 1 ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
  return fmt::format("{}{}", n, ending);
}

std::string mark(bool verified) {
  return verified ? "" : " [unverified]";
}

std::string unverified(bool verified) {
  return verified ? "" : " (this figure has not been verified against its source)";
}

void say_standing(Page& page, const measures::Standing& standing) {
  std::string words;
  if (!standing.percentile)
    words = fmt::format("{:+.1f} SD from the mean", standing.z);
  else if (*standing.percentile < 1)
    words = "below the 1st percentile";
  else if (*standing.percentile > 99)
    words = "above the 99th percentile";
  else
    words = fmt::format("{} percentile", ordinal(*standing.percentile));
  page.entry("among", fmt::format("{} of the group '{}': {}.", words, standing.group, standing.basis));
}

/// "9 is below the line"
std::string side_of_line(double value, const measures::CutoffStanding& cutoff) {
  if (!cutoff.as_published.empty())
    return fmt::format("{} is {}in this range", number(value), cutoff.reached ? "" : "not ");
  return fmt::format("{} is {} the line", number(value), value < cutoff.value ? "below" : "at or above");
}

void say_cutoff(Page& page, double value, const measures::CutoffStanding& cutoff) {
  const std::string line =
      cutoff.as_published.empty()
          ? fmt::format("{} {}", cutoff.side == catalog::Side::below ? "below" : "at or above",
                        number(cutoff.value))
          : cutoff.as_published;
  std::string words = fmt::format("{}: {}; {}", line, cutoff.label, side_of_line(value, cutoff));
  if (cutoff.within_error.value_or(false))
    words += "; within its error the true level may lie on either side";
  page.entry("cut-off", words + "." + unverified(cutoff.verified));
}

void say_band(Page& page, const measures::NamedBand& band) {
  page.entry("band",
             fmt::format(
                 "the authors call {} to {}{} '{}'.{}{} {}", number(band.from), band.last ? "" : "below ",
                 number(band.below), band.label, unverified(band.verified),
                 band.error_reaches_beyond ? " Within its error the true level may lie in another band." : "",
                 band.meaning));
}

void say_missing(Page& page, const Score& score) {
  const int missing = score.items - score.answered;
  std::string what = "the mean of these stands in for the others";
  if (score.state == measures::ScoreState::estimated)
    what = "the others were not asked; the score follows from the items' calibration";
  if (score.state == measures::ScoreState::zero_filled)
    what = missing == 1 ? "the other counts as the lowest answer" : "the others count as the lowest answer";
  page.entry("missing", fmt::format("{} of {} items answered; {}", score.answered, score.items, what));
}

void say_error(Page& page, const Score& score) {
  if (score.error)
    page.entry("error", fmt::format("likely {} to {} (95 %). From {}.", number(score.error->interval.lower),
                                    number(score.error->interval.upper), score.error->basis));
  else
    page.entry("error", fmt::format("not known: {}.", score.no_error));
}

void say_score(Page& page, const catalog::Scale& scale, const Score& score) {
  page.heading(score.name);
  if (!score.value) {
    page.entry("score", fmt::format("none: {} of {} items answered", score.answered, score.items));
    return;
  }
  page.entry("score",
             fmt::format("{}   {}", number(*score.value), ruler(score, std::min(40, page.width() - 40))));
  if (score.state != measures::ScoreState::complete) say_missing(page, score);
  say_error(page, score);
  for (const auto& standing : score.standings) say_standing(page, standing);
  if (score.band) say_band(page, *score.band);
  for (const auto& cutoff : score.cutoffs) say_cutoff(page, *score.value, cutoff);
  page.entry("reads", scale.description);
  if (!scale.provenance.verified)
    page.entry("caution", "The key of this scale has not been verified against its source.");
}

void say_findings(Page& page, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings)
    page.point(fmt::format("{} Rests on {}. {}", finding.statement, finding.basis, finding.limits));
}

std::string title_of(const catalog::Instrument& instrument) {
  return fmt::format("{} ({}, version {})", instrument.name, instrument.abbreviation, instrument.version);
}

/// "the line at 10 (what it is called; unverified)"
std::string line_words(const measures::Boundary& boundary) {
  return fmt::format("the line at {} ({}{})", number(boundary.value), boundary.label,
                     boundary.verified ? "" : "; unverified");
}

std::string across(const measures::Change& change, std::string_view before) {
  if (!change.boundary || !change.boundary->crossed()) return "";
  return fmt::format("{} {}", before, line_words(*change.boundary));
}

std::string undetermined_words(const measures::Change& change) {
  if (change.published)
    return fmt::format(
        "{} the published size of clinically important change ({} points: {}{}); whether it "
        "is beyond error is not known",
        change.published->reached ? "reaches" : "does not reach", number(change.published->points),
        change.published->basis, change.published->verified ? "" : "; unverified");
  return fmt::format("direction only: {}; how large error is, is not known",
                     *change.difference > 0 ? "higher" : "lower");
}

std::string verdict(const measures::Change& change) {
  if (*change.difference == 0) return "no change";
  switch (change.category) {
    case measures::ChangeCategory::recovered:
    case measures::ChangeCategory::improved:
      return "better by more than error" + across(change, ", and across");
    case measures::ChangeCategory::deteriorated:
      return "worse by more than error" + across(change, ", and across");
    case measures::ChangeCategory::reliable:
      return "changed by more than error; neither direction is agreed to be better";
    case measures::ChangeCategory::unchanged:
      return "within what error alone can produce" + across(change, ", though across");
    case measures::ChangeCategory::one_occasion:
    case measures::ChangeCategory::undetermined:
      break;
  }
  return undetermined_words(change) + across(change, "; it goes across");
}

void say_published(Page& page, const measures::Change& change) {
  if (!change.published || !change.threshold) return;
  const auto& published = *change.published;
  const bool reliable = published.kind == catalog::ChangeKind::reliable;
  std::string words = fmt::format("the published size of {} change is {} points: {}{}",
                                  reliable ? "reliable" : "clinically important", number(published.points),
                                  published.reached ? "reached" : "not reached", mark(published.verified));
  const bool beyond = std::abs(*change.difference) > *change.threshold;
  if (reliable && beyond != published.reached)
    words +=
        ". It says otherwise than the line above, because it rests on other figures for reliability "
        "and spread.";
  page.entry("published", words);
}

void say_change(Page& page, const measures::Change& change, bool risk) {
  page.heading(change.name);
  if (!change.difference) {
    page.entry("change", change.basis);
    return;
  }
  page.entry("change", fmt::format("{} -> {}: {}{}", number(*change.before), number(*change.after),
                                   *change.difference > 0 ? "+" : "", number(*change.difference)));
  if (change.interval) {
    const std::string least =
        change.least_reliable
            ? fmt::format("{} points or more are beyond error", number(*change.least_reliable))
            : fmt::format("beyond error from {:.2f} points on", *change.threshold);
    page.entry("error", fmt::format("likely {} to {} ({:.0f} %); {}", number(change.interval->lower),
                                    number(change.interval->upper), 100 * change.interval->level, least));
  }
  const bool better = change.category == measures::ChangeCategory::recovered ||
                      change.category == measures::ChangeCategory::improved;
  page.entry("so", verdict(change) +
                       (risk && better ? ". But a risk item is raised or was left empty: see above" : ""));
  say_published(page, change);
  page.entry("rests on", change.basis);
}

std::string_view words_for(catalog::Wording wording) {
  switch (wording) {
    case catalog::Wording::shipped:
      return "shipped: the wording is in the program";
    case catalog::Wording::imported:
      return "imported: answers can be typed in and scored; the wording comes from the practice";
    case catalog::Wording::score_entry_only:
      return "score entry only: the owner allows no electronic wording";
  }
  return "";
}

std::string_view short_word(catalog::Wording wording) {
  switch (wording) {
    case catalog::Wording::shipped:
      return "shipped";
    case catalog::Wording::imported:
      return "imported";
    case catalog::Wording::score_entry_only:
      return "score entry";
  }
  return "";
}

std::string_view words_for(Direction direction) {
  switch (direction) {
    case Direction::higher_worse:
      return "higher is harder for the person";
    case Direction::higher_better:
      return "higher is better for the person";
    case Direction::contested:
      return "what is better is contested";
  }
  return "";
}

/// "0 to 5; item 1: 0 to 6"
std::string answers_of(const catalog::Instrument& instrument, const catalog::Order& order) {
  std::string words = fmt::format("{} to {}", order.range.min, order.range.max);
  for (const auto& item : instrument.items)
    if (const auto range = range_in_order(instrument, order, item.number); range != order.range)
      words += fmt::format("; item {}: {} to {}", item.number, range.min, range.max);
  return words;
}

/// What must be seen soon comes first; the others are given back.
std::vector<Finding> say_urgent(Page& page, const std::vector<Finding>& findings) {
  std::vector<Finding> urgent;
  std::vector<Finding> rest;
  for (const Finding& finding : findings)
    (finding.code.starts_with("risk.") ? urgent : rest).push_back(finding);
  if (!urgent.empty()) page.heading("Look at this first");
  say_findings(page, urgent);
  return rest;
}

}  // namespace

std::string wrap(std::string_view text, int width, int indent) {
  std::string result;
  int column = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto blank = std::min(text.find(' ', at), text.size());
    const auto word = text.substr(at, blank - at);
    const int length = static_cast<int>(std::count_if(
        word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    if (column > 0 && column + 1 + length > width) {
      result += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += length;
    at = blank + 1;
  }
  return result;
}

std::string explain_scores(const catalog::Instrument& instrument, const catalog::Order& order,
                           const measures::Scores& scores, int width) {
  Page page(width);
  page.paragraph(title_of(instrument));
  page.paragraph(fmt::format("Answers in the order '{}', {}", order.name, answers_of(instrument, order)));
  const auto rest = say_urgent(page, scores.findings);
  for (const Score& score : scores.scores) say_score(page, *find_scale(instrument, score.scale), score);
  if (!scores.criteria.empty()) page.heading("Patterns the authors describe");
  for (const auto& criterion : scores.criteria) {
    const auto words = criterion.state == measures::CriterionState::met ? "met"
                       : criterion.state == measures::CriterionState::not_met
                           ? "not met"
                           : "cannot be told: answers are missing";
    page.point(fmt::format("{}: {}. {}", criterion.name, words, criterion.meaning));
  }
  page.heading("What this does not say");
  page.point(instrument.caution.find("diagnosis") == std::string::npos
                 ? "A score is one measurement, with error. It is not a diagnosis."
                 : "A score is one measurement, with error.");
  if (!instrument.caution.empty()) page.point(instrument.caution);
  say_findings(page, rest);
  return std::move(page).text();
}

std::string explain_change(const catalog::Instrument& instrument, const measures::ChangeReport& report,
                           int width) {
  Page page(width);
  page.paragraph(title_of(instrument));
  const auto rest = say_urgent(page, report.findings);
  for (const auto& change : report.changes) say_change(page, change, needs_attention(report.risks));
  page.heading("What this does not say");
  page.point(
      "It does not say what brought a change about, nor that an unchanged score means an unchanged person.");
  for (const Finding& finding : rest)
    if (finding.code == "change.one_sitting") page.point(finding.statement);
  return std::move(page).text();
}

namespace {

std::string group_words(const measures::Group& group) {
  std::string words = group.gender.value_or("all");
  if (group.age_from && group.age_to)
    words += fmt::format(" {}-{}", *group.age_from, *group.age_to);
  else if (group.age_from)
    words += fmt::format(" {}+", *group.age_from);
  else if (group.age_to)
    words += fmt::format(" to {}", *group.age_to);
  return words;
}

std::string figure(const std::optional<double>& value) {
  return value ? fmt::format("{:.2f}", *value) : "-";
}

/// A number in a table, right-aligned: two decimals, or as many as leave a blank before it.
std::string cell(const std::optional<double>& value, std::size_t width) {
  std::string text = value ? "" : "-";
  for (int decimals = 2; value && decimals >= 0 && (text.empty() || text.size() >= width); --decimals)
    text = fmt::format("{:.{}f}", *value, decimals);
  return fmt::format("{:>{}}", text, width);
}

void say_spread(Page& page, const measures::ScoreSpread& spread, std::size_t smallest) {
  const std::string group = fmt::format("  {:<16}", group_words(spread.group));
  if (spread.shown == measures::Shown::fewer_than_smallest)
    return page.line(fmt::format("{}fewer than {}", group, smallest));
  if (spread.shown == measures::Shown::withheld)
    return page.line(group + "not shown: a smaller group could be worked out from it");
  std::string line =
      fmt::format("{}{:>7}{}{}", group, spread.n.value_or(0), cell(spread.mean, 7), cell(spread.sd, 6));
  for (const double quantile : spread.quantiles) line += cell(quantile, 6);
  page.line(line);
}

void say_items(Page& page, const measures::ScaleDescription& scale) {
  if (!scale.trouble.empty()) return;
  page.line();
  page.line("  item    mean    SD  item-rest  alpha without it");
  for (const auto& item : scale.item_statistics)
    page.line(fmt::format("  {:<4}{} {:>6} {:>5}  {:>9}  {:>16}", item.item, item.reversed ? 'R' : ' ',
                          figure(item.mean), figure(item.sd), figure(item.item_rest),
                          reliability_number(item.alpha_if_dropped)));
}

void say_scale(Page& page, const measures::ScaleDescription& scale, std::size_t smallest) {
  page.heading(fmt::format("{} ({} items)", scale.name, scale.items));
  if (!scale.trouble.empty()) {
    page.indented(fmt::format("alpha not known: {}", scale.trouble));
  } else {
    std::string alpha = reliability_number(scale.alpha);
    if (scale.alpha_interval)
      alpha +=
          fmt::format(" (95 %: {:.2f} to {:.2f})", scale.alpha_interval->lower, scale.alpha_interval->upper);
    page.indented(fmt::format("alpha {}, omega of one factor {}, {} complete cases", alpha,
                              scale.omega ? reliability_number(scale.omega->value) : "-", scale.complete));
  }
  if (scale.standard_error_of_measurement)
    page.indented(
        fmt::format("standard error of measurement {:.2f} points", *scale.standard_error_of_measurement));
  say_items(page, scale);
  page.line();
  page.line("  people                n   mean    SD   5 %  10 %  25 %  50 %  75 %  90 %  95 %");
  say_spread(page, scale.overall, smallest);
  for (const auto& norm : scale.norms) say_spread(page, norm, smallest);
}

std::string unused_words(const wire::ColumnAccount& account) {
  std::vector<std::string> examples;
  for (const auto& doubt : account.doubts)
    examples.push_back(fmt::format("'{}' in line {}", printable(doubt.value), doubt.line));
  const std::size_t cannot_be = account.impossible - account.not_understood;
  std::vector<std::string> counts;
  if (cannot_be > 0) counts.push_back(fmt::format("{} that cannot be", cannot_be));
  if (account.not_understood > 0) counts.push_back(fmt::format("{} not understood", account.not_understood));
  return fmt::format(", {}, not used: {}{}", fmt::join(counts, ", "), fmt::join(examples, ", "),
                     account.impossible > account.doubts.size() ? " ..." : "");
}

void say_column(Page& page, const wire::ColumnAccount& account, std::string_view what) {
  if (account.column.empty()) return;
  page.point(fmt::format("{} from the column '{}': {} used, {} empty{}.", what, printable(account.column),
                         account.used, account.empty, account.impossible > 0 ? unused_words(account) : ""));
}

}  // namespace

std::string explain_people(const wire::PersonReader& people, int width) {
  Page page(width);
  if (people.ages().column.empty() && people.genders().column.empty()) return "";
  page.heading("Ages and genders in this file");
  say_column(page, people.ages(), "Ages");
  say_column(page, people.genders(), "Genders");
  return std::move(page).text();
}

std::string explain_description(const catalog::Instrument& instrument,
                                const measures::Description& description, const wire::FileAccount& account,
                                const wire::PersonReader& people, int width) {
  Page page(width);
  page.paragraph(title_of(instrument));
  page.paragraph(
      fmt::format("{}: {} rows{}", printable(account.file, 4096), account.rows,
                  account.left_out > 0 ? fmt::format(", {} malformed ones left out", account.left_out) : ""));
  for (const auto& scale : description.scales) say_scale(page, scale, description.smallest_cell);
  if (!description.correlations.empty()) page.heading("Correlations of scores");
  for (const auto& pair : description.correlations)
    page.indented(fmt::format("{} and {}: {} (n = {})", pair.first, pair.second, figure(pair.r), pair.n));
  page.heading("What this rests on");
  page.point(
      "R: this item counts the other way round, and is shown as it counts. Reliability rests on people who "
      "answered every item, spread on everyone with a score.");
  say_column(page, people.ages(), "Ages");
  say_column(page, people.genders(), "Genders");
  page.point(
      fmt::format("Nothing is said about fewer than {} people, and no group from which a smaller one "
                  "could be worked out is shown.",
                  description.smallest_cell));
  page.point("These are the people in this file. Whom they stand for depends on how they came to answer.");
  say_findings(page, description.findings);
  return std::move(page).text();
}

std::string list_instruments(const catalog::Library& library, int width) {
  Page page(width);
  std::size_t id = 10;
  for (const auto& instrument : library.instruments) id = std::max(id, instrument.id.size());
  const int before_name = static_cast<int>(id) + 30;
  page.line(fmt::format("{:<{}} {:<8} {:>5}  {:<12} {}", "id", id, "version", "items", "wording", "name"));
  for (const auto& instrument : library.instruments)
    page.line(fmt::format("{:<{}} {:<8} {:>5}  {:<12} {}", instrument.id, id, instrument.version,
                          instrument.items.size(), short_word(instrument.licence.wording),
                          wrap(instrument.name, std::max(20, width - before_name), before_name)));
  page.line();
  page.paragraph(
      "'securebase instruments show ID' tells all that is known about one. Wording 'imported' means that "
      "answers can be typed in and scored, and that the practice brings the wording itself.");
  return std::move(page).text();
}

namespace {

void show_key(Page& page, const catalog::Scale& scale) {
  page.entry("items", fmt::format("{}{}", fmt::join(scale.key.items, " "),
                                  scale.key.reversed.empty()
                                      ? "; none reversed"
                                      : fmt::format("; reversed {}", fmt::join(scale.key.reversed, " "))));
  for (const auto& [order, key] : scale.order_keys)
    page.entry("", fmt::format("in the order '{}': {}; reversed {}", order, fmt::join(key.items, " "),
                               fmt::join(key.reversed, " ")));
  if (!scale.key.recodes.empty())
    page.entry("recoded", "answers are worth other values first; --json shows the tables");
  const auto& missing = scale.missing;
  if (missing.rule == catalog::MissingRule::complete)
    page.entry("missing", "no score unless every item is answered");
  else
    page.entry(
        "missing",
        fmt::format("up to {} of the {}: {}{}", missing.max_missing,
                    missing.counted_over_form ? "form" : "scale",
                    missing.rule == catalog::MissingRule::zero ? "count as the lowest answer" : "prorated",
                    mark(missing.provenance.verified)));
}

// "female, aged 25 to 34"; empty for everyone.
std::string people_of(const catalog::Norm& norm) {
  std::string people = norm.gender.value_or("");
  if (norm.age_from || norm.age_to)
    people += fmt::format("{}aged {} to {}", people.empty() ? "" : ", ", norm.age_from.value_or(0),
                          norm.age_to.value_or(120));
  return people;
}

// A group's own words once, then a short line for each part of it.
void show_norms(Page& page, const std::vector<catalog::Norm>& norms) {
  std::string_view group;
  for (const auto& norm : norms) {
    const std::string figures = fmt::format("mean {:g}, SD {:g}{}", norm.mean, norm.sd,
                                            norm.n ? fmt::format(", n = {}", *norm.n) : "");
    const std::string people = people_of(norm);
    if (norm.group != group || people.empty())
      page.entry("", fmt::format("norm '{}'{}: {}; {}{}", norm.group, people.empty() ? "" : ", " + people,
                                 figures, norm.sample, mark(norm.provenance.verified)));
    else
      page.entry("", fmt::format("- {}: {}{}", people, figures, mark(norm.provenance.verified)));
    group = norm.group;
  }
}

void show_cutoff(Page& page, const catalog::Cutoff& cutoff) {
  const std::string line =
      cutoff.as_published.empty()
          ? fmt::format("{} {:g}", cutoff.side == catalog::Side::below ? "below" : "at or above",
                        cutoff.value)
          : cutoff.as_published;
  page.entry("", fmt::format("cut-off {}: {}{}{}", line, cutoff.label,
                             cutoff.clinical_boundary ? "; the line that 'change' looks at" : "",
                             mark(cutoff.provenance.verified)));
}

void show_known(Page& page, const catalog::Scale& scale) {
  for (const auto& r : scale.reliabilities) {
    std::string kind = r.kind;
    std::replace(kind.begin(), kind.end(), '_', r.kind == "test_retest" ? '-' : ' ');
    page.entry("", fmt::format("{} {:g}, {}{}", kind, r.value, r.group, mark(r.provenance.verified)));
  }
  show_norms(page, scale.norms);
  for (const auto& c : scale.cutoffs) show_cutoff(page, c);
  for (const auto& b : scale.bands) {
    std::vector<std::string> levels;
    for (const auto& level : b.bands) levels.push_back(fmt::format("{} from {:g}", level.label, level.from));
    page.entry("", fmt::format("bands {}{}", fmt::join(levels, ", "), mark(b.provenance.verified)));
  }
  for (const auto& c : scale.changes)
    page.entry("", fmt::format("published {} change {:g} points: {}{}",
                               c.kind == catalog::ChangeKind::reliable ? "reliable" : "clinically important",
                               c.points, c.basis, mark(c.provenance.verified)));
}

}  // namespace

std::string explain_instrument(const catalog::Instrument& instrument, int width) {
  Page page(width);
  page.paragraph(title_of(instrument));
  page.paragraph(instrument.summary);
  if (!instrument.caution.empty()) page.paragraph(instrument.caution);
  page.line();
  page.entry("items", fmt::format("{}", instrument.items.size()));
  for (const auto& respondent : instrument.respondents)
    page.entry("answers", fmt::format("{} about {}{}", respondent.who, respondent.about,
                                      respondent.names_figure ? " (asked for each figure)" : ""));
  if (!instrument.recall.empty()) page.entry("period", instrument.recall);
  for (const auto& order : instrument.orders)
    page.entry("order", fmt::format("'{}': {}, answers {} to {}{}", order.id, order.name, order.range.min,
                                    order.range.max, mark(order.provenance.verified)));
  page.entry("wording", words_for(instrument.licence.wording));
  page.entry("licence", instrument.licence.terms + mark(instrument.licence.provenance.verified));
  for (const auto& risk : instrument.risks)
    page.entry("risk",
               fmt::format("item {} from {} on: {}", fmt::join(risk.items, ", "), risk.at_least, risk.topic));
  for (const auto& scale : instrument.scales) {
    page.heading(fmt::format("{} ({})", scale.name, scale.id));
    page.entry("reads", fmt::format("{} {} to {}; {}.", scale.description, number(scale.range_min),
                                    number(scale.range_max), words_for(scale.direction)));
    show_key(page, scale);
    show_known(page, scale);
    page.entry("key from", scale.provenance.source + mark(scale.provenance.verified));
  }
  page.heading("Sources");
  for (const auto& source : instrument.sources)
    page.point(
        fmt::format("{}: {}{}", source.id, source.citation, source.url.empty() ? "" : " " + source.url));
  page.line();
  page.paragraph("[unverified]: from memory or worked out, not seen at its source.");
  return std::move(page).text();
}

}  // namespace securebase::cli
