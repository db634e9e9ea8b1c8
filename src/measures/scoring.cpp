#include "measures/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/version.hpp"
#include "measures/calibrated.hpp"
#include "stats/change.hpp"
#include "stats/composite.hpp"
#include "stats/norms.hpp"

namespace securebase::measures {
namespace {

using catalog::AnswerRange;
using catalog::Instrument;
using catalog::Key;
using catalog::MissingRule;
using catalog::Order;
using catalog::Scale;
using catalog::Verb;

struct CompiledScale {
  stats::CompositeKey key;
  stats::CompositeRule rule;
  MissingRule missing = MissingRule::complete;
  bool counted_over_form = false;
  std::size_t max_missing = 0;
  std::size_t practice_max_missing = 0;  ///< beyond the definition's rule, marked as the practice's
};

double weight_at(const Key& key, std::size_t index) {
  return key.weights.empty() ? 1 : key.weights[index];
}

std::vector<stats::Worth> worths(const Instrument& instrument, const Scale& scale, const Order& order,
                                 int position, double weight) {
  const AnswerRange range = range_in_order(instrument, order, position);
  std::vector<stats::Worth> worth;
  for (int answer = range.min; answer <= range.max; ++answer)
    worth.push_back({keyed_value(instrument, scale, order, position, answer), weight});
  return worth;
}

double lowest(const std::vector<stats::Worth>& worth) {
  return std::min_element(worth.begin(), worth.end(), [](auto& a, auto& b) { return a.value < b.value; })
      ->value;
}

CompiledScale compile(const Instrument& instrument, const Scale& scale, const Order& order,
                      ScoringOptions options) {
  const Key& key = key_in_order(scale, order);
  CompiledScale compiled;
  for (std::size_t i = 0; i < key.items.size(); ++i) {
    const double weight = weight_at(key, i);
    const auto worth = worths(instrument, scale, order, key.items[i], weight);
    const double missing = scale.missing.rule == MissingRule::zero ? lowest(worth) : 0;
    compiled.key.add_item(static_cast<std::size_t>(key.items[i] - 1), worth, {missing, 0});
    compiled.rule.full_weight += weight;
  }
  compiled.rule.composite = scale.verb == Verb::mean ? stats::Composite::mean : stats::Composite::sum;
  compiled.rule.multiply = scale.multiply;
  compiled.missing = scale.missing.rule;
  compiled.counted_over_form = scale.missing.counted_over_form;
  compiled.max_missing = static_cast<std::size_t>(scale.missing.max_missing);
  if (scale.missing.rule == MissingRule::complete && options.practice_missing_fraction > 0)  // not NaN
    compiled.practice_max_missing = static_cast<std::size_t>(
        std::floor(options.practice_missing_fraction * static_cast<double>(key.items.size()) + 1e-9));
  return compiled;
}

ScoreState state_of(const CompiledScale& scale, std::size_t answered, std::size_t form_missing) {
  const std::size_t missing = scale.key.items() - answered;
  const std::size_t counted = scale.counted_over_form ? form_missing : missing;
  if (counted > scale.max_missing && missing > 0) {
    if (missing > scale.practice_max_missing || answered == 0) return ScoreState::no_score;
    return ScoreState::prorated_by_practice;
  }
  if (scale.counted_over_form && counted > scale.max_missing) return ScoreState::no_score;
  if (missing == 0) return ScoreState::complete;
  if (scale.missing == MissingRule::zero) return ScoreState::zero_filled;
  return answered == 0 ? ScoreState::no_score : ScoreState::prorated;
}

}  // namespace

std::string_view to_text(ScoreState state) {
  switch (state) {
    case ScoreState::complete:
      return "complete";
    case ScoreState::prorated:
      return "prorated";
    case ScoreState::prorated_by_practice:
      return "prorated_by_practice";
    case ScoreState::zero_filled:
      return "zero_filled";
    case ScoreState::estimated:
      return "estimated";
    case ScoreState::no_score:
      return "no_score";
  }
  return "no_score";
}

std::string_view to_text(CriterionState state) {
  switch (state) {
    case CriterionState::met:
      return "met";
    case CriterionState::not_met:
      return "not_met";
    case CriterionState::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

struct Scorer::Compiled {
  // Rows that go through one scale after the other together, while they are in the nearest cache.
  static constexpr std::size_t block = 64;

  std::size_t items = 0;
  bool needs_form_missing = false;
  std::vector<CompiledScale> scales;

  [[nodiscard]] std::size_t form_missing(const AnswerByte* row) const {
    return needs_form_missing ? stats::count_missing({row, items}) : 0;
  }

  void score(const AnswerByte* row, RowScore* out) const {
    for (const CompiledScale& scale : scales) score(scale, scale.key.tally(row), form_missing(row), *out++);
  }

  /// At most `block` rows.
  void score_block(const AnswerByte* rows, std::size_t n, RowScore* out) const {
    std::array<stats::Tally, block> tallies;
    for (std::size_t s = 0; s < scales.size(); ++s) {
      scales[s].key.tally_rows(rows, items, std::span(tallies).first(n));
      for (std::size_t r = 0; r < n; ++r)
        score(scales[s], tallies[r], form_missing(rows + r * items), out[r * scales.size() + s]);
    }
  }

  // Into its place field by field: a copy of the whole would have to wait for its parts.
  static void score(const CompiledScale& scale, const stats::Tally& tally, std::size_t form_missing,
                    RowScore& out) {
    const ScoreState state = state_of(scale, tally.answered, form_missing);
    const bool prorate = state == ScoreState::prorated || state == ScoreState::prorated_by_practice;
    const auto fill = prorate ? stats::Fill::prorated : stats::Fill::as_tallied;
    std::optional<double> value;
    if (state != ScoreState::no_score) value = composite_score(tally, scale.rule, fill);
    out.value = value.value_or(0);
    out.answered = static_cast<std::uint16_t>(tally.answered);
    out.state = state;
  }
};

Scorer::Scorer(const Instrument& instrument, const Order& order, ScoringOptions options)
    : compiled_(std::make_unique<Compiled>()) {
  compiled_->items = instrument.items.size();
  for (const Scale& scale : instrument.scales) {
    compiled_->scales.push_back(compile(instrument, scale, order, options));
    compiled_->needs_form_missing |= scale.missing.counted_over_form;
  }
}
Scorer::~Scorer() = default;
Scorer::Scorer(Scorer&&) noexcept = default;
Scorer& Scorer::operator=(Scorer&&) noexcept = default;

std::size_t Scorer::items() const {
  return compiled_->items;
}
std::size_t Scorer::scales() const {
  return compiled_->scales.size();
}

void Scorer::score_row(const AnswerByte* row, RowScore* out) const {
  compiled_->score(row, out);
}

void Scorer::score_rows(std::span<const AnswerByte> rows, std::span<RowScore> out) const {
  const std::size_t n = rows.size() / items();
  for (std::size_t row = 0; row < n; row += Compiled::block)
    compiled_->score_block(rows.data() + row * items(), std::min(Compiled::block, n - row),
                           out.data() + row * scales());
}

namespace {

// What a score means.

bool is_consistency(const std::string& kind) {
  return kind == "alpha" || kind == "omega";
}

/// Lower is better: 0 and 1 are usable, 2 (a latent stability: error has been taken out, so it flatters) is
/// not.
int preference(const catalog::Reliability& reliability, ErrorUse use) {
  const bool consistency = is_consistency(reliability.kind);
  if (!consistency && reliability.kind != "test_retest") return 2;
  return consistency == (use == ErrorUse::score) ? 0 : 1;
}

const catalog::Reliability* choose_reliability(const Scale& scale, const Order& order, ErrorUse use) {
  const catalog::Reliability* best = nullptr;
  for (const auto& candidate : scale.reliabilities) {
    if (!holds_in_order(candidate.orders, order) || preference(candidate, use) == 2) continue;
    if (best == nullptr || preference(candidate, use) < preference(*best, use)) best = &candidate;
  }
  return best;
}

bool matches(const catalog::Norm& norm, const PersonGroup& person) {
  if (norm.gender && norm.gender != person.gender) return false;
  if (norm.age_from && (!person.age || *person.age < *norm.age_from)) return false;
  return !norm.age_to || (person.age && *person.age <= *norm.age_to);
}

int specificity(const catalog::Norm& norm) {
  return (norm.gender ? 1 : 0) + (norm.age_from || norm.age_to ? 1 : 0);
}

/// The most specific norm of a group that holds for this order and person.
const catalog::Norm* choose_norm(const Scale& scale, const Order& order, const std::string& group,
                                 const PersonGroup& person) {
  const catalog::Norm* best = nullptr;
  for (const auto& norm : scale.norms) {
    if (norm.group != group || !holds_in_order(norm.orders, order) || !matches(norm, person)) continue;
    if (best == nullptr || specificity(norm) > specificity(*best)) best = &norm;
  }
  return best;
}

std::string whom(const catalog::Norm& norm) {
  std::string text = norm.sample;
  if (norm.gender) text += ", " + *norm.gender;
  if (norm.age_from || norm.age_to)
    text += fmt::format(", aged {} to {}", norm.age_from.value_or(0), norm.age_to.value_or(120));
  if (norm.n) text += fmt::format(" (n = {})", *norm.n);
  return text;
}

std::string unverified_mark(bool verified) {
  return verified ? "" : "; not verified against its source";
}

Standing standing(const catalog::Norm& norm, double value) {
  Standing result;
  result.z = stats::standardise(value, norm.mean, norm.sd);
  result.group = norm.group;
  result.verified = norm.provenance.verified;
  result.n = norm.n;
  std::string how = "z only: how scores are spread in this group is not known well enough for a percentile";
  if (norm.basis == catalog::PercentileBasis::normal) {
    result.percentile = stats::percentile_normal(result.z);
    how = "percentile from mean and SD, assuming scores are normally distributed";
  } else if (norm.basis == catalog::PercentileBasis::table) {
    result.percentile = stats::percentile_from_table(value, norm.percentiles);
    how = "percentile from a table of this sample";
  }
  result.basis = fmt::format("{}: mean {:.2f}, SD {:.2f}; {}{}", whom(norm), norm.mean, norm.sd, how,
                             unverified_mark(norm.provenance.verified));
  return result;
}

std::vector<Standing> standings(const Scale& scale, const Order& order, double value,
                                const PersonGroup& person) {
  std::vector<Standing> result;
  std::vector<std::string> seen;
  for (const auto& norm : scale.norms) {
    if (std::find(seen.begin(), seen.end(), norm.group) != seen.end()) continue;
    seen.push_back(norm.group);
    if (const auto* chosen = choose_norm(scale, order, norm.group, person))
      result.push_back(standing(*chosen, value));
  }
  return result;
}

std::optional<NamedBand> band_of(const Scale& scale, const Order& order, double value, double highest) {
  for (const auto& bands : scale.bands) {
    if (!holds_in_order(bands.orders, order)) continue;
    std::size_t i = bands.bands.size() - 1;
    while (i > 0 && value < bands.bands[i].from) --i;
    const bool last = i + 1 == bands.bands.size();
    return NamedBand{bands.bands[i].label,
                     bands.bands[i].from,
                     last ? highest : bands.bands[i + 1].from,
                     last,
                     bands.meaning,
                     bands.provenance.verified,
                     false};
  }
  return std::nullopt;
}

std::optional<StandardError> standard_error(const Scale& scale, const Order& order, double value,
                                            std::pair<double, double> range) {
  const auto basis = error_basis(scale, order, ErrorUse::score);
  if (!basis) return std::nullopt;
  StandardError error;
  error.value = stats::standard_error_of_measurement(basis->sd, basis->reliability);
  const double reach = stats::normal_reach(error.interval.level) * error.value;
  error.interval.lower = std::max(range.first, value - reach);
  error.interval.upper = std::min(range.second, value + reach);
  error.basis = basis->text;
  error.verified = basis->verified;
  return error;
}

std::vector<CutoffStanding> cutoffs(const Scale& scale, const Order& order, double value,
                                    const std::optional<StandardError>& error) {
  std::vector<CutoffStanding> result;
  for (const auto& cutoff : scale.cutoffs) {
    if (!holds_in_order(cutoff.orders, order)) continue;
    CutoffStanding standing{
        cutoff.label,       cutoff.value, cutoff.side, false, std::nullopt, cutoff.provenance.verified,
        cutoff.as_published};
    standing.reached =
        cutoff.side == catalog::Side::at_or_above ? value >= cutoff.value : value < cutoff.value;
    if (error)
      standing.within_error = error->interval.lower < cutoff.value && error->interval.upper >= cutoff.value;
    result.push_back(standing);
  }
  return result;
}

// Criteria: three-valued, because a missing answer may decide.

CriterionState all_of(CriterionState a, CriterionState b) {
  if (a == CriterionState::not_met || b == CriterionState::not_met) return CriterionState::not_met;
  return a == CriterionState::met && b == CriterionState::met ? CriterionState::met
                                                              : CriterionState::undetermined;
}

CriterionState opposite(CriterionState state) {
  if (state == CriterionState::undetermined) return state;
  return state == CriterionState::met ? CriterionState::not_met : CriterionState::met;
}

CriterionState condition_state(const catalog::Condition& condition, const Responses& responses) {
  int reached = 0;
  int open = 0;
  for (const int item : condition.items) {
    const Response& response = responses[static_cast<std::size_t>(item - 1)];
    if (response.status != ResponseStatus::answered)
      ++open;
    else if (response.code >= condition.at_least)
      ++reached;
  }
  if (reached >= condition.count) return CriterionState::met;
  return reached + open >= condition.count ? CriterionState::undetermined : CriterionState::not_met;
}

CriterionState state_named(const std::vector<CriterionResult>& results, const std::string& id) {
  for (const auto& result : results)
    if (result.id == id) return result.state;
  return CriterionState::undetermined;
}

constexpr std::string_view what_to_do =
    "Talk with the person about it before they leave, or today; follow your safety procedure.";

void say_risks(Scores& scores) {
  for (const RiskAnswer& risk : scores.risks) {
    if (risk.flagged)
      scores.findings.push_back(
          {"risk.answered",
           fmt::format("Item {} ({}) was answered {}. {}", risk.item, risk.topic, *risk.code, what_to_do),
           "the answer itself", "It is not a prediction, and not a measure of how great the risk is."});
    else if (!risk.code)
      scores.findings.push_back({"risk.unanswered",
                                 fmt::format("Item {} ({}) was left unanswered. That is not a no. {}",
                                             risk.item, risk.topic, what_to_do),
                                 "the missing answer", "It says nothing about risk either way."});
  }
}

/// A band such as "healthy" beside a raised or empty risk item would reassure.
void leave_bands_out(Scores& scores) {
  if (!needs_attention(scores.risks)) return;
  bool any = false;
  for (Score& score : scores.scores) {
    any |= score.band.has_value();
    score.band_left_out = std::exchange(score.band, std::nullopt);
  }
  if (any)
    scores.findings.push_back({"score.band_left_out",
                               "No band is named: a risk item was answered above the lowest, or left empty, "
                               "and a name for the total could reassure.",
                               "the answer to the risk item", "The score itself is not changed by it."});
}

void say_missing(const Instrument& instrument, Scores& scores) {
  for (const Score& score : scores.scores) {
    const Scale& scale = *find_scale(instrument, score.scale);
    const int missing = score.items - score.answered;
    std::string what;
    if (score.state == ScoreState::no_score) {
      what = fmt::format("No score on {}: {} of {} answers missing.", score.name, missing, score.items);
      if (missing == 0)
        what = fmt::format("No score on {}: too many answers are missing on the form.", score.name);
    } else if (score.state == ScoreState::prorated || score.state == ScoreState::prorated_by_practice) {
      what = fmt::format("{} is prorated from {} of {} answers.", score.name, score.answered, score.items);
    } else if (score.state == ScoreState::zero_filled) {
      what = fmt::format("{} counts {} missing answer{} as the lowest.", score.name, missing,
                         missing == 1 ? "" : "s");
    } else if (score.state == ScoreState::estimated) {
      scores.findings.push_back(
          {"score.estimated",
           fmt::format("{} is estimated from {} of {} questions.", score.name, score.answered, score.items),
           score.error->basis,
           "It is drawn a little towards the average of those people, and says less about answers that were "
           "not "
           "asked for."});
      continue;
    } else {
      continue;
    }
    const bool practice = score.state == ScoreState::prorated_by_practice;
    scores.findings.push_back(
        {"score.missing", what,
         practice ? "a threshold of this practice, not the authors'"
                  : "the definition's rule" + unverified_mark(scale.missing.provenance.verified),
         score.value ? "Its error may be larger than stated."
                     : "Ask about the empty question; --practice-missing is for a rule of your own."});
  }
}

/// Where a scale's items are calibrated and nothing else is known of how scores lie among others: the state
/// that all answers tell. Two percentiles of one person from two ways of counting would only confuse.
void say_states(const Instrument& instrument, const Order& order, const std::vector<AnswerByte>& answers,
                const PersonGroup& person, Scores& scores) {
  for (const Score& score : scores.scores) {
    if (!score.value || !score.standings.empty()) continue;
    const auto calibrated = CalibratedScale::open(instrument, order, score.scale, AnswersOf::people);
    if (!calibrated) continue;
    const auto state = calibrated->estimate(answers.data()).state;
    const catalog::Calibration& source = calibrated->calibration();
    std::string standing;
    if (const auto* norm = state_norm(source, person.gender, person.age))
      standing = fmt::format(" About {:.0f} of 100 of the group '{}'{} are at or below it.",
                             stats::percentile_normal((state.theta - norm->mean) / norm->sd), norm->group,
                             norm->gender || norm->age_from || norm->age_to ? " of this gender and age" : "");
    scores.findings.push_back(
        {"score.state",
         fmt::format("{}: T {:.1f}, error {:.1f}, by the pattern of answers.{}", score.name,
                     50 + 10 * state.theta, 10 * state.error, standing),
         fmt::format("item response theory (EAP); 50 and 10 are mean and SD of: {}{}", source.sample,
                     unverified_mark(source.provenance.verified)),
         "It says where these answers lie among those people, and nothing about who needs help."});
  }
}

void say_calibration(const Instrument& instrument, Scores& scores) {
  if (scores.calibrated) return;
  scores.findings.push_back(
      {"score.uncalibrated",
       fmt::format("{} is new. Only raw answers and direction are shown until {} people's real answers "
                   "have given it a reliability.",
                   instrument.abbreviation, instrument.calibration_needed),
       "no published norms or reliability", "A raw value says nothing about other people."});
}

}  // namespace

std::vector<CriterionResult> assess_criteria(const Instrument& instrument, const Responses& responses) {
  std::vector<CriterionResult> results;
  for (const auto& criterion : instrument.criteria) {
    CriterionState state = CriterionState::met;
    for (const auto& condition : criterion.conditions)
      state = all_of(state, condition_state(condition, responses));
    for (const auto& id : criterion.requires_) state = all_of(state, state_named(results, id));
    for (const auto& id : criterion.excludes) state = all_of(state, opposite(state_named(results, id)));
    results.push_back({criterion.id, criterion.name, state, criterion.meaning});
  }
  return results;
}

std::vector<RiskAnswer> assess_risks(const Instrument& instrument, const Responses& responses) {
  std::vector<RiskAnswer> result;
  for (const auto& risk : instrument.risks)
    for (const int item : risk.items) {
      const Response& response = responses[static_cast<std::size_t>(item - 1)];
      if (response.status == ResponseStatus::not_asked) continue;
      RiskAnswer answer{item, risk.topic, std::nullopt, false};
      if (response.status == ResponseStatus::answered) {
        answer.code = response.code;
        answer.flagged = response.code >= risk.at_least;
      }
      result.push_back(answer);
    }
  return result;
}

bool needs_attention(const RiskAnswer& risk) {
  return risk.flagged || !risk.code;
}

bool needs_attention(const std::vector<RiskAnswer>& risks) {
  return std::any_of(risks.begin(), risks.end(),
                     [](const RiskAnswer& risk) { return needs_attention(risk); });
}

namespace {

const catalog::Norm* first_norm(const Scale& scale, const Order& order) {
  const auto norm = std::find_if(scale.norms.begin(), scale.norms.end(),
                                 [&](const catalog::Norm& n) { return holds_in_order(n.orders, order); });
  return norm == scale.norms.end() ? nullptr : &*norm;
}

/// A reliability and an SD of one source are taken to be from the same people.
std::string other_people_mark(const catalog::Reliability& reliability, const catalog::Norm& norm) {
  if (reliability.provenance.source == norm.provenance.source) return "";
  return norm.group == "help-seeking"
             ? "; the reliability and the spread come from different groups: the error is only roughly known"
             : "; the reliability and the spread come from different groups: the error is probably larger "
               "for "
               "people in treatment";
}

}  // namespace

std::string why_no_error(const Scale& scale, const Order& order, ErrorUse use) {
  const auto* reliability = choose_reliability(scale, order, use);
  const auto* norm = first_norm(scale, order);
  if (reliability != nullptr)
    return fmt::format(
        "reliability {:.2f} is known, but not the spread (SD) of a group, so no error can be worked out",
        reliability->value);
  if (norm != nullptr)
    return fmt::format(
        "the spread (SD {:.2f}) of a group is known, but no reliability of the scores, so no "
        "error can be worked out",
        norm->sd);
  return "neither a reliability nor the spread (SD) of a group is known";
}

std::optional<ErrorBasis> error_basis(const Scale& scale, const Order& order, ErrorUse use) {
  const auto* reliability = choose_reliability(scale, order, use);
  if (reliability == nullptr) return std::nullopt;
  const auto* norm = first_norm(scale, order);
  if (norm == nullptr) return std::nullopt;
  const bool verified = reliability->provenance.verified && norm->provenance.verified;
  std::string kind = reliability->kind == "test_retest" ? "test-retest reliability"
                                                        : "internal consistency (" + reliability->kind + ")";
  if (reliability->interval_days) kind += fmt::format(" over {} days", *reliability->interval_days);
  return ErrorBasis{
      norm->sd,
      reliability->value,
      reliability->kind,
      fmt::format("{} {:.2f} ({}), SD {:.2f} ({}){}{}", kind, reliability->value, reliability->group,
                  norm->sd, norm->group, other_people_mark(*reliability, *norm), unverified_mark(verified)),
      verified,
      is_consistency(reliability->kind)};
}

namespace {

/// `own`: the error where it is known otherwise than from the scale's reliability.
Score interpret_with(const Instrument& instrument, const Scale& scale, const Order& order,
                     const RowScore& row, const PersonGroup& person,
                     const std::optional<StandardError>& own) {
  const auto range = score_range(instrument, scale, order);
  Score score;
  score.scale = scale.id;
  score.name = scale.name;
  score.direction = scale.direction;
  score.range_min = range.first;
  score.range_max = range.second;
  score.state = row.state;
  score.answered = row.answered;
  score.items = static_cast<int>(key_in_order(scale, order).items.size());
  if (row.state == ScoreState::no_score) return score;
  score.value = row.value;
  if (instrument.calibration_needed > 0) {
    score.no_error = "a new measure: too few people have answered it for a reliability";
    return score;
  }
  score.error = own ? own : standard_error(scale, order, row.value, range);
  if (!score.error) score.no_error = why_no_error(scale, order, ErrorUse::score);
  score.standings = standings(scale, order, row.value, person);
  score.band = band_of(scale, order, row.value, range.second);
  if (score.band && score.error)
    score.band->error_reaches_beyond =
        score.error->interval.lower < score.band->from ||
        (!score.band->last && score.error->interval.upper >= score.band->below);
  score.cutoffs = cutoffs(scale, order, row.value, score.error);
  return score;
}

/// A scale of which not every item was put to the person, where the items' calibration tells its score.
std::optional<Score> estimated(const Instrument& instrument, const Scale& scale, const Order& order,
                               const std::vector<AnswerByte>& answers, const PersonGroup& person) {
  constexpr int least_answers = 3;
  const auto& items = key_in_order(scale, order).items;
  const bool adaptive = std::any_of(items.begin(), items.end(), [&](int item) {
    return answers[static_cast<std::size_t>(item - 1)] == not_asked_byte;
  });
  if (!adaptive) return std::nullopt;
  const auto calibrated = CalibratedScale::open(instrument, order, scale.id, AnswersOf::people);
  if (!calibrated) return std::nullopt;
  const StateEstimate estimate = calibrated->estimate(answers.data());
  if (estimate.answered < least_answers) return std::nullopt;
  const auto range = score_range(instrument, scale, order);
  StandardError error;
  error.value = estimate.score.error;
  const double reach = stats::normal_reach(error.interval.level) * error.value;
  error.interval.lower = std::max(range.first, estimate.score.theta - reach);
  error.interval.upper = std::min(range.second, estimate.score.theta + reach);
  const catalog::Calibration& source = calibrated->calibration();
  error.basis =
      fmt::format("{} of {} items and their calibration on {} people ({}){}", estimate.answered, items.size(),
                  source.people, source.sample, unverified_mark(source.provenance.verified));
  error.verified = source.provenance.verified;
  RowScore row;
  row.value = estimate.score.theta;
  row.answered = static_cast<std::uint16_t>(estimate.answered);
  row.state = ScoreState::estimated;
  return interpret_with(instrument, scale, order, row, person, error);
}

}  // namespace

Score interpret(const Instrument& instrument, const Scale& scale, const Order& order, const RowScore& row,
                const PersonGroup& person) {
  return interpret_with(instrument, scale, order, row, person, std::nullopt);
}

Result<Scores> score(const Instrument& instrument, const Order& order, const Responses& responses,
                     const PersonGroup& person, ScoringOptions options) {
  const auto bytes = encode(instrument, order, responses);
  if (!bytes) return tl::unexpected(bytes.error());
  const Scorer scorer(instrument, order, options);
  std::vector<RowScore> rows(scorer.scales());
  scorer.score_row(bytes->data(), rows.data());

  Scores scores;
  scores.instrument = instrument.id;
  scores.version = instrument.version;
  scores.order = order.id;
  scores.fingerprint = instrument.fingerprint;
  scores.engine_version = std::string(engine_version());
  scores.calibrated = instrument.calibration_needed == 0;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const Scale& scale = instrument.scales[s];
    std::optional<Score> from_some;
    if (rows[s].state == ScoreState::no_score)
      from_some = estimated(instrument, scale, order, *bytes, person);
    scores.scores.push_back(from_some ? *from_some : interpret(instrument, scale, order, rows[s], person));
  }
  scores.criteria = assess_criteria(instrument, responses);
  scores.risks = assess_risks(instrument, responses);
  say_risks(scores);
  leave_bands_out(scores);
  say_missing(instrument, scores);
  say_states(instrument, order, *bytes, person, scores);
  say_calibration(instrument, scores);
  return scores;
}

}  // namespace securebase::measures
