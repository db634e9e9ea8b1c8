#include "service/portal.hpp"

#include <algorithm>

#include "service/settings.hpp"

namespace securebase::service {
namespace {

bool is_open(const Administration& sheet) {
  return sheet.progress == Progress::given || sheet.progress == Progress::begun;
}

/// May still be filled in on a phone by the one it was given to.
Result<bool> check_open(Transaction& transaction, const Administration& sheet) {
  if (sheet.mode != Mode::on_phone)
    return fail(ErrorKind::conflict, "portal.mode", "only a sheet that was given for a phone has a link");
  if (!is_open(sheet))
    return fail(ErrorKind::conflict, "measure.sent",
                "these answers have been sent, or the sheet was stopped");
  for (const ConsentKind kind : {ConsentKind::measures, ConsentKind::portal})
    if (auto agreed = needs_consent(transaction, sheet.respondent, sheet.course, kind); !agreed)
      return agreed;
  return true;
}

/// The one sheet of a portal session.
Result<Administration> own_sheet(Transaction& transaction, const Actor& actor) {
  auto sheet = get<Administration>(transaction, actor.only.value_or(Id<Administration>()));
  if (!sheet) return sheet;
  if (sheet->respondent != actor.person)
    return fail(ErrorKind::not_found, "administration.not_found", "there is no such record");
  if (auto open = check_open(transaction, *sheet); !open) return tl::unexpected(open.error());
  return sheet;
}

Action of_sheet(std::string_view name, const Actor& actor) {
  return {name, Permission::portal, {}, actor.person, actor.only ? actor.only->text() : std::string()};
}

Result<bool> end_links(Transaction& transaction, const Practice& practice, const Id<Administration>& sheet) {
  const auto revoked =
      change<Ticket>(transaction, {to(&Ticket::revoked_at, std::optional(practice.clock.now()))},
                     {where(&Ticket::administration, sheet.text()), where(&Ticket::revoked_at, Is::absent)});
  if (!revoked) return tl::unexpected(revoked.error());
  return true;
}

Result<bool> end_portal_sessions(Transaction& transaction, const std::string& sheet) {
  const Condition open[] = {where(&Session::administration, sheet)};
  const auto ended = transaction.remove(table_of<Session>(), open);
  if (!ended) return tl::unexpected(ended.error());
  return true;
}

Actor person_of(const Ticket& ticket) {
  Actor actor;
  actor.kind = Actor::Kind::portal;
  actor.person = ticket.person.value_or(Id<Person>());
  actor.only = Id<Administration>::parse(ticket.administration.value_or(""));
  return actor;
}

/// A link may be opened again: who is called away in the middle comes back.
Result<Ticket> find_link(Transaction& transaction, const Practice& practice,
                         const Private<std::string>& token) {
  const auto unknown = [] {
    return fail(ErrorKind::not_found, "ticket.unknown", "this link no longer works: ask for a new one");
  };
  auto found = find<Ticket>(transaction, where(&Ticket::token_hash, practice.secrets.hash_token(token)));
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != TicketKind::portal_link || (*found)->revoked_at ||
      (*found)->expires_at < practice.clock.now())
    return unknown();
  const auto sheet = own_sheet(transaction, person_of(**found));
  if (!sheet) return sheet.error().kind == ErrorKind::conflict ? unknown() : tl::unexpected(sheet.error());
  return std::move(**found);
}

const catalog::Text* text_in(const Definition& definition) {
  const auto& texts = definition.instrument->texts;
  const bool numbered_alike = definition.order == &definition.instrument->orders.front();
  return texts.empty() || !numbered_alike ? nullptr : &texts.front();
}

FormItem form_item(const Definition& definition, int position, bool asked) {
  FormItem item;
  item.position = position;
  item.asked = asked;
  const auto range = catalog::range_in_order(*definition.instrument, *definition.order, position);
  item.lowest = range.min;
  item.highest = range.max;
  const auto* text = text_in(definition);
  if (text == nullptr || !asked) return item;
  const auto& own = text->items.at(static_cast<std::size_t>(position - 1));
  item.text = own.text;
  item.options = own.options.empty() ? text->options : own.options;
  return item;
}

FormRule form_rule(const catalog::Rule& rule) {
  return {rule.action == catalog::Action::show_help ? FormAction::show_help_if : FormAction::show_item_if,
          rule.item, rule.at_least, rule.target_items};
}

bool is_risk(const catalog::Instrument& instrument, int position) {
  return std::any_of(instrument.risks.begin(), instrument.risks.end(), [&](const catalog::Risk& risk) {
    return std::find(risk.items.begin(), risk.items.end(), position) != risk.items.end();
  });
}

Form form_of(const Definition& definition, bool asks_risk, const std::string& risk_contact) {
  const catalog::Instrument& instrument = *definition.instrument;
  Form form;
  form.title = instrument.name;
  form.recall = instrument.recall;
  if (const auto* text = text_in(definition)) {
    form.title = text->title;
    form.locale = text->locale;
    form.instruction = text->instruction;
  }
  for (int position = 1; position <= static_cast<int>(instrument.items.size()); ++position) {
    const bool risk = is_risk(instrument, position);
    const bool optional = instrument.items.at(static_cast<std::size_t>(position - 1)).optional;
    const bool asked = !optional && (!risk || asks_risk);
    form.items.push_back(form_item(definition, position, asked));
    if (risk && asked) form.risk_contact = risk_contact;
  }
  for (const catalog::Rule& rule : instrument.rules)
    if (form.items.at(static_cast<std::size_t>(rule.item - 1)).asked) form.rules.push_back(form_rule(rule));
  return form;
}

Result<bool> set_progress(Transaction& transaction, const Administration& sheet, Progress progress) {
  const auto changed = change<Administration>(
      transaction, {to(&Administration::progress, progress)},
      {where(&Administration::id, sheet.id),
       where_one_of(&Administration::progress, std::vector{Progress::given, Progress::begun})});
  if (!changed) return tl::unexpected(changed.error());
  return true;
}

/// The therapist's name, and the end of the link.
Result<bool> add_who_and_when(Transaction& transaction, const Administration& sheet, Form& form) {
  const auto course = get<Course>(transaction, sheet.course);
  if (!course) return tl::unexpected(course.error());
  const auto therapist = get<User>(transaction, course->therapist);
  if (!therapist) return tl::unexpected(therapist.error());
  form.therapist_name = therapist->display_name;
  const auto links =
      list<Ticket>(transaction, {{where(&Ticket::administration, std::optional(sheet.id.text())),
                                  where(&Ticket::revoked_at, Is::absent)},
                                 {},
                                 {}});
  if (!links) return tl::unexpected(links.error());
  if (!links->empty()) form.expires_at = links->front().expires_at;
  return true;
}

}  // namespace

Result<PortalLink> make_portal_link(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                    const Id<Administration>& sheet) {
  return carry_out<PortalLink>(
      practice, actor, {"portal.link", Permission::write_course, course, {}, sheet.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<PortalLink> {
        const auto given = administration_of(transaction, course, sheet);
        if (!given) return tl::unexpected(given.error());
        trail.action.person = given->respondent;
        if (auto open = check_open(transaction, *given); !open) return tl::unexpected(open.error());
        if (auto ended = end_links(transaction, practice, sheet); !ended)
          return tl::unexpected(ended.error());
        Ticket ticket;
        ticket.kind = TicketKind::portal_link;
        ticket.person = given->respondent;
        ticket.administration = sheet.text();
        auto token = add_ticket(transaction, practice, std::move(ticket), portal_link_ms);
        if (!token) return tl::unexpected(token.error());
        return PortalLink{std::move(*token), practice.clock.now() + portal_link_ms};
      });
}

Result<bool> revoke_portal_link(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<Administration>& sheet) {
  return carry_out<bool>(practice, actor,
                         {"portal.revoke", Permission::write_course, course, {}, sheet.text()},
                         [&](Transaction& transaction, Trail& trail) -> Result<bool> {
                           const auto given = administration_of(transaction, course, sheet);
                           if (!given) return tl::unexpected(given.error());
                           trail.action.person = given->respondent;
                           if (auto ended = end_links(transaction, practice, sheet); !ended) return ended;
                           return end_portal_sessions(transaction, sheet.text());
                         });
}

Result<Administration> stop_sheet(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const Id<Administration>& sheet) {
  return carry_out<Administration>(
      practice, actor, {"sheet.stop", Permission::write_course, course, {}, sheet.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<Administration> {
        auto given = administration_of(transaction, course, sheet);
        if (!given) return given;
        trail.action.person = given->respondent;
        if (!is_open(*given))
          return fail(ErrorKind::conflict, "measure.sent",
                      "these answers have been sent, or the sheet was stopped");
        if (auto stopped = set_progress(transaction, *given, Progress::stopped); !stopped)
          return tl::unexpected(stopped.error());
        if (auto ended = end_links(transaction, practice, sheet); !ended)
          return tl::unexpected(ended.error());
        if (auto ended = end_portal_sessions(transaction, sheet.text()); !ended)
          return tl::unexpected(ended.error());
        return get<Administration>(transaction, sheet);
      });
}

Result<SignedIn> open_portal_link(const Practice& practice, Attempts& attempts,
                                  const Private<std::string>& token, const std::string& address) {
  const std::string key = "link:" + address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go)
    return tl::unexpected(go.error());
  std::optional<SignedIn> given;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    const auto link = find_link(transaction, practice, token);
    if (!link) return tl::unexpected(link.error());
    if (auto ended = end_portal_sessions(transaction, *link->administration); !ended) return ended;
    Session session;
    session.person = link->person;
    session.administration = link->administration;
    auto added = add_session(transaction, practice, std::move(session));
    if (!added) return tl::unexpected(added.error());
    given = std::move(*added);
    const Actor person = person_of(*link);
    return append_audit(transaction, practice, person, of_sheet("portal.open", person));
  });
  if (!done && done.error().code == "ticket.unknown") return tl::unexpected(done.error());
  attempts.take_back(key);
  if (!done) return tl::unexpected(done.error());
  return std::move(*given);
}

Result<Form> read_form(const Practice& practice, const Actor& actor) {
  return carry_out<Form>(practice, actor, of_sheet("portal.read", actor),
                         [&](Transaction& transaction) -> Result<Form> {
                           const auto sheet = own_sheet(transaction, actor);
                           if (!sheet) return tl::unexpected(sheet.error());
                           const auto definition = definition_of(practice, *sheet);
                           if (!definition) return tl::unexpected(definition.error());
                           const auto contact = setting(transaction, portal_risk_contact);
                           if (!contact) return tl::unexpected(contact.error());
                           if (auto begun = set_progress(transaction, *sheet, Progress::begun); !begun)
                             return tl::unexpected(begun.error());
                           Form form = form_of(*definition, sheet->asks_risk && !contact->empty(), *contact);
                           form.help_contact = *contact;
                           if (auto said = add_who_and_when(transaction, *sheet, form); !said)
                             return tl::unexpected(said.error());
                           return form;
                         });
}

Result<bool> send_form(const Practice& practice, const Actor& actor, const Answers& input) {
  return carry_out<bool>(practice, actor, of_sheet("portal.send", actor),
                         [&](Transaction& transaction) -> Result<bool> {
                           const auto sheet = own_sheet(transaction, actor);
                           if (!sheet) return tl::unexpected(sheet.error());
                           if (auto kept = keep_answers(transaction, practice, *sheet, input); !kept)
                             return kept;
                           return end_links(transaction, practice, sheet->id);
                         });
}

Result<bool> stop_form(const Practice& practice, const Actor& actor) {
  return carry_out<bool>(practice, actor, of_sheet("portal.stop", actor),
                         [&](Transaction& transaction) -> Result<bool> {
                           const auto sheet = own_sheet(transaction, actor);
                           if (!sheet) return tl::unexpected(sheet.error());
                           if (auto stopped = set_progress(transaction, *sheet, Progress::stopped); !stopped)
                             return stopped;
                           return end_links(transaction, practice, sheet->id);
                         });
}

}  // namespace securebase::service
