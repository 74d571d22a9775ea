"""Pages for the instructor: `docs/teaching/<ID>.md` as it is, beside the times of the last run on this machine.

Each page adds the seconds of each section, the figure that the room must see, and the exercises with their solutions.
It is made to be printed, or to lie on a second screen.
"""

import json
import os
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages import page
from fidle_course.pages.folder import whole_folder
from fidle_course.pages.markdown import Markdown, inline
from fidle_course.pages.row import Row, finished, results_folder
from fidle_course.words import duration
from fidle_utils import course_root
from fidle_utils.exercises import SOLUTION
from fidle_utils.files import read_json, write_text


@dataclass
class Section:
    """A section of a notebook that ran: its heading, its seconds, and those of all that stands before it."""

    title: str
    seconds: float
    after: float


@dataclass
class Exercise:
    """An exercise of a notebook with its solution; all of it HTML but the title."""

    title: str
    task: str
    code: str = ""
    words: str = ""


def sections(executed: dict) -> list[Section]:
    """The sections of an executed notebook (`## …`) that hold code, with the times that the batch left in the cells.

    There are none in a notebook that was run by hand.
    """
    found, title, after = [], "Before the first section", 0.0
    for cell in executed["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            title = (re.findall(r"^## +(.+?)\s*$", source, re.M) or [title])[-1]
        elif (seconds := cell["metadata"].get("papermill", {}).get("duration")) is not None:
            if not found or found[-1].title != title:
                found.append(Section(title, 0.0, after))
            found[-1].seconds += seconds
            after += seconds
    return found


def exercises(notebook: dict) -> list[Exercise]:
    """The exercises at the end of a notebook, each with its solution in code and in words."""
    found: list[Exercise] = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        head = re.search(r"^### Exercise (\d+\. .+?)\s*$", text, re.M)
        if cell["cell_type"] == "markdown" and head:
            found.append(Exercise(head[1], Markdown()(text[head.end() :])))
        elif found and SOLUTION in cell["metadata"].get("tags", []):
            if cell["cell_type"] == "code":
                found[-1].code += page.highlight(page.without_markers(text))
            else:
                found[-1].words += Markdown()(text)
    return found


def guide_file(about: catalogue.Notebook) -> Path:
    """Where a notebook's teaching text is."""
    return course_root() / "docs" / "teaching" / f"{about.id}.md"


def write(out: str | Path | None, *, source: str | Path | None = None) -> Path:
    """Write the pages; gives the path of their index.

    Args:
        out: see `whole_folder`; by default `teach/` in the folder of results.
        source: the folder of results; by default `run/` in the course.
    """
    courses, folder = catalogue.load(), results_folder(source)
    out = Path(out).expanduser().resolve() if out else folder / "teach"
    there = [name for name, about in courses.items() if guide_file(about).is_file()]
    if missing := [name for name in courses if name not in there]:
        print(f"Without a page, as there is no teaching text: {', '.join(missing)}.")
    if not there:
        raise FileNotFoundError(f"There are no teaching texts in {courses.root / 'docs' / 'teaching'}.")
    runs = finished(folder, courses)
    if older := [name for name in there if name in runs and not runs[name].is_current]:
        print(f"Changed since these runs, times and figures are those of before: {', '.join(older)}.")
    options = f" --from {shlex.quote(str(folder))}" if folder != courses.root / "run" else ""
    common = {"options": options, "out": options.replace("--from", "--out"), "folder": folder, "duration": duration}
    with whole_folder(out, "teach") as part:
        lessons = [_lesson(courses[name], runs.get(name), folder, out, part) for name in there]
        for before, lesson, after in zip(["", *there], lessons, [*there[1:], ""], strict=False):
            page_options = {"near": (before, after), "code_style": page.code_style(), **common}
            text = page.template("teach.html.j2").render(lesson=lesson, **page_options)
            write_text(part / f"{lesson['about'].id}.html", text)
        write_text(part / "index.html", page.template("teach-index.html.j2").render(lessons=lessons, **common))
    return out / "index.html"


def _lesson(about: catalogue.Notebook, run: Row | None, folder: Path, out: Path, part: Path) -> dict:
    """All that the page of one notebook says; what comes from a run is empty where there was none."""
    figure, place = "", folder / about.id
    if run and run.state.figure:
        figure = f"figures/{about.id}.png"
        (part / "figures").mkdir(exist_ok=True)
        shutil.copyfile(place / run.state.figure.file, part / figure)
    executed, guide = place / f"{about.id}.html", guide_file(about)
    trained = [file["seconds"] for file in map(read_json, place.glob("trained/*.json")) if "seconds" in file]
    parts = sections(run.executed) if run else []
    return {
        "about": about,
        "question": inline(catalogue.header(about.file)["claim"]),
        "guide": Markdown(guide.parent)(_without_head(guide.read_text(encoding="utf-8"))),
        "exercises": exercises(json.loads(about.file.read_text(encoding="utf-8"))),
        "run": run,
        "sections": parts,
        "total": duration(sum(section.seconds for section in parts)) if parts else "",
        "training": duration(sum(trained)) if run and trained else "",
        "figure": figure,
        "run_page": os.path.relpath(executed, out) if executed.is_file() and out.is_relative_to(folder) else "",
    }


def _without_head(text: str) -> str:
    """A teaching text without the lines `key: value` that may stand before it; `before` is what to have ready."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.S)
    ready = re.search(r"^before: *(.+)$", match[1], re.M) if match else None
    body = text[match.end() :] if match else text
    return f"**Have ready** {ready[1]}\n\n{body}" if ready else body
