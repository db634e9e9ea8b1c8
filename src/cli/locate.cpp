// securebase locate

#include "cli/locate.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numbers>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"
#include "cli/fit.hpp"
#include "wire/csv.hpp"
#include "wire/position_document.hpp"

namespace securebase::cli {
namespace {

using attachment::Located;
using attachment::Position;
using attachment::Reference;

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string told_place(const char* name, const attachment::Place& place) {
  const auto anxiety = place.anxiety_interval();
  const auto avoidance = place.avoidance_interval();
  return fmt::format(
      "  {:<9}{:>7.3f}{:>7.3f}  {:>5.2f} to {:>5.2f} {:>7.3f}{:>7.3f}  {:>5.2f} to {:>5.2f} {:>7.3f}\n", name,
      place.at.anxiety, place.anxiety_error, anxiety.lower, anxiety.upper, place.at.avoidance,
      place.avoidance_error, avoidance.lower, avoidance.upper, place.correlation);
}

std::string told_ellipse(const attachment::Place& place) {
  return fmt::format(
      "  95 % ellipse: {:.3f} and {:.3f} from its middle to its ends, turned by {:.0f} degrees\n",
      place.ellipse.semi_major, place.ellipse.semi_minor, place.ellipse.angle * 180 / std::numbers::pi);
}

std::string told(const Located& located, const std::optional<attachment::ProfessionalReading>& reading,
                 int width) {
  const Reference& reference = located.reference;
  std::string text = reference.name.empty() ? "Position\n\n" : reference.name + "\n\n";
  text += "  points   anxiety  error      95 %      avoidance  error      95 %      correl.\n";
  text += told_place("raw", located.raw_points);
  if (located.shrunken_points) text += told_place("drawn in", *located.shrunken_points);
  text += told_ellipse(located.shrunken_points ? *located.shrunken_points : located.raw_points);
  if (located.shrunken_points)
    text += fmt::format("  drawn in by   [{:.4f} {:.4f}; {:.4f} {:.4f}] times the distance from the mean\n",
                        located.pull[0][0], located.pull[0][1], located.pull[1][0], located.pull[1][1]);
  text += "\n" + told_findings(located.findings, width);
  if (reading) text += "\n" + told_reading(*reading, width);
  return text;
}

struct LocateCommand {
  InstrumentChoice choice;
  AnswerFile file;
  std::string answers;
  std::string anxiety;
  std::string avoidance;
  std::string mean;
  std::string sd;
  std::string reliability;
  std::string correlation;
  std::string range;
  std::vector<std::string> kept;
  std::string out;
  bool json = false;
  bool professional = false;

  void add_to(CLI::App& app) {
    choice.add_to(app);
    app.get_option("--instrument")->required(false);
    auto* given =
        app.add_option("--answers", answers, "One person's answers, such as 1,2,,4")->type_name("A,B,...");
    auto* first = app.add_option("--anxiety", anxiety, "One person's score of anxiety")->type_name("X");
    auto* second =
        app.add_option("--avoidance", avoidance, "One person's score of avoidance")->type_name("X");
    first->needs(second)->excludes(given);
    second->needs(first)->excludes(given);
    for (auto* option : file.add_to(app)) option->excludes(given)->excludes(first);
    app.add_option("--mean", mean, "Means of the norm, instead of the instrument's: anxiety, avoidance")
        ->type_name("A,B");
    app.add_option("--sd", sd, "SDs of the norm")->type_name("A,B");
    app.add_option("--reliability", reliability, "Reliabilities of the scores, 0 to 1")->type_name("A,B");
    app.add_option("--r", correlation, "Correlation of the two scores over people")->type_name("R");
    app.add_option("--range", range, "Lowest and highest score, where there is no instrument [1,7]")
        ->type_name("LOW,HIGH");
    app.add_option("--keep", kept, "Columns of --in to pass through to the output")
        ->delimiter(',')
        ->type_name("NAME,...")
        ->excludes(given);
    app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
    app.add_flag("--json", json, "One JSON document, of one person");
    app.add_flag(
        "--professional", professional,
        "With quadrant probabilities and nearness to landmarks: for therapists and researchers, not for "
        "clients");
  }

  Outcome act(Desk& desk) const {
    const bool one = !answers.empty() || !anxiety.empty();
    if (!one && file.path.empty())
      return fail(ErrorKind::usage, "usage.answers",
                  "give --answers or --anxiety and --avoidance for one person, or --in FILE for many");
    if (!one && json)
      return fail(ErrorKind::usage, "usage.json", "--json tells of one person; a file gives CSV");
    std::optional<InstrumentChoice::Found> found;
    if (!choice.instrument.empty()) {
      const auto chosen = choice.find(desk);
      if (!chosen) return tl::unexpected(chosen.error());
      found = *chosen;
    }
    const auto reference = reference_for(desk, found);
    if (!reference) return tl::unexpected(reference.error());
    if (!one) return locate_file(desk, *found, *reference);
    const auto scores = scores_of(found);
    if (!scores) return tl::unexpected(scores.error());
    const auto located = locate(*reference, *scores);
    if (!located) return tl::unexpected(located.error());
    const auto reading = reading_of(*located);
    auto output = Output::open(out, desk.surroundings, desk.definition_files());
    if (!output) return tl::unexpected(output.error());
    const auto written = output->write(json ? wire::position_document(*located, reading)
                                            : told(*located, reading, desk.surroundings.width));
    if (!written) return tl::unexpected(written.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return ExitCode::done;
  }

 private:
  [[nodiscard]] std::optional<attachment::ProfessionalReading> reading_of(const Located& located) const {
    if (!professional) return std::nullopt;
    return professional_reading(located.best(), located.reference);
  }

  /// The instrument's, with what was given in its place.
  [[nodiscard]] Result<Reference> reference_for(Desk& desk,
                                                const std::optional<InstrumentChoice::Found>& found) const {
    Reference reference;
    const bool all = !mean.empty() && !sd.empty() && !reliability.empty() && !correlation.empty();
    if (found) {
      const auto library = desk.library();
      if (!library) return tl::unexpected(library.error());
      auto known = attachment::reference_of(**library, *found->instrument, *found->order);
      if (!known) return known;
      reference = std::move(*known);
    } else if (!all) {
      return fail(ErrorKind::usage, "usage.instrument",
                  "give --instrument, or all of --mean, --sd, --reliability and --r");
    } else if (auto done = set_range(reference); !done) {
      return tl::unexpected(done.error());
    }
    if (auto done = set_numbers(reference); !done) return tl::unexpected(done.error());
    return reference;
  }

  [[nodiscard]] Result<void> set_range(Reference& reference) const {
    const auto ends = two_numbers("--range", range.empty() ? "1,7" : range);
    if (!ends) return tl::unexpected(ends.error());
    if (!(ends->anxiety < ends->avoidance))
      return fail(ErrorKind::usage, "usage.range", "--range takes the lowest and the highest score");
    reference.anxiety.lowest = reference.avoidance.lowest = ends->anxiety;
    reference.anxiety.highest = reference.avoidance.highest = ends->avoidance;
    reference.feeds = catalog::PositionLevel::overall;
    return {};
  }

  [[nodiscard]] Result<void> set_numbers(Reference& reference) const {
    if (auto done = set_pair("--mean", mean, reference, &attachment::AxisScale::origin, -1e6, 1e6); !done)
      return done;
    if (auto done = set_pair("--sd", sd, reference, &attachment::AxisScale::unit, 1e-6, 1e6); !done)
      return done;
    if (auto done = set_pair("--reliability", reliability, reference, &attachment::AxisScale::reliability,
                             0.01, 0.9999);
        !done)
      return done;
    if (!correlation.empty()) {
      const auto r = number_of(correlation);
      if (!r || std::abs(*r) >= 1)
        return fail(ErrorKind::usage, "usage.number", "--r takes a number between -1 and 1");
      reference.correlation = *r;
    }
    if (mean.empty() && sd.empty() && reliability.empty() && correlation.empty()) return {};
    if (!mean.empty() && !sd.empty()) {
      reference.stand_in = false;
      reference.group = "the norm that was given";
    }
    reference.basis = fmt::format(
        "Given: means {:g} and {:g}, SDs {:g} and {:g}, reliabilities {:g} and {:g}, correlation {:g}.",
        reference.anxiety.origin, reference.avoidance.origin, reference.anxiety.unit,
        reference.avoidance.unit, reference.anxiety.reliability, reference.avoidance.reliability,
        reference.correlation);
    reference.verified = !mean.empty() && !sd.empty() && !reliability.empty() && !correlation.empty();
    return {};
  }

  static Result<void> set_pair(const char* option, const std::string& text, Reference& reference,
                               double attachment::AxisScale::*member, double least, double most) {
    if (text.empty()) return {};
    const auto pair = two_numbers(option, text);
    if (!pair) return tl::unexpected(pair.error());
    for (const double value : {pair->anxiety, pair->avoidance})
      if (!(value >= least && value <= most))
        return fail(ErrorKind::usage, "usage.number",
                    fmt::format("{} takes two numbers from {:g} to {:g}", option, least, most));
    reference.anxiety.*member = pair->anxiety;
    reference.avoidance.*member = pair->avoidance;
    return {};
  }

  [[nodiscard]] Result<Position> scores_of(const std::optional<InstrumentChoice::Found>& found) const {
    if (answers.empty()) {
      const auto first = number_of(anxiety);
      const auto second = number_of(avoidance);
      if (!first || !second)
        return fail(ErrorKind::usage, "usage.number", "--anxiety and --avoidance take a number each");
      return Position{*first, *second};
    }
    if (!found) return fail(ErrorKind::usage, "usage.instrument", "--answers needs --instrument");
    const auto scores = score_typed(*found, answers);
    if (!scores) return tl::unexpected(scores.error());
    std::optional<double> first;
    std::optional<double> second;
    for (const auto& score : scores->scores) {
      if (score.scale == "anxiety") first = score.value;
      if (score.scale == "avoidance") second = score.value;
    }
    if (!first || !second)
      return fail(ErrorKind::bad_data, "position.no_score",
                  "too many answers are missing: a scale has no score");
    return Position{*first, *second};
  }

  Outcome locate_file(Desk& desk, const InstrumentChoice::Found& found, const Reference& reference) const {
    auto opened = file.open(desk, found);
    if (!opened) return tl::unexpected(opened.error());
    std::vector<std::size_t> columns;
    for (const std::string& name : kept) {
      const auto at = opened->reader->find_column(name);
      if (!at) return tl::unexpected(at.error());
      if (!*at)
        return fail(ErrorKind::bad_data, "answers.columns",
                    "--keep names a column that the file does not have");
      columns.push_back(**at);
    }
    std::vector<std::string> inputs = desk.definition_files();
    inputs.push_back(file.path);
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    if (auto written = output->write(header()); !written) return tl::unexpected(written.error());
    std::vector<measures::RowScore> scores(found.instrument->scales.size());
    const measures::Scorer scorer(*found.instrument, *found.order);
    const auto read =
        file.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          scorer.score_row(row.answers.answers->data(), scores.data());
          std::string text = std::to_string(row.answers.line);
          for (const std::size_t column : columns)
            wire::append_csv_field(text += ',', row.answers.fields[column]);
          append_row(text, found, reference, scores);
          return output->write(text + "\n");
        });
    if (!read) return tl::unexpected(read.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    say(desk.surroundings, fmt::format("scale points; {}", reference.basis));
    return opened->account.left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }

  [[nodiscard]] std::string header() const {
    std::string text = "line";
    for (const std::string& name : kept) wire::append_csv_field(text += ',', name);
    text += ",raw_anxiety,raw_avoidance," + wire::place_columns("");
    if (professional) text += ",secure,preoccupied,dismissing,fearful";
    return text + "\n";
  }

  /// Nothing in the columns where a scale has no score.
  void append_row(std::string& text, const InstrumentChoice::Found& found, const Reference& reference,
                  const std::vector<measures::RowScore>& scores) const {
    std::optional<Position> at = Position{};
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const std::string& id = found.instrument->scales[i].id;
      if (id != "anxiety" && id != "avoidance") continue;
      if (scores[i].state == measures::ScoreState::no_score) at.reset();
      if (at) (id == "anxiety" ? at->anxiety : at->avoidance) = scores[i].value;
    }
    const auto located = at ? locate(reference, *at) : Result<Located>(Located{});
    if (!at || !located) {
      text += std::string(professional ? 14 : 10, ',');
      return;
    }
    text += fmt::format(",{:g},{:g}", at->anxiety, at->avoidance);
    wire::append_place(text, located->shrunken_points ? *located->shrunken_points : located->raw_points);
    if (!professional) return;
    const auto reading = professional_reading(located->best(), reference);
    const auto& q = reading.quadrants.front();
    text += fmt::format(",{:.4f},{:.4f},{:.4f},{:.4f}", q.secure, q.preoccupied, q.dismissing, q.fearful);
  }
};

}  // namespace

Result<Position> two_numbers(const char* option, const std::string& text) {
  const auto comma = text.find(',');
  const auto first = number_of(std::string_view(text).substr(0, comma));
  const auto second =
      comma == std::string::npos ? std::nullopt : number_of(std::string_view(text).substr(comma + 1));
  if (!first || !second)
    return fail(ErrorKind::usage, "usage.number",
                fmt::format("{} takes two numbers with a comma between", option));
  return Position{*first, *second};
}

std::string told_findings(const std::vector<Finding>& findings, int width) {
  constexpr std::size_t longest_sentence = 10'000;
  std::string text;
  for (const Finding& finding : findings) {
    text += "- " + wrap(printable(finding.statement, longest_sentence), width - 2, 2) + "\n";
    text += "  " + wrap("Basis: " + printable(finding.basis, longest_sentence), width - 2, 4) + "\n";
    text += "  " + wrap(printable(finding.limits, longest_sentence), width - 2, 4) + "\n";
  }
  return text;
}

std::string told_reading(const attachment::ProfessionalReading& reading, int width) {
  std::string text =
      "For therapists and researchers; not for clients\n"
      "  probability about the line at      secure  preoccupied  dismissing  fearful\n";
  for (const auto& q : reading.quadrants)
    text += fmt::format("  {:<32} {:>8.3f} {:>12.3f} {:>11.3f} {:>8.3f}\n", q.cut, q.secure, q.preoccupied,
                        q.dismissing, q.fearful);
  const auto& near = reading.landmarks;
  text += fmt::format("  {:<32} {:>8.3f} {:>12.3f} {:>11.3f} {:>8.3f}\n", "nearness to landmarks",
                      near.secure, near.preoccupied, near.dismissing, near.fearful);
  for (const auto& q : reading.quadrants)
    text += "- " + wrap(fmt::format("At {}: {}", q.cut, q.limits), width - 2, 2) + "\n";
  return text + told_findings(reading.findings, width);
}

void add_locate(CLI::App& app, Desk& desk, Action& chosen) {
  add_guarded_command<LocateCommand>(app, desk, chosen, "locate",
                                     "Scores to a place on attachment anxiety and avoidance, with its error",
                                     R"(
One person's answers or scores are told in words; a file (--in) gives CSV, a row
a person. A place is about those who were asked about, never a kind of person.
  securebase locate --instrument ecr-r --order author --anxiety 4.8 \
    --avoidance 4.2
  securebase locate --instrument ecr --order online-5pt --in answers.csv \
    --keep id --out places.csv
  securebase locate --anxiety 3.7 --avoidance 2.9 --mean 3.56,2.92 \
    --sd 1.12,1.19 --reliability .92,.93 --r .41 --professional)");
}

}  // namespace securebase::cli
