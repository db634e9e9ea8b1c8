#!/usr/bin/env bash
# bench/working_model.sh: places of 8 figures at 60 occasions, everything answered, from scores to words.
# Needs build/bench: tools/bench working_model builds and runs it.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
build=${SECUREBASE_BENCH_BUILD:-build/bench}
printf '%s, load %s\n\n' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores" \
  "$(cut -d ' ' -f 1 /proc/loadavg)"
"$build/bench/programs/working_model" 101 10000 | awk '
  { of[$1] = $2 }
  END {
    printf "random walk, errors alike    %.3f ms (bar 2)\n", of["walk_alike_seconds"] * 1e3
    printf "random walk, errors differ   %.3f ms\n", of["walk_own_seconds"] * 1e3
    printf "prototype, errors alike      %.3f ms\n", of["prototype_alike_seconds"] * 1e3
    printf "prototype, errors differ     %.3f ms\n", of["prototype_own_seconds"] * 1e3
    printf "10,000 courses, two threads  %.2f s (bar 10); peak %.0f MB\n", of["all_seconds"], of["peak_bytes"] / 1e6
  }'
