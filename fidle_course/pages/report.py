"""One page over a folder of results, and `results.csv` with all scores."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shlex import quote as quoted
from urllib.parse import quote

from fidle_course import catalogue
from fidle_course.batch.lock import in_use
from fidle_course.batch.plan import WORK, Plan
from fidle_course.batch.state import RESULTS, STATUS, Figure, JobState, read_state
from fidle_course.pages import page
from fidle_course.words import clock, number
from fidle_utils.files import write_text

_LABELS = {
    "ok": "Ran",
    "gate": "Gate failed",
    "failed": "Failed",
    "running": "Running",
    "stopped": "Stopped",
    "waiting": "Not run",
}


@dataclass
class Row:
    """What the report says of one job.

    Attributes:
        key: folder of the job below the folder of results.
        state: what that folder says.
        figure: the one that stands for the run.
        links: a label and an address, of files that are there.
    """

    key: str
    state: JobState
    figure: Figure | None = None
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The notebook."""
        return self.key.rpartition("/")[2]

    @property
    def anchor(self) -> str:
        """What a link on the page points to."""
        return re.sub(r"\W+", "-", self.key)

    @property
    def address(self) -> str:
        """The job's folder, as a link."""
        return quote(self.key)

    @property
    def title(self) -> str:
        """The notebook's title."""
        return self.state.job.title or self.id

    @property
    def time(self) -> str:
        """How long it took, as on a clock."""
        return clock(self.state.seconds) if self.state.seconds is not None else ""

    @property
    def finished(self) -> str:
        """When it ended."""
        moment = self.state.finished
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M") if moment else ""

    @property
    def source(self) -> str:
        """Of its data: "real", "simulated", "generated", or nothing."""
        return self.state.results.data.source if self.state.results.data else ""

    @property
    def data(self) -> str:
        """Its data in words: `Nice (07690) 2010-01-01 to 2025-02-28`."""
        data = self.state.results.data
        return f"{data.what} {' to '.join(data.period or ())}".strip() if data else ""

    @property
    def parameters(self) -> dict:
        """With which it ran."""
        return self.state.results.parameters or self.state.job.parameters

    @property
    def scores(self) -> list[tuple[str, str, str]]:
        """Name, value and unit of each score."""
        results = self.state.results
        return [(name, number(value, 5), results.units.get(name, "")) for name, value in results.scores.items()]


def write(out: Path, *, plan: Plan | None = None, title: str = "Results") -> Path:
    """Write `index.html` and `results.csv` over the results in `out`.

    Args:
        out: a folder of results, as a run, a sweep, or notebooks run by hand leave it.
        plan: the one that was just carried out; its jobs are listed even where nothing was left.
        title: the page's heading.

    Returns:
        The page's path.

    Raises:
        FileNotFoundError: nothing in `out` to report.
    """
    out = Path(out).resolve()
    courses = _courses()
    keys = _in_order({*(plan.jobs if plan else ()), *_found(out)}, list(courses))
    if not keys:
        raise FileNotFoundError(f"There are no results in {out}. `fidle run --out {quoted(str(out))}` makes them.")
    for key in keys:
        page.write_if_newer(out / key, Path(key).name)
    rows = [read_row(out, key, courses) for key in keys]
    _write_csv(out / "results.csv", rows)
    sweep = None
    if any(row.state.job.point for row in rows):
        from fidle_course.pages import sweep as sweeps

        sweep = sweeps.write(out, rows)
    write_text(out / "index.html", _render(rows, title, sweep))
    return out / "index.html"


def _render(rows: Sequence[Row], title: str, sweep) -> str:
    kinds = [row.state.kind for row in rows]
    gates = [gate for row in rows for gate in row.state.gates]
    return page.template("report.html.j2").render(
        title=title,
        rows=rows,
        labels=_LABELS,
        counts={kind: kinds.count(kind) for kind in _LABELS if kind in kinds},
        gates=(sum(gate.holds for gate in gates), len(gates)),
        good=set(kinds) == {"ok"},
        total=clock(sum(row.state.seconds or 0 for row in rows)),
        written=datetime.now().astimezone().strftime("%-d %B %Y, %H:%M"),
        profiles=sorted({row.state.profile for row in rows} - {""}),
        devices=sorted({row.state.results.device for row in rows} - {""}),
        sources=sorted({row.source for row in rows} - {""}),
        sweep=sweep,
    )


# ---------------------------------------------------------------- what is there


def _courses() -> Mapping[str, catalogue.Notebook]:
    try:
        return catalogue.load()
    except (OSError, ValueError):  # results may be read where the course is not
        return {}


def _found(out: Path) -> list[str]:
    """Keys of the jobs in `out`; folders with a report of their own are left out."""
    keys = []
    for folder in sorted(out.iterdir() if out.is_dir() else []):
        if not folder.is_dir() or folder.is_symlink() or folder.name.startswith("."):
            continue
        if holds_job(folder):
            keys.append(folder.name)
        elif not (folder / WORK).is_dir():
            below = sorted(f for f in folder.iterdir() if f.is_dir() and not f.is_symlink())
            keys += [f"{folder.name}/{f.name}" for f in below if holds_job(f)]
    return keys


def holds_job(folder: Path) -> bool:
    """Whether a notebook has left something in this folder."""
    return (folder / STATUS).is_file() or (folder / RESULTS).is_file()


def _in_order(keys: set[str], order: list[str]) -> list[str]:
    """The points of a sweep one after the other, in each the notebooks in the order of the course."""

    def place(key: str) -> tuple:
        point, _, name = key.rpartition("/")
        return point, order.index(name) if name in order else len(order), key

    return sorted(keys, key=place)


def read_row(out: Path, key: str, courses: Mapping[str, catalogue.Notebook]) -> Row:
    """All that is said of the job in the folder `key` of a folder of results."""
    folder, name = out / key, Path(key).name
    state = read_state(folder)
    if state.state == "running" and not in_use(out):
        state.state = "stopped"
    about = courses.get(name)
    if about and state.job.title == name:  # it was run by hand
        state.job.title, state.job.headline = about.title, about.headline
    files = {
        "Notebook": f"{name}.html",
        "Executed .ipynb": f"{name}.ipynb",
        "Partial .ipynb": f"{name}.partial.ipynb",
        "Results": RESULTS,
        "Log": f"{name}.log",
    }
    links = [(label, quote(f"{key}/{file}")) for label, file in files.items() if (folder / file).is_file()]
    figures = [figure for figure in state.results.figures if (folder / figure.file).is_file()]
    return Row(key, state, main_figure(figures, about.figure if about else ""), links)


def main_figure(figures: Sequence[Figure], wanted: str) -> Figure | None:
    """The figure that stands for a run: the one that the catalogue names, else the last."""
    named = [figure for figure in figures if Path(figure.file).stem == wanted]
    return next(iter(named or reversed(figures)), None)


# ---------------------------------------------------------------- all scores


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    """All scores, one in a row, with all that tells where it comes from."""
    points = list(dict.fromkeys(name for row in rows for name in row.state.job.point))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["notebook", *points, "score", "value", "unit", "role", "state", "profile", "seed"]
    writer.writerow([*head, "data_source", "data", "period", "device", "seconds", "finished", "folder"])
    for row in rows:
        state, results, data = row.state, row.state.results, row.state.results.data
        roles = {state.job.headline.score: "headline", state.job.headline.baseline: "baseline"}
        about = [state.kind, state.profile, results.seed, row.source]
        about += [data.what if data else "", "/".join((data and data.period) or ())]
        about += [results.device, state.seconds, row.finished, row.key]
        swept = [state.job.point.get(point, "") for point in points]
        for name, value in results.scores.items():
            score = [name, repr(value), results.units.get(name, ""), roles.get(name, "")]
            writer.writerow([row.id, *swept, *score, *about])
    write_text(path, text.getvalue())
