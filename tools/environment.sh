#!/bin/sh
# Makes .venv with Kith in it, pinned by constraints.txt. Quick when nothing changed. Usage: tools/environment.sh [EXTRAS]
# Every way to fail says one plain sentence. PYTHON names the Python to use.
set -u
extras="${1:-}"
venv="${VENV:-.venv}"

fail() { echo "Kith: $1" >&2; exit 1; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }

wanted="$(cat pyproject.toml constraints.txt 2>/dev/null | cksum) [$extras]"
stamp="$venv/kith-installed"
if [ -x "$venv/bin/kith" ] && grep -qxF "$wanted" "$stamp" 2>/dev/null; then exit 0; fi

python=""
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
  if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then python="$candidate"; break; fi
done
[ -n "$python" ] || fail "Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=/path/to/python3.12"

mkdir -p "$venv" 2>/dev/null && [ -w "$venv" ] || fail "this folder cannot be written to; copy Kith to a folder of your own."
if [ ! -x "$venv/bin/python" ] || ! fits "$venv/bin/python"; then
  "$python" -m venv --clear "$venv" >/dev/null 2>&1 ||
    fail "Python could not make an environment; on Debian or Ubuntu: sudo apt install python3-venv"
fi

log="$venv/install.log"
echo "Installing Kith into $venv (a minute or two the first time) ..." >&2
target="."
[ -z "$extras" ] || target=".[$extras]"
if ! "$venv/bin/python" -m pip install --disable-pip-version-check -q -c constraints.txt -e "$target" >"$log" 2>&1; then
  if grep -qiE "connection|resolution|network|timed out|retries|temporary failure" "$log"; then
    fail "the packages could not be fetched: is this machine online? (details in $log)"
  fi
  tail -n 5 "$log" >&2
  fail "the packages could not be installed (details in $log)."
fi
# An install with extras also serves the plain one.
{ echo "$wanted"; [ -z "$extras" ] || echo "$(cat pyproject.toml constraints.txt | cksum) []"; } >"$stamp"
