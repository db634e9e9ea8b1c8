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

#include <filesystem>
#include <iosfwd>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace securebase::reference {

using Json = nlohmann::json;

/// `*` matches anything, also nothing; every other character itself.
bool glob_fits(std::string_view glob, std::string_view text);

/// Undefined is null, never a number.
Json to_json(const std::optional<double>& value);
Json to_json(const std::vector<std::optional<double>>& values);

/// A table of text fields; an empty field is a missing number.
class Table {
 public:
  explicit Table(std::istream& csv);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::string>& text(const std::string& column) const;
  [[nodiscard]] std::vector<std::optional<double>> numbers(const std::string& column) const;
  /// For a column without missing values.
  [[nodiscard]] std::vector<double> complete(const std::string& column) const;

 private:
  std::map<std::string, std::vector<std::string>> columns_;
  std::size_t rows_ = 0;
};

class Case {
 public:
  explicit Case(std::filesystem::path folder);

  [[nodiscard]] const Json& model() const;
  [[nodiscard]] const Json& results() const;
  [[nodiscard]] Table table(const std::string& file = "data.csv") const;

  /// Every expected result, compared. Says how many numbers there were and how far the farthest was off.
  void expect(const Json& computed);

 private:
  struct Tolerance {
    double rel = 0;
    double abs = 0;
  };

  [[nodiscard]] Tolerance tolerance_at(const std::string& path) const;
  // `path` is the one tolerances name; `place` has the indices too, for the reader.
  void compare(const Json& expected, const Json& computed, const std::string& path, const std::string& place);
  void compare_members(const Json& expected, const Json& computed, const std::string& path,
                       const std::string& place);
  void compare_elements(const Json& expected, const Json& computed, const std::string& path,
                        const std::string& place);
  void compare_number(const Json& expected, const Json& computed, const std::string& path,
                      const std::string& place);
  void note(double error, double expected, double allowed, const std::string& place);

  std::filesystem::path folder_;
  Json json_;
  std::size_t compared_ = 0;
  double worst_ = 0;
  std::string worst_at_ = "none";
  double worst_share_ = 0;
  std::string worst_share_at_ = "none";
};

/// Where the case stands beside the project.
std::filesystem::path shared_folder(const std::string& id);

/// Cases on data that are not ours to pass on: only these may be absent.
bool may_be_absent(const std::string& id);

/// The case "area/name": from tests/reference where it stands there, otherwise from beside the project,
/// otherwise nothing. Nothing only where may_be_absent; any other case that is not there is a fault of this
/// tree and throws.
std::optional<Case> find_case(const std::string& id);

std::string absent(const std::string& id);

}  // namespace securebase::reference
