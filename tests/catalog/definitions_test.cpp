// The shipped definitions, held against what is known about them from elsewhere.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <sstream>

#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::shipped;
using ::testing::UnorderedElementsAre;

std::vector<int> run(int from, int to, int step = 1) {
  std::vector<int> items;
  for (int item = from; item <= to; item += step) items.push_back(item);
  return items;
}

TEST(ShippedDefinitions, AreTheSeventeen) {
  std::vector<std::string> names;
  for (const Instrument& instrument : shipped().instruments)
    names.push_back(instrument.id + "@" + instrument.version);
  EXPECT_THAT(names, UnorderedElementsAre("ecr@1998", "ecr-r@2000", "ecr-rs@2011", "rfq-8@2016",
                                          "ders-16@2016", "phq-9@2001", "gad-7@2006", "core-10@2013",
                                          "wai-sr@2006", "csi-4@2007", "pcl-5@2013", "psc-17@1999",
                                          "who-5@1998", "itq@2018", "check-in@1", "bond@1", "closeness@1"));
}

/// The keys once more, from a table of published keys kept apart from the definitions.
struct KnownKey {
  std::string instrument;
  std::string scale;
  Verb verb = Verb::sum;
  std::vector<int> items;
  std::vector<int> reversed;
  double lowest = 0;
  double highest = 0;
};

void PrintTo(const KnownKey& key, std::ostream* out) {
  *out << key.instrument << " " << key.scale;
}

const std::vector<KnownKey>& known_keys() {
  static const std::vector<KnownKey> keys = {
      {"ecr", "avoidance", Verb::mean, run(1, 35, 2), {3, 15, 19, 25, 27, 29, 31, 33, 35}, 1, 7},
      {"ecr", "anxiety", Verb::mean, run(2, 36, 2), {22}, 1, 7},
      {"ecr-r", "anxiety", Verb::mean, run(1, 18), {9, 11}, 1, 7},
      {"ecr-r", "avoidance", Verb::mean, run(19, 36), {20, 22, 26, 27, 28, 29, 30, 31, 33, 34, 35, 36}, 1, 7},
      {"ecr-rs", "avoidance", Verb::mean, run(1, 6), run(1, 4), 1, 7},
      {"ecr-rs", "anxiety", Verb::mean, run(7, 9), {}, 1, 7},
      {"rfq-8", "certainty", Verb::mean, run(1, 6), {}, 0, 3},
      {"rfq-8", "uncertainty", Verb::mean, {2, 4, 5, 6, 7, 8}, {}, 0, 3},
      {"ders-16", "total", Verb::sum, run(1, 16), {}, 16, 80},
      {"ders-16", "clarity", Verb::sum, {1, 2}, {}, 2, 10},
      {"ders-16", "goals", Verb::sum, {3, 7, 15}, {}, 3, 15},
      {"ders-16", "impulse", Verb::sum, {4, 8, 11}, {}, 3, 15},
      {"ders-16", "strategies", Verb::sum, {5, 6, 12, 14, 16}, {}, 5, 25},
      {"ders-16", "nonacceptance", Verb::sum, {9, 10, 13}, {}, 3, 15},
      {"phq-9", "total", Verb::sum, run(1, 9), {}, 0, 27},
      {"gad-7", "total", Verb::sum, run(1, 7), {}, 0, 21},
      {"core-10", "total", Verb::sum, run(1, 10), {2, 3}, 0, 40},
      {"wai-sr", "total", Verb::sum, run(1, 12), {}, 12, 60},
      {"wai-sr", "goal", Verb::sum, {4, 6, 8, 11}, {}, 4, 20},
      {"wai-sr", "task", Verb::sum, {1, 2, 10, 12}, {}, 4, 20},
      {"wai-sr", "bond", Verb::sum, run(3, 9, 2), {}, 4, 20},
      {"csi-4", "total", Verb::sum, run(1, 4), {}, 0, 21},
      {"pcl-5", "total", Verb::sum, run(1, 20), {}, 0, 80},
      {"pcl-5", "intrusion", Verb::sum, run(1, 5), {}, 0, 20},
      {"pcl-5", "avoidance", Verb::sum, {6, 7}, {}, 0, 8},
      {"pcl-5", "thought_and_mood", Verb::sum, run(8, 14), {}, 0, 28},
      {"pcl-5", "arousal", Verb::sum, run(15, 20), {}, 0, 24},
      {"psc-17", "total", Verb::sum, run(1, 17), {}, 0, 34},
      {"psc-17", "attention", Verb::sum, {1, 3, 7, 13, 17}, {}, 0, 10},
      {"psc-17", "internalizing", Verb::sum, {2, 6, 9, 11, 15}, {}, 0, 10},
      {"psc-17", "externalizing", Verb::sum, {4, 5, 8, 10, 12, 14, 16}, {}, 0, 14},
      {"who-5", "percentage", Verb::sum, run(1, 5), {}, 0, 100},
      {"itq", "ptsd", Verb::sum, run(1, 6), {}, 0, 24},
      {"itq", "dso", Verb::sum, run(10, 15), {}, 0, 24},
      {"rfq-8", "raw_mean", Verb::mean, run(1, 8), {7}, 1, 7},
      {"wai-sr", "item_mean", Verb::mean, run(1, 12), {}, 1, 5},
      {"who-5", "raw", Verb::sum, run(1, 5), {}, 0, 25},
      {"itq", "reexperiencing", Verb::sum, {1, 2}, {}, 0, 8},
      {"itq", "avoidance", Verb::sum, {3, 4}, {}, 0, 8},
      {"itq", "threat", Verb::sum, {5, 6}, {}, 0, 8},
      {"itq", "affect", Verb::sum, {10, 11}, {}, 0, 8},
      {"itq", "self", Verb::sum, {12, 13}, {}, 0, 8},
      {"itq", "relationships", Verb::sum, {14, 15}, {}, 0, 8},
      {"check-in", "calming", Verb::mean, {1, 5}, {5}, 0, 4},
      {"check-in", "closeness", Verb::mean, {2, 6}, {6}, 0, 4},
      {"check-in", "understanding", Verb::mean, {3, 7}, {3}, 0, 4},
      {"check-in", "distress", Verb::mean, {4, 8}, {8}, 0, 4},
      {"bond", "work_together", Verb::mean, {1, 4}, {}, 0, 4},
      {"bond", "understood", Verb::mean, {2, 5}, {5}, 0, 4},
      {"bond", "strain", Verb::mean, {3, 6}, {}, 0, 4},
      {"closeness", "avoidance", Verb::mean, {1, 3, 5, 7}, {1, 5}, 0, 4},
      {"closeness", "anxiety", Verb::mean, {2, 4, 6, 8}, {8}, 0, 4},
  };
  return keys;
}

class ShippedKey : public ::testing::TestWithParam<KnownKey> {};

TEST_P(ShippedKey, IsThePublishedOne) {
  const KnownKey& known = GetParam();
  const Instrument instrument = shipped(known.instrument);
  const Scale* scale = find_scale(instrument, known.scale);
  ASSERT_NE(scale, nullptr);
  EXPECT_EQ(scale->key.items, known.items);
  EXPECT_EQ(scale->key.reversed, known.reversed);
  EXPECT_EQ(scale->verb, known.verb);
  EXPECT_EQ(score_range(instrument, *scale, instrument.orders.front()),
            std::pair(known.lowest, known.highest));
}

std::string test_name(const ::testing::TestParamInfo<KnownKey>& key) {
  std::string name = key.param.instrument + "_" + key.param.scale;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ShippedKey, ::testing::ValuesIn(known_keys()), test_name);

TEST(ShippedDefinitions, HaveNoScaleBesidesThoseKnown) {
  std::set<std::string> known;
  for (const KnownKey& key : known_keys()) known.insert(key.instrument + "." + key.scale);
  std::set<std::string> present;
  for (const Instrument& instrument : shipped().instruments)
    for (const Scale& scale : instrument.scales) present.insert(instrument.id + "." + scale.id);
  EXPECT_EQ(present, known);
}

TEST(ShippedDefinitions, HaveThePublishedAnswerCodes) {
  const std::map<std::string, AnswerRange> known = {
      {"ecr", {1, 7}},   {"ecr-r", {1, 7}},    {"ecr-rs", {1, 7}},  {"rfq-8", {1, 7}},  {"ders-16", {1, 5}},
      {"phq-9", {0, 3}}, {"gad-7", {0, 3}},    {"core-10", {0, 4}}, {"wai-sr", {1, 5}}, {"csi-4", {0, 5}},
      {"pcl-5", {0, 4}}, {"psc-17", {0, 2}},   {"who-5", {0, 5}},   {"itq", {0, 4}},    {"check-in", {0, 4}},
      {"bond", {0, 4}},  {"closeness", {0, 4}}};
  for (const Instrument& instrument : shipped().instruments)
    for (const Item& item : instrument.items) {
      const bool wider = instrument.id == "csi-4" && item.number == 1;
      EXPECT_EQ(item.range, wider ? (AnswerRange{0, 6}) : known.at(instrument.id))
          << instrument.id << " item " << item.number;
    }
}

TEST(ShippedDefinitions, ShipNoWordingButOurOwn) {
  const std::set<std::string> ours = {"check-in", "bond", "closeness"};
  for (const Instrument& instrument : shipped().instruments) {
    const bool own = ours.contains(instrument.id);
    EXPECT_EQ(instrument.licence.wording == Wording::shipped, own) << instrument.id;
    EXPECT_EQ(!instrument.texts.empty(), own) << instrument.id;
    for (const Item& item : instrument.items)
      EXPECT_LE(std::count(item.gist.begin(), item.gist.end(), ' '), 4)
          << instrument.id << " item " << item.number << ": a gist is a few words, not the item";
  }
}

/// Everything in a definition that carries a source.
std::vector<std::pair<std::string, Provenance>> provenances(const Instrument& instrument) {
  std::vector<std::pair<std::string, Provenance>> all = {{"licence", instrument.licence.provenance}};
  const auto add = [&](const std::string& what, const auto& rows) {
    for (const auto& row : rows) all.emplace_back(what, row.provenance);
  };
  add("orders", instrument.orders);
  add("criteria", instrument.criteria);
  add("risks", instrument.risks);
  add("scales", instrument.scales);
  for (const Scale& scale : instrument.scales) {
    add(scale.id + ".reliabilities", scale.reliabilities);
    add(scale.id + ".norms", scale.norms);
    add(scale.id + ".bands", scale.bands);
    add(scale.id + ".cutoffs", scale.cutoffs);
    add(scale.id + ".changes", scale.changes);
    all.emplace_back(scale.id + ".missing", scale.missing.provenance);
  }
  return all;
}

TEST(ShippedDefinitions, SayWhyANumberIsNotVerified) {
  for (const Instrument& instrument : shipped().instruments)
    for (const auto& [what, provenance] : provenances(instrument))
      EXPECT_TRUE(provenance.verified || !provenance.note.empty()) << instrument.id << " " << what;
}

TEST(ShippedDefinitions, NumbersFromMemoryAreMarked) {
  const auto core = shipped("core-10");
  EXPECT_FALSE(core.scales[0].bands[0].provenance.verified);
  EXPECT_FALSE(core.scales[0].cutoffs[0].provenance.verified);
  EXPECT_FALSE(core.scales[0].changes[0].provenance.verified);
  EXPECT_FALSE(core.risks[0].provenance.verified);
  EXPECT_TRUE(core.scales[0].missing.provenance.verified);
  for (const Scale& scale : shipped("psc-17").scales)
    EXPECT_EQ(scale.provenance.verified, scale.id == "total") << scale.id;
  for (const Scale& scale : shipped("ders-16").scales)
    EXPECT_EQ(scale.provenance.verified, scale.id == "total") << scale.id;
}

TEST(ShippedDefinitions, RiskItemsAreThese) {
  std::map<std::string, std::vector<int>> risks;
  for (const Instrument& instrument : shipped().instruments)
    for (const Risk& risk : instrument.risks) {
      EXPECT_EQ(risk.at_least, instrument.items[static_cast<std::size_t>(risk.items[0] - 1)].range.min + 1)
          << "any answer above the lowest must be seen";
      risks[instrument.id] = risk.items;
    }
  EXPECT_EQ(risks,
            (std::map<std::string, std::vector<int>>{{"phq-9", {9}}, {"core-10", {6}}, {"check-in", {9}}}));
}

TEST(ShippedDefinitions, NothingThatIsNotPublishedIsPrefilledOrProrated) {
  for (const Instrument& instrument : shipped().instruments)
    for (const Scale& scale : instrument.scales)
      EXPECT_TRUE(scale.missing.published || scale.missing.rule == MissingRule::complete)
          << instrument.id << " " << scale.id << ": a rule of some program is not the authors'";
}

// The online norms of the ECR.

const Norm& everyone(const Scale& scale) {
  return scale.norms.front();
}

/// n, and the mean over people, of the norms that a test picks.
template <class Pick>
std::pair<int, double> pooled(const Scale& scale, Pick pick) {
  int n = 0;
  double sum = 0;
  for (const Norm& norm : scale.norms)
    if (pick(norm)) {
      n += *norm.n;
      sum += *norm.n * norm.mean;
    }
  return {n, sum / n};
}

TEST(EcrOnlineNorms, OverallStandsFirstBecauseErrorsRestOnItsSd) {
  const auto ecr = shipped("ecr");
  for (const Scale& scale : ecr.scales) {
    EXPECT_FALSE(everyone(scale).gender || everyone(scale).age_from);
    EXPECT_EQ(everyone(scale).n, scale.id == "avoidance" ? 32510 : 32506);
    EXPECT_THAT(everyone(scale).orders, ElementsAre("online-5pt"));
    EXPECT_NEAR(scale.reliabilities[1].value, scale.id == "avoidance" ? .9383 : .9157, 1e-9);
  }
}

TEST(EcrOnlineNorms, AgeBandsAndGendersAddUp) {
  const auto ecr = shipped("ecr");
  for (const Scale& scale : ecr.scales) {
    const auto [n, mean] = pooled(scale, [](const Norm& norm) { return norm.age_from && !norm.gender; });
    EXPECT_NEAR(n, *everyone(scale).n, 12) << "12 of 34,327 people gave an age above 100";
    EXPECT_NEAR(mean, everyone(scale).mean, 1e-3);
    for (const char* gender : {"female", "male"}) {
      const auto own = [&](const Norm& norm) { return norm.gender == gender; };
      const auto all = pooled(scale, [&](const Norm& norm) { return own(norm) && !norm.age_from; });
      const auto aged = pooled(scale, [&](const Norm& norm) { return own(norm) && norm.age_from; });
      EXPECT_NEAR(aged.first, all.first, 12);
      EXPECT_NEAR(aged.second, all.second, 1e-3);
    }
  }
}

TEST(EcrOnlineNorms, AgeBandsLeaveNoGap) {
  const auto ecr = shipped("ecr");
  std::map<std::string, std::vector<std::pair<int, int>>> bands;
  for (const Norm& norm : ecr.scales[0].norms)
    if (norm.age_from) bands[norm.gender.value_or("any")].emplace_back(*norm.age_from, *norm.age_to);
  ASSERT_EQ(bands.size(), 3U);
  for (const auto& [gender, ages] : bands)
    EXPECT_THAT(ages, ElementsAre(std::pair(10, 17), std::pair(18, 24), std::pair(25, 34), std::pair(35, 44),
                                  std::pair(45, 54), std::pair(55, 100)))
        << gender;
}

TEST(EcrOnlineNorms, MeanAndSdFollowFromThePercentilesWithinTheWidthOfTheirSteps) {
  // For scores on [1, 5], mean = 5 - integral of F; the table's trapezia miss it by less than 2 points.
  const auto ecr = shipped("ecr");
  for (const Scale& scale : ecr.scales)
    for (const Norm& norm : scale.norms) {
      double area = 0;
      for (std::size_t i = 1; i < norm.percentiles.size(); ++i)
        area += (norm.percentiles[i].first - norm.percentiles[i - 1].first) *
                (norm.percentiles[i].second + norm.percentiles[i - 1].second) / 200;
      EXPECT_NEAR(5 - area, norm.mean, 0.06) << scale.id << " " << norm.sample;
    }
}

// Our own measures.

Text wording(const std::string& id) {
  return shipped(id).texts.front();
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST(OwnMeasures, HaveTheNumberOfItemsTheyWerePlannedWith) {
  const auto asked = [](const Instrument& instrument) {
    return std::count_if(instrument.items.begin(), instrument.items.end(),
                         [](const Item& item) { return !item.optional; });
  };
  EXPECT_EQ(asked(shipped("check-in")), 8);
  EXPECT_EQ(asked(shipped("bond")), 6);
  EXPECT_EQ(asked(shipped("closeness")), 8);
}

TEST(OwnMeasures, TheItemAboutNotWantingToBeAliveIsOffUnlessSwitchedOn) {
  for (const Instrument& instrument : shipped().instruments)
    for (const Item& item : instrument.items)
      EXPECT_EQ(item.optional, instrument.id == "check-in" && item.number == 9) << instrument.id;
  const auto check_in = shipped("check-in");
  EXPECT_TRUE(check_in.items[8].filler) << "it is seen, not scored";
  ASSERT_EQ(check_in.rules.size(), 1U);
  EXPECT_EQ(check_in.rules[0].action, Action::show_help);
  EXPECT_EQ(check_in.rules[0].item, 9);
  EXPECT_EQ(check_in.rules[0].at_least, 1);
}

TEST(OwnMeasures, ArePlainAndShort) {
  for (const char* id : {"check-in", "bond", "closeness"}) {
    for (const ItemText& item : wording(id).items) {
      std::istringstream stream(item.text);
      const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
      EXPECT_LE(words.size(), 13U) << item.text;
      for (const std::string& word : words) EXPECT_LE(word.size(), 10U) << word << " in: " << item.text;
      EXPECT_EQ(item.text.back(), '.') << item.text;
    }
  }
}

TEST(OwnMeasures, AskNothingAboutViolenceAndUseNoClinicalWord) {
  for (const char* id : {"check-in", "bond", "closeness"}) {
    for (const ItemText& item : wording(id).items)
      for (const char* word : {"hit", "beat", "violen", "force", "abuse", "threat", "weapon", "attach",
                               "avoid", "anxi", "symptom", "disorder", "suicid", "kill"})
        EXPECT_EQ(lower(item.text).find(word), std::string::npos) << word << " in: " << item.text;
  }
}

TEST(OwnMeasures, ClosenessNamesTheFigureInEveryLine) {
  for (const ItemText& item : wording("closeness").items)
    EXPECT_NE(item.text.find("{figure}"), std::string::npos) << item.text;
}

TEST(OwnMeasures, CarryNoNormUntilRealAnswersHaveGivenThem) {
  for (const Instrument& instrument : shipped().instruments) {
    const bool own = instrument.licence.wording == Wording::shipped;
    EXPECT_EQ(instrument.calibration_needed, own ? 300 : 0) << instrument.id;
    if (!own) continue;
    for (const Scale& scale : instrument.scales) {
      EXPECT_THAT(scale.norms, IsEmpty());
      EXPECT_THAT(scale.reliabilities, IsEmpty());
    }
  }
}

}  // namespace
}  // namespace securebase::catalog
