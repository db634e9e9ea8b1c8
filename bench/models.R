# The R side of bench/models.sh:  Rscript models.R CASE DATA RUNS
# Prints lines "name value"; times are medians in seconds, of the fit alone.
words <- commandArgs(trailingOnly = TRUE)
case <- words[1]
d <- read.csv(words[2])
runs <- as.integer(words[3])
tell <- function(name, value) cat(name, format(value, digits = 12), "\n")
timed <- function(work) tell("seconds", median(replicate(runs, system.time(work())[["elapsed"]])))
tell_fixed <- function(estimates, errors) {
  for (j in seq_along(estimates)) {
    tell(paste0("estimate_", j - 1), estimates[j])
    tell(paste0("error_", j - 1), errors[j])
  }
}
peak <- function() as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) * 1024

if (case %in% c("slope", "gaps", "tests", "profile")) {
  suppressPackageStartupMessages(library(lme4))
  if (case == "tests") suppressPackageStartupMessages(library(lmerTest))
  timed(function() {
    # lme4 warns of gradients that its optimiser leaves; the answers are compared by the script.
    fit <<- suppressWarnings(lmer(y ~ time * arm + (time | id), d, REML = case != "profile"))
    if (case == "tests") tests <<- coef(summary(fit))
    if (case == "profile") limits <<- tryCatch(suppressWarnings(confint(fit, method = "profile", quiet = TRUE)), error = function(e) NULL)
  })
  tell("log_likelihood", as.numeric(logLik(fit)))
  tell_fixed(fixef(fit), sqrt(diag(as.matrix(vcov(fit)))))
  tell("sigma", sigma(fit))
  if (case == "tests") for (j in 1:4) tell(paste0("df_", j - 1), tests[j, "df"])
  if (case == "profile") {
    tell("aborted", as.numeric(is.null(limits)))
    if (!is.null(limits)) for (j in 1:4) {
      tell(paste0("lower_", j - 1), limits[nrow(limits) - 4 + j, 1])
      tell(paste0("upper_", j - 1), limits[nrow(limits) - 4 + j, 2])
    }
  }
} else if (case == "ar1") {
  suppressPackageStartupMessages(library(nlme))
  timed(function() fit <<- lme(y ~ time * arm, random = ~ time | id, correlation = corAR1(form = ~ time | id), data = d))
  tell("log_likelihood", as.numeric(logLik(fit)))
  tell_fixed(fixef(fit), sqrt(diag(vcov(fit))))
  tell("sigma", fit$sigma)
} else {
  suppressPackageStartupMessages(library(lavaan))
  waves <- 1:4
  model <- c(
    paste0("RIx =~ ", paste0("1*x", waves, collapse = " + ")), paste0("RIy =~ ", paste0("1*y", waves, collapse = " + ")),
    paste0("wx", waves, " =~ 1*x", waves), paste0("wy", waves, " =~ 1*y", waves),
    paste0("wx", 2:4, " ~ a", 2:4, "*wx", 1:3, " + b", 2:4, "*wy", 1:3),
    paste0("wy", 2:4, " ~ c", 2:4, "*wx", 1:3, " + d", 2:4, "*wy", 1:3),
    paste0("wx", waves, " ~~ wy", waves), "RIx ~~ RIx", "RIy ~~ RIy", "RIx ~~ RIy",
    paste0("wx", waves, " ~~ wx", waves), paste0("wy", waves, " ~~ wy", waves),
    paste0("x", waves, " ~ 1"), paste0("y", waves, " ~ 1"), paste0("x", waves, " ~~ 0*x", waves),
    paste0("y", waves, " ~~ 0*y", waves)
  )
  timed(function() {
    fit <<- if (case == "panel") lavaan(model, d, meanstructure = TRUE) else lavaan(model, d, missing = "ml")
  })
  tell("log_likelihood", as.numeric(logLik(fit)))
  tell("chi_square", fitMeasures(fit)[["chisq"]])
  table <- parameterEstimates(fit)
  for (j in which(table$label != "")) {
    tell(paste0("estimate_", table$label[j]), table$est[j])
    tell(paste0("error_", table$label[j]), table$se[j])
  }
}
tell("peak_bytes", peak())
