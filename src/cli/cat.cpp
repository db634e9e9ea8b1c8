// securebase cat simulate

#include <fmt/format.h>

#include <algorithm>

#include "cli/item_source.hpp"
#include "cli/replicates.hpp"
#include "measures/calibrated.hpp"
#include "models/adaptive_simulation.hpp"
#include "report/line_plot.hpp"

namespace securebase::cli {
namespace {

struct CatSimulateCommand {
  FitFiles files;
  InstrumentChoice choice;
  AnswerFile file;
  CalibrationChoice calibration;
  std::vector<std::string> scales;
  std::string selection = "information";
  double stop_error = 0.36;
  std::size_t least = 4;
  std::size_t most = 10;
  double least_gain = 0.02;
  std::size_t among = 1;
  double dependence_weight = stats::AdaptivePlan{}.dependence_weight;
  std::size_t people = 0;
  std::uint64_t seed = 1;

  void add_to(CLI::App& app) {
    choice.add_to(app);
    file.add_to(app);
    calibration.add_to(app);
    app.add_option("--scale", scales, "Only these scales")->delimiter(',')->type_name("ID,...");
    app.add_option("--people", people,
                   "Instead of --in: so many people who do not exist; with --in: the first so many")
        ->type_name("N");
    app.add_option("--seed", seed, "For people who do not exist [1]")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--selection", selection,
                   "The next item: of maximum information, or of minimum expected variance [information]")
        ->type_name("RULE")
        ->check(CLI::IsMember({"information", "variance"}));
    app.add_option("--stop-error", stop_error, "End when the state's error is below this [0.36]")
        ->type_name("SDS");
    app.add_option("--least", least, "Ask at least so many of a scale [4]")
        ->type_name("N")
        ->check(CLI::Range(0, 500));
    app.add_option("--most", most, "Ask at most so many of a scale [10]")
        ->type_name("N")
        ->check(CLI::Range(1, 500));
    app.add_option("--least-gain", least_gain,
                   "End when no item is expected to take this share off the variance [0.02]")
        ->type_name("SHARE");
    app.add_option("--dependence-weight", dependence_weight,
                   "How much an item loses for what it shares with those asked [1.5]")
        ->type_name("WEIGHT");
    app.add_option("--drawn-among", among, "Draw among so many best items, so that none is worn out [1]")
        ->type_name("N")
        ->check(CLI::Range(1, 500));
    app.add_option("--out", files.out, "Where the result goes; without it, to the terminal")
        ->type_name("FILE");
    app.add_option("--plot", files.plot, "Where a picture of agreement by length goes, as SVG")
        ->type_name("FILE");
    app.add_flag("--json", files.json, "One JSON document");
    files.reads(file.path);
    files.reads(calibration.paths);
  }

  [[nodiscard]] Result<stats::AdaptivePlan> plan() const {
    constexpr std::size_t most_people = 1'000'000;
    if (!(stop_error >= 0) || least > most || most == 0 || among == 0 ||
        !(least_gain >= 0 && least_gain < 1) || !(dependence_weight >= 0 && dependence_weight <= 100) ||
        people > most_people)
      return fail(ErrorKind::usage, "usage.cat",
                  "--most is 1 or more and not below --least, --stop-error 0 or more, --least-gain from 0 to "
                  "below 1, "
                  "--drawn-among 1 or more, --dependence-weight 0 to 100, --people at most 1,000,000");
    stats::AdaptivePlan plan;
    plan.selection = selection == "information" ? stats::ItemSelection::maximum_information
                                                : stats::ItemSelection::minimum_expected_variance;
    plan.stop_error = stop_error;
    plan.least_items = least;
    plan.most_items = most;
    plan.least_gain = least_gain;
    plan.drawn_among = among;
    plan.dependence_weight = dependence_weight;
    return plan;
  }

  /// Keyed answers of each scale, row by row.
  Result<models::DataAccount> read(Desk& desk, const InstrumentChoice::Found& found,
                                   const std::vector<measures::CalibratedScale>& wanted,
                                   std::vector<stats::ResponseMatrix>& responses) const {
    auto opened = file.open(desk, found);
    if (!opened) return tl::unexpected(opened.error());
    models::DataAccount account{file.path};
    const auto done =
        file.each_row(*opened, desk.surroundings, [&](const AnswerFile::Row& row) -> Result<bool> {
          ++account.rows;
          if (people > 0 && account.used == people) return true;
          ++account.used;
          for (std::size_t s = 0; s < wanted.size(); ++s) {
            const auto answers = wanted[s].keyed_row(row.answers.answers->data());
            responses[s].answers.insert(responses[s].answers.end(), answers.begin(), answers.end());
          }
          return true;
        });
    if (!done) return tl::unexpected(done.error());
    if (account.used < account.rows)
      account.left_out.push_back({"beyond --people", account.rows - account.used});
    return account;
  }

  Outcome act(Desk& desk) const {
    const auto rule = plan();
    if (!rule) return tl::unexpected(rule.error());
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    const auto instrument = calibration.of(*found->instrument);
    if (!instrument) return tl::unexpected(instrument.error());
    const bool made_up = file.path.empty();
    if (made_up && people == 0)
      return fail(ErrorKind::usage, "usage.cat",
                  "give --in FILE with real answers, or --people N to make some up");
    const auto of = made_up ? measures::AnswersOf::nobody : measures::AnswersOf::people;
    std::vector<std::string> ids =
        scales.empty() ? measures::calibrated_scales(*instrument, *found->order, of) : scales;
    for (std::size_t i = 1; i < ids.size(); ++i)
      if (std::find(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i), ids[i]) !=
          ids.begin() + static_cast<std::ptrdiff_t>(i))
        return fail(ErrorKind::usage, "usage.scale", "--scale names a scale twice");
    if (ids.empty()) ids.push_back(instrument->scales.front().id);  // to be told what is missing
    std::vector<measures::CalibratedScale> wanted;
    std::vector<stats::ResponseMatrix> responses;
    for (const std::string& id : ids) {
      auto scale = measures::CalibratedScale::open(*instrument, *found->order, id, of);
      if (!scale) return tl::unexpected(scale.error());
      responses.push_back({scale->items().size(), {}, {}});
      wanted.push_back(std::move(*scale));
    }
    models::DataAccount account{"people who do not exist", people, people};
    if (!made_up) {
      auto read_account = read(desk, *found, wanted, responses);
      if (!read_account) return tl::unexpected(read_account.error());
      account = *read_account;
    }
    std::vector<models::NamedTrial> trials;
    for (std::size_t s = 0; s < wanted.size(); ++s) {
      models::MadeUpPeople made;
      if (made_up) made = models::make_up_people(wanted[s].items(), people, stats::RandomKey{seed, s});
      say(desk.surroundings, fmt::format("{}: asking", wanted[s].scale().name));
      auto trial = models::try_adaptive(made_up ? made.responses : responses[s], made.states,
                                        wanted[s].items(), wanted[s].dependence(), *rule, threads_here());
      if (!trial) return tl::unexpected(trial.error());
      models::NamedTrial named{wanted[s].scale().id, {}, std::move(*trial)};
      for (const int position : wanted[s].positions())
        named.items.push_back(fmt::format("item {}", position));
      trials.push_back(std::move(named));
    }
    const auto report = models::report_adaptive(
        trials, *rule, made_up,
        fmt::format("{} ({}), order {}", instrument->name, instrument->abbreviation, found->order->id),
        account);
    return files.tell(desk, report, [&]() -> Result<std::string> { return picture(trials, made_up); });
  }

  static std::string picture(const std::vector<models::NamedTrial>& trials, bool made_up) {
    report::LinePlot plot{
        "Agreement by number of questions",
        "questions of the scale",
        made_up ? "r with the state" : "r with the score from all",
        "Line: adaptive. Dashed: the fixed form of the same length, of highest average information.",
        {},
        {}};
    for (std::size_t s = 0; s < trials.size(); ++s) {
      report::NamedLine adaptive{trials[s].scale, {}, false, s};
      report::NamedLine fixed{"", {}, true, s};
      constexpr std::size_t from = 2;  // the first question says too little to be seen beside the rest
      for (std::size_t k = from - 1; k < trials[s].trial.adaptive.size(); ++k) {
        adaptive.points.emplace_back(static_cast<double>(k + 1), trials[s].trial.adaptive[k].r);
        fixed.points.emplace_back(static_cast<double>(k + 1), trials[s].trial.fixed[k].r);
      }
      plot.lines.push_back(adaptive);
      plot.lines.push_back(fixed);
    }
    return report::line_plot(plot);
  }
};

}  // namespace

void add_cat(CLI::App& app, Desk& desk, Action& chosen) {
  CLI::App* sub = app.add_subcommand("cat", "Computerized adaptive testing");
  sub->require_subcommand(1);
  add_command<CatSimulateCommand>(
      *sub, desk, chosen, "simulate",
      "How asking adaptively would have done, against the full and the fixed form", R"(
  securebase cat simulate --instrument ecr --order online-5pt \
    --in answers.csv.gz --plot agreement.svg
  securebase cat simulate --instrument ecr --order online-5pt --people 20000)");
}

}  // namespace securebase::cli
