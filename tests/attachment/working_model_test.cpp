// Working models: what goes in, what is told, and what must hold whatever it is.

#include "attachment/working_model.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "shipped_definitions.hpp"
#include "simulated_course.hpp"

namespace securebase::attachment {
namespace SECUREBASE_THIS_FILE {

using testing::shipped;

Observation seen(double month, const std::string& figure, double anxiety, double avoidance) {
  Observation o;
  o.month = month;
  o.figure = figure;
  o.anxiety = anxiety;
  o.avoidance = avoidance;
  o.anxiety_error = o.avoidance_error = 0.39;
  o.instrument = "form";
  return o;
}

/// Avoidance with father falls by almost three units; mother and partner stay.
Course therapy() {
  Course course;
  course.figures = {
      {"m", "mother", Domain::family}, {"f", "father", Domain::family}, {"p", "my partner", Domain::romance}};
  for (int month = 0; month <= 8; month += 2) {
    course.observations.push_back(seen(month, "m", 0.2, 0.1));
    course.observations.push_back(seen(month, "f", 0.4, 1.5 - month * 0.35));
    course.observations.push_back(seen(month, "p", -0.1, 0.2));
  }
  return course;
}

const Finding* find(const std::vector<Finding>& findings, const std::string& code) {
  for (const Finding& finding : findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

TEST(WorkingModel, says_which_relationship_changed_most_and_whether_beyond_error) {
  const auto model = working_model(therapy());
  ASSERT_TRUE(model) << to_text(model.error());
  ASSERT_EQ(model->nodes.size(), 6U);  // overall, family, romance, three figures
  EXPECT_EQ(model->nodes[0].label, "with people close to me");
  EXPECT_EQ(model->nodes[1].key, "family");
  EXPECT_EQ(model->nodes[4].label, "with father");
  EXPECT_EQ(model->changed_most, "f");
  EXPECT_TRUE(model->changed_most_exceeds);
  EXPECT_TRUE(model->changed_most_exceeds_among_all);
  EXPECT_EQ(model->changed, std::vector<std::string>{"f"});
  const Node& father = *model->find("f");
  EXPECT_LT(father.change->by.at.avoidance, -0.9);
  EXPECT_TRUE(father.change->avoidance_exceeds);
  EXPECT_FALSE(father.change->anxiety_exceeds);
  EXPECT_EQ(father.path.size(), 5U);
  EXPECT_EQ(father.raw.size(), 5U);
  EXPECT_EQ(father.then.month, 0);
  EXPECT_EQ(father.now.month, 8);
  const Finding* most = find(model->findings, "working_model.changed_most");
  ASSERT_NE(most, nullptr);
  EXPECT_NE(most->statement.find("with father"), std::string::npos);
  EXPECT_NE(most->statement.find("less distance"), std::string::npos);
  EXPECT_NE(find(model->findings, "working_model.defaults"), nullptr);
  EXPECT_NE(find(father.findings, "working_model.changed"), nullptr);
  EXPECT_NE(find(model->find("m")->findings, "working_model.unchanged"), nullptr);
}

TEST(WorkingModel, raw_scores_stand_beside_what_is_drawn_together) {
  const auto model = working_model(therapy());
  const Node& father = *model->find("f");
  EXPECT_EQ(*father.raw.front().avoidance, 1.5);
  EXPECT_LT(father.then.place.at.avoidance, 1.5);  // drawn in
  EXPECT_GT(father.then.place.at.avoidance, model->find("m")->then.place.at.avoidance);
  EXPECT_LT(father.then.place.avoidance_error, father.raw.front().avoidance_error);
}

TEST(WorkingModel, answers_outside_the_range_beside_them_are_explained) {
  Course course = therapy();
  const auto before = working_model(course);
  EXPECT_EQ(find(before->find("p")->findings, "working_model.drawn"), nullptr);
  course.observations.push_back(seen(9, "p", 3.2, 0.2));
  const auto model = working_model(course);
  const Node& partner = *model->find("p");
  ASSERT_GT(3.2, partner.now.place.anxiety_interval().upper);
  const Finding* drawn = find(partner.findings, "working_model.drawn");
  ASSERT_NE(drawn, nullptr);
  EXPECT_NE(drawn->statement.find("about worry lie"), std::string::npos) << drawn->statement;
  EXPECT_EQ(find(model->find("m")->findings, "working_model.drawn"), nullptr);
}

TEST(WorkingModel, what_may_be_chance_does_not_stand_before_what_is_more_than_error) {
  // One went farther, asked twice with a large error; the other not as far, asked often.
  int cases = 0;
  for (const double far : {1.5, 2.0, 2.5, 3.0, 4.0})
    for (const double near : {0.8, 1.0, 1.2, 1.4, 1.6}) {
      Course course;
      course.figures = {{"a", "a friend", Domain::friends}, {"b", "mother", Domain::family}};
      for (const double month : {0.0, 3.0})
        course.observations.push_back(seen(month, "a", month == 0 ? 0.0 : far, month == 0 ? 0.0 : far));
      for (Observation& o : course.observations) o.anxiety_error = o.avoidance_error = 0.9;
      for (const double month : {0.0, 0.1, 0.2, 0.3}) course.observations.push_back(seen(month, "b", 0, 0));
      for (const double month : {2.7, 2.8, 2.9, 3.0})
        course.observations.push_back(seen(month, "b", -near, near));
      const auto model = working_model(course);
      ASSERT_TRUE(model);
      const Change& a = *model->find("a")->change;
      const Change& b = *model->find("b")->change;
      if (a.exceeds || !b.exceeds || a.length <= b.length) continue;
      ++cases;
      EXPECT_EQ(model->changed_most, "b") << far << " " << near;
      EXPECT_TRUE(model->changed_most_exceeds);
    }
  EXPECT_GT(cases, 0) << "the example does not show what it is for";
}

TEST(WorkingModel, a_figure_called_like_a_domain_is_itself) {
  Course course = therapy();
  course.figures[1].key = "therapist";
  for (Observation& o : course.observations)
    if (o.figure == "f") o.figure = "therapist";
  course.figures.push_back({"t", "my therapist", Domain::therapist});
  course.observations.push_back(seen(2, "t", 0, 0.5));
  const auto model = working_model(course);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->changed_most, "therapist");
  EXPECT_EQ(model->find("therapist")->label, "with father");
}

TEST(WorkingModel, the_change_is_tested_jointly) {
  const auto model = working_model(therapy());
  const Node& father = *model->find("f");
  const Change& change = *father.change;
  // The two moments hang together, so the error of their difference is less than if they did not.
  const double apart = std::hypot(father.then.place.avoidance_error, father.now.place.avoidance_error);
  EXPECT_LT(change.by.avoidance_error, apart);
  EXPECT_NEAR(change.p, std::exp(-change.chi_square / 2), 1e-15);
}

TEST(WorkingModel, a_figure_that_was_not_asked_about_follows_from_the_others) {
  Course course = therapy();
  course.figures.push_back({"s", "sister", Domain::family});
  const auto model = working_model(course);
  const Node& sister = *model->find("s");
  EXPECT_FALSE(sister.asked);
  EXPECT_FALSE(sister.change);
  EXPECT_GT(sister.now.place.anxiety_error, 2 * model->find("m")->now.place.anxiety_error);
  EXPECT_NE(find(sister.findings, "working_model.not_asked"), nullptr);
  EXPECT_EQ(model->changed_most, "f");
}

TEST(WorkingModel, what_was_asked_once_or_long_ago_says_so) {
  Course course = therapy();
  course.figures.push_back({"t", "my therapist", Domain::therapist});
  course.observations.push_back(seen(2, "t", 0, 0.5));
  course.now = 12;
  const auto model = working_model(course);
  const Node& therapist = *model->find("t");
  EXPECT_EQ(therapist.occasions, 1U);
  EXPECT_EQ(*therapist.last_asked, 2);
  EXPECT_EQ(therapist.now.month, 12);
  EXPECT_FALSE(therapist.change);
  EXPECT_NE(find(therapist.findings, "working_model.asked_once"), nullptr);
  EXPECT_NE(find(therapist.findings, "working_model.long_ago"), nullptr);
  EXPECT_GT(therapist.now.place.anxiety_error, therapist.then.place.anxiety_error);
}

TEST(WorkingModel, a_form_about_partners_in_general_belongs_to_the_domain) {
  Course course = therapy();
  course.figures.pop_back();
  std::erase_if(course.observations, [](const Observation& o) { return o.figure == "p"; });
  Observation ecr = seen(0, "", 1, 1);
  ecr.about = catalog::PositionLevel::romance;
  course.observations.push_back(ecr);
  const auto model = working_model(course);
  ASSERT_TRUE(model);
  const Node* romance = model->find("romance");
  ASSERT_NE(romance, nullptr);
  EXPECT_TRUE(romance->asked);
  EXPECT_GT(romance->now.place.at.anxiety, 0.3);
  EXPECT_LT(model->find("m")->now.place.at.anxiety, romance->now.place.at.anxiety);
}

TEST(WorkingModel, where_no_norm_is_known_nobody_is_drawn_towards_it) {
  Course course;
  course.figures = {{"f", "father", Domain::family}};
  course.observations = {seen(0, "f", 2, 2)};
  const double drawn = working_model(course)->find("f")->now.place.at.anxiety;
  course.observations.front().stand_in = true;
  const auto model = working_model(course);
  EXPECT_GT(model->find("f")->now.place.at.anxiety, drawn + 0.1);
  EXPECT_TRUE(model->stand_in);
  EXPECT_NE(find(model->findings, "working_model.stand_in"), nullptr);
}

TEST(WorkingModel, places_of_one_form_are_told_in_its_points) {
  const auto instrument = catalog::find_instrument(shipped(), "ecr-rs");
  const auto reference = reference_of(shipped(), **instrument, (*instrument)->orders.front());
  Course course;
  course.figures = {{"f", "father", Domain::family}};
  course.observations = {observed(*reference, 0, "f", 3.0, 5.0)};
  course.only_form = *reference;
  EXPECT_NEAR(course.observations.front().anxiety_error, std::sqrt(0.15), 1e-12);
  const auto model = working_model(course);
  const Moment& now = model->find("f")->now;
  ASSERT_TRUE(now.points);
  EXPECT_NEAR(now.points->at.avoidance, 2.93 + 1.18 * now.place.at.avoidance, 1e-12);
  EXPECT_NEAR(now.points->avoidance_error, 1.18 * now.place.avoidance_error, 1e-12);
  EXPECT_NEAR(now.points->correlation, now.place.correlation, 1e-12);
}

TEST(WorkingModel, own_errors_go_before_the_reliability) {
  Reference reference;
  reference.anxiety.unit = reference.avoidance.unit = 2;
  const Observation o = observed(reference, 0, "f", 1.0, 2.0, Position{0.5, 0.6});
  EXPECT_EQ(o.anxiety_error, 0.25);
  EXPECT_EQ(o.avoidance_error, 0.3);
}

TEST(WorkingModel, reported_security_gain) {
  Course course = therapy();
  course.observations.clear();
  course.observations = {seen(0, "f", 1.2, 1.0), seen(8, "f", -0.6, -0.8)};
  auto gain = working_model(course)->find("f")->gain;
  ASSERT_TRUE(gain);
  EXPECT_NEAR(gain->before, -2.2 / std::sqrt(2), 1e-12);
  EXPECT_NEAR(gain->threshold, 1.959964 * 0.39 * std::sqrt(2), 1e-6);
  EXPECT_TRUE(gain->reported);
  const auto model = working_model(course);
  const Finding* told = find(model->find("f")->findings, "working_model.security_gain");
  ASSERT_NE(told, nullptr);
  EXPECT_NE(told->limits.find("not what interviews call earned security"), std::string::npos);
  course.observations[1] = seen(8, "f", 0.1, 0.0);  // beyond error, not across the mean
  gain = working_model(course)->find("f")->gain;
  EXPECT_TRUE(gain->beyond_error);
  EXPECT_FALSE(gain->reported);
  course.observations[1] = seen(8, "f", -0.6, -0.8);
  course.observations[1].instrument = "another form";
  EXPECT_FALSE(working_model(course)->find("f")->gain);
  course.observations[1] = seen(8, "f", -0.6, -0.8);
  course.observations[0].stand_in = course.observations[1].stand_in = true;
  EXPECT_FALSE(working_model(course)->find("f")->gain);
}

TEST(WorkingModel, a_new_measure_gives_directions_and_no_place) {
  Course course = therapy();
  course.figures.push_back({"t", "my therapist", Domain::therapist});
  for (const double month : {8.0, 0.0, 5.0})
    course.directions.push_back({month, "t", "closeness", "Closeness", 2 - month / 8, 1.0, 0, 4});
  const auto model = working_model(course);
  ASSERT_TRUE(model);
  EXPECT_FALSE(model->find("t")->asked);
  ASSERT_EQ(model->directions.size(), 2U);
  const Direction& anxiety = model->directions[0];
  EXPECT_EQ(anxiety.label, "with my therapist");
  EXPECT_EQ(anxiety.heading, Heading::lower);
  EXPECT_EQ(anxiety.points.front().month, 0);
  EXPECT_EQ(anxiety.points[anxiety.middle].month, 5);
  EXPECT_EQ(model->directions[1].heading, Heading::same);
  EXPECT_NE(find(model->findings, "working_model.direction_only"), nullptr);
}

TEST(WorkingModel, shares_add_up) {
  const auto model = working_model(therapy());
  EXPECT_NEAR(model->expected.overall, 0.25 / 0.9, 1e-12);
  ASSERT_TRUE(model->person);
  EXPECT_NEAR(model->person->overall + model->person->domain + model->person->relation, 1, 1e-12);
  Course one = therapy();
  one.figures.resize(1);
  std::erase_if(one.observations, [](const Observation& o) { return o.figure != "m"; });
  EXPECT_FALSE(working_model(one)->person);
}

TEST(WorkingModel, professionals_read_every_node) {
  const auto model = working_model(therapy());
  const auto readings = professional_reading(*model, std::nullopt);
  ASSERT_EQ(readings.size(), model->nodes.size());
  EXPECT_EQ(readings[4].key, "f");
  EXPECT_LT(readings[4].then.quadrants[0].secure, readings[4].now.quadrants[0].secure);
}

TEST(WorkingModel, no_word_for_a_kind_of_person_in_what_a_client_reads) {
  const auto model = working_model(therapy());
  std::vector<Finding> all = model->findings;
  for (const Node& node : model->nodes) all.insert(all.end(), node.findings.begin(), node.findings.end());
  for (const Finding& finding : all)
    for (const char* word : {"preoccupied", "dismissing", "fearful", "anxious", "avoidant"})
      EXPECT_EQ((finding.statement + finding.basis + finding.limits).find(word), std::string::npos);
}

TEST(WorkingModel, domains_follow_from_who_it_is) {
  EXPECT_EQ(domain_of_kind("mother"), Domain::family);
  EXPECT_EQ(domain_of_kind("former_partner"), Domain::romance);
  EXPECT_EQ(domain_of_kind("friend"), Domain::friends);
  EXPECT_EQ(domain_of_kind("therapist"), Domain::therapist);
  EXPECT_EQ(domain_of_kind("neighbour"), Domain::other);
  for (const Domain domain : all_domains) EXPECT_EQ(parse_domain(to_text(domain)), domain);
  EXPECT_NEAR(months_between({2026, 1, 1}, {2027, 1, 1}), 365 / 30.4375, 1e-12);
}

std::string code_of(const Course& course, const Hyperparameters& h = {}) {
  const auto model = working_model(course, h);
  return model ? "" : model.error().code;
}

TEST(WorkingModel, refuses_what_cannot_be_reckoned_with) {
  EXPECT_EQ(code_of({}), "working_model.nothing");
  const auto with = [](auto change) {
    Course course = therapy();
    change(course);
    return code_of(course);
  };
  EXPECT_EQ(with([](Course& c) { c.figures[1].key = "m"; }), "working_model.figure");
  EXPECT_EQ(with([](Course& c) { c.observations[0].figure = "x"; }), "working_model.figure");
  EXPECT_EQ(with([](Course& c) { c.observations[0].anxiety = NAN; }), "working_model.value");
  EXPECT_EQ(with([](Course& c) { c.observations[0].avoidance_error = 0; }), "working_model.value");
  EXPECT_EQ(with([](Course& c) { c.now = 7; }), "working_model.now");
  EXPECT_EQ(with([](Course& c) { c.begin = 1; }), "working_model.now");
  EXPECT_EQ(with([](Course& c) {
              c.directions = {{0, "x", "closeness", "", 1.0, 1.0, 0, 4}};
            }),
            "working_model.figure");
  Hyperparameters wrong;
  wrong.relation = -1;
  EXPECT_EQ(code_of(therapy(), wrong), "working_model.hyperparameters");
  wrong = {};
  wrong.monthly_stability = 1;
  EXPECT_EQ(code_of(therapy(), wrong), "working_model.hyperparameters");
}

bool same_places(const WorkingModel& a, const WorkingModel& b) {
  for (const Node& node : a.nodes) {
    const Node* other = b.find(node.key);
    if (other == nullptr || node.path.size() != other->path.size()) return false;
    for (std::size_t t = 0; t < node.path.size(); ++t) {
      const Place& p = node.path[t].place;
      const Place& q = other->path[t].place;
      if (p.at != q.at || p.anxiety_error != q.anxiety_error || p.correlation != q.correlation) return false;
    }
    if (node.change && node.change->chi_square != other->change->chi_square) return false;
  }
  return true;
}

RC_GTEST_PROP(WorkingModelProperties, the_order_of_input_is_of_no_account, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000000));
  const SimulatedCourse made = simulated_course({5, 4, 0.4}, {}, {seed, 0});
  Course other = made.course;
  for (std::size_t i = other.observations.size(); i > 1; --i)
    std::swap(other.observations[i - 1], other.observations[stats::random_below({seed, 1}, i, i)]);
  for (std::size_t i = other.figures.size(); i > 1; --i)
    std::swap(other.figures[i - 1], other.figures[stats::random_below({seed, 2}, i, i)]);
  const auto a = working_model(made.course);
  const auto b = working_model(other);
  RC_ASSERT(same_places(*a, *b));
  RC_ASSERT(a->changed_most == b->changed_most && a->changed == b->changed);
}

RC_GTEST_PROP(WorkingModelProperties, more_answers_never_widen_a_place, ()) {
  const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000000));
  SimulatedCourse made = simulated_course({4, 4, 0.3}, {}, {seed, 3});
  const bool stand_in = seed % 2 == 0;
  for (Observation& o : made.course.observations) o.stand_in = stand_in;
  made.course.begin = made.months.front();
  made.course.now = made.months.back();
  Course fewer = made.course;
  fewer.observations.erase(fewer.observations.begin() +
                           static_cast<std::ptrdiff_t>(seed % fewer.observations.size()));
  if (fewer.observations.empty()) return;
  made.course.observations[seed % made.course.observations.size()].stand_in = seed % 4 < 2;
  const auto more = working_model(made.course);
  const auto less = working_model(fewer);
  for (const Node& node : less->nodes) {
    const Place& narrower = more->find(node.key)->now.place;
    RC_ASSERT(narrower.anxiety_error <= node.now.place.anxiety_error + 1e-12);
    RC_ASSERT(narrower.avoidance_error <= node.now.place.avoidance_error + 1e-12);
  }
}

TEST(FitHyperparameters, needs_enough_courses_that_tell) {
  std::vector<Course> courses(99, therapy());
  const auto refused = fit_hyperparameters(courses);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "working_model.too_few");
  EXPECT_TRUE(tells_hyperparameters(therapy()));
  Course once = therapy();
  std::erase_if(once.observations, [](const Observation& o) { return o.month > 0; });
  EXPECT_FALSE(tells_hyperparameters(once));
}

TEST(FitHyperparameters, finds_what_was_planted_whatever_the_threads) {
  Hyperparameters planted;
  planted.mean = {0.8, 0.4};
  planted.overall = 0.5;
  planted.relation = 0.3;
  planted.relation_drift *= 2.5;
  planted.domain_drift *= 2.5;
  planted.overall_drift *= 2.5;
  std::vector<Course> courses;
  for (std::uint64_t i = 0; i < 120; ++i)
    courses.push_back(simulated_course({3, 5, 0.2}, planted, {31, i}).course);
  const auto fitted = fit_hyperparameters(courses, {}, 100, 2);
  ASSERT_TRUE(fitted) << to_text(fitted.error());
  const Hyperparameters& h = fitted->hyperparameters;
  const Hyperparameters& e = fitted->errors;
  EXPECT_EQ(h.origin, Origin::fitted);
  EXPECT_EQ(h.courses, 120U);
  EXPECT_NE(fitted->convergence.verdict, stats::Verdict::not_converged);
  EXPECT_NEAR(h.mean.anxiety, 0.8, 4 * e.mean.anxiety);
  EXPECT_NEAR(h.overall, 0.5, 4 * e.overall);
  EXPECT_NEAR(h.relation, 0.3, 4 * e.relation);
  EXPECT_NEAR(h.relation_drift, planted.relation_drift, 4 * e.relation_drift);
  EXPECT_GT(h.relation_drift, 1.5 * Hyperparameters{}.relation_drift);
  EXPECT_GT(fitted->log_likelihood, fitted->log_likelihood_before + 10);
  const auto alone = fit_hyperparameters(courses, {}, 100, 1);
  EXPECT_EQ(alone->hyperparameters.overall, h.overall);
  EXPECT_EQ(alone->log_likelihood, fitted->log_likelihood);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::attachment
