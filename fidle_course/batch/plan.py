"""Plan a run of the catalogue: which notebooks, with which parameters, each after those it needs.

Each job has a fingerprint (source, parameters, data, those of its needs); one that is finished with the same
fingerprint is not run again.
"""

import functools
import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

import fidle_utils
from fidle_course import catalogue as catalogues
from fidle_course.catalogue import NO_DATA, Catalogue, Notebook, Resources
from fidle_course.headline import Headline
from fidle_course.strict import did_you_mean
from fidle_utils import datasets
from fidle_utils.files import write_text

SHARED = ("source", "station", "seed")  # what a notebook and those it needs must have in common
WORK = ".fidle"  # in a folder of results: plan, lock, Snakemake's log
_MUST_AGREE = ("source", "station")
Setting = tuple[str | None, str, object]  # id or None, name, value


@dataclass
class Job:
    """One notebook to be run."""

    key: str  # its folder below the folder of results: "SYNOP2", or "seed-1/SYNOP2" in a sweep
    id: str
    file: str = ""
    parameters: dict[str, int | float | str | bool] = field(default_factory=dict)
    gates: dict[str, list[str]] = field(default_factory=dict)  # data source -> comparisons: `catalogue.gates_for`
    headline: Headline = field(default_factory=lambda: Headline(""))
    needs: list[str] = field(default_factory=list)  # keys of other jobs
    resources: Resources = field(default_factory=Resources)
    fingerprint: str = ""
    point: dict[str, int | float | str | bool] = field(default_factory=dict)  # the swept values
    asked: bool = True  # named by the user, and not only needed
    slurm: dict[str, int | str] = field(default_factory=dict)  # what Slurm is asked for, in Snakemake's words


@dataclass
class Plan:
    """Jobs by key, each after those it needs, and what they have in common; `plan.json` is its JSON."""

    out: Path  # the folder of results
    profile: str
    root: Path  # the course
    title: str  # of the report
    jobs: dict[str, Job] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)  # folder of a sweep -> key of the same work, planned before
    threads: int | None = None  # for each notebook, where several share the machine


_JSON = TypeAdapter(Plan)


def plan_path(out: Path) -> Path:
    """Where the last run or sweep in a folder of results has left its plan."""
    return out / WORK / "plan.json"


def write_plan(plan: Plan) -> None:
    """Leave the plan in its folder of results."""
    write_text(plan_path(plan.out), _JSON.dump_json(plan, indent=1).decode() + "\n")


def read_plan(path: Path) -> Plan:
    """The plan that `write_plan` wrote; `ValueError` if it is none, or of another version of the course."""
    return _JSON.validate_json(path.read_bytes())


# ---------------------------------------------------------------- runs and sweeps


def parse_settings(texts: Iterable[str]) -> list[tuple[str | None, str, str]]:
    """`["SYNOP2.epochs=3", "seed=1"]` is `[("SYNOP2", "epochs", "3"), (None, "seed", "1")]`."""
    settings = []
    for text in texts:
        match = re.fullmatch(r"(?:(\w+)\.)?([A-Za-z_]\w*)=(.*)", text, re.DOTALL)
        if not match:
            raise ValueError(f"A parameter is given as `ID.name=value` or `name=value`. Received: {text!r}.")
        if match[2] == "run_dir":
            raise ValueError("`run_dir` is not given as a parameter: use --out for the folder of results.")
        settings.append(match.groups())
    return settings


def make_plan(
    catalogue: Catalogue,
    names: Iterable[str],
    *,
    profile: str = "live",
    settings: Iterable[Setting] = (),
    grid: Mapping[str, list] | None = None,
    out: Path,
) -> Plan:
    """Plan the named notebooks (all if none is named) and what they need, with every parameter checked.

    Args:
        settings: `(id or None, name, value)`; without an id it is for each notebook of the plan that has it.
        grid: a sweep's parameter -> values. Each point has a folder; what several have in common is one job, and
            links to it.

    Raises:
        ValueError: an unknown notebook, profile or parameter, a value of another type, parameters of a
            notebook and of one it needs that contradict each other.
    """
    asked, grid = [catalogue[name].id for name in names] or list(catalogue), grid or {}
    title = f"{asked[0]} over {', '.join(grid)}" if grid else "Results of the course"
    plan = Plan(out, profile, catalogue.root, title)
    data, order = functools.cache(data_state), catalogue.order(asked)
    for values_of_point in itertools.product(*grid.values()):
        given = [(asked[0], parameter, value) for parameter, value in zip(grid, values_of_point, strict=True)]
        values = _values(catalogue, order, profile, [*settings, *given])
        point = {parameter: values[asked[0]][parameter] for parameter in grid}
        folder = "_".join(f"{n}-{re.sub(r'[^A-Za-z0-9.+-]', '.', str(v))}" for n, v in point.items())
        for name in order:
            job = _job(plan, catalogue[name], values[name], folder, data)
            if name in asked:
                if job.key in plan.jobs:
                    raise ValueError(f"Each point of a sweep stands once. Received twice: {folder}.")
                job.asked, job.point = True, point
            elif same := [other.key for other in plan.jobs.values() if other.fingerprint == job.fingerprint]:
                plan.links[job.key] = same[0]
                continue
            plan.jobs[job.key] = job
    return plan


def _job(plan: Plan, notebook: Notebook, values: dict, folder: str, data: Callable[[str, str], list]) -> Job:
    """A notebook's job in a folder of the plan, which holds those that it needs."""
    needs = [f"{folder}/{need}".lstrip("/") for need in notebook.needs]
    needs = [plan.links.get(key, key) for key in needs]
    return Job(
        key=f"{folder}/{notebook.id}".lstrip("/"),
        id=notebook.id,
        file=str(notebook.file),
        parameters={**values, "run_dir": str(plan.out / folder)},
        gates=notebook.profile(plan.profile).gates,
        headline=notebook.headline,
        needs=needs,
        resources=notebook.resources,
        fingerprint=_fingerprint(notebook, values, [plan.jobs[key].fingerprint for key in needs], data),
        asked=False,
    )


# ---------------------------------------------------------------- parameters


def _values(catalogue: Catalogue, order: list[str], profile: str, settings: Iterable[Setting]) -> dict[str, dict]:
    """For each notebook the parameters that differ from its defaults."""
    known = {name: {p.name for p in catalogues.parameters(catalogue[name].file)} for name in order}
    given: dict[str, dict] = {name: {} for name in order}
    for owner, parameter, value in settings:
        for name in _owners(catalogue, known, owner, parameter):
            given[name] |= catalogues.check_parameters(catalogue[name].file, {parameter: value})
    _hand_down(catalogue, known, given)
    own = {name: catalogue[name].profile(profile).parameters for name in order}
    return {name: catalogues.check_parameters(catalogue[name].file, own[name]) | given[name] for name in order}


def _owners(catalogue: Catalogue, known: Mapping[str, set], owner: str | None, parameter: str) -> list[str]:
    """The notebooks that a setting is for."""
    if owner is not None:
        name = catalogue[owner].id
        if name not in known:
            raise ValueError(f"{name} is not part of this run, which has {', '.join(known)}.")
        return [name]
    owners = [name for name in known if parameter in known[name]]
    if not owners:
        hint = did_you_mean(parameter, sorted(set().union(*known.values())), "`")
        raise ValueError(f"No notebook of this run has a parameter `{parameter}`.{hint}")
    return owners


def _hand_down(catalogue: Catalogue, known: Mapping[str, set], given: dict[str, dict]) -> None:
    """What chooses the data of a notebook chooses those of the notebooks it needs, which come before it."""
    direct = {name: set(own) for name, own in given.items()}
    for name, need in [(owner, need) for owner in reversed(given) for need in catalogue[owner].needs]:
        for parameter in [p for p in SHARED if p in given[name] and p in known[need]]:
            value = given[name][parameter]
            if parameter not in direct[need]:
                given[need].setdefault(parameter, value)
            if given[need][parameter] != value and parameter in _MUST_AGREE:
                raise ValueError(
                    f"{name} needs {need}, so `{parameter}` must be the same in both. "
                    f"Received: {name}.{parameter}={value}, {need}.{parameter}={given[need][parameter]}."
                )


# ---------------------------------------------------------------- what a finished run depends on


def _fingerprint(notebook: Notebook, values: dict, needs: list[str], data: Callable[[str, str], list]) -> str:
    """If it is the same, running again would bring the same."""
    source = [(cell["cell_type"], "".join(cell["source"])) for cell in catalogues.cells(notebook.file)]
    declared = {p.name: p.default for p in catalogues.parameters(notebook.file)} | values
    declared.pop("run_dir", None)
    used = data(notebook.data, declared.get("source", "auto"))
    backend = os.environ.get("KERAS_BACKEND", "")
    text = json.dumps([source, declared, used, backend, package_digest(), needs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def package_digest(package: Path = Path(fidle_utils.__file__).parent) -> str:
    """A digest of all that notebooks can use of the helper package, data sets that a course adds included."""
    folders = [package, *map(Path, datasets.__path__)]
    files = {file for folder in folders for file in folder.rglob("*") if file.suffix in (".py", ".mplstyle", ".yml")}
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()


def data_state(name: str, source: str) -> list:
    """Which data a notebook would get now: a file that came or changed makes old results out of date."""
    if name == NO_DATA:
        return []
    now = datasets.expected_source(name, source)
    return [now, *(datasets.stamp(datasets.find(name)) if now == "real" else [])]
