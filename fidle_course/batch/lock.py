"""One run at a time in a folder of results."""

import fcntl
import json
import os
import platform
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from fidle_course.batch.plan import WORK
from fidle_course.words import now
from fidle_utils.files import read_json

_PATIENCE = 20.0  # seconds to wait for what a killed run had started


class BatchError(RuntimeError):
    """The run cannot start, or was broken off; the message says why and what to do."""


def in_use(out: Path) -> bool:
    """Whether a run is working in a folder of results, as far as its mark says."""
    return bool(read_json(out / WORK / "lock.json"))


@contextmanager
def only_run(out: Path, unlock: bool = False):
    """Hold the folder of results for this run. The lock ends with the process that holds it, however it ends.

    Raises:
        BatchError: another run works there, or one on another machine may do so.
    """
    path = out / WORK / "lock.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "a+", encoding="utf-8")  # noqa: SIM115  it must stay open, also in Snakemake
    try:
        _take(file, out, path, unlock)
        mine = {"host": platform.node(), "pid": os.getpid(), "since": now(), "command": " ".join(sys.argv)}
        file.seek(0)
        file.truncate()
        file.write(json.dumps(mine))
        file.flush()
        yield file
        file.seek(0)
        file.truncate()
    finally:
        file.close()


def _take(file, out: Path, path: Path, unlock: bool) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        holder = read_json(path)
        here = holder.get("host") == platform.node()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            # a driver that was killed leaves a Snakemake that is just stopping its notebooks: wait for it
            if here and not _alive(holder.get("pid", 0)) and time.monotonic() < deadline:
                time.sleep(0.3)
                continue
            raise BatchError(
                f"Another run is working in {out}: {_holder(holder)}. "
                "Wait for it, stop it, or give this run another folder with --out."
            ) from None
    if holder and not here and not unlock:
        raise BatchError(
            f"{out} is marked as in use by a run on another machine: {_holder(holder)}. If you know that it "
            "has ended (that machine was switched off, or the run was killed), repeat the command with --unlock."
        )


def _holder(holder: dict) -> str:
    if not holder:
        return "its name is not known"
    return f"`{holder['command']}`, process {holder['pid']} on {holder['host']}, since {holder['since']}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0
