#!/usr/bin/env bash
# bench/record.sh [COURSES [RATE [SECONDS]]]: the server with so many courses (10000), audit on, each request audited and
# committed before it is answered; pages of courses are asked for by another process at RATE (1000) a second for SECONDS
# (20). Beside it, in the same run and on the same disk, what one synced commit costs.
# Needs build/bench: tools/bench record builds and runs all.
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
courses=${1:-10000}
rate=${2:-1000}
seconds=${3:-20}
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

printf '%s courses, %s requests a second for %s s; %s cores, load %s\n' "$courses" "$rate" "$seconds" "$(nproc)" \
  "$(cut -d ' ' -f 1 /proc/loadavg)"
"$record" fill "$work/practice" "$courses" >"$work/courses"
keep < <("$record" floor "$work" 2000)
keep < <("$record" start "$build/securebase" "$work/practice")
pid=${value[pid]}
keep < <("$record" load "${value[port]}" "$rate" "$seconds" 64 <"$work/courses")
peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
kill "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
pid=
printf '  one synced commit   p50 %8.3f ms   p99 %8.3f ms   worst %8.3f ms\n' "${value[floor_p50_ms]}" "${value[floor_p99_ms]}" "${value[floor_worst_ms]}"
printf '  page of a course    p50 %8.3f ms   p99 %8.3f ms   worst %8.3f ms   %s answered a second, %s failed\n' \
  "${value[page_p50_ms]}" "${value[page_p99_ms]}" "${value[page_worst_ms]}" "${value[answered_per_second]}" "${value[failed]}"
awk -v page="${value[page_p99_ms]}" -v floor="${value[floor_p99_ms]}" 'BEGIN { printf "  p99 is %.1f times that of one synced commit\n", page / floor }'
printf '  start to first answer %s ms; %s KiB resident idle, %s KiB at most\n' "${value[start_ms]}" "${value[idle_kib]}" "$peak"
