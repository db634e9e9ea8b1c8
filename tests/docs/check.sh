#!/usr/bin/env bash
# tests/docs/check.sh PROGRAM [PAGE]: do the documents tell the truth?
#   links      every relative link in a *.md leads to a file
#   arrows     the block in ARCHITECTURE.md is arrows.txt
#   table      the tables in README.md and docs/instruments.md are what `instruments list` says
#   examples   every file shown under <!-- file: PATH --> is written out, every command with build/release/securebase in a
#              console block is run, and must succeed and print the lines below it ("..." stands for any lines)
#   options    the man page's source describes the options that --help lists, command by command
#   page       PAGE, the built man page, gives mandoc nothing to warn of
# Prints what is wrong and where; exit code 1 on any. Commands run in a temporary folder with examples/ in it.
set -u
program=$(readlink -f -- "${1:?usage: tests/docs/check.sh PROGRAM [PAGE]}")
page=${2:-}
cd -- "$(dirname -- "$(readlink -f -- "$0")")/../.." || exit 1
export LC_ALL=C.UTF-8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=$work/faults
: >"$faults"
fault() { printf '%s\n' "$*" >>"$faults"; }

# Lines of a document outside fenced blocks, with their numbers
prose() { awk '/^ *```/ { fenced = !fenced; next } !fenced { print FNR ":" $0 }' "$1"; }

check_links() {
  local file number target count=0
  while IFS= read -r file; do
    while IFS=: read -r number target; do
      target=${target%%#*}
      case $target in
        '' | http://* | https://* | mailto:*) continue ;;
      esac
      count=$((count + 1))
      [ -e "$(dirname -- "$file")/$target" ] || fault "$file:$number: the link leads nowhere: $target"
    done < <(prose "$file" | grep -oE '^[0-9]+:|\]\([^)]+\)' | awk '/^[0-9]+:$/ { number = $0; next } { print number substr($0, 3, length($0) - 3) }')
  done < <(tools/sources '*.md')
  printf 'links: %d\n' "$count"
  [ "$count" -gt 0 ] || fault 'links: none found: this check looks at nothing'
}

check_arrows() {
  if ! awk '/^```arrows$/ { inside = 1; next } /^```$/ { inside = 0 } inside' ARCHITECTURE.md | diff -u arrows.txt - >"$work/arrows"; then
    fault "ARCHITECTURE.md: the block of arrows differs from arrows.txt:"
    cat "$work/arrows" >>"$faults"
  fi
  echo 'arrows: compared'
}

# "id version items wording unverified", as the program and as the README say
check_table() {
  local id rest
  "$program" instruments list | awk 'NR > 1 && NF == 0 { exit } NR > 1 && !/^ / { print $1, $2, $3, $4 }' | sort |
    while read -r id rest; do
      printf '%s %s %d\n' "$id" "$rest" "$("$program" instruments show "$id" --json | grep -c '"verified": false')"
    done >"$work/listed"
  awk -F ' *[|] *' '/^\| *`[a-z0-9-]+` *\|/ { gsub("`", "", $2); sub(/ .*/, "", $6); print $2, $4, $5, $6, $7 + 0 }' README.md | sort >"$work/shown"
  [ -s "$work/listed" ] || fault 'table: the program lists no instrument'
  diff "$work/listed" "$work/shown" >"$work/table" || {
    fault 'README.md: the table of instruments differs from what the program says (<: program, >: README):'
    cat "$work/table" >>"$faults"
  }
  awk '{ print $1, $3 }' "$work/listed" >"$work/listed-items"
  awk -F ' *[|] *' '/^\| *`[a-z0-9-]+` *\|/ { gsub("`", "", $2); print $2, $4 }' docs/instruments.md | sort >"$work/shelf"
  diff "$work/listed-items" "$work/shelf" >"$work/table" || {
    fault 'docs/instruments.md: the shelf differs from what the program says (<: program, >: document):'
    cat "$work/table" >>"$faults"
  }
  printf 'table: %d instruments\n' "$(wc -l <"$work/listed")"
}

# compare ACTUAL EXPECTED: do the expected lines come in this order, with nothing between but where "..." stands?
compare() {
  awk '
    FNR == NR { actual[++n] = $0; next }
    { expected[++m] = $0 }
    function matches(at, from, to,    i) {
      for (i = from; i <= to; i++) if (actual[at + i - from] != expected[i]) return 0
      return at + to - from <= n
    }
    END {
      at = 1; i = 1; loose = 0
      while (i <= m) {
        if (expected[i] == "...") { loose = 1; i++; continue }
        last = i
        while (last < m && expected[last + 1] != "...") last++
        closing = last == m
        found = 0
        for (p = at; p <= n && !found; p++) {
          if (!loose && p > at) break
          if (closing && p + last - i != n) continue
          if (matches(p, i, last)) found = p
        }
        if (!found) { print "not printed there: " expected[i]; exit 1 }
        at = found + last - i + 1
        i = last + 1
        loose = 0
      }
      if (!loose && at <= n) { print "printed as well: " actual[at]; exit 1 }
    }' "$1" "$2"
}

# run_example FILE LINE COMMAND: what it prints must be $work/expected
run_example() {
  local status=0
  (cd "$work/place" && COLUMNS=80 timeout 120 bash -c "$3" >"$work/actual" 2>&1 </dev/null) || status=$?
  if [ $status -ne 0 ]; then
    fault "$1:$2: exit code $status: $3"
    sed 's/^/    | /' "$work/actual" | head -n 10 >>"$faults"
  elif ! compare "$work/actual" "$work/expected" >"$work/difference"; then
    fault "$1:$2: $3"
    sed 's/^/    /' "$work/difference" >>"$faults"
  fi
}

# Files shown in a document, below the place where its commands run
write_shown_files() {
  awk -v place="$work/place" '
    /^<!-- file: .* -->$/ { name = $3; next }
    name != "" && !inside && /^```/ { inside = 1; folder = place "/" name; sub(/\/[^\/]*$/, "", folder); system("mkdir -p " folder); next }
    inside && /^```$/ { inside = 0; close(place "/" name); name = ""; next }
    inside { print > (place "/" name) }' "$1"
}

check_examples() {
  local file count=0 line text command='' at=0 inside=no
  mkdir -p "$work/place/build/release"
  ln -s "$program" "$work/place/build/release/securebase"
  ln -s "$PWD/examples" "$work/place/examples"
  for file in README.md CONTRIBUTING.md docs/handbook.md; do
    write_shown_files "$file"
    line=0
    while IFS= read -r text || [ -n "$text" ]; do
      line=$((line + 1))
      if [ "$text" = '```console' ]; then
        inside=yes
        command=''
        continue
      fi
      [ $inside = yes ] || continue
      if [ "$text" = '```' ] || [[ $text == '$ '* ]]; then
        if [ -n "$command" ]; then
          run_example "$file" "$at" "$command"
          count=$((count + 1))
        fi
        command=''
        : >"$work/expected"
        if [ "$text" = '```' ]; then
          inside=no
        elif [[ $text == *'build/release/securebase '* ]]; then
          command=${text#'$ '}
          at=$line
        fi
      else
        printf '%s\n' "$text" >>"$work/expected"
      fi
    done <"$file"
    [ $inside = no ] || fault "$file: a console block does not end"
  done
  printf 'examples: %d commands run\n' "$count"
  [ "$count" -gt 0 ] || fault 'examples: none found: this check looks at nothing'
}

# Long options that --help of a command lists, its own --help aside
options_of_help() {
  # shellcheck disable=SC2086
  "$program" $1 --help | awk '/^[A-Z][a-z ]*:/ { listing = /^Options:/ } listing && /^  -/' |
    sed -nE 's/^  (-[a-z],)?(--[a-z-]+).*/\2/p' | grep -v '^--help$' | sort
}

# Long options described below a heading of the man page's source: the lines with an indented one below
options_of_page() {
  awk -v wanted="## $1" '/^#/ { inside = $0 == wanted } inside && /^\t/ && last ~ /^\*-/ { print last } { last = $0 }' \
    packaging/man/securebase.1.scd |
    grep -oE -- '\*--[a-z-]+\*' | tr -d '*' | grep -v '^--help$' | sort
}

check_options() {
  local command shared whole=packaging/man/securebase.1.scd
  for command in '' score describe change 'fit lmm' 'fit growth' 'fit sem' 'fit apim' 'fit riclpm' 'fit mediation' 'fit statespace' 'instruments list' 'instruments show' 'instruments check' 'instruments schema' \
    'effect d' 'effect bootstrap' 'effect prepost' 'effect controlled' 'effect change' 'effect nnt' 'effect equivalence' 'effect benchmark' agreement reliability 'code agreement' 'code classify' sequence 'feedback check' 'feedback study' 'alliance check' 'alliance study' \
    setup demo serve 'user list' 'user invite' 'user reset' 'user disable' 'audit verify' 'norms compute' 'norms list' 'norms export' backup restore 'store copy' 'store reopen' \
    'key rotate' doctor; do
    options_of_help "$command" >"$work/help"
    options_of_page "${command:-Options of every command}" >"$work/page"
    for shared in 'a file of answers' 'a fit' 'a mixed model' resampling 'two groups' 'a practice'; do
      if awk -v wanted="## $command" '/^#/ { inside = $0 == wanted } inside' $whole | tr '\n' ' ' |
        grep -q "takes the options of $shared"; then
        options_of_page "Options of $shared" >>"$work/page"
      fi
    done
    if awk -v wanted="## $command" '/^#/ { inside = $0 == wanted } inside' $whole | tr '\n' ' ' | grep -q 'those about people'; then
      options_of_page 'Options about people' >>"$work/page"
    fi
    sort -o "$work/page" "$work/page"
    diff "$work/help" "$work/page" >"$work/options" || {
      fault "$whole: options of 'securebase $command' (<: --help, >: page):"
      cat "$work/options" >>"$faults"
    }
  done
  [ "$(options_of_help score | wc -l)" -gt 5 ] || fault 'options: --help lists none: this check looks at nothing'
  echo 'options: compared'
}

check_page() {
  if [ -z "$page" ]; then
    echo 'page: skipped: this build has no man page (scdoc is missing)'
  elif ! command -v mandoc >/dev/null; then
    echo 'page: skipped: mandoc is not installed'
  elif ! mandoc -T lint -W warning "$page" >"$work/lint" 2>&1; then
    fault "packaging/man/securebase.1.scd: mandoc warns:"
    cat "$work/lint" >>"$faults"
  else
    echo 'page: mandoc finds nothing to warn of'
  fi
}

check_links
check_arrows
check_table
check_examples
check_options
check_page
if [ -s "$faults" ]; then
  printf '\n'
  cat "$faults"
  exit 1
fi
