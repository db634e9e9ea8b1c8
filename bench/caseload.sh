#!/usr/bin/env bash
# bench/caseload.sh [COURSES [SHEETS]]: the caseload of a therapist with so many courses (500) of so many sheets (12) each,
# with the status of each, asked of the server as the page asks it.
# Needs build/bench: tools/bench caseload builds and runs it.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
courses=${1:-500}
sheets=${2:-12}
build=${SECUREBASE_BENCH_BUILD:-build/bench}
record=$build/bench/programs/record
work=$(mktemp -d -p "$build")
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

declare -A value
keep() {
  local name number
  while read -r name number; do value[$name]=$number; done
}

"$record" fill "$work/practice" "$courses" "$sheets" >"$work/courses"
keep < <("$record" start "$build/securebase" "$work/practice")
pid=${value[pid]}
keep < <("$record" caseload "${value[port]}" 100)
printf '%s courses, %s sheets each; %s cores, load %s\n' "$courses" "$sheets" "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)"
printf '  caseload with %s statuses, %s kB   p50 %.1f ms   p99 %.1f ms   worst %.1f ms (bar 300)\n' \
  "${value[statuses]}" $((value[bytes] / 1000)) "${value[caseload_p50_ms]}" "${value[caseload_p99_ms]}" "${value[caseload_worst_ms]}"
