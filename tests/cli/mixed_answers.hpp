#pragma once
// `fit lmm` run on a reference case, and what it says put into the layout of the case's results.

#include <cmath>
#include <map>

#include "reference/reference_case.hpp"
#include "stats/distributions.hpp"
#include "terminal.hpp"

namespace securebase::cli {

using Words = std::vector<std::string>;

inline std::string data_of(const std::string& id, const std::string& file = "data.csv") {
  const auto own = std::filesystem::path(SECUREBASE_SOURCE_DIR) / "tests/reference" / id / file;
  return (std::filesystem::exists(own) ? own : reference::shared_folder(id) / file).string();
}

inline Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The JSON of a command that must succeed.
inline Json told(const Words& words) {
  const Ran ran = securebase(words + Words{"--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  if (ran.code != 0) throw std::runtime_error(ran.err);
  return ran.json();
}

inline Words lmm(const std::string& id, const std::string& formula, const Words& more = {}) {
  return Words{"fit", "lmm", "--in", data_of(id), "--formula", formula} + more;
}

/// Texts that a case names differently: each found is replaced.
using Renamed = std::vector<std::pair<std::string, std::string>>;

inline std::string renamed(std::string text, const Renamed& names) {
  for (const auto& [ours, theirs] : names)
    for (auto at = text.find(ours); at != std::string::npos; at = text.find(ours, at + theirs.size()))
      text.replace(at, ours.size(), theirs);
  return text;
}

/// "Subject" of "Subject.1": lme4 numbers the terms of one factor.
inline std::string bare(const std::string& label) {
  const auto dot = label.rfind('.');
  const bool numbered = dot != std::string::npos && dot + 1 < label.size() &&
                        label.find_first_not_of("0123456789", dot + 1) == std::string::npos;
  return numbered ? label.substr(0, dot) : label;
}

inline Json matrix_of(const Json& json, const std::string& id, const Renamed& names) {
  Json matrix = json.at("matrices").at(id);
  for (const char* side : {"rows", "cols"})
    for (Json& name : matrix[side]) name = renamed(name.get<std::string>(), names);
  return matrix;
}

/// The layout of lme4's cases.
inline Json lme4_layout(const Words& words, const Renamed& names = {}) {
  const Json json = told(words);
  const Json normal = told(words + Words{"--df", "normal"});
  const auto name = [&](const Json& text) { return renamed(text.get<std::string>(), names); };
  const Json& measures = json.at("measures");
  Json result{{"logLik", measures.at("log_likelihood")},
              {"minus2_logLik", measures.at("minus_2_log_likelihood")},
              {"npar", measures.at("parameters")},
              {"nobs", json.at("data").at("used")},
              {"AIC", measures.at("aic")},
              {"BIC", measures.at("bic")},
              {"fixed", Json::array()},
              {"vcov_fixed", matrix_of(json, "fixed_covariance", names)},
              {"sigma", measures.at("sigma")},
              {"varcomp", Json::array()},
              {"theta", Json::object()},
              {"singular", json.at("convergence").at("verdict") == "at_boundary"}};
  for (std::size_t j = 0; j < json.at("estimates").size(); ++j) {
    const Json& row = json.at("estimates")[j];
    result["fixed"].push_back({{"term", name(row.at("term"))},
                               {"estimate", row.at("estimate")},
                               {"se", row.at("std_error")},
                               {"df_satterthwaite", row.at("df")},
                               {"t", row.at("estimate").get<double>() / row.at("std_error").get<double>()},
                               {"p_satterthwaite", row.at("p")},
                               {"wald_ci_lower", normal.at("estimates")[j].at("lower")},
                               {"wald_ci_upper", normal.at("estimates")[j].at("upper")}});
  }
  for (const Json& row : json.at("frames").at("covariance"))
    result["varcomp"].push_back({{"group", name(row.at("factor"))},
                                 {"var1", name(row.at("effect"))},
                                 {"var2", name(row.at("with"))},
                                 {"vcov", row.at("variance_or_covariance")},
                                 {"sdcor", row.at("sd_or_correlation")}});
  const double sigma = measures.at("sigma");
  result["varcomp"].push_back(
      {{"group", "Residual"}, {"var1", "residual"}, {"var2", ""}, {"vcov", sigma * sigma}, {"sdcor", sigma}});
  for (const Json& row : json.at("frames").at("theta")) {
    const std::string factor = name(bare(row.at("factor").get<std::string>()));
    const std::string key = factor + "." + name(row.at("row")) +
                            (row.at("row") == row.at("column") ? "" : "." + name(row.at("column")));
    result["theta"][key] = row.at("value");
  }
  return result;
}

/// Random effects by factor and level, in the order expected; R leaves their SDs out where a factor has
/// several terms.
inline Json random_effects_layout(const Words& words, const Json& expected) {
  const Json frame = told(words + Words{"--random-effects"}).at("frames").at("random_effects");
  std::map<std::string, std::map<std::string, Json>> known;
  std::map<std::string, std::map<std::string, int>> effects;
  for (const Json& row : frame) {
    const std::string factor = row.at("factor");
    const std::string effect = row.at("effect");
    Json& level = known[factor][row.at("level").get<std::string>()];
    level["level"] = row.at("level");
    level[effect] = row.at("mean");
    level["condsd:" + effect] = row.at("sd");
  }
  Json result = Json::object();
  for (const auto& [factor, rows] : expected.items())
    for (const Json& row : rows) {
      Json mine = known.at(factor).at(row.at("level").get<std::string>());
      if (!row.contains("condsd:(Intercept)"))
        std::erase_if(mine.get_ref<Json::object_t&>(),
                      [](const auto& member) { return member.first.starts_with("condsd:"); });
      result[factor].push_back(std::move(mine));
    }
  return result;
}

/// The layout of nlme's cases.
inline Json nlme_layout(const Json& json, bool restricted, const Renamed& names = {}) {
  const Json& measures = json.at("measures");
  const double n = json.at("data").at("used");
  const auto p = static_cast<double>(json.at("estimates").size());
  Json fixed = Json::array();
  for (const Json& row : json.at("estimates"))
    fixed.push_back({{"term", renamed(row.at("term").get<std::string>(), names)},
                     {"estimate", row.at("estimate")},
                     {"se", row.at("std_error")},
                     {"z", row.at("estimate").get<double>() / row.at("std_error").get<double>()}});
  return {{"logLik", measures.at("log_likelihood")},
          {"minus2_logLik", measures.at("minus_2_log_likelihood")},
          {"npar", measures.at("parameters")},
          {"nobs", json.at("data").at("used")},
          {"AIC", measures.at("aic")},
          {"BIC_n", measures.at("bic")},
          {"BIC_nlme", measures.at("minus_2_log_likelihood").get<double>() +
                           std::log(restricted ? n - p : n) * measures.at("parameters").get<double>()},
          {"fixed", fixed},
          {"vcov_fixed", matrix_of(json, "fixed_covariance", names)}};
}

/// The row of a table whose term is that.
inline const Json& row_of(const Json& json, const std::string& table, const std::string& term) {
  for (const Json& row : json.at("tables").at(table))
    if (row.at("term") == term) return row;
  throw std::out_of_range(table + " has no row " + term);
}
inline double estimate_of(const Json& json, const std::string& table, const std::string& term) {
  return row_of(json, table, term).at("estimate");
}

/// Parameters as nlme works on them: logarithms of SDs, inverse hyperbolic tangents of correlations.
inline Json working_sd(const std::string& name, const Json& row) {
  const double sd = row.at("estimate");
  return {{"name", name}, {"estimate", std::log(sd)}, {"se", row.at("std_error").get<double>() / sd}};
}
inline Json working_correlation(const std::string& name, const Json& row) {
  const double r = row.at("estimate");
  return {
      {"name", name}, {"estimate", std::atanh(r)}, {"se", row.at("std_error").get<double>() / (1 - r * r)}};
}

}  // namespace securebase::cli
