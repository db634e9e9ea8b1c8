// securebase reminders list | run

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/place.hpp"
#include "service/reminder_queue.hpp"
#include "wire/fields.hpp"

namespace securebase::cli {
namespace {

struct RemindersCommand {
  PracticeChoice place;
  std::string public_url;
  bool json = false;

  Outcome list(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto done = (*host)->with_practice(place, [&](const service::Practice& practice) -> Result<bool> {
      const auto all = service::list_reminders(practice, service::the_program());
      if (!all) return tl::unexpected(all.error());
      json ? print_json(desk, *all) : print(desk, *all);
      return true;
    });
    if (!done) return tl::unexpected(done.error());
    return ExitCode::done;
  }

  static void print_json(Desk& desk, const std::vector<service::ReminderView>& all) {
    const wire::Node document(wire::Node::Object{{"schema", wire::Node("securebase.reminders/1")},
                                                 {"reminders", wire::to_node(all)}});
    desk.surroundings.out << wire::to_json(document) << '\n';
  }

  static void print(Desk& desk, const std::vector<service::ReminderView>& all) {
    constexpr std::string_view row = "{:<24} {:<8} {:<10} {:>8} {:>5}  {}\n";
    auto& out = desk.surroundings.out;
    if (!all.empty()) out << fmt::format(row, "due", "of", "state", "attempts", "reply", "why");
    for (const service::ReminderView& one : all)
      out << fmt::format(row, to_text(one.due_at), service::to_text(one.kind), service::to_text(one.state),
                         one.attempts, one.reply == 0 ? "" : std::to_string(one.reply), one.why);
    if (all.empty()) say(desk.surroundings, "there are no reminders");
  }

  Outcome run(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto sent = (*host)->send_reminders(place, public_url);
    if (!sent) return tl::unexpected(sent.error());
    desk.surroundings.out << fmt::format(
        "{} put into the queue, {} taken up again, {} sent, {} refused, {} put off\n", sent->queued,
        sent->taken_up, sent->sent, sent->refused, sent->put_off);
    return ExitCode::done;
  }
};

using Reminders = std::shared_ptr<RemindersCommand>;

CLI::App* add_one(CLI::App& app, const Reminders& command, Desk& desk, Action& chosen, const char* name,
                  const char* words, const char* example, Outcome (RemindersCommand::*step)(Desk&) const) {
  auto* sub = app.add_subcommand(name, words);
  sub->footer(fmt::format("\nExamples\n  securebase reminders {}\n{}", example, exit_code_help));
  sub->final_callback([command, &desk, &chosen, step] {
    chosen = [command, &desk, step] { return (command.get()->*step)(desk); };
  });
  add_place(*sub, command->place);
  return sub;
}

}  // namespace

void add_reminders(CLI::App& app, Desk& desk, Action& chosen) {
  const auto command = std::make_shared<RemindersCommand>();
  auto* reminders = app.add_subcommand("reminders", "Reminders by mail: the queue, and sending what is due");
  reminders->require_subcommand(1);
  auto* list = add_one(*reminders, command, desk, chosen, "list",
                       "What waits and what was sent, without names or addresses",
                       "list --data /srv/practice", &RemindersCommand::list);
  list->add_flag("--json", command->json, "As JSON");
  auto* run = add_one(*reminders, command, desk, chosen, "run",
                      "Send what is due once; a server that runs does it by itself",
                      "run --data /srv/practice --public-url https://help.example", &RemindersCommand::run);
  run->add_option("--public-url", command->public_url,
                  "Of the portal, where the link in each message leads that stops them")
      ->type_name("URL")
      ->required();
}

}  // namespace securebase::cli
