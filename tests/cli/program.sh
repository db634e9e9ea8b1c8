#!/bin/sh
# What only the real program shows: threads, closed descriptors, a full device.
# usage: program.sh PROGRAM
set -u
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
faults=0

expect() { # NAME EXPECTED FOUND
  [ "$2" = "$3" ] && return
  echo "$1: expected '$2', found '$3'"
  faults=1
}

# A message of the thread that reads leaves alone what the other thread writes.
awk 'BEGIN {
  print "q1,q2,q3,q4,q5,q6,q7"
  for (i = 2; i < 9000; ++i) print (i == 6000 ? "1,2,3,0,1,1,9" : "1,2,3,0,1,1,1")
}' > "$folder/in.csv"
for _ in 1 2 3 4 5; do
  headers=$("$program" score -i gad-7 --in "$folder/in.csv" --keep-going 2> /dev/null |
    (sleep .3; grep -c '^[a-z,_]*line,'))
  expect "headers through a slow pipe" 1 "$headers"
done

# A message does not push out what has not been written yet: it is on one line alone.
printf 'q1,q2,q3,q4,q5,q6,q7\n1,2,3,0,1,1,9\n' |
  "$program" score -i gad-7 --in - --json --keep-going > "$folder/both" 2>&1
expect "what comes before a message" "securebase: left out" "$(head -c 20 "$folder/both")"

# With standard error closed, messages do not go into the output.
"$program" score -i gad-7 --in "$folder/in.csv" --keep-going --out "$folder/out.csv" 2>&-
expect "exit code with standard error closed" 1 $?
expect "messages in the output" 0 "$(grep -c securebase: "$folder/out.csv")"

# With standard output closed, scores that go nowhere are an error.
"$program" score -i gad-7 --in "$folder/in.csv" --keep-going >&- 2> /dev/null
expect "exit code with standard output closed" 6 $?

for option in --help --version; do
  "$program" $option > /dev/full 2> /dev/null
  expect "exit code of $option on a full device" 6 $?
done

# Endless bytes that are no text are refused at once.
timeout 20 "$program" score -i gad-7 --in /dev/zero > /dev/null 2>&1
expect "exit code for /dev/zero" 3 $?

# A program that is stopped leaves no half-written scores behind, whatever the signal.
mkdir "$folder/stopped"
for signal in TERM KILL HUP; do
  (awk 'BEGIN { print "q1,q2,q3,q4,q5,q6,q7"; for (;;) print "1,2,3,0,1,1,1" }' 2> /dev/null) |
    "$program" score -i gad-7 --in - --out "$folder/stopped/out.csv" &
  sleep .5
  kill -s "$signal" $!
  wait $! 2> /dev/null
  expect "files left after SIG$signal" "" "$(ls -A "$folder/stopped")"
done

exit $faults
