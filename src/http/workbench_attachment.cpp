#include "http/workbench.hpp"

#include "http/endpoint.hpp"
#include "service/claim.hpp"
#include "service/coding.hpp"
#include "service/coding_agreement.hpp"
#include "service/episode.hpp"
#include "service/formulation.hpp"
#include "service/history.hpp"
#include "service/working_model.hpp"

namespace securebase::http {
namespace {

using service::Permission;

constexpr Route routes[] = {
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
};

}  // namespace

std::span<const Route> attachment_routes() {
  return routes;
}

}  // namespace securebase::http
