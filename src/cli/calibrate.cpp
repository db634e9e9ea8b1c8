// securebase calibrate

#include <fmt/format.h>

#include "cli/item_source.hpp"
#include "cli/replicates.hpp"
#include "measures/make_calibration.hpp"
#include "report/precision_plot.hpp"

namespace securebase::cli {
namespace {

static_assert(models::few_people == measures::fewest_calibrated);

struct CalibrateCommand {
  FitFiles files;
  ItemSource source;
  std::string model = "graded";
  std::string nodes = "61";
  bool compare = false;
  bool item_fit = false;
  bool dependence = false;
  bool functioning = false;
  std::string calibration;
  std::string sample;
  std::string norm_group;
  std::string source_id;
  std::string citation;

  void add_to(CLI::App& app) {
    source.add_to(app);
    app.add_option("--model", model, "graded (response) or partial-credit (generalized) [graded]")
        ->type_name("MODEL")
        ->check(CLI::IsMember({"graded", "partial-credit"}));
    app.add_flag("--compare", compare, "Fit the other model too");
    app.add_flag("--item-fit", item_fit, "Whether each item answers as the model says (S-X2)");
    app.add_flag("--dependence", dependence, "Pairs of items that share more than the state");
    app.add_flag("--dif", functioning, "Whether items work differently in the groups of --group");
    app.add_option("--nodes", nodes, "Quadrature nodes from -6 to 6 [61]")->type_name("N");
    app.add_option("--calibration", calibration,
                   "Where the item parameters go, as a file that stands beside a definition")
        ->type_name("FILE");
    app.add_option("--sample", sample, "For it: who these people are")->type_name("TEXT");
    app.add_option("--norm-group", norm_group, "For it: what they are called, such as clinic [local]")
        ->type_name("NAME");
    app.add_option("--source", source_id, "For it: id of the source [local]")->type_name("ID");
    app.add_option("--citation", citation, "For it: the source, where the definition has none of that id")
        ->type_name("TEXT");
    app.add_option("--out", files.out, "Where the result goes; without it, to the terminal")
        ->type_name("FILE");
    app.add_option("--plot", files.plot, "Where a picture of the precision goes, as SVG")->type_name("FILE");
    auto* as_json = app.add_flag("--json", files.json, "One JSON document");
    app.add_flag("--as-r", files.as_r, "Print an R script that fits the same model, and fit nothing")
        ->excludes(as_json);
    app.add_option("--level", files.level, "Of intervals [0.95]")->type_name("SHARE");
    files.reads(source.file.path);
  }

  [[nodiscard]] Result<models::ItemQuestion> question() const {
    models::ItemQuestion asked;
    asked.model =
        model == "graded" ? stats::ItemModel::graded_response : stats::ItemModel::generalized_partial_credit;
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    asked.level = files.level;
    const auto wanted = wire::parse_whole_number(nodes);
    if (!wanted || *wanted < 11 || *wanted > 401)
      return fail(ErrorKind::usage, "usage.nodes", "--nodes takes a number from 11 to 401, such as 61");
    asked.quadrature.nodes = static_cast<std::size_t>(*wanted);
    asked.compare = compare;
    asked.item_fit = item_fit;
    asked.dependence = dependence;
    asked.functioning = functioning;
    asked.threads = threads_here();
    return asked;
  }

  Outcome act(Desk& desk) const {
    const auto asked = question();
    if (!asked) return tl::unexpected(asked.error());
    if (!calibration.empty() && (sample.empty() || source.choice.instrument.empty()))
      return fail(ErrorKind::usage, "usage.calibration",
                  "--calibration needs --instrument, and --sample: who these people are");
    if (functioning && source.group.empty())
      return fail(ErrorKind::usage, "usage.group", "--dif needs --group: gender, age, or a column");
    for (const std::string& other : {files.out, files.plot})
      if (!calibration.empty() && !other.empty() && same_place(calibration, other))
        return fail(ErrorKind::usage, "usage.calibration",
                    "--calibration names the same file as --out or --plot");
    if (files.as_r && source.items.empty())
      return fail(ErrorKind::usage, "usage.as_r",
                  "--as-r goes with --items: a script needs the columns' names");
    if (files.as_r) return script(desk, *asked);
    const auto read = source.read(desk);
    if (!read) return tl::unexpected(read.error());
    say(desk.surroundings,
        fmt::format("{} people, {} items: looking for the best fit{}", read->answers.account.used,
                    read->answers.items.size(), functioning ? ", then once for each item" : ""));
    const auto fitted = models::answer_item_question(read->answers, *asked);
    if (!fitted) return tl::unexpected(fitted.error());
    // What was found is told even where it cannot be kept.
    auto told = files.tell(desk, fitted->report, [&]() -> Result<std::string> {
      return report::precision_plot(read->answers.what, {{"", models::precision_of(parameters(*fitted))}});
    });
    if (!told || calibration.empty()) return told;
    if (auto written = write_calibration(desk, *read, *fitted, *asked); !written)
      return tl::unexpected(written.error());
    return told;
  }

  static std::vector<stats::PolytomousItem> parameters(const models::CalibratedItems& fitted) {
    std::vector<stats::PolytomousItem> items;
    for (const auto& item : fitted.calibration.items[0]) items.push_back(item.item);
    return items;
  }

  Result<void> write_calibration(Desk& desk, const ItemSource::Read& read,
                                 const models::CalibratedItems& fitted,
                                 const models::ItemQuestion& asked) const {
    if (!read.answers.groups.empty())
      return fail(ErrorKind::bad_data, "calibration.unusable",
                  "item parameters for scoring come from everyone together: leave --group out");
    const measures::CalibratedSample of{read.scale->id,
                                        read.found.order->id,
                                        read.positions,
                                        asked.model,
                                        asked.quadrature,
                                        sample,
                                        norm_group.empty() ? "local" : norm_group,
                                        source_id.empty() ? "local" : source_id,
                                        source.bands.empty() ? usual_bands : source.bands,
                                        read.answers.responses.answers,
                                        read.people,
                                        asked.threads};
    const auto made = measures::make_calibration(of, fitted.calibration, fitted.reliability);
    if (!made) return tl::unexpected(made.error());
    std::vector<catalog::Source> sources;
    const auto& known = read.found.instrument->sources;
    if (std::none_of(known.begin(), known.end(),
                     [&](const auto& s) { return s.id == made->provenance.source; }))
      sources.push_back({made->provenance.source, citation.empty() ? sample : citation, ""});
    const std::string text = catalog::calibration_file(*read.found.instrument, {*made}, sources);
    if (const auto back = catalog::with_calibration(*read.found.instrument, {calibration, text}); !back)
      return tl::unexpected(back.error().front());
    auto output = Output::open(calibration, desk.surroundings, files.inputs());
    if (!output) return tl::unexpected(output.error());
    if (auto written = output->write(text); !written) return tl::unexpected(written.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    return {};
  }

  Outcome script(Desk& desk, const models::ItemQuestion& asked) const {
    std::string text = "# install.packages(\"mirt\")\nlibrary(mirt)\n";
    text += r_read(source.file.path);
    text += fmt::format("items <- d[{}]\n", r_texts(source.items));
    for (const std::string& item : source.reversed)
      text += fmt::format("i <- {}; items[[i]] <- sum(range(items[[i]], na.rm = TRUE)) - items[[i]]\n",
                          r_text(item));
    text += fmt::format(
        "fit <- mirt(items, 1, itemtype = \"{}\", quadpts = {}, SE = TRUE, technical = list(theta_lim = "
        "c(-6, 6)))\n",
        model == "graded" ? "graded" : "gpcm", asked.quadrature.nodes);
    text += "print(coef(fit, IRTpars = TRUE, simplify = TRUE))\nprint(logLik(fit))\n";
    if (item_fit) text += "print(itemfit(fit, \"S_X2\"))\n";
    if (dependence) text += "print(residuals(fit, type = \"LD\"))\n";
    return files.tell_script(desk, text);
  }
};

}  // namespace

void add_calibrate(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<CalibrateCommand>(app, desk, chosen, "calibrate",
                                "Item parameters of a scale from a file of answers", R"(
Item response theory: how well each item tells people apart, and where. The
result may be kept as a file beside a definition, for 'irt score' and for
questionnaires that adapt.
  securebase calibrate --instrument ecr --order online-5pt --scale anxiety \
    --in answers.csv.gz --item-fit --plot precision.svg
  securebase calibrate --instrument ecr --order online-5pt --scale anxiety \
    --in answers.csv.gz --dif --group gender --groups female,male
  securebase calibrate --items q1,q2,q3,q4 --in answers.csv --compare --json)");
}

}  // namespace securebase::cli
