// securebase norms compute | list | export

#include <fmt/format.h>

#include <ostream>

#include "cli/place.hpp"
#include "service/norms.hpp"
#include "wire/answer_table.hpp"

namespace securebase::cli {
namespace {

struct NormsCommand {
  PracticeChoice place;
  std::string instrument;
  std::string order;
  std::string out;

  Outcome with(Desk& desk, const Host::Use& use) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto done = (*host)->with_practice(place, use);
    if (!done) return tl::unexpected(done.error());
    return ExitCode::done;
  }

  [[nodiscard]] service::NormsOf wanted() const {
    return {instrument, order.empty() ? std::nullopt : std::optional(order)};
  }

  static std::string whom(const service::NormView& norm) {
    std::string text = norm.gender.value_or("everybody");
    if (norm.age_from && norm.age_to) return fmt::format("{}, {} to {}", text, *norm.age_from, *norm.age_to);
    if (norm.age_from) return fmt::format("{}, {} and over", text, *norm.age_from);
    return norm.age_to ? fmt::format("{}, up to {}", text, *norm.age_to) : text;
  }

  static void tell(std::ostream& out, const service::MeasureNorms& measure) {
    out << fmt::format("{} ({}@{}, {})\n", measure.title, measure.instrument, measure.version,
                       measure.item_order);
    if (!measure.computed_at) {
      out << fmt::format("  none yet; respondents: {}\n", measure.respondents);
      return;
    }
    out << fmt::format("  computed {}{}; respondents now: {}\n", to_text(date_of(*measure.computed_at)),
                       measure.is_used ? "" : ", with another definition: not used", measure.respondents);
    constexpr std::string_view row = "  {:<26} {:<18} {:>5}  {:>7} {:>6}  {:>7} {:>6}\n";
    out << fmt::format(row, "scale", "people", "n", "mean", "+-", "SD", "+-");
    for (const service::NormView& norm : measure.norms)
      out << fmt::format(row, norm.name, whom(norm), norm.people, fmt::format("{:.2f}", norm.mean),
                         fmt::format("{:.2f}", norm.mean_error), fmt::format("{:.2f}", norm.sd),
                         fmt::format("{:.2f}", norm.sd_error));
    out << "  +-: standard error\n";
  }

  Outcome compute(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto measure = service::compute_local_norms(practice, service::the_program(), wanted());
      if (!measure) return tl::unexpected(measure.error());
      tell(desk.surroundings.out, *measure);
      return true;
    });
  }

  Outcome list(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto norms = service::list_local_norms(practice, service::the_program());
      if (!norms) return tl::unexpected(norms.error());
      for (const service::MeasureNorms& measure : norms->measures) tell(desk.surroundings.out, measure);
      say(desk.surroundings,
          fmt::format("norms need {} respondents with a first sheet about themselves", norms->needed));
      return true;
    });
  }

  Outcome export_answers(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto answers = service::export_answers(practice, service::the_program(), wanted());
      if (!answers) return tl::unexpected(answers.error());
      auto output = Output::open(out, desk.surroundings);
      if (!output) return tl::unexpected(output.error());
      if (auto written = output->write(wire::answer_table(*answers)); !written) return written;
      if (auto finished = output->finish(); !finished) return finished;
      say(desk.surroundings,
          fmt::format("{} people who agreed to research, without names; age, gender and answers together can "
                      "still tell who somebody is: keep the file as you keep the record{}",
                      answers->people.size(),
                      answers->definition.instrument->risks.empty()
                          ? ""
                          : ". Answers to risk questions are in it, in the clear"));
      return true;
    });
  }
};

using Norms = std::shared_ptr<NormsCommand>;

CLI::App* add_one(CLI::App& app, const Norms& command, Desk& desk, Action& chosen, const char* name,
                  const char* words, Outcome (NormsCommand::*step)(Desk&) const) {
  auto* sub = app.add_subcommand(name, words);
  sub->footer(fmt::format("\nExamples\n  securebase norms {}{} --data /srv/practice\n{}", name,
                          std::string_view(name) == "list" ? "" : " --instrument phq-9", exit_code_help));
  sub->final_callback([command, &desk, &chosen, step] {
    chosen = [command, &desk, step] { return (command.get()->*step)(desk); };
  });
  add_place(*sub, command->place);
  return sub;
}

void add_measure(CLI::App& sub, const Norms& command) {
  sub.add_option("--instrument", command->instrument, "Which one: an id such as phq-9, or id@version")
      ->type_name("ID")
      ->required();
  sub.add_option("--order", command->order, "Which order of items; needed where there are several")
      ->type_name("ID");
}

}  // namespace

void add_norms(CLI::App& app, Desk& desk, Action& chosen) {
  const auto command = std::make_shared<NormsCommand>();
  auto* norms = app.add_subcommand("norms", "Norms of the practice's own, once enough people have answered");
  norms->require_subcommand(1);
  add_measure(*add_one(*norms, command, desk, chosen, "compute",
                       "Compute them anew for one instrument, from everybody's first answers",
                       &NormsCommand::compute),
              command);
  add_one(*norms, command, desk, chosen, "list", "Which there are, and on how many people they rest",
          &NormsCommand::list);
  auto* answers = add_one(*norms, command, desk, chosen, "export",
                          "The first answers of those who agreed to research, without names, to calibrate on",
                          &NormsCommand::export_answers);
  add_measure(*answers, command);
  answers->add_option("--out", command->out, "Where they go; without it, to the terminal")->type_name("FILE");
}

}  // namespace securebase::cli
