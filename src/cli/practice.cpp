// securebase setup | demo | serve | user | audit | backup | restore | store | key | doctor

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <set>

#include "cli/command.hpp"
#include "cli/place.hpp"
#include "service/sign_in.hpp"

namespace securebase::cli {

void add_place(CLI::App& app, PracticeChoice& choice) {
  app.add_option("--data", choice.data, "Folder of the practice (default: securebase in your data folder)")
      ->type_name("FOLDER")
      ->envname("SECUREBASE_DATA");
  app.add_option("--keys", choice.keys,
                 "Folder of the practice key (default: keys in the folder of the practice)")
      ->type_name("FOLDER")
      ->envname("SECUREBASE_KEYS");
  app.add_option("--database", choice.database,
                 "PostgreSQL database of the record, such as postgresql:///practice (default: a file)")
      ->type_name("URL")
      ->envname("SECUREBASE_DATABASE");
  app.add_option("--passphrase-file", choice.passphrase_file,
                 "File whose first line is the passphrase of the practice key")
      ->type_name("FILE");
}

Result<Host*> host_of(const Desk& desk) {
  if (desk.surroundings.host != nullptr) return desk.surroundings.host;
  return fail(ErrorKind::internal, "host.none", "this program cannot open a practice");
}

namespace {

/// A word as a shell takes it.
std::string quoted(const std::string& word) {
  constexpr std::string_view plain = "-_./:=@%+,";
  const bool is_plain = std::all_of(word.begin(), word.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || plain.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (is_plain && !word.empty()) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// The command for this practice, as it is to be typed.
std::string command_for(const PracticeChoice& place, std::string command) {
  for (const auto& [option, value] :
       {std::pair("--data", &place.data), std::pair("--keys", &place.keys),
        std::pair("--database", &place.database), std::pair("--passphrase-file", &place.passphrase_file)})
    if (!value->empty()) command += fmt::format(" {} {}", option, quoted(*value));
  return command;
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

void print_recovery_key(std::ostream& out, const Private<std::string>& key) {
  out << "Recovery key. Print or write it down now, and keep it where this machine is not:\n\n"
      << key.reveal()
      << "\nWithout the practice key and without this the record can never be opened again, by\n"
         "nobody. It is shown only once. Try it: restore a backup on another machine.\n";
}

std::string list_of_roles(const service::UserView& user) {
  std::string roles;
  for (const auto& [has, name] :
       {std::pair(user.therapist, "therapist"), std::pair(user.supervisor, "supervisor"),
        std::pair(user.admin, "admin"), std::pair(user.researcher, "researcher")})
    if (has) roles += (roles.empty() ? "" : ", ") + std::string(name);
  return roles.empty() ? "no role" : roles;
}

struct PracticeCommand {
  PracticeChoice place;
  ServeChoice serving;
  RestoreChoice restoring;
  std::string path;
  std::string login;
  std::string name;
  service::NewUser roles;
  std::uint64_t seed = 1;
  bool json = false;

  Outcome set_up(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto key = (*host)->create(place);
    if (!key) return tl::unexpected(key.error());
    auto& out = desk.surroundings.out;
    out << "A practice was made in " << (*host)->folder_of(place) << "\n\n";
    print_recovery_key(out, *key);
    out << "\nNext: " << command_for(place, "securebase serve") << '\n';
    return ExitCode::done;
  }

  void say_demo(std::ostream& out, const service::DemoMade& made) const {
    out << fmt::format(
        "A demonstration was made in {}. Everybody in it is INVENTED: {} in {}, {} filled in.\n"
        "It takes in nobody else. A practice for real clients: securebase setup\n\n",
        place.data, counted(made.people, "person", "people"), counted(made.courses, "course", "courses"),
        counted(made.sheets, "sheet", "sheets"));
    constexpr std::string_view row = "    {:<16} {:<24} {}\n";
    out << fmt::format(row, "login", "password", "who may");
    for (const auto& [user, password] : made.users)
      out << fmt::format(row, user.login, password.reveal(), list_of_roles(user));
    out << "\nThe passwords are shown only once.\n";
  }

  Outcome demonstrate(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    auto& out = desk.surroundings.out;
    if (!std::filesystem::exists(place.data))
      out << "Inventing people and their courses; this takes a few seconds.\n" << std::flush;
    const auto made = (*host)->make_demo(place, seed);
    if (!made) return tl::unexpected(made.error());
    if (*made)
      say_demo(out, **made);
    else
      out << fmt::format(
          "The demonstration in {} is served again. Everybody in it is INVENTED.\n"
          "The passwords were shown when it was made; for a new one: {}\n",
          place.data, command_for(place, "securebase user reset demo-therapist"));
    out << '\n' << std::flush;
    ServeChoice with_portal = serving;
    with_portal.portal_address = "127.0.0.1";
    with_portal.portal_port = serving.port == 0 ? 0 : static_cast<std::uint16_t>(serving.port + 1);
    return serve_as(desk, with_portal);
  }

  Outcome serve(Desk& desk) const { return serve_as(desk, serving); }

  Outcome serve_as(Desk& desk, const ServeChoice& how) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto served = (*host)->serve(
        place, how, [&](const std::string& words) { desk.surroundings.out << words << std::flush; });
    if (!served) return tl::unexpected(served.error());
    return ExitCode::done;
  }

  Outcome with(Desk& desk, const Host::Use& use) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto done = (*host)->with_practice(place, use);
    if (!done) return tl::unexpected(done.error());
    return ExitCode::done;
  }

  /// Who has chosen a password.
  static Result<std::set<std::string>> with_password(const service::Practice& practice) {
    std::set<std::string> ids;
    auto done = practice.store.read([&](service::Transaction& transaction) -> Result<bool> {
      const auto users = service::list<service::User>(transaction);
      if (!users) return tl::unexpected(users.error());
      for (const auto& user : *users)
        if (!user.password_hash.empty()) ids.insert(user.id.text());
      return true;
    });
    if (!done) return tl::unexpected(done.error());
    return ids;
  }

  Outcome list_users(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto users = service::list_users(practice, service::the_program());
      if (!users) return tl::unexpected(users.error());
      const auto can_sign_in = with_password(practice);
      if (!can_sign_in) return tl::unexpected(can_sign_in.error());
      constexpr std::string_view row = "{:<20} {:<24} {:<34} {:<9} {}\n";
      auto& out = desk.surroundings.out;
      if (!users->empty()) out << fmt::format(row, "login", "name", "roles", "state", "id");
      for (const auto& user : *users)
        out << fmt::format(row, user.login, user.display_name,
                           list_of_roles(user) + (user.uses_codes ? ", one-time codes" : ""),
                           user.disabled                             ? "disabled"
                           : can_sign_in->count(user.id.text()) == 0 ? "invited"
                                                                     : "active",
                           user.id.text());
      if (users->empty())
        say(desk.surroundings, "there is no user yet: the first start of the server prints how");
      return true;
    });
  }

  static void print_token(std::ostream& out, const service::Invited& invited) {
    out << "For " << invited.user.login << ", to choose a password; shown only once:\n"
        << invited.token.reveal() << '\n';
  }

  /// Nobody is stuck with a user who may do nothing, or with a practice that nobody may manage.
  [[nodiscard]] Result<bool> check_roles(const service::Practice& practice) const {
    if (!roles.therapist && !roles.supervisor && !roles.admin && !roles.researcher)
      return fail(ErrorKind::usage, "user.role",
                  "say what they do: --therapist, --supervisor, --admin or --researcher, one or more");
    if (roles.admin) return true;
    const auto users = service::list_users(practice, service::the_program());
    if (!users) return tl::unexpected(users.error());
    if (std::any_of(users->begin(), users->end(),
                    [](const auto& user) { return user.admin && !user.disabled; }))
      return true;
    return fail(
        ErrorKind::conflict, "user.no_admin",
        "there is no admin yet, who comes first: start the server, which prints a set-up token, or give "
        "--admin too");
  }

  Outcome invite(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      if (auto fits = check_roles(practice); !fits) return fits;
      auto input = roles;
      input.login = login;
      input.display_name = name.empty() ? login : name;
      const auto invited = service::invite_user(practice, service::the_program(), input);
      if (!invited) return tl::unexpected(invited.error());
      print_token(desk.surroundings.out, *invited);
      return true;
    });
  }

  Result<service::UserView> find_user(const service::Practice& practice) const {
    const auto users = service::list_users(practice, service::the_program());
    if (!users) return tl::unexpected(users.error());
    const auto found = std::find_if(users->begin(), users->end(),
                                    [&](const service::UserView& user) { return user.login == login; });
    if (found != users->end()) return *found;
    return fail(ErrorKind::not_found, "user.unknown",
                "no user has this login; securebase user list shows all");
  }

  Outcome reset(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto user = find_user(practice);
      if (!user) return tl::unexpected(user.error());
      const auto invited = service::reset_user(practice, service::the_program(), user->id);
      if (!invited) return tl::unexpected(invited.error());
      print_token(desk.surroundings.out, *invited);
      return true;
    });
  }

  Outcome disable(Desk& desk) const {
    return with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto user = find_user(practice);
      if (!user) return tl::unexpected(user.error());
      const auto disabled = service::disable_user(practice, service::the_program(), user->id);
      if (!disabled) return tl::unexpected(disabled.error());
      desk.surroundings.out << user->login << " can no longer sign in\n";
      return true;
    });
  }

  Outcome verify_audit(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto known = (*host)->known_heads(place, path);
    if (!known) return tl::unexpected(known.error());
    auto code = ExitCode::bad_data;
    auto outcome = with(desk, [&](const service::Practice& practice) -> Result<bool> {
      const auto verdict = service::verify_audit(practice, known->heads);
      if (!verdict) return tl::unexpected(verdict.error());
      if (verdict->intact) code = verdict->held_heads == 0 ? ExitCode::not_all_checked : ExitCode::done;
      auto& out = desk.surroundings.out;
      out << fmt::format("{}, head {} {}\n", counted(verdict->entries, "entry", "entries"),
                         verdict->head.number, verdict->head.hash);
      for (const std::string& note : known->notes) out << note << '\n';
      out << verdict->words << '\n';
      if (code == ExitCode::not_all_checked)
        out << "Give one with --head, or make a backup, which keeps one: "
            << command_for(place, "securebase backup") << '\n';
      return true;
    });
    if (!outcome) return outcome;
    return code;
  }

  Outcome back_up(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto made = (*host)->back_up(place, path);
    if (!made) return tl::unexpected(made.error());
    desk.surroundings.out << fmt::format(
        "{}\n{} bytes, read back and found whole; the audit stood at entry {}.\n"
        "It can be opened with the practice key or the recovery key, and with nothing else.\n",
        made->file, made->bytes, made->audit_number);
    return ExitCode::done;
  }

  Outcome restore(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto done = (*host)->restore(place, restoring);
    if (!done) return tl::unexpected(done.error());
    auto& out = desk.surroundings.out;
    out << fmt::format(
        "Restored into {}; the audit goes on from entry {}.\n"
        "Everybody has to sign in again, and links that were sent no longer work.\n",
        (*host)->folder_of(place), done->audit_number);
    if (done->erased_again > 0)
      out << fmt::format("Erased again, because they were erased after this backup: {}.\n",
                         done->erased_again);
    say_what_is_left(desk, *done);
    return ExitCode::done;
  }

  void say_what_is_left(Desk& desk, const RestoreDone& done) const {
    auto& out = desk.surroundings.out;
    if (!done.kept.empty())
      out << "The record that was here before: " << done.kept
          << "\nIt still holds who was erased since: delete it when the restored one is right.\n";
    if (done.heads_left > 0)
      out << fmt::format("Put aside, because the audit has left their branch: {} of backups.\n",
                         counted(done.heads_left, "head", "heads"));
    out << fmt::format(
        "Users who are not disabled: {}. Whoever was disabled after this backup is among them.\n",
        done.users.empty() ? "none" : fmt::format("{}", fmt::join(done.users, ", ")));
    out << "Next: " << command_for(place, "securebase serve") << '\n';
    if (restoring.without_erasures)
      say(desk.surroundings,
          "WITHOUT the list of erasures: whoever was erased after this backup is in the record again, and "
          "has "
          "to be erased again");
    if (done.old_was_unreadable)
      say(desk.surroundings,
          "the record that was here cannot be read: whoever was erased and is not in erasures.txt "
          "beside the backup is in the record again");
    if (done.open_key)
      say(desk.surroundings,
          fmt::format("{} is protected by no passphrase: whoever reads it opens the record. "
                      "With --passphrase-file a restore seals it",
                      *done.open_key));
  }

  Outcome copy(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto rows = (*host)->copy(place, path);
    if (!rows) return tl::unexpected(rows.error());
    desk.surroundings.out << fmt::format(
        "{} copied. The practice key stays where it is.\n"
        "The record they come from is marked as moved and opens no more; to undo that: {}\n",
        counted(*rows, "row", "rows"), command_for(place, "securebase store reopen"));
    return ExitCode::done;
  }

  Outcome reopen(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto reopened = (*host)->reopen(place);
    if (!reopened) return tl::unexpected(reopened.error());
    desk.surroundings.out << (*reopened
                                  ? "The record is used again. What was written to its copy is not in it.\n"
                                  : "This record was not marked as moved.\n");
    return ExitCode::done;
  }

  Outcome rotate(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    const auto done = (*host)->rotate_key(place, path);
    if (!done) return tl::unexpected(done.error());
    auto& out = desk.surroundings.out;
    out << "The practice key was replaced. Backups made before need the recovery key from before:\n"
           "securebase restore --recovery-key.\n\n";
    print_recovery_key(out, done->recovery);
    if (!done->backup_error) {
      out << "\nA backup under the new key: " << done->backup << '\n';
      return ExitCode::done;
    }
    say(desk.surroundings,
        fmt::format("there is no backup under the new key yet ({}); make one: {}",
                    to_text(*done->backup_error), command_for(place, "securebase backup")));
    return exit_code(done->backup_error->kind);
  }

  Outcome examine(Desk& desk) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    bool bad = false;
    for (const auto& check : (*host)->examine(place, path, serving.public_url)) {
      const auto state = check.state == HealthCheck::State::good      ? "good   "
                         : check.state == HealthCheck::State::warning ? "look at"
                                                                      : "BAD    ";
      bad = bad || check.state == HealthCheck::State::bad;
      desk.surroundings.out << fmt::format("{}  {:<12} {}\n", state, check.name, check.words);
    }
    return bad ? ExitCode::bad_data : ExitCode::done;
  }
};

using Command = std::shared_ptr<PracticeCommand>;
using Step = Outcome (PracticeCommand::*)(Desk&) const;

constexpr std::pair<std::string_view, std::string_view> examples[] = {
    {"setup",
     "  A practice whose key is on another disk than the record:\n"
     "    securebase setup --data /srv/practice --keys /media/key\n"},
    {"demo",
     "  Forty courses of invented people, at http://127.0.0.1:8080:\n"
     "    securebase demo --data demo\n"},
    {"serve",
     "  For this machine alone, with a backup each day:\n"
     "    securebase serve --data /srv/practice --backup-every 24\n"
     "  For clients' phones too:\n"
     "    securebase serve --data /srv/practice --portal 0.0.0.0 \\\n"
     "      --public-url https://practice.example:8443 \\\n"
     "      --tls-certificate chain.pem --tls-key key.pem\n"},
    {"list", "  securebase user list --data /srv/practice\n"},
    {"invite",
     "  Somebody who treats:\n"
     "    securebase user invite ada --name 'Ada Weber' --therapist\n"},
    {"reset", "  securebase user reset ada --data /srv/practice\n"},
    {"disable", "  securebase user disable ada --data /srv/practice\n"},
    {"verify",
     "  Against a head that was kept elsewhere:\n"
     "    securebase audit verify --data /srv/practice --head /media/heads\n"},
    {"backup", "  securebase backup --data /srv/practice --to /media/backups\n"},
    {"restore",
     "  On another machine, with the recovery key typed into a file:\n"
     "    securebase restore securebase-20261125-144210.sbk \\\n"
     "      --data new --recovery-key recovery.txt\n"
     "  In the place of a record, which is kept:\n"
     "    securebase restore securebase-20261125-144210.sbk \\\n"
     "      --data /srv/practice --replace\n"},
    {"copy",
     "  From a file into PostgreSQL:\n"
     "    securebase store copy --data /srv/practice --to postgresql:///practice\n"},
    {"reopen", "  securebase store reopen --data /srv/practice\n"},
    {"rotate", "  securebase key rotate --data /srv/practice\n"},
    {"doctor", "  securebase doctor --data /srv/practice\n"},
};

/// What stands at the end of a command's help.
std::string footer_of(std::string_view name) {
  for (const auto& [command, text] : examples)
    if (command == name) return fmt::format("\nExamples\n{}{}", text, exit_code_help);
  return std::string(exit_code_help);
}

CLI::App* add_without_place(CLI::App& app, const Command& command, Desk& desk, Action& chosen,
                            const char* name, const char* words, Step step) {
  auto* sub = app.add_subcommand(name, words);
  sub->footer(footer_of(name));
  sub->final_callback([command, &desk, &chosen, step] {
    chosen = [command, &desk, step] { return (command.get()->*step)(desk); };
  });
  return sub;
}

CLI::App* add(CLI::App& app, const Command& command, Desk& desk, Action& chosen, const char* name,
              const char* words, Step step) {
  auto* sub = add_without_place(app, command, desk, chosen, name, words, step);
  add_place(*sub, command->place);
  return sub;
}

void add_demo(CLI::App& app, const Command& command, Desk& desk, Action& chosen) {
  auto* sub = add_without_place(app, command, desk, chosen, "demo",
                                "Make a practice of invented people and serve it, to look around in",
                                &PracticeCommand::demonstrate);
  sub->add_option("--data", command->place.data,
                  "Folder of the demonstration; one that is there is served again")
      ->type_name("FOLDER")
      ->required();
  sub->add_option("--port", command->serving.port,
                  "Port on this machine, the portal has the next; 0: any that are free")
      ->type_name("PORT")
      ->capture_default_str();
  sub->add_option("--seed", command->seed, "The same number makes the same people and answers")
      ->type_name("N")
      ->capture_default_str();
}

void add_serve(CLI::App& app, const Command& command, Desk& desk, Action& chosen) {
  auto* sub = add(app, command, desk, chosen, "serve",
                  "Run the server of a practice, until it is told to stop", &PracticeCommand::serve);
  auto& serving = command->serving;
  sub->add_option("--address", serving.address, "Where the workbench listens")
      ->type_name("ADDRESS")
      ->capture_default_str();
  sub->add_option("--port", serving.port, "Port of the workbench; 0: any that is free")
      ->type_name("PORT")
      ->capture_default_str();
  sub->add_option("--host", serving.hosts,
                  "Name under which the workbench may be asked for (default: this machine's own)")
      ->type_name("NAME");
  auto* portal = sub->add_option("--portal", serving.portal_address,
                                 "Address for clients' phones; without it there is no portal")
                     ->type_name("ADDRESS");
  sub->add_option("--portal-port", serving.portal_port, "Port of the portal")
      ->type_name("PORT")
      ->capture_default_str()
      ->needs(portal);
  sub->add_option("--public-url", serving.public_url, "What clients type to reach the portal, with https://")
      ->type_name("URL")
      ->needs(portal);
  sub->add_option("--tls-certificate", serving.tls_certificate,
                  "Certificate chain, PEM, of the portal and of a workbench on the network")
      ->type_name("FILE");
  sub->add_option("--tls-key", serving.tls_key, "Its private key, PEM")->type_name("FILE");
  sub->add_option("--trusted-proxy", serving.trusted_proxies,
                  "Address or network of a proxy in front of the portal")
      ->type_name("ADDRESS");
  sub->add_option("--backups", serving.backups,
                  "Folder of backups (default: backups in the folder of the practice)")
      ->type_name("FOLDER");
  auto month = CLI::Range(0, 24 * 31);
  month.description("");
  sub->add_option("--backup-every", serving.backup_hours,
                  "Hours between two backups, up to 744; 0: none by itself")
      ->type_name("HOURS")
      ->check(month)
      ->capture_default_str();
}

void add_user(CLI::App& app, const Command& command, Desk& desk, Action& chosen) {
  auto* user = app.add_subcommand("user", "Who works with the program");
  user->require_subcommand(1);
  add(*user, command, desk, chosen, "list", "All users and their roles", &PracticeCommand::list_users);
  auto* invite = add(*user, command, desk, chosen, "invite", "Add a user, who then chooses a password",
                     &PracticeCommand::invite);
  invite->add_option("login", command->login, "Name to sign in with")->required();
  invite->add_option("--name", command->name, "Name to be shown")->type_name("NAME");
  invite->add_flag("--therapist", command->roles.therapist, "Treats");
  invite->add_flag("--supervisor", command->roles.supervisor, "Supervises");
  invite->add_flag("--admin", command->roles.admin, "Manages users and settings");
  invite->add_flag("--researcher", command->roles.researcher,
                   "Sees pseudonymous answers of those who agreed");
  auto* reset = add(*user, command, desk, chosen, "reset", "A new password for somebody, without mail",
                    &PracticeCommand::reset);
  reset->add_option("login", command->login, "Whose")->required();
  auto* disable = add(*user, command, desk, chosen, "disable", "Keep somebody from signing in",
                      &PracticeCommand::disable);
  disable->add_option("login", command->login, "Whom")->required();
}

}  // namespace

void add_practice(CLI::App& app, Desk& desk, Action& chosen) {
  const auto command = std::make_shared<PracticeCommand>();
  add(app, command, desk, chosen, "setup", "Make a practice: its folder, its key and an empty record",
      &PracticeCommand::set_up);
  add_demo(app, command, desk, chosen);
  add_serve(app, command, desk, chosen);
  add_user(app, command, desk, chosen);

  auto* audit = app.add_subcommand("audit", "Who has seen or changed what");
  audit->require_subcommand(1);
  auto* verify = add(*audit, command, desk, chosen, "verify", "Whether the audit is whole and unchanged",
                     &PracticeCommand::verify_audit);
  verify
      ->add_option("--head", command->path,
                   "A .head file or a folder of backups (default: the practice's backups)")
      ->type_name("PATH");

  auto* backup = add(app, command, desk, chosen, "backup",
                     "Write an encrypted backup, while the server runs or not", &PracticeCommand::back_up);
  backup
      ->add_option("--to", command->path,
                   "Folder of backups (default: backups in the folder of the practice)")
      ->type_name("FOLDER");
  auto* restore = add(app, command, desk, chosen, "restore", "Put the record of a backup in place",
                      &PracticeCommand::restore);
  restore->add_option("backup", command->restoring.file, "The backup, a .sbk file")->required();
  restore
      ->add_option("--recovery-key", command->restoring.recovery_file,
                   "File with the recovery key as printed: on a machine without the practice key, and for a "
                   "backup from before a rotation")
      ->type_name("FILE");
  restore->add_flag("--replace", command->restoring.replace,
                    "Put it in the place of a record, which is kept");
  restore->add_flag("--without-erasures", command->restoring.without_erasures,
                    "Do without erasures.txt beside the backup: who was erased since comes back");
  restore
      ->add_option(
          "--backups", command->restoring.backups,
          "Folder of this practice's backups, whose heads of the audit are compared (default: backups "
          "in the folder of the practice)")
      ->type_name("FOLDER");

  auto* store = app.add_subcommand("store", "Where the record is kept");
  store->require_subcommand(1);
  auto* copy = add(*store, command, desk, chosen, "copy", "Copy the record into an empty database",
                   &PracticeCommand::copy);
  copy->add_option("--to", command->path, "postgresql://... or a folder")->required()->type_name("PLACE");
  add(*store, command, desk, chosen, "reopen", "Use a record again that was copied elsewhere",
      &PracticeCommand::reopen);

  auto* key = app.add_subcommand("key", "The practice key");
  key->require_subcommand(1);
  auto* rotate = add(*key, command, desk, chosen, "rotate",
                     "Replace the practice key; the server must be stopped", &PracticeCommand::rotate);
  rotate
      ->add_option("--backups", command->path,
                   "Folder of backups, which gets a new one (default: backups in the folder of the practice)")
      ->type_name("FOLDER");

  auto* doctor =
      add(app, command, desk, chosen, "doctor",
          "Look at record, key, permissions, backups, disk, clock and memory", &PracticeCommand::examine);
  doctor
      ->add_option("--backups", command->path,
                   "Folder of backups (default: backups in the folder of the practice)")
      ->type_name("FOLDER");
  doctor->add_option("--public-url", command->serving.public_url, "Of the portal, where there is one")
      ->type_name("URL");
}

}  // namespace securebase::cli
