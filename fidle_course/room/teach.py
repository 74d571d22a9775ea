"""Pages for the instructor: `docs/teaching/<ID>.md` as it is, beside the times of the last run on this machine.

Each page adds the seconds of each section and the figure that the room must see. It is made to be printed, or to lie
on a second screen; solutions are in the executed notebook, which it links.
"""

import itertools
import os
import re
import shlex
import shutil
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages import page
from fidle_course.pages.folder import whole_folder
from fidle_course.pages.markdown import Markdown, inline
from fidle_course.pages.row import Row, finished
from fidle_course.words import duration
from fidle_utils import course_root
from fidle_utils.files import read_json, write_text


def sections(executed: dict) -> list[tuple[str, float, float]]:
    """Title, seconds, and seconds of all before it, of each section (`## …`) of an executed notebook that holds code.

    The batch left the times in the cells: there are none in a notebook that was run by hand.
    """
    seconds, title = {}, "Before the first section"
    for cell in executed["cells"]:
        if cell["cell_type"] == "markdown":
            title = (re.findall(r"^## +(.+?)\s*$", "".join(cell["source"]), re.M) or [title])[-1]
        elif (duration := cell["metadata"].get("papermill", {}).get("duration")) is not None:
            seconds[title] = seconds.get(title, 0.0) + duration
    ends = itertools.accumulate(seconds.values())
    return [(title, taken, end - taken) for (title, taken), end in zip(seconds.items(), ends, strict=True)]


def guide_file(about: catalogue.Notebook) -> Path:
    """Where a notebook's teaching text is."""
    return course_root() / "docs" / "teaching" / f"{about.id}.md"


def write(out: Path | None, *, source: Path | None = None) -> Path:
    """Write the pages; gives the path of their index.

    Args:
        out: see `whole_folder`; by default `teach/` in the folder of results.
        source: the folder of results; by default `run/` in the course.
    """
    courses, folder = catalogue.load(), source or course_root() / "run"
    out = out or folder / "teach"
    there = [name for name, about in courses.items() if guide_file(about).is_file()]
    if missing := [name for name in courses if name not in there]:
        print(f"Without a page, as there is no teaching text: {', '.join(missing)}.")
    runs = finished(folder, courses)
    options = f" --from {shlex.quote(str(folder))}" if folder != courses.root / "run" else ""
    common = {"options": options, "out": options.replace("--from", "--out"), "folder": folder, "duration": duration}
    with whole_folder(out, "teach") as part:
        lessons = [_lesson(courses[name], runs.get(name), folder, out, part) for name in there]
        for lesson in lessons:
            text = page.template("teach.html.j2").render(lesson=lesson, **common)
            write_text(part / f"{lesson['about'].id}.html", text)
        write_text(part / "index.html", page.template("teach-index.html.j2").render(lessons=lessons, **common))
    return out / "index.html"


def _lesson(about: catalogue.Notebook, run: Row | None, folder: Path, out: Path, part: Path) -> dict:
    """All that the page of one notebook says; what comes from a run is empty where there was none."""
    figure, place = "", folder / about.id
    if run and run.figure:
        figure = f"figures/{about.id}.png"
        (part / "figures").mkdir(exist_ok=True)
        shutil.copyfile(place / run.figure.file, part / figure)
    executed, guide = place / f"{about.id}.html", guide_file(about)
    trained = [file["seconds"] for file in map(read_json, place.glob("trained/*.json")) if "seconds" in file]
    parts = sections(run.executed) if run else []
    return {
        "about": about,
        "question": inline(catalogue.header(about.file)["claim"]),
        "guide": Markdown(guide.parent)(guide.read_text(encoding="utf-8")),
        "run": run,
        "sections": parts,
        "total": duration(sum(seconds for _, seconds, _ in parts)) if parts else "",
        "training": duration(sum(trained)) if run and trained else "",
        "figure": figure,
        "run_page": os.path.relpath(executed, out) if executed.is_file() and out.is_relative_to(folder) else "",
    }
