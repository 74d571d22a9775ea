"""Let Snakemake carry out a plan, follow it, and say truly how it ended."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from fidle_course.batch import slurm
from fidle_course.batch.lock import BatchError, only_run
from fidle_course.batch.plan import WORK, Plan, write_plan
from fidle_course.batch.screen import Screen
from fidle_course.batch.state import DONE, JobError, JobState, finished, read_state, read_status, states, write_state
from fidle_course.pages import report
from fidle_utils.run import cores

_GRACE = 20.0  # seconds that jobs have to save what they did when they are stopped


def run(
    plan: Plan,
    *,
    jobs: int = 1,
    site: slurm.Site | None = None,
    force: bool = False,
    unlock: bool = False,
) -> int:
    """Carry out a plan, show how it goes, write the report.

    Args:
        jobs: how many notebooks at a time; on one machine they divide its cores between them.
        site: what the cluster wants; without it this machine runs them.
        force: run again what was asked for, even if it is finished.
        unlock: take a folder that a run on another machine has left marked.

    Returns:
        The exit code: 0 if every notebook ran and every gate held, 1 if not, 130 or 143 if it was stopped.
    """
    if site:
        slurm.check_ready()
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        with only_run(plan.out, unlock) as lock:
            left = [read_state(plan.out / key) for key in plan.jobs]
            slurm.cancel(s.slurm_job for s in left if s.state == "running" and s.slurm_job)
            kept = finished(plan, again=force)
            _prepare(plan, kept)
            plan.threads = max(1, cores() // jobs) if jobs > 1 and not site else None
            for job in plan.jobs.values():
                job.slurm = slurm.resources(job.resources, site) if site else {}
            write_plan(plan)
            screen = Screen(sys.stdout, plan, kept)
            with screen.bars:
                return _carry_out(plan, _engine(plan, jobs, site), lock, screen)
    except OSError as error:
        raise BatchError(f"The run in {plan.out} broke off: {error}. The same command goes on from here.") from error


def _carry_out(plan: Plan, command: list[str], lock, screen: Screen) -> int:
    code, stopped_by = 0, None
    if screen.kept != set(plan.jobs):
        code, stopped_by = _follow(plan, command, lock, screen)
        _settle(plan, stopped_by)
    final = states(plan)
    screen.explain(final, code, stopped_by, plan.out / WORK / "snakemake.log")
    screen.say(f"Report: {report.write(plan.out).as_uri()}")
    if stopped_by:
        return 128 + stopped_by
    return 0 if code == 0 and all(state.kind == "ok" for state in final.values()) else 1


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


def _engine(plan: Plan, jobs: int, site: slurm.Site | None) -> list[str]:
    """The command that runs Snakemake over the plan."""
    command = [sys.executable, "-m", "fidle_course.batch.job", "engine", "--directory", str(plan.out)]
    command += ["--snakefile", str(Path(__file__).with_name("Snakefile"))]
    # our own lock guards the folder; a done.json is written last and whole, so it is never incomplete;
    # only times count: a changed source or parameter has taken the done.json away before this starts
    command += ["--nolock", "--ignore-incomplete", "--drop-metadata", "--rerun-triggers", "mtime"]
    command += ["--keep-going", "--scheduler", "greedy", "--nocolor", "--printshellcmds"]
    command += ["--runtime-source-cache-path", str(plan.out / WORK / "cache")]
    if site:
        command += ["--executor", "slurm", "--jobs", str(jobs), "--latency-wait", "60"]
        command += ["--slurm-init-seconds-before-status-checks", "4", "--seconds-between-status-checks", "4"]
        command += ["--slurm-keep-successful-logs", "--slurm-logdir", str(plan.out / WORK / "slurm")]
        if not slurm.has_accounting():
            command += ["--slurm-status-command", "squeue"]
    else:
        command += ["--cores", str(jobs)]
    return command


def _follow(plan: Plan, command: list[str], lock, screen: Screen) -> tuple[int, int | None]:
    """Run Snakemake to its end, showing how far it is; pass signals on. Gives its exit code, and a signal."""
    caught: list[int] = []
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {s: signal.signal(s, lambda number, frame: caught.append(number)) for s in signals}
    asked_to_stop = None
    ended: dict[str, JobState] = {}  # what has ended is not read again
    try:
        engine = _start(plan, command, lock)
        while True:
            last_look = engine.poll() is not None
            current = {k: ended.get(k) or read_state(plan.out / k, job) for k, job in plan.jobs.items()}
            screen.update(current)
            ended |= {k: state for k, state in current.items() if state.state in ("ok", "failed", "stopped")}
            if last_look:
                break
            if caught and asked_to_stop is None:
                asked_to_stop = time.monotonic()
                screen.say("Stopping: notebooks save what they did. Once more to stop at once.")
                os.killpg(engine.pid, signal.SIGINT)
            if asked_to_stop and (len(caught) > 1 or time.monotonic() - asked_to_stop > _GRACE):
                with suppress(ProcessLookupError):
                    os.killpg(engine.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                engine.wait(0.25)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return engine.returncode, caught[0] if caught else None


def _start(plan: Plan, command: list[str], lock) -> subprocess.Popen:
    environment = {**os.environ, "FIDLE_COURSE_DIR": str(plan.root), "PYTHONUNBUFFERED": "1"}
    environment.pop("SNAKEMAKE_PROFILE", None)
    with open(plan.out / WORK / "snakemake.log", "w", encoding="utf-8") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=plan.out,
            env=environment,
            start_new_session=True,
            pass_fds=[lock.fileno()],  # a Snakemake that outlives this process keeps the lock
        )


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
