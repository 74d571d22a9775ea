"""One page over a folder of results, `results.csv` with all scores, and JUnit XML for continuous integration."""

import csv
import io
import xml.etree.ElementTree as xml
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from fidle_course import catalogue
from fidle_course.batch.lock import in_use
from fidle_course.batch.plan import WORK
from fidle_course.batch.state import RESULTS, STATUS, read_state
from fidle_course.pages import page
from fidle_course.words import clock, number
from fidle_utils.files import write_text, write_whole

_LABELS = {
    "ok": "Ran",
    "gate": "Gate failed",
    "failed": "Failed",
    "running": "Running",
    "stopped": "Stopped",
    "waiting": "Not run",
}


def write(out: Path, *, plan=None, title: str = "Results") -> Path:
    """Write `index.html`, `results.csv` and `junit.xml` over the results in `out`.

    Args:
        out: a folder of results, as a run, a sweep, or notebooks run by hand leave it.
        plan: the `Plan` that was just carried out; its jobs are listed even where nothing was left.
        title: the page's heading.

    Returns:
        The page's path.

    Raises:
        FileNotFoundError: nothing in `out` to report.
    """
    out = Path(out).resolve()
    keys = _in_order({*(plan.jobs if plan else ()), *_found(out)})
    if not keys:
        raise FileNotFoundError(f"There are no results in {out}. `fidle run --out {out}` makes them.")
    for key in keys:
        page.write_if_newer(out / key, Path(key).name)
    rows = [job_row(out, key) for key in keys]
    _write_csv(out / "results.csv", rows)
    _write_junit(out / "junit.xml", rows, title)
    sweep = None
    if any(row["point"] for row in rows):
        from fidle_course.pages import sweep as sweeps

        sweep = sweeps.write(out, rows)
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in _LABELS}
    gates = [gate for row in rows for gate in row["gates"]]
    text = page.template("report.html.j2").render(
        title=title,
        rows=rows,
        labels=_LABELS,
        counts={kind: n for kind, n in counts.items() if n},
        gates=(sum(g["holds"] for g in gates), len(gates)),
        good=all(row["kind"] == "ok" for row in rows),
        total=clock(sum(row["seconds"] or 0 for row in rows)),
        written=datetime.now().astimezone().strftime("%-d %B %Y, %H:%M"),
        profiles=sorted({row["profile"] for row in rows if row["profile"]}),
        devices=sorted({row["device"] for row in rows if row["device"]}),
        sources=sorted({row["data"].get("source") for row in rows if row["data"].get("source")}),
        sweep=sweep,
    )
    write_text(out / "index.html", text)
    return out / "index.html"


def _found(out: Path) -> list[str]:
    """Keys of the jobs in `out`; folders with a report of their own are left out."""
    keys = []
    for folder in sorted(out.iterdir() if out.is_dir() else []):
        if not folder.is_dir() or folder.is_symlink() or folder.name.startswith("."):
            continue
        if _holds_job(folder):
            keys.append(folder.name)
        elif not (folder / WORK).is_dir():
            below = sorted(f for f in folder.iterdir() if f.is_dir() and not f.is_symlink())
            keys += [f"{folder.name}/{f.name}" for f in below if _holds_job(f)]
    return keys


def _in_order(keys: set[str]) -> list[str]:
    """The points of a sweep one after the other, in each the notebooks in the order of the course."""
    try:
        order = list(catalogue.load())
    except (OSError, ValueError):
        order = []
    return sorted(keys, key=lambda k: (k.rpartition("/")[0], _rank(order, k.rpartition("/")[2]), k))


def _rank(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _holds_job(folder: Path) -> bool:
    return (folder / STATUS).is_file() or (folder / RESULTS).is_file()


def job_row(out: Path, key: str) -> dict:
    """All that the page says of one job."""
    folder, name = out / key, Path(key).name
    state = read_state(folder)
    if state.state == "running" and not in_use(out):
        state.state = "stopped"
    job, results = state.job, state.results
    data = asdict(results.data) if results.data else {}
    figures = [asdict(figure) for figure in results.figures if (folder / figure.file).is_file()]
    links = [
        ("Notebook", f"{name}.html"),
        ("Executed .ipynb", f"{name}.ipynb"),
        ("Partial .ipynb", f"{name}.partial.ipynb"),
        ("Results", RESULTS),
        ("Log", f"{name}.log"),
    ]
    return {
        "key": key,
        "id": name,
        "anchor": key.replace("/", "-"),
        "title": job.title or name,
        "kind": state.kind,
        "seconds": state.seconds,
        "time": clock(state.seconds) if state.seconds is not None else "",
        "profile": state.profile,
        "finished": _moment(state.finished),
        "error": asdict(state.error) if state.error else None,
        "point": job.point,
        "seed": results.seed,
        "device": results.device,
        "data": data,
        "data_text": _data_text(data),
        "parameters": results.parameters or job.parameters,
        "versions": results.versions,
        "scores": [(n, number(v, 5), results.units.get(n, "")) for n, v in results.scores.items()],
        "raw_scores": results.scores,
        "units": results.units,
        "headline_names": (job.headline.score, job.headline.baseline),
        "headline": state.headline,
        "gates": [asdict(gate) for gate in state.gates],
        "figures": figures,
        "figure": main_figure(figures, None, key),
        "links": [(label, f"{key}/{file}") for label, file in links if (folder / file).is_file()],
    }


def _moment(text: str | None) -> str:
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M") if text else ""


def _data_text(data: Mapping) -> str:
    period = data.get("period") or ()
    return " ".join(
        part for part in (data.get("what", ""), ", ".join([" to ".join(period)] if period else [])) if part
    )


def main_figure(figures: list[dict], wanted: str | None, key: str) -> dict | None:
    """The figure that stands for a run: the wanted one, else one that looks like a verdict, else the last."""
    if not figures:
        return None
    for word in filter(None, (wanted, "verdict", "lead", "test")):
        if chosen := next((f for f in figures if word in Path(f["file"]).stem), None):
            break
    else:
        chosen = figures[-1]
    return {"file": f"{key}/{chosen['file']}", "alt": chosen["alt"], "title": chosen.get("title", "")}


def _write_csv(path: Path, rows: list[dict]) -> None:
    """All scores, one in a row, with all that tells where it comes from."""
    points = list(dict.fromkeys(name for row in rows for name in row["point"]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["notebook", *points, "score", "value", "unit", "role", "state", "profile", "seed"]
    writer.writerow([*head, "data_source", "data", "period", "device", "seconds", "finished", "folder"])
    for row in rows:
        roles = dict(zip(row["headline_names"], ("headline", "baseline"), strict=True))
        for name, value in row["raw_scores"].items():
            swept = [row["point"].get(point, "") for point in points]
            data = row["data"]
            about = [roles.get(name, ""), row["kind"], row["profile"], row["seed"], data.get("source", "")]
            about += [data.get("what", ""), "/".join(data.get("period") or ())]
            about += [row["device"], row["seconds"], row["finished"], row["key"]]
            writer.writerow([row["id"], *swept, name, repr(value), row["units"].get(name, ""), *about])
    write_text(path, text.getvalue())


def _write_junit(path: Path, rows: list[dict], title: str) -> None:
    """A test case for each notebook, and one for each of its gates."""
    suite = xml.Element("testsuite", name=title)
    count = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}

    def case(classname: str, name: str, seconds=0.0):
        count["tests"] += 1
        return xml.SubElement(suite, "testcase", classname=classname, name=name, time=f"{seconds or 0:.2f}")

    for row in rows:
        place = row["key"].replace("/", ".")
        element = case(place, "runs", row["seconds"])
        if row["kind"] in ("failed", "stopped", "running"):
            count["errors"] += 1
            error = row["error"] or {"what": _LABELS[row["kind"]]}
            problem = xml.SubElement(element, "error", message=_plain(error["what"]))
            problem.text = _plain(error.get("traceback") or error["what"])
        elif row["kind"] == "waiting":
            count["skipped"] += 1
            xml.SubElement(element, "skipped", message="not run")
        for gate in row["gates"]:
            element = case(place, gate["gate"])
            if not gate["holds"]:
                count["failures"] += 1
                values = ", ".join(f"{n} = {v:.6g}" for n, v in gate["values"].items()) or "no such score"
                xml.SubElement(element, "failure", message=f"{gate['gate']}: {values}")
    for name, how_many in count.items():
        suite.set(name, str(how_many))
    suite.set("time", f"{sum(row['seconds'] or 0 for row in rows):.2f}")
    with write_whole(path) as part:
        xml.ElementTree(suite).write(part, encoding="utf-8", xml_declaration=True)


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)
