#!/usr/bin/env bash
# bench/scoring.sh [ROWS [RUNS]]: scoring 36 answers a row, ours beside psych::scoreItems in R, in one run on one machine.
# ROWS: 1000000 by default. RUNS of each thing from file to scores: 5 by default; R's are 3.
# Our side alone where R, psych or data.table is missing. Needs build/bench: tools/bench scoring builds and runs all.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
rows=${1:-1000000}
runs=${2:-5}
build=${SECUREBASE_BENCH_BUILD:-build/bench}
scoring=$build/bench/programs/scoring
securebase=$build/securebase
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A value
# Reads "name value" lines into `value`, a prefix before each name.
keep() {
  local name number
  while read -r name number; do
    value[$1$name]=${number% }
  done
}
number() { awk "BEGIN { printf \"$1\", $2 }"; }

score_file() { # runs, rows: seconds and peak of our command on a file of so many rows
  "$scoring" command "$1" "$securebase" score --instrument ecr --order published --in "$work/$2.csv" --out "$work/$2.scores.csv"
}

"$scoring" keys >"$work/keys"
"$scoring" data "$rows" "$work/$rows.csv"
printf '%s rows of 36 answers, one in a hundred missing; %s\n' "$rows" \
  "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"

keep '' < <("$scoring" memory "$rows")
printf '\nIn memory, one thread\n'
printf '  ours           %8.4f s   %.3g rows/s, %.3g bytes/s read: %s%% of the %.3g bytes/s that a plain read reaches\n' \
  "${value[memory_seconds]}" "${value[memory_rows_per_second]}" "${value[memory_read_bytes_per_second]}" \
  "$(number %.1f "100 * ${value[bandwidth_share]}")" "${value[bandwidth_bytes_per_second]}"

have_r=no
if Rscript -e 'quit(status = !all(c("psych", "data.table") %in% rownames(installed.packages())))' >/dev/null 2>&1; then
  have_r=yes
  keep '' < <(Rscript bench/scoring.R memory "$work/keys" "$work/$rows.csv" 3)
  printf '  psych (R)      %8.2f s   ours is %s times as fast (bar: 200)\n' "${value[r_memory_seconds]}" \
    "$(number %.0f "${value[r_memory_seconds]} / ${value[memory_seconds]}")"
  for scale in avoidance anxiety; do
    [ "$(number %d "((${value[r_mean_$scale]} - ${value[mean_$scale]}) ^ 2 < 1e-18)")" = 1 ] || {
      printf 'the two do not agree on %s: R %s, ours %s\n' "$scale" "${value[r_mean_$scale]}" "${value[mean_$scale]}" >&2
      exit 1
    }
  done
  printf '  both have the same means of complete scores: avoidance %s, anxiety %s\n' \
    "${value[mean_avoidance]}" "${value[mean_anxiety]}"
else
  printf '  R with psych and data.table is not here: nothing to compare with\n'
fi

printf '\nFrom file to scores\n'
keep '' < <(score_file "$runs" "$rows")
size=$(stat -c %s "$work/$rows.csv")
printf '  ours           %8.3f s   %s rows/s, %s bytes/s\n' "${value[command_seconds]}" \
  "$(number %.3g "$rows / ${value[command_seconds]}")" "$(number %.3g "$size / ${value[command_seconds]}")"
if [ $have_r = yes ]; then
  keep '' < <(Rscript bench/scoring.R file "$work/keys" "$work/$rows.csv" 3 "$work/r.csv")
  printf '  fread + psych  %8.2f s   ours is %s times as fast (bar: 50)\n' "${value[r_file_seconds]}" \
    "$(number %.0f "${value[r_file_seconds]} / ${value[command_seconds]}")"
fi

printf '\nPeak memory of the command\n'
for n in 100000 1000000 4000000; do
  [ -e "$work/$n.csv" ] || "$scoring" data "$n" "$work/$n.csv"
  keep '' < <(score_file 1 "$n")
  printf '  %8d rows  %6.1f MB\n' "$n" "$(number %.1f "${value[command_peak_bytes]} / 1e6")"
  rm -f "$work/$n.csv" "$work/$n.scores.csv"
done
