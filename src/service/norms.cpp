#include "service/norms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "measures/describe.hpp"
#include "service/course.hpp"
#include "service/measure.hpp"
#include "stats/distributions.hpp"
#include "stats/norms.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t rows_at_once = 500;  // in one statement

constexpr std::array percentile_members = {&LocalNorm::percentile_5,  &LocalNorm::percentile_10,
                                           &LocalNorm::percentile_25, &LocalNorm::percentile_50,
                                           &LocalNorm::percentile_75, &LocalNorm::percentile_90,
                                           &LocalNorm::percentile_95};
static_assert(percentile_members.size() == measures::quantile_orders.size());

double percent_of(std::size_t point) {
  return std::round(100 * measures::quantile_orders[point]);
}

std::vector<Condition> of_definition(const Definition& definition) {
  return {where(&LocalNorm::instrument, definition.instrument->id),
          where(&LocalNorm::version, definition.instrument->version),
          where(&LocalNorm::item_order, definition.order->id)};
}

/// Sheets that were sent, earliest first; of the same moment always in the same order.
Result<std::vector<Administration>> sent_sheets(Transaction& transaction, std::vector<Condition> which) {
  which.push_back(where(&Administration::progress, Progress::sent));
  which.push_back(where(&Administration::sent_at, Is::present));
  auto sent = list<Administration>(transaction, {std::move(which), {}, {}});
  if (!sent) return sent;
  const auto key = [](const Administration& one) { return std::tuple(*one.sent_at, one.given_at, one.id); };
  std::sort(sent->begin(), sent->end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return sent;
}

/// Of `sent`, the first of each respondent about themselves. Whoever was first asked only some questions is
/// left out: a later sheet would not be a first one.
std::vector<Administration> first_of_each(std::vector<Administration> sent) {
  std::set<Id<Person>> known;
  std::erase_if(sent, [&](const Administration& one) {
    return one.subject != one.respondent || !known.insert(one.respondent).second || one.adaptive;
  });
  return sent;
}

/// Records of one kind by one of their ids.
template <class Record, class Key>
Result<std::map<Key, Record>> keyed(Transaction& transaction, Key Record::*member,
                                    const std::vector<Key>& wanted) {
  std::map<Key, Record> found;
  for (std::size_t begin = 0; begin < wanted.size(); begin += rows_at_once) {
    const auto end = std::min(wanted.size(), begin + rows_at_once);
    const std::vector<Key> some(wanted.begin() + static_cast<std::ptrdiff_t>(begin),
                                wanted.begin() + static_cast<std::ptrdiff_t>(end));
    auto records = list<Record>(transaction, {{where_one_of(member, some)}, {}, {}});
    if (!records) return tl::unexpected(records.error());
    for (Record& record : *records) found.emplace(record.*member, std::move(record));
  }
  return found;
}

/// The first filling-in of somebody who was not erased.
struct FirstSheet {
  Administration administration;
  measures::PersonGroup person;
  measures::Responses responses;
};

Result<std::vector<FirstSheet>> first_sheets(Transaction& transaction, const Definition& definition) {
  auto sent = sent_sheets(transaction, {where(&Administration::instrument, definition.instrument->id),
                                        where(&Administration::version, definition.instrument->version),
                                        where(&Administration::item_order, definition.order->id)});
  if (!sent) return tl::unexpected(sent.error());
  const auto first = first_of_each(std::move(*sent));
  std::vector<Id<Person>> people;
  std::vector<Id<Administration>> sheets;
  for (const Administration& one : first) {
    people.push_back(one.respondent);
    sheets.push_back(one.id);
  }
  const auto persons = keyed(transaction, &Person::id, people);
  if (!persons) return tl::unexpected(persons.error());
  const auto answers = keyed(transaction, &ResponseSheet::administration, sheets);
  if (!answers) return tl::unexpected(answers.error());
  std::vector<FirstSheet> result;
  for (const Administration& one : first) {
    const auto person = persons->find(one.respondent);
    const auto sheet = answers->find(one.id);
    if (person == persons->end() || person->second.erased_at || sheet == answers->end()) continue;
    auto responses = responses_of(sheet->second);
    if (!responses) return tl::unexpected(responses.error());
    result.push_back({one, group_of(person->second, *one.sent_at), std::move(*responses)});
  }
  return result;
}

Result<measures::Description> describe_first(const Definition& definition,
                                             const std::vector<FirstSheet>& sheets) {
  // Its own smallest cell: what it hides so that nobody can be had by subtraction stays hidden here.
  measures::Describer describer(*definition.instrument, *definition.order);
  for (const FirstSheet& sheet : sheets) {
    const auto bytes = measures::encode(*definition.instrument, *definition.order, sheet.responses);
    if (!bytes) return tl::unexpected(bytes.error());
    describer.add_row(bytes->data(), sheet.person);
  }
  return describer.report();
}

/// Nothing where there are too few people, or all of them have the same score.
std::optional<LocalNorm> norm_of(const measures::ScoreSpread& spread) {
  if (spread.shown != measures::Shown::all || !spread.n || *spread.n < fewest_for_norms) return std::nullopt;
  if (!spread.mean || !spread.mean_error || !spread.sd_error) return std::nullopt;
  LocalNorm norm;
  norm.gender = spread.group.gender;
  norm.age_from = spread.group.age_from;
  norm.age_to = spread.group.age_to;
  norm.people = static_cast<int>(*spread.n);
  norm.mean = *spread.mean;
  norm.mean_error = *spread.mean_error;
  norm.sd = *spread.sd;
  norm.sd_error = *spread.sd_error;
  for (std::size_t i = 0; i < percentile_members.size(); ++i)
    norm.*percentile_members[i] = spread.quantiles[i];
  return norm;
}

std::vector<LocalNorm> norms_of(const Practice& practice, const Definition& definition,
                                const measures::Description& description) {
  std::vector<LocalNorm> norms;
  const auto add = [&](const std::string& scale, const measures::ScoreSpread& spread) {
    auto norm = norm_of(spread);
    if (!norm) return;
    norm->id = new_id<LocalNorm>(practice.entropy);
    norm->instrument = definition.instrument->id;
    norm->version = definition.instrument->version;
    norm->item_order = definition.order->id;
    norm->fingerprint = definition.instrument->fingerprint;
    norm->scale = scale;
    norm->computed_at = practice.clock.now();
    norms.push_back(std::move(*norm));
  };
  for (const auto& scale : description.scales) {
    add(scale.scale, scale.overall);
    for (const auto& spread : scale.norms) add(scale.scale, spread);
  }
  return norms;
}

/// How the work together is rated stays between the two, and is no matter for management, not even as a mean.
bool is_about_therapists(const catalog::Instrument* instrument) {
  return instrument != nullptr && instrument->family == "alliance";
}

tl::unexpected<Error> too_few(std::string_view who, std::size_t people, const Definition& definition) {
  return fail(ErrorKind::conflict, "norms.too_few",
              fmt::format("{} with a first sheet of {} about themselves: {}; needed are {}", who,
                          definition.instrument->abbreviation, people, fewest_for_norms));
}

/// How many people have a score on the scale that most have one on.
std::size_t most_scored(const measures::Description& description) {
  std::size_t most = 0;
  for (const auto& scale : description.scales) most = std::max(most, scale.scored);
  return most;
}

NormView norm_view(const LocalNorm& norm, const catalog::Instrument* instrument) {
  const auto* scale = instrument == nullptr ? nullptr : catalog::find_scale(*instrument, norm.scale);
  NormView view{norm.scale,  scale == nullptr ? norm.scale : scale->name,
                norm.gender, norm.age_from,
                norm.age_to, norm.people,
                norm.mean,   norm.mean_error,
                norm.sd,     norm.sd_error,
                {}};
  for (std::size_t i = 0; i < percentile_members.size(); ++i)
    view.percentiles.push_back({percent_of(i), norm.*percentile_members[i]});
  return view;
}

/// Everybody before groups, younger before older; scales as the definition has them.
void put_in_order(std::vector<LocalNorm>& norms, const catalog::Instrument* instrument) {
  const auto place = [&](const LocalNorm& norm) -> std::ptrdiff_t {
    if (instrument == nullptr) return 0;
    const auto& scales = instrument->scales;
    return std::find_if(scales.begin(), scales.end(), [&](const auto& one) { return one.id == norm.scale; }) -
           scales.begin();
  };
  const auto key = [&](const LocalNorm& norm) {
    const bool by_age = norm.age_from || norm.age_to;
    return std::tuple(place(norm), norm.scale, (norm.gender ? 1 : 0) + (by_age ? 2 : 0), norm.gender,
                      norm.age_from);
  };
  std::sort(norms.begin(), norms.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

/// `norms`: of one instrument, version and order.
void fill_in(MeasureNorms& measure, std::vector<LocalNorm> norms, const Definition* definition) {
  const auto* instrument = definition == nullptr ? nullptr : definition->instrument;
  measure.title = instrument == nullptr ? measure.instrument : instrument->name;
  if (norms.empty()) return;
  measure.computed_at = norms.front().computed_at;
  measure.is_used = instrument != nullptr && norms.front().fingerprint == instrument->fingerprint;
  put_in_order(norms, instrument);
  for (const LocalNorm& norm : norms) measure.norms.push_back(norm_view(norm, instrument));
}

/// Instrument, version and order.
using MeasureKey = std::tuple<std::string, std::string, std::string>;

std::optional<Definition> definition_of_key(const Practice& practice, const MeasureKey& key) {
  Administration like;
  std::tie(like.instrument, like.version, like.item_order) = key;
  const auto found = definition_of(practice, like);
  return found ? std::optional(*found) : std::nullopt;
}

struct SheetsAndNorms {
  std::vector<Administration> sheets;  ///< that were sent
  std::vector<LocalNorm> norms;
};

MeasureNorms measure_norms(const Practice& practice, const MeasureKey& key, SheetsAndNorms known) {
  MeasureNorms measure;
  std::tie(measure.instrument, measure.version, measure.item_order) = key;
  // Whoever was erased has no sheet left.
  measure.respondents = static_cast<std::int64_t>(first_of_each(std::move(known.sheets)).size());
  const auto definition = definition_of_key(practice, key);
  fill_in(measure, std::move(known.norms), definition ? &*definition : nullptr);
  return measure;
}

std::string named(const Definition& definition) {
  return fmt::format("{}@{} {}", definition.instrument->id, definition.instrument->version,
                     definition.order->id);
}

/// Two points where several percents fall on one score, so that scores between two others get no more than is
/// at or below them.
std::vector<std::pair<double, double>> rising_table(const LocalNorm& norm) {
  std::vector<std::pair<double, double>> table;
  for (std::size_t i = 0; i < percentile_members.size(); ++i) {
    const double score = norm.*percentile_members[i];
    if (table.empty() || score > table.back().first) {
      table.emplace_back(score, percent_of(i));
      continue;
    }
    const double just_below = std::nextafter(score, -std::numeric_limits<double>::infinity());
    if (table.size() < 2 || table[table.size() - 2].first < just_below)
      table.insert(table.end() - 1, {just_below, table.back().second});
    table.back().second = percent_of(i);
  }
  return table;
}

catalog::Norm published_form(const LocalNorm& norm, const catalog::Order& order) {
  catalog::Norm form;
  form.group = own_norm_group;
  form.sample = fmt::format("people of this practice, first filling-in, computed {}",
                            securebase::to_text(date_of(norm.computed_at)));
  form.gender = norm.gender;
  form.age_from = norm.age_from;
  form.age_to = norm.age_to;
  form.n = norm.people;
  form.mean = norm.mean;
  form.sd = norm.sd;
  form.basis = catalog::PercentileBasis::table;
  form.percentiles = rising_table(norm);
  form.orders = {order.id};
  form.provenance = {"local", true, "Computed from this practice's answers."};
  return form;
}

void say_how_sure(measures::Standing& standing) {
  if (!standing.percentile || !standing.n) return;
  const double reach =
      stats::normal_reach(0.95) *
      stats::standard_error_of_percentile(*standing.percentile, static_cast<std::size_t>(*standing.n));
  standing.basis +=
      fmt::format(": {} scores from {:.0f} to {:.0f} %, lines between; known to within {:.1f} points (95 %)",
                  percentile_members.size(), percent_of(0), percent_of(percentile_members.size() - 1), reach);
}

}  // namespace

Result<MeasureNorms> compute_local_norms(const Practice& practice, const Actor& actor, const NormsOf& input) {
  const auto definition = choose_definition(practice, input.instrument, input.item_order);
  if (!definition) return tl::unexpected(definition.error());
  if (is_about_therapists(definition->instrument))
    return fail(
        ErrorKind::conflict, "norms.alliance",
        "a measure of symptoms or attachment: ratings of the work together are no norm for management");
  const Action action{"norms.compute", Permission::manage_practice, {}, {}, named(*definition)};
  return carry_out<MeasureNorms>(
      practice, actor, action, [&](Transaction& transaction) -> Result<MeasureNorms> {
        const auto sheets = first_sheets(transaction, *definition);
        if (!sheets) return tl::unexpected(sheets.error());
        const auto description = describe_first(*definition, *sheets);
        if (!description) return tl::unexpected(description.error());
        auto norms = norms_of(practice, *definition, *description);
        if (norms.empty()) return too_few("people", most_scored(*description), *definition);
        const auto old = of_definition(*definition);
        if (const auto removed = transaction.remove(table_of<LocalNorm>(), old); !removed)
          return tl::unexpected(removed.error());
        for (const LocalNorm& norm : norms)
          if (auto added = insert(transaction, norm); !added) return tl::unexpected(added.error());
        MeasureNorms measure;
        measure.instrument = definition->instrument->id;
        measure.version = definition->instrument->version;
        measure.item_order = definition->order->id;
        measure.respondents = static_cast<std::int64_t>(sheets->size());
        fill_in(measure, std::move(norms), &*definition);
        return measure;
      });
}

Result<LocalNorms> list_local_norms(const Practice& practice, const Actor& actor) {
  return look<LocalNorms>(
      practice, actor, {"norms.list", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<LocalNorms> {
        auto sent = sent_sheets(transaction, {});
        if (!sent) return tl::unexpected(sent.error());
        auto norms = list<LocalNorm>(transaction);
        if (!norms) return tl::unexpected(norms.error());
        std::map<MeasureKey, SheetsAndNorms> by_measure;
        for (Administration& one : *sent)
          by_measure[{one.instrument, one.version, one.item_order}].sheets.push_back(std::move(one));
        for (LocalNorm& norm : *norms)
          by_measure[{norm.instrument, norm.version, norm.item_order}].norms.push_back(std::move(norm));
        LocalNorms all;
        for (auto& [key, known] : by_measure) {
          const auto definition = definition_of_key(practice, key);
          if (is_about_therapists(definition ? definition->instrument : nullptr)) continue;
          auto measure = measure_norms(practice, key, std::move(known));
          if (measure.respondents > 0 || !measure.norms.empty()) all.measures.push_back(std::move(measure));
        }
        std::stable_sort(all.measures.begin(), all.measures.end(),
                         [](const auto& a, const auto& b) { return a.respondents > b.respondents; });
        return all;
      });
}

namespace {

Result<std::vector<FirstSheet>> agreed_to_research(Transaction& transaction, std::vector<FirstSheet> sheets) {
  std::vector<FirstSheet> agreed;
  for (FirstSheet& sheet : sheets) {
    const auto does = consents(transaction, sheet.administration.respondent, sheet.administration.course,
                               ConsentKind::research);
    if (!does) return tl::unexpected(does.error());
    if (*does) agreed.push_back(std::move(sheet));
  }
  return agreed;
}

/// By chance: neither time nor names can be told from the order.
std::vector<AnswersOfOne> shuffled(const Practice& practice, std::vector<FirstSheet> sheets) {
  std::map<std::string, AnswersOfOne> by_chance;
  for (FirstSheet& sheet : sheets)
    by_chance.emplace(practice.entropy.id_digits(),
                      AnswersOfOne{sheet.person.age, sheet.person.gender, std::move(sheet.responses)});
  std::vector<AnswersOfOne> people;
  people.reserve(by_chance.size());
  for (auto& [digits, one] : by_chance) people.push_back(std::move(one));
  return people;
}

}  // namespace

Result<ExportedAnswers> export_answers(const Practice& practice, const Actor& actor, const NormsOf& input) {
  const auto definition = choose_definition(practice, input.instrument, input.item_order);
  if (!definition) return tl::unexpected(definition.error());
  const Action action{"norms.export", Permission::manage_practice, {}, {}, named(*definition)};
  return look<ExportedAnswers>(
      practice, actor, action, [&](Transaction& transaction) -> Result<ExportedAnswers> {
        auto sheets = first_sheets(transaction, *definition);
        if (!sheets) return tl::unexpected(sheets.error());
        auto agreed = agreed_to_research(transaction, std::move(*sheets));
        if (!agreed) return tl::unexpected(agreed.error());
        if (agreed->size() < fewest_for_norms)
          return too_few("people who agreed to research", agreed->size(), *definition);
        return ExportedAnswers{*definition, shuffled(practice, std::move(*agreed))};
      });
}

Result<OwnNorms> OwnNorms::read(Transaction& transaction, const Definition& definition) {
  OwnNorms own;
  own.definition_ = definition;
  auto which = of_definition(definition);
  which.push_back(where(&LocalNorm::fingerprint, definition.instrument->fingerprint));
  const auto norms = list<LocalNorm>(transaction, {std::move(which), {}, {}});
  if (!norms) return tl::unexpected(norms.error());
  if (norms->empty()) return own;
  own.scales_ = definition.instrument->scales;
  for (catalog::Scale& scale : own.scales_)
    for (const LocalNorm& norm : *norms)
      if (norm.scale == scale.id) scale.norms.push_back(published_form(norm, *definition.order));
  return own;
}

void OwnNorms::stand(measures::Scores& scores, const measures::PersonGroup& person) const {
  // Only the standings: an error of measurement goes on resting on what is published.
  for (std::size_t i = 0; i < scales_.size(); ++i) {
    measures::Score& score = scores.scores[i];
    if (!score.value) continue;
    const measures::RowScore row{*score.value, static_cast<std::uint16_t>(score.answered), score.state};
    auto read = measures::interpret(*definition_.instrument, scales_[i], *definition_.order, row, person);
    score.standings = std::move(read.standings);
    for (measures::Standing& standing : score.standings)
      if (standing.group == own_norm_group) say_how_sure(standing);
  }
}

}  // namespace securebase::service
