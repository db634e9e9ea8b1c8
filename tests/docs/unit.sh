#!/usr/bin/env bash
# tests/docs/unit.sh: the systemd unit is as closed as it has to be: systemd-analyze security gives it 1.5 at most.
# Exit code 77 (skipped) where there is no systemd-analyze.
set -u
cd -- "$(dirname -- "$(readlink -f -- "$0")")/../.." || exit 1
if ! command -v systemd-analyze >/dev/null; then
  echo 'skipped: systemd-analyze is not installed'
  exit 77
fi
systemd-analyze security --offline=true --threshold=15 packaging/systemd/securebase.service | tail -n 2
exit "${PIPESTATUS[0]}"
