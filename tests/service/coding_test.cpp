// The observers' desk: who may code what, blind to whom; every code kept; what cannot be finished.

#include "service/coding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/audit.hpp"
#include "service/coding_agreement.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class Coding : public EachPractice {
 protected:
  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    person_ = course_.members.at(0).person;
  }

  ClipView training(const Actor& actor, ClipKind kind = ClipKind::training) {
    return must(make_clip(practice(), actor, {kind, Private<std::string>("Invented clip"), {}}));
  }
  ClipView record_clip() {
    NewRecordClip input;
    input.person = person_;
    input.label = Private<std::string>("Reunion with her father");
    return must(make_record_clip(practice(), ada_, course_.id, input));
  }
  Result<CodingSheetView> open(const Actor& actor, const Id<CodingTarget>& clip,
                               const std::string& system = "rupture-markers",
                               const std::optional<std::string>& certification = {}) {
    OpenSheet input;
    input.system = system;
    input.certification = certification;
    return open_coding_sheet(practice(), actor, clip, input);
  }
  Result<CodedEventView> put(const Actor& actor, const Id<CodingSheet>& sheet, const std::string& code,
                             std::int64_t start_ms, const std::optional<std::int64_t>& end_ms = {}) {
    PutCode input;
    input.code = code;
    input.start_ms = start_ms;
    input.end_ms = end_ms;
    return put_code(practice(), actor, sheet, input);
  }
  Id<CodingSheet> finished(const Actor& actor, const Id<CodingTarget>& clip,
                           const std::string& system = "rupture-markers") {
    const auto sheet = must(open(actor, clip, system, "Trained in Leiden, 2024"));
    must(put(actor, sheet.id, system == "rupture-markers" ? "w.minimal" : "greet", 1000));
    must(finish_coding_sheet(practice(), actor, sheet.id, {300'000}));
    return sheet.id;
  }

  Actor ada_;
  Actor ben_;
  CourseView course_;
  Id<Person> person_;
};

TEST_P(Coding, keeps_every_code_and_what_was_taken_back) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id));
  const auto first = must(put(ada_, sheet.id, "w.minimal", 5000));
  const auto second = must(put(ada_, sheet.id, "c.person", 2000));
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(second.number, 2);
  ChangeCode change;
  change.code = "c.tasks";
  const auto third = must(change_code(practice(), ada_, sheet.id, second.id, change));
  EXPECT_NE(third.id, second.id);
  EXPECT_EQ(third.start_ms, 2000);
  EXPECT_TRUE(must(undo_code(practice(), ada_, sheet.id, first.id)));
  const auto view = must(read_coding_sheet(practice(), ada_, sheet.id));
  ASSERT_THAT(view.events, SizeIs(1));
  EXPECT_EQ(view.events[0].code, "c.tasks");
  EXPECT_EQ(view.removed, 2);
  // The rows are there, and say what came of them.
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    const auto rows = must(list<CodedEvent>(transaction, {{}, {by(&CodedEvent::number)}, {}}));
    EXPECT_THAT(rows, SizeIs(3));
    EXPECT_TRUE(rows.at(0).removed_at);
    EXPECT_TRUE(rows.at(1).removed_at);
    EXPECT_EQ(rows.at(2).changed_from, second.id);
    return true;
  }));
  EXPECT_EQ(code_of(undo_code(practice(), ada_, sheet.id, first.id)), "coded_event.not_found") << "once";
}

TEST_P(Coding, audits_changes_and_undoing_and_not_each_code) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id));
  const auto before = audit_entries();
  const auto code = must(put(ada_, sheet.id, "w.minimal", 5000));
  EXPECT_EQ(audit_entries(), before);
  must(undo_code(practice(), ada_, sheet.id, code.id));
  EXPECT_EQ(audit_entries(), before + 1);
}

TEST_P(Coding, puts_a_code_once_however_often_it_is_asked) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id));
  PutCode input;
  input.id = new_id<CodedEvent>(practice().entropy);
  input.code = "w.minimal";
  input.start_ms = 10;
  EXPECT_EQ(must(put_code(practice(), ada_, sheet.id, input)).number, 1);
  EXPECT_EQ(must(put_code(practice(), ada_, sheet.id, input)).number, 1);
  EXPECT_THAT(must(read_coding_sheet(practice(), ada_, sheet.id)).events, SizeIs(1));
  const auto other = must(open(ada_, training(ada_).id));
  EXPECT_EQ(code_of(put_code(practice(), ada_, other.id, input)), "coding.code") << "an id of another sheet";
}

TEST_P(Coding, ends_a_code_that_lasts) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id, "strange-situation"));
  const auto running = must(put(ada_, sheet.id, "cry", 1000));
  EXPECT_EQ(code_of(finish_coding_sheet(practice(), ada_, sheet.id, {})), "coding.open_codes");
  ChangeCode end;
  end.end_ms = 4500;
  const auto ended = must(change_code(practice(), ada_, sheet.id, running.id, end));
  EXPECT_EQ(ended.id, running.id) << "it became whole; nothing was taken back";
  const auto view = must(read_coding_sheet(practice(), ada_, sheet.id));
  EXPECT_EQ(view.removed, 0);
  ASSERT_THAT(view.totals, SizeIs(1));
  EXPECT_EQ(view.totals[0].total_ms, 3500);
  end.end_ms = 500;
  EXPECT_EQ(code_of(change_code(practice(), ada_, sheet.id, running.id, end)), "coding.time");
}

TEST_P(Coding, adds_a_value_and_a_note_that_were_left_open) {
  const auto sheet = must(open(ada_, training(ada_).id));
  const auto code = must(put(ada_, sheet.id, "w.minimal", 1000));
  ChangeCode value;
  value.value = 2;
  EXPECT_EQ(must(change_code(practice(), ada_, sheet.id, code.id, value)).id, code.id);
  ChangeCode note;
  note.note = Private<std::string>("looks away");
  const auto noted = must(change_code(practice(), ada_, sheet.id, code.id, note));
  EXPECT_EQ(noted.id, code.id);
  EXPECT_EQ(noted.value, 2.0);
  EXPECT_EQ(noted.note->reveal(), "looks away");
  EXPECT_EQ(must(change_code(practice(), ada_, sheet.id, code.id, value)).id, code.id) << "said twice";
  value.value = 3;
  EXPECT_NE(must(change_code(practice(), ada_, sheet.id, code.id, value)).id, code.id) << "now it is another";
  const auto view = must(read_coding_sheet(practice(), ada_, sheet.id));
  EXPECT_EQ(view.removed, 1);
  EXPECT_EQ(view.events.at(0).value, 3.0);
  EXPECT_EQ(view.events.at(0).note->reveal(), "looks away");
}

TEST_P(Coding, takes_only_what_the_system_has) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id));
  EXPECT_EQ(code_of(put(ada_, sheet.id, "no.such", 0)), "coding.code");
  EXPECT_EQ(code_of(put(ada_, sheet.id, "w.minimal", -1)), "coding.time");
  EXPECT_EQ(code_of(put(ada_, sheet.id, "w.minimal", longest_clip_ms + 1)), "coding.time");
  EXPECT_EQ(code_of(put(ada_, sheet.id, "w.minimal", 5, 6)), "coding.time") << "a moment has no end";
  PutCode valued;
  valued.code = "w.minimal";
  valued.value = 4;
  EXPECT_EQ(code_of(put_code(practice(), ada_, sheet.id, valued)), "coding.value");
  valued.value = 3;
  EXPECT_TRUE(put_code(practice(), ada_, sheet.id, valued));
  const auto rated = [&](const char* scale, const char* segment, double value) {
    return code_of(put_rating(practice(), ada_, sheet.id, {scale, segment, value, {}}));
  };
  EXPECT_EQ(rated("impact", "w1", 3), "done");
  EXPECT_EQ(rated("impact", "", 3), "coding.segment");
  EXPECT_EQ(rated("impact", "w1", 6), "coding.value");
  EXPECT_EQ(rated("impact", "w1", 2.5), "coding.value");
  EXPECT_EQ(rated("nothing", "", 1), "coding.scale");
  EXPECT_EQ(code_of(open(ada_, clip.id, "no-such-system")), "coding.unknown");
}

TEST_P(Coding, rates_anew_and_keeps_what_was) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id, "secure-base-script"));
  for (const auto& [story, value] : {std::pair("p1", 3.0), {"p2", 6.0}, {"p1", 4.0}, {"p3", 7.0}})
    must(put_rating(practice(), ada_, sheet.id, {"script", story, value, {}}));
  must(put_rating(practice(), ada_, sheet.id, {"script", "p3", {}, {}}));  // taken back
  const auto view = must(read_coding_sheet(practice(), ada_, sheet.id));
  EXPECT_THAT(view.ratings, SizeIs(2));
  ASSERT_THAT(view.means, SizeIs(1));
  EXPECT_DOUBLE_EQ(view.means[0].mean, 5);
  EXPECT_EQ(view.means[0].parts, 2);
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    EXPECT_THAT(must(list<CodedRating>(transaction)), SizeIs(5));
    return true;
  }));
}

TEST_P(Coding, stores_the_best_fitting_alternative_always) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id, "strange-situation"));
  const auto gives = [&](const char* given, const std::optional<std::string>& fits) {
    return code_of(give_class(practice(), ada_, sheet.id, {given, fits, {}}));
  };
  EXPECT_EQ(gives("D", {}), "coding.alternative");
  EXPECT_EQ(gives("CC", {}), "coding.alternative");
  EXPECT_EQ(gives("D", "CC"), "coding.alternative") << "which needs one itself";
  EXPECT_EQ(gives("D", "D"), "coding.alternative");
  EXPECT_EQ(gives("Z", "B3"), "coding.class");
  EXPECT_EQ(gives("D", "B3"), "done");
  EXPECT_EQ(gives("CC", "A2"), "done");
  const auto view = must(read_coding_sheet(practice(), ada_, sheet.id));
  ASSERT_TRUE(view.given_class);
  EXPECT_EQ(view.given_class->class_id, "CC");
  EXPECT_EQ(view.given_class->best_fit, "A2");
}

TEST_P(Coding, holds_the_rating_against_the_class) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id, "strange-situation"));
  const auto tries = [&](double rating, const char* given, const std::optional<std::string>& fits) {
    must(put_rating(practice(), ada_, sheet.id, {"disorganization", "", rating, {}}));
    must(give_class(practice(), ada_, sheet.id, {given, fits, {}}));
    return code_of(finish_coding_sheet(practice(), ada_, sheet.id, {}));
  };
  EXPECT_EQ(tries(6, "B3", {}), "coding.threshold");
  EXPECT_EQ(tries(4, "D", "B3"), "coding.threshold");
  EXPECT_EQ(tries(5, "D", "B3"), "done") << "exactly five is the coder's decision";
  const auto other = must(open(ben_, clip.id, "strange-situation"));
  must(put_rating(practice(), ben_, other.id, {"disorganization", "", 7.0, {}}));
  must(give_class(practice(), ben_, other.id, {"CC", "A1", {}}));
  EXPECT_TRUE(finish_coding_sheet(practice(), ben_, other.id, {})) << "which may stand with it";
}

TEST_P(Coding, shares_points_out_in_full) {
  const auto clip = training(ada_);
  const auto sheet = must(open(ada_, clip.id, "play-synchrony"));
  const auto rates = [&](const char* scale, double value) {
    must(put_rating(practice(), ada_, sheet.id, {scale, "", value, {}}));
  };
  rates("adult.sensitive", 8);
  rates("adult.controlling", 4);
  rates("adult.unresponsive", 1);
  EXPECT_EQ(code_of(finish_coding_sheet(practice(), ada_, sheet.id, {})), "coding.sum");
  rates("adult.unresponsive", 2);
  EXPECT_TRUE(finish_coding_sheet(practice(), ada_, sheet.id, {}));
}

TEST_P(Coding, finished_stays_as_it_is) {
  const auto clip = training(ada_);
  const auto empty = must(open(ada_, clip.id));
  EXPECT_EQ(code_of(finish_coding_sheet(practice(), ada_, empty.id, {})), "coding.empty");
  const auto code = must(put(ada_, empty.id, "w.minimal", 1));
  EXPECT_EQ(must(finish_coding_sheet(practice(), ada_, empty.id, {61'000})).length_ms, 61'000);
  EXPECT_EQ(code_of(put(ada_, empty.id, "w.minimal", 1)), "coding.finished");
  EXPECT_EQ(code_of(undo_code(practice(), ada_, empty.id, code.id)), "coding.finished");
  EXPECT_EQ(code_of(put_rating(practice(), ada_, empty.id, {"impact", "w1", 1.0, {}})), "coding.finished");
  EXPECT_EQ(code_of(withdraw_coding_sheet(practice(), ada_, empty.id)), "coding.finished");
  EXPECT_EQ(code_of(open(ada_, clip.id)), "coding.twice");
}

TEST_P(Coding, shows_nothing_of_anothers_sheet_until_both_are_finished) {
  const auto clip = training(ada_);
  const auto hers = finished(ada_, clip.id);
  clock().pass(1000);
  const auto his = must(open(ben_, clip.id));
  must(put(ben_, his.id, "c.person", 1200));
  EXPECT_EQ(code_of(read_coding_sheet(practice(), ben_, hers)), "coding.blind") << "his is unfinished";
  EXPECT_EQ(code_of(read_coding_sheet(practice(), ada_, his.id)), "coding.blind") << "likewise";
  EXPECT_EQ(code_of(export_coding_sheet(practice(), ben_, hers)), "coding.blind");
  const auto listed = must(read_clip(practice(), ben_, clip.id));
  ASSERT_THAT(listed.sheets, SizeIs(2));
  EXPECT_FALSE(listed.sheets[0].may_read);
  EXPECT_TRUE(listed.sheets[1].may_read);
  must(finish_coding_sheet(practice(), ben_, his.id, {}));
  EXPECT_EQ(must(read_coding_sheet(practice(), ben_, hers)).coder, ada_.user);
  EXPECT_EQ(must(read_coding_sheet(practice(), ada_, his.id)).coder, ben_.user);
}

TEST_P(Coding, who_has_looked_cannot_code_blind) {
  const auto clip = training(ada_);
  const auto hers = finished(ada_, clip.id);
  must(read_coding_sheet(practice(), ben_, hers));
  EXPECT_EQ(code_of(open(ben_, clip.id)), "coding.not_blind");
  // Nor by beginning, withdrawing and looking in between.
  const auto second = training(ada_);
  const auto again = finished(ada_, second.id);
  const auto begun = must(open(ben_, second.id));
  must(withdraw_coding_sheet(practice(), ben_, begun.id));
  must(export_coding_sheet(practice(), ben_, again));
  EXPECT_EQ(code_of(open(ben_, second.id)), "coding.not_blind");
}

TEST_P(Coding, writes_ones_own_sheet_alone) {
  const auto clip = training(ada_);
  const auto hers = must(open(ada_, clip.id));
  const auto code = must(put(ada_, hers.id, "w.minimal", 1));
  EXPECT_EQ(code_of(put(ben_, hers.id, "w.minimal", 1)), "coding_sheet.not_found");
  EXPECT_EQ(code_of(undo_code(practice(), ben_, hers.id, code.id)), "coding_sheet.not_found");
  EXPECT_EQ(code_of(finish_coding_sheet(practice(), ben_, hers.id, {})), "coding_sheet.not_found");
  const auto his = must(open(ben_, clip.id));
  EXPECT_EQ(code_of(undo_code(practice(), ben_, his.id, code.id)), "coded_event.not_found");
}

TEST_P(Coding, keeps_consensus_apart) {
  const auto clip = training(ada_);
  const auto hers = finished(ada_, clip.id);
  OpenSheet input;
  input.system = "rupture-markers";
  input.purpose = CodingPurpose::consensus;
  input.first = hers;
  input.second = hers;
  EXPECT_EQ(code_of(open_coding_sheet(practice(), ada_, clip.id, input)), "coding.consensus");
  const auto his = must(open(ben_, clip.id));
  must(put(ben_, his.id, "c.person", 2));
  input.second = his.id;
  EXPECT_EQ(code_of(open_coding_sheet(practice(), ada_, clip.id, input)), "coding.consensus") << "unfinished";
  must(finish_coding_sheet(practice(), ben_, his.id, {}));
  const auto both = must(open_coding_sheet(practice(), ada_, clip.id, input));
  EXPECT_EQ(both.purpose, CodingPurpose::consensus);
  EXPECT_THAT(both.events, SizeIs(0)) << "a sheet of its own";
  EXPECT_THAT(must(read_coding_sheet(practice(), ada_, hers)).events, SizeIs(1));
}

TEST_P(Coding, hides_the_experts_codes_until_ones_own_are_finished) {
  const auto clip = training(ada_, ClipKind::gold);
  OpenSheet input;
  input.system = "rupture-markers";
  input.purpose = CodingPurpose::gold;
  EXPECT_EQ(code_of(open_coding_sheet(practice(), ada_, clip.id, input)), "coding.certification");
  input.certification = "Certified 2020";
  const auto gold = must(open_coding_sheet(practice(), ada_, clip.id, input));
  must(put(ada_, gold.id, "w.minimal", 1000));
  must(finish_coding_sheet(practice(), ada_, gold.id, {}));
  EXPECT_EQ(code_of(read_coding_sheet(practice(), ben_, gold.id)), "coding.blind") << "before he has begun";
  finished(ben_, clip.id);
  EXPECT_TRUE(read_coding_sheet(practice(), ben_, gold.id));
  EXPECT_EQ(code_of(open_coding_sheet(practice(), ada_, training(ada_).id, input)), "coding.purpose");
}

// The record

TEST_P(Coding, of_a_person_is_for_the_therapist_of_the_course) {
  const auto clip = record_clip();
  EXPECT_EQ(code_of(read_clip(practice(), ben_, clip.id)), "access.not_found");
  EXPECT_EQ(code_of(open(ben_, clip.id)), "access.not_found");
  const auto sheet = must(open(ada_, clip.id));
  EXPECT_EQ(code_of(put(ben_, sheet.id, "w.minimal", 0)), "access.not_found");
  EXPECT_EQ(code_of(read_coding_sheet(practice(), ben_, sheet.id)), "access.not_found");
  EXPECT_THAT(must(list_clips(practice(), ben_)), SizeIs(0));
  EXPECT_THAT(must(list_clips(practice(), ada_)), SizeIs(1));
  const Actor admin = user("eve", {.admin = true});
  EXPECT_EQ(code_of(list_clips(practice(), admin)), "access.forbidden");
  NewRecordClip foreign;
  foreign.person = course_of(ben_, "Somebody Else").members[0].person;
  foreign.label = Private<std::string>("x");
  EXPECT_EQ(code_of(make_record_clip(practice(), ada_, course_.id, foreign)), "coding.person");
}

TEST_P(Coding, a_second_coder_sees_a_number_and_nothing_of_the_record) {
  const auto clip = record_clip();
  EXPECT_EQ(code_of(name_second_coder(practice(), ada_, clip.id, {ada_.user})), "coding.second_coder");
  EXPECT_EQ(code_of(name_second_coder(practice(), ben_, clip.id, {ben_.user})), "access.not_found");
  must(name_second_coder(practice(), ada_, clip.id, {ben_.user}));
  const auto seen = must(read_clip(practice(), ben_, clip.id));
  EXPECT_EQ(seen.number, clip.number);
  EXPECT_FALSE(seen.label);
  EXPECT_FALSE(seen.person);
  EXPECT_FALSE(seen.person_name);
  EXPECT_FALSE(seen.course);
  const auto hers = finished(ada_, clip.id);
  EXPECT_EQ(code_of(read_coding_sheet(practice(), ben_, hers)), "coding.blind") << "before he has begun";
  const auto his = must(open(ben_, clip.id));
  EXPECT_FALSE(his.label);
  EXPECT_EQ(code_of(begin_episode(practice(), ben_, clip.id, {"strange-situation", "e1", {}})),
            "access.not_found")
      << "he runs no procedure";
  must(name_second_coder(practice(), ada_, clip.id, {}));
  EXPECT_EQ(code_of(put(ben_, his.id, "w.minimal", 0)), "access.not_found");
}

TEST_P(Coding, of_a_person_is_by_certified_raters_where_the_system_says_so) {
  const auto clip = record_clip();
  for (const char* system : {"strange-situation", "reflective-functioning", "aai-scales"}) {
    EXPECT_EQ(code_of(open(ada_, clip.id, system)), "coding.certification") << system;
    EXPECT_EQ(code_of(open(ada_, clip.id, system, "    ")), "coding.certification") << system;
    const auto sheet = must(open(ada_, clip.id, system, "Reliable since 2021, Minnesota"));
    EXPECT_EQ(sheet.certification, "Reliable since 2021, Minnesota");
  }
  EXPECT_TRUE(open(ada_, clip.id, "rupture-markers"));
  EXPECT_TRUE(open(ada_, training(ada_).id, "strange-situation")) << "to learn on";
}

TEST_P(Coding, of_infants_and_interviews_carries_the_words_wherever_it_goes) {
  const auto clip = record_clip();
  const std::string words(catalog::guard_words);
  for (const char* system : {"strange-situation", "reflective-functioning", "aai-scales", "play-synchrony"}) {
    const auto sheet = must(open(ada_, clip.id, system, "Reliable since 2021, Minnesota"));
    EXPECT_EQ(sheet.notices.at(0), words) << system;
    const auto table = must(export_coding_sheet(practice(), ada_, sheet.id));
    EXPECT_TRUE(table.text.reveal().starts_with("\"" + words)) << system;
  }
  for (const auto& coding : must(copy_person(practice(), ada_, person_)).codings)
    EXPECT_EQ(coding.notices.at(0), words);
  for (const auto& system : must(list_codings(practice(), ada_)))
    EXPECT_EQ(system.guard.empty(), system.family != catalog::CodingFamily::infant &&
                                        system.family != catalog::CodingFamily::interview)
        << system.id;
}

TEST_P(Coding, says_what_was_not_checked) {
  const auto sheet = must(open(ada_, training(ada_).id, "couple-cycle"));
  EXPECT_THAT(sheet.notices, Contains(HasSubstr("proposed here")));
  EXPECT_THAT(sheet.notices, Not(Contains(HasSubstr("custody"))));
}

TEST_P(Coding, exports_no_formula) {
  const auto sheet = must(open(ada_, training(ada_).id));
  PutCode input;
  input.code = "w.minimal";
  input.note = Private<std::string>("=cmd|' /C calc'!A0 \"quoted\"\nnext");
  must(put_code(practice(), ada_, sheet.id, input));
  const auto table = must(export_coding_sheet(practice(), ada_, sheet.id));
  EXPECT_THAT(table.text.reveal(), HasSubstr("\"'=cmd|' /C calc'!A0 \"\"quoted\"\" next\""));
}

TEST_P(Coding, goes_with_the_person_who_is_erased) {
  const auto clip = record_clip();
  const auto sheet = must(open(ada_, clip.id, "strange-situation", "Reliable since 2021"));
  must(put(ada_, sheet.id, "greet", 5));
  must(put_rating(practice(), ada_, sheet.id, {"disorganization", "", 2.0, {}}));
  must(give_class(practice(), ada_, sheet.id, {"B3", {}, Private<std::string>("settles")}));
  must(begin_episode(practice(), ada_, clip.id, {"strange-situation", "e1", {}}));
  finished(ada_, training(ada_).id);
  must(end_course(practice(), ada_, course_.id, {Date{2026, 9, 20}}));
  must(erase_person(practice(), ada_, person_, {Ground::request, course_.members[0].code}));
  must(record().read([&](Transaction& transaction) -> Result<bool> {
    EXPECT_THAT(must(list<CodingTarget>(transaction)), SizeIs(1)) << "the clip to train on stays";
    EXPECT_THAT(must(list<CodingSheet>(transaction)), SizeIs(1));
    EXPECT_THAT(must(list<CodedEvent>(transaction)), SizeIs(1));
    EXPECT_THAT(must(list<CodedRating>(transaction)), SizeIs(0));
    EXPECT_THAT(must(list<CodedClass>(transaction)), SizeIs(0));
    EXPECT_THAT(must(list<ProcedureStep>(transaction)), SizeIs(0));
    return true;
  }));
}

TEST_P(Coding, copies_no_codes_while_the_clip_is_being_coded) {
  const auto clip = record_clip();
  must(name_second_coder(practice(), ada_, clip.id, {ben_.user}));
  finished(ben_, clip.id);
  const auto hers = must(open(ada_, clip.id));
  const auto copy = must(copy_person(practice(), ada_, person_));
  ASSERT_THAT(copy.codings, SizeIs(2));
  EXPECT_THAT(copy.codings[0].events, SizeIs(0)) << "she would see his";
  must(put(ada_, hers.id, "w.minimal", 5));
  must(finish_coding_sheet(practice(), ada_, hers.id, {}));
  EXPECT_THAT(must(copy_person(practice(), ada_, person_)).codings.at(0).events, SizeIs(1));
  const auto next = record_clip();
  must(name_second_coder(practice(), ada_, next.id, {ben_.user}));
  finished(ben_, next.id);
  must(copy_person(practice(), ada_, person_));
  EXPECT_EQ(code_of(open(ada_, next.id)), "coding.not_blind") << "she has seen his in the copy";
}

// A procedure

TEST_P(Coding, logs_episodes_as_they_went) {
  const auto clip = record_clip();
  must(begin_episode(practice(), ada_, clip.id, {"strange-situation", "e3", {}}));
  clock().pass(175'000);
  const auto next = must(begin_episode(practice(), ada_, clip.id, {"strange-situation", "e4", {}}));
  ASSERT_THAT(next.steps, SizeIs(2));
  ASSERT_TRUE(next.steps[0].ended_at) << "the one before ends where the next begins";
  EXPECT_EQ(next.steps[0].ended_at->ms - next.steps[0].started_at.ms, 175'000);
  EXPECT_FALSE(next.steps[1].ended_at);
  clock().pass(70'000);
  EndEpisode end;
  end.curtailed = true;
  EXPECT_EQ(code_of(end_episode(practice(), ada_, clip.id, next.steps[1].id, end)), "coding.why");
  end.why = Private<std::string>("A full minute of crying");
  end.deviation = Private<std::string>("The stranger picked her up");
  const auto ended = must(end_episode(practice(), ada_, clip.id, next.steps[1].id, end));
  EXPECT_TRUE(ended.steps[1].curtailed);
  EXPECT_EQ(ended.steps[1].why->reveal(), "A full minute of crying");
  EXPECT_EQ(ended.steps[1].ended_at->ms - ended.steps[1].started_at.ms, 70'000);
  EndEpisode later;
  later.at = clock().now() + 1000;
  EXPECT_EQ(code_of(end_episode(practice(), ada_, clip.id, next.steps[1].id, later)), "coding.moment");
  EXPECT_EQ(code_of(begin_episode(practice(), ada_, clip.id, {"strange-situation", "e9", {}})),
            "coding.episode");
  const auto other = training(ada_);
  EXPECT_EQ(code_of(end_episode(practice(), ada_, other.id, next.steps[1].id, end)),
            "procedure_step.not_found");
}

// Agreement, gold, drift, plan

TEST_P(Coding, agreement_is_of_sheets_that_were_coded_alone) {
  const auto clip = training(ada_);
  AgreementOf of;
  of.system = "rupture-markers";
  of.clip = clip.id;
  EXPECT_EQ(code_of(coding_agreement(practice(), ada_, of)), "coding.too_few_sheets");
  const auto codes = [&](const Actor& actor, std::int64_t shift) {
    const auto sheet = must(open(actor, clip.id));
    for (const auto& [code, at] :
         {std::pair("w.minimal", 10'000), {"c.person", 60'000}, {"w.shift", 120'000}})
      must(put(actor, sheet.id, code, at + shift));
    must(put_rating(practice(), actor, sheet.id, {"impact", "w1", 3.0, {}}));
    return sheet.id;
  };
  const auto hers = codes(ada_, 0);
  const auto his = codes(ben_, 700);
  must(finish_coding_sheet(practice(), ada_, hers, {300'000}));
  EXPECT_EQ(code_of(coding_agreement(practice(), ada_, of)), "coding.too_few_sheets") << "his is unfinished";
  EXPECT_EQ(code_of(coding_agreement(practice(), ben_, of)), "coding.too_few_sheets") << "and he is blind";
  must(finish_coding_sheet(practice(), ben_, his, {}));
  of.tolerance_ms = 2000;
  const auto report = must(coding_agreement(practice(), ada_, of));
  EXPECT_EQ(report.clips, 1);
  EXPECT_THAT(report.coders, testing::UnorderedElementsAre(ada_.user, ben_.user));
  ASSERT_THAT(report.tracks, SizeIs(1));
  EXPECT_EQ(report.tracks[0].track, "client");
  EXPECT_EQ(report.tracks[0].matched_share.value, 1.0);
  ASSERT_TRUE(report.tracks[0].median_offset_ms);
  EXPECT_EQ(std::abs(*report.tracks[0].median_offset_ms), 700);
  EXPECT_EQ(report.tracks[0].paired.rows.size(), report.tracks[0].paired.labels.size());
  EXPECT_FALSE(report.findings.empty());
  of.tolerance_ms = 0;
  EXPECT_EQ(must(coding_agreement(practice(), ada_, of)).tracks.at(0).matched_share.value, 0.0);
  of.clip.reset();
  EXPECT_EQ(must(coding_agreement(practice(), ada_, of)).clips, 1) << "of every clip";
}

TEST_P(Coding, agreement_leaves_consensus_and_experts_out) {
  const auto clip = training(ada_);
  const auto hers = finished(ada_, clip.id);
  const auto his = finished(ben_, clip.id);
  OpenSheet input;
  input.system = "rupture-markers";
  input.purpose = CodingPurpose::consensus;
  input.first = hers;
  input.second = his;
  const auto both = must(open_coding_sheet(practice(), ada_, clip.id, input));
  must(put(ada_, both.id, "w.denial", 9000));
  must(finish_coding_sheet(practice(), ada_, both.id, {}));
  AgreementOf of;
  of.system = "rupture-markers";
  const auto report = must(coding_agreement(practice(), ada_, of));
  EXPECT_THAT(report.coders, SizeIs(2));
  for (const auto& track : report.tracks)
    for (const auto& code : track.codes) EXPECT_NE(code.code, "w.denial");
}

TEST_P(Coding, agreement_tells_of_no_record_that_is_not_ones_own) {
  const auto clip = record_clip();
  AgreementOf of;
  of.system = "rupture-markers";
  of.clip = clip.id;
  EXPECT_EQ(code_of(coding_agreement(practice(), ben_, of)), "access.not_found");
}

TEST_P(Coding, certification_is_ones_own_against_the_experts) {
  const auto gold = [&](const char* given, const char* said) {
    const auto clip = training(ada_, ClipKind::gold);
    OpenSheet input;
    input.system = "strange-situation";
    input.purpose = CodingPurpose::gold;
    input.certification = "Certified 2020";
    const auto right = must(open_coding_sheet(practice(), ada_, clip.id, input));
    must(give_class(practice(), ada_, right.id, {given, {}, {}}));
    must(put_rating(practice(), ada_, right.id, {"av", "e8", 3.0, {}}));
    must(finish_coding_sheet(practice(), ada_, right.id, {}));
    const auto own = must(open(ben_, clip.id, "strange-situation"));
    must(give_class(practice(), ben_, own.id, {said, {}, {}}));
    must(put_rating(practice(), ben_, own.id, {"av", "e8", 4.0, {}}));
    must(finish_coding_sheet(practice(), ben_, own.id, {}));
  };
  CertificationOf of;
  of.system = "strange-situation";
  EXPECT_EQ(must(coding_certification(practice(), ben_, of)).clips, 0);
  gold("B3", "B1");
  gold("A1", "A2");
  gold("C1", "B4");
  const auto view = must(coding_certification(practice(), ben_, of));
  EXPECT_EQ(view.clips, 3);
  EXPECT_EQ(view.state, CertificationState::too_few) << "thirty clips are needed";
  EXPECT_EQ(view.needed, 30);
  ASSERT_THAT(view.months, SizeIs(1));
  EXPECT_EQ(view.months[0].month, "2026-09");
  EXPECT_NEAR(view.months[0].agreement, 2.0 / 3, 1e-12) << "of the groups A, B and C";
  ASSERT_THAT(view.ratings, SizeIs(1));
  EXPECT_DOUBLE_EQ(view.ratings[0].bias, 1);
  EXPECT_EQ(must(coding_certification(practice(), ada_, of)).clips, 0) << "nobody else's";
}

TEST_P(Coding, the_plan_follows_from_its_key_and_looks_at_nothing_else) {
  PlanDoubleCoding input;
  input.system = "rupture-markers";
  input.coders = {ada_.user, ben_.user};
  input.key = 7;
  EXPECT_EQ(code_of(plan_double_coding(practice(), ada_, input)), "coding.no_clips");
  for (int i = 0; i < 10; ++i) finished(ada_, training(ada_).id);
  const auto plan = must(plan_double_coding(practice(), ada_, input));
  EXPECT_EQ(plan.clips, 10);
  ASSERT_THAT(plan.planned, SizeIs(2)) << "a fifth";
  for (const auto& one : plan.planned) {
    EXPECT_EQ(one.first_coder, ada_.user);
    EXPECT_EQ(one.second_coder, ben_.user);
  }
  const auto again = must(plan_double_coding(practice(), ada_, input));
  EXPECT_EQ(again.planned[0].clip, plan.planned[0].clip);
  finished(ben_, plan.planned[0].clip);
  const auto later = must(plan_double_coding(practice(), ada_, input));
  EXPECT_EQ(later.already, 1);
  ASSERT_THAT(later.planned, SizeIs(1)) << "what is done counts";
  EXPECT_EQ(later.planned[0].clip, plan.planned[1].clip);
  input.share = 0.1;
  EXPECT_EQ(code_of(plan_double_coding(practice(), ada_, input)), "coding.share");
  input.coders = {ada_.user, user("eve", {.admin = true}).user};
  EXPECT_EQ(code_of(plan_double_coding(practice(), ada_, input)), "coding.coders");
}

// The rule that nobody has validated

TEST_P(Coding, the_unvalidated_rule_never_comes_near_a_person) {
  const auto rates = [&](const Id<CodingSheet>& sheet) {
    for (const char* scale : {"ps", "cm", "res", "av"})
      for (const char* reunion : {"e5", "e8"})
        must(put_rating(practice(), ada_, sheet,
                        {scale, reunion, std::string(scale) == "av" ? 6.0 : 2.0, {}}));
    must(put_rating(practice(), ada_, sheet, {"disorganization", "", 2.0, {}}));
    must(finish_coding_sheet(practice(), ada_, sheet, {}));
  };
  const auto clip = record_clip();
  const auto of_person = must(open(ada_, clip.id, "strange-situation", "Reliable since 2021"));
  EXPECT_EQ(code_of(screen_training_clip(practice(), ada_, of_person.id)), "coding.never_a_person")
      << "before anything was rated";
  rates(of_person.id);
  EXPECT_EQ(code_of(screen_training_clip(practice(), ada_, of_person.id)), "coding.never_a_person");
  const auto to_learn = must(open(ada_, training(ada_).id, "strange-situation"));
  EXPECT_EQ(code_of(screen_training_clip(practice(), ada_, to_learn.id)), "coding.unfinished");
  rates(to_learn.id);
  const auto screened = must(screen_training_clip(practice(), ada_, to_learn.id));
  EXPECT_EQ(screened.suggestion, "A");
  ASSERT_FALSE(screened.findings.empty());
  EXPECT_THAT(screened.findings[0].statement, HasSubstr("unvalidated"));
  EXPECT_EQ(screened.notices.at(0), std::string(catalog::guard_words));
  EXPECT_TRUE(screened.sample.empty()) << "one clip is no reference sample";
  EXPECT_FALSE(screened.security);
  const auto other = finished(ada_, training(ada_).id);
  EXPECT_EQ(code_of(screen_training_clip(practice(), ada_, other)), "coding.system");
}

INSTANTIATE_TEST_SUITE_P(Service, Coding, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
