#include "wire/documents.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/version.hpp"
#include "wire/change_table.hpp"

namespace securebase::wire {
namespace {

using Json = nlohmann::ordered_json;

// Text that is not UTF-8 is shown with replacement characters: a bad file must not stop the report about it.
std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string document(const Json& json) {
  return dump(json, 2) + "\n";
}

template <class T>
Json maybe(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const Interval& interval) {
  return {{"lower", interval.lower}, {"upper", interval.upper}, {"level", interval.level}};
}

Json maybe(const std::optional<Interval>& interval) {
  return interval ? to_json(*interval) : Json(nullptr);
}

template <class Row>
Json rows(const std::vector<Row>& values, Json (*convert)(const Row&)) {
  Json array = Json::array();
  for (const Row& value : values) array.push_back(convert(value));
  return array;
}

Json to_json(const Finding& finding) {
  return {{"code", finding.code},
          {"statement", finding.statement},
          {"basis", finding.basis},
          {"limits", finding.limits}};
}

std::string_view to_text(catalog::Direction direction) {
  switch (direction) {
    case catalog::Direction::higher_worse:
      return "higher_worse";
    case catalog::Direction::higher_better:
      return "higher_better";
    case catalog::Direction::contested:
      return "contested";
  }
  return "contested";
}

std::string_view to_text(catalog::Side side) {
  return side == catalog::Side::below ? "below" : "at_or_above";
}

std::string_view to_text(catalog::Wording wording) {
  switch (wording) {
    case catalog::Wording::shipped:
      return "shipped";
    case catalog::Wording::imported:
      return "imported";
    case catalog::Wording::score_entry_only:
      return "score_entry_only";
  }
  return "imported";
}

std::string_view to_text(catalog::Verb verb) {
  switch (verb) {
    case catalog::Verb::sum:
      return "sum";
    case catalog::Verb::mean:
      return "mean";
    case catalog::Verb::count:
      return "count";
  }
  return "sum";
}

std::string_view to_text(measures::ChangeDirection direction) {
  switch (direction) {
    case measures::ChangeDirection::higher:
      return "higher";
    case measures::ChangeDirection::lower:
      return "lower";
    case measures::ChangeDirection::same:
      return "same";
  }
  return "same";
}

// Scores

Json to_json(const measures::Standing& standing) {
  return {{"group", standing.group},
          {"z", standing.z},
          {"percentile", maybe(standing.percentile)},
          {"basis", standing.basis},
          {"verified", standing.verified}};
}

Json to_json(const measures::CutoffStanding& cutoff) {
  return {{"label", cutoff.label},
          {"value", cutoff.value},
          {"side", to_text(cutoff.side)},
          {"reached", cutoff.reached},
          {"within_error", maybe(cutoff.within_error)},
          {"as_published", cutoff.as_published},
          {"verified", cutoff.verified}};
}

Json to_json(const measures::StandardError& error) {
  return {{"value", error.value},
          {"interval", to_json(error.interval)},
          {"basis", error.basis},
          {"verified", error.verified}};
}

Json to_json(const measures::NamedBand& band) {
  return {{"label", band.label},
          {"from", band.from},
          {"to", band.below},
          {"to_included", band.last},
          {"meaning", band.meaning},
          {"verified", band.verified},
          {"error_reaches_beyond", band.error_reaches_beyond}};
}

Json to_json(const measures::Score& score) {
  return {{"scale", score.scale},
          {"name", score.name},
          {"direction", to_text(score.direction)},
          {"range", {score.range_min, score.range_max}},
          {"value", maybe(score.value)},
          {"state", to_text(score.state)},
          {"answered", score.answered},
          {"items", score.items},
          {"standard_error", score.error ? to_json(*score.error) : Json(nullptr)},
          {"no_error", score.no_error.empty() ? Json(nullptr) : Json(score.no_error)},
          {"standings", rows(score.standings, to_json)},
          {"band", score.band ? to_json(*score.band) : Json(nullptr)},
          {"band_left_out", score.band_left_out.has_value()},
          {"cutoffs", rows(score.cutoffs, to_json)}};
}

Json to_json(const measures::CriterionResult& criterion) {
  return {{"id", criterion.id},
          {"name", criterion.name},
          {"state", to_text(criterion.state)},
          {"meaning", criterion.meaning}};
}

Json to_json(const measures::RiskAnswer& risk) {
  return {{"item", risk.item},
          {"topic", risk.topic},
          {"code", maybe(risk.code)},
          {"flagged", risk.flagged},
          {"unanswered", !risk.code}};
}

Json maybe(const std::optional<measures::RiskAnswer>& risk) {
  return risk ? to_json(*risk) : Json(nullptr);
}

// Change

Json to_json(const measures::RiskChange& risk) {
  return {{"item", risk.item},
          {"topic", risk.topic},
          {"before", maybe(risk.before)},
          {"after", maybe(risk.after)},
          {"needs_attention", needs_attention(risk)}};
}

void add_published(Json& json, const std::optional<measures::PublishedSize>& published) {
  json["published_threshold"] = published ? Json(published->points) : Json(nullptr);
  json["published_kind"] = published ? Json(to_text(published->kind)) : Json(nullptr);
  json["published_basis"] = published ? Json(published->basis) : Json(nullptr);
  json["published_verified"] = published ? Json(published->verified) : Json(nullptr);
  json["beyond_published"] = published ? Json(published->reached) : Json(nullptr);
}

void add_boundary(Json& json, const std::optional<measures::Boundary>& boundary) {
  json["boundary"] = boundary ? Json(boundary->value) : Json(nullptr);
  json["boundary_side"] = boundary ? Json(to_text(boundary->side)) : Json(nullptr);
  json["boundary_label"] = boundary ? Json(boundary->label) : Json(nullptr);
  json["boundary_verified"] = boundary ? Json(boundary->verified) : Json(nullptr);
  json["boundary_crossed"] = boundary ? Json(boundary->crossed()) : Json(nullptr);
}

Json to_json(const measures::Change& change) {
  Json json = {{"scale", change.scale},
               {"name", change.name},
               {"before", maybe(change.before)},
               {"after", maybe(change.after)},
               {"difference", maybe(change.difference)},
               {"direction", change.direction ? Json(to_text(*change.direction)) : Json(nullptr)},
               {"standard_error", maybe(change.standard_error)},
               {"interval", maybe(change.interval)},
               {"reliable_change_index", maybe(change.reliable_change_index)},
               {"threshold", maybe(change.threshold)},
               {"least_reliable", maybe(change.least_reliable)}};
  add_published(json, change.published);
  add_boundary(json, change.boundary);
  json["category"] = to_text(change.category);
  json["basis"] = change.basis;
  json["one_sitting"] = change.one_sitting;
  json["verified"] = change.verified;
  return json;
}

/// No category without a word about the risk items beside it.
Json changes_of(const measures::ChangeReport& report) {
  Json list = rows(report.changes, to_json);
  for (Json& change : list) change["risk_needs_attention"] = needs_attention(report.risks);
  return list;
}

// Description

Json to_json(const measures::ScoreSpread& spread) {
  Json quantiles = Json::object();
  for (std::size_t i = 0; i < spread.quantiles.size(); ++i)
    quantiles[fmt::format("{:g}", 100 * measures::quantile_orders[i])] = spread.quantiles[i];
  return {{"gender", maybe(spread.group.gender)},
          {"age_from", maybe(spread.group.age_from)},
          {"age_to", maybe(spread.group.age_to)},
          {"shown", to_text(spread.shown)},
          {"n", maybe(spread.n)},
          {"mean", maybe(spread.mean)},
          {"sd", maybe(spread.sd)},
          {"lowest", maybe(spread.lowest)},
          {"highest", maybe(spread.highest)},
          {"percentiles", spread.quantiles.empty() ? Json(nullptr) : quantiles}};
}

Json to_json(const measures::ScaleItem& item) {
  return {{"item", item.item},
          {"reversed", item.reversed},
          {"mean", maybe(item.mean)},
          {"sd", maybe(item.sd)},
          {"item_rest", maybe(item.item_rest)},
          {"alpha_if_dropped", maybe(item.alpha_if_dropped)}};
}

Json to_json(const measures::ScaleDescription& scale) {
  Json omega = nullptr;
  if (scale.omega) omega = {{"value", scale.omega->value}, {"verdict", stats::to_text(scale.omega->verdict)}};
  return {{"scale", scale.scale},
          {"name", scale.name},
          {"items", scale.items},
          {"complete_cases", scale.complete},
          {"scored", scale.scored},
          {"alpha", maybe(scale.alpha)},
          {"alpha_interval", maybe(scale.alpha_interval)},
          {"alpha_standard_error", maybe(scale.alpha_standard_error)},
          {"standardised_alpha", maybe(scale.standardised_alpha)},
          {"average_correlation", maybe(scale.average_correlation)},
          {"omega_one_factor", omega},
          {"standard_error_of_measurement", maybe(scale.standard_error_of_measurement)},
          {"overall", to_json(scale.overall)},
          {"norms", rows(scale.norms, to_json)},
          {"item_statistics", rows(scale.item_statistics, to_json)},
          {"trouble", scale.trouble.empty() ? Json(nullptr) : Json(scale.trouble)}};
}

Json to_json(const measures::ScaleCorrelation& correlation) {
  return {{"first", correlation.first},
          {"second", correlation.second},
          {"n", correlation.n},
          {"r", maybe(correlation.r)}};
}

Json to_json(const measures::ItemDescription& item) {
  Json counts = Json::object();
  for (std::size_t i = 0; i < item.counts.size(); ++i)
    counts[std::to_string(item.lowest + static_cast<int>(i))] = item.counts[i];
  return {{"item", item.item},           {"answered", item.answered},
          {"skipped", item.skipped},     {"not_applicable", item.not_applicable},
          {"not_asked", item.not_asked}, {"counts", counts}};
}

Json to_json(const Error& error) {
  return {{"code", error.code},
          {"detail", error.detail},
          {"file", error.where.name},
          {"line", error.where.line == 0 ? Json(nullptr) : Json(error.where.line)},
          {"column", error.where.column == 0 ? Json(nullptr) : Json(error.where.column)},
          {"field", error.where.field.empty() ? Json(nullptr) : Json(error.where.field)}};
}

Json to_json(const Doubt& doubt) {
  return {{"line", doubt.line}, {"value", doubt.value}};
}

Json to_json(const ColumnAccount& account) {
  return {{"column", account.column},
          {"used", account.used},
          {"empty", account.empty},
          {"impossible", account.impossible},
          {"not_understood", account.not_understood},
          {"first_impossible", rows(account.doubts, to_json)}};
}

Json to_json(const FileAccount& account) {
  return {{"file", account.file},
          {"rows", account.rows},
          {"left_out", account.left_out},
          {"blank", account.blank},
          {"first_faults", rows(account.faults, to_json)}};
}

Json ages(const PersonReader& people) {
  if (people.ages().column.empty()) return nullptr;
  Json json = to_json(people.ages());
  json["accepted"] = {people.columns().youngest, people.columns().oldest};
  return json;
}

Json genders(const PersonReader& people) {
  if (people.genders().column.empty()) return nullptr;
  Json json = to_json(people.genders());
  Json codes = Json::object();
  for (const auto& [code, gender] : people.columns().gender_codes)
    codes[code] = gender.empty() ? "not given" : gender;
  json["codes"] = codes;
  return json;
}

// Instruments

Json to_json(const catalog::Provenance& provenance) {
  return {{"source", provenance.source}, {"verified", provenance.verified}, {"note", provenance.note}};
}

template <class Row>
Json with_provenance(Json json, const Row& row) {
  json["provenance"] = to_json(row.provenance);
  return json;
}

std::string_view to_text(catalog::PercentileBasis basis) {
  switch (basis) {
    case catalog::PercentileBasis::normal:
      return "normal";
    case catalog::PercentileBasis::table:
      return "table";
    case catalog::PercentileBasis::none:
      return "none";
  }
  return "none";
}

std::string_view to_text(catalog::MissingRule rule) {
  switch (rule) {
    case catalog::MissingRule::complete:
      return "complete";
    case catalog::MissingRule::prorate:
      return "prorate";
    case catalog::MissingRule::zero:
      return "zero";
  }
  return "complete";
}

Json to_json(const catalog::Reliability& reliability) {
  return with_provenance({{"kind", reliability.kind},
                          {"value", reliability.value},
                          {"interval_days", maybe(reliability.interval_days)},
                          {"group", reliability.group},
                          {"orders", reliability.orders}},
                         reliability);
}

Json to_json(const catalog::Norm& norm) {
  return with_provenance({{"group", norm.group},
                          {"sample", norm.sample},
                          {"gender", maybe(norm.gender)},
                          {"age_from", maybe(norm.age_from)},
                          {"age_to", maybe(norm.age_to)},
                          {"n", maybe(norm.n)},
                          {"mean", norm.mean},
                          {"sd", norm.sd},
                          {"percentile", to_text(norm.basis)},
                          {"percentiles", norm.percentiles},
                          {"orders", norm.orders}},
                         norm);
}

Json to_json(const catalog::Bands& bands) {
  Json levels = Json::array();
  for (const auto& band : bands.bands) levels.push_back({{"from", band.from}, {"label", band.label}});
  return with_provenance({{"levels", levels}, {"meaning", bands.meaning}, {"orders", bands.orders}}, bands);
}

Json to_json(const catalog::Cutoff& cutoff) {
  return with_provenance({{"label", cutoff.label},
                          {"value", cutoff.value},
                          {"side", to_text(cutoff.side)},
                          {"clinical_boundary", cutoff.clinical_boundary},
                          {"as_published", cutoff.as_published},
                          {"orders", cutoff.orders}},
                         cutoff);
}

Json to_json(const catalog::PublishedChange& change) {
  return with_provenance({{"kind", to_text(change.kind)},
                          {"points", change.points},
                          {"basis", change.basis},
                          {"orders", change.orders}},
                         change);
}

Json to_json(const catalog::Key& key) {
  Json recodes = Json::array();
  for (const auto& recode : key.recodes) {
    Json table = Json::object();
    for (const auto& [answer, value] : recode.table) table[std::to_string(answer)] = value;
    recodes.push_back({{"items", recode.items}, {"table", table}});
  }
  return {{"items", key.items}, {"reversed", key.reversed}, {"weights", key.weights}, {"recodes", recodes}};
}

Json to_json(const catalog::Scale& scale) {
  Json order_keys = Json::object();
  for (const auto& [order, key] : scale.order_keys) order_keys[order] = to_json(key);
  return with_provenance(
      {{"id", scale.id},
       {"name", scale.name},
       {"description", scale.description},
       {"verb", to_text(scale.verb)},
       {"threshold", maybe(scale.threshold)},
       {"multiply", scale.multiply},
       {"direction", to_text(scale.direction)},
       {"range", {scale.range_min, scale.range_max}},
       {"key", to_json(scale.key)},
       {"keys_of_other_orders", order_keys},
       {"missing", with_provenance({{"rule", to_text(scale.missing.rule)},
                                    {"max_missing", scale.missing.max_missing},
                                    {"counted_over", scale.missing.counted_over_form ? "form" : "scale"},
                                    {"published", scale.missing.published}},
                                   scale.missing)},
       {"reliabilities", rows(scale.reliabilities, to_json)},
       {"norms", rows(scale.norms, to_json)},
       {"bands", rows(scale.bands, to_json)},
       {"cutoffs", rows(scale.cutoffs, to_json)},
       {"published_changes", rows(scale.changes, to_json)}},
      scale);
}

Json to_json(const catalog::Order& order) {
  return with_provenance({{"id", order.id},
                          {"name", order.name},
                          {"answers", {order.range.min, order.range.max}},
                          {"missing_codes", order.missing_codes}},
                         order);
}

Json to_json(const catalog::Condition& condition) {
  return {{"items", condition.items}, {"at_least", condition.at_least}, {"count", condition.count}};
}

Json to_json(const catalog::Criterion& criterion) {
  return with_provenance({{"id", criterion.id},
                          {"name", criterion.name},
                          {"conditions", rows(criterion.conditions, to_json)},
                          {"requires", criterion.requires_},
                          {"excludes", criterion.excludes},
                          {"meaning", criterion.meaning}},
                         criterion);
}

Json to_json(const catalog::Risk& risk) {
  return with_provenance({{"items", risk.items}, {"at_least", risk.at_least}, {"topic", risk.topic}}, risk);
}

Json to_json(const catalog::Rule& rule) {
  return {{"action", rule.action == catalog::Action::show_help ? "show_help_if" : "show_item_if"},
          {"item", rule.item},
          {"at_least", rule.at_least},
          {"target_items", rule.target_items}};
}

Json to_json(const catalog::Respondent& respondent) {
  return {{"who", respondent.who}, {"about", respondent.about}, {"names_figure", respondent.names_figure}};
}

Json to_json(const catalog::Source& source) {
  return {{"id", source.id}, {"citation", source.citation}, {"url", source.url}};
}

Json to_json(const catalog::Item& item) {
  return {{"number", item.number},
          {"answers", {item.range.min, item.range.max}},
          {"filler", item.filler},
          {"optional", item.optional},
          {"gist", item.gist}};
}

Json to_json(const catalog::ItemText& item) {
  return {{"text", item.text}, {"options", item.options}};
}

Json to_json(const catalog::Text& text) {
  return {{"locale", text.locale},
          {"title", text.title},
          {"instruction", text.instruction},
          {"options", text.options},
          {"items", rows(text.items, to_json)}};
}

Json to_json(const catalog::Licence& licence) {
  return with_provenance({{"wording", to_text(licence.wording)},
                          {"terms", licence.terms},
                          {"holder", licence.holder},
                          {"attribution", licence.attribution}},
                         licence);
}

Json line_on(const catalog::Instrument& instrument) {
  Json orders = Json::array();
  for (const auto& order : instrument.orders) orders.push_back(order.id);
  Json scales = Json::array();
  for (const auto& scale : instrument.scales) scales.push_back(scale.id);
  return {{"id", instrument.id},
          {"version", instrument.version},
          {"name", instrument.name},
          {"abbreviation", instrument.abbreviation},
          {"family", instrument.family},
          {"items", instrument.items.size()},
          {"wording", to_text(instrument.licence.wording)},
          {"calibrated", instrument.calibration_needed == 0},
          {"orders", orders},
          {"scales", scales}};
}

}  // namespace

std::string scores_document(const measures::Scores& scores) {
  return document({{"schema", "securebase.scores/1"},
                   {"instrument", scores.instrument},
                   {"version", scores.version},
                   {"order", scores.order},
                   {"definition", scores.fingerprint},
                   {"engine", scores.engine_version},
                   {"calibrated", scores.calibrated},
                   {"scores", rows(scores.scores, to_json)},
                   {"criteria", rows(scores.criteria, to_json)},
                   {"risks", rows(scores.risks, to_json)},
                   {"findings", rows(scores.findings, to_json)}});
}

std::string change_document(const measures::ChangeReport& report) {
  return document({{"schema", "securebase.change/1"},
                   {"instrument", report.instrument},
                   {"version", report.version},
                   {"order_before", report.order_before},
                   {"order_after", report.order_after},
                   {"engine", engine_version()},
                   {"calibrated", report.calibrated},
                   {"risks", rows(report.risks, to_json)},
                   {"changes", changes_of(report)},
                   {"findings", rows(report.findings, to_json)}});
}

std::string description_document(const measures::Description& description, const FileAccount& account,
                                 const PersonReader& people) {
  return document({{"schema", "securebase.description/1"},
                   {"instrument", description.instrument},
                   {"version", description.version},
                   {"order", description.order},
                   {"definition", description.fingerprint},
                   {"engine", description.engine_version},
                   {"input", to_json(account)},
                   {"ages", ages(people)},
                   {"genders", genders(people)},
                   {"smallest_cell", description.smallest_cell},
                   {"scales", rows(description.scales, to_json)},
                   {"correlations", rows(description.correlations, to_json)},
                   {"items", rows(description.items, to_json)},
                   {"findings", rows(description.findings, to_json)}});
}

std::string changes_document(const catalog::Instrument& instrument,
                             const std::vector<PersonChange>& changes) {
  Json people = Json::array();
  Json counts = Json::object();
  Json with_risk = Json::object();
  for (const auto& scale : instrument.scales) counts[scale.id] = with_risk[scale.id] = Json::object();
  const auto count = [](Json& categories, measures::ChangeCategory category) {
    Json& number = categories[std::string(to_text(category))];
    number = number.is_null() ? 1 : number.get<int>() + 1;
  };
  for (const PersonChange& person : changes) {
    const auto& report = person.report;
    people.push_back(
        {{"person", person.person}, {"risks", rows(report.risks, to_json)}, {"changes", changes_of(report)}});
    for (const auto& change : report.changes) {
      count(counts[change.scale], change.category);
      if (needs_attention(report.risks)) count(with_risk[change.scale], change.category);
    }
  }
  return document({{"schema", "securebase.changes/1"},
                   {"instrument", instrument.id},
                   {"version", instrument.version},
                   {"engine", engine_version()},
                   {"calibrated", instrument.calibration_needed == 0},
                   {"people", people},
                   {"categories", counts},
                   {"categories_with_risk", with_risk}});
}

std::string instruments_document(const catalog::Library& library) {
  Json list = Json::array();
  for (const auto& instrument : library.instruments) list.push_back(line_on(instrument));
  return document({{"schema", "securebase.instruments/1"}, {"instruments", list}});
}

std::string battery_document(const catalog::Battery& battery, const catalog::Library& library) {
  Json list = Json::array();
  for (const catalog::BatteryMeasure& measure : battery.measures) {
    Json when = Json::array();
    for (const catalog::Timing timing : measure.when) when.push_back(to_text(timing));
    list.push_back({{"instrument", measure.instrument},
                    {"who", measure.who},
                    {"when", when},
                    {"weeks", measure.weeks > 0 ? Json(measure.weeks) : Json(nullptr)},
                    {"figures", measure.figures},
                    {"note", measure.note}});
  }
  Json burdens = Json::array();
  for (const catalog::Burden& burden : burden(battery, library))
    burdens.push_back({{"who", burden.who},
                       {"minutes_a_week", burden.minutes_a_week},
                       {"minutes_at_start", burden.minutes_at_start},
                       {"longest_week", burden.longest_week},
                       {"heavy", burden.heavy}});
  return document({{"schema", "securebase.battery_details/1"},
                   {"id", battery.id},
                   {"name", battery.name},
                   {"summary", battery.summary},
                   {"weeks", battery.weeks},
                   {"sessions", battery.sessions},
                   {"measures", list},
                   {"burden", burdens}});
}

std::string instrument_document(const catalog::Instrument& instrument) {
  return document({{"schema", "securebase.instrument_details/1"},
                   {"id", instrument.id},
                   {"version", instrument.version},
                   {"name", instrument.name},
                   {"abbreviation", instrument.abbreviation},
                   {"family", instrument.family},
                   {"summary", instrument.summary},
                   {"recall", instrument.recall},
                   {"caution", instrument.caution},
                   {"calibration_needed", instrument.calibration_needed},
                   {"licence", to_json(instrument.licence)},
                   {"respondents", rows(instrument.respondents, to_json)},
                   {"sources", rows(instrument.sources, to_json)},
                   {"items", rows(instrument.items, to_json)},
                   {"orders", rows(instrument.orders, to_json)},
                   {"scales", rows(instrument.scales, to_json)},
                   {"criteria", rows(instrument.criteria, to_json)},
                   {"risks", rows(instrument.risks, to_json)},
                   {"rules", rows(instrument.rules, to_json)},
                   {"texts", rows(instrument.texts, to_json)},
                   {"definition", instrument.fingerprint}});
}

std::size_t Inventory::count() const {
  std::size_t sum = built_in;
  for (const auto& [folder, definitions] : of_folders) sum += definitions;
  return sum;
}

std::string check_document(const Inventory& inventory, const Faults& faults) {
  Json folders = Json::array();
  for (const auto& [folder, definitions] : inventory.of_folders)
    folders.push_back({{"folder", folder}, {"definitions", definitions}});
  return document({{"schema", "securebase.check/1"},
                   {"proven", faults.empty() ? inventory.count() : 0},
                   {"faults", rows(faults, to_json)},
                   {"built_in", inventory.built_in},
                   {"folders", folders},
                   {"replaced", inventory.replaced},
                   {"ignored_files", inventory.ignored}});
}

std::string ScoreRowsDocument::begin(const catalog::Instrument& instrument, const catalog::Order& order) {
  const Json head = {{"schema", "securebase.score_rows/1"},
                     {"instrument", instrument.id},
                     {"version", instrument.version},
                     {"order", order.id},
                     {"definition", instrument.fingerprint},
                     {"engine", engine_version()},
                     {"calibrated", instrument.calibration_needed == 0}};
  std::string text = dump(head, -1);
  text.pop_back();
  return text + ",\n\"rows\": [";
}

std::string ScoreRowsDocument::row(std::size_t line,
                                   const std::vector<std::pair<std::string, std::string>>& kept,
                                   const std::vector<measures::Score>& scores,
                                   const std::vector<measures::CriterionResult>& criteria,
                                   const std::vector<measures::RiskAnswer>& risks) {
  Json columns = Json::object();
  for (const auto& [name, value] : kept) columns[name] = value;
  const Json json = {{"line", line},
                     {"kept", columns},
                     {"scores", rows(scores, to_json)},
                     {"criteria", rows(criteria, to_json)},
                     {"risks", rows(risks, to_json)}};
  return (std::exchange(first_, false) ? "\n" : ",\n") + dump(json, -1);
}

std::string ScoreRowsDocument::end(const FileAccount& account, const PersonReader& people) {
  return fmt::format("\n],\n\"ages\": {},\n\"genders\": {},\n\"input\": {}}}\n", dump(ages(people), -1),
                     dump(genders(people), -1), dump(to_json(account), -1));
}

}  // namespace securebase::wire
