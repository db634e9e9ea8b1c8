// securebase fit apim

#include <fmt/format.h>

#include <set>

#include "cli/fit_structural.hpp"
#include "models/dyad_table.hpp"
#include "report/path_diagram.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::cli {
namespace {

using stats::Partners;

struct Dyads {
  models::Table table;
  stats::DyadColumns columns;
  std::size_t without_dyad = 0;
  std::size_t single = 0;
};

models::StructuralPlan plan_of(const stats::DyadColumns& columns, Partners partners) {
  const auto design = stats::actor_partner(columns, partners);
  return {{design.model}, design.defined, 0};
}

struct ApimCommand {
  FitFiles files;
  ErrorChoice errors;
  ResampleChoice resampling;
  std::string actor;
  std::string outcome;
  models::MemberColumns members;
  bool indistinguishable = false;

  void add_to(CLI::App& app) {
    files.add_to(app);
    auto* wide =
        app.add_option("--actor", actor, "Predictor of member 1 and of member 2, in one row for each dyad")
            ->type_name("X1,X2");
    app.add_option("--outcome", outcome, "Outcome of member 1 and of member 2")
        ->type_name("Y1,Y2")
        ->needs(wide);
    auto* dyad =
        app.add_option("--dyad", members.dyad, "With one row for each member: column that says which dyad")
            ->type_name("NAME")
            ->excludes(wide);
    app.add_option("--role", members.role,
                   "Column that says which member; needed unless they cannot be told apart")
        ->type_name("NAME")
        ->needs(dyad);
    app.add_option("--x", members.x, "Column of the predictor")->type_name("NAME")->needs(dyad);
    app.add_option("--y", members.y, "Column of the outcome")->type_name("NAME")->needs(dyad);
    app.add_flag("--indistinguishable", indistinguishable,
                 "Tell the model in which members cannot be told apart");
    errors.add_to(app);
    resampling.add_to(app);
  }

  [[nodiscard]] bool is_long() const { return !members.dyad.empty(); }

  [[nodiscard]] Result<void> check() const {
    if (is_long() && (members.x.empty() || members.y.empty()))
      return fail(ErrorKind::usage, "usage.fit", "with --dyad, --x and --y say which columns to use");
    if (is_long() && members.role.empty() && !indistinguishable)
      return fail(
          ErrorKind::usage, "usage.fit",
          "--role is needed: which member is which; or --indistinguishable where that cannot be said");
    if (!is_long() && (actor.empty() || outcome.empty()))
      return fail(
          ErrorKind::usage, "usage.fit",
          "give --actor x1,x2 and --outcome y1,y2 for one row a dyad, or --dyad, --role, --x and --y for one "
          "row a member");
    return resampling.check();
  }

  [[nodiscard]] Result<stats::DyadColumns> wide_columns() const {
    const auto x = names_in("--actor", actor);
    if (!x) return tl::unexpected(x.error());
    const auto y = names_in("--outcome", outcome);
    if (!y) return tl::unexpected(y.error());
    if (x->size() != 2 || y->size() != 2)
      return fail(ErrorKind::usage, "usage.fit",
                  "--actor and --outcome name two columns each, such as x1,x2");
    if (std::set<std::string>{(*x)[0], (*x)[1], (*y)[0], (*y)[1]}.size() != 4)
      return fail(ErrorKind::usage, "usage.fit", "--actor and --outcome name four different columns");
    return stats::DyadColumns{(*x)[0], (*x)[1], (*y)[0], (*y)[1]};
  }

  [[nodiscard]] Result<Dyads> read_dyads(Desk& desk) const {
    if (!is_long()) {
      const auto columns = wide_columns();
      if (!columns) return tl::unexpected(columns.error());
      auto table = files.read(desk, wanted_numbers({columns->predictor_1, columns->predictor_2,
                                                    columns->outcome_1, columns->outcome_2}));
      if (!table) return tl::unexpected(table.error());
      return Dyads{std::move(*table), *columns, 0, 0};
    }
    auto wanted = wanted_numbers({members.x, members.y});
    wanted.push_back({members.dyad, models::ColumnUse::label});
    if (!members.role.empty()) wanted.push_back({members.role, models::ColumnUse::label});
    const auto rows = files.read(desk, wanted);
    if (!rows) return tl::unexpected(rows.error());
    auto dyads = models::dyads_of(*rows, members);
    if (!dyads) return tl::unexpected(dyads.error());
    const auto& names = dyads->names;
    return Dyads{std::move(dyads->table),
                 {names[0], names[1], names[2], names[3]},
                 dyads->without_dyad,
                 dyads->single_members};
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check(); !fine) return tl::unexpected(fine.error());
    if (files.as_r) return tell_r(desk);
    const auto dyads = read_dyads(desk);
    if (!dyads) return tl::unexpected(dyads.error());
    const auto free = fitted(*dyads, Partners::distinguishable);
    if (!free) return tl::unexpected(free.error());
    const auto equal = fitted(*dyads, Partners::indistinguishable);
    if (!equal) return tl::unexpected(equal.error());
    const auto partners = indistinguishable ? Partners::indistinguishable : Partners::distinguishable;
    const FittedStructure& told = indistinguishable ? *equal : *free;
    const auto plan = plan_of(dyads->columns, partners);
    const auto options = options_of(plan);
    auto report = models::report_structural(
        told.fit, told.data.groups, telling_of("fit apim", model_text(dyads->columns), told, plan, options));
    account(report, *dyads);
    const models::NamedFit both[] = {{"distinguishable", &free->fit}, {"indistinguishable", &equal->fit}};
    if (!is_long() || !members.role.empty()) models::add_comparison(report, both, options.errors);
    add_findings(report);
    if (auto added = add_resampling(desk, report, told, plan, options, resampling); !added)
      return tl::unexpected(added.error());
    return files.tell(desk, report, [&]() -> Result<std::string> {
      return report::path_diagram(report::diagram_of(told.fit, told.data.groups, "Actor and partner"));
    });
  }

  [[nodiscard]] stats::StructuralOptions options_of(const models::StructuralPlan& plan) const {
    return {errors.chosen(), files.level, plan.defined};
  }

  [[nodiscard]] Result<FittedStructure> fitted(const Dyads& dyads, Partners partners) const {
    const auto plan = plan_of(dyads.columns, partners);
    return fit_plan(dyads.table, plan, "", options_of(plan));
  }

  [[nodiscard]] std::string model_text(const stats::DyadColumns& c) const {
    return fmt::format("{} ~ {} + {}; {} ~ {} + {}{}", c.outcome_1, c.predictor_1, c.predictor_2, c.outcome_2,
                       c.predictor_2, c.predictor_1, indistinguishable ? "; members not told apart" : "");
  }

  static void account(models::FitReport& report, const Dyads& dyads) {
    report.data.units.emplace_back("dyads", report.data.used);
    if (dyads.single > 0) report.data.units.emplace_back("dyads with one member", dyads.single);
    if (dyads.without_dyad > 0)
      report.data.left_out.push_back({"no dyad or no role (rows of members)", dyads.without_dyad});
  }

  static void add_findings(models::FitReport& report) {
    report.findings.push_back(
        {"apim.patterns",
         "k is the partner effect over the actor effect: 1 couple, 0 actor only, -1 contrast.",
         "Kenny and Ledermann 2010",
         "Where the actor effect may be 0, k is not defined; its interval by resampling (--bootstrap) is to "
         "be preferred."});
    report.findings.push_back(
        {"apim.what_is_compared",
         "Whether members can be told apart is asked of effects, intercepts and residual variances.",
         "the two models above, predictors taken as given",
         "The omnibus test of textbooks also asks whether means and variances of the predictors differ, on "
         "two more "
         "degrees of freedom, and may come to another answer."});
    report.findings.push_back({"apim.not_causal", "A partner effect is a prediction from the other's score.",
                               "one occasion",
                               "It does not show that one partner makes the other feel anything."});
  }

  Outcome tell_r(Desk& desk) const {
    std::string data = r_read(files.in);
    stats::DyadColumns columns{"x_1", "x_2", "y_1", "y_2"};
    if (is_long()) {
      data += fmt::format(
          "d$member <- {}\n",
          members.role.empty()
              ? fmt::format("ave(seq_along(d[[{0}]]), d[[{0}]], FUN = seq_along)", r_text(members.dyad))
              : fmt::format("match(d[[{0}]], unique(d[[{0}]]))", r_text(members.role)));
      data += fmt::format(
          "d <- reshape(data.frame(dyad = d[[{}]], member = d$member, x = d[[{}]], y = d[[{}]]),\n"
          "             direction = \"wide\", idvar = \"dyad\", timevar = \"member\", sep = \"_\")\n",
          r_text(members.dyad), r_text(members.x), r_text(members.y));
    } else {
      const auto named = wide_columns();
      if (!named) return tl::unexpected(named.error());
      columns = *named;
    }
    const auto partners = indistinguishable ? Partners::indistinguishable : Partners::distinguishable;
    return files.tell_script(desk, lavaan_script(data, plan_of(columns, partners), errors, files.level));
  }
};

}  // namespace

void add_fit_apim(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<ApimCommand>();
  CLI::App* sub =
      app.add_subcommand("apim", "Actor and partner effects in dyads, k, and whether members differ");
  sub->footer(R"(
  securebase fit apim --in couples.csv --actor x1,x2 --outcome y1,y2
  securebase fit apim --in members.csv --dyad couple --role gender \
    --x avoidance --y satisfaction --bootstrap 5000 --seed 7)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
