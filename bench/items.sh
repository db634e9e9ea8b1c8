#!/usr/bin/env bash
# bench/items.sh: item response models, ours beside R's mirt in one run where mirt is installed (it is no Debian package).
# Beside seconds stands the multiple of one pass over the people, timed in the same run: what the fit costs at least.
# Needs build/bench: tools/bench items builds and runs it.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
build=${SECUREBASE_BENCH_BUILD:-build/bench}
items=$build/bench/programs/items
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
people=34288 count=18 nodes=61

printf '%s, load %s\n\n' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores" \
  "$(cut -d ' ' -f 1 /proc/loadavg)"
"$items" fit "$people" "$count" "$nodes" 9 >"$work/ours"
of() { awk -v name="$1" '$1 == name { print $2 }' "$work/ours"; }
printf 'graded response, %d people, %d items, 5 answers, %d nodes\n' "$people" "$count" "$nodes"
awk '{ ours[$1] = $2 } END {
  printf "fit       %.3f s (bar 0.5), %d passes, %.1f times one pass of %.4f s; peak %.0f MB (bar 200)\n",
    ours["seconds"], ours["passes"], ours["kernels"], ours["kernel_seconds"], ours["peak_bytes"] / 1e6
  printf "EAP       %.3f s (bar 0.15)\n", ours["eap_seconds"]
  printf "one step  %.1f us (bar 20)\n", ours["step_seconds"] * 1e6 }' "$work/ours"

if Rscript -e 'quit(status = !requireNamespace("mirt", quietly = TRUE))' >/dev/null 2>&1; then
  "$items" data "$people" "$count" "$work/data.csv"
  Rscript - "$work/data.csv" >"$work/theirs" <<'R'
suppressMessages(library(mirt))
d <- read.csv(commandArgs(TRUE)[1])
t <- system.time(fit <- mirt(d, 1, itemtype = "graded", quadpts = 61, verbose = FALSE))[["elapsed"]]
e <- system.time(fscores(fit, method = "EAP", quadpts = 61))[["elapsed"]]
cat("seconds", t, "\neap_seconds", e, "\n")
R
  awk 'NR == FNR { ours[$1] = $2; next } { printf "mirt %-12s %.2f s: %.0f times ours\n", $1, $2, $2 / ours[$1] }' "$work/ours" "$work/theirs"
else
  echo 'mirt is not installed here. On record for the same size, in another run (2 cores): 5.4 s a fit, 1.9 s for EAP.'
fi

printf '\nGrowth: by, value, seconds, seconds of one pass, peak bytes of the process\n'
{
  for n in 1000 3000 10000 30000 100000; do "$items" growth people "$n"; done
  for n in 6 12 18 36 60; do "$items" growth items "$n"; done
  for n in 21 41 61 121 201; do "$items" growth nodes "$n"; done
} | tee "$work/growth.csv"
[ -z "${SECUREBASE_FIGURES:-}" ] || "$build/bench/programs/models_plot" <"$work/growth.csv" >"$SECUREBASE_FIGURES/items-cost.svg"
