#pragma once
// Signing in by a passkey (WebAuthn) in place of password and code: the device has asked for its PIN, a
// finger or a face, and its key works for this practice's address only.

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "service/sign_in.hpp"

namespace securebase::service {

inline constexpr std::int64_t challenge_ms = 5 * minute_ms;
inline constexpr std::int64_t most_passkeys = 20;  ///< of one user

/// Challenges that were given out and not answered yet, each for one answer. Kept in memory, the oldest
/// forgotten first, those for signing in apart from those of users: strangers cannot push out a user's. Safe
/// to use from several threads.
class Challenges {
 public:
  static constexpr std::size_t most = 1000;  ///< of either kind

  /// `user`: who is to make a passkey; nothing: whoever signs in.
  [[nodiscard]] std::string give(Entropy& entropy, const std::optional<Id<User>>& user, Instant now);
  /// Whether it was given out, to them, and not answered yet. It is forgotten either way.
  [[nodiscard]] bool take(const std::string& challenge, const std::optional<Id<User>>& user, Instant now);

 private:
  struct Given {
    std::string challenge;
    std::optional<Id<User>> user;
    Instant until;
  };
  std::deque<Given>& kind(const std::optional<Id<User>>& user) { return user ? of_users_ : of_strangers_; }

  std::mutex mutex_;
  std::deque<Given> of_users_;
  std::deque<Given> of_strangers_;
};

/// For navigator.credentials.create(): residentKey and userVerification "required", attestation "none",
/// algorithm -7 (ES256).
struct PasskeyOffer {
  std::string challenge;  ///< base64url, for five minutes and one answer
  std::string relying_party;
  std::string practice_name;
  Id<User> user;
  std::string login;
  std::string display_name;
  std::vector<std::string> known;  ///< credential ids (base64url) that are there already

  static constexpr auto fields(const auto& use) {
    return use(Field{"challenge", &PasskeyOffer::challenge},
               Field{"relying_party", &PasskeyOffer::relying_party},
               Field{"practice_name", &PasskeyOffer::practice_name}, Field{"user", &PasskeyOffer::user},
               Field{"login", &PasskeyOffer::login}, Field{"display_name", &PasskeyOffer::display_name},
               Field{"known", &PasskeyOffer::known});
  }
};
struct PasskeyRequest {
  Private<std::string> password;

  static constexpr auto fields(const auto& use) { return use(Field{"password", &PasskeyRequest::password}); }
};
/// The password is asked again, so that a session left open does not let in for good. Errors:
/// "sign_in.refused", "sign_in.later".
[[nodiscard]] Result<PasskeyOffer> offer_passkey(const Practice& practice, Challenges& challenges,
                                                 Attempts& attempts, const Actor& actor,
                                                 const RelyingParty& party, const PasskeyRequest& input);

struct PasskeyView {
  Id<Passkey> id;
  std::string name;
  Instant created_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &PasskeyView::id}, Field{"name", &PasskeyView::name},
               Field{"created_at", &PasskeyView::created_at});
  }
};

/// The name is the user's own word for the device. Errors: those of Secrets::accept_passkey, "passkey.name"
/// (1 to 64 bytes), and as conflicts "passkey.challenge" (not offered, too long ago, or answered already),
/// "passkey.known" and "passkey.most".
[[nodiscard]] Result<PasskeyView> add_passkey(const Practice& practice, Challenges& challenges,
                                              const Actor& actor, const RelyingParty& party,
                                              const std::string& name, const NewPasskey& made);
[[nodiscard]] Result<std::vector<PasskeyView>> list_passkeys(const Practice& practice, const Actor& actor);
/// Error "passkey.not_found": not there, or another's.
[[nodiscard]] Result<bool> remove_passkey(const Practice& practice, const Actor& actor,
                                          const Id<Passkey>& id);

/// For navigator.credentials.get(): userVerification "required", no list of credentials.
struct PasskeyChallenge {
  std::string challenge;
  std::string relying_party;

  static constexpr auto fields(const auto& use) {
    return use(Field{"challenge", &PasskeyChallenge::challenge},
               Field{"relying_party", &PasskeyChallenge::relying_party});
  }
};
[[nodiscard]] PasskeyChallenge challenge_passkey(const Practice& practice, Challenges& challenges,
                                                 const RelyingParty& party);

/// Errors: "sign_in.refused" (whatever was wrong with it), "sign_in.later".
[[nodiscard]] Result<SignedIn> sign_in_by_passkey(const Practice& practice, Challenges& challenges,
                                                  Attempts& attempts, const RelyingParty& party,
                                                  const PasskeyUse& use, const std::string& address);

}  // namespace securebase::service
