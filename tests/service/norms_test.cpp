#include "service/norms.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "measures/describe.hpp"
#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/erase.hpp"
#include "service/measure.hpp"
#include "stats/norms.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::int64_t minute_ms = 60'000;

/// Somebody of the practice and what they answered.
struct Somebody {
  Id<Person> person;
  measures::PersonGroup group;
  std::vector<int> codes;
};

std::string joined(const std::vector<int>& codes) {
  std::string text;
  for (const int code : codes) text += (text.empty() ? "" : ",") + std::to_string(code);
  return text;
}

class PracticeNorms : public EachPractice {
 protected:
  Actor ada_;
  Actor boss_;
  Course course_;
  Id<Occasion> occasion_;
  std::vector<Somebody> people_;
  int sheets_ = 0;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    boss_ = user("boss", {.admin = true});
    course_.id = new_id<Course>(practice().entropy);
    course_.therapist = ada_.user;
    course_.begun_on = {2026, 9, 1};
    course_.ended_on = Date{2026, 9, 2};
    occasion_ = new_id<Occasion>(practice().entropy);
    write([&](Transaction& transaction) {
      must(insert(transaction, course_));
      must(insert(transaction, Occasion{occasion_, course_.id, OccasionKind::intake, clock().now()}));
    });
  }

  template <class Work>
  void write(const Work& work) {
    must(record().write([&](Transaction& transaction) -> Result<bool> {
      work(transaction);
      return true;
    }));
  }

  const catalog::Instrument& gad() { return **catalog::find_instrument(practice().library, "gad-7"); }

  Administration sheet(const Id<Person>& person) {
    Administration one;
    one.id = new_id<Administration>(practice().entropy);
    one.course = course_.id;
    one.occasion = occasion_;
    one.instrument = gad().id;
    one.version = gad().version;
    one.fingerprint = gad().fingerprint;
    one.item_order = gad().orders.front().id;
    one.respondent = one.subject = person;
    one.progress = Progress::sent;
    one.given_at = clock().now();
    one.sent_at = one.given_at + ++sheets_ * minute_ms;
    return one;
  }
  void keep(Transaction& transaction, const Administration& one, const std::vector<int>& codes) {
    must(insert(transaction, one));
    must(insert(transaction, ResponseSheet{new_id<ResponseSheet>(practice().entropy),
                                           one.id,
                                           one.respondent,
                                           joined(codes),
                                           {},
                                           clock().now()}));
  }

  /// Of these genders in turn; half of them have no complaint at all.
  void add_people(int number, const std::vector<std::optional<std::string>>& genders = {"female"}) {
    std::mt19937 random(static_cast<unsigned>(people_.size()) + 7);
    write([&](Transaction& transaction) {
      for (int i = 0; i < number; ++i) {
        Person person;
        person.id = new_id<Person>(practice().entropy);
        person.code = fmt::format("P-{:04}", people_.size() + 1);
        person.birth_year = 1960 + i % 40;
        person.gender = genders[static_cast<std::size_t>(i) % genders.size()];
        person.name = Private<std::string>("Canary " + person.code);
        person.created_at = clock().now();
        must(transaction.create_key(person.id.text()));
        must(insert(transaction, person));
        Somebody one{person.id, {person.gender, 2026 - *person.birth_year}, {}};
        for (int item = 0; item < 7; ++item)
          one.codes.push_back(i % 2 == 0 ? 0 : static_cast<int>(random() % 4));
        keep(transaction, sheet(one.person), one.codes);
        people_.push_back(std::move(one));
      }
    });
  }
  void agree_to_research(std::size_t first) {
    write([&](Transaction& transaction) {
      for (std::size_t i = 0; i < first; ++i)
        must(insert(transaction, Consent{new_id<Consent>(practice().entropy),
                                         people_[i].person,
                                         {},
                                         ConsentKind::research,
                                         "1",
                                         {},
                                         clock().now(),
                                         {}}));
    });
  }

  Result<MeasureNorms> compute() { return compute_local_norms(practice(), boss_, {"gad-7", {}}); }

  measures::Description described() {
    measures::Describer describer(gad(), gad().orders.front());
    for (const Somebody& one : people_) {
      measures::Responses responses;
      for (const int code : one.codes) responses.push_back(measures::Response::answered(code));
      describer.add_row(must(measures::encode(gad(), gad().orders.front(), responses)).data(), one.group);
    }
    return describer.report();
  }
  std::vector<std::string> audited(const std::string& action) {
    std::vector<std::string> objects;
    write([&](Transaction& transaction) {
      for (const AuditEntry& entry : must(list<AuditEntry>(transaction)))
        if (entry.action == action) objects.push_back(entry.object);
    });
    return objects;
  }
  /// A sheet of somebody, with its scores.
  Sheet read(std::size_t somebody) {
    Id<Administration> id;
    write([&](Transaction& transaction) {
      id = must(find<Administration>(transaction,
                                     where(&Administration::respondent, people_[somebody].person)))
               ->id;
    });
    return must(read_sheet(practice(), ada_, course_.id, id));
  }
};

const StandingView* standing_of(const Sheet& sheet, std::string_view group) {
  for (const StandingView& standing : sheet.scales.at(0).standings)
    if (standing.group == group) return &standing;
  return nullptr;
}

TEST_P(PracticeNorms, need_a_hundred_people) {
  add_people(99);
  const auto refused = compute();
  EXPECT_EQ(code_of(refused), "norms.too_few");
  EXPECT_THAT(refused.error().detail, HasSubstr("99"));
  EXPECT_THAT(refused.error().detail, HasSubstr("100"));
  auto listed = must(list_local_norms(practice(), boss_));
  EXPECT_EQ(listed.needed, 100);
  ASSERT_THAT(listed.measures, SizeIs(1));
  EXPECT_EQ(listed.measures[0].respondents, 99);
  EXPECT_THAT(listed.measures[0].norms, IsEmpty());
  EXPECT_FALSE(listed.measures[0].is_used);
  add_people(1);
  EXPECT_EQ(must(compute()).respondents, 100);
  listed = must(list_local_norms(practice(), boss_));
  EXPECT_TRUE(listed.measures.at(0).is_used);
  EXPECT_EQ(listed.measures.at(0).computed_at, clock().now());
  EXPECT_EQ(standing_of(read(3), "practice")->group, own_norm_group);
}

TEST_P(PracticeNorms, are_for_admins_and_about_instruments_there_are) {
  for (const Actor& other : {ada_, user("fay", {.researcher = true}), user("cleo", {.supervisor = true})}) {
    EXPECT_EQ(code_of(compute_local_norms(practice(), other, {"gad-7", {}})), "access.forbidden");
    EXPECT_EQ(code_of(list_local_norms(practice(), other)), "access.forbidden");
    EXPECT_EQ(code_of(export_answers(practice(), other, {"gad-7", {}})), "access.forbidden");
  }
  EXPECT_EQ(code_of(compute_local_norms(practice(), boss_, {"gad-8", {}})), "instrument.unknown");
  EXPECT_EQ(code_of(compute_local_norms(practice(), boss_, {"ecr", {}})), "measure.order_needed");
  EXPECT_EQ(code_of(compute()), "norms.too_few");
  EXPECT_THAT(must(list_local_norms(practice(), boss_)).measures, IsEmpty());
}

TEST_P(PracticeNorms, are_what_a_description_of_the_same_answers_says) {
  // Too few without a gender: the smaller of the others is hidden, or they could be had by subtraction.
  add_people(230, {"female", "male", "female"});
  add_people(4, {std::nullopt});
  const auto found = must(compute());
  const auto expected = described();
  std::vector<measures::ScoreSpread> shown = {expected.scales.at(0).overall};
  for (const auto& spread : expected.scales.at(0).norms)
    if (spread.n && *spread.n >= fewest_for_norms) shown.push_back(spread);
  ASSERT_EQ(found.norms.size(), shown.size());
  ASSERT_THAT(found.norms, SizeIs(2)) << "everybody, and women";
  for (std::size_t i = 0; i < shown.size(); ++i) {
    EXPECT_EQ(found.norms[i].gender, shown[i].group.gender);
    EXPECT_EQ(found.norms[i].people, static_cast<int>(*shown[i].n));
    EXPECT_EQ(found.norms[i].mean, *shown[i].mean);
    EXPECT_EQ(found.norms[i].sd, *shown[i].sd);
    EXPECT_EQ(found.norms[i].mean_error, *shown[i].mean_error);
    EXPECT_EQ(found.norms[i].sd_error, *shown[i].sd_error);
    ASSERT_EQ(found.norms[i].percentiles.size(), shown[i].quantiles.size());
    for (std::size_t q = 0; q < shown[i].quantiles.size(); ++q) {
      EXPECT_EQ(found.norms[i].percentiles[q].score, shown[i].quantiles[q]);
      EXPECT_NEAR(found.norms[i].percentiles[q].percent, 100 * measures::quantile_orders[q], 1e-9);
    }
  }
}

TEST_P(PracticeNorms, rest_on_the_first_sheet_of_each_person_about_themselves) {
  add_people(100);
  const auto before = must(compute());
  write([&](Transaction& transaction) {
    for (std::size_t i = 0; i < 100; ++i) keep(transaction, sheet(people_[i].person), {3, 3, 3, 3, 3, 3, 3});
    Administration unsent = sheet(people_[0].person);
    unsent.progress = Progress::stopped;
    unsent.sent_at.reset();
    must(insert(transaction, unsent));
  });
  add_people(2);
  write([&](Transaction& transaction) {
    // The first of one is about somebody else; the other was asked only some questions.
    const auto about = must(list<Administration>(
        transaction, {{where(&Administration::respondent, people_[100].person)}, {}, {}}));
    const auto asked = must(list<Administration>(
        transaction, {{where(&Administration::respondent, people_[101].person)}, {}, {}}));
    must(change<Administration>(transaction, {to(&Administration::subject, people_[0].person)},
                                {where(&Administration::id, about.at(0).id)}));
    must(change<Administration>(transaction, {to(&Administration::adaptive, true)},
                                {where(&Administration::id, asked.at(0).id)}));
    keep(transaction, sheet(people_[101].person), {3, 3, 3, 3, 3, 3, 3});
  });
  const auto after = must(compute());
  EXPECT_EQ(after.respondents, 100);
  ASSERT_EQ(after.norms.size(), before.norms.size());
  EXPECT_EQ(after.norms[0].people, 100);
  EXPECT_EQ(after.norms[0].mean, before.norms[0].mean);
  EXPECT_EQ(must(list_local_norms(practice(), boss_)).measures.at(0).respondents, 100);
}

TEST_P(PracticeNorms, hold_nobody_who_was_erased) {
  add_people(100);
  must(compute());
  write([&](Transaction& transaction) {
    Member member;
    member.id = new_id<Member>(practice().entropy);
    member.course = course_.id;
    member.person = people_[0].person;
    member.since = clock().now();
    must(insert(transaction, member));
  });
  must(erase_person(practice(), ada_, people_[0].person, {Ground::request, "P-0001"}));
  EXPECT_EQ(code_of(compute()), "norms.too_few");
  add_people(1);
  people_.erase(people_.begin());
  EXPECT_EQ(must(compute()).norms.at(0).mean, *described().scales.at(0).overall.mean);
}

TEST_P(PracticeNorms, are_replaced_as_a_whole) {
  add_people(100);
  must(compute());
  add_people(100, {"male"});
  const auto again = must(compute());
  EXPECT_THAT(again.norms, SizeIs(3));
  const auto rows = open()->query("SELECT count(*) FROM local_norm");
  EXPECT_EQ(must(rows->get<std::int64_t>(0, 0)), 3);
  EXPECT_EQ(must(list_local_norms(practice(), boss_)).measures.at(0).norms.size(), 3U);
}

TEST_P(PracticeNorms, stand_beside_the_published_ones) {
  add_people(120);
  const Sheet before = read(1);
  const auto norm = must(compute()).norms.at(0);
  const Sheet after = read(1);
  EXPECT_EQ(standing_of(before, "practice"), nullptr);
  const StandingView& own = *standing_of(after, "practice");
  EXPECT_EQ(after.scales[0].standings.size(), before.scales[0].standings.size() + 1);
  EXPECT_EQ(after.scales[0].standard_error, before.scales[0].standard_error)
      << "an error rests on what is published";
  EXPECT_DOUBLE_EQ(own.z, (*after.scales[0].value - norm.mean) / norm.sd);
  EXPECT_TRUE(own.verified);
  EXPECT_THAT(own.basis, HasSubstr("people of this practice, first filling-in, computed 2026-09-21"));
  EXPECT_THAT(own.basis, HasSubstr("(n = 120)"));
  const double reach = 1.959964 * stats::standard_error_of_percentile(*own.percentile, 120);
  EXPECT_THAT(own.basis, HasSubstr(fmt::format("known to within {:.1f} points", reach)));
  // Half of them have 0: what is at or below it is the most that the table knows.
  EXPECT_EQ(read(0).scales[0].value, 0);
  EXPECT_EQ(standing_of(read(0), "practice")->percentile, norm.percentiles[2].score == 0 ? 25 : 10);
}

TEST_P(PracticeNorms, of_another_definition_are_not_used) {
  add_people(100);
  must(compute());
  write([&](Transaction& transaction) {
    must(change<LocalNorm>(transaction, {to(&LocalNorm::fingerprint, std::string("another"))}, {}));
  });
  EXPECT_EQ(standing_of(read(1), "practice"), nullptr);
  EXPECT_FALSE(must(list_local_norms(practice(), boss_)).measures.at(0).is_used);
  must(compute());
  EXPECT_NE(standing_of(read(1), "practice"), nullptr);
}

TEST_P(PracticeNorms, are_in_the_audit) {
  add_people(100);
  agree_to_research(100);
  must(compute());
  must(list_local_norms(practice(), boss_));
  must(export_answers(practice(), boss_, {"gad-7", {}}));
  const std::string what = gad().id + "@" + gad().version + " " + gad().orders.front().id;
  EXPECT_THAT(audited("norms.compute"), testing::ElementsAre(what));
  EXPECT_THAT(audited("norms.export"), testing::ElementsAre(what));
  EXPECT_THAT(audited("norms.list"), SizeIs(1));
  EXPECT_TRUE(must(verify_audit(practice(), {})).intact);
}

TEST_P(PracticeNorms, go_out_as_answers_of_those_who_agreed_to_research_and_of_enough_of_them) {
  add_people(110);
  agree_to_research(99);
  const auto refused = export_answers(practice(), boss_, {"gad-7", {}});
  EXPECT_EQ(code_of(refused), "norms.too_few");
  EXPECT_THAT(refused.error().detail, HasSubstr("99"));
  write([&](Transaction& transaction) {
    must(insert(transaction, Consent{new_id<Consent>(practice().entropy),
                                     people_[99].person,
                                     course_.id,
                                     ConsentKind::research,
                                     "1",
                                     {},
                                     clock().now(),
                                     {}}));
  });
  const auto answers = must(export_answers(practice(), boss_, {"gad-7", {}}));
  std::vector<std::string> given;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < 100; ++i)
    given.push_back(joined(people_[i].codes) + " " + std::to_string(*people_[i].group.age));
  for (const AnswersOfOne& one : answers.people) {
    std::vector<int> codes;
    for (const auto& response : one.responses) codes.push_back(response.code);
    kept.push_back(joined(codes) + " " + std::to_string(*one.age));
  }
  EXPECT_NE(kept, given) << "their order tells nothing";
  EXPECT_THAT(kept, testing::UnorderedElementsAreArray(given));
}

INSTANTIATE_TEST_SUITE_P(Service, PracticeNorms, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
