// securebase locate, working-model

#include <gtest/gtest.h>

#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

const std::vector<std::string> worked{"locate",        "--mean",  "3.56,2.92", "--sd", "1.12,1.19",
                                      "--reliability", ".92,.93", "--r",       ".41"};

Ran locate_worked(const std::string& anxiety, const std::string& avoidance,
                  std::vector<std::string> more = {}) {
  std::vector<std::string> words = worked;
  words.insert(words.end(), {"--anxiety", anxiety, "--avoidance", avoidance});
  words.insert(words.end(), more.begin(), more.end());
  return securebase(words);
}

TEST(LocateCommand, the_worked_case_by_options) {
  const auto far = locate_worked("4.8", "4.2", {"--json"}).json();
  EXPECT_EQ(far["schema"], "securebase.position/1");
  const auto& place = far["shrunken"]["points"];
  EXPECT_NEAR(place["anxiety"].get<double>(), 4.728, 5e-4);
  EXPECT_NEAR(place["avoidance"].get<double>(), 4.138, 5e-4);
  EXPECT_NEAR(place["anxiety_error"].get<double>(), 0.301, 5e-4);
  EXPECT_NEAR(place["correlation"].get<double>(), 0.041, 5e-4);
  EXPECT_NEAR(far["pull"][0][0].get<double>(), 0.9038, 5e-5);
  EXPECT_NEAR(far["least_reliable_change"]["anxiety"].get<double>(), 0.88, 5e-3);
  EXPECT_FALSE(far.contains("professional"));
  const auto near = locate_worked("3.7", "2.9", {"--json", "--professional"}).json();
  const auto& q = near["professional"]["quadrants"][0];
  EXPECT_NEAR(q["secure"].get<double>(), 0.181, 5e-4);
  EXPECT_NEAR(q["preoccupied"].get<double>(), 0.337, 5e-4);
  EXPECT_NEAR(q["dismissing"].get<double>(), 0.157, 5e-4);
  EXPECT_NEAR(q["fearful"].get<double>(), 0.325, 5e-4);
}

TEST(LocateCommand, landmarks_only_where_they_are_asked_for) {
  EXPECT_EQ(locate_worked("4.8", "4.2").out.find("fearful"), std::string::npos);
  const auto told = unwrapped(locate_worked("4.8", "4.2", {"--professional"}).out);
  EXPECT_NE(told.find("not for clients"), std::string::npos);
  EXPECT_NE(told.find("not the probability of a type"), std::string::npos);
}

TEST(LocateCommand, answers_of_an_instrument) {
  const auto ran = securebase({"locate", "--instrument", "ecr-rs", "--answers", "2,3,1,2,5,6,4,3,4"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(unwrapped(ran.out).find("no norm of the ECR-RS has been seen"), std::string::npos);
}

TEST(LocateCommand, a_file_gives_a_row_a_person) {
  const Folder folder;
  const auto in = folder.put("a.csv", "id,Q1,Q2,Q3,Q4,Q5,Q6,Q7,Q8,Q9\na,2,3,1,2,5,6,4,3,4\nb,,,,,,,4,3,4\n");
  const auto ran =
      securebase({"locate", "--instrument", "ecr-rs", "--in", in, "--prefix", "Q", "--keep", "id"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].starts_with("line,id,raw_anxiety,raw_avoidance,anxiety,")) << lines[0];
  EXPECT_EQ(std::count(lines[1].begin(), lines[1].end(), ','),
            std::count(lines[0].begin(), lines[0].end(), ','));
  EXPECT_EQ(lines[2], "3,b,,,,,,,,,,");  // no score, no place
}

TEST(LocateCommand, refuses_with_what_would_be_valid) {
  EXPECT_EQ(securebase({"locate"}).code, 2);
  EXPECT_EQ(securebase({"locate", "--anxiety", "3", "--avoidance", "3"}).code, 2);
  EXPECT_EQ(securebase({"locate", "--instrument", "closeness", "--anxiety", "3", "--avoidance", "3"}).code,
            2);
  EXPECT_EQ(securebase({"locate", "--instrument", "phq-9", "--anxiety", "3", "--avoidance", "3"}).code, 5);
  EXPECT_EQ(locate_worked("9", "3").code, 3);
  EXPECT_EQ(locate_worked("x", "3").code, 2);
  EXPECT_EQ(
      securebase({"locate", "--instrument", "ecr-rs", "--anxiety", "3", "--avoidance", "3", "--sd", "0,1"})
          .code,
      2);
}

constexpr const char* figures =
    "month,figure,kind,instrument,anxiety,avoidance\n"
    "0,father,father,ecr-rs,3.33,5.67\n0,partner,partner,ecr-rs,5.00,3.33\n0,therapist,therapist,closeness,2."
    "5,2.75\n"
    "4,father,father,ecr-rs,3.33,5.33\n4,partner,partner,ecr-rs,4.00,2.67\n4,therapist,therapist,closeness,2,"
    "1.75\n"
    "8,father,father,ecr-rs,3.33,5.33\n8,partner,partner,ecr-rs,2.33,2.00\n";

TEST(WorkingModelCommand, tells_which_relationship_changed_most) {
  const Folder folder;
  const auto ran =
      securebase({"working-model", "--in", folder.put("f.csv", figures), "--plot", folder.path("m.svg")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto told = unwrapped(ran.out);
  EXPECT_NE(told.find("The relationship that changed most: with partner"), std::string::npos) << told;
  EXPECT_NE(told.find("That is more than error."), std::string::npos);
  EXPECT_NE(told.find("A proposal of ours"), std::string::npos);
  EXPECT_NE(told.find("Directions only"), std::string::npos);
  EXPECT_EQ(told.find("fearful"), std::string::npos);
  const auto svg = Folder::read(folder.path("m.svg"));
  EXPECT_NE(svg.find("with partner"), std::string::npos);
  EXPECT_EQ(svg.find("with therapist"), std::string::npos);  // no place
}

TEST(WorkingModelCommand, json_and_csv) {
  const Folder folder;
  const auto in = folder.put("f.csv", figures);
  const auto json = securebase({"working-model", "--in", in, "--json"}).json();
  EXPECT_EQ(json["schema"], "securebase.working_model/1");
  EXPECT_EQ(json["changed_most"], "partner");
  EXPECT_EQ(json["changed_most_exceeds_error"], true);
  EXPECT_EQ(json["directions"].size(), 2U);
  EXPECT_FALSE(json.contains("professional"));
  EXPECT_FALSE(json["nodes"][0]["now"]["points"].is_null());  // one form only
  const auto lines = lines_of(securebase({"working-model", "--in", in, "--csv"}).out);
  EXPECT_TRUE(lines[0].starts_with("node,kind,with,month,asked,anxiety,"));
  EXPECT_GT(lines.size(), 10U);
}

TEST(WorkingModelCommand, the_order_of_rows_is_of_no_account) {
  const Folder folder;
  auto lines = lines_of(figures);
  std::reverse(lines.begin() + 1, lines.end());
  std::string reversed;
  for (const auto& line : lines) reversed += line + "\n";
  auto a = securebase({"working-model", "--in", folder.put("a.csv", figures), "--json"}).json();
  auto b = securebase({"working-model", "--in", folder.put("b.csv", reversed), "--json"}).json();
  EXPECT_EQ(a["nodes"][0], b["nodes"][0]);
  EXPECT_EQ(a["changed_most"], b["changed_most"]);
}

TEST(WorkingModelCommand, hyperparameters_by_option_and_from_courses) {
  const Folder folder;
  const auto in = folder.put("f.csv", figures);
  const auto set = securebase({"working-model", "--in", in, "--set", "relation_drift=0", "--set",
                               "domain_drift=0", "--set", "overall_drift=0", "--json"})
                       .json();
  EXPECT_EQ(set["hyperparameters"]["origin"], "given");
  EXPECT_EQ(set["changed_most_exceeds_error"], false);
  EXPECT_EQ(securebase({"working-model", "--in", in, "--set", "speed=1"}).code, 2);
  EXPECT_EQ(securebase({"working-model", "--in", in, "--set", "correlation=2"}).code, 3);
  std::string many = "course,month,figure,domain,anxiety,avoidance\n";
  for (int course = 0; course < 12; ++course)
    for (int month = 0; month < 3; ++month)
      for (int figure = 0; figure < 3; ++figure)
        many += std::to_string(course) + "," + std::to_string(month) + ",f" + std::to_string(figure) + "," +
                (figure < 2 ? "family" : "friends") + "," +
                std::to_string((course * 7 + figure * 5 + month) % 11 - 5) + "e-1," +
                std::to_string((course * 3 + figure * 4 + month * 2) % 9 - 4) + "e-1\n";
  const auto courses = folder.put("c.csv", many);
  EXPECT_EQ(securebase({"working-model", "--fit-from", courses}).code, 3);  // too few
  const auto fitted = securebase({"working-model", "--fit-from", courses, "--least", "10"});
  EXPECT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_NE(fitted.out.find("mean_anxiety"), std::string::npos);
  const auto both = securebase({"working-model", "--in", courses, "--course", "3", "--fit-from", courses,
                                "--least", "10", "--json"})
                        .json();
  EXPECT_EQ(both["hyperparameters"]["origin"], "fitted");
  EXPECT_EQ(securebase({"working-model", "--in", courses}).code, 2);  // which course
}

TEST(WorkingModelCommand, dates_and_faults_at_their_line) {
  const Folder folder;
  const auto dates = folder.put(
      "d.csv", "date,figure,anxiety,avoidance\n2026-03-01,mother,0.5,0.2\n2026-01-01,mother,0.1,0.2\n");
  const auto json = securebase({"working-model", "--in", dates, "--json"}).json();
  EXPECT_NEAR(json["now"].get<double>(), 59 / 30.4375, 1e-9);
  const auto fault = [&](const std::string& rows) {
    const auto ran = securebase({"working-model", "--in", folder.put("x.csv", rows)});
    EXPECT_EQ(ran.code, 3) << rows;
    return ran.err;
  };
  EXPECT_NE(fault("month,figure,anxiety,avoidance\n0,m,much,1\n").find("x.csv:2: anxiety"),
            std::string::npos);
  EXPECT_EQ(fault("month,figure,anxiety,avoidance\n0,m,much,1\n").find("much"), std::string::npos);
  EXPECT_NE(fault("figure,anxiety,avoidance\nm,1,1\n").find("courses.column"), std::string::npos);
  EXPECT_NE(fault("month,figure,anxiety,avoidance\n0,,1,1\n").find("say who"), std::string::npos);
  EXPECT_NE(fault("month,figure,instrument,anxiety,avoidance\n0,m,ecr-rs,9,1\n").find("from 1 to 7"),
            std::string::npos);
  EXPECT_NE(
      fault("month,figure,domain,anxiety,avoidance\n0,m,family,1,1\n1,m,friends,1,1\n").find("one domain"),
      std::string::npos);
  EXPECT_NE(fault("month,figure,anxiety,avoidance,anxiety_error\n0,m,1,1,0.2\n").find("stand together"),
            std::string::npos);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
