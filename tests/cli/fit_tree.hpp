#pragma once
// What a fit told as JSON says, found by name.

#include <string>
#include <vector>

#include "reference/reference_case.hpp"
#include "terminal.hpp"

namespace securebase::cli {

inline std::string case_file(const std::string& id, const std::string& file = "data.csv") {
  for (const auto& folder :
       {std::filesystem::path(SECUREBASE_SOURCE_DIR) / "tests/reference" / id, reference::shared_folder(id)})
    if (std::filesystem::exists(folder / file)) return (folder / file).string();
  return "";
}

/// The row of a list of objects whose `key` is `value`; null where there is none.
inline Json row_with(const Json& rows, const std::string& key, const std::string& value) {
  for (const Json& row : rows)
    if (row.at(key) == value) return row;
  return nullptr;
}

inline Json term_of(const Json& fit, const std::string& term) {
  return row_with(fit.at("estimates"), "term", term);
}

inline Json column_of(const Json& rows, const std::string& key) {
  Json values = Json::array();
  for (const Json& row : rows) values.push_back(row.at(key));
  return values;
}

inline bool says(const Json& fit, const std::string& code) {
  return !row_with(fit.at("findings"), "code", code).is_null();
}

/// Runs with --json and gives what it printed.
inline Json fitted(std::vector<std::string> words) {
  words.emplace_back("--json");
  const Ran ran = securebase(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return ran.code == 0 ? ran.json() : Json::object();
}

/// Must fail with this exit code and a code in its sentence.
inline void refuses(const std::vector<std::string>& words, int code, const std::string& what) {
  const Ran ran = securebase(words);
  EXPECT_EQ(ran.code, code) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("[" + what + "]"), std::string::npos) << ran.err;
  EXPECT_EQ(ran.out, "");
}

}  // namespace securebase::cli
