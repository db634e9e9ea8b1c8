#include "models/item_models.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "stats/differential_functioning.hpp"
#include "stats/distributions.hpp"
#include "stats/item_fit.hpp"
#include "stats/state_scores.hpp"

namespace securebase::models {
namespace {

using stats::CalibratedItem;
using stats::Calibration;
using stats::ItemModel;

constexpr std::size_t shown_pairs = 10;

std::string model_word(ItemModel model) {
  return model == ItemModel::graded_response ? "graded response" : "generalized partial credit";
}

std::string location_word(ItemModel model) {
  return model == ItemModel::graded_response ? "threshold" : "step";
}

Cell cell(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

std::vector<stats::PolytomousItem> parameters_of(const std::vector<CalibratedItem>& items) {
  std::vector<stats::PolytomousItem> parameters;
  parameters.reserve(items.size());
  for (const CalibratedItem& item : items) parameters.push_back(item.item);
  return parameters;
}

stats::CalibrationPlan plan_of(const ItemAnswers& answers, const ItemQuestion& question, ItemModel model) {
  stats::CalibrationPlan plan;
  plan.answers = answers.answers;
  plan.models.assign(answers.items.size(), model);
  plan.quadrature = question.quadrature;
  plan.threads = question.threads;
  return plan;
}

EstimateTable discriminations(const ItemAnswers& answers, const Calibration& calibration, double level) {
  EstimateTable table{
      "estimates", "Discrimination of each item", "Standard errors from the observed information.", {}};
  const double z = stats::normal_quantile((1 + level) / 2);
  for (std::size_t i = 0; i < answers.items.size(); ++i) {
    const CalibratedItem& item = calibration.items[0][i];
    EstimateRow row{answers.items[i], item.item.discrimination, item.discrimination_error};
    if (item.discrimination_error) {
      row.lower = row.estimate - z * *item.discrimination_error;
      row.upper = row.estimate + z * *item.discrimination_error;
    }
    table.rows.push_back(row);
  }
  return table;
}

EstimateTable group_table(const ItemAnswers& answers, const Calibration& calibration, double level) {
  EstimateTable table{
      "groups", "Groups: mean and SD of the state", "The first group has mean 0 and SD 1.", {}};
  const double z = stats::normal_quantile((1 + level) / 2);
  const auto add = [&](const std::string& term, double value, const std::optional<double>& error) {
    EstimateRow row{term, value, error};
    if (error) {
      row.lower = value - z * *error;
      row.upper = value + z * *error;
    }
    table.rows.push_back(row);
  };
  for (std::size_t g = 0; g < calibration.groups.size(); ++g) {
    add(answers.groups[g] + ": mean", calibration.groups[g].mean, calibration.groups[g].mean_error);
    add(answers.groups[g] + ": SD", calibration.groups[g].sd, calibration.groups[g].sd_error);
  }
  return table;
}

std::vector<std::string> location_columns(const ItemAnswers& answers, ItemModel model) {
  const std::size_t most = *std::max_element(answers.answers.begin(), answers.answers.end());
  std::vector<std::string> columns{"item"};
  for (std::size_t k = 1; k < most; ++k) columns.push_back(fmt::format("{} {}", location_word(model), k));
  return columns;
}

template <class Value>
Frame locations(const ItemAnswers& answers, const Calibration& calibration, ItemModel model,
                const std::string& id, const std::string& title, bool shown, Value value) {
  Frame frame{id, title, location_columns(answers, model), {}, shown};
  for (std::size_t i = 0; i < answers.items.size(); ++i) {
    std::vector<Cell> row{answers.items[i]};
    for (std::size_t k = 0; k + 1 < answers.answers[i]; ++k) row.push_back(value(calibration.items[0][i], k));
    row.resize(frame.columns.size());
    frame.rows.push_back(row);
  }
  return frame;
}

Frame precision_frame(const std::vector<stats::PolytomousItem>& items) {
  Frame frame{
      "precision", "Precision over the state", {"state", "information", "error", "reliability"}, {}, true};
  for (const Precision& p : precision_of(items))
    if (std::abs(p.theta - std::round(p.theta)) < 1e-9)
      frame.rows.push_back({p.theta, p.information, p.error, p.reliability});
  return frame;
}

/// Everybody as one group.
stats::ResponseMatrix ungrouped(const ItemAnswers& answers) {
  return {answers.responses.items, answers.responses.answers, {}};
}

Result<void> add_item_fit(const ItemAnswers& answers, const std::vector<stats::PolytomousItem>& items,
                          const ItemQuestion& question, FitReport& report) {
  const auto fits = stats::item_fit(ungrouped(answers), items, question.quadrature);
  if (!fits) return tl::unexpected(fits.error());
  Frame frame{"item_fit", "Item fit: S-X2", {"item", "chi_square", "df", "p", "rmsea"}, {}, true};
  double worst = 0;
  for (std::size_t i = 0; i < fits->size(); ++i) {
    const stats::ItemFit& fit = (*fits)[i];
    frame.rows.push_back(
        {answers.items[i], fit.chi_square, static_cast<double>(fit.df), cell(fit.p), fit.rmsea});
    worst = std::max(worst, fit.rmsea);
  }
  report.frames.push_back(frame);
  report.findings.push_back(
      {"irt.item_fit", fmt::format("The worst fitting item is off by an RMSEA of {:.3f}.", worst),
       fmt::format("S-X2 (Orlando and Thissen 2000) on {} people who answered every item",
                   fits->front().people),
       "With many people any small difference is significant: look at the size, not at p."});
  return {};
}

Result<void> add_dependence(const ItemAnswers& answers, const std::vector<stats::PolytomousItem>& items,
                            const ItemQuestion& question, FitReport& report) {
  auto pairs = stats::local_dependence(ungrouped(answers), items, question.quadrature);
  if (!pairs) return tl::unexpected(pairs.error());
  std::stable_sort(pairs->begin(), pairs->end(), [](const auto& a, const auto& b) {
    return std::abs(a.cramers_v) > std::abs(b.cramers_v);
  });
  Frame all{"dependence",
            "Pairs of items that share more than the state",
            {"first", "second", "chi_square", "df", "standardised", "cramers_v"},
            {},
            false};
  for (const stats::PairDependence& pair : *pairs)
    all.rows.push_back({answers.items[pair.first], answers.items[pair.second], pair.chi_square, pair.df,
                        pair.standardised, pair.cramers_v});
  Frame shown{"dependence_first",
              "Pairs of items that share most beside the state",
              {"first", "second", "cramers_v"},
              {},
              true};
  for (std::size_t i = 0; i < std::min(shown_pairs, all.rows.size()); ++i)
    shown.rows.push_back({all.rows[i][0], all.rows[i][1], all.rows[i][5]});
  report.frames.push_back(std::move(shown));
  report.frames.push_back(std::move(all));
  report.findings.push_back({"irt.dependence",
                             "Cramer's V below 0: the two answers go together less than the model expects.",
                             "Pearson's chi-square of each pair's table (Chen and Thissen 1997)",
                             "Items that share wording or a reversed key share something beside the state: "
                             "errors are then rather too "
                             "small."});
  return {};
}

Result<void> add_comparison(const ItemAnswers& answers, const ItemQuestion& question,
                            const Calibration& calibration, FitReport& report) {
  const ItemModel other = question.model == ItemModel::graded_response ? ItemModel::generalized_partial_credit
                                                                       : ItemModel::graded_response;
  stats::CalibrationPlan plan = plan_of(answers, question, other);
  plan.errors = stats::ErrorsOf::nothing;
  const auto alternative = stats::calibrate_items(answers.responses, plan);
  if (!alternative) return tl::unexpected(alternative.error());
  Frame frame{
      "comparison", "The two models", {"model", "log_likelihood", "parameters", "aic", "bic"}, {}, true};
  const auto add = [&](ItemModel model, const Calibration& fit) {
    frame.rows.push_back(
        {model_word(model), fit.log_likelihood, static_cast<double>(fit.parameters), fit.aic, fit.bic});
  };
  add(question.model, calibration);
  add(other, *alternative);
  report.frames.push_back(frame);
  report.findings.push_back({"irt.comparison",
                             fmt::format("By AIC the {} model is {:.1f} {}.", model_word(question.model),
                                         std::abs(calibration.aic - alternative->aic),
                                         calibration.aic <= alternative->aic ? "better" : "worse"),
                             "the same answers under both models",
                             "Neither is nested in the other: there is no test of the difference."});
  return {};
}

Result<void> add_functioning(const ItemAnswers& answers, const ItemQuestion& question, FitReport& report) {
  const auto found =
      stats::differential_functioning(answers.responses, plan_of(answers, question, question.model));
  if (!found) return tl::unexpected(found.error());
  Frame frame{"functioning",
              "Items in groups: how differently people of equal state answer",
              {"item", "chi_square", "df", "p_adjusted", "group", "signed", "unsigned", "standardised"},
              {},
              true};
  double largest = 0;
  std::string where = answers.items.front();
  for (const stats::DifferentialFunctioning& item : *found)
    for (const stats::FunctioningSize& size : item.sizes) {
      frame.rows.push_back({answers.items[item.item], item.test.chi_square, static_cast<double>(item.test.df),
                            item.adjusted_p, answers.groups[size.group], size.signed_difference,
                            size.unsigned_difference, cell(size.standardised)});
      if (std::abs(size.standardised.value_or(0)) > largest) {
        largest = std::abs(*size.standardised);
        where = answers.items[item.item];
      }
    }
  report.frames.push_back(frame);
  report.findings.push_back(
      {"irt.functioning",
       fmt::format("The largest difference is that of {}: {:.2f} SD of its expected answer.", where, largest),
       fmt::format(
           "likelihood ratios, all other items tying the groups together; differences against {} in answer "
           "steps (Meade 2010); p adjusted over items (Benjamini and Hochberg 1995)",
           answers.groups.front()),
       "That people of two groups answer an item differently does not say why. With many people any small "
       "difference is significant: look at the size."});
  return {};
}

void add_findings(const ItemAnswers& answers, const ItemQuestion& question, const CalibratedItems& fitted,
                  std::vector<Finding>& findings) {
  const Calibration& calibration = fitted.calibration;
  const std::string steps = fmt::format("{} steps, largest gradient {:.1e} standard errors",
                                        calibration.convergence.iterations, calibration.convergence.gradient);
  if (calibration.convergence.verdict == stats::Verdict::converged)
    findings.push_back({"irt.converged", "The search ended at a best fit.", steps,
                        "It says nothing about whether the model is the right one."});
  else
    findings.push_back({"irt.not_converged", "The search for the best fit did not end at one.", steps,
                        "None of these numbers may be used to score anybody."});
  findings.push_back({"irt.state",
                      fmt::format("The state is 0 on average and has SD 1 in {}.",
                                  answers.groups.empty() ? "these people" : answers.groups.front()),
                      "how the model is identified", "Its numbers mean nothing outside people like these."});
  if (calibration.people < few_people)
    findings.push_back(
        {"irt.few", fmt::format("{} people are few for {} items.", calibration.people, answers.items.size()),
         "500 or more are advised (Reise and Yu 1990, Journal of Educational Measurement 27, 133)",
         "Parameters and the scores computed from them will change with further people."});
  std::vector<std::string> turned;
  bool unknown = false;
  for (std::size_t i = 0; i < answers.items.size(); ++i) {
    if (calibration.items[0][i].item.discrimination < 0) turned.push_back(answers.items[i]);
    unknown = unknown || !calibration.items[0][i].discrimination_error;
  }
  if (!turned.empty())
    findings.push_back(
        {"irt.reversed",
         fmt::format("Measured the other way round (discrimination below 0): {}.", fmt::join(turned, ", ")),
         "the fit", "The key may be wrong: nothing should be scored before that is known."});
  if (unknown)
    findings.push_back(
        {"irt.no_errors", "Errors of the parameters cannot be told.", "the observed information",
         "These answers do not say where the parameters lie: too few people, too few items, or answers "
         "that follow one another perfectly."});
  findings.push_back({"irt.one_state",
                      fmt::format("Everything rests on one state behind all answers ({} model).",
                                  model_word(question.model)),
                      "the model",
                      "Whether one state is enough: see omega in `securebase describe`, and --dependence."});
}

/// "item 3: ..." of the numbers, "q7: ..." for people.
std::string with_names(const std::string& detail, const ItemAnswers& answers) {
  std::string text = detail;
  const auto put = [&](const std::string& word, const std::vector<std::string>& names) {
    const auto at = text.find(word);
    if (at == std::string::npos) return;
    const auto begin = at + word.size();
    auto end = begin;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == begin || end - begin > 6) return;
    const std::size_t number = std::stoul(text.substr(begin, end - begin));
    if (number >= 1 && number <= names.size())
      text = text.substr(0, at) + printable(names[number - 1]) + text.substr(end);
  };
  put("group ", answers.groups);
  if (text.starts_with("item ")) put("item ", answers.items);
  return text;
}

Result<Calibration> named_error(Result<Calibration> fitted, const ItemAnswers& answers) {
  if (fitted) return fitted;
  Error error = fitted.error();
  error.detail = with_names(error.detail, answers);
  error.where.name = answers.account.file;
  return tl::unexpected(error);
}

/// A mean and SD of a few people would be about somebody, and mean nothing.
Result<void> check_groups(const ItemAnswers& answers) {
  constexpr std::size_t smallest_group = 50;
  std::vector<std::size_t> people(answers.groups.size(), 0);
  for (const std::uint32_t group : answers.responses.group) ++people[group];
  for (std::size_t g = 0; g < people.size(); ++g)
    if (people[g] < smallest_group)
      return fail(
          ErrorKind::bad_data, "irt.small_group",
          fmt::format("the group '{}' has fewer than {} people: --groups joins groups or leaves them out",
                      printable(answers.groups[g]), smallest_group),
          Place{answers.account.file, 0, 0, {}});
  return {};
}

}  // namespace

std::vector<Precision> precision_of(const std::vector<stats::PolytomousItem>& items) {
  constexpr int steps = 40;
  std::vector<Precision> all;
  all.reserve(2 * steps + 1);
  for (int i = -steps; i <= steps; ++i) {
    Precision p;
    p.theta = i / 10.0;
    p.information = stats::test_information(items, p.theta);
    p.error = 1 / std::sqrt(p.information + 1);
    p.reliability = 1 - p.error * p.error;
    all.push_back(p);
  }
  return all;
}

Result<CalibratedItems> answer_item_question(const ItemAnswers& answers, const ItemQuestion& question) {
  if (question.functioning && answers.groups.size() < 2)
    return fail(ErrorKind::usage, "irt.groups",
                "differences between groups need two groups of people at least");
  if (auto fine = check_groups(answers); !fine) return tl::unexpected(fine.error());
  auto calibrated = named_error(
      stats::calibrate_items(answers.responses, plan_of(answers, question, question.model)), answers);
  if (!calibrated) return tl::unexpected(calibrated.error());
  CalibratedItems fitted;
  fitted.calibration = std::move(*calibrated);
  const Calibration& calibration = fitted.calibration;
  const auto items = parameters_of(calibration.items[0]);
  fitted.reliability = stats::marginal_reliability(items, {}, question.quadrature);

  FitReport& report = fitted.report;
  report.command = "calibrate";
  report.model = fmt::format("{}: {}, {} items", answers.what, model_word(question.model), items.size());
  report.method =
      fmt::format("Marginal maximum likelihood, {} nodes from {:g} to {:g}; missing answers are left out",
                  question.quadrature.nodes, question.quadrature.from, question.quadrature.to);
  report.level = question.level;
  report.data = answers.account;
  report.convergence = calibration.convergence;
  report.tables.push_back(discriminations(answers, calibration, question.level));
  report.frames.push_back(
      locations(answers, calibration, question.model, "locations",
                fmt::format("Locations ({}s) of each item", location_word(question.model)), true,
                [](const CalibratedItem& item, std::size_t k) { return Cell(item.item.locations[k]); }));
  report.frames.push_back(locations(
      answers, calibration, question.model, "location_errors", "Standard errors of the locations", false,
      [](const CalibratedItem& item, std::size_t k) { return cell(item.location_errors[k]); }));
  if (!answers.groups.empty()) report.tables.push_back(group_table(answers, calibration, question.level));
  report.frames.push_back(precision_frame(items));
  report.measures = {{"log_likelihood", "Log-likelihood", calibration.log_likelihood},
                     {"deviance", "-2 log-likelihood", -2 * calibration.log_likelihood},
                     {"parameters", "Parameters", static_cast<double>(calibration.parameters)},
                     {"aic", "AIC", calibration.aic},
                     {"bic", "BIC", calibration.bic},
                     {"people", "People with an answer", static_cast<double>(calibration.people)},
                     {"marginal_reliability", "Marginal reliability", fitted.reliability}};
  if (answers.groups.empty()) {
    const stats::StateScorer scorer(items, {}, question.quadrature);
    report.measures.push_back(
        {"empirical_reliability", "Empirical reliability",
         stats::empirical_reliability(scorer.score_all(answers.responses, question.threads))});
  }
  add_findings(answers, question, fitted, report.findings);
  if (question.compare)
    if (auto added = add_comparison(answers, question, calibration, report); !added)
      return tl::unexpected(added.error());
  if (question.item_fit)
    if (auto added = add_item_fit(answers, items, question, report); !added)
      return tl::unexpected(added.error());
  if (question.dependence)
    if (auto added = add_dependence(answers, items, question, report); !added)
      return tl::unexpected(added.error());
  if (question.functioning)
    if (auto added = add_functioning(answers, question, report); !added) return tl::unexpected(added.error());
  return fitted;
}

}  // namespace securebase::models
