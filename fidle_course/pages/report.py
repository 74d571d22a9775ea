"""One page over a folder of results, and `results.csv` with all scores."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from shlex import quote as quoted

from fidle_course import catalogue
from fidle_course.batch.plan import WORK, plan_path
from fidle_course.batch.state import RESULTS, STATUS
from fidle_course.pages import page
from fidle_course.pages import sweep as sweeps
from fidle_course.pages.row import Row, read_row
from fidle_course.words import duration, minute, number
from fidle_utils.files import read_json, write_text

_LABELS = {
    "ok": "Ran",
    "gate": "Gate failed",
    "failed": "Failed",
    "running": "Running",
    "stopped": "Stopped",
    "waiting": "Not run",
}


def write(out: Path) -> Path:
    """Write `index.html` and `results.csv` over a folder of results, as a run, a sweep, or work by hand leaves it."""
    courses = catalogue.load()
    keys = _in_order(_found(out), list(courses))
    if not keys:
        raise FileNotFoundError(f"There are no results in {out}. `fidle run --out {quoted(str(out))}` makes them.")
    for key in keys:
        page.write_if_newer(out, key)
    rows = [read_row(out, key, courses) for key in keys]
    _write_csv(out / "results.csv", rows)
    sweep = sweeps.write(out, rows) if any(row.state.job.point for row in rows) else None
    title = read_json(plan_path(out)).get("title") or "Results of the course"
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
        total=duration(sum(row.state.seconds or 0 for row in rows)),
        written=datetime.now().astimezone().strftime("%-d %B %Y, %H:%M"),
        profiles=sorted({row.state.profile for row in rows} - {""}),
        devices=sorted({row.state.results.device for row in rows} - {""}),
        sources=sorted({row.state.source for row in rows} - {""}),
        sweep=sweep,
        duration=duration,
        minute=minute,
        number=number,
    )


def _found(out: Path) -> list[str]:
    """Keys of the jobs in `out`; links, hidden folders and folders with a report of their own are left out."""
    files = [file for name in (STATUS, RESULTS) for depth in ("*", "*/*") for file in out.glob(f"{depth}/{name}")]
    keys = {file.parent.relative_to(out) for file in files if not file.parent.is_symlink()}
    return [key.as_posix() for key in keys if key.name[0] != "." and not (out / key.parts[0] / WORK).is_dir()]


def _in_order(keys: list[str], order: list[str]) -> list[str]:
    """The points of a sweep one after the other, in each the notebooks in the order of the course."""

    def place(key: str) -> tuple:
        point, _, name = key.rpartition("/")
        return point, order.index(name) if name in order else len(order), key

    return sorted(keys, key=place)


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    """All scores, one in a row, with all that tells where it comes from."""
    lines = [line for row in rows for line in _lines(row)]
    text = io.StringIO()
    writer = csv.DictWriter(text, dict.fromkeys(column for line in lines for column in line), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    write_text(path, text.getvalue())


def _lines(row: Row) -> Iterator[dict]:
    state, results, data = row.state, row.state.results, row.state.results.data
    roles = {state.job.headline.baseline: "baseline", state.job.headline.score: "headline"}
    about = {"state": state.kind, "profile": state.profile, "seed": results.seed, "data_source": state.source}
    about |= {"data": data and data.what, "period": "/".join((data and data.period) or ())}
    about |= {"device": results.device, "seconds": state.seconds, "finished": minute(state.finished)}
    for name, value in results.scores.items():
        score = {"score": name, "value": value, "unit": results.units.get(name, ""), "role": roles.get(name, "")}
        yield {"notebook": row.id, **state.job.point, **score, **about, "folder": row.key}
