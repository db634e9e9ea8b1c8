#include "service/form.hpp"

#include <algorithm>

#include "service/course.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

FormItem form_item(const Definition& definition, const std::optional<catalog::Text>& text, int position,
                   FormReader reader) {
  const auto at = static_cast<std::size_t>(position - 1);
  const auto range = catalog::range_in_order(*definition.instrument, *definition.order, position);
  FormItem item;
  item.position = position;
  item.lowest = range.min;
  item.highest = range.max;
  item.guarded = is_risk_item(*definition.instrument, position);
  const bool numbered_alike = definition.order == &definition.instrument->orders.front();
  const std::string& gist = definition.instrument->items.at(at).gist;
  if (reader == FormReader::therapist && numbered_alike && !gist.empty()) item.gist = gist;
  item.risk = reader == FormReader::therapist && item.guarded;
  if (!text || text->items.at(at).text.empty()) return item;
  const auto& own = text->items.at(at);
  item.text = own.text;
  item.options = own.options.empty() ? text->options : own.options;
  if (item.options.size() != static_cast<std::size_t>(range.max - range.min + 1)) item.options.clear();
  return item;
}

FormRule form_rule(const catalog::Rule& rule) {
  return {rule.action == catalog::Action::show_help ? FormAction::show_help_if : FormAction::show_item_if,
          rule.item, rule.at_least, rule.target_items};
}

/// What is not asked is not worded either: who does not answer it does not read it.
void leave_out(FormItem& item) {
  item.asked = false;
  item.text.reset();
  item.options.clear();
}

Form blank(const Definition& definition, const std::optional<catalog::Text>& text, FormReader reader) {
  Form form;
  form.title = definition.instrument->name;
  form.recall = definition.instrument->recall;
  if (text) {
    if (!text->title.empty()) form.title = text->title;
    form.locale = text->locale;
    form.instruction = text->instruction;
  }
  for (int position = 1; position <= static_cast<int>(definition.instrument->items.size()); ++position)
    form.items.push_back(form_item(definition, text, position, reader));
  return form;
}

/// After a risk answer help is shown at once, whether or not the definition has a rule of its own; also where
/// it was given before the item was left out.
void add_help(const catalog::Instrument& instrument, Form& form) {
  for (const catalog::Risk& risk : instrument.risks)
    for (const int item : risk.items) {
      const bool has_rule = std::any_of(form.rules.begin(), form.rules.end(), [&](const FormRule& rule) {
        return rule.action == FormAction::show_help_if && rule.item == item && rule.at_least <= risk.at_least;
      });
      if (!has_rule) form.rules.push_back({FormAction::show_help_if, item, risk.at_least, {}});
    }
}

void ask(const Definition& definition, bool asks_risk, const std::string& contact, Form& form) {
  for (FormItem& item : form.items) {
    const bool risk = is_risk_item(*definition.instrument, item.position);
    const auto& known = definition.instrument->items.at(static_cast<std::size_t>(item.position - 1));
    // An optional risk item is switched on by asking for risk; another optional item is not asked yet.
    if (risk ? !asks_risk : known.optional)
      leave_out(item);
    else if (risk)
      form.risk_contact = contact;
  }
  for (const catalog::Rule& rule : definition.instrument->rules)
    if (form.items.at(static_cast<std::size_t>(rule.item - 1)).asked) form.rules.push_back(form_rule(rule));
  add_help(*definition.instrument, form);
}

Result<std::string> therapist_of(Transaction& transaction, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  auto therapist = get<User>(transaction, course->therapist);
  if (!therapist) return tl::unexpected(therapist.error());
  return std::move(therapist->display_name);
}

Result<std::optional<FormFigure>> figure_of(Transaction& transaction, const Administration& sheet) {
  if (!sheet.figure) return std::optional<FormFigure>();
  auto figure = get<Figure>(transaction, *sheet.figure);
  if (!figure) return tl::unexpected(figure.error());
  return std::optional(FormFigure{figure->kind, std::move(figure->name)});
}

/// The sheet a session in the room is for, while its therapist is the one of the course.
Result<Administration> sheet_in_room(Transaction& transaction, const Actor& actor) {
  auto sheet = get<Administration>(transaction, actor.only.value_or(Id<Administration>()));
  if (!sheet) return sheet;
  const auto course = get<Course>(transaction, sheet->course);
  if (!course) return tl::unexpected(course.error());
  if (course->therapist != actor.user)
    return fail(ErrorKind::not_found, "administration.not_found", "there is no such record");
  if (auto open = needs_open(*sheet); !open) return tl::unexpected(open.error());
  if (auto agreed = still_agreed(transaction, *sheet); !agreed) return tl::unexpected(agreed.error());
  return sheet;
}

Action in_room(std::string_view name, const Actor& actor) {
  return {name, Permission::room, {}, {}, actor.only ? actor.only->text() : std::string()};
}

void point_at(Trail& trail, const Administration& sheet) {
  trail.action.course = sheet.course;
  trail.action.person = sheet.respondent;
}

}  // namespace

bool is_open(const Administration& sheet) {
  return sheet.progress == Progress::given || sheet.progress == Progress::begun;
}

Result<bool> needs_open(const Administration& sheet) {
  if (is_open(sheet)) return true;
  return fail(ErrorKind::conflict, "measure.sent", "these answers have been sent, or the sheet was stopped");
}

Result<bool> needs_same(const Administration& sheet, const SentAnswers& input) {
  if (input.sheet == sheet.id) return true;
  return fail(ErrorKind::conflict, "measure.other_sheet",
              "this page shows another sheet than the one that is open now: open it anew");
}

Result<bool> still_agreed(Transaction& transaction, const Administration& sheet) {
  if (auto there = still_there(transaction, sheet.respondent); !there) return there;
  for (const ConsentKind kind : {ConsentKind::limits_explained, ConsentKind::measures})
    if (auto agreed = needs_consent(transaction, sheet.respondent, sheet.course, kind); !agreed)
      return agreed;
  return sheet.mode == Mode::on_phone
             ? needs_consent(transaction, sheet.respondent, sheet.course, ConsentKind::portal)
             : Result<bool>(true);
}

Result<bool> end_portal_sessions(Transaction& transaction, const Id<Administration>& sheet) {
  // A screen that is locked to it in the room stays locked.
  const Condition open[] = {where(&Session::administration, std::optional(sheet.text())),
                            where(&Session::person, Is::present)};
  const auto ended = transaction.remove(table_of<Session>(), open);
  if (!ended) return tl::unexpected(ended.error());
  return true;
}

Result<bool> end_links(Transaction& transaction, const Practice& practice, const Id<Administration>& sheet) {
  const auto revoked = change<Ticket>(
      transaction, {to(&Ticket::revoked_at, std::optional(practice.clock.now()))},
      {where(&Ticket::administration, std::optional(sheet.text())), where(&Ticket::revoked_at, Is::absent)});
  if (!revoked) return tl::unexpected(revoked.error());
  return end_portal_sessions(transaction, sheet);
}

Result<bool> stop_open_sheets(Transaction& transaction, const Practice& practice, const Id<Course>& course) {
  const auto open = list<Administration>(
      transaction, {{where(&Administration::course, course),
                     where_one_of(&Administration::progress, std::vector{Progress::given, Progress::begun})},
                    {},
                    {}});
  if (!open) return tl::unexpected(open.error());
  for (const Administration& sheet : *open) {
    if (auto stopped = set_progress(transaction, sheet, Progress::stopped); !stopped) return stopped;
    if (auto ended = end_links(transaction, practice, sheet.id); !ended) return ended;
  }
  return true;
}

Result<bool> set_progress(Transaction& transaction, const Administration& sheet, Progress progress) {
  const auto changed = change<Administration>(
      transaction, {to(&Administration::progress, progress)},
      {where(&Administration::id, sheet.id),
       where_one_of(&Administration::progress, std::vector{Progress::given, Progress::begun})});
  if (!changed) return tl::unexpected(changed.error());
  return true;
}

Result<Form> form_of(Transaction& transaction, const Practice& practice, const Administration& sheet,
                     bool asks_risk, FormReader reader) {
  const auto definition = definition_of(practice, sheet);
  if (!definition) return tl::unexpected(definition.error());
  const auto text = text_of(transaction, *definition, sheet.wording);
  if (!text) return tl::unexpected(text.error());
  const auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  auto therapist = therapist_of(transaction, sheet.course);
  if (!therapist) return tl::unexpected(therapist.error());
  auto figure = figure_of(transaction, sheet);
  if (!figure) return tl::unexpected(figure.error());
  Form form = blank(*definition, *text, reader);
  form.figure = std::move(*figure);
  // A definition of today may know less than that of the day it was given: then all is asked.
  if (sheet.adaptive && reader == FormReader::client &&
      adaptive_count(*definition->instrument, *definition->order)) {
    auto begin = next_of(*definition, sheet, measures::Responses(definition->instrument->items.size()));
    if (!begin) return tl::unexpected(begin.error());
    form.adaptive = *begin;
    form.most_items = sheet.most_items;
  }
  ask(*definition, asks_risk, path->contact(), form);
  form.sheet = sheet.id;
  form.therapist_name = std::move(*therapist);
  form.help_contact = path->contact();
  form.help_phone = path->phone;
  return form;
}

Result<NextQuestion> next_on_sheet(const Practice& practice, const Administration& sheet,
                                   const SentAnswers& input) {
  if (auto same = needs_same(sheet, input); !same) return tl::unexpected(same.error());
  const auto definition = definition_of(practice, sheet);
  if (!definition) return tl::unexpected(definition.error());
  const auto responses = parse_answers(*definition, sheet, {input.answers});
  if (!responses) return tl::unexpected(responses.error());
  return next_of(*definition, sheet, *responses);
}

Result<Form> read_sheet_form(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Administration>& sheet) {
  return look<Form>(practice, actor, {"sheet.form", Permission::read_course, course, {}, sheet.text()},
                    [&](Transaction& transaction, Trail& trail) -> Result<Form> {
                      const auto given = administration_of(transaction, course, sheet);
                      if (!given) return tl::unexpected(given.error());
                      trail.action.person = given->respondent;
                      return form_of(transaction, practice, *given, given->asks_risk, FormReader::therapist);
                    });
}

Result<bool> enter_room(const Practice& practice, const Actor& actor, const Id<Course>& course,
                        const Id<Administration>& sheet) {
  return carry_out<bool>(
      practice, actor, {"room.enter", Permission::write_course, course, {}, sheet.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<bool> {
        const auto given = administration_of(transaction, course, sheet);
        if (!given) return tl::unexpected(given.error());
        trail.action.person = given->respondent;
        if (given->mode != Mode::in_room)
          return fail(ErrorKind::conflict, "measure.mode", "this sheet was not given for the room");
        if (auto open = needs_open(*given); !open) return open;
        if (auto agreed = still_agreed(transaction, *given); !agreed) return agreed;
        const auto narrowed =
            change<Session>(transaction, {to(&Session::administration, std::optional(sheet.text()))},
                            {where(&Session::id, actor.session)});
        if (!narrowed) return tl::unexpected(narrowed.error());
        return true;
      });
}

Result<Form> read_room_form(const Practice& practice, const Actor& actor) {
  return carry_out<Form>(practice, actor, in_room("room.read", actor),
                         [&](Transaction& transaction, Trail& trail) -> Result<Form> {
                           const auto sheet = sheet_in_room(transaction, actor);
                           if (!sheet) return tl::unexpected(sheet.error());
                           point_at(trail, *sheet);
                           if (auto begun = set_progress(transaction, *sheet, Progress::begun); !begun)
                             return tl::unexpected(begun.error());
                           return form_of(transaction, practice, *sheet, sheet->asks_risk,
                                          FormReader::client);
                         });
}

namespace {

/// The screen is locked to the next sheet of the same occasion, where one waits.
Result<bool> go_on_to_next(Transaction& transaction, const Actor& actor, const Administration& sent) {
  auto waiting = list<Administration>(
      transaction,
      {{where(&Administration::course, sent.course), where(&Administration::occasion, sent.occasion),
        where(&Administration::respondent, sent.respondent), where(&Administration::mode, Mode::in_room),
        where_one_of(&Administration::progress, std::vector{Progress::given, Progress::begun})},
       {by(&Administration::given_at)},
       {}});
  if (!waiting) return tl::unexpected(waiting.error());
  std::erase_if(*waiting, [&](const Administration& one) { return one.id == sent.id; });
  if (waiting->empty()) return true;
  const auto moved =
      change<Session>(transaction, {to(&Session::administration, std::optional(waiting->front().id.text()))},
                      {where(&Session::id, actor.session)});
  if (!moved) return tl::unexpected(moved.error());
  return true;
}

}  // namespace

Result<bool> send_room_form(const Practice& practice, const Actor& actor, const SentAnswers& input) {
  return carry_out<bool>(practice, actor, in_room("room.send", actor),
                         [&](Transaction& transaction, Trail& trail) -> Result<bool> {
                           const auto sheet = sheet_in_room(transaction, actor);
                           if (!sheet) return tl::unexpected(sheet.error());
                           point_at(trail, *sheet);
                           if (auto same = needs_same(*sheet, input); !same) return same;
                           if (auto kept = keep_answers(transaction, practice, *sheet, {input.answers});
                               !kept)
                             return kept;
                           return go_on_to_next(transaction, actor, *sheet);
                         });
}

Result<NextQuestion> next_room_question(const Practice& practice, const Actor& actor,
                                        const SentAnswers& input) {
  return glance<NextQuestion>(practice, actor, in_room("room.next", actor),
                              [&](Transaction& transaction) -> Result<NextQuestion> {
                                const auto sheet = sheet_in_room(transaction, actor);
                                if (!sheet) return tl::unexpected(sheet.error());
                                return next_on_sheet(practice, *sheet, input);
                              });
}

}  // namespace securebase::service
