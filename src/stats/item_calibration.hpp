#pragma once
// Item parameters by marginal maximum likelihood (Bock & Aitkin 1981, Psychometrika 46, 443): the state theta
// of people is integrated out over fixed nodes.
//
//   lnL = sum_people ln sum_q w_gq prod_items P_i(answer | x_q),  w_gq ~ exp(-(x_q - m_g)^2 / (2 s_g^2)), sum
//   1
//
// An answer that is missing is left out of the product (missing at random). The first group's mean is 0 and
// its SD 1; those of further groups are free as long as an item ties the groups together. Items have the same
// parameters in all groups but where they are said to have their own.
//
// The search is quasi-Newton on lnL, preconditioned by the information of the complete data, which EM has in
// its M-step (Lange 1995, Statistica Sinica 5, 1). Standard errors from the observed information (Louis 1982,
// J. R. Stat. Soc. B 44, 226), exact for the nodes used.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/composite.hpp"
#include "stats/convergence.hpp"
#include "stats/item_response.hpp"
#include "stats/matrix.hpp"
#include "stats/quadrature.hpp"

namespace securebase::stats {

/// Answers from 0; people without any answer count for nothing.
struct ResponseMatrix {
  std::size_t items = 0;
  std::vector<std::uint8_t> answers;  ///< people x items, row by row; below the item's number, or no_answer
  std::vector<std::uint32_t> group;   ///< of each person, from 0; empty: one group

  [[nodiscard]] std::size_t people() const { return items == 0 ? 0 : answers.size() / items; }
};

enum class ErrorsOf { nothing, parameters };

struct CalibrationPlan {
  std::vector<std::size_t> answers;  ///< how many each item has, 2 to 50
  std::vector<ItemModel> models;     ///< of each item; empty: graded response
  std::vector<bool> own_in_group;    ///< items whose parameters are each group's own; empty: none
  Quadrature quadrature;
  ErrorsOf errors = ErrorsOf::parameters;
  unsigned threads = 1;  ///< does not change a bit of the result
};

struct CalibratedItem {
  PolytomousItem item;
  /// Nothing where the information has no inverse, or none were asked for.
  std::optional<double> discrimination_error;
  std::vector<std::optional<double>> location_errors;
  std::vector<double> intercepts;  ///< c
  std::vector<std::optional<double>> intercept_errors;
};

struct LatentGroup {
  double mean = 0;
  double sd = 1;
  std::optional<double> mean_error;  ///< nothing for the first
  std::optional<double> sd_error;
};

struct Calibration {
  std::vector<std::vector<CalibratedItem>> items;  ///< of each group; the same where they are shared
  std::vector<LatentGroup> groups;
  double log_likelihood = 0;
  std::size_t people = 0;  ///< with an answer
  std::size_t parameters = 0;
  double aic = 0;
  double bic = 0;
  Convergence convergence;           ///< gradient in standard errors that complete data would have
  std::size_t expectations = 0;      ///< passes over the people
  std::optional<Matrix> covariance;  ///< of slopes and intercepts, item by item as stored, then means and SDs
};

/// Errors (bad_data), naming item or group by number from 1: "irt.shape", "irt.answer" (an answer the item
/// does not have), "irt.no_people", "irt.empty_answer" (an answer that nobody gave: put it together with its
/// neighbour), "irt.constant" (an item that everybody answers alike), "irt.group" (a group without people),
/// "irt.not_tied" (no item has the same parameters in all groups); usage: "irt.quadrature", "irt.plan".
[[nodiscard]] Result<Calibration> calibrate_items(const ResponseMatrix& responses,
                                                  const CalibrationPlan& plan);

/// Twice the difference of log-likelihoods of a model and one nested in it, on the same answers.
struct CalibrationComparison {
  double chi_square = 0;
  std::size_t df = 0;
  double p = 1;
};
[[nodiscard]] std::optional<CalibrationComparison> compare_calibrations(const Calibration& nested,
                                                                        const Calibration& wider);

}  // namespace securebase::stats
