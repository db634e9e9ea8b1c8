#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <sstream>

#include "catalog/load.hpp"

namespace securebase::catalog {
namespace {

/// As TOML writes a text.
std::string quoted(const std::string& text) {
  std::ostringstream out;
  out << toml::toml_formatter(toml::value<std::string>(text),
                              toml::toml_formatter::default_flags &
                                  ~toml::format_flags::allow_literal_strings &
                                  ~toml::format_flags::allow_multi_line_strings);
  return out.str();
}

/// The shortest that reads back the same, with a point, since TOML tells numbers from whole numbers.
std::string number(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string numbers(const std::vector<double>& values) {
  std::string list;
  for (const double value : values) list += (list.empty() ? "" : ", ") + number(value);
  return "[" + list + "]";
}

std::string norm(const StateNorm& norm) {
  std::string text = fmt::format("\n[[scales.norms]]\ngroup = {}\n", quoted(norm.group));
  if (norm.gender) text += fmt::format("gender = {}\n", quoted(*norm.gender));
  if (norm.age_from) text += fmt::format("age_from = {}\n", *norm.age_from);
  if (norm.age_to) text += fmt::format("age_to = {}\n", *norm.age_to);
  return text + fmt::format("n = {}\nmean = {}\nsd = {}\n", norm.n, number(norm.mean), number(norm.sd));
}

std::string item(const ItemCalibration& item) {
  std::string text = fmt::format("\n[[scales.items]]\nitem = {}\ndiscrimination = {}\n", item.item,
                                 number(item.discrimination));
  if (item.discrimination_error)
    text += fmt::format("discrimination_error = {}\n", number(*item.discrimination_error));
  text += fmt::format("locations = {}\n", numbers(item.locations));
  if (!item.location_errors.empty())
    text += fmt::format("location_errors = {}\n", numbers(item.location_errors));
  if (!item.dependence.empty()) text += fmt::format("dependence = {}\n", numbers(item.dependence));
  return text;
}

std::string scale(const Calibration& calibration) {
  std::string text = fmt::format(
      "\n[[scales]]\nscale = {}\norder = {}\nmodel = {}\nanswers = {}\nsample = {}\npeople = {}\n"
      "engine = {}\nsource = {}\nverified = {}\n",
      quoted(calibration.scale), quoted(calibration.order),
      quoted(calibration.model == ItemResponseModel::graded_response ? "graded_response"
                                                                     : "generalized_partial_credit"),
      quoted(calibration.simulated ? "simulated" : "real"), quoted(calibration.sample), calibration.people,
      quoted(calibration.engine), quoted(calibration.provenance.source), calibration.provenance.verified);
  if (calibration.reliability) text += fmt::format("reliability = {}\n", number(*calibration.reliability));
  if (!calibration.provenance.note.empty())
    text += fmt::format("note = {}\n", quoted(calibration.provenance.note));
  for (const ItemCalibration& calibrated : calibration.items) text += item(calibrated);
  for (const StateNorm& group : calibration.norms) text += norm(group);
  return text;
}

}  // namespace

std::string calibration_file(const Instrument& instrument, const std::vector<Calibration>& calibrations,
                             const std::vector<Source>& sources) {
  std::string text = fmt::format("schema = \"securebase.calibration/1\"\ninstrument = {}\nversion = {}\n",
                                 quoted(instrument.id), quoted(instrument.version));
  for (const Source& source : sources) {
    text +=
        fmt::format("\n[[sources]]\nid = {}\ncitation = {}\n", quoted(source.id), quoted(source.citation));
    if (!source.url.empty()) text += fmt::format("url = {}\n", quoted(source.url));
  }
  for (const Calibration& calibration : calibrations) text += scale(calibration);
  return text;
}

}  // namespace securebase::catalog
