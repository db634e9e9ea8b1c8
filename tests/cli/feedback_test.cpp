// securebase feedback, securebase alliance

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fit_tree.hpp"
#include "therapy/practice_simulation.hpp"
#include "therapy/study.hpp"
#include "therapy/study_tables.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

const std::string etr = "etr/expected_response";

Words checking(const std::string& file, Words more = {}) {
  Words words{"feedback", "check", file, "--client", "id", "--session", "visit"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string written(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::ofstream(path) << text;
  return path.string();
}

TEST(FeedbackCheck, learns_the_expected_course_and_forecasts_as_R) {
  const Json fit =
      fitted(checking(case_file(etr, "newdata.csv"), {"--intake", "intake", "--reliable-change", "14",
                                                      "--learn-from", case_file(etr), "--planned", "10"}));
  const auto reference = reference::find_case(etr);
  const Json& expected = reference->results();
  EXPECT_NEAR(fit.at("measures").at("mean_intake").get<double>(), expected.at("mean_intake").get<double>(),
              1e-6);
  EXPECT_NEAR(fit.at("measures").at("residual_sd").get<double>(),
              expected.at("model").at("sigma").get<double>(), 1e-5);
  const Json& one = expected.at("new_clients")[0];
  const Json course = row_with(fit.at("frames").at("courses"), "client", "new1");
  EXPECT_NEAR(course.at("percentile").get<double>(), one.at("seen")[2].at("percentile").get<double>(), 1e-6);
  EXPECT_EQ(course.at("scores"), 3);
  EXPECT_EQ(course.at("missed"), 7);
  EXPECT_TRUE(says(fit, "expected_course.rests_on"));
  EXPECT_FALSE(says(fit, "feedback.same_courses"));
}

TEST(FeedbackCheck, draws_the_expected_course_with_a_client_in_it) {
  const std::string svg = written("course.svg", "");
  (void)fitted(checking(case_file(etr),
                        {"--intake", "intake", "--reliable-change", "14", "--plot", svg, "--show", "c002"}));
  const std::string picture = Folder::read(svg);
  EXPECT_THAT(picture, HasSubstr("<svg"));
  EXPECT_THAT(picture, HasSubstr("c002"));
  refuses(checking(case_file(etr),
                   {"--intake", "intake", "--reliable-change", "14", "--plot", svg, "--show", "nobody"}),
          2, "usage.feedback");
}

TEST(FeedbackCheck, holds_few_courses_against_their_own_start) {
  const std::string file = written(
      "few.csv", "id,visit,score\na,1,32\na,2,31\na,3,33\na,4,5\na,5,6\na,6,7\nb,1,20\nb,2,\nb,3,31\n");
  const Json fit = fitted(checking(file, {"--reliable-change", "7"}));
  EXPECT_TRUE(says(fit, "expected_course.none"));
  EXPECT_EQ(row_with(fit.at("frames").at("courses"), "client", "b").at("status"), "off_track");
  EXPECT_EQ(row_with(fit.at("frames").at("courses"), "client", "b").at("rule"), "change since intake");
  ASSERT_EQ(fit.at("frames").at("sudden").size(), 1U);
  EXPECT_EQ(fit.at("frames").at("sudden")[0].at("kind"), "gain");
  EXPECT_THAT(fit.at("frames").at("sudden")[0].at("reason").get<std::string>(), HasSubstr("28 points >= 7"));
  EXPECT_TRUE(says(fit, "feedback.how_often"));
}

TEST(FeedbackCheck, refuses_what_cannot_be) {
  const std::string file = written("twice.csv", "id,visit,score\na,1,32\na,1,31\n");
  refuses(checking(file, {"--reliable-change", "7"}), 3, "courses.twice");
  refuses(checking(file), 2, "usage.feedback");
  refuses(checking(file, {"--reliable-change", "0"}), 2, "usage.feedback");
  refuses(checking(file, {"--sd", "3"}), 2, "usage.feedback");
  const std::string half = written("half.csv", "id,visit,score\na,1.5,32\n");
  refuses(checking(half, {"--reliable-change", "7"}), 3, "courses.session");
}

TEST(AllianceCheck, shows_dips_and_says_to_ask) {
  const std::string file = written("ratings.csv",
                                   "client,session,rating\na,1,5\na,2,5.2\na,3,5.1\na,4,5.3\na,5,3\na,6,5."
                                   "2\nb,1,5\nb,2,5\nb,3,\nb,4,5.1\n");
  const Json fit = fitted({"alliance", "check", file});
  ASSERT_EQ(fit.at("frames").at("dips").size(), 1U);
  EXPECT_EQ(fit.at("frames").at("dips")[0].at("session"), 5);
  EXPECT_EQ(fit.at("frames").at("dips")[0].at("course"), "repaired");
  EXPECT_TRUE(says(fit, "alliance.no_dip"));
  EXPECT_NEAR(fit.at("measures").at("within_sd").get<double>(), 0.5, 1e-12);
  refuses({"alliance", "check", file, "--lowest", "7"}, 2, "usage.alliance");
}

TEST(AllianceStudy, is_short_where_few_courses_are_asked_for) {
  const Json fit = fitted({"alliance", "study", "--courses", "200"});
  const Json found = row_with(fit.at("frames").at("values"), "what", "alliance.dip4.found");
  EXPECT_GT(found.at("value").get<double>(), 0.75);
  refuses({"alliance", "study", "--courses", "2"}, 2, "usage.study");
}

TEST(FeedbackStudy, the_document_has_the_numbers_of_the_program) {
  std::ifstream file(std::filesystem::path(SECUREBASE_SOURCE_DIR) / "docs/feedback.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str();
  const auto begin = page.find(therapy::tables_begin);
  const auto end = page.find(therapy::tables_end);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t from = begin + therapy::tables_begin.size();
  EXPECT_EQ(page.substr(from, end - from), "\n" + therapy::study_markdown(therapy::study_value) + "\n");
}

TEST(FeedbackStudy, the_document_is_rounded_from_what_the_program_holds) {
  const auto tables = [](double worse) {
    return therapy::study_markdown([worse](std::string_view) { return std::optional(worse); });
  };
  EXPECT_EQ(tables(0.04550001), tables(0.0455)) << "both stand as 0.0455 in the program's table";
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
