#include "service/adaptive.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "service/adaptive_definition.hpp"
#include "service/portal.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("nothing to replace: " + std::string(from));
  return text.replace(at, from.size(), to);
}

std::optional<QuestionCount> count_of(const catalog::Instrument& instrument) {
  return adaptive_count(instrument, instrument.orders.front());
}

TEST(AdaptiveCount, is_of_what_was_calibrated_on_real_answers) {
  AdaptiveFiles files = adaptive_files();
  const auto both = count_of(adaptive_instrument(files));
  ASSERT_TRUE(both);
  EXPECT_EQ(both->least, 8);
  EXPECT_EQ(both->most, 12);
  const std::string calibrated = files.calibration;
  files.calibration = replaced(calibrated, "answers = \"real\"", "answers = \"simulated\"");
  const auto one = count_of(adaptive_instrument(files));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->least, 4);
  files.calibration = replaced(files.calibration, "answers = \"real\"", "answers = \"simulated\"");
  EXPECT_FALSE(count_of(adaptive_instrument(files)));
  files.calibration.clear();
  EXPECT_FALSE(count_of(adaptive_instrument(files)));
}

TEST(AdaptiveCount, is_nothing_where_every_question_has_to_come) {
  AdaptiveFiles files = adaptive_files();
  const std::string instrument = files.instrument;
  files.instrument =
      instrument +
      "\n[[risks]]\nitems = [3]\nat_least = 2\ntopic = \"fear\"\nsource = \"own\"\nverified = true\n";
  EXPECT_FALSE(count_of(adaptive_instrument(files)));
  files.instrument =
      instrument + "\n[[rules]]\naction = \"show_item_if\"\nitem = 1\nat_least = 4\ntarget_items = [4, 5]\n";
  EXPECT_FALSE(count_of(adaptive_instrument(files)));
  files.instrument = replaced(instrument, "count = 12", "count = 12\noptional = [12]");
  EXPECT_FALSE(count_of(adaptive_instrument(files)));
  files.instrument = replaced(instrument, "family =", "calibration_needed = 300\nfamily =");
  EXPECT_FALSE(count_of(adaptive_instrument(files)));
}

// Our own measure is asked in full until enough people have answered it.
TEST(AdaptiveCount, is_nothing_for_the_measures_that_are_new) {
  for (const catalog::Instrument& instrument : all_instruments().instruments)
    for (const catalog::Order& order : instrument.orders)
      if (adaptive_count(instrument, order)) {
        EXPECT_EQ(instrument.calibration_needed, 0) << instrument.id;
        EXPECT_THAT(instrument.risks, IsEmpty()) << instrument.id;
      }
}

class AdaptiveSheet : public EachPractice {
 protected:
  catalog::Library library_ = with_adaptive();
  std::unique_ptr<Practice> here_;
  Actor ada_;
  CourseView course_;
  Id<Person> mia_;
  Attempts attempts_;

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    here_ = std::make_unique<Practice>(with_definitions(practice(), library_));
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    agree_to_measures(ada_, mia_, course_.id);
    must(give_consent(practice(), ada_, mia_, {course_.id, ConsentKind::portal, "2026-1", {}}));
    ready_for_phones();
  }
  GiveMeasure wanted(Mode mode = Mode::on_phone, std::optional<int> most = {}) {
    GiveMeasure input;
    input.instrument = "two-ways";
    input.respondent = mia_;
    input.mode = mode;
    input.adaptive = true;
    input.most_items = most;
    return input;
  }
  Administration given(const GiveMeasure& input) {
    return must(give_measure(*here_, ada_, course_.id, input));
  }
  Actor arrive(const Administration& sheet) {
    const auto token = must(make_portal_link(*here_, ada_, course_.id, sheet.id)).token;
    return must(authenticate(*here_, must(open_portal_link(*here_, attempts_, token, "127.0.0.1")).token));
  }
  /// Answers what comes, until nothing comes.
  std::vector<int> answer_all(const Actor& mia, SentAnswers& answers, const std::string& word = "3") {
    std::vector<int> put;
    for (auto next = must(next_question(*here_, mia, answers)); next.next;
         next = must(next_question(*here_, mia, answers))) {
      put.push_back(*next.next);
      answers.answers.at(static_cast<std::size_t>(*next.next - 1)) = word;
    }
    return put;
  }
};

SentAnswers nothing_yet(const Administration& sheet) {
  return {sheet.id, std::vector<std::string>(12, "not_asked")};
}

TEST_P(AdaptiveSheet, asks_both_scales_in_turn_and_scores_them_by_what_was_asked) {
  const Administration sheet = given(wanted(Mode::on_phone, 10));
  EXPECT_TRUE(sheet.adaptive);
  const Actor mia = arrive(sheet);
  const Form form = must(read_form(*here_, mia));
  ASSERT_TRUE(form.adaptive);
  EXPECT_THAT(form.items, SizeIs(12));
  EXPECT_THAT(form.items, Each(testing::Field(&FormItem::asked, true)));
  EXPECT_EQ(form.adaptive->least_left, 8);
  EXPECT_EQ(form.adaptive->most_left, 10);
  SentAnswers answers = nothing_yet(sheet);
  EXPECT_EQ(must(next_question(*here_, mia, answers)).next, form.adaptive->next);
  const auto before = audit_entries();
  const std::vector<int> put = answer_all(mia, answers);
  EXPECT_EQ(audit_entries(), before);  // reading the form stands for them
  ASSERT_THAT(put, SizeIs(10));
  EXPECT_EQ(std::set<int>(put.begin(), put.end()).size(), put.size());
  for (std::size_t i = 1; i < 8; i += 2) EXPECT_NE(put[i] % 2, put[i - 1] % 2) << i;
  EXPECT_EQ(must(read_sheet(*here_, ada_, course_.id, sheet.id)).administration.progress, Progress::begun);
  must(send_form(*here_, mia, answers));
  const Sheet sent = must(read_sheet(*here_, ada_, course_.id, sheet.id));
  EXPECT_EQ(std::count(sent.answers.begin(), sent.answers.end(), "not_asked"), 2);
  ASSERT_THAT(sent.scales, SizeIs(2));
  for (const ScaleView& scale : sent.scales) {
    EXPECT_EQ(scale.state, "estimated");
    ASSERT_TRUE(scale.value && scale.lower && scale.upper);
    EXPECT_NEAR(*scale.value, 3, 0.8);
    EXPECT_LT(*scale.lower, *scale.value);
    EXPECT_THAT(scale.basis, HasSubstr("800 people"));
  }
}

TEST_P(AdaptiveSheet, asks_the_same_again_after_the_same_answers) {
  const Administration sheet = given(wanted());
  SentAnswers answers = nothing_yet(sheet);
  const std::vector<int> first = answer_all(arrive(sheet), answers);
  answers = nothing_yet(sheet);
  EXPECT_EQ(answer_all(arrive(sheet), answers), first);
  // Another sheet is drawn anew: of many, not all begin alike.
  std::set<int> begins;
  for (int i = 0; i < 12; ++i) {
    const Administration another = given(wanted());
    begins.insert(must(next_question(*here_, arrive(another), nothing_yet(another))).next.value_or(0));
  }
  EXPECT_GT(begins.size(), 1U);
}

TEST_P(AdaptiveSheet, puts_nothing_twice_that_was_left_out) {
  const Administration sheet = given(wanted());
  SentAnswers answers = nothing_yet(sheet);
  const std::vector<int> put = answer_all(arrive(sheet), answers, "skipped");
  EXPECT_THAT(put, SizeIs(12));
}

TEST_P(AdaptiveSheet, never_asks_more_than_is_wanted) {
  const Administration sheet = given(wanted(Mode::on_phone, 8));
  EXPECT_EQ(sheet.most_items, 8);
  const Actor mia = arrive(sheet);
  EXPECT_EQ(must(read_form(*here_, mia)).most_items, 8);
  SentAnswers answers = nothing_yet(sheet);
  EXPECT_EQ(must(next_question(*here_, mia, answers)).most_left, 8);
  EXPECT_THAT(answer_all(mia, answers), SizeIs(8));
  EXPECT_EQ(must(next_question(*here_, mia, answers)).most_left, 0);
}

TEST_P(AdaptiveSheet, says_how_many_are_left_at_least) {
  const Administration sheet = given(wanted());
  const Actor mia = arrive(sheet);
  SentAnswers answers = nothing_yet(sheet);
  for (int left = 8; left > 0; --left) {
    const NextQuestion next = must(next_question(*here_, mia, answers));
    ASSERT_TRUE(next.next);
    EXPECT_EQ(next.least_left, left);
    answers.answers.at(static_cast<std::size_t>(*next.next - 1)) = "2";
  }
  EXPECT_EQ(must(next_question(*here_, mia, answers)).least_left, 0);
}

TEST_P(AdaptiveSheet, is_refused_where_it_would_not_be_honest) {
  const auto refused = [&](const GiveMeasure& input) {
    return code_of(give_measure(*here_, ada_, course_.id, input));
  };
  EXPECT_EQ(refused(wanted(Mode::from_paper)), "measure.not_adaptive");
  EXPECT_EQ(refused(wanted(Mode::in_room, 7)), "measure.most_items");
  GiveMeasure other = wanted(Mode::in_room);
  for (const char* instrument : {"closeness", "phq-9", "gad-7"}) {
    other.instrument = instrument;
    EXPECT_EQ(refused(other), "measure.not_adaptive") << instrument;
  }
  GiveMeasure fixed = wanted(Mode::in_room, 10);
  fixed.adaptive = false;
  EXPECT_EQ(refused(fixed), "measure.most_items");
  // Without its wording nothing can be put one by one.
  AdaptiveFiles files = adaptive_files();
  files.text.clear();
  files.instrument = replaced(files.instrument, "wording = \"shipped\"", "wording = \"imported\"");
  const catalog::Library unworded = with_adaptive(adaptive_instrument(files));
  const Practice there = with_definitions(practice(), unworded);
  EXPECT_EQ(code_of(give_measure(there, ada_, course_.id, wanted(Mode::in_room))), "measure.not_adaptive");
}

TEST_P(AdaptiveSheet, refuses_what_sending_refuses) {
  const Administration sheet = given(wanted());
  const Actor mia = arrive(sheet);
  SentAnswers answers = nothing_yet(sheet);
  const auto said = [&] { return code_of(next_question(*here_, mia, answers)); };
  answers.answers[3] = "often";
  EXPECT_EQ(said(), "answers.value");
  answers.answers[3] = "6";
  EXPECT_NE(said(), "done");
  answers.answers.pop_back();
  EXPECT_NE(said(), "done");
  answers = nothing_yet(given(wanted()));
  EXPECT_EQ(said(), "measure.other_sheet");
  answers = nothing_yet(sheet);
  EXPECT_EQ(code_of(next_question(*here_, ada_, answers)), "access.unauthenticated");
  EXPECT_EQ(code_of(next_room_question(*here_, mia, answers)), "access.unauthenticated");
  answers.answers.assign(12, "3");
  must(send_form(*here_, mia, answers));
  EXPECT_EQ(said(), "measure.sent");
  GiveMeasure fixed = wanted();
  fixed.adaptive = false;
  const Administration full = given(fixed);
  const Actor there = arrive(full);
  EXPECT_FALSE(must(read_form(*here_, there)).adaptive);
  EXPECT_EQ(code_of(next_question(*here_, there, nothing_yet(full))), "measure.not_adaptive");
}

TEST_P(AdaptiveSheet, ends_with_the_consent) {
  const Administration sheet = given(wanted());
  const Actor mia = arrive(sheet);
  for (const Consent& consent : must(read_person(*here_, ada_, mia_)).consents)
    if (consent.kind == ConsentKind::measures) must(withdraw_consent(*here_, ada_, mia_, consent.id));
  EXPECT_EQ(code_of(next_question(*here_, mia, nothing_yet(sheet))), "consent.missing");
}

TEST_P(AdaptiveSheet, takes_all_answers_where_there_was_no_connection) {
  const Administration sheet = given(wanted());
  const Actor mia = arrive(sheet);
  must(send_form(*here_, mia, {sheet.id, std::vector<std::string>(12, "4")}));
  for (const ScaleView& scale : must(read_sheet(*here_, ada_, course_.id, sheet.id)).scales) {
    EXPECT_EQ(scale.state, "complete");
    EXPECT_EQ(scale.value, 4);
  }
}

TEST_P(AdaptiveSheet, in_the_room_asks_on_the_locked_screen) {
  Session session;
  session.user = ada_.user;
  Private<std::string> token;
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    token = must(add_session(transaction, *here_, session)).token;
    return true;
  }));
  ada_ = must(authenticate(*here_, token));
  const Administration sheet = given(wanted(Mode::in_room));
  must(enter_room(*here_, ada_, course_.id, sheet.id));
  EXPECT_EQ(code_of(next_room_question(*here_, ada_, nothing_yet(sheet))), "access.forbidden");
  const Actor locked = must(authenticate(*here_, token));
  const Form form = must(read_room_form(*here_, locked));
  ASSERT_TRUE(form.adaptive);
  EXPECT_EQ(must(next_room_question(*here_, locked, nothing_yet(sheet))).next, form.adaptive->next);
  // The therapist reads every question of it.
  EXPECT_FALSE(must(read_sheet_form(*here_, ada_, course_.id, sheet.id)).adaptive);
}

// Its definition of today is no longer calibrated: the sheet is filled in all the same.
TEST_P(AdaptiveSheet, is_asked_in_full_where_its_calibration_has_gone) {
  const Administration sheet = given(wanted());
  const Actor mia = arrive(sheet);
  AdaptiveFiles files = adaptive_files();
  files.calibration.clear();
  const catalog::Library later = with_adaptive(adaptive_instrument(files));
  const Practice there = with_definitions(practice(), later);
  EXPECT_FALSE(must(read_form(there, mia)).adaptive);
}

TEST_P(AdaptiveSheet, is_marked_on_the_chart_and_compared_by_its_own_error) {
  const auto answer = [&](const std::string& word, bool adaptive) {
    GiveMeasure input = wanted(Mode::on_phone, adaptive ? std::optional(8) : std::nullopt);
    input.adaptive = adaptive;
    const Administration sheet = given(input);
    const Actor mia = arrive(sheet);
    SentAnswers answers = nothing_yet(sheet);
    if (adaptive)
      answer_all(mia, answers, word);
    else
      answers.answers.assign(12, word);
    must(send_form(*here_, mia, answers));
    clock().pass(day_ms);
  };
  answer("5", true);
  const auto charts = [&] { return must(read_course_page(*here_, ada_, course_.id, 10)).charts; };
  ASSERT_THAT(charts(), SizeIs(2));
  EXPECT_THAT(charts()[0].headline, HasSubstr("(estimated)"));
  EXPECT_THAT(charts()[0].points.at(0).words, HasSubstr("(estimated), likely"));
  EXPECT_THAT(charts()[0].table.rows.at(0).at(1), HasSubstr("(estimated)"));
  EXPECT_THAT(charts()[0].limits, Contains(HasSubstr("estimated")));
  answer("1", true);
  EXPECT_THAT(charts()[0].headline, HasSubstr("Better than at first by more than the error"));
  EXPECT_THAT(charts()[0].limits.at(0), HasSubstr("the errors of both scores"));
  // This measure has no reliability: of a full score no error is known, so nothing is said of the difference.
  answer("5", false);
  EXPECT_THAT(charts()[0].headline, HasSubstr("is not known"));
  EXPECT_THAT(charts()[0].points.at(2).words, Not(HasSubstr("estimated")));
}

INSTANTIATE_TEST_SUITE_P(Service, AdaptiveSheet, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
