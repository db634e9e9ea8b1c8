#include "service/sign_in.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "store/one_time_codes.hpp"

namespace securebase::service {
namespace {

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
  for (int i = 0; i < Attempts::free; ++i) EXPECT_EQ(code_of(sign_in(wrong)), "sign_in.refused");
  EXPECT_EQ(code_of(sign_in(good)), "sign_in.later");
  clock().pass(hour_ms);
  EXPECT_EQ(code_of(sign_in(good)), "done");
}

TEST_P(SigningIn, locks_after_a_while_and_ends_after_a_day_of_work) {
  set_up_ada();
  const SignedIn given = must(sign_in(good));
  clock().pass(idle_lock_ms + 1);
  EXPECT_EQ(code_of(authenticate(practice(), given.token)), "session.locked");
  EXPECT_EQ(code_of(unlock(practice(), attempts_, given.token, wrong, here)), "sign_in.refused");
  EXPECT_EQ(code_of(unlock(practice(), attempts_, given.token, good, here)), "done");
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
  for (const auto& session : {two, three}) must(unlock(practice(), attempts_, session.token, good, here));
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
  EXPECT_EQ(code_of(confirm_codes(practice(), ada(), {secret, "000000"})) == "done" ||
                code_of(confirm_codes(practice(), ada(), {secret, code()})) == "done",
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

}  // namespace
}  // namespace securebase::service
