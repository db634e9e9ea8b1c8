#pragma once
// Reads a reference case (expected.json, data.csv) and holds a tree of computed numbers against ALL of its
// expected results: same members, same lengths, every number within its tolerance, null where null is
// expected, labels equal.
//
//   const auto reference = reference::find_case("change/jacobson_truax_symptoms");
//
// and where the data are somebody else's, who may not have been asked for them yet:
//
//   const auto reference = reference::find_case("psychometrics/attitude_alpha");
//   if (!reference) GTEST_SKIP() << reference::absent("psychometrics/attitude_alpha");
//   nlohmann::json computed = ...;            // the shape of expected.json's "results"
//   reference->expect(computed);
//
// A number x agrees with e when |x - e| <= max(abs, rel |e|). The path of a number is its keys joined by
// dots, an array adds "[]"; the first override whose glob fits the path gives the tolerance, and what it
// lacks comes from the default. Cases on simulated data stand in tests/reference, the others beside the
// project in SECUREBASE_SHARED_DIR/reference.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace securebase::reference {

using Json = nlohmann::json;

/// `*` matches anything, also nothing; every other character itself.
inline bool glob_fits(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.front() != '*')
    return !text.empty() && glob.front() == text.front() && glob_fits(glob.substr(1), text.substr(1));
  for (std::size_t i = 0; i <= text.size(); ++i)
    if (glob_fits(glob.substr(1), text.substr(i))) return true;
  return false;
}

/// Undefined is null, never a number.
inline Json to_json(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

inline Json to_json(const std::vector<std::optional<double>>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(to_json(value));
  return array;
}

/// A table of text fields; an empty field is a missing number.
class Table {
 public:
  explicit Table(std::istream& csv) {
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

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::string>& text(const std::string& column) const {
    return columns_.at(column);
  }

  [[nodiscard]] std::vector<std::optional<double>> numbers(const std::string& column) const {
    std::vector<std::optional<double>> result;
    for (const auto& field : text(column))
      result.push_back(field.empty() || field == "NA" ? std::nullopt
                                                      : std::optional(std::strtod(field.c_str(), nullptr)));
    return result;
  }

  /// For a column without missing values.
  [[nodiscard]] std::vector<double> complete(const std::string& column) const {
    std::vector<double> result;
    for (const auto& value : numbers(column)) result.push_back(value.value());
    return result;
  }

 private:
  static std::vector<std::string> split(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> fields(1);
    for (char c : line) {
      if (c == ',')
        fields.emplace_back();
      else
        fields.back() += c;
    }
    return fields;
  }

  std::map<std::string, std::vector<std::string>> columns_;
  std::size_t rows_ = 0;
};

class Case {
 public:
  explicit Case(std::filesystem::path folder)
      : folder_(std::move(folder)), json_(read_json(folder_ / "expected.json")) {}

  [[nodiscard]] const Json& model() const { return json_.at("model"); }
  [[nodiscard]] const Json& results() const { return json_.at("results"); }
  [[nodiscard]] Table table(const std::string& file = "data.csv") const {
    std::ifstream stream(folder_ / file);
    if (!stream) throw std::runtime_error("cannot read " + (folder_ / file).string());
    return Table(stream);
  }

  /// Every expected result, compared. Says how many numbers there were and how far the farthest was off.
  void expect(const Json& computed) {
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

 private:
  struct Tolerance {
    double rel = 0;
    double abs = 0;
  };

  static Json read_json(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return Json::parse(stream);
  }

  [[nodiscard]] Tolerance tolerance_at(const std::string& path) const {
    const Json& given = json_.at("tolerance");
    Tolerance result{given.at("default").at("rel"), given.at("default").at("abs")};
    for (const Json& entry : given.at("overrides")) {
      if (!glob_fits(entry.at("path").get<std::string>(), path)) continue;
      return {entry.value("rel", result.rel), entry.value("abs", result.abs)};
    }
    return result;
  }

  // `path` is the one tolerances name; `place` has the indices too, for the reader.
  void compare(const Json& expected, const Json& computed, const std::string& path,
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

  void compare_members(const Json& expected, const Json& computed, const std::string& path,
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

  void compare_elements(const Json& expected, const Json& computed, const std::string& path,
                        const std::string& place) {
    ASSERT_TRUE(computed.is_array()) << place << ": an array is expected";
    ASSERT_EQ(expected.size(), computed.size()) << place;
    for (std::size_t i = 0; i < expected.size(); ++i)
      compare(expected[i], computed[i], path, place + "[" + std::to_string(i) + "]");
  }

  void compare_number(const Json& expected, const Json& computed, const std::string& path,
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

  void note(double error, double expected, double allowed, const std::string& place) {
    if (expected != 0 && error / std::abs(expected) > worst_) {
      worst_ = error / std::abs(expected);
      worst_at_ = place;
    }
    if (error > worst_share_ * allowed) {
      worst_share_ = error / allowed;
      worst_share_at_ = place;
    }
  }

  std::filesystem::path folder_;
  Json json_;
  std::size_t compared_ = 0;
  double worst_ = 0;
  std::string worst_at_ = "none";
  double worst_share_ = 0;
  std::string worst_share_at_ = "none";
};

inline std::filesystem::path shared_folder(const std::string& id) {
  return std::filesystem::path(SECUREBASE_SHARED_DIR) / "reference" / id;
}

/// The case "area/name": from tests/reference where it stands there, otherwise from beside the project,
/// otherwise nothing.
/// Cases on data that are not ours to pass on: only these may be absent.
inline bool may_be_absent(const std::string& id) {
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

/// Nothing only where may_be_absent; any other case that is not there is a fault of this tree and throws.
inline std::optional<Case> find_case(const std::string& id) {
  for (const auto& folder :
       {std::filesystem::path(SECUREBASE_SOURCE_DIR) / "tests/reference" / id, shared_folder(id)})
    if (std::filesystem::exists(folder / "expected.json")) return Case(folder);
  if (!may_be_absent(id)) throw std::logic_error("tests/reference has no case " + id);
  return std::nullopt;
}

inline std::string absent(const std::string& id) {
  return "the data of this case are not ours to pass on and not present: " + shared_folder(id).string();
}

}  // namespace securebase::reference
