#!/bin/bash
# What a GPU brings to this course, in one go of under 8 minutes, on a machine that has one (and on any other).
#   benchmarks/gpu.sh [OUT]             OUT: a folder for what it prints and measures; by default run/gpu
# Before: make GPU=1 install, or for JAX an environment with a GPU build of jax and KERAS_BACKEND=jax.
# PYTHON names the interpreter; by default the one of `make`. QUICK=1 uses tiny sizes: it proves that it works.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
out=${1:-run/gpu}
PYTHON=${PYTHON:-$PWD/.venv/bin/python}
mkdir -p "$out"
exec > >(tee "$out/report.txt") 2>&1
bad=0
part() { # part SECONDS TITLE COMMAND…: one part, with a time of its own, whose failure does not end the others
  local limit=$1 title=$2
  shift 2
  printf '\n=== [%3ds] %s\n' "$SECONDS" "$title"
  timeout --kill-after=10 "$limit" "$@" || { echo "FAILED, exit code $? ($limit s allowed): $*"; bad=1; }
}
echo "$(date -u +%FT%TZ) · $(nproc) cores · backend ${KERAS_BACKEND:-tensorflow}"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo "no GPU named by nvidia-smi"
quick=() profile=full
[ -z "${QUICK:-}" ] || { quick=(--quick) profile=smoke; }
part 60 "fidle check" "$PYTHON" -m fidle_course check --quick
part 120 "steps per second, beside the CPU of this machine" \
  "$PYTHON" -m benchmarks fused "${quick[@]}" --out "$out/fused.json"
part 100 "SYNOP2, profile $profile" "$PYTHON" -m fidle_course run SYNOP2 --profile $profile --out "$out/results"
part 180 "IMDB5, profile $profile" "$PYTHON" -m fidle_course run IMDB5 --profile $profile --out "$out/results"
printf '\n=== [%3ds] done; kept in %s\n' "$SECONDS" "$out"
exit $bad
