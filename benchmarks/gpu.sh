#!/bin/bash
# What a GPU brings to this course, in one go of under 8 minutes, on a machine that has one (and on any other).
#   benchmarks/gpu.sh [OUT]             OUT: a folder for what it prints and measures; by default run/gpu
# Before: make GPU=1 install, or for JAX an environment with a GPU build of jax and KERAS_BACKEND=jax.
# PYTHON names the interpreter; by default the one of `make`. LIMIT: seconds for all parts together, by default 460.
# QUICK=1 uses tiny sizes: it proves that it works. The exit code is 0 if every part went well.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
out=${1:-run/gpu}
PYTHON=${PYTHON:-$PWD/.venv/bin/python} LIMIT=${LIMIT:-460}
export PYTHONUNBUFFERED=1 TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-2}
export PYTHONPATH=$PWD${PYTHONPATH:+:$PYTHONPATH} # where the course is not installed
mkdir -p "$out"
exec > >(tee "$out/report.txt") 2>&1
bad=0
part() { # part SECONDS TITLE COMMAND…: one part, with a time of its own, whose failure does not end the others
  local limit=$1 title=$2 begun=$SECONDS
  shift 2
  printf '\n=== [%3ds] %s\n' "$SECONDS" "$title"
  [ "$limit" -le $((LIMIT - SECONDS)) ] || limit=$((LIMIT - SECONDS))
  if [ "$limit" -lt 20 ]; then
    echo "LEFT OUT: $((LIMIT - SECONDS)) s left of $LIMIT"
    bad=1
    return
  fi
  timeout --kill-after=10 "$limit" "$@" || { echo "FAILED, exit code $? ($limit s allowed): $*"; bad=1; }
  echo "--- $((SECONDS - begun)) s"
}
lesson() { # lesson SECONDS ID: run it, and say where and with what result
  part "$1" "$2, profile $profile" "$PYTHON" -m fidle_course run "$2" --profile "$profile" --out "$out/results"
  [ ! -s "$out/results/$2/results.json" ] || "$PYTHON" - "$out/results/$2/results.json" << 'END'
import json, sys
run = json.load(open(sys.argv[1], encoding="utf-8"))
print(f"{run['id']}: {run['seconds']:.0f} s on {run['device']}, {run['data'].get('source')} data, {run['versions']}")
for name, score in run["scores"].items():
    print(f"  {name} {score:.6g} {run['units'][name]}".rstrip())
END
}
echo "$(date -u +%FT%TZ) · $(nproc) cores · backend ${KERAS_BACKEND:-tensorflow}"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo "no GPU named by nvidia-smi"
quick=() profile=full
[ -z "${QUICK:-}" ] || { quick=(--quick) profile=smoke; }
part 40 "fidle check" "$PYTHON" -m fidle_course check --quick
part 90 "steps per second, beside the CPU of this machine" \
  "$PYTHON" -m benchmarks fused "${quick[@]}" --out "$out/fused.json"
lesson 100 SYNOP2
lesson 300 IMDB5
if "$PYTHON" -m fidle_course list TEXT2 > /dev/null 2>&1; then
  lesson 180 TEXT2
else
  printf '\n=== [%3ds] TEXT2: not in this version of the course\n' "$SECONDS"
fi
printf '\n=== [%3ds] done; kept in %s\n' "$SECONDS" "$out"
exit $bad
