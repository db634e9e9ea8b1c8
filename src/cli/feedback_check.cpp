// securebase feedback check: status, expected course, sudden gains and losses of courses in a file.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/feedback.hpp"
#include "report/line_plot.hpp"
#include "therapy/feedback.hpp"

namespace securebase::cli {
namespace {

using models::Frame;
using therapy::ExpectedCourse;
using therapy::Feedback;
using therapy::ScoredCourse;

tl::unexpected<Error> misuse_of_feedback(std::string detail) {
  return fail(ErrorKind::usage, "usage.feedback", std::move(detail));
}

std::string sudden_in_words(const Feedback& f) {
  std::string words;
  for (const auto& c : f.sudden)
    words += fmt::format("{}{} {}-{}", words.empty() ? "" : ", ",
                         c.kind == therapy::SuddenKind::gain ? "gain" : "loss", c.before, c.after);
  return words;
}

struct FeedbackCheck {
  CourseFile courses;
  std::string score = "score";
  std::string intake;
  std::string learn_from;
  std::optional<double> reliable_change, sd, reliability, cutoff, sudden;
  bool higher = false;
  int planned = 16;
  std::string plot, show;
  CourseOutput output;

  void add_to(CLI::App& app) {
    courses.add_to(app);
    app.add_option("--score", score, "Column of the score; empty where it was not measured [score]")
        ->type_name("NAME");
    app.add_option("--intake", intake, "Column of the score at intake; without it, the first score is that")
        ->type_name("NAME");
    app.add_option("--reliable-change", reliable_change, "Points that exceed error")->type_name("POINTS");
    app.add_option("--sd", sd, "With --reliability: SD of clients at intake")->type_name("POINTS");
    app.add_option("--reliability", reliability, "Reliability of the score")->type_name("SHARE");
    app.add_option("--cutoff", cutoff, "Clinical boundary of the scale")->type_name("POINTS");
    app.add_option("--sudden", sudden, "Points of a sudden gain or loss [the reliable change]")
        ->type_name("POINTS");
    app.add_flag("--higher-is-better", higher, "Higher scores are better; otherwise lower ones");
    app.add_option("--planned", planned, "Sessions planned [16]")->type_name("N");
    app.add_option("--learn-from", learn_from,
                   "Another file of courses that the expected course is learned from")
        ->type_name("FILE");
    app.add_option("--plot", plot, "Where a picture of the expected course goes, as SVG")->type_name("FILE");
    app.add_option("--show", show, "With --plot: the client whose scores it shows")->type_name("CLIENT");
    output.add_to(app);
  }

  Outcome act(Desk& desk) const {
    const auto worse = rule();
    if (!worse) return tl::unexpected(worse.error());
    const auto here = read(courses.path);
    if (!here) return tl::unexpected(here.error());
    const auto there = learn_from.empty() ? here : read(learn_from);
    if (!there) return tl::unexpected(there.error());
    models::FitReport report;
    report.command = "feedback check";
    report.level = 0.8;
    report.data = here->account;
    report.tables.push_back({"estimates", "", "", {}});
    auto expected =
        therapy::learn_expected_course(there->courses, fmt::format("courses of {}", there->account.file));
    if (!expected && expected.error().code != "expected_course.too_few")
      return tl::unexpected(expected.error());
    if (expected) expected->own_courses = false;
    tell_expected(report, expected);
    const Frame rows = tell_courses(report, *here, *worse, expected ? &*expected : nullptr);
    if (!plot.empty())
      if (auto drawn = draw(desk, *here, expected); !drawn) return tl::unexpected(drawn.error());
    return output.tell(desk, report, rows, {courses.path, learn_from});
  }

 private:
  struct Courses {
    std::vector<ScoredCourse> courses;
    models::DataAccount account;
  };

  [[nodiscard]] Result<therapy::WorseRule> rule() const {
    const auto better = higher ? stats::BetterWhen::higher : stats::BetterWhen::lower;
    if (planned < 2) return misuse_of_feedback("--planned takes a number of sessions from 2");
    if (reliable_change.has_value() == (sd || reliability) || sd.has_value() != reliability.has_value())
      return misuse_of_feedback("give --reliable-change, or --sd and --reliability");
    if (reliable_change) {
      if (!(*reliable_change > 0) || !std::isfinite(*reliable_change))
        return misuse_of_feedback("--reliable-change takes points above 0");
      return therapy::WorseRule{*reliable_change, better};
    }
    if (!(*sd > 0) || !std::isfinite(*sd) || !(*reliability > 0 && *reliability < 1))
      return misuse_of_feedback("--sd is above 0, --reliability between 0 and 1");
    return therapy::worse_rule(*sd, *reliability, better);
  }

  [[nodiscard]] Result<Courses> read(const std::string& file) const {
    std::vector<std::string> wanted{score};
    if (!intake.empty()) wanted.push_back(intake);
    auto read = courses.read(file, wanted);
    if (!read) return tl::unexpected(read.error());
    Courses found{{}, read->account};
    for (std::size_t i = 0; i < read->clients.size(); ++i) {
      std::vector<therapy::Visit> visits;
      for (const auto& row : read->rows[i]) visits.push_back({row.session, row.values[0]});
      ScoredCourse course = intake.empty()
                                ? therapy::course_from_visits(read->clients[i], visits)
                                : ScoredCourse{read->clients[i], read->rows[i].front().values[1], visits};
      // Sessions that count from 0: the course is the same, counted from 1.
      if (!visits.empty() && visits.front().number == 0)
        for (auto& v : course.visits) ++v.number;
      found.courses.push_back(std::move(course));
    }
    return found;
  }

  [[nodiscard]] Result<bool> draw(const Desk& desk, const Courses& here,
                                  const Result<ExpectedCourse>& expected) const {
    if (!expected) return tl::unexpected(expected.error());
    const ScoredCourse* client = nullptr;
    for (const ScoredCourse& course : here.courses)
      if (course.id == show) client = &course;
    if (!show.empty() && (client == nullptr || !client->intake))
      return misuse_of_feedback("--show names a client of the file who has a score at intake");
    const double at = client != nullptr ? *client->intake : expected->mean_intake;
    const auto band = therapy::band(*expected, at);
    if (band.empty()) return misuse_of_feedback("--show: no course is expected for that score at intake");
    auto file = Output::open(plot, desk.surroundings, {courses.path, learn_from});
    if (!file) return tl::unexpected(file.error());
    if (auto written = file->write(report::line_plot(picture(*expected, band, client))); !written)
      return written;
    return file->finish();
  }

  static report::LinePlot picture(const ExpectedCourse& expected, const std::vector<therapy::BandPoint>& band,
                                  const ScoredCourse* client) {
    report::LinePlot plot;
    plot.title = "Expected course";
    plot.x_label = "session";
    plot.y_label = "score";
    plot.caption = fmt::format(
        "{} courses; 80 of a hundred clients of this score at intake lie within the dashed lines.",
        expected.courses);
    plot.lines = {{"expected", {}, false, 0}, {"80 %", {}, true, 0}, {"", {}, true, 0}};
    for (const auto& p : band) {
      const double x = p.visit;
      plot.lines[0].points.emplace_back(x, p.expected);
      plot.lines[1].points.emplace_back(x, p.outer.upper);
      plot.lines[2].points.emplace_back(x, p.outer.lower);
    }
    if (client == nullptr) return plot;
    report::NamedLine scores{client->id, {}, false, 1};
    for (const auto& v : client->visits)
      if (v.score) scores.points.emplace_back(v.number, *v.score);
    if (!scores.points.empty()) plot.lines.push_back(scores);
    return plot;
  }

  void tell_expected(models::FitReport& report, const Result<ExpectedCourse>& expected) const {
    if (!expected) {
      report.findings.push_back(
          {"expected_course.none", "No expected course: " + expected.error().detail + ".",
           "The number a band needs is our proposal.", "Courses are held against their own start."});
      return;
    }
    report.findings.push_back(therapy::about(*expected));
    if (learn_from.empty())
      report.findings.push_back(
          {"feedback.same_courses", "The expected course was learned from the courses it is held against.",
           "No --learn-from was given.", "Each course is a small part of what it is compared with."});
    Frame band{"expected",
               "Expected course at mean intake",
               {"session", "expected", "lower68", "upper68", "lower80", "upper80"},
               {},
               false};
    for (const auto& p : therapy::band(*expected, expected->mean_intake))
      band.rows.push_back({static_cast<double>(p.visit), p.expected, p.inner.lower, p.inner.upper,
                           p.outer.lower, p.outer.upper});
    report.frames.push_back(std::move(band));
    report.measures = {
        {"mean_intake", "mean score at intake", expected->mean_intake},
        {"residual_sd", "SD within clients", expected->residual_sd},
        {"level_sd", "SD of clients' levels", std::sqrt(expected->between[0])},
        {"slope_sd", "SD of clients' slopes for ln(session)", std::sqrt(expected->between[2])}};
  }

  Frame tell_courses(models::FitReport& report, const Courses& here, const therapy::WorseRule& worse,
                     const ExpectedCourse* expected) const {
    Frame rows{"courses",
               "Courses",
               {"client", "status", "rule", "scores", "missed", "intake", "last", "chance_worse",
                "percentile", "outcome", "sudden", "plateau", "worth_asking"},
               {},
               true};
    Frame sudden_rows{"sudden",
                      "Sudden gains and losses",
                      {"client", "kind", "before", "after", "change", "reversed_at", "reason"},
                      {},
                      true};
    Frame reasons{"reasons", "Reasons", {"client", "code", "statement", "basis", "limits"}, {}, false};
    std::optional<Finding> how_often;
    for (const ScoredCourse& course : here.courses) {
      therapy::FeedbackInput input{&course, expected, worse, cutoff, planned, sudden};
      const Feedback f = therapy::feedback(input);
      add_course(rows, course, f);
      for (const auto& c : f.sudden)
        sudden_rows.rows.push_back(
            {course.id, std::string(c.kind == therapy::SuddenKind::gain ? "gain" : "loss"),
             static_cast<double>(c.before), static_cast<double>(c.after), c.change,
             c.reversed_at ? models::Cell(static_cast<double>(*c.reversed_at)) : models::Cell(), c.reason});
      for (const Finding& r : f.reasons)
        if (r.code != "expected_course.rests_on")
          reasons.rows.push_back({course.id, r.code, r.statement, r.basis, r.limits});
      if (f.how_often) how_often = f.how_often;
    }
    if (how_often) report.findings.push_back(*how_often);
    report.findings.push_back(
        {"feedback.size", "A status is no prognosis and no judgement of a client or a therapist.",
         "Feedback of this kind changes outcome by about d = .15 (.10 to .20; 58 studies).",
         "What helps is what is done about it, not the status."});
    report.frames.insert(report.frames.begin(), {rows, sudden_rows});
    report.frames.push_back(std::move(reasons));
    return rows;
  }

  static void add_course(Frame& rows, const ScoredCourse& course, const Feedback& f) {
    std::optional<double> last;
    for (const auto& v : course.visits)
      if (v.score) last = v.score;
    const char* rule = f.rule == therapy::StatusRule::expected_course ? "expected course"
                       : f.rule == therapy::StatusRule::rational      ? "change since intake"
                                                                      : "none";
    rows.rows.push_back(
        {course.id, std::string(to_text(f.status)), std::string(rule), static_cast<double>(f.scores),
         static_cast<double>(f.missed), maybe_cell(course.intake), maybe_cell(last),
         f.outlook ? models::Cell(f.outlook->worse_probability) : models::Cell(),
         f.standing ? models::Cell(f.standing->percentile) : models::Cell(), std::string(to_text(f.outcome)),
         sudden_in_words(f), std::string(f.plateau ? "yes" : ""),
         std::string(f.leaving.worth_asking ? "yes" : "")});
  }
};

}  // namespace

void add_feedback_check(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<FeedbackCheck>(app, desk, chosen, "check", "How each course of a file goes", R"(
Examples
  securebase feedback check courses.csv --client id --session visit --intake intake \
    --reliable-change 14
  securebase feedback check courses.csv --sd 20 --reliability 0.9 --json
)");
}

}  // namespace securebase::cli
