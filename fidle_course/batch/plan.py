"""Plan a run of the catalogue: which notebooks, with which parameters, each after those it needs.

Each job has a fingerprint (source, parameters, data, those of its needs); one that is finished with the same
fingerprint is not run again.
"""

import difflib
import functools
import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

import fidle_utils
from fidle_course import catalogue as catalogues
from fidle_course.catalogue import Catalogue
from fidle_course.headline import Headline
from fidle_utils.files import write_text

SHARED = ("source", "station", "seed")  # what a notebook and those it needs must have in common
WORK = ".fidle"  # in a folder of results: plan, lock, Snakemake's log
_MUST_AGREE = ("source", "station")


@dataclass
class Job:
    """One notebook to be run.

    Attributes:
        key: folder below the folder of results: "SYNOP2", or "seed-1/SYNOP2" in a sweep.
        gates: data source -> comparisons: see `catalogue.gates_for`.
        needs: keys of other jobs.
        resources: what the catalogue says: cpus, mem_mb, minutes, gpus.
        point: the swept values.
        asked: named by the user, and not only needed.
        slurm: what Slurm is asked for, in Snakemake's words.
    """

    key: str
    id: str
    title: str = ""
    file: str = ""
    parameters: dict[str, int | float | str | bool] = field(default_factory=dict)
    gates: dict[str, list[str]] = field(default_factory=dict)
    headline: Headline = field(default_factory=Headline)
    needs: list[str] = field(default_factory=list)
    resources: dict[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    point: dict[str, int | float | str | bool] = field(default_factory=dict)
    asked: bool = True
    slurm: dict[str, int | str] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The job's name in Snakemake."""
        return re.sub(r"\W", "_", self.key)


@dataclass
class Plan:
    """Jobs by key, each after those it needs, and what they have in common; `plan.json` is its JSON.

    Attributes:
        out: the folder of results.
        profile: "live", "smoke" or "full".
        root: the course.
        links: folder of a sweep -> key of the same work, planned before.
        title: what the report is called.
        on: "local" or "slurm".
        threads: for each notebook, where several share the machine.
        started: when it was carried out.
    """

    out: Path
    profile: str
    root: Path
    jobs: dict[str, Job]
    links: dict[str, str] = field(default_factory=dict)
    title: str = "Results of the course"
    on: str = "local"
    threads: int | None = None
    started: str = ""


_JSON = TypeAdapter(Plan)


def plan_path(out: Path) -> Path:
    """Where the last run or sweep in a folder of results has left its plan."""
    return out / WORK / "plan.json"


def write_plan(plan: Plan) -> Path:
    """Leave the plan in its folder of results."""
    write_text(plan_path(plan.out), _JSON.dump_json(plan, indent=1).decode() + "\n")
    return plan_path(plan.out)


def read_plan(path: Path) -> Plan:
    """The plan that `write_plan` wrote.

    Raises:
        ValueError: it is none, or of another version of the course.
        OSError: it cannot be read.
    """
    return _JSON.validate_json(path.read_bytes())


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
            headline=notebook.headline,
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
    text = json.dumps([source, declared, data, backend, package_digest(), needs], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@functools.cache
def package_digest(package: Path = Path(fidle_utils.__file__).parent) -> str:
    """A digest of all that notebooks can use of the helper package: its code and its style sheets."""
    files = [file for file in sorted(package.rglob("*")) if file.suffix in (".py", ".mplstyle")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _data_state(name: str, source: str | None) -> list:
    """Which data a notebook would get now: a file that came or changed makes old results out of date."""
    from fidle_utils import datasets

    if name not in datasets.names() or source is None:
        return []
    now = datasets.expected_source(name, source)
    return [now, *(datasets.stamp(datasets.find(name)) if now == "real" else [])]
