#include "service/answer_series.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

namespace securebase::service {
namespace {

constexpr std::size_t rows_at_once = 500;  // in one statement
constexpr std::array outcome_families = {"symptoms"sv, "wellbeing"sv, "trauma"sv, "child"sv, "couple"sv};

// Bond: its six lines, each turned so that higher is better; what is about goal and bond may be at its
// lowest.
constexpr std::array bond_reversed = {3, 5, 6};
constexpr std::array bond_floor_items = {1, 2, 5, 6};
constexpr std::size_t bond_most_missing = 1;
// WAI-SR: the mean of its items; goal and bond as its subscales have them.
constexpr std::array wai_floor_items = {3, 4, 5, 6, 7, 8, 9, 11};

template <std::size_t n>
bool holds(const std::array<int, n>& items, int item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

struct Rating {
  std::optional<double> value;
  bool at_floor = false;
};

Rating bond_rating(const measures::Responses& responses, const catalog::AnswerRange& range) {
  Rating rating;
  double sum = 0;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    if (responses[i].status != measures::ResponseStatus::answered) continue;
    const int item = static_cast<int>(i) + 1;
    const int good =
        holds(bond_reversed, item) ? range.min + range.max - responses[i].code : responses[i].code;
    rating.at_floor = rating.at_floor || (good == range.min && holds(bond_floor_items, item));
    sum += good;
    ++answered;
  }
  if (answered + bond_most_missing >= responses.size()) rating.value = sum / static_cast<double>(answered);
  return rating;
}

bool wai_at_floor(const measures::Responses& responses, const catalog::AnswerRange& range) {
  for (std::size_t i = 0; i < responses.size(); ++i)
    if (responses[i].status == measures::ResponseStatus::answered && responses[i].code == range.min &&
        holds(wai_floor_items, static_cast<int>(i) + 1))
      return true;
  return false;
}

std::size_t place_of(const catalog::Instrument& instrument, std::string_view scale) {
  const auto found = std::find_if(instrument.scales.begin(), instrument.scales.end(),
                                  [&](const catalog::Scale& one) { return one.id == scale; });
  return static_cast<std::size_t>(found - instrument.scales.begin());
}

/// Scores one form; compiled once.
class FormReader {
 public:
  FormReader(const Definition& definition, SeriesUse use)
      : definition_(definition), use_(use), scorer_(*definition.instrument, *definition.order) {
    const auto* scale = outcome_scale(*definition.instrument, *definition.order);
    if (use == SeriesUse::outcome && scale != nullptr) place_ = place_of(*definition.instrument, scale->id);
    if (use == SeriesUse::rating && definition.instrument->id != "bond")
      place_ = place_of(*definition.instrument, rating_form(*definition.instrument)->scale);
    scores_.resize(scorer_.scales());
  }

  Result<Rating> read(const Administration& sheet, const ResponseSheet& answers) {
    const auto responses = responses_of(answers);
    if (!responses) return tl::unexpected(responses.error());
    const auto range = catalog::range_in_order(*definition_.instrument, *definition_.order, 1);
    if (use_ == SeriesUse::rating && definition_.instrument->id == "bond")
      return bond_rating(*responses, range);
    Rating rating;
    if (sheet.adaptive) {
      const auto scored = measures::score(*definition_.instrument, *definition_.order, *responses);
      if (!scored) return tl::unexpected(scored.error());
      rating.value = scored->scores.at(place_).value;
    } else {
      const auto bytes = measures::encode(*definition_.instrument, *definition_.order, *responses);
      if (!bytes) return tl::unexpected(bytes.error());
      scorer_.score_row(bytes->data(), scores_.data());
      const measures::RowScore& score = scores_.at(place_);
      if (score.state != measures::ScoreState::no_score) rating.value = score.value;
    }
    if (use_ == SeriesUse::rating) rating.at_floor = wai_at_floor(*responses, range);
    return rating;
  }

 private:
  Definition definition_;
  SeriesUse use_;
  measures::Scorer scorer_;
  std::size_t place_ = 0;
  std::vector<measures::RowScore> scores_;
};

bool is_of_use(const Definition& definition, SeriesUse use) {
  return use == SeriesUse::rating ? is_rating(*definition.instrument)
                                  : outcome_scale(*definition.instrument, *definition.order) != nullptr;
}

AnswerSeries begin_series(const SeriesKey& key, const Definition& definition, SeriesUse use) {
  AnswerSeries series;
  series.key = key;
  series.definition = definition;
  series.fingerprint = definition.instrument->fingerprint;
  if (use == SeriesUse::outcome) {
    series.scale = outcome_scale(*definition.instrument, *definition.order);
    series.scale_id = series.scale->id;
  } else {
    series.scale_id = rating_form(*definition.instrument)->scale;
  }
  return series;
}

void note_unanswered(const Administration& sheet, AnswerSeries& series) {
  if (sheet.progress == Progress::stopped) {
    series.stopped += 1;
    return;
  }
  series.answers.push_back({sheet.id, sheet.given_at, false, {}, false});
  series.open += 1;
  if (!series.open_since || sheet.given_at < *series.open_since) series.open_since = sheet.given_at;
}

Result<std::map<Id<Administration>, ResponseSheet>> answers_of(
    Transaction& transaction, const std::vector<Id<Administration>>& sheets) {
  std::map<Id<Administration>, ResponseSheet> found;
  for (std::size_t begin = 0; begin < sheets.size(); begin += rows_at_once) {
    const auto end = std::min(sheets.size(), begin + rows_at_once);
    const std::vector<Id<Administration>> some(sheets.begin() + static_cast<std::ptrdiff_t>(begin),
                                               sheets.begin() + static_cast<std::ptrdiff_t>(end));
    auto read =
        list<ResponseSheet>(transaction, {{where_one_of(&ResponseSheet::administration, some)}, {}, {}});
    if (!read) return tl::unexpected(read.error());
    for (ResponseSheet& one : *read) found.emplace(one.administration, std::move(one));
  }
  return found;
}

}  // namespace

SeriesKey series_key(const Administration& sheet) {
  return {sheet.course, sheet.respondent, sheet.subject, sheet.instrument, sheet.version, sheet.item_order};
}

const catalog::Scale* outcome_scale(const catalog::Instrument& instrument, const catalog::Order& order) {
  if (std::find(outcome_families.begin(), outcome_families.end(), instrument.family) ==
      outcome_families.end())
    return nullptr;
  if (instrument.calibration_needed > 0) return nullptr;
  for (const catalog::Scale& scale : instrument.scales)
    if (scale.direction != catalog::Direction::contested &&
        measures::error_basis(scale, order, measures::ErrorUse::change))
      return &scale;
  return nullptr;
}

bool is_rating(const catalog::Instrument& instrument) {
  return rating_form(instrument).has_value();
}

std::optional<RatingForm> rating_form(const catalog::Instrument& instrument) {
  if (instrument.id == "bond")
    return RatingForm{"rating", "the mean of its six answers, each turned so that higher is better", 0, 4};
  if (instrument.id == "wai-sr") return RatingForm{"item_mean", "the mean of its twelve answers", 1, 5};
  return std::nullopt;
}

Result<std::vector<AnswerSeries>> answer_series(Transaction& transaction, const Practice& practice,
                                                std::vector<Condition> which, SeriesUse use) {
  which.push_back(where(&Administration::figure, Is::absent));
  auto sheets = list<Administration>(transaction, {std::move(which), {by(&Administration::given_at)}, {}});
  if (!sheets) return tl::unexpected(sheets.error());
  std::map<SeriesKey, AnswerSeries> found;
  std::map<std::tuple<std::string, std::string, std::string>, std::optional<FormReader>> forms;
  std::vector<const Administration*> sent;
  std::vector<Id<Administration>> ids;
  for (const Administration& sheet : *sheets) {
    const auto definition = definition_of(practice, sheet);
    if (!definition || !is_of_use(*definition, use)) continue;
    const auto key = series_key(sheet);
    auto known = found.find(key);
    if (known == found.end()) known = found.emplace(key, begin_series(key, *definition, use)).first;
    if (sheet.progress != Progress::sent || !sheet.sent_at) {
      note_unanswered(sheet, known->second);
      continue;
    }
    sent.push_back(&sheet);
    ids.push_back(sheet.id);
    auto& form = forms[{sheet.instrument, sheet.version, sheet.item_order}];
    if (!form) form.emplace(*definition, use);
  }
  const auto answers = answers_of(transaction, ids);
  if (!answers) return tl::unexpected(answers.error());
  for (const Administration* sheet : sent) {
    const auto kept = answers->find(sheet->id);
    if (kept == answers->end()) continue;
    // Answers that cannot be read have no score: those of today must not be lost by those of before.
    const Rating rating = forms[{sheet->instrument, sheet->version, sheet->item_order}]
                              ->read(*sheet, kept->second)
                              .value_or(Rating{});
    found[series_key(*sheet)].answers.push_back(
        {sheet->id, *sheet->sent_at, true, rating.value, rating.at_floor});
  }
  std::vector<AnswerSeries> result;
  for (auto& [key, series] : found) {
    std::stable_sort(series.answers.begin(), series.answers.end(),
                     [](const SeriesAnswer& a, const SeriesAnswer& b) {
                       return std::pair(a.at, !a.is_sent) < std::pair(b.at, !b.is_sent);
                     });
    // What waits still may come.
    while (!series.answers.empty() && !series.answers.back().is_sent) series.answers.pop_back();
    result.push_back(std::move(series));
  }
  return result;
}

}  // namespace securebase::service
