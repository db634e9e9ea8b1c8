#include "http/workbench.hpp"

#include <utility>

#include "http/document.hpp"
#include "http/door.hpp"
#include "http/endpoint.hpp"
#include "service/audit.hpp"
#include "service/client_page.hpp"
#include "service/course.hpp"
#include "service/erase.hpp"
#include "service/escalation.hpp"
#include "service/form.hpp"
#include "service/history.hpp"
#include "service/portal.hpp"
#include "service/reminder.hpp"
#include "service/safety.hpp"
#include "service/settings.hpp"

namespace securebase::http {
namespace {

using service::Actor;
using service::Field;
using service::Permission;
using service::Practice;

constexpr std::int64_t most_sheets = 200;
constexpr std::int64_t most_audit_entries = 500;

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

  static constexpr auto fields(const auto& use) {
    return use(Field{"token", &PortalLink::token}, Field{"expires_at", &PortalLink::expires_at},
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

  static constexpr auto fields(const auto& use) {
    return use(Field{"csrf", &RoomView::csrf}, Field{"form", &RoomView::form});
  }
};

Result<RoomView> read_room(Visit& visit) {
  auto form = service::read_room_form(visit.desk.practice, visit.actor);
  if (!form) return tl::unexpected(form.error());
  return RoomView{csrf_of(visit), std::move(*form)};
}

constexpr Route routes[] = {
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
        Method::post, "/api/v1/room/next", Permission::room,
        "What an adaptive sheet asks after these answers, of which nothing is kept"),
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

    endpoint<&offer_portal_trial>(Method::post, "/api/v1/settings/portal/trial", Permission::manage_practice,
                                  "A link that a phone opens to prove that it reaches the portal"),
};

}  // namespace

std::span<const Route> people_routes() {
  return routes;
}

}  // namespace securebase::http
