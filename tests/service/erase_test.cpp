#include "service/erase.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "service/each_practice.hpp"
#include "service/history.hpp"
#include "service/safety.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::IsEmpty;
using testing::SizeIs;

class Erasing : public EachPractice {
 protected:
  Actor ada_;
  Actor boss_;
  CourseView couple_;
  Id<Person> mia_;
  Id<Person> tom_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    boss_ = user("boss", {.admin = true});
    NewMember mia;
    mia.particulars = Particulars{};
    mia.particulars->name = Private<std::string>("Mia Weber");
    NewMember tom = mia;
    tom.role = MemberRole::partner;
    tom.particulars->name = Private<std::string>("Tom Weber");
    couple_ = must(open_course(practice(), ada_, {UnitKind::couple, {mia, tom}, Date{2016, 9, 1}}));
    for (const MemberView& member : couple_.members)
      (member.role == MemberRole::client ? mia_ : tom_) = member.person;
    must(add_figure(practice(), ada_, tom_, {FigureKind::partner, Private<std::string>("Mia"), mia_, {}}));
    must(add_history_event(practice(), ada_, mia_, {EventKind::loss, 3, 4, {}, {}, {}, {}}));
    const auto ruth =
        must(add_figure(practice(), ada_, mia_, {FigureKind::mother, {}, {}, {}})).figures.at(0).id;
    must(add_comforting(practice(), ada_, mia_,
                        {ruth, {}, ComfortAnswer::mixed, Private<std::string>("Hummed."), {}}));
    for (const auto& person : {mia_, tom_}) answer(person, "2");
  }
  void answer(const Id<Person>& person, const std::string& risk) {
    agree_to_measures(ada_, person, couple_.id);
    GiveMeasure input;
    input.instrument = "phq-9";
    input.respondent = person;
    const auto given = must(give_measure(practice(), ada_, couple_.id, input));
    must(record_answers(practice(), ada_, couple_.id, given.id,
                        {{"0", "1", "2", "0", "1", "2", "0", "1", risk}}));
  }
  void acknowledge() {
    for (const RiskEntry& entry : must(open_risk_entries(practice(), ada_)))
      must(close_risk(practice(), ada_, couple_.id, entry.id,
                      {Private<std::string>("Ada"), clock().now(), Private<std::string>("No plan."),
                       Private<std::string>("We meet tomorrow.")}));
  }
  void end() {
    acknowledge();
    must(end_course(practice(), ada_, couple_.id, {Date{2016, 9, 20}}));
  }
  void keep_for(const std::string& years) {
    must(record().write([&](Transaction& transaction) {
      const auto id = Id<Setting>::parse("0123456789abcdef0123456789abcdef");
      return insert(transaction, Setting{*id, std::string(retention_years), years});
    }));
  }
  Result<Tombstone> erase(const Id<Person>& person, const std::string& code = "P-0001") {
    return erase_person(practice(), ada_, person, {Ground::request, code});
  }
  std::int64_t rows(const std::string& table, const std::string& column, const Id<Person>& person) {
    return must(
        must(open()->query("SELECT count(*) FROM " + table + " WHERE " + column + " = $1", {person.text()}))
            .get<std::int64_t>(0, 0));
  }
};

TEST_P(Erasing, leaves_a_tombstone_and_the_others) {
  end();
  EXPECT_EQ(code_of(erase(mia_, "P-0002")), "person.code");
  const Tombstone tombstone = must(erase(mia_));
  EXPECT_EQ(tombstone.ground, "request");
  EXPECT_EQ(code_of(erase(mia_)), "person.erased");
  for (const auto& [table, column] :
       {std::pair("person_key", "person"), std::pair("person_index", "person"),
        std::pair("history_event", "person"), std::pair("comforting", "person"),
        std::pair("figure", "person"), std::pair("consent", "person"),
        std::pair("administration", "respondent"), std::pair("response_sheet", "respondent"),
        std::pair("risk_entry", "person"), std::pair("figure", "is_person")})
    EXPECT_EQ(rows(table, column, mia_), 0) << table;
  const PersonView left = must(read_person(practice(), ada_, mia_));
  EXPECT_TRUE(left.person.erased_at);
  EXPECT_FALSE(left.person.name);
  EXPECT_EQ(left.person.code, "P-0001");
  const PersonView tom = must(read_person(practice(), ada_, tom_));
  EXPECT_EQ(tom.person.name->reveal(), "Tom Weber");
  EXPECT_EQ(tom.figures.at(0).name->reveal(), "Mia");
  EXPECT_EQ(rows("response_sheet", "respondent", tom_), 1);
  EXPECT_THAT(must(read_course(practice(), ada_, couple_.id)).members, SizeIs(2));
  EXPECT_TRUE(must(verify_audit(practice(), {})).intact);
}

TEST_P(Erasing, keeps_what_others_answered_about_someone_of_theirs) {
  const auto figure = must(read_person(practice(), ada_, mia_)).figures.at(0).id;
  GiveMeasure input;
  input.instrument = "phq-9";
  input.respondent = tom_;
  input.subject = mia_;
  input.figure = figure;
  const auto given = must(give_measure(practice(), ada_, couple_.id, input));
  end();
  must(erase(mia_));
  EXPECT_FALSE(must(read_sheet(practice(), ada_, couple_.id, given.id)).administration.figure);
}

TEST_P(Erasing, waits_for_the_end_of_courses_and_for_the_years_to_be_kept) {
  EXPECT_EQ(code_of(erase(mia_)), "person.in_course");
  end();
  clock().pass(-3 * day_ms);  // 2026-09-18
  keep_for("10");
  EXPECT_THAT(must(due_for_erasure(practice(), boss_)), IsEmpty());
  const auto refused = erase(mia_);
  EXPECT_EQ(refused.error().code, "person.retained");
  EXPECT_THAT(refused.error().detail, testing::HasSubstr("2036-09-21"))
      << "the end is dated back: measures were given on 2026-09-21";
  clock().pass(3655 * day_ms);  // 2036-09-20
  EXPECT_THAT(must(due_for_erasure(practice(), boss_)), IsEmpty());
  clock().pass(day_ms);
  EXPECT_THAT(must(due_for_erasure(practice(), boss_)), SizeIs(2));
  EXPECT_EQ(code_of(erase(mia_)), "done");
  EXPECT_THAT(must(due_for_erasure(practice(), boss_)), SizeIs(1));
}

TEST_P(Erasing, is_held_up_by_a_number_of_years_that_cannot_be_read) {
  end();
  keep_for("ten");
  EXPECT_EQ(code_of(erase(mia_)), "record.value");
  EXPECT_EQ(code_of(due_for_erasure(practice(), boss_)), "record.value");
}

TEST_P(Erasing, waits_for_a_risk_answer_that_nobody_has_closed) {
  must(end_course(practice(), ada_, couple_.id, {Date{2016, 9, 20}}));
  EXPECT_EQ(code_of(erase(mia_)), "person.open_risk");
  acknowledge();
  EXPECT_EQ(code_of(erase(mia_)), "done");
}

TEST_P(Erasing, leaves_nothing_that_could_be_written_to_again) {
  end();
  must(erase(mia_));
  EXPECT_EQ(code_of(give_consent(practice(), ada_, mia_, {{}, ConsentKind::measures, "1", {}})),
            "person.erased");
  EXPECT_EQ(code_of(add_figure(practice(), ada_, mia_, {FigureKind::mother, {}, {}, {}})), "person.erased");
  EXPECT_EQ(code_of(change_person(practice(), ada_, mia_, {})), "person.erased");
  GiveMeasure about_her;
  about_her.instrument = "gad-7";
  about_her.respondent = tom_;
  about_her.subject = mia_;
  EXPECT_EQ(code_of(give_measure(practice(), ada_, couple_.id, about_her)), "person.erased");
  NewMember again;
  again.person = mia_;
  EXPECT_EQ(code_of(open_course(practice(), ada_, {UnitKind::individual, {again}, Date{2026, 9, 1}})),
            "person.erased");
  const Actor cleo = user("cleo", {.supervisor = true});
  const GlassReason reason{Private<std::string>("The therapist is ill.")};
  EXPECT_EQ(code_of(break_glass(practice(), cleo, couple_.id, reason)), "done") << "by the other's key";
}

TEST_P(Erasing, of_who_is_due_is_for_admins) {
  acknowledge();
  EXPECT_EQ(code_of(erase_due(practice(), boss_, mia_, {"P-0001"})), "person.not_due");
  keep_for("0");
  EXPECT_EQ(code_of(erase_due(practice(), boss_, mia_, {"P-0001"})), "person.in_course");
  must(end_course(practice(), ada_, couple_.id, {Date{2016, 9, 20}}));
  EXPECT_EQ(code_of(erase_due(practice(), ada_, mia_, {"P-0001"})), "access.forbidden");
  EXPECT_EQ(code_of(erase_due(practice(), boss_, mia_, {"P-0002"})), "person.code");
  EXPECT_EQ(must(erase_due(practice(), boss_, mia_, {"P-0001"})).ground, "retention");
}

TEST_P(Erasing, is_for_their_therapist) {
  end();
  const Actor ben = user("ben", {.therapist = true});
  EXPECT_EQ(code_of(erase_person(practice(), ben, mia_, {Ground::request, "P-0001"})), "access.not_found");
  EXPECT_EQ(code_of(erase_person(practice(), boss_, mia_, {Ground::request, "P-0001"})), "access.not_found");
  EXPECT_EQ(code_of(due_for_erasure(practice(), ada_)), "access.forbidden");
}

/// PostgreSQL does not overwrite what is deleted: docs/vault.md says so.
class ErasingFromFiles : public Erasing {};

TEST_P(ErasingFromFiles, leaves_nothing_of_the_key) {
  end();
  const auto wrapped =
      must(must(open()->query("SELECT wrapped FROM person_key WHERE person = $1", {mia_.text()}))
               .get<store::Blob>(0, 0));
  const std::string key(reinterpret_cast<const char*>(wrapped.data()), wrapped.size());
  const auto in_files = [&] {
    for (const std::string& name : {file(), file() + "-wal"}) {
      std::ifstream in(name, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      if (bytes.find(key.substr(10, 40)) != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(in_files());
  must(erase(mia_));
  EXPECT_FALSE(in_files());
}

TEST_P(Erasing, gives_a_copy_of_what_is_theirs_and_no_names_of_others) {
  const PersonCopy copy = must(copy_person(practice(), ada_, mia_));
  EXPECT_EQ(copy.record.person.name->reveal(), "Mia Weber");
  EXPECT_EQ(copy.record.history.at(0).kind.reveal(), "loss");
  EXPECT_EQ(copy.record.comforting.at(0).how->reveal(), "Hummed.");
  ASSERT_THAT(copy.sheets, SizeIs(1));
  EXPECT_EQ(copy.sheets[0].risks.at(0).answer, 2);
  EXPECT_THAT(copy.risk_entries, SizeIs(1));
  for (const MemberView& member : copy.courses.at(0).members)
    EXPECT_EQ(member.name.has_value(), member.person == mia_);
  EXPECT_FALSE(copy.seen_by.empty());
}

INSTANTIATE_TEST_SUITE_P(Service, Erasing, store::each_engine, store::engine_name);
INSTANTIATE_TEST_SUITE_P(Service, ErasingFromFiles, testing::Values(store::Engine::sqlite),
                         store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
