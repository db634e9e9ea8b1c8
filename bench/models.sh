#!/usr/bin/env bash
# bench/models.sh [quick]: mixed and structural models, ours beside lme4, lmerTest, nlme and lavaan, in one run on one
# machine. Each answer is compared with R's. Ours alone where R or a package is missing. `quick`: the small sizes.
# Needs build/bench: tools/bench models builds and runs all.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
quick=${1:-}
build=${SECUREBASE_BENCH_BUILD:-build/bench}
models=$build/bench/programs/models
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number() { awk "BEGIN { printf \"$1\", $2 }"; }
have_r() { Rscript -e "quit(status = !requireNamespace('$1', quietly = TRUE))" >/dev/null 2>&1; }

printf '%s, load %s\n\n' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores" \
  "$(cut -d ' ' -f 1 /proc/loadavg)"
printf '%-14s %9s  %10s %8s  %-8s %10s %8s  %9s %6s  %s\n' case n ours MB peer seconds MB ratio bar 'largest difference of estimates, in standard errors'

# compare CASE N RUNS PACKAGE R_RUNS BAR TOLERANCE
compare() {
  local case=$1 n=$2 runs=$3 package=$4 r_runs=$5 bar=$6 tolerance=$7
  "$models" fit "$case" "$n" "$runs" >"$work/ours"
  local ours megabytes
  ours=$(awk '$1 == "seconds" { print $2 }' "$work/ours")
  megabytes=$(awk '$1 == "peak_bytes" { printf "%.0f", $2 / 1e6 }' "$work/ours")
  if [ "$r_runs" = 0 ] || ! have_r "$package"; then
    printf '%-14s %9s  %10.4f %8s  %-8s\n' "$case" "$n" "$ours" "$megabytes" "$([ "$r_runs" = 0 ] && echo "bar $bar" || echo "no $package")"
    return
  fi
  "$models" data "$case" "$n" "$work/data.csv"
  Rscript bench/models.R "$case" "$work/data.csv" "$r_runs" >"$work/theirs" 2>"$work/complaints" || {
    cat "$work/complaints" >&2
    return 1
  }
  local theirs their_megabytes difference
  theirs=$(awk '$1 == "seconds" { print $2 }' "$work/theirs")
  their_megabytes=$(awk '$1 == "peak_bytes" { printf "%.0f", $2 / 1e6 }' "$work/theirs")
  difference=$(awk 'NR == FNR { ours[$1] = $2; next }
    $1 ~ /^(estimate|lower|upper)_/ && $1 in ours { label = $1; sub(/^[a-z]*_/, "", label); error = ours["error_" label]
      d = (ours[$1] - $2) / error; if (d < 0) d = -d; if (d > worst) worst = d; seen++ }
    END { if (!seen) print "none"; else printf "%.1e", worst }' "$work/ours" "$work/theirs")
  printf '%-14s %9s  %10.4f %8s  %-8s %10.3f %8s  %9s %6s  %s%s\n' "$case" "$n" "$ours" "$megabytes" "$package" "$theirs" "$their_megabytes" \
    "$(number %.0f "$theirs / $ours")" "$bar" "$difference" "$(awk '$1 == "aborted" && $2 == 1 { print "; confint aborted" }' "$work/theirs")"
  awk -v d="$difference" -v t="$tolerance" 'BEGIN { exit !(d == "none" || d + 0 <= t) }' || {
    printf 'the two do not agree on %s\n' "$case" >&2
    return 1
  }
}

compare slope 10000 5 lme4 3 20 1e-2
compare tests 10000 5 lmerTest 3 20 1e-2
compare profile 1000 5 lme4 1 - 5e-2
compare ar1 5000 5 nlme 3 20 1e-2
compare panel 5000 9 lavaan 7 5 1e-2
compare panel_missing 5000 5 lavaan 3 20 1e-2
[ "$quick" != quick ] || exit 0
compare slope 100000 3 lme4 1 50 1e-2
compare gaps 1000000 1 lme4 0 '10 s' 1e-2

printf '\nGrowth: by, value, seconds, cells, peak bytes of the process\n'
{
  for n in 1000 10000 100000 1000000; do "$models" growth clients "$n"; done
  for n in 1000 10000 100000; do "$models" growth clients_unequal "$n"; done
  for n in 4 8 16 32 64; do "$models" growth visits "$n"; done
  for n in 1 2 3 4; do "$models" growth random_effects "$n"; done
  for n in 0 1 5 10 20 40; do "$models" growth missing "$n"; done
} | tee "$work/growth.csv"
# The picture of docs/measurements.md, where a folder for it is named.
[ -z "${SECUREBASE_FIGURES:-}" ] || "${models}_plot" <"$work/growth.csv" >"$SECUREBASE_FIGURES/models-cost.svg"
