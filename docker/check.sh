#!/bin/bash
# Really build the CPU image and use it, as docker/README.md says: no registry, no Docker engine needed.
#   docker/check.sh [WORKDIR]      root on Debian; 12 GB of disk
# Debian packages: podman buildah runc mmdebstrap ca-certificates curl chromium
# KEEP=1 keeps WORKDIR (default /var/tmp/fidle-image): the next check takes what it can from there.
# NOTEBOOKS="SYNOP1 LADYB1" runs only these in the smoke profile.
# PYTHON names an interpreter that has Playwright: by default the one of `make test`.
# Exit code 0: all is well. 77: nothing was checked, for the reason that is printed. Else: what failed is printed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
W=${1:-/var/tmp/fidle-image}
PYTHON=${PYTHON:-$root/.venv/bin/python}
IMAGE=localhost/fidle:cpu

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
skip() {
  printf 'SKIPPED LOUDLY: %s. The image was neither built nor run.\n' "$*" >&2
  exit 77
}
expect() { # expect WHAT WANTED FOUND
  [ "$2" = "$3" ] || { printf 'FAILED: %s. Wanted: %s. Found: %s.\n' "$1" "$2" "$3" >&2; exit 1; }
}

# ------------------------------------------------------------------ can it be done here?
[ "$(id -u)" = 0 ] || skip "building without a Docker engine needs root"
for tool in podman buildah runc mmdebstrap curl chromium; do
  command -v $tool > /dev/null || skip "there is no $tool (Debian: apt install $tool)"
done
"$PYTHON" -c 'import playwright' 2> /dev/null || skip "$PYTHON has no Playwright, which drives the browser"
mkdir -p "$W"
built=$(du -sxm "$W" | cut -f1)
free=$(($(df -m --output=avail "$W" | tail -1) + built))
[ "$free" -ge 12000 ] || skip "only $free MB are free on the disk of $W, and 12000 are needed"
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ -f /etc/apt/sources.list.d/debian.sources ] || skip "the base is made from /etc/apt/sources.list.d/debian.sources"

# ------------------------------------------------------------------ podman, with everything below WORKDIR
mkdir -p "$W"/{tmp,secrets}
export TMPDIR=$W/tmp CONTAINERS_STORAGE_CONF=$W/storage.conf CONTAINERS_CONF=$W/containers.conf
cat > "$CONTAINERS_STORAGE_CONF" << C
[storage]
driver = "overlay"
runroot = "$W/run"
graphroot = "$W/storage"
C
cat > "$CONTAINERS_CONF" << C
[containers]
default_ulimits = ["nofile=4096:16384", "nproc=8192:8192"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "$W/run/libpod"
C
tidy() {
  podman rm --force --time 5 fidle-lab > /dev/null 2>&1 || true
  rm -rf "$W/work" "$W/other" "$W/context"
  if [ -z "${KEEP:-}" ]; then
    podman rmi --all --force > /dev/null 2>&1 || true
    umount "$W/storage/overlay" 2> /dev/null || true
    rm -rf "$W"
  fi
}
trap tidy EXIT
disk() { du -sxm "$W" 2> /dev/null | cut -f1; }
size() { echo $(($(podman image inspect "$1" --format '{{.Size}}') / 1000000)); }

# ------------------------------------------------------------------ a base, without a registry
if ! podman image exists localhost/fidle-base; then
  # shellcheck disable=SC2016  # mmdebstrap expands it
  mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='rm -f "$1"/var/cache/apt/*.bin' \
    "$suite" "$W/base.tar" /etc/apt/sources.list.d/debian.sources
  podman import --quiet "$W/base.tar" localhost/fidle-base > /dev/null
  rm "$W/base.tar"
fi
say "base: Debian $suite, $(size localhost/fidle-base) MB"

# ------------------------------------------------------------------ build
rm -rf "$W/context" && mkdir "$W/context"
tar -C "$root" --exclude=./.git --exclude=./.venv --exclude=./run --exclude='./datasets/*' -cf - . | tar -C "$W/context" -xf -
echo secret | tee "$W/context/.env" > "$W/context/SYNOP/token.txt" # must not get into the image
{
  printf '[global]\ncert = /run/secrets/ca_bundle\n'
  "$PYTHON" -m pip config list | sed -nE "s/^(global|:env:)\.(index-url|trusted-host)='(.*)'$/\2 = \3/p"
} > "$W/secrets/pip.conf"
build() {
  podman build --quiet --layers --network host --pull=never --format docker \
    --build-arg BASE_IMAGE=localhost/fidle-base --build-arg VARIANT=cpu \
    --secret id=pip_conf,src="$W/secrets/pip.conf" \
    --secret id=ca_bundle,src=/etc/ssl/certs/ca-certificates.crt \
    --file "$W/context/docker/Dockerfile" --tag $IMAGE "$W/context" > "$W/build.log" 2>&1 ||
    { tail -30 "$W/build.log" >&2; exit 1; }
}
begin=$SECONDS
build
say "built in $((SECONDS - begin)) s: $(size $IMAGE) MB; disk in use: $(disk) MB"

notebook=$W/context/SYNOP/SYNOP1-prepare.ipynb
printf '\n' >> "$notebook"
begin=$(date +%s%N)
build
say "built again after a change in a notebook: $((($(date +%s%N) - begin) / 1000000)) ms"

# ------------------------------------------------------------------ run: offline, read-only, no capabilities, 4 GB
# shellcheck disable=SC2054  # the commas are podman's
hard=(--no-healthcheck --read-only --tmpfs /tmp:rw,size=1g,mode=1777 --cap-drop all
  --security-opt no-new-privileges --memory 4g --memory-swap 4g --pids-limit 512)
offline=(podman run --rm --network none "${hard[@]}")
mkdir -m 755 "$W/work" "$W/other"
chown 1000:1000 "$W/work"
chown 23456:23456 "$W/other"

expect "files of the checkout that the image must not have" "" \
  "$("${offline[@]}" $IMAGE sh -c "find /opt /work -name token.txt -o -name .env; ls -A /run/secrets 2> /dev/null" || true)"

begin=$SECONDS
# shellcheck disable=SC2086  # several words
"${offline[@]}" -v "$W/work:/work" $IMAGE fidle run ${NOTEBOOKS:-} --profile smoke 2>&1 | tee "$W/smoke.log" ||
  { echo "FAILED: fidle run --profile smoke" >&2; exit 1; }
[ -s "$W/work/run/index.html" ] || { echo "FAILED: the batch wrote no report into the volume" >&2; exit 1; }
say "smoke profile in $((SECONDS - begin)) s: network off, root read-only, no capabilities, 4 GB"

"${offline[@]}" --user 23456:23456 -v "$W/other:/work" $IMAGE sh -c 'fidle list > list.txt' > /dev/null
expect "owner of what another user wrote" 23456 "$(stat -c %u "$W/other/list.txt")"
expect "notebooks of another user" "$(find "$W/context" -mindepth 2 -maxdepth 2 -name '*.ipynb' | wc -l)" "$(find "$W/other" -name '*.ipynb' -not -path '*/.course/*' | wc -l)"
say "works as user 23456, who is in no list of users"

# a trainee's change outlives a restart, and the course's new version comes beside it
changed=$W/other/SYNOP/SYNOP1-prepare.ipynb
echo mine >> "$changed"
"${offline[@]}" --user 23456:23456 -v "$W/other:/work" $IMAGE true
expect "last line of the changed notebook" mine "$(tail -1 "$changed")"
printf '\n' >> "$notebook"
build
"${offline[@]}" --user 23456:23456 -v "$W/other:/work" $IMAGE true
expect "last line of the changed notebook under a new image" mine "$(tail -1 "$changed")"
cmp "$notebook" "${changed%.ipynb}.new.ipynb"
say "a changed notebook is kept, the new version of it lies beside it"

if "${offline[@]}" --user 34567:34567 -v "$W/other:/work" $IMAGE true 2> "$W/refused.log"; then
  echo "FAILED: a folder of another user's was accepted" >&2
  exit 1
fi
grep -q 'Cannot write to /work as user 34567' "$W/refused.log"

# ------------------------------------------------------------------ JupyterLab, with the token that it makes itself
port=$(shuf -i 20000-30000 -n 1) # below those that the system hands out itself
podman run --detach --name fidle-lab --network host "${hard[@]}" -v "$W/work:/work" \
  -e JUPYTER_TOKEN= -e JUPYTER_IP=127.0.0.1 -e JUPYTER_PORT="$port" $IMAGE > /dev/null
for _ in $(seq 240); do
  curl -sf -o /dev/null "http://127.0.0.1:$port/api" && break
  sleep 0.5
done
address=$(podman logs fidle-lab 2>&1 | sed -n 's/^JupyterLab: //p')
token=${address##*token=}
code() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
inside() { podman exec fidle-lab "$@"; }
expect "length of the token in the printed address" 48 "${#token}"
expect "the notebooks without the token" 403 "$(code "http://127.0.0.1:$port/api/contents")"
expect "the notebooks with a wrong token" 403 "$(code "http://127.0.0.1:$port/api/contents?token=wrong")"
expect "the notebooks with the token" 200 "$(code -H "Authorization: token $token" "http://127.0.0.1:$port/api/contents")"
expect "the printed address" 200 "$(code "$address")"
expect "user" 1000 "$(inside id -u)"
expect "capabilities of the server" 0000000000000000 "$(inside sed -n 's/^CapEff:\t//p' /proc/1/status)"
expect "capabilities that it could gain" 0000000000000000 "$(inside sed -n 's/^CapBnd:\t//p' /proc/1/status)"
expect "no new privileges" 1 "$(inside sed -n 's/^NoNewPrivs:\t//p' /proc/1/status)"
expect "first process" tini "$(inside cat /proc/1/comm)"
inside healthcheck
if inside touch /opt/course/x 2> /dev/null; then
  echo "FAILED: the originals can be written" >&2
  exit 1
fi
say "JupyterLab: 403 without the token, 200 with it; user 1000, no capabilities, read-only root"

cd "$root"
"$PYTHON" - "http://127.0.0.1:$port" "$token" SYNOP/SYNOP1-prepare.ipynb << 'P'
import sys
import tempfile
from pathlib import Path

from tests import lab

address, token, path = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder, lab.browser(Path(folder)) as page:
    outside = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None)
    lab.open_notebook(page, address, token, path)
    notebook = lab.run_all(page, address, token, path)
    found = lab.problems(notebook) + [f"asked the internet: {url}" for url in outside if url.startswith("http")]
    if found:
        sys.exit("FAILED in the browser: " + "; ".join(found))
    ran = sum(cell["cell_type"] == "code" for cell in notebook["cells"])
    print(f"{path}: {ran} code cells run in Chromium, no error, nothing asked of the internet")
P
say "one notebook through the interface; memory of this container: $(
  inside sh -c 'cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes /sys/fs/cgroup/memory.peak 2> /dev/null' |
    awk '{printf "%d MB at its peak, with what it read from disk", $1 / 1e6}'
)"

begin=$SECONDS
podman stop --time 20 fidle-lab > /dev/null
expect "exit code of a stopped server" 0 "$(podman inspect fidle-lab --format '{{.State.ExitCode}}')"
say "clean stop in $((SECONDS - begin)) s; disk in use: $(disk) MB"
say "all is well"
