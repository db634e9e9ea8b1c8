#include "catalog/shape.hpp"

namespace securebase::catalog {
namespace {

using enum FieldType;
using enum Need;
using std::string_view;

constexpr string_view instrument_schemas[] = {"securebase.instrument/1"};
constexpr string_view golden_schemas[] = {"securebase.golden/1"};
constexpr string_view text_schemas[] = {"securebase.text/1"};
constexpr string_view calibration_schemas[] = {"securebase.calibration/1"};
constexpr string_view battery_schemas[] = {"securebase.battery/1"};
constexpr string_view episodes_schemas[] = {"securebase.episodes/1"};
constexpr string_view episode_component_ids[] = {"wish", "response_of_other", "response_of_self"};
constexpr string_view positions_schemas[] = {"securebase.positions/1"};
constexpr string_view position_levels[] = {"figure", "romance", "overall"};
constexpr string_view coding_schemas[] = {"securebase.coding/1"};
constexpr string_view item_models[] = {"graded_response", "generalized_partial_credit"};
constexpr string_view answer_kinds[] = {"real", "simulated"};
constexpr string_view wordings[] = {"shipped", "imported", "score_entry_only"};
constexpr string_view families[] = {"attachment",
                                    "reflective_functioning",
                                    "emotion_regulation",
                                    "alliance",
                                    "couple",
                                    "symptoms",
                                    "trauma",
                                    "wellbeing",
                                    "child",
                                    "check_in"};
constexpr string_view respondents[] = {"self",       "partner",   "caregiver", "child",
                                       "adolescent", "therapist", "observer"};
constexpr string_view verbs[] = {"sum", "mean", "count"};
constexpr string_view directions[] = {"higher_worse", "higher_better", "contested"};
constexpr string_view missing_rules[] = {"complete", "prorate", "zero"};
constexpr string_view counted_over[] = {"scale", "form"};
constexpr string_view reliability_kinds[] = {"alpha", "omega", "test_retest", "latent_stability",
                                             "inter_rater"};
constexpr string_view percentile_bases[] = {"normal", "table", "none"};
constexpr string_view genders[] = {"female", "male", "other"};
constexpr string_view sides[] = {"at_or_above", "below"};
constexpr string_view change_kinds[] = {"reliable", "important"};
constexpr string_view actions[] = {"show_help_if", "show_item_if"};

// Every table with numbers in it says where they come from.
#define PROVENANCE                                                                                \
  {"source", text, required, "id of a row of [[sources]]"},                                       \
      {"verified", boolean, required, "true only where a page, table or script has been seen"}, { \
    "note", text, optional, "what a reader should know about this entry"                          \
  }
#define ORDERS                                                                                     \
  {                                                                                                \
    "orders", texts, optional,                                                                     \
        "ids of the orders it holds for; without it, those with the instrument's own answer range" \
  }

constexpr Field source_fields[] = {
    {"id", text, required, "short name by which entries refer to it"},
    {"citation", text, required, "authors, year, where published"},
    {"url", text, optional, "where it can be read"},
};
constexpr Shape source_shape{"source", "Where numbers come from", source_fields};

constexpr Field respondent_fields[] = {
    {"who", text, required, "who answers", respondents},
    {"about", text, required, "who or what the answers are about"},
    {"names_figure", boolean, optional, "asked again for each named figure"},
};
constexpr Shape respondent_shape{"respondent", "Who answers about whom", respondent_fields};

constexpr Field licence_fields[] = {
    {"wording", text, required,
     "whether item text is here, imported by the practice, or not to be shown at all", wordings},
    {"terms", text, required, "what the owner allows, in our words"},
    {"holder", text, required, "who holds the rights"},
    {"attribution", text, optional, "the line to print beside the instrument"},
    PROVENANCE,
};
constexpr Shape licence_shape{"licence", "What may be done with the wording", licence_fields};

constexpr Field response_fields[] = {
    {"min", integer, required, "lowest answer code"},
    {"max", integer, required, "highest answer code"},
    PROVENANCE,
};
constexpr Shape responses_shape{"responses", "Answer codes of the default order", response_fields};

constexpr Field item_range_fields[] = {
    {"items", integers, required, "item numbers"},
    {"min", integer, required, "lowest answer code"},
    {"max", integer, required, "highest answer code"},
};
constexpr Shape item_range_shape{"item range", "Items whose answer codes differ", item_range_fields};

constexpr Field items_fields[] = {
    {"count", integer, required, "how many items the form has, fillers included"},
    {"filler", integers, optional, "items that are asked and not scored"},
    {"optional", integers, optional, "items asked only where a practice has switched them on"},
    {"gists", item_texts, optional, "item number -> a few words of our own, for keying in from paper"},
    {"ranges", tables, optional, "items whose answer codes differ", {}, &item_range_shape},
};
constexpr Shape items_shape{"items", "The items of the form", items_fields};

constexpr Field order_fields[] = {
    {"id", text, required, "stored with every answer"},
    {"name", text, required, "how people call it"},
    {"min", integer, optional, "lowest answer code, where this order has its own"},
    {"max", integer, optional, "highest answer code, where this order has its own"},
    {"missing_codes", integers, optional, "codes that data files of this order use for no answer"},
    PROVENANCE,
};
constexpr Shape order_shape{"order", "An order in which the items are presented; the first is the default",
                            order_fields};

constexpr Field recode_fields[] = {
    {"items", integers, required, "item numbers"},
    {"table", number_map, required, "every answer code -> what it is worth"},
};
constexpr Shape recode_shape{"recode", "What an answer is worth", recode_fields};

constexpr Field order_key_fields[] = {
    {"order", text, required, "id of an order"},
    {"items", integers, required, "positions in that order"},
    {"reversed", integers, optional, "those of them that are reversed"},
    {"weights", numbers, optional, "one per item"},
    {"recodes", tables, optional, "answers worth something else", {}, &recode_shape},
};
constexpr Shape order_key_shape{"order key", "The scale's items in another order", order_key_fields};

constexpr Field missing_fields[] = {
    {"rule", text, required, "what happens to missing answers", missing_rules},
    {"max_missing", integer, optional, "how many may be missing"},
    {"counted_over", text, optional, "whether max_missing counts over the scale or the whole form",
     counted_over},
    {"published", boolean, required, "by the authors, not by a program"},
    PROVENANCE,
};
constexpr Shape missing_shape{"missing", "What happens to missing answers; without it, no score",
                              missing_fields};

constexpr Field reliability_fields[] = {
    {"kind", text, required, "which reliability", reliability_kinds},
    {"value", number, required, "between 0 and 1"},
    {"interval_days", integer, optional, "days between the two occasions"},
    {"group", text, required, "in whom"},
    ORDERS,
    PROVENANCE,
};
constexpr Shape reliability_shape{"reliability", "How much of the variance is not error", reliability_fields};

constexpr Field norm_fields[] = {
    {"group", text, required, "community, help-seeking ..."},
    {"sample", text, required, "who they were"},
    {"gender", text, optional, "where the norm is for one", genders},
    {"age_from", integer, optional, "youngest, in years"},
    {"age_to", integer, optional, "oldest, in years"},
    {"n", integer, optional, "how many"},
    {"mean", number, required, "in the unit of the score"},
    {"sd", number, required, "in the unit of the score"},
    {"percentile", text, required, "how percentiles may be had", percentile_bases},
    {"percentiles", number_pairs, optional, "[score, percent at or below]"},
    ORDERS,
    PROVENANCE,
};
constexpr Shape norm_shape{"norm", "How a group of people scored", norm_fields};

constexpr Field level_fields[] = {
    {"from", number, required, "lowest score of the band; it reaches up to the next"},
    {"label", text, required, "what the authors call it"},
};
constexpr Shape level_shape{"level", "One band", level_fields};

constexpr Field bands_fields[] = {
    {"levels", tables, required, "from the lowest possible score upwards", {}, &level_shape},
    {"meaning", text, required, "what a band does not mean"},
    ORDERS,
    PROVENANCE,
};
constexpr Shape bands_shape{"bands", "Names the authors give to ranges of scores", bands_fields};

constexpr Field cutoff_fields[] = {
    {"label", text, required, "what lies on that side"},
    {"value", number, required, "in the unit of the score"},
    {"side", text, required, "which side is meant", sides},
    {"clinical_boundary", boolean, optional, "used as the boundary of clinically significant change"},
    {"as_published", text, optional, "how the source puts it, where that differs, such as 50 or less"},
    ORDERS,
    PROVENANCE,
};
constexpr Shape cutoff_shape{"cutoff", "A published cut-off", cutoff_fields};

constexpr Field change_fields[] = {
    {"kind", text, required, "reliable: more than error; important: matters to people, whatever the error",
     change_kinds},
    {"points", number, required, "change of this size or more counts"},
    {"basis", text, required, "how it was obtained"},
    ORDERS,
    PROVENANCE,
};
constexpr Shape change_shape{"change", "A published size of change", change_fields};

constexpr Field scale_fields[] = {
    {"id", text, required, "short name"},
    {"name", text, required, "how people call it"},
    {"description", text, required, "what a high score says, in our words"},
    {"verb", text, required, "how answers, each as it counts, become a score", verbs},
    {"threshold", number, optional, "for count: an answer at or above it counts"},
    {"multiply", number, optional, "the result is multiplied by it"},
    {"direction", text, required, "which way is better", directions},
    {"range", numbers, required, "[lowest, highest] score in the default order, held against the key"},
    {"items", integers, required, "item numbers"},
    {"reversed", integers, optional, "those of them that are reversed: min + max - answer"},
    {"weights", numbers, optional, "one per item"},
    {"recodes", tables, optional, "answers worth something else", {}, &recode_shape},
    {"orders", tables, optional, "keys of orders in which the positions differ", {}, &order_key_shape},
    {"missing", table, optional, "what happens to missing answers; without it, no score", {}, &missing_shape},
    {"reliabilities", tables, optional, "known reliabilities", {}, &reliability_shape},
    {"norms", tables, optional, "how groups of people scored", {}, &norm_shape},
    {"bands", tables, optional, "names for ranges of scores", {}, &bands_shape},
    {"cutoffs", tables, optional, "published cut-offs", {}, &cutoff_shape},
    {"changes", tables, optional, "published sizes of change", {}, &change_shape},
    PROVENANCE,
};
constexpr Shape scale_shape{"scale", "A score and its key", scale_fields};

constexpr Field condition_fields[] = {
    {"items", integers, required, "item numbers"},
    {"at_least", integer, required, "the answer that counts"},
    {"count", integer, optional, "how many of the items must reach it; without it, one"},
};
constexpr Shape condition_shape{"condition", "Enough of some items reach an answer", condition_fields};

constexpr Field criterion_fields[] = {
    {"id", text, required, "short name"},
    {"name", text, required, "how the authors call the pattern"},
    {"conditions", tables, optional, "all must hold", {}, &condition_shape},
    {"requires", texts, optional, "other criteria that must be met"},
    {"excludes", texts, optional, "other criteria that must not be met"},
    {"meaning", text, required, "what meeting it does not mean"},
    PROVENANCE,
};
constexpr Shape criterion_shape{"criterion", "A pattern of answers the authors describe", criterion_fields};

constexpr Field risk_fields[] = {
    {"items", integers, required, "item numbers"},
    {"at_least", integer, required, "the answer that must be seen soon"},
    {"topic", text, required, "what it is about, in our words"},
    PROVENANCE,
};
constexpr Shape risk_shape{"risk", "Answers that must be seen soon, whatever the total", risk_fields};

constexpr Field rule_fields[] = {
    {"action", text, required, "what the form does", actions},
    {"item", integer, required, "the item looked at"},
    {"at_least", integer, required, "the answer that sets it off"},
    {"target_items", integers, optional, "for show_item_if: the items shown"},
};
constexpr Shape rule_shape{"rule", "A rule the form evaluates by itself", rule_fields};

constexpr Field instrument_fields[] = {
    {"schema", text, required, "this format", instrument_schemas},
    {"id", text, required, "as in the folder's name"},
    {"version", text, required, "as in the folder's name"},
    {"name", text, required, "full name"},
    {"abbreviation", text, required, "short name"},
    {"family", text, required, "what kind of measure", families},
    {"summary", text, required, "what it measures, in our words"},
    {"recall", text, optional, "the period asked about"},
    {"caution", text, optional, "what a user must know before reading a score"},
    {"calibration_needed", integer, optional,
     "real answers needed before more than raw answers and direction is shown"},
    {"sources", tables, required, "where numbers come from", {}, &source_shape},
    {"respondents", tables, required, "who answers about whom", {}, &respondent_shape},
    {"licence", table, required, "what may be done with the wording", {}, &licence_shape},
    {"responses", table, required, "answer codes of the default order", {}, &responses_shape},
    {"items", table, required, "the items of the form", {}, &items_shape},
    {"orders", tables, required, "orders of presentation; the first is the default", {}, &order_shape},
    {"scales", tables, required, "the scores", {}, &scale_shape},
    {"criteria", tables, optional, "patterns the authors describe", {}, &criterion_shape},
    {"risks", tables, optional, "answers that must be seen soon", {}, &risk_shape},
    {"rules", tables, optional, "rules the form evaluates by itself", {}, &rule_shape},
};
constexpr Shape instrument_file{
    "instrument", "An instrument: items, orders, scales and what is known about them", instrument_fields};

constexpr Field golden_case_fields[] = {
    {"name", text, required, "what the case shows"},
    {"order", text, optional, "id of an order; without it, the default"},
    {"answers", answers, optional, "every answer in order"},
    {"fill", integer, optional, "instead of answers: every item gets this answer, clamped to its range"},
    {"set", answer_map, optional, "with fill: the items that differ"},
    {"scores", score_map, required, "expected score of each scale named, or \"none\""},
    {"bands", text_map, optional, "expected band of a scale"},
    {"criteria", text_map, optional, "expected met, not_met or undetermined"},
    {"risk", integers, optional, "items expected to be flagged, none but these"},
    {"source", text, required, "how the expected numbers were obtained"},
};
constexpr Shape golden_case_shape{"golden case", "Answers and the scores they must give", golden_case_fields};

constexpr Field golden_fields[] = {
    {"schema", text, required, "this format", golden_schemas},
    {"cases", tables, required, "cases", {}, &golden_case_shape},
};
constexpr Shape golden_file{"golden cases", "Answers and the scores they must give", golden_fields};

constexpr Field item_text_fields[] = {
    {"number", integer, required, "item number"},
    {"text", text, required, "the item"},
    {"options", texts, optional, "one per answer code, where they differ from the form's"},
};
constexpr Shape item_text_shape{"item text", "The wording of one item", item_text_fields};

constexpr Field text_fields[] = {
    {"schema", text, required, "this format", text_schemas},
    {"locale", text, required, "language and country, such as en-GB"},
    {"title", text, required, "what the person answering reads first"},
    {"instruction", text, required, "how to answer"},
    {"options", texts, optional, "one per answer code, from the lowest"},
    {"items", tables, required, "one per item", {}, &item_text_shape},
};
constexpr Shape text_file{"text", "Wording in one language", text_fields};

constexpr Field calibrated_item_fields[] = {
    {"item", integer, required, "position in the order"},
    {"discrimination", number, required, "a of the keyed answers, above 0, logistic metric without 1.702"},
    {"discrimination_error", number, optional, "its standard error, where it is known"},
    {"locations", numbers, required, "b, one fewer than there are answers"},
    {"location_errors", numbers, optional, "their standard errors, where they are known"},
    {"dependence", numbers, optional,
     "what it shares with each item beside the state: signed Cramer's V, 0 with itself"},
};
constexpr Shape calibrated_item_shape{"calibrated item", "The parameters of one item",
                                      calibrated_item_fields};

constexpr Field state_norm_fields[] = {
    {"group", text, required, "who: online, clinic ..."},
    {"gender", text, optional, "where the norm is for one", genders},
    {"age_from", integer, optional, "youngest, in years"},
    {"age_to", integer, optional, "oldest, in years"},
    {"n", integer, required, "how many"},
    {"mean", number, required, "of the state"},
    {"sd", number, required, "of the state"},
};
constexpr Shape state_norm_shape{"state norm", "How the state is spread in a group of people",
                                 state_norm_fields};

constexpr Field calibrated_scale_fields[] = {
    {"scale", text, required, "id of a scale"},
    {"order", text, required, "id of the order in which these answers were given"},
    {"model", text, required, "item response model", item_models},
    {"answers", text, required, "simulated ones never score a person", answer_kinds},
    {"sample", text, required, "who the people were"},
    {"people", integer, required, "how many answered at least one item"},
    {"reliability", number, optional, "marginal, of all items in these people, between 0 and 1"},
    {"engine", text, required, "what computed it"},
    {"items", tables, required, "the scale's items", {}, &calibrated_item_shape},
    {"norms", tables, optional, "how the state is spread in groups", {}, &state_norm_shape},
    PROVENANCE,
};
constexpr Shape calibrated_scale_shape{"calibrated scale", "The item parameters of a scale in one order",
                                       calibrated_scale_fields};

constexpr Field calibration_fields[] = {
    {"schema", text, required, "this format", calibration_schemas},
    {"instrument", text, required, "id of the instrument"},
    {"version", text, required, "its version"},
    {"sources", tables, optional, "where numbers come from, beside the definition's own", {}, &source_shape},
    {"scales", tables, required, "one for each scale and order", {}, &calibrated_scale_shape},
};
constexpr Shape calibration_file{"calibration", "Item parameters, as a program computed them",
                                 calibration_fields};

constexpr Field battery_measure_fields[] = {
    {"instrument", text, required, "id of an instrument"},
    {"who", text, required, "who answers", respondents},
    {"when", texts, required,
     "start, every_session, every_weeks, middle, end, follow_up, when_needed (not counted as burden)"},
    {"weeks", integer, optional, "for every_weeks: how many weeks lie between"},
    {"figures", integer, optional, "asked so often at each occasion, once for each figure"},
    {"note", text, optional, "why, or on what occasion"},
};
constexpr Shape battery_measure_shape{"measure of a battery", "Who answers what, and when",
                                      battery_measure_fields};

constexpr Field battery_fields[] = {
    {"schema", text, required, "this format", battery_schemas},
    {"id", text, required, "as in the file's name"},
    {"name", text, required, "how people call it"},
    {"summary", text, required, "for what, and on what the choice rests"},
    {"weeks", integer, required, "the course it is reckoned over"},
    {"sessions", integer, required, "in these weeks"},
    {"measures", tables, required, "who answers what, and when", {}, &battery_measure_shape},
};
constexpr Shape battery_file{"battery", "Measures that go together for a kind of work", battery_fields};

constexpr Field episode_cluster_fields[] = {
    {"number", integer, required, "from 1, without gaps"},
    {"label", text, required, "in words of one's own, never those of a published list"},
    PROVENANCE,
};
constexpr Shape episode_cluster_shape{"cluster of an episode's component", "What it is sorted into",
                                      episode_cluster_fields};

constexpr Field episode_component_fields[] = {
    {"id", text, required, "which component", episode_component_ids},
    {"name", text, required, "how people call it"},
    {"about", text, required, "what it is of an episode"},
    {"standard", integer, required, "how many standard categories the manual numbers, from 1"},
    {"clusters", tables, required, "what it is sorted into", {}, &episode_cluster_shape},
    PROVENANCE,
};
constexpr Shape episode_component_shape{
    "component of an episode", "Wish, response of other, response of self", episode_component_fields};

constexpr Field episodes_fields[] = {
    {"schema", text, required, "this format", episodes_schemas},
    {"id", text, required, "as in the file's name"},
    {"name", text, required, "how people call it"},
    {"summary", text, required, "after whom, and what is ours"},
    {"fewest", integer, required, "episodes before anything is said about them together"},
    {"fewest_note", text, optional, "why"},
    {"sources", tables, required, "where numbers come from", {}, &source_shape},
    {"components",
     tables,
     required,
     "wish, response of other, response of self, in this order",
     {},
     &episode_component_shape},
};
constexpr Shape episodes_file{"episodes", "How relationship episodes are coded", episodes_fields};

constexpr Field position_fields[] = {
    {"instrument", text, required, "id of an instrument"},
    {"orders", texts, required, "ids of its orders"},
    {"about", text, required, "what its questions are about", position_levels},
    {"anxiety", text, required, "id of the scale of attachment anxiety"},
    {"avoidance", text, required, "id of the scale of attachment avoidance"},
    {"norm", text, optional, "group of the definition's norms"},
    {"borrowed", text, optional, "without a norm: where origin and unit were borrowed, in words"},
    {"anxiety_origin", number, optional, "points: what stands in for a mean"},
    {"anxiety_unit", number, optional, "points: what stands in for an SD"},
    {"avoidance_origin", number, optional, "points: what stands in for a mean"},
    {"avoidance_unit", number, optional, "points: what stands in for an SD"},
    {"reliability", text, optional, "kind of the definition's reliabilities", reliability_kinds},
    {"anxiety_reliability", number, optional, "where the definition has none to be used"},
    {"avoidance_reliability", number, optional, "where the definition has none to be used"},
    {"correlation", number, optional, "of the two scores over people"},
    PROVENANCE,
};
constexpr Shape position_shape{"measure", "How the scores of an instrument become a position",
                               position_fields};

constexpr Field positions_fields[] = {
    {"schema", text, required, "this format", positions_schemas},
    {"sources", tables, required, "where numbers come from", {}, &source_shape},
    {"measures", tables, required, "one for each instrument and its orders", {}, &position_shape},
};
constexpr Shape positions_file{"positions", "Which instruments give a position", positions_fields};

constexpr string_view coding_families[] = {"infant",  "interview", "play", "script",
                                           "session", "couple",    "other"};
constexpr string_view source_statuses[] = {"seen", "unverified", "proposed"};
constexpr string_view episode_kinds[] = {"play", "separation", "reunion", "other"};
constexpr string_view code_spans[] = {"moment", "duration"};
constexpr string_view rated_parts[] = {"whole", "episode", "window", "part"};

// What an entry of a coding system leaves out is that of the system.
#define ORIGIN                                                                                   \
  {"source", text, optional, "id of a row of [[sources]], where it is not the system's"},        \
      {"status", text, optional,                                                                 \
       "seen: looked up; unverified: from memory; proposed: ours; where it is not the system's", \
       source_statuses},                                                                         \
  {                                                                                              \
    "note", text, optional, "what a reader should know about this entry"                         \
  }

constexpr Field coding_episode_fields[] = {
    {"id", text, required, "short name"},
    {"label", text, required, "what happens, in our words"},
    {"kind", text, required, "what kind of episode", episode_kinds},
    {"present", text, required, "who is in the room"},
    {"usual_seconds", integer, required, "soft limit: at most for a separation, at least for a reunion"},
    {"curtail_seconds", integer, optional, "cut short after so much unsettled crying"},
    {"guidance", text, optional, "what the person who runs it has to know"},
    ORIGIN,
};
constexpr Shape coding_episode_shape{"episode", "One episode of a procedure; nothing ends by itself",
                                     coding_episode_fields};

constexpr Field coding_code_fields[] = {
    {"id", text, required, "stored with every code"},
    {"label", text, required, "a few words of our own"},
    {"key", text, required, "the key that puts it: one of a to z, 0 to 9"},
    {"span", text, required, "at a moment, or as long as it lasts", code_spans},
    {"group", text, optional, "codes of a group stand together"},
    {"track", text, optional, "whom it is about, where codes of several run side by side"},
    {"values", numbers, optional, "[lowest, highest] of a value put with it, in whole steps"},
    {"value_label", text, optional, "what the value says, such as intensity"},
    {"help", text, optional, "when it is put, in our words"},
    ORIGIN,
};
constexpr Shape coding_code_shape{"code", "What is put down at a time of the recording", coding_code_fields};

constexpr Field coding_scale_fields[] = {
    {"id", text, required, "stored with every rating"},
    {"label", text, required, "a few words of our own"},
    {"group", text, optional, "scales of a group stand together"},
    {"range", numbers, required, "[lowest, highest]"},
    {"step", number, optional, "between two values; without it, 1"},
    {"low", text, optional, "what the lowest says, in our words"},
    {"high", text, optional, "what the highest says, in our words"},
    {"per", text, required, "what one rating is of", rated_parts},
    {"episodes", texts, optional, "for per = episode: ids of the episodes"},
    {"averaged", boolean, optional, "the mean over parts or windows is shown beside them"},
    {"help", text, optional, "what is rated, in our words"},
    ORIGIN,
};
constexpr Shape coding_scale_shape{"scale", "What is rated", coding_scale_fields};

constexpr Field coding_class_fields[] = {
    {"id", text, required, "stored with the sheet"},
    {"label", text, required, "a few words of our own"},
    {"group", text, optional, "the class above it, such as A for A1; without it, its own id"},
    {"needs_alternative", boolean, optional, "never given without the class that fits best otherwise"},
    ORIGIN,
};
constexpr Shape coding_class_shape{"class", "One of the classes of a system", coding_class_fields};

constexpr Field coding_threshold_fields[] = {
    {"scales", texts, required, "ids of scales; the highest rating counts"},
    {"group", text, required, "the group of classes that goes with a rating above"},
    {"also", texts, optional, "other groups that may stand with it"},
    {"above", number, required, "exactly at it, the coder decides"},
    ORIGIN,
};
constexpr Shape coding_threshold_shape{"threshold", "A rating that a class has to agree with",
                                       coding_threshold_fields};

constexpr Field coding_sum_fields[] = {
    {"scales", texts, required, "ids of scales"},
    {"total", number, required, "what their ratings add up to"},
};
constexpr Shape coding_sum_shape{"sum", "Points that are shared out among scales", coding_sum_fields};

constexpr Field coding_fields[] = {
    {"schema", text, required, "this format", coding_schemas},
    {"id", text, required, "as in the folder's name"},
    {"version", text, required, "as in the file's name"},
    {"name", text, required, "full name"},
    {"abbreviation", text, required, "short name"},
    {"family", text, required, "what is coded; infant and interview codes carry words of caution everywhere",
     coding_families},
    {"summary", text, required, "what it is for, in our words"},
    {"caution", text, required, "what a reader must know before reading a code"},
    {"terms", text, required, "what training and rights it takes, in our words"},
    {"ages", text, optional, "whom it is meant for"},
    {"certified", boolean, optional, "a person is coded by certified raters only"},
    {"window_seconds", integer, optional, "the recording is rated in stretches of this length"},
    {"part_name", text, optional, "what parts are called, such as Story"},
    {"most_parts", integer, optional, "how many there may be"},
    {"source", text, required, "id of a row of [[sources]]"},
    {"status", text, required, "seen: looked up; unverified: from memory; proposed: ours", source_statuses},
    {"note", text, optional, "what a reader should know"},
    {"sources", tables, required, "where it comes from", {}, &source_shape},
    {"episodes", tables, optional, "of a procedure, in their order", {}, &coding_episode_shape},
    {"codes", tables, optional, "what is put down at a time", {}, &coding_code_shape},
    {"scales", tables, optional, "what is rated", {}, &coding_scale_shape},
    {"classes", tables, optional, "the classes", {}, &coding_class_shape},
    {"thresholds", tables, optional, "ratings that a class has to agree with", {}, &coding_threshold_shape},
    {"sums", tables, optional, "points that are shared out among scales", {}, &coding_sum_shape},
};
constexpr Shape coding_file{"coding system", "What an observer may put down", coding_fields};

// A file whose entries each may have a source of their own.
#define FILE_ORIGIN                                                                          \
  {"source", text, required, "id of a row of [[sources]]"},                                  \
      {"status", text, required, "seen: looked up; unverified: from memory; proposed: ours", \
       source_statuses},                                                                     \
      {"note", text, optional, "what a reader should know"}, {                               \
    "sources", tables, required, "where it comes from", {}, &source_shape                    \
  }

constexpr string_view holds_schemas[] = {"securebase.holds/1"};
constexpr string_view techniques_schemas[] = {"securebase.techniques/1"};
constexpr string_view exercises_schemas[] = {"securebase.exercises/1"};
constexpr string_view hold_scopes[] = {"person", "couple", "moment"};

constexpr Field hold_fields[] = {
    {"id", text, required, "stored where it is set; never changed"},
    {"label", text, required, "a few words"},
    {"meaning", text, required, "when it is set"},
    {"instead", text, required, "what to do instead"},
    {"scope", text, required, "whom it holds for; moment: looked at in the room, never stored", hold_scopes},
    ORIGIN,
};
constexpr Shape hold_shape{"hold", "A condition under which techniques and exercises are held back",
                           hold_fields};
constexpr Field holds_fields[] = {
    {"schema", text, required, "this format", holds_schemas},
    FILE_ORIGIN,
    {"holds", tables, required, "the closed vocabulary", {}, &hold_shape},
};
constexpr Shape holds_file{"holds", "Conditions under which something waits", holds_fields};

constexpr Field held_back_fields[] = {
    {"hold", text, required, "id of a hold of holds.toml"},
    {"instead", text, optional, "what to do instead here; without it, what the hold says"},
};
constexpr Shape held_back_shape{"held back", "Why it may have to wait", held_back_fields};

constexpr Field technique_fields[] = {
    {"id", text, required, "logged with a session; never changed"},
    {"name", text, required, "in our words"},
    {"purpose", text, required, "what it is for, in our words"},
    {"families", texts, required,
     "early_wounds, emotion_regulation, trust, interpersonal_repair, reflective_functioning; the first is "
     "the "
     "one it is listed under"},
    {"minutes", integers, optional, "[from, to] in a session; without it, woven in"},
    {"protocols", integer, required, "of twelve protocols, how many have it or something close"},
    {"held_back", tables, optional, "why it may have to wait", {}, &held_back_shape},
    {"avoid", text, optional, "what to take care of"},
    ORIGIN,
};
constexpr Shape technique_shape{"technique", "What a therapist does in a session", technique_fields};
constexpr Field techniques_fields[] = {
    {"schema", text, required, "this format", techniques_schemas},
    FILE_ORIGIN,
    {"techniques", tables, required, "each of them", {}, &technique_shape},
};
constexpr Shape techniques_file{"techniques", "What therapists do", techniques_fields};

constexpr Field exercise_rules_fields[] = {
    {"optional", boolean, required, "true: an exercise may be left out without a reason"},
    {"stop_at", integer, required, "arousal from 0 to 10 at or above which it is stopped"},
    {"stop_rise", integer, required, "and where it has risen by so much and stays"},
    {"most_a_week", integer, required, "exercises agreed on at a time"},
    {"most_minutes_a_day", integer, required, "of all of them"},
    {"activating_at_bedtime", boolean, required, "false: nothing that stirs up distress before sleep"},
    {"words", text, required, "as people are told"},
    ORIGIN,
};
constexpr Shape exercise_rules_shape{"rules of exercises", "What holds for every exercise",
                                     exercise_rules_fields};
constexpr Field exercise_fields[] = {
    {"id", text, required, "stored where it is agreed on; never changed"},
    {"name", text, required, "in our words"},
    {"purpose", text, required, "what it is for, in our words"},
    {"families", texts, required, "as for techniques"},
    {"minutes", integers, optional, "[from, to]; without it, as agreed"},
    {"activating", boolean, required, "may stir up distress"},
    {"session_first", boolean, optional, "done in a session before it is done alone"},
    {"held_back", tables, optional, "why it may have to wait", {}, &held_back_shape},
    {"avoid", text, optional, "what to take care of"},
    ORIGIN,
};
constexpr Shape exercise_shape{"exercise", "What a client does between sessions", exercise_fields};
constexpr Field exercises_fields[] = {
    {"schema", text, required, "this format", exercises_schemas},
    FILE_ORIGIN,
    {"rules", table, required, "what holds for all", {}, &exercise_rules_shape},
    {"exercises", tables, required, "each of them", {}, &exercise_shape},
};
constexpr Shape exercises_file{"exercises", "What clients do between sessions", exercises_fields};

constexpr string_view protocol_schemas[] = {"securebase.protocol/1"};

constexpr Field protocol_step_fields[] = {
    {"id", text, required, "short name"},
    {"label", text, required, "a few words of our own"},
    {"about", text, optional, "what is done, in our words"},
    {"with", text, optional, "who is in the room, where it is not everybody"},
    {"sessions", integers, optional, "[from, to]"},
    ORIGIN,
};
constexpr Shape protocol_step_shape{"step", "A step or task of a stage", protocol_step_fields};

constexpr Field exit_marker_fields[] = {
    {"id", text, required, "stored where it is ticked; never changed"},
    {"text", text, required, "how one sees that the stage is done"},
    ORIGIN,
};
constexpr Shape exit_marker_shape{"exit marker", "How one sees that a stage is done", exit_marker_fields};

constexpr Field protocol_stage_fields[] = {
    {"id", text, required, "stored where it is entered; never changed"},
    {"label", text, required, "a few words"},
    {"about", text, required, "what it is for"},
    {"sessions", integers, optional, "[from, to]"},
    {"gate", text, optional, "id of the gate before it"},
    {"techniques", texts, optional, "ids of techniques.toml"},
    {"steps", tables, optional, "in their order", {}, &protocol_step_shape},
    {"exits", tables, required, "how one sees that it is done", {}, &exit_marker_shape},
    ORIGIN,
};
constexpr Shape protocol_stage_shape{"stage", "A stage of a protocol", protocol_stage_fields};

constexpr Field gate_condition_fields[] = {
    {"id", text, required, "stored with every answer; never changed"},
    {"question", text, required, "what a clinician answers"},
    {"holds", texts, optional, "ids of holds that close the gate, whatever the answer"},
    ORIGIN,
};
constexpr Shape gate_condition_shape{"gate condition", "What has to be so before a stage",
                                     gate_condition_fields};

constexpr Field protocol_gate_fields[] = {
    {"id", text, required, "short name"},
    {"label", text, required, "a few words"},
    {"words", text, required, "what to do while it is closed"},
    {"conditions", tables, required, "all of them", {}, &gate_condition_shape},
    ORIGIN,
};
constexpr Shape protocol_gate_shape{"gate", "What has to be so before a stage", protocol_gate_fields};

constexpr Field contraindication_fields[] = {
    {"hold", text, optional, "id of a hold"},
    {"words", text, optional, "without it, what the hold says"},
    ORIGIN,
};
constexpr Shape contraindication_shape{"contraindication", "What speaks against it", contraindication_fields};

constexpr Field fidelity_fields[] = {
    {"id", text, required, "stored with every rating; never changed"},
    {"text", text, required, "what an observer looks for: 0 absent, 1 partial, 2 clear"},
    {"stages", texts, optional, "in which it is required; without them, in all"},
    {"prohibited", boolean, optional, "a sign that something else was done"},
    ORIGIN,
};
constexpr Shape fidelity_shape{"fidelity item", "An item of an observer's checklist", fidelity_fields};

constexpr Field shares_fields[] = {
    {"early_wounds", number, required, "0 to 1"},
    {"emotion_regulation", number, required, "0 to 1"},
    {"trust", number, required, "0 to 1"},
    {"interpersonal_repair", number, required, "0 to 1"},
    {"reflective_functioning", number, required, "0 to 1; the five add up to 1"},
    ORIGIN,
};
constexpr Shape shares_shape{"shares", "How much of each family of techniques", shares_fields};

constexpr Field evidence_fields[] = {
    {"finding", text, required, "what it says and what it does not"},
    {"design", text, required, "what kind of study"},
    {"outcome", text, optional, "of what; with an estimate"},
    {"comparison", text, optional, "against what"},
    {"metric", text, optional, "g, d, r, OR or percent"},
    {"estimate", number, optional, "as published"},
    {"interval", numbers, optional, "[low, high] of 95 %, where it has been seen"},
    {"n", integer, optional, "people"},
    {"studies", integer, optional, "how many studies"},
    {"source", text, required, "id of a row of [[sources]]"},
    {"status", text, required, "seen, or unverified: from memory", source_statuses},
    {"note", text, optional, "what a reader should know"},
};
constexpr Shape evidence_shape{"evidence", "One published number, or what is known in words",
                               evidence_fields};

constexpr Field protocol_measure_fields[] = {
    {"instrument", text, required, "id of an instrument"},
    {"when", texts, required, "start, every_session, every_weeks, middle, end, follow_up, when_needed"},
    {"why", text, required, "what it is for here"},
};
constexpr Shape protocol_measure_shape{"measure of a protocol", "A measure that goes with it",
                                       protocol_measure_fields};

constexpr Field protocol_fields[] = {
    {"schema", text, required, "this format", protocol_schemas},
    {"id", text, required, "as in the folder's name"},
    {"version", text, required, "as in the file's name"},
    {"name", text, required, "full name"},
    {"abbreviation", text, required, "short name"},
    {"summary", text, required, "what it is, in our words"},
    {"units", texts, required, "individual, couple, family"},
    {"ages", text, required, "whom it is for"},
    {"age_from", integer, optional, "years"},
    {"age_to", integer, optional, "years"},
    {"sessions", integers, optional, "[from, to]"},
    {"pace", text, optional, "how often and how long"},
    {"standing", text, required, "how well it is known to help, in a sentence"},
    {"terms", text, required, "what training and rights it takes"},
    {"loss_days", boolean, optional, "dates of loss and their anniversaries belong to it"},
    FILE_ORIGIN,
    {"stages", tables, required, "in their order", {}, &protocol_stage_shape},
    {"gates", tables, optional, "what has to be so before a stage", {}, &protocol_gate_shape},
    {"contraindications", tables, required, "what speaks against it", {}, &contraindication_shape},
    {"fidelity", tables, required, "an observer's checklist", {}, &fidelity_shape},
    {"shares", table, required, "how much of each family", {}, &shares_shape},
    {"evidence", tables, required, "how well it is known to help", {}, &evidence_shape},
    {"measures", tables, optional, "that go with it", {}, &protocol_measure_shape},
};
constexpr Shape protocol_file{"protocol", "What a kind of therapy does in which order", protocol_fields};

#undef FILE_ORIGIN
#undef ORIGIN
#undef PROVENANCE
#undef ORDERS

}  // namespace

const Shape& instrument_shape() {
  return instrument_file;
}
const Shape& golden_shape() {
  return golden_file;
}
const Shape& text_shape() {
  return text_file;
}
const Shape& calibration_shape() {
  return calibration_file;
}
const Shape& battery_shape() {
  return battery_file;
}
const Shape& positions_shape() {
  return positions_file;
}
const Shape& coding_shape() {
  return coding_file;
}
const Shape& episodes_shape() {
  return episodes_file;
}
const Shape& holds_shape() {
  return holds_file;
}
const Shape& techniques_shape() {
  return techniques_file;
}
const Shape& exercises_shape() {
  return exercises_file;
}
const Shape& protocol_shape() {
  return protocol_file;
}

}  // namespace securebase::catalog
