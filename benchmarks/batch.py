"""What the batch costs: per notebook beside bare papermill, two jobs against one, two hundred notebooks."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.line import Group, Line
from benchmarks.measure import ROOT
from tests import toys


def measure(quick: bool = False) -> Group:
    """All lines of the batch."""
    group = Group()
    with tempfile.TemporaryDirectory() as folder:
        group.lines.append(overhead(Path(folder) / "overhead", 2 if quick else 10))
        group.lines += many(Path(folder) / "many", 4 if quick else 200)
        if not quick:
            group.lines.append(two_jobs(Path(folder) / "two"))
    return group


def overhead(folder: Path, count: int) -> Line:
    """Seconds per notebook beyond the command papermill, the start of the batch left out."""
    course = toys.make_course(folder, {f"N{i:03}": {} for i in range(2 * count)})
    names = [f"N{i:03}" for i in range(2 * count)]
    _fidle(course, "run", names[0])  # read the files once
    few = _fidle(course, "run", *names[:count], "--force")
    lots = _fidle(course, "run", *names, "--force")
    began = time.perf_counter()
    for name in names[:count]:
        command = [sys.executable, "-m", "papermill", "--no-progress-bar", "-p", "run_dir", str(folder / "bare")]
        command += [str(course / f"{name}.ipynb"), str(folder / f"{name}-out.ipynb")]
        subprocess.run(command, check=True, capture_output=True)
    bare = (time.perf_counter() - began) / count
    ours = (lots - few) / count
    text = f"{ours:.2f} s beside {bare:.2f} s; start of the batch and its report {few - count * ours:.1f} s, once"
    return Line("A notebook that does nothing, beyond the command papermill", "s", "<=", 1.0, ours - bare, text)


def many(folder: Path, count: int) -> list[Line]:
    """Time per notebook and memory of the driver over many notebooks, two at a time."""
    course = toys.make_course(folder, {f"N{i:03}": {} for i in range(count)})
    began = time.perf_counter()
    driver = toys.start(course, "run", "--jobs", "2")
    peaks: dict[str, float] = {}
    while driver.poll() is None:
        for name, pid in {"driver": driver.pid, "snakemake": _child(driver.pid)}.items():
            peaks[name] = max(peaks.get(name, 0.0), _memory(pid))
        time.sleep(0.25)
    seconds = time.perf_counter() - began
    if driver.returncode:
        raise RuntimeError(driver.stdout.read()[-2000:])
    what = f"{count} notebooks that do nothing, 2 at a time"
    text = f"{seconds:.0f} s in all"
    memory = sum(peaks.values())
    parts = f"driver {peaks['driver']:.0f} MB, Snakemake {peaks['snakemake']:.0f} MB"
    return [
        Line(f"{what}: per notebook", "s", value=seconds / count, measured=text),
        Line(f"{what}: memory of the driver", "MB", value=memory, measured=parts),
    ]


def two_jobs(folder: Path) -> Line:
    """All notebooks in the smoke profile, two at a time and one at a time."""
    seconds = {}
    for jobs in (1, 2):
        command = ["run", "--profile", "smoke", "--jobs", str(jobs), "--out", str(folder / str(jobs))]
        began = time.perf_counter()
        done = subprocess.run(toys.command(*command), cwd=ROOT, capture_output=True, text=True)
        seconds[jobs] = time.perf_counter() - began
        if done.returncode:
            raise RuntimeError(f"They did not run: {done.stdout[-1500:]}{done.stderr[-500:]}")
    text = f"{seconds[1]:.0f} s beside {seconds[2]:.0f} s, on {os.cpu_count()} cores"
    return Line("Two jobs against one, all notebooks in smoke", "×", ">=", 1.6, seconds[1] / seconds[2], text)


def _fidle(course: Path, *arguments: str) -> float:
    began = time.perf_counter()
    done = toys.fidle_quietly(course, *arguments)
    if done.returncode:
        raise RuntimeError(f"{done.stdout[-1500:]}{done.stderr[-500:]}")
    return time.perf_counter() - began


def _child(pid: int) -> int | None:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


def _memory(pid: int | None) -> float:
    """Peak of resident memory in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0.0
