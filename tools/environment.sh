#!/bin/sh
# Makes .venv with Kith in it, pinned by constraints.txt. Quick when nothing changed. Usage: tools/environment.sh [EXTRAS]
# Every way to fail says one plain sentence. PYTHON names the Python to use.
set -u
extras="${1:-}"
venv="${VENV:-.venv}"
stamp="$venv/kith-installed"

fail() { echo "Kith: $1" >&2; exit 1; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }

version() { "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null; }

# Is the environment of the Python that was named? Any will do where none was.
as_named() { [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]; }

# A copied or moved folder needs an environment of its own: its commands begin with the path that they were made for.
state="$(cat pyproject.toml constraints.txt 2>/dev/null | cksum) in $(pwd)"
if [ -n "${PYTHON:-}" ] && ! fits "$PYTHON"; then
  fail "Python 3.11, 3.12 or 3.13 is needed, and $PYTHON is none of these; name one with: make PYTHON=/path/to/python3.12"
fi
if [ -x "$venv/bin/kith" ] && grep -qxF "$state [$extras]" "$stamp" 2>/dev/null && as_named; then exit 0; fi

python=""
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
  if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then python="$candidate"; break; fi
done
[ -n "$python" ] || fail "Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=/path/to/python3.12"

mkdir -p "$venv" 2>/dev/null && [ -w "$venv" ] || fail "this folder cannot be written to; copy Kith to a folder of your own."
if ! fits "$venv/bin/python" || ! as_named || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 ||
  { [ -e "$stamp" ] && ! grep -qF " in $(pwd) [" "$stamp"; }; then
  "$python" -m venv --clear "$venv" >/dev/null 2>&1 ||
    fail "Python could not make an environment; on Debian or Ubuntu: sudo apt install python3-venv"
fi

log="$venv/install.log"
echo "Installing Kith into $venv (a minute or two the first time) ..." >&2
target="."
[ -z "$extras" ] || target=".[$extras]"
if ! "$venv/bin/python" -m pip install --disable-pip-version-check -q -c constraints.txt -e "$target" >"$log" 2>&1; then
  if grep -qiE "connection|name resolution|network|timed out|retries" "$log"; then
    fail "the packages could not be fetched: is this machine online? (details in $log)"
  fi
  tail -n 5 "$log" >&2
  fail "the packages could not be installed (details in $log)."
fi
# An install with extras also serves the plain one, and takes nothing away from those before it.
installed="$(grep -F "$state [" "$stamp" 2>/dev/null)"
printf '%s\n' ${installed:+"$installed"} "$state []" "$state [$extras]" | sort -u >"$stamp"
