"""One page over a folder of results, `results.csv` with all scores, and JUnit XML for continuous integration."""

import csv
import io
import xml.etree.ElementTree as xml
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from fidle_course import catalogue
from fidle_course.batch import drive as batch
from fidle_course.batch.job import RESULTS, STATUS
from fidle_course.batch.screen import clock, number
from fidle_course.pages import page
from fidle_utils.files import read_json, write_text, write_whole

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
        plan: the `batch.Plan` that was just carried out; its jobs are listed even where nothing was left.
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
        elif not (folder / ".fidle").is_dir():
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
    status = read_json(folder / STATUS)
    by_hand = {"gates": {}, "state": "ok", **read_json(folder / RESULTS)} if not status else {}
    found = batch.state(folder, {"gates": {}, **status}) if status else {**by_hand, "results": by_hand, "gates": []}
    kind = found["state"]
    if kind == "running" and not _in_use(out):
        kind = "stopped"
    if kind == "ok" and not all(gate["holds"] for gate in found["gates"]):
        kind = "gate"
    results = found["results"]
    scores, units = results.get("scores", {}), results.get("units", {})
    figures = [f for f in results.get("figures", []) if (folder / f["file"]).is_file()]
    about = found.get("headline") or {}
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
        "title": found.get("title") or results.get("title") or name,
        "kind": kind,
        "seconds": found.get("seconds"),
        "time": clock(found["seconds"]) if found.get("seconds") is not None else "",
        "profile": found.get("profile", ""),
        "finished": _moment(found.get("finished")),
        "error": {"cell": None, "execution": None, "line": "", **found["error"]} if found.get("error") else None,
        "point": found.get("point") or {},
        "seed": results.get("seed"),
        "device": results.get("device", ""),
        "data": results.get("data", {}),
        "data_text": _data_text(results.get("data", {})),
        "parameters": results.get("parameters") or found.get("parameters", {}),
        "versions": results.get("versions", {}),
        "scores": [(n, number(v, 5), units.get(n, "")) for n, v in scores.items()],
        "raw_scores": scores,
        "units": units,
        "headline_names": (about.get("score"), about.get("baseline")),
        "headline": headline(about, scores, units),
        "gates": found["gates"],
        "figures": figures,
        "figure": main_figure(figures, about.get("figure"), key),
        "links": [(label, f"{key}/{file}") for label, file in links if (folder / file).is_file()],
    }


def _in_use(out: Path) -> bool:
    return bool(read_json(out / ".fidle" / "lock.json"))


def _moment(text: str | None) -> str:
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M") if text else ""


def _data_text(data: Mapping) -> str:
    period = data.get("period") or ()
    return " ".join(
        part for part in (data.get("what", ""), ", ".join([" to ".join(period)] if period else [])) if part
    )


def headline(wanted: Mapping, scores: Mapping, units: Mapping) -> dict | None:
    """The main score, its baseline, and the difference in words.

    Args:
        wanted: from the catalogue: score, baseline, better, and both in words: what, against.
        scores, units: of the results; without the wanted score the first one stands for it.

    Returns:
        name, value, unit, `text` (the value as one says it: a share in percent), what, baseline (the same, or
        None), words ("3 % lower than a linear model") and whether that is
        better (None: a draw); None without any score.
    """
    name = wanted.get("score") if wanted.get("score") in scores else next(iter(scores), None)
    if name is None:
        return None
    lower = wanted.get("better", "lower") == "lower"
    value, shown = scores[name], _shown(name, scores, units, lower)
    shown |= {"what": wanted.get("what") or name, "baseline": None, "words": "", "better": None}
    other = wanted.get("baseline")
    if other in scores:
        reference, against = scores[other], wanted.get("against") or "the baseline"
        shown["baseline"] = _shown(other, scores, units, lower)
        gain = (reference - value) if lower else (value - reference)
        shares = "%" in shown["text"] and "%" in shown["baseline"]["text"]
        draw = abs(gain) < 0.0005 if shares else reference == value  # 0.0 points are no defeat
        shown["better"] = None if draw else gain > 0
        if draw:
            shown["words"] = f"the same as {against}"
        elif shares:
            shown["words"] = f"{abs(gain) * 100:.1f} points {'above' if gain > 0 else 'below'} {against}"
        elif reference:
            side, ratio = "lower" if value < reference else "higher", value / reference
            amount = f"{abs(ratio - 1) * 100:.0f} % " if 0 < ratio < 10 else "far " if ratio >= 10 else ""
            shown["words"] = f"{amount}{side} than {against}"
    return shown


def _shown(name: str, scores: Mapping, units: Mapping, lower: bool) -> dict:
    value, unit = scores[name], units.get(name, "")
    share = not lower and not unit and 0 <= value <= 1
    text = f"{value * 100:.1f} %" if share else f"{_powers(number(value, 3))} {unit}".rstrip()
    return {"name": name, "value": number(value), "unit": unit, "text": text}


def _powers(text: str) -> str:
    """`9.95e-11` is `9.95·10⁻¹¹`."""
    digits, _, power = text.partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")) if power else ""
    return f"{digits}·10{raised}" if power else text


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
            problem.text = _plain(error.get("traceback", error["what"]))
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
