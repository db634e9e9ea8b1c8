// Mistakes that public scorers of these instruments have made, or that their scoring invites. Each trap is a
// statement about a definition; it holds for the one shipped, and does not for one with the mistake in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "measures/change.hpp"
#include "measures/scoring.hpp"
#include "shipped_definitions.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

using catalog::Instrument;
using catalog::MissingRule;
using catalog::Scale;
using ::testing::ElementsAre;
using testing::scale_of;
using testing::shipped;

/// Every item gets the same answer, clamped to its range; `differing` overrides.
Responses answers(const Instrument& instrument, int fill, const std::map<int, Response>& differing = {}) {
  Responses responses;
  for (const catalog::Item& item : instrument.items) {
    const auto other = differing.find(item.number);
    responses.push_back(other != differing.end()
                            ? other->second
                            : Response::answered(std::clamp(fill, item.range.min, item.range.max)));
  }
  return responses;
}

Response code(int value) {
  return Response::answered(value);
}

Result<Scores> scored(const Instrument& instrument, const Responses& responses,
                      const std::string& order = "") {
  const catalog::Order& used =
      order.empty() ? instrument.orders.front() : *catalog::find_order(instrument, order);
  return score(instrument, used, responses);
}

std::optional<double> value(const Instrument& instrument, const std::string& scale,
                            const Responses& responses, const std::string& order = "") {
  const auto scores = scored(instrument, responses, order);
  if (!scores) return std::nullopt;
  for (const Score& score : scores->scores)
    if (score.scale == scale) return score.value;
  return std::nullopt;
}

std::vector<int> flagged(const Instrument& instrument, const Responses& responses) {
  const auto scores = scored(instrument, responses);
  std::vector<int> items;
  for (const RiskAnswer& risk : scores.value().risks)
    if (risk.flagged) items.push_back(risk.item);
  return items;
}

std::string criterion(const Instrument& instrument, const std::string& id, const Responses& responses) {
  const auto scores = scored(instrument, responses);
  for (const CriterionResult& result : scores.value().criteria)
    if (result.id == id) return std::string(to_text(result.state));
  return "no such criterion";
}

using Statement = std::function<bool(const Instrument&)>;
using Mistake = std::function<void(Instrument&)>;

/// The statement holds for the shipped definition and not once the mistake is in it.
void expect_trap(const std::string& id, const Statement& holds, const Mistake& mistake) {
  Instrument instrument = shipped(id);
  EXPECT_TRUE(holds(instrument)) << id;
  mistake(instrument);
  EXPECT_FALSE(holds(instrument)) << id << ": the mistake goes unnoticed";
}

// ECR-R and ECR

TEST(EcrRTrap, Item21OfTheAuthorsOrderIsNotReversed) {
  const Statement rises = [](const Instrument& ecr_r) {
    return value(ecr_r, "avoidance", answers(ecr_r, 4, {{21, code(7)}})) > 4.0;
  };
  expect_trap("ecr-r", rises, [](Instrument& it) { scale_of(it, "avoidance").key.reversed.push_back(21); });
}

TEST(EcrRTrap, ThreeOrdersHaveThreeKeys) {
  // In the author's order 1 to 18 are anxiety; odd-even makes odd items avoidance; the Turkish form has odd
  // items anxiety. One raised answer moves the scale its order says.
  const Statement keyed_by_order = [](const Instrument& ecr_r) {
    const auto first = answers(ecr_r, 4, {{1, code(7)}});
    return value(ecr_r, "anxiety", first, "author") > 4.0 &&
           value(ecr_r, "avoidance", first, "odd-even") > 4.0 &&
           value(ecr_r, "anxiety", first, "odd-even") == 4.0 &&
           value(ecr_r, "anxiety", first, "turkish") > 4.0;
  };
  expect_trap("ecr-r", keyed_by_order, [](Instrument& it) {
    for (Scale& scale : it.scales) scale.order_keys.clear();
  });
}

TEST(EcrRTrap, TheSameSheetScoresDifferentlyInEveryOrder) {
  const Statement differ = [](const Instrument& ecr_r) {
    const auto sheet = answers(ecr_r, 2, {{9, code(7)}, {20, code(6)}, {17, code(5)}, {28, code(7)}});
    const auto a = value(ecr_r, "anxiety", sheet, "author");
    const auto b = value(ecr_r, "anxiety", sheet, "odd-even");
    const auto c = value(ecr_r, "anxiety", sheet, "turkish");
    return a && b && c && a != b && b != c && a != c;
  };
  expect_trap("ecr-r", differ, [](Instrument& it) {
    auto& keys = scale_of(it, "anxiety").order_keys;
    keys["turkish"] = keys["odd-even"];
  });
}

TEST(EcrRTrap, TheOrderIsStoredWithTheScore) {
  const Instrument ecr_r = shipped("ecr-r");
  for (const char* order : {"author", "odd-even", "turkish"})
    EXPECT_EQ(scored(ecr_r, answers(ecr_r, 3), order)->order, order);
}

TEST(EcrRTrap, EcrAndEcrRAreNeverOneTrend) {
  const Instrument ecr = shipped("ecr");
  const Instrument ecr_r = shipped("ecr-r");
  const auto before = scored(ecr, answers(ecr, 3));
  const auto after = scored(ecr_r, answers(ecr_r, 5));
  for (const Instrument* instrument : {&ecr, &ecr_r}) {
    const auto refused = change(*instrument, *before, *after);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "change.instrument");
  }
  EXPECT_TRUE(change(ecr, *before, *scored(ecr, answers(ecr, 5)))) << "one instrument is one trend";
}

TEST(EcrTrap, FivePointAndSevenPointScoresAreNeverOneTrend) {
  const Instrument ecr = shipped("ecr");
  const auto seven = scored(ecr, answers(ecr, 3));
  const auto five = scored(ecr, answers(ecr, 3), "online-5pt");
  const auto refused = change(ecr, *seven, *five);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "change.range");
}

TEST(EcrTrap, FivePointNormsAreNotUsedForSevenPointScores) {
  const Statement none = [](const Instrument& ecr) {
    const auto scores = scored(ecr, answers(ecr, 3));
    return scores->scores[0].standings.empty() && scores->scores[1].standings.empty();
  };
  expect_trap("ecr", none, [](Instrument& it) { it.scales[0].norms[0].orders.clear(); });
}

TEST(EcrTrap, ALatentStabilityIsNotUsedForError) {
  // 86 % shared variance over six weeks is between true scores: as a reliability it makes change look
  // certain.
  const Statement unused = [](const Instrument& ecr_r) {
    const auto basis = error_basis(ecr_r.scales[0], ecr_r.orders[0], ErrorUse::change);
    return basis && basis->kind == "alpha";
  };
  expect_trap("ecr-r", unused, [](Instrument& it) {
    for (auto& reliability : it.scales[0].reliabilities)
      if (reliability.kind == "latent_stability") reliability.kind = "test_retest";
  });
}

TEST(AttachmentTrap, NoAttachmentScaleHasACutOffOrABand) {
  const Statement none = [](const Instrument& instrument) {
    for (const Scale& scale : instrument.scales)
      if (!scale.cutoffs.empty() || !scale.bands.empty()) return false;
    return true;
  };
  for (const char* id : {"ecr", "ecr-r", "ecr-rs", "ecr-12", "ecr-s", "rq", "rsq", "aas-r", "closeness"})
    expect_trap(id, none, [](Instrument& it) {
      it.scales[0].cutoffs.push_back({"insecure", 4, {}, {}, {}, {}, {}});
    });
}

// RFQ-8

TEST(Rfq8Trap, TheTwoScalesRecodeTheSameAnswerInTheirOwnWay) {
  // Item 2 counts in both: strong disagreement is certainty, strong agreement is uncertainty.
  const Statement own_recode = [](const Instrument& rfq) {
    const auto low = answers(rfq, 4, {{2, code(1)}});
    const auto high = answers(rfq, 4, {{2, code(7)}});
    return value(rfq, "certainty", low) == 0.5 && value(rfq, "uncertainty", low) == 0.0 &&
           value(rfq, "certainty", high) == 0.0 && value(rfq, "uncertainty", high) == 0.5;
  };
  expect_trap("rfq-8", own_recode, [](Instrument& it) {
    scale_of(it, "uncertainty").key.recodes[0].table = scale_of(it, "certainty").key.recodes[0].table;
  });
}

TEST(Rfq8Trap, Item7IsKeyedTheOtherWay) {
  const Statement other_way = [](const Instrument& rfq) {
    return value(rfq, "uncertainty", answers(rfq, 4, {{7, code(1)}})) == 0.5 &&
           value(rfq, "uncertainty", answers(rfq, 4, {{7, code(7)}})) == 0.0;
  };
  expect_trap("rfq-8", other_way, [](Instrument& it) {
    auto& recodes = scale_of(it, "uncertainty").key.recodes;
    recodes[0].items.push_back(7);
    recodes.pop_back();
  });
}

TEST(Rfq8Trap, FourItemsCountInBothScales) {
  const Instrument rfq = shipped("rfq-8");
  std::vector<int> both;
  for (const int item : rfq.scales[0].key.items)
    for (const int other : rfq.scales[1].key.items)
      if (item == other) both.push_back(item);
  EXPECT_THAT(both, ElementsAre(2, 4, 5, 6));
}

TEST(Rfq8Trap, ScoresAreMeansOfZeroToThree) {
  const Statement means = [](const Instrument& rfq) {
    return value(rfq, "certainty", answers(rfq, 1)) == 3.0;
  };
  expect_trap("rfq-8", means, [](Instrument& it) { scale_of(it, "certainty").verb = catalog::Verb::sum; });
}

TEST(Rfq8Trap, ARawMeanIsShownToo) {
  const Statement raw = [](const Instrument& rfq) {
    return value(rfq, "raw_mean", answers(rfq, 5, {{7, code(3)}})) == 5.0;
  };
  expect_trap("rfq-8", raw, [](Instrument& it) { scale_of(it, "raw_mean").key.reversed.clear(); });
}

// DERS-16

TEST(Ders16Trap, ScoresAreSumsNotMeans) {
  const Statement sums = [](const Instrument& ders) {
    const auto threes = answers(ders, 3);
    return value(ders, "total", threes) == 48.0 && value(ders, "strategies", threes) == 15.0;
  };
  expect_trap("ders-16", sums, [](Instrument& it) {
    for (Scale& scale : it.scales) scale.verb = catalog::Verb::mean;
  });
}

TEST(Ders16Trap, NoItemIsReversed) {
  const Statement rises = [](const Instrument& ders) {
    for (int item = 1; item <= 16; ++item)
      if (value(ders, "total", answers(ders, 3, {{item, code(5)}})) != 50.0) return false;
    return true;
  };
  expect_trap("ders-16", rises, [](Instrument& it) { scale_of(it, "total").key.reversed = {1}; });
}

// CSI-4

TEST(Csi4Trap, Item1GoesToSixTheOthersToFive) {
  const Statement own_range = [](const Instrument& csi) {
    return value(csi, "total", answers(csi, 5, {{1, code(6)}})) == 21.0 &&
           !scored(csi, answers(csi, 5, {{2, code(6)}})) && !scored(csi, answers(csi, 5, {{1, code(7)}}));
  };
  expect_trap("csi-4", own_range, [](Instrument& it) {
    for (auto& item : it.items) item.range.max = 6;
  });
}

TEST(Csi4Trap, HigherIsBetter) {
  const Statement low_is_the_clinical_side = [](const Instrument& csi) {
    const auto low = scored(csi, answers(csi, 3, {{1, code(4)}}));   // 13
    const auto high = scored(csi, answers(csi, 3, {{1, code(5)}}));  // 14
    return low->scores[0].direction == catalog::Direction::higher_better &&
           low->scores[0].cutoffs[0].reached && !high->scores[0].cutoffs[0].reached;
  };
  expect_trap("csi-4", low_is_the_clinical_side,
              [](Instrument& it) { it.scales[0].cutoffs[0].side = catalog::Side::at_or_above; });
}

TEST(Csi4Trap, ARiseIsAnImprovement) {
  const Statement improves = [](const Instrument& csi) {
    const auto report = change(csi, *scored(csi, answers(csi, 1)), *scored(csi, answers(csi, 4)));
    return report->changes[0].category == ChangeCategory::recovered;
  };
  expect_trap("csi-4", improves,
              [](Instrument& it) { it.scales[0].direction = catalog::Direction::higher_worse; });
}

// PCL-5

TEST(Pcl5Trap, AnswersGoFromZeroToFour) {
  const Statement zero_to_four = [](const Instrument& pcl) {
    return value(pcl, "total", answers(pcl, 0)) == 0.0 && value(pcl, "total", answers(pcl, 4)) == 80.0 &&
           !scored(pcl, answers(pcl, 4, {{1, code(5)}}));
  };
  expect_trap("pcl-5", zero_to_four, [](Instrument& it) {
    for (auto& item : it.items) item.range = {1, 5};
    it.orders[0].range = {1, 5};
  });
}

TEST(Pcl5Trap, ARefusedAnswerNamesItsItemAndTheCodes) {
  const Instrument pcl = shipped("pcl-5");
  const auto refused = scored(pcl, answers(pcl, 2, {{20, code(5)}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "responses.range");
  EXPECT_THAT(refused.error().detail, ::testing::HasSubstr("item 20"));
  EXPECT_THAT(refused.error().detail, ::testing::HasSubstr("0 to 4"));
}

TEST(Pcl5Trap, ThePatternNeedsTwoAnswersInClustersDAndE) {
  const Statement two = [](const Instrument& pcl) {
    const std::map<int, Response> least = {{1, code(2)}, {6, code(2)},  {8, code(2)},
                                           {9, code(2)}, {15, code(2)}, {16, code(2)}};
    auto one_short = least;
    one_short.at(9) = code(1);
    return criterion(pcl, "symptom_pattern", answers(pcl, 0, least)) == "met" &&
           criterion(pcl, "symptom_pattern", answers(pcl, 0, one_short)) == "not_met";
  };
  expect_trap("pcl-5", two, [](Instrument& it) { it.criteria[0].conditions[2].count = 1; });
}

TEST(Pcl5Trap, AHighTotalAloneDoesNotMeetThePattern) {
  const Statement apart = [](const Instrument& pcl) {
    std::map<int, Response> no_avoidance = {{6, code(0)}, {7, code(0)}};
    return value(pcl, "total", answers(pcl, 4, no_avoidance)) == 72.0 &&
           criterion(pcl, "symptom_pattern", answers(pcl, 4, no_avoidance)) == "not_met";
  };
  expect_trap("pcl-5", apart,
              [](Instrument& it) { it.criteria[0].conditions.erase(it.criteria[0].conditions.begin() + 1); });
}

TEST(Pcl5Trap, ThereAreNoBandsOfSeverity) {
  EXPECT_TRUE(shipped("pcl-5").scales[0].bands.empty());
}

// CORE-10, PHQ-9, GAD-7, WHO-5, PSC-17: missing answers

TEST(Core10Trap, ProratesOverOneMissingAnswerAndNoMore) {
  const Statement one_only = [](const Instrument& core) {
    const auto none = Response::skipped();
    const auto one = value(core, "total", answers(core, 2, {{1, none}, {4, code(3)}}));
    return one && std::abs(*one - 190.0 / 9) < 1e-9 &&
           !value(core, "total", answers(core, 2, {{1, none}, {4, none}}));
  };
  expect_trap("core-10", one_only, [](Instrument& it) { it.scales[0].missing.max_missing = 9; });
}

TEST(Core10Trap, AMissingAnswerIsNotAZero) {
  const Statement not_zero = [](const Instrument& core) {
    return value(core, "total", answers(core, 2, {{1, Response::skipped()}})) == 20.0;
  };
  expect_trap("core-10", not_zero, [](Instrument& it) { it.scales[0].missing.rule = MissingRule::zero; });
}

TEST(Core10Trap, Items2And3AreReversed) {
  const Statement reversed = [](const Instrument& core) {
    return value(core, "total", answers(core, 0, {{2, code(4)}, {3, code(4)}})) == 0.0;
  };
  expect_trap("core-10", reversed, [](Instrument& it) { it.scales[0].key.reversed = {3}; });
}

TEST(MissingTrap, ProratingOfOtherProgramsIsNotTheAuthorsRule) {
  for (const char* id : {"phq-9", "gad-7", "pcl-5", "who-5"}) {
    const Statement complete = [](const Instrument& instrument) {
      return !scored(instrument, answers(instrument, 1, {{2, Response::skipped()}}))->scores[0].value;
    };
    expect_trap(id, complete, [](Instrument& it) {
      it.scales[0].missing.rule = MissingRule::prorate;
      it.scales[0].missing.max_missing = 2;
    });
  }
}

TEST(Psc17Trap, FourMissingAnswersAnywhereOnTheFormLeaveNoScore) {
  // The four are on other subscales: attention is complete and has no score all the same.
  const Statement counted_over_form = [](const Instrument& psc) {
    const auto none = Response::skipped();
    return !value(psc, "attention", answers(psc, 1, {{2, none}, {4, none}, {5, none}, {6, none}})) &&
           value(psc, "attention", answers(psc, 1, {{2, none}, {4, none}, {5, none}})) == 5.0;
  };
  expect_trap("psc-17", counted_over_form,
              [](Instrument& it) { scale_of(it, "attention").missing.counted_over_form = false; });
}

// Risk items

void expect_flag_whatever_the_total(const std::string& id, int item, const std::map<int, Response>& lowest) {
  const Statement seen = [&](const Instrument& instrument) {
    auto only_this = lowest;
    only_this[item] = code(1);
    auto all_but_this = std::map<int, Response>{{item, code(0)}};
    return flagged(instrument, answers(instrument, 0, only_this)) == std::vector<int>{item} &&
           flagged(instrument, answers(instrument, 4, all_but_this)).empty();
  };
  expect_trap(id, seen, [](Instrument& it) { it.risks.clear(); });
  expect_trap(id, seen, [](Instrument& it) { ++it.risks[0].at_least; });
}

TEST(RiskTrap, Phq9Item9IsFlaggedWhateverTheTotal) {
  expect_flag_whatever_the_total("phq-9", 9, {});
}

TEST(RiskTrap, Core10Item6IsFlaggedWhateverTheTotal) {
  expect_flag_whatever_the_total("core-10", 6, {{2, code(4)}, {3, code(4)}});
}

TEST(RiskTrap, EpdsItem10IsFlaggedWhateverTheTotal) {
  expect_flag_whatever_the_total("epds", 10, {});
}

TEST(RiskTrap, Rcads47Item37IsFlaggedWhateverTheTotal) {
  expect_flag_whatever_the_total("rcads-47", 37, {});
}

TEST(RiskTrap, CheckInItem9IsFlaggedWhateverTheRest) {
  expect_flag_whatever_the_total("check-in", 9, {});
}

TEST(RiskTrap, ARiskItemIsFlaggedEvenWithoutAScore) {
  const Instrument phq = shipped("phq-9");
  auto mostly_missing = answers(phq, 0);
  for (std::size_t i = 0; i < 8; ++i) mostly_missing[i] = Response::skipped();
  mostly_missing[8] = code(2);
  EXPECT_EQ(value(phq, "total", mostly_missing), std::nullopt);
  EXPECT_THAT(flagged(phq, mostly_missing), ElementsAre(9));
}

TEST(RiskTrap, AnUnansweredRiskItemIsReportedAndIsNotANo) {
  const Instrument phq = shipped("phq-9");
  const auto scores = scored(phq, answers(phq, 0, {{9, Response::skipped()}}));
  ASSERT_EQ(scores->risks.size(), 1U);
  EXPECT_EQ(scores->risks[0].code, std::nullopt);
  EXPECT_FALSE(scores->risks[0].flagged);
  EXPECT_TRUE(std::any_of(scores->findings.begin(), scores->findings.end(),
                          [](const Finding& finding) { return finding.code == "risk.unanswered"; }));
}

TEST(RiskTrap, AnItemNeverAskedIsNotReported) {
  const Instrument check_in = shipped("check-in");
  EXPECT_TRUE(scored(check_in, answers(check_in, 0, {{9, Response::not_asked()}}))->risks.empty());
}

// WHO-5, WAI-SR, ITQ

TEST(Who5Trap, ThePercentageIsTheSumTimesFour) {
  const Statement times_four = [](const Instrument& who) {
    const auto threes = answers(who, 3);
    return value(who, "raw", threes) == 15.0 && value(who, "percentage", threes) == 60.0;
  };
  expect_trap("who-5", times_four, [](Instrument& it) { scale_of(it, "percentage").multiply = 1; });
}

TEST(Who5Trap, PublishedLimitsBelongToTheLowSide) {
  // "28 or less" and "50 or less" on a score in steps of four: 28 and 48 are in, 32 and 52 are not.
  const Statement low_side = [](const Instrument& who) {
    const auto reached = [&](int raw, std::size_t cutoff) {
      std::map<int, Response> given;
      for (int item = 1; item <= 5; ++item) {
        given[item] = code(std::min(raw, 5));
        raw -= std::min(raw, 5);
      }
      return scored(who, answers(who, 0, given))->scores[0].cutoffs[cutoff].reached;
    };
    return reached(12, 0) && !reached(13, 0) && reached(7, 1) && !reached(8, 1);
  };
  expect_trap("who-5", low_side, [](Instrument& it) { it.scales[0].cutoffs[1].value = 28; });
}

TEST(WaiSrTrap, VendorBandsAreNotShown) {
  const Statement none = [](const Instrument& wai) { return !scored(wai, answers(wai, 4))->scores[0].band; };
  expect_trap("wai-sr", none, [](Instrument& it) {
    it.scales[0].bands.push_back({{{12, "weak"}, {36, "moderate"}, {48, "strong"}}, "", {}, {}});
  });
}

TEST(ItqTrap, TheTwoPatternsAreNeverBothMet) {
  const Statement never_both = [](const Instrument& itq) {
    const auto everything = answers(itq, 4);
    return criterion(itq, "complex_ptsd_pattern", everything) == "met" &&
           criterion(itq, "ptsd_pattern", everything) == "not_met";
  };
  expect_trap("itq", never_both, [](Instrument& it) { it.criteria[2].excludes.clear(); });
}

TEST(ItqTrap, SymptomsWithoutAnEffectOnDailyLifeDoNotMeetThePattern) {
  const Statement needs_effect = [](const Instrument& itq) {
    std::map<int, Response> no_effect;
    for (const int item : {7, 8, 9, 16, 17, 18}) no_effect[item] = code(1);
    return criterion(itq, "ptsd_symptoms", answers(itq, 4, no_effect)) == "not_met";
  };
  expect_trap("itq", needs_effect, [](Instrument& it) { it.criteria[0].conditions.pop_back(); });
}

TEST(ItqTrap, TheEffectOnDailyLifeIsNotPartOfTheSum) {
  const Statement apart = [](const Instrument& itq) {
    return value(itq, "ptsd", answers(itq, 4)) == 24.0 && value(itq, "dso", answers(itq, 4)) == 24.0;
  };
  expect_trap("itq", apart, [](Instrument& it) { scale_of(it, "ptsd").key.items.push_back(7); });
}

// The rest of the shelf

TEST(AasRTrap, NormsOfSumsAreNotUsedForMeans) {
  const Statement in_unit = [](const Instrument& aas) {
    for (const Scale& scale : aas.scales)
      for (const auto& norm : scale.norms)
        if (scale.verb != catalog::Verb::mean || norm.mean > 5 || norm.sd > 2) return false;
    return true;
  };
  expect_trap("aas-r", in_unit, [](Instrument& it) { it.scales[0].norms[0].mean *= 6; });
}

TEST(RqTrap, DismissingAndFearfulChangePlacesBetweenTheOrders) {
  // Content with oneself, wary of others: dismissing 7, the rest 1.
  const Statement bound_by_meaning = [](const Instrument& rq) {
    const auto formula = answers(rq, 1, {{2, code(7)}});
    const auto author = answers(rq, 1, {{4, code(7)}});
    return value(rq, "model_self", formula, "formula") == 6.0 &&
           value(rq, "model_self", author, "author-form") == 6.0 &&
           value(rq, "model_other", author, "author-form") == -6.0;
  };
  expect_trap("rq", bound_by_meaning, [](Instrument& it) { scale_of(it, "model_self").order_keys.clear(); });
}

TEST(PrfqTrap, ThereIsNoTotalAndMoreInterestIsNotAlwaysBetter) {
  const Statement no_total = [](const Instrument& prfq) {
    return prfq.scales.size() == 3 && catalog::find_scale(prfq, "total") == nullptr &&
           catalog::find_scale(prfq, "interest")->direction == catalog::Direction::contested &&
           catalog::find_scale(prfq, "certainty")->key.reversed == std::vector<int>{11} &&
           catalog::find_scale(prfq, "interest")->key.reversed == std::vector<int>{18};
  };
  expect_trap("prfq", no_total,
              [](Instrument& it) { scale_of(it, "interest").direction = catalog::Direction::higher_better; });
}

TEST(DersTrap, ScoresAreSumsNotMeans) {
  for (const char* id : {"ders", "ders-18"})
    expect_trap(
        id,
        [](const Instrument& ders) {
          return value(ders, "total", answers(ders, 3)) == 3.0 * static_cast<double>(ders.items.size());
        },
        [](Instrument& it) { scale_of(it, "total").verb = catalog::Verb::mean; });
}

TEST(RdasTrap, Item11GoesToFourSoTheMaximumIs69) {
  const Statement to_69 = [](const Instrument& rdas) {
    return value(rdas, "total", answers(rdas, 5)) == 69.0 &&
           value(rdas, "cohesion", answers(rdas, 5)) == 19.0;
  };
  expect_trap("rdas", to_69, [](Instrument& it) { it.items[10].range.max = 5; });
}

TEST(RdasTrap, TheTwoCodingsOfItems7To10GiveTheSameScore) {
  const Statement same = [](const Instrument& rdas) {
    const auto printed = answers(rdas, 4, {{7, code(5)}, {8, code(4)}, {9, code(5)}, {10, code(2)}});
    const auto frequency = answers(rdas, 4, {{7, code(0)}, {8, code(1)}, {9, code(0)}, {10, code(3)}});
    return value(rdas, "total", printed, "printed") == 56.0 &&
           value(rdas, "total", frequency, "frequency") == 56.0;
  };
  expect_trap("rdas", same, [](Instrument& it) { scale_of(it, "total").order_keys.clear(); });
}

TEST(CsiTrap, OnlyItem1GoesToSix) {
  for (const auto& [id, highest] : {std::pair("csi-16", 81.0), std::pair("csi-32", 161.0)}) {
    const double most = highest;
    expect_trap(
        id, [most](const Instrument& csi) { return value(csi, "total", answers(csi, 6)) == most; },
        [](Instrument& it) { it.items[0].range.max = 5; });
  }
}

TEST(DasTrap, ItemsDifferInTheirAnswersAndScoresAreSums) {
  const Statement sum = [](const Instrument& das) {
    return value(das, "total", answers(das, 6)) == 151.0 && value(das, "affection", answers(das, 6)) == 12.0;
  };
  expect_trap("das-32", sum, [](Instrument& it) { scale_of(it, "total").verb = catalog::Verb::mean; });
}

TEST(Pg13Trap, OnlyItems3To12AreAdded) {
  const Statement ten = [](const Instrument& pg) {
    const auto low = answers(pg, 1);
    const auto loss_long_ago = answers(pg, 1, {{1, code(0)}, {2, code(100)}, {13, code(0)}});
    return value(pg, "total", low) == 10.0 && value(pg, "total", loss_long_ago) == 10.0;
  };
  expect_trap("pg-13-r", ten, [](Instrument& it) { scale_of(it, "total").key.items.push_back(2); });
}

TEST(SdqTrap, ProsocialIsNotPartOfTheTotalAndThreeOfFiveAreEnough) {
  const Statement apart = [](const Instrument& sdq) {
    const auto none = Response::skipped();
    const auto three = answers(sdq, 1, {{3, none}, {8, none}});
    const auto two = answers(sdq, 1, {{3, none}, {8, none}, {13, none}});
    return value(sdq, "total", answers(sdq, 0, {{1, code(2)}, {4, code(2)}})) ==
               value(sdq, "total", answers(sdq, 0)) &&
           value(sdq, "emotional", three) == 5.0 && !value(sdq, "emotional", two) &&
           !value(sdq, "total", three);
  };
  expect_trap("sdq", apart, [](Instrument& it) { scale_of(it, "total").key.items.push_back(1); });
  expect_trap("sdq", apart, [](Instrument& it) { scale_of(it, "emotional").missing.max_missing = 3; });
}

TEST(WsasTrap, WhoDoesNotWorkHasAScoreTo32AndNoneTo40) {
  const Statement two_scores = [](const Instrument& wsas) {
    const auto retired = answers(wsas, 8, {{1, Response::not_applicable()}});
    return !value(wsas, "total", retired) && value(wsas, "without_work", retired) == 32.0;
  };
  expect_trap("wsas", two_scores, [](Instrument& it) {
    scale_of(it, "total").missing.rule = MissingRule::prorate;
    scale_of(it, "total").missing.max_missing = 1;
  });
}

TEST(IppaRTrap, SumsOfTheTwoCodingsAreNeverOneTrend) {
  const Statement apart = [](const Instrument& ippa) {
    return value(ippa, "parent_trust", answers(ippa, 1), "zero-to-two") == 10.0 &&
           value(ippa, "parent_trust", Responses(53, code(2)), "one-to-three") == 20.0;
  };
  expect_trap("ippa-r", apart, [](Instrument& it) { it.orders[1].range = {0, 2}; });
}

TEST(KpcsTrap, NotApplicableCountsTwo) {
  const Statement two = [](const Instrument& kpcs) {
    return value(kpcs, "total", answers(kpcs, 0, {{1, code(4)}, {9, code(4)}})) == 4.0;
  };
  expect_trap("kpcs", two, [](Instrument& it) { scale_of(it, "total").key.recodes[0].table[4] = 0; });
}

TEST(Dass21Trap, SumsAreDoubledAsTheBandsAre) {
  const Statement doubled = [](const Instrument& dass) {
    return value(dass, "depression", answers(dass, 1)) == 14.0 &&
           value(dass, "stress", answers(dass, 3)) == 42.0;
  };
  expect_trap("dass-21", doubled, [](Instrument& it) { scale_of(it, "depression").multiply = 1; });
}

TEST(Rcads47Trap, TheKeyIsNotThatOfTheTwoScorersThatDiffer) {
  // Those put items 13, 22 and 27 with separation anxiety and item 37 with depression.
  const Statement worry = [](const Instrument& rcads) {
    const auto worried = answers(rcads, 0, {{13, code(3)}, {22, code(3)}, {27, code(3)}, {37, code(3)}});
    return value(rcads, "gad", worried) == 12.0 && value(rcads, "separation", worried) == 0.0 &&
           value(rcads, "depression", worried) == 0.0;
  };
  expect_trap("rcads-47", worry, [](Instrument& it) { scale_of(it, "depression").key.items.push_back(37); });
}

TEST(ErqTrap, TheShortFormsItemsAreNotTheWholeScale) {
  const Statement all_six = [](const Instrument& erq) {
    return catalog::find_scale(erq, "reappraisal")->key.items.size() == 6 &&
           catalog::find_scale(erq, "suppression")->key.items.size() == 4;
  };
  expect_trap("erq", all_six, [](Instrument& it) { scale_of(it, "reappraisal").key.items = {7, 8, 10}; });
}

// Our own

TEST(OwnMeasuresTrap, ANewMeasureShowsRawAnswersAndDirectionOnly) {
  const Statement raw_only = [](const Instrument& bond) {
    const auto before = scored(bond, answers(bond, 1));
    const auto report = change(bond, *before, *scored(bond, answers(bond, 4)));
    return !before->calibrated && report->changes[0].direction == ChangeDirection::higher &&
           report->changes[0].category == ChangeCategory::undetermined && !report->changes[0].threshold;
  };
  expect_trap("bond", raw_only, [](Instrument& it) {
    it.calibration_needed = 0;
    it.scales[0].changes.push_back({catalog::ChangeKind::reliable, 1, "made up", {}, {}});
  });
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures
