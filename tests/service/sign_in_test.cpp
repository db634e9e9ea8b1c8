#include "service/sign_in.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "service/course.hpp"
#include "service/each_practice.hpp"
#include "store/one_time_codes.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

const Private<std::string> good("correct horse battery");
const Private<std::string> wrong("incorrect horse battery");
const std::string here = "127.0.0.1";

class SigningIn : public EachPractice {
 protected:
  Attempts attempts_;

  UserView set_up_ada() {
    service::SetUp input;
    input.practice_name = "Practice";
    input.login = "ada";
    input.display_name = "Ada";
    input.password = good;
    return must(service::set_up(practice(), attempts_, input, must(new_set_up_token(practice())), here));
  }
  Result<SignedIn> sign_in(const Private<std::string>& password, const std::optional<std::string>& code = {},
                           const std::string& login = "ada") {
    return service::sign_in(practice(), attempts_, {login, password, code}, here);
  }
  Actor ada() { return must(authenticate(practice(), must(sign_in(good)).token)); }
};

TEST_P(SigningIn, begins_with_a_token_that_works_once) {
  const auto old = must(new_set_up_token(practice()));
  const auto token = must(new_set_up_token(practice()));
  service::SetUp input;
  input.login = "ada";
  input.password = good;
  EXPECT_EQ(code_of(service::set_up(practice(), attempts_, input, old, here)), "ticket.unknown");
  input.password = Private<std::string>("short");
  EXPECT_EQ(code_of(service::set_up(practice(), attempts_, input, token, here)), "password.weak");
  input.password = good;
  EXPECT_FALSE(must(is_set_up(practice())));
  EXPECT_EQ(code_of(service::set_up(practice(), attempts_, input, token, here)), "done");
  EXPECT_TRUE(must(is_set_up(practice())));
  EXPECT_EQ(code_of(service::set_up(practice(), attempts_, input, token, here)), "ticket.unknown");
  EXPECT_EQ(code_of(new_set_up_token(practice())), "set_up.done");
}

TEST_P(SigningIn, gives_tokens_of_which_only_hashes_are_kept) {
  set_up_ada();
  const SignedIn given = must(sign_in(good));
  EXPECT_EQ(must(authenticate(practice(), given.token)).is_admin, true);
  const Actor actor = must(authenticate(practice(), given.token));
  EXPECT_EQ(code_of(check_csrf(practice(), actor, given.csrf)), "done");
  EXPECT_EQ(code_of(check_csrf(practice(), actor, given.token)), "session.csrf");
  EXPECT_EQ(csrf_of(practice(), given.token), given.csrf);
  EXPECT_NE(must(sign_in(good)).csrf, given.csrf);
  const auto rows = must(open()->query("SELECT token_hash, csrf_hash FROM session"));
  EXPECT_NE(must(rows.get<std::string>(0, 0)), given.token.reveal());
  EXPECT_NE(must(rows.get<std::string>(0, 1)), given.csrf.reveal());
}

TEST_P(SigningIn, says_the_same_of_an_unknown_user_and_a_wrong_password) {
  set_up_ada();
  const auto unknown = sign_in(good, {}, "nobody");
  const auto refused = sign_in(wrong);
  EXPECT_EQ(to_text(unknown.error()), to_text(refused.error()));
  EXPECT_EQ(refused.error().code, "sign_in.refused");
}

TEST_P(SigningIn, writes_down_who_was_refused_and_not_what_was_typed) {
  const UserView known = set_up_ada();
  EXPECT_EQ(code_of(sign_in(wrong)), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(wrong, {}, "correct horse battery")), "sign_in.refused");
  const auto rows =
      must(open()->query("SELECT actor, object FROM audit WHERE action = 'session.refused' ORDER BY number"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(must(rows.get<std::string>(0, 0)), "stranger");
  EXPECT_EQ(must(rows.get<std::string>(0, 1)), known.id.text());
  EXPECT_EQ(must(rows.get<std::string>(1, 1)), "");
}

TEST_P(SigningIn, slows_down_who_guesses) {
  set_up_ada();
  for (int i = 0; i < login_brake.free; ++i) EXPECT_EQ(code_of(sign_in(wrong)), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(good)), "sign_in.later");
  clock().pass(login_brake.longest_ms);
  EXPECT_EQ(code_of(sign_in(good)), "done");
}

TEST(SignInAttempts, CountFromTheirBeginningAndAreTakenBack) {
  Attempts attempts;
  const Instant now{0};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(attempts.begin("a", login_brake, now)), "done");
  EXPECT_EQ(code_of(attempts.begin("a", login_brake, now)), "sign_in.later") << "none has been answered yet";
  EXPECT_EQ(code_of(attempts.begin("b", login_brake, now)), "done");
  attempts.take_back("a");
  EXPECT_EQ(code_of(attempts.begin("a", login_brake, now)), "done");
  EXPECT_EQ(code_of(attempts.begin("a", login_brake, now + 999)), "sign_in.later");
  EXPECT_EQ(code_of(attempts.begin("a", login_brake, now + 1000)), "done");
  EXPECT_EQ(code_of(attempts.begin("a", login_brake, now + 2999)), "sign_in.later") << "the wait doubles";
  for (int i = 0; i < 30; ++i) (void)attempts.begin("a", login_brake, Instant{i * hour_ms});
  EXPECT_EQ(code_of(attempts.begin("a", login_brake, Instant{29 * hour_ms + minute_ms})), "done");
}

TEST_P(SigningIn, does_not_forget_an_address_for_ones_own_success) {
  set_up_ada();
  for (int i = 0; i < address_brake.free; ++i) {
    EXPECT_EQ(code_of(sign_in(good)), "done");
    EXPECT_EQ(code_of(sign_in(wrong, {}, "user" + std::to_string(i))), "sign_in.refused");
  }
  EXPECT_EQ(code_of(sign_in(good)), "sign_in.later");
}

TEST_P(SigningIn, is_locked_at_once_when_one_says_so) {
  set_up_ada();
  const SignedIn given = must(sign_in(good));
  must(lock(practice(), must(authenticate(practice(), given.token))));
  EXPECT_EQ(code_of(authenticate(practice(), given.token)), "session.locked");
  EXPECT_EQ(code_of(unlock(practice(), attempts_, given.token, good)), "done");
  EXPECT_EQ(code_of(authenticate(practice(), given.token)), "done");
}

TEST_P(SigningIn, counts_together_what_cannot_be_a_login) {
  set_up_ada();
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(code_of(sign_in(wrong, {}, std::string(1000 + i, 'X'))), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(wrong, {}, "No Login")), "sign_in.later") << "no key for each made-up one";
}

TEST_P(SigningIn, by_a_lock_is_the_sessions_own) {
  set_up_ada();
  const SignedIn given = must(sign_in(good));
  clock().pass(idle_lock_ms + 1);
  for (int i = 0; i < 2 * login_brake.free; ++i) (void)sign_in(wrong);
  EXPECT_EQ(code_of(unlock(practice(), attempts_, given.token, good)), "done") << "somebody else has guessed";
}

/// Argon2id takes its time; meanwhile the admin resets the account.
class ResetMeanwhile : public Secrets {
 public:
  ResetMeanwhile(Secrets& real, std::function<void()> meanwhile)
      : real_(&real), meanwhile_(std::move(meanwhile)) {}
  bool is_password(const std::string& hash, const Private<std::string>& password) override {
    const bool right = real_->is_password(hash, password);
    meanwhile_();
    return right;
  }
  Result<std::string> hash_password(const Private<std::string>& password) override {
    return real_->hash_password(password);
  }
  std::string hash_token(const Private<std::string>& token) override { return real_->hash_token(token); }
  std::optional<std::int64_t> code_step(const Private<std::string>& secret, std::string_view code,
                                        Instant now, std::int64_t last_step) override {
    return real_->code_step(secret, code, now, last_step);
  }
  Private<std::string> new_code_secret() override { return real_->new_code_secret(); }
  Result<PasskeyKey> accept_passkey(const RelyingParty& party, std::string_view challenge,
                                    const NewPasskey& made) override {
    return real_->accept_passkey(party, challenge, made);
  }
  Result<PasskeyKey> check_passkey(const RelyingParty& party, std::string_view challenge,
                                   const PasskeyKey& stored, const PasskeyUse& use) override {
    return real_->check_passkey(party, challenge, stored, use);
  }
  std::string chain_hash(std::string_view previous, std::string_view bytes) override {
    return real_->chain_hash(previous, bytes);
  }
  std::string blind_index(std::string_view purpose, const Private<std::string>& word) override {
    return real_->blind_index(purpose, word);
  }

 private:
  Secrets* real_;
  std::function<void()> meanwhile_;
};

TEST_P(SigningIn, that_a_reset_overtakes_is_refused) {
  set_up_ada();
  const Actor ben = user("ben", {.admin = true});
  const SignedIn open = must(sign_in(good));
  ResetMeanwhile secrets(practice().secrets, [&] { must(reset_user(practice(), ben, ada().user)); });
  const Practice slow{practice().store, practice().clock, practice().entropy, secrets, practice().library};
  EXPECT_EQ(code_of(service::sign_in(slow, attempts_, {"ada", good, {}}, here)), "sign_in.refused");
  EXPECT_EQ(code_of(authenticate(practice(), open.token)), "session.unknown");
}

TEST_P(SigningIn, takes_the_newest_token_for_a_password_only) {
  set_up_ada();
  NewUser input;
  input.login = "ben";
  input.therapist = true;
  const Invited invitation = must(invite_user(practice(), ada(), input));
  const Invited first = must(reset_user(practice(), ada(), invitation.user.id));
  const Invited second = must(reset_user(practice(), ada(), invitation.user.id));
  const auto choose = [&](const Invited& by) {
    return code_of(choose_password(practice(), attempts_, {good}, by.token, here));
  };
  EXPECT_EQ(choose(invitation), "ticket.unknown");
  EXPECT_EQ(choose(first), "ticket.unknown");
  EXPECT_EQ(choose(second), "done");
  const auto rows = must(open()->query("SELECT object FROM audit WHERE action = 'user.password'"));
  EXPECT_EQ(must(rows.get<std::string>(0, 0)), invitation.user.id.text());
}

TEST_P(SigningIn, leaves_no_client_behind_when_a_therapist_goes) {
  set_up_ada();
  const Actor ben = user("ben", {.therapist = true});
  const Actor cleo = user("cleo", {.therapist = true});
  const CourseView course = course_of(ben, "Mia Weber");
  EXPECT_EQ(code_of(disable_user(practice(), ada(), ben.user)), "user.has_courses");
  EXPECT_EQ(code_of(change_user(practice(), ada(), ben.user, {{}, false, true, {}, {}})), "user.has_courses");
  EXPECT_EQ(code_of(hand_over(practice(), ada(), ben.user, {ben.user})), "course.therapist");
  EXPECT_EQ(code_of(hand_over(practice(), ben, ben.user, {cleo.user})), "access.forbidden");
  EXPECT_EQ(must(hand_over(practice(), ada(), ben.user, {cleo.user})).courses, 1);
  EXPECT_EQ(code_of(read_course(practice(), cleo, course.id)), "done");
  EXPECT_EQ(code_of(read_course(practice(), ben, course.id)), "access.not_found");
  const auto takes_part = [&] {
    const auto staff = must(list_staff(practice(), cleo));
    return std::any_of(staff.begin(), staff.end(),
                       [&](const StaffView& one) { return one.id == ben.user && one.therapist; });
  };
  EXPECT_TRUE(takes_part());
  EXPECT_EQ(code_of(disable_user(practice(), ada(), ben.user)), "done");
  EXPECT_FALSE(takes_part()) << "nothing can be given to who has left";
  EXPECT_EQ(code_of(reset_user(practice(), ada(), ben.user)), "user.disabled");
  EXPECT_FALSE(must(enable_user(practice(), ada(), ben.user)).disabled);
  const UserView changed = must(change_user(practice(), ada(), ben.user, {"Ben B.", false, true, {}, {}}));
  EXPECT_EQ(changed.display_name, "Ben B.");
  EXPECT_TRUE(changed.supervisor && !changed.therapist);
  EXPECT_EQ(code_of(change_user(practice(), ada(), ben.user, {{}, {}, false, {}, {}})), "user.role");
  EXPECT_EQ(code_of(change_user(practice(), ada(), ada().user, {{}, {}, {}, false, {}})), "user.last_admin");
  EXPECT_EQ(must(list_staff(practice(), cleo)).size(), 3U);
}

TEST_P(SigningIn, locks_after_a_while_and_ends_after_a_day_of_work) {
  set_up_ada();
  const SignedIn given = must(sign_in(good));
  clock().pass(idle_lock_ms + 1);
  EXPECT_EQ(code_of(authenticate(practice(), given.token)), "session.locked");
  EXPECT_EQ(code_of(unlock(practice(), attempts_, given.token, wrong)), "sign_in.refused");
  EXPECT_EQ(code_of(unlock(practice(), attempts_, given.token, good)), "done");
  EXPECT_EQ(code_of(authenticate(practice(), given.token)), "done");
  clock().pass(session_ms);
  EXPECT_EQ(code_of(authenticate(practice(), given.token)), "session.unknown");
}

TEST_P(SigningIn, ends_here_or_everywhere) {
  set_up_ada();
  const SignedIn one = must(sign_in(good));
  const SignedIn two = must(sign_in(good));
  const SignedIn three = must(sign_in(good));
  const SignedIn locked = must(sign_in(good));
  clock().pass(idle_lock_ms + 1);
  EXPECT_EQ(code_of(sign_out(practice(), locked.token)), "done");
  EXPECT_EQ(code_of(sign_out(practice(), locked.token)), "session.unknown");
  for (const auto& session : {two, three}) must(unlock(practice(), attempts_, session.token, good));
  must(sign_out(practice(), one.token));
  EXPECT_EQ(code_of(authenticate(practice(), one.token)), "session.unknown");
  EXPECT_EQ(code_of(authenticate(practice(), two.token)), "done");
  must(sign_out_everywhere(practice(), must(authenticate(practice(), two.token))));
  EXPECT_EQ(code_of(authenticate(practice(), three.token)), "session.unknown");
}

TEST_P(SigningIn, takes_a_one_time_code_once) {
  set_up_ada();
  const auto secret = must(offer_codes(practice(), ada())).secret;
  const auto code = [&] {
    return store::one_time_code(secret, store::code_step_of(clock().now()))->reveal();
  };
  EXPECT_EQ(code_of(confirm_codes(practice(), attempts_, ada(), {wrong, secret, code()})), "sign_in.refused");
  EXPECT_EQ(code_of(confirm_codes(practice(), attempts_, ada(), {good, Private<std::string>("AA"), code()})),
            "user.code_secret");
  EXPECT_EQ(code_of(confirm_codes(practice(), attempts_, ada(), {good, secret, "000000"})) == "done" ||
                code_of(confirm_codes(practice(), attempts_, ada(), {good, secret, code()})) == "done",
            true);
  EXPECT_EQ(code_of(sign_in(good)), "sign_in.code_needed");
  EXPECT_EQ(code_of(sign_in(good, code())), "sign_in.refused");  // the one that switched them on
  clock().pass(2 * store::code_step_ms);
  const std::string next = code();
  EXPECT_EQ(code_of(sign_in(wrong, next)), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(good, next)), "done");
  EXPECT_EQ(code_of(sign_in(good, next)), "sign_in.refused");
}

TEST_P(SigningIn, invites_resets_and_disables) {
  set_up_ada();
  NewUser input;
  input.login = "ben";
  input.therapist = true;
  const Invited ben = must(invite_user(practice(), ada(), input));
  EXPECT_EQ(code_of(invite_user(practice(), ada(), input)), "user.login");
  EXPECT_EQ(code_of(sign_in(good, {}, "ben")), "sign_in.refused");
  EXPECT_EQ(code_of(choose_password(practice(), attempts_, {good}, ben.token, here)), "done");
  EXPECT_EQ(code_of(choose_password(practice(), attempts_, {good}, ben.token, here)), "ticket.unknown");
  const SignedIn session = must(sign_in(good, {}, "ben"));
  const Actor as_ben = must(authenticate(practice(), session.token));
  EXPECT_EQ(code_of(list_users(practice(), as_ben)), "access.forbidden");
  const Invited reset = must(reset_user(practice(), ada(), ben.user.id));
  EXPECT_EQ(code_of(authenticate(practice(), session.token)), "session.unknown");
  clock().pass(reset_ms + 1);
  EXPECT_EQ(code_of(choose_password(practice(), attempts_, {good}, reset.token, here)), "ticket.unknown");
  must(disable_user(practice(), ada(), ben.user.id));
  EXPECT_EQ(code_of(sign_in(good, {}, "ben")), "sign_in.refused");
  EXPECT_EQ(code_of(disable_user(practice(), ada(), ada().user)), "user.last_admin");
}

INSTANTIATE_TEST_SUITE_P(Service, SigningIn, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
