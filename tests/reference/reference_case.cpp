#include "reference/reference_case.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace securebase::reference {

bool glob_fits(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.front() != '*')
    return !text.empty() && glob.front() == text.front() && glob_fits(glob.substr(1), text.substr(1));
  for (std::size_t i = 0; i <= text.size(); ++i)
    if (glob_fits(glob.substr(1), text.substr(i))) return true;
  return false;
}

Json to_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const std::vector<std::optional<double>>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(to_json(value));
  return array;
}

namespace {

std::vector<std::string> split(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

Json read_json(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return Json::parse(stream);
}

}  // namespace

Table::Table(std::istream& csv) {
  std::string line;
  std::getline(csv, line);
  const auto names = split(line);
  while (std::getline(csv, line)) {
    const auto fields = split(line);
    for (std::size_t i = 0; i < names.size(); ++i)
      columns_[names[i]].push_back(i < fields.size() ? fields[i] : "");
    ++rows_;
  }
}

const std::vector<std::string>& Table::text(const std::string& column) const {
  return columns_.at(column);
}

std::vector<std::optional<double>> Table::numbers(const std::string& column) const {
  std::vector<std::optional<double>> result;
  for (const auto& field : text(column))
    result.push_back(field.empty() || field == "NA" ? std::nullopt
                                                    : std::optional(std::strtod(field.c_str(), nullptr)));
  return result;
}

std::vector<double> Table::complete(const std::string& column) const {
  std::vector<double> result;
  for (const auto& value : numbers(column)) result.push_back(value.value());
  return result;
}

Case::Case(std::filesystem::path folder)
    : folder_(std::move(folder)), json_(read_json(folder_ / "expected.json")) {}

const Json& Case::model() const {
  return json_.at("model");
}

const Json& Case::results() const {
  return json_.at("results");
}

Table Case::table(const std::string& file) const {
  std::ifstream stream(folder_ / file);
  if (!stream) throw std::runtime_error("cannot read " + (folder_ / file).string());
  return Table(stream);
}

void Case::expect(const Json& computed) {
  SCOPED_TRACE(folder_.string());
  compare(results(), computed, "", "");
  EXPECT_GT(compared_, 0U) << "no number was compared";
  std::ostringstream text;
  text << compared_ << " numbers, worst relative error " << worst_ << " at " << worst_at_
       << ", worst share of its tolerance " << worst_share_ << " at " << worst_share_at_;
  ::testing::Test::RecordProperty("reference", text.str());
  if (std::getenv("SECUREBASE_REFERENCE_REPORT") != nullptr)
    std::printf("[ REPORT   ] %s: %s\n", json_.at("case").get<std::string>().c_str(), text.str().c_str());
}

Case::Tolerance Case::tolerance_at(const std::string& path) const {
  const Json& given = json_.at("tolerance");
  Tolerance result{given.at("default").at("rel"), given.at("default").at("abs")};
  for (const Json& entry : given.at("overrides")) {
    if (!glob_fits(entry.at("path").get<std::string>(), path)) continue;
    return {entry.value("rel", result.rel), entry.value("abs", result.abs)};
  }
  return result;
}

void Case::compare(const Json& expected, const Json& computed, const std::string& path,
                   const std::string& place) {
  if (expected.is_object())
    compare_members(expected, computed, path, place);
  else if (expected.is_array())
    compare_elements(expected, computed, path + "[]", place);
  else if (expected.is_number())
    compare_number(expected, computed, path, place);
  else
    EXPECT_EQ(expected, computed) << place;
}

void Case::compare_members(const Json& expected, const Json& computed, const std::string& path,
                           const std::string& place) {
  ASSERT_TRUE(computed.is_object()) << place << ": an object is expected, computed: " << computed;
  for (const auto& [key, value] : expected.items()) {
    const std::string at = place.empty() ? key : place + "." + key;
    if (!computed.contains(key))
      ADD_FAILURE() << at << ": expected, but not computed";
    else
      compare(value, computed.at(key), path.empty() ? key : path + "." + key, at);
  }
}

void Case::compare_elements(const Json& expected, const Json& computed, const std::string& path,
                            const std::string& place) {
  ASSERT_TRUE(computed.is_array()) << place << ": an array is expected";
  ASSERT_EQ(expected.size(), computed.size()) << place;
  for (std::size_t i = 0; i < expected.size(); ++i)
    compare(expected[i], computed[i], path, place + "[" + std::to_string(i) + "]");
}

void Case::compare_number(const Json& expected, const Json& computed, const std::string& path,
                          const std::string& place) {
  ++compared_;
  ASSERT_TRUE(computed.is_number()) << place << ": expected " << expected << ", computed " << computed;
  const double e = expected.get<double>();
  const double x = computed.get<double>();
  const Tolerance tolerance = tolerance_at(path);
  const double allowed = std::max(tolerance.abs, tolerance.rel * std::abs(e));
  const double error = std::abs(x - e);
  note(error, e, allowed, place);
  EXPECT_TRUE(error <= allowed) << place << ": expected " << e << ", computed " << x << ", off by " << error
                                << ", allowed " << allowed;
}

void Case::note(double error, double expected, double allowed, const std::string& place) {
  if (expected != 0 && error / std::abs(expected) > worst_) {
    worst_ = error / std::abs(expected);
    worst_at_ = place;
  }
  if (error > worst_share_ * allowed) {
    worst_share_ = error / allowed;
    worst_share_at_ = place;
  }
}

std::filesystem::path shared_folder(const std::string& id) {
  return std::filesystem::path(SECUREBASE_SHARED_DIR) / "reference" / id;
}

bool may_be_absent(const std::string& id) {
  constexpr std::array ids = {"agreement/group_icc_rwg",
                              "agreement/icc_shrout_fleiss",
                              "agreement/krippendorff_4x12",
                              "psychometrics/attitude_alpha",
                              "psychometrics/bfi_agreeableness_alpha",
                              "psychometrics/bfi_five_scales",
                              "psychometrics/polychoric_pair",
                              "sem/cfa_three_factors",
                              "statespace/local_level",
                              "statespace/local_level_temperature",
                              "lmm/ar1_ovary",
                              "lmm/crossed_penicillin",
                              "lmm/depression_trial_intercept",
                              "lmm/heteroscedastic_orthodont",
                              "lmm/nested_oxide",
                              "lmm/singular_dyestuff2",
                              "lmm/sleepstudy_slope",
                              "lmm/sleepstudy_uncorrelated"};
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::optional<Case> find_case(const std::string& id) {
  for (const auto& folder :
       {std::filesystem::path(SECUREBASE_SOURCE_DIR) / "tests/reference" / id, shared_folder(id)})
    if (std::filesystem::exists(folder / "expected.json")) return Case(folder);
  if (!may_be_absent(id)) throw std::logic_error("tests/reference has no case " + id);
  return std::nullopt;
}

std::string absent(const std::string& id) {
  return "the data of this case are not ours to pass on and not present: " + shared_folder(id).string();
}

}  // namespace securebase::reference
