// securebase code agreement, securebase code classify

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "fit_tree.hpp"
#include "stats/random_stream.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using stats::random_uniform;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* not_for = "Not for custody. Not evidence of maltreatment. Not a diagnosis.";

std::string events() {
  std::string text = "coder,clip,code,start,end,track,kind\n";
  for (std::uint64_t k = 0; k < 30; ++k) {
    const double at = 10.0 * static_cast<double>(k) + 3;
    const char* code = k % 3 == 0 ? "bid" : k % 3 == 1 ? "turn" : "smile";
    text += fmt::format("a,c1,{},{:.1f},,,\n", code, at);
    text += fmt::format("b,c1,{},{:.1f},,,\n", code, at + 0.2 + 1.1 * random_uniform({1, 0}, k));
  }
  return text;
}

TEST(CodeAgreement, codes_up_to_1_3_s_apart_agree_within_2_s) {
  const Folder folder;
  const Json fit = fitted({"code", "agreement", folder.put("events.csv", events())});
  EXPECT_EQ(term_of(fit, "time-unit kappa").at("estimate"), 1);
  EXPECT_EQ(term_of(fit, "events matched").at("estimate"), 1);
  EXPECT_EQ(term_of(fit, "bid, time-unit kappa").at("estimate"), 1);
}

TEST(CodeAgreement, a_narrower_tolerance_finds_less) {
  const Folder folder;
  double before = -1;
  for (const char* tolerance : {"0", "0.5", "1", "2", "5"}) {
    const Json fit = fitted(
        {"code", "agreement", folder.put("events.csv", events()), "--unit", "0.5", "--tolerance", tolerance});
    const double now = term_of(fit, "events matched").at("estimate");
    EXPECT_GE(now, before);
    before = now;
  }
  EXPECT_EQ(before, 1);
}

std::string ratings(bool gold) {
  std::string text = "coder,clip,kind,class,av\n";
  for (std::uint64_t c = 0; c < 40; ++c) {
    const char* truth = c % 4 == 0 ? "A" : "B";
    if (gold) {
      text += fmt::format("expert,c{},gold,{},{}\n", c, truth, 1 + c % 7);
      continue;
    }
    for (const char* coder : {"a", "b"}) {
      const bool wrong = c % 10 == (coder[0] == 'a' ? 1 : 2);
      text += fmt::format("{},c{},,{},{}\n", coder, c, wrong ? "A" : truth, 1 + c % 7 + (wrong ? 1 : 0));
    }
    text += fmt::format("both,c{},consensus,{},{}\n", c, truth, 1 + c % 7);
  }
  return text;
}

TEST(CodeAgreement, consensus_is_left_out_and_told) {
  const Folder folder;
  const Ran ran = securebase(
      {"code", "agreement", folder.put("r.csv", ratings(false)), "--judged", "class", "--scales", "av"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 coders, 40 clips"));
  EXPECT_THAT(ran.out, HasSubstr("40 consensus or gold sheets were left out"));
  EXPECT_THAT(ran.out, HasSubstr("not checked against a source [M]"));
  EXPECT_THAT(ran.out, HasSubstr("class: kappa (Cohen)"));
  EXPECT_THAT(ran.out, HasSubstr("av: ICC(2,1)"));
}

TEST(CodeAgreement, as_csv) {
  const Folder folder;
  const Ran ran =
      securebase({"code", "agreement", folder.put("r.csv", ratings(false)), "--judged", "class", "--csv"});
  EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')), "term,estimate,std_error,df,lower,upper,p");
  EXPECT_THAT(ran.out, HasSubstr("\nclass: agreement,0.8"));
}

TEST(CodeAgreement, beside_gold) {
  const Folder folder;
  const auto own = folder.put("r.csv", ratings(false)), gold = folder.put("g.csv", ratings(true));
  const Ran ran = securebase({"code", "agreement", own, "--judged", "class", "--gold", gold});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("a: class: Certified"));
  EXPECT_THAT(ran.out, HasSubstr("again after 6 months"));
}

TEST(CodeAgreement, what_is_wrong_is_told) {
  const Folder folder;
  const auto file = folder.put("e.csv", events());
  EXPECT_EQ(securebase({"code", "agreement", file, "--unit", "0"}).code, 2);
  EXPECT_EQ(securebase({"code", "agreement", file, "--tolerance", "-1"}).code, 2);
  EXPECT_EQ(securebase({"code", "agreement", folder.path("none.csv")}).code, 5);
  const Ran one =
      securebase({"code", "agreement", folder.put("one.csv", "coder,clip,code,start\na,c,x,1\n")});
  EXPECT_EQ(one.code, 3);
  EXPECT_THAT(one.err, HasSubstr("coding.too_few_sheets"));
  EXPECT_EQ(securebase({"code"}).code, 2);
}

// classify ------------------------------------------------------------------------------------------------

std::string scales(std::size_t n) {
  std::string text = "id,ps5,cm5,av5,res5,ps8,cm8,av8,res8,disorganization,class\n";
  for (std::uint64_t i = 0; i < n; ++i) {
    const bool a = i % 3 == 0;
    const auto rated = [&](std::uint64_t k, double more) {
      return std::min(7.0, 1 + 3 * random_uniform({7, 0}, 20 * i + k) + more);
    };
    text += fmt::format("k{},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},2,{}\n", i, rated(1, 0),
                        rated(2, 0), rated(3, a ? 3 : 0), rated(4, 0), rated(5, a ? 0 : 2),
                        rated(6, a ? 0 : 2), rated(7, a ? 3 : 0), rated(8, 0), a ? "A" : "B");
  }
  return text;
}

TEST(CodeClassify, composites_name_their_sample_and_say_what_they_are) {
  const Folder folder;
  const auto file = folder.put("s.csv", scales(40));
  const Ran ran =
      securebase({"code", "classify", file, "--reference", file, "--sample", "lab-2026", "--id", "id"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("two-dimension composite (unit weights)"));
  EXPECT_THAT(ran.out, HasSubstr("[D]"));
  EXPECT_THAT(ran.out, HasSubstr("Not for custody"));
  const Ran csv =
      securebase({"code", "classify", file, "--reference", file, "--sample", "lab-2026", "--csv"});
  EXPECT_EQ(csv.out.substr(0, csv.out.find('\n')), "case,seeking,resistance,security,sample,not_for");
  std::size_t rows = 0;
  for (std::size_t at = csv.out.find(not_for); at != std::string::npos; at = csv.out.find(not_for, at + 1))
    ++rows;
  EXPECT_EQ(rows, 40U);
  const Json json = fitted({"code", "classify", file, "--reference", file, "--sample", "lab-2026"});
  EXPECT_EQ(json.at("findings")[0].at("statement"), not_for);
}

TEST(CodeClassify, a_reference_sample_is_named_and_large_enough) {
  const Folder folder;
  const auto file = folder.put("s.csv", scales(40)), few = folder.put("few.csv", scales(20));
  EXPECT_EQ(securebase({"code", "classify", file, "--reference", file}).code, 2);
  EXPECT_THAT(securebase({"code", "classify", file, "--reference", few, "--sample", "x"}).err,
              HasSubstr("coding.few_cases"));
}

TEST(CodeClassify, the_rule_needs_training_and_says_that_it_is_unvalidated) {
  const Folder folder;
  const auto file = folder.put("s.csv", scales(5));
  const Ran without = securebase({"code", "classify", file});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("--training"));
  const Ran with = securebase({"code", "classify", file, "--training"});
  EXPECT_EQ(with.code, 0) << with.err;
  EXPECT_THAT(with.out, HasSubstr("Screening rule, unvalidated"));
  EXPECT_THAT(with.out, HasSubstr("Not for custody"));
}

TEST(CodeClassify, a_discriminant_is_fitted_kept_and_used) {
  const Folder folder;
  const auto file = folder.put("s.csv", scales(90));
  const std::string model = folder.path("lab.json");
  const Ran fit = securebase({"code", "classify", file, "--fit", "--class", "class", "--measurements",
                              "ps8,cm8,av8,res8", "--training-set", "lab-2026", "--model", model, "--json"});
  EXPECT_EQ(fit.code, 0) << fit.err;
  EXPECT_GT(term_of(fit.json(), "right").at("estimate").get<double>(), 0.8);
  EXPECT_FALSE(term_of(fit.json(), "sensitivity A").at("lower").is_null());
  EXPECT_THAT(Folder::read(model), HasSubstr("lab-2026"));
  EXPECT_THAT(Folder::read(model), HasSubstr(not_for));
  const Ran used = securebase({"code", "classify", file, "--model", model, "--id", "id", "--csv"});
  EXPECT_EQ(used.code, 0) << used.err;
  EXPECT_EQ(used.out.substr(0, used.out.find('\n')), "case,nearest,p A,p B,typicality,training_set,not_for");
  EXPECT_THAT(used.out, HasSubstr("\nk0,A,"));
}

TEST(CodeClassify, what_is_wrong_is_told) {
  const Folder folder;
  const auto file = folder.put("s.csv", scales(40));
  EXPECT_EQ(securebase({"code", "classify", file, "--fit", "--class", "class"}).code, 2);
  EXPECT_EQ(securebase({"code", "classify", file, "--training", "--fit"}).code, 2);
  EXPECT_EQ(securebase({"code", "classify", file, "--fit", "--class", "class", "--measurements", "ps8",
                        "--training-set", "x", "--model", file})
                .code,
            2);
  const Ran broken = securebase({"code", "classify", file, "--model", folder.put("m.json", "{}")});
  EXPECT_EQ(broken.code, 3);
  EXPECT_THAT(broken.err, HasSubstr("discriminant.schema"));
  const Ran twice = securebase({"code", "classify", file, "--fit", "--class", "class", "--measurements",
                                "disorganization", "--training-set", "x", "--model", folder.path("x.json")});
  EXPECT_EQ(twice.code, 3);
  EXPECT_THAT(twice.err, HasSubstr("discriminant.singular"));
  EXPECT_FALSE(std::filesystem::exists(folder.path("x.json")));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
