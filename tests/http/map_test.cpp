// What a person is shown of their map holds no professional word, in any state.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "front.hpp"
#include "service/history.hpp"
#include "service/measure.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using service::must;
using testing::HasSubstr;
using testing::Not;

class MapFaces : public Front {
 protected:
  service::Actor ada_;
  service::CourseView course_;

  void SetUp() override {
    Front::SetUp();
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    agree_to_measures(ada_, course_.members[0].person, course_.id);
  }
  Id<service::Figure> figure(service::FigureKind kind) {
    service::NewFigure input;
    input.kind = kind;
    const auto view = must(service::add_figure(practice(), ada_, course_.members[0].person, input));
    for (const auto& one : view.figures)
      if (one.kind == kind) return one.id;
    return {};
  }
  void answer(const std::string& instrument, const std::optional<Id<service::Figure>>& whom,
              const std::vector<std::string>& answers) {
    service::GiveMeasure input;
    input.instrument = instrument;
    if (instrument == "ecr") input.item_order = "online-5pt";
    input.respondent = course_.members[0].person;
    input.figure = whom;
    input.mode = service::Mode::from_paper;
    const auto given = must(service::give_measure(practice(), ada_, course_.id, input));
    must(service::record_answers(practice(), ada_, course_.id, given.id, {answers}));
  }
  Said map(const std::string& face) {
    return ask(badge(ada_), {.path = "/api/v1/courses/" + course_.id.text() + "/people/" +
                                     course_.members[0].person.text() + "/map" + face});
  }
  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  }
  void expect_plain() {
    const Said said = map("/shown");
    ASSERT_EQ(said.status, 200U) << said.body;
    for (const char* word :
         {"secur", "preoccup", "dismiss", "fearful", "landmark", "quadrant", "prototype", "anxiety",
          "anxious", "avoidan", "attachment", "disorgan", "probab", "ellipse", "standard", "ecr", "type\""})
      EXPECT_THAT(lower(said.body), Not(HasSubstr(word)));
  }
};

const std::vector<std::string> near = {"7", "7", "7", "7", "1", "1", "1", "1", "1"};
const std::vector<std::string> far = {"1", "1", "1", "1", "7", "7", "7", "7", "7"};

TEST_P(MapFaces, of_the_person_have_no_professional_word) {
  const auto mother = figure(service::FigureKind::mother);
  const auto therapist = figure(service::FigureKind::therapist);
  expect_plain();  // nothing yet
  answer("closeness", therapist, {"4", "0", "0", "0", "4", "0", "0", "4"});
  expect_plain();
  clock().pass(60 * day_ms);
  answer("closeness", therapist, {"0", "4", "4", "4", "0", "4", "4", "0"});
  expect_plain();  // directions
  answer("ecr-rs", mother, far);
  expect_plain();
  clock().pass(60 * day_ms);
  answer("ecr-rs", mother, near);
  expect_plain();  // places that moved
  clock().pass(60 * day_ms);
  answer("ecr", {}, std::vector<std::string>(36, "3"));
  expect_plain();  // several forms
  // The therapist's has them, so that the search above could have found them.
  for (const char* word : {"secure", "preoccupied", "dismissing", "fearful", "landmark", "probability"})
    EXPECT_THAT(map("").body, HasSubstr(word));
}

INSTANTIATE_TEST_SUITE_P(Http, MapFaces, testing::Values(store::Engine::sqlite), store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
