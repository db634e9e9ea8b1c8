// Files of item parameters: written and read back, and every fault in them named.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/small_definition.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using testing::replaced;

// Of a form with two scales; item 2 is reversed there, which parameters of keyed answers do not show.
constexpr std::string_view parameters = R"(schema = "securebase.calibration/1"
instrument = "tiny"
version = "1"

[[sources]]
id = "own"
citation = "These answers."

[[scales]]
scale = "total"
order = "first"
model = "graded_response"
answers = "real"
sample = "a made-up sample"
people = 800
reliability = 0.8
engine = "this test"
source = "own"
verified = true

[[scales.items]]
item = 1
discrimination = 1.5
discrimination_error = 0.1
locations = [-2.0, -1.0, 0.5, 1.25]
location_errors = [0.1, 0.1, 0.1, 0.2]

[[scales.items]]
item = 2
discrimination = 1.1
discrimination_error = 0.1
locations = [-1.0, 0.0, 1.0, 2.0]
location_errors = [0.1, 0.1, 0.1, 0.1]

[[scales.items]]
item = 3
discrimination = 2.0
discrimination_error = 0.2
locations = [-0.5, 0.0, 0.5, 1.0]
location_errors = [0.1, 0.1, 0.1, 0.1]

[[scales.norms]]
group = "made-up"
gender = "female"
age_from = 18
age_to = 24
n = 120
mean = 0.25
sd = 1.5
)";

Instrument tiny() {
  auto loaded = load_instrument(testing::Files{}.documents());
  if (!loaded) throw std::logic_error(to_text(loaded.error().front()));
  return *loaded;
}

Result<Instrument, Faults> read(std::string_view text) {
  return with_calibration(tiny(), {"calibration.toml", std::string(text)});
}

TEST(CalibrationFile, reads_back_as_it_was_written) {
  const auto first = read(parameters);
  ASSERT_TRUE(first) << to_text(first.error().front());
  const Calibration* total = find_calibration(*first, "total", "first");
  ASSERT_NE(total, nullptr);
  EXPECT_EQ(total->items.at(0).locations, (std::vector<double>{-2, -1, 0.5, 1.25}));
  EXPECT_EQ(total->items.at(2).discrimination, 2);
  EXPECT_FALSE(total->simulated);
  EXPECT_EQ(total->norms.at(0).gender, "female");
  EXPECT_EQ(total->norms.at(0).age_to, 24);
  EXPECT_EQ(find_calibration(*first, "total", "shuffled"), nullptr);

  std::vector<Calibration> odd = first->calibrations;
  odd[0].sample = "quotes \" and \\ and\nlines, \u00fcber";
  odd[0].simulated = true;
  odd[0].items[1].discrimination = 1.0 / 3;
  odd[0].items[1].locations = {-1e-7, 1, 2, 3};
  const std::string text = calibration_file(tiny(), odd, {{"own", "These answers.", "https://example.org"}});
  const auto second = read(text);
  ASSERT_TRUE(second) << text << to_text(second.error().front());
  EXPECT_EQ(second->calibrations.at(0).sample, odd[0].sample);
  EXPECT_TRUE(second->calibrations.at(0).simulated);
  EXPECT_EQ(second->calibrations.at(0).items[1].discrimination, 1.0 / 3);
  EXPECT_EQ(second->calibrations.at(0).items[1].locations, odd[0].items[1].locations);
  EXPECT_EQ(
      calibration_file(tiny(), second->calibrations, {{"own", "These answers.", "https://example.org"}}),
      text);
}

TEST(CalibrationFile, stands_beside_its_definition) {
  auto documents = testing::Files{}.documents();
  documents.push_back({"own/tiny/1/calibration.total.toml", std::string(parameters)});
  const auto loaded = load_instrument(documents);
  ASSERT_TRUE(loaded) << to_text(loaded.error().front());
  EXPECT_EQ(loaded->calibrations.size(), 1U);
  EXPECT_NE(loaded->fingerprint, tiny().fingerprint);
  EXPECT_TRUE(ignored_files(documents).empty());
  documents.push_back({"own/tiny/1/calibration.again.toml", std::string(parameters)});
  const auto twice = load_instrument(documents);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().front().code, "definition.id_twice");
  EXPECT_EQ(twice.error().front().where.name, "own/tiny/1/calibration.again.toml");
}

struct Wrong {
  const char* title;
  const char* from;
  const char* to;
  const char* code;
  const char* field;
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.title;
}

class CalibrationFault : public ::testing::TestWithParam<Wrong> {};

TEST_P(CalibrationFault, is_named_with_its_line) {
  const Wrong& wrong = GetParam();
  const std::string text = replaced(std::string(parameters), wrong.from, wrong.to);
  const auto loaded = read(text);
  ASSERT_FALSE(loaded);
  const Error& fault = loaded.error().front();
  EXPECT_EQ(fault.code, std::string("definition.") + wrong.code) << to_text(fault);
  EXPECT_THAT(fault.where.field, HasSubstr(wrong.field)) << to_text(fault);
  EXPECT_GT(fault.where.line, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, CalibrationFault,
    ::testing::Values(
        Wrong{"other_instrument", "instrument = \"tiny\"", "instrument = \"big\"", "calibration",
              "instrument"},
        Wrong{"other_version", "version = \"1\"", "version = \"2\"", "calibration", "version"},
        Wrong{"no_such_scale", "scale = \"total\"", "scale = \"sum\"", "no_such_scale", "scale"},
        Wrong{"counted_scale", "scale = \"total\"", "scale = \"often\"", "calibration", "scale"},
        Wrong{"no_such_order", "order = \"first\"", "order = \"last\"", "no_such_order", "order"},
        Wrong{"item_of_no_scale", "item = 3", "item = 4", "no_such_item", "item"},
        Wrong{"item_twice", "item = 3", "item = 2", "item_twice", "item"},
        Wrong{"the_other_way_round", "discrimination = 2.0", "discrimination = -2.0", "value",
              "discrimination"},
        Wrong{"no_discrimination", "discrimination = 2.0", "discrimination = 0.0", "value", "discrimination"},
        Wrong{"no_error", "discrimination_error = 0.2", "discrimination_error = 0.0", "value",
              "discrimination_error"},
        Wrong{"a_location_short", "[-0.5, 0.0, 0.5, 1.0]", "[-0.5, 0.0, 0.5]", "calibration", "locations"},
        Wrong{"thresholds_fall", "[-0.5, 0.0, 0.5, 1.0]", "[-0.5, 0.0, 0.5, 0.25]", "value", "locations"},
        Wrong{"no_people", "people = 800", "people = 0", "value", "people"},
        Wrong{"reliability_of_one", "reliability = 0.8", "reliability = 1.0", "value", "reliability"},
        Wrong{"no_such_source", "source = \"own\"", "source = \"other\"", "no_such_source", "source"},
        Wrong{"norm_without_spread", "sd = 1.5", "sd = 0.0", "value", "sd"},
        Wrong{"ages_fall", "age_from = 18", "age_from = 30", "value", "age_from"}),
    [](const auto& wrong) { return wrong.param.title; });

// Parameters from a paper come without errors.
TEST(CalibrationFile, errors_and_reliability_may_be_unknown) {
  std::string text = replaced(std::string(parameters), "discrimination_error = 0.2\n", "");
  text = replaced(text, "locations = [-0.5, 0.0, 0.5, 1.0]\nlocation_errors = [0.1, 0.1, 0.1, 0.1]",
                  "locations = [-0.5, 0.0, 0.5, 1.0]");
  text = replaced(text, "reliability = 0.8\n", "");
  const auto loaded = read(text);
  ASSERT_TRUE(loaded) << to_text(loaded.error().front());
  EXPECT_FALSE(loaded->calibrations[0].items[2].discrimination_error);
  EXPECT_FALSE(loaded->calibrations[0].reliability);
  EXPECT_TRUE(read(calibration_file(tiny(), loaded->calibrations, {{"own", "These answers.", ""}})));
}

// Steps of partial credit may come in any order.
TEST(CalibrationFile, steps_need_not_rise) {
  std::string text = replaced(std::string(parameters), "[-0.5, 0.0, 0.5, 1.0]", "[-0.5, 0.0, 0.5, 0.25]");
  text = replaced(text, "graded_response", "generalized_partial_credit");
  EXPECT_TRUE(read(text));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
