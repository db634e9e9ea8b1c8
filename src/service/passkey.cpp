#include "service/passkey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "service/settings.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t longest_name = 64;

tl::unexpected<Error> refused() {
  return fail(ErrorKind::unauthenticated, "sign_in.refused", "this passkey does not sign in here");
}

Action own(std::string_view name, const Id<Passkey>& id = {}) {
  return {name, Permission::signed_in, {}, {}, id.text()};
}

PasskeyView view_of(const Passkey& passkey) {
  return {passkey.id, passkey.name, passkey.created_at};
}

Result<std::vector<Passkey>> passkeys_of(Transaction& transaction, const Id<User>& user) {
  return list<Passkey>(transaction, {{where(&Passkey::user, user)}, {by(&Passkey::created_at)}, {}});
}

Result<Passkey> keep(Transaction& transaction, const Practice& practice, const Actor& actor,
                     const std::string& name, const PasskeyKey& key) {
  const auto known = find<Passkey>(transaction, where(&Passkey::credential, key.credential_id));
  if (!known) return tl::unexpected(known.error());
  if (*known) return fail(ErrorKind::conflict, "passkey.known", "this passkey is there already");
  const auto own = passkeys_of(transaction, actor.user);
  if (!own) return tl::unexpected(own.error());
  if (static_cast<std::int64_t>(own->size()) >= most_passkeys)
    return fail(ErrorKind::conflict, "passkey.most",
                fmt::format("{} passkeys are the most: remove one that is no longer used", most_passkeys));
  Passkey passkey{new_id<Passkey>(practice.entropy),
                  actor.user,
                  name,
                  key.credential_id,
                  key.public_key,
                  key.counter,
                  practice.clock.now()};
  if (auto added = insert(transaction, passkey); !added) return tl::unexpected(added.error());
  return passkey;
}

struct Known {
  Passkey passkey;
  User user;
};

Result<std::optional<Known>> find_known(Transaction& transaction, const std::string& credential) {
  auto passkey = find<Passkey>(transaction, where(&Passkey::credential, credential));
  if (!passkey) return tl::unexpected(passkey.error());
  if (!*passkey) return std::optional<Known>();
  auto user = get<User>(transaction, (*passkey)->user);
  if (!user) return tl::unexpected(user.error());
  if (user->disabled_at) return std::optional<Known>();
  return std::optional(Known{std::move(**passkey), std::move(*user)});
}

/// Remembers the counter and opens the session.
Result<SignedIn> begin(Transaction& transaction, const Practice& practice, const RelyingParty& party,
                       const PasskeyUse& use) {
  const auto known = find_known(transaction, use.credential_id);
  if (!known) return tl::unexpected(known.error());
  if (!*known) return refused();
  const Passkey& passkey = (*known)->passkey;
  const PasskeyKey stored{passkey.credential, passkey.public_key, static_cast<std::uint32_t>(passkey.counter),
                          false};
  const auto used = practice.secrets.check_passkey(party, use.client.challenge, stored, use);
  if (!used) return refused();
  const auto counted = change<Passkey>(transaction, {to(&Passkey::counter, std::int64_t{used->counter})},
                                       {where(&Passkey::id, passkey.id)});
  if (!counted) return tl::unexpected(counted.error());
  auto given = begin_session(transaction, practice, (*known)->user);
  if (!given) return given;
  Actor actor;
  actor.kind = Actor::Kind::user;
  actor.user = passkey.user;
  const Action action{"session.begin", Permission::anyone, {}, {}, passkey.id.text()};
  if (auto noted = append_audit(transaction, practice, actor, action); !noted)
    return tl::unexpected(noted.error());
  return given;
}

}  // namespace

std::string Challenges::give(Entropy& entropy, const std::optional<Id<User>>& user, Instant now) {
  auto challenge = entropy.token().reveal();
  const std::lock_guard lock(mutex_);
  auto& given = kind(user);
  if (given.size() >= most) given.pop_front();
  given.push_back({challenge, user, now + challenge_ms});
  return challenge;
}

bool Challenges::take(const std::string& challenge, const std::optional<Id<User>>& user, Instant now) {
  const std::lock_guard lock(mutex_);
  auto& given = kind(user);
  const auto at = std::find_if(given.begin(), given.end(), [&](const Given& one) {
    return one.challenge == challenge && one.user == user;
  });
  if (at == given.end()) return false;
  const bool in_time = now <= at->until;
  given.erase(at);
  return in_time;
}

Result<PasskeyOffer> offer_passkey(const Practice& practice, Challenges& challenges, Attempts& attempts,
                                   const Actor& actor, const RelyingParty& party,
                                   const PasskeyRequest& input) {
  if (auto right = check_own_password(practice, attempts, actor, input.password); !right)
    return tl::unexpected(right.error());
  auto offer = look<PasskeyOffer>(
      practice, actor, own("passkey.offer"), [&](Transaction& transaction) -> Result<PasskeyOffer> {
        const auto user = get<User>(transaction, actor.user);
        if (!user) return tl::unexpected(user.error());
        auto name = setting(transaction, practice_name);
        if (!name) return tl::unexpected(name.error());
        const auto passkeys = passkeys_of(transaction, actor.user);
        if (!passkeys) return tl::unexpected(passkeys.error());
        PasskeyOffer given{"", party.id, std::move(*name), user->id, user->login, user->display_name, {}};
        for (const Passkey& passkey : *passkeys) given.known.push_back(passkey.credential);
        return given;
      });
  if (offer) offer->challenge = challenges.give(practice.entropy, actor.user, practice.clock.now());
  return offer;
}

Result<PasskeyView> add_passkey(const Practice& practice, Challenges& challenges, const Actor& actor,
                                const RelyingParty& party, const std::string& name, const NewPasskey& made) {
  if (name.empty() || name.size() > longest_name)
    return fail(ErrorKind::bad_data, "passkey.name", fmt::format("1 to {} bytes", longest_name),
                Place{"", 0, 0, "name"});
  if (!challenges.take(made.client.challenge, actor.user, practice.clock.now()))
    return fail(ErrorKind::conflict, "passkey.challenge",
                "this took too long, or was sent twice: start again");
  const auto key = practice.secrets.accept_passkey(party, made.client.challenge, made);
  if (!key) return tl::unexpected(key.error());
  return carry_out<PasskeyView>(practice, actor, own("passkey.add"),
                                [&](Transaction& transaction) -> Result<PasskeyView> {
                                  const auto kept = keep(transaction, practice, actor, name, *key);
                                  if (!kept) return tl::unexpected(kept.error());
                                  return view_of(*kept);
                                });
}

Result<std::vector<PasskeyView>> list_passkeys(const Practice& practice, const Actor& actor) {
  return look<std::vector<PasskeyView>>(practice, actor, own("passkey.list"),
                                        [&](Transaction& transaction) -> Result<std::vector<PasskeyView>> {
                                          const auto passkeys = passkeys_of(transaction, actor.user);
                                          if (!passkeys) return tl::unexpected(passkeys.error());
                                          std::vector<PasskeyView> views;
                                          for (const Passkey& passkey : *passkeys)
                                            views.push_back(view_of(passkey));
                                          return views;
                                        });
}

Result<bool> remove_passkey(const Practice& practice, const Actor& actor, const Id<Passkey>& id) {
  return carry_out<bool>(
      practice, actor, own("passkey.remove", id), [&](Transaction& transaction) -> Result<bool> {
        const Condition its[] = {where(&Passkey::id, id), where(&Passkey::user, actor.user)};
        const auto removed = transaction.remove(table_of<Passkey>(), its);
        if (!removed) return tl::unexpected(removed.error());
        if (*removed == 1) return true;
        return fail(ErrorKind::not_found, "passkey.not_found", "there is no such record");
      });
}

PasskeyChallenge challenge_passkey(const Practice& practice, Challenges& challenges,
                                   const RelyingParty& party) {
  return {challenges.give(practice.entropy, {}, practice.clock.now()), party.id};
}

Result<SignedIn> sign_in_by_passkey(const Practice& practice, Challenges& challenges, Attempts& attempts,
                                    const RelyingParty& party, const PasskeyUse& use,
                                    const std::string& address) {
  const std::string key = "address:" + address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go)
    return tl::unexpected(go.error());
  Result<SignedIn> given = refused();
  if (challenges.take(use.client.challenge, {}, practice.clock.now())) {
    auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
      given = begin(transaction, practice, party, use);
      if (!given) return tl::unexpected(given.error());
      return true;
    });
    if (!done) given = tl::unexpected(done.error());
  }
  if (!given && given.error().code == "sign_in.refused") {
    auto noted = practice.store.write([&](Transaction& transaction) {
      return append_audit(transaction, practice, Actor{},
                          {"session.refused", Permission::anyone, {}, {}, "passkey"});
    });
    if (!noted) return tl::unexpected(noted.error());
  }
  if (given) attempts.take_back(key);
  return given;
}

}  // namespace securebase::service
