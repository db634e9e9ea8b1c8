// How a course goes by its answers, how the work together is rated, and what both raise.

#include "service/feedback.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <random>

#include "service/each_practice.hpp"
#include "service/learned_course.hpp"
#include "service/measure.hpp"
#include "service/norms.hpp"
#include "service/portal.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class CourseFeedback : public EachPractice {
 protected:
  Actor ada_;
  CourseView course_;
  Id<Person> mia_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    agree_to_measures(ada_, mia_, course_.id);
  }
  Administration give(const std::string& instrument) {
    GiveMeasure input;
    input.instrument = instrument;
    input.respondent = mia_;
    return must(give_measure(practice(), ada_, course_.id, input));
  }
  void answer(const std::string& instrument, std::vector<std::string> answers) {
    clock().pass(7 * day_ms);
    const auto sheet = give(instrument);
    must(record_answers(practice(), ada_, course_.id, sheet.id, {std::move(answers)}));
  }
  /// Seven answers from 0 to 3 that add up.
  static std::vector<std::string> gad(int total) {
    std::vector<std::string> answers;
    for (int item = 0; item < 7; ++item) answers.push_back(std::to_string((total + item) / 7));
    return answers;
  }
  void answer_gad(std::initializer_list<int> totals) {
    for (const int total : totals) answer("gad-7", gad(total));
  }
  /// Six answers: two words of it turned round.
  static std::vector<std::string> bond(int good) {
    const auto word = [](int value) { return std::to_string(value); };
    return {word(good), word(good), word(4 - good), word(good), word(4 - good), word(4 - good)};
  }
  void rate(std::initializer_list<int> ratings) {
    for (const int good : ratings) answer("bond", bond(good));
  }
  FeedbackPage page() { return must(read_feedback(practice(), ada_, course_.id)); }
  CourseView listed() { return must(caseload(practice(), ada_)).at(0); }
  std::vector<AlertKind> kinds() {
    std::vector<AlertKind> kinds;
    for (const AlertView& alert : page().alerts) kinds.push_back(alert.kind);
    return kinds;
  }
};

TEST_P(CourseFeedback, without_courses_there_is_no_band_and_the_page_says_so) {
  EXPECT_THAT(page().measures, IsEmpty());
  EXPECT_THAT(page().alliance, IsEmpty());
  EXPECT_THAT(page().promise.statement, HasSubstr(".15"));
  answer_gad({14, 12});
  const auto measures = page().measures;
  ASSERT_THAT(measures, SizeIs(1));
  const MeasureFeedback& gad = measures[0];
  EXPECT_EQ(gad.instrument, "gad-7");
  EXPECT_THAT(gad.band, IsEmpty());
  EXPECT_FALSE(gad.by_expected_course);
  EXPECT_THAT(gad.about_band.statement + gad.about_band.basis, HasSubstr("100"));
  ASSERT_THAT(gad.answers, SizeIs(2));
  EXPECT_EQ(gad.answers[1].score, 12);
  EXPECT_FALSE(gad.outlook);
}

TEST_P(CourseFeedback, off_track_is_raised_with_the_answers_that_raise_it_and_once) {
  answer_gad({6, 8});
  EXPECT_THAT(kinds(), IsEmpty());
  answer_gad({18});
  ASSERT_THAT(kinds(), ElementsAre(AlertKind::off_track));
  const AlertView alert = page().alerts[0];
  EXPECT_EQ(alert.answer, 3);
  EXPECT_EQ(alert.observed, 18);
  EXPECT_THAT(alert.statement.reveal(), HasSubstr("GAD-7"));
  EXPECT_FALSE(alert.basis.reveal().empty());
  EXPECT_FALSE(alert.limits.reveal().empty());
  answer_gad({19});
  EXPECT_THAT(kinds(), ElementsAre(AlertKind::off_track)) << "the same episode";
  EXPECT_EQ(listed().track, TrackStatus::off_track);
  EXPECT_THAT(listed().open_alerts, ElementsAre(AlertKind::off_track));
}

TEST_P(CourseFeedback, says_on_the_alert_how_often_such_a_one_was_right) {
  answer_gad({6, 8, 18});
  EXPECT_THAT(page().alerts.at(0).statement.reveal(), HasSubstr("simulated courses"));
}

TEST_P(CourseFeedback, a_closed_alert_is_raised_again_where_it_goes_on) {
  answer_gad({6, 8, 18});
  clock().pass(second_ms);
  must(close_alert(practice(), ada_, course_.id, page().alerts[0].id,
                   {AlertClosing::settled, Private<std::string>("We spoke about it.")}));
  answer_gad({18, 19, 18});
  EXPECT_THAT(kinds(), SizeIs(1));
  answer_gad({19, 18});
  EXPECT_THAT(kinds(), SizeIs(2));
  EXPECT_FALSE(page().alerts[0].closed_at);
}

TEST_P(CourseFeedback, comes_from_a_phone_too) {
  ready_for_phones();
  import_words("gad-7");
  must(give_consent(practice(), ada_, mia_, {course_.id, ConsentKind::portal, "1", {}}));
  answer_gad({6, 8});
  clock().pass(7 * day_ms);
  GiveMeasure input;
  input.instrument = "gad-7";
  input.respondent = mia_;
  input.mode = Mode::on_phone;
  const auto sheet = must(give_measure(practice(), ada_, course_.id, input));
  Attempts attempts;
  const auto link = must(make_portal_link(practice(), ada_, course_.id, sheet.id));
  const auto session = must(open_portal_link(practice(), attempts, link.token, "192.0.2.1"));
  const Actor client = must(authenticate(practice(), session.token));
  must(send_form(practice(), client, {sheet.id, gad(18)}));
  EXPECT_THAT(kinds(), ElementsAre(AlertKind::off_track));
}

TEST_P(CourseFeedback, while_a_risk_answer_is_open_nothing_says_that_it_is_well) {
  const auto phq = [](int each, const char* risk) {
    std::vector<std::string> answers(8, std::to_string(each));
    answers.emplace_back(risk);
    return answers;
  };
  answer("phq-9", phq(3, "0"));
  answer("phq-9", phq(2, "0"));
  answer("phq-9", phq(0, "0"));
  const auto before = page().measures.at(0);
  ASSERT_EQ(before.status, TrackStatus::on_track);
  EXPECT_THAT(before.findings, Contains(Field(&FindingView::statement, HasSubstr("better"))));
  answer("phq-9", phq(0, "2"));
  const auto after = page().measures.at(0);
  EXPECT_FALSE(after.status);
  EXPECT_EQ(after.findings.at(0).code, "feedback.risk_open");
  for (const FindingView& finding : after.findings)
    EXPECT_THAT(finding.statement, Not(HasSubstr("better than"))) << finding.code;
  EXPECT_FALSE(after.outlook);
  EXPECT_FALSE(listed().track);
}

TEST_P(CourseFeedback, what_was_not_answered_is_told) {
  answer_gad({14});
  give("gad-7");
  clock().pass(7 * day_ms);
  answer_gad({13});
  const auto gad = page().measures.at(0);
  ASSERT_THAT(gad.answers, SizeIs(3));
  EXPECT_FALSE(gad.answers[1].score);
  EXPECT_FALSE(gad.answers[1].sheet);
  EXPECT_EQ(gad.open, 1);
  give("gad-7");
  EXPECT_THAT(page().measures.at(0).answers, SizeIs(3)) << "what waits still may come";
  EXPECT_EQ(page().measures.at(0).open, 2);
}

TEST_P(CourseFeedback, answers_that_were_moved_take_what_they_raised_with_them) {
  const auto other = course_of(ada_, "Jo Berg");
  const auto jo = other.members[0].person;
  agree_to_measures(ada_, jo, other.id);
  answer_gad({6, 8, 18});
  const auto wrong = *page().alerts.at(0).sheet;
  clock().pass(second_ms);
  must(move_sheet(practice(), ada_, course_.id, wrong, {other.id, jo, "Jo's answers."}));
  const auto closed = page().alerts.at(0);
  EXPECT_EQ(closed.closing, AlertClosing::moved);
  EXPECT_EQ(page().measures.at(0).answers.size(), 2U);
  for (const CourseView& view : must(caseload(practice(), ada_))) {
    EXPECT_THAT(view.open_alerts, IsEmpty());
    EXPECT_NE(view.track, TrackStatus::off_track);
  }
}

TEST_P(CourseFeedback, even_ratings_are_no_proof_that_all_is_well) {
  rate({3, 3, 3, 3, 3});
  const auto alliance = page().alliance;
  ASSERT_THAT(alliance, SizeIs(1));
  EXPECT_THAT(alliance[0].dips, IsEmpty());
  ASSERT_FALSE(alliance[0].findings.empty());
  EXPECT_THAT(alliance[0].findings.back().statement, HasSubstr("hide ruptures"));
  EXPECT_THAT(alliance[0].findings.back().statement, HasSubstr("ask"));
  EXPECT_THAT(alliance[0].error_basis.basis, HasSubstr("assumption"));
  EXPECT_THAT(kinds(), IsEmpty());
}

TEST_P(CourseFeedback, a_dip_is_asked_about_confirmed_and_repaired) {
  rate({3, 3, 3, 3, 1});
  ASSERT_THAT(kinds(), ElementsAre(AlertKind::alliance_dip));
  const AlertView alert = page().alerts[0];
  EXPECT_EQ(alert.answer, 5);
  EXPECT_NEAR(*alert.expected, 3, 1e-9);
  EXPECT_THAT(page().alliance.at(0).findings.at(0).statement, testing::StartsWith("Rating 5: "))
      << "not every session is rated";
  EXPECT_THAT(alert.limits.reveal(), HasSubstr("no rupture"));
  EXPECT_EQ(page().alliance.at(0).dips.at(0).stage, DipStage::numeric);
  clock().pass(second_ms);
  must(add_alert_step(practice(), ada_, course_.id, alert.id, {AlertStepKind::asked_and_so, {}, {}}));
  EXPECT_EQ(page().alliance.at(0).dips.at(0).stage, DipStage::confirmed);
  rate({3});
  const auto dip = page().alliance.at(0).dips.at(0);
  EXPECT_EQ(dip.course, DipCourse::repaired);
  EXPECT_EQ(dip.repaired_at, 6);
  EXPECT_THAT(kinds(), SizeIs(1));
}

TEST_P(CourseFeedback, an_answer_about_the_bond_at_its_lowest_is_enough) {
  rate({3, 3, 3, 3});
  auto answers = bond(3);
  answers[1] = "0";  // does not feel seen
  answer("bond", answers);
  EXPECT_THAT(kinds(), ElementsAre(AlertKind::alliance_dip));
  EXPECT_TRUE(page().alliance.at(0).ratings.at(4).by_item);
}

TEST_P(CourseFeedback, ratings_never_reach_management) {
  rate({3, 3, 3, 3, 1});
  const Actor eve = user("eve", {.admin = true});
  const Actor cleo = user("cleo", {.supervisor = true});
  for (const Actor& other :
       {eve, user("fay", {.researcher = true}), cleo, user("ben", {.therapist = true})}) {
    EXPECT_EQ(code_of(read_feedback(practice(), other, course_.id)), "access.not_found");
    EXPECT_THAT(must(open_alerts(practice(), other)), IsEmpty());
    EXPECT_THAT(must(caseload(practice(), other)), IsEmpty());
  }
  // What an admin learns from: how many courses there are, and nothing of what was rated.
  for (const LearnedView& view : must(list_learned(practice(), eve)))
    EXPECT_EQ(view.courses, 1) << view.instrument;
  EXPECT_EQ(code_of(list_learned(practice(), ada_)), "access.forbidden");
  EXPECT_EQ(code_of(compute_local_norms(practice(), eve, {"bond", {}})), "norms.alliance");
  EXPECT_THAT(must(list_local_norms(practice(), eve)).measures, IsEmpty());
  must(assign_supervisor(practice(), ada_, course_.id, {cleo.user}));
  EXPECT_THAT(must(read_feedback(practice(), cleo, course_.id)).alliance, SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Service, CourseFeedback, store::each_engine, store::engine_name);

/// Courses of a practice with many: written at once, as an import would.
class LearnedFeedback : public CourseFeedback {
 protected:
  Actor eve_;

  void SetUp() override {
    CourseFeedback::SetUp();
    if (!IsSkipped()) eve_ = user("eve", {.admin = true});
  }
  void add_courses(int number, int answers, bool rated) {
    std::mt19937 random(11);
    std::normal_distribution<double> normal;
    must(record().write([&](Transaction& transaction) -> Result<bool> {
      for (int n = 0; n < number; ++n) add_course(transaction, answers, rated, normal, random);
      return true;
    }));
  }

 private:
  void add_course(Transaction& transaction, int answers, bool rated, std::normal_distribution<double>& normal,
                  std::mt19937& random) {
    Person person;
    person.id = new_id<Person>(practice().entropy);
    person.code = person.id.text();
    person.created_at = clock().now();
    must(transaction.create_key(person.id.text()));
    must(insert(transaction, person));
    Course course;
    course.id = new_id<Course>(practice().entropy);
    course.therapist = ada_.user;
    course.begun_on = {2026, 1, 1};
    must(insert(transaction, course));
    const Id<Occasion> occasion = new_id<Occasion>(practice().entropy);
    must(insert(transaction, Occasion{occasion, course.id, OccasionKind::other, clock().now()}));
    const double start = 12 + 3 * normal(random);
    const double pace = 2 + normal(random);
    for (int visit = 0; visit < answers; ++visit) {
      const double score = start - pace * std::log(visit + 1.0) + 1.5 * normal(random);
      keep(transaction, course, person, occasion, visit, "gad-7",
           gad(std::clamp(static_cast<int>(std::lround(score)), 0, 21)));
      if (rated)
        keep(transaction, course, person, occasion, visit, "bond",
             bond(std::clamp(static_cast<int>(std::lround(3 + 0.4 * normal(random))), 1, 4)));
    }
  }
  void keep(Transaction& transaction, const Course& course, const Person& person,
            const Id<Occasion>& occasion, int visit, const std::string& instrument,
            const std::vector<std::string>& words) {
    const auto& definition = **catalog::find_instrument(practice().library, instrument);
    Administration sheet;
    sheet.id = new_id<Administration>(practice().entropy);
    sheet.course = course.id;
    sheet.occasion = occasion;
    sheet.instrument = definition.id;
    sheet.version = definition.version;
    sheet.fingerprint = definition.fingerprint;
    sheet.item_order = definition.orders.front().id;
    sheet.respondent = sheet.subject = person.id;
    sheet.progress = Progress::sent;
    sheet.given_at = clock().now() + visit * 7 * day_ms;
    sheet.sent_at = sheet.given_at;
    must(insert(transaction, sheet));
    const std::string text =
        std::accumulate(std::next(words.begin()), words.end(), words.front(),
                        [](std::string all, const std::string& word) { return std::move(all) + "," + word; });
    must(
        insert(transaction,
               ResponseSheet{
                   new_id<ResponseSheet>(practice().entropy), sheet.id, person.id, text, {}, clock().now()}));
  }
};

TEST_P(LearnedFeedback, needs_courses_enough) {
  add_courses(19, 4, true);
  EXPECT_EQ(code_of(learn_courses(practice(), eve_)), "learned.too_few");
  EXPECT_EQ(code_of(learn_courses(practice(), ada_)), "access.forbidden");
  const auto known = must(list_learned(practice(), eve_));
  ASSERT_THAT(known, SizeIs(2));
  for (const LearnedView& view : known) EXPECT_EQ(view.courses, 19);
}

TEST_P(LearnedFeedback, gives_a_band_that_says_whose_courses_and_how_many) {
  add_courses(120, 8, true);
  const auto learned = must(learn_courses(practice(), eve_));
  EXPECT_THAT(learned, testing::Each(Field(&LearnedView::is_used, true)));
  answer_gad({13, 12, 10});
  const MeasureFeedback known = page().measures.at(0);
  ASSERT_FALSE(known.band.empty());
  EXPECT_TRUE(known.by_expected_course);
  EXPECT_EQ(known.status, TrackStatus::on_track);
  EXPECT_THAT(known.about_band.statement + known.about_band.basis, HasSubstr("120"));
  const ExpectedPoint& last = known.band.back();
  EXPECT_LT(last.outer_lower, last.inner_lower);
  EXPECT_LT(last.inner_lower, last.expected);
  EXPECT_LT(last.expected, known.band.front().expected) << "these people got better";
  rate({3, 3, 3});
  EXPECT_THAT(page().alliance.at(0).error_basis.statement, HasSubstr("120 courses"));
  must(forget_learned(practice(), eve_));
  EXPECT_THAT(page().measures.at(0).band, IsEmpty());
  EXPECT_THAT(page().alliance.at(0).error_basis.statement, Not(HasSubstr("120 courses")));
}

TEST_P(LearnedFeedback, reckons_where_every_course_stands_and_raises_nothing) {
  add_courses(100, 6, false);
  EXPECT_FALSE(listed().track);
  must(learn_courses(practice(), eve_));
  int told = 0;
  for (const CourseView& view : must(caseload(practice(), ada_))) {
    told += view.track ? 1 : 0;
    EXPECT_THAT(view.open_alerts, IsEmpty());
  }
  EXPECT_EQ(told, 100);
}

INSTANTIATE_TEST_SUITE_P(Service, LearnedFeedback, store::each_engine, store::engine_name);

RC_GTEST_PROP(KeptExpectedCourse, comes_back_as_it_was, ()) {
  const auto number = [] {
    return static_cast<double>(*rc::gen::arbitrary<int>()) /
           (1 + static_cast<double>(*rc::gen::inRange(0, 97)));
  };
  therapy::ExpectedCourse course;
  course.mean_intake = number();
  for (double& one : course.fixed) one = number();
  for (double& one : course.fixed_covariance) one = number();
  for (double& one : course.between) one = number();
  course.residual_sd = number();
  course.courses = *rc::gen::inRange<std::size_t>(0, 10'000);
  course.last_visit = *rc::gen::inRange(0, 60);
  const auto read = expected_from(kept_form(course));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->mean_intake == course.mean_intake);
  RC_ASSERT(read->fixed == course.fixed);
  RC_ASSERT(read->fixed_covariance == course.fixed_covariance);
  RC_ASSERT(read->between == course.between);
  RC_ASSERT(read->residual_sd == course.residual_sd);
  RC_ASSERT(read->courses == course.courses);
  RC_ASSERT(read->last_visit == course.last_visit);
}

TEST(KeptExpectedCourse, that_is_damaged_is_not_taken) {
  const std::string whole = kept_form({});
  EXPECT_TRUE(expected_from(whole));
  for (const std::string& damaged : {std::string(), whole + " 1", "2" + whole.substr(1),
                                     whole.substr(0, whole.size() - 2), "1 x" + whole.substr(3)})
    EXPECT_FALSE(expected_from(damaged)) << damaged;
}

TEST(OutcomeScale, is_one_whose_error_is_known_and_whose_direction_is_agreed) {
  for (const auto& instrument : all_instruments().instruments) {
    const auto* scale = outcome_scale(instrument, instrument.orders.front());
    if (scale == nullptr) continue;
    EXPECT_NE(scale->direction, catalog::Direction::contested) << instrument.id;
    EXPECT_EQ(instrument.calibration_needed, 0) << instrument.id;
    EXPECT_FALSE(is_rating(instrument)) << instrument.id;
  }
  const auto outcome = [](const char* id) {
    const auto& instrument = **catalog::find_instrument(all_instruments(), id);
    return outcome_scale(instrument, instrument.orders.front()) != nullptr;
  };
  EXPECT_TRUE(outcome("phq-9"));
  EXPECT_TRUE(outcome("gad-7"));
  EXPECT_FALSE(outcome("check-in"));  // new, and its error is not known
  EXPECT_FALSE(outcome("ecr"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
