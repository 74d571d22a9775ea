"""One run at a time in a folder of results."""

import fcntl
import json
import os
import platform
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fidle_course.batch.plan import WORK
from fidle_course.words import now
from fidle_utils.files import read_json

_PATIENCE = 20.0  # seconds to wait for what a killed run had started


class BatchError(RuntimeError):
    """The run cannot start, or was broken off; the message says why and what to do."""


@dataclass
class Holder:
    """The process that works in a folder of results: `lock.json` is its JSON, or empty."""

    host: str = field(default_factory=platform.node)
    pid: int = field(default_factory=os.getpid)
    since: str = field(default_factory=now)
    command: str = field(default_factory=lambda: " ".join(sys.argv))

    def __str__(self) -> str:
        return f"`{self.command}`, process {self.pid} on {self.host}, since {self.since}"

    @property
    def is_here(self) -> bool:
        """Whether it runs, or ran, on this machine."""
        return self.host == platform.node()

    @property
    def is_dead(self) -> bool:
        """Whether it ran on this machine and has ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return self.is_here
        except PermissionError:
            pass
        return False


def in_use(out: Path) -> bool:
    """Whether a run is working in a folder of results, as far as its mark says."""
    return _holder(out) is not None


def _path(out: Path) -> Path:
    return out / WORK / "lock.json"


def _holder(out: Path) -> Holder | None:
    mark = read_json(_path(out))
    return Holder(**mark) if mark else None


@contextmanager
def only_run(out: Path, unlock: bool = False):
    """Hold the folder of results for this run; gives the open file, whose lock ends with its last process.

    Raises:
        BatchError: another run works there, or one on another machine may do so.
    """
    _path(out).parent.mkdir(parents=True, exist_ok=True)
    with open(_path(out), "a+", encoding="utf-8") as file:
        _take(file, out, unlock)
        file.truncate(0)
        file.write(json.dumps(asdict(Holder())))
        file.flush()
        yield file
        file.truncate(0)  # not after an error: what it had started may still be there


def _take(file, out: Path, unlock: bool) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        holder = _holder(out)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            # a driver that was killed leaves a Snakemake that is just stopping its notebooks: wait for it
            if not (holder and holder.is_dead and time.monotonic() < deadline):
                raise BatchError(_refusal(out, holder)) from None
            time.sleep(0.3)
    if holder and not holder.is_here and not unlock:
        raise BatchError(
            f"{out} is marked as in use by a run on another machine: {holder}. If you know that it "
            "has ended (that machine was switched off, or the run was killed), repeat the command with --unlock."
        )


def _refusal(out: Path, holder: Holder | None) -> str:
    if os.environ.get("FIDLE_BATCH"):  # set by job.py
        return (
            "A notebook of a batch asks for results that this batch has not made, or has made with other "
            "parameters. Name what it needs under `needs` in course.yml, and give both the same parameters."
        )
    return (
        f"Another run is working in {out}: {holder or 'its name is not known'}. "
        "Wait for it, stop it, or give this run another folder with --out."
    )
