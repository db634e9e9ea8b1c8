#include "service/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>

#include "service/adaptive.hpp"
#include "service/course.hpp"
#include "service/feedback.hpp"
#include "service/form.hpp"
#include "service/norms.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

using measures::Response;
using measures::Responses;
using measures::ResponseStatus;

constexpr std::string_view sealed_word = "sealed";
constexpr std::size_t courses_at_once = 500;  // in one statement

Place field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

std::set<int> risk_items(const catalog::Instrument& instrument) {
  std::set<int> items;
  for (const auto& risk : instrument.risks) items.insert(risk.items.begin(), risk.items.end());
  return items;
}

std::string word_of(const Response& response) {
  return response.status == ResponseStatus::answered ? std::to_string(response.code)
                                                     : std::string(measures::to_text(response.status));
}

std::optional<Response> response_of(std::string_view word) {
  for (const auto& none : {Response::skipped(), Response::not_applicable(), Response::not_asked()})
    if (word == measures::to_text(none.status)) return none;
  int code = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), code);
  if (word.empty() || error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return Response::answered(code);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

ResponseSheet sheet_for(const Practice& practice, const Administration& administration,
                        const catalog::Instrument& instrument, const Responses& responses) {
  ResponseSheet sheet;
  sheet.id = new_id<ResponseSheet>(practice.entropy);
  sheet.administration = administration.id;
  sheet.respondent = administration.respondent;
  sheet.recorded_at = practice.clock.now();
  const auto risks = risk_items(instrument);
  std::string sealed;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const bool is_risk = risks.contains(static_cast<int>(i) + 1);
    sheet.answers += (i == 0 ? "" : ",") + (is_risk ? std::string(sealed_word) : word_of(responses[i]));
    if (is_risk) sealed += fmt::format("{}{}={}", sealed.empty() ? "" : " ", i + 1, word_of(responses[i]));
  }
  if (!sealed.empty()) sheet.risk_answers = Private<std::string>(std::move(sealed));
  return sheet;
}

Result<bool> note_risks(Transaction& transaction, const Practice& practice,
                        const Administration& administration, const catalog::Instrument& instrument,
                        const Responses& responses) {
  for (const auto& risk : measures::assess_risks(instrument, responses)) {
    if (!risk.flagged) continue;
    const auto& range = instrument.items.at(static_cast<std::size_t>(risk.item) - 1).range;
    RiskEntry entry;
    entry.id = new_id<RiskEntry>(practice.entropy);
    entry.person = administration.respondent;
    entry.course = administration.course;
    entry.administration = administration.id;
    entry.answer =
        Private<std::string>(fmt::format("{}, item {}, {}: {} of {} to {}", instrument.abbreviation,
                                         risk.item, risk.topic, *risk.code, range.min, range.max));
    entry.created_at = practice.clock.now();
    if (auto added = insert(transaction, entry); !added) return added;
  }
  return true;
}

Result<bool> check_figure(Transaction& transaction, const Administration& given) {
  if (!given.figure) return true;
  const auto figure = find<Figure>(transaction, where(&Figure::id, *given.figure));
  if (!figure) return tl::unexpected(figure.error());
  // A partner's figures are the partner's own.
  if (*figure && ((*figure)->person == given.respondent || (*figure)->person == given.subject)) return true;
  return fail(ErrorKind::bad_data, "measure.figure", "a figure of the respondent or of whom it is about",
              field("figure"));
}

Result<bool> may_go_to_phone(Transaction& transaction, const Practice& practice, const Administration& given,
                             const catalog::Instrument& instrument) {
  if (auto agreed = needs_consent(transaction, given.respondent, given.course, ConsentKind::portal); !agreed)
    return agreed;
  auto reached = is_portal_reached(transaction, practice);
  if (!reached) return reached;
  if (!*reached)
    return fail(ErrorKind::conflict, "portal.unproven",
                "no phone has reached the practice's portal yet: an admin tries it with one in the settings",
                field("mode"));
  if (!given.asks_risk || instrument.risks.empty()) return true;
  const auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  if (path->is_ready()) return true;
  return fail(
      ErrorKind::conflict, "measure.risk_on_phone",
      "a risk question goes to a phone only where the practice has named who is called, at what hours, "
      "and has tested it (see the settings); give it in the room, or without its risk items",
      field("ask_risk"));
}

Result<bool> may_be_given(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                          const Administration& given, const catalog::Instrument& instrument) {
  for (const Id<Person>& person : {given.respondent, given.subject}) {
    auto member = is_member(transaction, course, person);
    if (!member) return member;
    if (!*member)
      return fail(ErrorKind::bad_data, "measure.member", "respondent and subject are members of the course",
                  field("respondent"));
    if (auto there = still_there(transaction, person); !there) return there;
  }
  if (auto theirs = check_figure(transaction, given); !theirs) return theirs;
  for (const ConsentKind kind : {ConsentKind::limits_explained, ConsentKind::measures})
    if (auto agreed = needs_consent(transaction, given.respondent, course, kind); !agreed) return agreed;
  return given.mode == Mode::on_phone ? may_go_to_phone(transaction, practice, given, instrument)
                                      : Result<bool>(true);
}

/// The wording a sheet is given with.
Result<bool> take_wording(Transaction& transaction, const Definition& definition, const GiveMeasure& input,
                          Administration& given) {
  const auto languages = wording_locales(transaction, definition);
  if (!languages) return tl::unexpected(languages.error());
  if (!input.locale && languages->size() > 1)
    return fail(ErrorKind::bad_data, "measure.locale", "the wording is there in several languages: say which",
                field("locale"));
  const auto pack = current_wording(transaction, definition, input.locale);
  if (!pack) return tl::unexpected(pack.error());
  if (*pack) given.wording = (*pack)->id;
  const catalog::Text* shipped = shipped_text(definition);
  if (input.locale && !*pack && (shipped == nullptr || shipped->locale != *input.locale))
    return fail(ErrorKind::bad_data, "measure.locale",
                "a language that this instrument's wording is there in: see /api/v1/wordings",
                field("locale"));
  if (given.mode != Mode::on_phone || *pack || shipped != nullptr) return true;
  return fail(ErrorKind::conflict, "measure.no_wording",
              "a phone has no paper beside it: import the wording of this instrument, or give it on paper",
              field("mode"));
}

/// Asked by what tells most, where that is wanted.
Result<bool> may_be_adaptive(const Definition& definition, const Administration& given) {
  const auto no = [](const char* why) {
    return fail(ErrorKind::conflict, "measure.not_adaptive", why, field("adaptive"));
  };
  const auto wrong_most = [](std::string why) {
    return fail(ErrorKind::bad_data, "measure.most_items", std::move(why), field("most_items"));
  };
  if (!given.adaptive)
    return given.most_items ? wrong_most("only where it asks what tells most") : Result<bool>(true);
  if (given.mode == Mode::from_paper) return no("a form on paper has all its questions");
  const auto count = adaptive_count(*definition.instrument, *definition.order);
  if (!count)
    return no(
        "this measure is asked in full: in this order no scale is calibrated on real answers, or a question "
        "asks for risk, depends on another or may be left out of the form");
  if (!given.wording && shipped_text(definition) == nullptr)
    return no("its questions are put one by one, and their wording is not here: import it first");
  if (given.most_items && *given.most_items < count->least)
    return wrong_most(fmt::format("{} or more: fewer answers tell nothing", count->least));
  return true;
}

/// The therapist and the supervisor of the course; whoever broke its glass may read only.
Result<bool> may_acknowledge(Transaction& transaction, const Actor& actor, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (actor.kind != Actor::Kind::user || course->therapist == actor.user || course->supervisor == actor.user)
    return true;
  return fail(ErrorKind::forbidden, "access.forbidden",
              "this needs the therapist or the supervisor of the course");
}

/// That of all that is given after a meeting.
Result<Id<Occasion>> occasion_after(Transaction& transaction, const Practice& practice,
                                    const Administration& given, const Id<TherapySession>& id) {
  auto session = find<TherapySession>(transaction, where(&TherapySession::id, id));
  if (!session) return tl::unexpected(session.error());
  if (!*session || (*session)->course != given.course || (*session)->withdrawn_at)
    return fail(ErrorKind::bad_data, "measure.session", "a session of this course", field("session"));
  if ((*session)->occasion) return *(*session)->occasion;
  const Occasion occasion{new_id<Occasion>(practice.entropy), given.course, OccasionKind::after_session,
                          practice.clock.now()};
  if (auto added = insert(transaction, occasion); !added) return tl::unexpected(added.error());
  (*session)->occasion = occasion.id;
  if (auto kept = replace(transaction, **session); !kept) return tl::unexpected(kept.error());
  return occasion.id;
}

/// That of the sheet it is given beside, otherwise a new one.
Result<Id<Occasion>> occasion_for(Transaction& transaction, const Practice& practice,
                                  const Administration& given, const GiveMeasure& input) {
  if (input.beside) {
    const auto other = find<Administration>(transaction, where(&Administration::id, *input.beside));
    if (!other) return tl::unexpected(other.error());
    const bool fits = *other && (*other)->course == given.course &&
                      (*other)->respondent == given.respondent &&
                      ((*other)->progress == Progress::given || (*other)->progress == Progress::begun);
    if (fits) return (*other)->occasion;
    return fail(ErrorKind::bad_data, "measure.beside",
                "a sheet of this respondent in this course that is not sent yet", field("beside"));
  }
  if (input.session) return occasion_after(transaction, practice, given, *input.session);
  const Occasion occasion{new_id<Occasion>(practice.entropy), given.course, input.occasion,
                          practice.clock.now()};
  if (auto added = insert(transaction, occasion); !added) return tl::unexpected(added.error());
  return occasion.id;
}

Administration administration_for(const Practice& practice, const Definition& definition,
                                  const GiveMeasure& input) {
  Administration given;
  given.id = new_id<Administration>(practice.entropy);
  given.instrument = definition.instrument->id;
  given.version = definition.instrument->version;
  given.fingerprint = definition.instrument->fingerprint;
  given.item_order = definition.order->id;
  given.respondent = input.respondent;
  given.subject = input.subject.value_or(input.respondent);
  given.figure = input.figure;
  given.mode = input.mode;
  given.asks_risk = input.ask_risk;
  given.adaptive = input.adaptive;
  given.most_items = input.most_items;
  given.given_at = practice.clock.now();
  return given;
}

ScaleView view_of(const measures::Score& score) {
  ScaleView view;
  view.scale = score.scale;
  view.name = score.name;
  view.value = score.value;
  view.state = measures::to_text(score.state);
  view.range_min = score.range_min;
  view.range_max = score.range_max;
  view.higher_is_worse = score.direction == catalog::Direction::higher_worse;
  if (score.error) {
    view.standard_error = score.error->value;
    view.lower = score.error->interval.lower;
    view.upper = score.error->interval.upper;
    view.basis = score.error->basis;
    view.verified = score.error->verified;
  }
  for (const auto& standing : score.standings)
    view.standings.push_back(
        {standing.group, standing.z, standing.percentile, standing.basis, standing.verified});
  return view;
}

}  // namespace

Result<Responses> responses_of(const ResponseSheet& sheet) {
  const auto damaged = [] {
    return fail(ErrorKind::internal, "record.value", "answers that this version cannot read",
                Place{"response_sheet", 0, 0, "answers"});
  };
  Responses responses;
  for (const std::string& word : split(sheet.answers, ',')) {
    const auto response = word == sealed_word ? Response::not_asked() : response_of(word);
    if (!response) return damaged();
    responses.push_back(*response);
  }
  if (!sheet.risk_answers) return responses;
  for (const std::string& pair : split(sheet.risk_answers->reveal(), ' ')) {
    const auto equals = pair.find('=');
    const auto item = response_of(pair.substr(0, equals));
    const auto response = equals == std::string::npos ? std::nullopt : response_of(pair.substr(equals + 1));
    if (!item || !response || item->code < 1 || item->code > static_cast<int>(responses.size()))
      return damaged();
    responses[static_cast<std::size_t>(item->code - 1)] = *response;
  }
  return responses;
}

measures::PersonGroup group_of(const Person& person, Instant when) {
  measures::PersonGroup group;
  group.gender = person.gender;
  if (person.birth_year) group.age = std::max(0, date_of(when).year - *person.birth_year);
  return group;
}

Result<bool> needs_consent(Transaction& transaction, const Id<Person>& person, const Id<Course>& course,
                           ConsentKind kind) {
  auto given = consents(transaction, person, course, kind);
  if (!given || *given) return given;
  return fail(
      ErrorKind::conflict, "consent.missing",
      fmt::format("the respondent has not agreed to this yet: consent '{}' is needed", to_text(kind)));
}

Result<Administration> administration_of(Transaction& transaction, const Id<Course>& course,
                                         const Id<Administration>& id) {
  auto administration = get<Administration>(transaction, id);
  if (!administration || administration->course == course) return administration;
  return fail(ErrorKind::not_found, "administration.not_found", "there is no such record");
}

Result<Definition> definition_of(const Practice& practice, const Administration& administration) {
  for (const auto& instrument : practice.library.instruments) {
    if (instrument.id != administration.instrument || instrument.version != administration.version) continue;
    const auto* order = catalog::find_order(instrument, administration.item_order);
    if (order != nullptr) return Definition{&instrument, order};
  }
  return fail(ErrorKind::definition, "instrument.unknown",
              fmt::format("the definition this was made with is not here: {} {}", administration.instrument,
                          administration.version));
}

Result<Responses> parse_answers(const Definition& definition, const Administration& administration,
                                const Answers& input) {
  Responses responses;
  for (const std::string& word : input.answers) {
    const auto response = response_of(word);
    if (!response)
      return fail(ErrorKind::bad_data, "answers.value",
                  "a whole number, skipped, not_applicable or not_asked",
                  field(fmt::format("answers[{}]", responses.size() + 1)));
    responses.push_back(*response);
  }
  if (!administration.asks_risk)
    for (const int item : risk_items(*definition.instrument))
      if (static_cast<std::size_t>(item) <= responses.size()) {
        // Answered all the same, as on a paper form: it counts.
        Response& response = responses[static_cast<std::size_t>(item - 1)];
        if (response.status != ResponseStatus::answered) response = Response::not_asked();
      }
  if (const auto fits = measures::encode(*definition.instrument, *definition.order, responses); !fits)
    return tl::unexpected(fits.error());
  return responses;
}

Result<bool> keep_answers(Transaction& transaction, const Practice& practice,
                          const Administration& administration, const Answers& input) {
  if (auto agreed = still_agreed(transaction, administration); !agreed) return agreed;
  const auto definition = definition_of(practice, administration);
  if (!definition) return tl::unexpected(definition.error());
  const auto responses = parse_answers(*definition, administration, input);
  if (!responses) return tl::unexpected(responses.error());
  const auto sent = change<Administration>(
      transaction,
      {to(&Administration::progress, Progress::sent),
       to(&Administration::sent_at, std::optional(practice.clock.now()))},
      {where(&Administration::id, administration.id),
       where_one_of(&Administration::progress, std::vector{Progress::given, Progress::begun})});
  if (!sent) return tl::unexpected(sent.error());
  if (*sent != 1) return fail(ErrorKind::conflict, "measure.sent", "these answers have been sent already");
  if (auto kept =
          insert(transaction, sheet_for(practice, administration, *definition->instrument, *responses));
      !kept)
    return kept;
  const auto noted =
      change<Course>(transaction, {to(&Course::answered_at, std::optional(practice.clock.now()))},
                     {where(&Course::id, administration.course)});
  if (!noted) return tl::unexpected(noted.error());
  if (auto risks = note_risks(transaction, practice, administration, *definition->instrument, *responses);
      !risks)
    return risks;
  return take_feedback(transaction, practice, administration);
}

namespace {

/// Sheets of one transaction, each respondent read once.
class SheetReader {
 public:
  SheetReader(Transaction& transaction, const Practice& practice)
      : transaction_(&transaction), practice_(&practice) {}

  /// The sheet; its scores too, where it was sent.
  struct Read {
    Sheet sheet;
    std::optional<ScoredSheet> scored;
  };
  Result<Read> read(const Administration& administration) {
    Read read;
    read.sheet.administration = administration;
    const auto kept =
        find<ResponseSheet>(*transaction_, where(&ResponseSheet::administration, administration.id));
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept) return read;
    const auto definition = definition_of(*practice_, administration);
    if (!definition) return tl::unexpected(definition.error());
    const auto responses = responses_of(**kept);
    if (!responses) return tl::unexpected(responses.error());
    const auto person = respondent(administration.respondent);
    if (!person) return tl::unexpected(person.error());
    const auto group = group_of(**person, administration.given_at);
    auto scores = measures::score(*definition->instrument, *definition->order, *responses, group);
    if (!scores) return tl::unexpected(scores.error());
    const auto own = own_norms(*definition);
    if (!own) return tl::unexpected(own.error());
    (*own)->stand(*scores, group);
    for (const Response& response : *responses) read.sheet.answers.push_back(word_of(response));
    for (const auto& risk : scores->risks)
      read.sheet.risks.push_back({risk.item, risk.topic, risk.code, risk.flagged});
    for (const auto& score : scores->scores) read.sheet.scales.push_back(view_of(score));
    for (const auto& finding : scores->findings)
      read.sheet.findings.push_back({finding.code, finding.statement, finding.basis, finding.limits});
    read.scored = ScoredSheet{administration, definition->instrument, definition->order, std::move(*scores)};
    return read;
  }

 private:
  Result<const Person*> respondent(const Id<Person>& id) {
    const auto known = people_.find(id);
    if (known != people_.end()) return &known->second;
    auto person = get<Person>(*transaction_, id);
    if (!person) return tl::unexpected(person.error());
    return &people_.emplace(id, std::move(*person)).first->second;
  }

  /// Of an instrument in one order, each read once.
  Result<const OwnNorms*> own_norms(const Definition& definition) {
    const std::pair key(definition.instrument, definition.order);
    const auto known = norms_.find(key);
    if (known != norms_.end()) return &known->second;
    auto norms = OwnNorms::read(*transaction_, definition);
    if (!norms) return tl::unexpected(norms.error());
    return &norms_.emplace(key, std::move(*norms)).first->second;
  }

  Transaction* transaction_;
  const Practice* practice_;
  std::map<Id<Person>, Person> people_;
  std::map<std::pair<const catalog::Instrument*, const catalog::Order*>, OwnNorms> norms_;
};

/// Whose names stand on charts: everybody's, where there are several.
Result<ChartCourse> chart_course(Transaction& transaction, const Id<Course>& id,
                                 const std::vector<RiskEntry>& open) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  ChartCourse beside{*course, {}, {}};
  for (const RiskEntry& entry : open) beside.open_risks.insert(entry.person);
  if (course->unit == UnitKind::individual) return beside;
  const auto view = view_of_course(transaction, *course);
  if (!view) return tl::unexpected(view.error());
  for (const MemberView& member : view->members)
    beside.names.emplace(member.person, member.name ? member.name->reveal() : member.code);
  return beside;
}

}  // namespace

Result<Sheet> sheet_of(Transaction& transaction, const Practice& practice,
                       const Administration& administration) {
  auto read = SheetReader(transaction, practice).read(administration);
  if (!read) return tl::unexpected(read.error());
  return std::move(read->sheet);
}

Result<Administration> give_measure(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                    const GiveMeasure& input) {
  const auto definition = choose_definition(practice, input.instrument, input.item_order);
  if (!definition) return tl::unexpected(definition.error());
  const Action action{"measure.give", Permission::write_course, course, input.respondent, input.instrument};
  return carry_out<Administration>(
      practice, actor, action, [&](Transaction& transaction) -> Result<Administration> {
        Administration given = administration_for(practice, *definition, input);
        given.course = course;
        if (auto may = may_be_given(transaction, practice, course, given, *definition->instrument); !may)
          return tl::unexpected(may.error());
        if (auto taken = take_wording(transaction, *definition, input, given); !taken)
          return tl::unexpected(taken.error());
        if (auto may = may_be_adaptive(*definition, given); !may) return tl::unexpected(may.error());
        const auto occasion = occasion_for(transaction, practice, given, input);
        if (!occasion) return tl::unexpected(occasion.error());
        given.occasion = *occasion;
        if (auto added = insert(transaction, given); !added) return tl::unexpected(added.error());
        return given;
      });
}

Result<Sheet> record_answers(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Administration>& id, const Answers& input) {
  return carry_out<Sheet>(
      practice, actor, {"answers.record", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<Sheet> {
        auto administration = administration_of(transaction, course, id);
        if (!administration) return tl::unexpected(administration.error());
        trail.action.person = administration->respondent;
        if (auto kept = keep_answers(transaction, practice, *administration, input); !kept)
          return tl::unexpected(kept.error());
        administration = get<Administration>(transaction, id);
        if (!administration) return tl::unexpected(administration.error());
        return sheet_of(transaction, practice, *administration);
      });
}

Result<Sheet> read_sheet(const Practice& practice, const Actor& actor, const Id<Course>& course,
                         const Id<Administration>& id) {
  return look<Sheet>(practice, actor, {"sheet.read", Permission::read_course, course, {}, id.text()},
                     [&](Transaction& transaction, Trail& trail) -> Result<Sheet> {
                       const auto administration = administration_of(transaction, course, id);
                       if (!administration) return tl::unexpected(administration.error());
                       trail.action.person = administration->respondent;
                       return sheet_of(transaction, practice, *administration);
                     });
}

namespace {

/// The sealed answers and the risk entries, sealed anew by the key of whose they are.
Result<bool> move_answers(Transaction& transaction, const Administration& moved) {
  auto sheet = find<ResponseSheet>(transaction, where(&ResponseSheet::administration, moved.id));
  if (!sheet) return tl::unexpected(sheet.error());
  if (!*sheet)
    return fail(ErrorKind::conflict, "measure.not_sent",
                "there are no answers yet: stop this sheet and give it anew");
  (*sheet)->respondent = moved.respondent;
  if (auto kept = replace(transaction, **sheet); !kept) return kept;
  auto entries = list<RiskEntry>(transaction, {{where(&RiskEntry::administration, moved.id)}, {}, {}});
  if (!entries) return tl::unexpected(entries.error());
  for (RiskEntry& entry : *entries) {
    entry.person = moved.respondent;
    entry.course = moved.course;
    if (auto kept = replace(transaction, entry); !kept) return kept;
  }
  return true;
}

}  // namespace

Result<Sheet> move_sheet(const Practice& practice, const Actor& actor, const Id<Course>& course,
                         const Id<Administration>& id, const MoveSheet& input) {
  if (letters_in(input.reason) < shortest_acknowledgement)
    return fail(ErrorKind::bad_data, "measure.reason",
                fmt::format("why, in {} letters at least", shortest_acknowledgement), field("reason"));
  return carry_out<Sheet>(
      practice, actor, {"sheet.move_from", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<Sheet> {
        const Action there{"sheet.move_to", Permission::write_course, input.to, input.respondent, id.text()};
        if (auto may = check_access(transaction, practice, actor, there); !may)
          return tl::unexpected(may.error());
        auto given = administration_of(transaction, course, id);
        if (!given) return tl::unexpected(given.error());
        const auto definition = definition_of(practice, *given);
        if (!definition) return tl::unexpected(definition.error());
        trail.action.person = given->respondent;
        trail.also.push_back(there);
        const Administration before = *given;
        if (given->subject == given->respondent) given->subject = input.respondent;
        given->respondent = input.respondent;
        given->course = input.to;
        given->figure.reset();
        if (auto may = may_be_given(transaction, practice, input.to, *given, *definition->instrument); !may)
          return tl::unexpected(may.error());
        const Occasion occasion{new_id<Occasion>(practice.entropy), input.to, OccasionKind::other,
                                given->given_at};
        if (auto added = insert(transaction, occasion); !added) return tl::unexpected(added.error());
        given->occasion = occasion.id;
        if (auto kept = replace(transaction, *given); !kept) return tl::unexpected(kept.error());
        if (auto moved = move_answers(transaction, *given); !moved) return tl::unexpected(moved.error());
        if (auto left = feedback_moved_away(transaction, practice, before); !left)
          return tl::unexpected(left.error());
        if (auto taken = take_feedback(transaction, practice, *given); !taken)
          return tl::unexpected(taken.error());
        if (auto ended = end_links(transaction, practice, id); !ended) return tl::unexpected(ended.error());
        return sheet_of(transaction, practice, *given);
      });
}

Result<CoursePage> read_course_page(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                    std::int64_t most) {
  return look<CoursePage>(
      practice, actor, {"course.page", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) -> Result<CoursePage> {
        CoursePage page;
        auto risks = list<RiskEntry>(
            transaction, {{where(&RiskEntry::course, course), where(&RiskEntry::closed_at, Is::absent)},
                          {by(&RiskEntry::created_at, true)},
                          {}});
        if (!risks) return tl::unexpected(risks.error());
        page.open_risk_entries = std::move(*risks);
        auto before = list<RiskEntry>(
            transaction, {{where(&RiskEntry::course, course), where(&RiskEntry::closed_at, Is::present)},
                          {by(&RiskEntry::created_at, true)},
                          most});
        if (!before) return tl::unexpected(before.error());
        page.acknowledged_risk_entries = std::move(*before);
        const auto given = list<Administration>(
            transaction,
            {{where(&Administration::course, course)}, {by(&Administration::given_at, true)}, most});
        if (!given) return tl::unexpected(given.error());
        SheetReader reader(transaction, practice);
        std::vector<ScoredSheet> scored;
        for (const Administration& administration : *given) {
          auto read = reader.read(administration);
          if (!read) return tl::unexpected(read.error());
          page.sheets.push_back(std::move(read->sheet));
          if (read->scored) scored.push_back(std::move(*read->scored));
        }
        std::reverse(scored.begin(), scored.end());
        const auto beside = chart_course(transaction, course, page.open_risk_entries);
        if (!beside) return tl::unexpected(beside.error());
        page.charts = charts_of(*beside, scored);
        return page;
      });
}

Result<std::vector<RiskEntry>> open_risk_entries(const Practice& practice, const Actor& actor) {
  return look<std::vector<RiskEntry>>(
      practice, actor, {"risk.list", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<std::vector<RiskEntry>> {
        const auto courses = readable_courses(transaction, practice, actor);
        if (!courses) return tl::unexpected(courses.error());
        std::vector<RiskEntry> open;
        for (std::size_t begin = 0; begin < courses->size(); begin += courses_at_once) {
          const auto end = std::min(courses->size(), begin + courses_at_once);
          const std::vector<Id<Course>> some(courses->begin() + static_cast<std::ptrdiff_t>(begin),
                                             courses->begin() + static_cast<std::ptrdiff_t>(end));
          auto found = list<RiskEntry>(
              transaction,
              {{where(&RiskEntry::closed_at, Is::absent), where_one_of(&RiskEntry::course, some)}, {}, {}});
          if (!found) return tl::unexpected(found.error());
          std::move(found->begin(), found->end(), std::back_inserter(open));
        }
        std::stable_sort(open.begin(), open.end(),
                         [](const RiskEntry& a, const RiskEntry& b) { return a.created_at > b.created_at; });
        for (const RiskEntry& entry : open)
          trail.also.push_back(
              {"risk.read", Permission::read_course, entry.course, entry.person, entry.id.text()});
        return open;
      });
}

Result<RiskEntry> acknowledge_risk(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<RiskEntry>& id, const Acknowledgement& input) {
  if (letters_in(input.what_was_done.reveal()) < shortest_acknowledgement)
    return fail(ErrorKind::bad_data, "risk.what_was_done",
                fmt::format("what was done, in {} letters at least", shortest_acknowledgement),
                field("what_was_done"));
  return carry_out<RiskEntry>(
      practice, actor, {"risk.acknowledge", Permission::read_course, course, {}, id.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<RiskEntry> {
        auto entry = get<RiskEntry>(transaction, id);
        if (!entry) return tl::unexpected(entry.error());
        if (entry->course != course)
          return fail(ErrorKind::not_found, "risk_entry.not_found", "there is no such record");
        trail.action.person = entry->person;
        if (auto may = may_acknowledge(transaction, actor, course); !may) return tl::unexpected(may.error());
        if (entry->acknowledged_at)
          return fail(ErrorKind::conflict, "risk.done", "someone has acknowledged this already");
        entry->acknowledged_at = practice.clock.now();
        entry->acknowledged_by = actor.user;
        entry->what_was_done = input.what_was_done;
        if (auto kept = replace(transaction, *entry); !kept) return tl::unexpected(kept.error());
        return entry;
      });
}

}  // namespace securebase::service
