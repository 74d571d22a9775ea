"""The course on a USB key: wheels, notebooks, data and a script that installs them where there is no network."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from fidle_course.pages.folder import checksums, whole_folder
from fidle_utils import course_root, datasets
from fidle_utils.files import write_text

_MADE_HERE = ("*.partial*", ".ipynb_checkpoints")  # beside data, but no data
_README = """# The course on a key

No network is needed: `sh install.sh` installs it into ~/course-sequences, `sh install.sh FOLDER` elsewhere. The files
`python-version` and `machine` say for which Python and system; SHA256SUMS lists every file and is checked first.
"""


def pack(out: Path) -> Path:
    """Write a folder that installs the course on a machine without a network; see `whole_folder`.

    Wheels are those of requirements.txt for this Python and this kind of machine; data are those found here.

    Returns:
        `out`: `install.sh`, `README.md`, `SHA256SUMS`, `course/`, `wheels/`, `data/`.
    """
    root = course_root()
    if out.is_relative_to(root) and out.parent != root / "run":
        raise ValueError(f"A key is packed outside of the course, or under its run/. Received: {out}.")
    with whole_folder(out, "pack") as part:
        _fill(part, root)
    print(f"{sum(f.stat().st_size for f in out.rglob('*') if f.is_file()) / 1e9:.1f} GB in {out}")
    return out


def _fill(key: Path, root: Path) -> None:
    print("The course…")
    for file in _course_files(root):
        (key / "course" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / file, key / "course" / file)
    print("The wheels of the pinned environment…")
    _download_wheels(root / "requirements.txt", key / "wheels")
    names = _copy_data(key / "data")
    print(f"Data: {', '.join(names) or 'none here; the notebooks will simulate'}")
    write_text(key / "python-version", f"{sys.version_info.major}.{sys.version_info.minor}\n")
    write_text(key / "machine", f"{sys.platform} {platform.machine()}\n")
    shutil.copyfile(Path(__file__).with_name("install.sh"), key / "install.sh")
    write_text(key / "README.md", _README)
    sums = [f"{digest}  {name}\n" for name, digest in sorted(checksums(key).items())]
    write_text(key / "SHA256SUMS", "".join(sums))


def _course_files(root: Path) -> list[str]:
    """What belongs to the course, and nothing of what runs and readers left in it: git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listed.returncode:
        raise OSError(f"A key is packed from a git clone of the course. Received: {root}. {listed.stderr.strip()}")
    return [name for name in listed.stdout.split("\0") if (root / name).is_file()]


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
