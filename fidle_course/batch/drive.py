"""Let Snakemake carry out a plan, follow it, and say truly how it ended."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from fidle_course.batch import slurm
from fidle_course.batch.lock import BatchError, only_run
from fidle_course.batch.plan import WORK, Plan, write_plan
from fidle_course.batch.screen import Screen
from fidle_course.batch.state import DONE, JobError, JobState, finished, read_state, read_status, states, write_state
from fidle_course.words import now
from fidle_utils.run import cores

_SPARE = 20e6  # bytes that must be free before anything starts
_GRACE = 20.0  # seconds that jobs have to save what they did when they are stopped


def run(
    plan: Plan,
    *,
    jobs: int = 1,
    on: str = "local",
    site: Mapping | None = None,
    force: bool = False,
    unlock: bool = False,
    stream=None,
    title: str = "fidle run",
) -> int:
    """Carry out a plan, show how it goes, write the report.

    Args:
        jobs: how many notebooks at a time; on one machine they divide its cores between them.
        on: "local" or "slurm".
        site: what this cluster wants: see `slurm.resources`.
        force: run again what was asked for, even if it is finished.
        unlock: take a folder that a run on another machine has left marked.
        stream: where to tell; by default the standard output.
        title: what the report is called.

    Returns:
        The exit code: 0 if every notebook ran and every gate held, 1 if not, 130 or 143 if it was stopped.

    Raises:
        BatchError: it could not start.
    """
    from fidle_course.pages import report

    if on == "slurm":
        slurm.check_ready()
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(plan.out).free
        if free < _SPARE:
            raise BatchError(
                f"The disk of {plan.out} is full: {free / 1e6:.0f} MB free. Make room, or use --out elsewhere."
            )
        with only_run(plan.out, unlock) as lock:
            left = [read_state(plan.out / key) for key in plan.jobs]
            slurm.cancel(s.slurm_job for s in left if s.state == "running" and s.slurm_job)
            kept = set() if force else finished(plan)
            if force:
                kept = {k for k in finished(plan) if not plan.jobs[k].asked}
                kept -= {k for k, j in plan.jobs.items() if set(j.needs) - kept}
            _prepare(plan, kept)
            screen = Screen(stream or sys.stdout, plan, kept)
            plan_file = _write_plan(plan, jobs, on, site or {}, title)
            with _exporter() as export:
                code, stopped_by = 0, None
                if kept != set(plan.jobs):
                    code, stopped_by = _follow(plan, plan_file, jobs, on, lock, screen, export)
                    _settle(plan, stopped_by)
                final = states(plan)
                for key in plan.jobs:
                    export(plan.out / key, plan.jobs[key].id)
            screen.explain(final, code, stopped_by, plan.out / WORK / "snakemake.log")
            screen.close(report.write(plan.out, plan=plan, title=title))
            return _exit_code(final, code, stopped_by)
    except OSError as error:
        raise BatchError(f"The run was broken off: {error}. The same command goes on from here.") from error


def _prepare(plan: Plan, kept: set[str]) -> None:
    """Take away the marks of work that will be done again; link what points of a sweep have in common."""
    for key, job in plan.jobs.items():
        if key in kept:
            continue
        folder = plan.out / key
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DONE).unlink(missing_ok=True)
        write_state(folder, JobState(job, profile=plan.profile))
    for key, target in plan.links.items():
        link = plan.out / key
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_dir() and not link.is_symlink():
            shutil.rmtree(link)
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(plan.out / target, link.parent), target_is_directory=True)


def _write_plan(plan: Plan, jobs: int, on: str, site: Mapping, title: str) -> Path:
    plan.title, plan.on, plan.started = title, on, now()
    plan.threads = max(1, cores() // jobs) if on == "local" and jobs > 1 else None
    for job in plan.jobs.values():
        job.slurm = slurm.resources(job.resources, site) if on == "slurm" else {}
    return write_plan(plan)


def _engine(plan: Plan, plan_file: Path, jobs: int, on: str) -> list[str]:
    command = [sys.executable, "-m", "fidle_course.batch.job", "engine"]
    command += [
        "--snakefile",
        str(Path(__file__).with_name("Snakefile")),
        "--directory",
        str(plan.out),
        "--config",
        f"plan={plan_file}",
    ]
    # our own lock guards the folder; a done.json is written last and whole, so it is never incomplete;
    # only times count: a changed source or parameter has taken the done.json away before this starts
    command += ["--nolock", "--ignore-incomplete", "--drop-metadata", "--rerun-triggers", "mtime"]
    command += ["--keep-going", "--scheduler", "greedy", "--nocolor", "--printshellcmds"]
    command += ["--runtime-source-cache-path", str(plan.out / WORK / "cache")]
    if on == "slurm":
        command += ["--executor", "slurm", "--jobs", str(jobs), "--latency-wait", "60"]
        command += ["--slurm-init-seconds-before-status-checks", "4", "--seconds-between-status-checks", "4"]
        command += ["--slurm-keep-successful-logs", "--slurm-logdir", str(plan.out / WORK / "slurm")]
        if not slurm.has_accounting():
            command += ["--slurm-status-command", "squeue"]
    else:
        command += ["--cores", str(jobs)]
    return command


def _follow(plan: Plan, plan_file: Path, jobs: int, on: str, lock, screen, export) -> tuple[int, int | None]:
    """Run Snakemake to its end, showing how far it is; pass signals on. Gives its exit code, and a signal."""
    caught: list[int] = []
    previous = {
        s: signal.signal(s, lambda number, frame: caught.append(number)) for s in (signal.SIGINT, signal.SIGTERM)
    }
    environment = {**os.environ, "FIDLE_COURSE_DIR": str(plan.root), "PYTHONUNBUFFERED": "1"}
    environment.pop("SNAKEMAKE_PROFILE", None)
    asked_to_stop = None
    ended: dict[str, JobState] = {}  # what has ended is not read again
    try:
        with open(plan.out / WORK / "snakemake.log", "w", encoding="utf-8") as log:
            engine = subprocess.Popen(
                _engine(plan, plan_file, jobs, on),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=plan.out,
                env=environment,
                start_new_session=True,
                pass_fds=[lock.fileno()],  # a Snakemake that outlives this process keeps the lock
            )
        while True:
            last_look = engine.poll() is not None
            current = {k: ended.get(k) or read_state(plan.out / k, job) for k, job in plan.jobs.items()}
            screen.update(current)
            for key in current.keys() - ended.keys():
                if current[key].state in ("ok", "failed", "stopped"):
                    ended[key] = current[key]
                    if key not in screen.kept:
                        export(plan.out / key, plan.jobs[key].id)
            if last_look:
                break
            if caught and asked_to_stop is None:
                asked_to_stop = time.monotonic()
                screen.say("Stopping: notebooks save what they did. Once more to stop at once.")
                os.killpg(engine.pid, signal.SIGINT)
            if asked_to_stop and (len(caught) > 1 or time.monotonic() - asked_to_stop > _GRACE):
                with suppress(ProcessLookupError):
                    os.killpg(engine.pid, signal.SIGKILL)
            try:
                engine.wait(0.25)
            except subprocess.TimeoutExpired:
                continue
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return engine.returncode, caught[0] if caught else None


def _settle(plan: Plan, stopped_by: int | None) -> None:
    """Snakemake has ended: what still says that it runs was killed, or could not write how it ended."""
    for key, job in plan.jobs.items():
        state = read_status(plan.out / key) or JobState(job, "running", profile=plan.profile)
        if state.state not in ("running", "stopped"):
            continue
        what = "the process that ran it was killed"
        if shutil.disk_usage(plan.out).free < 1e6:
            what = f"the disk of {plan.out} is full"
        state.error = state.error or JobError(what, cell=state.cell if state.cells else None)
        state.state = "stopped" if stopped_by else "failed"
        write_state(plan.out / key, state)


def _exit_code(final: dict[str, JobState], code: int, stopped_by: int | None) -> int:
    if stopped_by:
        return 128 + stopped_by
    return 0 if code == 0 and all(state.kind == "ok" for state in final.values()) else 1


@contextmanager
def _exporter():
    """Give `export(folder, id)`, which makes a notebook's page beside it, one after the other in the background."""
    from fidle_course.pages import page

    with ThreadPoolExecutor(1) as worker:

        def export(folder: Path, name: str) -> None:
            worker.submit(page.write_if_newer, folder, name)

        yield export
