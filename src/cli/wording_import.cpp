// securebase instruments import

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <istream>
#include <ostream>

#include "base/printable.hpp"
#include "catalog/language.hpp"
#include "catalog/pack.hpp"
#include "cli/explain.hpp"
#include "cli/place.hpp"
#include "cli/wording.hpp"
#include "service/wording.hpp"
#include "wire/byte_source.hpp"
#include "wire/pack.hpp"
#include "wire/pack_document.hpp"

namespace securebase::cli {
namespace {

/// Of a file of at most `most` bytes and one more, so that too much is noticed.
Result<std::string> read_up_to(const std::string& path, std::size_t most) {
  auto source = wire::open_file(path);
  if (!source) return tl::unexpected(source.error());
  std::string bytes;
  std::array<char, std::size_t{1} << 16U> buffer{};
  while (bytes.size() <= most) {
    const auto read = (*source)(buffer);
    if (!read) return tl::unexpected(read.error());
    if (*read == 0) break;
    bytes.append(buffer.data(), *read);
  }
  return bytes;
}

std::string shown(const std::string& text) {
  return printable(text, catalog::longest_pack_text);
}

struct ImportCommand {
  InstrumentChoice choice;
  PracticeChoice place;
  wire::PackChoice pack_choice;
  std::string path;
  std::string answers;
  std::vector<std::string> leave_out;
  std::string licence;
  std::string licence_file;
  bool dry_run = false;
  bool yes = false;
  bool json = false;

  void add_to(CLI::App& app) {
    app.add_option(
           "FILE", path,
           "FHIR Questionnaire (R4, R5), REDCap data dictionary or OpenScales .osd file; - is standard input")
        ->required();
    choice.add_to(app);
    app.add_option("--language", pack_choice.language,
                   "Of the wording, such as en or de-CH; needed where the file does not say")
        ->type_name("CODE");
    app.add_option("--form", pack_choice.form, "Which form of a data dictionary with several")
        ->type_name("NAME");
    app.add_option("--answers", answers,
                   "Words of the answers where the file refers to a list elsewhere: '0, Never | 1, Often'")
        ->type_name("CHOICES");
    app.add_option("--leave-out", leave_out,
                   "An item of the file that is none of the instrument, by its name there")
        ->type_name("NAME");
    auto* text =
        app.add_option("--licence-text", licence, "Who allows this wording to be used, and on what terms")
            ->type_name("TEXT");
    app.add_option("--licence-file", licence_file, "The same, as a file")->type_name("FILE")->excludes(text);
    app.add_flag("--dry-run", dry_run, "Show the match, and import nothing");
    app.add_flag("--yes", yes, "Import without being asked, where the match has been looked at");
    app.add_flag("--json", json, "One JSON document");
    add_place(app, place);
  }

  Outcome act(Desk& desk) const {
    const auto found = choice.find(desk);
    if (!found) return tl::unexpected(found.error());
    if (auto may = service::may_import({found->instrument, found->order}); !may)
      return tl::unexpected(may.error());
    const auto bytes = read_up_to(path, wire::largest_pack);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto pack = parse(*bytes);
    if (!pack) return tl::unexpected(pack.error());
    const auto review = catalog::match_pack(*pack, *found->instrument, *found->order, leave_out);
    if (!json) desk.surroundings.out << told(*found, *pack, review, desk.surroundings.width);
    if (!review.fits()) return refuse(desk, *found, *pack, review);
    // A dry run is refused whatever the run itself would be refused for.
    const auto terms = terms_for(*found, *pack);
    if (!terms) return tl::unexpected(terms.error());
    const service::PackFile file{name_of_file(), *pack,
                                 desk.surroundings.sha256 ? desk.surroundings.sha256(*bytes) : "", leave_out};
    if (auto fine = service::check_pack({found->instrument, found->order}, *terms, file); !fine)
      return tl::unexpected(fine.error());
    if (dry_run) return finish(desk, *found, *pack, review, false);
    if (auto kept = keep(desk, *terms, file, review); !kept) return tl::unexpected(kept.error());
    return finish(desk, *found, *pack, review, true);
  }

 private:
  [[nodiscard]] Result<catalog::Pack> parse(const std::string& bytes) const {
    wire::PackChoice chosen = pack_choice;
    if (!answers.empty()) {
      auto parsed = wire::parse_choices(answers, Place{"", 0, 0, "--answers"});
      if (!parsed) return tl::unexpected(parsed.error());
      chosen.answers = std::move(*parsed);
    }
    auto pack = wire::parse_pack(path, bytes, chosen);
    return pack ? std::move(pack) : tl::unexpected(with_option(pack.error()));
  }

  /// Names the option that helps.
  static Error with_option(Error error) {
    constexpr std::pair<std::string_view, std::string_view> options[] = {{"pack.form", "--form"},
                                                                         {"pack.language", "--language"},
                                                                         {"pack.given_answers", "--answers"},
                                                                         {"pack.count", "--leave-out"}};
    const bool none_too_many = error.code == "pack.count" && error.where.field.empty();
    for (const auto& [code, option] : options)
      if (error.code == code && !none_too_many) error.detail += fmt::format(" ({})", option);
    return error;
  }

  [[nodiscard]] std::string name_of_file() const {
    constexpr std::size_t longest = 200;
    return path == "-" ? "standard input"
                       : printable(std::filesystem::path(path).filename().string(), longest);
  }

  Outcome refuse(Desk& desk, const InstrumentChoice::Found& found, const catalog::Pack& pack,
                 const catalog::PackReview& review) const {
    if (json) desk.surroundings.out << document(found, pack, review, false);
    for (const Error& one : review.differences) say(desk.surroundings, to_text(with_option(one)));
    return fail(ErrorKind::bad_data, "pack.differs",
                fmt::format("{} difference{} from {}: nothing was imported", review.differences.size(),
                            review.differences.size() == 1 ? "" : "s", found.instrument->abbreviation),
                Place{path, 0, 0, ""});
  }

  [[nodiscard]] static std::string document(const InstrumentChoice::Found& found, const catalog::Pack& pack,
                                            const catalog::PackReview& review, bool imported) {
    return wire::pack_match_document(pack, review, *found.instrument, *found.order, imported);
  }

  Outcome finish(Desk& desk, const InstrumentChoice::Found& found, const catalog::Pack& pack,
                 const catalog::PackReview& review, bool imported) const {
    if (json)
      desk.surroundings.out << document(found, pack, review, imported);
    else
      desk.surroundings.out << (imported ? "Imported.\n" : "It fits. Nothing was imported: --dry-run.\n");
    return ExitCode::done;
  }

  [[nodiscard]] std::string told(const InstrumentChoice::Found& found, const catalog::Pack& pack,
                                 const catalog::PackReview& review, int width) const {
    std::string text =
        fmt::format("{} ({}, version {}), order {}\n", found.instrument->name, found.instrument->abbreviation,
                    found.instrument->version, found.order->id);
    const auto entry = [&](std::string_view label, const std::string& words) {
      if (!words.empty()) text += fmt::format("  {:<12}", label) + wrap(shown(words), width - 14, 14) + "\n";
    };
    entry("file", fmt::format("{}, {}", printable(path, 4096), catalog::to_text(pack.format)));
    entry("language", pack.language.empty() ? "not said: --language says it" : pack.language);
    entry("version", pack.version);
    entry("title", pack.title);
    entry("instruction", pack.instruction);
    entry("it states", pack.copyright);
    text += fmt::format("\n  item  {:<28} in the file\n", "meant");
    for (const catalog::PackMatch& match : review.items) text += row(match, width);
    for (const catalog::PackRest& one : review.rest)
      text += "- " + wrap(fmt::format("Not imported: {} ({}).", printable(one.link), one.why), width - 2, 2) +
              "\n";
    for (const std::string& note : review.notes) text += "- " + wrap(note, width - 2, 2) + "\n";
    return text + "\n";
  }

  static std::string row(const catalog::PackMatch& match, int width) {
    std::string text = fmt::format("  {:>4}  {:<28} {}\n", match.item, match.gist, printable(match.link));
    text += "        " + wrap(shown(match.text), width - 8, 8) + "\n";
    std::string answers;
    for (std::size_t k = 0; k < match.answers.size(); ++k)
      answers += fmt::format("{}{} {}", k == 0 ? "" : " | ", match.range.min + static_cast<int>(k),
                             shown(match.answers[k]));
    if (match.answers.empty())
      answers = fmt::format("{} to {}, without words", match.range.min, match.range.max);
    return text + "        " + wrap(answers, width - 8, 8) + "\n";
  }

  [[nodiscard]] Result<service::WordingTerms> terms_for(const InstrumentChoice::Found& found,
                                                        const catalog::Pack& pack) const {
    if (pack.language.empty())
      return fail(
          ErrorKind::usage, "usage.language",
          fmt::format("the file does not say its language: --language says it, {}", catalog::valid_language));
    const auto terms = licence_terms(pack);
    if (!terms) return tl::unexpected(terms.error());
    return service::WordingTerms{fmt::format("{}@{}", found.instrument->id, found.instrument->version),
                                 found.order->id, *terms, true};
  }

  Result<bool> keep(Desk& desk, const service::WordingTerms& terms, const service::PackFile& file,
                    const catalog::PackReview& review) const {
    const auto host = host_of(desk);
    if (!host) return tl::unexpected(host.error());
    if (auto confirmed = confirm(desk, file.pack, review); !confirmed) return confirmed;
    return (*host)->with_practice(place, [&](const service::Practice& practice) -> Result<bool> {
      const auto kept = service::import_pack(practice, service::the_program(), terms, file);
      if (!kept) return tl::unexpected(kept.error());
      if (kept->replaces)
        say(desk.surroundings, fmt::format("the wording in '{}' that was there is shown to nobody any more",
                                           file.pack.language));
      return true;
    });
  }

  /// As given, else as the file states them.
  [[nodiscard]] Result<std::string> licence_terms(const catalog::Pack& pack) const {
    if (!licence.empty()) return licence;
    if (!licence_file.empty()) return read_up_to(licence_file, service::longest_licence);
    if (!pack.copyright.empty()) return pack.copyright;
    return fail(
        ErrorKind::usage, "usage.licence",
        "the file states no terms: --licence-text or --licence-file says who allows this wording to be "
        "used, and on what terms");
  }

  Result<bool> confirm(Desk& desk, const catalog::Pack& pack, const catalog::PackReview& review) const {
    if (yes) return true;
    if (desk.surroundings.in == nullptr)
      return fail(ErrorKind::usage, "usage.yes",
                  "the match has to be confirmed: look at it with --dry-run, then add --yes");
    desk.surroundings.err << fmt::format("Import these {} items as the wording in '{}'? Type yes: ",
                                         review.items.size(), printable(pack.language))
                          << std::flush;
    std::string answer;
    std::getline(*desk.surroundings.in, answer);
    if (answer == "yes") return true;
    return fail(ErrorKind::conflict, "pack.not_confirmed", "nothing was imported");
  }
};

}  // namespace

void add_instruments_import(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ImportCommand>();
  CLI::App* sub = app.add_subcommand(
      "import", "Hold a file of wording against a definition, item by item, and take it into the practice");
  command->add_to(*sub);
  sub->footer(std::string(exit_code_help));
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
