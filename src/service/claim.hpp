#pragma once
// Claims: what a person expects of self or other, or does, as if-then rules that the therapist and the person
// write together, with what speaks for each and against it, what would show that it does not hold, and how
// sure the two are. Corrective moments: what was expected, what happened, whether it was noticed.
//
// Nothing here is inferred. What speaks for and against is counted and never weighed; what may belong
// together is asked, with the reason for asking (clinical.md 2.2, 2.6, 2.8).

#include <optional>
#include <string>
#include <vector>

#include "service/attachment_record.hpp"
#include "service/measure.hpp"
#include "service/practice.hpp"

namespace securebase::service {

inline constexpr std::size_t longest_words = 20'000;  ///< bytes of one text that two people write

struct ClaimWords {
  ClaimAbout about = ClaimAbout::self;
  std::optional<Id<Figure>> figure;
  Private<std::string> cue;              ///< if
  Private<std::string> expectation;      ///< then
  Private<std::string> disconfirmed_by;  ///< what would show that it does not hold

  static constexpr auto fields(const auto& use) {
    return use(Field{"about", &ClaimWords::about}, Field{"figure", &ClaimWords::figure},
               Field{"cue", &ClaimWords::cue}, Field{"expectation", &ClaimWords::expectation},
               Field{"disconfirmed_by", &ClaimWords::disconfirmed_by});
  }
};

struct NewClaim : ClaimWords {
  int confidence = 50;  ///< 0 to 100, as the two hold it

  static constexpr auto fields(const auto& use) {
    return ClaimWords::fields([&](const auto&... field) {
      return use(field..., Field{"confidence", &NewClaim::confidence});
    });
  }
};

struct NewReview {
  int confidence = 50;
  std::optional<Private<std::string>> words;  ///< why

  static constexpr auto fields(const auto& use) {
    return use(Field{"confidence", &NewReview::confidence}, Field{"words", &NewReview::words});
  }
};

struct NewEvidence {
  EvidenceSide side = EvidenceSide::supports;
  EvidenceSource source = EvidenceSource::other;
  std::optional<std::string>
      source_id;  ///< needed for history, score, episode and moment; may be for session
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"side", &NewEvidence::side}, Field{"source", &NewEvidence::source},
               Field{"source_id", &NewEvidence::source_id}, Field{"words", &NewEvidence::words});
  }
};

struct NewMoment {
  std::optional<Id<Figure>> figure;
  std::optional<Id<Claim>> claim;
  EvidenceSide side = EvidenceSide::contradicts;
  Date happened_on;
  Private<std::string> expected;
  Private<std::string> happened;
  Noticed noticed = Noticed::unsure;
  std::optional<Private<std::string>> words;  ///< the person's own

  static constexpr auto fields(const auto& use) {
    return use(Field{"figure", &NewMoment::figure}, Field{"claim", &NewMoment::claim},
               Field{"side", &NewMoment::side}, Field{"happened_on", &NewMoment::happened_on},
               Field{"expected", &NewMoment::expected}, Field{"happened", &NewMoment::happened},
               Field{"noticed", &NewMoment::noticed}, Field{"words", &NewMoment::words});
  }
};

struct ClaimView {
  Claim claim;
  std::vector<ClaimEvidence> evidence;  ///< oldest first
  std::vector<ClaimReview> reviews;     ///< oldest first; the first is of when it was written
  int supports = 0;                     ///< evidence and moments for it
  int contradicts = 0;                  ///< and against it
  std::int64_t days_since_review = 0;
  int since_review = 0;  ///< evidence and moments noted since

  static constexpr auto fields(const auto& use) {
    return use(Field{"claim", &ClaimView::claim}, Field{"evidence", &ClaimView::evidence},
               Field{"reviews", &ClaimView::reviews}, Field{"supports", &ClaimView::supports},
               Field{"contradicts", &ClaimView::contradicts},
               Field{"days_since_review", &ClaimView::days_since_review},
               Field{"since_review", &ClaimView::since_review});
  }
};

/// Why it is asked whether two things belong together.
enum class AskReason { same_figure, same_word };
template <>
inline constexpr std::array names_of<AskReason> = {"same_figure"sv, "same_word"sv};

/// "Do they belong together?" Nobody has said that they do.
struct CandidateQuestion {
  Id<Claim> claim;
  EvidenceSource source = EvidenceSource::history;  ///< history, episode or moment
  std::string source_id;
  AskReason reason = AskReason::same_figure;
  std::optional<Id<Figure>> figure;           ///< that both name
  std::optional<Private<std::string>> word;   ///< that both use
  Private<std::string> kind;                  ///< of the history event; otherwise empty
  std::optional<Private<std::string>> words;  ///< what stands there
  std::optional<int> age_from;
  std::optional<int> age_to;
  std::optional<Date> on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"claim", &CandidateQuestion::claim}, Field{"source", &CandidateQuestion::source},
               Field{"source_id", &CandidateQuestion::source_id}, Field{"reason", &CandidateQuestion::reason},
               Field{"figure", &CandidateQuestion::figure}, Field{"word", &CandidateQuestion::word},
               Field{"kind", &CandidateQuestion::kind}, Field{"words", &CandidateQuestion::words},
               Field{"age_from", &CandidateQuestion::age_from}, Field{"age_to", &CandidateQuestion::age_to},
               Field{"on", &CandidateQuestion::on});
  }
};

inline constexpr std::size_t most_questions = 6;

/// A claim that was looked at again.
struct ClaimStep {
  Id<Claim> claim;
  int from = 0;
  int to = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"claim", &ClaimStep::claim}, Field{"from", &ClaimStep::from},
               Field{"to", &ClaimStep::to});
  }
};

struct FigureMonth {
  std::string month;  ///< "2026-09"
  int moments = 0;
  int noticed = 0;  ///< of the moments
  std::vector<ClaimStep> reviewed;

  static constexpr auto fields(const auto& use) {
    return use(Field{"month", &FigureMonth::month}, Field{"moments", &FigureMonth::moments},
               Field{"noticed", &FigureMonth::noticed}, Field{"reviewed", &FigureMonth::reviewed});
  }
};

/// What was noted with one figure, month by month: when, not why.
struct FigureSpread {
  std::optional<Id<Figure>> figure;  ///< nothing: no figure was named
  std::vector<FigureMonth> months;   ///< those in which something was noted, oldest first

  static constexpr auto fields(const auto& use) {
    return use(Field{"figure", &FigureSpread::figure}, Field{"months", &FigureSpread::months});
  }
};

/// All that two people hold about one person in one course.
struct ClaimBook {
  std::vector<ClaimView> claims;          ///< those held now, oldest first, then those retired
  std::vector<CorrectiveMoment> moments;  ///< newest first
  std::vector<CandidateQuestion> questions;
  std::vector<FigureSpread> spread;  ///< the figure with the first entry first
  FindingView continuity;            ///< how far early attachment goes with adult patterns

  static constexpr auto fields(const auto& use) {
    return use(Field{"claims", &ClaimBook::claims}, Field{"moments", &ClaimBook::moments},
               Field{"questions", &ClaimBook::questions}, Field{"spread", &ClaimBook::spread},
               Field{"continuity", &ClaimBook::continuity});
  }
};

// Of one member in one course; a partner's are theirs, in the same course too. Errors of all:
// "member.not_found" (not a member of the course); of those that write also "person.erased" (conflict),
// "words.missing" and "words.too_long" (which text, in `where`).

[[nodiscard]] Result<ClaimBook> read_claims(const Practice& practice, const Actor& actor,
                                            const Id<Course>& course, const Id<Person>& person);
/// Errors: "claim.confidence" (0 to 100), "claim.figure" (not one of theirs).
[[nodiscard]] Result<ClaimBook> add_claim(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<Person>& person,
                                          const NewClaim& input);
/// Writes its words anew; confidence is changed by a review alone. Errors of add_claim, "claim.not_found".
[[nodiscard]] Result<ClaimBook> change_claim(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person,
                                             const Id<Claim>& claim, const ClaimWords& input);
/// What the two hold now; every earlier number stays. Errors: "claim.not_found", "claim.confidence",
/// "claim.retired" (conflict).
[[nodiscard]] Result<ClaimBook> review_claim(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person,
                                             const Id<Claim>& claim, const NewReview& input);
/// It is held no longer, and stays to be read. Error "claim.retired" (conflict).
[[nodiscard]] Result<ClaimBook> retire_claim(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person,
                                             const Id<Claim>& claim);
/// Error "claim.held" (conflict).
[[nodiscard]] Result<ClaimBook> take_up_claim(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Person>& person,
                                              const Id<Claim>& claim);
/// Takes back one that was written by mistake. Error "claim.in_use" (conflict): evidence or a moment names
/// it.
[[nodiscard]] Result<ClaimBook> remove_claim(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person,
                                             const Id<Claim>& claim);

/// Errors: "claim.not_found"; "evidence.source": the history event, sheet, episode or moment is not theirs,
/// or is named where there is none to name.
[[nodiscard]] Result<ClaimBook> add_evidence(const Practice& practice, const Actor& actor,
                                             const Id<Course>& course, const Id<Person>& person,
                                             const Id<Claim>& claim, const NewEvidence& input);
/// Error "claim_evidence.not_found".
[[nodiscard]] Result<ClaimBook> remove_evidence(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const Id<Person>& person,
                                                const Id<ClaimEvidence>& evidence);

/// Errors: "moment.figure", "moment.claim" (not theirs), "moment.day" (not in the future).
[[nodiscard]] Result<ClaimBook> add_moment(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Person>& person,
                                           const NewMoment& input);
/// Errors: "corrective_moment.not_found", "moment.in_use" (conflict): evidence names it.
[[nodiscard]] Result<ClaimBook> remove_moment(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Person>& person,
                                              const Id<CorrectiveMoment>& moment);

// For other use cases of this room

/// Error "member.not_found".
[[nodiscard]] Result<bool> needs_member(Transaction& transaction, const Id<Course>& course,
                                        const Id<Person>& person);
/// And still there. Errors of needs_member, "person.erased" (conflict).
[[nodiscard]] Result<bool> may_be_written(Transaction& transaction, const Id<Course>& course,
                                          const Id<Person>& person);
/// "words.missing", "words.too_long".
[[nodiscard]] Result<bool> check_words(const Private<std::string>& words, std::string_view name);
[[nodiscard]] Result<bool> check_words(const std::optional<Private<std::string>>& words,
                                       std::string_view name);
/// Whether a figure is this person's; nothing is.
[[nodiscard]] Result<bool> is_theirs(Transaction& transaction, const Id<Person>& person,
                                     const std::optional<Id<Figure>>& figure);
[[nodiscard]] Result<std::vector<Claim>> claims_of(Transaction& transaction, const Id<Course>& course,
                                                   const Id<Person>& person);
/// Pearson's r of early attachment with later, and how well that is known.
[[nodiscard]] FindingView continuity_finding();

}  // namespace securebase::service
