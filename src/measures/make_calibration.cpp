#include "measures/make_calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/version.hpp"
#include "stats/item_fit.hpp"
#include "stats/latent_distribution.hpp"

namespace securebase::measures {
namespace {

tl::unexpected<Error> unusable(std::string detail) {
  return fail(ErrorKind::bad_data, "calibration.unusable", std::move(detail));
}

double rounded(double value) {
  return std::round(value * 1e6) / 1e6;
}

std::vector<stats::PolytomousItem> parameters(const stats::Calibration& fitted) {
  std::vector<stats::PolytomousItem> items;
  items.reserve(fitted.items[0].size());
  for (const auto& one : fitted.items[0]) items.push_back(one.item);
  return items;
}

Result<void> check(const CalibratedSample& of, const stats::Calibration& fitted) {
  if (fitted.convergence.verdict != stats::Verdict::converged)
    return unusable("the search did not end at a best fit: nothing is kept");
  if (fitted.people < fewest_calibrated)
    return fail(ErrorKind::bad_data, "calibration.too_few",
                fmt::format("{} people are too few for parameters that score others: {} are needed",
                            fitted.people, fewest_calibrated));
  for (std::size_t i = 0; i < fitted.items[0].size(); ++i) {
    const auto& one = fitted.items[0][i];
    if (one.item.discrimination < 0)
      return unusable(fmt::format(
          "item {} measures the other way round: its key or these columns are wrong, and nothing is kept",
          of.positions[i]));
    if (!one.discrimination_error)
      return unusable("the errors of the parameters cannot be told: too few people for these items");
  }
  return {};
}

catalog::ItemCalibration item_of(int position, const stats::CalibratedItem& fitted) {
  catalog::ItemCalibration item{
      position, rounded(fitted.item.discrimination), rounded(*fitted.discrimination_error), {}, {}, {}};
  for (std::size_t k = 0; k < fitted.item.locations.size(); ++k) {
    item.locations.push_back(rounded(fitted.item.locations[k]));
    item.location_errors.push_back(rounded(fitted.location_errors[k].value_or(0)));
  }
  return item;
}

/// What pairs of items share beyond the state: mean Cramer's V, for adaptive forms.
Result<void> add_dependence(const CalibratedSample& of, const std::vector<stats::PolytomousItem>& items,
                            catalog::Calibration& result) {
  const stats::ResponseMatrix everyone{of.positions.size(), of.answers, {}};
  const auto pairs = stats::local_dependence(everyone, items, of.quadrature);
  if (!pairs) return tl::unexpected(pairs.error());
  for (auto& item : result.items) item.dependence.assign(result.items.size(), 0);
  for (const stats::PairDependence& pair : *pairs) {
    const double shared = std::clamp(std::round(pair.cramers_v * 1e3) / 1e3, -1.0, 1.0);
    result.items[pair.first].dependence[pair.second] = shared;
    result.items[pair.second].dependence[pair.first] = shared;
  }
  return {};
}

struct Band {
  std::optional<int> from, to;
};

/// Any age, then each band.
std::vector<Band> bands_of(const std::vector<int>& firsts) {
  std::vector<Band> bands{{}};
  for (std::size_t i = 0; i <= firsts.size() && !firsts.empty(); ++i)
    bands.push_back({i == 0 ? std::nullopt : std::optional(firsts[i - 1]),
                     i == firsts.size() ? std::nullopt : std::optional(firsts[i] - 1)});
  return bands;
}

bool is_among(const PersonGroup& person, const std::string& gender, const Band& band) {
  if (!gender.empty() && person.gender != gender) return false;
  if (!band.from && !band.to) return true;
  return person.age && (!band.from || *person.age >= *band.from) && (!band.to || *person.age <= *band.to);
}

Result<void> add_norms(const CalibratedSample& of, const std::vector<stats::PolytomousItem>& items,
                       catalog::Calibration& result) {
  for (const char* gender : {"", "female", "male", "other"})
    for (const Band& band : bands_of(of.bands)) {
      stats::ResponseMatrix members{items.size(), {}, {}};
      for (std::size_t p = 0; p < of.people.size(); ++p) {
        if (!is_among(of.people[p], gender, band)) continue;
        const auto first = of.answers.begin() + static_cast<std::ptrdiff_t>(p * items.size());
        members.answers.insert(members.answers.end(), first,
                               first + static_cast<std::ptrdiff_t>(items.size()));
      }
      if (members.people() < smallest_state_norm) continue;
      const auto spread = stats::latent_distribution(members, items, of.quadrature, of.threads);
      if (!spread) return tl::unexpected(spread.error());
      catalog::StateNorm norm{
          of.norm_group,      {}, band.from, band.to, static_cast<int>(spread->people), rounded(spread->mean),
          rounded(spread->sd)};
      if (*gender != 0) norm.gender = gender;
      result.norms.push_back(std::move(norm));
    }
  return {};
}

}  // namespace

Result<catalog::Calibration> make_calibration(const CalibratedSample& of, const stats::Calibration& fitted,
                                              double reliability) {
  if (auto fine = check(of, fitted); !fine) return tl::unexpected(fine.error());
  catalog::Calibration result;
  result.scale = of.scale;
  result.order = of.order;
  result.model = of.model == stats::ItemModel::graded_response
                     ? catalog::ItemResponseModel::graded_response
                     : catalog::ItemResponseModel::generalized_partial_credit;
  result.sample = of.sample;
  result.people = static_cast<int>(fitted.people);
  result.reliability = rounded(reliability);
  result.engine = fmt::format("securebase {} calibrate, marginal maximum likelihood, {} nodes from -6 to 6",
                              engine_version(), of.quadrature.nodes);
  result.provenance = {of.source, true, "Computed from these answers."};
  for (std::size_t i = 0; i < of.positions.size(); ++i)
    result.items.push_back(item_of(of.positions[i], fitted.items[0][i]));
  const auto items = parameters(fitted);
  if (auto added = add_dependence(of, items, result); !added) return tl::unexpected(added.error());
  if (auto added = add_norms(of, items, result); !added) return tl::unexpected(added.error());
  return result;
}

}  // namespace securebase::measures
