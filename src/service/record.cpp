#include "service/record.hpp"

#include "service/attachment_record.hpp"
#include "service/coding_record.hpp"
#include "service/safety_record.hpp"

namespace securebase::service {

// Every record's description holds together: the first column is there, and what is sealed names its person.
template <class Record>
constexpr bool holds_together() {
  bool found = Record::sealed_by.empty();
  Record::fields([&](const auto&... field) { ((found = found || field.name == Record::sealed_by), ...); });
  return found && !Record::table.empty();
}

static_assert(holds_together<Person>() && holds_together<PersonIndex>() && holds_together<Figure>());
static_assert(holds_together<HistoryEvent>() && holds_together<User>() && holds_together<Session>());
static_assert(holds_together<Ticket>() && holds_together<Passkey>() && holds_together<Course>());
static_assert(holds_together<Member>() && holds_together<Consent>() && holds_together<Occasion>());
static_assert(holds_together<WordingPack>() && holds_together<WordingLine>());
static_assert(holds_together<Administration>() && holds_together<ResponseSheet>());
static_assert(holds_together<LocalNorm>() && holds_together<Comforting>() && holds_together<Claim>());
static_assert(holds_together<ClaimEvidence>() && holds_together<CorrectiveMoment>());
static_assert(holds_together<ClaimReview>());
static_assert(holds_together<Formulation>() && holds_together<RelationshipEpisode>());
static_assert(holds_together<CodingTarget>() && holds_together<CodingSheet>());
static_assert(holds_together<CodedEvent>() && holds_together<CodedRating>() && holds_together<CodedClass>());
static_assert(holds_together<ProcedureStep>());
static_assert(holds_together<Hold>() && holds_together<GateInterview>() && holds_together<GateDecision>());
static_assert(holds_together<SafetyScreen>() && holds_together<SafetyAction>());
static_assert(holds_together<SafetyPlan>() && holds_together<Absence>() && holds_together<Jurisdiction>());
static_assert(holds_together<ChildNote>() && holds_together<CourseEnding>() && holds_together<FollowUp>());
static_assert(holds_together<SupervisionCase>());
static_assert(holds_together<RiskEntry>() && holds_together<SignedDocument>() && holds_together<Setting>());
static_assert(holds_together<BreakGlass>() && holds_together<AuditEntry>() && holds_together<Tombstone>());

}  // namespace securebase::service
