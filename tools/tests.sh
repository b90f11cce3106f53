#!/bin/sh
# Every test, in two halves side by side where there are two cores: the second half is shown when it has ended.
# Usage: tools/tests.sh PYTHON
set -u
python="$1"
second="tests/web tests/matching tests/importers"
first=""
for part in tests/*; do
  case " $second " in *" $part "*) continue ;; esac
  case "$part" in */test_*.py) first="$first $part" ;; */*.*|*/__pycache__) ;; *) first="$first $part" ;; esac
done
if [ "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)" -lt 2 ]; then exec "$python" -m pytest; fi

said="$(mktemp)"
trap 'rm -f "$said"' EXIT
# shellcheck disable=SC2086  # several folders each
"$python" -m pytest -p no:cacheprovider $second >"$said" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null; exit 130' INT TERM
# shellcheck disable=SC2086
"$python" -m pytest $first
here=$?
wait "$beside"
there=$?
cat "$said"
[ "$here" -eq 0 ] && [ "$there" -eq 0 ]
