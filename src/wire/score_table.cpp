#include "wire/score_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <unordered_map>

#include "wire/csv.hpp"
#include "wire/csv_number.hpp"

namespace securebase::wire {
namespace {

using catalog::Instrument;
using catalog::Order;
using catalog::Scale;
using measures::PersonGroup;
using measures::RowScore;
using measures::Score;

/// All that a score's text depends on.
struct TextKey {
  std::uint64_t value = 0;  ///< bits of the score
  std::uint64_t rest = 0;   ///< person, answered items, state

  bool operator==(const TextKey&) const = default;
};

struct TextKeyHash {
  std::size_t operator()(const TextKey& key) const {
    const std::uint64_t mixed = (key.value ^ (key.rest * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;
    return mixed ^ (mixed >> 29U);
  }
};

/// The columns of one scale, and the text of every score seen so far: few scores are distinct, so most are
/// written once.
struct ScaleColumns {
  const Scale* scale = nullptr;
  bool error = false;
  bool band = false;
  bool by_person = false;           ///< a norm depends on gender or age
  std::vector<std::string> groups;  ///< of the norms that hold in this order
  std::vector<bool> percentile;     ///< per group: percentile, else z
  std::unordered_map<TextKey, std::string, TextKeyHash> texts;

  /// A text found lately, at a place its hash gives: most look-ups end here.
  struct Recent {
    TextKey key;
    const std::string* text = nullptr;
  };
  std::array<Recent, 1024> recent{};

  [[nodiscard]] std::string group_name(std::size_t group) const {
    return group_column(*scale, percentile[group] ? "percentile" : "z", groups[group]);
  }
};

ScaleColumns columns_of(const Scale& scale, const Order& order, bool calibrated) {
  ScaleColumns columns;
  columns.scale = &scale;
  if (!calibrated) return columns;
  columns.error = measures::error_basis(scale, order, measures::ErrorUse::score).has_value();
  columns.band = std::any_of(scale.bands.begin(), scale.bands.end(),
                             [&](const auto& bands) { return holds_in_order(bands.orders, order); });
  for (const auto& norm : scale.norms) {
    if (!holds_in_order(norm.orders, order)) continue;
    columns.by_person |= norm.gender || norm.age_from || norm.age_to;
    const bool percentile = norm.basis != catalog::PercentileBasis::none;
    const auto seen = std::find(columns.groups.begin(), columns.groups.end(), norm.group);
    if (seen == columns.groups.end()) {
      columns.groups.push_back(norm.group);
      columns.percentile.push_back(percentile);
    } else if (percentile) {
      columns.percentile[static_cast<std::size_t>(seen - columns.groups.begin())] = true;
    }
  }
  return columns;
}

/// Names of the columns of a scale whose figures have not been seen at their source.
void add_unverified(const ScaleColumns& columns, const Order& order, std::vector<std::string>& names) {
  const Scale& scale = *columns.scale;
  const auto in_use = [&](const auto& row) {
    return holds_in_order(row.orders, order) && !row.provenance.verified;
  };
  if (!scale.provenance.verified) names.push_back(scale.id);
  if (columns.error && !measures::error_basis(scale, order, measures::ErrorUse::score)->verified)
    for (const char* end : {"_se", "_lower", "_upper"}) names.push_back(scale.id + end);
  for (std::size_t g = 0; g < columns.groups.size(); ++g)
    if (std::any_of(scale.norms.begin(), scale.norms.end(), [&](const catalog::Norm& norm) {
          return norm.group == columns.groups[g] && in_use(norm);
        }))
      names.push_back(columns.group_name(g));
  if (columns.band && std::any_of(scale.bands.begin(), scale.bands.end(), in_use))
    names.push_back(scale.id + "_band");
}

void append_number(std::string& out, std::optional<double> value) {
  if (value) append_csv_number(out, *value);
}

/// Whether a band may be named: not beside a risk item that is raised or unanswered.
enum class BandName : std::uint8_t { shown, left_out };

/// ",score,se,..." as far as the scale has them.
std::string text_of(const ScaleColumns& columns, const Score& score, BandName band) {
  std::string text = ",";
  append_number(text, score.value);
  if (columns.error) {
    for (int column = 0; column < 3; ++column) {
      text += ',';
      if (!score.error) continue;
      append_csv_number(text, column == 0   ? score.error->value
                              : column == 1 ? score.error->interval.lower
                                            : score.error->interval.upper);
    }
  }
  for (std::size_t g = 0; g < columns.groups.size(); ++g) {
    text += ',';
    for (const auto& standing : score.standings)
      if (standing.group == columns.groups[g])
        append_number(text, columns.percentile[g] ? standing.percentile : std::optional(standing.z));
  }
  if (columns.band) {
    text += ',';
    if (score.band && band == BandName::shown) append_csv_field(text, score.band->label);
  }
  text += ',';
  return text.append(to_text(score.state));
}

}  // namespace

struct ScoreTable::State {
  const Instrument& instrument;
  const Order& order;
  std::vector<std::string> kept;
  std::vector<ScaleColumns> scales;
  measures::Responses responses;
  std::string constant;  ///< what every row begins with
  NotedLines risk_lines;

  [[nodiscard]] bool needs_responses() const {
    return !instrument.criteria.empty() || !instrument.risks.empty();
  }

  static std::uint64_t person_code(const PersonGroup& person) {
    const std::uint64_t gender = !person.gender               ? 0
                                 : *person.gender == "female" ? 1
                                 : *person.gender == "male"   ? 2
                                                              : 3;
    return (static_cast<std::uint64_t>(person.age.value_or(-1) + 1) << 2U) | gender;
  }

  const std::string& text(ScaleColumns& columns, const RowScore& row, const PersonGroup& person,
                          BandName band) {
    const double value = row.state == measures::ScoreState::no_score ? 0 : row.value;
    const std::uint64_t who = columns.by_person ? person_code(person) : 0;
    const TextKey key{std::bit_cast<std::uint64_t>(value),
                      (who << 32U) | (static_cast<std::uint64_t>(band) << 24U) |
                          (std::uint64_t{row.answered} << 8U) | static_cast<std::uint64_t>(row.state)};
    ScaleColumns::Recent& recent = columns.recent[TextKeyHash{}(key) % columns.recent.size()];
    if (recent.text != nullptr && recent.key == key) return *recent.text;
    const auto [at, fresh] = columns.texts.try_emplace(key);
    if (fresh) at->second = text_of(columns, interpret(instrument, *columns.scale, order, row, person), band);
    recent = {key, &at->second};
    return at->second;
  }

  void read_responses(std::span<const measures::AnswerByte> answers) {
    for (std::size_t i = 0; i < answers.size(); ++i)
      responses[i] =
          measures::from_byte(answers[i], range_in_order(instrument, order, static_cast<int>(i) + 1));
  }

  /// ",raised items,unanswered items"
  BandName append_risks(std::string& out, std::size_t line) {
    if (instrument.risks.empty()) return BandName::shown;
    std::string raised;
    std::string unanswered;
    for (const auto& risk : assess_risks(instrument, responses)) {
      if (!needs_attention(risk)) continue;
      std::string& items = risk.code ? raised : unanswered;
      if (!items.empty()) items += ' ';
      items += std::to_string(risk.item);
    }
    out.append(",").append(raised).append(",").append(unanswered);
    if (raised.empty() && unanswered.empty()) return BandName::shown;
    risk_lines.add(line);
    return BandName::left_out;
  }

  void append_criteria(std::string& out) const {
    if (instrument.criteria.empty()) return;
    for (const auto& criterion : assess_criteria(instrument, responses))
      (out += ',') += to_text(criterion.state);
  }
};

void NotedLines::add(std::size_t line) {
  constexpr std::size_t most = 10;
  if (++count <= most) first.push_back(line);
}

ScoreTable::ScoreTable(const Instrument& instrument, const Order& order, std::vector<std::string> kept)
    : state_(new State{
          instrument, order, std::move(kept), {}, measures::Responses(instrument.items.size()), {}, {}}) {
  for (const std::string& word : {instrument.id, instrument.version, order.id}) {
    append_csv_field(state_->constant, word);
    state_->constant += ',';
  }
  for (const Scale& scale : instrument.scales)
    state_->scales.push_back(columns_of(scale, order, instrument.calibration_needed == 0));
}
ScoreTable::~ScoreTable() = default;
ScoreTable::ScoreTable(ScoreTable&&) noexcept = default;
ScoreTable& ScoreTable::operator=(ScoreTable&&) noexcept = default;

std::vector<std::string> ScoreTable::own_columns() const {
  std::vector<std::string> names = {"instrument", "version", "order", "line"};
  if (!state_->instrument.risks.empty()) names.insert(names.end(), {"risk_items", "risk_unanswered"});
  for (const ScaleColumns& columns : state_->scales) {
    const std::string& id = columns.scale->id;
    names.push_back(id);
    if (columns.error) names.insert(names.end(), {id + "_se", id + "_lower", id + "_upper"});
    for (std::size_t g = 0; g < columns.groups.size(); ++g) names.push_back(columns.group_name(g));
    if (columns.band) names.push_back(id + "_band");
    names.push_back(id + "_state");
  }
  for (const auto& criterion : state_->instrument.criteria) names.push_back(criterion.id);
  return names;
}

std::string ScoreTable::header() const {
  constexpr std::size_t before_kept = 4;
  auto names = own_columns();
  names.insert(names.begin() + before_kept, state_->kept.begin(), state_->kept.end());
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    append_csv_field(text, name);
  }
  return text + "\n";
}

std::vector<std::string> ScoreTable::unverified_columns() const {
  std::vector<std::string> names;
  for (const ScaleColumns& columns : state_->scales) add_unverified(columns, state_->order, names);
  for (const auto& criterion : state_->instrument.criteria)
    if (!criterion.provenance.verified) names.push_back(criterion.id);
  return names;
}

const NotedLines& ScoreTable::risk_lines() const {
  return state_->risk_lines;
}

void ScoreTable::append_row(std::string& out, std::size_t line, std::span<const std::string_view> kept,
                            std::span<const measures::AnswerByte> answers, std::span<const RowScore> scores,
                            const PersonGroup& person) {
  out += state_->constant;
  std::array<char, 24> buffer{};
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), line).ptr);
  for (const std::string_view field : kept) append_csv_field(out += ',', field);
  if (state_->needs_responses()) state_->read_responses(answers);
  const BandName band = state_->append_risks(out, line);
  for (std::size_t s = 0; s < scores.size(); ++s)
    out += state_->text(state_->scales[s], scores[s], person, band);
  state_->append_criteria(out);
  out += '\n';
}

}  // namespace securebase::wire
