# The R side of bench/scoring.sh:  Rscript scoring.R memory|file KEYS DATA RUNS [OUT]
# memory: psych::scoreItems on answers that stand in memory. file: data.table::fread, scoreItems, data.table::fwrite.
# Prints lines "name value"; times are medians in seconds.
suppressPackageStartupMessages({
  library(psych)
  library(data.table)
})
words <- commandArgs(trailingOnly = TRUE)
mode <- words[1]
lines <- strsplit(readLines(words[2]), " ")
keys <- lapply(lines, function(words) {
  item <- as.integer(words[-1])
  paste0(ifelse(item < 0, "-", ""), "Q", abs(item))
})
names(keys) <- vapply(lines, `[`, "", 1)
runs <- as.integer(words[4])

# psych warns of NaNs in a correction that is not asked for here.
score <- function(x) suppressWarnings(scoreItems(keys, x, min = 1, max = 7, impute = "none"))
median_seconds <- function(work) median(replicate(runs, system.time(work())[["elapsed"]]))

if (mode == "memory") {
  x <- as.matrix(fread(words[3]))
  cat("r_memory_seconds", median_seconds(function() scored <<- score(x)), "\n")
  # Complete rows, for the comparison with ours: psych takes the mean of what is there.
  for (scale in names(keys)) {
    complete <- stats::complete.cases(x[, sub("^-", "", keys[[scale]])])
    cat(paste0("r_mean_", scale), format(mean(scored$scores[complete, scale]), digits = 12), "\n")
  }
} else {
  cat("r_file_seconds", median_seconds(function() {
    scored <- score(as.matrix(fread(words[3])))
    fwrite(as.data.table(scored$scores), words[5])
  }), "\n")
}
