// Every kind of fault: one change to a valid definition, and the fault it must give, with line and field.

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "base/printable.hpp"
#include "catalog/small_definition.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

using catalog::load_instrument;
using testing::Files;

enum class Base { plain, rules, text };
enum class In { instrument, golden, text };

struct Mutation {
  const char* title;
  Base base;
  In file;
  const char* from;  ///< replaced at its first occurrence
  const char* to;
  const char* code;
  const char* line_has;  ///< the blamed line is the first with this in it; empty: no line is known
  const char* field;
};

void PrintTo(const Mutation& mutation, std::ostream* out) {
  *out << mutation.title;
}

Files base_files(Base base) {
  if (base == Base::rules) return testing::files_with_rules();
  if (base == Base::text) return testing::files_with_text();
  return {};
}

std::string& file_of(Files& files, In file) {
  if (file == In::golden) return files.golden;
  return file == In::text ? files.text : files.instrument;
}

std::string file_name(In file) {
  if (file == In::golden) return "own/tiny/1/golden.toml";
  return file == In::text ? "own/tiny/1/text.en-GB.toml" : "own/tiny/1/instrument.toml";
}

std::string all_of(const Faults& faults) {
  std::string text;
  for (const Error& fault : faults) text += to_text(fault) + "\n";
  return text;
}

class OneFault : public ::testing::TestWithParam<Mutation> {};

TEST_P(OneFault, NamesCodeLineAndField) {
  const Mutation& m = GetParam();
  Files files = base_files(m.base);
  std::string& changed = file_of(files, m.file);
  changed = testing::replaced(changed, m.from, m.to);
  const auto loaded = load_instrument(files.documents());
  ASSERT_FALSE(loaded) << "the fault was not seen";
  const Faults& faults = loaded.error();
  const std::size_t line = *m.line_has == '\0' ? 0 : testing::line_of(changed, m.line_has);
  EXPECT_TRUE(std::any_of(faults.begin(), faults.end(),
                          [&](const Error& fault) {
                            return fault.code == m.code && fault.where.field == m.field &&
                                   fault.where.line == line && fault.where.name == file_name(m.file) &&
                                   fault.kind == ErrorKind::definition;
                          }))
      << "expected " << m.code << " at " << file_name(m.file) << ":" << line << ": " << m.field << ", got\n"
      << all_of(faults);
  for (const Error& fault : faults) {
    EXPECT_FALSE(fault.detail.empty());
    EXPECT_TRUE(is_plain_text(to_text(fault)));
  }
}

constexpr Base plain = Base::plain;
constexpr In instrument = In::instrument;
constexpr In golden = In::golden;

const Mutation structure_faults[] = {
    {"syntax", plain, instrument, "version = \"1\"", "version = ", "definition.syntax", "version = ", ""},
    {"duplicate key", plain, instrument, "version = \"1\"", "version = \"1\"\nversion = \"2\"",
     "definition.syntax", "version = \"2\"", ""},
    {"invalid UTF-8", plain, instrument, "A tiny form", "A t\xFFny form", "definition.syntax", "A t\xFFny",
     ""},
    {"unknown field", plain, instrument, "recall =", "recal =", "definition.unknown_field",
     "recal =", "recal"},
    {"unknown field in a row", plain, instrument, "citation = \"Author (2001)", "cite = 1\ncitation = \"A",
     "definition.unknown_field", "cite = 1", "sources[1].cite"},
    {"unknown field with a control character", plain, instrument,
     "recall =", "\"re\\u001bcall\" =", "definition.unknown_field", "\\u001bcall", "re?call"},
    {"text where a number belongs", plain, instrument, "max = 5", "max = \"5\"", "definition.wrong_type",
     "max = \"5\"", "responses.max"},
    {"table where a list is expected", plain, instrument, "items = [1, 2, 3]", "items = { \"1\" = 2 }",
     "definition.wrong_type", "items = { \"1\" = 2 }", "scales[1].items"},
    {"list where a table is expected", plain, instrument, "[responses]", "[[responses]]",
     "definition.wrong_type", "[[responses]]", "responses"},
    {"fraction where a whole number belongs", plain, instrument, "count = 6", "count = 6.0",
     "definition.wrong_type", "count = 6.0", "items.count"},
    {"a number beyond the limit", plain, instrument, "count = 6", "count = 1000001", "definition.wrong_type",
     "count = 1000001", "items.count"},
    {"the smallest whole number there is", plain, instrument, "count = 6", "count = -9223372036854775808",
     "definition.wrong_type", "count = -92", "items.count"},
    {"a number no integer holds", plain, instrument, "count = 6", "count = 99999999999999999999",
     "definition.syntax", "count = 99", ""},
    {"not a number", plain, instrument, "mean = 2.5", "mean = nan", "definition.wrong_type", "mean = nan",
     "scales[1].norms[1].mean"},
    {"infinite", plain, instrument, "mean = 2.5", "mean = -inf", "definition.wrong_type", "mean = -inf",
     "scales[1].norms[1].mean"},
    {"a huge number", plain, instrument, "weights = [1, 2, 1.5]", "weights = [1, 2, 1e308]",
     "definition.wrong_type", "1e308", "scales[1].weights"},
    {"a pair of three", plain, instrument, "[3, 60]", "[3, 60, 1]", "definition.wrong_type", "[3, 60, 1]",
     "scales[1].norms[1].percentiles"},
    {"a key that is no number", plain, instrument, "\"1\" = \"calm\"", "one = \"calm\"",
     "definition.wrong_type", "one = \"calm\"", "items.gists"},
    {"a key written in two ways", plain, instrument, "\"1\" = 0, \"2\" = 1",
     "\"01\" = 0, \"1\" = 0, \"2\" = 1", "definition.wrong_type", "\"01\" = 0", "scales[2].recodes[1].table"},
    {"a control character in a text", plain, instrument, "A tiny form", "A \\u001b[31mtiny form",
     "definition.wrong_type", "u001b", "name"},
    {"missing field", plain, instrument, "abbreviation = \"TF\"\n", "", "definition.missing_field", "",
     "abbreviation"},
    {"missing field in a row", plain, instrument, "verb = \"mean\"\n", "", "definition.missing_field",
     "[[scales]]", "scales[1].verb"},
    {"missing table", plain, instrument,
     "[responses]\nmin = 1\nmax = 5\nsource = \"book\"\nverified = true\n", "", "definition.missing_field",
     "", "responses"},
    {"empty text", plain, instrument, "recall = \"the last week\"", "recall = \"\"", "definition.value",
     "recall = \"\"", "recall"},
    {"a word that is not allowed", plain, instrument, "verb = \"mean\"", "verb = \"median\"",
     "definition.value", "verb = \"median\"", "scales[1].verb"},
    {"another format", plain, instrument, "securebase.instrument/1", "securebase.instrument/2",
     "definition.value", "securebase.instrument/2", "schema"},
    {"golden: syntax", plain, golden, "fill = 0", "fill = [", "definition.syntax", "scores = { total = 2.77",
     ""},
    {"golden: a word that is no answer", plain, golden, "\"skipped\"", "\"forgotten\"",
     "definition.wrong_type", "\"forgotten\"", "cases[4].set"},
    {"golden: a score that is a word", plain, golden, "\"none\"", "\"nothing\"", "definition.wrong_type",
     "\"nothing\"", "cases[4].scores"},
    {"text: missing field", Base::text, In::text, "title = \"A tiny form\"\n", "", "definition.missing_field",
     "", "title"},
};

const Mutation form_faults[] = {
    {"id with a space", plain, instrument, "id = \"tiny\"", "id = \"ti ny\"", "definition.id", "ti ny", "id"},
    {"version with a capital", plain, instrument, "version = \"1\"", "version = \"V1\"", "definition.id",
     "\"V1\"", "version"},
    {"id unlike the folder", plain, instrument, "id = \"tiny\"", "id = \"tidy\"", "definition.folder", "tidy",
     "id"},
    {"version unlike the folder", plain, instrument, "version = \"1\"", "version = \"2\"",
     "definition.folder", "version = \"2\"", "version"},
    {"negative calibration", plain, instrument, "version = \"1\"", "version = \"1\"\ncalibration_needed = -1",
     "definition.value", "calibration_needed", "calibration_needed"},
    {"no respondent", plain, instrument,
     "[[respondents]]\nwho = \"self\"\nabout = \"a partner\"\nnames_figure = true\n", "",
     "definition.missing_field", "", "respondents"},
    {"source twice", plain, instrument, "id = \"paper\"", "id = \"book\"", "definition.id_twice",
     "id = \"book\"\ncitation = \"Author (2002)", "sources[2].id"},
    {"licence without a source", plain, instrument, "source = \"book\"\nverified = false",
     "source = \"bok\"\nverified = false", "definition.no_such_source", "source = \"bok\"", "licence.source"},
    {"responses without a source", plain, instrument, "max = 5\nsource = \"book\"", "max = 5\nsource = \"x\"",
     "definition.no_such_source", "source = \"x\"", "responses.source"},
    {"no items", plain, instrument, "count = 6", "count = 0", "definition.value", "count = 0", "items.count"},
    {"too many items", plain, instrument, "count = 6", "count = 500", "definition.value", "count = 500",
     "items.count"},
    {"range upside down", plain, instrument, "min = 1\nmax = 5", "min = 5\nmax = 1", "definition.range",
     "[responses]", "responses"},
    {"range too wide", plain, instrument, "min = 1\nmax = 5", "min = -100\nmax = 101", "definition.range",
     "[responses]", "responses"},
    {"range of some items upside down", plain, instrument, "min = 0, max = 3", "min = 3, max = 0",
     "definition.range", "ranges = [", "items.ranges[1]"},
    {"range of no such item", plain, instrument, "items = [5], min", "items = [7], min",
     "definition.no_such_item", "ranges = [", "items.ranges[1].items"},
    {"two ranges of one item", plain, instrument, "ranges = [{ items = [5], min = 0, max = 3 }]",
     "ranges = [{ items = [5], min = 0, max = 3 }, { items = [5], min = 0, max = 4 }]",
     "definition.item_twice", "ranges = [", "items.ranges[2].items"},
    {"filler that does not exist", plain, instrument, "filler = [6]", "filler = [6, 9]",
     "definition.no_such_item", "filler = [6, 9]", "items.filler"},
    {"optional item that does not exist", plain, instrument, "optional = [5]", "optional = [0]",
     "definition.no_such_item", "optional = [0]", "items.optional"},
    {"gist of no such item", plain, instrument, "\"6\" = \"weather\"", "\"7\" = \"weather\"",
     "definition.no_such_item", "gists", "items.gists"},
    {"order with bad codes", plain, instrument, "min = 1\nmax = 7", "min = 7\nmax = 7", "definition.range",
     "[[orders]]\nid = \"seven\"", "orders[3]"},
    {"first order with its own codes", plain, instrument, "name = \"As published\"",
     "name = \"As published\"\nmax = 5", "definition.value", "[[orders]]", "orders[1]"},
    {"order twice", plain, instrument, "id = \"shuffled\"", "id = \"first\"", "definition.id_twice",
     "id = \"first\"\nname = \"Another", "orders[2].id"},
    {"order with a bad id", plain, instrument, "id = \"seven\"", "id = \"-seven\"", "definition.id",
     "id = \"-seven\"", "orders[3].id"},
    {"missing code that is an answer", plain, instrument, "[-9, 99]", "[-9, 2]", "definition.value",
     "[-9, 2]", "orders[2].missing_codes"},
    {"missing code that is an answer to one item", plain, instrument, "[-9, 99]", "[0]", "definition.value",
     "missing_codes = [0]", "orders[2].missing_codes"},
};

const Mutation key_faults[] = {
    {"scale with a bad id", plain, instrument, "id = \"often\"", "id = \"Often\"", "definition.id",
     "\"Often\"", "scales[3].id"},
    {"scale twice", plain, instrument, "id = \"often\"", "id = \"total\"", "definition.id_twice",
     "id = \"total\"\nname = \"Often\"", "scales[3].id"},
    {"scale with a column of every file", plain, instrument, "id = \"often\"", "id = \"line\"",
     "definition.column_twice", "id = \"line\"", "scales[3].id"},
    {"scale with a column of another", plain, instrument, "id = \"often\"", "id = \"total_state\"",
     "definition.column_twice", "id = \"total_state\"", "scales[3].id"},
    {"scale without a source", plain, instrument, "note = \"a key with a recode table\"",
     "note = \"x\"\n[[scales.changes]]\nkind = \"reliable\"\npoints = 1\nbasis = \"x\"\nsource = "
     "\"q\"\nverified = false",
     "definition.no_such_source", "source = \"q\"", "scales[2].changes[1].source"},
    {"no such item", plain, instrument, "items = [1, 2, 3]", "items = [1, 2, 37]", "definition.no_such_item",
     "items = [1, 2, 37]", "scales[1].items"},
    {"item twice", plain, instrument, "items = [1, 2, 3]", "items = [1, 2, 2]", "definition.item_twice",
     "items = [1, 2, 2]", "scales[1].items"},
    {"more items than the form has", plain, instrument, "items = [1, 2, 3]", "items = [1, 2, 3, 1, 2, 3, 1]",
     "definition.item_twice", "items = [1, 2, 3, 1", "scales[1].items"},
    {"no item", plain, instrument, "items = [1, 2, 3]", "items = []", "definition.empty", "items = []",
     "scales[1].items"},
    {"filler scored", plain, instrument, "items = [1, 2]\nsource", "items = [1, 6]\nsource",
     "definition.filler_scored", "items = [1, 6]", "scales[3].items"},
    {"item neither scored nor filler", plain, instrument, "filler = [6]", "filler = []",
     "definition.item_unused", "[items]", "items"},
    {"reversed item outside the scale", plain, instrument, "reversed = [2]", "reversed = [4]",
     "definition.not_in_scale", "reversed = [4]", "scales[1].reversed"},
    {"reversed item that does not exist", plain, instrument, "reversed = [2]", "reversed = [-2]",
     "definition.no_such_item", "reversed = [-2]", "scales[1].reversed"},
    {"too few weights", plain, instrument, "weights = [1, 2, 1.5]", "weights = [1, 2]", "definition.value",
     "weights = [1, 2]", "scales[1].weights"},
    {"a weight of 0", plain, instrument, "weights = [1, 2, 1.5]", "weights = [1, 0, 1.5]", "definition.value",
     "weights = [1, 0, 1.5]", "scales[1].weights"},
    {"recode gap", plain, instrument, "\"3\" = 3, \"4\" = 2, \"5\" = 0 }", "\"3\" = 3, \"5\" = 0 }",
     "definition.recode_gap", "\"3\" = 3, \"5\" = 0 }", "scales[2].recodes[1].table"},
    {"recode extra", plain, instrument, "\"5\" = 0 }", "\"5\" = 0, \"6\" = 0 }", "definition.recode_extra",
     "\"5\" = 0, \"6\" = 0 }", "scales[2].recodes[1].table"},
    {"recode outside the scale", plain, instrument, "items = [4], table", "items = [3], table",
     "definition.not_in_scale", "items = [3], table", "scales[2].recodes[1].items"},
    {"recoded and reversed", plain, instrument, "items = [4, 5]\nrecodes",
     "items = [4, 5]\nreversed = [4]\nrecodes", "definition.recoded_twice", "items = [4], table",
     "scales[2].recodes[1].items"},
    {"recode table that does not fit another order", plain, instrument,
     "[[scales.orders]]\norder = \"seven\"\nitems = [4, 5]\nrecodes = [{ items = [4], table = { \"1\" = 0, "
     "\"2\" = 1, \"3\" = 3, \"4\" = 2, \"5\" = 0, \"6\" = 0, \"7\" = 0 } }]\n",
     "", "definition.recode_gap", "recodes = [", "scales[2].recodes[1].table"},
    {"count without a threshold", plain, instrument, "threshold = 4\n", "", "definition.value",
     "[[scales]]\nid = \"often\"", "scales[3].threshold"},
    {"a sum with a threshold", plain, instrument, "verb = \"sum\"", "verb = \"sum\"\nthreshold = 1",
     "definition.value", "threshold = 1", "scales[2].threshold"},
    {"multiplied by 0", plain, instrument, "multiply = 2", "multiply = 0", "definition.value", "multiply = 0",
     "scales[2].multiply"},
    {"key of no such order", plain, instrument, "order = \"seven\"", "order = \"eight\"",
     "definition.no_such_order", "order = \"eight\"", "scales[2].orders[1].order"},
    {"key of the first order", plain, instrument, "order = \"seven\"", "order = \"first\"",
     "definition.value", "order = \"first\"", "scales[2].orders[1].order"},
    {"two keys of an order", plain, instrument, "[scales.missing]",
     "[[scales.orders]]\norder = \"shuffled\"\nitems = [1, 2, 3]\nreversed = [2]\n[scales.missing]",
     "definition.id_twice", "order = \"shuffled\"\nitems = [1, 2, 3]", "scales[1].orders[2].order"},
    {"order key of another size", plain, instrument, "items = [3, 1, 2]\n", "items = [3, 1]\n",
     "definition.key_differs", "items = [3, 1]", "scales[1].orders[1].items"},
    {"order key with more reversed", plain, instrument, "reversed = [1]", "reversed = [1, 2]",
     "definition.key_differs", "reversed = [1, 2]", "scales[1].orders[1].reversed"},
    {"order key with other weights", plain, instrument, "reversed = [1]\nweights = [1, 2, 1.5]",
     "reversed = [1]\nweights = [1, 2, 3]", "definition.key_differs", "weights = [1, 2, 3]",
     "scales[1].orders[1].weights"},
    {"order key without the recodes", plain, instrument,
     "items = [4, 5]\nrecodes = [{ items = [4], table = { \"1\" = 0, \"2\" = 1, \"3\" = 3, \"4\" = 2, \"5\" "
     "= "
     "0, \"6\"",
     "items = [4, 5]\n# recodes = [{ items = [4], table = { \"1\" = 0, \"2\" = 1, \"3\" = 3, \"6\"",
     "definition.key_differs", "[[scales.orders]]\norder = \"seven\"", "scales[2].orders[1].recodes"},
};

const Mutation knowledge_faults[] = {
    {"range unlike the key", plain, instrument, "range = [1, 5]", "range = [1, 7]",
     "definition.range_differs", "range = [1, 7]", "scales[1].range"},
    {"range of three", plain, instrument, "range = [1, 5]", "range = [1, 2, 5]", "definition.range_differs",
     "range = [1, 2, 5]", "scales[1].range"},
    {"complete with missing answers", plain, instrument, "rule = \"prorate\"", "rule = \"complete\"",
     "definition.value", "max_missing = 1", "scales[1].missing.max_missing"},
    {"prorating everything", plain, instrument, "max_missing = 1\ncounted_over = \"form\"",
     "max_missing = 3\ncounted_over = \"scale\"", "definition.value", "max_missing = 3",
     "scales[1].missing.max_missing"},
    {"prorating nothing", plain, instrument, "max_missing = 1", "max_missing = 0", "definition.value",
     "max_missing = 0", "scales[1].missing.max_missing"},
    {"missing rule without a source", plain, instrument, "published = true\nsource = \"book\"",
     "published = true\nsource = \"q\"", "definition.no_such_source", "source = \"q\"",
     "scales[1].missing.source"},
    {"reliability of 1", plain, instrument, "value = 0.8", "value = 1", "definition.value", "value = 1\n",
     "scales[1].reliabilities[1].value"},
    {"negative reliability", plain, instrument, "value = 0.8", "value = -0.8", "definition.value",
     "value = -0.8", "scales[1].reliabilities[1].value"},
    {"an interval of an alpha", plain, instrument, "\"test_retest\"", "\"alpha\"", "definition.value",
     "interval_days = 14", "scales[1].reliabilities[1].interval_days"},
    {"reliability in no such order", plain, instrument, "group = \"students\"",
     "group = \"students\"\norders = [\"ninth\"]", "definition.no_such_order", "ninth",
     "scales[1].reliabilities[1].orders"},
    {"norm in another unit", plain, instrument, "mean = 2.5", "mean = 45", "definition.norm_unit",
     "mean = 45", "scales[1].norms[1].mean"},
    {"norm that does not fit another order", plain, instrument, "mean = 2.5",
     "orders = [\"seven\"]\nmean = 0.5", "definition.norm_unit", "mean = 0.5", "scales[1].norms[1].mean"},
    {"an SD of 0", plain, instrument, "sd = 1", "sd = 0", "definition.norm_unit", "sd = 0",
     "scales[1].norms[1].sd"},
    {"a table of one row", plain, instrument, "percentiles = [[1, 10], [3, 60], [5, 100]]",
     "percentiles = [[1, 10]]", "definition.value", "percentiles = [[1", "scales[1].norms[1].percentiles"},
    {"an SD next to nothing", plain, instrument, "sd = 1", "sd = 5e-324", "definition.norm_unit",
     "sd = 5e-324", "scales[1].norms[1].sd"},
    {"an SD no distribution has", plain, instrument, "sd = 1", "sd = 2.1", "definition.norm_unit", "sd = 2.1",
     "scales[1].norms[1].sd"},
    {"norm of nobody", plain, instrument, "n = 100", "n = 0", "definition.value", "n = 0\nmean",
     "scales[1].norms[1].n"},
    {"ages upside down", plain, instrument, "age_from = 18", "age_from = 66", "definition.value",
     "age_from = 66", "scales[1].norms[1].age_from"},
    {"an impossible age", plain, instrument, "age_to = 65", "age_to = 650", "definition.value",
     "age_to = 650", "scales[1].norms[1].age_to"},
    {"percentile table missing", plain, instrument, "percentiles = [[1, 10], [3, 60], [5, 100]]\n", "",
     "definition.value", "[[scales.norms]]", "scales[1].norms[1].percentiles"},
    {"percentile table unused", plain, instrument, "percentile = \"table\"", "percentile = \"normal\"",
     "definition.value", "percentiles = [[1", "scales[1].norms[1].percentiles"},
    {"percentiles descend", plain, instrument, "[3, 60]", "[3, 5]", "definition.value", "[3, 5]",
     "scales[1].norms[1].percentiles"},
    {"a percent of 101", plain, instrument, "[5, 100]", "[5, 101]", "definition.value", "[5, 101]",
     "scales[1].norms[1].percentiles"},
    {"percentiles in another unit", plain, instrument, "[5, 100]", "[50, 100]", "definition.norm_unit",
     "[50, 100]", "scales[1].norms[1].percentiles"},
    {"bands not starting at the lowest", plain, instrument, "{ from = 1, label", "{ from = 1.5, label",
     "definition.band_gap", "levels", "scales[1].bands[1].levels"},
    {"bands not ascending", plain, instrument, "{ from = 3, label", "{ from = 1, label",
     "definition.band_order", "levels", "scales[1].bands[1].levels[2].from"},
    {"band above the highest score", plain, instrument, "{ from = 3, label", "{ from = 6, label",
     "definition.band_order", "levels", "scales[1].bands[1].levels[2].from"},
    {"no bands", plain, instrument,
     "levels = [{ from = 1, label = \"low\" }, { from = 3, label = \"high\" }]", "levels = []",
     "definition.empty", "levels = []", "scales[1].bands[1].levels"},
    {"cut-off outside", plain, instrument, "value = 3.5", "value = 35", "definition.norm_unit", "value = 35",
     "scales[1].cutoffs[1].value"},
    {"two clinical boundaries", plain, instrument, "[[scales.changes]]",
     "[[scales.cutoffs]]\nlabel = \"x\"\nvalue = 4\nside = \"below\"\nclinical_boundary = true # again\n"
     "source = \"book\"\nverified = true\n[[scales.changes]]",
     "definition.value", "# again", "scales[1].cutoffs[2].clinical_boundary"},
    {"change wider than the range", plain, instrument, "points = 1.2", "points = 4.5", "definition.norm_unit",
     "points = 4.5", "scales[1].changes[1].points"},
    {"norms before calibration", plain, instrument, "version = \"1\"",
     "version = \"1\"\ncalibration_needed = 100", "definition.uncalibrated", "[[scales]]", "scales[1]"},
};

const Mutation rule_faults[] = {
    {"criterion twice", Base::rules, instrument, "id = \"wide\"", "id = \"base\"", "definition.id_twice",
     "id = \"base\"\nname = \"Wide", "criteria[2].id"},
    {"criterion with a column of a scale", Base::rules, instrument, "id = \"wide\"", "id = \"total_se\"",
     "definition.column_twice", "id = \"total_se\"", "criteria[2].id"},
    {"criterion that asks for nothing", Base::rules, instrument, "requires = [\"base\"]\n", "",
     "definition.empty", "[[criteria]]\nid = \"wide\"", "criteria[2]"},
    {"criterion that needs itself", Base::rules, instrument, "requires = [\"base\"]", "requires = [\"wide\"]",
     "definition.no_such_criterion", "requires = [\"wide\"]", "criteria[2].requires"},
    {"criteria in a circle", Base::rules, instrument, "conditions = [",
     "requires = [\"wide\"]\nconditions = [", "definition.no_such_criterion", "requires = [\"wide\"]",
     "criteria[1].requires"},
    {"criterion that excludes nothing", Base::rules, instrument, "excludes = [\"base\"]",
     "excludes = [\"bare\"]", "definition.no_such_criterion", "bare", "criteria[2].excludes"},
    {"condition on no item", Base::rules, instrument, "items = [1, 2], at_least", "items = [1, 8], at_least",
     "definition.no_such_item", "items = [1, 8]", "criteria[1].conditions[1].items"},
    {"condition that always holds", Base::rules, instrument, "at_least = 4, count", "at_least = 1, count",
     "definition.value", "at_least = 1, count", "criteria[1].conditions[1].at_least"},
    {"condition that never holds", Base::rules, instrument, "count = 2 }]", "count = 3 }]",
     "definition.value", "count = 3 }]", "criteria[1].conditions[1].count"},
    {"risk that is never seen", Base::rules, instrument, "at_least = 2\ntopic", "at_least = 6\ntopic",
     "definition.value", "at_least = 6", "risks[1].at_least"},
    {"risk on no item", Base::rules, instrument, "items = [3]\nat_least", "items = [30]\nat_least",
     "definition.no_such_item", "items = [30]", "risks[1].items"},
    {"rule on no item", Base::rules, instrument, "item = 1\n", "item = 0\n", "definition.no_such_item",
     "item = 0", "rules[2].item"},
    {"rule that shows no such item", Base::rules, instrument, "target_items = [4, 5]", "target_items = [7]",
     "definition.no_such_item", "target_items = [7]", "rules[2].target_items"},
    {"rule that shows what is past", Base::rules, instrument, "item = 1\nat_least = 4",
     "item = 4\nat_least = 4", "definition.value", "target_items", "rules[2].target_items"},
    {"help that shows items", Base::rules, instrument, "item = 3\nat_least = 2\n",
     "item = 3\nat_least = 2\ntarget_items = [4]\n", "definition.value", "target_items = [4]\n",
     "rules[1].target_items"},
    {"rule out of reach", Base::rules, instrument, "item = 1\nat_least = 4", "item = 1\nat_least = 9",
     "definition.value", "at_least = 9", "rules[2].at_least"},
};

const Mutation wording_faults[] = {
    {"wording that is not ours", Base::text, instrument, "wording = \"shipped\"", "wording = \"imported\"",
     "definition.wording", "wording = \"imported\"", "licence.wording"},
    {"wording promised and absent", plain, instrument, "wording = \"imported\"", "wording = \"shipped\"",
     "definition.wording", "wording = \"shipped\"", "licence.wording"},
    {"wording gap", Base::text, In::text, "[[items]]\nnumber = 6\ntext = \"Six.\"\n", "",
     "definition.wording_gap", "[[items]]", "items"},
    {"worded twice", Base::text, In::text, "number = 6", "number = 5", "definition.item_twice",
     "number = 5\ntext = \"Six", "items[6].number"},
    {"wording of no such item", Base::text, In::text, "number = 6", "number = -1", "definition.no_such_item",
     "number = -1", "items[6].number"},
    {"too few options", Base::text, In::text, "\"often\", \"always\"", "\"always\"", "definition.options",
     "options = [\"never\"", "options"},
    {"too few options of one item", Base::text, In::text, "\"two\", \"three\"", "\"two\"",
     "definition.options", "options = [\"none\"", "items[5].options"},
    {"locale unlike the file's name", Base::text, In::text, "locale = \"en-GB\"", "locale = \"de-DE\"",
     "definition.locale", "de-DE", "locale"},
};

const Mutation golden_faults[] = {
    {"no such order", plain, golden, "order = \"seven\"", "order = \"eight\"", "definition.no_such_order",
     "order = \"eight\"", "cases[6].order"},
    {"too few answers", plain, golden, "[2, 4, 3, 3, 2, 1]", "[2, 4, 3, 3, 2]", "definition.golden_answers",
     "[2, 4, 3, 3, 2]", "cases[3].answers"},
    {"an answer out of range", plain, golden, "[2, 4, 3, 3, 2, 1]", "[2, 4, 3, 3, 5, 1]",
     "definition.golden_answers", "[2, 4, 3, 3, 5, 1]", "cases[3].answers"},
    {"answers and fill", plain, golden, "fill = 0", "fill = 0\nanswers = [1, 1, 1, 1, 1, 1]",
     "definition.golden_answers", "[[cases]]", "cases[1]"},
    {"neither answers nor fill", plain, golden, "fill = 0\n", "", "definition.golden_answers", "[[cases]]",
     "cases[1]"},
    {"set without fill", plain, golden, "answers = [2, 4, 3, 3, 2, 1]",
     "answers = [2, 4, 3, 3, 2, 1]\nset = { \"1\" = 2 }", "definition.golden_answers", "set = { \"1\" = 2 }",
     "cases[3].set"},
    {"set of no such item", plain, golden, "\"4\" = \"not_applicable\"", "\"44\" = \"not_applicable\"",
     "definition.no_such_item", "\"44\"", "cases[4].set"},
    {"score of no such scale", plain, golden, "scores = { total = 2.77", "scores = { totals = 2.77",
     "definition.no_such_scale", "totals", "cases[1].scores"},
    {"score out of range", plain, golden, "steps = 10", "steps = 100", "definition.norm_unit", "steps = 100",
     "cases[3].scores"},
    {"band of no such scale", plain, golden, "bands = { total", "bands = { totals",
     "definition.no_such_scale", "bands = { totals", "cases[2].bands"},
    {"criterion that does not exist", plain, golden, "bands = { total = \"high\" }",
     "criteria = { base = \"met\" }", "definition.no_such_criterion", "criteria", "cases[2].criteria"},
    {"criterion neither met nor not", Base::rules, golden, "bands = { total = \"high\" }",
     "criteria = { base = \"maybe\" }", "definition.value", "maybe", "cases[2].criteria"},
    {"risk on no item", Base::rules, golden, "bands = { total = \"high\" }", "risk = [9]",
     "definition.no_such_item", "risk = [9]", "cases[2].risk"},
    {"no case at the minimum", plain, golden, "fill = 0", "fill = 2", "definition.golden_missing",
     "[[cases]]", "cases"},
    {"no case at the maximum", plain, golden, "fill = 9", "fill = 2", "definition.golden_missing",
     "[[cases]]", "cases"},
    {"no worked case in an order", plain, golden, "order = \"seven\"", "order = \"first\"",
     "definition.golden_missing", "[[cases]]", "cases"},
    {"no missing answer", plain, golden, "set = { \"1\" = \"skipped\", \"4\" = \"not_applicable\" }\n", "",
     "definition.golden_missing", "[[cases]]", "cases"},
};

const auto by_number = [](const auto& info) { return std::to_string(info.index + 1); };
INSTANTIATE_TEST_SUITE_P(Structure, OneFault, ::testing::ValuesIn(structure_faults), by_number);
INSTANTIATE_TEST_SUITE_P(Form, OneFault, ::testing::ValuesIn(form_faults), by_number);
INSTANTIATE_TEST_SUITE_P(Key, OneFault, ::testing::ValuesIn(key_faults), by_number);
INSTANTIATE_TEST_SUITE_P(Knowledge, OneFault, ::testing::ValuesIn(knowledge_faults), by_number);
INSTANTIATE_TEST_SUITE_P(Rules, OneFault, ::testing::ValuesIn(rule_faults), by_number);
INSTANTIATE_TEST_SUITE_P(Wording, OneFault, ::testing::ValuesIn(wording_faults), by_number);
INSTANTIATE_TEST_SUITE_P(Golden, OneFault, ::testing::ValuesIn(golden_faults), by_number);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
