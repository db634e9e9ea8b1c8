#include "measures/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/version.hpp"
#include "stats/change.hpp"
#include "stats/item_moments.hpp"
#include "stats/norms.hpp"
#include "stats/omega.hpp"

namespace securebase::measures {
namespace {

using catalog::Instrument;
using catalog::Key;
using catalog::Order;
using catalog::Scale;

constexpr double level = 0.95;
constexpr std::array<const char*, 3> genders = {"female", "male", "other"};

/// Gender and age band of a person; past the last of each: not known.
struct Cell {
  std::size_t gender = 0;
  std::size_t band = 0;

  auto operator<=>(const Cell&) const = default;  // NOLINT(modernize-use-nullptr): takes <=> for a 0
};

using Counts = std::map<double, std::uint64_t>;  // score -> people

std::vector<stats::ScoreCount> histogram_of(const Counts& counts) {
  std::vector<stats::ScoreCount> histogram;
  for (const auto& [score, count] : counts) histogram.push_back({score, count});
  return histogram;
}

void add_counts(Counts& to, const Counts& more) {
  for (const auto& [score, count] : more) to[score] += count;
}

std::size_t people_in(const Counts& counts) {
  std::size_t n = 0;
  for (const auto& [score, count] : counts) n += static_cast<std::size_t>(count);
  return n;
}

ScoreSpread spread_of(const Counts& counts, Group group, Shown shown) {
  ScoreSpread spread;
  spread.group = std::move(group);
  spread.shown = shown;
  if (shown != Shown::all) return spread;
  const auto histogram = histogram_of(counts);
  const auto summary = stats::summarise_histogram(histogram);
  spread.n = summary ? summary->n : 0;
  if (!summary) return spread;
  spread.mean = summary->mean;
  spread.sd = summary->sd;
  if (summary->sd) spread.mean_error = stats::standard_error_of_mean(*summary->sd, summary->n);
  spread.sd_error = stats::standard_error_of_sd(histogram);
  spread.lowest = histogram.front().score;
  spread.highest = histogram.back().score;
  for (const double order : quantile_orders)
    spread.quantiles.push_back(*stats::histogram_quantile(histogram, order));
  return spread;
}

/// One group in a table of groups.
struct TableCell {
  std::size_t n = 0;
  Shown shown = Shown::all;
};

/// Parts of one total that is known. What is not shown of them must add up to enough people, or it could be
/// had by subtraction: until it does, the smallest of the others is withheld too. True where one was.
bool protect(const std::vector<TableCell*>& parts, std::size_t smallest) {
  bool changed = false;
  for (;;) {
    std::size_t hidden = 0;
    TableCell* next = nullptr;
    for (TableCell* part : parts) {
      if (part->shown != Shown::all)
        hidden += part->n;
      else if (part->n > 0 && (next == nullptr || part->n < next->n))
        next = part;
    }
    if (hidden == 0 || hidden >= smallest || next == nullptr) return changed;
    next->shown = Shown::withheld;
    changed = true;
  }
}

/// People by gender (rows) and age band (columns). The last row and column are those whose gender or age is
/// not known: they are never shown, but count in the totals.
class GroupTable {
 public:
  GroupTable(std::size_t rows, std::size_t columns, std::size_t smallest)
      : smallest_(smallest), cells_(rows, std::vector<TableCell>(columns)), rows_(rows), columns_(columns) {}

  void add(std::size_t row, std::size_t column, std::size_t n) {
    cells_[row][column].n += n;
    rows_[row].n += n;
    columns_[column].n += n;
  }

  void decide() {
    for (auto* line : {&rows_, &columns_}) {
      for (TableCell& cell : *line) judge(cell);
      line->back().shown = Shown::withheld;
      protect(all_of(*line), smallest_);
    }
    for (std::size_t r = 0; r < rows_.size(); ++r)
      for (std::size_t c = 0; c < columns_.size(); ++c) {
        judge(cells_[r][c]);
        const bool without_total = rows_[r].shown != Shown::all || columns_[c].shown != Shown::all;
        if (without_total && cells_[r][c].shown == Shown::all) cells_[r][c].shown = Shown::withheld;
      }
    while (protect_lines()) {
    }
  }

  [[nodiscard]] Shown shown(std::optional<std::size_t> row, std::optional<std::size_t> column) const {
    return row && column ? cells_[*row][*column].shown : row ? rows_[*row].shown : columns_[*column].shown;
  }

 private:
  void judge(TableCell& cell) const {
    if (cell.n < smallest_) cell.shown = Shown::fewer_than_smallest;
  }

  static std::vector<TableCell*> all_of(std::vector<TableCell>& line) {
    std::vector<TableCell*> parts(line.size());
    std::transform(line.begin(), line.end(), parts.begin(), [](TableCell& cell) { return &cell; });
    return parts;
  }

  bool protect_lines() {
    bool changed = false;
    for (std::size_t r = 0; r < rows_.size(); ++r)
      if (rows_[r].shown == Shown::all) changed |= protect(all_of(cells_[r]), smallest_);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (columns_[c].shown != Shown::all) continue;
      std::vector<TableCell*> column;
      for (auto& row : cells_) column.push_back(&row[c]);
      changed |= protect(column, smallest_);
    }
    return changed;
  }

  std::size_t smallest_;
  std::vector<std::vector<TableCell>> cells_;
  std::vector<TableCell> rows_;
  std::vector<TableCell> columns_;
};

/// One scale while rows come in.
class ScaleTally {
 public:
  ScaleTally(const Instrument& instrument, const Scale& scale, const Order& order)
      : key_(key_in_order(scale, order)), moments_(key_.items.size()) {
    for (const int position : key_.items) {
      const auto range = range_in_order(instrument, order, position);
      std::vector<double> values;
      for (int answer = range.min; answer <= range.max; ++answer)
        values.push_back(keyed_value(instrument, scale, order, position, answer));
      values_.push_back(std::move(values));
    }
    keyed_.resize(key_.items.size());
    present_.resize(key_.items.size());
  }

  void add(const AnswerByte* row, const RowScore& score, Cell cell) {
    for (std::size_t i = 0; i < key_.items.size(); ++i) {
      const AnswerByte byte = row[key_.items[i] - 1];
      present_[i] = byte < values_[i].size() ? 1 : 0;
      keyed_[i] = present_[i] != 0 ? values_[i][byte] : 0;
    }
    moments_.add_row(keyed_, present_);
    if (score.state != ScoreState::no_score) ++cells_[cell][score.value];
  }

  [[nodiscard]] const Key& key() const { return key_; }
  [[nodiscard]] const stats::ItemMoments& moments() const { return moments_; }
  [[nodiscard]] const std::map<Cell, Counts>& cells() const { return cells_; }

 private:
  Key key_;
  std::vector<std::vector<double>> values_;  ///< per item of the key, what each answer byte is worth
  stats::ItemMoments moments_;
  std::map<Cell, Counts> cells_;
  std::vector<double> keyed_;
  std::vector<std::uint8_t> present_;
};

/// Sums behind the correlation of two scores, kept about `origin` so that little is lost to rounding.
struct PairSums {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;

  void add(double a, double b) {
    n += 1;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }

  [[nodiscard]] std::optional<double> correlation() const {
    if (n < 2) return std::nullopt;
    const double sxx = xx - x * x / n;
    const double syy = yy - y * y / n;
    if (!(sxx > 1e-12 * xx && syy > 1e-12 * yy)) return std::nullopt;
    return std::clamp((xy - x * y / n) / std::sqrt(sxx * syy), -1.0, 1.0);
  }
};

std::optional<Omega> omega_of(const stats::Matrix& covariance, std::size_t n) {
  const auto fit = stats::one_factor_ml(stats::with_divisor_n(covariance, n), n);
  if (!fit) return std::nullopt;
  const auto value = stats::omega_model_implied(*fit);
  if (!value) return std::nullopt;
  return Omega{*value, fit->convergence.verdict};
}

void describe_reliability(const ScaleTally& tally, ScaleDescription& out) {
  const auto complete = stats::Missing::complete_cases;
  const auto found = stats::reliability(tally.moments(), complete, level);
  if (!found) {
    out.trouble = found.error().detail;
    return;
  }
  out.alpha = found->raw_alpha;
  out.alpha_interval = found->feldt;
  out.alpha_standard_error = found->ase;
  out.standardised_alpha = found->std_alpha;
  out.average_correlation = found->average_r;
  if (const auto covariance = tally.moments().covariance(complete))
    out.omega = omega_of(*covariance, out.complete);
  for (std::size_t i = 0; i < out.item_statistics.size(); ++i) {
    ScaleItem& item = out.item_statistics[i];
    item.mean = found->item_stats[i].mean;
    item.sd = found->item_stats[i].sd;
    item.item_rest = found->item_stats[i].r_drop;
    item.alpha_if_dropped = found->if_dropped[i].raw_alpha;
  }
}

}  // namespace

struct Describer::State {
  const Instrument& instrument;
  const Order& order;
  DescribeOptions options;
  Scorer scorer;
  std::vector<ScaleTally> scales;
  std::vector<ItemDescription> items;
  std::vector<PairSums> pairs;  ///< scales (0,1), (0,2) ... (1,2) ...
  std::size_t rows = 0;
  std::vector<RowScore> scores;

  State(const Instrument& its_instrument, const Order& its_order, DescribeOptions its_options)
      : instrument(its_instrument),
        order(its_order),
        options(std::move(its_options)),
        scorer(instrument, order) {
    for (const Scale& scale : instrument.scales) scales.emplace_back(instrument, scale, order);
    for (const auto& item : instrument.items) {
      const auto range = range_in_order(instrument, order, item.number);
      ItemDescription description;
      description.item = item.number;
      description.lowest = range.min;
      description.counts.resize(static_cast<std::size_t>(range.max - range.min) + 1);
      items.push_back(std::move(description));
    }
    pairs.resize(scales.size() * (scales.size() - 1) / 2);
    scores.resize(scales.size());
  }

  [[nodiscard]] Cell cell_of(const PersonGroup& person) const {
    const auto gender = std::find(genders.begin(), genders.end(), person.gender.value_or(""));
    Cell cell{static_cast<std::size_t>(gender - genders.begin()), options.age_bands.size() + 1};
    if (person.age) {
      const auto above = std::upper_bound(options.age_bands.begin(), options.age_bands.end(), *person.age);
      cell.band = static_cast<std::size_t>(above - options.age_bands.begin());
    }
    return cell;
  }

  void add(const AnswerByte* row, const PersonGroup& person) {
    ++rows;
    scorer.score_row(row, scores.data());
    const Cell cell = cell_of(person);
    for (std::size_t s = 0; s < scales.size(); ++s) scales[s].add(row, scores[s], cell);
    std::size_t pair = 0;
    for (std::size_t a = 0; a < scales.size(); ++a)
      for (std::size_t b = a + 1; b < scales.size(); ++b, ++pair)
        if (scores[a].state != ScoreState::no_score && scores[b].state != ScoreState::no_score)
          pairs[pair].add(scores[a].value, scores[b].value);
    for (std::size_t i = 0; i < items.size(); ++i) count(items[i], row[i]);
  }

  static void count(ItemDescription& item, AnswerByte byte) {
    if (byte < item.counts.size()) {
      ++item.answered;
      ++item.counts[byte];
    } else if (byte == skipped_byte) {
      ++item.skipped;
    } else if (byte == not_applicable_byte) {
      ++item.not_applicable;
    } else {
      ++item.not_asked;
    }
  }

  [[nodiscard]] Group group_of(std::optional<std::size_t> gender, std::optional<std::size_t> band) const {
    Group group;
    if (gender) group.gender = genders[*gender];
    if (!band) return group;
    if (*band > 0) group.age_from = options.age_bands[*band - 1];
    if (*band < options.age_bands.size()) group.age_to = options.age_bands[*band] - 1;
    return group;
  }

  /// Scores of everyone in the cells that have this gender and band; nothing stands for all.
  static Counts gather(const std::map<Cell, Counts>& cells, std::optional<std::size_t> gender,
                       std::optional<std::size_t> band) {
    Counts sum;
    for (const auto& [cell, counts] : cells)
      if (cell.gender == gender.value_or(cell.gender) && cell.band == band.value_or(cell.band))
        add_counts(sum, counts);
    return sum;
  }

  void add_norm(const ScaleTally& tally, const GroupTable& table, std::optional<std::size_t> gender,
                std::optional<std::size_t> band, ScaleDescription& out) const {
    const Counts counts = gather(tally.cells(), gender, band);
    if (!counts.empty())
      out.norms.push_back(spread_of(counts, group_of(gender, band), table.shown(gender, band)));
  }

  void add_norms(const ScaleTally& tally, ScaleDescription& out) const {
    GroupTable table(genders.size() + 1, options.age_bands.size() + 2, options.smallest_cell);
    for (const auto& [cell, counts] : tally.cells()) table.add(cell.gender, cell.band, people_in(counts));
    table.decide();
    for (std::size_t g = 0; g < genders.size(); ++g) add_norm(tally, table, g, std::nullopt, out);
    for (std::size_t b = 0; b <= options.age_bands.size(); ++b) add_norm(tally, table, std::nullopt, b, out);
    for (std::size_t g = 0; g < genders.size(); ++g)
      for (std::size_t b = 0; b <= options.age_bands.size(); ++b) add_norm(tally, table, g, b, out);
  }

  [[nodiscard]] ScaleDescription describe(const Scale& scale, const ScaleTally& tally) const {
    ScaleDescription out;
    out.scale = scale.id;
    out.name = scale.name;
    out.items = static_cast<int>(tally.key().items.size());
    out.complete = tally.moments().rows(stats::Missing::complete_cases);
    for (const int item : tally.key().items) {
      ScaleItem statistics;
      statistics.item = item;
      const auto& reversed = tally.key().reversed;
      statistics.reversed = std::find(reversed.begin(), reversed.end(), item) != reversed.end();
      out.item_statistics.push_back(statistics);
    }
    if (out.complete < options.smallest_cell)
      out.trouble = fmt::format("fewer than {} people answered every item", options.smallest_cell);
    else
      describe_reliability(tally, out);
    const Counts everyone = gather(tally.cells(), std::nullopt, std::nullopt);
    out.scored = people_in(everyone);
    out.overall =
        spread_of(everyone, {}, out.scored < options.smallest_cell ? Shown::fewer_than_smallest : Shown::all);
    if (out.alpha && out.overall.sd && *out.alpha >= 0)
      out.standard_error_of_measurement = stats::standard_error_of_measurement(*out.overall.sd, *out.alpha);
    add_norms(tally, out);
    return out;
  }

  [[nodiscard]] std::vector<ScaleCorrelation> correlations() const {
    std::vector<ScaleCorrelation> result;
    std::size_t pair = 0;
    for (std::size_t a = 0; a < scales.size(); ++a)
      for (std::size_t b = a + 1; b < scales.size(); ++b, ++pair)
        result.push_back(
            {instrument.scales[a].id, instrument.scales[b].id, static_cast<std::size_t>(pairs[pair].n),
             pairs[pair].n < static_cast<double>(options.smallest_cell) ? std::nullopt
                                                                        : pairs[pair].correlation()});
    return result;
  }
};

namespace {

void say_keys(Description& description) {
  constexpr std::size_t enough = 30;  // fewer: chance alone turns an item round often
  for (const ScaleDescription& scale : description.scales)
    for (const ScaleItem& item : scale.item_statistics) {
      if (scale.complete < enough || !item.item_rest || *item.item_rest >= 0) continue;
      description.findings.push_back(
          {"describe.item_against_scale",
           fmt::format(
               "Item {} goes against the rest of {}: item-rest correlation {:.2f}. Does it count the wrong "
               "way round, or is the file in another order?",
               item.item, scale.name, *item.item_rest),
           fmt::format("{} people who answered every item of the scale", scale.complete),
           "It does not show which of the two is wrong: look at the form."});
    }
}

void say_reliability(Description& description) {
  for (const ScaleDescription& scale : description.scales) {
    if (!scale.trouble.empty())
      description.findings.push_back(
          {"describe.no_reliability", fmt::format("No reliability of {}: {}.", scale.name, scale.trouble),
           fmt::format("{} complete rows", scale.complete), "It does not speak against the scale."});
    if (scale.omega && scale.omega->verdict != stats::Verdict::converged)
      description.findings.push_back(
          {"describe.omega", fmt::format("Omega of {}: {}", scale.name, to_text(scale.omega->verdict)),
           "one factor, maximum likelihood", "Alpha does not depend on this."});
  }
}

void say_calibration(const Instrument& instrument, Description& description) {
  if (instrument.calibration_needed == 0) return;
  description.findings.push_back(
      {"describe.uncalibrated",
       fmt::format(
           "{} is new: {} people's real answers are needed before scores of one person are shown with an "
           "error; this file has {} rows.",
           instrument.abbreviation, instrument.calibration_needed, description.rows),
       "the definition", "Figures of this file do not change what the program shows about a person."});
}

}  // namespace

std::string_view to_text(Shown shown) {
  switch (shown) {
    case Shown::all:
      return "all";
    case Shown::fewer_than_smallest:
      return "fewer_than_smallest";
    case Shown::withheld:
      return "withheld";
  }
  return "all";
}

Describer::Describer(const Instrument& instrument, const Order& order, DescribeOptions options)
    : state_(std::make_unique<State>(instrument, order, std::move(options))) {}
Describer::~Describer() = default;
Describer::Describer(Describer&&) noexcept = default;
Describer& Describer::operator=(Describer&&) noexcept = default;

void Describer::add_row(const AnswerByte* row, const PersonGroup& person) {
  state_->add(row, person);
}

Description Describer::report() const {
  Description description;
  description.instrument = state_->instrument.id;
  description.version = state_->instrument.version;
  description.order = state_->order.id;
  description.fingerprint = state_->instrument.fingerprint;
  description.engine_version = std::string(engine_version());
  description.rows = state_->rows;
  description.smallest_cell = state_->options.smallest_cell;
  for (std::size_t s = 0; s < state_->scales.size(); ++s)
    description.scales.push_back(state_->describe(state_->instrument.scales[s], state_->scales[s]));
  description.correlations = state_->correlations();
  description.items = state_->items;
  for (ItemDescription& item : description.items)
    if (item.answered < description.smallest_cell) item.counts.clear();
  say_keys(description);
  say_reliability(description);
  say_calibration(state_->instrument, description);
  return description;
}

}  // namespace securebase::measures
