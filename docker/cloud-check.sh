#!/bin/bash
# Follow the steps of binder/ and .devcontainer/ in a clean Debian, as a code host would: each must give a course
# whose smallest notebook runs.   docker/cloud-check.sh [WORKDIR]      root on Debian; 8 GB of disk; mmdebstrap
# Not the hosts' own images: those come from registries. Exit code 0: all is well; 77: nothing was checked.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
W=${1:-/var/tmp/fidle-cloud}
if [ "$(id -u)" != 0 ] || ! command -v mmdebstrap > /dev/null; then
  echo "SKIPPED LOUDLY: this needs root and mmdebstrap (Debian: apt install mmdebstrap)." >&2
  exit 77
fi
say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
rm -rf "$W"
mkdir -p "$W"
trap 'umount "$W/system/proc" 2> /dev/null || true; rm -rf "$W"' EXIT
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,make,git,ca-certificates \
  --aptopt='Acquire::Check-Valid-Until "false"' "$suite" "$W/system" /etc/apt/sources.list.d/debian.sources
mount -t proc proc "$W/system/proc"
cp /etc/resolv.conf "$W/system/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$W/system/etc/ssl/certs/"
pip_settings=$(python3 -m pip config list 2> /dev/null | sed -nE "s/^(global|:env:)\.(index-url|trusted-host)='(.*)'$/\2 = \3/p")
printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n%s\n' "$pip_settings" > "$W/system/etc/pip.conf"
inside() { chroot "$W/system" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 /bin/bash -euc "$1"; }
say "a clean Debian $suite with $(inside 'python3 --version')"

git clone --quiet "$root" "$W/system/binder"
# repo2docker: an environment, the requirements, the checkout, postBuild
# shellcheck disable=SC2016  # PATH is the inner one
inside 'cd /binder && python3 -m venv /env && export PATH=/env/bin:$PATH &&
  pip install -q --no-cache-dir -r binder/requirements.txt && ./binder/postBuild &&
  fidle run SYNOP1 --profile smoke && jupyter lab --version > /dev/null'
say "binder/: the course runs"
rm -rf "$W/system/env"

git clone --quiet "$root" "$W/system/codespace"
command=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["postCreateCommand"])' \
  "$root/.devcontainer/devcontainer.json")
inside "cd /codespace && $command && .venv/bin/fidle run SYNOP1 --profile smoke"
say ".devcontainer/: the course runs"
