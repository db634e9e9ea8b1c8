#include "http/workbench.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "http/door.hpp"
#include "http/endpoint.hpp"
#include "http/passkey.hpp"
#include "http/wording.hpp"
#include "service/adaptive.hpp"
#include "service/course.hpp"
#include "service/form.hpp"
#include "service/learned_course.hpp"
#include "service/norms.hpp"
#include "service/portal.hpp"
#include "service/reminder.hpp"
#include "service/settings.hpp"
#include "service/working_model.hpp"

template <>
inline constexpr std::array securebase::service::names_of<securebase::catalog::Wording> = {
    std::string_view("shipped"), std::string_view("imported"), std::string_view("score_entry_only")};

namespace securebase::http {
namespace {

using service::Actor;
using service::Field;
using service::Permission;

// Signing in

Result<Welcome> sign_in(Visit& visit, const service::SignIn& input) {
  auto given = service::sign_in(visit.desk.practice, visit.desk.attempts, input, asked_from(visit));
  if (!given) return tl::unexpected(given.error());
  return welcome(visit, std::move(*given));
}

Result<Welcome> me(Visit& visit) {
  auto user = service::who_am_i(visit.desk.practice, visit.actor);
  if (!user) return tl::unexpected(user.error());
  const auto demo = service::is_demo(visit.desk.practice);
  if (!demo) return tl::unexpected(demo.error());
  return Welcome{csrf_of(visit), std::move(*user), *demo};
}

Result<bool> sign_out(Visit& visit) {
  return end_session(visit);
}

struct Unlock {
  Private<std::string> password;

  static constexpr auto fields(const auto& use) { return use(Field{"password", &Unlock::password}); }
};

Result<bool> unlock(Visit& visit, const Unlock& input) {
  return service::unlock(visit.desk.practice, visit.desk.attempts,
                         visit.token.value_or(Private<std::string>()), input.password);
}

Result<service::UserView> confirm_codes(Visit& visit, const service::ConfirmCodes& input) {
  return service::confirm_codes(visit.desk.practice, visit.desk.attempts, visit.actor, input);
}

struct SetUpState {
  bool is_set_up = false;

  static constexpr auto fields(const auto& use) { return use(Field{"is_set_up", &SetUpState::is_set_up}); }
};

Result<SetUpState> set_up_state(Visit& visit) {
  const auto done = service::is_set_up(visit.desk.practice);
  if (!done) return tl::unexpected(done.error());
  return SetUpState{*done};
}

struct SetUpByToken : service::SetUp {
  Private<std::string> token;

  static constexpr auto fields(const auto& use) {
    return service::SetUp::fields([&](const auto&... field) {
      return use(Field{"token", &SetUpByToken::token}, field...);
    });
  }
};

Result<service::UserView> set_up(Visit& visit, const SetUpByToken& input) {
  return service::set_up(visit.desk.practice, visit.desk.attempts, input, input.token, asked_from(visit));
}

struct PasswordByToken : service::NewPassword {
  Private<std::string> token;

  static constexpr auto fields(const auto& use) {
    return service::NewPassword::fields([&](const auto&... field) {
      return use(Field{"token", &PasswordByToken::token}, field...);
    });
  }
};

Result<service::UserView> choose_password(Visit& visit, const PasswordByToken& input) {
  return service::choose_password(visit.desk.practice, visit.desk.attempts, input, input.token,
                                  asked_from(visit));
}

struct OrderView {
  std::string id;
  std::string name;
  std::optional<service::QuestionCount> adaptive;  ///< nothing: it is asked in full

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &OrderView::id}, Field{"name", &OrderView::name},
               Field{"adaptive", &OrderView::adaptive});
  }
};

struct InstrumentView {
  std::string id;
  std::string version;
  std::string title;
  std::string abbreviation;
  std::int64_t items = 0;
  std::string recall;  ///< the time it asks about; may be empty
  int lowest = 0;      ///< answer, of any item in the first order
  int highest = 0;
  std::vector<OrderView> orders;
  catalog::Wording wording = catalog::Wording::imported;
  std::string licence_terms;
  bool licence_verified = false;
  bool has_risk_items = false;
  bool names_figure = false;  ///< its questions are about one named person

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &InstrumentView::id}, Field{"version", &InstrumentView::version},
               Field{"title", &InstrumentView::title}, Field{"abbreviation", &InstrumentView::abbreviation},
               Field{"items", &InstrumentView::items}, Field{"recall", &InstrumentView::recall},
               Field{"lowest", &InstrumentView::lowest}, Field{"highest", &InstrumentView::highest},
               Field{"orders", &InstrumentView::orders}, Field{"wording", &InstrumentView::wording},
               Field{"licence_terms", &InstrumentView::licence_terms},
               Field{"licence_verified", &InstrumentView::licence_verified},
               Field{"has_risk_items", &InstrumentView::has_risk_items},
               Field{"names_figure", &InstrumentView::names_figure});
  }
};

InstrumentView view_of(const catalog::Instrument& instrument) {
  InstrumentView view;
  view.id = instrument.id;
  view.version = instrument.version;
  view.title = instrument.name;
  view.abbreviation = instrument.abbreviation;
  view.items = static_cast<std::int64_t>(instrument.items.size());
  view.recall = instrument.recall;
  view.lowest = instrument.items.front().range.min;
  view.highest = instrument.items.front().range.max;
  for (const catalog::Item& item : instrument.items) {
    view.lowest = std::min(view.lowest, item.range.min);
    view.highest = std::max(view.highest, item.range.max);
  }
  for (const catalog::Order& order : instrument.orders)
    view.orders.push_back({order.id, order.name, service::adaptive_count(instrument, order)});
  view.wording = instrument.licence.wording;
  view.licence_terms = instrument.licence.terms;
  view.licence_verified = instrument.licence.provenance.verified;
  view.has_risk_items = !instrument.risks.empty();
  for (const auto& respondent : instrument.respondents) view.names_figure |= respondent.names_figure;
  return view;
}

Result<std::vector<InstrumentView>> list_instruments(Visit& visit) {
  std::vector<InstrumentView> views;
  for (const catalog::Instrument& instrument : visit.desk.practice.library.instruments)
    views.push_back(view_of(instrument));
  return views;
}

constexpr Route routes[] = {
    endpoint<&health>(Method::get, "/api/v1/health", Permission::anyone, "Whether the server answers"),

    endpoint<&set_up_state>(Method::get, "/api/v1/set-up", Permission::anyone,
                            "Whether anybody can sign in yet"),
    endpoint<&set_up>(Method::post, "/api/v1/set-up", Permission::anyone,
                      "Name the practice and its first user, with the token printed at the first start"),
    endpoint<&sign_in>(Method::post, "/api/v1/session", Permission::anyone, "Sign in"),
    endpoint<&me>(Method::get, "/api/v1/session", Permission::signed_in,
                  "Who is signed in, and what changes must carry"),
    endpoint<&sign_out>(Method::delete_, "/api/v1/session", Permission::anyone, "Sign out"),
    endpoint<&unlock>(Method::post, "/api/v1/session/unlock", Permission::anyone,
                      "Go on with a locked session, by the password"),
    endpoint<&service::lock>(Method::post, "/api/v1/session/lock", Permission::signed_in, "Lock at once"),
    endpoint<&service::sign_out_everywhere>(Method::delete_, "/api/v1/sessions", Permission::signed_in,
                                            "End every session of the user"),
    endpoint<&service::offer_codes>(Method::post, "/api/v1/codes", Permission::signed_in,
                                    "A secret for one-time codes, not yet in use"),
    endpoint<&confirm_codes>(Method::put, "/api/v1/codes", Permission::signed_in,
                             "Switch one-time codes on, by the password and the first code"),
    endpoint<&choose_password>(Method::post, "/api/v1/password", Permission::anyone,
                               "Choose a password, with the token of an invitation or a reset"),

    endpoint<&challenge_passkey>(Method::post, "/api/v1/session/passkey/challenge", Permission::anyone,
                                 "What a passkey has to sign to sign in"),
    endpoint<&sign_in_by_passkey>(Method::post, "/api/v1/session/passkey", Permission::anyone,
                                  "Sign in by a passkey"),
    endpoint<&service::list_passkeys>(Method::get, "/api/v1/passkeys", Permission::signed_in,
                                      "One's own passkeys"),
    endpoint<&offer_passkey>(Method::post, "/api/v1/passkeys/challenge", Permission::signed_in,
                             "What a new passkey has to answer; the password is asked again"),
    endpoint<&add_passkey>(Method::post, "/api/v1/passkeys", Permission::signed_in, "Add a passkey"),
    endpoint<&service::remove_passkey>(Method::delete_, "/api/v1/passkeys/{passkey}", Permission::signed_in,
                                       "Remove a passkey"),

    endpoint<&service::list_users>(Method::get, "/api/v1/users", Permission::manage_practice, "Every user"),
    endpoint<&service::invite_user>(Method::post, "/api/v1/users", Permission::manage_practice,
                                    "Invite a user; the token is shown once"),
    endpoint<&service::reset_user>(Method::post, "/api/v1/users/{user}/reset", Permission::manage_practice,
                                   "Let a user choose a new password; the token is shown once"),
    endpoint<&service::disable_user>(Method::post, "/api/v1/users/{user}/disable",
                                     Permission::manage_practice, "Let a user in no more"),
    endpoint<&service::enable_user>(Method::post, "/api/v1/users/{user}/enable", Permission::manage_practice,
                                    "Let a user in again"),
    endpoint<&service::change_user>(Method::patch, "/api/v1/users/{user}", Permission::manage_practice,
                                    "Change a user's name or roles; what is left out stays"),
    endpoint<&service::hand_over>(Method::post, "/api/v1/users/{user}/hand-over", Permission::manage_practice,
                                  "Give all courses that a therapist has in hand to another"),
    endpoint<&service::list_staff>(Method::get, "/api/v1/staff", Permission::signed_in,
                                   "Who works here, for names beside ids"),
    endpoint<&service::read_settings>(Method::get, "/api/v1/settings", Permission::manage_practice,
                                      "What the practice has settled"),
    endpoint<&service::change_settings>(Method::patch, "/api/v1/settings", Permission::manage_practice,
                                        "Settle something; what is left out stays"),

    endpoint<&service::note_tested_path>(Method::post, "/api/v1/settings/risk-path/test",
                                         Permission::manage_practice,
                                         "Write down that the path of risk answers was tried"),
    endpoint<&service::phone_state>(Method::get, "/api/v1/phone", Permission::signed_in,
                                    "Whether sheets may be given for phones, and risk questions with them"),

    endpoint<&list_instruments>(Method::get, "/api/v1/instruments", Permission::signed_in,
                                "Every instrument that can be given"),
    endpoint<&service::list_wordings>(Method::get, "/api/v1/wordings", Permission::signed_in,
                                      "Imported wordings that are in use, newest first"),
    endpoint<&import_wording>(Method::post, "/api/v1/wordings", Permission::manage_practice,
                              "Show what a file of wording would bring, or import it"),
    endpoint<&guide_to_wording>(Method::post, "/api/v1/wordings/guide", Permission::signed_in,
                                "Who owns an instrument's wording, on what terms, where to ask, and a letter "
                                "that asks; sent to nobody"),
    endpoint<&service::retire_wording>(Method::delete_, "/api/v1/wordings/{wording}",
                                       Permission::manage_practice, "Show a wording to nobody any more"),

    endpoint<&service::list_local_norms>(
        Method::get, "/api/v1/norms", Permission::manage_practice,
        "Norms of the practice's own, and how many people have filled in what they need"),
    endpoint<&service::compute_local_norms>(
        Method::post, "/api/v1/norms/compute", Permission::manage_practice,
        "Compute the practice's own norms of an instrument anew, where enough people have filled it in"),

    endpoint<&service::read_map_laws>(
        Method::get, "/api/v1/map-laws", Permission::manage_practice,
        "What attachment maps take relationships to have in common, and how many courses could tell it"),
    endpoint<&service::fit_map_laws>(Method::post, "/api/v1/map-laws/fit", Permission::manage_practice,
                                     "Learn it anew from the practice's courses, where they are enough"),
    endpoint<&service::forget_map_laws>(Method::delete_, "/api/v1/map-laws", Permission::manage_practice,
                                        "Go back to the proposals that come with the program"),

    endpoint<&service::read_mail_account>(Method::get, "/api/v1/mail", Permission::manage_practice,
                                          "How the practice sends reminders"),
    endpoint<&service::change_mail_account>(Method::patch, "/api/v1/mail", Permission::manage_practice,
                                            "Change how the practice sends reminders"),
};

}  // namespace

std::span<const Route> practice_routes() {
  return routes;
}

std::span<const Route> workbench_routes() {
  static const auto all = [] {
    std::vector<Route> routes;
    for (const auto& some : {practice_routes(), people_routes(), attachment_routes(), therapy_routes()})
      routes.insert(routes.end(), some.begin(), some.end());
    return routes;
  }();
  return all;
}

Router workbench(const Desk& desk) {
  return {workbench_routes(), desk, workbench_cookie};
}

}  // namespace securebase::http
