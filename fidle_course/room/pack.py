"""The course on a USB key: wheels, notebooks, data and a script that installs them where there is no network."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from fidle_utils import course_root, datasets
from fidle_utils.files import write_text

_LEFT_OUT = {
    ".git",
    ".venv",
    "run",
    "student",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".snakemake",
}
_INSTALL = """#!/bin/sh
# Installs the course from this folder alone, without a network:   sh install.sh [FOLDER]
# FOLDER (by default ./course-sequences in your home) is made; an existing one keeps your changes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into=${1:-$HOME/course-sequences}
case $into in /*) ;; *) into=$PWD/$into ;; esac
python=${PYTHON:-python3}

wanted=$(cat "$here/python-version")
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$found" != "$wanted" ]; then
  echo "The wheels on this key are for Python $wanted; $python is $found. Try: PYTHON=python$wanted sh install.sh" >&2
  exit 1
fi
wanted=$(cat "$here/machine")
found=$("$python" -c 'import platform, sys; print(sys.platform, platform.machine())')
if [ "$found" != "$wanted" ]; then
  echo "The wheels on this key are for $wanted; this machine is $found. A key is packed for one kind of machine." >&2
  exit 1
fi
echo "Checking the files on the key…"
if command -v sha256sum >/dev/null; then sums=sha256sum; else sums="shasum -a 256"; fi
(cd "$here" && $sums --quiet -c SHA256SUMS) || { echo "The key is damaged: copy it again." >&2; exit 1; }
mkdir -p "$into"
# never over a file that is there: it may hold a trainee's work
(cd "$here/course" && find . -type f) | while read -r file; do
  [ -e "$into/$file" ] || { mkdir -p "$into/$(dirname "$file")"; cp "$here/course/$file" "$into/$file"; }
done
for data in "$here"/data/*; do
  [ -d "$data" ] && mkdir -p "$into/datasets" && cp -Rn "$data" "$into/datasets/"
done
echo "Installing (a few minutes)…"
cd "$into"
"$python" -m venv .venv
install() {
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-index --find-links "$here/wheels" "$@"
}
install -r requirements.txt
install --no-deps --no-build-isolation -e .
mkdir -p .venv/etc/ipython && cp fidle_course/room/ipython_kernel_config.py .venv/etc/ipython/
# no question about Jupyter's news in front of a class
news=@jupyterlab/apputils-extension:announcements
.venv/bin/jupyter labextension disable --level=sys_prefix "$news" >/dev/null 2>&1 || true
touch .venv/.installed
echo "Done. Next:  cd \"$into\" && make lab      (or: \"$into/.venv/bin/jupyter\" lab)"
"""
_README = """# The course on a key

No network is needed:

    sh install.sh                 # into ~/course-sequences
    sh install.sh /some/folder

{size:.1f} GB: the course, the wheels of its pinned environment (Python {python}, {platform}), {data}.
SHA256SUMS lists every file; install.sh checks them first.
"""


def pack(out: str | Path, *, say=print) -> Path:
    """Write a folder that installs the course on a machine without a network.

    Wheels are those of requirements.txt for this Python and this kind of machine; data are those found here.

    Args:
        out: a folder that does not exist yet, or is empty.
        say: called with each line of progress.

    Returns:
        `out`: `install.sh`, `README.md`, `SHA256SUMS`, `course/`, `wheels/`, `data/`.

    Raises:
        FileExistsError: the folder holds something.
        OSError: too little space, or wheels that cannot be had.
    """
    out, root = Path(out).expanduser().resolve(), course_root()
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"A key is packed into a new or an empty folder. Received: {out}. Name another one.")
    if out.is_relative_to(root) and out.parent != root / "run":
        raise ValueError(f"A key is packed outside of the course, or under its run/. Received: {out}.")
    # all or nothing: the key gets its name when it is complete
    part = out.with_name(f".{out.name}.partial")
    shutil.rmtree(part, ignore_errors=True)
    try:
        say("The course…")
        _copy_course(root, part / "course")
        say("The wheels of the pinned environment…")
        _download_wheels(root / "requirements.txt", part / "wheels")
        names = _copy_data(part / "data")
        say(f"Data: {', '.join(names) or 'none here; the notebooks will simulate'}")
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        write_text(part / "python-version", python + "\n")
        write_text(part / "machine", f"{sys.platform} {platform.machine()}\n")
        write_text(part / "install.sh", _INSTALL)
        size = sum(f.stat().st_size for f in part.rglob("*") if f.is_file()) / 1e9
        data = f"and data ({', '.join(names)})" if names else "no real data (the notebooks simulate)"
        write_text(part / "README.md", _README.format(size=size, python=python, platform=sys.platform, data=data))
        write_text(part / "SHA256SUMS", _checksums(part))
        if out.exists():
            out.rmdir()
        os.replace(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    say(f"{size:.1f} GB in {out}")
    return out


def _copy_course(root: Path, to: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listed.returncode == 0:  # what belongs to the course, and nothing of what runs and readers left in it
        files = [Path(name) for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    else:
        walk = (f.relative_to(root) for f in root.rglob("*") if f.is_file())
        files = [
            f for f in walk if not _LEFT_OUT & set(f.parts) and not (f.parts[0] == "datasets" and len(f.parts) > 2)
        ]
    for file in files:
        (to / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, to / file)


def _download_wheels(requirements: Path, to: Path) -> None:
    # `wheel` and not `download`: what is published as a source only is built here, not in the room
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*command, "-r", str(requirements), "-w", str(to)], capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"The wheels could not be fetched: pip says\n{done.stderr.strip()[-1500:]}")


def _copy_data(to: Path) -> list[str]:
    names = []
    for place in datasets.places():
        for folder in sorted(place.glob("*/")):
            files = [
                f
                for f in folder.iterdir()
                if f.is_file() and not f.match("*.prepared.*") and ".partial" not in f.name
            ]
            if folder.name not in names and files:
                (to / folder.name).mkdir(parents=True)
                for file in files:
                    shutil.copy2(file, to / folder.name)
                names.append(folder.name)
    return names


def _checksums(folder: Path) -> str:
    lines = []
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        with open(file, "rb") as handle:
            lines.append(
                f"{hashlib.file_digest(handle, 'sha256').hexdigest()}  {file.relative_to(folder).as_posix()}\n"
            )
    return "".join(lines)
