#pragma once
// Item response models fitted to answers and told: parameters, how precise the scale is where, which items
// answer otherwise than the model says, and which work differently in groups of people.

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "models/fit_report.hpp"
#include "stats/item_calibration.hpp"
#include "stats/quadrature.hpp"

namespace securebase::models {

/// Fewer say too little about items with several answers (Reise & Yu 1990, J. Educ. Meas. 27, 133).
inline constexpr std::size_t few_people = 500;

/// Answers of people to items, keyed: a higher answer says more of what is measured.
struct ItemAnswers {
  stats::ResponseMatrix responses;   ///< with a group for each person where `groups` has names
  std::vector<std::string> items;    ///< their names
  std::vector<std::size_t> answers;  ///< how many each has
  std::vector<std::string> groups;   ///< names; empty: everyone is one group
  std::string what;                  ///< "ECR, avoidance"
  DataAccount account;
};

struct ItemQuestion {
  stats::ItemModel model = stats::ItemModel::graded_response;
  stats::Quadrature quadrature;
  double level = 0.95;
  bool compare = false;      ///< with the other model
  bool item_fit = false;     ///< S-X2
  bool dependence = false;   ///< Chen and Thissen
  bool functioning = false;  ///< of each item in the groups, instead of one fit for all groups
  unsigned threads = 1;      ///< changes nothing in the result
};

struct CalibratedItems {
  stats::Calibration calibration;
  double reliability = 0;  ///< marginal, first group
  FitReport report;
};

/// Errors: those of stats::calibrate_items, naming items and groups; "irt.groups" (functioning without
/// groups).
[[nodiscard]] Result<CalibratedItems> answer_item_question(const ItemAnswers& answers,
                                                           const ItemQuestion& question);

/// Where the scale is precise: information, error of the state and reliability from -4 to 4.
struct Precision {
  double theta = 0;
  double information = 0;
  double error = 0;        ///< 1 / sqrt(information + 1): of EAP in people with SD 1
  double reliability = 0;  ///< 1 - error^2
};
[[nodiscard]] std::vector<Precision> precision_of(const std::vector<stats::PolytomousItem>& items);

}  // namespace securebase::models
