# shellcheck shell=bash
# Sourced by ./run, tools/provide and tools/check, which stand in the project's root folder:
# run a command as a named step, time it, keep what it printed in build/log/.

log_folder=build/log

# as_time SECONDS: "42 s" or "3 min 05 s"
as_time() {
  if [ "$1" -lt 60 ]; then
    printf '%d s' "$1"
  else
    printf '%d min %02d s' $(($1 / 60)) $(($1 % 60))
  fi
}

# make_log_folder: fails with the reason where build/ is somebody else's
make_log_folder() {
  if mkdir -p "$log_folder" 2>/dev/null && [ -w "$log_folder" ] && [ -w build ]; then
    return 0
  fi
  printf 'Cannot write to %s/build. It may have been made by another user: remove it, or take it over.\n' "$PWD" >&2
  return 1
}

# show_progress LOG TITLE: on a terminal, the log's last line beside the title, once a second, until killed
show_progress() {
  local width line
  width=$(tput cols 2>/dev/null || echo 80)
  while sleep 1; do
    line=$(tail -n 1 "$1" 2>/dev/null | tr -cd '[:print:]')
    printf '\r\033[K%-24s %s' "$2" "${line:0:$((width > 30 ? width - 28 : 2))}"
  done
}

# quiet_step TITLE NAME COMMAND...: what the command prints goes to build/log/NAME.log; one line says how long it
# took. On failure: the last lines of the log, where the log is, and the command's exit code.
quiet_step() {
  local title=$1 log=$log_folder/$2.log begin=$EPOCHSECONDS status=0 ticker=''
  shift 2
  : >"$log" || return 1
  if [ -t 1 ]; then
    show_progress "$log" "$title" &
    ticker=$!
  fi
  trap 'printf "\nInterrupted.\n"' INT
  "$@" >"$log" 2>&1 </dev/null || status=$?
  trap - INT
  if [ -n "$ticker" ]; then
    kill "$ticker" 2>/dev/null
    wait "$ticker" 2>/dev/null
    printf '\r\033[K'
  fi
  if [ "$status" -eq 0 ]; then
    printf '%-24s %s\n' "$title" "$(as_time $((EPOCHSECONDS - begin)))"
    return 0
  fi
  printf '%-24s failed after %s (exit code %d)\n' "$title" "$(as_time $((EPOCHSECONDS - begin)))" "$status"
  printf '\nThe last lines of %s/%s:\n' "$PWD" "$log"
  tail -n 40 "$log" | sed 's/^/  | /'
  return "$status"
}
