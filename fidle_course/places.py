"""Folders that a run and the programs below it write to: whether they can, and another home where they cannot."""

import os
import site
import tempfile
from pathlib import Path

_PROBE = 200_000  # bytes: a quota shows only when something is written


def cannot_write(folder: Path) -> str:
    """Why nothing can be written in a folder, or where it would be made; an empty text if it can."""
    place = next(p for p in (folder, *folder.parents) if p.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".fidle-") as file:
            file.write(bytes(_PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"{place} cannot be written: {error.strerror}"
    return ""


def home() -> Path | None:
    """This user's home; None where there is no HOME, and the user is in no list."""
    found = Path(os.path.expanduser("~"))
    return found if found.is_absolute() else None


def home_instead(folder: Path) -> dict[str, str]:
    """What to add to a run's environment: nothing, or a home in `folder` where there is none that can be written.

    Snakemake, Jupyter and IPython write there, and die of it where they cannot.
    """
    own = home()
    if own and not cannot_write(own):
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    return {"HOME": str(folder), **({"PYTHONUSERBASE": site.getuserbase()} if own else {})}
