// Who may do what: every row of both tables, asked by everyone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "front.hpp"
#include "http/document.hpp"
#include "http/endpoint.hpp"
#include "service/alert.hpp"
#include "service/child_protection.hpp"
#include "service/client_page_record.hpp"
#include "service/coding.hpp"
#include "service/episode.hpp"
#include "service/escalation.hpp"
#include "service/formulation.hpp"
#include "service/history.hpp"
#include "service/hold.hpp"
#include "service/plan.hpp"
#include "service/safety.hpp"
#include "service/safety_plan.hpp"
#include "service/session.hpp"
#include "service/supervision.hpp"
#include "store/one_time_codes.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using service::Actor;
using service::ConsentKind;
using service::CourseView;
using service::must;
using service::Permission;
using testing::HasSubstr;
using testing::Not;

enum class Who {
  stranger,
  therapist,
  other_therapist,
  supervisor,
  other_supervisor,
  admin,
  researcher,
  client,
  other_client,
  in_room  ///< the therapist's screen, locked to one sheet
};
constexpr std::array who_words = {
    "a stranger", "the course's therapist", "another therapist", "its supervisor", "another supervisor",
    "an admin",   "a researcher",           "the client",        "another client", "a screen in the room"};

/// What the answer must be.
enum class May {
  go,   ///< past the gate and the relation
  who,  ///< 401: who are you?
  no,   ///< 403: not with this role
  not_  ///< 404: nothing here that you would know of
};

using Row = std::array<May, who_words.size()>;
using enum May;

// The whole of it: who asks, as in Who, for what.
const std::map<Permission, Row> expected = {
    {Permission::anyone, {go, go, go, go, go, go, go, go, go, go}},
    {Permission::signed_in, {who, go, go, go, go, go, go, who, who, no}},
    {Permission::read_course, {who, go, not_, go, not_, not_, not_, who, who, no}},
    {Permission::write_course, {who, go, not_, no, not_, not_, not_, who, who, no}},
    {Permission::read_person, {who, go, not_, go, not_, not_, not_, who, who, no}},
    {Permission::write_person, {who, go, not_, no, not_, not_, not_, who, who, no}},
    {Permission::treat, {who, go, go, no, no, no, no, who, who, no}},
    {Permission::supervise, {who, no, no, go, go, no, no, who, who, no}},
    {Permission::manage_practice, {who, no, no, no, no, go, no, who, who, no}},
    {Permission::research, {who, no, no, no, no, no, go, who, who, no}},
    {Permission::portal, {who, who, who, who, who, who, who, go, go, who}},
    {Permission::told, {who, go, not_, not_, not_, not_, not_, who, who, no}},
    {Permission::room, {who, no, no, no, no, no, no, who, who, go}},
};

/// "go", the status of a refusal by the gate or the relation, or what came instead of both.
std::string verdict_of(const Route& route, const Said& said) {
  const std::string code = said.code();
  if (code == "access.unauthenticated") return "401";
  if (code == "access.forbidden" || code == "session.room") return "403";
  if (code == "access.not_found") return "404";
  if (code == "sign_in.refused" || code == "sign_in.later") return "go";  // by what is in the body
  const bool done = said.status == 200 || said.status == 204 || said.status == 409;
  const bool refused_by_what_is_in_the_body =
      route.permission == Permission::anyone &&
      (said.status == 401 || said.status == 404 || said.status == 429);
  return done || refused_by_what_is_in_the_body ? "go" : std::to_string(said.status) + " " + said.body;
}

std::string word(May may) {
  constexpr std::array words = {"go", "401", "403", "404"};
  return words[static_cast<std::size_t>(may)];
}

/// A course in the middle of its life, and what stands in paths and bodies.
struct Scene {
  CourseView course;
  Actor therapist;
  service::Administration sheet;  ///< on the client's phone
  std::map<std::string, std::string> ids;
};

class Access : public Front {
 protected:
  std::map<Who, Actor> users_;
  Scene other_scene_;  ///< of the other therapist and the other client

  void SetUp() override {
    Front::SetUp();
    users_[Who::therapist] = user("ada", {.therapist = true});
    users_[Who::other_therapist] = user("ben", {.therapist = true});
    users_[Who::supervisor] = user("cleo", {.supervisor = true});
    users_[Who::other_supervisor] = user("dan", {.supervisor = true});
    users_[Who::admin] = user("eve", {.admin = true});
    users_[Who::researcher] = user("fay", {.researcher = true});
    ready_for_phones();
    import_words("phq-9");
    other_scene_ = scene(Who::other_therapist);
  }

  service::Administration given(const Actor& therapist, const CourseView& course, service::Mode mode) {
    service::GiveMeasure input;
    input.instrument = "phq-9";
    input.respondent = course.members[0].person;
    input.mode = mode;
    return must(service::give_measure(practice(), therapist, course.id, input));
  }

  Scene scene(Who whose) {
    const Actor& therapist = users_[whose];
    Scene scene;
    scene.course = course_of(therapist, "Mia Weber");
    const auto person = scene.course.members[0].person;
    scene.therapist = therapist;
    for (const ConsentKind kind :
         {ConsentKind::limits_explained, ConsentKind::measures, ConsentKind::portal, ConsentKind::research})
      must(service::give_consent(practice(), therapist, person, {scene.course.id, kind, "2026-1", {}}));
    if (whose == Who::therapist)
      must(
          service::assign_supervisor(practice(), therapist, scene.course.id, {users_[Who::supervisor].user}));
    scene.sheet = given(therapist, scene.course, service::Mode::on_phone);
    const auto answered = given(therapist, scene.course, service::Mode::in_room);
    must(service::record_answers(practice(), therapist, scene.course.id, answered.id,
                                 {{"0", "0", "0", "0", "0", "0", "0", "0", "2"}}));
    const auto page = must(service::read_course_page(practice(), therapist, scene.course.id, 10));
    const auto figure =
        must(service::add_figure(practice(), therapist, person, {service::FigureKind::mother, {}, {}, {}}))
            .figures.at(0)
            .id;
    must(service::add_history_event(practice(), therapist, person,
                                    {service::EventKind::move, {}, {}, {}, {}, {}, {}}));
    const auto figures =
        must(service::add_figure(practice(), therapist, person, {service::FigureKind::father, {}, {}, {}}))
            .figures;
    const auto other = figures.at(figures.at(0).id == figure ? 1 : 0).id;
    const auto view = must(service::add_comforting(practice(), therapist, person, {other, {}, {}, {}, {}}));
    const auto event = view.history.at(0).id;
    const auto comforting = view.comforting.at(0).id;
    const auto document = must(sign_document(practice(), therapist, scene.course.id,
                                             {person, "report", Private<std::string>("She is better.")}));
    scene.ids = {{"course", scene.course.id.text()}, {"person", person.text()},
                 {"sheet", scene.sheet.id.text()},   {"consent", view.consents.back().id.text()},
                 {"document", document.id.text()},   {"risk", page.open_risk_entries.at(0).id.text()},
                 {"figure", figure.text()},          {"event", event.text()},
                 {"comforting", comforting.text()}};
    ask_practice(scene);
    write_formulation(scene);
    write_plan(scene);
    hold_session(scene);
    write_safety(scene);
    scene.ids["alert"] = raised(scene);
    return scene;
  }

  /// A client has asked for a copy of the record.
  void ask_practice(Scene& scene) {
    service::ClientRequest request;
    request.id = service::new_id<service::ClientRequest>(practice().entropy);
    request.course = scene.course.id;
    request.person = scene.course.members[0].person;
    request.asked_at = clock().now();
    must(record().write([&](service::Transaction& transaction) { return insert(transaction, request); }));
    scene.ids["request"] = request.id.text();
    scene.ids["stop"] = std::string(32, '0');
  }

  /// A hold, a worry, a plan, a case; and what the practice wrote down, each time another.
  void write_safety(Scene& scene) {
    const auto& course = scene.course.id;
    const auto person = scene.course.members[0].person;
    const Date later{2027, 1, 15};
    const auto words = [](const std::string& text) { return Private<std::string>(text); };
    scene.ids["hold"] = must(service::set_hold(practice(), scene.therapist, course, person,
                                               {"crisis", words("Her father died")}))
                            .in_force.at(0)
                            .hold.id.text();
    scene.ids["note"] =
        must(service::add_child_note(
                 practice(), scene.therapist, course, person,
                 {service::ChildTrigger::other, words("She said: no."), Date{2026, 9, 20}, {}}))
            .notes.at(0)
            .id.text();
    service::SafetyPlanLine line;
    line.words = words("Walks at night");
    const auto plans = must(service::read_safety_plans(practice(), scene.therapist, course, person));
    scene.ids["plan"] = must(service::write_safety_plan(practice(), scene.therapist, course, person,
                                                        {static_cast<int>(plans.size()), {line}, later}))
                            .id.text();
    const auto supervised = must(service::read_course(practice(), scene.therapist, course)).supervisor;
    scene.ids["case"] = course.text();  // of nobody
    if (supervised)
      scene.ids["case"] =
          must(service::bring_case(practice(), scene.therapist, course, {words("What do I miss?")}))
              .at(0)
              .id.text();
    const Actor& admin = users_[Who::admin];
    scene.ids["action"] = must(service::add_safety_action(
                                   practice(), admin, {service::ScreenFact::wish, "Sit down and talk.", {}}))
                              .back()
                              .id.text();
    service::NewJurisdiction here;
    here.name = "Invented land " + std::to_string(++definitions_);
    here.mandated = here.threshold = here.hotline = here.source = "as invented";
    here.checked_on = Date{2026, 9, 1};
    scene.ids["jurisdiction"] = must(service::write_jurisdiction(practice(), admin, here)).back().id.text();
    const Instant now = clock().now();
    scene.ids["absence"] = must(service::note_absence(practice(), admin,
                                                      {admin.user, users_[Who::supervisor].user, now + day_ms,
                                                       now + 2 * day_ms}))
                               .absences.back()
                               .id.text();
  }

  /// A meeting that is over, with a mark, a technique and a draft; something that happened, and a step.
  void hold_session(Scene& scene) {
    const auto& course = scene.course.id;
    const auto person = scene.course.members[0].person;
    const auto words = [](const char* text) { return Private<std::string>(text); };
    service::NewSession arranged;
    arranged.scheduled_at = clock().now();
    const auto id = must(service::arrange_session(practice(), scene.therapist, course, arranged)).session.id;
    must(service::start_session(practice(), scene.therapist, course, id));
    must(service::put_mark(practice(), scene.therapist, course, id, {}));
    must(service::note_technique(practice(), scene.therapist, course, id, {"R2", 5}));
    must(service::save_note(practice(), scene.therapist, course, id,
                            {service::NoteCompartment::record, "plain", words("Half a"), 0}));
    const auto page = must(service::finish_session(practice(), scene.therapist, course, id));
    service::NewCourseEvent event;
    event.happened_on = {2026, 9, 10};
    const auto happened = must(service::add_course_event(practice(), scene.therapist, course, person, event));
    const auto step = must(service::add_step(practice(), scene.therapist, course, person,
                                             {words("Ring"), service::StepOwner::client, {}, false, {}}));
    scene.ids["session"] = id.text();
    scene.ids["mark"] = page.marks.at(0).id.text();
    scene.ids["technique"] = page.techniques.at(0).id.text();
    scene.ids["session_note"] = page.notes.at(0).id.text();
    scene.ids["happened"] = happened.id.text();
    scene.ids["next_step"] = step.id.text();
  }

  /// An alert on the answers that wait on the phone.
  std::string raised(const Scene& scene) {
    service::Raising raising;
    raising.finding = {"feedback.off_track", "Worse than expected.", "A band.", "Not why."};
    must(record().write([&](service::Transaction& transaction) {
      return service::raise_alert(transaction, practice(), scene.sheet, raising);
    }));
    return must(service::read_alerts(practice(), scene.therapist, scene.course.id)).at(0).id.text();
  }

  /// A claim that something speaks for, a moment, an episode, and a version with a page.
  void write_formulation(Scene& scene) {
    const auto& course = scene.course.id;
    const auto person = scene.course.members[0].person;
    const auto words = [](const char* text) { return Private<std::string>(text); };
    service::NewClaim claim;
    claim.cue = words("I ask for help");
    claim.expectation = words("I am left alone");
    claim.disconfirmed_by = words("Somebody comes.");
    const auto held = must(service::add_claim(practice(), scene.therapist, course, person, claim));
    const auto id = held.claims.at(0).claim.id;
    const auto supported = must(service::add_evidence(
        practice(), scene.therapist, course, person, id,
        {service::EvidenceSide::supports, service::EvidenceSource::other, {}, words("Nobody came.")}));
    service::NewMoment moment;
    moment.happened_on = {2026, 9, 10};
    moment.expected = words("To be sent away.");
    moment.happened = words("Was asked in.");
    const auto noted = must(service::add_moment(practice(), scene.therapist, course, person, moment));
    service::NewEpisode episode;
    episode.told_on = {2026, 9, 10};
    episode.wish.clusters = {5};
    const auto told = must(service::add_episode(practice(), scene.therapist, course, person, episode));
    service::NewFormulation formulation;
    formulation.sections = {{service::SectionKind::strengths, words("Kind."), words("You are kind.")}};
    const auto version =
        must(service::write_formulation(practice(), scene.therapist, course, person, formulation));
    scene.ids["claim"] = id.text();
    scene.ids["evidence"] = supported.claims.at(0).evidence.at(0).id.text();
    scene.ids["moment"] = noted.moments.at(0).id.text();
    scene.ids["episode"] = told.episodes.at(0).id.text();
    scene.ids["formulation"] = version.id.text();
  }

  /// A plan with something of everything in it, and a protocol of the practice's own.
  void write_plan(Scene& scene) {
    const auto& course = scene.course.id;
    const auto person = scene.course.members[0].person;
    const auto words = [](const char* text) { return Private<std::string>(text); };
    const Date day{2026, 9, 10};
    must(service::choose_protocol(practice(), scene.therapist, course, {"trauma", "1", day}));
    must(service::see_marker(practice(), scene.therapist, course, {"stabilisation", "safe_now", day}));
    must(service::plan_technique(practice(), scene.therapist, course, {"R2", service::PlanReason::protocol}));
    service::GoalWords goal;
    goal.words = words("Ask for help once a week");
    goal.claim = *Id<service::Claim>::parse(scene.ids.at("claim"));
    const auto id = must(service::add_goal(practice(), scene.therapist, course, person, goal))
                        .goals.at(0)
                        .goals.at(0)
                        .goal.id;
    service::RateGoal rating;
    rating.value = 4;
    rating.rated_on = day;
    must(service::rate_goal(practice(), scene.therapist, course, id, rating));
    const auto plan = must(service::add_loss_day(practice(), scene.therapist, course, person,
                                                 {Date{2019, 3, 2}, words("Her grandmother died"), {}}));
    scene.ids["plan_marker"] = plan.markers.at(0).id.text();
    scene.ids["planned_technique"] = plan.planned.at(0).id.text();
    scene.ids["goal"] = id.text();
    scene.ids["goal_rating"] = plan.goals.at(0).goals.at(0).ratings.at(0).id.text();
    scene.ids["loss_day"] = plan.anniversaries.at(0).id.text();
    if (definition_.empty()) definition_ = own_definition();
    scene.ids["definition"] = definition_;
  }

  /// A version of a protocol that the practice wrote; each time another.
  std::string own_definition() {
    std::string text =
        must(service::read_protocol_text(practice(), users_[Who::admin], {"efit", "1"})).content;
    const std::string version = "1." + std::to_string(++definitions_);
    text.replace(text.find("version = \"1\""), 13, "version = \"" + version + "\"");
    const auto all = must(service::write_definition(practice(), users_[Who::admin], {text, "efit@1"}));
    return all.back().own->id.text();
  }
  int definitions_ = 0;
  std::string definition_;  ///< of every scene: each listing reads all there are

  Badge badge_of(Who who, const Scene& scene) {
    if (who == Who::stranger) return {};
    if (who == Who::client) return badge(scene.sheet);
    if (who == Who::other_client) return badge(other_scene_.sheet);
    if (who == Who::in_room) {
      const Badge locked = badge(scene.therapist);
      const Said said = ask(
          locked, {.method = Method::post,
                   .path = "/api/v1/courses/" + scene.course.id.text() + "/sheets/" +
                           given(scene.therapist, scene.course, service::Mode::in_room).id.text() + "/room"});
      EXPECT_EQ(said.status, 204U) << said.body;
      return locked;
    }
    return badge(users_[who]);
  }

  Said say(const Route& route, bool on_portal, const Badge& badge, const Scene& scene,
           const std::string& body) {
    const Ask question{route.method, path_of(route, scene), body};
    return on_portal ? ask_portal(badge, question) : ask(badge, question);
  }
  Said call(const Route& route, bool on_portal, const Badge& badge, const Scene& scene) {
    return say(route, on_portal, badge, scene, body_of(route, scene));
  }

  std::string path_of(const Route& route, const Scene& scene) {
    std::string path(route.pattern);
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{')) {
      const auto end = path.find('}', at);
      const std::string name = path.substr(at + 1, end - at - 1);
      path.replace(at, end - at + 1, scene.ids.at(name));
    }
    return path;
  }

  std::string body_of(const Route& route, const Scene& scene) {
    if (route.what.input == nullptr) return "";
    const std::string person = scene.ids.at("person");
    const std::map<std::string_view, std::string> bodies = {
        {"set_up",
         R"({"token":"t","practice_name":"P","login":"zoe","display_name":"Z","password":"long enough a password"})"},
        {"sign_in", R"({"login":"ada","password":"wrong"})"},
        {"sign_in_by_passkey",
         R"({"credential_id":"i","client_data":"{}","authenticator_data":"d","signature":"s"})"},
        {"offer_passkey", R"({"password":"wrong"})"},
        {"add_passkey", R"({"name":"Phone","client_data":"{}","authenticator_data":"d"})"},
        {"sign_document", R"({"kind":"report","words":"She is better.","person":")" + person + R"("})"},
        {"unlock", R"({"password":"wrong"})"},
        {"confirm_codes", R"({"password":"wrong","secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","code":")" +
                              one_time_code() + R"("})"},
        {"choose_password", R"({"token":"t","password":"long enough a password"})"},
        {"invite_user", R"({"login":"invited","display_name":"I","therapist":true})"},
        {"change_user", R"({"display_name":"Zoe"})"},
        {"hand_over", R"({"to":")" + users_.at(Who::other_therapist).user.text() + R"("})"},
        {"change_settings", R"({"practice_name":"Elm Street"})"},
        {"open_course",
         R"({"unit":"individual","begun_on":"2026-11-25","members":[{"role":"client","particulars":{"name":"New"}}]})"},
        {"end_course", R"({"ended_on":"2026-12-24"})"},
        {"assign_supervisor", R"({"supervisor":null})"},
        {"break_glass", R"({"reason":"The therapist is ill."})"},
        {"find_people", R"({"name":"Weber"})"},
        {"change_person", R"({"contact":"by post"})"},
        {"add_figure", R"({"kind":"mother","name":"Her mother"})"},
        {"change_figure", R"({"kind":"caregiver","generation":2})"},
        {"add_claim",
         R"({"about":"other","cue":"I ask","expectation":"Nobody comes","disconfirmed_by":"Somebody comes","confidence":70})"},
        {"change_claim",
         R"({"about":"other","cue":"I ask","expectation":"Nobody comes","disconfirmed_by":"Somebody comes"})"},
        {"review_claim", R"({"confidence":40,"words":"Somebody came."})"},
        {"add_evidence", R"({"side":"contradicts","source":"session","words":"Somebody came."})"},
        {"add_moment",
         R"({"side":"contradicts","happened_on":"2026-09-10","expected":"To be sent away","happened":"Was asked in","noticed":"noticed"})"},
        {"write_formulation",
         R"({"after":1,"sections":[{"kind":"strengths","words":"Kind.","plain":"You are kind."}],"links":[],"claims":[]})"},
        {"add_episode",
         R"({"told_on":"2026-09-10","account":"She asked.","wish":{"clusters":[5],"standard":[]},"response_of_other":{"clusters":[],"standard":[4]},"response_of_self":{"clusters":[],"standard":[]}})"},
        {"change_episode",
         R"({"told_on":"2026-09-10","account":"She asked.","wish":{"clusters":[6],"standard":[]},"response_of_other":{"clusters":[],"standard":[]},"response_of_self":{"clusters":[],"standard":[]}})"},
        {"read_protocol_text", R"({"protocol":"abft","version":"1"})"},
        {"check_definition", R"({"content":"schema = \"securebase.protocol/1\"","parent":"abft@1"})"},
        {"write_definition", R"({"content":)" + definition_text() + R"(,"parent":"abft@1"})"},
        {"choose_protocol", R"({"protocol":"efit","version":"1","begun_on":"2026-09-12"})"},
        {"enter_stage", R"({"stage":"stabilisation","entered_on":"2026-09-12"})"},
        {"see_marker", R"({"stage":"stabilisation","marker":"two_ways","seen_on":"2026-09-12"})"},
        {"answer_gate",
         R"({"gate":"stabilisation","condition":"housing","answer":"met","words":"Lives alone."})"},
        {"plan_technique", R"({"technique":"R1","reason":"chosen"})"},
        {"add_goal", R"({"words":"Ask for help","figure":")" + scene.ids.at("figure") +
                         R"(","weight":2,"shared_with_client":true})"},
        {"change_goal", R"({"words":"Ask for help","figure":")" + scene.ids.at("figure") +
                            R"(","weight":1,"shared_with_client":false})"},
        {"end_goal", R"({"ended":true})"},
        {"rate_goal", R"({"scale":"progress","value":6,"rater":"client","rated_on":"2026-09-12"})"},
        {"add_loss_day", R"({"day":"2020-02-29","words":"Her father died"})"},
        {"compare_episodes", R"({"later_from":"2026-09-12"})"},
        {"arrange_session", R"({"scheduled_at":"2026-10-01T10:00:00.000Z","minutes":50,"format":"video"})"},
        {"change_session", R"({"focus":"What she fears","attendance":"late"})"},
        {"put_mark", R"({"kind":"softening","offset_ms":60000,"words":"She wept."})"},
        {"change_mark", R"({"words":"She wept.","person":")" + person + R"("})"},
        {"note_technique", R"({"technique":"T2","minutes":10})"},
        {"rate_fidelity", R"({"line":"f1","value":2})"},
        {"save_note", R"({"compartment":"record","layout":"plain","words":"Half a sentence","after":1})"},
        {"sign_note", R"({"layout":"plain","words":"A whole sentence.","after":1})"},
        {"add_course_event", R"({"kind":"work","happened_on":"2026-09-10","words":"A new job."})"},
        {"add_step", R"({"words":"Ring her sister","whose":"client","shared_with_client":true})"},
        {"change_step",
         R"({"words":"Ring her sister","whose":"both","due":"2026-10-01","shared_with_client":true,"done":true})"},
        {"add_history_event", R"({"kind":"move","age_from":7})"},
        {"change_history_event", R"({"kind":"loss","age_from":7,"age_to":9,"dating":"unknown"})"},
        {"add_comforting", R"({"receiver":")" + scene.ids.at("figure") + R"(","answer":"mixed"})"},
        {"erase_due", R"({"code":")" + scene.course.members[0].code + R"("})"},
        {"erase_person", R"({"ground":"request","code":")" + scene.course.members[0].code + R"("})"},
        {"give_consent", R"({"kind":"treatment","form_version":"2026-1"})"},
        {"give_measure",
         R"({"instrument":"gad-7","occasion":"intake","mode":"in_room","respondent":")" + person + R"("})"},
        {"record_answers", R"({"answers":["0","0","0","0","0","0","0","0","0"]})"},
        {"move_sheet", R"({"to":")" + scene.ids.at("course") +
                           R"(","reason":"The wrong client.","respondent":")" + person + R"("})"},
        {"acknowledge_risk", R"({"what_was_done":"We talked."})"},
        {"answer_escalation", R"({"what_was_done":"We talked."})"},
        {"close_risk", R"({"spoke":"Ada","spoke_at":")" + to_text(clock().now()) +
                           R"(","found":"No plan.","next_step":"We meet tomorrow."})"},
        {"record_screen",
         R"({"answers":[{"question":"wish","answer":"yes"},{"question":"thoughts","answer":"no"},{"question":"behaviour","answer":"not_answered"}],"done":"We talked.","next_contact":"Ada rings","next_contact_at":")" +
             to_text(clock().now() + day_ms) + R"("})"},
        {"add_safety_action", R"({"condition":"plan","action":"Stay with the person.","contact_within":60})"},
        {"change_staffing",
         R"({"zone":"UTC","week":[{"weekday":1,"from":"09:00","to":"17:00"}],"closed":["2026-12-24"],"steps":[{"after_minutes":600,"told":"supervisor"}]})"},
        {"note_absence", R"({"covered_by":")" + users_.at(Who::other_therapist).user.text() +
                             R"(","from":")" + to_text(clock().now() + day_ms) + R"(","until":")" +
                             to_text(clock().now() + 2 * day_ms) + R"("})"},
        {"write_safety_plan",
         R"({"after":1,"lines":[{"section":"own_coping","words":"Walks"}],"review_on":"2027-01-15"})"},
        {"review_safety_plan", R"({"review_on":"2027-01-15"})"},
        {"set_hold", R"({"condition":"flooding","why":"Lost contact twice"})"},
        {"lift_hold", R"({"why":"It is over"})"},
        {"note_gate_interview",
         R"({"held_on":"2026-09-20","alone":true,"answers":[{"question":"fear","answer":"no"}]})"},
        {"decide_gate", R"({"opens":true,"why":"Both were seen alone"})"},
        {"add_child_note", R"({"trigger":"other","facts":"She said: no.","observed_on":"2026-09-20"})"},
        {"decide_child_note", R"({"decision":"consulted","reason":"The service was asked."})"},
        {"write_jurisdiction",
         R"({"name":"Elsewhere","mandated":"m","threshold":"t","hotline":"h","hours":"","form":"","protection":"","source":"s","checked_on":"2026-09-01"})"},
        {"write_ending",
         R"({"ended_on":"2026-09-20","reason":"goals_reached","planned":true,"ended_by":"both","attended":12})"},
        {"note_follow_up", R"({"months":3,"on":"2026-09-21","contact":"reached","treatment_since":false})"},
        {"bring_case", R"({"question":"What do I miss?"})"},
        {"discuss_case", R"({"outcome":"Ask her."})"},
        {"add_alert_step", R"({"kind":"considered","choices":["alliance"]})"},
        {"close_alert", R"({"closing":"settled","words":"We spoke about it."})"},
        {"make_clip", R"({"kind":"training","label":"A clip"})"},
        {"make_record_clip", R"({"label":"Play","person":")" + person + R"("})"},
        {"name_second_coder", R"({"user":null})"},
        {"begin_episode", R"({"system":"strange-situation","episode":"e1"})"},
        {"end_episode", R"({"curtailed":true,"why":"She cried."})"},
        {"open_coding_sheet", R"({"system":"rupture-markers","purpose":"independent"})"},
        {"put_code", R"({"code":"d.freezing","start_ms":1000,"end_ms":2000,"value":2,"note":"short"})"},
        {"change_code", R"({"start_ms":200,"note":"later"})"},
        {"put_rating", R"({"scale":"ps","segment":"e5","value":3})"},
        {"give_class", R"({"class_id":"B3","note":"settles"})"},
        {"coding_agreement", R"({"system":"rupture-markers","tolerance_ms":1000})"},
        {"coding_certification", R"({"system":"strange-situation"})"},
        {"plan_double_coding", R"({"system":"rupture-markers","share":0.5,"key":7,"coders":[")" +
                                   users_.at(Who::therapist).user.text() + R"(",")" +
                                   users_.at(Who::other_therapist).user.text() + R"("]})"},
        {"finish_coding_sheet", R"({"length_ms":300000})"},
        {"open_link", R"({"token":"t"})"},
        {"open_page", R"({"token":"t","word":"oak tree"})"},
        {"ask_practice", R"({"kind":"copy"})"},
        {"change_mail_account", R"({"host":"smtp.mail.example","sender_name":"D. Reyes"})"},
        {"choose_reminders", R"({"address":"mia@post.example","agreed":"Only she reads it."})"},
        {"make_client_page", R"({"word":"oak tree","days":30})"},
        {"handle_request", R"({"outcome":"Sent by post."})"},
        {"prove_portal", R"({"token":"t"})"},
        {"note_tested_path", R"({"how":"Called it; Ada answered."})"},
        {"compute_local_norms", R"({"instrument":"phq-9"})"},
        {"import_wording",
         R"({"instrument":"bond","licence":"ours","file_name":"w.csv","content":"item,text,locale\n1,One,en\n"})"},
        {"guide_to_wording",
         R"({"instrument":"phq-9","practice":"Elm Street","purpose":"","clients":"","languages":""})"},
        {"next_room_question",
         R"({"sheet":")" + scene.ids.at("sheet") + R"(","answers":["0","0","0","0","0","0","0","0","0"]})"},
        {"next_question",
         R"({"sheet":")" + scene.ids.at("sheet") + R"(","answers":["0","0","0","0","0","0","0","0","0"]})"},
        {"send_room_form",
         R"({"sheet":")" + scene.ids.at("sheet") + R"(","answers":["0","0","0","0","0","0","0","0","0"]})"},
        {"send_form",
         R"({"sheet":")" + scene.ids.at("sheet") + R"(","answers":["0","0","0","0","0","0","0","0","0"]})"},
    };
    return bodies.at(route.what.name);  // a new row that takes something needs a body here
  }

  /// The text of a protocol under another version, as a string of JSON.
  std::string definition_text() {
    std::string text =
        must(service::read_protocol_text(practice(), users_[Who::admin], {"abft", "1"})).content;
    const std::string version = "2." + std::to_string(++definitions_);
    text.replace(text.find("version = \"1\""), 13, "version = \"" + version + "\"");
    std::string quoted = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return quoted + "\"";
  }

  std::string one_time_code() {
    const Private<std::string> secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    return store::one_time_code(secret, store::code_step_of(clock().now()))->reveal();
  }

  void add_victim(Scene& scene) {
    add_coding(scene, scene.therapist);
    scene.ids["passkey"] = passkey_of(users_[Who::other_therapist]);
    scene.ids["wording"] = wording_to_retire();
    scene.ids["user"] = user("user" + std::to_string(++victims_), {.researcher = true}).user.text();
  }

  /// A clip to train on, and a sheet of the actor's own with a code in it.
  void add_coding(Scene& scene, const Actor& coder) {
    const auto clip = must(
        service::make_clip(practice(), coder, {service::ClipKind::training, Private<std::string>("x"), {}}));
    const auto begun =
        must(service::begin_episode(practice(), coder, clip.id, {"strange-situation", "e1", {}}));
    service::OpenSheet open;
    open.system = "strange-situation";
    const auto sheet = must(service::open_coding_sheet(practice(), coder, clip.id, open));
    service::PutCode put;
    put.code = "d.freezing";
    put.end_ms = 500;
    const auto code = must(service::put_code(practice(), coder, sheet.id, put));
    scene.ids["clip"] = clip.id.text();
    scene.ids["step"] = begun.steps.at(0).id.text();
    scene.ids["coding"] = sheet.id.text();
    scene.ids["code"] = code.id.text();
  }

  std::string wording_to_retire() {
    import_words("gad-7");
    for (const auto& pack : must(service::list_wordings(practice(), service::the_program())))
      if (pack.instrument == "gad-7") return pack.id.text();
    return "";
  }

  std::string passkey_of(const Actor& actor) {
    const auto id = service::new_id<service::Passkey>(practice().entropy);
    must(record().write([&](service::Transaction& transaction) {
      return service::insert(transaction,
                             service::Passkey{id, actor.user, "Phone", id.text(), "key", 0, clock().now()});
    }));
    return id.text();
  }

  void expect_nothing_secret(const Said& said, const Badge& badge) {
    if (!badge.token.empty()) {
      EXPECT_THAT(said.body, Not(HasSubstr(badge.token)));
    }
    for (const char* word : {"password_hash", "token_hash", "csrf_hash", "code_secret", "$argon2"})
      EXPECT_THAT(said.body, Not(HasSubstr(word)));
  }

  void check_row(const Route& route, bool on_portal) {
    SCOPED_TRACE(std::string(name(route.method)) + " " + std::string(route.pattern));
    Scene here = scene(Who::therapist);
    add_victim(here);
    if (route.pattern.find("{definition}") != std::string_view::npos)
      here.ids["definition"] = own_definition();
    const Row& row = expected.at(route.permission);
    for (std::size_t i = who_words.size(); i-- > 0;) {  // the therapist may change the scene: late
      if (users_.contains(static_cast<Who>(i)))
        here.ids["passkey"] = passkey_of(users_[static_cast<Who>(i)]);  // everybody's own
      if (const auto who = users_.find(static_cast<Who>(i)); who != users_.end() && who->second.is_therapist)
        add_coding(here, who->second);
      const Badge badge = badge_of(static_cast<Who>(i), here);
      const Said said = call(route, on_portal, badge, here);
      EXPECT_EQ(verdict_of(route, said), word(row[i])) << who_words[i] << ": " << said.body;
      expect_nothing_secret(said, badge);
      if (!is_related(static_cast<Who>(i), route)) expect_nothing_of(said, here, static_cast<Who>(i));
    }
  }

  static bool is_related(Who who, const Route& route) {
    return who == Who::therapist || who == Who::supervisor ||
           (who == Who::other_supervisor &&
            (route.what.name == "break_glass" || route.what.name == "outline_courses"));
  }

  /// What the practice has written down is everybody's who works there.
  static bool is_of_the_practice(const std::string& name) {
    return name == "action" || name == "jurisdiction" || name == "absence" || name == "definition";
  }
  /// Clips to train on are every therapist's.
  static bool is_coding(const std::string& name) {
    return name == "clip" || name == "step" || name == "coding" || name == "code";
  }

  void expect_nothing_of(const Said& said, const Scene& scene, Who who) {
    EXPECT_THAT(said.body, Not(HasSubstr(scene.course.members[0].code)));
    for (const auto& [name, id] : scene.ids) {
      const bool own = who == Who::client && name == "sheet";
      EXPECT_TRUE(own || name == "user" || name == "passkey" || name == "wording" || is_coding(name) ||
                  is_of_the_practice(name) || said.body.find(id) == std::string::npos)
          << name;
    }
  }

  /// What a row says to bodies of which one member is not what it should be.
  void check_bodies(const Route& route, bool on_portal) {
    SCOPED_TRACE(std::string(name(route.method)) + " " + std::string(route.pattern));
    const auto odd = odd_values();
    const auto valid = must(wire::parse_json(body_of(route, other_scene_)));
    const Row& row = expected.at(route.permission);
    const auto who = static_cast<std::size_t>(std::find(row.begin(), row.end(), go) - row.begin());
    const Badge badge = badge_of(who == 1 ? Who::other_therapist : static_cast<Who>(who), other_scene_);
    for (const wire::Member& member : *valid.as<wire::Node::Object>())
      for (const wire::Node& value : odd) {
        wire::Node body = valid;
        for (wire::Member& other : std::get<wire::Node::Object>(body.value))
          if (other.name == member.name) other.value = value;
        const Said said = say(route, on_portal, badge, other_scene_, wire::to_json(body));
        EXPECT_LT(said.status, 500U) << wire::to_json(body).substr(0, 200) << said.body;
        EXPECT_TRUE(said.status < 400 || said.body.find("Canary") == std::string::npos) << said.body;
      }
  }

  static std::vector<wire::Node> odd_values() {
    wire::Node deep = "Canary";
    for (int i = 0; i < 20; ++i) deep = wire::Node::Array{deep};
    return {wire::Node(),
            true,
            -1,
            1e300,
            std::numeric_limits<std::int64_t>::max(),
            "",
            "Canary\n\x01\xF0\x9F\x98\x80",
            std::string(10'000, 'x'),
            "9999-12-31",
            "1000-01-01",
            wire::Node::Array{},
            wire::Node::Array{"Canary", 1},
            wire::Node::Array{wire::Node::Object{}},
            wire::Node::Object{},
            wire::Node::Object{{"Canary", "Canary"}},
            deep};
  }

  void check_csrf(const Route& route, bool on_portal) {
    SCOPED_TRACE(std::string(name(route.method)) + " " + std::string(route.pattern));
    const Row& row = expected.at(route.permission);
    for (std::size_t i = 0; i < who_words.size(); ++i) {
      if (row[i] != go) continue;
      Badge badge = badge_of(static_cast<Who>(i), other_scene_);
      for (const std::string& csrf : {std::string(), badge_of(static_cast<Who>(i), other_scene_).csrf}) {
        badge.csrf = csrf;
        const Said said = call(route, on_portal, badge, other_scene_);
        EXPECT_EQ(said.status, 403U) << who_words[i];
        EXPECT_EQ(said.code(), "session.csrf") << who_words[i];
      }
    }
  }

 private:
  int victims_ = 0;
};

TEST_P(Access, is_as_the_table_says_on_the_workbench) {
  for (const Route& route : workbench_routes()) check_row(route, false);
}

TEST_P(Access, is_as_the_table_says_on_the_portal) {
  for (const Route& route : portal_routes()) check_row(route, true);
}

TEST_P(Access, needs_the_sessions_own_token_for_every_change) {
  add_victim(other_scene_);
  for (const Route& route : workbench_routes())
    if (!is_safe(route.method) && route.permission != Permission::anyone) check_csrf(route, false);
  for (const Route& route : portal_routes())
    if (!is_safe(route.method) && route.permission != Permission::anyone) check_csrf(route, true);
}

TEST_P(Access, takes_odd_bodies_calmly_and_repeats_nothing) {
  add_victim(other_scene_);
  for (const Route& route : workbench_routes())
    if (route.what.input != nullptr) check_bodies(route, false);
  for (const Route& route : portal_routes())
    if (route.what.input != nullptr) check_bodies(route, true);
}

TEST_P(Access, keeps_the_tables_apart) {
  std::set<std::string_view> workbench_paths;
  for (const Route& route : workbench_routes()) {
    workbench_paths.insert(route.pattern);
    EXPECT_NE(route.permission, Permission::portal) << route.pattern;
  }
  for (const Route& route : portal_routes()) {
    EXPECT_TRUE(route.permission == Permission::portal || route.permission == Permission::anyone)
        << route.pattern;
    if (route.what.name != "health") {
      EXPECT_FALSE(workbench_paths.contains(route.pattern)) << route.pattern;
    }
  }
}

TEST_P(Access, says_the_same_of_what_is_not_there_and_what_is_not_theirs) {
  Scene nowhere = other_scene_;
  for (auto& [name, id] : nowhere.ids) id = std::string(32, '0');
  const Badge ada = badge(users_[Who::therapist]);
  for (const Route& route : workbench_routes()) {
    constexpr std::array by_relation = {Permission::read_course, Permission::write_course,
                                        Permission::read_person, Permission::write_person};
    if (std::find(by_relation.begin(), by_relation.end(), route.permission) == by_relation.end()) continue;
    const Said theirs = call(route, false, ada, other_scene_);
    const Said none = call(route, false, ada, nowhere);
    EXPECT_EQ(theirs.status, 404U) << route.pattern;
    EXPECT_EQ(theirs.body, none.body) << route.pattern;
  }
}

TEST_P(Access, mixes_no_courses_ids) {
  const Scene own = scene(Who::therapist);
  const Badge ada = badge(users_[Who::therapist]);
  for (const Route& route : workbench_routes()) {
    for (const char* inner : {"sheet", "risk", "consent"}) {
      if (route.pattern.find("{" + std::string(inner) + "}") == std::string_view::npos) continue;
      Scene mixed = own;
      mixed.ids[inner] = other_scene_.ids.at(inner);
      EXPECT_EQ(call(route, false, ada, mixed).status, 404U) << route.pattern;
    }
  }
}

TEST_P(Access, is_not_given_to_a_session_that_is_over_or_locked) {
  const Badge ada = badge(users_[Who::therapist]);
  clock().pass(service::idle_lock_ms + 1);
  const Said locked = ask(ada, {.path = "/api/v1/courses"});
  EXPECT_EQ(locked.status, 401U);
  EXPECT_EQ(locked.code(), "session.locked");
  EXPECT_EQ(ask(ada, {.method = Method::delete_, .path = "/api/v1/session"}).status, 204U);
  EXPECT_EQ(ask(ada, {.path = "/api/v1/courses"}).code(), "session.unknown");
  EXPECT_EQ(ask({"made-up", "made-up"}, {.path = "/api/v1/courses"}).code(), "session.unknown");
  must(service::disable_user(practice(), users_[Who::admin], users_[Who::researcher].user));
  service::Session session;
  session.user = users_[Who::researcher].user;
  EXPECT_EQ(ask(badge(session), {.path = "/api/v1/session"}).code(), "session.unknown");
}

INSTANTIATE_TEST_SUITE_P(Http, Access, testing::Values(store::Engine::sqlite), store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
