#pragma once
// How adaptive testing would have done on people whose every answer is known (post hoc), or whose state is
// known because they were made up: against the full test, and against the best fixed form of every length.

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "models/fit_report.hpp"
#include "models/item_models.hpp"
#include "stats/adaptive_test.hpp"

namespace securebase::models {

/// How near scores came to what they are held against, over people.
struct ScoreAgreement {
  double items = 0;  ///< mean number asked
  double r = 0;
  double bias = 0;  ///< mean difference from the target
  double rmse = 0;
  double error = 0;  ///< mean stated error
  double coverage =
      0;  ///< share of targets within the 95 % interval; of a full score the target has an error itself
};

struct AdaptiveTrial {
  std::vector<ScoreAgreement> adaptive;  ///< after 1, 2 ... items
  std::vector<ScoreAgreement> fixed;     ///< the same number of items of highest average information
  ScoreAgreement stopped;                ///< by the plan's rule
  std::vector<std::size_t> lengths;      ///< people who were asked so many, from 0
  std::vector<double> exposure;          ///< share of people who were asked each item by the rule
  std::vector<std::size_t> fixed_order;  ///< items, most informative first
  std::size_t people = 0;
};

/// Everyone in `responses` answered every item (others are left out). `truth`: their states, empty: the EAP
/// of all their answers. The people's answers are the bank's. Errors: "irt.shape", "irt.no_people".
[[nodiscard]] Result<AdaptiveTrial> try_adaptive(const stats::ResponseMatrix& responses,
                                                 const std::vector<double>& truth,
                                                 const std::vector<stats::PolytomousItem>& bank,
                                                 const std::vector<double>& dependence,
                                                 const stats::AdaptivePlan& plan, unsigned threads);

/// People with normal states who answer as the bank says.
struct MadeUpPeople {
  stats::ResponseMatrix responses;
  std::vector<double> states;
};
[[nodiscard]] MadeUpPeople make_up_people(const std::vector<stats::PolytomousItem>& bank, std::size_t people,
                                          const stats::RandomKey& key);

struct NamedTrial {
  std::string scale;
  std::vector<std::string> items;
  AdaptiveTrial trial;
};

[[nodiscard]] FitReport report_adaptive(const std::vector<NamedTrial>& trials,
                                        const stats::AdaptivePlan& plan, bool made_up,
                                        const std::string& what, const DataAccount& account);

}  // namespace securebase::models
