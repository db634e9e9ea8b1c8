#include "service/portal.hpp"

#include <algorithm>
#include <array>

#include "service/settings.hpp"

namespace securebase::service {
namespace {

/// Is one that a phone may show to the one it was given to.
Result<bool> check_phone(Transaction& transaction, const Administration& sheet) {
  if (sheet.mode != Mode::on_phone)
    return fail(ErrorKind::conflict, "portal.mode", "only a sheet that was given for a phone has a link");
  return still_agreed(transaction, sheet);
}

/// May still be filled in.
Result<bool> check_open(Transaction& transaction, const Administration& sheet) {
  auto open = needs_open(sheet);
  return open ? check_phone(transaction, sheet) : open;
}

/// Those that may still be opened; there is one at most.
Result<std::vector<Ticket>> links_to(Transaction& transaction, const Administration& sheet) {
  return list<Ticket>(transaction, {{where(&Ticket::administration, std::optional(sheet.id.text())),
                                     where(&Ticket::revoked_at, Is::absent)},
                                    {},
                                    {}});
}

Result<std::optional<Instant>> end_of_link(Transaction& transaction, const Administration& sheet) {
  const auto links = links_to(transaction, sheet);
  if (!links) return tl::unexpected(links.error());
  return links->empty() ? std::optional<Instant>() : std::optional(links->front().expires_at);
}

/// The one sheet of a portal session.
Result<Administration> own_sheet(Transaction& transaction, const Practice& practice, const Actor& actor) {
  auto sheet = get<Administration>(transaction, actor.only.value_or(Id<Administration>()));
  if (!sheet) return sheet;
  if (sheet->respondent != actor.person)
    return fail(ErrorKind::not_found, "administration.not_found", "there is no such record");
  if (auto shown = check_phone(transaction, *sheet); !shown) return tl::unexpected(shown.error());
  if (sheet->progress == Progress::stopped) return sheet;
  const auto end = end_of_link(transaction, *sheet);
  if (!end) return tl::unexpected(end.error());
  if (!*end || **end < practice.clock.now())
    return fail(ErrorKind::unauthenticated, "session.unknown", "this link has ended: ask for a new one");
  return sheet;
}
Result<Administration> own_open_sheet(Transaction& transaction, const Practice& practice,
                                      const Actor& actor) {
  auto sheet = own_sheet(transaction, practice, actor);
  if (!sheet) return sheet;
  if (auto open = needs_open(*sheet); !open) return tl::unexpected(open.error());
  return sheet;
}

Action of_sheet(std::string_view name, const Actor& actor) {
  return {name, Permission::portal, {}, actor.person, actor.only ? actor.only->text() : std::string()};
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
  const auto sheet = own_sheet(transaction, practice, person_of(**found));
  if (!sheet) return sheet.error().kind == ErrorKind::internal ? tl::unexpected(sheet.error()) : unknown();
  if (sheet->progress == Progress::stopped) return unknown();
  return std::move(**found);
}

/// What was sent can be seen again for a while.
Result<bool> shorten_links(Transaction& transaction, const Practice& practice, const Administration& sheet) {
  const auto links = links_to(transaction, sheet);
  if (!links) return tl::unexpected(links.error());
  const Instant end = practice.clock.now() + own_answers_ms;
  for (Ticket link : *links) {
    if (link.expires_at < end) continue;
    link.expires_at = end;
    if (auto kept = replace(transaction, link); !kept) return kept;
  }
  return true;
}

OwnAnswer own_answer(const Form& form, std::size_t at, const std::string& answer, bool withheld) {
  OwnAnswer own{static_cast<int>(at) + 1, withheld, {}, {}, {}};
  if (withheld) return own;
  const FormItem& item = form.items.at(at);
  own.text = item.text;
  own.answer = answer;
  for (std::size_t option = 0; option < item.options.size(); ++option)
    if (answer == std::to_string(item.lowest + static_cast<int>(option))) own.option = item.options[option];
  return own;
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
                           return end_links(transaction, practice, sheet);
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
        if (auto open = needs_open(*given); !open) return tl::unexpected(open.error());
        if (auto stopped = set_progress(transaction, *given, Progress::stopped); !stopped)
          return tl::unexpected(stopped.error());
        if (auto ended = end_links(transaction, practice, sheet); !ended)
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
    const Actor person = person_of(*link);
    if (auto ended = end_portal_sessions(transaction, person.only.value_or(Id<Administration>())); !ended)
      return ended;
    Session session;
    session.person = link->person;
    session.administration = link->administration;
    auto added = add_session(transaction, practice, std::move(session));
    if (!added) return tl::unexpected(added.error());
    given = std::move(*added);
    return append_audit(transaction, practice, person, of_sheet("portal.open", person));
  });
  if (!done && done.error().code == "ticket.unknown") return tl::unexpected(done.error());
  attempts.take_back(key);
  if (!done) return tl::unexpected(done.error());
  return std::move(*given);
}

Result<Form> read_form(const Practice& practice, const Actor& actor) {
  return carry_out<Form>(
      practice, actor, of_sheet("portal.read", actor), [&](Transaction& transaction) -> Result<Form> {
        const auto sheet = own_open_sheet(transaction, practice, actor);
        if (!sheet) return tl::unexpected(sheet.error());
        const auto path = risk_path(transaction);
        if (!path) return tl::unexpected(path.error());
        if (auto begun = set_progress(transaction, *sheet, Progress::begun); !begun)
          return tl::unexpected(begun.error());
        auto form =
            form_of(transaction, practice, *sheet, sheet->asks_risk && path->is_ready(), FormReader::client);
        if (!form) return form;
        const auto end = end_of_link(transaction, *sheet);
        if (!end) return tl::unexpected(end.error());
        form->expires_at = *end;
        return form;
      });
}

Result<bool> send_form(const Practice& practice, const Actor& actor, const SentAnswers& input) {
  return carry_out<bool>(
      practice, actor, of_sheet("portal.send", actor), [&](Transaction& transaction) -> Result<bool> {
        const auto sheet = own_open_sheet(transaction, practice, actor);
        if (!sheet) return tl::unexpected(sheet.error());
        if (auto same = needs_same(*sheet, input); !same) return same;
        if (auto kept = keep_answers(transaction, practice, *sheet, {input.answers}); !kept) return kept;
        return shorten_links(transaction, practice, *sheet);
      });
}

Result<NextQuestion> next_question(const Practice& practice, const Actor& actor, const SentAnswers& input) {
  return glance<NextQuestion>(practice, actor, of_sheet("portal.next", actor),
                              [&](Transaction& transaction) -> Result<NextQuestion> {
                                const auto sheet = own_open_sheet(transaction, practice, actor);
                                if (!sheet) return tl::unexpected(sheet.error());
                                return next_on_sheet(practice, *sheet, input);
                              });
}

Result<bool> stop_form(const Practice& practice, const Actor& actor) {
  return carry_out<bool>(practice, actor, of_sheet("portal.stop", actor),
                         [&](Transaction& transaction) -> Result<bool> {
                           const auto sheet = own_open_sheet(transaction, practice, actor);
                           if (!sheet) return tl::unexpected(sheet.error());
                           if (auto stopped = set_progress(transaction, *sheet, Progress::stopped); !stopped)
                             return stopped;
                           return end_links(transaction, practice, sheet->id);
                         });
}

bool is_kept_from_phones(const std::string& instrument) {
  constexpr std::array kept = {"hits"sv, "ace-10"sv};
  return std::find(kept.begin(), kept.end(), instrument) != kept.end();
}

Result<OwnAnswers> own_answers_of(Transaction& transaction, const Practice& practice,
                                  const Administration& sheet) {
  if (sheet.progress != Progress::sent || !sheet.sent_at)
    return fail(ErrorKind::conflict, "measure.not_sent", "these answers have not been sent");
  const auto definition = definition_of(practice, sheet);
  if (!definition) return tl::unexpected(definition.error());
  const auto form = form_of(transaction, practice, sheet, true, FormReader::client);
  if (!form) return tl::unexpected(form.error());
  const auto sent = sheet_of(transaction, practice, sheet);
  if (!sent) return tl::unexpected(sent.error());
  OwnAnswers own{form->title, *sheet.sent_at, form->therapist_name, form->help_contact, form->help_phone, {},
                 {}};
  own.figure = form->figure;
  const bool none_is_shown = is_kept_from_phones(sheet.instrument);
  for (std::size_t at = 0; at < sent->answers.size(); ++at) {
    const bool is_risk = is_risk_item(*definition->instrument, static_cast<int>(at) + 1);
    own.items.push_back(own_answer(*form, at, sent->answers[at], none_is_shown || is_risk));
  }
  return own;
}

Result<OwnAnswers> read_own_answers(const Practice& practice, const Actor& actor) {
  return look<OwnAnswers>(practice, actor, of_sheet("portal.read_answers", actor),
                          [&](Transaction& transaction) -> Result<OwnAnswers> {
                            const auto sheet = own_sheet(transaction, practice, actor);
                            if (!sheet) return tl::unexpected(sheet.error());
                            auto own = own_answers_of(transaction, practice, *sheet);
                            if (!own) return own;
                            const auto end = end_of_link(transaction, *sheet);
                            if (!end) return tl::unexpected(end.error());
                            own->expires_at = *end;
                            return own;
                          });
}

Result<PortalLink> offer_portal_trial(const Practice& practice, const Actor& actor) {
  return carry_out<PortalLink>(practice, actor, {"portal.trial", Permission::manage_practice, {}, {}, ""},
                               [&](Transaction& transaction) -> Result<PortalLink> {
                                 if (practice.portal_address.empty())
                                   return fail(ErrorKind::conflict, "portal.none",
                                               "this program was started without a portal: see --portal");
                                 Ticket ticket;
                                 ticket.kind = TicketKind::portal_trial;
                                 auto token =
                                     add_ticket(transaction, practice, std::move(ticket), portal_trial_ms);
                                 if (!token) return tl::unexpected(token.error());
                                 return PortalLink{std::move(*token), practice.clock.now() + portal_trial_ms};
                               });
}

Result<bool> prove_portal(const Practice& practice, Attempts& attempts, const Private<std::string>& token,
                          const TrialSource& source) {
  const std::string key = "link:" + source.address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go) return go;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    auto ticket = find_ticket(transaction, practice, TicketKind::portal_trial, token);
    if (!ticket) return tl::unexpected(ticket.error());
    if (source.from_this_machine)
      return fail(ErrorKind::conflict, "portal.trial",
                  "this came from the machine that the program runs on: open the link on a phone");
    if (!source.encrypted)
      return fail(ErrorKind::conflict, "portal.trial",
                  "this came without encryption: the portal needs https (see docs/operations.md)");
    if (!source.is_phone)
      return fail(ErrorKind::conflict, "portal.trial", "this came from no phone: open the link on one");
    ticket->used_at = practice.clock.now();
    if (auto used = replace(transaction, *ticket); !used) return used;
    if (auto noted = note_portal_reached(transaction, practice); !noted) return noted;
    return append_audit(transaction, practice, the_program(),
                        {"portal.reached", Permission::anyone, {}, {}, ""});
  });
  if (done || done.error().code == "portal.trial") attempts.take_back(key);
  return done;
}

}  // namespace securebase::service
