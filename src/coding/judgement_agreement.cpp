// Agreement of judgements (categories) and of ratings (numbers).

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "coding/agreement_parts.hpp"
#include "stats/intraclass.hpp"
#include "stats/kappa.hpp"
#include "stats/krippendorff.hpp"
#include "stats/rating_table.hpp"

namespace securebase::coding {
namespace {

using stats::Matrix;
using stats::RatingTable;

/// What was rated: a part of a clip, by the place of the clip.
struct Unit {
  std::size_t clip = 0;
  std::string window;
  bool operator<(const Unit& other) const {
    return clip != other.clip ? clip < other.clip : window < other.window;
  }
};

/// Numbers of one scale, or of categories of one question, as they were read.
struct Collected {
  std::map<Unit, std::map<std::string, double>> by_unit;  // then by coder
};

/// Units of two ratings or more as a table, and which clip each belongs to.
struct Rated {
  RatingTable table;
  std::vector<std::size_t> clip;    // place among `clips`
  std::size_t clips = 0;            // with a unit
  std::vector<std::string> coders;  // columns
  bool one_unit_a_clip = true;
};

Rated rated_of(const Collected& collected) {
  Rated rated;
  std::map<std::size_t, std::size_t> place;
  std::vector<const std::map<std::string, double>*> rows;
  std::set<std::string> coders;
  for (const auto& [unit, ratings] : collected.by_unit) {
    if (ratings.size() < 2) continue;
    const auto [at, fresh] = place.try_emplace(unit.clip, place.size());
    if (!fresh) rated.one_unit_a_clip = false;
    rated.clip.push_back(at->second);
    rows.push_back(&ratings);
    for (const auto& [coder, value] : ratings) coders.insert(coder);
  }
  rated.clips = place.size();
  rated.coders.assign(coders.begin(), coders.end());
  rated.table = RatingTable(rows.size(), rated.coders.size());
  for (std::size_t u = 0; u < rows.size(); ++u)
    for (std::size_t r = 0; r < rated.coders.size(); ++r)
      if (const auto found = rows[u]->find(rated.coders[r]); found != rows[u]->end())
        rated.table.set(u, r, found->second);
  return rated;
}

/// The units of some clips.
RatingTable units_of(const Rated& rated, std::span<const std::size_t> clips) {
  std::vector<bool> wanted(rated.clips, false);
  for (const std::size_t c : clips) wanted[c] = true;
  std::vector<std::size_t> units;
  for (std::size_t u = 0; u < rated.clip.size(); ++u)
    if (wanted[rated.clip[u]]) units.push_back(u);
  RatingTable some(units.size(), rated.table.raters());
  for (std::size_t k = 0; k < units.size(); ++k)
    for (std::size_t r = 0; r < rated.table.raters(); ++r)
      if (const auto value = rated.table.at(units[k], r)) some.set(k, r, *value);
  return some;
}

/// What all four coefficients of categories need.
struct Categories {
  std::vector<double> codes;
  Matrix weights;
};

std::optional<stats::GwetAgreement> gwet(const RatingTable& table, const Categories& categories) {
  const auto counts = stats::ratings_by_category(table, categories.codes);
  if (!counts) return std::nullopt;
  const auto result = stats::gwet_agreement(*counts, categories.weights);
  return result ? std::optional(*result) : std::nullopt;
}

std::optional<double> kappa_value(const RatingTable& table, const Categories& categories) {
  if (table.raters() == 2) {
    const auto counts = stats::cross_table(table, 0, 1, categories.codes);
    if (!counts) return std::nullopt;
    const auto cohen = stats::cohen_kappa(*counts, categories.weights);
    return cohen ? cohen->kappa.value : std::nullopt;
  }
  const auto counts = stats::ratings_by_category(table, categories.codes);
  if (!counts) return std::nullopt;
  const auto fleiss = stats::fleiss_kappa(*counts);
  return fleiss ? fleiss->kappa.value : std::nullopt;
}

/// Pairs of judgements: of two coders as they stand, of more both ways.
Matrix confusion_of(const RatingTable& table, std::size_t q) {
  Matrix confusion(q, q);
  for (std::size_t u = 0; u < table.units(); ++u)
    for (std::size_t a = 0; a < table.raters(); ++a)
      for (std::size_t b = a + 1; b < table.raters(); ++b) {
        const auto x = table.at(u, a), y = table.at(u, b);
        if (!x || !y) continue;
        const auto i = static_cast<std::size_t>(*x), j = static_cast<std::size_t>(*y);
        const double weight = table.raters() == 2 ? 1 : 0.5;
        confusion(i, j) += weight;
        if (table.raters() > 2) confusion(j, i) += weight;
      }
  return confusion;
}

Result<QuestionAgreement> question_agreement(const std::string& name, const Collected& collected,
                                             const std::vector<std::string>& categories, double level) {
  const Rated rated = rated_of(collected);
  QuestionAgreement result;
  result.question = name;
  result.units = rated.table.units();
  result.categories = categories;
  result.cohen = rated.coders.size() == 2;
  const std::size_t q = std::max<std::size_t>(categories.size(), 2);
  Categories all{std::vector<double>(q), stats::agreement_weights(q, stats::AgreementWeights::unweighted)};
  std::iota(all.codes.begin(), all.codes.end(), 0.0);
  const auto over = [&](const stats::ParameterRange& range, const auto& value) {
    return over_clips(
        rated.clips, [&](std::span<const std::size_t> clips) { return value(units_of(rated, clips)); }, range,
        level);
  };
  result.agreement = over(share_range, [&](const RatingTable& table) -> std::optional<double> {
    const auto agreement = gwet(table, all);
    return agreement ? agreement->agreement.value : std::nullopt;
  });
  result.ac1 = over(beyond_chance, [&](const RatingTable& table) -> std::optional<double> {
    const auto agreement = gwet(table, all);
    return agreement ? agreement->ac.value : std::nullopt;
  });
  result.kappa = over(beyond_chance, [&](const RatingTable& table) { return kappa_value(table, all); });
  const auto alpha = stats::krippendorff_alpha(rated.table, stats::Measurement::nominal);
  if (alpha) result.alpha.value = alpha->alpha;
  const auto counts = stats::ratings_by_category(rated.table, all.codes);
  if (!counts) return tl::unexpected(counts.error());
  const auto fleiss = stats::fleiss_kappa(*counts, level);
  if (!fleiss) return tl::unexpected(fleiss.error());
  for (std::size_t c = 0; c < categories.size(); ++c)
    result.specific.push_back(fleiss->categories[c].specific);
  result.confusion = confusion_of(rated.table, categories.size());
  return result;
}

/// ICC(2,1), ICC(2,k), ICC(3,1): the places in what intraclass_correlations gives.
constexpr std::size_t single_agreement = 1, single_consistency = 2, average_agreement = 4;

Coefficient icc_of(const Rated& rated, std::size_t form, double level) {
  const auto of_table = [&](const RatingTable& table) -> std::optional<stats::Icc> {
    const auto squares = stats::rating_mean_squares(table);
    if (!squares) return std::nullopt;
    const auto all = stats::intraclass_correlations(*squares, level);
    return all ? std::optional((*all)[form]) : std::nullopt;
  };
  if (rated.one_unit_a_clip) {
    const auto icc = of_table(rated.table);
    return icc ? Coefficient{icc->icc, icc->icc ? icc->interval : std::nullopt} : Coefficient{};
  }
  return over_clips(
      rated.clips,
      [&](std::span<const std::size_t> clips) -> std::optional<double> {
        const auto icc = of_table(units_of(rated, clips));
        return icc ? icc->icc : std::nullopt;
      },
      beyond_chance, level);
}

ScaleAgreement scale_agreement(const std::string& name, const Collected& collected, double level) {
  const Rated rated = rated_of(collected);
  ScaleAgreement result;
  result.scale = name;
  result.coders = rated.coders.size();
  result.units = stats::complete_units(rated.table).units();
  result.single = icc_of(rated, single_agreement, level);
  result.average = icc_of(rated, average_agreement, level);
  result.consistency = icc_of(rated, single_consistency, level);
  if (const auto alpha = stats::krippendorff_alpha(rated.table, stats::Measurement::interval))
    result.alpha = alpha->alpha;
  if (const auto squares = stats::rating_mean_squares(rated.table))
    result.sem = stats::sem_agreement(*squares);
  return result;
}

bool rated_twice(const Collected& collected) {
  return std::any_of(collected.by_unit.begin(), collected.by_unit.end(),
                     [](const auto& unit) { return unit.second.size() > 1; });
}

}  // namespace

Result<std::vector<QuestionAgreement>> question_agreements(std::span<const ClipSheets> clips, double level) {
  std::map<std::string, std::set<std::string>> categories;
  for (const ClipSheets& clip : clips)
    for (const CodedSheet* sheet : clip.sheets)
      for (const Judgement& judgement : sheet->judgements)
        categories[judgement.question].insert(judgement.category);
  std::vector<QuestionAgreement> all;
  for (const auto& [question, of_question] : categories) {
    const std::vector<std::string> names(of_question.begin(), of_question.end());
    Collected collected;
    for (std::size_t c = 0; c < clips.size(); ++c)
      for (const CodedSheet* sheet : clips[c].sheets)
        for (const Judgement& judgement : sheet->judgements)
          if (judgement.question == question)
            collected.by_unit[{c, judgement.window}][sheet->coder] = static_cast<double>(
                std::lower_bound(names.begin(), names.end(), judgement.category) - names.begin());
    if (!rated_twice(collected)) continue;
    auto agreement = question_agreement(question, collected, names, level);
    if (!agreement) return tl::unexpected(agreement.error());
    all.push_back(std::move(*agreement));
  }
  return all;
}

std::vector<ScaleAgreement> scale_agreements(std::span<const ClipSheets> clips, double level) {
  std::map<std::string, Collected> scales;
  for (std::size_t c = 0; c < clips.size(); ++c)
    for (const CodedSheet* sheet : clips[c].sheets)
      for (const ScaleRating& rating : sheet->ratings)
        scales[rating.scale].by_unit[{c, rating.window}][sheet->coder] = rating.value;
  std::vector<ScaleAgreement> all;
  for (const auto& [name, collected] : scales)
    if (rated_twice(collected)) all.push_back(scale_agreement(name, collected, level));
  return all;
}

}  // namespace securebase::coding
