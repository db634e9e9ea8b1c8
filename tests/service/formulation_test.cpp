// Claims with what speaks for and against them, corrective moments, and versions of the formulation.

#include "service/formulation.hpp"

#include <gmock/gmock.h>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/episode.hpp"
#include "service/erase.hpp"
#include "service/history.hpp"
#include "service/measure.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Private<std::string> words(const std::string& text) {
  return Private<std::string>(text);
}

class Formulating : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  Actor cleo_;
  CourseView course_;
  Id<Person> mia_;
  Id<Figure> mother_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    cleo_ = user("cleo", {.supervisor = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
    mother_ =
        must(add_figure(practice(), ada_, mia_, {FigureKind::mother, words("Mama"), {}, {}})).figures[0].id;
    clock().pass(second_ms);
  }

  static NewClaim left_alone(const std::optional<Id<Figure>>& figure = {}) {
    NewClaim claim;
    claim.about = ClaimAbout::other;
    claim.figure = figure;
    claim.cue = words("I show that I am frightened");
    claim.expectation = words("they leave the room");
    claim.disconfirmed_by = words("Somebody stays, three times.");
    claim.confidence = 80;
    return claim;
  }
  ClaimView add(const NewClaim& claim) {
    clock().pass(second_ms);
    return must(add_claim(practice(), ada_, course_.id, mia_, claim)).claims.back();
  }
  ClaimView only_claim() { return must(read_claims(practice(), ada_, course_.id, mia_)).claims.at(0); }
  NewEvidence spoken(EvidenceSide side, EvidenceSource source = EvidenceSource::session,
                     std::optional<std::string> id = {}) {
    clock().pass(second_ms);
    return {side, source, std::move(id), words("They stayed.")};
  }
  NewMoment stayed(const std::optional<Id<Claim>>& claim = {}) {
    clock().pass(second_ms);
    NewMoment moment;
    moment.figure = mother_;
    moment.claim = claim;
    moment.happened_on = {2026, 9, 12};
    moment.expected = words("She hangs up.");
    moment.happened = words("She listened.");
    moment.noticed = Noticed::noticed;
    moment.words = words("That was odd.");
    return moment;
  }
  static NewFormulation strengths(int after, const std::string& text, const std::string& plain = "") {
    NewFormulation formulation;
    formulation.after = after;
    formulation.sections = {{SectionKind::strengths, words(text), words(plain)}};
    return formulation;
  }
  FormulationView write(const NewFormulation& input) {
    clock().pass(second_ms);
    return must(write_formulation(practice(), ada_, course_.id, mia_, input));
  }
};

TEST_P(Formulating, a_claim_is_a_rule_that_says_what_would_disconfirm_it) {
  const ClaimView view = add(left_alone(mother_));
  EXPECT_EQ(view.claim.cue.reveal(), "I show that I am frightened");
  EXPECT_EQ(view.claim.figure, mother_);
  EXPECT_EQ(view.claim.confidence, 80);
  EXPECT_EQ(view.supports + view.contradicts, 0);
  NewClaim empty = left_alone();
  empty.disconfirmed_by = words(" \n");
  const auto refused = add_claim(practice(), ada_, course_.id, mia_, empty);
  EXPECT_EQ(code_of(refused), "words.missing");
  EXPECT_EQ(refused.error().where.field, "disconfirmed_by");
  NewClaim surer = left_alone();
  surer.confidence = 101;
  EXPECT_EQ(code_of(add_claim(practice(), ada_, course_.id, mia_, surer)), "claim.confidence");
  EXPECT_EQ(
      code_of(add_claim(practice(), ada_, course_.id, mia_, left_alone(new_id<Figure>(practice().entropy)))),
      "claim.figure");
  NewClaim long_one = left_alone();
  long_one.cue = words(std::string(longest_words + 1, 'x'));
  EXPECT_EQ(code_of(add_claim(practice(), ada_, course_.id, mia_, long_one)), "words.too_long");
}

TEST_P(Formulating, counts_what_speaks_for_and_against_and_weighs_nothing) {
  const auto claim = add(left_alone()).claim.id;
  must(add_evidence(practice(), ada_, course_.id, mia_, claim, spoken(EvidenceSide::supports)));
  must(add_evidence(practice(), ada_, course_.id, mia_, claim, spoken(EvidenceSide::contradicts)));
  const auto book = must(add_moment(practice(), ada_, course_.id, mia_, stayed(claim)));
  EXPECT_EQ(book.claims[0].supports, 1);
  EXPECT_EQ(book.claims[0].contradicts, 2);
  EXPECT_EQ(book.claims[0].claim.confidence, 80);  // whatever is counted
  // The same moment as evidence of its own counts once.
  const auto twice = must(
      add_evidence(practice(), ada_, course_.id, mia_, claim,
                   spoken(EvidenceSide::contradicts, EvidenceSource::moment, book.moments[0].id.text())));
  EXPECT_EQ(twice.claims[0].contradicts, 2);
  const auto back = must(remove_evidence(practice(), ada_, course_.id, mia_, twice.claims[0].evidence[0].id));
  EXPECT_EQ(back.claims[0].supports, 0);
}

TEST_P(Formulating, the_course_of_confidence_stays) {
  const auto claim = add(left_alone()).claim.id;
  clock().pass(10 * day_ms);
  must(add_evidence(practice(), ada_, course_.id, mia_, claim, spoken(EvidenceSide::contradicts)));
  EXPECT_EQ(only_claim().days_since_review, 10);
  EXPECT_EQ(only_claim().since_review, 1);
  must(review_claim(practice(), ada_, course_.id, mia_, claim, {60, words("She stayed once.")}));
  clock().pass(20 * day_ms);
  must(review_claim(practice(), ada_, course_.id, mia_, claim, {35, {}}));
  const ClaimView view = only_claim();
  ASSERT_THAT(view.reviews, SizeIs(3));
  EXPECT_EQ(view.reviews[0].confidence, 80);
  EXPECT_EQ(view.reviews[1].confidence, 60);
  EXPECT_EQ(view.reviews[1].words->reveal(), "She stayed once.");
  EXPECT_EQ(view.claim.confidence, 35);
  EXPECT_EQ(view.days_since_review, 0);
  EXPECT_EQ(view.since_review, 0);
  EXPECT_EQ(code_of(review_claim(practice(), ada_, course_.id, mia_, claim, {-1, {}})), "claim.confidence");
}

TEST_P(Formulating, words_change_apart_from_confidence) {
  const auto claim = add(left_alone()).claim.id;
  ClaimWords anew = left_alone(mother_);
  anew.expectation = words("they change the subject");
  const auto view = must(change_claim(practice(), ada_, course_.id, mia_, claim, anew)).claims[0];
  EXPECT_EQ(view.claim.expectation.reveal(), "they change the subject");
  EXPECT_EQ(view.claim.figure, mother_);
  EXPECT_EQ(view.claim.confidence, 80);
  EXPECT_THAT(view.reviews, SizeIs(1));
}

TEST_P(Formulating, a_claim_is_retired_taken_up_or_taken_back) {
  const auto claim = add(left_alone()).claim.id;
  EXPECT_EQ(code_of(take_up_claim(practice(), ada_, course_.id, mia_, claim)), "claim.held");
  EXPECT_TRUE(must(retire_claim(practice(), ada_, course_.id, mia_, claim)).claims[0].claim.retired_at);
  EXPECT_EQ(code_of(retire_claim(practice(), ada_, course_.id, mia_, claim)), "claim.retired");
  EXPECT_EQ(code_of(review_claim(practice(), ada_, course_.id, mia_, claim, {10, {}})), "claim.retired");
  EXPECT_FALSE(must(take_up_claim(practice(), ada_, course_.id, mia_, claim)).claims[0].claim.retired_at);
  must(add_moment(practice(), ada_, course_.id, mia_, stayed(claim)));
  EXPECT_EQ(code_of(remove_claim(practice(), ada_, course_.id, mia_, claim)), "claim.in_use");
  const auto other = add(left_alone()).claim.id;
  EXPECT_THAT(must(remove_claim(practice(), ada_, course_.id, mia_, other)).claims, SizeIs(1));
  EXPECT_EQ(code_of(remove_claim(practice(), ada_, course_.id, mia_, other)), "claim.not_found");
}

TEST_P(Formulating, evidence_stands_where_it_says) {
  const auto claim = add(left_alone()).claim.id;
  const auto event =
      must(add_history_event(practice(), ada_, mia_, {EventKind::separation, 4, 4, {}, {}, mother_, {}}))
          .history[0]
          .id;
  must(add_evidence(practice(), ada_, course_.id, mia_, claim,
                    spoken(EvidenceSide::supports, EvidenceSource::history, event.text())));
  agree_to_measures(ada_, mia_, course_.id);
  GiveMeasure measure;
  measure.instrument = "phq-9";
  measure.respondent = mia_;
  const auto sheet = must(give_measure(practice(), ada_, course_.id, measure));
  const auto by_score = spoken(EvidenceSide::supports, EvidenceSource::score, sheet.id.text());
  EXPECT_EQ(code_of(add_evidence(practice(), ada_, course_.id, mia_, claim, by_score)), "evidence.source");
  must(record_answers(practice(), ada_, course_.id, sheet.id,
                      {{"0", "0", "0", "0", "0", "0", "0", "0", "0"}}));
  must(add_evidence(practice(), ada_, course_.id, mia_, claim, by_score));
  for (const EvidenceSource source :
       {EvidenceSource::history, EvidenceSource::score, EvidenceSource::episode, EvidenceSource::moment}) {
    EXPECT_EQ(code_of(add_evidence(practice(), ada_, course_.id, mia_, claim,
                                   spoken(EvidenceSide::supports, source))),
              "evidence.source");
    EXPECT_EQ(code_of(add_evidence(practice(), ada_, course_.id, mia_, claim,
                                   spoken(EvidenceSide::supports, source, claim.text()))),
              "evidence.source");
  }
  EXPECT_EQ(code_of(add_evidence(practice(), ada_, course_.id, mia_, claim,
                                 spoken(EvidenceSide::supports, EvidenceSource::session, event.text()))),
            "evidence.source");
}

TEST_P(Formulating, what_may_belong_together_is_asked_with_its_reason) {
  const auto event =
      must(add_history_event(
               practice(), ada_, mia_,
               {EventKind::separation, 4, 5, {}, {}, mother_, words("Half a year without the parents.")}))
          .history[0]
          .id;
  clock().pass(second_ms);
  must(add_history_event(practice(), ada_, mia_,
                         {EventKind::illness, 8, 8, {}, {}, {}, words("Frightened at night, and alone.")}));
  const auto claim = add(left_alone(mother_)).claim.id;
  auto questions = must(read_claims(practice(), ada_, course_.id, mia_)).questions;
  ASSERT_THAT(questions, SizeIs(2));
  EXPECT_EQ(questions[0].claim, claim);
  EXPECT_EQ(questions[0].source_id, event.text());
  EXPECT_EQ(questions[0].reason, AskReason::same_figure);
  EXPECT_EQ(questions[0].figure, mother_);
  EXPECT_EQ(questions[0].age_from, 4);
  EXPECT_EQ(questions[1].reason, AskReason::same_word);
  EXPECT_EQ(questions[1].word->reveal(), "frightened");
  // Asking changes nothing, and what was answered is not asked again.
  EXPECT_EQ(only_claim().supports, 0);
  must(add_evidence(practice(), ada_, course_.id, mia_, claim,
                    spoken(EvidenceSide::supports, EvidenceSource::history, event.text())));
  questions = must(read_claims(practice(), ada_, course_.id, mia_)).questions;
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].reason, AskReason::same_word);
  must(retire_claim(practice(), ada_, course_.id, mia_, claim));
  EXPECT_THAT(must(read_claims(practice(), ada_, course_.id, mia_)).questions, IsEmpty());
}

TEST_P(Formulating, says_how_weakly_early_and_adult_attachment_go_together) {
  const auto book = must(read_claims(practice(), ada_, course_.id, mia_));
  EXPECT_THAT(book.continuity.statement, HasSubstr("weakly"));
  EXPECT_THAT(book.continuity.basis, HasSubstr(".39"));
  EXPECT_THAT(book.continuity.basis, HasSubstr(".28"));
  EXPECT_THAT(book.continuity.basis, HasSubstr("unverified"));
}

TEST_P(Formulating, moments_and_reviews_lie_side_by_side_over_figures) {
  const auto claim = add(left_alone(mother_)).claim.id;
  must(add_moment(practice(), ada_, course_.id, mia_, stayed(claim)));
  NewMoment later = stayed();
  later.figure.reset();
  later.happened_on = {2026, 8, 3};
  later.noticed = Noticed::not_noticed;
  must(add_moment(practice(), ada_, course_.id, mia_, later));
  const auto book = must(review_claim(practice(), ada_, course_.id, mia_, claim, {50, {}}));
  ASSERT_THAT(book.spread, SizeIs(2));
  EXPECT_FALSE(book.spread[0].figure);  // August
  EXPECT_EQ(book.spread[0].months.at(0).month, "2026-08");
  EXPECT_EQ(book.spread[0].months[0].noticed, 0);
  EXPECT_EQ(book.spread[1].figure, mother_);
  ASSERT_THAT(book.spread[1].months, SizeIs(1));
  EXPECT_EQ(book.spread[1].months[0].moments, 1);
  EXPECT_EQ(book.spread[1].months[0].noticed, 1);
  ASSERT_THAT(book.spread[1].months[0].reviewed, SizeIs(1));  // the first confidence is no review
  EXPECT_EQ(book.spread[1].months[0].reviewed[0].from, 80);
  EXPECT_EQ(book.spread[1].months[0].reviewed[0].to, 50);
}

TEST_P(Formulating, a_moment_is_of_a_day_that_has_been) {
  NewMoment moment = stayed();
  moment.happened_on = {2027, 1, 1};
  EXPECT_EQ(code_of(add_moment(practice(), ada_, course_.id, mia_, moment)), "moment.day");
  moment = stayed(new_id<Claim>(practice().entropy));
  EXPECT_EQ(code_of(add_moment(practice(), ada_, course_.id, mia_, moment)), "moment.claim");
  moment = stayed();
  moment.figure = new_id<Figure>(practice().entropy);
  EXPECT_EQ(code_of(add_moment(practice(), ada_, course_.id, mia_, moment)), "moment.figure");
  const auto id = must(add_moment(practice(), ada_, course_.id, mia_, stayed())).moments[0].id;
  const auto claim = add(left_alone()).claim.id;
  const auto named = must(add_evidence(practice(), ada_, course_.id, mia_, claim,
                                       spoken(EvidenceSide::contradicts, EvidenceSource::moment, id.text())));
  EXPECT_EQ(code_of(remove_moment(practice(), ada_, course_.id, mia_, id)), "moment.in_use");
  must(remove_evidence(practice(), ada_, course_.id, mia_, named.claims[0].evidence[0].id));
  EXPECT_THAT(must(remove_moment(practice(), ada_, course_.id, mia_, id)).moments, IsEmpty());
}

TEST_P(Formulating, versions_are_never_changed) {
  const auto claim = add(left_alone(mother_)).claim.id;
  NewFormulation first = strengths(0, "Two friends who stay.\n\nLines and “marks” = kept: 1 2\n");
  first.sections.push_back(
      {SectionKind::protective_strategy, words("Going quiet kept peace."), words("It helped.")});
  first.links = {
      {{}, claim, words("Perhaps the half year at four taught it."), words("Or school did."), true}};
  first.claims = {{claim, true}};
  const auto one = write(first);
  EXPECT_EQ(one.number, 1);
  EXPECT_EQ(one.written_by, ada_.user);
  must(review_claim(practice(), ada_, course_.id, mia_, claim, {40, {}}));
  const auto two = write(strengths(1, "Three friends who stay."));
  EXPECT_EQ(two.number, 2);
  const auto all = must(read_formulations(practice(), ada_, course_.id, mia_));
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].number, 2);
  const FormulationView& kept = all[1];
  ASSERT_THAT(kept.sections, SizeIs(5));
  EXPECT_EQ(kept.sections[0].kind, SectionKind::protective_strategy);
  EXPECT_EQ(kept.sections[0].plain.reveal(), "It helped.");
  EXPECT_EQ(kept.sections[1].words.reveal(), "Two friends who stay.\n\nLines and “marks” = kept: 1 2\n");
  EXPECT_EQ(kept.sections[2].words.reveal(), "");
  ASSERT_THAT(kept.links, SizeIs(1));
  EXPECT_EQ(kept.links[0].claim, claim);
  EXPECT_EQ(kept.links[0].otherwise->reveal(), "Or school did.");
  EXPECT_TRUE(kept.links[0].on_page);
  ASSERT_THAT(kept.claims, SizeIs(1));
  EXPECT_EQ(kept.claims[0].confidence, 80);  // as it was then
  EXPECT_EQ(kept.claims[0].cue.reveal(), "I show that I am frightened");
  EXPECT_EQ(kept.claims[0].disconfirmed_by.reveal(), "Somebody stays, three times.");
}

TEST_P(Formulating, two_who_write_at_once_do_not_overwrite_each_other) {
  write(strengths(0, "One."));
  EXPECT_EQ(code_of(write_formulation(practice(), ada_, course_.id, mia_, strengths(0, "Two."))),
            "formulation.newer");
  EXPECT_EQ(write(strengths(1, "Two.")).number, 2);
}

TEST_P(Formulating, refuses_what_is_no_formulation) {
  const auto refused = [&](const NewFormulation& input) {
    return code_of(write_formulation(practice(), ada_, course_.id, mia_, input));
  };
  EXPECT_EQ(refused(strengths(0, " ")), "formulation.empty");
  NewFormulation twice = strengths(0, "One.");
  twice.sections.push_back(twice.sections[0]);
  EXPECT_EQ(refused(twice), "formulation.sections");
  NewFormulation strange = strengths(0, "One.");
  strange.claims = {{new_id<Claim>(practice().entropy), false}};
  EXPECT_EQ(refused(strange), "formulation.claims");
  NewFormulation link = strengths(0, "One.");
  link.links = {{new_id<HistoryEvent>(practice().entropy), {}, words("Perhaps."), {}, false}};
  EXPECT_EQ(refused(link), "formulation.links");
  link.links = {{{}, {}, words(""), {}, false}};
  EXPECT_EQ(refused(link), "words.missing");
}

TEST_P(Formulating, one_page_is_shared_at_a_time_and_taken_back) {
  const auto silent = write(strengths(0, "Working words only."));
  EXPECT_EQ(code_of(share_formulation(practice(), ada_, course_.id, mia_, silent.id)), "formulation.no_page");
  const auto first = write(strengths(1, "Friends.", "You have friends who stay."));
  EXPECT_TRUE(must(share_formulation(practice(), ada_, course_.id, mia_, first.id)).shared_at);
  EXPECT_EQ(code_of(share_formulation(practice(), ada_, course_.id, mia_, first.id)), "formulation.shared");
  const auto second = write(strengths(2, "Friends.", "Your friends stay, and you let them."));
  clock().pass(day_ms);
  must(share_formulation(practice(), ada_, course_.id, mia_, second.id));
  auto all = must(read_formulations(practice(), ada_, course_.id, mia_));
  EXPECT_FALSE(all[0].unshared_at);
  EXPECT_TRUE(all[1].unshared_at);
  must(unshare_formulation(practice(), ada_, course_.id, mia_, second.id));
  EXPECT_EQ(code_of(unshare_formulation(practice(), ada_, course_.id, mia_, second.id)),
            "formulation.not_shared");
  all = must(read_formulations(practice(), ada_, course_.id, mia_));
  EXPECT_TRUE(all[0].unshared_at);
  EXPECT_FALSE(must(share_formulation(practice(), ada_, course_.id, mia_, second.id)).unshared_at);
  const auto seen = must(who_has_seen(practice(), ada_, mia_, 100));
  EXPECT_THAT(seen, Contains(Field(&AuditEntry::action, "formulation.share")));
  EXPECT_THAT(seen, Contains(Field(&AuditEntry::action, "formulation.unshare")));
}

TEST_P(Formulating, a_partners_is_never_the_others) {
  NewMember one;
  one.particulars = Particulars{};
  one.particulars->name = words("Amara");
  NewMember other = one;
  other.particulars->name = words("Daniel");
  other.role = MemberRole::partner;
  const auto couple = must(open_course(practice(), ada_, {UnitKind::couple, {one, other}, Date{2026, 9, 1}}));
  const auto amara = couple.members[0].person;
  const auto daniel = couple.members[1].person;
  const auto claim = must(add_claim(practice(), ada_, couple.id, amara, left_alone())).claims[0].claim.id;
  const auto version =
      must(write_formulation(practice(), ada_, couple.id, amara, strengths(0, "Hers.", "Yours.")));
  NewEpisode episode;
  episode.told_on = {2026, 9, 2};
  episode.account = words("Hers.");
  const auto told = must(add_episode(practice(), ada_, couple.id, amara, episode)).episodes[0].id;
  EXPECT_THAT(must(read_claims(practice(), ada_, couple.id, daniel)).claims, IsEmpty());
  EXPECT_THAT(must(read_formulations(practice(), ada_, couple.id, daniel)), IsEmpty());
  EXPECT_THAT(must(read_episodes(practice(), ada_, couple.id, daniel)).episodes, IsEmpty());
  EXPECT_EQ(code_of(review_claim(practice(), ada_, couple.id, daniel, claim, {1, {}})), "claim.not_found");
  EXPECT_EQ(code_of(share_formulation(practice(), ada_, couple.id, daniel, version.id)),
            "formulation.not_found");
  EXPECT_EQ(code_of(remove_episode(practice(), ada_, couple.id, daniel, told)),
            "relationship_episode.not_found");
  NewFormulation mixed = strengths(0, "His.");
  mixed.claims = {{claim, true}};
  EXPECT_EQ(code_of(write_formulation(practice(), ada_, couple.id, daniel, mixed)), "formulation.claims");
  const auto copy = must(copy_person(practice(), ada_, daniel));
  EXPECT_THAT(copy.claims, IsEmpty());
  EXPECT_THAT(copy.formulations, IsEmpty());
  EXPECT_THAT(copy.relationship_episodes, IsEmpty());
}

TEST_P(Formulating, is_read_by_its_supervisor_and_by_nobody_else) {
  const auto claim = add(left_alone()).claim.id;
  must(read_claims(practice(), cleo_, course_.id, mia_));
  must(read_formulations(practice(), cleo_, course_.id, mia_));
  EXPECT_EQ(code_of(review_claim(practice(), cleo_, course_.id, mia_, claim, {1, {}})), "access.forbidden");
  EXPECT_EQ(code_of(read_claims(practice(), ben_, course_.id, mia_)), "access.not_found");
  EXPECT_EQ(code_of(read_formulations(practice(), ben_, course_.id, mia_)), "access.not_found");
  const auto others = course_of(ada_, "Somebody Else").members[0].person;
  EXPECT_EQ(code_of(read_claims(practice(), ada_, course_.id, others)), "member.not_found");
  EXPECT_EQ(code_of(add_claim(practice(), ada_, course_.id, others, left_alone())), "member.not_found");
}

TEST_P(Formulating, a_copy_has_all_of_it_and_erasure_leaves_nothing) {
  const auto claim = add(left_alone(mother_)).claim.id;
  must(add_evidence(practice(), ada_, course_.id, mia_, claim, spoken(EvidenceSide::supports)));
  must(add_moment(practice(), ada_, course_.id, mia_, stayed(claim)));
  write(strengths(0, "Friends.", "You have friends."));
  const auto copy = must(copy_person(practice(), ada_, mia_));
  EXPECT_THAT(copy.claims, SizeIs(1));
  EXPECT_THAT(copy.claim_reviews, SizeIs(1));
  EXPECT_THAT(copy.claim_evidence, SizeIs(1));
  EXPECT_THAT(copy.corrective_moments, SizeIs(1));
  ASSERT_THAT(copy.formulations, SizeIs(1));
  EXPECT_EQ(copy.formulations[0].sections[1].plain.reveal(), "You have friends.");
  must(end_course(practice(), ada_, course_.id, {date_of(clock().now())}));
  must(erase_person(practice(), ada_, mia_, {Ground::request, course_.members[0].code}));
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    EXPECT_EQ(must(transaction.count(table_of<Claim>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<ClaimReview>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<ClaimEvidence>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<CorrectiveMoment>(), {})), 0);
    EXPECT_EQ(must(transaction.count(table_of<Formulation>(), {})), 0);
    return true;
  }));
  EXPECT_EQ(code_of(add_claim(practice(), ada_, course_.id, mia_, left_alone())), "person.erased");
}

TEST(FormulationContent, that_this_program_did_not_write_is_a_fault) {
  for (const char* content : {"nonsense", "words 3\nabc\n", "section 9\nstrengths\nwords 99\nabc\n",
                              "section 4\nnone\n", "claim 2\nno\n", "section -1\n\n"}) {
    Formulation formulation;
    formulation.content = words(content);
    EXPECT_EQ(code_of(view_of_formulation(formulation)), "formulation.content") << content;
  }
}

INSTANTIATE_TEST_SUITE_P(Service, Formulating, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
