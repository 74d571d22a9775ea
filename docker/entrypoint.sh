#!/bin/sh
# Make or renew the working copy of the course, without ever touching what a trainee has changed; then run the
# command. With `jupyter lab` (the default) print the address to open, with its token.
set -eu

originals=${FIDLE_ORIGINALS:-/opt/course}
work=${FIDLE_COURSE_DIR:-/work}
delivered=$work/.course # what was copied: a file that differs from it was changed by the trainee

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

put() { # put FROM TO: whole or not at all
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2.copying.$$"
  chmod u+w "$2.copying.$$"
  mv "$2.copying.$$" "$2"
}

beside() { # beside FILE: a free name for the new original, notebook.new.ipynb
  stem=${1%.*} suffix=${1##*.} n=
  while [ -e "$stem.new$n.$suffix" ]; do n=$((${n:-1} + 1)); done
  printf '%s' "$stem.new$n.$suffix"
}

renew() { # renew FILE: one original, its path below the course
  from=$originals/$1 mine=$work/$1 was=$delivered/$1
  if [ ! -e "$mine" ]; then
    put "$from" "$mine"
  elif [ -e "$was" ] && cmp -s "$from" "$was"; then
    return # the original is as it was: the file is the trainee's affair
  elif cmp -s "$from" "$mine"; then
    :
  elif [ -e "$was" ] && cmp -s "$was" "$mine"; then
    put "$from" "$mine"
    echo "New version: $1"
  else
    new=$(beside "$mine")
    put "$from" "$new"
    echo "You have changed $1: kept. The course's new version is beside it: ${new#"$work"/}"
  fi
  put "$from" "$was"
}

[ -w "${TMPDIR:-/tmp}" ] || fail "Cannot write to ${TMPDIR:-/tmp}." \
  "With a read-only root give the container a tmpfs: --tmpfs /tmp:rw,size=1g,mode=1777"
mkdir -p "$delivered" 2> /dev/null || true
[ -w "$delivered" ] || fail "Cannot write to $work as user $(id -u):$(id -g)." \
  "Give a volume (-v fidle:/work), or a folder of the user that runs the container:" \
  "  --user \"\$(id -u):\$(id -g)\" -v \"\$PWD/work:/work\"" \
  "A volume that was first used with another --user keeps that user's files: use the same one again."

(cd "$originals" && find . -type f | sed 's|^\./||' | sort) > "${TMPDIR:-/tmp}/course.$$"
while IFS= read -r file; do renew "$file"; done < "${TMPDIR:-/tmp}/course.$$"
rm "${TMPDIR:-/tmp}/course.$$"

# Real data mounted in /data are looked for first. Without any, /data would only be in the way of `fidle data get`.
if [ -z "${FIDLE_DATASETS_DIR:-}" ] && ls -d /data/*/ > /dev/null 2>&1; then
  export FIDLE_DATASETS_DIR=/data
fi

# Under Apptainer /tmp is the host's and others' too.
if [ -n "${APPTAINER_CONTAINER:-}${SINGULARITY_CONTAINER:-}" ]; then
  private=$(mktemp -d "${TMPDIR:-/tmp}/fidle.XXXXXX")
  export JUPYTER_CONFIG_DIR="$private/config" JUPYTER_DATA_DIR="$private/data"
  export JUPYTER_RUNTIME_DIR="$private/runtime" JUPYTERLAB_SETTINGS_DIR="$private/settings"
  export JUPYTERLAB_WORKSPACES_DIR="$private/workspaces" IPYTHONDIR="$private/ipython"
  export MPLCONFIGDIR="$private/matplotlib" XDG_CACHE_HOME="$private/cache"
fi

if [ "${FIDLE_VARIANT:-cpu}" = gpu ]; then
  # nvidia-smi comes from the host, with --gpus all or --nv
  gpus=$(nvidia-smi --query-gpu=name --format=csv,noheader 2> /dev/null) || gpus=
  echo "GPU: ${gpus:-none in this container, so it runs on the CPU. To lend it one: docker run --gpus all}"
fi

cd "$work"
if [ "${1:-} ${2:-}" = "jupyter lab" ]; then
  address=${JUPYTER_URL:-http://127.0.0.1:${JUPYTER_PORT:-8888}}/lab
  if [ -n "${JUPYTER_TOKEN:-}" ]; then
    echo "JupyterLab: $address (it asks for the token that you gave in JUPYTER_TOKEN)"
  else
    JUPYTER_TOKEN=$(python -c 'import secrets; print(secrets.token_hex(24))')
    export JUPYTER_TOKEN
    echo "JupyterLab: $address?token=$JUPYTER_TOKEN"
  fi
fi
exec "$@"
