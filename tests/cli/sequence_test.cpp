// securebase sequence

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fit_tree.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

Words asking(const std::string& file, const Words& more) {
  Words words{"sequence", file};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const Words long_form{"--stream", "couple", "--position", "pos", "--code", "code"};

Words long_asking(const std::string& id, Words more) {
  more.insert(more.begin(), long_form.begin(), long_form.end());
  return asking(case_file(id), more);
}

Json measure(const Json& fit, const std::string& id) {
  return fit.at("measures").at(id);
}

TEST(SequenceReference, couple_codes) {
  const std::string id = "sequential/couple_codes";
  const auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit = fitted(
      long_asking(id, {"--lags", "1,2,3", "--given", "neg", "--target", "rep", "--permutations", "99"}));
  const Json& expected = reference->results();
  for (std::size_t k = 0; k < 3; ++k) {
    const Json& lag = expected.at("lags")[k];
    const std::string n = std::to_string(k + 1);
    EXPECT_EQ(fit.at("matrices").at("lag" + n + "_counts").at("values"), lag.at("counts").at("values"));
    EXPECT_NEAR(measure(fit, "chisq_lag" + n).get<double>(), lag.at("chisq").get<double>(), 1e-6);
    EXPECT_NEAR(term_of(fit, "neg then rep, lag " + n + ": Yule's Q").at("estimate").get<double>(),
                lag.at("two_by_two").at("yules_q").get<double>(), 1e-9);
  }
  EXPECT_NEAR(measure(fit, "homogeneity").get<double>(), expected.at("homogeneity").at("G2").get<double>(),
              1e-6);
  EXPECT_NEAR(measure(fit, "second_order_p").get<double>(), expected.at("second_order").at("p").get<double>(),
              1e-9);
}

TEST(SequenceReference, no_repeats) {
  const std::string id = "sequential/no_repeats";
  const auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit = fitted(long_asking(id, {"--no-repeats", "--permutations", "99"}));
  EXPECT_EQ(fit.at("matrices").at("lag1_counts").at("values"),
            reference->results().at("counts").at("values"));
  EXPECT_NEAR(measure(fit, "chisq_lag1").get<double>(),
              reference->results().at("pearson_chisq").get<double>(), 1e-6);
  EXPECT_EQ(measure(fit, "chisq_lag1_df"), 5);
}

TEST(SequenceReference, repeats_that_are_there_are_not_impossible) {
  const Ran ran = securebase(long_asking("sequential/couple_codes", {"--no-repeats"}));
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("sequence.repeats"));
}

/// The case of actor and partner as one row a couple.
std::string wide_file(const Folder& folder) {
  const auto reference = reference::find_case("sequential/actor_partner");
  const auto table = reference->table();
  std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>> couples;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    couples[table.text("couple")[row]].first.push_back(table.text("first")[row]);
    couples[table.text("couple")[row]].second.push_back(table.text("second")[row]);
  }
  std::string text = "couple";
  for (const char* prefix : {"w", "m"})
    for (int k = 1; k <= 40; ++k) text += fmt::format(",{}{:02}", prefix, k);
  text += "\n";
  for (const auto& [couple, both] : couples) {
    text += couple;
    for (const auto* member : {&both.first, &both.second})
      for (std::size_t k = 0; k < 40; ++k) text += "," + (k < member->size() ? (*member)[k] : std::string());
    text += "\n";
  }
  return folder.put("wide.csv", text);
}

TEST(SequenceReference, actor_and_partner) {
  const Folder folder;
  const auto file = wide_file(folder);
  const auto reference = reference::find_case("sequential/actor_partner");
  for (const bool joint : {false, true}) {
    Words more{"--first", "w", "--second", "m", "--names", "woman,man", "--permutations", "0"};
    if (joint) more.emplace_back("--joint");
    const Json fit = fitted(asking(file, more));
    for (const bool first : {true, false}) {
      const Json& expected =
          reference->results().at(std::string(first ? "first" : "second") + (joint ? "_joint" : ""));
      const std::string own = first ? "woman" : "man", other = first ? "man" : "woman";
      const Words terms{own + ": constant", own + ": own before (actor)",
                        own + ": " + other + "'s before (partner)", own + ": both before"};
      for (std::size_t j = 0; j < expected.at("estimate").size(); ++j) {
        const Json row = term_of(fit, terms[j]);
        EXPECT_NEAR(row.at("estimate").get<double>(), expected.at("estimate")[j].get<double>(), 1e-7);
        EXPECT_NEAR(row.at("std_error").get<double>(), expected.at("std_error")[j].get<double>(), 1e-7);
      }
    }
  }
}

// 64 couples, 48 intervals: what the R package DySeq was made for. Read in place, where it is.
TEST(SequenceShared, couples_coping) {
  const auto file = std::filesystem::path(SECUREBASE_SHARED_DIR) / "data/couples-coping/couples_coping.csv";
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "other people's data, which may not stand in the repository, are not beside it: " << file;
  const Json fit =
      fitted(asking(file.string(), {"--first", "IKCB", "--second", "DCCB", "--names", "woman,man"}));
  EXPECT_EQ(measure(fit, "woman_rows"), 64 * 47);
  // glm(next ~ own + other, binomial) in R 4.2.2 on the same file; errors by the formula on whole matrices.
  EXPECT_NEAR(term_of(fit, "woman: own before (actor)").at("estimate").get<double>(), 2.60374353341, 1e-6);
  EXPECT_NEAR(term_of(fit, "woman: man's before (partner)").at("estimate").get<double>(), 1.10089413548,
              1e-6);
  EXPECT_NEAR(term_of(fit, "man: own before (actor)").at("estimate").get<double>(), 2.08113705306, 1e-6);
  EXPECT_NEAR(term_of(fit, "man: woman's before (partner)").at("estimate").get<double>(), 1.46290543559,
              1e-6);
  EXPECT_NEAR(term_of(fit, "man: woman's before (partner)").at("std_error").get<double>(), 0.135773338927,
              1e-6);
  // Partners are no strangers to each other, whatever time does to all of them.
  EXPECT_LT(measure(fit, "woman_man_p_any_lag1").get<double>(), 0.002);
}

TEST(Sequence, csv_has_a_row_for_every_transition) {
  const Ran ran = securebase(long_asking("sequential/couple_codes", {"--csv", "--permutations", "99"}));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')),
            "from,to,lag,count,expected,share,adjusted,yules_q,p,p_all");
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 17);
}

TEST(Sequence, the_order_of_rows_does_not_matter_and_a_place_is_taken_once) {
  const Folder folder;
  const auto out_of = [&](const std::string& rows) {
    return securebase(asking(
        folder.put("s.csv", "couple,pos,code\n" + rows),
        {"--stream", "couple", "--position", "pos", "--code", "code", "--permutations", "0", "--csv"}));
  };
  EXPECT_EQ(out_of("a,1,x\na,2,y\na,3,x\na,4,y\n").out, out_of("a,4,y\na,2,y\na,3,x\na,1,x\n").out);
  EXPECT_THAT(out_of("a,1,x\na,1,y\n").err, HasSubstr("sequence.twice"));
  EXPECT_THAT(out_of("a,1,x\na,2,x\n").err, HasSubstr("sequence.codes"));
  EXPECT_THAT(out_of("a,1,x\nb,1,y\n").err, HasSubstr("sequence.no_pairs"));
}

TEST(Sequence, misuse) {
  const auto file = case_file("sequential/couple_codes");
  const auto code_of = [&](const Words& more) { return securebase(asking(file, more)).code; };
  EXPECT_EQ(code_of({}), 2);
  EXPECT_EQ(code_of({"--stream", "couple"}), 2);
  EXPECT_EQ(code_of({"--first", "a", "--stream", "couple"}), 2);
  EXPECT_EQ(code_of({"--first", "a", "--second", "b"}), 3);
  EXPECT_EQ(securebase(long_asking("sequential/couple_codes", {"--lags", "0"})).code, 2);
  EXPECT_EQ(securebase(long_asking("sequential/couple_codes", {"--given", "neg"})).code, 2);
  EXPECT_EQ(
      securebase(long_asking("sequential/couple_codes", {"--given", "neg", "--target", "nothing"})).code, 2);
  EXPECT_EQ(securebase(long_asking("sequential/couple_codes", {"--permutations", "5"})).code, 2);
  EXPECT_EQ(securebase(long_asking("sequential/couple_codes", {"--codes", "neg,pos"})).code, 3);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
