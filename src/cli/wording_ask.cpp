// securebase instruments ask

#include <fmt/format.h>

#include <ostream>

#include "catalog/ask.hpp"
#include "cli/explain.hpp"
#include "cli/wording.hpp"
#include "wire/pack_document.hpp"

namespace securebase::cli {
namespace {

std::string told(const catalog::Instrument& instrument, const catalog::WordingGuide& guide, int width) {
  std::string text = guide.title + "\n";
  const auto entry = [&](std::string_view label, const std::string& words) {
    if (!words.empty()) text += fmt::format("  {:<12}", label) + wrap(words, width - 14, 14) + "\n";
  };
  entry("owner", guide.holder.empty() ? "not known" : guide.holder);
  entry("terms", guide.terms + (guide.verified ? "" : " [unverified]"));
  entry("", guide.note);
  entry("to be named", guide.attribution);
  for (const auto& source : guide.sources)
    entry(&source == guide.sources.data() ? "where" : "",
          source.citation + (source.url.empty() ? "" : ". " + source.url));
  text += "\nWhat to do\n----------\n";
  for (std::size_t i = 0; i < guide.steps.size(); ++i)
    text += fmt::format("{}. ", i + 1) + wrap(guide.steps[i], width - 3, 3) + "\n";
  if (instrument.licence.wording == catalog::Wording::imported)
    text +=
        fmt::format("\n  securebase instruments import FILE --instrument {} --licence-file TERMS --dry-run\n",
                    instrument.id);
  if (guide.letter.empty()) return text;
  text += "\nA letter\n--------\n";
  for (std::size_t begin = 0; begin < guide.letter.size();) {
    const auto end = guide.letter.find('\n', begin);
    const std::string line = guide.letter.substr(begin, end - begin);
    text += line.empty() ? "\n" : wrap(line, width, 0) + "\n";
    begin = end == std::string::npos ? guide.letter.size() : end + 1;
  }
  return text;
}

struct AskCommand {
  std::string reference;
  catalog::AskingPractice practice;
  bool json = false;

  Outcome act(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    const auto found = find_instrument(**library, reference);
    if (!found) return tl::unexpected(found.error());
    const auto guide = catalog::make_wording_guide(**found, practice);
    desk.surroundings.out << (json ? wire::wording_guide_document(**found, guide)
                                   : told(**found, guide, desk.surroundings.width));
    return ExitCode::done;
  }
};

}  // namespace

void add_instruments_ask(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<AskCommand>();
  CLI::App* sub = app.add_subcommand(
      "ask", "Who owns the wording of one, on what terms, where to ask, and a letter that asks");
  sub->add_option("ID", command->reference, "An id such as ecr, or id@version")->required();
  sub->add_option("--practice", command->practice.name, "Name of the practice, for the letter")
      ->type_name("NAME");
  sub->add_option("--purpose", command->practice.purpose,
                  "What it is for, such as 'routine outcome measurement'")
      ->type_name("TEXT");
  sub->add_option("--clients", command->practice.clients, "About how many clients a year")->type_name("N");
  sub->add_option("--languages", command->practice.languages, "In which languages")->type_name("TEXT");
  sub->add_flag("--json", command->json, "One JSON document");
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
