"""What the folder of a job says: how it ended, its results, whether its gates hold. Read and written here only."""

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from fidle_course import catalogue as catalogues
from fidle_course.batch.plan import Job, Plan
from fidle_course.catalogue import Gate
from fidle_course.headline import Finding
from fidle_utils.datasets import DataSource
from fidle_utils.files import read_json, write_json, write_text

STATUS, DONE, RESULTS = "status.json", "done.json", "results.json"


@dataclass
class JobError:
    """What went wrong in a notebook."""

    what: str  # kind and message
    cell: int | None = None  # counted from 0 as in the notebook's source; None if it was in no cell
    execution: int | None = None  # the number that Jupyter shows: `In [4]`
    line: str = ""  # of the cell's code


@dataclass
class Figure:
    """A figure that a notebook has shown: its file below the job's folder, its alternative text."""

    file: str
    alt: str = ""


@dataclass
class Results:
    """What a notebook's `run.finish` has left."""

    scores: dict[str, float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    seed: int | None = None
    data: DataSource | None = None
    seconds: float | None = None
    device: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    finished: str = ""


@dataclass
class GateResult:
    """A gate, whether it holds, and the scores that it compares."""

    gate: str
    holds: bool
    values: dict[str, float]


@dataclass
class JobState:
    """What a job's folder says of it. `status.json` is its JSON, without results and gates."""

    job: Job
    state: str = "waiting"  # or "running", "ok", "failed", "stopped"
    profile: str = ""
    started: str = ""  # a moment, as `words.now()` writes it
    finished: str = ""
    seconds: float | None = None
    slurm_job: str | None = None  # its number in Slurm's queue
    cell: int = 0  # how far it is, counted from 0 as in the notebook's source
    cells: int = 0
    error: JobError | None = None
    results: Results = field(default_factory=Results)  # empty if the notebook left none
    gates: list[GateResult] = field(default_factory=list)  # of a job that ended well, judged on the results

    @property
    def failing(self) -> list[GateResult]:
        """The gates that do not hold."""
        return [gate for gate in self.gates if not gate.holds]

    @property
    def kind(self) -> str:
        """`state`, or "gate" if it ended well and a gate does not hold."""
        return "gate" if self.state == "ok" and self.failing else self.state

    @property
    def source(self) -> str:
        """Of its data: "real", "simulated", "generated", or nothing."""
        return self.results.data.source if self.results.data else ""

    @property
    def data(self) -> str:
        """Its data in words: `Nice (07690) 2010-01-01 to 2025-02-28`."""
        data = self.results.data
        return f"{data.what} {' to '.join(data.period or ())}".strip() if data else ""

    @property
    def headline(self) -> Finding | None:
        """The main score beside its baseline, if there are results."""
        return self.job.headline.of(self.results.scores, self.results.units)


_STATE, _RESULTS = TypeAdapter(JobState), TypeAdapter(Results)


def write_state(folder: Path, state: JobState) -> None:
    """Write `status.json`."""
    write_text(folder / STATUS, _STATE.dump_json(state, indent=1, exclude={"results", "gates"}).decode() + "\n")


def read_status(folder: Path) -> JobState | None:
    """What `write_state` wrote, or None: there is none, or of another version of the course."""
    try:
        return _STATE.validate_json((folder / STATUS).read_bytes())
    except (OSError, ValidationError):
        return None


def read_results(folder: Path) -> Results | None:
    """What `run.finish` wrote, or None."""
    raw = read_json(folder / RESULTS)
    try:
        return _RESULTS.validate_python(raw | {"data": raw.get("data") or None}) if raw else None
    except ValidationError:
        return None


def read_state(folder: Path, job: Job | None = None) -> JobState:
    """Status, results and gates of a job, from the files in its folder.

    What another plan than that of `job` left there does not count. Without `job` it is the job that ran there; a
    notebook that was run by hand has ended well if it left results.
    """
    state, results = read_status(folder), read_results(folder)
    if job and (state is None or state.job.fingerprint != job.fingerprint):
        return JobState(job)
    if state is None:
        state = JobState(Job(folder.name, folder.name))
        if results:
            state.state, state.finished, state.seconds = "ok", results.finished, results.seconds
    state.job, state.results = job or state.job, results or Results()
    if state.state == "ok":
        state.gates = judge(state.job, state.results)
    return state


def judge(job: Job, results: Results) -> list[GateResult]:
    """Each gate of a job that is about the data of these results."""
    source, what = (results.data.source, results.data.what) if results.data else ("generated", "")
    judged = []
    for text in catalogues.gates_for(job.gates, source, what):
        gate = Gate.parse(text)
        values = {name: results.scores[name] for name in (gate.left, gate.right) if name in results.scores}
        judged.append(GateResult(text, gate.holds(results.scores), values))
    return judged


def states(plan: Plan) -> dict[str, JobState]:
    """The state of each job of a plan."""
    return {key: read_state(plan.out / key, job) for key, job in plan.jobs.items()}


def mark_done(folder: Path, state: JobState) -> None:
    """Write the file that tells Snakemake and the next run that this work is finished."""
    write_json(folder / DONE, {"fingerprint": state.job.fingerprint, "finished": state.finished})


def finished(plan: Plan, *, again: bool = False) -> set[str]:
    """The jobs that need not be run: done with the same fingerprint, after all they need, not asked for `again`."""
    kept: dict[str, float] = {}
    for key, job in plan.jobs.items():
        done = plan.out / key / DONE
        if read_json(done).get("fingerprint") != job.fingerprint or not (plan.out / key / RESULTS).is_file():
            continue
        when = done.stat().st_mtime
        if all(need in kept and kept[need] <= when for need in job.needs) and not (again and job.asked):
            kept[key] = when
    return set(kept)
