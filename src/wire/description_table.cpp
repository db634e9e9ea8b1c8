#include "wire/description_table.hpp"

#include <fmt/format.h>

#include "wire/csv.hpp"
#include "wire/csv_number.hpp"

namespace securebase::wire {
namespace {

using measures::ScaleDescription;
using measures::ScoreSpread;

class Table {
 public:
  void scale(const ScaleDescription& scale) {
    where_ = scale.scale + ",,,,";
    figure("items", scale.items);
    figure("complete_cases", static_cast<double>(scale.complete));
    figure("alpha", scale.alpha);
    if (scale.alpha_interval) {
      figure("alpha_lower", scale.alpha_interval->lower);
      figure("alpha_upper", scale.alpha_interval->upper);
    }
    figure("alpha_standard_error", scale.alpha_standard_error);
    figure("standardised_alpha", scale.standardised_alpha);
    figure("average_correlation", scale.average_correlation);
    if (scale.omega && scale.omega->verdict == stats::Verdict::converged)
      figure("omega_one_factor", scale.omega->value);
    figure("standard_error_of_measurement", scale.standard_error_of_measurement);
    spread(scale.scale, scale.overall);
    for (const ScoreSpread& norm : scale.norms) spread(scale.scale, norm);
    for (const measures::ScaleItem& item : scale.item_statistics) {
      where_ = fmt::format("{},{},,,", scale.scale, item.item);
      figure("reversed", item.reversed ? 1 : 0);
      figure("mean", item.mean);
      figure("sd", item.sd);
      figure("item_rest", item.item_rest);
      figure("alpha_if_dropped", item.alpha_if_dropped);
    }
  }

  void item(const measures::ItemDescription& item) {
    where_ = fmt::format(",{},,,", item.item);
    figure("answered", static_cast<double>(item.answered));
    figure("skipped", static_cast<double>(item.skipped));
    figure("not_applicable", static_cast<double>(item.not_applicable));
    figure("not_asked", static_cast<double>(item.not_asked));
    for (std::size_t i = 0; i < item.counts.size(); ++i)
      figure(fmt::format("count_{}", item.lowest + static_cast<int>(i)), static_cast<double>(item.counts[i]));
  }

  void correlation(const measures::ScaleCorrelation& correlation) {
    where_ = fmt::format("{},,,,", correlation.first);
    figure("correlation_with_" + correlation.second, correlation.r);
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void spread(const std::string& scale, const ScoreSpread& spread) {
    const auto years = [](std::optional<int> age) { return age ? std::to_string(*age) : std::string(); };
    where_ = fmt::format("{},,{},{},{}", scale, spread.group.gender.value_or(""),
                         years(spread.group.age_from), years(spread.group.age_to));
    if (spread.n) figure("n", static_cast<double>(*spread.n));
    figure("mean", spread.mean);
    figure("sd", spread.sd);
    figure("lowest", spread.lowest);
    figure("highest", spread.highest);
    for (std::size_t i = 0; i < spread.quantiles.size(); ++i)
      figure(fmt::format("percentile_{:g}", 100 * measures::quantile_orders[i]), spread.quantiles[i]);
  }

  void figure(std::string_view name, std::optional<double> value) {
    if (!value) return;
    text_ += fmt::format("{},{},", where_, name);
    append_csv_number(text_, *value);
    text_ += '\n';
  }

  std::string where_;
  std::string text_ = "scale,item,gender,age_from,age_to,figure,value\n";
};

}  // namespace

std::string description_table(const measures::Description& description) {
  Table table;
  for (const ScaleDescription& scale : description.scales) table.scale(scale);
  for (const auto& correlation : description.correlations) table.correlation(correlation);
  for (const auto& item : description.items) table.item(item);
  return std::move(table).text();
}

}  // namespace securebase::wire
