// securebase agreement --as-r: the same in R, from its own formulas where no package of the field has them.

#include <fmt/format.h>

#include "cli/agreement.hpp"

namespace securebase::cli {
namespace {

using stats::Measurement;

std::string ratings_in_r(const FitFiles& files, const RatingColumns& columns) {
  const std::string read = r_read(files.in);
  if (!columns.raters.empty()) {
    const auto names = names_in("--raters", columns.raters);
    return read + fmt::format("x <- as.matrix(d[{}])\n", names ? r_texts(*names) : "c()");
  }
  return read + fmt::format("x <- tapply(d[[{}]], list(d[[{}]], d[[{}]]), function(v) v[1])\n",
                            r_text(columns.value), r_text(columns.unit), r_text(columns.rater));
}

constexpr const char* of_categories =
    R"r(k <- matrix(match(as.character(x), as.character(lev)), nrow(x)); q <- length(lev)
n <- t(apply(k, 1, function(v) tabulate(v, q))); n <- n[rowSums(n) > 0, , drop = FALSE]; r <- rowSums(n)
distance <- abs(outer(seq_len(q), seq_len(q), "-")) / (q - 1)
)r";

constexpr const char* cohen_in_r = R"r(cohen <- function(a, b, w) {
  ok <- !is.na(a) & !is.na(b)
  p <- table(factor(a[ok], seq_len(q)), factor(b[ok], seq_len(q))) / sum(ok)
  e <- outer(rowSums(p), colSums(p)); po <- sum(w * p); pe <- sum(w * e); kappa <- (po - pe) / (1 - pe)
  m <- outer(as.vector(w %*% colSums(p)), as.vector(rowSums(p) %*% w), "+")
  se <- sqrt(sum(p * (w - m * (1 - kappa))^2) - (kappa - pe * (1 - kappa))^2) / (1 - pe) / sqrt(sum(ok))
  se0 <- sqrt(sum(e * (w - m)^2) - pe^2) / (1 - pe) / sqrt(sum(ok))
  c(kappa = kappa, se = se, se_null = se0, observed = po, expected = pe)
}
for (pair in combn(ncol(k), 2, simplify = FALSE)) for (name in names(weights)) {
  cat("kappa", name, colnames(x)[pair], "\n")
  print(cohen(k[, pair[1]], k[, pair[2]], weights[[name]]), digits = 10)
}
)r";

constexpr const char* gwet_in_r = R"r(for (name in names(weights)) {
  w <- weights[[name]]; two <- r >= 2
  a <- rowSums(n * (n %*% w - 1)) / (r * (r - 1)); pi <- colMeans(n / r)
  pa <- mean(a[two]); pe <- sum(w) * sum(pi * (1 - pi)) / (q * (q - 1)); ac <- (pa - pe) / (1 - pe)
  unit <- ifelse(two, length(r) / sum(two) * (a - pe) / (1 - pe), 0)
  unit <- unit - 2 * (1 - ac) * (sum(w) / (q * (q - 1)) * as.vector((n / r) %*% (1 - pi)) - pe) / (1 - pe)
  se <- sqrt(sum((unit - ac)^2) / (length(r) * (length(r) - 1)))
  cat("agreement", format(pa, digits = 10), " AC", name, format(ac, digits = 10), "error", format(se, digits = 10), "\n")
}
)r";

constexpr const char* fleiss_in_r = R"r(fleiss <- function(n) {
  r <- rowSums(n); two <- r >= 2; pi <- colMeans(n / r)
  pa <- mean((rowSums(n * (n - 1)) / (r * (r - 1)))[two]); (pa - sum(pi^2)) / (1 - sum(pi^2))
}
without <- sapply(seq_len(nrow(n)), function(i) fleiss(n[-i, , drop = FALSE]))
cat("Fleiss", format(fleiss(n), digits = 10), "error",
    format(sqrt((nrow(n) - 1) / nrow(n) * sum((without - mean(without))^2)), digits = 10), "\n")
)r";

constexpr const char* alpha_in_r =
    R"r(two <- rowSums(!is.na(y)) >= 2; y <- y[two, , drop = FALSE]; all <- y[!is.na(y)]
if (measured == "ordinal") { y[] <- rank(y, na.last = "keep"); all <- y[!is.na(y)] }
metric <- switch(measured, nominal = function(a, b) a != b, ratio = function(a, b) ifelse(a == b, 0, ((a - b) / (a + b))^2),
                 function(a, b) (a - b)^2)
within <- sum(apply(y, 1, function(v) { v <- v[!is.na(v)]; sum(outer(v, v, metric)) / (length(v) - 1) })) / length(all)
chance <- sum(outer(all, all, metric)) / (length(all) * (length(all) - 1))
cat("Krippendorff's alpha", format(1 - within / chance, digits = 10), "\n")
)r";

constexpr const char* limits_in_r =
    R"r(two <- x[complete.cases(x), 1:2]; difference <- two[, 2] - two[, 1]; size <- rowMeans(two); m <- length(difference)
print(t.test(difference, conf.level = level))
z <- qnorm((1 + share) / 2); limits <- mean(difference) + c(-z, z) * sd(difference)
error <- sd(difference) * sqrt(1 / m + z^2 / (2 * (m - 1)))
print(rbind(limits, limits - qt((1 + level) / 2, m - 1) * error, limits + qt((1 + level) / 2, m - 1) * error), digits = 10)
trend <- lm(difference ~ size); print(summary(trend)$coefficients, digits = 10)
print(summary(lm(abs(resid(trend)) ~ size))$coefficients, digits = 10)
)r";

std::string weights_in_r(const AgreementChoice& choice) {
  std::string text = "weights <- list(unweighted = diag(q)";
  if (choice.measurement == Measurement::ordinal)
    text += ", linear = 1 - distance, quadratic = 1 - distance^2";
  if (choice.weights) {
    std::string cells;
    for (std::size_t i = 0; i < choice.weights->rows() * choice.weights->cols(); ++i)
      cells += fmt::format("{}{}", cells.empty() ? "" : ", ", choice.weights->data()[i]);
    text += fmt::format(", own = matrix(c({}), q)", cells);
  }
  return text + ")\n";
}

std::string categories_in_r(const RatingColumns& columns, const AgreementChoice& choice) {
  const auto names = columns.categories.empty() ? Result<std::vector<std::string>>(std::vector<std::string>())
                                                : names_in("--categories", columns.categories);
  std::string text = names && !names->empty() ? fmt::format("lev <- {}\n", r_texts(*names))
                                              : std::string("lev <- sort(unique(c(x)))\n");
  text += of_categories + weights_in_r(choice);
  if (choice.wants("agreement") || choice.wants("gwet")) text += gwet_in_r;
  if (choice.wants("cohen")) text += cohen_in_r;
  if (choice.wants("fleiss")) text += fleiss_in_r;
  if (choice.wants("polychoric"))
    text +=
        "if (ncol(k) == 2 && requireNamespace(\"polycor\", quietly = TRUE))\n"
        "  print(polycor::polychor(table(k[, 1], k[, 2]), ML = TRUE, std.err = TRUE))\n";
  return text;
}

std::string nested_in_r(const FitFiles& files, const RatingColumns& columns, const std::string& items,
                        double null_variance) {
  std::string text = r_read(files.in);
  text += fmt::format("g <- factor(d[[{}]]); y <- d[[{}]]; null <- {}\n", r_text(columns.unit),
                      r_text(columns.value), null_variance);
  text +=
      R"r(a <- anova(lm(y ~ g)); b <- a[1, 3]; w <- a[2, 3]; size <- table(g[!is.na(y)]); N <- sum(size); G <- sum(size > 0)
k0 <- (N - sum(size^2) / N) / (G - 1); print(a, digits = 10)
cat("ICC(1)", format((b - w) / (b + (k0 - 1) * w), digits = 10), " with the mean size",
    format((b - w) / (b + (N / G - 1) * w), digits = 10), " ICC(2)", format((b - w) / b, digits = 10), "\n")
print(1 - pmin(tapply(y, g, var, na.rm = TRUE) / null, 1), digits = 10)
)r";
  const auto names = items.empty() ? Result<std::vector<std::string>>(std::vector<std::string>())
                                   : names_in("--items", items);
  if (names && !names->empty())
    text += fmt::format(
        "print(sapply(split(d[{}], g), function(v) {{ v <- na.omit(v); j <- ncol(v)\n"
        "  s <- min(mean(sapply(v, var)) / null, 1); j * (1 - s) / (j * (1 - s) + s) }}), digits = 10)\n",
        r_texts(*names));
  return text;
}

}  // namespace

std::string agreement_script(const FitFiles& files, const RatingColumns& columns,
                             const AgreementChoice& choice, const std::string& items, double null_variance) {
  if (columns.nested()) return nested_in_r(files, columns, items, null_variance);
  std::string text = ratings_in_r(files, columns);
  text += fmt::format("measured <- {}; level <- {}; share <- {}\n", r_text(columns.measured), choice.level,
                      choice.share);
  const bool numbers =
      choice.measurement == Measurement::interval || choice.measurement == Measurement::ratio;
  if (numbers) {
    text += "y <- x\n";
    if (choice.wants("icc"))
      text +=
          "print(psych::ICC(x[complete.cases(x), ], lmer = FALSE, missing = FALSE, alpha = 1 - "
          "level)$results, "
          "digits = 10)\n";
    if (choice.wants("bland-altman")) text += std::string("if (ncol(x) == 2) {\n") + limits_in_r + "}\n";
  } else {
    text += categories_in_r(columns, choice) + "y <- k\n";
  }
  if (choice.wants("krippendorff")) text += alpha_in_r;
  return text;
}

}  // namespace securebase::cli
