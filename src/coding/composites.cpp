// Unit-weight composites and the rule for training clips.

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "coding/classes.hpp"
#include "coding/not_for_custody.hpp"
#include "stats/sample.hpp"

namespace securebase::coding {
namespace {

using Scales = StrangeSituationScales;

tl::unexpected<Error> bad(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

constexpr std::size_t interactive = 8;

/// In the order of ReferenceSample::scales.
std::vector<std::optional<double>> listed(const Scales& s, Crying crying) {
  std::vector<std::optional<double>> all{s.ps5, s.ps8, s.cm5, s.cm8, s.av5, s.av8, s.res5, s.res8};
  if (crying == Crying::included) {
    all.push_back(s.cry5);
    all.push_back(s.cry8);
  }
  return all;
}

Result<void> check_range(const Scales& scales) {
  const auto all = listed(scales, Crying::included);
  for (std::size_t k = 0; k < all.size(); ++k) {
    const bool fine = !all[k] || (k < interactive ? *all[k] >= 1 && *all[k] <= 7 : std::abs(*all[k]) < 1e100);
    if (!fine)
      return bad("coding.scale_range", "interactive scales run from 1 to 7, crying is a finite number");
  }
  if (scales.disorganization && !(*scales.disorganization >= 1 && *scales.disorganization <= 9))
    return bad("coding.scale_range", "disorganization is rated from 1 to 9");
  return {};
}

std::optional<double> sum_of(std::initializer_list<std::optional<double>> parts) {
  double sum = 0;
  for (const auto& part : parts) {
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

std::array<std::optional<double>, 3> sums_of(const Scales& s) {
  return {sum_of({s.ps5, s.ps8, s.cm5, s.cm8}), sum_of({s.av5, s.av8}), sum_of({s.res5, s.res8})};
}

std::optional<double> z(const std::optional<double>& value, const ReferenceSample::Part& part) {
  if (!value) return std::nullopt;
  return (*value - part.mean) / part.sd;
}

Result<ReferenceSample::Part> part_of(const std::vector<double>& values) {
  const auto summary = stats::summarise(values);
  if (!summary || !summary->sd || !(*summary->sd > 0))
    return bad("coding.constant", "nobody in the reference sample differs from another on a scale");
  return ReferenceSample::Part{summary->mean, *summary->sd};
}

std::optional<double> mean_of(std::span<const std::optional<double>> parts) {
  double sum = 0;
  for (const auto& part : parts) {
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum / static_cast<double>(parts.size());
}

}  // namespace

Result<ReferenceSample> reference_sample(std::string id, std::span<const Scales> cases, Crying crying) {
  if (id.empty())
    return bad("coding.sample_name",
               "a reference sample has a name: composites are never compared across samples");
  ReferenceSample sample;
  sample.id = std::move(id);
  sample.crying = crying;
  const std::size_t count = listed({}, crying).size();
  std::vector<std::vector<double>> columns(count + 3);
  for (const Scales& one : cases) {
    if (auto fine = check_range(one); !fine) return tl::unexpected(fine.error());
    const auto all = listed(one, crying);
    if (!mean_of(all)) continue;
    for (std::size_t k = 0; k < count; ++k) columns[k].push_back(*all[k]);
    const auto sums = sums_of(one);
    for (std::size_t k = 0; k < 3; ++k) columns[count + k].push_back(*sums[k]);
    ++sample.cases;
  }
  if (sample.cases < least_reference_cases)
    return bad("coding.few_cases", "a reference sample has 30 cases or more with every scale");
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const auto part = part_of(columns[k]);
    if (!part) return tl::unexpected(part.error());
    if (k < count)
      sample.scales.push_back(*part);
    else
      (k == count ? sample.seeking : k == count + 1 ? sample.avoidance : sample.resistance) = *part;
  }
  return sample;
}

Result<Composites> composites(const Scales& scales, const ReferenceSample& sample) {
  if (auto fine = check_range(scales); !fine) return tl::unexpected(fine.error());
  const auto all = listed(scales, sample.crying);
  std::vector<std::optional<double>> standard;
  standard.reserve(all.size());
  for (std::size_t k = 0; k < all.size(); ++k) standard.push_back(z(all[k], sample.scales[k]));
  for (const std::size_t avoidance : {4U, 5U})
    if (standard[avoidance]) standard[avoidance] = -*standard[avoidance];
  Composites result{sample.id, {}, {}, {}};
  result.seeking = mean_of(std::span(standard).first(6));
  result.resistance = mean_of(std::span(standard).subspan(6));
  const auto sums = sums_of(scales);
  const auto near = z(sums[0], sample.seeking), away = z(sums[1], sample.avoidance),
             angry = z(sums[2], sample.resistance);
  if (near && away && angry) result.security = (*near - *away) / 2 - *angry;
  return result;
}

Result<Composites> difference(const Composites& a, const Composites& b) {
  if (a.sample != b.sample)
    return bad("coding.other_sample", "composites standardised on different samples are never compared");
  const auto less = [](const std::optional<double>& x, const std::optional<double>& y) {
    return x && y ? std::optional(*y - *x) : std::nullopt;
  };
  return Composites{a.sample, less(a.seeking, b.seeking), less(a.resistance, b.resistance),
                    less(a.security, b.security)};
}

std::vector<Finding> composite_findings(const ReferenceSample& sample) {
  return {not_for_custody(),
          {"coding.composite",
           fmt::format("The {} is our own design [D], after the two dimensions of Fraley and Spieker (2003).",
                       composite_name),
           fmt::format("all scales weigh the same, in SDs of the reference sample of {} cases", sample.cases),
           "It is not a published scoring function, and nobody has validated it. It is never compared with "
           "values "
           "standardised on another sample."}};
}

Result<Screened> screening_rule(const Scales& scales, Purpose purpose) {
  if (purpose != Purpose::training_clip)
    return fail(ErrorKind::forbidden, "coding.never_a_person",
                "this rule is unvalidated and for training clips only, never for a person in the record");
  if (auto fine = check_range(scales); !fine) return tl::unexpected(fine.error());
  if (!scales.disorganization || !scales.av8 || !scales.res8 || !scales.ps8 || !scales.cm8)
    return bad("coding.incomplete",
               "the rule needs disorganization and all four scales of the second reunion");
  Screened result;
  const double d = *scales.disorganization;
  const auto choose = [&](const char* name, const char* reason) {
    result.suggestion = name;
    result.reason = reason;
  };
  if (d > 5)
    choose("D", "disorganization above 5");
  else if (d == 5)
    result.reason = "disorganization is exactly 5: a coder decides";
  else if (*scales.av8 >= 4.5 && *scales.res8 <= 3 && (*scales.ps8 + *scales.cm8) / 2 < 4)
    choose(
        "A",
        "second reunion: avoidance 4.5 or more, resistance 3 or less, seeking and keeping contact below 4");
  else if (*scales.res8 >= 4)
    choose("C", "second reunion: resistance 4 or more");
  else
    choose("B", "none of the others");
  result.findings = {
      {"coding.unvalidated", "Screening rule, unvalidated.", "our own proposal [D], for training clips",
       "It says nothing about any child, and is no substitute for a certified coder."},
      not_for_custody()};
  return result;
}

}  // namespace securebase::coding
