#include "models/mixed_r.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/version.hpp"

namespace securebase::models {
namespace {

constexpr std::string_view functions = R"R(
# Of a column x in groups g. Missing stays missing.
used <- rep(TRUE, nrow(d))
group_mean <- function(x, g) {
  m <- ave(x, as.character(g), FUN = function(v) mean(v, na.rm = TRUE))
  m[is.na(x) | is.na(g)] <- NA
  m
}
within <- function(x, g) x - group_mean(x, g)
between <- function(x, g) group_mean(x, g)
centre <- function(x, g = NULL) {
  if (is.null(g)) return(x - mean(x[used & !is.na(x)]))
  keep <- used & !is.na(x) & !is.na(g)
  ifelse(is.na(g), NA, x - mean(tapply(x[keep], as.character(g[keep]), mean)))
}
lag <- function(x, g, t) {
  before <- x[match(paste(g, t - 1), paste(g, t))]
  before[is.na(g) | is.na(t)] <- NA
  before
}
)R";

/// A text in R.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result + "\"";
}

bool is_ours(const Expression& e) {
  return e.kind == Expression::Kind::call &&
         (e.name == "centre" || e.name == "within" || e.name == "between" || e.name == "lag");
}

bool holds_ours(const Expression& e) {
  return is_ours(e) || std::any_of(e.arguments.begin(), e.arguments.end(), holds_ours);
}

/// A variable as R's formula has it: what needs our functions is a column of its own.
std::string variable_text(const Expression& e) {
  const std::string text = to_text(e);
  return holds_ours(e) ? "`" + text + "`" : text;
}

std::string list_text(const TermList& list) {
  std::string text = list.intercept ? "" : "0";
  for (const auto& term : list.terms) {
    std::string one;
    for (const std::size_t v : term) one += (one.empty() ? "" : ":") + variable_text(list.variables[v]);
    text += (text.empty() ? "" : " + ") + one;
  }
  return text.empty() ? "1" : text;
}

std::string fixed_text(const Formula& formula) {
  return variable_text(formula.response) + " ~ " + list_text(formula.fixed);
}

std::string lmer_text(const Formula& formula) {
  std::string text = fixed_text(formula);
  for (const RandomPart& part : formula.random)
    text += fmt::format(" + ({} | {})", list_text(part.columns), factor_text(part.factor));
  return text;
}

void add_variables(const Formula& formula, std::vector<Expression>& into) {
  const auto add = [&](const Expression& e) {
    if (std::find(into.begin(), into.end(), e) == into.end()) into.push_back(e);
  };
  add(formula.response);
  for (const Expression& e : formula.fixed.variables) add(e);
  for (const RandomPart& part : formula.random) {
    for (const Expression& e : part.columns.variables) add(e);
    for (const std::string& name : part.factor) add({Expression::Kind::column, 0, name, {}});
  }
}

/// nlme: random effects of nested factors, coarse to fine.
Result<std::string> nlme_random(const Formula& formula) {
  const auto refuse = [] {
    return fail(
        ErrorKind::usage, "models.as_r",
        "R's nlme, which has such residuals, has no crossed factors, and of one factor only one term, "
        "or uncorrelated ones");
  };
  std::vector<RandomPart> parts = formula.random;
  std::stable_sort(parts.begin(), parts.end(), [](const RandomPart& a, const RandomPart& b) {
    return a.factor.size() < b.factor.size();
  });
  const bool one_factor = std::all_of(parts.begin(), parts.end(), [&](const RandomPart& part) {
    return part.factor == parts.front().factor;
  });
  if (one_factor && parts.size() > 1) {
    TermList all{false, {}, {}};
    std::string sum;
    for (const RandomPart& part : parts) {
      if (part.columns.intercept && !part.columns.terms.empty()) return refuse();
      all.intercept = all.intercept || part.columns.intercept;
      if (!part.columns.terms.empty())
        sum += " + " + list_text({true, part.columns.variables, part.columns.terms});
    }
    return fmt::format("list({} = pdDiag(~ {}{}))", factor_text(parts.front().factor),
                       all.intercept ? "1" : "0", sum);
  }
  std::string list;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const auto& finer = parts[p].factor;
    if (finer.size() != p + 1 && parts.size() > 1) return refuse();
    if (p > 0 && !std::equal(finer.begin() + 1, finer.end(), parts[p - 1].factor.begin())) return refuse();
    if (parts.size() == 1 && finer.size() > 1) return refuse();
    list += fmt::format("{}{} = ~ {}", list.empty() ? "" : ", ", quoted_name(finer.front()),
                        list_text(parts[p].columns));
  }
  return "list(" + list + ")";
}

std::string nlme_correlation(const MixedRequest& request) {
  const ResidualTerm& term = *request.plan.residual;
  std::string within;
  // nlme wants the series below all random factors.
  std::vector<std::string> levels(term.within.rbegin(), term.within.rend());
  for (const RandomPart& part : request.plan.formula.random)
    for (auto at = part.factor.rbegin(); at != part.factor.rend(); ++at)
      if (std::find(levels.begin(), levels.end(), *at) == levels.end()) levels.insert(levels.begin(), *at);
  for (const std::string& name : levels) within += (within.empty() ? "" : "/") + quoted_name(name);
  switch (term.correlation) {
    case stats::ResidualCorrelation::autoregressive:
      return fmt::format("corAR1(form = ~ {} | {})", quoted_name(term.position), within);
    case stats::ResidualCorrelation::continuous_autoregressive:
      return fmt::format("corCAR1(form = ~ {} | {})", quoted_name(term.position), within);
    default:
      return fmt::format("corCompSymm(form = ~ 1 | {})", within);
  }
}

std::string nlme_weights(const ModelPlan& plan) {
  const std::string by =
      plan.variance_by.empty() ? "" : fmt::format("varIdent(form = ~ 1 | {})", quoted_name(plan.variance_by));
  std::string fixed =
      plan.weights.empty() ? "" : fmt::format("varFixed(~ I(1 / {}))", quoted_name(plan.weights));
  if (by.empty()) return fixed;
  return fixed.empty() ? by : fmt::format("varComb({}, {})", by, fixed);
}

class Script {
 public:
  Script(const MixedRequest& request, const std::string& file) : request_(request), file_(file) {}

  Result<std::string> write() && {
    read_data();
    compute_columns();
    if (by_nlme()) {
      if (auto fitted = fit_by_nlme(); !fitted) return tl::unexpected(fitted.error());
    } else {
      fit_by_lme4();
    }
    return std::move(text_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> format, Values&&... values) {
    text_ += fmt::format(format, std::forward<Values>(values)...) + "\n";
  }

  [[nodiscard]] bool by_nlme() const {
    return request_.plan.residual || !request_.plan.variance_by.empty() ||
           request_.plan.formula.random.empty();
  }

  void read_data() {
    line("# {}", printable(plan_text(request_.plan), 20'000));
    line("# The same model in R, written by securebase {}.", engine_version());
    if (by_nlme())
      line("library(nlme)");
    else
      line("library(lmerTest)  # lme4, with degrees of freedom");
    line("");
    const std::string from = file_ == "-" ? "file(\"stdin\")" : quoted(file_);
    line("d <- read.csv({}, na.strings = c(\"\", \"NA\"), strip.white = TRUE, check.names = FALSE)", from);
    line("# Text is a factor, its levels in the order of their bytes, contrasts against the first.");
    line("options(contrasts = c(\"contr.treatment\", \"contr.poly\"))");
    line("for (name in names(d)) if (is.character(d[[name]]))");
    line("  d[[name]] <- factor(d[[name]], levels = sort(unique(d[[name]]), method = \"radix\"))");
  }

  void compute_columns() {
    std::vector<Expression> variables;
    add_variables(request_.plan.formula, variables);
    if (request_.compare) add_variables(*request_.compare, variables);
    const auto column = [&](const std::string& name) {
      if (!name.empty()) variables.push_back({Expression::Kind::column, 0, name, {}});
    };
    if (request_.plan.residual) {
      column(request_.plan.residual->position);
      for (const std::string& name : request_.plan.residual->within) column(name);
    }
    column(request_.plan.variance_by);
    column(request_.plan.weights);
    const bool ours = std::any_of(variables.begin(), variables.end(), holds_ours);
    if (ours) {
      text_ += functions;
      line("add_columns <- function(d) {{");
      for (const Expression& e : variables)
        if (holds_ours(e)) line("  d[[{}]] <- with(d, {})", quoted(to_text(e)), to_text(e));
      line("  d");
      line("}}");
      line("d <- add_columns(d)");
    }
    line("");
    line("# Rows that have everything");
    std::string all;
    for (const Expression& e : variables) all += (all.empty() ? "" : ", ") + variable_text(e);
    line("used <- with(d, complete.cases(data.frame({})))", all);
    if (ours) line("d <- add_columns(d)  # means that centre() takes away: over these rows");
    line("d <- droplevels(d[used, ])");
    line("");
  }

  [[nodiscard]] bool restricted() const { return request_.likelihood == stats::MixedLikelihood::restricted; }

  void fit_by_lme4() {
    const Formula& formula = request_.plan.formula;
    const std::string weights = request_.plan.weights.empty()
                                    ? ""
                                    : fmt::format(", weights = {}", quoted_name(request_.plan.weights));
    line("fit <- lmer({}, data = d, REML = {}{})", lmer_text(formula), restricted() ? "TRUE" : "FALSE",
         weights);
    const std::string_view ddf = request_.df == DegreesOfFreedom::kenward_roger ? "Kenward-Roger"
                                 : request_.df == DegreesOfFreedom::normal      ? "lme4"
                                                                                : "Satterthwaite";
    line("print(summary(fit, ddf = \"{}\"), correlation = FALSE)", ddf);
    line("print(VarCorr(fit), comp = c(\"Variance\", \"Std.Dev.\"))");
    line("print(c(logLik = as.numeric(logLik(fit)), AIC = AIC(fit), BIC = BIC(fit)), digits = 12)");
    if (request_.df == DegreesOfFreedom::normal)
      line("print(confint(fit, method = \"Wald\", level = {:g}))", request_.level);
    if (request_.errors == ErrorsFrom::cluster_robust)
      line("print(clubSandwich::coef_test(lme4::lmer(formula(fit), data = d, REML = {}), vcov = \"CR2\"))",
           restricted() ? "TRUE" : "FALSE");
    if (!request_.test.empty())
      line(
          "print(anova(fit, type = \"1\", ddf = \"{}\"))  # each term after those before it; --test is of "
          "all "
          "its columns together: contest(fit, L)",
          ddf == "lme4" ? "Satterthwaite" : ddf);
    if (request_.profile)
      line("print(confint(fit, parm = \"beta_\", method = \"profile\", level = {:g}))", request_.level);
    if (request_.compare)
      line("print(anova(refitML(fit), lmer({}, data = d, REML = FALSE{})))", lmer_text(*request_.compare),
           weights);
    if (request_.random_effects) line("print(as.data.frame(ranef(fit)))");
    if (request_.rows)
      line(
          "print(data.frame(expected = predict(fit, re.form = NA), fitted = fitted(fit), "
          "residual = resid(fit)))");
  }

  Result<void> fit_by_nlme() {
    const Formula& formula = request_.plan.formula;
    std::string more;
    if (!formula.random.empty()) {
      const auto random = nlme_random(formula);
      if (!random) return tl::unexpected(random.error());
      more += ",\n  random = " + *random;
    }
    if (request_.plan.residual) more += ",\n  correlation = " + nlme_correlation(request_);
    if (const auto weights = nlme_weights(request_.plan); !weights.empty())
      more += ",\n  weights = " + weights;
    more += fmt::format(",\n  method = \"{}\"", restricted() ? "REML" : "ML");
    const std::string_view function = formula.random.empty() ? "gls" : "lme";
    line(
        "fit <- {}({},\n  data = d{},\n  control = {}Control(maxIter = 500, msMaxIter = 500, tolerance = "
        "1e-10))",
        function, fixed_text(formula), more, function);
    line("print(summary(fit), correlation = FALSE)");
    line("print(c(logLik = as.numeric(logLik(fit)), AIC = AIC(fit)), digits = 12)");
    if (!formula.random.empty()) line("print(VarCorr(fit))");
    if (request_.compare)
      line("print(anova(update(fit, method = \"ML\"), update(fit, {}, method = \"ML\")))",
           fixed_text(*request_.compare));
    if (request_.random_effects && !formula.random.empty()) line("print(ranef(fit))");
    if (request_.rows) line("print(data.frame(fitted = fitted(fit), residual = resid(fit)))");
    return {};
  }

  const MixedRequest& request_;
  const std::string& file_;
  std::string text_;
};

}  // namespace

Result<std::string> r_script(const MixedRequest& request, const std::string& file) {
  for (const WantedColumn& column : wanted_columns(request.plan))
    if (std::any_of(column.name.begin(), column.name.end(),
                    [](char c) { return c == '`' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }))
      return fail(
          ErrorKind::usage, "models.as_r",
          fmt::format("R cannot be given the column '{}' as it is called: rename it without backslashes and "
                      "backticks",
                      printable(column.name)));
  return Script(request, file).write();
}

}  // namespace securebase::models
