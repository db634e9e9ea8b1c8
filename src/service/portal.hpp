#pragma once
// The portal: a therapist hands a person a link to one sheet; they open it, fill it in, send it once or stop.
// A link works until the sheet is stopped, it is revoked, or a week has passed, and for a day after the
// sheet was sent, to see one's own answers again; its token travels in the part of the address that no server
// sees, and is exchanged by a deliberate act. Until it is sent nothing that was answered is kept here: what
// is not sent is not answered, and never counts as zero.

#include <optional>
#include <string>
#include <vector>

#include "service/form.hpp"
#include "service/sign_in.hpp"

namespace securebase::service {

inline constexpr std::int64_t portal_link_ms = 7 * day_ms;
inline constexpr std::int64_t own_answers_ms = day_ms;  ///< how long one's answers can be seen again
inline constexpr std::int64_t portal_trial_ms = 15 * minute_ms;

struct PortalLink {
  Private<std::string> token;  ///< shown once
  Instant expires_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"token", &PortalLink::token}, Field{"expires_at", &PortalLink::expires_at});
  }
};

/// By the therapist of the course. Earlier links to the sheet no longer work, and who has it open by one is
/// sent away. Errors: "portal.mode"
/// (conflict; it was not given for a phone), "measure.sent" (conflict; it is sent or stopped),
/// "consent.missing".
[[nodiscard]] Result<PortalLink> make_portal_link(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, const Id<Administration>& sheet);
/// Whoever has the sheet open is sent away too.
[[nodiscard]] Result<bool> revoke_portal_link(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Administration>& sheet);

/// A sheet that was given by mistake is filled in no more: from now on it is "stopped". Errors:
/// "administration.not_found", "measure.sent" (conflict).
[[nodiscard]] Result<Administration> stop_sheet(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const Id<Administration>& sheet);

/// A session for the one sheet; one that was open elsewhere ends. Errors: "ticket.unknown" (also expired,
/// revoked or stopped), "sign_in.later" (too_many).
[[nodiscard]] Result<SignedIn> open_portal_link(const Practice& practice, Attempts& attempts,
                                                const Private<std::string>& token,
                                                const std::string& address);

// By the person. Errors of all four: "administration.not_found", "measure.sent" (conflict; also stopped),
// "consent.missing" (it was withdrawn).

[[nodiscard]] Result<Form> read_form(const Practice& practice, const Actor& actor);
/// Risk entries are written with the answers, or neither. Errors: "answers.value" names the item;
/// "measure.other_sheet" (conflict): another is open by now.
[[nodiscard]] Result<bool> send_form(const Practice& practice, const Actor& actor, const SentAnswers& input);
/// What an adaptive sheet asks after these answers, as they would be sent. Nothing of it is kept, and reading
/// the form stands in the audit for all of it. Errors: those of sending, "measure.not_adaptive" (conflict).
[[nodiscard]] Result<NextQuestion> next_question(const Practice& practice, const Actor& actor,
                                                 const SentAnswers& input);
[[nodiscard]] Result<bool> stop_form(const Practice& practice, const Actor& actor);

/// One's own answer. What could endanger whoever is seen reading it (risk, fear, violence) is withheld: its
/// item is not named.
struct OwnAnswer {
  int position = 0;
  bool withheld = false;
  std::optional<std::string> text;
  std::string answer;  ///< a whole number, "skipped", "not_applicable", "not_asked"; empty where withheld
  std::optional<std::string> option;  ///< what the answer says

  static constexpr auto fields(const auto& use) {
    return use(Field{"position", &OwnAnswer::position}, Field{"withheld", &OwnAnswer::withheld},
               Field{"text", &OwnAnswer::text}, Field{"answer", &OwnAnswer::answer},
               Field{"option", &OwnAnswer::option});
  }
};
struct OwnAnswers {
  std::string title;
  Instant sent_at;
  std::string therapist_name;         ///< who can read them
  std::string help_contact;           ///< of the practice; may be empty
  std::string help_phone;             ///< the number in it
  std::optional<Instant> expires_at;  ///< until when the link opens them again
  std::vector<OwnAnswer> items;
  std::optional<FormFigure> figure =
      {};  ///< whom it is about: the page puts it where a wording says {figure}

  static constexpr auto fields(const auto& use) {
    return use(Field{"title", &OwnAnswers::title}, Field{"sent_at", &OwnAnswers::sent_at},
               Field{"therapist_name", &OwnAnswers::therapist_name},
               Field{"help_contact", &OwnAnswers::help_contact}, Field{"help_phone", &OwnAnswers::help_phone},
               Field{"expires_at", &OwnAnswers::expires_at}, Field{"items", &OwnAnswers::items},
               Field{"figure", &OwnAnswers::figure});
  }
};
/// By the person, after sending. Errors: "measure.not_sent" (conflict), "administration.not_found".
[[nodiscard]] Result<OwnAnswers> read_own_answers(const Practice& practice, const Actor& actor);

// For other use cases of this room

/// About violence and abuse as a whole: on a phone that somebody else may see, none of it is shown back, and
/// where sheets are listed not even their titles.
[[nodiscard]] bool is_kept_from_phones(const std::string& instrument);

/// What was sent on a sheet, as its person sees it again; `expires_at` is the caller's to say. Error
/// "measure.not_sent" (conflict).
[[nodiscard]] Result<OwnAnswers> own_answers_of(Transaction& transaction, const Practice& practice,
                                                const Administration& sheet);

// Whether a phone reaches the portal

/// A link that a phone opens to prove it. For admins. Error "portal.none" (conflict): this practice has no
/// portal.
[[nodiscard]] Result<PortalLink> offer_portal_trial(const Practice& practice, const Actor& actor);

/// Where a trial came from.
struct TrialSource {
  std::string address;
  bool encrypted = false;
  bool from_this_machine = false;
  bool is_phone = false;  ///< as its browser says
};
/// Errors: "ticket.unknown", "sign_in.later" (too_many), "portal.trial" (conflict) says what the trial did
/// not show: not encrypted, from the machine itself, not a phone.
[[nodiscard]] Result<bool> prove_portal(const Practice& practice, Attempts& attempts,
                                        const Private<std::string>& token, const TrialSource& source);

}  // namespace securebase::service
