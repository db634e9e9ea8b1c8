#include "service/working_model.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <tuple>

#include "measures/calibrated.hpp"
#include "service/claim.hpp"
#include "service/working_model_parts.hpp"

namespace securebase::service {
namespace {

using attachment::Observation;

constexpr std::size_t rows_at_once = 500;  // in one statement
constexpr std::string_view family = "attachment";

constexpr const char* no_rule = "No position and no direction is known to follow from this form.";
constexpr const char* nobody_named = "Nobody was named in it, so whom it is about is not known.";
constexpr const char* no_scores = "Too much was left out: it has no scores.";

void leave_out(std::vector<MapIgnored>& ignored, const std::string& form, const std::string& why) {
  for (MapIgnored& known : ignored)
    if (known.form == form && known.why == why) {
      ++known.sheets;
      return;
    }
  ignored.push_back({form, 1, why});
}

const std::string& short_name(const catalog::Instrument& instrument) {
  return instrument.abbreviation.empty() ? instrument.name : instrument.abbreviation;
}

const measures::Score* score_of(const measures::Scores& scores, const std::string& scale) {
  for (const measures::Score& score : scores.scores)
    if (score.scale == scale) return &score;
  return nullptr;
}

std::string kind_in_words(FigureKind kind) {
  if (kind == FigureKind::former_partner) return "former partner";
  if (kind == FigureKind::other) return "somebody else";
  return std::string(to_text(kind));
}

/// "Daniel", or "father" where no name was given; told apart where two would read alike.
std::vector<std::string> labels_of(const std::vector<Figure>& figures) {
  std::vector<std::string> labels;
  labels.reserve(figures.size());
  for (const Figure& figure : figures) {
    const bool named = figure.name && letters_in(figure.name->reveal()) > 0;
    labels.push_back(named ? figure.name->reveal() : kind_in_words(figure.kind));
  }
  const std::vector<std::string> plain = labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string& label = plain[i];
    if (std::count(plain.begin(), plain.end(), label) < 2) continue;
    const std::string kind = kind_in_words(figures[i].kind);
    if (label != kind) labels[i] += " (" + kind + ")";
    const std::string base = labels[i];
    const auto until = labels.begin() + static_cast<std::ptrdiff_t>(i);
    for (int n = 2; std::count(labels.begin(), until, labels[i]) > 0; ++n)
      labels[i] = base + " " + std::to_string(n);
  }
  return labels;
}

}  // namespace

Date MapSheets::day_of(double month) const {
  // The inverse of attachment::months_between: whole days.
  const auto days = static_cast<std::int64_t>(std::llround(month * attachment::days_a_month));
  return date_of(begin_of(origin) + days * day_ms);
}

Result<std::vector<Administration>> map_sheets(Transaction& transaction, std::vector<Condition> which) {
  which.push_back(where(&Administration::progress, Progress::sent));
  which.push_back(where(&Administration::sent_at, Is::present));
  auto sent = list<Administration>(transaction, {std::move(which), {}, {}});
  if (!sent) return sent;
  std::erase_if(*sent, [](const Administration& one) { return one.respondent != one.subject; });
  std::sort(sent->begin(), sent->end(), [](const auto& a, const auto& b) {
    return std::tie(*a.sent_at, a.given_at, a.id) < std::tie(*b.sent_at, b.given_at, b.id);
  });
  return sent;
}

/// An instrument in an order, and what its scores say about places.
struct MapGatherer::Form {
  Definition definition;
  const catalog::PositionRule* rule = nullptr;
  std::optional<attachment::Reference> reference;  ///< nothing: a direction only, or nothing at all
  std::string why_not;                             ///< where there is neither
  /// Anxiety and avoidance, where both are calibrated on people's answers.
  std::vector<measures::CalibratedScale> calibrated;

  [[nodiscard]] const std::string& name() const { return short_name(*definition.instrument); }
  [[nodiscard]] bool gives_direction() const { return rule != nullptr && rule->direction_only; }
};

/// One sheet with its scores.
struct MapGatherer::Seen {
  const Form* form = nullptr;
  Date on;
  std::string figure;
  measures::Scores scores;
  std::vector<measures::AnswerByte> row;

  [[nodiscard]] const measures::Score& anxiety() const {
    return *score_of(scores, form->rule->anxiety.scale);
  }
  [[nodiscard]] const measures::Score& avoidance() const {
    return *score_of(scores, form->rule->avoidance.scale);
  }
  [[nodiscard]] bool is(measures::ScoreState state) const {
    return anxiety().state == state || avoidance().state == state;
  }
};

MapGatherer::MapGatherer(Transaction& transaction, const Practice& practice)
    : transaction_(&transaction), practice_(&practice) {}
MapGatherer::~MapGatherer() = default;

const MapGatherer::Form& MapGatherer::form_of(const Administration& sheet) {
  auto& known = forms_[{sheet.instrument + "@" + sheet.version, sheet.item_order}];
  if (known) return *known;
  auto form = std::make_unique<Form>();
  const auto definition = definition_of(*practice_, sheet);
  if (!definition) {  // of a version that is not here any more: the map goes on without it
    known = std::move(form);
    return *known;
  }
  form->definition = *definition;
  const auto& [instrument, order] = *definition;
  form->rule = catalog::find_position_rule(practice_->library, instrument->id, order->id);
  if (form->rule == nullptr) {
    form->why_not = no_rule;
  } else if (!form->rule->direction_only) {
    auto reference = attachment::reference_of(practice_->library, *instrument, *order);
    if (reference)
      form->reference = std::move(*reference);
    else
      form->why_not = reference.error().detail;
    for (const std::string& scale : {form->rule->anxiety.scale, form->rule->avoidance.scale})
      if (auto open =
              measures::CalibratedScale::open(*instrument, *order, scale, measures::AnswersOf::people))
        form->calibrated.push_back(std::move(*open));
    if (form->calibrated.size() != 2) form->calibrated.clear();
  }
  known = std::move(form);
  return *known;
}

Result<bool> MapGatherer::read_figures(const std::vector<Administration>& sheets, MapSheets& into) {
  std::set<Id<Figure>> wanted;
  for (const Administration& sheet : sheets)
    if (sheet.figure) wanted.insert(*sheet.figure);
  if (wanted.empty()) return true;
  auto figures = list<Figure>(
      *transaction_, {{where_one_of(&Figure::id, std::vector(wanted.begin(), wanted.end()))}, {}, {}});
  if (!figures) return tl::unexpected(figures.error());
  std::erase_if(*figures, [&](const Figure& figure) { return figure.person != sheets.front().respondent; });
  std::sort(figures->begin(), figures->end(), [](const Figure& a, const Figure& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  const auto labels = labels_of(*figures);
  for (std::size_t i = 0; i < figures->size(); ++i) {
    const Figure& figure = (*figures)[i];
    into.course.figures.push_back(
        {figure.id.text(), labels[i], attachment::domain_of_kind(to_text(figure.kind))});
    into.kinds.emplace(figure.id.text(), figure.kind);
  }
  return true;
}

std::vector<MapGatherer::Wanted> MapGatherer::choose(const std::vector<Administration>& sheets,
                                                     MapSheets& into) {
  std::vector<Wanted> wanted;
  for (const Administration& sheet : sheets) {
    const Form& form = form_of(sheet);
    if (form.definition.instrument == nullptr) continue;
    const bool about_one = form.rule != nullptr && form.rule->level == catalog::PositionLevel::figure;
    if (!form.why_not.empty()) {
      if (form.definition.instrument->family == family) leave_out(into.ignored, form.name(), form.why_not);
    } else if (about_one && (!sheet.figure || !into.kinds.contains(sheet.figure->text()))) {
      leave_out(into.ignored, form.name(), nobody_named);
    } else {
      wanted.push_back({&sheet, &form});
    }
  }
  return wanted;
}

Result<std::map<Id<Administration>, ResponseSheet>> MapGatherer::read_answers(
    const std::vector<Wanted>& wanted) {
  std::map<Id<Administration>, ResponseSheet> answers;
  for (std::size_t begin = 0; begin < wanted.size(); begin += rows_at_once) {
    std::vector<Id<Administration>> some;
    for (std::size_t i = begin; i < std::min(wanted.size(), begin + rows_at_once); ++i)
      some.push_back(wanted[i].sheet->id);
    auto found =
        list<ResponseSheet>(*transaction_, {{where_one_of(&ResponseSheet::administration, some)}, {}, {}});
    if (!found) return tl::unexpected(found.error());
    for (ResponseSheet& sheet : *found) answers.emplace(sheet.administration, std::move(sheet));
  }
  return answers;
}

Result<std::vector<MapGatherer::Seen>> MapGatherer::read_scores(const std::vector<Wanted>& wanted,
                                                                MapSheets& into) {
  const auto answers = read_answers(wanted);
  if (!answers) return tl::unexpected(answers.error());
  std::vector<Seen> seen;
  for (const auto& [sheet, form] : wanted) {
    const auto kept = answers->find(sheet->id);
    if (kept == answers->end()) continue;
    const auto responses = responses_of(kept->second);
    if (!responses) return tl::unexpected(responses.error());
    const auto& [instrument, order] = form->definition;
    auto scores = measures::score(*instrument, *order, *responses);
    if (!scores) return tl::unexpected(scores.error());
    auto row = measures::encode(*instrument, *order, *responses);
    if (!row) return tl::unexpected(row.error());
    Seen one{form, date_of(*sheet->sent_at), sheet->figure ? sheet->figure->text() : std::string(),
             std::move(*scores), std::move(*row)};
    if (one.anxiety().value || one.avoidance().value)
      seen.push_back(std::move(one));
    else
      leave_out(into.ignored, form->name(), no_scores);
  }
  return seen;
}

namespace {

/// What the answers alone say of one scale, by the calibration of its items.
void take_state(const measures::CalibratedScale& scale, const std::vector<measures::AnswerByte>& row,
                std::optional<double>& value, double& error) {
  const auto estimate = scale.estimate(row.data());
  const auto evidence = attachment::without_prior(estimate.state.theta, estimate.state.error);
  value = evidence ? std::optional(evidence->value) : std::nullopt;
  if (evidence) error = evidence->error;
}

}  // namespace

void MapGatherer::add_direction(const Seen& one, MapSheets& into) {
  const Form& form = *one.form;
  into.course.directions.push_back({attachment::months_between(into.origin, one.on), one.figure,
                                    form.definition.instrument->id, form.name(), one.anxiety().value,
                                    one.avoidance().value, one.anxiety().range_min, one.anxiety().range_max});
  auto& names = into.direction_forms;
  if (std::find(names.begin(), names.end(), form.name()) == names.end()) names.push_back(form.name());
}

void MapGatherer::add_place(const Seen& one, bool by_state, MapSheets& into) {
  const Form& form = *one.form;
  const attachment::Reference& reference = *form.reference;
  Observation seen = attachment::observed(reference, attachment::months_between(into.origin, one.on),
                                          one.figure, one.anxiety().value, one.avoidance().value);
  if (by_state && seen.anxiety) take_state(form.calibrated[0], one.row, seen.anxiety, seen.anxiety_error);
  if (by_state && seen.avoidance)
    take_state(form.calibrated[1], one.row, seen.avoidance, seen.avoidance_error);
  if (!seen.anxiety && !seen.avoidance) {
    leave_out(into.ignored, form.name(), no_scores);
    return;
  }
  into.course.observations.push_back(std::move(seen));
  if (one.is(measures::ScoreState::prorated) || one.is(measures::ScoreState::prorated_by_practice))
    ++into.prorated;
  const bool is_first = into.forms.empty();
  auto known = std::find_if(into.forms.begin(), into.forms.end(), [&](const MapForm& other) {
    return other.form == form.name() && other.basis == reference.basis;
  });
  if (known == into.forms.end()) {
    into.course.only_form = is_first ? std::optional(reference) : std::nullopt;
    known = into.forms.insert(
        known, {form.name(), reference.name, std::string(to_text(reference.feeds)), 0, reference.stand_in,
                by_state, reference.group, reference.basis, reference.verified});
  }
  ++known->sheets;
}

Result<MapSheets> MapGatherer::gather(const std::vector<Administration>& sheets) {
  MapSheets gathered;
  if (auto read = read_figures(sheets, gathered); !read) return tl::unexpected(read.error());
  const auto seen = read_scores(choose(sheets, gathered), gathered);
  if (!seen) return tl::unexpected(seen.error());
  if (seen->empty()) return gathered;
  gathered.origin = seen->front().on;
  // Where one sheet of a form was asked in part, all of that form go by the calibration: one footing.
  std::set<const Form*> by_state;
  for (const Seen& one : *seen)
    if (one.is(measures::ScoreState::estimated) && !one.form->calibrated.empty()) by_state.insert(one.form);
  for (const Seen& one : *seen)
    if (one.form->gives_direction())
      add_direction(one, gathered);
    else
      add_place(one, by_state.contains(one.form), gathered);
  return gathered;
}

namespace {

struct Read {
  MapSheets sheets;
  UsedLaws laws;
  bool risk_is_open = false;
};

Result<Read> read_all(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                      const Id<Person>& person) {
  if (auto member = needs_member(transaction, course, person); !member) return tl::unexpected(member.error());
  const auto sent = map_sheets(
      transaction, {where(&Administration::course, course), where(&Administration::respondent, person)});
  if (!sent) return tl::unexpected(sent.error());
  auto sheets = MapGatherer(transaction, practice).gather(*sent);
  if (!sheets) return tl::unexpected(sheets.error());
  auto laws = used_laws(transaction);
  if (!laws) return tl::unexpected(laws.error());
  const std::vector<Condition> open = {where(&RiskEntry::course, course), where(&RiskEntry::person, person),
                                       where(&RiskEntry::closed_at, Is::absent)};
  const auto risks = transaction.count(table_of<RiskEntry>(), open);
  if (!risks) return tl::unexpected(risks.error());
  return Read{std::move(*sheets), *laws, *risks > 0};
}

}  // namespace

Result<AttachmentMap> read_map(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person) {
  return look<AttachmentMap>(practice, actor, {"map.read", Permission::read_course, course, person, ""},
                             [&](Transaction& transaction) -> Result<AttachmentMap> {
                               const auto read = read_all(transaction, practice, course, person);
                               if (!read) return tl::unexpected(read.error());
                               return map_of(read->sheets, read->laws, read->risk_is_open);
                             });
}

Result<ShownMap> read_shown_map(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<Person>& person) {
  return look<ShownMap>(practice, actor, {"map.show", Permission::read_course, course, person, ""},
                        [&](Transaction& transaction) -> Result<ShownMap> {
                          const auto read = read_all(transaction, practice, course, person);
                          if (!read) return tl::unexpected(read.error());
                          return shown_map_of(read->sheets, read->laws);
                        });
}

}  // namespace securebase::service
