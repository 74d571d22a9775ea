"""Plan a run of the catalogue, let Snakemake carry it out, follow it, and say truly how it ended.

A plan lists jobs: a notebook, all its parameters, and the jobs it needs. Each job has a fingerprint (source,
parameters, data, those of its needs); one that is finished with the same fingerprint is not run again.
"""

import difflib
import fcntl
import functools
import hashlib
import itertools
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import fidle_utils
from fidle_course import catalogue as catalogues
from fidle_course.batch.job import DONE, RESULTS, STATUS
from fidle_course.catalogue import Catalogue, Gate
from fidle_utils.files import read_json, write_json
from fidle_utils.run import cores

SHARED = ("source", "station", "seed")  # what a notebook and those it needs must have in common
_MUST_AGREE = ("source", "station")
_SLURM_PLUGIN = "2.8.0"  # as in requirements-test.txt
_WORK = ".fidle"  # in the folder of results: plan, lock, Snakemake's log
_SPARE = 20e6  # bytes that must be free before anything starts
_GRACE = 20.0  # seconds that jobs have to save what they did when they are stopped
# modules of the package that carry notebooks out, or show them; a change in any other may change a result
_RUNNING = {"batch", "job", "kernel", "cli", "screen", "check", "pack"}
_SHOWING = {"page", "publish", "report", "gallery", "sweep", "teach"}


class BatchError(RuntimeError):
    """The run cannot start, or was broken off; the message says why and what to do."""


@dataclass
class Job:
    """One notebook to be run, as the plan file holds it."""

    key: str  # folder below the folder of results: "SYNOP2", or "seed-1/SYNOP2" in a sweep
    id: str
    title: str
    file: str
    parameters: dict
    gates: dict  # data source -> list of texts
    headline: dict
    needs: list[str]
    resources: dict
    fingerprint: str
    point: dict = field(default_factory=dict)  # the swept values
    asked: bool = True  # named by the user, and not only needed

    @property
    def rule(self) -> str:
        return re.sub(r"\W", "_", self.key)


@dataclass
class Plan:
    """Jobs by key, each after those it needs, and what they have in common."""

    out: Path
    profile: str
    root: Path
    jobs: dict[str, Job]
    links: dict[str, str] = field(default_factory=dict)  # folder of a sweep -> the same work, planned before


# ---------------------------------------------------------------- the plan


def parse_settings(texts: Iterable[str]) -> list[tuple[str | None, str, str]]:
    """`["SYNOP2.epochs=3", "seed=1"]` is `[("SYNOP2", "epochs", "3"), (None, "seed", "1")]`.

    Raises:
        ValueError: a text of another form.
    """
    found = []
    for text in texts:
        match = re.fullmatch(r"(?:(\w+)\.)?([A-Za-z_]\w*)=(.*)", text)
        if not match:
            raise ValueError(f"A parameter is given as `ID.name=value` or `name=value`. Received: {text!r}.")
        if match[2] == "run_dir":
            raise ValueError("`run_dir` is not given as a parameter: use --out for the folder of results.")
        found.append(match.groups())
    return found


def make_plan(
    catalogue: Catalogue,
    names: Iterable[str],
    *,
    profile: str = "live",
    settings: Iterable[tuple[str | None, str, object]] = (),
    out: Path,
) -> Plan:
    """Plan the named notebooks (all if none is named) and what they need, with every parameter checked.

    Args:
        catalogue: as `catalogue.load()` gives it.
        names: ids.
        profile: "live", "smoke" or "full".
        settings: `(id or None, name, value)`; without an id, for each notebook of the plan that has it.
        out: the folder of results.

    Raises:
        ValueError: an unknown notebook, profile or parameter, a value of another type, parameters of a
            notebook and of one it needs that contradict each other.
    """
    asked = [catalogue[name].id for name in names] or list(catalogue)
    order = catalogue.order(asked)
    values = _values(catalogue, order, profile, list(settings))
    plan = Plan(out, profile, catalogue.root, {})
    _add_jobs(plan, catalogue, order, values, run_dir=out, prefix="", point={}, asked=asked)
    return plan


def make_sweep(
    catalogue: Catalogue,
    name: str,
    *,
    grid: Mapping[str, list],
    profile: str = "live",
    settings: Iterable[tuple[str | None, str, object]] = (),
    out: Path,
) -> Plan:
    """Plan one notebook for each point of a grid of its parameters, and what each point needs, but once.

    Args:
        grid: parameter -> values.
        out: the folder of results; each point has a folder in it.
        catalogue, name, profile, settings: as in `make_plan`.
    """
    name = catalogue[name].id
    order = catalogue.order([name])
    plan = Plan(out, profile, catalogue.root, {})
    settings = list(settings)
    for combination in itertools.product(*grid.values()):
        point = dict(zip(grid, combination, strict=True))
        values = _values(catalogue, order, profile, [*settings, *((name, n, v) for n, v in point.items())])
        point = {n: values[name][n] for n in point}
        folder = "_".join(f"{n}-{re.sub(r'[^A-Za-z0-9.+-]', '.', str(v))}" for n, v in point.items())
        if f"{folder}/{name}" in plan.jobs:
            raise ValueError(f"Each point of a sweep stands once. Received twice: {folder}.")
        _add_jobs(
            plan, catalogue, order, values, run_dir=out / folder, prefix=f"{folder}/", point=point, asked=[name]
        )
    return plan


def _values(catalogue, order, profile, settings) -> dict[str, dict]:
    """For each notebook the parameters that differ from its defaults."""
    known = {name: {p.name for p in catalogues.parameters(catalogue[name].file)} for name in order}
    for name in order:
        if "run_dir" not in known[name]:
            raise ValueError(
                f"{catalogue[name].file.name} has no parameter `run_dir`: "
                'its parameters cell needs the line `run_dir: str = "run"`.'
            )
    given: dict[str, dict] = {name: {} for name in order}
    for owner, parameter, value in settings:
        if owner is None:
            owners = [name for name in order if parameter in known[name]]
            if not owners:
                everything = sorted(set().union(*known.values()))
                near = difflib.get_close_matches(parameter, everything, n=1)
                hint = f" Did you mean `{near[0]}`?" if near else ""
                raise ValueError(f"No notebook of this run has a parameter `{parameter}`.{hint}")
        else:
            owners = [catalogue[owner].id]
            if owners[0] not in known:
                raise ValueError(f"{owners[0]} is not part of this run, which has {', '.join(order)}.")
        for name in owners:
            given[name] |= catalogues.check_parameters(catalogue[name].file, {parameter: value})
    direct = {name: dict(own) for name, own in given.items()}
    for name in reversed(order):
        for need in catalogue[name].needs:
            for parameter in SHARED:
                if parameter not in given[name] or parameter not in known[need]:
                    continue
                value = given[name][parameter]
                if parameter not in direct[need]:
                    given[need].setdefault(parameter, value)
                if given[need][parameter] != value and parameter in _MUST_AGREE:
                    raise ValueError(
                        f"{name} needs {need}, so `{parameter}` must be the same in both. "
                        f"Received: {name}.{parameter}={value}, {need}.{parameter}={given[need][parameter]}."
                    )
    return {
        name: catalogues.check_parameters(catalogue[name].file, catalogue[name].profile(profile).parameters)
        | given[name]
        for name in order
    }


def _add_jobs(plan, catalogue, order, values, *, run_dir: Path, prefix: str, point: dict, asked) -> None:
    same = {job.fingerprint: key for key, job in plan.jobs.items()}
    place = {}  # id -> key
    for name in order:
        notebook = catalogue[name]
        needs = [place[need] for need in notebook.needs]
        fingerprint = _fingerprint(notebook, values[name], [plan.jobs[key].fingerprint for key in needs])
        key = f"{prefix}{name}"
        if fingerprint in same and name not in asked:  # the same work for another point of a sweep
            place[name] = same[fingerprint]
            plan.links[key] = same[fingerprint]
            continue
        place[name] = key
        profile = notebook.profile(plan.profile)
        plan.jobs[key] = Job(
            key=key,
            id=name,
            title=notebook.title,
            file=str(notebook.file),
            parameters={**values[name], "run_dir": str(run_dir)},
            gates={source: [str(gate) for gate in gates] for source, gates in profile.gates_by_source.items()},
            headline=dict(notebook.headline),
            needs=needs,
            resources=dict(notebook.resources),
            fingerprint=fingerprint,
            point=point if name in asked else {},
            asked=name in asked,
        )


def _fingerprint(notebook, values: dict, needs: list[str]) -> str:
    """What a finished run depends on: if it is the same, running again would bring the same."""
    cells = json.loads(notebook.file.read_text(encoding="utf-8"))["cells"]
    source = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    declared = {p.name: p.default for p in catalogues.parameters(notebook.file)} | values
    declared.pop("run_dir", None)
    data = _data_state(notebook.data, declared.get("source"))
    backend = os.environ.get("KERAS_BACKEND", "")
    text = json.dumps([source, declared, data, backend, _package_state(), needs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def _package_state(package: Path = Path(fidle_utils.__file__).parent) -> str:
    """A digest of the part of this package that notebooks use."""
    files = [
        f
        for f in sorted(package.rglob("*"))
        if f.suffix in (".py", ".mplstyle") and f.stem not in _RUNNING | _SHOWING
    ]
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()


def _data_state(name: str, source: str | None) -> list:
    """Which data a notebook would get now: a file that came or changed makes old results out of date."""
    if name not in ("synop", "imdb") or source is None:
        return []
    from importlib import import_module

    from fidle_utils import datasets

    now = datasets.expected_source(name, source)
    if now != "real":
        return [now]
    found = import_module(f"fidle_utils.datasets.{name}").find() or []
    files = [Path(found)] if isinstance(found, str | Path) else [Path(file) for file in found]
    return [now, *([str(f), f.stat().st_size, int(f.stat().st_mtime)] for f in sorted(files))]


# ---------------------------------------------------------------- what is finished


def states(plan: Plan) -> dict[str, dict]:
    """For each job, what its folder says: its status, its results, and whether its gates hold."""
    return {key: state(plan.out / key, asdict(job)) for key, job in plan.jobs.items()}


def state(folder: Path, job: Mapping) -> dict:
    """Status, results and gates of one job, from the files in its folder.

    Returns:
        `state` ("ok", "failed", "running", "stopped" or "waiting"), the status file's content, `results`,
        and `gates`: a list of `{"gate", "holds", "values"}`.
    """
    found = read_json(folder / STATUS)
    results = read_json(folder / RESULTS)
    if found.get("fingerprint") != job.get("fingerprint"):
        found, results = {}, {}
    gates = []
    if found.get("state") == "ok":
        source = results.get("data", {}).get("source") or "generated"
        what = results.get("data", {}).get("what") or ""
        for text in catalogues.gates_for(job["gates"], source, what):
            gate, scores = Gate.parse(text), results.get("scores", {})
            values = {n: scores[n] for n in (gate.left, gate.right) if n in scores}
            gates.append({"gate": text, "holds": gate.holds(scores), "values": values})
    return {"state": "waiting", **found, "results": results, "gates": gates}


def finished(plan: Plan) -> set[str]:
    """The jobs that need not be run: done with the same fingerprint, and after all that they need."""
    kept: dict[str, float] = {}
    for key, job in plan.jobs.items():
        done = plan.out / key / DONE
        if read_json(done).get("fingerprint") != job.fingerprint or not (plan.out / key / RESULTS).is_file():
            continue
        when = done.stat().st_mtime
        if all(need in kept and kept[need] <= when for need in job.needs):
            kept[key] = when
    return set(kept)


# ---------------------------------------------------------------- one run at a time in a folder


@contextmanager
def only_run(out: Path, unlock: bool = False):
    """Hold the folder of results for this run. The lock ends with the process that holds it, however it ends.

    Raises:
        BatchError: another run works there, or one on another machine may do so.
    """
    path = out / _WORK / "lock.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "a+", encoding="utf-8")  # noqa: SIM115  it must stay open, also in Snakemake
    try:
        _take(file, out, path, unlock)
        mine = {"host": platform.node(), "pid": os.getpid(), "since": _now(), "command": " ".join(sys.argv)}
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
    deadline = time.monotonic() + _GRACE
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


# ---------------------------------------------------------------- carrying it out


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
        site: what this cluster wants: see `slurm_resources`.
        force: run again what was asked for, even if it is finished.
        unlock: take a folder that a run on another machine has left marked.
        stream: where to tell; by default the standard output.
        title: what the report is called.

    Returns:
        The exit code: 0 if every notebook ran and every gate held, 1 if not, 130 or 143 if it was stopped.

    Raises:
        BatchError: it could not start.
    """
    from fidle_course.batch.screen import Screen
    from fidle_course.pages import report

    if on == "slurm" and not shutil.which("sbatch"):
        raise BatchError("--on slurm needs the command sbatch, and there is none here: is this a login node?")
    if on == "slurm" and find_spec("snakemake_executor_plugin_slurm") is None:
        raise BatchError(
            "--on slurm needs Snakemake's Slurm executor, which is an extra. Install it where this runs: "
            f"{sys.executable} -m pip install snakemake-executor-plugin-slurm=={_SLURM_PLUGIN}"
        )
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(plan.out).free
        if free < _SPARE:
            raise BatchError(
                f"The disk of {plan.out} is full: {free / 1e6:.0f} MB free. Make room, or use --out elsewhere."
            )
        with only_run(plan.out, unlock) as lock:
            _stop_leftovers(plan)
            kept = set() if force else finished(plan)
            if force:
                kept = {k for k in finished(plan) if not plan.jobs[k].asked}
                kept -= {k for k, j in plan.jobs.items() if set(j.needs) - kept}
            _prepare(plan, kept)
            screen = Screen(stream or sys.stdout, plan, kept)
            plan_file = _write_plan(plan, jobs, on, site or {}, title)
            with _exporter() as export:
                outcome = {"code": 0, "signal": None}
                if kept != set(plan.jobs):
                    outcome = _follow(plan, plan_file, jobs, on, lock, screen, export)
                    _settle(plan, outcome)
                final = states(plan)
                for key in plan.jobs:
                    export(plan.out / key, plan.jobs[key].id)
            screen.explain(final, outcome, plan.out / _WORK / "snakemake.log")
            screen.close(report.write(plan.out, plan=plan, title=title))
            return _exit_code(final, outcome)
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
        fields = ("id", "title", "parameters", "gates", "headline", "fingerprint", "point")
        write_json(
            folder / STATUS, {f: getattr(job, f) for f in fields} | {"state": "waiting", "profile": plan.profile}
        )
    for key, target in plan.links.items():
        link = plan.out / key
        link.parent.mkdir(parents=True, exist_ok=True)
        if link.is_dir() and not link.is_symlink():
            shutil.rmtree(link)
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(plan.out / target, link.parent), target_is_directory=True)


def plan_path(out: Path) -> Path:
    """Where the last run or sweep in a folder of results has left its plan."""
    return out / _WORK / "plan.json"


def _write_plan(plan: Plan, jobs: int, on: str, site: Mapping, title: str) -> Path:
    path = plan_path(plan.out)
    threads = None
    if on == "local" and jobs > 1:
        threads = max(1, cores() // jobs)
    entries = {}
    for key, job in plan.jobs.items():
        entries[key] = {**asdict(job), "rule": job.rule}
        entries[key]["resources"] = slurm_resources(job.resources, site) if on == "slurm" else {}
    write_json(
        path,
        {
            "out": str(plan.out),
            "profile": plan.profile,
            "title": title,
            "on": on,
            "threads": threads,
            "started": _now(),
            "jobs": entries,
        },
    )
    return path


def slurm_resources(needed: Mapping, site: Mapping) -> dict:
    """What Slurm is asked for one notebook, in the words of Snakemake's Slurm plugin.

    Args:
        needed: from the catalogue: cpus, mem_mb, minutes, gpus.
        site: from the site file: partition, cpu_partition, account, gres, qos, constraint, extra, minutes,
            mem_mb, gpus; the last three are the most that the site allows: `gpus: 0` where it has none.

    Example:
        `slurm_resources({"gpus": 1, "minutes": 30}, {"partition": "gpu"})` is
        `{"runtime": 30, "cpus_per_task": 1, "mem_mb": 8000, "slurm_partition": "gpu", "gres": "gpu:1"}`.
    """
    numbers = ("minutes", "mem_mb", "gpus")
    known = {"partition", "cpu_partition", "account", "gres", "qos", "constraint", "extra", *numbers}
    if unknown := set(site) - known:
        raise ValueError(f"A site file has the keys {', '.join(sorted(known))}. Received: {sorted(unknown)}.")
    site = {key: value for key, value in site.items() if value is not None}  # a line left empty
    for key in numbers:
        if key in site and (not isinstance(site[key], int) or isinstance(site[key], bool) or site[key] < 0):
            raise ValueError(f"`{key}` of a site file is a whole number. Received: {site[key]!r}.")
    gpus = min(needed.get("gpus", 0), site.get("gpus", 10**3))
    asked = {
        "runtime": min(needed.get("minutes", 60), site.get("minutes", 10**6)),
        "cpus_per_task": needed.get("cpus", 1),
        "mem_mb": min(needed.get("mem_mb", 8000), site.get("mem_mb", 10**9)),
        "slurm_partition": site.get("partition") if gpus else site.get("cpu_partition", site.get("partition")),
        "slurm_account": site.get("account"),
        "qos": site.get("qos"),
        "constraint": site.get("constraint") if gpus else None,
        "slurm_extra": site.get("extra"),
        "gres": site.get("gres", "gpu:{gpus}").format(gpus=gpus) if gpus else None,
    }
    return {name: value for name, value in asked.items() if value is not None}


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
    command += ["--runtime-source-cache-path", str(plan.out / _WORK / "cache")]
    if on == "slurm":
        command += ["--executor", "slurm", "--jobs", str(jobs), "--latency-wait", "60"]
        command += ["--slurm-init-seconds-before-status-checks", "4", "--seconds-between-status-checks", "4"]
        command += ["--slurm-keep-successful-logs", "--slurm-logdir", str(plan.out / _WORK / "slurm")]
        if not _has_accounting():
            command += ["--slurm-status-command", "squeue"]
    else:
        command += ["--cores", str(jobs)]
    return command


def _has_accounting() -> bool:
    """Where Slurm keeps no accounts, sacct answers with an error, and asking it would mean to wait for ever."""
    if not shutil.which("sacct"):
        return False
    return subprocess.run(["sacct", "-n", "-X"], capture_output=True, timeout=60).returncode == 0


def _follow(plan: Plan, plan_file: Path, jobs: int, on: str, lock, screen, export) -> dict:
    """Run Snakemake to its end, showing how far it is; pass signals on."""
    caught: list[int] = []
    previous = {
        s: signal.signal(s, lambda number, frame: caught.append(number)) for s in (signal.SIGINT, signal.SIGTERM)
    }
    environment = {**os.environ, "FIDLE_COURSE_DIR": str(plan.root), "PYTHONUNBUFFERED": "1"}
    environment.pop("SNAKEMAKE_PROFILE", None)
    asked_to_stop = None
    ended: dict[str, dict] = {}  # what has ended is not read again
    try:
        with open(plan.out / _WORK / "snakemake.log", "w", encoding="utf-8") as log:
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
            now = {k: ended.get(k) or state(plan.out / k, asdict(job)) for k, job in plan.jobs.items()}
            screen.update(now)
            for key in now.keys() - ended.keys():
                if now[key]["state"] in ("ok", "failed", "stopped"):
                    ended[key] = now[key]
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
    return {"code": engine.returncode, "signal": caught[0] if caught else None}


def _settle(plan: Plan, outcome: dict) -> None:
    """Snakemake has ended: what still says that it runs was killed, or could not write how it ended."""
    for key in plan.jobs:
        path = plan.out / key / STATUS
        found = read_json(path)
        if found and found.get("state") not in ("running", "stopped"):
            continue
        where = {"cell": found["cell"]} if "cell" in found else {}
        what = "the process that ran it was killed"
        if shutil.disk_usage(plan.out).free < 1e6:
            what = f"the disk of {plan.out} is full"
        error = {"what": what, **where, **found.get("error", {})}
        found |= {"state": "stopped" if outcome["signal"] else "failed", "error": error}
        write_json(path, found)


def _exit_code(final: dict[str, dict], outcome: dict) -> int:
    if outcome["signal"]:
        return 128 + outcome["signal"]
    good = all(job["state"] == "ok" and all(g["holds"] for g in job["gates"]) for job in final.values())
    return 0 if good and outcome["code"] == 0 else 1


def _stop_leftovers(plan: Plan) -> None:
    """Cancel jobs that a killed driver left in Slurm's queue: they would write where this run writes."""
    if not shutil.which("scancel"):
        return
    left = [read_json(plan.out / key / STATUS) for key in plan.jobs]
    ids = [str(s["slurm_job"]) for s in left if s.get("state") == "running" and s.get("slurm_job")]
    if ids:
        subprocess.run(["scancel", *ids], capture_output=True, timeout=60)


@contextmanager
def _exporter():
    """Give `export(folder, id)`, which makes a notebook's page beside it, one after the other in the background."""
    from fidle_course.pages import page

    with ThreadPoolExecutor(1) as worker:

        def export(folder: Path, name: str) -> None:
            worker.submit(page.write_if_newer, folder, name)

        yield export


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
