// Meetings: before, while and after; techniques, marks, steps and events; notes with their versions; who
// reads what; what a copy holds and what erasure leaves.

#include "service/session.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/measure.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Private<std::string> words(const std::string& text) {
  return Private<std::string>(text);
}

class Meeting : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  Actor cleo_;
  Actor boss_;
  CourseView course_;
  Id<Person> mia_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    cleo_ = user("cleo", {.supervisor = true});
    boss_ = user("boss", {.admin = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    agree_to_measures(ada_, mia_, course_.id);
    must(assign_supervisor(practice(), ada_, course_.id, {cleo_.user}));
    clock().pass(second_ms);
  }
  [[nodiscard]] NewSession today(std::int64_t after_ms = 0) {
    NewSession session;
    session.scheduled_at = clock().now() + after_ms;
    return session;
  }
  Id<TherapySession> arranged() {
    return must(arrange_session(practice(), ada_, course_.id, today())).session.id;
  }
  Id<TherapySession> begun() {
    const auto id = arranged();
    must(start_session(practice(), ada_, course_.id, id));
    return id;
  }
  Id<TherapySession> held() {
    const auto id = begun();
    clock().pass(50 * minute_ms);
    must(finish_session(practice(), ada_, course_.id, id));
    return id;
  }
  SessionPage page(const Id<TherapySession>& id, const Actor& actor) {
    return must(read_session(practice(), actor, course_.id, id));
  }
  SessionPage page(const Id<TherapySession>& id) { return page(id, ada_); }
  Result<SavedNote> save(const Id<TherapySession>& id, const std::string& text, std::int64_t after,
                         NoteCompartment compartment = NoteCompartment::record) {
    return save_note(practice(), ada_, course_.id, id, {compartment, "plain", words(text), after});
  }
  Result<NoteView> sign(const Id<TherapySession>& id, const std::string& text, std::int64_t after,
                        std::optional<Private<std::string>> why = {}) {
    return sign_note(practice(), ada_, course_.id, id, {"plain", words(text), after, std::move(why)});
  }
  std::vector<std::string> audited(const Id<Course>& course) {
    std::vector<std::string> actions;
    must(record().read([&](Transaction& transaction) -> Result<bool> {
      actions.clear();
      for (const AuditEntry& entry : must(list<AuditEntry>(
               transaction,
               {{where(&AuditEntry::course, std::optional(course))}, {by(&AuditEntry::number)}, {}})))
        actions.push_back(entry.action);
      return true;
    }));
    return actions;
  }
};

TEST_P(Meeting, is_numbered_and_goes_from_arranged_to_held) {
  const auto first = arranged();
  const auto second = must(arrange_session(practice(), ada_, course_.id, today(7 * day_ms))).session;
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(page(first).session.number, 1);
  EXPECT_EQ(code_of(put_mark(practice(), ada_, course_.id, first, {})), "session.not_begun");
  must(start_session(practice(), ada_, course_.id, first));
  EXPECT_EQ(code_of(start_session(practice(), ada_, course_.id, first)), "session.begun");
  clock().pass(49 * minute_ms);
  const auto over = must(finish_session(practice(), ada_, course_.id, first)).session;
  EXPECT_EQ(over.ended_at->ms - over.began_at->ms, 49 * minute_ms);
  EXPECT_EQ(over.attendance, Attendance::attended);
  EXPECT_EQ(code_of(finish_session(practice(), ada_, course_.id, first)), "session.ended");
  EXPECT_FALSE(must(resume_session(practice(), ada_, course_.id, first)).session.ended_at);
  EXPECT_EQ(code_of(finish_session(practice(), ada_, course_.id, second.id)), "session.not_yet");
  EXPECT_EQ(code_of(withdraw_session(practice(), ada_, course_.id, first)), "session.begun");
  EXPECT_TRUE(must(withdraw_session(practice(), ada_, course_.id, second.id)));
  EXPECT_EQ(code_of(read_session(practice(), ada_, course_.id, second.id)), "therapy_session.not_found");
  EXPECT_THAT(must(list_sessions(practice(), ada_, course_.id)), SizeIs(1));
  EXPECT_EQ(must(arrange_session(practice(), ada_, course_.id, today())).session.number, 3)
      << "the number of a withdrawn one is not given again";
}

TEST_P(Meeting, that_is_signed_does_not_go_on) {
  const auto id = held();
  must(sign(id, "A quiet hour.", 0));
  EXPECT_EQ(code_of(resume_session(practice(), ada_, course_.id, id)), "session.signed");
  EXPECT_TRUE(page(id).session.ended_at);
}

TEST_P(Meeting, that_nobody_had_begun_was_held_as_arranged) {
  const auto id = arranged();
  clock().pass(3 * hour_ms);
  const auto session = must(finish_session(practice(), ada_, course_.id, id)).session;
  EXPECT_EQ(session.began_at, session.scheduled_at);
  EXPECT_EQ(session.ended_at->ms, session.scheduled_at.ms + 50 * minute_ms);
}

TEST_P(Meeting, that_was_cancelled_is_not_held_and_needs_no_note) {
  const auto id = arranged();
  SessionChange change;
  change.attendance = Attendance::not_come;
  must(change_session(practice(), ada_, course_.id, id, change));
  EXPECT_EQ(code_of(start_session(practice(), ada_, course_.id, id)), "session.cancelled");
  EXPECT_EQ(code_of(finish_session(practice(), ada_, course_.id, id)), "session.cancelled");
  clock().pass(day_ms);
  EXPECT_THAT(must(session_day(practice(), ada_)).unsigned_notes, IsEmpty());
  const auto other = begun();
  EXPECT_EQ(code_of(change_session(practice(), ada_, course_.id, other, change)), "session.begun");
  change.attendance = Attendance::late;
  EXPECT_EQ(must(change_session(practice(), ada_, course_.id, other, change)).session.attendance,
            Attendance::late);
}

TEST_P(Meeting, says_what_would_be_valid) {
  NewSession endless = today();
  endless.minutes = 601;
  EXPECT_EQ(code_of(arrange_session(practice(), ada_, course_.id, endless)), "session.minutes");
  NewSession stranger = today();
  stranger.alone_with = course_of(ada_, "Zoe").members[0].person;
  EXPECT_EQ(code_of(arrange_session(practice(), ada_, course_.id, stranger)), "session.member");
  const auto id = begun();
  NewMark mark;
  mark.offset_ms = -1;
  EXPECT_EQ(code_of(put_mark(practice(), ada_, course_.id, id, mark)), "session.offset");
  EXPECT_EQ(code_of(note_technique(practice(), ada_, course_.id, id, {"Z9", 5})), "technique.unknown");
  EXPECT_EQ(code_of(note_technique(practice(), ada_, course_.id, id, {"R2", 0})), "session.minutes");
  const auto elsewhere = course_of(ada_, "Zoe Sommer");
  EXPECT_EQ(code_of(read_session(practice(), ada_, elsewhere.id, id)), "therapy_session.not_found");
}

TEST_P(Meeting, keeps_marks_where_they_lie_in_time_and_takes_them_back) {
  const auto id = begun();
  clock().pass(12 * minute_ms);
  NewMark mark;
  mark.kind = MarkKind::softening;
  must(put_mark(practice(), ada_, course_.id, id, mark));
  mark.kind = MarkKind::rupture;
  mark.offset_ms = 4 * minute_ms;
  mark.words = words("Looked away.");
  const auto marks = must(put_mark(practice(), ada_, course_.id, id, mark)).marks;
  ASSERT_THAT(marks, SizeIs(2));
  EXPECT_EQ(marks[0].kind, MarkKind::rupture);
  EXPECT_EQ(marks[1].offset_ms, 12 * minute_ms);
  const auto changed =
      must(change_mark(practice(), ada_, course_.id, id, marks[1].id, {words("Cried."), mia_})).marks;
  EXPECT_EQ(changed[1].words->reveal(), "Cried.");
  EXPECT_THAT(must(take_back_mark(practice(), ada_, course_.id, id, marks[0].id)).marks, SizeIs(1));
  EXPECT_EQ(code_of(take_back_mark(practice(), ada_, course_.id, id, marks[0].id)), "session_mark.not_found");
  EXPECT_EQ(must(list_sessions(practice(), ada_, course_.id))[0].marks, 1);
}

TEST_P(Meeting, has_each_technique_once_with_the_minutes_said_last) {
  const auto id = begun();
  must(note_technique(practice(), ada_, course_.id, id, {"R2", 5}));
  clock().pass(second_ms);
  must(note_technique(practice(), ada_, course_.id, id, {"T2", {}}));
  clock().pass(second_ms);
  const auto done = must(note_technique(practice(), ada_, course_.id, id, {"R2", 10})).techniques;
  ASSERT_THAT(done, SizeIs(2));
  EXPECT_EQ(done[1].technique, "R2");
  EXPECT_EQ(done[1].minutes, 10);
  EXPECT_THAT(must(take_back_technique(practice(), ada_, course_.id, id, done[0].id)).techniques, SizeIs(1));
  const auto choices = page(id).choices;
  EXPECT_THAT(choices, SizeIs(21));
  EXPECT_THAT(choices, Contains(testing::Field(&TechniqueChoice::id, "W1")));
}

TEST_P(Meeting, shows_before_it_begins_what_is_worked_on_and_what_has_come_since) {
  held();
  clock().pass(6 * day_ms);
  GiveMeasure measure;
  measure.instrument = "phq-9";
  measure.respondent = mia_;
  const auto sheet = must(give_measure(practice(), ada_, course_.id, measure));
  must(give_measure(practice(), ada_, course_.id, measure));
  must(record_answers(practice(), ada_, course_.id, sheet.id,
                      {{"1", "1", "2", "0", "1", "2", "0", "1", "0"}}));
  for (const char* cue : {"I ask", "I cry", "I wait"}) {
    NewClaim claim;
    claim.cue = words(cue);
    claim.expectation = words("nobody comes");
    claim.disconfirmed_by = words("Somebody comes.");
    must(add_claim(practice(), ada_, course_.id, mia_, claim));
    clock().pass(second_ms);
  }
  must(add_step(practice(), ada_, course_.id, mia_,
                {words("Ring her sister"), StepOwner::client, {}, true, {}}));
  NewCourseEvent event;
  event.kind = LifeEvent::work;
  event.happened_on = date_of(clock().now());
  must(add_course_event(practice(), ada_, course_.id, mia_, event));
  const SessionPage before = page(arranged());
  EXPECT_TRUE(before.last);
  ASSERT_THAT(before.claims, SizeIs(2)) << "two at most are worked on";
  EXPECT_EQ(before.claims[0].cue.reveal(), "I wait") << "written about last";
  EXPECT_EQ(before.claims[0].disconfirmed_by.reveal(), "Somebody comes.");
  EXPECT_THAT(before.other_claims, SizeIs(1));
  ASSERT_THAT(before.scores, SizeIs(1));
  EXPECT_THAT(before.scores[0].words, HasSubstr("8 of 27 (likely"));
  EXPECT_THAT(before.open, SizeIs(1));
  EXPECT_THAT(before.steps, SizeIs(1));
  EXPECT_THAT(before.events, SizeIs(1));
}

TEST_P(Meeting, gives_what_is_measured_after_it_one_occasion) {
  const auto id = held();
  GiveMeasure bond;
  bond.instrument = "bond";
  bond.respondent = mia_;
  bond.mode = Mode::from_paper;
  bond.session = id;
  const auto first = must(give_measure(practice(), ada_, course_.id, bond));
  const auto second = must(give_measure(practice(), ada_, course_.id, bond));
  EXPECT_EQ(first.occasion, second.occasion);
  EXPECT_EQ(page(id).session.occasion, first.occasion);
  EXPECT_THAT(page(id).given, SizeIs(2));
  bond.session = new_id<TherapySession>(practice().entropy);
  EXPECT_EQ(code_of(give_measure(practice(), ada_, course_.id, bond)), "measure.session");
}

TEST_P(Meeting, is_where_evidence_for_a_claim_stands) {
  const auto id = held();
  NewClaim claim;
  claim.cue = words("I ask");
  claim.expectation = words("nobody comes");
  claim.disconfirmed_by = words("Somebody comes.");
  const auto book = must(add_claim(practice(), ada_, course_.id, mia_, claim));
  const auto held_claim = book.claims[0].claim.id;
  NewEvidence evidence{EvidenceSide::contradicts, EvidenceSource::session, id.text(), words("He came.")};
  must(add_evidence(practice(), ada_, course_.id, mia_, held_claim, evidence));
  EXPECT_THAT(page(id).evidence, SizeIs(1));
  evidence.source_id = new_id<TherapySession>(practice().entropy).text();
  EXPECT_EQ(code_of(add_evidence(practice(), ada_, course_.id, mia_, held_claim, evidence)),
            "evidence.source");
}

TEST_P(Meeting, has_next_steps_that_are_done_changed_and_shared) {
  const NewStep ring{words("Ring her sister"), StepOwner::both, Date{2026, 10, 1}, false, held()};
  const auto step = must(add_step(practice(), ada_, course_.id, mia_, ring));
  StepChange change{step.words, step.whose, step.due, true, true};
  EXPECT_TRUE(must(change_step(practice(), ada_, course_.id, mia_, step.id, change)).done_at);
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    EXPECT_THAT(must(shared_steps(transaction, mia_)), SizeIs(1));
    return true;
  }));
  change.done = false;
  EXPECT_FALSE(must(change_step(practice(), ada_, course_.id, mia_, step.id, change)).done_at);
  EXPECT_TRUE(must(withdraw_step(practice(), ada_, course_.id, mia_, step.id)));
  EXPECT_EQ(code_of(withdraw_step(practice(), ada_, course_.id, mia_, step.id)), "next_step.not_found");
  EXPECT_THAT(must(list_steps(practice(), ada_, course_.id)), IsEmpty());
  NewCourseEvent tomorrow;
  tomorrow.happened_on = date_of(clock().now() + 3 * day_ms);
  EXPECT_EQ(code_of(add_course_event(practice(), ada_, course_.id, mia_, tomorrow)), "event.day");
}

TEST_P(Meeting, note_is_a_draft_until_it_is_signed_and_locked_from_then_on) {
  const auto id = held();
  const auto first = must(save(id, "She spoke of", 0));
  const auto second = must(save(id, "She spoke of her mother.", first.saves));
  EXPECT_EQ(code_of(save(id, "From another window", first.saves)), "note.newer");
  EXPECT_EQ(must(save(id, "She spoke of her mother.", first.saves)).saves, second.saves + 1)
      << "an answer that was lost does no harm";
  EXPECT_EQ(code_of(sign(id, " \n", second.saves + 1)), "words.missing");
  const auto note = must(sign(id, "She spoke of her mother, and wept.", second.saves + 1));
  EXPECT_FALSE(note.has_draft);
  ASSERT_THAT(note.versions, SizeIs(1));
  EXPECT_EQ(note.versions[0].words.reveal(), "She spoke of her mother, and wept.");
  EXPECT_EQ(note.versions[0].signed_by, ada_.user);
  EXPECT_EQ(code_of(save(id, "Something else", note.saves)), "note.signed");
  EXPECT_EQ(code_of(sign(id, "Something else", note.saves, words("because"))), "note.signed");
  EXPECT_TRUE(page(id).session.noted_at);
}

TEST_P(Meeting, that_has_a_note_is_not_withdrawn_nor_moved_once_it_is_signed) {
  const auto id = arranged();
  const auto saved = must(save(id, "Before it began.", 0));
  EXPECT_EQ(code_of(withdraw_session(practice(), ada_, course_.id, id)), "session.noted");
  must(sign(id, "Before it began.", saved.saves));
  EXPECT_EQ(code_of(withdraw_session(practice(), ada_, course_.id, id)), "session.noted");
  SessionChange later;
  later.scheduled_at = clock().now() + 30 * day_ms;
  EXPECT_EQ(code_of(change_session(practice(), ada_, course_.id, id, later)), "session.begun");
  EXPECT_THAT(must(copy_person(practice(), ada_, mia_)).sessions, SizeIs(1));
}

TEST_P(Meeting, note_is_amended_beside_what_was_signed) {
  const auto id = held();
  must(sign(id, "She spoke of her mother.", 0));
  clock().pass(day_ms);
  const auto open = must(amend_note(practice(), ada_, course_.id, id));
  EXPECT_EQ(open.draft->reveal(), "She spoke of her mother.");
  EXPECT_EQ(code_of(amend_note(practice(), ada_, course_.id, id)), "note.open");
  EXPECT_EQ(code_of(sign(id, "She spoke of her aunt.", open.saves)), "note.why");
  EXPECT_EQ(code_of(sign(id, "She spoke of her mother.", open.saves, words("Why not"))), "note.same");
  EXPECT_EQ(page(id, cleo_).notes[0].versions[0].words.reveal(), "She spoke of her mother.")
      << "what was signed holds";
  const auto amended = must(sign(id, "She spoke of her aunt.", open.saves, words("I had misheard.")));
  ASSERT_THAT(amended.versions, SizeIs(2));
  EXPECT_EQ(amended.versions[0].why->reveal(), "I had misheard.");
  EXPECT_EQ(amended.versions[1].words.reveal(), "She spoke of her mother.");
  EXPECT_EQ(amended.versions[0].signed_at.ms - amended.versions[1].signed_at.ms, day_ms);
  const auto again = must(amend_note(practice(), ada_, course_.id, id));
  EXPECT_TRUE(must(drop_draft(practice(), ada_, course_.id, id, again.id)));
  EXPECT_FALSE(page(id).notes[0].has_draft);
  EXPECT_THAT(page(id).notes[0].versions, SizeIs(2)) << "what was signed is never dropped";
  EXPECT_EQ(code_of(drop_draft(practice(), ada_, course_.id, id, again.id)), "session_note.not_found");
}

TEST_P(Meeting, drafts_are_their_authors_alone) {
  const auto id = held();
  must(save(id, "Half a sentence", 0));
  const auto seen = page(id, cleo_).notes;
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_TRUE(seen[0].has_draft);
  EXPECT_FALSE(seen[0].draft) << "a supervisor sees that there is one";
  EXPECT_EQ(page(id).notes[0].draft->reveal(), "Half a sentence");
  EXPECT_EQ(code_of(save_note(practice(), cleo_, course_.id, id,
                              {NoteCompartment::record, "plain", words("x"), 0})),
            "access.forbidden");
  EXPECT_EQ(code_of(read_session(practice(), ben_, course_.id, id)), "access.not_found");
}

TEST_P(Meeting, working_notes_are_read_by_their_author_alone) {
  const auto id = held();
  must(save(id, "What I felt", 0, NoteCompartment::process));
  ASSERT_THAT(page(id).notes, SizeIs(1));
  EXPECT_EQ(page(id).notes[0].draft->reveal(), "What I felt");
  EXPECT_THAT(page(id, cleo_).notes, IsEmpty()) << "not in supervision";
  const Actor dan = user("dan", {.supervisor = true});
  must(break_glass(practice(), dan, course_.id, {words("Ada is ill and Mia rang.")}));
  EXPECT_THAT(page(id, dan).notes, IsEmpty()) << "not behind broken glass";
  EXPECT_THAT(must(copy_person(practice(), ada_, mia_)).sessions.at(0).notes, IsEmpty()) << "in no copy";
  must(hand_over(practice(), boss_, ada_.user, {ben_.user}));
  EXPECT_THAT(page(id, ben_).notes, IsEmpty()) << "not with the course";
  EXPECT_EQ(code_of(read_session(practice(), ada_, course_.id, id)), "access.not_found")
      << "nor with an author whose course it is no longer";
}

TEST_P(Meeting, working_notes_do_not_count_as_the_note_of_the_record) {
  const auto id = held();
  const auto kept = must(save(id, "What I felt", 0, NoteCompartment::process));
  EXPECT_THAT(must(session_day(practice(), ada_)).unsigned_notes, SizeIs(1));
  EXPECT_FALSE(must(list_sessions(practice(), ada_, course_.id))[0].note_begun);
  EXPECT_TRUE(must(drop_draft(practice(), ada_, course_.id, id, kept.id)));
  EXPECT_THAT(page(id).notes, IsEmpty());
}

TEST_P(Meeting, that_has_no_signed_note_is_listed_for_its_therapist) {
  const auto id = held();
  clock().pass(25 * hour_ms);
  auto day = must(session_day(practice(), ada_));
  ASSERT_THAT(day.unsigned_notes, SizeIs(1));
  EXPECT_EQ(day.unsigned_notes[0].session, id);
  EXPECT_EQ(day.unsigned_notes[0].days, 1);
  EXPECT_THAT(day.sessions, SizeIs(1));
  EXPECT_THAT(must(session_day(practice(), ben_)).unsigned_notes, IsEmpty());
  EXPECT_EQ(code_of(session_day(practice(), boss_)), "access.forbidden");
  must(sign(id, "It went well.", 0));
  EXPECT_THAT(must(session_day(practice(), ada_)).unsigned_notes, IsEmpty());
}

TEST_P(Meeting, saving_a_draft_stands_in_the_audit_once_and_signing_each_time) {
  const auto id = held();
  std::int64_t saves = 0;
  for (const char* text : {"a", "ab", "abc"}) saves = must(save(id, text, saves)).saves;
  must(sign(id, "abcd", saves));
  const auto actions = audited(course_.id);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "note.begin"), 1);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "note.sign"), 1);
}

TEST_P(Meeting, is_in_a_copy_of_the_person_with_every_version_of_its_note) {
  const auto id = held();
  must(sign(id, "First.", 0));
  const auto open = must(amend_note(practice(), ada_, course_.id, id));
  must(sign(id, "Second.", open.saves, words("Clearer.")));
  must(amend_note(practice(), ada_, course_.id, id));
  const auto copy = must(copy_person(practice(), ada_, mia_));
  ASSERT_THAT(copy.sessions, SizeIs(1));
  ASSERT_THAT(copy.sessions[0].notes, SizeIs(2));
  EXPECT_EQ(copy.sessions[0].notes[0].words.reveal(), "First.");
  EXPECT_FALSE(copy.sessions[0].words_withheld);
}

class Together : public Meeting {
 protected:
  Id<Person> tom_;

  void SetUp() override {
    Meeting::SetUp();
    if (IsSkipped()) return;
    NewMember mia;
    mia.particulars = Particulars{};
    mia.particulars->name = words("Mia Weber");
    NewMember tom = mia;
    tom.role = MemberRole::partner;
    tom.particulars->name = words("Tom Weber");
    course_ = must(open_course(practice(), ada_, {UnitKind::couple, {mia, tom}, Date{2026, 9, 1}}));
    for (const MemberView& member : course_.members)
      (member.role == MemberRole::client ? mia_ : tom_) = member.person;
  }
  Id<TherapySession> held_alone(const Id<Person>& person) {
    NewSession alone = today();
    alone.alone_with = person;
    const auto id = must(arrange_session(practice(), ada_, course_.id, alone)).session.id;
    clock().pass(hour_ms);
    must(finish_session(practice(), ada_, course_.id, id));
    return id;
  }
  void erase(const Id<Person>& person) {
    must(end_course(practice(), ada_, course_.id, {date_of(clock().now())}));
    std::string code;
    for (const MemberView& member : course_.members)
      if (member.person == person) code = member.code;
    must(erase_person(practice(), ada_, person, {Ground::request, code}));
  }
};

TEST_P(Together, copies_hold_no_words_that_are_about_the_other_too) {
  const auto both = held();
  NewMark mark;
  mark.words = words("He shouted.");
  must(put_mark(practice(), ada_, course_.id, both, mark));
  must(sign(both, "He shouted, she left.", 0));
  const auto alone = held_alone(mia_);
  must(sign(alone, "She fears him.", 0));
  const auto hers = must(copy_person(practice(), ada_, mia_)).sessions;
  ASSERT_THAT(hers, SizeIs(2));
  EXPECT_TRUE(hers[0].words_withheld);
  EXPECT_THAT(hers[0].notes, IsEmpty());
  EXPECT_THAT(hers[0].marks, IsEmpty());
  EXPECT_THAT(hers[1].notes, SizeIs(1));
  EXPECT_THAT(must(copy_person(practice(), ada_, tom_)).sessions, SizeIs(1)) << "nothing of hers alone";
}

TEST_P(Together, pages_of_a_meeting_alone_hold_nothing_of_the_other) {
  must(add_step(practice(), ada_, course_.id, tom_, {words("Tom's step"), StepOwner::client, {}, false, {}}));
  must(add_step(practice(), ada_, course_.id, mia_, {words("Mia's step"), StepOwner::client, {}, false, {}}));
  EXPECT_THAT(page(held_alone(mia_)).steps, SizeIs(1));
  EXPECT_THAT(page(held()).steps, SizeIs(2));
}

TEST_P(Together, erasing_one_takes_all_words_and_leaves_that_the_two_had_met) {
  const auto both = held();
  SessionChange focus;
  focus.focus = words("The quarrel");
  must(change_session(practice(), ada_, course_.id, both, focus));
  must(note_technique(practice(), ada_, course_.id, both, {"T2", 5}));
  must(sign(both, "He shouted, she left.", 0));
  const auto alone = held_alone(mia_);
  must(sign(alone, "She fears him.", 0));
  NewStep told{words("Tom's step"), StepOwner::client, {}, false, both};
  must(add_step(practice(), ada_, course_.id, tom_, told));
  erase(mia_);
  EXPECT_EQ(code_of(read_session(practice(), ada_, course_.id, alone)), "therapy_session.not_found");
  const SessionPage left = page(both);
  EXPECT_FALSE(left.session.focus);
  EXPECT_THAT(left.notes, IsEmpty());
  EXPECT_THAT(left.techniques, SizeIs(1));
  EXPECT_THAT(left.steps, SizeIs(1));
  EXPECT_EQ(code_of(put_mark(practice(), ada_, course_.id, both, {})), "person.erased");
}

INSTANTIATE_TEST_SUITE_P(Service, Meeting, store::each_engine, store::engine_name);
INSTANTIATE_TEST_SUITE_P(Service, Together, store::each_engine, store::engine_name);

TEST(Sampling, draws_two_meetings_of_a_stage_whoever_asks) {
  EXPECT_EQ(drawn_meetings("c1", "s1", 6), drawn_meetings("c1", "s1", 6));
  EXPECT_THAT(drawn_meetings("c1", "s1", 0), IsEmpty());
  EXPECT_THAT(drawn_meetings("c1", "s1", 1), ElementsAre(1));
  EXPECT_THAT(drawn_meetings("c1", "s1", 2), ElementsAre(1, 2));
}

RC_GTEST_PROP(Sampling, gives_two_different_places_within_the_window, (const std::string& course)) {
  const int window = *rc::gen::inRange(3, 40);
  const auto drawn = drawn_meetings(course, "stage", window);
  RC_ASSERT(drawn.size() == 2U);
  RC_ASSERT(drawn[0] >= 1 && drawn[0] < drawn[1] && drawn[1] <= window);
}

TEST(Sampling, favours_no_meeting) {
  std::vector<int> times(6);
  const int courses = 6000;
  for (int i = 0; i < courses; ++i)
    for (const int place : drawn_meetings("course " + std::to_string(i), "stage", 6))
      ++times[static_cast<std::size_t>(place - 1)];
  const double expected = courses * 2 / 6.0;  // binomial, p = 1/3: SD 36.5
  for (const int count : times) EXPECT_NEAR(count, expected, 5 * 36.5);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
