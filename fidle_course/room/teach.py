"""Pages for the instructor: `docs/teaching/<ID>.md` beside the times that the last run on this machine took.

A page holds the claim, the path with the seconds of each section, questions, traps, the figure that the room must
see, and the exercises with their solutions. It is made to be printed, or to lie on a second screen.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages import page, publish
from fidle_course.pages.markdown import Markdown, inline
from fidle_utils import course_root
from fidle_utils.exercises import SOLUTION
from fidle_utils.files import read_json, write_text

HEADINGS = ("Claim", "Path", "Questions to ask", "Traps", "The figure", "Exercises")
_KEYS = ("figure", "before")
_SECTION = re.compile(r"^## (\d+)\. (.+?)\s*$", re.M)
_EXERCISES = "Exercises"


@dataclass
class Step:
    """One bullet of the path: the sections that it is about, and what to do there (Markdown)."""

    sections: list[int]
    text: str


@dataclass
class Guide:
    """A teaching file, read; texts are Markdown."""

    figure: str
    before: str
    texts: dict[str, str]  # heading -> text
    before_path: str
    path: list[Step]
    after_path: str
    exercises: dict[int, str]


@dataclass
class Times:
    """Seconds of each section of a run: all of them, those of training, and those that kept networks spare."""

    spent: dict[int | str, float] = field(default_factory=dict)
    training: dict[int | str, float] = field(default_factory=dict)
    spared: dict[int | str, float] = field(default_factory=dict)  # training and long predictions

    def until(self, section: int | str, *, trained: bool) -> float:
        """Seconds of all that stands before a section; with networks that are `trained` already, without training."""
        before = list(self.spent)[: list(self.spent).index(section)]
        return sum(self.spent[s] - (self.spared.get(s, 0) if trained else 0) for s in before)


# ---------------------------------------------------------------- reading


def guide_file(about: catalogue.Notebook) -> Path:
    """Where a notebook's teaching file is: in `docs/teaching/` of the course."""
    return course_root() / "docs" / "teaching" / f"{about.id}.md"


def figure_of(about: catalogue.Notebook) -> str | None:
    """The name of the figure that stands for a notebook, if there is a teaching file that names it."""
    path = guide_file(about)
    return _front(path, path.read_text(encoding="utf-8"))[0]["figure"] if path.is_file() else None


def read_guide(path: Path, notebook: dict) -> Guide:
    """Read a teaching file, strictly.

    Args:
        path: `docs/teaching/<ID>.md`.
        notebook: the content of its .ipynb file.

    Raises:
        ValueError: something is missing, in another order, or does not fit the notebook: what, and what to write.
    """
    front, body = _front(path, path.read_text(encoding="utf-8"))
    pieces = re.split(r"^## +(.+?)\s*$", body, flags=re.M)
    found = tuple(pieces[1::2])
    if found != HEADINGS or pieces[0].strip():
        raise ValueError(
            f"{path.name}: after its head it has the sections {', '.join(f'`## {h}`' for h in HEADINGS)}, in this "
            f"order and nothing else. Received: {', '.join(found) or 'none'}"
            + (f", and text before them: {pieces[0].strip()[:40]!r}." if pieces[0].strip() else ".")
        )
    texts = dict(zip(found, (text.strip() for text in pieces[2::2]), strict=True))
    if empty := [heading for heading, text in texts.items() if not text]:
        raise ValueError(f"{path.name}: every section says something. Received nothing under `## {empty[0]}`.")
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    if not any(f'"{front["figure"]}"' in source for source in sources):
        raise ValueError(f"{path.name}: `figure` is one that the notebook shows. Received: {front['figure']!r}.")
    walk = _steps(path, texts["Path"], sections(notebook))
    return Guide(front["figure"], front["before"], texts, *walk, _numbered(path, texts[_EXERCISES]))


def _front(path: Path, text: str) -> tuple[dict[str, str], str]:
    match = re.match(r"---\n(.*?)\n---\n(.*)", text, re.S)
    if not match:
        raise ValueError(f"{path.name}: it begins with a head between two lines `---`: {' and '.join(_KEYS)}.")
    lines = [re.sub(r"\s+# .*", "", line).partition(":") for line in match[1].splitlines() if line.strip()]
    front = {key.strip(): value.strip() for key, _, value in lines}
    if tuple(front) != _KEYS or not all(front.values()):
        raise ValueError(
            f"{path.name}: its head has the lines `figure: …` and `before: …`, in this order. Received: "
            f"{', '.join(f'{k}: {v}' for k, v in front.items()) or 'nothing'}."
        )
    return front, match[2]


def sections(notebook: dict) -> dict[int, str]:
    """Number and title of a notebook's sections: `{1: "Setup", 2: "Parameters", …}`."""
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return {int(number): title for text in texts for number, title in _SECTION.findall(text)}


def _steps(path: Path, text: str, known: Mapping[int, str]) -> tuple[str, list[Step], str]:
    """What stands before the bullets of the path, the bullets, and what stands after them."""
    before, *rest = re.split(r"^(?=- )", text, maxsplit=1, flags=re.M)
    bullets, after = _items("".join(rest), r"- ")
    steps = []
    for bullet in bullets:
        head = re.match(r"(?:\W*\*\*\d+\.[^*]+\*\*)+", bullet.replace(" and ", " , "))
        named = re.findall(r"\*\*(\d+)\. ([^*]+?)[.:]?\*\*", head[0]) if head else []
        if not named:
            raise ValueError(
                f"{path.name}: a bullet of the path begins with its section, `- **3. Data**: …`. "
                f"Received: {bullet[:50]!r}."
            )
        for number, title in named:
            if known.get(int(number)) != title:
                raise ValueError(
                    f"{path.name}: the path names sections as the notebook does. Received: {number}. {title}; the "
                    f"notebook has {', '.join(f'{n}. {t}' for n, t in known.items())}."
                )
        steps.append(Step([int(number) for number, _ in named], bullet))
    walked = [number for step in steps for number in step.sections]
    if walked != list(known):
        raise ValueError(
            f"{path.name}: the path goes through every section once, in order: {', '.join(map(str, known))}. "
            f"Received: {', '.join(map(str, walked)) or 'none'}."
        )
    return before.strip(), steps, after


def _items(text: str, mark: str) -> tuple[list[str], str]:
    """The items of a Markdown list at the beginning of a text, and what stands after it."""
    items: list[str] = []
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if start := re.match(mark, line):
            items.append(line[start.end() :])
        elif items and (line.startswith("  ") or not line.strip()):
            items[-1] += "\n" + line.strip()
        else:
            return [item.strip() for item in items], "\n".join(lines[place:]).strip()
    return [item.strip() for item in items], ""


def _numbered(path: Path, text: str) -> dict[int, str]:
    items = _items(text, r"\d+\. |- ")[0]
    if not items:
        raise ValueError(f"{path.name}: the exercises are a list, one item each. Received: {text[:50]!r}.")
    return dict(enumerate(items, 1))


@dataclass
class Exercise:
    """An exercise of a notebook with its solution; all of it HTML but the title."""

    number: int
    title: str
    task: str
    code: str = ""
    words: str = ""


def exercises(notebook: dict) -> list[Exercise]:
    """The exercises at the end of a notebook, each with its solution in code and in words."""
    found: list[Exercise] = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        head = re.match(r"(?:## Exercises.*?)?^### Exercise (\d+)\. (.+?)\s*$", text, re.M | re.S)
        if cell["cell_type"] == "markdown" and head:
            found.append(Exercise(int(head[1]), head[2], Markdown()(text[head.end() :])))
        elif found and SOLUTION in cell["metadata"].get("tags", []):
            if cell["cell_type"] == "code":
                found[-1].code += page.highlight(page.without_markers(text))
            else:
                found[-1].words += Markdown()(text)
    return found


# ---------------------------------------------------------------- times


def measure(executed: dict, trained: Path) -> Times:
    """Seconds of each section, from the times that the batch left in an executed notebook.

    Args:
        executed: the content of the executed .ipynb.
        trained: the run's folder of networks and predictions; each tells when it was ready, and how long it took.

    Returns:
        Times by section: its number, or "Exercises". Empty if the notebook holds no times (it was run by hand).
    """
    times, spans, section = Times(), [], 0
    for cell in executed["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heads = re.findall(r"^## (?:(\d+)\.|(Exercises))", text, re.M)
            section = (int(heads[-1][0]) if heads[-1][0] else _EXERCISES) if heads else section
            continue
        about = cell["metadata"].get("papermill", {})
        if about.get("start_time") and about.get("duration") is not None:
            times.spent[section] = times.spent.get(section, 0.0) + about["duration"]
            start = datetime.fromisoformat(about["start_time"]).timestamp()
            spans.append((start, start + about["duration"], section))
    for file in sorted(trained.glob("*.json")):
        fit = read_json(file)
        ready = fit.get("trained") or fit.get("predicted")
        if ready and "seconds" in fit:
            end = datetime.fromisoformat(ready).timestamp() + 0.5  # it is told in whole seconds
            shared = [(min(end, last) - max(end - fit["seconds"], first), where) for first, last, where in spans]
            most, where = max(shared, default=(0.0, 0), key=lambda pair: pair[0])
            if most > fit["seconds"] / 2:  # the others were trained in an earlier run
                for kind in (times.training, times.spared) if "trained" in fit else (times.spared,):
                    kind[where] = min(kind.get(where, 0.0) + fit["seconds"], times.spent[where])
    return times


def seconds(value: float) -> str:
    """`0.3` is `< 1 s`."""
    return "< 1 s" if value < 0.95 else publish.duration(value)


# ---------------------------------------------------------------- writing


def write(out: str | Path | None, *, source: str | Path | None = None, say: Callable[[str], None] = print) -> Path:
    """Write the pages.

    Args:
        out: see `publish.whole_folder`; by default `teach/` in the folder of results.
        source: the folder of results; by default `run/` in the course.
        say: called with each line that tells what happens.

    Returns:
        The path of the index.

    Raises:
        FileNotFoundError: no notebook has a teaching file.
        ValueError: a teaching file is not as it should be.
    """
    courses, folder = catalogue.load(), publish.results_folder(source)
    out = Path(out).expanduser().resolve() if out else folder / "teach"
    there = {name: about for name, about in courses.items() if guide_file(about).is_file()}
    if missing := [name for name in courses if name not in there]:
        say(f"Without a page, as there is no teaching file: {', '.join(missing)}.")
    if not there:
        raise FileNotFoundError(f"There are no teaching files in {courses.root / 'docs' / 'teaching'}.")
    notebooks = {name: json.loads(about.file.read_text(encoding="utf-8")) for name, about in there.items()}
    guides = {name: read_guide(guide_file(about), notebooks[name]) for name, about in there.items()}
    runs = publish.finished(folder, courses)
    pages = []
    if older := [name for name in there if name in runs and not runs[name].is_current]:
        say(f"Changed since these runs, times and figures are those of before: {', '.join(older)}.")
    elsewhere = folder != courses.root / "run"
    options = {"out": f" --out {folder}", "source": f" --from {folder}"} if elsewhere else {"out": "", "source": ""}
    with publish.whole_folder(out, "teach") as part:
        for name, about in there.items():
            pages.append(_about(about, guides[name], notebooks[name], runs.get(name), folder, part))
        for place, shown in enumerate(pages):
            near = [pages[i] if 0 <= i < len(pages) else None for i in (place - 1, place + 1)]
            html = page.template("teach.html.j2").render(
                **shown,
                **options,
                near=near,
                run_page=_run_page(shown["id"], folder, out),
                code_style=page.code_style(),
            )
            write_text(part / f"{shown['id']}.html", html)
        index = page.template("teach-index.html.j2").render(pages=pages, folder=_short(folder), **options)
        write_text(part / "index.html", index)
    return out / "index.html"


def _run_page(name: str, folder: Path, out: Path) -> str | None:
    """The address of the executed notebook's page, where the teaching pages lie beside the results."""
    place = folder / name / f"{name}.html"
    return os.path.relpath(place, out) if place.is_file() and out.is_relative_to(folder) else None


def _short(folder: Path) -> str:
    return str(folder.relative_to(course_root())) if folder.is_relative_to(course_root()) else str(folder)


def _about(about, guide: Guide, notebook: dict, run, folder: Path, part: Path) -> dict:
    """All that the page of one notebook says."""
    head, titles = catalogue.header(about.file), sections(notebook)
    trained_folder = folder / about.id / "trained"
    times = measure(run.executed, trained_folder) if run else Times()
    walk = []
    for step in guide.path:
        first, spent = step.sections[0], [times.spent.get(s) for s in step.sections]
        known = [value for value in spent if value is not None]
        training = sum(times.training.get(s, 0) for s in step.sections)
        reach = first in times.spent
        walk.append(
            {
                "html": Markdown()(step.text),
                "seconds": seconds(sum(known)) if known else "",
                "training": seconds(training) if training >= 0.95 else "",
                "after": seconds(times.until(first, trained=True)) if reach and first > 1 else "",
                "after_training": seconds(times.until(first, trained=False)) if reach and first > 1 else "",
            }
        )
    tasks = exercises(notebook)
    return {
        "id": about.id,
        "title": about.title,
        "question": inline(head["claim"]),
        "before": inline(guide.before),
        "texts": {name: Markdown()(text) for name, text in guide.texts.items()},
        "walk": walk,
        "before_path": Markdown()(guide.before_path),
        "after_path": Markdown()(guide.after_path),
        "figure": _figure(guide.figure, about, run, folder, part),
        "figure_name": guide.figure,
        "exercises": [(task, Markdown()(guide.exercises.get(task.number, ""))) for task in tasks],
        "lines": [inline(line) for line in guide.exercises.values()],
        "total": seconds(sum(times.spent.values())) if times.spent else "",
        "training": seconds(sum(times.training.values())) if times.training else "",
        "checking": seconds(times.spent[_EXERCISES]) if _EXERCISES in times.spent else "",
        "retrain": any(p.name == "retrain" for p in catalogue.parameters(about.file)),
        "titles": titles,
        "taken": bool(run and run.row["parameters"].get("retrain") is False),
        "said": publish.about_results(run.row) if run else None,
        "has_run": run is not None,
        "current": run.is_current if run else True,
        "headline": run.row["headline"] if run else None,
    }


def _figure(name: str, about, run, folder: Path, part: Path) -> dict | None:
    made = next((f for f in run.row["figures"] if Path(f["file"]).stem == name), None) if run else None
    if not made:
        return None
    to = part / "figures" / f"{about.id}.png"
    to.parent.mkdir(exist_ok=True)
    shutil.copyfile(folder / about.id / made["file"], to)
    return {"file": f"figures/{to.name}", "alt": made["alt"]}
