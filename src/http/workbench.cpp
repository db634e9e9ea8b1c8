#include "http/workbench.hpp"

#include <algorithm>
#include <utility>

#include "http/document.hpp"
#include "http/door.hpp"
#include "http/endpoint.hpp"
#include "http/passkey.hpp"
#include "http/wording.hpp"
#include "service/adaptive.hpp"
#include "service/alert.hpp"
#include "service/audit.hpp"
#include "service/child_protection.hpp"
#include "service/client_page.hpp"
#include "service/coding.hpp"
#include "service/coding_agreement.hpp"
#include "service/course.hpp"
#include "service/ending.hpp"
#include "service/episode.hpp"
#include "service/erase.hpp"
#include "service/escalation.hpp"
#include "service/feedback.hpp"
#include "service/form.hpp"
#include "service/formulation.hpp"
#include "service/history.hpp"
#include "service/hold.hpp"
#include "service/learned_course.hpp"
#include "service/norms.hpp"
#include "service/plan.hpp"
#include "service/portal.hpp"
#include "service/reminder.hpp"
#include "service/safety.hpp"
#include "service/safety_plan.hpp"
#include "service/session.hpp"
#include "service/settings.hpp"
#include "service/supervision.hpp"
#include "service/working_model.hpp"

template <>
inline constexpr std::array securebase::service::names_of<securebase::catalog::Wording> = {
    std::string_view("shipped"), std::string_view("imported"), std::string_view("score_entry_only")};

namespace securebase::http {
namespace {

using service::Actor;
using service::Field;
using service::Permission;
using service::Practice;

constexpr std::int64_t most_sheets = 200;
constexpr std::int64_t most_audit_entries = 500;

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

  static constexpr auto fields() { return std::tuple(Field{"password", &Unlock::password}); }
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

  static constexpr auto fields() { return std::tuple(Field{"is_set_up", &SetUpState::is_set_up}); }
};

Result<SetUpState> set_up_state(Visit& visit) {
  const auto done = service::is_set_up(visit.desk.practice);
  if (!done) return tl::unexpected(done.error());
  return SetUpState{*done};
}

struct SetUpByToken : service::SetUp {
  Private<std::string> token;

  static constexpr auto fields() {
    return std::tuple_cat(std::tuple(Field{"token", &SetUpByToken::token}), service::SetUp::fields());
  }
};

Result<service::UserView> set_up(Visit& visit, const SetUpByToken& input) {
  return service::set_up(visit.desk.practice, visit.desk.attempts, input, input.token, asked_from(visit));
}

struct PasswordByToken : service::NewPassword {
  Private<std::string> token;

  static constexpr auto fields() {
    return std::tuple_cat(std::tuple(Field{"token", &PasswordByToken::token}),
                          service::NewPassword::fields());
  }
};

Result<service::UserView> choose_password(Visit& visit, const PasswordByToken& input) {
  return service::choose_password(visit.desk.practice, visit.desk.attempts, input, input.token,
                                  asked_from(visit));
}

// Reading

Result<service::CoursePage> course_page(const Practice& practice, const Actor& actor,
                                        const Id<service::Course>& course) {
  return service::read_course_page(practice, actor, course, most_sheets);
}

Result<std::vector<service::AuditEntry>> who_has_seen(const Practice& practice, const Actor& actor,
                                                      const Id<service::Person>& person) {
  return service::who_has_seen(practice, actor, person, most_audit_entries);
}

struct PortalLink {
  Private<std::string> token;  ///< shown once
  Instant expires_at;
  std::string address;  ///< where the token goes, behind a #; empty: this practice has no portal yet

  static constexpr auto fields() {
    return std::tuple(Field{"token", &PortalLink::token}, Field{"expires_at", &PortalLink::expires_at},
                      Field{"address", &PortalLink::address});
  }
};

Result<PortalLink> make_portal_link(Visit& visit, const Id<service::Course>& course,
                                    const Id<service::Administration>& sheet) {
  auto link = service::make_portal_link(visit.desk.practice, visit.actor, course, sheet);
  if (!link) return tl::unexpected(link.error());
  return PortalLink{std::move(link->token), link->expires_at, visit.desk.practice.portal_address};
}

Result<PortalLink> make_client_page(Visit& visit, const Id<service::Course>& course,
                                    const Id<service::Person>& person, const service::NewClientPage& input) {
  auto link = service::make_client_page(visit.desk.practice, visit.actor, course, person, input);
  if (!link) return tl::unexpected(link.error());
  return PortalLink{std::move(link->token), link->expires_at, visit.desk.practice.portal_address + "mine"};
}

Result<PortalLink> offer_portal_trial(Visit& visit) {
  auto link = service::offer_portal_trial(visit.desk.practice, visit.actor);
  if (!link) return tl::unexpected(link.error());
  return PortalLink{std::move(link->token), link->expires_at, visit.desk.practice.portal_address};
}

/// What a screen shows that is locked to one sheet.
struct RoomView {
  Private<std::string> csrf;  ///< for X-CSRF-Token
  service::Form form;

  static constexpr auto fields() {
    return std::tuple(Field{"csrf", &RoomView::csrf}, Field{"form", &RoomView::form});
  }
};

Result<RoomView> read_room(Visit& visit) {
  auto form = service::read_room_form(visit.desk.practice, visit.actor);
  if (!form) return tl::unexpected(form.error());
  return RoomView{csrf_of(visit), std::move(*form)};
}

struct OrderView {
  std::string id;
  std::string name;
  std::optional<service::QuestionCount> adaptive;  ///< nothing: it is asked in full

  static constexpr auto fields() {
    return std::tuple(Field{"id", &OrderView::id}, Field{"name", &OrderView::name},
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

  static constexpr auto fields() {
    return std::tuple(Field{"id", &InstrumentView::id}, Field{"version", &InstrumentView::version},
                      Field{"title", &InstrumentView::title},
                      Field{"abbreviation", &InstrumentView::abbreviation},
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
    endpoint<&offer_portal_trial>(Method::post, "/api/v1/settings/portal/trial", Permission::manage_practice,
                                  "A link that a phone opens to prove that it reaches the portal"),
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

    endpoint<&service::caseload>(Method::get, "/api/v1/courses", Permission::signed_in,
                                 "One's own courses and those one supervises, open risk entries first"),
    endpoint<&service::open_course>(Method::post, "/api/v1/courses", Permission::treat,
                                    "Open a course with its members"),
    endpoint<&service::read_course>(Method::get, "/api/v1/courses/{course}", Permission::read_course,
                                    "One course with its members"),
    endpoint<&course_page>(Method::get, "/api/v1/courses/{course}/page", Permission::read_course,
                           "Open risk entries, and the latest sheets with their scores"),
    endpoint<&service::end_course>(Method::post, "/api/v1/courses/{course}/end", Permission::write_course,
                                   "End a course"),
    endpoint<&service::reopen_course>(Method::delete_, "/api/v1/courses/{course}/end",
                                      Permission::write_course, "Let an ended course go on"),
    endpoint<&service::assign_supervisor>(Method::put, "/api/v1/courses/{course}/supervisor",
                                          Permission::write_course, "Assign a supervisor, or nobody"),
    endpoint<&service::break_glass>(Method::post, "/api/v1/courses/{course}/broken-glass",
                                    Permission::supervise,
                                    "Read a course that is not one's own, for a day and with a reason"),
    endpoint<&service::broken_glass>(Method::get, "/api/v1/courses/{course}/broken-glass",
                                     Permission::read_course, "Who has broken the glass, and why"),

    endpoint<&service::outline_courses>(Method::get, "/api/v1/courses/outlines", Permission::supervise,
                                        "Every course of the practice without names"),

    endpoint<&service::find_people>(Method::post, "/api/v1/people/find", Permission::signed_in,
                                    "People of one's own courses by the words of their name"),
    endpoint<&service::read_person>(Method::get, "/api/v1/people/{person}", Permission::read_person,
                                    "A person with figures, history and consents"),
    endpoint<&service::change_person>(Method::patch, "/api/v1/people/{person}", Permission::write_person,
                                      "Change particulars; what is left out stays"),
    endpoint<&service::add_figure>(Method::post, "/api/v1/people/{person}/figures", Permission::write_person,
                                   "Add someone the person is attached to"),
    endpoint<&service::add_history_event>(Method::post, "/api/v1/people/{person}/history",
                                          Permission::write_person, "Add something that happened"),
    endpoint<&service::remove_figure>(Method::delete_, "/api/v1/people/{person}/figures/{figure}",
                                      Permission::write_person,
                                      "Take back a figure that was written by mistake"),
    endpoint<&service::change_figure>(Method::put, "/api/v1/people/{person}/figures/{figure}",
                                      Permission::write_person, "Write anew who a figure is"),
    endpoint<&service::change_history_event>(Method::put, "/api/v1/people/{person}/history/{event}",
                                             Permission::write_person, "Write anew something that happened"),
    endpoint<&service::remove_history_event>(Method::delete_, "/api/v1/people/{person}/history/{event}",
                                             Permission::write_person,
                                             "Take back something that was written by mistake"),
    endpoint<&service::add_comforting>(Method::post, "/api/v1/people/{person}/comforting",
                                       Permission::write_person, "Add who comforted whom, and what happened"),
    endpoint<&service::remove_comforting>(Method::delete_, "/api/v1/people/{person}/comforting/{comforting}",
                                          Permission::write_person,
                                          "Take back who comforted whom, where it was written by mistake"),
    endpoint<&service::give_consent>(Method::post, "/api/v1/people/{person}/consents",
                                     Permission::write_person, "Write down what the person agreed to"),
    endpoint<&service::withdraw_consent>(Method::post, "/api/v1/people/{person}/consents/{consent}/withdraw",
                                         Permission::write_person, "Write down that a consent was withdrawn"),
    endpoint<&who_has_seen>(Method::get, "/api/v1/people/{person}/seen", Permission::read_person,
                            "Who has seen or changed the person's record"),

    endpoint<&service::copy_person>(Method::get, "/api/v1/people/{person}/copy", Permission::write_person,
                                    "Everything the record holds of a person, for themselves"),
    endpoint<&service::erase_person>(Method::post, "/api/v1/people/{person}/erase", Permission::write_person,
                                     "Erase a person's record for good"),
    endpoint<&service::due_for_erasure>(Method::get, "/api/v1/people/due-for-erasure",
                                        Permission::manage_practice,
                                        "Whose record need not be kept any longer"),

    endpoint<&service::erase_due>(Method::post, "/api/v1/people/{person}/erase-due",
                                  Permission::manage_practice,
                                  "Erase a record that need not be kept any longer"),

    endpoint<&service::give_measure>(Method::post, "/api/v1/courses/{course}/sheets",
                                     Permission::write_course, "Give a measure"),
    endpoint<&service::read_sheet>(Method::get, "/api/v1/courses/{course}/sheets/{sheet}",
                                   Permission::read_course, "One sheet: risk answers, then scores"),
    endpoint<&service::record_answers>(Method::post, "/api/v1/courses/{course}/sheets/{sheet}/answers",
                                       Permission::write_course,
                                       "Record answers from the room or from paper"),
    endpoint<&service::read_sheet_form>(Method::get, "/api/v1/courses/{course}/sheets/{sheet}/form",
                                        Permission::read_course,
                                        "The form of a sheet, with gists for keying in from paper"),
    endpoint<&service::enter_room>(Method::post, "/api/v1/courses/{course}/sheets/{sheet}/room",
                                   Permission::write_course,
                                   "Lock this session to one sheet, before the screen is handed over"),
    endpoint<&read_room>(Method::get, "/api/v1/room", Permission::room,
                         "The form that this session is locked to"),
    endpoint<&service::next_room_question>(
        Method::post, "/api/v1/room/next",
        Permission::room, "What an adaptive sheet asks after these answers, of which nothing is kept"),
    endpoint<&service::send_room_form>(Method::post, "/api/v1/room/answers", Permission::room,
                                       "Send the answers, once"),
    endpoint<&service::move_sheet>(Method::post, "/api/v1/courses/{course}/sheets/{sheet}/move",
                                   Permission::write_course,
                                   "Put answers that stand in the wrong record into the right one"),
    endpoint<&service::stop_sheet>(Method::post, "/api/v1/courses/{course}/sheets/{sheet}/stop",
                                   Permission::write_course, "Take back a sheet that was given by mistake"),
    endpoint<&make_portal_link>(Method::post, "/api/v1/courses/{course}/sheets/{sheet}/link",
                                Permission::write_course,
                                "A link for the person's phone; the token is shown once"),
    endpoint<&service::revoke_portal_link>(Method::delete_, "/api/v1/courses/{course}/sheets/{sheet}/link",
                                           Permission::write_course, "Let the link work no more"),

    endpoint<&sign_document>(Method::post, "/api/v1/courses/{course}/documents", Permission::write_course,
                             "Sign a document: words, and what the record shows now, frozen with them"),
    endpoint<&service::list_documents>(Method::get, "/api/v1/courses/{course}/documents",
                                       Permission::read_course, "Signed documents, newest first"),
    endpoint<&read_document>(Method::get, "/api/v1/courses/{course}/documents/{document}",
                             Permission::read_course, "A signed document as it was"),

    endpoint<&service::read_claims>(
        Method::get, "/api/v1/courses/{course}/people/{person}/claims", Permission::read_course,
        "What two people hold about a person: claims, evidence, moments, questions"),
    endpoint<&service::add_claim>(Method::post, "/api/v1/courses/{course}/people/{person}/claims",
                                  Permission::write_course, "Write down a claim as an if-then rule"),
    endpoint<&service::change_claim>(Method::put, "/api/v1/courses/{course}/people/{person}/claims/{claim}",
                                     Permission::write_course, "Write a claim's words anew"),
    endpoint<&service::remove_claim>(Method::delete_,
                                     "/api/v1/courses/{course}/people/{person}/claims/{claim}",
                                     Permission::write_course, "Take back a claim written by mistake"),
    endpoint<&service::review_claim>(Method::post,
                                     "/api/v1/courses/{course}/people/{person}/claims/{claim}/reviews",
                                     Permission::write_course, "Write down how sure the two are now"),
    endpoint<&service::retire_claim>(Method::post,
                                     "/api/v1/courses/{course}/people/{person}/claims/{claim}/retire",
                                     Permission::write_course, "Hold a claim no longer"),
    endpoint<&service::take_up_claim>(Method::delete_,
                                      "/api/v1/courses/{course}/people/{person}/claims/{claim}/retire",
                                      Permission::write_course, "Hold a claim again"),
    endpoint<&service::add_evidence>(
        Method::post, "/api/v1/courses/{course}/people/{person}/claims/{claim}/evidence",
        Permission::write_course, "Write down what speaks for a claim or against it"),
    endpoint<&service::remove_evidence>(
        Method::delete_, "/api/v1/courses/{course}/people/{person}/evidence/{evidence}",
        Permission::write_course, "Take back what spoke for or against a claim"),
    endpoint<&service::add_moment>(Method::post, "/api/v1/courses/{course}/people/{person}/moments",
                                   Permission::write_course, "Write down a corrective moment"),
    endpoint<&service::remove_moment>(Method::delete_,
                                      "/api/v1/courses/{course}/people/{person}/moments/{moment}",
                                      Permission::write_course, "Take back a corrective moment"),
    endpoint<&service::read_map>(
        Method::get, "/api/v1/courses/{course}/people/{person}/map", Permission::read_course,
        "The attachment map: a place with each figure, then and now, with its error"),
    endpoint<&service::read_shown_map>(Method::get, "/api/v1/courses/{course}/people/{person}/map/shown",
                                       Permission::read_course,
                                       "The map as the person is shown it, in plain words"),
    endpoint<&service::read_formulations>(Method::get,
                                          "/api/v1/courses/{course}/people/{person}/formulations",
                                          Permission::read_course, "Every version of the formulation"),
    endpoint<&service::write_formulation>(
        Method::post, "/api/v1/courses/{course}/people/{person}/formulations", Permission::write_course,
        "Write the next version of the formulation"),
    endpoint<&service::share_formulation>(
        Method::post, "/api/v1/courses/{course}/people/{person}/formulations/{formulation}/share",
        Permission::write_course, "Write down that the page was given to the person"),
    endpoint<&service::unshare_formulation>(
        Method::delete_, "/api/v1/courses/{course}/people/{person}/formulations/{formulation}/share",
        Permission::write_course, "Take the page back"),
    endpoint<&service::read_episodes>(Method::get, "/api/v1/courses/{course}/people/{person}/episodes",
                                      Permission::read_course,
                                      "Relationship episodes, and what they hold in common"),
    endpoint<&service::add_episode>(Method::post, "/api/v1/courses/{course}/people/{person}/episodes",
                                    Permission::write_course, "Write down a relationship episode"),
    endpoint<&service::change_episode>(Method::put,
                                       "/api/v1/courses/{course}/people/{person}/episodes/{episode}",
                                       Permission::write_course, "Write an episode anew"),
    endpoint<&service::remove_episode>(Method::delete_,
                                       "/api/v1/courses/{course}/people/{person}/episodes/{episode}",
                                       Permission::write_course, "Take back an episode"),
    endpoint<&service::compare_episodes>(
        Method::post, "/api/v1/courses/{course}/people/{person}/episodes/compare", Permission::read_course,
        "Earlier episodes against later ones, from a day"),

    endpoint<&service::session_day>(Method::get, "/api/v1/session-day", Permission::treat,
                                    "Sessions around today, and those that have no signed note"),
    endpoint<&service::list_sessions>(Method::get, "/api/v1/courses/{course}/sessions",
                                      Permission::read_course, "Every session of a course, the latest first"),
    endpoint<&service::arrange_session>(Method::post, "/api/v1/courses/{course}/sessions",
                                        Permission::write_course, "Arrange a session"),
    endpoint<&service::read_session>(
        Method::get, "/api/v1/courses/{course}/sessions/{session}", Permission::read_course,
        "One session: what stands before it, what is marked in it, what is written after it"),
    endpoint<&service::change_session>(Method::patch, "/api/v1/courses/{course}/sessions/{session}",
                                       Permission::write_course,
                                       "Time, format, attendance and focus of a session"),
    endpoint<&service::withdraw_session>(Method::delete_, "/api/v1/courses/{course}/sessions/{session}",
                                         Permission::write_course, "Take back a session arranged by mistake"),
    endpoint<&service::start_session>(Method::post, "/api/v1/courses/{course}/sessions/{session}/begin",
                                      Permission::write_course, "A session begins"),
    endpoint<&service::finish_session>(Method::post, "/api/v1/courses/{course}/sessions/{session}/end",
                                       Permission::write_course,
                                       "A session is over, or was held as arranged"),
    endpoint<&service::resume_session>(Method::delete_, "/api/v1/courses/{course}/sessions/{session}/end",
                                       Permission::write_course, "It was ended by mistake"),
    endpoint<&service::put_mark>(Method::post, "/api/v1/courses/{course}/sessions/{session}/marks",
                                 Permission::write_course, "Mark something while a session goes on"),
    endpoint<&service::change_mark>(Method::put, "/api/v1/courses/{course}/sessions/{session}/marks/{mark}",
                                    Permission::write_course, "Words of a mark, and whose it was"),
    endpoint<&service::take_back_mark>(Method::delete_,
                                       "/api/v1/courses/{course}/sessions/{session}/marks/{mark}",
                                       Permission::write_course, "Take back a mark; it is kept as withdrawn"),
    endpoint<&service::note_technique>(Method::post, "/api/v1/courses/{course}/sessions/{session}/techniques",
                                       Permission::write_course, "What was done, and for how long"),
    endpoint<&service::take_back_technique>(
        Method::delete_, "/api/v1/courses/{course}/sessions/{session}/techniques/{technique}",
        Permission::write_course, "Take back what was noted as done"),
    endpoint<&service::rate_fidelity>(Method::post, "/api/v1/courses/{course}/sessions/{session}/fidelity",
                                      Permission::write_course, "How far a line of the checklist was seen"),
    endpoint<&service::save_note>(Method::put, "/api/v1/courses/{course}/sessions/{session}/note",
                                  Permission::write_course, "Save the draft of a note"),
    endpoint<&service::sign_note>(Method::post, "/api/v1/courses/{course}/sessions/{session}/note/sign",
                                  Permission::write_course, "Sign a note; from then on it is locked"),
    endpoint<&service::amend_note>(Method::post, "/api/v1/courses/{course}/sessions/{session}/note/amend",
                                   Permission::write_course, "Open a signed note; the signed version stays"),
    endpoint<&service::drop_draft>(Method::delete_,
                                   "/api/v1/courses/{course}/sessions/{session}/notes/{session_note}/draft",
                                   Permission::write_course, "Drop what was not signed"),
    endpoint<&service::list_course_events>(Method::get, "/api/v1/courses/{course}/events",
                                           Permission::read_course, "What happened while the course went on"),
    endpoint<&service::add_course_event>(Method::post, "/api/v1/courses/{course}/people/{person}/events",
                                         Permission::write_course, "Something that happened"),
    endpoint<&service::withdraw_course_event>(
        Method::delete_, "/api/v1/courses/{course}/people/{person}/events/{happened}",
        Permission::write_course, "Take back what was written down as happened"),
    endpoint<&service::list_steps>(Method::get, "/api/v1/courses/{course}/steps", Permission::read_course,
                                   "What was agreed to do next"),
    endpoint<&service::add_step>(Method::post, "/api/v1/courses/{course}/people/{person}/steps",
                                 Permission::write_course, "Agree on a next step"),
    endpoint<&service::change_step>(Method::put, "/api/v1/courses/{course}/people/{person}/steps/{next_step}",
                                    Permission::write_course,
                                    "A next step: its words, whether it is done, whether it is shared"),
    endpoint<&service::withdraw_step>(Method::delete_,
                                      "/api/v1/courses/{course}/people/{person}/steps/{next_step}",
                                      Permission::write_course, "Take back a next step"),

    endpoint<&service::list_protocols>(Method::get, "/api/v1/protocols", Permission::signed_in,
                                       "Every protocol: stages, checklists, evidence, and what warns of it"),
    endpoint<&service::read_protocol_text>(Method::post, "/api/v1/protocols/text", Permission::signed_in,
                                           "The text of one, to begin one's own from"),
    endpoint<&service::check_definition>(Method::post, "/api/v1/definitions/check",
                                         Permission::manage_practice,
                                         "What is wrong with a definition, and what would be warned of"),
    endpoint<&service::write_definition>(Method::post, "/api/v1/definitions", Permission::manage_practice,
                                         "Keep a protocol of the practice's own, as a version of its own"),
    endpoint<&service::retire_definition>(Method::delete_, "/api/v1/definitions/{definition}",
                                          Permission::manage_practice, "Offer one no longer"),
    endpoint<&service::read_plan>(
        Method::get, "/api/v1/courses/{course}/plan", Permission::read_course,
        "The plan: protocol, stages, gates, techniques, goals, days that come back"),
    endpoint<&service::choose_protocol>(Method::put, "/api/v1/courses/{course}/plan/protocol",
                                        Permission::write_course, "Follow a protocol from a day on"),
    endpoint<&service::leave_protocol>(Method::delete_, "/api/v1/courses/{course}/plan/protocol",
                                       Permission::write_course, "Follow none any more"),
    endpoint<&service::enter_stage>(Method::post, "/api/v1/courses/{course}/plan/stages",
                                    Permission::write_course, "Enter a stage; its gate has to be open"),
    endpoint<&service::see_marker>(Method::post, "/api/v1/courses/{course}/plan/markers",
                                   Permission::write_course, "Tick an exit marker"),
    endpoint<&service::withdraw_marker>(Method::delete_,
                                        "/api/v1/courses/{course}/plan/markers/{plan_marker}",
                                        Permission::write_course, "Take a tick back"),
    endpoint<&service::answer_gate>(Method::post, "/api/v1/courses/{course}/people/{person}/plan/gate",
                                    Permission::write_course, "Answer a question of a gate, as a clinician"),
    endpoint<&service::plan_technique>(Method::post, "/api/v1/courses/{course}/plan/techniques",
                                       Permission::write_course, "Plan a technique"),
    endpoint<&service::drop_technique>(Method::delete_,
                                       "/api/v1/courses/{course}/plan/techniques/{planned_technique}",
                                       Permission::write_course, "Plan it no longer"),
    endpoint<&service::add_goal>(Method::post, "/api/v1/courses/{course}/people/{person}/goals",
                                 Permission::write_course, "Write down what a person wants to reach"),
    endpoint<&service::change_goal>(Method::put, "/api/v1/courses/{course}/goals/{goal}",
                                    Permission::write_course, "Write a goal anew"),
    endpoint<&service::end_goal>(Method::post, "/api/v1/courses/{course}/goals/{goal}/end",
                                 Permission::write_course, "Work on a goal no longer, or again"),
    endpoint<&service::rate_goal>(Method::post, "/api/v1/courses/{course}/goals/{goal}/ratings",
                                  Permission::write_course, "Write down how a goal stands"),
    endpoint<&service::withdraw_rating>(Method::delete_,
                                        "/api/v1/courses/{course}/goal-ratings/{goal_rating}",
                                        Permission::write_course, "Take a rating back"),
    endpoint<&service::add_loss_day>(Method::post, "/api/v1/courses/{course}/people/{person}/loss-days",
                                     Permission::write_course, "Write down a day that comes back every year"),
    endpoint<&service::remove_loss_day>(Method::delete_, "/api/v1/courses/{course}/loss-days/{loss_day}",
                                        Permission::write_course, "Take such a day back"),

    endpoint<&service::read_feedback>(
        Method::get, "/api/v1/courses/{course}/feedback", Permission::read_course,
        "How a course goes by what its people answer, and how the work is rated"),
    endpoint<&service::read_alerts>(Method::get, "/api/v1/courses/{course}/alerts", Permission::read_course,
                                    "What the numbers raised, and what was done about it"),
    endpoint<&service::add_alert_step>(Method::post, "/api/v1/courses/{course}/alerts/{alert}/steps",
                                       Permission::write_course,
                                       "Write down what was asked, considered or done, and what followed"),
    endpoint<&service::close_alert>(Method::post, "/api/v1/courses/{course}/alerts/{alert}/close",
                                    Permission::write_course, "Close an alert, with what was found"),
    endpoint<&service::open_alerts>(Method::get, "/api/v1/alerts", Permission::signed_in,
                                    "Open alerts of one's own courses, newest first"),
    endpoint<&service::list_learned>(Method::get, "/api/v1/learned-courses", Permission::manage_practice,
                                     "What could be learned from the practice's courses, and what was"),
    endpoint<&service::learn_courses>(Method::post, "/api/v1/learned-courses", Permission::manage_practice,
                                      "Learn from the practice's courses anew"),
    endpoint<&service::forget_learned>(Method::delete_, "/api/v1/learned-courses",
                                       Permission::manage_practice, "Take back what was learned"),

    endpoint<&service::list_codings>(Method::get, "/api/v1/coding-systems", Permission::signed_in,
                                     "Every system that observers may code under"),
    endpoint<&service::list_clips>(Method::get, "/api/v1/clips", Permission::treat,
                                   "Clips that one may code, newest first"),
    endpoint<&service::make_clip>(Method::post, "/api/v1/clips", Permission::treat,
                                  "A clip to train on, or with an expert's codes as the measure"),
    endpoint<&service::make_record_clip>(Method::post, "/api/v1/courses/{course}/clips",
                                         Permission::write_course, "A clip in a person's record"),
    endpoint<&service::read_clip>(Method::get, "/api/v1/clips/{clip}", Permission::treat,
                                  "A clip, who codes it, and how the procedure went"),
    endpoint<&service::name_second_coder>(Method::put, "/api/v1/clips/{clip}/second-coder", Permission::treat,
                                          "Who else codes it, without seeing the record"),
    endpoint<&service::begin_episode>(Method::post, "/api/v1/clips/{clip}/episodes", Permission::treat,
                                      "Begin an episode of a procedure; the one before ends"),
    endpoint<&service::end_episode>(Method::put, "/api/v1/clips/{clip}/episodes/{step}", Permission::treat,
                                    "End an episode; why it was cut short, what differed from the protocol"),
    endpoint<&service::open_coding_sheet>(Method::post, "/api/v1/clips/{clip}/codings", Permission::treat,
                                          "Begin a sheet of one's own"),
    endpoint<&service::read_coding_sheet>(Method::get, "/api/v1/codings/{coding}", Permission::treat,
                                          "A sheet; another's only when it and one's own are finished"),
    endpoint<&service::put_code>(Method::post, "/api/v1/codings/{coding}/codes", Permission::treat,
                                 "Put a code at its time; it is on the disk when this answers"),
    endpoint<&service::change_code>(Method::patch, "/api/v1/codings/{coding}/codes/{code}", Permission::treat,
                                    "End a code, or put another in its place; the old one is kept"),
    endpoint<&service::undo_code>(Method::delete_, "/api/v1/codings/{coding}/codes/{code}", Permission::treat,
                                  "Take a code back; it is kept as removed"),
    endpoint<&service::put_rating>(Method::put, "/api/v1/codings/{coding}/ratings", Permission::treat,
                                   "Rate a scale, or take a rating back"),
    endpoint<&service::give_class>(Method::put, "/api/v1/codings/{coding}/class", Permission::treat,
                                   "Give a class, and the one that fits best otherwise"),
    endpoint<&service::finish_coding_sheet>(Method::post, "/api/v1/codings/{coding}/finish",
                                            Permission::treat, "Finish a sheet: it stays as it is"),
    endpoint<&service::withdraw_coding_sheet>(Method::delete_, "/api/v1/codings/{coding}", Permission::treat,
                                              "Withdraw a sheet that was begun by mistake"),
    endpoint<&service::coding_agreement>(Method::post, "/api/v1/coding/agreement", Permission::treat,
                                         "How far finished sheets that were coded alone agree"),
    endpoint<&service::coding_certification>(Method::post, "/api/v1/coding/certification", Permission::treat,
                                             "One's own codes against the experts', and whether that lasts"),
    endpoint<&service::plan_double_coding>(Method::post, "/api/v1/coding/plan", Permission::treat,
                                           "Which clips somebody else codes again, drawn by a key"),
    endpoint<&service::screen_training_clip>(
        Method::get, "/api/v1/codings/{coding}/screening", Permission::treat,
        "What an unvalidated rule says of a clip to train on; never of a person"),
    endpoint<&service::export_coding_sheet>(Method::get, "/api/v1/codings/{coding}/export", Permission::treat,
                                            "A sheet as a table"),

    endpoint<&service::read_safety>(Method::get, "/api/v1/courses/{course}/safety", Permission::read_course,
                                    "Risk answers open and closed, what was not answered, what was asked"),
    endpoint<&service::close_risk>(Method::post, "/api/v1/courses/{course}/risks/{risk}/close",
                                   Permission::read_course,
                                   "Who spoke with the person, when, what was found, and the next step"),
    endpoint<&service::record_screen>(Method::post, "/api/v1/courses/{course}/people/{person}/screens",
                                      Permission::write_course,
                                      "What somebody answered step by step, and what was done"),
    endpoint<&service::read_safety_actions>(Method::get, "/api/v1/safety-actions", Permission::signed_in,
                                            "What this practice does after which answer"),
    endpoint<&service::add_safety_action>(Method::post, "/api/v1/safety-actions", Permission::manage_practice,
                                          "Write down what is done after an answer"),
    endpoint<&service::retire_safety_action>(Method::post, "/api/v1/safety-actions/{action}/retire",
                                             Permission::manage_practice, "It is no longer what is done"),
    endpoint<&service::read_staffing>(Method::get, "/api/v1/staffing", Permission::signed_in,
                                      "Staffed hours, who is told and when, and who is away"),
    endpoint<&service::change_staffing>(Method::put, "/api/v1/staffing", Permission::manage_practice,
                                        "Staffed hours, days closed, and who is told after how long"),
    endpoint<&service::note_absence>(Method::post, "/api/v1/absences", Permission::signed_in,
                                     "Somebody is away, and who stands in"),
    endpoint<&service::withdraw_absence>(Method::post, "/api/v1/absences/{absence}/withdraw",
                                         Permission::signed_in, "They are not away after all"),
    endpoint<&service::read_escalations>(Method::get, "/api/v1/escalations", Permission::signed_in,
                                         "Risk answers that one is told of, since nobody has seen them"),
    endpoint<&service::open_escalation>(Method::get, "/api/v1/escalations/{risk}", Permission::told,
                                        "What one needs to act on a risk answer that one is told of"),
    endpoint<&service::answer_escalation>(Method::post, "/api/v1/escalations/{risk}/acknowledge",
                                          Permission::told,
                                          "Say what was done about a risk answer that one is told of"),
    endpoint<&service::read_safety_plans>(Method::get,
                                          "/api/v1/courses/{course}/people/{person}/safety-plans",
                                          Permission::read_course, "Versions of a safety plan, newest first"),
    endpoint<&service::write_safety_plan>(Method::post,
                                          "/api/v1/courses/{course}/people/{person}/safety-plans",
                                          Permission::write_course, "The next version of a safety plan"),
    endpoint<&service::review_safety_plan>(
        Method::post, "/api/v1/courses/{course}/people/{person}/safety-plans/{plan}/review",
        Permission::write_course, "It was looked at together and stays as it is"),
    endpoint<&service::share_safety_plan>(
        Method::post, "/api/v1/courses/{course}/people/{person}/safety-plans/{plan}/share",
        Permission::write_course, "The person finds it on their own page"),
    endpoint<&service::unshare_safety_plan>(
        Method::post, "/api/v1/courses/{course}/people/{person}/safety-plans/{plan}/unshare",
        Permission::write_course, "They do no longer"),
    endpoint<&service::read_holds>(Method::get, "/api/v1/courses/{course}/holds", Permission::read_course,
                                   "Conditions that hold techniques and exercises back, and a couple's gate"),
    endpoint<&service::set_hold>(Method::post, "/api/v1/courses/{course}/people/{person}/holds",
                                 Permission::write_course, "Set a condition, and say why"),
    endpoint<&service::lift_hold>(Method::post, "/api/v1/courses/{course}/holds/{hold}/lift",
                                  Permission::write_course, "Lift a condition, and say why"),
    endpoint<&service::note_gate_interview>(Method::post,
                                            "/api/v1/courses/{course}/people/{person}/gate-interviews",
                                            Permission::write_course, "One partner was seen alone"),
    endpoint<&service::decide_gate>(Method::post, "/api/v1/courses/{course}/gate", Permission::write_course,
                                    "Open a couple's joint work, or hold it"),
    endpoint<&service::read_child_protection>(Method::get, "/api/v1/courses/{course}/child-notes",
                                              Permission::read_course,
                                              "Worries about a child, and what was decided"),
    endpoint<&service::add_child_note>(Method::post, "/api/v1/courses/{course}/people/{person}/child-notes",
                                       Permission::write_course, "What was seen or said, word for word"),
    endpoint<&service::decide_child_note>(Method::post, "/api/v1/courses/{course}/child-notes/{note}/decide",
                                          Permission::write_course, "What was decided, and why"),
    endpoint<&service::read_jurisdictions>(Method::get, "/api/v1/jurisdictions", Permission::signed_in,
                                           "What this practice wrote down about reporting"),
    endpoint<&service::write_jurisdiction>(Method::post, "/api/v1/jurisdictions", Permission::manage_practice,
                                           "Write down who reports what to whom"),
    endpoint<&service::retire_jurisdiction>(Method::post, "/api/v1/jurisdictions/{jurisdiction}/retire",
                                            Permission::manage_practice, "It no longer holds"),
    endpoint<&service::read_ending>(Method::get, "/api/v1/courses/{course}/ending", Permission::read_course,
                                    "How a course ended, and its follow-ups"),
    endpoint<&service::write_ending>(Method::put, "/api/v1/courses/{course}/ending", Permission::write_course,
                                     "End a course and say how it ended"),
    endpoint<&service::note_follow_up>(Method::post, "/api/v1/courses/{course}/people/{person}/follow-ups",
                                       Permission::write_course, "One attempt to hear how somebody is"),
    endpoint<&service::due_follow_ups>(Method::get, "/api/v1/follow-ups", Permission::treat,
                                       "Follow-ups of one's own courses that are open now"),
    endpoint<&service::read_supervision>(Method::get, "/api/v1/supervision", Permission::supervise,
                                         "Courses one supervises, and what was brought"),
    endpoint<&service::read_cases>(Method::get, "/api/v1/courses/{course}/supervision-cases",
                                   Permission::read_course, "What was brought to supervision"),
    endpoint<&service::bring_case>(Method::post, "/api/v1/courses/{course}/supervision-cases",
                                   Permission::write_course,
                                   "Bring a course to supervision, with a question"),
    endpoint<&service::discuss_case>(Method::post,
                                     "/api/v1/courses/{course}/supervision-cases/{case}/discuss",
                                     Permission::read_course, "What was agreed about it"),
    endpoint<&service::withdraw_case>(Method::post,
                                      "/api/v1/courses/{course}/supervision-cases/{case}/withdraw",
                                      Permission::write_course, "It is not brought after all"),
    endpoint<&service::looks_at_own_courses>(Method::get, "/api/v1/looks", Permission::treat,
                                             "Who else has looked at one's own courses"),

    endpoint<&service::read_mail_account>(Method::get, "/api/v1/mail", Permission::manage_practice,
                                          "How the practice sends reminders"),
    endpoint<&service::change_mail_account>(Method::patch, "/api/v1/mail", Permission::manage_practice,
                                            "Change how the practice sends reminders"),
    endpoint<&service::read_reminders>(Method::get, "/api/v1/people/{person}/reminders",
                                       Permission::read_person,
                                       "Whether a person gets reminders, and the latest"),
    endpoint<&service::choose_reminders>(Method::put, "/api/v1/people/{person}/reminders",
                                         Permission::write_person, "A person agreed to get reminders"),
    endpoint<&service::stop_reminders>(Method::delete_, "/api/v1/people/{person}/reminders",
                                       Permission::write_person, "A person gets no more reminders"),
    endpoint<&service::failed_reminders>(Method::get, "/api/v1/failed-reminders", Permission::signed_in,
                                         "Reminders of one's own courses that could not be delivered"),
    endpoint<&service::read_client_page_link>(Method::get, "/api/v1/courses/{course}/people/{person}/page",
                                              Permission::read_course,
                                              "Whether a client's own page has a link that opens it"),
    endpoint<&make_client_page>(Method::post, "/api/v1/courses/{course}/people/{person}/page",
                                Permission::write_course, "Make a link to a client's own page"),
    endpoint<&service::revoke_client_page>(Method::delete_, "/api/v1/courses/{course}/people/{person}/page",
                                           Permission::write_course, "End the link to a client's own page"),
    endpoint<&service::open_requests>(
        Method::get, "/api/v1/requests", Permission::signed_in,
        "What clients of one's own courses have asked for and nobody has answered"),
    endpoint<&service::handle_request>(Method::post, "/api/v1/courses/{course}/requests/{request}/handle",
                                       Permission::write_course,
                                       "Say what was done about a client's request"),

    endpoint<&service::open_risk_entries>(Method::get, "/api/v1/risks", Permission::signed_in,
                                          "Risk answers that are open, of one's own courses"),
    endpoint<&service::acknowledge_risk>(Method::post, "/api/v1/courses/{course}/risks/{risk}/acknowledge",
                                         Permission::read_course, "Say what was done about a risk answer"),
};

}  // namespace

std::span<const Route> workbench_routes() {
  return routes;
}

Router workbench(const Desk& desk) {
  return {routes, desk, workbench_cookie};
}

}  // namespace securebase::http
