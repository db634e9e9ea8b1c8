#pragma once
// What two people write about a person's attachment: who comforted whom, claims with their evidence,
// corrective moments, relationship episodes, and formulations, of which every version stays. Facts and words;
// nothing here is inferred by the program.

#include "service/record.hpp"

namespace securebase::service {

/// What happened when somebody needed comfort.
enum class ComfortAnswer { came, mixed, did_not_come };
template <>
inline constexpr std::array names_of<ComfortAnswer> = {"came"sv, "mixed"sv, "did_not_come"sv};

/// Who comforted whom: a line of the map of figures.
struct Comforting {
  static constexpr std::string_view table = "comforting";
  static constexpr std::string_view sealed_by = "person";

  Id<Comforting> id;
  Id<Person> person;
  std::optional<Id<Figure>> giver;     ///< nothing: the person
  std::optional<Id<Figure>> receiver;  ///< nothing: the person
  ComfortAnswer answer = ComfortAnswer::came;
  std::optional<Private<std::string>> how;
  EventSource source = EventSource::remembered;
  Instant created_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Comforting::id}, Field{"person", &Comforting::person},
               Field{"giver", &Comforting::giver}, Field{"receiver", &Comforting::receiver},
               Field{"answer", &Comforting::answer}, Field{"how", &Comforting::how},
               Field{"source", &Comforting::source}, Field{"created_at", &Comforting::created_at});
  }
};

enum class ClaimAbout { self, other, strategy };
template <>
inline constexpr std::array names_of<ClaimAbout> = {"self"sv, "other"sv, "strategy"sv};

/// What a person expects of self or other, or does, as a rule: if this, then that.
struct Claim {
  static constexpr std::string_view table = "claim";
  static constexpr std::string_view sealed_by = "person";

  Id<Claim> id;
  Id<Person> person;
  Id<Course> course;
  ClaimAbout about = ClaimAbout::self;
  std::optional<Id<Figure>> figure;
  Private<std::string> cue;              ///< if
  Private<std::string> expectation;      ///< then
  Private<std::string> disconfirmed_by;  ///< what would show that it does not hold
  int confidence = 50;                   ///< 0 to 100, as the two people hold it now
  Instant created_at;
  Instant reviewed_at;
  std::optional<Instant> retired_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Claim::id}, Field{"person", &Claim::person}, Field{"course", &Claim::course},
               Field{"about", &Claim::about}, Field{"figure", &Claim::figure}, Field{"cue", &Claim::cue},
               Field{"expectation", &Claim::expectation}, Field{"disconfirmed_by", &Claim::disconfirmed_by},
               Field{"confidence", &Claim::confidence}, Field{"created_at", &Claim::created_at},
               Field{"reviewed_at", &Claim::reviewed_at}, Field{"retired_at", &Claim::retired_at});
  }
};

/// How far two people held a claim to be true when they looked at it: the first when it was written.
struct ClaimReview {
  static constexpr std::string_view table = "claim_review";
  static constexpr std::string_view sealed_by = "person";

  Id<ClaimReview> id;
  Id<Person> person;
  Id<Claim> claim;
  int confidence = 50;  ///< 0 to 100
  std::optional<Private<std::string>> words;
  Instant reviewed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ClaimReview::id}, Field{"person", &ClaimReview::person},
               Field{"claim", &ClaimReview::claim}, Field{"confidence", &ClaimReview::confidence},
               Field{"words", &ClaimReview::words}, Field{"reviewed_at", &ClaimReview::reviewed_at});
  }
};

enum class EvidenceSide { supports, contradicts };
template <>
inline constexpr std::array names_of<EvidenceSide> = {"supports"sv, "contradicts"sv};

enum class EvidenceSource { history, session, score, episode, moment, other };
template <>
inline constexpr std::array names_of<EvidenceSource> = {"history"sv, "session"sv, "score"sv,
                                                        "episode"sv, "moment"sv,  "other"sv};

/// What speaks for a claim or against it, and where it stands in the record.
struct ClaimEvidence {
  static constexpr std::string_view table = "claim_evidence";
  static constexpr std::string_view sealed_by = "person";

  Id<ClaimEvidence> id;
  Id<Person> person;
  Id<Claim> claim;
  EvidenceSide side = EvidenceSide::supports;
  EvidenceSource source = EvidenceSource::other;
  std::optional<std::string> source_id;  ///< of the history event, meeting, sheet, episode or moment
  Private<std::string> words;
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ClaimEvidence::id}, Field{"person", &ClaimEvidence::person},
               Field{"claim", &ClaimEvidence::claim}, Field{"side", &ClaimEvidence::side},
               Field{"source", &ClaimEvidence::source}, Field{"source_id", &ClaimEvidence::source_id},
               Field{"words", &ClaimEvidence::words}, Field{"noted_at", &ClaimEvidence::noted_at});
  }
};

enum class Noticed { noticed, not_noticed, unsure };
template <>
inline constexpr std::array names_of<Noticed> = {"noticed"sv, "not_noticed"sv, "unsure"sv};

/// What was expected, what happened instead, and whether the person noticed.
struct CorrectiveMoment {
  static constexpr std::string_view table = "corrective_moment";
  static constexpr std::string_view sealed_by = "person";

  Id<CorrectiveMoment> id;
  Id<Person> person;
  Id<Course> course;
  std::optional<Id<Figure>> figure;  ///< with whom
  std::optional<Id<Claim>> claim;    ///< that it speaks for or against
  EvidenceSide side = EvidenceSide::contradicts;
  Date happened_on;
  Private<std::string> expected;
  Private<std::string> happened;
  Noticed noticed = Noticed::unsure;
  std::optional<Private<std::string>> words;  ///< the client's own
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CorrectiveMoment::id}, Field{"person", &CorrectiveMoment::person},
               Field{"course", &CorrectiveMoment::course}, Field{"figure", &CorrectiveMoment::figure},
               Field{"claim", &CorrectiveMoment::claim}, Field{"side", &CorrectiveMoment::side},
               Field{"happened_on", &CorrectiveMoment::happened_on},
               Field{"expected", &CorrectiveMoment::expected}, Field{"happened", &CorrectiveMoment::happened},
               Field{"noticed", &CorrectiveMoment::noticed}, Field{"words", &CorrectiveMoment::words},
               Field{"noted_at", &CorrectiveMoment::noted_at});
  }
};

/// One version of the formulation. Versions are never changed; the newest is the one that holds.
struct Formulation {
  static constexpr std::string_view table = "formulation";
  static constexpr std::string_view sealed_by = "person";

  Id<Formulation> id;
  Id<Person> person;
  Id<Course> course;
  int number = 1;                ///< of the version, from 1 in each course
  Private<std::string> content;  ///< its sections (formulation.hpp)
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> shared_at;    ///< the page in plain words was given to the client
  std::optional<Instant> unshared_at;  ///< and taken back

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Formulation::id}, Field{"person", &Formulation::person},
               Field{"course", &Formulation::course}, Field{"number", &Formulation::number},
               Field{"content", &Formulation::content}, Field{"written_by", &Formulation::written_by},
               Field{"written_at", &Formulation::written_at}, Field{"shared_at", &Formulation::shared_at},
               Field{"unshared_at", &Formulation::unshared_at});
  }
};

enum class Valence { positive, negative, mixed };
template <>
inline constexpr std::array names_of<Valence> = {"positive"sv, "negative"sv, "mixed"sv};

/// An encounter as it was told: what was wished for, what the other did, what the person did (Luborsky 1984).
struct RelationshipEpisode {
  static constexpr std::string_view table = "relationship_episode";
  static constexpr std::string_view sealed_by = "person";

  Id<RelationshipEpisode> id;
  Id<Person> person;
  Id<Course> course;
  std::optional<Id<Figure>> figure;  ///< with whom
  Date told_on;
  std::optional<Private<std::string>> account;
  std::string wishes;              ///< clusters and standard categories by number, "c5,11"; may be empty
  std::string responses_of_other;  ///< likewise
  std::string responses_of_self;
  std::optional<Valence> other_valence;
  std::optional<Valence> self_valence;
  Id<User> coded_by;
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &RelationshipEpisode::id}, Field{"person", &RelationshipEpisode::person},
               Field{"course", &RelationshipEpisode::course}, Field{"figure", &RelationshipEpisode::figure},
               Field{"told_on", &RelationshipEpisode::told_on},
               Field{"account", &RelationshipEpisode::account}, Field{"wishes", &RelationshipEpisode::wishes},
               Field{"responses_of_other", &RelationshipEpisode::responses_of_other},
               Field{"responses_of_self", &RelationshipEpisode::responses_of_self},
               Field{"other_valence", &RelationshipEpisode::other_valence},
               Field{"self_valence", &RelationshipEpisode::self_valence},
               Field{"coded_by", &RelationshipEpisode::coded_by},
               Field{"noted_at", &RelationshipEpisode::noted_at});
  }
};

}  // namespace securebase::service
