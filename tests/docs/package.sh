#!/usr/bin/env bash
# tests/docs/package.sh BUILD COMPILER [FLAGS]: installs the CMake package of a build into a folder of its own, and
# builds and runs examples/package with it.
set -eu
build=$1
compiler=$2
flags=${3:-}
root=$(cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --component package --prefix "$work/package" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
if grep -rl --include='*.hpp' 'Eigen/' "$work/package/include"; then
  echo 'a header of the package shows Eigen'
  exit 1
fi
# No header of the package may need one that is not in it.
grep -rhoE '^#include "(base|stats|models|report)/[a-z_0-9]+\.hpp"' "$work/package/include" | sed -E 's/.*"(.*)"/\1/' | sort -u |
  while read -r header; do
    [ -e "$work/package/include/securebase/$header" ] || { echo "not in the package: $header"; exit 1; }
  done
cmake -S "$root/examples/package" -B "$work/example" -G Ninja -DCMAKE_PREFIX_PATH="$work/package" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$work/log" 2>&1 &&
  cmake --build "$work/example" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$work/example/example" | tee "$work/out"
grep -qE '^visit +-0\.[5-9]' "$work/out"
