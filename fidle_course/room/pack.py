"""The course on a USB key: wheels, notebooks, data and a script that installs them where there is no network."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from fidle_utils import course_root, datasets
from fidle_utils.files import write_text

_MADE_HERE = ("*.prepared.*", "*.partial*", ".ipynb_checkpoints")  # beside data, but no data
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
        size = _fill(part, root, say)
        if out.exists():
            out.rmdir()
        os.replace(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    say(f"{size:.1f} GB in {out}")
    return out


def _fill(key: Path, root: Path, say) -> float:
    """Write all that a key holds; returns its size in GB."""
    say("The course…")
    for file in _course_files(root):
        (key / "course" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, key / "course" / file)
    say("The wheels of the pinned environment…")
    _download_wheels(root / "requirements.txt", key / "wheels")
    names = _copy_data(key / "data")
    say(f"Data: {', '.join(names) or 'none here; the notebooks will simulate'}")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    write_text(key / "python-version", python + "\n")
    write_text(key / "machine", f"{sys.platform} {platform.machine()}\n")
    shutil.copyfile(Path(__file__).with_name("install.sh"), key / "install.sh")
    size = sum(f.stat().st_size for f in key.rglob("*") if f.is_file()) / 1e9
    data = f"and data ({', '.join(names)})" if names else "no real data (the notebooks simulate)"
    write_text(key / "README.md", _README.format(size=size, python=python, platform=sys.platform, data=data))
    write_text(key / "SHA256SUMS", _checksums(key))
    return size


def _course_files(root: Path) -> list[Path]:
    """What belongs to the course, and nothing of what runs and readers left in it: git knows, or its .gitignore."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True) if shutil.which("git") else None
    if listed and listed.returncode == 0:
        return [Path(name) for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    rules = (root / ".gitignore").read_text(encoding="utf-8").split() if (root / ".gitignore").is_file() else []
    files = (file.relative_to(root) for file in root.rglob("*") if file.is_file())
    return [file for file in files if not _is_ignored(file, rules)]


def _is_ignored(file: Path, rules: list[str]) -> bool:
    ignored = False
    for rule in rules:  # the last one that fits counts
        pattern = rule.lstrip("!").strip("/")
        if any(fnmatch(text, pattern) for text in (file.as_posix(), *file.parts)):
            ignored = not rule.startswith("!")
    return ignored


def _download_wheels(requirements: Path, to: Path) -> None:
    # `wheel` and not `download`: what is published as a source only is built here, not in the room
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*command, "-r", str(requirements), "-w", str(to)], capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"The wheels could not be fetched: pip says\n{done.stderr.strip()[-1500:]}")


def _copy_data(to: Path) -> list[str]:
    for place in datasets.places():
        for folder in (f for f in place.glob("*") if f.is_dir() and not (to / f.name).exists()):
            shutil.copytree(folder, to / folder.name, ignore=shutil.ignore_patterns(*_MADE_HERE))
            if not any(f.is_file() for f in (to / folder.name).rglob("*")):
                shutil.rmtree(to / folder.name)
    return sorted(f.name for f in to.glob("*"))


def _checksums(folder: Path) -> str:
    lines = []
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        with open(file, "rb") as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        lines.append(f"{digest}  {file.relative_to(folder).as_posix()}\n")
    return "".join(lines)
