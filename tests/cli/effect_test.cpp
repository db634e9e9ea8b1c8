// securebase effect

#include <gtest/gtest.h>

#include <cmath>

#include "fit_tree.hpp"
#include "stats/random_stream.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using Words = std::vector<std::string>;

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Json interval_of(const Json& row) {
  return {row.at("lower"), row.at("upper")};
}

void bootstrap_holds(const std::string& id) {
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit = fitted({"effect", "bootstrap", "--in", case_file(id), "--value", "y", "--group", "g",
                           "--resamples", case_file(id, "boot_indices.csv")});
  const Json& m = fit.at("measures");
  const Json& table = fit.at("tables").at("bootstrap");
  const auto accelerated = [&](const std::string& kind) {
    return Json{{"acceleration", m.at("bca_acceleration_" + kind)},
                {"alpha_adjusted", {m.at("bca_lower_" + kind), m.at("bca_upper_" + kind)}},
                {"ci", interval_of(row_with(table, "term", "bca_" + kind))}};
  };
  const Json difference = term_of(fit, "difference");
  Json first = Json::array();
  for (std::size_t i = 0; i < 10; ++i) first.push_back(fit.at("frames").at("replicates")[i].at("estimate"));
  reference->expect({{"mean_difference", difference.at("estimate")},
                     {"welch",
                      {{"t", m.at("t")},
                       {"df", difference.at("df")},
                       {"p", difference.at("p")},
                       {"ci", interval_of(difference)}}},
                     {"cohen_d", term_of(fit, "d").at("estimate")},
                     {"hedges_g", term_of(fit, "g").at("estimate")},
                     {"bootstrap_fixed_indices",
                      {{"t0", table[0].at("estimate")},
                       {"R", m.at("resamples")},
                       {"boot_mean", m.at("bootstrap_mean")},
                       {"boot_sd", m.at("bootstrap_sd")},
                       {"bias", m.at("bootstrap_bias")},
                       {"percentile", interval_of(row_with(table, "term", "percentile"))},
                       {"basic", interval_of(row_with(table, "term", "basic"))},
                       {"normal", interval_of(row_with(table, "term", "normal"))},
                       {"quantile_type6", interval_of(row_with(table, "term", "linear"))},
                       {"bca_z0", m.at("bca_z0")},
                       {"bca_regression", accelerated("regression")},
                       {"bca_jackknife", accelerated("jackknife")}}},
                     {"first_10_replicates", first}});
}

TEST(EffectBootstrap, a_mean_difference_as_reference) {
  bootstrap_holds("mediation/bootstrap_mean_difference");
}

TEST(EffectBootstrap, heavy_tails_as_reference) {
  bootstrap_holds("mediation/bootstrap_heavy_tails");
}

TEST(EffectChange, jacobson_truax_as_reference) {
  const std::string id = "change/jacobson_truax_symptoms";
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const Json fit =
      fitted({"effect", "change", "--in", case_file(id), "--pre", "pre", "--post", "post", "--id", "client",
              "--reliability", "0.88", "--clinical", "23.5,7.2", "--norm", "7.1,5.4"});
  const Json& m = fit.at("measures");
  const Json& people = fit.at("frames").at("people");
  const Json change = term_of(fit, "change");
  reference->expect({{"n", m.at("n")},
                     {"mean_pre", m.at("mean_pre")},
                     {"sd_pre", m.at("sd_pre")},
                     {"mean_post", m.at("mean_post")},
                     {"sd_post", m.at("sd_post")},
                     {"sem", m.at("sem")},
                     {"s_diff", m.at("s_diff")},
                     {"rci_threshold_raw", m.at("threshold")},
                     {"cutoff_a", m.at("cutoff_a")},
                     {"cutoff_b", m.at("cutoff_b")},
                     {"cutoff_c", m.at("cutoff_c")},
                     {"counts",
                      {{"recovered", m.at("recovered")},
                       {"improved", m.at("improved")},
                       {"unchanged", m.at("unchanged")},
                       {"deteriorated", m.at("deteriorated")}}},
                     {"rci", column_of(people, "index")},
                     {"class", column_of(people, "class")},
                     {"edwards_nunnally",
                      {{"lower", column_of(people, "edwards_nunnally_lower")},
                       {"upper", column_of(people, "edwards_nunnally_upper")},
                       {"n_below", m.at("edwards_nunnally_below")},
                       {"n_above", m.at("edwards_nunnally_above")}}},
                     {"gulliksen_lord_novick",
                      {{"index", column_of(people, "gulliksen_lord_novick")},
                       {"n_below", m.at("gulliksen_lord_novick_below")},
                       {"n_above", m.at("gulliksen_lord_novick_above")}}},
                     {"paired",
                      {{"mean_change", change.at("estimate")},
                       {"sd_change", m.at("sd_change")},
                       {"r_pre_post", m.at("r_pre_post")},
                       {"t", m.at("t")},
                       {"df", change.at("df")},
                       {"p", change.at("p")},
                       {"ci_lower", change.at("lower")},
                       {"ci_upper", change.at("upper")},
                       {"d_z", m.at("d_z")},
                       {"d_pre_sd", m.at("d_pre_sd")},
                       {"d_av", m.at("d_av")}}}});
  EXPECT_EQ(people[0].at("person"), "1");
}

TEST(EffectChange, others_who_were_not_helped_set_what_is_expected) {
  const Folder folder;
  const auto data = folder.put("d.csv", "before,after\n20,14\n12,12\n25,25\n");
  const Words words = {"effect",   "change", "--in",          data,  "--pre",       "before",
                       "--post",   "after",  "--reliability", "0.8", "--reference", "50,20,5,18,5,0.8",
                       "--source", "20,5"};
  const Json fit = fitted(words);
  const Json first = fit.at("frames").at("people")[0];
  // post = 18 + 0.8 (pre - 20)
  EXPECT_NEAR(first.at("expected").get<double>(), 18, 1e-12);
  const double residual = 5 * std::sqrt((1 - 0.64) * 49.0 / 48.0);
  EXPECT_NEAR(first.at("regression_based").get<double>(), -4 / residual, 1e-12);
  EXPECT_FALSE(first.at("hageman_arrindell").is_null());
  EXPECT_EQ(first.at("class"), "unchanged");
  EXPECT_TRUE(says(fit, "change.no_cutoff"));
  const Ran plot = securebase(joined(words, {"--plot", folder.path("p.svg"), "--cutoff", "15"}));
  EXPECT_EQ(plot.code, 0) << plot.err;
  EXPECT_NE(Folder::read(folder.path("p.svg")).find("cut-off 15"), std::string::npos);
}

TEST(EffectChange, hostile_files_get_a_sentence) {
  const Folder folder;
  const auto change = [&](const std::string& text, const Words& more = {}) {
    return joined({"effect", "change", "--in", folder.put("d.csv", text), "--pre", "a", "--post", "b",
                   "--reliability", "0.8"},
                  more);
  };
  refuses(change("a,b\n1,2\n"), 3, "change.too_few_pairs");
  refuses(change("a,b\n1,\n,2\n"), 3, "change.too_few_pairs");
  refuses(change("a,b\n1,x\n"), 3, "models.not_a_number");
  refuses(change("a,c\n1,2\n"), 3, "models.column");
  refuses(change("a,b\n1,2\n3,4\n", {"--cutoff", "d"}), 2, "usage.number");
  refuses(change("a,b\n1,2\n3,4\n", {"--clinical", "1", "--norm", "1,2"}), 2, "usage.number");
  refuses(change("a,b\n1,2\n3,4\n", {"--reference", "2,1,1,1,1,3"}), 2, "usage.number");
  refuses({"effect", "change", "--in", "d.csv", "--pre", "a", "--post", "b", "--reliability", "2"}, 2,
          "usage.number");
  // Scores that do not differ have no error: said, and not divided by.
  const Json fit = fitted(change("a,b\n5,5\n5,5\n5,5\n"));
  EXPECT_TRUE(says(fit, "change.no_error"));
  EXPECT_TRUE(fit.at("frames").at("people")[0].at("index").is_null());
  EXPECT_TRUE(fit.at("measures").at("t").is_null());
}

TEST(EffectD, a_file_is_its_numbers) {
  const Folder folder;
  const auto data = folder.put(
      "d.csv", "y,g\n1,treated\n2,treated\n4,treated\n2,waiting\n5,waiting\n6,waiting\n,waiting\n3,\n");
  const Json file =
      fitted({"effect", "d", "--in", data, "--value", "y", "--group", "g", "--reference", "waiting"});
  const Json groups = file.at("frames").at("groups");
  EXPECT_EQ(groups[0].at("group"), "waiting");
  const auto text = [](const Json& g) {
    std::ostringstream out;
    out.precision(17);
    out << g.at("n").get<double>() << "," << g.at("mean").get<double>() << "," << g.at("sd").get<double>();
    return out.str();
  };
  const Json numbers = fitted({"effect", "d", "--first", text(groups[0]), "--second", text(groups[1])});
  EXPECT_EQ(file.at("estimates"), numbers.at("estimates"));
  EXPECT_EQ(file.at("data").at("left_out").size(), 2U);
  EXPECT_LT(term_of(file, "difference").at("estimate"), 0);
  refuses({"effect", "d", "--in", data, "--value", "y", "--group", "g", "--reference", "none"}, 3,
          "effect.groups");
  refuses({"effect", "d", "--in", data, "--value", "y", "--group", "y"}, 2, "usage.effect");
  refuses({"effect", "d", "--in", folder.put("o.csv", "y,g\n1,a\n1,a\n1,b\n1,b\n"), "--value", "y", "--group",
           "g"},
          3, "effect.no_variance");
  refuses({"effect", "d", "--in", folder.put("p.csv", "y,g\n1,a\n2,b\n"), "--value", "y", "--group", "g"}, 3,
          "effect.too_few");
  refuses({"effect", "d", "--first", "3,1", "--second", "3,1,1"}, 2, "usage.number");
  refuses({"effect", "d", "--first", "2.5,1,1", "--second", "3,1,1"}, 2, "usage.number");
  refuses({"effect", "d"}, 2, "usage.effect");
}

TEST(EffectPrepost, a_file_is_its_numbers) {
  const Folder folder;
  const auto data = folder.put("d.csv", "a,b\n5,3\n7,6\n4,4\n9,5\n6,1\n");
  const Json file = fitted({"effect", "prepost", "--in", data, "--pre", "a", "--post", "b"});
  EXPECT_NEAR(term_of(file, "change").at("estimate").get<double>(), -2.4, 1e-12);
  const Json numbers = fitted({"effect", "prepost", "--summary",
                               "5,6.2,1.9235384061671346,3.8,1.9235384061671346,"
                               "0.29729729729729731"});
  EXPECT_NEAR(term_of(file, "pre_sd").at("estimate").get<double>(),
              term_of(numbers, "pre_sd").at("estimate").get<double>(), 1e-9);
  EXPECT_TRUE(says(file, "effect.no_control"));
  refuses({"effect", "prepost", "--summary", "5,6,1,3,1,2"}, 2, "usage.number");
  refuses(
      {"effect", "prepost", "--in", folder.put("c.csv", "a,b\n1,1\n1,2\n1,3\n"), "--pre", "a", "--post", "b"},
      3, "effect.no_variance");
}

TEST(EffectControlled, takes_the_change_of_others_out) {
  const Folder folder;
  std::string text = "a,b,arm\n";
  for (std::uint64_t i = 0; i < 80; ++i) {
    const double before = 20 + 5 * stats::random_normal({3, 9}, 2 * i);
    text += std::to_string(before) + "," +
            std::to_string(before - 1 - (i % 2 == 0 ? 4 : 0) + stats::random_normal({3, 9}, 2 * i + 1)) +
            (i % 2 == 0 ? ",treated\n" : ",waiting\n");
  }
  const auto data = folder.put("d.csv", text);
  const Json fit = fitted({"effect", "controlled", "--in", data, "--pre", "a", "--post", "b", "--group",
                           "arm", "--reference", "waiting"});
  EXPECT_NEAR(term_of(fit, "g").at("estimate").get<double>(), -4.0 / 5, 0.25);
  const Json turned =
      fitted({"effect", "controlled", "--in", data, "--pre", "a", "--post", "b", "--group", "arm"});
  EXPECT_NEAR(term_of(fit, "d").at("estimate").get<double>(),
              -term_of(turned, "d").at("estimate").get<double>(), 1e-12);
  const Json numbers =
      fitted({"effect", "controlled", "--control", "40,20,5,19,5,0.8", "--treated", "40,20,5,15,5,0.8"});
  EXPECT_NEAR(term_of(numbers, "d").at("estimate").get<double>(), -0.8, 1e-12);
}

TEST(EffectNnt, from_counts_and_from_an_effect) {
  const Json counts = fitted({"effect", "nnt", "--first", "10,40", "--second", "20,40"});
  EXPECT_NEAR(counts.at("measures").at("number").get<double>(), 4, 1e-12);
  EXPECT_TRUE(says(counts, "nnt.number"));
  EXPECT_TRUE(says(fitted({"effect", "nnt", "--first", "10,40", "--second", "12,40"}), "nnt.open"));
  const Json none = fitted({"effect", "nnt", "--first", "10,40", "--second", "10,40"});
  EXPECT_TRUE(none.at("measures").at("number").is_null());
  // 1 / (2 Phi(0.5 / sqrt 2) - 1), and 2 Phi(x) - 1 = erf(x / sqrt 2)
  EXPECT_NEAR(term_of(fitted({"effect", "nnt", "--d", "0.5"}), "in_pairs").at("estimate").get<double>(),
              1 / std::erf(0.25), 1e-9);
  refuses({"effect", "nnt", "--first", "41,40", "--second", "1,2"}, 2, "usage.number");
  refuses({"effect", "nnt"}, 2, "usage.effect");
  refuses({"effect", "nnt", "--d", "0.5", "--rate", "1"}, 2, "usage.number");
}

TEST(EffectEquivalence, is_shown_or_not) {
  const Json shown =
      fitted({"effect", "equivalence", "--difference", "0.1", "--error", "0.5", "--zone", "-2,2"});
  EXPECT_EQ(shown.at("measures").at("equivalent"), 1);
  EXPECT_EQ(shown.at("level"), 0.9);
  EXPECT_TRUE(
      says(fitted({"effect", "equivalence", "--difference", "1.5", "--error", "0.5", "--zone", "-2,2"}),
           "equivalence.not_shown"));
  refuses({"effect", "equivalence", "--difference", "1", "--error", "0", "--zone", "-2,2"}, 2,
          "usage.number");
  refuses({"effect", "equivalence", "--difference", "1", "--error", "1", "--zone", "2,1"}, 3,
          "equivalence.zone");
  refuses({"effect", "equivalence", "--difference", "1", "--error", "1"}, 2, "usage.effect");
}

TEST(EffectBenchmark, stands_beside_a_published_one) {
  const Json fit = fitted({"effect", "benchmark", "--observed", "0.9", "--error", "0.1", "--published", "0.4",
                           "--published-interval", "0.3,0.5"});
  EXPECT_NEAR(term_of(fit, "difference").at("estimate").get<double>(), 0.5, 1e-12);
  const double theirs = 0.1 / 1.959963984540054;
  EXPECT_NEAR(term_of(fit, "difference").at("std_error").get<double>(), std::hypot(0.1, theirs), 1e-12);
  EXPECT_TRUE(says(fit, "benchmark.place"));
  refuses({"effect", "benchmark", "--observed", "0.9", "--error", "0.1", "--published", "0.4"}, 2,
          "usage.effect");
  refuses({"effect", "benchmark", "--observed", "0.9", "--error", "0.1", "--published", "0.4",
           "--published-interval", "0.5,0.3"},
          2, "usage.number");
}

TEST(EffectPictures, are_drawn_and_scripts_printed) {
  const Folder folder;
  const Ran ran =
      securebase({"effect", "nnt", "--first", "10,40", "--second", "20,40", "--plot", folder.path("p.svg")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(Folder::read(folder.path("p.svg")).find("<circle"), std::string::npos);
  for (const Words& words :
       {Words{"effect", "d", "--first", "3,1,1", "--second", "3,2,1"},
        Words{"effect", "bootstrap", "--in", "d.csv", "--value", "y", "--group", "g"},
        Words{"effect", "prepost", "--summary", "5,6,1,3,1,0.5"}, Words{"effect", "nnt", "--d", "0.5"},
        Words{"effect", "benchmark", "--observed", "1", "--error", "1", "--published", "1",
              "--published-error", "0"}}) {
    const Ran script = securebase(joined(words, {"--as-r"}));
    EXPECT_EQ(script.code, 0) << script.err;
    EXPECT_NE(script.out.find('('), std::string::npos);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
