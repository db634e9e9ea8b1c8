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
  one_occasion,  ///< the person is in one of two files only
  undetermined   ///< no score on one occasion, or error is not known
};

[[nodiscard]] std::string_view to_text(ChangeCategory category);

enum class ChangeDirection { higher, lower, same };

/// The cut-off that is used as the line for change, and on which side of it the two scores lie.
struct Boundary {
  double value = 0;
  catalog::Side side = catalog::Side::at_or_above;
  std::string label;
  bool verified = false;
  bool clinical_before = false;  ///< on the side that `side` names
  bool clinical_after = false;

  [[nodiscard]] bool crossed() const { return clinical_before != clinical_after; }
};

/// A published size of change, and whether the difference reached it, in either direction.
struct PublishedSize {
  catalog::ChangeKind kind = catalog::ChangeKind::reliable;
  double points = 0;
  std::string basis;
  bool reached = false;
  bool verified = false;
};

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
  std::optional<double> threshold;  ///< points beyond which change is reliable at 95 %
  /// The least difference beyond the threshold, where scores go in steps.
  std::optional<double> least_reliable;
  std::optional<PublishedSize> published;
  std::optional<Boundary> boundary;
  ChangeCategory category = ChangeCategory::undetermined;
  std::string basis;  ///< kind of reliability, in whom, SD; or why nothing can be said
  bool verified = false;
  bool one_sitting = false;  ///< the error rests on an internal consistency
};

/// A risk item on two occasions; nothing where it was not asked.
struct RiskChange {
  int item = 0;
  std::string topic;
  std::optional<RiskAnswer> before;
  std::optional<RiskAnswer> after;
};

/// Raised or unanswered on either occasion.
[[nodiscard]] bool needs_attention(const RiskChange& risk);
[[nodiscard]] bool needs_attention(const std::vector<RiskChange>& risks);

struct ChangeReport {
  std::string instrument;
  std::string version;
  std::string order_before;
  std::string order_after;
  bool calibrated = true;
  std::vector<Change> changes;
  std::vector<RiskChange> risks;  ///< every risk item that was asked on either occasion
  std::vector<Finding> findings;
};

/// Refuses two occasions that cannot be compared: other instruments, versions, or orders with other answer
/// ranges.
[[nodiscard]] Result<ChangeReport> change(const catalog::Instrument& instrument, const Scores& before,
                                          const Scores& after);

enum class Occasion { before, after };

/// Of a person with one occasion only: the scores and risk items of that one, and no change.
[[nodiscard]] ChangeReport one_occasion(const catalog::Instrument& instrument, const Scores& scores,
                                        Occasion occasion);

/// One scale, two values: what `change` does per scale.
[[nodiscard]] Change change_on_scale(const catalog::Instrument& instrument, const catalog::Scale& scale,
                                     const catalog::Order& order, std::optional<double> before,
                                     std::optional<double> after);

}  // namespace securebase::measures
