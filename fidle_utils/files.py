"""Files are written whole or not at all: a full disk, a kill or a power cut never leaves half a file."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["read_json", "write_json", "write_text", "write_whole"]


@contextmanager
def write_whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; put it in place of `path` when the block ends well.

    If the block raises (disk full, interrupt), the temporary file goes and the old file stays as it was.
    The temporary name keeps the suffix of `path`, since some writers choose their format by it.

    Example:
        with write_whole("run/SYNOP1/observations.csv") as part:
            table.to_csv(part)
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=f".partial{path.suffix}", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with open(part, "rb+") as file:  # the data must be on disk before the name points to it
            os.fsync(file.fileno())
        # mkstemp makes the file private; give it the permissions that any new file would have
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(part, 0o666 & ~umask)
        os.replace(part, path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with write_whole(path) as part:
        part.write_text(text, encoding="utf-8")


def write_json(path: str | Path, value) -> None:
    """Write a JSON file, whole or not at all. NaN is not JSON: it raises `ValueError`."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict:
    """A JSON file's content; an empty dictionary if there is none, or not a whole one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
