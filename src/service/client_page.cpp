#include "service/client_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/plan_record.hpp"
#include "service/reminder.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t longest_word = 100;
constexpr std::size_t longest_outcome = 2000;
constexpr std::size_t shortest_outcome = 3;  // letters
constexpr std::int64_t most_sheets = 100;

Action of_member(std::string_view name, const Id<Course>& course, const Id<Person>& person,
                 Permission permission = Permission::write_course) {
  return {name, permission, course, person, ""};
}
Action of_page(std::string_view name, const Actor& actor) {
  return {name, Permission::portal, {}, actor.person, actor.page ? actor.page->text() : std::string()};
}

/// As it was agreed, however it is typed.
std::string hash_of_word(const Practice& practice, const ClientPage& page, const Private<std::string>& word) {
  std::string plain = page.id.text() + ":";
  for (const char c : word.reveal()) {
    if (c == ' ' || c == '\t') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return practice.secrets.hash_token(Private<std::string>(std::move(plain)));
}

Result<std::vector<ClientPage>> pages_that_open(Transaction& transaction, const Practice& practice,
                                                const Id<Course>& course, const Id<Person>& person) {
  return list<ClientPage>(transaction,
                          {{where(&ClientPage::course, course), where(&ClientPage::person, person),
                            where(&ClientPage::revoked_at, Is::absent),
                            where(&ClientPage::expires_at, practice.clock.now(), Is::greater)},
                           {by(&ClientPage::made_at, true)},
                           {}});
}

Result<bool> end_sessions(Transaction& transaction, const Id<ClientPage>& page) {
  const Condition open[] = {where(&Session::page, std::optional(page))};
  const auto ended = transaction.remove(table_of<Session>(), open);
  if (!ended) return tl::unexpected(ended.error());
  return true;
}

Result<bool> end_pages(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                       const Id<Person>& person) {
  auto pages = pages_that_open(transaction, practice, course, person);
  if (!pages) return tl::unexpected(pages.error());
  for (ClientPage& page : *pages) {
    page.revoked_at = practice.clock.now();
    if (auto kept = replace(transaction, page); !kept) return kept;
    if (auto ended = end_sessions(transaction, page.id); !ended) return ended;
  }
  return true;
}

Result<bool> check(const NewClientPage& input) {
  if (input.days < 1 || input.days > most_page_days)
    return fail(ErrorKind::bad_data, "page.days", fmt::format("1 to {} days", most_page_days),
                Place{"", 0, 0, "days"});
  if (!input.word) return true;
  const std::string& word = input.word->reveal();
  if (letters_in(word) >= shortest_page_word && word.size() <= longest_word) return true;
  return fail(ErrorKind::bad_data, "page.word",
              fmt::format("a word of {} letters or more", shortest_page_word), Place{"", 0, 0, "word"});
}

tl::unexpected<Error> no_link() {
  return fail(ErrorKind::not_found, "ticket.unknown", "this link no longer works: ask for a new one");
}

/// Still open, and still agreed to.
Result<bool> opens(Transaction& transaction, const Practice& practice, const ClientPage& page) {
  if (page.revoked_at || page.expires_at <= practice.clock.now()) return false;
  if (auto there = still_there(transaction, page.person); !there) return there;
  if (auto agreed = needs_consent(transaction, page.person, page.course, ConsentKind::portal); !agreed)
    return agreed;
  return is_member(transaction, page.course, page.person);
}

/// The page that a session is for.
Result<ClientPage> own_page(Transaction& transaction, const Practice& practice, const Actor& actor) {
  const auto ended = [] {
    return fail(ErrorKind::unauthenticated, "session.unknown", "this link has ended: ask for a new one");
  };
  if (!actor.page) return fail(ErrorKind::conflict, "page.none", "this link is for one sheet");
  auto page = find<ClientPage>(transaction, where(&ClientPage::id, *actor.page));
  if (!page) return tl::unexpected(page.error());
  if (!*page || (*page)->person != actor.person) return ended();
  const auto open = opens(transaction, practice, **page);
  if (!open) return tl::unexpected(open.error());
  if (!*open) return ended();
  return std::move(**page);
}

// What stands on it

Result<std::optional<PageMeeting>> next_meeting(Transaction& transaction, const ClientPage& page,
                                                Instant now) {
  const auto sessions = list<TherapySession>(
      transaction,
      {{where(&TherapySession::course, page.course), where(&TherapySession::scheduled_at, now, Is::greater)},
       {by(&TherapySession::scheduled_at)},
       {}});
  if (!sessions) return tl::unexpected(sessions.error());
  for (const TherapySession& one : *sessions) {
    const bool theirs = !one.alone_with || *one.alone_with == page.person;
    if (theirs && !one.withdrawn_at && !one.attendance)
      return std::optional(PageMeeting{one.scheduled_at, one.minutes, one.format});
  }
  return std::optional<PageMeeting>();
}

/// As the client last rated it, alone or together.
Result<bool> add_progress(Transaction& transaction, const Goal& goal, PageGoal& shown) {
  const auto ratings = list<GoalRating>(
      transaction, {{where(&GoalRating::goal, goal.id), where(&GoalRating::scale, GoalScale::progress),
                     where(&GoalRating::withdrawn_at, Is::absent)},
                    {by(&GoalRating::noted_at, true)},
                    {}});
  if (!ratings) return tl::unexpected(ratings.error());
  for (const GoalRating& rating : *ratings) {
    if (rating.rater == GoalRater::therapist || (shown.rated_on && rating.rated_on <= *shown.rated_on))
      continue;
    shown.progress = rating.value;
    shown.rated_on = rating.rated_on;
  }
  return true;
}

Result<std::vector<PageGoal>> goals_of(Transaction& transaction, const ClientPage& page) {
  const auto goals =
      list<Goal>(transaction, {{where(&Goal::person, page.person), where(&Goal::course, page.course),
                                where(&Goal::shared_with_client, true), where(&Goal::ended_at, Is::absent)},
                               {by(&Goal::written_at)},
                               {}});
  if (!goals) return tl::unexpected(goals.error());
  std::vector<PageGoal> shown;
  for (const Goal& goal : *goals) {
    PageGoal one{goal.words, goal.as_expected, {}, {}};
    if (auto added = add_progress(transaction, goal, one); !added) return tl::unexpected(added.error());
    shown.push_back(std::move(one));
  }
  return shown;
}

Result<std::vector<PageStep>> steps_of(Transaction& transaction, const ClientPage& page) {
  const auto steps = list<NextStep>(
      transaction, {{where(&NextStep::person, page.person), where(&NextStep::course, page.course),
                     where(&NextStep::shared_with_client, true), where(&NextStep::withdrawn_at, Is::absent)},
                    {by(&NextStep::agreed_at, true)},
                    {}});
  if (!steps) return tl::unexpected(steps.error());
  std::vector<PageStep> shown;
  for (const NextStep& step : *steps)
    shown.push_back({step.words, step.whose, step.due, step.done_at.has_value()});
  std::stable_partition(shown.begin(), shown.end(), [](const PageStep& step) { return !step.done; });
  return shown;
}

/// Something on it may be seen again.
bool shows_anything(const Administration& sheet, const OwnAnswers& own) {
  if (is_kept_from_phones(sheet.instrument)) return false;
  return std::any_of(own.items.begin(), own.items.end(), [](const OwnAnswer& item) {
    return !item.withheld && item.text.has_value() && item.answer != "not_asked";
  });
}

Result<std::vector<PageSheet>> sheets_of(Transaction& transaction, const Practice& practice,
                                         const ClientPage& page) {
  const auto sent = list<Administration>(transaction, {{where(&Administration::respondent, page.person),
                                                        where(&Administration::course, page.course),
                                                        where(&Administration::progress, Progress::sent)},
                                                       {by(&Administration::sent_at, true)},
                                                       most_sheets});
  if (!sent) return tl::unexpected(sent.error());
  std::vector<PageSheet> shown;
  for (const Administration& sheet : *sent) {
    const auto own = own_answers_of(transaction, practice, sheet);
    if (!own) return tl::unexpected(own.error());
    if (shows_anything(sheet, *own)) shown.push_back({sheet.id, own->title, own->sent_at, own->figure});
  }
  return shown;
}

PageFormulation page_of(const FormulationView& version) {
  PageFormulation page{version.shared_at.value_or(Instant()), {}, {}, {}};
  for (const SectionView& section : version.sections)
    if (letters_in(section.plain.reveal()) > 0) page.sections.push_back({section.kind, section.plain});
  for (const LinkView& link : version.links)
    if (link.on_page) page.links.push_back({link.words, link.otherwise});
  for (const HeldClaim& claim : version.claims)
    if (claim.on_page) page.claims.push_back({claim.cue, claim.expectation, claim.disconfirmed_by});
  return page;
}

Result<std::optional<PageFormulation>> formulation_of(Transaction& transaction, const ClientPage& page) {
  const auto shared = list<Formulation>(
      transaction,
      {{where(&Formulation::person, page.person), where(&Formulation::course, page.course),
        where(&Formulation::shared_at, Is::present), where(&Formulation::unshared_at, Is::absent)},
       {by(&Formulation::shared_at, true)},
       1});
  if (!shared) return tl::unexpected(shared.error());
  if (shared->empty()) return std::optional<PageFormulation>();
  const auto version = view_of_formulation(shared->front());
  if (!version) return tl::unexpected(version.error());
  return std::optional(page_of(*version));
}

Result<std::vector<PageRequest>> requests_of(Transaction& transaction, const ClientPage& page) {
  const auto asked = list<ClientRequest>(
      transaction, {{where(&ClientRequest::person, page.person), where(&ClientRequest::course, page.course)},
                    {by(&ClientRequest::asked_at, true)},
                    {}});
  if (!asked) return tl::unexpected(asked.error());
  std::vector<PageRequest> shown;
  for (const ClientRequest& one : *asked) shown.push_back({one.kind, one.asked_at, one.handled_at});
  return shown;
}

Result<bool> add_who(Transaction& transaction, const ClientPage& page, ClientPageView& view) {
  const auto course = get<Course>(transaction, page.course);
  if (!course) return tl::unexpected(course.error());
  const auto therapist = get<User>(transaction, course->therapist);
  if (!therapist) return tl::unexpected(therapist.error());
  const auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  const auto choice = reminder_choice(transaction, page.person);
  if (!choice) return tl::unexpected(choice.error());
  view.therapist_name = therapist->display_name;
  view.help_contact = path->contact();
  view.help_phone = path->phone;
  view.expires_at = page.expires_at;
  view.gets_reminders = *choice && !(*choice)->stopped_at;
  return true;
}

Result<ClientPageView> view_of(Transaction& transaction, const Practice& practice, const ClientPage& page) {
  ClientPageView view;
  Error trouble;
  const auto take = [&]<class T>(T& into, Result<T> from) {
    if (from)
      into = std::move(*from);
    else
      trouble = from.error();
    return from.has_value();
  };
  if (auto added = add_who(transaction, page, view); !added) return tl::unexpected(added.error());
  const bool whole = take(view.next_meeting, next_meeting(transaction, page, practice.clock.now())) &&
                     take(view.goals, goals_of(transaction, page)) &&
                     take(view.agreed, steps_of(transaction, page)) &&
                     take(view.sheets, sheets_of(transaction, practice, page)) &&
                     take(view.formulation, formulation_of(transaction, page)) &&
                     take(view.safety_plan, read_shared_safety_plan(transaction, page.person)) &&
                     take(view.requests, requests_of(transaction, page));
  if (!whole) return tl::unexpected(trouble);
  return view;
}

}  // namespace

Result<PortalLink> make_client_page(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                    const Id<Person>& person, const NewClientPage& input) {
  if (auto fits = check(input); !fits) return tl::unexpected(fits.error());
  return carry_out<PortalLink>(
      practice, actor, of_member("page.make", course, person),
      [&](Transaction& transaction) -> Result<PortalLink> {
        if (auto member = needs_member(transaction, course, person); !member)
          return tl::unexpected(member.error());
        if (practice.portal_address.empty())
          return fail(ErrorKind::conflict, "portal.none",
                      "this program was started without a portal: see --portal");
        if (auto there = still_there(transaction, person); !there) return tl::unexpected(there.error());
        if (auto agreed = needs_consent(transaction, person, course, ConsentKind::portal); !agreed)
          return tl::unexpected(agreed.error());
        if (auto ended = end_pages(transaction, practice, course, person); !ended)
          return tl::unexpected(ended.error());
        auto token = practice.entropy.token();
        ClientPage page;
        page.id = new_id<ClientPage>(practice.entropy);
        page.course = course;
        page.person = person;
        page.token_hash = practice.secrets.hash_token(token);
        if (input.word) page.word_hash = hash_of_word(practice, page, *input.word);
        page.made_by = actor.user;
        page.made_at = practice.clock.now();
        page.expires_at = page.made_at + input.days * day_ms;
        if (auto kept = insert(transaction, page); !kept) return tl::unexpected(kept.error());
        return PortalLink{std::move(token), page.expires_at};
      });
}

Result<ClientPageLink> read_client_page_link(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person) {
  return glance<ClientPageLink>(
      practice, actor, of_member("page.link", course, person, Permission::read_course),
      [&](Transaction& transaction) -> Result<ClientPageLink> {
        if (auto member = needs_member(transaction, course, person); !member)
          return tl::unexpected(member.error());
        const auto pages = pages_that_open(transaction, practice, course, person);
        if (!pages) return tl::unexpected(pages.error());
        if (pages->empty()) return ClientPageLink();
        const ClientPage& page = pages->front();
        return ClientPageLink{
            ClientPageState{page.made_at, page.expires_at, page.word_hash.has_value(), page.opened_at}};
      });
}

Result<bool> revoke_client_page(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<Person>& person) {
  return carry_out<bool>(practice, actor, of_member("page.revoke", course, person),
                         [&](Transaction& transaction) -> Result<bool> {
                           if (auto member = needs_member(transaction, course, person); !member)
                             return member;
                           return end_pages(transaction, practice, course, person);
                         });
}

Result<SignedIn> open_client_page(const Practice& practice, Attempts& attempts, const OpenClientPage& input,
                                  const std::string& address) {
  const std::string key = "link:" + address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go)
    return tl::unexpected(go.error());
  const std::string hash = practice.secrets.hash_token(input.token);
  const std::string guesses = "page:" + hash;
  if (input.word)
    if (auto go = attempts.begin(guesses, session_brake, practice.clock.now()); !go)
      return tl::unexpected(go.error());
  bool is_guess = false;
  std::optional<SignedIn> given;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    is_guess = false;
    auto page = find<ClientPage>(transaction, where(&ClientPage::token_hash, hash));
    if (!page) return tl::unexpected(page.error());
    if (!*page) return no_link();
    const auto open = opens(transaction, practice, **page);
    if (!open) return open.error().kind == ErrorKind::internal ? tl::unexpected(open.error()) : no_link();
    if (!*open) return no_link();
    if ((*page)->word_hash) {
      const bool right = input.word && hash_of_word(practice, **page, *input.word) == *(*page)->word_hash;
      is_guess = input.word.has_value() && !right;
      if (!right)
        return fail(ErrorKind::unauthenticated, "page.word", "the word that you agreed on",
                    Place{"", 0, 0, "word"});
    }
    if (auto ended = end_sessions(transaction, (*page)->id); !ended) return ended;
    Session session;
    session.person = (*page)->person;
    session.page = (*page)->id;
    auto added = add_session(transaction, practice, std::move(session));
    if (!added) return tl::unexpected(added.error());
    given = std::move(*added);
    (*page)->opened_at = practice.clock.now();
    if (auto kept = replace(transaction, **page); !kept) return kept;
    Actor client;
    client.kind = Actor::Kind::portal;
    client.person = (*page)->person;
    client.page = (*page)->id;
    return append_audit(transaction, practice, client, of_page("page.open", client));
  });
  if (input.word && !is_guess) attempts.take_back(guesses);
  if (!done && done.error().code == "ticket.unknown") return tl::unexpected(done.error());
  attempts.take_back(key);
  if (!done) return tl::unexpected(done.error());
  return std::move(*given);
}

Result<ClientPageView> read_client_page(const Practice& practice, const Actor& actor) {
  return look<ClientPageView>(practice, actor, of_page("page.read", actor),
                              [&](Transaction& transaction) -> Result<ClientPageView> {
                                const auto page = own_page(transaction, practice, actor);
                                if (!page) return tl::unexpected(page.error());
                                return view_of(transaction, practice, *page);
                              });
}

Result<OwnAnswers> read_page_answers(const Practice& practice, const Actor& actor,
                                     const Id<Administration>& sheet) {
  return look<OwnAnswers>(practice, actor, of_page("page.read_answers", actor),
                          [&](Transaction& transaction) -> Result<OwnAnswers> {
                            const auto page = own_page(transaction, practice, actor);
                            if (!page) return tl::unexpected(page.error());
                            const auto given = administration_of(transaction, page->course, sheet);
                            if (!given) return tl::unexpected(given.error());
                            auto own = given->respondent == page->person && given->progress == Progress::sent
                                           ? own_answers_of(transaction, practice, *given)
                                           : Result<OwnAnswers>(OwnAnswers());
                            if (!own) return own;
                            if (!shows_anything(*given, *own))
                              return fail(ErrorKind::not_found, "administration.not_found",
                                          "there is no such record");
                            own->expires_at = page->expires_at;
                            return own;
                          });
}

Result<bool> ask_practice(const Practice& practice, const Actor& actor, const AskPractice& input) {
  return carry_out<bool>(
      practice, actor, of_page("page.ask", actor), [&](Transaction& transaction) -> Result<bool> {
        const auto page = own_page(transaction, practice, actor);
        if (!page) return tl::unexpected(page.error());
        const Condition open[] = {
            where(&ClientRequest::person, page->person), where(&ClientRequest::course, page->course),
            where(&ClientRequest::kind, input.kind), where(&ClientRequest::handled_at, Is::absent)};
        const auto waiting = transaction.count(table_of<ClientRequest>(), open);
        if (!waiting) return tl::unexpected(waiting.error());
        if (*waiting > 0)
          return fail(ErrorKind::conflict, "request.open", "the practice knows that you asked");
        ClientRequest request;
        request.id = new_id<ClientRequest>(practice.entropy);
        request.course = page->course;
        request.person = page->person;
        request.kind = input.kind;
        request.asked_at = practice.clock.now();
        return insert(transaction, request);
      });
}

Result<bool> stop_own_reminders(const Practice& practice, const Actor& actor) {
  return carry_out<bool>(practice, actor, of_page("reminder.stop", actor),
                         [&](Transaction& transaction) -> Result<bool> {
                           const auto page = own_page(transaction, practice, actor);
                           if (!page) return tl::unexpected(page.error());
                           return stop_reminders_of(transaction, practice, page->person, StoppedBy::client);
                         });
}

Result<std::vector<RequestView>> open_requests(const Practice& practice, const Actor& actor) {
  return glance<std::vector<RequestView>>(
      practice, actor, {"request.list", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<RequestView>> {
        const auto courses = own_courses(transaction, actor);
        if (!courses) return tl::unexpected(courses.error());
        std::vector<Id<Course>> mine;
        for (const Course& course : *courses)
          if (course.therapist == actor.user) mine.push_back(course.id);
        const auto asked = list<ClientRequest>(transaction, {{where_one_of(&ClientRequest::course, mine),
                                                              where(&ClientRequest::handled_at, Is::absent)},
                                                             {by(&ClientRequest::asked_at)},
                                                             {}});
        if (!asked) return tl::unexpected(asked.error());
        std::vector<RequestView> views;
        for (const ClientRequest& one : *asked)
          views.push_back({one.id, one.course, one.person, one.kind, one.asked_at});
        return views;
      });
}

Result<bool> handle_request(const Practice& practice, const Actor& actor, const Id<Course>& course,
                            const Id<ClientRequest>& request, const HandledRequest& input) {
  const std::string& outcome = input.outcome.reveal();
  if (letters_in(outcome) < shortest_outcome || outcome.size() > longest_outcome)
    return fail(ErrorKind::bad_data, "request.outcome",
                fmt::format("what was done, in {} letters at least", shortest_outcome),
                Place{"", 0, 0, "outcome"});
  return carry_out<bool>(
      practice, actor, {"request.handle", Permission::write_course, course, {}, request.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<bool> {
        auto asked = find<ClientRequest>(transaction, where(&ClientRequest::id, request));
        if (!asked) return tl::unexpected(asked.error());
        if (!*asked || (*asked)->course != course)
          return fail(ErrorKind::not_found, "request.not_found", "there is no such request");
        if ((*asked)->handled_at)
          return fail(ErrorKind::conflict, "request.handled", "this was answered before");
        trail.action.person = (*asked)->person;
        (*asked)->handled_at = practice.clock.now();
        (*asked)->handled_by = actor.user;
        (*asked)->outcome = input.outcome;
        return replace(transaction, **asked);
      });
}

}  // namespace securebase::service
