#include "service/demo.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "service/alert_record.hpp"
#include "service/audit.hpp"
#include "service/coding_agreement.hpp"
#include "service/each_practice.hpp"
#include "service/episode.hpp"
#include "service/formulation.hpp"
#include "service/history.hpp"
#include "service/measure.hpp"
#include "service/safety_record.hpp"
#include "service/settings.hpp"
#include "service/working_model.hpp"
#include "store/practice_data.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::SizeIs;

constexpr Date today{2026, 11, 25};

/// A demonstration in a folder of its own.
class Demonstration {
 public:
  explicit Demonstration(std::uint64_t seed) {
    std::string name = std::filesystem::temp_directory_path().string() + "/securebase-demo-XXXXXX";
    folder_ = mkdtemp(name.data());
    const store::PracticePlace place{folder_ + "/practice", "", "", {}};
    (void)must(store::create_practice(place, clock_.now()));
    data_ = must(store::PracticeData::open(place, clock_.now()));
    made_ = must(make_demo(practice(), {seed, today}));
  }
  Demonstration(const Demonstration&) = delete;
  Demonstration& operator=(const Demonstration&) = delete;
  ~Demonstration() {
    data_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] Practice practice() { return data_->practice(clock_, all_instruments()); }
  [[nodiscard]] const DemoMade& made() const { return made_; }
  [[nodiscard]] Actor user(std::size_t n) const {
    const UserView& view = made_.users.at(n).user;
    Actor actor;
    actor.kind = Actor::Kind::user;
    actor.user = view.id;
    actor.is_therapist = view.therapist;
    actor.is_supervisor = view.supervisor;
    actor.is_admin = view.admin;
    return actor;
  }
  template <class Record>
  [[nodiscard]] std::vector<Record> all() {
    std::vector<Record> records;
    must(practice().store.read([&](Transaction& transaction) -> Result<bool> {
      records = must(list<Record>(transaction));
      return true;
    }));
    return records;
  }

 private:
  StandingClock clock_;  // of 2026-09-21: what is made does not depend on it
  std::string folder_;
  std::unique_ptr<store::PracticeData> data_;
  DemoMade made_;
};

Demonstration& first() {
  static Demonstration demonstration(1);
  return demonstration;
}

/// Everything but ids and passwords.
std::vector<std::string> told_by(Demonstration& demonstration) {
  std::vector<std::string> told;
  std::map<std::string, std::string> codes;
  std::map<std::string, std::string> sheets;
  for (const Person& person : demonstration.all<Person>()) {
    codes[person.id.text()] = person.code;
    told.push_back(person.code + ' ' + person.name->reveal() + ' ' + person.contact->reveal() + ' ' +
                   person.emergency_contact->reveal() + ' ' + to_text(person.created_at));
  }
  for (const ResponseSheet& sheet : demonstration.all<ResponseSheet>())
    sheets[sheet.administration.text()] =
        sheet.answers + ' ' + (sheet.risk_answers ? sheet.risk_answers->reveal() : "");
  for (const Administration& given : demonstration.all<Administration>())
    told.push_back(codes[given.respondent.text()] + ' ' + given.instrument + ' ' + to_text(*given.sent_at) +
                   ' ' + sheets[given.id.text()]);
  for (const Course& course : demonstration.all<Course>())
    told.push_back(to_text(course.begun_on) + ' ' + (course.ended_on ? to_text(*course.ended_on) : "") + ' ' +
                   std::string(to_text(course.unit)) + (course.supervisor ? " supervised" : ""));
  std::sort(told.begin(), told.end());
  return told;
}

TEST(Demo, follows_from_its_seed) {
  Demonstration same(1);
  EXPECT_EQ(told_by(first()), told_by(same));
  EXPECT_NE(first().made().users[0].password.reveal(), same.made().users[0].password.reveal());
  Demonstration other(2);
  EXPECT_NE(told_by(first()), told_by(other));
}

TEST(Demo, has_a_dip_that_was_repaired_and_a_course_off_track_that_is_worked_on) {
  const auto alerts = first().all<Alert>();
  const auto has = [&](AlertKind kind, AlertStage stage) {
    return std::any_of(alerts.begin(), alerts.end(),
                       [&](const Alert& one) { return one.kind == kind && one.stage == stage; });
  };
  EXPECT_TRUE(has(AlertKind::alliance_dip, AlertStage::closed));
  EXPECT_TRUE(has(AlertKind::off_track, AlertStage::worked_on));
  EXPECT_TRUE(has(AlertKind::off_track, AlertStage::raised));
}

TEST(Demo, has_courses_of_every_kind) {
  const auto courses = first().all<Course>();
  EXPECT_THAT(courses, SizeIs(40));
  const auto count = [&](auto holds) { return std::count_if(courses.begin(), courses.end(), holds); };
  EXPECT_EQ(count([](const Course& c) { return c.unit == UnitKind::individual; }), 28);
  EXPECT_EQ(count([](const Course& c) { return c.unit == UnitKind::couple; }), 8);
  EXPECT_GE(count([](const Course& c) { return c.ended_on.has_value(); }), 4);
  EXPECT_GE(count([](const Course& c) { return c.supervisor.has_value(); }), 5);
  EXPECT_EQ(first().made().courses, 40);
  EXPECT_GE(first().made().people, 50);
  EXPECT_GE(must(caseload(first().practice(), first().user(0))).size(), 20U);
  EXPECT_GE(must(caseload(first().practice(), first().user(1))).size(), 10U);
  EXPECT_GE(must(caseload(first().practice(), first().user(2))).size(), 5U);
}

TEST(Demo, lies_in_the_past_in_the_order_of_time) {
  auto audit = first().all<AuditEntry>();
  std::erase_if(audit, [](const AuditEntry& entry) { return entry.actor != "program"; });
  std::sort(audit.begin(), audit.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  for (std::size_t i = 1; i < audit.size(); ++i) ASSERT_GE(audit[i].at, audit[i - 1].at) << audit[i].action;
  EXPECT_LT(audit.back().at, begin_of(today));
  EXPECT_TRUE(must(verify_audit(first().practice(), {})).intact);
  Instant last;
  for (const Administration& given : first().all<Administration>()) {
    EXPECT_EQ(given.progress, Progress::sent);
    EXPECT_LT(*given.sent_at, begin_of(today));
    last = std::max(last, *given.sent_at);
  }
  EXPECT_GT(last + 2 * day_ms, begin_of(today));
}

TEST(Demo, shows_safety_endings_and_supervision) {
  EXPECT_EQ(first().all<SafetyPlan>().size(), 1U);
  EXPECT_EQ(first().all<SafetyScreen>().size(), 1U);
  EXPECT_EQ(first().all<Hold>().size(), 2U);
  EXPECT_GE(first().all<GateDecision>().size(), 1U);
  EXPECT_LT(first().all<GateDecision>().size(), 8U) << "some couples are still held";
  EXPECT_GE(first().all<CourseEnding>().size(), 4U);
  EXPECT_GE(first().all<SupervisionCase>().size(), 1U);
  EXPECT_TRUE(first().all<Jurisdiction>().empty()) << "nothing is invented about reporting";
}

TEST(Demo, shows_risk_gaps_and_missed_items) {
  std::size_t open = 0;
  std::size_t acknowledged = 0;
  for (const RiskEntry& entry : first().all<RiskEntry>()) {
    ++(entry.acknowledged_at ? acknowledged : open);
    EXPECT_EQ(entry.acknowledged_at.has_value(), entry.what_was_done.has_value());
    EXPECT_TRUE(entry.acknowledged_at || entry.created_at + 3 * day_ms > begin_of(today));
  }
  EXPECT_EQ(open, 3U);
  EXPECT_EQ(acknowledged, 3U);
  std::size_t gaps = 0;
  std::size_t without_score = 0;
  std::set<std::size_t> points;
  for (const CourseView& course : must(caseload(first().practice(), first().user(0))))
    for (const ChartModel& chart :
         must(read_course_page(first().practice(), first().user(0), course.id, 1000)).charts) {
      gaps += chart.gaps.size();
      points.insert(chart.points.size());
      for (const ChartPoint& point : chart.points) without_score += point.value ? 0U : 1U;
    }
  EXPECT_GE(gaps, 5U);
  EXPECT_GE(without_score, 1U);
  EXPECT_THAT(points, testing::IsSupersetOf({1U, 2U, 3U, 8U}));
}

TEST(Demo, has_what_is_asked_before_the_first_question) {
  for (const Person& person : first().all<Person>()) {
    EXPECT_FALSE(person.safe_contact->reveal().empty());
    EXPECT_FALSE(person.emergency_contact->reveal().empty());
  }
  // To the therapy, its limits, measures and phones; and to supervision, where somebody supervises.
  std::size_t supervised = 0;
  for (const Course& course : first().all<Course>())
    for (const Member& member : first().all<Member>())
      supervised += course.supervisor && member.course == course.id ? 1U : 0U;
  EXPECT_GT(supervised, 0U);
  EXPECT_EQ(first().all<Consent>().size(), 4 * first().all<Person>().size() + supervised);
  EXPECT_GE(first().all<Figure>().size(), 50U);
  EXPECT_GE(first().all<HistoryEvent>().size(), 20U);
}

TEST(Demo, has_a_history_over_three_generations_some_with_few_entries_and_some_with_none) {
  std::map<std::string, std::set<std::string>> told;
  std::map<std::string, std::size_t> entries;
  for (const HistoryEvent& event : first().all<HistoryEvent>()) {
    ++entries[event.person.text()];
    told[event.person.text()].insert({event.kind.reveal(), std::string(to_text(event.source)),
                                      std::string(to_text(event.dating)),
                                      event.figure ? "figure" : "nobody"});
    EXPECT_TRUE(parse_word<EventKind>(event.kind.reveal())) << event.kind.reveal();
    EXPECT_THAT(event.account->reveal(), testing::EndsWith("(invented)"));
  }
  std::map<std::size_t, std::size_t> people_with;
  std::string rich;
  for (const Person& person : first().all<Person>()) {
    const std::size_t n = entries[person.id.text()];
    ++people_with[n];
    if (n > 15) rich = person.id.text();
  }
  EXPECT_GE(people_with[0], 1U);
  EXPECT_GE(people_with[1] + people_with[2], 5U);
  ASSERT_FALSE(rich.empty());
  EXPECT_THAT(told[rich],
              testing::IsSupersetOf({"birth", "trauma", "good_figure", "migration", "remembered", "told",
                                     "document", "exact", "about", "unknown", "figure", "nobody"}));
  std::set<int> generations;
  for (const Figure& figure : first().all<Figure>())
    if (figure.person.text() == rich)
      generations.insert(figure.generation.value_or(generation_of(figure.kind)));
  EXPECT_THAT(generations, testing::ElementsAre(-1, 0, 1, 2));
  std::map<std::string, std::size_t> lines;
  std::set<ComfortAnswer> answers;
  for (const Comforting& line : first().all<Comforting>()) {
    ++lines[line.person.text()];
    if (line.person.text() == rich) answers.insert(line.answer);
  }
  EXPECT_GE(lines[rich], 10U);
  EXPECT_EQ(answers.size(), 3U);
  EXPECT_GE(lines.size(), 5U) << "some with one";
}

TEST(Demo, shows_maps_with_much_with_little_and_with_a_direction_only) {
  std::size_t of_one_occasion = 0;
  std::size_t of_directions = 0;
  std::size_t with_a_change = 0;
  for (const std::size_t therapist : {0U, 1U})
    for (const CourseView& course : must(caseload(first().practice(), first().user(therapist)))) {
      const auto person = course.members.at(0).person;
      const auto map = must(read_map(first().practice(), first().user(therapist), course.id, person));
      const auto figures = std::count_if(map.nodes.begin(), map.nodes.end(), [](const MapNode& node) {
        return node.kind == attachment::NodeKind::figure;
      });
      if (map.state == MapState::directions && map.directions.size() == 6) ++of_directions;
      if (map.state == MapState::places && map.occasions == 1 && figures == 3) ++of_one_occasion;
      if (figures < 3 || map.occasions < 3) continue;
      ++with_a_change;
      EXPECT_TRUE(map.changed_most_exceeds_among_all);
      EXPECT_THAT(map.changed, SizeIs(1)) << "one relationship changed";
      EXPECT_EQ(map.unit, MapUnit::points);
      EXPECT_EQ(course.members.at(0).name->reveal(), "Bramble Heron") << "README.md names them";
      EXPECT_TRUE(std::any_of(map.directions.begin(), map.directions.end(), [](const MapDirection& one) {
        return one.relation == "therapist" && one.steps.size() == 3;
      }));
    }
  EXPECT_EQ(of_one_occasion, 1U);
  EXPECT_EQ(of_directions, 2U) << "asked once, and again";
  EXPECT_EQ(with_a_change, 1U);
}

TEST(Demo, has_a_formulation_of_a_whole_life_and_one_that_has_just_begun) {
  std::map<std::string, std::size_t> claims;
  std::map<std::string, std::size_t> versions;
  std::map<std::string, std::size_t> episodes;
  for (const Claim& claim : first().all<Claim>()) ++claims[claim.course.text()];
  for (const Formulation& version : first().all<Formulation>()) ++versions[version.course.text()];
  for (const RelationshipEpisode& episode : first().all<RelationshipEpisode>())
    ++episodes[episode.course.text()];
  ASSERT_THAT(versions, SizeIs(1));
  const std::string rich = versions.begin()->first;
  EXPECT_EQ(versions[rich], 3U);
  EXPECT_GE(claims[rich], 5U);
  EXPECT_GE(episodes[rich], 10U);
  EXPECT_THAT(claims, SizeIs(2));
  EXPECT_THAT(episodes, SizeIs(2));
  for (const auto& [course, number] : episodes) EXPECT_TRUE(course == rich || number < 10) << course;
  const Course course = [&] {
    for (const Course& one : first().all<Course>())
      if (one.id.text() == rich) return one;
    return Course();
  }();
  std::optional<Id<Person>> person;
  for (const Claim& claim : first().all<Claim>())
    if (claim.course == course.id) person = claim.person;
  ASSERT_TRUE(person);
  Actor therapist = first().user(0);
  const auto book = must(read_claims(first().practice(), therapist, course.id, *person));
  EXPECT_GE(book.moments.size(), 6U);
  EXPECT_GE(book.spread.size(), 3U) << "it has spread to other figures";
  EXPECT_FALSE(book.questions.empty());
  EXPECT_TRUE(book.claims.back().claim.retired_at);
  std::set<EvidenceSource> sources;
  for (const ClaimView& one : book.claims)
    for (const ClaimEvidence& evidence : one.evidence) sources.insert(evidence.source);
  EXPECT_THAT(sources, testing::IsSupersetOf(
                           {EvidenceSource::history, EvidenceSource::session, EvidenceSource::score}));
  const auto all = must(read_formulations(first().practice(), therapist, course.id, *person));
  EXPECT_TRUE(all[0].shared_at && !all[0].unshared_at);
  EXPECT_TRUE(all[1].unshared_at);
  EXPECT_FALSE(all[2].shared_at);
  const auto told = must(read_episodes(first().practice(), therapist, course.id, *person));
  ASSERT_TRUE(told.summary && told.comparison && told.comparison->halves);
  for (const EpisodeView& episode : told.episodes) EXPECT_LT(episode.told_on, today);
}

TEST(Demo, has_a_clip_that_two_have_coded_alone) {
  Demonstration& demonstration = first();
  const auto clips = must(list_clips(demonstration.practice(), demonstration.user(1)));
  ASSERT_THAT(clips, SizeIs(1));
  EXPECT_EQ(clips[0].kind, ClipKind::training);
  EXPECT_THAT(clips[0].label->reveal(), testing::HasSubstr("invented"));
  ASSERT_THAT(clips[0].sheets, SizeIs(2));
  for (const ClipSheet& sheet : clips[0].sheets) EXPECT_TRUE(sheet.finished_at);
  AgreementOf of;
  of.system = clips[0].sheets[0].system;
  const auto report = must(coding_agreement(demonstration.practice(), demonstration.user(0), of));
  EXPECT_EQ(report.clips, 1);
  EXPECT_THAT(report.coders, SizeIs(2));
  ASSERT_THAT(report.tracks, SizeIs(2));
  for (const auto& track : report.tracks) {
    EXPECT_GT(track.matched_share.value.value_or(0), 0.5) << track.track;
    EXPECT_LT(track.matched_share.value.value_or(1), 1) << track.track << ": people differ";
  }
}

TEST(Demo, lets_its_users_in_and_no_client) {
  Attempts attempts;
  for (const DemoUser& user : first().made().users)
    EXPECT_EQ(code_of(sign_in(first().practice(), attempts, {user.user.login, user.password, {}}, "here")),
              "done");
  NewMember client;
  client.particulars = Particulars{};
  EXPECT_EQ(
      code_of(open_course(first().practice(), first().user(0), {UnitKind::individual, {client}, today})),
      "demo.closed");
  EXPECT_EQ(first().all<Course>().size(), 40U);
  EXPECT_EQ(code_of(make_demo(first().practice(), {1, today})), "demo.not_empty");
}

using EveryPractice = EachPractice;

TEST_P(EveryPractice, takes_clients_unless_it_is_a_demonstration) {
  const Actor ada = user("ada", {.therapist = true});
  EXPECT_FALSE(must(is_demo(practice())));
  (void)course_of(ada, "Mia Weber");
  must(record().write([&](Transaction& transaction) { return mark_demo(transaction, practice()); }));
  EXPECT_TRUE(must(is_demo(practice())));
  NewMember client;
  EXPECT_EQ(code_of(open_course(practice(), ada, {UnitKind::individual, {client}, today})), "demo.closed");
}

INSTANTIATE_TEST_SUITE_P(Service, EveryPractice, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
