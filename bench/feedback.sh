#!/usr/bin/env bash
# bench/feedback.sh: status, outlook, sudden changes, words and dips of the alliance of 10,000 courses.
# Needs build/bench: tools/bench feedback builds and runs it.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
build=${SECUREBASE_BENCH_BUILD:-build/bench}
printf '%s, load %s\n\n' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores" \
  "$(cut -d ' ' -f 1 /proc/loadavg)"
"$build/bench/programs/feedback" 10000 | awk '
  { of[$1] = $2 }
  END {
    printf "expected course of 2,000 courses   %.2f s of the processor\n", of["learning_seconds"]
    printf "feedback for 10,000 courses        %.2f s of the processor, %.2f s by two threads (bar 5)\n", of["processor_seconds"], of["wall_seconds"]
  }'
