"""The corrected course: the executed notebooks, a page of each, and an index of them to read from first to last.

Nothing in it comes from elsewhere: it works from a USB key, a mail's attachment or any web server. What belongs to
the machine that ran (its folders) stays there.
"""

import copy
import html
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from fidle_course import catalogue
from fidle_course.batch import plan as plans
from fidle_course.pages import page
from fidle_course.pages.folder import check_free, whole_folder
from fidle_course.pages.markdown import carried, inline
from fidle_course.pages.row import Row, finished
from fidle_course.words import duration, minute
from fidle_utils import course_root, datasets
from fidle_utils.files import write_text


def write(
    out: Path,
    ids: Sequence[str] = (),
    *,
    run: Callable[[plans.Plan], int],
    source: Path | None = None,
    profile: str = "live",
) -> Path:
    """Write the corrected course (all of it, or the notebooks of `ids`); gives the path of its index.

    Args:
        out: see `whole_folder`. Notebooks that it holds from an earlier time stay, and are written again.
        run: carries a plan out, what is not finished of it, and gives its exit code.
        source: the folder of results; by default `run/` in the course. If all that is wanted has run to its end in
            the folder that is named here, it is taken as it is.

    Raises:
        RuntimeError: a notebook or a gate failed; nothing is written.
        FileExistsError: `out` holds something of somebody's.
    """
    courses, folder = catalogue.load(), source or course_root() / "run"
    check_free(out, "corrected")  # before anything takes minutes
    asked = [courses[name].id for name in ids] or list(courses)
    there = [name for name, about in courses.items() if (out / about.file.relative_to(courses.root)).is_file()]
    wanted = [name for name in courses if name in asked or name in there]
    runs = finished(folder, courses)
    if not source or any(name not in runs or runs[name].state.kind != "ok" for name in wanted):
        if run(plans.make_plan(courses, wanted, profile=profile, out=folder)):
            raise RuntimeError("Nothing written: see above what is missing. The same command goes on from here.")
        runs = finished(folder, courses)
    runs = {name: runs[name] for name in wanted}
    if older := [name for name, found in runs.items() if not found.is_current]:
        print(f"Changed since these runs, the pages show what ran: {', '.join(older)}.")
    with whole_folder(out, "corrected") as part:
        for name in wanted:
            _write_notebook(part, name, runs, courses.root)
        write_text(part / "index.html", _index(courses, runs, folder, part))
    return out / "index.html"


def _write_notebook(part: Path, name: str, runs: Mapping[str, Row], root: Path) -> None:
    """A corrected notebook, its page, and the drawings and texts that it shows or links to."""
    about, notebook = runs[name].about, corrected_copy(runs[name])
    place = part / about.file.relative_to(root)
    write_text(place, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")

    def home(file: Path) -> tuple[str, str]:
        return os.path.relpath(part / "index.html", file.parent), "All notebooks"

    def link(other: str) -> tuple[str, str]:
        target = part / runs[other].about.file.relative_to(root).with_suffix(".html")
        return quote(os.path.relpath(target, place.parent)), f"{other} · {runs[other].about.title}"

    order = ["", *runs, ""]
    before, after = (order[order.index(name) + step] for step in (-1, 1))
    around = {"before": before and link(before), "after": after and link(after)}
    around |= {"about": runs[name].said, "made_up": runs[name].made_up, "home": home(place)}
    write_text(place.with_suffix(".html"), page.render(notebook, name, about.file.parent, linked=True, **around))
    for file in carried(notebook, about.file.parent, root):
        (part / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / file, part / file)
        if file.suffix == ".md":
            text = {"cell_type": "markdown", "metadata": {}, "source": (root / file).read_text(encoding="utf-8")}
            shown = page.render({"cells": [text]}, file.stem, (root / file).parent, home=home(part / file))
            write_text((part / file).with_suffix(".html"), shown)


def corrected_copy(run: Row) -> dict:
    """The executed notebook as others may have it: solutions unfolded, nothing of the machine it ran on."""
    notebook = copy.deepcopy(run.executed)
    places = _places(notebook, run)
    notebook["metadata"].pop("papermill", None)
    for cell in notebook["cells"]:
        source = page.without_markers("".join(cell["source"]))
        if page.INJECTED in cell["metadata"].get("tags", []):
            source = re.sub(r"^run_dir = .*\n?", "", source, flags=re.M)
            if not re.search(r"^[^#\s]", source, re.M):
                source = ""
        cell["source"] = source.rstrip().splitlines(keepends=True)
        kept = {key: value for key, value in cell["metadata"].items() if key not in ("papermill", "execution")}
        kept["jupyter"] = {k: v for k, v in kept.get("jupyter", {}).items() if not k.endswith("_hidden")}
        cell["metadata"] = {key: value for key, value in kept.items() if value}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for holder, key in ((output, "text"), (data, "text/plain"), (data, "text/html")):
                if key in holder:
                    holder[key] = _without(places, "".join(holder[key])).splitlines(keepends=True)
    notebook["cells"] = [
        cell for cell in notebook["cells"] if cell["source"] or page.INJECTED not in cell["metadata"].get("tags", [])
    ]
    return notebook


def _places(notebook: dict, run: Row) -> dict[str, str]:
    """Folders of the machine that ran, and what stands for each in a copy."""
    ran = notebook["metadata"].get("papermill", {})
    results = ran.get("parameters", {}).get("run_dir") or run.state.results.parameters.get("run_dir") or "run"
    home = Path(os.path.expanduser("~"))
    found = {str(place): "." for place in (course_root(), home) if len(place.parts) > 2}
    found |= {str(place): "datasets" for place in datasets.places()}
    return found | {str(course_root() / results): "run"}


def _without(places: Mapping[str, str], text: str) -> str:
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, places[place]).replace(html.escape(place), places[place])
    return text


def _index(courses: catalogue.Catalogue, runs: Mapping[str, Row], folder: Path, part: Path) -> str:
    cards = {name: _card(run, courses.root, folder, part) for name, run in runs.items()}
    stories = [(story, [c for name, c in cards.items() if courses.story(name) == story]) for story in courses.stories]
    states = [run.state for run in runs.values()]
    real = dict.fromkeys(state.results.data.name for state in states if state.source == "real")
    versions = states[0].results.versions
    return page.template("corrected.html.j2").render(
        count=len(cards),
        stories=[(story, members) for story, members in stories if members],
        days=sorted({minute(state.finished)[:10] for state in states if state.finished}),
        devices=sorted({state.results.device for state in states} - {""}),
        versions=[f"{name.capitalize()} {versions[name]}" for name in ("python", "keras") if name in versions],
        data=list(dict.fromkeys((state.source, state.data) for state in states if state.source)),
        credits=[datasets.card(name) for name in real if name in datasets.names()],
        total=duration(sum(state.seconds or 0 for state in states)),
        simulated=[name for name, run in runs.items() if run.state.source == "simulated"],
        smoke=[name for name, run in runs.items() if run.state.profile == "smoke"],
        duration=duration,
    )


def _card(run: Row, root: Path, folder: Path, part: Path) -> dict:
    picture, file = "", run.about.file
    if run.figure:
        picture = f"pictures/{run.id}.png"
        (part / "pictures").mkdir(exist_ok=True)
        shutil.copyfile(folder / run.key / run.figure.file, part / picture)
    address = quote(file.relative_to(root).with_suffix(".html").as_posix())
    return {"run": run, "question": inline(catalogue.header(file)["claim"]), "address": address, "picture": picture}
