"""What finished runs give to others: the corrected notebooks, and what the gallery and the teaching pages share.

A folder is written whole or not at all, and never over what somebody has put or changed in it. What belongs to the
machine that ran (its folders) stays there.
"""

import copy
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fidle_course import catalogue
from fidle_course.batch.state import RESULTS, STATUS, JobError, JobState, states
from fidle_course.batch.state import finished as finished_jobs
from fidle_course.pages import page, report
from fidle_utils import course_root
from fidle_utils.files import read_json, write_json, write_text

_MARK = ".fidle.json"  # in a folder that a command wrote: which one, and its files' checksums
_INJECTED = "injected-parameters"


# ---------------------------------------------------------------- finished runs


@dataclass
class Finished:
    """A notebook that ran to its end: `row` is what the report says of it, `executed` the notebook with outputs."""

    about: catalogue.Notebook
    row: dict
    executed: dict

    @property
    def is_current(self) -> bool:
        """Whether the notebook still reads as it did when it ran."""
        ran = [c for c in self.executed["cells"] if _INJECTED not in c["metadata"].get("tags", [])]
        now = json.loads(self.about.file.read_text(encoding="utf-8"))["cells"]
        return [_source(c) for c in ran] == [_source(c) for c in now]


def _source(cell: dict) -> str:
    return "".join(cell["source"])


def finished(folder: Path, courses: catalogue.Catalogue) -> dict[str, Finished]:
    """The finished runs in a folder of results, by id, in the order of the course."""
    found = {}
    for name, about in courses.items():
        place = folder / name
        if not (place / STATUS).is_file() and not (place / RESULTS).is_file():
            continue
        row = report.job_row(folder, name)
        executed = read_json(place / f"{name}.ipynb")
        if row["kind"] in ("ok", "gate") and executed.get("cells"):
            row["headline"] = about.headline.of(row["raw_scores"], row["units"])
            found[name] = Finished(about, row, executed)
    return found


def results_folder(named: str | Path | None) -> Path:
    """The folder of results that a command was told, by default `run/` in the course."""
    return Path(named).expanduser().resolve() if named else course_root() / "run"


def about_results(row: dict) -> tuple[str, bool]:
    """Where results come from, in a few sentences, and whether that is a warning: made-up data, or tiny networks."""
    data, source = row["data_text"], row["data"].get("source")
    said = {
        "real": f"Real data: {data}.",
        "simulated": f"Simulated data ({data}): the scores say nothing of the real world.",
        "generated": f"Data generated from a seed: {data}.",
    }
    parts = [said.get(source, "")]
    if row["profile"] == "smoke":
        parts.append("Smoke profile, tiny networks that prove that everything runs: the scores mean nothing.")
    parts.append(f"Executed on {day(row['finished'])}" if row["finished"] else "Executed")
    parts[-1] += f" on {row['device']}" if row["device"] else ""
    parts[-1] += f", in {duration(row['seconds'])}." if row["seconds"] else "."
    return " ".join(part for part in parts if part), source == "simulated" or row["profile"] == "smoke"


def day(moment: str) -> str:
    """`2026-11-21 03:11` is `21 November 2026`."""
    return date.fromisoformat(moment[:10]).strftime("%-d %B %Y")


def duration(seconds: float) -> str:
    """`4.4` is `4 s`, `75` is `75 s`, `315` is `5 min 15 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{round(seconds)} s" if seconds < 99.5 else f"{minutes} min" + (f" {rest} s" if rest else "")


def corrected_copy(run: Finished) -> dict:
    """The executed notebook as others may have it: solutions unfolded, nothing of the machine it ran on."""
    notebook = copy.deepcopy(run.executed)
    places = _places(notebook, run.row)
    notebook["metadata"].pop("papermill", None)
    cells = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        kept = {key: value for key, value in cell["metadata"].items() if key not in ("papermill", "execution")}
        kept["jupyter"] = {k: v for k, v in kept.get("jupyter", {}).items() if not k.endswith("_hidden")}
        cell["metadata"] = {key: value for key, value in kept.items() if value}
        source = page.without_markers(_source(cell))
        if _INJECTED in tags:
            source = re.sub(r"^run_dir = .*\n?", "", source, flags=re.M)
            if not re.search(r"^[^#\s]", source, re.M):
                continue
        cell["source"] = source.rstrip().splitlines(keepends=True)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for holder, key in ((output, "text"), (data, "text/plain"), (data, "text/html")):
                if key in holder:
                    holder[key] = _without(places, "".join(holder[key])).splitlines(keepends=True)
        cells.append(cell)
    notebook["cells"] = cells
    return notebook


def _places(notebook: dict, row: dict) -> list[tuple[str, str]]:
    """Folders of the machine that ran, and what stands for each in a copy; the longest first."""
    from fidle_utils import datasets

    ran = notebook["metadata"].get("papermill", {})
    results = ran.get("parameters", {}).get("run_dir") or row["parameters"].get("run_dir") or "run"
    found = {str(course_root() / results): "run"}
    found |= {str(place): "datasets" for place in datasets.places()}
    found |= {str(place): "." for place in (course_root(), Path.home()) if len(place.parts) > 2}
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


def _without(places: list[tuple[str, str]], text: str) -> str:
    for place, short in places:
        text = text.replace(place, short)
    return text


# ---------------------------------------------------------------- a folder, whole or not at all


@contextmanager
def whole_folder(out: str | Path, kind: str, *, keep: bool = False) -> Iterator[Path]:
    """Give a new folder to write into, which becomes `out` when the block ends well.

    Args:
        out: a new or empty folder, or one that the same command wrote and nobody has touched since.
        kind: the command: "corrected".
        keep: files of that earlier time which are not written again stay.

    Raises:
        FileExistsError: `out` holds something else, or files that were changed since.
    """
    out = Path(out).expanduser().resolve()
    again = _may_write(out, kind)
    part, old = (out.with_name(f".{out.name}.{word}") for word in ("partial", "old"))
    shutil.rmtree(part, ignore_errors=True)
    try:
        if keep and again:
            shutil.copytree(out, part)
        else:
            part.mkdir(parents=True)
        yield part
        write_json(part / _MARK, {"made by": kind, "files": _checksums(part)})
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
            os.replace(out, old)
        try:
            os.replace(part, out)
        except OSError:
            if old.exists():
                os.replace(old, out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _may_write(out: Path, kind: str) -> bool:
    """Whether `out` is there from an earlier time; raises where something of somebody's would be lost."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return False
    mark = read_json(out / _MARK) if out.is_dir() else {}
    if mark.get("made by") != kind:
        raise FileExistsError(
            f"`fidle {kind}` writes into a new or an empty folder, or again into its own. Received: {out}, which "
            "holds other things. Name another folder."
        )
    now, then = _checksums(out), mark["files"]
    if changed := sorted(name for name in now if now[name] != then.get(name)):
        raise FileExistsError(
            f"Files in {out} were changed or added since `fidle {kind}` wrote it: {', '.join(changed[:5])}"
            f"{', …' if len(changed) > 5 else ''}. Move them away, or name another folder."
        )
    return True


def _checksums(folder: Path) -> dict[str, str]:
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != _MARK)
    return {f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


# ---------------------------------------------------------------- corrected notebooks


def corrected(
    out: str | Path,
    ids: Sequence[str] = (),
    *,
    source: str | Path | None = None,
    profile: str = "live",
    say: Callable[[str], None] = print,
) -> list[Path]:
    """Write the executed corrected notebooks, and a page of each, in the folders that they have in the course.

    What is not finished in `source` is run there first, as `fidle run` does it.

    Args:
        out: see `whole_folder`.
        ids: of notebooks; by default all.
        source: the folder of results; by default `run/` in the course.
        profile: "live", "smoke" or "full".
        say: called with each line that tells what happens.

    Returns:
        The notebooks written.

    Raises:
        RuntimeError: a notebook or a gate failed; nothing is written.
        FileExistsError: `out` holds something of somebody's.
    """
    from fidle_course.batch import drive
    from fidle_course.batch.plan import make_plan

    courses, folder = catalogue.load(), results_folder(source)
    plan = make_plan(courses, ids, profile=profile, out=folder)
    _may_write(Path(out).expanduser().resolve(), "corrected")  # before anything takes minutes
    if missing := [key for key in plan.jobs if key not in finished_jobs(plan)]:
        say(f"Not finished in {folder}: {', '.join(missing)}. Running first…")
        if (code := drive.run(plan, title="Results of the course")) > 128:
            raise RuntimeError(
                f"Stopped by signal {code - 128}: nothing written. The same command goes on from here."
            )
    if reasons := [text for key, state in states(plan).items() for text in _why_not(key, state)]:
        raise RuntimeError("Nothing written, as not everything went well: " + "; ".join(reasons) + ".")
    runs, written = finished(folder, courses), []
    with whole_folder(out, "corrected", keep=True) as part:
        for job in plan.jobs.values():
            if job.asked:
                place = part / runs[job.id].about.file.relative_to(courses.root)
                notebook = corrected_copy(runs[job.id])
                text, made_up = about_results(runs[job.id].row)
                write_text(place, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
                around = page.Around(about=text, made_up=made_up)
                shown = page.render(notebook, job.id, runs[job.id].about.file.parent, around)
                write_text(place.with_suffix(".html"), shown)
                written.append(place.relative_to(part))
    return [Path(out).expanduser().resolve() / place for place in written]


def _why_not(key: str, state: JobState) -> list[str]:
    if state.state != "ok":
        error = state.error or JobError(f"it is {state.state}")
        place = f" in cell {error.cell + 1}" if error.cell is not None else ""
        return [f"{key} failed{place}: {error.what.splitlines()[0]}"]
    return [f"{key}: gate failed: {gate.gate}" for gate in state.failing]
