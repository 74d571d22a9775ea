"""One run at a time in a folder of results."""

import fcntl
import json
import os
import platform
import sys
from contextlib import contextmanager
from pathlib import Path

from fidle_course.batch.plan import WORK
from fidle_course.words import now
from fidle_utils.files import read_json

MARK = f"{WORK}/lock.json"


class BatchError(RuntimeError):
    """The run cannot start, or was broken off; the message says why and what to do."""


def in_use(out: Path) -> bool:
    """Whether a run is working in a folder of results, as far as its mark says."""
    return bool(read_json(out / MARK))


@contextmanager
def only_run(out: Path, unlock: bool = False):
    """Hold the folder of results for this run; gives the open file, whose lock ends with its last process."""
    (out / WORK).mkdir(parents=True, exist_ok=True)
    with open(out / MARK, "a+", encoding="utf-8") as file:
        holder = read_json(out / MARK)
        name = "`{command}`, process {pid} on {host}, since {since}".format(**holder) if holder else "not known"
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BatchError(_refusal(out, name)) from None
        if holder and holder["host"] != platform.node() and not unlock:
            raise BatchError(
                f"{out} is marked as in use by a run on another machine: {name}. If you know that it has ended (that "
                "machine was switched off, or the run was killed), repeat the command with --unlock."
            )
        mine = {"host": platform.node(), "pid": os.getpid(), "since": now(), "command": " ".join(sys.argv)}
        file.truncate(0)
        file.write(json.dumps(mine))
        file.flush()
        yield file
        file.truncate(0)  # not after an error: what it had started may still be there


def _refusal(out: Path, name: str) -> str:
    if os.environ.get("FIDLE_BATCH"):  # set by job.py
        return (
            "A notebook of a batch asks for results that this batch has not made, or has made with other "
            "parameters. Name what it needs under `needs` in course.yml, and give both the same parameters."
        )
    return f"Another run is working in {out}: {name}. Wait for it, stop it, or name another folder with --out."
