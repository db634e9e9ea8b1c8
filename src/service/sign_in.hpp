#pragma once
// Who is there: setting up, signing in and out, users and their invitations. Clients have no account; they
// come by a ticket (portal.hpp).

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "service/practice.hpp"

namespace securebase::service {

inline constexpr std::int64_t idle_lock_ms = 15 * minute_ms;    ///< of a user's session
inline constexpr std::int64_t portal_idle_ms = 30 * minute_ms;  ///< a portal session ends
inline constexpr std::int64_t session_ms = 12 * hour_ms;        ///< a session ends in any case
inline constexpr std::int64_t invitation_ms = 7 * day_ms;
inline constexpr std::int64_t reset_ms = day_ms;
inline constexpr std::int64_t set_up_ms = day_ms;

/// How guessing is slowed down: after `free` attempts each further one doubles the wait, from a second up to
/// `longest_ms`.
struct Brake {
  int free = 5;
  std::int64_t longest_ms = 15 * minute_ms;
};
/// Short, because whoever knows a login could otherwise keep its owner out.
inline constexpr Brake login_brake{5, minute_ms};
/// Wide, because a whole practice may share an address.
inline constexpr Brake address_brake{20, 15 * minute_ms};
inline constexpr Brake session_brake{5, 15 * minute_ms};

/// Attempts that were not right, by key. Each counts from its beginning, so that a burst gains nothing, and
/// is taken back when it was right. Kept in memory. Safe to use from several threads.
class Attempts {
 public:
  static constexpr std::size_t most_keys = 10'000;
  static constexpr std::size_t longest_key = 128;  ///< a longer one is cut

  /// Error "sign_in.later" (too_many): too many before; this one does not count.
  [[nodiscard]] Result<bool> begin(const std::string& key, const Brake& brake, Instant now);
  /// The attempt that began was right, or failed for another reason.
  void take_back(const std::string& key);
  void forget(const std::string& key);

 private:
  struct Count {
    int attempts = 0;
    Instant last;
  };

  std::mutex mutex_;
  std::map<std::string, Count> counts_;
};

struct UserView {
  Id<User> id;
  std::string login;
  std::string display_name;
  bool therapist = false;
  bool supervisor = false;
  bool admin = false;
  bool researcher = false;
  bool uses_codes = false;  ///< one-time codes
  bool disabled = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &UserView::id}, Field{"login", &UserView::login},
               Field{"display_name", &UserView::display_name}, Field{"therapist", &UserView::therapist},
               Field{"supervisor", &UserView::supervisor}, Field{"admin", &UserView::admin},
               Field{"researcher", &UserView::researcher}, Field{"uses_codes", &UserView::uses_codes},
               Field{"disabled", &UserView::disabled});
  }
};

struct SignIn {
  std::string login;
  Private<std::string> password;
  std::optional<std::string> code;  ///< one-time code, where the user has switched that on

  static constexpr auto fields(const auto& use) {
    return use(Field{"login", &SignIn::login}, Field{"password", &SignIn::password},
               Field{"code", &SignIn::code});
  }
};

/// Both tokens go to the browser: one in a cookie that no script can read, one that every change must carry.
/// The second follows from the first, so that a page that was loaded anew can be told it again.
struct SignedIn {
  Private<std::string> token;
  Private<std::string> csrf;
  UserView user;
};

/// Errors: "sign_in.refused" (unauthenticated; the same for an unknown login, a wrong password and a wrong
/// code; audited without what was typed), "sign_in.code_needed" (only after the right password),
/// "sign_in.later" (too_many).
[[nodiscard]] Result<SignedIn> sign_in(const Practice& practice, Attempts& attempts, const SignIn& input,
                                       const std::string& address);

/// The actor behind a token. Errors: "session.unknown" (not there, or over), "session.locked" (idle too
/// long).
[[nodiscard]] Result<Actor> authenticate(const Practice& practice, const Private<std::string>& token);
/// The token that every change of a session must carry.
[[nodiscard]] Private<std::string> csrf_of(const Practice& practice, const Private<std::string>& token);
/// Whether a change carries the token that belongs to the session.
[[nodiscard]] Result<bool> check_csrf(const Practice& practice, const Actor& actor,
                                      const Private<std::string>& csrf);

/// At once, as when one leaves the room.
[[nodiscard]] Result<bool> lock(const Practice& practice, const Actor& actor);
/// A locked session goes on after the password; so does one that was locked to a sheet in the room.
[[nodiscard]] Result<bool> unlock(const Practice& practice, Attempts& attempts,
                                  const Private<std::string>& token, const Private<std::string>& password);
/// Whoever's it is, locked or not. Error "session.unknown".
[[nodiscard]] Result<bool> sign_out(const Practice& practice, const Private<std::string>& token);
/// Ends every session of the user.
[[nodiscard]] Result<bool> sign_out_everywhere(const Practice& practice, const Actor& actor);

[[nodiscard]] Result<UserView> who_am_i(const Practice& practice, const Actor& actor);

// Setting up

struct SetUp {
  std::string practice_name;
  std::string login;
  std::string display_name;
  Private<std::string> password;
  bool therapist = true;  ///< whether the first admin also treats

  static constexpr auto fields(const auto& use) {
    return use(Field{"practice_name", &SetUp::practice_name}, Field{"login", &SetUp::login},
               Field{"display_name", &SetUp::display_name}, Field{"password", &SetUp::password},
               Field{"therapist", &SetUp::therapist});
  }
};

/// Whether anybody can sign in yet.
[[nodiscard]] Result<bool> is_set_up(const Practice& practice);
/// A token that is printed once at the first start. Earlier ones no longer work. Error "set_up.done"
/// (conflict).
[[nodiscard]] Result<Private<std::string>> new_set_up_token(const Practice& practice);
/// The first user. Errors: "ticket.unknown", "set_up.done", "password.weak", "user.login".
[[nodiscard]] Result<UserView> set_up(const Practice& practice, Attempts& attempts, const SetUp& input,
                                      const Private<std::string>& token, const std::string& address);

// Users

struct NewUser {
  std::string login;
  std::string display_name;
  bool therapist = false;
  bool supervisor = false;
  bool admin = false;
  bool researcher = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"login", &NewUser::login}, Field{"display_name", &NewUser::display_name},
               Field{"therapist", &NewUser::therapist}, Field{"supervisor", &NewUser::supervisor},
               Field{"admin", &NewUser::admin}, Field{"researcher", &NewUser::researcher});
  }
};

/// A user who cannot sign in yet, and the token with which they choose a password. It is shown once.
struct Invited {
  UserView user;
  Private<std::string> token;

  static constexpr auto fields(const auto& use) {
    return use(Field{"user", &Invited::user}, Field{"token", &Invited::token});
  }
};

[[nodiscard]] Result<std::vector<UserView>> list_users(const Practice& practice, const Actor& actor);
/// Errors: "user.login": not 2 to 64 of a-z 0-9 . _ - @, or taken (conflict); "user.role": nobody is there
/// for nothing.
[[nodiscard]] Result<Invited> invite_user(const Practice& practice, const Actor& actor, const NewUser& input);
/// A new password without mail: the admin hands the token over. Ends the user's sessions, and forgets their
/// one-time codes and passkeys.
[[nodiscard]] Result<Invited> reset_user(const Practice& practice, const Actor& actor, const Id<User>& id);
/// Ends their sessions too. Errors (conflict): "user.last_admin"; "user.has_courses": clients would be left
/// with nobody who sees their answers (hand_over).
[[nodiscard]] Result<UserView> disable_user(const Practice& practice, const Actor& actor, const Id<User>& id);
[[nodiscard]] Result<UserView> enable_user(const Practice& practice, const Actor& actor, const Id<User>& id);

struct ChangeUser {
  std::optional<std::string> display_name;
  std::optional<bool> therapist;
  std::optional<bool> supervisor;
  std::optional<bool> admin;
  std::optional<bool> researcher;

  static constexpr auto fields(const auto& use) {
    return use(Field{"display_name", &ChangeUser::display_name}, Field{"therapist", &ChangeUser::therapist},
               Field{"supervisor", &ChangeUser::supervisor}, Field{"admin", &ChangeUser::admin},
               Field{"researcher", &ChangeUser::researcher});
  }
};
/// What is absent stays. The errors of disable_user and "user.role".
[[nodiscard]] Result<UserView> change_user(const Practice& practice, const Actor& actor, const Id<User>& id,
                                           const ChangeUser& input);

/// A colleague, as every user may know them.
struct StaffView {
  Id<User> id;
  std::string display_name;
  bool therapist = false;
  bool supervisor = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &StaffView::id}, Field{"display_name", &StaffView::display_name},
               Field{"therapist", &StaffView::therapist}, Field{"supervisor", &StaffView::supervisor});
  }
};
/// Who works here, and those who left, who have no part any more: the audit names them.
[[nodiscard]] Result<std::vector<StaffView>> list_staff(const Practice& practice, const Actor& actor);

struct NewPassword {
  Private<std::string> password;

  static constexpr auto fields(const auto& use) { return use(Field{"password", &NewPassword::password}); }
};
/// Exchanges an invitation or a reset. Errors: "ticket.unknown" (also used, expired or revoked),
/// "password.weak". Every other token of the user stops working, and their sessions end.
[[nodiscard]] Result<UserView> choose_password(const Practice& practice, Attempts& attempts,
                                               const NewPassword& input, const Private<std::string>& token,
                                               const std::string& address);

struct CodeSecret {
  Private<std::string> secret;  ///< Base32, for an authenticator program

  static constexpr auto fields(const auto& use) { return use(Field{"secret", &CodeSecret::secret}); }
};
/// A secret for one-time codes, not yet in use: `confirm_codes` switches them on.
[[nodiscard]] Result<CodeSecret> offer_codes(const Practice& practice, const Actor& actor);
struct ConfirmCodes {
  Private<std::string> password;
  Private<std::string> secret;
  std::string code;

  static constexpr auto fields(const auto& use) {
    return use(Field{"password", &ConfirmCodes::password}, Field{"secret", &ConfirmCodes::secret},
               Field{"code", &ConfirmCodes::code});
  }
};
inline constexpr std::size_t shortest_code_secret = 26;  ///< Base32 characters: 128 bits (RFC 4226, 4)
/// By the password, the secret and its first code; other sessions of the user end. Errors: "sign_in.refused",
/// "user.code", "user.code_secret".
[[nodiscard]] Result<UserView> confirm_codes(const Practice& practice, Attempts& attempts, const Actor& actor,
                                             const ConfirmCodes& input);

// For other use cases of this room

/// An unused, unexpired ticket of a kind. Error "ticket.unknown".
[[nodiscard]] Result<Ticket> find_ticket(Transaction& transaction, const Practice& practice, TicketKind kind,
                                         const Private<std::string>& token);
/// Adds a ticket and gives its token.
[[nodiscard]] Result<Private<std::string>> add_ticket(Transaction& transaction, const Practice& practice,
                                                      Ticket ticket, std::int64_t lasts_ms);
/// Adds a session and gives its tokens.
[[nodiscard]] Result<SignedIn> add_session(Transaction& transaction, const Practice& practice,
                                           Session session);

/// The same for a user who has proved to be one.
[[nodiscard]] Result<SignedIn> begin_session(Transaction& transaction, const Practice& practice,
                                             const User& user);
/// Who is signed in types the password again. Errors "sign_in.refused", "sign_in.later".
[[nodiscard]] Result<bool> check_own_password(const Practice& practice, Attempts& attempts,
                                              const Actor& actor, const Private<std::string>& password);

}  // namespace securebase::service
