#pragma once
// Designs from the columns of a reference case, and a fit in the layout of its results.

#include <cmath>
#include <map>

#include "reference/reference_case.hpp"
#include "stats/mixed_design.hpp"

namespace securebase::stats {

/// A column by name; "1" is ones, "a:b" a product.
inline std::vector<double> column(const reference::Table& table, const std::string& name) {
  if (name == "1") return std::vector<double>(table.rows(), 1);
  const auto colon = name.find(':');
  if (colon == std::string::npos) return table.complete(name);
  auto product = column(table, name.substr(0, colon));
  const auto other = column(table, name.substr(colon + 1));
  for (std::size_t i = 0; i < product.size(); ++i) product[i] *= other[i];
  return product;
}

inline Matrix columns(const reference::Table& table, const std::vector<std::string>& names) {
  Matrix m(table.rows(), names.size());
  for (std::size_t j = 0; j < names.size(); ++j) {
    const auto values = column(table, names[j]);
    for (std::size_t i = 0; i < values.size(); ++i) m(i, j) = values[i];
  }
  return m;
}

inline std::string shown(const std::string& name) {
  return name == "1" ? "(Intercept)" : name;
}

inline std::vector<std::string> shown(std::vector<std::string> names) {
  for (auto& name : names) name = shown(name);
  return names;
}

/// Labels of a factor in the order of their first rows, and each row's number.
struct LabelledFactor {
  std::vector<std::string> labels;
  std::vector<std::uint32_t> level;
};
inline LabelledFactor factor(const std::vector<std::string>& text) {
  LabelledFactor result;
  std::map<std::string, std::uint32_t> number;
  for (const auto& label : text) {
    const auto [at, fresh] = number.try_emplace(label, static_cast<std::uint32_t>(number.size()));
    if (fresh) result.labels.push_back(label);
    result.level.push_back(at->second);
  }
  return result;
}

struct TermPlan {
  std::string group;
  std::vector<std::string> columns;
};

inline std::size_t grouping(MixedDesign& design, const reference::Table& table, const std::string& name) {
  for (std::size_t g = 0; g < design.groupings.size(); ++g)
    if (design.groupings[g].name == name) return g;
  design.groupings.push_back({name, factor(table.text(name)).level});
  return design.groupings.size() - 1;
}

inline MixedDesign design_of(const reference::Table& table, const std::string& response,
                             const std::vector<std::string>& fixed, const std::vector<TermPlan>& terms) {
  MixedDesign design;
  design.response = column(table, response);
  design.fixed = columns(table, fixed);
  design.fixed_names = shown(fixed);
  for (const TermPlan& term : terms) {
    const std::size_t g = grouping(design, table, term.group);
    design.terms.push_back({g, columns(table, term.columns), shown(term.columns), CovarianceShape::full});
  }
  return design;
}

}  // namespace securebase::stats
