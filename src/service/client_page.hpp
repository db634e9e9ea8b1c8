#pragma once
// A client's own page on the portal: goals, what was agreed, own answers, the formulation and the safety plan
// that were shared with them, and a way to ask the practice for a copy or for erasure. Of one person in one
// course: nothing of a partner, no working hypothesis, no note. The link opens until it ends or is taken
// back, where it was agreed with a word that both know.

#include <optional>
#include <string>
#include <vector>

#include "service/client_page_record.hpp"
#include "service/formulation.hpp"
#include "service/portal.hpp"
#include "service/safety_plan.hpp"
#include "service/session_record.hpp"

namespace securebase::service {

// By the therapist

struct NewClientPage {
  std::optional<Private<std::string>> word;  ///< agreed with the client; asked for when the link is opened
  int days = 90;

  static constexpr auto fields(const auto& use) {
    return use(Field{"word", &NewClientPage::word}, Field{"days", &NewClientPage::days});
  }
};
inline constexpr int most_page_days = 366;
inline constexpr std::size_t shortest_page_word = 4;  ///< letters

struct ClientPageState {
  Instant made_at;
  Instant expires_at;
  bool has_word = false;
  std::optional<Instant> opened_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"made_at", &ClientPageState::made_at}, Field{"expires_at", &ClientPageState::expires_at},
               Field{"has_word", &ClientPageState::has_word},
               Field{"opened_at", &ClientPageState::opened_at});
  }
};
struct ClientPageLink {
  std::optional<ClientPageState> page;  ///< nothing: none that opens

  static constexpr auto fields(const auto& use) { return use(Field{"page", &ClientPageLink::page}); }
};

/// A new link; an earlier one no longer works. Errors: "member.not_found", "consent.missing" (portal),
/// "page.days", "page.word", "portal.none" (conflict).
[[nodiscard]] Result<PortalLink> make_client_page(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, const Id<Person>& person,
                                                  const NewClientPage& input);
[[nodiscard]] Result<ClientPageLink> read_client_page_link(const Practice& practice, const Actor& actor,
                                                           const Id<Course>& course,
                                                           const Id<Person>& person);
/// Whoever has it open is sent away too.
[[nodiscard]] Result<bool> revoke_client_page(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Person>& person);

struct RequestView {
  Id<ClientRequest> id;
  Id<Course> course;
  Id<Person> person;
  RequestKind kind = RequestKind::copy;
  Instant asked_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &RequestView::id}, Field{"course", &RequestView::course},
               Field{"person", &RequestView::person}, Field{"kind", &RequestView::kind},
               Field{"asked_at", &RequestView::asked_at});
  }
};
/// What clients of one's own courses have asked for and nobody has answered, oldest first.
[[nodiscard]] Result<std::vector<RequestView>> open_requests(const Practice& practice, const Actor& actor);

struct HandledRequest {
  Private<std::string> outcome;  ///< what was done

  static constexpr auto fields(const auto& use) { return use(Field{"outcome", &HandledRequest::outcome}); }
};
/// Errors: "request.not_found", "request.handled" (conflict), "request.outcome".
[[nodiscard]] Result<bool> handle_request(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<ClientRequest>& request,
                                          const HandledRequest& input);

// By the client

struct OpenClientPage {
  Private<std::string> token;
  std::optional<Private<std::string>> word;

  static constexpr auto fields(const auto& use) {
    return use(Field{"token", &OpenClientPage::token}, Field{"word", &OpenClientPage::word});
  }
};
/// Errors: "ticket.unknown" (also ended and revoked), "page.word" (unauthenticated: none was given, or
/// another), "sign_in.later".
[[nodiscard]] Result<SignedIn> open_client_page(const Practice& practice, Attempts& attempts,
                                                const OpenClientPage& input, const std::string& address);

struct PageGoal {
  Private<std::string> words;
  std::optional<Private<std::string>> looks_like;  ///< when it is reached, in their words
  std::optional<int> progress;                     ///< 0 to 10, as they last rated it
  std::optional<Date> rated_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &PageGoal::words}, Field{"looks_like", &PageGoal::looks_like},
               Field{"progress", &PageGoal::progress}, Field{"rated_on", &PageGoal::rated_on});
  }
};
struct PageStep {
  Private<std::string> words;
  StepOwner whose = StepOwner::client;
  std::optional<Date> due;
  bool done = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &PageStep::words}, Field{"whose", &PageStep::whose},
               Field{"due", &PageStep::due}, Field{"done", &PageStep::done});
  }
};
struct PageMeeting {
  Instant at;
  int minutes = 50;
  SessionFormat format = SessionFormat::room;

  static constexpr auto fields(const auto& use) {
    return use(Field{"at", &PageMeeting::at}, Field{"minutes", &PageMeeting::minutes},
               Field{"format", &PageMeeting::format});
  }
};
struct PageSheet {
  Id<Administration> sheet;
  std::string title;
  Instant sent_at;
  std::optional<FormFigure> figure;  ///< where the title says {figure}

  static constexpr auto fields(const auto& use) {
    return use(Field{"sheet", &PageSheet::sheet}, Field{"title", &PageSheet::title},
               Field{"sent_at", &PageSheet::sent_at}, Field{"figure", &PageSheet::figure});
  }
};
struct PageSection {
  SectionKind kind = SectionKind::strengths;
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &PageSection::kind}, Field{"words", &PageSection::words});
  }
};
struct PageLink {
  Private<std::string> words;
  std::optional<Private<std::string>> otherwise;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &PageLink::words}, Field{"otherwise", &PageLink::otherwise});
  }
};
struct PageClaim {
  Private<std::string> cue;
  Private<std::string> expectation;
  Private<std::string> disconfirmed_by;

  static constexpr auto fields(const auto& use) {
    return use(Field{"cue", &PageClaim::cue}, Field{"expectation", &PageClaim::expectation},
               Field{"disconfirmed_by", &PageClaim::disconfirmed_by});
  }
};
/// The plain page of the version that is shared.
struct PageFormulation {
  Instant shared_at;
  std::vector<PageSection> sections;
  std::vector<PageLink> links;
  std::vector<PageClaim> claims;

  static constexpr auto fields(const auto& use) {
    return use(Field{"shared_at", &PageFormulation::shared_at}, Field{"sections", &PageFormulation::sections},
               Field{"links", &PageFormulation::links}, Field{"claims", &PageFormulation::claims});
  }
};
struct PageRequest {
  RequestKind kind = RequestKind::copy;
  Instant asked_at;
  std::optional<Instant> handled_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &PageRequest::kind}, Field{"asked_at", &PageRequest::asked_at},
               Field{"handled_at", &PageRequest::handled_at});
  }
};

struct ClientPageView {
  std::string therapist_name;
  std::string help_contact;
  std::string help_phone;
  Instant expires_at;
  std::optional<PageMeeting> next_meeting;
  std::vector<PageGoal> goals;
  std::vector<PageStep> agreed;
  std::vector<PageSheet> sheets;  ///< newest first; none whose every answer is withheld
  std::optional<PageFormulation> formulation;
  std::optional<SharedSafetyPlan> safety_plan;
  std::vector<PageRequest> requests;  ///< newest first
  bool gets_reminders = false;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"therapist_name", &ClientPageView::therapist_name},
        Field{"help_contact", &ClientPageView::help_contact},
        Field{"help_phone", &ClientPageView::help_phone}, Field{"expires_at", &ClientPageView::expires_at},
        Field{"next_meeting", &ClientPageView::next_meeting}, Field{"goals", &ClientPageView::goals},
        Field{"agreed", &ClientPageView::agreed}, Field{"sheets", &ClientPageView::sheets},
        Field{"formulation", &ClientPageView::formulation},
        Field{"safety_plan", &ClientPageView::safety_plan}, Field{"requests", &ClientPageView::requests},
        Field{"gets_reminders", &ClientPageView::gets_reminders});
  }
};
/// Errors of all four: "session.unknown" (the page has ended), "page.none" (conflict: the session is for a
/// sheet), "consent.missing".
[[nodiscard]] Result<ClientPageView> read_client_page(const Practice& practice, const Actor& actor);
/// Error "administration.not_found".
[[nodiscard]] Result<OwnAnswers> read_page_answers(const Practice& practice, const Actor& actor,
                                                   const Id<Administration>& sheet);
struct AskPractice {
  RequestKind kind = RequestKind::copy;

  static constexpr auto fields(const auto& use) { return use(Field{"kind", &AskPractice::kind}); }
};
/// Error "request.open" (conflict): it was asked for and is not answered yet.
[[nodiscard]] Result<bool> ask_practice(const Practice& practice, const Actor& actor,
                                        const AskPractice& input);
[[nodiscard]] Result<bool> stop_own_reminders(const Practice& practice, const Actor& actor);

}  // namespace securebase::service
