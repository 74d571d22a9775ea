"""A folder of pages is written whole or not at all, and never over what somebody has put or changed in it."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fidle_utils.files import read_json, write_json

_MARK = ".fidle.json"  # in a folder that a command wrote: which one, and its files' checksums


@contextmanager
def whole_folder(out: Path, kind: str) -> Iterator[Path]:
    """Give a new folder to write into, which becomes `out` when the block ends well.

    Args:
        out: a new or empty folder, or one that the same command wrote and nobody has touched since.
        kind: the command: "corrected".
    """
    check_free(out, kind)
    part = out.with_name(f".{out.name}.partial")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        yield part
        write_json(part / _MARK, {"made by": kind, "files": checksums(part)})
        if out.exists():
            shutil.rmtree(out)
        os.replace(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def check_free(out: Path, kind: str) -> None:
    """Raise `FileExistsError` where something of somebody's would be lost."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    mark = read_json(out / _MARK)
    if mark.get("made by") != kind:
        raise FileExistsError(
            f"`fidle {kind}` writes into a new or an empty folder, or again into its own. Received: {out}, which "
            "holds other things. Name another folder."
        )
    if changed := sorted(name for name, digest in checksums(out).items() if digest != mark["files"].get(name)):
        raise FileExistsError(
            f"Files in {out} were changed or added since `fidle {kind}` wrote it: {', '.join(changed[:5])}"
            f"{', …' if len(changed) > 5 else ''}. Move them away, or name another folder."
        )


def checksums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below a folder, by its name there."""
    files = [f for f in folder.rglob("*") if f.is_file() and f.name != _MARK]
    return {f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
