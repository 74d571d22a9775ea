"""One notebook of a batch, in a process of its own: papermill runs it, and what it leaves is whole or marked as not.

Snakemake starts `python -m fidle_course.batch.job PLAN KEY`, here or on a node of a cluster. The folder of the
notebook receives `<ID>.ipynb` (executed), `<ID>.log` (what was printed), `status.json` (what happened) and, last of
all and only if everything went well, `done.json`, which tells Snakemake and the next run that this work is finished.
"""

import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from fidle_course import catalogue
from fidle_course.batch.plan import Plan, read_plan
from fidle_course.batch.state import DONE, RESULTS, JobError, JobState, mark_done, read_results, write_state
from fidle_course.pages.page import ESCAPES
from fidle_course.words import now


def main(argv: list[str]) -> int:
    """`PLAN KEY` runs one notebook of the plan; `engine ARGUMENTS` runs Snakemake, tied to its parent's life."""
    if argv[0] == "engine":
        from snakemake.cli import main as snakemake

        follow_parent(lambda: os.killpg(0, signal.SIGINT))
        snakemake(argv[1:])
        return 0
    return execute(read_plan(Path(argv[0])), argv[1])


def follow_parent(act) -> None:
    """Call `act` when the parent process goes away: a killed driver or engine must leave nothing running."""
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        act()

    threading.Thread(target=watch, daemon=True).start()


def execute(plan: Plan, key: str) -> int:
    """Run the notebook `key` of the plan. Returns the exit code: 0 only if all its cells ran and results came."""
    job, folder = plan.jobs[key], plan.out / key
    name = job.id
    for old in (DONE, RESULTS, f"{name}.ipynb", f"{name}.html", f"{name}.partial.ipynb"):
        (folder / old).unlink(missing_ok=True)
    _prepare_environment(plan.threads or job.slurm.get("cpus_per_task"))
    state = JobState(job, "running", plan.profile, now(), slurm_job=os.environ.get("SLURM_JOB_ID"))
    clock = time.perf_counter()
    try:
        write_state(folder, state)
        _run_cells(state, folder)
        if state.error is None and read_results(folder) is None:
            what = "results that are not those of `run.finish`" if (folder / RESULTS).exists() else "no results"
            state.error = JobError(f"all its cells ran, but it left {what}: is `run.finish(…)` its last cell?")
        if state.error is None:
            os.replace(folder / f"{name}.partial.ipynb", folder / f"{name}.ipynb")
    except OSError as trouble:  # a full disk, a folder without permission
        state.error = JobError(str(trouble))
    if state.state == "running":
        state.state = "failed" if state.error else "ok"
    state.finished, state.seconds = now(), round(time.perf_counter() - clock, 2)
    write_state(folder, state)
    if state.error:
        print(f"{job.key}: {state.error.what}", file=sys.stderr)
        return 1
    mark_done(folder, state)
    return 0


def _prepare_environment(threads: int | None) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["FIDLE_BATCH"] = "1"  # nobody is there to move a slider or to watch a curve
    if threads:
        # each library has its own way to be told that it does not have the machine for itself
        for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PJRT_NPROC"):
            os.environ[variable] = str(threads)
        os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ["TF_NUM_INTEROP_THREADS"] = str(threads)
        # and a GPU that several notebooks share must not be taken whole by the first
        os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
        os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"


def _run_cells(state: JobState, folder: Path) -> None:
    """Run the notebook into `<ID>.partial.ipynb`, writing the state on the way; what went wrong stands in it."""
    import papermill
    from traitlets.config import Config

    job, partial = state.job, folder / f"{state.job.id}.partial.ipynb"
    cells = catalogue.cells(Path(job.file))
    given = next(i for i, cell in enumerate(cells) if "parameters" in cell.get("metadata", {}).get("tags", []))

    def starts(cell, cell_index):
        # counted as in the notebook's source, without the cell that papermill puts in after the parameters
        state.cell, state.cells = cell_index - (cell_index > given), len(cells)
        write_state(folder, state)

    # kernels talk through sockets in a folder of their own: of two that start side by side on free TCP ports, one now
    # and then takes the other's; the address of a socket has at most 107 bytes
    short = tempfile.gettempdir() if len(tempfile.gettempdir().encode()) < 80 else "/tmp"
    stopped = _turn_signals_into_interrupts()
    try:
        with tempfile.TemporaryDirectory(prefix="fidle-", dir=short) as own:
            papermill.execute_notebook(
                _literally(job.file),
                _literally(partial),
                parameters=job.parameters,
                on_cell_start=starts,
                kernel_name="python3",
                language="python",  # whatever an editor has written into the notebook, or left out of it
                config=Config({"KernelManager": {"transport": "ipc", "ip": f"{own}/kernel"}}),
                progress_bar=False,
                stdout_file=sys.stdout,
                stderr_file=sys.stderr,
                start_timeout=300,
                cwd=str(Path(job.file).parent),
            )
        cells = json.loads(partial.read_text(encoding="utf-8"))["cells"]
        # papermill takes sys.exit(0) for a success
        if pending := sum(c["metadata"].get("papermill", {}).get("status") == "pending" for c in cells):
            state.error = JobError(f"the notebook exited early: {pending} cells were not run", cell=state.cell)
    except papermill.PapermillExecutionError as error:
        state.error = JobError(
            f"{error.ename}: {ESCAPES.sub('', error.evalue)}".strip(": "),
            cell=state.cell,
            execution=error.exec_count,
            line=_failing_line(error.traceback, error.source),
        )
    except KeyboardInterrupt:
        what = f"stopped by {stopped[0] if stopped else 'SIGINT'}"
        if os.environ.get("SLURM_JOB_ID"):
            what += ": its time was over, or somebody cancelled it"
        state.state, state.error = "stopped", JobError(what, cell=state.cell)
    except OSError:
        raise
    except Exception as error:  # the kernel did not start, or died: nbclient has no common class for them
        state.error = JobError(_kernel_trouble(error, folder / f"{job.id}.log"), cell=state.cell)


def _literally(path: str | Path) -> str:
    """Papermill takes braces in a path for parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _turn_signals_into_interrupts() -> list[str]:
    """SIGTERM would lose the running cell's output; gives a list that will hold the signal's name."""
    stopped: list[str] = []

    def stop(number, frame):
        if not stopped:  # a second signal must not disturb the cleaning up
            stopped.append(signal.Signals(number).name)
            raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    follow_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    return stopped


def _kernel_trouble(error: Exception, log: Path) -> str:
    """What to say of a kernel that did not start or died; only its log knows why it did not start."""
    if "before replying to kernel_info" in str(error):
        lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        own = [line for line in lines if str(error) not in line]
        return f"the kernel did not start: {own[-1].strip() if own else error}"
    if "Kernel died" in str(error) or type(error).__name__ == "DeadKernelError":
        return "the kernel died: it was killed, or ran out of memory"
    return f"{type(error).__name__}: {error}"


def _failing_line(traceback: list[str], source: str) -> str:
    """The line of the cell that raised, read from the arrow in IPython's traceback; else the cell's last line."""
    text = ESCAPES.sub("", "\n".join(traceback))
    here = text.split("Cell In[", 1)[-1].split("\nFile ", 1)[0]
    if match := re.search(r"^-+> *\d+ (.*)$", here, re.M):
        return match.group(1).strip()
    return (source.strip().splitlines() or [""])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
