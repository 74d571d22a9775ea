"""The corrected course as a small site for those who only read: an index, and a page for each notebook.

Nothing in it comes from elsewhere: it works from a USB key, a mail's attachment or any web server.
"""

import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages import page, publish, report
from fidle_course.pages.markdown import inline
from fidle_course.room import teach
from fidle_utils.files import write_text

# the course's stories by the data that they use: a title, and what they tell
_STORIES = {
    "ladybug": (
        "A ladybug's path",
        "A walk in the plane, drawn by a formula: a world small enough to watch a recurrent network at work, and to "
        "see where it loses her.",
    ),
    "synop": (
        "The weather of one station",
        "Observations every three hours, with all their faults: first an honest table, then forecasts of the "
        "temperature 3 and 12 hours ahead, beside forecasts that need no network.",
    ),
    "imdb": (
        "What film reviews feel",
        "Praise or blame? From a row of zeros and ones to vectors that are learnt, and to a network that reads word "
        "by word.",
    ),
}
_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


@dataclass
class Card:
    """What the index says of one notebook; without a run, only what its header says."""

    id: str
    title: str
    claim: str  # HTML
    needs: tuple[str, ...]
    run: publish.Finished | None
    picture: dict | None = None  # file, alt
    made_up: bool = False


def write(out: str | Path, *, source: str | Path | None = None, say: Callable[[str], None] = print) -> Path:
    """Write the site.

    Args:
        out: see `publish.whole_folder`.
        source: the folder of results; by default `run/` in the course. Notebooks that have not run to their end
            there are on the index without a page.
        say: called with each line that tells what happens.

    Returns:
        The path of the index.

    Raises:
        FileNotFoundError: there is no finished run in `source`.
        FileExistsError: `out` holds something of somebody's.
    """
    courses, folder = catalogue.load(), publish.results_folder(source)
    runs = publish.finished(folder, courses)
    if not runs:
        raise FileNotFoundError(f"No notebook has run to its end in {folder}. `fidle run --out {folder}` runs them.")
    if missing := [name for name in courses if name not in runs]:
        say(f"Without a page, as {folder} has no finished run: {', '.join(missing)}. `fidle run --out {folder}`.")
    if older := [name for name, run in runs.items() if not run.is_current]:
        say(f"Changed since these runs, the pages show what ran: {', '.join(older)}.")
    if below := [name for name, run in runs.items() if run.row["kind"] == "gate"]:
        say(f"Shown all the same, though a gate failed in {', '.join(below)}: see the report of that run.")
    order = list(runs)
    with publish.whole_folder(out, "gallery") as part:
        cards = [_card(about, runs.get(name), folder, part) for name, about in courses.items()]
        titles = {card.id: f"{card.id} · {card.title}" for card in cards}
        for place, name in enumerate(order):
            near = [order[i] if 0 <= i < len(order) else None for i in (place - 1, place + 1)]
            links = [(f"{other}.html", titles[other]) if other else None for other in near]
            text, made_up = publish.about_results(runs[name].row)
            around = page.Around(("index.html", "All notebooks"), *links, text, made_up)
            shown = page.render(publish.corrected_copy(runs[name]), name, runs[name].about.file.parent, around)
            write_text(part / f"{name}.html", shown)
        write_text(part / "index.html", _index(courses, cards))
    return Path(out).expanduser().resolve() / "index.html"


def _card(about: catalogue.Notebook, run: publish.Finished | None, folder: Path, part: Path) -> Card:
    head = catalogue.header(about.file)
    claim = inline(head["claim"])
    card = Card(about.id, about.title, claim, about.needs, run)
    if run:
        figure = report.main_figure(run.row["figures"], teach.figure_of(about), about.id)
        if figure:
            to = part / "pictures" / f"{about.id}.png"
            to.parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / figure["file"], to)
            card.picture = {"file": f"pictures/{to.name}", "alt": figure["alt"]}
        card.made_up = publish.about_results(run.row)[1]
    return card


def _index(courses: catalogue.Catalogue, shown: list[Card]) -> str:
    from fidle_course.data.cards import cards

    ran = [card.run.row for card in shown if card.run]
    stories: dict[str, list[Card]] = {}
    for card in shown:
        stories.setdefault(courses[card.id].data or "notebooks", []).append(card)
    used = [row["data"].get("name") for row in ran if row["data"].get("source") == "real"]
    versions = ran[0]["versions"]
    days = list(dict.fromkeys(publish.day(row["finished"]) for row in ran if row["finished"]))
    return page.template("gallery.html.j2").render(
        count=_NUMBERS[len(shown)] if len(shown) < len(_NUMBERS) else len(shown),
        stories=[(name, *_STORIES.get(name, (name.capitalize(), "")), members) for name, members in stories.items()],
        days=days,
        devices=sorted({row["device"] for row in ran if row["device"]}),
        versions=[f"{name.capitalize()} {versions[name]}" for name in ("python", "keras") if name in versions],
        data=list(dict.fromkeys((source, row["data_text"]) for row in ran if (source := row["data"].get("source")))),
        credits=[cards()[name] for name in dict.fromkeys(used) if name in cards()],
        total=publish.duration(sum(row["seconds"] or 0 for row in ran)),
        simulated=[row["id"] for row in ran if row["data"].get("source") == "simulated"],
        smoke=[row["id"] for row in ran if row["profile"] == "smoke"],
        duration=publish.duration,
        walk=_walk(),
    )


def _walk(width: int = 560, height: int = 330) -> dict:
    """A ladybug's walk for the head of the index: an SVG path's data, where she is at its end, and her heading."""
    points = []
    for step in range(900):
        t = step * 0.021
        x = 1.55 * math.cos(0.31 * t + 2.6) + 0.62 * math.cos(1.93 * t) + 0.22 * math.sin(0.83 * t)
        y = 0.95 * math.sin(0.31 * t + 2.6) + 0.62 * math.sin(1.93 * t) + 0.26 * math.cos(1.21 * t)
        points.append((width / 2 + x * width / 4.9, height / 2 - y * height / 3.9))
    (x0, y0), (x1, y1) = points[-4], points[-1]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    turn = math.degrees(math.atan2(y1 - y0, x1 - x0))
    return {"path": path, "x": round(x1, 1), "y": round(y1, 1), "turn": round(turn)}
