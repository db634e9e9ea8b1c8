// securebase alliance check: dips in ratings of the alliance.

#include <fmt/format.h>

#include <cmath>

#include "cli/feedback.hpp"
#include "therapy/rupture.hpp"

namespace securebase::cli {
namespace {

using models::Frame;
using therapy::AllianceRating;

std::string words_of(const therapy::Dip& dip) {
  return dip.flag == therapy::DipFlag::dip ? "dip" : "soft";
}

std::string words_of(therapy::DipCourse course) {
  switch (course) {
    case therapy::DipCourse::repaired:
      return "repaired";
    case therapy::DipCourse::unresolved:
      return "unresolved";
    case therapy::DipCourse::open:
      break;
  }
  return "open";
}

struct AllianceCheck {
  CourseFile courses;
  std::string rating = "rating";
  double lowest = 1, highest = 7;
  std::optional<double> error;
  CourseOutput output;

  void add_to(CLI::App& app) {
    courses.add_to(app);
    app.add_option("--rating", rating, "Column of the mean rating; empty where there is none [rating]")
        ->type_name("NAME");
    app.add_option("--lowest", lowest, "Of the scale [1]")->type_name("POINTS");
    app.add_option("--highest", highest, "Of the scale [7]")->type_name("POINTS");
    app.add_option("--error", error, "SD within a person; without it, pooled over the file's courses")
        ->type_name("POINTS");
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    if (!(highest > lowest) || !std::isfinite(highest) || !std::isfinite(lowest))
      return fail(ErrorKind::usage, "usage.alliance", "--highest is above --lowest");
    if (error && (!(*error > 0) || !std::isfinite(*error)))
      return fail(ErrorKind::usage, "usage.alliance", "--error takes points above 0");
    const auto read = courses.read(courses.path, {rating});
    if (!read) return tl::unexpected(read.error());
    std::vector<std::vector<AllianceRating>> all;
    all.reserve(read->rows.size());
    for (const auto& rows : read->rows) {
      std::vector<AllianceRating> ratings;
      ratings.reserve(rows.size());
      const int shift = !rows.empty() && rows.front().session == 0 ? 1 : 0;
      for (const auto& row : rows) ratings.push_back({row.session + shift, row.values[0], {}});
      all.push_back(std::move(ratings));
    }
    models::FitReport report;
    report.command = "alliance check";
    report.data = read->account;
    report.tables.push_back({"estimates", "", "", {}});
    const therapy::WithinError within = error_of(all, read->account.file);
    report.measures = {{"within_sd", "SD within a person", within.sd},
                       {"courses", "courses it was pooled over", static_cast<double>(within.courses)}};
    const auto rows = tell(report, read->clients, all, within);
    if (!rows) return tl::unexpected(rows.error());
    return output.tell(desk, report, *rows, {courses.path});
  }

 private:
  [[nodiscard]] therapy::WithinError error_of(const std::vector<std::vector<AllianceRating>>& all,
                                              const std::string& file) const {
    if (error) {
      therapy::WithinError given;
      given.sd = *error;
      given.source = "as given";
      given.stated = true;
      return given;
    }
    const auto pooled = therapy::pooled_within_error(all, "courses of " + file);
    return pooled ? *pooled : therapy::fallback_within_error(lowest, highest);
  }

  static Result<Frame> tell(models::FitReport& report, const std::vector<std::string>& clients,
                            const std::vector<std::vector<AllianceRating>>& all,
                            const therapy::WithinError& within) {
    Frame rows{"dips",
               "Dips",
               {"client", "session", "flag", "z", "level_before", "course", "repaired_at", "statement"},
               {},
               true};
    Frame reads{"ratings", "Ratings", {"client", "session", "rating", "level", "z"}, {}, false};
    std::size_t without = 0;
    std::optional<Finding> ask, basis;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto read = therapy::read_alliance({all[i], within, {}, {}, {}});
      if (!read) return tl::unexpected(read.error());
      for (const auto& r : read->ratings)
        reads.rows.push_back({clients[i], static_cast<double>(r.session), maybe_cell(r.rating),
                              maybe_cell(r.level), maybe_cell(r.z)});
      for (std::size_t d = 0; d < read->dips.size(); ++d) {
        const auto& dip = read->dips[d];
        rows.rows.push_back(
            {clients[i], static_cast<double>(dip.session), words_of(dip), maybe_cell(dip.z),
             maybe_cell(dip.level_before), words_of(dip.course),
             dip.repaired_at ? models::Cell(static_cast<double>(*dip.repaired_at)) : models::Cell(),
             read->findings[d].statement});
        basis = read->findings[d];
      }
      if (!read->dips.empty()) continue;
      ++without;
      ask = read->findings.front();
    }
    if (basis)
      report.findings.push_back(
          {"alliance.rests_on", "A flag asks; it is not yet a rupture.", basis->basis, basis->limits});
    if (ask)
      report.findings.push_back({"alliance.no_dip",
                                 fmt::format("{} of {} courses show no dip in ratings. Clients often hide "
                                             "ruptures: ask.",
                                             without, all.size()),
                                 ask->basis, ask->limits});
    report.frames = {rows, reads};
    return rows;
  }
};

}  // namespace

void add_alliance_check(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<AllianceCheck>(app, desk, chosen, "check", "Dips in the ratings of a file", R"(
Examples
  securebase alliance check ratings.csv --rating bond
)");
}

}  // namespace securebase::cli
