#!/bin/sh
# Installs the course from this folder alone, without a network:   sh install.sh [FOLDER]
# FOLDER (by default ./course-sequences in your home) is made; an existing one keeps your changes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into=${1:-$HOME/course-sequences}
case $into in /*) ;; *) into=$PWD/$into ;; esac
python=${PYTHON:-python3}

fail() {
  echo "$1" >&2
  exit 1
}

copy_new() { # copy_new FROM TO: never over a file that is there, it may hold a trainee's work
  (cd "$1" && find . -type f) | while IFS= read -r file; do
    [ -e "$2/$file" ] || { mkdir -p "$2/$(dirname "$file")" && cp "$1/$file" "$2/$file"; }
  done
}

wanted=$(cat "$here/python-version")
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$found" = "$wanted" ] ||
  fail "The wheels on this key are for Python $wanted; $python is $found. Try: PYTHON=python$wanted sh install.sh"
wanted=$(cat "$here/machine")
found=$("$python" -c 'import platform, sys; print(sys.platform, platform.machine())')
[ "$found" = "$wanted" ] ||
  fail "The wheels on this key are for $wanted; this machine is $found. A key is packed for one kind of machine."

echo "Checking the files on the key…"
if command -v sha256sum > /dev/null; then sums=sha256sum; else sums="shasum -a 256"; fi
(cd "$here" && $sums --quiet -c SHA256SUMS) || fail "The key is damaged: copy it again."
copy_new "$here/course" "$into"
[ ! -d "$here/data" ] || copy_new "$here/data" "$into/datasets"

echo "Installing (a few minutes)…"
cd "$into"
"$python" -m venv .venv
install() {
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-index --find-links "$here/wheels" "$@"
}
install -r requirements.txt
install --no-deps --no-build-isolation -e .
.venv/bin/python -m fidle_course.room.prepare
touch .venv/.installed
echo "Done. Next:  cd \"$into\" && make lab      (or: \"$into/.venv/bin/jupyter\" lab)"
