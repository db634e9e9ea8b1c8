// securebase irt score

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/item_source.hpp"
#include "measures/calibrated.hpp"
#include "stats/norms.hpp"
#include "wire/csv.hpp"
#include "wire/csv_number.hpp"

namespace securebase::cli {
namespace {

using measures::CalibratedScale;

/// One person's state by one scale.
struct Told {
  std::optional<stats::StateScore> state;
  std::optional<stats::StateScore> score;
  std::size_t answered = 0;
};

class StateMethod {
 public:
  StateMethod(const CalibratedScale& scale, const std::string& name) : scale_(scale), name_(name) {
    if (name == "sum") sums_ = stats::sum_score_states(scale.items(), {}, {});
  }

  [[nodiscard]] Told of(const measures::AnswerByte* row) const {
    const auto answers = scale_.keyed_row(row);
    const auto answered =
        std::count_if(answers.begin(), answers.end(), [](auto a) { return a < stats::no_answer; });
    Told told{{}, {}, static_cast<std::size_t>(answered)};
    if (answered == 0) return told;
    if (name_ == "eap") {
      const auto estimate = scale_.estimate(row);
      told.state = estimate.state;
      told.score = estimate.score;
    } else if (name_ == "map") {
      told.state = stats::maximum_a_posteriori(scale_.items(), answers, {});
    } else if (name_ == "ml") {
      told.state = stats::maximum_likelihood(scale_.items(), answers);
    } else if (name_ == "wle") {
      told.state = stats::weighted_likelihood(scale_.items(), answers);
    } else if (told.answered == answers.size()) {
      std::size_t sum = 0;
      for (const auto answer : answers) sum += answer;
      told.state = stats::StateScore{sums_[sum].theta, sums_[sum].sd};
    }
    return told;
  }

  [[nodiscard]] const CalibratedScale& scale() const { return scale_; }

 private:
  const CalibratedScale& scale_;
  std::string name_;
  std::vector<stats::SumScoreState> sums_;
};

struct IrtScoreCommand {
  InstrumentChoice choice;
  AnswerFile file;
  CalibrationChoice calibration;
  std::vector<std::string> scales;
  std::vector<std::string> kept;
  std::string method = "eap";
  std::string out;
  bool t_scores = false;

  void add_to(CLI::App& app) {
    choice.add_to(app);
    file.add_to(app);
    file.add_people_to(app);
    calibration.add_to(app);
    app.add_option("--scale", scales, "Only these scales")->delimiter(',')->type_name("ID,...");
    app.add_option("--method", method,
                   "eap (mean given the answers), map (mode), ml, wle (likelihood, without and with Warm's "
                   "weight), or "
                   "sum (EAP from the sum of all answers) [eap]")
        ->type_name("METHOD")
        ->check(CLI::IsMember({"eap", "map", "ml", "wle", "sum"}));
    app.add_flag("--t-scores", t_scores,
                 "States as T: 50 and 10 are mean and SD of the people of the calibration");
    app.add_option("--keep", kept, "Columns to pass through to the output")
        ->delimiter(',')
        ->type_name("NAME,...");
    app.add_option("--out", out, "Where the scores go; without it, to the terminal")->type_name("FILE");
  }

  [[nodiscard]] std::string header(const std::vector<StateMethod>& methods) const {
    std::string text = "line";
    for (const std::string& column : kept) wire::append_csv_field(text += ',', column);
    for (const StateMethod& m : methods) {
      const std::string& id = m.scale().scale().id;
      text += fmt::format(",{0}_answered,{0}_{1},{0}_{1}_se", id, t_scores ? "t" : "state");
      if (method == "eap") text += fmt::format(",{0}_score,{0}_score_se,{0}_percentile", id);
    }
    return text + "\n";
  }

  void append(std::string& text, const StateMethod& method_of, const AnswerFile::Row& row) const {
    const auto add = [&](const std::optional<double>& value) {
      text += ',';
      if (value) wire::append_csv_number(text, *value);
    };
    const Told told = method_of.of(row.answers.answers->data());
    std::optional<double> theta, error, score, score_error, percentile;
    if (told.state) {
      theta = t_scores ? 50 + 10 * told.state->theta : told.state->theta;
      error = t_scores ? 10 * told.state->error : told.state->error;
      const auto* norm =
          measures::state_norm(method_of.scale().calibration(), row.person.gender, row.person.age);
      if (norm != nullptr) percentile = stats::percentile_normal((told.state->theta - norm->mean) / norm->sd);
    }
    if (told.score) {
      score = told.score->theta;
      score_error = told.score->error;
    }
    text += fmt::format(",{}", told.answered);
    add(theta);
    add(error);
    if (method != "eap") return;
    add(score);
    add(score_error);
    add(percentile);
  }

  /// A column that is passed through may not bear the name of one that is written.
  static Result<void> own_columns_only(const std::string& head) {
    std::vector<std::string> names;
    std::size_t begin = 0;
    const std::string line = head.substr(0, head.size() - 1);
    for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
      end = line.find(',', begin);
      names.push_back(line.substr(begin, end == std::string::npos ? end : end - begin));
    }
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) == names.end()) return {};
    return fail(ErrorKind::usage, "usage.keep", "--keep names a column twice, or one that is written anyway");
  }

  Outcome act(Desk& desk) const {
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    const auto instrument = calibration.of(*found->instrument);
    if (!instrument) return tl::unexpected(instrument.error());
    std::vector<std::string> wanted = scales;
    if (wanted.empty())
      wanted = measures::calibrated_scales(*instrument, *found->order, measures::AnswersOf::people);
    for (std::size_t i = 1; i < wanted.size(); ++i)
      if (std::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted[i]) !=
          wanted.begin() + static_cast<std::ptrdiff_t>(i))
        return fail(ErrorKind::usage, "usage.scale", "--scale names a scale twice");
    if (wanted.empty()) wanted.push_back(instrument->scales.front().id);  // to be told what is missing
    std::vector<CalibratedScale> opened_scales;
    opened_scales.reserve(wanted.size());
    for (const std::string& id : wanted) {
      auto scale = CalibratedScale::open(*instrument, *found->order, id, measures::AnswersOf::people);
      if (!scale) return tl::unexpected(scale.error());
      opened_scales.push_back(std::move(*scale));
    }
    std::vector<StateMethod> methods;
    methods.reserve(opened_scales.size());
    for (const CalibratedScale& scale : opened_scales) methods.emplace_back(scale, method);
    auto opened = file.open(desk, *found);
    if (!opened) return tl::unexpected(opened.error());
    std::vector<std::size_t> columns;
    for (const std::string& name : kept) {
      const auto at = opened->reader->find_column(name);
      if (!at) return tl::unexpected(at.error());
      if (!*at)
        return fail(ErrorKind::bad_data, "answers.columns",
                    fmt::format("--keep: the file has no column '{}'", name));
      columns.push_back(**at);
    }
    if (auto fine = own_columns_only(header(methods)); !fine) return tl::unexpected(fine.error());
    std::vector<std::string> inputs = desk.definition_files();
    inputs.push_back(file.path);
    inputs.insert(inputs.end(), calibration.paths.begin(), calibration.paths.end());
    auto output = Output::open(out, desk.surroundings, inputs);
    if (!output) return tl::unexpected(output.error());
    if (auto written = output->write(header(methods)); !written) return tl::unexpected(written.error());
    std::string text;
    const auto read =
        file.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          text = std::to_string(row.answers.line);
          for (const std::size_t column : columns)
            wire::append_csv_field(text += ',', row.answers.fields[column]);
          for (const StateMethod& m : methods) append(text, m, row);
          return output->write(text + "\n");
        });
    if (!read) return tl::unexpected(read.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    AnswerFile::say_people(*opened, desk.surroundings);
    for (const CalibratedScale& scale : opened_scales)
      say(desk.surroundings,
          fmt::format("{}: states in SDs of the {} people it was calibrated on: {}", scale.scale().name,
                      scale.calibration().people, scale.calibration().sample));
    return opened->account.left_out > 0 ? ExitCode::rows_left_out : ExitCode::done;
  }
};

}  // namespace

void add_irt(CLI::App& app, Desk& desk, Action& chosen) {
  CLI::App* sub = app.add_subcommand("irt", "Scores by item response theory");
  sub->require_subcommand(1);
  add_command<IrtScoreCommand>(*sub, desk, chosen, "score", "States from answers to any of a scale's items",
                               R"(
  securebase irt score --instrument ecr --order online-5pt --in answers.csv
  securebase irt score --instrument ecr --order online-5pt --in answers.csv \
    --method wle --t-scores --keep id --out states.csv)");
}

}  // namespace securebase::cli
