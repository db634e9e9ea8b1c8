#include "service/working_model.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/history.hpp"
#include "service/measure.hpp"
#include "stats/random_stream.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using attachment::NodeKind;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::int64_t week_ms = 7 * day_ms;

/// Answers of an ECR-RS with these scores on both scales.
std::string ecr_rs(int anxiety, int avoidance) {
  const int reversed = 8 - avoidance;
  return fmt::format("{0},{0},{0},{0},{1},{1},{2},{2},{2}", reversed, avoidance, anxiety);
}
/// Of a Closeness: each item of a scale as high as the other.
std::string closeness(int anxiety, int avoidance) {
  return fmt::format("{3},{0},{2},{0},{3},{0},{2},{1}", anxiety, 4 - anxiety, avoidance, 4 - avoidance);
}
std::string repeated(const std::string& word, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += (i == 0 ? "" : ",") + word;
  return text;
}

struct About {
  std::string instrument;
  std::string order;
  std::optional<Id<Figure>> figure = {};
  std::optional<Id<Person>> subject = {};
};

class AttachmentMaps : public EachPractice {
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
  }

  Id<Figure> figure(FigureKind kind, const char* name = nullptr, std::optional<Id<Person>> of = {}) {
    NewFigure input;
    input.kind = kind;
    if (name != nullptr) input.name = Private<std::string>(name);
    const auto view = must(add_figure(practice(), ada_, of.value_or(mia_), input));
    clock().pass(1000);
    Id<Figure> newest;
    Instant at;
    for (const Figure& one : view.figures)
      if (at < one.created_at) {
        at = one.created_at;
        newest = one.id;
      }
    return newest;
  }

  /// A sheet that was sent now.
  void keep(Transaction& transaction, const Id<Course>& course, const Id<Person>& person, const About& about,
            const std::string& answers) {
    const auto definition = must(choose_definition(
        practice(), about.instrument, about.order.empty() ? std::nullopt : std::optional(about.order)));
    Administration one;
    one.id = new_id<Administration>(practice().entropy);
    one.course = course;
    one.occasion = new_id<Occasion>(practice().entropy);
    must(insert(transaction, Occasion{one.occasion, course, OccasionKind::other, clock().now()}));
    one.instrument = definition.instrument->id;
    one.version = definition.instrument->version;
    one.fingerprint = definition.instrument->fingerprint;
    one.item_order = definition.order->id;
    one.respondent = person;
    one.subject = about.subject.value_or(person);
    one.figure = about.figure;
    one.progress = Progress::sent;
    one.given_at = clock().now();
    one.sent_at = one.given_at;
    must(insert(transaction, one));
    must(insert(transaction,
                ResponseSheet{
                    new_id<ResponseSheet>(practice().entropy), one.id, person, answers, {}, clock().now()}));
  }
  void answer(const About& about, const std::string& answers, std::optional<Id<Person>> who = {}) {
    must(record().write([&](Transaction& transaction) -> Result<bool> {
      keep(transaction, course_.id, who.value_or(mia_), about, answers);
      return true;
    }));
  }
  void rs(const Id<Figure>& whom, int anxiety, int avoidance) {
    answer({"ecr-rs", "", whom}, ecr_rs(anxiety, avoidance));
  }

  AttachmentMap map(std::optional<Id<Person>> of = {}) {
    return must(read_map(practice(), ada_, course_.id, of.value_or(mia_)));
  }
  ShownMap shown(std::optional<Id<Person>> of = {}) {
    return must(read_shown_map(practice(), ada_, course_.id, of.value_or(mia_)));
  }
};

const MapNode* node_of(const AttachmentMap& map, const std::string& label) {
  for (const MapNode& node : map.nodes)
    if (node.label.reveal() == label) return &node;
  return nullptr;
}
std::vector<std::string> labels_of(const AttachmentMap& map) {
  std::vector<std::string> labels;
  for (const MapNode& node : map.nodes) labels.push_back(node.label.reveal());
  return labels;
}

TEST_P(AttachmentMaps, say_what_brings_one_where_nothing_was_answered) {
  const auto nothing = map();
  EXPECT_EQ(nothing.state, MapState::nothing);
  EXPECT_THAT(nothing.next_step, AllOf(HasSubstr("Closeness"), HasSubstr("ECR-RS")));
  EXPECT_THAT(nothing.nodes, IsEmpty());
  EXPECT_FALSE(nothing.professional);
  EXPECT_EQ(shown().state, MapState::nothing);
  EXPECT_THAT(shown().headline.reveal(), Not(IsEmpty()));
}

TEST_P(AttachmentMaps, of_one_occasion_show_places_and_no_change) {
  const auto father = figure(FigureKind::father);
  const auto daniel = figure(FigureKind::partner, "Daniel");
  rs(father, 5, 6);
  rs(daniel, 6, 2);
  const auto once = map();
  EXPECT_EQ(once.state, MapState::places);
  EXPECT_THAT(labels_of(once), ElementsAre("with people close to me", "with father", "with Daniel"));
  EXPECT_THAT(once.headline.reveal(), HasSubstr("when they are asked again"));
  EXPECT_THAT(once.next_step, HasSubstr("8 weeks"));
  EXPECT_EQ(once.unit, MapUnit::points);
  EXPECT_EQ(once.anxiety.min, 1);
  EXPECT_EQ(once.anxiety.max, 7);
  EXPECT_FALSE(once.anxiety.norm) << "no norm of this form is known";
  for (const MapNode& node : once.nodes) {
    EXPECT_FALSE(node.arrow);
    EXPECT_FALSE(node.change);
    EXPECT_THAT(node.now.place.outline, SizeIs(48));
  }
  const MapNode& with_father = *node_of(once, "with father");
  EXPECT_EQ(with_father.relation, "father");
  ASSERT_THAT(with_father.raw, SizeIs(1));
  EXPECT_NEAR(*with_father.raw[0].anxiety, 5, 1e-9);
  EXPECT_NEAR(*with_father.raw[0].avoidance, 6, 1e-9);
  EXPECT_LT(with_father.now.place.avoidance, 6) << "pulled towards what else is known";
  EXPECT_GT(with_father.now.place.avoidance, 4.5);
  EXPECT_THAT(node_of(once, "with Daniel")->reading.reveal(), HasSubstr("With Daniel (partner)"));
  EXPECT_THAT(once.table.rows, SizeIs(once.nodes.size()));
  ASSERT_TRUE(once.model);
  EXPECT_THAT(once.model->basis, HasSubstr("not published"));
}

TEST_P(AttachmentMaps, tell_which_relationship_changed_most_and_whether_that_is_more_than_error) {
  const auto mother = figure(FigureKind::mother);
  const auto daniel = figure(FigureKind::partner, "Daniel");
  const auto ruth = figure(FigureKind::friend_, "Ruth");
  for (const int step : {6, 4, 2}) {
    rs(mother, 4, 5);
    rs(daniel, step, step);
    rs(ruth, 2, 2);
    clock().pass(8 * week_ms);
  }
  const auto moved = map();
  ASSERT_TRUE(moved.changed_most);
  EXPECT_EQ(*moved.changed_most, daniel.text());
  EXPECT_TRUE(moved.changed_most_exceeds);
  EXPECT_TRUE(moved.changed_most_exceeds_among_all);
  EXPECT_THAT(moved.headline.reveal(),
              AllOf(HasSubstr("With Daniel (partner), most has changed"), HasSubstr("more than error")));
  const MapNode& with_daniel = *node_of(moved, "with Daniel");
  EXPECT_TRUE(with_daniel.arrow);
  ASSERT_TRUE(with_daniel.change);
  EXPECT_LT(with_daniel.change->anxiety, -0.75);
  EXPECT_NEAR(with_daniel.change->anxiety, with_daniel.now.place.anxiety - with_daniel.then.place.anxiety,
              1e-9);
  EXPECT_THAT(with_daniel.path, SizeIs(3));
  EXPECT_EQ(with_daniel.then.on, date_of({1'790'000'000'000}));
  EXPECT_GE(with_daniel.now.place.anxiety_lower, 1) << "cut at the end of the scale";
  EXPECT_FALSE(node_of(moved, "with mother")->change->exceeds);
  EXPECT_EQ(moved.occasions, 3);
  ASSERT_TRUE(moved.shares);
  EXPECT_NEAR(moved.shares->overall + moved.shares->domain + moved.shares->relation, 1, 1e-9);
  ASSERT_TRUE(moved.professional);
  EXPECT_THAT(moved.professional->readings, SizeIs(moved.nodes.size()));
  for (const MapReading& reading : moved.professional->readings)
    for (const MapFour& four : reading.now)
      EXPECT_NEAR(four.secure + four.preoccupied + four.dismissing + four.fearful, 1, 1e-6);
  EXPECT_THAT(shown().headline.reveal(), HasSubstr("With Daniel, most has changed"));
}

TEST_P(AttachmentMaps, say_so_where_nothing_moved_beyond_error) {
  const auto mother = figure(FigureKind::mother);
  const auto father = figure(FigureKind::father);
  for (const int step : {4, 5}) {
    rs(mother, 4, step);
    rs(father, 4, 4);
    clock().pass(8 * week_ms);
  }
  const auto same = map();
  EXPECT_FALSE(same.changed_most_exceeds);
  EXPECT_THAT(same.headline.reveal(), AllOf(HasSubstr("No change beyond error"), HasSubstr("mother")));
  EXPECT_EQ(shown().headline.reveal(), "Nothing has clearly changed yet.");
}

TEST_P(AttachmentMaps, of_a_new_measure_show_a_direction_and_what_could_say_more) {
  const auto mother = figure(FigureKind::mother);
  const auto father = figure(FigureKind::father);
  const auto daniel = figure(FigureKind::partner, "Daniel");
  const auto all_three = [&](int with_daniel) {
    answer({"closeness", "", mother}, closeness(1, 2));
    answer({"closeness", "", father}, closeness(2, 3));
    answer({"closeness", "", daniel}, closeness(3, with_daniel));
  };
  all_three(4);  // three figures, 24 answers
  const auto once = map();
  EXPECT_EQ(once.state, MapState::directions);
  EXPECT_THAT(once.nodes, IsEmpty());
  EXPECT_THAT(once.directions, SizeIs(6));
  EXPECT_THAT(once.next_step, AllOf(HasSubstr("8 weeks"), HasSubstr("ECR-RS")));
  EXPECT_EQ(once.occasions, 1);
  clock().pass(8 * week_ms);
  all_three(1);
  const auto twice = map();
  EXPECT_THAT(twice.headline.reveal(), AllOf(HasSubstr("with Daniel"), HasSubstr("distance went from 4 to 1"),
                                             HasSubstr("more than error cannot be said yet")));
  EXPECT_THAT(twice.next_step, HasSubstr("ECR-RS"));
  EXPECT_THAT(twice.reason, HasSubstr("Closeness"));
  EXPECT_FALSE(twice.changed_most);
  EXPECT_THAT(shown().headline.reveal(), HasSubstr("with Daniel"));
  EXPECT_THAT(shown().reason, HasSubstr("cannot be said yet"));
}

TEST_P(AttachmentMaps, show_closeness_to_the_therapist_at_start_middle_and_end) {
  const auto therapist = figure(FigureKind::therapist);
  const auto mother = figure(FigureKind::mother);
  for (const int distance : {4, 4, 2, 1, 1}) {
    answer({"closeness", "", therapist}, closeness(2, distance));
    rs(mother, 4, 4);
    clock().pass(4 * week_ms);
  }
  const auto both = map();
  EXPECT_EQ(both.state, MapState::places);
  EXPECT_EQ(node_of(both, "with therapist"), nullptr) << "a direction is no place";
  ASSERT_THAT(both.directions, SizeIs(2));
  const auto away = std::find_if(both.directions.begin(), both.directions.end(), [](const auto& direction) {
    return direction.axis == attachment::Axis::avoidance;
  });
  EXPECT_EQ(away->relation, "therapist");
  EXPECT_EQ(away->middle, 2);
  EXPECT_EQ(away->heading, attachment::Heading::lower);
  EXPECT_THAT(away->words.reveal(), AllOf(HasSubstr("4 on"), HasSubstr("2 on"), HasSubstr("1 on")));
}

TEST_P(AttachmentMaps, put_forms_together_each_by_its_own_reference_and_say_what_is_left_out) {
  const auto mother = figure(FigureKind::mother);
  rs(mother, 4, 4);
  clock().pass(1);
  answer({"ecr-rs", "", {}}, ecr_rs(4, 4));
  answer({"ecr-rs", "", mother}, "skipped,skipped,1,1,1,1,skipped,skipped,skipped");
  answer({"ecr", "online-5pt", {}}, repeated("3", 36));
  answer({"rq", "formula", {}}, "4,4,4,4");
  answer({"gad-7", "", {}}, repeated("0", 7));
  const auto mixed = map();
  EXPECT_EQ(mixed.unit, MapUnit::standard);
  ASSERT_THAT(mixed.forms, SizeIs(2));
  EXPECT_TRUE(mixed.forms[0].stand_in);
  EXPECT_FALSE(mixed.forms[1].stand_in);
  EXPECT_EQ(mixed.forms[1].about, "romance");
  EXPECT_THAT(labels_of(mixed), ElementsAre("with people close to me", "with partners", "with mother"));
  std::vector<std::string> left_out;
  for (const MapIgnored& one : mixed.ignored) left_out.push_back(one.form + ": " + one.why);
  EXPECT_THAT(left_out, SizeIs(3));
  EXPECT_THAT(left_out, Contains(AllOf(HasSubstr("ECR-RS"), HasSubstr("Nobody was named"))));
  EXPECT_THAT(left_out, Contains(AllOf(HasSubstr("ECR-RS"), HasSubstr("left out"))));
  EXPECT_THAT(left_out, Contains(AllOf(HasSubstr("RQ"), HasSubstr("No position"))));
}

TEST_P(AttachmentMaps, of_a_form_with_a_norm_have_its_mean) {
  answer({"ecr", "online-5pt", {}}, repeated("3", 36));
  const auto one = map();
  EXPECT_THAT(labels_of(one), ElementsAre("with partners"));
  ASSERT_TRUE(one.anxiety.norm);
  EXPECT_GT(*one.anxiety.norm, 1);
  EXPECT_LT(*one.anxiety.norm, 5);
  EXPECT_FALSE(one.forms.at(0).estimated);
}

TEST_P(AttachmentMaps, of_an_adaptive_sheet_have_the_error_of_what_was_asked) {
  const auto asked = [](int first, int last) {
    std::string text;
    for (int i = 1; i <= 36; ++i)
      text += (i == 1 ? "" : ",") + std::string(i >= first && i <= last ? "4" : "not_asked");
    return text;
  };
  answer({"ecr", "online-5pt", {}}, asked(1, 8));
  const auto few = map();
  ASSERT_THAT(few.nodes, SizeIs(1));
  EXPECT_TRUE(few.forms.at(0).estimated);
  clock().pass(week_ms);
  answer({"ecr", "online-5pt", {}}, asked(1, 36));
  const auto both = map();
  EXPECT_EQ(both.forms.at(0).sheets, 2);
  const auto width = [](const MapPlace& place) { return place.anxiety_upper - place.anxiety_lower; };
  EXPECT_GT(width(few.nodes[0].now.place), width(both.nodes[0].now.place));
}

TEST_P(AttachmentMaps, say_contact_first_while_a_risk_answer_is_open) {
  const auto mother = figure(FigureKind::mother);
  rs(mother, 6, 6);
  clock().pass(8 * week_ms);
  rs(mother, 2, 2);
  EXPECT_THAT(map().headline.reveal(), Not(HasSubstr("risk")));
  agree_to_measures(ada_, mia_, course_.id);
  GiveMeasure phq;
  phq.instrument = "phq-9";
  phq.respondent = mia_;
  phq.mode = Mode::from_paper;
  const auto given = must(give_measure(practice(), ada_, course_.id, phq));
  must(record_answers(practice(), ada_, course_.id, given.id,
                      {{"0", "0", "0", "0", "0", "0", "0", "0", "2"}}));
  EXPECT_TRUE(map().risk_is_open);
  EXPECT_THAT(map().headline.reveal(), testing::StartsWith("A risk answer is open: contact first."));
}

TEST_P(AttachmentMaps, of_partners_are_each_ones_own) {
  NewMember one;
  one.particulars = Particulars{};
  one.particulars->name = Private<std::string>("Amara");
  NewMember other = one;
  other.particulars->name = Private<std::string>("Daniel");
  other.role = MemberRole::partner;
  course_ = must(open_course(practice(), ada_, {UnitKind::couple, {one, other}, Date{2026, 9, 1}}));
  const auto amara = course_.members[0].person;
  const auto daniel = course_.members[1].person;
  const auto of_amara = figure(FigureKind::partner, "Daniel", amara);
  answer({"ecr-rs", "", of_amara}, ecr_rs(6, 2), amara);
  answer({"ecr-rs", "", of_amara, amara}, ecr_rs(1, 1),
         daniel);  // what he says about her is no place of hers
  const auto hers = map(amara);
  ASSERT_THAT(hers.nodes, SizeIs(1));
  EXPECT_THAT(hers.nodes[0].raw, SizeIs(1));
  EXPECT_EQ(map(daniel).state, MapState::nothing);
  EXPECT_EQ(code_of(read_map(practice(), ada_, course_.id, mia_)), "member.not_found");
  EXPECT_EQ(code_of(read_shown_map(practice(), ada_, course_.id, mia_)), "member.not_found");
}

TEST_P(AttachmentMaps, of_another_course_are_not_mixed_in_and_reading_is_audited) {
  const auto mother = figure(FigureKind::mother);
  rs(mother, 4, 4);
  const auto other = course_of(ada_, "Noa Stein");
  EXPECT_EQ(must(read_map(practice(), ada_, other.id, other.members[0].person)).state, MapState::nothing);
  const auto before = audit_entries();
  (void)map();
  (void)shown();
  EXPECT_EQ(audit_entries(), before + 2);
  const Actor ben = user("ben", {.therapist = true});
  EXPECT_EQ(code_of(read_map(practice(), ben, course_.id, mia_)), "access.not_found");
}

TEST_P(AttachmentMaps, tell_figures_apart_that_would_read_alike) {
  const auto kim = figure(FigureKind::friend_, "Kim");
  const auto other_kim = figure(FigureKind::sibling, "Kim");
  const auto unnamed = figure(FigureKind::friend_);
  const auto other = figure(FigureKind::friend_);
  for (const auto& one : {kim, other_kim, unnamed, other}) rs(one, 3, 3);
  const auto told_apart = labels_of(map());
  for (const std::string& label : told_apart)
    EXPECT_EQ(std::count(told_apart.begin(), told_apart.end(), label), 1) << label;
  EXPECT_THAT(told_apart, Contains("with Kim (sibling)"));
  EXPECT_THAT(told_apart, Contains("with friend 2"));
}

// What relationships have in common
// --------------------------------------------------------------------------

class MapLawsOf : public AttachmentMaps {
 protected:
  /// Courses of two figures on two days; people differ from each other, and hardly from figure to figure.
  void add_courses(int number) {
    const stats::RandomKey key{7, 0};
    std::uint64_t n = static_cast<std::uint64_t>(added_) * 100;
    const auto score = [&](double level) {
      return std::clamp(static_cast<int>(std::lround(4 + 1.6 * level + 0.5 * stats::random_normal(key, n++))),
                        1, 7);
    };
    for (const int wave : {0, 1}) {
      must(record().write([&](Transaction& transaction) -> Result<bool> {
        for (int i = 0; i < number; ++i) {
          const auto at = static_cast<std::size_t>(added_ + i);
          if (wave == 0) {
            Somebody one{new_id<Course>(practice().entropy), new_id<Person>(practice().entropy), {}};
            Person person;
            person.id = one.person;
            person.code = fmt::format("Q-{:04}", at + 1);
            person.created_at = clock().now();
            must(transaction.create_key(person.id.text()));
            must(insert(transaction, person));
            Course course;
            course.id = one.course;
            course.therapist = ada_.user;
            course.begun_on = {2026, 9, 1};
            must(insert(transaction, course));
            one.anxiety = stats::random_normal(key, n++);
            one.avoidance = stats::random_normal(key, n++);
            for (const FigureKind kind : {FigureKind::mother, FigureKind::friend_}) {
              Figure figure;
              figure.id = new_id<Figure>(practice().entropy);
              figure.person = one.person;
              figure.kind = kind;
              must(insert(transaction, figure));
              one.figures.push_back(figure.id);
            }
            people_.push_back(one);
          }
          const Somebody& one = people_.at(at);
          for (const Id<Figure>& figure : one.figures)
            keep(transaction, one.course, one.person, {"ecr-rs", "", figure},
                 ecr_rs(score(one.anxiety), score(one.avoidance)));
        }
        return true;
      }));
      clock().pass(8 * week_ms);
    }
    added_ += number;
  }

  struct Somebody {
    Id<Course> course;
    Id<Person> person;
    std::vector<Id<Figure>> figures;
    double anxiety = 0;
    double avoidance = 0;
  };
  std::vector<Somebody> people_;
  int added_ = 0;
};

TEST_P(MapLawsOf, a_practice_are_learned_from_a_hundred_courses_and_forgotten_again) {
  const Actor boss = user("boss", {.admin = true});
  add_courses(99);
  EXPECT_EQ(code_of(fit_map_laws(practice(), boss)), "map.too_few");
  const auto before = must(read_map_laws(practice(), boss));
  EXPECT_EQ(before.courses, 99);
  EXPECT_EQ(before.needed, 100);
  EXPECT_EQ(before.origin, attachment::Origin::sheet);
  EXPECT_THAT(before.findings, SizeIs(1));
  add_courses(21);
  const auto fitted = must(fit_map_laws(practice(), boss));
  EXPECT_EQ(fitted.origin, attachment::Origin::fitted);
  EXPECT_EQ(fitted.fitted_on, 120);
  EXPECT_GT(fitted.shares.overall, before.shares.overall + 0.2) << "people differ on the whole here";
  EXPECT_EQ(fitted.computed_at, clock().now());
  const auto again = must(read_map_laws(practice(), boss));
  EXPECT_EQ(again.shares.overall, fitted.shares.overall) << "kept to the last digit";
  rs(figure(FigureKind::mother), 5, 5);
  EXPECT_EQ(map().model->origin, attachment::Origin::fitted);
  EXPECT_EQ(map().model->courses, 120);
  EXPECT_THAT(map().model->statement, HasSubstr("120"));
  const auto forgotten = must(forget_map_laws(practice(), boss));
  EXPECT_EQ(forgotten.origin, attachment::Origin::sheet);
  EXPECT_EQ(map().model->origin, attachment::Origin::sheet);
}

TEST_P(MapLawsOf, a_practice_are_for_admins_and_a_damaged_setting_is_told) {
  EXPECT_EQ(code_of(read_map_laws(practice(), ada_)), "access.forbidden");
  EXPECT_EQ(code_of(fit_map_laws(practice(), ada_)), "access.forbidden");
  EXPECT_EQ(code_of(forget_map_laws(practice(), ada_)), "access.forbidden");
  must(record().write([&](Transaction& transaction) {
    return insert(transaction, Setting{new_id<Setting>(practice().entropy), "map_laws", "1 random-walk 3"});
  }));
  EXPECT_EQ(code_of(read_map(practice(), ada_, course_.id, mia_)), "record.value");
}

INSTANTIATE_TEST_SUITE_P(Service, AttachmentMaps, store::each_engine, store::engine_name);
INSTANTIATE_TEST_SUITE_P(Service, MapLawsOf, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
