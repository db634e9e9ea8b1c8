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
namespace SECUREBASE_THIS_FILE {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::shipped;
using ::testing::UnorderedElementsAreArray;

std::vector<int> run(int from, int to, int step = 1) {
  std::vector<int> items;
  for (int item = from; item <= to; item += step) items.push_back(item);
  return items;
}

TEST(ShippedDefinitions, AreThoseOnTheShelf) {
  std::vector<std::string> names;
  for (const Instrument& instrument : shipped().instruments)
    names.push_back(instrument.id + "@" + instrument.version);
  const std::vector<std::string> shelf = {"ecr@1998",
                                          "ecr-r@2000",
                                          "ecr-rs@2011",
                                          "rfq-8@2016",
                                          "ders-16@2016",
                                          "phq-9@2001",
                                          "gad-7@2006",
                                          "core-10@2013",
                                          "wai-sr@2006",
                                          "csi-4@2007",
                                          "pcl-5@2013",
                                          "psc-17@1999",
                                          "who-5@1998",
                                          "itq@2018",
                                          "check-in@1",
                                          "bond@1",
                                          "closeness@1",
                                          "aas-r@1996",
                                          "ace-10@1998",
                                          "bgq@2006",
                                          "brief-inspire@2015",
                                          "cprs-sf@2011",
                                          "csi-16@2007",
                                          "csi-32@2007",
                                          "das-32@1976",
                                          "das-7@1984",
                                          "dass-21@1995",
                                          "ders-18@2016",
                                          "ders@2004",
                                          "ecr-12@2016",
                                          "ecr-s@2007",
                                          "epds@1987",
                                          "erq@2003",
                                          "gbo@2015",
                                          "haq-ii@1996",
                                          "hits@1998",
                                          "icg@1995",
                                          "ies-r@1997",
                                          "ippa-r@2005",
                                          "ippa@1987",
                                          "k10@2002",
                                          "kpcs@2008",
                                          "maas-antenatal@1993",
                                          "ors@2003",
                                          "pbq@2001",
                                          "pg-13-r@2021",
                                          "phq-4@2009",
                                          "prfq@2017",
                                          "psi-4-sf@2012",
                                          "qmi@1983",
                                          "ras@1988",
                                          "rcads-25@2012",
                                          "rcads-47@2000",
                                          "rdas@1995",
                                          "rq@1991",
                                          "rsq@1994",
                                          "sai@2015",
                                          "scared@1999",
                                          "score-15@2010",
                                          "sdq@1997",
                                          "srs@2003",
                                          "wsas@2002",
                                          "promis-depression@1",
                                          "promis-depression-4a@1",
                                          "promis-depression-6a@1",
                                          "promis-depression-8a@1",
                                          "promis-depression-8b@1",
                                          "promis-anxiety@1",
                                          "promis-anxiety-4a@1",
                                          "promis-anxiety-6a@1",
                                          "promis-anxiety-7a@1",
                                          "promis-anxiety-8a@1"};
  EXPECT_THAT(names, UnorderedElementsAreArray(shelf));
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
      {"ecr-12", "anxiety", Verb::mean, {1, 2, 3, 5, 7, 8}, {}, 1, 7},
      {"ecr-12", "avoidance", Verb::mean, {4, 6, 9, 10, 11, 12}, {6, 9, 10, 11, 12}, 1, 7},
      {"ecr-s", "anxiety", Verb::mean, {2, 4, 6, 8, 10, 12}, {8}, 1, 7},
      {"ecr-s", "avoidance", Verb::mean, {1, 3, 5, 7, 9, 11}, {1, 5, 9}, 1, 7},
      {"rq", "model_self", Verb::sum, run(1, 4), {}, -12, 12},
      {"rq", "model_other", Verb::sum, run(1, 4), {}, -12, 12},
      {"rsq", "secure", Verb::mean, {3, 9, 10, 15, 28}, {9, 28}, 1, 5},
      {"rsq", "fearful", Verb::mean, {1, 5, 12, 24}, {}, 1, 5},
      {"rsq", "preoccupied", Verb::mean, {6, 8, 16, 25}, {6}, 1, 5},
      {"rsq", "dismissing", Verb::mean, {2, 6, 19, 22, 26}, {}, 1, 5},
      {"aas-r", "close", Verb::mean, {1, 6, 8, 12, 13, 17}, {8, 13, 17}, 1, 5},
      {"aas-r", "depend", Verb::mean, {2, 5, 7, 14, 16, 18}, {2, 7, 16, 18}, 1, 5},
      {"aas-r", "anxiety", Verb::mean, {3, 4, 9, 10, 11, 15}, {}, 1, 5},
      {"prfq", "prementalizing", Verb::mean, {1, 4, 7, 10, 13, 16}, {}, 1, 7},
      {"prfq", "certainty", Verb::mean, {2, 5, 8, 11, 14, 17}, {11}, 1, 7},
      {"prfq", "interest", Verb::mean, {3, 6, 9, 12, 15, 18}, {18}, 1, 7},
      {"ders", "total", Verb::sum, run(1, 36), {1, 2, 6, 7, 8, 10, 17, 20, 22, 24, 34}, 36, 180},
      {"ders", "nonacceptance", Verb::sum, {11, 12, 21, 23, 25, 29}, {}, 6, 30},
      {"ders", "goals", Verb::sum, {13, 18, 20, 26, 33}, {20}, 5, 25},
      {"ders", "impulse", Verb::sum, {3, 14, 19, 24, 27, 32}, {24}, 6, 30},
      {"ders", "awareness", Verb::sum, {2, 6, 8, 10, 17, 34}, {2, 6, 8, 10, 17, 34}, 6, 30},
      {"ders", "strategies", Verb::sum, {15, 16, 22, 28, 30, 31, 35, 36}, {22}, 8, 40},
      {"ders", "clarity", Verb::sum, {1, 4, 5, 7, 9}, {1, 7}, 5, 25},
      {"ders-18", "total", Verb::sum, run(1, 18), {1, 4, 6}, 18, 90},
      {"ders-18", "awareness", Verb::sum, {1, 4, 6}, {1, 4, 6}, 3, 15},
      {"ders-18", "clarity", Verb::sum, {2, 3, 5}, {}, 3, 15},
      {"ders-18", "goals", Verb::sum, {8, 12, 15}, {}, 3, 15},
      {"ders-18", "impulse", Verb::sum, {9, 16, 18}, {}, 3, 15},
      {"ders-18", "nonacceptance", Verb::sum, {7, 13, 14}, {}, 3, 15},
      {"ders-18", "strategies", Verb::sum, {10, 11, 17}, {}, 3, 15},
      {"erq", "reappraisal", Verb::mean, {1, 3, 5, 7, 8, 10}, {}, 1, 7},
      {"erq", "suppression", Verb::mean, {2, 4, 6, 9}, {}, 1, 7},
      {"haq-ii", "total", Verb::sum, run(1, 19), {4, 8, 11, 16, 19}, 19, 114},
      {"sai", "alliance", Verb::mean, run(1, 6), {}, 0, 5},
      {"ors", "total", Verb::sum, run(1, 4), {}, 0, 40},
      {"srs", "total", Verb::sum, run(1, 4), {}, 0, 40},
      {"gbo", "goals", Verb::mean, {1, 2, 3}, {}, 0, 10},
      {"csi-32", "total", Verb::sum, run(1, 32), {}, 0, 161},
      {"csi-16", "total", Verb::sum, run(1, 16), {}, 0, 81},
      {"das-32", "total", Verb::sum, run(1, 32), {}, 0, 151},
      {"das-32", "consensus", Verb::sum, {1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {}, 0, 65},
      {"das-32", "satisfaction", Verb::sum, {16, 17, 18, 19, 20, 21, 22, 23, 31, 32}, {}, 0, 50},
      {"das-32", "cohesion", Verb::sum, run(24, 28), {}, 0, 24},
      {"das-32", "affection", Verb::sum, {4, 6, 29, 30}, {}, 0, 12},
      {"das-7", "total", Verb::sum, run(1, 7), {}, 0, 36},
      {"rdas", "total", Verb::sum, run(1, 14), {}, 0, 69},
      {"rdas", "consensus", Verb::sum, run(1, 6), {}, 0, 30},
      {"rdas", "satisfaction", Verb::sum, run(7, 10), {}, 0, 20},
      {"rdas", "cohesion", Verb::sum, run(11, 14), {}, 0, 19},
      {"qmi", "total", Verb::sum, run(1, 6), {}, 6, 45},
      {"ras", "satisfaction", Verb::mean, run(1, 7), {4, 7}, 1, 5},
      {"score-15", "total", Verb::mean, run(1, 15), {1, 3, 6, 10, 15}, 1, 5},
      {"score-15", "strengths", Verb::mean, {1, 3, 6, 10, 15}, {1, 3, 6, 10, 15}, 1, 5},
      {"score-15", "difficulties", Verb::mean, {5, 7, 9, 11, 14}, {}, 1, 5},
      {"score-15", "communication", Verb::mean, {2, 4, 8, 12, 13}, {}, 1, 5},
      {"hits", "total", Verb::sum, run(1, 4), {}, 4, 20},
      {"ace-10", "total", Verb::sum, run(1, 10), {}, 0, 10},
      {"ies-r", "total", Verb::sum, run(1, 22), {}, 0, 88},
      {"ies-r", "avoidance", Verb::sum, {5, 7, 8, 11, 12, 13, 17, 22}, {}, 0, 32},
      {"ies-r", "intrusion", Verb::sum, {1, 2, 3, 6, 9, 16, 20}, {}, 0, 28},
      {"ies-r", "hyperarousal", Verb::sum, {4, 10, 14, 15, 18, 19, 21}, {}, 0, 28},
      {"pg-13-r", "total", Verb::sum, run(3, 12), {}, 10, 50},
      {"icg", "total", Verb::sum, run(1, 19), {}, 0, 76},
      {"bgq", "total", Verb::sum, run(1, 5), {}, 0, 10},
      {"phq-4", "total", Verb::sum, run(1, 4), {}, 0, 12},
      {"phq-4", "anxiety", Verb::sum, {1, 2}, {}, 0, 6},
      {"phq-4", "depression", Verb::sum, {3, 4}, {}, 0, 6},
      {"k10", "total", Verb::sum, run(1, 10), {}, 10, 50},
      {"wsas", "total", Verb::sum, run(1, 5), {}, 0, 40},
      {"wsas", "without_work", Verb::sum, run(2, 5), {}, 0, 32},
      {"brief-inspire", "support", Verb::sum, run(1, 5), {}, 0, 100},
      {"dass-21", "depression", Verb::sum, {3, 5, 10, 13, 16, 17, 21}, {}, 0, 42},
      {"dass-21", "anxiety", Verb::sum, {2, 4, 7, 9, 15, 19, 20}, {}, 0, 42},
      {"dass-21", "stress", Verb::sum, {1, 6, 8, 11, 12, 14, 18}, {}, 0, 42},
      {"sdq",
       "total",
       Verb::sum,
       {2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 18, 19, 21, 22, 23, 24, 25},
       {7, 11, 14, 21, 25},
       0,
       40},
      {"sdq", "emotional", Verb::sum, {3, 8, 13, 16, 24}, {}, 0, 10},
      {"sdq", "conduct", Verb::sum, {5, 7, 12, 18, 22}, {7}, 0, 10},
      {"sdq", "hyperactivity", Verb::sum, {2, 10, 15, 21, 25}, {21, 25}, 0, 10},
      {"sdq", "peer", Verb::sum, {6, 11, 14, 19, 23}, {11, 14}, 0, 10},
      {"sdq", "prosocial", Verb::sum, {1, 4, 9, 17, 20}, {}, 0, 10},
      {"rcads-47", "total", Verb::sum, run(1, 47), {}, 0, 141},
      {"rcads-47",
       "anxiety",
       Verb::sum,
       {1,  3,  4,  5,  7,  8,  9,  10, 12, 13, 14, 16, 17, 18, 20, 22, 23, 24, 26,
        27, 28, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 41, 42, 43, 44, 45, 46},
       {},
       0,
       111},
      {"rcads-47", "social", Verb::sum, {4, 7, 8, 12, 20, 30, 32, 38, 43}, {}, 0, 27},
      {"rcads-47", "panic", Verb::sum, {3, 14, 24, 26, 28, 34, 36, 39, 41}, {}, 0, 27},
      {"rcads-47", "depression", Verb::sum, {2, 6, 11, 15, 19, 21, 25, 29, 40, 47}, {}, 0, 30},
      {"rcads-47", "separation", Verb::sum, {5, 9, 17, 18, 33, 45, 46}, {}, 0, 21},
      {"rcads-47", "gad", Verb::sum, {1, 13, 22, 27, 35, 37}, {}, 0, 18},
      {"rcads-47", "ocd", Verb::sum, {10, 16, 23, 31, 42, 44}, {}, 0, 18},
      {"rcads-25", "total", Verb::sum, run(1, 25), {}, 0, 75},
      {"rcads-25", "anxiety", Verb::sum, {2, 3, 5, 6, 7, 9, 11, 12, 14, 17, 18, 20, 22, 23, 25}, {}, 0, 45},
      {"rcads-25", "depression", Verb::sum, {1, 4, 8, 10, 13, 15, 16, 19, 21, 24}, {}, 0, 30},
      {"ippa", "trust", Verb::sum, {5, 6, 8, 12, 13, 14, 15, 19, 20, 21}, {5}, 10, 50},
      {"ippa", "communication", Verb::sum, {1, 2, 3, 7, 16, 17, 24, 25}, {}, 8, 40},
      {"ippa", "alienation", Verb::sum, {4, 9, 10, 11, 18, 22, 23}, {}, 7, 35},
      {"ippa-r", "parent_trust", Verb::sum, {1, 2, 3, 4, 10, 13, 14, 21, 23, 24}, {3, 10}, 0, 20},
      {"ippa-r", "parent_communication", Verb::sum, {5, 6, 7, 8, 15, 16, 17, 20, 26, 28}, {5, 7, 15}, 0, 20},
      {"ippa-r", "parent_alienation", Verb::sum, {9, 11, 12, 18, 19, 22, 25, 27}, {}, 0, 16},
      {"ippa-r", "peer_trust", Verb::sum, {33, 34, 36, 40, 41, 42, 43, 47, 48, 49}, {33}, 0, 20},
      {"ippa-r", "peer_communication", Verb::sum, {29, 30, 31, 35, 44, 45, 52, 53}, {}, 0, 16},
      {"ippa-r", "peer_alienation", Verb::sum, {32, 37, 38, 39, 46, 50, 51}, {}, 0, 14},
      {"scared", "total", Verb::sum, run(1, 41), {}, 0, 82},
      {"scared", "panic", Verb::sum, {1, 6, 9, 12, 15, 18, 19, 22, 24, 27, 30, 34, 38}, {}, 0, 26},
      {"scared", "gad", Verb::sum, {5, 7, 14, 21, 23, 28, 33, 35, 37}, {}, 0, 18},
      {"scared", "separation", Verb::sum, {4, 8, 13, 16, 20, 25, 29, 31}, {}, 0, 16},
      {"scared", "social", Verb::sum, {3, 10, 26, 32, 39, 40, 41}, {}, 0, 14},
      {"scared", "school", Verb::sum, {2, 11, 17, 36}, {}, 0, 8},
      {"psi-4-sf", "total", Verb::sum, run(1, 36), {}, 36, 180},
      {"psi-4-sf", "distress", Verb::sum, run(1, 12), {}, 12, 60},
      {"psi-4-sf", "interaction", Verb::sum, run(13, 24), {}, 12, 60},
      {"psi-4-sf", "child", Verb::sum, run(25, 36), {}, 12, 60},
      {"maas-antenatal", "total", Verb::sum, run(1, 19), {1, 3, 5, 6, 7, 9, 10, 12, 15, 16, 18}, 19, 95},
      {"maas-antenatal",
       "quality",
       Verb::sum,
       {3, 6, 9, 10, 11, 12, 13, 15, 16, 19},
       {3, 6, 9, 10, 12, 15, 16},
       10,
       50},
      {"maas-antenatal", "time", Verb::sum, {1, 2, 4, 5, 8, 14, 17, 18}, {1, 5, 18}, 8, 40},
      {"pbq", "total", Verb::sum, run(1, 25), {1, 4, 8, 9, 11, 16, 22, 25}, 0, 125},
      {"pbq", "bonding", Verb::sum, {1, 2, 6, 7, 8, 9, 10, 12, 13, 15, 16, 17}, {1, 8, 9, 16}, 0, 60},
      {"pbq", "rejection", Verb::sum, {3, 4, 5, 11, 14, 21, 23}, {4, 11}, 0, 35},
      {"pbq", "care_anxiety", Verb::sum, {19, 20, 22, 25}, {22, 25}, 0, 20},
      {"pbq", "abuse", Verb::sum, {18, 24}, {}, 0, 10},
      {"epds", "total", Verb::sum, run(1, 10), {}, 0, 30},
      {"epds", "anxiety", Verb::sum, {3, 4, 5}, {}, 0, 9},
      {"kpcs", "total", Verb::sum, run(1, 15), {}, 0, 45},
      {"cprs-sf", "conflict", Verb::sum, {2, 4, 8, 10, 11, 12, 13, 14}, {}, 8, 40},
      {"cprs-sf", "closeness", Verb::sum, {1, 3, 5, 6, 7, 9, 15}, {}, 7, 35},
      {"promis-depression", "depression", Verb::sum, run(1, 28), {}, 28, 140},
      {"promis-depression-4a", "depression", Verb::sum, run(1, 4), {}, 4, 20},
      {"promis-depression-6a", "depression", Verb::sum, run(1, 6), {}, 6, 30},
      {"promis-depression-8a", "depression", Verb::sum, run(1, 8), {}, 8, 40},
      {"promis-depression-8b", "depression", Verb::sum, run(1, 8), {}, 8, 40},
      {"promis-anxiety", "anxiety", Verb::sum, run(1, 29), {}, 29, 145},
      {"promis-anxiety-4a", "anxiety", Verb::sum, run(1, 4), {}, 4, 20},
      {"promis-anxiety-6a", "anxiety", Verb::sum, run(1, 6), {}, 6, 30},
      {"promis-anxiety-7a", "anxiety", Verb::sum, run(1, 7), {}, 7, 35},
      {"promis-anxiety-8a", "anxiety", Verb::sum, run(1, 8), {}, 8, 40},
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
  const std::map<std::string, AnswerRange> known = {{"ecr", {1, 7}},
                                                    {"ecr-r", {1, 7}},
                                                    {"ecr-rs", {1, 7}},
                                                    {"rfq-8", {1, 7}},
                                                    {"ders-16", {1, 5}},
                                                    {"phq-9", {0, 3}},
                                                    {"gad-7", {0, 3}},
                                                    {"core-10", {0, 4}},
                                                    {"wai-sr", {1, 5}},
                                                    {"csi-4", {0, 5}},
                                                    {"pcl-5", {0, 4}},
                                                    {"psc-17", {0, 2}},
                                                    {"who-5", {0, 5}},
                                                    {"itq", {0, 4}},
                                                    {"check-in", {0, 4}},
                                                    {"bond", {0, 4}},
                                                    {"closeness", {0, 4}},
                                                    {"ecr-12", {1, 7}},
                                                    {"ecr-s", {1, 7}},
                                                    {"rq", {1, 7}},
                                                    {"rsq", {1, 5}},
                                                    {"aas-r", {1, 5}},
                                                    {"prfq", {1, 7}},
                                                    {"ders", {1, 5}},
                                                    {"ders-18", {1, 5}},
                                                    {"erq", {1, 7}},
                                                    {"haq-ii", {1, 6}},
                                                    {"sai", {0, 5}},
                                                    {"ors", {0, 100}},
                                                    {"srs", {0, 100}},
                                                    {"gbo", {0, 10}},
                                                    {"csi-32", {0, 5}},
                                                    {"csi-16", {0, 5}},
                                                    {"das-32", {0, 5}},
                                                    {"das-7", {0, 5}},
                                                    {"rdas", {0, 5}},
                                                    {"qmi", {1, 7}},
                                                    {"ras", {1, 5}},
                                                    {"score-15", {1, 5}},
                                                    {"hits", {1, 5}},
                                                    {"ace-10", {0, 1}},
                                                    {"ies-r", {0, 4}},
                                                    {"pg-13-r", {1, 5}},
                                                    {"icg", {0, 4}},
                                                    {"bgq", {0, 2}},
                                                    {"phq-4", {0, 3}},
                                                    {"k10", {1, 5}},
                                                    {"wsas", {0, 8}},
                                                    {"brief-inspire", {0, 4}},
                                                    {"dass-21", {0, 3}},
                                                    {"sdq", {0, 2}},
                                                    {"rcads-47", {0, 3}},
                                                    {"rcads-25", {0, 3}},
                                                    {"ippa", {1, 5}},
                                                    {"ippa-r", {0, 2}},
                                                    {"scared", {0, 2}},
                                                    {"psi-4-sf", {1, 5}},
                                                    {"maas-antenatal", {1, 5}},
                                                    {"pbq", {0, 5}},
                                                    {"epds", {0, 3}},
                                                    {"kpcs", {0, 3}},
                                                    {"cprs-sf", {1, 5}},
                                                    {"promis-depression", {1, 5}},
                                                    {"promis-depression-4a", {1, 5}},
                                                    {"promis-depression-6a", {1, 5}},
                                                    {"promis-depression-8a", {1, 5}},
                                                    {"promis-depression-8b", {1, 5}},
                                                    {"promis-anxiety", {1, 5}},
                                                    {"promis-anxiety-4a", {1, 5}},
                                                    {"promis-anxiety-6a", {1, 5}},
                                                    {"promis-anxiety-7a", {1, 5}},
                                                    {"promis-anxiety-8a", {1, 5}}};
  const std::map<std::pair<std::string, int>, AnswerRange> own = {
      {{"csi-4", 1}, {0, 6}},    {{"csi-32", 1}, {0, 6}},    {{"csi-16", 1}, {0, 6}},
      {{"das-32", 23}, {0, 4}},  {{"das-32", 24}, {0, 4}},   {{"das-32", 29}, {0, 1}},
      {{"das-32", 30}, {0, 1}},  {{"das-32", 31}, {0, 6}},   {{"das-7", 7}, {0, 6}},
      {{"rdas", 11}, {0, 4}},    {{"qmi", 6}, {1, 10}},      {{"pg-13-r", 1}, {0, 1}},
      {{"pg-13-r", 13}, {0, 1}}, {{"pg-13-r", 2}, {0, 200}}, {{"kpcs", 1}, {0, 4}},
      {{"kpcs", 9}, {0, 4}}};
  for (const Instrument& instrument : shipped().instruments)
    for (const Item& item : instrument.items) {
      const auto differs = own.find({instrument.id, item.number});
      EXPECT_EQ(item.range, differs != own.end() ? differs->second : known.at(instrument.id))
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
  // Keys that nobody has seen at a source, or not wholly.
  std::set<std::string> from_memory;
  for (const Instrument& instrument : shipped().instruments)
    for (const Scale& scale : instrument.scales)
      if (!scale.provenance.verified) from_memory.insert(instrument.id);
  EXPECT_EQ(from_memory, (std::set<std::string>{"psc-17", "ders-16", "brief-inspire", "das-7", "ippa",
                                                "psi-4-sf", "qmi", "rsq", "sai", "score-15"}));
}

TEST(ShippedDefinitions, WhatOwnersKeepOffScreensIsScoreEntryOnly) {
  const std::set<std::string> refused = {"sdq", "epds", "ies-r", "ors", "srs", "das-32", "das-7", "psi-4-sf"};
  for (const Instrument& instrument : shipped().instruments) {
    const bool entry_only = instrument.licence.wording == Wording::score_entry_only;
    EXPECT_EQ(entry_only, refused.contains(instrument.id)) << instrument.id;
    for (const Item& item : instrument.items)
      EXPECT_TRUE(!entry_only || item.gist.empty()) << instrument.id << " item " << item.number;
  }
}

TEST(ShippedDefinitions, RiskItemsAreThese) {
  std::map<std::string, std::vector<int>> risks;
  for (const Instrument& instrument : shipped().instruments)
    for (const Risk& risk : instrument.risks) {
      EXPECT_EQ(risk.at_least, instrument.items[static_cast<std::size_t>(risk.items[0] - 1)].range.min + 1)
          << "any answer above the lowest must be seen";
      risks[instrument.id] = risk.items;
    }
  EXPECT_EQ(risks, (std::map<std::string, std::vector<int>>{{"phq-9", {9}},
                                                            {"core-10", {6}},
                                                            {"check-in", {9}},
                                                            {"epds", {10}},
                                                            {"rcads-47", {37}},
                                                            {"promis-depression", {20}}}));
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

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
