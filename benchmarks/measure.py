"""Time and memory: two things alternately, the median of several; peaks of memory in a process of their own."""

import importlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]


def alternate(works: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Time each of several works in turn, `repeats` times: what disturbs the machine disturbs them all.

    Args:
        works: name -> something to call.
        repeats: how often.

    Returns:
        name -> median of its seconds.
    """
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(values) for name, values in seconds.items()}


def python(code: str, **environment: str) -> tuple[float, str]:
    """Run a piece of Python in a new interpreter: wall seconds, start included, and its output.

    Raises:
        RuntimeError: it failed; the message ends with its error.
    """
    begun = time.perf_counter()
    done = _run([sys.executable, "-c", code], **environment)
    return time.perf_counter() - begun, done


def in_child(function: str, *arguments) -> dict:
    """Call `module:function` of this package in a new process, so that its peak of memory is its own.

    Args:
        function: such as "reading:read_ours"; it returns something that JSON can hold.
        arguments: what JSON can hold.

    Returns:
        `value`, `seconds` and `peak_mb`: the growth of resident memory at its highest, None where the
        system does not tell.
    """
    command = [sys.executable, "-m", "benchmarks.measure", function, json.dumps(arguments)]
    return json.loads(_run(command).splitlines()[-1])


def _run(command: list[str], **environment: str) -> str:
    everything = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"} | environment
    done = subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"A measured process failed ({done.returncode}):\n{done.stderr[-2000:]}")
    return done.stdout


def resident_mb(kind: str) -> float | None:
    """Resident memory of this process in MB: "VmRSS" now, "VmHWM" its peak; None where there is no /proc."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith(kind))
    return int(kilobytes) / 1024


def _call(function: str, arguments: str) -> dict:
    module, name = function.split(":")
    work = getattr(importlib.import_module(f"benchmarks.{module}"), name)
    if hasattr(work, "prepare"):  # imports, that are not to be measured
        work.prepare()
    with suppress(OSError):  # forget the peak of the imports
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = resident_mb("VmRSS")
    begun = time.perf_counter()
    value = work(*json.loads(arguments))
    seconds = time.perf_counter() - begun
    peak = resident_mb("VmHWM")
    return {"value": value, "seconds": seconds, "peak_mb": None if peak is None else max(0.0, peak - before)}


if __name__ == "__main__":
    print(json.dumps(_call(*sys.argv[1:])))
