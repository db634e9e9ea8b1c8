// calibrate, irt score, cat simulate.

#include <gmock/gmock.h>

#include <cmath>

#include "stats/item_response.hpp"
#include "stats/random_stream.hpp"
#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string ecr_file = std::string(SECUREBASE_SHARED_DIR) + "/data/ecr/ecr_responses.csv.gz";
const std::string mirt_file = std::string(SECUREBASE_SHARED_DIR) + "/reference-mirt/ecr_graded/expected.json";

#define NEEDS_ECR_FILE()                                                         \
  if (!std::filesystem::exists(ecr_file) || !std::filesystem::exists(mirt_file)) \
  GTEST_SKIP() << "needs " << ecr_file << ", which is not part of the project"

/// Answers of people who do not exist to the 36 items of the ECR, by one state for odd and one for even
/// items.
std::string made_up_answers(std::size_t people) {
  const std::vector<int> reversed{3, 15, 19, 22, 25, 27, 29, 31, 33, 35};
  std::string text;
  for (int item = 1; item <= 36; ++item) text += "Q" + std::to_string(item) + ",";
  text += "age,gender,site\n";
  for (std::size_t person = 0; person < people; ++person) {
    const stats::RandomKey key{11, person};
    for (int item = 1; item <= 36; ++item) {
      const double theta = stats::random_normal(key, item % 2 == 0 ? 0 : 1);
      const double at = -0.8 + 0.05 * item;
      const stats::PolytomousItem parameters{
          stats::ItemModel::graded_response, 1.4, {at - 1, at - 0.3, at + 0.4, at + 1.1}};
      const int answer = stats::answer_at(parameters, theta,
                                          stats::random_uniform(key, static_cast<std::uint64_t>(item) + 10));
      const bool turned = std::find(reversed.begin(), reversed.end(), item) != reversed.end();
      text += std::to_string(turned ? 5 - answer : 1 + answer) + ",";
    }
    text += std::to_string(16 + person % 40) + "," + (person % 2 == 0 ? "f" : "m") + "," +
            (person % 3 == 0 ? "north" : "south") + "\n";
  }
  return text;
}

std::vector<std::string> on_ecr(std::vector<std::string> words, const std::string& file) {
  for (const char* word : {"--instrument", "ecr", "--order", "online-5pt", "--in"}) words.emplace_back(word);
  words.push_back(file);
  return words;
}

TEST(CalibrateCommand, tells_and_keeps_what_others_score_by) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(800));
  const auto kept = folder.path("own.toml");
  const Ran ran = securebase(on_ecr({"calibrate", "--scale", "avoidance", "--calibration", kept, "--sample",
                                     "people of a test", "--plot", folder.path("precision.svg")},
                                    file));
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("800 of 800 rows"));
  EXPECT_THAT(ran.out, HasSubstr("Discrimination of each item"));
  EXPECT_THAT(ran.out, HasSubstr("threshold 4"));
  EXPECT_THAT(ran.out, HasSubstr("It says nothing about whether the model is the right one"));
  EXPECT_THAT(Folder::read(folder.path("precision.svg")), HasSubstr("<svg"));
  for (const std::string& line : lines_of(ran.out)) EXPECT_LE(line.size(), 90U) << line;

  const Ran scored = securebase(on_ecr(
      {"irt", "score", "--calibration", kept, "--keep", "site", "--out", folder.path("states.csv")}, file));
  ASSERT_EQ(scored.code, 0) << scored.err;
  EXPECT_THAT(scored.err, HasSubstr("people of a test"));
  const auto lines = lines_of(Folder::read(folder.path("states.csv")));
  ASSERT_EQ(lines.size(), 801U);
  EXPECT_EQ(
      lines[0],
      "line,site,avoidance_answered,avoidance_state,avoidance_state_se,avoidance_score,avoidance_score_se,"
      "avoidance_percentile");
  EXPECT_THAT(lines[1], HasSubstr("2,north,18,"));

  const Ran tried = securebase(on_ecr({"cat", "simulate", "--calibration", kept, "--people", "200"}, file));
  ASSERT_EQ(tried.code, 0) << tried.err;
  EXPECT_THAT(unwrapped(tried.out), HasSubstr("200 of 800 rows"));
  EXPECT_THAT(tried.out, HasSubstr("Held against the score from all the same answers"));
}

TEST(CalibrateCommand, the_same_command_gives_the_same_bytes) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(520));
  const auto words = on_ecr({"calibrate", "--scale", "anxiety", "--json"}, file);
  EXPECT_EQ(securebase(words).out, securebase(words).out);
}

TEST(CalibrateCommand, columns_by_name_are_the_same_items) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(500));
  const Json defined = securebase(on_ecr({"calibrate", "--scale", "anxiety", "--json"}, file)).json();
  std::string names;
  for (int item = 2; item <= 36; item += 2) names += (names.empty() ? "Q" : ",Q") + std::to_string(item);
  const Ran ran = securebase({"calibrate", "--items", names, "--reversed", "Q22", "--in", file, "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Json named = ran.json();
  EXPECT_EQ(named.at("estimates").size(), 18U);
  EXPECT_EQ(named.at("estimates")[10].at("term"), "Q22");
  EXPECT_NEAR(named.at("measures").at("log_likelihood").get<double>(),
              defined.at("measures").at("log_likelihood").get<double>(), 1e-6);
}

TEST(CalibrateCommand, items_in_groups) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(600));
  for (const std::vector<std::string>& groups : {std::vector<std::string>{"--group", "gender"},
                                                 {"--group", "age", "--bands", "30"},
                                                 {"--group", "site", "--groups", "south,*"}}) {
    std::vector<std::string> words{"calibrate", "--scale", "avoidance", "--dif", "--json"};
    words.insert(words.end(), groups.begin(), groups.end());
    const Ran ran = securebase(on_ecr(words, file));
    ASSERT_EQ(ran.code, 0) << ran.err;
    const Json rows = ran.json().at("frames").at("functioning");
    EXPECT_EQ(rows.size(), 18U) << groups[1];
    // Everybody answers by the same parameters.
    for (const Json& row : rows) EXPECT_LT(std::abs(row.at("signed").get<double>()), 0.35);
  }
}

TEST(CalibrateCommand, groups_are_values_that_are_there_each_in_one) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(60));
  const auto refused = [&](const std::string& group, const std::string& groups) {
    const Ran ran = securebase(
        on_ecr({"calibrate", "--scale", "avoidance", "--dif", "--group", group, "--groups", groups}, file));
    EXPECT_EQ(ran.code, 2) << groups;
    EXPECT_THAT(ran.err, HasSubstr("usage.groups")) << groups;
    return unwrapped(ran.err);
  };
  EXPECT_THAT(refused("gender", "female,male+female"), HasSubstr("'female' stands there twice"));
  EXPECT_THAT(refused("gender", "female,males"),
              HasSubstr("nobody has 'males' in gender: there is female, "));
  EXPECT_THAT(refused("site", "south,*,*"), HasSubstr("* is all others, and stands once"));
  EXPECT_THAT(refused("site", "south,+north"), HasSubstr("a value is missing"));
  EXPECT_THAT(refused("age", "18 to 24,1 to 2"), HasSubstr("nobody has '1 to 2' in age"));
}

TEST(CalibrateCommand, what_cannot_be_done_is_said) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(60));
  const auto code = [&](std::vector<std::string> words) {
    const Ran ran = securebase(words);
    EXPECT_NE(ran.code, 70) << ran.err;
    EXPECT_THAT(ran.err, Not(HasSubstr("terminate")));
    return std::pair(ran.code, ran.err);
  };
  EXPECT_THAT(code({"calibrate", "--in", file}).second, HasSubstr("--instrument"));
  EXPECT_THAT(code(on_ecr({"calibrate"}, file)).second, HasSubstr("avoidance"));
  EXPECT_THAT(code(on_ecr({"calibrate", "--scale", "anxiety", "--dif"}, file)).second, HasSubstr("--group"));
  EXPECT_THAT(code(on_ecr({"calibrate", "--scale", "anxiety", "--dif", "--group", "place"}, file)).second,
              HasSubstr("--group"));
  EXPECT_THAT(
      code(on_ecr({"calibrate", "--scale", "anxiety", "--calibration", folder.path("x.toml")}, file)).second,
      HasSubstr("--sample"));
  EXPECT_THAT(code({"calibrate", "--items", "Q1,place", "--in", file}).second, HasSubstr("place"));
  EXPECT_THAT(code({"calibrate", "--items", "Q1,gender", "--in", file}).second, HasSubstr("gender"));
  EXPECT_THAT(code(on_ecr({"calibrate", "--scale", "anxiety", "--nodes", "5"}, file)).second,
              HasSubstr("11 to 401"));
  const auto empty = folder.put("empty.csv", "Q1,Q2,Q3\n1,1,1\n1,1,1\n");
  EXPECT_EQ(code({"calibrate", "--items", "Q1,Q2,Q3", "--in", empty}).first, 3);
  const auto text = folder.put("text.csv", "Q1,Q2\n1,2\n2.5,1\n");
  const auto half = code({"calibrate", "--items", "Q1,Q2", "--in", text});
  EXPECT_EQ(half.first, 3);
  EXPECT_THAT(half.second, HasSubstr("text.csv:3"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("x.toml")));
}

// What was attacked: parameters that cannot score anybody are not kept, and what was found is told.
TEST(CalibrateCommand, keeps_nothing_that_cannot_score) {
  const Folder folder;
  std::string turned = made_up_answers(520);
  std::string text;
  for (const std::string& line : lines_of(turned)) {
    const bool head = line.front() == 'Q';
    const auto comma = line.find(',');
    text += head ? line
                 : line.substr(0, comma + 1) + std::to_string(6 - (line[comma + 1] - '0')) +
                       line.substr(comma + 2);
    text += "\n";
  }
  const auto file = folder.put("turned.csv", text);
  const auto kept = folder.path("own.toml");
  const Ran ran =
      securebase(on_ecr({"calibrate", "--scale", "anxiety", "--calibration", kept, "--sample", "x"}, file));
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("item 2 measures the other way round"));
  EXPECT_THAT(ran.out, HasSubstr("Discrimination of each item"));
  EXPECT_FALSE(std::filesystem::exists(kept));
  const auto few = folder.put("few.csv", made_up_answers(499));
  const Ran too_few =
      securebase(on_ecr({"calibrate", "--scale", "anxiety", "--calibration", kept, "--sample", "x"}, few));
  EXPECT_EQ(too_few.code, 3);
  EXPECT_THAT(too_few.err, HasSubstr("499 people are too few"));
  EXPECT_FALSE(std::filesystem::exists(kept));
  const Ran same = securebase(on_ecr(
      {"calibrate", "--scale", "anxiety", "--calibration", kept, "--sample", "x", "--plot", kept}, few));
  EXPECT_EQ(same.code, 2);
  EXPECT_FALSE(std::filesystem::exists(kept));
}

TEST(IrtScoreCommand, a_cell_that_is_no_answer_is_named_by_its_place_alone) {
  const Folder folder;
  std::string text = made_up_answers(20);
  const auto row = text.find('\n') + 1;
  text.replace(row, text.find(',', row) - row, "Ada Weber");
  const Ran ran = securebase(on_ecr({"irt", "score"}, folder.put("answers.csv", text)));
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("answers.csv:2"));
  EXPECT_THAT(ran.err, Not(HasSubstr("Weber")));
}

TEST(IrtScoreCommand, columns_have_names_of_their_own) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(20));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--keep", "age,age"}, {"--keep", "line"}, {"--scale", "anxiety,anxiety"}}) {
    auto all = std::vector<std::string>{"irt", "score"};
    all.insert(all.end(), words.begin(), words.end());
    const Ran ran = securebase(on_ecr(all, file));
    EXPECT_NE(ran.code, 0) << words[1];
    EXPECT_THAT(ran.out, ::testing::IsEmpty());
  }
  EXPECT_EQ(securebase(on_ecr({"cat", "simulate", "--most", "-1"}, file)).code, 2);
}

TEST(IrtScoreCommand, refuses_what_nobody_calibrated) {
  const Folder folder;
  const auto file = folder.put("answers.csv", "q1,q2,q3,q4,q5,q6,q7,q8\n1,1,1,1,1,1,1,1\n");
  const Ran ran = securebase({"irt", "score", "--instrument", "closeness", "--in", file});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, HasSubstr("calibration.none"));
  const Ran simulated = securebase({"cat", "simulate", "--instrument", "closeness", "--in", file});
  EXPECT_EQ(simulated.code, 5);
}

// A file of parameters that says it is of simulated answers scores nobody, and may be tried on nobody's
// answers.
TEST(IrtScoreCommand, simulated_parameters_score_no_person) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(520));
  const auto kept = folder.path("own.toml");
  ASSERT_EQ(
      securebase(
          on_ecr({"calibrate", "--scale", "anxiety", "--calibration", kept, "--sample", "nobody"}, file))
          .code,
      0);
  std::string text = Folder::read(kept);
  const auto at = text.find("answers = \"real\"");
  ASSERT_NE(at, std::string::npos);
  ASSERT_EQ(folder.put("own.toml", text.replace(at, 16, "answers = \"simulated\"")), kept);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"irt", "score"}, {"cat", "simulate"}}) {
    auto all = words;
    all.insert(all.end(), {"--calibration", kept, "--scale", "anxiety"});
    const Ran ran = securebase(on_ecr(all, file));
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("never score a person"));
  }
  const Ran made_up = securebase({"cat", "simulate", "--instrument", "ecr", "--order", "online-5pt",
                                  "--calibration", kept, "--scale", "anxiety", "--people", "500"});
  EXPECT_EQ(made_up.code, 0) << made_up.err;
  EXPECT_THAT(made_up.out, HasSubstr("These people do not exist"));
}

TEST(IrtScoreCommand, every_method_tells_the_same_story) {
  const Folder folder;
  const auto file = folder.put("answers.csv", made_up_answers(520));
  const auto kept = folder.path("own.toml");
  ASSERT_EQ(
      securebase(
          on_ecr({"calibrate", "--scale", "anxiety", "--calibration", kept, "--sample", "nobody"}, file))
          .code,
      0);
  const auto states = [&](const std::string& method, bool t) {
    std::vector<std::string> words{"irt",      "score", "--calibration", kept,
                                   "--method", method,  "--out",         folder.path("s.csv")};
    if (t) words.emplace_back("--t-scores");
    EXPECT_EQ(securebase(on_ecr(words, file)).code, 0);
    std::vector<double> values;
    for (const std::string& line : lines_of(Folder::read(folder.path("s.csv")))) {
      std::istringstream in(line);
      std::string field;
      for (int i = 0; i < 3; ++i) std::getline(in, field, ',');
      values.push_back(field.empty() || !std::isdigit(static_cast<unsigned char>(field.back()))
                           ? std::nan("")
                           : std::stod(field));
    }
    return values;
  };
  const auto eap = states("eap", false);
  const auto as_t = states("eap", true);
  for (const char* method : {"map", "ml", "wle", "sum"}) {
    const auto other = states(method, false);
    ASSERT_EQ(other.size(), eap.size());
    double product = 0;
    double a = 0;
    double b = 0;
    for (std::size_t i = 1; i < eap.size(); ++i) {
      if (std::isnan(other[i])) continue;
      product += eap[i] * other[i];
      a += eap[i] * eap[i];
      b += other[i] * other[i];
    }
    EXPECT_GT(product / std::sqrt(a * b), 0.97) << method;
  }
  for (std::size_t i = 1; i < 20; ++i) EXPECT_NEAR(as_t[i], 50 + 10 * eap[i], 0.0006);
}

// Against mirt 1.47 on 34,327 real people (shared/reference-mirt/README.md): log-likelihood to 0.1,
// parameters to .005, EAP to .002.
class AgainstMirt : public ::testing::TestWithParam<const char*> {};

TEST_P(AgainstMirt, the_same_parameters_and_states) {
  NEEDS_ECR_FILE();
  const std::string scale = GetParam();
  const Folder folder;
  const auto kept = folder.path("own.toml");
  const Ran ran = securebase(
      on_ecr({"calibrate", "--scale", scale, "--json", "--calibration", kept, "--sample", "these people"},
             ecr_file));
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Json told = ran.json();
  std::ifstream in(mirt_file);
  const Json mirt = Json::parse(in).at(scale);
  EXPECT_EQ(told.at("measures").at("people"), mirt.at("people"));
  EXPECT_NEAR(told.at("measures").at("log_likelihood").get<double>(), mirt.at("log_likelihood").get<double>(),
              0.1);
  EXPECT_NEAR(told.at("measures").at("empirical_reliability").get<double>(),
              mirt.at("empirical_reliability").get<double>(), 0.0005);
  for (std::size_t i = 0; i < 18; ++i) {
    const Json& item = mirt.at("items")[i];
    EXPECT_EQ(told.at("estimates")[i].at("term"), "item " + std::to_string(item.at("item").get<int>()));
    EXPECT_NEAR(told.at("estimates")[i].at("estimate").get<double>(), item.at("a").get<double>(), 0.005);
    for (std::size_t k = 0; k < 4; ++k)
      EXPECT_NEAR(told.at("frames").at("locations")[i].at("threshold " + std::to_string(k + 1)).get<double>(),
                  item.at("b")[k].get<double>(), 0.005);
  }
  const auto states = folder.path("states.csv");
  ASSERT_EQ(
      securebase(on_ecr({"irt", "score", "--calibration", kept, "--keep", "row", "--out", states}, ecr_file))
          .code,
      0);
  std::map<int, std::pair<double, double>> of_row;
  auto lines = lines_of(Folder::read(states));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    int line = 0;
    int row = 0;
    int answered = 0;
    double theta = 0;
    double error = 0;
    if (std::sscanf(lines[i].c_str(), "%d,%d,%d,%lf,%lf", &line, &row, &answered, &theta, &error) == 5)
      of_row[row] = {theta, error};
  }
  ASSERT_EQ(mirt.at("eap").size(), 40U);
  for (const Json& person : mirt.at("eap")) {
    const auto& [theta, error] = of_row.at(person.at("row").get<int>());
    EXPECT_NEAR(theta, person.at("theta").get<double>(), 0.002);
    EXPECT_NEAR(error, person.at("se").get<double>(), 0.002);
  }
}

INSTANTIATE_TEST_SUITE_P(Ecr, AgainstMirt, ::testing::Values("avoidance", "anxiety"),
                         [](const auto& scale) { return std::string(scale.param); });

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli

#undef NEEDS_ECR_FILE
