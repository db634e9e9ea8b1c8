#include "service/sign_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "service/course.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t seen_every_ms = minute_ms;  // how often a session's last use is written down

UserView view_of(const User& user) {
  return {user.id,
          user.login,
          user.display_name,
          user.is_therapist,
          user.is_supervisor,
          user.is_admin,
          user.is_researcher,
          user.code_secret.has_value(),
          user.disabled_at.has_value()};
}

bool is_login(std::string_view login) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
  };
  return login.size() >= 2 && login.size() <= 64 && std::all_of(login.begin(), login.end(), fits);
}

tl::unexpected<Error> refused() {
  return fail(ErrorKind::unauthenticated, "sign_in.refused",
              "the login, the password or the code is not right");
}

Actor actor_of(const Session& session, const User& user) {
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = user.id;
  actor.session = session.id;
  actor.is_therapist = user.is_therapist;
  actor.is_supervisor = user.is_supervisor;
  actor.is_admin = user.is_admin;
  actor.is_researcher = user.is_researcher;
  return actor;
}

/// The actor for the audit when nobody is signed in yet.
Actor as_user(const User& user) {
  return actor_of(Session{}, user);
}

Action about(std::string_view name, const Id<User>& user) {
  return {name, Permission::anyone, {}, {}, user.text()};
}

Result<bool> end_sessions(Transaction& transaction, const Id<User>& user) {
  const Condition conditions[] = {where(&Session::user, user)};
  const auto removed = transaction.remove(table_of<Session>(), conditions);
  if (!removed) return tl::unexpected(removed.error());
  return true;
}

Result<User> user_by_login(Transaction& transaction, const std::string& login) {
  const auto found = find<User>(transaction, where(&User::login, login));
  if (!found) return tl::unexpected(found.error());
  // A user nobody is: checking the password takes as long.
  return *found && !(*found)->disabled_at ? **found : User{};
}

Result<bool> check_login(Transaction& transaction, const std::string& login) {
  if (!is_login(login))
    return fail(ErrorKind::bad_data, "user.login", "2 to 64 of the characters a-z 0-9 . _ - @",
                Place{"", 0, 0, "login"});
  const auto taken = find<User>(transaction, where(&User::login, login));
  if (!taken) return tl::unexpected(taken.error());
  if (*taken) return fail(ErrorKind::conflict, "user.login", "this login is taken", Place{"", 0, 0, "login"});
  return true;
}

Result<bool> use_ticket(Transaction& transaction, const Practice& practice, const Ticket& ticket) {
  const auto used = change<Ticket>(transaction, {to(&Ticket::used_at, std::optional(practice.clock.now()))},
                                   {where(&Ticket::id, ticket.id), where(&Ticket::used_at, Is::absent)});
  if (!used) return tl::unexpected(used.error());
  if (*used != 1) return fail(ErrorKind::not_found, "ticket.unknown", "this link no longer works");
  return true;
}

Result<bool> anyone_can_sign_in(Transaction& transaction) {
  const auto users = transaction.count(table_of<User>(), {});
  if (!users) return tl::unexpected(users.error());
  return *users > 0;
}

/// The password is right; the code too, where the user has codes. Remembers the code's step.
Result<bool> check_code(Transaction& transaction, const Practice& practice, const User& user,
                        const std::optional<std::string>& code) {
  if (!user.code_secret) return true;
  if (!code)
    return fail(ErrorKind::unauthenticated, "sign_in.code_needed", "the one-time code is needed too",
                Place{"", 0, 0, "code"});
  const auto step =
      practice.secrets.code_step(*user.code_secret, *code, practice.clock.now(), user.code_step);
  if (!step) return refused();
  const auto changed = change<User>(transaction, {to(&User::code_step, *step)},
                                    {where(&User::id, user.id), where(&User::code_step, *step, Is::less)});
  if (!changed) return tl::unexpected(changed.error());
  return *changed == 1 ? Result<bool>(true) : Result<bool>(refused());
}

Invited invited(const User& user, Private<std::string> token) {
  return {view_of(user), std::move(token)};
}

/// Whose account it was, where it is one; not what was typed.
Result<bool> note_refusal(const Practice& practice, const User& user) {
  return practice.store.write([&](Transaction& transaction) {
    return append_audit(transaction, practice, Actor{}, about("session.refused", user.id));
  });
}

/// The slow check of a password, outside of any transaction.
Result<bool> check_password(const Practice& practice, Attempts& attempts, const std::string& key,
                            const User& user, const Private<std::string>& password) {
  if (auto go = attempts.begin(key, session_brake, practice.clock.now()); !go) return go;
  if (user.id && practice.secrets.is_password(user.password_hash, password)) {
    attempts.forget(key);
    return true;
  }
  if (auto noted = note_refusal(practice, user); !noted) return noted;
  return refused();
}

/// The user as now, if nothing that was checked has changed meanwhile: a reset ends what was begun before it.
Result<User> unchanged(Transaction& transaction, const User& checked) {
  auto user = get<User>(transaction, checked.id);
  if (!user) return user;
  const bool same = !user->disabled_at && user->password_hash == checked.password_hash &&
                    user->code_secret.has_value() == checked.code_secret.has_value() &&
                    (!user->code_secret || user->code_secret->reveal() == checked.code_secret->reveal());
  return same ? user : Result<User>(refused());
}

/// Tokens for choosing a password that nobody has used.
Result<bool> end_tickets(Transaction& transaction, const Practice& practice, const Id<User>& user) {
  const auto revoked =
      change<Ticket>(transaction, {to(&Ticket::revoked_at, std::optional(practice.clock.now()))},
                     {where(&Ticket::user, std::optional(user)), where(&Ticket::used_at, Is::absent),
                      where(&Ticket::revoked_at, Is::absent)});
  if (!revoked) return tl::unexpected(revoked.error());
  return true;
}

struct Found {
  Session session;
  User user;
};

Result<Found> find_session(Transaction& transaction, const Practice& practice,
                           const Private<std::string>& token) {
  const auto unknown = [] { return fail(ErrorKind::unauthenticated, "session.unknown", "please sign in"); };
  auto session = find<Session>(transaction, where(&Session::token_hash, practice.secrets.hash_token(token)));
  if (!session) return tl::unexpected(session.error());
  if (!*session || (*session)->expires_at < practice.clock.now()) return unknown();
  Found found{std::move(**session), {}};
  if (!found.session.user) return found;
  auto user = find<User>(transaction, where(&User::id, *found.session.user));
  if (!user) return tl::unexpected(user.error());
  if (!*user || (*user)->disabled_at) return unknown();
  found.user = std::move(**user);
  return found;
}

Result<Found> find_session(const Practice& practice, const Private<std::string>& token) {
  Found found;
  auto known = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    auto session = find_session(transaction, practice, token);
    if (!session) return tl::unexpected(session.error());
    found = std::move(*session);
    return true;
  });
  if (!known) return tl::unexpected(known.error());
  return found;
}

Actor actor_of(const Found& found) {
  const Session& session = found.session;
  Actor actor;
  if (session.person) {
    actor.kind = Actor::Kind::portal;
    actor.person = *session.person;
    actor.page = session.page;
  } else {
    actor = actor_of(session, found.user);
    if (session.administration) actor.kind = Actor::Kind::room;
  }
  actor.session = session.id;
  if (session.administration) actor.only = Id<Administration>::parse(*session.administration);
  return actor;
}

}  // namespace

Result<Private<std::string>> add_ticket(Transaction& transaction, const Practice& practice, Ticket ticket,
                                        std::int64_t lasts_ms) {
  auto token = practice.entropy.token();
  ticket.id = new_id<Ticket>(practice.entropy);
  ticket.token_hash = practice.secrets.hash_token(token);
  ticket.created_at = practice.clock.now();
  ticket.expires_at = ticket.created_at + lasts_ms;
  if (auto added = insert(transaction, ticket); !added) return tl::unexpected(added.error());
  return token;
}

Result<bool> Attempts::begin(const std::string& key, const Brake& brake, Instant now) {
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= most_keys)
    std::erase_if(counts_, [&](const auto& known) { return known.second.last.ms + hour_ms < now.ms; });
  if (counts_.size() >= most_keys) counts_.clear();
  Count& count = counts_[key.substr(0, longest_key)];
  const int beyond = std::min(count.attempts - brake.free, 20);
  const auto pause =
      beyond < 0 ? 0 : std::min<std::int64_t>((std::int64_t{1} << beyond) * second_ms, brake.longest_ms);
  const auto wait = count.last.ms + pause - now.ms;
  if (count.attempts > 0 && wait > 0) {
    const auto seconds = (wait + second_ms - 1) / second_ms;
    return fail(ErrorKind::too_many, "sign_in.later",
                fmt::format("too many attempts: please wait {} second{}", seconds, seconds == 1 ? "" : "s"));
  }
  ++count.attempts;
  count.last = now;
  return true;
}

void Attempts::take_back(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto at = counts_.find(key.substr(0, longest_key));
  if (at != counts_.end() && --at->second.attempts <= 0) counts_.erase(at);
}

void Attempts::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  counts_.erase(key.substr(0, longest_key));
}

Result<SignedIn> add_session(Transaction& transaction, const Practice& practice, Session session) {
  const Condition over[] = {where(&Session::expires_at, practice.clock.now(), Is::less)};
  if (auto removed = transaction.remove(table_of<Session>(), over); !removed)
    return tl::unexpected(removed.error());
  SignedIn given{practice.entropy.token(), {}, {}};
  given.csrf = csrf_of(practice, given.token);
  session.id = new_id<Session>(practice.entropy);
  session.token_hash = practice.secrets.hash_token(given.token);
  session.csrf_hash = practice.secrets.hash_token(given.csrf);
  session.created_at = session.seen_at = practice.clock.now();
  session.expires_at = session.created_at + session_ms;
  if (auto added = insert(transaction, session); !added) return tl::unexpected(added.error());
  return given;
}

Result<SignedIn> begin_session(Transaction& transaction, const Practice& practice, const User& user) {
  Session session;
  session.user = user.id;
  auto given = add_session(transaction, practice, std::move(session));
  if (given) given->user = view_of(user);
  return given;
}

Result<bool> check_own_password(const Practice& practice, Attempts& attempts, const Actor& actor,
                                const Private<std::string>& password) {
  User user;
  auto known = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    auto found = get<User>(transaction, actor.user);
    if (!found) return tl::unexpected(found.error());
    user = std::move(*found);
    return true;
  });
  if (!known) return known;
  return check_password(practice, attempts, "user:" + user.id.text(), user, password);
}

Result<Ticket> find_ticket(Transaction& transaction, const Practice& practice, TicketKind kind,
                           const Private<std::string>& token) {
  const auto found =
      find<Ticket>(transaction, where(&Ticket::token_hash, practice.secrets.hash_token(token)));
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->kind != kind || (*found)->used_at || (*found)->revoked_at ||
      (*found)->expires_at < practice.clock.now())
    return fail(ErrorKind::not_found, "ticket.unknown", "this link no longer works: ask for a new one");
  return **found;
}

namespace {

/// After the attempt has begun to count.
Result<SignedIn> sign_in_as(const Practice& practice, const User& user, const SignIn& input) {
  if (!practice.secrets.is_password(user.password_hash, input.password) || !user.id) return refused();
  return carry_out<SignedIn>(practice, as_user(user), about("session.begin", user.id),
                             [&](Transaction& transaction) -> Result<SignedIn> {
                               const auto now = unchanged(transaction, user);
                               if (!now) return tl::unexpected(now.error());
                               if (auto code = check_code(transaction, practice, *now, input.code); !code)
                                 return tl::unexpected(code.error());
                               return begin_session(transaction, practice, *now);
                             });
}

}  // namespace

Result<SignedIn> sign_in(const Practice& practice, Attempts& attempts, const SignIn& input,
                         const std::string& address) {
  // What cannot be a login shares a key: nobody can fill the memory with made-up ones.
  const std::string login_key = "login:" + (is_login(input.login) ? input.login : std::string());
  const std::string address_key = "address:" + address;
  const Instant now = practice.clock.now();
  if (auto go = attempts.begin(address_key, address_brake, now); !go) return tl::unexpected(go.error());
  if (auto go = attempts.begin(login_key, login_brake, now); !go) {
    attempts.take_back(address_key);
    return tl::unexpected(go.error());
  }
  // The slow check of the password stays outside of the transaction.
  User user;
  auto known = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    auto found = user_by_login(transaction, input.login);
    if (!found) return tl::unexpected(found.error());
    user = std::move(*found);
    return true;
  });
  if (!known) return tl::unexpected(known.error());
  auto given = sign_in_as(practice, user, input);
  if (given) {
    attempts.take_back(address_key);
    attempts.forget(login_key);
    return given;
  }
  if (given.error().kind == ErrorKind::unauthenticated)
    if (auto noted = note_refusal(practice, user); !noted) return tl::unexpected(noted.error());
  return given;
}

Result<Actor> authenticate(const Practice& practice, const Private<std::string>& token) {
  const auto found = find_session(practice, token);
  if (!found) return tl::unexpected(found.error());
  const Session& session = found->session;
  const std::int64_t idle = practice.clock.now().ms - session.seen_at.ms;
  if (session.person && idle > portal_idle_ms)
    return fail(ErrorKind::unauthenticated, "session.unknown",
                "this was open for a while: please use the link again");
  // Whoever fills in a form in the room may take their time: that session opens nothing else.
  if (session.user && !session.administration && (session.locked || idle > idle_lock_ms))
    return fail(ErrorKind::unauthenticated, "session.locked",
                "locked after a while without use: enter the password");
  if (idle > seen_every_ms) {
    auto written = practice.store.write([&](Transaction& transaction) -> Result<bool> {
      const auto changed = change<Session>(transaction, {to(&Session::seen_at, practice.clock.now())},
                                           {where(&Session::id, session.id)});
      if (!changed) return tl::unexpected(changed.error());
      return true;
    });
    if (!written) return tl::unexpected(written.error());
  }
  return actor_of(*found);
}

Private<std::string> csrf_of(const Practice& practice, const Private<std::string>& token) {
  return Private(practice.secrets.hash_token(Private("csrf:" + token.reveal())));
}

Result<bool> check_csrf(const Practice& practice, const Actor& actor, const Private<std::string>& csrf) {
  return practice.store.read([&](Transaction& transaction) -> Result<bool> {
    const auto session = get<Session>(transaction, actor.session);
    if (!session) return tl::unexpected(session.error());
    if (session->csrf_hash == practice.secrets.hash_token(csrf)) return true;
    return fail(ErrorKind::forbidden, "session.csrf", "the request does not come from the page it should");
  });
}

Result<bool> unlock(const Practice& practice, Attempts& attempts, const Private<std::string>& token,
                    const Private<std::string>& password) {
  const auto found = find_session(practice, token);
  if (!found) return tl::unexpected(found.error());
  const User& user = found->user;
  const std::string key = "session:" + found->session.id.text();
  if (auto right = check_password(practice, attempts, key, user, password); !right) return right;
  return carry_out<bool>(practice, as_user(user), about("session.unlock", user.id),
                         [&](Transaction& transaction) -> Result<bool> {
                           if (auto now = unchanged(transaction, user); !now)
                             return tl::unexpected(now.error());
                           const auto changed =
                               change<Session>(transaction,
                                               {to(&Session::locked, false),
                                                to(&Session::administration, std::optional<std::string>()),
                                                to(&Session::seen_at, practice.clock.now())},
                                               {where(&Session::id, found->session.id)});
                           if (!changed) return tl::unexpected(changed.error());
                           return true;
                         });
}

Result<bool> lock(const Practice& practice, const Actor& actor) {
  return carry_out<bool>(practice, actor, {"session.lock", Permission::signed_in, {}, {}, ""},
                         [&](Transaction& transaction) -> Result<bool> {
                           const auto locked = change<Session>(transaction, {to(&Session::locked, true)},
                                                               {where(&Session::id, actor.session)});
                           if (!locked) return tl::unexpected(locked.error());
                           return true;
                         });
}

Result<bool> sign_out(const Practice& practice, const Private<std::string>& token) {
  const auto found = find_session(practice, token);
  if (!found) return tl::unexpected(found.error());
  return carry_out<bool>(practice, actor_of(*found), {"session.end", Permission::anyone, {}, {}, ""},
                         [&](Transaction& transaction) -> Result<bool> {
                           const Condition conditions[] = {where(&Session::id, found->session.id)};
                           const auto removed = transaction.remove(table_of<Session>(), conditions);
                           if (!removed) return tl::unexpected(removed.error());
                           return true;
                         });
}

Result<bool> sign_out_everywhere(const Practice& practice, const Actor& actor) {
  return carry_out<bool>(
      practice, actor, {"session.end_all", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<bool> { return end_sessions(transaction, actor.user); });
}

Result<UserView> who_am_i(const Practice& practice, const Actor& actor) {
  UserView view;
  auto done = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    if (auto may =
            check_access(transaction, practice, actor, {"user.self", Permission::signed_in, {}, {}, ""});
        !may)
      return may;
    const auto user = get<User>(transaction, actor.user);
    if (!user) return tl::unexpected(user.error());
    view = view_of(*user);
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return view;
}

// Setting up

Result<bool> is_set_up(const Practice& practice) {
  bool there = false;
  auto done = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    auto anyone = anyone_can_sign_in(transaction);
    if (!anyone) return anyone;
    there = *anyone;
    return true;
  });
  if (!done) return done;
  return there;
}

Result<Private<std::string>> new_set_up_token(const Practice& practice) {
  return carry_out<Private<std::string>>(
      practice, the_program(), {"set_up.token", Permission::anyone, {}, {}, ""},
      [&](Transaction& transaction) -> Result<Private<std::string>> {
        const auto anyone = anyone_can_sign_in(transaction);
        if (!anyone) return tl::unexpected(anyone.error());
        if (*anyone) return fail(ErrorKind::conflict, "set_up.done", "this practice has been set up");
        const auto revoked =
            change<Ticket>(transaction, {to(&Ticket::revoked_at, std::optional(practice.clock.now()))},
                           {where(&Ticket::kind, TicketKind::set_up)});
        if (!revoked) return tl::unexpected(revoked.error());
        Ticket ticket;
        ticket.kind = TicketKind::set_up;
        return add_ticket(transaction, practice, std::move(ticket), set_up_ms);
      });
}

Result<UserView> set_up(const Practice& practice, Attempts& attempts, const SetUp& input,
                        const Private<std::string>& token, const std::string& address) {
  const std::string key = "token:" + address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go)
    return tl::unexpected(go.error());
  const auto hash = practice.secrets.hash_password(input.password);
  if (!hash) return tl::unexpected(hash.error());
  auto done = carry_out<UserView>(
      practice, the_program(), {"set_up.done", Permission::anyone, {}, {}, ""},
      [&](Transaction& transaction) -> Result<UserView> {
        const auto ticket = find_ticket(transaction, practice, TicketKind::set_up, token);
        if (!ticket) return tl::unexpected(ticket.error());
        const auto anyone = anyone_can_sign_in(transaction);
        if (!anyone) return tl::unexpected(anyone.error());
        if (*anyone) return fail(ErrorKind::conflict, "set_up.done", "this practice has been set up");
        if (auto used = use_ticket(transaction, practice, *ticket); !used)
          return tl::unexpected(used.error());
        if (auto fits = check_login(transaction, input.login); !fits) return tl::unexpected(fits.error());
        User user;
        user.id = new_id<User>(practice.entropy);
        user.login = input.login;
        user.display_name = input.display_name;
        user.is_admin = true;
        user.is_therapist = input.therapist;
        user.password_hash = *hash;
        user.created_at = practice.clock.now();
        if (auto added = insert(transaction, user); !added) return tl::unexpected(added.error());
        const Setting name{new_id<Setting>(practice.entropy), "practice_name", input.practice_name};
        if (auto added = insert(transaction, name); !added) return tl::unexpected(added.error());
        return view_of(user);
      });
  if (done || done.error().code != "ticket.unknown") attempts.take_back(key);
  return done;
}

// Users

namespace {

Result<bool> check_not_last_admin(Transaction& transaction, const User& user) {
  if (!user.is_admin) return true;
  const Condition others[] = {where(&User::is_admin, true), where(&User::disabled_at, Is::absent),
                              where(&User::id, user.id, Is::not_equal)};
  const auto admins = transaction.count(table_of<User>(), others);
  if (!admins) return tl::unexpected(admins.error());
  if (*admins > 0) return true;
  return fail(ErrorKind::conflict, "user.last_admin", "somebody has to manage the practice");
}

Result<bool> check_no_courses(Transaction& transaction, const Id<User>& user) {
  const auto courses = courses_in_hand(transaction, user);
  if (!courses) return tl::unexpected(courses.error());
  if (courses->empty()) return true;
  return fail(ErrorKind::conflict, "user.has_courses",
              fmt::format("{} courses of theirs go on or have a risk answer that is open: hand "
                          "them over first",
                          courses->size()));
}

Result<bool> check_roles(bool has_one) {
  if (has_one) return true;
  return fail(ErrorKind::bad_data, "user.role", "one of therapist, supervisor, admin and researcher at least",
              Place{"", 0, 0, "therapist"});
}

}  // namespace

Result<std::vector<UserView>> list_users(const Practice& practice, const Actor& actor) {
  return look<std::vector<UserView>>(
      practice, actor, {"user.list", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<UserView>> {
        const auto users = list<User>(transaction, {{}, {by(&User::created_at)}, {}});
        if (!users) return tl::unexpected(users.error());
        std::vector<UserView> views;
        for (const User& user : *users) views.push_back(view_of(user));
        return views;
      });
}

Result<Invited> invite_user(const Practice& practice, const Actor& actor, const NewUser& input) {
  if (auto fits = check_roles(input.therapist || input.supervisor || input.admin || input.researcher); !fits)
    return tl::unexpected(fits.error());
  return carry_out<Invited>(
      practice, actor, {"user.invite", Permission::manage_practice, {}, {}, input.login},
      [&](Transaction& transaction) -> Result<Invited> {
        if (auto fits = check_login(transaction, input.login); !fits) return tl::unexpected(fits.error());
        User user;
        user.id = new_id<User>(practice.entropy);
        user.login = input.login;
        user.display_name = input.display_name;
        user.is_therapist = input.therapist;
        user.is_supervisor = input.supervisor;
        user.is_admin = input.admin;
        user.is_researcher = input.researcher;
        user.created_at = practice.clock.now();
        if (auto added = insert(transaction, user); !added) return tl::unexpected(added.error());
        Ticket ticket;
        ticket.kind = TicketKind::invitation;
        ticket.user = user.id;
        auto token = add_ticket(transaction, practice, std::move(ticket), invitation_ms);
        if (!token) return tl::unexpected(token.error());
        return invited(user, std::move(*token));
      });
}

Result<Invited> reset_user(const Practice& practice, const Actor& actor, const Id<User>& id) {
  return carry_out<Invited>(practice, actor, {"user.reset", Permission::manage_practice, {}, {}, id.text()},
                            [&](Transaction& transaction) -> Result<Invited> {
                              auto user = get<User>(transaction, id);
                              if (!user) return tl::unexpected(user.error());
                              if (user->disabled_at)
                                return fail(ErrorKind::conflict, "user.disabled",
                                            "this user is disabled: enable them first");
                              if (auto ended = end_tickets(transaction, practice, id); !ended)
                                return tl::unexpected(ended.error());
                              user->password_hash.clear();
                              user->code_secret.reset();
                              if (auto kept = replace(transaction, *user); !kept)
                                return tl::unexpected(kept.error());
                              if (auto ended = end_sessions(transaction, id); !ended)
                                return tl::unexpected(ended.error());
                              const Condition passkeys[] = {where(&Passkey::user, id)};
                              const auto forgotten = transaction.remove(table_of<Passkey>(), passkeys);
                              if (!forgotten) return tl::unexpected(forgotten.error());
                              Ticket ticket;
                              ticket.kind = TicketKind::reset;
                              ticket.user = id;
                              auto token = add_ticket(transaction, practice, std::move(ticket), reset_ms);
                              if (!token) return tl::unexpected(token.error());
                              return invited(*user, std::move(*token));
                            });
}

Result<UserView> disable_user(const Practice& practice, const Actor& actor, const Id<User>& id) {
  return carry_out<UserView>(practice, actor,
                             {"user.disable", Permission::manage_practice, {}, {}, id.text()},
                             [&](Transaction& transaction) -> Result<UserView> {
                               auto user = get<User>(transaction, id);
                               if (!user) return tl::unexpected(user.error());
                               if (auto may = check_not_last_admin(transaction, *user); !may)
                                 return tl::unexpected(may.error());
                               if (auto may = check_no_courses(transaction, id); !may)
                                 return tl::unexpected(may.error());
                               user->disabled_at = practice.clock.now();
                               if (auto kept = replace(transaction, *user); !kept)
                                 return tl::unexpected(kept.error());
                               if (auto ended = end_sessions(transaction, id); !ended)
                                 return tl::unexpected(ended.error());
                               if (auto ended = end_tickets(transaction, practice, id); !ended)
                                 return tl::unexpected(ended.error());
                               return view_of(*user);
                             });
}

Result<UserView> enable_user(const Practice& practice, const Actor& actor, const Id<User>& id) {
  return carry_out<UserView>(practice, actor, {"user.enable", Permission::manage_practice, {}, {}, id.text()},
                             [&](Transaction& transaction) -> Result<UserView> {
                               auto user = get<User>(transaction, id);
                               if (!user) return tl::unexpected(user.error());
                               user->disabled_at.reset();
                               if (auto kept = replace(transaction, *user); !kept)
                                 return tl::unexpected(kept.error());
                               return view_of(*user);
                             });
}

Result<UserView> change_user(const Practice& practice, const Actor& actor, const Id<User>& id,
                             const ChangeUser& input) {
  return carry_out<UserView>(practice, actor, {"user.change", Permission::manage_practice, {}, {}, id.text()},
                             [&](Transaction& transaction) -> Result<UserView> {
                               auto user = get<User>(transaction, id);
                               if (!user) return tl::unexpected(user.error());
                               if (user->is_admin && input.admin == false)
                                 if (auto may = check_not_last_admin(transaction, *user); !may)
                                   return tl::unexpected(may.error());
                               if (user->is_therapist && input.therapist == false)
                                 if (auto may = check_no_courses(transaction, id); !may)
                                   return tl::unexpected(may.error());
                               user->display_name = input.display_name.value_or(user->display_name);
                               user->is_therapist = input.therapist.value_or(user->is_therapist);
                               user->is_supervisor = input.supervisor.value_or(user->is_supervisor);
                               user->is_admin = input.admin.value_or(user->is_admin);
                               user->is_researcher = input.researcher.value_or(user->is_researcher);
                               if (auto fits = check_roles(user->is_therapist || user->is_supervisor ||
                                                           user->is_admin || user->is_researcher);
                                   !fits)
                                 return tl::unexpected(fits.error());
                               if (auto kept = replace(transaction, *user); !kept)
                                 return tl::unexpected(kept.error());
                               return view_of(*user);
                             });
}

Result<std::vector<StaffView>> list_staff(const Practice& practice, const Actor& actor) {
  return look<std::vector<StaffView>>(
      practice, actor, {"user.staff", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<StaffView>> {
        const auto users = list<User>(transaction, {{}, {by(&User::created_at)}, {}});
        if (!users) return tl::unexpected(users.error());
        std::vector<StaffView> staff;
        for (const User& user : *users) {
          const bool works_here = !user.disabled_at;
          staff.push_back({user.id, user.display_name, works_here && user.is_therapist,
                           works_here && user.is_supervisor});
        }
        return staff;
      });
}

namespace {

/// The ticket of an invitation or of a reset.
Result<Ticket> find_password_ticket(Transaction& transaction, const Practice& practice,
                                    const Private<std::string>& token) {
  auto ticket = find_ticket(transaction, practice, TicketKind::invitation, token);
  return ticket ? ticket : find_ticket(transaction, practice, TicketKind::reset, token);
}

}  // namespace

Result<UserView> choose_password(const Practice& practice, Attempts& attempts, const NewPassword& input,
                                 const Private<std::string>& token, const std::string& address) {
  const std::string key = "token:" + address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go)
    return tl::unexpected(go.error());
  const auto hash = practice.secrets.hash_password(input.password);
  if (!hash) return tl::unexpected(hash.error());
  auto done = carry_out<UserView>(practice, the_program(), {"user.password", Permission::anyone, {}, {}, ""},
                                  [&](Transaction& transaction, Trail& trail) -> Result<UserView> {
                                    const auto ticket = find_password_ticket(transaction, practice, token);
                                    if (!ticket) return tl::unexpected(ticket.error());
                                    if (auto used = use_ticket(transaction, practice, *ticket); !used)
                                      return tl::unexpected(used.error());
                                    auto user = get<User>(transaction, ticket->user.value_or(Id<User>()));
                                    if (!user) return tl::unexpected(user.error());
                                    trail.action.object = user->id.text();
                                    if (auto ended = end_tickets(transaction, practice, user->id); !ended)
                                      return tl::unexpected(ended.error());
                                    if (auto ended = end_sessions(transaction, user->id); !ended)
                                      return tl::unexpected(ended.error());
                                    user->password_hash = *hash;
                                    if (auto kept = replace(transaction, *user); !kept)
                                      return tl::unexpected(kept.error());
                                    return view_of(*user);
                                  });
  if (done || done.error().code != "ticket.unknown") attempts.take_back(key);
  return done;
}

Result<CodeSecret> offer_codes(const Practice& practice, const Actor& actor) {
  return carry_out<CodeSecret>(
      practice, actor, {"user.codes_offered", Permission::signed_in, {}, {}, ""},
      [&](Transaction&) -> Result<CodeSecret> { return CodeSecret{practice.secrets.new_code_secret()}; });
}

Result<UserView> confirm_codes(const Practice& practice, Attempts& attempts, const Actor& actor,
                               const ConfirmCodes& input) {
  if (input.secret.reveal().size() < shortest_code_secret)
    return fail(ErrorKind::bad_data, "user.code_secret", "the secret that was offered, as it was",
                Place{"", 0, 0, "secret"});
  if (auto right = check_own_password(practice, attempts, actor, input.password); !right)
    return tl::unexpected(right.error());
  return carry_out<UserView>(
      practice, actor, {"user.codes_on", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<UserView> {
        auto user = get<User>(transaction, actor.user);
        if (!user) return tl::unexpected(user.error());
        const auto step =
            practice.secrets.code_step(input.secret, input.code, practice.clock.now(), user->code_step);
        if (!step)
          return fail(ErrorKind::bad_data, "user.code", "not the code that belongs to this secret now",
                      Place{"", 0, 0, "code"});
        user->code_secret = input.secret;
        user->code_step = *step;
        if (auto kept = replace(transaction, *user); !kept) return tl::unexpected(kept.error());
        const Condition others[] = {where(&Session::user, std::optional(actor.user)),
                                    where(&Session::id, actor.session, Is::not_equal)};
        if (auto ended = transaction.remove(table_of<Session>(), others); !ended)
          return tl::unexpected(ended.error());
        return view_of(*user);
      });
}

}  // namespace securebase::service
