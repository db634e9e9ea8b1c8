#include "wire/fit_document.hpp"

#include <nlohmann/json.hpp>

#include "base/version.hpp"

namespace securebase::wire {
namespace {

using Json = nlohmann::ordered_json;

Json maybe(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json rows_of(const models::EstimateTable& table) {
  Json rows = Json::array();
  for (const models::EstimateRow& row : table.rows)
    rows.push_back({{"term", row.term},
                    {"estimate", row.estimate},
                    {"std_error", maybe(row.std_error)},
                    {"df", maybe(row.df)},
                    {"lower", maybe(row.lower)},
                    {"upper", maybe(row.upper)},
                    {"p", maybe(row.p)}});
  return rows;
}

Json to_json(const models::Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return nullptr;
}

Json rows_of(const models::Frame& frame) {
  Json rows = Json::array();
  for (const auto& cells : frame.rows) {
    Json row = Json::object();
    for (std::size_t i = 0; i < frame.columns.size(); ++i) row[frame.columns[i]] = to_json(cells[i]);
    rows.push_back(std::move(row));
  }
  return rows;
}

Json to_json(const models::NamedMatrix& matrix) {
  Json values = Json::array();
  for (std::size_t i = 0; i < matrix.values.rows(); ++i) {
    const auto row = matrix.values.row(i);
    values.push_back(std::vector<double>(row.begin(), row.end()));
  }
  return {{"rows", matrix.rows}, {"cols", matrix.cols}, {"values", std::move(values)}};
}

Json to_json(const models::DataAccount& data) {
  Json left_out = Json::array();
  for (const auto& reason : data.left_out)
    left_out.push_back({{"reason", reason.reason}, {"rows", reason.rows}});
  Json units = Json::object();
  for (const auto& [unit, n] : data.units) units[unit] = n;
  return {{"file", data.file},
          {"rows", data.rows},
          {"used", data.used},
          {"left_out", left_out},
          {"units", units}};
}

Json to_json(const std::optional<stats::Convergence>& convergence) {
  if (!convergence) return nullptr;
  const auto word = [&] {
    switch (convergence->verdict) {
      case stats::Verdict::converged:
        return "converged";
      case stats::Verdict::at_boundary:
        return "at_boundary";
      case stats::Verdict::not_converged:
        return "not_converged";
    }
    return "not_converged";
  };
  return {{"verdict", word()},
          {"statement", stats::to_text(convergence->verdict)},
          {"iterations", convergence->iterations},
          {"gradient", convergence->gradient}};
}

Json to_json(const Finding& finding) {
  return {{"code", finding.code},
          {"statement", finding.statement},
          {"basis", finding.basis},
          {"limits", finding.limits}};
}

}  // namespace

std::string fit_document(const models::FitReport& report) {
  Json json = {{"schema", "securebase.fit/1"},
               {"engine", engine_version()},
               {"command", report.command},
               {"model", report.model},
               {"method", report.method},
               {"level", report.level},
               {"data", to_json(report.data)},
               {"convergence", to_json(report.convergence)},
               {"estimates", report.tables.empty() ? Json::array() : rows_of(report.tables.front())}};
  Json tables = Json::object();
  for (std::size_t i = 1; i < report.tables.size(); ++i)
    tables[report.tables[i].id] = rows_of(report.tables[i]);
  json["tables"] = std::move(tables);
  Json bases = Json::object();
  for (const auto& table : report.tables) bases[table.id] = table.basis;
  json["bases"] = std::move(bases);
  Json measures = Json::object();
  for (const auto& measure : report.measures) measures[measure.id] = maybe(measure.value);
  json["measures"] = std::move(measures);
  Json frames = Json::object();
  for (const auto& frame : report.frames) frames[frame.id] = rows_of(frame);
  json["frames"] = std::move(frames);
  Json matrices = Json::object();
  for (const auto& matrix : report.matrices) matrices[matrix.id] = to_json(matrix);
  json["matrices"] = std::move(matrices);
  json["findings"] = Json::array();
  for (const Finding& finding : report.findings) json["findings"].push_back(to_json(finding));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace securebase::wire
