// What a file, a name or an option may be without anything being lost, run or crashed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "cli/fit.hpp"
#include "fit_tree.hpp"
#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

std::string visits(double unit) {
  std::string csv = "id,t,y\n";
  for (int c = 0; c < 12; ++c)
    for (int t = 0; t < 4; ++t)
      csv += fmt::format("{},{},{}\n", c, t, unit * (10 + (c * 7) % 5 - t + (c * t) % 3));
  return csv;
}

/// What is said where a computation ends like this.
std::string told(const std::function<void()>& ends) {
  CLI::App app;
  Action chosen;
  guard_numbers(app, std::make_shared<Action>([&]() -> Outcome {
                  ends();
                  return ExitCode::done;
                }),
                chosen);
  app.parse("");
  const auto outcome = chosen();
  return outcome ? "done" : to_text(outcome.error());
}

TEST(FitHostile, numbers_that_nothing_comes_of_are_told_with_what_failed) {
  EXPECT_EQ(told([] {}), "done");
  const auto ours = told([] { throw std::domain_error("random_below: nothing is below 0"); });
  EXPECT_NE(ours.find("random_below: nothing is below 0"), std::string::npos) << ours;
  EXPECT_NE(ours.find("models.range"), std::string::npos) << ours;
  const auto theirs = told([] {
    throw std::overflow_error("Error in function boost::math::gamma<double>(double): 4711.5 is too large");
  });
  EXPECT_NE(theirs.find("boost::math::gamma"), std::string::npos) << theirs;
  EXPECT_EQ(theirs.find("4711"), std::string::npos) << "a number that may be one of the data";
  EXPECT_THROW(told([] { throw std::out_of_range("a bug"); }), std::out_of_range);
}

TEST(FitHostile, no_output_replaces_a_file_that_was_read) {
  const Folder folder;
  const auto data = folder.put("data.csv", visits(1));
  const auto fresh = folder.put("new.csv", "id,t,y\nn1,0,10\nn1,1,\n");
  const auto model = folder.put("m.lav", "y ~ t");
  const std::vector<std::string> lmm{"fit", "lmm", "--in", data, "--formula", "y ~ t + (1 | id)"};
  for (const char* option : {"--out", "--plot"}) {
    auto words = lmm;
    words.insert(words.end(), {"--new", fresh, option, fresh});
    EXPECT_EQ(securebase(words).code, 2) << option;
    EXPECT_EQ(Folder::read(fresh), "id,t,y\nn1,0,10\nn1,1,\n") << option;
    EXPECT_EQ(securebase({"fit", "sem", "--in", data, "--model", model, option, model}).code, 2) << option;
    EXPECT_EQ(Folder::read(model), "y ~ t") << option;
  }
  auto words = lmm;
  words.insert(words.end(), {"--out", folder.path("a"), "--plot", folder.path("./a")});
  EXPECT_EQ(securebase(words).code, 2);
  words = lmm;
  words.insert(words.end(), {"--plot", "-"});
  EXPECT_EQ(securebase(words).code, 2);
}

TEST(FitHostile, a_site_counts_once) {
  const Folder folder;
  const auto data = folder.put("data.csv", visits(1));
  const auto sums = folder.path("s.json");
  ASSERT_EQ(securebase({"fit", "lmm", "--in", data, "--formula", "y ~ t + (1 | id)", "--summarise", sums,
                        "--site", "one"})
                .code,
            0);
  EXPECT_EQ(securebase({"fit", "lmm", "--summaries", sums}).code, 0);
  const auto twice = securebase({"fit", "lmm", "--summaries", sums, sums});
  EXPECT_EQ(twice.code, 3);
  EXPECT_NE(twice.err.find("lmm.site_twice"), std::string::npos);
  const auto before = Folder::read(sums);
  EXPECT_EQ(securebase({"fit", "lmm", "--summaries", sums, "--out", sums}).code, 2);
  EXPECT_EQ(Folder::read(sums), before);
}

// Nothing of a name may end what R reads it in.
TEST(FitHostile, names_stay_names_in_r) {
  const Folder folder;
  const std::string name = "x`) ; system('touch ran') ; (`";
  const auto data = folder.put("data.csv", "\"" + name + "\",m,y\n1,2,3\n2,3,5\n3,1,2\n4,4,4\n5,6,5\n");
  const auto script =
      securebase({"fit", "mediation", "--in", data, "--x", name, "--m", "m", "--y", "y", "--as-r"});
  ASSERT_EQ(script.code, 0);
  EXPECT_EQ(script.out.find("`x`)"), std::string::npos);
  EXPECT_NE(script.out.find("`x\\`)"), std::string::npos);
  const auto lmm =
      securebase({"fit", "lmm", "--in", folder.put("b.csv", "y\\,id,t\n1,a,1\n2,a,2\n3,b,1\n5,b,2\n"),
                  "--formula", "`y\\` ~ t + (1 | id)", "--as-r"});
  EXPECT_EQ(lmm.code, 2);
  EXPECT_NE(lmm.err.find("models.as_r"), std::string::npos);
  const auto panel =
      securebase({"fit", "riclpm", "--in", data, "--x", "a1'; stop(),a2,a3", "--y", "b1,b2,b3", "--as-r"});
  ASSERT_EQ(panel.code, 0);
  EXPECT_NE(panel.out.find("model <- paste(\n  \""), std::string::npos);
}

TEST(FitHostile, scales_beyond_computing_are_told) {
  const Folder folder;
  for (const double unit : {1e-150, 1e-100, 1e-90, 1e85, 1e90}) {
    const auto told = securebase(
        {"fit", "lmm", "--in", folder.put("data.csv", visits(unit)), "--formula", "y ~ t + (1 | id)"});
    EXPECT_TRUE(told.code == 0 || told.code == 3) << unit << ": " << told.err;
    const auto effect =
        securebase({"effect", "d", "--in", folder.path("data.csv"), "--value", "y", "--group", "t"});
    EXPECT_EQ(effect.code, 3) << unit << ": " << effect.err;
  }
  EXPECT_EQ(securebase({"effect", "d", "--first", "2,0,1e-160", "--second", "2,0,1e-160"}).code, 3);
  const auto data = folder.put("data.csv", visits(1));
  EXPECT_NE(securebase({"fit", "lmm", "--in", data, "--formula", "y ~ t + (1 | id)", "--level",
                        "0.9999999999999999"})
                .code,
            70);
  EXPECT_NE(
      securebase({"fit", "lmm", "--in", data, "--formula", "y ~ t + (1 | id)", "--variance-by", "y"}).code,
      70);
  EXPECT_NE(securebase({"effect", "equivalence", "--difference", "1", "--error", "1", "--df", "1e-300",
                        "--zone", "-1,1"})
                .code,
            70);
}

TEST(FitHostile, people_with_two_rows_are_no_two_people) {
  const Folder folder;
  const auto data = folder.put("data.csv", "who,arm,y\na,1,3\na,1,4\nb,2,5\nc,2,7\nd,1,2\n");
  const std::vector<std::string> words{"effect", "d", "--in", data, "--value", "y", "--group", "arm"};
  EXPECT_EQ(securebase(words).code, 0);
  EXPECT_NE(unwrapped(securebase(words).out).find("each taken for a person of their own: 5"),
            std::string::npos);
  auto by_person = words;
  by_person.insert(by_person.end(), {"--id", "who"});
  const auto told = securebase(by_person);
  EXPECT_EQ(told.code, 3);
  EXPECT_NE(told.err.find("effect.twice"), std::string::npos);
  EXPECT_EQ(told.err.find("'a'"), std::string::npos);
}

TEST(FitHostile, two_rows_at_one_time_are_told_by_their_rows) {
  const Folder folder;
  const auto data = folder.put("data.csv", "id,t,y\na,777123,1\na,777123,2\nb,1,4\nb,2,3\nc,1,2\nc,2,5\n");
  const auto told =
      securebase({"fit", "lmm", "--in", data, "--formula", "y ~ 1 + (1 | id)", "--residual", "ar1(t | id)"});
  EXPECT_EQ(told.code, 3);
  EXPECT_NE(told.err.find("lmm.repeated_position"), std::string::npos);
  EXPECT_EQ(told.err.find("777123"), std::string::npos);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
