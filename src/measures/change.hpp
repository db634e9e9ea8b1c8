#pragma once
// Change between two occasions of one person on one instrument: how much, whether it exceeds error, and on
// which side of the clinical boundary it ended. Categories after Jacobson & Truax (1991).

#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "measures/scoring.hpp"

namespace securebase::measures {

enum class ChangeCategory {
  recovered,     ///< reliably better, and across the clinical boundary to the other side
  improved,      ///< reliably better
  unchanged,     ///< within error
  deteriorated,  ///< reliably worse
  reliable,      ///< beyond error, on a scale where neither direction is agreed to be better
  undetermined   ///< no score on one occasion, or nothing known about error
};

[[nodiscard]] std::string_view to_text(ChangeCategory category);

enum class ChangeDirection { higher, lower, same };

struct Change {
  std::string scale;
  std::string name;
  std::optional<double> before;
  std::optional<double> after;
  std::optional<double> difference;  ///< after - before
  std::optional<ChangeDirection> direction;
  std::optional<double> standard_error;  ///< of the difference
  std::optional<Interval> interval;      ///< of the difference
  std::optional<double> reliable_change_index;
  std::optional<double> threshold;            ///< points beyond which change is reliable at 95 %
  std::optional<double> published_threshold;  ///< points the authors, or a service, count as reliable
  std::optional<bool> beyond_published;       ///< reached it, in either direction
  ChangeCategory category = ChangeCategory::undetermined;
  std::string basis;  ///< kind of reliability, in whom, SD; or why nothing can be said
  bool verified = false;
};

struct ChangeReport {
  std::string instrument;
  std::string version;
  std::string order_before;
  std::string order_after;
  bool calibrated = true;
  std::vector<Change> changes;
  std::vector<Finding> findings;
};

/// Refuses two occasions that cannot be compared: other instruments, versions, or orders with other answer
/// ranges.
[[nodiscard]] Result<ChangeReport> change(const catalog::Instrument& instrument, const Scores& before,
                                          const Scores& after);

/// One scale, two values: what `change` does per scale.
[[nodiscard]] Change change_on_scale(const catalog::Instrument& instrument, const catalog::Scale& scale,
                                     const catalog::Order& order, std::optional<double> before,
                                     std::optional<double> after);

}  // namespace securebase::measures
