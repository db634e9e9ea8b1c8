#pragma once
// What an instrument is, as data: items and their ranges, the orders in which they are presented, scales and
// their keys, what is known about the scores, and who says so. Plain values; nothing here computes. A
// released version never changes. Numbers carry a source and whether it has been seen (`verified`).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace securebase::catalog {

/// Who says so, and whether a page, table or script saying so has been seen.
struct Provenance {
  std::string source;     ///< id of a row of Instrument::sources
  bool verified = false;  ///< false: from memory or inferred; every user of the number must be told
  std::string note;
};

struct Source {
  std::string id;
  std::string citation;
  std::string url;
};

enum class Wording {
  shipped,          ///< item text is in the definition
  imported,         ///< a practice imports a wording pack under the owner's terms
  score_entry_only  ///< the owner allows no electronic text: answers or totals are keyed in
};

struct Licence {
  Wording wording = Wording::imported;
  std::string terms;  ///< what the owner allows, in our words
  std::string holder;
  std::string attribution;  ///< the line to print beside the instrument, may be empty
  Provenance provenance;
};

struct Respondent {
  std::string who;            ///< self, partner, caregiver, therapist, child ...
  std::string about;          ///< who or what the answers are about
  bool names_figure = false;  ///< asked again for each named figure
};

/// Answer codes min..max, both included.
struct AnswerRange {
  int min = 0;
  int max = 0;

  bool operator==(const AnswerRange&) const = default;
};

enum class Verb {
  sum,   ///< sum of keyed answers
  mean,  ///< mean of keyed answers
  count  ///< number of items answered at or above a threshold
};

enum class Direction { higher_worse, higher_better, contested };

/// What an answer is worth before it is summed, where that is neither the answer nor its reverse.
struct Recode {
  std::vector<int> items;       ///< positions in the order
  std::map<int, double> table;  ///< every answer in the items' range -> value
};

/// The items of a scale in one order. Positions count from 1.
struct Key {
  std::vector<int> items;
  std::vector<int> reversed;    ///< subset of items; value = min + max - answer
  std::vector<double> weights;  ///< one per item, or empty (all 1)
  std::vector<Recode> recodes;
};

enum class MissingRule {
  complete,  ///< any missing answer: no score
  prorate,   ///< up to max_missing: mean of the answered items stands in
  zero       ///< up to max_missing: a missing answer counts as the item's lowest value
};

struct Missing {
  MissingRule rule = MissingRule::complete;
  int max_missing = 0;
  bool counted_over_form = false;  ///< max_missing counts over all items of the form, not of the scale
  bool published = false;          ///< by the authors, not by a program
  Provenance provenance;
};

struct Reliability {
  std::string kind;  ///< alpha, omega, test_retest, latent_stability, inter_rater
  double value = 0;
  std::optional<int> interval_days;  ///< between the two occasions of a test_retest
  std::string group;
  std::vector<std::string> orders;  ///< the orders it holds for; empty: those with the default answer range
  Provenance provenance;
};

enum class PercentileBasis {
  normal,  ///< from mean and SD, on the assumption that scores are normally distributed
  table,   ///< from published percentile points
  none     ///< scores too skewed, or not known: z only
};

struct Norm {
  std::string group;  ///< community, help-seeking ...
  std::string sample;
  std::optional<std::string> gender;
  std::optional<int> age_from;
  std::optional<int> age_to;
  std::optional<int> n;
  double mean = 0;
  double sd = 0;
  PercentileBasis basis = PercentileBasis::none;
  std::vector<std::pair<double, double>>
      percentiles;  ///< (score, percent at or below), for PercentileBasis::table
  std::vector<std::string> orders;
  Provenance provenance;
};

/// A score from `from` up to the next band's `from` (or the end of the range) is called `label`.
struct Band {
  double from = 0;
  std::string label;
};

struct Bands {
  std::vector<Band> bands;
  std::string meaning;  ///< what a band does not mean
  std::vector<std::string> orders;
  Provenance provenance;
};

enum class Side { at_or_above, below };

struct Cutoff {
  std::string label;
  double value = 0;
  Side side = Side::at_or_above;
  bool clinical_boundary = false;  ///< the boundary used for clinically significant change
  std::vector<std::string> orders;
  Provenance provenance;
  std::string as_published;  ///< how the source puts it, such as "50 or less"; may be empty
};

enum class ChangeKind {
  reliable,  ///< counts as more than error
  important  ///< counts as mattering to people; says nothing about error
};

[[nodiscard]] std::string_view to_text(ChangeKind kind);

/// A published size of change, in points.
struct PublishedChange {
  ChangeKind kind = ChangeKind::reliable;
  double points = 0;
  std::string basis;
  std::vector<std::string> orders;
  Provenance provenance;
};

struct Scale {
  std::string id;
  std::string name;
  std::string description;  ///< in our words
  Verb verb = Verb::sum;
  std::optional<double> threshold;  ///< for Verb::count
  double multiply = 1;              ///< applied to the result of the verb
  Direction direction = Direction::higher_worse;
  double range_min = 0;  ///< lowest and highest score in the default answer range, as the source states them;
  double range_max = 0;  ///< proven against the key
  Key key;
  std::map<std::string, Key> order_keys;  ///< orders whose positions differ
  Missing missing;
  std::vector<Reliability> reliabilities;
  std::vector<Norm> norms;
  std::vector<Bands> bands;
  std::vector<Cutoff> cutoffs;
  std::vector<PublishedChange> changes;
  Provenance provenance;  ///< of the key
};

/// At least `count` of `items` answered `at_least` or more.
struct Condition {
  std::vector<int> items;
  int at_least = 0;
  int count = 1;
};

/// A pattern of answers the authors describe. It is met, not met or undetermined; it is never a diagnosis.
struct Criterion {
  std::string id;
  std::string name;
  std::vector<Condition> conditions;   ///< all must hold
  std::vector<std::string> requires_;  ///< other criteria that must be met
  std::vector<std::string> excludes;   ///< other criteria that must not be met
  std::string meaning;                 ///< what it does not mean
  Provenance provenance;
};

/// An answer a person must see soon, whatever the total.
struct Risk {
  std::vector<int> items;
  int at_least = 0;
  std::string topic;
  Provenance provenance;
};

enum class Action { show_help, show_item };

/// A rule simple enough to be sent with the form and evaluated on the phone.
struct Rule {
  Action action = Action::show_help;
  std::vector<int> target_items;  ///< for show_item
  int item = 0;                   ///< the answer looked at
  int at_least = 0;
};

struct Order {
  std::string id;
  std::string name;
  AnswerRange range;               ///< default range of the items in this order
  std::vector<int> missing_codes;  ///< codes that data files of this order use for "no answer"
  bool default_range = true;       ///< the instrument's own range: norms without `orders` hold
  std::string note;
  Provenance provenance;
};

struct ItemText {
  std::string text;
  std::vector<std::string> options;  ///< one per answer code, from min to max; empty: Text::options
};

/// Wording in one locale, only where Wording::shipped.
struct Text {
  std::string locale;
  std::string title;
  std::string instruction;
  std::vector<std::string> options;
  std::vector<ItemText> items;
};

struct Item {
  int number = 0;  ///< position in the default order, from 1
  AnswerRange range;
  bool filler = false;    ///< asked, not scored
  bool optional = false;  ///< asked only where a practice has switched it on
  std::string gist;       ///< a few words of our own, for keying in from paper
};

/// The answers of a golden case: a code, or why there is none.
using GoldenAnswer = std::variant<int, std::string>;  // "skipped", "not_applicable", "not_asked"

struct GoldenCase {
  std::string name;
  std::string order;
  std::vector<GoldenAnswer> answers;
  std::map<std::string, std::optional<double>> scores;  ///< absent value: no score
  std::map<std::string, std::string> bands;
  std::map<std::string, std::string> criteria;  ///< met, not_met, undetermined
  std::optional<std::vector<int>> risk;         ///< items flagged
  std::string source;                           ///< how the expected numbers were obtained
  Place where;
};

enum class ItemResponseModel { graded_response, generalized_partial_credit };

/// One item of a calibrated scale: discrimination a and locations b of its keyed answers (a reversed item is
/// reversed first), logistic metric without 1.702; thresholds (graded response, rising) or steps.
struct ItemCalibration {
  int item = 0;  ///< position in the order
  double discrimination = 0;
  std::optional<double> discrimination_error;  ///< nothing: not published
  std::vector<double> locations;
  std::vector<double> location_errors;  ///< one for each, or empty: not published
  /// With each item of the calibration, in its order, 0 with itself: what two share beside the state
  /// (Cramer's V, below 0 where they go together less than expected). Empty: not known.
  std::vector<double> dependence;
};

/// How the state is spread in a group of people.
struct StateNorm {
  std::string group;
  std::optional<std::string> gender;
  std::optional<int> age_from;
  std::optional<int> age_to;
  int n = 0;
  double mean = 0;
  double sd = 0;
};

/// The item parameters of one scale in one order: what turns answers to any of its items into a state theta
/// that is 0 on average in the people they were computed from, with SD 1.
struct Calibration {
  std::string scale;
  std::string order;
  ItemResponseModel model = ItemResponseModel::graded_response;
  /// From answers that nobody gave: never used on a person's answers.
  bool simulated = false;
  std::string sample;  ///< who they were
  int people = 0;
  std::optional<double> reliability;  ///< marginal, of all items in these people
  std::string engine;                 ///< what computed it
  std::vector<ItemCalibration> items;
  std::vector<StateNorm> norms;
  Provenance provenance;
};

struct Instrument {
  std::string id;
  std::string version;
  std::string name;
  std::string abbreviation;
  std::string family;
  std::string summary;  ///< what it measures, in our words
  std::string recall;   ///< the period asked about, may be empty
  std::string caution;  ///< what a user must know before reading a score, may be empty
  /// Real answers this instrument needs before the program shows more than raw answers and direction; 0: none
  /// needed.
  int calibration_needed = 0;
  std::vector<Source> sources;
  std::vector<Respondent> respondents;
  Licence licence;
  std::vector<Item> items;
  std::vector<Order> orders;  ///< the first is the default
  std::vector<Scale> scales;
  std::vector<Criterion> criteria;
  std::vector<Risk> risks;
  std::vector<Rule> rules;
  std::vector<Text> texts;
  std::vector<Calibration> calibrations;  ///< at most one for a scale in an order
  std::vector<GoldenCase> golden_cases;
  std::string fingerprint;  ///< of the bytes it was read from
};

/// nullptr where there is none of that id.
[[nodiscard]] const Order* find_order(const Instrument& instrument, const std::string& id);
[[nodiscard]] const Scale* find_scale(const Instrument& instrument, const std::string& id);

/// nullptr where the scale is not calibrated in that order.
[[nodiscard]] const Calibration* find_calibration(const Instrument& instrument, const std::string& scale,
                                                  const std::string& order);

/// The key of a scale in an order.
[[nodiscard]] const Key& key_in_order(const Scale& scale, const Order& order);

/// The range of the item at a position of an order: the order's own, unless the item has another.
[[nodiscard]] AnswerRange range_in_order(const Instrument& instrument, const Order& order, int position);

/// The column of a scale's standing in a group: "anxiety_percentile_online". Proven to be no other's.
[[nodiscard]] std::string group_column(const Scale& scale, std::string_view figure, std::string_view group);

/// Whether something that names orders holds for this one (an empty list: orders with the default range).
[[nodiscard]] bool holds_in_order(const std::vector<std::string>& orders, const Order& order);

/// Lowest and highest score a scale can take in an order, before rounding.
[[nodiscard]] std::pair<double, double> score_range(const Instrument& instrument, const Scale& scale,
                                                    const Order& order);

/// What an answer at a position adds to the scale: recoded, reversed, weighted. Position and answer must be
/// valid.
[[nodiscard]] double keyed_value(const Instrument& instrument, const Scale& scale, const Order& order,
                                 int position, int answer);

}  // namespace securebase::catalog
